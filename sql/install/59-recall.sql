-- Relations as an earlier run published them: computed again from the rows of
-- then, by the date and the settings of that run.

-- A run by its number, or the last one that had published at a moment.
CREATE FUNCTION saaskpi_internal.run_of(schema_name name, recorded timestamptz, run bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    result jsonb;
    first jsonb;
    hint constant text := format('SELECT run_id, finished_at FROM %I.kpi_refresh_log WHERE publication IS NOT NULL ORDER BY publication', schema_name);
BEGIN
    IF (recorded IS NULL) = (run IS NULL) THEN
        RAISE EXCEPTION 'either a moment or a run is to be told'
            USING ERRCODE = 'invalid_parameter_value', HINT = format('Runs and when they published: %s', hint);
    ELSIF run IS NOT NULL THEN
        EXECUTE format('SELECT to_jsonb(l) FROM %I.kpi_refresh_log AS l WHERE run_id = $1', schema_name) INTO result USING run;
        IF result IS NULL THEN
            RAISE EXCEPTION 'schema "%" has no run %', schema_name, run USING ERRCODE = 'no_data_found', HINT = hint;
        ELSIF result ->> 'publication' IS NULL THEN
            RAISE EXCEPTION 'what run % of schema "%" published is not kept', run, schema_name
                USING ERRCODE = 'no_data_found', DETAIL = CASE result ->> 'status' WHEN 'ok' THEN 'It was of a version that kept no history, or has been let go of.' ELSE format('Its status is %s.', result ->> 'status') END, HINT = hint;
        END IF;
        RETURN result;
    END IF;
    EXECUTE format('SELECT to_jsonb(l) FROM %I.kpi_refresh_log AS l WHERE publication IS NOT NULL AND finished_at <= $1 ORDER BY publication DESC LIMIT 1', schema_name) INTO result USING recorded;
    IF result IS NULL THEN
        EXECUTE format('SELECT to_jsonb(l) FROM %I.kpi_refresh_log AS l WHERE publication IS NOT NULL ORDER BY publication LIMIT 1', schema_name) INTO first;
        RAISE EXCEPTION 'nothing that schema "%" had published by % is kept', schema_name, recorded
            USING ERRCODE = 'no_data_found', DETAIL = coalesce('History begins with run ' || (first ->> 'run_id') || ' at ' || (first ->> 'finished_at')::timestamptz || '.', 'There was no refresh since history is kept.'), HINT = hint;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.run_of(name, timestamptz, bigint) IS 'the row of the refresh log of a run, or of the last one that had published at a moment';

CREATE FUNCTION saaskpi_internal.looking_back(schema_name name, wanted text, run jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    made jsonb;
    empty jsonb;
    sources constant jsonb := (
        SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_object('filled', s.value, 'columns', (SELECT jsonb_object_agg(c, true) FROM jsonb_array_elements_text((run ->> 'source_columns')::jsonb -> s.key) AS c))), '{}')
          FROM jsonb_each((run ->> 'sources')::jsonb) AS s);
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(relation), ''[]'') FROM %I.kpi_manifest WHERE status = ''made''', schema_name) INTO made;
    EXECUTE format('SELECT coalesce(jsonb_agg(relation), ''[]'') FROM %I.kpi_refresh_steps WHERE run_id = $1 AND rows = 0', schema_name) INTO empty USING (run ->> 'run_id')::bigint;
    RETURN jsonb_build_object('schema', schema_name, 'as_of', run -> 'as_of', 'settings', (run ->> 'settings')::jsonb || jsonb_build_object('effective_as_of', run -> 'as_of'), 'made', made,
                              'sources', sources, 'run', run, 'looks_back', true, 'asked', wanted,
                              'absent', empty || (SELECT coalesce(jsonb_agg(l.relation), '[]') FROM saaskpi_internal.lacking(jsonb_build_object('sources', sources)) AS l WHERE l.lacks IS NOT NULL));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.looking_back(name, text, jsonb) IS 'what templates are filled in with to have a relation as a run published it';

-- Whoever needs what is not kept can keep it herself.
CREATE FUNCTION saaskpi_internal.refuse_recall(env jsonb, why text, instead text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RAISE EXCEPTION '% of schema "%" cannot be had as it was', env ->> 'asked', env ->> 'schema'
        USING ERRCODE = 'feature_not_supported', DETAIL = why,
              HINT = coalesce(instead, format('Keep what it shows from now on, after each refresh: CREATE TABLE %1$I AS SELECT (SELECT max(run_id) FROM %2$I.kpi_refresh_log WHERE status = ''ok'') AS run_id, k.* FROM %2$I.%3$I AS k',
                                              (env ->> 'asked') || '_kept', env ->> 'schema', env ->> 'asked'));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.refuse_recall(jsonb, text, text) IS 'raises: what is asked for cannot be had as it was, why not, and what can be done instead';

-- The tables of the schema itself as the settings of a run have them.
CREATE FUNCTION saaskpi_internal.noted(wanted name, env jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF env -> 'settings' -> wanted IS NULL THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('Run %s did not note what %s held.', env -> 'run' ->> 'run_id', wanted));
    END IF;
    RETURN (SELECT jsonb_object_agg(e.key, CASE WHEN c.columns[3] IS NULL AND c.columns[2] IS NOT NULL THEN jsonb_build_object(c.columns[2], e.value) ELSE e.value END || jsonb_build_object(c.columns[1], e.key))
              FROM jsonb_each(nullif(env -> 'settings' -> wanted, 'null')) AS e,
                   (SELECT array_agg(d.column_name ORDER BY d.ordinal) AS columns FROM saaskpi_internal.relation_columns AS d WHERE d.relation = wanted) AS c);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.noted(name, jsonb) IS 'the rows of a table of the schema itself that the run looked back at went by, each under its key';

CREATE FUNCTION saaskpi_internal.map_then(wanted name, env jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
SELECT coalesce(jsonb_object_agg(e.key, e.value -> c.column_name), '{}')
  FROM jsonb_each(saaskpi_internal.noted(wanted, env)) AS e,
       (SELECT d.column_name FROM saaskpi_internal.relation_columns AS d WHERE d.relation = wanted ORDER BY d.ordinal OFFSET 1 LIMIT 1) AS c
$$;
COMMENT ON FUNCTION saaskpi_internal.map_then(name, jsonb) IS 'map_of, as of the run looked back at';

CREATE FUNCTION saaskpi_internal.rows_then(wanted name, env jsonb)
RETURNS text
LANGUAGE sql STABLE
AS $$SELECT format('(SELECT p.* FROM jsonb_each(%L) AS e, jsonb_populate_record(NULL::%I.%I, e.value) AS p)', saaskpi_internal.noted(wanted, env), env ->> 'schema', wanted)$$;
COMMENT ON FUNCTION saaskpi_internal.rows_then(name, jsonb) IS 'SQL of the rows that a table of the schema itself had at the run looked back at';

CREATE FUNCTION saaskpi_internal.columns_read(source name, env jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF env ? 'looks_back' AND env -> 'run' ->> 'source_columns' IS NULL THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('Run %s was of a version that did not note which columns %s had.', env -> 'run' ->> 'run_id', source),
                                               format('SELECT run_id, finished_at FROM %I.kpi_refresh_log WHERE source_columns IS NOT NULL ORDER BY publication', env ->> 'schema'));
    END IF;
    RETURN env -> 'sources' -> source -> 'columns';
END
$$;
COMMENT ON FUNCTION saaskpi_internal.columns_read(name, jsonb) IS 'the columns of a source, as they are read';

-- Of what is read only rows that are kept can be had again, and what is made of
-- them.  What there were no sources for, or had no rows, has none.
CREATE FUNCTION saaskpi_internal.recalled(wanted name, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    r saaskpi_internal.relations;
    query text;
BEGIN
    SELECT * INTO r FROM saaskpi_internal.relations AS q WHERE q.relation = wanted;
    IF env -> 'absent' ? wanted OR (r.relation IS NULL AND NOT env -> 'sources' ? wanted) THEN
        RETURN format('SELECT * FROM %s AS absent', saaskpi_internal.place_text(wanted, (env - 'looks_back') || '{"sources": {}, "made": []}'));
    END IF;
    query := coalesce(r.recalled, saaskpi_internal.with_branches(r, env));
    IF r.relation IS NULL THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('It is made from the rows of %s, and those that change or go are not kept.', wanted));
    ELSIF r.maintained IN ('own', 'view') THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('%s is of the schema itself, and there as it is now alone.', wanted));
    ELSIF r.maintained = 'shown' OR query ~ '\{(schema|maps)\}' THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('%s reads tables of the schema, such as models and months that were frozen, which are there as they are now alone.', wanted));
    ELSIF NOT env -> 'made' ? wanted THEN
        PERFORM saaskpi_internal.refuse_recall(env, format('%s is not made any more.', wanted), format('Bring its sources back, then: CALL saaskpi.create_views(%L)', env ->> 'schema'));
    END IF;
    RETURN saaskpi_internal.expand(query, env);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.recalled(name, jsonb) IS
    'SQL of the rows of a relation as the run that an environment looks back at had them, above the names that then_name gives what it reads; raises where they are not kept';

CREATE FUNCTION saaskpi_internal.then_name(wanted text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN format('"%s as it was"', wanted);
COMMENT ON FUNCTION saaskpi_internal.then_name(text) IS 'what stands in a query for a relation as it was';

-- Each once, however many of the others read it; in any order, which is what
-- RECURSIVE allows.
CREATE FUNCTION saaskpi_internal.with_recalled(query text, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    read constant text := saaskpi_internal.then_name('([a-z][a-z0-9_]+)');
    wanted name[] := ARRAY(SELECT DISTINCT m[1] FROM regexp_matches(query, read, 'g') AS m ORDER BY 1);
    parts text[] := '{}';
    part text;
    i integer := 1;
BEGIN
    WHILE i <= cardinality(wanted) LOOP
        part := saaskpi_internal.recalled(wanted[i], env);
        parts := parts || format('%s AS (%s)', saaskpi_internal.then_name(wanted[i]), part);
        wanted := wanted || ARRAY(SELECT DISTINCT m[1]::name FROM regexp_matches(part, read, 'g') AS m WHERE m[1] <> ALL (wanted) ORDER BY 1);
        i := i + 1;
    END LOOP;
    RETURN format('WITH RECURSIVE %s %s', array_to_string(parts, E',\n'), query);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.with_recalled(text, jsonb) IS 'a query with the relations that it reads as they were before it';

-- What a view shows may look at the settings, and at what another shows, which
-- are those of then.
CREATE FUNCTION saaskpi_internal.shown_then(env jsonb, wanted text)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT string_agg(coalesce(replace(saaskpi_internal.expand(regexp_replace(c.expression, '(FROM|JOIN) \{schema\}\.(?!kpi_settings)([a-z_]+)', '\1 {\2}', 'g'), env),
                                   format('FROM %I.kpi_settings', env ->> 'schema'),
                                   format('FROM jsonb_populate_record(NULL::%I.kpi_settings, %L) AS kpi_settings', env ->> 'schema', env -> 'settings')) || ' AS ', '')
                  || quote_ident(c.column_name), ', ' ORDER BY c.ordinal)
  FROM saaskpi_internal.relation_columns AS c WHERE c.relation = wanted
$$;
COMMENT ON FUNCTION saaskpi_internal.shown_then(jsonb, text) IS 'the select list of the view of a relation, as of the run looked back at';

CREATE FUNCTION saaskpi_internal.recall_work(schema_name name, wanted text, recorded timestamptz, run bigint)
RETURNS TABLE (place bigint, facts jsonb)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    env jsonb;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    IF saaskpi_internal.own_lacks_columns(schema_name) THEN
        RAISE EXCEPTION 'schema "%" lacks what this version of saaskpi keeps in it', schema_name
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('Bring it up to date; settings, log, grants and your own views stay: CALL saaskpi.create_views(%L)', schema_name);
    END IF;
    IF NOT EXISTS (SELECT FROM saaskpi_internal.relations AS r WHERE r.relation = wanted) THEN
        RAISE EXCEPTION '% of schema "%" is no kpi relation', wanted, schema_name
            USING ERRCODE = 'feature_not_supported', HINT = format('Those there are: SELECT relation FROM %I.kpi_manifest', schema_name);
    END IF;
    env := saaskpi_internal.looking_back(schema_name, wanted, saaskpi_internal.run_of(schema_name, recorded, run));
    RETURN QUERY EXECUTE saaskpi_internal.with_recalled(format('SELECT row_number() OVER (ORDER BY %s), to_jsonb(s) FROM (SELECT %s FROM %s) AS s ORDER BY 1',
        (SELECT string_agg('s.' || quote_ident(k), ', ' ORDER BY i) FROM saaskpi_internal.relations AS r, unnest(r.key) WITH ORDINALITY AS u(k, i) WHERE r.relation = wanted),
        saaskpi_internal.shown_then(env, wanted), saaskpi_internal.then_name(wanted)), env);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.recall_work(name, text, timestamptz, bigint) IS 'the work of recall';

CREATE FUNCTION saaskpi_internal.recall(schema_name name, wanted text, recorded timestamptz, run bigint)
RETURNS TABLE (place bigint, facts jsonb)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_reader_of' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.recall(name, text, timestamptz, bigint) IS 'the rows of a relation as a run published them, in the order of its key; open to whoever may read it';

-- The rows have the type of the view, whose columns they are.
CREATE FUNCTION saaskpi.rows_as_of(shown anyelement, recorded timestamptz DEFAULT NULL, run bigint DEFAULT NULL)
RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    schema_name name;
    relation name;
BEGIN
    SELECT n.nspname, c.relname INTO schema_name, relation
      FROM pg_type AS t JOIN pg_class AS c ON c.oid = t.typrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE t.oid = pg_typeof(shown);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'type % is not that of the rows of a relation', pg_typeof(shown)
            USING ERRCODE = 'datatype_mismatch', HINT = 'Name a kpi relation by its type: NULL::schema.relation';
    END IF;
    RETURN QUERY SELECT p.* FROM saaskpi_internal.recall(schema_name, relation, recorded, run) AS f, jsonb_populate_record(shown, f.facts) AS p ORDER BY f.place;
END
$$;
COMMENT ON FUNCTION saaskpi.rows_as_of(anyelement, timestamptz, bigint) IS
    'a kpi relation as a run published it, or as it was at a moment: computed again, by date, settings and policies of then, from the rows that refreshes keep; refused with the reason where these do not suffice; open to whoever may read it';
