# Recounts a clean events.csv and prints "name value" lines that test.sh
# compares with the truth.  Reads customers, subscriptions and events in this
# order, with -v first=, -v last= (the window's first and last day).

# Days since 1970-01-01, the year taken to begin in March.
function day_number(text,    y, m, d, era, yoe, doy) {
    if (text in known_day) return known_day[text]
    y = substr(text, 1, 4) + 0
    m = substr(text, 6, 2) + 0
    d = substr(text, 9, 2) + 0
    if (m <= 2) y--
    era = int(y / 400)
    yoe = y - era * 400
    doy = int((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + d - 1
    return known_day[text] = era * 146097 + yoe * 365 + int(yoe / 4) \
        - int(yoe / 100) + doy - 719468
}

# A customer's cover from its subscriptions, which come by start.
function follow(id, start, end) {
    if (!(id in cover) || (cover[id] != "" && start > cover[id])) {
        begins[id, start] = 1
        gains++
        if (id in cover) lapse[id, cover[id]] = 1
    }
    if (!(id in cover) || (cover[id] != "" && (end == "" || end > cover[id])))
        cover[id] = end
    starts[id, start] = 1
}

# How busy the customer was in the fortnight before it left, and long before.
function look_back(day,    i, age) {
    if (day - day_of[1] < 80) return
    for (i = 1; i <= n; i++) {
        age = day - day_of[i]
        if (age >= 1 && age <= 14) late++
        if (age >= 60 && age <= 73) early++
    }
}

function begin_customer() {
    n = 0
    away = 0
    before = ""
    if ($4 != "signup") misplaced++
}

BEGIN { FS = "," }
FNR == 1 {
    file++
    if (file == 3) for (id in cover) if (cover[id] != "") lapse[id, cover[id]] = 1
    next
}
file == 1 { signup[$1] = $2; next }
file == 2 { follow($2, $4, $5); next }

{
    date = substr($3, 1, 10)
    day = day_number(date)
    clock = substr($3, 12, 2) * 3600 + substr($3, 15, 2) * 60 + substr($3, 18, 2)
    time = day * 86400 + clock
    if ($2 != customer) {
        begin_customer()
        customer = $2
        customers++
        if (!($2 in signup)) strangers++
    }
    if (substr($1, 2) + 0 != FNR - 1) misnumbered++
    if (date < first || date > last) outside++
    types[$4]++
    hours[int(clock / 3600)]++
    weekdays[(day + 3) % 7]++
    if (before != "" && time < before) disorder++
    if (before == "" || time - before > 1800) sessions++
    else {
        if (time == before) same_second++
        if (date != before_date) across_midnight++
    }
    if (before == "" || time - before >= 1800) sessions_at_least++
    if ($4 == "signup") {
        signups[date]++
        if (signup[$2] != date) wrong_signup++
    }
    if ($4 == "error_occurred") errors[date]++
    if ($4 == "plan_upgraded") {
        away = 0
        if (!(($2, date) in starts)) wrong_upgrade++
        delete begins[$2, date]
    } else if (away && day > away && !(($2, date) in begins)) while_away++
    if ($4 == "subscription_cancelled") {
        if (!(($2, date) in lapse)) wrong_cancel++
        delete lapse[$2, date]
        look_back(day)
        away = day
    }
    if (!($2 in cover)) {
        if (day - day_number(signup[$2]) > 45) lingering++
        if (day - day_number(signup[$2]) < 7) first_week++
        else if (day - day_number(signup[$2]) < 14) second_week++
    }
    day_of[++n] = day
    before = time
    before_date = date
}

END {
    for (key in lapse) lapses_unsaid++
    for (key in begins) begins_unsaid++
    for (type in types) print "type_" type, types[type]
    for (date in signups) print "signups_" date, signups[date]
    for (date in errors) print "errors_" date, errors[date]
    print "customers", customers + 0
    print "sessions", sessions + 0
    print "sessions_at_least", sessions_at_least + 0
    print "same_second", same_second + 0
    print "across_midnight", across_midnight + 0
    print "misplaced_signups", misplaced + 0
    print "wrong_signups", wrong_signup + 0
    print "strangers", strangers + 0
    print "misnumbered", misnumbered + 0
    print "outside_window", outside + 0
    print "out_of_order", disorder + 0
    print "upgrades_without_start", wrong_upgrade + 0
    print "cancels_without_end", wrong_cancel + 0
    print "ends_without_cancel", lapses_unsaid + 0
    print "starts_without_upgrade", begins_unsaid + 0
    print "events_while_away", while_away + 0
    print "lingering_prospects", lingering + 0
    print "first_week", first_week + 0
    print "second_week", second_week + 0
    print "late", late + 0
    print "early", early + 0
    print "at_three", hours[3] + 0
    print "at_ten", hours[10] + 0
    print "weekend", weekdays[5] + weekdays[6]
    print "midweek", weekdays[1] + weekdays[2]
}
