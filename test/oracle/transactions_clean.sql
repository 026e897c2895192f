-- transactions_clean: the lines of the orders that count, in their order.
SELECT order_id AS invoice,
       row_number() OVER (PARTITION BY order_id
           ORDER BY nullif(nullif(line_no, ''), '(none)') COLLATE "C",
                    written COLLATE "C", quantity, unit_price, discount)
           AS line,
       ordered_at AS invoice_date, customer_id, country,
       nullif(written, '') AS stock_code, p.name AS description, p.category,
       quantity, unit_price AS price, discount, amount - discount AS revenue
FROM oracle_line AS l
JOIN oracle_sale AS o USING (order_id)
LEFT JOIN products AS p ON p.product_id = l.written AND l.written <> '(none)'
WHERE status = 'counts'
