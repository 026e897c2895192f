-- Who is active: customers with what they did, and their numbers by period.

CREATE FUNCTION saaskpi_internal.types_meaning(meanings jsonb, meaning text)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$SELECT coalesce(array_agg(m.key ORDER BY m.key COLLATE "C"), '{}') FROM jsonb_each_text(meanings) AS m WHERE m.value = meaning$$;
COMMENT ON FUNCTION saaskpi_internal.types_meaning(jsonb, text) IS 'the types of events that have a meaning';

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, key_sources, tracked, grain, comment, query) VALUES
('kpi_user_activity', 'keyed', '{events}', '{customer_id}', '{events}', '{history,session_set}', 'customer',
 'Every customer with an event: one row per customer with first and last event, active days, sessions and a simulated value as of as_of. Who has not been here for a month?', $sql$
SELECT u.customer_id, saaskpi.first_at(u.session_set) AS first_seen, saaskpi.last_at(u.session_set) AS last_seen, u.first_day, u.last_day,
       saaskpi.active_days(u.history) AS active_days, saaskpi.event_count(u.history) AS events, saaskpi.session_count(u.session_set) AS sessions,
       saaskpi.session_seconds(u.session_set) AS session_seconds,
       round(saaskpi.session_seconds(u.session_set) / nullif(saaskpi.session_count(u.session_set), 0), 3) AS mean_session_seconds,
       saaskpi_internal.rate(saaskpi.event_count(u.history), saaskpi.session_count(u.session_set)) AS events_per_session,
       ({as_of} - u.last_day)::bigint AS days_since_last, {as_of} - u.last_day > {setting inactivity_days}::integer AS potentially_churned,
       CASE WHEN u.upgraded_on > u.cancelled_on IS NOT FALSE AND u.upgraded_on IS NOT NULL THEN {setting simulated_monthly_price}::numeric ELSE 0 END AS simulated_mrr,
       coalesce(round({setting simulated_monthly_price}::numeric * 12 / 365
                      * greatest(0, CASE WHEN u.upgraded_on > u.cancelled_on IS NOT FALSE THEN {as_of} ELSE u.cancelled_on END - u.first_upgraded_on), 2), 0) AS simulated_ltv,
       saaskpi.skipped(u.session_set) AS skipped_events, u.history, u.session_set
  FROM (SELECT q.customer_id, q.history, q.session_set,
               saaskpi_internal.day_of(saaskpi.first_at(q.session_set), {setting time_zone}) AS first_day,
               saaskpi_internal.day_of(saaskpi.last_at(q.session_set), {setting time_zone}) AS last_day,
               saaskpi.first_on(q.history, saaskpi_internal.types_meaning({map kpi_event_meanings}, 'upgrade')) AS first_upgraded_on,
               saaskpi.last_on(q.history, saaskpi_internal.types_meaning({map kpi_event_meanings}, 'upgrade')) AS upgraded_on,
               saaskpi.last_on(q.history, saaskpi_internal.types_meaning({map kpi_event_meanings}, 'cancellation')) AS cancelled_on
          FROM (SELECT i.customer_id, saaskpi.event_history_agg(i.event_day, i.event_type) AS history,
                       saaskpi.session_set_agg(i.event_time, {setting session_gap_minutes}::numeric * interval '1 minute',
                                               CASE WHEN {setting session_splits_at_midnight}::boolean THEN {setting time_zone} END) AS session_set
                  FROM {events} AS i GROUP BY i.customer_id) AS q
         WHERE q.customer_id IS NOT NULL) AS u
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_user_activity', 'customer_id', 'text', NULL, 'Customer with a row in events, known to customers or not.'),
('kpi_user_activity', 'first_seen', 'timestamp', NULL, 'Time of the first event; NULL when none has a time that can be used.'),
('kpi_user_activity', 'last_seen', 'timestamp', NULL, 'Time of the last event up to as_of; NULL when none has a time that can be used.'),
('kpi_user_activity', 'active_days', 'days', NULL, 'Days with an event, in time_zone of kpi_settings.'),
('kpi_user_activity', 'events', 'events', NULL, 'Events up to as_of.'),
('kpi_user_activity', 'sessions', 'sessions', NULL, 'Sessions, by session_gap_minutes of kpi_settings.'),
('kpi_user_activity', 'session_seconds', 'seconds', NULL, 'Seconds from the first to the last event of each session, added up.'),
('kpi_user_activity', 'mean_session_seconds', 'seconds', 'sessions', 'session_seconds / sessions; a session of one event counts as 0 seconds. NULL without sessions.'),
('kpi_user_activity', 'events_per_session', 'ratio', 'sessions', 'events / sessions; NULL without sessions.'),
('kpi_user_activity', 'days_since_last', 'days', NULL, 'Days from the last event to as_of; NULL when there is none.'),
('kpi_user_activity', 'potentially_churned', 'boolean', NULL, 'True when days_since_last is greater than inactivity_days of kpi_settings; NULL when there is no event.'),
('kpi_user_activity', 'simulated_mrr', 'money', NULL, 'Simulated, not earned: simulated_monthly_price of kpi_settings when the last upgrade in events is later than the last cancellation, else 0.'),
('kpi_user_activity', 'simulated_ltv', 'money', NULL, 'Simulated, not earned: 12 / 365 of simulated_monthly_price for each day from the first upgrade in events to the last cancellation, or to as_of while simulated_mrr is above zero.'),
('kpi_user_activity', 'skipped_events', 'events', NULL, 'Events left out because their time cannot be used, see saaskpi.check_sources.');

INSERT INTO saaskpi_internal.relations (relation, maintained, follows, needs, key, grain, comment, query) VALUES
('kpi_user_event_types', 'following', 'kpi_user_activity', '{events}', '{customer_id,event_type}', 'customer and type of event',
 'What each customer does, and how often: one row per customer and type of event. Who uses feature A every day?', $sql$
SELECT u.customer_id, t.event_type, t.events, t.active_days AS days, t.first_on, t.last_on, u.active_days, u.first_day,
       saaskpi_internal.rate(t.events, u.active_days) AS per_active_day
  FROM {kpi_user_activity} AS u CROSS JOIN LATERAL saaskpi.event_types(u.history) AS t
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, expression, base, comment) VALUES
('kpi_user_event_types', 'customer_id', 'text', NULL, NULL, 'Customer with a row in events.'),
('kpi_user_event_types', 'event_type', 'text', NULL, NULL, 'Type of event as in events; (none) stands for events without one.'),
('kpi_user_event_types', 'events', 'events', NULL, NULL, 'Events of the type up to as_of.'),
('kpi_user_event_types', 'days', 'days', NULL, NULL, 'Days with an event of the type.'),
('kpi_user_event_types', 'first_on', 'date', NULL, NULL, 'First day with an event of the type.'),
('kpi_user_event_types', 'last_on', 'date', NULL, NULL, 'Last day with an event of the type.'),
('kpi_user_event_types', 'active_days', 'days', NULL, NULL, 'Days on which the customer had any event.'),
('kpi_user_event_types', 'tenure_days', 'days', '((SELECT effective_as_of FROM {schema}.kpi_settings) - first_day + 1)::bigint', NULL, 'Days from the first event of any type to as_of, both included.'),
('kpi_user_event_types', 'per_active_day', 'ratio', NULL, 'active_days', 'events / active_days: how often on a day on which the customer is here.'),
('kpi_user_event_types', 'per_week', 'number', 'round(events * 7 / ((SELECT effective_as_of FROM {schema}.kpi_settings) - first_day + 1)::numeric, 6)', NULL, 'events * 7 / tenure_days: how often in a week since the first event.');

-- Days are many where the log is old: conditions are told so that the planner
-- does not take what is left for few, and joins row by row.
INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_event_flows', '{events}', '{grain}', 'grain',
 'What kpi_activity and kpi_event_types are made from: one row per grain. How many customers are in it?', $sql$
SELECT g.grain, q.customers, g.flow
  FROM (SELECT count(*) AS customers, saaskpi.event_flow_agg(u.history, 'day', {as_of}, {setting week_start}) AS by_day,
               saaskpi.event_flow_agg(u.history, 'week', {as_of}, {setting week_start}) AS by_week,
               saaskpi.event_flow_agg(u.history, 'month', {as_of}, {setting week_start}) AS by_month
          FROM {kpi_user_activity} AS u) AS q
 CROSS JOIN LATERAL (VALUES ('day', q.by_day), ('week', q.by_week), ('month', q.by_month)) AS g(grain, flow)
$sql$),

('kpi_event_types', '{events}', '{grain,period,event_type}', 'grain, period and type of event',
 'What is done, by day, week and month: one row per grain, period and type of event, from its first period on, gaps included. Choose one grain. Is feature A used more since the release?', $sql$
SELECT f.grain, p.period, p.event_type, p.events, p.active, saaskpi_internal.rate(p.events, p.active) AS events_per_active, p.new, p.returning, p.resurrecting, p.dormant, p.is_complete
  FROM {kpi_event_flows} AS f CROSS JOIN LATERAL saaskpi.event_periods(f.flow) AS p
 WHERE CASE WHEN p.event_type IS NULL THEN false ELSE true END
$sql$),

('kpi_activity', '{events}', '{grain,period}', 'grain and period',
 'Active customers and what they did, by day, week and month: one row per grain and period, gaps included. Choose one grain. Do more people come, and do they come back?', $sql$
WITH flow AS (
    SELECT f.grain, p.* FROM {kpi_event_flows} AS f CROSS JOIN LATERAL saaskpi.event_periods(f.flow) AS p WHERE CASE WHEN p.event_type IS NULL THEN true ELSE false END
), by_day AS MATERIALIZED (
    SELECT f.* FROM flow AS f WHERE CASE WHEN f.grain = 'day' THEN true ELSE false END
), spans AS (
    SELECT w.*, least(saaskpi_internal.period_after(w.period, w.grain), {as_of} + 1) AS ended
      FROM flow AS w
), sessions AS (
    SELECT g.grain, g.period, sum(d.sessions)::bigint AS sessions
      FROM (SELECT s.day, count(*) AS sessions FROM {kpi_sessions} AS s GROUP BY s.day) AS d
     CROSS JOIN LATERAL (VALUES ('day', d.day), ('week', saaskpi_internal.period_of(d.day, 'week', {setting week_start})), ('month', date_trunc('month', d.day::timestamp)::date)) AS g(grain, period)
     GROUP BY 1, 2
), meant AS (
    SELECT t.grain, t.period, sum(t.events) FILTER (WHERE {map kpi_event_meanings} ->> t.event_type = 'signup') AS signups,
           sum(t.events) FILTER (WHERE {map kpi_event_meanings} ->> t.event_type = 'error') AS errors
      FROM {kpi_event_types} AS t GROUP BY 1, 2
)
SELECT w.grain, w.period, w.active, w.new, w.returning, w.resurrecting, w.dormant, e.active_7d, e.active_28d, q.active_customer_days,
       (w.ended - w.period)::bigint AS days, round(q.of_28_days / nullif(least(w.ended - w.period, 28) * e.active_28d, 0)::numeric, 6) AS stickiness,
       w.events, coalesce(s.sessions, 0) AS sessions, saaskpi_internal.rate(w.events, s.sessions) AS events_per_session,
       coalesce(m.signups, 0)::bigint AS signups, coalesce(m.errors, 0)::bigint AS errors, w.is_complete
  FROM spans AS w
  LEFT JOIN by_day AS e ON e.period = w.ended - 1
  LEFT JOIN sessions AS s ON s.grain = w.grain AND s.period = w.period
  LEFT JOIN meant AS m ON m.grain = w.grain AND m.period = w.period
  LEFT JOIN (SELECT g.grain, g.period, sum(d.active)::bigint AS active_customer_days,
                    sum(d.active) FILTER (WHERE g.grain <> 'month' OR d.period >= least((g.period + interval '1 month')::date, {as_of} + 1) - 28)::bigint AS of_28_days
               FROM by_day AS d CROSS JOIN LATERAL (VALUES ('day', d.period), ('week', saaskpi_internal.period_of(d.period, 'week', {setting week_start})), ('month', date_trunc('month', d.period::timestamp)::date)) AS g(grain, period)
              GROUP BY 1, 2) AS q ON q.grain = w.grain AND q.period = w.period
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_event_flows', 'grain', 'text', NULL, 'Length of the periods: day, week or month.'),
('kpi_event_flows', 'customers', 'customers', NULL, 'Customers with a row in events.'),

('kpi_event_types', 'grain', 'text', NULL, 'Length of the period: day, week or month.'),
('kpi_event_types', 'period', 'date', NULL, 'First day of the period; weeks begin on week_start of kpi_settings.'),
('kpi_event_types', 'event_type', 'text', NULL, 'Type of event as in events; (none) stands for events without one.'),
('kpi_event_types', 'events', 'events', NULL, 'Events of the type in the period.'),
('kpi_event_types', 'active', 'customers', NULL, 'Customers with such an event in the period.'),
('kpi_event_types', 'events_per_active', 'ratio', 'active', 'events / active; NULL when active is 0.'),
('kpi_event_types', 'new', 'customers', NULL, 'Of active, those who did it for the first time ever.'),
('kpi_event_types', 'returning', 'customers', NULL, 'Of active, those who did it in the period before as well.'),
('kpi_event_types', 'resurrecting', 'customers', NULL, 'Of active, those who did it before, but not in the period before.'),
('kpi_event_types', 'dormant', 'customers', NULL, 'Customers who did it in the period before and not in this one.'),
('kpi_event_types', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the period.'),

('kpi_activity', 'grain', 'text', NULL, 'Length of the period: day, week or month.'),
('kpi_activity', 'period', 'date', NULL, 'First day of the period, from that of the first event to that of as_of; weeks begin on week_start of kpi_settings.'),
('kpi_activity', 'active', 'customers', NULL, 'Customers with an event in the period: DAU, WAU or MAU by the grain.'),
('kpi_activity', 'new', 'customers', NULL, 'Of active, those whose first event ever lies in the period.'),
('kpi_activity', 'returning', 'customers', NULL, 'Of active, those who were active in the period before as well.'),
('kpi_activity', 'resurrecting', 'customers', NULL, 'Of active, those who came before, but not in the period before.'),
('kpi_activity', 'dormant', 'customers', NULL, 'Customers active in the period before and not in this one; still falling while is_complete is false.'),
('kpi_activity', 'active_7d', 'customers', NULL, 'Customers with an event on one of the 7 days that end with the last day of the period, or with as_of.'),
('kpi_activity', 'active_28d', 'customers', NULL, 'Customers with an event on one of the 28 days that end with the last day of the period, or with as_of.'),
('kpi_activity', 'active_customer_days', 'days', NULL, 'Daily active customers added up over the days of the period.'),
('kpi_activity', 'days', 'days', NULL, 'Days of the period up to as_of, that day included.'),
('kpi_activity', 'stickiness', 'ratio', 'active_28d', 'Mean DAU of the period, of a longer one that of its last 28 days, over active_28d; NULL when nobody was active in them.'),
('kpi_activity', 'events', 'events', NULL, 'Events in the period.'),
('kpi_activity', 'sessions', 'sessions', NULL, 'Sessions that began in the period.'),
('kpi_activity', 'events_per_session', 'ratio', 'sessions', 'events / sessions; NULL without sessions.'),
('kpi_activity', 'signups', 'events', NULL, 'Events that mean a signup by kpi_event_meanings.'),
('kpi_activity', 'errors', 'events', NULL, 'Events that mean an error by kpi_event_meanings.'),
('kpi_activity', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the period; until then its numbers still grow.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES
('activity_adds_up', $sql$
SELECT format('%s %s: %s active, %s new + %s returning + %s resurrecting', grain, period, active, new, "returning", resurrecting)
  FROM {kpi_activity} WHERE active <> new + "returning" + resurrecting
UNION ALL
SELECT format('%s %s: %s active before - %s dormant, %s returning', grain, period, before, dormant, "returning")
  FROM (SELECT a.*, lag(active, 1, 0::bigint) OVER (PARTITION BY grain ORDER BY period) AS before FROM {kpi_activity} AS a) AS q
 WHERE before - dormant <> "returning"
UNION ALL
SELECT format('%s: %s new in all, %s customers with an event', a.grain, a.new, u.customers)
  FROM (SELECT grain, sum(new) AS new FROM {kpi_activity} GROUP BY 1) AS a, (SELECT count(first_seen) AS customers FROM {kpi_user_activity}) AS u
 WHERE a.new <> u.customers
UNION ALL
SELECT format('day %s: %s active, %s in 7 days, %s in 28', period, active, active_7d, active_28d)
  FROM {kpi_activity} WHERE grain = 'day' AND NOT (active <= active_7d AND active_7d <= active_28d)
UNION ALL
SELECT format('%s %s: %s events, %s by type', a.grain, a.period, a.events, t.events)
  FROM {kpi_activity} AS a JOIN (SELECT grain, period, sum(events) AS events FROM {kpi_event_types} GROUP BY 1, 2) AS t USING (grain, period) WHERE a.events <> t.events
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Active customers', 'kpi_activity', 'active', 'events, kpi_settings', 'customers with an event in the period',
 'How many people use the product?', 'By grain day these are the DAU, by week the WAU, by month the MAU. Any event counts, and a customer counts once. They do not add up over periods: the MAU is not the sum of the DAU.'),
('New active customers', 'kpi_activity', 'new', 'events', 'of active, customers whose first event ever lies in the period',
 'How many came for the first time?', 'The first event of the whole log, not of a window; where the log begins later than the company everybody is new in its first period.'),
('Returning customers', 'kpi_activity', 'returning', 'events', 'of active, customers active in the period before',
 'How many came again?', 'By the grain: active yesterday, last week or last month. new + returning + resurrecting = active.'),
('Resurrecting customers', 'kpi_activity', 'resurrecting', 'events', 'of active, customers active before, but not in the period before',
 'How many came back after a break?', 'new + returning + resurrecting = active.'),
('Dormant customers', 'kpi_activity', 'dormant', 'events', 'customers active in the period before and not in this one',
 'How many stayed away?', 'active of the period before - dormant = returning. Of a running period it still falls.'),
('Active in 28 days', 'kpi_activity', 'active_28d', 'events, kpi_settings', 'customers with an event on one of the 28 days up to the end of the period',
 'How many people use the product, whatever the calendar says?', 'Exact, not a sum of days. 28 days have four of every weekday, so the number does not move with the calendar.'),
('Stickiness', 'kpi_activity', 'stickiness', 'events, kpi_settings', 'mean active customers a day over the period, or over its last 28 days, / active_28d',
 'On how many of the days do those who use it come?', 'Both of the same days, so that it never exceeds 1; tools that divide by the calendar month differ. NULL when nobody was active.'),
('Events per session', 'kpi_activity', 'events_per_session', 'events, kpi_settings', 'events / sessions',
 'How much is done in a visit?', 'A session counts in the period in which it begins, an event in its own. NULL without sessions.'),
('Feature usage', 'kpi_event_types', 'events', 'events', 'events of a type in the period',
 'What is used, and how often?', 'Types that kpi_event_meanings does not know count under their own names.'),
('Feature users', 'kpi_event_types', 'active', 'events', 'customers with an event of the type in the period',
 'By how many is it used?', 'A customer counts once; they do not add up over periods or types.'),
('Uses per active day', 'kpi_user_event_types', 'per_active_day', 'events', 'events / active_days',
 'How often does a customer do it on a day on which she is here?', 'Active days are those with any event.'),
('Uses per week', 'kpi_user_event_types', 'per_week', 'events, kpi_settings', 'events * 7 / tenure_days',
 'How often does a customer do it in a week?', 'Over all weeks since the first event, those away included.'),
('Days since the last event', 'kpi_user_activity', 'days_since_last', 'events, kpi_settings', 'as_of - day of the last event',
 'Who has not been here for long?', 'More than inactivity_days of kpi_settings make a customer potentially_churned. NULL without an event.'),
('Simulated MRR', 'kpi_user_activity', 'simulated_mrr', 'events, kpi_settings', 'simulated_monthly_price when the last upgrade in events is later than the last cancellation, else 0',
 'What might a customer be worth when only events are known?', 'Simulated: no money is in it. Where there are subscriptions, mrr of kpi_customers is what is paid. An upgrade and a cancellation on one day count as cancelled.'),
('Simulated LTV', 'kpi_user_activity', 'simulated_ltv', 'events, kpi_settings', 'simulated_monthly_price * 12 / 365 per day from the first upgrade to the last cancellation or as_of',
 'What might a customer have brought in when only events are known?', 'Simulated, and of the past alone. Times away between two upgrades are included.');

INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query) VALUES
('kpi_series', 'active', 'events', $sql$
SELECT 'active_customers' AS metric, 'all' AS dimension, 'all' AS value, a.period, a.active::numeric AS amount FROM {kpi_activity} AS a WHERE a.grain = 'month' AND a.is_complete
$sql$),
('kpi_series_daily', 'signups_of_events', 'events', $sql$
SELECT 'signups' AS metric, 1 AS choice, 'kpi_activity' AS taken_from, a.period, a.signups::numeric AS amount FROM {kpi_activity} AS a WHERE a.grain = 'day' AND a.is_complete
$sql$);
