#!/bin/bash
# demo.sh on small companies, in a temporary folder: prints ok and not ok.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"
find_postgres
work=$(mktemp -d) || exit 1
trap '"$root/demo.sh" --stop --dir "$work/demo" >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0

check() # check NAME COMMAND...
{
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok - $name"
    else
        failed=$((failed + 1))
        echo "not ok - $name"
        tail -20 "$work/err"
    fi
}

demo()
{
    mkdir -p "$work/demo"
    "$root/demo.sh" --dir "$work/demo" "$@" >"$work/out" 2>"$work/err" 9>&-
}

is_narrow() { [ "$(wc -L <"$work/out")" -le 100 ]; }
# psql reports an error and goes on only where it is not told to stop
is_clean() { ! grep -E 'ERROR|FATAL|WARNING' "$work/out" "$work/err"; }
says() { grep -qF -- "$1" "$work/out"; }
# forecasts METRIC: six months ahead, each with both ranges around it, in order
forecasts()
{
    [ "$(sed -n '/^FORECAST/,/^$/p' "$work/out" | tr -d , | awk -v metric="$1" \
        '$1 == metric && $2 ~ /^2026-0[1-6]$/ && $5 == "to" && $8 == "to" && $7 > 0 && $7 <= $4 && $4 < $3 &&
         $3 < $6 && $6 <= $9' | wc -l)" = 6 ]
}
# the generator loses charges of one month: "shock" in truth.json
finds_the_shock() { sed -n '/^UNUSUAL/,/^$/p' "$work/out" | grep -qE '^2024-09 +collected .* -[0-9.]+ % dip: too little'; }
# and draws signups to three days: "signup_bursts"
finds_the_bursts()
{
    "$root/generator/saaskpi-generate" --customers 20000 --seed 1 --events --events-per-month 1 \
        --out "$work/large" --quiet &&
        [ "$("$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$kept" -U postgres -d demo 2>"$work/err" <<END | paste -sd ' '
SET client_min_messages = warning;
CREATE SCHEMA large;
CREATE TABLE large.customers (LIKE acme.customers);
\\copy large.customers ($(head -n 1 "$work/large/customers.csv")) FROM '$work/large/customers.csv' (FORMAT csv, HEADER)
CALL saaskpi.create_views('large');
UPDATE large.kpi_settings SET as_of = '2026-01-01';
CALL saaskpi.refresh('large');
SELECT period FROM large.kpi_anomalies_daily WHERE is_alarm AND score > 5 ORDER BY period;
END
)" = '2023-01-11 2024-01-10 2025-05-14' ]
}
# page TITLE ROWS PATTERN: at least so many lines below the title say so
page() { [ "$(sed -n "/^$1/,/^\$/p" "$work/out" | grep -cE "$3")" -ge "$2" ]; }
# The kept company as one that has nothing but subscriptions.
subscriptions_alone()
{
    local table
    "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$kept" -U postgres -d demo >"$work/out" 2>"$work/err" <<END
SET client_min_messages = warning;
CREATE SCHEMA alone;
$(for table in customers subscriptions payments costs; do
    echo "CREATE VIEW alone.$table AS TABLE acme.$table;"
done)
CALL saaskpi.create_views('alone');
UPDATE alone.kpi_settings AS a SET as_of = k.as_of FROM acme.kpi_settings AS k;
CALL saaskpi.refresh('alone');
\set schema alone
\i '$root/demo/overview.sql'
END
}
has_no_other_page() { says 'MRR WATERFALL' && ! grep -E '^(ACTIVE|WHAT THEY DID|DAYS OF|SALES|BUYERS|PIPELINE|QUOTA)' "$work/out"; }
is_gone() { [ ! -e "$work/demo/server" ] && [ ! -e "$work/demo/books" ]; }

check 'a small company' demo --customers 1500
check 'without an error' is_clean
check 'tiles' says '│ MRR '
check 'a waterfall of twelve months and one' says '2024-12'
check 'why it changed, by five customers and all others' page 'WHY DID IT CHANGE' 6 '^(new|churn|expansion|contraction|reactivation|all others) '
check 'a forecast of MRR' forecasts MRR
check 'a forecast of what is collected' forecasts collected
check 'the month of the shock' finds_the_shock
check 'days of unusual signups' says 'DAYS OF UNUSUAL SIGNUPS'
check 'twelve months of active customers' page 'ACTIVE CUSTOMERS' 12 '^2025-'
check 'types of events' page 'WHAT THEY DID' 9 '█'
check 'five steps of the funnel' page 'HOW FAR THEY GET' 5 '█'
check 'twelve months of sales' page 'SALES  ' 12 '^2025-'
check 'sales ahead' page 'SALES AHEAD' 3 '^2026-0[1-3] .* to .* ok'
check 'segments of buyers' page 'BUYERS BY SEGMENT' 9 ' %'
check 'the pipeline by stage' page 'PIPELINE' 4 '^(Lead|Qualified|Proposal|Negotiation) '
check 'who is ahead of the quota, and who behind' page 'QUOTA' 2 '^(▲ ahead|▼ behind)'
check 'identities hold' grep -qE ' ([0-9]+) of \1 hold' "$work/out"
check 'at most 100 columns' is_narrow
check 'the server is gone' is_gone
check 'another company in the same place, with defects' demo --customers 1500 --ugly --seed 7
check 'defects are listed' says 'subscription_id_duplicate'
check 'at most 100 columns with defects' is_narrow
check 'one customer, one month' demo --customers 1 --months 1
check 'without an error' is_clean
check 'no report where none can be written' eval '! demo --report "$work/no/such.html"'
check 'a server that is kept, and a report' demo --customers 200 --months 3 --keep --report "$work/report.html"
check 'of the last month' grep -q '<h1>acme: report of' "$work/report.html"
kept=$(cd "$work/demo/server" && pwd -P)
check 'answers' "$bin/psql" -X -q -h "$kept" -U postgres -d demo -o /dev/null \
    -c 'SELECT FROM acme.kpi_mrr_monthly'
check 'shows another schema, with subscriptions alone' subscriptions_alone
check 'without pages of other sources' has_no_other_page
check 'the days on which signups burst' finds_the_bursts
check 'is stopped' demo --stop
check 'and gone' is_gone
check 'with its data' test ! -e "$kept"
check 'a wrong option is refused' eval '! demo --custmers 5'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
