-- churn_scores: under the names of a published project.
SELECT snapshot AS snapshot_date, customer_id,
       probability AS churn_probability, risk_bucket,
       predicted_flag AS churn_flag, round(total_revenue::numeric, 2) AS total_revenue,
       round(probability * total_revenue::numeric, 2) AS expected_loss
FROM oracle_churn_said
