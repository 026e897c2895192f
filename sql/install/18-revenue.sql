-- Money received by period, over any set of customers.

@state type=revenue_flow storage=external sspace=4096 meaning=money received, failed and refunded by period over any set of customers rollup=merges revenue of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.revenue_flow_accum(saaskpi.revenue_flow, saaskpi.activity, date) RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.revenue_flow_accum(saaskpi.revenue_flow, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.revenue_flow_accum(saaskpi.revenue_flow, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.revenue_flow_agg(activity saaskpi.activity, as_of date) (
    SFUNC = saaskpi_internal.revenue_flow_accum,
    STYPE = saaskpi.revenue_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.revenue_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.revenue_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.revenue_flow_agg(saaskpi.activity, date) IS
    'sums activities by period up to as_of: exact amounts, counts and the customers behind them';

CREATE FUNCTION saaskpi.revenue_flow(activity saaskpi.activity, as_of date)
    RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.revenue_flow(saaskpi.activity, date) IS
    'the revenue of one customer';

CREATE FUNCTION saaskpi.revenue_periods(flow saaskpi.revenue_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (period date, paying_customers bigint, payments bigint, amount numeric, failing_customers bigint,
        failed_payments bigint, failed_amount numeric, refunds bigint, refunded_amount numeric, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_periods' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.revenue_periods(saaskpi.revenue_flow, date) IS
    'revenue as rows, every period up to as_of';

CREATE FUNCTION saaskpi.first_period(flow saaskpi.revenue_flow)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_first_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_period(saaskpi.revenue_flow) IS
    'first day of the first period with a payment, null when there is none';
