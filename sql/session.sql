SET datestyle = iso;
SET timezone = 'UTC';
\set VERBOSITY terse
\pset null ~
CREATE TABLE session_events (customer_id text, event_time timestamptz);
INSERT INTO session_events VALUES
('a', '2025-01-01 10:00'), ('a', '2025-01-01 10:30'), ('a', '2025-01-01 11:00:00.000001'), ('a', '2025-01-01 11:00:00.000001'), ('a', '2025-01-02 09:00'), ('a', NULL),
('b', '2025-01-01 23:50'), ('b', '2025-01-02 00:05'), ('b', '2025-01-02 00:20'),
('c', '2025-03-30 00:50'), ('c', '2025-03-30 01:10'), ('c', '2025-03-30 22:10'), ('c', '2025-03-30 21:50');
-- exactly at the gap it is the same session, a microsecond later the next; ties are one
SELECT customer_id, event_time, saaskpi.session_number(event_time) OVER w AS session,
       saaskpi.session_number(event_time, '30 minutes', 'UTC') OVER w AS by_day, saaskpi.session_number(event_time, '30 minutes', 'Europe/Berlin') OVER w AS by_day_of_berlin,
       saaskpi.session_number(event_time, '0') OVER w AS by_time, saaskpi.session_number(event_time, '1 day') OVER w AS by_days
  FROM session_events WINDOW w AS (PARTITION BY customer_id ORDER BY event_time) ORDER BY customer_id, event_time;
-- against plain SQL, over days, zones and ties
SELECT setseed(0.5);
CREATE TABLE session_many AS
SELECT 'c' || i % 20 AS customer_id, timestamptz '2025-03-28' + random() * interval '4 days' AS event_time FROM generate_series(1, 4000) AS i
UNION ALL SELECT 'c' || i % 20, timestamptz '2025-10-24' + (random() * 400)::integer * interval '15 minutes' FROM generate_series(1, 4000) AS i;
SELECT g.gap, z.zone, count(*) AS events, count(*) FILTER (WHERE s.mine IS DISTINCT FROM s.plain) AS wrong, max(s.mine) > 5 AS many
  FROM unnest('{0,1 minute,15 minutes,30 minutes,26 hours}'::interval[]) AS g(gap), unnest('{UTC,Europe/Berlin,Pacific/Kiritimati,Pacific/Niue,America/New_York}'::text[]) AS z(zone),
       LATERAL (SELECT saaskpi.session_number(q.event_time, g.gap, z.zone) OVER w AS mine, sum(q.begins::integer) OVER w AS plain
                  FROM (SELECT customer_id, event_time, coalesce(event_time - lag(event_time) OVER v > g.gap
                                   OR (event_time AT TIME ZONE z.zone)::date <> (lag(event_time) OVER v AT TIME ZONE z.zone)::date, true) AS begins
                          FROM session_many WINDOW v AS (PARTITION BY customer_id ORDER BY event_time)) AS q
                WINDOW w AS (PARTITION BY q.customer_id ORDER BY q.event_time ROWS UNBOUNDED PRECEDING)) AS s
 GROUP BY 1, 2 ORDER BY 1, 2;
-- the greatest range there is
SELECT t, saaskpi.session_number(t) OVER (ORDER BY t), saaskpi.session_number(t, '100000000 days') OVER (ORDER BY t)
  FROM unnest('{4713-01-01 00:00 BC,2025-01-01 10:00,2025-01-01 10:30,294276-12-31 23:59}'::timestamptz[]) AS t;
-- refused
SELECT saaskpi.session_number(event_time, NULL) OVER (ORDER BY event_time) FROM session_events;
SELECT saaskpi.session_number(event_time, '-1 second') OVER (ORDER BY event_time) FROM session_events;
SELECT saaskpi.session_number(event_time, '1 month') OVER (ORDER BY event_time) FROM session_events;
SELECT saaskpi.session_number(event_time, '2147483647 days') OVER (ORDER BY event_time) FROM session_events;
SELECT saaskpi.session_number(event_time, '1 hour', 'Mars') OVER (ORDER BY event_time) FROM session_events;
SELECT saaskpi.session_number(event_time) OVER (ORDER BY event_time DESC) FROM session_events WHERE event_time IS NOT NULL;
SELECT saaskpi.session_number('infinity'::timestamptz) OVER ();
SELECT saaskpi.session_number(now());
SELECT saaskpi.session_number(event_time) OVER (ORDER BY event_time) FROM session_events WHERE false;
DROP TABLE session_events, session_many;
-- The day of an instant is the server's in every zone: around the changes of
-- clocks, in all years, and by an abbreviation.
SELECT count(DISTINCT z.name) > 400 AS zones, count(*) > 300000 AS instants,
       count(*) FILTER (WHERE saaskpi_internal.day_of(i.at, z.name) IS DISTINCT FROM (i.at AT TIME ZONE z.name)::date) AS differ
  FROM (SELECT name FROM pg_timezone_names UNION SELECT unnest('{EST,IST,+3,"<+01>-1<+02>,M3.5.0/2,M10.5.0/3"}'::text[])) AS z,
       (SELECT timestamptz '1883-01-01 23:30Z' + d * interval '97.4 days' AS at FROM generate_series(1, 700) AS d
         UNION ALL SELECT a FROM unnest('{infinity,-infinity,NULL,0044-03-15 23:59:59.999999Z BC,9999-12-31 22:00Z,1999-12-31 23:00:00.000001Z,2011-12-30 10:00Z,2024-03-31 00:59:59.999999Z,2024-03-31 01:00Z,2024-10-27 00:30Z,250000-06-30 22:30Z}'::timestamptz[]) AS a) AS i;
SELECT z, count(*) AS hours, count(*) FILTER (WHERE saaskpi_internal.day_of(i.at, z) IS DISTINCT FROM (i.at AT TIME ZONE z)::date) AS differ
  FROM unnest('{Europe/Berlin,America/Sao_Paulo,Asia/Tehran,Pacific/Apia,Africa/Casablanca,Antarctica/Troll,UTC}'::text[]) WITH ORDINALITY AS z(z, n),
       LATERAL (SELECT timestamptz '1995-01-01 00:00Z' + h * interval '1 hour' AS at FROM generate_series(0, 300000, 7) AS h) AS i
 GROUP BY z, n ORDER BY n;
SELECT saaskpi_internal.day_of('2024-01-01 12:00Z', 'Mars/Olympus');
