-- Everything about one customer.

-- Blocks are the relations that have a row or more per customer, whichever
-- domain they are of: what a snapshot says is that of the last one by the day,
-- what has a day of its own lies up to it, and what only tells of the last
-- refresh is left out on an earlier day.
CREATE FUNCTION saaskpi.customer_360(schema_name name, customer text, as_of date DEFAULT NULL)
RETURNS TABLE (block text, place bigint, facts jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    newest constant integer := 20;
    last date;
    b record;
BEGIN
    IF customer IS NULL THEN
        RAISE EXCEPTION 'customer must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM saaskpi_internal.require_relation(schema_name, 'kpi_settings');
    EXECUTE format('SELECT effective_as_of FROM %I.kpi_settings', schema_name) INTO last;
    FOR b IN SELECT r.relation, format('%I.%I', schema_name, r.relation) AS shown, d.day
               FROM saaskpi_internal.relations AS r
               JOIN saaskpi_internal.relation_columns AS c ON c.relation = r.relation AND c.column_name = 'customer_id'
               LEFT JOIN (SELECT k.relation, min(k.column_name::text) AS day FROM saaskpi_internal.relation_columns AS k
                           WHERE k.column_name IN ('snapshot', 'happened_on', 'ordered_on', 'day', 'created_on') GROUP BY k.relation) AS d ON d.relation = r.relation
              WHERE r.maintained <> 'shown' AND to_regclass(format('%I.%I', schema_name, r.relation)) IS NOT NULL ORDER BY r.ordinal LOOP
        CONTINUE WHEN b.day IS NULL AND as_of < last;
        RETURN QUERY EXECUTE format('SELECT %L, row_number() OVER (%s), to_jsonb(q) - ''customer_id'' FROM %s AS q WHERE q.customer_id = $1 AND %s ORDER BY 2 LIMIT %s', b.relation,
            CASE WHEN b.day IS NULL THEN 'ORDER BY to_jsonb(q)::text COLLATE "C"' ELSE format('ORDER BY q.%I DESC, to_jsonb(q)::text COLLATE "C"', b.day) END, b.shown,
            CASE WHEN b.day IS NULL THEN 'true' WHEN b.day = 'snapshot' THEN format('q.snapshot = (SELECT max(l.snapshot) FROM %s AS l WHERE l.snapshot <= $2)', b.shown) ELSE format('q.%I <= $2', b.day) END, newest)
          USING customer, coalesce(as_of, last);
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi.customer_360(name, text, date) IS
    'everything that the kpi relations of a schema say of one customer, as of a day (default: that of the last refresh): a block per relation, and of each the 20 newest rows; on an earlier day the snapshots of then, what had happened up to it, and nothing that tells only of the last refresh';
