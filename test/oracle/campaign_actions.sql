-- campaign_actions: everybody, and what those on the list get.
SELECT s.snapshot AS snapshot_date, customer_id,
       s.probability AS churn_probability, s.risk_bucket, s.value_tier,
       s.expected_loss, l.rank IS NOT NULL AS action_flag_top15, l.priority,
       l.action, l.offer_type, l.message_angle, l.budget_suggestion
FROM oracle_churn_now AS s LEFT JOIN oracle_churn_listed AS l USING (customer_id)
