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

for target in ${2:-bytes text}; do
    mkdir -p "$build/$target" || exit 2
    define=
    [ "$target" = text ] && define=-DFUZZ_TEXT
    # shellcheck disable=SC2046,SC2086
    clang -std=c11 -g -O1 -fno-omit-frame-pointer -ffp-contract=off \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $define \
        -I"$root/src/core/base" -I"$root/src/core/state" -I"$root/src/core/model" -o "$build/fuzz_$target" "$here/fuzz_tally.c" \
        "$root"/src/core/base/skpi_status.c \
        "$root"/src/core/base/skpi_calendar.c \
        "$root"/src/core/base/skpi_exact.c \
        "$root"/src/core/base/skpi_money.c \
        "$root"/src/core/base/skpi_sort.c \
        "$root"/src/core/base/skpi_texts.c \
        "$root"/src/core/model/skpi_metrics.c \
        "$root"/src/core/model/skpi_gaps.c \
        "$root"/src/core/model/skpi_features*.c \
        "$root"/src/core/state/*.c || exit 2
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
