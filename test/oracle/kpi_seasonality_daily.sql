-- kpi_seasonality_daily: the season of the week; the index is the extension's
-- own, asked with arrays. In hundredths, which add up to 70,000: the largest
-- remainders are rounded up.
WITH
index AS
(
    SELECT metric, extract(isodow FROM first_period + nth - 1) AS weekday,
           100 * index AS exact, cardinality(y) AS days
    FROM oracle_y_daily
    CROSS JOIN LATERAL saaskpi.seasonality_index(y, 7) AS x (nth, index)
),
ranked AS
(
    SELECT *, rank() OVER (PARTITION BY metric
                           ORDER BY exact - floor(exact) DESC, weekday)
           <= 70000 - sum(floor(exact)) OVER (PARTITION BY metric) AS is_up
    FROM index
)
SELECT metric, weekday::bigint,
       round((floor(exact) + is_up::int)::numeric / 100, 2) AS index,
       CASE WHEN exact IS NOT NULL THEN 'ok'
            WHEN days < 14 THEN 'too short'
            ELSE 'mean not positive' END AS status
FROM ranked
