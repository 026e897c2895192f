-- Who is a customer: accounts that were merged are one, and accounts that are
-- no customers, internal, test or partner ones, do not count.

-- Chains are followed to their ends; rings lead nowhere, and of several rows of
-- one account the first by name counts.  Not SQL, which the planner would put
-- in place of the call: what is recursive keeps a scan from running in parallel.
CREATE FUNCTION saaskpi_internal.merge_ends(merges jsonb)
RETURNS TABLE (customer_id text, merged_into text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 100
AS $$
BEGIN
    RETURN QUERY
    WITH RECURSIVE step AS MATERIALIZED (
        SELECT m.key AS source, m.value AS target FROM jsonb_each_text(merges) AS m WHERE m.key <> m.value
    ), reached(source, target) AS (
        SELECT s.source, s.target FROM step AS s
        UNION SELECT r.source, s.target FROM reached AS r JOIN step AS s ON s.source = r.target
    ), used AS MATERIALIZED (
        SELECT s.source, s.target FROM step AS s WHERE NOT EXISTS (SELECT FROM reached AS r WHERE r.source = s.source AND r.target = s.source)
    ), ends(source, target) AS (
        SELECT u.source, u.target FROM used AS u
        UNION SELECT e.source, u.target FROM ends AS e JOIN used AS u ON u.source = e.target
    )
    SELECT e.source, e.target FROM ends AS e WHERE NOT EXISTS (SELECT FROM used AS u WHERE u.source = e.target);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.merge_ends(jsonb) IS 'the accounts that were merged, each with the one that it is part of in the end';

CREATE FUNCTION saaskpi_internal.days_between(first date, after date)
RETURNS datemultirange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN first IS NULL OR after IS NULL OR first < after THEN datemultirange(daterange(first, after)) END;
COMMENT ON FUNCTION saaskpi_internal.days_between(date, date) IS 'the days from the first up to and without the last, null for no end on that side; null when there are none';

-- Rows that no day can be read of are left out where the account never counts.
CREATE FUNCTION saaskpi_internal.is_excluded(days datemultirange, day date)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(days @> day, days @> daterange(NULL, NULL), false);
COMMENT ON FUNCTION saaskpi_internal.is_excluded(datemultirange, date) IS 'whether a day is one of those on which an account does not count; null days are none';

INSERT INTO saaskpi_internal.sources (source, key, label, input, description) VALUES
('merged_customers', '{customer_id}', $$customer_id || ' into ' || merged_into, customer_id, '(no id)'$$, $sql$
SELECT e.customer_id, e.merged_into
  FROM saaskpi_internal.merge_ends((SELECT jsonb_object_agg(q.customer_id, q.merged_into)
          FROM (SELECT {key customer_id} AS customer_id, min({key merged_into} COLLATE "C") AS merged_into FROM {from} AS merged_customers
                 WHERE {key customer_id} IS NOT NULL AND {key merged_into} IS NOT NULL AND {key customer_id} <> {key merged_into} GROUP BY 1) AS q)) AS e$sql$,
 'Source table of saaskpi, optional: one row per account that was merged into another. What any source says of the account counts for the one it was merged into'),
('excluded_customers', '{customer_id,excluded_from}', $$nullif(customer_id, '') || ' from ' || excluded_from, nullif(customer_id, ''), '(no id)'$$, $sql$
SELECT {key customer_id} AS customer_id, range_agg(saaskpi_internal.days_between({excluded_from}, {excluded_to})) AS days, string_agg(DISTINCT {reason}, ', ') AS reason
  FROM {from} AS excluded_customers
 WHERE {key customer_id} IS NOT NULL AND saaskpi_internal.days_between({excluded_from}, {excluded_to}) IS NOT NULL
 GROUP BY 1$sql$,
 'Source table of saaskpi, optional: one row per account that is no customer, such as internal, test and partner accounts, for ever or on some days. What happens on these days is left out of every number');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, created, description) VALUES
('merged_customers', 'customer_id', 'text', true, false, 'Account that was merged into another'),
('merged_customers', 'merged_into', 'text', true, false, 'The account it is part of; that may have been merged in turn'),
('excluded_customers', 'customer_id', 'text', true, false, 'Account that is no customer; with merged accounts all of them are none'),
('excluded_customers', 'excluded_from', 'date', false, false, 'First day on which it does not count; empty for always before excluded_to'),
('excluded_customers', 'excluded_to', 'date', false, false, 'First day on which it counts again; empty for never'),
('excluded_customers', 'reason', 'text', false, false, 'Why: internal, test, partner or words of your own');

-- Rules judge what counts, as the customer whose it is: what is left out, and the
-- lines and steps of what is, they do not see.
INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, query) VALUES
('excluded_customers', 'merged_customers', true, $sql$
SELECT coalesce(m.merged_into, q.customer_id) AS customer_id, range_agg(q.days) AS days, string_agg(DISTINCT q.reason, ', ') AS reason
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id GROUP BY 1$sql$);

INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, query, member, judged)
SELECT v.source, 'merged_customers', true, v.query, 'customer_id',
       'SELECT s.*, coalesce(m.merged_into, s.customer_id) AS member FROM {rows} AS s LEFT JOIN {merged_customers} AS m ON m.customer_id = s.customer_id'
  FROM (VALUES
('customers', $sql$
SELECT DISTINCT ON (coalesce(m.merged_into, q.customer_id)) coalesce(m.merged_into, q.customer_id) AS customer_id, coalesce(m.merged_into, q.customer_text) AS customer_text,
       min(q.signup_date) OVER (PARTITION BY coalesce(m.merged_into, q.customer_id)) AS signup_date, q.segment, q.country, q.acquisition_channel, q.attribute_history
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id
 ORDER BY coalesce(m.merged_into, q.customer_id), m.merged_into IS NOT NULL, q.customer_id COLLATE "C"$sql$),
('subscriptions', $sql$
SELECT coalesce(m.merged_into, q.customer_id) AS customer_id, q.subscription_id, q.plan_type, q.start_date, q.end_date, q.monthly_price, q.status, q.trial_end, q.paused_from, q.resumes_on, q.past_due_since,
       q.notice_on, q.end_reason, q.term_months, q.quantity, q.monthly_discount, q.discount_once, q.discount_until, q.is_usage, q.currency, q.own_price, q.since, q.goes_on, q.began
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id$sql$),
('payments', $sql$
SELECT coalesce(m.merged_into, q.customer_id) AS customer_id, q.payment_date, q.amount, q.payment_status, q.currency
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id$sql$),
('events', $sql$
SELECT coalesce(m.merged_into, q.customer_id) AS customer_id, q.event_time, q.event_day, q.event_type, q.meaning, q.event_id
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id$sql$),
('orders', $sql$
SELECT q.order_id, q.order_text, coalesce(m.merged_into, q.customer_id) AS customer_id, coalesce(m.merged_into, q.customer_text) AS customer_text, q.ordered_at, q.ordered_on, q.status,
       q.channel, q.region, q.country, q.sales_rep_id, q.returned_order_id
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id$sql$),
('opportunities', $sql$
SELECT q.opportunity_id, coalesce(m.merged_into, q.customer_id) AS customer_id, q.sales_rep_id, q.name, q.created_at, q.amount, q.stage, q.closed_at, q.expected_close
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id$sql$)) AS v(source, query);

-- A subscription of which days are left out comes in parts. What a part cannot
-- tell by its own first day it carries along: since when the contract runs, what
-- is paused or past due all along, and that nothing was paid since the trial,
-- which then ended before the part begins.
INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, query, judged)
SELECT v.source, 'excluded_customers', false, v.query, 'SELECT s.* FROM {rows} AS s LEFT JOIN {excluded_customers} AS x ON x.customer_id = s.member WHERE NOT ' || v.is_out
  FROM (VALUES
('customers', $sql$
SELECT q.customer_id, q.customer_text, CASE WHEN NOT coalesce(x.days @> q.signup_date, false) THEN q.signup_date END AS signup_date, q.segment, q.country, q.acquisition_channel, q.attribute_history
  FROM {read} AS q LEFT JOIN {excluded_customers} AS x ON x.customer_id = q.customer_id
 WHERE NOT saaskpi_internal.is_excluded(x.days, NULL)$sql$,
 $$saaskpi_internal.is_excluded(x.days, NULL)$$),
('subscriptions', $sql$
SELECT q.customer_id, q.subscription_id, q.plan_type, CASE WHEN p.days IS NULL THEN q.start_date ELSE lower(p.days) END AS start_date,
       CASE WHEN p.days IS NULL OR upper_inf(p.days) THEN q.end_date ELSE upper(p.days) END AS end_date, q.monthly_price, q.status,
       q.trial_end - CASE WHEN q.never_paid AND lower(p.days) = q.trial_end THEN 1 ELSE 0 END AS trial_end,
       CASE WHEN q.status = 'paused' THEN coalesce(q.paused_from, q.start_date) ELSE q.paused_from END AS paused_from, q.resumes_on,
       CASE WHEN q.never_paid AND lower(p.days) = q.trial_end THEN least(q.due_since, q.trial_end - 1) ELSE q.due_since END AS past_due_since,
       q.notice_on, CASE WHEN p.days IS NULL OR upper_inf(p.days) OR upper(p.days) = q.end_date THEN q.end_reason ELSE 'other' END AS end_reason,
       q.term_months, q.quantity, q.monthly_discount, q.discount_once, q.discount_until, q.is_usage, q.currency, q.own_price, q.since, q.goes_on,
       CASE WHEN lower(p.days) > q.start_date THEN q.start_date END AS began
  FROM (SELECT d.*, coalesce(d.status, 'canceled') IN ('past_due', 'unpaid', 'canceled') AND d.trial_end > d.start_date AND d.due_since <= d.trial_end AS never_paid
          FROM (SELECT i.*, CASE WHEN i.status IN ('past_due', 'unpaid') THEN coalesce(i.past_due_since, i.start_date) ELSE i.past_due_since END AS due_since FROM {read} AS i) AS d) AS q
  LEFT JOIN {excluded_customers} AS x ON x.customer_id = q.customer_id
  LEFT JOIN LATERAL unnest(CASE WHEN isfinite(q.start_date) THEN saaskpi_internal.days_between(q.start_date, q.end_date) - x.days END) AS p(days) ON true
 WHERE x.days IS NULL OR p.days IS NOT NULL OR ((isfinite(q.start_date) AND (q.end_date <= q.start_date) IS NOT TRUE) IS NOT TRUE AND NOT x.days @> daterange(NULL, NULL))$sql$,
 $$coalesce(x.days @> CASE WHEN isfinite(s.start_date) THEN saaskpi_internal.days_between(s.start_date, saaskpi_internal.said_end(s.end_date, s.cancel_at, s.canceled_on, saaskpi_internal.meaning({map kpi_subscription_statuses}, s.status))
         + CASE WHEN {setting ends_inclusive} AND s.end_date < '9999-12-31' THEN 1 ELSE 0 END) END, x.days @> daterange(NULL, NULL), false)$$),
('payments', $sql$
SELECT q.customer_id, q.payment_date, q.amount, q.payment_status, q.currency
  FROM {read} AS q LEFT JOIN {excluded_customers} AS x ON x.customer_id = q.customer_id WHERE NOT saaskpi_internal.is_excluded(x.days, q.payment_date)$sql$,
 $$saaskpi_internal.is_excluded(x.days, s.payment_date)$$),
('events', $sql$
SELECT q.customer_id, q.event_time, q.event_day, q.event_type, q.meaning, q.event_id
  FROM {read} AS q LEFT JOIN {excluded_customers} AS x ON x.customer_id = q.customer_id WHERE NOT saaskpi_internal.is_excluded(x.days, q.event_day)$sql$,
 $$saaskpi_internal.is_excluded(x.days, CASE WHEN isfinite(s.event_time) THEN saaskpi_internal.day_of(s.event_time, {setting time_zone}) END)$$),
('orders', $sql$
SELECT q.order_id, q.order_text, q.customer_id, q.customer_text, q.ordered_at, q.ordered_on, q.status, q.channel, q.region, q.country, q.sales_rep_id, q.returned_order_id
  FROM {read} AS q LEFT JOIN {excluded_customers} AS x ON x.customer_id = q.customer_id WHERE NOT saaskpi_internal.is_excluded(x.days, q.ordered_on)$sql$,
 $$saaskpi_internal.is_excluded(x.days, CASE WHEN isfinite(s.ordered_at) THEN saaskpi_internal.day_of(s.ordered_at, {setting time_zone}) END)$$),
('opportunities', $sql$
SELECT q.opportunity_id, q.customer_id, q.sales_rep_id, q.name, q.created_at, q.amount, q.stage, q.closed_at, q.expected_close
  FROM {read} AS q LEFT JOIN {excluded_customers} AS x ON x.customer_id = q.customer_id
 WHERE NOT saaskpi_internal.is_excluded(x.days, saaskpi_internal.day_of(q.created_at, {setting time_zone}))$sql$,
 $$saaskpi_internal.is_excluded(x.days, CASE WHEN isfinite(s.created_at) THEN saaskpi_internal.day_of(s.created_at, {setting time_zone}) END)$$)) AS v(source, query, is_out);

INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, judged) VALUES
('order_lines', 'excluded_customers', false, $$
SELECT s.* FROM {rows} AS s
 WHERE NOT EXISTS (SELECT FROM {before excluded_customers.orders} AS o JOIN {excluded_customers} AS x ON x.customer_id = o.customer_id
                    WHERE o.order_id = s.order_id AND saaskpi_internal.is_excluded(x.days, o.ordered_on))$$),
('opportunity_stages', 'excluded_customers', false, $$
SELECT s.* FROM {rows} AS s
 WHERE NOT EXISTS (SELECT FROM {before excluded_customers.opportunities} AS o JOIN {excluded_customers} AS x ON x.customer_id = o.customer_id
                    WHERE o.opportunity_id = s.opportunity_id AND saaskpi_internal.is_excluded(x.days, saaskpi_internal.day_of(o.created_at, {setting time_zone})))$$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, amount, consequence) VALUES
('merged_customers', 'error', 'merge_incomplete', '{merged_customers.customer_id,merged_customers.merged_into}',
 $$coalesce(r.customer_id, '') IN ('', '(none)') OR coalesce(r.merged_into, '') IN ('', '(none)')$$, NULL, NULL, 'The row is not used.'),
('merged_customers', 'info', 'merged_into_itself', '{merged_customers.customer_id,merged_customers.merged_into}',
 'r.customer_id = r.merged_into', NULL, NULL, 'The row changes nothing.'),
('merged_customers', 'error', 'merged_twice', '{merged_customers.customer_id,merged_customers.merged_into}', NULL,
 $$SELECT customer_id, count(DISTINCT merged_into) - 1, NULL::numeric FROM merged_customers
    WHERE customer_id NOT IN ('', '(none)') AND merged_into NOT IN ('', '(none)') AND customer_id <> merged_into GROUP BY customer_id HAVING count(DISTINCT merged_into) > 1$$, NULL,
 'Of the accounts that it was merged into the first by name is taken.'),
('merged_customers', 'error', 'merge_ring', '{merged_customers.customer_id,merged_customers.merged_into}', NULL,
 $$SELECT r.customer_id, 1, NULL::numeric
     FROM (SELECT customer_id, min(merged_into) AS merged_into FROM merged_customers
            WHERE customer_id NOT IN ('', '(none)') AND merged_into NOT IN ('', '(none)') AND customer_id <> merged_into GROUP BY 1) AS r
    WHERE NOT EXISTS (SELECT FROM {merged_customers} AS e WHERE e.customer_id = r.customer_id)$$, NULL,
 'Accounts that were merged in a ring are not merged.'),
('merged_customers', 'warning', 'merged_into_unknown', '{merged_customers.customer_id,merged_customers.merged_into,customers.customer_id}', NULL,
 $$SELECT e.customer_id || ' into ' || e.merged_into, 1, NULL::numeric
     FROM {merged_customers} AS e WHERE NOT EXISTS (SELECT FROM customers AS c WHERE c.customer_id = e.merged_into)$$, NULL,
 'The merge counts; the attributes are those of the account merged into it, the first by name.'),
('excluded_customers', 'error', 'exclusion_customer_missing', '{excluded_customers.customer_id}',
 $$coalesce(r.customer_id, '') IN ('', '(none)')$$, NULL, NULL, 'The row is not used.'),
('excluded_customers', 'error', 'exclusion_ends_before_start', '{excluded_customers.excluded_from,excluded_customers.excluded_to}',
 'r.excluded_to <= r.excluded_from', NULL, NULL, 'The row is not used. excluded_to is the first day on which the account counts again.'),
('excluded_customers', 'warning', 'exclusion_unknown_customer', '{excluded_customers.customer_id,customers.customer_id}', NULL,
 $$SELECT x.customer_id, 1, NULL::numeric FROM (SELECT DISTINCT customer_id FROM excluded_customers WHERE customer_id NOT IN ('', '(none)')) AS x
    WHERE NOT EXISTS (SELECT FROM customers AS c WHERE c.customer_id = x.customer_id)$$, NULL,
 'What other sources say of the account is left out.'),
('subscriptions', 'info', 'subscription_excluded', '{excluded_customers.customer_id,subscriptions.customer_id,subscriptions.start_date}', NULL,
 $$SELECT concat_ws(': ', x.reason, r.label), 1, saaskpi_internal.billed_price(r.monthly_price, r.unit_amount, r.quantity, r.interval_unit, r.interval_count)
     FROM subscriptions AS r LEFT JOIN {merged_customers} AS m ON m.customer_id = r.customer_id
     JOIN {excluded_customers} AS x ON x.customer_id = coalesce(m.merged_into, r.customer_id) AND x.days && saaskpi_internal.days_between(r.start_date, r.end_date)
    WHERE r.start_date <= $1$$, NULL,
 'It does not count on the days of excluded_customers. Where it was in force before or after, the waterfall shows that as churn or contraction and as reactivation or expansion.'),
('payments', 'info', 'payment_excluded', '{excluded_customers.customer_id,payments.customer_id,payments.payment_date}', NULL,
 $$SELECT concat_ws(': ', x.reason, r.label), 1, r.amount
     FROM payments AS r LEFT JOIN {merged_customers} AS m ON m.customer_id = r.customer_id
     JOIN {excluded_customers} AS x ON x.customer_id = coalesce(m.merged_into, r.customer_id) AND x.days @> r.payment_date
    WHERE r.payment_date <= $1$$, NULL,
 'It does not count, as excluded_customers says.'),
('events', 'info', 'event_excluded', '{excluded_customers.customer_id,events.customer_id,events.event_time}', NULL,
 $$SELECT concat_ws(': ', x.reason, r.label), 1, NULL::numeric
     FROM events AS r LEFT JOIN {merged_customers} AS m ON m.customer_id = r.customer_id
     JOIN {excluded_customers} AS x ON x.customer_id = coalesce(m.merged_into, r.customer_id) AND x.days @> saaskpi_internal.day_of(r.event_time, {setting time_zone})
    WHERE r.event_time < ($1 + 1)::timestamp AT TIME ZONE {setting time_zone}$$, NULL,
 'It does not count, as excluded_customers says.'),
('orders', 'info', 'order_excluded', '{excluded_customers.customer_id,orders.customer_id,orders.ordered_at}', NULL,
 $$SELECT concat_ws(': ', x.reason, r.label), 1, NULL::numeric
     FROM orders AS r LEFT JOIN {merged_customers} AS m ON m.customer_id = r.customer_id
     JOIN {excluded_customers} AS x ON x.customer_id = coalesce(m.merged_into, r.customer_id) AND x.days @> saaskpi_internal.day_of(r.ordered_at, {setting time_zone})
    WHERE r.ordered_at < ($1 + 1)::timestamp AT TIME ZONE {setting time_zone}$$, NULL,
 'It does not count, as excluded_customers says.'),
('opportunities', 'info', 'opportunity_excluded', '{excluded_customers.customer_id,opportunities.customer_id,opportunities.created_at}', NULL,
 $$SELECT concat_ws(': ', x.reason, r.label), 1, r.amount
     FROM opportunities AS r LEFT JOIN {merged_customers} AS m ON m.customer_id = r.customer_id
     JOIN {excluded_customers} AS x ON x.customer_id = coalesce(m.merged_into, r.customer_id) AND x.days @> saaskpi_internal.day_of(r.created_at, {setting time_zone})
    WHERE r.created_at < ($1 + 1)::timestamp AT TIME ZONE {setting time_zone}$$, NULL,
 'It was created on a day of excluded_customers and does not count.');
