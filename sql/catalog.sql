CREATE SCHEMA catalog_test;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
-- every row of the registry names what is there
WITH place AS (
    SELECT 'input of ' || source AS of, source, input AS template FROM saaskpi_internal.sources
    UNION ALL SELECT 'unusable of ' || source, NULL, unusable FROM saaskpi_internal.sources
    UNION ALL SELECT 'rule ' || rule, NULL, concat_ws(' ', condition, query) FROM saaskpi_internal.source_rules
    UNION ALL SELECT 'relation ' || relation, NULL, concat_ws(' ', query, recalled, adds) FROM saaskpi_internal.relations
    UNION ALL SELECT format('branch %s of %s', branch, relation), NULL, query FROM saaskpi_internal.relation_branches
    UNION ALL SELECT 'column ' || relation || '.' || column_name, NULL, concat_ws(' ', definition, expression) FROM saaskpi_internal.relation_columns
    UNION ALL SELECT 'identity ' || identity, NULL, query FROM saaskpi_internal.identities
), read AS (
    SELECT place.*, m[1] AS word, m[2] AS argument
      FROM place, regexp_matches(regexp_replace(template, '\{first [^{}]*\}', '', 'g'), '\{([a-z][a-z0-9_]+)(?: ([a-z0-9_]+))?\}', 'g') AS m
), names AS (
    SELECT source AS name FROM saaskpi_internal.sources UNION SELECT relation FROM saaskpi_internal.relations
)
SELECT 'column of no source' AS what, source || '.' || column_name AS name FROM saaskpi_internal.source_columns WHERE source NOT IN (SELECT s.source FROM saaskpi_internal.sources AS s)
UNION ALL SELECT 'key of no column', s.source || '.' || k FROM saaskpi_internal.sources AS s, unnest(s.key || s.partition_key) AS k
           WHERE k NOT IN (SELECT c.column_name FROM saaskpi_internal.source_columns AS c WHERE c.source = s.source)
UNION ALL SELECT 'lookup of no source', source || '.' || lookup FROM saaskpi_internal.source_lookups WHERE source NOT IN (SELECT s.source FROM saaskpi_internal.sources AS s)
UNION ALL SELECT 'rule of no source', source || '.' || rule FROM saaskpi_internal.source_rules WHERE source NOT IN (SELECT s.source FROM saaskpi_internal.sources AS s)
UNION ALL SELECT 'rule needs no column', rule || ' ' || n FROM saaskpi_internal.source_rules, unnest(needs) AS n
           WHERE n NOT IN (SELECT c.source || '.' || c.column_name FROM saaskpi_internal.source_columns AS c)
UNION ALL SELECT 'relation needs no source', r.relation || ' ' || n FROM saaskpi_internal.relations AS r, unnest(saaskpi_internal.needs_of(r.relation)) AS a, string_to_table(a, '|') AS n
           WHERE n NOT IN (SELECT s.source FROM saaskpi_internal.sources AS s)
UNION ALL SELECT 'relation without columns', r.relation FROM saaskpi_internal.relations AS r WHERE NOT EXISTS (SELECT FROM saaskpi_internal.relation_columns AS c WHERE c.relation = r.relation)
UNION ALL SELECT 'column of no relation', c.relation || '.' || c.column_name FROM saaskpi_internal.relation_columns AS c WHERE c.relation NOT IN (SELECT r.relation FROM saaskpi_internal.relations AS r)
UNION ALL SELECT 'follows nothing', r.relation FROM saaskpi_internal.relations AS r
           WHERE (r.maintained = 'following') <> EXISTS (SELECT FROM saaskpi_internal.relations AS f WHERE f.relation = r.follows AND f.maintained IN ('keyed', 'rows'))
UNION ALL SELECT 'branch of no source', b.relation || '.' || b.branch FROM saaskpi_internal.relation_branches AS b WHERE b.source NOT IN (SELECT s.source FROM saaskpi_internal.sources AS s)
UNION ALL SELECT 'branches of no relation', coalesce(b.relation, r.relation)
            FROM (SELECT DISTINCT relation FROM saaskpi_internal.relation_branches) AS b FULL JOIN (SELECT relation FROM saaskpi_internal.relations WHERE query ~ '{branches}') AS r USING (relation)
           WHERE b.relation IS NULL OR r.relation IS NULL
UNION ALL SELECT 'kept nowhere', r.relation FROM saaskpi_internal.relations AS r
           WHERE r.kept IS NOT NULL AND (r.maintained NOT IN ('keyed', 'rows') OR r.recalled IS NULL OR NOT EXISTS (SELECT FROM saaskpi_internal.relations AS k WHERE k.relation = r.kept AND k.maintained = 'own'))
UNION ALL SELECT 'place of nothing', format('%s: {%s}', of, concat_ws(' ', word, argument)) FROM read
           WHERE NOT CASE WHEN argument IS NULL THEN word IN ('as_of', 'schema', 'maps', 'branches') OR word IN (SELECT n.name FROM names AS n)
                               OR word IN (SELECT c.column_name FROM saaskpi_internal.source_columns AS c WHERE c.source = read.source UNION SELECT unnest('{from,until}'::text[]) WHERE read.source IS NOT NULL OR read.of LIKE 'unusable of %')
                          WHEN word = 'key' THEN argument IN (SELECT c.column_name FROM saaskpi_internal.source_columns AS c WHERE c.source = read.source)
                          WHEN word = 'setting' THEN argument IN (SELECT c.column_name FROM saaskpi_internal.relation_columns AS c WHERE c.relation = 'kpi_settings')
                          WHEN word IN ('map', 'rows') THEN argument IN (SELECT r.relation FROM saaskpi_internal.relations AS r WHERE r.maintained = 'own')
                          WHEN word IN ('present', 'filled', 'ahead') THEN argument IN (SELECT s.source FROM saaskpi_internal.sources AS s)
                          WHEN word = 'noticed' THEN argument IN (SELECT r.relation || '.' || s.source FROM saaskpi_internal.relations AS r CROSS JOIN saaskpi_internal.sources AS s WHERE r.maintained IN ('keyed', 'rows'))
                          WHEN word = 'this' THEN argument IN ('publication', 'run_id')
                          WHEN word = 'run' THEN argument IN (SELECT c.column_name FROM saaskpi_internal.relation_columns AS c WHERE c.relation = 'kpi_refresh_log')
                          WHEN word IN ('kept', 'changed', 'cause', 'settings') THEN argument IN (SELECT r.relation FROM saaskpi_internal.relations AS r WHERE r.kept IS NOT NULL)
                          ELSE false END
 ORDER BY 1, 2;
-- every column of every relation is described, in one sentence and a known unit
SELECT r.relation, r.maintained, count(c.column_name) AS columns, count(c.base) AS rates
  FROM saaskpi_internal.relations AS r FULL JOIN saaskpi_internal.relation_columns AS c USING (relation)
 GROUP BY r.ordinal, r.relation, r.maintained ORDER BY r.ordinal;
SELECT relation, column_name, comment FROM saaskpi_internal.relation_columns
 WHERE comment !~ '^\S.*[^.\s]\.$' OR comment IS NULL OR length(comment) > 260;
SELECT relation, comment FROM saaskpi_internal.relations
 WHERE comment !~ '^\S.*\. [A-Z][^.]*\?$' OR comment IS NULL;
SELECT unit, count(*) FROM saaskpi_internal.relation_columns GROUP BY unit ORDER BY unit COLLATE "C";
-- the waterfall by dimension says what the waterfall says, where it can
SELECT count(*) AS columns,
       count(*) FILTER (WHERE b.comment = 'Within the value: ' || w.comment) AS within_value,
       count(*) FILTER (WHERE b.comment = w.comment) AS same,
       count(w) FILTER (WHERE b.comment NOT IN (w.comment, 'Within the value: ' || w.comment)) AS own,
       count(*) - count(w) AS further
  FROM saaskpi_internal.relation_columns AS b
  LEFT JOIN saaskpi_internal.relation_columns AS w ON w.relation = 'kpi_mrr_monthly' AND w.column_name = b.column_name
 WHERE b.relation = 'kpi_mrr_monthly_by';
-- and the relations have these columns in this order, with these comments
CALL saaskpi.create_source_tables('catalog_test');
CALL saaskpi.create_views('catalog_test');
WITH real AS (
    SELECT c.relname AS relation, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS ordinal, a.attname AS column_name,
           col_description(c.oid, a.attnum) AS comment, obj_description(c.oid, 'pg_class') AS relation_comment
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'catalog_test'::regnamespace AND c.relkind IN ('v', 'r') AND c.relname IN (SELECT g.relation FROM saaskpi_internal.relations AS g)
)
SELECT r.*, d.ordinal AS described_ordinal, d.comment AS described
  FROM real AS r
  FULL JOIN (SELECT c.relation, c.column_name, c.comment, row_number() OVER (PARTITION BY c.relation ORDER BY c.ordinal) AS ordinal, t.comment AS relation_comment
               FROM saaskpi_internal.relation_columns AS c JOIN saaskpi_internal.relations AS t USING (relation)) AS d
       USING (relation, column_name)
 WHERE (r.ordinal, r.comment, r.relation_comment) IS DISTINCT FROM (d.ordinal, d.comment, d.relation_comment);
-- the dictionary: names are unique, nothing is empty, every place exists
SELECT count(*) AS kpis, count(DISTINCT lower(name)) AS names FROM saaskpi.kpi_catalog;
SELECT name FROM saaskpi.kpi_catalog AS k
 WHERE EXISTS (SELECT FROM jsonb_each_text(to_jsonb(k)) AS f WHERE coalesce(btrim(f.value), '') = '')
    OR question !~ '^[A-Z].*\?$' OR definition !~ '^\S.*\.$';
SELECT k.name, k.relation, k.column_name FROM saaskpi.kpi_catalog AS k
 WHERE NOT EXISTS (SELECT FROM saaskpi_internal.relation_columns AS c WHERE (c.relation, c.column_name) = (k.relation, k.column_name));
SELECT s AS source, count(*) AS kpis FROM saaskpi.kpi_catalog, string_to_table(sources, ', ') AS s GROUP BY s ORDER BY s COLLATE "C";
-- columns that hold a number and are no KPI: keys, and repeats of another relation
SELECT c.relation, string_agg(c.column_name, ', ' ORDER BY c.ordinal) AS not_in_dictionary
  FROM saaskpi_internal.relation_columns AS c JOIN saaskpi_internal.relations AS g USING (relation)
 WHERE c.unit NOT IN ('date', 'timestamp', 'text', 'boolean', 'number')
   AND g.maintained NOT IN ('own', 'view')
   AND NOT EXISTS (SELECT FROM saaskpi.kpi_catalog AS k
                    WHERE k.column_name = c.column_name
                      AND k.relation IN (c.relation, regexp_replace(c.relation, '_by$', '')))
 GROUP BY g.ordinal, c.relation ORDER BY g.ordinal;
-- a formula that is an expression says what the column holds, in the comment and in the data
INSERT INTO catalog_test.customers
SELECT 'C' || i, date '2023-01-03' + 11 * i, (ARRAY['SMB', 'Enterprise'])[1 + i % 2], 'DE', 'Organic'
  FROM generate_series(1, 40) AS i;
INSERT INTO catalog_test.subscriptions
SELECT 'S' || i || n, 'C' || i, (ARRAY['Basic', 'Pro'])[n], date '2023-01-10' + 11 * i + 40 * (n - 1),
       CASE WHEN i % 3 = 0 THEN date '2023-01-10' + 11 * i + 35 * n + 7 * (i % 5) + 20 END, 10 * n + i % 7
  FROM generate_series(1, 40) AS i, generate_series(1, 2) AS n;
INSERT INTO catalog_test.payments
SELECT 'P' || i || '-' || n, 'C' || i, date '2023-01-12' + 11 * i + 30 * n + CASE i % 4 WHEN 0 THEN 40 ELSE 0 END,
       CASE WHEN (i + n) % 11 = 0 THEN -3 ELSE 9 + i % 5 END, CASE WHEN (i + n) % 5 = 0 AND (i + n) % 11 > 0 THEN 'Failed' ELSE 'Success' END
  FROM generate_series(1, 40) AS i, generate_series(0, 8) AS n;
INSERT INTO catalog_test.costs
SELECT to_char(m, 'YYYY-MM'), 5, 2000 + 10 * extract(month FROM m), 7
  FROM generate_series(timestamp '2023-04-01', '2024-05-01', '1 month') AS m;
INSERT INTO catalog_test.products VALUES ('p', 'Pen', 'Office', 3, 1), ('q', 'Quill', 'Office', 9, 4);
INSERT INTO catalog_test.orders SELECT 'O' || i || '-' || n, 'C' || i, timestamptz '2023-01-20 12:00Z' + 11 * i * interval '1 day' + 35 * n * interval '1 day', 'completed'
  FROM generate_series(1, 40) AS i, generate_series(0, i % 4) AS n;
INSERT INTO catalog_test.order_lines SELECT order_id, l::text, (ARRAY['p', 'q'])[l], CASE WHEN order_id LIKE '%3-2' THEN -1 ELSE l END, 3 * l, 0.5
  FROM catalog_test.orders, generate_series(1, 2) AS l;
INSERT INTO catalog_test.events (event_id, customer_id, event_time, event_type)
SELECT 'E' || i || '-' || n, 'C' || i, timestamptz '2023-01-12 08:00Z' + 11 * i * interval '1 day' + n * n * interval '7 minutes' * (1 + i % 4), (ARRAY['signup', 'login', 'feature_A_used', 'error_occurred'])[1 + n % 4]
  FROM generate_series(1, 40) AS i, generate_series(0, 12) AS n;
UPDATE catalog_test.kpi_settings SET as_of = '2024-06-15';
CALL saaskpi.refresh('catalog_test');
CREATE FUNCTION catalog_test.evaluate(relation name, column_name name, formula text,
                                      OUT rows bigint, OUT nulls bigint, OUT wrong bigint)
LANGUAGE plpgsql AS $$
DECLARE
    expression text := regexp_replace(regexp_replace(formula, '\m(?!abs\M)[a-z][a-z0-9_]*', '\&::numeric', 'g'),
                                      '/ ([a-z0-9_:]+|\([^()]*\))', '/ nullif(\1, 0)', 'g');
BEGIN
    EXECUTE format('SELECT count(*), count(*) - count(shown), count(*) FILTER (WHERE (shown IS NULL) <> (computed IS NULL)
                           OR abs(shown - computed) > 0.5 * power(0.1, scale(shown)) + 0.0001 * abs(shown))
                      FROM (SELECT %I::numeric AS shown, (%s)::numeric AS computed FROM catalog_test.%I) AS q', column_name, expression, relation)
       INTO rows, nulls, wrong;
END
$$;
WITH expressions AS MATERIALIZED (
    SELECT k.*, c.comment
      FROM (SELECT *, row_number() OVER () AS n FROM saaskpi.kpi_catalog) AS k
      JOIN saaskpi_internal.relation_columns AS c USING (relation, column_name)
     WHERE NOT EXISTS (SELECT FROM regexp_matches(k.formula, '\m[a-z][a-z0-9_]*', 'g') AS w(word)
                        WHERE w.word[1] <> 'abs' AND NOT EXISTS (SELECT FROM saaskpi_internal.relation_columns AS o
                                                                  WHERE o.relation = k.relation AND o.column_name = w.word[1]))
       AND k.formula !~ ('\m' || k.column_name || '\M') AND k.formula !~ '[A-Z,]'
)
SELECT x.relation, x.name, e.rows > e.nulls AS tested, e.wrong = 0 AS agrees, position(x.formula IN x.comment) > 0 AS in_comment
  FROM expressions AS x, catalog_test.evaluate(x.relation, x.column_name, x.formula) AS e
 ORDER BY x.n;
-- what has no column of its own is computed from columns
SELECT name, formula, unit, relation, column_name FROM saaskpi.kpi_catalog
 WHERE formula ~ ('\m' || column_name || '\M') AND formula !~ '[a-z] [a-z]';
-- as a reader sees it
\pset format unaligned
\x on
SELECT * FROM saaskpi.kpi_catalog WHERE name IN ('MRR', '12-month NRR', 'Conversion rate', 'LTV');
\x off
\pset format aligned
SELECT comment FROM saaskpi_internal.relations WHERE relation = 'kpi_cash_bridge_monthly';
-- readable by everybody
SELECT has_schema_privilege('public', 'saaskpi', 'USAGE') AND has_table_privilege('public', 'saaskpi.kpi_catalog', 'SELECT') AS readable;
DROP SCHEMA catalog_test CASCADE;
-- what templates are taken apart into, with and without what stands in a first fill alone
SELECT saaskpi_internal.template_pieces(t, true) AS first, saaskpi_internal.template_pieces(t, false) AS later
  FROM unnest('{"","no place","{as_of}","a {x} {X1} {1x} {ab c} {ab c.d} {ab c.d.e} {ab  c} {ab c d} { ab} {ab }","{first WHERE {x} true} {first AND true}{first }","{","{ab","}{ab}{ab","{\"a\": 1}{ab_1}ü{é}"}'::text[]) AS t;
