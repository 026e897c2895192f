#!/bin/bash
# From a million invoice lines to a list of whom to call, with reasons: in the
# database, and by pandas and LightGBM that read from the same server and write
# the list back; one after the other, in turn, in one run on one machine.
#
#   bench/path.sh [--repeat R] [--keep]
#
# The lines are those of a real shop's year, and once more a year later. 3
# repeats unless told, medians of them. Needs
#
#   SAASKPI_CHURN_DATA   the folder of online_retail_ii_to_2010_11.csv.gz
#   BENCH_PYTHON         a Python with psycopg2, pandas and lightgbm, python3
#                        unless told
#
# and says so without them. The cluster is as for run.sh. The Markdown report
# goes to standard output and to build/bench/path.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=$root/build/bench
repeat=3
keep=
while [ $# -gt 0 ]; do
    case $1 in
        --repeat) repeat=$2; shift 2 ;;
        --keep) keep=1; shift ;;
        *) sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
data=${SAASKPI_CHURN_DATA:-}/online_retail_ii_to_2010_11.csv.gz
if [ ! -r "$data" ]; then
    echo 'SKIPPED: set SAASKPI_CHURN_DATA to the folder of online_retail_ii_to_2010_11.csv.gz'
    exit 0
fi
python=${BENCH_PYTHON:-python3}
if ! "$python" -c 'import psycopg2, pandas, lightgbm' 2>/dev/null; then
    echo 'SKIPPED: set BENCH_PYTHON to a Python with psycopg2, pandas and lightgbm'
    exit 0
fi
mkdir -p "$build"
notes=$build/path.notes
: > "$notes"
. "$here/lib.sh"
lock
start_cluster
"${psql[@]}" -c 'CREATE EXTENSION saaskpi'

say 'loading'
"${psql[@]}" -c 'CREATE TABLE export (invoice text, sku text, qty numeric, ts timestamp, price numeric, customer text, country text)'
gzip -dc "$data" | "${psql[@]}" -c '\copy export FROM stdin CSV HEADER'
"${psql[@]}" -f "$here/path/load.sql"

: > "$build/path.times"
for ((i = 1; i <= repeat; i++)); do
    say "run $i"
    ask 'DROP SCHEMA shop CASCADE'
    "${psql[@]}" -f "$here/path/shop.sql"
    "${psql[@]}" -c '\timing on' -f "$here/path/saaskpi.sql" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' > "$build/path.steps"
    paste <(printf '%s\n' refresh train 'refresh with scores' list) "$build/path.steps" | awk -F '\t' '{ printf "saaskpi\t%s\t%.2f\n", $1, $2 / 1000 }' >> "$build/path.times"
    ask "SELECT 'saaskpi', 'path alone', round(sum(milliseconds) / 1000 + (SELECT extract(epoch FROM trained) FROM train_time), 2)
           FROM shop.kpi_refresh_steps WHERE run_id = 1 AND relation IN ('kpi_orders', 'kpi_buyers', 'kpi_ltv_models') OR run_id = 2 AND relation IN ('kpi_churn_scores', 'kpi_actions')" |
        tr '|' '\t' >> "$build/path.times"
    OMP_NUM_THREADS=1 "$python" "$here/path/rival.py" "$PGHOST" "$PGUSER" >> "$build/path.times"
done

of() { awk -F '\t' -v who="$1" -v step="$2" '$1 == who && $2 == step { print $3 }' "$build/path.times" | median; }
sum_of()    # WHO STEP...
{
    local who=$1 sum=0 step
    shift
    for step in "$@"; do sum=$(calc '%.2f' "$sum + $(of "$who" "$step")"); done
    echo "$sum"
}
{
    echo "PostgreSQL $(ask 'SHOW server_version'), $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg); $(ask 'SELECT count(*) FROM shop.order_lines') lines, $(ask 'SELECT count(*) FROM shop.kpi_buyers') customers, $(ask 'SELECT count(*) FROM shop.kpi_actions') on the list; medians of $repeat runs, seconds."
    echo
    echo '| in the database | s | by pandas and LightGBM | s |'
    echo '| --- | --: | --- | --: |'
    echo "| refresh: all relations, features among them | $(of saaskpi refresh) | reading the rows | $(of python reading) |"
    echo "| train: two kinds of models, judged on months not seen, calibrated | $(of saaskpi train) | features and labels, 13 of them | $(of python features) |"
    echo "| refresh: scores of 13 days, reasons, actions, all that reads them | $(of saaskpi 'refresh with scores') | model, judged and fitted once more | $(of python model) |"
    echo "| the list | $(of saaskpi list) | scores of one day, reasons, list | $(of python list) |"
    echo "| all | $(sum_of saaskpi refresh train 'refresh with scores' list) | all | $(sum_of python reading features model list) |"
    echo "| of that what the list needs | $(of saaskpi 'path alone') | | |"
    echo
    cat "$notes"
} | tee "$build/path.md"
