-- Customers: who they are, and the states that everything else is made from.

-- What the subscriptions of a schema say beside start, end and price, and what
-- is made of it: templates hold it in square brackets.  Where nothing is said
-- and nothing compared, all of it is false at planning time, and costs nothing.
CREATE FUNCTION saaskpi_internal.with_billing(template text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN replace(replace(replace(replace(replace(replace(replace(template,
    '[history]', $$CASE WHEN [billed] THEN saaskpi.mrr_history([ledger], coalesce((SELECT [policy] FROM {rows kpi_policies} AS p WHERE p.policy = {setting mrr_policy}), saaskpi_internal.no_policy({setting mrr_policy})))
                             WHEN [converts] THEN saaskpi.mrr_history_agg(start_date, end_date, monthly_price, plan_type, since, goes_on)
                             ELSE saaskpi.mrr_history_agg(start_date, end_date, monthly_price, plan_type) END$$),
    '[ledger]', $$CASE WHEN [converts] THEN saaskpi.ledger_agg(start_date, end_date, monthly_price, plan_type, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, end_reason, term_months, quantity,
                                               monthly_discount, discount_once, discount_until, is_usage, since, goes_on)
                            ELSE saaskpi.ledger_agg(start_date, end_date, monthly_price, plan_type, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, end_reason, term_months, quantity,
                                               monthly_discount, discount_once, discount_until, is_usage) END$$),
    '[ledgered]', '([billed] OR [compared])'),
    '[billed]', '({present subscriptions.status} OR {present subscriptions.trial_end} OR {present subscriptions.paused_from} OR {present subscriptions.resumes_on} OR {present subscriptions.past_due_since} OR {present subscriptions.cancel_at} OR {present subscriptions.canceled_on} OR {present subscriptions.end_reason} OR {present subscriptions.discount_percent} OR {present subscriptions.discount_amount} OR {present subscriptions.is_usage})'),
    '[compared]', $$({setting mrr_policy} <> 'house' OR jsonb_path_exists({map kpi_policies} - 'house'::text, '$.* ? (@ == true)'))$$),
    '[policy]', 'saaskpi.mrr_policy(p.trials, p.never_paid, p.pauses, p.past_due_days, p.unpaid, p.usage, p.churn_at, p.recurring_discounts, p.one_time_discounts, p.free_stays, p.returns_after_days, p.new_after_days, p.same_month)'),
    '[converts]', '({filled fx_rates} AND {present subscriptions.currency})');
COMMENT ON FUNCTION saaskpi_internal.with_billing(text) IS
    'a template with its places for how subscriptions are billed filled in: [billed], [compared], [ledgered], [policy], [converts], [ledger], [history]';

CREATE FUNCTION saaskpi_internal.no_policy(name text)
RETURNS saaskpi.mrr_policy
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RAISE EXCEPTION 'no policy "%"', name
        USING ERRCODE = 'invalid_parameter_value', HINT = 'kpi_policies lists those there are; mrr_policy of kpi_settings names the one in use.';
END
$$;
COMMENT ON FUNCTION saaskpi_internal.no_policy(text) IS 'raises: a policy is asked for that is not there';

INSERT INTO saaskpi_internal.sources (source, key, partition_key, label, one_row_per_key, input, description) VALUES
('customers', '{customer_id}', 'customer_id', $$nullif(customer_id, ''), '(no id)'$$, true, $sql$
SELECT {key customer_id} AS customer_id, {customer_id} AS customer_text,
       CASE WHEN {signup_date} BETWEEN {setting earliest_date} AND '9999-12-31' THEN {signup_date} END AS signup_date, nullif({segment}, '') AS segment,
       nullif({country}, '') AS country, nullif({acquisition_channel}, '') AS acquisition_channel, NULL::jsonb AS attribute_history
  FROM {from} AS customers$sql$,
 'Source table of saaskpi: one row per customer');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('customers', 'customer_id', 'text', true, true, NULL,
 'Unique identifier of the customer'),
('customers', 'signup_date', 'date', false, true, $$signup_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'Day the customer signed up'),
('customers', 'segment', 'text', false, false, NULL,
 'Market segment: SMB, Mid-Market, Enterprise or names of your own'),
('customers', 'country', 'text', false, false, NULL,
 'Country code'),
('customers', 'acquisition_channel', 'text', false, false, NULL,
 'How the customer came: Paid Ads, Referral, Organic, Partner or names of your own'),
('customers', 'is_active', 'boolean', false, false, NULL,
 'Claimed status; compared with the subscriptions, never used for a number');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('customers', 'live', $$LEFT JOIN (SELECT DISTINCT member FROM subscriptions
              WHERE start_date BETWEEN '0001-01-01' AND $1 AND (end_date IS NULL OR end_date > $1) AND (end_date > '9999-12-31' AND end_date < 'infinity') IS NOT TRUE
                AND saaskpi_internal.billed_price(monthly_price, unit_amount, quantity, interval_unit, interval_count) > 0 AND saaskpi_internal.billed_price(monthly_price, unit_amount, quantity, interval_unit, interval_count) < 'Infinity') AS live ON live.member = r.member$$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, impossible_by, consequence) VALUES
('customers', 'error', 'customer_id_missing',
 '{customers.customer_id}',
 $$r.customer_id IS NULL OR r.customer_id IN ('', '(none)')$$, NULL, NULL,
 'The row is not used; an empty text and (none) are no customer either.'),
('customers', 'error', 'customer_id_duplicate',
 '{customers.customer_id}',
 NULL, $$SELECT customer_id, count(*) - 1, NULL::numeric FROM customers WHERE customer_id NOT IN ('', '(none)')
   GROUP BY customer_id HAVING count(*) > 1$$, '{customer_id}',
 'One row per customer is used, the one that signed up first; the others are ignored.'),
('customers', 'warning', 'customer_id_differs_in_case',
 '{customers.customer_id}',
 NULL, $$SELECT string_agg(DISTINCT customer_id COLLATE "C", ', '), count(DISTINCT customer_id) - 1, NULL::numeric FROM customers WHERE customer_id NOT IN ('', '(none)')
   GROUP BY lower(btrim(customer_id)) HAVING min(customer_id) <> max(customer_id)$$, NULL,
 'Each is a customer of her own, as identifiers are taken as they are. Where they are one, such as by e-mail, give lower(btrim(customer_id)) in every source.'),
('customers', 'warning', 'signup_date_missing',
 '{customers.signup_date}',
 'r.signup_date IS NULL', NULL, NULL,
 'The customer is in no signup cohort and not in the conversion rate.'),
('customers', 'warning', 'signup_date_in_future',
 '{customers.signup_date}',
 'r.signup_date > $1 AND r.signup_date <= ''9999-12-31''', NULL, NULL,
 'The signup does not count before that day.'),
('customers', 'error', 'signup_date_infinite',
 '{customers.signup_date}',
 $$r.signup_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL, NULL,
 'The date is not used; only years 1 to 9999 are.'),
('customers', 'error', 'signup_date_implausible',
 '{customers.signup_date}',
 $$r.signup_date < {setting earliest_date} AND r.signup_date >= '0001-01-01'$$, NULL, NULL,
 'The date is not used, as it lies before earliest_date of kpi_settings.'),
('customers', 'warning', 'segment_missing',
 '{customers.segment}',
 'nullif(r.segment, '''') IS NULL', NULL, NULL,
 'The customer counts under segment (none).'),
('customers', 'info', 'segment_unknown',
 '{customers.segment}',
 'nullif(r.segment, '''') <> ALL (''{SMB,Mid-Market,Enterprise}'')', NULL, NULL,
 'The customer counts under a segment of that name.'),
('customers', 'warning', 'channel_missing',
 '{customers.acquisition_channel}',
 'nullif(r.acquisition_channel, '''') IS NULL', NULL, NULL,
 'The customer counts under acquisition_channel (none).'),
('customers', 'info', 'channel_unknown',
 '{customers.acquisition_channel}',
 'nullif(r.acquisition_channel, '''') <> ALL (''{Paid Ads,Referral,Organic,Partner}'')', NULL, NULL,
 'The customer counts under an acquisition_channel of that name.'),
('customers', 'warning', 'country_missing',
 '{customers.country}',
 'nullif(r.country, '''') IS NULL', NULL, NULL,
 'The customer counts under country (none).'),
('customers', 'warning', 'is_active_contradicts',
 '{customers.customer_id,customers.is_active,subscriptions.customer_id,subscriptions.start_date,subscriptions.end_date,subscriptions.monthly_price}',
 'r.is_active <> (live.member IS NOT NULL) AND r.customer_id NOT IN ('''', ''(none)'') AND r.customer_id = r.member', NULL, NULL,
 'The flag is not used; the status follows from the subscriptions.');

-- What is paused or revalued and comes back may do so between two dates with
-- the same history and the same MRR: changed_on is another one then.  Which of
-- several rows are one subscription shows in no history: subscriptions_mark is
-- another one when that changes.
--
-- First filled by groups and days of signup, so that the rows that kpi_summaries
-- rolls up one after another meet the same lines of its states in the cache;
-- one number sorts faster than three words and a date.
INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, indexes, key_sources, tracked, kept, grain, comment, query, recalled) VALUES
('kpi_customers', 'keyed', '{customers|subscriptions|payments}', '{customer_id}', '{}',
 '{customers,subscriptions,payments}', '{mrr,mrr_history,changed_on}', 'kpi_customers_past', 'customer',
 'Every customer known to any source: one row per customer with status, MRR and payments as of as_of. Who are our largest customers, and since when?',
 saaskpi_internal.with_billing($sql$
SELECT coalesce(u.customer_id, '(none)') AS customer_id, u.signup_date, u.segment, u.country, u.acquisition_channel,
       CASE WHEN u.customer_id IS NULL THEN '(none)'
            WHEN u.mrr > 0 OR (NOT {filled subscriptions} AND saaskpi.first_on(u.payment_history) IS NOT NULL) THEN 'active'
            WHEN u.first_mrr_on IS NULL THEN 'prospect' WHEN u.churned_on IS NULL THEN 'paused' ELSE 'churned' END AS status,
       u.mrr, u.first_mrr_on, u.churned_on,
       saaskpi.first_on(u.payment_history) AS first_payment, saaskpi.last_on(u.payment_history) AS last_payment,
       CASE WHEN {present payments} THEN coalesce(saaskpi.done_count(u.payment_history), 0) END AS payments,
       CASE WHEN {present payments} THEN coalesce(saaskpi.net_amount(u.payment_history), 0.00) END AS revenue,
       CASE WHEN {present payments} THEN coalesce(saaskpi.failed_count(u.payment_history), 0) END AS failed_payments,
       u.mrr_history, u.payment_history, u.ledger, u.attribute_history,
       CASE WHEN [billed] OR [converts] THEN saaskpi_internal.last_change(u.mrr_history, {as_of}) END AS changed_on, u.subscriptions_mark
  FROM (SELECT customer_id, c.signup_date, c.segment, c.country, c.acquisition_channel, c.attribute_history,
               CASE WHEN {present subscriptions} THEN coalesce(saaskpi.mrr_at(s.history, {as_of}), 0.00) END AS mrr,
               saaskpi.first_mrr_on(s.history, {as_of}) AS first_mrr_on,
               saaskpi.churned_on(s.history, {as_of}) AS churned_on,
               s.history AS mrr_history, p.history AS payment_history, s.ledger, s.subscriptions_mark
          FROM (SELECT * FROM {customers} AS i {first ORDER BY hashtext(concat(segment, country, acquisition_channel)) * 65536::bigint + (signup_date - date '1970-01-01')}) AS c
          FULL JOIN (SELECT customer_id, [history] AS history,
                            CASE WHEN [ledgered] THEN [ledger] END AS ledger,
                            CASE WHEN {present subscriptions.subscription_id} AND count(*) > 1 THEN sum(CASE WHEN [billed] OR [converts] THEN hash_record_extended(i, 0)
                                      ELSE hash_record_extended(ROW(subscription_id, start_date, end_date, monthly_price), 0) END) END AS subscriptions_mark
                       FROM {subscriptions} AS i GROUP BY customer_id) AS s USING (customer_id)
          FULL JOIN (SELECT customer_id, saaskpi.payment_agg(payment_date, amount, payment_status) AS history
                       FROM {payments} AS i GROUP BY customer_id) AS p USING (customer_id)
         WHERE customer_id IS NOT NULL OR p.history IS NOT NULL) AS u
$sql$), $sql$
SELECT u.customer_id, u.signup_date, u.segment, u.country, u.acquisition_channel,
       CASE WHEN u.customer_id = '(none)' THEN '(none)'
            WHEN u.mrr > 0 OR (NOT {filled subscriptions} AND saaskpi.first_on(u.payment_history) IS NOT NULL) THEN 'active'
            WHEN u.first_mrr_on IS NULL THEN 'prospect' WHEN u.churned_on IS NULL THEN 'paused' ELSE 'churned' END AS status,
       u.mrr, u.first_mrr_on, u.churned_on,
       saaskpi.first_on(u.payment_history) AS first_payment, saaskpi.last_on(u.payment_history) AS last_payment,
       CASE WHEN {present payments} THEN coalesce(saaskpi.done_count(u.payment_history), 0) END AS payments,
       CASE WHEN {present payments} THEN coalesce(saaskpi.net_amount(u.payment_history), 0.00) END AS revenue,
       CASE WHEN {present payments} THEN coalesce(saaskpi.failed_count(u.payment_history), 0) END AS failed_payments,
       u.mrr_history, u.payment_history, u.ledger, u.attribute_history
  FROM (SELECT k.*, CASE WHEN {present subscriptions} THEN coalesce(saaskpi.mrr_at(k.mrr_history, {as_of}), 0.00) END AS mrr,
               saaskpi.first_mrr_on(k.mrr_history, {as_of}) AS first_mrr_on, saaskpi.churned_on(k.mrr_history, {as_of}) AS churned_on
          FROM {kept kpi_customers} AS k) AS u
$sql$);

-- What customers were: states and attributes, from which all that is told of
-- them by as_of and settings follows again.
INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment) VALUES
('kpi_customers_past', 'own', '{publication,customer_id}', 'customer and publication',
 'What refreshes replaced in kpi_customers: one row per customer and publication that changed what is known of her, with what it was before. What did we know of this customer in March?');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_customers_past', 'publication', 'number', 'bigint NOT NULL', 'Publication, as kpi_refresh_log counts them, that replaced what the row says; it held from the publication of her row before, or from the first one.'),
('kpi_customers_past', 'customer_id', 'text', 'text NOT NULL', 'Customer.'),
('kpi_customers_past', 'known', 'boolean', 'boolean NOT NULL', 'False when no source knew her then, and all else is NULL.'),
('kpi_customers_past', 'signup_date', 'date', 'date', 'Day of signup, as kpi_customers said.'),
('kpi_customers_past', 'segment', 'text', 'text', 'Segment, as kpi_customers said.'),
('kpi_customers_past', 'country', 'text', 'text', 'Country, as kpi_customers said.'),
('kpi_customers_past', 'acquisition_channel', 'text', 'text', 'Acquisition channel, as kpi_customers said.'),
('kpi_customers_past', 'mrr_history', 'state', 'saaskpi.mrr_history', 'Her recurring revenue over time, as the subscriptions told it.'),
('kpi_customers_past', 'payment_history', 'state', 'saaskpi.activity', 'Her payments over time, as the payments told them.'),
('kpi_customers_past', 'attribute_history', 'state', 'jsonb', 'Her segment, country and channel from month to month, as customer_history told them; NULL where they never changed.'),
('kpi_customers_past', 'ledger', 'state', 'saaskpi.ledger', 'Her subscriptions as they are billed; NULL where nothing said how and no policies were compared.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, expression, comment) VALUES
('kpi_customers', 'customer_id', 'text', NULL, 'Customer, of the source customers or only seen in subscriptions or payments; (none) is the line of payments that name no customer.'),
('kpi_customers', 'signup_date', 'date', NULL, 'Day of signup as in customers; NULL when unknown there.'),
('kpi_customers', 'segment', 'text', NULL, 'Segment as in customers, or as customer_history has it as of as_of; NULL when unknown there.'),
('kpi_customers', 'country', 'text', NULL, 'Country as in customers, or as customer_history has it as of as_of; NULL when unknown there.'),
('kpi_customers', 'acquisition_channel', 'text', NULL, 'Acquisition channel as in customers, or as customer_history has it as of as_of; NULL when unknown there.'),
('kpi_customers', 'status', 'text', NULL, 'By the subscriptions: active (mrr above zero), paused (had MRR, and has none while something is paused), churned (had MRR, has none) or prospect (never had any); without any subscriptions active means has paid; (none) on the line of no customer.'),
('kpi_customers', 'mrr', 'money', NULL, 'MRR at the end of as_of; 0 when there is none, NULL without a source subscriptions.'),
('kpi_customers', 'first_mrr_on', 'date', NULL, 'First day with MRR; NULL when there never was any.'),
('kpi_customers', 'churned_on', 'date', NULL, 'Last day since when she has had neither MRR nor, as far as there ever was any, something paused; NULL while she has either. The end of what is paused is a departure that moves no MRR: it left with the pause.'),
('kpi_customers', 'tenure_days', 'days', 'coalesce(churned_on, (SELECT effective_as_of FROM {schema}.kpi_settings)) - first_mrr_on', 'Days from first_mrr_on to churned_on, or to as_of while there is none, gaps and pauses between included; NULL when there never was any MRR.'),
('kpi_customers', 'first_payment', 'date', NULL, 'Day of the first successful payment of zero or more; NULL when there is none.'),
('kpi_customers', 'last_payment', 'date', NULL, 'Day of the last successful payment of zero or more; NULL when there is none.'),
('kpi_customers', 'payments', 'payments', NULL, 'Successful payments of zero or more; NULL without a source payments.'),
('kpi_customers', 'revenue', 'money', NULL, 'Amounts of the successful payments minus refunds; 0 when there are none, NULL without a source payments.'),
('kpi_customers', 'failed_payments', 'payments', NULL, 'Payments that failed; NULL without a source payments.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query, recalled) VALUES
('kpi_summaries', '{customers|subscriptions|payments}', '{segment,country,acquisition_channel}', 'combination of segment, country and channel',
 'What the other kpi relations are made from: one row per combination of segment, country and acquisition channel. How many customers and unusable rows does each hold?', $sql$
SELECT coalesce(q.segment, '(none)') AS segment, coalesce(q.country, '(none)') AS country,
       coalesce(q.acquisition_channel, '(none)') AS acquisition_channel, sum(q.customers)::bigint AS customers,
       least(min(saaskpi.first_period(q.flow)), min(saaskpi.first_period(q.revenue)), min(saaskpi.first_period(q.revenue_of_nobody)), min(q.first_signup)) AS first_day,
       saaskpi.rollup(q.flow) AS flow, saaskpi.rollup(q.retention_1) AS retention_1,
       saaskpi.rollup(q.retention_12) AS retention_12, saaskpi.rollup(q.revenue) AS revenue,
       saaskpi.rollup(q.revenue_of_nobody) AS revenue_of_nobody, saaskpi.rollup(q.bridge) AS bridge,
       saaskpi.rollup(q.cohorts_mrr) AS cohorts_mrr, saaskpi.rollup(q.cohorts_payment) AS cohorts_payment,
       saaskpi.rollup(q.cohorts_signup) AS cohorts_signup, saaskpi.rollup(q.conversion) AS conversion,
       sum(q.skipped_subscriptions)::bigint AS skipped_subscriptions, sum(q.skipped_payments)::bigint AS skipped_payments
  FROM (SELECT c.segment, c.country, c.acquisition_channel, count(*) FILTER (WHERE c.customer_id <> '(none)') AS customers,
               min(c.signup_date) FILTER (WHERE c.signup_date <= {as_of}) AS first_signup,
               saaskpi.mrr_flow_agg(c.mrr_history, 'month', {as_of}) AS flow,
               saaskpi.mrr_retention_agg(c.mrr_history, 1, 'month', {as_of}) AS retention_1,
               saaskpi.mrr_retention_agg(c.mrr_history, 12, 'month', {as_of}) AS retention_12,
               saaskpi.revenue_flow_agg(c.payment_history, {as_of}) FILTER (WHERE c.customer_id <> '(none)') AS revenue,
               saaskpi.revenue_flow_agg(c.payment_history, {as_of}) FILTER (WHERE c.customer_id = '(none)') AS revenue_of_nobody,
               saaskpi.cash_bridge_agg(c.mrr_history, c.payment_history, {as_of}) AS bridge,
               saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month', {as_of}), {as_of}) AS cohorts_mrr,
               saaskpi.cohort_agg(c.payment_history, {as_of}) FILTER (WHERE c.customer_id <> '(none)') AS cohorts_payment,
               saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month', {as_of}), c.signup_date, 'month', {as_of}) AS cohorts_signup,
               saaskpi.conversion_agg(c.signup_date, c.first_payment, {setting conversion_days}, {as_of}) AS conversion,
               coalesce(sum(saaskpi.skipped(c.mrr_history)), 0) AS skipped_subscriptions,
               coalesce(sum(saaskpi.skipped(c.payment_history)), 0) AS skipped_payments
          FROM {kpi_customers} AS c
         GROUP BY c.segment, c.country, c.acquisition_channel) AS q
 GROUP BY 1, 2, 3
$sql$, NULL),

('kpi_calendar', '{customers|subscriptions|payments|costs}', '{period}', 'month',
 'Every month from the first fact to as_of, gaps included: one row per month. Is this month over yet?', $sql$
SELECT p.day::date AS period, (p.day + interval '1 month')::date <= {as_of} AS is_complete,
       round(least(1, ({as_of} - p.day::date)::numeric / ((p.day + interval '1 month')::date - p.day::date)), 6) AS elapsed_fraction
  FROM (SELECT least((SELECT min(first_day) FROM {kpi_summaries} AS s), (SELECT min(period) FROM {costs} AS c)) AS day) AS f
 CROSS JOIN LATERAL generate_series(date_trunc('month', f.day::timestamp), {as_of}::timestamp, interval '1 month') AS p(day)
$sql$, $sql$
SELECT p.day::date AS period, (p.day + interval '1 month')::date <= {as_of} AS is_complete,
       round(least(1, ({as_of} - p.day::date)::numeric / ((p.day + interval '1 month')::date - p.day::date)), 6) AS elapsed_fraction
  FROM generate_series({run first_period}::timestamp, {as_of}::timestamp, interval '1 month') AS p(day)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_summaries', 'segment', 'text', 'Segment of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'country', 'text', 'Country of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'acquisition_channel', 'text', 'Acquisition channel of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'customers', 'customers', 'Customers of the combination, known to any source.'),
('kpi_summaries', 'first_day', 'date', 'Earliest of their first month with a change of MRR, first month with a payment and first day of signup; NULL when there is none.'),
('kpi_summaries', 'skipped_subscriptions', 'subscriptions', 'Their subscriptions left out because they cannot count, see saaskpi.check_sources.'),
('kpi_summaries', 'skipped_payments', 'payments', 'Their payments left out because they cannot count, see saaskpi.check_sources.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_calendar', 'period', 'date', 'First day of the month.'),
('kpi_calendar', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),
('kpi_calendar', 'elapsed_fraction', 'ratio', 'Share of the days of the month that lie before as_of; 1 when the month is complete.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, expression, comment) VALUES
('kpi_refresh_log', 'customers', 'customers', 'bigint', 'SELECT coalesce(sum(customers), 0) FROM {kpi_summaries} AS s', 'Customers the run found; NULL unless status is ok.'),
('kpi_refresh_log', 'skipped_subscriptions', 'subscriptions', 'bigint', 'SELECT coalesce(sum(skipped_subscriptions), 0) + (SELECT count(*) FROM {subscriptions} AS i WHERE customer_id IS NULL) FROM {kpi_summaries} AS s',
 'Subscriptions left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.'),
('kpi_refresh_log', 'skipped_payments', 'payments', 'bigint', 'SELECT coalesce(sum(skipped_payments), 0) FROM {kpi_summaries} AS s',
 'Payments left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.'),
('kpi_refresh_log', 'first_period', 'date', 'date', 'SELECT min(period) FROM {kpi_calendar} AS k', 'First month of the relations; NULL when there was none, and unless status is ok.');

INSERT INTO saaskpi_internal.identity_totals (relation, total, expression) VALUES
('kpi_customers', 'active', 'count(*) FILTER (WHERE mrr > 0)'),
('kpi_customers', 'mrr', 'coalesce(sum(mrr), 0)'),
('kpi_customers', 'subscribers', 'count(first_mrr_on)'),
('kpi_customers', 'churned', 'count(churned_on)'),
('kpi_customers', 'payers', $$count(first_payment) FILTER (WHERE customer_id <> '(none)')$$),
('kpi_customers', 'payments', 'coalesce(sum(payments), 0)'),
('kpi_customers', 'revenue', 'coalesce(sum(revenue), 0)');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('active_customers_agree', $sql$
SELECT format('%s customers and %s in kpi_customers, %s and %s in the waterfall', c.n, c.mrr, w.customers_closing, w.closing)
  FROM (SELECT {total kpi_customers.active} AS n, {total kpi_customers.mrr} AS mrr) AS c
  JOIN (SELECT customers_closing, closing FROM {kpi_mrr_monthly} ORDER BY period DESC LIMIT 1) AS w
    ON w.customers_closing <> c.n OR w.closing <> c.mrr
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Customer status', 'kpi_customers', 'status', 'subscriptions', 'active when mrr > 0, paused or churned when there was MRR before, else prospect; without subscriptions active when there was a payment',
 'Is this customer with us?',
 'Computed from the subscriptions as of as_of; the claim in is_active of customers is never used, saaskpi.check_sources lists where the two disagree.'),
('Customer MRR', 'kpi_customers', 'mrr', 'subscriptions', 'sum of monthly_price over her subscriptions in force at as_of',
 'Who are our largest customers?',
 'Adds up to MRR of the last month exactly; 0 for those who left, pause or never came.'),
('Tenure', 'kpi_customers', 'tenure_days', 'subscriptions', 'coalesce(churned_on, as_of) - first_mrr_on',
 'How long has this customer been with us?',
 'From the first day with MRR to the last departure, or to as_of while there is MRR or something paused; times away in between are included. NULL for those who never had MRR.'),
('Customer revenue', 'kpi_customers', 'revenue', 'payments', 'sum of her successful payments minus refunds',
 'What has this customer paid so far?',
 'Historic, up to as_of; not the LTV, which looks ahead. Adds up to collected revenue over all months exactly.'),
('Customer payments', 'kpi_customers', 'payments', 'payments', 'count of her successful payments of zero or more',
 'How often has this customer paid?',
 'Refunds are not payments.'),
('Customer failed payments', 'kpi_customers', 'failed_payments', 'payments', 'count of her failed payments',
 'Whose payments fail?',
 'Attempts, up to as_of, whatever became of them.'),
('Elapsed share of the month', 'kpi_calendar', 'elapsed_fraction', 'kpi_settings', 'days of the month before as_of / days of the month',
 'How much of the running month do we see?',
 '1 for complete months. Rates that compare months leave the running month out instead of scaling it.');

-- Signups by day, where no log of events has them.
INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query) VALUES
('kpi_series_daily', 'signups_of_customers', 'customers', $sql$
SELECT 'signups' AS metric, 2 AS choice, 'kpi_customers' AS taken_from, c.signup_date AS period, count(*)::numeric AS amount
  FROM {kpi_customers} AS c WHERE c.signup_date < {as_of} GROUP BY c.signup_date
UNION ALL SELECT 'signups', 2, 'kpi_customers', {as_of} - 1, 0
$sql$);
