SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- by hand: two values in January, none in February, one in March; the rest cannot be used
CREATE TABLE series_rows (day date, amount numeric);
INSERT INTO series_rows VALUES
    ('2024-03-31', 7.5), ('2024-01-01', 10), ('2024-01-31', -2.0001),
    (NULL, 1), ('2024-01-01', NULL), ('2024-01-01', 'NaN'), ('2024-01-01', '-Infinity'), ('infinity', 1), ('10000-01-01', 1);
SELECT saaskpi.series_agg(day, amount) AS s FROM series_rows;
CREATE TABLE series_hand AS SELECT saaskpi.series_agg(day, amount) AS s FROM series_rows;
SELECT saaskpi.series_values(s), saaskpi.season_length(s), saaskpi.skipped(s), saaskpi.period_at(s, 1) AS first, saaskpi.period_at(s, 4) AS next FROM series_hand;
SELECT p.* FROM series_hand, saaskpi.series_periods(s) AS p;
-- as_of: an incomplete period is left out, later ones without rows are 0
SELECT as_of, saaskpi.series_values(s, as_of) FROM series_hand,
       unnest(ARRAY['2023-12-31', '2024-01-31', '2024-02-01', '2024-03-31', '2024-04-01', '2024-06-30']::date[]) AS as_of;
SELECT p.* FROM series_hand, saaskpi.series_periods(s, '2024-03-15') AS p;
-- every grain; weeks begin on Monday
SELECT grain, saaskpi.season_length(s), saaskpi.period_at(s, 1) AS first, cardinality(saaskpi.series_values(s)) AS periods, saaskpi.series_values(s, '2024-02-05') AS by_february
  FROM unnest(ARRAY['week', 'month', 'quarter', 'year']) AS grain, LATERAL (SELECT saaskpi.series_agg(day, amount, grain) AS s FROM series_rows) AS q;
SELECT saaskpi.series_values(saaskpi.series_agg(d, 1, 'day')) FROM unnest(ARRAY['2024-02-28', '2024-03-01']::date[]) AS d;
-- nothing, all null, zero that is not nothing, from the first to the last year
SELECT saaskpi.series_agg(day, amount) IS NULL FROM series_rows WHERE false;
SELECT s, saaskpi.series_values(s), saaskpi.series_values(s, '2024-01-01'), saaskpi.period_at(s, 1), saaskpi.skipped(s) FROM (SELECT saaskpi.series_agg(NULL, NULL) AS s) AS t;
SELECT count(*) FROM (SELECT saaskpi.series_agg(NULL, 1) AS s) AS t, saaskpi.series_periods(s);
SELECT saaskpi.series_values(NULL), saaskpi.season_length(NULL), saaskpi.skipped(NULL::saaskpi.series), count(*) FROM saaskpi.series_periods(NULL);
SELECT saaskpi.series_values(saaskpi.series_agg(d, v)) FROM (VALUES (date '2024-01-01', 5), ('2024-01-02', -5)) AS t (d, v);
SELECT cardinality(saaskpi.series_values(saaskpi.series_agg(d, 1, 'year'))) AS years FROM unnest(ARRAY['0001-01-01', '9999-12-31']::date[]) AS d;
-- the oracle
CREATE TABLE series_whole AS SELECT g AS grain, saaskpi.series_agg(paid_on, amount, g) AS s
  FROM gen_pays, unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) AS g GROUP BY g;
SELECT w.grain, count(*) > 0 AS some, count(*) FILTER (WHERE (p.value, p.rows) IS DISTINCT FROM (coalesce(o.total, 0), coalesce(o.n, 0))) AS wrong,
       sum(p.value) = (SELECT sum(amount) FROM gen_pays) AS whole,
       array_agg(p.value::float8 ORDER BY p.period) = saaskpi.series_values(w.s::text::saaskpi.series) AS same_array, bool_and(p.period = saaskpi.period_at(w.s, p.ordinality::integer)) AS steps
  FROM series_whole AS w CROSS JOIN LATERAL saaskpi.series_periods(w.s) WITH ORDINALITY AS p
  LEFT JOIN (SELECT g, date_trunc(g, paid_on::timestamp)::date AS period, sum(amount) AS total, count(*) AS n
               FROM gen_pays, unnest(ARRAY['day', 'week', 'month', 'quarter', 'year']) AS g GROUP BY 1, 2) AS o ON o.period = p.period AND o.g = w.grain
 GROUP BY w.grain, w.s::text ORDER BY w.grain;
-- parts rolled up are the whole, in any order; a growing window; text and binary
SELECT w.s::text = (SELECT saaskpi.rollup(p)::text FROM (SELECT saaskpi.series_agg(paid_on, amount) AS p FROM gen_pays GROUP BY pick(4, payment_id, 7)) AS t) AS parts,
       w.s::text = (SELECT saaskpi.series_agg(paid_on, amount ORDER BY amount DESC, paid_on)::text FROM gen_pays) AS turned,
       w.s::text::saaskpi.series::text = w.s::text AS text
  FROM series_whole AS w WHERE w.grain = 'month';
SELECT count(*) AS frames, count(*) FILTER (WHERE w.s::text <> (SELECT saaskpi.series_agg(paid_on, amount)::text FROM gen_pays AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT DISTINCT ON (customer_id) customer_id, saaskpi.series_agg(paid_on, amount) OVER (ORDER BY customer_id) AS s FROM gen_pays) AS w;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.series_agg(paid_on, amount) FROM gen_pays', 'Partial Aggregate') AS partial;
SELECT saaskpi.series_agg(paid_on, amount)::text = (SELECT s::text FROM series_whole WHERE grain = 'month') AS same FROM gen_pays;
COMMIT;
CREATE TABLE series_copy (grain text, s saaskpi.series);
\copy series_whole to 'results/series_whole.bin' (format binary)
\copy series_copy from 'results/series_whole.bin' (format binary)
SELECT count(*), bool_and(c.s::text = w.s::text) AS same FROM series_copy AS c JOIN series_whole AS w USING (grain);
-- a forecast over it: history and what is to come, in order; an incomplete month is forecast and not read
CREATE TABLE series_line AS SELECT saaskpi.series_agg(d::date, 100) AS s FROM generate_series(timestamp '2021-01-01', '2023-12-01', '1 month') AS d;
SELECT row_type, count(*), min(period) AS first, max(period) AS last, count(actual) AS actual, count(point) AS point, min(point), max(point), count(model) AS model FROM series_line, saaskpi.forecast(s, 6) GROUP BY row_type ORDER BY 3;
SELECT row_type, count(*), min(period) AS first, max(period) AS last FROM series_line, saaskpi.forecast(s, 2, 'naive', '2023-12-31') GROUP BY row_type ORDER BY 3;
SELECT row_type, period, actual, point, model FROM series_line, saaskpi.forecast(s, 2, as_of => '2021-03-01');
SELECT count(*) FROM series_line, saaskpi.forecast(s, 2, as_of => '2020-03-01');
SELECT array_agg(period ORDER BY ordinality) = array_agg(period ORDER BY period) AS in_order, count(*) FILTER (WHERE f.point IS DISTINCT FROM a.point) AS wrong
  FROM series_whole AS w CROSS JOIN LATERAL saaskpi.forecast(s, 6) WITH ORDINALITY AS f LEFT JOIN LATERAL saaskpi.forecast(saaskpi.series_values(s), 12, 6) AS a ON a.step = f.ordinality - cardinality(saaskpi.series_values(s)) WHERE w.grain = 'month';
-- many forecasts in one statement are made by the workers, at the usual costs: of stored series, and of groups that are
-- whole within a partition; the same bits as by one process
CREATE TABLE series_facts (segment text, period date, amount numeric) PARTITION BY HASH (segment);
CREATE TABLE series_facts_0 PARTITION OF series_facts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE series_facts_1 PARTITION OF series_facts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO series_facts SELECT 's' || g, (date '2021-01-01' + (t - 1) * interval '1 month')::date, 200 + 3 * t + g * (t % 12) + t * 7919 * g % 101
  FROM generate_series(1, 40) AS g, generate_series(1, 36) AS t;
CREATE TABLE series_stored WITH (parallel_workers = 2) AS SELECT segment, saaskpi.series_agg(period, amount) AS s FROM series_facts GROUP BY segment;
ANALYZE series_facts;
ANALYZE series_stored;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE series_serial AS SELECT q.segment, f.* FROM series_stored AS q, saaskpi.forecast(q.s, 6) AS f;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT q.segment, f.* FROM series_stored AS q, saaskpi.forecast(q.s, 6) AS f;
CREATE TABLE series_parallel AS SELECT q.segment, f.* FROM series_stored AS q, saaskpi.forecast(q.s, 6) AS f;
SET enable_partitionwise_aggregate = on;
EXPLAIN (COSTS OFF) SELECT q.segment, f.* FROM (SELECT segment, saaskpi.series_agg(period, amount) AS s FROM series_facts GROUP BY segment) AS q, saaskpi.forecast(q.s, 6) AS f;
CREATE TABLE series_grouped AS SELECT q.segment, f.* FROM (SELECT segment, saaskpi.series_agg(period, amount) AS s FROM series_facts GROUP BY segment) AS q, saaskpi.forecast(q.s, 6) AS f;
RESET enable_partitionwise_aggregate;
RESET max_parallel_workers_per_gather;
SELECT count(*) AS rows, count(s.fitted) AS fitted, count(*) FILTER (WHERE p.r = s.r) AS parallel, count(*) FILTER (WHERE g.r = s.r) AS grouped
  FROM (SELECT *, (float8send(fitted), float8send(point), float8send(lo95), float8send(hi95))::text AS r FROM series_serial) AS s
  JOIN (SELECT *, (float8send(fitted), float8send(point), float8send(lo95), float8send(hi95))::text AS r FROM series_parallel) AS p USING (segment, period)
  JOIN (SELECT *, (float8send(fitted), float8send(point), float8send(lo95), float8send(hi95))::text AS r FROM series_grouped) AS g USING (segment, period);
-- errors
SELECT saaskpi.series_agg(day, amount, 'fortnight') FROM series_rows;
SELECT saaskpi.series_agg(day, amount, NULL) FROM series_rows;
SELECT saaskpi.series_agg(day, amount, g) FROM series_rows, unnest(ARRAY['month', 'week']) AS g;
SELECT saaskpi.rollup(s) FROM series_whole;
SELECT saaskpi.series_agg('2024-01-01', 0.00001);
SELECT saaskpi.series_agg('2024-01-01', 922337203685477) FROM generate_series(1, 2);
SELECT saaskpi_internal.series_accum(NULL, '2024-01-01', 1);
SELECT saaskpi.series_values(s, 'infinity') FROM series_hand;
SELECT saaskpi.period_at(s, 200000) FROM series_hand;
SELECT saaskpi.series_values(saaskpi.series_agg(d, 1, 'day')) FROM unnest(ARRAY['0001-01-01', '2024-03-01']::date[]) AS d;
SELECT t, try_value(t, 'saaskpi.series') FROM unnest(ARRAY[
    'series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24288:1,0)',
    'series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24288:0,1)',
    'series 1 month 0 {0,0,0} skipped 0 labels () rows (1,24288:1,1)',
    'series 1 month 0 {0,0,0} skipped 0 labels () rows (0,120000:1,1)',
    'series 1 month 0 {0,0,0} skipped 0 labels () rows (0,24288:1,1 0,24288:1,1)',
    'series 1 month 0 {0,0,0} skipped 0 labels ("a") rows ()',
    'series 1 month 1 {0,0,0} skipped 0 labels () rows ()',
    'series 1 month 0 {1,0,0} skipped 0 labels () rows ()']) AS t;
