-- The tables, the forecasts and the scores of the forecast benchmark.

CREATE TABLE series_index (series_id text, category text, freq text, period int, n_train int, horizon int, domain text);
CREATE TABLE series_value (series_id text, category text, freq text, t int, value float8, part text);
CREATE TABLE naive2 (series_id text, h int, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8);
CREATE TABLE forecast (method text, series_id text, h int, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8);
-- season: what the forecaster is told; period: what the errors are scaled by
CREATE TABLE series (series_id text, freq text, period int, season int, horizon int, y float8[], actual float8[]);
CREATE TABLE scale (series_id text, step float8);
CREATE TABLE timing (method text, freq text, seconds float8);

CREATE FUNCTION prepare() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO series
    SELECT i.series_id, i.freq, i.period, CASE i.freq WHEN 'weekly' THEN 52 ELSE i.period END AS season, i.horizon,
        array_agg(v.value ORDER BY v.t) FILTER (WHERE part = 'train') AS y,
        array_agg(v.value ORDER BY v.t) FILTER (WHERE part = 'test') AS actual
    FROM series_index i JOIN series_value v USING (series_id) GROUP BY 1, 2, 3, 4, 5;
    INSERT INTO scale
    SELECT series_id, avg(abs(y[t] - y[t - period])) AS step
    FROM series, LATERAL generate_series(period + 1, cardinality(y)) t GROUP BY 1;
    INSERT INTO forecast SELECT 'naive2', * FROM naive2;
    ANALYZE;
END $$;

-- CPU seconds of this backend so far
CREATE FUNCTION cpu() RETURNS float8 LANGUAGE sql VOLATILE AS $$
    SELECT (field[12]::float8 + field[13]::float8) / 100
    FROM regexp_split_to_array(substring(pg_read_file('/proc/self/stat') FROM '\) (.*)'), ' ') AS field
$$;

CREATE FUNCTION measure(model text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    f text;
    began float8;
BEGIN
    SET LOCAL max_parallel_workers_per_gather = 0;
    FOR f IN SELECT DISTINCT freq FROM series ORDER BY 1 LOOP
        began := cpu();
        INSERT INTO forecast
        SELECT measure.model, s.series_id, p.step, p.point, p.lo80, p.hi80, p.lo95, p.hi95
        FROM series s, LATERAL saaskpi.forecast(s.y, s.season, s.horizon, measure.model) p WHERE s.freq = f;
        INSERT INTO timing VALUES (measure.model, f, cpu() - began);
    END LOOP;
END $$;

CREATE VIEW error AS
SELECT f.method, s.freq, s.series_id,
    avg(CASE WHEN a.y = 0 AND f.point = 0 THEN 0 ELSE 200 * abs(a.y - f.point) / (abs(a.y) + abs(f.point)) END) AS smape,
    avg(abs(a.y - f.point)) / nullif(max(c.step), 0) AS mase,
    avg((a.y BETWEEN f.lo80 AND f.hi80)::int) AS cov80, avg((a.y BETWEEN f.lo95 AND f.hi95)::int) AS cov95,
    avg(f.hi95 - f.lo95 + 40 * greatest(0, f.lo95 - a.y) + 40 * greatest(0, a.y - f.hi95)) / nullif(max(c.step), 0) AS msis
FROM forecast f JOIN series s USING (series_id) JOIN scale c USING (series_id), LATERAL (SELECT s.actual[f.h]) AS a (y)
GROUP BY 1, 2, 3;

-- OWA: mean of sMAPE and MASE over those of Naive2
CREATE VIEW score AS
WITH mean AS (
    SELECT freq, method, count(*) AS series, avg(smape) AS smape, avg(mase) AS mase, avg(cov80) AS cov80, avg(cov95) AS cov95,
        avg(msis) AS msis FROM error GROUP BY 1, 2)
SELECT m.freq, m.method, m.series, round(m.smape::numeric, 3) AS smape, round(m.mase::numeric, 4) AS mase,
    round(((m.smape / b.smape + m.mase / b.mase) / 2)::numeric, 4) AS owa, round(m.cov80, 3) AS cov80, round(m.cov95, 3) AS cov95,
    round(m.msis::numeric, 2) AS msis, round((1000 * t.seconds / m.series)::numeric, 2) AS cpu_ms_a_series
FROM mean m JOIN mean b ON b.freq = m.freq AND b.method = 'naive2' LEFT JOIN timing t ON t.freq = m.freq AND t.method = m.method
ORDER BY m.freq, owa;

-- CPU of R's ets over that of the others, where a clock of 10 ms can tell
CREATE VIEW times_faster AS
SELECT t.freq, t.method, round((r.seconds / t.seconds)::numeric, 1) AS r_ets_over_this
FROM timing t JOIN timing r ON r.freq = t.freq AND r.method = 'R ets' WHERE t.seconds >= 0.1 ORDER BY t.freq, 3 DESC;

-- A thousand monthly series in one statement: seconds by the clock, and CPU of
-- the session, which is not that of its workers.
CREATE FUNCTION thousand(OUT workers int, OUT rows bigint, OUT seconds numeric, OUT session_cpu numeric) RETURNS SETOF record
LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    began_cpu float8;
BEGIN
    CREATE TABLE thousand_series WITH (parallel_workers = 2) AS
    SELECT q.n, saaskpi.series_agg((date '2000-01-01' + (u.t - 1) * interval '1 month')::date, round(u.v::numeric, 4)) AS s
    FROM (SELECT y, row_number() OVER () AS n FROM series, generate_series(1, 20) g WHERE freq = 'monthly' ORDER BY g, series_id LIMIT 1000) AS q,
        unnest(q.y[greatest(1, cardinality(q.y) - 59):]) WITH ORDINALITY AS u (v, t) GROUP BY q.n;
    ANALYZE thousand_series;
    FOREACH workers IN ARRAY ARRAY[0, 2] LOOP
        PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
        began := clock_timestamp();
        began_cpu := cpu();
        EXECUTE 'SELECT count(f.point) FROM thousand_series, saaskpi.forecast(s, 6) AS f' INTO rows;
        seconds := round(extract(epoch FROM clock_timestamp() - began), 1);
        session_cpu := round((cpu() - began_cpu)::numeric, 1);
        RETURN NEXT;
    END LOOP;
END $$;
