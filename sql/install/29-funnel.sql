-- The way of a customer through a funnel.

@state type=funnel_path storage=external sspace=160 meaning=the events of one customer that are steps of a funnel, with its window and mode rollup=merges parts of the events of one customer

CREATE FUNCTION saaskpi_internal.funnel_accum(saaskpi.funnel_path, timestamptz, text, text[], interval, text) RETURNS saaskpi.funnel_path
    AS 'MODULE_PATHNAME', 'saaskpi_funnel_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.funnel_accum(saaskpi.funnel_path, timestamptz, text, text[], interval, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.funnel_accum(saaskpi.funnel_path, timestamptz, text, text[], interval, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.funnel_agg(event_time timestamptz, event_type text, steps text[], within interval, mode text) (
    SFUNC = saaskpi_internal.funnel_accum,
    STYPE = saaskpi.funnel_path,
    SSPACE = 160,
    FINALFUNC = saaskpi_internal.funnel_path_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.funnel_path_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.funnel_agg(timestamptz, text, text[], interval, text) IS
    'the events of one customer, in any order, that are steps of a funnel of 1 to 10 types; mode is default, strict_order, strict_dedup, strict_increase or once; rows without a time of the years 1700 to 2269 or without a type are counted by skipped()';

CREATE FUNCTION saaskpi.funnel_times(path saaskpi.funnel_path)
    RETURNS timestamptz[]
    AS 'MODULE_PATHNAME', 'saaskpi_funnel_times' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.funnel_times(saaskpi.funnel_path) IS
    'when a customer took each step, by the chain that first got to the deepest one; empty for who never began, and cardinality() is the step reached';

CREATE FUNCTION saaskpi.last_entry(path saaskpi.funnel_path)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'saaskpi_funnel_last_entry' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.last_entry(saaskpi.funnel_path) IS
    'last event of the first step, from which the window may still be open; null for who never began';

CREATE FUNCTION saaskpi.skipped(path saaskpi.funnel_path)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_funnel_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.funnel_path) IS
    'rows left out: no time, one outside the years 1700 to 2269, or no type';
