-- kpi_pipeline_kpis: what closed in a period, and the pipeline at its end.
WITH
pair AS
(
    SELECT s.*, coalesce(b.outcome, '') AS was,
           extract(epoch FROM s.entered_at - f.entered_at) / 86400 AS days
    FROM oracle_step AS s
    JOIN oracle_step AS f ON f.opportunity_id = s.opportunity_id AND f.step = 1
    LEFT JOIN oracle_step AS b
      ON b.opportunity_id = s.opportunity_id AND b.step = s.step - 1
),
period AS
(
    SELECT grain, p::date AS period, (p + step)::date AS next, as_of
    FROM oracle_grain,
         (SELECT min(entered_on) AS first FROM oracle_step) AS f, settings,
         generate_series(date_trunc(grain, first::timestamp), as_of, step) AS p
    WHERE grain IN ('month', 'quarter', 'year')
),
sums AS
(
    SELECT p.*, (SELECT coalesce(sum(s.amount), 0) FROM oracle_step AS s
                 WHERE s.outcome = 'open' AND s.entered_on < p.next
                   AND NOT EXISTS (SELECT FROM oracle_step AS l
                       WHERE l.opportunity_id = s.opportunity_id
                         AND l.step > s.step AND l.entered_on < p.next)) AS value,
           (SELECT count(*) FROM oracle_step AS s
            WHERE s.outcome = 'open' AND s.entered_on < p.next
              AND NOT EXISTS (SELECT FROM oracle_step AS l
                  WHERE l.opportunity_id = s.opportunity_id
                    AND l.step > s.step AND l.entered_on < p.next)) AS deals,
           count(*) FILTER (WHERE outcome = 'won') AS won,
           count(*) FILTER (WHERE outcome = 'lost') AS lost,
           coalesce(sum(amount) FILTER (WHERE outcome = 'won'), 0) AS won_amount,
           coalesce(sum(amount) FILTER (WHERE outcome = 'lost'), 0)
               AS lost_amount,
           sum(days) FILTER (WHERE outcome = 'won') AS days
    FROM period AS p
    LEFT JOIN pair AS q ON q.entered_on >= p.period AND q.entered_on < p.next
        AND q.outcome <> 'open' AND q.outcome <> q.was
    GROUP BY grain, period, next, as_of
)
SELECT grain, period, value AS pipeline_value, deals AS deals_open, won, lost,
       won_amount, lost_amount, won + lost AS closed,
       won_amount + lost_amount AS closed_amount,
       round(won::numeric / nullif(won + lost, 0), 6) AS win_rate,
       round(won_amount / nullif(won_amount + lost_amount, 0), 6)
           AS win_rate_amount,
       round(won_amount / nullif(won, 0), 2) AS avg_won_amount,
       round(days / nullif(won, 0), 2) AS cycle_days,
       CASE WHEN won > 0 AND days > 0 THEN
            round(deals * won_amount / (won + lost) / (days / won), 2) END
           AS velocity_per_day, next <= as_of AS is_complete
FROM sums
