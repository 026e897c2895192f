-- From recurring revenue to cash received.

@state type=cash_bridge storage=external sspace=4096 meaning=the way from recurring revenue to cash received, by month over any set of customers rollup=merges bridges of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.cash_bridge_accum(saaskpi.cash_bridge, saaskpi.mrr_history, saaskpi.activity, date) RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.cash_bridge_accum(saaskpi.cash_bridge, saaskpi.mrr_history, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.cash_bridge_accum(saaskpi.cash_bridge, saaskpi.mrr_history, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cash_bridge_agg(history saaskpi.mrr_history, payments saaskpi.activity, as_of date) (
    SFUNC = saaskpi_internal.cash_bridge_accum,
    STYPE = saaskpi.cash_bridge,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.cash_bridge_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.cash_bridge_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cash_bridge_agg(saaskpi.mrr_history, saaskpi.activity, date) IS
    'explains, customer by customer and month by month, why cash received differs from recurring revenue';

CREATE FUNCTION saaskpi.cash_bridge(history saaskpi.mrr_history, payments saaskpi.activity, as_of date)
    RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.cash_bridge(saaskpi.mrr_history, saaskpi.activity, date) IS
    'the bridge of one customer';

CREATE FUNCTION saaskpi.cash_bridge_lines(bridge saaskpi.cash_bridge, from_period date DEFAULT NULL)
    RETURNS TABLE (period date, mrr_closing numeric, paid_above_mrr numeric, paid_without_mrr numeric, failed_unpaid numeric,
        paid_below_mrr numeric, not_paid numeric, refunded numeric, collected numeric, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_lines' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.cash_bridge_lines(saaskpi.cash_bridge, date) IS
    'a bridge as rows: mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded = collected';
