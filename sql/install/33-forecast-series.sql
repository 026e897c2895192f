-- The forecast of a stored series, by its own seasons.

-- A season longer than the series cannot be seen yet; an empty one is nothing.
-- Days have a year beside their week once it has come round twice: on 19 public
-- series of 790 to 1500 days, 13 times each, the error scaled by that of last
-- week's values went from 1.01 to .89.
-- Without ORDER BY, so that it can run in parallel workers.
CREATE FUNCTION saaskpi.forecast(s saaskpi.series, horizon integer, model text DEFAULT 'auto', as_of date DEFAULT NULL)
    RETURNS TABLE (period date, row_type text, actual float8, fitted float8, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 60
BEGIN ATOMIC
    SELECT saaskpi.period_at(s, f.step), f.row_type, f.actual, f.fitted, f.point, f.lo80, f.hi80, f.lo95, f.hi95, f.model
      FROM (SELECT nullif(saaskpi.series_values(s, as_of), '{}') AS y) AS v,
           LATERAL saaskpi.forecast_history(v.y, CASE WHEN cardinality(v.y) < saaskpi.season_length(s) THEN 1
                                                      ELSE saaskpi.season_length(s) END, horizon,
                                     CASE WHEN saaskpi.season_length(s) = 7 AND cardinality(v.y) >= 730 THEN '{365}'::int[]
                                          ELSE '{}' END, $3) AS f
     WHERE saaskpi.forecast_cost(f.step);
END;
COMMENT ON FUNCTION saaskpi.forecast(saaskpi.series, integer, text, date) IS
    'a series and its forecast by its own season, of days week and, from two years on, year, one row per period: history with actual and fitted, then forecast with point and 80 and 95 % intervals; as_of leaves out what had not ended by then; models as for arrays';
