SET datestyle = iso;
SET timezone = 'UTC';
\pset null ~
-- by hand: two days of A, out of order, one event twice, what cannot be used
CREATE TABLE few_events (customer_id text, at timestamptz, type text);
INSERT INTO few_events VALUES
    ('A', '2024-01-02 10:00', 'login'), ('A', '2024-01-01 10:00', 'signup'), ('A', '2024-01-01 10:00', 'login'), ('A', '2024-01-01 10:30', 'login'),
    ('A', '2024-01-09 09:00', 'login'), ('A', NULL, 'login'), ('A', 'infinity', 'login'), ('A', '-infinity', 'login'), ('A', '2024-01-03', NULL),
    ('B', '2024-01-02 00:00', 'login'), ('C', NULL, 'login');
CREATE TABLE few_event_history AS SELECT customer_id, saaskpi.event_history_agg(at::date, type) AS h FROM few_events GROUP BY 1;
SELECT customer_id, h, saaskpi.event_count(h) AS events, saaskpi.active_days(h) AS days, saaskpi.skipped(h) AS skipped,
       saaskpi.first_on(h, '{login}') AS first_login, saaskpi.last_on(h, '{login,signup,NULL}') AS last, saaskpi.last_on(h, '{}') AS nothing
  FROM few_event_history ORDER BY 1;
SELECT customer_id, d.* FROM few_event_history, saaskpi.event_days(h) AS d ORDER BY customer_id, day, event_type;
SELECT customer_id, t.* FROM few_event_history, saaskpi.event_types(h) AS t ORDER BY customer_id, event_type;
SELECT p.* FROM (SELECT saaskpi.event_flow_agg(h, 'day', '2024-01-10', 'monday') AS f FROM few_event_history) AS q, saaskpi.event_periods(f) AS p;
-- weeks from Monday the 1st, from Sunday the 31st, from Saturday the 30th
SELECT w, p.event_type, p.period, p.events, p.active, p.new, p.returning, p.dormant, p.is_complete
  FROM unnest('{monday,sunday,saturday}'::text[]) AS w CROSS JOIN LATERAL (SELECT saaskpi.event_flow_agg(h, 'week', '2024-01-08', w) AS f FROM few_event_history) AS q
 CROSS JOIN LATERAL saaskpi.event_periods(f) AS p WHERE p.event_type IS NULL;
-- nothing in, nothing out
SELECT saaskpi.event_history_agg(NULL, NULL) AS none FROM few_events WHERE false;
SELECT saaskpi.event_flow_agg(NULL::saaskpi.event_history, 'day', '2024-01-01', 'monday') AS none;
SELECT count(*) FROM saaskpi.event_periods(NULL);
SELECT count(*) FROM saaskpi.event_days(NULL), saaskpi.event_types(NULL);
-- the series of one customer add up to that of all
SELECT count(*) AS wrong FROM (
    SELECT event_type, period, sum(events), sum(active), sum(new), sum("returning"), sum(dormant) FROM few_event_history, saaskpi.event_periods(saaskpi.event_flow(h, 'week', '2024-01-10')) GROUP BY 1, 2
    EXCEPT SELECT event_type, period, events, active, new, "returning", dormant FROM (SELECT saaskpi.event_flow_agg(h, 'week', '2024-01-10', 'monday') AS f FROM few_event_history) AS q, saaskpi.event_periods(f)) AS x;
-- what is no state, and what is no argument
SELECT v, try_value(v, 'saaskpi.event_history') FROM unnest(ARRAY[
    'event_history 1 day 1 {0,0,0} skipped 0 labels ("login") rows (8766,1:2)', 'event_history 1 day 1 {0,0,0} skipped 0 labels ("login") rows (8766,1:0)',
    'event_history 1 day 1 {0,0,0} skipped 0 labels ("login") rows (8766,1:-1)', 'event_history 1 day 1 {0,0,0} skipped 0 labels ("login") rows (8766,0:1)',
    'event_history 1 week 1 {0,0,0} skipped 0 labels ("login") rows (8766,1:2)', 'event_history 1 day 0 {0,0,0} skipped 0 labels () rows ()',
    'event_history 1 day 1 {0,0,0} skipped 0 labels ("login") rows (9999999,1:2)']) AS v;
SELECT v, try_value(v, 'saaskpi.event_flow') FROM unnest(ARRAY[
    'event_flow 1 day 0 {8770,0,0} skipped 0 labels () rows (0,8766:1,1,1,0,0,0,1,1)', 'event_flow 1 day 0 {8765,0,0} skipped 0 labels () rows (0,8766:1,1,1,0,0,0,1,1)',
    'event_flow 1 week 0 {8770,0,0} skipped 0 labels () rows (0,1252:1,1,1,0,0,0,1,0)', 'event_flow 1 day 0 {8770,3,0} skipped 0 labels () rows ()',
    'event_flow 1 day 0 {8770,0,0} skipped 0 labels () rows (0,8766:-1,1,1,0,0,0,1,1)']) AS v;
SELECT saaskpi.event_flow_agg(h, 'day', '2024-01-01', 'friday') FROM few_event_history;
SELECT saaskpi.event_flow_agg(h, 'hour', '2024-01-01', 'monday') FROM few_event_history;
SELECT saaskpi.event_flow_agg(h, 'day', 'infinity', 'monday') FROM few_event_history;
SELECT saaskpi.event_flow_agg(h, NULL, '2024-01-01', 'monday') FROM few_event_history;
SELECT saaskpi.event_flow_agg(h, 'day', CASE customer_id WHEN 'A' THEN date '2024-01-01' ELSE '2024-01-02' END, 'monday') FROM few_event_history;
SELECT saaskpi.event_history_agg(date '2024-01-01', repeat('x', 70000));
-- at random, against plain SQL: every grain and start of the week, as of a day in between, types apart and together
CREATE TABLE gen_events AS
SELECT 'C' || pick(n, 'customer', 60) AS customer_id, date '2023-12-20' + pick(n, 'day', 9) * pick(n, 'more', 10) AS day,
       (ARRAY['login', 'signup', 'use', 'a longer name of a type', 'ü'])[1 + pick(n, 'type', 5)] AS type FROM generate_series(1, 1500) AS n;
CREATE FUNCTION plain_flow(g text, as_of date, k int) RETURNS TABLE (event_type text, period date, events bigint, active bigint, new bigint, came_again bigint, resurrecting bigint, dormant bigint) LANGUAGE sql AS $$
WITH told AS (SELECT customer_id, t AS type, date_trunc(g, (day + k)::timestamp)::date - k AS p, count(*) AS n FROM gen_events, unnest(ARRAY[type, NULL]) AS t WHERE day <= as_of GROUP BY 1, 2, 3),
 seen AS (SELECT *, lag(p) OVER w AS before, lead(p) OVER w AS after FROM told WINDOW w AS (PARTITION BY customer_id, type ORDER BY p)),
 grid AS (SELECT t.type, (date_trunc(g, (t.first + k)::timestamp) + i * ('1 ' || g)::interval)::date - k AS p FROM (SELECT type, min(p) AS first FROM told GROUP BY 1) AS t, generate_series(0, 200) AS i),
 step AS (SELECT *, ((p + k + ('1 ' || g)::interval)::date - k) AS next FROM seen)
SELECT grid.type, grid.p, coalesce(sum(s.n) FILTER (WHERE s.p = grid.p), 0)::bigint, count(*) FILTER (WHERE s.p = grid.p), count(*) FILTER (WHERE s.p = grid.p AND before IS NULL),
       count(*) FILTER (WHERE s.p = grid.p AND ((before + k + ('1 ' || g)::interval)::date - k) = s.p), count(*) FILTER (WHERE s.p = grid.p AND ((before + k + ('1 ' || g)::interval)::date - k) < s.p),
       count(*) FILTER (WHERE s.next = grid.p AND s.after IS DISTINCT FROM grid.p)
  FROM grid LEFT JOIN step AS s ON s.type IS NOT DISTINCT FROM grid.type AND grid.p IN (s.p, s.next) WHERE grid.p <= as_of GROUP BY 1, 2
$$;
CREATE TABLE gen_event_history AS SELECT customer_id, saaskpi.event_history_agg(day, type) AS h FROM gen_events GROUP BY 1;
SELECT g, w, count(*) AS rows, count(*) FILTER (WHERE side = 'more') AS too_many, count(*) FILTER (WHERE side = 'less') AS missing
  FROM unnest('{day,week,month}'::text[]) AS g, (VALUES ('monday', 0), ('sunday', 1), ('saturday', 2)) AS v(w, k),
       LATERAL (SELECT saaskpi.event_flow_agg(h, g, '2024-02-20', w) AS f FROM gen_event_history) AS q,
       LATERAL (WITH a AS (SELECT event_type, period, events, active, new, "returning", resurrecting, dormant FROM saaskpi.event_periods(f)), b AS (SELECT * FROM plain_flow(g, '2024-02-20', CASE g WHEN 'week' THEN k ELSE 0 END))
                SELECT 'more' AS side FROM (TABLE a EXCEPT ALL TABLE b) AS x UNION ALL SELECT 'less' FROM (TABLE b EXCEPT ALL TABLE a) AS x UNION ALL SELECT 'all' FROM a) AS r
 WHERE g = 'week' OR k = 0 GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) AS days, count(*) FILTER (WHERE p.active_7d <> (SELECT count(DISTINCT customer_id) FROM gen_events WHERE day BETWEEN p.period - 6 AND p.period)) AS wrong_7,
       count(*) FILTER (WHERE p.active_28d <> (SELECT count(DISTINCT customer_id) FROM gen_events WHERE day BETWEEN p.period - 27 AND p.period)) AS wrong_28
  FROM (SELECT saaskpi.event_flow_agg(h, 'day', '2024-02-20', 'monday') AS f FROM gen_event_history) AS q, saaskpi.event_periods(f) AS p WHERE event_type IS NULL;
-- in any order, from parts, there and back: the same bits
SELECT count(*) FILTER (WHERE a.h::text <> b.h::text) AS shuffled, count(*) FILTER (WHERE a.h::text <> c.h::text) AS rolled_up, count(*) FILTER (WHERE a.h::text::saaskpi.event_history::text <> a.h::text) AS text
  FROM gen_event_history AS a
  JOIN (SELECT customer_id, saaskpi.event_history_agg(day, type ORDER BY md5(day || type)) AS h FROM gen_events GROUP BY 1) AS b USING (customer_id)
  JOIN (SELECT customer_id, saaskpi.rollup(h) AS h FROM (SELECT customer_id, type, saaskpi.event_history_agg(day, type) AS h FROM gen_events GROUP BY 1, 2) AS p GROUP BY 1) AS c USING (customer_id);
SELECT a.f::text = b.f::text AS same FROM (SELECT saaskpi.event_flow_agg(h, 'week', '2024-02-20', 'sunday') AS f FROM gen_event_history) AS a,
       (SELECT saaskpi.rollup(f) AS f FROM (SELECT saaskpi.event_flow_agg(h, 'week', '2024-02-20', 'sunday' ORDER BY customer_id DESC) AS f FROM gen_event_history GROUP BY hashtext(customer_id) % 5) AS p) AS b;
-- sessions: exactly at the gap is one, a microsecond later two; ties, out of order, one event between two sessions joins them
SELECT s.* FROM (SELECT saaskpi.session_set_agg(at, '30 minutes', NULL) AS s FROM unnest('{2024-01-01 10:30,2024-01-01 10:00,2024-01-01 11:00:00.000001,2024-01-01 10:00,infinity,NULL}'::timestamptz[]) AS at) AS q, saaskpi.sessions(q.s) AS s;
SELECT saaskpi.session_count(s) AS sessions, saaskpi.session_seconds(s) AS seconds, saaskpi.skipped(s) AS skipped, saaskpi.first_at(s), saaskpi.last_at(s), s
  FROM (SELECT saaskpi.session_set_agg(at, '1 hour', NULL) AS s FROM unnest('{2024-01-01 10:00,2024-01-01 12:00,-infinity,2024-01-01 11:00}'::timestamptz[]) AS at) AS q;
SELECT saaskpi.session_count(s), saaskpi.session_seconds(s), saaskpi.first_at(s) FROM (SELECT saaskpi.session_set_agg(NULL, '0', NULL) AS s) AS q;
SELECT saaskpi.session_set_agg('2024-01-01', '1 month', NULL);
SELECT saaskpi.session_set_agg('2024-01-01', '-1 second', NULL);
SELECT saaskpi.session_set_agg('2024-01-01', '70 years'::interval - '70 years'::interval + '30000 days', NULL);
SELECT saaskpi.session_set_agg('2024-01-01', NULL, NULL);
SELECT saaskpi.session_set_agg('2024-01-01', '1 hour', 'Nowhere');
SELECT v, try_value(v, 'saaskpi.session_set') FROM unnest(ARRAY['session_set 1 day 0 {1800,0,0} skipped 0 labels () rows (176,0:10,2,0)', 'session_set 1 day 0 {1800,0,0} skipped 0 labels () rows (176,0:10,1,0)',
    'session_set 1 day 0 {1800,0,0} skipped 0 labels () rows (176,0:10,2,0 176,900000000:0,1,0)', 'session_set 1 day 0 {1800,0,0} skipped 0 labels () rows (176,0:10,2,0 176,1900000000:0,1,0)',
    'session_set 1 day 0 {-1,0,0} skipped 0 labels () rows ()', 'session_set 1 day 0 {1800,1,0} skipped 0 labels () rows (176,0:10,2,0)', 'session_set 1 day 0 {1800,0,0} skipped 0 labels () rows (2000000000,0:10,2,0)']) AS v;
-- at random against session_number, in far zones, over both switches of the clock, shuffled and from parts
CREATE TABLE gen_times AS SELECT 'C' || pick(n, 'whose', 20) AS customer_id,
       (ARRAY[timestamptz '2024-03-30 20:00Z', timestamptz '2024-10-26 20:00Z'])[1 + pick(n, 'switch', 2)] + pick(n, 'minute', 1500) * interval '1 minute' + pick(n, 'second', 3) * interval '30 seconds' AS at FROM generate_series(1, 1500) AS n;
SELECT gap, coalesce(zone, '-') AS zone, sum(mine.n) AS sessions, count(*) FILTER (WHERE mine.all_of <> plain.all_of) AS wrong, count(*) FILTER (WHERE mine.s::text <> other.s::text) AS other_bits
  FROM unnest('{0,30 minutes,90.5 seconds,3 hours}'::interval[]) AS gap CROSS JOIN unnest('{NULL,UTC,Pacific/Pago_Pago,Pacific/Kiritimati,Europe/Berlin}'::text[]) AS zone
 CROSS JOIN LATERAL (SELECT customer_id, s, saaskpi.session_count(s) AS n, (SELECT array_agg(ROW(x.session, started_at, ended_at, x.events)::text ORDER BY x.session) FROM saaskpi.sessions(s) AS x) AS all_of
                       FROM (SELECT customer_id, saaskpi.session_set_agg(at, gap, zone) AS s FROM gen_times GROUP BY 1) AS q) AS mine
  JOIN LATERAL (SELECT customer_id, array_agg(ROW(session, a, b, n)::text ORDER BY session) AS all_of
                  FROM (SELECT customer_id, session, min(at) AS a, max(at) AS b, count(*) AS n
                          FROM (SELECT *, saaskpi.session_number(at, gap, zone) OVER (PARTITION BY customer_id ORDER BY at) AS session FROM gen_times) AS e GROUP BY 1, 2) AS s GROUP BY 1) AS plain USING (customer_id)
  JOIN LATERAL (SELECT customer_id, saaskpi.rollup(s) AS s FROM (SELECT customer_id, saaskpi.session_set_agg(at, gap, zone ORDER BY md5(at::text)) AS s FROM gen_times GROUP BY customer_id, extract(minute FROM at)::int % 4) AS p GROUP BY 1) AS other USING (customer_id)
 GROUP BY 1, 2 ORDER BY 1, 2;
-- more types than are numbered, by few customers over and over; in order, in none, from parts, and as they come
CREATE TABLE gen_types AS SELECT n, 'C' || n % 7 AS customer_id, date '2024-01-01' + CASE WHEN n % 7 < 4 THEN n / 700 ELSE pick(n, 'day', 40) END AS day,
       CASE n % 3 WHEN 0 THEN repeat('t', 40) || pick(n, 'type', 500) WHEN 1 THEN 'type ' || n % 2 ELSE 'type ' || n % 5 END AS type FROM generate_series(1, 30000) AS n;
WITH one AS (SELECT customer_id, saaskpi.event_history_agg(day, type ORDER BY n) AS h, saaskpi.event_history_agg(day, type ORDER BY md5(n::text)) AS shuffled FROM gen_types GROUP BY 1),
     parts AS (SELECT customer_id, saaskpi.rollup(h) AS h FROM (SELECT customer_id, saaskpi.event_history_agg(day, type) AS h FROM gen_types GROUP BY customer_id, n % 4) AS q GROUP BY 1),
     rows AS (SELECT d.* FROM one, saaskpi.event_days(h) AS d), plain AS (SELECT day, type, count(*) FROM gen_types GROUP BY customer_id, 1, 2)
SELECT (SELECT count(*) FROM one JOIN parts USING (customer_id) WHERE one.h::text = one.shuffled::text AND one.h::text = parts.h::text) AS same,
       (SELECT count(*) FROM rows) AS rows, (SELECT count(*) FROM (TABLE rows EXCEPT ALL TABLE plain) AS x) AS wrong, (SELECT count(*) FROM plain) AS plain;
SELECT count(*) AS rows, count(*) FILTER (WHERE events <> seen) AS wrong
  FROM (SELECT saaskpi.event_count(saaskpi.event_history_agg(day, type) OVER w) AS events, count(*) OVER w AS seen FROM gen_types WHERE n <= 2000 WINDOW w AS (PARTITION BY customer_id ORDER BY n)) AS q;
DROP FUNCTION plain_flow;
DROP TABLE few_events, few_event_history, gen_events, gen_event_history, gen_times, gen_types;
