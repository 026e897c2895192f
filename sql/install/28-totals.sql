-- The totals of states that also hold plans, without the rows of the plans:
-- what breakdowns by other dimensions read.

CREATE FUNCTION saaskpi_internal.mrr_waterfall_total(flow saaskpi.mrr_flow, from_period date)
    RETURNS TABLE (label text, period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric,
        reactivation numeric, transfer_in numeric, transfer_out numeric, closing numeric, round_trip numeric,
        customers_opening bigint, customers_new bigint, customers_expanded bigint, customers_contracted bigint,
        customers_churned bigint, customers_reactivated bigint, customers_transfer_in bigint, customers_transfer_out bigint,
        customers_closing bigint, is_complete boolean, pause numeric, resume numeric, customers_paused bigint, customers_resumed bigint, fx numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_waterfall_total' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.mrr_waterfall_total(saaskpi.mrr_flow, date) IS
    'the total of mrr_waterfall, without the plans';

CREATE FUNCTION saaskpi_internal.mrr_retained_total(retention saaskpi.mrr_retention, from_period date)
    RETURNS TABLE (label text, period date, base numeric, retained numeric, kept numeric,
        customers_base bigint, customers_kept bigint, is_complete boolean, paused numeric, customers_paused bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retained_total' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.mrr_retained_total(saaskpi.mrr_retention, date) IS
    'the total of mrr_retained, without the plans, and of base what is not kept as more is paused than was then';

CREATE FUNCTION saaskpi_internal.mrr_retained_plans(retention saaskpi.mrr_retention, from_period date)
    RETURNS TABLE (label text, period date, base numeric, retained numeric, kept numeric,
        customers_base bigint, customers_kept bigint, is_complete boolean, paused numeric, customers_paused bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retained_pauses' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.mrr_retained_plans(saaskpi.mrr_retention, date) IS
    'mrr_retained, and of base what is not kept as more is paused than was then';

-- Who has a value of a dimension only for some months is in its breakdown with
-- the part of her that lies in them.

CREATE FUNCTION saaskpi_internal.mrr_flow_between(flow saaskpi.mrr_flow, from_period date, to_period date)
    RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_between' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION saaskpi_internal.mrr_flow_between(saaskpi.mrr_flow, date, date) IS
    'the total of a waterfall in the periods from the first up to and without the second, null for no bound: what it opens with is transferred in, what it closes with is transferred out after it; consecutive parts add up to the whole but for these transfers';

CREATE FUNCTION saaskpi_internal.mrr_retention_between(retention saaskpi.mrr_retention, from_period date, to_period date)
    RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_between' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION saaskpi_internal.mrr_retention_between(saaskpi.mrr_retention, date, date) IS
    'the total of a retention, of those who paid when one of these periods closed, whatever became of them later';
