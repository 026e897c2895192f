-- Recurring revenue: subscriptions, the MRR waterfall and its movements.

-- Prices and discounts of other intervals than a month.  What names no interval
-- gives no amount, as it would give a wrong one.
CREATE FUNCTION saaskpi_internal.is_interval(interval_unit text, interval_count numeric)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (coalesce(btrim(interval_unit), '') = '' OR lower(btrim(interval_unit)) IN ('day', 'days', 'daily', 'week', 'weeks', 'weekly', 'month', 'months', 'monthly', 'quarter', 'quarters', 'quarterly',
                                                                 'half-year', 'half-years', 'year', 'years', 'yearly', 'annual', 'annually'))
       AND (interval_count IS NULL OR (interval_count BETWEEN 1 AND 9999 AND interval_count = trunc(interval_count)));
COMMENT ON FUNCTION saaskpi_internal.is_interval(text, numeric) IS 'whether a bill''s interval is one that can be made monthly; none is a month';

CREATE FUNCTION saaskpi_internal.billed_amount(amount numeric, interval_unit text, interval_count numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN saaskpi_internal.is_interval(interval_unit, interval_count)
            THEN saaskpi.monthly_price(amount, coalesce(nullif(lower(btrim(interval_unit)), ''), 'month'), coalesce(interval_count, 1)::integer) END;
COMMENT ON FUNCTION saaskpi_internal.billed_amount(numeric, text, numeric) IS 'an amount per interval of a bill as one per month; null for an interval that is none';

CREATE FUNCTION saaskpi_internal.billed_months(interval_unit text, interval_count numeric)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN btrim(interval_unit) <> '' THEN round(12 / nullif(saaskpi_internal.billed_amount(12, interval_unit, interval_count), 0))::integer END;
COMMENT ON FUNCTION saaskpi_internal.billed_months(text, numeric) IS 'months per bill, 0 for less than half of one, null when not said';

CREATE FUNCTION saaskpi_internal.billed_until(since date, interval_unit text, interval_count numeric)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN NOT saaskpi_internal.is_interval(interval_unit, interval_count) OR since > '9000-01-01' THEN NULL
            WHEN lower(btrim(interval_unit)) IN ('day', 'days', 'daily') THEN since + coalesce(interval_count, 1)::integer
            WHEN lower(btrim(interval_unit)) IN ('week', 'weeks', 'weekly') THEN since + 7 * coalesce(interval_count, 1)::integer
            ELSE (since + make_interval(months => least(coalesce(saaskpi_internal.billed_months(interval_unit, interval_count), 1), 9999)))::date END;
COMMENT ON FUNCTION saaskpi_internal.billed_until(date, text, numeric) IS 'first day after one bill''s interval';

CREATE FUNCTION saaskpi_internal.billed_price(monthly_price numeric, unit_amount numeric, quantity numeric, interval_unit text, interval_count numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(monthly_price, saaskpi_internal.billed_amount(unit_amount * coalesce(quantity, 1), interval_unit, interval_count));
COMMENT ON FUNCTION saaskpi_internal.billed_price(numeric, numeric, numeric, text, numeric) IS 'price per month: as given, or that of the units per bill';

CREATE FUNCTION saaskpi_internal.billed_discount(monthly_price numeric, unit_amount numeric, quantity numeric, interval_unit text, interval_count numeric, discount_percent numeric, discount_amount numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(saaskpi_internal.billed_price(monthly_price, unit_amount, quantity, interval_unit, interval_count)
                * CASE WHEN discount_percent >= 0 AND discount_percent <> 'NaN' THEN least(discount_percent, 100) END / 100, 0)
       + coalesce(CASE WHEN discount_amount >= 0 AND discount_amount < 'Infinity' THEN saaskpi_internal.billed_amount(discount_amount, interval_unit, interval_count) END, 0);
COMMENT ON FUNCTION saaskpi_internal.billed_discount(numeric, numeric, numeric, text, numeric, numeric, numeric) IS
    'discount per month: the percentage of the price, and the amount per bill';

-- States know days of years 1 to 9999, the identities all others too: what lies
-- outside becomes the first of them, or what never comes is.
CREATE FUNCTION saaskpi_internal.billed_day(day date, never date)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN day <= '9999-12-31' THEN greatest(day, '0001-01-01') WHEN day IS NOT NULL THEN never END;
COMMENT ON FUNCTION saaskpi_internal.billed_day(date, date) IS 'a day within years 1 to 9999: the first for one before, and what is given for one that never comes';

CREATE FUNCTION saaskpi_internal.said_end(end_date date, cancel_at date, canceled_on date, meaning text)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(end_date, cancel_at, CASE WHEN meaning = 'canceled' THEN canceled_on END);
COMMENT ON FUNCTION saaskpi_internal.said_end(date, date, date, text) IS 'the end of a subscription as its columns say it: the day of notice only when it is canceled';

INSERT INTO saaskpi_internal.sources (source, key, partition_key, label, unusable, input, description) VALUES
('subscriptions', '{customer_id,subscription_id,start_date}', 'customer_id', $$nullif(subscription_id, ''), '(no id, customer ' || customer_id || ')', '(no id)'$$,
 'SELECT sum(skipped_subscriptions) FROM {kpi_summaries} AS s', $sql$
SELECT {key customer_id} AS customer_id, {key subscription_id} AS subscription_id, nullif({plan_type}, '') AS plan_type,
       CASE WHEN saaskpi_internal.meaning({map kpi_subscription_statuses}, {status}) = 'canceled'
            THEN CASE WHEN coalesce({end_date}, {cancel_at}, {canceled_on}) < 'infinity' AND {start_date} >= {setting earliest_date} THEN {start_date} END
            WHEN {start_date} >= {setting earliest_date} THEN {start_date} END AS start_date,
       CASE WHEN CASE WHEN saaskpi_internal.meaning({map kpi_subscription_statuses}, {status}) = 'canceled' THEN {end_date} IS NULL ELSE false END THEN coalesce({cancel_at}, {canceled_on})
            WHEN {cancel_at} IS NOT NULL AND {end_date} IS NULL THEN {cancel_at}
            WHEN {setting ends_inclusive} AND {end_date} < '9999-12-31' THEN {end_date} + 1 ELSE {end_date} END AS end_date,
       CASE WHEN {unit_amount} IS NULL OR {monthly_price} IS NOT NULL THEN {monthly_price}
            ELSE saaskpi_internal.billed_amount({unit_amount} * coalesce({quantity}, 1), {interval_unit}, {interval_count}) END AS monthly_price,
       saaskpi_internal.meaning({map kpi_subscription_statuses}, {status}) AS status, saaskpi_internal.billed_day({trial_end}, '9999-12-31') AS trial_end,
       saaskpi_internal.billed_day({paused_from}, NULL) AS paused_from, saaskpi_internal.billed_day({resumes_on}, NULL) AS resumes_on,
       saaskpi_internal.billed_day({past_due_since}, NULL) AS past_due_since,
       coalesce(saaskpi_internal.billed_day({canceled_on}, NULL), CASE WHEN {cancel_at} > {as_of} THEN {as_of} END) AS notice_on,
       CASE WHEN {end_reason} IS NOT NULL THEN lower(btrim({end_reason})) END AS end_reason,
       saaskpi_internal.billed_months({interval_unit}, {interval_count}) AS term_months, {quantity} AS quantity,
       CASE WHEN {discount_percent} IS NOT NULL OR {discount_amount} IS NOT NULL
            THEN saaskpi_internal.billed_discount({monthly_price}, {unit_amount}, {quantity}, {interval_unit}, {interval_count}, {discount_percent}, {discount_amount}) END AS monthly_discount,
       {discount_once} AS discount_once,
       CASE WHEN {discount_once} AND {discount_until} IS NULL
            THEN saaskpi_internal.billed_until(greatest({start_date}, {trial_end}), {interval_unit}, {interval_count}) ELSE saaskpi_internal.billed_day({discount_until}, NULL) END AS discount_until,
       {is_usage} AS is_usage, CASE WHEN {currency} IS NOT NULL THEN upper(btrim({currency})) END AS currency,
       NULL::numeric AS own_price, NULL::date AS since, false AS goes_on, NULL::date AS began
  FROM {from} AS subscriptions
 WHERE ({start_date} <= {until}) IS NOT FALSE AND saaskpi_internal.meaning({map kpi_subscription_statuses}, {status}) IS DISTINCT FROM 'ignore'$sql$,
 'Source table of saaskpi: one row per subscription and price, in force from start_date up to but not including end_date. No foreign key to customers: a subscription of an unknown customer is loaded and listed by check_sources');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'ends_inclusive', 'boolean', 'boolean NOT NULL DEFAULT false',
 'Whether end_date of subscriptions is the last day in force; false, the default, means the first day no longer in force.');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('subscriptions', 'subscription_id', 'text', false, true, NULL,
 'Identifier of the subscription; a change of price is a further row of it'),
('subscriptions', 'customer_id', 'text', true, true, NULL,
 'Customer who holds the subscription'),
('subscriptions', 'plan_type', 'text', false, false, NULL,
 'Plan: Basic, Pro, Enterprise or names of your own'),
('subscriptions', 'start_date', 'date', true, true, $$start_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'First day the subscription is in force'),
('subscriptions', 'end_date', 'date', false, false, 'end_date >= start_date AND end_date <= ''9999-12-31''',
 'First day the subscription is no longer in force, or the last day it is when kpi_settings says ends_inclusive; empty while it runs'),
('subscriptions', 'monthly_price', 'numeric', true, true, 'monthly_price >= 0 AND monthly_price < 922337203685477',
 'Recurring price of one month; more than 4 decimals are rounded half to even. saaskpi.monthly_price makes it from other intervals');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('subscriptions', 'known', $$LEFT JOIN (SELECT member, min(signup_date) AS signup_date FROM customers GROUP BY member) AS known
  ON known.member = r.member$$),
('subscriptions', 'billed', 'CROSS JOIN LATERAL (SELECT saaskpi_internal.billed_price(r.monthly_price, r.unit_amount, r.quantity, r.interval_unit, r.interval_count) AS price) AS billed');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, amount, impossible_by, consequence) VALUES
('subscriptions', 'warning', 'subscription_id_missing',
 '{subscriptions.subscription_id}',
 $$r.subscription_id IS NULL OR r.subscription_id IN ('', '(none)')$$, NULL, NULL, NULL,
 'The row counts, but a repeat of it cannot be noticed.'),
('subscriptions', 'error', 'subscription_id_duplicate',
 '{subscriptions.subscription_id}',
 NULL, $$SELECT label, 1, price
     FROM (SELECT label, saaskpi_internal.billed_price(monthly_price, unit_amount, quantity, interval_unit, interval_count) AS price, start_date,
                  max(coalesce(end_date, 'infinity')) OVER (PARTITION BY subscription_id ORDER BY start_date, end_date, customer_id
                                                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
             FROM subscriptions
            WHERE subscription_id NOT IN ('', '(none)') AND start_date BETWEEN '0001-01-01' AND '9999-12-31'
              AND (end_date IS NULL OR end_date > start_date)) AS s
    WHERE start_date < busy_until$$, NULL, '{customer_id,subscription_id,start_date}',
 'Rows of one subscription in force at the same time: every row counts, so the MRR is too high. Does a view repeat its rows?');
INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, amount, always, consequence) VALUES
('subscriptions', 'error', 'subscription_customer_missing',
 '{subscriptions.customer_id}',
 $$r.customer_id IS NULL OR r.customer_id IN ('', '(none)')$$, 'billed.price', true,
 'The row is not used.');
INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, amount, impossible_by, consequence) VALUES
('subscriptions', 'warning', 'subscription_unknown_customer',
 '{subscriptions.customer_id,customers.customer_id}',
 $$r.customer_id NOT IN ('', '(none)') AND known.member IS NULL$$, NULL, 'billed.price', NULL,
 'The MRR counts, under (none) in every breakdown by customer attribute.'),
('subscriptions', 'error', 'start_date_missing',
 '{subscriptions.start_date}',
 'r.start_date IS NULL', NULL, 'billed.price', NULL,
 'The row is not used.'),
('subscriptions', 'error', 'start_date_infinite',
 '{subscriptions.start_date}',
 $$r.start_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL, 'billed.price', NULL,
 'The row cannot be used; only years 1 to 9999 are.'),
('subscriptions', 'error', 'start_date_implausible',
 '{subscriptions.start_date,subscriptions.monthly_price}',
 $$r.start_date < {setting earliest_date} AND r.start_date >= '0001-01-01'$$, NULL, 'billed.price', NULL,
 'The row is not used, as it lies before earliest_date of kpi_settings.'),
('subscriptions', 'warning', 'ends_look_inclusive',
 '{subscriptions.customer_id,subscriptions.start_date,subscriptions.end_date}',
 NULL, $$SELECT format('%s of %s ends have a start of the same plan on the day after: are your ends inclusive?', n, ends), n, NULL::numeric
     FROM (SELECT count(*) FILTER (WHERE next = end_date + 1) AS n, count(*) FILTER (WHERE next = end_date) AS others, count(*) AS ends
             FROM (SELECT end_date, lead(start_date) OVER (PARTITION BY customer_id, plan_type ORDER BY start_date, end_date) AS next
                     FROM subscriptions WHERE (end_date >= start_date) IS NOT FALSE AND isfinite(start_date)) AS s
            WHERE end_date < '9999-12-31' AND end_date <= $1) AS t
    WHERE n > others AND NOT {setting ends_inclusive}$$, NULL, NULL,
 'Each is a day without MRR, churn and reactivation. If the end is the last day in force: UPDATE kpi_settings SET ends_inclusive = true.'),
('subscriptions', 'warning', 'ends_look_exclusive',
 '{subscriptions.customer_id,subscriptions.start_date,subscriptions.end_date}',
 NULL, $$SELECT format('%s of %s ends have a start of the same plan on the same day: are your ends exclusive?', n, ends), n, NULL::numeric
     FROM (SELECT count(*) FILTER (WHERE next = end_date) AS n, count(*) FILTER (WHERE next = end_date + 1) AS others, count(*) AS ends
             FROM (SELECT end_date, lead(start_date) OVER (PARTITION BY customer_id, plan_type ORDER BY start_date, end_date) AS next
                     FROM subscriptions WHERE (end_date >= start_date) IS NOT FALSE AND isfinite(start_date)) AS s
            WHERE end_date < '9999-12-31' AND end_date <= $1) AS t
    WHERE n > others AND {setting ends_inclusive}$$, NULL, NULL,
 'On each such day both count. If the end is the first day no longer in force: UPDATE kpi_settings SET ends_inclusive = false.'),
('subscriptions', 'error', 'end_before_start',
 '{subscriptions.start_date}',
 $$saaskpi_internal.said_end(r.end_date, r.cancel_at, r.canceled_on, saaskpi_internal.meaning({map kpi_subscription_statuses}, r.status)) < r.start_date AND r.start_date BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL, 'billed.price', NULL,
 'The row is not used.'),
('subscriptions', 'warning', 'zero_length',
 '{subscriptions.start_date}',
 $$saaskpi_internal.said_end(r.end_date, r.cancel_at, r.canceled_on, saaskpi_internal.meaning({map kpi_subscription_statuses}, r.status)) = r.start_date AND (r.end_date IS NULL OR NOT {setting ends_inclusive}) AND r.start_date BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL, 'billed.price', NULL,
 'The row adds no MRR on any day.'),
('subscriptions', 'error', 'end_too_late',
 '{subscriptions.start_date}',
 $$saaskpi_internal.said_end(r.end_date, r.cancel_at, r.canceled_on, saaskpi_internal.meaning({map kpi_subscription_statuses}, r.status)) > '9999-12-31' AND saaskpi_internal.said_end(r.end_date, r.cancel_at, r.canceled_on, saaskpi_internal.meaning({map kpi_subscription_statuses}, r.status)) < 'infinity'$$, NULL, 'billed.price', NULL,
 'The row is not used; ends up to year 9999 are, and infinity, which means that there is none.'),
('subscriptions', 'error', 'price_missing',
 '{subscriptions.monthly_price}',
 'r.monthly_price IS NULL AND r.unit_amount IS NULL', NULL, NULL, NULL,
 'The row is not used.'),
('subscriptions', 'error', 'price_negative',
 '{subscriptions.monthly_price}',
 $$billed.price < 0 AND billed.price > '-Infinity'$$, NULL, 'billed.price', NULL,
 'The row is not used.'),
('subscriptions', 'warning', 'price_zero',
 '{subscriptions.monthly_price}',
 'coalesce(r.monthly_price, r.unit_amount) = 0', NULL, NULL, NULL,
 'The row adds no MRR; a customer with nothing else is not a paying one.'),
('subscriptions', 'error', 'price_not_finite',
 '{subscriptions.monthly_price}',
 $$coalesce(r.monthly_price, r.unit_amount * coalesce(r.quantity, 1)) IN ('NaN', 'Infinity', '-Infinity')$$, NULL, NULL, NULL,
 'The row is not used.'),
('subscriptions', 'warning', 'price_too_precise',
 '{subscriptions.monthly_price}',
 'min_scale(r.monthly_price) > 4 AND r.monthly_price >= 0', NULL, NULL, NULL,
 'The price is rounded half to even to 4 decimals.'),
('subscriptions', 'error', 'price_too_large',
 '{subscriptions.monthly_price}',
 $$coalesce(billed.price, r.unit_amount * coalesce(r.quantity, 1)) >= 922337203685477 AND coalesce(billed.price, r.unit_amount * coalesce(r.quantity, 1)) < 'Infinity'$$, NULL, NULL, NULL,
 'The row is not used; prices below 922337203685477 are.'),
('subscriptions', 'warning', 'plan_missing',
 '{subscriptions.plan_type}',
 'nullif(r.plan_type, '''') IS NULL', NULL, NULL, NULL,
 'The MRR counts under plan_type (none).'),
('subscriptions', 'info', 'plan_unknown',
 '{subscriptions.plan_type}',
 'nullif(r.plan_type, '''') <> ALL (''{Basic,Pro,Enterprise}'')', NULL, NULL, NULL,
 'The MRR counts under a plan_type of that name.'),
('subscriptions', 'warning', 'overlap_same_plan',
 '{subscriptions.subscription_id,subscriptions.customer_id,subscriptions.plan_type,subscriptions.start_date,subscriptions.end_date}',
 NULL, $$SELECT label, 1, NULL::numeric
     FROM (SELECT label, start_date,
                  max(coalesce(end_date, 'infinity'))
                      OVER (PARTITION BY member, plan_type
                            ORDER BY start_date, subscription_id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
             FROM (SELECT *, row_number() OVER (PARTITION BY subscription_id
                                 ORDER BY customer_id, plan_type, start_date, end_date) AS copy
                     FROM subscriptions
                    WHERE customer_id IS NOT NULL AND plan_type IS NOT NULL
                      AND start_date BETWEEN '0001-01-01' AND '9999-12-31'
                      AND (end_date IS NULL OR end_date > start_date)) AS s
            WHERE copy = 1 OR subscription_id IS NULL OR subscription_id IN ('', '(none)')) AS s
    WHERE start_date < busy_until$$, NULL, NULL,
 'Both subscriptions count, so the MRR of the customer is their sum.'),
('subscriptions', 'warning', 'start_before_signup',
 '{subscriptions.customer_id,subscriptions.start_date,customers.customer_id,customers.signup_date}',
 'r.start_date < known.signup_date AND r.start_date >= ''0001-01-01''
   AND known.signup_date <= ''9999-12-31''', NULL, 'billed.price', NULL,
 'The MRR counts from the start date; the signup cohort leaves out the months before signup.'),
('subscriptions', 'info', 'start_in_future',
 '{subscriptions.start_date}',
 'r.start_date > $1 AND r.start_date <= ''9999-12-31''', NULL, NULL, NULL,
 'The MRR does not count before that day.'),
('subscriptions', 'info', 'end_in_future',
 '{subscriptions.start_date,subscriptions.end_date}',
 'r.end_date > $1 AND r.end_date <= ''9999-12-31'' AND (r.end_date <= r.start_date) IS NOT TRUE', NULL, NULL, NULL,
 'The churn does not count before that day.');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, created, description) VALUES
('subscriptions', 'currency', 'text', false, 'Currency of the price; empty for that of kpi_settings. Amounts of others are converted at fx_rates, without which more than one stops a refresh');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, query, refuses, consequence) VALUES
('subscriptions', 'error', 'subscription_currencies', '{subscriptions.currency}',
 $$SELECT currency, rows, amount
     FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, sum(saaskpi_internal.billed_price(monthly_price, unit_amount, quantity, interval_unit, interval_count)) AS amount, count(*) OVER () AS currencies
             FROM subscriptions WHERE btrim(currency) <> '' GROUP BY 1) AS q WHERE currencies > 1 AND NOT {filled fx_rates}$$, true,
 'A refresh refuses to add up amounts of several currencies; give rates in fx_rates, or put a view of one currency in place of the table.'),
('subscriptions', 'warning', 'subscription_currency_unlike_settings', '{subscriptions.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM subscriptions WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies = 1 AND saaskpi_internal.is_foreign(currency, {setting currency}) AND NOT {filled fx_rates}$$, false,
 'Amounts are labelled with currency of kpi_settings, which is another; nothing is converted without fx_rates.');
