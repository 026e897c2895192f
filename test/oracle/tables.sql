-- The source tables without keys or checks, so that bad rows can be stored,
-- and the one-row settings the oracle reads. Made in the current schema.
CREATE TABLE customers
(
    customer_id text,
    signup_date date,
    segment text,
    country text,
    acquisition_channel text,
    is_active boolean
);
CREATE TABLE subscriptions
(
    subscription_id text,
    customer_id text,
    plan_type text,
    start_date date,
    end_date date,
    monthly_price numeric
);
CREATE TABLE payments
(
    payment_id text,
    customer_id text,
    payment_date date,
    amount numeric,
    payment_status text
);
CREATE TABLE costs
(
    month text,
    infra_cost numeric,
    marketing_cost numeric,
    support_cost numeric
);
CREATE TABLE settings
(
    as_of date,
    change_warn numeric,
    change_alert numeric,
    conversion_days int
);
