-- rfm_analysis: the newest scores.
SELECT customer_id, recency_days AS recency, frequency, monetary, r_score,
       f_score, m_score, r_score::text || f_score || m_score AS rfm_score,
       segment
FROM oracle_kpi_rfm JOIN settings ON as_of = snapshot
