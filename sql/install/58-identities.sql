-- What must hold before anything is published.

-- The identities that can be checked in this schema: all that each reads is
-- there.  One more holds of every rate, and looks at each relation once: no rate
-- without a base above zero.
CREATE FUNCTION saaskpi_internal.applicable_identities(env jsonb)
RETURNS TABLE (ordinal bigint, identity text, query text)
LANGUAGE sql STABLE
AS $$
SELECT i.ordinal::bigint, i.identity, saaskpi_internal.expand(i.query, env)
  FROM saaskpi_internal.identities AS i
 WHERE NOT EXISTS (SELECT FROM regexp_matches(i.query, '\{(?:total )?([a-z][a-z0-9_]+)(?:\.[a-z0-9_]+)?\}', 'g') AS m
                    WHERE NOT (env -> 'made' ? m[1] OR env -> 'sources' ? m[1] OR m[1] IN ('as_of', 'schema')))
UNION ALL
SELECT 1000000, 'rates_have_a_base', string_agg(format('SELECT format(''%s.%%s: %%s without a base, %%s times'', v.c, v.least, v.times) FROM (SELECT ARRAY[%s] AS least, ARRAY[%s] AS times FROM (SELECT %s FROM %I.%I) AS q) AS q, unnest(%L::text[], q.least, q.times) AS v(c, least, times) WHERE v.times > 0',
                                                        q.relation, q.least, q.times, q.pairs, env ->> 'schema', q.relation || CASE q.maintained WHEN 'shown' THEN '' ELSE '_mat' END, q.columns), E'\nUNION ALL\n' ORDER BY q.first)
  FROM (SELECT c.relation, r.maintained, min(c.ordinal) AS first, array_agg(c.column_name ORDER BY c.ordinal) AS columns,
               string_agg(format('%I AS r%s, %s AS b%2$s', c.column_name, c.ordinal, c.base), ', ' ORDER BY c.ordinal) AS pairs,
               string_agg(format('min(r%s) FILTER (WHERE (b%1$s > 0) IS NOT TRUE)::text', c.ordinal), ', ' ORDER BY c.ordinal) AS least,
               string_agg(format('count(r%s) FILTER (WHERE (b%1$s > 0) IS NOT TRUE)', c.ordinal), ', ' ORDER BY c.ordinal) AS times
          FROM saaskpi_internal.relation_columns AS c JOIN saaskpi_internal.relations AS r USING (relation)
         WHERE c.base IS NOT NULL AND env -> 'made' ? c.relation AND NOT saaskpi_internal.has_no_pages(to_regclass(format('%I.%I', env ->> 'schema', c.relation || '_mat'))) GROUP BY c.relation, r.maintained) AS q
HAVING count(*) > 0
$$;
COMMENT ON FUNCTION saaskpi_internal.applicable_identities(jsonb) IS
    'the identities of the relations that a schema has: each query returns its violations';

CREATE FUNCTION saaskpi_internal.identity_totals(env jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    wanted record;
    totals jsonb;
    result jsonb := '{}';
BEGIN
    FOR wanted IN SELECT t.relation, string_agg(format('%L, %s', t.total, t.expression), ', ' ORDER BY t.total) AS pairs FROM saaskpi_internal.identity_totals AS t
                   WHERE env -> 'made' ? t.relation GROUP BY t.relation LOOP
        EXECUTE format('SELECT jsonb_build_object(%s) FROM %I.%I', wanted.pairs, env ->> 'schema', wanted.relation || '_mat') INTO totals;
        result := result || jsonb_build_object(wanted.relation, totals);
    END LOOP;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.identity_totals(jsonb) IS 'the totals that identities compare, by relation';

CREATE FUNCTION saaskpi_internal.judge_identities(env jsonb)
RETURNS TABLE (identity text, holds boolean, detail text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    -- not in the query, where every identity would take them anew
    with_totals constant jsonb := env || jsonb_build_object('totals', saaskpi_internal.identity_totals(env));
    rule record;
    violations bigint;
    first_one text;
BEGIN
    FOR rule IN SELECT r.* FROM saaskpi_internal.applicable_identities(with_totals) AS r ORDER BY r.ordinal LOOP
        EXECUTE format('SELECT count(*), min(v) FROM (%s) AS q(v)', rule.query) INTO violations, first_one;
        identity := rule.identity;
        holds := violations = 0;
        detail := CASE WHEN violations > 1 THEN format('%s (and %s more)', first_one, violations - 1) ELSE first_one END;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.judge_identities(jsonb) IS
    'whether each identity holds, and where not';

-- Of the numbers as they are stored, so by the date and the settings of the
-- last refresh.
CREATE FUNCTION saaskpi_internal.check_identities_work(schema_name name)
RETURNS TABLE (identity text, holds boolean, detail text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    env jsonb;
    of_last_run jsonb;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    env := saaskpi_internal.environment(schema_name);
    EXECUTE format('SELECT settings::jsonb FROM %I.kpi_refresh_log WHERE status = ''ok'' ORDER BY run_id DESC LIMIT 1', schema_name) INTO of_last_run;
    env := jsonb_set(env, '{settings}', (env -> 'settings') || coalesce(of_last_run, '{}') || jsonb_build_object('effective_as_of', env -> 'settings' -> 'effective_as_of'));
    RETURN QUERY SELECT i.* FROM saaskpi_internal.judge_identities(jsonb_set(env, '{as_of}', env -> 'settings' -> 'effective_as_of')) AS i;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.check_identities_work(name) IS 'the work of check_identities';

CREATE FUNCTION saaskpi.check_identities(schema_name name)
RETURNS TABLE (identity text, holds boolean, detail text)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_reader' LANGUAGE C;
COMMENT ON FUNCTION saaskpi.check_identities(name) IS
    'whether the identities hold in the kpi relations of a schema, and where not; open to whoever may read kpi_refresh_log';
