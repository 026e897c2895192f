SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- what refreshes have read and is absent, or cannot be read any more: the numbers change, and kpi_data_quality says why
-- a: 10 in January alone; b: 1 from January on; a test account of 1000 that is excluded
CREATE SCHEMA gone;
CREATE TABLE gone.subscriptions (customer_id text, start_date date, end_date date, monthly_price numeric);
INSERT INTO gone.subscriptions VALUES ('a', '2025-01-01', '2025-02-01', 10), ('b', '2025-01-01', NULL, 1), ('test', '2025-01-01', NULL, 1000);
CREATE TABLE gone.excluded_customers (customer_id text);
INSERT INTO gone.excluded_customers VALUES ('test');
CREATE TABLE gone.merged_customers (customer_id text, merged_into text);
CALL saaskpi.create_views('gone');
UPDATE gone.kpi_settings SET as_of = '2025-04-01';
-- the MRR at the end of January to April, the errors of the run, and what check_sources says of it
CREATE FUNCTION gone.closing() RETURNS TABLE (closing text, errors bigint) LANGUAGE sql AS
$$SELECT string_agg(m.closing::text, ' ' ORDER BY m.period), (SELECT s.errors FROM gone.kpi_status AS s) FROM gone.kpi_mrr_monthly AS m$$;
CREATE FUNCTION gone.said() RETURNS TABLE (source text, rule text, example text) LANGUAGE sql AS
$$SELECT c.source, c.rule, c.example FROM saaskpi.check_sources('gone') AS c WHERE c.severity = 'error'$$;
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();  -- 11 1 1 1
SELECT * FROM gone.said();
-- the column that an optional source cannot be read without
ALTER TABLE gone.excluded_customers RENAME customer_id TO account;
SELECT * FROM gone.said();
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();  -- 1011 1001 1001 1001
SELECT source, rule, severity, rows, amount, example, consequence FROM gone.kpi_data_quality ORDER BY 1, 2;
-- it stays said, refresh after refresh
CALL saaskpi.refresh('gone');
SELECT * FROM gone.said();
ALTER TABLE gone.excluded_customers RENAME account TO customer_id;
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();
-- a column of another type, and without one: no end is known
ALTER TABLE gone.subscriptions ALTER end_date TYPE text;
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();  -- 11 11 11 11
SELECT source, rule, severity, example FROM gone.kpi_data_quality WHERE severity = 'error' ORDER BY 1, 2;
ALTER TABLE gone.subscriptions RENAME end_date TO ends;
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();
SELECT * FROM gone.said();
ALTER TABLE gone.subscriptions ALTER ends TYPE date USING ends::date;
ALTER TABLE gone.subscriptions RENAME ends TO end_date;
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();
-- a source that is dropped; one that never had a row said nothing
DROP TABLE gone.excluded_customers, gone.merged_customers;
SELECT * FROM gone.said();
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();  -- 1011 1001 1001 1001
CALL saaskpi.refresh('gone');
SELECT source, rule, severity, example, consequence FROM gone.kpi_data_quality ORDER BY 1, 2;
-- create_views takes for meant what is gone when it is called, before or after a refresh, and nothing else
CALL saaskpi.create_views('gone');
SELECT source, rule, severity, example, consequence FROM gone.kpi_data_quality ORDER BY 1, 2;
SELECT * FROM gone.said();
ALTER TABLE gone.subscriptions DROP end_date;
SELECT * FROM gone.said();
CALL saaskpi.refresh('gone');
SELECT source, rule, severity, example FROM gone.kpi_data_quality ORDER BY 1, 2;
SELECT * FROM gone.closing();  -- 1011 in every month
CALL saaskpi.create_views('gone');
CALL saaskpi.refresh('gone');
SELECT * FROM gone.closing();
SELECT count(*) AS findings FROM gone.kpi_data_quality;
-- two columns of a source are one row; called before the refresh, it is never an error
ALTER TABLE gone.subscriptions ADD end_date date, ADD plan_type text DEFAULT 'Pro';
CALL saaskpi.refresh('gone');
ALTER TABLE gone.subscriptions DROP end_date, DROP plan_type;
SELECT * FROM gone.said();
CALL saaskpi.create_views('gone');
SELECT * FROM gone.said();
CALL saaskpi.refresh('gone');
SELECT errors FROM gone.kpi_status;
ALTER TABLE gone.subscriptions ADD end_date date, ADD plan_type text DEFAULT 'Pro';
CALL saaskpi.refresh('gone');
ALTER TABLE gone.subscriptions DROP end_date, DROP plan_type;
CALL saaskpi.refresh('gone');
SELECT source, rule, severity, example FROM gone.kpi_data_quality ORDER BY 1, 2;
SELECT errors FROM gone.kpi_status;
-- relations that somebody has dropped: a refresh says so, create_views makes them again, and the numbers are as they were
CREATE FUNCTION gone.numbers() RETURNS SETOF text LANGUAGE sql AS
$$SELECT m::text FROM gone.kpi_mrr_monthly AS m UNION ALL SELECT m::text FROM gone.kpi_mrr_movements AS m UNION ALL SELECT m::text FROM gone.kpi_customers AS m UNION ALL SELECT m::text FROM gone.kpi_calendar AS m UNION ALL SELECT m::text FROM gone.kpi_restatements AS m$$;
CREATE TABLE gone.seen AS SELECT n FROM gone.numbers() AS n;
DROP TABLE gone.kpi_calendar_mat CASCADE;
CALL saaskpi.refresh('gone');
\echo :SQLSTATE
CALL saaskpi.create_views('gone');
SELECT relation FROM gone.kpi_manifest WHERE status = 'made' AND filled_by IS NULL ORDER BY 1;
CALL saaskpi.refresh('gone');
SELECT count(*), count(n) FROM gone.seen FULL JOIN gone.numbers() AS k ON k = n WHERE (k = n) IS NOT TRUE;
-- of a view alone nothing is lost; of a table what it held before is, so that nothing is restated and no run before can be looked back at
DROP VIEW gone.kpi_mrr_monthly CASCADE;
CALL saaskpi.create_views('gone');
SELECT count(*) FROM (SELECT n FROM gone.numbers() AS n EXCEPT TABLE gone.seen) AS q;
DROP TABLE gone.kpi_customers_mat, gone.kpi_mrr_movements_mat CASCADE;
CALL saaskpi.create_views('gone');
CALL saaskpi.refresh('gone');
SELECT count(*), count(n) FROM gone.seen FULL JOIN gone.numbers() AS k ON k = n WHERE (k = n) IS NOT TRUE;
SELECT * FROM saaskpi.check_identities('gone') WHERE NOT holds;
SELECT count(*) FROM saaskpi.as_of('gone', run => (SELECT min(run_id) FROM gone.kpi_refresh_log WHERE status = 'ok'));
SELECT customer_id, mrr FROM saaskpi.rows_as_of(NULL::gone.kpi_customers, run => (SELECT max(run_id) FROM gone.kpi_refresh_log)) ORDER BY 1;
-- drop_views passes over them
DROP TABLE gone.kpi_calendar_mat, gone.kpi_customers_mat CASCADE;
CALL saaskpi.drop_views('gone');
SELECT count(*) FROM pg_class WHERE relnamespace = 'gone'::regnamespace AND relname LIKE 'kpi%mat';
CALL saaskpi.create_views('gone');
CALL saaskpi.refresh('gone');
SELECT count(*), count(n) FROM gone.seen FULL JOIN gone.numbers() AS k ON k = n WHERE (k = n) IS NOT TRUE;
DROP SCHEMA gone CASCADE;
