-- kpi_churn_trend: one row per snapshot. The drift is against no row at all in
-- each of ten bins, as the model here was never judged.
SELECT snapshot, count(*) AS customers,
       round(avg(probability), 6) AS mean_probability,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY probability))::numeric, 6) AS median_probability,
       count(*) FILTER (WHERE probability >= 0.8) AS high,
       count(*) FILTER (WHERE probability >= 0.5 AND probability < 0.8) AS medium,
       count(*) FILTER (WHERE probability < 0.5) AS low,
       count(*) FILTER (WHERE predicted_flag) AS flagged,
       coalesce(sum(value) FILTER (WHERE probability >= 0.5),
                CASE WHEN count(value) > 0 THEN 0 END) AS revenue_at_risk,
       sum(expected_loss) AS expected_loss, count(churned) AS matured,
       count(*) FILTER (WHERE churned) AS left_us,
       round(count(*) FILTER (WHERE churned)::numeric / nullif(count(churned), 0), 6) AS observed_rate,
       (SELECT round(sum((share - 0.1) * ln(share * 10)), 4)
        FROM (SELECT (count(o.snapshot) + 0.5) / (count(s.snapshot) + 5) AS share
              FROM generate_series(0, 9) AS bin
              LEFT JOIN oracle_churn_said AS o ON o.snapshot = s.snapshot
                  AND o.probability >= bin * 0.1
                  AND (o.probability < bin * 0.1 + 0.1 OR bin = 9)
              GROUP BY bin) AS q) AS score_drift,
       greatest(1, ceil(0.15 * count(*)))::bigint AS listed,
       count(*) FILTER (WHERE predicted_flag AND rank <= reach) AS at_risk_listed,
       round(count(*) FILTER (WHERE predicted_flag AND rank <= reach)::numeric
             / nullif(count(*) FILTER (WHERE predicted_flag), 0), 6) AS coverage
FROM oracle_churn_said AS s
JOIN (SELECT snapshot, greatest(1, ceil(0.15 * count(*))) AS reach
      FROM oracle_churn_said GROUP BY snapshot) AS r USING (snapshot)
GROUP BY snapshot
