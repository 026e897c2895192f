-- Paddle Billing, with what its interface says in JSON or in tables of its own.

INSERT INTO saaskpi_internal.mapping_kinds (kind, shape, description) VALUES
('paddle', 'paddle', 'Paddle Billing by Airbyte or Fivetran: a table per entity, times as text or with a zone, amounts as text in the smallest unit');

INSERT INTO saaskpi_internal.mapping_tables (kind, table_name, candidates, needed, newest_by, condition) VALUES
('paddle', 'customer', '{customer,customers}', true, '{_airbyte_extracted_at}', NULL),
('paddle', 'address', '{address,addresses,customer_address}', false, '{_airbyte_extracted_at}', NULL),
('paddle', 'subscription', '{subscription,subscriptions}', true, '{_airbyte_extracted_at}', 'deleted IS NOT TRUE'),
('paddle', 'item', '{subscription_item,subscription_items,subscription.items,subscriptions.items}', true, '{_airbyte_extracted_at}', 'recurring IS NOT FALSE AND deleted IS NOT TRUE'),
('paddle', 'price', '{price,prices}', false, '{_airbyte_extracted_at}', NULL),
('paddle', 'product', '{product,products}', false, '{_airbyte_extracted_at}', NULL),
('paddle', 'discount', '{discount,discounts}', false, '{_airbyte_extracted_at}', NULL),
('paddle', 'transaction', '{transaction,transactions}', false, '{_airbyte_extracted_at}', NULL),
('paddle', 'adjustment', '{adjustment,adjustments}', false, '{_airbyte_extracted_at}', NULL);

INSERT INTO saaskpi_internal.mapping_columns (shape, table_name, column_name, kind, candidates, needed, noted) VALUES
('paddle', 'customer', 'id', 'text', '{id}', true, true),
('paddle', 'customer', 'created', 'timestamptz', '{created_at}', false, true),
('paddle', 'address', 'customer', 'text', '{customer_id}', true, true),
('paddle', 'address', 'country', 'text', '{country_code}', true, true),
('paddle', 'address', 'created', 'timestamptz', '{created_at}', false, false),
('paddle', 'subscription', 'id', 'text', '{id}', true, true),
('paddle', 'subscription', 'customer', 'text', '{customer_id}', true, true),
('paddle', 'subscription', 'status', 'text', '{status}', true, true),
('paddle', 'subscription', 'currency', 'text', '{currency_code}', true, true),
('paddle', 'subscription', 'created', 'timestamptz', '{created_at}', false, true),
('paddle', 'subscription', 'started', 'timestamptz', '{started_at}', false, true),
('paddle', 'subscription', 'first_billed', 'timestamptz', '{first_billed_at}', false, true),
('paddle', 'subscription', 'period_start', 'timestamptz', '{current_billing_period_starts_at,current_billing_period.starts_at}', false, false),
('paddle', 'subscription', 'paused', 'timestamptz', '{paused_at}', false, true),
('paddle', 'subscription', 'canceled', 'timestamptz', '{canceled_at}', false, true),
('paddle', 'subscription', 'change', 'text', '{scheduled_change_action,scheduled_change.action}', false, true),
('paddle', 'subscription', 'change_at', 'timestamptz', '{scheduled_change_effective_at,scheduled_change.effective_at}', false, true),
('paddle', 'subscription', 'resume_at', 'timestamptz', '{scheduled_change_resume_at,scheduled_change.resume_at}', false, true),
('paddle', 'subscription', 'interval_unit', 'text', '{billing_cycle_interval,billing_cycle.interval}', true, true),
('paddle', 'subscription', 'interval_count', 'integer', '{billing_cycle_frequency,billing_cycle.frequency}', false, true),
('paddle', 'subscription', 'discount', 'text', '{discount_id,discount.id}', false, true),
('paddle', 'subscription', 'discount_from', 'timestamptz', '{discount_starts_at,discount.starts_at}', false, true),
('paddle', 'subscription', 'discount_until', 'timestamptz', '{discount_ends_at,discount.ends_at}', false, true),
('paddle', 'subscription', 'deleted', 'boolean', '{_fivetran_deleted}', false, false),
('paddle', 'item', 'subscription', 'text', '{subscription_id,^id}', true, true),
('paddle', 'item', 'price', 'text', '{price_id,price.id}', true, true),
('paddle', 'item', 'status', 'text', '{status}', false, true),
('paddle', 'item', 'recurring', 'boolean', '{recurring}', false, true),
('paddle', 'item', 'quantity', 'numeric', '{quantity}', true, true),
('paddle', 'item', 'trial_end', 'timestamptz', '{trial_dates_ends_at,trial_ends_at,trial_dates.ends_at}', false, true),
('paddle', 'item', 'unit_amount', 'numeric', '{price.unit_price.amount}', false, false),
('paddle', 'item', 'product', 'text', '{product_id,price.product_id}', false, false),
('paddle', 'item', 'name', 'text', '{price.name,price.description}', false, false),
('paddle', 'item', 'interval_unit', 'text', '{price.billing_cycle.interval}', false, false),
('paddle', 'item', 'interval_count', 'integer', '{price.billing_cycle.frequency}', false, false),
('paddle', 'item', 'deleted', 'boolean', '{_fivetran_deleted}', false, false),
('paddle', 'price', 'id', 'text', '{id}', true, true),
('paddle', 'price', 'product', 'text', '{product_id}', false, true),
('paddle', 'price', 'name', 'text', '{name,description}', false, true),
('paddle', 'price', 'unit_amount', 'numeric', '{unit_price_amount,unit_price.amount}', true, true),
('paddle', 'price', 'interval_unit', 'text', '{billing_cycle_interval,billing_cycle.interval}', false, false),
('paddle', 'price', 'interval_count', 'integer', '{billing_cycle_frequency,billing_cycle.frequency}', false, false),
('paddle', 'product', 'id', 'text', '{id}', true, true),
('paddle', 'product', 'name', 'text', '{name}', false, true),
('paddle', 'discount', 'id', 'text', '{id}', true, true),
('paddle', 'discount', 'type', 'text', '{type}', true, true),
('paddle', 'discount', 'amount', 'numeric', '{amount}', true, true),
('paddle', 'discount', 'recur', 'boolean', '{recur}', false, true),
('paddle', 'transaction', 'id', 'text', '{id}', true, true),
('paddle', 'transaction', 'customer', 'text', '{customer_id}', true, true),
('paddle', 'transaction', 'status', 'text', '{status}', true, true),
('paddle', 'transaction', 'billed', 'timestamptz', '{billed_at,created_at}', true, true),
('paddle', 'transaction', 'currency', 'text', '{currency_code}', true, true),
('paddle', 'transaction', 'total', 'numeric', '{details_totals_total,details.totals.total}', true, true),
('paddle', 'transaction', 'tax', 'numeric', '{details_totals_tax,details.totals.tax}', false, true),
('paddle', 'adjustment', 'id', 'text', '{id}', true, true),
('paddle', 'adjustment', 'customer', 'text', '{customer_id}', true, true),
('paddle', 'adjustment', 'action', 'text', '{action}', true, true),
('paddle', 'adjustment', 'status', 'text', '{status}', true, true),
('paddle', 'adjustment', 'created', 'timestamptz', '{created_at}', true, true),
('paddle', 'adjustment', 'currency', 'text', '{currency_code}', true, true),
('paddle', 'adjustment', 'total', 'numeric', '{totals_total,totals.total}', true, true),
('paddle', 'adjustment', 'tax', 'numeric', '{totals_tax,totals.tax}', false, true);

INSERT INTO saaskpi_internal.mapping_optional (shape, view_name, column_name, needs) VALUES
('paddle', 'customers', 'signup_date', '{customer.created}'),
('paddle', 'customers', 'country', '{address.country}'),
('paddle', 'subscriptions_billed', 'trial_end', '{item.trial_end}'),
('paddle', 'subscriptions_billed', 'paused_from', '{subscription.paused}'),
('paddle', 'subscriptions_billed', 'resumes_on', '{subscription.change_at,subscription.resume_at}'),
('paddle', 'subscriptions_billed', 'cancel_at', '{subscription.change_at}'),
('paddle', 'subscriptions_billed', 'discount_percent', '{subscription.discount}'),
('paddle', 'subscriptions_billed', 'discount_amount', '{subscription.discount}'),
('paddle', 'subscriptions_billed', 'discount_once', '{discount.recur}'),
('paddle', 'subscriptions_billed', 'discount_from', '{subscription.discount_from}'),
('paddle', 'subscriptions_billed', 'discount_until', '{subscription.discount_until}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('paddle', 'customers', 'customer.id', '{customer_id,signup_date,country}', $sql$
SELECT c.id AS customer_id, c.created AS signup_date, a.country
  FROM {customer} AS c LEFT JOIN (SELECT DISTINCT ON (customer) customer, country FROM {address} AS a ORDER BY customer, created, country) AS a ON a.customer = c.id$sql$,
 'Source of saaskpi: one row per customer'),
('paddle', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,resumes_on,past_due_since,cancel_at,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_amount,discount_once,discount_from,discount_until,currency}', $sql$
SELECT q.id || '/' || q.price AS subscription_id, q.customer AS customer_id, q.id AS billing_id, q.plan AS plan_type, q.start_date, q.end_date,
       CASE WHEN q.discount_once THEN q.list_price ELSE round(q.list_price - least(q.list_price, coalesce(saaskpi.monthly_price(q.off, q.interval_unit, q.interval_count), 0)), 4) END AS monthly_price, q.list_price,
       q.status, q.trial_end, q.paused_from, q.resumes_on, q.past_due_since, q.cancel_at, q.interval_unit, q.interval_count, q.quantity, q.unit_amount,
       q.percent_off AS discount_percent, CASE WHEN q.percent_off IS NULL THEN nullif(round(q.off, 4), 0) END AS discount_amount, q.discount_once, q.discount_from, q.discount_until, q.currency
  FROM (SELECT a.*, saaskpi.monthly_price(a.amount, a.interval_unit, a.interval_count) AS list_price,
               CASE a.discount_type WHEN 'percentage' THEN a.amount * least(a.discount, 100) / 100 WHEN 'flat_per_seat' THEN least(a.unit_amount, a.discount_money) * a.quantity
                    WHEN 'flat' THEN CASE WHEN a.of_all > 0 THEN a.discount_money * a.amount / a.of_all ELSE 0 END ELSE 0 END AS off,
               CASE WHEN a.discount_type = 'percentage' THEN a.discount END AS percent_off
          FROM (SELECT u.*, u.unit_amount * u.quantity AS amount, sum(u.unit_amount * u.quantity) OVER (PARTITION BY u.id) AS of_all
                  FROM (SELECT s.id, i.price, s.customer, coalesce(n.name, p.name, i.name, i.price) AS plan, s.status, coalesce(s.started, s.first_billed, s.created) AS start_date,
                               CASE WHEN s.status = 'canceled' THEN s.canceled END AS end_date, coalesce(i.trial_end, CASE WHEN s.first_billed > coalesce(s.started, s.created) + interval '1 day' THEN s.first_billed END) AS trial_end,
                               CASE WHEN s.status = 'paused' THEN s.paused WHEN s.change = 'pause' THEN s.change_at END AS paused_from,
                               CASE WHEN s.status = 'paused' AND s.change = 'resume' THEN s.change_at WHEN s.change = 'pause' THEN s.resume_at END AS resumes_on,
                               CASE WHEN s.status = 'past_due' THEN s.period_start END AS past_due_since, CASE WHEN s.change = 'cancel' THEN s.change_at END AS cancel_at,
                               coalesce(p.interval_unit, i.interval_unit, s.interval_unit) AS interval_unit, coalesce(p.interval_count, i.interval_count, s.interval_count, 1) AS interval_count,
                               i.quantity, saaskpi.from_minor_units(coalesce(i.unit_amount, p.unit_amount), s.currency) AS unit_amount,
                               d.type AS discount_type, d.amount AS discount, saaskpi.from_minor_units(d.amount, s.currency) AS discount_money, NOT d.recur AS discount_once,
                               s.discount_from, s.discount_until, upper(s.currency) AS currency
                          FROM {subscription} AS s
                          JOIN {item} AS i ON i.subscription = s.id AND (i.status IS DISTINCT FROM 'inactive' OR s.status IN ('canceled', 'paused'))
                          LEFT JOIN {price} AS p ON p.id = i.price
                          LEFT JOIN {product} AS n ON n.id = coalesce(p.product, i.product)
                          LEFT JOIN {discount} AS d ON d.id = s.discount) AS u) AS a) AS q$sql$,
 'What is billed: one row per recurring item of a subscription, as it is now'),
('paddle', 'payments', 'transaction.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT t.id AS payment_id, t.customer AS customer_id, t.billed AS payment_date, saaskpi.from_minor_units(t.total - coalesce(t.tax, 0), t.currency) AS amount,
       CASE WHEN t.status IN ('paid', 'completed') THEN CASE WHEN t.total = 0 THEN 'void' ELSE 'success' END WHEN t.status = 'past_due' THEN 'failed' WHEN t.status = 'canceled' THEN 'void' ELSE 'pending' END AS payment_status, upper(t.currency) AS currency
  FROM {transaction} AS t
 UNION ALL
SELECT a.id, a.customer, a.created, saaskpi.from_minor_units(a.total - coalesce(a.tax, 0), a.currency), CASE WHEN a.action LIKE 'chargeback%' THEN 'dispute' ELSE 'refund' END, upper(a.currency)
  FROM {adjustment} AS a WHERE a.status = 'approved' AND a.action IN ('refund', 'chargeback')$sql$,
 'Source of saaskpi: one row per transaction and per refund or chargeback, without tax and before the fee');
