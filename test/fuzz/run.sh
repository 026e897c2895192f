#!/bin/sh
# Fuzzes the readers of states: test/fuzz/run.sh SECONDS [bytes|text]
# Each target runs for that long, starting from test/fuzz/corpus.  What it
# finds worth keeping lands in build/fuzz; a finding ends the run with an
# error and leaves the input there as crash-*.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/../.." && pwd) || exit 2
build=$root/build/fuzz
seconds=${1:-60}
failed=0
passed=0

rm -rf "$build/core"
mkdir -p "$build/core" || exit 2
core='
    base/skpi_status.c base/skpi_calendar.c base/skpi_exact.c base/skpi_money.c
    base/skpi_sort.c base/skpi_texts.c
    model/skpi_metrics.c model/skpi_gaps.c model/skpi_features*.c
    state/*.c'

# compile OUTPUT ARGUMENT ...
compile()
{
    output=$1
    shift
    clang -std=c11 -g -O1 -fno-omit-frame-pointer -ffp-contract=off \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
        -I"$root/src/core/base" -I"$root/src/core/state" -I"$root/src/core/model" \
        -o "$output" "$@" || exit 2
}

# The core once for both targets.
# shellcheck disable=SC2086
for source in $(cd "$root/src/core" && printf '%s ' $core); do
    compile "$build/core/$(basename "$source" .c).o" -c "$root/src/core/$source"
done

for target in ${2:-bytes text}; do
    mkdir -p "$build/$target" || exit 2
    define=
    [ "$target" = text ] && define=-DFUZZ_TEXT
    # shellcheck disable=SC2086
    compile "$build/fuzz_$target" $define "$here/fuzz_tally.c" "$build"/core/*.o
    if "$build/fuzz_$target" -max_total_time="$seconds" -max_len=4096 \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/" "$build/$target" "$here/corpus/$target" \
        >"$build/$target.log" 2>&1; then
        passed=$((passed + 1))
        sed -n 's/^stat::number_of_executed_units: */'"$target"': runs /p' "$build/$target.log"
    else
        failed=$((failed + 1))
        tail -40 "$build/$target.log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
