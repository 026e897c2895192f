-- What types and aggregates are made of moves out of the way of callers.

DO $$
DECLARE
    support regprocedure;
BEGIN
    FOR support IN
        SELECT p.oid
          FROM pg_proc AS p
          JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'saaskpi'
          JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'c'
         WHERE p.proname ~ '_(in|out|recv|send|accum|combine|final|serial|deserial)$'
         ORDER BY p.proname, p.oid LOOP
        EXECUTE format('ALTER FUNCTION %s SET SCHEMA saaskpi_internal', support);
    END LOOP;
END
$$;

-- Views made by version 0.1.0 keep the accessor they were made with.
ALTER FUNCTION saaskpi.conversion_cohorts(saaskpi.conversion_curve) SET SCHEMA saaskpi_internal;
COMMENT ON FUNCTION saaskpi_internal.conversion_cohorts(saaskpi.conversion_curve) IS
    'conversion as version 0.1.0 had it, for views made then: pending are all whose window is open, paid or not';
CREATE FUNCTION saaskpi.conversion_cohorts(curve saaskpi.conversion_curve)
    RETURNS TABLE (cohort date, signups bigint, matured bigint, converted bigint, expired bigint,
        pending bigint, median_days numeric, converted_early bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_conversion_cohorts_early' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.conversion_cohorts(saaskpi.conversion_curve) IS
    'conversion as rows: signups = converted + expired + converted_early + pending, matured = converted + expired; of those whose window is open, converted_early have paid by as_of and pending have not; a state stored by version 0.1.0 does not know who paid early and has them in pending';

ALTER FUNCTION saaskpi.mrr_waterfall(saaskpi.mrr_flow, date) SET SCHEMA saaskpi_internal;
COMMENT ON FUNCTION saaskpi_internal.mrr_waterfall(saaskpi.mrr_flow, date) IS
    'a waterfall as version 0.1.0 had it, for views made then: a pause is churn or contraction, a resume reactivation or expansion';
CREATE FUNCTION saaskpi.mrr_waterfall(flow saaskpi.mrr_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (label text, period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric,
        reactivation numeric, transfer_in numeric, transfer_out numeric, closing numeric, round_trip numeric,
        customers_opening bigint, customers_new bigint, customers_expanded bigint, customers_contracted bigint,
        customers_churned bigint, customers_reactivated bigint, customers_transfer_in bigint, customers_transfer_out bigint,
        customers_closing bigint, is_complete boolean, pause numeric, resume numeric, customers_paused bigint, customers_resumed bigint, fx numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_mrr_waterfall_pauses' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.mrr_waterfall(saaskpi.mrr_flow, date) IS
    'a waterfall as rows, every period up to as_of, the total first (label null), then each plan; opening + new + expansion + reactivation + resume + transfer_in + fx - contraction - churn - pause - transfer_out = closing';

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

CREATE FUNCTION saaskpi.paused_at(history saaskpi.mrr_history, as_of date)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_paused_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.paused_at(saaskpi.mrr_history, date) IS
    'what is paused on a day, which is no recurring revenue: what would come back if all pauses ended; known of histories made of a ledger, 0 of others';

COMMENT ON FUNCTION saaskpi.churned_on(saaskpi.mrr_history, date) IS
    'day since which the customer has had no recurring revenue and nothing paused, null while she has either, and when she never paid';

COMMENT ON FUNCTION saaskpi.mrr_movements(saaskpi.mrr_history, date, text, text) IS
    'the movements of one customer up to as_of (new, expansion, contraction, churn, reactivation, of what is paused pause and resume, and of what rates alone change fx, before the movement of its day), netted by day, event or period, which does not tell fx apart: the drill-down of every waterfall';

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

CREATE FUNCTION saaskpi.monthly_price(amount numeric, interval_unit text, interval_count integer DEFAULT 1)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'saaskpi_monthly_price' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.monthly_price(numeric, text, integer) IS
    'price of one month, from the price of interval_count intervals of a day, week, month, quarter, half-year or year (or days, daily, annually, in any case): a year has 12 months, 52 weeks, 365 days; exact, then rounded half to even at four decimals; null for null and for what cannot be used as an amount';

-- Amounts are rounded, and rows that cannot be used never raise.
COMMENT ON AGGREGATE saaskpi.mrr_history_agg(date, date, numeric) IS
    'one customer''s recurring revenue over time, from subscriptions active on [start_date, end_date); a null end is open; prices are rounded half to even at four decimals; rows that cannot be used are counted by skipped()';
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.mrr_history) IS
    'subscriptions that could not be used: no start or price, a price below zero, NaN, infinite or of 922337203685477.5808 and more, an end on or before the start';
COMMENT ON FUNCTION saaskpi.money_units(numeric) IS
    'an amount as it is kept inside states, in units of 1/10000, rounded half to even; null for NaN, infinity and what is too large to be kept';
COMMENT ON AGGREGATE saaskpi.activity_agg(date, numeric, text) IS
    'counts and amounts of one customer by day, week (from Monday), month, quarter or year; amounts are rounded half to even at four decimals, and one below zero is a refund; rows that cannot be used are counted by skipped()';
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.activity) IS
    'rows that could not be used: no day, no amount or one that is NaN, infinite or of 922337203685477.5808 and more, unknown outcome';
COMMENT ON AGGREGATE saaskpi.payment_agg(date, numeric, text) IS
    'payments of one customer by month: status Success, Failed, or Success with an amount below zero, which is a refund; amounts are rounded half to even at four decimals; rows that cannot be used are counted by skipped()';
COMMENT ON AGGREGATE saaskpi.conversion_agg(date, date, integer, date) IS
    'conversion by month of signup: who paid within window_days of signup, on day 0 to 29 for 30, among those whose window has passed by as_of';
COMMENT ON AGGREGATE saaskpi.series_agg(date, numeric) IS
    'a monthly series: values, rounded half to even at four decimals, summed by the month that holds their date; rows without a usable date or value are counted by skipped()';
COMMENT ON AGGREGATE saaskpi.series_agg(date, numeric, text) IS
    'a series by day, week (from Monday), month, quarter or year: values, rounded half to even at four decimals, summed by the period that holds their date; rows without a usable date or value are counted by skipped()';
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.series) IS
    'rows left out of the series: no date, a date outside the years 1 to 9999, no value, NaN, infinity or a value of 922337203685477.5808 and more';
COMMENT ON AGGREGATE saaskpi.mrr_retention_agg(saaskpi.mrr_history, integer, text, date) IS
    'follows the customers of each period for lag periods: what they paid then, what they pay now, and the smaller of the two customer by customer';
COMMENT ON AGGREGATE saaskpi.cohort_agg(saaskpi.activity, date) IS
    'retention by the period of the first activity of each customer';
