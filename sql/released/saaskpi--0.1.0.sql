\echo Use "CREATE EXTENSION saaskpi" to load this file. \quit

GRANT USAGE ON SCHEMA saaskpi TO PUBLIC;
-- One customer's recurring revenue over time: a state made from subscription intervals.

CREATE TYPE saaskpi.mrr_history;

CREATE FUNCTION saaskpi.mrr_history_in(cstring) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_history_out(saaskpi.mrr_history) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_history_recv(internal) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_history_send(saaskpi.mrr_history) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.mrr_history (
    INPUT = saaskpi.mrr_history_in,
    OUTPUT = saaskpi.mrr_history_out,
    RECEIVE = saaskpi.mrr_history_recv,
    SEND = saaskpi.mrr_history_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE FUNCTION saaskpi.mrr_history_combine(saaskpi.mrr_history, saaskpi.mrr_history) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_history_final(saaskpi.mrr_history) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.mrr_history IS 'recurring revenue of one customer over time, by plan';
COMMENT ON FUNCTION saaskpi.mrr_history_in(cstring) IS 'text input of mrr_history';
COMMENT ON FUNCTION saaskpi.mrr_history_out(saaskpi.mrr_history) IS 'text output of mrr_history';
COMMENT ON FUNCTION saaskpi.mrr_history_recv(internal) IS 'binary input of mrr_history';
COMMENT ON FUNCTION saaskpi.mrr_history_send(saaskpi.mrr_history) IS 'binary output of mrr_history';
COMMENT ON FUNCTION saaskpi.mrr_history_combine(saaskpi.mrr_history, saaskpi.mrr_history) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.mrr_history_final(saaskpi.mrr_history) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_history_combine(saaskpi.mrr_history, saaskpi.mrr_history) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_history_final(saaskpi.mrr_history) FROM PUBLIC;

CREATE FUNCTION saaskpi.mrr_history_accum(saaskpi.mrr_history, date, date, numeric) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_history_accum(saaskpi.mrr_history, date, date, numeric) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_history_accum(saaskpi.mrr_history, date, date, numeric) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_history_agg(start_date date, end_date date, monthly_price numeric) (
    SFUNC = saaskpi.mrr_history_accum,
    STYPE = saaskpi.mrr_history,
    SSPACE = 128,
    FINALFUNC = saaskpi.mrr_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_history_agg(date, date, numeric) IS
    'one customer''s recurring revenue over time, from subscriptions active on [start_date, end_date); a null end is open; rows that cannot be used are counted by skipped()';

CREATE FUNCTION saaskpi.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_accum_plan' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_history_agg(start_date date, end_date date, monthly_price numeric, plan text) (
    SFUNC = saaskpi.mrr_history_accum,
    STYPE = saaskpi.mrr_history,
    SSPACE = 192,
    FINALFUNC = saaskpi.mrr_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_history_agg(date, date, numeric, text) IS
    'the same, keeping plans apart so that a waterfall by plan can tell transfers from growth; a null plan is (none)';

CREATE AGGREGATE saaskpi.rollup(saaskpi.mrr_history) (
    SFUNC = saaskpi.mrr_history_combine,
    STYPE = saaskpi.mrr_history,
    SSPACE = 192,
    FINALFUNC = saaskpi.mrr_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.mrr_history) IS 'merges partial histories of one customer';

CREATE FUNCTION saaskpi.mrr_at(history saaskpi.mrr_history, as_of date)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_at(saaskpi.mrr_history, date) IS
    'recurring revenue on a day: the sum of the prices of all subscriptions active then';

CREATE FUNCTION saaskpi.first_mrr_on(history saaskpi.mrr_history, as_of date)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_first_mrr_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_mrr_on(saaskpi.mrr_history, date) IS
    'first day with recurring revenue up to as_of, null when there is none';

CREATE FUNCTION saaskpi.churned_on(history saaskpi.mrr_history, as_of date)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_churned_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.churned_on(saaskpi.mrr_history, date) IS
    'day the customer last fell to no recurring revenue, null while she pays or never paid';

CREATE FUNCTION saaskpi.skipped(history saaskpi.mrr_history)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.mrr_history) IS
    'subscriptions that could not be used: no start or price, a price below zero, an end on or before the start';

CREATE FUNCTION saaskpi.mrr_movements(history saaskpi.mrr_history, as_of date, grain text DEFAULT 'month', netting text DEFAULT 'day')
    RETURNS TABLE (period date, happened_on date, movement text, amount numeric, mrr_before numeric, mrr_after numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_movements' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    ROWS 3;
COMMENT ON FUNCTION saaskpi.mrr_movements(saaskpi.mrr_history, date, text, text) IS
    'the movements of one customer up to as_of (new, expansion, contraction, churn, reactivation), netted by day, event or period: the drill-down of every waterfall';

CREATE FUNCTION saaskpi.money_units(amount numeric)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_money_units' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.money_units(numeric) IS
    'an amount as it is kept inside states, in units of 1/10000; null for NaN and infinity; raises rather than rounds';
-- What one customer did, period by period: payments, orders, logins.

CREATE TYPE saaskpi.activity;

CREATE FUNCTION saaskpi.activity_in(cstring) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_out(saaskpi.activity) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_activity_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_recv(internal) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_send(saaskpi.activity) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_activity_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.activity (
    INPUT = saaskpi.activity_in,
    OUTPUT = saaskpi.activity_out,
    RECEIVE = saaskpi.activity_recv,
    SEND = saaskpi.activity_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE FUNCTION saaskpi.activity_combine(saaskpi.activity, saaskpi.activity) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.activity_final(saaskpi.activity) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.activity IS 'what one customer did, by period: counts and amounts of rows done, failed and refunded';
COMMENT ON FUNCTION saaskpi.activity_in(cstring) IS 'text input of activity';
COMMENT ON FUNCTION saaskpi.activity_out(saaskpi.activity) IS 'text output of activity';
COMMENT ON FUNCTION saaskpi.activity_recv(internal) IS 'binary input of activity';
COMMENT ON FUNCTION saaskpi.activity_send(saaskpi.activity) IS 'binary output of activity';
COMMENT ON FUNCTION saaskpi.activity_combine(saaskpi.activity, saaskpi.activity) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.activity_final(saaskpi.activity) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.activity_combine(saaskpi.activity, saaskpi.activity) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.activity_final(saaskpi.activity) FROM PUBLIC;

CREATE FUNCTION saaskpi.activity_accum(saaskpi.activity, date, numeric, text) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.activity_accum(saaskpi.activity, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.activity_accum(saaskpi.activity, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.activity_agg(happened_on date, amount numeric, grain text) (
    SFUNC = saaskpi.activity_accum,
    STYPE = saaskpi.activity,
    SSPACE = 128,
    FINALFUNC = saaskpi.activity_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.activity_agg(date, numeric, text) IS
    'counts and amounts of one customer by day, week (from Monday), month, quarter or year; an amount below zero is a refund; rows that cannot be used are counted by skipped()';

CREATE AGGREGATE saaskpi.rollup(saaskpi.activity) (
    SFUNC = saaskpi.activity_combine,
    STYPE = saaskpi.activity,
    SSPACE = 128,
    FINALFUNC = saaskpi.activity_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.activity) IS 'merges partial activities of one customer';

CREATE FUNCTION saaskpi.activity(history saaskpi.mrr_history, grain text, as_of date)
    RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_activity_from_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.activity(saaskpi.mrr_history, text, date) IS
    'the periods in which a customer had recurring revenue on some day up to as_of, each with the amount at its close';

CREATE FUNCTION saaskpi.first_on(activity saaskpi.activity)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_activity_first_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_on(saaskpi.activity) IS
    'first day on which something was done';

CREATE FUNCTION saaskpi.last_on(activity saaskpi.activity)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_activity_last_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.last_on(saaskpi.activity) IS
    'last day on which something was done';

CREATE FUNCTION saaskpi.done_count(activity saaskpi.activity)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_activity_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.done_count(saaskpi.activity) IS
    'rows done: payments received, orders, logins';

CREATE FUNCTION saaskpi.failed_count(activity saaskpi.activity)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_activity_failed_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.failed_count(saaskpi.activity) IS
    'rows failed';

CREATE FUNCTION saaskpi.net_amount(activity saaskpi.activity)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_activity_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.net_amount(saaskpi.activity) IS
    'amount done less amount refunded';

CREATE FUNCTION saaskpi.skipped(activity saaskpi.activity)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_activity_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.activity) IS
    'rows that could not be used: no day, no amount, unknown outcome';
-- The payments of a customer as an activity by month.  While rows come in the
-- state is not a value: see src/core/skpi_payment.h.

CREATE FUNCTION saaskpi.payment_accum(internal, date, numeric, text) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_payment_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.payment_accum(internal, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.payment_accum(internal, date, numeric, text) FROM PUBLIC;
CREATE FUNCTION saaskpi.payment_final(internal) RETURNS saaskpi.activity
    AS 'MODULE_PATHNAME', 'saaskpi_payment_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.payment_final(internal) IS 'aggregate support: the finished activity';
REVOKE EXECUTE ON FUNCTION saaskpi.payment_final(internal) FROM PUBLIC;
CREATE FUNCTION saaskpi.payment_serial(internal) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_payment_serial' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.payment_serial(internal) IS 'aggregate support: a state for another process';
REVOKE EXECUTE ON FUNCTION saaskpi.payment_serial(internal) FROM PUBLIC;
CREATE FUNCTION saaskpi.payment_deserial(bytea, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_payment_deserial' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.payment_deserial(bytea, internal) IS 'aggregate support: a state from another process';
REVOKE EXECUTE ON FUNCTION saaskpi.payment_deserial(bytea, internal) FROM PUBLIC;
CREATE FUNCTION saaskpi.payment_combine(internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'saaskpi_payment_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.payment_combine(internal, internal) IS 'aggregate support: merges two states';
REVOKE EXECUTE ON FUNCTION saaskpi.payment_combine(internal, internal) FROM PUBLIC;

-- SSPACE: the state, and what a few customers need beside it.
CREATE AGGREGATE saaskpi.payment_agg(payment_date date, amount numeric, status text) (
    SFUNC = saaskpi.payment_accum,
    STYPE = internal,
    SSPACE = 64,
    FINALFUNC = saaskpi.payment_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.payment_combine,
    SERIALFUNC = saaskpi.payment_serial,
    DESERIALFUNC = saaskpi.payment_deserial,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.payment_agg(date, numeric, text) IS
    'payments of one customer by month: status Success, Failed, or Success with an amount below zero, which is a refund; rows that cannot be used are counted by skipped()';
-- The MRR waterfall: movements summed by period over any set of customers.

CREATE TYPE saaskpi.mrr_flow;

CREATE FUNCTION saaskpi.mrr_flow_in(cstring) RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_flow_out(saaskpi.mrr_flow) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_flow_recv(internal) RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_flow_send(saaskpi.mrr_flow) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.mrr_flow (
    INPUT = saaskpi.mrr_flow_in,
    OUTPUT = saaskpi.mrr_flow_out,
    RECEIVE = saaskpi.mrr_flow_recv,
    SEND = saaskpi.mrr_flow_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.mrr_flow_combine(saaskpi.mrr_flow, saaskpi.mrr_flow) RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_flow_final(saaskpi.mrr_flow) RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.mrr_flow IS 'an MRR waterfall over any set of customers: movements by period, in total and by plan';
COMMENT ON FUNCTION saaskpi.mrr_flow_in(cstring) IS 'text input of mrr_flow';
COMMENT ON FUNCTION saaskpi.mrr_flow_out(saaskpi.mrr_flow) IS 'text output of mrr_flow';
COMMENT ON FUNCTION saaskpi.mrr_flow_recv(internal) IS 'binary input of mrr_flow';
COMMENT ON FUNCTION saaskpi.mrr_flow_send(saaskpi.mrr_flow) IS 'binary output of mrr_flow';
COMMENT ON FUNCTION saaskpi.mrr_flow_combine(saaskpi.mrr_flow, saaskpi.mrr_flow) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.mrr_flow_final(saaskpi.mrr_flow) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_flow_combine(saaskpi.mrr_flow, saaskpi.mrr_flow) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_flow_final(saaskpi.mrr_flow) FROM PUBLIC;

CREATE FUNCTION saaskpi.mrr_flow_accum(saaskpi.mrr_flow, saaskpi.mrr_history, text, date) RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.mrr_flow_accum(saaskpi.mrr_flow, saaskpi.mrr_history, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_flow_accum(saaskpi.mrr_flow, saaskpi.mrr_history, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_flow_agg(history saaskpi.mrr_history, grain text, as_of date) (
    SFUNC = saaskpi.mrr_flow_accum,
    STYPE = saaskpi.mrr_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi.mrr_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_flow_agg(saaskpi.mrr_history, text, date) IS
    'sums the day-netted movements of customers into a waterfall by day, week, month, quarter or year up to as_of';

CREATE AGGREGATE saaskpi.rollup(saaskpi.mrr_flow) (
    SFUNC = saaskpi.mrr_flow_combine,
    STYPE = saaskpi.mrr_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi.mrr_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.mrr_flow) IS 'merges waterfalls of disjoint sets of customers';

CREATE FUNCTION saaskpi.mrr_flow(history saaskpi.mrr_history, grain text, as_of date)
    RETURNS saaskpi.mrr_flow
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_flow(saaskpi.mrr_history, text, date) IS
    'the waterfall of one customer';

CREATE FUNCTION saaskpi.mrr_waterfall(flow saaskpi.mrr_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (label text, period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric,
        reactivation numeric, transfer_in numeric, transfer_out numeric, closing numeric, round_trip numeric,
        customers_opening bigint, customers_new bigint, customers_expanded bigint, customers_contracted bigint,
        customers_churned bigint, customers_reactivated bigint, customers_transfer_in bigint, customers_transfer_out bigint,
        customers_closing bigint, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_waterfall' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.mrr_waterfall(saaskpi.mrr_flow, date) IS
    'a waterfall as rows, every period up to as_of, the total first (label null), then each plan; opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out = closing';

CREATE FUNCTION saaskpi.first_period(flow saaskpi.mrr_flow)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_flow_first_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_period(saaskpi.mrr_flow) IS
    'first day of the first period with a movement, null when there is none';
-- Net and gross revenue retention, point to point on the opening cohort.

CREATE TYPE saaskpi.mrr_retention;

CREATE FUNCTION saaskpi.mrr_retention_in(cstring) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_out(saaskpi.mrr_retention) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_recv(internal) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_send(saaskpi.mrr_retention) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.mrr_retention (
    INPUT = saaskpi.mrr_retention_in,
    OUTPUT = saaskpi.mrr_retention_out,
    RECEIVE = saaskpi.mrr_retention_recv,
    SEND = saaskpi.mrr_retention_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.mrr_retention_combine(saaskpi.mrr_retention, saaskpi.mrr_retention) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.mrr_retention_final(saaskpi.mrr_retention) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.mrr_retention IS 'revenue retention of the customers who paid some periods before';
COMMENT ON FUNCTION saaskpi.mrr_retention_in(cstring) IS 'text input of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_out(saaskpi.mrr_retention) IS 'text output of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_recv(internal) IS 'binary input of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_send(saaskpi.mrr_retention) IS 'binary output of mrr_retention';
COMMENT ON FUNCTION saaskpi.mrr_retention_combine(saaskpi.mrr_retention, saaskpi.mrr_retention) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.mrr_retention_final(saaskpi.mrr_retention) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_retention_combine(saaskpi.mrr_retention, saaskpi.mrr_retention) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_retention_final(saaskpi.mrr_retention) FROM PUBLIC;

CREATE FUNCTION saaskpi.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.mrr_retention_accum(saaskpi.mrr_retention, saaskpi.mrr_history, integer, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_retention_agg(history saaskpi.mrr_history, lag integer, grain text, as_of date) (
    SFUNC = saaskpi.mrr_retention_accum,
    STYPE = saaskpi.mrr_retention,
    SSPACE = 4096,
    FINALFUNC = saaskpi.mrr_retention_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_retention_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_retention_agg(saaskpi.mrr_history, integer, text, date) IS
    'follows each periods customers for lag periods: what they paid then, what they pay now, and the smaller of the two customer by customer';

CREATE AGGREGATE saaskpi.rollup(saaskpi.mrr_retention) (
    SFUNC = saaskpi.mrr_retention_combine,
    STYPE = saaskpi.mrr_retention,
    SSPACE = 4096,
    FINALFUNC = saaskpi.mrr_retention_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.mrr_retention_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.mrr_retention) IS 'merges retention of disjoint sets of customers';

CREATE FUNCTION saaskpi.mrr_retention(history saaskpi.mrr_history, lag integer, grain text, as_of date)
    RETURNS saaskpi.mrr_retention
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_retention(saaskpi.mrr_history, integer, text, date) IS
    'the retention of one customer';

CREATE FUNCTION saaskpi.mrr_retained(retention saaskpi.mrr_retention, from_period date DEFAULT NULL)
    RETURNS TABLE (label text, period date, base numeric, retained numeric, kept numeric,
        customers_base bigint, customers_kept bigint, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_retained' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.mrr_retained(saaskpi.mrr_retention, date) IS
    'retention as rows, the total first (label null), then each plan: NRR = retained / base, GRR = kept / base';
-- Money received by period, over any set of customers.

CREATE TYPE saaskpi.revenue_flow;

CREATE FUNCTION saaskpi.revenue_flow_in(cstring) RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.revenue_flow_out(saaskpi.revenue_flow) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.revenue_flow_recv(internal) RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.revenue_flow_send(saaskpi.revenue_flow) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.revenue_flow (
    INPUT = saaskpi.revenue_flow_in,
    OUTPUT = saaskpi.revenue_flow_out,
    RECEIVE = saaskpi.revenue_flow_recv,
    SEND = saaskpi.revenue_flow_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.revenue_flow_combine(saaskpi.revenue_flow, saaskpi.revenue_flow) RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.revenue_flow_final(saaskpi.revenue_flow) RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.revenue_flow IS 'money received, failed and refunded by period over any set of customers';
COMMENT ON FUNCTION saaskpi.revenue_flow_in(cstring) IS 'text input of revenue_flow';
COMMENT ON FUNCTION saaskpi.revenue_flow_out(saaskpi.revenue_flow) IS 'text output of revenue_flow';
COMMENT ON FUNCTION saaskpi.revenue_flow_recv(internal) IS 'binary input of revenue_flow';
COMMENT ON FUNCTION saaskpi.revenue_flow_send(saaskpi.revenue_flow) IS 'binary output of revenue_flow';
COMMENT ON FUNCTION saaskpi.revenue_flow_combine(saaskpi.revenue_flow, saaskpi.revenue_flow) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.revenue_flow_final(saaskpi.revenue_flow) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.revenue_flow_combine(saaskpi.revenue_flow, saaskpi.revenue_flow) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.revenue_flow_final(saaskpi.revenue_flow) FROM PUBLIC;

CREATE FUNCTION saaskpi.revenue_flow_accum(saaskpi.revenue_flow, saaskpi.activity, date) RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.revenue_flow_accum(saaskpi.revenue_flow, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.revenue_flow_accum(saaskpi.revenue_flow, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.revenue_flow_agg(activity saaskpi.activity, as_of date) (
    SFUNC = saaskpi.revenue_flow_accum,
    STYPE = saaskpi.revenue_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi.revenue_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.revenue_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.revenue_flow_agg(saaskpi.activity, date) IS
    'sums activities by period up to as_of: exact amounts, counts and the customers behind them';

CREATE AGGREGATE saaskpi.rollup(saaskpi.revenue_flow) (
    SFUNC = saaskpi.revenue_flow_combine,
    STYPE = saaskpi.revenue_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi.revenue_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.revenue_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.revenue_flow) IS 'merges revenue of disjoint sets of customers';

CREATE FUNCTION saaskpi.revenue_flow(activity saaskpi.activity, as_of date)
    RETURNS saaskpi.revenue_flow
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.revenue_flow(saaskpi.activity, date) IS
    'the revenue of one customer';

CREATE FUNCTION saaskpi.revenue_periods(flow saaskpi.revenue_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (period date, paying_customers bigint, payments bigint, amount numeric, failing_customers bigint,
        failed_payments bigint, failed_amount numeric, refunds bigint, refunded_amount numeric, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_periods' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.revenue_periods(saaskpi.revenue_flow, date) IS
    'revenue as rows, every period up to as_of';

CREATE FUNCTION saaskpi.first_period(flow saaskpi.revenue_flow)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_revenue_flow_first_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_period(saaskpi.revenue_flow) IS
    'first day of the first period with a payment, null when there is none';
-- The retention triangle.

CREATE TYPE saaskpi.cohort_matrix;

CREATE FUNCTION saaskpi.cohort_matrix_in(cstring) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_out(saaskpi.cohort_matrix) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_recv(internal) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_send(saaskpi.cohort_matrix) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.cohort_matrix (
    INPUT = saaskpi.cohort_matrix_in,
    OUTPUT = saaskpi.cohort_matrix_out,
    RECEIVE = saaskpi.cohort_matrix_recv,
    SEND = saaskpi.cohort_matrix_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.cohort_matrix_combine(saaskpi.cohort_matrix, saaskpi.cohort_matrix) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.cohort_matrix_final(saaskpi.cohort_matrix) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.cohort_matrix IS 'a retention triangle: customers and amounts by cohort and age';
COMMENT ON FUNCTION saaskpi.cohort_matrix_in(cstring) IS 'text input of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_out(saaskpi.cohort_matrix) IS 'text output of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_recv(internal) IS 'binary input of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_send(saaskpi.cohort_matrix) IS 'binary output of cohort_matrix';
COMMENT ON FUNCTION saaskpi.cohort_matrix_combine(saaskpi.cohort_matrix, saaskpi.cohort_matrix) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.cohort_matrix_final(saaskpi.cohort_matrix) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_matrix_combine(saaskpi.cohort_matrix, saaskpi.cohort_matrix) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_matrix_final(saaskpi.cohort_matrix) FROM PUBLIC;

CREATE FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cohort_agg(activity saaskpi.activity, as_of date) (
    SFUNC = saaskpi.cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date) IS
    'retention by the period of each customers first activity';

CREATE FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_accum_anchor' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.cohort_accum(saaskpi.cohort_matrix, saaskpi.activity, date, text, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cohort_agg(activity saaskpi.activity, anchor date, grain text, as_of date) (
    SFUNC = saaskpi.cohort_accum,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date, text, date) IS
    'retention by the period of an anchor day such as the signup; customers without activity count in their cohort';

CREATE AGGREGATE saaskpi.rollup(saaskpi.cohort_matrix) (
    SFUNC = saaskpi.cohort_matrix_combine,
    STYPE = saaskpi.cohort_matrix,
    SSPACE = 8192,
    FINALFUNC = saaskpi.cohort_matrix_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cohort_matrix_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.cohort_matrix) IS 'merges retention triangles of disjoint sets of customers';

CREATE FUNCTION saaskpi.cohort_matrix(activity saaskpi.activity, as_of date)
    RETURNS saaskpi.cohort_matrix
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_matrix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.cohort_matrix(saaskpi.activity, date) IS
    'the triangle of one customer';

CREATE FUNCTION saaskpi.cohort_cells(matrix saaskpi.cohort_matrix)
    RETURNS TABLE (cohort date, age integer, customers bigint, active bigint, active_or_later bigint,
        active_throughout bigint, amount numeric, is_mature boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_cohort_cells' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 1000;
COMMENT ON FUNCTION saaskpi.cohort_cells(saaskpi.cohort_matrix) IS
    'a retention triangle as rows: active in the period, in it or later, and in every period so far; a cell is mature when its period is complete';
-- From recurring revenue to cash received.

CREATE TYPE saaskpi.cash_bridge;

CREATE FUNCTION saaskpi.cash_bridge_in(cstring) RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cash_bridge_out(saaskpi.cash_bridge) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cash_bridge_recv(internal) RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.cash_bridge_send(saaskpi.cash_bridge) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.cash_bridge (
    INPUT = saaskpi.cash_bridge_in,
    OUTPUT = saaskpi.cash_bridge_out,
    RECEIVE = saaskpi.cash_bridge_recv,
    SEND = saaskpi.cash_bridge_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.cash_bridge_combine(saaskpi.cash_bridge, saaskpi.cash_bridge) RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.cash_bridge_final(saaskpi.cash_bridge) RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.cash_bridge IS 'the way from recurring revenue to cash received, by month over any set of customers';
COMMENT ON FUNCTION saaskpi.cash_bridge_in(cstring) IS 'text input of cash_bridge';
COMMENT ON FUNCTION saaskpi.cash_bridge_out(saaskpi.cash_bridge) IS 'text output of cash_bridge';
COMMENT ON FUNCTION saaskpi.cash_bridge_recv(internal) IS 'binary input of cash_bridge';
COMMENT ON FUNCTION saaskpi.cash_bridge_send(saaskpi.cash_bridge) IS 'binary output of cash_bridge';
COMMENT ON FUNCTION saaskpi.cash_bridge_combine(saaskpi.cash_bridge, saaskpi.cash_bridge) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.cash_bridge_final(saaskpi.cash_bridge) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.cash_bridge_combine(saaskpi.cash_bridge, saaskpi.cash_bridge) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.cash_bridge_final(saaskpi.cash_bridge) FROM PUBLIC;

CREATE FUNCTION saaskpi.cash_bridge_accum(saaskpi.cash_bridge, saaskpi.mrr_history, saaskpi.activity, date) RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi.cash_bridge_accum(saaskpi.cash_bridge, saaskpi.mrr_history, saaskpi.activity, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.cash_bridge_accum(saaskpi.cash_bridge, saaskpi.mrr_history, saaskpi.activity, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.cash_bridge_agg(history saaskpi.mrr_history, payments saaskpi.activity, as_of date) (
    SFUNC = saaskpi.cash_bridge_accum,
    STYPE = saaskpi.cash_bridge,
    SSPACE = 4096,
    FINALFUNC = saaskpi.cash_bridge_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cash_bridge_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.cash_bridge_agg(saaskpi.mrr_history, saaskpi.activity, date) IS
    'explains, customer by customer and month by month, why cash received differs from recurring revenue';

CREATE AGGREGATE saaskpi.rollup(saaskpi.cash_bridge) (
    SFUNC = saaskpi.cash_bridge_combine,
    STYPE = saaskpi.cash_bridge,
    SSPACE = 4096,
    FINALFUNC = saaskpi.cash_bridge_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.cash_bridge_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.cash_bridge) IS 'merges bridges of disjoint sets of customers';

CREATE FUNCTION saaskpi.cash_bridge(history saaskpi.mrr_history, payments saaskpi.activity, as_of date)
    RETURNS saaskpi.cash_bridge
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.cash_bridge(saaskpi.mrr_history, saaskpi.activity, date) IS
    'the bridge of one customer';

CREATE FUNCTION saaskpi.cash_bridge_lines(bridge saaskpi.cash_bridge, from_period date DEFAULT NULL)
    RETURNS TABLE (period date, mrr_closing numeric, paid_above_mrr numeric, paid_without_mrr numeric, failed_unpaid numeric,
        paid_below_mrr numeric, not_paid numeric, refunded numeric, collected numeric, is_complete boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_cash_bridge_lines' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.cash_bridge_lines(saaskpi.cash_bridge, date) IS
    'a bridge as rows: mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded = collected';
-- From signup to paying.

CREATE TYPE saaskpi.conversion_curve;

CREATE FUNCTION saaskpi.conversion_curve_in(cstring) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_out(saaskpi.conversion_curve) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_recv(internal) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_send(saaskpi.conversion_curve) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.conversion_curve (
    INPUT = saaskpi.conversion_curve_in,
    OUTPUT = saaskpi.conversion_curve_out,
    RECEIVE = saaskpi.conversion_curve_recv,
    SEND = saaskpi.conversion_curve_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.conversion_curve_combine(saaskpi.conversion_curve, saaskpi.conversion_curve) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.conversion_curve_final(saaskpi.conversion_curve) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_curve_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.conversion_curve IS 'signups by cohort and the days they took to pay';
COMMENT ON FUNCTION saaskpi.conversion_curve_in(cstring) IS 'text input of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_out(saaskpi.conversion_curve) IS 'text output of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_recv(internal) IS 'binary input of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_send(saaskpi.conversion_curve) IS 'binary output of conversion_curve';
COMMENT ON FUNCTION saaskpi.conversion_curve_combine(saaskpi.conversion_curve, saaskpi.conversion_curve) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.conversion_curve_final(saaskpi.conversion_curve) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.conversion_curve_combine(saaskpi.conversion_curve, saaskpi.conversion_curve) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.conversion_curve_final(saaskpi.conversion_curve) FROM PUBLIC;

CREATE FUNCTION saaskpi.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) RETURNS saaskpi.conversion_curve
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.conversion_accum(saaskpi.conversion_curve, date, date, integer, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.conversion_agg(signup date, paid date, window_days integer, as_of date) (
    SFUNC = saaskpi.conversion_accum,
    STYPE = saaskpi.conversion_curve,
    SSPACE = 4096,
    FINALFUNC = saaskpi.conversion_curve_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.conversion_curve_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.conversion_agg(date, date, integer, date) IS
    'conversion by month of signup: who paid within window_days, among those whose window has passed';

CREATE AGGREGATE saaskpi.rollup(saaskpi.conversion_curve) (
    SFUNC = saaskpi.conversion_curve_combine,
    STYPE = saaskpi.conversion_curve,
    SSPACE = 4096,
    FINALFUNC = saaskpi.conversion_curve_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.conversion_curve_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.conversion_curve) IS 'merges conversion of disjoint sets of customers';

CREATE FUNCTION saaskpi.conversion_cohorts(curve saaskpi.conversion_curve)
    RETURNS TABLE (cohort date, signups bigint, matured bigint, converted bigint, expired bigint,
        pending bigint, median_days numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_cohorts' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.conversion_cohorts(saaskpi.conversion_curve) IS
    'conversion as rows: signups = converted + expired + pending, matured = converted + expired';
-- Forecasts of one series held in an array.

CREATE FUNCTION saaskpi.forecast(y float8[], period int, horizon int, model text DEFAULT 'auto')
    RETURNS TABLE (step int, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 12;
COMMENT ON FUNCTION saaskpi.forecast(float8[], int, int, text) IS
    'forecast of the next steps of a series, oldest value first, with 80 and 95 % intervals; period: 12 months, 4 quarters, 52 weeks, 7 days, 1 no season; model: auto (a combination), ets, ets:MAM, ets:average, theta, dotm, arima, arima:average, stl, stl:arima, snaive, naive, drift, ses, holt, damped, hw; the column model names what was used, with the reason in parentheses where it is not what was asked for';

CREATE FUNCTION saaskpi.forecast(y float8[], period int, horizon int, levels float8[], model text DEFAULT 'auto')
    RETURNS TABLE (step int, level float8, point float8, lo float8, hi float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_levels' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 24;
COMMENT ON FUNCTION saaskpi.forecast(float8[], int, int, float8[], text) IS
    'the same forecast with intervals at other levels, 0.5 to 0.999, one row per step and level';

CREATE FUNCTION saaskpi.forecast_history(y float8[], period int, horizon int, model text DEFAULT 'auto')
    RETURNS TABLE (step int, row_type text, actual float8, fitted float8, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    AS 'MODULE_PATHNAME', 'saaskpi_forecast_history' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 60;
COMMENT ON FUNCTION saaskpi.forecast_history(float8[], int, int, text) IS
    'the series and its forecast in one: row_type history with actual and fitted, what the model said one step before, then forecast as forecast has it; the parameters know the whole history, so fitted is closer than a backtest; of a combination, the mean of its members by their weights, ARIMA left out; fitted is NULL where the reason in parentheses of model says why';
-- A series: exact sums by period, and the calendar that makes an array of them.

CREATE TYPE saaskpi.series;

CREATE FUNCTION saaskpi.series_in(cstring) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.series_out(saaskpi.series) RETURNS cstring
    AS 'MODULE_PATHNAME', 'saaskpi_series_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.series_recv(internal) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION saaskpi.series_send(saaskpi.series) RETURNS bytea
    AS 'MODULE_PATHNAME', 'saaskpi_series_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE saaskpi.series (
    INPUT = saaskpi.series_in,
    OUTPUT = saaskpi.series_out,
    RECEIVE = saaskpi.series_recv,
    SEND = saaskpi.series_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

CREATE FUNCTION saaskpi.series_combine(saaskpi.series, saaskpi.series) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.series_final(saaskpi.series) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON TYPE saaskpi.series IS 'values summed by period, exactly and in any order, to be modelled; a period without rows between others is a gap and counts as 0';
COMMENT ON FUNCTION saaskpi.series_in(cstring) IS 'text input of series';
COMMENT ON FUNCTION saaskpi.series_out(saaskpi.series) IS 'text output of series';
COMMENT ON FUNCTION saaskpi.series_recv(internal) IS 'binary input of series';
COMMENT ON FUNCTION saaskpi.series_send(saaskpi.series) IS 'binary output of series';
COMMENT ON FUNCTION saaskpi.series_combine(saaskpi.series, saaskpi.series) IS 'aggregate support: merges two states';
COMMENT ON FUNCTION saaskpi.series_final(saaskpi.series) IS 'aggregate support: trims a finished state';
REVOKE EXECUTE ON FUNCTION saaskpi.series_combine(saaskpi.series, saaskpi.series) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.series_final(saaskpi.series) FROM PUBLIC;

CREATE FUNCTION saaskpi.series_accum(saaskpi.series, date, numeric) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION saaskpi.series_accum(saaskpi.series, date, numeric, text) RETURNS saaskpi.series
    AS 'MODULE_PATHNAME', 'saaskpi_series_accum_grain' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.series_accum(saaskpi.series, date, numeric) IS 'aggregate support: adds a row';
COMMENT ON FUNCTION saaskpi.series_accum(saaskpi.series, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi.series_accum(saaskpi.series, date, numeric) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION saaskpi.series_accum(saaskpi.series, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.series_agg(period date, value numeric) (
    SFUNC = saaskpi.series_accum,
    STYPE = saaskpi.series,
    SSPACE = 2048,
    FINALFUNC = saaskpi.series_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.series_agg(date, numeric) IS
    'a monthly series: values summed by the month that holds their date; rows without a usable date or value are counted by skipped()';

CREATE AGGREGATE saaskpi.series_agg(period date, value numeric, grain text) (
    SFUNC = saaskpi.series_accum,
    STYPE = saaskpi.series,
    SSPACE = 2048,
    FINALFUNC = saaskpi.series_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.series_agg(date, numeric, text) IS
    'a series by day, week (from Monday), month, quarter or year: values summed by the period that holds their date; rows without a usable date or value are counted by skipped()';

CREATE AGGREGATE saaskpi.rollup(saaskpi.series) (
    SFUNC = saaskpi.series_combine,
    STYPE = saaskpi.series,
    SSPACE = 2048,
    FINALFUNC = saaskpi.series_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi.series_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.rollup(saaskpi.series) IS 'adds series of one grain up, period by period';

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
    'rows left out of the series: no date, a date outside the years 1 to 9999, no value, NaN or infinity';

-- The planner counts a function in FROM once, however often it is called
-- beside other rows; what its rows are filtered by it counts every time.  So
-- this carries the cost of a forecast, shared by 60 rows, and many forecasts
-- are found worth a parallel plan.
CREATE FUNCTION saaskpi.forecast_cost(step integer) RETURNS boolean
    AS 'int4_bool' LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE COST 1700;
COMMENT ON FUNCTION saaskpi.forecast_cost(integer) IS
    'true for every step: tells the planner what the forecast of a series costs';

-- A season longer than the series cannot be seen yet; an empty one is nothing.
-- Without ORDER BY, so that it can run in parallel workers.
CREATE FUNCTION saaskpi.forecast(s saaskpi.series, horizon integer, model text DEFAULT 'auto', as_of date DEFAULT NULL)
    RETURNS TABLE (period date, row_type text, actual float8, fitted float8, point float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, model text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 60
BEGIN ATOMIC
    SELECT saaskpi.period_at(s, f.step), f.row_type, f.actual, f.fitted, f.point, f.lo80, f.hi80, f.lo95, f.hi95, f.model
      FROM (SELECT nullif(saaskpi.series_values(s, as_of), '{}') AS y) AS v,
           LATERAL saaskpi.forecast_history(v.y, CASE WHEN cardinality(v.y) < saaskpi.season_length(s) THEN 1
                                                      ELSE saaskpi.season_length(s) END, horizon, $3) AS f
     WHERE saaskpi.forecast_cost(f.step);
END;
COMMENT ON FUNCTION saaskpi.forecast(saaskpi.series, integer, text, date) IS
    'a series and its forecast by its own season, one row per period: history with actual and fitted, then forecast with point and 80 and 95 % intervals; as_of leaves out what had not ended by then; models as for arrays';
-- How good the forecasts of a series would have been.

CREATE FUNCTION saaskpi.backtest(y float8[], period int, horizon int, models text[] DEFAULT ARRAY['auto', 'snaive'], origins int DEFAULT NULL)
    RETURNS TABLE (model text, step int, n int, mae float8, rmse float8, mape float8, smape float8, mase float8, rmsse float8, pinball float8, coverage80 float8, coverage95 float8, msis float8, p_value float8)
    AS 'MODULE_PATHNAME', 'saaskpi_backtest' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000000 ROWS 26;
COMMENT ON FUNCTION saaskpi.backtest(float8[], int, int, text[], int) IS
    'accuracy of models on the newest part of a series, forecast from rolling origins (up to 12, or as many as asked for and the series allows) that know only what came before; step 0 is all steps together; seasonal naive is always among the models; mape is NULL where an actual is zero, mase, rmsse and msis where the season before did not move; p_value (Diebold-Mariano) is the chance of a difference from seasonal naive this large by luck, NULL for seasonal naive itself, for fewer origins than steps and where nothing differs; n = 0 and NULLs: the series is too short';
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
    'the season that stands out in the autocorrelation, between 2 and max (a third of the series unless given), or 1 when none does and below 8 values; a question of its own: no forecast asks it';

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
-- Points that do not fit their series, and the events they belong to.

CREATE FUNCTION saaskpi.anomalies(y float8[], period integer, threshold float8 DEFAULT 2.5, causal boolean DEFAULT false)
    RETURNS TABLE (step integer, value float8, expected float8, lo float8, hi float8, score float8,
                   is_anomaly boolean, kind text, is_alarm boolean, event integer)
    AS 'MODULE_PATHNAME', 'saaskpi_anomalies' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    COST 100000 ROWS 60;
COMMENT ON FUNCTION saaskpi.anomalies(float8[], integer, float8, boolean) IS
    'score = -log10 of the probability that a point of this series deviates as much without an event; flagged from the threshold on, with what was expected and the bounds of what would have passed; kind spike, dip, level shift or temporary change, one alarm per event; causal looks at earlier points only; expected is null where too little has been seen, below 8 values everywhere';

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
-- Source tables: what the kpi relations read, how a column of any usable type
-- is read as the type meant, and empty tables for those who start afresh.
--
-- Everything here runs with the rights of the caller and reads nothing but the
-- catalog and the caller's own kpi_settings, so the helpers stay executable by
-- PUBLIC: a maker of views called by an ordinary role has to reach them.

CREATE FUNCTION saaskpi.source_columns()
RETURNS TABLE (source name, ordinal integer, column_name name, kind text,
               required boolean, check_clause text, description text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sql$
VALUES
('customers'::name, 1, 'customer_id'::name, 'text', true, NULL,
 'Unique identifier of the customer'),
('customers', 2, 'signup_date', 'date', true,
 $$signup_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'Day the customer signed up'),
('customers', 3, 'segment', 'text', false, NULL,
 'Market segment: SMB, Mid-Market, Enterprise or names of your own'),
('customers', 4, 'country', 'text', false, NULL, 'Country code'),
('customers', 5, 'acquisition_channel', 'text', false, NULL,
 'How the customer came: Paid Ads, Referral, Organic, Partner or names of your own'),
('customers', 6, 'is_active', 'boolean', false, NULL,
 'Claimed status; compared with the subscriptions, never used for a number'),
('subscriptions', 1, 'subscription_id', 'text', true, NULL,
 'Identifier of the subscription, unique per customer'),
('subscriptions', 2, 'customer_id', 'text', true, NULL,
 'Customer who holds the subscription'),
('subscriptions', 3, 'plan_type', 'text', false, NULL,
 'Plan: Basic, Pro, Enterprise or names of your own'),
('subscriptions', 4, 'start_date', 'date', true,
 $$start_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'First day the subscription is in force'),
('subscriptions', 5, 'end_date', 'date', false,
 $$end_date >= start_date AND end_date <= '9999-12-31'$$,
 'First day the subscription is no longer in force; empty while it runs'),
('subscriptions', 6, 'monthly_price', 'numeric', true,
 'monthly_price >= 0 AND monthly_price < 922337203685477 AND min_scale(monthly_price) <= 4',
 'Recurring price of one month, at most 4 decimals'),
('payments', 1, 'payment_id', 'text', true, NULL,
 'Identifier of the payment, unique per customer'),
('payments', 2, 'customer_id', 'text', true, NULL,
 'Customer who paid'),
('payments', 3, 'payment_date', 'date', true,
 $$payment_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'Day the payment was received or failed'),
('payments', 4, 'amount', 'numeric', true,
 $$abs(amount) < 922337203685477 AND min_scale(amount) <= 4
   AND (amount >= 0 OR payment_status <> 'Failed')$$,
 'Amount, at most 4 decimals; a Success below zero is a refund'),
('payments', 5, 'payment_status', 'text', true,
 $$payment_status IN ('Success', 'Failed')$$,
 'Success or Failed'),
('costs', 1, 'month', 'text', true,
 $$month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'$$,
 'Month as YYYY-MM'),
('costs', 2, 'infra_cost', 'numeric', true,
 'abs(infra_cost) < 922337203685477 AND min_scale(infra_cost) <= 4',
 'Infrastructure cost of the month, at most 4 decimals'),
('costs', 3, 'marketing_cost', 'numeric', true,
 'abs(marketing_cost) < 922337203685477 AND min_scale(marketing_cost) <= 4',
 'Marketing spend of the month, at most 4 decimals'),
('costs', 4, 'support_cost', 'numeric', true,
 'abs(support_cost) < 922337203685477 AND min_scale(support_cost) <= 4',
 'Customer support cost of the month, at most 4 decimals')
$sql$;

COMMENT ON FUNCTION saaskpi.source_columns() IS
'columns of the source tables: name, kind of value, whether create_source_tables demands a value and checks it, and what it means';

CREATE FUNCTION saaskpi.source_tables()
RETURNS TABLE (source name, ordinal integer, key name[], partitions integer, description text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
-- with 32 the hash tables of a million customers fit the cache, part by part: a fifth faster than 8
VALUES
('customers'::name, 1, '{customer_id}'::name[], 32,
 'Source table of saaskpi: one row per customer. Hash-partitioned by customer like subscriptions and payments, so that a refresh joins the three partition by partition, in parallel'),
('subscriptions', 2, '{customer_id,subscription_id}', 32,
 'Source table of saaskpi: one row per subscription and price, in force from start_date up to but not including end_date. Hash-partitioned by customer so that a refresh runs in parallel; a key of a partitioned table must hold the partition column, hence (customer_id, subscription_id). No foreign key to customers: a subscription of an unknown customer is loaded and listed by check_sources'),
('payments', 3, '{customer_id,payment_id}', 32,
 'Source table of saaskpi: one row per payment received or failed. Hash-partitioned by customer so that a refresh runs in parallel; a key of a partitioned table must hold the partition column, hence (customer_id, payment_id). No foreign key to customers: a payment of an unknown customer is loaded and listed by check_sources'),
('costs', 4, '{month}', 0,
 'Source table of saaskpi: one row per month of costs')
$$;

COMMENT ON FUNCTION saaskpi.source_tables() IS
'the source tables: key, number of hash partitions by customer_id (0: plain) and what a row is';

CREATE FUNCTION saaskpi.source_setting(schema_name name, setting name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    answer text;
BEGIN
    PERFORM FROM pg_attribute AS a
       JOIN pg_class AS c ON c.oid = a.attrelid
       JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = schema_name AND c.relname = 'kpi_settings'
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND a.attname = setting AND a.attnum > 0 AND NOT a.attisdropped;
    IF FOUND THEN
        EXECUTE format('SELECT %I::text FROM %I.kpi_settings LIMIT 1',
                       setting, schema_name)
           INTO answer;
    END IF;
    RETURN answer;
END
$$;

COMMENT ON FUNCTION saaskpi.source_setting(name, name) IS
'one column of kpi_settings in a schema as text; NULL where the relation, the column or the row is absent';

-- A view hides the policies of the tables below it, so the search follows
-- views down, each read as the role that PostgreSQL would read it as.
CREATE FUNCTION saaskpi.source_row_security(relation oid)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
WITH RECURSIVE read(relid, reader) AS (
    SELECT relation, r.oid FROM pg_roles AS r WHERE r.rolname = current_user
    UNION
    SELECT d.refobjid,
           CASE WHEN coalesce((SELECT o.option_value::boolean
                                 FROM pg_options_to_table(v.reloptions) AS o
                                WHERE o.option_name = 'security_invoker'),
                              false)
                THEN s.reader ELSE v.relowner END
      FROM read AS s
      JOIN pg_class AS v ON v.oid = s.relid AND v.relkind = 'v'
      JOIN pg_rewrite AS w ON w.ev_class = v.oid
      JOIN pg_depend AS d
        ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
       AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid)
SELECT min(format('%I.%I', n.nspname, t.relname) COLLATE "C")
  FROM read AS s
  JOIN pg_class AS t ON t.oid = s.relid AND t.relrowsecurity
  JOIN pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_roles AS r ON r.oid = s.reader
 WHERE NOT (r.rolsuper OR r.rolbypassrls)
   AND (t.relforcerowsecurity OR NOT pg_has_role(r.oid, t.relowner, 'USAGE'))
$$;

COMMENT ON FUNCTION saaskpi.source_row_security(oid) IS
'the table, below a relation, whose row-level security would hide rows from the caller; NULL when all rows are seen';

CREATE FUNCTION saaskpi.source_relation(schema_name name, source name)
RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation oid;
    hidden text;
BEGIN
    IF schema_name IS NULL OR source IS NULL THEN
        RAISE EXCEPTION 'schema and source must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM FROM pg_namespace AS n WHERE n.nspname = schema_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'schema "%" does not exist', schema_name
            USING ERRCODE = 'invalid_schema_name',
                  HINT = format('CALL saaskpi.create_source_tables(%L) creates it with empty source tables.', schema_name);
    END IF;
    SELECT c.oid INTO relation
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = schema_name AND c.relname = source
       AND c.relkind IN ('r', 'p', 'v', 'm', 'f');
    hidden := saaskpi.source_row_security(relation);
    IF hidden IS NOT NULL THEN
        RAISE EXCEPTION 'row-level security on % would hide rows from "%"', hidden, current_user
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = format('It is read as source "%s" of schema "%s"; numbers made from part of the rows would be wrong.', source, schema_name),
                  HINT = 'Run as a role with BYPASSRLS or as the owner of the table, or put a view with the rows meant in its place.';
    END IF;
    RETURN relation;
END
$$;

COMMENT ON FUNCTION saaskpi.source_relation(name, name) IS
'the relation behind a source name of a schema, NULL when there is none; refuses one whose row-level security would hide rows';

-- Money is left out on purpose: its value in numeric depends on the locale of
-- the session that reads it.
CREATE FUNCTION saaskpi.source_reading(column_type oid, column_collation oid,
                                       reference text, kind text, zone text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    base pg_type;
BEGIN
    SELECT * INTO base FROM pg_type WHERE oid = column_type;
    WHILE base.typtype = 'd' LOOP
        SELECT * INTO base FROM pg_type WHERE oid = base.typbasetype;
    END LOOP;
    RETURN CASE kind
        WHEN 'text' THEN CASE
            WHEN column_type = 'text'::regtype THEN reference
            WHEN base.typcategory = 'S' OR base.typtype = 'e'
              OR base.oid IN ('uuid'::regtype, 'int2'::regtype, 'int4'::regtype,
                              'int8'::regtype, 'numeric'::regtype)
            THEN format('(%s)::pg_catalog.text', reference) END
          || CASE WHEN column_collation NOT IN (0, '"default"'::regcollation)
                  THEN ' COLLATE pg_catalog."default"' ELSE '' END
        WHEN 'date' THEN CASE
            WHEN column_type = 'date'::regtype THEN reference
            WHEN base.oid IN ('date'::regtype, 'timestamp'::regtype)
            THEN format('(%s)::pg_catalog.date', reference)
            WHEN base.oid = 'timestamptz'::regtype
            THEN format('(%s AT TIME ZONE %L)::pg_catalog.date', reference, zone) END
        WHEN 'numeric' THEN CASE
            WHEN column_type = 'numeric'::regtype THEN reference
            WHEN base.oid IN ('numeric'::regtype, 'int2'::regtype, 'int4'::regtype,
                              'int8'::regtype, 'float4'::regtype, 'float8'::regtype)
            THEN format('(%s)::pg_catalog.numeric', reference) END
        WHEN 'boolean' THEN CASE
            WHEN column_type = 'bool'::regtype THEN reference
            WHEN base.oid = 'bool'::regtype
            THEN format('(%s)::pg_catalog.bool', reference) END
    END;
END
$$;

COMMENT ON FUNCTION saaskpi.source_reading(oid, oid, text, text, text) IS
'SQL that reads a column of the given type as text, date, numeric or boolean; NULL when the type cannot be read so';

CREATE FUNCTION saaskpi.source_expression(schema_name name, source name,
                                          column_name name,
                                          alias name DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    relation oid := saaskpi.source_relation(schema_name, source);
    wanted text;
    attribute pg_attribute;
    reading text;
BEGIN
    SELECT s.kind INTO wanted FROM saaskpi.source_columns() AS s
     WHERE s.source = source AND s.column_name = column_name;
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'no column "%" of a source "%" is known', column_name, source
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'SELECT * FROM saaskpi.source_columns() lists them.';
    END IF;
    IF relation IS NULL THEN
        RAISE EXCEPTION 'source "%" does not exist in schema "%"', source, schema_name
            USING ERRCODE = 'undefined_table',
                  HINT = format('Create a table or a view named %I there.', source);
    END IF;
    SELECT * INTO attribute FROM pg_attribute AS a
     WHERE a.attrelid = relation AND a.attname = column_name
       AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'source "%" of schema "%" has no column "%"', source, schema_name, column_name
            USING ERRCODE = 'undefined_column',
                  HINT = format('Add the column as %s, or put a view named %I that has it in place of the relation.', wanted, source);
    END IF;
    reading := saaskpi.source_reading(attribute.atttypid, attribute.attcollation,
        CASE WHEN alias IS NULL THEN format('%I', column_name)
             ELSE format('%I.%I', alias, column_name) END,
        wanted,
        coalesce(saaskpi.source_setting(schema_name, 'time_zone'),
                 current_setting('TimeZone')));
    IF reading IS NULL THEN
        RAISE EXCEPTION 'column "%" of source "%" of schema "%" has type % and cannot be read as %',
            column_name, source, schema_name, format_type(attribute.atttypid, attribute.atttypmod), wanted
            USING ERRCODE = 'datatype_mismatch',
                  HINT = format('Put a view named %I that converts the column in place of the relation.', source);
    END IF;
    RETURN reading;
END
$$;

COMMENT ON FUNCTION saaskpi.source_expression(name, name, name, name) IS
'SQL that reads a column of a source as its canonical type (text, date, numeric or boolean), qualified by the alias if one is given; timestamps with time zone become dates in the zone of kpi_settings, else of the session';

CREATE PROCEDURE saaskpi.prepare_source_schema(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken text;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF schema_name IN ('saaskpi', 'information_schema') OR schema_name LIKE 'pg\_%' THEN
        RAISE EXCEPTION 'source tables cannot be created in schema "%"', schema_name
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Name a schema of your own.';
    END IF;
    PERFORM FROM pg_namespace AS n WHERE n.nspname = schema_name;
    IF NOT FOUND THEN
        IF NOT has_database_privilege(current_database(), 'CREATE') THEN
            RAISE EXCEPTION 'schema "%" does not exist and "%" may not create it', schema_name, current_user
                USING ERRCODE = 'insufficient_privilege',
                      HINT = format('Let an owner of the database run: CREATE SCHEMA %I AUTHORIZATION %I', schema_name, current_user);
        END IF;
        EXECUTE format('CREATE SCHEMA %I', schema_name);
    ELSIF NOT (has_schema_privilege(schema_name, 'USAGE') AND has_schema_privilege(schema_name, 'CREATE')) THEN
        RAISE EXCEPTION '"%" may not create tables in schema "%"', current_user, schema_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('Let the owner of the schema run: GRANT USAGE, CREATE ON SCHEMA %I TO %I', schema_name, current_user);
    END IF;
    SELECT min(c.relname::text COLLATE "C") INTO taken
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN saaskpi.source_tables() AS s
        ON c.relname = s.source
        OR c.relname::text ~ format('^%s_p[0-9]+$', s.source) AND s.partitions > 0
     WHERE n.nspname = schema_name;
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists in schema "%"', taken, schema_name
            USING ERRCODE = 'duplicate_table',
                  DETAIL = 'No source table was created.',
                  HINT = 'Name another schema, or drop or rename the relation.';
    END IF;
END
$$;

COMMENT ON PROCEDURE saaskpi.prepare_source_schema(name) IS
'creates the schema if it is missing and refuses when create_source_tables could not finish in it';

CREATE FUNCTION saaskpi.source_table_definition(schema_name name, source name,
                                                checked boolean)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format('CREATE TABLE %I.%I (%s%s)%s', schema_name, t.source,
              string_agg(format('%I %s', c.column_name, c.kind)
                         || CASE WHEN checked AND c.required
                                 THEN ' NOT NULL' ELSE '' END
                         || CASE WHEN checked AND c.check_clause IS NOT NULL
                                 THEN format(' CONSTRAINT %I CHECK (%s)',
                                             concat_ws('_', c.source, c.column_name, 'check'),
                                             c.check_clause)
                                 ELSE '' END,
                         ', ' ORDER BY c.ordinal),
              CASE WHEN checked
                   THEN format(', PRIMARY KEY (%s)', array_to_string(t.key, ', '))
                   ELSE '' END,
              CASE WHEN t.partitions > 0
                   THEN ' PARTITION BY HASH (customer_id)' ELSE '' END)
  FROM saaskpi.source_tables() AS t JOIN saaskpi.source_columns() AS c USING (source)
 WHERE t.source = $2
 GROUP BY t.source, t.key, t.partitions
$$;

COMMENT ON FUNCTION saaskpi.source_table_definition(name, name, boolean) IS
'CREATE TABLE statement of a source table, with or without keys and checks';

CREATE PROCEDURE saaskpi.create_source_tables(schema_name name,
                                              checked boolean DEFAULT true)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made record;
    part record;
BEGIN
    IF checked IS NULL THEN
        RAISE EXCEPTION 'checked must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    CALL saaskpi.prepare_source_schema(schema_name);
    FOR made IN SELECT * FROM saaskpi.source_tables() ORDER BY ordinal LOOP
        EXECUTE saaskpi.source_table_definition(schema_name, made.source, checked);
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', schema_name, made.source,
                       made.description || CASE WHEN checked THEN ''
                           ELSE '. Made without keys and checks: anything loads, check_sources lists it' END);
        FOR part IN SELECT p FROM generate_series(0, made.partitions - 1) AS p LOOP
            EXECUTE format('CREATE TABLE %1$I.%2$I PARTITION OF %1$I.%3$I FOR VALUES WITH (MODULUS %4$s, REMAINDER %5$s)',
                           schema_name, made.source || '_p' || part.p,
                           made.source, made.partitions, part.p);
        END LOOP;
        FOR part IN SELECT * FROM saaskpi.source_columns() AS c
                     WHERE c.source = made.source ORDER BY c.ordinal LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema_name,
                           part.source, part.column_name, part.description);
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON PROCEDURE saaskpi.create_source_tables(name, boolean) IS
'creates the empty source tables customers, subscriptions, payments and costs in a schema (made if missing); checked => false leaves keys, NOT NULL and checks off so that anything loads and check_sources lists it';
-- Data-quality findings over the source tables. The rules are rows: a rule of
-- single rows is a condition, all of a source are judged in one scan; a rule of
-- several rows is a query that gives (label, rows) per offence.
--
-- In both, the sources are known by their names with columns of the canonical
-- types and "label", what to call the row; $1 is the day looked from. A
-- condition reads the row as r, its customer as known (customer_id,
-- signup_date), held (has any subscription) and live (has MRR on that day).

CREATE FUNCTION saaskpi.source_rules()
RETURNS TABLE (source name, ordinal integer, severity text, rule text,
               needs text[], condition text, query text, consequence text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sql$
VALUES
-- customers
('customers'::name, 1, 'error', 'customer_id_missing', '{customers.customer_id}'::text[],
 'r.customer_id IS NULL', NULL, 'The row is not used.'),
('customers', 2, 'error', 'customer_id_duplicate', '{customers.customer_id}', NULL,
 'SELECT customer_id, count(*) - 1 FROM customers WHERE customer_id IS NOT NULL
   GROUP BY customer_id HAVING count(*) > 1',
 'One row per customer is used, the one that signed up first; the others are ignored.'),
('customers', 3, 'warning', 'signup_date_missing', '{customers.signup_date}',
 'r.signup_date IS NULL', NULL,
 'The customer is in no signup cohort and not in the conversion rate.'),
('customers', 4, 'warning', 'signup_date_in_future', '{customers.signup_date}',
 $$r.signup_date > $1 AND r.signup_date <= '9999-12-31'$$, NULL,
 'The signup does not count before that day.'),
('customers', 5, 'error', 'signup_date_infinite', '{customers.signup_date}',
 $$r.signup_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The date is not used; only years 1 to 9999 are.'),
('customers', 6, 'warning', 'segment_missing', '{customers.segment}',
 'r.segment IS NULL', NULL, 'The customer counts under segment (none).'),
('customers', 7, 'info', 'segment_unknown', '{customers.segment}',
 $$r.segment <> ALL ('{SMB,Mid-Market,Enterprise}')$$, NULL,
 'The customer counts under a segment of that name.'),
('customers', 8, 'warning', 'channel_missing', '{customers.acquisition_channel}',
 'r.acquisition_channel IS NULL', NULL, 'The customer counts under acquisition_channel (none).'),
('customers', 9, 'info', 'channel_unknown', '{customers.acquisition_channel}',
 $$r.acquisition_channel <> ALL ('{Paid Ads,Referral,Organic,Partner}')$$, NULL,
 'The customer counts under an acquisition_channel of that name.'),
('customers', 10, 'warning', 'country_missing', '{customers.country}',
 'r.country IS NULL', NULL, 'The customer counts under country (none).'),
('customers', 11, 'warning', 'is_active_contradicts',
 '{customers.customer_id,customers.is_active,subscriptions.customer_id,subscriptions.start_date,subscriptions.end_date,subscriptions.monthly_price}',
 'r.is_active <> (live.customer_id IS NOT NULL) AND r.customer_id IS NOT NULL', NULL,
 'The flag is not used; the status follows from the subscriptions.'),
-- subscriptions
('subscriptions', 1, 'warning', 'subscription_id_missing', '{subscriptions.subscription_id}',
 'r.subscription_id IS NULL', NULL, 'The row counts, but a repeat of it cannot be noticed.'),
('subscriptions', 2, 'error', 'subscription_id_duplicate', '{subscriptions.subscription_id}', NULL,
 'SELECT subscription_id, count(*) - 1 FROM subscriptions WHERE subscription_id IS NOT NULL
   GROUP BY subscription_id HAVING count(*) > 1',
 'Every row counts, so the MRR of a repeat is too high.'),
('subscriptions', 3, 'error', 'subscription_customer_missing', '{subscriptions.customer_id}',
 'r.customer_id IS NULL', NULL, 'The row is not used.'),
('subscriptions', 4, 'warning', 'subscription_unknown_customer',
 '{subscriptions.customer_id,customers.customer_id}',
 'r.customer_id IS NOT NULL AND known.customer_id IS NULL', NULL,
 'The MRR counts, under (none) in every breakdown by customer attribute.'),
('subscriptions', 5, 'error', 'start_date_missing', '{subscriptions.start_date}',
 'r.start_date IS NULL', NULL, 'The row is not used.'),
('subscriptions', 6, 'error', 'start_date_infinite', '{subscriptions.start_date}',
 $$r.start_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row cannot be used; only years 1 to 9999 are.'),
('subscriptions', 7, 'error', 'end_before_start', '{subscriptions.start_date,subscriptions.end_date}',
 $$r.end_date < r.start_date AND r.start_date BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row is not used.'),
('subscriptions', 8, 'warning', 'zero_length', '{subscriptions.start_date,subscriptions.end_date}',
 $$r.end_date = r.start_date AND r.start_date BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row adds no MRR on any day.'),
('subscriptions', 9, 'error', 'price_missing', '{subscriptions.monthly_price}',
 'r.monthly_price IS NULL', NULL, 'The row is not used.'),
('subscriptions', 10, 'error', 'price_negative', '{subscriptions.monthly_price}',
 $$r.monthly_price < 0 AND r.monthly_price > '-Infinity'$$, NULL, 'The row is not used.'),
('subscriptions', 11, 'warning', 'price_zero', '{subscriptions.monthly_price}',
 'r.monthly_price = 0', NULL,
 'The row adds no MRR; a customer with nothing else is not a paying one.'),
('subscriptions', 12, 'error', 'price_not_finite', '{subscriptions.monthly_price}',
 $$r.monthly_price IN ('NaN', 'Infinity', '-Infinity')$$, NULL, 'The row is not used.'),
('subscriptions', 13, 'error', 'price_too_precise', '{subscriptions.monthly_price}',
 'min_scale(r.monthly_price) > 4 AND r.monthly_price >= 0', NULL,
 'The refresh refuses prices with more than 4 decimals.'),
('subscriptions', 14, 'error', 'price_too_large', '{subscriptions.monthly_price}',
 $$r.monthly_price >= 922337203685477 AND r.monthly_price < 'Infinity'$$, NULL,
 'The refresh refuses prices of 922337203685477 or more.'),
('subscriptions', 15, 'warning', 'plan_missing', '{subscriptions.plan_type}',
 'r.plan_type IS NULL', NULL, 'The MRR counts under plan_type (none).'),
('subscriptions', 16, 'info', 'plan_unknown', '{subscriptions.plan_type}',
 $$r.plan_type <> ALL ('{Basic,Pro,Enterprise}')$$, NULL,
 'The MRR counts under a plan_type of that name.'),
('subscriptions', 17, 'warning', 'overlap_same_plan',
 '{subscriptions.subscription_id,subscriptions.customer_id,subscriptions.plan_type,subscriptions.start_date,subscriptions.end_date}', NULL,
 $$SELECT label, 1
     FROM (SELECT label, start_date,
                  max(coalesce(end_date, 'infinity'))
                      OVER (PARTITION BY customer_id, plan_type
                            ORDER BY start_date, subscription_id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
             FROM (SELECT *, row_number() OVER (PARTITION BY subscription_id
                                 ORDER BY customer_id, plan_type, start_date, end_date) AS copy
                     FROM subscriptions
                    WHERE customer_id IS NOT NULL AND plan_type IS NOT NULL
                      AND start_date BETWEEN '0001-01-01' AND '9999-12-31'
                      AND (end_date IS NULL OR end_date > start_date)) AS s
            WHERE copy = 1 OR subscription_id IS NULL) AS s
    WHERE start_date < busy_until$$,
 'Both subscriptions count, so the MRR of the customer is their sum.'),
('subscriptions', 18, 'warning', 'start_before_signup',
 '{subscriptions.customer_id,subscriptions.start_date,customers.customer_id,customers.signup_date}',
 $$r.start_date < known.signup_date AND r.start_date >= '0001-01-01'
   AND known.signup_date <= '9999-12-31'$$, NULL,
 'The MRR counts from the start date; the signup cohort leaves out the months before signup.'),
('subscriptions', 19, 'info', 'start_in_future', '{subscriptions.start_date}',
 $$r.start_date > $1 AND r.start_date <= '9999-12-31'$$, NULL,
 'The MRR does not count before that day.'),
('subscriptions', 20, 'info', 'end_in_future', '{subscriptions.start_date,subscriptions.end_date}',
 $$r.end_date > $1 AND r.end_date < 'infinity' AND (r.end_date <= r.start_date) IS NOT TRUE$$, NULL,
 'The churn does not count before that day.'),
-- payments
('payments', 1, 'warning', 'payment_id_missing', '{payments.payment_id}',
 'r.payment_id IS NULL', NULL, 'The row counts, but a repeat of it cannot be noticed.'),
('payments', 2, 'error', 'payment_id_duplicate', '{payments.payment_id}', NULL,
 'SELECT payment_id, count(*) - 1 FROM payments WHERE payment_id IS NOT NULL
   GROUP BY payment_id HAVING count(*) > 1',
 'Every row counts, so the revenue of a repeat is too high.'),
('payments', 3, 'error', 'payment_customer_missing', '{payments.customer_id}',
 'r.customer_id IS NULL', NULL, 'The row is not used.'),
('payments', 4, 'warning', 'payment_unknown_customer', '{payments.customer_id,customers.customer_id}',
 'r.customer_id IS NOT NULL AND known.customer_id IS NULL', NULL,
 'The payment counts; its customer has no attributes and no signup.'),
('payments', 5, 'error', 'payment_date_missing', '{payments.payment_date}',
 'r.payment_date IS NULL', NULL, 'The row is not used.'),
('payments', 6, 'error', 'payment_date_infinite', '{payments.payment_date}',
 $$r.payment_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL,
 'The row cannot be used; only years 1 to 9999 are.'),
('payments', 7, 'warning', 'payment_date_in_future', '{payments.payment_date}',
 $$r.payment_date > $1 AND r.payment_date <= '9999-12-31'$$, NULL,
 'The payment does not count before that day.'),
('payments', 8, 'error', 'amount_missing', '{payments.amount}',
 'r.amount IS NULL', NULL, 'The row is not used.'),
('payments', 9, 'warning', 'amount_negative', '{payments.amount,payments.payment_status}',
 $$r.amount < 0 AND r.amount > '-Infinity' AND r.payment_status = 'Success'$$, NULL,
 'The row counts as a refund.'),
('payments', 10, 'warning', 'amount_zero', '{payments.amount}',
 'r.amount = 0', NULL,
 'The row counts as a payment of nothing and, if a Success, its customer as a paying one.'),
('payments', 11, 'error', 'amount_not_finite', '{payments.amount}',
 $$r.amount IN ('NaN', 'Infinity', '-Infinity')$$, NULL, 'The row is not used.'),
('payments', 12, 'error', 'amount_too_precise', '{payments.amount}',
 'min_scale(r.amount) > 4', NULL, 'The refresh refuses amounts with more than 4 decimals.'),
('payments', 13, 'error', 'amount_too_large', '{payments.amount}',
 $$abs(r.amount) >= 922337203685477 AND abs(r.amount) < 'Infinity'$$, NULL,
 'The refresh refuses amounts of 922337203685477 or more.'),
('payments', 14, 'error', 'failed_amount_negative', '{payments.amount,payments.payment_status}',
 $$r.amount < 0 AND r.amount > '-Infinity' AND r.payment_status = 'Failed'$$, NULL,
 'The row is not used.'),
('payments', 15, 'error', 'status_missing', '{payments.payment_status}',
 'r.payment_status IS NULL', NULL, 'The row is not used.'),
('payments', 16, 'error', 'status_unknown', '{payments.payment_status}',
 $$r.payment_status <> ALL ('{Success,Failed}')$$, NULL,
 'The row is not used; only Success and Failed, spelled so, are.'),
('payments', 17, 'warning', 'payment_before_signup',
 '{payments.customer_id,payments.payment_date,customers.customer_id,customers.signup_date}',
 $$r.payment_date < known.signup_date AND r.payment_date >= '0001-01-01'
   AND known.signup_date <= '9999-12-31'$$, NULL,
 'The payment counts; conversion takes it as made on the day of signup.'),
('payments', 18, 'warning', 'payment_without_subscription',
 '{payments.customer_id,payments.payment_status,customers.customer_id,subscriptions.customer_id}',
 $$r.payment_status = 'Success' AND known.customer_id IS NOT NULL AND held.customer_id IS NULL$$, NULL,
 'The payment counts as revenue; the cash bridge shows it as paid without MRR.'),
-- costs
('costs', 1, 'error', 'cost_month_malformed', '{costs.month}',
 $$(r.month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$') IS NOT TRUE$$, NULL,
 'The row is not used; months are written YYYY-MM.'),
('costs', 2, 'warning', 'cost_month_duplicate', '{costs.month}', NULL,
 $$SELECT month, count(*) - 1 FROM costs
    WHERE month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'
    GROUP BY month HAVING count(*) > 1$$,
 'The rows of a month are added up.'),
('costs', 3, 'warning', 'cost_month_missing', '{costs.month}', NULL,
 $$SELECT to_char(g, 'YYYY-MM'), 1
     FROM (SELECT min(month) AS first, max(month) AS last FROM costs
            WHERE month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'
              AND month <= to_char($1::timestamp, 'YYYY-MM')) AS b,
          generate_series((b.first || '-01')::timestamp, (b.last || '-01')::timestamp,
                          '1 month') AS g
    WHERE to_char(g, 'YYYY-MM') NOT IN (SELECT month FROM costs WHERE month IS NOT NULL)$$,
 'Costs, margin and profit of the month are NULL.'),
('costs', 4, 'warning', 'cost_negative', '{costs.infra_cost,costs.marketing_cost,costs.support_cost}',
 $$least(r.infra_cost, r.marketing_cost, r.support_cost) < 0
   AND least(r.infra_cost, r.marketing_cost, r.support_cost) > '-Infinity'$$, NULL,
 'The amount lowers the costs of the month.'),
('costs', 5, 'warning', 'cost_missing', '{costs.infra_cost,costs.marketing_cost,costs.support_cost}',
 'num_nulls(r.infra_cost, r.marketing_cost, r.support_cost) > 0', NULL,
 'The cost is unknown: figures of the month made from it are NULL unless another row of the month has it.'),
('costs', 6, 'error', 'cost_not_finite', '{costs.infra_cost,costs.marketing_cost,costs.support_cost}',
 $$least(r.infra_cost, r.marketing_cost, r.support_cost) = '-Infinity'
   OR greatest(r.infra_cost, r.marketing_cost, r.support_cost) >= 'Infinity'$$, NULL,
 'Figures of the month made from it are not numbers.')
$sql$;

COMMENT ON FUNCTION saaskpi.source_rules() IS
'the rules of check_sources: severity, columns needed, the condition or query that finds offending rows, and what the KPIs do with them';

CREATE FUNCTION saaskpi.source_readings(schema_name name)
RETURNS TABLE (source name, source_ordinal integer, ordinal integer,
               column_name name, kind text, relation regclass,
               column_type text, reading text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT t.source, t.ordinal, c.ordinal, c.column_name, c.kind, t.relation,
       format_type(a.atttypid, a.atttypmod),
       saaskpi.source_reading(a.atttypid, a.attcollation,
                              quote_ident(c.column_name), c.kind, z.zone)
  FROM (SELECT source, ordinal, saaskpi.source_relation(schema_name, source) AS relation
          FROM saaskpi.source_tables()) AS t
  JOIN saaskpi.source_columns() AS c USING (source)
  LEFT JOIN pg_attribute AS a
    ON a.attrelid = t.relation AND a.attname = c.column_name
   AND a.attnum > 0 AND NOT a.attisdropped
 CROSS JOIN (SELECT coalesce(saaskpi.source_setting(schema_name, 'time_zone'),
                             current_setting('TimeZone')) AS zone) AS z
$$;

COMMENT ON FUNCTION saaskpi.source_readings(name) IS
'for every column of every source: its relation and type in a schema and the SQL that reads it; NULL where relation or column is absent or the type unusable';

-- Text is compared bytewise: the order of the examples must not depend on the
-- locale, and sorts are several times faster.
CREATE FUNCTION saaskpi.source_with_clause(schema_name name)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT 'WITH ' || string_agg(
           format('%I AS NOT MATERIALIZED (SELECT *, coalesce(%s) AS label FROM (SELECT %s FROM %s) AS s)',
                  source,
                  CASE source
                      WHEN 'customers' THEN $q$customer_id, '(no id)'$q$
                      WHEN 'subscriptions' THEN $q$subscription_id, '(no id, customer ' || customer_id || ')', '(no id)'$q$
                      WHEN 'payments' THEN $q$payment_id, '(no id, customer ' || customer_id || ')', '(no id)'$q$
                      WHEN 'costs' THEN $q$month, '(no month)'$q$
                  END,
                  columns, origin),
           ', ')
  FROM (SELECT source,
               string_agg(format('CAST(%s AS %s)%s AS %I', coalesce(reading, 'NULL'), kind,
                                 CASE kind WHEN 'text' THEN ' COLLATE "C"' ELSE '' END,
                                 column_name),
                          ', ' ORDER BY ordinal) AS columns,
               CASE WHEN count(relation) = 0 THEN '(SELECT WHERE false) AS none'
                    ELSE format('%I.%I', schema_name, source) END AS origin
          FROM saaskpi.source_readings(schema_name)
         GROUP BY source) AS s
$$;

COMMENT ON FUNCTION saaskpi.source_with_clause(name) IS
'WITH clause that gives the sources of a schema their canonical columns and a label; what is absent reads as NULL or no rows';

CREATE FUNCTION saaskpi.source_from_clause(source name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $sql$
SELECT format(' FROM %I AS r ', source)
    || CASE WHEN source = 'customers' THEN
$$LEFT JOIN (SELECT DISTINCT customer_id FROM subscriptions
              WHERE start_date BETWEEN '0001-01-01' AND $1
                AND (end_date IS NULL OR end_date > $1)
                AND monthly_price > 0 AND monthly_price < 'Infinity') AS live
  ON live.customer_id = r.customer_id $$ ELSE '' END
    || CASE WHEN source IN ('subscriptions', 'payments') THEN
$$LEFT JOIN (SELECT customer_id, min(signup_date) AS signup_date
               FROM customers GROUP BY customer_id) AS known
  ON known.customer_id = r.customer_id $$ ELSE '' END
    || CASE WHEN source = 'payments' THEN
$$LEFT JOIN (SELECT DISTINCT customer_id FROM subscriptions) AS held
  ON held.customer_id = r.customer_id $$ ELSE '' END
$sql$;

COMMENT ON FUNCTION saaskpi.source_from_clause(name) IS
'FROM clause in which the conditions of source_rules are judged';

-- Counting is one aggregate without grouping: it runs in parallel and in
-- constant memory however many rows offend. Only the examples of rules found
-- violated take a further scan each, from which the planner drops the joins
-- that the condition does not look at.
CREATE FUNCTION saaskpi.source_findings(with_clause text, source name,
                                        present text[], day date)
RETURNS TABLE (severity text, rule text, rows bigint, example text,
               consequence text)
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    judged record;
    counts bigint[];
    from_clause text := saaskpi.source_from_clause(source);
    slot integer := 0;
BEGIN
    EXECUTE (SELECT with_clause || format('SELECT ARRAY[%s]::bigint[]',
                        string_agg(format('count(*) FILTER (WHERE %s)', r.condition),
                                   ', ' ORDER BY r.ordinal)) || from_clause
               FROM saaskpi.source_rules() AS r
              WHERE r.source = $2 AND r.needs <@ present AND r.condition IS NOT NULL)
       INTO counts USING day;
    FOR judged IN SELECT * FROM saaskpi.source_rules() AS r
                   WHERE r.source = $2 AND r.needs <@ present
                   ORDER BY r.ordinal LOOP
        rows := NULL;
        IF judged.query IS NOT NULL THEN
            EXECUTE with_clause || format('SELECT max(total), string_agg(label, %L ORDER BY label COLLATE "C")
                FROM (SELECT label, sum(rows) OVER () AS total FROM (%s) AS q(label, rows)
                       ORDER BY label COLLATE "C" LIMIT 3) AS q', ', ', judged.query)
               INTO rows, example USING day;
        ELSE
            slot := slot + 1;
            IF counts[slot] > 0 THEN
                rows := counts[slot];
                EXECUTE with_clause || format('SELECT string_agg(label, %L ORDER BY label)
                    FROM (SELECT r.label %s WHERE %s ORDER BY r.label LIMIT 3) AS q',
                    ', ', from_clause, judged.condition)
                   INTO example USING day;
            END IF;
        END IF;
        IF rows IS NOT NULL THEN
            severity := judged.severity;
            rule := judged.rule;
            consequence := judged.consequence;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION saaskpi.source_findings(text, name, text[], date) IS
'findings of check_sources for one source, by the rules whose columns are present';

CREATE FUNCTION saaskpi.source_gaps(schema_name name)
RETURNS TABLE (source text, rule text, example text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.source, CASE WHEN r.relation IS NULL THEN 'source_missing'
                      WHEN r.column_type IS NULL THEN 'column_missing'
                      ELSE 'column_type' END,
       CASE WHEN r.relation IS NULL THEN r.source::text
            ELSE concat_ws(' is ', r.column_name, r.column_type) END
  FROM saaskpi.source_readings(schema_name) AS r
 WHERE r.reading IS NULL AND (r.relation IS NOT NULL OR r.ordinal = 1)
 ORDER BY r.source_ordinal, r.ordinal
$$;

COMMENT ON FUNCTION saaskpi.source_gaps(name) IS
'sources and columns of a schema that are absent or have a type that cannot be read';

CREATE FUNCTION saaskpi.check_sources(schema_name name, as_of date DEFAULT NULL)
RETURNS TABLE (severity text, source text, rule text, rows bigint,
               example text, consequence text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    day date := coalesce(as_of,
        saaskpi.source_setting(schema_name, 'effective_as_of')::date,
        (now() AT TIME ZONE coalesce(saaskpi.source_setting(schema_name, 'time_zone'),
                                     current_setting('TimeZone')))::date);
    present text[];
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF day NOT BETWEEN '0001-01-01' AND '9999-12-31' THEN
        RAISE EXCEPTION 'as_of must lie in years 1 to 9999, not %', day
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY
    SELECT 'error', g.source, g.rule, NULL::bigint, g.example,
           'create_views refuses; rules that need it are not checked.'
      FROM saaskpi.source_gaps(schema_name) AS g;

    SELECT array_agg(format('%s.%s', r.source, r.column_name)) INTO present
      FROM saaskpi.source_readings(schema_name) AS r WHERE r.reading IS NOT NULL;
    RETURN QUERY
    SELECT f.severity, t.source::text, f.rule, f.rows, f.example, f.consequence
      FROM (SELECT * FROM saaskpi.source_tables() ORDER BY ordinal) AS t
     CROSS JOIN LATERAL saaskpi.source_findings(
               saaskpi.source_with_clause(schema_name), t.source,
               coalesce(present, '{}'), day) AS f;
END
$$;

COMMENT ON FUNCTION saaskpi.check_sources(name, date) IS
'data-quality findings over the source tables of a schema as of a day (default: effective_as_of of kpi_settings, else today): one row per violated rule with the number of rows, up to three of them and what the KPIs do with them; no rows when all is well';
-- What stands under the kpi relations: settings, log, and the sources as they
-- are read.  In SQL text {s} stands for the user's schema, quoted.

-- The settings: one row, made by create_views and kept by drop_views.
CREATE FUNCTION saaskpi.settings_definition()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT $sql$
CREATE TABLE IF NOT EXISTS {s}.kpi_settings (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    as_of date CHECK (as_of BETWEEN '0001-01-01' AND '9999-12-31'),
    time_zone text NOT NULL DEFAULT 'UTC' CHECK (now() AT TIME ZONE time_zone IS NOT NULL),
    currency text NOT NULL DEFAULT 'USD',
    change_warn numeric NOT NULL DEFAULT 0.10 CHECK (change_warn >= 0),
    change_alert numeric NOT NULL DEFAULT 0.15 CHECK (change_alert >= change_warn),
    conversion_days integer NOT NULL DEFAULT 30 CHECK (conversion_days BETWEEN 1 AND 36500),
    effective_as_of date NOT NULL
);
INSERT INTO {s}.kpi_settings (effective_as_of) VALUES ((now() AT TIME ZONE 'UTC')::date) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS {s}.kpi_refresh_log (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    status text NOT NULL CHECK (status IN ('running', 'ok', 'failed')),
    as_of date,
    seconds numeric,
    customers bigint,
    skipped_subscriptions bigint,
    skipped_payments bigint,
    message text
);
CREATE TABLE IF NOT EXISTS {s}.kpi_refresh_steps (
    run_id bigint NOT NULL REFERENCES {s}.kpi_refresh_log ON DELETE CASCADE,
    step integer NOT NULL,
    relation text NOT NULL,
    rows bigint NOT NULL,
    milliseconds numeric NOT NULL,
    PRIMARY KEY (run_id, step)
);
$sql$
$$;
COMMENT ON FUNCTION saaskpi.settings_definition() IS
    'SQL that makes the settings and the refresh log of a schema';

-- The sources as the kpi relations read them: columns of known types, dates in
-- the reporting zone, and nothing that begins after as_of, which stands in the
-- text as a constant so that plans stay parallel.  In the templates {from} is
-- the relation and {x} the source's column x.
CREATE FUNCTION saaskpi.input_template(schema_name name, source name)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE source
    WHEN 'customers' THEN
        -- without a key the smallest of the rows of one customer speaks for her
        RETURN CASE WHEN EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                                  WHERE i.indrelid = saaskpi.source_relation(schema_name, source)
                                    AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL
                                    AND a.attname = 'customer_id')
            THEN $sql$
SELECT {customer_id} AS customer_id, {signup_date} AS signup_date, {segment} AS segment,
       {country} AS country, {acquisition_channel} AS acquisition_channel
  FROM {from} AS customers$sql$
            ELSE $sql$
SELECT DISTINCT ON (1) {customer_id} AS customer_id, {signup_date} AS signup_date, {segment} AS segment,
       {country} AS country, {acquisition_channel} AS acquisition_channel
  FROM {from} AS customers
 ORDER BY 1, 2 NULLS LAST, {segment} COLLATE "C", {country} COLLATE "C", {acquisition_channel} COLLATE "C"$sql$ END;
    WHEN 'subscriptions' THEN
        RETURN $sql$
SELECT {customer_id} AS customer_id, {plan_type} AS plan_type, {start_date} AS start_date,
       {end_date} AS end_date, {monthly_price} AS monthly_price
  FROM {from} AS subscriptions
 WHERE ({start_date} <= {as_of}) IS NOT FALSE$sql$;
    WHEN 'payments' THEN
        RETURN $sql$
SELECT {customer_id} AS customer_id, {payment_date} AS payment_date, {amount} AS amount,
       {payment_status} AS payment_status
  FROM {from} AS payments
 WHERE ({payment_date} <= {as_of}) IS NOT FALSE$sql$;
    WHEN 'costs' THEN
        RETURN $sql$
SELECT to_date({month}, 'YYYY-MM') AS period, sum({infra_cost}) AS infra_cost,
       sum({support_cost}) AS support_cost, sum({marketing_cost}) AS marketing_cost
  FROM {from} AS costs
 WHERE {month} ~ '^\d{4}-(0[1-9]|1[0-2])$' AND {month} >= '0001-01' AND to_date({month}, 'YYYY-MM') <= {as_of}
 GROUP BY 1$sql$;
    END CASE;
END
$$;
COMMENT ON FUNCTION saaskpi.input_template(name, name) IS
    'how the kpi relations read a source, with places for the relation, its columns and the date';

CREATE FUNCTION saaskpi.input_query(schema_name name, source name, as_of date, read_from text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result text := saaskpi.input_template(schema_name, source);
    c record;
BEGIN
    FOR c IN SELECT s.column_name FROM saaskpi.source_columns() AS s WHERE s.source = input_query.source LOOP
        IF position(format('{%s}', c.column_name) IN result) > 0 THEN
            result := replace(result, format('{%s}', c.column_name),
                              saaskpi.source_expression(schema_name, source, c.column_name, source));
        END IF;
    END LOOP;
    RETURN replace(replace(result, '{as_of}', format('%L::date', as_of)), '{from}', read_from);
END
$$;
COMMENT ON FUNCTION saaskpi.input_query(name, name, date, text) IS
    'SQL that reads a source as of a date, from its relation or from a partition of it';

-- Refresh replaces the views when the date changes.
CREATE FUNCTION saaskpi.input_definition(schema_name name, as_of date)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT string_agg(format('CREATE OR REPLACE VIEW %I.%I AS %s;', schema_name, 'kpi_input_' || t.source,
                         saaskpi.input_query(schema_name, t.source, as_of, format('%I.%I', schema_name, t.source))), E'\n' ORDER BY t.ordinal)
  FROM saaskpi.source_tables() AS t
$$;
COMMENT ON FUNCTION saaskpi.input_definition(name, date) IS
    'SQL of the views through which the kpi relations read the sources of a schema, as of a date';

-- Customers, subscriptions and payments that are hash-partitioned by customer
-- in the same way can be joined partition by partition: every row of a
-- customer lies in partitions of the same bound.  No rows unless that holds
-- for all of them, and the caller may read each partition by itself.
CREATE FUNCTION saaskpi.shared_partitions(schema_name name)
RETURNS TABLE (customers regclass, subscriptions regclass, payments regclass)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
WITH parent AS (
    SELECT s.source, r.oid, ROW(a.atttypid, p.partclass[0], p.partcollation[0])::text AS hashed
      FROM unnest('{customers,subscriptions,payments}'::name[]) AS s(source)
      JOIN pg_class AS r ON r.oid = saaskpi.source_relation(schema_name, s.source)
      JOIN pg_partitioned_table AS p ON p.partrelid = r.oid AND p.partstrat = 'h' AND p.partnatts = 1
      JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum = p.partattrs[0] AND a.attname = 'customer_id'),
part AS (
    SELECT p.source, p.hashed, pg_get_expr(c.relpartbound, c.oid) AS bound, c.oid AS id,
           c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND has_table_privilege(c.oid, 'SELECT') AS readable
      FROM parent AS p JOIN pg_inherits AS i ON i.inhparent = p.oid JOIN pg_class AS c ON c.oid = i.inhrelid),
matched AS (
    SELECT min(id) FILTER (WHERE source = 'customers')::regclass AS customers,
           min(id) FILTER (WHERE source = 'subscriptions')::regclass AS subscriptions,
           min(id) FILTER (WHERE source = 'payments')::regclass AS payments
      FROM part GROUP BY bound)
SELECT m.customers, m.subscriptions, m.payments
  FROM matched AS m
 WHERE (SELECT count(DISTINCT hashed) = 1 AND bool_and(readable) FROM part)
   AND NOT EXISTS (SELECT FROM matched AS x WHERE x.customers IS NULL OR x.subscriptions IS NULL OR x.payments IS NULL)
 ORDER BY m.payments
$$;
COMMENT ON FUNCTION saaskpi.shared_partitions(name) IS
    'the partitions of customers, subscriptions and payments that hold the same customers; no rows when the three are not partitioned alike';
-- The relations that look ahead and at what is unusual: forecast, how good it
-- is, season, anomalies.  Of MRR and of collected revenue, by month.
--
-- {totals} are the two metrics of the company, {parts} those of each segment,
-- as series: complete months only, from the first month that is not zero.
-- {season} is the season of a series v.s, none while there is less than one.
-- Amounts that came are exact.  Estimates are rounded to cents, as the last
-- bits of a double may differ between machines.
CREATE FUNCTION saaskpi.series_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.relation, 'MATERIALIZED VIEW', replace(replace(replace(replace(r.query, '{totals}', $sql$
SELECT m.metric, 'all' AS dimension, 'all' AS value, m.period, m.amount
          FROM (SELECT 'mrr' AS metric, period, closing AS amount FROM {s}.kpi_mrr_monthly_mat WHERE is_complete
                UNION ALL
                SELECT 'collected' AS metric, period, collected AS amount FROM {s}.kpi_revenue_monthly_mat WHERE is_complete) AS m
$sql$), '{parts}', $sql$
SELECT 'mrr' AS metric, dimension, value, period, closing AS amount
          FROM {s}.kpi_mrr_monthly_by_mat WHERE is_complete AND dimension = 'segment'
        UNION ALL
        SELECT 'collected' AS metric, 'segment' AS dimension, q.segment AS value, p.period, p.amount - p.refunded_amount AS amount
          FROM (SELECT segment, saaskpi.rollup(revenue) AS flow FROM {s}.kpi_summaries_mat GROUP BY segment) AS q,
               LATERAL saaskpi.revenue_periods(q.flow) AS p WHERE p.is_complete
$sql$), '{series}', $sql$
SELECT b.metric, b.dimension, b.value, saaskpi.series_agg(b.period, b.amount) AS s
          FROM (SELECT a.*, min(a.period) FILTER (WHERE a.amount <> 0) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first
                  FROM amounts AS a) AS b
         WHERE b.period >= b.first
         GROUP BY b.metric, b.dimension, b.value
$sql$), '{season}', 'CASE WHEN cardinality(saaskpi.series_values(v.s)) < saaskpi.season_length(v.s) THEN 1 ELSE saaskpi.season_length(v.s) END'),
       NULL::text, r.keys, '{}'::text[]
  FROM (VALUES
('kpi_forecast_monthly'::name, $sql$
WITH amounts AS ({totals} UNION ALL {parts}), v AS ({series})
SELECT v.metric, v.dimension, v.value, f.period, f.row_type, p.value AS actual, round(f.fitted::numeric, 2) AS fitted,
       round(d.trend::numeric, 2) AS trend, round(d.seasonal::numeric, 2) AS seasonal, round(f.point::numeric, 2) AS point, round(f.lo80::numeric, 2) AS lo80, round(f.hi80::numeric, 2) AS hi80,
       round(f.lo95::numeric, 2) AS lo95, round(f.hi95::numeric, 2) AS hi95,
       regexp_replace(f.model, ' \(.*\)$', '') AS model, coalesce(substring(f.model FROM ' \((.*)\)$'), 'ok') AS status
  FROM v CROSS JOIN LATERAL saaskpi.forecast(v.s, 6) AS f
  LEFT JOIN LATERAL saaskpi.series_periods(v.s) AS p ON p.period = f.period
  LEFT JOIN LATERAL saaskpi.decompose(v.s) AS d ON d.period = f.period
$sql$, 'metric, dimension, value, period'),

('kpi_model_performance', $sql$
WITH amounts AS ({totals}), v AS ({series})
SELECT v.metric, b.model, b.step::bigint AS step, b.n::bigint AS forecasts, round(b.mae::numeric, 2) AS mae, round(b.rmse::numeric, 2) AS rmse,
       round(b.mape::numeric, 2) AS mape, round(b.smape::numeric, 2) AS smape, round(b.mase::numeric, 4) AS mase, round(b.rmsse::numeric, 4) AS rmsse,
       round(b.coverage80::numeric, 4) AS coverage80, round(b.coverage95::numeric, 4) AS coverage95, round(b.msis::numeric, 4) AS msis,
       round(b.p_value::numeric, 4) AS p_value, CASE WHEN b.n > 0 THEN 'ok' ELSE 'too short' END AS status
  FROM v CROSS JOIN LATERAL saaskpi.backtest(saaskpi.series_values(v.s), {season}, 6) AS b
$sql$, 'metric, model, step'),

('kpi_seasonality', $sql$
WITH amounts AS ({totals}), v AS ({series}), i AS (
    SELECT m.metric, (coalesce(extract(month FROM saaskpi.period_at(v.s, 1))::integer, 1) + x.season - 2) % 12 + 1 AS month, x.index * 100 AS hundredths,
           cardinality(saaskpi.series_values(v.s)) >= 24 AS long_enough
      FROM (VALUES ('mrr'), ('collected')) AS m(metric)
      LEFT JOIN v ON v.metric = m.metric
     CROSS JOIN LATERAL saaskpi.seasonality_index(coalesce(saaskpi.series_values(v.s), '{}'), 12) AS x
), cut AS (
    SELECT i.metric, i.month, i.long_enough, floor(i.hundredths) AS hundredths,
           120000 - sum(floor(i.hundredths)) OVER (PARTITION BY i.metric) AS missing,
           row_number() OVER (PARTITION BY i.metric ORDER BY i.hundredths - floor(i.hundredths) DESC, i.month) AS turn
      FROM i
)
SELECT c.metric, c.month::bigint AS month,
       round((c.hundredths + CASE WHEN c.turn <= c.missing THEN 1 ELSE 0 END)::numeric / 100, 2) AS index,
       CASE WHEN c.hundredths IS NOT NULL THEN 'ok' WHEN c.long_enough THEN 'mean not positive' ELSE 'too short' END AS status
  FROM cut AS c
$sql$, 'metric, month'),

('kpi_anomalies', $sql$
WITH amounts AS ({totals}), v AS ({series}), scored AS (
    SELECT v.metric, v.s, 'retrospective' AS mode, a.* FROM v CROSS JOIN LATERAL saaskpi.anomalies(v.s) AS a
    UNION ALL
    SELECT v.metric, v.s, 'causal' AS mode, a.* FROM v CROSS JOIN LATERAL saaskpi.anomalies(v.s, causal => true) AS a
), newest AS (
    SELECT q.*, max(q.period) OVER (PARTITION BY q.metric) AS newest FROM scored AS q
)
SELECT n.metric, 'month' AS grain, n.period, p.value, round(n.expected::numeric, 2) AS expected,
       round(n.lo::numeric, 2) AS lo, round(n.hi::numeric, 2) AS hi, round(n.score::numeric, 2) AS score, n.kind, n.is_anomaly,
       n.is_alarm, n.mode, CASE WHEN n.expected IS NULL THEN 'too short' ELSE 'ok' END AS status
  FROM newest AS n
  JOIN LATERAL saaskpi.series_periods(n.s) AS p ON p.period = n.period
 WHERE n.mode = CASE WHEN n.period = n.newest THEN 'causal' ELSE 'retrospective' END
$sql$, 'metric, period')) AS r(relation, query, keys)
$$;
COMMENT ON FUNCTION saaskpi.series_relations() IS
    'the relations about what is to come and what was unusual: forecast, model performance, seasonality, anomalies';
-- What the kpi relations are: their queries as data.
--
-- In a query {s} stands for the user's schema, quoted, and {as_of} for the date
-- of the settings, as a subquery, which unlike a join keeps plans parallel.
-- Each relation is stored under a name that ends in _mat, and a plain view
-- above it carries the public name, the columns to show and the comments.
--
-- The small ones are materialized views.  The two with a row or more per
-- customer are tables: at a million customers REFRESH ... CONCURRENTLY spends
-- minutes sorting whole rows, where comparing states takes seconds.  Others
-- read the customers with their states through the view kpi_input_states.

-- What everything else is made from: one row per customer with her states, one
-- row per combination of her constant attributes with the roll-ups, and every
-- month from the first fact to as_of.
CREATE FUNCTION saaskpi.state_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_customers'::name, 'TABLE', $sql$
SELECT u.customer_id, u.signup_date, u.segment, u.country, u.acquisition_channel,
       CASE WHEN u.mrr > 0 THEN 'active' WHEN u.first_mrr_on IS NOT NULL THEN 'churned' ELSE 'prospect' END AS status,
       u.mrr, u.first_mrr_on, u.churned_on,
       saaskpi.first_on(u.payment_history) AS first_payment, saaskpi.last_on(u.payment_history) AS last_payment,
       coalesce(saaskpi.done_count(u.payment_history), 0) AS payments,
       coalesce(saaskpi.net_amount(u.payment_history), 0.00) AS revenue,
       coalesce(saaskpi.failed_count(u.payment_history), 0) AS failed_payments,
       u.mrr_history, u.payment_history
  FROM (SELECT customer_id, c.signup_date, c.segment, c.country, c.acquisition_channel,
               coalesce(saaskpi.mrr_at(s.history, {as_of}), 0.00) AS mrr,
               saaskpi.first_mrr_on(s.history, {as_of}) AS first_mrr_on,
               saaskpi.churned_on(s.history, {as_of}) AS churned_on,
               s.history AS mrr_history, p.history AS payment_history
          FROM {s}.kpi_input_customers AS c
          FULL JOIN (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, monthly_price, plan_type) AS history
                       FROM {s}.kpi_input_subscriptions AS i GROUP BY customer_id) AS s USING (customer_id)
          FULL JOIN (SELECT customer_id, saaskpi.payment_agg(payment_date, amount, payment_status) AS history
                       FROM {s}.kpi_input_payments AS i GROUP BY customer_id) AS p USING (customer_id)
         WHERE customer_id IS NOT NULL) AS u
$sql$, 'customer_id, signup_date, segment, country, acquisition_channel, status, mrr, first_mrr_on, churned_on,
 coalesce(churned_on, {as_of}) - first_mrr_on AS tenure_days, first_payment, last_payment, payments, revenue, failed_payments',
 'customer_id', ARRAY['mrr', 'revenue']),

('kpi_summaries', 'MATERIALIZED VIEW', $sql$
SELECT coalesce(q.segment, '(none)') AS segment, coalesce(q.country, '(none)') AS country,
       coalesce(q.acquisition_channel, '(none)') AS acquisition_channel, sum(q.customers)::bigint AS customers,
       least(min(saaskpi.first_period(q.flow)), min(saaskpi.first_period(q.revenue)), min(q.first_signup)) AS first_day,
       saaskpi.rollup(q.flow) AS flow, saaskpi.rollup(q.retention_1) AS retention_1,
       saaskpi.rollup(q.retention_12) AS retention_12, saaskpi.rollup(q.revenue) AS revenue, saaskpi.rollup(q.bridge) AS bridge,
       saaskpi.rollup(q.cohorts_mrr) AS cohorts_mrr, saaskpi.rollup(q.cohorts_payment) AS cohorts_payment,
       saaskpi.rollup(q.cohorts_signup) AS cohorts_signup, saaskpi.rollup(q.conversion) AS conversion,
       sum(q.skipped_subscriptions)::bigint AS skipped_subscriptions, sum(q.skipped_payments)::bigint AS skipped_payments
  FROM (SELECT c.segment, c.country, c.acquisition_channel, count(*) AS customers,
               min(c.signup_date) FILTER (WHERE c.signup_date BETWEEN '0001-01-01' AND {as_of}) AS first_signup,
               saaskpi.mrr_flow_agg(c.mrr_history, 'month', {as_of}) AS flow,
               saaskpi.mrr_retention_agg(c.mrr_history, 1, 'month', {as_of}) AS retention_1,
               saaskpi.mrr_retention_agg(c.mrr_history, 12, 'month', {as_of}) AS retention_12,
               saaskpi.revenue_flow_agg(c.payment_history, {as_of}) AS revenue,
               saaskpi.cash_bridge_agg(c.mrr_history, c.payment_history, {as_of}) AS bridge,
               saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month', {as_of}), {as_of}) AS cohorts_mrr,
               saaskpi.cohort_agg(c.payment_history, {as_of}) AS cohorts_payment,
               saaskpi.cohort_agg(saaskpi.activity(c.mrr_history, 'month', {as_of}), c.signup_date, 'month', {as_of}) AS cohorts_signup,
               saaskpi.conversion_agg(c.signup_date, c.first_payment, (SELECT conversion_days FROM {s}.kpi_settings), {as_of}) AS conversion,
               coalesce(sum(saaskpi.skipped(c.mrr_history)), 0) AS skipped_subscriptions,
               coalesce(sum(saaskpi.skipped(c.payment_history)), 0) AS skipped_payments
          FROM {s}.kpi_input_states AS c
         GROUP BY c.segment, c.country, c.acquisition_channel) AS q
 GROUP BY 1, 2, 3
$sql$, 'segment, country, acquisition_channel, customers, first_day, skipped_subscriptions, skipped_payments',
 'segment, country, acquisition_channel', '{}'::text[]),

('kpi_calendar', 'MATERIALIZED VIEW', $sql$
SELECT p.day::date AS period, (p.day + interval '1 month')::date <= g.effective_as_of AS is_complete,
       round(least(1, (g.effective_as_of - p.day::date)::numeric / ((p.day + interval '1 month')::date - p.day::date)), 6) AS elapsed_fraction
  FROM {s}.kpi_settings AS g
 CROSS JOIN (SELECT least((SELECT min(first_day) FROM {s}.kpi_summaries_mat),
                          (SELECT min(period) FROM {s}.kpi_input_costs)) AS day) AS f
 CROSS JOIN LATERAL generate_series(date_trunc('month', f.day::timestamp), g.effective_as_of::timestamp, interval '1 month') AS p(day)
$sql$, NULL, 'period', '{}')
$$;
COMMENT ON FUNCTION saaskpi.state_relations() IS
    'the relations everything else is made from: states per customer, their roll-ups, the calendar';

-- Recurring revenue.  {waterfall} is the list both waterfalls share; it reads
-- the movements w, and the retention over one month a and over twelve b.
CREATE FUNCTION saaskpi.mrr_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.relation, r.stored_as, replace(replace(r.query, '{rates}', $sql$
       w.customers_opening - a.customers_kept AS customers_lost, a.retained AS mrr_retained, a.kept AS mrr_kept,
       round((w.customers_opening - a.customers_kept)::numeric / nullif(w.customers_opening, 0), 6) AS logo_churn_rate,
       round((w.opening - a.kept) / nullif(w.opening, 0), 6) AS gross_mrr_churn_rate,
       round((w.opening - a.retained) / nullif(w.opening, 0), 6) AS net_mrr_churn_rate,
       round(a.retained / nullif(w.opening, 0), 6) AS nrr, round(a.kept / nullif(w.opening, 0), 6) AS grr,
       b.base AS opening_12m, b.retained AS retained_12m, b.kept AS kept_12m,
       round(b.retained / nullif(b.base, 0), 6) AS nrr_12m, round(b.kept / nullif(b.base, 0), 6) AS grr_12m,
       round((w.new + w.expansion + w.reactivation) / nullif(w.churn + w.contraction, 0), 6) AS quick_ratio,
       round(w.closing / nullif(w.customers_closing, 0), 2) AS arpa, w.is_complete
$sql$), '{buckets}', 'w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation'),
       r.columns, r.keys, r.indexes
  FROM (VALUES
('kpi_mrr_monthly'::name, 'MATERIALIZED VIEW', $sql$
SELECT {buckets}, w.closing, w.round_trip, w.customers_opening, w.customers_new, w.customers_churned,
       w.customers_reactivated, w.customers_closing, {rates}
  FROM (SELECT saaskpi.rollup(flow) AS flow, saaskpi.rollup(retention_1) AS retention_1,
               saaskpi.rollup(retention_12) AS retention_12 FROM {s}.kpi_summaries_mat) AS q
 CROSS JOIN (SELECT min(period) AS first FROM {s}.kpi_calendar_mat HAVING min(period) IS NOT NULL) AS f
 CROSS JOIN LATERAL saaskpi.mrr_waterfall(q.flow, f.first) AS w
  JOIN LATERAL saaskpi.mrr_retained(q.retention_1, f.first) AS a ON a.period = w.period AND a.label IS NULL
  JOIN LATERAL saaskpi.mrr_retained(q.retention_12, f.first) AS b ON b.period = w.period AND b.label IS NULL
 WHERE w.label IS NULL
$sql$, NULL::text, 'period', '{}'::text[]),

('kpi_mrr_monthly_by', 'MATERIALIZED VIEW', $sql$
SELECT q.dimension, coalesce(w.label, q.value) AS value, {buckets}, w.transfer_in, w.transfer_out, w.closing, w.round_trip,
       w.customers_opening, w.customers_new, w.customers_churned, w.customers_reactivated,
       w.customers_transfer_in, w.customers_transfer_out, w.customers_closing, {rates}
  FROM (SELECT d.dimension, d.value, saaskpi.rollup(flow) AS flow, saaskpi.rollup(retention_1) AS retention_1,
               saaskpi.rollup(retention_12) AS retention_12
          FROM {s}.kpi_summaries_mat AS s
         CROSS JOIN LATERAL (VALUES ('segment', s.segment), ('country', s.country),
                                    ('acquisition_channel', s.acquisition_channel), ('plan_type', NULL)) AS d(dimension, value)
         GROUP BY d.dimension, d.value) AS q
 CROSS JOIN (SELECT min(period) AS first FROM {s}.kpi_calendar_mat HAVING min(period) IS NOT NULL) AS f
 CROSS JOIN LATERAL saaskpi.mrr_waterfall(q.flow, f.first) AS w
  JOIN LATERAL saaskpi.mrr_retained(q.retention_1, f.first) AS a
    ON a.period = w.period AND a.label IS NOT DISTINCT FROM w.label
  JOIN LATERAL saaskpi.mrr_retained(q.retention_12, f.first) AS b
    ON b.period = w.period AND b.label IS NOT DISTINCT FROM w.label
 WHERE (w.label IS NOT NULL) = (q.dimension = 'plan_type')
$sql$, NULL, 'dimension, value, period', '{}'),

('kpi_mrr_movements', 'TABLE', $sql$
SELECT m.period, m.happened_on, c.customer_id, m.movement, m.amount, m.mrr_before, m.mrr_after
  FROM {s}.kpi_input_states AS c CROSS JOIN LATERAL saaskpi.mrr_movements(c.mrr_history, {as_of}) AS m
$sql$, NULL, 'customer_id, happened_on', ARRAY['period, amount'])) AS r(relation, stored_as, query, columns, keys, indexes)
$$;
COMMENT ON FUNCTION saaskpi.mrr_relations() IS
    'the relations about recurring revenue: waterfall, waterfall by dimension, movements';

-- Money received, and what it cost to earn it.  Ratios of ratios are written as
-- one fraction, so that they are rounded once.
CREATE FUNCTION saaskpi.money_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_revenue_monthly'::name, 'MATERIALIZED VIEW', $sql$
SELECT m.period, m.collected, m.payments, m.failed_payments, m.failed_amount, m.refunds, m.refunded_amount, m.paying_customers,
       round(m.mom, 6) AS mom, round(m.yoy, 6) AS yoy,
       CASE WHEN abs(m.mom) > m.change_alert THEN 'alert' WHEN abs(m.mom) > m.change_warn THEN 'warn'
            WHEN m.mom IS NOT NULL THEN 'ok' END AS change_flag, m.is_complete
  FROM (SELECT v.*, g.change_warn, g.change_alert,
               CASE WHEN v.is_complete THEN (v.collected - lag(v.collected) OVER w) / nullif(lag(v.collected) OVER w, 0) END AS mom,
               CASE WHEN v.is_complete THEN (v.collected - lag(v.collected, 12) OVER w) / nullif(lag(v.collected, 12) OVER w, 0) END AS yoy
          FROM (SELECT k.period, k.is_complete, coalesce(r.amount - r.refunded_amount, 0.00) AS collected,
                       coalesce(r.payments, 0) AS payments, coalesce(r.failed_payments, 0) AS failed_payments,
                       coalesce(r.failed_amount, 0.00) AS failed_amount, coalesce(r.refunds, 0) AS refunds,
                       coalesce(r.refunded_amount, 0.00) AS refunded_amount, coalesce(r.paying_customers, 0) AS paying_customers
                  FROM {s}.kpi_calendar_mat AS k
                  LEFT JOIN (SELECT p.* FROM (SELECT saaskpi.rollup(revenue) AS flow FROM {s}.kpi_summaries_mat) AS q,
                                    saaskpi.revenue_periods(q.flow) AS p) AS r ON r.period = k.period) AS v
         CROSS JOIN {s}.kpi_settings AS g
        WINDOW w AS (ORDER BY v.period)) AS m
$sql$, NULL::text, 'period', '{}'::text[]),

('kpi_cash_bridge_monthly', 'MATERIALIZED VIEW', $sql$
SELECT k.period, coalesce(b.mrr_closing, 0.00) AS mrr_closing, coalesce(b.paid_above_mrr, 0.00) AS paid_above_mrr,
       coalesce(b.paid_without_mrr, 0.00) AS paid_without_mrr, coalesce(b.failed_unpaid, 0.00) AS failed_unpaid,
       coalesce(b.paid_below_mrr, 0.00) AS paid_below_mrr, coalesce(b.not_paid, 0.00) AS not_paid,
       coalesce(b.refunded, 0.00) AS refunded, r.collected,
       r.collected - coalesce(b.mrr_closing + b.paid_above_mrr + b.paid_without_mrr - b.failed_unpaid
                              - b.paid_below_mrr - b.not_paid - b.refunded, 0.00) AS residual, k.is_complete
  FROM {s}.kpi_calendar_mat AS k
  JOIN {s}.kpi_revenue_monthly_mat AS r ON r.period = k.period
  LEFT JOIN (SELECT l.* FROM (SELECT saaskpi.rollup(bridge) AS bridge FROM {s}.kpi_summaries_mat) AS q,
                    saaskpi.cash_bridge_lines(q.bridge) AS l) AS b ON b.period = k.period
$sql$, NULL, 'period', '{}'),

('kpi_margin_monthly', 'MATERIALIZED VIEW', $sql$
SELECT r.period, r.collected AS revenue, c.infra_cost, c.support_cost, c.marketing_cost, p.gross_profit,
       round(p.gross_profit / nullif(r.collected, 0), 6) AS gross_margin, p.gross_profit - c.marketing_cost AS operating_profit,
       w.customers_new AS new_customers, w.new AS new_mrr, round(c.marketing_cost / nullif(w.customers_new, 0), 2) AS cac,
       CASE WHEN w.new * p.gross_profit * r.collected > 0
            THEN round(c.marketing_cost * r.collected / (w.new * p.gross_profit), 2) END AS cac_payback_months,
       round(w.closing * p.gross_profit * w.customers_opening / nullif(w.customers_closing * r.collected * w.customers_lost, 0), 2) AS ltv,
       round(w.closing * p.gross_profit * w.customers_opening * nullif(w.customers_new, 0)
             / nullif(w.customers_closing * r.collected * w.customers_lost * c.marketing_cost, 0), 2) AS ltv_to_cac,
       r.is_complete
  FROM {s}.kpi_revenue_monthly_mat AS r
  JOIN {s}.kpi_mrr_monthly_mat AS w ON w.period = r.period
  LEFT JOIN {s}.kpi_input_costs AS c ON c.period = r.period
 CROSS JOIN LATERAL (SELECT r.collected - c.infra_cost - c.support_cost AS gross_profit) AS p
$sql$, NULL, 'period', '{}')
$$;
COMMENT ON FUNCTION saaskpi.money_relations() IS
    'the relations about money received and spent: revenue, cash bridge, margin';

-- Groups of customers followed over time.
CREATE FUNCTION saaskpi.cohort_relations()
RETURNS TABLE (relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_cohort_retention'::name, 'MATERIALIZED VIEW', $sql$
SELECT x.basis, x.cohort, x.age, x.customers, x.active AS retained, round(x.active::numeric / x.customers, 6) AS rate,
       x.active_or_later AS retained_or_later, round(x.active_or_later::numeric / x.customers, 6) AS rate_or_later,
       x.active_throughout AS retained_throughout, x.amount AS revenue,
       round(x.amount / nullif(first_value(x.amount) OVER (PARTITION BY x.basis, x.cohort ORDER BY x.age), 0), 6) AS revenue_rate,
       x.is_mature
  FROM (SELECT d.basis, c.cohort, c.age, c.customers, c.is_mature,
               CASE WHEN c.is_mature THEN c.active END AS active,
               CASE WHEN c.is_mature THEN c.active_or_later END AS active_or_later,
               CASE WHEN c.is_mature THEN c.active_throughout END AS active_throughout,
               CASE WHEN c.is_mature THEN c.amount END AS amount
          FROM (SELECT saaskpi.rollup(cohorts_mrr) AS by_mrr, saaskpi.rollup(cohorts_payment) AS by_payment,
                       saaskpi.rollup(cohorts_signup) AS by_signup FROM {s}.kpi_summaries_mat) AS q
         CROSS JOIN LATERAL (VALUES ('mrr', q.by_mrr), ('payment', q.by_payment), ('signup', q.by_signup)) AS d(basis, matrix)
         CROSS JOIN LATERAL saaskpi.cohort_cells(d.matrix) AS c) AS x
$sql$, NULL::text, 'basis, cohort, age', '{}'::text[]),

('kpi_conversion', 'MATERIALIZED VIEW', $sql$
SELECT c.cohort, q.dimension, q.value, c.signups, c.matured, c.converted, c.expired, c.pending,
       round(c.converted::numeric / nullif(c.matured, 0), 6) AS rate, c.median_days
  FROM (SELECT d.dimension, d.value, saaskpi.rollup(s.conversion) AS curve
          FROM {s}.kpi_summaries_mat AS s
         CROSS JOIN LATERAL (VALUES ('all', 'all'), ('segment', s.segment), ('country', s.country),
                                    ('acquisition_channel', s.acquisition_channel)) AS d(dimension, value)
         GROUP BY d.dimension, d.value) AS q
 CROSS JOIN LATERAL saaskpi.conversion_cohorts(q.curve) AS c
$sql$, NULL, 'dimension, value, cohort', '{}')
$$;
COMMENT ON FUNCTION saaskpi.cohort_relations() IS
    'the relations that follow cohorts: retention and conversion';

CREATE FUNCTION saaskpi.relation_definitions()
RETURNS TABLE (ordinal bigint, relation name, stored_as text, query text, columns text, keys text, indexes text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT row_number() OVER (ORDER BY d.part, d.n), d.relation, d.stored_as,
       replace(d.query, '{as_of}', '(SELECT effective_as_of FROM {s}.kpi_settings)'),
       replace(d.columns, '{as_of}', '(SELECT effective_as_of FROM {s}.kpi_settings)'), d.keys, d.indexes
  FROM (SELECT 1, * FROM saaskpi.state_relations() WITH ORDINALITY
        UNION ALL SELECT 2, * FROM saaskpi.mrr_relations() WITH ORDINALITY
        UNION ALL SELECT 3, * FROM saaskpi.money_relations() WITH ORDINALITY
        UNION ALL SELECT 4, * FROM saaskpi.cohort_relations() WITH ORDINALITY
        UNION ALL SELECT 5, * FROM saaskpi.series_relations() WITH ORDINALITY)
       AS d(part, relation, stored_as, query, columns, keys, indexes, n)
$$;
COMMENT ON FUNCTION saaskpi.relation_definitions() IS
    'the kpi relations in the order of refresh: how stored, its query, columns to show (null: all), unique key, further indexes';
-- What must hold before anything is published.
--
-- Each rule is a query over the kpi relations that returns the violations, one
-- text each; no row means that the identity holds.

CREATE FUNCTION saaskpi.identity_rules()
RETURNS TABLE (ordinal integer, identity text, query text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
(1, 'waterfall_closes', $sql$
SELECT format('%s: off by %s', period, opening + new + expansion + reactivation - contraction - churn - closing)
  FROM {s}.kpi_mrr_monthly_mat WHERE opening + new + expansion + reactivation - contraction - churn <> closing
UNION ALL
SELECT format('%s %s %s: off by %s', dimension, value, period,
              opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out - closing)
  FROM {s}.kpi_mrr_monthly_by_mat
 WHERE opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out <> closing
$sql$),
(2, 'customers_close', $sql$
SELECT format('%s: off by %s', period, customers_opening + customers_new + customers_reactivated - customers_churned - customers_closing)
  FROM {s}.kpi_mrr_monthly_mat
 WHERE customers_opening + customers_new + customers_reactivated - customers_churned <> customers_closing
UNION ALL
SELECT format('%s %s %s', dimension, value, period)
  FROM {s}.kpi_mrr_monthly_by_mat
 WHERE customers_opening + customers_new + customers_reactivated + customers_transfer_in
       - customers_churned - customers_transfer_out <> customers_closing
$sql$),
(3, 'periods_chain', $sql$
SELECT format('%s opens at %s, the month before closed at %s', period, opening, before)
  FROM (SELECT period, opening, lag(closing, 1, 0.0) OVER (ORDER BY period) AS before FROM {s}.kpi_mrr_monthly_mat) AS q
 WHERE opening <> before
UNION ALL
SELECT format('%s %s %s opens at %s, the month before closed at %s', dimension, value, period, opening, before)
  FROM (SELECT dimension, value, period, opening,
               lag(closing, 1, 0.0) OVER (PARTITION BY dimension, value ORDER BY period) AS before
          FROM {s}.kpi_mrr_monthly_by_mat) AS q
 WHERE opening <> before
$sql$),
(4, 'dimensions_sum_to_total', $sql$
SELECT format('%s %s: %s in parts, %s in total', b.dimension, b.period, b.sides, t.sides)
  FROM (SELECT dimension, period, ROW(sum(opening), sum(new), sum(expansion), sum(contraction), sum(churn), sum(reactivation), sum(closing)) AS sides,
               sum(transfer_in) - sum(transfer_out) AS transfers
          FROM {s}.kpi_mrr_monthly_by_mat GROUP BY dimension, period) AS b
  JOIN (SELECT period, ROW(opening, new, expansion, contraction, churn, reactivation, closing) AS sides FROM {s}.kpi_mrr_monthly_mat) AS t USING (period)
 WHERE b.sides <> t.sides OR b.transfers <> 0
$sql$),
(5, 'closing_equals_subscriptions', $sql$
SELECT format('%s: waterfall closes at %s, the subscriptions add up to %s', w.period, w.closing, i.mrr)
  FROM (SELECT k.period, sum(coalesce(d.change, 0)) OVER (ORDER BY k.period) AS mrr
          FROM {s}.kpi_calendar_mat AS k
          LEFT JOIN (SELECT date_trunc('month', e.day)::date AS period, sum(e.price) AS change
                       FROM {s}.kpi_settings AS g
                      CROSS JOIN LATERAL (
                            SELECT start_date AS day, sum(monthly_price) AS price FROM {s}.kpi_input_subscriptions AS s
                             WHERE saaskpi.is_usable(s.start_date, s.end_date, s.monthly_price) AND s.customer_id IS NOT NULL GROUP BY 1
                            UNION ALL
                            SELECT end_date, -sum(monthly_price) FROM {s}.kpi_input_subscriptions AS s
                             WHERE saaskpi.is_usable(s.start_date, s.end_date, s.monthly_price) AND s.customer_id IS NOT NULL GROUP BY 1) AS e
                      WHERE e.day <= g.effective_as_of GROUP BY 1) AS d USING (period)) AS i
  JOIN {s}.kpi_mrr_monthly_mat AS w USING (period)
 WHERE w.closing <> i.mrr
$sql$),
(6, 'movements_sum_to_waterfall', $sql$
SELECT format('%s %s: movements %s, waterfall %s', period, movement, coalesce(m.amount, 0), w.amount)
  FROM (SELECT period, movement, sum(amount) AS amount FROM {s}.kpi_mrr_movements_mat GROUP BY 1, 2) AS m
  FULL JOIN (SELECT p.period, v.movement, v.amount FROM {s}.kpi_mrr_monthly_mat AS p
              CROSS JOIN LATERAL (VALUES ('new', p.new), ('expansion', p.expansion), ('contraction', p.contraction),
                                         ('churn', p.churn), ('reactivation', p.reactivation)) AS v(movement, amount)
              WHERE v.amount <> 0) AS w USING (period, movement)
 WHERE m.amount IS DISTINCT FROM w.amount
$sql$),
(7, 'active_customers_agree', $sql$
SELECT format('%s customers and %s in kpi_customers, %s and %s in the waterfall', c.n, c.mrr, w.customers_closing, w.closing)
  FROM (SELECT count(*) FILTER (WHERE mrr > 0) AS n, coalesce(sum(mrr), 0) AS mrr FROM {s}.kpi_customers_mat) AS c
  JOIN (SELECT customers_closing, closing FROM {s}.kpi_mrr_monthly_mat ORDER BY period DESC LIMIT 1) AS w
    ON w.customers_closing <> c.n OR w.closing <> c.mrr
$sql$),
(8, 'retention_within_bounds', $sql$
SELECT format('%s: opening %s, retained %s, kept %s, lost %s of %s customers', period, opening, mrr_retained, mrr_kept, customers_lost, customers_opening)
  FROM {s}.kpi_mrr_monthly_mat
 WHERE NOT (mrr_kept <= opening AND mrr_kept <= mrr_retained AND customers_lost BETWEEN 0 AND customers_opening)
UNION ALL
SELECT format('%s: cohort of twelve months before paid %s, the waterfall closed at %s', period, opening_12m, before)
  FROM (SELECT period, opening_12m, lag(closing, 12, 0.0) OVER (ORDER BY period) AS before FROM {s}.kpi_mrr_monthly_mat) AS q
 WHERE opening_12m <> before
$sql$),
(9, 'round_trip_within_flows', $sql$
SELECT format('%s: round trip %s', period, round_trip) FROM {s}.kpi_mrr_monthly_mat
 WHERE round_trip NOT BETWEEN 0 AND least(new + expansion + reactivation, contraction + churn)
$sql$),
(10, 'bridge_closes', $sql$
SELECT format('%s: residual %s, mrr %s against %s', b.period, b.residual, b.mrr_closing, w.closing)
  FROM {s}.kpi_cash_bridge_monthly_mat AS b JOIN {s}.kpi_mrr_monthly_mat AS w USING (period)
 WHERE b.residual <> 0 OR b.mrr_closing <> w.closing
$sql$),
(11, 'revenue_equals_customers', $sql$
SELECT format('%s and %s payments by month, %s and %s by customer', m.revenue, m.payments, c.revenue, c.payments)
  FROM (SELECT coalesce(sum(collected), 0) AS revenue, coalesce(sum(payments), 0) AS payments FROM {s}.kpi_revenue_monthly_mat) AS m
  JOIN (SELECT coalesce(sum(revenue), 0) AS revenue, coalesce(sum(payments), 0) AS payments FROM {s}.kpi_customers_mat) AS c
    ON m.revenue <> c.revenue OR m.payments <> c.payments
$sql$),
(12, 'cohorts_begin_whole', $sql$
SELECT format('%s %s: %s of %s active at age 0', basis, cohort, retained, customers)
  FROM {s}.kpi_cohort_retention_mat WHERE age = 0 AND is_mature AND basis <> 'signup' AND retained <> customers
UNION ALL
SELECT format('%s: cohorts hold %s customers, %s were ever acquired', c.basis, c.customers, a.n)
  FROM (SELECT b.basis, coalesce(sum(r.customers), 0) AS customers
          FROM (VALUES ('mrr'), ('payment')) AS b(basis)
          LEFT JOIN {s}.kpi_cohort_retention_mat AS r ON r.basis = b.basis AND r.age = 0 GROUP BY 1) AS c
 CROSS JOIN (SELECT count(first_mrr_on) AS mrr, count(first_payment) AS payment FROM {s}.kpi_customers_mat) AS u
 CROSS JOIN LATERAL (SELECT CASE c.basis WHEN 'mrr' THEN u.mrr ELSE u.payment END AS n) AS a
 WHERE c.customers <> a.n
$sql$),
(13, 'cohorts_sum_to_periods', $sql$
SELECT format('%s %s: cohorts %s customers and %s, period %s and %s', c.basis, c.period, c.customers, c.revenue, p.customers, p.revenue)
  FROM (SELECT basis, (cohort + age * interval '1 month')::date AS period, sum(retained) AS customers, sum(revenue) AS revenue
          FROM {s}.kpi_cohort_retention_mat WHERE is_mature AND basis <> 'signup' GROUP BY 1, 2) AS c
  JOIN (SELECT 'payment' AS basis, period, paying_customers AS customers, collected + refunded_amount AS revenue FROM {s}.kpi_revenue_monthly_mat
        UNION ALL SELECT 'mrr', period, NULL, closing FROM {s}.kpi_mrr_monthly_mat) AS p USING (basis, period)
 WHERE c.customers <> p.customers OR c.revenue <> p.revenue
$sql$),
(14, 'retention_readings_ordered', $sql$
SELECT format('%s %s age %s: %s throughout, %s active, %s or later, %s the month before', basis, cohort, age,
              retained_throughout, retained, retained_or_later, before)
  FROM (SELECT *, lag(retained_or_later) OVER (PARTITION BY basis, cohort ORDER BY age) AS before FROM {s}.kpi_cohort_retention_mat) AS q
 WHERE NOT (retained_throughout <= retained AND retained <= retained_or_later AND retained_or_later <= coalesce(before, customers))
$sql$),
(15, 'conversion_adds_up', $sql$
SELECT format('%s %s %s: %s signups, %s converted, %s expired, %s pending', dimension, value, cohort, signups, converted, expired, pending)
  FROM {s}.kpi_conversion_mat WHERE signups <> converted + expired + pending OR matured <> converted + expired
UNION ALL
SELECT format('%s %s: %s signups, %s in total', b.dimension, b.cohort, b.signups, t.signups)
  FROM (SELECT dimension, cohort, sum(signups) AS signups, sum(converted) AS converted
          FROM {s}.kpi_conversion_mat WHERE dimension <> 'all' GROUP BY 1, 2) AS b
  JOIN {s}.kpi_conversion_mat AS t ON t.dimension = 'all' AND t.cohort = b.cohort
 WHERE b.signups <> t.signups OR b.converted <> t.converted
$sql$),
(16, 'margin_adds_up', $sql$
SELECT format('%s: gross profit %s of revenue %s', period, gross_profit, revenue)
  FROM {s}.kpi_margin_monthly_mat WHERE gross_profit + infra_cost + support_cost <> revenue
$sql$)
$$;
COMMENT ON FUNCTION saaskpi.identity_rules() IS
    'the identities checked at every refresh: each query returns its violations';

-- The rows that identity 5 adds up, written without the C states on purpose.
CREATE FUNCTION saaskpi.is_usable(start_date date, end_date date, monthly_price numeric)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN start_date BETWEEN '0001-01-01' AND '9999-12-31'
       AND (end_date IS NULL OR (end_date > start_date AND (end_date <= '9999-12-31' OR end_date = 'infinity')))
       AND monthly_price >= 0 AND monthly_price < 'infinity';
COMMENT ON FUNCTION saaskpi.is_usable(date, date, numeric) IS
    'whether a subscription row can count: it starts, ends after it starts or not at all, and its price is not below zero';

CREATE FUNCTION saaskpi.check_identities(schema_name name)
RETURNS TABLE (identity text, holds boolean, detail text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET datestyle = 'ISO'
AS $$
DECLARE
    rule record;
    violations bigint;
    first_one text;
BEGIN
    PERFORM saaskpi.require_views(schema_name, true);
    FOR rule IN SELECT r.* FROM saaskpi.identity_rules() AS r ORDER BY r.ordinal LOOP
        EXECUTE format('SELECT count(*), min(v) FROM (%s) AS q(v)', replace(rule.query, '{s}', quote_ident(schema_name)))
           INTO violations, first_one;
        identity := rule.identity;
        holds := violations = 0;
        detail := CASE WHEN violations > 1 THEN format('%s (and %s more)', first_one, violations - 1) ELSE first_one END;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi.check_identities(name) IS
    'whether the identities hold in the kpi relations of a schema, and where not';
-- Makers of the kpi relations in a user's schema.

-- Raises unless the schema exists and the relations are there, or are not.
CREATE FUNCTION saaskpi.require_views(schema_name name, present boolean)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found name;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = schema_name) THEN
        RAISE EXCEPTION 'schema "%" does not exist', schema_name
            USING ERRCODE = 'invalid_schema_name',
                  HINT = 'Name the schema that holds customers, subscriptions, payments and costs.';
    END IF;
    SELECT min(c.relname::text COLLATE "C") INTO found
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN saaskpi.relation_definitions() AS d ON c.relname IN (d.relation, d.relation || '_mat')
     WHERE n.nspname = schema_name;
    IF present AND found IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no kpi relations', schema_name
            USING ERRCODE = 'undefined_table',
                  HINT = format('CALL saaskpi.create_views(%L)', schema_name);
    ELSIF NOT present AND found IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists in schema "%"', found, schema_name
            USING ERRCODE = 'duplicate_table',
                  HINT = format('To make the kpi relations anew: CALL saaskpi.drop_views(%L)', schema_name);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi.require_views(name, boolean) IS
    'raises unless the kpi relations of a schema are present, or absent';

-- The key is named, so that a first fill can make it after the rows.
CREATE PROCEDURE saaskpi.create_indexes(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    mat constant text := definition.relation || '_mat';
    n integer;
BEGIN
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I.%I (%s)', mat || '_key', schema_name, mat, definition.keys);
    FOR n IN 1 .. cardinality(definition.indexes) LOOP
        EXECUTE format('CREATE INDEX %I ON %I.%I (%s)', mat || '_' || n, schema_name, mat, definition.indexes[n]);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.create_indexes(name, record) IS
    'creates the unique key and the further indexes of a stored relation';

-- The plain view above a stored relation, and the one through which others read
-- the customers' states.
CREATE PROCEDURE saaskpi.show_relation(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    mat constant text := definition.relation || '_mat';
BEGIN
    EXECUTE format('COMMENT ON %s %s.%I IS %L', definition.stored_as, s, mat,
                   format('what %s shows; filled by saaskpi.refresh', definition.relation));
    EXECUTE format('CREATE OR REPLACE VIEW %s.%I AS SELECT %s FROM %s.%I', s, definition.relation,
                   replace(coalesce(definition.columns, '*'), '{s}', s), s, mat);
    IF definition.relation = 'kpi_customers' THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s.kpi_input_states AS SELECT * FROM %s.%I', s, s, mat);
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.show_relation(name, record) IS
    'puts the plain view above a stored relation';

CREATE PROCEDURE saaskpi.create_relation(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
BEGIN
    EXECUTE format('CREATE %s %s.%I AS %s WITH NO DATA', definition.stored_as, s, definition.relation || '_mat',
                   replace(definition.query, '{s}', s));
    CALL saaskpi.create_indexes(schema_name, definition);
    CALL saaskpi.show_relation(schema_name, definition);
END
$$;
COMMENT ON PROCEDURE saaskpi.create_relation(name, record) IS
    'creates one stored relation, its indexes and the plain view above it';

CREATE PROCEDURE saaskpi.comment_relations(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT r.relation, r.comment, k.relkind
               FROM saaskpi.relation_comments() AS r
               JOIN pg_class AS k ON k.relname = r.relation
               JOIN pg_namespace AS n ON n.oid = k.relnamespace AND n.nspname = schema_name LOOP
        EXECUTE format('COMMENT ON %s %I.%I IS %L', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
                       schema_name, c.relation, c.comment);
    END LOOP;
    FOR c IN SELECT r.relation, r.column_name, r.comment
               FROM saaskpi.relation_columns() AS r
               JOIN pg_class AS k ON k.relname = r.relation
               JOIN pg_namespace AS n ON n.oid = k.relnamespace AND n.nspname = schema_name
               JOIN pg_attribute AS a ON a.attrelid = k.oid AND a.attname = r.column_name LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema_name, c.relation, c.column_name, c.comment);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.comment_relations(name) IS
    'writes the comments of the kpi relations and their columns';

CREATE PROCEDURE saaskpi.create_views(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    definition record;
BEGIN
    PERFORM saaskpi.require_views(schema_name, false);
    EXECUTE replace(saaskpi.settings_definition(), '{s}', s);
    EXECUTE saaskpi.input_definition(schema_name, saaskpi.current_as_of(schema_name));
    FOR definition IN SELECT * FROM saaskpi.relation_definitions() AS d ORDER BY d.ordinal LOOP
        CALL saaskpi.create_relation(schema_name, definition);
    END LOOP;
    CALL saaskpi.comment_relations(schema_name);
END
$$;
COMMENT ON PROCEDURE saaskpi.create_views(name) IS
    'creates the kpi relations, the settings and the refresh log in a schema that holds the source tables; saaskpi.refresh fills them';

CREATE PROCEDURE saaskpi.drop_views(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    d record;
    relation name;
BEGIN
    PERFORM saaskpi.require_views(schema_name, true);
    FOR d IN SELECT r.* FROM saaskpi.relation_definitions() AS r ORDER BY r.ordinal DESC LOOP
        EXECUTE format('DROP VIEW IF EXISTS %I.%I', schema_name, d.relation);
        IF d.relation = 'kpi_customers' THEN
            EXECUTE format('DROP VIEW IF EXISTS %I.kpi_input_states', schema_name);
        END IF;
        EXECUTE format('DROP %s IF EXISTS %I.%I', d.stored_as, schema_name, d.relation || '_mat');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['customers', 'subscriptions', 'payments', 'costs'] LOOP
        EXECUTE format('DROP VIEW IF EXISTS %I.%I', schema_name, 'kpi_input_' || relation);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.drop_views(name) IS
    'drops the kpi relations of a schema; sources, settings and the refresh log stay';
-- Filling the kpi relations: all of them or none.

CREATE FUNCTION saaskpi.can_commit()
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'saaskpi_can_commit' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION saaskpi.can_commit() IS
    'whether the procedure that asks may commit: not between BEGIN and COMMIT, not below a function or a block with EXCEPTION';

CREATE FUNCTION saaskpi.current_as_of(schema_name name)
RETURNS date
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    result date;
BEGIN
    EXECUTE format('SELECT coalesce(as_of, (now() AT TIME ZONE time_zone)::date) FROM %I.kpi_settings', schema_name) INTO result;
    IF result IS NULL THEN
        RAISE EXCEPTION 'kpi_settings of schema "%" has no row', schema_name
            USING ERRCODE = 'no_data_found',
                  HINT = format('INSERT INTO %I.kpi_settings (effective_as_of) VALUES (current_date)', schema_name);
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi.current_as_of(name) IS
    'the date a refresh would use: as_of of the settings, else today in the reporting zone';

-- Makes the input views anew, for the date and the zone of the settings and
-- the sources as they are now.  Only a refresh reads them.
CREATE PROCEDURE saaskpi.refresh_inputs(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today constant date := saaskpi.current_as_of(schema_name);
BEGIN
    EXECUTE format('UPDATE %I.kpi_settings SET effective_as_of = $1 WHERE effective_as_of <> $1', schema_name) USING today;
    EXECUTE saaskpi.input_definition(schema_name, today);
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_inputs(name) IS
    'sets effective_as_of and makes the input views for it';

-- A table that is still empty is made anew: CREATE TABLE ... AS runs in parallel,
-- which INSERT does not, and indexes are made after the rows.
CREATE PROCEDURE saaskpi.fill_table(schema_name name, definition record, query text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    mat constant text := definition.relation || '_mat';
    fill constant text := definition.relation || '_fill';
    owner name;
BEGIN
    SELECT pg_get_userbyid(c.relowner) INTO STRICT owner FROM pg_class AS c WHERE c.oid = format('%s.%I', s, mat)::regclass;
    EXECUTE format('CREATE TABLE %s.%I AS %s', s, fill, query);
    EXECUTE format('ALTER TABLE %s.%I OWNER TO %I', s, fill, owner);
    EXECUTE format('ALTER TABLE %s.%I RENAME TO %I', s, mat, mat || '_old');
    EXECUTE format('ALTER TABLE %s.%I RENAME TO %I', s, fill, mat);
    CALL saaskpi.show_relation(schema_name, definition);
    EXECUTE format('DROP TABLE %s.%I', s, mat || '_old');
    CALL saaskpi.create_indexes(schema_name, definition);
    EXECUTE format('ANALYZE %s.%I', s, mat);
END
$$;
COMMENT ON PROCEDURE saaskpi.fill_table(name, record, text) IS
    'fills a stored table for the first time';

-- The query of kpi_customers, for each set of shared partitions where there are
-- any, so that workers take whole partitions from the scans to the joined row.
-- For a first fill the customers of each come sorted by attributes, the joins
-- keep their order, and so the table lies on disk: its readers add one customer
-- after the other to the same roll-ups, which then stay in the processor's
-- cache.
CREATE FUNCTION saaskpi.customers_query(schema_name name, definition record, first_fill boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    today constant date := saaskpi.current_as_of(schema_name);
    query constant text := replace(replace(definition.query, '{s}', s),
                                   format('(SELECT effective_as_of FROM %s.kpi_settings)', s), format('%L::date', today));
    source name;
    template text := query;
BEGIN
    -- one branch, with places for the names of partitions as format() has them
    FOREACH source IN ARRAY ARRAY['customers', 'subscriptions', 'payments'] LOOP
        template := replace(template, format('%s.kpi_input_%s', s, source),
                            format('(SELECT * FROM (%s) AS i%s)', saaskpi.input_query(schema_name, source, today, format('{%s}', source)),
                                   CASE WHEN source = 'customers' AND first_fill THEN ' ORDER BY segment, country, acquisition_channel' ELSE '' END));
    END LOOP;
    template := replace(replace(replace(replace(template, '%', '%%'), '{customers}', '%1$s'), '{subscriptions}', '%2$s'), '{payments}', '%3$s');
    RETURN coalesce((SELECT string_agg(format(template, p.customers, p.subscriptions, p.payments), E'\nUNION ALL\n' ORDER BY p.payments)
                       FROM saaskpi.shared_partitions(schema_name) AS p), query);
END
$$;
COMMENT ON FUNCTION saaskpi.customers_query(name, record, boolean) IS
    'the query of kpi_customers as a refresh runs it';

-- Who is in the table and in no source any more.  Whoever is listed as a
-- customer is out at once, so that few are left to look for in the facts.
CREATE PROCEDURE saaskpi.find_gone_customers(schema_name name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET parallel_setup_cost = 1000
SET client_min_messages = warning
AS $$
DECLARE
    source text;
    found boolean;
BEGIN
    DROP TABLE IF EXISTS pg_temp.saaskpi_gone;
    EXECUTE format('CREATE TEMP TABLE saaskpi_gone ON COMMIT DROP AS SELECT m.customer_id FROM %1$I.kpi_customers_mat AS m
                     WHERE NOT EXISTS (SELECT FROM %1$I.kpi_input_customers AS i WHERE i.customer_id = m.customer_id)', schema_name);
    FOREACH source IN ARRAY ARRAY['subscriptions', 'payments'] LOOP
        SELECT EXISTS (SELECT FROM pg_temp.saaskpi_gone) INTO found;
        EXIT WHEN NOT found;
        ANALYZE pg_temp.saaskpi_gone;
        EXECUTE format('DELETE FROM pg_temp.saaskpi_gone AS g WHERE EXISTS (SELECT FROM %I.%I AS i WHERE i.customer_id = g.customer_id)',
                       schema_name, 'kpi_input_' || source);
    END LOOP;
END
$$;
COMMENT ON PROCEDURE saaskpi.find_gone_customers(name) IS
    'lists the customers of kpi_customers that no source knows any more';

-- The customers: computed anew, compared with the stored ones byte by byte,
-- and only those that differ are replaced.  Leaves these behind for the
-- movements, with mrr_changed where the recurring revenue is concerned.
--
-- The branches of shared partitions keep their memory until all have ended, so
-- they get four times work_mem together where each would take it for itself;
-- what does not fit spills.
--
-- A worker hands over one row for many it has read, hence the low price of a
-- tuple; workers inside the branches would come and go for each, hence the
-- high price of starting them; and a leader that does a worker's work leaves
-- the workers waiting with full queues.
CREATE PROCEDURE saaskpi.refresh_customers(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_partitionwise_aggregate = on
SET parallel_tuple_cost = 0
SET parallel_setup_cost = 1000
SET parallel_leader_participation = off
SET jit = off
SET client_min_messages = warning
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    branches constant bigint := (SELECT count(*) FROM saaskpi.shared_partitions(schema_name));
    own_memory constant text := current_setting('work_mem');
    query text;
    columns text;
    filled boolean;
BEGIN
    IF branches > 0 THEN
        PERFORM set_config('parallel_setup_cost', '100000', true),
                set_config('work_mem', greatest(1024, least(1, 4.0 / branches) * pg_size_bytes(own_memory) / 1024)::integer || 'kB', true);
    END IF;
    DROP TABLE IF EXISTS pg_temp.saaskpi_changed;
    SELECT string_agg(format('{x}.%I', a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute AS a
     WHERE a.attrelid = format('%s.kpi_customers_mat', s)::regclass AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.kpi_customers_mat)', s) INTO filled;
    query := saaskpi.customers_query(schema_name, definition, NOT filled);
    IF NOT filled THEN
        CALL saaskpi.fill_table(schema_name, definition, query);
    ELSE
        EXECUTE format('CREATE TEMP TABLE saaskpi_changed ON COMMIT DROP AS
            SELECT n.*, o.customer_id IS NULL OR ROW(o.mrr, o.mrr_history)::record *<> ROW(n.mrr, n.mrr_history)::record AS mrr_changed
              FROM (%s) AS n LEFT JOIN %s.kpi_customers_mat AS o ON o.customer_id = n.customer_id
             WHERE o.customer_id IS NULL OR ROW(%s)::record *<> ROW(%s)::record', query, s,
            replace(columns, '{x}', 'o'), replace(columns, '{x}', 'n'));
        CALL saaskpi.find_gone_customers(schema_name);
        EXECUTE format('DELETE FROM %s.kpi_customers_mat AS m USING (SELECT customer_id FROM pg_temp.saaskpi_changed
                            UNION ALL SELECT customer_id FROM pg_temp.saaskpi_gone) AS c WHERE m.customer_id = c.customer_id', s);
        EXECUTE format('INSERT INTO %s.kpi_customers_mat SELECT %s FROM pg_temp.saaskpi_changed AS n', s, replace(columns, '{x}', 'n'));
    END IF;
    PERFORM set_config('work_mem', own_memory, true);
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_customers(name, record) IS
    'brings kpi_customers up to date, replacing only the rows that differ';

-- Movements are a function of a customer's history and of as_of, and a moved
-- as_of that lets a movement happen or undoes one changes her MRR or history.
CREATE PROCEDURE saaskpi.refresh_movements(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET parallel_tuple_cost = 0
SET parallel_leader_participation = off
SET jit = off
AS $$
DECLARE
    s constant text := quote_ident(schema_name);
    query constant text := replace(definition.query, '{s}', s);
    filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.kpi_mrr_movements_mat)', s) INTO filled;
    IF NOT filled OR to_regclass('pg_temp.saaskpi_changed') IS NULL THEN
        CALL saaskpi.fill_table(schema_name, definition, query);
        RETURN;
    END IF;
    EXECUTE format('DELETE FROM %s.kpi_mrr_movements_mat AS m USING (SELECT customer_id FROM pg_temp.saaskpi_changed WHERE mrr_changed
                        UNION ALL SELECT customer_id FROM pg_temp.saaskpi_gone) AS c WHERE m.customer_id = c.customer_id', s);
    EXECUTE format('INSERT INTO %s.kpi_mrr_movements_mat %s', s,
                   replace(query, s || '.kpi_input_states', '(SELECT * FROM pg_temp.saaskpi_changed WHERE mrr_changed)'));
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_movements(name, record) IS
    'brings kpi_mrr_movements up to date, for the customers whose recurring revenue changed';

-- A materialized view: without a lock on its readers once it has been filled.
CREATE PROCEDURE saaskpi.refresh_view(schema_name name, definition record)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET parallel_leader_participation = off
SET jit = off
AS $$
DECLARE
    mat constant text := format('%I.%I', schema_name, definition.relation || '_mat');
    filled boolean;
BEGIN
    SELECT c.relispopulated INTO STRICT filled FROM pg_class AS c WHERE c.oid = mat::regclass;
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %s', CASE WHEN filled THEN 'CONCURRENTLY' ELSE '' END, mat);
    IF NOT filled THEN
        EXECUTE format('ANALYZE %s', mat);
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_view(name, record) IS
    'refreshes one materialized view';

-- The states belong to customers, so rows without one are counted here; not at
-- all where the column forbids them, as a scan of the payments takes its time.
CREATE FUNCTION saaskpi.rows_of_nobody(schema_name name, source name)
RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    result bigint := 0;
BEGIN
    IF NOT (SELECT a.attnotnull FROM pg_attribute AS a
             WHERE a.attrelid = saaskpi.source_relation(schema_name, source) AND a.attname = 'customer_id') THEN
        EXECUTE format('SELECT count(*) FROM %I.%I WHERE customer_id IS NULL', schema_name, 'kpi_input_' || source) INTO result;
    END IF;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi.rows_of_nobody(name, name) IS
    'rows of a source up to as_of that name no customer and so count nowhere';

CREATE PROCEDURE saaskpi.refresh_relations(schema_name name, run bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    d record;
    began timestamptz;
    row_count bigint;
    broken record;
BEGIN
    CALL saaskpi.refresh_inputs(schema_name);
    FOR d IN SELECT r.* FROM saaskpi.relation_definitions() AS r ORDER BY r.ordinal LOOP
        began := clock_timestamp();
        IF d.relation = 'kpi_customers' THEN
            CALL saaskpi.refresh_customers(schema_name, d);
        ELSIF d.relation = 'kpi_mrr_movements' THEN
            CALL saaskpi.refresh_movements(schema_name, d);
        ELSE
            CALL saaskpi.refresh_view(schema_name, d);
        END IF;
        EXECUTE format('SELECT count(*) FROM %I.%I', schema_name, d.relation || '_mat') INTO row_count;
        EXECUTE format('INSERT INTO %I.kpi_refresh_steps VALUES ($1, $2, $3, $4, $5)', schema_name)
          USING run, d.ordinal, d.relation, row_count, round(extract(epoch FROM clock_timestamp() - began) * 1000, 1);
    END LOOP;
    SELECT i.identity, i.detail INTO broken FROM saaskpi.check_identities(schema_name) AS i WHERE NOT i.holds LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'identity % does not hold: %', broken.identity, broken.detail
            USING ERRCODE = 'data_exception';
    END IF;
    EXECUTE format('UPDATE %1$I.kpi_refresh_log SET status = ''ok'', finished_at = clock_timestamp(),
                           seconds = round(extract(epoch FROM clock_timestamp() - started_at), 3), as_of = g.effective_as_of,
                           customers = q.customers, skipped_subscriptions = q.skipped_subscriptions + $2, skipped_payments = q.skipped_payments + $3
                      FROM %1$I.kpi_settings AS g,
                           (SELECT coalesce(sum(customers), 0) AS customers, coalesce(sum(skipped_subscriptions), 0) AS skipped_subscriptions,
                                   coalesce(sum(skipped_payments), 0) AS skipped_payments FROM %1$I.kpi_summaries_mat) AS q
                     WHERE run_id = $1', schema_name)
      USING run, saaskpi.rows_of_nobody(schema_name, 'subscriptions'), saaskpi.rows_of_nobody(schema_name, 'payments');
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh_relations(name, bigint) IS
    'refreshes every relation in order, checks the identities and completes the row of the log, in one transaction';

-- Commits twice: first the row that says a run began, so that a killed run
-- leaves a trace, then everything else at once.  Commits forbid a pinned
-- search_path here, so every name is qualified.
CREATE PROCEDURE saaskpi.refresh(schema_name name)
LANGUAGE plpgsql
AS $$
DECLARE
    run bigint;
    failed boolean := false;
    state text;
    message text;
    detail text;
    hint text;
BEGIN
    IF NOT saaskpi.can_commit() THEN
        RAISE EXCEPTION 'refresh cannot run inside a transaction block, a function or a block with EXCEPTION'
            USING ERRCODE = 'active_sql_transaction',
                  HINT = pg_catalog.format('Run it by itself, it is atomic anyway: CALL saaskpi.refresh(%L)', schema_name);
    END IF;
    PERFORM saaskpi.require_views(schema_name, true);
    EXECUTE pg_catalog.format('INSERT INTO %I.kpi_refresh_log (started_at, status) VALUES (pg_catalog.clock_timestamp(), ''running'') RETURNING run_id', schema_name)
       INTO run;
    COMMIT;
    -- one snapshot for all of it: rows written meanwhile wait for the next run
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
    BEGIN
        IF NOT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('saaskpi.refresh'), pg_catalog.hashtext(schema_name::pg_catalog.text)) THEN
            RAISE EXCEPTION 'another refresh of schema "%" is running', schema_name
                USING ERRCODE = 'lock_not_available', HINT = 'Wait for it; kpi_refresh_log shows when it ends.';
        END IF;
        EXECUTE pg_catalog.format('UPDATE %I.kpi_refresh_log SET status = ''failed'', message = ''the session ended before the refresh did'' WHERE status OPERATOR(pg_catalog.=) ''running'' AND run_id OPERATOR(pg_catalog.<) $1', schema_name)
          USING run;
        CALL saaskpi.refresh_relations(schema_name, run);
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        failed := true;
    END;
    IF failed THEN
        ROLLBACK;
        EXECUTE pg_catalog.format('UPDATE %I.kpi_refresh_log SET status = ''failed'', finished_at = pg_catalog.clock_timestamp(), message = $2 WHERE run_id OPERATOR(pg_catalog.=) $1', schema_name)
          USING run, message;
        COMMIT;
        RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message,
            DETAIL = CASE WHEN detail OPERATOR(pg_catalog.<>) '' THEN detail ELSE 'Nothing was published; the relations are as they were.' END,
            HINT = CASE WHEN hint OPERATOR(pg_catalog.<>) '' THEN hint ELSE pg_catalog.format('SELECT * FROM saaskpi.check_sources(%L)', schema_name) END;
    END IF;
END
$$;
COMMENT ON PROCEDURE saaskpi.refresh(name) IS
    'refreshes the kpi relations of a schema: all of them or, when anything fails or an identity does not hold, none; one row per run in kpi_refresh_log';
-- Refreshing on a schedule with pg_cron, where it is present.
--
-- Nothing here needs pg_cron before it is called: its objects are named in
-- dynamic SQL only.  The pinned search_path is safe, as every name of pg_cron
-- is qualified by its fixed schema.

-- One job per schema and role.  pg_cron keeps names as type name, so a long
-- one would be cut and two schemas could share a job.
CREATE FUNCTION saaskpi.schedule_name(schema_name name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN 'saaskpi refresh ' || CASE WHEN octet_length(schema_name::text) <= 47 THEN schema_name::text ELSE md5(schema_name::text) END;
COMMENT ON FUNCTION saaskpi.schedule_name(name) IS
    'name of the pg_cron job that refreshes a schema; of a schema name longer than 47 bytes its md5';

CREATE FUNCTION saaskpi.schedule_command(schema_name name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN format('CALL saaskpi.refresh(%L)', schema_name);
COMMENT ON FUNCTION saaskpi.schedule_command(name) IS
    'command of the pg_cron job that refreshes a schema';

CREATE FUNCTION saaskpi.shell_word(word text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN word ~ '^[A-Za-z0-9_./-]+$' THEN word
            WHEN word ~ '["$`\\!]' THEN '''' || replace(word, '''', '''\''''') || ''''
            ELSE '"' || word || '"' END;
COMMENT ON FUNCTION saaskpi.shell_word(text) IS
    'text as one word of a POSIX shell';

-- What to do without pg_cron here depends on where it is instead.
CREATE FUNCTION saaskpi.schedule_hint(schema_name name, schedule text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
       WHEN home IS NULL THEN format(
           E'In postgresql.conf, then restart:\n    shared_preload_libraries = ''pg_cron''\n    cron.database_name = ''%s''\nin this database: CREATE EXTENSION pg_cron;\nOr run this from cron or a systemd timer: psql -d %s -c %s',
           replace(current_database(), '''', ''''''), saaskpi.shell_word(current_database()), saaskpi.shell_word(command))
       WHEN home = current_database() THEN 'CREATE EXTENSION pg_cron;'
       ELSE format('pg_cron works from database "%s"; in that database: SELECT cron.schedule_in_database(%L, %L, %L, %L);',
                   home, saaskpi.schedule_name(schema_name), coalesce(schedule, '15 * * * *'), command, current_database())
       END
  FROM (SELECT current_setting('cron.database_name', true) AS home, saaskpi.schedule_command(schema_name) AS command) AS q
$$;
COMMENT ON FUNCTION saaskpi.schedule_hint(name, text) IS
    'how to schedule the refresh of a schema from a database without pg_cron';

CREATE FUNCTION saaskpi.require_pg_cron(schema_name name, schedule text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'pg_cron') THEN
        RAISE EXCEPTION 'pg_cron is not installed in database "%"', current_database()
            USING ERRCODE = 'feature_not_supported', HINT = saaskpi.schedule_hint(schema_name, schedule);
    ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
        RAISE EXCEPTION 'permission denied for schema cron'
            USING ERRCODE = 'insufficient_privilege', HINT = format('As a superuser: GRANT USAGE ON SCHEMA cron TO %I', current_user);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi.require_pg_cron(name, text) IS
    'raises unless pg_cron is installed in this database and open to the caller, with a hint how to schedule the refresh of a schema';

CREATE FUNCTION saaskpi.schedule(schema_name name, schedule text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job bigint;
    message text;
    hint text;
BEGIN
    PERFORM saaskpi.require_views(schema_name, true);
    IF schedule IS NULL THEN
        RAISE EXCEPTION 'schedule must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = format('SELECT saaskpi.schedule(%L, ''15 * * * *'')', schema_name);
    END IF;
    PERFORM saaskpi.require_pg_cron(schema_name, schedule);
    BEGIN
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job
          USING saaskpi.schedule_name(schema_name), schedule, saaskpi.schedule_command(schema_name);
    EXCEPTION WHEN internal_error OR invalid_parameter_value THEN
        -- a malformed expression is an internal error to some versions of pg_cron
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = message, HINT = coalesce(nullif(hint, ''), format(
            E'Five fields: minute, hour, day of month, month, day of week; in GMT unless cron.timezone says otherwise.\nEvery hour at a quarter past: SELECT saaskpi.schedule(%L, ''15 * * * *'')', schema_name));
    END;
    IF NOT coalesce(current_setting('cron.use_background_workers', true)::boolean, false) THEN
        RAISE NOTICE 'pg_cron will connect to "%" as role "%" to refresh', current_setting('cron.host', true), current_user
            USING HINT = E'If that needs a password, set in postgresql.conf: cron.use_background_workers = on\nHow it went: SELECT * FROM cron.job_run_details ORDER BY runid DESC LIMIT 5';
    END IF;
    RETURN job;
END
$$;
COMMENT ON FUNCTION saaskpi.schedule(name, text) IS
    'makes or replaces the pg_cron job that refreshes a schema and returns its id; schedule is a cron expression such as 15 * * * *';

CREATE FUNCTION saaskpi.unschedule(schema_name name)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job bigint;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM saaskpi.require_pg_cron(schema_name, NULL);
    EXECUTE 'SELECT jobid FROM cron.job WHERE jobname = $1 AND username = current_user' INTO job
      USING saaskpi.schedule_name(schema_name)::name;
    IF job IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE 'SELECT cron.unschedule($1)' USING job;
    RETURN true;
END
$$;
COMMENT ON FUNCTION saaskpi.unschedule(name) IS
    'removes the pg_cron job of the caller that refreshes a schema; false when there is none, the schema itself need not exist any more';
-- What every kpi relation and every one of its columns means: the comments
-- that create_views writes, and that psql and dashboard tools show.
--
-- One row per column, in the order of the relation.  The unit 'money' is an
-- amount in the currency of kpi_settings, 'ratio' a share of one (0.05 is 5 %);
-- a unit in the plural is a count of what it names.  as_of in a comment is the
-- effective_as_of of kpi_settings.

CREATE FUNCTION saaskpi.mrr_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 37
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_mrr_monthly'::name, 'period'::name, 'date',
 'First day of the month; the row covers the days from it up to the first day of the next month.'),
('kpi_mrr_monthly', 'opening', 'money', 'MRR at the end of the day before period, which is closing of the month before.'),
('kpi_mrr_monthly', 'new', 'money', 'MRR of customers on the day they had any for the first time ever; a positive amount.'),
('kpi_mrr_monthly', 'expansion', 'money', 'Rises of MRR of customers who had some the day before, netted per customer and day; a positive amount.'),
('kpi_mrr_monthly', 'contraction', 'money', 'Falls of MRR of customers who kept some, netted per customer and day; a positive amount that lowers closing.'),
('kpi_mrr_monthly', 'churn', 'money', 'MRR that customers had on the day before it fell to zero; a positive amount that lowers closing.'),
('kpi_mrr_monthly', 'reactivation', 'money', 'MRR of customers on the day they came back from zero after an earlier churn; a positive amount.'),
('kpi_mrr_monthly', 'closing', 'money',
 'MRR at the end of the last day of the month, or of as_of while the month runs: opening + new + expansion + reactivation - contraction - churn.'),
('kpi_mrr_monthly', 'round_trip', 'money',
 'Part of new + expansion + reactivation that the same customer lost again, or had lost before, within the month; contraction + churn hold the same amount, and a comparison of month ends alone shows neither.'),
('kpi_mrr_monthly', 'customers_opening', 'customers', 'Customers with MRR above zero at opening.'),
('kpi_mrr_monthly', 'customers_new', 'customers', 'Customers who had MRR for the first time ever.'),
('kpi_mrr_monthly', 'customers_churned', 'customers', 'Times the MRR of a customer fell to zero; a customer who left twice in the month counts twice.'),
('kpi_mrr_monthly', 'customers_reactivated', 'customers', 'Times a customer came back from zero MRR; a customer who came back twice in the month counts twice.'),
('kpi_mrr_monthly', 'customers_closing', 'customers',
 'Customers with MRR above zero at closing: customers_opening + customers_new + customers_reactivated - customers_churned.'),
('kpi_mrr_monthly', 'customers_lost', 'customers',
 'Customers with MRR at opening and none at closing; unlike customers_churned without those who came back within the month or joined after opening.'),
('kpi_mrr_monthly', 'mrr_retained', 'money', 'MRR at closing of the customers who had MRR at opening, their expansion included.'),
('kpi_mrr_monthly', 'mrr_kept', 'money', 'MRR at closing of the customers who had MRR at opening, each counted with at most what she had at opening.'),
('kpi_mrr_monthly', 'logo_churn_rate', 'ratio', 'customers_lost / customers_opening; NULL when customers_opening is 0.'),
('kpi_mrr_monthly', 'gross_mrr_churn_rate', 'ratio', '(opening - mrr_kept) / opening; NULL when opening is 0.'),
('kpi_mrr_monthly', 'net_mrr_churn_rate', 'ratio',
 '(opening - mrr_retained) / opening, below zero when expansion outweighs the losses; NULL when opening is 0.'),
('kpi_mrr_monthly', 'nrr', 'ratio', 'Net revenue retention over the month: mrr_retained / opening; NULL when opening is 0.'),
('kpi_mrr_monthly', 'grr', 'ratio', 'Gross revenue retention over the month: mrr_kept / opening, never above 1; NULL when opening is 0.'),
('kpi_mrr_monthly', 'opening_12m', 'money', 'MRR at the end of the month twelve months before; 0 when nobody had any.'),
('kpi_mrr_monthly', 'retained_12m', 'money', 'MRR at closing of the customers behind opening_12m, their expansion included; 0 when there are none.'),
('kpi_mrr_monthly', 'kept_12m', 'money',
 'MRR at closing of the customers behind opening_12m, each counted with at most what she had in opening_12m; 0 when there are none.'),
('kpi_mrr_monthly', 'nrr_12m', 'ratio', 'Net revenue retention over twelve months: retained_12m / opening_12m; NULL when opening_12m is 0.'),
('kpi_mrr_monthly', 'grr_12m', 'ratio', 'Gross revenue retention over twelve months: kept_12m / opening_12m, never above 1; NULL when opening_12m is 0.'),
('kpi_mrr_monthly', 'quick_ratio', 'ratio', '(new + expansion + reactivation) / (churn + contraction); NULL when nothing was lost.'),
('kpi_mrr_monthly', 'arpa', 'money', 'Average MRR per customer: closing / customers_closing; NULL when customers_closing is 0.'),
('kpi_mrr_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),

('kpi_mrr_movements', 'period', 'date', 'First day of the month that holds happened_on.'),
('kpi_mrr_movements', 'happened_on', 'date', 'Day at whose end the MRR of the customer differs from the end of the day before; all changes of one day are one movement.'),
('kpi_mrr_movements', 'customer_id', 'text', 'Customer whose MRR moved.'),
('kpi_mrr_movements', 'movement', 'text',
 'new (from zero, for the first time ever), reactivation (from zero, again), churn (to zero), expansion (up) or contraction (down).'),
('kpi_mrr_movements', 'amount', 'money', 'Size of the movement, always positive: abs(mrr_after - mrr_before).'),
('kpi_mrr_movements', 'mrr_before', 'money', 'MRR of the customer at the end of the day before happened_on.'),
('kpi_mrr_movements', 'mrr_after', 'money', 'MRR of the customer at the end of happened_on.')
$$;
COMMENT ON FUNCTION saaskpi.mrr_columns() IS
    'columns of the monthly waterfall and of the movements behind it: unit and meaning';

-- The waterfall by dimension says of its columns what the waterfall says,
-- but for those that stand here: they are its own, or mean more there.
-- after is the column of kpi_mrr_monthly that a row replaces or follows; the
-- first two rows come before all of them.
CREATE FUNCTION saaskpi.mrr_by_columns()
RETURNS TABLE (after name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 14
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
(NULL::name, 'dimension'::name, 'text', 'What value names: segment, country, acquisition_channel or plan_type; each dimension alone adds up to kpi_mrr_monthly.'),
(NULL, 'value', 'text', 'Segment, country, channel or plan of the row; (none) stands for a customer or subscription without one.'),
('reactivation', 'transfer_in', 'money',
 'MRR that came to the plan from other plans of the same customers on the same day, in no other bucket; 0 for the other dimensions.'),
('reactivation', 'transfer_out', 'money',
 'MRR that left the plan for other plans of the same customers on the same day, in no other bucket; 0 for the other dimensions.'),
('closing', 'closing', 'money',
 'MRR of the value at the end of the month, or of as_of while it runs: opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out.'),
('round_trip', 'round_trip', 'money',
 'Part of new + expansion + reactivation that the same customer of the value lost again, or had lost before, within the month; always 0 for plan_type.'),
('customers_new', 'customers_new', 'customers',
 'Customers of the value who had MRR for the first time ever, in the plan among others.'),
('customers_churned', 'customers_churned', 'customers',
 'Times a customer of the value went to zero MRR in all plans; a plan left for another counts in customers_transfer_out.'),
('customers_reactivated', 'customers_reactivated', 'customers',
 'Times a customer came back from zero MRR in all plans, to the plan among others.'),
('customers_reactivated', 'customers_transfer_in', 'customers',
 'Times a customer with MRR in other plans took up the plan; 0 for the other dimensions.'),
('customers_reactivated', 'customers_transfer_out', 'customers',
 'Times a customer gave up the plan and still had MRR in others; 0 for the other dimensions.'),
('customers_closing', 'customers_closing', 'customers',
 'Customers with MRR of the value at closing: customers_opening + customers_new + customers_reactivated + customers_transfer_in - customers_churned - customers_transfer_out.'),
('customers_lost', 'customers_lost', 'customers',
 'Customers with MRR of the value at opening and none of it at closing; for plan_type this includes those who went to another plan.'),
('mrr_retained', 'mrr_retained', 'money',
 'MRR of the value at closing of the customers who had some of it at opening; for plan_type what they moved to another plan is missing.')
$$;
COMMENT ON FUNCTION saaskpi.mrr_by_columns() IS
    'columns of the waterfall by dimension that differ from the waterfall, each with the column it follows or replaces';

CREATE FUNCTION saaskpi.money_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 38
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_revenue_monthly'::name, 'period'::name, 'date', 'First day of the month.'),
('kpi_revenue_monthly', 'collected', 'money', 'Amounts of successful payments dated in the month, minus refunded_amount.'),
('kpi_revenue_monthly', 'payments', 'payments', 'Successful payments of zero or more.'),
('kpi_revenue_monthly', 'failed_payments', 'payments', 'Payments that failed; an attempt that succeeded later counts here and in payments.'),
('kpi_revenue_monthly', 'failed_amount', 'money', 'Amount of the failed payments.'),
('kpi_revenue_monthly', 'refunds', 'refunds', 'Successful payments below zero, in the month they are dated.'),
('kpi_revenue_monthly', 'refunded_amount', 'money', 'Amount of the refunds as a positive number.'),
('kpi_revenue_monthly', 'paying_customers', 'customers', 'Different customers with a successful payment of zero or more.'),
('kpi_revenue_monthly', 'mom', 'ratio',
 'Change of collected against the month before: (collected - before) / before; NULL in the running month, in the first one and when the month before collected 0.'),
('kpi_revenue_monthly', 'yoy', 'ratio',
 'Change of collected against the same month a year before: (collected - before) / before; NULL in the running month, without a year of history and when that month collected 0.'),
('kpi_revenue_monthly', 'change_flag', 'text',
 'alert when mom without its sign exceeds change_alert of kpi_settings, warn when it exceeds change_warn, else ok; NULL when mom is NULL.'),
('kpi_revenue_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),

('kpi_cash_bridge_monthly', 'period', 'date', 'First day of the month.'),
('kpi_cash_bridge_monthly', 'mrr_closing', 'money', 'MRR at the end of the month: closing of kpi_mrr_monthly.'),
('kpi_cash_bridge_monthly', 'paid_above_mrr', 'money', 'What customers with MRR at closing paid beyond it, such as prepaid years, extras and arrears.'),
('kpi_cash_bridge_monthly', 'paid_without_mrr', 'money', 'What customers without MRR at closing paid, such as those who left within the month.'),
('kpi_cash_bridge_monthly', 'failed_unpaid', 'money', 'Shortfall of payments against MRR, per customer, as far as failed payments of the month explain it; lowers collected.'),
('kpi_cash_bridge_monthly', 'paid_below_mrr', 'money', 'Further shortfall of customers who paid something, such as discounts and partial months; lowers collected.'),
('kpi_cash_bridge_monthly', 'not_paid', 'money', 'Further shortfall of customers who paid nothing, such as those within a prepaid year; lowers collected.'),
('kpi_cash_bridge_monthly', 'refunded', 'money', 'Refunds as a positive number; lowers collected.'),
('kpi_cash_bridge_monthly', 'collected', 'money', 'Collected revenue: collected of kpi_revenue_monthly.'),
('kpi_cash_bridge_monthly', 'residual', 'money',
 'What the lines leave unexplained, always 0: collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded).'),
('kpi_cash_bridge_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),

('kpi_margin_monthly', 'period', 'date', 'First day of the month.'),
('kpi_margin_monthly', 'revenue', 'money', 'Collected revenue: collected of kpi_revenue_monthly.'),
('kpi_margin_monthly', 'infra_cost', 'money', 'Infrastructure cost of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'support_cost', 'money', 'Customer support cost of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'marketing_cost', 'money', 'Marketing spend of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'gross_profit', 'money', 'revenue - infra_cost - support_cost; NULL without costs.'),
('kpi_margin_monthly', 'gross_margin', 'ratio', 'gross_profit / revenue; NULL when revenue is 0 and without costs.'),
('kpi_margin_monthly', 'operating_profit', 'money', 'gross_profit - marketing_cost; NULL without costs.'),
('kpi_margin_monthly', 'new_customers', 'customers', 'Customers with MRR for the first time ever: customers_new of kpi_mrr_monthly.'),
('kpi_margin_monthly', 'new_mrr', 'money', 'MRR of the new customers: new of kpi_mrr_monthly.'),
('kpi_margin_monthly', 'cac', 'money', 'Marketing spend per new customer: marketing_cost / new_customers; NULL without new customers and without costs.'),
('kpi_margin_monthly', 'cac_payback_months', 'months',
 'Months of gross profit that pay back the acquisition of a new customer: marketing_cost / (new_mrr * gross_margin); NULL without costs and unless new customers and their margin are above zero.'),
('kpi_margin_monthly', 'ltv', 'money',
 'arpa * gross_margin / logo_churn_rate, the first and last from kpi_mrr_monthly; NULL when nobody was lost, when revenue or customers are 0 and without costs.'),
('kpi_margin_monthly', 'ltv_to_cac', 'ratio', 'ltv / cac before either is rounded; NULL when either is NULL or cac is 0.'),
('kpi_margin_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.')
$$;
COMMENT ON FUNCTION saaskpi.money_columns() IS
    'columns of the relations about money received and spent: unit and meaning';
-- The columns of the relations about what is to come and what was unusual.

CREATE FUNCTION saaskpi.series_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 46
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_forecast_monthly'::name, 'metric'::name, 'text', 'What is forecast: mrr (closing of kpi_mrr_monthly) or collected (of kpi_revenue_monthly).'),
('kpi_forecast_monthly', 'dimension', 'text', 'What value names: all or segment; each is forecast on its own, so the segments do not add up to all.'),
('kpi_forecast_monthly', 'value', 'text', 'Segment of the row, all for the whole company; (none) stands for customers without one.'),
('kpi_forecast_monthly', 'period', 'date', 'First day of the month; history begins with the first month that is not zero and ends with the last complete one, forecast is the six months after it.'),
('kpi_forecast_monthly', 'row_type', 'text', 'history for months that are over, forecast for months to come, the running one included.'),
('kpi_forecast_monthly', 'actual', 'money', 'What the month had; NULL in forecast rows.'),
('kpi_forecast_monthly', 'fitted', 'money', 'What the model said of the month one month before, its parameters knowing the whole history; NULL in forecast rows and where status says why.'),
('kpi_forecast_monthly', 'trend', 'money', 'Where the series stood without season and chance, by STL; NULL in forecast rows.'),
('kpi_forecast_monthly', 'seasonal', 'money', 'What the season added, by STL; actual = trend + seasonal + chance; 0 below two years of history, NULL in forecast rows.'),
('kpi_forecast_monthly', 'point', 'money', 'What is to be expected of the month; NULL in history rows.'),
('kpi_forecast_monthly', 'lo80', 'money', 'Lower bound of what four of five months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'hi80', 'money', 'Upper bound of what four of five months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'lo95', 'money', 'Lower bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'hi95', 'money', 'Upper bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'model', 'text', 'Model behind fitted and point: auto, a combination, or the simple one that had to do, see status.'),
('kpi_forecast_monthly', 'status', 'text', 'ok, or why the forecast is a simple one (too short, constant, all zero and so on) or a month of the history has no fitted value (run-up: below a tenth of the median at the start, left out; nothing before).'),

('kpi_model_performance', 'metric', 'text', 'What was forecast: mrr or collected, as in kpi_forecast_monthly, for the whole company.'),
('kpi_model_performance', 'model', 'text', 'Model that was tried: auto, which kpi_forecast_monthly uses, and snaive, the same month of the year before, which it must beat.'),
('kpi_model_performance', 'step', 'months', 'Months ahead, 1 to 6; 0 is all of them together.'),
('kpi_model_performance', 'forecasts', 'forecasts', 'Forecasts compared with what came, each made from earlier months alone; 0 when the history is too short to try.'),
('kpi_model_performance', 'mae', 'money', 'Mean absolute error; NULL without forecasts.'),
('kpi_model_performance', 'rmse', 'money', 'Root of the mean squared error, which weighs large errors more; NULL without forecasts.'),
('kpi_model_performance', 'mape', 'percent', 'Mean absolute error in percent of what came; NULL when a month was 0 and without forecasts.'),
('kpi_model_performance', 'smape', 'percent', 'Mean absolute error in percent of the mean of forecast and what came; NULL without forecasts.'),
('kpi_model_performance', 'mase', 'ratio', 'Mean absolute error over that of repeating the year before within the history, below 1 is better; NULL without forecasts and when the history repeats itself.'),
('kpi_model_performance', 'rmsse', 'ratio', 'The same as mase with squared errors, rooted; NULL without forecasts and when the history repeats itself.'),
('kpi_model_performance', 'coverage80', 'ratio', 'Share of months within lo80 and hi80, 0.8 if the intervals are right; NULL without forecasts.'),
('kpi_model_performance', 'coverage95', 'ratio', 'Share of months within lo95 and hi95, 0.95 if the intervals are right; NULL without forecasts.'),
('kpi_model_performance', 'msis', 'ratio', 'Mean scaled interval score of the 95 % interval: its width and a penalty for months outside, scaled as mase, lower is better; NULL as mase.'),
('kpi_model_performance', 'p_value', 'ratio', 'Chance that a difference from snaive as large comes about by luck (Diebold-Mariano test); NULL for snaive itself, with too few forecasts and without a difference.'),
('kpi_model_performance', 'status', 'text', 'ok, or too short when the history does not reach for a single try.'),

('kpi_seasonality', 'metric', 'text', 'What has the season: mrr or collected, as in kpi_forecast_monthly, for the whole company.'),
('kpi_seasonality', 'month', 'number', 'Month of the year, 1 is January.'),
('kpi_seasonality', 'index', 'percent', 'The month against an average one, trend taken out: 100 is average and the mean of the twelve is 100 exactly; NULL unless status is ok.'),
('kpi_seasonality', 'status', 'text', 'ok, too short while there are not two full years, or mean not positive.'),

('kpi_anomalies', 'metric', 'text', 'What was unusual: mrr or collected, as in kpi_forecast_monthly, for the whole company.'),
('kpi_anomalies', 'grain', 'text', 'Length of the period, always month.'),
('kpi_anomalies', 'period', 'date', 'First day of the month, from the first that is not zero to the last complete one.'),
('kpi_anomalies', 'value', 'money', 'What the month had.'),
('kpi_anomalies', 'expected', 'money', 'What trend and season had to be expected to bring; NULL while too little has been seen.'),
('kpi_anomalies', 'lo', 'money', 'Lower bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies', 'hi', 'money', 'Upper bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies', 'score', 'number', 'How unusual the month is: -log10 of the chance that a month of this series strays as far without an event, 2.5 is 3 in 1000; NULL while too little has been seen.'),
('kpi_anomalies', 'kind', 'text', 'What sort of event: spike, dip, level shift (it stayed) or temporary change (it lasted and came back); NULL unless is_anomaly.'),
('kpi_anomalies', 'is_anomaly', 'boolean', 'True when score reaches 2.5.'),
('kpi_anomalies', 'is_alarm', 'boolean', 'True in the first month of an event, so that an event of several months is told once.'),
('kpi_anomalies', 'mode', 'text', 'retrospective, judged by the months before and after, or causal, by those before alone; the newest month is causal.'),
('kpi_anomalies', 'status', 'text', 'ok, or too short while there is too little history to expect anything.')
$$;
COMMENT ON FUNCTION saaskpi.series_columns() IS
    'columns of the relations about what is to come and what was unusual: unit and meaning';
-- The columns of the relations about customers, and about the runs; then all
-- columns of all relations together.

CREATE FUNCTION saaskpi.customer_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 37
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_cohort_retention'::name, 'basis'::name, 'text',
 'What makes a customer active in a month and dates her cohort: mrr (MRR on any day; first such month), payment (a successful payment of zero or more; first such month) or signup (MRR on any day; month of signup_date).'),
('kpi_cohort_retention', 'cohort', 'date', 'First day of the month in which the customers of the row began, by basis.'),
('kpi_cohort_retention', 'age', 'months', 'Months since cohort; 0 is the month of the cohort itself.'),
('kpi_cohort_retention', 'customers', 'customers', 'Size of the cohort, the same at every age.'),
('kpi_cohort_retention', 'retained', 'customers', 'Customers of the cohort active in the month of this age; NULL while is_mature is false.'),
('kpi_cohort_retention', 'rate', 'ratio', 'retained / customers; NULL while is_mature is false.'),
('kpi_cohort_retention', 'retained_or_later', 'customers',
 'Customers of the cohort active in the month of this age or any later month up to as_of; NULL while is_mature is false.'),
('kpi_cohort_retention', 'rate_or_later', 'ratio', 'retained_or_later / customers, which never rises with age; NULL while is_mature is false.'),
('kpi_cohort_retention', 'retained_throughout', 'customers', 'Customers of the cohort active in every month from age 0 to this one; NULL while is_mature is false.'),
('kpi_cohort_retention', 'revenue', 'money',
 'MRR of the active customers at the end of the month, or with basis payment what they paid in it; NULL while is_mature is false.'),
('kpi_cohort_retention', 'revenue_rate', 'ratio',
 'revenue / revenue of the cohort at age 0, above 1 when expansion outweighs the losses; NULL while is_mature is false and when revenue at age 0 is 0.'),
('kpi_cohort_retention', 'is_mature', 'boolean', 'True when as_of lies after the last day of the month of this age; until then nothing is counted.'),

('kpi_conversion', 'cohort', 'date', 'First day of the month of signup.'),
('kpi_conversion', 'dimension', 'text', 'What value names: all, segment, country or acquisition_channel; each dimension alone adds up to all.'),
('kpi_conversion', 'value', 'text', 'Segment, country or channel of the row, all for everybody; (none) stands for a customer without one.'),
('kpi_conversion', 'signups', 'customers', 'Customers with signup_date in the month: converted + expired + pending.'),
('kpi_conversion', 'matured', 'customers', 'Signups who have had conversion_days of kpi_settings to pay, by as_of.'),
('kpi_conversion', 'converted', 'customers', 'Matured signups whose first successful payment came within conversion_days of signup.'),
('kpi_conversion', 'expired', 'customers', 'Matured signups who did not pay in time: matured - converted.'),
('kpi_conversion', 'pending', 'customers', 'Signups who still have time, paid or not: signups - matured.'),
('kpi_conversion', 'rate', 'ratio', 'converted / matured; NULL while nobody is matured.'),
('kpi_conversion', 'median_days', 'days', 'Median of the days from signup to first payment over converted, 0 for a payment before signup; NULL when nobody converted.'),

('kpi_customers', 'customer_id', 'text', 'Customer, of the source customers or only seen in subscriptions or payments.'),
('kpi_customers', 'signup_date', 'date', 'Day of signup as in customers; NULL when unknown there.'),
('kpi_customers', 'segment', 'text', 'Segment as in customers; NULL when unknown there.'),
('kpi_customers', 'country', 'text', 'Country as in customers; NULL when unknown there.'),
('kpi_customers', 'acquisition_channel', 'text', 'Acquisition channel as in customers; NULL when unknown there.'),
('kpi_customers', 'status', 'text', 'By the subscriptions: active (mrr above zero), churned (had MRR, has none) or prospect (never had any).'),
('kpi_customers', 'mrr', 'money', 'MRR at the end of as_of; 0 when there is none.'),
('kpi_customers', 'first_mrr_on', 'date', 'First day with MRR; NULL when there never was any.'),
('kpi_customers', 'churned_on', 'date', 'Last day on which the MRR fell to zero; NULL while mrr is above zero and when there never was any.'),
('kpi_customers', 'tenure_days', 'days',
 'Days from first_mrr_on to churned_on, or to as_of while mrr is above zero, gaps between included; NULL when there never was any MRR.'),
('kpi_customers', 'first_payment', 'date', 'Day of the first successful payment of zero or more; NULL when there is none.'),
('kpi_customers', 'last_payment', 'date', 'Day of the last successful payment of zero or more; NULL when there is none.'),
('kpi_customers', 'payments', 'payments', 'Successful payments of zero or more.'),
('kpi_customers', 'revenue', 'money', 'Amounts of the successful payments minus refunds; 0 when there are none.'),
('kpi_customers', 'failed_payments', 'payments', 'Payments that failed.')
$$;
COMMENT ON FUNCTION saaskpi.customer_columns() IS
    'columns of the relations about cohorts, conversion and single customers: unit and meaning';

CREATE FUNCTION saaskpi.run_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 33
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_calendar'::name, 'period'::name, 'date', 'First day of the month.'),
('kpi_calendar', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),
('kpi_calendar', 'elapsed_fraction', 'ratio', 'Share of the days of the month that lie before as_of; 1 when the month is complete.'),

('kpi_summaries', 'segment', 'text', 'Segment of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'country', 'text', 'Country of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'acquisition_channel', 'text', 'Acquisition channel of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'customers', 'customers', 'Customers of the combination, known to any source.'),
('kpi_summaries', 'first_day', 'date', 'Earliest of their first month with a change of MRR, first month with a payment and first day of signup; NULL when there is none.'),
('kpi_summaries', 'skipped_subscriptions', 'subscriptions', 'Their subscriptions left out because they cannot count, see saaskpi.check_sources.'),
('kpi_summaries', 'skipped_payments', 'payments', 'Their payments left out because they cannot count, see saaskpi.check_sources.'),

('kpi_settings', 'only_row', 'boolean', 'Always true: the settings are one row.'),
('kpi_settings', 'as_of', 'date', 'Day as of which everything is computed; NULL means the day of the refresh in time_zone.'),
('kpi_settings', 'time_zone', 'text', 'Reporting time zone: which day it is, and on which day an instant with a time zone falls.'),
('kpi_settings', 'currency', 'text', 'Currency of all amounts, as a label; nothing is converted.'),
('kpi_settings', 'change_warn', 'ratio', 'Change of collected revenue against the month before, without its sign, above which change_flag is warn.'),
('kpi_settings', 'change_alert', 'ratio', 'Change of collected revenue against the month before, without its sign, above which change_flag is alert.'),
('kpi_settings', 'conversion_days', 'days', 'Days after signup within which a first payment counts as conversion.'),
('kpi_settings', 'effective_as_of', 'date', 'Day as of which the kpi relations were computed; set by the refresh, not by hand.'),

('kpi_refresh_log', 'run_id', 'number', 'Number of the run; later runs have greater numbers.'),
('kpi_refresh_log', 'started_at', 'timestamp', 'When the run began.'),
('kpi_refresh_log', 'finished_at', 'timestamp', 'When the run ended; NULL while it runs, and for good when its session was lost.'),
('kpi_refresh_log', 'status', 'text', 'running, ok or failed; after a failed run the kpi relations are as they were before it.'),
('kpi_refresh_log', 'as_of', 'date', 'Day as of which the run computed everything; NULL unless status is ok.'),
('kpi_refresh_log', 'seconds', 'seconds', 'Duration of the run; NULL unless status is ok.'),
('kpi_refresh_log', 'customers', 'customers', 'Customers the run found; NULL unless status is ok.'),
('kpi_refresh_log', 'skipped_subscriptions', 'subscriptions',
 'Subscriptions left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.'),
('kpi_refresh_log', 'skipped_payments', 'payments', 'Payments left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.'),
('kpi_refresh_log', 'message', 'text', 'Why the run failed; NULL unless status is failed.'),

('kpi_refresh_steps', 'run_id', 'number', 'Run of kpi_refresh_log the step belongs to.'),
('kpi_refresh_steps', 'step', 'number', 'Position of the step within the run, in the order the relations depend on each other.'),
('kpi_refresh_steps', 'relation', 'text', 'Relation the step refreshed.'),
('kpi_refresh_steps', 'rows', 'rows', 'Rows of the relation after the step.'),
('kpi_refresh_steps', 'milliseconds', 'milliseconds', 'Duration of the step.')
$$;
COMMENT ON FUNCTION saaskpi.run_columns() IS
    'columns of the calendar, the settings and the refresh log: unit and meaning';

-- The relations in the order in which a reader meets them.
CREATE FUNCTION saaskpi.relation_grains()
RETURNS TABLE (ordinal integer, relation name, grain text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 18
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
(1, 'kpi_mrr_monthly'::name, 'month',
 'The MRR waterfall: one row per month, what it opened and closed with and what happened between, with churn and retention. Why did MRR change in March?'),
(2, 'kpi_mrr_monthly_by', 'month and dimension value',
 'The MRR waterfall by segment, country, acquisition channel and plan: one row per dimension, value and month. Choose one dimension before adding up. Which plan loses customers to which side: churn, or other plans?'),
(3, 'kpi_mrr_movements', 'customer and day',
 'The rows behind the waterfall: one row per customer and day on which her MRR changed. Who churned in March, and how much was each worth?'),
(4, 'kpi_revenue_monthly', 'month',
 'Money received: one row per month with payments, failed payments, refunds and the change against the month and the year before. How much did we collect, and is that a jump worth a look?'),
(5, 'kpi_cash_bridge_monthly', 'month',
 'From MRR to money received, line by line without a rest: one row per month. Why did we collect less than our MRR?'),
(6, 'kpi_cohort_retention', 'cohort and age in months',
 'Customers followed from the month they began: one row per basis, cohort month and age. Choose one basis. Of those who began in January, how many are still here, and are they worth more or less?'),
(7, 'kpi_conversion', 'signup month and dimension value',
 'From signup to first payment: one row per dimension, value and month of signup. Choose one dimension before adding up. Which channel brings signups that pay?'),
(8, 'kpi_margin_monthly', 'month',
 'What the revenue cost and what a customer is worth: one row per month with margin, CAC and LTV. How long until a new customer has paid for her acquisition?'),
(9, 'kpi_forecast_monthly', 'metric, dimension value and month',
 'MRR and collected revenue, past and to come: one row per metric, dimension, value and month, with intervals for the next six. Choose one metric and dimension before adding up. What will we bring in until summer, and how sure is that?'),
(10, 'kpi_model_performance', 'metric, model and months ahead',
 'How good the forecasts would have been: one row per metric, model and months ahead, tried on our own past. Is the forecast worth more than saying: as last year?'),
(11, 'kpi_seasonality', 'metric and month of the year',
 'The season of the year: one row per metric and month of the year, 100 is average. Is December always like that?'),
(12, 'kpi_anomalies', 'metric and month',
 'Months that do not fit their series: one row per metric and month with what was to be expected. Which months need an explanation, and what kind of event was it?'),
(13, 'kpi_customers', 'customer',
 'Every customer known to any source: one row per customer with status, MRR and payments as of as_of. Who are our largest customers, and since when?'),
(14, 'kpi_calendar', 'month',
 'Every month from the first fact to as_of, gaps included: one row per month. Is this month over yet?'),
(15, 'kpi_settings', 'schema',
 'What the kpi relations of this schema go by: exactly one row, yours to UPDATE; the next refresh applies it. As of which day are these numbers?'),
(16, 'kpi_refresh_log', 'refresh',
 'The refreshes of this schema: one row per run, failed ones with the reason. Are these numbers of today?'),
(17, 'kpi_refresh_steps', 'refresh and relation',
 'What a refresh did: one row per run and relation with rows and duration. Which relation takes the time?'),
(18, 'kpi_summaries', 'combination of segment, country and channel',
 'What the other kpi relations are made from: one row per combination of segment, country and acquisition channel. How many customers and unusable rows does each hold?')
$$;
COMMENT ON FUNCTION saaskpi.relation_grains() IS
    'the kpi relations in reading order: what one row is, and what the relation answers';

CREATE FUNCTION saaskpi.relation_comments()
RETURNS TABLE (relation name, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 18
SET search_path = pg_catalog, pg_temp
AS $$
SELECT g.relation, g.comment FROM saaskpi.relation_grains() AS g ORDER BY g.ordinal
$$;
COMMENT ON FUNCTION saaskpi.relation_comments() IS
    'the comment of every kpi relation: what one row is, and a question it answers';

CREATE FUNCTION saaskpi.relation_columns()
RETURNS TABLE (relation name, ordinal integer, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 230
SET search_path = pg_catalog, pg_temp
AS $$
WITH plain(relation, column_name, unit, comment, n) AS (
    SELECT * FROM saaskpi.mrr_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.money_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.customer_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.series_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.run_columns() WITH ORDINALITY
), waterfall AS (
    SELECT 'kpi_mrr_monthly_by'::name AS relation, p.column_name, p.unit, p.comment, p.n
      FROM plain AS p WHERE p.relation = 'kpi_mrr_monthly'
), placed(relation, column_name, unit, comment, n, place) AS (
    SELECT p.*, 0 FROM plain AS p
    UNION ALL
    SELECT w.relation, w.column_name, w.unit,
           CASE WHEN w.unit IN ('date', 'boolean') THEN '' ELSE 'Within the value: ' END || w.comment, w.n, 0
      FROM waterfall AS w
     WHERE NOT EXISTS (SELECT FROM saaskpi.mrr_by_columns() AS b WHERE b.column_name = w.column_name)
    UNION ALL
    SELECT 'kpi_mrr_monthly_by', b.column_name, b.unit, b.comment, coalesce(w.n, 0), b.place
      FROM saaskpi.mrr_by_columns() WITH ORDINALITY AS b(after, column_name, unit, comment, place)
      LEFT JOIN waterfall AS w ON w.column_name = b.after
)
SELECT p.relation, row_number() OVER (PARTITION BY p.relation ORDER BY p.n, p.place)::integer,
       p.column_name, p.unit, p.comment
  FROM placed AS p
  JOIN saaskpi.relation_grains() AS g ON g.relation = p.relation
 ORDER BY g.ordinal, p.n, p.place
$$;
COMMENT ON FUNCTION saaskpi.relation_columns() IS
    'every column of every kpi relation in order: unit and meaning, as create_views writes them into comments';
-- The KPI dictionary, first half: recurring revenue and retention.
--
-- One row per KPI.  A formula is an expression over columns of the relation
-- where there is one, else words.  Unit and grain come from the relation.

CREATE FUNCTION saaskpi.mrr_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 22
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('MRR', 'kpi_mrr_monthly'::name, 'closing'::name, 'subscriptions',
 'sum of monthly_price over subscriptions with start_date <= day < end_date',
 'What do our subscriptions bring in per month?',
 'Monthly recurring revenue at the end of the month. A subscription counts from its first day up to, not including, its end_date; how it is billed or whether it is paid plays no role. Others read MRR off invoices or payments, which moves it by billing dates, discounts and failed charges.'),
('ARR', 'kpi_mrr_monthly', 'closing', 'subscriptions', '12 * closing',
 'What is that per year?',
 'Annual recurring revenue as a run-rate: twelve times MRR. It is a state, never to be summed over months. Boards sometimes mean contracted revenue only, with signed future starts, which this is not.'),
('Opening MRR', 'kpi_mrr_monthly', 'opening', 'subscriptions', 'closing of the month before',
 'Where did the month start?',
 'MRR at the end of the day before the month; the base of the churn and retention rates. 0 in the first month.'),
('New MRR', 'kpi_mrr_monthly', 'new', 'subscriptions', 'sum of amount in kpi_mrr_movements where movement is new',
 'How much MRR came from customers we never had before?',
 'MRR of a customer at the end of the first day she ever has any. A second subscription is expansion and a return is reactivation; some tools count every start from zero as new.'),
('Expansion MRR', 'kpi_mrr_monthly', 'expansion', 'subscriptions', 'sum of amount in kpi_mrr_movements where movement is expansion',
 'How much more do customers we already had pay?',
 'Rises of the MRR of a customer who had some the day before, netted per customer and day, whatever the cause: plan, price or another subscription. Item-level reports show a change of plan as churn of one and new of the other instead.'),
('Contraction MRR', 'kpi_mrr_monthly', 'contraction', 'subscriptions', 'sum of amount in kpi_mrr_movements where movement is contraction',
 'How much less do customers who stayed pay?',
 'Falls of the MRR of a customer who keeps some, as a positive number. Ending one of two subscriptions is contraction, not churn; so is a longer term at a lower monthly price.'),
('Churned MRR', 'kpi_mrr_monthly', 'churn', 'subscriptions', 'sum of amount in kpi_mrr_movements where movement is churn',
 'How much MRR left with customers who left?',
 'MRR of a customer on the day before it falls to zero, as a positive number, dated by the end of service. Tools differ in the date: the cancellation, the end of the paid term or the end of dunning; some remove customers who join and leave in one month, who are kept here and shown by round_trip.'),
('Reactivation MRR', 'kpi_mrr_monthly', 'reactivation', 'subscriptions', 'sum of amount in kpi_mrr_movements where movement is reactivation',
 'How much MRR came back with former customers?',
 'MRR of a customer who returns after at least one full day at zero. Others ask for a month of absence, or count a return after 90 days as new.'),
('Net new MRR', 'kpi_mrr_monthly', 'closing', 'subscriptions', 'closing - opening',
 'By how much did MRR grow?',
 'The same as new + expansion + reactivation - contraction - churn, exactly and in every month; a refresh in which this fails is not published.'),
('Round-trip MRR', 'kpi_mrr_monthly', 'round_trip', 'subscriptions', 'gains netted per customer and day, minus gains netted per customer and month',
 'How much of the movement went back and forth within the month?',
 'What a waterfall made from month ends would not show: it stands on both sides, in the gains and in the losses. Subtract it from both to compare with tools that work by month.'),
('MRR movement', 'kpi_mrr_movements', 'amount', 'subscriptions', 'abs(mrr_after - mrr_before)',
 'Which customers are behind the number?',
 'One row per customer and day on which her MRR differs from the day before. The movements of a month add up to the sides of its waterfall exactly.'),
('Transfers in', 'kpi_mrr_monthly_by', 'transfer_in', 'subscriptions', 'sum over customers and days of MRR gained from other plans',
 'How much MRR did a plan win from our other plans?',
 'For plan_type only: when a customer moves between plans on one day, what she merely moves is transfer and only the difference is expansion or contraction. Over all plans transfers in equal transfers out. A tool without this line shows a change of plan as churn or as a gap.'),
('Transfers out', 'kpi_mrr_monthly_by', 'transfer_out', 'subscriptions', 'sum over customers and days of MRR lost to other plans',
 'How much MRR did a plan lose to our other plans?',
 'For plan_type only: the other side of Transfers in. MRR that left the plan but not the company.'),
('Opening customers', 'kpi_mrr_monthly', 'customers_opening', 'subscriptions', 'customers_closing of the month before',
 'How many customers did the month start with?',
 'Customers with MRR above zero at the end of the day before the month. Whoever pays nothing, by a free plan or a full discount, is not among them.'),
('New customers', 'kpi_mrr_monthly', 'customers_new', 'subscriptions', 'customers whose first day with MRR lies in the month',
 'How many customers did we win?',
 'By first MRR, not by signup or first payment. A customer who returns is not new.'),
('Churned customers', 'kpi_mrr_monthly', 'customers_churned', 'subscriptions', 'movements to zero MRR in the month',
 'How often did a customer leave?',
 'Counts departures: a customer who leaves, returns and leaves again counts twice. For a rate use Lost customers, which looks at the ends of the month only.'),
('Reactivated customers', 'kpi_mrr_monthly', 'customers_reactivated', 'subscriptions', 'movements from zero MRR by former customers in the month',
 'How often did a customer come back?',
 'Counts returns after at least one full day at zero.'),
('Customers', 'kpi_mrr_monthly', 'customers_closing', 'subscriptions', 'customers_opening + customers_new + customers_reactivated - customers_churned',
 'How many paying customers do we have?',
 'Customers with MRR above zero at the end of the month; the denominator of ARPA, and in the last month the number of rows with status active in kpi_customers.'),
('Lost customers', 'kpi_mrr_monthly', 'customers_lost', 'subscriptions', 'customers with MRR at opening and none at closing',
 'How many of those we started with are gone?',
 'Leaves out whoever joined within the month and whoever left and returned in it; therefore never more than Opening customers.'),
('Customers transferred in', 'kpi_mrr_monthly_by', 'customers_transfer_in', 'subscriptions', 'customers with MRR elsewhere who took up the plan',
 'How many customers came to a plan from within?',
 'For plan_type only; customers who took up the plan on a day on which they had MRR both before and after.'),
('Customers transferred out', 'kpi_mrr_monthly_by', 'customers_transfer_out', 'subscriptions', 'customers who gave up the plan and kept MRR elsewhere',
 'How many customers left a plan but not us?',
 'For plan_type only; they are in the logo churn of the plan, but not in that of the company.')
$$;
COMMENT ON FUNCTION saaskpi.mrr_dictionary() IS
    'dictionary of the KPIs about recurring revenue and its customers';

CREATE FUNCTION saaskpi.retention_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 22
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('Logo churn rate', 'kpi_mrr_monthly'::name, 'logo_churn_rate'::name, 'subscriptions', 'customers_lost / customers_opening',
 'What share of our customers did we lose?',
 'Calendar month, on the customers of its opening. Others put recent joiners into the denominator, use rolling 30 days, or count those who left and came back. NULL without customers at opening.'),
('Logo retention rate', 'kpi_mrr_monthly', 'logo_churn_rate', 'subscriptions', '1 - logo_churn_rate',
 'What share of our customers stayed?',
 'The complement of the logo churn rate on the same customers. NULL without customers at opening.'),
('Gross MRR churn rate', 'kpi_mrr_monthly', 'gross_mrr_churn_rate', 'subscriptions', '(opening - mrr_kept) / opening',
 'What share of our MRR did we lose, growth aside?',
 'Losses of the customers of the opening only, each at most what she had then, so it lies between 0 and 1. Others divide all churn and contraction of the month by the opening, which can exceed 1 when customers grow before they leave; some leave contraction out. NULL when opening is 0.'),
('Net MRR churn rate', 'kpi_mrr_monthly', 'net_mrr_churn_rate', 'subscriptions', '(opening - mrr_retained) / opening',
 'What share of our MRR did we lose after the growth of those who stayed?',
 'Below zero when expansion outweighs the losses, which is good. New customers are no part of it; others also subtract all reactivation. NULL when opening is 0.'),
('Retained MRR', 'kpi_mrr_monthly', 'mrr_retained', 'subscriptions', 'sum of MRR at closing over customers with MRR at opening',
 'What are the customers we started with worth now?',
 'Numerator of NRR; expansion included.'),
('Kept MRR', 'kpi_mrr_monthly', 'mrr_kept', 'subscriptions', 'sum of the lesser of MRR at opening and at closing, per customer',
 'How much of what we started with is still there?',
 'Numerator of GRR. The lesser is taken per customer; taken of the totals it would hide every loss in a growing company.'),
('NRR', 'kpi_mrr_monthly', 'nrr', 'subscriptions', 'mrr_retained / opening',
 'Would we grow without a single new customer?',
 'Net revenue retention over the month, from point to point: the customers of the opening, then and now. The variant made from movements counts reactivated customers who were not there at the opening. Months must not be multiplied into a year: see 12-month NRR. NULL when opening is 0.'),
('GRR', 'kpi_mrr_monthly', 'grr', 'subscriptions', 'mrr_kept / opening',
 'How leaky is the base, growth aside?',
 'Gross revenue retention over the month, from point to point and never above 1. A customer who shrank and recovered in between counts as kept. NULL when opening is 0.'),
('12-month NRR', 'kpi_mrr_monthly', 'nrr_12m', 'subscriptions', 'retained_12m / opening_12m',
 'What are the customers of a year ago worth today?',
 'The NRR that boards and investors mean: one set of customers, twelve months apart. In the running month, today against the month end twelve months before. NULL when nobody had MRR then, so in the first twelve months.'),
('12-month GRR', 'kpi_mrr_monthly', 'grr_12m', 'subscriptions', 'kept_12m / opening_12m',
 'How much of the MRR of a year ago is still there?',
 'As 12-month NRR, with each customer counted at most with her MRR of a year ago; never above 1 and never above 12-month NRR. NULL when nobody had MRR then.'),
('MRR a year ago', 'kpi_mrr_monthly', 'opening_12m', 'subscriptions', 'closing of twelve months before',
 'What is the base of the 12-month rates?',
 'Denominator of 12-month NRR and GRR; 0 in the first twelve months.'),
('Retained MRR of a year ago', 'kpi_mrr_monthly', 'retained_12m', 'subscriptions', 'sum of MRR at closing over customers with MRR twelve months before',
 'What do the customers of a year ago bring in now?',
 'Numerator of 12-month NRR; customers won since are no part of it.'),
('Kept MRR of a year ago', 'kpi_mrr_monthly', 'kept_12m', 'subscriptions', 'sum of the lesser of MRR twelve months before and at closing, per customer',
 'How much of what the customers of a year ago paid do they still pay?',
 'Numerator of 12-month GRR.'),
('Quick ratio', 'kpi_mrr_monthly', 'quick_ratio', 'subscriptions', '(new + expansion + reactivation) / (churn + contraction)',
 'How much do we gain for each unit of MRR we lose?',
 'SaaS quick ratio; 4 is a common yardstick. Some leave reactivation out. It depends on how finely movements are netted (per day here), so compare it with nothing but itself. NULL when nothing was lost, which is not infinity.'),
('ARPA', 'kpi_mrr_monthly', 'arpa', 'subscriptions', 'closing / customers_closing',
 'What does a customer pay per month on average?',
 'Average revenue per account: MRR over customers with MRR. Others divide all revenue by all users, or average new customers only (see ARPA of new customers). Over several values it is the ratio of the sums. NULL without customers.'),
('Cohort size', 'kpi_cohort_retention', 'customers', 'subscriptions, payments, customers', 'customers who began in the month cohort',
 'How many customers began in that month?',
 'By basis: the first month with MRR, the first month with a successful payment, or the month of signup. A return never starts a new cohort.'),
('Retained customers', 'kpi_cohort_retention', 'retained', 'subscriptions, payments, customers', 'customers of the cohort active in the month of this age',
 'How many of them were active in that month?',
 'Age 0 is the month of the cohort; many tables number it 1. Active on any day of the month counts, not only at its end. NULL until the month is over, never 0.'),
('Cohort retention rate', 'kpi_cohort_retention', 'rate', 'subscriptions, payments, customers', 'retained / customers',
 'What share of a cohort is active after so many months?',
 'Against the size of the cohort, not against the month before. It can rise again when customers return. An average over cohorts is the sum of retained over the sum of customers of mature rows. NULL until the month is over.'),
('Retained or later', 'kpi_cohort_retention', 'retained_or_later', 'subscriptions, payments, customers', 'customers of the cohort active in the month of this age or any later one',
 'How many of them were not gone for good by then?',
 'Whoever pauses and returns counts for the pause as well. Recent months can still rise as customers return.'),
('Unbounded retention rate', 'kpi_cohort_retention', 'rate_or_later', 'subscriptions, payments, customers', 'retained_or_later / customers',
 'What share of a cohort was not gone for good by then?',
 'Retention on or after the month; never rises with age and is never below the cohort retention rate. NULL until the month is over.'),
('Retained throughout', 'kpi_cohort_retention', 'retained_throughout', 'subscriptions, payments, customers', 'customers of the cohort active in every month from age 0 to this one',
 'How many of them never missed a month?',
 'The strictest reading of retention; with basis signup a customer who signs up in one month and starts in the next is not among them.'),
('Continuous retention rate', 'kpi_cohort_retention', 'retained_throughout', 'subscriptions, payments, customers', 'retained_throughout / customers',
 'What share of a cohort never missed a month?',
 'Never above the cohort retention rate. NULL until the month is over.'),
('Cohort revenue', 'kpi_cohort_retention', 'revenue', 'subscriptions, payments, customers', 'sum of MRR at month end, or of payments in the month, over the active customers',
 'What does a cohort bring in after so many months?',
 'MRR at the end of the month for the bases mrr and signup, successful payments before refunds for payment. NULL until the month is over.'),
('Cohort revenue retention', 'kpi_cohort_retention', 'revenue_rate', 'subscriptions, payments, customers', 'revenue / revenue of the cohort at age 0',
 'Is a cohort worth more or less than when it began?',
 'Above 1 when those who stay grow by more than the others took with them. The base is the end of the first month; tools that take the first instant differ. NULL until the month is over, and when age 0 had no revenue.')
$$;
COMMENT ON FUNCTION saaskpi.retention_dictionary() IS
    'dictionary of the KPIs about churn and retention';
-- The KPI dictionary, third part: forecast, season, anomalies.

CREATE FUNCTION saaskpi.series_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 18
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('Forecast', 'kpi_forecast_monthly'::name, 'point'::name, 'subscriptions, payments, kpi_settings', 'combination of models fitted to the complete months of the series',
 'What will MRR and revenue be in the next six months?',
 'From the past of the number itself and nothing else: trend, season and chance go on as they did. The running month is forecast, not read. Total and segments are forecast one by one and do not add up. A series too short or too simple for a model gets the best simple forecast, and status says so.'),
('Forecast actuals', 'kpi_forecast_monthly', 'actual', 'subscriptions, payments, kpi_settings', 'closing MRR or collected revenue of the month',
 'What is the forecast based on?',
 'Complete months only, from the first that is not zero. The same numbers as in kpi_mrr_monthly and kpi_revenue_monthly. NULL in months to come.'),
('Forecast fitted', 'kpi_forecast_monthly', 'fitted', 'subscriptions, payments, kpi_settings', 'weighted mean of what the members of the combination said one month before',
 'How closely does the model follow what came?',
 'The model knew the whole history when its parameters were chosen, so this is closer than a real forecast of those months: kpi_model_performance has honest errors. NULL in months to come.'),
('Forecast trend', 'kpi_forecast_monthly', 'trend', 'subscriptions, payments, kpi_settings', 'STL trend of the series',
 'Where does it go without season and chance?', 'Robust: single odd months do not move it. NULL in months to come.'),
('Forecast season', 'kpi_forecast_monthly', 'seasonal', 'subscriptions, payments, kpi_settings', 'STL seasonal part of the series',
 'What does the time of the year add?', 'In money. kpi_seasonality has it in percent. 0 below two years of history, NULL in months to come.'),
('Forecast lower bound, 80 %', 'kpi_forecast_monthly', 'lo80', 'subscriptions, payments, kpi_settings', 'lower end of the 80 % interval',
 'What should we plan with if we are careful?',
 'One month in ten should fall below. Calibrated on past forecasts, so wider than the textbook formulas, which promise too much. Never below zero where the history is positive. NULL in history rows.'),
('Forecast upper bound, 80 %', 'kpi_forecast_monthly', 'hi80', 'subscriptions, payments, kpi_settings', 'upper end of the 80 % interval',
 'How good could it get?', 'One month in ten should exceed it. NULL in history rows.'),
('Forecast lower bound, 95 %', 'kpi_forecast_monthly', 'lo95', 'subscriptions, payments, kpi_settings', 'lower end of the 95 % interval',
 'What is the worst we should be prepared for?', 'One month in forty should fall below. NULL in history rows.'),
('Forecast upper bound, 95 %', 'kpi_forecast_monthly', 'hi95', 'subscriptions, payments, kpi_settings', 'upper end of the 95 % interval',
 'What is the best we should be prepared for?', 'One month in forty should exceed it. NULL in history rows.'),
('Forecasts tried', 'kpi_model_performance', 'forecasts', 'subscriptions, payments, kpi_settings', 'months forecast from an earlier month and compared',
 'On how many tries do the error measures stand?',
 'Rolling origins: the model is fitted again at each of up to twelve past months, from what was known then. 0 when the history is too short.'),
('MAE of forecasts', 'kpi_model_performance', 'mae', 'subscriptions, payments, kpi_settings', 'mean of forecast minus actual without its sign',
 'By how much is the forecast off?', 'In money. Compare a model with snaive on the same row of step. NULL without tries.'),
('RMSE of forecasts', 'kpi_model_performance', 'rmse', 'subscriptions, payments, kpi_settings', 'root of the mean of squared errors',
 'By how much is the forecast off, if large errors hurt more?', 'Never below the MAE. NULL without tries.'),
('MAPE of forecasts', 'kpi_model_performance', 'mape', 'subscriptions, payments, kpi_settings', 'mean of error without its sign in percent of the actual',
 'By how many percent is the forecast off?',
 'Punishes forecasts that are too high more than those too low, and has no value when an actual is 0: NULL then, where others leave the month out.'),
('sMAPE of forecasts', 'kpi_model_performance', 'smape', 'subscriptions, payments, kpi_settings', 'mean of error without its sign in percent of the mean of forecast and actual',
 'By how many percent is the forecast off, zeros allowed?', 'Between 0 and 200. The measure of the M forecasting competitions. NULL without tries.'),
('MASE of forecasts', 'kpi_model_performance', 'mase', 'subscriptions, payments, kpi_settings', 'MAE over the mean change from a year before within the history',
 'Is the forecast better than saying: as last year?',
 'Mean absolute scaled error; below 1 is better than repeating the year before. Free of units, so series can be compared. NULL without tries and when the history repeats itself.'),
('RMSSE of forecasts', 'kpi_model_performance', 'rmsse', 'subscriptions, payments, kpi_settings', 'RMSE over the root mean squared change from a year before within the history',
 'Is it better than last year, if large errors hurt more?', 'As MASE, with squares. NULL without tries and when the history repeats itself.'),
('Interval coverage, 80 %', 'kpi_model_performance', 'coverage80', 'subscriptions, payments, kpi_settings', 'share of tried months within the 80 % interval',
 'Do the 80 % intervals hold what they say?', 'Should be near 0.8; with a dozen tries it can only be near. NULL without tries.'),
('Interval coverage, 95 %', 'kpi_model_performance', 'coverage95', 'subscriptions, payments, kpi_settings', 'share of tried months within the 95 % interval',
 'Do the 95 % intervals hold what they say?', 'Should be near 0.95; with a dozen tries it can only be near. NULL without tries.'),
('Interval score', 'kpi_model_performance', 'msis', 'subscriptions, payments, kpi_settings', 'mean of width and penalty of the 95 % interval over the mean change from a year before',
 'Are the intervals as narrow as they can be?',
 'Mean scaled interval score: width, plus forty times the distance of months outside, scaled as MASE. Rewards narrow intervals that hold; lower is better. NULL as MASE.'),
('Forecast gain by luck', 'kpi_model_performance', 'p_value', 'subscriptions, payments, kpi_settings', 'p value of the Diebold-Mariano test against the month of the year before',
 'Is the gain over saying "as last year" real?', 'Below 0.05 it is commonly taken for real. NULL for snaive itself, with too few tries and without a difference.'),
('Seasonality index', 'kpi_seasonality', 'index', 'subscriptions, payments, kpi_settings', 'month against an average month in percent, trend taken out',
 'Which months are strong, whatever the growth?',
 'Ratio to a centred average over twelve months, averaged over the years. The mean of the twelve is 100 exactly, by largest remainders of hundredths. Averages of raw months, as often seen, mistake growth within the year for season. NULL without two full years.'),
('Expected value', 'kpi_anomalies', 'expected', 'subscriptions, payments, kpi_settings', 'trend and season of the series without its outliers',
 'What should this month have been?', 'Robust, so an outlier does not move its own expectation. NULL while too little has been seen.'),
('Expected from', 'kpi_anomalies', 'lo', 'subscriptions, payments, kpi_settings', 'lower bound of what is not flagged',
 'How low could this month have been without being unusual?', 'From trend and season alone; a step from one month to the next can be flagged within the bounds. NULL while too little has been seen.'),
('Expected to', 'kpi_anomalies', 'hi', 'subscriptions, payments, kpi_settings', 'upper bound of what is not flagged',
 'How high could this month have been without being unusual?', 'As Expected from, upwards. NULL while too little has been seen.'),
('Anomaly score', 'kpi_anomalies', 'score', 'subscriptions, payments, kpi_settings', 'minus the decimal logarithm of the chance of such a month without an event',
 'How unusual was this month?',
 'One threshold, 2.5, serves every series, as the score is a probability within the series: 1 is one in ten, 3 one in a thousand, 16 the most. A fixed percentage, as in Change flag, is noise in small companies and blind in large ones. NULL while too little has been seen.')
$$;
COMMENT ON FUNCTION saaskpi.series_dictionary() IS
    'dictionary of the KPIs about what is to come and what was unusual';
-- The KPI dictionary, second half: money, conversion and single customers;
-- then the whole of it as a view.

CREATE FUNCTION saaskpi.money_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 22
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('Collected revenue', 'kpi_revenue_monthly'::name, 'collected'::name, 'payments', 'sum of successful payments - refunded_amount',
 'How much money came in?',
 'By the date of the payment; a refund lowers the month in which it is paid out, not the month of the sale. It is cash, not revenue as accounting recognises it.'),
('Successful payments', 'kpi_revenue_monthly', 'payments', 'payments', 'count of successful payments of zero or more',
 'How many payments came in?', 'Refunds are not payments.'),
('Failed payments', 'kpi_revenue_monthly', 'failed_payments', 'payments', 'count of failed payments',
 'How many charges failed?',
 'Attempts, whatever became of them: three attempts of which the last succeeds are two failed payments and one successful one.'),
('Failed amount', 'kpi_revenue_monthly', 'failed_amount', 'payments', 'sum of failed payments',
 'How much money did failed charges stand for?',
 'The amount of all attempts, so an invoice tried three times counts three times. What stayed unpaid is Failed and unpaid in the cash bridge.'),
('Payment failure rate', 'kpi_revenue_monthly', 'failed_payments', 'payments', 'failed_payments / (payments + failed_payments)',
 'What share of our charges fails?', 'By number of attempts. NULL without attempts.'),
('Refunds', 'kpi_revenue_monthly', 'refunds', 'payments', 'count of successful payments below zero',
 'How often did we pay back?', 'In the month of the refund.'),
('Refunded amount', 'kpi_revenue_monthly', 'refunded_amount', 'payments', 'sum of refunds as a positive number',
 'How much did we pay back?', 'In the month of the refund. Refunds do not touch MRR.'),
('Paying customers', 'kpi_revenue_monthly', 'paying_customers', 'payments', 'distinct customers with a successful payment of zero or more',
 'How many customers paid us?',
 'By payment in the month: a customer within a prepaid year is a customer, but not a paying customer of the month. Not additive over months.'),
('MoM growth', 'kpi_revenue_monthly', 'mom', 'payments', '(collected - collected of the month before) / collected of the month before',
 'How does revenue compare with last month?',
 'Whole calendar months only: NULL in the running month, which would otherwise look like a collapse, in the first month, and when the month before collected 0.'),
('YoY growth', 'kpi_revenue_monthly', 'yoy', 'payments', '(collected - collected of a year before) / collected of a year before',
 'How does revenue compare with the same month last year?',
 'Free of season, unlike MoM growth. NULL in the running month, in the first twelve months, and when that month collected 0.'),
('Change flag', 'kpi_revenue_monthly', 'change_flag', 'payments, kpi_settings', 'alert when abs(mom) > change_alert, warn when abs(mom) > change_warn, else ok',
 'Is this month unusual enough to look into?',
 'Rises and falls alike; a change exactly at a threshold does not exceed it. The thresholds, 10 % and 15 % at first, stand in kpi_settings. NULL when MoM growth is NULL.'),
('Paid above MRR', 'kpi_cash_bridge_monthly', 'paid_above_mrr', 'subscriptions, payments', 'sum of payments beyond MRR, over customers with MRR at closing',
 'How much did customers pay beyond their MRR?',
 'Line of the bridge from MRR to cash: prepaid years, extras, arrears. Compared per customer, so that one who pays ahead does not hide one who pays nothing.'),
('Paid without MRR', 'kpi_cash_bridge_monthly', 'paid_without_mrr', 'subscriptions, payments', 'sum of payments, over customers without MRR at closing',
 'How much came from those who are not customers at month end?',
 'Line of the bridge: payments of customers who left within the month, owed from before, or never had a subscription.'),
('Failed and unpaid', 'kpi_cash_bridge_monthly', 'failed_unpaid', 'subscriptions, payments', 'sum of the lesser of shortfall and failed payments, per customer',
 'How much MRR did we miss to failed payments?',
 'Line of the bridge, first explanation of a shortfall. A failed payment that was collected later in the month leaves no shortfall and is not here.'),
('Paid below MRR', 'kpi_cash_bridge_monthly', 'paid_below_mrr', 'subscriptions, payments', 'sum of the remaining shortfall, over customers who paid something',
 'How much less than their MRR did customers pay?',
 'Line of the bridge: discounts, partial months, part payments.'),
('Not paid', 'kpi_cash_bridge_monthly', 'not_paid', 'subscriptions, payments', 'sum of the remaining shortfall, over customers who paid nothing',
 'How much MRR had no payment at all?',
 'Line of the bridge: within a prepaid term, billed later, or never billed.'),
('Bridge residual', 'kpi_cash_bridge_monthly', 'residual', 'subscriptions, payments',
 'collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded)',
 'Is anything between MRR and cash unexplained?',
 'Always 0: a refresh in which it is not is not published.'),
('Infrastructure cost', 'kpi_margin_monthly', 'infra_cost', 'costs', 'sum of infra_cost of the month',
 'What did hosting cost?', 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Support cost', 'kpi_margin_monthly', 'support_cost', 'costs', 'sum of support_cost of the month',
 'What did support cost?', 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Marketing cost', 'kpi_margin_monthly', 'marketing_cost', 'costs', 'sum of marketing_cost of the month',
 'What did we spend on marketing?', 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Gross profit', 'kpi_margin_monthly', 'gross_profit', 'payments, costs', 'revenue - infra_cost - support_cost',
 'What is left after delivering the service?',
 'Collected revenue less hosting and support. Marketing is never part of it. NULL without costs of the month.'),
('Gross margin', 'kpi_margin_monthly', 'gross_margin', 'payments, costs', 'gross_profit / revenue',
 'What share of revenue is left after delivering the service?',
 'Cost of delivery is hosting and support; leaving support out, as some do, overstates it. On collected revenue, so a month of prepaid years looks better than it is. NULL when revenue is 0 and without costs.'),
('Operating profit', 'kpi_margin_monthly', 'operating_profit', 'payments, costs', 'gross_profit - marketing_cost',
 'Do we earn money?',
 'Collected revenue less all costs that costs knows; what is not there, such as development, is not subtracted. NULL without costs of the month.'),
('ARPA of new customers', 'kpi_margin_monthly', 'new_mrr', 'subscriptions', 'new_mrr / new_customers',
 'What does a new customer pay per month?',
 'Also called average sale price. MRR on the first day, before any expansion. NULL without new customers.'),
('CAC', 'kpi_margin_monthly', 'cac', 'subscriptions, costs', 'marketing_cost / new_customers',
 'What does a new customer cost us?',
 'Customer acquisition cost from marketing spend alone, of the same month, over all channels; the usual definition adds sales, and some shift the spend by the length of the sales cycle. NULL without new customers and without costs.'),
('CAC payback', 'kpi_margin_monthly', 'cac_payback_months', 'subscriptions, payments, costs', 'marketing_cost / (new_mrr * gross_margin)',
 'After how many months has a new customer paid for her acquisition?',
 'By the ARPA and margin of the month; with what new customers pay, not with the average of all. NULL without costs and unless new MRR and margin are above zero.'),
('LTV', 'kpi_margin_monthly', 'ltv', 'subscriptions, payments, costs', 'ARPA * gross_margin / logo churn rate',
 'What is a customer worth to us over her life?',
 'Lifetime value under the assumption that the churn of the month goes on for ever, so it jumps from month to month; look at several. Others leave the margin out or smooth the churn over months. Without churn it has no value: NULL where some print 0 or infinity; NULL also without revenue, customers or costs.'),
('LTV:CAC', 'kpi_margin_monthly', 'ltv_to_cac', 'subscriptions, payments, costs', 'ltv / cac',
 'Does a customer bring in more than she costs?',
 'Both of the same month and the same margin; 3 is a common yardstick. CAC holds marketing only, which flatters it. NULL when either is NULL or CAC is 0.')
$$;
COMMENT ON FUNCTION saaskpi.money_dictionary() IS
    'dictionary of the KPIs about money received and spent';

CREATE FUNCTION saaskpi.customer_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 22
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('Signups', 'kpi_conversion'::name, 'signups'::name, 'customers', 'customers with signup_date in the month cohort',
 'How many signed up?', 'By signup_date; customers without one are left out.'),
('Matured signups', 'kpi_conversion', 'matured', 'customers, kpi_settings', 'signups with signup_date + conversion_days <= as_of',
 'How many have had their full time to convert?',
 'Denominator of the conversion rate. Without it a young month would look worse than it is.'),
('Converted signups', 'kpi_conversion', 'converted', 'customers, payments, kpi_settings', 'matured signups who paid within conversion_days',
 'How many became paying?',
 'First successful payment within conversion_days of signup (30 at first, see kpi_settings): on day 0 up to the day before the window ends.'),
('Expired signups', 'kpi_conversion', 'expired', 'customers, payments, kpi_settings', 'matured - converted',
 'How many had their time and did not pay?', 'Includes those who paid later.'),
('Pending signups', 'kpi_conversion', 'pending', 'customers, kpi_settings', 'signups - matured',
 'How many can still convert?', 'Whether they have paid already or not: neither side of the rate holds them.'),
('Conversion rate', 'kpi_conversion', 'rate', 'customers, payments, kpi_settings', 'converted / matured',
 'What share of signups becomes paying?',
 'By month of signup, matured signups only: never above 1, and a month changes no more once all its signups are matured. Dividing the conversions of a month by the signups of that month mixes different people and can exceed 1. NULL while nobody is matured.'),
('Median days to convert', 'kpi_conversion', 'median_days', 'customers, payments, kpi_settings', 'median over converted of days from signup to first successful payment',
 'How long does it take to become paying?',
 'Over those who converted in time, so always below conversion_days; a payment before signup counts as day 0. The median, as a few late ones would move a mean. NULL when nobody converted.'),
('Customer status', 'kpi_customers', 'status', 'subscriptions', 'active when mrr > 0, churned when there was MRR before, else prospect',
 'Is this customer with us?',
 'Computed from the subscriptions as of as_of; the claim in is_active of customers is never used, saaskpi.check_sources lists where the two disagree.'),
('Customer MRR', 'kpi_customers', 'mrr', 'subscriptions', 'sum of monthly_price over her subscriptions in force at as_of',
 'Who are our largest customers?', 'Adds up to MRR of the last month exactly; 0 for those who left or never came.'),
('Tenure', 'kpi_customers', 'tenure_days', 'subscriptions', 'coalesce(churned_on, as_of) - first_mrr_on',
 'How long has this customer been with us?',
 'From the first day with MRR to the last departure, or to as_of while there is MRR; times away in between are included. NULL for those who never had MRR.'),
('Customer revenue', 'kpi_customers', 'revenue', 'payments', 'sum of her successful payments minus refunds',
 'What has this customer paid so far?', 'Historic, up to as_of; not the LTV, which looks ahead. Adds up to collected revenue over all months exactly.'),
('Customer payments', 'kpi_customers', 'payments', 'payments', 'count of her successful payments of zero or more',
 'How often has this customer paid?', 'Refunds are not payments.'),
('Customer failed payments', 'kpi_customers', 'failed_payments', 'payments', 'count of her failed payments',
 'Whose payments fail?', 'Attempts, up to as_of, whatever became of them.'),
('Elapsed share of the month', 'kpi_calendar', 'elapsed_fraction', 'kpi_settings', 'days of the month before as_of / days of the month',
 'How much of the running month do we see?',
 '1 for complete months. Rates that compare months leave the running month out instead of scaling it.')
$$;
COMMENT ON FUNCTION saaskpi.customer_dictionary() IS
    'dictionary of the KPIs about conversion and single customers';

-- A rate without a column of its own names a count it starts from.
CREATE VIEW saaskpi.kpi_catalog AS
SELECT d.name, d.question, d.formula, g.grain,
       CASE WHEN d.name LIKE '% rate' THEN 'ratio' ELSE c.unit END AS unit, d.sources, d.relation, d.column_name, d.definition
  FROM (SELECT 1, * FROM saaskpi.mrr_dictionary() WITH ORDINALITY
        UNION ALL SELECT 2, * FROM saaskpi.retention_dictionary() WITH ORDINALITY
        UNION ALL SELECT 3, * FROM saaskpi.money_dictionary() WITH ORDINALITY
        UNION ALL SELECT 4, * FROM saaskpi.customer_dictionary() WITH ORDINALITY
        UNION ALL SELECT 5, * FROM saaskpi.series_dictionary() WITH ORDINALITY)
       AS d(part, name, relation, column_name, sources, formula, question, definition, n)
  LEFT JOIN saaskpi.relation_grains() AS g ON g.relation = d.relation
  LEFT JOIN saaskpi.relation_columns() AS c ON c.relation = d.relation AND c.column_name = d.column_name
 ORDER BY d.part, d.n;
GRANT SELECT ON saaskpi.kpi_catalog TO PUBLIC;
COMMENT ON VIEW saaskpi.kpi_catalog IS
    'The KPI dictionary: one row per KPI with the question it answers, its formula and the rule behind it, and where to read it. What exactly is our NRR?';
COMMENT ON COLUMN saaskpi.kpi_catalog.name IS 'Name of the KPI, the standard term of the field where there is one; unique.';
COMMENT ON COLUMN saaskpi.kpi_catalog.question IS 'The question the KPI answers, as a CFO would ask it.';
COMMENT ON COLUMN saaskpi.kpi_catalog.formula IS 'How it is computed: an expression over columns of relation where there is one, else words.';
COMMENT ON COLUMN saaskpi.kpi_catalog.grain IS 'What one row of relation stands for.';
COMMENT ON COLUMN saaskpi.kpi_catalog.unit IS
    'Unit of the KPI: money is an amount in the currency of kpi_settings, ratio a share of one (0.05 is 5 %), a plural a count of what it names.';
COMMENT ON COLUMN saaskpi.kpi_catalog.sources IS 'Source tables and settings it is computed from, separated by commas.';
COMMENT ON COLUMN saaskpi.kpi_catalog.relation IS 'Relation in your schema that holds it.';
COMMENT ON COLUMN saaskpi.kpi_catalog.column_name IS 'Column of relation that holds it, or that the formula starts from when there is no column of its own.';
COMMENT ON COLUMN saaskpi.kpi_catalog.definition IS 'The rule it follows, where other tools differ, and when it is NULL.';
