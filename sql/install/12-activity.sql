-- What one customer did, period by period: payments, orders, logins.

CREATE TYPE saaskpi.activity;

CREATE FUNCTION saaskpi.activity_in(cstring) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_out(saaskpi.activity) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_activity_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_recv(internal) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_send(saaskpi.activity) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_activity_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.activity (
    INPUT = saaskpi.activity_in,
    OUTPUT = saaskpi.activity_out,
    RECEIVE = saaskpi.activity_recv,
    SEND = saaskpi.activity_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE FUNCTION saaskpi.activity_combine(saaskpi.activity, saaskpi.activity) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_final(saaskpi.activity) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.activity IS 'what one customer did, by period: counts and amounts of rows done, failed and refunded';
COMMENT ON FUNCTION saaskpi.activity_in(cstring) IS 'text input of activity';
COMMENT ON FUNCTION saaskpi.activity_out(saaskpi.activity) IS 'text output of activity';
COMMENT ON FUNCTION saaskpi.activity_recv(internal) IS 'binary input of activity';
COMMENT ON FUNCTION saaskpi.activity_send(saaskpi.activity) IS 'binary output of activity';
COMMENT ON FUNCTION saaskpi.activity_combine(saaskpi.activity, saaskpi.activity) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.activity_final(saaskpi.activity) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.activity_combine(saaskpi.activity, saaskpi.activity) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.activity_final(saaskpi.activity) FROM PUBLIC;

CREATE FUNCTION saaskpi.activity_accum(saaskpi.activity, date, numeric, text) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.activity_accum(saaskpi.activity, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.activity_accum(saaskpi.activity, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.activity_agg(happened_on date, amount numeric, grain text) (
    SFUNC = saaskpi.activity_accum,
    STYPE = saaskpi.activity,
    SSPACE = 128,
    FINALFUNC = saaskpi.activity_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.activity_agg(date, numeric, text) IS
    'counts and amounts of one customer by day, week (from Monday), month, quarter or year; an amount below zero is a refund; rows that cannot be used are counted by skipped()';

CREATE AGGREGATE saaskpi.rollup(saaskpi.activity) (
    SFUNC = saaskpi.activity_combine,
    STYPE = saaskpi.activity,
    SSPACE = 128,
    FINALFUNC = saaskpi.activity_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.activity) IS 'merges partial activities of one customer';

CREATE FUNCTION saaskpi.activity(history saaskpi.mrr_history, grain text, as_of date)
    RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_from_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.activity(saaskpi.mrr_history, text, date) IS
    'the periods in which a customer had recurring revenue on some day up to as_of, each with the amount at its close';

CREATE FUNCTION saaskpi.first_on(activity saaskpi.activity)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_activity_first_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_on(saaskpi.activity) IS
    'first day on which something was done';

CREATE FUNCTION saaskpi.last_on(activity saaskpi.activity)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_activity_last_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.last_on(saaskpi.activity) IS
    'last day on which something was done';

CREATE FUNCTION saaskpi.done_count(activity saaskpi.activity)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_activity_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.done_count(saaskpi.activity) IS
    'rows done: payments received, orders, logins';

CREATE FUNCTION saaskpi.failed_count(activity saaskpi.activity)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_activity_failed_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.failed_count(saaskpi.activity) IS
    'rows failed';

CREATE FUNCTION saaskpi.net_amount(activity saaskpi.activity)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_activity_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.net_amount(saaskpi.activity) IS
    'amount done less amount refunded';

CREATE FUNCTION saaskpi.skipped(activity saaskpi.activity)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_activity_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.activity) IS
    'rows that could not be used: no day, no amount, unknown outcome';
