SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- three customers over three months; every source begins in January
CALL saaskpi.create_source_tables('make_all');
INSERT INTO make_all.customers VALUES ('a', '2024-01-05', 'SMB', 'DE', 'Organic'), ('b', '2024-01-20', 'Enterprise', 'US', 'Partner'), ('c', '2024-02-10', 'SMB', 'US', 'Organic');
INSERT INTO make_all.subscriptions VALUES ('1', 'a', 'Basic', '2024-01-10', NULL, 10), ('2', 'b', 'Pro', '2024-01-25', '2024-03-05', 50), ('3', 'c', 'Pro', '2024-02-12', NULL, 40);
INSERT INTO make_all.payments VALUES ('1', 'a', '2024-01-10', 10, 'Success'), ('2', 'b', '2024-01-25', 50, 'Success'), ('3', 'c', '2024-02-12', 40, 'Failed'), ('4', 'c', '2024-02-14', 40, 'Success'), ('5', 'b', '2024-03-06', -20, 'Success');
INSERT INTO make_all.costs VALUES ('2024-01', 5, 20, 3), ('2024-02', 6, 10, 3);
INSERT INTO make_all.events (event_id, customer_id, event_time, event_type) VALUES ('1', 'a', '2024-01-05 10:00Z', 'signup'), ('2', 'a', '2024-01-05 10:05Z', 'login'), ('3', 'b', '2024-03-01 10:00Z', 'login');
INSERT INTO make_all.products VALUES ('p', 'Pen', 'Office', 12, 4);
INSERT INTO make_all.orders (order_id, customer_id, ordered_at) VALUES ('1', 'a', '2024-01-10'), ('2', 'b', '2024-02-10'), ('3', 'a', '2024-03-10'), ('4', 'a', '2024-03-12');
INSERT INTO make_all.order_lines VALUES ('1', '1', 'p', 2, 10, 1), ('2', '1', 'p', 1, 12, NULL), ('3', '1', 'q', 3, 5, NULL), ('4', '1', 'p', -1, 10, NULL);
INSERT INTO make_all.sales_reps VALUES ('r', 'Rita', 'Field', 'EU');
INSERT INTO make_all.sales_quotas VALUES ('r', '2024-02', 50);
INSERT INTO make_all.opportunities (opportunity_id, sales_rep_id, created_at, amount, stage, closed_at) VALUES ('A', 'r', '2024-01-05', 80, 'Won', '2024-02-10'), ('B', 'r', '2024-02-05', 40, 'Talk', NULL);
INSERT INTO make_all.opportunity_stages VALUES ('A', 'Talk', '2024-01-05', 100), ('A', 'Won', '2024-02-10', 80);
INSERT INTO make_all.pipeline_stages VALUES ('Talk', 1, 0.2, 'open'), ('Won', 2, 1, 'won'), ('Lost', 3, 0, 'lost');
-- every relation and the rows it can be read for; an error if one cannot be read
CREATE FUNCTION make_all.counts(s name) RETURNS TABLE (relation name, n bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR relation IN SELECT c.relname FROM pg_class AS c
                     WHERE c.relnamespace = s::text::regnamespace AND c.relkind IN ('v', 'r') AND (c.relname LIKE 'kpi\_%' OR c.relname IN (SELECT r.relation FROM saaskpi_internal.relations AS r)) AND c.relname NOT LIKE '%\_mat' ORDER BY c.relname COLLATE "C" LOOP
        EXECUTE format('SELECT count(*) FROM %I.%I', s, relation) INTO n;
        RETURN NEXT;
    END LOOP;
END
$$;
-- what the schema is made of, by name: objects, rights, comments, manifest
CREATE FUNCTION make_all.inventory(s name) RETURNS TABLE (thing text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT format('%s %s %s %s %s %s', c.relkind, c.relname, c.oid, c.relfilenode, c.relacl, pg_get_userbyid(c.relowner)) FROM pg_class AS c WHERE c.relnamespace = s::text::regnamespace;
    RETURN QUERY SELECT format('%s.%s %s', c.relname, d.objsubid, d.description) FROM pg_description AS d JOIN pg_class AS c ON c.oid = d.objoid WHERE d.classoid = 'pg_class'::regclass AND c.relnamespace = s::text::regnamespace;
    RETURN QUERY EXECUTE format('SELECT m::text FROM %I.kpi_manifest AS m', s);
END
$$;
-- made, readable and empty before the first refresh; made again, nothing changes
CALL saaskpi.create_views('make_all');
SELECT * FROM make_all.counts('make_all') WHERE n > 0;
SELECT last_run, is_stale, stale_because, left_out FROM make_all.kpi_status;
-- the lock of a refresh is on this one, and a vacuum is none
SELECT reloptions FROM pg_class WHERE oid = 'make_all.kpi_manifest'::regclass;
SELECT status, count(*), count(reason) AS reasons, bool_and(version = e.extversion) AS of_this_version FROM make_all.kpi_manifest, pg_extension AS e WHERE extname = 'saaskpi' GROUP BY status;
CREATE TABLE make_before AS SELECT * FROM make_all.inventory('make_all');
CALL saaskpi.create_views('make_all');
TABLE make_before EXCEPT SELECT * FROM make_all.inventory('make_all');
SELECT * FROM make_all.inventory('make_all') EXCEPT TABLE make_before;
DROP TABLE make_before;
UPDATE make_all.kpi_settings SET as_of = '2024-04-01';
CALL saaskpi.refresh('make_all');
SELECT * FROM make_all.counts('make_all') WHERE n = 0;
SELECT * FROM saaskpi.check_identities('make_all') WHERE NOT holds;
SELECT as_of, last_run, is_stale, stale_because, errors, warnings, left_out FROM make_all.kpi_status;
UPDATE make_all.kpi_payment_statuses SET meaning = 'failed' WHERE status = 'void';
SELECT is_stale, stale_because FROM make_all.kpi_status;
UPDATE make_all.kpi_payment_statuses SET meaning = 'ignore' WHERE status = 'void';
UPDATE make_all.kpi_settings SET change_alert = 0.2;
SELECT is_stale, stale_because FROM make_all.kpi_status;
-- any of the sources: what they allow is made, filled and true
CREATE TABLE make_subsets AS
SELECT format('make_%s', m) AS schema_name, ARRAY(SELECT s.source FROM saaskpi_internal.sources AS s WHERE m & (1 << (s.ordinal - 1)) > 0 ORDER BY s.ordinal) AS sources
  FROM generate_series(1, 15) AS m;
INSERT INTO make_subsets VALUES ('make_e', '{events}'), ('make_o', '{orders}'), ('make_l', '{orders,order_lines}'), ('make_d', '{opportunities}'), ('make_t', '{sales_reps,sales_quotas,opportunities,opportunity_stages,pipeline_stages}');
INSERT INTO make_subsets SELECT 'make_without_' || w, ARRAY(SELECT s.source FROM saaskpi_internal.sources AS s WHERE s.source <> w AND to_regclass('make_all.' || s.source) IS NOT NULL ORDER BY s.ordinal) FROM unnest('{customers}'::text[]) AS w;
SELECT count(DISTINCT sources) AS subsets, min(cardinality(sources)) AS least FROM make_subsets;
\set ECHO none
SELECT format('CREATE SCHEMA %I', schema_name) FROM make_subsets \gexec
SELECT format('CREATE VIEW %I.%I AS TABLE make_all.%2$I', schema_name, s) FROM make_subsets, unnest(sources) AS s \gexec
SELECT format('CALL saaskpi.create_views(%L)', schema_name), format('UPDATE %I.kpi_settings SET as_of = ''2024-04-01''', schema_name), format('CALL saaskpi.refresh(%L)', schema_name) FROM make_subsets \gexec
\set ECHO all
CREATE FUNCTION make_all.judge(s name, OUT made bigint, OUT readable bigint, OUT filled bigint, OUT left_out bigint, OUT wrongly_left_out bigint, OUT identities bigint, OUT broken bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*) FILTER (WHERE m.status = ''made''), count(c.n), count(*) FILTER (WHERE c.n > 0), count(*) FILTER (WHERE m.status = ''left out''),
                           count(*) FILTER (WHERE m.status = ''left out'' AND (m.reason IS NULL OR c.n IS NOT NULL))
                      FROM %I.kpi_manifest AS m LEFT JOIN make_all.counts(%L) AS c USING (relation)', s, s) INTO made, readable, filled, left_out, wrongly_left_out;
    SELECT count(*), count(*) FILTER (WHERE NOT holds) INTO identities, broken FROM saaskpi.check_identities(s);
END
$$;
SELECT array_to_string(sources, ' ') AS sources, j.* FROM make_subsets, make_all.judge(schema_name) AS j ORDER BY cardinality(sources), sources;
-- what is left out, of which sources alone, and why
CREATE FUNCTION make_all.left_out(s name) RETURNS TABLE (relation text, reason text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT relation, reason FROM %I.kpi_manifest WHERE status = ''left out''', s);
END
$$;
SELECT l.relation, l.reason, string_agg(array_to_string(sources, '+'), ', ' ORDER BY cardinality(sources), sources) AS having_only
  FROM make_subsets, make_all.left_out(schema_name) AS l WHERE l.relation NOT IN (SELECT r.relation FROM make_all.left_out('make_15') AS r) AND sources && '{customers,subscriptions,payments,costs}' GROUP BY 1, 2 ORDER BY l.relation COLLATE "C", l.reason COLLATE "C";
-- numbers do not depend on sources they are not made of
CREATE FUNCTION make_all.other_rows(s name, relation name, columns text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ((SELECT %1$s FROM %2$I.%3$I EXCEPT SELECT %1$s FROM make_all.%3$I) UNION ALL (SELECT %1$s FROM make_all.%3$I EXCEPT SELECT %1$s FROM %2$I.%3$I)) AS q', columns, s, relation) INTO n;
    RETURN n;
END
$$;
SELECT v.relation, count(*) AS schemas, sum(make_all.other_rows(schema_name, v.relation, v.columns)) AS other_rows
  FROM make_subsets JOIN (VALUES ('kpi_calendar', '*', '{}'::name[]), ('kpi_mrr_monthly', '*', '{subscriptions}'), ('kpi_mrr_movements', '*', '{subscriptions}'), ('kpi_revenue_monthly', '*', '{payments}'),
                    ('kpi_cash_bridge_monthly', '*', '{subscriptions,payments}'), ('kpi_margin_monthly', 'period, infra_cost, support_cost, marketing_cost, is_complete', '{costs}'),
                    ('kpi_conversion', 'cohort, dimension, value, signups, matured, pending', '{customers}'), ('kpi_customers', 'customer_id, mrr, revenue, payments', '{subscriptions,payments}'),
                    ('kpi_activity', '*', '{events}'), ('session_metrics', '*', '{events}'), ('kpi_sales', '*', '{orders,order_lines}'), ('rfm_analysis', '*', '{orders,order_lines}'),
                    ('kpi_pipeline_monthly', '*', '{opportunities,opportunity_stages,pipeline_stages}'), ('kpi_quota', '*', '{opportunities,sales_quotas,sales_reps,opportunity_stages,pipeline_stages}')) AS v(relation, columns, needs)
    ON sources @> v.needs AND to_regclass(format('%I.%I', schema_name, v.relation)) IS NOT NULL GROUP BY 1, v.columns ORDER BY v.relation COLLATE "C", v.columns COLLATE "C";
-- one source alone: what it cannot know is null
SELECT customer_id, signup_date, segment, status, mrr, first_mrr_on, first_payment, payments, revenue FROM make_1.kpi_customers ORDER BY 1;
SELECT cohort, signups, matured, converted, expired, pending, rate FROM make_1.kpi_conversion WHERE dimension = 'all' ORDER BY 1;
SELECT customer_id, signup_date, segment, status, mrr, first_mrr_on, first_payment, payments, revenue FROM make_2.kpi_customers ORDER BY 1;
SELECT customer_id, signup_date, segment, status, mrr, first_mrr_on, first_payment, payments, revenue FROM make_4.kpi_customers ORDER BY 1;
SELECT period, revenue, infra_cost, gross_profit, gross_margin, new_customers, cac, ltv, is_complete FROM make_8.kpi_margin_monthly ORDER BY 1;
SELECT period, revenue, gross_profit, gross_margin, new_customers, cac, cac_payback_months, ltv FROM make_12.kpi_margin_monthly ORDER BY 1;
\set ECHO none
SELECT format('DROP SCHEMA %I CASCADE', schema_name) FROM make_subsets \gexec
\set ECHO all
-- no column but those a source is of no use without
CREATE SCHEMA make_bare;
CREATE TABLE make_bare.customers AS SELECT customer_id FROM make_all.customers;
CREATE TABLE make_bare.subscriptions AS SELECT customer_id, start_date, monthly_price FROM make_all.subscriptions;
CREATE TABLE make_bare.payments AS SELECT customer_id, payment_date, amount, payment_status FROM make_all.payments;
CREATE TABLE make_bare.costs AS SELECT month FROM make_all.costs;
CALL saaskpi.create_views('make_bare');
UPDATE make_bare.kpi_settings SET as_of = '2024-04-01';
CALL saaskpi.refresh('make_bare');
SELECT DISTINCT status FROM make_bare.kpi_manifest;
SELECT * FROM saaskpi.check_identities('make_bare') WHERE NOT holds;
SELECT customer_id, signup_date, segment, status, mrr, payments, revenue FROM make_bare.kpi_customers ORDER BY 1;
SELECT period, revenue, infra_cost, gross_profit, cac, ltv FROM make_bare.kpi_margin_monthly ORDER BY 1;
-- without one of those the source is taken for absent, and that is told
ALTER TABLE make_bare.payments DROP COLUMN payment_status;
ALTER TABLE make_bare.subscriptions ALTER monthly_price TYPE money USING monthly_price::money;
ALTER TABLE make_bare.customers RENAME customer_id TO id;
CALL saaskpi.refresh('make_bare');
\echo :SQLSTATE
SET client_min_messages = notice;
CALL saaskpi.create_views('make_bare');
SET client_min_messages = warning;
SELECT relation, reason FROM make_bare.kpi_manifest WHERE status = 'left out' ORDER BY relation COLLATE "C";
CALL saaskpi.refresh('make_bare');
SELECT relation FROM make_all.counts('make_bare');
ALTER TABLE make_bare.costs DROP COLUMN month;
CALL saaskpi.create_views('make_bare');
\echo :SQLSTATE
DROP SCHEMA make_bare CASCADE;
-- the application alters its tables as if nothing were built on them, and the next refresh reads them as they are
CREATE FUNCTION make_all.numbers() RETURNS SETOF jsonb LANGUAGE sql AS $$
SELECT jsonb_agg(m ORDER BY period) FROM make_all.kpi_mrr_monthly AS m
UNION ALL SELECT jsonb_agg(r ORDER BY period) FROM make_all.kpi_revenue_monthly AS r
UNION ALL SELECT jsonb_agg(c ORDER BY cohort, dimension, value) FROM make_all.kpi_conversion AS c WHERE dimension <> 'segment'
UNION ALL SELECT jsonb_agg(to_jsonb(c) - 'segment' ORDER BY customer_id) FROM make_all.kpi_customers AS c
$$;
CREATE TABLE make_seen AS SELECT * FROM make_all.numbers();
ALTER TABLE make_all.payments ALTER amount TYPE numeric(12,2), ADD invoice text;
ALTER TABLE make_all.customers ALTER signup_date TYPE timestamp, DROP COLUMN is_active, ADD name text;
ALTER TABLE make_all.subscriptions RENAME TO old_subscriptions;
CREATE VIEW make_all.subscriptions AS SELECT monthly_price::real AS monthly_price, customer_id, plan_type::varchar(20) AS plan_type, start_date, end_date, subscription_id FROM make_all.old_subscriptions;
CALL saaskpi.refresh('make_all');
SELECT count(*) AS other FROM (SELECT * FROM make_all.numbers() EXCEPT TABLE make_seen) AS q;
ALTER TABLE make_all.customers DROP COLUMN segment;
CALL saaskpi.refresh('make_all');
SELECT DISTINCT dimension, value FROM make_all.kpi_mrr_monthly_by WHERE dimension = 'segment';
ALTER TABLE make_all.customers ADD segment text;
-- a source that goes: refresh says so and keeps the numbers; create_views drops what cannot be filled; back it comes, with who may read it
CREATE ROLE regress_make_reader;
CREATE ROLE regress_make_leaver;
GRANT SELECT ON make_all.kpi_revenue_monthly, make_all.kpi_mrr_monthly TO regress_make_reader;
GRANT SELECT ON make_all.kpi_mrr_monthly TO PUBLIC;
GRANT SELECT, REFERENCES ON make_all.kpi_margin_monthly TO regress_make_reader WITH GRANT OPTION;
GRANT SELECT ON make_all.kpi_calendar TO regress_make_leaver;
CREATE VIEW make_rights AS SELECT c.relname, x.privilege_type, x.is_grantable, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END AS grantee
  FROM pg_class AS c, aclexplode(c.relacl) AS x WHERE c.relnamespace = 'make_all'::regnamespace AND x.grantee <> c.relowner;
CREATE TABLE make_granted AS TABLE make_rights;
ALTER TABLE make_all.payments RENAME TO mislaid;
CALL saaskpi.refresh('make_all');
\echo :SQLSTATE
SELECT count(*) AS months, sum(collected) AS collected FROM make_all.kpi_revenue_monthly;
SELECT last_run, last_message, stale_because FROM make_all.kpi_status;
CREATE VIEW make_mine AS SELECT period, collected FROM make_all.kpi_revenue_monthly;
CALL saaskpi.create_views('make_all');
\echo :SQLSTATE
DROP VIEW make_mine;
SET client_min_messages = notice;
CALL saaskpi.create_views('make_all');
SET client_min_messages = warning;
CALL saaskpi.refresh('make_all');
SELECT relation, reason FROM make_all.kpi_manifest WHERE status = 'left out' ORDER BY relation COLLATE "C";
SELECT left_out FROM make_all.kpi_status;
ALTER TABLE make_all.mislaid RENAME TO payments;
CALL saaskpi.create_views('make_all');
CALL saaskpi.refresh('make_all');
SELECT count(*) AS months, sum(collected) AS collected FROM make_all.kpi_revenue_monthly;
TABLE make_granted EXCEPT TABLE make_rights;
TABLE make_rights EXCEPT TABLE make_granted;
-- the same over drop_views, but for a role that is gone meanwhile
CALL saaskpi.drop_views('make_all');
SELECT count(*) AS left FROM pg_class WHERE relnamespace = 'make_all'::regnamespace AND relname ~ '_mat$';
DROP ROLE regress_make_leaver;
SET client_min_messages = notice;
CALL saaskpi.create_views('make_all');
SET client_min_messages = warning;
CALL saaskpi.refresh('make_all');
TABLE make_granted EXCEPT TABLE make_rights;
TABLE make_rights EXCEPT TABLE make_granted;
DROP TABLE make_granted;
-- a definition that has changed: refresh wants create_views, which keeps what users built, what they may read and the rows
CREATE VIEW make_mine AS SELECT period, is_complete, (SELECT count(*) FROM make_all.kpi_mrr_monthly) AS months FROM make_all.kpi_calendar;
UPDATE saaskpi_internal.relations SET query = replace(query, ' AS elapsed_fraction', ' AS elapsed_fraction, 7::bigint AS lucky') WHERE relation = 'kpi_calendar';
INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES ('kpi_calendar', 'lucky', 'number', 'Seven.');
CALL saaskpi.refresh('make_all');
\echo :SQLSTATE
CALL saaskpi.create_views('make_all');
SELECT * FROM make_mine ORDER BY period;
SELECT column_name, ordinal_position FROM information_schema.columns WHERE table_schema = 'make_all' AND table_name = 'kpi_calendar' ORDER BY 2;
SELECT period, lucky FROM make_all.kpi_calendar ORDER BY period LIMIT 1;
CALL saaskpi.refresh('make_all');
SELECT period, lucky FROM make_all.kpi_calendar ORDER BY period LIMIT 1;
-- one that takes a column away cannot keep the view: create_views says what to do
UPDATE saaskpi_internal.relations SET query = replace(query, ', 7::bigint AS lucky', '') WHERE relation = 'kpi_calendar';
DELETE FROM saaskpi_internal.relation_columns WHERE column_name = 'lucky';
CALL saaskpi.create_views('make_all');
\echo :SQLSTATE
-- what users built keeps drop_views from it
CALL saaskpi.drop_views('make_all');
\echo :SQLSTATE
SELECT count(*) AS months FROM make_mine;
DROP VIEW make_mine;
CALL saaskpi.drop_views('make_all');
CALL saaskpi.create_views('make_all');
CALL saaskpi.refresh('make_all');
SELECT count(*) AS other FROM (SELECT * FROM make_all.numbers() EXCEPT TABLE make_seen) AS q;
-- built on a stored table instead of its view: it cannot be replaced then
CREATE VIEW make_mine AS SELECT period FROM make_all.kpi_calendar_mat;
UPDATE saaskpi_internal.relations SET comment = comment || ' ' WHERE relation = 'kpi_calendar';
CALL saaskpi.create_views('make_all');
\echo :SQLSTATE
UPDATE saaskpi_internal.relations SET comment = rtrim(comment) WHERE relation = 'kpi_calendar';
DROP VIEW make_mine;
-- amounts of several currencies are not added up
ALTER TABLE make_all.payments ADD currency text DEFAULT 'USD';
CALL saaskpi.refresh('make_all');
UPDATE make_all.payments SET currency = ' usd ' WHERE payment_id = '1';
CALL saaskpi.refresh('make_all');
UPDATE make_all.payments SET currency = 'EUR' WHERE payment_id = '2';
CALL saaskpi.refresh('make_all');
\echo :SQLSTATE
SELECT sum(collected) AS collected FROM make_all.kpi_revenue_monthly;
UPDATE make_all.payments SET currency = 'USD';
CREATE OR REPLACE VIEW make_all.subscriptions AS SELECT monthly_price::real AS monthly_price, customer_id, plan_type::varchar(20) AS plan_type, start_date, end_date, subscription_id, 'EUR' AS currency FROM make_all.old_subscriptions;
CALL saaskpi.refresh('make_all');
\echo :SQLSTATE
UPDATE make_all.payments SET currency = 'EUR';
CALL saaskpi.refresh('make_all');
SELECT source, rule, severity, rows, example FROM make_all.kpi_data_quality WHERE rule ~ 'currenc';
DROP TABLE make_seen, make_subsets;
DROP VIEW make_rights;
DROP SCHEMA make_all CASCADE;
DROP ROLE regress_make_reader;
