-- The source tables without keys or checks, so that bad rows can be stored,
-- the one-row settings the oracle reads, and what a payment_status means.
-- Made in the current schema. A source that is absent is an empty table here,
-- and not among sources of settings; a column that is missing is NULL.
CREATE TABLE customers
(
    customer_id text,
    signup_date date,
    segment text,
    country text,
    acquisition_channel text,
    is_active boolean
);
CREATE TABLE customer_history
(
    customer_id text,
    valid_from date,
    segment text,
    country text,
    acquisition_channel text,
    says text[] -- the attributes that it has a column for
);
CREATE TABLE subscriptions
(
    subscription_id text,
    customer_id text,
    plan_type text,
    start_date date,
    end_date date,
    monthly_price numeric,
    paused_from date,
    resumes_on date
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
    conversion_days int,
    earliest_date date DEFAULT '1970-01-02',
    ends_inclusive boolean DEFAULT false,
    sources text[] DEFAULT '{customers,subscriptions,payments,costs}'
);
CREATE TABLE statuses
(
    status text,
    meaning text
);
