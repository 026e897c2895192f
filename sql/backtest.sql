-- Backtests: by hand, beside seasonal naive, what is not known, errors.
\pset null '-'

-- 1 2 4 7 11 16 22 29 37 46: from 8 and 9 values the last value is off by the
-- next step, 8 and 9; steps before averaged 4 and 4.5; drift knows those
SELECT model, step, n, mae, round(rmse::numeric, 6) AS rmse, round(mape::numeric, 4) AS mape, round(mase::numeric, 6) AS mase,
    coverage80, coverage95, round(p_value::numeric, 4) AS p_value
FROM saaskpi.backtest(ARRAY[1, 2, 4, 7, 11, 16, 22, 29, 37, 46]::float8[], 1, 1, ARRAY['drift', 'naive']);

-- a season that repeats exactly leaves no error, and nothing to test
SELECT model, step, n, round(mae::numeric, 6) AS mae, round(smape::numeric, 6) AS smape, coverage95, p_value
FROM saaskpi.backtest(ARRAY(SELECT 10 + i % 4 FROM generate_series(1, 40) i)::float8[], 4, 2, ARRAY['snaive'], 5);

-- a trend with a season: better than seasonal naive, and not by luck
CREATE TEMP TABLE trend AS
SELECT ARRAY(SELECT 100 + 2 * i + 10 * sin(i * 0.5236) + (i * 7919 % 101) / 50.0 FROM generate_series(1, 72) i) AS y;
SELECT b.model, count(*) AS rows, min(n) FILTER (WHERE step = 0) AS n, bool_and(mase < 1) AS beats_a_season,
    bool_and(p_value < 0.05) FILTER (WHERE step = 0) AS not_luck, bool_and(mae <= rmse AND mape > 0 AND pinball > 0 AND msis > 0) AS sane
FROM trend, saaskpi.backtest(y, 12, 3, ARRAY['auto', 'theta']) b GROUP BY b.model ORDER BY b.model;
-- all steps together are the mean of the steps
SELECT count(*) FROM (
    SELECT model, avg(mae) FILTER (WHERE step > 0) - max(mae) FILTER (WHERE step = 0) AS d
    FROM trend, saaskpi.backtest(y, 12, 3, ARRAY['theta'], 6) GROUP BY model) q WHERE abs(d) < 1e-9;
-- more origins asked for than there are
SELECT DISTINCT n FROM trend, saaskpi.backtest(y, 12, 3, ARRAY['naive'], 900) WHERE step = 0;

-- the run-up is left out of the combination here as in a forecast
SELECT count(*) AS rows, bool_and(a.mae = b.mae) AS same_errors FROM trend, saaskpi.backtest(y, 12, 3, ARRAY['auto'], 3) a,
    LATERAL (SELECT * FROM saaskpi.backtest(ARRAY[1, 5]::float8[] || y, 12, 3, ARRAY['auto'], 3) AS b WHERE (b.model, b.step) = (a.model, a.step)) AS b;

-- zeros among the actuals, a past that never moved, one origin
SELECT model, step, n, mae, mape, round(smape::numeric, 4) AS smape, mase, rmsse, msis, p_value
FROM saaskpi.backtest(array_fill(5::float8, ARRAY[20]) || ARRAY[0, 0]::float8[], 1, 2, ARRAY['naive'], 1) WHERE step < 2;
-- how likely a difference is by luck: sure without one, unknown where it is the same at every origin
SELECT b.model, b.step, round(b.mae::numeric, 4) AS mae, b.p_value FROM trend, saaskpi.backtest(y, 1, 1, ARRAY['naive'], 6) AS b WHERE b.step = 0
UNION ALL SELECT b.model, b.step, round(b.mae::numeric, 4), b.p_value FROM saaskpi.backtest(ARRAY(SELECT generate_series(1, 20))::float8[], 1, 1, ARRAY['drift'], 6) AS b WHERE b.step = 0;
-- too short for one origin
SELECT * FROM saaskpi.backtest(ARRAY[1, 2, 3, 4, 5]::float8[], 1, 3);
SELECT count(*) FROM saaskpi.backtest(NULL, 12, 6);

-- errors
SELECT * FROM saaskpi.backtest(ARRAY[1, NULL, 3]::float8[], 1, 1);
SELECT * FROM saaskpi.backtest(ARRAY[1, 2, 3]::float8[], 4, 1);
SELECT * FROM saaskpi.backtest(ARRAY[1, 2, 3]::float8[], 1, 0);
SELECT * FROM saaskpi.backtest(ARRAY[1, 2, 3]::float8[], 1, 1, ARRAY['prophet']);
SELECT * FROM saaskpi.backtest(ARRAY[1, 2, 3]::float8[], 1, 1, ARRAY['auto', NULL]);
SELECT * FROM saaskpi.backtest(ARRAY[1, 2, 3]::float8[], 1, 1, ARRAY['auto'], 0);
SELECT * FROM saaskpi.backtest(ARRAY(SELECT i FROM generate_series(1, 3000) i)::float8[], 1, 1000, ARRAY['auto'], 1000);
