-- Sessions of events.

CREATE FUNCTION saaskpi.session_number(event_time timestamptz, gap interval DEFAULT '30 minutes', split_at_midnight_of text DEFAULT NULL)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_session_number' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.session_number(timestamptz, interval, text) IS
    'window function over the events of one customer in order of time: numbers her sessions from 1; a new one begins when the time since the event before is greater than the gap and, where a time zone is given, at its midnight; null for an event without a time';

@state type=session_set storage=external sspace=192 meaning=the sessions of one customer: disjoint intervals of time with their events rollup=joins sessions of one customer from parts of her events

CREATE FUNCTION saaskpi_internal.session_set_accum(saaskpi.session_set, timestamptz, interval, text) RETURNS saaskpi.session_set
    AS 'MODULE_PATHNAME', 'saaskpi_session_set_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.session_set_accum(saaskpi.session_set, timestamptz, interval, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.session_set_accum(saaskpi.session_set, timestamptz, interval, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.session_set_agg(event_time timestamptz, gap interval, split_at_midnight_of text) (
    SFUNC = saaskpi_internal.session_set_accum,
    STYPE = saaskpi.session_set,
    SSPACE = 192,
    FINALFUNC = saaskpi_internal.session_set_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.session_set_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.session_set_agg(timestamptz, interval, text) IS
    'the sessions of one customer from her events in any order: one ends where the time to the next event is greater than the gap and, where a time zone is given and not null, at its midnight; events without a usable time are counted by skipped()';

CREATE FUNCTION saaskpi.sessions(sessions saaskpi.session_set)
    RETURNS TABLE (session bigint, started_at timestamptz, ended_at timestamptz, events bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_sessions' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 10;
COMMENT ON FUNCTION saaskpi.sessions(saaskpi.session_set) IS
    'the sessions as rows, numbered from 1 in order of time; ended_at is the time of the last event';

CREATE FUNCTION saaskpi.session_count(sessions saaskpi.session_set)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_session_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.session_count(saaskpi.session_set) IS
    'how many sessions there are';

CREATE FUNCTION saaskpi.session_seconds(sessions saaskpi.session_set)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_session_seconds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.session_seconds(saaskpi.session_set) IS
    'seconds from the first to the last event of each session, added up';

CREATE FUNCTION saaskpi.first_at(sessions saaskpi.session_set)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'saaskpi_session_first_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_at(saaskpi.session_set) IS
    'time of the first event of all; null without one';

CREATE FUNCTION saaskpi.last_at(sessions saaskpi.session_set)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'saaskpi_session_last_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.last_at(saaskpi.session_set) IS
    'time of the last event of all; null without one';

CREATE FUNCTION saaskpi.skipped(sessions saaskpi.session_set)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_session_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.session_set) IS
    'events left out: no time, or one outside the years 1 to 9999';
