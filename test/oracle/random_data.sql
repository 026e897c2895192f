-- A small ugly data set, drawn from the psql variable seed and nothing else,
-- into the tables of tables.sql in the current schema. The same seed gives
-- the same rows anywhere: every choice is a hash of the seed, a label and a
-- row number, never the state of a random number generator.

-- A choice of 0 .. n-1 for a label and up to two numbers.
CREATE OR REPLACE FUNCTION pg_temp.pick(seed int, n int, label text,
                                        i int DEFAULT 0, j int DEFAULT 0)
RETURNS int LANGUAGE sql IMMUTABLE AS
$$
    SELECT (('x' || substr(md5(format('%s/%s/%s/%s', seed, label, i, j)),
                           1, 8))::bit(32)::bigint % n)::int
$$;

-- One of the given texts.
CREATE OR REPLACE FUNCTION pg_temp.pick_text(seed int, choices text[],
                                             label text, i int DEFAULT 0,
                                             j int DEFAULT 0)
RETURNS text LANGUAGE sql IMMUTABLE AS
$$
    SELECT choices[1 + pg_temp.pick(seed, cardinality(choices), label, i, j)]
$$;

-- The shape of the data set.
DROP TABLE IF EXISTS pg_temp.shape;
CREATE TEMP TABLE shape AS
SELECT :seed AS seed, base, months, as_of,
       CASE WHEN :seed % 17 = 3 THEN 1
            WHEN :seed % 17 = 5 THEN 2
            WHEN :seed % 17 = 9 THEN 40 + pg_temp.pick(:seed, 21, 'many')
            ELSE 3 + pg_temp.pick(:seed, 20, 'n') END AS customers,
       -- Which tables stay empty: a bit each, mostly none.
       CASE WHEN :seed % 37 = 0 THEN 15
            WHEN :seed % 13 = 4 THEN 1 << pg_temp.pick(:seed, 4, 'empty')
            ELSE 0 END AS empty,
       -- Prices of one data set: few round ones, so that changes often net
       -- to nothing; cents; one to four decimals; large.
       pg_temp.pick(:seed, 5, 'price style') AS price_style,
       :seed % 11 = 6 AS all_churned,
       :seed % 29 = 8 AS all_future,
       :seed % 7 <> 2 AS dirty,
       1 + pg_temp.pick(:seed, 5, 'plans') AS plans,
       -- Dates long before anything, which somebody mistyped; and refunds of
       -- whole years, so that more goes back in a month than came.
       :seed % 5 = 3 AS ancient,
       :seed % 8 = 5 AS paid_back,
       -- Whether subscriptions can be paused.
       :seed % 6 IN (1, 2) AS pausing,
       -- Sources that are not there.
       CASE WHEN :seed % 5 = 4
            THEN ARRAY(SELECT source
                       FROM unnest('{customers,subscriptions,payments,costs}'
                                   ::text[]) WITH ORDINALITY AS s (source, n)
                       WHERE pg_temp.pick(:seed, 5, 'there', n::int) > 2
                          OR n = 1 + pg_temp.pick(:seed, 4, 'one'))
            ELSE '{customers,subscriptions,payments,costs}' END AS sources,
       -- Chained: a customer's subscriptions follow one another, mostly with
       -- gaps, so that there are many returns; else they overlap at random.
       :seed % 3 = 1 AS chained,
       CASE WHEN :seed % 3 = 1 THEN 8
            ELSE 2 + pg_temp.pick(:seed, 4, 'marks') END AS marks,
       pg_temp.pick(:seed, 4, 'subs') AS subs,
       pg_temp.pick(:seed, 3, 'density') AS density
FROM (SELECT base, months,
             CASE pg_temp.pick(:seed, 7, 'as_of')
                  WHEN 0 THEN last_month
                  WHEN 1 THEN (last_month + interval '1 month')::date - 1
                  WHEN 2 THEN last_month + 14
                  WHEN 3 THEN (date_trunc('year', last_month::timestamp)
                               + interval '2 months')::date - 1
                  ELSE last_month + pg_temp.pick(:seed, 28, 'as_of day')
                  END AS as_of
      FROM (SELECT base, months,
                   (base + make_interval(months => months))::date
                       AS last_month
            FROM (SELECT make_date(2015 + pg_temp.pick(:seed, 10, 'year'),
                                   1 + pg_temp.pick(:seed, 12, 'month'), 1)
                             AS base,
                         CASE pg_temp.pick(:seed, 4, 'short')
                              WHEN 0 THEN pg_temp.pick(:seed, 4, 'months')
                              ELSE 5 + pg_temp.pick(:seed, 34, 'months') END
                             AS months) AS a) AS b) AS c;

-- Names. Case, an accent, the text that stands for NULL, and the empty text.
DROP TABLE IF EXISTS pg_temp.person;
CREATE TEMP TABLE person AS
SELECT i,
       CASE WHEN i % 23 = 7 THEN 'Ünal ' || i
            WHEN i % 23 = 11 THEN repeat('long-', 12) || i
            WHEN i = 5 AND seed % 6 = 1 THEN ''
            WHEN i = 3 AND seed % 6 = 2 THEN '(none)'
            WHEN i % 5 = 0 THEN 'C' || i
            ELSE 'c' || i END AS id
FROM shape, generate_series(1, customers) AS i;

-- Each customer has a few marked days around which everything happens, so
-- that ends meet starts, switches fall on one day, and signups meet payments.
-- Months' first and last days and leap days come up often.
DROP TABLE IF EXISTS pg_temp.mark;
CREATE TEMP TABLE mark AS
SELECT i, k, day,
       (row_number() OVER (PARTITION BY i ORDER BY day, k))::int - 1 AS nth
FROM (SELECT i, k,
             CASE pg_temp.pick(seed, 8, 'mark snap', i, k)
                  WHEN 0 THEN date_trunc('month', day::timestamp)::date
                  WHEN 1 THEN (date_trunc('month', day::timestamp)
                               + interval '1 month')::date - 1
                  WHEN 2 THEN (date_trunc('year', day::timestamp)
                               + interval '2 months')::date - 1
                  WHEN 3 THEN least(day, as_of)
                  WHEN 4 THEN CASE WHEN ancient
                      THEN (ARRAY['1825-03-04', '1925-01-01', '1970-01-01',
                                  '1970-01-02', '0202-02-02', '1969-12-31',
                                  '1899-12-30'])
                           [1 + pg_temp.pick(seed, 7, 'ancient', i, k)]::date
                      ELSE day END
                  ELSE day END AS day
      FROM (SELECT s.*, i, k,
             CASE WHEN all_future AND i > 1 THEN
                  as_of + 1 + pg_temp.pick(seed, 90, 'future mark', i, k)
             ELSE base + pg_temp.pick(seed, greatest(1, as_of - base + 25),
                                      'mark', i, k) END AS day
      FROM shape AS s, person, generate_series(0, marks - 1) AS k) AS x) AS y;

-- The price list: n distinct amounts in the style of the data set.
DROP TABLE IF EXISTS pg_temp.price;
CREATE TEMP TABLE price AS
SELECT k,
       CASE price_style
            WHEN 0 THEN (ARRAY[10, 20, 30, 50, 80])[1 + k % 5]::numeric
            WHEN 1 THEN 1 + pg_temp.pick(seed, 20000, 'price', k) / 100.0
            WHEN 2 THEN (1 + pg_temp.pick(seed, 5000000, 'price', k))
                        / (ARRAY[10, 100, 1000, 10000])[1 + k % 4]::numeric
            WHEN 3 THEN 100.0 * (1 + pg_temp.pick(seed, 100000000, 'price', k))
            ELSE pg_temp.pick(seed, 4, 'price', k) * 25 END::numeric(14, 4)
       -- An hour of a year's price, and halves of the last digit.
       + CASE WHEN seed % 10 = 7 THEN k % 4 * 0.00005
              WHEN seed % 10 = 8 THEN 1 / 8760.0 ELSE 0 END AS amount
FROM shape, generate_series(0, 9) AS k;

-- Subscriptions between two marked days of a customer.
INSERT INTO subscriptions
SELECT 's' || i || '-' || j,
       CASE WHEN dirty AND pick_bad = 0 THEN NULL
            WHEN pick_bad = 1 THEN 'nobody ' || j
            ELSE id END,
       CASE pg_temp.pick(seed, plans + 1, 'plan', i, j)
            WHEN 0 THEN CASE pg_temp.pick(seed, 6, 'plan none', i, j)
                             WHEN 0 THEN NULL
                             WHEN 1 THEN '(none)'
                             WHEN 2 THEN ''
                             ELSE 'basic' END
            WHEN 1 THEN 'Pro'
            WHEN 2 THEN 'alpha'
            WHEN 3 THEN 'pro'
            WHEN 4 THEN 'Émile'
            ELSE 'Zeta' END,
       CASE WHEN dirty THEN
            CASE pg_temp.pick(seed, 60, 'bad start', i, j)
                 WHEN 0 THEN NULL
                 WHEN 1 THEN date 'infinity'
                 WHEN 2 THEN date '-infinity'
                 ELSE a END
            ELSE a END,
       CASE WHEN all_churned THEN least(b, as_of - 1)
            ELSE CASE pg_temp.pick(seed, 40, 'end', i, j)
                      WHEN 0 THEN date 'infinity'
                      WHEN 1 THEN date '9999-12-31'
                      WHEN 2 THEN CASE WHEN dirty THEN date '-infinity' END
                      WHEN 3 THEN as_of
                      WHEN 4 THEN as_of + 1
                      WHEN 5 THEN a
                      WHEN 6 THEN a + 1
                      ELSE CASE WHEN pg_temp.pick(seed, 10, 'open', i, j) < 3
                                THEN NULL ELSE b END END END,
       CASE WHEN dirty THEN
            CASE pg_temp.pick(seed, 50, 'bad price', i, j)
                 WHEN 0 THEN NULL
                 WHEN 1 THEN -amount - 1
                 WHEN 2 THEN 'NaN'
                 WHEN 3 THEN 'Infinity'
                 WHEN 4 THEN 0
                 WHEN 5 THEN 0
                 WHEN 6 THEN '-Infinity'
                 WHEN 7 THEN 922337203685477.5808
                 ELSE amount END
            ELSE amount END
FROM (SELECT s.*, p.i, p.id, j, price.amount,
             pg_temp.pick(seed, 50, 'bad customer', p.i, j) AS pick_bad,
             CASE WHEN in_order THEN least(x.day, y.day) ELSE x.day END AS a,
             CASE WHEN in_order THEN greatest(x.day, y.day) ELSE y.day END
                 AS b
      FROM shape AS s
      CROSS JOIN person AS p
      CROSS JOIN LATERAL
          generate_series(1, pg_temp.pick(seed, 3 + 2 * subs, 'n', p.i)) AS j
      JOIN mark AS x ON x.i = p.i
          AND x.nth = CASE WHEN chained
              THEN (2 * j - 2 + pg_temp.pick(seed, 2, 'from', p.i, j)) % marks
              ELSE pg_temp.pick(seed, marks, 'from', p.i, j) END
      JOIN mark AS y ON y.i = p.i
          AND y.nth = CASE WHEN chained
              THEN (2 * j - 1 + pg_temp.pick(seed, 2, 'to', p.i, j)) % marks
              ELSE pg_temp.pick(seed, marks, 'to', p.i, j) END
      JOIN price ON price.k = pg_temp.pick(seed, 10, 'price of', p.i, j)
      CROSS JOIN LATERAL
          (SELECT pg_temp.pick(seed, 12, 'in order', p.i, j) > 0) AS o
              (in_order)) AS z
WHERE empty & 1 = 0;

-- Some are paused: once, for days or for good, from before they start, within
-- a month or over years. A pause that ends before it begins does not end.
UPDATE subscriptions SET paused_from = start_date + days,
       resumes_on = start_date + days
           + CASE pg_temp.pick(seed, 4, 'resumes ' || subscription_id)
                  WHEN 0 THEN NULL
                  WHEN 1 THEN pg_temp.pick(seed, 12, subscription_id) - 1
                  ELSE pg_temp.pick(seed, 90, subscription_id) END
FROM (SELECT shape.*, s.ctid AS row,
             pg_temp.pick(seed, 100, 'paused ' || subscription_id) - 5 AS days
      FROM shape, subscriptions AS s) AS s
WHERE s.row = subscriptions.ctid AND pausing
  AND start_date BETWEEN '0200-01-01' AND '9000-01-01'
  AND pg_temp.pick(seed, 5, 'pauses ' || subscription_id) < 2;

-- Some subscriptions stand there twice, to the letter.
INSERT INTO subscriptions
SELECT s.* FROM subscriptions AS s, shape
WHERE dirty AND pg_temp.pick(seed, 15, 'twice ' || subscription_id) = 0;

-- Payments: from none to a few a month; of a price on the list, of that and
-- a bit more or less, refunds, nothing, failures, statuses unheard of.
INSERT INTO payments
SELECT 'p' || i || '-' || j,
       CASE WHEN dirty AND pick_bad = 0 THEN NULL
            WHEN pick_bad = 1 THEN 'stranger ' || (j % 3)
            ELSE id END,
       CASE pg_temp.pick(seed, 60, 'pay day', i, j)
            WHEN 0 THEN CASE WHEN dirty THEN date 'infinity' ELSE day END
            WHEN 1 THEN CASE WHEN dirty THEN date '-infinity' ELSE day END
            WHEN 2 THEN CASE WHEN dirty THEN NULL ELSE day END
            WHEN 3 THEN as_of
            WHEN 4 THEN as_of + 1
            WHEN 5 THEN date_trunc('month', day::timestamp)::date
            WHEN 6 THEN date_trunc('month', day::timestamp)::date - 1
            ELSE day END,
       CASE pg_temp.pick(seed, 24, 'amount', i, j)
            WHEN 0 THEN CASE WHEN paid_back THEN -24 * amount
                             ELSE -amount END
            WHEN 1 THEN -round(amount / 3, 2)
            WHEN 2 THEN 0
            WHEN 3 THEN 12 * amount
            WHEN 4 THEN amount / 2
            WHEN 5 THEN amount + 0.01
            WHEN 6 THEN CASE WHEN dirty THEN NULL ELSE amount END
            WHEN 7 THEN CASE WHEN dirty AND j % 2 = 0 THEN 'NaN'
                             WHEN dirty AND j % 3 = 0 THEN '-Infinity'
                             WHEN dirty AND j % 5 = 0 THEN 'Infinity'
                             WHEN dirty AND j % 7 = 0
                             THEN 922337203685477.5808
                             ELSE amount END
            ELSE amount END,
       CASE pg_temp.pick(seed, 20, 'status', i, j)
            WHEN 0 THEN pg_temp.pick_text(seed,
                '{success,FAILED,Pending,NULL,"","Success ",Refunded," PAID",
                  refund,chargeback,Disputed,canceled,weird,"not paid"}',
                'odd status', i, j)
            WHEN 5 THEN CASE WHEN seed % 3 = 0
                             THEN pg_temp.pick_text(seed,
                                 '{paid,Refunded,dispute_lost,pending,Declined}',
                                 'other status', i, j)
                             ELSE 'Success' END
            WHEN 1 THEN 'Failed'
            WHEN 2 THEN 'Failed'
            WHEN 3 THEN 'Failed'
            WHEN 4 THEN 'Failed'
            ELSE 'Success' END
FROM (SELECT s.*, p.i, p.id, j, price.amount,
             pg_temp.pick(seed, 40, 'bad payer', p.i, j) AS pick_bad,
             CASE pg_temp.pick(seed, 3, 'near', p.i, j)
                  WHEN 0 THEN m.day
                              + pg_temp.pick(seed, 3, 'off', p.i, j) - 1
                  ELSE base - 5 + pg_temp.pick(seed, as_of - base + 15,
                                               'day', p.i, j) END AS day
      FROM shape AS s
      CROSS JOIN person AS p
      CROSS JOIN LATERAL
          generate_series(1, pg_temp.pick(seed,
                             (ARRAY[4, 2 + months / 2, 4 + 2 * months])
                                 [1 + density], 'payments', p.i)) AS j
      JOIN mark AS m ON m.i = p.i
          AND m.k = pg_temp.pick(seed, marks, 'pay mark', p.i, j)
      JOIN price ON price.k = pg_temp.pick(seed, 10, 'pay price', p.i, j % 3)
     ) AS z
WHERE empty & 2 = 0;

INSERT INTO payments
SELECT p.* FROM payments AS p, shape
WHERE dirty AND pg_temp.pick(seed, 30, 'twice ' || payment_id) = 0;

-- Customers; a few are missing, a few stand there twice with other facts.
INSERT INTO customers
SELECT CASE WHEN dirty AND pg_temp.pick(seed, 40, 'no id', i, c) = 0
            THEN NULL ELSE id END,
       CASE pg_temp.pick(seed, 30, 'signup', i, c)
            WHEN 0 THEN NULL
            WHEN 1 THEN CASE WHEN dirty THEN date 'infinity' ELSE day END
            WHEN 2 THEN CASE WHEN dirty THEN date '-infinity' ELSE day END
            WHEN 3 THEN as_of
            WHEN 4 THEN as_of + 1
            WHEN 5 THEN as_of - 30
            WHEN 6 THEN as_of - 29
            WHEN 7 THEN (base - interval '2 months')::date
            ELSE day END,
       pg_temp.pick_text(seed, '{SMB,Enterprise,smb,"",NULL,(none)}',
                         'segment', i, c % 2),
       CASE WHEN seed % 5 = 0 THEN NULL
            ELSE pg_temp.pick_text(seed, '{DE,FR,US,"",NULL,Österreich}',
                                   'country', i, c) END,
       CASE WHEN seed % 9 = 0 THEN 'ads'
            ELSE pg_temp.pick_text(seed, '{ads,Organic,organic,NULL}',
                                   'channel', i, c) END,
       pg_temp.pick(seed, 3, 'flag', i) > 0
FROM (SELECT s.*, p.i, p.id, c, m.day
      FROM shape AS s
      CROSS JOIN person AS p
      CROSS JOIN LATERAL
          generate_series(1, CASE pg_temp.pick(seed, 16, 'copies', p.i)
                                  WHEN 0 THEN 0
                                  WHEN 1 THEN CASE WHEN dirty THEN 2
                                                   ELSE 1 END
                                  WHEN 2 THEN CASE WHEN dirty THEN 3
                                                   ELSE 1 END
                                  ELSE 1 END) AS c
      JOIN mark AS m ON m.i = p.i
          AND m.k = pg_temp.pick(seed, CASE WHEN c < 3 THEN 1 ELSE marks END,
                                 'signup mark', p.i, c)) AS z
WHERE empty & 4 = 0;

-- Costs: most months, some twice, some without one of the figures, some
-- outside of the range, some with a month that is none.
INSERT INTO costs
SELECT CASE pg_temp.pick(seed, 40, 'cost month', k)
            WHEN 0 THEN CASE WHEN dirty THEN NULL ELSE month END
            WHEN 1 THEN CASE WHEN dirty THEN '2020-13' ELSE month END
            WHEN 2 THEN to_char(base - interval '3 months', 'YYYY-MM')
            ELSE month END,
       CASE WHEN pg_temp.pick(seed, 30, 'infra', k) > 0
            THEN pg_temp.pick(seed, 40000, 'infra cost', k) / 100.0 END,
       CASE WHEN pg_temp.pick(seed, 30, 'marketing', k) > 1
            THEN pg_temp.pick(seed, 9, 'marketing cost', k) * 37.5 END,
       CASE WHEN pg_temp.pick(seed, 30, 'support', k) > 0
            THEN pg_temp.pick(seed, 500, 'support cost', k)::numeric END
FROM (SELECT s.*, k,
             to_char(base + make_interval(months => k / 2), 'YYYY-MM')
                 AS month
      FROM shape AS s, generate_series(-2, 2 * months + 5) AS k
      WHERE k % 2 = 0 AND pg_temp.pick(seed, 9, 'costs', k) > 0
         OR pg_temp.pick(seed, 9, 'more costs', k) = 0) AS z
WHERE empty & 8 = 0;

-- What the words mean, by kpi_payment_statuses; and some of our own.
INSERT INTO statuses
SELECT status,
       CASE WHEN status = 'refunded' AND seed % 7 = 1 THEN 'ignore'
            ELSE meaning END
FROM shape,
     (VALUES ('success', 'success'), ('paid', 'success'),
             ('failed', 'failed'), ('declined', 'failed'),
             ('refunded', 'refund'), ('refund', 'refund'),
             ('chargeback', 'dispute'), ('disputed', 'dispute'),
             ('dispute_lost', 'dispute'), ('pending', 'pending'),
             ('canceled', 'ignore')) AS s (status, meaning)
UNION ALL
SELECT 'weird', 'success' FROM shape WHERE seed % 7 = 1
UNION ALL
SELECT 'not paid', 'failed' FROM shape WHERE seed % 7 = 3;

INSERT INTO settings
SELECT as_of,
       (ARRAY[0.10, 0.10, 0.05, 0.2])[1 + pg_temp.pick(seed, 4, 'warn')],
       (ARRAY[0.15, 0.15, 0.10, 0.5])[1 + pg_temp.pick(seed, 4, 'warn')],
       (ARRAY[30, 30, 7, 14, 90])[1 + pg_temp.pick(seed, 5, 'window')],
       CASE pg_temp.pick(seed, 7, 'earliest')
            WHEN 0 THEN (base + interval '2 months')::date + 9
            WHEN 1 THEN '1925-01-01'
            ELSE date '1970-01-02' END,
       seed % 4 = 2, sources
FROM shape;

-- What customers were: of every second data set, of most of them.
INSERT INTO customer_history
SELECT CASE pg_temp.pick(seed, 25, 'whose', i, n) WHEN 0 THEN '' WHEN 1 THEN 'nobody' ELSE id END,
       CASE pg_temp.pick(seed, 25, 'since', i, n)
            WHEN 0 THEN NULL
            WHEN 1 THEN CASE WHEN dirty THEN date '-infinity' ELSE base END
            WHEN 2 THEN CASE WHEN dirty THEN date '1066-10-14' ELSE as_of END
            WHEN 3 THEN as_of
            WHEN 4 THEN as_of + 1
            WHEN 5 THEN date_trunc('month', as_of::timestamp)::date
            WHEN 6 THEN (date_trunc('month', as_of::timestamp) - interval '1 month')::date - 1
            ELSE base + pg_temp.pick(seed, greatest(as_of - base, 1), 'changed on', i, n) - 60 END,
       pg_temp.pick_text(seed, '{SMB,Enterprise,Mid,"",NULL,(none)}', 'segment then', i, n),
       pg_temp.pick_text(seed, '{DE,FR,"",NULL}', 'country then', i, n),
       pg_temp.pick_text(seed, '{ads,NULL}', 'channel then', i, n),
       CASE pg_temp.pick(seed, 3, 'says') WHEN 0 THEN '{segment}'
            WHEN 1 THEN '{country,acquisition_channel}'
            ELSE '{segment,country,acquisition_channel}' END::text[]
FROM shape
CROSS JOIN person
CROSS JOIN LATERAL generate_series(1, pg_temp.pick(seed, 7, 'changes', i)) AS n
WHERE seed % 2 = 0;
-- What it has no column for nothing is said of, nor told apart by.
UPDATE customer_history
SET segment = CASE WHEN says @> '{segment}' THEN segment END,
    country = CASE WHEN says @> '{country}' THEN country END,
    acquisition_channel = CASE WHEN says @> '{acquisition_channel}'
                               THEN acquisition_channel END;

-- What is not there is empty here.
DELETE FROM customers WHERE 'customers' NOT IN
    (SELECT unnest(sources) FROM settings);
DELETE FROM subscriptions WHERE 'subscriptions' NOT IN
    (SELECT unnest(sources) FROM settings);
DELETE FROM payments WHERE 'payments' NOT IN
    (SELECT unnest(sources) FROM settings);
DELETE FROM costs WHERE 'costs' NOT IN
    (SELECT unnest(sources) FROM settings);
