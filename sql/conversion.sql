SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- the edges of a 30-day window, seen from 2024-03-31
CREATE TABLE conversion_signups (who text, signup date, paid date);
INSERT INTO conversion_signups VALUES ('same day', '2024-01-31', '2024-01-31'), ('before', '2024-01-15', '2024-01-01'), ('last day', '2024-01-01', '2024-01-30'), ('too late', '2024-01-01', '2024-01-31'),
    ('never', '2024-01-20', NULL), ('just matured', '2024-03-01', '2024-03-05'), ('open, paid', '2024-03-02', '2024-03-05'), ('open, pays tomorrow', '2024-03-31', '2024-04-01'), ('pending', '2024-03-31', NULL), ('leap day', '2024-02-29', '2024-03-10'),
    ('later', '2024-04-01', NULL), ('unknown', NULL, '2024-01-01'), ('always', '-infinity', '2024-01-01'), ('far', '10000-01-01', NULL), ('paid never', '2024-02-10', '-infinity'), ('paid at the end of time', '2024-02-11', 'infinity');
SELECT *, round(converted::numeric / nullif(matured, 0), 6) AS rate FROM saaskpi.conversion_cohorts((SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-03-31') FROM conversion_signups));
SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-03-31') FROM conversion_signups;
-- nothing, all null, one, a median between two days
SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-03-31') IS NULL FROM conversion_signups WHERE false;
SELECT saaskpi.conversion_agg(NULL, paid, 30, '2024-03-31') IS NULL, saaskpi.conversion_agg(signup, paid, NULL, '2024-03-31') IS NULL, saaskpi.conversion_agg(signup, paid, 30, NULL) IS NULL FROM conversion_signups;
SELECT count(*) FROM saaskpi.conversion_cohorts(NULL);
SELECT * FROM saaskpi.conversion_cohorts((SELECT saaskpi.conversion_agg('2024-01-01', date '2024-01-01' + n, 30, '2024-12-31') FROM unnest(ARRAY[2, 5]) AS n));
SELECT * FROM saaskpi.conversion_cohorts((SELECT saaskpi.conversion_agg('2024-01-01', date '2024-01-01' + n, 30, '2024-12-31') FROM unnest(ARRAY[9, 2, 5]) AS n));
SELECT * FROM saaskpi.conversion_cohorts((SELECT saaskpi.conversion_agg('2024-01-01', '2024-01-01', 1, '2024-01-01')));
SELECT * FROM saaskpi.conversion_cohorts((SELECT saaskpi.conversion_agg('9999-12-31', NULL, 36500, '9999-12-31')));
-- the oracle: signups and first payments of a few hundred customers
CREATE TABLE conversion_people AS
SELECT 'C' || n AS customer_id, date '2023-01-01' + pick(n, 'signup', 650) AS signup, CASE WHEN pick(n, 'paid', 3) > 0 THEN date '2023-01-01' + pick(n, 'signup', 650) + pick(n, 'days', 50) - 4 END AS paid FROM generate_series(1, 500) AS n;
CREATE TABLE conversion_whole AS SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-08-20') AS c FROM conversion_people;
SELECT count(*) AS cohorts, sum(o.signups) AS signups, count(*) FILTER (WHERE (w.signups, w.matured, w.converted, w.expired, w.converted_early, w.pending, w.median_days) IS DISTINCT FROM (o.signups, o.matured, o.converted, o.matured - o.converted, o.early, o.signups - o.matured - o.early, o.median_days)) AS wrong
  FROM conversion_whole CROSS JOIN LATERAL saaskpi.conversion_cohorts(c) AS w
  FULL JOIN (SELECT date_trunc('month', signup::timestamp)::date AS cohort, count(*) AS signups, count(*) FILTER (WHERE mature) AS matured, count(*) FILTER (WHERE mature AND days < 30) AS converted, count(*) FILTER (WHERE NOT mature AND paid <= '2024-08-20') AS early,
                    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE mature AND days < 30))::numeric, 1) AS median_days
               FROM (SELECT signup, paid, signup + 30 <= '2024-08-20' AS mature, greatest(0, paid - signup) + CASE WHEN paid IS NULL THEN NULL ELSE 0 END AS days FROM conversion_people WHERE signup <= '2024-08-20') AS p GROUP BY 1) AS o USING (cohort);
-- the identity; views of version 0.1.0 keep their columns, and its states know nobody who paid early
SELECT bool_and(signups = converted + expired + converted_early + pending AND matured = converted + expired) AS adds_up, sum(converted_early) > 0 AS early, sum(pending) > 0 AS pending FROM conversion_whole, saaskpi.conversion_cohorts(c);
SELECT cohort, signups, matured, o.pending AS pending_before, n.pending, n.converted_early FROM conversion_whole, saaskpi.conversion_cohorts(c) AS n JOIN saaskpi_internal.conversion_cohorts((SELECT c FROM conversion_whole)) AS o USING (cohort, signups, matured, converted, expired) WHERE n.median_days IS NOT DISTINCT FROM o.median_days AND o.pending > 0;
SELECT * FROM saaskpi.conversion_cohorts('conversion_curve 1 month 0 {8856,30,0} skipped 0 labels () rows (24288,0:2,2,2 24290,-1:2,0,0 24290,4:1,1,1)');
-- parts, groups, windows, round trips, in parallel
SELECT c::text = (SELECT saaskpi.rollup(p)::text FROM (SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-08-20') AS p FROM conversion_people GROUP BY pick(3, customer_id, 5)) AS t) AS parts,
       c::text::saaskpi.conversion_curve::text = c::text AS text FROM conversion_whole;
SELECT count(*) AS frames, count(*) FILTER (WHERE w.c::text <> (SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-08-20')::text FROM conversion_people AS g WHERE g.customer_id <= w.customer_id)) AS wrong
  FROM (SELECT customer_id, saaskpi.conversion_agg(signup, paid, 30, '2024-08-20') OVER (ORDER BY customer_id) AS c FROM conversion_people WHERE customer_id < 'C3') AS w;
SELECT part, c::text = (SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-08-20')::text FROM conversion_people AS g WHERE t.part IS NULL OR pick(9, g.customer_id, 3) = t.part) AS same
  FROM (SELECT pick(9, customer_id, 3) AS part, saaskpi.conversion_agg(signup, paid, 30, '2024-08-20') AS c FROM conversion_people GROUP BY ROLLUP (1)) AS t ORDER BY 1;
SELECT (SELECT sum(signups) FROM saaskpi.conversion_cohorts(a)) AS everyone, (SELECT sum(signups) FROM saaskpi.conversion_cohorts(b)) AS distinct_days, (SELECT sum(signups) FROM saaskpi.conversion_cohorts(f)) AS filtered
  FROM (SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-08-20') AS a, saaskpi.conversion_agg(DISTINCT signup, NULL, 30, '2024-08-20') AS b, saaskpi.conversion_agg(signup, paid, 30, '2024-08-20') FILTER (WHERE paid IS NULL) AS f FROM conversion_people) AS t;
ANALYZE conversion_people;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2;
SELECT plan_has('SELECT saaskpi.conversion_agg(signup, paid, 30, ''2024-08-20'') FROM conversion_people', 'Partial Aggregate') AS partial;
SELECT saaskpi.conversion_agg(signup, paid, 30, '2024-08-20')::text = (SELECT c::text FROM conversion_whole) AS same FROM conversion_people;
COMMIT;
CREATE TABLE conversion_copy (c saaskpi.conversion_curve);
\copy conversion_whole to 'results/conversion_whole.bin' (format binary)
\copy conversion_copy from 'results/conversion_whole.bin' (format binary)
SELECT x.c::text = w.c::text AS same FROM conversion_copy AS x, conversion_whole AS w;
-- errors
SELECT saaskpi.conversion_agg(signup, paid, 0, '2024-03-31') FROM conversion_signups;
SELECT saaskpi.conversion_agg(signup, paid, 36501, '2024-03-31') FROM conversion_signups;
SELECT saaskpi.conversion_agg(signup, paid, w, '2024-03-31') FROM conversion_signups, generate_series(30, 31) AS w;
SELECT saaskpi.conversion_agg(signup, paid, 30, 'infinity') FROM conversion_signups;
SELECT saaskpi_internal.conversion_accum(NULL, '2024-01-01', NULL, 30, '2024-03-31');
SELECT t, try_value(t, 'saaskpi.conversion_curve') FROM unnest(ARRAY[
    'conversion_curve 1 month 0 {9000,30,0} skipped 0 labels () rows (24288,5:2,1,1)',
    'conversion_curve 1 month 0 {9000,30,0} skipped 0 labels () rows (24288,30:2,1,1)',
    'conversion_curve 1 month 0 {9000,30,0} skipped 0 labels () rows (24288,5:1,2,1)',
    'conversion_curve 1 month 0 {9000,30,0} skipped 0 labels () rows (24288,5:2,1,-1)']) AS t;
SELECT * FROM saaskpi.conversion_cohorts('conversion_curve 1 month 0 {9000,30,0} skipped 0 labels () rows (24288,5:9223372036854775807,1,1 24288,6:1,1,1)');
