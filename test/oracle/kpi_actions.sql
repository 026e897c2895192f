-- kpi_actions: 15 per cent of the customers, rounded up.
SELECT snapshot, rank, customer_id, probability, risk_bucket, value_tier,
       value, expected_loss, recoverable, priority, action, offer_type,
       message_angle, budget_suggestion, is_holdout,
       oracle_reasons(plain, inputs) AS reasons
FROM oracle_churn_listed
