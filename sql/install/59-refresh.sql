-- Refreshing the kpi relations: all of them or none.

CREATE FUNCTION saaskpi_internal.can_commit()
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'saaskpi_can_commit' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION saaskpi_internal.can_commit() IS
    'whether the procedure that asks may commit: not between BEGIN and COMMIT, not below a function or a block with EXCEPTION';

-- Whether a table is locked by who vacuums or analyzes it, which is soon over.
CREATE FUNCTION saaskpi_internal.is_vacuumed(locked regclass)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.locktype = 'relation' AND l.relation = locked AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
                  AND l.pid IN (SELECT v.pid FROM pg_stat_progress_vacuum AS v UNION ALL SELECT a.pid FROM pg_stat_progress_analyze AS a))
$$;
COMMENT ON FUNCTION saaskpi_internal.is_vacuumed(regclass) IS 'whether somebody vacuums or analyzes a table';

-- The lock of a schema's refresh is that of a table which only the owner, and
-- those she let write it, can lock.  A vacuum locks it as well, and is waited
-- for; autovacuum, which comes unasked, leaves that table alone, whose few rows
-- are pruned as they are read.
CREATE FUNCTION saaskpi_internal.lock_refresh(schema_name name)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('LOCK TABLE %I.kpi_manifest IN SHARE UPDATE EXCLUSIVE MODE NOWAIT', schema_name);
EXCEPTION WHEN lock_not_available THEN
    IF saaskpi_internal.is_vacuumed(format('%I.kpi_manifest', schema_name)::regclass) THEN
        EXECUTE format('LOCK TABLE %I.kpi_manifest IN SHARE UPDATE EXCLUSIVE MODE', schema_name);
        RETURN;
    END IF;
    RAISE EXCEPTION 'another refresh of schema "%" is running', schema_name
        USING ERRCODE = 'object_in_use',
              HINT = format('kpi_refresh_log shows when it ends. To wait for it, or to leave it at that: CALL saaskpi.refresh(%L, when_busy => ''wait''), or ''skip''', schema_name);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.lock_refresh(name) IS 'makes sure that no other refresh of a schema runs';

-- Whatever is marked as running while none can be was left by a session that
-- ended.  Marked here, in a short transaction, since one that just failed may
-- be about to say so itself, and must not wait for the whole of another run.
CREATE FUNCTION saaskpi_internal.begin_run_work(schema_name name)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    run bigint;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    BEGIN
        PERFORM saaskpi_internal.lock_refresh(schema_name);
        EXECUTE format('UPDATE %I.kpi_refresh_log SET status = ''failed'', message = ''the session ended before the refresh did'' WHERE status = ''running''', schema_name);
    EXCEPTION WHEN object_in_use THEN
        NULL;
    END;
    EXECUTE format('INSERT INTO %I.kpi_refresh_log (started_at, status) VALUES (clock_timestamp(), ''running'') RETURNING run_id', schema_name) INTO run;
    RETURN run;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.begin_run_work(name) IS 'logs that a run begins, so that a killed one leaves a trace';

CREATE FUNCTION saaskpi_internal.fail_run_work(schema_name name, run bigint, message text)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF message IS NULL THEN
        EXECUTE format('DELETE FROM %I.kpi_refresh_log WHERE run_id = $1', schema_name) USING run;
    ELSE
        EXECUTE format('UPDATE %I.kpi_refresh_log SET status = ''failed'', finished_at = clock_timestamp(), message = $2 WHERE run_id = $1', schema_name) USING run, message;
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.fail_run_work(name, bigint, text) IS 'logs that a run failed, or strikes out one that had nothing to do';

CREATE FUNCTION saaskpi_internal.await_refresh_work(schema_name name)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('LOCK TABLE %I.kpi_manifest IN SHARE UPDATE EXCLUSIVE MODE', schema_name);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.await_refresh_work(name) IS 'waits until no other refresh of a schema runs';

-- Findings that a refresh can afford.  Of a small source everything is looked
-- at.  Of a large one only what makes numbers wrong: single rows when the
-- states say that some could not be used, else by the rules that these do not
-- tell of; repeats when no unique index makes them impossible.
CREATE FUNCTION saaskpi_internal.affordable_findings(wanted name, unusable text, env jsonb)
RETURNS TABLE (severity text, rule text, rows bigint, example text, consequence text, amount numeric)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    small constant bigint := 100000;
    is_large constant boolean := saaskpi_internal.has_more_rows(env -> 'sources' -> wanted ->> 'from', small);
    day constant date := env ->> 'as_of';
    unusable_rows bigint := 1;
BEGIN
    IF is_large AND unusable IS NOT NULL THEN
        EXECUTE saaskpi_internal.expand(replace(unusable, '{from}', env -> 'sources' -> wanted ->> 'from'), env) INTO unusable_rows;
    END IF;
    RETURN QUERY SELECT * FROM saaskpi_internal.row_findings(wanted, CASE WHEN unusable_rows > 0 THEN env ELSE jsonb_set(env, '{hurried}', 'true') END, day, is_large);
    RETURN QUERY SELECT * FROM saaskpi_internal.query_findings(wanted, env, day, is_large, true);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.affordable_findings(name, text, jsonb) IS
    'what is wrong in a source, as far as a refresh can afford to look';

CREATE FUNCTION saaskpi_internal.write_findings(env jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    gaps constant jsonb := saaskpi_internal.gap_errors(env);
BEGIN
    EXECUTE format('DELETE FROM %I.kpi_data_quality', env ->> 'schema');
    EXECUTE format('INSERT INTO %I.kpi_data_quality (source, rule, severity, rows, amount, example, consequence)
        SELECT s.source, f.rule, f.severity, f.rows, f.amount, f.example, f.consequence
          FROM saaskpi_internal.sources AS s CROSS JOIN LATERAL saaskpi_internal.affordable_findings(s.source, s.unusable, $1) AS f
         WHERE $1 -> ''sources'' ? s.source
         UNION ALL SELECT g.source, g.rule, g.severity, NULL, NULL, g.example, g.consequence
          FROM jsonb_to_recordset($2) AS g(source text, rule text, severity text, example text, consequence text)', env ->> 'schema') USING env, gaps;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.write_findings(jsonb) IS 'writes what is wrong in the sources into kpi_data_quality';

-- Sources of which no number would mean anything stop a refresh.
CREATE FUNCTION saaskpi_internal.refuse_sources(env jsonb)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    refused record;
BEGIN
    SELECT s.source, f.rule, f.example, f.consequence INTO refused
      FROM saaskpi_internal.sources AS s
     CROSS JOIN LATERAL saaskpi_internal.query_findings(s.source, jsonb_set(env, '{refusing}', 'true'), (env ->> 'as_of')::date, true, true) AS f
     WHERE env -> 'sources' ? s.source LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'source "%" cannot be used: % (%)', refused.source, refused.rule, refused.example
            USING ERRCODE = 'data_exception', DETAIL = refused.consequence,
                  HINT = format('SELECT * FROM saaskpi.check_sources(%L)', env ->> 'schema');
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.refuse_sources(jsonb) IS 'raises over a violated rule that says that a refresh stops';

-- Columns of the log that a domain has added are filled by their expressions.
CREATE FUNCTION saaskpi_internal.finish_run(env jsonb, run bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('UPDATE %1$I.kpi_refresh_log SET status = ''ok'', finished_at = clock_timestamp(), message = NULL,
                           seconds = round(extract(epoch FROM clock_timestamp() - started_at), 3), as_of = ($2 ->> ''as_of'')::date, settings = $2 ->> ''settings'',
                           publication = ($2 -> ''this'' ->> ''publication'')::bigint, sources = (SELECT jsonb_object_agg(s.key, s.value -> ''filled'') FROM jsonb_each($2 -> ''sources'') AS s)::text,
                           source_columns = (SELECT jsonb_object_agg(s.key, (SELECT coalesce(jsonb_agg(c.key), ''[]'') FROM jsonb_each_text(s.value -> ''columns'') AS c WHERE c.value IS NOT NULL)) FROM jsonb_each($2 -> ''sources'') AS s)::text,
                           errors = q.errors, error_rows = q.error_rows, error_amount = q.error_amount%2$s
                      FROM (SELECT count(*) AS errors, coalesce(sum(rows), 0) AS error_rows, sum(CASE WHEN abs(amount) < ''Infinity'' THEN amount END) AS error_amount
                              FROM %1$I.kpi_data_quality WHERE severity = ''error'') AS q
                     WHERE run_id = $1', env ->> 'schema',
                   (SELECT string_agg(format(', %I = (%s)', c.column_name, saaskpi_internal.expand(c.expression, env)), '' ORDER BY c.ordinal)
                      FROM saaskpi_internal.relation_columns AS c WHERE c.relation = 'kpi_refresh_log' AND c.expression IS NOT NULL))
      USING run, env;
    EXECUTE format('UPDATE %I.kpi_manifest SET filled_by = $1 ->> relation WHERE status = ''made'' AND filled_by IS DISTINCT FROM $1 ->> relation', env ->> 'schema') USING env -> 'filled_by';
END
$$;
COMMENT ON FUNCTION saaskpi_internal.finish_run(jsonb, bigint) IS 'completes the row of the log, and notes in the manifest by what the relations were filled';

CREATE FUNCTION saaskpi_internal.drop_beside(env jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    beside text;
BEGIN
    FOR beside IN SELECT format('%I.%I', env ->> 'schema', r.relation || e) FROM saaskpi_internal.relations AS r, unnest('{_beside,_gone}'::text[]) AS e
                   ORDER BY r.ordinal LOOP
        IF to_regclass(beside) IS NOT NULL THEN
            EXECUTE format('DROP TABLE %s', beside);
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.drop_beside(jsonb) IS 'drops the tables beside relations that others follow';

CREATE FUNCTION saaskpi_internal.refresh_relations(env jsonb, run bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    before constant record := saaskpi_internal.like_run(env, run);
    r record;
    definition saaskpi_internal.relations;
    began timestamptz;
    row_count bigint;
    has_changed boolean;
    changed name[] := '{}';
    rows_before jsonb;
    filled_before jsonb;
    steps jsonb[] := '{}';
BEGIN
    EXECUTE format('SELECT coalesce(jsonb_object_agg(relation, rows), ''{}'') FROM %I.kpi_refresh_steps WHERE run_id = $1', env ->> 'schema') INTO rows_before USING before.like_run;
    EXECUTE format('SELECT coalesce(jsonb_object_agg(relation, filled_by), ''{}'') FROM %I.kpi_manifest', env ->> 'schema') INTO filled_before;
    FOR r IN SELECT o.step, d AS definition FROM saaskpi_internal.ordered_relations() AS o JOIN saaskpi_internal.relations AS d USING (relation)
              WHERE env -> 'made' ? d.relation AND d.maintained <> 'shown' ORDER BY o.step LOOP
        definition := r.definition;
        definition.query := saaskpi_internal.with_branches(definition, env);
        began := clock_timestamp();
        has_changed := false;
        row_count := NULL;
        IF before.like_run IS NULL OR saaskpi_internal.reads_changed(definition.query, env, changed) OR saaskpi_internal.reads_settings(definition.query, before.changed_settings)
           OR (filled_before ->> definition.relation = env #>> ARRAY['filled_by', definition.relation]) IS NOT TRUE THEN
            has_changed := CASE definition.maintained WHEN 'keyed' THEN saaskpi_internal.refresh_keyed(env, definition)
                                                      WHEN 'following' THEN saaskpi_internal.refresh_following(env, definition)
                                                      ELSE saaskpi_internal.refresh_rows(env, definition) END;
        END IF;
        IF has_changed THEN
            changed := changed || definition.relation;
        ELSE
            row_count := rows_before ->> definition.relation;
        END IF;
        IF row_count IS NULL THEN
            EXECUTE format('SELECT count(*) FROM %I.%I', env ->> 'schema', definition.relation || '_mat') INTO row_count;
        END IF;
        steps := steps || jsonb_build_object('step', r.step, 'relation', definition.relation, 'rows', row_count, 'milliseconds', round(extract(epoch FROM clock_timestamp() - began) * 1000, 1));
    END LOOP;
    EXECUTE format('INSERT INTO %I.kpi_refresh_steps SELECT $1, (s ->> ''step'')::integer, s ->> ''relation'', (s ->> ''rows'')::bigint, (s ->> ''milliseconds'')::numeric FROM unnest($2) AS s', env ->> 'schema')
      USING run, steps;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.refresh_relations(jsonb, bigint) IS 'refreshes in order every relation that can have changed since the run before';

CREATE FUNCTION saaskpi_internal.run_refresh_work(schema_name name, run bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    env jsonb;
    broken record;
BEGIN
    PERFORM saaskpi_internal.lock_refresh(schema_name);
    env := saaskpi_internal.environment(schema_name);
    IF (env ->> 'as_of')::date > '9900-12-31' THEN
        RAISE EXCEPTION 'as_of of kpi_settings lies after year 9900: %', env ->> 'as_of'
            USING ERRCODE = 'datetime_field_overflow', DETAIL = 'Forecasts go on from there, and there is no year after 9999.', HINT = format('UPDATE %I.kpi_settings SET as_of = NULL', schema_name);
    END IF;
    env := env || jsonb_build_object('definitions', saaskpi_internal.definitions(ARRAY(SELECT m::name FROM jsonb_array_elements_text(env -> 'made') AS m)), 'small', saaskpi_internal.are_small(env -> 'sources'));
    PERFORM saaskpi_internal.require_current(env), saaskpi_internal.refuse_sources(env);
    env := saaskpi_internal.with_runs(env, run);
    env := env || jsonb_build_object('filled_by', saaskpi_internal.filled_by(env));
    EXECUTE format('UPDATE %I.kpi_settings SET effective_as_of = $1 WHERE effective_as_of <> $1', schema_name) USING (env ->> 'as_of')::date;
    BEGIN
        PERFORM saaskpi_internal.refresh_relations(env, run), saaskpi_internal.add_rows(env), saaskpi_internal.drop_beside(env), saaskpi_internal.write_findings(env);
    EXCEPTION WHEN program_limit_exceeded THEN
        PERFORM saaskpi_internal.blame_long_texts(env, SQLERRM);
        RAISE;
    END;
    SELECT i.identity, i.detail INTO broken FROM saaskpi_internal.judge_identities(env) AS i WHERE NOT i.holds LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'identity % does not hold: %', broken.identity, broken.detail USING ERRCODE = 'data_exception';
    END IF;
    PERFORM saaskpi_internal.finish_run(env, run);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.run_refresh_work(name, bigint) IS
    'the work of a refresh, in one transaction';

CREATE FUNCTION saaskpi_internal.begin_run(schema_name name) RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.begin_run(name) IS 'begin_run_work, as the owner of the schema';
CREATE FUNCTION saaskpi_internal.run_refresh(schema_name name, run bigint) RETURNS void
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.run_refresh(name, bigint) IS 'run_refresh_work, as the owner of the schema';
CREATE FUNCTION saaskpi_internal.fail_run(schema_name name, run bigint, message text) RETURNS void
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.fail_run(name, bigint, text) IS 'fail_run_work, as the owner of the schema';

CREATE FUNCTION saaskpi_internal.await_refresh(schema_name name) RETURNS void
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.await_refresh(name) IS 'await_refresh_work, as the owner of the schema';

-- Commits twice: first the row that says a run began, so that a killed run
-- leaves a trace, then everything else at once.  Commits forbid a pinned
-- search_path here, so every name is qualified; and nothing of the schema is
-- touched here, only below the functions that go as its owner.
CREATE PROCEDURE saaskpi.refresh(schema_name name, when_busy text DEFAULT 'fail')
LANGUAGE plpgsql
AS $$
DECLARE
    run bigint;
    failed boolean := false;
    state pg_catalog.text;
    message pg_catalog.text;
    detail pg_catalog.text;
    hint pg_catalog.text;
BEGIN
    IF NOT saaskpi_internal.can_commit() THEN
        RAISE EXCEPTION 'refresh cannot run inside a transaction block, a function or a block with EXCEPTION'
            USING ERRCODE = 'active_sql_transaction',
                  HINT = pg_catalog.format('Run it by itself, it is atomic anyway: CALL saaskpi.refresh(%L)', schema_name);
    ELSIF (when_busy OPERATOR(pg_catalog.=) ANY ('{fail,wait,skip}')) IS NOT TRUE THEN
        RAISE EXCEPTION 'unknown value of when_busy: "%"', when_busy
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use ''fail'', ''wait'' or ''skip''.';
    END IF;
    run := saaskpi_internal.begin_run(schema_name);
    COMMIT;
    LOOP
        -- one snapshot for all of it: rows written meanwhile wait for the next run
        SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
        failed := false;
        BEGIN
            PERFORM saaskpi_internal.run_refresh(schema_name, run);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            failed := true;
        END;
        EXIT WHEN NOT failed OR when_busy OPERATOR(pg_catalog.<>) 'wait' OR state OPERATOR(pg_catalog.<>) '55006';
        ROLLBACK;
        -- the snapshot of the next try must be younger than the other run's
        -- end, and nothing, not even a condition, may stand before its SET
        BEGIN
            PERFORM saaskpi_internal.await_refresh(schema_name);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        END;
        EXIT WHEN state OPERATOR(pg_catalog.<>) '55006';
        ROLLBACK;
    END LOOP;
    IF failed THEN
        ROLLBACK;
        IF when_busy OPERATOR(pg_catalog.=) 'skip' AND state OPERATOR(pg_catalog.=) '55006' THEN
            PERFORM saaskpi_internal.fail_run(schema_name, run, NULL);
            COMMIT;
            RETURN;
        END IF;
        -- a second cancel must not leave the run marked as running
        FOR attempt IN 1 .. 10 LOOP
            BEGIN
                PERFORM saaskpi_internal.fail_run(schema_name, run, message);
                EXIT;
            EXCEPTION WHEN query_canceled THEN
                NULL;
            END;
        END LOOP;
        COMMIT;
        RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message,
            DETAIL = CASE WHEN detail OPERATOR(pg_catalog.<>) '' THEN detail ELSE 'Nothing was published; the relations are as they were.' END,
            HINT = CASE WHEN hint OPERATOR(pg_catalog.<>) '' THEN hint
                        WHEN message OPERATOR(pg_catalog.=) 'canceling statement due to statement timeout'
                        THEN pg_catalog.format('Give it more time: SET statement_timeout = 0; CALL saaskpi.refresh(%L)', schema_name)
                        ELSE pg_catalog.format('SELECT * FROM saaskpi.check_sources(%L)', schema_name) END;
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh(name, text) IS
    'refreshes the kpi relations of a schema: all of them or, when anything fails or an identity does not hold, none; one row per run in kpi_refresh_log. when_busy: what to do while another refresh of the schema runs: fail, wait or skip';
