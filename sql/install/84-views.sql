-- Makers of the kpi relations in a user's schema.

-- Raises unless the schema exists and the relations are there, or are not.
CREATE FUNCTION saaskpi.require_views(schema_name name, present boolean)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found name;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = schema_name) THEN
        RAISE EXCEPTION 'schema "%" does not exist', schema_name
            USING ERRCODE = 'invalid_schema_name',
                  HINT = 'Name the schema that holds customers, subscriptions, payments and costs.';
    END IF;
    SELECT min(c.relname::text COLLATE "C") INTO found
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN saaskpi.relation_definitions() AS d ON c.relname IN (d.relation, d.relation || '_mat')
     WHERE n.nspname = schema_name;
    IF present AND found IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no kpi relations', schema_name
            USING ERRCODE = 'undefined_table',
                  HINT = format('CALL saaskpi.create_views(%L)', schema_name);
    ELSIF NOT present AND found IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists in schema "%"', found, schema_name
            USING ERRCODE = 'duplicate_table',
                  HINT = format('To make the kpi relations anew: CALL saaskpi.drop_views(%L)', schema_name);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi.require_views(name, boolean) IS
    'raises unless the kpi relations of a schema are present, or absent';

-- The key is named, so that a first fill can make it after the rows.
CREATE PROCEDURE saaskpi.create_indexes(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    mat constant text := definition.relation || '_mat';
    n integer;
BEGIN
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I.%I (%s)', mat || '_key', schema_name, mat, definition.keys);
    FOR n IN 1 .. cardinality(definition.indexes) LOOP
        EXECUTE format('CREATE INDEX %I ON %I.%I (%s)', mat || '_' || n, schema_name, mat, definition.indexes[n]);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.create_indexes(name, record) IS
    'creates the unique key and the further indexes of a stored relation';

-- The plain view above a stored relation, and the one through which others read
-- the customers' states.
CREATE PROCEDURE saaskpi.show_relation(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    mat constant text := definition.relation || '_mat';
BEGIN
    EXECUTE format('COMMENT ON %s %s.%I IS %L', definition.stored_as, s, mat,
                   format('what %s shows; filled by saaskpi.refresh', definition.relation));
    EXECUTE format('CREATE OR REPLACE VIEW %s.%I AS SELECT %s FROM %s.%I', s, definition.relation,
                   replace(coalesce(definition.columns, '*'), '{s}', s), s, mat);
    IF definition.relation = 'kpi_customers' THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s.kpi_input_states AS SELECT * FROM %s.%I', s, s, mat);
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.show_relation(name, record) IS
    'puts the plain view above a stored relation';

CREATE PROCEDURE saaskpi.create_relation(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
BEGIN
    EXECUTE format('CREATE %s %s.%I AS %s WITH NO DATA', definition.stored_as, s, definition.relation || '_mat',
                   replace(definition.query, '{s}', s));
    CALL saaskpi.create_indexes(schema_name, definition);
    CALL saaskpi.show_relation(schema_name, definition);
END
$$;
COMMENT ON PROCEDURE saaskpi.create_relation(name, record) IS
    'creates one stored relation, its indexes and the plain view above it';

CREATE PROCEDURE saaskpi.comment_relations(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT r.relation, r.comment, k.relkind
               FROM saaskpi.relation_comments() AS r
               JOIN pg_class AS k ON k.relname = r.relation
               JOIN pg_namespace AS n ON n.oid = k.relnamespace AND n.nspname = schema_name LOOP
        EXECUTE format('COMMENT ON %s %I.%I IS %L', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
                       schema_name, c.relation, c.comment);
    END LOOP;
    FOR c IN SELECT r.relation, r.column_name, r.comment
               FROM saaskpi.relation_columns() AS r
               JOIN pg_class AS k ON k.relname = r.relation
               JOIN pg_namespace AS n ON n.oid = k.relnamespace AND n.nspname = schema_name
               JOIN pg_attribute AS a ON a.attrelid = k.oid AND a.attname = r.column_name LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema_name, c.relation, c.column_name, c.comment);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.comment_relations(name) IS
    'writes the comments of the kpi relations and their columns';

CREATE PROCEDURE saaskpi.create_views(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    definition record;
BEGIN
    PERFORM saaskpi.require_views(schema_name, false);
    EXECUTE replace(saaskpi.settings_definition(), '{s}', s);
    EXECUTE saaskpi.input_definition(schema_name, saaskpi.current_as_of(schema_name));
    FOR definition IN SELECT * FROM saaskpi.relation_definitions() AS d ORDER BY d.ordinal LOOP
        CALL saaskpi.create_relation(schema_name, definition);
    END LOOP;
    CALL saaskpi.comment_relations(schema_name);
END
$$;
COMMENT ON PROCEDURE saaskpi.create_views(name) IS
    'creates the kpi relations, the settings and the refresh log in a schema that holds the source tables; saaskpi.refresh fills them';

CREATE PROCEDURE saaskpi.drop_views(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    d record;
    relation name;
BEGIN
    PERFORM saaskpi.require_views(schema_name, true);
    FOR d IN SELECT r.* FROM saaskpi.relation_definitions() AS r ORDER BY r.ordinal DESC LOOP
        EXECUTE format('DROP VIEW IF EXISTS %I.%I', schema_name, d.relation);
        IF d.relation = 'kpi_customers' THEN
            EXECUTE format('DROP VIEW IF EXISTS %I.kpi_input_states', schema_name);
        END IF;
        EXECUTE format('DROP %s IF EXISTS %I.%I', d.stored_as, schema_name, d.relation || '_mat');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['customers', 'subscriptions', 'payments', 'costs'] LOOP
        EXECUTE format('DROP VIEW IF EXISTS %I.%I', schema_name, 'kpi_input_' || relation);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.drop_views(name) IS
    'drops the kpi relations of a schema; sources, settings and the refresh log stay';
