-- Sales, asked for by a call: what has arguments and so is no relation.

-- The largest of a dimension, and all others in one row.
CREATE FUNCTION saaskpi.top_sales(schema_name name, dimension text, top integer DEFAULT 10, from_month date DEFAULT NULL, to_month date DEFAULT NULL)
RETURNS TABLE (place bigint, value text, net numeric, share numeric, units numeric)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF top IS NULL OR top < 1 THEN
        RAISE EXCEPTION 'top must be 1 or more, not %', coalesce(top::text, 'null') USING ERRCODE = 'invalid_parameter_value';
    ELSIF dimension IS NULL OR dimension NOT IN ('product', 'category', 'region', 'country', 'channel', 'sales_rep', 'segment') THEN
        RAISE EXCEPTION 'unknown dimension "%"', coalesce(dimension, 'null') USING ERRCODE = 'invalid_parameter_value',
            HINT = 'One of product, category, region, country, channel, sales_rep and segment.';
    END IF;
    PERFORM saaskpi_internal.require_relation(schema_name, 'kpi_sales_by');
    RETURN QUERY EXECUTE format($sql$
        WITH s AS (SELECT b.value, sum(b.net) AS net, sum(b.units) AS units, row_number() OVER (ORDER BY sum(b.net) DESC, b.value COLLATE "C") AS place
                     FROM %I.kpi_sales_by AS b WHERE b.grain = 'month' AND b.dimension = $1 AND (b.period >= $3) IS NOT FALSE AND (b.period < $4) IS NOT FALSE GROUP BY b.value),
        t AS (SELECT least(s.place, $2 + 1) AS place, CASE WHEN s.place <= $2 THEN s.value ELSE '(other)' END AS value, sum(s.net) AS net, sum(s.units) AS units FROM s GROUP BY 1, 2),
        h AS (SELECT saaskpi_internal.shares(array_agg(t.net ORDER BY t.place)) AS shares FROM t)
        SELECT t.place, t.value, t.net, h.shares[t.place], t.units FROM t, h ORDER BY t.place$sql$, schema_name)
      USING dimension, top::bigint, from_month, to_month;
END
$$;
COMMENT ON FUNCTION saaskpi.top_sales(name, text, integer, date, date) IS
    'the values of a dimension of kpi_sales_by that sold most, and one row (other) for the rest; from months from from_month on and before to_month, all when null; of equals the first by name; shares add up to 100.0';

-- The same on any day: the query of kpi_buyers over the orders up to it.
CREATE FUNCTION saaskpi.buyers_at(schema_name name, as_of date)
RETURNS TABLE (customer_id text, first_order date, last_order date, recency_days integer, tenure_days integer, orders bigint, net numeric,
               avg_basket numeric, avg_items numeric, avg_products numeric, avg_days_between numeric, median_days_between numeric,
               net_30d numeric, orders_30d bigint, net_90d numeric, orders_90d bigint, second_order date, order_days bigint, net_again numeric)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    env jsonb;
BEGIN
    IF as_of IS NULL THEN
        RAISE EXCEPTION 'as_of must not be null' USING ERRCODE = 'null_value_not_allowed',
            HINT = 'kpi_buyers is as of the last refresh.';
    ELSIF as_of NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
        RAISE EXCEPTION 'as_of must lie in years 1 to 9999, not %', as_of USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM saaskpi_internal.require_relation(schema_name, 'kpi_orders');
    env := jsonb_build_object('schema', schema_name, 'as_of', as_of, 'settings', '{"time_zone": "UTC"}'::jsonb, 'instead', jsonb_build_object(
        'kpi_orders', format('(SELECT customer_id, status, is_return, net, units, units_returned, products, ordered_on, ordered_on::timestamp AT TIME ZONE ''UTC'' AS ordered_at FROM %I.kpi_orders WHERE ordered_on <= %L)',
                             schema_name, as_of)));
    -- what is stored beside those columns is not shown, so that the day of an
    -- order will do for its time
    RETURN QUERY EXECUTE format('SELECT %s FROM (%s) AS b ORDER BY b.customer_id', (SELECT string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal) FROM saaskpi_internal.relation_columns AS c WHERE c.relation = 'kpi_buyers'),
        (SELECT saaskpi_internal.expand(saaskpi_internal.with_branches(r, env), env) FROM saaskpi_internal.relations AS r WHERE r.relation = 'kpi_buyers'));
END
$$;
COMMENT ON FUNCTION saaskpi.buyers_at(name, date) IS
    'kpi_buyers as it was on a day: from orders up to that day and nothing later, as they are known today';

-- Values of all buyers, of which each score is a fifth.
CREATE FUNCTION saaskpi_internal.fifths(amounts bigint[])
    RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_fifths' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.fifths(bigint[]) IS
    'the values at which the second and later fifths of all begin, told by the middle of equal values; a value lies in fifth width_bucket(value, fifths) + 1';

CREATE FUNCTION saaskpi_internal.snapshots(as_of date, months integer)
RETURNS date[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT array_agg(q.day ORDER BY q.day)
  FROM (SELECT as_of AS day UNION
        SELECT (date_trunc('month', as_of::timestamp) - n * interval '1 month')::date - 1 FROM generate_series(0, least(months, 1200) - 1) AS n) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.snapshots(date, integer) IS
    'as_of and the last days of so many months before it, 1200 at most, in order';

-- A customer counts once in a period, however often she orders: by her first
-- order there.  So customers are orders, and add up like them.
CREATE FUNCTION saaskpi_internal.order_firsts(customer_id text, day date, week_start text, region text, country text, channel text, sales_rep text, segment text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'saaskpi_order_firsts' LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.order_firsts(text, date, text, text, text, text, text, text) IS
    'over orders that come by customer, in the order of bytes, and day: a bit for each period in which the order is her first, that is day, week, month, quarter, year and all of time, then month, quarter and year of each value; an order without a customer or a day counts for nothing';

CREATE FUNCTION saaskpi_internal.sales_sums_accum(bigint[], numeric, numeric, numeric, numeric, boolean, integer) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_sales_sums_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.sales_sums_accum(bigint[], numeric, numeric, numeric, numeric, boolean, integer) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.sales_sums_accum(bigint[], numeric, numeric, numeric, numeric, boolean, integer) FROM PUBLIC;

CREATE FUNCTION saaskpi_internal.sales_sums_combine(bigint[], bigint[]) RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'saaskpi_sales_sums_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.sales_sums_combine(bigint[], bigint[]) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.sales_sums_combine(bigint[], bigint[]) FROM PUBLIC;

CREATE AGGREGATE saaskpi_internal.sales_sums(gross numeric, discounts numeric, returns numeric, units numeric, is_return boolean, firsts integer) (
    SFUNC = saaskpi_internal.sales_sums_accum,
    STYPE = bigint[],
    SSPACE = 64,
    COMBINEFUNC = saaskpi_internal.sales_sums_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi_internal.sales_sums(numeric, numeric, numeric, numeric, boolean, integer) IS
    'orders, then how many have each bit of firsts; of the four amounts sales_sum tells the sums';

CREATE AGGREGATE saaskpi_internal.sales_sums_merged(sums bigint[]) (
    SFUNC = saaskpi_internal.sales_sums_combine,
    STYPE = bigint[],
    SSPACE = 512,
    COMBINEFUNC = saaskpi_internal.sales_sums_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi_internal.sales_sums_merged(bigint[]) IS 'the sums of the orders of disjoint sets of customers, added up';

CREATE FUNCTION saaskpi_internal.sales_sum(sums bigint[], amount integer)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_sales_sum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.sales_sum(bigint[], integer) IS
    'the sum of the first to the fourth amount of sales_sums';
