-- Recency, frequency and monetary value: scores, segments, and how they move.
--
-- A score is the fifth of all buyers in which the middle of those of her value
-- stands (midrank), so that equal values share a score: with n buyers and
-- middle place m it is ceil(5 * (m - 1/2) / n), 5 for the best.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_rfm_segments', 'own', '{cell}', 'cell of three scores',
 'Which segment the scores mean: one row per cell of recency, frequency and monetary score, yours to change; the next refresh applies it. Who is a champion?',
 $sql$(cell, segment) SELECT format('%s%s%s', r, f, m),
       CASE WHEN r >= 4 AND f >= 4 AND m >= 4 THEN 'Champions' WHEN r >= 3 AND f + m >= 7 THEN 'Loyal' WHEN r >= 4 AND f = 1 THEN 'New'
            WHEN r >= 4 THEN 'Potential loyalists' WHEN r = 3 AND f <= 2 THEN 'Promising' WHEN r = 3 THEN 'Need attention'
            WHEN f >= 4 AND m >= 4 THEN 'Cannot lose' WHEN f + m >= 6 THEN 'At risk' ELSE 'Hibernating' END
  FROM generate_series(1, 5) AS r, generate_series(1, 5) AS f, generate_series(1, 5) AS m$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_rfm_segments', 'cell', 'text', $$text NOT NULL CHECK (cell ~ '^[1-5]{3}$')$$, 'Scores of recency, frequency and monetary value, such as 555.'),
('kpi_rfm_segments', 'segment', 'text', 'text NOT NULL', 'Segment of customers with these scores.'),
('kpi_settings', 'rfm_months', 'months', 'integer NOT NULL DEFAULT 12 CHECK (rfm_months BETWEEN 1 AND 120)',
 'How many month ends before as_of kpi_segment_mix and kpi_segment_moves look back.');

-- What is stored beside the columns of kpi_rfm says in which of these cells the
-- customer was one snapshot before, so that moves need no search for that.
CREATE FUNCTION saaskpi_internal.rfm_cells(segments jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT array_agg(coalesce(segments ->> format('%s%s%s', r, f, m), '(none)') ORDER BY r, f, m)
  FROM generate_series(1, 5) AS r, generate_series(1, 5) AS f, generate_series(1, 5) AS m
$$;
COMMENT ON FUNCTION saaskpi_internal.rfm_cells(jsonb) IS
    'the segments of the 125 cells of three scores in order, from 111 to 555, by the map of them; (none) for a cell that is not there';

INSERT INTO saaskpi_internal.relations (relation, needs, key, indexes, grain, comment, query) VALUES
('kpi_rfm', '{orders,order_lines}', '{snapshot,customer_id}', '{}', 'snapshot and customer',
 'Buyers by recency, frequency and value: one row per customer who had ordered, as of as_of and as of the ends of the months before. Choose one snapshot. Who was worth most, and who stays away?', $sql$
WITH cuts AS (
    SELECT array_agg(c.place || (c.r || n.none)[1:4] || (c.f || n.none)[1:4] || (c.m || n.none)[1:4]) AS cuts
      FROM (SELECT s.place::bigint AS place, saaskpi_internal.fifths(array_agg(s.last_order)) AS r, saaskpi_internal.fifths(array_agg(s.frequency)) AS f, saaskpi_internal.fifths(array_agg(s.units)) AS m
              FROM {kpi_buyers} AS b CROSS JOIN LATERAL saaskpi_internal.order_snapshots(b.history, saaskpi_internal.snapshots({as_of}, {setting rfm_months}::integer), NULL) AS s GROUP BY s.place) AS c,
           (SELECT array_fill(9223372036854775807, ARRAY[4]) AS none) AS n
)
SELECT s.snapshot, b.customer_id, s.recency_days, s.frequency, s.monetary, s.r_score, s.f_score, s.m_score,
       (saaskpi_internal.rfm_cells({map kpi_rfm_segments}))[25 * s.r_score + 5 * s.f_score + s.m_score - 30] AS segment,
       s.cell_before::smallint AS cell_before
  FROM {kpi_buyers} AS b CROSS JOIN LATERAL saaskpi_internal.order_snapshots(b.history, saaskpi_internal.snapshots({as_of}, {setting rfm_months}::integer), (SELECT c.cuts FROM cuts AS c)) AS s
 WHERE {filled order_lines}
$sql$);

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_segment_mix', '{orders,order_lines}', '{snapshot,segment}', 'snapshot and segment',
 'How many buyers each segment holds: one row per snapshot and segment. Are there more champions than a year ago?', $sql$
WITH q AS (
    SELECT snapshot, segment, count(*) AS customers, sum(monetary) AS monetary FROM {kpi_rfm} AS r GROUP BY 1, 2
)
SELECT s.snapshot, s.segment, coalesce(q.customers, 0) AS customers, (sum(coalesce(q.customers, 0)) OVER (PARTITION BY s.snapshot))::bigint AS customers_all,
       saaskpi_internal.rate(coalesce(q.customers, 0), sum(coalesce(q.customers, 0)) OVER (PARTITION BY s.snapshot)) AS rate, coalesce(q.monetary, 0.00) AS monetary
  FROM (SELECT d.snapshot, m.segment FROM (SELECT DISTINCT snapshot FROM q) AS d, (SELECT e.value AS segment FROM jsonb_each_text({map kpi_rfm_segments}) AS e UNION SELECT segment FROM q) AS m) AS s
  LEFT JOIN q USING (snapshot, segment)
$sql$),

('kpi_segment_moves', '{orders,order_lines}', '{snapshot,from_segment,to_segment}', 'snapshot and pair of segments',
 'Who went from which segment to which since the snapshot before: one row per snapshot and pair of segments that anybody made. Where do the champions of last month stand now?', $sql$
WITH cells AS (
    SELECT q.snapshot, q.cell_before, q.segment, count(*) AS customers FROM {kpi_rfm} AS q GROUP BY 1, 2, 3
), moves AS MATERIALIZED (
    SELECT n.snapshot, CASE WHEN n.cell_before > 0 THEN d.before END AS before,
           (saaskpi_internal.rfm_cells({map kpi_rfm_segments}))[n.cell_before] AS from_segment, n.segment AS to_segment, sum(n.customers)::bigint AS customers
      FROM cells AS n
      JOIN (SELECT q.day, lag(q.day) OVER (ORDER BY q.day) AS before FROM unnest(saaskpi_internal.snapshots({as_of}, {setting rfm_months}::integer)) AS q(day)) AS d
        ON d.day = n.snapshot AND EXISTS (SELECT FROM {kpi_rfm} AS r WHERE r.snapshot = d.before)
     GROUP BY 1, 2, 3, 4
)
SELECT m.snapshot, m.before, coalesce(m.from_segment, '(new)') AS from_segment, m.to_segment, m.customers,
       (sum(m.customers) FILTER (WHERE m.from_segment IS NOT NULL) OVER (PARTITION BY m.snapshot))::bigint AS customers_both,
       saaskpi_internal.rate(coalesce(sum(m.customers) FILTER (WHERE m.from_segment <> m.to_segment) OVER (PARTITION BY m.snapshot), 0), sum(m.customers) FILTER (WHERE m.from_segment IS NOT NULL) OVER (PARTITION BY m.snapshot)) AS switch_rate
  FROM moves AS m
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_rfm', 'snapshot', 'date', NULL, 'Day the row looks from: as_of, or the last day of a month before; nothing later is known to it.'),
('kpi_rfm', 'customer_id', 'text', NULL, 'Customer with an order up to that day.'),
('kpi_rfm', 'recency_days', 'days', NULL, 'Days since her last order.'),
('kpi_rfm', 'frequency', 'orders', NULL, 'Her orders so far, without those that are cancelled or only a return.'),
('kpi_rfm', 'monetary', 'money', NULL, 'Their net so far, returns taken off.'),
('kpi_rfm', 'r_score', 'integer', NULL, 'Fifth by recency, 5 for the most recent; equal values share a score.'),
('kpi_rfm', 'f_score', 'integer', NULL, 'Fifth by frequency, 5 for the most orders.'),
('kpi_rfm', 'm_score', 'integer', NULL, 'Fifth by monetary, 5 for the most money.'),
('kpi_rfm', 'segment', 'text', NULL, 'What kpi_rfm_segments makes of the three scores; (none) for a cell that is not there.'),
('kpi_segment_mix', 'snapshot', 'date', NULL, 'Day of the snapshot.'),
('kpi_segment_mix', 'segment', 'text', NULL, 'Segment of kpi_rfm.'),
('kpi_segment_mix', 'customers', 'customers', NULL, 'Customers in it.'),
('kpi_segment_mix', 'customers_all', 'customers', NULL, 'Customers of all segments.'),
('kpi_segment_mix', 'rate', 'ratio', 'customers_all', 'customers / customers_all.'),
('kpi_segment_mix', 'monetary', 'money', NULL, 'Their net sales so far.'),
('kpi_segment_moves', 'snapshot', 'date', NULL, 'Day of the snapshot.'),
('kpi_segment_moves', 'before', 'date', NULL, 'Day of the snapshot before; NULL for those who are new.'),
('kpi_segment_moves', 'from_segment', 'text', NULL, 'Segment in the snapshot before; (new) for customers who had not ordered then.'),
('kpi_segment_moves', 'to_segment', 'text', NULL, 'Segment now; equal to from_segment for those who stayed.'),
('kpi_segment_moves', 'customers', 'customers', NULL, 'Customers who went this way.'),
('kpi_segment_moves', 'customers_both', 'customers', NULL, 'Customers present in both snapshots, the same in every row of a snapshot.'),
('kpi_segment_moves', 'switch_rate', 'ratio', 'customers_both', 'Share of customers_both in another segment than before, the same in every row of a snapshot.');

-- The file of an analytics pipeline in CSV, under the name it has there.
INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment, query) VALUES
('rfm_analysis', 'shown', '{orders,order_lines}', '{customer_id}', 'customer',
 'Buyers as rfm_analysis.csv has them: one row per customer who has ordered, as of as_of. In which segment is a customer?', $sql$
SELECT r.customer_id, r.recency_days AS recency, r.frequency, r.monetary, r.r_score, r.f_score, r.m_score, concat(r.r_score, r.f_score, r.m_score) AS rfm_score, r.segment
  FROM {kpi_rfm} AS r WHERE r.snapshot = (SELECT max(l.snapshot) FROM {kpi_rfm} AS l)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('rfm_analysis', 'customer_id', 'text', 'Customer with an order up to as_of.'),
('rfm_analysis', 'recency', 'days', 'Days since the last order: recency_days of kpi_rfm.'),
('rfm_analysis', 'frequency', 'orders', 'Orders so far.'),
('rfm_analysis', 'monetary', 'money', 'Net sales so far.'),
('rfm_analysis', 'r_score', 'integer', 'Fifth by recency, 5 for the most recent.'),
('rfm_analysis', 'f_score', 'integer', 'Fifth by frequency, 5 for the most orders.'),
('rfm_analysis', 'm_score', 'integer', 'Fifth by monetary, 5 for the most money.'),
('rfm_analysis', 'rfm_score', 'text', 'The three scores side by side, such as 555, which name the cell of kpi_rfm_segments.'),
('rfm_analysis', 'segment', 'text', 'Segment of the cell.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('rfm_whole', $sql$
SELECT format('%s buyers in kpi_rfm, %s in kpi_buyers, net %s and %s', r.n, b.n, r.net, b.net)
  FROM (SELECT count(*) AS n, coalesce(sum(monetary), 0) AS net FROM {kpi_rfm} WHERE snapshot = {as_of}) AS r
  JOIN (SELECT count(*) AS n, coalesce(sum(net), 0) AS net FROM {kpi_buyers}) AS b ON (b.n <> r.n OR b.net <> r.net) AND {filled order_lines}
UNION ALL
SELECT format('%s: %s customers in segments, %s in kpi_rfm', m.snapshot, m.n, r.n)
  FROM (SELECT snapshot, sum(customers) AS n FROM {kpi_segment_mix} GROUP BY 1) AS m JOIN (SELECT snapshot, count(*) AS n FROM {kpi_rfm} GROUP BY 1) AS r USING (snapshot) WHERE m.n <> r.n
UNION ALL
SELECT format('%s: %s customers moved to %s, who holds %s', v.snapshot, v.n, v.to_segment, m.customers)
  FROM (SELECT snapshot, to_segment, sum(customers) AS n FROM {kpi_segment_moves} GROUP BY 1, 2) AS v JOIN {kpi_segment_mix} AS m ON m.snapshot = v.snapshot AND m.segment = v.to_segment WHERE m.customers <> v.n
UNION ALL
SELECT format('scores %s%s%s of %s have no segment', r_score, f_score, m_score, customer_id) FROM {kpi_rfm} WHERE segment = '(none)' OR r_score NOT BETWEEN 1 AND 5 OR f_score NOT BETWEEN 1 AND 5 OR m_score NOT BETWEEN 1 AND 5
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('RFM segment', 'kpi_rfm', 'segment', 'orders, order_lines, kpi_rfm_segments', 'segment that kpi_rfm_segments gives for r_score, f_score and m_score',
 'Who is a champion, and who is about to be lost?',
 'Scores are fifths by midrank, so that equal values share a score; common recipes break ties by the order of rows and give two customers who did the same different scores. Recency here is days since the last order, which models of lifetime value call something else.'),
('Segment switch rate', 'kpi_segment_moves', 'switch_rate', 'orders, order_lines, kpi_rfm_segments', 'customers whose segment changed / customers_both',
 'How stable are our segments?',
 'Of the customers present in both snapshots; those who are new since count in neither. NULL when nobody is in both.');
