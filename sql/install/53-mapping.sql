-- Reading an export: which of its tables and columns are there, and how each
-- is read as what the views over it are written for.

-- A number as a time is seconds since 1970; a time without a zone is UTC.
-- Text that is no number or time reads as null instead of stopping the rest.
CREATE FUNCTION saaskpi_internal.export_text_as(reference text, kind text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
SELECT CASE kind
       WHEN 'text' THEN reference
       WHEN 'numeric' THEN format($f$CASE WHEN %s ~ '^ *[-+]?[0-9]{1,30}([.][0-9]{0,30})? *$' THEN (%1$s)::numeric END$f$, reference)
       WHEN 'integer' THEN format($f$CASE WHEN %s ~ '^ *[-+]?[0-9]{1,9} *$' THEN (%1$s)::integer END$f$, reference)
       WHEN 'boolean' THEN format($f$lower(%s) IN ('true', 't', 'yes', '1')$f$, reference)
       WHEN 'timestamptz' THEN format($f$CASE WHEN %s ~ '^[0-9]{1,11}([.][0-9]*)?$' THEN to_timestamp((%1$s)::double precision)
            WHEN %1$s ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ][0-9:.]+(Z|[-+][0-9]{2}(:?[0-9]{2})?)$' THEN (%1$s)::timestamptz
            WHEN %1$s ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ][0-9:.]+)?$' THEN (%1$s)::timestamp AT TIME ZONE 'UTC' END$f$, reference) END
$$;
COMMENT ON FUNCTION saaskpi_internal.export_text_as(text, text) IS 'SQL of a text of an export as a kind; null for what is none';

CREATE FUNCTION saaskpi_internal.export_value_as(type oid, reference text, kind text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    base oid := type;
    category "char";
BEGIN
    WHILE (SELECT t.typtype = 'd' FROM pg_type AS t WHERE t.oid = base) LOOP
        SELECT t.typbasetype INTO base FROM pg_type AS t WHERE t.oid = base;
    END LOOP;
    SELECT t.typcategory INTO category FROM pg_type AS t WHERE t.oid = base;
    RETURN CASE
        WHEN category = 'S' THEN saaskpi_internal.export_text_as(format('(%s)::text', reference), kind)
        WHEN kind = 'text' AND (category IN ('N', 'E') OR base = 'uuid'::regtype) THEN format('(%s)::text', reference)
        WHEN base = 'float4'::regtype AND kind = 'numeric' THEN format('(%s)::text::numeric', reference)
        WHEN category = 'N' AND kind = 'numeric' THEN format('(%s)::numeric', reference)
        WHEN category = 'N' AND kind = 'integer' THEN format('CASE WHEN %s BETWEEN -999999999 AND 999999999 THEN (%1$s)::integer END', reference)
        WHEN category = 'N' AND kind = 'boolean' THEN format('%s <> 0', reference)
        WHEN category = 'N' AND kind = 'timestamptz' THEN format('CASE WHEN %s BETWEEN -99999999999 AND 99999999999 THEN to_timestamp((%1$s)::double precision) END', reference)
        WHEN kind = 'timestamptz' AND base = 'timestamptz'::regtype THEN format('(%s)::timestamptz', reference)
        WHEN kind = 'timestamptz' AND base IN ('timestamp'::regtype, 'date'::regtype) THEN format('(%s)::timestamp AT TIME ZONE ''UTC''', reference)
        WHEN kind = 'boolean' AND base = 'bool'::regtype THEN format('(%s)::boolean', reference) END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.export_value_as(oid, text, text) IS 'SQL of a column of an export as a kind; null when its type cannot be read so';

-- A candidate is a column, or column.key.key of JSON.  Without a relation the
-- candidate is looked for in the JSON of an element.
CREATE FUNCTION saaskpi_internal.export_reading(relation regclass, alias text, candidate text, kind text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    words constant text[] := string_to_array(candidate, '.');
    path constant text[] := CASE WHEN relation IS NULL THEN words ELSE words[2:] END;
    type oid := 'jsonb'::regtype;
    reference text := alias;
BEGIN
    IF relation IS NOT NULL THEN
        SELECT a.atttypid INTO type FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = words[1] AND a.attnum > 0 AND NOT a.attisdropped;
        IF type IS NULL THEN
            RETURN NULL;
        END IF;
        reference := format('%s.%I', alias, words[1]);
    END IF;
    IF type IN ('json'::regtype, 'jsonb'::regtype) THEN
        reference := format('(%s)::jsonb', reference);
        RETURN CASE WHEN kind = 'jsonb' THEN format('nullif(%s #> %L, ''null'')', reference, path)
                    ELSE saaskpi_internal.export_text_as(format('(%s #>> %L)', reference, path), kind) END;
    ELSIF cardinality(path) = 0 THEN
        RETURN saaskpi_internal.export_value_as(type, reference, kind);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.export_reading(regclass, text, text, text) IS 'SQL of one candidate for a column of an export; null when it is not there or cannot be read';

CREATE FUNCTION saaskpi_internal.export_relation(from_schema text, table_name text)
RETURNS regclass
LANGUAGE sql STABLE
AS $$
SELECT c.oid::regclass FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = from_schema AND c.relname = table_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
$$;
COMMENT ON FUNCTION saaskpi_internal.export_relation(text, text) IS 'a table or view of an export by name; null when there is none';

-- Which candidate of a table is there: {relation, words behind the name}.
CREATE FUNCTION saaskpi_internal.export_place(from_schema text, candidates text[])
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT c.candidate
  FROM unnest(candidates) WITH ORDINALITY AS c(candidate, place)
 CROSS JOIN LATERAL saaskpi_internal.export_relation(from_schema, split_part(c.candidate, '.', 1)) AS relation
 WHERE relation IS NOT NULL
   AND (strpos(c.candidate, '.') = 0
        OR EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = split_part(c.candidate, '.', 2) AND NOT a.attisdropped
                      AND a.atttypid IN ('json'::regtype, 'jsonb'::regtype)))
 ORDER BY c.place LIMIT 1
$$;
COMMENT ON FUNCTION saaskpi_internal.export_place(text, text[]) IS 'the first of several names that an export has; null for none';

-- The relation behind a name; one that keeps all versions of a row is read in
-- its newest ones.
CREATE FUNCTION saaskpi_internal.export_rows(relation regclass, newest_by name[])
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT coalesce((SELECT format('(SELECT DISTINCT ON (t.id) t.* FROM %s AS t ORDER BY t.id, t.%I DESC NULLS LAST)', relation, b.name)
                   FROM unnest(newest_by) WITH ORDINALITY AS b(name, place)
                   JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = b.name AND NOT a.attisdropped
                  WHERE NOT saaskpi_internal.is_unique(relation, '{id}')
                    AND EXISTS (SELECT FROM pg_attribute AS i WHERE i.attrelid = relation AND i.attname = 'id' AND NOT i.attisdropped)
                  ORDER BY b.place LIMIT 1), relation::text)
$$;
COMMENT ON FUNCTION saaskpi_internal.export_rows(regclass, name[]) IS 'SQL of the rows of a table of an export, of several of one id the newest';

-- How each column of each table of a kind is read: as jsonb, as it takes a while
-- to find out and is asked for often.  reading is null where nothing of the
-- export can be read so, place where the table is not there.
CREATE FUNCTION saaskpi_internal.export_columns(wanted saaskpi_internal.mapping_kinds, from_schema text)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
WITH places AS MATERIALIZED (
    SELECT t.table_name, q.place, saaskpi_internal.export_relation(from_schema, split_part(q.place, '.', 1)) AS relation
      FROM saaskpi_internal.mapping_tables AS t CROSS JOIN LATERAL saaskpi_internal.export_place(from_schema, t.candidates) AS q(place)
     WHERE t.kind = wanted.kind)
SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('place', p.place, 'reading',
       (SELECT CASE WHEN count(*) > 1 THEN format('coalesce(%s)', string_agg(r.reading, ', ' ORDER BY u.rank)) ELSE min(r.reading) END
          FROM unnest(c.candidates) WITH ORDINALITY AS u(candidate, rank)
         CROSS JOIN LATERAL (SELECT CASE WHEN p.place IS NULL THEN NULL
                                         WHEN u.candidate LIKE '^%' THEN (CASE WHEN strpos(p.place, '.') > 0 THEN saaskpi_internal.export_reading(p.relation, 't', substr(u.candidate, 2), c.kind) END)
                                         WHEN strpos(p.place, '.') > 0 THEN saaskpi_internal.export_reading(NULL, 'e.value', u.candidate, c.kind)
                                         ELSE saaskpi_internal.export_reading(p.relation, 't', u.candidate, c.kind) END) AS r(reading)
         WHERE r.reading IS NOT NULL)))
  FROM saaskpi_internal.mapping_columns AS c LEFT JOIN places AS p USING (table_name)
 WHERE c.shape = wanted.shape
$$;
COMMENT ON FUNCTION saaskpi_internal.export_columns(saaskpi_internal.mapping_kinds, text) IS 'where an export of a kind has the columns of its shape, and the SQL that reads each';

CREATE FUNCTION saaskpi_internal.read_columns(columns jsonb)
RETURNS TABLE (table_name name, ordinal integer, column_name name, kind text, needed boolean, noted boolean, candidates text[], place text, reading text)
LANGUAGE sql IMMUTABLE
AS $$
SELECT * FROM jsonb_to_recordset(columns) AS c(table_name name, ordinal integer, column_name name, kind text, needed boolean, noted boolean, candidates text[], place text, reading text)
$$;
COMMENT ON FUNCTION saaskpi_internal.read_columns(jsonb) IS 'what export_columns gives, as rows';

-- The rows of every table of a kind, for the places of the queries of views.
CREATE FUNCTION saaskpi_internal.export_tables(wanted saaskpi_internal.mapping_kinds, from_schema text, columns jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
SELECT jsonb_object_agg(q.table_name, CASE
       WHEN q.place IS NULL THEN format('(SELECT %s WHERE false)', q.columns)
       ELSE format('(SELECT * FROM (SELECT %s FROM %s AS t%s) AS q%s)', q.columns,
                   saaskpi_internal.export_rows(saaskpi_internal.export_relation(from_schema, split_part(q.place, '.', 1)), t.newest_by),
                   CASE WHEN strpos(q.place, '.') > 0
                        THEN format(' CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof((t.%I)::jsonb #> %L) WHEN ''array'' THEN (t.%1$I)::jsonb #> %2$L ELSE ''[]'' END) AS e(value)',
                                    split_part(q.place, '.', 2), (string_to_array(q.place, '.'))[3:]) ELSE '' END,
                   ' WHERE ' || t.condition) END)
  FROM (SELECT c.table_name, min(c.place) AS place,
               string_agg(format('%s AS %I', coalesce(c.reading, 'NULL::' || c.kind), c.column_name), ', ' ORDER BY c.ordinal) AS columns
          FROM saaskpi_internal.read_columns(columns) AS c GROUP BY c.table_name) AS q
  LEFT JOIN saaskpi_internal.mapping_tables AS t ON t.kind = wanted.kind AND t.table_name = q.table_name
$$;
COMMENT ON FUNCTION saaskpi_internal.export_tables(saaskpi_internal.mapping_kinds, text, jsonb) IS 'SQL of the rows of each table of an export, those that are not there without rows';
