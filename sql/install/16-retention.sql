-- Net and gross revenue retention, point to point on the opening cohort.

@state type=mrr_retention storage=external sspace=4096 meaning=revenue retention of the customers who paid some periods before rollup=merges retention of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_retention_agg(history saaskpi.mrr_history, lag integer, grain text, as_of date) (
    SFUNC = saaskpi_internal.mrr_retention_accum,
    STYPE = saaskpi.mrr_retention,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.mrr_retention_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.mrr_retention_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_retention_agg(saaskpi.mrr_history, integer, text, date) IS
    'follows the customers of each period for lag periods: what they paid then, what they pay now, and the smaller of the two customer by customer';

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
