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

-- What the relations of buyers are made from.

CREATE FUNCTION saaskpi_internal.orders_again(history saaskpi.order_history, OUT median_days numeric, OUT second_order date, OUT days_again bigint, OUT net_again numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_orders_again' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.orders_again(saaskpi.order_history) IS
    'of the orders of one customer without returns: median of the days from each to the next, day of the second, days with an order after the first, and the net of those days';

CREATE FUNCTION saaskpi_internal.order_months(history saaskpi.order_history)
    RETURNS TABLE (month date, orders bigint, net numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_order_months' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    ROWS 5;
COMMENT ON FUNCTION saaskpi_internal.order_months(saaskpi.order_history) IS
    'the months in which a customer ordered or returned something: orders without returns, and the net of all';

CREATE FUNCTION saaskpi_internal.order_gaps(history saaskpi.order_history)
    RETURNS TABLE (day date, days integer)
    AS 'MODULE_PATHNAME', 'saaskpi_order_gaps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    ROWS 10;
COMMENT ON FUNCTION saaskpi_internal.order_gaps(saaskpi.order_history) IS
    'the days on which a customer ordered after her first, returns left out, and how many days after the one before each is';

CREATE FUNCTION saaskpi_internal.order_snapshots(history saaskpi.order_history, days date[], cuts bigint[])
    RETURNS TABLE (place integer, snapshot date, recency_days integer, last_order bigint, frequency bigint, units bigint, monetary numeric, r_score bigint, f_score bigint, m_score bigint, cell_before bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_order_snapshots' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 10;
COMMENT ON FUNCTION saaskpi_internal.order_snapshots(saaskpi.order_history, date[], bigint[]) IS
    'what a customer had ordered by the end of each of the days, which rise: a row for each up to which there was an order that is no return; scores by cuts, 13 numbers for each place, which are the place and where the second to the fifth fifth begins of last_order, frequency and units, 9223372036854775807 for none, and of the row before the number of their cell, 1 to 125; null without cuts';
