#!/bin/bash
# Relations of an event log and of a shop beside plain SQL and DuckDB, in one
# run on one machine.
#
#   bench/domains.sh [--customers N] [--repeat R] [--keep] [events] [sales]
#
# Both domains unless told, 100000 customers, 3 repeats: about 17 events, 10
# orders and 20 order lines each. The cluster is as for run.sh. A domain is a
# folder: plain.sql (events only; sales are plain SQL in saaskpi too, but for
# what counts customers) and duckdb.sql, parts of which load and the others are
# timed; alone.sql and alone-duckdb.sql are what is also asked for alone.
# Relations are compared row by row with those of saaskpi before they are
# believed. The Markdown report goes to standard output and to
# build/bench/domains.md.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=$root/build/bench
customers=100000
repeat=3
keep=
domains=()
while [ $# -gt 0 ]; do
    case $1 in
        --customers) customers=$2; shift 2 ;;
        --repeat) repeat=$2; shift 2 ;;
        --keep) keep=1; shift ;;
        events | sales) domains+=("$1"); shift ;;
        *) sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
[ ${#domains[@]} -gt 0 ] || domains=(events sales)
mkdir -p "$build"
report=$build/domains.md
notes=$build/domains.notes
: > "$notes"
. "$here/lib.sh"
lock
[ -x "$generator" ] || make -C "$root/generator" >&2
find_duckdb
start_cluster
"${psql[@]}" -c 'CREATE EXTENSION saaskpi'

tables_of() { [ "$1" = events ] && echo customers events || echo customers products orders order_lines; }

load()    # domain
{
    local table books=(--events --events-per-month 1)
    [ "$1" = events ] || books=(--shop)
    data=$build/$1-$customers
    if [ ! -e "$data/truth.json" ]; then
        "$generator" --customers "$customers" --months 36 --out "$data" \
            --quiet "${books[@]}"
    fi
    as_of=$(sed -n 's/.*"last_day": *"\([-0-9]*\)".*/\1/p' "$data/truth.json" | head -1)
    ask 'DROP SCHEMA IF EXISTS acme CASCADE'
    ask "CALL saaskpi.create_source_tables('acme', partitions => $([ "$1" = events ] && echo 32 || echo 0))"
    for table in $(tables_of "$1"); do
        "${psql[@]}" -c "\\copy acme.$table ($(head -1 "$data/$table.csv")) FROM '$data/$table.csv' (FORMAT csv, HEADER)"
    done
    ask 'VACUUM ANALYZE'
    ask 'CHECKPOINT'
}

# Milliseconds of the first fill and of later ones, of all and of the
# relations of the domain alone.
run_saaskpi()    # domain
{
    local i
    ask "CALL saaskpi.create_views('acme')"
    ask "UPDATE acme.kpi_settings SET as_of = '$as_of'"
    start_sampler "$build/memory"
    for ((i = 0; i <= repeat; i++)); do
        "${psql[@]}" -c 'SET enable_partitionwise_aggregate = on' -c 'SET enable_partitionwise_join = on' \
            -c "CALL saaskpi.refresh('acme')"
    done
    stop_sampler
    ask "SELECT l.seconds * 1000, (SELECT sum(s.milliseconds) FROM acme.kpi_refresh_steps AS s
                                    WHERE s.run_id = l.run_id AND s.relation = ANY (string_to_array('$(relations "$1")', ' ')::name[] || '{kpi_event_flows,kpi_sales_parts}'))
           FROM acme.kpi_refresh_log AS l ORDER BY run_id" | tr '|' '\t' > "$build/saaskpi.times"
}
relations() { sed -n 's/^-- name: \(kpi_.*\)/\1/p' "$here/$1/duckdb.sql" | paste -sd ' '; }

run_plain()    # domain
{
    : > "$build/plain.times"
    [ -e "$here/$1/plain.sql" ] || return 0
    {
        echo "DROP SCHEMA IF EXISTS plain CASCADE; CREATE SCHEMA plain; DROP TABLE IF EXISTS public.day;"
        echo "CREATE TABLE public.day AS SELECT date '$as_of' AS as_of; SET search_path = plain, acme;"
        echo '\timing on'
        sed 's/^-- name: /\\echo == /' "$here/$1/plain.sql"
    } | "${psql[@]}" | awk '/^== / { name = $2 } /^Time: / { print name "\t" $2 }' > "$build/plain.times"
    compare plain "$1"
}

run_duckdb()    # domain
{
    local relation
    : > "$build/duckdb.times"
    [ -n "$duck" ] || return 0
    node "$here/duckdb.mjs" "$duck" "$data" "$as_of" "$build/$1.duckdb" \
        "$here/$1/duckdb.sql" "$repeat" "$data/out" > "$build/duckdb.times"
    {
        echo 'DROP SCHEMA IF EXISTS duck CASCADE; CREATE SCHEMA duck;'
        for relation in $(relations "$1"); do
            echo "CREATE TABLE duck.$relation AS SELECT * FROM acme.$relation LIMIT 0;"
            echo "\\copy duck.$relation FROM '$data/out/$relation.csv' (FORMAT csv, NULL '\\N')"
        done
    } | "${psql[@]}"
    compare duck "$1"
    rm -rf "${data:?}/out" "$build/$1.duckdb"
}

# Parts that are asked for alone, from the events: alone.sql of saaskpi and
# alone-duckdb.sql.
run_alone()    # domain
{
    local i relation relations
    [ -e "$here/$1/alone.sql" ] && [ -n "$duck" ] || return 0
    relations=$(sed -n 's/^-- name: //p' "$here/$1/alone.sql")
    {
        echo 'SET search_path = alone, acme; SET enable_partitionwise_aggregate = on; SET parallel_tuple_cost = 0;'
        for ((i = 0; i < repeat; i++)); do
            echo 'DROP SCHEMA IF EXISTS alone CASCADE; CREATE SCHEMA alone;'
            echo '\timing on'
            sed 's/^-- name: /\\echo == /' "$here/$1/alone.sql"
            echo '\timing off'
        done
    } | "${psql[@]}" | awk '/^== / { name = $2 } /^Time: / { print name "\t" $2 }' > "$build/alone.times"
    node "$here/duckdb.mjs" "$duck" "$data" "$as_of" "$build/$1.duckdb" \
        "$here/$1/alone-duckdb.sql" "$repeat" "$data/out" > "$build/alone-duckdb.times"
    ask 'DROP SCHEMA IF EXISTS other CASCADE; CREATE SCHEMA other'
    for relation in $relations; do
        ask "CREATE TABLE other.$relation AS SELECT * FROM alone.$relation LIMIT 0"
        "${psql[@]}" -c "\\copy other.$relation FROM '$data/out/$relation.csv' (FORMAT csv, NULL '\\N')"
        differ other alone "$relation" "$1"
        times "$1, $relation alone" '' "$(of_part "$relation" "$build/alone-duckdb.times")" \
            "$(of_part "$relation" "$build/alone.times")" >> "$report"
    done
    rm -rf "${data:?}/out" "$build/$1.duckdb"
}
of_part() { awk -F '\t' -v p="$1" '$1 == p { print $2 }' "$2" | median; }

differ()    # schema schema relation domain
{
    local n
    n=$(ask "SELECT (SELECT count(*) FROM (TABLE $1.$3 EXCEPT ALL TABLE $2.$3) AS x)
                  + (SELECT count(*) FROM (TABLE $2.$3 EXCEPT ALL TABLE $1.$3) AS y)")
    [ "$n" = 0 ] || note "$4, $3: $n rows differ between the schemas $1 and $2."
}
compare()    # schema domain
{
    local relation
    for relation in $(relations "$2"); do differ "$1" acme "$relation" "$2"; done
}

# Of parts and rounds, each of which begins with setup: the median of the sums.
whole()
{
    awk -F '\t' '$1 == "setup" && last != "setup" { round++ }
        { sum[round] += $2; last = $1 }
        END { for (r in sum) print sum[r] }' "$1" | median
}
row() { printf '| %s | %s | %s | %s | %s | %s |\n' "$@"; }
seconds() { [ -z "$1" ] || calc %.2f "$1 / 1000"; }
ratio() { [ -z "$1" ] || [ -z "$2" ] || calc %.2f "$1 / $2"; }
times()    # job plain duckdb saaskpi
{
    row "$1" "$(seconds "$2")" "$(seconds "$3")" "$(seconds "$4")" "$(ratio "$2" "$4")" "$(ratio "$3" "$4")"
}

{
    echo "PostgreSQL $(ask 'SHOW server_version'), $(nproc) processors, $customers customers," \
        "seconds; DuckDB on two threads on native tables, median of $repeat; saaskpi builds the" \
        "indexes of its relations, and in a whole refresh checks sources and identities too."
    echo
    row job 'plain SQL' DuckDB saaskpi 'plain / saaskpi' 'DuckDB / saaskpi'
    row --- --: --: --: --: --:
} > "$report"
for domain in "${domains[@]}"; do
    say "$domain: loading"
    load "$domain"
    say "$domain: saaskpi"
    run_saaskpi "$domain"
    say "$domain: plain SQL"
    run_plain "$domain"
    say "$domain: DuckDB"
    run_duckdb "$domain"
    plain=$(whole "$build/plain.times")
    other=$(whole "$build/duckdb.times")
    {
        times "$domain, relations alone, first" "$plain" "$other" "$(head -1 "$build/saaskpi.times" | cut -f 2)"
        times "$domain, whole refresh, first" "$plain" "$other" "$(head -1 "$build/saaskpi.times" | cut -f 1)"
        times "$domain, whole refresh, again with nothing new" "$plain" "$other" "$(tail -n +2 "$build/saaskpi.times" | cut -f 1 | median)"
        row "$domain, peak memory of all backends, MB" '' '' "$(($(cat "$build/memory") / 1024))" '' ''
    } >> "$report"
    run_alone "$domain"
done
[ ! -s "$notes" ] || { echo; cat "$notes"; } >> "$report"
cat "$report"
