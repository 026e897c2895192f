-- Everything the relations show of a stored series, from one reading: fitted,
-- forecast and decomposed once, scored once looking back and once looking
-- ahead.  In a select list the planner counts them for every row, and many
-- series are found worth a parallel plan; beside other rows in FROM it would
-- count them once.

CREATE FUNCTION saaskpi_internal.forecast_rows(s saaskpi.series, horizon integer, model text DEFAULT 'auto')
    RETURNS TABLE (period date, row_type text, actual numeric, fitted float8, trend float8, seasonal float8, point float8,
                   lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text, status text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000 ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.forecast_rows(saaskpi.series, integer, text) IS
    'a series by its own season, one row per period: history with the exact value, fitted, trend and season, then the forecast; status ok, or why the row is not what the model says';

CREATE FUNCTION saaskpi_internal.anomaly_rows(s saaskpi.series)
    RETURNS TABLE (period date, value numeric, expected float8, lo float8, hi float8, score float8,
                   is_anomaly boolean, kind text, is_alarm boolean, mode text)
    AS 'MODULE_PATHNAME', 'saaskpi_anomaly_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200000 ROWS 60;
COMMENT ON FUNCTION saaskpi_internal.anomaly_rows(saaskpi.series) IS
    'anomalies of a series by its own season, with the exact values: the newest period as it looked when it came (causal), those before it with what is known since (retrospective)';
