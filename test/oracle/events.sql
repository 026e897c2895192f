-- The event log: small and ugly, drawn from the seed, in the current schema and,
-- told in another way, in the schema of the psql variable acme; and settings.
ALTER TABLE settings
    ADD zone text, ADD session_gap_minutes numeric, ADD splits boolean,
    ADD inactivity_days int, ADD week_start text, ADD price numeric;
UPDATE settings
SET zone = coalesce((SELECT max(w.zone) FROM way AS w), 'UTC'),
    session_gap_minutes =
        (ARRAY[30, 30, 0, 90.5, 1440])[1 + pg_temp.pick(:seed, 5, 'gap')],
    splits = :seed % 3 = 0,
    inactivity_days = (ARRAY[30, 7])[1 + :seed % 2],
    week_start = (ARRAY['monday', 'sunday', 'saturday'])[1 + :seed % 3],
    price = (ARRAY[50, 9.99])[1 + :seed % 2],
    sources = CASE WHEN :seed % 6 = 5 THEN sources
                   ELSE sources || '{events}'::text[] END;
CREATE TABLE events (event_id text, customer_id text, event_time timestamptz,
                     event_type text);
INSERT INTO events
SELECT CASE WHEN seed % 4 = 1 THEN NULL
            ELSE 'e' || pg_temp.pick(seed, 40, 'event id', p.i, j) END,
       CASE WHEN dirty THEN
            CASE pg_temp.pick(seed, 30, 'event of', p.i, j)
                 WHEN 0 THEN NULL WHEN 1 THEN 'nobody ' || j WHEN 2 THEN ''
                 ELSE p.id END
            ELSE p.id END,
       CASE WHEN dirty AND pg_temp.pick(seed, 40, 'bad time', p.i, j) < 3
            THEN (ARRAY[NULL, 'infinity', '-infinity'])
                 [1 + pg_temp.pick(seed, 40, 'bad time', p.i, j)]::timestamptz
            ELSE (m.day + pg_temp.pick(seed, 4, 'event day', p.i, j) * 7)
                     ::timestamp AT TIME ZONE 'UTC'
                 + pg_temp.pick(seed, 100, 'quarter hour', p.i, j)
                   * interval '15 minutes'
                 + pg_temp.pick(seed, 3, 'a little', p.i, j)
                   * interval '1 microsecond' END,
       (ARRAY['signup', 'login', 'login', 'feature_A_used', 'error_occurred',
              'plan_upgraded', 'subscription_cancelled', 'Ünknown', '', NULL])
       [1 + pg_temp.pick(seed, 10, 'event type', p.i, j)]
FROM shape AS s CROSS JOIN person AS p
CROSS JOIN LATERAL generate_series(1, pg_temp.pick(seed, 25, 'ev', p.i)) AS j
JOIN mark AS m ON m.i = p.i
    AND m.nth = pg_temp.pick(seed, marks, 'event mark', p.i, j)
WHERE seed % 6 <> 5;

-- With and without numbers of events, times without a zone, partitions, a view.
SELECT format('CREATE TABLE %I.events%s (%s customer_id text, event_time %s, '
              'event_type varchar)%s', :'acme',
              CASE :seed % 4 WHEN 3 THEN '_kept' ELSE '' END,
              CASE :seed % 4 WHEN 1 THEN '' ELSE 'event_id text,' END,
              CASE :seed % 5 WHEN 2 THEN 'timestamp' ELSE 'timestamptz' END,
              CASE :seed % 4 WHEN 0 THEN ' PARTITION BY HASH (customer_id)'
                             ELSE '' END)
WHERE :seed % 6 <> 5 \gexec
SELECT format('CREATE TABLE %1$I.events_%2$s PARTITION OF %1$I.events FOR '
              'VALUES WITH (MODULUS 2, REMAINDER %2$s)', :'acme', i)
FROM generate_series(0, 1) AS i WHERE :seed % 6 <> 5 AND :seed % 4 = 0 \gexec
SELECT format('CREATE VIEW %1$I.events AS TABLE %1$I.events_kept', :'acme')
WHERE :seed % 6 <> 5 AND :seed % 4 = 3 \gexec
DROP TABLE IF EXISTS pg_temp.event_way;
CREATE TEMP TABLE event_way AS
SELECT part, format('INSERT INTO %I.events%s (%s customer_id, event_time, '
              'event_type) SELECT %3$s customer_id, %4$s, event_type %5$s',
              :'acme',
              CASE :seed % 4 WHEN 3 THEN '_kept' ELSE '' END,
              CASE :seed % 4 WHEN 1 THEN '' ELSE 'event_id,' END,
              CASE :seed % 5
                   WHEN 2 THEN format('event_time AT TIME ZONE %L',
                       coalesce((SELECT max(source_zone) FROM way), 'UTC'))
                   ELSE 'event_time' END,
              format('FROM events AS x WHERE hashtext(x::text) %% 4 %s 0',
                     CASE part WHEN 1 THEN '<>' ELSE '=' END)) AS statement
FROM generate_series(1, 2) AS part WHERE :seed % 6 <> 5;
SELECT statement FROM event_way WHERE part = 1 \gexec

-- Events by what they count for: of one number of one customer the first.
CREATE VIEW oracle_event AS
SELECT customer_id, at, (at AT TIME ZONE zone)::date AS day, type
FROM (SELECT *, row_number() OVER (PARTITION BY customer_id, event_id
                                   ORDER BY at, type COLLATE "C") AS nth
      FROM (SELECT nullif(nullif(customer_id, ''), '(none)') AS customer_id,
                   event_id, zone,
                   coalesce(nullif(event_type, ''), '(none)') AS type,
                   CASE WHEN isfinite(event_time)
                         AND (event_time AT TIME ZONE zone)::date
                             >= earliest_date THEN event_time END AS at
            FROM events, settings
            WHERE event_time IS NULL OR NOT isfinite(event_time)
               OR (event_time AT TIME ZONE zone)::date <= as_of) AS e
      WHERE customer_id IS NOT NULL) AS r
WHERE event_id IS NULL OR nth = 1;

CREATE VIEW oracle_session AS
SELECT customer_id, session, min(at) AS began, max(at) AS ended,
       min(day) AS day, count(*) AS events,
       extract(epoch FROM max(at) - min(at)) AS seconds
FROM (SELECT *, count(*) FILTER (WHERE begins)
                    OVER (PARTITION BY customer_id ORDER BY at, type
                          ROWS UNBOUNDED PRECEDING) AS session
      FROM (SELECT e.*, coalesce(at - lag(at) OVER w
                                 > session_gap_minutes * interval '1 minute'
                                 OR splits AND day <> lag(day) OVER w, true)
                            AS begins
            FROM oracle_event AS e, settings WHERE at IS NOT NULL
            WINDOW w AS (PARTITION BY customer_id ORDER BY at, type)) AS b)
     AS s
GROUP BY customer_id, session;

CREATE FUNCTION oracle_period(grain text, day date) RETURNS date
LANGUAGE sql STABLE AS
$$
    SELECT CASE grain WHEN 'day' THEN $2
                WHEN 'month' THEN date_trunc('month', $2::timestamp)::date
                ELSE date_trunc('week', ($2 + k)::timestamp)::date - k END
    FROM (SELECT CASE week_start WHEN 'monday' THEN 0 WHEN 'sunday' THEN 1
                      ELSE 2 END AS k FROM settings) AS w
$$;
CREATE FUNCTION oracle_next(grain text, period date) RETURNS date
LANGUAGE sql IMMUTABLE AS
$$ SELECT ($2 + ('1 ' || grain)::interval)::date $$;

-- Customers by grain, type (null: any) and period.
CREATE VIEW oracle_event_period AS
WITH told AS MATERIALIZED
(
    SELECT customer_id, grain, t AS type, oracle_period(grain, day) AS period,
           count(*) AS n
    FROM oracle_event, unnest('{day,week,month}'::text[]) AS grain,
         unnest(ARRAY[type, NULL]) AS t
    WHERE at IS NOT NULL
    GROUP BY 1, 2, 3, 4
),
seen AS MATERIALIZED
(
    SELECT *, oracle_next(grain, period) AS next,
           oracle_next(grain, lag(period) OVER w) AS before_ends,
           lead(period) OVER w AS after
    FROM told
    WINDOW w AS (PARTITION BY customer_id, grain, type ORDER BY period)
),
grid AS
(
    SELECT grain, type, oracle_period(grain, d::date) AS period
    FROM (SELECT grain, type, min(period) AS first FROM told GROUP BY 1, 2)
             AS f, settings,
         generate_series(first::timestamp, as_of, ('1 ' || grain)::interval)
             AS d
),
hit AS
(
    SELECT grain, type, period, sum(n) AS events, count(*) AS active,
           count(*) FILTER (WHERE before_ends IS NULL) AS new,
           count(*) FILTER (WHERE before_ends = period) AS again,
           count(*) FILTER (WHERE before_ends < period) AS resurrecting
    FROM seen GROUP BY 1, 2, 3
),
gone AS
(
    SELECT grain, type, next AS period, count(*) AS dormant
    FROM seen WHERE after IS DISTINCT FROM next GROUP BY 1, 2, 3
)
SELECT g.grain, g.type, g.period, coalesce(events, 0)::bigint AS events,
       coalesce(active, 0) AS active, coalesce(new, 0) AS new,
       coalesce(again, 0) AS "returning",
       coalesce(resurrecting, 0) AS resurrecting,
       coalesce(dormant, 0) AS dormant,
       oracle_next(g.grain, g.period) <= as_of AS is_complete
FROM settings CROSS JOIN grid AS g
LEFT JOIN hit AS h ON h.grain = g.grain AND h.period = g.period
    AND h.type IS NOT DISTINCT FROM g.type
LEFT JOIN gone AS x ON x.grain = g.grain AND x.period = g.period
    AND x.type IS NOT DISTINCT FROM g.type;
