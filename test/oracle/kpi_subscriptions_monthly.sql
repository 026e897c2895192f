-- kpi_subscriptions_monthly: what begins, rests and ends, whoever holds it, one
-- row per month; none where subscriptions are not told apart.
WITH
piece AS MATERIALIZED
(
    SELECT concat_ws('/', customer_id, subscription_id) AS id, start_date,
           end_date, price, rests
    FROM oracle_piece WHERE price > 0
),
day AS
(
    SELECT id, start_date AS day FROM piece
    UNION
    SELECT id, end_date FROM piece, settings WHERE end_date <= as_of
),
change AS
(
    SELECT id, day,
           bool_or(NOT rests AND start_date < day AND day <= end_date) AS had,
           bool_or(NOT rests AND start_date <= day AND day < end_date) AS has,
           coalesce(sum(price) FILTER (WHERE rests AND start_date < day
                                         AND day <= end_date), 0) AS resting,
           coalesce(sum(price) FILTER (WHERE rests AND start_date <= day
                                         AND day < end_date), 0) AS rests,
           bool_or(NOT rests AND start_date < day) AS had_ever
    FROM day JOIN piece USING (id)
    GROUP BY id, day
),
told AS
(
    SELECT date_trunc('month', day::timestamp)::date AS period,
           CASE WHEN has AND NOT had_ever THEN 'new'
                WHEN has AND rested_on = fell_on
                     AND (none_on >= fell_on) IS NOT TRUE THEN 'resumed'
                WHEN has THEN 'reactivated'
                WHEN rests > resting THEN 'paused'
                ELSE 'churned' END AS what
    FROM (SELECT *,
                 max(day) FILTER (WHERE had AND NOT has) OVER past AS fell_on,
                 max(day) FILTER (WHERE had AND NOT has AND rests > resting)
                     OVER past AS rested_on,
                 max(day) FILTER (WHERE rests = 0) OVER past AS none_on
          FROM change
          WINDOW past AS (PARTITION BY id ORDER BY day
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
        AS c
    WHERE had <> has
),
level AS
(
    SELECT period, is_complete, id,
           coalesce(sum(price) FILTER (WHERE NOT rests
                                         AND start_date <= open_day
                                         AND open_day < end_date), 0)
               AS opened,
           coalesce(sum(price) FILTER (WHERE NOT rests
                                         AND start_date <= close_day
                                         AND close_day < end_date), 0)
               AS closed,
           coalesce(sum(price) FILTER (WHERE rests AND start_date <= close_day
                                         AND close_day < end_date), 0)
           > coalesce(sum(price) FILTER (WHERE rests AND start_date <= open_day
                                           AND open_day < end_date), 0)
               AS rests
    FROM oracle_calendar LEFT JOIN piece ON true
    GROUP BY period, is_complete, id
),
month AS
(
    SELECT period, is_complete, count(*) FILTER (WHERE opened > 0) AS opening,
           count(*) FILTER (WHERE closed > 0) AS closing,
           count(*) FILTER (WHERE opened > 0 AND closed = 0 AND NOT rests)
               AS lost,
           count(*) FILTER (WHERE opened > 0 AND closed = 0 AND rests)
               AS opening_paused,
           coalesce(sum(closed), 0) AS mrr
    FROM level GROUP BY period, is_complete
)
SELECT period, opening, count(*) FILTER (WHERE what = 'new') AS new,
       count(*) FILTER (WHERE what = 'churned') AS churned,
       count(*) FILTER (WHERE what = 'reactivated') AS reactivated,
       count(*) FILTER (WHERE what = 'paused') AS paused,
       count(*) FILTER (WHERE what = 'resumed') AS resumed, closing, lost,
       opening_paused,
       round(lost / nullif(opening, 0)::numeric, 6) AS subscription_churn_rate,
       mrr, round(mrr / nullif(closing, 0), 2) AS arps,
       is_complete
FROM month LEFT JOIN told USING (period)
WHERE NOT EXISTS (SELECT FROM way WHERE source = 'subscriptions'
                                    AND missing = 'subscription_id')
GROUP BY period, opening, closing, lost, opening_paused, mrr, is_complete
