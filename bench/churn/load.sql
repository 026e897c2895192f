CREATE SCHEMA shop;
CREATE TABLE shop.export (invoice text, sku text, qty numeric, ts timestamp, price numeric, customer text, country text);
CREATE TABLE telco_export (customer text, gender text, senior text, partner text, dependents text, tenure text, phone text, lines text, internet text, security text, backup text,
    protection text, support text, tv text, movies text, contract text, paperless text, method text, monthly text, total text, churn text);
CREATE TABLE judged (rows text, training text, model text, score float8, label boolean);
