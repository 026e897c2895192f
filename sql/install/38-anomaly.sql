-- Points that do not fit their series, and the events they belong to.

CREATE FUNCTION saaskpi.anomalies(y float8[], period integer, threshold float8 DEFAULT 2.5, causal boolean DEFAULT false)
    RETURNS TABLE (step integer, value float8, expected float8, lo float8, hi float8, score float8,
                   is_anomaly boolean, kind text, is_alarm boolean, event integer)
    AS 'MODULE_PATHNAME', 'saaskpi_anomalies' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    COST 100000 ROWS 60;
COMMENT ON FUNCTION saaskpi.anomalies(float8[], integer, float8, boolean) IS
    'score = -log10 of the probability that a point of this series deviates as much without an event; flagged from the threshold on, with what was expected and the bounds of what would have passed; kind spike, dip, level shift or temporary change; an event can flag several points, is_alarm is its first: alert on that; causal looks at earlier points only and never takes back what it said; expected is null where too little has been seen, below 8 values everywhere';

CREATE FUNCTION saaskpi.anomalies(s saaskpi.series, threshold float8 DEFAULT 2.5, causal boolean DEFAULT false, as_of date DEFAULT NULL)
    RETURNS TABLE (period date, value float8, expected float8, lo float8, hi float8, score float8,
                   is_anomaly boolean, kind text, is_alarm boolean, event integer)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 60
BEGIN ATOMIC
    SELECT saaskpi.period_at(s, a.step), a.value, a.expected, a.lo, a.hi, a.score, a.is_anomaly, a.kind, a.is_alarm, a.event
      FROM (SELECT saaskpi.series_values(s, as_of) AS y) AS v,
           LATERAL saaskpi.anomalies(v.y, CASE WHEN cardinality(v.y) < saaskpi.season_length(s) THEN 1
                                               ELSE saaskpi.season_length(s) END, threshold, causal) AS a
     ORDER BY a.step;
END;
COMMENT ON FUNCTION saaskpi.anomalies(saaskpi.series, float8, boolean, date) IS
    'anomalies of a series by its own season, with the periods; as_of leaves out what had not ended by then';
