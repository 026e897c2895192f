-- kpi_orders: one row per order.
SELECT order_id, customer_id, ordered_at, day AS ordered_on, status, is_return,
       channel, region, country, sales_rep_id, segment, gross, discounts,
       returns, net, units, units_returned, lines, products, returned_order_id
FROM oracle_sale
