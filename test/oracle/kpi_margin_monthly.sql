-- kpi_margin_monthly: margin and unit economics, one row per month.
WITH
-- The inputs of the month. v revenue, g gross profit, n new customers, k
-- marketing, as the formulas below need them often. Customers who first paid
-- stand for new ones while nothing is known of subscriptions.
input AS
(
    SELECT period, is_complete, infra_cost, support_cost, v,
           v - infra_cost - support_cost AS g, marketing_cost AS k,
           CASE WHEN any_subscription THEN customers_new
                WHEN any_payment THEN
                    (SELECT count(*)
                     FROM (SELECT min(x.period) AS period
                           FROM oracle_pay AS x
                           WHERE is_paid AND customer_id <> '(none)'
                           GROUP BY customer_id) AS first
                     WHERE first.period = w.period) END AS n,
           CASE WHEN any_subscription THEN new END AS new_mrr, closing,
           customers_closing AS c_closing, customers_opening AS c_opening,
           customers_lost AS c_lost
    FROM oracle_waterfall AS w
    LEFT JOIN oracle_cost USING (period)
    CROSS JOIN oracle_source
    CROSS JOIN LATERAL
        (SELECT CASE WHEN has_payments THEN
             (SELECT coalesce(sum(amount), 0) FROM oracle_pay AS x
              WHERE x.period = w.period
                AND (is_paid OR is_refund)) END AS v) AS r
    WHERE dimension = 'all'
)
-- Each ratio is one fraction, divided once, so that no intermediate rounding
-- shows: (k/n) / ((new_mrr/n) * (g/v)) = k*v / (new_mrr*g), and so on. There
-- is none over a base that is not above zero.
SELECT period, v AS revenue, infra_cost, support_cost,
       k AS marketing_cost, g AS gross_profit,
       CASE WHEN v > 0 THEN round(g / v, 6) END AS gross_margin,
       g - k AS operating_profit, n AS new_customers, new_mrr,
       round(k / nullif(n, 0), 2) AS cac,
       CASE WHEN new_mrr > 0 AND v > 0 AND g > 0
            THEN round(k * v / (new_mrr * g), 2) END AS cac_payback_months,
       CASE WHEN c_closing > 0 AND v > 0 AND c_lost > 0
            THEN round(closing * g * c_opening / (c_closing * v * c_lost), 2)
            END AS ltv,
       CASE WHEN c_closing > 0 AND v > 0 AND c_lost > 0 AND n > 0 AND k > 0
            THEN round(closing * g * c_opening * n
                       / (c_closing * v * c_lost * k), 2) END AS ltv_to_cac,
       is_complete
FROM input
ORDER BY period
