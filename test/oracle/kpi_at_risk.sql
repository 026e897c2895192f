-- kpi_at_risk: those who are flagged, with what to do.
SELECT customer_id, snapshot, rank, probability, s.risk_bucket, s.value_tier,
       value, expected_loss, round(total_revenue::numeric, 2) AS revenue,
       oracle_reasons(plain, inputs) AS reasons, priority,
       action AS recommendation
FROM oracle_churn_now AS s JOIN oracle_churn_policy AS p
  ON p.risk_bucket = s.risk_bucket AND p.value_tier = s.value_tier
WHERE predicted_flag
