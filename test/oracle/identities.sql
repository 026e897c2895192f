-- What must hold between the relations of the current schema, whatever the
-- data. One row per violation; no rows when all hold. Found through
-- search_path: the kpi relations, settings, and the views of facts.sql.
WITH
flow AS
(
    SELECT 'all' AS dimension, 'all' AS value, period, opening, new,
           expansion, contraction, churn, reactivation, pause, resume,
           0::numeric AS transfer_in, 0::numeric AS transfer_out, closing,
           customers_opening, customers_new, customers_churned,
           customers_reactivated, customers_paused, customers_resumed,
           0::bigint AS customers_transfer_in,
           0::bigint AS customers_transfer_out, customers_closing,
           customers_lost, mrr_retained, mrr_kept, opening_12m, retained_12m,
           kept_12m, round_trip, opening_paused, customers_opening_paused
    FROM kpi_mrr_monthly
    UNION ALL
    SELECT dimension, value, period, opening, new, expansion, contraction,
           churn, reactivation, pause, resume, transfer_in, transfer_out,
           closing, customers_opening, customers_new, customers_churned,
           customers_reactivated, customers_paused, customers_resumed,
           customers_transfer_in,
           customers_transfer_out, customers_closing, customers_lost,
           mrr_retained, mrr_kept, opening_12m, retained_12m, kept_12m,
           round_trip, opening_paused, customers_opening_paused
    FROM kpi_mrr_monthly_by
),
-- The level on each day, straight from the source, in no way from movements.
level AS
(
    SELECT m.period,
           (SELECT coalesce(sum(price), 0) FROM oracle_sub
            WHERE start_date <= t AND end_date > t) AS closing
    FROM kpi_mrr_monthly AS m, settings,
         LATERAL (SELECT least((period + interval '1 month')::date - 1, as_of)
                  AS t) AS x
),
by_total AS
(
    SELECT dimension, period, sum(opening) AS opening, sum(new) AS new,
           sum(expansion) AS expansion, sum(contraction) AS contraction,
           sum(churn) AS churn, sum(reactivation) AS reactivation,
           sum(pause) AS pause, sum(resume) AS resume,
           sum(opening_paused) AS opening_paused,
           sum(customers_paused) AS customers_paused,
           sum(customers_resumed) AS customers_resumed,
           sum(customers_opening_paused) AS customers_opening_paused,
           sum(transfer_in) AS transfer_in, sum(transfer_out) AS transfer_out,
           sum(closing) AS closing, sum(round_trip) AS round_trip,
           sum(customers_opening) AS customers_opening,
           sum(customers_new) AS customers_new,
           sum(customers_churned) AS customers_churned,
           sum(customers_reactivated) AS customers_reactivated,
           sum(customers_closing) AS customers_closing,
           sum(customers_lost) AS customers_lost,
           sum(mrr_retained) AS mrr_retained, sum(mrr_kept) AS mrr_kept,
           sum(opening_12m) AS opening_12m,
           sum(retained_12m) AS retained_12m, sum(kept_12m) AS kept_12m
    FROM kpi_mrr_monthly_by
    GROUP BY dimension, period
)
SELECT 'opening plus flows is closing' AS identity,
       format('%s %s %s', dimension, value, period) AS detail
FROM flow
WHERE opening + new + expansion + reactivation + resume + transfer_in
      - contraction - churn - pause - transfer_out <> closing
UNION ALL
SELECT 'customers add up', format('%s %s %s', dimension, value, period)
FROM flow
WHERE customers_opening + customers_new + customers_reactivated
      + customers_resumed + customers_transfer_in - customers_churned
      - customers_paused - customers_transfer_out <> customers_closing
UNION ALL
SELECT 'closing is the next opening',
       format('%s %s %s', dimension, value, a.period)
FROM flow AS a
JOIN flow AS b USING (dimension, value)
WHERE b.period = a.period + interval '1 month'
  AND (a.closing, a.customers_closing) <> (b.opening, b.customers_opening)
UNION ALL
SELECT 'the first opening is nothing', min(period)::text
FROM kpi_mrr_monthly
HAVING min(period) IS NOT NULL
   AND (SELECT opening FROM kpi_mrr_monthly ORDER BY period LIMIT 1) <> 0
UNION ALL
SELECT 'closing as recomputed from the source', period::text
FROM kpi_mrr_monthly JOIN level USING (period)
WHERE kpi_mrr_monthly.closing <> level.closing
UNION ALL
SELECT 'nothing negative, kept within opening and retained',
       format('%s %s %s', dimension, value, period)
FROM flow
WHERE least(opening, new, expansion, contraction, churn, reactivation,
            pause, resume, transfer_in, transfer_out, closing, mrr_kept,
            round_trip, opening_paused, opening - mrr_kept - opening_paused,
            customers_opening - customers_lost - customers_opening_paused, mrr_retained - mrr_kept, kept_12m,
            opening_12m - kept_12m, retained_12m - kept_12m) < 0
UNION ALL
SELECT 'values of a dimension add up to the total',
       format('%s %s', dimension, period)
FROM by_total AS b
JOIN kpi_mrr_monthly AS m USING (period)
WHERE (b.opening, b.new - m.new, b.closing, b.round_trip)
      <> (m.opening, 0, m.closing, m.round_trip) AND dimension <> 'plan_type'
   OR dimension <> 'plan_type' AND
      (b.expansion, b.contraction, b.churn, b.reactivation, b.transfer_in,
       b.transfer_out, b.customers_opening, b.customers_new,
       b.customers_churned, b.customers_reactivated, b.customers_closing,
       b.customers_lost, b.mrr_retained, b.mrr_kept, b.opening_12m,
       b.retained_12m, b.kept_12m, b.pause, b.resume, b.opening_paused,
       b.customers_paused, b.customers_resumed, b.customers_opening_paused)
      <> (m.expansion, m.contraction, m.churn, m.reactivation, 0, 0,
          m.customers_opening, m.customers_new, m.customers_churned,
          m.customers_reactivated, m.customers_closing, m.customers_lost,
          m.mrr_retained, m.mrr_kept, m.opening_12m, m.retained_12m,
          m.kept_12m, m.pause, m.resume, m.opening_paused, m.customers_paused,
          m.customers_resumed, m.customers_opening_paused)
UNION ALL
SELECT 'plans add up to the total, transfers cancel out', period::text
FROM by_total AS b
JOIN kpi_mrr_monthly AS m USING (period)
WHERE dimension = 'plan_type'
  AND ((b.opening, b.new, b.expansion, b.contraction, b.churn,
        b.reactivation, b.pause, b.resume, b.closing, b.opening_12m)
       <> (m.opening, m.new, m.expansion, m.contraction, m.churn,
           m.reactivation, m.pause, m.resume, m.closing, m.opening_12m)
       OR b.transfer_in <> b.transfer_out)
UNION ALL
SELECT 'movements add up to the month', period::text
FROM kpi_mrr_monthly AS m
WHERE closing - opening <>
      (SELECT coalesce(sum(mrr_after - mrr_before), 0)
       FROM kpi_mrr_movements AS x WHERE x.period = m.period)
   OR new <> (SELECT coalesce(sum(amount), 0) FROM kpi_mrr_movements AS x
              WHERE x.period = m.period AND movement = 'new')
   OR churn <> (SELECT coalesce(sum(amount), 0) FROM kpi_mrr_movements AS x
                WHERE x.period = m.period AND movement = 'churn')
   OR pause <> (SELECT coalesce(sum(amount), 0) FROM kpi_mrr_movements AS x
                WHERE x.period = m.period AND movement = 'pause')
UNION ALL
SELECT 'whoever rests has not churned', as_of::text
FROM settings
CROSS JOIN LATERAL
    (SELECT count(*) AS n FROM kpi_customers WHERE status = 'paused'
        OR status = 'prospect' AND EXISTS
           (SELECT FROM oracle_piece AS p
            WHERE p.customer_id = kpi_customers.customer_id AND rests
              AND p.price > 0 AND start_date <= as_of AND as_of < end_date))
    AS a
CROSS JOIN LATERAL
    (SELECT coalesce(sum(customers_resting), 0) AS n FROM oracle_waterfall
     WHERE dimension = 'all'
       AND period = date_trunc('month', as_of::timestamp)::date) AS m
WHERE a.n <> m.n
UNION ALL
SELECT 'a movement starts where the one before ended', customer_id
FROM (SELECT *, lag(mrr_after, 1, 0::numeric)
                    OVER (PARTITION BY customer_id ORDER BY happened_on)
                    AS was
      FROM kpi_mrr_movements) AS x
WHERE was <> mrr_before OR amount <> abs(mrr_after - mrr_before)
   OR amount <= 0
UNION ALL
SELECT 'one new per customer', customer_id
FROM kpi_mrr_movements
GROUP BY customer_id
HAVING count(*) FILTER (WHERE movement = 'new') <> 1
UNION ALL
SELECT 'the bridge leaves nothing over', period::text
FROM kpi_cash_bridge_monthly
WHERE residual <> 0
UNION ALL
SELECT 'bridge, waterfall, revenue and margin agree', period::text
FROM kpi_cash_bridge_monthly AS b
FULL JOIN kpi_mrr_monthly AS m USING (period)
FULL JOIN kpi_revenue_monthly AS r USING (period)
FULL JOIN kpi_margin_monthly AS g USING (period)
WHERE (b.mrr_closing, b.collected, b.refunded, b.is_complete)
      IS DISTINCT FROM
      (m.closing, r.collected, r.refunded_amount, m.is_complete)
   OR (g.revenue, g.new_customers, g.new_mrr, g.is_complete)
      IS DISTINCT FROM
      (r.collected, m.customers_new, m.new, r.is_complete)
UNION ALL
SELECT 'cohort sizes add up to all ever acquired', basis
FROM (SELECT basis, sum(customers) FILTER (WHERE age = 0) AS n
      FROM kpi_cohort_retention GROUP BY basis) AS c
WHERE n <> CASE basis
           WHEN 'mrr' THEN (SELECT count(*) FROM kpi_customers
                            WHERE first_mrr_on IS NOT NULL)
           WHEN 'payment' THEN (SELECT count(*) FROM kpi_customers
                                WHERE payments > 0
                                  AND customer_id <> '(none)')
           ELSE (SELECT count(*) FROM kpi_customers, settings
                 WHERE signup_date <= as_of) END
UNION ALL
SELECT 'retention is ordered', format('%s %s %s', basis, cohort, age)
FROM kpi_cohort_retention
WHERE NOT (retained_throughout <= retained AND retained <= retained_or_later
           AND retained_or_later <= customers)
   OR age = 0 AND basis <> 'signup' AND retained <> customers
   OR is_mature <> (retained IS NOT NULL)
UNION ALL
SELECT 'unbounded retention never rises',
       format('%s %s %s', basis, cohort, a.age)
FROM kpi_cohort_retention AS a
JOIN kpi_cohort_retention AS b USING (basis, cohort)
WHERE b.age = a.age + 1
  AND (b.retained_or_later > a.retained_or_later
       OR b.retained_throughout > a.retained_throughout)
UNION ALL
SELECT 'payers of a month are the cohorts'' active', period::text
FROM kpi_revenue_monthly AS r
WHERE is_complete
  AND (paying_customers, collected + refunded_amount
       - (SELECT coalesce(sum(amount), 0) FROM oracle_pay
          WHERE oracle_pay.period = r.period AND is_paid
            AND customer_id = '(none)')) <>
      (SELECT coalesce(sum(retained), 0), coalesce(sum(revenue), 0)
       FROM kpi_cohort_retention
       WHERE basis = 'payment'
         AND cohort + make_interval(months => age) = r.period)
UNION ALL
SELECT 'cohorts'' revenue is the closing MRR', period::text
FROM kpi_mrr_monthly AS m
WHERE is_complete
  AND closing <>
      (SELECT coalesce(sum(revenue), 0)
       FROM kpi_cohort_retention
       WHERE basis = 'mrr'
         AND cohort + make_interval(months => age) = m.period)
UNION ALL
SELECT 'every signup has one outcome',
       format('%s %s %s', cohort, dimension, value)
FROM kpi_conversion
WHERE signups <> converted + expired + pending + converted_early
   OR matured <> converted + expired
UNION ALL
SELECT 'signups of a dimension are all signups',
       format('%s %s', a.cohort, d.dimension)
FROM kpi_conversion AS a
CROSS JOIN (VALUES ('segment'), ('country'), ('acquisition_channel')) AS d
    (dimension)
CROSS JOIN LATERAL
    (SELECT sum(signups) AS signups, sum(converted) AS converted,
            sum(pending) AS pending
     FROM kpi_conversion AS x
     WHERE x.cohort = a.cohort AND x.dimension = d.dimension) AS t
WHERE a.dimension = 'all'
  AND (a.signups, a.converted, a.pending)
      IS DISTINCT FROM (t.signups, t.converted, t.pending)
UNION ALL
SELECT 'active customers and their MRR', as_of::text
FROM settings
CROSS JOIN LATERAL
    (SELECT count(*) AS n, coalesce(sum(mrr), 0) AS mrr FROM kpi_customers
     WHERE status = 'active') AS a
CROSS JOIN LATERAL
    (SELECT coalesce(sum(customers_closing), 0) AS n,
            coalesce(sum(closing), 0) AS mrr
     FROM kpi_mrr_monthly
     WHERE period = date_trunc('month', as_of::timestamp)::date) AS m
WHERE (a.n, a.mrr) <> (m.n, m.mrr)
