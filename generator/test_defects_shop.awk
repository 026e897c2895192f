# Counts the rows of the shop's files that break each rule of the data check.
# Reads customers, products, orders, order_lines, sales_reps, sales_quotas,
# opportunities and opportunity_stages, with -v last= (the window's end).

function hit(rule) { count[rule]++ }

function later(time) { return substr(time, 1, 10) > last }

# Missing and repeated ids; true if the row is the first of its id.
function first_of(id, prefix) {
    if (id == "") hit(prefix "_id_missing")
    else if ((prefix, id) in seen) hit(prefix "_id_duplicate")
    else return seen[prefix, id] = 1
    return 0
}

function check_customer(prefix) {
    if ($2 == "") hit(prefix "_customer_missing")
    else if (!($2 in signup)) hit(prefix "_unknown_customer")
}

BEGIN {
    FS = ","
    rules = split("opportunity_id_missing opportunity_id_duplicate " \
        "opportunity_unknown_customer opportunity_customer_missing " \
        "opportunity_unknown_rep opportunity_rep_missing " \
        "opportunity_amount_missing opportunity_amount_negative " \
        "created_at_missing created_at_in_future closed_before_created " \
        "closed_at_in_future closed_at_missing closed_at_of_open_stage " \
        "stage_missing stage_unknown history_unknown_opportunity " \
        "history_stage_missing history_stage_unknown entered_at_missing " \
        "entered_at_in_future entered_before_created entered_after_closed " \
        "history_out_of_order order_id_missing order_id_duplicate " \
        "order_unknown_customer order_customer_missing ordered_at_missing " \
        "ordered_at_in_future order_before_signup order_status_missing " \
        "order_status_unknown order_status_odd_case order_unknown_rep " \
        "order_without_lines line_unknown_order line_order_missing " \
        "line_no_duplicate line_no_missing line_unknown_product " \
        "line_product_missing quantity_missing quantity_zero " \
        "unit_price_missing unit_price_negative discount_negative " \
        "discount_above_amount product_id_missing product_id_duplicate " \
        "product_name_missing product_category_missing list_price_missing " \
        "list_price_negative unit_cost_missing unit_cost_negative " \
        "sales_rep_id_missing sales_rep_id_duplicate sales_rep_name_missing " \
        "quota_missing quota_duplicate quota_negative quota_unknown_rep",
        rule, " ")
}

FNR == 1 { file++; next }

file == 1 { if ($1 != "" && !($1 in signup)) signup[$1] = $2 }

file == 2 {
    if (first_of($1, "product")) product[$1] = 1
    if ($2 == "") hit("product_name_missing")
    if ($3 == "") hit("product_category_missing")
    if ($4 == "") hit("list_price_missing")
    else if ($4 < 0) hit("list_price_negative")
    if ($5 == "") hit("unit_cost_missing")
    else if ($5 < 0) hit("unit_cost_negative")
}

file == 3 {
    if (first_of($1, "order")) order[$1] = 1
    check_customer("order")
    if ($3 == "") hit("ordered_at_missing")
    else if (later($3)) hit("ordered_at_in_future")
    else if (($2 in signup) && signup[$2] != "" &&
        substr($3, 1, 10) < signup[$2]) hit("order_before_signup")
    plain = tolower($4)
    gsub(/^ +| +$/, "", plain)
    if ($4 == "") hit("order_status_missing")
    else if (plain !~ /^(completed|cancelled)$/) hit("order_status_unknown")
    else if (plain != $4) hit("order_status_odd_case")
    if ($7 != "") order_reps[$7]++
}

file == 4 {
    if ($1 == "") hit("line_order_missing")
    else if (!($1 in order)) hit("line_unknown_order")
    has_lines[$1] = 1
    if ($2 == "") hit("line_no_missing")
    else if ($1 != "" && (($1, $2) in numbers)) hit("line_no_duplicate")
    numbers[$1, $2] = 1
    if ($3 == "") hit("line_product_missing")
    else if (!($3 in product)) hit("line_unknown_product")
    if ($4 == "") hit("quantity_missing")
    else if ($4 == 0) hit("quantity_zero")
    if ($5 == "") hit("unit_price_missing")
    else if ($5 < 0) hit("unit_price_negative")
    else if ($4 > 0 && $6 - $4 * $5 > 0.001) hit("discount_above_amount")
    if ($6 < 0) hit("discount_negative")
}

file == 5 {
    if (first_of($1, "sales_rep")) rep[$1] = 1
    if ($2 == "") hit("sales_rep_name_missing")
}

file == 6 {
    if (!($1 in rep)) hit("quota_unknown_rep")
    if (($1, $2) in quota) hit("quota_duplicate")
    quota[$1, $2] = 1
    if ($3 < 0) hit("quota_negative")
    month = substr($2, 1, 4) * 12 + substr($2, 6, 2)
    if (($1 in from) && month > to[$1] + 1)
        count["quota_missing"] += month - to[$1] - 1
    if (!($1 in from)) from[$1] = month
    to[$1] = month
}

file == 7 {
    if (first_of($1, "opportunity")) {
        created[$1] = $5
        closed[$1] = $8
        known[$1] = 1
    }
    check_customer("opportunity")
    if ($3 == "") hit("opportunity_rep_missing")
    else if (!($3 in rep)) hit("opportunity_unknown_rep")
    if ($6 == "") hit("opportunity_amount_missing")
    else if ($6 < 0) hit("opportunity_amount_negative")
    if ($5 == "") hit("created_at_missing")
    else if (later($5)) hit("created_at_in_future")
    else if ($8 != "" && $8 < $5) hit("closed_before_created")
    if (later($8)) hit("closed_at_in_future")
    if ($7 == "") hit("stage_missing")
    else if ($7 ~ /^Closed (Won|Lost)$/) { if ($8 == "") hit("closed_at_missing") }
    else if ($7 !~ /^(Lead|Qualified|Proposal|Negotiation)$/)
        hit("stage_unknown")
    else if ($8 != "") hit("closed_at_of_open_stage")
}

file == 8 {
    if (!($1 in known)) hit("history_unknown_opportunity")
    if ($2 == "") hit("history_stage_missing")
    else if ($2 !~ /^(Lead|Qualified|Proposal|Negotiation|Closed Won|Closed Lost)$/)
        hit("history_stage_unknown")
    if ($1 != before) entered = ""
    before = $1
    if ($3 == "") hit("entered_at_missing")
    else {
        if (later($3)) hit("entered_at_in_future")
        if (created[$1] != "" && $3 < created[$1]) hit("entered_before_created")
        if (closed[$1] != "" && $3 > closed[$1]) hit("entered_after_closed")
        if ($3 < entered) hit("history_out_of_order")
        entered = $3
    }
}

END {
    for (id in order) if (!(id in has_lines)) hit("order_without_lines")
    for (id in order_reps)
        if (!(id in rep)) count["order_unknown_rep"] += order_reps[id]
    for (i = 1; i <= rules; i++) print rule[i], count[rule[i]] + 0
}
