-- Telco: words as flags, five folds by row number.
SET client_min_messages = warning;
CREATE TABLE telco AS
SELECT n - 1 AS n, (n - 1) % 5 AS fold, e.churn = 'Yes' AS churned, e.senior::float8 AS senior, e.tenure::float8 AS tenure, e.monthly::float8 AS monthly, nullif(trim(e.total), '')::float8 AS total,
       (e.gender = 'Male')::integer AS male, (e.partner = 'Yes')::integer AS partner, (e.dependents = 'Yes')::integer AS dependents, (e.phone = 'Yes')::integer AS phone,
       (e.lines = 'Yes')::integer AS lines, (e.internet = 'DSL')::integer AS dsl, (e.internet = 'Fiber optic')::integer AS fiber, (e.security = 'Yes')::integer AS security,
       (e.backup = 'Yes')::integer AS backup, (e.protection = 'Yes')::integer AS protection, (e.support = 'Yes')::integer AS support, (e.tv = 'Yes')::integer AS tv, (e.movies = 'Yes')::integer AS movies,
       (e.contract = 'One year')::integer AS one_year, (e.contract = 'Two year')::integer AS two_year, (e.paperless = 'Yes')::integer AS paperless,
       (e.method = 'Electronic check')::integer AS electronic, (e.method = 'Mailed check')::integer AS mailed, (e.method = 'Bank transfer (automatic)')::integer AS transfer
  FROM (SELECT row_number() OVER () AS n, t.* FROM telco_export AS t) AS e;
DO $$
DECLARE
    features constant text := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = 'telco'::regclass AND a.attnum > 3);
    source text;
    held integer;
BEGIN
    FOR held IN 0 .. 4 LOOP
        source := format('SELECT churned AS label, %s FROM telco WHERE fold <> %s', features, held);
        EXECUTE format('INSERT INTO judged SELECT ''telco'', ''five folds'', m.name, saaskpi.predict(m.model, ARRAY[%s]), churned
                          FROM telco, (VALUES (''saaskpi logistic'', saaskpi.train_logistic($1)), (''saaskpi trees'', saaskpi.train_trees($1))) AS m(name, model) WHERE fold = %s', features, held) USING source;
    END LOOP;
END
$$;
