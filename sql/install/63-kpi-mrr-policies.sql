-- Recurring revenue under every policy in use.

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, indexes, follows, grain, comment, query) VALUES
('kpi_mrr_policies', 'rows', '{subscriptions}', '{policy,period}', '{}', NULL, 'policy and month',
 'The MRR waterfall under every policy in use: one row per policy and month, with pauses, trials, payments overdue and discounts. Why does the other tool show another MRR?',
 saaskpi_internal.with_billing($sql$
WITH used AS MATERIALIZED (
    SELECT p.*, (SELECT min(period) FROM {kpi_calendar} AS k) AS first FROM {rows kpi_policies} AS p WHERE p.is_used OR p.policy = {setting mrr_policy}
), flow AS MATERIALIZED (
    SELECT p.policy, saaskpi.ledger_flow_agg(c.ledger, [policy], {as_of}) AS flow
      FROM {kpi_customers} AS c CROSS JOIN (SELECT * FROM {rows kpi_policies} AS r WHERE r.is_used OR r.policy = {setting mrr_policy}) AS p
     WHERE [ledgered] GROUP BY p.policy
)
SELECT p.policy, p.version, w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation, w.pause, w.resume, w.closing,
       w.pause_to_zero, w.resume_from_zero, w.voluntary_churn, w.involuntary_churn, w.list_mrr, w.list_mrr - w.closing AS discount,
       w.committed_mrr, w.past_due_mrr, w.trial_mrr, w.paused_mrr, w.customers_opening, w.customers_new, w.customers_churned, w.customers_reactivated,
       w.customers_paused, w.customers_resumed, w.customers_closing, w.customers_on_trial, w.customers_resting, w.customers_past_due, w.is_complete, w.fx
  FROM used AS p LEFT JOIN flow AS f ON f.policy = p.policy
 CROSS JOIN LATERAL saaskpi.policy_waterfall(coalesce(f.flow, (SELECT saaskpi.ledger_flow_agg(n.ledger, [policy], {as_of}) FROM (VALUES (NULL::saaskpi.ledger)) AS n(ledger))), p.first) AS w
 WHERE [ledgered] AND p.first IS NOT NULL
UNION ALL
SELECT u.policy, u.version, w.period, w.opening, w.new, w.expansion, w.contraction, w.churn, w.reactivation, w.pause, w.resume, w.closing,
       0.00, 0.00, 0.00, 0.00, w.closing, 0.00, w.closing, 0.00, 0.00, 0.00, w.customers_opening, w.customers_new, w.customers_churned, w.customers_reactivated,
       0, 0, w.customers_closing, 0, 0, 0, w.is_complete, w.fx
  FROM used AS u CROSS JOIN LATERAL (SELECT coalesce(saaskpi.rollup(s.flow), (SELECT saaskpi.mrr_flow_agg(NULL::saaskpi.mrr_history, 'month', {as_of}))) AS flow FROM {kpi_summaries} AS s) AS q
 CROSS JOIN LATERAL saaskpi_internal.mrr_waterfall_total(q.flow, u.first) AS w WHERE NOT [ledgered] AND u.first IS NOT NULL
$sql$));

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_mrr_policies', 'policy', 'text', 'Policy of kpi_policies.'),
('kpi_mrr_policies', 'version', 'number', 'Its version as of the refresh.'),
('kpi_mrr_policies', 'period', 'date', 'First day of the month.'),
('kpi_mrr_policies', 'opening', 'money', 'MRR under the policy at the end of the day before period.'),
('kpi_mrr_policies', 'new', 'money', 'MRR of customers on the day they had any for the first time, or as new_after_days of the policy says.'),
('kpi_mrr_policies', 'expansion', 'money', 'Rises of MRR of customers who had some, netted per customer and day.'),
('kpi_mrr_policies', 'contraction', 'money', 'Falls of MRR of customers who kept some; a positive amount that lowers closing.'),
('kpi_mrr_policies', 'churn', 'money', 'MRR that customers had before it fell to zero otherwise than by a pause; a positive amount that lowers closing.'),
('kpi_mrr_policies', 'reactivation', 'money', 'MRR of customers who came back after churn.'),
('kpi_mrr_policies', 'pause', 'money', 'MRR that fell as subscriptions were paused; a positive amount that lowers closing, 0 where pauses of the policy is not zero.'),
('kpi_mrr_policies', 'resume', 'money', 'MRR that came back as pauses ended; 0 where pauses of the policy is not zero.'),
('kpi_mrr_policies', 'closing', 'money', 'MRR under the policy at the end of the month: opening + new + expansion + reactivation + resume + fx - contraction - churn - pause.'),
('kpi_mrr_policies', 'pause_to_zero', 'money', 'Part of pause of customers who kept no MRR.'),
('kpi_mrr_policies', 'resume_from_zero', 'money', 'Part of resume of customers who had no MRR.'),
('kpi_mrr_policies', 'voluntary_churn', 'money', 'Part of churn whose end_reason is voluntary, or that followed notice.'),
('kpi_mrr_policies', 'involuntary_churn', 'money', 'Part of churn whose end_reason is involuntary, that was past due when it ended, or past due for longer than the policy counts.'),
('kpi_mrr_policies', 'list_mrr', 'money', 'MRR at closing before discounts: closing + discount.'),
('kpi_mrr_policies', 'discount', 'money', 'Discounts that the policy subtracts: list_mrr - closing.'),
('kpi_mrr_policies', 'committed_mrr', 'money', 'MRR at closing of subscriptions that are not under notice.'),
('kpi_mrr_policies', 'past_due_mrr', 'money', 'MRR at closing of subscriptions past due or unpaid: what is at risk of involuntary churn.'),
('kpi_mrr_policies', 'trial_mrr', 'money', 'What subscriptions on trial at closing would bring; in closing only where trials of the policy count.'),
('kpi_mrr_policies', 'paused_mrr', 'money', 'What subscriptions paused at closing would bring; in closing only where the policy keeps them.'),
('kpi_mrr_policies', 'customers_opening', 'customers', 'Customers at opening: with MRR, or where free_stays with anything that counts.'),
('kpi_mrr_policies', 'customers_new', 'customers', 'Customers of new.'),
('kpi_mrr_policies', 'customers_churned', 'customers', 'Times a customer left, pauses apart.'),
('kpi_mrr_policies', 'customers_reactivated', 'customers', 'Times a customer came back, pauses apart.'),
('kpi_mrr_policies', 'customers_paused', 'customers', 'Times a customer fell to no MRR by a pause.'),
('kpi_mrr_policies', 'customers_resumed', 'customers', 'Times a customer came back from a pause.'),
('kpi_mrr_policies', 'customers_closing', 'customers', 'Customers at closing: customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused.'),
('kpi_mrr_policies', 'customers_on_trial', 'customers', 'Customers with a subscription on trial at closing.'),
('kpi_mrr_policies', 'customers_resting', 'customers', 'Customers with a paused subscription and no MRR at closing; they have not churned.'),
('kpi_mrr_policies', 'customers_past_due', 'customers', 'Customers with MRR past due or unpaid at closing.'),
('kpi_mrr_policies', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),
('kpi_mrr_policies', 'fx', 'money', 'What rates alone moved, as fx of kpi_mrr_monthly.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('policies_close', $sql$
SELECT format('%s %s: off by %s and %s customers', policy, period, opening + new + expansion + reactivation + resume + fx - contraction - churn - pause - closing,
              customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused - customers_closing)
  FROM {kpi_mrr_policies}
 WHERE opening + new + expansion + reactivation + resume + fx - contraction - churn - pause <> closing
    OR customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused <> customers_closing
UNION ALL
SELECT format('%s %s opens at %s, the month before closed at %s', policy, period, opening, before)
  FROM (SELECT policy, period, opening, lag(closing, 1, 0.0) OVER (PARTITION BY policy ORDER BY period) AS before FROM {kpi_mrr_policies}) AS q WHERE opening <> before
UNION ALL
SELECT format('%s %s: discount %s, committed %s, past due %s of %s', policy, period, discount, committed_mrr, past_due_mrr, closing)
  FROM {kpi_mrr_policies}
 WHERE list_mrr - discount <> closing OR discount < 0 OR committed_mrr NOT BETWEEN 0 AND closing OR past_due_mrr NOT BETWEEN 0 AND closing
    OR voluntary_churn + involuntary_churn > churn OR pause_to_zero > pause OR resume_from_zero > resume
$sql$);

-- The waterfall in force is made of histories, this one of ledgers.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('policy_is_in_force', $sql$
SELECT format('%s: %s closes at %s, kpi_mrr_monthly at %s', p.period, p.policy, p.closing, w.closing)
  FROM {kpi_mrr_policies} AS p JOIN {kpi_mrr_monthly} AS w ON w.period = p.period
 WHERE p.policy = {setting mrr_policy} AND p.closing <> w.closing
UNION ALL
SELECT format('%s: %s is off the movements of kpi_mrr_monthly by %s', p.period, p.policy,
              ROW(p.new - w.new, p.churn - w.churn, p.reactivation - w.reactivation, p.expansion - w.expansion, p.contraction - w.contraction, p.pause - w.pause, p.resume - w.resume, p.fx - w.fx))
  FROM {kpi_mrr_policies} AS p JOIN {rows kpi_policies} AS r ON r.policy = p.policy JOIN {kpi_mrr_monthly} AS w ON w.period = p.period
 WHERE p.policy = {setting mrr_policy} AND r.same_month = 'both' AND NOT r.free_stays AND r.returns_after_days = 0 AND r.new_after_days IS NULL
   AND (p.new <> w.new OR p.churn <> w.churn OR p.reactivation <> w.reactivation OR p.expansion <> w.expansion OR p.contraction <> w.contraction
        OR p.pause <> w.pause OR p.resume <> w.resume OR p.fx <> w.fx
        OR p.customers_new <> w.customers_new OR p.customers_churned <> w.customers_churned OR p.customers_reactivated <> w.customers_reactivated
        OR p.customers_paused <> w.customers_paused OR p.customers_resumed <> w.customers_resumed OR p.customers_closing <> w.customers_closing)
$sql$);

CREATE FUNCTION saaskpi_internal.standing_on(day date, start_date date, status text, trial_end date, paused_from date, resumes_on date, past_due_since date)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN coalesce(day < trial_end, status = 'trialing') THEN 'trialing'
            WHEN (paused_from IS NOT NULL OR status = 'paused') AND day >= coalesce(paused_from, start_date)
                 AND (resumes_on > coalesce(paused_from, start_date) AND resumes_on <= day) IS NOT TRUE THEN 'paused'
            WHEN day >= CASE WHEN status IN ('past_due', 'unpaid') THEN coalesce(past_due_since, start_date)
                             WHEN coalesce(status, 'canceled') = 'canceled' THEN past_due_since END
            THEN CASE WHEN status = 'unpaid' AND (coalesce(past_due_since, start_date) <= trial_end AND trial_end <> start_date) IS NOT TRUE THEN 'unpaid' ELSE 'past_due' END
            ELSE 'active' END;
COMMENT ON FUNCTION saaskpi_internal.standing_on(date, date, text, date, date, date, date) IS 'where a subscription in force on a day stands on it: trialing, paused, past_due, unpaid or active';

CREATE FUNCTION saaskpi_internal.counted_units(units bigint, discount bigint, discount_once boolean, is_out boolean, standing text, trials boolean, pauses boolean, is_late boolean, recurring boolean, one_time boolean)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN is_out OR (standing = 'trialing' AND NOT trials) OR (standing = 'paused' AND NOT pauses) OR (standing IN ('past_due', 'unpaid') AND is_late) THEN 0
            ELSE units - CASE WHEN CASE WHEN discount_once THEN one_time ELSE recurring END THEN least(coalesce(discount, 0), units) ELSE 0 END END;
COMMENT ON FUNCTION saaskpi_internal.counted_units(bigint, bigint, boolean, boolean, text, boolean, boolean, boolean, boolean, boolean) IS
    'what a subscription brings on a day under a policy, in ten-thousandths, from the rules as they are told';

-- The rules of policies as they are told, of one row of the source and without
-- states: what it counts for on as_of, or on its first day when that lies ahead.
CREATE FUNCTION saaskpi_internal.with_amounts(template text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN saaskpi_internal.with_billing(replace(template, '[amount]', $$CASE WHEN [ledgered]
            THEN saaskpi_internal.counted_units(saaskpi.money_units(i.monthly_price), CASE WHEN (i.discount_until <= greatest(i.start_date, {as_of})) IS NOT TRUE THEN greatest(saaskpi.money_units(i.monthly_discount), 0) END,
                   i.discount_once IS TRUE, i.is_usage IS TRUE AND NOT p.usage OR p.churn_at = 'notice' AND i.notice_on <= greatest(i.start_date, {as_of}),
                   saaskpi_internal.standing_on(greatest(i.start_date, {as_of}), coalesce(i.since, i.start_date), i.status, i.trial_end, i.paused_from, i.resumes_on, i.past_due_since), p.trials, p.pauses = 'keep',
                   saaskpi_internal.standing_on(greatest(i.start_date, {as_of}), coalesce(i.since, i.start_date), i.status, i.trial_end, i.paused_from, i.resumes_on, i.past_due_since) = 'unpaid' AND NOT p.unpaid
                   OR coalesce(i.trial_end <> coalesce(i.since, i.start_date) AND coalesce(i.past_due_since, i.start_date) <= i.trial_end, false) AND NOT p.never_paid
                   OR coalesce(greatest(i.start_date, {as_of}) >= CASE WHEN i.status IN ('past_due', 'unpaid') THEN coalesce(i.past_due_since, i.start_date) ELSE i.past_due_since END + p.past_due_days, false),
                   p.recurring_discounts, p.one_time_discounts)
            ELSE saaskpi.money_units(i.monthly_price) END$$));
COMMENT ON FUNCTION saaskpi_internal.with_amounts(text) IS 'a template with the places of with_billing, and [amount]: what the subscription i counts for under the policy p, in ten-thousandths';

-- From the rows of the source as they are on as_of, one by one.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('policies_equal_subscriptions', saaskpi_internal.with_amounts($sql$
SELECT format('%s: closes at %s, the subscriptions add up to %s', w.policy, w.closing, coalesce(s.mrr, 0))
  FROM (SELECT DISTINCT ON (policy) policy, closing FROM {kpi_mrr_policies} ORDER BY policy, period DESC) AS w
  JOIN {rows kpi_policies} AS u ON u.policy = w.policy AND (u.is_used OR u.policy = {setting mrr_policy})
  LEFT JOIN (SELECT p.policy, sum([amount]) * 0.0001 AS mrr
               FROM {rows kpi_policies} AS p CROSS JOIN {subscriptions} AS i
              WHERE [ledgered] AND (p.is_used OR p.policy = {setting mrr_policy}) AND i.customer_id IS NOT NULL
                AND saaskpi_internal.is_usable(i.start_date, i.end_date, i.monthly_price) AND i.start_date <= {as_of} AND coalesce(i.end_date > {as_of}, true)
              GROUP BY p.policy) AS s ON s.policy = w.policy
 WHERE [ledgered] AND w.closing <> coalesce(s.mrr, 0)
$sql$));

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('MRR under a policy', 'kpi_mrr_policies', 'closing', 'subscriptions, kpi_policies', 'opening + new + expansion + reactivation + resume + fx - contraction - churn - pause',
 'What would the other tool show?',
 'The rows of subscriptions under every policy in use, each with its version; saaskpi.explain tells two of them apart, customer by customer.'),
('Paused MRR', 'kpi_mrr_policies', 'paused_mrr', 'subscriptions, kpi_policies', 'sum of the prices less discounts of what is paused at closing',
 'How much would come back if all pauses ended?',
 'No MRR under the house''s policy, where pauses are movements of their own and a paused customer has not churned.'),
('Trial MRR', 'kpi_mrr_policies', 'trial_mrr', 'subscriptions, kpi_policies', 'sum of the prices less discounts of what is on trial at closing',
 'What would the running trials bring?',
 'No MRR under the house''s policy until the trial has ended.'),
('Past-due MRR', 'kpi_mrr_policies', 'past_due_mrr', 'subscriptions, kpi_policies', 'sum of MRR at closing of what is past due or unpaid',
 'How much MRR hangs on a payment that failed?',
 'Part of closing until past_due_days of the policy have passed; then it is involuntary churn.'),
('Committed MRR', 'kpi_mrr_policies', 'committed_mrr', 'subscriptions, kpi_policies', 'sum of MRR at closing of what is not under notice',
 'What of our MRR has not been cancelled yet?',
 'Notice is the day in canceled_on; of cancel_at it is known as of as_of. An end_date that lies ahead is none: kpi_mrr_outlook takes that off in its month.'),
('Involuntary churn', 'kpi_mrr_policies', 'involuntary_churn', 'subscriptions, kpi_policies', 'part of churn that ended involuntarily or past due',
 'How much do we lose to failed payments?',
 'By end_reason where that is given; what comes back by payment later is reactivation with the reason recovery.'),
('List MRR', 'kpi_mrr_policies', 'list_mrr', 'subscriptions, kpi_policies', 'closing + discount',
 'What would MRR be without discounts?',
 'Of what counts under the policy.');
