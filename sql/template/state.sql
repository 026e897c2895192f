CREATE TYPE saaskpi.@type@;

CREATE FUNCTION saaskpi_internal.@type@_in(cstring) RETURNS saaskpi.@type@
    AS 'MODULE_PATHNAME', 'saaskpi_@type@_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.@type@_in(cstring) IS 'text input of @type@';
CREATE FUNCTION saaskpi_internal.@type@_out(saaskpi.@type@) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_@type@_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.@type@_out(saaskpi.@type@) IS 'text output of @type@';
CREATE FUNCTION saaskpi_internal.@type@_recv(internal) RETURNS saaskpi.@type@
    AS 'MODULE_PATHNAME', 'saaskpi_@type@_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.@type@_recv(internal) IS 'binary input of @type@';
CREATE FUNCTION saaskpi_internal.@type@_send(saaskpi.@type@) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_@type@_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.@type@_send(saaskpi.@type@) IS 'binary output of @type@';

CREATE TYPE saaskpi.@type@ (
    INPUT = saaskpi_internal.@type@_in,
    OUTPUT = saaskpi_internal.@type@_out,
    RECEIVE = saaskpi_internal.@type@_recv,
    SEND = saaskpi_internal.@type@_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = @storage@
);
COMMENT ON TYPE saaskpi.@type@ IS '@meaning@';

CREATE FUNCTION saaskpi_internal.@type@_combine(saaskpi.@type@, saaskpi.@type@) RETURNS saaskpi.@type@
    AS 'MODULE_PATHNAME', 'saaskpi_@type@_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.@type@_combine(saaskpi.@type@, saaskpi.@type@) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.@type@_combine(saaskpi.@type@, saaskpi.@type@) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.@type@_final(saaskpi.@type@) RETURNS saaskpi.@type@
    AS 'MODULE_PATHNAME', 'saaskpi_@type@_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.@type@_final(saaskpi.@type@) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.@type@_final(saaskpi.@type@) FROM PUBLIC;

CREATE AGGREGATE saaskpi.rollup(saaskpi.@type@) (
    SFUNC = saaskpi_internal.@type@_combine,
    STYPE = saaskpi.@type@,
    SSPACE = @sspace@,
    FINALFUNC = saaskpi_internal.@type@_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.@type@_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.@type@) IS '@rollup@';
