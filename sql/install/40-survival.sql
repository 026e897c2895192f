-- Times until something ends, some not over yet, held in arrays.

CREATE FUNCTION saaskpi.kaplan_meier(durations float8[], ended boolean[], limits text DEFAULT 'log', level float8 DEFAULT 0.95, weights float8[] DEFAULT NULL)
    RETURNS TABLE ("time" float8, at_risk float8, events float8, censored float8, survival float8, std_error float8, lo float8, hi float8)
    AS 'MODULE_PATHNAME', 'saaskpi_kaplan_meier' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION saaskpi.kaplan_meier(float8[], boolean[], text, float8, float8[]) IS
    'Kaplan-Meier curve: of subjects seen for a duration, at the end of which the event came (true) or observation ended (false), the share still without it after each time, with Greenwood''s error and limits of one kind: log (as R), log-log, plain; who is censored at a time was at risk in it; a row of weight w counts as w subjects; std_error is NULL once nobody is left, and so are limits there and those of log-log before the first event; any order of rows gives the same bits; needs 100 bytes a row in memory, at most 10 million rows';

CREATE FUNCTION saaskpi.survival_summary(durations float8[], ended boolean[], horizon float8 DEFAULT NULL, limits text DEFAULT 'log', level float8 DEFAULT 0.95, weights float8[] DEFAULT NULL)
    RETURNS TABLE (subjects float8, events float8, median float8, median_lo float8, median_hi float8, mean float8, mean_std_error float8, up_to float8)
    AS 'MODULE_PATHNAME', 'saaskpi_survival_summary' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1;
COMMENT ON FUNCTION saaskpi.survival_summary(float8[], boolean[], float8, text, float8, float8[]) IS
    'one row about a Kaplan-Meier curve: median duration, NULL while more than half are left, in the middle where the curve rests on one half, with the times at which the limits reach it; mean of the durations cut at the horizon (restricted mean, the area under the curve) with its standard error, NULL where the horizon lies beyond the last observation while somebody is left; up_to is the horizon, that last observation if not given; arguments as of kaplan_meier';

CREATE FUNCTION saaskpi.log_rank(durations float8[], ended boolean[], groups text[], rho float8 DEFAULT 0, weights float8[] DEFAULT NULL)
    RETURNS TABLE ("group" text, subjects float8, observed float8, expected float8, chi_square float8, freedom int, p_value float8)
    AS 'MODULE_PATHNAME', 'saaskpi_log_rank' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 4;
COMMENT ON FUNCTION saaskpi.log_rank(float8[], boolean[], text[], float8, float8[]) IS
    'log-rank test: do up to 100 groups keep their subjects alike? One row per group, with the events observed and those expected if all groups were alike, and the test beside each; rho 0 is the log-rank test, 1 weighs each time by the share left before it (Peto and Peto), then observed and expected are weighted too; a row of weight w counts as w subjects; p_value is NULL where fewer than two groups were at risk at any event';
