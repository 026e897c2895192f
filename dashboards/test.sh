#!/bin/bash
# The dashboards: generated, run query by query on a small company as a
# read-only role, and held against the types and formats that Grafana and
# Metabase publish.
#
#   dashboards/test.sh
#
# The types need node and npm, the report in a browser a Chromium; without them
# that part is skipped, and said so.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"
find_postgres
work=$(mktemp -d) || exit 1
tools=$root/build/dashboard-types
grafana_schema=13.2.3
typescript=5.9.3
representations=1.2.0
axe=4.14.1
fetched_all=$tools/node_modules/.$grafana_schema-$typescript-$representations-$axe
trap '"$root/demo.sh" --stop --dir "$work" >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0

check() # check NAME COMMAND...
{
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
        echo "ok - $name"
    else
        failed=$((failed + 1))
        echo "not ok - $name"
        tail -20 "$work/log" | sed 's/^/#   /'
    fi
}

generate() { "$root/dashboards/generate.pl" --out "$work/$1" "${@:2}"; }
same() { diff -r "$work/$1" "$work/$2"; }
# fetched once, and kept in build
fetch_types()
{
    [ -e "$fetched_all" ] && return
    mkdir -p "$tools" && echo '{"private": true}' >"$tools/package.json" &&
        npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts \
            "@grafana/schema@$grafana_schema" "typescript@$typescript" "@metabase/representations@$representations" "axe-core@$axe" &&
        touch "$fetched_all"
}
fits_types()
{
    node "$root/dashboards/types.mjs" "$work/first/grafana/dashboards" "$tools" &&
        (cd "$tools" && node_modules/.bin/tsc --noEmit --strict --skipLibCheck --module esnext \
            --moduleResolution bundler --target es2022 dashboards.ts | cut -c1-400 && exit "${PIPESTATUS[0]}")
}
fits_format() { node "$tools/node_modules/@metabase/representations/dist/bin/cli.js" validate-schema --folder "$1"; }
refuses_a_format()
{
    cp -r "$work/first/metabase" "$work/wrong-format" &&
        sed -i 's/^display: "scalar"/display: "skalar"/' "$work/wrong-format/collections/main/saaskpi/executive_overview/mrr_value.yaml" && ! fits_format "$work/wrong-format"
}
reader() { "$bin/psql" -X -q -h "$server" -U postgres -d demo -v ON_ERROR_STOP=1 -v schema=acme -v role=dashboard -f "$root/dashboards/reader.sql"; }
as_reader() { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$server" -U dashboard -d demo "$@"; }
# refused REASON ARGUMENT OF PSQL...
refused() { ! as_reader "${@:2}" && grep -q "$1" "$work/log"; }
report() { "$root/dashboards/report.pl" --schema "$1" --out "$2" -- "$bin/psql" -h "$server" -U dashboard -d demo; }
# no_report REASON SCHEMA FILE
no_report() { ! report "$2" "$3" && grep -q "$1" "$work/log" && [ ! -f "$3" ]; }
admin() { "$bin/psql" -X -q -h "$server" -U postgres -d demo -v ON_ERROR_STOP=1 "$@"; }
# names as nobody should be called, on the way to the report
hostile_names()
{
    admin -c "UPDATE acme.kpi_actions_mat SET customer_id = E'</script><b>\"&\'<img src=x onerror=alert(1)>' WHERE NOT is_holdout AND rank = (SELECT min(rank) FROM acme.kpi_actions_mat WHERE NOT is_holdout)" \
        -c "UPDATE acme.kpi_mrr_monthly_by_mat SET value = '<img src=x>]]>--' WHERE dimension = 'segment' AND value = 'SMB'"
}
# a digit too many before MRR, and a name as markup
finds_a_wrong_report()
{
    sed -E '/<li id="executive-overview-mrr">/s/(class="value"><data value=")/\17/; s/&lt;\/script&gt;&lt;b&gt;/<\/script><b>/' "$work/report.html" >"$work/wrong.html"
    "$root/dashboards/report-check.pl" "$work/wrong.html" acme '' '' "$bin/psql" -h "$server" -U postgres -d demo >"$work/wrong"
    cat "$work/wrong"
    [ "$(grep -cE '^not ok - (MRR and its change|hostile names are there, as text)$' "$work/wrong")" = 2 ]
}
report_without_actions()
{
    admin -c 'REVOKE SELECT ON acme.kpi_actions, acme.kpi_action_coverage FROM dashboard' && report acme "$work/without.html" &&
        [ ! -s "$work/log" ] && grep -q 'Without data, and so not shown: In words,.*The list' "$work/without.html" && ! grep -q 'whom to call' "$work/without.html"
}
refuses_option() { ! generate wrong "$@"; }
table_is_current() { "$root/dashboards/generate.pl" --table | diff "$root/doc/dashboard-panels.md" -; }

check 'generated' generate first
check 'generated again, the same' generate second
check 'byte for byte' same first second
check 'for another schema and currency' generate other --schema 'o"dd' --currency CHF
check 'a currency that is none is refused' refuses_option --currency Franken
check 'a schema with a dollar sign, which alert rules cannot hold, is refused' refuses_option --schema 'a$b'
check 'doc/dashboard-panels.md is current (dashboards/generate.pl --table)' table_is_current

imported=$("$root/dashboards/metabase/test.pl" "$work/first/metabase/saaskpi.json")
echo "$imported"
passed=$((passed + $(grep -c '^ok' <<<"$imported")))
failed=$((failed + $(grep -c '^not ok' <<<"$imported")))
[ -n "$imported" ] || failed=$((failed + 1))

fetched=
if command -v node >/dev/null && command -v npm >/dev/null; then
    (fetch_types >"$work/fetch.log" 2>&1) &
    fetched=$!
fi
"$root/demo.sh" --dir "$work" --customers 600 --months 40 --keep >"$work/demo.log" 2>&1 ||
    { tail -20 "$work/demo.log"; echo 'not ok - a small company'; exit 1; }
server=$(cd "$work/server" && pwd -P)
# what is looked at has churn, too, and a month that is not over
"$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -U postgres -d demo -c 'SET client_min_messages = warning' \
    -c "UPDATE acme.kpi_settings SET as_of = as_of - 12, week_start = 'sunday'" -c "CALL saaskpi.refresh('acme')" \
    -c "CALL saaskpi.train_churn('acme')" -c "CALL saaskpi.train_segments('acme')" -c "CALL saaskpi.refresh('acme')" || exit 1
check 'a role that reads' reader
check 'made again without harm' reader
check 'reads what is shown' as_reader -c 'SELECT count(*) FROM acme.kpi_mrr_monthly'
check 'writes nothing, read-only as it is' refused 'read-only transaction' -c 'DELETE FROM acme.kpi_settings'
check 'nor when it says that it may' refused 'permission denied' -c 'SET default_transaction_read_only = off' -c 'DELETE FROM acme.kpi_settings'
check 'reads no stored table' refused 'permission denied' -c 'TABLE acme.kpi_customers_mat'
check 'reads no source' refused 'permission denied' -c 'TABLE acme.payments'

"$root/dashboards/check.pl" "$work/first" acme "$bin/psql" -h "$server" -U dashboard -d demo >"$work/queries"
cat "$work/queries"
read -r p f < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$work/queries")
passed=$((passed + ${p:-0}))
failed=$((failed + ${f:-1}))

check 'names as nobody should be called' hostile_names
check 'a report in one file' report acme "$work/report.html"
check 'no report of a schema that is not there' no_report 'there is no schema nobody' nobody "$work/none.html"
check "nor of one whose name is a query" no_report "there is no schema a'; SELECT" "a'; SELECT 1/0; --" "$work/none.html"
check 'nor where it cannot be written' no_report 'is a folder' acme "$work/first"

have_types=
if [ -z "$fetched" ]; then
    echo 'SKIPPED: dashboards are not held against the types of Grafana, nor the format of Metabase, for want of node and npm'
elif ! wait "$fetched"; then
    echo "SKIPPED: dashboards are not held against the types of Grafana, nor the format of Metabase, which npm could not fetch: $(tail -1 "$work/fetch.log")"
else
    have_types=1
    check "fits the types of Grafana $grafana_schema" fits_types
    check "fits the format of Metabase $representations" fits_format "$work/first/metabase"
    check 'which finds a fault' refuses_a_format
fi

"$root/dashboards/report-check.pl" "$work/report.html" acme "${have_types:+$tools/node_modules/axe-core/axe.min.js}" \
    "$(command -v chromium || command -v chromium-browser || command -v google-chrome)" \
    "$bin/psql" -h "$server" -U postgres -d demo >"$work/of_report"
cat "$work/of_report"
read -r p f < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$work/of_report")
passed=$((passed + ${p:-0}))
failed=$((failed + ${f:-1}))
check 'which finds a wrong number, and markup' finds_a_wrong_report
check 'a report without what the role may not read' report_without_actions
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
