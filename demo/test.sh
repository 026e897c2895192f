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
is_gone() { [ ! -e "$work/demo/server" ] && [ ! -e "$work/demo/books" ]; }

check 'a small company' demo --customers 1500
check 'without an error' is_clean
check 'tiles' says '│ MRR '
check 'a waterfall of twelve months and one' says '2024-12'
check 'a forecast of MRR' forecasts MRR
check 'a forecast of what is collected' forecasts collected
check 'the month of the shock' finds_the_shock
check 'identities hold' grep -qE ' ([0-9]+) of \1 hold' "$work/out"
check 'at most 100 columns' is_narrow
check 'the server is gone' is_gone
check 'another company in the same place, with defects' demo --customers 1500 --ugly --seed 7
check 'defects are listed' says 'subscription_id_duplicate'
check 'at most 100 columns with defects' is_narrow
check 'one customer, one month' demo --customers 1 --months 1
check 'without an error' is_clean
check 'a server that is kept' demo --customers 200 --months 3 --keep
kept=$(cd "$work/demo/server" && pwd -P)
check 'answers' "$bin/psql" -X -q -h "$kept" -U postgres -d demo -o /dev/null \
    -c 'SELECT FROM acme.kpi_mrr_monthly'
check 'is stopped' demo --stop
check 'and gone' is_gone
check 'with its data' test ! -e "$kept"
check 'a wrong option is refused' eval '! demo --custmers 5'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
