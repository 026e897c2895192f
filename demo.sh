#!/bin/bash
# From nothing to the executive overview of an invented company.
#
#   ./demo.sh [--customers N] [--months N] [--seed N] [--ugly] [--keep]
#             [--report FILE.html]
#   ./demo.sh --stop
#
# Installs the packages that are missing, builds saaskpi and the data
# generator, starts a private PostgreSQL in .demo (on a socket, no network),
# generates a company, loads it, refreshes the kpi relations and prints them.
#
#   --customers N   customers who sign up, 20000 unless told
#   --months N      months of history, 48 unless told
#   --seed N        another company
#   --ugly          plant defects for check_sources to find
#   --report FILE   write the executive pages as one file of HTML as well
#   --keep          leave the server up, to look further
#   --stop          stop a server that was kept, and remove its data
#   --dir DIR       another folder than .demo
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/script/lib.sh"

customers=20000
months=48
seed=1
ugly=
keep=
report=
stop=
demo=$root/.demo
usage() { sed -n '2,20s/^# \{0,1\}//p' "$root/demo.sh"; }
while [ $# -gt 0 ]; do
    case $1 in
        --customers | --months | --seed)
            [[ ${2:-} =~ ^[0-9]{1,9}$ ]] || die "$1 needs a number"
            printf -v "${1#--}" %s "$2"
            shift ;;
        --ugly) ugly=--ugly ;;
        --keep) keep=1 ;;
        --report)
            report=${2:-}
            [[ $report = *.html && -w $(dirname "$report") && ! -d $report ]] ||
                die "--report needs a FILE.html in a folder that is there and can be written to"
            report=$(cd "$(dirname "$report")" && pwd)/$(basename "$report")
            shift ;;
        --stop) stop=1 ;;
        --dir)
            demo=$(cd "${2:-}" 2>/dev/null && pwd) ||
                die "--dir needs a folder that is there"
            shift ;;
        --help | -h) usage; exit ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

# The server is in .demo/server: a folder, or a link to a temporary one where
# the server's user cannot reach the checkout or its path is too long for a
# socket.
remove_demo()
{
    local server
    if [ -e "$demo/server" ]; then
        server=$(cd "$demo/server" && pwd -P)
        stop_server "$server"
        rm -rf "$server"
    fi
    rm -rf "$demo/server" "$demo/books"
    [ "$demo" != "$root/.demo" ] || rmdir "$demo" 2>/dev/null || true
}

finish()
{
    local status=$?
    trap '' INT TERM
    if [ $status -ne 0 ] && [ -s "$demo/server/server.log" ] &&
        grep -qE 'FATAL|PANIC' "$demo/server/server.log"; then
        say "The end of the server's log:"
        grep -E 'FATAL|PANIC' "$demo/server/server.log" | tail -5 >&2
    fi
    remove_demo
    exit $status
}

prepare()
{
    [ ! -e "$demo" ] || [ -w "$demo" ] ||
        die "$demo belongs to $(stat -c %U "$demo"), who can ./demo.sh --stop"
    find_postgres
    mkdir -p "$demo"
    if [ -e "$demo/server" ] && [ ! -O "$demo/server/." ] && ! is_root; then
        die "$demo/server belongs to $(stat -L -c %U "$demo/server"), who can ./demo.sh --stop"
    fi
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    remove_demo
    mkdir -p "$demo"
}

build()
{
    say "Building saaskpi for $("$PG_CONFIG" --version)"
    build_extension "$root/build/pg$major" all
    make -s -C "$root/generator" -j"$(nproc)" >&2
    install_extension "$root/build/pg$major"
}

start()
{
    local server=$demo/server
    mkdir "$server"
    ! is_root || chown postgres: "$server"
    if ! server_reaches "$server"; then
        rmdir "$server"
        server=$(short_directory)
        ln -s "$server" "$demo/server"
    fi
    chmod 700 "$server"
    say "Starting a private PostgreSQL in $server"
    start_server "$server" 'work_mem = 64MB' 'max_wal_size = 4GB' \
        "cluster_name = 'saaskpi demo'"
}

load()
{
    local table columns books=$demo/books
    say "Generating $customers customers over $months months"
    "$root/generator/saaskpi-generate" --customers "$customers" \
        --months "$months" --seed "$seed" --out "$books" --quiet $ugly \
        --events --events-per-month 5 --shop
    last=$(sed -n 's/.*"last_day": *"\([-0-9]*\)".*/\1/p' "$books/truth.json" | head -1)
    say "Loading and refreshing"
    sql -c 'CREATE DATABASE demo'
    export PGDATABASE=demo PGOPTIONS='-c client_min_messages=warning'
    sql -c 'CREATE EXTENSION saaskpi' \
        -c "CALL saaskpi.create_source_tables('acme', checked => ${ugly:+NOT }true)"
    for table in customers subscriptions payments costs events products orders \
        order_lines sales_reps sales_quotas opportunities opportunity_stages \
        pipeline_stages; do
        columns=$(head -n 1 "$books/$table.csv")
        sql -c "\\copy acme.$table ($columns) FROM '${books//\'/\'\'}/$table.csv' (FORMAT csv, HEADER)"
    done
    # the day after the window, so that its last month is complete
    sql -c 'ANALYZE' -c "CALL saaskpi.create_views('acme')" \
        -c "UPDATE acme.kpi_settings SET as_of = date '$last' + 1" \
        -c "CALL saaskpi.refresh('acme')"
}

# The report tells who is likely to leave, too, where there are enough
# customers to learn it from.
write_report()
{
    say "Learning who leaves"
    if sql -c "CALL saaskpi.train_churn('acme')"; then
        sql -c "CALL saaskpi.refresh('acme')"
    else
        say "The report is without risk and actions."
    fi
    "$root/dashboards/report.pl" --schema acme --out "$report" -- "$bin/psql"
    say "The report is in $report"
}

farewell()
{
    local psql=psql
    # on Debian without its wrapper in the path, or another PostgreSQL
    command -v psql >/dev/null || psql=$bin/psql
    if is_root && [ -n "${SUDO_USER:-}" ]; then
        psql="sudo $psql"
    fi
    echo
    if [ -n "$keep" ]; then
        echo "To look further:"
        echo "    $psql -h $server_dir -U postgres demo"
        echo "    demo=# SELECT * FROM acme.kpi_mrr_movements ORDER BY happened_on DESC LIMIT 10;"
        echo "To stop the server and remove its data:"
        echo "    ./demo.sh --stop"
    else
        echo "To look further, keep the server and connect as it will say:"
        echo "    ./demo.sh --keep"
    fi
}

[ -n "$stop" ] || install_packages "demo${report:+ report}"
exec 9<"$root/demo"
flock -n 9 || die "another demo.sh is at work in this checkout"
prepare
[ -z "$stop" ] || exit 0
build
start
load
sql -f "$root/demo/overview.sql" -v schema=acme
[ -z "$report" ] || write_report
farewell
if [ -n "$keep" ]; then
    trap - EXIT
    rm -rf "$demo/books"
fi
