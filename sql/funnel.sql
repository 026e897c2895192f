SET datestyle = iso;
SET client_min_messages = warning;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
\pset null ~
-- The five modes by hand: one letter per event, steps a, b, c, a minute apart unless told, window ten minutes.
CREATE TABLE funnel_case (name text, letters text, minutes numeric[], steps text[] DEFAULT '{a,b,c}');
INSERT INTO funnel_case (name, letters, minutes) VALUES
    ('in order', 'abc', NULL), ('out of order', 'cba', NULL), ('at the window', 'abc', '{0,5,10}'), ('past the window', 'abc', '{0,5,10.00001}'),
    ('second entry', 'aabc', '{0,9,11,12}'), ('another between', 'abxc', NULL), ('another, then anew', 'abxabc', NULL), ('repeat', 'abbc', NULL), ('repeat of the first', 'aabc', NULL),
    ('tie', 'cba', '{0,0,0}'), ('tie of two', 'abc', '{0,0,1}'), ('entry at the tie', 'aabc', '{0,5,5,6}'), ('skips', 'ac', NULL), ('never begins', 'bc', NULL);
INSERT INTO funnel_case VALUES
    ('one step is one event', 'a', NULL, '{a,a}'), ('two are two', 'aa', NULL, '{a,a}'), ('twice at once', 'aa', '{0,0}', '{a,a}'), ('three', 'aaaa', '{0,8,11,14}', '{a,a,a}'), ('one step', 'ba', NULL, '{a}');
CREATE VIEW funnel_row AS
SELECT c.*, mode, '2024-01-01'::timestamptz + coalesce(minutes[i], i - 1) * interval '1 minute' AS at, substr(letters, i, 1) AS event
  FROM funnel_case AS c, unnest('{default,strict_order,strict_dedup,strict_increase,once}'::text[]) AS mode, generate_series(1, length(letters)) AS i;
CREATE VIEW funnel_result AS
SELECT name, letters, minutes, mode, saaskpi.funnel_agg(at, event, steps, '10 minutes', mode) AS path FROM funnel_row GROUP BY name, letters, minutes, steps, mode;
SELECT name, letters, minutes, max(cardinality(saaskpi.funnel_times(path))) FILTER (WHERE mode = 'default') AS "default",
       max(cardinality(saaskpi.funnel_times(path))) FILTER (WHERE mode = 'strict_order') AS strict_order, max(cardinality(saaskpi.funnel_times(path))) FILTER (WHERE mode = 'strict_dedup') AS strict_dedup,
       max(cardinality(saaskpi.funnel_times(path))) FILTER (WHERE mode = 'strict_increase') AS strict_increase, max(cardinality(saaskpi.funnel_times(path))) FILTER (WHERE mode = 'once') AS once
  FROM funnel_result GROUP BY 1, 2, 3 ORDER BY name;
SELECT name, array_to_string(saaskpi.funnel_times(path), ' ') AS times, saaskpi.last_entry(path) FROM funnel_result WHERE mode = 'default' AND name IN ('second entry', 'three', 'never begins') ORDER BY name;
-- parts in any order, and the forms in and out, are the same bytes
SELECT count(*) AS cases, bool_and(w.path::text = p.path::text AND w.path::text::saaskpi.funnel_path::text = w.path::text AND saaskpi_internal.funnel_path_send(w.path) = saaskpi_internal.funnel_path_send(p.path)) AS same
  FROM funnel_result AS w JOIN (SELECT name, mode, saaskpi.rollup(part) AS path
         FROM (SELECT name, mode, saaskpi.funnel_agg(at, event, steps, '10 minutes', mode ORDER BY event DESC) AS part FROM funnel_row GROUP BY name, mode, extract(second FROM at), extract(minute FROM at)::integer % 2) AS q
        GROUP BY 1, 2) AS p USING (name, mode);
SELECT path FROM funnel_result WHERE name = 'tie' AND mode = 'default';
-- nothing, nulls, times that cannot be
SELECT saaskpi.funnel_agg(t, e, '{a,b}', '1 day', 'default') IS NULL AS none FROM (SELECT now(), 'a' WHERE false) AS q(t, e);
SELECT saaskpi.skipped(p), saaskpi.funnel_times(p), saaskpi.last_entry(p)
  FROM (SELECT saaskpi.funnel_agg(t, e, '{a,b}', '1 day', 'default') AS p FROM (VALUES (NULL::timestamptz, 'a'), ('infinity', 'a'), ('-infinity', 'a'), ('1699-12-31', 'a'), ('2400-01-01', 'a'), ('2024-01-01', NULL)) AS v(t, e)) AS q;
SELECT saaskpi.funnel_times(saaskpi.funnel_agg(t, 'a', '{a}', '1 day', 'default')) FROM (VALUES ('1700-01-01'::timestamptz), ('2269-12-31')) AS v(t);
-- wrong calls
\set VERBOSITY terse
SELECT saaskpi.funnel_agg(now(), 'a', '{}', '1 day', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a,NULL}', '1 day', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a,b,c,d,e,f,g,h,i,j,k}', '1 day', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', NULL, '1 day', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', '0', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', '1 month', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', '1.5 seconds', 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', NULL, 'default');
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', '1 day', 'loose');
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', '1 day', NULL);
SELECT saaskpi.funnel_agg(now(), 'a', '{a}', n * interval '1 day', 'default') FROM generate_series(1, 2) AS n;
SELECT 'funnel_path 1 day 0 {86400,2,0} skipped 0 labels () rows (0,0:-1)'::saaskpi.funnel_path;
SELECT 'funnel_path 1 day 0 {86400,99,0} skipped 0 labels () rows ()'::saaskpi.funnel_path;
\set VERBOSITY default
-- The relations: windows are 30 days to the microsecond, as_of ends in the zone of the schema.
CREATE SCHEMA funnel_test;
CREATE TABLE funnel_test.events (customer_id text, event_time timestamptz, event_type text);
CREATE TABLE funnel_test.customers (customer_id text, signup_date date);
CALL saaskpi.create_views('funnel_test');
UPDATE funnel_test.kpi_settings SET as_of = '2024-03-31', time_zone = 'Etc/GMT-14';
UPDATE funnel_test.kpi_funnels SET steps = '{signup,login,plan_upgraded}';
CALL saaskpi.refresh('funnel_test');
SELECT funnel, step, customers, step_rate, entrants, overall_rate, matured_rate, median_seconds FROM funnel_test.kpi_funnel ORDER BY funnel, step;
INSERT INTO funnel_test.customers VALUES ('A', '2024-01-01'), ('B', '2024-01-15'), ('E', '2024-02-01'), ('Z', '2024-01-03'), ('Y', '2024-04-01');
INSERT INTO funnel_test.events VALUES
    ('A', '2024-01-01 00:00 Etc/GMT-14', 'signup'), ('A', '2024-01-02 00:00 Etc/GMT-14', 'login'), ('A', '2024-01-31 00:00 Etc/GMT-14', 'plan_upgraded'),
    ('B', '2024-01-15 00:00 Etc/GMT-14', 'signup'), ('B', '2024-01-16 12:00 Etc/GMT-14', 'login'), ('B', '2024-02-14 00:00:00.000001 Etc/GMT-14', 'plan_upgraded'),
    ('C', '2024-03-02 00:00 Etc/GMT-14', 'signup'), ('D', '2024-03-01 23:59:59.999999 Etc/GMT-14', 'signup'), ('E', '2024-03-31 10:00 Etc/GMT-14', 'signup'),
    ('E', '2024-03-31 11:00 Etc/GMT-14', 'login'), ('E', '2024-04-01 00:00 Etc/GMT-14', 'plan_upgraded'), ('F', '2024-03-01 00:00 Etc/GMT-14', 'login'), (NULL, '2024-03-01 00:00 Etc/GMT-14', 'signup');
INSERT INTO funnel_test.kpi_funnels VALUES ('came back', '{signup,login}', 1, 'strict_order'), ('nobody', '{x,y}', 0.5, 'once');
CALL saaskpi.refresh('funnel_test');
SELECT * FROM funnel_test.kpi_funnel_customers ORDER BY funnel, customer_id;
SELECT * FROM funnel_test.kpi_funnel ORDER BY funnel, step;
SELECT f.funnel, f.step FROM funnel_test.kpi_funnel AS f
  LEFT JOIN LATERAL (SELECT count(*) AS customers FROM funnel_test.kpi_funnel_customers AS c WHERE c.funnel = f.funnel AND c.step >= f.step) AS c ON true WHERE c.customers <> f.customers;
SELECT * FROM funnel_test.funnel_counts ORDER BY funnel, step;
SELECT * FROM funnel_test.kpi_activity_retention WHERE grain = 'month' ORDER BY basis, cohort, age;
SELECT * FROM funnel_test.kpi_activity_retention WHERE grain = 'day' AND age < 2 ORDER BY basis, cohort, age;
SELECT basis, cohort, customers, month_0, month_1, month_2, month_3 FROM funnel_test.cohort_retention ORDER BY 1, 2;
-- a changed funnel is noticed as a changed setting is, and applied by the next refresh
SELECT is_stale, stale_because FROM funnel_test.kpi_status;
UPDATE funnel_test.kpi_funnels SET window_days = 1.5, steps = '{login,signup}' WHERE funnel = 'came back';
SELECT is_stale, stale_because FROM funnel_test.kpi_status;
SELECT identity FROM saaskpi.check_identities('funnel_test') WHERE NOT holds;
UPDATE funnel_test.kpi_funnels SET steps = '{signup,login}' WHERE funnel = 'came back';
CALL saaskpi.refresh('funnel_test');
SELECT customers FROM funnel_test.kpi_funnel WHERE funnel = 'came back' AND step = 2;
SELECT is_stale, stale_because FROM funnel_test.kpi_status;
DELETE FROM funnel_test.kpi_funnels WHERE funnel = 'came back';
SELECT is_stale, stale_because FROM funnel_test.kpi_status;
INSERT INTO funnel_test.kpi_funnels VALUES ('came back', '{signup,login}', 1.5, 'strict_order');
SELECT is_stale, stale_because FROM funnel_test.kpi_status;
UPDATE funnel_test.kpi_settings SET week_start = 'sunday', retention_brackets = '{0,1,3}', retention_ages = 5;
CALL saaskpi.refresh('funnel_test');
SELECT cohort, age, customers, retained, retained_or_later, bracket, retained_in_bracket, is_mature FROM funnel_test.kpi_activity_retention WHERE grain = 'week' AND basis = 'first seen' ORDER BY 1, 2;
SELECT identity, holds FROM saaskpi.check_identities('funnel_test') WHERE identity ~ 'funnel|retention';
-- each identity fails over what does not fit
BEGIN;
UPDATE funnel_test.kpi_funnel_mat SET dropped = dropped + 1 WHERE funnel = 'came back' AND step = 1;
UPDATE funnel_test.kpi_funnel_mat SET customers = 1, customers_before = 0 WHERE funnel = 'nobody' AND step = 2;
UPDATE funnel_test.kpi_funnel_mat SET entrants = 9, in_window = 9 WHERE funnel = 'nobody';
UPDATE funnel_test.kpi_activity_retention_mat SET retained = retained + 1 WHERE grain = 'month' AND basis = 'first seen' AND age = 1;
SELECT identity, detail FROM saaskpi.check_identities('funnel_test') WHERE NOT holds ORDER BY 1, 2;
ROLLBACK;
SELECT count(*) FROM saaskpi.check_identities('funnel_test') WHERE NOT holds;
-- a window is 24 hours a day, also over the change of clocks; names and types that need quotes
TRUNCATE funnel_test.events, funnel_test.kpi_funnels;
INSERT INTO funnel_test.events VALUES ('spring', '2024-03-30 12:00 Europe/Berlin', 'it''s'), ('spring', '2024-03-31 13:00 Europe/Berlin', '{schema},"b"'), ('autumn', '2023-10-28 13:00 Europe/Berlin', 'it''s'), ('autumn', '2023-10-29 13:00 Europe/Berlin', '{schema},"b"');
INSERT INTO funnel_test.kpi_funnels VALUES ('a "b" {as_of} %s', ARRAY['it''s', '{schema},"b"'], 1, 'default');
UPDATE funnel_test.kpi_settings SET time_zone = 'Europe/Berlin';
CALL saaskpi.refresh('funnel_test');
SELECT funnel, customer_id, step, event_type, seconds FROM funnel_test.kpi_funnel_customers ORDER BY customer_id;
-- no funnel at all, brackets that are none
TRUNCATE funnel_test.kpi_funnels;
CALL saaskpi.refresh('funnel_test');
SELECT (SELECT count(*) FROM funnel_test.kpi_funnel) AS steps, (SELECT count(*) FROM funnel_test.kpi_funnel_customers) AS customers;
\set VERBOSITY terse
UPDATE funnel_test.kpi_settings SET retention_brackets = '{0,3,2}';
UPDATE funnel_test.kpi_settings SET retention_brackets = '{-1,3}';
UPDATE funnel_test.kpi_settings SET retention_brackets = '{0,3,3}';
UPDATE funnel_test.kpi_settings SET retention_brackets = '{0,1,NULL}';
UPDATE funnel_test.kpi_settings SET retention_brackets = '{{0,1},{2,3}}';
UPDATE funnel_test.kpi_settings SET retention_brackets = '{0}';
\set VERBOSITY default
DROP SCHEMA funnel_test CASCADE;
DROP TABLE funnel_case CASCADE;
