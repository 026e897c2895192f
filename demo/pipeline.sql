-- Where deals stand, and how the sales team does; read by overview.sql.
\echo 'PIPELINE  (open deals)'
SELECT p.stage, pg_temp.cell(p.deals, 1, 6) AS deals, pg_temp.cell(p.amount, :unit, 11) AS amount, lpad(coalesce(to_char(p.share, 'FM990.0') || ' %', '-'), 7) AS share,
       lpad(pg_temp.percent(p.win_rate), 7) AS "are won", pg_temp.cell(p.weighted_observed, :unit, 10) AS "worth then", lpad(pg_temp.percent(c.conversion_rate), 7) AS "go on",
       lpad(to_char(d.median_days, 'FM9990.0'), 6) AS days, pg_temp.bar(p.share, 100, 20) AS " "
  FROM kpi_pipeline AS p LEFT JOIN kpi_stage_conversion AS c USING (stage) LEFT JOIN kpi_stage_duration AS d USING (stage)
 WHERE p.outcome = 'open'
 ORDER BY p.ordinal, p.stage;

\echo 'DEALS BY QUARTER'
SELECT to_char(period, 'YYYY "Q"Q') AS quarter, pg_temp.cell(won, 1, 6) AS won, pg_temp.cell(lost, 1, 6) AS lost, lpad(pg_temp.percent(win_rate), 8) AS "win rate", pg_temp.cell(won_amount, :unit, 11) AS "amount won",
       pg_temp.cell(avg_won_amount, 1, 9) AS "a deal", lpad(to_char(cycle_days, 'FM9990.0'), 10) AS "days to win", pg_temp.cell(pipeline_value, :unit, 11) AS "open at end"
  FROM kpi_pipeline_kpis
 WHERE grain = 'quarter' AND is_complete
 ORDER BY period DESC LIMIT 4;

\echo 'QUOTA, LAST MONTH  (five ahead and five behind)'
SELECT CASE standing WHEN 'top' THEN '▲ ahead' ELSE '▼ behind' END AS " ", left(name, 24) AS rep, left(team, 16) AS team, left(region, 12) AS region, pg_temp.cell(won, 1, 9) AS won, pg_temp.cell(quota, 1, 9) AS quota,
       lpad(pg_temp.percent(attainment), 9) AS attained, rank AS place
  FROM kpi_quota
 WHERE period = :'month' AND standing IS NOT NULL
 ORDER BY kpi_quota.attainment DESC, sales_rep_id;
