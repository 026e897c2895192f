-- kpi_churn_scores: one row per snapshot and customer, with reasons for those
-- who are flagged or on the list as of as_of.
SELECT snapshot, customer_id, rank, probability, risk_bucket, value_tier,
       predicted_flag, churned, value, expected_loss,
       round(total_revenue::numeric, 2) AS revenue,
       round(probability * total_revenue::numeric, 2) AS expected_loss_revenue,
       CASE WHEN snapshot = as_of
                 AND (predicted_flag OR rank <= ceil(0.15 * (SELECT count(*) FROM oracle_churn_now)))
            THEN oracle_reasons(plain, inputs) END AS reasons
FROM oracle_churn_said, settings
