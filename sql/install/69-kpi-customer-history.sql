-- What customers were: attributes with the day from which they hold, so that a
-- change of segment is a transfer in its month and leaves the months before it
-- as they were.  In each month a customer counts where she is at its end.

-- The entries of a history are months from which something is another, since
-- null for the first.  What they do not say the customer's row does.
CREATE FUNCTION saaskpi_internal.attributes_since(history jsonb, segment text, country text, acquisition_channel text)
RETURNS TABLE (since date, dimension text, value text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 6
AS $$
SELECT (e.entry ->> 'since')::date, d.dimension, coalesce(CASE WHEN e.entry ? d.dimension THEN e.entry ->> d.dimension ELSE d.own END, '(none)')
  FROM jsonb_array_elements(coalesce(history, '[{}]')) AS e(entry)
 CROSS JOIN (VALUES ('segment', segment), ('country', country), ('acquisition_channel', acquisition_channel)) AS d(dimension, own)
$$;
COMMENT ON FUNCTION saaskpi_internal.attributes_since(jsonb, text, text, text) IS
    'what a customer counts under in breakdowns, and since which month; null for always before the next';

CREATE FUNCTION saaskpi_internal.first_differences(before jsonb, old text[], after jsonb, new text[], from_month date)
RETURNS TABLE (dimension text, month date, old_value text, new_value text)
LANGUAGE sql IMMUTABLE
AS $$
WITH a AS MATERIALIZED (SELECT greatest(v.since, from_month) AS month, v.since, v.dimension, v.value FROM saaskpi_internal.attributes_since(before, old[1], old[2], old[3]) AS v),
     b AS MATERIALIZED (SELECT greatest(v.since, from_month) AS month, v.since, v.dimension, v.value FROM saaskpi_internal.attributes_since(after, new[1], new[2], new[3]) AS v)
SELECT DISTINCT ON (t.dimension) t.dimension, t.month, o.value, n.value
  FROM (SELECT a.dimension, a.month FROM a UNION SELECT b.dimension, b.month FROM b) AS t
 CROSS JOIN LATERAL (SELECT a.value FROM a WHERE a.dimension = t.dimension AND a.month <= t.month ORDER BY a.since DESC NULLS LAST LIMIT 1) AS o
 CROSS JOIN LATERAL (SELECT b.value FROM b WHERE b.dimension = t.dimension AND b.month <= t.month ORDER BY b.since DESC NULLS LAST LIMIT 1) AS n
 WHERE o.value <> n.value ORDER BY t.dimension, t.month
$$;
COMMENT ON FUNCTION saaskpi_internal.first_differences(jsonb, text[], jsonb, text[], date) IS
    'the attributes of a customer that are told otherwise than before, and the first of the months from one on of which they are';

INSERT INTO saaskpi_internal.sources (source, key, label, one_row_per_key, input, description) VALUES
('customer_history', '{customer_id,valid_from}', $$nullif(customer_id, '') || ' from ' || valid_from, nullif(customer_id, ''), '(no id)'$$, true, $sql$
SELECT {key customer_id} AS customer_id, {valid_from} AS valid_from, nullif({segment}, '') AS segment, nullif({country}, '') AS country, nullif({acquisition_channel}, '') AS acquisition_channel
  FROM {from} AS customer_history
 WHERE {key customer_id} IS NOT NULL AND {valid_from} BETWEEN {setting earliest_date} AND {as_of}$sql$,
 'Source table of saaskpi, optional: one row per customer and day from which her attributes are others. They hold until her next row');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, created, description) VALUES
('customer_history', 'customer_id', 'text', true, false, 'Customer, as customers names her'),
('customer_history', 'valid_from', 'date', true, false, 'First day on which this holds; the first row of a customer also holds before it'),
('customer_history', 'segment', 'text', false, false, 'Her segment from that day on; empty for none. Without the column that of customers, at all times'),
('customer_history', 'country', 'text', false, false, 'Her country from that day on; empty for none. Without the column that of customers, at all times'),
('customer_history', 'acquisition_channel', 'text', false, false, 'Her acquisition channel from that day on; empty for none. Without the column that of customers, at all times');

INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, query, member, judged) VALUES
('customer_history', 'merged_customers', true, $sql$
SELECT coalesce(m.merged_into, q.customer_id) AS customer_id, q.valid_from, q.segment, q.country, q.acquisition_channel
  FROM {read} AS q LEFT JOIN {merged_customers} AS m ON m.customer_id = q.customer_id
  LEFT JOIN (SELECT DISTINCT ON (i.merged_into) i.merged_into, i.account
               FROM (SELECT coalesce(n.merged_into, c.customer_id) AS merged_into, c.customer_id AS account
                       FROM {before merged_customers.customers} AS c LEFT JOIN {merged_customers} AS n ON n.customer_id = c.customer_id) AS i
              ORDER BY i.merged_into, i.account <> i.merged_into, i.account COLLATE "C") AS t ON t.merged_into = m.merged_into
 WHERE m.merged_into IS NULL OR (t.account = q.customer_id AND NOT EXISTS (SELECT FROM {read} AS h WHERE h.customer_id = m.merged_into))$sql$,
 'customer_id', 'SELECT s.*, coalesce(m.merged_into, s.customer_id) AS member FROM {rows} AS s LEFT JOIN {merged_customers} AS m ON m.customer_id = s.customer_id'),
('customer_history', 'excluded_customers', false, NULL,
 NULL, 'SELECT s.* FROM {rows} AS s LEFT JOIN {excluded_customers} AS x ON x.customer_id = s.member WHERE NOT saaskpi_internal.is_excluded(x.days, NULL)');

-- Of a month its last row counts, and before all the first.  What customers says is what holds at as_of.
INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, query) VALUES
('customers', 'customer_history', true, $sql$
SELECT q.customer_id, q.customer_text, q.signup_date, CASE WHEN h.latest ? 'segment' THEN h.latest ->> 'segment' ELSE q.segment END AS segment,
       CASE WHEN h.latest ? 'country' THEN h.latest ->> 'country' ELSE q.country END AS country,
       CASE WHEN h.latest ? 'acquisition_channel' THEN h.latest ->> 'acquisition_channel' ELSE q.acquisition_channel END AS acquisition_channel, h.attribute_history
  FROM {read} AS q
  LEFT JOIN (SELECT e.customer_id, (array_agg(e.said ORDER BY e.valid_from DESC))[1] AS latest,
                    CASE WHEN count(*) > 1 THEN jsonb_agg(CASE WHEN e.before IS NULL THEN e.said ELSE e.said || jsonb_build_object('since', e.month) END ORDER BY e.valid_from) END AS attribute_history
               FROM (SELECT l.customer_id, l.valid_from, l.month, l.said, lag(l.said) OVER (PARTITION BY l.customer_id ORDER BY l.valid_from) AS before
                       FROM (SELECT i.customer_id, i.valid_from, date_trunc('month', i.valid_from::timestamp)::date AS month, lag(i.valid_from) OVER w AS earlier, lead(i.valid_from) OVER w AS later,
                                    CASE WHEN {present customer_history.segment} THEN jsonb_build_object('segment', i.segment) ELSE '{}' END
                                    || CASE WHEN {present customer_history.country} THEN jsonb_build_object('country', i.country) ELSE '{}' END
                                    || CASE WHEN {present customer_history.acquisition_channel} THEN jsonb_build_object('acquisition_channel', i.acquisition_channel) ELSE '{}' END AS said
                               FROM {customer_history} AS i WINDOW w AS (PARTITION BY i.customer_id ORDER BY i.valid_from)) AS l
                      WHERE l.earlier IS NULL OR l.later IS NULL OR date_trunc('month', l.later::timestamp) > l.month) AS e
              WHERE e.before IS DISTINCT FROM e.said GROUP BY e.customer_id) AS h ON h.customer_id = q.customer_id$sql$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, consequence) VALUES
('customer_history', 'error', 'attributes_customer_missing', '{customer_history.customer_id}',
 $$coalesce(r.customer_id, '') IN ('', '(none)')$$, NULL, 'The row is not used.'),
('customer_history', 'error', 'valid_from_missing', '{customer_history.valid_from}',
 'r.valid_from IS NULL', NULL, 'The row is not used, as nothing says since when it holds.'),
('customer_history', 'error', 'valid_from_implausible', '{customer_history.valid_from}',
 $$r.valid_from < {setting earliest_date} OR r.valid_from > '9999-12-31'$$, NULL,
 'The row is not used: its day lies before earliest_date of kpi_settings, or after all days.'),
('customer_history', 'error', 'attributes_duplicate', '{customer_history.customer_id,customer_history.valid_from}', NULL,
 $$SELECT h.customer_id || ' from ' || h.valid_from, count(DISTINCT ROW(h.segment, h.country, h.acquisition_channel)) - 1, NULL::numeric FROM customer_history AS h
    WHERE h.customer_id NOT IN ('', '(none)') AND h.valid_from BETWEEN {setting earliest_date} AND '9999-12-31'
    GROUP BY h.customer_id, h.valid_from HAVING count(DISTINCT ROW(h.segment, h.country, h.acquisition_channel)) > 1$$,
 'Of several rows of a customer and day the first by segment, country and acquisition_channel is used.'),
('customer_history', 'warning', 'attributes_unknown_customer', '{customer_history.customer_id,customers.customer_id}', NULL,
 $$SELECT h.customer_id, count(*), NULL::numeric FROM customer_history AS h
    WHERE h.customer_id NOT IN ('', '(none)') AND NOT EXISTS (SELECT FROM {before customer_history.customers} AS c WHERE c.customer_id = h.member)
    GROUP BY h.customer_id$$,
 'The rows are not used: whom customers does not know counts under (none).'),
('customer_history', 'warning', 'attributes_without_customers', '{customer_history.customer_id}', NULL,
 $$SELECT 'customers', count(*), NULL::numeric FROM customer_history WHERE NOT {present customers} HAVING count(*) > 0$$,
 'There is no customers, so all rows are of customers who count under (none).'),
('customer_history', 'warning', 'attributes_absent', '{customer_history.customer_id}', NULL,
 $$SELECT 'customer_history', count(*), NULL::numeric FROM customer_history
    WHERE NOT {present customer_history.segment} AND NOT {present customer_history.country} AND NOT {present customer_history.acquisition_channel} HAVING count(*) > 0$$,
 'It has none of segment, country and acquisition_channel, so that it changes nothing.'),
('customer_history', 'warning', 'segment_missing_since', '{customer_history.segment}', 'nullif(r.segment, '''') IS NULL', NULL,
 'The customer counts under segment (none) from that day on.'),
('customer_history', 'warning', 'country_missing_since', '{customer_history.country}', 'nullif(r.country, '''') IS NULL', NULL,
 'The customer counts under country (none) from that day on.'),
('customer_history', 'warning', 'channel_missing_since', '{customer_history.acquisition_channel}', 'nullif(r.acquisition_channel, '''') IS NULL', NULL,
 'The customer counts under acquisition_channel (none) from that day on.'),
('customer_history', 'warning', 'attributes_contradict_customers', '{customer_history.customer_id,customer_history.valid_from,customers.customer_id}', NULL,
 $$SELECT h.customer_id, 1, NULL::numeric
     FROM (SELECT DISTINCT ON (i.customer_id) i.customer_id, i.segment, i.country, i.acquisition_channel FROM {customer_history} AS i WHERE i.valid_from <= $1 ORDER BY i.customer_id, i.valid_from DESC) AS h
     JOIN {before customer_history.customers} AS c ON c.customer_id = h.customer_id
    WHERE {present customer_history.segment} AND {present customers.segment} AND c.segment IS DISTINCT FROM h.segment
       OR {present customer_history.country} AND {present customers.country} AND c.country IS DISTINCT FROM h.country
       OR {present customer_history.acquisition_channel} AND {present customers.acquisition_channel} AND c.acquisition_channel IS DISTINCT FROM h.acquisition_channel$$,
 'Her last row says otherwise than customers: the row counts.'),
('customer_history', 'info', 'attributes_of_merged', '{merged_customers.customer_id,merged_customers.merged_into,customer_history.customer_id,customer_history.valid_from}', NULL,
 $$SELECT h.customer_id || ' into ' || m.merged_into, count(*), NULL::numeric
     FROM {before merged_customers.customer_history} AS h JOIN {merged_customers} AS m ON m.customer_id = h.customer_id
    WHERE h.valid_from <= $1
      AND NOT EXISTS (SELECT FROM {customer_history} AS i
                       WHERE i.customer_id = m.merged_into AND i.valid_from = h.valid_from
                         AND ROW(i.segment, i.country, i.acquisition_channel) IS NOT DISTINCT FROM ROW(h.segment, h.country, h.acquisition_channel))
    GROUP BY 1$$,
 'The rows are not used: the attributes are those of the account that is left.'),
('customer_history', 'info', 'valid_from_in_future', '{customer_history.valid_from}',
 $$r.valid_from > $1 AND r.valid_from <= '9999-12-31'$$, NULL, 'The row does not count before that day.');

-- From the rows of the source and the movements, month by month, without the
-- states: who counts elsewhere takes along what she had; and in the end each
-- value has what its customers have.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('transfers_follow_history', $sql$
SELECT format('%s %s %s: %s transferred in by the waterfall, %s by the history', dimension, value, period, coalesce(w.net, 0), coalesce(h.net, 0))
  FROM (SELECT b.dimension, b.value, b.period, b.transfer_in - b.transfer_out AS net FROM {kpi_mrr_monthly_by} AS b
         WHERE b.dimension <> 'plan_type' AND b.transfer_in <> b.transfer_out) AS w
  FULL JOIN (SELECT s.dimension, v.value, s.period, sum(v.amount) AS net
               FROM (SELECT e.dimension, e.period, e.value, e.before, coalesce(sum(m.mrr_after - m.mrr_before), 0) AS mrr
                       FROM (SELECT r.customer_id, r.period, d.dimension, d.value, lag(d.value, 1, d.first) OVER (PARTITION BY r.customer_id, d.dimension ORDER BY r.period) AS before
                               FROM (SELECT i.customer_id, i.segment, i.country, i.acquisition_channel, date_trunc('month', i.valid_from::timestamp)::date AS period,
                                            first_value(ARRAY[i.segment, i.country, i.acquisition_channel]) OVER (PARTITION BY i.customer_id ORDER BY i.valid_from) AS first,
                                            row_number() OVER (PARTITION BY i.customer_id, date_trunc('month', i.valid_from::timestamp) ORDER BY i.valid_from DESC) AS back
                                       FROM {customer_history} AS i JOIN {kpi_customers} AS c ON c.customer_id = i.customer_id WHERE c.attribute_history IS NOT NULL) AS r
                              CROSS JOIN LATERAL (VALUES ('segment', coalesce(r.segment, '(none)'), coalesce(r.first[1], '(none)'), {present customer_history.segment}),
                                                         ('country', coalesce(r.country, '(none)'), coalesce(r.first[2], '(none)'), {present customer_history.country}),
                                                         ('acquisition_channel', coalesce(r.acquisition_channel, '(none)'), coalesce(r.first[3], '(none)'), {present customer_history.acquisition_channel})) AS d(dimension, value, first, said)
                              WHERE r.back = 1 AND d.said) AS e
                       JOIN {kpi_mrr_movements} AS m ON m.customer_id = e.customer_id AND m.happened_on < e.period
                      WHERE e.value <> e.before GROUP BY e.customer_id, e.dimension, e.period, e.value, e.before) AS s
              CROSS JOIN LATERAL (VALUES (s.value, s.mrr), (s.before, -s.mrr)) AS v(value, amount)
              GROUP BY 1, 2, 3 HAVING sum(v.amount) <> 0) AS h USING (dimension, value, period)
 WHERE {filled customer_history} AND w.net IS DISTINCT FROM h.net
UNION ALL
SELECT format('%s %s: the waterfall closes at %s, the customers add up to %s', dimension, value, w.closing, coalesce(c.mrr, 0))
  FROM (SELECT b.dimension, b.value, b.closing FROM {kpi_mrr_monthly_by} AS b JOIN (SELECT max(k.period) AS period FROM {kpi_calendar} AS k) AS l ON l.period = b.period WHERE b.dimension <> 'plan_type') AS w
  LEFT JOIN (SELECT d.dimension, d.value, sum(k.mrr) AS mrr
               FROM (SELECT c.segment, c.country, c.acquisition_channel, sum(c.mrr) AS mrr FROM {kpi_customers} AS c WHERE c.mrr > 0 GROUP BY 1, 2, 3) AS k
              CROSS JOIN LATERAL (VALUES ('segment', coalesce(k.segment, '(none)')), ('country', coalesce(k.country, '(none)')), ('acquisition_channel', coalesce(k.acquisition_channel, '(none)'))) AS d(dimension, value)
              GROUP BY 1, 2) AS c USING (dimension, value)
 WHERE {filled customer_history} AND w.closing <> coalesce(c.mrr, 0)
$sql$);
