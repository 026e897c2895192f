-- The event log: small and ugly, drawn from the seed, in the current schema and,
-- told in another way, in the schema of the psql variable acme; and settings.
ALTER TABLE settings
    ADD zone text, ADD session_gap_minutes numeric, ADD splits boolean,
    ADD inactivity_days int, ADD week_start text, ADD price numeric,
    ADD brackets int[], ADD ages int;
UPDATE settings
SET zone = coalesce((SELECT max(w.zone) FROM way AS w), 'UTC'),
    session_gap_minutes =
        (ARRAY[30, 30, 0, 90.5, 1440])[1 + pg_temp.pick(:seed, 5, 'gap')],
    splits = :seed % 3 = 0,
    inactivity_days = (ARRAY[30, 7])[1 + :seed % 2],
    week_start = (ARRAY['monday', 'sunday', 'saturday'])[1 + :seed % 3],
    price = (ARRAY[50, 9.99])[1 + :seed % 2],
    brackets = CASE :seed % 4 WHEN 0 THEN '{1,3}'::int[] WHEN 1 THEN '{0,2}'
                    WHEN 2 THEN '{0,1,2,60}' ELSE '{0,1,4,8,15,31}' END,
    ages = (ARRAY[15, 5, 0, 33, 3])[1 + :seed % 5],
    sources = CASE WHEN :seed % 6 = 5 THEN sources
                   ELSE sources || '{events}'::text[] END;
CREATE TABLE events (event_id text, customer_id text, event_time timestamptz,
                     event_type text);
INSERT INTO events
SELECT CASE WHEN seed % 4 = 1 THEN NULL
            WHEN pg_temp.pick(seed, 9, 'no event id', p.i, j) = 0 THEN ''
            WHEN pg_temp.pick(seed, 9, 'no event id', p.i, j) = 1 THEN '(none)'
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

-- Funnels: each way of steps in each mode, by the seed.
CREATE TABLE funnels (funnel text, steps text[], window_days numeric,
                      mode text);
INSERT INTO funnels
SELECT format('f%s', n), steps::text[],
       (ARRAY[0.5, 7, 21, 400])[1 + pg_temp.pick(:seed, 4, 'window', n::int)],
       (ARRAY['default', 'strict_order', 'strict_dedup', 'strict_increase',
              'once'])[1 + (:seed + n) % 5]
FROM unnest(ARRAY['{signup,login,feature_A_used}', '{login,login,signup}',
                  '{login,Ünknown,(none),login}', '{plan_upgraded}',
                  '{login,feature_A_used,login,login}'])
    WITH ORDINALITY AS s (steps, n);

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
-- A time without a zone tells the two hours of one name in autumn not apart.
UPDATE events SET event_time = event_time AT TIME ZONE w.zone
                               AT TIME ZONE w.zone
FROM (SELECT coalesce((SELECT max(source_zone) FROM way), 'UTC') AS zone) AS w
WHERE :seed % 5 = 2;
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
WHERE event_id IS NULL OR event_id IN ('', '(none)') OR nth = 1;

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

-- The events of each customer in the order in which a funnel reads them: which
-- steps each of them is, and those that are none where they matter.
CREATE VIEW oracle_funnel_event AS
SELECT funnel, mode, steps, window_days * interval '24 hours' AS span,
       customer_id, at, hits,
       row_number() OVER (PARTITION BY funnel, customer_id
                          ORDER BY at, key) AS pos
FROM funnels
JOIN oracle_event ON at >= '1700-01-01Z' AND at < '2270-01-01Z'
CROSS JOIN LATERAL
    (SELECT array_agg(n::int) AS hits, coalesce(sum(1 << n::int), 0) AS key
     FROM unnest(steps) WITH ORDINALITY AS s (step, n) WHERE step = type) AS h
WHERE hits IS NOT NULL OR mode = 'strict_order';

-- Modes in which an event does the same for all chains. What it reaches as the
-- k-th step goes on from the last event before it that was the k-1-th.
CREATE VIEW oracle_funnel_chain AS
WITH RECURSIVE
e AS MATERIALIZED
(
    SELECT * FROM oracle_funnel_event
    WHERE mode IN ('default', 'strict_increase', 'strict_dedup')
),
step AS
(
    SELECT e.*, 1 AS step, ARRAY[at] AS times FROM e WHERE 1 = ANY (hits)
    UNION ALL
    SELECT * FROM
        (WITH was AS MATERIALIZED (SELECT * FROM step)
         SELECT e.*, p.step + 1, p.times || e.at
         FROM e CROSS JOIN LATERAL
             (SELECT was.* FROM was
              WHERE was.funnel = e.funnel AND was.customer_id = e.customer_id
                AND was.pos < e.pos
                AND (e.mode <> 'strict_increase' OR was.at < e.at)
              ORDER BY was.pos DESC LIMIT 1) AS p
         WHERE p.step + 1 = ANY (e.hits) AND e.at <= p.times[1] + e.span) AS n
),
ended AS
(
    SELECT e.funnel, e.customer_id, min(e.pos) AS pos
    FROM e JOIN step AS s USING (funnel, customer_id)
    WHERE e.mode = 'strict_dedup' AND s.step > 1 AND s.step = ANY (e.hits)
      AND s.pos < e.pos
    GROUP BY 1, 2
)
SELECT s.funnel, s.mode, s.steps, s.span, s.customer_id, s.pos, s.step,
       s.times
FROM step AS s LEFT JOIN ended AS x USING (funnel, customer_id)
WHERE x.pos IS NULL OR s.pos < x.pos;

-- In strict order, and where an event is used once, event by event: the chain
-- that came last to each step, and what the event made of them.
CREATE VIEW oracle_funnel_walk AS
WITH RECURSIVE
e AS MATERIALIZED
(
    SELECT *, cardinality(steps) AS n, mode = 'strict_order' AS ordered
    FROM oracle_funnel_event WHERE mode IN ('strict_order', 'once')
),
walk AS
(
    SELECT funnel, customer_id, 0::bigint AS pos, '{}'::jsonb AS chains,
           NULL::int AS took
    FROM (SELECT DISTINCT funnel, customer_id FROM e) AS d
    UNION ALL
    SELECT e.funnel, e.customer_id, e.pos,
           CASE WHEN ordered THEN '{}'::jsonb ELSE w.chains END
           || CASE WHEN t.took IS NULL THEN '{}'::jsonb
                   ELSE jsonb_build_object(t.took,
                       CASE t.took WHEN 1 THEN '[]'::jsonb
                            ELSE w.chains -> (t.took - 1)::text END
                       || to_jsonb(e.at)) END,
           t.took
    FROM walk AS w
    JOIN e ON e.funnel = w.funnel AND e.customer_id = w.customer_id
        AND e.pos = w.pos + 1
    CROSS JOIN LATERAL
        (SELECT max(h) AS took FROM unnest(e.hits) AS h
         WHERE h = 1 OR e.at <= (w.chains -> (h - 1)::text ->> 0)::timestamptz
                               + e.span) AS t
)
SELECT w.funnel, e.mode, e.steps, e.span, w.customer_id, w.pos, w.took AS step,
       ARRAY(SELECT t::timestamptz
             FROM jsonb_array_elements_text(w.chains -> w.took::text) AS t)
           AS times
FROM walk AS w JOIN e USING (funnel, customer_id, pos)
WHERE w.took IS NOT NULL;

-- Who began: the deepest step, by the chain that was there first.
CREATE VIEW oracle_funnel_way AS
WITH chain AS MATERIALIZED
(
    SELECT * FROM oracle_funnel_chain UNION ALL SELECT * FROM oracle_funnel_walk
)
SELECT DISTINCT ON (funnel, customer_id) c.*,
       (SELECT max(e.at) FROM oracle_funnel_event AS e
        WHERE e.funnel = c.funnel AND e.customer_id = c.customer_id
          AND 1 = ANY (e.hits)
          AND CASE mode WHEN 'once' THEN e.pos IN
                   (SELECT x.pos FROM chain AS x WHERE x.funnel = c.funnel
                       AND x.customer_id = c.customer_id AND x.step = 1)
                   WHEN 'strict_dedup' THEN e.pos <=
                   (SELECT max(x.pos) FROM chain AS x WHERE x.funnel = c.funnel
                       AND x.customer_id = c.customer_id)
                   ELSE true END) AS last_entry
FROM chain AS c
ORDER BY funnel, customer_id, step DESC, pos;

CREATE VIEW oracle_funnel_outcome AS
SELECT funnel, customer_id, step::bigint AS step, steps[step] AS event_type,
       times[1] AS entered_at, times[step] AS reached_at,
       last_entry AS last_entered_at,
       CASE WHEN step = cardinality(steps)
            THEN extract(epoch FROM times[step] - times[1]) END AS seconds,
       CASE WHEN step = cardinality(steps) THEN 'converted'
            WHEN last_entry + span < ends THEN 'dropped'
            ELSE 'in window' END AS outcome,
       CASE WHEN step = cardinality(steps) THEN times[1] ELSE last_entry END
           + span < ends AS is_mature, times
FROM oracle_funnel_way,
     (SELECT (as_of + 1)::timestamp AT TIME ZONE zone AS ends FROM settings)
         AS s;
