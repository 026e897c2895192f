-- What counts as recurring revenue, and how its changes are called: ledgers under policies.

CREATE TYPE saaskpi.mrr_policy AS (
    trials boolean,
    never_paid boolean,
    pauses text,
    past_due_days integer,
    unpaid boolean,
    usage boolean,
    churn_at text,
    recurring_discounts boolean,
    one_time_discounts boolean,
    free_stays boolean,
    returns_after_days integer,
    new_after_days integer,
    same_month text
);
COMMENT ON TYPE saaskpi.mrr_policy IS
    'what counts as recurring revenue and how its changes are called; made by saaskpi.mrr_policy()';

CREATE FUNCTION saaskpi.mrr_policy(trials boolean DEFAULT false, never_paid boolean DEFAULT false, pauses text DEFAULT 'zero', past_due_days integer DEFAULT 30, unpaid boolean DEFAULT true,
    usage boolean DEFAULT false, churn_at text DEFAULT 'service_end', recurring_discounts boolean DEFAULT true, one_time_discounts boolean DEFAULT false,
    free_stays boolean DEFAULT false, returns_after_days integer DEFAULT 0, new_after_days integer DEFAULT NULL, same_month text DEFAULT 'both')
RETURNS saaskpi.mrr_policy
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ROW(trials, never_paid, pauses, past_due_days, unpaid, usage, churn_at, recurring_discounts, one_time_discounts, free_stays, returns_after_days, new_after_days, same_month)::saaskpi.mrr_policy;
COMMENT ON FUNCTION saaskpi.mrr_policy(boolean, boolean, text, integer, boolean, boolean, text, boolean, boolean, boolean, integer, integer, text) IS
    'a policy, by default the house''s: whether trials count; whether what is past due since its trial ended, so that nothing was ever paid, counts as past due does, or never; pauses zero (movements of their own), keep (count on) or churn; days past due that count, null for ever; whether unpaid counts as past due does, or never; whether usage counts; churn_at service_end or notice; discounts that are subtracted; whether customers at a price of zero stay customers; days away below which a return is expansion, and above which it is new; new and gone in the same month: both, net (one movement per month) or removed';

CREATE FUNCTION saaskpi.mrr_history(ledger saaskpi.ledger, policy saaskpi.mrr_policy)
    RETURNS saaskpi.mrr_history
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.mrr_history(saaskpi.ledger, saaskpi.mrr_policy) IS
    'recurring revenue of one customer over time under a policy, by plan, and what is paused where the policy makes movements of pauses; of subscriptions with nothing but start, end, price and plan what mrr_history_agg makes of them';

CREATE FUNCTION saaskpi.ledger_movements(ledger saaskpi.ledger, policy saaskpi.mrr_policy, as_of date)
    RETURNS TABLE (period date, happened_on date, movement text, amount numeric, mrr_before numeric, mrr_after numeric, reason text, axis text, days_away integer)
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_movements' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    ROWS 3;
COMMENT ON FUNCTION saaskpi.ledger_movements(saaskpi.ledger, saaskpi.mrr_policy, date) IS
    'the movements of one customer up to as_of under a policy, netted per day: new, expansion, contraction, churn, reactivation, pause, resume, and before them fx, what rates alone change; reason voluntary, involuntary, other, pause, resume, recovery, trial converted, discount began, discount ended or null; axis fx, or standing, discount, plan, term, quantity or price, the first of them that changed; days_away of those who come back';

CREATE FUNCTION saaskpi.policy_differences(ledger saaskpi.ledger, policy_a saaskpi.mrr_policy, policy_b saaskpi.mrr_policy, as_of date)
    RETURNS TABLE (axis text, amount numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_policy_differences' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    COST 200 ROWS 1;
COMMENT ON FUNCTION saaskpi.policy_differences(saaskpi.ledger, saaskpi.mrr_policy, saaskpi.mrr_policy, date) IS
    'recurring revenue of one customer on a day under policy_b less that under policy_a, told apart: trials, pauses, past due, usage, churn instant, recurring discounts, one-time discounts are switched in this order, and each brings what it then changes; amounts add up to the difference exactly';

@state type=ledger_flow storage=extended sspace=4096 meaning=recurring revenue of any set of customers under one policy, by month: movements and balances rollup=merges flows of disjoint sets of customers

CREATE FUNCTION saaskpi_internal.ledger_flow_accum(saaskpi.ledger_flow, saaskpi.ledger, saaskpi.mrr_policy, date) RETURNS saaskpi.ledger_flow
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_flow_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION saaskpi_internal.ledger_flow_accum(saaskpi.ledger_flow, saaskpi.ledger, saaskpi.mrr_policy, date) IS 'aggregate support: adds a row';
REVOKE EXECUTE ON FUNCTION saaskpi_internal.ledger_flow_accum(saaskpi.ledger_flow, saaskpi.ledger, saaskpi.mrr_policy, date) FROM PUBLIC;

CREATE AGGREGATE saaskpi.ledger_flow_agg(ledger saaskpi.ledger, policy saaskpi.mrr_policy, as_of date) (
    SFUNC = saaskpi_internal.ledger_flow_accum,
    STYPE = saaskpi.ledger_flow,
    SSPACE = 4096,
    FINALFUNC = saaskpi_internal.ledger_flow_final,
    FINALFUNC_MODIFY = READ_ONLY,
    COMBINEFUNC = saaskpi_internal.ledger_flow_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE saaskpi.ledger_flow_agg(saaskpi.ledger, saaskpi.mrr_policy, date) IS
    'sums the movements of customers under one policy, and where they stand, by month up to as_of';

CREATE FUNCTION saaskpi.policy_waterfall(flow saaskpi.ledger_flow, from_period date DEFAULT NULL)
    RETURNS TABLE (period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric, reactivation numeric, pause numeric, resume numeric,
        closing numeric, pause_to_zero numeric, resume_from_zero numeric, voluntary_churn numeric, involuntary_churn numeric, list_mrr numeric, committed_mrr numeric, past_due_mrr numeric, trial_mrr numeric, paused_mrr numeric,
        customers_opening bigint, customers_new bigint, customers_churned bigint, customers_reactivated bigint, customers_paused bigint, customers_resumed bigint,
        customers_closing bigint, customers_on_trial bigint, customers_resting bigint, customers_past_due bigint, is_complete boolean, fx numeric)
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_waterfall' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 60;
COMMENT ON FUNCTION saaskpi.policy_waterfall(saaskpi.ledger_flow, date) IS
    'a flow as rows, every month up to as_of: opening + new + expansion + reactivation + resume + fx - contraction - churn - pause = closing, where the movements and the balances are gathered apart';

CREATE FUNCTION saaskpi.first_period(flow saaskpi.ledger_flow)
    RETURNS date
    AS 'MODULE_PATHNAME', 'saaskpi_ledger_flow_first_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION saaskpi.first_period(saaskpi.ledger_flow) IS
    'first day of the first month in which anything changed, null when there is none';
