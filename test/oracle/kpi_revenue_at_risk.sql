-- kpi_revenue_at_risk: each customer once in each dimension.
WITH
dim AS
(
    SELECT s.*, d.dimension,
           coalesce(nullif(d.of, ''), '(none)') AS of
    FROM oracle_churn_now AS s
    LEFT JOIN LATERAL
        (SELECT country, segment FROM oracle_sale AS o
         WHERE o.customer_id = s.customer_id AND status = 'counts'
         ORDER BY ordered_at DESC, order_id COLLATE "C" DESC LIMIT 1) AS b ON true
    LEFT JOIN oracle_customer AS c ON c.customer_id = s.customer_id
    LEFT JOIN oracle_kpi_rfm AS r
      ON r.customer_id = s.customer_id AND r.snapshot = s.snapshot
    CROSS JOIN LATERAL
        (SELECT (SELECT category FROM
                 (SELECT coalesce(nullif((SELECT max(category) FROM products AS p
                                          WHERE p.product_id = l.product_id), ''),
                                  '(none)') AS category, sum(amount) AS spent
                  FROM oracle_line AS l JOIN oracle_sale AS o USING (order_id)
                  WHERE o.customer_id = s.customer_id AND o.status = 'counts'
                    AND o.day > s.snapshot - 365 AND quantity > 0
                  GROUP BY 1) AS q
                 ORDER BY spent DESC, category COLLATE "C" LIMIT 1) AS category) AS g
    CROSS JOIN LATERAL
        (VALUES ('all', 'all'), ('country', coalesce(b.country, c.country)),
                ('segment', coalesce(b.segment, c.segment)),
                ('rfm_segment', r.segment), ('category', g.category),
                ('value_tier', s.value_tier)) AS d (dimension, of)
)
SELECT dimension, of AS value, count(*) AS customers,
       count(*) FILTER (WHERE probability >= 0.5) AS at_risk,
       count(*) FILTER (WHERE predicted_flag) AS flagged,
       round(avg(probability), 6) AS mean_probability,
       sum(value) AS forward_revenue,
       coalesce(sum(value) FILTER (WHERE probability >= 0.5),
                CASE WHEN count(value) > 0 THEN 0 END) AS revenue_at_risk,
       sum(expected_loss) AS expected_loss
FROM dim
GROUP BY 1, 2
