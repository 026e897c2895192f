-- kpi_order_cohorts: buyers by the month of their first order.
WITH
sale AS MATERIALIZED
(
    SELECT s.*, first
    FROM oracle_sale AS s
    JOIN (SELECT customer_id, date_trunc('month', min(day)::timestamp) AS first
          FROM oracle_sale WHERE status = 'counts' AND NOT is_return
          GROUP BY 1) AS f USING (customer_id)
    WHERE status = 'counts'
),
cell AS
(
    SELECT first AS cohort, n AS age, first + n * interval '1 month' AS month,
           first + (n + 1) * interval '1 month' AS next, as_of
    FROM (SELECT DISTINCT first FROM sale) AS f, settings,
         generate_series(0, 600) AS n
    WHERE first + n * interval '1 month' <= as_of
),
counted AS
(
    SELECT c.*, next <= as_of AS is_mature,
           (SELECT count(DISTINCT customer_id) FROM sale
            WHERE first = cohort) AS customers,
           (SELECT count(DISTINCT customer_id) FROM sale
            WHERE first = cohort AND day >= month AND day < next
              AND NOT is_return) AS retained,
           (SELECT coalesce(sum(net), (TABLE oracle_nothing)) FROM sale
            WHERE first = cohort AND (day >= month OR age = 0)
              AND day < next) AS net,
           (SELECT coalesce(sum(net), (TABLE oracle_nothing)) FROM sale
            WHERE first = cohort AND day < next) AS net_cumulative
    FROM cell AS c
)
SELECT cohort::date AS cohort, age, customers,
       CASE WHEN is_mature THEN retained END AS retained,
       CASE WHEN is_mature THEN round(retained::numeric / customers, 6) END
           AS rate,
       CASE WHEN is_mature THEN net END AS net,
       CASE WHEN is_mature THEN net_cumulative END AS net_cumulative,
       CASE WHEN is_mature THEN round(net_cumulative / customers, 2) END
           AS net_per_customer, is_mature
FROM counted
