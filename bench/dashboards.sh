#!/bin/bash
# How long the queries of the dashboards take on the company of demo.sh, each
# once, in three ranges, as the role that dashboards have.
#
#   bench/dashboards.sh [demo.sh OPTION ...]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"
find_postgres
work=$(mktemp -d)
trap '"$root/demo.sh" --stop --dir "$work" >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$root/demo.sh" --dir "$work" "$@" --keep >/dev/null
server=$(cd "$work/server" && pwd -P)
ask=("$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -U postgres -d demo)
"${ask[@]}" -c 'SET client_min_messages = warning' -c "CALL saaskpi.train_churn('acme')" -c "CALL saaskpi.train_segments('acme')" -c "CALL saaskpi.refresh('acme')"
"${ask[@]}" -v schema=acme -v role=dashboard -f "$root/dashboards/reader.sql"
"$root/dashboards/generate.pl" --out "$work/made" >/dev/null
"$root/dashboards/check.pl" --times "$work/made" acme "$bin/psql" -h "$server" -U dashboard -d demo | sed -n '/ ms /p; /^not ok/p; /^#/p; /median/p; $p'
