-- Empty source tables for those who start afresh.

-- Refuses when create_source_tables could not finish.
CREATE FUNCTION saaskpi_internal.require_room(schema_name name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    taken text;
BEGIN
    IF schema_name IN ('saaskpi', 'saaskpi_internal', 'information_schema') OR schema_name LIKE 'pg\_%' THEN
        RAISE EXCEPTION 'source tables cannot be created in schema "%"', schema_name
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a schema of your own.';
    END IF;
    SELECT min(c.relname::text COLLATE "C") INTO taken
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN saaskpi_internal.sources AS s
        ON c.relname = s.source OR c.relname::text ~ format('^%s_p[0-9]+$', s.source) AND s.partition_key IS NOT NULL
     WHERE n.nspname = schema_name AND EXISTS (SELECT FROM saaskpi_internal.source_columns AS d WHERE d.source = s.source AND d.created);
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists in schema "%"', taken, schema_name
            USING ERRCODE = 'duplicate_table', DETAIL = 'No source table was created.',
                  HINT = 'Name another schema, or drop or rename the relation.';
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_room(name) IS
    'refuses when source tables cannot be created in a schema';

CREATE FUNCTION saaskpi_internal.source_table_definition(schema_name name, wanted name, checked boolean, partitioned boolean)
RETURNS text
LANGUAGE sql STABLE STRICT
AS $$
SELECT format('CREATE TABLE %I.%I (%s%s)%s', schema_name, t.source,
              string_agg(format('%I %s', c.column_name, c.kind)
                         || CASE WHEN checked AND c.required THEN ' NOT NULL' ELSE '' END
                         || CASE WHEN checked AND c.check_clause IS NOT NULL
                                 THEN format(' CONSTRAINT %I CHECK (%s)', concat_ws('_', c.source, c.column_name, 'check'), c.check_clause)
                                 ELSE '' END, ', ' ORDER BY c.ordinal),
              CASE WHEN checked THEN format(', %s (%s)', CASE WHEN bool_and(c.required OR c.column_name <> ALL (t.key)) THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
                                            array_to_string(t.key, ', ')) ELSE '' END,
              CASE WHEN partitioned THEN format(' PARTITION BY HASH (%I)', t.partition_key) ELSE '' END)
  FROM saaskpi_internal.sources AS t JOIN saaskpi_internal.source_columns AS c USING (source)
 WHERE t.source = wanted AND c.created
 GROUP BY t.source, t.key, t.partition_key
$$;
COMMENT ON FUNCTION saaskpi_internal.source_table_definition(name, name, boolean, boolean) IS
    'CREATE TABLE statement of a source table, with or without keys and checks';

CREATE FUNCTION saaskpi_internal.create_source_tables_work(schema_name name, checked boolean, partitions integer)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    made record;
    part record;
BEGIN
    IF checked IS NULL OR partitions IS NULL THEN
        RAISE EXCEPTION '% must not be null', CASE WHEN checked IS NULL THEN 'checked' ELSE 'partitions' END
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF partitions NOT BETWEEN 0 AND 1024 THEN
        RAISE EXCEPTION 'partitions must be between 0 and 1024, not %', partitions
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('32 suit tables of many millions of rows: CALL saaskpi.create_source_tables(%L, partitions => 32)', schema_name);
    END IF;
    PERFORM saaskpi_internal.require_room(schema_name);
    FOR made IN SELECT s.source, s.description, CASE WHEN s.partition_key IS NULL THEN 0 ELSE partitions END AS parts
                  FROM saaskpi_internal.sources AS s
                 WHERE EXISTS (SELECT FROM saaskpi_internal.source_columns AS c WHERE c.source = s.source AND c.created) ORDER BY s.ordinal LOOP
        EXECUTE saaskpi_internal.source_table_definition(schema_name, made.source, checked, made.parts > 0);
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', schema_name, made.source,
                       made.description || CASE WHEN checked THEN '' ELSE '. Made without keys and checks: anything loads, check_sources lists it' END);
        FOR part IN SELECT p FROM generate_series(0, made.parts - 1) AS p LOOP
            EXECUTE format('CREATE TABLE %1$I.%2$I PARTITION OF %1$I.%3$I FOR VALUES WITH (MODULUS %4$s, REMAINDER %5$s)',
                           schema_name, made.source || '_p' || part.p, made.source, made.parts, part.p);
        END LOOP;
        FOR part IN SELECT * FROM saaskpi_internal.source_columns AS c WHERE c.source = made.source AND c.created ORDER BY c.ordinal LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema_name, part.source, part.column_name, part.description);
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.create_source_tables_work(name, boolean, integer) IS
    'the work of create_source_tables';

CREATE PROCEDURE saaskpi.create_source_tables(schema_name name, checked boolean DEFAULT true, partitions integer DEFAULT 0)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_creator' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.create_source_tables(name, boolean, integer) IS
    'creates the empty source tables in a schema (made if missing). checked => false leaves keys, NOT NULL and checks off, so that anything loads and check_sources lists it. partitions => 32 hash-partitions those that share a key by it, so that a refresh of many millions of rows joins them partition by partition in parallel';
