-- Money received: revenue by month and the bridge from MRR to it.

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'change_warn', 'ratio', 'numeric NOT NULL DEFAULT 0.10 CHECK (change_warn >= 0)', 'Change of collected revenue against the month before, without its sign, above which change_flag is warn.'),
('kpi_settings', 'change_alert', 'ratio', 'numeric NOT NULL DEFAULT 0.15 CHECK (change_alert >= change_warn)', 'Change of collected revenue against the month before, without its sign, above which change_flag is alert.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_revenue_monthly', '{payments}', '{period}', 'month',
 'Money received: one row per month with payments, failed payments, refunds and the change against the month and the year before. How much did we collect, and is that a jump worth a look?', $sql$
WITH q AS MATERIALIZED (
    SELECT saaskpi.rollup(revenue) AS flow, saaskpi.rollup(revenue_of_nobody) AS nobody FROM {kpi_summaries} AS s
), r AS (
    SELECT period, sum(amount) AS amount, sum(payments)::bigint AS payments, sum(failed_payments)::bigint AS failed_payments, sum(failed_amount) AS failed_amount,
           sum(refunds)::bigint AS refunds, sum(refunded_amount) AS refunded_amount, sum(paying_customers)::bigint AS paying_customers, sum(without_customer) AS without_customer
      FROM (SELECT p.period, p.amount, p.payments, p.failed_payments, p.failed_amount, p.refunds, p.refunded_amount, p.paying_customers, 0.00 AS without_customer
              FROM q, saaskpi.revenue_periods(q.flow) AS p
            UNION ALL
            SELECT p.period, p.amount, p.payments, p.failed_payments, p.failed_amount, p.refunds, p.refunded_amount, 0, p.amount - p.refunded_amount
              FROM q, saaskpi.revenue_periods(q.nobody) AS p) AS u
     GROUP BY period
), v AS (
    SELECT k.period, k.is_complete, coalesce(r.amount - r.refunded_amount, 0.00) AS collected,
           coalesce(r.payments, 0) AS payments, coalesce(r.failed_payments, 0) AS failed_payments,
           coalesce(r.failed_amount, 0.00) AS failed_amount, coalesce(r.refunds, 0) AS refunds,
           coalesce(r.refunded_amount, 0.00) AS refunded_amount, coalesce(r.paying_customers, 0) AS paying_customers,
           coalesce(r.without_customer, 0.00) AS without_customer
      FROM {kpi_calendar} AS k LEFT JOIN r ON r.period = k.period
), m AS (
    SELECT v.*, CASE WHEN v.is_complete THEN saaskpi_internal.rate(v.collected - lag(v.collected) OVER w, lag(v.collected) OVER w) END AS mom,
           CASE WHEN v.is_complete THEN saaskpi_internal.rate(v.collected - lag(v.collected, 12) OVER w, lag(v.collected, 12) OVER w) END AS yoy,
           CASE WHEN v.is_complete AND lag(v.collected) OVER w > 0 THEN abs((v.collected - lag(v.collected) OVER w) / lag(v.collected) OVER w) END AS change
      FROM v WINDOW w AS (ORDER BY v.period)
)
SELECT m.period, m.collected, m.payments, m.failed_payments, m.failed_amount, m.refunds, m.refunded_amount, m.paying_customers, m.mom, m.yoy,
       CASE WHEN m.change > {setting change_alert} THEN 'alert' WHEN m.change > {setting change_warn} THEN 'warn'
            WHEN m.change IS NOT NULL THEN 'ok' END AS change_flag, m.is_complete,
       saaskpi_internal.rate(m.failed_payments, m.payments + m.failed_payments) AS failure_rate, m.without_customer
  FROM m
$sql$),

('kpi_cash_bridge_monthly', '{subscriptions,payments}', '{period}', 'month',
 'From MRR to money received, line by line without a rest: one row per month. Why did we collect less than our MRR?', $sql$
SELECT k.period, coalesce(b.mrr_closing, 0.00) AS mrr_closing, coalesce(b.paid_above_mrr, 0.00) AS paid_above_mrr,
       coalesce(b.paid_without_mrr, 0.00) AS paid_without_mrr, coalesce(b.failed_unpaid, 0.00) AS failed_unpaid,
       coalesce(b.paid_below_mrr, 0.00) AS paid_below_mrr, coalesce(b.not_paid, 0.00) AS not_paid,
       coalesce(b.refunded, 0.00) AS refunded, r.collected,
       r.collected - coalesce(b.mrr_closing + b.paid_above_mrr + b.paid_without_mrr - b.failed_unpaid
                              - b.paid_below_mrr - b.not_paid - b.refunded, 0.00) AS residual, k.is_complete
  FROM {kpi_calendar} AS k
  JOIN {kpi_revenue_monthly} AS r ON r.period = k.period
  LEFT JOIN (SELECT l.* FROM (SELECT saaskpi.rollup(bridge) AS bridge FROM {kpi_summaries} AS s) AS q,
                    saaskpi.cash_bridge_lines(q.bridge) AS l) AS b ON b.period = k.period
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_revenue_monthly', 'period', 'date', NULL, 'First day of the month.'),
('kpi_revenue_monthly', 'collected', 'money', NULL, 'Amounts of successful payments dated in the month, those without a customer included, minus refunded_amount.'),
('kpi_revenue_monthly', 'payments', 'payments', NULL, 'Successful payments of zero or more.'),
('kpi_revenue_monthly', 'failed_payments', 'payments', NULL, 'Payments that failed; an attempt that succeeded later counts here and in payments.'),
('kpi_revenue_monthly', 'failed_amount', 'money', NULL, 'Amount of the failed payments.'),
('kpi_revenue_monthly', 'refunds', 'refunds', NULL, 'Refunds and disputes, in the month they are dated: successful payments below zero, and those of a status that kpi_payment_statuses says so of.'),
('kpi_revenue_monthly', 'refunded_amount', 'money', NULL, 'Amount of the refunds as a positive number.'),
('kpi_revenue_monthly', 'paying_customers', 'customers', NULL, 'Different customers with a successful payment of zero or more.'),
('kpi_revenue_monthly', 'mom', 'ratio', 'lag(collected) OVER (ORDER BY period)', 'Change of collected against the month before: (collected - before) / before; NULL in the running month, in the first one and unless the month before collected more than 0.'),
('kpi_revenue_monthly', 'yoy', 'ratio', 'lag(collected, 12) OVER (ORDER BY period)', 'Change of collected against the same month a year before: (collected - before) / before; NULL in the running month, without a year of history and unless that month collected more than 0.'),
('kpi_revenue_monthly', 'change_flag', 'text', NULL, 'alert when mom without its sign exceeds change_alert of kpi_settings, warn when it exceeds change_warn, else ok; NULL when mom is NULL.'),
('kpi_revenue_monthly', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the month, false while the month runs.'),
('kpi_revenue_monthly', 'failure_rate', 'ratio', 'payments + failed_payments', 'failed_payments / (payments + failed_payments), by number of attempts; NULL without attempts.'),
('kpi_revenue_monthly', 'without_customer', 'money', NULL, 'Part of collected from payments that name no customer.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_cash_bridge_monthly', 'period', 'date', 'First day of the month.'),
('kpi_cash_bridge_monthly', 'mrr_closing', 'money', 'MRR at the end of the month: closing of kpi_mrr_monthly.'),
('kpi_cash_bridge_monthly', 'paid_above_mrr', 'money', 'What customers with MRR at closing paid beyond it, such as prepaid years, extras, arrears, and by what the rate of the day of payment lies above that of closing.'),
('kpi_cash_bridge_monthly', 'paid_without_mrr', 'money', 'What came from customers without MRR at closing, such as those who left within the month, and from payments that name no customer.'),
('kpi_cash_bridge_monthly', 'failed_unpaid', 'money', 'Shortfall of payments against MRR, per customer, as far as failed payments of the month explain it; lowers collected.'),
('kpi_cash_bridge_monthly', 'paid_below_mrr', 'money', 'Further shortfall of customers who paid something, such as discounts, partial months, and by what the rate of the day of payment lies below that of closing; lowers collected.'),
('kpi_cash_bridge_monthly', 'not_paid', 'money', 'Further shortfall of customers who paid nothing, such as those within a prepaid year; lowers collected.'),
('kpi_cash_bridge_monthly', 'refunded', 'money', 'Refunds as a positive number; lowers collected.'),
('kpi_cash_bridge_monthly', 'collected', 'money', 'Collected revenue: collected of kpi_revenue_monthly.'),
('kpi_cash_bridge_monthly', 'residual', 'money', 'What the lines leave unexplained, always 0: collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded).'),
('kpi_cash_bridge_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('bridge_closes', $sql$
SELECT format('%s: residual %s, mrr %s against %s, refunded %s against %s', b.period, b.residual, b.mrr_closing, w.closing, b.refunded, r.refunded_amount)
  FROM {kpi_cash_bridge_monthly} AS b JOIN {kpi_mrr_monthly} AS w USING (period) JOIN {kpi_revenue_monthly} AS r USING (period)
 WHERE b.residual <> 0 OR b.mrr_closing <> w.closing OR b.refunded <> r.refunded_amount
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('revenue_equals_customers', $sql$
SELECT format('%s and %s payments by month, %s and %s by customer', m.revenue, m.payments, c.revenue, c.payments)
  FROM (SELECT coalesce(sum(collected), 0) AS revenue, coalesce(sum(payments), 0) AS payments FROM {kpi_revenue_monthly}) AS m
  JOIN (SELECT {total kpi_customers.revenue} AS revenue, {total kpi_customers.payments} AS payments) AS c
    ON m.revenue <> c.revenue OR m.payments <> c.payments
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Collected revenue', 'kpi_revenue_monthly', 'collected', 'payments', 'sum of successful payments - refunded_amount',
 'How much money came in?',
 'By the date of the payment; a refund lowers the month in which it is paid out, not the month of the sale. It is cash, not revenue as accounting recognises it.'),
('Revenue without a customer', 'kpi_revenue_monthly', 'without_customer', 'payments', 'collected revenue of payments that name no customer',
 'How much money can we give to nobody?',
 'Part of collected revenue, on the line (none) of kpi_customers. saaskpi.check_sources lists the payments.'),
('Successful payments', 'kpi_revenue_monthly', 'payments', 'payments', 'count of successful payments of zero or more',
 'How many payments came in?',
 'Refunds are not payments.'),
('Failed payments', 'kpi_revenue_monthly', 'failed_payments', 'payments', 'count of failed payments',
 'How many charges failed?',
 'Attempts, whatever became of them: three attempts of which the last succeeds are two failed payments and one successful one.'),
('Failed amount', 'kpi_revenue_monthly', 'failed_amount', 'payments', 'sum of failed payments',
 'How much money did failed charges stand for?',
 'The amount of all attempts, so an invoice tried three times counts three times. What stayed unpaid is Failed and unpaid in the cash bridge.'),
('Payment failure rate', 'kpi_revenue_monthly', 'failure_rate', 'payments', 'failed_payments / (payments + failed_payments)',
 'What share of our charges fails?',
 'By number of attempts. NULL without attempts.'),
('Refunds', 'kpi_revenue_monthly', 'refunds', 'payments', 'count of refunds and disputes',
 'How often did we pay back?',
 'Successful payments below zero, and rows whose status kpi_payment_statuses calls a refund or a dispute; in the month they are dated.'),
('Refunded amount', 'kpi_revenue_monthly', 'refunded_amount', 'payments', 'sum of refunds as a positive number',
 'How much did we pay back?',
 'In the month of the refund. Refunds do not touch MRR.'),
('Paying customers', 'kpi_revenue_monthly', 'paying_customers', 'payments', 'distinct customers with a successful payment of zero or more',
 'How many customers paid us?',
 'By payment in the month: a customer within a prepaid year is a customer, but not a paying customer of the month. Not additive over months.'),
('MoM growth', 'kpi_revenue_monthly', 'mom', 'payments', '(collected - collected of the month before) / collected of the month before',
 'How does revenue compare with last month?',
 'Whole calendar months only: NULL in the running month, which would otherwise look like a collapse, in the first month, and unless the month before collected more than 0.'),
('YoY growth', 'kpi_revenue_monthly', 'yoy', 'payments', '(collected - collected of a year before) / collected of a year before',
 'How does revenue compare with the same month last year?',
 'Free of season, unlike MoM growth. NULL in the running month, in the first twelve months, and unless that month collected more than 0.'),
('Change flag', 'kpi_revenue_monthly', 'change_flag', 'payments, kpi_settings', 'alert when abs(mom) > change_alert, warn when abs(mom) > change_warn, else ok',
 'Is this month unusual enough to look into?',
 'Rises and falls alike; a change exactly at a threshold does not exceed it. The thresholds, 10 % and 15 % at first, stand in kpi_settings. NULL when MoM growth is NULL.'),
('Paid above MRR', 'kpi_cash_bridge_monthly', 'paid_above_mrr', 'subscriptions, payments', 'sum of payments beyond MRR, over customers with MRR at closing',
 'How much did customers pay beyond their MRR?',
 'Line of the bridge from MRR to cash: prepaid years, extras, arrears, and what FX made of a payment by the end of the month, when its rate was the higher one. Compared per customer, so that one who pays ahead does not hide one who pays nothing.'),
('Paid without MRR', 'kpi_cash_bridge_monthly', 'paid_without_mrr', 'subscriptions, payments', 'sum of payments, over customers without MRR at closing',
 'How much came from those who are not customers at month end?',
 'Line of the bridge: payments of customers who left within the month, owed from before, or never had a subscription.'),
('Failed and unpaid', 'kpi_cash_bridge_monthly', 'failed_unpaid', 'subscriptions, payments', 'sum of the lesser of shortfall and failed payments, per customer',
 'How much MRR did we miss to failed payments?',
 'Line of the bridge, first explanation of a shortfall. A failed payment that was collected later in the month leaves no shortfall and is not here.'),
('Paid below MRR', 'kpi_cash_bridge_monthly', 'paid_below_mrr', 'subscriptions, payments', 'sum of the remaining shortfall, over customers who paid something',
 'How much less than their MRR did customers pay?',
 'Line of the bridge: discounts, partial months, part payments, and FX where the rate of the payment was lower than that of the end of the month.'),
('Not paid', 'kpi_cash_bridge_monthly', 'not_paid', 'subscriptions, payments', 'sum of the remaining shortfall, over customers who paid nothing',
 'How much MRR had no payment at all?',
 'Line of the bridge: within a prepaid term, billed later, or never billed.'),
('Bridge residual', 'kpi_cash_bridge_monthly', 'residual', 'subscriptions, payments', 'collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded)',
 'Is anything between MRR and cash unexplained?',
 'Always 0: a refresh in which it is not is not published.');

-- Which months are strong is asked of both, MRR and revenue, as soon as either
-- can be there, and answered with too short where there is no series.
INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query) VALUES
('kpi_series', 'collected', 'payments', $sql$
SELECT 'collected' AS metric, 'all' AS dimension, 'all' AS value, r.period, r.collected AS amount FROM {kpi_revenue_monthly} AS r WHERE r.is_complete
UNION ALL
SELECT 'collected', 'segment', q.segment, p.period, p.amount - p.refunded_amount
  FROM (SELECT s.segment, saaskpi.rollup(s.revenue) AS flow FROM {kpi_summaries} AS s GROUP BY s.segment
        UNION ALL SELECT '(none)', saaskpi.rollup(s.revenue_of_nobody) FROM {kpi_summaries} AS s) AS q,
       LATERAL saaskpi.revenue_periods(q.flow) AS p WHERE p.is_complete
$sql$),
('kpi_seasonality', 'with_subscriptions', 'subscriptions', $sql$SELECT 'mrr' AS metric UNION ALL SELECT 'collected'$sql$),
('kpi_seasonality', 'with_payments', 'payments', $sql$SELECT 'mrr' AS metric UNION ALL SELECT 'collected'$sql$);
