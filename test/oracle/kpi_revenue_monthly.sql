-- kpi_revenue_monthly: money received, one row per month.
WITH
revenue AS
(
    SELECT period, is_complete,
           coalesce(sum(amount) FILTER (WHERE is_paid OR is_refund), 0)
               AS collected,
           count(*) FILTER (WHERE is_paid) AS payments,
           count(*) FILTER (WHERE is_failed) AS failed_payments,
           coalesce(sum(amount) FILTER (WHERE is_failed), 0) AS failed_amount,
           count(*) FILTER (WHERE is_refund) AS refunds,
           coalesce(sum(-amount) FILTER (WHERE is_refund), 0)
               AS refunded_amount,
           count(DISTINCT nullif(customer_id, '(none)'))
               FILTER (WHERE is_paid) AS paying_customers,
           coalesce(sum(amount) FILTER (WHERE (is_paid OR is_refund)
                                          AND customer_id = '(none)'), 0)
               AS without_customer
    FROM oracle_calendar LEFT JOIN oracle_pay USING (period)
    GROUP BY period, is_complete
),
base AS
(
    SELECT period, collected,
           CASE WHEN collected > 0 THEN collected END AS base
    FROM revenue
),
-- Growth against the month before and the same month of the year before;
-- undefined for a running month, without such a month, or against nothing or
-- less.
growth AS
(
    SELECT r.*,
           CASE WHEN r.is_complete THEN
               (r.collected - m.collected) / m.base END AS mom,
           CASE WHEN r.is_complete THEN
               (r.collected - y.collected) / y.base END AS yoy
    FROM revenue AS r
    LEFT JOIN base AS m ON m.period = r.period - interval '1 month'
    LEFT JOIN base AS y ON y.period = r.period - interval '12 months'
)
SELECT period, collected, payments, failed_payments, failed_amount, refunds,
       refunded_amount, paying_customers, round(mom, 6) AS mom,
       round(yoy, 6) AS yoy,
       CASE WHEN mom IS NULL THEN NULL
            WHEN abs(mom) > change_alert THEN 'alert'
            WHEN abs(mom) > change_warn THEN 'warn'
            ELSE 'ok' END AS change_flag,
       is_complete,
       round(failed_payments / nullif(payments + failed_payments, 0)::numeric,
             6) AS failure_rate,
       without_customer
FROM growth, settings
ORDER BY period
