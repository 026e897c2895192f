-- One customer's recurring revenue over time: a state made from subscription intervals.

@state type=mrr_history storage=extended sspace=192 meaning=recurring revenue of one customer over time, by plan rollup=merges partial histories of one customer

CREATE FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_history_agg(start_date date, end_date date, monthly_price numeric) (
    SFUNC = saaskpi_internal.mrr_history_accum,
    STYPE = saaskpi.mrr_history,
    SSPACE = 128,
    FINALFUNC = saaskpi_internal.mrr_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.mrr_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_history_agg(date, date, numeric) IS
    'one customer''s recurring revenue over time, from subscriptions active on [start_date, end_date); a null end is open; prices are rounded half to even at four decimals; rows that cannot be used are counted by skipped()';

CREATE FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_accum_plan' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_history_agg(start_date date, end_date date, monthly_price numeric, plan text) (
    SFUNC = saaskpi_internal.mrr_history_accum,
    STYPE = saaskpi.mrr_history,
    SSPACE = 192,
    FINALFUNC = saaskpi_internal.mrr_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.mrr_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_history_agg(date, date, numeric, text) IS
    'the same, keeping plans apart so that a waterfall by plan can tell transfers from growth; a null plan is (none)';

CREATE FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text, date, boolean) RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_history_accum_part' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text, date, boolean) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.mrr_history_accum(saaskpi.mrr_history, date, date, numeric, text, date, boolean) FROM PUBLIC;

CREATE AGGREGATE saaskpi.mrr_history_agg(start_date date, end_date date, monthly_price numeric, plan text, since date, goes_on boolean) (
    SFUNC = saaskpi_internal.mrr_history_accum,
    STYPE = saaskpi.mrr_history,
    SSPACE = 512,
    FINALFUNC = saaskpi_internal.mrr_history_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.mrr_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.mrr_history_agg(date, date, numeric, text, date, boolean) IS
    'the same of subscriptions in several currencies, each cut into parts at the rate of their first day: since is the first day of a subscription that the part continues, null where it begins, and goes_on says that another continues it on end_date; from one to the next the level changes, and that is no movement but fx. The last part of one that ends starts and ends on that day';

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
    'day since which the customer has had no recurring revenue and nothing paused, null while she has either, and when she never paid';

CREATE FUNCTION saaskpi.paused_at(history saaskpi.mrr_history, as_of date)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_paused_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.paused_at(saaskpi.mrr_history, date) IS
    'what is paused on a day, which is no recurring revenue: what would come back if all pauses ended; known of histories made of a ledger, 0 of others';

CREATE FUNCTION saaskpi.first_plan(history saaskpi.mrr_history, as_of date)
    RETURNS text
    AS 'MODULE_PATHNAME', 'saaskpi_first_plan' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION saaskpi.first_plan(saaskpi.mrr_history, date) IS
    'plan of the first day with recurring revenue up to as_of, the first by name of several; null when there is none, and of a history without plans';

CREATE FUNCTION saaskpi_internal.last_change(history saaskpi.mrr_history, as_of date)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_last_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.last_change(saaskpi.mrr_history, date) IS
    'last day up to as_of on which anything in a history changed, null when there is none';

CREATE FUNCTION saaskpi.skipped(history saaskpi.mrr_history)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.mrr_history) IS
    'subscriptions that could not be used: no start or price, a price below zero, NaN, infinite or of 922337203685477.5808 and more, an end on or before the start';

CREATE FUNCTION saaskpi.mrr_movements(history saaskpi.mrr_history, as_of date, grain text DEFAULT 'month', netting text DEFAULT 'day')
    RETURNS TABLE (period date, happened_on date, movement text, amount numeric, mrr_before numeric, mrr_after numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_movements' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    ROWS 3;
COMMENT ON FUNCTION saaskpi.mrr_movements(saaskpi.mrr_history, date, text, text) IS
    'the movements of one customer up to as_of (new, expansion, contraction, churn, reactivation, of what is paused pause and resume, and of what rates alone change fx, before the movement of its day), netted by day, event or period, which does not tell fx apart: the drill-down of every waterfall';
