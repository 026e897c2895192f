-- kpi_session_stats: sessions by the period in which they begin.
SELECT grain, period, count(session) AS sessions,
       coalesce(sum(s.events), 0)::bigint AS events,
       round(sum(s.events) / nullif(count(session), 0), 6)
           AS events_per_session, coalesce(sum(seconds), 0) AS seconds,
       round(sum(seconds) / nullif(count(session), 0), 3) AS mean_seconds,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY seconds) AS p90_seconds,
       count(session) FILTER (WHERE s.events = 1) AS single_event_sessions,
       round(count(session) FILTER (WHERE s.events = 1)
             / nullif(count(session), 0)::numeric, 6) AS single_event_rate,
       is_complete
FROM oracle_event_period AS p
LEFT JOIN (SELECT s.*, g AS grain, oracle_period(g, day) AS period
           FROM oracle_session AS s, unnest('{day,week,month}'::text[]) AS g)
    AS s USING (grain, period)
WHERE type IS NULL
GROUP BY grain, period, is_complete
