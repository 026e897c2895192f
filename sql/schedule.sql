CREATE SCHEMA schedule_test;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
-- what is wrong with the schema is said first
SELECT saaskpi.schedule(NULL, '15 * * * *');
SELECT saaskpi.schedule('schedule_absent', '15 * * * *');
SELECT saaskpi.schedule('schedule_test', '15 * * * *');
\echo :SQLSTATE
SELECT saaskpi.unschedule(NULL);
CALL saaskpi.create_source_tables('schedule_test');
CALL saaskpi.create_views('schedule_test');
SELECT saaskpi.schedule('schedule_test', NULL);
-- then that pg_cron is not here; the hint depends on the server, so it is tested elsewhere
\set VERBOSITY terse
SELECT saaskpi.schedule('schedule_test', '15 * * * *');
\echo :SQLSTATE
SELECT saaskpi.unschedule('schedule_test');
\echo :SQLSTATE
\set VERBOSITY default
-- name and command of the job
SELECT saaskpi_internal.schedule_name(s), saaskpi_internal.schedule_command(s), octet_length(saaskpi_internal.schedule_name(s)) < 64 AS fits
  FROM (VALUES (1, 'acme'::name), (2, 'it''s "odd"'), (3, repeat('x', 47)::name), (4, repeat('x', 48)::name)) AS v(n, s)
 ORDER BY n;
-- one word of a shell, whatever is in it
SELECT w, saaskpi_internal.shell_word(w) FROM (VALUES (1, 'acme'), (2, 'my db'), (3, 'CALL f(''x'')'), (4, 'a"b'), (5, 'it''s $5'), (6, '')) AS v(n, w) ORDER BY n;
DROP SCHEMA schedule_test CASCADE;
