-- kpi_stage_conversion: who went on from each open stage.
WITH
entry AS
(
    SELECT s.opportunity_id, s.stage, min(s.step) AS step,
           min(s.entered_on) AS entered_on
    FROM oracle_step AS s WHERE s.outcome = 'open' AND s.has_history
    GROUP BY 1, 2
),
judged AS
(
    SELECT e.stage, as_of - e.entered_on > 90 AS is_mature,
           (SELECT count(*) FROM oracle_step AS l
            LEFT JOIN oracle_stage AS o ON o.stage = l.stage
            WHERE l.opportunity_id = e.opportunity_id AND l.step > e.step
              AND (l.outcome = 'won' OR l.outcome = 'open'
                   AND o.ordinal > (SELECT ordinal FROM oracle_stage AS x
                                    WHERE x.stage = e.stage))) > 0 AS advanced,
           (SELECT count(*) FROM oracle_step AS l
            WHERE l.opportunity_id = e.opportunity_id AND l.step > e.step
              AND l.outcome = 'won') > 0 AS won,
           (SELECT outcome = 'lost' FROM oracle_standing AS l
            WHERE l.opportunity_id = e.opportunity_id) AS lost
    FROM entry AS e, settings
)
SELECT s.stage, s.ordinal, count(j.stage) AS entered,
       count(*) FILTER (WHERE is_mature) AS matured,
       count(*) FILTER (WHERE is_mature AND advanced) AS advanced,
       count(*) FILTER (WHERE is_mature AND won) AS won,
       count(*) FILTER (WHERE is_mature AND lost AND NOT advanced) AS lost_here,
       round(count(*) FILTER (WHERE is_mature AND advanced)::numeric
             / nullif(count(*) FILTER (WHERE is_mature), 0), 6)
           AS conversion_rate,
       round(count(*) FILTER (WHERE is_mature AND won)::numeric
             / nullif(count(*) FILTER (WHERE is_mature), 0), 6) AS win_rate
FROM oracle_stage AS s LEFT JOIN judged AS j USING (stage)
WHERE s.outcome = 'open'
GROUP BY s.stage, s.ordinal
