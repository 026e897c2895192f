-- Subscriptions as they are billed: the state from which recurring revenue is computed under any policy.

@state type=ledger storage=extended sspace=256 meaning=the subscriptions of one customer as they are billed: trials, pauses, payments overdue, notice and discounts included rollup=merges parts of the ledger of one customer

CREATE FUNCTION saaskpi_internal.ledger_accum(saaskpi.ledger, date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean) RETURNS saaskpi.ledger
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.ledger_accum(saaskpi.ledger, date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.ledger_accum(saaskpi.ledger, date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean) FROM PUBLIC;

CREATE AGGREGATE saaskpi.ledger_agg(start_date date, end_date date, monthly_price numeric, plan text, status text, trial_end date, paused_from date, resumes_on date,
        past_due_since date, notice_on date, end_reason text, term_months integer, quantity numeric, monthly_discount numeric, discount_once boolean, discount_until date, is_usage boolean) (
    SFUNC = saaskpi_internal.ledger_accum,
    STYPE = saaskpi.ledger,
    SSPACE = 256,
    FINALFUNC = saaskpi_internal.ledger_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.ledger_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.ledger_agg(date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean) IS
    'the subscriptions of one customer as they are billed, in force on [start_date, end_date) at a list price per month; status is trialing, active, past_due, unpaid, paused or canceled, null for what the days say; on trial before trial_end, paused from paused_from to resumes_on, past due from past_due_since unless status says that this is over, under notice from notice_on; end_reason voluntary, involuntary or other; of the discount at most the price counts; rows that cannot be used are counted by skipped()';

CREATE FUNCTION saaskpi_internal.ledger_accum(saaskpi.ledger, date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean, date, boolean) RETURNS saaskpi.ledger
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_accum_part' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi_internal.ledger_accum(saaskpi.ledger, date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean, date, boolean) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.ledger_accum(saaskpi.ledger, date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean, date, boolean) FROM PUBLIC;

CREATE AGGREGATE saaskpi.ledger_agg(start_date date, end_date date, monthly_price numeric, plan text, status text, trial_end date, paused_from date, resumes_on date,
        past_due_since date, notice_on date, end_reason text, term_months integer, quantity numeric, monthly_discount numeric, discount_once boolean, discount_until date, is_usage boolean,
        since date, goes_on boolean) (
    SFUNC = saaskpi_internal.ledger_accum,
    STYPE = saaskpi.ledger,
    SSPACE = 1024,
    FINALFUNC = saaskpi_internal.ledger_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.ledger_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.ledger_agg(date, date, numeric, text, text, date, date, date, date, date, text, integer, numeric, numeric, boolean, date, boolean, date, boolean) IS
    'the same of subscriptions in several currencies, each cut into parts at the rate of their first day: since is the first day of a subscription that the part continues, null where it begins, and goes_on says that another continues it on end_date; what changes from one to the next is fx under every policy. The last part of one that ends starts and ends on that day';

CREATE FUNCTION saaskpi.skipped(ledger saaskpi.ledger)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.skipped(saaskpi.ledger) IS
    'subscriptions that could not be used: no start or price, a price below zero, NaN, infinite or of 922337203685477.5808 and more, an end on or before the start';

CREATE FUNCTION saaskpi.ledger_segments(ledger saaskpi.ledger)
    RETURNS TABLE (from_date date, to_date date, plan text, standing text, under_notice boolean, end_reason text, past_due_since date, term_months integer,
        is_usage boolean, list_mrr numeric, recurring_discount numeric, one_time_discount numeric, quantity numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_segments' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 4;
COMMENT ON FUNCTION saaskpi.ledger_segments(saaskpi.ledger) IS
    'a ledger as rows: what was in force on [from_date, to_date), to_date null while it is, by plan and standing (trialing, active, past due, unpaid, paused or never paid); rows of one day add up to the customer';
