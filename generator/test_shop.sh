# Tests of --shop; read by test.sh, whose functions it uses.
# shellcheck shell=sh disable=SC2154

shop_files="products.csv orders.csv order_lines.csv sales_reps.csv
    sales_quotas.csv opportunities.csv opportunity_stages.csv
    pipeline_stages.csv"

shop() # shop DIR: recount into DIR.shop
{
    awk -v first="$(truth "$1" window first_day)" \
        -v last="$(truth "$1" window last_day)" -f test_shop.awk \
        "$1/customers.csv" "$1/products.csv" "$1/orders.csv" \
        "$1/order_lines.csv" "$1/sales_reps.csv" "$1/sales_quotas.csv" \
        "$1/opportunities.csv" "$1/opportunity_stages.csv" \
        "$1/pipeline_stages.csv" >"$1.shop"
}

run --shop --out "$tmp/shop" && run --shop --out "$tmp/shop2"
# shellcheck disable=SC2086
check "two runs with a shop give the same bytes" same_files "$tmp/shop" \
    "$tmp/shop2" $shop_files
for level in 0 3; do
    "$tmp/o$level/saaskpi-generate" --quiet --shop --out "$tmp/shop$level"
    # shellcheck disable=SC2086
    check "-O$level gives the same shop" same_files "$tmp/shop" \
        "$tmp/shop$level" $shop_files
done
check "a shop changes nothing else" sh -c "
    for f in customers subscriptions payments costs; do
        cmp '$tmp/a/'\$f.csv '$tmp/shop/'\$f.csv || exit 1
    done"
run --shop --events --events-per-month 3 --out "$tmp/both"
run --events --events-per-month 3 --out "$tmp/alone"
check "a shop does not change the events" cmp "$tmp/alone/events.csv" \
    "$tmp/both/events.csv"
rm -r "$tmp/alone"

header() # header FILE COLUMNS
{
    equal "header of $1" "$(head -1 "$tmp/shop/$1.csv")" "$2"
}
header products "product_id,name,category,list_price,unit_cost"
header orders \
    "order_id,customer_id,ordered_at,status,channel,region,sales_rep_id"
header order_lines \
    "order_id,line_no,product_id,quantity,unit_price,discount"
header sales_reps "sales_rep_id,name,team,region"
header sales_quotas "sales_rep_id,period,quota"
header opportunities "opportunity_id,customer_id,sales_rep_id,name,created_at,amount,stage,closed_at,expected_close"
header opportunity_stages "opportunity_id,stage,entered_at,amount"
header pipeline_stages "stage,ordinal,probability,outcome"

spelled() # spelled FILE PATTERN
{
    equal "$1 are spelled as they should be" \
        "$(malformed "$tmp/shop/$1.csv" "$2")" 0
}
clock='[0-2][0-9]:[0-5][0-9]:[0-5][0-9]'
four='[0-9][0-9][0-9][0-9]'
eight="${seven}[0-9]"
region='(Americas|EMEA|APAC)'
stage='(Lead|Qualified|Proposal|Negotiation|Closed Won|Closed Lost)'
spelled products "^I$four,[A-Z][a-z]+ [A-Z][a-z]+,(Electronics|Home|Office|Clothing|Sports|Books),$money,$money\$"
spelled orders "^O$eight,C$seven,$date $clock,(completed|cancelled),(Web|Mobile|Phone|Partner),$region,(R[0-9][0-9][0-9])?\$"
spelled order_lines "^O$eight,[1-9][0-9]*,I$four,-?[1-9][0-9]*,$money,$money\$"
spelled sales_reps "^R[0-9][0-9][0-9],[A-Z][a-z]+ [A-Z][a-z]+,(Inside|Field|Key Accounts),$region\$"
spelled sales_quotas "^R[0-9][0-9][0-9],$four-[01][0-9],$money\$"
spelled opportunities "^D$seven,C$seven,R[0-9][0-9][0-9],[A-Za-z ]+,$date $clock,$money,$stage,($date $clock)?,$date\$"
spelled opportunity_stages "^D$seven,$stage,$date $clock,$money\$"

run --shop --customers 400 --months 7 --start 1969-10 --seed 12 \
    --orders-per-customer 40 --lines-per-order 6 --products 15 \
    --opportunities 900 --out "$tmp/stall"
for d in shop stall; do
    shop "$tmp/$d"
    got()
    {
        awk -v name="$1" 'index($0, name " ") == 1 {
            print substr($0, length(name) + 2) }' "$tmp/$d.shop"
    }
    for f in products orders order_lines sales_reps sales_quotas \
        opportunities opportunity_stages pipeline_stages; do
        equal "$d: rows of $f are as the truth says" \
            "$(rows "$tmp/$d/$f.csv")" "$(truth "$tmp/$d" rows $f)"
    done
    for name in orders return_orders cancelled_orders gross discounts returns \
        net cancelled_net units_sold units_returned; do
        equal "$d: $name" "$(got $name)" "$(truth "$tmp/$d" sales $name)"
    done
    for name in count repeat_buyers most_orders most_orders_customer \
        most_spent most_spent_customer longest_silence_days; do
        equal "$d: $name" "$(got $name)" "$(truth "$tmp/$d" buyers $name)"
    done
    for name in won won_amount lost lost_amount open open_amount Lead \
        Qualified Proposal Negotiation reopened moved_back skipped_a_stage \
        amount_changes quota; do
        equal "$d: $name" "$(got $name)" "$(truth "$tmp/$d" pipeline $name)"
    done
    for bad in strangers numbers costs times reps lines prices orders quotas \
        closes history; do
        equal "$d: no bad $bad" "$(got bad_$bad)" 0
    done
    awk '/"monthly_sales"/ { on = 1; next } /^  ]/ { on = 0 }
        on { gsub(/["{}:,]/, " "); print "month_" $2, $4 "," $6 }' \
        "$tmp/$d/truth.json" | sort >"$tmp/$d.told"
    grep '^month_' "$tmp/$d.shop" | sort >"$tmp/$d.months"
    check "$d: sales by month" cmp "$tmp/$d.told" "$tmp/$d.months"
    equal "$d: stages and outcomes" "$(got outcomes)" "Lead:1:0.10:open;Qualified:2:0.25:open;Proposal:3:0.50:open;Negotiation:4:0.75:open;Closed Won:5:1.00:won;Closed Lost:6:0.00:lost;"
done
check "a fifth of the products sells more than half" holds \
    "$(value "$tmp/shop.shop" top_share) > 0.5"
check "about 50,000 orders of 5,000 customers" holds \
    "($(truth "$tmp/shop" rows orders) - 50000) ^ 2 < 5000 ^ 2"
check "about two lines an order" holds "($(truth "$tmp/shop" rows order_lines) \
    / $(truth "$tmp/shop" rows orders) - 2) ^ 2 < 0.04"
check "about 40 orders a customer where asked for" holds \
    "($(truth "$tmp/stall" sales orders) / 400 - 40) ^ 2 < 64"
equal "opportunities asked for" "$(rows "$tmp/stall/opportunities.csv")" 900
equal "products asked for" "$(rows "$tmp/stall/products.csv")" 15
orders_in() # orders_in YYYY-MM: sales of a month
{
    value "$tmp/shop.shop" "month_$1" | awk -F, '{ print $1 }'
}
for year in 2023 2024 2025; do
    check "December beats summer in $year" holds \
        "$(orders_in $year-12) > 1.2 * $(orders_in $year-08)"
done
check "some drop out and some go on" holds \
    "$(truth "$tmp/shop" buyers dropped_out) > 1000 && \
     $(truth "$tmp/shop" buyers dropped_out) < 3000"
check "prices rise" awk -F, '
    NR == FNR { if (FNR > 1) year[$1] = substr($3, 1, 4); next }
    FNR > 1 && $4 > 0 { if (year[$1] == 2022) old[$3] = $5
        if (year[$1] == 2025) new[$3] = $5 }
    END { for (p in old) if (p in new) { n++; if (new[p] > old[p]) up++ }
        exit !(n > 50 && up == n) }' \
    "$tmp/shop/orders.csv" "$tmp/shop/order_lines.csv"
check "the team wins about its quota" holds \
    "$(truth "$tmp/shop" pipeline won_amount) > \
     0.6 * $(truth "$tmp/shop" pipeline quota) && \
     $(truth "$tmp/shop" pipeline won_amount) < \
     1.2 * $(truth "$tmp/shop" pipeline quota)"
for name in reopened moved_back skipped_a_stage; do
    check "there are deals $name" test \
        "$(truth "$tmp/shop" pipeline $name)" -gt 10
done

for size in orders-per-customer lines-per-order products opportunities; do
    for bad in 0 -1 2000000000 1.5 ''; do
        check "--$size '$bad' is refused" refused "\"$bad\"" --shop \
            "--$size" "$bad"
    done
    check "--$size without --shop is refused" refused \
        "--$size 12 needs --shop" "--$size" 12
done
check "--products of too few is refused" refused '"9"' --shop --products 9
run --shop --customers 1 --months 1 --out "$tmp/kiosk"
equal "one customer has one opportunity" \
    "$(rows "$tmp/kiosk/opportunities.csv")" 1
check "200,000 customers with a shop fit in 64 MB of address space" sh -c \
    "ulimit -v 65536 && $gen --quiet --shop --orders-per-customer 1 --months 6 \
     --customers 200000 --out $tmp/wide"
rm -r "$tmp/wide"
