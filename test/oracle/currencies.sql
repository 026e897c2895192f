-- The same amounts told in another currency, of which four are worth one ever
-- since, in the schema of the psql variable acme: of every third data set, some
-- of the rows. What relations hold stays what it was, and nothing is FX.
SELECT format('ALTER TABLE %s ADD COLUMN currency text', c.oid::regclass)
FROM shape
JOIN pg_class AS c ON c.relnamespace = (:'acme')::regnamespace AND relkind IN ('r', 'p')
    AND relname IN ('subscriptions', 'payments')
JOIN pg_attribute AS a ON attrelid = c.oid AND attname = 'customer_id'
WHERE seed % 3 = 1 \gexec

SELECT format($$
UPDATE %1$s AS t SET currency = CASE pg_temp.pick(%2$s, 2, 'written') WHEN 0 THEN 'EUR' ELSE ' eur' END, %3$I = 4 * %3$I
 WHERE abs(%3$I) BETWEEN 1 AND 1000000000000 AND ('x' || substr(md5(%2$s || t::text), 1, 2))::bit(8)::int %% 3 > 0$$,
              c.oid::regclass, seed, s.amount)
FROM shape
CROSS JOIN (VALUES ('subscriptions', 'monthly_price'), ('payments', 'amount')) AS s (source, amount)
JOIN pg_class AS c ON c.relnamespace = (:'acme')::regnamespace AND relkind IN ('r', 'p') AND relname = source
JOIN pg_attribute AS a ON attrelid = c.oid AND attname = 'currency'
WHERE seed % 3 = 1 \gexec

SELECT format('CREATE TABLE %1$I.fx_rates (currency text, day date, rate numeric);'
              'INSERT INTO %1$I.fx_rates VALUES (''Eur'', ''0001-01-01'', 0.25), (''EUR'', ''2020-02-11'', 0.2500)', :'acme')
FROM shape WHERE seed % 3 = 1 \gexec
