-- Source tables: what the kpi relations read, how a column of any usable type
-- is read as the type meant, and empty tables for those who start afresh.
--
-- Everything here runs with the rights of the caller and reads nothing but the
-- catalog and the caller's own kpi_settings, so the helpers stay executable by
-- PUBLIC: a maker of views called by an ordinary role has to reach them.

CREATE FUNCTION saaskpi.source_columns()
RETURNS TABLE (source name, ordinal integer, column_name name, kind text,
               required boolean, check_clause text, description text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sql$
VALUES
('customers'::name, 1, 'customer_id'::name, 'text', true, NULL,
 'Unique identifier of the customer'),
('customers', 2, 'signup_date', 'date', true,
 $$signup_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'Day the customer signed up'),
('customers', 3, 'segment', 'text', false, NULL,
 'Market segment: SMB, Mid-Market, Enterprise or names of your own'),
('customers', 4, 'country', 'text', false, NULL, 'Country code'),
('customers', 5, 'acquisition_channel', 'text', false, NULL,
 'How the customer came: Paid Ads, Referral, Organic, Partner or names of your own'),
('customers', 6, 'is_active', 'boolean', false, NULL,
 'Claimed status; compared with the subscriptions, never used for a number'),
('subscriptions', 1, 'subscription_id', 'text', true, NULL,
 'Identifier of the subscription, unique per customer'),
('subscriptions', 2, 'customer_id', 'text', true, NULL,
 'Customer who holds the subscription'),
('subscriptions', 3, 'plan_type', 'text', false, NULL,
 'Plan: Basic, Pro, Enterprise or names of your own'),
('subscriptions', 4, 'start_date', 'date', true,
 $$start_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'First day the subscription is in force'),
('subscriptions', 5, 'end_date', 'date', false,
 $$end_date >= start_date AND end_date <= '9999-12-31'$$,
 'First day the subscription is no longer in force; empty while it runs'),
('subscriptions', 6, 'monthly_price', 'numeric', true,
 'monthly_price >= 0 AND monthly_price < 922337203685477 AND min_scale(monthly_price) <= 4',
 'Recurring price of one month, at most 4 decimals'),
('payments', 1, 'payment_id', 'text', true, NULL,
 'Identifier of the payment, unique per customer'),
('payments', 2, 'customer_id', 'text', true, NULL,
 'Customer who paid'),
('payments', 3, 'payment_date', 'date', true,
 $$payment_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'Day the payment was received or failed'),
('payments', 4, 'amount', 'numeric', true,
 $$abs(amount) < 922337203685477 AND min_scale(amount) <= 4
   AND (amount >= 0 OR payment_status <> 'Failed')$$,
 'Amount, at most 4 decimals; a Success below zero is a refund'),
('payments', 5, 'payment_status', 'text', true,
 $$payment_status IN ('Success', 'Failed')$$,
 'Success or Failed'),
('costs', 1, 'month', 'text', true,
 $$month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'$$,
 'Month as YYYY-MM'),
('costs', 2, 'infra_cost', 'numeric', true,
 'abs(infra_cost) < 922337203685477 AND min_scale(infra_cost) <= 4',
 'Infrastructure cost of the month, at most 4 decimals'),
('costs', 3, 'marketing_cost', 'numeric', true,
 'abs(marketing_cost) < 922337203685477 AND min_scale(marketing_cost) <= 4',
 'Marketing spend of the month, at most 4 decimals'),
('costs', 4, 'support_cost', 'numeric', true,
 'abs(support_cost) < 922337203685477 AND min_scale(support_cost) <= 4',
 'Customer support cost of the month, at most 4 decimals')
$sql$;

COMMENT ON FUNCTION saaskpi.source_columns() IS
'columns of the source tables: name, kind of value, whether create_source_tables demands a value and checks it, and what it means';

CREATE FUNCTION saaskpi.source_tables()
RETURNS TABLE (source name, ordinal integer, key name[], partitions integer, description text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
-- with 32 the hash tables of a million customers fit the cache, part by part: a fifth faster than 8
VALUES
('customers'::name, 1, '{customer_id}'::name[], 32,
 'Source table of saaskpi: one row per customer. Hash-partitioned by customer like subscriptions and payments, so that a refresh joins the three partition by partition, in parallel'),
('subscriptions', 2, '{customer_id,subscription_id}', 32,
 'Source table of saaskpi: one row per subscription and price, in force from start_date up to but not including end_date. Hash-partitioned by customer so that a refresh runs in parallel; a key of a partitioned table must hold the partition column, hence (customer_id, subscription_id). No foreign key to customers: a subscription of an unknown customer is loaded and listed by check_sources'),
('payments', 3, '{customer_id,payment_id}', 32,
 'Source table of saaskpi: one row per payment received or failed. Hash-partitioned by customer so that a refresh runs in parallel; a key of a partitioned table must hold the partition column, hence (customer_id, payment_id). No foreign key to customers: a payment of an unknown customer is loaded and listed by check_sources'),
('costs', 4, '{month}', 0,
 'Source table of saaskpi: one row per month of costs')
$$;

COMMENT ON FUNCTION saaskpi.source_tables() IS
'the source tables: key, number of hash partitions by customer_id (0: plain) and what a row is';

CREATE FUNCTION saaskpi.source_setting(schema_name name, setting name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    answer text;
BEGIN
    PERFORM FROM pg_attribute AS a
       JOIN pg_class AS c ON c.oid = a.attrelid
       JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = schema_name AND c.relname = 'kpi_settings'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND a.attname = setting AND a.attnum > 0 AND NOT a.attisdropped;
    IF FOUND THEN
        EXECUTE format('SELECT %I::text FROM %I.kpi_settings LIMIT 1',
                       setting, schema_name)
           INTO answer;
    END IF;
    RETURN answer;
END
$$;

COMMENT ON FUNCTION saaskpi.source_setting(name, name) IS
'one column of kpi_settings in a schema as text; NULL where the relation, the column or the row is absent';

-- A view hides the policies of the tables below it, so the search follows
-- views down, each read as the role that PostgreSQL would read it as.
CREATE FUNCTION saaskpi.source_row_security(relation oid)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
WITH RECURSIVE read(relid, reader) AS (
    SELECT relation, r.oid FROM pg_roles AS r WHERE r.rolname = current_user
    UNION
    SELECT d.refobjid,
           CASE WHEN coalesce((SELECT o.option_value::boolean
                                 FROM pg_options_to_table(v.reloptions) AS o
                                WHERE o.option_name = 'security_invoker'),
                              false)
                THEN s.reader ELSE v.relowner END
      FROM read AS s
      JOIN pg_class AS v ON v.oid = s.relid AND v.relkind = 'v'
      JOIN pg_rewrite AS w ON w.ev_class = v.oid
      JOIN pg_depend AS d
        ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
       AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid)
SELECT min(format('%I.%I', n.nspname, t.relname) COLLATE "C")
  FROM read AS s
  JOIN pg_class AS t ON t.oid = s.relid AND t.relrowsecurity
  JOIN pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_roles AS r ON r.oid = s.reader
 WHERE NOT (r.rolsuper OR r.rolbypassrls)
   AND (t.relforcerowsecurity OR NOT pg_has_role(r.oid, t.relowner, 'USAGE'))
$$;

COMMENT ON FUNCTION saaskpi.source_row_security(oid) IS
'the table, below a relation, whose row-level security would hide rows from the caller; NULL when all rows are seen';

CREATE FUNCTION saaskpi.source_relation(schema_name name, source name)
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation oid;
    hidden text;
BEGIN
    IF schema_name IS NULL OR source IS NULL THEN
        RAISE EXCEPTION 'schema and source must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM FROM pg_namespace AS n WHERE n.nspname = schema_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'schema "%" does not exist', schema_name
            USING ERRCODE = 'invalid_schema_name',
                  HINT = format('CALL saaskpi.create_source_tables(%L) creates it with empty source tables.', schema_name);
    END IF;
    SELECT c.oid INTO relation
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = schema_name AND c.relname = source
       AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
    hidden := saaskpi.source_row_security(relation);
    IF hidden IS NOT NULL THEN
        RAISE EXCEPTION 'row-level security on % would hide rows from "%"', hidden, current_user
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = format('It is read as source "%s" of schema "%s"; numbers made from part of the rows would be wrong.', source, schema_name),
                  HINT = 'Run as a role with BYPASSRLS or as the owner of the table, or put a view with the rows meant in its place.';
    END IF;
    RETURN relation;
END
$$;

COMMENT ON FUNCTION saaskpi.source_relation(name, name) IS
'the relation behind a source name of a schema, NULL when there is none; refuses one whose row-level security would hide rows';

-- Money is left out on purpose: its value in numeric depends on the locale of
-- the session that reads it.
CREATE FUNCTION saaskpi.source_reading(column_type oid, column_collation oid,
                                       reference text, kind text, zone text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    base pg_type;
BEGIN
    SELECT * INTO base FROM pg_type WHERE oid = column_type;
    WHILE base.typtype = 'd' LOOP
        SELECT * INTO base FROM pg_type WHERE oid = base.typbasetype;
    END LOOP;
    RETURN CASE kind
        WHEN 'text' THEN CASE
            WHEN column_type = 'text'::regtype THEN reference
            WHEN base.typcategory = 'S' OR base.typtype = 'e'
              OR base.oid IN ('uuid'::regtype, 'int2'::regtype, 'int4'::regtype,
                              'int8'::regtype, 'numeric'::regtype)
            THEN format('(%s)::pg_catalog.text', reference) END
          || CASE WHEN column_collation NOT IN (0, '"default"'::regcollation)
                  THEN ' COLLATE pg_catalog."default"' ELSE '' END
        WHEN 'date' THEN CASE
            WHEN column_type = 'date'::regtype THEN reference
            WHEN base.oid IN ('date'::regtype, 'timestamp'::regtype)
            THEN format('(%s)::pg_catalog.date', reference)
            WHEN base.oid = 'timestamptz'::regtype
            THEN format('(%s AT TIME ZONE %L)::pg_catalog.date', reference, zone) END
        WHEN 'numeric' THEN CASE
            WHEN column_type = 'numeric'::regtype THEN reference
            WHEN base.oid IN ('numeric'::regtype, 'int2'::regtype, 'int4'::regtype,
                              'int8'::regtype, 'float4'::regtype, 'float8'::regtype)
            THEN format('(%s)::pg_catalog.numeric', reference) END
        WHEN 'boolean' THEN CASE
            WHEN column_type = 'bool'::regtype THEN reference
            WHEN base.oid = 'bool'::regtype
            THEN format('(%s)::pg_catalog.bool', reference) END
    END;
END
$$;

COMMENT ON FUNCTION saaskpi.source_reading(oid, oid, text, text, text) IS
'SQL that reads a column of the given type as text, date, numeric or boolean; NULL when the type cannot be read so';

CREATE FUNCTION saaskpi.source_expression(schema_name name, source name,
                                          column_name name,
                                          alias name DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    relation oid := saaskpi.source_relation(schema_name, source);
    wanted text;
    attribute pg_attribute;
    reading text;
BEGIN
    SELECT s.kind INTO wanted FROM saaskpi.source_columns() AS s
     WHERE s.source = source AND s.column_name = column_name;
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'no column "%" of a source "%" is known', column_name, source
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'SELECT * FROM saaskpi.source_columns() lists them.';
    END IF;
    IF relation IS NULL THEN
        RAISE EXCEPTION 'source "%" does not exist in schema "%"', source, schema_name
            USING ERRCODE = 'undefined_table',
                  HINT = format('Create a table or a view named %I there.', source);
    END IF;
    SELECT * INTO attribute FROM pg_attribute AS a
     WHERE a.attrelid = relation AND a.attname = column_name
       AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'source "%" of schema "%" has no column "%"', source, schema_name, column_name
            USING ERRCODE = 'undefined_column',
                  HINT = format('Add the column as %s, or put a view named %I that has it in place of the relation.', wanted, source);
    END IF;
    reading := saaskpi.source_reading(attribute.atttypid, attribute.attcollation,
        CASE WHEN alias IS NULL THEN format('%I', column_name)
             ELSE format('%I.%I', alias, column_name) END,
        wanted,
        coalesce(saaskpi.source_setting(schema_name, 'time_zone'),
                 current_setting('TimeZone')));
    IF reading IS NULL THEN
        RAISE EXCEPTION 'column "%" of source "%" of schema "%" has type % and cannot be read as %',
            column_name, source, schema_name, format_type(attribute.atttypid, attribute.atttypmod), wanted
            USING ERRCODE = 'datatype_mismatch',
                  HINT = format('Put a view named %I that converts the column in place of the relation.', source);
    END IF;
    RETURN reading;
END
$$;

COMMENT ON FUNCTION saaskpi.source_expression(name, name, name, name) IS
'SQL that reads a column of a source as its canonical type (text, date, numeric or boolean), qualified by the alias if one is given; timestamps with time zone become dates in the zone of kpi_settings, else of the session';

CREATE PROCEDURE saaskpi.prepare_source_schema(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken text;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF schema_name IN ('saaskpi', 'information_schema') OR schema_name LIKE 'pg\_%' THEN
        RAISE EXCEPTION 'source tables cannot be created in schema "%"', schema_name
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Name a schema of your own.';
    END IF;
    PERFORM FROM pg_namespace AS n WHERE n.nspname = schema_name;
    IF NOT FOUND THEN
        IF NOT has_database_privilege(current_database(), 'CREATE') THEN
            RAISE EXCEPTION 'schema "%" does not exist and "%" may not create it', schema_name, current_user
                USING ERRCODE = 'insufficient_privilege',
                      HINT = format('Let an owner of the database run: CREATE SCHEMA %I AUTHORIZATION %I', schema_name, current_user);
        END IF;
        EXECUTE format('CREATE SCHEMA %I', schema_name);
    ELSIF NOT (has_schema_privilege(schema_name, 'USAGE') AND has_schema_privilege(schema_name, 'CREATE')) THEN
        RAISE EXCEPTION '"%" may not create tables in schema "%"', current_user, schema_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('Let the owner of the schema run: GRANT USAGE, CREATE ON SCHEMA %I TO %I', schema_name, current_user);
    END IF;
    SELECT min(c.relname::text COLLATE "C") INTO taken
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN saaskpi.source_tables() AS s
        ON c.relname = s.source
        OR c.relname::text ~ format('^%s_p[0-9]+$', s.source) AND s.partitions > 0
     WHERE n.nspname = schema_name;
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists in schema "%"', taken, schema_name
            USING ERRCODE = 'duplicate_table',
                  DETAIL = 'No source table was created.',
                  HINT = 'Name another schema, or drop or rename the relation.';
    END IF;
END
$$;

COMMENT ON PROCEDURE saaskpi.prepare_source_schema(name) IS
'creates the schema if it is missing and refuses when create_source_tables could not finish in it';

CREATE FUNCTION saaskpi.source_table_definition(schema_name name, source name,
                                                checked boolean)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format('CREATE TABLE %I.%I (%s%s)%s', schema_name, t.source,
              string_agg(format('%I %s', c.column_name, c.kind)
                         || CASE WHEN checked AND c.required
                                 THEN ' NOT NULL' ELSE '' END
                         || CASE WHEN checked AND c.check_clause IS NOT NULL
                                 THEN format(' CONSTRAINT %I CHECK (%s)',
                                             concat_ws('_', c.source, c.column_name, 'check'),
                                             c.check_clause)
                                 ELSE '' END,
                         ', ' ORDER BY c.ordinal),
              CASE WHEN checked
                   THEN format(', PRIMARY KEY (%s)', array_to_string(t.key, ', '))
                   ELSE '' END,
              CASE WHEN t.partitions > 0
                   THEN ' PARTITION BY HASH (customer_id)' ELSE '' END)
  FROM saaskpi.source_tables() AS t JOIN saaskpi.source_columns() AS c USING (source)
 WHERE t.source = $2
 GROUP BY t.source, t.key, t.partitions
$$;

COMMENT ON FUNCTION saaskpi.source_table_definition(name, name, boolean) IS
'CREATE TABLE statement of a source table, with or without keys and checks';

CREATE PROCEDURE saaskpi.create_source_tables(schema_name name,
                                              checked boolean DEFAULT true)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made record;
    part record;
BEGIN
    IF checked IS NULL THEN
        RAISE EXCEPTION 'checked must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    CALL saaskpi.prepare_source_schema(schema_name);
    FOR made IN SELECT * FROM saaskpi.source_tables() ORDER BY ordinal LOOP
        EXECUTE saaskpi.source_table_definition(schema_name, made.source, checked);
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', schema_name, made.source,
                       made.description || CASE WHEN checked THEN ''
                           ELSE '. Made without keys and checks: anything loads, check_sources lists it' END);
        FOR part IN SELECT p FROM generate_series(0, made.partitions - 1) AS p LOOP
            EXECUTE format('CREATE TABLE %1$I.%2$I PARTITION OF %1$I.%3$I FOR VALUES WITH (MODULUS %4$s, REMAINDER %5$s)',
                           schema_name, made.source || '_p' || part.p,
                           made.source, made.partitions, part.p);
        END LOOP;
        FOR part IN SELECT * FROM saaskpi.source_columns() AS c
                     WHERE c.source = made.source ORDER BY c.ordinal LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema_name,
                           part.source, part.column_name, part.description);
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON PROCEDURE saaskpi.create_source_tables(name, boolean) IS
'creates the empty source tables customers, subscriptions, payments and costs in a schema (made if missing); checked => false leaves keys, NOT NULL and checks off so that anything loads and check_sources lists it';
