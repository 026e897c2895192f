-- Sessions, one by one and by period, and the files of seed 001 as views.

INSERT INTO saaskpi_internal.relations (relation, maintained, follows, needs, key, grain, comment, query) VALUES
('kpi_sessions', 'following', 'kpi_user_activity', '{events}', '{customer_id,session}', 'session',
 'Sessions: one row per session. Which visits took longest, and what was going on that night?', $sql$
SELECT u.customer_id, s.session, s.started_at AS session_start, s.ended_at AS session_end, saaskpi_internal.day_of(s.started_at, {setting time_zone}) AS day,
       extract(epoch FROM s.ended_at - s.started_at) AS seconds, s.events
  FROM {kpi_user_activity} AS u CROSS JOIN LATERAL saaskpi.sessions(u.session_set) AS s
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_sessions', 'customer_id', 'text', 'Customer with a row in events.'),
('kpi_sessions', 'session', 'number', 'Number of the session among those of the customer, from 1 in order of time.'),
('kpi_sessions', 'session_start', 'timestamp', 'Time of the first event.'),
('kpi_sessions', 'session_end', 'timestamp', 'Time of the last event.'),
('kpi_sessions', 'day', 'date', 'Day on which it began, in time_zone of kpi_settings.'),
('kpi_sessions', 'seconds', 'seconds', 'Seconds from the first to the last event; 0 for a session of one event.'),
('kpi_sessions', 'events', 'events', 'Events of the session.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_session_stats', '{events}', '{grain,period}', 'grain and period',
 'How long sessions last and how much is done in them, by day, week and month: one row per grain and period, gaps included. Choose one grain. Do visits become shorter?', $sql$
SELECT a.grain, a.period, coalesce(s.sessions, 0) AS sessions, coalesce(s.events, 0)::bigint AS events, saaskpi_internal.rate(s.events, s.sessions) AS events_per_session,
       coalesce(s.seconds, 0) AS seconds, round(s.seconds / s.sessions, 3) AS mean_seconds, s.median_seconds, s.p90_seconds,
       coalesce(s.single, 0) AS single_event_sessions, saaskpi_internal.rate(s.single, s.sessions) AS single_event_rate, a.is_complete
  FROM {kpi_activity} AS a
  LEFT JOIN (SELECT CASE WHEN grouping(x.day) = 0 THEN 'day' WHEN grouping(x.week) = 0 THEN 'week' ELSE 'month' END AS grain, coalesce(x.day, x.week, x.month) AS period,
                    count(*) AS sessions, sum(x.events) AS events, sum(x.seconds) AS seconds, count(*) FILTER (WHERE x.events = 1) AS single,
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY x.seconds) AS median_seconds, percentile_disc(0.9) WITHIN GROUP (ORDER BY x.seconds) AS p90_seconds
               FROM (SELECT i.day, saaskpi_internal.period_of(i.day, 'week', {setting week_start}) AS week, date_trunc('month', i.day::timestamp)::date AS month, i.events, i.seconds
                       FROM {kpi_sessions} AS i) AS x
              GROUP BY GROUPING SETS ((x.day), (x.week), (x.month))) AS s ON s.grain = a.grain AND s.period = a.period
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_session_stats', 'grain', 'text', NULL, 'Length of the period: day, week or month.'),
('kpi_session_stats', 'period', 'date', NULL, 'First day of the period, as in kpi_activity; a session counts in that in which it begins.'),
('kpi_session_stats', 'sessions', 'sessions', NULL, 'Sessions that began in the period.'),
('kpi_session_stats', 'events', 'events', NULL, 'Events of these sessions, those after the end of the period included.'),
('kpi_session_stats', 'events_per_session', 'ratio', 'sessions', 'events / sessions; NULL without sessions.'),
('kpi_session_stats', 'seconds', 'seconds', NULL, 'Seconds from the first to the last event of each, added up.'),
('kpi_session_stats', 'mean_seconds', 'seconds', 'sessions', 'seconds / sessions; NULL without sessions.'),
('kpi_session_stats', 'median_seconds', 'seconds', 'sessions', 'Half of the sessions were no longer than this; NULL without sessions.'),
('kpi_session_stats', 'p90_seconds', 'seconds', 'sessions', 'Nine of ten sessions were no longer than this; NULL without sessions.'),
('kpi_session_stats', 'single_event_sessions', 'sessions', NULL, 'Sessions of one event.'),
('kpi_session_stats', 'single_event_rate', 'ratio', 'sessions', 'single_event_sessions / sessions; NULL without sessions.'),
('kpi_session_stats', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the period.');

-- The files of an analytics pipeline in CSV, under the names they have there.
-- They repeat what is stored, so they are views.
INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment, query) VALUES
('daily_summary', 'shown', '{events}', '{date}', 'day',
 'Days as daily_summary.csv has them: one row per day with signups, active users, errors and whether the signups were unusual. Which day needs an explanation?', $sql$
SELECT a.period AS date, a.signups, a.active AS dau, a.events, a.sessions, a.errors, x.expected AS expected_signups, x.score AS anomaly_score,
       CASE WHEN x.expected IS NOT NULL THEN x.is_anomaly END AS is_anomaly, x.kind AS anomaly_kind, a.is_complete
  FROM {kpi_activity} AS a
  LEFT JOIN (SELECT d.* FROM {kpi_anomalies_daily} AS d JOIN {kpi_series_daily} AS s ON s.metric = d.metric AND s.taken_from = 'kpi_activity' WHERE d.metric = 'signups') AS x ON x.period = a.period
 WHERE a.grain = 'day'
$sql$),

('user_activity_summary', 'shown', '{events}', '{user_id}', 'customer',
 'Customers as user_activity_summary.csv has them: one row per customer. Which profile does a customer have?', $sql$
SELECT u.customer_id AS user_id, u.first_seen, u.last_seen, u.events AS total_events, u.sessions AS total_sessions, u.active_days, u.days_since_last AS days_since_last_event,
       u.potentially_churned, round(u.mean_session_seconds / 60, 3) AS avg_session_minutes, u.events_per_session, u.simulated_mrr, u.simulated_ltv,
       s.cluster AS segment_id, s.segment, r.probability AS churn_risk_score
  FROM {kpi_user_activity} AS u LEFT JOIN {kpi_customer_segments} AS s ON s.customer_id = u.customer_id
  LEFT JOIN {kpi_churn_scores} AS r ON r.customer_id = u.customer_id AND r.snapshot = (SELECT max(l.snapshot) FROM {kpi_churn_scores} AS l)
$sql$),

('session_metrics', 'shown', '{events}', '{user_id,session_id}', 'session',
 'Sessions as session_metrics.csv has them: one row per session. How long did each last?', $sql$
SELECT s.customer_id AS user_id, s.session AS session_id, s.session_start AS start_time, s.session_end AS end_time, round(s.seconds / 60, 3) AS duration_minutes, s.events AS event_count
  FROM {kpi_sessions} AS s
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('daily_summary', 'date', 'date', NULL, 'Day, in time_zone of kpi_settings.'),
('daily_summary', 'signups', 'events', NULL, 'signups of kpi_activity.'),
('daily_summary', 'dau', 'customers', NULL, 'active of kpi_activity: customers with an event on the day.'),
('daily_summary', 'events', 'events', NULL, 'Events on the day.'),
('daily_summary', 'sessions', 'sessions', NULL, 'Sessions that began on the day.'),
('daily_summary', 'errors', 'events', NULL, 'errors of kpi_activity.'),
('daily_summary', 'expected_signups', 'events', NULL, 'What trend and weekday had to be expected to bring; NULL for the running day, before the first signup and while too little has been seen.'),
('daily_summary', 'anomaly_score', 'number', NULL, 'How unusual the signups are, as score of kpi_anomalies; NULL where expected_signups is.'),
('daily_summary', 'is_anomaly', 'boolean', NULL, 'True when anomaly_score reaches 2.5, in every day of an event; NULL where expected_signups is.'),
('daily_summary', 'anomaly_kind', 'text', NULL, 'What sort of event: spike, dip, level shift or temporary change; NULL unless is_anomaly.'),
('daily_summary', 'is_complete', 'boolean', NULL, 'True when as_of lies after the day.'),
('user_activity_summary', 'user_id', 'text', NULL, 'customer_id of kpi_user_activity.'),
('user_activity_summary', 'first_seen', 'timestamp', NULL, 'Time of the first event.'),
('user_activity_summary', 'last_seen', 'timestamp', NULL, 'Time of the last event.'),
('user_activity_summary', 'total_events', 'events', NULL, 'Events up to as_of.'),
('user_activity_summary', 'total_sessions', 'sessions', NULL, 'Sessions up to as_of.'),
('user_activity_summary', 'active_days', 'days', NULL, 'Days with an event.'),
('user_activity_summary', 'days_since_last_event', 'days', NULL, 'Days from the last event to as_of.'),
('user_activity_summary', 'potentially_churned', 'boolean', NULL, 'True when that is more than inactivity_days of kpi_settings.'),
('user_activity_summary', 'avg_session_minutes', 'minutes', NULL, 'mean_session_seconds of kpi_user_activity in minutes.'),
('user_activity_summary', 'events_per_session', 'ratio', 'total_sessions', 'total_events / total_sessions; NULL without sessions.'),
('user_activity_summary', 'simulated_mrr', 'money', NULL, 'Simulated, not earned: as in kpi_user_activity.'),
('user_activity_summary', 'simulated_ltv', 'money', NULL, 'Simulated, not earned: as in kpi_user_activity.'),
('user_activity_summary', 'segment_id', 'number', NULL, 'cluster of kpi_customer_segments; NULL until saaskpi.train_segments has been called.'),
('user_activity_summary', 'segment', 'text', NULL, 'segment of kpi_customer_segments, likewise.'),
('user_activity_summary', 'churn_risk_score', 'ratio', NULL, 'probability of kpi_churn_scores at the last snapshot: that the customer leaves; NULL until saaskpi.train_churn has been called, and for customers that kpi_churn_scores does not hold then.'),
('session_metrics', 'user_id', 'text', NULL, 'customer_id of kpi_sessions.'),
('session_metrics', 'session_id', 'number', NULL, 'Number of the session among those of the user.'),
('session_metrics', 'start_time', 'timestamp', NULL, 'Time of the first event.'),
('session_metrics', 'end_time', 'timestamp', NULL, 'Time of the last event.'),
('session_metrics', 'duration_minutes', 'minutes', NULL, 'Minutes from the first to the last event.'),
('session_metrics', 'event_count', 'events', NULL, 'Events of the session.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('sessions_hold_all_events', $sql$
SELECT format('%s: %s events, %s in %s sessions', coalesce(u.customer_id, s.customer_id), u.events, s.events, s.sessions)
  FROM (SELECT customer_id, sum(events) AS events, count(*) AS sessions FROM {kpi_sessions} GROUP BY 1) AS s
  FULL JOIN (SELECT * FROM {kpi_user_activity} WHERE events > 0) AS u ON u.customer_id = s.customer_id
 WHERE u.events IS DISTINCT FROM s.events OR u.sessions IS DISTINCT FROM s.sessions
UNION ALL
SELECT format('%s: session %s begins before that before it ends', customer_id, session)
  FROM (SELECT k.*, lag(session_end) OVER (PARTITION BY customer_id ORDER BY session) AS before FROM {kpi_sessions} AS k) AS q WHERE session_start <= before
UNION ALL
SELECT format('%s events in the log, %s in kpi_activity', l.events, a.events)
  FROM (SELECT coalesce(sum(events), 0) AS events FROM {kpi_user_activity}) AS l, (SELECT coalesce(sum(events), 0) AS events FROM {kpi_activity} WHERE grain = 'month') AS a
 WHERE l.events <> a.events
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Sessions', 'kpi_session_stats', 'sessions', 'events, kpi_settings', 'runs of events of a customer with no more than session_gap_minutes between two of them',
 'How often do people come?', 'Exactly at the gap is still one session; the first event later than that begins the next, and with session_splits_at_midnight so does midnight. Counts in the period in which it begins.'),
('Session duration', 'kpi_session_stats', 'median_seconds', 'events, kpi_settings', 'median of the seconds from the first to the last event of a session',
 'How long does a visit last?', 'The median, as a few tabs left open move a mean. A session of one event lasts 0 seconds and is counted. NULL without sessions.'),
('Mean session duration', 'kpi_session_stats', 'mean_seconds', 'events, kpi_settings', 'seconds / sessions',
 'How long does a visit last on average?', 'Sessions of one event count as 0 seconds. NULL without sessions.'),
('Single-event rate', 'kpi_session_stats', 'single_event_rate', 'events, kpi_settings', 'single_event_sessions / sessions',
 'How many come and do nothing further?', 'Near the bounce rate of the web, but by events instead of pages. NULL without sessions.');
