#!/bin/bash
# How well models tell who will leave, beside LightGBM on the same rows in the
# same run: areas under the ROC curve and average precision, not seconds.
#
#   bench/churn.sh [--keep]
#
# A real shop's invoice lines: month ends of the past, the last two of which
# it is known who left held out, with every month end before them (overlap) and
# with those alone whose 90 days had passed by then (embargo); the 13 features
# of a published project and those that saaskpi.train_churn takes. And the Telco
# sample in five folds by row number. Settings are the shipped ones; LightGBM's
# its own, and with small trees. Needs
#
#   SAASKPI_CHURN_DATA   the folder of online_retail_ii_to_2010_11.csv.gz and
#                        telco.csv.gz
#   BENCH_PYTHON         a Python with psycopg2, pandas, scikit-learn and
#                        lightgbm, python3 unless told
#
# and says so without them. The cluster is as for run.sh. The Markdown report
# goes to standard output and to build/bench/churn.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=$root/build/bench
keep=
while [ $# -gt 0 ]; do
    case $1 in
        --keep) keep=1; shift ;;
        *) sed -n '2,22s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
data=${SAASKPI_CHURN_DATA:-}
for file in online_retail_ii_to_2010_11.csv.gz telco.csv.gz; do
    if [ ! -r "$data/$file" ]; then
        echo "SKIPPED: set SAASKPI_CHURN_DATA to the folder of $file"
        exit 0
    fi
done
python=${BENCH_PYTHON:-python3}
if ! "$python" -c 'import psycopg2, pandas, sklearn, lightgbm' 2>/dev/null; then
    echo 'SKIPPED: set BENCH_PYTHON to a Python with psycopg2, pandas, scikit-learn and lightgbm'
    exit 0
fi
mkdir -p "$build"
notes=$build/churn.notes
: > "$notes"
. "$here/lib.sh"
lock
start_cluster
"${psql[@]}" -c 'CREATE EXTENSION saaskpi'

say 'loading'
"${psql[@]}" -f "$here/churn/load.sql"
gzip -dc "$data/online_retail_ii_to_2010_11.csv.gz" | "${psql[@]}" -c '\copy shop.export FROM stdin CSV HEADER'
gzip -dc "$data/telco.csv.gz" | "${psql[@]}" -c '\copy telco_export FROM stdin CSV HEADER'
say 'saaskpi'
"${psql[@]}" -f "$here/churn/shop.sql" >&2
"${psql[@]}" -f "$here/churn/telco.sql" >&2
say 'LightGBM'
OMP_NUM_THREADS=1 "$python" "$here/churn/rivals.py" "$PGHOST" "$PGUSER"

{
    ask "SELECT format('The shop: %s rows to train on, %s of them with an embargo, %s held out, %s %% of whom left.', count(*) FILTER (WHERE part <> 'test'), count(*) FILTER (WHERE part = 'train'),
                       count(*) FILTER (WHERE part = 'test'), round(100 * avg(churned::integer) FILTER (WHERE part = 'test'))) FROM own_rows"
    echo
    echo '| rows | training | model | ROC AUC | average precision |'
    echo '| --- | --- | --- | --: | --: |'
    ask "SELECT format('| %s | %s | %s | %s | %s |', rows, training, model, round(saaskpi.roc_auc(s)::numeric, 4), round(saaskpi.average_precision(s)::numeric, 4))
           FROM (SELECT rows, training, model, saaskpi.scores_agg(score, label) AS s FROM judged GROUP BY 1, 2, 3) AS q ORDER BY rows, training, saaskpi.roc_auc(s) DESC"
    echo
    cat "$notes"
} | tee "$build/churn.md"
