-- kpi_pipeline_monthly: balances by where each stood at a month's end, flows by
-- what happened in the month.
WITH
month AS
(
    SELECT m::date AS period, (m + interval '1 month')::date AS next, as_of
    FROM (SELECT date_trunc('month', min(entered_on)::timestamp) AS first
          FROM oracle_step) AS f, settings,
         generate_series(first, as_of, interval '1 month') AS m
),
pair AS
(
    SELECT s.*, b.outcome AS was, b.amount AS had
    FROM oracle_step AS s LEFT JOIN oracle_step AS b
      ON b.opportunity_id = s.opportunity_id AND b.step = s.step - 1
),
balance AS
(
    SELECT m.period, m.next, coalesce(sum(s.amount), 0) AS amount,
           count(s.step) AS deals
    FROM month AS m
    LEFT JOIN oracle_step AS s ON s.outcome = 'open' AND s.entered_on < m.next
        AND NOT EXISTS (SELECT FROM oracle_step AS l
                        WHERE l.opportunity_id = s.opportunity_id
                          AND l.step > s.step AND l.entered_on < m.next)
    GROUP BY 1, 2
)
SELECT m.period, coalesce(o.amount, 0) AS opening,
       coalesce(sum(p.amount) FILTER (WHERE was IS NULL), 0) AS created,
       coalesce(sum(had) FILTER (WHERE was <> 'open' AND was <> outcome), 0)
           AS reopened,
       coalesce(sum(p.amount) FILTER (WHERE outcome = 'won'
           AND coalesce(was, '') <> 'won'), 0) AS won,
       coalesce(sum(p.amount) FILTER (WHERE outcome = 'lost'
           AND coalesce(was, '') <> 'lost'), 0) AS lost,
       coalesce(sum(p.amount - had)
                FILTER (WHERE was = 'open' OR was <> outcome), 0)
           AS amount_changes,
       c.amount AS closing, coalesce(o.deals, 0) AS deals_opening,
       count(*) FILTER (WHERE p.step = 1) AS deals_created,
       count(*) FILTER (WHERE was <> 'open' AND was <> outcome)
           AS deals_reopened,
       count(*) FILTER (WHERE outcome = 'won' AND coalesce(was, '') <> 'won')
           AS deals_won,
       count(*) FILTER (WHERE outcome = 'lost' AND coalesce(was, '') <> 'lost')
           AS deals_lost,
       c.deals AS deals_closing, m.next <= as_of AS is_complete
FROM month AS m
JOIN balance AS c USING (period)
LEFT JOIN balance AS o ON o.next = m.period
LEFT JOIN pair AS p ON p.entered_on >= m.period AND p.entered_on < m.next
GROUP BY m.period, m.next, as_of, o.amount, o.deals, c.amount, c.deals
