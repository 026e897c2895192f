-- Refreshing on a schedule with pg_cron, where it is present.
--
-- Nothing here needs pg_cron before it is called: its objects are named in
-- dynamic SQL only.  The pinned search_path is safe, as every name of pg_cron
-- is qualified by its fixed schema.

-- The job runs as who schedules it, so she must be one who may refresh.
CREATE FUNCTION saaskpi_internal.require_relations_work(schema_name name)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_relations_work(name) IS 'raises unless a schema has kpi relations';
CREATE FUNCTION saaskpi_internal.require_relations(schema_name name) RETURNS void
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.require_relations(name) IS 'raises unless a schema has kpi relations and the caller may refresh them';

-- One job per schema and role.  pg_cron keeps names as type name, so a long
-- one would be cut and two schemas could share a job.
CREATE FUNCTION saaskpi_internal.schedule_name(schema_name name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN 'saaskpi refresh ' || CASE WHEN octet_length(schema_name::text) <= 47 THEN schema_name::text ELSE md5(schema_name::text) END;
COMMENT ON FUNCTION saaskpi_internal.schedule_name(name) IS
    'name of the pg_cron job that refreshes a schema; of a schema name longer than 47 bytes its md5';

CREATE FUNCTION saaskpi_internal.schedule_command(schema_name name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN format('CALL saaskpi.refresh(%L)', schema_name);
COMMENT ON FUNCTION saaskpi_internal.schedule_command(name) IS
    'command of the pg_cron job that refreshes a schema';

CREATE FUNCTION saaskpi_internal.shell_word(word text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN word ~ '^[A-Za-z0-9_./-]+$' THEN word
            WHEN word ~ '["$`\\!]' THEN '''' || replace(word, '''', '''\''''') || ''''
            ELSE '"' || word || '"' END;
COMMENT ON FUNCTION saaskpi_internal.shell_word(text) IS
    'text as one word of a POSIX shell';

-- What to do without pg_cron here depends on where it is instead.
CREATE FUNCTION saaskpi_internal.schedule_hint(schema_name name, schedule text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
       WHEN home IS NULL THEN format(
           E'In postgresql.conf, then restart:\n    shared_preload_libraries = ''pg_cron''\n    cron.database_name = ''%s''\nin this database: CREATE EXTENSION pg_cron;\nOr run this from cron or a systemd timer: psql -d %s -c %s',
           replace(current_database(), '''', ''''''), saaskpi_internal.shell_word(current_database()), saaskpi_internal.shell_word(command))
       WHEN home = current_database() THEN 'CREATE EXTENSION pg_cron;'
       ELSE format('pg_cron works from database "%s"; in that database: SELECT cron.schedule_in_database(%L, %L, %L, %L);',
                   home, saaskpi_internal.schedule_name(schema_name), coalesce(schedule, '15 * * * *'), command, current_database())
       END
  FROM (SELECT current_setting('cron.database_name', true) AS home, saaskpi_internal.schedule_command(schema_name) AS command) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.schedule_hint(name, text) IS
    'how to schedule the refresh of a schema from a database without pg_cron';

CREATE FUNCTION saaskpi_internal.require_pg_cron(schema_name name, schedule text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'pg_cron') THEN
        RAISE EXCEPTION 'pg_cron is not installed in database "%"', current_database()
            USING ERRCODE = 'feature_not_supported', HINT = saaskpi_internal.schedule_hint(schema_name, schedule);
    ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
        RAISE EXCEPTION 'permission denied for schema cron'
            USING ERRCODE = 'insufficient_privilege', HINT = format('As a superuser: GRANT USAGE ON SCHEMA cron TO %I', current_user);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_pg_cron(name, text) IS
    'raises unless pg_cron is installed in this database and open to the caller, with a hint how to schedule the refresh of a schema';

CREATE FUNCTION saaskpi.schedule(schema_name name, schedule text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job bigint;
    message text;
    hint text;
BEGIN
    PERFORM saaskpi_internal.require_relations(schema_name);
    IF schedule IS NULL THEN
        RAISE EXCEPTION 'schedule must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = format('SELECT saaskpi.schedule(%L, ''15 * * * *'')', schema_name);
    END IF;
    PERFORM saaskpi_internal.require_pg_cron(schema_name, schedule);
    BEGIN
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job
          USING saaskpi_internal.schedule_name(schema_name), schedule, saaskpi_internal.schedule_command(schema_name);
    EXCEPTION WHEN internal_error OR invalid_parameter_value THEN
        -- a malformed expression is an internal error to some versions of pg_cron
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = message, HINT = coalesce(nullif(hint, ''), format(
            E'Five fields: minute, hour, day of month, month, day of week; in GMT unless cron.timezone says otherwise.\nEvery hour at a quarter past: SELECT saaskpi.schedule(%L, ''15 * * * *'')', schema_name));
    END;
    IF NOT coalesce(current_setting('cron.use_background_workers', true)::boolean, false) THEN
        RAISE NOTICE 'pg_cron will connect to "%" as role "%" to refresh', current_setting('cron.host', true), current_user
            USING HINT = E'If that needs a password, set in postgresql.conf: cron.use_background_workers = on\nHow it went: SELECT * FROM cron.job_run_details ORDER BY runid DESC LIMIT 5';
    END IF;
    RETURN job;
END
$$;
COMMENT ON FUNCTION saaskpi.schedule(name, text) IS
    'makes or replaces the pg_cron job that refreshes a schema and returns its id; schedule is a cron expression such as 15 * * * *';

CREATE FUNCTION saaskpi.unschedule(schema_name name)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job bigint;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM saaskpi_internal.require_pg_cron(schema_name, NULL);
    EXECUTE 'SELECT jobid FROM cron.job WHERE jobname = $1 AND username = current_user' INTO job
      USING saaskpi_internal.schedule_name(schema_name)::name;
    IF job IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE 'SELECT cron.unschedule($1)' USING job;
    RETURN true;
END
$$;
COMMENT ON FUNCTION saaskpi.unschedule(name) IS
    'removes the pg_cron job of the caller that refreshes a schema; false when there is none, the schema itself need not exist any more';
