-- Endpoints: one function per question of a dashboard, which answers in JSON.
--
-- What they say stands in three tables, and one engine reads it.  Queries read
-- the kpi relations of a schema, with the rights of who asks, and hold places:
--   {schema}       the schema, quoted
--   {start} {end}  the window: days from the first up to, not including, the
--                  second, widened to whole periods where the grain says so
--   {before}       start of the window of equal length before it
--   {as_of}        day of the last refresh
--   {top}          how many rows
--   {choice}       granularity or stage
--   {metric}       revenue as it is forecast: net sales, else what was
--                  collected, else MRR
-- All but {schema} and {metric} become parameters.

CREATE TABLE saaskpi_internal.endpoints (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    endpoint name PRIMARY KEY,
    arguments text NOT NULL DEFAULT '',
    choices text,
    includes jsonb NOT NULL DEFAULT '{}',
    description text NOT NULL,
    shape text NOT NULL
);
COMMENT ON TABLE saaskpi_internal.endpoints IS 'functions that answer in JSON';
COMMENT ON COLUMN saaskpi_internal.endpoints.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.endpoints.endpoint IS 'name of the function';
COMMENT ON COLUMN saaskpi_internal.endpoints.arguments IS 'what the function takes beside schema and range: granularity, stage, top, with type and default';
COMMENT ON COLUMN saaskpi_internal.endpoints.choices IS 'query of what granularity or stage may be';
COMMENT ON COLUMN saaskpi_internal.endpoints.includes IS 'what it is put together from: name of a part, and the endpoint that it is';
COMMENT ON COLUMN saaskpi_internal.endpoints.description IS 'what it tells; begins the comment of the function';
COMMENT ON COLUMN saaskpi_internal.endpoints.shape IS 'what stands in data; ends the comment of the function';

CREATE TABLE saaskpi_internal.endpoint_queries (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    endpoint name NOT NULL REFERENCES saaskpi_internal.endpoints,
    part text NOT NULL DEFAULT '',
    needs name[] NOT NULL,
    grain text NOT NULL CHECK (grain IN ('day', 'month', 'choice', 'as_of')),
    choices text[],
    query text NOT NULL,
    empty text
);
COMMENT ON TABLE saaskpi_internal.endpoint_queries IS 'lists of rows in endpoints; of several for one part the first whose relations are there and have a row';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.endpoint IS 'endpoint';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.part IS 'name of the part; nothing when the endpoint has only one';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.needs IS 'relations that it reads';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.grain IS 'periods to which the window is widened: day, month or that of choice; as_of when it tells of the last refresh alone';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.choices IS 'what of choice it knows; null for all';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.query IS 'the rows, in their order';
COMMENT ON COLUMN saaskpi_internal.endpoint_queries.empty IS 'why there may be no row; %L is the schema';

CREATE TABLE saaskpi_internal.endpoint_measures (
    ordinal integer GENERATED ALWAYS AS IDENTITY,
    endpoint name NOT NULL REFERENCES saaskpi_internal.endpoints,
    measure text NOT NULL,
    unit text NOT NULL,
    source text NOT NULL,
    needs name[] NOT NULL,
    grain text NOT NULL CHECK (grain IN ('day', 'month', 'as_of')),
    known text,
    is_state boolean NOT NULL DEFAULT false,
    is_compared boolean NOT NULL DEFAULT true,
    query text NOT NULL,
    undefined text NOT NULL DEFAULT 'nothing to divide by in the window'
);
COMMENT ON TABLE saaskpi_internal.endpoint_measures IS 'single numbers in endpoints; of several for one measure the first whose relations are there and have a row';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.ordinal IS 'order of insertion';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.endpoint IS 'endpoint';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.measure IS 'name of the number';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.unit IS 'its unit, as in relation_columns';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.source IS 'relation and column that it is';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.needs IS 'relations that it reads';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.grain IS 'as that of endpoint_queries';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.known IS 'query of the first day of which it is known';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.is_state IS 'whether it is what stands at the end of a window, and not what happened in it';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.is_compared IS 'whether it is held against the window before';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.query IS 'the number';
COMMENT ON COLUMN saaskpi_internal.endpoint_measures.undefined IS 'why it may be null';

GRANT SELECT ON saaskpi_internal.endpoints, saaskpi_internal.endpoint_queries, saaskpi_internal.endpoint_measures TO PUBLIC;

-- Start and end, then the starts of the two windows of equal length before.
-- Whole months go back by months, all else by days: what came before a March
-- is a February.
CREATE FUNCTION saaskpi_internal.endpoint_window(start_date date, end_date date, grain text, week_start text)
RETURNS date[]
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    first constant date := saaskpi_internal.period_of(start_date, grain, week_start);
    last constant date := CASE WHEN end_date > start_date THEN saaskpi_internal.period_after(saaskpi_internal.period_of(end_date - 1, grain, week_start), grain) ELSE first END;
    months constant integer := 12 * (extract(year FROM last) - extract(year FROM first)) + extract(month FROM last) - extract(month FROM first);
BEGIN
    IF extract(day FROM first) = 1 AND extract(day FROM last) = 1 THEN
        RETURN ARRAY[first, last, (first - make_interval(months => months))::date, (first - make_interval(months => 2 * months))::date];
    END IF;
    RETURN ARRAY[first, last, first - (last - first), first - 2 * (last - first)];
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_window(date, date, text, text) IS
    'the window of an endpoint: start and end, widened to whole periods of a grain, and the starts of the two windows of equal length before';

CREATE FUNCTION saaskpi_internal.endpoint_covers(from_day date, to_day date, as_of date)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_build_object('start', from_day, 'end', to_day, 'is_complete', to_day <= as_of);
COMMENT ON FUNCTION saaskpi_internal.endpoint_covers(date, date, date) IS 'days as endpoints say them; complete when all lie before as_of';

-- back is how many windows before it is asked for; constants stand in place of
-- parameters where the query is to be read.
CREATE FUNCTION saaskpi_internal.endpoint_query(query text, schema_name name, back integer DEFAULT 0, constants date[] DEFAULT NULL)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(query,
    '{metric}', '(SELECT r.metric FROM {schema}.kpi_series AS r WHERE r.dimension = ''all'' AND r.metric IN (''net_sales'', ''collected'', ''mrr'') ORDER BY array_position(''{net_sales,collected,mrr}'', r.metric) LIMIT 1)'),
    '{start}', coalesce('date ' || quote_literal(constants[1]), CASE back WHEN 0 THEN '$1' ELSE '$3' END)), '{end}', coalesce('date ' || quote_literal(constants[2]), CASE back WHEN 0 THEN '$2' ELSE '$1' END)),
    '{before}', coalesce('date ' || quote_literal(constants[3]), CASE back WHEN 0 THEN '$3' ELSE '$4' END)), '{as_of}', coalesce('date ' || quote_literal(constants[4]), '$5')), '{snapshot}', coalesce('date ' || quote_literal(constants[5]), '$5')),
    '{top}', '$6'), '{choice}', '$7'), '{schema}', quote_ident(schema_name))
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_query(text, name, integer, date[]) IS 'a query of the endpoints with its places filled in';

CREATE FUNCTION saaskpi_internal.endpoint_has(schema_name name, needs name[])
RETURNS boolean
LANGUAGE sql STABLE
AS $$SELECT NOT EXISTS (SELECT FROM unnest(needs) AS n WHERE to_regclass(format('%I.%I', schema_name, n)) IS NULL)$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_has(name, name[]) IS 'whether relations are there';

-- A table of sources that nobody has filled makes relations without a row, and
-- is no reason not to look at the next best.
CREATE FUNCTION saaskpi_internal.endpoint_rank(schema_name name, needs name[], alternatives bigint)
RETURNS integer
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    has_row boolean := true;
BEGIN
    IF alternatives > 1 THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', schema_name, needs[1]) INTO has_row;
    END IF;
    RETURN CASE WHEN has_row THEN 1 ELSE 2 END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_rank(name, name[], bigint) IS 'which of several alternatives to take: the first one with a row in its first relation';

CREATE FUNCTION saaskpi_internal.endpoint_lacks(needs name[][])
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT 'needs ' || string_agg(q.sources, ', or ' ORDER BY q.i)
  FROM (SELECT min(a.i) AS i, a.sources
          FROM (SELECT n.i, replace(array_to_string(saaskpi_internal.needs_of(n.relation), ' and '), '|', ' or ') AS sources FROM unnest(needs) WITH ORDINALITY AS n(relation, i)) AS a
         GROUP BY a.sources) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_lacks(name[][]) IS 'what sources any of these relations is made from, in words';

CREATE FUNCTION saaskpi_internal.endpoint_rows(wanted name, wanted_part text, schema_name name, settings jsonb, start_date date, end_date date, top integer, choice text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    as_of constant date := settings ->> 'as_of';
    q saaskpi_internal.endpoint_queries;
    w date[];
    rows jsonb;
    reason text;
    covers jsonb;
BEGIN
    SELECT (a.x).* INTO q
      FROM (SELECT x, count(*) OVER () AS n FROM saaskpi_internal.endpoint_queries AS x
             WHERE x.endpoint = wanted AND x.part = wanted_part AND saaskpi_internal.endpoint_has(schema_name, x.needs)) AS a
     ORDER BY saaskpi_internal.endpoint_rank(schema_name, (a.x).needs, a.n), (a.x).ordinal LIMIT 1;
    IF NOT FOUND THEN
        reason := (SELECT saaskpi_internal.endpoint_lacks(array_agg(x.needs[1] ORDER BY x.ordinal)) FROM saaskpi_internal.endpoint_queries AS x WHERE x.endpoint = wanted AND x.part = wanted_part);
    ELSIF choice <> ALL (q.choices) THEN
        reason := format('%s is known by %s alone', q.needs[1], array_to_string(q.choices, ', '));
    ELSE
        w := saaskpi_internal.endpoint_window(start_date, end_date, CASE q.grain WHEN 'month' THEN 'month' WHEN 'choice' THEN choice ELSE 'day' END, settings ->> 'week_start');
        covers := CASE q.grain WHEN 'as_of' THEN jsonb_build_object('as_of', as_of) ELSE saaskpi_internal.endpoint_covers(w[1], w[2], as_of) END;
        IF start_date < end_date OR q.grain = 'as_of' THEN
            EXECUTE format('SELECT jsonb_agg(to_jsonb(q)) FROM (%s) AS q', saaskpi_internal.endpoint_query(q.query, schema_name))
               INTO rows USING w[1], w[2], w[3], w[4], as_of, top, choice;
            reason := CASE WHEN rows IS NULL THEN coalesce(format(q.empty, schema_name), format('%s has nothing from %s up to %s', q.needs[1], w[1], w[2])) END;
        ELSE
            reason := 'the range holds no day';
        END IF;
    END IF;
    RETURN jsonb_build_object('data', coalesce(rows, '[]'), 'reason', reason, 'covers', covers);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_rows(name, text, name, jsonb, date, date, integer, text) IS 'one part of an endpoint: its rows, or the reason why there are none';

-- A change is told of a window that is over, against one of which all is known,
-- and as all rates over a base above zero alone.
CREATE FUNCTION saaskpi_internal.endpoint_measure(m saaskpi_internal.endpoint_measures, w date[], as_of date, known date, value numeric, previous numeric)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    seen constant boolean := m.grain = 'as_of' OR w[1] < w[2] AND (known < w[2] AND w[1] <= as_of) IS TRUE;
    comparable constant boolean := m.is_compared AND m.grain <> 'as_of';
    before_is_known constant boolean := seen AND comparable AND CASE WHEN m.is_state THEN known < w[1] ELSE known <= w[3] END;
    now constant numeric := CASE WHEN seen THEN value END;
    before constant numeric := CASE WHEN before_is_known THEN previous END;
    change constant numeric := CASE WHEN w[2] <= as_of THEN 100 * saaskpi_internal.rate(now - before, before) END;
BEGIN
    RETURN jsonb_build_object('value', now, 'unit', m.unit, 'source', m.source,
               'covers', CASE m.grain WHEN 'as_of' THEN jsonb_build_object('as_of', as_of) ELSE saaskpi_internal.endpoint_covers(w[1], w[2], as_of) END,
               'reason', CASE WHEN w[1] = w[2] AND NOT seen THEN 'the range holds no day' WHEN known IS NULL AND NOT seen THEN format('%s is empty', m.needs[1])
                              WHEN NOT seen THEN format('known from %s to %s', known, as_of) WHEN now IS NULL THEN m.undefined END)
        || CASE WHEN comparable THEN jsonb_build_object('previous', before, 'change_percent', trim_scale(change),
               'change_reason', CASE WHEN change IS NOT NULL THEN NULL WHEN now IS NULL THEN 'there is no value'
                                     WHEN w[2] > as_of THEN format('the window is not over on %s', as_of)
                                     WHEN NOT before_is_known THEN format('the window before is not all known, which is from %s on', known)
                                     WHEN before IS NULL THEN m.undefined || ' before' ELSE 'the window before is not above zero' END) ELSE '{}' END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_measure(saaskpi_internal.endpoint_measures, date[], date, date, numeric, numeric) IS
    'a number as endpoints say it, with its change on the window before, or the reasons why there is none';

CREATE FUNCTION saaskpi_internal.endpoint_measures_of(wanted name, schema_name name, settings jsonb, start_date date, end_date date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    as_of constant date := settings ->> 'as_of';
    result jsonb := '{}';
    found_ones saaskpi_internal.endpoint_measures[];
    grains text;
    statement text;
    w date[];
BEGIN
    SELECT array_agg(d.m) INTO found_ones
      FROM (SELECT DISTINCT ON (a.measure) a.m
              FROM (SELECT x.measure, x AS m, count(*) OVER (PARTITION BY x.measure) AS n FROM saaskpi_internal.endpoint_measures AS x
                     WHERE x.endpoint = wanted AND saaskpi_internal.endpoint_has(schema_name, x.needs)) AS a
             ORDER BY a.measure, saaskpi_internal.endpoint_rank(schema_name, (a.m).needs, a.n), (a.m).ordinal) AS d;
    FOREACH grains IN ARRAY '{day,month,as_of}'::text[] LOOP
        SELECT string_agg(format('SELECT (m).measure, saaskpi_internal.endpoint_measure(m, $8, $5, (%s), (%s), %s) FROM unnest($9) AS m WHERE (m).ordinal = %s',
                   CASE WHEN u.grain = 'as_of' THEN 'NULL' ELSE coalesce(saaskpi_internal.endpoint_query(u.known, schema_name), format('SELECT min(period) FROM %I.%I', schema_name, u.needs[1])) END,
                   saaskpi_internal.endpoint_query(u.query, schema_name),
                   CASE WHEN u.is_compared AND u.grain <> 'as_of' THEN format('(%s)', saaskpi_internal.endpoint_query(u.query, schema_name, 1)) ELSE 'NULL' END, u.ordinal), ' UNION ALL ')
          INTO statement FROM unnest(found_ones) AS u WHERE u.grain = grains;
        CONTINUE WHEN statement IS NULL;
        w := saaskpi_internal.endpoint_window(start_date, end_date, CASE grains WHEN 'month' THEN 'month' ELSE 'day' END, 'monday');
        EXECUTE format('SELECT $10 || jsonb_object_agg(q.measure, q.told) FROM (%s) AS q(measure, told)', statement)
           INTO result USING w[1], w[2], w[3], w[4], as_of, NULL::integer, NULL::text, w, found_ones, result;
    END LOOP;
    RETURN result || coalesce((SELECT jsonb_object_agg(q.measure, jsonb_build_object('value', NULL, 'unit', q.unit, 'reason', saaskpi_internal.endpoint_lacks(q.needs)))
                                 FROM (SELECT x.measure, min(x.unit) AS unit, array_agg(x.needs[1] ORDER BY x.ordinal) AS needs FROM saaskpi_internal.endpoint_measures AS x
                                        WHERE x.endpoint = wanted AND NOT result ? x.measure GROUP BY x.measure) AS q), '{}');
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_measures_of(name, name, jsonb, date, date) IS 'the numbers of an endpoint by name, in one pass over each grain';

CREATE FUNCTION saaskpi_internal.endpoint_content(wanted name, schema_name name, settings jsonb, start_date date, end_date date, top integer, choice text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    includes constant jsonb := (SELECT e.includes FROM saaskpi_internal.endpoints AS e WHERE e.endpoint = wanted);
    parts constant text[] := ARRAY(SELECT q.part FROM saaskpi_internal.endpoint_queries AS q WHERE q.endpoint = wanted GROUP BY q.part ORDER BY min(q.ordinal));
BEGIN
    IF includes <> '{}' THEN
        RETURN (SELECT jsonb_build_object('data', jsonb_object_agg(i.key, saaskpi_internal.endpoint_content(i.value, schema_name, settings, start_date, end_date, 10, 'month')), 'reason', NULL, 'covers', NULL) FROM jsonb_each_text(includes) AS i);
    ELSIF parts = '{}' THEN
        RETURN jsonb_build_object('data', saaskpi_internal.endpoint_measures_of(wanted, schema_name, settings, start_date, end_date), 'reason', NULL, 'covers', NULL);
    ELSIF parts = '{""}' THEN
        RETURN saaskpi_internal.endpoint_rows(wanted, '', schema_name, settings, start_date, end_date, top, choice);
    END IF;
    RETURN (SELECT jsonb_build_object('data', jsonb_object_agg(p, saaskpi_internal.endpoint_rows(wanted, p, schema_name, settings, start_date, end_date, top, choice)), 'reason', NULL, 'covers', NULL) FROM unnest(parts) AS p);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.endpoint_content(name, name, jsonb, date, date, integer, text) IS 'data, reason and covers of an endpoint';
