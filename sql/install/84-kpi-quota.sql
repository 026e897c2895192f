-- What the sales team was to win, and won.  Ranks go by quotients of so many
-- digits that two which differ never end in the same ones.

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_quota', '{opportunities}', '{period,sales_rep_id}', 'month and sales rep',
 'What each rep won against the quota: one row per month and rep with a quota or a deal won. Who is ahead, and who needs help?', $sql$
WITH won AS (
    SELECT date_trunc('month', t.entered_on::timestamp)::date AS period, coalesce(o.sales_rep_id, '(none)') AS sales_rep_id, count(*) AS deals, sum(t.amount) AS amount
      FROM {kpi_opportunity_steps} AS t JOIN {kpi_opportunities} AS o USING (opportunity_id)
     WHERE t.outcome = 'won' AND t.outcome_before IS DISTINCT FROM 'won' GROUP BY 1, 2
), v AS (
    SELECT period, sales_rep_id, coalesce(w.deals, 0) AS deals_won, coalesce(w.amount, 0.00) AS won, saaskpi_internal.as_money(q.quota) AS quota, (period + interval '1 month')::date AS next
      FROM won AS w FULL JOIN (SELECT i.month AS period, i.sales_rep_id, i.quota FROM {sales_quotas} AS i WHERE i.sales_rep_id IS NOT NULL) AS q USING (period, sales_rep_id)
), d AS (
    SELECT v.*, round(v.quota * least(1, ({as_of} + 1 - v.period)::numeric / (v.next - v.period)), 2) AS quota_prorated, v.next <= {as_of} AS is_complete FROM v
), a AS (
    SELECT d.*, saaskpi_internal.rate(d.won, d.quota) AS attainment, saaskpi_internal.rate(d.won, d.quota_prorated) AS attainment_prorated FROM d
), e AS (
    SELECT a.*, CASE WHEN a.attainment_prorated IS NOT NULL THEN div(a.won * 1e40, a.quota_prorated) END AS exactly FROM a
), r AS (
    SELECT e.*, CASE WHEN e.exactly IS NOT NULL THEN rank() OVER (PARTITION BY e.period ORDER BY e.exactly DESC NULLS LAST) END AS rank,
           CASE WHEN e.exactly IS NOT NULL THEN rank() OVER (PARTITION BY e.period ORDER BY e.exactly NULLS LAST) END AS rank_from_below
      FROM e
)
SELECT r.period, r.sales_rep_id, coalesce(nullif(s.name, ''), r.sales_rep_id) AS name, s.team, s.region, r.deals_won, r.won, r.quota, r.quota_prorated, r.attainment, r.attainment_prorated, r.rank,
       CASE WHEN r.rank <= 5 AND r.won >= r.quota_prorated THEN 'top' WHEN r.rank_from_below <= 5 AND r.won < r.quota_prorated THEN 'bottom' END AS standing, r.is_complete
  FROM r LEFT JOIN {sales_reps} AS s ON s.sales_rep_id = r.sales_rep_id
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_quota', 'period', 'date', NULL, 'First day of the month.'),
('kpi_quota', 'sales_rep_id', 'text', NULL, 'Sales rep; (none) for deals of nobody.'),
('kpi_quota', 'name', 'text', NULL, 'Name in sales_reps, else the id.'),
('kpi_quota', 'team', 'text', NULL, 'Team in sales_reps.'),
('kpi_quota', 'region', 'text', NULL, 'Region in sales_reps.'),
('kpi_quota', 'deals_won', 'deals', NULL, 'Times an opportunity of the rep was won in the month.'),
('kpi_quota', 'won', 'money', NULL, 'Their amounts, when they were won.'),
('kpi_quota', 'quota', 'money', NULL, 'Quota of the month; NULL when sales_quotas has none.'),
('kpi_quota', 'quota_prorated', 'money', NULL, 'Part of the quota that is due up to the end of as_of, by days; all of it in a month that is over.'),
('kpi_quota', 'attainment', 'ratio', 'quota', 'won / quota; NULL unless the quota is above 0.'),
('kpi_quota', 'attainment_prorated', 'ratio', 'quota_prorated', 'won / quota_prorated, which compares a running month with what is due so far; NULL unless that is above 0.'),
('kpi_quota', 'rank', 'integer', NULL, 'Place of the rep in the month by won over quota_prorated, not rounded, 1 for the best; equals share a place; NULL without a quota.'),
('kpi_quota', 'standing', 'text', NULL, 'top for the five best who reached their quota, bottom for the five furthest below it, else NULL.'),
('kpi_quota', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the month.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('quota_sums_to_pipeline', $sql$
SELECT format('%s: reps won %s in %s deals, the pipeline %s in %s', m.period, coalesce(q.won, 0), coalesce(q.n, 0), m.won, m.deals_won)
  FROM {kpi_pipeline_monthly} AS m LEFT JOIN (SELECT period, sum(won) AS won, sum(deals_won) AS n FROM {kpi_quota} GROUP BY 1) AS q ON q.period = m.period
 WHERE coalesce(q.won, 0) <> m.won OR coalesce(q.n, 0) <> m.deals_won
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Pipeline value', 'kpi_pipeline_monthly', 'closing', 'opportunities, opportunity_stages', 'opening + created + reopened - won - lost + amount_changes',
 'What is open?',
 'Open amount at the end of the month, not a sum over its days. Where an opportunity has a history, it says what was open when; a table of the present state alone cannot tell.'),
('Weighted pipeline', 'kpi_pipeline', 'weighted', 'opportunities, pipeline_stages', 'amount * probability',
 'What is it worth by the odds we believe in?',
 'By the probability of the stage; weighted_observed uses the share of deals that were won of those that ever were in the stage and have closed. NULL when there is no probability.'),
('Win rate', 'kpi_pipeline_kpis', 'win_rate', 'opportunities, opportunity_stages', 'won / closed',
 'How many of the deals that close do we win?',
 'By number, of deals closed in the period, whenever they were created; win_rate_amount is by amount. A deal that is reopened and closed again counts each time. NULL when none closed.'),
('Win rate by amount', 'kpi_pipeline_kpis', 'win_rate_amount', 'opportunities, opportunity_stages', 'won_amount / closed_amount',
 'How much of the money that is decided do we win?',
 'Below the win rate by number when large deals are lost more often. NULL when none closed.'),
('Cycle time', 'kpi_pipeline_kpis', 'cycle_days', 'opportunities, opportunity_stages', 'mean days from creation to winning of deals won in the period',
 'How long does it take to win?',
 'Of deals that were won, so it falls when slow ones stay open; median_days of kpi_stage_duration counts those in. NULL when none was won.'),
('Sales velocity', 'kpi_pipeline_kpis', 'velocity_per_day', 'opportunities, opportunity_stages', 'deals_open times win_rate times avg_won_amount, over cycle_days',
 'What does the pipeline bring in per day?',
 'Four numbers in one, each of which stands beside it; it doubles when the pipeline fills up with deals nobody will win. NULL when one of them is.'),
('Stage conversion rate', 'kpi_stage_conversion', 'conversion_rate', 'opportunity_stages, pipeline_stages, kpi_settings', 'advanced / matured',
 'Of the deals that came to a stage, how many went on?',
 'Each deal once, by its first time in the stage, when that is more than stage_days ago; a stage may be left out and deals may move back. NULL when none has matured.'),
('Stage duration', 'kpi_stage_duration', 'median_days', 'opportunity_stages, pipeline_stages', 'Kaplan-Meier median of the days in the stage',
 'How long do deals stay in a stage?',
 'Those that are still there count as lasting at least until as_of; a mean of those that have left is too short. NULL while fewer than half have left.'),
('Quota attainment', 'kpi_quota', 'attainment', 'opportunities, sales_quotas', 'won / quota',
 'Did the rep make the quota?',
 'Amounts won in the month over the quota of the month; attainment_prorated takes the part of the quota that is due so far in a running month. NULL without a quota.');
