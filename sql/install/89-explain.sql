-- The difference between two policies, customer by customer.

CREATE FUNCTION saaskpi_internal.explained_work(schema_name name, wanted text, policy_a text, policy_b text, period date)
RETURNS TABLE (customer_id text, axis text, amount numeric, sentence text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    env constant jsonb := saaskpi_internal.environment(schema_name);
    as_of constant date := env -> 'settings' ->> 'effective_as_of';
    day constant date := least((date_trunc('month', coalesce(period, as_of)::timestamp) + interval '1 month - 1 day')::date, as_of);
    name text;
    found bigint;
BEGIN
    IF wanted <> 'kpi_customers' THEN
        RAISE EXCEPTION 'only kpi_customers is explained, not %', wanted USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT env -> 'made' ? 'kpi_customers' THEN
        RAISE EXCEPTION 'schema "%" has no kpi_customers', schema_name
            USING ERRCODE = 'undefined_table', HINT = format('CALL saaskpi.create_views(%L); CALL saaskpi.refresh(%1$L)', schema_name);
    END IF;
    FOREACH name IN ARRAY ARRAY[policy_a, policy_b] LOOP
        EXECUTE format('SELECT count(*) FROM %I.kpi_policies WHERE policy = $1', schema_name) INTO found USING name;
        IF found = 0 THEN
            RAISE EXCEPTION 'no policy "%"', name USING ERRCODE = 'invalid_parameter_value',
                HINT = format('SELECT policy FROM %I.kpi_policies lists those there are.', schema_name);
        END IF;
    END LOOP;
    RETURN QUERY EXECUTE saaskpi_internal.with_billing(format($sql$
        SELECT d.customer_id, d.axis, d.amount,
               format('%%s of %%s %%s: %%s counts it, %%s does not', abs(d.amount), d.customer_id,
                      CASE d.axis WHEN 'trials' THEN 'is on trial, or was never paid' WHEN 'pauses' THEN 'is paused' WHEN 'past due' THEN 'is past due or unpaid' WHEN 'usage' THEN 'is usage'
                                  WHEN 'churn instant' THEN 'is under notice' WHEN 'recurring discounts' THEN 'is taken off by a discount' ELSE 'is taken off the first bill' END,
                      CASE WHEN d.amount > 0 THEN $3 ELSE $2 END, CASE WHEN d.amount > 0 THEN $2 ELSE $3 END)
          FROM (SELECT q.customer_id, (q.d).axis, (q.d).amount
                  FROM (SELECT c.customer_id, saaskpi.policy_differences(c.ledger, (SELECT [policy] FROM %1$I.kpi_policies AS p WHERE p.policy = $2),
                                                                         (SELECT [policy] FROM %1$I.kpi_policies AS p WHERE p.policy = $3), $1) AS d
                          FROM %1$I.kpi_customers_mat AS c) AS q) AS d
         ORDER BY abs(d.amount) DESC, d.customer_id COLLATE "C", d.axis COLLATE "C"$sql$, schema_name)) USING day, policy_a, policy_b;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.explained_work(name, text, text, text, date) IS
    'the work of explained';

CREATE FUNCTION saaskpi_internal.explained(schema_name name, wanted text, policy_a text, policy_b text, period date)
RETURNS TABLE (customer_id text, axis text, amount numeric, sentence text)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner_or_reader_of' LANGUAGE C;
COMMENT ON FUNCTION saaskpi_internal.explained(name, text, text, text, date) IS
    'the differences of explain; open to whoever may read the relation they are of';

CREATE FUNCTION saaskpi.explain(schema_name name, policy_a text, policy_b text, period date DEFAULT NULL)
RETURNS TABLE (customer_id text, axis text, amount numeric, sentence text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT e.customer_id, e.axis, e.amount, e.sentence FROM saaskpi_internal.explained(schema_name, 'kpi_customers', policy_a, policy_b, period) AS e;
END;
COMMENT ON FUNCTION saaskpi.explain(name, text, text, date) IS
    'why MRR under policy_b is not what it is under policy_a at the end of a month (default: that of the last refresh): one row per customer and axis (trials, pauses, past due, usage, churn instant, recurring discounts, one-time discounts), the largest first, as of the last refresh; amounts add up to the difference of closing in kpi_mrr_policies exactly; open to whoever may read kpi_customers';
