-- Filling stored tables.
--
-- What is computed is compared with what is stored byte by byte, and only rows
-- that differ are replaced, so a refresh without new data rewrites nothing.
-- NAME_computed, NAME_beside and NAME_gone live within the transaction; they are
-- not temporary, as those are forbidden where code of others may run.

CREATE FUNCTION saaskpi_internal.has_rows(env jsonb, stored name)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN saaskpi_internal.has_more_rows(format('%I.%I', env ->> 'schema', stored), 0);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.has_rows(jsonb, name) IS 'whether a stored table has any row';

-- Otherwise they are to be computed anew, whatever they are made from.
CREATE FUNCTION saaskpi_internal.is_filled_by_present(env jsonb, wanted name)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    result boolean;
BEGIN
    EXECUTE format('SELECT filled_by = $1 FROM %I.kpi_manifest WHERE relation = $2', env ->> 'schema') INTO result
      USING env -> 'filled_by' ->> wanted, wanted::text;
    RETURN coalesce(result, false);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.is_filled_by_present(jsonb, name) IS 'whether the rows of a relation were filled by its present definition and version';

CREATE FUNCTION saaskpi_internal.column_list(env jsonb, stored name, alias text)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT string_agg(format('%s.%I', alias, a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
 WHERE a.attrelid = to_regclass(format('%I.%I', env ->> 'schema', stored)) AND a.attnum > 0 AND NOT a.attisdropped
$$;
COMMENT ON FUNCTION saaskpi_internal.column_list(jsonb, name, text) IS 'the columns of a stored table, qualified';

CREATE FUNCTION saaskpi_internal.key_condition(wanted saaskpi_internal.relations, a text, b text)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT string_agg(format('%s.%I = %s.%I', a, k, b, k), ' AND ') FROM unnest(wanted.key) AS k
$$;
COMMENT ON FUNCTION saaskpi_internal.key_condition(saaskpi_internal.relations, text, text) IS 'that two rows have the same key';

-- A half is whole to the worker that takes it: two would each aggregate it all.
CREATE FUNCTION saaskpi_internal.create_from_halves(statement text)
RETURNS bigint
LANGUAGE plpgsql
SET min_parallel_table_scan_size = 715827882
AS $$
DECLARE
    rows bigint;
BEGIN
    EXECUTE statement;
    GET DIAGNOSTICS rows = ROW_COUNT;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.create_from_halves(text) IS 'runs a CREATE TABLE of halves, no table in which is read by several workers at once; how many rows';

CREATE FUNCTION saaskpi_internal.create_filled(statement text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    rows bigint;
BEGIN
    IF strpos(statement, '/* half */') > 0 THEN
        RETURN saaskpi_internal.create_from_halves(statement);
    END IF;
    EXECUTE statement;
    GET DIAGNOSTICS rows = ROW_COUNT;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.create_filled(text) IS 'runs a CREATE TABLE ... AS; how many rows';

-- Few rows go where they belong at once, as an INSERT runs without workers; but
-- not where the server is told to read the smallest table with them.  Tables are
-- looked at before views, which may take long to give a row.
CREATE FUNCTION saaskpi_internal.are_small(sources jsonb)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    few constant bigint := 10000;
    source text;
BEGIN
    IF pg_size_bytes(current_setting('min_parallel_table_scan_size')) = 0 THEN
        RETURN false;
    END IF;
    FOR source IN SELECT s.value ->> 'from' FROM jsonb_each(sources) AS s JOIN pg_class AS c ON c.oid = to_regclass(s.value ->> 'from') ORDER BY c.relkind IN ('r', 'p') DESC LOOP
        IF saaskpi_internal.has_more_rows(source, few) THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.are_small(jsonb) IS 'whether each of the sources has few rows, so that a first fill needs no workers';

CREATE FUNCTION saaskpi_internal.insert_rows(into_table text, query text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    rows bigint := 0;
BEGIN
    IF query IS NOT NULL THEN
        EXECUTE format('INSERT INTO %s %s', into_table, query);
        GET DIAGNOSTICS rows = ROW_COUNT;
    END IF;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.insert_rows(text, text) IS 'adds the rows of a query, if there is one, to a table; how many';

-- Many rows of a first fill go into a table of their own, which runs in
-- parallel and has its indexes made afterwards; it is put in place of the
-- empty one at once, and readers wait from then to the end of the run.  A few
-- are inserted, and readers see the empty table until then.
CREATE FUNCTION saaskpi_internal.fill_beside(env jsonb, wanted saaskpi_internal.relations, query text, more text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    many constant bigint := 5000;
    new constant text := format('%I.%I', env ->> 'schema', wanted.relation || '_new');
    rows bigint;
BEGIN
    rows := saaskpi_internal.create_filled(format('CREATE TABLE %s AS %s', new, query));
    rows := rows + saaskpi_internal.insert_rows(new, more);
    IF rows >= many THEN
        PERFORM saaskpi_internal.create_indexes(env, wanted, wanted.relation || '_new'), saaskpi_internal.show_relation(env, wanted.relation, new),
                saaskpi_internal.put_in_place(env, ARRAY[wanted.relation]);
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', env ->> 'schema', wanted.relation || '_mat', format('what %s shows; filled by saaskpi.refresh', wanted.relation));
    ELSE
        EXECUTE format('INSERT INTO %I.%I SELECT * FROM %s', env ->> 'schema', wanted.relation || '_mat', new);
        EXECUTE format('DROP TABLE %s', new);
    END IF;
    RETURN rows;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.fill_beside(jsonb, saaskpi_internal.relations, text, text) IS 'fills a stored table that has no rows by way of one beside it; how many rows';

CREATE FUNCTION saaskpi_internal.fill_empty(env jsonb, wanted saaskpi_internal.relations, query text, more text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql
SET default_statistics_target = 30
AS $$
DECLARE
    stored constant text := format('%I.%I', env ->> 'schema', wanted.relation || '_mat');
    rows bigint;
BEGIN
    IF (env -> 'small')::boolean THEN
        rows := saaskpi_internal.insert_rows(stored, query) + saaskpi_internal.insert_rows(stored, more);
    ELSE
        rows := saaskpi_internal.fill_beside(env, wanted, query, more);
    END IF;
    IF rows > 0 THEN
        -- of fewer rows than autovacuum will look at soon enough, as 30,000 take
        -- longer than many relations; and of wide relations that only dashboards read
        -- the keys will do for now, and of others what a condition can name: no
        -- states and amounts
        EXECUTE format('ANALYZE %s (%s)', stored,
                       (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
                         WHERE a.attrelid = to_regclass(stored) AND a.attnum > 0 AND NOT a.attisdropped
                           AND CASE WHEN wanted.maintained = 'rows' THEN a.attname = ANY (wanted.key) ELSE t.typnamespace <> 'saaskpi'::regnamespace AND t.typname <> 'numeric' END));
    END IF;
    RETURN rows > 0;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.fill_empty(jsonb, saaskpi_internal.relations, text, text) IS 'fills a stored table that has no rows with those of one query or two; whether there are any';

-- What changed, for those that follow: the new rows, and the keys that are gone.
CREATE FUNCTION saaskpi_internal.keep_changes(env jsonb, wanted saaskpi_internal.relations, computed text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s constant name := env ->> 'schema';
    stored constant name := wanted.relation || '_mat';
    same constant text := saaskpi_internal.key_condition(wanted, 'm', 'n');
BEGIN
    EXECUTE format('CREATE UNLOGGED TABLE %I.%I AS SELECT n.*, true AS tracked_changed FROM %s AS n
                     WHERE NOT EXISTS (SELECT FROM %1$I.%4$I AS m WHERE %5$s AND ROW(%6$s)::record *= ROW(%7$s)::record)',
                   s, wanted.relation || '_beside', computed, stored, same,
                   saaskpi_internal.column_list(env, stored, 'm'), saaskpi_internal.column_list(env, stored, 'n'));
    EXECUTE format('CREATE UNLOGGED TABLE %I.%I AS SELECT %s FROM %1$I.%4$I AS m WHERE NOT EXISTS (SELECT FROM %5$s AS n WHERE %6$s)',
                   s, wanted.relation || '_gone', (SELECT string_agg('m.' || quote_ident(k), ', ') FROM unnest(wanted.key) AS k), stored, computed, same);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.keep_changes(jsonb, saaskpi_internal.relations, text) IS
    'leaves NAME_beside and NAME_gone for the relations that follow one';

-- Of few rows a table beside takes longer than all of them.  What goes is gone
-- before anything comes: the number of the one stands among the conditions of
-- the other, and a key that its own transaction has deleted is free.
CREATE FUNCTION saaskpi_internal.replace_at_once(env jsonb, wanted saaskpi_internal.relations, query text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    replaced bigint;
BEGIN
    EXECUTE format('WITH n AS MATERIALIZED (%1$s),
                         gone AS (DELETE FROM %2$s AS m WHERE NOT EXISTS (SELECT FROM n WHERE %3$s AND ROW(%4$s)::record *= ROW(%5$s)::record) RETURNING 1),
                         come AS (INSERT INTO %2$s SELECT %5$s FROM n WHERE NOT EXISTS (SELECT FROM %2$s AS m WHERE %3$s AND ROW(%4$s)::record *= ROW(%5$s)::record) AND (SELECT count(*) FROM gone) >= 0 RETURNING 1)
                    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM come)',
                   query, format('%I.%I', env ->> 'schema', wanted.relation || '_mat'), saaskpi_internal.key_condition(wanted, 'm', 'n'),
                   saaskpi_internal.column_list(env, wanted.relation || '_mat', 'm'), saaskpi_internal.column_list(env, wanted.relation || '_mat', 'n')) INTO replaced;
    RETURN replaced;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.replace_at_once(jsonb, saaskpi_internal.relations, text) IS
    'replaces the rows of a stored table that differ from those of a query, in one statement; how many went and came';

CREATE FUNCTION saaskpi_internal.refresh_rows(env jsonb, wanted saaskpi_internal.relations)
RETURNS boolean
LANGUAGE plpgsql
SET parallel_leader_participation = off
AS $$
DECLARE
    s constant name := env ->> 'schema';
    stored constant name := wanted.relation || '_mat';
    computed constant text := format('%I.%I', s, wanted.relation || '_computed');
    query constant text := saaskpi_internal.expand(wanted.query, env);
    same constant text := saaskpi_internal.key_condition(wanted, 'm', 'n');
    is_followed constant boolean := EXISTS (SELECT FROM saaskpi_internal.relations AS r WHERE r.follows = wanted.relation);
    deleted bigint;
    inserted bigint;
    result boolean;
BEGIN
    IF NOT saaskpi_internal.has_rows(env, stored) THEN
        result := saaskpi_internal.fill_empty(env, wanted, query);
        PERFORM saaskpi_internal.keep_filled(env, wanted);
        RETURN result;
    ELSIF (env -> 'small')::boolean AND wanted.kept IS NULL AND NOT is_followed THEN
        RETURN saaskpi_internal.replace_at_once(env, wanted, query) > 0;
    END IF;
    PERFORM saaskpi_internal.create_filled(format('CREATE UNLOGGED TABLE %s AS %s', computed, query));
    IF is_followed THEN
        PERFORM saaskpi_internal.keep_changes(env, wanted, computed);
    END IF;
    PERFORM saaskpi_internal.keep_replaced(env, wanted, computed);
    EXECUTE format('DELETE FROM %I.%I AS m WHERE NOT EXISTS (SELECT FROM %s AS n WHERE %s AND ROW(%s)::record *= ROW(%s)::record)',
                   s, stored, computed, same, saaskpi_internal.column_list(env, stored, 'm'), saaskpi_internal.column_list(env, stored, 'n'));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    EXECUTE format('INSERT INTO %1$I.%2$I SELECT %5$s FROM %3$s AS n WHERE NOT EXISTS (SELECT FROM %1$I.%2$I AS m WHERE %4$s)',
                   s, stored, computed, same, saaskpi_internal.column_list(env, stored, 'n'));
    GET DIAGNOSTICS inserted = ROW_COUNT;
    EXECUTE format('DROP TABLE %s', computed);
    RETURN deleted + inserted > 0;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.refresh_rows(jsonb, saaskpi_internal.relations) IS
    'computes all rows of a relation and replaces those that differ; whether there were any';

-- Keys in the table and in no source any more.  Those of the first source are
-- out at once, so that few are left to look for in the others.  A merge would
-- have every worker sort the whole source.
CREATE FUNCTION saaskpi_internal.find_gone(env jsonb, wanted saaskpi_internal.relations)
RETURNS void
LANGUAGE plpgsql
SET parallel_setup_cost = 1000
SET enable_mergejoin = off
AS $$
DECLARE
    gone constant text := format('%I.%I', env ->> 'schema', wanted.relation || '_gone');
    key constant text := (SELECT string_agg(quote_ident(k), ', ') FROM unnest(wanted.key) AS k);
    source record;
    held text;
BEGIN
    FOR source IN SELECT k AS name, i, s.keyless_counts FROM unnest(wanted.key_sources) WITH ORDINALITY AS u(k, i)
                    JOIN saaskpi_internal.sources AS s ON s.source = k ORDER BY i LOOP
        held := format('(SELECT %s AS %I FROM %s AS i) AS i', CASE WHEN source.keyless_counts THEN format('coalesce(%I, ''(none)'')', wanted.key[1]) ELSE quote_ident(wanted.key[1]) END,
                       wanted.key[1], saaskpi_internal.expand(format('{%s}', source.name), env));
        IF source.i = 1 THEN
            EXECUTE format('CREATE UNLOGGED TABLE %s AS SELECT %s FROM %I.%I AS m WHERE NOT EXISTS (SELECT FROM %s WHERE %s)', gone, key,
                           env ->> 'schema', wanted.relation || '_mat', held, saaskpi_internal.key_condition(wanted, 'i', 'm'));
        ELSE
            EXIT WHEN NOT saaskpi_internal.has_rows(env, wanted.relation || '_gone');
            EXECUTE format('ANALYZE %s', gone);
            EXECUTE format('DELETE FROM %s AS g WHERE EXISTS (SELECT FROM %s WHERE %s)', gone, held, saaskpi_internal.key_condition(wanted, 'i', 'g'));
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.find_gone(jsonb, saaskpi_internal.relations) IS
    'lists the keys of a keyed relation that no source holds any more';

-- The branches of shared partitions keep their memory until all have ended, so
-- they get four times work_mem together where each would take it for itself;
-- what does not fit spills.
--
-- A worker hands over one row for many it has read, hence the low price of a
-- tuple; workers inside the branches would come and go for each, hence the
-- high price of starting them; and a leader that does a worker's work leaves
-- the workers waiting with full queues.
CREATE FUNCTION saaskpi_internal.refresh_keyed(env jsonb, wanted saaskpi_internal.relations)
RETURNS boolean
LANGUAGE plpgsql
SET enable_partitionwise_aggregate = on
SET parallel_tuple_cost = 0
SET parallel_setup_cost = 1000
SET parallel_leader_participation = off
AS $$
DECLARE
    s constant name := env ->> 'schema';
    stored constant name := wanted.relation || '_mat';
    sources constant name[] := ARRAY(SELECT k FROM unnest(wanted.key_sources) WITH ORDINALITY AS u(k, i) WHERE env -> 'sources' ? k ORDER BY i);
    branches constant bigint := (SELECT count(*) FROM saaskpi_internal.shared_partitions(sources, env));
    filled constant boolean := saaskpi_internal.has_rows(env, stored);
    query constant text := saaskpi_internal.partitioned_query(wanted.query, wanted.key[1], sources, env, NOT filled);
    keyless constant text := saaskpi_internal.keyless_query(wanted.query, sources, env);
    changed text;
    own_memory constant text := current_setting('work_mem');
    result boolean;
BEGIN
    IF branches > 0 THEN
        PERFORM set_config('parallel_setup_cost', '100000', true),
                set_config('work_mem', greatest(1024, least(1, 4.0 / branches) * pg_size_bytes(own_memory) / 1024)::integer || 'kB', true);
    END IF;
    IF NOT filled THEN
        result := saaskpi_internal.fill_empty(env, wanted, query, keyless);
        PERFORM saaskpi_internal.keep_filled(env, wanted);
    ELSE
        changed := format('SELECT n.*, o.%1$I IS NULL OR ROW(%2$s)::record *<> ROW(%3$s)::record AS tracked_changed
              FROM (%%s) AS n LEFT JOIN %4$I.%5$I AS o ON %6$s WHERE o.%1$I IS NULL OR ROW(%7$s)::record *<> ROW(%8$s)::record',
            wanted.key[1], (SELECT string_agg('o.' || quote_ident(t), ', ') FROM unnest(wanted.tracked) AS t),
            (SELECT string_agg('n.' || quote_ident(t), ', ') FROM unnest(wanted.tracked) AS t), replace(s, '%', '%%'), stored, saaskpi_internal.key_condition(wanted, 'o', 'n'),
            saaskpi_internal.column_list(env, stored, 'o'), saaskpi_internal.column_list(env, stored, 'n'));
        PERFORM saaskpi_internal.create_filled(format('CREATE UNLOGGED TABLE %I.%I AS %s', s, wanted.relation || '_beside', format(changed, query)));
        IF keyless IS NOT NULL THEN
            EXECUTE format('INSERT INTO %I.%I %s', s, wanted.relation || '_beside', format(changed, keyless));
        END IF;
        PERFORM saaskpi_internal.find_gone(env, wanted);
        result := saaskpi_internal.has_rows(env, wanted.relation || '_beside') OR saaskpi_internal.has_rows(env, wanted.relation || '_gone');
        PERFORM saaskpi_internal.remove_replaced(env, wanted);
        EXECUTE format('INSERT INTO %1$I.%2$I SELECT %4$s FROM %1$I.%3$I AS n', s, stored, wanted.relation || '_beside', saaskpi_internal.column_list(env, stored, 'n'));
    END IF;
    PERFORM set_config('work_mem', own_memory, true);
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.refresh_keyed(jsonb, saaskpi_internal.relations) IS
    'computes all rows of a relation that may have millions and replaces those that differ; leaves NAME_beside and NAME_gone for those that follow it; whether there were any';

-- Rows of a following relation are a function of one row of the relation it
-- follows and of as_of; a moved as_of that changes them changes what is tracked.
-- Without the changes of that relation, and of rows filled by another
-- definition, all are computed.
CREATE FUNCTION saaskpi_internal.refresh_following(env jsonb, wanted saaskpi_internal.relations)
RETURNS boolean
LANGUAGE plpgsql
SET parallel_tuple_cost = 0
SET parallel_leader_participation = off
SET min_parallel_table_scan_size = 0
AS $$
DECLARE
    s constant name := env ->> 'schema';
    stored constant name := wanted.relation || '_mat';
    beside constant text := format('%I.%I', s, wanted.follows || '_beside');
    computed constant text := format('%I.%I', s, wanted.relation || '_computed');
    -- for which workers would not come in time
    few constant bigint := 10;
    followed saaskpi_internal.relations;
    key text;
    query text;
    deleted bigint;
    inserted bigint;
BEGIN
    IF NOT saaskpi_internal.is_filled_by_present(env, wanted.relation) OR saaskpi_internal.own_relation(s, wanted.follows || '_beside') IS NULL THEN
        RETURN saaskpi_internal.refresh_rows(env, wanted);
    END IF;
    SELECT * INTO STRICT followed FROM saaskpi_internal.relations AS r WHERE r.relation = wanted.follows;
    key := (SELECT string_agg(quote_ident(k), ', ') FROM unnest(followed.key) AS k);
    EXECUTE format('DELETE FROM %1$I.%2$I AS m USING (SELECT %3$s FROM %4$s WHERE tracked_changed UNION ALL SELECT %3$s FROM %1$I.%5$I) AS c WHERE %6$s',
                   s, stored, key, beside, followed.relation || '_gone', saaskpi_internal.key_condition(followed, 'm', 'c'));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    query := saaskpi_internal.expand(wanted.query, jsonb_set(env, '{instead}', jsonb_build_object(wanted.follows, format('(SELECT * FROM %s WHERE tracked_changed)', beside))));
    IF saaskpi_internal.has_more_rows(beside, few) THEN
        -- by way of a table, as INSERT would not compute in parallel
        EXECUTE format('CREATE UNLOGGED TABLE %s AS %s', computed, query);
        inserted := saaskpi_internal.insert_rows(format('%I.%I', s, stored), format('TABLE %s', computed));
        EXECUTE format('DROP TABLE %s', computed);
    ELSE
        inserted := saaskpi_internal.insert_rows(format('%I.%I', s, stored), query);
    END IF;
    RETURN deleted + inserted > 0;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.refresh_following(jsonb, saaskpi_internal.relations) IS
    'computes the rows of a relation for the changed keys of the one it follows; whether there were any';
