-- What a refresh may leave as it is: what reads nothing that has changed since
-- the run before.

-- The run that ended last, which need not be the one with the number before, if
-- it ended well and by the same date; and the settings and maps that have
-- changed since.
CREATE FUNCTION saaskpi_internal.like_run(env jsonb, run bigint, OUT like_run bigint, OUT changed_settings text[])
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    EXECUTE format('SELECT l.run_id, ARRAY(SELECT key FROM jsonb_each(l.settings::jsonb) AS b FULL JOIN jsonb_each($1 -> ''settings'') AS n USING (key)
                                            WHERE key <> ''effective_as_of'' AND b.value IS DISTINCT FROM n.value)
                      FROM (SELECT * FROM %I.kpi_refresh_log WHERE run_id <> $2 AND finished_at IS NOT NULL ORDER BY finished_at DESC, run_id DESC LIMIT 1) AS l
                     WHERE l.status = ''ok'' AND l.as_of = ($1 ->> ''as_of'')::date', env ->> 'schema')
       INTO like_run, changed_settings USING env, run;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.like_run(jsonb, bigint) IS
    'the run that ended last if its relations would be the same but for changes of sources and of the settings that are told, else null';

-- A query that looks into the schema by itself may find any of them.
CREATE FUNCTION saaskpi_internal.reads_settings(query text, settings text[])
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT cardinality(settings) > 0 AND (query IS NULL OR query ~ format('\{(schema|maps|(setting|map|rows) (%s))\}', array_to_string(settings, '|')))
$$;
COMMENT ON FUNCTION saaskpi_internal.reads_settings(text, text[]) IS 'whether a query may read one of these settings or maps';

-- Whether a relation may differ from what the run before left, as something it
-- reads has changed.  What it reads shows in the places of its query.  A source
-- with rows may always have.  Whether it is there and has any is no change, as
-- relations say by what they were filled.
CREATE FUNCTION saaskpi_internal.reads_changed(query text, env jsonb, changed name[])
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT coalesce(bool_or(CASE WHEN env -> 'made' ? m[2] THEN m[2] = ANY (changed) WHEN m[1] IS NOT NULL THEN env -> 'sources' ? m[2] ELSE (env -> 'sources' -> m[2] ->> 'filled')::boolean END), false)
  FROM regexp_matches(query, '\{(ahead |noticed )?([a-z][a-z0-9_]+)(?:\.[a-z0-9_]+)?\}', 'g') AS m WHERE m[2] NOT IN ('as_of', 'schema')
$$;
COMMENT ON FUNCTION saaskpi_internal.reads_changed(text, jsonb, name[]) IS
    'whether a query reads a source, or a relation that has changed';
