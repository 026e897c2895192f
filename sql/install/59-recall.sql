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
            USING ERRCODE = 'no_data_found', DETAIL = coalesce(format('History begins with run %s at %s.', first ->> 'run_id', (first ->> 'finished_at')::timestamptz), 'There was no refresh since history is kept.'), HINT = hint;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.run_of(name, timestamptz, bigint) IS 'the row of the refresh log of a run, or of the last one that had published at a moment';

CREATE FUNCTION saaskpi_internal.looking_back(schema_name name, run jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    made jsonb;
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_agg(relation), ''[]'') FROM %I.kpi_manifest WHERE status = ''made''', schema_name) INTO made;
    RETURN jsonb_build_object('schema', schema_name, 'as_of', run -> 'as_of', 'settings', (run ->> 'settings')::jsonb || jsonb_build_object('effective_as_of', run -> 'as_of'), 'made', made,
                              'sources', (SELECT coalesce(jsonb_object_agg(s.key, jsonb_build_object('filled', s.value)), '{}') FROM jsonb_each((run ->> 'sources')::jsonb) AS s),
                              'run', run, 'looks_back', true);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.looking_back(name, jsonb) IS 'what templates are filled in with to have relations as a run published them';

-- Of what is read only rows that are kept can be had again, and what is made of
-- them.
CREATE FUNCTION saaskpi_internal.recalled(wanted name, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    r saaskpi_internal.relations;
    query text;
BEGIN
    SELECT * INTO r FROM saaskpi_internal.relations AS q WHERE q.relation = wanted AND q.maintained IN ('rows', 'keyed', 'following') AND env -> 'made' ? q.relation;
    query := coalesce(r.recalled, saaskpi_internal.with_branches(r, env));
    IF query IS NULL OR query ~ '\{(schema|maps|map [a-z_]+|rows [a-z_]+)\}' THEN
        RAISE EXCEPTION '% of schema "%" cannot be had as it was', wanted, env ->> 'schema'
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = format('Rows are kept of %s; what is made of these alone can be computed again.', (SELECT string_agg(q.relation, ', ' ORDER BY q.ordinal) FROM saaskpi_internal.relations AS q WHERE q.kept IS NOT NULL));
    END IF;
    RETURN saaskpi_internal.expand(query, env);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.recalled(name, jsonb) IS 'SQL of the rows of a relation as the run that an environment looks back at had them; raises where they are not kept';

-- What a view shows may look at the settings, which are those of then.
CREATE FUNCTION saaskpi_internal.recall_work(schema_name name, wanted text, recorded timestamptz, run bigint)
RETURNS TABLE (place bigint, facts jsonb)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    env jsonb;
    query text;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    env := saaskpi_internal.looking_back(schema_name, saaskpi_internal.run_of(schema_name, recorded, run));
    query := saaskpi_internal.recalled(wanted::name, env);
    RETURN QUERY EXECUTE format('SELECT row_number() OVER (ORDER BY %s), to_jsonb(s) FROM (SELECT %s FROM (%s) AS q) AS s ORDER BY 1',
        (SELECT string_agg('s.' || quote_ident(k), ', ' ORDER BY i) FROM saaskpi_internal.relations AS r, unnest(r.key) WITH ORDINALITY AS u(k, i) WHERE r.relation = wanted),
        replace(saaskpi_internal.shown_columns(env, wanted::name), format('FROM %I.kpi_settings', schema_name),
                format('FROM jsonb_populate_record(NULL::%I.kpi_settings, %L) AS kpi_settings', schema_name, env -> 'settings')), query);
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
    'a kpi relation as a run published it, or as it was at a moment: computed again, by date and settings of then, from the rows that refreshes keep; open to whoever may read it';
