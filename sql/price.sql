SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- money: units of 1/10000, from the middle between two to the even one
SELECT v, saaskpi.money_units(v::numeric) AS units
  FROM unnest(ARRAY['0', '1', '-1', '0.0001', '-0.0001', '0.00010000', '9999.9999', '10000', '100000000', '1e8', '12345678.9', '0.5', '-0.00',
                    '0.00001', '0.00005', '0.00015', '0.00025', '-0.00005', '-0.00015', '0.000050000000000000001', '0.00014999999999999999', '0.99995', '-1.23456',
                    '1e-200', '922337203685477.5807', '-922337203685477.5807', '922337203685477.58074', '922337203685477.58075', '922337203685477.5808', '-922337203685477.5808',
                    '1e30', '-1e30', '1e300', 'NaN', 'Infinity', '-Infinity', NULL]) AS t (v);
SELECT cents, saaskpi.money_units(cents / 100.0 / 12) AS month FROM unnest(ARRAY[9900, 99999, 100000, -5000, 1]) AS t (cents);
-- the conversion against the server's own arithmetic
SELECT count(*) AS tried, count(*) FILTER (WHERE saaskpi.money_units(v) IS DISTINCT FROM (v * 10000)::bigint) AS wrong
  FROM (SELECT sign * round((hashint8(n)::numeric + 2147483648) * power(10::numeric, n % 14 - 8), n % 5) AS v
          FROM generate_series(1, 20000) AS n, (VALUES (1), (-1)) AS s (sign)) AS t;
SELECT count(*) AS tried, count(*) FILTER (WHERE middle) AS middles, count(*) FILTER (WHERE saaskpi.money_units(v) IS DISTINCT FROM CASE WHEN middle THEN 2 * round(v * 10000 / 2) ELSE round(v * 10000) END) AS wrong
  FROM (SELECT v, abs(v * 10000) % 1 = 0.5 AS middle
          FROM (SELECT sign * (hashint8(n)::numeric + 2147483648) / power(10::numeric, n % 6 + 4)::numeric(20, 0) * CASE WHEN n % 3 = 0 THEN 5 ELSE 1 END AS v
                  FROM generate_series(1, 20000) AS n, (VALUES (1), (-1)) AS s (sign)) AS t) AS t;
-- one row never stops the others: rounded, or skipped and counted
CREATE TABLE price_rows (amount numeric);
INSERT INTO price_rows VALUES (10), (99999 / 100.0 / 12), (0.00005), (1e30), ('NaN'), ('Infinity'), (-1e30), (NULL);
SELECT saaskpi.mrr_at(h, '2024-01-01') AS mrr, saaskpi.skipped(h) FROM (SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, amount) AS h FROM price_rows) AS t;
SELECT saaskpi.mrr_at(h, '2024-01-01') AS mrr, saaskpi.skipped(h) FROM (SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, amount, 'Pro') AS h FROM price_rows) AS t;
SELECT saaskpi.net_amount(a) AS amount, saaskpi.done_count(a) AS payments, saaskpi.skipped(a) FROM (SELECT saaskpi.payment_agg('2024-01-01', amount, 'Success') AS a FROM price_rows) AS t;
SELECT saaskpi.net_amount(a) AS amount, saaskpi.done_count(a) AS payments, saaskpi.skipped(a) FROM (SELECT saaskpi.activity_agg('2024-01-01', amount, 'month') AS a FROM price_rows) AS t;
SELECT p.*, saaskpi.skipped(s) FROM (SELECT saaskpi.series_agg('2024-01-01', amount) AS s FROM price_rows) AS t, saaskpi.series_periods(s) AS p;
-- a month's price
SELECT amount, per, n, saaskpi.monthly_price(amount, per, n) AS month
  FROM (VALUES (29.99, 'month', 1), (10, 'week', 1), (1, 'day', 1), (100, 'year', 1), (100, 'quarter', 1), (100, 'half-year', 1), (1000, 'year', 3), (30, 'month', 6), (10, 'weeks', 2), (90, 'Days', 30),
               (-100, 'ANNUALLY', 1), (0.0006, 'yearly', 1), (0.0018, 'yearly', 1), (0.00060000000000000001, 'annual', 1), (1.23456, 'Monthly', 1), (600, 'Half Year', 1), (600, 'semi-annually', 1), (0, 'daily', 1),
               (1e30, 'year', 1), (1e16, 'year', 1), ('NaN', 'year', 1), ('-Infinity', 'year', 1), (NULL, 'year', 1), (1, NULL, 1), (1, 'year', NULL)) AS t (amount, per, n);
SELECT saaskpi.monthly_price(100, 'year') AS left_out, saaskpi.monthly_price(amount => 100, interval_unit => 'year', interval_count => 2) AS by_name;
-- against the server's own arithmetic, with digits to spare
SELECT count(*) AS tried, count(*) FILTER (WHERE abs(saaskpi.monthly_price(v, per, n) - v * num / (den * n)) > 0.00005) AS wrong
  FROM (SELECT sign * (hashint8(i)::numeric + 2147483648) / power(10::numeric, i % 9) AS v, i % 40 + 1 AS n FROM generate_series(1, 3000) AS i, (VALUES (1), (-1)) AS s (sign)) AS t,
       (VALUES ('day', 365.0, 12), ('week', 52, 12), ('month', 1, 1), ('quarter', 1, 3), ('half-year', 1, 6), ('year', 1, 12)) AS u (per, num, den);
-- what is no interval
\set VERBOSITY default
SELECT saaskpi.monthly_price(1, 'fortnight');
\echo :SQLSTATE
SELECT saaskpi.monthly_price(1, 'year', 0);
\echo :SQLSTATE
\set VERBOSITY terse
SELECT saaskpi.monthly_price(1, '');
SELECT saaskpi.monthly_price(1, repeat('year', 1000));
SELECT saaskpi.monthly_price(1, 'year', -2147483648);
SELECT saaskpi.monthly_price(1, 'year', 2147483647);

-- sums of units as amounts: two decimals, or those they need, of any size
SELECT units, saaskpi_internal.as_money(units) AS amount
  FROM unnest('{0,1,-1,10,100,-100,12345,12340,12300,9999999999999999,-9999999999999999,10000000000000000,9223372036854775807,-9223372036854775808,170141183460469231731687303715884105727,1234567890123456789012300}'::numeric[]) WITH ORDINALITY AS u(units, i) ORDER BY i;
SELECT count(*) FILTER (WHERE saaskpi_internal.as_money(units)::text IS DISTINCT FROM round(units * 0.0001, CASE WHEN units % 100 = 0 THEN 2 ELSE min_scale(units * 0.0001) END)::text) AS other
  FROM (SELECT CASE i % 2 WHEN 0 THEN 1 ELSE -1 END * trunc(('1e' || i % 30)::numeric / (1 + i % 7)) + i AS units FROM generate_series(0, 4000) AS i) AS q;
SELECT saaskpi_internal.as_money(NULL), saaskpi_internal.as_money('NaN'), saaskpi_internal.as_money(1.5);
