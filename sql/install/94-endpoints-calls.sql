-- The functions that answer, one per row of endpoints, and what they check.

CREATE FUNCTION saaskpi_internal.endpoint_range(INOUT start_date date, INOUT end_date date, as_of date)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF start_date IS NULL AND end_date IS NULL THEN
        end_date := date_trunc('month', as_of::timestamp);
        start_date := end_date - interval '12 months';
    ELSIF start_date IS NULL OR end_date IS NULL THEN
        RAISE EXCEPTION 'one of start_date and end_date is null' USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Give both, such as start_date => ''2025-01-01'', end_date => ''2025-02-01'' for January; or neither.';
    ELSIF start_date NOT BETWEEN '1900-01-01' AND '2999-12-31' OR end_date NOT BETWEEN '1900-01-01' AND '2999-12-31' THEN
        RAISE EXCEPTION 'start_date and end_date must be days from 1900-01-01 to 2999-12-31, not % and %', start_date, end_date USING ERRCODE = 'invalid_parameter_value';
    ELSIF end_date < start_date THEN
        RAISE EXCEPTION 'end_date % lies before start_date %', end_date, start_date USING ERRCODE = 'invalid_parameter_value',
            HINT = 'The range holds the days from start_date up to, not including, end_date.';
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_range(date, date, date) IS 'a range as asked for, checked; the twelve months before that of as_of when none is';

CREATE FUNCTION saaskpi_internal.endpoint_check(wanted saaskpi_internal.endpoints, schema_name name, top integer, choice text)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    argument constant text := split_part(wanted.arguments, ' ', 1);
    choices text[];
BEGIN
    IF wanted.arguments ~ '\mtop\M' AND (top BETWEEN 1 AND 10000) IS NOT TRUE THEN
        RAISE EXCEPTION 'top must be from 1 to 10000, not %', coalesce(top::text, 'null')
            USING ERRCODE = CASE WHEN top IS NULL THEN 'null_value_not_allowed' ELSE 'invalid_parameter_value' END;
    ELSIF wanted.choices IS NULL OR choice IS NULL AND argument = 'stage'
            OR NOT saaskpi_internal.endpoint_has(schema_name, ARRAY(SELECT m[1] FROM regexp_matches(wanted.choices, '\{schema\}\.(\w+)', 'g') AS m)) THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT array_agg(q.choice) FROM (%s) AS q(choice)', saaskpi_internal.endpoint_query(wanted.choices, schema_name)) INTO choices;
    IF choice IS NULL OR choice <> ALL (choices) THEN
        RAISE EXCEPTION 'unknown % "%"', argument, coalesce(choice, 'null')
            USING ERRCODE = CASE WHEN choice IS NULL THEN 'null_value_not_allowed' ELSE 'invalid_parameter_value' END, HINT = 'One of ' || array_to_string(choices, ', ') || '.';
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_check(saaskpi_internal.endpoints, name, integer, text) IS 'raises unless granularity, stage and top are some that an endpoint knows';

CREATE FUNCTION saaskpi_internal.endpoint_settings(schema_name name)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    settings jsonb;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF to_regnamespace(quote_ident(schema_name)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" does not exist', schema_name USING ERRCODE = 'invalid_schema_name';
    ELSIF to_regclass(format('%I.kpi_settings', schema_name)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no kpi relations', schema_name
            USING ERRCODE = 'undefined_table', HINT = format('CALL saaskpi.create_views(%L); CALL saaskpi.refresh(%1$L)', schema_name);
    END IF;
    EXECUTE format('SELECT to_jsonb(k) FROM %I.kpi_settings AS k', schema_name) INTO settings;
    IF settings IS NULL THEN
        RAISE EXCEPTION 'kpi_settings of schema "%" has no row', schema_name
            USING ERRCODE = 'no_data_found', HINT = format('INSERT INTO %I.kpi_settings (effective_as_of) VALUES (current_date)', schema_name);
    END IF;
    RETURN jsonb_build_object('as_of', settings ->> 'effective_as_of', 'currency', settings ->> 'currency', 'week_start', coalesce(settings ->> 'week_start', 'monday'));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_settings(name) IS 'day of the last refresh, currency and first day of weeks of a schema';

CREATE FUNCTION saaskpi_internal.endpoint(wanted name, schema_name name, start_date date, end_date date, top integer DEFAULT 10, choice text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    asked constant saaskpi_internal.endpoints := (SELECT e FROM saaskpi_internal.endpoints AS e WHERE e.endpoint = wanted);
    settings constant jsonb := saaskpi_internal.endpoint_settings(schema_name);
    as_of constant date := settings ->> 'as_of';
    w date[];
BEGIN
    SELECT ARRAY[r.start_date, r.end_date] INTO w FROM saaskpi_internal.endpoint_range(endpoint.start_date, endpoint.end_date, as_of) AS r;
    PERFORM saaskpi_internal.endpoint_check(asked, schema_name, top, choice);
    w := saaskpi_internal.endpoint_window(w[1], w[2], 'day', 'monday');
    RETURN jsonb_build_object('endpoint', wanted, 'schema', schema_name, 'as_of', as_of, 'currency', settings ->> 'currency', 'range', saaskpi_internal.endpoint_covers(w[1], w[2], as_of),
                              'previous', saaskpi_internal.endpoint_covers(w[3], w[1], as_of))
        || saaskpi_internal.endpoint_content(wanted, schema_name, settings, w[1], w[2], top, choice);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint(name, name, date, date, integer, text) IS 'the answer of an endpoint';

DO $$
DECLARE
    e record;
BEGIN
    FOR e IN SELECT x.endpoint, concat(', ' || nullif(x.arguments, '')) AS arguments, x.description, x.shape,
                    concat(CASE WHEN x.arguments ~ '\mtop\M' THEN ', top => top' END, ', choice => ' || substring(x.arguments, '^(granularity|stage)\M')) AS given
               FROM saaskpi_internal.endpoints AS x ORDER BY x.ordinal LOOP
        EXECUTE format('CREATE FUNCTION saaskpi.%I(schema_name name, start_date date DEFAULT NULL, end_date date DEFAULT NULL%s) RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = ''ISO'' AS %L',
                       e.endpoint, e.arguments, format('SELECT saaskpi_internal.endpoint(%L, schema_name, start_date, end_date%s)', e.endpoint, e.given));
        EXECUTE format('COMMENT ON FUNCTION saaskpi.%I IS %L', e.endpoint, format('%s. In data: %s', e.description, e.shape));
    END LOOP;
END
$$;

-- All that looks back ends with yesterday, so that it is over.
CREATE FUNCTION saaskpi.date_range(preset text, today date DEFAULT NULL, time_zone text DEFAULT 'UTC', OUT start_date date, OUT end_date date)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    day date;
BEGIN
    IF time_zone IS NULL THEN
        RAISE EXCEPTION 'time_zone must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    day := saaskpi_internal.day_of(now(), time_zone);
    day := coalesce(today, day);
    IF day NOT BETWEEN '1900-01-01' AND '2999-12-31' THEN
        RAISE EXCEPTION 'today must be a day from 1900-01-01 to 2999-12-31, not %', day USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT r.first, r.last INTO start_date, end_date
      FROM (SELECT date_trunc('month', day::timestamp) AS month, date_trunc('quarter', day::timestamp) AS quarter, date_trunc('year', day::timestamp) AS year) AS t,
           LATERAL (VALUES ('last_7_days', day - 7, day), ('last_30_days', day - 30, day), ('last_90_days', day - 90, day), ('ytd', t.year::date, day), ('last_year', (t.year - interval '1 year')::date, t.year::date),
                           ('this_month', t.month::date, (t.month + interval '1 month')::date), ('last_month', (t.month - interval '1 month')::date, t.month::date),
                           ('this_quarter', t.quarter::date, (t.quarter + interval '3 months')::date), ('last_quarter', (t.quarter - interval '3 months')::date, t.quarter::date),
                           ('last_12_months', (t.month - interval '1 year')::date, t.month::date)) AS r(preset, first, last)
     WHERE r.preset = date_range.preset;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown preset "%"', coalesce(preset, 'null') USING ERRCODE = CASE WHEN preset IS NULL THEN 'null_value_not_allowed' ELSE 'invalid_parameter_value' END,
            HINT = 'One of last_7_days, last_30_days, last_90_days, last_12_months, last_month, last_quarter, last_year, this_month, this_quarter and ytd.';
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi.date_range(text, date, text) IS
    'the days that a name means, from start_date up to, not including, end_date, seen from today, which is the day it is in time_zone unless told; last_7_days, last_30_days, last_90_days and ytd end with yesterday, last_12_months, last_month, last_quarter and last_year with the last one that is over, this_month and this_quarter are whole ones that still run';
