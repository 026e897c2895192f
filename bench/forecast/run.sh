#!/bin/bash
# Forecasts of public series through SQL, scored against what came.
#
#   bench/forecast/run.sh [--library FILE.so] [--no-r]
#
# SAASKPI_FORECAST_DATA names the folder of the series: series_index.csv
# (series_id, category, freq, period, n_train, horizon, domain), series.csv.gz
# (series_id, category, freq, t, value, part) and ref/naive2.csv.gz. Without
# it nothing is measured and that is said. A private cluster is made in a
# temporary directory (socket only) and removed at the end. --library measures
# a library that is not installed. R's forecast package is run on the same
# series where Rscript has it, unless --no-r. ms_a_series is wall time of one
# backend: on a busy machine it is more than the work.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$("${PG_CONFIG:-pg_config}" --bindir)
data=${SAASKPI_FORECAST_DATA:-}
library=
r=1
while [ $# -gt 0 ]; do
    case $1 in
        --library) library=$(realpath "$2"); shift 2 ;;
        --no-r) r=; shift ;;
        *) sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
for f in series_index.csv series.csv.gz ref/naive2.csv.gz; do
    if [ -z "$data" ] || [ ! -r "$data/$f" ]; then
        echo "SKIPPED: no forecast benchmark, SAASKPI_FORECAST_DATA has no $f" >&2
        exit 0
    fi
done

dir=$(mktemp -d "${TMPDIR:-/tmp}/saaskpi_forecast.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    as=(runuser -u postgres --)
fi
chmod 755 "$dir"
finish()
{
    "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap finish EXIT
"${as[@]}" "$bin/initdb" -D "$dir/data" -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-c listen_addresses='' \
    -c unix_socket_directories=$dir -c fsync=off -c jit=off" start >/dev/null
query() { "${as[@]}" "$bin/psql" -X -q -h "$dir" -d postgres -v ON_ERROR_STOP=1 "$@"; }

if [ -n "$library" ]; then
    { echo 'CREATE SCHEMA saaskpi;'; sed "s|'MODULE_PATHNAME'|'$library'|" "$root"/sql/install/30-*.sql; } | query
else
    query -c 'CREATE EXTENSION saaskpi'
fi
query -f "$here/tables.sql"
query -c '\copy series_index FROM STDIN CSV HEADER' <"$data/series_index.csv"
gunzip -c "$data/series.csv.gz" | query -c '\copy series_value FROM STDIN CSV HEADER'
gunzip -c "$data/ref/naive2.csv.gz" | query -c '\copy naive2 FROM STDIN CSV HEADER'
query -c 'SELECT prepare()' >/dev/null

for model in auto ets:average theta; do
    query -c "SELECT measure('$model')" >/dev/null
done
if [ -z "$r" ] || ! command -v Rscript >/dev/null ||
    ! Rscript -e 'library(forecast)' >/dev/null 2>&1; then
    echo "SKIPPED: R's forecast package, it is not here or not wanted" >&2
else
    query -c "\copy (SELECT series_id, period, horizon, array_to_string(y, ' ') FROM series) TO '$dir/series.csv' CSV"
    Rscript "$here/forecast.R" "$dir/series.csv" >"$dir/r.csv"
    query -c '\copy forecast FROM STDIN CSV' <"$dir/r.csv"
fi
query -P footer=off -c 'SELECT * FROM score'
echo 'one statement, one backend, then two workers:'
query -P footer=off -c 'SELECT * FROM thousand()'
