-- Makers of the kpi relations in a user's schema.
--
-- Each relation is stored in a table NAME_mat, which depends on no other and on
-- no source: its query stands in the registry and runs at refresh.  So an
-- application can alter its own tables, an update of the extension finds no
-- old query left in a schema, readers never wait for a refresh of their
-- relation, and before the first one it is simply empty.  A plain view NAME
-- above it carries the comments and what users build on.

CREATE FUNCTION saaskpi_internal.version()
RETURNS text
LANGUAGE sql STABLE
AS $$SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'saaskpi'$$;
COMMENT ON FUNCTION saaskpi_internal.version() IS 'version of saaskpi installed in this database';

-- A fingerprint of everything that decides what a relation looks like.
CREATE FUNCTION saaskpi_internal.definitions(wanted name[])
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(r.relation, md5(ROW(r.relation, r.maintained, r.needs, r.key, r.indexes, r.key_sources, r.tracked, r.follows, r.query, r.comment)::text || c.columns || coalesce(b.branches, '')))
          FROM saaskpi_internal.relations AS r
          LEFT JOIN (SELECT d.relation, string_agg(ROW(d.column_name, d.expression, d.comment)::text, ',' ORDER BY d.ordinal) AS columns
                       FROM saaskpi_internal.relation_columns AS d WHERE d.relation = ANY (wanted) GROUP BY d.relation) AS c ON c.relation = r.relation
          LEFT JOIN (SELECT d.relation, string_agg(ROW(d.branch, d.source, d.query)::text, ',' ORDER BY d.ordinal) AS branches
                       FROM saaskpi_internal.relation_branches AS d WHERE d.relation = ANY (wanted) GROUP BY d.relation) AS b ON b.relation = r.relation
         WHERE r.relation = ANY (wanted));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.definitions(name[]) IS 'fingerprints of the definitions of kpi relations, each under its name';

-- Rows follow from the definition, of which not all branches need be there, from
-- the library, and from which sources are there and have any row.
CREATE FUNCTION saaskpi_internal.filled_by(env jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (WITH sources AS (SELECT 'of ' || string_agg(s.key || CASE WHEN (s.value ->> 'filled')::boolean THEN '' ELSE ' (empty)' END, ' ' ORDER BY s.key) AS text FROM jsonb_each(env -> 'sources') AS s),
                 branches AS (SELECT b.relation, string_agg(b.branch, ' ' ORDER BY b.ordinal) AS text FROM saaskpi_internal.relation_branches AS b WHERE env -> 'sources' ? b.source GROUP BY b.relation)
            SELECT jsonb_object_agg(m.relation, concat_ws(' ', saaskpi_internal.version(), env #>> ARRAY['definitions', m.relation], b.text, s.text))
              FROM jsonb_array_elements_text(env -> 'made') AS m(relation) CROSS JOIN sources AS s LEFT JOIN branches AS b ON b.relation = m.relation);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.filled_by(jsonb) IS 'what kpi_manifest says of the rows of each relation filled now';

-- Columns that a view shows already keep their places, so that it can be
-- replaced below the views that users built on it; new ones follow.
CREATE FUNCTION saaskpi_internal.shown_columns(env jsonb, wanted name)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    shown constant regclass := to_regclass(format('%I.%I', env ->> 'schema', wanted));
BEGIN
    RETURN (SELECT string_agg(coalesce(saaskpi_internal.expand(c.expression, env) || ' AS ', '') || quote_ident(c.column_name), ', '
                              ORDER BY a.attnum NULLS LAST, c.ordinal)
              FROM saaskpi_internal.relation_columns AS c
              LEFT JOIN pg_attribute AS a ON a.attrelid = shown AND a.attname = c.column_name AND NOT a.attisdropped
             WHERE c.relation = wanted);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.shown_columns(jsonb, name) IS 'the select list of the view of a relation';

CREATE FUNCTION saaskpi_internal.show_relation(env jsonb, wanted name, rows text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %I.%I AS SELECT %s FROM %s', env ->> 'schema', wanted, saaskpi_internal.shown_columns(env, wanted), rows);
EXCEPTION WHEN invalid_table_definition THEN
    RAISE EXCEPTION 'view %.% cannot be replaced: a column it shows is no longer part of its definition', quote_ident(env ->> 'schema'), quote_ident(wanted)
        USING ERRCODE = 'invalid_table_definition',
              HINT = format('Keep the text of the views you built on it (pg_get_viewdef), then: CALL saaskpi.drop_views(%L); CALL saaskpi.create_views(%1$L)', env ->> 'schema');
END
$$;
COMMENT ON FUNCTION saaskpi_internal.show_relation(jsonb, name, text) IS 'makes the plain view that shows a relation, of rows such as those of a table';

-- A relation that is not stored reads what others show, which stays in place
-- when what they store is made anew.
CREATE FUNCTION saaskpi_internal.show_view(env jsonb, wanted saaskpi_internal.relations)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    shown constant jsonb := (SELECT jsonb_object_agg(m, format('%I.%I', env ->> 'schema', m)) FROM jsonb_array_elements_text(env -> 'made') AS m);
BEGIN
    PERFORM saaskpi_internal.show_relation(env, wanted.relation, format('(%s) AS q', saaskpi_internal.expand(wanted.query, jsonb_set(env, '{instead}', shown))));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.show_view(jsonb, saaskpi_internal.relations) IS 'makes a relation that is a view above others';

CREATE FUNCTION saaskpi_internal.create_indexes(env jsonb, wanted saaskpi_internal.relations, stored name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    n integer;
BEGIN
    EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I PRIMARY KEY (%s)', env ->> 'schema', stored, stored || '_key',
                   (SELECT string_agg(quote_ident(k), ', ' ORDER BY i) FROM unnest(wanted.key) WITH ORDINALITY AS u(k, i)));
    FOR n IN 1 .. cardinality(wanted.indexes) LOOP
        EXECUTE format('CREATE INDEX %I ON %I.%I (%s)', format('%s_%s', stored, n), env ->> 'schema', stored, wanted.indexes[n]);
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.create_indexes(jsonb, saaskpi_internal.relations, name) IS
    'creates the primary key and the further indexes of a stored relation';

-- Puts the tables NAME_new in place of what was stored before them, which the
-- views above show no more, with the grants it had.  A schema made by version
-- 0.1.0 stored materialized views that read each other, and the sources through
-- views of these names.
CREATE FUNCTION saaskpi_internal.put_in_place(env jsonb, replaced name[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    inputs constant name[] := '{kpi_input_customers,kpi_input_subscriptions,kpi_input_payments,kpi_input_costs,kpi_input_states}';
    grants text[];
    dependents text;
    old record;
    index name;
BEGIN
    SELECT coalesce(array_agg(g), '{}') INTO grants
      FROM unnest(replaced) AS r, unnest(saaskpi_internal.grants_on(to_regclass(format('%I.%I', env ->> 'schema', r || '_mat')))) AS g;
    FOR old IN SELECT q.kind, string_agg(q.id::regclass::text, ', ') AS names
                 FROM (SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind, c.oid AS id
                         FROM pg_class AS c
                        WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = env ->> 'schema')
                          AND (c.relname = ANY (SELECT r || '_mat' FROM unnest(replaced) AS r) OR c.relkind = 'v' AND c.relname = ANY (inputs))) AS q
                GROUP BY q.kind ORDER BY array_position('{MATERIALIZED VIEW,VIEW,TABLE}', q.kind) LOOP
        EXECUTE format('DROP %s %s', old.kind, old.names);
    END LOOP;
    FOR old IN SELECT r || '_mat' AS stored, r || '_new' AS new FROM unnest(replaced) AS r LOOP
        EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', env ->> 'schema', old.new, old.stored);
        FOR index IN SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                      WHERE i.indrelid = to_regclass(format('%I.%I', env ->> 'schema', old.stored)) LOOP
            EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', env ->> 'schema', index, old.stored || substr(index, length(old.new) + 1));
        END LOOP;
    END LOOP;
    PERFORM saaskpi_internal.give_again(grants);
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS dependents = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION 'something of yours is built on a stored table of the kpi relations in schema "%"', env ->> 'schema'
        USING ERRCODE = 'dependent_objects_still_exist', DETAIL = dependents,
              HINT = 'Build on the view without _mat or input_ in its name instead; then call create_views again.';
END
$$;
COMMENT ON FUNCTION saaskpi_internal.put_in_place(jsonb, name[]) IS
    'drops what was stored for relations and puts their new tables in its place';

-- A table that is there is made anew beside it, with the columns of the
-- definition as it is now, and the rows of the old one as far as columns agree,
-- until the next refresh.  True when put_in_place is to be called for it.
CREATE FUNCTION saaskpi_internal.create_relation(env jsonb, wanted saaskpi_internal.relations)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    old constant regclass := to_regclass(format('%I.%I', env ->> 'schema', wanted.relation || '_mat'));
    stored constant name := wanted.relation || CASE WHEN old IS NULL THEN '_mat' ELSE '_new' END;
    kept text;
BEGIN
    EXECUTE format('CREATE TABLE %I.%I AS %s WITH NO DATA', env ->> 'schema', stored, saaskpi_internal.expand(wanted.query, env));
    PERFORM saaskpi_internal.create_indexes(env, wanted, stored);
    EXECUTE format('COMMENT ON TABLE %I.%I IS %L', env ->> 'schema', stored, format('what %s shows; filled by saaskpi.refresh', wanted.relation));
    PERFORM saaskpi_internal.show_relation(env, wanted.relation, format('%I.%I', env ->> 'schema', stored));
    IF (SELECT c.relispopulated FROM pg_class AS c WHERE c.oid = old) THEN
        SELECT string_agg(quote_ident(n.attname), ', ') INTO kept
          FROM pg_attribute AS n JOIN pg_attribute AS o ON o.attrelid = old AND o.attname = n.attname AND o.atttypid = n.atttypid AND NOT o.attisdropped
         WHERE n.attrelid = to_regclass(format('%I.%I', env ->> 'schema', stored)) AND n.attnum > 0;
        EXECUTE format('INSERT INTO %1$I.%2$I (%4$s) SELECT %4$s FROM %3$s', env ->> 'schema', stored, old, kept);
    END IF;
    RETURN old IS NOT NULL;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.create_relation(jsonb, saaskpi_internal.relations) IS
    'creates the stored table of a relation and its view';

CREATE FUNCTION saaskpi_internal.comment_relation(env jsonb, wanted name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    kind constant "char" := (SELECT c.relkind FROM pg_class AS c WHERE c.oid = to_regclass(format('%I.%I', env ->> 'schema', wanted)));
    c record;
BEGIN
    EXECUTE (SELECT format('COMMENT ON %s %I.%I IS %L', CASE kind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, env ->> 'schema', wanted, r.comment)
               FROM saaskpi_internal.relations AS r WHERE r.relation = wanted);
    FOR c IN SELECT r.column_name, r.comment FROM saaskpi_internal.relation_columns AS r WHERE r.relation = wanted LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', env ->> 'schema', wanted, c.column_name, c.comment);
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.comment_relation(jsonb, name) IS 'writes the comments of a relation and its columns';

-- A relation without a reason to be left out is made.
CREATE FUNCTION saaskpi_internal.write_manifest(env jsonb, wanted name[], reasons text[])
RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    grants text[];
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(g), ''{}'') FROM %I.kpi_manifest AS m, unnest(m.grants) AS g WHERE m.relation = ANY ($1::text[])', env ->> 'schema') INTO grants USING wanted;
    EXECUTE format('INSERT INTO %I.kpi_manifest AS m (relation, status, reason, version, definition)
        SELECT w.relation, CASE WHEN w.reason IS NULL THEN ''made'' ELSE ''left out'' END, w.reason, $3, $4 ->> w.relation FROM unnest($1::text[], $2) AS w(relation, reason)
        ON CONFLICT (relation) DO UPDATE SET status = excluded.status, reason = excluded.reason, version = excluded.version, definition = excluded.definition,
                                             grants = CASE excluded.status WHEN ''made'' THEN ''{}'' ELSE m.grants END', env ->> 'schema')
      USING wanted, reasons, saaskpi_internal.version(), env -> 'definitions';
    RETURN grants;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.write_manifest(jsonb, name[], text[]) IS
    'writes down what became of relations; gives the grants they had before they were dropped';
