-- map_source: the views over an export of a kind.

CREATE FUNCTION saaskpi_internal.require_kind(kind text)
RETURNS saaskpi_internal.mapping_kinds
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    result saaskpi_internal.mapping_kinds;
BEGIN
    SELECT * INTO result FROM saaskpi_internal.mapping_kinds AS k WHERE k.kind = require_kind.kind;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown kind of export: %', coalesce('"' || kind || '"', 'null')
            USING ERRCODE = CASE WHEN kind IS NULL THEN 'null_value_not_allowed' ELSE 'invalid_parameter_value' END,
                  HINT = 'Kinds are ' || (SELECT string_agg(k.kind, ', ' ORDER BY k.ordinal) FROM saaskpi_internal.mapping_kinds AS k) || '.';
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_kind(text) IS 'a kind of export by name; raises when there is none';

CREATE FUNCTION saaskpi_internal.lacking_tables(wanted_kind text, from_schema text)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT string_agg(array_to_string(t.candidates, ' or '), ', ' ORDER BY t.ordinal)
  FROM saaskpi_internal.mapping_tables AS t
 WHERE t.kind = wanted_kind AND t.needed AND saaskpi_internal.export_place(from_schema, t.candidates) IS NULL
$$;
COMMENT ON FUNCTION saaskpi_internal.lacking_tables(text, text) IS 'the tables without which an export is of no use and that are not there';

-- Refuses what cannot be mapped.
CREATE FUNCTION saaskpi_internal.require_export(wanted_kind text, from_schema text, columns jsonb)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    fits text;
    wrong record;
BEGIN
    IF from_schema IS NULL OR NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = from_schema) THEN
        RAISE EXCEPTION '%', CASE WHEN from_schema IS NULL THEN 'from_schema must not be null' ELSE format('schema "%s" does not exist', from_schema) END
            USING ERRCODE = CASE WHEN from_schema IS NULL THEN 'null_value_not_allowed' ELSE 'invalid_schema_name' END,
                  HINT = 'Name the schema that holds the tables of the export.';
    ELSIF NOT has_schema_privilege(from_schema, 'USAGE') THEN
        RAISE EXCEPTION 'role "%" may not read schema "%"', current_user, from_schema
            USING ERRCODE = 'insufficient_privilege', HINT = format('GRANT USAGE ON SCHEMA %I TO %I', from_schema, current_user);
    END IF;
    IF saaskpi_internal.lacking_tables(wanted_kind, from_schema) IS NOT NULL THEN
        SELECT string_agg(k.kind, ', ' ORDER BY k.ordinal) INTO fits FROM saaskpi_internal.mapping_kinds AS k WHERE saaskpi_internal.lacking_tables(k.kind, from_schema) IS NULL;
        RAISE EXCEPTION 'schema "%" has no table %', from_schema, saaskpi_internal.lacking_tables(wanted_kind, from_schema)
            USING ERRCODE = 'undefined_table', DETAIL = format('An export of kind %s has it.', wanted_kind),
                  HINT = CASE WHEN fits IS NULL THEN 'Name the schema that holds the tables of the export.' ELSE format('By its tables it may be of kind %s.', fits) END;
    END IF;
    SELECT c.place, array_to_string(c.candidates, ' or ') AS names INTO wrong FROM saaskpi_internal.read_columns(columns) AS c
     WHERE c.place IS NOT NULL AND c.needed AND c.reading IS NULL ORDER BY c.ordinal LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'table "%" of schema "%" has no column % that can be read', wrong.place, from_schema, wrong.names
            USING ERRCODE = 'undefined_column', DETAIL = format('An export of kind %s has it.', wanted_kind);
    END IF;
    SELECT saaskpi_internal.export_relation(from_schema, split_part(q.place, '.', 1)) AS relation INTO wrong
      FROM saaskpi_internal.mapping_tables AS t CROSS JOIN LATERAL saaskpi_internal.export_place(from_schema, t.candidates) AS q(place)
     WHERE t.kind = wanted_kind AND NOT has_table_privilege(saaskpi_internal.export_relation(from_schema, split_part(q.place, '.', 1)), 'SELECT') ORDER BY t.ordinal LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'role "%" may not read %', current_user, wrong.relation
            USING ERRCODE = 'insufficient_privilege', HINT = format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', from_schema, current_user);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_export(text, text, jsonb) IS 'raises unless a schema holds an export of a kind that may be read';

-- Columns of the views of which the export says nothing, by view.
CREATE FUNCTION saaskpi_internal.left_out(wanted saaskpi_internal.mapping_kinds, columns jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
WITH there AS MATERIALIZED (
    SELECT concat_ws('.', c.table_name, c.column_name) AS name FROM saaskpi_internal.read_columns(columns) AS c WHERE c.reading IS NOT NULL)
SELECT coalesce(jsonb_object_agg(q.view_name, q.names), '{}')
  FROM (SELECT o.view_name, jsonb_agg(o.column_name ORDER BY o.column_name) AS names FROM saaskpi_internal.mapping_optional AS o
         WHERE o.shape = wanted.shape AND NOT EXISTS (SELECT FROM there WHERE there.name = ANY (o.needs)) GROUP BY o.view_name) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.left_out(saaskpi_internal.mapping_kinds, jsonb) IS 'the columns that views over an export do without';

CREATE FUNCTION saaskpi_internal.say_what_lacks(wanted saaskpi_internal.mapping_kinds, from_schema text, columns jsonb, without jsonb, schema_name name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    lack record;
BEGIN
    SELECT string_agg(array_to_string(t.candidates, ' or '), ', ' ORDER BY t.ordinal) AS names INTO lack FROM saaskpi_internal.mapping_tables AS t
     WHERE t.kind = wanted.kind AND saaskpi_internal.export_place(from_schema, t.candidates) IS NULL;
    IF lack.names IS NOT NULL THEN
        RAISE NOTICE 'schema "%" has no table %: the views do without', from_schema, lack.names;
    END IF;
    FOR lack IN SELECT c.place, string_agg(array_to_string(c.candidates, ' or '), ', ' ORDER BY c.ordinal) AS names
                  FROM saaskpi_internal.read_columns(columns) AS c WHERE c.place IS NOT NULL AND c.reading IS NULL AND c.noted GROUP BY c.place, c.table_name ORDER BY min(c.ordinal) LOOP
        RAISE NOTICE 'table "%" of schema "%" has no column that can be read as %: the views do without', lack.place, from_schema, lack.names;
    END LOOP;
    FOR lack IN SELECT o.key AS view_name, array_to_string(ARRAY(SELECT jsonb_array_elements_text(o.value)), ', ') AS names FROM jsonb_each(without) AS o ORDER BY o.key LOOP
        RAISE NOTICE 'view "%" of schema "%" is written without %', lack.view_name, schema_name, lack.names;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.say_what_lacks(saaskpi_internal.mapping_kinds, text, jsonb, jsonb, name) IS 'says what of an export is not there, and what views do without for it';

-- The query of a view over the tables of an export.
CREATE FUNCTION saaskpi_internal.mapped_query(wanted saaskpi_internal.mapping_views, tables jsonb, without jsonb, currency text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    between constant text[] := regexp_split_to_array(wanted.query, '\{[a-z_]+\}');
    places constant text[] := ARRAY(SELECT m[1] FROM regexp_matches(wanted.query, '\{([a-z_]+)\}', 'g') AS m);
    rows text;
    reading text[];
BEGIN
    SELECT string_agg(between[i] || coalesce(tables ->> places[i], ''), '' ORDER BY i) INTO rows FROM generate_series(1, cardinality(between)) AS i;
    FOR reading IN SELECT DISTINCT m FROM regexp_matches(wanted.query, '(\{(numeric|timestamptz) ([^}]+)\})', 'g') AS m LOOP
        rows := replace(rows, reading[1], saaskpi_internal.export_text_as(format('(%s)', reading[3]), reading[2]));
    END LOOP;
    RETURN format('SELECT %s FROM (%s) AS m%s', (SELECT string_agg(quote_ident(c), ', ' ORDER BY i) FROM unnest(wanted.columns) WITH ORDINALITY AS u(c, i) WHERE NOT coalesce(without, '[]') ? c), rows,
                  CASE WHEN 'currency' = ANY (wanted.columns) AND NOT coalesce(without, '[]') ? 'currency' THEN ' WHERE upper(currency) = ' || quote_literal(upper(currency)) || ' OR currency IS NULL' ELSE '' END);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.mapped_query(saaskpi_internal.mapping_views, jsonb, jsonb, text) IS 'SQL of a view over the tables of an export, in one currency when one is given';

CREATE FUNCTION saaskpi_internal.map_source_work(kind text, from_schema text, to_schema name, currency text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    wanted constant saaskpi_internal.mapping_kinds := saaskpi_internal.require_kind(kind);
    columns constant jsonb := saaskpi_internal.export_columns(wanted, from_schema);
    without constant jsonb := saaskpi_internal.left_out(wanted, columns);
    tables jsonb;
    v saaskpi_internal.mapping_views;
    s saaskpi_internal.mapping_sources;
BEGIN
    IF to_schema IN ('saaskpi', 'saaskpi_internal', 'information_schema') OR to_schema LIKE 'pg\_%' THEN
        RAISE EXCEPTION 'views cannot be written to schema "%"', to_schema USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a schema of your own.';
    END IF;
    PERFORM saaskpi_internal.require_export(wanted.kind, from_schema, columns);
    PERFORM saaskpi_internal.require_mapped(to_schema, n.name)
       FROM (SELECT m.view_name FROM saaskpi_internal.mapping_views AS m WHERE m.shape = wanted.shape
             UNION SELECT r.source FROM saaskpi_internal.mapping_sources AS r ORDER BY 1) AS n(name);
    PERFORM saaskpi_internal.say_what_lacks(wanted, from_schema, columns, without, to_schema);
    tables := saaskpi_internal.export_tables(wanted, from_schema, columns);
    FOR v IN SELECT * FROM saaskpi_internal.mapping_views AS m WHERE m.shape = wanted.shape ORDER BY m.ordinal LOOP
        IF NOT EXISTS (SELECT FROM saaskpi_internal.read_columns(columns) AS c WHERE concat_ws('.', c.table_name, c.column_name) = v.needs AND c.reading IS NOT NULL) THEN
            RAISE NOTICE 'view "%" of schema "%" is not written, for lack of %', v.view_name, to_schema, v.needs;
            IF to_regclass(format('%I.%I', to_schema, v.view_name)) IS NOT NULL THEN
                EXECUTE format('DROP VIEW %I.%I', to_schema, v.view_name);
            END IF;
            CONTINUE;
        END IF;
        PERFORM saaskpi_internal.write_view(to_schema, v.view_name,
            saaskpi_internal.mapped_query(v, tables, without -> v.view_name::text, currency),
            format('%s. Mapped from %s in schema "%s"', v.comment, wanted.kind, from_schema));
    END LOOP;
    FOR s IN SELECT * FROM saaskpi_internal.mapping_sources AS r WHERE to_regclass(format('%I.%I', to_schema, r.source || '_billed')) IS NOT NULL LOOP
        PERFORM saaskpi_internal.complete_captured(to_schema, s);
        PERFORM saaskpi_internal.write_source(to_schema, s);
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.map_source_work(text, text, name, text) IS 'the work of map_source';

CREATE PROCEDURE saaskpi.map_source(kind text, from_schema text, to_schema name, currency text DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_creator' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.map_source(text, text, name, text) IS
    'writes the views that make sources of billing data as they arrive: kind is stripe_sync_engine, fivetran_stripe, airbyte_stripe, chargebee, recurly or paddle, from_schema holds its tables, to_schema (made if missing) gets the views, which are yours to change. What the export lacks is left out, and a NOTICE says so; called again it writes them anew, but never over anything that is not as it was written. currency => ''EUR'' takes only what is in that currency, and what nobody knows the currency of';
