-- kpi_customer_segments: in which group everybody is, and was.
SELECT as_of AS snapshot, customer_id, n.cluster, a.segment,
       b.cluster AS cluster_before, o.segment AS segment_before, c.mrr,
       coalesce(CASE WHEN 'orders' = ANY (sources) THEN net END, c.revenue)
           AS revenue,
       n.recency_days::numeric, n.tenure_days::numeric, n.orders,
       round(n.mrr_change_90d, 2) AS mrr_change_90d, n.failed_payments_3m,
       n.active_days_90d,
       round(n.events_per_active_day::numeric, 6) AS events_per_active_day
FROM settings
CROSS JOIN ((SELECT * FROM oracle_segment_row WHERE is_now) AS n
            FULL JOIN (SELECT * FROM oracle_segment_row WHERE NOT is_now) AS b
                USING (customer_id))
LEFT JOIN oracle_segment_name AS a ON a.cluster = n.cluster
LEFT JOIN oracle_segment_name AS o ON o.cluster = b.cluster
LEFT JOIN oracle_kpi_customers AS c USING (customer_id)
LEFT JOIN oracle_kpi_buyers AS s USING (customer_id)
