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
-- the reporting zone, and nothing that begins after as_of.  The date stands in
-- the views as a constant, so that the scans below them stay parallel;
-- refresh replaces the views when the date changes.
CREATE FUNCTION saaskpi.input_definition(schema_name name, as_of date)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    template constant text := $sql$
CREATE OR REPLACE VIEW {s}.kpi_input_customers AS
SELECT {distinct} {customers.customer_id} AS customer_id, {customers.signup_date} AS signup_date, {customers.segment} AS segment,
       {customers.country} AS country, {customers.acquisition_channel} AS acquisition_channel
  FROM {s}.customers AS customers {order};
CREATE OR REPLACE VIEW {s}.kpi_input_subscriptions AS
SELECT {subscriptions.customer_id} AS customer_id, {subscriptions.plan_type} AS plan_type, {subscriptions.start_date} AS start_date,
       {subscriptions.end_date} AS end_date, {subscriptions.monthly_price} AS monthly_price
  FROM {s}.subscriptions AS subscriptions
 WHERE ({subscriptions.start_date} <= {as_of}) IS NOT FALSE;
CREATE OR REPLACE VIEW {s}.kpi_input_payments AS
SELECT {payments.customer_id} AS customer_id, {payments.payment_date} AS payment_date, {payments.amount} AS amount,
       {payments.payment_status} AS payment_status
  FROM {s}.payments AS payments
 WHERE ({payments.payment_date} <= {as_of}) IS NOT FALSE;
CREATE OR REPLACE VIEW {s}.kpi_input_costs AS
SELECT to_date({costs.month}, 'YYYY-MM') AS period, sum({costs.infra_cost}) AS infra_cost,
       sum({costs.support_cost}) AS support_cost, sum({costs.marketing_cost}) AS marketing_cost
  FROM {s}.costs AS costs
 WHERE {costs.month} ~ '^\d{4}-(0[1-9]|1[0-2])$' AND {costs.month} >= '0001-01' AND to_date({costs.month}, 'YYYY-MM') <= {as_of}
 GROUP BY 1
$sql$;
    result text := replace(template, '{s}', quote_ident(schema_name));
    unique_ids boolean;
    c record;
BEGIN
    -- without a key the smallest of the rows of one customer speaks for her
    SELECT count(*) > 0 INTO unique_ids
      FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = saaskpi.source_relation(schema_name, 'customers')
       AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL
       AND a.attname = 'customer_id';
    result := replace(result, '{distinct}', CASE WHEN unique_ids THEN '' ELSE 'DISTINCT ON (1)' END);
    result := replace(result, '{order}', CASE WHEN unique_ids THEN ''
        ELSE 'ORDER BY 1, 2 NULLS LAST, {customers.segment} COLLATE "C", {customers.country} COLLATE "C", {customers.acquisition_channel} COLLATE "C"' END);
    FOR c IN SELECT s.source, s.column_name FROM saaskpi.source_columns() AS s LOOP
        IF position(format('{%s.%s}', c.source, c.column_name) IN result) > 0 THEN
            result := replace(result, format('{%s.%s}', c.source, c.column_name),
                              saaskpi.source_expression(schema_name, c.source, c.column_name, c.source));
        END IF;
    END LOOP;
    RETURN replace(result, '{as_of}', format('%L::date', as_of));
END
$$;
COMMENT ON FUNCTION saaskpi.input_definition(name, date) IS
    'SQL of the views through which the kpi relations read the sources of a schema, as of a date';

