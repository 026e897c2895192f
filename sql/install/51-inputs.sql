-- What relations read of a source: its columns as they are, one row per key.

-- The text of a key as relations know it: no text, the empty one and (none)
-- are all nobody.
CREATE FUNCTION saaskpi_internal.known_key(reading text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$SELECT format('nullif(nullif(%s, %L), %L)', reading, '', '(none)')$$;
COMMENT ON FUNCTION saaskpi_internal.known_key(text) IS 'SQL of a key, null for all that name nobody';

-- A key may have parts that rows can do without, as logs often have no number
-- of an event: a row without one repeats no other.
CREATE FUNCTION saaskpi_internal.optional_key(wanted name)
RETURNS name[]
LANGUAGE sql STABLE
AS $$
SELECT coalesce(array_agg(c.column_name ORDER BY c.ordinal), '{}')
  FROM saaskpi_internal.source_columns AS c JOIN saaskpi_internal.sources AS s ON s.source = c.source
 WHERE s.source = wanted AND c.column_name = ANY (s.key) AND NOT c.needed AND NOT c.required
$$;
COMMENT ON FUNCTION saaskpi_internal.optional_key(name) IS
    'the columns of the key of a source that may be absent or null';

-- How the rows of a source are read, with a place for the relation itself.
CREATE FUNCTION saaskpi_internal.rows_query(wanted name, columns jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    c record;
    result text;
BEGIN
    SELECT s.input INTO STRICT result FROM saaskpi_internal.sources AS s WHERE s.source = wanted;
    FOR c IN SELECT d.column_name, coalesce(columns ->> d.column_name, format('NULL::pg_catalog.%s', CASE d.kind WHEN 'boolean' THEN 'bool' ELSE d.kind END)) AS reading
               FROM saaskpi_internal.source_columns AS d WHERE d.source = wanted LOOP
        result := replace(replace(result, format('{key %s}', c.column_name), saaskpi_internal.known_key(c.reading)), format('{%s}', c.column_name), c.reading);
    END LOOP;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.rows_query(name, jsonb) IS
    'SQL that reads all rows of a source whose columns are read as given, {from} in place of its relation';

-- The same, as relations read it: one row per key where the source says so.
CREATE FUNCTION saaskpi_internal.input_query(wanted name, relation regclass, columns jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    s saaskpi_internal.sources;
    result text := saaskpi_internal.rows_query(wanted, columns);
    optional name[] := saaskpi_internal.optional_key(wanted);
BEGIN
    SELECT * INTO STRICT s FROM saaskpi_internal.sources AS r WHERE r.source = wanted;
    IF s.one_row_per_key AND NOT saaskpi_internal.is_unique(relation, s.key)
       AND NOT EXISTS (SELECT FROM unnest(optional) AS o WHERE relation IS NOT NULL AND columns ->> o IS NULL) THEN
        result := format('SELECT DISTINCT ON (%s) * FROM (%s) AS q%s ORDER BY %1$s', (SELECT string_agg(quote_ident(k), ', ') FROM unnest(s.key) AS k), result,
                         (SELECT ' WHERE ' || string_agg(format('%I IS NOT NULL', o), ' AND ') FROM unnest(optional) AS o))
               || (SELECT string_agg(format(', %I%s', d.column_name, CASE d.kind WHEN 'text' THEN ' COLLATE "C"' ELSE '' END), '' ORDER BY d.ordinal)
                     FROM saaskpi_internal.source_columns AS d
                    WHERE d.source = wanted AND d.column_name <> ALL (s.key) AND s.input ~ format(' AS %s\M', d.column_name))
               || coalesce((SELECT format(') UNION ALL SELECT * FROM (%s) AS q WHERE ', result) || string_agg(format('%I IS NULL', o), ' OR ') FROM unnest(optional) AS o), '');
        result := CASE WHEN cardinality(optional) > 0 THEN '(' ELSE '' END || result;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.input_query(name, regclass, jsonb) IS
    'SQL that reads what relations are to see of a source, {from} in place of its relation';

-- Sources as others revise them, once it is known which have any row.
CREATE FUNCTION saaskpi_internal.with_revisions(sources jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    r saaskpi_internal.source_revisions;
    result jsonb := sources;
BEGIN
    FOR r IN SELECT v.* FROM saaskpi_internal.source_revisions AS v
              WHERE v.query IS NOT NULL AND sources ? v.source AND (sources -> v.revised_by ->> 'filled')::boolean ORDER BY v.ordinal LOOP
        result := jsonb_set(result, ARRAY[r.source, 'before'], coalesce(result #> ARRAY[r.source, 'before'], '{}') || jsonb_build_object(r.revised_by, result -> r.source -> 'input'));
        result := jsonb_set(result, ARRAY[r.source, 'input'], to_jsonb(replace(r.query, '{read}', format('(%s)', result -> r.source ->> 'input'))));
        IF r.rekeys THEN
            result := jsonb_set(result, ARRAY[r.source, 'rekeyed'], 'true');
        END IF;
    END LOOP;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.with_revisions(jsonb) IS
    'the sources of an environment, what relations read of them as other sources say';

CREATE FUNCTION saaskpi_internal.is_unique(relation regclass, key name[])
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT EXISTS (
    SELECT FROM pg_index AS i
     WHERE i.indrelid = relation AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
       AND key @> ARRAY(SELECT a.attname FROM unnest(i.indkey[:i.indnkeyatts - 1]) AS k
                          JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k))
$$;
COMMENT ON FUNCTION saaskpi_internal.is_unique(regclass, name[]) IS
    'whether a unique index keeps two rows from having the same key';

-- Only rows tell how large a view is, and so many are soon counted.
CREATE FUNCTION saaskpi_internal.has_more_rows(relation text, than bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    result boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s OFFSET %s)', relation, than) INTO result;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.has_more_rows(text, bigint) IS 'whether a table or view has more rows than so many';

-- Tables that nothing was written to tell so without being asked.
CREATE FUNCTION saaskpi_internal.has_no_pages(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT coalesce((SELECT c.relkind = 'r' AND pg_relation_size(c.oid) = 0 FROM pg_class AS c WHERE c.oid = relation), false)
$$;
COMMENT ON FUNCTION saaskpi_internal.has_no_pages(regclass) IS 'whether a relation is a table of no page, and so of no row';

-- Where the rows of a source lie in order of a column and an index says so:
-- the value about half of them lie before.
CREATE FUNCTION saaskpi_internal.middle_in_order(source name, column_name name, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    relation constant regclass := to_regclass(env -> 'sources' -> source ->> 'from');
    indexed constant name := (
        SELECT a.attname
          FROM pg_class AS c
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND format('%s.%I', source, a.attname) = env -> 'sources' -> source -> 'columns' ->> column_name
         WHERE c.oid = relation AND c.relkind = 'r'
           AND EXISTS (SELECT FROM pg_index AS i
                         JOIN pg_class AS x ON x.oid = i.indexrelid
                         JOIN pg_am AS m ON m.oid = x.relam AND m.amname = 'btree'
                        WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = a.attnum AND i.indcollation[0] = a.attcollation));
BEGIN
    RETURN (SELECT coalesce(q.bounds[(cardinality(q.bounds) + 1) / 2], '')
              FROM (SELECT s.histogram_bounds::text::text[] AS bounds
                      FROM pg_class AS c
                      JOIN pg_stats AS s ON s.schemaname = c.relnamespace::regnamespace::name AND s.tablename = c.relname
                     WHERE c.oid = relation AND s.attname = indexed AND s.correlation > 0.9) AS q);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.middle_in_order(name, name, jsonb) IS
    'the middle value of a column that the rows of a source lie in order of, as an index says too; null where they do not, empty where the statistics hold none';
