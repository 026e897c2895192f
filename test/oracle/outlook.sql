-- What is forecast beside money of subscriptions: sales, orders and active
-- customers by month, signups by day.
CREATE OR REPLACE VIEW oracle_amount AS
TABLE oracle_money_amount
UNION ALL
SELECT 'active_customers', 'all', 'all', period, active
FROM oracle_event_period
WHERE grain = 'month' AND type IS NULL AND is_complete
UNION ALL
SELECT v.metric, 'all', 'all', m::date, v.amount
FROM settings,
     (SELECT min(day) AS first FROM oracle_sale WHERE status <> 'ignore') AS f,
     generate_series(date_trunc('month', first::timestamp),
                     as_of - interval '1 month', '1 month') AS m,
     LATERAL (SELECT coalesce(sum(net), (TABLE oracle_nothing)) AS net,
                     count(*) FILTER (WHERE NOT is_return) AS orders
              FROM oracle_sale WHERE status = 'counts' AND day >= m
                                 AND day < m + interval '1 month') AS s,
     LATERAL (VALUES ('net_sales', s.net), ('orders', s.orders))
         AS v (metric, amount)
WHERE v.amount IS NOT NULL;

-- Signups of the log; of customers where it has none.
CREATE VIEW oracle_signup AS
WITH e AS MATERIALIZED
(
    SELECT 'kpi_activity' AS taken_from, day FROM oracle_event, settings
    WHERE at IS NOT NULL AND type = 'signup' AND day < as_of
)
TABLE e
UNION ALL
SELECT 'kpi_customers', signup_date FROM oracle_customer, settings
WHERE signup_date < as_of AND NOT EXISTS (TABLE e);

CREATE VIEW oracle_y_daily AS
SELECT 'signups' AS metric, taken_from, min(d)::date AS first_period,
       max(d)::date AS last_period, array_agg(n ORDER BY d) AS amounts,
       array_agg(n::float8 ORDER BY d) AS y,
       CASE WHEN count(*) < 7 THEN 1 ELSE 7 END AS season,
       CASE WHEN count(*) < 730 THEN '{}' ELSE '{365}'::int[] END AS periods
FROM (SELECT taken_from, d, count(s.day) AS n
      FROM settings,
           (SELECT min(day) AS first, min(taken_from) AS taken_from
            FROM oracle_signup) AS f
      CROSS JOIN LATERAL
          generate_series(first, as_of - interval '1 day', '1 day') AS d
      LEFT JOIN (SELECT day FROM oracle_signup) AS s ON s.day = d
      GROUP BY taken_from, d) AS x
GROUP BY taken_from;
