-- The pipeline: where it stands, what moved it, how well and how fast it flows.

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'stage_days', 'days', 'integer NOT NULL DEFAULT 90 CHECK (stage_days BETWEEN 1 AND 3660)',
 'Days after entering a stage until kpi_stage_conversion judges whether a deal went on.');

-- A deal that goes from won to lost at once is reopened and lost: every change
-- of amount happens while it is open, so that the sides add up.
INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_pipeline', '{opportunities}', '{stage}', 'stage',
 'The open pipeline by stage, as of as_of: one row per stage. What lies where, and what is it worth by the odds?', $sql$
WITH s AS (
    SELECT stage, p.ordinal, coalesce(p.outcome, 'open') AS outcome, p.probability, coalesce(q.deals, 0) AS deals, coalesce(q.amount, 0.00) AS amount
      FROM {kpi_pipeline_stages} AS p FULL JOIN (SELECT stage, count(*) AS deals, sum(amount) AS amount FROM {kpi_opportunities} AS o GROUP BY stage) AS q USING (stage)
), went AS (
    SELECT t.stage, count(*) AS entered, count(*) FILTER (WHERE o.outcome <> 'open') AS closed, count(*) FILTER (WHERE o.outcome = 'won') AS won
      FROM (SELECT DISTINCT opportunity_id, stage FROM {kpi_opportunity_steps} AS x) AS t JOIN {kpi_opportunities} AS o USING (opportunity_id) GROUP BY t.stage
), h AS (
    SELECT outcome = 'open' AS is_open, array_agg(s.stage ORDER BY s.stage COLLATE "C") AS stages, saaskpi_internal.shares(array_agg(s.amount ORDER BY s.stage COLLATE "C")) AS shares FROM s GROUP BY 1
)
SELECT s.stage, s.ordinal, s.outcome, s.deals, s.amount, CASE WHEN s.outcome = 'open' THEN h.shares[array_position(h.stages, s.stage)] END AS share,
       s.probability, CASE WHEN s.outcome = 'open' THEN round(s.amount * s.probability, 2) END AS weighted,
       coalesce(w.entered, 0) AS entered, coalesce(w.closed, 0) AS closed, coalesce(w.won, 0) AS won, saaskpi_internal.rate(w.won, w.closed) AS win_rate,
       CASE WHEN s.outcome = 'open' AND w.closed > 0 THEN round(s.amount * w.won / w.closed, 2) END AS weighted_observed
  FROM s LEFT JOIN went AS w ON w.stage = s.stage JOIN h ON h.is_open = (s.outcome = 'open')
$sql$),

('kpi_pipeline_monthly', '{opportunities}', '{period}', 'month',
 'What moved the pipeline: one row per month, by amount and by number, the sides adding up. Did it grow because we found more, or because we close less?', $sql$
WITH moves AS MATERIALIZED (
    SELECT date_trunc('month', t.entered_on::timestamp)::date AS period,
           CASE WHEN t.step = 1 THEN t.amount ELSE 0.00 END AS created, CASE WHEN t.step = 1 THEN 1 ELSE 0 END AS n_created,
           CASE WHEN t.outcome_before <> 'open' AND (t.outcome <> t.outcome_before) THEN t.amount_before ELSE 0.00 END AS reopened,
           CASE WHEN t.outcome_before <> 'open' AND (t.outcome <> t.outcome_before) THEN 1 ELSE 0 END AS n_reopened,
           CASE WHEN t.outcome = 'won' AND t.outcome_before IS DISTINCT FROM 'won' THEN t.amount ELSE 0.00 END AS won,
           CASE WHEN t.outcome = 'won' AND t.outcome_before IS DISTINCT FROM 'won' THEN 1 ELSE 0 END AS n_won,
           CASE WHEN t.outcome = 'lost' AND t.outcome_before IS DISTINCT FROM 'lost' THEN t.amount ELSE 0.00 END AS lost,
           CASE WHEN t.outcome = 'lost' AND t.outcome_before IS DISTINCT FROM 'lost' THEN 1 ELSE 0 END AS n_lost,
           CASE WHEN t.step > 1 AND (t.outcome = 'open' OR t.outcome <> t.outcome_before) THEN t.amount - t.amount_before ELSE 0.00 END AS changed
      FROM {kpi_opportunity_steps} AS t
), months AS (
    SELECT p.period::date AS period FROM (SELECT min(period) AS first FROM moves) AS f, LATERAL generate_series(f.first::timestamp, {as_of}::timestamp, interval '1 month') AS p(period)
), sums AS (
    SELECT m.period, coalesce(sum(created), 0.00) AS created, coalesce(sum(reopened), 0.00) AS reopened, coalesce(sum(won), 0.00) AS won, coalesce(sum(lost), 0.00) AS lost,
           coalesce(sum(changed), 0.00) AS amount_changes, coalesce(sum(n_created), 0) AS n_created, coalesce(sum(n_reopened), 0) AS n_reopened,
           coalesce(sum(n_won), 0) AS n_won, coalesce(sum(n_lost), 0) AS n_lost
      FROM months AS m LEFT JOIN moves AS v ON v.period = m.period GROUP BY m.period
), run AS (
    SELECT s.*, sum(created + reopened - won - lost + amount_changes) OVER w AS closing, (sum(n_created + n_reopened - n_won - n_lost) OVER w)::bigint AS n_closing
      FROM sums AS s WINDOW w AS (ORDER BY period)
)
SELECT r.period, coalesce(lag(r.closing) OVER w, 0.00) AS opening, r.created, r.reopened, r.won, r.lost, r.amount_changes, r.closing,
       coalesce(lag(r.n_closing) OVER w, 0) AS deals_opening, r.n_created AS deals_created, r.n_reopened AS deals_reopened, r.n_won AS deals_won, r.n_lost AS deals_lost, r.n_closing AS deals_closing,
       (r.period + interval '1 month')::date <= {as_of} AS is_complete
  FROM run AS r WINDOW w AS (ORDER BY r.period)
$sql$),

('kpi_pipeline_kpis', '{opportunities}', '{grain,period}', 'month, quarter or year',
 'How well deals are won: one row per month, quarter and year. Choose one grain. Do we win more of them, larger ones, and faster?', $sql$
WITH closed AS MATERIALIZED (
    SELECT t.opportunity_id, t.entered_on, t.outcome, t.amount, f.entered_at AS created_at, t.entered_at
      FROM {kpi_opportunity_steps} AS t JOIN {kpi_opportunity_steps} AS f ON f.opportunity_id = t.opportunity_id AND f.step = 1
     WHERE t.outcome <> 'open' AND t.outcome_before IS DISTINCT FROM t.outcome
), grains(grain) AS (VALUES ('month'), ('quarter'), ('year')
), periods AS (
    SELECT g.grain, saaskpi_internal.period_of(m.period, g.grain) AS period, max(m.period) AS last FROM {kpi_pipeline_monthly} AS m, grains AS g GROUP BY 1, 2
), sums AS (
    SELECT g.grain, saaskpi_internal.period_of(c.entered_on, g.grain) AS period, count(*) FILTER (WHERE c.outcome = 'won') AS won, count(*) FILTER (WHERE c.outcome = 'lost') AS lost,
           sum(c.amount) FILTER (WHERE c.outcome = 'won') AS won_amount, sum(c.amount) FILTER (WHERE c.outcome = 'lost') AS lost_amount,
           sum(extract(epoch FROM c.entered_at - c.created_at)) FILTER (WHERE c.outcome = 'won') / 86400 AS days_won
      FROM closed AS c, grains AS g GROUP BY 1, 2
), v AS (
    SELECT p.grain, p.period, m.closing AS pipeline_value, m.deals_closing AS deals_open, coalesce(s.won, 0) AS won, coalesce(s.lost, 0) AS lost, coalesce(s.won_amount, 0.00) AS won_amount,
           coalesce(s.lost_amount, 0.00) AS lost_amount, s.days_won, saaskpi_internal.period_after(p.period, p.grain) <= {as_of} AS is_complete
      FROM periods AS p JOIN {kpi_pipeline_monthly} AS m ON m.period = p.last LEFT JOIN sums AS s ON s.grain = p.grain AND s.period = p.period
)
SELECT v.grain, v.period, v.pipeline_value, v.deals_open, v.won, v.lost, v.won_amount, v.lost_amount, v.won + v.lost AS closed, v.won_amount + v.lost_amount AS closed_amount,
       saaskpi_internal.rate(v.won, v.won + v.lost) AS win_rate, saaskpi_internal.rate(v.won_amount, v.won_amount + v.lost_amount) AS win_rate_amount,
       round(v.won_amount / nullif(v.won, 0), 2) AS avg_won_amount, round(v.days_won / nullif(v.won, 0), 2) AS cycle_days,
       CASE WHEN v.days_won > 0 AND v.won > 0 THEN round(v.deals_open * v.won_amount / (v.won + v.lost) / (v.days_won / v.won), 2) END AS velocity_per_day, v.is_complete
  FROM v
$sql$),

('kpi_stage_conversion', '{opportunities}', '{stage}', 'open stage',
 'Of the deals that entered a stage, how many went on: one row per open stage, of deals old enough to be judged. Where do we lose them?', $sql$
WITH first_entry AS (
    SELECT t.opportunity_id, t.stage, min(t.step) AS step, min(t.entered_on) AS entered_on FROM {kpi_opportunity_steps} AS t WHERE t.outcome = 'open' AND t.has_history GROUP BY 1, 2
), judged AS (
    SELECT f.stage, f.entered_on + {setting stage_days}::integer < {as_of} AS is_mature,
           EXISTS (SELECT FROM {kpi_opportunity_steps} AS n LEFT JOIN {kpi_pipeline_stages} AS b ON b.stage = n.stage
                    WHERE n.opportunity_id = f.opportunity_id AND n.step > f.step AND (n.outcome = 'won' OR n.outcome = 'open' AND b.ordinal > a.ordinal)) AS advanced,
           EXISTS (SELECT FROM {kpi_opportunity_steps} AS n WHERE n.opportunity_id = f.opportunity_id AND n.step > f.step AND n.outcome = 'won') AS won,
           o.outcome = 'lost' AS lost
      FROM first_entry AS f JOIN {kpi_opportunities} AS o USING (opportunity_id) LEFT JOIN {kpi_pipeline_stages} AS a ON a.stage = f.stage
)
SELECT p.stage, p.ordinal, count(j.stage) AS entered, count(*) FILTER (WHERE j.is_mature) AS matured, count(*) FILTER (WHERE j.is_mature AND j.advanced) AS advanced,
       count(*) FILTER (WHERE j.is_mature AND j.won) AS won, count(*) FILTER (WHERE j.is_mature AND j.lost AND NOT j.advanced) AS lost_here,
       saaskpi_internal.rate(count(*) FILTER (WHERE j.is_mature AND j.advanced), count(*) FILTER (WHERE j.is_mature)) AS conversion_rate,
       saaskpi_internal.rate(count(*) FILTER (WHERE j.is_mature AND j.won), count(*) FILTER (WHERE j.is_mature)) AS win_rate
  FROM {kpi_pipeline_stages} AS p LEFT JOIN judged AS j ON j.stage = p.stage WHERE p.outcome = 'open' GROUP BY p.stage, p.ordinal
$sql$),

('kpi_stage_duration', '{opportunities}', '{stage}', 'open stage, and the whole way',
 'How long deals stay in a stage: one row per open stage, and (all) from creation to close. Where does it take long, those still there included?', $sql$
WITH stays AS MATERIALIZED (
    SELECT t.stage, extract(epoch FROM coalesce(t.gone_at, ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone}) - t.entered_at) / 86400 AS days, t.gone_at IS NOT NULL AS is_over
      FROM (SELECT s.*, lead(s.entered_at) OVER (PARTITION BY s.opportunity_id ORDER BY s.step) AS gone_at
              FROM {kpi_opportunity_steps} AS s WHERE s.stage IS DISTINCT FROM s.stage_before) AS t WHERE t.outcome = 'open' AND t.has_history
    UNION ALL
    SELECT '(all)', extract(epoch FROM CASE WHEN f.is_over THEN f.turned_at ELSE ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} END - f.began_at) / 86400, f.is_over
      FROM (SELECT min(l.entered_at) AS began_at, max(l.entered_at) FILTER (WHERE l.outcome IS DISTINCT FROM l.outcome_before) AS turned_at, bool_or(l.left_at IS NULL AND l.outcome <> 'open') AS is_over
              FROM {kpi_opportunity_steps} AS l GROUP BY l.opportunity_id) AS f
), risk AS (
    SELECT stage, days, sum(count(*)) OVER (PARTITION BY stage ORDER BY days DESC) AS at_risk, count(*) FILTER (WHERE is_over) AS ended FROM stays GROUP BY stage, days
), survival AS (
    SELECT stage, days, bool_or(at_risk = ended) OVER w AS nobody_left, exp(sum(CASE WHEN at_risk > ended THEN ln((at_risk - ended) / at_risk) ELSE 0 END) OVER w) AS share
      FROM risk WINDOW w AS (PARTITION BY stage ORDER BY days)
), median AS (
    SELECT stage, min(days) AS days FROM survival WHERE nobody_left OR share <= 0.5000000001 GROUP BY stage
)
SELECT n.stage, n.ordinal, count(s.stage) AS stays, count(*) FILTER (WHERE s.is_over) AS stays_over, round(avg(s.days) FILTER (WHERE s.is_over), 2) AS mean_days_over,
       round(m.days, 2) AS median_days
  FROM (SELECT p.stage, p.ordinal FROM {kpi_pipeline_stages} AS p WHERE p.outcome = 'open' UNION ALL SELECT '(all)', NULL) AS n
  LEFT JOIN stays AS s ON s.stage = n.stage LEFT JOIN median AS m ON m.stage = n.stage
 GROUP BY n.stage, n.ordinal, m.days
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_pipeline', 'stage', 'text', NULL, 'Stage; (none) when it is not known.'),
('kpi_pipeline', 'ordinal', 'number', NULL, 'Place in the pipeline; NULL for a stage that is not in pipeline_stages.'),
('kpi_pipeline', 'outcome', 'text', NULL, 'open, won or lost; only what is open is pipeline.'),
('kpi_pipeline', 'deals', 'deals', NULL, 'Opportunities that are in the stage.'),
('kpi_pipeline', 'amount', 'money', NULL, 'Their amounts.'),
('kpi_pipeline', 'share', 'percent', NULL, 'Share of the open amount in per cent to one decimal; they add up to 100.0. NULL for closed stages and when nothing is open.'),
('kpi_pipeline', 'probability', 'number', NULL, 'Probability to win that pipeline_stages gives the stage.'),
('kpi_pipeline', 'weighted', 'money', NULL, 'amount * probability, of open stages; NULL when there is no probability.'),
('kpi_pipeline', 'entered', 'deals', NULL, 'Opportunities that were ever in the stage.'),
('kpi_pipeline', 'closed', 'deals', NULL, 'Of them those that are won or lost.'),
('kpi_pipeline', 'won', 'deals', NULL, 'Of them those that are won.'),
('kpi_pipeline', 'win_rate', 'ratio', 'closed', 'Observed odds: won / closed; NULL when none has closed.'),
('kpi_pipeline', 'weighted_observed', 'money', NULL, 'amount times the observed odds, of open stages; NULL when none has closed.'),
('kpi_pipeline_monthly', 'period', 'date', NULL, 'First day of the month.'),
('kpi_pipeline_monthly', 'opening', 'money', NULL, 'Open amount at the end of the month before.'),
('kpi_pipeline_monthly', 'created', 'money', NULL, 'Amounts of opportunities created in the month.'),
('kpi_pipeline_monthly', 'reopened', 'money', NULL, 'Amounts of closed opportunities that were opened again, as they had closed.'),
('kpi_pipeline_monthly', 'won', 'money', NULL, 'Amounts won; lowers closing.'),
('kpi_pipeline_monthly', 'lost', 'money', NULL, 'Amounts lost; lowers closing.'),
('kpi_pipeline_monthly', 'amount_changes', 'money', NULL, 'Amounts that rose minus those that fell while open, that of the last step included.'),
('kpi_pipeline_monthly', 'closing', 'money', NULL, 'Open amount at the end of the month, or of as_of: opening + created + reopened - won - lost + amount_changes.'),
('kpi_pipeline_monthly', 'deals_opening', 'deals', NULL, 'Open opportunities at the end of the month before.'),
('kpi_pipeline_monthly', 'deals_created', 'deals', NULL, 'Opportunities created.'),
('kpi_pipeline_monthly', 'deals_reopened', 'deals', NULL, 'Times a closed opportunity was opened again.'),
('kpi_pipeline_monthly', 'deals_won', 'deals', NULL, 'Times an opportunity was won.'),
('kpi_pipeline_monthly', 'deals_lost', 'deals', NULL, 'Times an opportunity was lost.'),
('kpi_pipeline_monthly', 'deals_closing', 'deals', NULL, 'Open opportunities at the end: deals_opening + deals_created + deals_reopened - deals_won - deals_lost.'),
('kpi_pipeline_monthly', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the month.'),
('kpi_pipeline_kpis', 'grain', 'text', NULL, 'Length of the period: month, quarter or year.'),
('kpi_pipeline_kpis', 'period', 'date', NULL, 'First day of the period.'),
('kpi_pipeline_kpis', 'pipeline_value', 'money', NULL, 'Open amount at the end of the period, or of as_of; not to be added up over periods.'),
('kpi_pipeline_kpis', 'deals_open', 'deals', NULL, 'Open opportunities at that time.'),
('kpi_pipeline_kpis', 'won', 'deals', NULL, 'Opportunities won in the period.'),
('kpi_pipeline_kpis', 'lost', 'deals', NULL, 'Opportunities lost in the period.'),
('kpi_pipeline_kpis', 'won_amount', 'money', NULL, 'Amounts won.'),
('kpi_pipeline_kpis', 'lost_amount', 'money', NULL, 'Amounts lost.'),
('kpi_pipeline_kpis', 'closed', 'deals', NULL, 'won + lost.'),
('kpi_pipeline_kpis', 'closed_amount', 'money', NULL, 'won_amount + lost_amount.'),
('kpi_pipeline_kpis', 'win_rate', 'ratio', 'closed', 'By number: won / closed; NULL when none closed.'),
('kpi_pipeline_kpis', 'win_rate_amount', 'ratio', 'closed_amount', 'By amount: won_amount / closed_amount; NULL when nothing of any worth closed.'),
('kpi_pipeline_kpis', 'avg_won_amount', 'money', NULL, 'Mean amount of a deal won: won_amount / won; NULL when none was.'),
('kpi_pipeline_kpis', 'cycle_days', 'days', NULL, 'Mean days from creation to winning, of deals won in the period; NULL when none was. It falls when slow deals stay open: see kpi_stage_duration.'),
('kpi_pipeline_kpis', 'velocity_per_day', 'money', NULL, 'Sales velocity: deals_open times win_rate times avg_won_amount, over cycle_days, rounded once; NULL when one of them is, or cycle_days is 0.'),
('kpi_pipeline_kpis', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the period.'),
('kpi_stage_conversion', 'stage', 'text', NULL, 'Open stage.'),
('kpi_stage_conversion', 'ordinal', 'number', NULL, 'Place in the pipeline.'),
('kpi_stage_conversion', 'entered', 'deals', NULL, 'Opportunities whose history has them in the stage, each once.'),
('kpi_stage_conversion', 'matured', 'deals', NULL, 'Of them those that first entered it more than stage_days of kpi_settings ago.'),
('kpi_stage_conversion', 'advanced', 'deals', NULL, 'Of matured those that later were in a stage with a higher ordinal, or won; over a stage or by way of one before, too.'),
('kpi_stage_conversion', 'won', 'deals', NULL, 'Of matured those that were won at any time after.'),
('kpi_stage_conversion', 'lost_here', 'deals', NULL, 'Of matured those that are lost without having come further.'),
('kpi_stage_conversion', 'conversion_rate', 'ratio', 'matured', 'advanced / matured; NULL when none is.'),
('kpi_stage_conversion', 'win_rate', 'ratio', 'matured', 'won / matured; NULL when none is.'),
('kpi_stage_duration', 'stage', 'text', NULL, 'Open stage; (all) is the way from creation to the close that still stands.'),
('kpi_stage_duration', 'ordinal', 'number', NULL, 'Place in the pipeline; NULL for (all).'),
('kpi_stage_duration', 'stays', 'stays', NULL, 'Times a deal was in the stage, as far as histories tell; rows of one stage that follow each other are one stay. Of (all) deals.'),
('kpi_stage_duration', 'stays_over', 'stays', NULL, 'Of them those that have ended.'),
('kpi_stage_duration', 'mean_days_over', 'days', NULL, 'Mean days of those that have ended, which is too short while slow ones go on; NULL when none has.'),
('kpi_stage_duration', 'median_days', 'days', NULL, 'Median days by Kaplan and Meier, those that go on counted as lasting at least until as_of; NULL while fewer than half have ended.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('pipeline_closes', $sql$
SELECT format('%s: %s + %s + %s - %s - %s + %s is not %s', period, opening, created, reopened, won, lost, amount_changes, closing) FROM {kpi_pipeline_monthly}
 WHERE opening + created + reopened - won - lost + amount_changes <> closing OR deals_opening + deals_created + deals_reopened - deals_won - deals_lost <> deals_closing
UNION ALL
SELECT format('%s: %s deals of %s close the month, %s of %s by where they stood', m.period, m.deals_closing, m.closing, s.n, s.amount)
  FROM {kpi_pipeline_monthly} AS m
  JOIN (SELECT m.period, coalesce(sum(y.n), 0) AS n, coalesce(sum(y.amount), 0) AS amount
          FROM {kpi_pipeline_monthly} AS m
          LEFT JOIN (SELECT date_trunc('month', t.entered_on::timestamp)::date AS entered, date_trunc('month', n.entered_on::timestamp)::date AS gone, count(*) AS n, sum(t.amount) AS amount
                       FROM {kpi_opportunity_steps} AS t LEFT JOIN {kpi_opportunity_steps} AS n ON n.opportunity_id = t.opportunity_id AND n.step = t.step + 1
                      WHERE t.outcome = 'open' GROUP BY 1, 2) AS y ON y.entered <= m.period AND (y.gone > m.period) IS NOT FALSE
         GROUP BY m.period) AS s ON s.period = m.period
 WHERE s.n <> m.deals_closing OR s.amount <> m.closing
UNION ALL
SELECT format('%s open deals of %s by stage, %s of %s in the last month', p.deals, p.amount, m.deals_closing, m.closing)
  FROM (SELECT coalesce(sum(deals), 0) AS deals, coalesce(sum(amount), 0) AS amount FROM {kpi_pipeline} WHERE outcome = 'open') AS p
  JOIN (SELECT deals_closing, closing FROM {kpi_pipeline_monthly} ORDER BY period DESC LIMIT 1) AS m ON m.deals_closing <> p.deals OR m.closing <> p.amount
UNION ALL
SELECT format('shares add up to %s', sum(share)) FROM {kpi_pipeline} WHERE share IS NOT NULL HAVING sum(share) <> 100.0
$sql$);
