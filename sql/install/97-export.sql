-- Relations as files: lines for psql to write, or for an application to read.

-- Quoted as COPY does it: what holds a separator, and what is empty, so that it
-- is not read as null.
CREATE FUNCTION saaskpi_internal.csv_value(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN '' WHEN value ~ E'[",\n\r]' OR value = '' THEN '"' || replace(value, '"', '""') || '"' ELSE value END;
COMMENT ON FUNCTION saaskpi_internal.csv_value(text) IS 'a value of a line of CSV';

CREATE FUNCTION saaskpi.export(schema_name name, relation name, format text DEFAULT 'json')
RETURNS SETOF text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO' SET timezone = 'UTC'
AS $$
DECLARE
    settings constant jsonb := saaskpi_internal.endpoint_settings(schema_name);
    source constant regclass := (SELECT to_regclass(pg_catalog.format('%I.%I', schema_name, r.relation)) FROM saaskpi_internal.relations AS r WHERE r.relation = export.relation);
    in_order constant text := (SELECT string_agg(pg_catalog.format(CASE WHEN a.atttypid = 'text'::regtype THEN 'q.%I COLLATE "C"' ELSE 'q.%I' END, k.column_name), ', ' ORDER BY k.i)
                                 FROM saaskpi_internal.relations AS r, unnest(r.key) WITH ORDINALITY AS k(column_name, i) JOIN pg_attribute AS a ON a.attrelid = source AND a.attname = k.column_name WHERE r.relation = export.relation);
    columns constant name[] := ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum);
BEGIN
    IF format IS NULL OR format NOT IN ('json', 'csv') THEN
        RAISE EXCEPTION 'unknown format "%"', coalesce(format, 'null') USING ERRCODE = CASE WHEN format IS NULL THEN 'null_value_not_allowed' ELSE 'invalid_parameter_value' END, HINT = 'One of json and csv.';
    ELSIF source IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no kpi relation "%"', schema_name, coalesce(relation, 'null') USING ERRCODE = CASE WHEN relation IS NULL THEN 'null_value_not_allowed' ELSE 'undefined_table' END,
            HINT = pg_catalog.format('SELECT relation, status, reason FROM %I.kpi_manifest ORDER BY relation', schema_name);
    ELSIF format = 'json' THEN
        RETURN QUERY EXECUTE pg_catalog.format('SELECT ''['' UNION ALL SELECT q.line FROM (SELECT concat(row_to_json(q), CASE WHEN lead(true) OVER (ORDER BY %2$s) THEN '','' END) AS line FROM %1$s AS q ORDER BY %2$s) AS q UNION ALL SELECT '']''', source, in_order);
    ELSE
        RETURN NEXT array_to_string(columns, ',');
        RETURN QUERY EXECUTE pg_catalog.format('SELECT concat_ws('','', %s) FROM %s AS q ORDER BY %s', (SELECT string_agg(pg_catalog.format('saaskpi_internal.csv_value(CASE WHEN q.%1$I IS NOT NULL THEN concat(q.%1$I) END)', c), ', ' ORDER BY i) FROM unnest(columns) WITH ORDINALITY AS u(c, i)), source, in_order);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi.export(name, name, text) IS
    'a kpi relation as the lines of a file, in the order of its key: json, an array with a row to a line, or csv, with a header and as COPY writes it';
