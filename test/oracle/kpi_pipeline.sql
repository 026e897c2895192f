-- kpi_pipeline: the stages and what is in them.
WITH
stage AS
(
    SELECT stage, ordinal, probability, outcome FROM oracle_stage
    UNION
    SELECT stage, NULL, NULL, 'open' FROM oracle_standing
    WHERE stage NOT IN (SELECT stage FROM oracle_stage)
),
sums AS
(
    SELECT s.stage, s.ordinal, s.probability, s.outcome,
           count(o.stage) AS deals, coalesce(sum(o.amount), 0) AS amount
    FROM stage AS s LEFT JOIN oracle_standing AS o ON o.stage = s.stage
    GROUP BY 1, 2, 3, 4
),
due AS
(
    SELECT stage, 1000 * amount / nullif(sum(amount) OVER (), 0) AS due
    FROM sums WHERE outcome = 'open'
),
share AS
(
    SELECT stage, (floor(due) + CASE WHEN row_number() OVER (ORDER BY
               floor(due) - due, stage COLLATE "C")
               <= 1000 - sum(floor(due)) OVER () THEN 1 ELSE 0 END) / 10 AS share
    FROM due
),
went AS
(
    SELECT e.stage, count(*) AS entered,
           count(*) FILTER (WHERE o.outcome <> 'open') AS closed,
           count(*) FILTER (WHERE o.outcome = 'won') AS won
    FROM (SELECT DISTINCT opportunity_id, stage FROM oracle_step) AS e
    JOIN oracle_standing AS o USING (opportunity_id)
    GROUP BY 1
)
SELECT s.stage, ordinal, outcome, deals, amount, h.share, probability,
       CASE WHEN outcome = 'open' THEN round(amount * probability, 2) END
           AS weighted, coalesce(w.entered, 0) AS entered,
       coalesce(w.closed, 0) AS closed, coalesce(w.won, 0) AS won,
       round(w.won::numeric / nullif(w.closed, 0), 6) AS win_rate,
       CASE WHEN outcome = 'open' THEN
            round(amount * w.won / nullif(w.closed, 0), 2) END
           AS weighted_observed
FROM sums AS s LEFT JOIN share AS h USING (stage) LEFT JOIN went AS w USING (stage)
