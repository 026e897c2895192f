-- Everybody needs to see what types, aggregates and views are made of.
CREATE SCHEMA saaskpi_internal;
COMMENT ON SCHEMA saaskpi_internal IS 'helpers and registry of saaskpi, not for calling';
GRANT USAGE ON SCHEMA saaskpi_internal TO PUBLIC;
