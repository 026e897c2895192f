-- kpi_margin_monthly: margin and unit economics, one row per month.
WITH
-- The inputs of the month. v revenue, g gross profit, n new customers, k
-- marketing, as the formulas below need them often.
input AS
(
    SELECT period, is_complete, infra_cost, support_cost, v,
           v - infra_cost - support_cost AS g, marketing_cost AS k,
           customers_new AS n, new AS new_mrr, closing,
           customers_closing AS c_closing, customers_opening AS c_opening,
           customers_lost AS c_lost
    FROM oracle_waterfall
    LEFT JOIN oracle_cost USING (period)
    CROSS JOIN LATERAL
        (SELECT coalesce(sum(amount), 0) AS v FROM oracle_pay AS x
         WHERE x.period = oracle_waterfall.period
           AND (is_paid OR is_refund)) AS r
    WHERE dimension = 'all'
)
-- Each ratio is one fraction, divided once, so that no intermediate rounding
-- shows: (k/n) / ((new_mrr/n) * (g/v)) = k*v / (new_mrr*g), and so on. The
-- guards are those of the formula as it is defined, step by step.
SELECT period, v AS revenue, infra_cost, support_cost,
       k AS marketing_cost, g AS gross_profit,
       round(g / nullif(v, 0), 6) AS gross_margin,
       g - k AS operating_profit, n AS new_customers, new_mrr,
       round(k / nullif(n, 0), 2) AS cac,
       CASE WHEN n > 0 AND v <> 0 AND new_mrr * (g / v) > 0
            THEN round(k * v / (new_mrr * g), 2) END AS cac_payback_months,
       CASE WHEN c_closing > 0 AND v <> 0 AND c_opening > 0 AND c_lost > 0
            THEN round(closing * g * c_opening / (c_closing * v * c_lost), 2)
            END AS ltv,
       CASE WHEN c_closing > 0 AND v <> 0 AND c_opening > 0 AND c_lost > 0
                 AND n > 0 AND k <> 0
            THEN round(closing * g * c_opening * n
                       / (c_closing * v * c_lost * k), 2) END AS ltv_to_cac,
       is_complete
FROM input
ORDER BY period
