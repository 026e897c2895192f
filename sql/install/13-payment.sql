-- The payments of a customer as an activity by month.  While rows come in the
-- state is not a value: see src/core/state/skpi_payment.h.

CREATE FUNCTION saaskpi_internal.payment_accum(internal, date, numeric, text) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_payment_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.payment_accum(internal, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.payment_accum(internal, date, numeric, text) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.payment_final(internal) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_payment_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.payment_final(internal) IS 'aggregate support: the finished activity';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.payment_final(internal) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.payment_serial(internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_payment_serial' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.payment_serial(internal) IS 'aggregate support: a state for another process';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.payment_serial(internal) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.payment_deserial(bytea, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_payment_deserial' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.payment_deserial(bytea, internal) IS 'aggregate support: a state from another process';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.payment_deserial(bytea, internal) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.payment_combine(internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_payment_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.payment_combine(internal, internal) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.payment_combine(internal, internal) FROM PUBLIC;

-- SSPACE: the state, and what a few customers need beside it.
CREATE AGGREGATE saaskpi.payment_agg(payment_date date, amount numeric, status text) (
    SFUNC = saaskpi_internal.payment_accum,
    STYPE = internal,
    SSPACE = 64,
    FINALFUNC = saaskpi_internal.payment_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.payment_combine,
    SERIALFUNC = saaskpi_internal.payment_serial,
    DESERIALFUNC = saaskpi_internal.payment_deserial,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.payment_agg(date, numeric, text) IS
    'payments of one customer by month: status Success, Failed, or Success with an amount below zero, which is a refund; amounts are rounded half to even at four decimals; rows that cannot be used are counted by skipped()';
