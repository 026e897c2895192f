-- Filling the kpi relations: all of them or none.

CREATE FUNCTION saaskpi.in_transaction_block()
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'saaskpi_in_transaction_block' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION saaskpi.in_transaction_block() IS
    'true between BEGIN and COMMIT, where a procedure cannot commit';

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

-- Rows of a table that is still empty go in before its indexes are made.
CREATE PROCEDURE saaskpi.fill_table(schema_name name, definition record, source text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    mat constant text := definition.relation || '_mat';
    n integer;
BEGIN
    EXECUTE format('DROP INDEX %I.%I', schema_name, mat || '_key');
    FOR n IN 1 .. cardinality(definition.indexes) LOOP
        EXECUTE format('DROP INDEX %I.%I', schema_name, mat || '_' || n);
    END LOOP;
    EXECUTE format('INSERT INTO %I.%I %s', schema_name, mat, source);
    CALL saaskpi.create_indexes(schema_name, definition);
    EXECUTE format('ANALYZE %I.%I', schema_name, mat);
END
$$;
COMMENT ON PROCEDURE saaskpi.fill_table(name, record, text) IS
    'fills a stored table for the first time';

-- The customers: computed anew beside the old ones, compared byte by byte, and
-- only those that differ are replaced.  Leaves the list of them behind for the
-- movements, with mrr_changed where the recurring revenue is concerned.  A
-- worker hands over one state for many rows, hence the low price of a tuple.
CREATE PROCEDURE saaskpi.refresh_customers(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_partitionwise_aggregate = on
SET parallel_tuple_cost = 0.01
SET jit = off
SET client_min_messages = warning
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    filled boolean;
BEGIN
    DROP TABLE IF EXISTS pg_temp.saaskpi_customers, pg_temp.saaskpi_changed;
    EXECUTE format('CREATE TEMP TABLE saaskpi_customers ON COMMIT DROP AS %s', replace(definition.query, '{s}', s));
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.kpi_customers_mat)', s) INTO filled;
    IF NOT filled THEN
        CALL saaskpi.fill_table(schema_name, definition, 'SELECT * FROM pg_temp.saaskpi_customers');
        RETURN;
    END IF;
    ANALYZE pg_temp.saaskpi_customers (customer_id);
    EXECUTE format('CREATE TEMP TABLE saaskpi_changed ON COMMIT DROP AS
        SELECT customer_id, o.customer_id IS NULL OR n.customer_id IS NULL
               OR ROW(o.mrr, o.mrr_history)::record *<> ROW(n.mrr, n.mrr_history)::record AS mrr_changed
          FROM %s.kpi_customers_mat AS o FULL JOIN pg_temp.saaskpi_customers AS n USING (customer_id)
         WHERE o.customer_id IS NULL OR n.customer_id IS NULL OR o.* *<> n.*', s);
    EXECUTE format('DELETE FROM %s.kpi_customers_mat AS m USING pg_temp.saaskpi_changed AS c WHERE m.customer_id = c.customer_id', s);
    EXECUTE format('INSERT INTO %s.kpi_customers_mat
        SELECT n.* FROM pg_temp.saaskpi_customers AS n JOIN pg_temp.saaskpi_changed AS c ON n.customer_id = c.customer_id', s);
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_customers(name, record) IS
    'brings kpi_customers up to date, replacing only the rows that differ';

-- Movements are a function of a customer's history and of as_of, and a moved
-- as_of that lets a movement happen or undoes one changes her MRR or history.
CREATE PROCEDURE saaskpi.refresh_movements(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    query constant text := replace(definition.query, '{s}', s);
    filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.kpi_mrr_movements_mat)', s) INTO filled;
    IF NOT filled THEN
        CALL saaskpi.fill_table(schema_name, definition, query);
        RETURN;
    END IF;
    EXECUTE format('DELETE FROM %s.kpi_mrr_movements_mat AS m USING pg_temp.saaskpi_changed AS c
                     WHERE m.customer_id = c.customer_id AND c.mrr_changed', s);
    EXECUTE format('INSERT INTO %s.kpi_mrr_movements_mat %s', s,
                   replace(query, s || '.kpi_customers_mat',
                           format('(SELECT m.* FROM %s.kpi_customers_mat AS m JOIN pg_temp.saaskpi_changed AS x
                                        ON m.customer_id = x.customer_id WHERE x.mrr_changed)', s)));
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_movements(name, record) IS
    'brings kpi_mrr_movements up to date, for the customers whose recurring revenue changed';

-- A materialized view: without a lock on its readers once it has been filled.
CREATE PROCEDURE saaskpi.refresh_view(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
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
    IF saaskpi.in_transaction_block() THEN
        RAISE EXCEPTION 'refresh cannot run inside a transaction block'
            USING ERRCODE = 'active_sql_transaction', HINT = 'End the transaction first: the refresh is atomic by itself.';
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
