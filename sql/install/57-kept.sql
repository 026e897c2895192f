-- Rows of relations that are kept when a refresh replaces them.
--
-- Publications are counted: each run that ends well is one.  A table of kept
-- rows says of a key what its row was until a publication; known is false where
-- there was none.  So the row that the publication n showed is the first one
-- kept of later publications or, when there is none, the present one; and what
-- never changes is kept nowhere but in place.  Only what the table has columns
-- for is kept, and a change of other columns is none.

-- Numbers are given out under the lock of the refresh.  Those of rows kept by
-- drop_views belong to no run.
CREATE FUNCTION saaskpi_internal.next_publication(schema_name name)
RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    result bigint;
    kept name;
    last bigint;
BEGIN
    EXECUTE format('SELECT coalesce(max(publication), 0) FROM %I.kpi_refresh_log', schema_name) INTO result;
    -- a schema made before need not have all of them
    FOR kept IN SELECT r.kept FROM saaskpi_internal.relations AS r WHERE to_regclass(quote_ident(schema_name) || '.' || quote_ident(r.kept)) IS NOT NULL LOOP
        EXECUTE format('SELECT max(publication) FROM %I.%I', schema_name, kept) INTO last;
        result := greatest(result, last);
    END LOOP;
    RETURN result + 1;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.next_publication(name) IS 'number of the publication that comes next in a schema';

CREATE FUNCTION saaskpi_internal.with_runs(env jsonb, run bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    before jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(l) FROM %I.kpi_refresh_log AS l WHERE publication IS NOT NULL ORDER BY publication DESC LIMIT 1', env ->> 'schema') INTO before;
    RETURN env || jsonb_build_object('run', before, 'this', jsonb_build_object('run_id', run, 'publication', saaskpi_internal.next_publication((env ->> 'schema')::name)));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.with_runs(jsonb, bigint) IS 'an environment that knows the run it is of, and the one published before';

-- The columns kept of a relation, and its key.
CREATE FUNCTION saaskpi_internal.kept_columns(env jsonb, wanted saaskpi_internal.relations)
RETURNS name[]
LANGUAGE sql STABLE
AS $$
SELECT array_agg(a.attname ORDER BY a.attnum)
  FROM pg_attribute AS a JOIN pg_attribute AS k ON k.attname = a.attname AND k.attrelid = to_regclass(format('%I.%I', env ->> 'schema', wanted.kept))
 WHERE a.attrelid = to_regclass(format('%I.%I', env ->> 'schema', wanted.relation || '_mat')) AND a.attnum > 0 AND k.attnum > 0 AND NOT a.attisdropped
   AND a.attname <> ALL (wanted.key)
$$;
COMMENT ON FUNCTION saaskpi_internal.kept_columns(jsonb, saaskpi_internal.relations) IS 'the columns besides the key that are kept of a relation';

CREATE FUNCTION saaskpi_internal.name_list(names name[], alias text DEFAULT NULL)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$SELECT string_agg(coalesce(alias || '.', '') || quote_ident(n), ', ' ORDER BY i) FROM unnest(names) WITH ORDINALITY AS u(n, i)$$;
COMMENT ON FUNCTION saaskpi_internal.name_list(name[], text) IS 'names as a list of columns, qualified when told by what';

-- The old rows come from the statement that deletes them, so that nothing is
-- read twice; of a key that was not there it is kept that it was not.
CREATE FUNCTION saaskpi_internal.remove_replaced(env jsonb, wanted saaskpi_internal.relations)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s constant name := env ->> 'schema';
    stored constant text := format('%I.%I', s, wanted.relation || '_mat');
    beside constant text := format('%I.%I', s, wanted.relation || '_beside');
    gone constant text := format('%I.%I', s, wanted.relation || '_gone');
    key constant text := saaskpi_internal.name_list(wanted.key);
    same constant text := saaskpi_internal.key_condition(wanted, 'm', 'c');
    columns name[];
BEGIN
    IF wanted.kept IS NULL OR env -> 'run' = 'null' THEN
        EXECUTE format('DELETE FROM %s AS m USING (SELECT %s FROM %s UNION ALL SELECT %2$s FROM %4$s) AS c WHERE %5$s', stored, key, beside, gone, same);
        RETURN;
    END IF;
    columns := saaskpi_internal.kept_columns(env, wanted);
    EXECUTE format('WITH old AS (DELETE FROM %1$s AS m USING (SELECT true AS stays, %3$s, %4$s FROM %2$s UNION ALL SELECT false, %3$s, %5$s FROM %6$s) AS c
                                 WHERE %7$s RETURNING %8$s, %9$s, NOT c.stays OR ROW(%9$s)::record *<> ROW(%10$s)::record AS differs)
                    INSERT INTO %11$I.%12$I (publication, known, %3$s, %4$s)
                    SELECT $1, true, %3$s, %4$s FROM old WHERE differs
                    UNION ALL SELECT $1, false, %3$s, %5$s FROM %2$s AS m WHERE NOT EXISTS (SELECT FROM old AS c WHERE %7$s)',
                   stored, beside, key, saaskpi_internal.name_list(columns), (SELECT string_agg('NULL', ', ') FROM unnest(columns)), gone, same,
                   saaskpi_internal.name_list(wanted.key, 'm'), saaskpi_internal.name_list(columns, 'm'), saaskpi_internal.name_list(columns, 'c'), s, wanted.kept)
      USING (env -> 'this' ->> 'publication')::bigint;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.remove_replaced(jsonb, saaskpi_internal.relations) IS
    'removes the rows of a keyed relation that NAME_beside and NAME_gone replace, and keeps them where the relation says so';

-- The same of a relation of which all rows are computed beside.
CREATE FUNCTION saaskpi_internal.keep_replaced(env jsonb, wanted saaskpi_internal.relations, computed text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    key constant text := saaskpi_internal.name_list(wanted.key);
    same constant text := saaskpi_internal.key_condition(wanted, 'm', 'n');
    columns name[];
BEGIN
    IF wanted.kept IS NULL OR env -> 'run' = 'null' THEN
        RETURN;
    END IF;
    columns := saaskpi_internal.kept_columns(env, wanted);
    EXECUTE format('INSERT INTO %1$I.%2$I (publication, known, %3$s, %4$s)
                    SELECT $1, true, %3$s, %4$s FROM %1$I.%5$I AS m WHERE NOT EXISTS (SELECT FROM %6$s AS n WHERE %7$s AND ROW(%8$s)::record *= ROW(%9$s)::record)
                    UNION ALL SELECT $1, false, %3$s, %10$s FROM %6$s AS n WHERE NOT EXISTS (SELECT FROM %1$I.%5$I AS m WHERE %7$s)',
                   env ->> 'schema', wanted.kept, key, saaskpi_internal.name_list(columns), wanted.relation || '_mat', computed, same,
                   saaskpi_internal.name_list(columns, 'm'), saaskpi_internal.name_list(columns, 'n'), (SELECT string_agg('NULL', ', ') FROM unnest(columns)))
      USING (env -> 'this' ->> 'publication')::bigint;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.keep_replaced(jsonb, saaskpi_internal.relations, text) IS
    'keeps the rows of a relation that those computed beside it are about to replace, where it says so';

-- Where a relation had no row, or was dropped, the rows of its first fill were
-- not there before, and what drop_views kept may be as it was.
CREATE FUNCTION saaskpi_internal.keep_filled(env jsonb, wanted saaskpi_internal.relations)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s constant name := env ->> 'schema';
    columns name[];
    lost boolean;
BEGIN
    IF wanted.kept IS NULL OR env -> 'run' = 'null' THEN
        RETURN;
    END IF;
    -- what was there before is not known of a table that somebody had dropped
    EXECUTE format('SELECT kept_from > $1 FROM %I.kpi_manifest WHERE relation = $2', s) INTO lost USING (env -> 'run' ->> 'publication')::bigint, wanted.relation::text;
    IF lost THEN
        RETURN;
    END IF;
    columns := saaskpi_internal.kept_columns(env, wanted);
    EXECUTE format('INSERT INTO %1$I.%2$I (publication, known, %3$s)
                    SELECT $1, false, %3$s FROM %1$I.%4$I AS m WHERE NOT EXISTS (SELECT FROM %1$I.%2$I AS k WHERE %5$s AND k.publication > $2)',
                   s, wanted.kept, saaskpi_internal.name_list(wanted.key), wanted.relation || '_mat', saaskpi_internal.key_condition(wanted, 'm', 'k'))
      USING (env -> 'this' ->> 'publication')::bigint, (env -> 'run' ->> 'publication')::bigint;
    EXECUTE format('DELETE FROM %1$I.%2$I AS k USING %1$I.%3$I AS m WHERE k.publication > $1 AND k.known AND %4$s AND ROW(%5$s)::record *= ROW(%6$s)::record',
                   s, wanted.kept, wanted.relation || '_mat', saaskpi_internal.key_condition(wanted, 'm', 'k'), saaskpi_internal.name_list(columns, 'm'), saaskpi_internal.name_list(columns, 'k'))
      USING (env -> 'run' ->> 'publication')::bigint;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.keep_filled(jsonb, saaskpi_internal.relations) IS 'keeps that the rows of a first fill were not there before, once anything was published';

CREATE FUNCTION saaskpi_internal.keep_dropped(schema_name name, dropped name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    wanted saaskpi_internal.relations;
    published boolean;
BEGIN
    SELECT * INTO wanted FROM saaskpi_internal.relations AS r WHERE r.relation = dropped AND r.kept IS NOT NULL;
    -- a schema made before has neither such a table nor the column
    IF NOT FOUND OR to_regclass(format('%I.%I', schema_name, wanted.kept)) IS NULL THEN
        RETURN;
    ELSIF to_regclass(format('%I.%I', schema_name, wanted.relation || '_mat')) IS NULL THEN
        EXECUTE format('UPDATE %I.kpi_manifest SET kept_from = $1 WHERE relation = $2', schema_name) USING saaskpi_internal.next_publication(schema_name), dropped::text;
        RETURN;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.kpi_refresh_log WHERE publication IS NOT NULL)', schema_name) INTO published;
    IF published THEN
        EXECUTE format('INSERT INTO %1$I.%2$I (publication, known, %3$s) SELECT $1, true, %3$s FROM %1$I.%4$I', schema_name, wanted.kept,
                       saaskpi_internal.name_list(wanted.key || saaskpi_internal.kept_columns(jsonb_build_object('schema', schema_name), wanted)), wanted.relation || '_mat')
          USING saaskpi_internal.next_publication(schema_name);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.keep_dropped(name, name) IS 'keeps the rows of a relation that is about to be dropped, where it says that rows are kept, or that those somebody has dropped are not';

-- A table that is made when something was published already keeps from the
-- newest publication on, or from the next one where no row of that is left.
CREATE FUNCTION saaskpi_internal.begin_keeping(schema_name name, new name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    wanted name;
BEGIN
    FOR wanted IN SELECT r.relation FROM saaskpi_internal.relations AS r WHERE r.kept = new LOOP
        EXECUTE format('UPDATE %1$I.kpi_manifest SET kept_from = l.last + CASE status WHEN ''made'' THEN 0 ELSE 1 END
                          FROM (SELECT max(publication) AS last FROM %1$I.kpi_refresh_log) AS l WHERE relation = $1 AND l.last IS NOT NULL', schema_name) USING wanted::text;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.begin_keeping(name, name) IS 'writes down from when on a new table keeps what a relation was';

-- Looking back: the rows of a relation that a publication showed.
CREATE FUNCTION saaskpi_internal.kept_rows(env jsonb, wanted name)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    r saaskpi_internal.relations;
    key text;
    columns text;
    first bigint;
BEGIN
    SELECT * INTO STRICT r FROM saaskpi_internal.relations AS q WHERE q.relation = wanted;
    EXECUTE format('SELECT kept_from FROM %I.kpi_manifest WHERE relation = $1', env ->> 'schema') INTO first USING wanted::text;
    IF first > (env -> 'run' ->> 'publication')::bigint THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('What %s was is kept since publication %s, that of run %s was %s.', wanted, first, env -> 'run' ->> 'run_id', env -> 'run' ->> 'publication'),
                                               format('SELECT run_id, finished_at FROM %I.kpi_refresh_log WHERE publication >= %s ORDER BY publication', env ->> 'schema', first));
    END IF;
    key := saaskpi_internal.name_list(r.key);
    columns := saaskpi_internal.name_list(r.key || saaskpi_internal.kept_columns(env, r));
    RETURN format('(SELECT %1$s FROM (SELECT DISTINCT ON (%2$s) known, %1$s FROM %3$I.%4$I WHERE publication > %5$s ORDER BY %2$s, publication) AS k WHERE known
                    UNION ALL SELECT %1$s FROM %3$I.%6$I AS m WHERE NOT EXISTS (SELECT FROM %3$I.%4$I AS k WHERE k.publication > %5$s AND %7$s))',
                  columns, key, env ->> 'schema', r.kept, env -> 'run' ->> 'publication', wanted || '_mat', saaskpi_internal.key_condition(r, 'm', 'k'));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.kept_rows(jsonb, name) IS 'SQL of what is kept of the rows that a relation had when the run looked back at was published';

-- In a refresh: what was replaced since the publication before.
CREATE FUNCTION saaskpi_internal.changed_rows(env jsonb, wanted name)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT format('(SELECT * FROM %I.%I WHERE publication > %s)', env ->> 'schema', r.kept, env -> 'run' ->> 'publication')
  FROM saaskpi_internal.relations AS r WHERE r.relation = wanted
$$;
COMMENT ON FUNCTION saaskpi_internal.changed_rows(jsonb, name) IS 'SQL of the rows that were kept since the run before';

-- Rows follow from facts, from the settings by which these are read, and from
-- the definition.
CREATE FUNCTION saaskpi_internal.changed_settings(env jsonb, wanted name)
RETURNS text
LANGUAGE sql STABLE
AS $$
WITH before AS MATERIALIZED (
    SELECT (env -> 'run' ->> 'settings')::jsonb AS settings
)
SELECT string_agg(DISTINCT m[1], ', ' ORDER BY m[1])
  FROM before, saaskpi_internal.relations AS r, unnest(r.key_sources) AS k JOIN saaskpi_internal.sources AS s ON s.source = k,
       regexp_matches(concat(s.input, r.query, '{setting source_time_zone}{setting time_zone}'), '\{(?:setting|map|rows) ([a-z_]+)\}', 'g') AS m
 WHERE r.relation = wanted AND before.settings -> m[1] IS DISTINCT FROM env -> 'settings' -> m[1]
$$;
COMMENT ON FUNCTION saaskpi_internal.changed_settings(jsonb, name) IS 'the settings that a relation is made by and that are others than at the run before, null for none';

CREATE FUNCTION saaskpi_internal.cause_of(env jsonb, wanted name)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    filled_by text;
BEGIN
    EXECUTE format('SELECT m.filled_by FROM %I.kpi_manifest AS m WHERE m.relation = $1', env ->> 'schema') INTO filled_by USING wanted::text;
    RETURN CASE WHEN filled_by NOT LIKE saaskpi_internal.version() || ' ' || (saaskpi_internal.definitions(ARRAY[wanted]) ->> wanted) || '%' THEN 'changed definition'
                WHEN saaskpi_internal.changed_settings(env, wanted) IS NOT NULL THEN 'changed setting' END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.cause_of(jsonb, name) IS 'what else than its facts made a relation change since the run before, null for nothing';

CREATE FUNCTION saaskpi_internal.add_rows(env jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    r saaskpi_internal.relations;
    has_changed boolean;
BEGIN
    IF env -> 'run' = 'null' THEN
        RETURN;
    END IF;
    FOR r IN SELECT q.* FROM saaskpi_internal.relations AS q JOIN saaskpi_internal.lacking(env) AS l USING (relation) WHERE q.adds IS NOT NULL AND l.lacks IS NULL ORDER BY q.ordinal LOOP
        EXECUTE (SELECT format('SELECT %s', string_agg(format('EXISTS (SELECT FROM %s AS c)', saaskpi_internal.changed_rows(env, m[1]::name)), ' OR '))
                   FROM regexp_matches(r.adds, '\{changed ([a-z_]+)\}', 'g') AS m) INTO has_changed;
        IF has_changed THEN
            EXECUTE format('INSERT INTO %I.%I (%s) %s', env ->> 'schema', r.relation,
                           (SELECT string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal) FROM saaskpi_internal.relation_columns AS c WHERE c.relation = r.relation),
                           saaskpi_internal.expand(r.adds, env));
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.add_rows(jsonb) IS 'adds to tables of the schema itself what follows from rows that were replaced';
