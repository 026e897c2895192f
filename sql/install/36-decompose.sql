-- A series taken apart: trend, season and what is left.

CREATE FUNCTION saaskpi.decompose(y float8[], period integer, robust boolean DEFAULT true)
    RETURNS TABLE (step integer, observed float8, trend float8, seasonal float8, remainder float8)
    AS 'MODULE_PATHNAME', 'saaskpi_decompose' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    COST 100000 ROWS 60;
COMMENT ON FUNCTION saaskpi.decompose(float8[], integer, boolean) IS
    'STL by loess: observed = trend + seasonal + remainder at every step, one seasonal figure for the whole series; robust keeps outliers in the remainder; seasonal is 0 with period 1 and while there are not two full seasons';

CREATE FUNCTION saaskpi.seasonal_strength(y float8[], period integer, robust boolean DEFAULT true)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'saaskpi_seasonal_strength' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    COST 100000;
COMMENT ON FUNCTION saaskpi.seasonal_strength(float8[], integer, boolean) IS
    'share of the movement around the trend that the season explains, from 0 (none) to 1 (all); above 0.64 is commonly taken for seasonal; null with period 1 and while there are not two full seasons';

CREATE FUNCTION saaskpi.seasonality_index(y float8[], period integer)
    RETURNS TABLE (season integer, index float8)
    AS 'MODULE_PATHNAME', 'saaskpi_seasonality_index' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    COST 10000 ROWS 12;
COMMENT ON FUNCTION saaskpi.seasonality_index(float8[], integer) IS
    'what the first, second, ... observation of a season is against an average one, which is 100, trend taken out; the mean is 100 exactly; null while there are not two full seasons and when the mean of the series is not positive';

CREATE FUNCTION saaskpi.detect_period(y float8[], max integer DEFAULT NULL)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'saaskpi_detect_period' LANGUAGE C IMMUTABLE PARALLEL SAFE
    COST 100000;
COMMENT ON FUNCTION saaskpi.detect_period(float8[], integer) IS
    'the season that stands out in the autocorrelation, between 2 and max (a third of the series unless given), or 1 when none does and below 8 values; the shortest of a family of multiples, and 7, 12, 24, 52 or 365 where the evidence is near them; a question of its own: no forecast asks it';

CREATE FUNCTION saaskpi.detect_periods(y float8[], max integer DEFAULT NULL)
    RETURNS TABLE (rank integer, period integer, strength float8)
    AS 'MODULE_PATHNAME', 'saaskpi_detect_periods' LANGUAGE C IMMUTABLE PARALLEL SAFE
    COST 100000 ROWS 2;
COMMENT ON FUNCTION saaskpi.detect_periods(float8[], integer) IS
    'the season of detect_period, rank 1, and the runner-up, rank 2, which is neither a multiple nor a part of it, such as the year beside the week in daily values; strength is the autocorrelation, from 0 (none) to 1 (repeats exactly); no row where none stands out';

-- The same over a series.  A season longer than the series cannot be seen yet.
CREATE FUNCTION saaskpi.decompose(s saaskpi.series, robust boolean DEFAULT true, as_of date DEFAULT NULL)
    RETURNS TABLE (period date, observed float8, trend float8, seasonal float8, remainder float8)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 60
BEGIN ATOMIC
    SELECT saaskpi.period_at(s, d.step), d.observed, d.trend, d.seasonal, d.remainder
      FROM (SELECT saaskpi.series_values(s, as_of) AS y) AS v,
           LATERAL saaskpi.decompose(v.y, CASE WHEN cardinality(v.y) < saaskpi.season_length(s) THEN 1
                                               ELSE saaskpi.season_length(s) END, robust) AS d
     ORDER BY d.step;
END;
COMMENT ON FUNCTION saaskpi.decompose(saaskpi.series, boolean, date) IS
    'the series taken apart by its own season, with the periods; as_of leaves out what had not ended by then; seasonal is 0 while there are not two full seasons';
