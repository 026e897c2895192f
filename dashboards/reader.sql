-- A role for dashboards, which reads what is shown of a schema and nothing
-- else:
--
--   psql -X -d DATABASE -v ON_ERROR_STOP=1 -v schema=acme -v role=dashboard -f dashboards/reader.sql
--
-- Run it as the owner of the schema who may make roles, and again when new
-- relations have been made.  The role has no password until you give it one:
-- \password dashboard
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role') \gexec
-- Tools send whatever their users write.
ALTER ROLE :"role" SET default_transaction_read_only = on;
ALTER ROLE :"role" SET statement_timeout = '30s';
GRANT USAGE ON SCHEMA :"schema" TO :"role";
-- The stored tables behind the relations, and the sources, stay closed.
SELECT format('GRANT SELECT ON %I.%I TO %I', :'schema', c.relname, :'role')
  FROM pg_catalog.pg_class AS c
 WHERE c.relnamespace = quote_ident(:'schema')::regnamespace AND c.relkind IN ('r', 'v')
   AND (c.relname LIKE 'kpi\_%' OR c.relname IN (SELECT relation FROM :"schema".kpi_manifest WHERE status = 'made')) AND c.relname NOT LIKE '%\_mat'
 ORDER BY c.relname \gexec
