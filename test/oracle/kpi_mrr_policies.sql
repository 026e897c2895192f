-- kpi_mrr_policies: the waterfall under the one policy in use.  These facts say
-- nothing of trials, pauses, payments overdue or discounts, so that there is
-- only one; sql/policies.sql has the others against plain SQL.
SELECT 'house' AS policy, 1 AS version, period, opening, new, expansion,
       contraction, churn, reactivation, 0.00 AS pause, 0.00 AS resume,
       closing, 0.00 AS pause_to_zero, 0.00 AS resume_from_zero,
       0.00 AS voluntary_churn, 0.00 AS involuntary_churn,
       closing AS list_mrr, 0.00 AS discount, closing AS committed_mrr,
       0.00 AS past_due_mrr, 0.00 AS trial_mrr, 0.00 AS paused_mrr,
       customers_opening, customers_new, customers_churned,
       customers_reactivated, 0 AS customers_paused, 0 AS customers_resumed,
       customers_closing, 0 AS customers_on_trial, 0 AS customers_resting,
       0 AS customers_past_due, is_complete
FROM oracle_waterfall
WHERE dimension = 'all'
ORDER BY period
