-- Forecasts of a series: by hand, odd series, errors, groups.
\pset null '-'
SET client_min_messages = warning;
SET extra_float_digits = 0;

-- a line goes on as the line
SELECT * FROM saaskpi.forecast(ARRAY[3, 5, 7, 9, 11, 13]::float8[], 1, 3);
-- money that falls in a line ends at zero
SELECT step, point, lo95, model FROM saaskpi.forecast(ARRAY[50, 40, 30, 20, 10]::float8[], 1, 3);
-- constant, all zero, one value, two values (a step of 1: 8 +- 1.96 sqrt(step))
SELECT * FROM saaskpi.forecast(ARRAY[5, 5, 5, 5, 5]::float8[], 1, 2);
SELECT * FROM saaskpi.forecast(ARRAY[0, 0, 0]::float8[], 1, 1);
SELECT * FROM saaskpi.forecast(ARRAY[7]::float8[], 1, 2);
SELECT step, point, round(hi80::numeric, 4) AS hi80, round(hi95::numeric, 4) AS hi95, model
FROM saaskpi.forecast(ARRAY[7, 8]::float8[], 1, 2);
-- an exact season repeats
SELECT step, round(point::numeric, 6) AS point, split_part(model, '(', 1) AS model
FROM saaskpi.forecast(ARRAY[1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]::float8[], 4, 5);
-- which models were combined, the largest weight first
SELECT DISTINCT model FROM saaskpi.forecast(ARRAY[12, 15, 14, 18, 21, 19, 24, 26, 25, 29]::float8[], 1, 3);
-- a tenth more every month goes on within the bounds, which are wider above
SELECT m AS period, bool_and(1.1 ^ (23 + f.step) BETWEEN lo95 / 100 AND hi95 / 100) AS inside, bool_and(hi95 - point > point - lo95) AS skewed
FROM (SELECT array_agg(100 * 1.1 ^ i * (1 + .03 * sin(i * i)) ORDER BY i)::float8[] AS y FROM generate_series(0, 23) i) s,
    unnest(ARRAY[1, 12]) m, saaskpi.forecast(y, m, 12) f GROUP BY m ORDER BY m;
-- the last season, the last value, the mean step
SELECT m AS asked, f.step, round(f.point::numeric, 6) AS point, f.model
FROM unnest(ARRAY['snaive', 'naive', 'drift']) m,
    saaskpi.forecast(ARRAY[1, 5, 2, 6, 4, 9]::float8[], 2, 2, m) f;

-- quarters that grow by 3 % and turn: two falls by a tenth are held back, three in a row are followed; percent of the last value
SELECT falls, array_agg(round((100 * f.point / y[24])::numeric, 1) ORDER BY f.step) AS percent
FROM generate_series(2, 3) AS falls,
    LATERAL (SELECT array_agg(1000 * 1.03 ^ least(t, 23 - falls) * 0.9 ^ greatest(t - 23 + falls, 0) ORDER BY t)::float8[] AS y
    FROM generate_series(0, 23) t) AS s, saaskpi.forecast(y, 4, 4) AS f
GROUP BY falls ORDER BY falls;
-- months of which there are few seasons have wider bounds than the same ones of a series four times as long
SELECT count(*) FILTER (WHERE 5 * (few.hi95 - few.lo95) > 7 * (many.hi95 - many.lo95)) AS wider
FROM (SELECT array_agg(100 + 10 * sin(t * pi() / 6) + 4 * sin(t * t) ORDER BY t)::float8[] AS y FROM generate_series(0, 119) t) AS s,
    saaskpi.forecast(y[91:120], 12, 6) AS few, saaskpi.forecast(y, 12, 6) AS many WHERE few.step = many.step;

-- every model on one series: ordered, finite, the name of what was used
CREATE TEMP TABLE passengers AS
SELECT array_agg(v ORDER BY o) AS y FROM unnest(ARRAY[112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
    115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
    171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201
    ]::float8[]) WITH ORDINALITY AS s (v, o);
SELECT m AS asked, round(avg(abs(f.point / a - 1))::numeric, 1) AS error,
    bool_and(lo95 <= lo80 AND lo80 <= point AND point <= hi80 AND hi80 <= hi95 AND lo95 > 0) AS ordered,
    count(*) FILTER (WHERE a BETWEEN lo95 AND hi95) >= 9 AS inside, min(split_part(f.model, '(', 1)) AS model
FROM passengers, unnest(ARRAY['auto', 'ets', 'ets:MAM', 'ets:average', 'theta', 'dotm', 'arima', 'arima:average', 'stl', 'stl:arima',
    'snaive', 'hw']) WITH ORDINALITY AS q (m, o),
    saaskpi.forecast(y[1:48], 12, 12, m) f, LATERAL (SELECT y[48 + f.step]) AS t (a)
GROUP BY m, o ORDER BY o;
-- other levels: wider with the level, and the same at 80 %
SELECT bool_and(l.lo >= n.lo80) FILTER (WHERE level = 0.5) AS narrower, bool_and(l.lo = n.lo80) FILTER (WHERE level = 0.8) AS same,
    bool_and(l.hi >= n.hi95) FILTER (WHERE level = 0.99) AS wider, count(*)
FROM passengers, saaskpi.forecast(y, 12, 6, ARRAY[0.5, 0.8, 0.99]) l, saaskpi.forecast(y, 12, 6) n WHERE l.step = n.step;

-- history and forecast in one: the forecast to the last bit, and values one step before from every model
SELECT m AS asked, count(*) FILTER (WHERE row_type = 'history') AS history, count(fitted) AS fitted,
    avg(abs(fitted / actual - 1)) < 0.15 AS close, bool_and(fitted > 0) AS positive,
    count(*) FILTER (WHERE (f.point, f.lo80, f.hi80, f.lo95, f.hi95, f.model) = (a.point, a.lo80, a.hi80, a.lo95, a.hi95, a.model)) AS same
FROM passengers, unnest(ARRAY['auto', 'ets', 'ets:MAM', 'ets:average', 'theta', 'dotm', 'arima', 'arima:average', 'stl', 'stl:arima',
    'snaive', 'naive', 'drift', 'ses', 'holt', 'damped', 'hw']) WITH ORDINALITY AS q (m, o),
    saaskpi.forecast_history(y, 12, 4, m) f LEFT JOIN LATERAL saaskpi.forecast(y, 12, 4, m) a ON f.step = 60 + a.step
GROUP BY m, o ORDER BY o;
-- the combination leaves the run-up of a young business out, as if it were not there; a model by name does not
SELECT m AS asked, count(*) FILTER (WHERE f.point = a.point) AS same, count(f.fitted) AS fitted, regexp_replace(min(f.model) FILTER (WHERE f.fitted IS NULL AND f.actual > 0), '\(.*, .*\) ', ' ') AS why_not
FROM passengers, unnest(ARRAY['auto', 'ets:average']) m, saaskpi.forecast_history(ARRAY[1, 4]::float8[] || y, 12, 3, m) f
    LEFT JOIN LATERAL saaskpi.forecast(y, 12, 3, m) a ON f.step = 62 + a.step GROUP BY m;
-- too little for a model
SELECT step, row_type, actual, fitted, point, model FROM saaskpi.forecast_history(ARRAY[4, 6]::float8[], 1, 1);
SELECT step, row_type, actual, fitted, point, model FROM saaskpi.forecast_history(ARRAY[4]::float8[], 1, 1);
SELECT count(*) FROM saaskpi.forecast_history(NULL, 12, 6);

-- a model that cannot be had: the best simple one, and why
SELECT m AS asked, f.step, f.point, f.model
FROM unnest(ARRAY['ets:MAM', 'hw', 'stl', 'auto']) m,
    saaskpi.forecast(ARRAY[4, 0, 3, 1, 5, 0, 4]::float8[], 4, 1, m) f WHERE m <> 'auto';
-- zeros stay above zero, negative values may go below
SELECT bool_and(lo95 >= 0) AS counts FROM saaskpi.forecast(ARRAY[0, 3, 0, 0, 5, 1, 0, 2, 0, 0, 4, 0]::float8[], 1, 6);
SELECT bool_or(lo95 < 0) AS margins FROM saaskpi.forecast(ARRAY[5, -3, 2, -6, 4, -1, 3, -4, 2, -5]::float8[], 1, 6);

-- nothing to forecast
SELECT count(*) FROM saaskpi.forecast(NULL, 12, 6);
SELECT count(*) FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 6, NULL::text);

-- errors say what and where
\set VERBOSITY default
SELECT * FROM saaskpi.forecast(ARRAY[1, NULL, 3]::float8[], 1, 2);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 'NaN']::float8[], 1, 2);
SELECT * FROM saaskpi.forecast(ARRAY['-Infinity', 2, 3]::float8[], 1, 2);
SELECT * FROM saaskpi.forecast(ARRAY[[1, 2], [3, 4]]::float8[], 1, 2);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 0, 2);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 12, 2);
SELECT * FROM saaskpi.forecast('{}'::float8[], 1, 2);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 0);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 1001);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 2, 'prophet');
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 2, ARRAY[1.0]::float8[]);
SELECT * FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 2, ARRAY[NULL]::float8[]);
SELECT * FROM saaskpi.forecast(array_fill(1::float8, ARRAY[100001]), 1, 2);

-- cancelled in the middle of a fit, whatever the model
CREATE FUNCTION pg_temp.cancelled(model text, period int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
    y float8[] := ARRAY(SELECT 1000 + 100 * sin(i) + (i * 7919 % 1009) / 10.0 FROM generate_series(1, 2000) i);
BEGIN
    LOOP
        PERFORM FROM saaskpi.forecast(y, period, 100, model);
    END LOOP;
EXCEPTION WHEN query_canceled THEN
    RETURN CASE WHEN clock_timestamp() - began < '2 s' THEN 'in time' ELSE (clock_timestamp() - began)::text END;
END $$;
SET statement_timeout = '100ms';
SELECT pg_temp.cancelled('auto', 12);
SELECT pg_temp.cancelled('arima', 52);
SELECT pg_temp.cancelled('ets', 24);
SELECT pg_temp.cancelled('stl', 52);
RESET statement_timeout;

-- over groups: the same bits whether by one process or by several
CREATE TABLE forecast_groups AS
SELECT g, t, 200 + 3 * t + 30 * sin(t * 0.5236 + g) + (t * 7919 * g % 101) / 10.0 AS v
FROM generate_series(1, 24) g, generate_series(1, 48) t;
ANALYZE forecast_groups;
CREATE TABLE forecast_series AS SELECT g, array_agg(v ORDER BY t) AS y FROM forecast_groups GROUP BY g;
ANALYZE forecast_series;
CREATE TEMP TABLE serial AS
SELECT q.g, f.* FROM (SELECT g, array_agg(v ORDER BY t) AS y FROM forecast_groups GROUP BY g) q, LATERAL saaskpi.forecast(y, 12, 6) f;
ALTER TABLE forecast_series SET (parallel_workers = 2);
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT g, (f).* FROM (SELECT g, saaskpi.forecast(y, 12, 6) AS f FROM forecast_series) q;
CREATE TABLE forecast_parallel AS SELECT g, (f).* FROM (SELECT g, saaskpi.forecast(y, 12, 6) AS f FROM forecast_series) q;
SELECT count(*) AS rows, count(DISTINCT g) AS groups FROM forecast_parallel;
SELECT count(*) AS same_bits FROM serial s JOIN forecast_parallel p USING (g, step)
WHERE (float8send(s.point), float8send(s.lo80), float8send(s.hi80), float8send(s.lo95), float8send(s.hi95), s.model)
    = (float8send(p.point), float8send(p.lo80), float8send(p.hi80), float8send(p.lo95), float8send(p.hi95), p.model);
DROP TABLE forecast_groups, forecast_series, forecast_parallel;

-- a stored series from one reading: what forecast, series_periods and decompose say of it, bit for bit
CREATE TABLE forecast_stored AS
SELECT kind, saaskpi.series_agg((date '2019-01-01' + (t - 1) * interval '1 month')::date, v::numeric) AS s
  FROM (VALUES ('season', 48), ('short', 7), ('one', 1), ('zero', 30), ('line', 30), ('run-up', 60), ('signs', 40), ('gap', 50)) AS k (kind, n), generate_series(1, n) AS t,
       LATERAL (SELECT CASE kind WHEN 'zero' THEN 0 WHEN 'line' THEN 5 * t WHEN 'run-up' THEN CASE WHEN t < 5 THEN t ELSE 500 + 7 * t + t * 7919 % 31 END
                                 WHEN 'signs' THEN t * 7919 % 131 - 60 ELSE round((300 + 4 * t + 40 * sin(t * 0.5236) + t * 7919 % 17)::numeric, 2) END AS v) AS y
 WHERE kind <> 'gap' OR t NOT BETWEEN 20 AND 22 GROUP BY kind;
CREATE VIEW forecast_joined AS
SELECT k.kind, f.period, f.row_type, p.value AS actual, f.fitted, d.trend, d.seasonal, f.point, f.lo80, f.hi80, f.lo95, f.hi95,
       regexp_replace(f.model, ' \(.*\)$', '') AS model, coalesce(substring(f.model FROM ' \((.*)\)$'), 'ok') AS status
  FROM forecast_stored AS k CROSS JOIN LATERAL saaskpi.forecast(k.s, 6) AS f
  LEFT JOIN LATERAL saaskpi.series_periods(k.s) AS p ON p.period = f.period LEFT JOIN LATERAL saaskpi.decompose(k.s) AS d ON d.period = f.period;
SELECT k.kind, count(*) AS rows, count(*) FILTER (WHERE ROW(k.kind, (k.f).*)::record *<> ROW(j.*)::record) AS wrong, string_agg(DISTINCT (k.f).status, ', ' ORDER BY (k.f).status) AS status
  FROM (SELECT kind, saaskpi_internal.forecast_rows(s, 6) AS f FROM forecast_stored) AS k FULL JOIN forecast_joined AS j ON j.kind = k.kind AND j.period = (k.f).period GROUP BY k.kind ORDER BY 1;
-- of two centuries of months, which one wrong date makes, the newest fifty years are looked at
SELECT (f).status, count(*), min((f).period), max((f).period) FROM (SELECT saaskpi_internal.forecast_rows(saaskpi.series_agg(d, v), 3) AS f
  FROM (SELECT date '1825-01-01' AS d, 99 AS v UNION ALL SELECT (date '2020-01-01' + t * interval '1 month')::date, 500 + t * 7919 % 97 FROM generate_series(0, 59) AS t) AS q) AS r GROUP BY 1 ORDER BY 3;
-- many of them in parallel workers, under CREATE TABLE AS too
ALTER TABLE forecast_stored SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) CREATE TABLE forecast_rows AS SELECT (q.f).* FROM (SELECT saaskpi_internal.forecast_rows(s, 6) AS f FROM forecast_stored) AS q;
SELECT count(*) FROM saaskpi_internal.forecast_rows(NULL, 6);
SELECT saaskpi_internal.forecast_rows(s, 0) FROM forecast_stored LIMIT 1;
DROP VIEW forecast_joined;
DROP TABLE forecast_stored;

-- several seasons at once: a week and a year in three years of days
CREATE TEMP TABLE days AS
SELECT array_agg(1000 * exp(0.2 * sin(2 * pi() * i / 7) + 0.4 * sin(2 * pi() * i / 365) + 0.03 * sin(i * i % 1000)) ORDER BY i) AS y
FROM generate_series(1, 1095) AS i;
SELECT avg(abs(a.point / truth - 1)) > 0.1 AS week_alone, avg(abs(b.point / truth - 1)) < 0.04 AS both, bool_and(truth BETWEEN b.lo95 AND b.hi95) AS inside,
    bool_and(b.lo95 <= b.lo80 AND b.lo80 <= b.point AND b.point <= b.hi80 AND b.hi80 <= b.hi95) AS ordered
FROM days, saaskpi.forecast(y, 7, 60) AS a, saaskpi.forecast(y, 7, 60, periods => '{7,365}') AS b,
    LATERAL (SELECT 1000 * exp(0.2 * sin(2 * pi() * (1095 + a.step) / 7) + 0.4 * sin(2 * pi() * (1095 + a.step) / 365))) AS t (truth)
WHERE a.step = b.step;
-- none is the plain forecast, the list is a set, the history has the same forecast
SELECT bool_and((a.point, a.lo95, a.model) = (n.point, n.lo95, n.model)) AS none, bool_and((b.point, b.hi80) = (o.point, o.hi80)) AS same,
    bool_and((o.point, o.hi80) = (h.point, h.hi80)) AS history
FROM days, saaskpi.forecast(y, 7, 5) AS a JOIN LATERAL saaskpi.forecast(y, 7, 5, '{}'::int[]) AS n USING (step)
    JOIN LATERAL saaskpi.forecast(y, 7, 5, ARRAY[365, 30]) AS b USING (step) JOIN LATERAL saaskpi.forecast(y, 7, 5, ARRAY[7, 30, 365, 30]) AS o USING (step)
    JOIN LATERAL saaskpi.forecast_history(y, 7, 5, ARRAY[30, 365]) AS h ON h.step = 1095 + o.step;
SELECT count(*), count(fitted) > 1000 AS fitted, bool_and(abs(fitted / actual - 1) < 0.2) AS close FROM days, saaskpi.forecast_history(y, 7, 1, ARRAY[365]);
-- a series of days knows its year, once that has come round twice
WITH v AS MATERIALIZED (SELECT u.i, round(u.y::numeric, 4) AS y FROM days, unnest(days.y) WITH ORDINALITY AS u(y, i)),
q AS MATERIALIZED (
    SELECT n, saaskpi.series_agg('2023-01-01'::date + v.i::int - 1, v.y, 'day') AS s, array_agg(v.y::float8 ORDER BY v.i) AS y
    FROM unnest(ARRAY[729, 730]) AS n JOIN v ON v.i <= n GROUP BY n),
s AS MATERIALIZED (SELECT q.n, f.* FROM q, saaskpi.forecast(q.s, 7) AS f),
f AS MATERIALIZED (SELECT q.n, f.* FROM q, saaskpi.forecast(q.y, 7, 7, CASE WHEN q.n >= 730 THEN ARRAY[365] ELSE '{}' END) AS f)
SELECT f.n AS days, bool_and(s.point = f.point) AS as_told, count(*)
FROM s JOIN f ON f.n = s.n AND s.period = '2023-01-01'::date + f.n + f.step - 1 GROUP BY f.n ORDER BY f.n;
-- what is wrong with a list, and what is too short
SELECT DISTINCT regexp_replace(model, '^auto\([^)]*\)', 'auto') AS model FROM days, saaskpi.forecast(y[1:400], 7, 3, ARRAY[365]);
SELECT count(*) FROM saaskpi.forecast(ARRAY[1, 2, 3]::float8[], 1, 6, NULL::int[]);
SELECT f.* FROM days, saaskpi.forecast(y, 7, 3, ARRAY[365, NULL]) AS f;
SELECT f.* FROM days, saaskpi.forecast(y, 7, 3, ARRAY[4]) AS f;
SELECT f.* FROM days, saaskpi.forecast(y, 7, 3, ARRAY[401]) AS f;
SELECT f.* FROM days, saaskpi.forecast(y[1:300], 7, 3, ARRAY[365]) AS f;
SELECT f.* FROM days, saaskpi.forecast(y, 7, 3, ARRAY[14, 21, 28, 35, 42]) AS f;
-- the cause by its name: nothing there, a level missing, a season asked of a series without
SELECT * FROM saaskpi.forecast('{}', 12, 3);
SELECT * FROM saaskpi.forecast('{1,2,3,4,5,6}', 1, 3, ARRAY[0.5, NULL]);
SELECT m, f.model FROM unnest(ARRAY['stl', 'stl:arima', 'hw', 'ets:ANA']) AS m, saaskpi.forecast('{1,2,4,3,5,6,8,7,9,12}', 1, 1, m) AS f ORDER BY 1;
SELECT f.* FROM saaskpi.forecast('{5}', 1, 2) AS f;
-- baselines are what their names say, also on a line and a constant
SELECT m, f.point, f.model FROM unnest(ARRAY['naive', 'snaive', 'drift', 'auto']) AS m, saaskpi.forecast('{1,2,3,4,5,6,7,8}', 4, 1, m) AS f ORDER BY 1;
SELECT m, f.point, f.model FROM unnest(ARRAY['naive', 'snaive', 'drift', 'auto']) AS m, saaskpi.forecast('{3,3,3,3,3,3,3,3}', 4, 1, m) AS f ORDER BY 1;
SELECT b.model, b.step, b.mae FROM (SELECT array_agg(100 + i * 2.0 ORDER BY i)::float8[] AS y FROM generate_series(1, 40) AS i) AS line, saaskpi.backtest(y, 4, 4, ARRAY['naive']) AS b WHERE b.step = 0 ORDER BY 1;
-- growth by a fifth a month is no year of the past, and the smallest numbers have intervals
SELECT m, f.point > 0.75 * 100 * 1.2 ^ 37 AS grows, f.model FROM (SELECT array_agg(100 * 1.2 ^ i ORDER BY i)::float8[] AS y FROM generate_series(1, 36) AS i) AS growth, unnest(ARRAY['hw', 'ets:MAM']) AS m, saaskpi.forecast(y, 12, 1, m) AS f ORDER BY 1;
SELECT m, f.lo80 < f.point AND f.point < f.hi80 AS spread FROM (SELECT array_agg((2 + sin(i * i)) * 1e-300 ORDER BY i)::float8[] AS y FROM generate_series(1, 40) AS i) AS tiny, unnest(ARRAY['auto', 'ets', 'naive']) AS m, saaskpi.forecast(y, 1, 1, m) AS f ORDER BY 1;
