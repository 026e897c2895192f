-- Writing the views over an export.  They are the user's from then on: one that
-- is no longer as it was written is never written again.

CREATE FUNCTION saaskpi_internal.mapping_mark(relation regclass)
RETURNS text
LANGUAGE sql STABLE
AS $$SELECT format('(written by saaskpi, %s)', md5(pg_get_viewdef(relation)))$$;
COMMENT ON FUNCTION saaskpi_internal.mapping_mark(regclass) IS 'what the comment of a view ends with while the view is as it was written';

CREATE FUNCTION saaskpi_internal.require_mapped(schema_name name, view_name name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    taken record;
BEGIN
    SELECT c.oid, c.relkind, obj_description(c.oid, 'pg_class') AS comment INTO taken
      FROM pg_class AS c WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = schema_name) AND c.relname = view_name;
    IF FOUND AND (taken.relkind = 'v' AND right(taken.comment, 54) = saaskpi_internal.mapping_mark(taken.oid)) IS NOT TRUE THEN
        RAISE EXCEPTION 'relation "%" of schema "%" is not as saaskpi wrote it', view_name, schema_name
            USING ERRCODE = 'duplicate_table', DETAIL = 'Nothing was written.',
                  HINT = CASE taken.relkind WHEN 'v' THEN format('If it is to be replaced: DROP VIEW %I.%I', schema_name, view_name)
                              ELSE 'Name another schema to write to.' END;
    END IF;
    PERFORM saaskpi_internal.own_relation(schema_name, view_name);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_mapped(name, name) IS 'raises when a name is taken by anything but a view as saaskpi wrote it';

-- What is built on a source stays while what is below the source goes.
CREATE FUNCTION saaskpi_internal.step_aside(schema_name name, source name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    relation constant regclass := to_regclass(format('%I.%I', schema_name, source));
BEGIN
    IF relation IS NOT NULL THEN
        EXECUTE (SELECT format('CREATE OR REPLACE VIEW %s AS SELECT %s WHERE false', relation,
                               string_agg(format('NULL::%s AS %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' ORDER BY a.attnum))
                   FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum > 0);
        EXECUTE format('COMMENT ON VIEW %s IS %L', relation, saaskpi_internal.mapping_mark(relation));
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.step_aside(name, name) IS 'makes a source as saaskpi wrote it depend on nothing, until it is written again';

-- A view keeps its place below others as long as it can; with other columns
-- it is made anew, with the grants it had.
CREATE FUNCTION saaskpi_internal.write_view(schema_name name, view_name name, query text, comment text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    view_id constant text := format('%I.%I', schema_name, view_name);
    grants text[];
    c record;
BEGIN
    PERFORM saaskpi_internal.require_mapped(schema_name, view_name);
    BEGIN
        EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', view_id, query);
    EXCEPTION WHEN invalid_table_definition THEN
        grants := saaskpi_internal.grants_on(to_regclass(view_id));
        IF view_name LIKE '%\_billed' THEN
            PERFORM saaskpi_internal.step_aside(schema_name, left(view_name, -7));
        END IF;
        BEGIN
            EXECUTE format('DROP VIEW %s', view_id);
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RAISE EXCEPTION 'view "%" of schema "%" is to get other columns, and something of yours is built on it', view_name, schema_name
                USING ERRCODE = 'dependent_objects_still_exist', HINT = format('Keep the text of what you built (pg_get_viewdef), then: DROP VIEW %s CASCADE', view_id);
        END;
        EXECUTE format('CREATE VIEW %s AS %s', view_id, query);
        PERFORM saaskpi_internal.give_again(grants);
    END;
    EXECUTE format('COMMENT ON VIEW %s IS %L', view_id, concat(comment, ' ', saaskpi_internal.mapping_mark(to_regclass(view_id))));
    FOR c IN SELECT s.column_name, s.description FROM saaskpi_internal.source_columns AS s
               JOIN pg_attribute AS a ON a.attrelid = to_regclass(view_id) AND a.attname = s.column_name
              WHERE s.source IN (view_name, regexp_replace(view_name, '_billed$', '')) LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', view_id, c.column_name, c.description);
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.write_view(name, name, text, text) IS 'writes a view of which saaskpi knows later that it wrote it';

-- Versions of what is billed, each true from when it was seen until the next
-- was.  The first holds since the beginning that the billing system says; an end
-- or a new beginning that a later version knows of cuts the one before short.
-- A part that comes to a whole that ran when last looked at, another plan say,
-- begins when it was seen, as what it took the place of ends then: the beginning
-- that the billing system says is that of the whole.
CREATE FUNCTION saaskpi_internal.versions_query(wanted saaskpi_internal.mapping_sources, relation regclass)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT format($f$SELECT %1$s FROM (
  SELECT v.*, CASE WHEN row_number() OVER w = 1 AND NOT %7$s OR v.%4$I > lag(v.%4$I) OVER w THEN v.%4$I ELSE greatest(v.%4$I, v.valid_from) END AS since,
         least(v.%5$I, v.valid_to, lead(v.%5$I) OVER w, CASE WHEN lead(v.%4$I) OVER w > v.%4$I THEN lead(v.%4$I) OVER w END) AS until%6$s
    FROM %2$s AS v WINDOW w AS (PARTITION BY v.%3$I ORDER BY v.valid_from, v.valid_to)) AS v
 WHERE (v.until <= v.since) IS NOT TRUE$f$,
       string_agg(format(CASE WHEN a.name = wanted.begins THEN 'v.since AS %I' WHEN a.name = wanted.ends THEN 'v.until AS %I' WHEN c.of_end THEN 'v.%2$I AS %1$I' ELSE 'v.%I' END,
                         a.name, 'end_' || a.place), ', ' ORDER BY a.place),
       relation, wanted.key, wanted.begins, wanted.ends,
       coalesce(string_agg(format(', CASE WHEN lead(v.%1$I) OVER w <= v.valid_to THEN lead(v.%2$I) OVER w ELSE v.%2$I END AS %3$I', wanted.ends, a.name, 'end_' || a.place), '' ORDER BY a.place) FILTER (WHERE c.of_end), ''),
       CASE WHEN bool_or(a.name = wanted.whole)
            THEN format('(v.%1$I IS NOT NULL AND max(coalesce(v.valid_to, ''infinity'')) OVER (PARTITION BY v.%1$I ORDER BY v.valid_from GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= v.valid_from) IS TRUE', wanted.whole) ELSE 'false' END)
  FROM (SELECT a.attname AS name, a.attnum AS place FROM pg_attribute AS a
         WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT IN ('valid_from', 'valid_to')) AS a
  LEFT JOIN saaskpi_internal.mapping_source_columns AS c ON c.source = wanted.source AND c.column_name = a.name
$$;
COMMENT ON FUNCTION saaskpi_internal.versions_query(saaskpi_internal.mapping_sources, regclass) IS 'SQL of what was billed from when until when, of a table of versions';

CREATE FUNCTION saaskpi_internal.keeps_versions(relation regclass)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT count(*) = 2 FROM pg_attribute AS a
 WHERE a.attrelid = relation AND a.attname IN ('valid_from', 'valid_to') AND a.atttypid = 'timestamptz'::regtype AND NOT a.attisdropped
$$;
COMMENT ON FUNCTION saaskpi_internal.keeps_versions(regclass) IS 'whether rows say from when until when they were true';

-- What is billed must have the columns and types that the source is made from.
CREATE FUNCTION saaskpi_internal.require_billed(source name, relation regclass)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    wrong record;
BEGIN
    SELECT c.column_name, c.type, format_type(a.atttypid, NULL) AS found INTO wrong
      FROM saaskpi_internal.mapping_source_columns AS c
      LEFT JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c.column_name AND NOT a.attisdropped
     WHERE c.source = require_billed.source AND (a.attname IS NULL AND c.needed OR a.atttypid <> c.type)
     ORDER BY c.ordinal LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'column "%" of % must be of type %, %', wrong.column_name, relation, wrong.type, coalesce('not ' || wrong.found, 'and is not there')
            USING ERRCODE = 'datatype_mismatch', HINT = format('The source %s is made from it.', source);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_billed(name, regclass) IS 'raises unless a relation has the columns that a source is made from';

-- The source itself, of what capture kept where it kept anything.
CREATE FUNCTION saaskpi_internal.write_source(schema_name name, wanted saaskpi_internal.mapping_sources)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    billed constant regclass := saaskpi_internal.own_relation(schema_name, wanted.source || '_billed');
    captured constant regclass := saaskpi_internal.own_relation(schema_name, wanted.source || '_captured');
    relation constant regclass := coalesce(captured, billed);
    rows text;
    shown text;
    lacking text;
    clause text := wanted.clause;
    place text;
BEGIN
    PERFORM saaskpi_internal.require_billed(wanted.source, relation);
    rows := CASE WHEN saaskpi_internal.keeps_versions(relation) THEN saaskpi_internal.versions_query(wanted, relation) ELSE format('SELECT * FROM %s', relation) END;
    SELECT string_agg(format('NULL::%s AS %I', c.type, c.column_name), ', ' ORDER BY c.ordinal) INTO lacking
      FROM saaskpi_internal.mapping_source_columns AS c
     WHERE c.source = wanted.source AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attname = c.column_name AND NOT a.attisdropped);
    SELECT string_agg(format('%s AS %I', coalesce(c.expression, format('r.%I', a.attname)), a.attname), ', ' ORDER BY a.attnum) INTO shown
      FROM pg_attribute AS a LEFT JOIN saaskpi_internal.mapping_source_columns AS c ON c.source = wanted.source AND c.column_name = a.attname
     WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT IN ('valid_from', 'valid_to') AND c.expression IS DISTINCT FROM '';
    shown := format('SELECT %s FROM (SELECT b.*%s FROM (%s) AS b) AS r %s', shown, ', ' || lacking, rows, clause);
    FOR place IN SELECT DISTINCT m[1] FROM regexp_matches(shown, '\{reads ([a-z_]+)\}', 'g') AS m LOOP
        shown := replace(shown, format('{reads %s}', place),
                         (EXISTS (SELECT FROM saaskpi_internal.source_columns AS c WHERE c.source = wanted.source AND c.column_name = place))::text);
    END LOOP;
    PERFORM saaskpi_internal.write_view(schema_name, wanted.source, shown, format('Source of saaskpi: made from %s%s', billed, ' as kept in ' || captured::text));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.write_source(name, saaskpi_internal.mapping_sources) IS 'writes the view of a source over what is billed';
