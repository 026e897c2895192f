-- Data-quality findings over the source tables.
--
-- In conditions and queries of rules the sources are known by their names, with
-- columns of the kinds meant, text compared bytewise (the order of the examples
-- must not depend on the locale, and sorts are several times faster), and
-- "label", what to call the row; $1 is the day looked from.

-- What other sources say of who counts holds here too: "member" is whom a row
-- is of then, and rows that do not count are not judged, but by rules that look
-- at these sources themselves.
CREATE FUNCTION saaskpi_internal.rule_sources(env jsonb, rule text, needs text[])
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    t record;
    r saaskpi_internal.source_revisions;
    revised boolean;
    as_they_are constant boolean := EXISTS (SELECT FROM unnest(needs) AS n JOIN saaskpi_internal.source_revisions AS v ON v.revised_by = split_part(n, '.', 1) AND v.judged IS NOT NULL);
    rows text;
    result text;
BEGIN
    FOR t IN SELECT s.source, s.label, c.columns, coalesce('s.' || (SELECT quote_ident(min(v.member::text)) FROM saaskpi_internal.source_revisions AS v WHERE v.source = s.source), 'NULL::pg_catalog.text') AS member
               FROM saaskpi_internal.sources AS s
               JOIN (SELECT d.source, string_agg(format('CAST(%s AS %s)%s AS %I', coalesce(env -> 'sources' -> d.source -> 'columns' ->> d.column_name, 'NULL'), d.kind,
                                                        CASE d.kind WHEN 'text' THEN ' COLLATE "C"' ELSE '' END, d.column_name), ', ' ORDER BY d.ordinal) AS columns
                       FROM saaskpi_internal.source_columns AS d GROUP BY d.source) AS c ON c.source = s.source
              WHERE strpos(rule, s.source) > 0 LOOP
        revised := EXISTS (SELECT FROM saaskpi_internal.source_revisions AS v WHERE v.source = t.source AND v.member IS NOT NULL AND NOT as_they_are AND (env -> 'sources' -> v.revised_by ->> 'filled')::boolean);
        rows := format('SELECT s.*, coalesce(%s) AS label%s FROM (SELECT %s FROM %s AS %I) AS s',
                       t.label, CASE WHEN NOT revised THEN format(', %s AS member', t.member) ELSE '' END, t.columns, coalesce(env -> 'sources' -> t.source ->> 'from', '(SELECT WHERE false)'), t.source);
        FOR r IN SELECT v.* FROM saaskpi_internal.source_revisions AS v
                  WHERE v.source = t.source AND v.judged IS NOT NULL AND NOT as_they_are AND (env -> 'sources' -> v.revised_by ->> 'filled')::boolean ORDER BY v.ordinal LOOP
            rows := replace(saaskpi_internal.expand(r.judged, env), '{rows}', format('(%s)', rows));
        END LOOP;
        result := concat_ws(', ', result, format('%I AS NOT MATERIALIZED (%s)', t.source, rows));
    END LOOP;
    RETURN 'WITH ' || result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.rule_sources(jsonb, text, text[]) IS
    'WITH clause that gives the sources that a rule names their columns, a label and a member; what is absent reads as null or no rows';

-- Words that exports write where there is no id, as pandas and JavaScript do, and
-- ids that shops give to guests.
CREATE FUNCTION saaskpi_internal.is_a_word(id text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN id IN ('0', '-1', 'null', 'NULL', 'nan', 'NaN', 'None', 'undefined', 'unknown', 'Unknown', 'anonymous', 'Anonymous', 'guest', 'Guest', 'n/a', 'N/A');
COMMENT ON FUNCTION saaskpi_internal.is_a_word(text) IS 'whether an id is one of the words that stand for nobody';

-- On 20 of the 28 days up to the last, then nothing for more than a week.
CREATE FUNCTION saaskpi_internal.stopped_query(source text, moment text, has_time boolean)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
SELECT format('SELECT l.day::text, 1::bigint, NULL::numeric FROM (SELECT %1$s AS day FROM %2$I AS r WHERE r.%3$I < %4$s) AS l
                WHERE l.day < $1 - 7 AND (SELECT count(DISTINCT %5$s) FROM %2$I AS i WHERE i.%3$I >= %6$s AND i.%3$I < %7$s) >= 20',
              format(f.day, format('max(r.%I)', moment)), source, moment, format(f.start, '$1 + 1'), format(f.day, format('i.%I', moment)), format(f.start, 'l.day - 27'), format(f.start, 'l.day + 1'))
  FROM (SELECT CASE WHEN has_time THEN 'saaskpi_internal.day_of(%s, {setting time_zone})' ELSE '%s' END AS day,
               CASE WHEN has_time THEN '(%s)::timestamp AT TIME ZONE {setting time_zone}' ELSE '(%s)' END AS start) AS f
$$;
COMMENT ON FUNCTION saaskpi_internal.stopped_query(text, text, boolean) IS 'query of a rule: the last day of a source of which there was something on most days, when that is over for a week';

-- Days that were loaded as midnight in UTC belong to the day before further west.
CREATE FUNCTION saaskpi_internal.is_a_day_query(source text, moment text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN format('SELECT r.label, 1::bigint, NULL::numeric FROM %1$I AS r
                WHERE {setting time_zone} <> ''UTC'' AND saaskpi_internal.day_of(r.%2$I, {setting time_zone}) < (r.%2$I AT TIME ZONE ''UTC'')::date
                  AND (SELECT count(*) >= 10 AND bool_and(i.%2$I = date_trunc(''day'', i.%2$I, ''UTC'')) FROM %1$I AS i WHERE isfinite(i.%2$I))', source, moment);
COMMENT ON FUNCTION saaskpi_internal.is_a_day_query(text, text) IS 'query of a rule: rows whose times are days, when all are, that fall on another day in the reporting zone';

-- The rules that can be judged in this schema, their texts filled in; of an
-- environment that is "refusing" only those that stop a refresh, of one that is
-- "hurried" only those that say always.
CREATE FUNCTION saaskpi_internal.judged_rules(wanted name, env jsonb, only_errors boolean)
RETURNS SETOF saaskpi_internal.source_rules
LANGUAGE sql STABLE
AS $$
SELECT r.ordinal, r.source, r.severity, r.rule, r.needs, saaskpi_internal.expand(r.condition, env),
       saaskpi_internal.expand(r.query, env), r.amount, r.impossible_by, r.refuses, r.always, r.consequence
  FROM saaskpi_internal.source_rules AS r
 WHERE r.source = wanted AND (r.severity = 'error' OR NOT only_errors) AND (r.refuses OR NOT env ? 'refusing') AND (r.always OR NOT env ? 'hurried')
   AND NOT EXISTS (SELECT FROM unnest(r.needs) AS n
                    WHERE (env -> 'sources' -> split_part(n, '.', 1) -> 'columns' ->> split_part(n, '.', 2)) IS NULL)
   AND NOT coalesce((SELECT bool_and((env -> 'sources' -> split_part(n, '.', 1) ->> 'empty')::boolean) FROM unnest(r.needs) AS n), false)
 ORDER BY r.ordinal
$$;
COMMENT ON FUNCTION saaskpi_internal.judged_rules(name, jsonb, boolean) IS
    'the rules of a source whose columns are there, and rows of one of them';

-- Counting is one aggregate without grouping: it runs in parallel and in
-- constant memory however many rows offend.  Only the examples of rules found
-- violated take a further scan each, from which the planner drops the joins
-- that the condition does not look at.
CREATE FUNCTION saaskpi_internal.row_findings(wanted name, env jsonb, day date, only_errors boolean)
RETURNS TABLE (severity text, rule text, rows bigint, example text, consequence text, amount numeric)
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    judged saaskpi_internal.source_rules;
    with_clause text;
    from_clause constant text := format(' FROM %I AS r ', wanted)
        || coalesce((SELECT string_agg(l.clause, ' ' ORDER BY l.lookup) FROM saaskpi_internal.source_lookups AS l WHERE l.source = wanted), '');
    selected text;
    counts numeric[];
    slot integer := -1;
BEGIN
    IF (env -> 'sources' -> wanted ->> 'empty')::boolean THEN
        RETURN;
    END IF;
    SELECT string_agg(format('count(*) FILTER (WHERE %1$s), ' || CASE WHEN r.amount IS NULL THEN 'NULL::numeric' ELSE 'sum(CASE WHEN abs(%2$s) < ''Infinity'' THEN abs(%2$s) END) FILTER (WHERE %1$s)' END, r.condition, r.amount),
                      ', ' ORDER BY r.ordinal) INTO selected
      FROM saaskpi_internal.judged_rules(wanted, env, only_errors) AS r WHERE r.condition IS NOT NULL;
    IF selected IS NULL THEN
        RETURN;
    END IF;
    with_clause := saaskpi_internal.rule_sources(env, from_clause || selected, '{}');
    EXECUTE with_clause || format('SELECT ARRAY[%s]', selected) || from_clause INTO counts USING day;
    FOR judged IN SELECT * FROM saaskpi_internal.judged_rules(wanted, env, only_errors) AS r WHERE r.condition IS NOT NULL LOOP
        slot := slot + 2;
        CONTINUE WHEN counts[slot] = 0;
        EXECUTE with_clause || format('SELECT string_agg(label, %L ORDER BY label) FROM (SELECT r.label %s WHERE %s ORDER BY r.label LIMIT 3) AS q',
                                      ', ', from_clause, judged.condition)
           INTO example USING day;
        severity := judged.severity;
        rule := judged.rule;
        rows := counts[slot];
        amount := counts[slot + 1];
        consequence := judged.consequence;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.row_findings(name, jsonb, date, boolean) IS
    'findings of the rules about single rows of a source';

-- A refresh looks only where no unique index makes the offence impossible.
CREATE FUNCTION saaskpi_internal.query_findings(wanted name, env jsonb, day date, only_errors boolean, in_refresh boolean)
RETURNS TABLE (severity text, rule text, rows bigint, example text, consequence text, amount numeric)
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    judged saaskpi_internal.source_rules;
BEGIN
    FOR judged IN SELECT * FROM saaskpi_internal.judged_rules(wanted, env, only_errors) AS r WHERE r.query IS NOT NULL LOOP
        CONTINUE WHEN in_refresh AND judged.impossible_by IS NOT NULL
                  AND saaskpi_internal.is_unique(to_regclass(env -> 'sources' -> wanted ->> 'from'), judged.impossible_by);
        EXECUTE saaskpi_internal.rule_sources(env, judged.query, judged.needs) || format('SELECT max(total), string_agg(label, %L ORDER BY label COLLATE "C"), max(money)
            FROM (SELECT label, sum(rows) OVER () AS total, sum(CASE WHEN abs(amount) < ''Infinity'' THEN amount END) OVER () AS money FROM (%s) AS q(label, rows, amount)
                   ORDER BY label COLLATE "C" LIMIT 3) AS q', ', ', judged.query)
           INTO rows, example, amount USING day;
        IF rows IS NOT NULL THEN
            severity := judged.severity;
            rule := judged.rule;
            consequence := judged.consequence;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.query_findings(name, jsonb, date, boolean, boolean) IS
    'findings of the rules about several rows of a source';

-- Sources and columns that a refresh has read and that are absent now, until
-- they are back or create_views is called.  Who read them last is in the log;
-- what went before that run stays in kpi_data_quality, as info from create_views
-- up to the next run.  A source without rows said nothing.
CREATE FUNCTION saaskpi_internal.gone(env jsonb)
RETURNS TABLE (source name, column_name name, is_meant boolean)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    run jsonb;
    noted jsonb;
BEGIN
    IF saaskpi_internal.own_relation((env ->> 'schema')::name, 'kpi_refresh_log') IS NULL OR saaskpi_internal.own_relation((env ->> 'schema')::name, 'kpi_data_quality') IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT to_jsonb(l) FROM %I.kpi_refresh_log AS l WHERE l.status = ''ok'' ORDER BY l.finished_at DESC, l.run_id DESC LIMIT 1', env ->> 'schema') INTO run;
    EXECUTE format('SELECT jsonb_agg(to_jsonb(q)) FROM %I.kpi_data_quality AS q WHERE q.rule IN (''source_gone'', ''column_gone'')', env ->> 'schema') INTO noted;
    RETURN QUERY
    SELECT s.source, c.column_name, coalesce(bool_or(k.is_meant), false)
      FROM (SELECT f.key AS source, c.name AS column_name, NULL::boolean AS is_meant
              FROM jsonb_each((run ->> 'sources')::jsonb) AS f
              LEFT JOIN LATERAL (SELECT NULL AS name UNION ALL SELECT * FROM jsonb_array_elements_text((run ->> 'source_columns')::jsonb -> f.key)) AS c ON true
             WHERE f.value = 'true'
             UNION ALL
            SELECT q.source, c.name, q.severity = 'info'
              FROM jsonb_to_recordset(noted) AS q(source text, rule text, severity text, example text)
              LEFT JOIN LATERAL unnest(string_to_array(q.example, ', ')) AS c(name) ON q.rule = 'column_gone') AS k
      JOIN saaskpi_internal.sources AS s ON s.source = k.source
      LEFT JOIN saaskpi_internal.source_columns AS c ON c.source = k.source AND c.column_name = k.column_name
     WHERE CASE WHEN k.column_name IS NULL THEN NOT env -> 'sources' ? k.source
                ELSE c.column_name IS NOT NULL AND env -> 'sources' ? k.source AND env -> 'sources' -> k.source -> 'columns' ->> k.column_name IS NULL END
     GROUP BY s.source, c.column_name;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.gone(jsonb) IS
    'what runs before have read and is absent: sources, with a column columns of sources that are there; and whether create_views was called since';

CREATE FUNCTION saaskpi_internal.gap_findings(env jsonb)
RETURNS TABLE (severity text, source name, rule text, example text, consequence text)
LANGUAGE sql STABLE
AS $$
WITH gone AS MATERIALIZED (
    SELECT g.source, g.column_name FROM saaskpi_internal.gone(env) AS g WHERE NOT g.is_meant
)
SELECT f.severity, f.source, f.rule, f.example, f.consequence
  FROM (SELECT CASE g.rule WHEN 'source_missing' THEN 'info' ELSE 'error' END AS severity, g.source, g.column_name, g.rule,
               concat_ws(' is ', coalesce(g.column_name, g.source), g.column_type) AS example,
               CASE WHEN g.rule = 'source_missing' THEN 'What needs it is not made; kpi_manifest says what.'
                    WHEN c.needed THEN 'The source is taken for absent; what needs it is not made.'
                    ELSE 'The column is taken for absent.' END AS consequence
          FROM saaskpi_internal.gaps((env ->> 'schema')::name, env -> 'settings') AS g
          LEFT JOIN saaskpi_internal.source_columns AS c ON c.source = g.source AND c.column_name = g.column_name
         WHERE g.rule <> 'source_missing' OR g.source NOT IN (SELECT v.revised_by FROM saaskpi_internal.source_revisions AS v UNION ALL SELECT o.source FROM gone AS o WHERE o.column_name IS NULL)
         UNION ALL
        SELECT 'error', o.source, o.column_name, CASE WHEN o.column_name IS NULL THEN 'source_gone' ELSE 'column_gone' END, coalesce(o.column_name, o.source),
               format('Earlier refreshes read it; now the numbers are made without it. Bring it back or, if it is to stay away: CALL saaskpi.create_views(%L)', env ->> 'schema')
          FROM gone AS o) AS f
  JOIN saaskpi_internal.sources AS s ON s.source = f.source
  LEFT JOIN saaskpi_internal.source_columns AS c ON c.source = f.source AND c.column_name = f.column_name
 ORDER BY s.ordinal, c.ordinal, f.rule DESC
$$;
COMMENT ON FUNCTION saaskpi_internal.gap_findings(jsonb) IS
    'findings about sources and columns that are absent, unusable or gone';

CREATE FUNCTION saaskpi_internal.gap_errors(env jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
SELECT coalesce(jsonb_agg(to_jsonb(q)), '[]')
  FROM (SELECT g.source, g.rule, g.severity, string_agg(g.example, ', ' ORDER BY g.ordinality) AS example, string_agg(DISTINCT g.consequence, ' ') AS consequence
          FROM saaskpi_internal.gap_findings(env) WITH ORDINALITY AS g WHERE g.severity = 'error' GROUP BY 1, 2, 3) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.gap_errors(jsonb) IS 'rows for kpi_data_quality about sources and columns that are unusable or gone';

-- Whoever calls create_views has seen what is there.
CREATE FUNCTION saaskpi_internal.accept_gone(env jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.kpi_data_quality AS q (source, rule, severity, example, consequence)
        SELECT g.source, CASE WHEN g.column_name IS NULL THEN ''source_gone'' ELSE ''column_gone'' END, ''info'', string_agg(coalesce(g.column_name, g.source), '', '' ORDER BY g.column_name),
               ''The numbers are made without it from the next refresh on, as create_views was called while it was absent.''
          FROM saaskpi_internal.gone($1) AS g GROUP BY 1, 2
        ON CONFLICT (source, rule) DO UPDATE SET severity = excluded.severity, rows = NULL, amount = NULL, example = excluded.example, consequence = excluded.consequence', env ->> 'schema') USING env;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.accept_gone(jsonb) IS 'notes that what is gone is meant to be';

-- Texts become keys of relations and parts of their indexes, whose rows have
-- room for 2,704 bytes.  What counts is the size once compressed.
CREATE FUNCTION saaskpi_internal.long_texts(wanted name, env jsonb, above integer)
RETURNS TABLE (column_name name, bytes integer, rows bigint, example text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    names constant name[] := ARRAY(SELECT c.column_name FROM saaskpi_internal.source_columns AS c
                                    WHERE c.source = wanted AND c.kind = 'text' AND env -> 'sources' -> wanted -> 'columns' ->> c.column_name IS NOT NULL ORDER BY c.ordinal);
    from_clause constant text := format(' FROM %I AS r', wanted);
    with_clause constant text := saaskpi_internal.rule_sources(env, from_clause, '{}');
    sizes integer[];
    counts bigint[];
BEGIN
    IF names = '{}' OR (env -> 'sources' -> wanted ->> 'empty')::boolean THEN
        RETURN;
    END IF;
    EXECUTE with_clause || (SELECT format('SELECT ARRAY[%s], ARRAY[%s]', string_agg(format('max(pg_column_size(r.%I))', n), ', ' ORDER BY i), string_agg(format('count(*) FILTER (WHERE pg_column_size(r.%I) > %s)', n, above), ', ' ORDER BY i))
                              FROM unnest(names) WITH ORDINALITY AS u(n, i)) || from_clause INTO sizes, counts;
    FOR slot IN 1 .. cardinality(names) LOOP
        CONTINUE WHEN counts[slot] = 0;
        column_name := names[slot];
        bytes := sizes[slot];
        rows := counts[slot];
        EXECUTE with_clause || format('SELECT string_agg(label, %L ORDER BY label) FROM (SELECT CASE WHEN length(r.label) > 40 THEN left(r.label, 40) || %L ELSE r.label END AS label %s WHERE pg_column_size(r.%I) > %s ORDER BY r.label LIMIT 3) AS q',
                                      ', ', '...', from_clause, column_name, above) INTO example;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.long_texts(name, jsonb, integer) IS 'the columns of a source that hold texts of more than so many bytes: the longest, how many rows, and up to three of them';

-- The error of an index names neither source nor column.
CREATE FUNCTION saaskpi_internal.blame_long_texts(env jsonb, message text)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    found text;
BEGIN
    IF message ~ '\m(2704|8191)\M' THEN
        SELECT string_agg(format('%s.%s (%s bytes in %s)', q.source, q.column_name, q.bytes, q.example), ', ' ORDER BY q.bytes DESC) INTO found
          FROM (SELECT s.source, t.* FROM saaskpi_internal.sources AS s CROSS JOIN LATERAL saaskpi_internal.long_texts(s.source, env, 600) AS t
                 WHERE env -> 'sources' ? s.source ORDER BY t.bytes DESC LIMIT 3) AS q;
    END IF;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'a text of the sources is too long for the key of a relation: %', found
            USING ERRCODE = 'program_limit_exceeded', DETAIL = message,
                  HINT = 'Shorten it, or put a view that does so in place of the table: left(..., 200)';
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.blame_long_texts(jsonb, text) IS 'raises, after the error of an index, with the longest texts of the sources';

CREATE FUNCTION saaskpi_internal.check_sources_work(schema_name name, as_of date)
RETURNS TABLE (severity text, source text, rule text, rows bigint, example text, consequence text, amount numeric)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    env jsonb := saaskpi_internal.environment(schema_name);
    day constant date := coalesce(as_of, (env -> 'settings' ->> 'effective_as_of')::date, (env ->> 'as_of')::date);
BEGIN
    env := env || jsonb_build_object('as_of', day);
    IF day NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
        RAISE EXCEPTION 'as_of must lie in years 1 to 9999, not %', day USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY
    SELECT g.severity, g.source::text, g.rule, NULL::bigint, g.example, g.consequence, NULL::numeric
      FROM saaskpi_internal.gap_findings(env) AS g;
    RETURN QUERY
    SELECT f.severity, t.source::text, f.rule, f.rows, f.example, f.consequence, f.amount
      FROM (SELECT s.source FROM saaskpi_internal.sources AS s WHERE env -> 'sources' ? s.source ORDER BY s.ordinal) AS t
     CROSS JOIN LATERAL (SELECT q.* FROM (
               SELECT * FROM saaskpi_internal.row_findings(t.source, env, day, false)
               UNION ALL SELECT * FROM saaskpi_internal.query_findings(t.source, env, day, false, false)) AS q
               JOIN saaskpi_internal.source_rules AS r USING (rule) ORDER BY r.ordinal) AS f;
    RETURN QUERY
    SELECT 'error', s.source::text, 'text_too_long', t.rows, format('%s of %s bytes in %s', t.column_name, t.bytes, t.example),
           'Where it is part of the key of a relation, as ids and what numbers are broken down by are, a refresh fails. Shorten it, or put a view that does so in place of the table: left(..., 200)', NULL::numeric
      FROM saaskpi_internal.sources AS s CROSS JOIN LATERAL saaskpi_internal.long_texts(s.source, env, 2000) AS t
     WHERE env -> 'sources' ? s.source ORDER BY s.ordinal;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.check_sources_work(name, date) IS
    'the work of check_sources';

CREATE FUNCTION saaskpi.check_sources(schema_name name, as_of date DEFAULT NULL)
RETURNS TABLE (severity text, source text, rule text, rows bigint, example text, consequence text, amount numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON FUNCTION saaskpi.check_sources(name, date) IS
    'data-quality findings over the sources of a schema as of a day (default: that of the last refresh, else today): one row per violated rule with the number of rows, up to three of them, what the KPIs do with them and the money in doubt; no rows when all is well';
