-- kpi_seasonality: the season of the company as a whole; the index is the
-- extension's own, asked with arrays. In hundredths, which add up to 120,000:
-- the largest remainders are rounded up.
WITH
index AS
(
    SELECT m.metric,
           coalesce((extract(month FROM first_period)::int + nth - 2) % 12
                    + 1, nth) AS month,
           100 * index AS exact, coalesce(cardinality(v.y), 0) AS months
    FROM (SELECT m.metric FROM settings, (VALUES ('mrr'), ('collected'))
              AS m (metric)
          WHERE sources && '{subscriptions,payments}'
          UNION SELECT metric FROM oracle_y WHERE dimension = 'all') AS m
    LEFT JOIN (SELECT * FROM oracle_y WHERE dimension = 'all') AS v
        USING (metric)
    CROSS JOIN LATERAL saaskpi.seasonality_index(coalesce(v.y, '{}'), 12)
        AS x (nth, index)
),
ranked AS
(
    SELECT *, rank() OVER (PARTITION BY metric
                           ORDER BY exact - floor(exact) DESC, month)
           <= 120000 - sum(floor(exact)) OVER (PARTITION BY metric) AS is_up
    FROM index
)
SELECT metric, month::bigint,
       round((floor(exact) + is_up::int)::numeric / 100, 2) AS index,
       CASE WHEN exact IS NOT NULL THEN 'ok'
            WHEN months < 24 THEN 'too short'
            ELSE 'mean not positive' END AS status
FROM ranked
ORDER BY metric COLLATE "C", month
