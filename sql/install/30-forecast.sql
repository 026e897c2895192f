-- Forecasts of one series held in an array.

CREATE FUNCTION saaskpi.forecast(y float8[], period int, horizon int, model text DEFAULT 'auto')
    RETURNS TABLE (step int, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION saaskpi.forecast(float8[], int, int, text) IS
    'forecast of the next steps of a series, oldest value first, with 80 and 95 % intervals; period: 12 months, 4 quarters, 52 weeks, 7 days, 1 no season; model: auto (a combination), ets, ets:MAM, ets:average, theta, dotm, arima, arima:average, stl, stl:arima, snaive, naive, drift, ses, holt, damped, hw; of ets, hw and their forms the search for the best fit ends after 30 million values seen, counted over all passes, which only long series reach; the column model names what was used, with the reason in parentheses where it is not what was asked for';

CREATE FUNCTION saaskpi.forecast(y float8[], period int, horizon int, levels float8[], model text DEFAULT 'auto')
    RETURNS TABLE (step int, level float8, point float8, lo float8, hi float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_levels' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 24;
COMMENT ON FUNCTION saaskpi.forecast(float8[], int, int, float8[], text) IS
    'the same forecast with intervals at other levels, 0.5 to 0.999, one row per step and level';

CREATE FUNCTION saaskpi.forecast_history(y float8[], period int, horizon int, model text DEFAULT 'auto')
    RETURNS TABLE (step int, row_type text, actual float8, fitted float8, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_history' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 60;
COMMENT ON FUNCTION saaskpi.forecast_history(float8[], int, int, text) IS
    'the series and its forecast in one: row_type history with actual and fitted, what the model said one step before, then forecast as forecast has it; the parameters know the whole history, so fitted is closer than a backtest; of a combination, the mean of its members by their weights, ARIMA left out; fitted is NULL where the reason in parentheses of model says why, such as too old: only the newest 3000 values, of a season of 12 or more the newest 50 seasons, are fitted';
