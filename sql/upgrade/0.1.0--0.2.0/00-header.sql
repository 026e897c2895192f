\echo Use "ALTER EXTENSION saaskpi UPDATE" to load this file. \quit

CREATE SCHEMA saaskpi_internal;
COMMENT ON SCHEMA saaskpi_internal IS 'helpers and registry of saaskpi, not for calling';
GRANT USAGE ON SCHEMA saaskpi_internal TO PUBLIC;
