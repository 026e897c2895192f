-- The event log: what customers did, what the types of events mean, and what
-- is wrong with the rows.

INSERT INTO saaskpi_internal.sources (source, key, partition_key, label, one_row_per_key, unusable, input, description) VALUES
('events', '{customer_id,event_id}', 'customer_id', $$nullif(event_id, ''), '(no id, customer ' || customer_id || ')', '(no id)'$$, true,
 'SELECT coalesce(sum(skipped_events), 0) + (SELECT count(*) FROM {events} AS i WHERE customer_id IS NULL) FROM {kpi_user_activity} AS u', $sql$
SELECT {key customer_id} AS customer_id,
       CASE WHEN {event_time} >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} AND {event_time} < 'infinity' THEN {event_time} END AS event_time,
       CASE WHEN {event_time} >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} AND {event_time} < 'infinity'
            THEN saaskpi_internal.day_of({event_time}, {setting time_zone}) END AS event_day,
       CASE WHEN {event_type} <> '' THEN {event_type} ELSE '(none)' END AS event_type,
       {map kpi_event_meanings} ->> {event_type} AS meaning, {key event_id} AS event_id
  FROM {from} AS events
 WHERE ({event_time} < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} OR {event_time} = 'infinity') IS NOT FALSE$sql$,
 'Source table of saaskpi: one row per event, in any order. No foreign key to customers: an event of an unknown customer is loaded and listed by check_sources');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('events', 'event_id', 'text', false, false, NULL,
 'Identifier of the event; of rows of one customer and one identifier the earliest is read. Empty where the log has none'),
('events', 'customer_id', 'text', true, true, NULL,
 'Customer who did it'),
('events', 'event_time', 'timestamptz', true, true, $$event_time >= '0001-01-01' AND event_time < '10000-01-01'$$,
 'When it happened'),
('events', 'event_type', 'text', true, true, NULL,
 'What happened: signup, login, feature_A_used or names of your own; kpi_event_meanings says which of them mean something in particular');

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_event_meanings', 'own', '{event_type}', 'type of event',
 'What the types in event_type of events mean: one row per type, yours to change; the next refresh applies it. Which of these events is a signup, and which an error?',
 $sql$(event_type, meaning) SELECT t, m
  FROM (VALUES ('signup', 'signup'), ('login', 'use'), ('session_end', 'use'), ('feature_A_used', 'use'), ('feature_B_used', 'use'),
               ('profile_update', 'use'), ('search_performed', 'use'), ('help_accessed', 'use'), ('error_occurred', 'error'),
               ('subscription_cancelled', 'cancellation'), ('plan_upgraded', 'upgrade')) AS v(t, m)$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_event_meanings', 'event_type', 'text', 'text NOT NULL', 'Type of events, as it is written in event_type.'),
('kpi_event_meanings', 'meaning', 'text', $$text NOT NULL CHECK (meaning IN ('signup', 'use', 'error', 'upgrade', 'cancellation'))$$,
 'signup and error are counted as such in kpi_activity, upgrade and cancellation begin and end the simulated MRR of kpi_user_activity, use is anything else. All are events and make a customer active.'),

('kpi_settings', 'session_gap_minutes', 'minutes', 'numeric NOT NULL DEFAULT 30 CHECK (session_gap_minutes >= 0 AND session_gap_minutes <= 1000000)',
 'A session ends where more than these minutes pass until the next event of the customer.'),
('kpi_settings', 'session_splits_at_midnight', 'boolean', 'boolean NOT NULL DEFAULT false',
 'Whether a session also ends at midnight in time_zone.'),
('kpi_settings', 'inactivity_days', 'days', 'integer NOT NULL DEFAULT 30 CHECK (inactivity_days BETWEEN 1 AND 36500)',
 'Days without an event after which a customer is potentially churned.'),
('kpi_settings', 'week_start', 'text', $$text NOT NULL DEFAULT 'monday' CHECK (week_start IN ('monday', 'sunday', 'saturday'))$$,
 'First day of weeks: monday, sunday or saturday.'),
('kpi_settings', 'simulated_monthly_price', 'money', 'numeric NOT NULL DEFAULT 50 CHECK (simulated_monthly_price >= 0 AND simulated_monthly_price < 1000000)',
 'What a customer is taken to pay a month, from an upgrade to a cancellation in events, in the simulated MRR and LTV of kpi_user_activity.');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('events', 'known', $$LEFT JOIN (SELECT member, min(signup_date) AS signup_date FROM customers GROUP BY member) AS known
  ON known.member = r.member$$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, impossible_by, consequence) VALUES
('events', 'info', 'event_id_missing',
 '{events.event_id}',
 $$r.event_id IS NULL OR r.event_id IN ('', '(none)')$$, NULL, NULL,
 'The event counts, but a repeat of it cannot be noticed.'),
('events', 'error', 'event_id_duplicate',
 '{events.event_id,events.customer_id}',
 NULL, $$SELECT event_id, count(*) - 1, NULL::numeric FROM events WHERE event_id NOT IN ('', '(none)') AND customer_id IS NOT NULL
   GROUP BY customer_id, event_id HAVING count(*) > 1$$, '{customer_id,event_id}',
 'Of the rows of one id of one customer the earliest is read; the others are ignored.'),
('events', 'error', 'event_customer_missing',
 '{events.customer_id}',
 $$r.customer_id IS NULL OR r.customer_id IN ('', '(none)')$$, NULL, NULL,
 'The event is not used, as activity, sessions and funnels are of customers.'),
('events', 'warning', 'event_customer_is_a_word',
 '{events.customer_id}',
 'saaskpi_internal.is_a_word(r.customer_id)', NULL, NULL,
 'All such events count as those of one customer. Where it stands for nobody, make it empty: nullif(customer_id, ...).'),
('events', 'warning', 'event_unknown_customer',
 '{events.customer_id,customers.customer_id}',
 $$r.customer_id NOT IN ('', '(none)') AND known.member IS NULL$$, NULL, NULL,
 'The event counts; its customer has no attributes and no signup.'),
('events', 'error', 'event_time_missing',
 '{events.event_time}',
 'r.event_time IS NULL', NULL, NULL,
 'The event is not used.'),
('events', 'error', 'event_time_infinite',
 '{events.event_time}',
 $$NOT isfinite(r.event_time)$$, NULL, NULL,
 'The event is not used.'),
('events', 'error', 'event_time_implausible',
 '{events.event_time}',
 $$r.event_time < {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.event_time)$$, NULL, NULL,
 'The event is not used, as it lies before earliest_date of kpi_settings.'),
('events', 'warning', 'events_stopped', '{events.event_time}', NULL,
 saaskpi_internal.stopped_query('events', 'event_time', true), NULL,
 'Nothing came after that day, though something did on most days before: it looks as if everybody had left. Has the export stopped? Else let as_of of kpi_settings be its last day.'),
('events', 'warning', 'event_time_in_future',
 '{events.event_time}',
 $$r.event_time >= ($1 + 1)::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.event_time)$$, NULL, NULL,
 'The event does not count before that day.'),
('events', 'warning', 'event_before_signup',
 '{events.customer_id,events.event_time,customers.customer_id,customers.signup_date}',
 $$r.event_time < CASE WHEN known.signup_date BETWEEN '0001-01-01' AND '9999-12-31' THEN known.signup_date END::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.event_time)$$, NULL, NULL,
 'The event counts.'),
('events', 'warning', 'event_type_missing',
 '{events.event_type}',
 $$r.event_type IS NULL OR r.event_type = ''$$, NULL, NULL,
 'The event counts, under the type (none).'),
('events', 'info', 'event_type_unknown',
 '{events.event_type}',
 $$r.event_type <> '' AND NOT {map kpi_event_meanings} ? r.event_type$$, NULL, NULL,
 'The event counts under its own name. If it means something in particular: INSERT INTO kpi_event_meanings, then refresh.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, expression, comment) VALUES
('kpi_refresh_log', 'skipped_events', 'events', 'bigint', 'SELECT coalesce(sum(skipped_events), 0) + (SELECT count(*) FROM {events} AS i WHERE customer_id IS NULL) FROM {kpi_user_activity} AS u',
 'Events left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.');
