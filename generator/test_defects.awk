# Counts, from the CSV files alone, the rows that break each rule of the data
# check.  Prints "rule count" for all rules.  Reads customers, subscriptions,
# payments and costs in this order, with -v last=YYYY-MM-DD (the window's end).

function hit(rule) { count[rule]++ }

function month_number(m) { return substr(m, 1, 4) * 12 + substr(m, 6, 2) }

BEGIN {
    FS = ","
    names = "customer_id_missing customer_id_duplicate signup_date_missing " \
        "signup_date_in_future segment_missing segment_unknown " \
        "channel_unknown country_missing is_active_contradicts " \
        "subscription_id_missing subscription_id_duplicate " \
        "subscription_unknown_customer subscription_customer_missing " \
        "start_date_missing end_before_start zero_length price_missing " \
        "price_negative price_zero plan_missing plan_unknown " \
        "overlap_same_plan start_before_signup payment_id_missing " \
        "payment_id_duplicate payment_unknown_customer " \
        "payment_customer_missing payment_date_missing " \
        "payment_date_in_future amount_missing amount_negative amount_zero " \
        "status_missing status_unknown payment_before_signup " \
        "payment_without_subscription cost_month_malformed " \
        "cost_month_duplicate cost_month_missing cost_negative"
    rules = split(names, rule, " ")
}

FNR == 1 { file++; next }

file == 1 {
    if ($1 == "") hit("customer_id_missing")
    else if ($1 in signup) hit("customer_id_duplicate")
    else { signup[$1] = $2; claim[$1] = $6 }
    if ($2 == "") hit("signup_date_missing")
    if ($2 > last) hit("signup_date_in_future")
    if ($3 == "") hit("segment_missing")
    else if ($3 !~ /^(SMB|Mid-Market|Enterprise)$/) hit("segment_unknown")
    if ($4 == "") hit("country_missing")
    if ($5 !~ /^(Paid Ads|Referral|Organic|Partner)$/) hit("channel_unknown")
}

file == 2 {
    repeated = $1 != "" && ($1 in sub_seen)
    sub_seen[$1] = 1
    if ($1 == "") hit("subscription_id_missing")
    if (repeated) hit("subscription_id_duplicate")
    if ($2 == "") hit("subscription_customer_missing")
    else if (!($2 in signup)) hit("subscription_unknown_customer")
    else if ($4 != "" && signup[$2] != "" && $4 < signup[$2])
        hit("start_before_signup")
    if ($3 == "") hit("plan_missing")
    else if ($3 !~ /^(Basic|Pro|Enterprise)$/) hit("plan_unknown")
    if ($4 == "") hit("start_date_missing")
    else if ($5 != "" && $5 < $4) hit("end_before_start")
    else if ($5 == $4) hit("zero_length")
    if ($6 == "") hit("price_missing")
    else if ($6 < 0) hit("price_negative")
    else if ($6 == 0) hit("price_zero")
    held[$2] = 1
    if ($5 == "") open[$2] = 1
    if (!repeated && $2 != "" && $3 != "" && $4 != "" &&
        ($5 == "" || $5 > $4)) {
        key = $2 "," $3
        n = ++kept[key]
        from[key, n] = $4
        to[key, n] = $5 == "" ? "9999-12-31" : $5
    }
}

file == 3 {
    if ($1 == "") hit("payment_id_missing")
    else if ($1 in pay_seen) hit("payment_id_duplicate")
    pay_seen[$1] = 1
    known = $2 in signup
    if ($2 == "") hit("payment_customer_missing")
    else if (!known) hit("payment_unknown_customer")
    else if ($3 != "" && signup[$2] != "" && $3 < signup[$2])
        hit("payment_before_signup")
    if ($3 == "") hit("payment_date_missing")
    if ($3 > last) hit("payment_date_in_future")
    if ($4 == "") hit("amount_missing")
    else if ($4 < 0 && $5 == "Success") hit("amount_negative")
    else if ($4 == 0) hit("amount_zero")
    if ($5 == "") hit("status_missing")
    else if ($5 !~ /^(Success|Failed)$/) hit("status_unknown")
    if ($5 == "Success" && known && !($2 in held))
        hit("payment_without_subscription")
}

file == 4 {
    if ($1 !~ /^[0-9][0-9][0-9][0-9]-(0[1-9]|1[0-2])$/)
        hit("cost_month_malformed")
    else {
        if ($1 in cost_seen) hit("cost_month_duplicate")
        cost_seen[$1] = 1
        at = month_number($1)
        if (!first_month || at < first_month) first_month = at
        if (at > last_month) last_month = at
    }
    if ($2 < 0 || $3 < 0 || $4 < 0) hit("cost_negative")
}

END {
    for (id in claim)
        if ((claim[id] == "true") != (id in open)) hit("is_active_contradicts")
    for (key in kept)
        for (i = 1; i <= kept[key]; i++)
            for (j = 1; j <= kept[key]; j++)
                if (from[key, j] < from[key, i] && to[key, j] > from[key, i]) {
                    hit("overlap_same_plan")
                    break
                }
    months = 0
    for (m in cost_seen) months++
    count["cost_month_missing"] = last_month - first_month + 1 - months
    for (i = 1; i <= rules; i++) print rule[i], count[rule[i]] + 0
}
