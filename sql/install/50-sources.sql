-- Reading the sources: which relation stands behind a name, and how a column
-- of any usable type is read as the kind meant.
--
-- Everything in the engine runs below an entry point that has taken on the
-- rights of the schema's owner and set known options: see src/pg/owner.c.

-- A view hides the policies of the tables below it, so the search follows
-- views down, each read as the role that PostgreSQL would read it as.
CREATE FUNCTION saaskpi_internal.row_security(relation oid)
RETURNS text
LANGUAGE sql STABLE STRICT
AS $$
WITH RECURSIVE read(relid, reader) AS (
    SELECT relation, r.oid FROM pg_roles AS r WHERE r.rolname = current_user
    UNION
    SELECT d.refobjid,
           CASE WHEN coalesce((SELECT o.option_value::boolean
                                 FROM pg_options_to_table(v.reloptions) AS o
                                WHERE o.option_name = 'security_invoker'),
                              false)
                THEN s.reader ELSE v.relowner END
      FROM read AS s
      JOIN pg_class AS v ON v.oid = s.relid AND v.relkind = 'v'
      JOIN pg_rewrite AS w ON w.ev_class = v.oid
      JOIN pg_depend AS d
        ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
       AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid)
SELECT min(format('%I.%I', n.nspname, t.relname) COLLATE "C")
  FROM read AS s
  JOIN pg_class AS t ON t.oid = s.relid AND t.relrowsecurity
  JOIN pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_roles AS r ON r.oid = s.reader
 WHERE NOT (r.rolsuper OR r.rolbypassrls)
   AND (t.relforcerowsecurity OR NOT pg_has_role(r.oid, t.relowner, 'USAGE'))
$$;

COMMENT ON FUNCTION saaskpi_internal.row_security(oid) IS
'the table, below a relation, whose row-level security would hide rows from the caller; NULL when all rows are seen';

-- What stands behind each source name.  A relation whose policies would hide
-- rows is refused: numbers from part of the rows would be wrong.
CREATE FUNCTION saaskpi_internal.source_relations(schema_name name)
RETURNS TABLE (source name, relation regclass)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    hidden text;
BEGIN
    FOR source IN SELECT s.source FROM saaskpi_internal.sources AS s ORDER BY s.ordinal LOOP
        relation := saaskpi_internal.own_relation(schema_name, source);
        CONTINUE WHEN (SELECT c.relkind IN ('r', 'p', 'v', 'm', 'f') FROM pg_class AS c WHERE c.oid = relation) IS NOT TRUE;
        hidden := saaskpi_internal.row_security(relation);
        IF hidden IS NOT NULL THEN
            RAISE EXCEPTION 'row-level security on % would hide rows from "%"', hidden, current_user
                USING ERRCODE = 'insufficient_privilege',
                      DETAIL = format('It is read as source "%s" of schema "%s"; numbers made from part of the rows would be wrong.', source, schema_name),
                      HINT = format('Give the owner of the schema BYPASSRLS or the table, or put a view with the rows meant in its place: ALTER ROLE %I BYPASSRLS', current_user);
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.source_relations(name) IS
    'the sources that a schema has and the relations behind them';

-- An enum goes through its output function, as a cast may be anybody's code.
-- A timestamp without a zone holds the time of source_zone; a date is a civil
-- date of the reporting zone already, and as an instant that at which it begins.
-- A real goes by the digits it is written with, as its cast keeps six of them.
-- Money is left out on purpose: its value in numeric depends on the locale of the
-- session that reads it.
CREATE FUNCTION saaskpi_internal.reading(column_type oid, column_collation oid, reference text, kind text, zone text, source_zone text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    base pg_type;
BEGIN
    SELECT * INTO base FROM pg_type WHERE oid = column_type;
    WHILE base.typtype = 'd' LOOP
        SELECT * INTO base FROM pg_type WHERE oid = base.typbasetype;
    END LOOP;
    RETURN CASE kind
        WHEN 'text' THEN CASE
            WHEN column_type = 'text'::regtype THEN reference
            WHEN base.typtype = 'e'
            THEN format('pg_catalog.textin(pg_catalog.enum_out((%s)::%s))', reference, format_type(base.oid, NULL))
            WHEN base.typcategory = 'S'
              OR base.oid IN ('uuid'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
            THEN format('(%s)::pg_catalog.text', reference) END
          || CASE WHEN column_collation NOT IN (0, '"default"'::regcollation) THEN ' COLLATE pg_catalog."default"' ELSE '' END
        WHEN 'date' THEN CASE
            WHEN column_type = 'date'::regtype THEN reference
            WHEN base.oid = 'date'::regtype OR (base.oid = 'timestamp'::regtype AND zone = source_zone)
            THEN format('(%s)::pg_catalog.date', reference)
            WHEN base.oid = 'timestamp'::regtype
            THEN format('saaskpi_internal.day_of((%s) AT TIME ZONE %L, %L)', reference, source_zone, zone)
            WHEN base.oid = 'timestamptz'::regtype
            THEN format('saaskpi_internal.day_of(%s, %L)', reference, zone) END
        WHEN 'timestamptz' THEN CASE
            WHEN column_type = 'timestamptz'::regtype THEN reference
            WHEN base.oid = 'timestamptz'::regtype THEN format('(%s)::pg_catalog.timestamptz', reference)
            WHEN base.oid = 'timestamp'::regtype THEN format('((%s) AT TIME ZONE %L)', reference, source_zone)
            WHEN base.oid = 'date'::regtype THEN format('((%s)::pg_catalog.timestamp AT TIME ZONE %L)', reference, zone) END
        WHEN 'numeric' THEN CASE
            WHEN column_type = 'numeric'::regtype THEN reference
            WHEN base.oid = 'float4'::regtype THEN format('((%s)::pg_catalog.text)::pg_catalog.numeric', reference)
            WHEN base.oid IN ('numeric'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float8'::regtype)
            THEN format('(%s)::pg_catalog.numeric', reference) END
        WHEN 'boolean' THEN CASE
            WHEN column_type = 'bool'::regtype THEN reference
            WHEN base.oid = 'bool'::regtype THEN format('(%s)::pg_catalog.bool', reference) END
    END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.reading(oid, oid, text, text, text, text) IS
    'SQL that reads a column of the given type as text, date, timestamptz, numeric or boolean; null when the type cannot be read so';

CREATE FUNCTION saaskpi_internal.readings(schema_name name, settings jsonb)
RETURNS TABLE (source name, ordinal integer, column_name name, kind text, needed boolean,
               relation regclass, column_type text, reading text)
LANGUAGE sql STABLE
AS $$
SELECT c.source, c.ordinal, c.column_name, c.kind, c.needed, t.relation,
       format_type(a.atttypid, a.atttypmod),
       saaskpi_internal.reading(a.atttypid, a.attcollation, format('%I.%I', c.source, c.column_name), c.kind,
                                settings ->> 'time_zone', settings ->> 'source_time_zone')
  FROM saaskpi_internal.source_columns AS c
  LEFT JOIN saaskpi_internal.source_relations(schema_name) AS t ON t.source = c.source
  LEFT JOIN pg_attribute AS a
    ON a.attrelid = t.relation AND a.attname = c.column_name AND a.attnum > 0 AND NOT a.attisdropped
$$;
COMMENT ON FUNCTION saaskpi_internal.readings(name, jsonb) IS
    'for every column of every source: relation and type in a schema and the SQL that reads it, null where relation or column is absent or the type unusable';

-- Sources that are not there, columns without which a source is of no use, and
-- columns of a type that cannot be read.
CREATE FUNCTION saaskpi_internal.gaps(schema_name name, settings jsonb)
RETURNS TABLE (source name, rule text, column_name name, column_type text)
LANGUAGE sql STABLE
AS $$
SELECT DISTINCT ON (s.ordinal, CASE WHEN r.relation IS NULL THEN 0 ELSE r.ordinal END)
       r.source, CASE WHEN r.relation IS NULL THEN 'source_missing'
                      WHEN r.column_type IS NULL THEN 'column_missing'
                      ELSE 'column_type' END,
       CASE WHEN r.relation IS NOT NULL THEN r.column_name END, r.column_type
  FROM saaskpi_internal.readings(schema_name, settings) AS r
  JOIN saaskpi_internal.sources AS s ON s.source = r.source
 WHERE r.reading IS NULL AND (r.needed OR r.column_type IS NOT NULL)
 ORDER BY s.ordinal, CASE WHEN r.relation IS NULL THEN 0 ELSE r.ordinal END
$$;
COMMENT ON FUNCTION saaskpi_internal.gaps(name, jsonb) IS
    'sources and columns of a schema that are needed and absent, or have a type that cannot be read';
