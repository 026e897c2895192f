# Counts the rows of events.csv that break each rule of the data check.  Reads
# customers and events, with -v last=YYYY-MM-DD (the window's end).

function hit(rule) { count[rule]++ }

BEGIN {
    FS = ","
    rules = split("event_id_missing event_id_duplicate " \
        "event_unknown_customer event_customer_missing event_time_missing " \
        "event_time_in_future event_before_signup event_type_missing " \
        "event_type_unknown event_out_of_order", rule, " ")
    types = split("signup login session_end feature_A_used feature_B_used " \
        "profile_update search_performed help_accessed error_occurred " \
        "subscription_cancelled plan_upgraded", type, " ")
    for (i = 1; i <= types; i++) known_type[type[i]] = 1
}

FNR == 1 { file++; next }
file == 1 { if ($1 != "" && !($1 in signup)) signup[$1] = $2; next }

{
    if ($1 == "") hit("event_id_missing")
    else if ($1 in seen) hit("event_id_duplicate")
    seen[$1] = 1
    day = substr($3, 1, 10)
    if ($2 == "") hit("event_customer_missing")
    else if (!($2 in signup)) hit("event_unknown_customer")
    else if ($3 != "" && signup[$2] != "" && day < signup[$2])
        hit("event_before_signup")
    if ($3 == "") hit("event_time_missing")
    else if (day > last) hit("event_time_in_future")
    if ($4 == "") hit("event_type_missing")
    else if (!($4 in known_type)) hit("event_type_unknown")
    if ($2 != customer) latest = ""
    customer = $2
    if ($3 == "") next
    if ($3 < latest) hit("event_out_of_order")
    latest = $3
}

END { for (i = 1; i <= rules; i++) print rule[i], count[rule[i]] + 0 }
