#!/bin/bash
# Forecasts of public series through SQL, scored against what came.
#
#   bench/forecast/run.sh [--no-r] [--arima]
#
# SAASKPI_FORECAST_DATA names the folder of the series: series_index.csv
# (series_id, category, freq, period, n_train, horizon, domain), series.csv.gz
# (series_id, category, freq, t, value, part) and ref/naive2.csv.gz. Without
# it nothing is measured and that is said. A private cluster is made in a
# temporary directory (socket only) and removed at the end. R's forecast
# package is run on the same series where Rscript has it, unless --no-r; its
# auto.arima, which takes a quarter of an hour, with --arima only. Times of
# both are CPU of one process, so that other work on the machine does not
# matter much; only the last table, of parallel workers, goes by the clock.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
bin=$("${PG_CONFIG:-pg_config}" --bindir)
data=${SAASKPI_FORECAST_DATA:-}
r=1
methods='ets thetaf'
while [ $# -gt 0 ]; do
    case $1 in
        --no-r) r=; shift ;;
        --arima) methods="$methods auto.arima"; shift ;;
        *) sed -n '2,16s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
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

query -c 'CREATE EXTENSION saaskpi'
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
    query -c "\copy (SELECT series_id, period, horizon, array_to_string(y, ' '), freq FROM series) TO '$dir/series.csv' CSV"
    Rscript "$here/forecast.R" "$dir/series.csv" "$methods" "$dir/times.csv" >"$dir/r.csv"
    query -c '\copy forecast FROM STDIN CSV' <"$dir/r.csv"
    query -c '\copy timing FROM STDIN CSV' <"$dir/times.csv"
fi
query -P footer=off -c 'SELECT * FROM score' -c 'SELECT * FROM times_faster'
echo 'a thousand stored series of five years in one statement, alone and with two workers:'
query -P footer=off -c 'SELECT * FROM thousand()' \
    -c 'EXPLAIN (COSTS OFF) SELECT count(f.point) FROM thousand_series, saaskpi.forecast(s, 6) AS f'
