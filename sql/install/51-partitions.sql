-- Queries partition by partition, where sources are partitioned by their key.

-- Sources that are hash-partitioned by their key in the same way can be joined
-- partition by partition: every row of a key lies in partitions of the same
-- bound.  No rows unless that holds for all of them, and each partition can be
-- read by itself.
CREATE FUNCTION saaskpi_internal.shared_partitions(wanted name[], env jsonb)
RETURNS SETOF jsonb
LANGUAGE sql STABLE
AS $$
WITH parent AS (
    SELECT s.source, r.oid, ROW(a.atttypid, p.partclass[0], p.partcollation[0])::text AS hashed
      FROM saaskpi_internal.sources AS s
      JOIN pg_class AS r ON r.oid = to_regclass(env -> 'sources' -> s.source ->> 'from')
      JOIN pg_partitioned_table AS p ON p.partrelid = r.oid AND p.partstrat = 'h' AND p.partnatts = 1
      JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = p.partattrs[0] AND a.attname = s.partition_key
     WHERE s.source = ANY (wanted) AND NOT env -> 'sources' -> s.source ? 'rekeyed'),
part AS (
    SELECT p.source, p.hashed, pg_get_expr(c.relpartbound, c.oid) AS bound, c.oid AS id,
           c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND has_table_privilege(c.oid, 'SELECT') AS readable
      FROM parent AS p JOIN pg_inherits AS i ON i.inhparent = p.oid JOIN pg_class AS c ON c.oid = i.inhrelid),
matched AS (
    SELECT jsonb_object_agg(source, id::regclass::text) AS parts, count(*) AS n, max(id) AS place FROM part GROUP BY bound)
SELECT m.parts FROM matched AS m
 WHERE (SELECT count(*) FROM parent) = cardinality(wanted)
   AND (SELECT count(DISTINCT hashed) = 1 AND bool_and(readable) FROM part)
   AND NOT EXISTS (SELECT FROM matched AS x WHERE x.n <> cardinality(wanted))
 ORDER BY m.place
$$;
COMMENT ON FUNCTION saaskpi_internal.shared_partitions(name[], jsonb) IS
    'the partitions of sources that hold the same keys; no rows when the sources are not partitioned alike';

-- A query over sources that hold its key, once per set of shared partitions
-- where there are any, so that workers take whole partitions from the scans to
-- the joined row.  Rows of no key, which make one row, lie in several of them,
-- as a null, an empty text and (none) hash apart: they are left to
-- keyless_query, a statement of its own, since among the branches it could
-- keep them from running side by side.  So keys can be read as they are, which
-- saves two comparisons per row of millions, and what names nobody is left out
-- of the few that result.
CREATE FUNCTION saaskpi_internal.partitioned_query(template text, key name, wanted name[], env jsonb, first boolean)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    pattern text;
    branch text;
    branches text[];
    parts jsonb;
    one name;
    reading text;
    open jsonb := env;
BEGIN
    FOREACH one IN ARRAY wanted LOOP
        reading := (SELECT env -> 'sources' -> one -> 'columns' ->> s.partition_key FROM saaskpi_internal.sources AS s WHERE s.source = one);
        CONTINUE WHEN reading IS NULL;  -- a source that is never partitioned
        open := jsonb_set(open, ARRAY['sources', one], open -> 'sources' -> one || jsonb_build_object(
                    'from', format('{from %s}', one), 'input', replace(env -> 'sources' -> one ->> 'input', saaskpi_internal.known_key(reading), reading)));
    END LOOP;
    pattern := saaskpi_internal.expand(template, open, first);
    FOR parts IN SELECT * FROM saaskpi_internal.shared_partitions(wanted, env) LOOP
        branch := pattern;
        FOREACH one IN ARRAY wanted LOOP
            branch := replace(branch, format('{from %s}', one), parts ->> one);
        END LOOP;
        branches := branches || format('SELECT * FROM (%s) AS b WHERE %I NOT IN ('''', ''(none)'')', branch, key);
    END LOOP;
    RETURN coalesce(array_to_string(branches, E'\nUNION ALL\n'), saaskpi_internal.expand(template, env, first));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.partitioned_query(text, name, name[], jsonb, boolean) IS
    'a template over sources that hold its key as SQL, partition by partition where they are partitioned alike, and then without the row of no key';

CREATE FUNCTION saaskpi_internal.keyless_query(template text, wanted name[], env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    s record;
    open jsonb := env;
BEGIN
    IF NOT EXISTS (SELECT FROM saaskpi_internal.shared_partitions(wanted, env))
       OR NOT EXISTS (SELECT FROM saaskpi_internal.sources AS t WHERE t.source = ANY (wanted) AND t.keyless_counts) THEN
        RETURN NULL;
    END IF;
    FOR s IN SELECT t.source, t.partition_key FROM saaskpi_internal.sources AS t WHERE t.source = ANY (wanted) LOOP
        open := jsonb_set(open, ARRAY['sources', s.source, 'from'],
                          to_jsonb(format('(SELECT * FROM %s AS k WHERE k.%I IS NULL OR k.%2$I::pg_catalog.text IN ('''', ''(none)''))', env -> 'sources' -> s.source ->> 'from', s.partition_key)));
    END LOOP;
    RETURN saaskpi_internal.expand(template, open);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.keyless_query(text, name[], jsonb) IS
    'what partitioned_query leaves out; null where it leaves out nothing';
