-- reconcile: what we take for the MRR beside what the billing system does.

CREATE FUNCTION saaskpi_internal.reconcile_work(schema_name name, as_of date)
RETURNS TABLE (rank bigint, billing_id text, customer_id text, status text, ours numeric, theirs numeric, difference numeric)
LANGUAGE plpgsql
AS $$
DECLARE
    reported constant regclass := saaskpi_internal.own_relation(schema_name, 'subscriptions_reported');
    billed constant regclass := saaskpi_internal.own_relation(schema_name, 'subscriptions_billed');
    lacking text;
BEGIN
    IF as_of IS NULL THEN
        RAISE EXCEPTION 'as_of must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF reported IS NULL OR billed IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no %', schema_name, CASE WHEN reported IS NULL THEN 'subscriptions_reported' ELSE 'subscriptions_billed' END
            USING ERRCODE = 'undefined_table', DETAIL = 'It would hold billing_id, customer_id, status and mrr, as the billing system reports it.',
                  HINT = 'map_source writes it for ' || (SELECT string_agg(k.kind, ', ' ORDER BY k.ordinal) FROM saaskpi_internal.mapping_kinds AS k JOIN saaskpi_internal.mapping_views AS v USING (shape) WHERE v.view_name = 'subscriptions_reported') || '.';
    END IF;
    -- what a view is written without is null
    SELECT string_agg(format('NULL::%s AS %I', c.type, c.column_name), ', ' ORDER BY c.ordinal) INTO lacking
      FROM saaskpi_internal.mapping_source_columns AS c
     WHERE c.source = 'subscriptions' AND NOT EXISTS (SELECT FROM saaskpi_internal.columns_of(billed) AS b WHERE b.name = c.column_name);
    RETURN QUERY EXECUTE format($q$
SELECT rank() OVER (ORDER BY abs(coalesce(o.mrr, 0) - coalesce(t.mrr, 0)) DESC), coalesce(t.billing_id, o.billing_id), coalesce(t.customer_id, o.customer_id), coalesce(t.status, o.status), coalesce(o.mrr, 0), t.mrr, coalesce(o.mrr, 0) - coalesce(t.mrr, 0)
  FROM %s AS t
  FULL JOIN (SELECT s.billing_id, min(s.customer_id) AS customer_id, min(s.status) AS status,
                    sum(CASE WHEN s.discount_steps IS NOT NULL
                             THEN coalesce((SELECT t.price FROM jsonb_to_recordset(s.discount_steps) AS t("from" timestamptz, until timestamptz, price numeric)
                                             WHERE (t."from" < $1) IS NOT FALSE AND (t.until >= $1) IS NOT FALSE), s.list_price)
                             WHEN s.discount_from >= $1 OR s.discount_until < $1 THEN coalesce(s.list_price, s.monthly_price) ELSE s.monthly_price END)
                        FILTER (WHERE s.start_date < $1 AND (s.end_date < $1 OR s.trial_end >= $1 OR s.paused_from < $1 AND (s.resumes_on < $1) IS NOT TRUE OR s.status IN ('trialing', 'in_trial', 'future')) IS NOT TRUE) AS mrr
               FROM (SELECT b.*%s FROM %s AS b) AS s GROUP BY s.billing_id) AS o ON o.billing_id = t.billing_id
 ORDER BY 1, 2$q$, reported, ', ' || lacking, billed) USING (as_of + 1)::timestamp AT TIME ZONE 'UTC';
END
$$;
COMMENT ON FUNCTION saaskpi_internal.reconcile_work(name, date) IS 'the work of reconcile';

CREATE FUNCTION saaskpi.reconcile(schema_name name, as_of date DEFAULT current_date)
    RETURNS TABLE (rank bigint, billing_id text, customer_id text, status text, ours numeric, theirs numeric, difference numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C ROWS 1000000;
COMMENT ON FUNCTION saaskpi.reconcile(name, date) IS
    'the MRR of each subscription at the end of as_of as subscriptions_billed has it, without trials and pauses, beside the one that the billing system reports of itself in subscriptions_reported, the greatest difference first; theirs is null where it does not know the subscription';
