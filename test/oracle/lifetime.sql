-- What the answers about lifetime value are made of, in plain SQL but for the
-- fits: those are the extension's own, asked with one row per customer. After
-- orders.sql. Settings differ from data set to data set, as these are small.
ALTER TABLE settings
    ADD ltv_horizon_months int, ADD ltv_discount numeric,
    ADD ltv_margin numeric, ADD ltv_min_customers int;
UPDATE settings
SET ltv_horizon_months = (ARRAY[36, 6, 1, 60])[1 + seed % 4],
    ltv_discount = (ARRAY[0.1, 0.25, 0.07])[1 + seed % 3],
    ltv_margin = CASE seed % 5 WHEN 0 THEN 0.3 END,
    ltv_min_customers = 2 + seed % 4
FROM (SELECT :seed AS seed) AS s;
CREATE TABLE ltv_bounds AS
SELECT unnest(CASE :seed % 4 WHEN 0 THEN '{0,100,500,1000,5000,10000,50000}'
              WHEN 1 THEN '{20.5,300}' WHEN 2 THEN '{250}'
              ELSE '{}' END::numeric[]) AS bound;

-- Months that are over on a day. One that begins on a day that the next month
-- does not have is over on the first of the month after.
CREATE FUNCTION oracle_months(first date, day date) RETURNS int LANGUAGE sql
IMMUTABLE AS $$
    SELECT count(*)::int
    FROM (SELECT date_trunc('month', first::timestamp) AS month) AS m,
         generate_series(1, 12 * (extract(year FROM day)
                                  - extract(year FROM first) + 1)::int) AS k
    WHERE least(month + make_interval(months => k,
                          days => extract(day FROM first)::int - 1),
                month + make_interval(months => k + 1)) <= day
$$;
CREATE AGGREGATE oracle_product(float8)
    (SFUNC = float8mul, STYPE = float8, INITCOND = '1');

-- One row per customer who ever had MRR. Whoever has some now never left, nor
-- has who pauses.
CREATE VIEW oracle_stay AS
SELECT q.*, CASE WHEN left_on IS NULL
                      OR oracle_months(first, left_on - 1) >= oracle_months(first, as_of)
                 THEN oracle_months(first, as_of)
                 ELSE oracle_months(first, left_on - 1) + 1 END AS months,
       left_on IS NOT NULL
       AND oracle_months(first, left_on - 1) < oracle_months(first, as_of)
           AS ended
FROM (SELECT c.*, as_of,
             (SELECT min(start_date) FROM oracle_sub AS x
              WHERE x.customer_id = c.customer_id AND price > 0) AS first,
             (SELECT gone_on FROM oracle_gone AS x
              WHERE x.customer_id = c.customer_id) AS left_on,
             (SELECT coalesce(sum(price), 0) FROM oracle_sub AS x
              WHERE x.customer_id = c.customer_id
                AND start_date <= as_of AND as_of < end_date) AS mrr
      FROM oracle_customer AS c, settings) AS q
WHERE first IS NOT NULL;

CREATE VIEW oracle_stay_member AS
SELECT dimension, value, customer_id, first, months, ended, as_of
FROM oracle_stay AS s
CROSS JOIN LATERAL
    (VALUES ('all', 'all'),
            ('cohort', extract(year FROM first)::int::text),
            ('segment', coalesce(segment, '(none)')),
            ('country', coalesce(country, '(none)')),
            ('acquisition_channel', coalesce(acquisition_channel, '(none)')),
            ('plan_type', (SELECT min(plan COLLATE "C") FROM oracle_sub AS x
                           WHERE x.customer_id = s.customer_id AND price > 0
                             AND start_date = first)))
    AS d (dimension, value);

-- Kaplan and Meier, with Greenwood's variance of the log.
CREATE VIEW oracle_survival AS
SELECT dimension, value, age, customers, at_risk, ended, seen,
       oracle_product((at_risk - ended) / at_risk::float8) OVER w AS survival,
       sum(ended / (nullif(at_risk - ended, 0) * at_risk::float8)) OVER w
           AS variance
FROM (SELECT dimension, value, age, count(*) AS customers,
             count(*) FILTER (WHERE months >= age) AS at_risk,
             count(*) FILTER (WHERE months = age AND s.ended) AS ended,
             oracle_months(max(first), max(as_of)) AS seen
      FROM oracle_stay_member AS s
      JOIN LATERAL (SELECT max(months) AS longest FROM oracle_stay_member AS x
                    WHERE (x.dimension, x.value) = (s.dimension, s.value))
          AS l ON true
      CROSS JOIN LATERAL generate_series(0, longest) AS a (age)
      GROUP BY dimension, value, age) AS n
WINDOW w AS (PARTITION BY dimension, value ORDER BY age);

-- One row per buyer.
CREATE VIEW oracle_buyer AS
SELECT customer_id, min(day) AS first, max(day) AS last,
       count(DISTINCT day) - 1 AS x, max(day) - min(day) AS recency,
       as_of - min(day) AS age, as_of,
       (SELECT sum(net) FROM oracle_sale AS s WHERE status = 'counts'
           AND s.customer_id = b.customer_id) AS net,
       count(*) * round(sum(net) / count(*), 2) AS sold,
       coalesce(sum(net) FILTER (WHERE day > first_day), 0) AS again
FROM (SELECT *, min(day) OVER (PARTITION BY customer_id) AS first_day
      FROM oracle_sale
      WHERE status = 'counts' AND NOT is_return AND customer_id IS NOT NULL)
    AS b, settings
GROUP BY customer_id, as_of;

CREATE VIEW oracle_last_year AS
SELECT period FROM oracle_calendar, settings
WHERE is_complete
  AND period >= date_trunc('month', as_of::timestamp) - interval '1 year';

-- The models, one row each: what goes into them and what comes out.
CREATE VIEW oracle_fit AS
SELECT 'sbg' AS model, n AS customers, parameters, std_errors,
       log_likelihood, status
FROM settings, (SELECT count(*) AS n, array_agg(months::float8) AS t,
                       array_agg(ended) AS e FROM oracle_stay) AS q
LEFT JOIN LATERAL saaskpi.sbg(t, e) AS f
  ON n >= (SELECT ltv_min_customers FROM settings)
WHERE 'subscriptions' = ANY (sources)
UNION ALL
SELECT 'bg_nbd', n, parameters, std_errors, log_likelihood, status
FROM settings, (SELECT count(*) AS n, array_agg(x::float8) AS x,
                       array_agg(recency::float8) AS t,
                       array_agg(age::float8) AS a FROM oracle_buyer) AS q
LEFT JOIN LATERAL saaskpi.bg_nbd(x, t, a) AS f
  ON n >= (SELECT ltv_min_customers FROM settings)
WHERE 'orders' = ANY (sources)
UNION ALL
SELECT 'gamma_gamma', n, parameters, std_errors, log_likelihood, status
FROM settings, (SELECT count(*) AS n, array_agg(x::float8) AS x,
                       array_agg((again / x)::float8) AS m
                FROM oracle_buyer WHERE x > 0 AND again > 0) AS q
LEFT JOIN LATERAL saaskpi.gamma_gamma(x, m) AS f
  ON n >= (SELECT ltv_min_customers FROM settings)
WHERE 'orders' = ANY (sources);

-- What is the same for everybody. Of the months in which costs are known the
-- revenue counts, of the year before the last complete month.
CREATE VIEW oracle_rates AS
SELECT s.*, coalesce(ltv_margin, measured, 1) AS margin, measured, opening,
       lost, coalesce((SELECT sum(net) / nullif(sum(sold), 0)
                       FROM oracle_buyer), 1) AS kept
FROM settings AS s
CROSS JOIN LATERAL
    (SELECT CASE WHEN sum(v) > 0 THEN round(sum(v - c) / sum(v), 6) END
                AS measured
     FROM (SELECT infra_cost + support_cost AS c,
                  (SELECT coalesce(sum(amount), 0) FROM oracle_pay AS x
                   WHERE x.period = y.period AND (is_paid OR is_refund)) AS v
           FROM oracle_last_year AS y JOIN oracle_cost USING (period)
           WHERE 'payments' = ANY (s.sources)) AS m
     WHERE abs(c) < 'Infinity') AS m
CROSS JOIN LATERAL
    (SELECT sum(customers_opening) AS opening, sum(customers_lost) AS lost
     FROM oracle_waterfall JOIN oracle_last_year USING (period)
     WHERE dimension = 'all' AND 'subscriptions' = ANY (s.sources)) AS c;
