-- What one customer did, period by period: payments, orders, logins.

@state type=activity storage=extended sspace=128 meaning=what one customer did, by period: counts and amounts of rows done, failed and refunded rollup=merges partial activities of one customer

CREATE FUNCTION saaskpi_internal.activity_accum(saaskpi.activity, date, numeric, text) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.activity_accum(saaskpi.activity, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.activity_accum(saaskpi.activity, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.activity_agg(happened_on date, amount numeric, grain text) (
    SFUNC = saaskpi_internal.activity_accum,
    STYPE = saaskpi.activity,
    SSPACE = 128,
    FINALFUNC = saaskpi_internal.activity_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.activity_agg(date, numeric, text) IS
    'counts and amounts of one customer by day, week (from Monday), month, quarter or year; amounts are rounded half to even at four decimals, and one below zero is a refund; rows that cannot be used are counted by skipped()';

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
    'rows that could not be used: no day, no amount or one that is NaN, infinite or of 922337203685477.5808 and more, unknown outcome';
