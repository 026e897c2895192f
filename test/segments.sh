#!/bin/bash
# Clusters of public data against published values, in several orders and by
# several seeds.  Needs saaskpi installed, and the files iris.csv.gz (four
# measures and the species of 150 flowers) and cdnow_cbs.csv.gz in
#
#   SAASKPI_CHURN_DATA   the folder that holds them
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"

data=${SAASKPI_CHURN_DATA:-}
for file in iris.csv.gz cdnow_cbs.csv.gz; do
    if [ -z "$data" ] || [ ! -r "$data/$file" ]; then
        echo "SKIPPED: set SAASKPI_CHURN_DATA to the folder of iris.csv.gz and cdnow_cbs.csv.gz"
        echo '0 passed, 0 failed, 1 skipped'
        exit 0
    fi
done
find_postgres
server=$(short_directory)
trap 'stop_server "$server" immediate; rm -rf "$server"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_server "$server" 'jit = off' 'client_min_messages = warning' || exit 1

ask() { sql -At -v ON_ERROR_STOP=1 "$@"; }

ask <<'END' || exit 1
CREATE EXTENSION saaskpi;
CREATE TABLE iris (a float8, b float8, c float8, d float8, species int);
CREATE TABLE cbs (id text, x float8, t_x float8, t float8, holdout_x float8, zbar float8);
END
gzip -dc "$data/iris.csv.gz" | ask -c '\copy iris from stdin csv header' >/dev/null || exit 1
gzip -dc "$data/cdnow_cbs.csv.gz" | ask -c '\copy cbs from stdin csv header' >/dev/null || exit 1

passed=0
failed=0
# check WHAT SQL: true.
check()
{
    local got
    got=$(ask -c "$2" 2>&1)
    if [ "$got" = t ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok - $1: $got"
    fi
}

# k, inertia and silhouette as published
while read -r k inertia silhouette; do
    check "iris in $k clusters" "
SELECT abs(q.inertia - $inertia) < 5e-7 AND abs(q.silhouette - $silhouette) < 5e-7
  FROM saaskpi.cluster_quality(saaskpi.train_kmeans('SELECT a, b, c, d FROM iris', $k, 'none')) AS q"
done <<'END'
2 152.347952 .681046
3 78.8514414 .552819
4 57.2284732 .498051
5 46.4461821 .488749
END
for t in none log rank z robust; do
    check "buyers by $t: seeds are as good, orders are the same" "
WITH m AS (SELECT k, seed, saaskpi.train_kmeans('SELECT x, t_x, zbar FROM cbs', k, '$t', seed) AS m FROM generate_series(2, 8) AS k, generate_series(1, 3) AS seed)
SELECT (SELECT bool_and(worst <= best * (1 + 1e-4)) FROM (SELECT m.k, min(q.inertia) AS best, max(q.inertia) AS worst FROM m, saaskpi.cluster_quality(m) AS q GROUP BY m.k) AS s)
   AND (SELECT m = saaskpi.train_kmeans('SELECT x, t_x, zbar FROM cbs ORDER BY id DESC', 5, '$t', 2) FROM m WHERE k = 5 AND seed = 2)"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
