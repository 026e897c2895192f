-- A series: exact sums by period, and the calendar that makes an array of them.

@state type=series storage=external sspace=2048 meaning=values summed by period, exactly and in any order, to be modelled; a period without rows between others is a gap and counts as 0 rollup=adds series of one grain up, period by period

CREATE FUNCTION saaskpi_internal.series_accum(saaskpi.series, date, numeric) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi_internal.series_accum(saaskpi.series, date, numeric, text) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_accum_grain' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.series_accum(saaskpi.series, date, numeric) IS 'aggregate support: adds a row';
COMMENT ON FUNCTION saaskpi_internal.series_accum(saaskpi.series, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.series_accum(saaskpi.series, date, numeric) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi_internal.series_accum(saaskpi.series, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.series_agg(period date, value numeric) (
    SFUNC = saaskpi_internal.series_accum,
    STYPE = saaskpi.series,
    SSPACE = 2048,
    FINALFUNC = saaskpi_internal.series_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.series_agg(date, numeric) IS
    'a monthly series: values, rounded half to even at four decimals, summed by the month that holds their date; rows without a usable date or value are counted by skipped()';

CREATE AGGREGATE saaskpi.series_agg(period date, value numeric, grain text) (
    SFUNC = saaskpi_internal.series_accum,
    STYPE = saaskpi.series,
    SSPACE = 2048,
    FINALFUNC = saaskpi_internal.series_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.series_agg(date, numeric, text) IS
    'a series by day, week (from Monday), month, quarter or year: values, rounded half to even at four decimals, summed by the period that holds their date; rows without a usable date or value are counted by skipped()';

CREATE FUNCTION saaskpi.series_values(s saaskpi.series, as_of date DEFAULT NULL)
    RETURNS float8[]
    AS 'MODULE_PATHNAME', 'saaskpi_series_values' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.series_values(saaskpi.series, date) IS
    'the series as an array in time order, 0 for gaps, from the first period with a row to the last; with as_of to the last period that has ended by then, so that an incomplete one stays out and later ones without rows are 0';

CREATE FUNCTION saaskpi.series_periods(s saaskpi.series, as_of date DEFAULT NULL)
    RETURNS TABLE (period date, value numeric, rows bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_series_periods' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.series_periods(saaskpi.series, date) IS
    'the series as rows, exact: first day of the period, sum, and how many values it is made of (0 in a gap); periods as in series_values';

CREATE FUNCTION saaskpi.season_length(s saaskpi.series)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'saaskpi_series_season_length' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.season_length(saaskpi.series) IS
    'periods per season by the grain of the series: day 7, week 52, month 12, quarter 4, year 1';

CREATE FUNCTION saaskpi.period_at(s saaskpi.series, step integer)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_series_period_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.period_at(saaskpi.series, integer) IS
    'first day of the period of a step: 1 is the first value of series_values, one more than their number the first period to forecast; null without rows';

CREATE FUNCTION saaskpi.skipped(s saaskpi.series)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_series_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.series) IS
    'rows left out of the series: no date, a date outside the years 1 to 9999, no value, NaN, infinity or a value of 922337203685477.5808 and more';

-- The planner counts a function in FROM once, however often it is called
-- beside other rows; what its rows are filtered by it counts every time.  So
-- this carries the cost of a forecast, shared by 60 rows, and many forecasts
-- are found worth a parallel plan.
CREATE FUNCTION saaskpi.forecast_cost(step integer) RETURNS boolean
    AS 'int4_bool' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE COST 1700;
COMMENT ON FUNCTION saaskpi.forecast_cost(integer) IS
    'true for every step: tells the planner what the forecast of a series costs';
