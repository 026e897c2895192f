-- The sources anew, as a shop has them, with nothing of saaskpi.
SET client_min_messages = warning;
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS
SELECT invoice AS order_id, max(customer) AS customer_id, min(ts) AS ordered_at, max(country) AS country FROM export GROUP BY invoice;
CREATE TABLE shop.order_lines AS
SELECT invoice AS order_id, sku AS product_id, qty AS quantity, price AS unit_price FROM export;
ALTER TABLE shop.orders ADD PRIMARY KEY (order_id);
VACUUM ANALYZE shop.orders, shop.order_lines;
CALL saaskpi.create_views('shop');
UPDATE shop.kpi_settings SET as_of = '2011-11-29', currency = 'GBP';
