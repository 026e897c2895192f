#!/bin/bash
# The TAP tests, each file on its own: test/prove.sh [test/t/NNN_topic.pl ...]
# Needs saaskpi installed.  As root the tests run as user postgres in a copy
# of the checkout, since a server refuses to run as root.
#
#   JOBS   files at a time, 2 unless told
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"

find_postgres
# sockets lie some folders deeper, and their paths are at most 107 bytes long
TMPDIR=${TMPDIR:-/tmp}
[ ${#TMPDIR} -le 40 ] || TMPDIR=/tmp
work=$(short_directory)

# stop_left DIR: the servers a test that died has left there
stop_left()
{
    find "$1" -name postmaster.pid 2>/dev/null | while read -r pid; do
        as_server "$bin/pg_ctl" -D "$(dirname "$pid")" -m immediate -w stop
    done >/dev/null 2>&1
}

# Jobs are process groups of their own, so that they can be ended as such.
set -m
finish()
{
    local job
    for job in $(jobs -p); do
        kill -TERM -- "-$job" 2>/dev/null
    done
    wait
    stop_left "$work"
    cd / && rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ -x "$root/generator/saaskpi-generate" ] || make -s -C "$root/generator" >&2
tree=$root
if is_root; then
    tree=$work/tree
    as_server mkdir "$tree"
    tar -C "$root" --exclude=./.git --exclude=./build --exclude=./.demo \
        --exclude='*.o' -cf - . | as_server tar -C "$tree" -xf -
fi

# The oracle takes longest, then the largest files, so they begin.
tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(
    ls "$root"/test/t/*_oracle.pl
    ls -S "$root"/test/t/*.pl | grep -v '_oracle\.pl$'
)

# One file, its output in LOG.  PostgreSQL's modules take their directories
# from the environment, which a PGXS make would have set.
run_test() # run_test FILE LOG
{
    local name dir start=$SECONDS
    name=$(basename "$1" .pl)
    dir=$work/$name
    as_server mkdir "$dir" "$dir/tmp"
    as_server env TMPDIR="$dir/tmp" TESTDIR="$dir" \
        TESTDATADIR="$dir/data" TESTLOGDIR="$dir/log" PATH="$bin:$PATH" \
        PERL5LIB="$(dirname "$pgxs")/../test/perl" \
        PG_REGRESS="$(dirname "$pgxs")/../test/regress/pg_regress" \
        timeout 900 perl "$tree/test/t/$name.pl" >"$2" 2>&1 </dev/null
    echo $? >"$2.status"
    echo $((SECONDS - start)) >"$2.seconds"
    # the reason why a test died stands in its log
    if [ "$(cat "$2.status")" != 0 ]; then
        find "$dir" -name "regress_log_$name" -exec tail -n 30 {} \; |
            sed 's/^/#   log: /' >>"$2"
    fi
    stop_left "$dir"
    rm -rf "$dir"
}

for file in "${tests[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-2}" ]; do
        wait -n
    done
    run_test "$file" "$work/$(basename "$file" .pl).tap" &
done
wait

passed=0
failed=0
skipped=0
for file in "${tests[@]}"; do
    tap=$work/$(basename "$file" .pl).tap
    status=$(cat "$tap.status" 2>/dev/null || echo missing)
    p=$(grep -cE '^ok\b' "$tap")
    f=$(grep -E '^not ok\b' "$tap" | grep -cviE '# *todo')
    s=$(grep -ciE '^ok\b.*# *skip' "$tap")
    why=$(sed -nE 's/^1\.\.0 +# *[Ss][Kk][Ii][Pp]\S* *//p' "$tap")
    if [ -n "$why" ]; then
        echo "SKIPPED: $(basename "$file"): $why"
        s=1
    elif [ "$status" != 0 ] && [ "$f" -eq 0 ]; then
        f=1
        echo "not ok - $(basename "$file") ended with status $status"
    elif [ "$p" -eq 0 ] && [ "$f" -eq 0 ]; then
        f=1
        echo "not ok - $(basename "$file") ran no test"
    fi
    sed -nE 's/^ok\b.*# *[Ss][Kk][Ii][Pp] */SKIPPED: '"$(basename "$file")"': /p' "$tap"
    [ -n "$why" ] || p=$((p - s))
    echo "$(basename "$file"): $p passed, $f failed  ($(cat "$tap.seconds" 2>/dev/null) s)"
    [ "$f" -eq 0 ] || {
        grep -A 12 -E '^not ok\b' "$tap"
        grep -vE '^ok\b' "$tap" | tail -40
    }
    passed=$((passed + p))
    failed=$((failed + f))
    skipped=$((skipped + s))
done
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
