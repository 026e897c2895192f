-- What customers did day by day, and how many of them were there.

@state type=event_history storage=external sspace=256 meaning=what one customer did, day by day: how often which type of event rollup=merges parts of the events of one customer

-- While rows come in the state is not a value: see
-- src/core/state/skpi_event_log.h.
CREATE FUNCTION saaskpi_internal.event_history_accum(internal, date, text) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_event_history_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.event_history_accum(internal, date, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_history_accum(internal, date, text) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.event_history_final(internal) RETURNS saaskpi.event_history
    AS 'MODULE_PATHNAME', 'saaskpi_event_history_done' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.event_history_final(internal) IS 'aggregate support: the finished history';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_history_final(internal) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.event_history_serial(internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_event_history_serial' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.event_history_serial(internal) IS 'aggregate support: a state for another process';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_history_serial(internal) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.event_history_deserial(bytea, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_event_history_deserial' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.event_history_deserial(bytea, internal) IS 'aggregate support: a state from another process';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_history_deserial(bytea, internal) FROM PUBLIC;
CREATE FUNCTION saaskpi_internal.event_history_combine(internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_event_history_gather' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.event_history_combine(internal, internal) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_history_combine(internal, internal) FROM PUBLIC;

CREATE AGGREGATE saaskpi.event_history_agg(event_day date, event_type text) (
    SFUNC = saaskpi_internal.event_history_accum,
    STYPE = internal,
    SSPACE = 256,
    FINALFUNC = saaskpi_internal.event_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.event_history_combine,
    SERIALFUNC = saaskpi_internal.event_history_serial,
    DESERIALFUNC = saaskpi_internal.event_history_deserial,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.event_history_agg(date, text) IS
    'the events of one customer by day and type, in any order; rows without a day of the years 1 to 9999 or without a type are counted by skipped()';

CREATE FUNCTION saaskpi.event_days(history saaskpi.event_history)
    RETURNS TABLE (day date, event_type text, events bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_event_days' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 20;
COMMENT ON FUNCTION saaskpi.event_days(saaskpi.event_history) IS
    'the events of one customer as rows: one per day and type';

CREATE FUNCTION saaskpi.event_types(history saaskpi.event_history)
    RETURNS TABLE (event_type text, events bigint, active_days bigint, first_on date, last_on date)
    AS 'MODULE_PATHNAME', 'saaskpi_event_types' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 8;
COMMENT ON FUNCTION saaskpi.event_types(saaskpi.event_history) IS
    'the types of events of one customer: how often, on how many days, first and last';

CREATE FUNCTION saaskpi.event_count(history saaskpi.event_history)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_event_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.event_count(saaskpi.event_history) IS
    'events of one customer';

CREATE FUNCTION saaskpi.active_days(history saaskpi.event_history)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_event_active_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.active_days(saaskpi.event_history) IS
    'days on which the customer had an event';

CREATE FUNCTION saaskpi.first_on(history saaskpi.event_history, event_types text[])
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_event_first_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_on(saaskpi.event_history, text[]) IS
    'first day with an event of one of the types; null without one';

CREATE FUNCTION saaskpi.last_on(history saaskpi.event_history, event_types text[])
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_event_last_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.last_on(saaskpi.event_history, text[]) IS
    'last day with an event of one of the types; null without one';

CREATE FUNCTION saaskpi.skipped(history saaskpi.event_history)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_event_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.event_history) IS
    'rows left out: no day, one outside the years 1 to 9999, or no type';

@state type=event_flow storage=external sspace=8192 meaning=active customers by period and type of event: how many, new, returning, resurrecting and dormant rollup=adds up the activity of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.event_flow_accum(saaskpi.event_flow, saaskpi.event_history, text, date, text) RETURNS saaskpi.event_flow
    AS 'MODULE_PATHNAME', 'saaskpi_event_flow_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.event_flow_accum(saaskpi.event_flow, saaskpi.event_history, text, date, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_flow_accum(saaskpi.event_flow, saaskpi.event_history, text, date, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.event_flow_agg(history saaskpi.event_history, grain text, as_of date, week_start text) (
    SFUNC = saaskpi_internal.event_flow_accum,
    STYPE = saaskpi.event_flow,
    SSPACE = 8192,
    FINALFUNC = saaskpi_internal.event_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.event_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.event_flow_agg(saaskpi.event_history, text, date, text) IS
    'active customers by day, week, month, quarter or year up to as_of, of any type of event and of each: new, returning, resurrecting, dormant, and by day those of the last 7 and 28 days; weeks start on monday, sunday or saturday';

CREATE FUNCTION saaskpi.event_flow(history saaskpi.event_history, grain text, as_of date, week_start text DEFAULT 'monday')
    RETURNS saaskpi.event_flow
    AS 'MODULE_PATHNAME', 'saaskpi_event_flow' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.event_flow(saaskpi.event_history, text, date, text) IS
    'the periods of one customer';

CREATE FUNCTION saaskpi.event_periods(flow saaskpi.event_flow)
    RETURNS TABLE (event_type text, period date, events bigint, active bigint, new bigint, "returning" bigint, resurrecting bigint, dormant bigint,
        active_7d bigint, active_28d bigint, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_event_periods' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 1000;
COMMENT ON FUNCTION saaskpi.event_periods(saaskpi.event_flow) IS
    'active customers as rows, of any type first (event_type null), then type by type, each from its first period on with gaps; active_7d and active_28d only by day and of any type';

-- Who of them comes back.

CREATE FUNCTION saaskpi_internal.event_cohort_accum(saaskpi.cohort_matrix, saaskpi.event_history, date, text, date, text, integer[], integer) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_event_cohort_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.event_cohort_accum(saaskpi.cohort_matrix, saaskpi.event_history, date, text, date, text, integer[], integer) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.event_cohort_accum(saaskpi.cohort_matrix, saaskpi.event_history, date, text, date, text, integer[], integer) FROM PUBLIC;

CREATE AGGREGATE saaskpi_internal.event_cohort_agg(history saaskpi.event_history, anchor date, grain text, as_of date, week_start text, brackets integer[], ages integer) (
    SFUNC = saaskpi_internal.event_cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi_internal.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi_internal.event_cohort_agg(saaskpi.event_history, date, text, date, text, integer[], integer) IS
    'customers by the period of an anchor day and the age, up to one, at which they had an event; in place of an amount those with one in the bracket of the age';

CREATE FUNCTION saaskpi_internal.event_cohort_cells(matrix saaskpi.cohort_matrix, brackets integer[], ages integer)
    RETURNS TABLE (cohort date, age integer, customers bigint, retained bigint, retained_or_later bigint, retained_throughout bigint,
        bracket_from integer, bracket_to integer, retained_in_bracket bigint, is_mature boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_event_cohort_cells' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 10000;
COMMENT ON FUNCTION saaskpi_internal.event_cohort_cells(saaskpi.cohort_matrix, integer[], integer) IS
    'a matrix of event_cohort_agg as rows, by the brackets and ages it was made with; null is what is not complete';
