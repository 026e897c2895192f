-- kpi_mrr_policies: the waterfall under the one policy in use.  These facts say
-- nothing of trials, payments overdue or discounts, and of pauses what the
-- house makes of them; sql/policies.sql has the others against plain SQL.
SELECT 'house' AS policy, 1 AS version, period, opening, new, expansion,
       contraction, churn, reactivation, pause, resume, closing,
       coalesce(to_zero, 0) AS pause_to_zero,
       coalesce(from_zero, 0) AS resume_from_zero,
       0.00 AS voluntary_churn, 0.00 AS involuntary_churn,
       closing AS list_mrr, 0.00 AS discount, closing AS committed_mrr,
       0.00 AS past_due_mrr, 0.00 AS trial_mrr, paused_mrr,
       customers_opening, customers_new, customers_churned,
       customers_reactivated, customers_paused, customers_resumed,
       customers_closing, 0 AS customers_on_trial, customers_resting,
       0 AS customers_past_due, is_complete, 0.00 AS fx
FROM oracle_waterfall
LEFT JOIN (SELECT period,
                  sum(amount) FILTER (WHERE movement = 'pause'
                                        AND mrr_after = 0) AS to_zero,
                  sum(amount) FILTER (WHERE movement = 'resume'
                                        AND mrr_before = 0) AS from_zero
           FROM oracle_movement GROUP BY period) AS m USING (period)
WHERE dimension = 'all'
ORDER BY period
