-- The MRR waterfall: movements summed by period over any set of customers.

@state type=mrr_flow storage=external sspace=4096 meaning=an MRR waterfall over any set of customers: movements by period, in total and by plan rollup=merges waterfalls of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.mrr_flow_accum(saaskpi.mrr_flow, saaskpi.mrr_history, text, date) RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.mrr_flow_accum(saaskpi.mrr_flow, saaskpi.mrr_history, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.mrr_flow_accum(saaskpi.mrr_flow, saaskpi.mrr_history, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_flow_agg(history saaskpi.mrr_history, grain text, as_of date) (
    SFUNC = saaskpi_internal.mrr_flow_accum,
    STYPE = saaskpi.mrr_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.mrr_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.mrr_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_flow_agg(saaskpi.mrr_history, text, date) IS
    'sums the day-netted movements of customers into a waterfall by day, week, month, quarter or year up to as_of';

CREATE FUNCTION saaskpi.mrr_flow(history saaskpi.mrr_history, grain text, as_of date)
    RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_flow(saaskpi.mrr_history, text, date) IS
    'the waterfall of one customer';

CREATE FUNCTION saaskpi.mrr_waterfall(flow saaskpi.mrr_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (label text, period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric,
        reactivation numeric, transfer_in numeric, transfer_out numeric, closing numeric, round_trip numeric,
        customers_opening bigint, customers_new bigint, customers_expanded bigint, customers_contracted bigint,
        customers_churned bigint, customers_reactivated bigint, customers_transfer_in bigint, customers_transfer_out bigint,
        customers_closing bigint, is_complete boolean, pause numeric, resume numeric, customers_paused bigint, customers_resumed bigint, fx numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_waterfall_pauses' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.mrr_waterfall(saaskpi.mrr_flow, date) IS
    'a waterfall as rows, every period up to as_of, the total first (label null), then each plan; opening + new + expansion + reactivation + resume + transfer_in + fx - contraction - churn - pause - transfer_out = closing';

CREATE FUNCTION saaskpi_internal.mrr_waterfall(flow saaskpi.mrr_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (label text, period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric,
        reactivation numeric, transfer_in numeric, transfer_out numeric, closing numeric, round_trip numeric,
        customers_opening bigint, customers_new bigint, customers_expanded bigint, customers_contracted bigint,
        customers_churned bigint, customers_reactivated bigint, customers_transfer_in bigint, customers_transfer_out bigint,
        customers_closing bigint, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_waterfall' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.mrr_waterfall(saaskpi.mrr_flow, date) IS
    'a waterfall as version 0.1.0 had it, for views made then: a pause is churn or contraction, a resume reactivation or expansion';

CREATE FUNCTION saaskpi.first_period(flow saaskpi.mrr_flow)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_first_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_period(saaskpi.mrr_flow) IS
    'first day of the first period with a movement, null when there is none';
