-- From signup to paying.

CREATE TYPE saaskpi.conversion_curve;

CREATE FUNCTION saaskpi.conversion_curve_in(cstring) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_out(saaskpi.conversion_curve) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_recv(internal) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_send(saaskpi.conversion_curve) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.conversion_curve (
    INPUT = saaskpi.conversion_curve_in,
    OUTPUT = saaskpi.conversion_curve_out,
    RECEIVE = saaskpi.conversion_curve_recv,
    SEND = saaskpi.conversion_curve_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.conversion_curve_combine(saaskpi.conversion_curve, saaskpi.conversion_curve) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_final(saaskpi.conversion_curve) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.conversion_curve IS 'signups by cohort and the days they took to pay';
COMMENT ON FUNCTION saaskpi.conversion_curve_in(cstring) IS 'text input of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_out(saaskpi.conversion_curve) IS 'text output of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_recv(internal) IS 'binary input of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_send(saaskpi.conversion_curve) IS 'binary output of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_combine(saaskpi.conversion_curve, saaskpi.conversion_curve) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.conversion_curve_final(saaskpi.conversion_curve) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.conversion_curve_combine(saaskpi.conversion_curve, saaskpi.conversion_curve) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.conversion_curve_final(saaskpi.conversion_curve) FROM PUBLIC;

CREATE FUNCTION saaskpi.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.conversion_agg(signup date, paid date, window_days integer, as_of date) (
    SFUNC = saaskpi.conversion_accum,
    STYPE = saaskpi.conversion_curve,
    SSPACE = 4096,
    FINALFUNC = saaskpi.conversion_curve_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.conversion_curve_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.conversion_agg(date, date, integer, date) IS
    'conversion by month of signup: who paid within window_days, among those whose window has passed';

CREATE AGGREGATE saaskpi.rollup(saaskpi.conversion_curve) (
    SFUNC = saaskpi.conversion_curve_combine,
    STYPE = saaskpi.conversion_curve,
    SSPACE = 4096,
    FINALFUNC = saaskpi.conversion_curve_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.conversion_curve_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.conversion_curve) IS 'merges conversion of disjoint sets of customers';

CREATE FUNCTION saaskpi.conversion_cohorts(curve saaskpi.conversion_curve)
    RETURNS TABLE (cohort date, signups bigint, matured bigint, converted bigint, expired bigint,
        pending bigint, median_days numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_cohorts' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.conversion_cohorts(saaskpi.conversion_curve) IS
    'conversion as rows: signups = converted + expired + pending, matured = converted + expired';
