-- kpi_action_coverage: how much of the risk the list reaches.
SELECT g AS priority, count(*) AS customers,
       count(*) FILTER (WHERE predicted_flag) AS at_risk,
       count(l.customer_id) AS listed,
       count(*) FILTER (WHERE is_holdout) AS held_out,
       count(l.customer_id) FILTER (WHERE predicted_flag) AS at_risk_listed,
       round(count(l.customer_id) FILTER (WHERE predicted_flag)::numeric
             / nullif(count(*) FILTER (WHERE predicted_flag), 0), 6) AS coverage,
       sum(s.expected_loss) AS expected_loss,
       CASE WHEN bool_or(s.expected_loss IS NOT NULL)
            THEN coalesce(sum(l.expected_loss), 0) END AS expected_loss_listed,
       CASE WHEN bool_or(s.expected_loss IS NOT NULL)
            THEN coalesce(sum(budget_suggestion), 0) END AS budget
FROM oracle_churn_now AS s
JOIN oracle_churn_policy AS p
  ON p.risk_bucket = s.risk_bucket AND p.value_tier = s.value_tier
LEFT JOIN oracle_churn_listed AS l USING (customer_id)
CROSS JOIN LATERAL (VALUES (p.priority), ('(all)')) AS v (g)
GROUP BY g
