#!/bin/sh
# Tests of saaskpi-generate: prints "ok" and "not ok" lines and a total.
# Needs only the program, make, a shell and awk.
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")" || exit 1

gen=./saaskpi-generate
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0
failed=0

check() # check NAME COMMAND...: ok if the command succeeds
{
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok - $name"
    else
        failed=$((failed + 1))
        echo "not ok - $name"
    fi
}

equal() # equal NAME GOT WANTED
{
    check "$1" test "$2" = "$3"
    [ "$2" = "$3" ] || echo "#   got $2, wanted $3"
}

truth() # truth DIR SECTION KEY
{
    awk -v section="\"$2\":" -v key="\"$3\":" '
        $1 == section { inside = 1 }
        inside && $1 == key { gsub(/[",]/, "", $2); print $2; exit }
        /^  }/ { inside = 0 }' "$1/truth.json"
}

value() # value FILE NAME: the value of a "name value" line
{
    awk -v name="$2" '$1 == name { print $2 }' "$1"
}

holds() # holds EXPRESSION: an awk expression over numbers
{
    awk "BEGIN { exit !($1) }"
}

same_files() # same_files DIR DIR [FILE...]: beside those always there
{
    one=$1
    other=$2
    shift 2
    for f in customers.csv subscriptions.csv payments.csv costs.csv \
        truth.json "$@"; do
        cmp "$one/$f" "$other/$f" || return 1
    done
}

rows()
{
    awk 'END { print NR - 1 }' "$1"
}

run()
{
    "$gen" --quiet "$@"
}

# --- the same seed gives the same bytes -------------------------------------

run --out "$tmp/a" && run --out "$tmp/b"
check "two runs give the same bytes" same_files "$tmp/a" "$tmp/b"
run --seed 2 --out "$tmp/seed2"
check "another seed gives other bytes" \
    test "$(cksum <"$tmp/a/payments.csv")" != \
    "$(cksum <"$tmp/seed2/payments.csv")"

mkdir "$tmp/o0" "$tmp/o3"
make -s BUILD="$tmp/o0" CFLAGS=-O0 "$tmp/o0/saaskpi-generate"
make -s BUILD="$tmp/o3" CFLAGS=-O3 "$tmp/o3/saaskpi-generate"
"$tmp/o0/saaskpi-generate" --quiet --ugly --out "$tmp/ugly0"
"$tmp/o3/saaskpi-generate" --quiet --ugly --out "$tmp/ugly3"
run --ugly --out "$tmp/ugly"
check "-O0 gives the same bytes" same_files "$tmp/ugly" "$tmp/ugly0"
check "-O3 gives the same bytes" same_files "$tmp/ugly" "$tmp/ugly3"

# Books that users and tests hold must stay the same for ever.
golden() # golden NAME CKSUM OPTIONS...
{
    name=$1
    sum=$2
    shift 2
    run --out "$tmp/golden" "$@"
    equal "$name are the bytes they always were" "$(cd "$tmp/golden" &&
        cat customers.csv subscriptions.csv payments.csv costs.csv truth.json |
        cksum)" "$sum"
}
golden "clean books" "3000160321 3228893"
golden "ugly books" "3663264279 3232455" --ugly
golden "ugly books of another company" "690868054 1458881" \
    --ugly --customers 3000 --months 30 --seed 9 --start 2019-07
golden "books of a short window" "4177730377 165469" \
    --customers 777 --months 7 --seed 5

# --- the files --------------------------------------------------------------

equal "header of customers" "$(head -1 "$tmp/a/customers.csv")" \
    "customer_id,signup_date,segment,country,acquisition_channel,is_active"
equal "header of subscriptions" "$(head -1 "$tmp/a/subscriptions.csv")" \
    "subscription_id,customer_id,plan_type,start_date,end_date,monthly_price"
equal "header of payments" "$(head -1 "$tmp/a/payments.csv")" \
    "payment_id,customer_id,payment_date,amount,payment_status"
equal "header of costs" "$(head -1 "$tmp/a/costs.csv")" \
    "month,infra_cost,marketing_cost,support_cost"

for d in a ugly; do
    for f in customers subscriptions payments costs; do
        equal "$d: rows of $f are as the truth says" \
            "$(rows "$tmp/$d/$f.csv")" "$(truth "$tmp/$d" rows $f)"
    done
    equal "$d: successful amount is as the truth says" \
        "$(awk -F, '$5 == "Success" && $4 != "" { c += $4 * 100 }
            END { printf "%.2f", c / 100 }' "$tmp/$d/payments.csv")" \
        "$(truth "$tmp/$d" payments successful_amount)"
done
equal "5000 customers by default" "$(rows "$tmp/a/customers.csv")" 5000
equal "one cost row a month" "$(rows "$tmp/a/costs.csv")" 48

# malformed FILE PATTERN: rows of a clean file that do not match
malformed()
{
    awk -v p="$2" 'NR > 1 && $0 !~ p' "$1" | awk 'END { print NR }'
}
date='[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'
money='[0-9]+[.][0-9][0-9]'
seven='[0-9][0-9][0-9][0-9][0-9][0-9][0-9]'
equal "customers are spelled as they should be" "$(malformed \
    "$tmp/a/customers.csv" "^C$seven,$date,(SMB|Mid-Market|Enterprise),[A-Z][A-Z],(Paid Ads|Referral|Organic|Partner),(true|false)\$")" 0
equal "subscriptions are spelled as they should be" "$(malformed \
    "$tmp/a/subscriptions.csv" "^S$seven,C$seven,(Basic|Pro|Enterprise),$date,($date)?,$money\$")" 0
equal "payments are spelled as they should be" "$(malformed \
    "$tmp/a/payments.csv" "^P${seven}[0-9],C$seven,$date,$money,(Success|Failed)\$")" 0
equal "costs are spelled as they should be" "$(malformed \
    "$tmp/a/costs.csv" "^[0-9][0-9][0-9][0-9]-[01][0-9],$money,$money,$money\$")" 0
if perl -MJSON::PP -e 1 2>/dev/null; then
    check "truth.json is JSON" perl -MJSON::PP -0777 -ne 'decode_json($_)' \
        "$tmp/ugly/truth.json"
fi

# --- the lives --------------------------------------------------------------

run --customers 20000 --seed 7 --out "$tmp/big"
lives()
{
    awk -v first="$(truth "$tmp/$1" window first_day)" \
        -v last="$(truth "$tmp/$1" window last_day)" -f test_lives.awk \
        "$tmp/$1/subscriptions.csv" "$tmp/$1/payments.csv" >"$tmp/$1.lives"
}
lives big
got()
{
    value "$tmp/big.lives" "$1"
}
told()
{
    truth "$tmp/big" customers "$1"
}
equal "converted customers" "$(got converted)" "$(told converted)"
equal "active customers" "$(got active)" "$(told active_at_end)"
equal "customers that claim to be active" "$(awk -F, '$6 == "true"' \
    "$tmp/big/customers.csv" | awk 'END { print NR }')" "$(got active)"
equal "losses of all cover are departures and pauses" "$(got churns)" \
    $(($(told churned_voluntary) + $(told churned_involuntary) + $(told pauses)))
equal "returns" "$(got returns)" "$(told reactivations)"
equal "every due date is charged" "$(got dues_not_charged)" 0
equal "every charge is on a due date or a retry day" \
    "$(got payments_off_schedule)" 0
equal "nothing is dated outside the window" "$(got outside_window)" 0
check "short months pay on their last day" test "$(got clipped_dues)" -gt 100
check "leap days are due dates" test "$(got leap_rows)" -gt 10
for kind in churned_voluntary churned_involuntary pauses reactivations \
    upgrades downgrades second_subscriptions; do
    check "there are $kind" test "$(told $kind)" -gt 100
done
check "about 1.3 subscriptions and 12.2 payments a customer" holds \
    "($(truth "$tmp/big" rows subscriptions) / 20000 - 1.3) ^ 2 < 0.01 && \
     ($(truth "$tmp/big" rows payments) / 20000 - 12.2) ^ 2 < 0.36"

check "hazard falls with tenure" holds "$(got hazard_0) > $(got hazard_1) && \
    $(got hazard_1) > $(got hazard_2) && $(got hazard_2) > $(got hazard_3)"

signups()
{
    awk -F, -v p="$1" 'NR > 1 && $2 ~ p { n++ } END { print n + 0 }' \
        "$tmp/big/customers.csv"
}
check "signups grow" holds "$(signups ^2025) > 1.5 * $(signups ^2022)"
for year in 2022 2023 2024 2025; do
    check "autumn beats summer in $year" holds \
        "$(signups "^$year-(09|10)") > 1.2 * $(signups "^$year-0[78]")"
done

month_before() # month_before YYYY-MM
{
    echo "$1" | awk -F- '{ m = $1 * 12 + $2 - 2
        printf "%04d-%02d", int(m / 12), m % 12 + 1 }'
}
shock=$(truth "$tmp/big" shock month)
level=$(truth "$tmp/big" level_shift month)
check "the shock month collects a fifth to two fifths less" holds \
    "$(got "collected_$shock") < 0.8 * $(got "collected_$(month_before "$shock")") && \
     $(got "collected_$shock") > 0.6 * $(got "collected_$(month_before "$shock")")"
check "the price increase lifts revenue at once" holds \
    "$(got "collected_$level") > 1.1 * $(got "collected_$(month_before "$level")")"
before=$(month_before "$level")
check "and not the month before" holds \
    "$(got "collected_$before") < 1.1 * $(got "collected_$(month_before "$before")")"

check "costs grow with the company" awk -F, '
    NR == 2 { first = $2 + $4 } END { exit !($2 + $4 > 2 * first) }' \
    "$tmp/big/costs.csv"

run --start 2023-11 --months 4 --customers 300 --out "$tmp/short"
lives short
equal "a short window has no shock" "$(truth "$tmp/short" shock month)" null
equal "a short window charges every due date" \
    "$(value "$tmp/short.lives" dues_not_charged)" 0
equal "a short window ends where it should" \
    "$(truth "$tmp/short" window last_day)" 2024-02-29
run --customers 1 --months 1 --out "$tmp/one/deep/er"
equal "one customer, one month, a directory made on the way" \
    "$(rows "$tmp/one/deep/er/customers.csv")" 1

refused() # refused VALUE ARGUMENTS...: exit 2 and the value is named
{
    shown=$1
    shift
    "$gen" --out "$tmp/never" "$@" >"$tmp/said" 2>&1
    [ $? -eq 2 ] && grep -q -F -e "$shown" "$tmp/said" && [ ! -d "$tmp/never" ]
}

# --- events -----------------------------------------------------------------

. ./test_events.sh

# --- the shop ---------------------------------------------------------------

. ./test_shop.sh

# --- defects ----------------------------------------------------------------

. ./test_defects.sh

# --- the command line -------------------------------------------------------

for bad in 0 -1 100000001 99999999999999999999 1e3 5k ' 5' '' +5; do
    check "--customers '$bad' is refused" refused "\"$bad\"" --customers "$bad"
done
for bad in 0 1201 12.5; do
    check "--months '$bad' is refused" refused "\"$bad\"" --months "$bad"
done
for bad in 2022-13 2022-00 2022-1 202201 22-01 2022/01 1899-12 2022-01-01 x; do
    check "--start '$bad' is refused" refused "\"$bad\"" --start "$bad"
done
for bad in -1 x 9223372036854775808; do
    check "--seed '$bad' is refused" refused "\"$bad\"" --seed "$bad"
done
check "an unknown option is refused" refused --color --color
check "a stray argument is refused" refused '"stray"' stray
check "a missing value is refused" refused --seed --seed
check "--ugly in too small a company is refused" refused 500 \
    --ugly --customers 500
check "--ugly in too short a window is refused" refused 11 --ugly --months 11

"$gen" --help >"$tmp/help" 2>"$tmp/said"
equal "--help succeeds" $? 0
for option in customers months start seed out events shop ugly \
    quiet help events-per-month orders-per-customer lines-per-order products \
    opportunities; do
    check "--help names --$option" grep -q -e "--$option" "$tmp/help"
done
"$gen" --customers 100 --out "$tmp/loud" >"$tmp/out" 2>"$tmp/said"
equal "one summary line and no progress without a terminal" \
    "$(awk 'END { print NR }' "$tmp/said"),$(grep -c '100 customers' "$tmp/said")" 1,1
check "nothing on standard output" test ! -s "$tmp/out"
"$gen" --customers 100 --quiet --out "$tmp/loud" >"$tmp/out" 2>&1
check "--quiet says nothing" test ! -s "$tmp/out"

: >"$tmp/file"
"$gen" --quiet --out "$tmp/file" 2>"$tmp/said"
equal "a file in place of the directory fails" $? 1
if [ -c /dev/full ]; then
    mkdir "$tmp/full" && ln -s /dev/full "$tmp/full/payments.csv"
    "$gen" --quiet --out "$tmp/full" 2>"$tmp/said"
    equal "a full disk fails" $? 1
    check "a full disk is named" grep -q payments.csv "$tmp/said"
    check "no truth without data" test ! -e "$tmp/full/truth.json"
fi

# --- size -------------------------------------------------------------------

check "200,000 customers fit in 64 MB of address space" \
    sh -c "ulimit -v 65536 && $gen --quiet --customers 200000 --out $tmp/wide"
equal "and all of them are written" "$(rows "$tmp/wide/customers.csv")" 200000

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
