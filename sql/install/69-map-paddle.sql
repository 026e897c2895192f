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
('paddle', 'address', 'id', 'text', '{id}', false, false),
('paddle', 'subscription', 'id', 'text', '{id}', true, true),
('paddle', 'subscription', 'customer', 'text', '{customer_id}', true, true),
('paddle', 'subscription', 'status', 'text', '{status}', true, true),
('paddle', 'subscription', 'currency', 'text', '{currency_code}', true, true),
('paddle', 'subscription', 'created', 'timestamptz', '{created_at}', false, true),
('paddle', 'subscription', 'address', 'text', '{address_id}', false, false),
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
('paddle', 'item', 'currency', 'text', '{price.unit_price.currency_code}', false, false),
('paddle', 'item', 'overrides', 'jsonb', '{price.unit_price_overrides}', false, false),
('paddle', 'item', 'product', 'text', '{product_id,price.product_id}', false, false),
('paddle', 'item', 'name', 'text', '{price.name,price.description}', false, false),
('paddle', 'item', 'interval_unit', 'text', '{price.billing_cycle.interval}', false, false),
('paddle', 'item', 'interval_count', 'integer', '{price.billing_cycle.frequency}', false, false),
('paddle', 'item', 'deleted', 'boolean', '{_fivetran_deleted}', false, false),
('paddle', 'price', 'id', 'text', '{id}', true, true),
('paddle', 'price', 'product', 'text', '{product_id}', false, true),
('paddle', 'price', 'name', 'text', '{name,description}', false, true),
('paddle', 'price', 'unit_amount', 'numeric', '{unit_price_amount,unit_price.amount}', true, true),
('paddle', 'price', 'currency', 'text', '{unit_price_currency_code,unit_price.currency_code}', false, false),
('paddle', 'price', 'overrides', 'jsonb', '{unit_price_overrides}', false, false),
('paddle', 'price', 'interval_unit', 'text', '{billing_cycle_interval,billing_cycle.interval}', false, false),
('paddle', 'price', 'interval_count', 'integer', '{billing_cycle_frequency,billing_cycle.frequency}', false, false),
('paddle', 'product', 'id', 'text', '{id}', true, true),
('paddle', 'product', 'name', 'text', '{name}', false, true),
('paddle', 'discount', 'id', 'text', '{id}', true, true),
('paddle', 'discount', 'type', 'text', '{type}', true, true),
('paddle', 'discount', 'amount', 'numeric', '{amount}', true, true),
('paddle', 'discount', 'recur', 'boolean', '{recur}', false, true),
('paddle', 'discount', 'currency', 'text', '{currency_code}', false, false),
('paddle', 'discount', 'restrict_to', 'jsonb', '{restrict_to}', false, false),
('paddle', 'transaction', 'id', 'text', '{id}', true, true),
('paddle', 'transaction', 'customer', 'text', '{customer_id}', true, true),
('paddle', 'transaction', 'status', 'text', '{status}', true, true),
('paddle', 'transaction', 'billed', 'timestamptz', '{billed_at,created_at}', true, true),
('paddle', 'transaction', 'currency', 'text', '{currency_code}', true, true),
('paddle', 'transaction', 'total', 'numeric', '{details_totals_total,details.totals.total}', true, true),
('paddle', 'transaction', 'tax', 'numeric', '{details_totals_tax,details.totals.tax}', false, true),
('paddle', 'transaction', 'credit', 'numeric', '{details_totals_credit,details.totals.credit}', false, false),
('paddle', 'transaction', 'grand_total', 'numeric', '{details_totals_grand_total,details.totals.grand_total}', false, false),
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
       CASE WHEN z.once THEN q.list_price ELSE round(coalesce(z.price, q.list_price), 4) END AS monthly_price, q.list_price,
       q.status, q.trial_end, q.paused_from, q.resumes_on, q.past_due_since, q.cancel_at, q.interval_unit, q.interval_count, q.quantity, q.unit_amount,
       z.percent AS discount_percent, z.amount AS discount_amount, z.once AS discount_once, z."from" AS discount_from, z.until AS discount_until, q.currency
  FROM (SELECT u.*, saaskpi.monthly_price(u.amount, u.interval_unit, u.interval_count) AS list_price, sum(CASE WHEN u.applies IS NOT FALSE THEN u.amount END) OVER (PARTITION BY u.id) AS of_all
          FROM (SELECT s.id, i.price, s.customer, coalesce(n.name, p.name, i.name, i.price) AS plan, s.status, coalesce(s.started, s.first_billed, s.created) AS start_date,
                       CASE WHEN s.status = 'canceled' THEN s.canceled END AS end_date, coalesce(i.trial_end, CASE WHEN s.first_billed > coalesce(s.started, s.created) + interval '1 day' THEN s.first_billed END) AS trial_end,
                       CASE WHEN s.status = 'paused' THEN s.paused WHEN s.change = 'pause' THEN s.change_at END AS paused_from,
                       CASE WHEN s.status = 'paused' AND s.change = 'resume' THEN s.change_at WHEN s.change = 'pause' THEN s.resume_at END AS resumes_on,
                       CASE WHEN s.status = 'past_due' THEN s.period_start END AS past_due_since, CASE WHEN s.change = 'cancel' THEN s.change_at END AS cancel_at,
                       coalesce(p.interval_unit, i.interval_unit, s.interval_unit) AS interval_unit, coalesce(p.interval_count, i.interval_count, s.interval_count, 1) AS interval_count,
                       i.quantity, v.unit_amount, v.unit_amount * i.quantity AS amount, s.discount IS NOT NULL AS discounted,
                       CASE WHEN jsonb_typeof(d.restrict_to) = 'array' THEN d.restrict_to ? i.price OR d.restrict_to ? coalesce(p.product, i.product) WHEN d.id IS NOT NULL THEN true END AS applies,
                       d.type AS discount_type, CASE WHEN d.type = 'percentage' THEN d.amount END AS percent,
                       CASE WHEN d.type <> 'percentage' AND upper(coalesce(d.currency, s.currency)) = upper(s.currency) THEN saaskpi.from_minor_units(d.amount, s.currency) END AS money, NOT d.recur AS once,
                       s.discount_from, s.discount_until, upper(s.currency) AS currency
                  FROM {subscription} AS s
                  JOIN {item} AS i ON i.subscription = s.id AND (i.status IS DISTINCT FROM 'inactive' OR s.status IN ('canceled', 'paused'))
                  LEFT JOIN {price} AS p ON p.id = i.price
                  LEFT JOIN {product} AS n ON n.id = coalesce(p.product, i.product)
                  LEFT JOIN {discount} AS d ON d.id = s.discount
                  LEFT JOIN {address} AS a ON a.id = s.address
                 CROSS JOIN LATERAL (SELECT max(o.amount) FILTER (WHERE o.here) AS here, CASE WHEN min(o.amount) = max(o.amount) THEN min(o.amount) END AS anywhere
                                       FROM (SELECT {numeric e.value #>> ARRAY['unit_price', 'amount']} AS amount, (e.value -> 'country_codes') ? upper(a.country) AS here
                                               FROM jsonb_array_elements(CASE WHEN jsonb_typeof(coalesce(i.overrides, p.overrides)) = 'array' THEN coalesce(i.overrides, p.overrides) ELSE '[]' END) AS e(value)
                                              WHERE upper(e.value #>> ARRAY['unit_price', 'currency_code']) = upper(s.currency)) AS o) AS o
                 CROSS JOIN LATERAL (SELECT saaskpi.from_minor_units(coalesce(o.here, CASE WHEN upper(coalesce(CASE WHEN i.unit_amount IS NOT NULL THEN i.currency ELSE p.currency END, s.currency)) = upper(s.currency)
                                                                                           THEN coalesce(i.unit_amount, p.unit_amount) ELSE o.anywhere END), s.currency) AS unit_amount) AS v) AS u) AS q
 CROSS JOIN LATERAL (SELECT saaskpi_internal.discount_steps(q.amount, q.interval_unit, q.interval_count, CASE WHEN q.discounted AND q.applies IS NOT FALSE THEN jsonb_build_array(jsonb_build_object(
                                'from', q.discount_from, 'until', q.discount_until, 'once', q.once, 'unknown', q.applies IS NULL OR q.percent IS NULL AND q.money IS NULL, 'percent', q.percent,
                                'amount', CASE WHEN q.discount_type = 'flat_per_seat' THEN least(q.unit_amount, q.money) * q.quantity WHEN q.of_all > 0 THEN q.money * q.amount / q.of_all ELSE q.money * 0 END)) END) AS steps OFFSET 0) AS t
 CROSS JOIN LATERAL jsonb_to_record(t.steps -> -1) AS z("from" timestamptz, until timestamptz, once boolean, percent numeric, amount numeric, price numeric)$sql$,
 'What is billed: one row per recurring item of a subscription, as it is now'),
('paddle', 'payments', 'transaction.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT t.id AS payment_id, t.customer AS customer_id, t.billed AS payment_date,
       saaskpi.from_minor_units(CASE WHEN t.total > 0 THEN round((t.total - coalesce(t.tax, 0)) * g.due / t.total) ELSE t.total - coalesce(t.tax, 0) END, t.currency) AS amount,
       CASE WHEN t.status IN ('paid', 'completed') THEN CASE WHEN g.due = 0 THEN 'void' ELSE 'success' END WHEN t.status = 'past_due' THEN 'failed' WHEN t.status = 'canceled' THEN 'void' ELSE 'pending' END AS payment_status, upper(t.currency) AS currency
  FROM {transaction} AS t CROSS JOIN LATERAL (SELECT coalesce(t.grand_total, t.total - coalesce(t.credit, 0)) AS due) AS g
 UNION ALL
SELECT a.id, a.customer, a.created, saaskpi.from_minor_units(a.total - coalesce(a.tax, 0), a.currency), CASE WHEN a.action LIKE 'chargeback%' THEN 'dispute' ELSE 'refund' END, upper(a.currency)
  FROM {adjustment} AS a WHERE a.status = 'approved' AND a.action IN ('refund', 'chargeback')$sql$,
 'Source of saaskpi: one row per transaction and per refund or chargeback, without tax and before the fee');
