-- kpi_stage_duration: days in a stage; the median by Kaplan and Meier, as a
-- product of exact fractions, step by step.
WITH RECURSIVE
stay AS
(
    SELECT s.stage, coalesce(a.entered_at, (as_of + 1)::timestamp
               AT TIME ZONE zone) - s.entered_at AS length,
           a.entered_at IS NOT NULL AS gone
    FROM settings, oracle_step AS s
    LEFT JOIN oracle_step AS b
      ON b.opportunity_id = s.opportunity_id AND b.step = s.step - 1
    LEFT JOIN LATERAL
        (SELECT n.entered_at FROM oracle_step AS n
         WHERE n.opportunity_id = s.opportunity_id AND n.step > s.step
           AND n.stage <> s.stage ORDER BY n.step LIMIT 1) AS a ON true
    WHERE s.outcome = 'open' AND s.has_history
      AND (b.stage IS NULL OR b.stage <> s.stage)
    UNION ALL
    SELECT '(all)', CASE outcome WHEN 'open' THEN (as_of + 1)::timestamp
               AT TIME ZONE zone ELSE outcome_since END - began,
           outcome <> 'open'
    FROM oracle_standing, settings
),
day AS (SELECT stage, extract(epoch FROM length) / 86400 AS days, gone FROM stay),
at AS
(
    SELECT stage, days, count(*) FILTER (WHERE gone) AS ended,
           (SELECT count(*) FROM day AS o WHERE o.stage = d.stage
              AND o.days >= d.days) AS left_over,
           row_number() OVER (PARTITION BY stage ORDER BY days) AS i
    FROM day AS d GROUP BY stage, days
),
survival AS
(
    SELECT stage, i, days, (left_over - ended)::numeric / left_over AS share
    FROM at WHERE i = 1
    UNION ALL
    SELECT a.stage, a.i, a.days,
           s.share * (a.left_over - a.ended) / a.left_over
    FROM survival AS s JOIN at AS a ON a.stage = s.stage AND a.i = s.i + 1
)
SELECT n.stage, n.ordinal, count(d.stage) AS stays,
       count(*) FILTER (WHERE d.gone) AS stays_over,
       round(avg(d.days) FILTER (WHERE d.gone), 2) AS mean_days_over,
       (SELECT round(min(v.days), 2) FROM survival AS v
        WHERE v.stage = n.stage AND v.share <= 0.5000000001) AS median_days
FROM (SELECT stage, ordinal FROM oracle_stage WHERE outcome = 'open'
      UNION ALL SELECT '(all)', NULL) AS n
LEFT JOIN day AS d ON d.stage = n.stage
GROUP BY n.stage, n.ordinal
