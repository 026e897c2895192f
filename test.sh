#!/bin/bash
# Installs what is missing and runs every test.
#
#   ./test.sh [suite ...]      all suites without arguments
#
#   structure    one-way dependencies, one stem per domain, known exports
#   unit         the core alone, by gcc, and by clang under both sanitizers
#   fuzz         forged states, bytes and text, for ten seconds
#   generator    the data generator
#   build        the extension without a warning
#   install      into the PostgreSQL at hand
#   regress      SQL, each file in a database of its own
#   isolation    sessions against each other
#   tap          test/t: refresh, parallel plans, dump and restore, the oracle
#   readme       every example of README.md and the guides; the printed pages
#   demo         demo.sh on small companies
#   dashboards   every query of every panel, as each tool sends it
#
# Logs are in build/test.  Servers are private, on sockets in temporary
# directories, in memory where there is plenty, and stopped at the end.  The
# last line counts all tests.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/script/lib.sh"

# Phases one after another; lanes of a phase, between bars, side by side, so
# that what takes one core goes beside what leaves one idle.
phases=('structure build fuzz | generator' unit install regress 'readme | isolation demo dashboards' tap)
read -ra all <<<"$(tr -d '|' <<<"${phases[*]}")"
for suite in "$@"; do
    if [[ " ${all[*]} " != *" $suite "* ]]; then
        sed -n '2,22s/^# \{0,1\}//p' "$root/test.sh" >&2
        exit 2
    fi
done
suites=("${all[@]}")
[ $# -eq 0 ] || suites=("$@")

logs=$root/build/test
server=

finish()
{
    local status=$? lane
    trap '' INT TERM
    for lane in $(jobs -p); do
        kill -TERM -- "-$lane" 2>/dev/null
    done
    wait
    if [ -n "$server" ]; then
        stop_server "$server/second" immediate
        stop_server "$server" immediate
        rm -rf "$server"
    fi
    exit $status
}

# Counts of a log: its own last line "N passed, N failed", else its lines
# "ok" and "not ok".
counts_of()
{
    local line
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$1" | tail -1)
    if [ -z "$line" ]; then
        line="$(grep -acE '^ok\b' "$1") passed, $(grep -acE '^not ok\b' "$1") failed"
    fi
    line=${line//[^0-9 ]/}
    # shellcheck disable=SC2086
    set -- $line
    echo "$1 $2 ${3:-0}"
}

# run_suite NAME: a suite that dies, or counts nothing, has failed.  What it
# counted is left in a file, since suites run side by side.
run_suite()
{
    local name=$1 log=$logs/$1.log start=$SECONDS status p f s
    "suite_$name" >"$log" 2>&1 </dev/null 9>&-
    status=$?
    read -r p f s < <(counts_of "$log")
    if [ "$s" -eq 0 ]; then
        s=$(grep -ac '^SKIPPED: ' "$log")
    fi
    if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
        echo "not ok - the suite $name ended with $status" >>"$log"
    elif [ $((p + f + s)) -eq 0 ]; then
        f=1
        echo "not ok - the suite $name ran no test" >>"$log"
    fi
    echo "$p $f $s" >"$logs/$name.count"
    show_suite "$name" "$p" "$f" "$s" $((SECONDS - start))
}

# show_suite NAME PASSED FAILED SKIPPED SECONDS: in one piece
show_suite()
{
    local log=$logs/$1.log text
    text=$(
        printf '%-10s %6d passed, %d failed%s  (%d s)\n' "$1" "$2" "$3" \
            "$([ "$4" -eq 0 ] || echo ", $4 skipped")" "$5"
        grep -a '^SKIPPED: ' "$log"
        if [ "$3" -gt 0 ]; then
            grep -aE '^([a-z0-9]+: )?not ok|FAILED' "$log" | head -20 | sed 's/^/    /'
            grep -aE -A25 '^(---|diff) ' "$log" | head -60 | sed 's/^/    | /'
            # why a test died, which what it was doing then would hide
            grep -aE '\b(ERROR|FATAL|PANIC): ' "$log" | head -10 | cut -c1-300 | sed 's/^/    ! /'
            grep -avE '^([a-z]+: )?ok\b' "$log" | tail -15 | sed 's/^/    > /'
            echo "    all of it: $log"
        fi
    )
    echo "$text"
}

# run_lane SUITE ...: one after another, those that are asked for
run_lane()
{
    local suite
    for suite in "$@"; do
        [[ " ${suites[*]} " != *" $suite "* ]] || run_suite "$suite"
    done
}

# run_phase 'LANE | LANE': lanes are process groups of their own, so that
# finish can end them.
run_phase()
{
    local lanes lane
    IFS='|' read -ra lanes <<<"$1"
    set -m
    for lane in "${lanes[@]}"; do
        # shellcheck disable=SC2086
        (set +m; run_lane $lane) &
    done
    set +m
    wait
}

# What all suites look at, built once.
build_tested()
{
    build_extension "$build" all \
        COPT='-Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare'
}

suite_structure()
{
    build_tested || return
    [ -x "$root/test/structure.sh" ] || { echo 'SKIPPED: no test/structure.sh'; return; }
    "$root/test/structure.sh" "$build/saaskpi.so"
}

# By gcc the objects that are installed.
suite_unit()
{
    build_tested && OBJECTS=$build/src/core "$root/test/unit/run.sh"
}

suite_fuzz() { "$root/test/fuzz/run.sh" 5; }

suite_generator() { make -C "$root/generator" check; }

# Warnings leave no trace in what is built.  Two of them come from the server's
# own headers.
suite_build()
{
    build_tested && echo 'ok - built without a warning'
}

suite_install()
{
    build_tested && install_extension "$build" &&
        echo 'ok - installed'
}

# count_regress LOG: pg_regress speaks two languages, by its version.
count_regress()
{
    sed -nE -e 's/^(test )? *([a-z0-9_]+) +\.\.\. ok .*/ok - \2/p' \
        -e 's/^(test )? *([a-z0-9_]+) +\.\.\. FAILED.*/not ok - \2/p' \
        -e '/^(not )?ok [0-9]/p' "$1"
}

# show_differences: of the run whose folder is in dir and its output in out
show_differences()
{
    tail -5 "$out"
    [ ! -e "$dir/regression.diffs" ] || head -100 "$dir/regression.diffs"
}

# run_regress NAME FILE ...: in the server that PGHOST says.  Each file has a
# database of its own, a copy of the one that setup made, so that a file which
# needs another fails.
run_regress()
{
    local name=$1 out=$logs/$1.out dir=$build/$1 status=0 file
    local tester=(
        "$(dirname "$pgxs")/../test/regress/pg_regress" --bindir="$bin"
        --inputdir="$root" --outputdir="$dir" --use-existing
        --dbname=contrib_regression)
    shift
    rm -rf "$dir"
    mkdir -p "$dir"
    if ! make -C "$dir" -f "$root/Makefile" installcheck REGRESS=setup >"$out" 2>&1; then
        echo 'not ok - setup'
        show_differences
        return 1
    fi
    sql -c 'ALTER DATABASE contrib_regression RENAME TO prepared'
    for file in "$@"; do
        sql -c 'DROP DATABASE IF EXISTS contrib_regression' \
            -c 'CREATE DATABASE contrib_regression TEMPLATE prepared' >"$out" 2>&1 &&
            (cd "$dir" && "${tester[@]}" "$file") >>"$out" 2>&1 && file=
        count_regress "$out"
        if [ -n "$file" ]; then
            status=1
            show_differences
        fi
    done
    return $status
}

# Every other file, side by side; in two servers, whose roles they are.
suite_regress()
{
    local status=0 second=$server/second job
    as_server mkdir "$second" || return
    # shellcheck disable=SC2046
    (
        start_server "$second" &&
            run_regress regress-second $(tr ' ' '\n' <"$root/sql/order" | sed -n '1d;p;n')
    ) >"$logs/regress-second.log" 2>&1 &
    job=$!
    # shellcheck disable=SC2046
    run_regress regress $(tr ' ' '\n' <"$root/sql/order" | sed -n '1d;n;p') || status=$?
    wait $job || status=$?
    stop_server "$second" immediate
    cat "$logs/regress-second.log"
    return $status
}

suite_isolation()
{
    local specs=$root/test/specs tester out=$build/isolation tests status
    tester=$(dirname "$pgxs")/../test/isolation/pg_isolation_regress
    if ! compgen -G "$specs/*.spec" >/dev/null; then
        echo 'SKIPPED: there are no isolation tests in test/specs'
        return
    elif [ ! -x "$tester" ]; then
        echo "SKIPPED: this PostgreSQL has no pg_isolation_regress ($tester)"
        return
    fi
    tests=(--schedule="$specs/order")
    if ! grep -q '^test:' "$specs/order"; then
        read -ra tests < <(tr '\n' ' ' <"$specs/order")
    fi
    mkdir -p "$out"
    "$tester" --bindir="$bin" --inputdir="$root/test" --outputdir="$out" \
        --dbname=isolation --load-extension=saaskpi \
        "${tests[@]}" >"$logs/isolation.out" 2>&1
    status=$?
    count_regress "$logs/isolation.out"
    if [ $status -ne 0 ]; then
        tail -5 "$logs/isolation.out"
        head -100 "$out/regression.diffs"
    fi
    return $status
}

# Three files at a time keep two cores busy while one of them waits.
suite_tap() { JOBS=${JOBS:-3} "$root/test/prove.sh"; }

suite_readme() { "$root/test/readme.pl"; }

suite_demo() { "$root/demo/test.sh"; }

suite_dashboards() { "$root/dashboards/test.sh"; }

# Files of a server that lives for minutes need no disk: 8 GB for them, and 12
# of memory that nobody else needs.
use_memory()
{
    local room free
    room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    free=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null)
    if [ -z "${TMPDIR:-}" ] && [ "${room:-0}" -ge 8388608 ] && [ "${free:-0}" -ge 12582912 ] &&
        ! grep -q '^[^ ]* /dev/shm .*noexec' /proc/mounts; then
        export TMPDIR=/dev/shm
    fi
}

trap 'exit 130' INT
trap 'exit 143' TERM
install_packages 'demo test'
# without one the suite says what it skips
if [[ " ${suites[*]} " = *" dashboards "* ]] && command -v npm >/dev/null; then
    (install_packages browser) || say "Going on without a browser."
fi
use_memory
find_postgres
exec 9<"$root/test"
flock -n 9 || die "another test.sh is at work in this checkout"
trap finish EXIT
build=$root/build/pg$major
mkdir -p "$logs" || exit 1
rm -f "$logs"/*
say "Testing with $("$PG_CONFIG" --version); logs are in $logs"
if [[ " ${suites[*]} " = *" regress "* || " ${suites[*]} " = *" isolation "* ]]; then
    server=$(short_directory)
    start_server "$server" 'max_prepared_transactions = 10' || exit 1
fi
for phase in "${phases[@]}"; do
    run_phase "$phase"
done

passed=0
failed=0
skipped=0
for suite in "${suites[@]}"; do
    read -r p f s <"$logs/$suite.count" || { p=0 f=1 s=0; echo "not ok - the suite $suite did not end"; }
    passed=$((passed + p))
    failed=$((failed + f))
    skipped=$((skipped + s))
done
echo
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
