# Recounts a clean shop and prints "name value" lines that test.sh compares
# with the truth.  Reads customers, products, orders, order_lines, sales_reps,
# sales_quotas, opportunities, opportunity_stages and pipeline_stages in this
# order, with -v first=, -v last= (the window's first and last day).

# Days since 1970-01-01, the year taken to begin in March.
function day_number(text,    y, m, d, era, yoe, doy) {
    y = substr(text, 1, 4) + 0
    m = substr(text, 6, 2) + 0
    d = substr(text, 9, 2) + 0
    if (m <= 2) y--
    era = int(y / 400)
    yoe = y - era * 400
    doy = int((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + d - 1
    return era * 146097 + yoe * 365 + int(yoe / 4) - int(yoe / 100) + doy \
        - 719468
}

function cents(text) {
    sub(/[.]/, "", text)
    return text + 0
}

function money(c) {
    return sprintf("%.2f", c / 100)
}

function inside(time) {
    if (time != "" && (time < first || substr(time, 1, 10) > last)) outside++
}

BEGIN { FS = "," }
FNR == 1 { file++; before = ""; next }

file == 1 { signup[$1] = $2 }

file == 2 {
    if (substr($1, 2) + 0 != FNR - 1) misnumbered++
    list[$1] = $4
    if (cents($5) <= 0 || cents($5) >= cents($4)) odd_costs++
}

file == 3 {
    if (substr($1, 2) + 0 != FNR - 1) misnumbered++
    if (!($2 in signup)) strangers++
    if (substr($3, 1, 10) < signup[$2]) before_signup++
    if ($2 == customer && $3 < before) disorder++
    if (($7 == "") != ($5 ~ /^(Web|Mobile)$/)) odd_reps++
    customer = $2
    before = $3
    inside($3)
    owner[$1] = $2
    at[$1] = $3
    status[$1] = $4
    rep_of[$1] = $7
    region_of[$1] = $6
}

file == 4 {
    if (!($1 in owner)) strangers++
    if (!($3 in list)) strangers++
    if ($1 != before && $2 != 1) misnumbered++
    if ($1 == before && $2 != number + 1) misnumbered++
    before = $1
    number = $2
    gross = $4 * cents($5)
    net = gross - cents($6)
    if ($4 == 0 || cents($5) <= 0 || cents($6) < 0) odd_lines++
    if ($4 < 0 && cents($6) != 0) odd_lines++
    if (($1, $3) in has) repeated_products++
    has[$1, $3] = 1
    year = substr(at[$1], 1, 4)
    if ($4 > 0) {
        key = $3 SUBSEP year
        if (key in price && price[key] != $5) odd_prices++
        price[key] = $5
        if (year == substr(last, 1, 4) && $5 != list[$3]) odd_prices++
        bought[owner[$1], $3] = at[$1]
    } else if (!((owner[$1], $3) in bought)) returns_of_nothing++
    if ($4 > 0) sold[$1] = 1
    if ($4 < 0) sent_back[$1] = 1
    order_net[$1] += net
    if (status[$1] == "cancelled") { cancelled_net += net; next }
    if ($4 > 0) {
        all_gross += gross
        discounts += cents($6)
        units += $4
        sold_units[$3] += $4
    } else {
        returned -= gross
        units_back -= $4
    }
}

file == 5 {
    if (substr($1, 2) + 0 != FNR - 1) misnumbered++
    team[$1] = $4
}

file == 6 {
    if (!($1 in team)) strangers++
    if (($1, $2) in quota) repeated_quotas++
    quota[$1, $2] = 1
    quotas++
    quota_sum += cents($3)
    if (cents($3) <= 0) odd_quotas++
}

file == 7 {
    if (substr($1, 2) + 0 != FNR - 1) misnumbered++
    if (!($2 in signup)) strangers++
    if (!($3 in team)) strangers++
    if (substr($5, 1, 10) < signup[$2]) before_signup++
    inside($5)
    inside($8)
    if (($7 ~ /^Closed/) != ($8 != "")) odd_closes++
    if ($8 != "" && $8 < $5) odd_closes++
    if ($9 <= substr($5, 1, 10)) odd_closes++
    created[$1] = $5
    amount[$1] = $6
    stage[$1] = $7
    closed[$1] = $8
    kind = $7 == "Closed Won" ? "won" : $7 == "Closed Lost" ? "lost" : "open"
    deals[kind]++
    deal_sum[kind] += cents($6)
    in_stage[$7]++
    if (kind == "won" && !(($3, substr($8, 1, 7)) in quota)) no_quota++
}

file == 8 {
    if (!($1 in created)) strangers++
    inside($3)
    if ($1 != before) {
        if ($3 != created[$1] || $2 != "Lead") odd_history++
    } else {
        if ($3 <= entered) odd_history++
        if (was ~ /^Closed/) reopened++
        else if (rank($2) < rank(was)) back++
        else if ($2 != "Closed Lost" && rank($2) > rank(was) + 1) skipped++
        if ($4 != sum) changes++
    }
    before = $1
    entered = last_entered[$1] = $3
    was = last_stage[$1] = $2
    sum = last_amount[$1] = $4
}

function rank(name) {
    return index("Lead.......Qualified..Proposal...Negotiation" \
        "Closed Won.Closed Lost", name) / 11
}

file == 9 { outcomes = outcomes $1 ":" $2 ":" $3 ":" $4 ";" }

END {
    for (id in owner) {
        if (!(id in order_net)) odd_orders++
        if ((id in sold) == (id in sent_back)) odd_orders++
        if (status[id] == "cancelled") { cancelled++; continue }
        who = owner[id]
        spent[who] += order_net[id]
        month = substr(at[id], 1, 7)
        net_of[month] += order_net[id]
        if (!(id in sold)) { return_orders++; continue }
        orders++
        orders_of[month]++
        sales[who]++
        if (at[id] > latest[who]) latest[who] = at[id]
        if (rep_of[id] != "" && team[rep_of[id]] != region_of[id]) odd_reps++
    }
    for (who in sales) {
        buyers++
        if (sales[who] > 1) repeat_buyers++
        if (sales[who] > most_sales || (sales[who] == most_sales && who < top))
            { most_sales = sales[who]; top = who }
        if (spent[who] > most_spent || (spent[who] == most_spent && who < rich))
            { most_spent = spent[who]; rich = who }
        silence = day_number(last) - day_number(latest[who])
        if (silence > longest) longest = silence
    }
    for (id in created) {
        if (last_stage[id] != stage[id] || last_amount[id] != amount[id])
            odd_history++
        if (closed[id] != "" && closed[id] != last_entered[id]) odd_history++
    }
    for (id in sold_units) n_sold++
    while (taken < n_sold / 5) {
        best = ""
        for (id in sold_units)
            if (best == "" || sold_units[id] > sold_units[best]) best = id
        top_units += sold_units[best]
        delete sold_units[best]
        taken++
    }
    print "orders", orders + 0
    print "return_orders", return_orders + 0
    print "cancelled_orders", cancelled + 0
    print "gross", money(all_gross)
    print "discounts", money(discounts)
    print "returns", money(returned)
    print "net", money(all_gross - discounts - returned)
    print "cancelled_net", money(cancelled_net)
    print "units_sold", units + 0
    print "units_returned", units_back + 0
    print "count", buyers + 0
    print "repeat_buyers", repeat_buyers + 0
    print "most_orders", most_sales
    print "most_orders_customer", top
    print "most_spent", money(most_spent)
    print "most_spent_customer", rich
    print "longest_silence_days", longest + 0
    for (kind in deals) {
        print kind, deals[kind]
        print kind "_amount", money(deal_sum[kind])
    }
    for (name in in_stage) print name, in_stage[name]
    print "reopened", reopened + 0
    print "moved_back", back + 0
    print "skipped_a_stage", skipped + 0
    print "amount_changes", changes + 0
    print "quota", money(quota_sum)
    print "quotas", quotas + 0
    for (m in orders_of)
        print "month_" m, orders_of[m] "," money(net_of[m])
    print "outcomes", outcomes
    print "top_share", top_units / units
    print "bad_strangers", strangers + 0
    print "bad_numbers", misnumbered + 0
    print "bad_costs", odd_costs + 0
    print "bad_times", outside + before_signup + disorder
    print "bad_reps", odd_reps + 0
    print "bad_lines", odd_lines + repeated_products + returns_of_nothing
    print "bad_prices", odd_prices + 0
    print "bad_orders", odd_orders + 0
    print "bad_quotas", repeated_quotas + odd_quotas + no_quota
    print "bad_closes", odd_closes + 0
    print "bad_history", odd_history + 0
}
