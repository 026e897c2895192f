#!/bin/bash
# Models trained and scored in the database beside those of Python's libraries,
# which have to get the rows out first; in one run on one machine, one thread.
#
#   bench/models.sh [--rows N] [--keep]
#
# A million rows of 13 features unless told, a fifth of them held out. Needs
# python3 with psycopg2, pandas, scikit-learn and lightgbm, in
#
#   BENCH_PYTHON   the interpreter to use, python3 unless told
#
# and says so without them. The cluster is as for run.sh. The Markdown report
# goes to standard output and to build/bench/models.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=$root/build/bench
rows=1000000
keep=
while [ $# -gt 0 ]; do
    case $1 in
        --rows) rows=$2; shift 2 ;;
        --keep) keep=1; shift ;;
        *) sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
mkdir -p "$build"
report=$build/models.md
notes=$build/models.notes
: > "$notes"
. "$here/lib.sh"
lock
python=${BENCH_PYTHON:-python3}
start_cluster
"${psql[@]}" -c 'CREATE EXTENSION saaskpi'

say "making $rows rows"
"${psql[@]}" -v rows="$rows" -f "$here/models/rows.sql"

# ours NAME SQL: seconds and the peak of all backends.
ours()
{
    local seconds
    start_sampler "$build/memory"
    seconds=$("${psql[@]}" -c 'SET max_parallel_workers_per_gather = 0' -c '\timing on' -c "$2" |
        sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -1)
    stop_sampler
    printf 'saaskpi\t%s\t%s\t%s\n' "$1" "$(calc '%.2f' "$seconds / 1000")" "$(calc '%.0f' "$(cat "$build/memory") / 1024")" >> "$build/models.times"
}

: > "$build/models.times"
features=a,b,c,d,e,f,g,h,i,j,k,l,m
say 'saaskpi'
for fit in 'trees 100 x 31:train_trees(%s, 100, 31, 0.1, 200)' 'trees 150 x 8:train_trees(%s)' 'logistic:train_logistic(%s)'; do
    name=${fit%%:*}
    # shellcheck disable=SC2059
    call=$(printf "${fit#*:}" "'SELECT label, $features FROM train WHERE id % 5 <> 0'")
    ours "$name, fit" "INSERT INTO models SELECT '$name', saaskpi.$call"
    ours "$name, score" "SELECT count(saaskpi.predict((SELECT m.model FROM models AS m WHERE m.name = '$name'), ARRAY[$features])) FROM train"
done
first=$(for _ in $(seq 11); do
    "${psql[@]}" -c '\timing on' -c "SELECT saaskpi.predict((SELECT m.model FROM models AS m WHERE m.name = 'trees 150 x 8'), '{1,2,3,4,5,6,7,8,9,10,11,12,13}')" |
        sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
done | median)
printf 'saaskpi\tfirst call on a new connection, ms\t%s\n' "$first" >> "$build/models.times"
ask "SELECT 'saaskpi', m.name || ', ROC AUC', round(saaskpi.roc_auc(saaskpi.scores_agg(saaskpi.predict(m.model, ARRAY[$features]), t.label))::numeric, 5), ''
       FROM models AS m CROSS JOIN train AS t WHERE t.id % 5 = 0 GROUP BY m.name" | tr '|' '\t' >> "$build/models.times"

if "$python" -c 'import psycopg2, pandas, sklearn, lightgbm' 2>/dev/null; then
    say 'scikit-learn and LightGBM'
    OMP_NUM_THREADS=1 "$python" "$here/models/rivals.py" "$PGHOST" "$PGUSER" >> "$build/models.times"
else
    note 'scikit-learn and LightGBM are not there (BENCH_PYTHON needs psycopg2, pandas, scikit-learn and lightgbm).'
fi

{
    echo "PostgreSQL $(ask 'SHOW server_version'), $(nproc) processors, one thread, $rows rows of 13 features, a fifth held out; seconds and MB, but areas under the curve."
    echo
    echo '| job | saaskpi | MB | libraries, rows at hand | with getting them out | MB |'
    echo '| --- | --: | --: | --: | --: | --: |'
    awk -F '\t' '$1 == "saaskpi" { ours[$2] = $3; memory[$2] = $4; if (!($2 in seen)) { seen[$2] = 1; order[++n] = $2 } }
        $1 == "python" { theirs[$2] = $3; theirs_memory[$2] = $4; with_export[$2] = $5 }
        END { for (i = 1; i <= n; i++) { j = order[i]; printf "| %s | %s | %s | %s | %s | %s |\n", j, ours[j], memory[j], theirs[j], with_export[j], theirs_memory[j] } }' "$build/models.times"
    echo
    cat "$notes"
} | tee "$report"
