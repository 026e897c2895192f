#!/bin/bash
# saaskpi beside plain SQL and DuckDB, in one run on one machine.
#
#   bench/run.sh [--customers N ...] [--repeat R] [--keep]
#
# Default sizes are 10000 and 100000 customers, default repeat 3. A private
# cluster is made in a temporary directory (socket only, fsync off, work_mem
# 64MB, shared_buffers 1GB, two parallel workers, no JIT) and removed at the
# end. Everything is compared before it is believed: rows that differ between
# the rivals are counted and shown. The Markdown report goes to standard
# output and to build/bench/report.md; --keep leaves cluster and data.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
build=$root/build/bench
sizes=()
repeat=3
keep=
while [ $# -gt 0 ]; do
    case $1 in
        --customers)
            shift
            while [ $# -gt 0 ] && [[ $1 =~ ^[0-9]+$ ]]; do
                sizes+=("$1")
                shift
            done ;;
        --repeat) repeat=$2; shift 2 ;;
        --keep) keep=1; shift ;;
        *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
[ ${#sizes[@]} -gt 0 ] || sizes=(10000 100000)
mkdir -p "$build"
report=$build/report.md
notes=$build/notes
: > "$notes"
. "$here/lib.sh"
lock
[ -x "$generator" ] || make -C "$root/generator" >&2
find_duckdb
start_cluster
extension=
if [ -e "$share/extension/saaskpi.control" ]; then
    "${psql[@]}" -c 'CREATE EXTENSION saaskpi' && extension=1
fi
[ -n "$extension" ] ||
    note "The extension saaskpi is NOT INSTALLED (make install):" \
        "its column is empty."
has()    # is there a routine of this name in the extension?
{
    [ -n "$extension" ] && [ "$(ask "SELECT EXISTS (SELECT FROM pg_proc
        WHERE proname = '$1'
          AND pronamespace = 'saaskpi'::regnamespace)")" = t ]
}

# Milliseconds of one statement, the median of so many. Nothing if it fails.
time_of()    # times statement
{
    {
        echo 'SET search_path = acme, public;'
        echo 'SET enable_partitionwise_aggregate = on;'
        echo '\timing on'
        for ((i = 0; i < $1; i++)); do
            printf '%s\n\\g /dev/null\n' "$2"
        done
    } | { "${psql[@]}" || true; } |
        sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | median
}

# The script of plain SQL, for each round each part's name, a tab, and the
# milliseconds of its statements together.
time_plain()
{
    {
        echo 'DROP SCHEMA IF EXISTS plain CASCADE; CREATE SCHEMA plain;'
        echo 'SET search_path = plain, acme;'
        echo 'SET enable_partitionwise_aggregate = on;'
        echo 'SET enable_partitionwise_join = on;'
        echo '\timing on'
        for ((i = 0; i < repeat; i++)); do
            sed 's/^-- name: /\\echo == /' "$here/plain.sql"
        done
    } | "${psql[@]}" | awk '
        /^== / { if (name != "") print name "\t" ms
                 name = $2; ms = 0 }
        /^Time: / { ms += $2 }
        END { print name "\t" ms }'
}

# From the times of parts to: what a relation costs with all it needs, the
# median over rounds; and the whole set.
with_needs()    # script times
{
    awk -F '\t' '
        FNR == NR {
            if (/^-- name: /) { name = substr($0, 10); order[++n] = name }
            if (/^-- needs: /) needs[name] = substr($0, 11)
            next
        }
        { if ($1 == "setup") round++; t[round, $1] = $2; all[round] += $2 }
        function collect(part,    i, k, list)
        {
            if (part in seen) return
            seen[part] = 1
            k = split(needs[part], list, " ")
            for (i = 1; i <= k; i++) collect(list[i])
        }
        function middle(v, m,    i, j, x)
        {
            for (i = 2; i <= m; i++)
                for (j = i; j > 1 && v[j - 1] > v[j]; j--)
                {
                    x = v[j]; v[j] = v[j - 1]; v[j - 1] = x
                }
            return (v[int((m + 1) / 2)] + v[int(m / 2) + 1]) / 2
        }
        END {
            for (p = 1; p <= n; p++) {
                if (order[p] !~ /^kpi_/) continue
                split("", seen)
                collect(order[p])
                for (r = 1; r <= round; r++) {
                    v[r] = 0
                    for (part in seen) v[r] += t[r, part]
                }
                print order[p] "\t" middle(v, round)
            }
            for (r = 1; r <= round; r++) v[r] = all[r]
            print "whole set\t" middle(v, round)
        }' "$1" "$2"
}

# How many rows the relations of two schemas do not share.
differing()
{
    local relation total=0 n
    for relation in $(sed -n 's/^-- name: \(kpi_\)/\1/p' "$here/plain.sql"); do
        n=$(ask "SELECT
            (SELECT count(*) FROM (TABLE $1.$relation EXCEPT ALL
                                   TABLE $2.$relation) AS x)
          + (SELECT count(*) FROM (TABLE $2.$relation EXCEPT ALL
                                   TABLE $1.$relation) AS y)")
        [ "$n" = 0 ] || note "$relation, $size customers: $n rows differ" \
            "between the schemas $1 and $2."
        total=$((total + n))
    done
    say "$size customers: $1 and $2 differ in $total rows"
}

load()    # customers
{
    local data=$build/$1
    if [ ! -e "$data/costs.csv" ]; then
        "$generator" --customers "$1" --months 48 --seed 1 --out "$data" \
            --quiet
    fi
    ask 'DROP SCHEMA IF EXISTS acme CASCADE'
    ask 'CREATE SCHEMA acme'
    if has create_source_tables; then
        ask "CALL saaskpi.create_source_tables('acme', partitions => 32)"
    else
        "${psql[@]}" <<'END'
SET search_path = acme;
CREATE TABLE customers (customer_id text PRIMARY KEY, signup_date date,
    segment text, country text, acquisition_channel text, is_active boolean);
CREATE TABLE subscriptions (subscription_id text, customer_id text NOT NULL,
    plan_type text, start_date date NOT NULL, end_date date,
    monthly_price numeric NOT NULL, PRIMARY KEY (customer_id,
    subscription_id)) PARTITION BY HASH (customer_id);
CREATE TABLE payments (payment_id text, customer_id text NOT NULL,
    payment_date date NOT NULL, amount numeric NOT NULL,
    payment_status text NOT NULL, PRIMARY KEY (customer_id, payment_id))
    PARTITION BY HASH (customer_id);
CREATE TABLE costs (month text PRIMARY KEY, infra_cost numeric,
    marketing_cost numeric, support_cost numeric);
SELECT format('CREATE TABLE %s_%s PARTITION OF %1$s FOR VALUES WITH '
              '(MODULUS 8, REMAINDER %2$s)', t, i)
FROM unnest('{subscriptions,payments}'::text[]) AS t,
     generate_series(0, 7) AS i \gexec
END
    fi
    # Payments come in over the years, not customer by customer.
    "${psql[@]}" <<END
SET search_path = acme;
CREATE TEMP TABLE stage (payment_id text, customer_id text,
                         payment_date date, amount numeric,
                         payment_status text);
\copy customers FROM '$data/customers.csv' (FORMAT csv, HEADER)
\copy subscriptions FROM '$data/subscriptions.csv' (FORMAT csv, HEADER)
\copy stage FROM '$data/payments.csv' (FORMAT csv, HEADER)
\copy costs FROM '$data/costs.csv' (FORMAT csv, HEADER)
INSERT INTO payments (payment_id, customer_id, payment_date, amount,
                      payment_status)
SELECT * FROM stage ORDER BY payment_date, payment_id;
CREATE TABLE settings AS
SELECT (to_date(max(month), 'YYYY-MM') + interval '1 month')::date - 1
           AS as_of, 0.10 AS change_warn, 0.15 AS change_alert,
       30 AS conversion_days
FROM costs;
\copy settings TO '$data/settings.csv' (FORMAT csv, HEADER)
END
    ask 'VACUUM ANALYZE'
    ask 'CHECKPOINT'
}

row() { printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@"; }
# A row of times in milliseconds: job, plain, DuckDB, saaskpi. Shown are
# seconds, the ratio, and microseconds per source row of the last one there.
times()
{
    local name=$1 plain=$2 other=$3 ours=$4 per
    per=${ours:-$plain}
    row "$size" "$name" \
        "${plain:+$(calc %.3f "$plain / 1000")}" \
        "${other:+$(calc %.3f "$other / 1000")}" \
        "${ours:+$(calc %.3f "$ours / 1000")}" \
        "${ours:+${plain:+$(calc %.2f "${plain:-0} / ${ours:-1}")}}" \
        "${per:+$(calc %.3f "$per * 1000 / $rows")}"
}

year_ago="(SELECT as_of - 365 FROM acme.settings)"
last_month="(SELECT max(period) FROM kpi_mrr_monthly WHERE is_complete)"
dashboard=(
    "kpi_mrr_monthly WHERE period >= $year_ago ORDER BY period"
    "kpi_mrr_monthly_by WHERE dimension = 'segment' AND period >= $year_ago ORDER BY value, period"
    "kpi_mrr_movements WHERE period = $last_month ORDER BY amount DESC LIMIT 50"
    "kpi_revenue_monthly WHERE period >= $year_ago ORDER BY period"
    "kpi_cash_bridge_monthly WHERE period >= $year_ago ORDER BY period"
    "kpi_cohort_retention WHERE basis = 'mrr' ORDER BY cohort, age"
    "kpi_conversion WHERE dimension = 'all' ORDER BY cohort"
    "kpi_margin_monthly WHERE period >= $year_ago ORDER BY period"
    "kpi_customers WHERE status = 'active' ORDER BY mrr DESC LIMIT 20"
    "kpi_customers WHERE customer_id = 'C0000042'"
)

floors()
{
    local state='' third
    times 'floor: scan with four aggregates' "$(time_of "$repeat" \
        "SELECT count(*), sum(amount), max(payment_date), max(customer_id)
         FROM payments WHERE payment_status = 'Success'")" '' ''
    times 'floor: count(*)' \
        "$(time_of "$repeat" 'SELECT count(*) FROM payments')" '' ''
    if has payment_agg; then
        # The third argument is the status, or whether it succeeded.
        third=$(ask "SELECT CASE proargtypes[2] WHEN 'boolean'::regtype
                            THEN 'payment_status = ''Success'''
                            ELSE 'payment_status' END
                     FROM pg_proc WHERE proname = 'payment_agg' LIMIT 1")
        state=$(time_of "$repeat" "SELECT count(s) FROM
            (SELECT customer_id,
                    saaskpi.payment_agg(payment_date, amount, $third) AS s
             FROM payments GROUP BY 1) AS x")
    fi
    times 'floor: max(payment_date) by customer; beside it the state' \
        "$(time_of "$repeat" "SELECT count(m) FROM
            (SELECT customer_id, max(payment_date) AS m FROM payments
             WHERE payment_status = 'Success' GROUP BY 1) AS x")" '' "$state"
}

run_plain()
{
    start_sampler "$build/plain.memory"
    time_plain > "$build/plain.$size"
    stop_sampler
    with_needs "$here/plain.sql" "$build/plain.$size" > "$build/plain.times"
}

run_duckdb()
{
    : > "$build/duckdb.times"
    [ -n "$duck" ] || return 0
    node "$here/duckdb.mjs" "$duck" "$build/$size" '' \
        "$build/$size.duckdb" "$here/duckdb.sql" "$repeat" \
        "$build/$size/out" > "$build/duckdb.$size"
    with_needs "$here/duckdb.sql" "$build/duckdb.$size" \
        > "$build/duckdb.times"
    {
        echo 'DROP SCHEMA IF EXISTS duck CASCADE; CREATE SCHEMA duck;'
        for f in "$build/$size/out"/kpi_*.csv; do
            r=$(basename "$f" .csv)
            echo "CREATE TABLE duck.$r (LIKE plain.$r);"
            echo "\\copy duck.$r FROM '$f' (FORMAT csv, NULL '\\N')"
        done
    } | "${psql[@]}"
    differing plain duck
    ask 'DROP SCHEMA duck CASCADE'
    rm -rf "${build:?}/$size/out" "$build/$size.duckdb"
}

saaskpi_script()
{
    printf '\\timing on\n\\echo == create\n'
    echo "CALL saaskpi.create_views('acme');"
    echo '\timing off'
    echo 'UPDATE acme.kpi_settings
          SET as_of = (SELECT as_of FROM acme.settings);'
    echo 'SET enable_partitionwise_aggregate = on;'
    echo 'SET enable_partitionwise_join = on;'
    printf '\\timing on\n\\echo == first\n'
    echo "CALL saaskpi.refresh('acme');"
    for ((i = 0; i < repeat; i++)); do
        echo '\echo == again'
        echo "CALL saaskpi.refresh('acme');"
    done
}

# The day after: every thousandth customer has paid, and all relations differ.
day_after()
{
    {
        echo "INSERT INTO acme.payments (payment_id, customer_id, payment_date,
                  amount, payment_status)
              SELECT 'X' || c.customer_id, c.customer_id, s.as_of + 1, 10,
                     'Success'
                FROM acme.customers AS c, acme.settings AS s
               WHERE hashtext(c.customer_id) % 1000 = 0;
              UPDATE acme.kpi_settings
                 SET as_of = (SELECT as_of + 1 FROM acme.settings);"
        echo 'SET enable_partitionwise_aggregate = on;'
        echo 'SET enable_partitionwise_join = on;'
        printf '\\timing on\n%s\n' "CALL saaskpi.refresh('acme');"
    } | "${psql[@]}" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
}

# Milliseconds of the first fill for relations that the rivals make, and for
# those that they do not.
by_rivals()
{
    local made
    made=$(sed -n "s/^-- name: \(kpi_.*\)/'\1'/p" "$here/plain.sql" | paste -sd,)
    ask "SELECT coalesce(sum(milliseconds) FILTER (WHERE made), 0),
                coalesce(sum(milliseconds) FILTER (WHERE NOT made), 0)
           FROM (SELECT milliseconds, relation IN ($made, 'kpi_calendar',
                                                   'kpi_summaries') AS made
                   FROM acme.kpi_refresh_steps
                  WHERE run_id = (SELECT run_id FROM acme.kpi_refresh_log
                                   ORDER BY run_id LIMIT 1)) AS s"
}

run_saaskpi()
{
    first='' again='' memory='' after='' alone='' more=''
    has refresh || return 0
    start_sampler "$build/saaskpi.memory"
    if saaskpi_script | "${psql[@]}" > "$build/saaskpi.log"; then
        stop_sampler
        awk '/^== / { name = $2 } /^Time: / { print name "\t" $2 }' \
            "$build/saaskpi.log" > "$build/saaskpi.$size"
        first=$(sed -n 's/^first\t//p' "$build/saaskpi.$size")
        again=$(sed -n 's/^again\t//p' "$build/saaskpi.$size" | median)
        IFS='|' read -r alone more < <(by_rivals)
        memory=$(($(cat "$build/saaskpi.memory") / 1024))
        say "$size customers: create_views" \
            "$(sed -n 's/^create\t//p' "$build/saaskpi.$size") ms"
        differing plain acme
        after=$(day_after)
    else
        stop_sampler
        note "saaskpi FAILED at $size customers: its column is empty."
    fi
}

{
    echo "PostgreSQL $(ask 'SHOW server_version'), $(nproc) processors," \
        "medians of $repeat, seconds unless the job says otherwise; fsync" \
        "off; customers, subscriptions and payments hash-partitioned by customer. A" \
        "relation in plain SQL and in DuckDB costs what it and the shared" \
        "tables it needs cost; the whole set makes these once. DuckDB runs" \
        "on two threads on native tables. saaskpi also builds the indexes" \
        "of its relations; the others build none."
    echo
    row customers job 'plain SQL' DuckDB saaskpi 'plain / saaskpi' \
        'µs per source row'
    row --: --- --: --: --: --: --:
} > "$report"

for size in "${sizes[@]}"; do
    say "$size customers: loading"
    load "$size"
    rows=$(ask "SELECT (SELECT count(*) FROM acme.payments)
        + (SELECT count(*) FROM acme.subscriptions)
        + (SELECT count(*) FROM acme.customers)")
    say "$size customers: $rows rows; floors"
    floors >> "$report"
    say "$size customers: plain SQL"
    run_plain
    say "$size customers: DuckDB"
    run_duckdb
    say "$size customers: saaskpi"
    run_saaskpi
    {
        while IFS=$'\t' read -r name ms; do
            other=$(sed -n "s/^$name\t//p" "$build/duckdb.times")
            if [ "$name" = 'whole set' ]; then
                times 'whole set, first fill' "$ms" "$other" "$first"
                times 'the same without what only saaskpi makes' "$ms" \
                    "$other" "${first:+$(calc %.3f "$first - $more")}"
                times 'its relations alone, no checks and identities' \
                    "$ms" "$other" "$alone"
                times 'whole set, again, with nothing new' "$ms" "$other" \
                    "$again"
                times 'whole set, the day after' "$ms" "$other" "$after"
            else
                times "$name" "$ms" "$other" ''
            fi
        done < "$build/plain.times"
        row "$size" 'peak memory of all backends, MB' \
            "$(($(cat "$build/plain.memory") / 1024))" '' "$memory" '' ''
        if [ -n "$first" ]; then
            for query in "${dashboard[@]}"; do
                short=${query//"$year_ago"/…}
                row "$size" "ms to read ${short//"$last_month"/…}" '' '' \
                    "$(time_of 20 "SELECT * FROM $query")" '' ''
            done
        fi
    } >> "$report"
done
[ ! -s "$notes" ] || { echo; cat "$notes"; } >> "$report"
cat "$report"
