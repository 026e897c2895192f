-- What stands under the kpi relations: settings, log, and the sources as they
-- are read.  In SQL text {s} stands for the user's schema, quoted.

-- The settings: one row, made by create_views and kept by drop_views.
CREATE FUNCTION saaskpi.settings_definition()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT $sql$
CREATE TABLE IF NOT EXISTS {s}.kpi_settings (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    as_of date CHECK (as_of BETWEEN '0001-01-01' AND '9999-12-31'),
    time_zone text NOT NULL DEFAULT 'UTC' CHECK (now() AT TIME ZONE time_zone IS NOT NULL),
    currency text NOT NULL DEFAULT 'USD',
    change_warn numeric NOT NULL DEFAULT 0.10 CHECK (change_warn >= 0),
    change_alert numeric NOT NULL DEFAULT 0.15 CHECK (change_alert >= change_warn),
    conversion_days integer NOT NULL DEFAULT 30 CHECK (conversion_days BETWEEN 1 AND 36500),
    effective_as_of date NOT NULL
);
INSERT INTO {s}.kpi_settings (effective_as_of) VALUES ((now() AT TIME ZONE 'UTC')::date) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS {s}.kpi_refresh_log (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    status text NOT NULL CHECK (status IN ('running', 'ok', 'failed')),
    as_of date,
    seconds numeric,
    customers bigint,
    skipped_subscriptions bigint,
    skipped_payments bigint,
    message text
);
CREATE TABLE IF NOT EXISTS {s}.kpi_refresh_steps (
    run_id bigint NOT NULL REFERENCES {s}.kpi_refresh_log ON DELETE CASCADE,
    step integer NOT NULL,
    relation text NOT NULL,
    rows bigint NOT NULL,
    milliseconds numeric NOT NULL,
    PRIMARY KEY (run_id, step)
);
$sql$
$$;
COMMENT ON FUNCTION saaskpi.settings_definition() IS
    'SQL that makes the settings and the refresh log of a schema';

-- The sources as the kpi relations read them: columns of known types, dates in
-- the reporting zone, and nothing that begins after as_of, which stands in the
-- text as a constant so that plans stay parallel.  In the templates {from} is
-- the relation and {x} the source's column x.
CREATE FUNCTION saaskpi.input_template(schema_name name, source name)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE source
    WHEN 'customers' THEN
        -- without a key the smallest of the rows of one customer speaks for her
        RETURN CASE WHEN EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                                  WHERE i.indrelid = saaskpi.source_relation(schema_name, source)
                                    AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL
                                    AND a.attname = 'customer_id')
            THEN $sql$
SELECT {customer_id} AS customer_id, {signup_date} AS signup_date, {segment} AS segment,
       {country} AS country, {acquisition_channel} AS acquisition_channel
  FROM {from} AS customers$sql$
            ELSE $sql$
SELECT DISTINCT ON (1) {customer_id} AS customer_id, {signup_date} AS signup_date, {segment} AS segment,
       {country} AS country, {acquisition_channel} AS acquisition_channel
  FROM {from} AS customers
 ORDER BY 1, 2 NULLS LAST, {segment} COLLATE "C", {country} COLLATE "C", {acquisition_channel} COLLATE "C"$sql$ END;
    WHEN 'subscriptions' THEN
        RETURN $sql$
SELECT {customer_id} AS customer_id, {plan_type} AS plan_type, {start_date} AS start_date,
       {end_date} AS end_date, {monthly_price} AS monthly_price
  FROM {from} AS subscriptions
 WHERE ({start_date} <= {as_of}) IS NOT FALSE$sql$;
    WHEN 'payments' THEN
        RETURN $sql$
SELECT {customer_id} AS customer_id, {payment_date} AS payment_date, {amount} AS amount,
       {payment_status} AS payment_status
  FROM {from} AS payments
 WHERE ({payment_date} <= {as_of}) IS NOT FALSE$sql$;
    WHEN 'costs' THEN
        RETURN $sql$
SELECT to_date({month}, 'YYYY-MM') AS period, sum({infra_cost}) AS infra_cost,
       sum({support_cost}) AS support_cost, sum({marketing_cost}) AS marketing_cost
  FROM {from} AS costs
 WHERE {month} ~ '^\d{4}-(0[1-9]|1[0-2])$' AND {month} >= '0001-01' AND to_date({month}, 'YYYY-MM') <= {as_of}
 GROUP BY 1$sql$;
    END CASE;
END
$$;
COMMENT ON FUNCTION saaskpi.input_template(name, name) IS
    'how the kpi relations read a source, with places for the relation, its columns and the date';

CREATE FUNCTION saaskpi.input_query(schema_name name, source name, as_of date, read_from text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result text := saaskpi.input_template(schema_name, source);
    c record;
BEGIN
    FOR c IN SELECT s.column_name FROM saaskpi.source_columns() AS s WHERE s.source = input_query.source LOOP
        IF position(format('{%s}', c.column_name) IN result) > 0 THEN
            result := replace(result, format('{%s}', c.column_name),
                              saaskpi.source_expression(schema_name, source, c.column_name, source));
        END IF;
    END LOOP;
    RETURN replace(replace(result, '{as_of}', format('%L::date', as_of)), '{from}', read_from);
END
$$;
COMMENT ON FUNCTION saaskpi.input_query(name, name, date, text) IS
    'SQL that reads a source as of a date, from its relation or from a partition of it';

-- Refresh replaces the views when the date changes.
CREATE FUNCTION saaskpi.input_definition(schema_name name, as_of date)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT string_agg(format('CREATE OR REPLACE VIEW %I.%I AS %s;', schema_name, 'kpi_input_' || t.source,
                         saaskpi.input_query(schema_name, t.source, as_of, format('%I.%I', schema_name, t.source))), E'\n' ORDER BY t.ordinal)
  FROM saaskpi.source_tables() AS t
$$;
COMMENT ON FUNCTION saaskpi.input_definition(name, date) IS
    'SQL of the views through which the kpi relations read the sources of a schema, as of a date';

-- Customers, subscriptions and payments that are hash-partitioned by customer
-- in the same way can be joined partition by partition: every row of a
-- customer lies in partitions of the same bound.  No rows unless that holds
-- for all of them, and the caller may read each partition by itself.
CREATE FUNCTION saaskpi.shared_partitions(schema_name name)
RETURNS TABLE (customers regclass, subscriptions regclass, payments regclass)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
WITH parent AS (
    SELECT s.source, r.oid, ROW(a.atttypid, p.partclass[0], p.partcollation[0])::text AS hashed
      FROM unnest('{customers,subscriptions,payments}'::name[]) AS s(source)
      JOIN pg_class AS r ON r.oid = saaskpi.source_relation(schema_name, s.source)
      JOIN pg_partitioned_table AS p ON p.partrelid = r.oid AND p.partstrat = 'h' AND p.partnatts = 1
      JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = p.partattrs[0] AND a.attname = 'customer_id'),
part AS (
    SELECT p.source, p.hashed, pg_get_expr(c.relpartbound, c.oid) AS bound, c.oid AS id,
           c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND has_table_privilege(c.oid, 'SELECT') AS readable
      FROM parent AS p JOIN pg_inherits AS i ON i.inhparent = p.oid JOIN pg_class AS c ON c.oid = i.inhrelid),
matched AS (
    SELECT min(id) FILTER (WHERE source = 'customers')::regclass AS customers,
           min(id) FILTER (WHERE source = 'subscriptions')::regclass AS subscriptions,
           min(id) FILTER (WHERE source = 'payments')::regclass AS payments
      FROM part GROUP BY bound)
SELECT m.customers, m.subscriptions, m.payments
  FROM matched AS m
 WHERE (SELECT count(DISTINCT hashed) = 1 AND bool_and(readable) FROM part)
   AND NOT EXISTS (SELECT FROM matched AS x WHERE x.customers IS NULL OR x.subscriptions IS NULL OR x.payments IS NULL)
 ORDER BY m.payments
$$;
COMMENT ON FUNCTION saaskpi.shared_partitions(name) IS
    'the partitions of customers, subscriptions and payments that hold the same customers; no rows when the three are not partitioned alike';
