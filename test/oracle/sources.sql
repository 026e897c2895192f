-- The sources as an extension finds them: the tables of random_data.sql, told
-- in another way, in the schema of the psql variable acme. Dates become times
-- with or without a zone, the tables partitioned or views; columns are missing
-- here, and are NULL there from now on. What somebody's clock says of a day is
-- written back to the dates of the current schema.
DROP TABLE IF EXISTS pg_temp.way;
CREATE TEMP TABLE way AS
SELECT source, n, seed, dirty, pausing, :'acme'::text AS acme,
       zones[1 + pg_temp.pick(seed, 4, 'zone')] AS zone,
       zones[1 + pg_temp.pick(seed, 4, 'source zone')] AS source_zone,
       CASE pg_temp.pick(seed, 5, 'type of date', n)
            WHEN 0 THEN 'timestamp' WHEN 1 THEN 'timestamptz'
            ELSE 'date' END AS date_type,
       CASE pg_temp.pick(seed, 5, 'type of text', n)
            WHEN 0 THEN 'varchar' ELSE 'text' END AS text_type,
       CASE WHEN seed % 4 = 3 AND source <> 'costs'
              OR seed % 4 = 1 AND source IN ('subscriptions', 'payments')
            THEN 3 ELSE 0 END AS partitions,
       seed % 4 = 0 AND pg_temp.pick(seed, 3, 'view', n) = 0 AS is_view,
       CASE WHEN seed % 5 = 2 AND pg_temp.pick(seed, 2, 'missing', n) = 0
            THEN pg_temp.pick_text(seed, missable, 'missing column', n) END
           AS missing
FROM shape
CROSS JOIN (SELECT '{UTC,Europe/Athens,Pacific/Kiritimati,Pacific/Pago_Pago}'
                   ::text[]) AS z (zones)
CROSS JOIN (VALUES
    ('customers', 1, '{signup_date,segment,country,acquisition_channel}'
                     ::text[]),
    ('subscriptions', 2, '{subscription_id,plan_type,end_date}'),
    ('payments', 3, '{payment_id}'),
    ('costs', 4, '{infra_cost,marketing_cost,support_cost}'))
    AS s (source, n, missable)
WHERE source = ANY (sources);

DROP TABLE IF EXISTS pg_temp.way_column;
CREATE TEMP TABLE way_column AS
SELECT w.*, a.attname AS name, a.attnum AS nth,
       CASE format_type(a.atttypid, NULL) WHEN 'date' THEN date_type
            WHEN 'text' THEN text_type
            ELSE format_type(a.atttypid, NULL) END AS type
FROM way AS w
JOIN pg_attribute AS a ON a.attrelid = source::regclass AND attnum > 0
    AND NOT attisdropped AND attname <> 'is_active'
    AND (pausing OR attname NOT IN ('paused_from', 'resumes_on'));

-- Days become times of the day, in the zone of the source.
SELECT format('ALTER TABLE %I ALTER %I TYPE timestamp USING %2$I::timestamp '
              '+ make_interval(hours => pg_temp.pick(%s, 24, '
              'coalesce(%2$I::text, '''')))', source, name, seed)
FROM way_column WHERE type LIKE 'timestamp%' \gexec

SELECT format('CREATE TABLE %I.%I (%s)', acme,
              source || CASE WHEN is_view THEN '_kept' ELSE '' END,
              string_agg(name || ' ' || type, ', ' ORDER BY nth))
       || CASE WHEN partitions > 0 THEN ' PARTITION BY HASH (customer_id)'
               ELSE '' END
FROM way_column GROUP BY acme, source, is_view, partitions \gexec
SELECT format('CREATE TABLE %1$I.%2$I PARTITION OF %1$I.%3$I FOR VALUES '
              'WITH (MODULUS %4$s, REMAINDER %5$s)', acme, source || '_' || i,
              source, partitions, i)
FROM way, generate_series(0, partitions - 1) AS i \gexec
SELECT format('INSERT INTO %I.%I SELECT %s FROM %I', acme,
              source || CASE WHEN is_view THEN '_kept' ELSE '' END,
              string_agg(CASE type WHEN 'timestamptz'
                              THEN format('%I AT TIME ZONE %L', name,
                                          source_zone)
                              ELSE name END, ', ' ORDER BY nth), source)
FROM way_column GROUP BY acme, source, is_view \gexec
SELECT format('CREATE UNIQUE INDEX ON %I.customers (customer_id)', acme)
FROM way WHERE source = 'customers' AND NOT dirty AND NOT is_view \gexec
SELECT format('ALTER TABLE %I.%I DROP COLUMN %I', acme,
              source || CASE WHEN is_view THEN '_kept' ELSE '' END, missing)
FROM way WHERE missing IS NOT NULL \gexec
SELECT format('CREATE VIEW %1$I.%2$I AS TABLE %1$I.%3$I', acme, source,
              source || '_kept')
FROM way WHERE is_view \gexec

-- One without what it is for is as good as none.
SELECT format('CREATE TABLE %I.%I (some_id text)', :'acme', source)
FROM shape, unnest('{customers,subscriptions,payments,costs}'::text[])
    AS s (source)
WHERE source <> ALL (sources) AND seed % 10 = 4 \gexec

-- And these times days again, in the zone of the reports.
SELECT format('ALTER TABLE %I ALTER %I TYPE date '
              'USING (%2$I AT TIME ZONE %L AT TIME ZONE %L)::date',
              source, name, source_zone, zone)
FROM way_column WHERE type LIKE 'timestamp%' \gexec
SELECT format('UPDATE %I SET %I = NULL', source, missing)
FROM way WHERE missing IS NOT NULL \gexec
