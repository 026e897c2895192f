-- What must hold between the nettings and the grains at which the extension
-- tells movements, whatever the data. One row per violation; no rows when all
-- hold. Found through search_path: the filled kpi relations of a schema with
-- their states, and the views of facts.sql.
--
-- The same history told by event, by day and by month opens and closes alike.
-- What a finer telling has more it has more on both sides: the round trips.
WITH
move AS MATERIALIZED
(
    SELECT netting, customer_id, m.*,
           movement IN ('new', 'expansion', 'reactivation', 'resume')
               AS is_up,
           movement IN ('new', 'reactivation')
               OR movement = 'resume' AND mrr_before = 0 AS is_arrival,
           movement = 'churn' OR movement = 'pause' AND mrr_after = 0
               AS is_departure,
           coalesce(lag(mrr_after) OVER (PARTITION BY netting, customer_id
                                         ORDER BY n), 0) AS mrr_until
    FROM unnest(ARRAY['event', 'day', 'period']) AS netting,
         settings, kpi_customers_mat,
         saaskpi.mrr_movements(mrr_history, as_of, 'month', netting)
             WITH ORDINALITY
             AS m (period, happened_on, movement, amount, mrr_before,
                   mrr_after, n)
),
month AS MATERIALIZED
(
    SELECT netting, k.period, k.opening, k.closing, k.customers_closing,
           k.round_trip, k.mrr_retained, k.mrr_kept, k.nrr, k.grr,
           coalesce(sum(amount) FILTER (WHERE is_up), 0) AS up,
           coalesce(sum(amount) FILTER (WHERE NOT is_up), 0) AS down,
           coalesce(sum(amount) FILTER (WHERE is_up AND NOT is_arrival), 0)
               AS expansion,
           count(*) FILTER (WHERE is_arrival)
           - count(*) FILTER (WHERE is_departure) AS arrivals
    FROM unnest(ARRAY['event', 'day', 'period']) AS netting
    CROSS JOIN kpi_mrr_monthly_mat AS k
    LEFT JOIN move USING (netting, period)
    GROUP BY netting, k.period, k.opening, k.closing, k.customers_closing,
             k.round_trip, k.mrr_retained, k.mrr_kept, k.nrr, k.grr
),
-- What one plan of a customer pauses and resumes on a day may be one change.
pause AS
(
    SELECT date_trunc('month', day::timestamp)::date AS period,
           sum(least(paused, resumed)) AS netted
    FROM (SELECT customer_id, plan, day,
                 sum(price) FILTER (WHERE rests) AS paused,
                 sum(price) FILTER (WHERE NOT rests) AS resumed
          FROM oracle_subscription
          CROSS JOIN LATERAL (VALUES (rests_on, true), (wakes_on, false))
              AS v (day, rests)
          WHERE counts AND rests_on < wakes_on AND isfinite(day)
          GROUP BY customer_id, plan, day) AS t
    GROUP BY 1
),
-- What movements by month hide of those by day, and these of those by event:
-- the latter, from the source, what started on a day on which as much ended.
trip AS
(
    SELECT period, e.up - d.up AS event_up, e.down - d.down AS event_down,
           d.up - p.up AS day_up, d.down - p.down AS day_down, d.round_trip,
           coalesce((SELECT netted FROM pause WHERE pause.period = e.period), 0)
               AS netted,
           (SELECT coalesce(sum(least(s.price, x.price)), 0)
            FROM (SELECT customer_id, start_date AS day, sum(price) AS price
                  FROM oracle_sub GROUP BY 1, 2) AS s
            JOIN (SELECT customer_id, end_date AS day, sum(price) AS price
                  FROM oracle_sub GROUP BY 1, 2) AS x USING (customer_id, day)
            WHERE date_trunc('month', day::timestamp)::date = e.period)
               AS same_day
    FROM (SELECT * FROM month WHERE netting = 'event') AS e
    JOIN (SELECT * FROM month WHERE netting = 'day') AS d USING (period)
    JOIN (SELECT * FROM month WHERE netting = 'period') AS p USING (period)
),
grain (grain, step) AS
(
    VALUES ('day', interval '1 day'), ('week', '1 week'),
           ('month', '1 month'), ('quarter', '3 months'), ('year', '1 year')
),
-- The waterfalls of all grains, in total (value 'all') and by plan, and the
-- level at the close of each period, from the source.
fall AS MATERIALIZED
(
    SELECT grain, coalesce('plan ' || label, 'all') AS value, w.*,
           (period + step)::date AS next_period,
           (SELECT coalesce(sum(price), 0) FROM oracle_sub AS s
            WHERE (label IS NULL OR s.plan = label)
              AND start_date <= least((period + step)::date - 1, as_of)
              AND end_date > least((period + step)::date - 1, as_of))
               AS level
    FROM grain CROSS JOIN settings
    CROSS JOIN LATERAL
        (SELECT saaskpi.rollup(saaskpi.mrr_flow(mrr_history, grain, as_of))
                    AS flow
         FROM kpi_customers_mat) AS x
    CROSS JOIN LATERAL saaskpi.mrr_waterfall(flow) AS w
),
link AS
(
    SELECT fall.*,
           coalesce(lag(closing) OVER w, 0) AS closing_before,
           coalesce(lag(customers_closing) OVER w, 0) AS customers_before,
           coalesce(lag(next_period) OVER w, period) AS period_after,
           lead(period) OVER w IS NULL AS is_last
    FROM fall
    WINDOW w AS (PARTITION BY grain, value ORDER BY period)
),
whole AS
(
    SELECT grain, value, sum(new) AS new, sum(expansion) AS expansion,
           sum(contraction) AS contraction, sum(churn) AS churn,
           sum(reactivation) AS reactivation,
           sum(transfer_in) AS transfer_in, sum(transfer_out) AS transfer_out,
           sum(round_trip) AS round_trip,
           sum(customers_new) AS customers_new,
           sum(customers_churned) AS customers_churned
    FROM fall
    GROUP BY grain, value
)
SELECT 'movements follow one another' AS identity,
       format('%s %s %s', netting, customer_id, happened_on) AS detail
FROM move
WHERE mrr_before <> mrr_until
   OR mrr_after - mrr_before <> CASE WHEN is_up THEN amount ELSE -amount END
   OR amount <= 0 OR mrr_after < 0
   OR (mrr_before = 0) <> is_arrival
   OR (mrr_after = 0) <> is_departure
   OR period <> date_trunc('month', happened_on::timestamp)::date
UNION ALL
SELECT 'opens and closes as the month, at every netting',
       format('%s %s', netting, period)
FROM (SELECT month.*,
             sum(up - down) OVER w AS told,
             sum(arrivals) OVER w AS customers_told
      FROM month
      WINDOW w AS (PARTITION BY netting ORDER BY period)) AS t
WHERE told <> closing OR told - up + down <> opening
   OR customers_told <> customers_closing
UNION ALL
SELECT 'movements all lie in the calendar', format('%s %s', netting, period)
FROM move
WHERE period NOT IN (SELECT period FROM kpi_mrr_monthly_mat)
UNION ALL
SELECT 'nettings differ by the same on both sides', period::text
FROM trip
WHERE event_up <> event_down
   OR event_up NOT BETWEEN same_day - netted AND same_day
   OR day_up <> day_down OR day_up <> round_trip OR round_trip < 0
UNION ALL
-- A reactivation by month starts from nothing, and so is of nobody who was
-- there at the opening: what these bring or take is all the rest.
SELECT 'retention is what movements by month leave', period::text
FROM month
WHERE netting = 'period'
  AND (mrr_retained <> opening + expansion - down
       OR mrr_kept <> opening - down
       OR nrr IS DISTINCT FROM
          round((opening + expansion - down) / nullif(opening, 0), 6)
       OR grr IS DISTINCT FROM
          round((opening - down) / nullif(opening, 0), 6)
       OR grr > least(1, nrr))
UNION ALL
SELECT 'every grain closes', format('%s %s %s', grain, value, period)
FROM fall
WHERE opening + new + expansion + reactivation + resume + transfer_in + fx
      - contraction - churn - pause - transfer_out <> closing
   OR customers_opening + customers_new + customers_reactivated
      + customers_resumed + customers_transfer_in - customers_churned
      - customers_paused - customers_transfer_out <> customers_closing
   OR closing <> level
UNION ALL
SELECT 'every grain is a chain, up to as_of',
       format('%s %s %s', grain, value, period)
FROM link, settings
WHERE (opening, customers_opening) <> (closing_before, customers_before)
   OR period <> period_after
   OR period <> date_trunc(grain, period::timestamp)::date
   OR is_last <> (as_of BETWEEN period AND next_period - 1)
   OR is_complete <> (next_period <= as_of)
UNION ALL
SELECT 'grains agree where periods begin together',
       format('%s %s %s', g.grain, value, period)
FROM fall AS g
JOIN fall AS m USING (value, period)
WHERE m.grain = 'month'
  AND (g.opening, g.customers_opening) <> (m.opening, m.customers_opening)
UNION ALL
SELECT 'grains agree where periods end together',
       format('%s %s %s', g.grain, value, g.period)
FROM link AS g
JOIN link AS m USING (value)
WHERE m.grain = 'month'
  AND (g.next_period = m.next_period OR g.is_last AND m.is_last)
  AND (g.closing, g.customers_closing) <> (m.closing, m.customers_closing)
UNION ALL
-- The coarser, the more of it comes back within the period.
SELECT 'grains tell the same movements', format('%s %s', g.grain, value)
FROM whole AS g
FULL JOIN (SELECT * FROM whole WHERE grain = 'month') AS m USING (value)
WHERE (g.new, g.expansion, g.contraction, g.churn, g.reactivation,
       g.transfer_in, g.transfer_out, g.customers_new, g.customers_churned)
      IS DISTINCT FROM
      (m.new, m.expansion, m.contraction, m.churn, m.reactivation,
       m.transfer_in, m.transfer_out, m.customers_new, m.customers_churned)
   OR g.grain = 'day' AND g.round_trip <> 0
   OR g.grain IN ('quarter', 'year') AND g.round_trip < m.round_trip
UNION ALL
SELECT 'the month''s waterfall is the relation''s', period::text
FROM kpi_mrr_monthly_mat AS k
FULL JOIN (SELECT * FROM fall WHERE grain = 'month' AND value = 'all') AS f
    USING (period)
WHERE (k.opening, k.new, k.expansion, k.contraction, k.churn, k.reactivation,
       k.pause, k.resume, k.fx, k.closing, k.round_trip, k.customers_closing)
      IS DISTINCT FROM
      (coalesce(f.opening, 0), coalesce(f.new, 0), coalesce(f.expansion, 0),
       coalesce(f.contraction, 0), coalesce(f.churn, 0),
       coalesce(f.reactivation, 0), coalesce(f.pause, 0),
       coalesce(f.resume, 0), coalesce(f.fx, 0), coalesce(f.closing, 0),
       coalesce(f.round_trip, 0), coalesce(f.customers_closing, 0))
  -- no day counts, so that there is no month
  AND EXISTS (SELECT FROM settings WHERE earliest_date <= as_of)
