-- Sessions of events.

CREATE FUNCTION saaskpi.session_number(event_time timestamptz, gap interval DEFAULT '30 minutes', split_at_midnight_of text DEFAULT NULL)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_session_number' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.session_number(timestamptz, interval, text) IS
    'window function over the events of one customer in order of time: numbers her sessions from 1; a new one begins when the time since the event before is greater than the gap and, where a time zone is given, at its midnight; null for an event without a time';
