-- kpi_mrr_monthly: the MRR waterfall, one row per month.
SELECT period, opening, new, expansion, contraction, churn, reactivation,
       closing, new + expansion + reactivation + resume - net_up AS round_trip,
       customers_opening, customers_new, customers_churned,
       customers_reactivated, customers_closing,
       customers_lost, mrr_retained, mrr_kept,
       round(customers_lost / nullif(customers_opening, 0)::numeric, 6)
           AS logo_churn_rate,
       round((opening - mrr_kept - opening_paused) / nullif(opening, 0), 6)
           AS gross_mrr_churn_rate,
       round((opening - mrr_retained - opening_paused)
             / nullif(opening, 0), 6)
           AS net_mrr_churn_rate,
       round(mrr_retained / nullif(opening, 0), 6) AS nrr,
       round(mrr_kept / nullif(opening, 0), 6) AS grr,
       opening_12m, retained_12m, kept_12m,
       round(retained_12m / nullif(opening_12m, 0), 6) AS nrr_12m,
       round(kept_12m / nullif(opening_12m, 0), 6) AS grr_12m,
       round((new + expansion + reactivation)
             / nullif(churn + contraction, 0), 6) AS quick_ratio,
       round(closing / nullif(customers_closing, 0), 2) AS arpa,
       is_complete, closing - opening AS net_new,
       round((closing - opening) / nullif(opening, 0), 6) AS mrr_growth,
       12 * closing AS arr, pause, resume, customers_paused,
       customers_resumed, opening_paused, customers_opening_paused,
       0.00 AS fx, closing AS constant_currency
FROM oracle_waterfall
WHERE dimension = 'all'
ORDER BY period
