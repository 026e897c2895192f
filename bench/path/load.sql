INSERT INTO export SELECT invoice || '-2', sku, qty, ts + interval '364 days', price, customer, country FROM export;
CREATE SCHEMA shop;
