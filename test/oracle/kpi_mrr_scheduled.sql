-- kpi_mrr_scheduled: levels of customers around days to come.
SELECT period, happens_on, customer_id, kind, amount, mrr_before, mrr_after
FROM oracle_scheduled
ORDER BY customer_id COLLATE "C", happens_on, kind
