-- kpi_forecast_monthly: the series and their forecast. The amounts are plain
-- SQL, the models the extension's own, asked with arrays. MRR is moved by what
-- is known and the model does not expect: its change of a month has losses in
-- it, the usual ones or its own fall, and gains for the rest. What is known
-- counts, and what it falls short of them as far as the days left may bring.
WITH
model AS
(
    SELECT metric, dimension, value,
           (first_period + make_interval(months => f.step - 1))::date
               AS period, row_type, amounts[f.step] AS actual,
           round(fitted::numeric, 2) AS fitted,
           round(trend::numeric, 2) AS trend,
           round(seasonal::numeric, 2) AS seasonal,
           round(point::numeric, 2) AS point,
           round(lo80::numeric, 2) AS lo80, round(hi80::numeric, 2) AS hi80,
           round(lo95::numeric, 2) AS lo95, round(hi95::numeric, 2) AS hi95,
           CASE WHEN model LIKE '% (%' THEN split_part(model, ' (', 1)
                ELSE model END AS model,
           CASE WHEN model LIKE '% (%'
                THEN rtrim(substr(model, strpos(model, ' (') + 2), ')')
                ELSE 'ok' END AS status
    FROM oracle_y
    CROSS JOIN LATERAL saaskpi.forecast_history(y, season, 6) AS f
    LEFT JOIN LATERAL saaskpi.decompose(y, season) AS d ON d.step = f.step
),
year AS
(
    SELECT dimension, value, contraction + churn AS lost, opening, closing,
           row_number() OVER (PARTITION BY dimension, value
                              ORDER BY period DESC) AS nth
    FROM oracle_waterfall
    WHERE is_complete AND dimension IN ('all', 'segment')
),
usual AS
(
    SELECT dimension, value,
           max(closing) FILTER (WHERE nth = 1)
           * coalesce(sum(lost) / nullif(sum(opening), 0), 0) AS loss
    FROM year
    WHERE nth <= 12
    GROUP BY dimension, value
),
known AS
(
    SELECT dimension, value, period, sum(up) AS starts, sum(down) AS ends
    FROM (SELECT m.dimension, m.value, period,
                 CASE WHEN kind = 'start' THEN amount ELSE 0 END AS up,
                 CASE WHEN kind = 'end' THEN amount ELSE 0 END AS down
          FROM oracle_scheduled AS s
          JOIN (SELECT dimension, value, customer_id FROM oracle_member
                WHERE dimension IN ('all', 'segment')
                UNION
                SELECT v.*, customer_id
                FROM oracle_sub_ahead,
                     (VALUES ('all', 'all'), ('segment', '(none)')) AS v
                WHERE customer_id NOT IN
                      (SELECT customer_id FROM oracle_member))
              AS m USING (customer_id)
          UNION ALL
          -- This month so far; of all that is no churn and no growth, the sum.
          SELECT dimension, value, period, v.up, v.down
          FROM oracle_waterfall
          CROSS JOIN LATERAL
              (SELECT closing - opening - new - expansion - reactivation
                      + contraction + churn AS rest) AS r
          CROSS JOIN LATERAL
              (VALUES (new, 0), (expansion, 0), (reactivation, 0),
                      (0, contraction), (0, churn),
                      (CASE WHEN rest > 0 THEN rest ELSE 0 END,
                       CASE WHEN rest < 0 THEN -rest ELSE 0 END))
              AS v (up, down)
          WHERE NOT is_complete) AS x
    GROUP BY dimension, value, period
),
change AS
(
    SELECT dimension, value, model.period, share,
           coalesce(starts, 0) AS starts, coalesce(ends, 0) AS ends,
           round(loss, 2) AS loss,
           point - lag(coalesce(actual, point))
                   OVER (PARTITION BY dimension, value
                         ORDER BY model.period) AS expected,
           row_type
    FROM model
    JOIN usual USING (dimension, value)
    LEFT JOIN known USING (dimension, value, period)
    CROSS JOIN settings
    CROSS JOIN LATERAL
        (SELECT CASE WHEN period = date_trunc('month', as_of::timestamp)
                     THEN 1 - round((as_of - period)::numeric
                          / ((period + interval '1 month')::date - period), 6)
                     ELSE 1 END AS share) AS s
    WHERE metric = 'mrr'
),
moved AS
(
    SELECT 'mrr' AS metric, dimension, value, period,
           nullif(round(sum(starts - ends - expected
                            + CASE WHEN starts > gained THEN 0
                                   WHEN starts > gained - share * gained
                                   THEN gained - starts
                                   ELSE share * gained END
                            - CASE WHEN ends > lost THEN 0
                                   WHEN ends > lost - share * lost
                                   THEN lost - ends
                                   ELSE share * lost END)
                  OVER (PARTITION BY dimension, value ORDER BY period), 2), 0)
               AS scheduled
    FROM change
    CROSS JOIN LATERAL (SELECT greatest(loss, -expected) AS lost) AS l
    CROSS JOIN LATERAL (SELECT expected + lost AS gained) AS g
    WHERE row_type = 'forecast'
)
SELECT metric, dimension, value, period, row_type, actual, fitted, trend,
       seasonal,
       CASE WHEN by IS NULL THEN point
            ELSE greatest(point + by, least(point, 0)) END AS point,
       CASE WHEN by IS NULL THEN lo80
            ELSE greatest(lo80 + by, least(lo80, 0)) END AS lo80,
       CASE WHEN by IS NULL THEN hi80
            ELSE greatest(hi80 + by, least(hi80, 0)) END AS hi80,
       CASE WHEN by IS NULL THEN lo95
            ELSE greatest(lo95 + by, least(lo95, 0)) END AS lo95,
       CASE WHEN by IS NULL THEN hi95
            ELSE greatest(hi95 + by, least(hi95, 0)) END AS hi95,
       model, status, by AS scheduled
FROM model
LEFT JOIN (SELECT metric, dimension, value, period, scheduled AS by
           FROM moved) AS m USING (metric, dimension, value, period)
ORDER BY metric COLLATE "C", dimension COLLATE "C", value COLLATE "C", period
