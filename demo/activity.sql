-- What customers do, from the log of events; read by overview.sql.
\echo 'ACTIVE CUSTOMERS  (█ there the month before, ▒ back after a break, ░ new)'
SELECT pg_temp.month(a.period) AS month, pg_temp.cell(a.active, 1, 7) AS active, pg_temp.cell(a.new, 1, 6) AS new,
       pg_temp.cell(a.resurrecting, 1, 6) AS back, pg_temp.cell(a.dormant, 1, 6) AS away, pg_temp.cell(a.sessions, 1, 9) AS sessions,
       lpad(to_char(a.events_per_session, 'FM990.0'), 6) AS "events", lpad(to_char(s.median_seconds / 60, 'FM9990.0'), 7) AS minutes,
       lpad(pg_temp.percent(a.stickiness), 7) AS "on a day",
       pg_temp.bar(a.returning, max(a.active) OVER (), 20) || pg_temp.bar(a.resurrecting, max(a.active) OVER (), 20, '▒') || pg_temp.bar(a.new, max(a.active) OVER (), 20, '░') AS " "
  FROM kpi_activity AS a JOIN kpi_session_stats AS s USING (grain, period)
 WHERE a.grain = 'month' AND a.is_complete AND a.period > :'month'::date - interval '12 months'
 ORDER BY a.period;

\echo 'WHAT THEY DID, LAST MONTH'
SELECT t.event_type AS "type of event", pg_temp.cell(t.events, 1, 9) AS events, pg_temp.cell(t.active, 1, 9) AS customers,
       lpad(to_char(t.events_per_active, 'FM9990.0'), 8) AS "for each", lpad(pg_temp.change(t.events, b.events, 'count'), 12) AS "on month before",
       pg_temp.bar(t.active, a.active, 25) AS "of the active"
  FROM kpi_event_types AS t
  JOIN kpi_activity AS a USING (grain, period)
  LEFT JOIN kpi_event_types AS b ON b.grain = t.grain AND b.event_type = t.event_type AND b.period = (t.period - interval '1 month')::date
 WHERE t.grain = 'month' AND t.period = :'month' AND t.events > 0
 ORDER BY t.active DESC, t.event_type LIMIT 12;

\echo 'HOW FAR THEY GET  (customers whose time for the funnel has passed)'
SELECT f.funnel, f.step, f.event_type AS "type of event", pg_temp.cell(f.matured_customers, 1, 9) AS customers, lpad(pg_temp.percent(f.matured_rate), 7) AS "of all",
       lpad(pg_temp.percent(f.matured_customers::numeric / nullif(lag(f.matured_customers) OVER (PARTITION BY f.funnel ORDER BY f.step), 0)), 14) AS "of step before", lpad(to_char(f.median_seconds / 86400.0, 'FM9990.0'), 6) AS days,
       pg_temp.bar(f.matured_customers, f.matured_entrants, 25) AS " "
  FROM kpi_funnel AS f
 ORDER BY f.funnel, f.step;

\echo 'DAYS OF UNUSUAL SIGNUPS'
SELECT to_char(period, 'YYYY-MM-DD Dy') AS day, pg_temp.cell(value, 1, 7) AS signups, lpad(to_char(expected, 'FM9990.0'), 8) AS expected, lpad(to_char(score, 'FM990.0'), 5) AS score, kind AS what
  FROM kpi_anomalies_daily
 WHERE metric = 'signups' AND is_alarm
 ORDER BY kpi_anomalies_daily.score DESC, period LIMIT 6;
