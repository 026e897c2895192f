-- Rows of the shop as train_churn makes them, and with the features of the
-- published project; its fits on either. Large trees are those that it shows
-- where labels overlap.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE VIEW shop.orders AS
SELECT invoice AS order_id, max(customer) AS customer_id, min(ts) AS ordered_at, max(country) AS country FROM shop.export GROUP BY invoice;
CREATE VIEW shop.order_lines AS
SELECT invoice AS order_id, sku AS product_id, qty AS quantity, price AS unit_price FROM shop.export;
CALL saaskpi.create_views('shop');
UPDATE shop.kpi_settings SET as_of = '2010-11-30', currency = 'GBP';
CALL saaskpi.refresh('shop');

CREATE TABLE days AS
SELECT array_agg(m::date - 1 ORDER BY m) AS days, (array_agg(m::date - 1 ORDER BY m DESC))[2] AS cutoff
  FROM generate_series(timestamp '2010-01-01', '2010-12-01', '1 month') AS m WHERE m::date - 1 + 90 <= '2010-11-30';
CREATE TABLE own_rows AS
SELECT b.customer_id, CASE WHEN f.as_of >= d.cutoff THEN 'test' WHEN f.as_of + 90 > d.cutoff THEN 'embargo' ELSE 'train' END AS part, f.*
  FROM days AS d, shop.kpi_buyers_mat AS b, LATERAL saaskpi.order_features(b.history, d.days, 90, '2010-11-30') AS f;
CREATE TABLE published_rows AS
SELECT b.customer_id, CASE WHEN f.as_of >= d.cutoff THEN 'test' WHEN f.as_of + 90 > d.cutoff THEN 'embargo' ELSE 'train' END AS part, f.*
  FROM days AS d, shop.kpi_buyers_mat AS b, LATERAL saaskpi.order_features_published(b.history, d.days, 90, '2010-11-30') AS f;

CREATE TABLE fits (rows text, training text, kind text, model saaskpi.model);
DO $$
DECLARE
    r record;
    features text[];
    inputs text;
    source text;
BEGIN
    FOR r IN SELECT * FROM (VALUES ('own_rows'), ('published_rows')) AS t(rows), (VALUES ('embargo', '{train}'), ('overlap', '{train,embargo}')) AS p(training, parts),
                           (VALUES ('logistic', 'saaskpi_internal.signed_log(%I)'), ('trees', '%I'), ('large trees', '%I')) AS k(kind, input) LOOP
        SELECT array_agg(a.attname ORDER BY a.attnum) INTO features FROM pg_attribute AS a
         WHERE a.attrelid = r.rows::regclass AND a.attnum > 0 AND a.attname NOT IN ('customer_id', 'part', 'as_of', 'churned');
        SELECT string_agg(format(r.input, f), ', ') INTO inputs FROM unnest(features) AS f;
        SELECT format('SELECT churned AS label, %s FROM %I WHERE part = ANY (%L)', string_agg(format(r.input || ' AS %1$I', f), ', '), r.rows, r.parts) INTO source FROM unnest(features) AS f;
        INSERT INTO fits VALUES (r.rows, r.training, r.kind, CASE r.kind WHEN 'logistic' THEN saaskpi.train_logistic(source, 1) WHEN 'large trees' THEN saaskpi.train_trees(source, 300, 31, 0.1, 20) ELSE saaskpi.train_trees(source, rising => '{recency_days}') END);
        EXECUTE format('INSERT INTO judged SELECT m.rows, m.training, ''saaskpi '' || m.kind, saaskpi.predict(m.model, ARRAY[%s]), t.churned
                          FROM %I AS t, fits AS m WHERE t.part = ''test'' AND (m.rows, m.training, m.kind) = ($1, $2, $3)', inputs, r.rows) USING r.rows, r.training, r.kind;
    END LOOP;
END
$$;
