-- Forecasts of one series with several seasons at once.

CREATE FUNCTION saaskpi.forecast(y float8[], period int, horizon int, periods int[], model text DEFAULT 'auto')
    RETURNS TABLE (step int, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_seasons' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION saaskpi.forecast(float8[], int, int, int[], text) IS
    'the same forecast of a series with several seasons at once: periods lists the longer ones, as in forecast(y, 7, 30, periods => ''{365}'') for days with a week and a year; each is taken out as far as its rounds foretell one another, and needs two of them';

CREATE FUNCTION saaskpi.forecast_history(y float8[], period int, horizon int, periods int[], model text DEFAULT 'auto')
    RETURNS TABLE (step int, row_type text, actual float8, fitted float8, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_history_seasons' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 60;
COMMENT ON FUNCTION saaskpi.forecast_history(float8[], int, int, int[], text) IS
    'the series and its forecast in one, with several seasons at once: periods as in forecast';
