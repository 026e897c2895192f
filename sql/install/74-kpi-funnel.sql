-- Funnels: how many customers take which steps, in which time.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_funnels', 'own', '{funnel}', 'funnel',
 'The funnels that kpi_funnel counts: one row per funnel with its steps, yours to change; the next refresh applies it. Which way do we want customers to go?',
 $sql$(funnel, steps) VALUES ('activation', '{signup,login,feature_A_used,feature_B_used,plan_upgraded}')$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_funnels', 'funnel', 'text', $$text NOT NULL CHECK (funnel <> '')$$, 'Name of the funnel.'),
('kpi_funnels', 'steps', 'text', $$text[] NOT NULL CHECK (array_ndims(steps) = 1 AND array_lower(steps, 1) = 1 AND cardinality(steps) <= 10 AND array_position(steps, NULL) IS NULL)$$,
 'Types of events in the order in which they are to happen, 1 to 10; a type may stand there more than once.'),
('kpi_funnels', 'window_days', 'days', $$numeric NOT NULL DEFAULT 30 CHECK (window_days >= 0.00002 AND window_days <= 24855)$$,
 'Days of 24 hours from the first step within which the others count, fractions allowed, to the second.'),
('kpi_funnels', 'mode', 'text', $$text NOT NULL DEFAULT 'default' CHECK (mode IN ('default', 'strict_order', 'strict_dedup', 'strict_increase', 'once'))$$,
 'default; strict_order (nothing else between two steps), strict_dedup (a step taken twice ends the search), strict_increase (each step later than the one before) or once (an event that is several steps is used for one of them).');

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment, query) VALUES
('kpi_funnel_customers', 'rows', '{events}', '{funnel,customer_id}', 'funnel and customer',
 'Who is where in a funnel: one row per funnel and customer who began it. Who got as far as feature A and no further?', $sql$
SELECT q.funnel, q.customer_id, cardinality(q.times)::bigint AS step, q.steps[cardinality(q.times)] AS event_type,
       q.times[1] AS entered_at, q.times[cardinality(q.times)] AS reached_at, q.last_entered_at,
       CASE WHEN cardinality(q.times) = cardinality(q.steps) THEN round(extract(epoch FROM q.times[cardinality(q.times)] - q.times[1]), 6) END AS seconds,
       CASE WHEN cardinality(q.times) = cardinality(q.steps) THEN 'converted'
            WHEN q.last_entered_at + q.within < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} THEN 'dropped' ELSE 'in window' END AS outcome,
       (CASE WHEN cardinality(q.times) = cardinality(q.steps) THEN q.times[1] ELSE q.last_entered_at END) + q.within < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} AS is_mature,
       q.times
  FROM (SELECT p.funnel, p.customer_id, f.steps, f.within, saaskpi.funnel_times(p.path) AS times, saaskpi.last_entry(p.path) AS last_entered_at
          FROM (SELECT f.funnel, i.customer_id, saaskpi.funnel_agg(i.event_time, i.event_type, f.steps, f.within, f.mode) AS path
                  FROM (SELECT n.funnel, n.steps, n.mode, make_interval(secs => round(n.window_days * 86400)::double precision) AS within FROM {rows kpi_funnels} AS n) AS f CROSS JOIN {events} AS i
                 WHERE i.customer_id IS NOT NULL GROUP BY f.funnel, i.customer_id) AS p
          JOIN (SELECT n.funnel, n.steps, n.mode, make_interval(secs => round(n.window_days * 86400)::double precision) AS within FROM {rows kpi_funnels} AS n) AS f ON f.funnel = p.funnel OFFSET 0) AS q
 WHERE cardinality(q.times) > 0
$sql$),

('kpi_funnel', 'rows', '{events}', '{funnel,step}', 'funnel and step',
 'Funnels step by step: one row per funnel and step, those that nobody has taken included. Where do we lose them?', $sql$
WITH entrants AS (
    SELECT c.* FROM {kpi_funnel_customers} AS c
), taken AS (
    SELECT c.funnel, t.step, count(*) AS customers, count(*) FILTER (WHERE c.is_mature) AS matured_customers,
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM t.at - c.times[1])::double precision) AS since_first,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.at - c.times[t.step - 1])::double precision) AS since_before
      FROM entrants AS c CROSS JOIN LATERAL unnest(c.times) WITH ORDINALITY AS t(at, step) GROUP BY 1, 2
), outcomes AS (
    SELECT c.funnel, c.step, count(*) FILTER (WHERE c.outcome = 'dropped') AS dropped, count(*) FILTER (WHERE c.outcome = 'in window') AS in_window FROM entrants AS c GROUP BY 1, 2
), steps AS (
    SELECT f.funnel, s.step, s.event_type, f.mode, f.window_days, coalesce(t.customers, 0) AS customers, coalesce(t.matured_customers, 0) AS matured_customers, t.since_first, t.since_before,
           coalesce(o.dropped, 0) AS dropped, coalesce(o.in_window, 0) AS in_window
      FROM {rows kpi_funnels} AS f CROSS JOIN LATERAL unnest(f.steps) WITH ORDINALITY AS s(event_type, step)
      LEFT JOIN taken AS t ON t.funnel = f.funnel AND t.step = s.step LEFT JOIN outcomes AS o ON o.funnel = f.funnel AND o.step = s.step
), sums AS (
    SELECT s.*, lag(s.customers) OVER w AS customers_before, first_value(s.customers) OVER w AS entrants, first_value(s.matured_customers) OVER w AS matured_entrants
      FROM steps AS s WINDOW w AS (PARTITION BY s.funnel ORDER BY s.step)
)
SELECT s.funnel, s.step, s.event_type, s.customers, s.customers_before, saaskpi_internal.rate(s.customers, s.customers_before) AS step_rate,
       s.entrants, saaskpi_internal.rate(s.customers, s.entrants) AS overall_rate,
       s.dropped, s.in_window, s.matured_entrants, s.matured_customers, saaskpi_internal.rate(s.matured_customers, s.matured_entrants) AS matured_rate,
       round(s.since_before::numeric, 3) AS median_seconds_from_before, round(s.since_first[1]::numeric, 3) AS median_seconds, round(s.since_first[2]::numeric, 3) AS p90_seconds,
       s.mode, s.window_days
  FROM sums AS s
$sql$);

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('funnel_counts', '{events}', '{funnel,step}', 'funnel and step',
 'Funnels as funnel_counts.csv has them: one row per funnel and step with users and conversion. How many take each step?', $sql$
SELECT f.funnel, f.step, f.event_type AS step_name, f.customers AS users, round(100 * f.step_rate, 2) AS conversion_from_previous_pct, round(100 * f.overall_rate, 2) AS conversion_overall_pct
  FROM {kpi_funnel} AS f
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_funnel_customers', 'funnel', 'text', NULL, 'Funnel of kpi_funnels.'),
('kpi_funnel_customers', 'customer_id', 'text', NULL, 'Customer with an event of the first step.'),
('kpi_funnel_customers', 'step', 'number', NULL, 'Deepest step taken, from 1.'),
('kpi_funnel_customers', 'event_type', 'text', NULL, 'Type of event of that step.'),
('kpi_funnel_customers', 'entered_at', 'timestamp', NULL, 'First step of the chain that got there first; of several events of the first step the one with most time left is taken.'),
('kpi_funnel_customers', 'reached_at', 'timestamp', NULL, 'When that chain took its deepest step.'),
('kpi_funnel_customers', 'last_entered_at', 'timestamp', NULL, 'Last event of the first step, from which the window may still be open.'),
('kpi_funnel_customers', 'seconds', 'seconds', NULL, 'Seconds from entered_at to the last step of the funnel; NULL unless it was taken.'),
('kpi_funnel_customers', 'outcome', 'text', NULL, 'converted (took the last step), in window (no more than window_days have passed from last_entered_at to the end of as_of, so it may still be taken) or dropped.'),
('kpi_funnel_customers', 'is_mature', 'boolean', NULL, 'True when the window had passed at the end of as_of: from entered_at for who converted, from last_entered_at for the others.'),

('kpi_funnel', 'funnel', 'text', NULL, 'Funnel of kpi_funnels.'),
('kpi_funnel', 'step', 'number', NULL, 'Number of the step, from 1.'),
('kpi_funnel', 'event_type', 'text', NULL, 'Type of event of the step.'),
('kpi_funnel', 'customers', 'customers', NULL, 'Customers who took this step and all before it in order within the window; never more than a step before.'),
('kpi_funnel', 'customers_before', 'customers', NULL, 'Customers who took the step before; NULL for the first.'),
('kpi_funnel', 'step_rate', 'ratio', 'customers_before', 'customers / customers_before; NULL for the first step and after one that nobody took.'),
('kpi_funnel', 'entrants', 'customers', NULL, 'Customers who took the first step.'),
('kpi_funnel', 'overall_rate', 'ratio', 'entrants', 'customers / entrants; it may still rise while some are in their window. NULL without entrants.'),
('kpi_funnel', 'dropped', 'customers', NULL, 'Customers whose deepest step this is and whose window has passed; 0 at the last step.'),
('kpi_funnel', 'in_window', 'customers', NULL, 'Customers whose deepest step this is and who can still go on; 0 at the last step.'),
('kpi_funnel', 'matured_entrants', 'customers', NULL, 'Entrants whose window had passed at the end of as_of, converted or not.'),
('kpi_funnel', 'matured_customers', 'customers', NULL, 'Of matured_entrants, those who took this step.'),
('kpi_funnel', 'matured_rate', 'ratio', 'matured_entrants', 'matured_customers / matured_entrants: the rate that does not fall merely because many are young. NULL without matured entrants.'),
('kpi_funnel', 'median_seconds_from_before', 'seconds', NULL, 'Median of the seconds from the step before to this one, of those who took it; NULL for the first step and when nobody did.'),
('kpi_funnel', 'median_seconds', 'seconds', NULL, 'Median of the seconds from the first step to this one, of those who took it; NULL when nobody did.'),
('kpi_funnel', 'p90_seconds', 'seconds', NULL, 'Seconds within which nine of ten of them took it; NULL when nobody did.'),
('kpi_funnel', 'mode', 'text', NULL, 'mode of kpi_funnels.'),
('kpi_funnel', 'window_days', 'days', NULL, 'window_days of kpi_funnels.'),

('funnel_counts', 'funnel', 'text', NULL, 'Funnel of kpi_funnels.'),
('funnel_counts', 'step', 'number', NULL, 'Number of the step, from 1.'),
('funnel_counts', 'step_name', 'text', NULL, 'Type of event of the step.'),
('funnel_counts', 'users', 'customers', NULL, 'customers of kpi_funnel.'),
('funnel_counts', 'conversion_from_previous_pct', 'percent', NULL, '100 * step_rate of kpi_funnel, to two decimals.'),
('funnel_counts', 'conversion_overall_pct', 'percent', NULL, '100 * overall_rate of kpi_funnel, to two decimals.');

-- Entrants by the paths of funnels and by the histories of events agree; unless
-- there are events outside the years that a path can hold.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES
('funnel_closes', $sql$
SELECT format('funnel %s: %s entrants, %s converted, %s dropped, %s in window', f.funnel, min(f.entrants), min(f.customers), sum(f.dropped), sum(f.in_window))
  FROM {kpi_funnel} AS f GROUP BY f.funnel HAVING min(f.entrants) <> min(f.customers) + sum(f.dropped) + sum(f.in_window)
 UNION ALL
SELECT format('funnel %s step %s: %s customers after %s', f.funnel, f.step, f.customers, f.customers_before) FROM {kpi_funnel} AS f WHERE f.customers > f.customers_before
$sql$),
('funnel_entrants_equal_events', $sql$
SELECT format('funnel %s: %s entrants, %s customers with an event of its first step', f.funnel, f.entrants, e.customers)
  FROM {kpi_funnel} AS f
  JOIN (SELECT n.funnel, count(t.customer_id) AS customers, min(t.first_on) AS first_on, max(t.last_on) AS last_on
          FROM {kpi_funnel} AS n LEFT JOIN {kpi_user_event_types} AS t ON t.event_type = n.event_type
         WHERE n.step = 1 GROUP BY 1) AS e ON e.funnel = f.funnel
 WHERE f.step = 1 AND f.entrants <> e.customers
   AND (e.first_on > '1700-01-01' AND e.last_on < '2269-12-31') IS NOT FALSE
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Funnel conversion', 'kpi_funnel', 'overall_rate', 'events, kpi_funnels, kpi_settings', 'customers / entrants',
 'How many of those who begin get this far?', 'Steps in order within the window from the first one, each with another event; ties in the order of the steps. NULL without entrants.'),
('Funnel step conversion', 'kpi_funnel', 'step_rate', 'events, kpi_funnels, kpi_settings', 'customers / customers_before',
 'Where do we lose them?', 'Of those who took the step before, those who took this one. NULL for the first step.'),
('Matured funnel conversion', 'kpi_funnel', 'matured_rate', 'events, kpi_funnels, kpi_settings', 'matured_customers / matured_entrants',
 'How many get this far when given all the time they have?', 'Only of entrants whose window has passed, so that a wave of new ones does not lower it. NULL without any.'),
('Median time to convert', 'kpi_funnel', 'median_seconds', 'events, kpi_funnels, kpi_settings', 'median of the seconds from the first step to this one',
 'How long does it take to get this far?', 'Exact, of those who took the step; those who may still take it are not in it. NULL when nobody did.');
