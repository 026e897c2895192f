-- Months that were over, and are told differently since.

-- Days of the state's rows are counted from 2000-01-01; what started and what
-- ended on a day, in whatever plan.  A row that came late leaves all else as it
-- was and starts where nothing did; one that was deleted is the same backwards.
CREATE FUNCTION saaskpi_internal.started_and_ended(history saaskpi.mrr_history)
RETURNS TABLE (day date, started numeric, ended numeric)
LANGUAGE sql IMMUTABLE
AS $$
SELECT date '2000-01-01' + m[1]::integer, sum(m[2]::numeric), sum(m[3]::numeric)
  FROM regexp_matches(substring(history::text FROM '.* rows (\(.*\))$'), '(-?[0-9]+),[0-9]+:([0-9]+),([0-9]+)', 'g') AS m GROUP BY 1
$$;
COMMENT ON FUNCTION saaskpi_internal.started_and_ended(saaskpi.mrr_history) IS 'what started and ended on each day of a history, in ten-thousandths';

CREATE FUNCTION saaskpi_internal.cause_of_change(before saaskpi.mrr_history, after saaskpi.mrr_history, until date)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
SELECT CASE WHEN before IS NULL OR bool_and(a >= b AND x >= y) AND bool_or(a > b AND b = 0) THEN 'late row'
            WHEN after IS NULL OR bool_and(a <= b AND x <= y) AND bool_or(a < b AND a = 0) THEN 'deleted row'
            ELSE 'changed row' END
  FROM (SELECT coalesce(n.started, 0) AS a, coalesce(o.started, 0) AS b, coalesce(n.ended, 0) AS x, coalesce(o.ended, 0) AS y
          FROM saaskpi_internal.started_and_ended(before) AS o FULL JOIN saaskpi_internal.started_and_ended(after) AS n USING (day) WHERE day < until) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.cause_of_change(saaskpi.mrr_history, saaskpi.mrr_history, date) IS 'what happened to the subscriptions behind a history, as far as they began or ended before a day: late row, deleted row or changed row';

-- Of settings that changed together, as they may, none is told by its kind.
CREATE FUNCTION saaskpi_internal.kind_of_cause(cause text, settings text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN cause <> 'changed setting' THEN cause
            WHEN string_to_array(settings, ', ') <@ '{mrr_policy,kpi_policies}' THEN 'changed policy'
            WHEN string_to_array(settings, ', ') <@ '{time_zone,source_time_zone}' THEN 'changed time zone'
            ELSE cause END;
COMMENT ON FUNCTION saaskpi_internal.kind_of_cause(text, text) IS 'the cause of a change, a changed setting as policy or time zone where the settings are of no other kind';

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment, adds) VALUES
('kpi_restatements', 'own', '{subscriptions}', '{publication,period,customer_id,measure}', 'publication, month, customer and number',
 'What refreshes have changed in months that were already over: one row per customer, month and number. Why is March not what we reported?', $sql$
WITH c AS MATERIALIZED (
    SELECT p.customer_id, p.known AND m.customer_id IS NOT NULL AS stays, p.mrr_history AS before, m.mrr_history AS after, ROW(p.mrr_history)::record *<> ROW(m.mrr_history)::record AS differs,
           p.attribute_history AS past, m.attribute_history AS present, ARRAY[p.segment, p.country, p.acquisition_channel] AS old, ARRAY[m.segment, m.country, m.acquisition_channel] AS new
      FROM {changed kpi_customers} AS p LEFT JOIN {kpi_customers} AS m ON m.customer_id = p.customer_id
), u AS (
    SELECT date_trunc('month', least({run as_of}::date, {as_of})::timestamp)::date AS until
), h AS MATERIALIZED (
    SELECT c.customer_id, c.before, c.after, u.until, coalesce(saaskpi_internal.kind_of_cause({cause kpi_customers}, {settings kpi_customers}), saaskpi_internal.cause_of_change(c.before, c.after, u.until)) AS cause FROM c, u WHERE c.differs
), k AS MATERIALIZED (
    SELECT g.day::date AS period, (g.day + interval '1 month')::date - 1 AS last
      FROM u, generate_series(least({run first_period}::date, (SELECT min(period) FROM {kpi_calendar} AS k))::timestamp, u.until - interval '1 month', interval '1 month') AS g(day)
), v AS (
    SELECT h.customer_id, k.period, 'closing' AS measure, coalesce(saaskpi.mrr_at(h.before, k.last), 0.00) AS before, coalesce(saaskpi.mrr_at(h.after, k.last), 0.00) AS after FROM h CROSS JOIN k
    UNION ALL
    SELECT customer_id, period, movement, coalesce(b.amount, 0.00), coalesce(a.amount, 0.00)
      FROM (SELECT h.customer_id, m.period, m.movement, sum(m.amount) AS amount FROM h, saaskpi.mrr_movements(h.before, h.until - 1) AS m GROUP BY 1, 2, 3) AS b
      FULL JOIN (SELECT h.customer_id, m.period, m.movement, sum(m.amount) AS amount FROM h, saaskpi.mrr_movements(h.after, h.until - 1) AS m GROUP BY 1, 2, 3) AS a USING (customer_id, period, movement)
)
SELECT {this publication}::bigint, {this run_id}::bigint, now(), v.period, v.customer_id, v.measure, v.before, v.after, v.after - v.before, h.cause, CASE WHEN h.cause IN ('changed setting', 'changed policy', 'changed time zone') THEN {settings kpi_customers} END
  FROM v JOIN h USING (customer_id) WHERE v.before <> v.after
UNION ALL
SELECT {this publication}::bigint, {this run_id}::bigint, now(), q.period, q.customer_id, q.dimension, NULL, NULL, 0.00, coalesce(saaskpi_internal.kind_of_cause({cause kpi_customers}, {settings kpi_customers}), 'changed attribute'), format('%s to %s', q.old_value, q.new_value)
  FROM (SELECT c.customer_id, a.dimension, a.month AS period, a.old_value, a.new_value, u.until
          FROM c CROSS JOIN u CROSS JOIN LATERAL (SELECT saaskpi.first_mrr_on(c.after, u.until - 1) AS day) AS f
         CROSS JOIN LATERAL saaskpi_internal.first_differences(c.past, c.old, c.present, c.new, date_trunc('month', f.day::timestamp)::date) AS a
         WHERE c.stays AND (c.old IS DISTINCT FROM c.new OR c.past IS DISTINCT FROM c.present) AND f.day IS NOT NULL) AS q
 WHERE q.period < q.until
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_restatements', 'publication', 'number', 'bigint NOT NULL', 'Publication that told it differently, as kpi_refresh_log counts them.'),
('kpi_restatements', 'run', 'number', 'bigint NOT NULL', 'Its run of kpi_refresh_log.'),
('kpi_restatements', 'recorded_at', 'timestamp', 'timestamptz NOT NULL', 'When that run read the sources.'),
('kpi_restatements', 'period', 'date', 'date NOT NULL', 'First day of the month; it was over at the run before. Of an attribute the first month in which it counts.'),
('kpi_restatements', 'customer_id', 'text', 'text NOT NULL', 'Customer.'),
('kpi_restatements', 'measure', 'text', 'text NOT NULL', 'Column of kpi_mrr_monthly that changed: closing, new, expansion, contraction, churn, reactivation, pause, resume or fx; or the attribute: segment, country or acquisition_channel.'),
('kpi_restatements', 'before', 'money', 'numeric', 'Her part of it as published before; NULL for an attribute.'),
('kpi_restatements', 'after', 'money', 'numeric', 'Her part of it as published since; NULL for an attribute.'),
('kpi_restatements', 'amount', 'money', 'numeric NOT NULL', 'after - before; over all customers the change of that column and month in kpi_mrr_monthly. 0 for an attribute, which moves her whole MRR to another row of kpi_mrr_monthly_by.'),
('kpi_restatements', 'cause', 'text', $$text NOT NULL CHECK (cause IN ('late row', 'deleted row', 'changed row', 'changed attribute', 'changed policy', 'changed time zone', 'changed setting', 'changed definition'))$$,
 'late row, deleted row or changed row of subscriptions; changed attribute of customers or customer_history; changed policy, changed time zone, other changed setting or changed definition, by which all are read anew.'),
('kpi_restatements', 'detail', 'text', 'text', 'Of an attribute: from what to what; of a setting its name.');
