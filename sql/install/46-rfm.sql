-- Recency, frequency and monetary value as a reader wants them: on any day, in
-- more or fewer bins, of the last days alone, and with another rule for ties.

-- Of n values the one at place m, from 1, lies in bin ceil(bins * (m - 1/2) / n).
-- What the place of equal values is, the rule for ties says.
CREATE FUNCTION saaskpi_internal.bin_of(first bigint, equals bigint, apart bigint, n bigint, bins integer, ties text)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (bins * CASE ties WHEN 'midrank' THEN 2 * first + equals - 2 WHEN 'lowest' THEN 2 * first - 1
                         WHEN 'highest' THEN 2 * (first + equals) - 3 ELSE 2 * apart - 1 END + 2 * n - 1) / (2 * n);
COMMENT ON FUNCTION saaskpi_internal.bin_of(bigint, bigint, bigint, bigint, integer, text) IS
    'bin of a value among n: first is the place of the first of its equals, apart its own where equals are told apart';

CREATE FUNCTION saaskpi.rfm_at(schema_name name, as_of date, bins integer DEFAULT 5, days integer DEFAULT NULL, ties text DEFAULT 'midrank')
RETURNS TABLE (customer_id text, recency_days integer, frequency bigint, monetary numeric, r_score integer, f_score integer, m_score integer, segment text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF as_of IS NULL OR bins IS NULL OR ties IS NULL THEN
        RAISE EXCEPTION 'as_of, bins and ties must not be null' USING ERRCODE = 'null_value_not_allowed', HINT = 'kpi_rfm is as of the last refresh.';
    ELSIF as_of NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
        RAISE EXCEPTION 'as_of must lie in years 1 to 9999, not %', as_of USING ERRCODE = 'invalid_parameter_value';
    ELSIF bins NOT BETWEEN 1 AND 100 THEN
        RAISE EXCEPTION 'bins must lie between 1 and 100, not %', bins USING ERRCODE = 'invalid_parameter_value';
    ELSIF days NOT BETWEEN 1 AND 1000000 THEN
        RAISE EXCEPTION 'days must lie between 1 and 1000000, not %', days USING ERRCODE = 'invalid_parameter_value';
    ELSIF ties NOT IN ('midrank', 'lowest', 'highest', 'apart') THEN
        RAISE EXCEPTION 'unknown rule for ties "%"', ties USING ERRCODE = 'invalid_parameter_value', HINT = 'Rules are midrank, lowest, highest and apart.';
    END IF;
    PERFORM saaskpi_internal.require_relation(schema_name, 'kpi_rfm');
    RETURN QUERY EXECUTE format($sql$
        WITH buyers AS (
            SELECT o.customer_id COLLATE "C" AS customer_id, max(o.ordered_on) FILTER (WHERE NOT o.is_return) AS last_order, count(*) FILTER (WHERE NOT o.is_return) AS frequency, sum(o.net) AS monetary
              FROM %1$I.kpi_orders AS o WHERE o.status = 'counts' AND o.customer_id IS NOT NULL AND o.ordered_on <= $1 AND (o.ordered_on > $1 - $3) IS NOT FALSE GROUP BY 1
            HAVING count(*) FILTER (WHERE NOT o.is_return) > 0
        ), places AS (
            SELECT b.*, count(*) OVER () AS n,
                   rank() OVER r AS r_first, count(*) OVER (PARTITION BY b.last_order) AS r_equals, row_number() OVER (ORDER BY b.last_order, b.customer_id) AS r_apart,
                   rank() OVER f AS f_first, count(*) OVER (PARTITION BY b.frequency) AS f_equals, row_number() OVER (ORDER BY b.frequency, b.customer_id) AS f_apart,
                   rank() OVER m AS m_first, count(*) OVER (PARTITION BY b.monetary) AS m_equals, row_number() OVER (ORDER BY b.monetary, b.customer_id) AS m_apart
              FROM buyers AS b WINDOW r AS (ORDER BY b.last_order), f AS (ORDER BY b.frequency), m AS (ORDER BY b.monetary)
        ), scored AS (
            SELECT p.*, saaskpi_internal.bin_of(p.r_first, p.r_equals, p.r_apart, p.n, $2, $4) AS r, saaskpi_internal.bin_of(p.f_first, p.f_equals, p.f_apart, p.n, $2, $4) AS f,
                   saaskpi_internal.bin_of(p.m_first, p.m_equals, p.m_apart, p.n, $2, $4) AS m FROM places AS p
        )
        SELECT s.customer_id::text, $1 - s.last_order, s.frequency, s.monetary, s.r, s.f, s.m, coalesce(g.segment, '(none)')
          FROM scored AS s LEFT JOIN %1$I.kpi_rfm_segments AS g ON g.cell = concat(saaskpi_internal.bin_of(s.r, 1, s.r, $2, 5, 'midrank'), saaskpi_internal.bin_of(s.f, 1, s.f, $2, 5, 'midrank'), saaskpi_internal.bin_of(s.m, 1, s.m, $2, 5, 'midrank'))
         ORDER BY s.customer_id$sql$, schema_name) USING as_of, bins, days, ties;
END
$$;
COMMENT ON FUNCTION saaskpi.rfm_at(name, date, integer, integer, text) IS
    'buyers by recency, frequency and value on a day, as kpi_rfm has them unless told otherwise: scores from 1 to bins; of orders of the last days alone; of equal values all get the bin of their middle (midrank), of the first (lowest) or last of them (highest), or each its own by customer_id (apart). The segment is that of kpi_rfm_segments for the fifths that the scores lie in';
