-- Filling the kpi relations: all of them or none.

CREATE FUNCTION saaskpi.can_commit()
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'saaskpi_can_commit' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION saaskpi.can_commit() IS
    'whether the procedure that asks may commit: not between BEGIN and COMMIT, not below a function or a block with EXCEPTION';

CREATE FUNCTION saaskpi.current_as_of(schema_name name)
RETURNS date
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result date;
BEGIN
    EXECUTE format('SELECT coalesce(as_of, (now() AT TIME ZONE time_zone)::date) FROM %I.kpi_settings', schema_name) INTO result;
    IF result IS NULL THEN
        RAISE EXCEPTION 'kpi_settings of schema "%" has no row', schema_name
            USING ERRCODE = 'no_data_found',
                  HINT = format('INSERT INTO %I.kpi_settings (effective_as_of) VALUES (current_date)', schema_name);
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi.current_as_of(name) IS
    'the date a refresh would use: as_of of the settings, else today in the reporting zone';

-- Makes the input views anew, for the date and the zone of the settings and
-- the sources as they are now.  Only a refresh reads them.
CREATE PROCEDURE saaskpi.refresh_inputs(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today constant date := saaskpi.current_as_of(schema_name);
BEGIN
    EXECUTE format('UPDATE %I.kpi_settings SET effective_as_of = $1 WHERE effective_as_of <> $1', schema_name) USING today;
    EXECUTE saaskpi.input_definition(schema_name, today);
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_inputs(name) IS
    'sets effective_as_of and makes the input views for it';

-- A table that is still empty is made anew: CREATE TABLE ... AS runs in parallel,
-- which INSERT does not, and indexes are made after the rows.
CREATE PROCEDURE saaskpi.fill_table(schema_name name, definition record, query text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    mat constant text := definition.relation || '_mat';
    fill constant text := definition.relation || '_fill';
    owner name;
BEGIN
    SELECT pg_get_userbyid(c.relowner) INTO STRICT owner FROM pg_class AS c WHERE c.oid = format('%s.%I', s, mat)::regclass;
    EXECUTE format('CREATE TABLE %s.%I AS %s', s, fill, query);
    EXECUTE format('ALTER TABLE %s.%I OWNER TO %I', s, fill, owner);
    EXECUTE format('ALTER TABLE %s.%I RENAME TO %I', s, mat, mat || '_old');
    EXECUTE format('ALTER TABLE %s.%I RENAME TO %I', s, fill, mat);
    CALL saaskpi.show_relation(schema_name, definition);
    EXECUTE format('DROP TABLE %s.%I', s, mat || '_old');
    CALL saaskpi.create_indexes(schema_name, definition);
    EXECUTE format('ANALYZE %s.%I', s, mat);
END
$$;
COMMENT ON PROCEDURE saaskpi.fill_table(name, record, text) IS
    'fills a stored table for the first time';

-- The query of kpi_customers, for each set of shared partitions where there are
-- any, so that workers take whole partitions from the scans to the joined row.
-- For a first fill the customers of each come sorted by attributes, the joins
-- keep their order, and so the table lies on disk: its readers add one customer
-- after the other to the same roll-ups, which then stay in the processor's
-- cache.
CREATE FUNCTION saaskpi.customers_query(schema_name name, definition record, first_fill boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    today constant date := saaskpi.current_as_of(schema_name);
    query constant text := replace(replace(definition.query, '{s}', s),
                                   format('(SELECT effective_as_of FROM %s.kpi_settings)', s), format('%L::date', today));
    source name;
    template text := query;
BEGIN
    -- one branch, with places for the names of partitions as format() has them
    FOREACH source IN ARRAY ARRAY['customers', 'subscriptions', 'payments'] LOOP
        template := replace(template, format('%s.kpi_input_%s', s, source),
                            format('(SELECT * FROM (%s) AS i%s)', saaskpi.input_query(schema_name, source, today, format('{%s}', source)),
                                   CASE WHEN source = 'customers' AND first_fill THEN ' ORDER BY segment, country, acquisition_channel' ELSE '' END));
    END LOOP;
    template := replace(replace(replace(replace(template, '%', '%%'), '{customers}', '%1$s'), '{subscriptions}', '%2$s'), '{payments}', '%3$s');
    RETURN coalesce((SELECT string_agg(format(template, p.customers, p.subscriptions, p.payments), E'\nUNION ALL\n' ORDER BY p.payments)
                       FROM saaskpi.shared_partitions(schema_name) AS p), query);
END
$$;
COMMENT ON FUNCTION saaskpi.customers_query(name, record, boolean) IS
    'the query of kpi_customers as a refresh runs it';

-- Who is in the table and in no source any more.  Whoever is listed as a
-- customer is out at once, so that few are left to look for in the facts.
CREATE PROCEDURE saaskpi.find_gone_customers(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET parallel_setup_cost = 1000
SET client_min_messages = warning
AS $$
DECLARE
    source text;
    found boolean;
BEGIN
    DROP TABLE IF EXISTS pg_temp.saaskpi_gone;
    EXECUTE format('CREATE TEMP TABLE saaskpi_gone ON COMMIT DROP AS SELECT m.customer_id FROM %1$I.kpi_customers_mat AS m
                     WHERE NOT EXISTS (SELECT FROM %1$I.kpi_input_customers AS i WHERE i.customer_id = m.customer_id)', schema_name);
    FOREACH source IN ARRAY ARRAY['subscriptions', 'payments'] LOOP
        SELECT EXISTS (SELECT FROM pg_temp.saaskpi_gone) INTO found;
        EXIT WHEN NOT found;
        ANALYZE pg_temp.saaskpi_gone;
        EXECUTE format('DELETE FROM pg_temp.saaskpi_gone AS g WHERE EXISTS (SELECT FROM %I.%I AS i WHERE i.customer_id = g.customer_id)',
                       schema_name, 'kpi_input_' || source);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.find_gone_customers(name) IS
    'lists the customers of kpi_customers that no source knows any more';

-- The customers: computed anew, compared with the stored ones byte by byte,
-- and only those that differ are replaced.  Leaves these behind for the
-- movements, with mrr_changed where the recurring revenue is concerned.
--
-- The branches of shared partitions keep their memory until all have ended, so
-- they get four times work_mem together where each would take it for itself;
-- what does not fit spills.
--
-- A worker hands over one row for many it has read, hence the low price of a
-- tuple; workers inside the branches would come and go for each, hence the
-- high price of starting them; and a leader that does a worker's work leaves
-- the workers waiting with full queues.
CREATE PROCEDURE saaskpi.refresh_customers(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_partitionwise_aggregate = on
SET parallel_tuple_cost = 0
SET parallel_setup_cost = 1000
SET parallel_leader_participation = off
SET jit = off
SET client_min_messages = warning
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    branches constant bigint := (SELECT count(*) FROM saaskpi.shared_partitions(schema_name));
    own_memory constant text := current_setting('work_mem');
    query text;
    columns text;
    filled boolean;
BEGIN
    IF branches > 0 THEN
        PERFORM set_config('parallel_setup_cost', '100000', true),
                set_config('work_mem', greatest(1024, least(1, 4.0 / branches) * pg_size_bytes(own_memory) / 1024)::integer || 'kB', true);
    END IF;
    DROP TABLE IF EXISTS pg_temp.saaskpi_changed;
    SELECT string_agg(format('{x}.%I', a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute AS a
     WHERE a.attrelid = format('%s.kpi_customers_mat', s)::regclass AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.kpi_customers_mat)', s) INTO filled;
    query := saaskpi.customers_query(schema_name, definition, NOT filled);
    IF NOT filled THEN
        CALL saaskpi.fill_table(schema_name, definition, query);
    ELSE
        EXECUTE format('CREATE TEMP TABLE saaskpi_changed ON COMMIT DROP AS
            SELECT n.*, o.customer_id IS NULL OR ROW(o.mrr, o.mrr_history)::record *<> ROW(n.mrr, n.mrr_history)::record AS mrr_changed
              FROM (%s) AS n LEFT JOIN %s.kpi_customers_mat AS o ON o.customer_id = n.customer_id
             WHERE o.customer_id IS NULL OR ROW(%s)::record *<> ROW(%s)::record', query, s,
            replace(columns, '{x}', 'o'), replace(columns, '{x}', 'n'));
        CALL saaskpi.find_gone_customers(schema_name);
        EXECUTE format('DELETE FROM %s.kpi_customers_mat AS m USING (SELECT customer_id FROM pg_temp.saaskpi_changed
                            UNION ALL SELECT customer_id FROM pg_temp.saaskpi_gone) AS c WHERE m.customer_id = c.customer_id', s);
        EXECUTE format('INSERT INTO %s.kpi_customers_mat SELECT %s FROM pg_temp.saaskpi_changed AS n', s, replace(columns, '{x}', 'n'));
    END IF;
    PERFORM set_config('work_mem', own_memory, true);
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_customers(name, record) IS
    'brings kpi_customers up to date, replacing only the rows that differ';

-- Movements are a function of a customer's history and of as_of, and a moved
-- as_of that lets a movement happen or undoes one changes her MRR or history.
CREATE PROCEDURE saaskpi.refresh_movements(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET parallel_tuple_cost = 0
SET parallel_leader_participation = off
SET jit = off
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    query constant text := replace(definition.query, '{s}', s);
    filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.kpi_mrr_movements_mat)', s) INTO filled;
    IF NOT filled OR to_regclass('pg_temp.saaskpi_changed') IS NULL THEN
        CALL saaskpi.fill_table(schema_name, definition, query);
        RETURN;
    END IF;
    EXECUTE format('DELETE FROM %s.kpi_mrr_movements_mat AS m USING (SELECT customer_id FROM pg_temp.saaskpi_changed WHERE mrr_changed
                        UNION ALL SELECT customer_id FROM pg_temp.saaskpi_gone) AS c WHERE m.customer_id = c.customer_id', s);
    EXECUTE format('INSERT INTO %s.kpi_mrr_movements_mat %s', s,
                   replace(query, s || '.kpi_input_states', '(SELECT * FROM pg_temp.saaskpi_changed WHERE mrr_changed)'));
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_movements(name, record) IS
    'brings kpi_mrr_movements up to date, for the customers whose recurring revenue changed';

-- A materialized view: without a lock on its readers once it has been filled.
CREATE PROCEDURE saaskpi.refresh_view(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET parallel_leader_participation = off
SET jit = off
AS $$
DECLARE
    mat constant text := format('%I.%I', schema_name, definition.relation || '_mat');
    filled boolean;
BEGIN
    SELECT c.relispopulated INTO STRICT filled FROM pg_class AS c WHERE c.oid = mat::regclass;
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %s', CASE WHEN filled THEN 'CONCURRENTLY' ELSE '' END, mat);
    IF NOT filled THEN
        EXECUTE format('ANALYZE %s', mat);
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_view(name, record) IS
    'refreshes one materialized view';

-- The states belong to customers, so rows without one are counted here; not at
-- all where the column forbids them, as a scan of the payments takes its time.
CREATE FUNCTION saaskpi.rows_of_nobody(schema_name name, source name)
RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    result bigint := 0;
BEGIN
    IF NOT (SELECT a.attnotnull FROM pg_attribute AS a
             WHERE a.attrelid = saaskpi.source_relation(schema_name, source) AND a.attname = 'customer_id') THEN
        EXECUTE format('SELECT count(*) FROM %I.%I WHERE customer_id IS NULL', schema_name, 'kpi_input_' || source) INTO result;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi.rows_of_nobody(name, name) IS
    'rows of a source up to as_of that name no customer and so count nowhere';

CREATE PROCEDURE saaskpi.refresh_relations(schema_name name, run bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    d record;
    began timestamptz;
    row_count bigint;
    broken record;
BEGIN
    CALL saaskpi.refresh_inputs(schema_name);
    FOR d IN SELECT r.* FROM saaskpi.relation_definitions() AS r ORDER BY r.ordinal LOOP
        began := clock_timestamp();
        IF d.relation = 'kpi_customers' THEN
            CALL saaskpi.refresh_customers(schema_name, d);
        ELSIF d.relation = 'kpi_mrr_movements' THEN
            CALL saaskpi.refresh_movements(schema_name, d);
        ELSE
            CALL saaskpi.refresh_view(schema_name, d);
        END IF;
        EXECUTE format('SELECT count(*) FROM %I.%I', schema_name, d.relation || '_mat') INTO row_count;
        EXECUTE format('INSERT INTO %I.kpi_refresh_steps VALUES ($1, $2, $3, $4, $5)', schema_name)
          USING run, d.ordinal, d.relation, row_count, round(extract(epoch FROM clock_timestamp() - began) * 1000, 1);
    END LOOP;
    SELECT i.identity, i.detail INTO broken FROM saaskpi.check_identities(schema_name) AS i WHERE NOT i.holds LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'identity % does not hold: %', broken.identity, broken.detail
            USING ERRCODE = 'data_exception';
    END IF;
    EXECUTE format('UPDATE %1$I.kpi_refresh_log SET status = ''ok'', finished_at = clock_timestamp(),
                           seconds = round(extract(epoch FROM clock_timestamp() - started_at), 3), as_of = g.effective_as_of,
                           customers = q.customers, skipped_subscriptions = q.skipped_subscriptions + $2, skipped_payments = q.skipped_payments + $3
                      FROM %1$I.kpi_settings AS g,
                           (SELECT coalesce(sum(customers), 0) AS customers, coalesce(sum(skipped_subscriptions), 0) AS skipped_subscriptions,
                                   coalesce(sum(skipped_payments), 0) AS skipped_payments FROM %1$I.kpi_summaries_mat) AS q
                     WHERE run_id = $1', schema_name)
      USING run, saaskpi.rows_of_nobody(schema_name, 'subscriptions'), saaskpi.rows_of_nobody(schema_name, 'payments');
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_relations(name, bigint) IS
    'refreshes every relation in order, checks the identities and completes the row of the log, in one transaction';

-- Commits twice: first the row that says a run began, so that a killed run
-- leaves a trace, then everything else at once.  Commits forbid a pinned
-- search_path here, so every name is qualified.
CREATE PROCEDURE saaskpi.refresh(schema_name name)
LANGUAGE plpgsql
AS $$
DECLARE
    run bigint;
    failed boolean := false;
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    IF NOT saaskpi.can_commit() THEN
        RAISE EXCEPTION 'refresh cannot run inside a transaction block, a function or a block with EXCEPTION'
            USING ERRCODE = 'active_sql_transaction',
                  HINT = pg_catalog.format('Run it by itself, it is atomic anyway: CALL saaskpi.refresh(%L)', schema_name);
    END IF;
    PERFORM saaskpi.require_views(schema_name, true);
    EXECUTE pg_catalog.format('INSERT INTO %I.kpi_refresh_log (started_at, status) VALUES (pg_catalog.clock_timestamp(), ''running'') RETURNING run_id', schema_name)
       INTO run;
    COMMIT;
    -- one snapshot for all of it: rows written meanwhile wait for the next run
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
    BEGIN
        IF NOT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('saaskpi.refresh'), pg_catalog.hashtext(schema_name::pg_catalog.text)) THEN
            RAISE EXCEPTION 'another refresh of schema "%" is running', schema_name
                USING ERRCODE = 'lock_not_available', HINT = 'Wait for it; kpi_refresh_log shows when it ends.';
        END IF;
        EXECUTE pg_catalog.format('UPDATE %I.kpi_refresh_log SET status = ''failed'', message = ''the session ended before the refresh did'' WHERE status OPERATOR(pg_catalog.=) ''running'' AND run_id OPERATOR(pg_catalog.<) $1', schema_name)
          USING run;
        CALL saaskpi.refresh_relations(schema_name, run);
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        failed := true;
    END;
    IF failed THEN
        ROLLBACK;
        EXECUTE pg_catalog.format('UPDATE %I.kpi_refresh_log SET status = ''failed'', finished_at = pg_catalog.clock_timestamp(), message = $2 WHERE run_id OPERATOR(pg_catalog.=) $1', schema_name)
          USING run, message;
        COMMIT;
        RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message,
            DETAIL = CASE WHEN detail OPERATOR(pg_catalog.<>) '' THEN detail ELSE 'Nothing was published; the relations are as they were.' END,
            HINT = CASE WHEN hint OPERATOR(pg_catalog.<>) '' THEN hint ELSE pg_catalog.format('SELECT * FROM saaskpi.check_sources(%L)', schema_name) END;
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh(name) IS
    'refreshes the kpi relations of a schema: all of them or, when anything fails or an identity does not hold, none; one row per run in kpi_refresh_log';
