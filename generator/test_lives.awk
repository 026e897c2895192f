# Replays a clean company from its CSV files and prints "name value" lines that
# test.sh compares with the truth.  Reads subscriptions, then payments, with
# -v first=, -v last= (the window's first and last day, YYYY-MM-DD).

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

function month_length(y, m) {
    if (m == 2) return y % 400 == 0 || (y % 4 == 0 && y % 100 != 0) ? 29 : 28
    return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31
}

# Marks every due date of a subscription, and the days its retries may fall on.
function mark_dues(id, start, end, price,    y, m, d, k, day, anchor, limit) {
    y = substr(start, 1, 4) + 0
    m = substr(start, 6, 2) + 0
    anchor = substr(start, 9, 2) + 0
    limit = end == "" ? day_number(last) + 1 : day_number(end)
    for (k = 0;; k++) {
        d = anchor < month_length(y, m) ? anchor : month_length(y, m)
        day = day_number(sprintf("%04d-%02d-%02d", y, m, d))
        if (day >= limit) break
        due[id, day, price] = 1
        dues++
        if (anchor > d) clipped++
        if (m == 2 && d == 29) leap++
        allowed[id, day, price] = 1
        allowed[id, day + 3, price] = 1
        allowed[id, day + 7, price] = 1
        allowed[id, day + 14, price] = 1
        if (++m > 12) { m = 1; y++ }
    }
}

# Follows one customer's cover: activations, lapses, returns, first lifetime.
function follow(id, start, end) {
    if (!(id in cover)) {
        converted++
        born[id] = start
    } else if (cover[id] != "" && start > cover[id]) {
        churns++
        returns++
        if (!(id in died)) died[id] = cover[id]
    }
    if (!(id in cover) || (cover[id] != "" && (end == "" || end > cover[id])))
        cover[id] = end
}

BEGIN { FS = "," }
FNR == 1 { file++; next }

file == 1 {
    mark_dues($2, $4, $5, $6)
    follow($2, $4, $5)
    if ($4 > last || $5 > last || $4 < first) outside++
    price = $6
    plan_rows[$3]++
}

file == 2 {
    day = day_number($3)
    if (($2, day, $4) in due) paid[$2, day, $4] = 1
    if (!(($2, day, $4) in allowed)) stray++
    if ($3 > last || $3 < first) outside++
    if ($3 == "2024-02-29") leap_rows++
    if ($5 == "Success") collected[substr($3, 1, 7)] += $4
}

END {
    for (id in cover) {
        if (cover[id] == "") active++
        else {
            churns++
            if (!(id in died)) died[id] = cover[id]
        }
        stop = id in died ? died[id] : last
        life = int((day_number(stop) - day_number(born[id])) / 30.44)
        for (k = 0; k < life && k < 24; k++) exposed[int(k / 6)]++
        if (life < 24) { exposed[int(life / 6)]++
            if (id in died) lapsed[int(life / 6)]++ }
    }
    for (key in due) if (!(key in paid)) unpaid++
    print "converted", converted + 0
    print "active", active + 0
    print "churns", churns + 0
    print "returns", returns + 0
    print "dues", dues + 0
    print "dues_not_charged", unpaid + 0
    print "payments_off_schedule", stray + 0
    print "outside_window", outside + 0
    print "clipped_dues", clipped + 0
    print "leap_dues", leap + 0
    print "leap_rows", leap_rows + 0
    for (b = 0; b < 4; b++)
        printf "hazard_%d %.6f\n", b, lapsed[b] / exposed[b]
    for (m in collected) printf "collected_%s %.2f\n", m, collected[m]
}
