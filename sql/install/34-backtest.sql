-- How good the forecasts of a series would have been.

CREATE FUNCTION saaskpi.backtest(y float8[], period int, horizon int, models text[] DEFAULT ARRAY['auto', 'snaive'], origins int DEFAULT NULL)
    RETURNS TABLE (model text, step int, n int, mae float8, rmse float8, mape float8, smape float8, mase float8, rmsse float8, pinball float8, coverage80 float8, coverage95 float8, msis float8, p_value float8)
    AS 'MODULE_PATHNAME', 'saaskpi_backtest' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000000 ROWS 26;
COMMENT ON FUNCTION saaskpi.backtest(float8[], int, int, text[], int) IS
    'accuracy of models on the newest part of a series, forecast from rolling origins (up to 12, or as many as asked for and the series allows) that know only what came before; step 0 is all steps together; seasonal naive is always among the models; a model at an origin learns from the newest 36000 / (origins * models, naive and drift not counted) values, never fewer than 200 and 4 periods: all 3000 that a forecast takes at 12 origins of one model; mape is NULL where an actual is zero, mase, rmsse and msis where the season before did not move; p_value (Diebold-Mariano) is the chance of a difference from seasonal naive this large by luck, NULL for seasonal naive itself, for fewer origins than steps and where nothing differs; n = 0 and NULLs: the series is too short';
