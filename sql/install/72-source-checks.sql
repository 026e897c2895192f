-- Data-quality findings over the source tables. The rules are rows: a rule of
-- single rows is a condition, all of a source are judged in one scan; a rule of
-- several rows is a query that gives (label, rows) per offence.
--
-- In both, the sources are known by their names with columns of the canonical
-- types and "label", what to call the row; $1 is the day looked from. A
-- condition reads the row as r, its customer as known (customer_id,
-- signup_date), held (has any subscription) and live (has MRR on that day).

CREATE FUNCTION saaskpi.source_rules()
RETURNS TABLE (source name, ordinal integer, severity text, rule text,
               needs text[], condition text, query text, consequence text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sql$
VALUES
-- customers
('customers'::name, 1, 'error', 'customer_id_missing', '{customers.customer_id}'::text[],
 'r.customer_id IS NULL', NULL, 'The row is not used.'),
('customers', 2, 'error', 'customer_id_duplicate', '{customers.customer_id}', NULL,
 'SELECT customer_id, count(*) - 1 FROM customers WHERE customer_id IS NOT NULL
   GROUP BY customer_id HAVING count(*) > 1',
 'One row per customer is used, the one that signed up first; the others are ignored.'),
('customers', 3, 'warning', 'signup_date_missing', '{customers.signup_date}',
 'r.signup_date IS NULL', NULL,
 'The customer is in no signup cohort and not in the conversion rate.'),
('customers', 4, 'warning', 'signup_date_in_future', '{customers.signup_date}',
 $$r.signup_date > $1 AND r.signup_date <= '9999-12-31'$$, NULL,
 'The signup does not count before that day.'),
('customers', 5, 'error', 'signup_date_infinite', '{customers.signup_date}',
 $$r.signup_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The date is not used; only years 1 to 9999 are.'),
('customers', 6, 'warning', 'segment_missing', '{customers.segment}',
 'r.segment IS NULL', NULL, 'The customer counts under segment (none).'),
('customers', 7, 'info', 'segment_unknown', '{customers.segment}',
 $$r.segment <> ALL ('{SMB,Mid-Market,Enterprise}')$$, NULL,
 'The customer counts under a segment of that name.'),
('customers', 8, 'warning', 'channel_missing', '{customers.acquisition_channel}',
 'r.acquisition_channel IS NULL', NULL, 'The customer counts under acquisition_channel (none).'),
('customers', 9, 'info', 'channel_unknown', '{customers.acquisition_channel}',
 $$r.acquisition_channel <> ALL ('{Paid Ads,Referral,Organic,Partner}')$$, NULL,
 'The customer counts under an acquisition_channel of that name.'),
('customers', 10, 'warning', 'country_missing', '{customers.country}',
 'r.country IS NULL', NULL, 'The customer counts under country (none).'),
('customers', 11, 'warning', 'is_active_contradicts',
 '{customers.customer_id,customers.is_active,subscriptions.customer_id,subscriptions.start_date,subscriptions.end_date,subscriptions.monthly_price}',
 'r.is_active <> (live.customer_id IS NOT NULL) AND r.customer_id IS NOT NULL', NULL,
 'The flag is not used; the status follows from the subscriptions.'),
-- subscriptions
('subscriptions', 1, 'warning', 'subscription_id_missing', '{subscriptions.subscription_id}',
 'r.subscription_id IS NULL', NULL, 'The row counts, but a repeat of it cannot be noticed.'),
('subscriptions', 2, 'error', 'subscription_id_duplicate', '{subscriptions.subscription_id}', NULL,
 'SELECT subscription_id, count(*) - 1 FROM subscriptions WHERE subscription_id IS NOT NULL
   GROUP BY subscription_id HAVING count(*) > 1',
 'Every row counts, so the MRR of a repeat is too high.'),
('subscriptions', 3, 'error', 'subscription_customer_missing', '{subscriptions.customer_id}',
 'r.customer_id IS NULL', NULL, 'The row is not used.'),
('subscriptions', 4, 'warning', 'subscription_unknown_customer',
 '{subscriptions.customer_id,customers.customer_id}',
 'r.customer_id IS NOT NULL AND known.customer_id IS NULL', NULL,
 'The MRR counts, under (none) in every breakdown by customer attribute.'),
('subscriptions', 5, 'error', 'start_date_missing', '{subscriptions.start_date}',
 'r.start_date IS NULL', NULL, 'The row is not used.'),
('subscriptions', 6, 'error', 'start_date_infinite', '{subscriptions.start_date}',
 $$r.start_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row cannot be used; only years 1 to 9999 are.'),
('subscriptions', 7, 'error', 'end_before_start', '{subscriptions.start_date,subscriptions.end_date}',
 $$r.end_date < r.start_date AND r.start_date BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row is not used.'),
('subscriptions', 8, 'warning', 'zero_length', '{subscriptions.start_date,subscriptions.end_date}',
 $$r.end_date = r.start_date AND r.start_date BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row adds no MRR on any day.'),
('subscriptions', 9, 'error', 'price_missing', '{subscriptions.monthly_price}',
 'r.monthly_price IS NULL', NULL, 'The row is not used.'),
('subscriptions', 10, 'error', 'price_negative', '{subscriptions.monthly_price}',
 $$r.monthly_price < 0 AND r.monthly_price > '-Infinity'$$, NULL, 'The row is not used.'),
('subscriptions', 11, 'warning', 'price_zero', '{subscriptions.monthly_price}',
 'r.monthly_price = 0', NULL,
 'The row adds no MRR; a customer with nothing else is not a paying one.'),
('subscriptions', 12, 'error', 'price_not_finite', '{subscriptions.monthly_price}',
 $$r.monthly_price IN ('NaN', 'Infinity', '-Infinity')$$, NULL, 'The row is not used.'),
('subscriptions', 13, 'error', 'price_too_precise', '{subscriptions.monthly_price}',
 'min_scale(r.monthly_price) > 4 AND r.monthly_price >= 0', NULL,
 'The refresh refuses prices with more than 4 decimals.'),
('subscriptions', 14, 'error', 'price_too_large', '{subscriptions.monthly_price}',
 $$r.monthly_price >= 922337203685477 AND r.monthly_price < 'Infinity'$$, NULL,
 'The refresh refuses prices of 922337203685477 or more.'),
('subscriptions', 15, 'warning', 'plan_missing', '{subscriptions.plan_type}',
 'r.plan_type IS NULL', NULL, 'The MRR counts under plan_type (none).'),
('subscriptions', 16, 'info', 'plan_unknown', '{subscriptions.plan_type}',
 $$r.plan_type <> ALL ('{Basic,Pro,Enterprise}')$$, NULL,
 'The MRR counts under a plan_type of that name.'),
('subscriptions', 17, 'warning', 'overlap_same_plan',
 '{subscriptions.subscription_id,subscriptions.customer_id,subscriptions.plan_type,subscriptions.start_date,subscriptions.end_date}', NULL,
 $$SELECT label, 1
     FROM (SELECT label, start_date,
                  max(coalesce(end_date, 'infinity'))
                      OVER (PARTITION BY customer_id, plan_type
                            ORDER BY start_date, subscription_id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
             FROM (SELECT *, row_number() OVER (PARTITION BY subscription_id
                                 ORDER BY customer_id, plan_type, start_date, end_date) AS copy
                     FROM subscriptions
                    WHERE customer_id IS NOT NULL AND plan_type IS NOT NULL
                      AND start_date BETWEEN '0001-01-01' AND '9999-12-31'
                      AND (end_date IS NULL OR end_date > start_date)) AS s
            WHERE copy = 1 OR subscription_id IS NULL) AS s
    WHERE start_date < busy_until$$,
 'Both subscriptions count, so the MRR of the customer is their sum.'),
('subscriptions', 18, 'warning', 'start_before_signup',
 '{subscriptions.customer_id,subscriptions.start_date,customers.customer_id,customers.signup_date}',
 $$r.start_date < known.signup_date AND r.start_date >= '0001-01-01'
   AND known.signup_date <= '9999-12-31'$$, NULL,
 'The MRR counts from the start date; the signup cohort leaves out the months before signup.'),
('subscriptions', 19, 'info', 'start_in_future', '{subscriptions.start_date}',
 $$r.start_date > $1 AND r.start_date <= '9999-12-31'$$, NULL,
 'The MRR does not count before that day.'),
('subscriptions', 20, 'info', 'end_in_future', '{subscriptions.start_date,subscriptions.end_date}',
 $$r.end_date > $1 AND r.end_date < 'infinity' AND (r.end_date <= r.start_date) IS NOT TRUE$$, NULL,
 'The churn does not count before that day.'),
-- payments
('payments', 1, 'warning', 'payment_id_missing', '{payments.payment_id}',
 'r.payment_id IS NULL', NULL, 'The row counts, but a repeat of it cannot be noticed.'),
('payments', 2, 'error', 'payment_id_duplicate', '{payments.payment_id}', NULL,
 'SELECT payment_id, count(*) - 1 FROM payments WHERE payment_id IS NOT NULL
   GROUP BY payment_id HAVING count(*) > 1',
 'Every row counts, so the revenue of a repeat is too high.'),
('payments', 3, 'error', 'payment_customer_missing', '{payments.customer_id}',
 'r.customer_id IS NULL', NULL, 'The row is not used.'),
('payments', 4, 'warning', 'payment_unknown_customer', '{payments.customer_id,customers.customer_id}',
 'r.customer_id IS NOT NULL AND known.customer_id IS NULL', NULL,
 'The payment counts; its customer has no attributes and no signup.'),
('payments', 5, 'error', 'payment_date_missing', '{payments.payment_date}',
 'r.payment_date IS NULL', NULL, 'The row is not used.'),
('payments', 6, 'error', 'payment_date_infinite', '{payments.payment_date}',
 $$r.payment_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row cannot be used; only years 1 to 9999 are.'),
('payments', 7, 'warning', 'payment_date_in_future', '{payments.payment_date}',
 $$r.payment_date > $1 AND r.payment_date <= '9999-12-31'$$, NULL,
 'The payment does not count before that day.'),
('payments', 8, 'error', 'amount_missing', '{payments.amount}',
 'r.amount IS NULL', NULL, 'The row is not used.'),
('payments', 9, 'warning', 'amount_negative', '{payments.amount,payments.payment_status}',
 $$r.amount < 0 AND r.amount > '-Infinity' AND r.payment_status = 'Success'$$, NULL,
 'The row counts as a refund.'),
('payments', 10, 'warning', 'amount_zero', '{payments.amount}',
 'r.amount = 0', NULL,
 'The row counts as a payment of nothing and, if a Success, its customer as a paying one.'),
('payments', 11, 'error', 'amount_not_finite', '{payments.amount}',
 $$r.amount IN ('NaN', 'Infinity', '-Infinity')$$, NULL, 'The row is not used.'),
('payments', 12, 'error', 'amount_too_precise', '{payments.amount}',
 'min_scale(r.amount) > 4', NULL, 'The refresh refuses amounts with more than 4 decimals.'),
('payments', 13, 'error', 'amount_too_large', '{payments.amount}',
 $$abs(r.amount) >= 922337203685477 AND abs(r.amount) < 'Infinity'$$, NULL,
 'The refresh refuses amounts of 922337203685477 or more.'),
('payments', 14, 'error', 'failed_amount_negative', '{payments.amount,payments.payment_status}',
 $$r.amount < 0 AND r.amount > '-Infinity' AND r.payment_status = 'Failed'$$, NULL,
 'The row is not used.'),
('payments', 15, 'error', 'status_missing', '{payments.payment_status}',
 'r.payment_status IS NULL', NULL, 'The row is not used.'),
('payments', 16, 'error', 'status_unknown', '{payments.payment_status}',
 $$r.payment_status <> ALL ('{Success,Failed}')$$, NULL,
 'The row is not used; only Success and Failed, spelled so, are.'),
('payments', 17, 'warning', 'payment_before_signup',
 '{payments.customer_id,payments.payment_date,customers.customer_id,customers.signup_date}',
 $$r.payment_date < known.signup_date AND r.payment_date >= '0001-01-01'
   AND known.signup_date <= '9999-12-31'$$, NULL,
 'The payment counts; conversion takes it as made on the day of signup.'),
('payments', 18, 'warning', 'payment_without_subscription',
 '{payments.customer_id,payments.payment_status,customers.customer_id,subscriptions.customer_id}',
 $$r.payment_status = 'Success' AND known.customer_id IS NOT NULL AND held.customer_id IS NULL$$, NULL,
 'The payment counts as revenue; the cash bridge shows it as paid without MRR.'),
-- costs
('costs', 1, 'error', 'cost_month_malformed', '{costs.month}',
 $$(r.month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$') IS NOT TRUE$$, NULL,
 'The row is not used; months are written YYYY-MM.'),
('costs', 2, 'warning', 'cost_month_duplicate', '{costs.month}', NULL,
 $$SELECT month, count(*) - 1 FROM costs
    WHERE month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'
    GROUP BY month HAVING count(*) > 1$$,
 'The rows of a month are added up.'),
('costs', 3, 'warning', 'cost_month_missing', '{costs.month}', NULL,
 $$SELECT to_char(g, 'YYYY-MM'), 1
     FROM (SELECT min(month) AS first, max(month) AS last FROM costs
            WHERE month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'
              AND month <= to_char($1::timestamp, 'YYYY-MM')) AS b,
          generate_series((b.first || '-01')::timestamp, (b.last || '-01')::timestamp,
                          '1 month') AS g
    WHERE to_char(g, 'YYYY-MM') NOT IN (SELECT month FROM costs WHERE month IS NOT NULL)$$,
 'Costs, margin and profit of the month are NULL.'),
('costs', 4, 'warning', 'cost_negative', '{costs.infra_cost,costs.marketing_cost,costs.support_cost}',
 $$least(r.infra_cost, r.marketing_cost, r.support_cost) < 0
   AND least(r.infra_cost, r.marketing_cost, r.support_cost) > '-Infinity'$$, NULL,
 'The amount lowers the costs of the month.'),
('costs', 5, 'warning', 'cost_missing', '{costs.infra_cost,costs.marketing_cost,costs.support_cost}',
 'num_nulls(r.infra_cost, r.marketing_cost, r.support_cost) > 0', NULL,
 'The cost is unknown: figures of the month made from it are NULL unless another row of the month has it.'),
('costs', 6, 'error', 'cost_not_finite', '{costs.infra_cost,costs.marketing_cost,costs.support_cost}',
 $$least(r.infra_cost, r.marketing_cost, r.support_cost) = '-Infinity'
   OR greatest(r.infra_cost, r.marketing_cost, r.support_cost) >= 'Infinity'$$, NULL,
 'Figures of the month made from it are not numbers.')
$sql$;

COMMENT ON FUNCTION saaskpi.source_rules() IS
'the rules of check_sources: severity, columns needed, the condition or query that finds offending rows, and what the KPIs do with them';

CREATE FUNCTION saaskpi.source_readings(schema_name name)
RETURNS TABLE (source name, source_ordinal integer, ordinal integer,
               column_name name, kind text, relation regclass,
               column_type text, reading text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT t.source, t.ordinal, c.ordinal, c.column_name, c.kind, t.relation,
       format_type(a.atttypid, a.atttypmod),
       saaskpi.source_reading(a.atttypid, a.attcollation,
                              quote_ident(c.column_name), c.kind, z.zone)
  FROM (SELECT source, ordinal, saaskpi.source_relation(schema_name, source) AS relation
          FROM saaskpi.source_tables()) AS t
  JOIN saaskpi.source_columns() AS c USING (source)
  LEFT JOIN pg_attribute AS a
    ON a.attrelid = t.relation AND a.attname = c.column_name
   AND a.attnum > 0 AND NOT a.attisdropped
 CROSS JOIN (SELECT coalesce(saaskpi.source_setting(schema_name, 'time_zone'),
                             current_setting('TimeZone')) AS zone) AS z
$$;

COMMENT ON FUNCTION saaskpi.source_readings(name) IS
'for every column of every source: its relation and type in a schema and the SQL that reads it; NULL where relation or column is absent or the type unusable';

-- Text is compared bytewise: the order of the examples must not depend on the
-- locale, and sorts are several times faster.
CREATE FUNCTION saaskpi.source_with_clause(schema_name name)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT 'WITH ' || string_agg(
           format('%I AS NOT MATERIALIZED (SELECT *, coalesce(%s) AS label FROM (SELECT %s FROM %s) AS s)',
                  source,
                  CASE source
                      WHEN 'customers' THEN $q$customer_id, '(no id)'$q$
                      WHEN 'subscriptions' THEN $q$subscription_id, '(no id, customer ' || customer_id || ')', '(no id)'$q$
                      WHEN 'payments' THEN $q$payment_id, '(no id, customer ' || customer_id || ')', '(no id)'$q$
                      WHEN 'costs' THEN $q$month, '(no month)'$q$
                  END,
                  columns, origin),
           ', ')
  FROM (SELECT source,
               string_agg(format('CAST(%s AS %s)%s AS %I', coalesce(reading, 'NULL'), kind,
                                 CASE kind WHEN 'text' THEN ' COLLATE "C"' ELSE '' END,
                                 column_name),
                          ', ' ORDER BY ordinal) AS columns,
               CASE WHEN count(relation) = 0 THEN '(SELECT WHERE false) AS none'
                    ELSE format('%I.%I', schema_name, source) END AS origin
          FROM saaskpi.source_readings(schema_name)
         GROUP BY source) AS s
$$;

COMMENT ON FUNCTION saaskpi.source_with_clause(name) IS
'WITH clause that gives the sources of a schema their canonical columns and a label; what is absent reads as NULL or no rows';

CREATE FUNCTION saaskpi.source_from_clause(source name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sql$
SELECT format(' FROM %I AS r ', source)
    || CASE WHEN source = 'customers' THEN
$$LEFT JOIN (SELECT DISTINCT customer_id FROM subscriptions
              WHERE start_date BETWEEN '0001-01-01' AND $1
                AND (end_date IS NULL OR end_date > $1)
                AND monthly_price > 0 AND monthly_price < 'Infinity') AS live
  ON live.customer_id = r.customer_id $$ ELSE '' END
    || CASE WHEN source IN ('subscriptions', 'payments') THEN
$$LEFT JOIN (SELECT customer_id, min(signup_date) AS signup_date
               FROM customers GROUP BY customer_id) AS known
  ON known.customer_id = r.customer_id $$ ELSE '' END
    || CASE WHEN source = 'payments' THEN
$$LEFT JOIN (SELECT DISTINCT customer_id FROM subscriptions) AS held
  ON held.customer_id = r.customer_id $$ ELSE '' END
$sql$;

COMMENT ON FUNCTION saaskpi.source_from_clause(name) IS
'FROM clause in which the conditions of source_rules are judged';

-- Counting is one aggregate without grouping: it runs in parallel and in
-- constant memory however many rows offend. Only the examples of rules found
-- violated take a further scan each, from which the planner drops the joins
-- that the condition does not look at.
CREATE FUNCTION saaskpi.source_findings(with_clause text, source name,
                                        present text[], day date)
RETURNS TABLE (severity text, rule text, rows bigint, example text,
               consequence text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    judged record;
    counts bigint[];
    from_clause text := saaskpi.source_from_clause(source);
    slot integer := 0;
BEGIN
    EXECUTE (SELECT with_clause || format('SELECT ARRAY[%s]::bigint[]',
                        string_agg(format('count(*) FILTER (WHERE %s)', r.condition),
                                   ', ' ORDER BY r.ordinal)) || from_clause
               FROM saaskpi.source_rules() AS r
              WHERE r.source = $2 AND r.needs <@ present AND r.condition IS NOT NULL)
       INTO counts USING day;
    FOR judged IN SELECT * FROM saaskpi.source_rules() AS r
                   WHERE r.source = $2 AND r.needs <@ present
                   ORDER BY r.ordinal LOOP
        rows := NULL;
        IF judged.query IS NOT NULL THEN
            EXECUTE with_clause || format('SELECT max(total), string_agg(label, %L ORDER BY label COLLATE "C")
                FROM (SELECT label, sum(rows) OVER () AS total FROM (%s) AS q(label, rows)
                       ORDER BY label COLLATE "C" LIMIT 3) AS q', ', ', judged.query)
               INTO rows, example USING day;
        ELSE
            slot := slot + 1;
            IF counts[slot] > 0 THEN
                rows := counts[slot];
                EXECUTE with_clause || format('SELECT string_agg(label, %L ORDER BY label)
                    FROM (SELECT r.label %s WHERE %s ORDER BY r.label LIMIT 3) AS q',
                    ', ', from_clause, judged.condition)
                   INTO example USING day;
            END IF;
        END IF;
        IF rows IS NOT NULL THEN
            severity := judged.severity;
            rule := judged.rule;
            consequence := judged.consequence;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION saaskpi.source_findings(text, name, text[], date) IS
'findings of check_sources for one source, by the rules whose columns are present';

CREATE FUNCTION saaskpi.source_gaps(schema_name name)
RETURNS TABLE (source text, rule text, example text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.source, CASE WHEN r.relation IS NULL THEN 'source_missing'
                      WHEN r.column_type IS NULL THEN 'column_missing'
                      ELSE 'column_type' END,
       CASE WHEN r.relation IS NULL THEN r.source::text
            ELSE concat_ws(' is ', r.column_name, r.column_type) END
  FROM saaskpi.source_readings(schema_name) AS r
 WHERE r.reading IS NULL AND (r.relation IS NOT NULL OR r.ordinal = 1)
 ORDER BY r.source_ordinal, r.ordinal
$$;

COMMENT ON FUNCTION saaskpi.source_gaps(name) IS
'sources and columns of a schema that are absent or have a type that cannot be read';

CREATE FUNCTION saaskpi.check_sources(schema_name name, as_of date DEFAULT NULL)
RETURNS TABLE (severity text, source text, rule text, rows bigint,
               example text, consequence text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    day date := coalesce(as_of,
        saaskpi.source_setting(schema_name, 'effective_as_of')::date,
        (now() AT TIME ZONE coalesce(saaskpi.source_setting(schema_name, 'time_zone'),
                                     current_setting('TimeZone')))::date);
    present text[];
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF day NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
        RAISE EXCEPTION 'as_of must lie in years 1 to 9999, not %', day
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY
    SELECT 'error', g.source, g.rule, NULL::bigint, g.example,
           'create_views refuses; rules that need it are not checked.'
      FROM saaskpi.source_gaps(schema_name) AS g;

    SELECT array_agg(format('%s.%s', r.source, r.column_name)) INTO present
      FROM saaskpi.source_readings(schema_name) AS r WHERE r.reading IS NOT NULL;
    RETURN QUERY
    SELECT f.severity, t.source::text, f.rule, f.rows, f.example, f.consequence
      FROM (SELECT * FROM saaskpi.source_tables() ORDER BY ordinal) AS t
     CROSS JOIN LATERAL saaskpi.source_findings(
               saaskpi.source_with_clause(schema_name), t.source,
               coalesce(present, '{}'), day) AS f;
END
$$;

COMMENT ON FUNCTION saaskpi.check_sources(name, date) IS
'data-quality findings over the source tables of a schema as of a day (default: effective_as_of of kpi_settings, else today): one row per violated rule with the number of rows, up to three of them and what the KPIs do with them; no rows when all is well';
