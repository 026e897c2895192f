#!/bin/bash
# Run once by the image, on an empty data directory: the extension, a schema
# to put data in, the role that reads, and a database for
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
\set role kpi_reader
\i /usr/share/saaskpi/reader.sql
ALTER ROLE kpi_reader PASSWORD :'reader';
SELECT saaskpi.schedule(:'schema', '15 * * * *');
SQL

if [ -n "${METABASE_PASSWORD:-}" ]; then
    "${run[@]}" --dbname postgres <<'SQL'
CREATE ROLE metabase LOGIN PASSWORD :'metabase';
CREATE DATABASE metabase OWNER metabase;
SQL
fi
