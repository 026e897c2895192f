#!/bin/bash
# Run once by the image, on an empty data directory: the extension, a schema
# to put data in, a role that refreshes nothing and reads, and a database for
# what Metabase remembers.
#
#   SAASKPI_SCHEMA    where the company's tables go, "company" unless told
#   READER_PASSWORD   of the role kpi_reader, which dashboards use
#   METABASE_PASSWORD of the role metabase, which owns that database; without
#                     it there is none
set -euo pipefail

schema=${SAASKPI_SCHEMA:-company}
run=(psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}"
     -v schema="$schema" -v reader="${READER_PASSWORD:?is not set}"
     -v metabase="${METABASE_PASSWORD:-}")

"${run[@]}" --dbname "${POSTGRES_DB:-postgres}" <<'SQL'
CREATE EXTENSION saaskpi;
CREATE EXTENSION IF NOT EXISTS pg_cron;
CREATE SCHEMA :"schema";
CALL saaskpi.create_source_tables(:'schema');
CALL saaskpi.create_views(:'schema');
CREATE ROLE kpi_reader LOGIN PASSWORD :'reader';
ALTER ROLE kpi_reader SET default_transaction_read_only = on;
ALTER ROLE kpi_reader SET search_path = :"schema";
GRANT USAGE ON SCHEMA :"schema" TO kpi_reader;
SELECT format('GRANT SELECT ON %I.%I TO kpi_reader', :'schema', v.viewname)
  FROM pg_views AS v WHERE v.schemaname = :'schema' \gexec
SELECT format('GRANT SELECT ON %I.%I TO kpi_reader', :'schema', t)
  FROM unnest('{kpi_settings,kpi_refresh_log}'::name[]) AS t \gexec
SELECT saaskpi.schedule(:'schema', '15 * * * *');
SQL

if [ -n "${METABASE_PASSWORD:-}" ]; then
    "${run[@]}" --dbname postgres <<'SQL'
CREATE ROLE metabase LOGIN PASSWORD :'metabase';
CREATE DATABASE metabase OWNER metabase;
SQL
fi
