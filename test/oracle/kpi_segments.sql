-- kpi_segments: how many are in each group, and what they are like.
WITH counted AS
(
    SELECT a.*, row_number() OVER (ORDER BY a.cluster) AS i,
           (SELECT count(*) FROM oracle_kpi_customer_segments AS s
            WHERE s.cluster = a.cluster) AS customers,
           (SELECT count(*) FROM oracle_kpi_customer_segments AS s
            WHERE cluster_before = a.cluster) AS customers_before,
           (SELECT count(*) FROM oracle_kpi_customer_segments AS s
            WHERE s.cluster = a.cluster
              AND coalesce(cluster_before, 0) <> a.cluster) AS arrived,
           (SELECT count(*) FROM oracle_kpi_customer_segments AS s
            WHERE cluster_before = a.cluster
              AND coalesce(s.cluster, 0) <> a.cluster) AS departed
    FROM oracle_segment_name AS a
),
cut AS
(
    SELECT c.*, floor(1000 * customers / n) AS tenths,
           1000 * customers / n - floor(1000 * customers / n) AS lost
    FROM counted AS c
    CROSS JOIN (SELECT nullif(sum(customers), 0) AS n FROM counted) AS t
),
turn AS
(
    SELECT c.*, row_number() OVER (ORDER BY lost DESC, i)
                <= 1000 - sum(tenths) OVER () AS gets_one
    FROM cut AS c
)
SELECT t.cluster, t.segment, signs, customers,
       (tenths + gets_one::int) / 10 AS share, customers_before,
       customers - customers_before AS change, arrived, departed,
       sum(mrr) AS mrr, sum(revenue) AS revenue, silhouette,
       round(avg(recency_days), 4) AS mean_recency_days,
       round(avg(tenure_days), 4) AS mean_tenure_days,
       round(avg(orders), 4) AS mean_orders, round(avg(mrr), 4) AS mean_mrr,
       round(avg(revenue), 4) AS mean_revenue,
       round(avg(mrr_change_90d), 4) AS mean_mrr_change_90d,
       round(avg(failed_payments_3m), 4) AS mean_failed_payments_3m,
       round(avg(active_days_90d), 4) AS mean_active_days_90d,
       round(avg(events_per_active_day), 4) AS mean_events_per_active_day
FROM turn AS t LEFT JOIN oracle_kpi_customer_segments AS s USING (cluster)
GROUP BY t.cluster, t.segment, signs, customers, tenths, gets_one,
         customers_before, arrived, departed, silhouette
