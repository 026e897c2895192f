-- kpi_mrr_movements: one row per customer and day on which MRR changed.
SELECT period, happened_on, customer_id, movement, amount, mrr_before,
       mrr_after
FROM oracle_movement
ORDER BY happened_on, customer_id COLLATE "C"
