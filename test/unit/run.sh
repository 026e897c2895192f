#!/bin/sh
# Builds and runs the unit tests of the core: no server, gcc as it builds what
# is installed, clang with both sanitizers.  Anything the compiler warns about
# is a failure.
#
#   test/unit/run.sh [test_name ...]      all of them without arguments
#
#   SANITIZED   compilers whose sanitizers look on, clang unless told; make
#               sanitize takes both
#   OBJECTS     where gcc has built the core already, for what is installed:
#               tested as it is, and looked through for warnings once more
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/../.." && pwd) || exit 2
build=$root/build/unit
jobs=${JOBS:-2}
gsl=${GSL_CONFIG:-gsl-config}
mkdir -p "$build" || exit 2

compilers=
for cc in ${COMPILERS:-gcc clang}; do
    if command -v "$cc" >/dev/null; then
        compilers="$compilers $cc"
    else
        echo "not ok: no $cc here"
        missing=1
    fi
done
command -v "$gsl" >/dev/null || { echo "not ok: no $gsl here"; exit 1; }

cores=$(cd "$root/src/core" && ls */*.c | sed 's|\.c$||')
if [ $# -gt 0 ]; then
    tests=$*
else
    tests=$(cd "$here" && ls test_*.c | sed 's|\.c$||')
fi

# A makefile of its own, so that a second run builds only what has changed.
{
    echo "FLAGS = -std=c11 -g -ffp-contract=off -Wall -Wextra -Werror -Wconversion -MMD -MP"
    echo "SANITIZERS = -O1 -fno-omit-frame-pointer \\"
    echo "  -fsanitize=address,undefined,float-divide-by-zero -fno-sanitize-recover=all"
    echo "PATHS = $(printf -- '-I%s ' "$root"/src/core/*)-I$root/test/fuzz $("$gsl" --cflags)"
    echo "LIBS = $("$gsl" --libs)"
    echo ".PHONY: all FORCE"
    echo "all:"
    for cc in $compilers; do
        d=$build/$cc
        case " ${SANITIZED:-clang} " in
            *" $cc "*) how='$(SANITIZERS)' ;;
            *) how=-O2 ;;
        esac
        mkdir -p "$d" $(cd "$root/src/core" && for c in *; do echo "$d/$c"; done)
        make_object='-c -o $@ $<'
        if [ "$cc $how" = 'gcc -O2' ] && [ -n "${OBJECTS:-}" ]; then
            make_object="-fsyntax-only -MF \$(@:.o=.d) -MT \$@ \$< && cp $OBJECTS/\$*.o \$@"
        fi
        objects=
        for c in $cores; do objects="$objects $d/$c.o"; done
        echo "$d/%.o: $root/src/core/%.c $build/flags"
        printf '\t%s %s $(FLAGS) $(PATHS) %s\n' "$cc" "$how" "$make_object"
        echo "$d/libcore.a: $objects"
        printf '\trm -f $@ && ar cr $@ %s\n' "$objects"
        for t in $tests; do
            echo "$d/$t: $here/$t.c $d/libcore.a $build/flags"
            printf '\t%s %s $(FLAGS) $(PATHS) -o $@ $< %s/libcore.a $(LIBS)\n' "$cc" "$how" "$d"
            echo "$d/$t.out: $d/$t FORCE"
            printf '\tcd %s && $< >$@ 2>&1 || echo "not ok: $(<F) ended with $$?" >>$@\n' "$root"
            echo "all: $d/$t.out"
        done
        echo "-include $d/*.d $d/*/*.d"
    done
} >"$build/Makefile.new"
cmp -s "$build/Makefile.new" "$build/Makefile" || touch "$build/flags"
mv "$build/Makefile.new" "$build/Makefile"

for cc in $compilers; do rm -f "$build/$cc"/*.out; done
# detect_leaks: the core allocates nothing, what it takes from GSL it gives back
ASAN_OPTIONS=detect_leaks=1 make -s -k -j"$jobs" -f "$build/Makefile" all >"$build/log" 2>&1
built=$?

passed=0
failed=${missing:-0}
for cc in $compilers; do
    for t in $tests; do
        out=$build/$cc/$t.out
        if [ ! -f "$out" ]; then
            echo "$cc: not ok: $t was not built"
            failed=$((failed + 1))
            continue
        fi
        sed "s|^|$cc: |" "$out"
        line=$(sed -n 's/^unit [^:]*: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$out" | tail -1)
        # killed by a sanitizer, or never came to its end
        if [ -z "$line" ]; then
            failed=$((failed + 1))
            continue
        fi
        passed=$((passed + ${line% *}))
        failed=$((failed + ${line#* }))
        if grep -q '^not ok: .* ended with' "$out" && [ "${line#* }" = 0 ]; then
            failed=$((failed + 1))
        fi
    done
done
[ $built -eq 0 ] || grep -E 'error|Error|undefined' "$build/log" | head -40
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ $built -eq 0 ]
