-- Recurring revenue: the MRR waterfall and its movements.

-- Who has always been of the same segment, country and channel is in the
-- breakdowns as summaries have her; of others each value has the months in which
-- she is there at the end.
--
-- Without a customer there is no summary, but months of costs there may be: what
-- rolls up to nothing is an empty state.
--
-- The summaries are rolled up once, and each reads its periods once; the join
-- of what they give is one of rows, which the planner must not take for few.
INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, indexes, follows, grain, comment, query) VALUES
('kpi_mrr_monthly', 'rows', '{subscriptions}', '{period}', '{}', NULL, 'month',
 'The MRR waterfall: one row per month, what it opened and closed with and what happened between, with churn and retention; what is known of later months is in kpi_mrr_outlook. Why did MRR change in March?', $sql$
WITH q AS MATERIALIZED (
    SELECT coalesce(saaskpi.rollup(flow), (SELECT saaskpi.mrr_flow_agg(NULL::saaskpi.mrr_history, 'month', {as_of}))) AS flow,
           coalesce(saaskpi.rollup(retention_1), (SELECT saaskpi.mrr_retention_agg(NULL::saaskpi.mrr_history, 1, 'month', {as_of}))) AS retention_1,
           coalesce(saaskpi.rollup(retention_12), (SELECT saaskpi.mrr_retention_agg(NULL::saaskpi.mrr_history, 12, 'month', {as_of}))) AS retention_12,
           (SELECT min(period) FROM {kpi_calendar} AS k) AS first
      FROM {kpi_summaries} AS s
), w AS MATERIALIZED (SELECT p.* FROM q, saaskpi_internal.mrr_waterfall_total(q.flow, q.first) AS p WHERE q.first IS NOT NULL),
a AS MATERIALIZED (SELECT p.* FROM q, saaskpi_internal.mrr_retained_total(q.retention_1, q.first) AS p WHERE q.first IS NOT NULL),
b AS MATERIALIZED (SELECT p.* FROM q, saaskpi_internal.mrr_retained_total(q.retention_12, q.first) AS p WHERE q.first IS NOT NULL)
SELECT w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation, w.closing, w.round_trip,
       w.customers_opening, w.customers_new, w.customers_churned, w.customers_reactivated, w.customers_closing,
       w.customers_opening - a.customers_kept - a.customers_paused AS customers_lost, a.retained AS mrr_retained, a.kept AS mrr_kept,
       saaskpi_internal.rate(w.customers_opening - a.customers_kept - a.customers_paused, w.customers_opening) AS logo_churn_rate,
       saaskpi_internal.rate(w.opening - a.kept - a.paused, w.opening) AS gross_mrr_churn_rate,
       saaskpi_internal.rate(w.opening - a.retained - a.paused, w.opening) AS net_mrr_churn_rate,
       saaskpi_internal.rate(a.retained, w.opening) AS nrr, saaskpi_internal.rate(a.kept, w.opening) AS grr,
       b.base AS opening_12m, b.retained AS retained_12m, b.kept AS kept_12m,
       saaskpi_internal.rate(b.retained, b.base) AS nrr_12m, saaskpi_internal.rate(b.kept, b.base) AS grr_12m,
       saaskpi_internal.rate(w.new + w.expansion + w.reactivation, w.churn + w.contraction) AS quick_ratio,
       round(w.closing / nullif(w.customers_closing, 0), 2) AS arpa, w.is_complete,
       w.closing - w.opening AS net_new, saaskpi_internal.rate(w.closing - w.opening, w.opening) AS mrr_growth, 12 * w.closing AS arr,
       w.pause, w.resume, w.customers_paused, w.customers_resumed, a.paused AS opening_paused, a.customers_paused AS customers_opening_paused,
       w.fx, w.closing - sum(w.fx) OVER (ORDER BY w.period) AS constant_currency
  FROM w JOIN a ON a.period = w.period JOIN b ON b.period = w.period
$sql$),

('kpi_mrr_monthly_by', 'rows', '{subscriptions}', '{dimension,value,period}', '{}', NULL, 'month and dimension value',
 'The MRR waterfall by segment, country, acquisition channel and plan: one row per dimension, value and month. Choose one dimension before adding up. Which plan loses customers to which side: churn, or other plans?', $sql$
WITH s AS MATERIALIZED (
    SELECT d.dimension, d.value, saaskpi.rollup(s.flow) AS flow, saaskpi.rollup(s.retention_1) AS retention_1, saaskpi.rollup(s.retention_12) AS retention_12
      FROM {kpi_summaries} AS s
     CROSS JOIN LATERAL (VALUES ('segment', s.segment), ('country', s.country),
                                ('acquisition_channel', s.acquisition_channel), ('plan_type', NULL)) AS d(dimension, value)
     WHERE NOT {filled customer_history} OR d.dimension = 'plan_type'
     GROUP BY d.dimension, d.value
    UNION ALL
    SELECT d.dimension, coalesce(d.value, '(none)'), saaskpi.rollup(s.flow), saaskpi.rollup(s.retention_1), saaskpi.rollup(s.retention_12)
      FROM (SELECT c.segment, c.country, c.acquisition_channel, saaskpi.mrr_flow_agg(c.mrr_history, 'month', {as_of}) AS flow,
                   saaskpi.mrr_retention_agg(c.mrr_history, 1, 'month', {as_of}) AS retention_1, saaskpi.mrr_retention_agg(c.mrr_history, 12, 'month', {as_of}) AS retention_12
              FROM {kpi_customers} AS c WHERE {filled customer_history} AND (c.attribute_history IS NULL OR c.mrr_history IS NULL) GROUP BY 1, 2, 3) AS s
     CROSS JOIN LATERAL (VALUES ('segment', s.segment), ('country', s.country), ('acquisition_channel', s.acquisition_channel)) AS d(dimension, value)
     GROUP BY 1, 2
    UNION ALL
    SELECT m.dimension, m.value, saaskpi.rollup(saaskpi_internal.mrr_flow_between(saaskpi.mrr_flow(m.mrr_history, 'month', {as_of}), m.since, m.until)),
           saaskpi.rollup(saaskpi_internal.mrr_retention_between(saaskpi.mrr_retention(m.mrr_history, 1, 'month', {as_of}), m.since, m.until)),
           saaskpi.rollup(saaskpi_internal.mrr_retention_between(saaskpi.mrr_retention(m.mrr_history, 12, 'month', {as_of}), m.since, m.until))
      FROM (SELECT b.dimension, b.value, b.mrr_history, b.since, lead(b.since) OVER (PARTITION BY b.customer_id, b.dimension ORDER BY b.since NULLS FIRST) AS until
              FROM (SELECT c.customer_id, c.mrr_history, d.dimension, d.value, d.since,
                           d.value IS DISTINCT FROM lag(d.value) OVER (PARTITION BY c.customer_id, d.dimension ORDER BY d.since NULLS FIRST) AS begins
                      FROM {kpi_customers} AS c CROSS JOIN LATERAL saaskpi_internal.attributes_since(c.attribute_history, c.segment, c.country, c.acquisition_channel) AS d
                     WHERE {filled customer_history} AND c.attribute_history IS NOT NULL AND c.mrr_history IS NOT NULL) AS b
             WHERE b.begins) AS m
     GROUP BY 1, 2
), q AS MATERIALIZED (
    SELECT s.dimension, s.value, saaskpi.rollup(s.flow) AS flow, saaskpi.rollup(s.retention_1) AS retention_1, saaskpi.rollup(s.retention_12) AS retention_12,
           (SELECT min(period) FROM {kpi_calendar} AS k) AS first
      FROM s GROUP BY s.dimension, s.value
), w AS MATERIALIZED (
    SELECT q.dimension, q.value, p.* FROM q, saaskpi_internal.mrr_waterfall_total(q.flow, q.first) AS p WHERE q.dimension <> 'plan_type' AND q.first IS NOT NULL
    UNION ALL
    SELECT q.dimension, p.label, p.* FROM q, saaskpi.mrr_waterfall(q.flow, q.first) AS p
     WHERE q.dimension = 'plan_type' AND q.first IS NOT NULL AND CASE WHEN p.label IS NULL THEN false ELSE true END
), a AS MATERIALIZED (
    SELECT q.dimension, q.value, p.* FROM q, saaskpi_internal.mrr_retained_total(q.retention_1, q.first) AS p WHERE q.dimension <> 'plan_type' AND q.first IS NOT NULL
    UNION ALL
    SELECT q.dimension, p.label, p.* FROM q, saaskpi_internal.mrr_retained_plans(q.retention_1, q.first) AS p
     WHERE q.dimension = 'plan_type' AND q.first IS NOT NULL AND CASE WHEN p.label IS NULL THEN false ELSE true END
), b AS MATERIALIZED (
    SELECT q.dimension, q.value, p.* FROM q, saaskpi_internal.mrr_retained_total(q.retention_12, q.first) AS p WHERE q.dimension <> 'plan_type' AND q.first IS NOT NULL
    UNION ALL
    SELECT q.dimension, p.label, p.* FROM q, saaskpi_internal.mrr_retained_plans(q.retention_12, q.first) AS p
     WHERE q.dimension = 'plan_type' AND q.first IS NOT NULL AND CASE WHEN p.label IS NULL THEN false ELSE true END
)
SELECT w.dimension, w.value, w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation,
       w.transfer_in, w.transfer_out, w.closing, w.round_trip,
       w.customers_opening, w.customers_new, w.customers_churned, w.customers_reactivated,
       w.customers_transfer_in, w.customers_transfer_out, w.customers_closing,
       w.customers_opening - a.customers_kept - a.customers_paused AS customers_lost, a.retained AS mrr_retained, a.kept AS mrr_kept,
       saaskpi_internal.rate(w.customers_opening - a.customers_kept - a.customers_paused, w.customers_opening) AS logo_churn_rate,
       saaskpi_internal.rate(w.opening - a.kept - a.paused, w.opening) AS gross_mrr_churn_rate,
       saaskpi_internal.rate(w.opening - a.retained - a.paused, w.opening) AS net_mrr_churn_rate,
       saaskpi_internal.rate(a.retained, w.opening) AS nrr, saaskpi_internal.rate(a.kept, w.opening) AS grr,
       b.base AS opening_12m, b.retained AS retained_12m, b.kept AS kept_12m,
       saaskpi_internal.rate(b.retained, b.base) AS nrr_12m, saaskpi_internal.rate(b.kept, b.base) AS grr_12m,
       saaskpi_internal.rate(w.new + w.expansion + w.reactivation, w.churn + w.contraction) AS quick_ratio,
       round(w.closing / nullif(w.customers_closing, 0), 2) AS arpa, w.is_complete,
       w.closing - w.opening AS net_new, saaskpi_internal.rate(w.closing - w.opening, w.opening) AS mrr_growth, 12 * w.closing AS arr,
       w.pause, w.resume, w.customers_paused, w.customers_resumed, a.paused AS opening_paused, a.customers_paused AS customers_opening_paused,
       w.fx, w.closing - sum(w.fx) OVER (PARTITION BY w.dimension, w.value ORDER BY w.period) AS constant_currency
  FROM w
  JOIN a ON a.dimension = w.dimension AND a.value = w.value AND a.period = w.period
  JOIN b ON b.dimension = w.dimension AND b.value = w.value AND b.period = w.period
$sql$),

('kpi_mrr_movements', 'following', '{subscriptions}', '{customer_id,happened_on,movement}', '{}', 'kpi_customers', 'customer, day and movement',
 'The rows behind the waterfall: one row per customer and day on which her MRR changed, and one more for what rates alone changed. Who churned in March, and how much was each worth?', $sql$
SELECT m.period, m.happened_on, c.customer_id, m.movement, m.amount, m.mrr_before, m.mrr_after
  FROM {kpi_customers} AS c CROSS JOIN LATERAL saaskpi.mrr_movements(c.mrr_history, {as_of}) AS m
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_mrr_monthly', 'period', 'date', NULL, 'First day of the month; the row covers the days from it up to the first day of the next month.'),
('kpi_mrr_monthly', 'opening', 'money', NULL, 'MRR at the end of the day before period, which is closing of the month before.'),
('kpi_mrr_monthly', 'new', 'money', NULL, 'MRR of customers on the day they had any for the first time ever; a positive amount.'),
('kpi_mrr_monthly', 'expansion', 'money', NULL, 'Rises of MRR of customers who had some the day before, netted per customer and day, where no pause ended; a positive amount.'),
('kpi_mrr_monthly', 'contraction', 'money', NULL, 'Falls of MRR of customers who kept some, netted per customer and day, where nothing more was paused; a positive amount that lowers closing.'),
('kpi_mrr_monthly', 'churn', 'money', NULL, 'MRR that customers had on the day before it fell to zero otherwise than by a pause; a positive amount that lowers closing.'),
('kpi_mrr_monthly', 'reactivation', 'money', NULL, 'MRR of customers on the day they came back from zero after an earlier churn; a positive amount.'),
('kpi_mrr_monthly', 'closing', 'money', NULL, 'MRR at the end of the last day of the month, or of as_of while the month runs: opening + new + expansion + reactivation + resume + fx - contraction - churn - pause.'),
('kpi_mrr_monthly', 'round_trip', 'money', NULL, 'Part of new + expansion + reactivation + resume that the same customer lost again, or had lost before, within the month; contraction + churn + pause hold the same amount, and a comparison of month ends alone shows neither.'),
('kpi_mrr_monthly', 'customers_opening', 'customers', NULL, 'Customers with MRR above zero at opening.'),
('kpi_mrr_monthly', 'customers_new', 'customers', NULL, 'Customers who had MRR for the first time ever.'),
('kpi_mrr_monthly', 'customers_churned', 'customers', NULL, 'Times the MRR of a customer fell to zero, pauses apart; a customer who left twice in the month counts twice.'),
('kpi_mrr_monthly', 'customers_reactivated', 'customers', NULL, 'Times a customer came back from zero MRR, pauses apart; a customer who came back twice in the month counts twice.'),
('kpi_mrr_monthly', 'customers_closing', 'customers', NULL, 'Customers with MRR above zero at closing: customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused.'),
('kpi_mrr_monthly', 'customers_lost', 'customers', NULL, 'Customers with MRR at opening and none at closing, without customers_opening_paused; unlike customers_churned without those who came back within the month or joined after opening.'),
('kpi_mrr_monthly', 'mrr_retained', 'money', NULL, 'MRR at closing of the customers who had MRR at opening, their expansion included, and without what rates moved since.'),
('kpi_mrr_monthly', 'mrr_kept', 'money', NULL, 'MRR at closing of the customers who had MRR at opening, without what rates moved since, each counted with at most what she had at opening.'),
('kpi_mrr_monthly', 'logo_churn_rate', 'ratio', 'customers_opening', 'customers_lost / customers_opening; NULL when customers_opening is 0.'),
('kpi_mrr_monthly', 'gross_mrr_churn_rate', 'ratio', 'opening', '(opening - mrr_kept - opening_paused) / opening: what is paused is not lost; NULL when opening is 0.'),
('kpi_mrr_monthly', 'net_mrr_churn_rate', 'ratio', 'opening', '(opening - mrr_retained - opening_paused) / opening, below zero when expansion outweighs the losses; NULL when opening is 0.'),
('kpi_mrr_monthly', 'nrr', 'ratio', 'opening', 'Net revenue retention over the month: mrr_retained / opening, where what is paused brings nothing; NULL when opening is 0.'),
('kpi_mrr_monthly', 'grr', 'ratio', 'opening', 'Gross revenue retention over the month: mrr_kept / opening, never above 1, where what is paused brings nothing; NULL when opening is 0.'),
('kpi_mrr_monthly', 'opening_12m', 'money', NULL, 'MRR at the end of the month twelve months before; 0 when nobody had any.'),
('kpi_mrr_monthly', 'retained_12m', 'money', NULL, 'MRR at closing of the customers behind opening_12m, their expansion included, and without what rates moved since; 0 when there are none.'),
('kpi_mrr_monthly', 'kept_12m', 'money', NULL, 'MRR at closing of the customers behind opening_12m, without what rates moved since, each counted with at most what she had in opening_12m; 0 when there are none.'),
('kpi_mrr_monthly', 'nrr_12m', 'ratio', 'opening_12m', 'Net revenue retention over twelve months: retained_12m / opening_12m; NULL when opening_12m is 0.'),
('kpi_mrr_monthly', 'grr_12m', 'ratio', 'opening_12m', 'Gross revenue retention over twelve months: kept_12m / opening_12m, never above 1; NULL when opening_12m is 0.'),
('kpi_mrr_monthly', 'quick_ratio', 'ratio', 'churn + contraction', '(new + expansion + reactivation) / (churn + contraction), pauses and their ends apart; NULL when nothing was lost.'),
('kpi_mrr_monthly', 'arpa', 'money', NULL, 'Average MRR per customer: closing / customers_closing; NULL when customers_closing is 0.'),
('kpi_mrr_monthly', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the month, false while the month runs.'),
('kpi_mrr_monthly', 'net_new', 'money', NULL, 'Net new MRR: closing - opening.'),
('kpi_mrr_monthly', 'mrr_growth', 'ratio', 'opening', 'Growth of MRR over the month: net_new / opening; NULL when opening is 0. Of the running month so far.'),
('kpi_mrr_monthly', 'arr', 'money', NULL, 'Annual recurring revenue as a run-rate: 12 * closing; never to be summed over months.'),
('kpi_mrr_monthly', 'pause', 'money', NULL, 'MRR that fell as subscriptions were paused, netted per customer and day; a positive amount that lowers closing, and no churn. 0 where the policy in use makes no movements of pauses, and where nothing says that anything is paused.'),
('kpi_mrr_monthly', 'resume', 'money', NULL, 'MRR that came back as pauses ended; a positive amount, and no reactivation.'),
('kpi_mrr_monthly', 'customers_paused', 'customers', NULL, 'Times the MRR of a customer fell to zero by a pause.'),
('kpi_mrr_monthly', 'customers_resumed', 'customers', NULL, 'Times a customer came back from a pause that had left her no MRR.'),
('kpi_mrr_monthly', 'opening_paused', 'money', NULL, 'Part of opening that was neither kept nor lost: it is paused at closing, and was not at opening.'),
('kpi_mrr_monthly', 'customers_opening_paused', 'customers', NULL, 'Customers with MRR at opening and none at closing, of whom more is paused than was at opening: not lost.'),
('kpi_mrr_monthly', 'fx', 'money', NULL, 'What rates alone moved of MRR billed in other currencies, between the days of movements and the last day of the month: up above zero, down below; 0 without fx_rates. No part of any other movement, nor of retention.'),
('kpi_mrr_monthly', 'constant_currency', 'money', NULL, 'closing without all that rates have moved up to it: closing less the sum of fx so far. Its changes are those of the business alone.');

-- The waterfall by dimension says of its columns what the waterfall says, but
-- for those that stand here: they are its own, or mean more there.  The first
-- number is the place among the columns of kpi_mrr_monthly.
INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment)
WITH own(after, column_name, unit, comment) AS (VALUES
(NULL, 'dimension', 'text', 'What value names: segment, country, acquisition_channel or plan_type; each dimension alone adds up to kpi_mrr_monthly.'),
(NULL, 'value', 'text', 'Segment, country, channel or plan of the row, of customers at the end of its month; (none) stands for a customer or subscription without one.'),
('reactivation', 'transfer_in', 'money',
 'MRR that came from other values, in no other bucket: to a plan from other plans of the same customers on the same day; to a segment, country or channel at opening, with customers who, as customer_history says, were elsewhere before.'),
('reactivation', 'transfer_out', 'money',
 'MRR that went to other values, in no other bucket: from a plan to other plans of the same customers on the same day; from a segment, country or channel at opening, with customers who, as customer_history says, are elsewhere in this month.'),
('closing', 'closing', 'money',
 'MRR of the value at the end of the month, or of as_of while it runs: opening + new + expansion + reactivation + resume + transfer_in + fx - contraction - churn - pause - transfer_out.'),
('round_trip', 'round_trip', 'money',
 'Part of new + expansion + reactivation + resume that the same customer of the value lost again, or had lost before, within the month; always 0 for plan_type.'),
('customers_new', 'customers_new', 'customers',
 'Customers of the value who had MRR for the first time ever, in the plan among others.'),
('customers_churned', 'customers_churned', 'customers',
 'Times a customer of the value went to zero MRR in all plans, pauses apart; a plan left for another counts in customers_transfer_out.'),
('customers_reactivated', 'customers_reactivated', 'customers',
 'Times a customer came back from zero MRR in all plans, pauses apart, to the plan among others.'),
('customers_reactivated', 'customers_transfer_in', 'customers',
 'Times a customer with MRR in other plans took up the plan; and customers behind transfer_in of a segment, country or channel.'),
('customers_reactivated', 'customers_transfer_out', 'customers',
 'Times a customer gave up the plan and still had MRR in others; and customers behind transfer_out of a segment, country or channel.'),
('customers_closing', 'customers_closing', 'customers',
 'Customers with MRR of the value at closing: customers_opening + customers_new + customers_reactivated + customers_resumed + customers_transfer_in - customers_churned - customers_paused - customers_transfer_out.'),
('customers_lost', 'customers_lost', 'customers',
 'Customers with MRR of the value at opening and none at closing, whatever their segment, country or channel is by then, without customers_opening_paused; for plan_type this includes those who went to another plan.'),
('mrr_retained', 'mrr_retained', 'money',
 'MRR at closing of the customers of the value at opening, whatever their segment, country or channel is by then; for plan_type what they moved to another plan is missing.')
), waterfall AS (
    SELECT c.*, row_number() OVER (ORDER BY c.ordinal) AS place FROM saaskpi_internal.relation_columns AS c WHERE c.relation = 'kpi_mrr_monthly'
)
SELECT 'kpi_mrr_monthly_by', q.column_name, q.unit, q.base, q.comment
  FROM (SELECT coalesce(w.place, 0) AS place, row_number() OVER () AS turn, o.column_name, o.unit, b.base, o.comment
          FROM own AS o LEFT JOIN waterfall AS w ON w.column_name = o.after LEFT JOIN waterfall AS b ON b.column_name = o.column_name
        UNION ALL
        SELECT w.place, 0, w.column_name, w.unit, w.base, CASE WHEN w.unit IN ('date', 'boolean') THEN '' ELSE 'Within the value: ' END || w.comment
          FROM waterfall AS w WHERE w.column_name NOT IN (SELECT o.column_name FROM own AS o)) AS q
 ORDER BY q.place, q.turn;

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_mrr_movements', 'period', 'date', 'First day of the month that holds happened_on.'),
('kpi_mrr_movements', 'happened_on', 'date', 'Day on which the MRR of the customer changed; all changes of one day are one movement, but for what rates moved, fx.'),
('kpi_mrr_movements', 'customer_id', 'text', 'Customer whose MRR moved.'),
('kpi_mrr_movements', 'movement', 'text', 'new (from zero, for the first time ever), reactivation (again), resume (after a pause, or up as one ends), churn (to zero), pause (down as something is paused), expansion (up), contraction (down); and fx, what rates alone moved that day, before all else.'),
('kpi_mrr_movements', 'amount', 'money', 'Size of the movement, always positive: abs(mrr_after - mrr_before); of fx with its sign, below zero where rates lowered MRR.'),
('kpi_mrr_movements', 'mrr_before', 'money', 'MRR of the customer at the end of the day before happened_on, and with fx of the same day where there is such a row.'),
('kpi_mrr_movements', 'mrr_after', 'money', 'MRR of the customer at the end of happened_on; of fx before the other movement of that day.');

-- The rows that identity closing_equals_subscriptions adds up, written without
-- the C states on purpose.  As a FILTER, since as a WHERE the planner takes
-- them for so few that it sorts them.
CREATE FUNCTION saaskpi_internal.is_usable(start_date date, end_date date, monthly_price numeric)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN start_date BETWEEN '0001-01-01' AND '9999-12-31'
       AND (end_date IS NULL OR (end_date > start_date AND (end_date <= '9999-12-31' OR end_date = 'infinity')))
       AND saaskpi.money_units(monthly_price) >= 0;
COMMENT ON FUNCTION saaskpi_internal.is_usable(date, date, numeric) IS
    'whether a subscription row can count: it starts, ends after it starts or not at all, and its price is not below zero';

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('waterfall_closes', $sql$
SELECT format('%s: off by %s', period, opening + new + expansion + reactivation + resume + fx - contraction - churn - pause - closing)
  FROM {kpi_mrr_monthly} WHERE opening + new + expansion + reactivation + resume + fx - contraction - churn - pause <> closing
UNION ALL
SELECT format('%s %s %s: off by %s', dimension, value, period,
              opening + new + expansion + reactivation + resume + transfer_in + fx - contraction - churn - pause - transfer_out - closing)
  FROM {kpi_mrr_monthly_by}
 WHERE opening + new + expansion + reactivation + resume + transfer_in + fx - contraction - churn - pause - transfer_out <> closing
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('customers_close', $sql$
SELECT format('%s: off by %s', period, customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused - customers_closing)
  FROM {kpi_mrr_monthly}
 WHERE customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused <> customers_closing
UNION ALL
SELECT format('%s %s %s', dimension, value, period)
  FROM {kpi_mrr_monthly_by}
 WHERE customers_opening + customers_new + customers_reactivated + customers_resumed + customers_transfer_in
       - customers_churned - customers_paused - customers_transfer_out <> customers_closing
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('periods_chain', $sql$
SELECT format('%s opens at %s, %s closed at %s', period, opening, coalesce(month::text, 'nothing'), before)
  FROM (SELECT period, opening, lag(period) OVER w AS month, lag(closing, 1, 0.0) OVER w AS before FROM {kpi_mrr_monthly} WINDOW w AS (ORDER BY period)) AS q
 WHERE opening <> before OR period <> month + interval '1 month'
UNION ALL
SELECT format('%s %s %s opens at %s, %s closed at %s', dimension, value, period, opening, coalesce(month::text, 'nothing'), before)
  FROM (SELECT dimension, value, period, opening, lag(period) OVER w AS month, lag(closing, 1, 0.0) OVER w AS before
          FROM {kpi_mrr_monthly_by} WINDOW w AS (PARTITION BY dimension, value ORDER BY period)) AS q
 WHERE opening <> before OR period <> month + interval '1 month'
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('dimensions_sum_to_total', $sql$
SELECT format('%s %s: %s and customers %s in parts, %s and %s in total', dimension, period, b.sides, b.customers, t.sides, t.customers)
  FROM (SELECT dimension, period, ROW(sum(opening), sum(new), sum(expansion), sum(contraction), sum(churn), sum(reactivation), sum(pause), sum(resume), sum(fx), sum(constant_currency), sum(closing)) AS sides,
               ROW(sum(customers_opening), sum(customers_new), sum(customers_churned), sum(customers_reactivated), sum(customers_paused), sum(customers_resumed), sum(customers_closing)) AS customers,
               sum(transfer_in) - sum(transfer_out) AS transfers
          FROM {kpi_mrr_monthly_by} GROUP BY dimension, period) AS b
 RIGHT JOIN (SELECT d.dimension, period, ROW(opening, new, expansion, contraction, churn, reactivation, pause, resume, fx, constant_currency, closing) AS sides,
               ROW(customers_opening::numeric, customers_new::numeric, customers_churned::numeric, customers_reactivated::numeric, customers_paused::numeric, customers_resumed::numeric, customers_closing::numeric) AS customers
          FROM {kpi_mrr_monthly} CROSS JOIN (SELECT DISTINCT dimension FROM {kpi_mrr_monthly_by}) AS d) AS t USING (dimension, period)
 WHERE b.sides IS DISTINCT FROM t.sides OR b.transfers <> 0 OR (dimension <> 'plan_type' AND b.customers <> t.customers)
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('movements_sum_to_waterfall', $sql$
SELECT format('%s %s: %s movements of %s, waterfall %s of %s', period, movement, coalesce(m.n, 0), coalesce(m.amount, 0), coalesce(w.n, m.n, 0), coalesce(w.amount, 0))
  FROM (SELECT period, movement, count(*) AS n, sum(amount) AS amount FROM {kpi_mrr_movements} GROUP BY 1, 2) AS m
  FULL JOIN (SELECT p.period, v.movement, v.amount, v.n FROM {kpi_mrr_monthly} AS p
              CROSS JOIN LATERAL (VALUES ('new', p.new, p.customers_new), ('expansion', p.expansion, NULL), ('contraction', p.contraction, NULL),
                                         ('churn', p.churn, p.customers_churned), ('reactivation', p.reactivation, p.customers_reactivated),
                                         ('pause', p.pause, NULL), ('resume', p.resume, NULL), ('fx', p.fx, NULL)) AS v(movement, amount, n)
              WHERE v.amount <> 0 OR v.n > 0) AS w USING (period, movement)
 WHERE coalesce(m.amount, 0) <> coalesce(w.amount, 0) OR (w.movement IS NULL OR m.movement IS NULL) AND coalesce(m.amount, w.amount) <> 0 OR m.n <> w.n
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('retention_within_bounds', $sql$
SELECT format('%s: opening %s, retained %s, kept %s, lost %s of %s customers', period, opening, mrr_retained, mrr_kept, customers_lost, customers_opening)
  FROM {kpi_mrr_monthly}
 WHERE NOT (mrr_kept <= opening AND mrr_kept <= mrr_retained AND customers_lost >= 0 AND customers_lost + customers_opening_paused <= customers_opening
            AND opening_paused BETWEEN 0 AND opening - mrr_kept)
UNION ALL
SELECT format('%s: cohort of twelve months before paid %s, the waterfall closed at %s', period, opening_12m, before)
  FROM (SELECT period, opening_12m, lag(closing, 12, 0.0) OVER (ORDER BY period) AS before FROM {kpi_mrr_monthly}) AS q
 WHERE opening_12m <> before
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('round_trip_within_flows', $sql$
SELECT format('%s: round trip %s', period, round_trip) FROM {kpi_mrr_monthly}
 WHERE round_trip NOT BETWEEN 0 AND least(new + expansion + reactivation + resume, contraction + churn + pause)
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('closing_equals_subscriptions', saaskpi_internal.with_billing($sql$
SELECT format('%s: waterfall closes at %s, the subscriptions add up to %s', w.period, w.closing, i.mrr)
  FROM (SELECT k.period, sum(coalesce(d.change, 0)) OVER (ORDER BY k.period) AS mrr
          FROM {kpi_calendar} AS k
          LEFT JOIN (SELECT date_trunc('month', e.day)::date AS period, sum(e.units) * 0.0001 AS change
                       FROM (
                            SELECT start_date AS day, sum(saaskpi.money_units(monthly_price)) FILTER (WHERE s.customer_id IS NOT NULL AND saaskpi_internal.is_usable(s.start_date, s.end_date, s.monthly_price)) AS units FROM {subscriptions} AS s GROUP BY 1
                            UNION ALL
                            SELECT end_date, -sum(saaskpi.money_units(monthly_price)) FILTER (WHERE s.customer_id IS NOT NULL AND saaskpi_internal.is_usable(s.start_date, s.end_date, s.monthly_price)) FROM {subscriptions} AS s GROUP BY 1) AS e
                      WHERE e.day <= {as_of} GROUP BY 1) AS d USING (period)) AS i
  JOIN {kpi_mrr_monthly} AS w USING (period)
 WHERE w.closing <> i.mrr AND NOT [billed]
$sql$));

INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query) VALUES
('kpi_series', 'mrr', 'subscriptions', $sql$
SELECT 'mrr' AS metric, 'all' AS dimension, 'all' AS value, m.period, m.closing AS amount FROM {kpi_mrr_monthly} AS m WHERE m.is_complete
UNION ALL
SELECT 'mrr', b.dimension, b.value, b.period, b.closing FROM {kpi_mrr_monthly_by} AS b WHERE b.is_complete AND b.dimension = 'segment'
$sql$);
