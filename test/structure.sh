#!/bin/sh
# Is the source built the way it says?  test/structure.sh SHARED_LIBRARY
# One-way dependencies, one stem per domain, only known names exported, an
# engine that names no domain, and none of the calls and flags this code does
# not use.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/.." && pwd) || exit 2
library=${1:?usage: $0 SHARED_LIBRARY}
case $library in /*) ;; *) library=$PWD/$library ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# report NAME FILE: ok when the file is empty, else its lines are the findings
report() {
    if [ -s "$2" ]; then
        failed=$((failed + 1))
        echo "not ok: $1"
        sed 's/^/    /' "$2" | head -20
    else
        passed=$((passed + 1))
        echo "ok: $1"
    fi
}

# C without comments and string contents, so that words in them do not count
code_of() {
    perl -0pe 's{("(?:\\.|[^"\\])*")|(/\*.*?\*/)|(//[^\n]*)}{
        defined $1 ? q("") : ($2 // "") =~ tr/\n//cdr}gse' "$1"
}
find_in() { # find_in PATTERN FILE...: file:line of code that has the pattern
    pattern=$1
    shift
    for f in "$@"; do
        code_of "$f" | grep -nE "$pattern" | sed "s|^|${f#"$root"/}:|"
    done
}

cd "$root" || exit 2

# (a) the core includes its own headers, the C library and GSL
grep -nE '^[[:space:]]*#[[:space:]]*include' src/core/*/*.[ch] |
    grep -vE 'include "skpi_[a-z0-9_]+\.h"' |
    grep -vE 'include <(gsl/gsl_[a-z0-9_]+|assert|ctype|errno|float|inttypes|limits|math|stdbool|stddef|stdint|stdio|stdlib|string)\.h>' \
        >"$work/a"
report "the core includes only itself, the C library and GSL" "$work/a"
grep -nE '#[[:space:]]*include "(\.\./)*pg/|#[[:space:]]*include "saaskpi' src/core/*/*.[ch] >"$work/a2"
report "the core does not know the glue" "$work/a2"
# each layer of the core includes itself and those below: model, series, state, base
for layer in 'base base' 'state base state' 'series base series' 'model base state series model'; do
    # shellcheck disable=SC2086
    set -- $layer
    own=$1
    shift
    for h in $(grep -hoE 'include "skpi_[a-z0-9_]+\.h"' src/core/"$own"/*.[ch] | cut -d'"' -f2 | sort -u); do
        for d in "$@"; do [ ! -f "src/core/$d/$h" ] || continue 2; done
        echo "src/core/$own includes $h"
    done
done >"$work/a3"
report "the layers of the core point one way" "$work/a3"

# (b) what a core object needs from outside: the sources without the server's
# headers, and the objects that the library is linked of.  The C library's names
# are those that resolve when a program of the core, libc, libm and GSL alone is
# linked.
cc=${CC:-cc}
gsl=${GSL_CONFIG:-gsl-config}
objects=$(printf '%s\n' src/core/*/*.c | sed "s|^|$(dirname "$library")/|; s|c\$|o|")
# shellcheck disable=SC2046
$cc -std=c11 -fsyntax-only -Isrc/core/base -Isrc/core/state -Isrc/core/series -Isrc/core/model $("$gsl" --cflags) \
    src/core/*/*.c 2>"$work/compile"
report "the core compiles alone" "$work/compile"
# shellcheck disable=SC2046,SC2086
$cc -shared -Wl,-z,defs -o "$work/core.so" $objects $("$gsl" --libs) \
    >"$work/link" 2>&1 && : >"$work/link"
report "the core links with libc, libm and GSL alone" "$work/link"
# shellcheck disable=SC2086
nm -u $objects | awk '/^.*\.o:$/ { o = $0 } $1 == "U" { print $2 }' |
    sort -u | grep -vE '^(skpi_|gsl_)' |
    grep -xE '(malloc|calloc|realloc|free|abort|exit|_exit|printf|puts|putchar|fopen|fwrite|fputs|fprintf|__(f)?printf_chk|system|getenv|signal|longjmp|_?setjmp|rand|random|srand|time|clock)' \
        >"$work/b"
report "the core allocates nothing, prints nothing, reads no clock" "$work/b"
# shellcheck disable=SC2086
objdump -t $objects | awk 'NF > 3 && $(NF-2) ~ /^\.(data|data\.rel|data\.rel\.local|bss)$/ &&
    $NF !~ /^\./ { print $NF }' | sort -u >"$work/b2"
report "the core has no writable data" "$work/b2"

# (c) a domain has one stem everywhere
shared="saaskpi money sums state form rows args columns fit owner template training training_query between event_log meaning zone"
for c in src/pg/*.c; do
    d=$(basename "$c" .c)
    case " $shared " in *" $d "*) continue ;; esac
    : >"$work/c"
    # NN-D.sql is where the glue's own functions are declared
    ls src/core/*/skpi_"$d"*.c >/dev/null 2>&1 || echo "no src/core/*/skpi_$d*.c" >>"$work/c"
    ls src/core/*/skpi_"$d"*.h >/dev/null 2>&1 || echo "no src/core/*/skpi_$d*.h" >>"$work/c"
    ls test/unit/test_"$d"*.c >/dev/null 2>&1 || echo "no test/unit/test_$d*.c" >>"$work/c"
    ls sql/install/[0-9][0-9]-"$d".sql >/dev/null 2>&1 || echo "no sql/install/NN-$d.sql" >>"$work/c"
    [ -f "sql/$d.sql" ] || echo "no sql/$d.sql" >>"$work/c"
    [ -f "expected/$d.out" ] || echo "no expected/$d.out" >>"$work/c"
    if [ -f README.md ] && ! grep -qi "$d" README.md doc/guide/*.md; then
        echo "neither README.md nor a guide mentions it" >>"$work/c"
    fi
    report "domain $d is complete" "$work/c"
done
[ -f README.md ] || echo "SKIPPED: there is no README.md to look into"
for s in sql/*.sql; do
    b=$(basename "$s" .sql)
    case $b in saaskpi--*) continue ;; esac
    [ -f "expected/$b.out" ] || echo "expected/$b.out is missing"
    grep -qwF "$b" sql/order || echo "$b is not in sql/order"
done >"$work/c2"
report "every regression file has its answer and its place" "$work/c2"
for w in $(cat sql/order); do [ -f "sql/$w.sql" ] || echo "sql/$w.sql is missing"; done >"$work/c3"
report "every place in sql/order has its file" "$work/c3"
# glue includes glue's one header, and the core
grep -nE '#[[:space:]]*include "' src/pg/*.c |
    grep -E '"[a-z_]+\.h"' | grep -v '"saaskpi\.h"' | grep -v '"skpi_' | grep -vE '"(postgres|windowapi)\.h"' >"$work/c4"
report "no domain of the glue includes another" "$work/c4"

# (d) exported names
if [ -f "$library" ]; then
    nm -D --defined-only "$library" | awk '{ print $NF }' |
        grep -vE '^(saaskpi_[a-z0-9_]+|pg_finfo_saaskpi_[a-z0-9_]+|_PG_init|Pg_magic_func)$' >"$work/d"
    report "the library exports only its entry points" "$work/d"
    # every C function that SQL names is there, and the other way round
    awk -v sql=sql -f script/expand.awk sql/install/*.sql >"$work/install.sql"
    symbols() { sed -n "s/.*'MODULE_PATHNAME', '\(saaskpi_[a-z0-9_]*\)'.*/\1/p" "$@"; }
    nm -D --defined-only "$library" | awk '{ print $NF }' |
        sed -n 's/^pg_finfo_//p' | sort -u >"$work/have"
    symbols "$work/install.sql" | sort -u >"$work/want"
    # the library runs the SQL of a released version until its update
    symbols sql/released/*.sql | sort -u >"$work/released"
    comm -13 "$work/have" "$work/want" | sed 's/$/ is not in the library/' >"$work/d2"
    sort -u "$work/want" "$work/released" | comm -23 "$work/have" - | sed 's/$/ has no SQL function/' >>"$work/d2"
    report "library and SQL name the same functions" "$work/d2"
    comm -13 "$work/have" "$work/released" >"$work/d4"
    report "every function that a released version calls is there" "$work/d4"
    symbols "$work/install.sql" | grep -v '^saaskpi_as_owner' |
        sort | uniq -d | sed 's/$/ is used by two SQL functions/' >"$work/d3"
    report "one C symbol per SQL function" "$work/d3"
else
    echo "$library does not exist" >"$work/d"
    report "the library exports only its entry points" "$work/d"
fi

# (e) banned calls, flags and types
find_in '(^|[^a-z_])(sprintf|vsprintf|strcpy|strcat|strtok|gets|atoi|atol|atof|rand|srand|abort|exit|alloca)[[:space:]]*\(' \
    src/*/*.[ch] src/core/*/*.[ch] >"$work/e"
report "no banned call" "$work/e"
find_in '(^|[^a-z_])(malloc|calloc|realloc|free|strdup)[[:space:]]*\(' src/pg/*.[ch] >"$work/e2"
report "the glue allocates with palloc only" "$work/e2"
find_in '(^|[^a-z_])(PG_TRY|setjmp|fopen|system|popen|getenv)[[:space:]]*\(' src/core/*/*.[ch] >"$work/e3"
report "the core touches nothing outside" "$work/e3"
grep -nE -- '-(ffast-math|Ofast|funsafe-math|fassociative-math|freciprocal-math|ffinite-math-only|march=native|ffp-contract=fast)' \
    Makefile >"$work/e4"
report "no flag that changes results" "$work/e4"
money=
for s in money price tally tally_check tally_merge tally_order tally_text kind label label_sort change calendar history flow retention \
    activity payment cohort revenue bridge conversion purchase; do
    money="$money $(ls src/core/*/skpi_"$s".[ch] 2>/dev/null | tr '\n' ' ')"
done
for s in money price state form rows between history flow retention activity payment cohort revenue bridge conversion purchase; do
    money="$money src/pg/$s.c"
done
# shellcheck disable=SC2086
find_in '(^|[^a-z0-9_])(float|double|float4|float8|Float8GetDatum|DatumGetFloat8)([^a-z0-9_]|$)' \
    $money >"$work/e5"
report "no float on a money path" "$work/e5"
grep -nE "COPY .* (PROGRAM|FROM '/|TO '/)|SECURITY DEFINER|CREATE OR REPLACE [A-Z]+ saaskpi\.|IF NOT EXISTS saaskpi\." \
    sql/install/*.sql sql/template/*.sql >"$work/e6"
report "no definer rights, no replace, no server files in the install script" "$work/e6"
wc -l src/*/*.[ch] src/core/*/*.[ch] sql/install/*.sql sql/template/*.sql sql/upgrade/*/*.sql | awk '$2 != "total" && $1 >= 400' >"$work/e7"
report "every file is below 400 lines" "$work/e7"

# (f) the engine names no domain: nothing that the domains register as source
# or relation, nor any of their columns whose name is not a plain word; as_of is
# the engine's own, and so is valid_from, of exports that keep history
engine="sql/install/05-*.sql sql/install/5[0-9]-*.sql"
domains=$(ls sql/install/[67][0-9]-*.sql sql/install/8[0-8]-*.sql 2>/dev/null)
# shellcheck disable=SC2086
perl -ne '
    $table = $1 if /^INSERT INTO saaskpi_internal\.(\w+)/;
    next unless my ($name, $column) = /^\(\x27(\w+)\x27(?:, \x27(\w+)\x27)?/;
    print "$name\n" if $table =~ /^(sources|relations)$/;
    print "$column\n" if $table =~ /^(source|relation)_columns$/ && $column =~ /_/ && $column !~ /^(?:as_of|valid_from)$/;
' $domains | sort -u >"$work/domain_words"
[ "$(grep -c . "$work/domain_words")" -gt 40 ] || echo "few names found in the domains" >"$work/f"
# shellcheck disable=SC2086
grep -nowFf "$work/domain_words" $engine >>"$work/f"
report "the engine names no domain" "$work/f"
# a domain is rows of the registry and helpers of their queries, nothing else
for f in $domains; do
    perl -0pe 's/--[^\n]*//g; s/\$(\w*)\$.*?\$\1\$//gs; s/\x27(?:[^\x27]|\x27\x27)*\x27//gs' "$f" | tr '\n' ' ' | tr ';' '\n' |
        sed 's/^ *//' | grep -vE '^$|^INSERT INTO saaskpi_internal\.(sources|source_columns|source_lookups|customer_details|known_later|source_revisions|source_rules|relations|relation_branches|relation_columns|identities|identity_totals|dictionary|mapping_[a-z_]+) |^COMMENT ON FUNCTION saaskpi_internal\.|^CREATE FUNCTION saaskpi_internal\.' |
        cut -c1-80 | sed "s|^|$f: |"
done >"$work/f2"
report "a domain of relations is rows and helpers alone" "$work/f2"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
