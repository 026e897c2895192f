-- customer_segment_snapshot: the scores and segments of every snapshot.
SELECT snapshot AS snapshot_date, customer_id, recency_days, frequency,
       monetary, r_score, f_score, m_score, segment
FROM oracle_kpi_rfm
