-- The shop of a data set: orders, order_lines and products in the current
-- schema, the same rows as an extension finds them, and the views that the
-- answers about orders are made of. After sources.sql and facts.sql.
CREATE TABLE orders
(
    order_id text,
    customer_id text,
    ordered_at timestamptz,
    status text,
    channel text,
    region text,
    sales_rep_id text,
    country text,
    returned_order_id text
);
CREATE TABLE order_lines
(
    order_id text,
    line_no text,
    product_id text,
    quantity numeric,
    unit_price numeric,
    discount numeric
);
CREATE TABLE products
(
    product_id text,
    name text,
    category text,
    list_price numeric,
    unit_cost numeric
);

-- Which of them are there: none in one of four data sets, orders alone in
-- some, and now and then all but the products.
DROP TABLE IF EXISTS pg_temp.shop;
CREATE TEMP TABLE shop AS
SELECT s.*, coalesce(w.zone, 'UTC') AS zone,
       coalesce(w.source_zone, 'UTC') AS source_zone,
       CASE pg_temp.pick(seed, 8, 'shop')
            WHEN 0 THEN '{}' WHEN 1 THEN '{}' WHEN 2 THEN '{orders}'
            WHEN 3 THEN '{orders,order_lines}'
            ELSE '{orders,order_lines,products}' END::text[] AS shops
FROM shape AS s
LEFT JOIN (SELECT DISTINCT zone, source_zone FROM way) AS w ON true;

INSERT INTO products
SELECT 'P' || i, CASE i % 4 WHEN 3 THEN NULL ELSE 'Product ' || i END,
       (ARRAY['Office', 'Garden', '', NULL])[1 + i % 4], i,
       CASE pg_temp.pick(seed, 5, 'cost', i) WHEN 0 THEN NULL WHEN 1 THEN -1
            ELSE pg_temp.pick(seed, 90000, 'unit cost', i) / 10000.0 END
FROM shop, generate_series(1, 6) AS i
WHERE 'products' = ANY (shops);

INSERT INTO orders
SELECT CASE pg_temp.pick(seed, 25, 'no id', i) WHEN 0 THEN NULL WHEN 1 THEN ''
            WHEN 2 THEN 'O' || i - 1 ELSE 'O' || i END,
       CASE pg_temp.pick(seed, 9, 'guest', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'stranger' WHEN 2 THEN ''
            ELSE coalesce((SELECT customer_id FROM
                           (SELECT customer_id, row_number() OVER (ORDER BY
                                   customer_id COLLATE "C") AS n
                            FROM (SELECT DISTINCT customer_id
                                  FROM customers) AS d) AS c
                           WHERE n = 1 + pg_temp.pick(seed, 6, 'whose', i)),
                          'C' || pg_temp.pick(seed, 4, 'who', i)) END,
       CASE pg_temp.pick(seed, 40, 'odd time', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'infinity'::timestamptz
            WHEN 2 THEN '-infinity'::timestamptz
            WHEN 3 THEN (as_of + 1)::timestamp AT TIME ZONE zone
            WHEN 4 THEN (as_of + 1)::timestamp AT TIME ZONE zone
                        - interval '1 microsecond'
            WHEN 5 THEN '1912-03-04 05:06:07Z'
            ELSE base::timestamp AT TIME ZONE zone
                 + make_interval(hours => pg_temp.pick(seed,
                       24 * (as_of - base + 3), 'when', i)) END,
       pg_temp.pick_text(seed, '{completed,completed,completed,Completed ,paid,'
           'cancelled,VOID,draft,weird,NULL}', 'order status', i),
       pg_temp.pick_text(seed, '{Web,Store,NULL,""}', 'channel', i),
       pg_temp.pick_text(seed, '{EU,US}', 'region', i),
       pg_temp.pick_text(seed, '{R1,R2,NULL}', 'rep', i),
       pg_temp.pick_text(seed, '{DE,NULL,NULL}', 'sold in', i),
       CASE pg_temp.pick(seed, 9, 'returned', i) WHEN 0 THEN '' WHEN 1 THEN '(none)'
            WHEN 2 THEN 'nowhere' WHEN 3 THEN NULL WHEN 4 THEN NULL
            ELSE 'O' || 1 + pg_temp.pick(seed, 60, 'returned order', i) END
FROM shop, generate_series(1, pg_temp.pick(seed, 60, 'orders')) AS i
WHERE 'orders' = ANY (shops);

INSERT INTO order_lines
SELECT CASE pg_temp.pick(seed, 30, 'nowhere', i) WHEN 0 THEN NULL
            WHEN 1 THEN 'nowhere'
            ELSE 'O' || 1 + pg_temp.pick(seed, 60, 'line of', i) END,
       CASE pg_temp.pick(seed, 4, 'no number', i) WHEN 0 THEN NULL
            WHEN 1 THEN (ARRAY['', '(none)'])
                        [1 + pg_temp.pick(seed, 2, 'no number written', i)]
            ELSE pg_temp.pick(seed, 4, 'number', i)::text END,
       CASE pg_temp.pick(seed, 12, 'no product', i) WHEN 0 THEN NULL
            WHEN 1 THEN ''
            ELSE 'P' || 1 + pg_temp.pick(seed, 7, 'product', i) END,
       CASE pg_temp.pick(seed, 30, 'odd quantity', i) WHEN 0 THEN NULL
            WHEN 1 THEN 0 WHEN 2 THEN 'NaN'::numeric WHEN 3 THEN 1e15
            WHEN 4 THEN 0.5 WHEN 5 THEN 1.005
            ELSE pg_temp.pick(seed, 7, 'quantity', i) - 1 END,
       CASE pg_temp.pick(seed, 30, 'odd price', i) WHEN 0 THEN NULL
            WHEN 1 THEN -3 WHEN 2 THEN 'Infinity'::numeric WHEN 3 THEN 0
            WHEN 4 THEN 0.00005 WHEN 5 THEN 0.00015
            ELSE (ARRAY[10, 20, 9.99, 12.3456])
                 [1 + pg_temp.pick(seed, 4, 'price', i)] END,
       CASE pg_temp.pick(seed, 8, 'discounted', i) WHEN 0 THEN 1.5
            WHEN 1 THEN 0 WHEN 2 THEN -2
            WHEN 3 THEN CASE pg_temp.pick(seed, 6, 'odd discount', i)
                        WHEN 0 THEN 'NaN'::numeric ELSE 0.33335 END END
FROM shop, generate_series(0, pg_temp.pick(seed, 140, 'lines')) AS i
WHERE 'order_lines' = ANY (shops);

-- As the extension finds them: times without a zone in one of four data sets,
-- and nothing about what a return was sold in in one of three.
UPDATE orders SET returned_order_id = NULL FROM shop WHERE seed % 3 = 1;
UPDATE orders SET ordered_at = ordered_at AT TIME ZONE source_zone
                               AT TIME ZONE source_zone
FROM shop WHERE seed % 4 = 1;
SELECT format('CREATE TABLE %I.%I AS SELECT * FROM %2$I', :'acme', s)
FROM shop, unnest(shops) AS s \gexec
SELECT format('ALTER TABLE %I.orders ALTER ordered_at TYPE timestamp '
              'USING ordered_at AT TIME ZONE %L', :'acme', source_zone)
FROM shop WHERE seed % 4 = 1 AND 'orders' = ANY (shops) \gexec
SELECT format('ALTER TABLE %I.orders DROP COLUMN returned_order_id', :'acme')
FROM shop WHERE seed % 3 = 1 AND 'orders' = ANY (shops) \gexec
UPDATE settings SET sources = settings.sources || shops FROM shop;

-- Orders that count for something: of rows of one id the smallest.
CREATE VIEW oracle_order AS
SELECT o.order_id, o.customer_id, o.ordered_at, o.day, o.meaning AS status,
       o.channel, o.region,
       coalesce(nullif(o.country, ''), c.country) AS country, o.sales_rep_id, c.segment,
       o.returned_order_id
FROM (SELECT DISTINCT ON (order_id) * FROM
      (SELECT order_id, nullif(nullif(customer_id, ''), '(none)')
                  COLLATE "C" AS customer_id,
              ordered_at, (ordered_at AT TIME ZONE zone)::date AS day,
              CASE lower(btrim(status)) WHEN 'cancelled' THEN 'cancelled'
                   WHEN 'void' THEN 'cancelled' WHEN 'draft' THEN 'ignore'
                   ELSE 'counts' END COLLATE "C" AS meaning,
              channel COLLATE "C" AS channel, region COLLATE "C" AS region,
              sales_rep_id COLLATE "C" AS sales_rep_id,
              country COLLATE "C" AS country,
              nullif(nullif(returned_order_id, ''), '(none)') COLLATE "C"
                  AS returned_order_id
       FROM orders, settings
       WHERE isfinite(ordered_at) AND order_id <> '' AND order_id <> '(none)'
         AND (ordered_at AT TIME ZONE zone)::date
             BETWEEN earliest_date AND as_of) AS r
      ORDER BY order_id, customer_id, ordered_at, meaning, channel, region,
               sales_rep_id, country, returned_order_id) AS o
LEFT JOIN oracle_customer AS c ON c.customer_id = o.customer_id;

CREATE VIEW oracle_line AS
SELECT order_id, coalesce(nullif(product_id, ''), '(none)') AS product_id,
       product_id AS written, line_no, unit_price, quantity, amount, discount
FROM (SELECT *, oracle_money(quantity * unit_price) AS amount,
             coalesce(oracle_money(off), 0) AS discount
      FROM (SELECT order_id, product_id, quantity, unit_price, discount AS off,
                   row_number() OVER (PARTITION BY order_id, line_no
                       ORDER BY product_id COLLATE "C", quantity, unit_price,
                                coalesce(discount, 0)) AS n, line_no
            FROM order_lines) AS d
      WHERE (n = 1 OR line_no IS NULL OR line_no IN ('', '(none)')) AND unit_price >= 0) AS l
WHERE abs(amount) < 922337203685477.5808 AND abs(discount) < 922337203685477.5808
  AND abs(quantity) < 1000000000000;

-- What orders without lines are worth: nothing, or where there are no lines at
-- all what nobody knows.
CREATE VIEW oracle_nothing AS
SELECT CASE WHEN EXISTS (SELECT FROM order_lines) THEN 0 END AS nothing;

CREATE VIEW oracle_sale AS
SELECT o.*,
       coalesce((SELECT bool_or(quantity < 0) AND NOT bool_or(quantity > 0)
                 FROM oracle_line AS l WHERE l.order_id = o.order_id), false)
           AS is_return,
       coalesce((SELECT sum(amount) FROM oracle_line AS l
                 WHERE l.order_id = o.order_id AND quantity > 0),
                (TABLE oracle_nothing)) AS gross,
       coalesce((SELECT sum(discount) FROM oracle_line AS l
                 WHERE l.order_id = o.order_id),
                (TABLE oracle_nothing)) AS discounts,
       coalesce((SELECT -sum(amount) FROM oracle_line AS l
                 WHERE l.order_id = o.order_id AND quantity < 0),
                (TABLE oracle_nothing)) AS returns,
       coalesce((SELECT sum(CASE WHEN quantity <> 0 THEN amount ELSE 0 END
                            - discount) FROM oracle_line AS l
                 WHERE l.order_id = o.order_id),
                (TABLE oracle_nothing)) AS net,
       coalesce((SELECT sum(quantity) FROM oracle_line AS l
                 WHERE l.order_id = o.order_id AND quantity > 0),
                (TABLE oracle_nothing)) AS units,
       coalesce((SELECT -sum(quantity) FROM oracle_line AS l
                 WHERE l.order_id = o.order_id AND quantity < 0),
                (TABLE oracle_nothing))
           AS units_returned,
       (SELECT count(*) FROM oracle_line AS l WHERE l.order_id = o.order_id)
           + (TABLE oracle_nothing) AS lines,
       (SELECT count(DISTINCT written) FROM oracle_line AS l
        WHERE l.order_id = o.order_id) + (TABLE oracle_nothing) AS products
FROM oracle_order AS o;

-- A period that holds a day, and where the next begins.
CREATE VIEW oracle_grain (grain, step, year) AS
VALUES ('day', interval '1 day', interval '1 year'),
       ('week', interval '7 days', interval '364 days'),
       ('month', interval '1 month', interval '1 year'),
       ('quarter', interval '3 months', interval '1 year'),
       ('year', interval '1 year', interval '1 year');
