-- From templates of the registry to SQL for one schema.
--
-- The environment of a run is read once and passed on:
--   schema     its name
--   as_of      the date of the run
--   settings   the row of kpi_settings, and the maps of the schema under their
--              names
--   sources    per usable source: from (the relation), input (its query),
--              columns (how each is read), filled (some row can be used),
--              empty (there is none), rekeyed, before (per source that revises
--              it the query without that and those after it)
--   made       the relations that the schema has
--   this       publication and run_id of the run, in a refresh
--   definitions  fingerprints of those, in a refresh
--   filled_by  what kpi_manifest is to say of each relation, in a refresh
--   run        the row of kpi_refresh_log that is looked back at; in a refresh the
--              run published before, null when there was none
--   looks_back there when relations are to be as that run published them
--   asked      the relation that is looked back at
--   absent     the relations that the run had no sources for, or no rows of
--   instead    SQL to read in place of a stored relation
--   ahead      there when a source is read beyond as_of

-- A setting that the schema does not have yet stands at its default.
CREATE FUNCTION saaskpi_internal.settings_of(schema_name name)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    defaults constant jsonb := (
        SELECT jsonb_object_agg(c.column_name, trim(BOTH '''' FROM substring(c.definition FROM 'DEFAULT (''[^'']*''|[^ ]+)')))
          FROM saaskpi_internal.relation_columns AS c WHERE c.relation = 'kpi_settings');
    actual jsonb;
BEGIN
    IF saaskpi_internal.own_relation(schema_name, 'kpi_settings') IS NULL THEN
        RETURN defaults;
    END IF;
    EXECUTE format('SELECT to_jsonb(g) FROM %I.kpi_settings AS g', schema_name) INTO actual;
    IF actual IS NULL THEN
        RAISE EXCEPTION 'kpi_settings of schema "%" has no row', schema_name
            USING ERRCODE = 'no_data_found',
                  HINT = format('INSERT INTO %I.kpi_settings (effective_as_of) VALUES (current_date)', schema_name);
    END IF;
    RETURN defaults || actual;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.settings_of(name) IS
    'the settings of a schema, those it does not have at their defaults';

-- The server may be told to read the smallest table with workers, which take
-- longer to come than all of this.
CREATE FUNCTION saaskpi_internal.environment(schema_name name)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    settings constant jsonb := saaskpi_internal.settings_of(schema_name);
    today constant date := coalesce((settings ->> 'as_of')::date, (now() AT TIME ZONE (settings ->> 'time_zone'))::date);
    result jsonb := jsonb_build_object('schema', schema_name, 'as_of', today, 'settings', settings, 'sources', '{}'::jsonb, 'made', '[]'::jsonb);
    s record;
    filled boolean;
    empty boolean;
BEGIN
    FOR s IN SELECT r.source, r.relation, format('%I.%I', schema_name, r.source) AS origin,
                    jsonb_object_agg(r.column_name, r.reading) AS columns
               FROM saaskpi_internal.readings(schema_name, settings) AS r
              GROUP BY r.source, r.relation HAVING r.relation IS NOT NULL AND bool_and(r.reading IS NOT NULL OR NOT r.needed) LOOP
        -- The first row tells, before repeats of keys are looked for.
        result := jsonb_set(result, ARRAY['sources', s.source], jsonb_build_object('from', s.origin,
                      'input', saaskpi_internal.rows_query(s.source, s.columns), 'columns', s.columns, 'filled', false));
        filled := false;
        -- whoever may not read it is to be told so
        empty := saaskpi_internal.has_no_pages(s.relation) AND has_table_privilege(s.relation, 'SELECT');
        IF NOT empty THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', saaskpi_internal.expand(format('{%s} AS q', s.source), result)) INTO filled;
            IF NOT filled THEN
                EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', s.origin) INTO empty;
            END IF;
        END IF;
        result := jsonb_set(result, ARRAY['sources', s.source], result #> ARRAY['sources', s.source]
                      || jsonb_build_object('input', saaskpi_internal.input_query(s.source, s.relation, s.columns), 'filled', filled, 'empty', empty));
    END LOOP;
    result := jsonb_set(result, '{sources}', saaskpi_internal.with_revisions(result -> 'sources'));
    IF saaskpi_internal.own_relation(schema_name, 'kpi_manifest') IS NOT NULL THEN
        EXECUTE format('SELECT $1 || jsonb_build_object(''made'', coalesce(jsonb_agg(relation), ''[]''), ''settings'', $2 || %s) FROM %I.kpi_manifest WHERE status = ''made''',
                       saaskpi_internal.maps_query(schema_name), schema_name)
           INTO result USING result, settings;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.environment(name) IS
    'what the templates are filled in with for a schema: date, settings, sources as they are now, relations made';

-- Key and value of a table of the schema itself, as it is or would be made.
CREATE FUNCTION saaskpi_internal.map_of(wanted name, env jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    rows text := format('SELECT * FROM %I.%I', env ->> 'schema', wanted);
    result jsonb;
BEGIN
    -- read with the settings already, where there are but two columns
    result := env #> ARRAY['settings', wanted::text];
    IF jsonb_typeof(result) = 'object' AND (SELECT count(*) = 2 FROM saaskpi_internal.relation_columns AS c WHERE c.relation = wanted) THEN
        RETURN result;
    ELSIF saaskpi_internal.own_relation((env ->> 'schema')::name, wanted) IS NULL THEN
        SELECT regexp_replace(r.query, '^\s*\([^)]*\)', '') INTO rows FROM saaskpi_internal.relations AS r WHERE r.relation = wanted;
    END IF;
    EXECUTE format('SELECT coalesce(jsonb_object_agg(key, value), ''{}'') FROM (%s) AS q(key, value)', rows) INTO result;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.map_of(name, jsonb) IS 'the first two columns of a table of the schema itself as keys and values';

-- The rows of a table of the schema itself as a list of constants: the planner
-- knows how many there are, and what stands in them.
CREATE FUNCTION saaskpi_internal.rows_of(wanted name, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    table_name constant text := format('%I.%I', env ->> 'schema', wanted);
    rows constant text := CASE WHEN env ? 'looks_back' THEN saaskpi_internal.rows_then(wanted, env) ELSE table_name END;
    result text;
BEGIN
    EXECUTE (SELECT format('SELECT string_agg(concat(''('', concat_ws('', '', %s), '')''), '', '' ORDER BY q::text COLLATE "C") FROM %s AS q',
                           string_agg(format('concat(quote_nullable(q.%I), %L)', a.attname, '::' || format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum), rows)
               FROM pg_attribute AS a WHERE a.attrelid = to_regclass(table_name) AND a.attnum > 0 AND NOT a.attisdropped) INTO result;
    RETURN (SELECT format('(SELECT * FROM (VALUES %s) AS v(%s))', result, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
              FROM pg_attribute AS a WHERE a.attrelid = to_regclass(table_name) AND a.attnum > 0 AND NOT a.attisdropped AND result IS NOT NULL HAVING count(*) > 0);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.rows_of(name, jsonb) IS 'SQL of the rows that a table of the schema itself has; null without any';

-- The tables of the schema itself that sources and relations are read by, as
-- settings are: SQL of one jsonb, each under its name. The value of a key is
-- the second column or, where there are more, an object of them.
CREATE FUNCTION saaskpi_internal.maps_query(schema_name name)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT coalesce(format('pg_catalog.jsonb_build_object(%s)', string_agg(format('%L, (SELECT pg_catalog.jsonb_object_agg(q.%I, %s) FROM %I.%I AS q)', m.map, c.columns[1],
                       CASE cardinality(c.columns) WHEN 2 THEN format('q.%I', c.columns[2]) ELSE format('pg_catalog.to_jsonb(q) - %L::pg_catalog.text', c.columns[1]) END,
                       schema_name, m.map), ', ' ORDER BY m.map)), '''{}''::pg_catalog.jsonb')
  FROM (SELECT DISTINCT p[1]::name AS map
          FROM (SELECT s.input FROM saaskpi_internal.sources AS s UNION ALL SELECT r.query FROM saaskpi_internal.relations AS r WHERE r.maintained <> 'own') AS t(query),
               regexp_matches(t.query, '\{(?:map|rows) ([a-z_]+)\}', 'g') AS p) AS m,
       LATERAL (SELECT array_agg(d.column_name ORDER BY d.ordinal) AS columns FROM saaskpi_internal.relation_columns AS d WHERE d.relation = m.map) AS c
 WHERE saaskpi_internal.own_relation(schema_name, m.map) IS NOT NULL
$$;
COMMENT ON FUNCTION saaskpi_internal.maps_query(name) IS 'SQL of what the maps of a schema hold now';

-- Where aggregates of large tables are joined by their key the server has no
-- way to share the work out.  So halves of the keys are taken by two workers:
-- each aggregates and joins its own.  Of keys that lie in order it reads no
-- others, too.
CREATE FUNCTION saaskpi_internal.halved(template text, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    are_large boolean := false;
BEGIN
    IF (strpos(template, '{half ') > 0) IS NOT TRUE THEN
        RETURN template;
    ELSIF env ? 'made' AND current_setting('max_parallel_workers_per_gather')::integer > 1 THEN
        SELECT bool_and(c.relkind = 'r') AND max(pg_relation_size(c.oid)) > pg_size_bytes(current_setting('min_parallel_table_scan_size')) INTO are_large
          FROM regexp_matches(template, '\{([a-z][a-z0-9_]+)\}', 'g') AS m
          JOIN pg_class AS c ON c.oid = coalesce(to_regclass(env -> 'sources' -> m[1] ->> 'from'), to_regclass(format('%I.%I', env ->> 'schema', m[1] || '_mat')));
    END IF;
    RETURN (SELECT string_agg(regexp_replace(regexp_replace(template,
                                  '\{half ([a-z_.]+)\}', coalesce('/* half */ pg_catalog.hashtext(coalesce(\1, '''')) ' || h.side || ' 0', 'true'), 'g'),
                                  '\{half ([a-z_.]+) ([a-z_.]+)\}', coalesce('/* half */ \1 ' || h.side || ' {middle \2}', 'true'), 'g'),
                              E'\nUNION ALL\n')
              FROM unnest(CASE WHEN are_large THEN '{<,>=}' ELSE '{NULL}'::text[] END) AS h(side));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.halved(text, jsonb) IS 'a query, or both halves of it as one UNION ALL where it has a place for halves and the tables it reads are large';

-- Hash tables larger than the caches cost several times what the planner
-- thinks, so that it joins by them what can be read in the order of the key.
-- All that a query wants sorted is, or nothing; halves of it then end and begin
-- at a key.
CREATE FUNCTION saaskpi_internal.sorted(template text, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    wanted constant text := ' \{sorted ([a-z_]+)\.([a-z_]+) ([a-z_.]+)\}';
    first constant text[] := regexp_match(template, wanted);
BEGIN
    IF first IS NULL THEN
        RETURN template;
    ELSIF (SELECT bool_or(saaskpi_internal.middle_in_order(p[1]::name, p[2]::name, env) IS NULL) FROM regexp_matches(template, wanted, 'g') AS p) THEN
        RETURN regexp_replace(template, wanted, '', 'g');
    END IF;
    RETURN regexp_replace(regexp_replace(template, wanted, ' ORDER BY \3', 'g'), '\{half ([a-z_.]+)\}', format('{half \1 %s.%s}', first[1], first[2]), 'g');
END
$$;
COMMENT ON FUNCTION saaskpi_internal.sorted(text, jsonb) IS 'a query whose subqueries are sorted where it has places for that and the sources named there lie in that order';

-- The query of a relation with the branches of the sources that are there, or
-- no row of any.
CREATE FUNCTION saaskpi_internal.with_branches(wanted saaskpi_internal.relations, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    template constant text := saaskpi_internal.halved(saaskpi_internal.sorted(wanted.query, env), env);
BEGIN
    IF (strpos(template, '{branches}') > 0) IS NOT TRUE THEN
        RETURN template;
    END IF;
    RETURN (SELECT replace(template, '{branches}', coalesce(string_agg(b.query, E'\nUNION ALL\n' ORDER BY b.ordinal) FILTER (WHERE env -> 'sources' ? b.source),
                                                         format('SELECT * FROM (%s) AS none WHERE false', string_agg(b.query, E'\nUNION ALL\n' ORDER BY b.ordinal))))
              FROM (SELECT q.ordinal, q.source, saaskpi_internal.halved(q.query, env) AS query FROM saaskpi_internal.relation_branches AS q WHERE q.relation = wanted.relation) AS b);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.with_branches(saaskpi_internal.relations, jsonb) IS
    'the query of a relation, its branches in their place';

-- What stands for one place; null for a place that is none.
CREATE FUNCTION saaskpi_internal.place_text(place text, env jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    word constant text := split_part(place, ' ', 2);
    source constant jsonb := env #> ARRAY['sources', coalesce(nullif(word, ''), place)];
    query text;
BEGIN
    IF word <> '' THEN
        RETURN CASE split_part(place, ' ', 1)
               WHEN 'setting' THEN quote_nullable(env #>> ARRAY['settings', word])
               WHEN 'map' THEN format('%L::pg_catalog.jsonb', CASE WHEN env ? 'looks_back' THEN saaskpi_internal.map_then(word, env) ELSE saaskpi_internal.map_of(word, env) END)
               WHEN 'rows' THEN coalesce(saaskpi_internal.rows_of(word, env), format('(SELECT * FROM %I.%I WHERE false)', env ->> 'schema', word))
               WHEN 'present' THEN CASE WHEN strpos(word, '.') > 0
                    THEN (saaskpi_internal.columns_read(split_part(word, '.', 1), env) ->> split_part(word, '.', 2) IS NOT NULL)::text
                    ELSE (source IS NOT NULL)::text END
               WHEN 'filled' THEN coalesce(source ->> 'filled', 'false')
               WHEN 'ahead' THEN saaskpi_internal.place_text(word, env || '{"ahead": true}')
               WHEN 'noticed' THEN saaskpi_internal.place_text(split_part(word, '.', 2), env)
               WHEN 'before' THEN saaskpi_internal.place_text(split_part(word, '.', 2), jsonb_set(env || '{"ahead": true}', ARRAY['sources', split_part(word, '.', 2), 'input'],
                    coalesce(env #> ARRAY['sources', split_part(word, '.', 2), 'before', split_part(word, '.', 1)], env #> ARRAY['sources', split_part(word, '.', 2), 'input'], 'null')))
               WHEN 'total' THEN format('%L::pg_catalog.numeric', env #>> ARRAY['totals', split_part(word, '.', 1), split_part(word, '.', 2)])
               WHEN 'this' THEN quote_nullable(env -> 'this' ->> word)
               WHEN 'run' THEN quote_nullable(env -> 'run' ->> word)
               WHEN 'kept' THEN saaskpi_internal.kept_rows(env, word)
               WHEN 'changed' THEN saaskpi_internal.changed_rows(env, word)
               WHEN 'cause' THEN quote_nullable(saaskpi_internal.cause_of(env, word))
               WHEN 'settings' THEN quote_nullable(saaskpi_internal.changed_settings(env, word))
               -- without one a half is all, and the other nothing
               WHEN 'middle' THEN quote_literal(coalesce(saaskpi_internal.middle_in_order(split_part(word, '.', 1)::name, split_part(word, '.', 2)::name, env), '')) END;
    ELSIF place = 'as_of' THEN
        RETURN format('%L::pg_catalog.date', env ->> 'as_of');
    ELSIF place = 'until' THEN
        RETURN CASE WHEN env ? 'ahead' THEN '''infinity''::pg_catalog.date' ELSE format('%L::pg_catalog.date', env ->> 'as_of') END;
    ELSIF place = 'schema' THEN
        RETURN quote_ident(env ->> 'schema');
    ELSIF place = 'maps' THEN
        RETURN saaskpi_internal.maps_query((env ->> 'schema')::name);
    ELSIF env ? 'looks_back' THEN
        RETURN saaskpi_internal.then_name(place);
    ELSIF source IS NOT NULL THEN
        RETURN format('(%s)', replace(saaskpi_internal.expand(source ->> 'input', env), '{from}', source ->> 'from'));
    ELSIF env -> 'instead' ? place THEN
        RETURN env -> 'instead' ->> place;
    ELSIF env -> 'made' ? place THEN
        RETURN format('%I.%I', env ->> 'schema', place || CASE WHEN EXISTS (SELECT FROM saaskpi_internal.relations AS r WHERE r.relation = place AND r.maintained = 'shown') THEN '' ELSE '_mat' END);
    END IF;
    SELECT saaskpi_internal.with_branches(r, env) INTO query FROM saaskpi_internal.relations AS r WHERE r.relation = place;
    IF query IS NOT NULL THEN
        RETURN format('(SELECT * FROM (%s) AS absent WHERE false)', saaskpi_internal.expand(query, env));
    ELSIF EXISTS (SELECT FROM saaskpi_internal.sources AS s WHERE s.source = place) THEN
        RETURN format('(%s)', replace(saaskpi_internal.expand(saaskpi_internal.input_query(place, NULL, '{}'), env), '{from}', '(SELECT WHERE false)'));
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.place_text(text, jsonb) IS
    'the SQL that stands for one place of a template';

CREATE FUNCTION saaskpi_internal.template_pieces(template text, first boolean)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'saaskpi_template_pieces' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.template_pieces(text, boolean) IS
    'a template as text, place, text, place and so on, with text last; of what stands only in a first fill the inside or nothing';

-- In one pass: a setting that looks like a place stays the text it is.
CREATE FUNCTION saaskpi_internal.expand(template text, env jsonb, first boolean DEFAULT false)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    pieces text[];
    places text[];
    texts text[];
    known integer;
    result text;
BEGIN
    IF (strpos(template, '{') > 0) IS NOT TRUE THEN
        RETURN template;
    END IF;
    pieces := saaskpi_internal.template_pieces(template, first);
    result := pieces[1];
    FOR i IN 2 .. cardinality(pieces) BY 2 LOOP
        known := array_position(places, pieces[i]);
        IF known IS NULL THEN
            places := places || pieces[i];
            texts := texts || coalesce(saaskpi_internal.place_text(pieces[i], env), format('{%s}', pieces[i]));
            known := cardinality(places);
        END IF;
        result := result || texts[known] || pieces[i + 1];
    END LOOP;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.expand(text, jsonb, boolean) IS
    'a template of the registry as SQL for the schema of an environment';

-- The relations that a schema can have, in the order in which they can be
-- filled: after what they read.
CREATE FUNCTION saaskpi_internal.ordered_relations()
RETURNS TABLE (step bigint, relation name)
LANGUAGE sql STABLE
AS $$
WITH RECURSIVE read AS (
    SELECT DISTINCT t.relation, m[1]::name AS other
      FROM (SELECT r.relation, r.query FROM saaskpi_internal.relations AS r
            UNION ALL
            SELECT b.relation, b.query FROM saaskpi_internal.relation_branches AS b) AS t,
           regexp_matches(t.query, '\{(?:noticed )?([a-z][a-z0-9_]+)(?:\.[a-z0-9_]+)?\}', 'g') AS m
), deep(relation, depth) AS (
    SELECT r.relation, 0 FROM saaskpi_internal.relations AS r WHERE r.maintained NOT IN ('own', 'view')
    UNION
    SELECT read.relation, d.depth + 1 FROM deep AS d JOIN read ON read.other = d.relation WHERE d.depth < 100
)
SELECT row_number() OVER (ORDER BY max(d.depth), r.ordinal), r.relation
  FROM deep AS d JOIN saaskpi_internal.relations AS r USING (relation)
 GROUP BY r.relation, r.ordinal
$$;
COMMENT ON FUNCTION saaskpi_internal.ordered_relations() IS
    'the kpi relations in the order of a refresh, which follows from what they read';
