-- kpi_cash_bridge_monthly: from closing MRR to money received.
WITH
-- Per customer and month: what was due, came in, failed, and went back.
due AS
(
    SELECT period, is_complete, coalesce(m_close, 0) AS m,
           coalesce(sum(amount) FILTER (WHERE is_paid), 0) AS c,
           coalesce(sum(amount) FILTER (WHERE is_failed), 0) AS f,
           coalesce(sum(-amount) FILTER (WHERE is_refund), 0) AS r
    FROM oracle_calendar
    LEFT JOIN (SELECT * FROM oracle_balance WHERE dimension = 'all') AS b
        USING (period)
    LEFT JOIN oracle_pay USING (period, customer_id)
    GROUP BY period, is_complete, customer_id, m_close
),
part AS
(
    SELECT *,
           CASE WHEN c >= m AND m > 0 THEN c - m ELSE 0 END AS above,
           CASE WHEN c >= m AND m = 0 THEN c ELSE 0 END AS without,
           CASE WHEN c < m THEN least(m - c, f) ELSE 0 END AS failed,
           CASE WHEN c < m THEN m - c - least(m - c, f) ELSE 0 END AS rest
    FROM due
),
bridge AS
(
    SELECT period, is_complete,
           sum(m) AS mrr_closing,
           sum(above) AS paid_above_mrr,
           sum(without) AS paid_without_mrr,
           sum(failed) AS failed_unpaid,
           sum(CASE WHEN c > 0 THEN rest ELSE 0 END) AS paid_below_mrr,
           sum(CASE WHEN c > 0 THEN 0 ELSE rest END) AS not_paid,
           sum(r) AS refunded,
           -- Not from the parts: straight from the payments of the month.
           (SELECT coalesce(sum(amount), 0) FROM oracle_pay AS x
            WHERE x.period = part.period AND (is_paid OR is_refund))
               AS collected
    FROM part
    GROUP BY period, is_complete
)
SELECT period, mrr_closing, paid_above_mrr, paid_without_mrr, failed_unpaid,
       paid_below_mrr, not_paid, refunded, collected,
       collected - (mrr_closing + paid_above_mrr + paid_without_mrr
                    - failed_unpaid - paid_below_mrr - not_paid - refunded)
           AS residual,
       is_complete
FROM bridge
ORDER BY period
