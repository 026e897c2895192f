-- kpi_sales: one row per day, week, month, quarter and year since the first
-- order.
WITH
sale AS MATERIALIZED (SELECT * FROM oracle_sale WHERE status <> 'ignore'),
-- What came back, by the day of the sale as far as that is known.
back AS MATERIALIZED
(
    SELECT coalesce(s.day, r.day) AS day, r.returns,
           CASE WHEN r.is_return AND r.returns <> 0
                THEN coalesce(s.day, r.day) END AS told_on,
           r.day AS back_on, r.discounts
    FROM sale AS r
    LEFT JOIN sale AS s ON s.order_id = r.returned_order_id
        AND s.status = 'counts' AND s.day <= r.day
    WHERE r.status = 'counts'
),
period AS
(
    SELECT grain, step, year, p::date AS period, (p + step)::date AS next
    FROM oracle_grain,
         (SELECT min(day) AS first FROM sale) AS f, settings,
         LATERAL (SELECT CASE week_start WHEN 'sunday' THEN interval '1 day'
                         WHEN 'saturday' THEN interval '2 days'
                         ELSE interval '0' END AS later) AS w,
         generate_series(CASE grain WHEN 'week' THEN date_trunc('week', first::timestamp + w.later) - w.later
                         ELSE date_trunc(grain, first::timestamp) END, as_of, step)
             AS p
),
sums AS
(
    SELECT p.grain, p.period, p.next, p.step, p.year, as_of,
           coalesce(sum(gross) FILTER (WHERE counts),
               (TABLE oracle_nothing)) AS gross,
           coalesce(sum(discounts) FILTER (WHERE counts),
               (TABLE oracle_nothing)) AS discounts,
           coalesce(sum(returns) FILTER (WHERE counts),
               (TABLE oracle_nothing)) AS returns,
           coalesce(sum(net) FILTER (WHERE counts),
               (TABLE oracle_nothing)) AS net,
           count(*) FILTER (WHERE is_order) AS orders,
           count(*) FILTER (WHERE counts AND is_return) + (TABLE oracle_nothing)
               AS return_orders,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled_orders,
           coalesce(sum(net) FILTER (WHERE status = 'cancelled'),
               (TABLE oracle_nothing))
               AS cancelled_net,
           count(*) FILTER (WHERE is_order AND customer_id IS NULL)
               AS guest_orders,
           coalesce(sum(units) FILTER (WHERE counts),
               (TABLE oracle_nothing)) AS units,
           coalesce(sum(units_returned) FILTER (WHERE counts),
               (TABLE oracle_nothing))
               AS units_returned,
           count(DISTINCT customer_id) FILTER (WHERE is_order) AS customers,
           count(DISTINCT customer_id) FILTER (WHERE is_order AND NOT EXISTS
               (SELECT FROM sale AS e WHERE e.customer_id = s.customer_id
                  AND e.status = 'counts' AND NOT e.is_return
                  AND e.day < p.period)) AS new_customers,
           coalesce((SELECT sum(b.returns) FROM back AS b
                     WHERE b.day >= p.period AND b.day < p.next),
               (TABLE oracle_nothing)) AS returns_by_sale,
           coalesce((SELECT sum(CASE WHEN b.told_on >= p.period AND b.told_on < p.next
                                     THEN b.discounts ELSE 0 END
                                - CASE WHEN b.back_on >= p.period AND b.back_on < p.next
                                       THEN b.discounts ELSE 0 END)
                     FROM back AS b WHERE b.told_on IS NOT NULL), 0)
               AS discounts_moved
    FROM period AS p
    CROSS JOIN settings
    LEFT JOIN (SELECT *, status = 'counts' AS counts,
                      status = 'counts' AND NOT is_return AS is_order
               FROM sale) AS s ON day >= period AND day < next
    GROUP BY p.grain, p.period, p.next, p.step, p.year, as_of
)
SELECT s.grain, s.period, s.gross, s.discounts, s.returns, s.net, s.orders,
       s.return_orders, s.cancelled_orders, s.cancelled_net, s.guest_orders,
       s.units, s.units_returned, s.customers, s.new_customers,
       CASE WHEN s.orders > 0 THEN round(s.net / s.orders, 2) END AS aov,
       b.net AS net_before,
       CASE WHEN b.net > 0 AND s.next <= s.as_of
            THEN round((s.net - b.net) / b.net, 6) END AS change,
       y.net AS net_year_before,
       CASE WHEN y.net > 0 AND s.next <= s.as_of
            THEN round((s.net - y.net) / y.net, 6) END AS change_year,
       s.next <= s.as_of AS is_complete,
       CASE WHEN s.next <= s.as_of THEN 1 ELSE
            round((s.as_of - s.period)::numeric / (s.next - s.period), 6) END
           AS elapsed_fraction,
       s.returns_by_sale, s.gross - s.discounts - s.discounts_moved - s.returns_by_sale
           AS net_by_sale
FROM sums AS s
LEFT JOIN sums AS b ON b.grain = s.grain AND b.period = s.period - s.step
LEFT JOIN sums AS y ON y.grain = s.grain AND y.period = s.period - s.year
    AND to_char(s.period, 'MM-DD') || s.grain <> '02-29day'
