-- Net and gross revenue retention, point to point on the opening cohort.

CREATE TYPE saaskpi.mrr_retention;

CREATE FUNCTION saaskpi.mrr_retention_in(cstring) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_out(saaskpi.mrr_retention) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_recv(internal) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_send(saaskpi.mrr_retention) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.mrr_retention (
    INPUT = saaskpi.mrr_retention_in,
    OUTPUT = saaskpi.mrr_retention_out,
    RECEIVE = saaskpi.mrr_retention_recv,
    SEND = saaskpi.mrr_retention_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.mrr_retention_combine(saaskpi.mrr_retention, saaskpi.mrr_retention) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_final(saaskpi.mrr_retention) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.mrr_retention IS 'revenue retention of the customers who paid some periods before';
COMMENT ON FUNCTION saaskpi.mrr_retention_in(cstring) IS 'text input of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_out(saaskpi.mrr_retention) IS 'text output of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_recv(internal) IS 'binary input of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_send(saaskpi.mrr_retention) IS 'binary output of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_combine(saaskpi.mrr_retention, saaskpi.mrr_retention) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.mrr_retention_final(saaskpi.mrr_retention) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_retention_combine(saaskpi.mrr_retention, saaskpi.mrr_retention) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_retention_final(saaskpi.mrr_retention) FROM PUBLIC;

CREATE FUNCTION saaskpi.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_retention_agg(history saaskpi.mrr_history, lag integer, grain text, as_of date) (
    SFUNC = saaskpi.mrr_retention_accum,
    STYPE = saaskpi.mrr_retention,
    SSPACE = 4096,
    FINALFUNC = saaskpi.mrr_retention_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_retention_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_retention_agg(saaskpi.mrr_history, integer, text, date) IS
    'follows each periods customers for lag periods: what they paid then, what they pay now, and the smaller of the two customer by customer';

CREATE AGGREGATE saaskpi.rollup(saaskpi.mrr_retention) (
    SFUNC = saaskpi.mrr_retention_combine,
    STYPE = saaskpi.mrr_retention,
    SSPACE = 4096,
    FINALFUNC = saaskpi.mrr_retention_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_retention_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.mrr_retention) IS 'merges retention of disjoint sets of customers';

CREATE FUNCTION saaskpi.mrr_retention(history saaskpi.mrr_history, lag integer, grain text, as_of date)
    RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_retention(saaskpi.mrr_history, integer, text, date) IS
    'the retention of one customer';

CREATE FUNCTION saaskpi.mrr_retained(retention saaskpi.mrr_retention, from_period date DEFAULT NULL)
    RETURNS TABLE (label text, period date, base numeric, retained numeric, kept numeric,
        customers_base bigint, customers_kept bigint, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retained' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.mrr_retained(saaskpi.mrr_retention, date) IS
    'retention as rows, the total first (label null), then each plan: NRR = retained / base, GRR = kept / base';
