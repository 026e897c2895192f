-- The same customers told as accounts that were merged, and beside them
-- accounts that are none, in the schema of the psql variable acme: of every
-- second data set, after its rows have their final shape. What relations hold
-- stays what it was.
SELECT format($$
UPDATE %1$s AS t SET customer_id = customer_id || CASE pg_temp.pick(%2$s, 2, 'chained', length(customer_id)) WHEN 0 THEN '~' ELSE '~~' END
 WHERE customer_id NOT IN ('', '(none)') AND customer_id !~ '~'
   AND ('x' || substr(md5(%2$s || customer_id || %3$L), 1, 2))::bit(8)::int %% 3 = 0
   AND NOT EXISTS (SELECT FROM %1$s AS o WHERE o.%4$I = t.%4$I AND o.customer_id <> t.customer_id)$$,
              c.oid::regclass, seed, s.source, s.id)
FROM shape
CROSS JOIN (VALUES ('subscriptions', 'customer_id'), ('payments', 'customer_id'),
                   ('events', 'customer_id'), ('orders', 'order_id'),
                   ('opportunities', 'opportunity_id')) AS s (source, id)
JOIN pg_class AS c ON c.relnamespace = (:'acme')::regnamespace AND relkind IN ('r', 'p')
    AND relname IN (source, source || '_kept')
JOIN pg_attribute AS a ON attrelid = c.oid AND attname = 'customer_id'
JOIN pg_attribute AS b ON b.attrelid = c.oid AND b.attname = s.id
WHERE seed % 2 = 1 \gexec

SELECT format($$
INSERT INTO %1$s SELECT (jsonb_populate_record(t, jsonb_build_object('customer_id', 'staff' || right(customer_id, 1)) || %2$L::jsonb)).*
  FROM %1$s AS t WHERE customer_id <> '' AND ('x' || substr(md5(%3$s || t::text), 1, 2))::bit(8)::int %% 3 = 0$$,
              c.oid::regclass, CASE WHEN s.id <> '' THEN jsonb_build_object(s.id, 'of staff') ELSE '{}' END, seed)
FROM shape
CROSS JOIN (VALUES ('customers', ''), ('subscriptions', ''), ('payments', ''), ('events', ''),
                   ('orders', 'order_id'), ('opportunities', 'opportunity_id')) AS s (source, id)
JOIN pg_class AS c ON c.relnamespace = (:'acme')::regnamespace AND relkind IN ('r', 'p')
    AND relname IN (source, source || '_kept')
JOIN pg_attribute AS a ON attrelid = c.oid AND attname = 'customer_id'
WHERE seed % 2 = 1 \gexec

SELECT format('CREATE TABLE %1$I.merged_customers (customer_id text, merged_into text);'
              'CREATE TABLE %1$I.excluded_customers (customer_id text)', :'acme')
FROM shape WHERE seed % 2 = 1 \gexec
SELECT format($$
INSERT INTO %1$I.merged_customers
SELECT customer_id || s, customer_id || left(s, -1)
  FROM (SELECT DISTINCT replace(customer_id, '~', '') AS customer_id FROM %2$s WHERE customer_id ~ '~') AS q, unnest('{~,~~}'::text[]) AS s;
INSERT INTO %1$I.excluded_customers SELECT DISTINCT customer_id FROM %2$s WHERE customer_id ~ '^staff'$$, :'acme', c.oid::regclass)
FROM shape
JOIN pg_class AS c ON c.relnamespace = (:'acme')::regnamespace AND relkind IN ('r', 'p')
    AND relname IN ('customers', 'subscriptions', 'payments', 'events', 'orders', 'opportunities', 'customers_kept',
                    'subscriptions_kept', 'payments_kept', 'events_kept', 'orders_kept', 'opportunities_kept')
JOIN pg_attribute AS a ON attrelid = c.oid AND attname = 'customer_id'
WHERE seed % 2 = 1 \gexec
