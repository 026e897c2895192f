-- kpi_mrr_reported: while no month is frozen, the waterfall.
SELECT period, opening, new, expansion, contraction, churn, reactivation,
       pause, resume, 0.00 AS fx, 0.00 AS restated, closing, customers_opening, customers_new,
       customers_churned, customers_reactivated,
       customers_paused, customers_resumed, 0::bigint AS customers_restated, customers_closing, is_complete,
       false AS is_frozen
FROM oracle_kpi_mrr_monthly
