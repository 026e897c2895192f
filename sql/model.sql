\pset null ~
CREATE TABLE kept_models AS SELECT n, saaskpi.train_trees(format('SELECT x %% 7 < 3 AS label, x, x %% 7 AS rest FROM generate_series(1, 400) AS x WHERE x %% 10 <> %s', n), 5) AS m FROM generate_series(1, 3) AS n;
-- as a value: text and back, another model per row, one for all
SELECT count(*) AS same FROM kept_models WHERE m::text::saaskpi.model = m;
SELECT n, round(saaskpi.predict(m, ARRAY[20, 6])::numeric, 6) AS p, round(saaskpi.predict((SELECT m FROM kept_models WHERE n = 1), ARRAY[20, 6])::numeric, 6) AS first FROM kept_models ORDER BY n;
SELECT count(DISTINCT p) AS scores FROM kept_models, generate_series(0, 6) AS x, saaskpi.predict(m, ARRAY[20, x]) AS p WHERE n = 1;
PREPARE score(int) AS SELECT round(saaskpi.predict(m, ARRAY[20, $1])::numeric, 6) AS p FROM kept_models WHERE n = 2;
EXECUTE score(1);
EXECUTE score(6);
-- refused
SELECT saaskpi.predict(m, '{1}') FROM kept_models;
SELECT saaskpi.predict(m, '{}') FROM kept_models;
SELECT saaskpi.predict(m, '{{1,2}}') FROM kept_models;
SELECT saaskpi.predict(m, '{NaN,1}') FROM kept_models;
SELECT saaskpi.predict(m, '{1,-Infinity}') FROM kept_models;
SELECT count(*) FROM kept_models, saaskpi.explain(m, NULL) WHERE n = 1;
SELECT count(*) FROM saaskpi.model_columns(NULL), saaskpi.model_summary(NULL);
SELECT '\x'::saaskpi.model;
SELECT '\x534b4d31'::saaskpi.model;
SELECT NULL::saaskpi.model IS NULL AS nothing;
SELECT substr(m::bytea, 1, length(m) - 8)::saaskpi.model FROM kept_models WHERE n = 1;
SELECT set_byte(m::bytea, 4, 2)::saaskpi.model FROM kept_models WHERE n = 1;
-- one byte changed: refused, or a model that scores
CREATE FUNCTION scores(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN saaskpi.predict(bytes, '{20,NULL}') BETWEEN 0 AND 1 AND (SELECT count(*) = 3 FROM saaskpi.explain(bytes, '{NULL,5}')) THEN 'scores' END;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END $$;
SELECT scores(set_byte(m::bytea, pick(i, 'place', length(m)), pick(i, 'byte', 256))), count(*) > 50 AS often FROM kept_models, generate_series(1, 1500) AS i WHERE n = 1 GROUP BY 1 ORDER BY 1;
DROP FUNCTION scores;
DROP TABLE kept_models;
