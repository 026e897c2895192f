-- Everything about one customer.

-- Rows of a source that belong to rows of a relation.  The source is narrowed
-- before its repeats are looked for: an index on it serves where the column is
-- a text, and it is never sorted as a whole.
CREATE FUNCTION saaskpi_internal.customer_details_of_work(schema_name name, relation text, wanted text, looked_for text[])
RETURNS TABLE (found_by text, facts jsonb)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    env jsonb := saaskpi_internal.environment(schema_name);
    d saaskpi_internal.customer_details;
BEGIN
    -- what the caller may read is what she was let in for
    SELECT * INTO d FROM saaskpi_internal.customer_details AS t WHERE t.detail = wanted AND t.relation = customer_details_of_work.relation;
    IF d.detail IS NULL THEN
        RAISE EXCEPTION '% has no detail "%"', relation, wanted USING ERRCODE = 'invalid_parameter_value';
    ELSIF NOT env -> 'sources' ? d.source THEN
        RETURN;
    END IF;
    env := jsonb_set(env, ARRAY['sources', d.source, 'from'], to_jsonb(format('(SELECT * FROM %s AS %I WHERE %s = ANY ($1))',
               env -> 'sources' -> d.source ->> 'from', d.source, env -> 'sources' -> d.source -> 'columns' ->> d.column_name)));
    RETURN QUERY EXECUTE format('SELECT q.%I::pg_catalog.text, pg_catalog.to_jsonb(q) FROM (%s) AS q', d.column_name, saaskpi_internal.expand(d.query, env)) USING looked_for;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.customer_details_of_work(name, text, text, text[]) IS 'the work of customer_details_of';

CREATE FUNCTION saaskpi_internal.customer_details_of(schema_name name, relation text, wanted text, looked_for text[])
RETURNS TABLE (found_by text, facts jsonb)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_reader_of' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.customer_details_of(name, text, text, text[]) IS
    'the rows of a detail that belong to rows of its relation, beside what they were found by; open to whoever may read that';

-- Of each relation the rows of one customer ($1) up to a day ($2), without what
-- became known later.
CREATE FUNCTION saaskpi_internal.customer_query(relation name, shown text, day name, newest integer, is_earlier boolean)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT format('SELECT %L, row_number() OVER (ORDER BY %sto_jsonb(q)::text COLLATE "C"), to_jsonb(q) - %L::text[] FROM %s AS q WHERE q.customer_id = $1 AND %s ORDER BY 2 LIMIT %s',
    relation, 'q.' || quote_ident(day) || ' DESC, ',
    '{customer_id}'::text[] || ARRAY(SELECT l.column_name::text FROM saaskpi_internal.known_later AS l WHERE is_earlier AND l.relation = customer_query.relation ORDER BY 1), shown,
    CASE WHEN day IS NULL THEN 'true' WHEN day = 'snapshot' THEN format('q.snapshot = (SELECT max(l.snapshot) FROM %s AS l WHERE l.snapshot <= $2)', shown) ELSE format('q.%I <= $2', day) END, newest)
$$;
COMMENT ON FUNCTION saaskpi_internal.customer_query(name, text, name, integer, boolean) IS 'SQL of the block that customer_360 has of a relation';

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
    query text;
    b record;
    part saaskpi_internal.customer_details;
BEGIN
    IF customer IS NULL THEN
        RAISE EXCEPTION 'customer must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM saaskpi_internal.require_relation(schema_name, 'kpi_settings');
    EXECUTE format('SELECT effective_as_of FROM %I.kpi_settings', schema_name) INTO last;
    FOR b IN SELECT r.relation, d.day
               FROM saaskpi_internal.relations AS r
               JOIN saaskpi_internal.relation_columns AS c ON c.relation = r.relation AND c.column_name = 'customer_id'
               LEFT JOIN (SELECT k.relation, min(k.column_name::text)::name AS day FROM saaskpi_internal.relation_columns AS k
                           WHERE k.column_name IN ('snapshot', 'happened_on', 'ordered_on', 'day', 'created_on') GROUP BY k.relation) AS d ON d.relation = r.relation
              WHERE r.maintained <> 'shown' AND to_regclass(format('%I.%I', schema_name, r.relation)) IS NOT NULL ORDER BY r.ordinal LOOP
        CONTINUE WHEN b.day IS NULL AND as_of < last;
        query := saaskpi_internal.customer_query(b.relation, format('%I.%I', schema_name, b.relation), b.day, newest, coalesce(as_of < last, false));
        RETURN QUERY EXECUTE query USING customer, coalesce(as_of, last);
        FOR part IN SELECT t.* FROM saaskpi_internal.customer_details AS t WHERE t.relation = b.relation ORDER BY t.ordinal LOOP
            RETURN QUERY EXECUTE format('SELECT $3, row_number() OVER (ORDER BY q.facts ->> %L DESC, q.found_by COLLATE "C", q.facts::text COLLATE "C"), q.facts
                                           FROM saaskpi_internal.customer_details_of($4, $5, $3, ARRAY(SELECT w.facts ->> %L FROM (%s) AS w(block, place, facts))) AS q ORDER BY 2', b.day, part.column_name, query)
              USING customer, coalesce(as_of, last), part.detail::text, schema_name, b.relation::text;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi.customer_360(name, text, date) IS
    'everything that the kpi relations of a schema say of one customer, as of a day (default: that of the last refresh): a block per relation, and of each the 20 newest rows; on an earlier day the snapshots of then, what had happened up to it, and nothing that tells of the last refresh or became known in between. order_lines has the lines of the orders shown, with the products';
