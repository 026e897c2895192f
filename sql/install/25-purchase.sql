-- The orders of one customer, each with its time: what is known of a buyer on any day.

@state type=order_history storage=external sspace=256 meaning=the orders of one customer, each with its time, net, items and products rollup=merges parts of the orders of one customer

CREATE FUNCTION saaskpi_internal.order_history_accum(saaskpi.order_history, timestamp, numeric, numeric, bigint, boolean) RETURNS saaskpi.order_history
    AS 'MODULE_PATHNAME', 'saaskpi_order_history_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_history_accum(saaskpi.order_history, timestamp, numeric, numeric, bigint, boolean) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.order_history_accum(saaskpi.order_history, timestamp, numeric, numeric, bigint, boolean) FROM PUBLIC;

CREATE AGGREGATE saaskpi.order_history_agg(ordered_at timestamp, net numeric, items numeric, products bigint, is_return boolean) (
    SFUNC = saaskpi_internal.order_history_accum,
    STYPE = saaskpi.order_history,
    SSPACE = 256,
    FINALFUNC = saaskpi_internal.order_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.order_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.order_history_agg(timestamp, numeric, numeric, bigint, boolean) IS
    'the orders of one customer, in any order: local time of each, kept to the second, net, items, number of different products, and whether it is a return; amounts and items are rounded half to even at four decimals; rows that cannot be used are counted by skipped()';

CREATE FUNCTION saaskpi.order_rows(history saaskpi.order_history)
    RETURNS TABLE (ordered_at timestamp, is_return boolean, orders bigint, net numeric, items numeric, products bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_order_rows' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 10;
COMMENT ON FUNCTION saaskpi.order_rows(saaskpi.order_history) IS
    'the orders of one customer as rows: one per time, those of one second added up';

CREATE FUNCTION saaskpi.skipped(history saaskpi.order_history)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_order_history_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.order_history) IS
    'rows left out: no time, one outside the years 1 to 9999, a net, number of items or of products that is missing or not finite, or items or products below zero';
