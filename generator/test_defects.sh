# Tests of --ugly; read by test.sh, whose functions it uses.
# shellcheck shell=sh disable=SC2154

recount() # recount DIR: "rule count" of every rule about files that are there
{
    end=$(truth "$1" window last_day)
    awk -v last="$end" -f test_defects.awk \
        "$1/customers.csv" "$1/subscriptions.csv" "$1/payments.csv" \
        "$1/costs.csv"
    [ ! -e "$1/events.csv" ] || awk -v last="$end" \
        -f test_defects_events.awk "$1/customers.csv" "$1/events.csv"
    [ ! -e "$1/orders.csv" ] || awk -v last="$end" \
        -f test_defects_shop.awk "$1/customers.csv" "$1/products.csv" \
        "$1/orders.csv" "$1/order_lines.csv" "$1/sales_reps.csv" \
        "$1/sales_quotas.csv" "$1/opportunities.csv" \
        "$1/opportunity_stages.csv"
}
for d in big short both old stall; do
    recount "$tmp/$d" >"$tmp/$d.found"
    equal "$d: clean data has no defect" \
        "$(awk '$2 != 0 { print $1 }' "$tmp/$d.found")" ""
done
run --ugly --customers 1000 --months 12 --seed 3 --out "$tmp/least"
run --ugly --customers 60000 --months 36 --seed 4 --out "$tmp/most"
run --ugly --events --events-per-month 3 --shop --out "$tmp/all"
run --ugly --events --events-per-month 2 --shop --customers 1000 --months 12 \
    --orders-per-customer 1 --lines-per-order 1 --products 40 --seed 3 \
    --out "$tmp/tight"
run --ugly --events --events-per-month 3 --shop --customers 20000 --months 30 \
    --orders-per-customer 3 --opportunities 3000 --seed 5 --out "$tmp/wider"
for level in 0 3; do
    "$tmp/o$level/saaskpi-generate" --quiet --ugly --events \
        --events-per-month 3 --shop --out "$tmp/all$level"
    # shellcheck disable=SC2086
    check "-O$level gives the same bytes of all files" same_files "$tmp/all" \
        "$tmp/all$level" events.csv $shop_files
    rm -r "$tmp/all$level"
done
for d in ugly least most all tight wider; do
    recount "$tmp/$d" >"$tmp/$d.found"
    equal "$d: the truth lists every rule" "$(awk '/"defects"/ { on = 1; next }
        on && /:/ { n++ } END { print n }' "$tmp/$d/truth.json")" \
        "$(awk 'END { print NR }' "$tmp/$d.found")"
    while read -r rule n; do
        equal "$d: $rule" "$n" "$(truth "$tmp/$d" defects "$rule")"
        check "$d: $rule at least three times" test "$n" -ge 3
    done <"$tmp/$d.found"
done
for f in events $(echo "$shop_files" | sed 's/[.]csv//g'); do
    equal "all: rows of $f are as the truth says" \
        "$(rows "$tmp/all/$f.csv")" "$(truth "$tmp/all" rows "$f")"
done
for type in signup plan_upgraded error_occurred; do
    equal "all: rows of $type are as the truth says" "$(awk -F, -v t="$type" \
        '$4 == t { n++ } END { print n }' "$tmp/all/events.csv")" \
        "$(truth "$tmp/all" events $type)"
done
for section in sales buyers pipeline activity; do
    equal "$section of the truth are those before defects" \
        "$(sed -n "/\"$section\"/,/^  }/p" "$tmp/all/truth.json")" \
        "$(sed -n "/\"$section\"/,/^  }/p" "$tmp/both/truth.json")"
done
unspoilt() # unspoilt CLEAN UGLY FILE: how many rows of one are not in the other
{
    cut -d, -f2- "$tmp/$1/$3" | sort >"$tmp/clean.sorted"
    cut -d, -f2- "$tmp/$2/$3" | sort >"$tmp/ugly.sorted"
    comm -23 "$tmp/clean.sorted" "$tmp/ugly.sorted" | awk 'END { print NR }'
}
planted=$(awk '{ n += $2 } END { print n }' "$tmp/ugly.found")
check "customers without a defect are the same as in clean data" \
    test "$(unspoilt a ugly customers.csv)" -le "$planted"
planted=$(awk '{ n += $2 } END { print n }' "$tmp/all.found")
for f in orders opportunities; do
    check "$f without a defect are the same as in clean data" \
        test "$(unspoilt both all $f.csv)" -le "$planted"
done
check "--ugly with few products is refused" refused \
    "at least 40 products, not 39" --ugly --shop --products 39
"$gen" --quiet --ugly --shop --customers 1000 --opportunities 5 \
    --out "$tmp/few" 2>"$tmp/said"
equal "too few opportunities for every defect fail" $? 1
check "and the option that gives more is named" grep -q -e "--opportunities" \
    "$tmp/said"
