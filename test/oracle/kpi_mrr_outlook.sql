-- kpi_mrr_outlook: balances at the ends of months to come, and the movements
-- between them.
WITH
balance AS
(
    SELECT g::date AS period, coalesce(sum(m_open), 0) AS opening,
           coalesce(sum(m_close), 0) AS closing,
           count(*) FILTER (WHERE m_open > 0) AS customers_opening,
           count(*) FILTER (WHERE m_close > 0) AS customers_closing
    FROM settings,
         LATERAL generate_series(date_trunc('month', (as_of + 1)::timestamp),
                                 date_trunc('month', (as_of + 1)::timestamp)
                                 + interval '1 year', '1 month') AS g
    LEFT JOIN LATERAL
        (SELECT customer_id,
                sum(price) FILTER (WHERE start_date <= greatest(g::date - 1, as_of)
                                     AND end_date > greatest(g::date - 1, as_of)) AS m_open,
                sum(price) FILTER (WHERE start_date < g + interval '1 month'
                                     AND end_date >= g + interval '1 month') AS m_close
         FROM oracle_sub_ahead GROUP BY customer_id) AS b ON true
    WHERE EXISTS (TABLE oracle_scheduled)
    GROUP BY g
)
SELECT period, 'house' AS policy, opening,
       coalesce(sum(amount) FILTER (WHERE kind = 'end'), 0) AS scheduled_ends,
       coalesce(sum(amount) FILTER (WHERE kind = 'start'), 0)
           AS signed_starts,
       closing, customers_opening,
       count(*) FILTER (WHERE mrr_after = 0) AS customers_ending,
       count(*) FILTER (WHERE mrr_before = 0) AS customers_starting,
       customers_closing, 0.00 AS renewals_due, 0.00 AS renewals_due_short,
       0.00 AS past_due, 0.00 AS notice_without_end,
       coalesce(sum(amount) FILTER (WHERE kind = 'end'), 0) AS mrr_at_risk,
       12 * closing AS arr, 0.00 AS renewals_due_arr,
       12 * coalesce(sum(amount) FILTER (WHERE kind = 'end'), 0)
           AS arr_at_risk
FROM balance
LEFT JOIN oracle_scheduled USING (period)
GROUP BY period, opening, closing, customers_opening, customers_closing
ORDER BY period
