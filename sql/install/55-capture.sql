-- capture: what is billed, as it was each time somebody looked.  A billing
-- system knows today's price of a thing; that of March is known to whoever
-- looked in March.

CREATE FUNCTION saaskpi_internal.columns_of(relation regclass)
RETURNS TABLE (name name, type text, place smallint)
LANGUAGE sql STABLE
AS $$
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnum FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;
COMMENT ON FUNCTION saaskpi_internal.columns_of(regclass) IS 'the columns of a relation';

-- The table of versions gets the columns that came to what is billed since.
CREATE FUNCTION saaskpi_internal.complete_captured(schema_name name, wanted saaskpi_internal.mapping_sources)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    billed constant regclass := saaskpi_internal.own_relation(schema_name, wanted.source || '_billed');
    captured constant regclass := saaskpi_internal.own_relation(schema_name, wanted.source || '_captured');
    c record;
    added boolean := false;
BEGIN
    FOR c IN SELECT b.name, b.type, k.type AS kept FROM saaskpi_internal.columns_of(billed) AS b LEFT JOIN saaskpi_internal.columns_of(captured) AS k USING (name)
              WHERE captured IS NOT NULL AND k.type IS DISTINCT FROM b.type ORDER BY b.place LOOP
        IF c.kept IS NOT NULL THEN
            RAISE EXCEPTION 'column "%" of % is of type %, of % of type %', c.name, billed, c.type, captured, c.kept
                USING ERRCODE = 'datatype_mismatch', HINT = format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', captured, c.name, c.type);
        END IF;
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', captured, c.name, c.type);
        added := true;
    END LOOP;
    RETURN added;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.complete_captured(name, saaskpi_internal.mapping_sources) IS 'adds to the table of versions the columns that it lacks; whether it lacked any';

CREATE FUNCTION saaskpi_internal.make_captured(schema_name name, wanted saaskpi_internal.mapping_sources, billed regclass)
RETURNS regclass
LANGUAGE plpgsql
AS $$
DECLARE
    table_id constant text := format('%I.%I', schema_name, wanted.source || '_captured');
BEGIN
    EXECUTE format('CREATE TABLE %s (%s, valid_from timestamptz NOT NULL, valid_to timestamptz CHECK (valid_to >= valid_from))', table_id,
                   (SELECT string_agg(format('%I %s', c.name, c.type), ', ' ORDER BY c.place) FROM saaskpi_internal.columns_of(billed) AS c));
    EXECUTE format('CREATE INDEX ON %s (%I)', table_id, wanted.key);
    EXECUTE format('COMMENT ON TABLE %s IS %L', table_id, format('Versions of %s, one row each, kept by saaskpi.capture: the source %s is made from it', billed, wanted.source));
    EXECUTE format('COMMENT ON COLUMN %s.valid_from IS %L', table_id, 'When capture first saw it so');
    EXECUTE format('COMMENT ON COLUMN %s.valid_to IS %L', table_id, 'When capture saw that it was so no more; NULL while it is');
    RETURN table_id::regclass;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.make_captured(name, saaskpi_internal.mapping_sources, regclass) IS 'makes the table of versions of what is billed';

-- One statement reads what is billed once: what went or changed ends, what came
-- or changed begins.  Sources that are made of many rows must not be told apart
-- by a key that several have.
CREATE FUNCTION saaskpi_internal.capture_versions(wanted saaskpi_internal.mapping_sources, billed regclass, captured regclass, at timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    columns constant text := (SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.place) FROM saaskpi_internal.columns_of(billed) AS c);
    same constant text := (SELECT format('(%s) IS NOT DISTINCT FROM (%s)', string_agg(format('k.%I', c.name), ', ' ORDER BY c.place), string_agg(format('b.%I', c.name), ', ' ORDER BY c.place))
                             FROM saaskpi_internal.columns_of(billed) AS c);
    last timestamptz;
    n record;
BEGIN
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', captured);
    EXECUTE format('SELECT greatest(max(valid_from), max(valid_to)) FROM %s', captured) INTO last;
    IF at < last THEN
        RAISE EXCEPTION '% was captured as of % already, which is after %', billed, last, at
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Captures go forward in time.';
    END IF;
    EXECUTE format('SELECT min(q.id) AS id, max(q.n) AS n FROM (SELECT (%1$I)::text AS id, count(*) AS n FROM %2$s GROUP BY %1$I HAVING count(*) > 1 OR %1$I IS NULL) AS q', wanted.key, billed) INTO n;
    IF n.n > 0 THEN
        RAISE EXCEPTION '% rows of % have % %', n.n, billed, wanted.key, coalesce('"' || n.id || '"', 'null')
            USING ERRCODE = 'unique_violation', HINT = 'A row is told by it from one capture to the next. Nothing was captured.';
    END IF;
    EXECUTE format($f$
WITH now AS MATERIALIZED (SELECT %1$s FROM %2$s),
ended AS (UPDATE %3$s AS k SET valid_to = $1
           WHERE k.valid_to IS NULL AND NOT EXISTS (SELECT FROM now AS b WHERE b.%4$I = k.%4$I AND %5$s) RETURNING k.%4$I AS id),
begun AS (INSERT INTO %3$s (%1$s, valid_from)
          SELECT %1$s, $1 FROM now AS b WHERE NOT EXISTS (SELECT FROM %3$s AS k WHERE k.valid_to IS NULL AND k.%4$I = b.%4$I AND %5$s) RETURNING %4$I AS id)
SELECT (SELECT count(*) FROM begun WHERE id NOT IN (SELECT id FROM ended)) AS came, (SELECT count(*) FROM begun WHERE id IN (SELECT id FROM ended)) AS changed,
       (SELECT count(*) FROM ended WHERE id NOT IN (SELECT id FROM begun)) AS went, (SELECT count(*) FROM now) AS rows$f$,
        columns, billed, captured, wanted.key, same) INTO n USING at;
    RAISE NOTICE '%: % rows, of which % new, % changed, % gone', billed, n.rows, n.came, n.changed, n.went;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.capture_versions(saaskpi_internal.mapping_sources, regclass, regclass, timestamptz) IS
    'keeps what changed in what is billed since it was last looked at';

CREATE FUNCTION saaskpi_internal.capture_work(schema_name name, at timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    s saaskpi_internal.mapping_sources;
    billed regclass;
    captured regclass;
    any_billed boolean := false;
BEGIN
    IF at IS NULL OR at = 'infinity' OR at = '-infinity' OR at > now() THEN
        RAISE EXCEPTION 'at must be a time up to now, not %', coalesce(at::text, 'null')
            USING ERRCODE = 'invalid_parameter_value', HINT = format('Leave it out for now: CALL saaskpi.capture(%L)', schema_name);
    END IF;
    FOR s IN SELECT * FROM saaskpi_internal.mapping_sources LOOP
        billed := saaskpi_internal.own_relation(schema_name, s.source || '_billed');
        CONTINUE WHEN billed IS NULL;
        any_billed := true;
        IF saaskpi_internal.keeps_versions(billed) THEN
            RAISE NOTICE '% keeps its history itself: nothing to capture', billed;
            CONTINUE;
        END IF;
        captured := saaskpi_internal.own_relation(schema_name, s.source || '_captured');
        PERFORM saaskpi_internal.require_billed(s.source, billed);
        IF captured IS NULL THEN
            PERFORM saaskpi_internal.require_mapped(schema_name, s.source);
            captured := saaskpi_internal.make_captured(schema_name, s, billed);
            PERFORM saaskpi_internal.write_source(schema_name, s);
        ELSIF NOT saaskpi_internal.keeps_versions(captured) THEN
            RAISE EXCEPTION 'table % is not one of versions', captured
                USING ERRCODE = 'datatype_mismatch', DETAIL = 'It has no valid_from and valid_to of type timestamptz.', HINT = format('Rename it: ALTER TABLE %s RENAME TO ...', captured);
        ELSIF saaskpi_internal.complete_captured(schema_name, s) THEN
            PERFORM saaskpi_internal.write_source(schema_name, s);
        END IF;
        PERFORM saaskpi_internal.capture_versions(s, billed, captured, at);
    END LOOP;
    IF NOT any_billed THEN
        RAISE EXCEPTION 'schema "%" has nothing to capture', schema_name
            USING ERRCODE = 'undefined_table', DETAIL = (SELECT format('Looked for %s.', string_agg(m.source || '_billed', ', ')) FROM saaskpi_internal.mapping_sources AS m),
                  HINT = format('Write the views first: CALL saaskpi.map_source(''stripe_sync_engine'', ''stripe'', %L)', schema_name);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.capture_work(name, timestamptz) IS 'the work of capture';

CREATE PROCEDURE saaskpi.capture(schema_name name, at timestamptz DEFAULT now())
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.capture(name, timestamptz) IS
    'keeps what billing data say now, so that they can be asked later what they said: compares what is billed (NAME_billed, as map_source writes it) with what was kept last, and adds to NAME_captured what changed, from at on; what is gone ends. Since the first capture the source NAME is made from that: call it before each refresh';
