-- Stripe, as Stripe Sync Engine, Fivetran and Airbyte store it.

INSERT INTO saaskpi_internal.mapping_kinds (kind, shape, description) VALUES
('stripe_sync_engine', 'stripe', 'Stripe objects kept by Stripe Sync Engine: times in seconds, objects in JSON'),
('fivetran_stripe', 'stripe', 'Stripe by Fivetran: a table per object, times with a zone, deleted rows marked'),
('airbyte_stripe', 'stripe', 'Stripe by Airbyte: a table per stream, times in seconds, objects in JSON, perhaps several versions of a row');

INSERT INTO saaskpi_internal.mapping_tables (kind, table_name, candidates, needed, newest_by, condition) VALUES
('stripe_sync_engine', 'customer', '{customers}', true, '{}', NULL),
('stripe_sync_engine', 'subscription', '{subscriptions}', true, '{}', NULL),
('stripe_sync_engine', 'item', '{subscription_items,subscriptions.items.data}', false, '{}', 'deleted IS NOT TRUE'),
('stripe_sync_engine', 'price', '{prices}', false, '{}', NULL),
('stripe_sync_engine', 'plan', '{plans}', false, '{}', NULL),
('stripe_sync_engine', 'product', '{products}', false, '{}', NULL),
('stripe_sync_engine', 'discount', '{subscriptions.discounts}', false, '{}', NULL),
('stripe_sync_engine', 'coupon', '{coupons}', false, '{}', NULL),
('stripe_sync_engine', 'invoice', '{invoices}', false, '{}', NULL),
('stripe_sync_engine', 'charge', '{charges}', false, '{}', NULL),
('stripe_sync_engine', 'refund', '{refunds}', false, '{}', NULL),
('stripe_sync_engine', 'dispute', '{disputes}', false, '{}', NULL),
('fivetran_stripe', 'customer', '{customer}', true, '{}', NULL),
('fivetran_stripe', 'subscription', '{subscription_history,subscription}', true, '{}', 'deleted IS NOT TRUE AND is_current IS NOT FALSE'),
('fivetran_stripe', 'item', '{subscription_item}', false, '{}', 'deleted IS NOT TRUE'),
('fivetran_stripe', 'price', '{price}', false, '{}', NULL),
('fivetran_stripe', 'plan', '{plan}', false, '{}', NULL),
('fivetran_stripe', 'product', '{product}', false, '{}', NULL),
('fivetran_stripe', 'discount', '{subscription_discount,discount}', false, '{}', 'deleted IS NOT TRUE AND invoice IS NULL'),
('fivetran_stripe', 'coupon', '{coupon}', false, '{}', NULL),
('fivetran_stripe', 'invoice', '{invoice}', false, '{}', 'deleted IS NOT TRUE'),
('fivetran_stripe', 'charge', '{charge}', false, '{}', NULL),
('fivetran_stripe', 'refund', '{refund}', false, '{}', NULL),
('fivetran_stripe', 'dispute', '{dispute}', false, '{}', NULL),
('airbyte_stripe', 'customer', '{customers}', true, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'subscription', '{subscriptions}', true, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'item', '{subscription_items,subscriptions.items.data}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('airbyte_stripe', 'price', '{prices}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'plan', '{plans}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'product', '{products}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'discount', '{subscriptions.discounts}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'coupon', '{coupons}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'invoice', '{invoices}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'charge', '{charges}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'refund', '{refunds}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('airbyte_stripe', 'dispute', '{disputes}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL);

INSERT INTO saaskpi_internal.mapping_columns (shape, table_name, column_name, kind, candidates, needed, noted) VALUES
('stripe', 'customer', 'id', 'text', '{id}', true, true),
('stripe', 'customer', 'created', 'timestamptz', '{created}', false, true),
('stripe', 'customer', 'country', 'text', '{address_country,address.country}', false, true),
('stripe', 'customer', 'percent_off', 'numeric', '{discount.coupon.percent_off}', false, false),
('stripe', 'customer', 'amount_off', 'numeric', '{discount.coupon.amount_off}', false, false),
('stripe', 'customer', 'coupon_currency', 'text', '{discount.coupon.currency}', false, false),
('stripe', 'customer', 'coupon_options', 'jsonb', '{discount.coupon.currency_options}', false, false),
('stripe', 'customer', 'coupon_products', 'jsonb', '{discount.coupon.applies_to.products}', false, false),
('stripe', 'customer', 'coupon_duration', 'text', '{discount.coupon.duration}', false, false),
('stripe', 'customer', 'discount_start', 'timestamptz', '{discount.start}', false, false),
('stripe', 'customer', 'discount_end', 'timestamptz', '{discount.end}', false, false),
('stripe', 'subscription', 'id', 'text', '{id}', true, true),
('stripe', 'subscription', 'customer', 'text', '{customer_id,customer.id,customer}', true, true),
('stripe', 'subscription', 'status', 'text', '{status}', true, true),
('stripe', 'subscription', 'created', 'timestamptz', '{created}', false, false),
('stripe', 'subscription', 'currency', 'text', '{currency}', false, false),
('stripe', 'subscription', 'start_date', 'timestamptz', '{start_date,start}', false, true),
('stripe', 'subscription', 'ended_at', 'timestamptz', '{ended_at}', false, true),
('stripe', 'subscription', 'canceled_at', 'timestamptz', '{canceled_at}', false, true),
('stripe', 'subscription', 'cancel_at', 'timestamptz', '{cancel_at}', false, true),
('stripe', 'subscription', 'cancel_at_period_end', 'boolean', '{cancel_at_period_end}', false, true),
('stripe', 'subscription', 'period_start', 'timestamptz', '{current_period_start}', false, true),
('stripe', 'subscription', 'period_end', 'timestamptz', '{current_period_end}', false, true),
('stripe', 'subscription', 'trial_start', 'timestamptz', '{trial_start}', false, false),
('stripe', 'subscription', 'trial_end', 'timestamptz', '{trial_end}', false, true),
('stripe', 'subscription', 'pause_behavior', 'text', '{pause_collection_behavior,pause_collection.behavior}', false, true),
('stripe', 'subscription', 'resumes_at', 'timestamptz', '{pause_collection_resumes_at,pause_collection.resumes_at}', false, true),
('stripe', 'subscription', 'end_reason', 'text', '{cancellation_details_reason,cancellation_details.reason}', false, true),
('stripe', 'subscription', 'price', 'text', '{plan_id,plan.id,plan}', false, false),
('stripe', 'subscription', 'quantity', 'numeric', '{quantity}', false, false),
('stripe', 'subscription', 'percent_off', 'numeric', '{discount.coupon.percent_off}', false, true),
('stripe', 'subscription', 'amount_off', 'numeric', '{discount.coupon.amount_off}', false, true),
('stripe', 'subscription', 'coupon_currency', 'text', '{discount.coupon.currency}', false, false),
('stripe', 'subscription', 'coupon_options', 'jsonb', '{discount.coupon.currency_options}', false, false),
('stripe', 'subscription', 'coupon_products', 'jsonb', '{discount.coupon.applies_to.products}', false, false),
('stripe', 'subscription', 'coupon_duration', 'text', '{discount.coupon.duration}', false, true),
('stripe', 'subscription', 'discount_start', 'timestamptz', '{discount.start}', false, true),
('stripe', 'subscription', 'discount_end', 'timestamptz', '{discount.end}', false, true),
('stripe', 'subscription', 'deleted', 'boolean', '{is_deleted,_fivetran_deleted,deleted}', false, false),
('stripe', 'subscription', 'is_current', 'boolean', '{_fivetran_active}', false, false),
('stripe', 'item', 'id', 'text', '{id}', true, true),
('stripe', 'item', 'subscription', 'text', '{subscription_id,subscription,^id}', true, true),
('stripe', 'item', 'price', 'text', '{price_id,price.id,price,plan_id,plan.id,plan}', false, true),
('stripe', 'item', 'quantity', 'numeric', '{quantity}', false, true),
('stripe', 'item', 'created', 'timestamptz', '{created}', false, false),
('stripe', 'item', 'period_start', 'timestamptz', '{current_period_start}', false, false),
('stripe', 'item', 'period_end', 'timestamptz', '{current_period_end}', false, false),
('stripe', 'item', 'deleted', 'boolean', '{is_deleted,_fivetran_deleted,deleted}', false, false),
('stripe', 'item', 'product', 'text', '{price.product,plan.product}', false, false),
('stripe', 'item', 'currency', 'text', '{price.currency,plan.currency}', false, false),
('stripe', 'item', 'unit_amount', 'numeric', '{price.unit_amount_decimal,price.unit_amount,plan.amount_decimal,plan.amount}', false, false),
('stripe', 'item', 'interval_unit', 'text', '{price.recurring.interval,plan.interval}', false, false),
('stripe', 'item', 'interval_count', 'integer', '{price.recurring.interval_count,plan.interval_count}', false, false),
('stripe', 'item', 'usage_type', 'text', '{price.recurring.usage_type,plan.usage_type}', false, false),
('stripe', 'item', 'tiers_mode', 'text', '{price.tiers_mode,plan.tiers_mode}', false, false),
('stripe', 'item', 'tiers', 'jsonb', '{price.tiers,plan.tiers}', false, false),
('stripe', 'item', 'nickname', 'text', '{price.nickname,plan.nickname}', false, false),
('stripe', 'item', 'divide_by', 'numeric', '{price.transform_quantity.divide_by,plan.transform_usage.divide_by}', false, false),
('stripe', 'item', 'round', 'text', '{price.transform_quantity.round,plan.transform_usage.round}', false, false),
('stripe', 'item', 'currency_options', 'jsonb', '{price.currency_options}', false, false),
('stripe', 'item', 'discounts', 'jsonb', '{discounts}', false, false),
('stripe', 'price', 'id', 'text', '{id}', true, true),
('stripe', 'price', 'product', 'text', '{product_id,product.id,product}', false, true),
('stripe', 'price', 'currency', 'text', '{currency}', true, true),
('stripe', 'price', 'unit_amount', 'numeric', '{unit_amount_decimal,unit_amount}', true, true),
('stripe', 'price', 'interval_unit', 'text', '{recurring_interval,recurring.interval}', true, true),
('stripe', 'price', 'interval_count', 'integer', '{recurring_interval_count,recurring.interval_count}', false, true),
('stripe', 'price', 'usage_type', 'text', '{recurring_usage_type,recurring.usage_type}', false, true),
('stripe', 'price', 'tiers_mode', 'text', '{tiers_mode}', false, true),
('stripe', 'price', 'tiers', 'jsonb', '{tiers}', false, true),
('stripe', 'price', 'nickname', 'text', '{nickname}', false, true),
('stripe', 'price', 'divide_by', 'numeric', '{transform_quantity_divide_by,transform_quantity.divide_by}', false, false),
('stripe', 'price', 'round', 'text', '{transform_quantity_round,transform_quantity.round}', false, false),
('stripe', 'price', 'currency_options', 'jsonb', '{currency_options}', false, false),
('stripe', 'plan', 'id', 'text', '{id}', true, true),
('stripe', 'plan', 'product', 'text', '{product_id,product.id,product}', false, true),
('stripe', 'plan', 'currency', 'text', '{currency}', true, true),
('stripe', 'plan', 'unit_amount', 'numeric', '{amount_decimal,amount}', true, true),
('stripe', 'plan', 'interval_unit', 'text', '{interval}', true, true),
('stripe', 'plan', 'interval_count', 'integer', '{interval_count}', false, true),
('stripe', 'plan', 'usage_type', 'text', '{usage_type}', false, true),
('stripe', 'plan', 'tiers_mode', 'text', '{tiers_mode}', false, false),
('stripe', 'plan', 'tiers', 'jsonb', '{tiers}', false, false),
('stripe', 'plan', 'nickname', 'text', '{nickname}', false, true),
('stripe', 'plan', 'divide_by', 'numeric', '{transform_usage_divide_by,transform_usage.divide_by}', false, false),
('stripe', 'plan', 'round', 'text', '{transform_usage_round,transform_usage.round}', false, false),
('stripe', 'plan', 'currency_options', 'jsonb', '{currency_options}', false, false),
('stripe', 'product', 'id', 'text', '{id}', true, true),
('stripe', 'product', 'name', 'text', '{name}', false, true),
('stripe', 'discount', 'subscription', 'text', '{subscription_id,^id}', true, true),
('stripe', 'discount', 'customer', 'text', '{customer_id}', false, false),
('stripe', 'discount', 'item', 'text', '{subscription_item_id}', false, false),
('stripe', 'discount', 'invoice', 'text', '{invoice_id,invoice_item_id,checkout_session_id}', false, false),
('stripe', 'discount', 'coupon', 'text', '{coupon_id,coupon.id,source.coupon.id,source.coupon}', true, true),
('stripe', 'discount', 'percent_off', 'numeric', '{coupon.percent_off,source.coupon.percent_off}', false, false),
('stripe', 'discount', 'amount_off', 'numeric', '{coupon.amount_off,source.coupon.amount_off}', false, false),
('stripe', 'discount', 'coupon_currency', 'text', '{coupon.currency,source.coupon.currency}', false, false),
('stripe', 'discount', 'coupon_options', 'jsonb', '{coupon.currency_options,source.coupon.currency_options}', false, false),
('stripe', 'discount', 'coupon_products', 'jsonb', '{coupon.applies_to.products,source.coupon.applies_to.products}', false, false),
('stripe', 'discount', 'duration', 'text', '{coupon.duration,source.coupon.duration}', false, false),
('stripe', 'discount', 'start', 'timestamptz', '{start}', false, true),
('stripe', 'discount', 'end', 'timestamptz', '{end}', false, true),
('stripe', 'discount', 'deleted', 'boolean', '{is_deleted,_fivetran_deleted}', false, false),
('stripe', 'coupon', 'id', 'text', '{id}', true, true),
('stripe', 'coupon', 'percent_off', 'numeric', '{percent_off}', false, true),
('stripe', 'coupon', 'amount_off', 'numeric', '{amount_off}', false, true),
('stripe', 'coupon', 'currency', 'text', '{currency}', false, false),
('stripe', 'coupon', 'options', 'jsonb', '{currency_options}', false, false),
('stripe', 'coupon', 'products', 'jsonb', '{applies_to.products}', false, false),
('stripe', 'coupon', 'duration', 'text', '{duration}', false, true),
('stripe', 'invoice', 'id', 'text', '{id}', true, true),
('stripe', 'invoice', 'subscription', 'text', '{subscription_id,subscription.id,subscription,parent.subscription_details.subscription}', false, true),
('stripe', 'invoice', 'status', 'text', '{status}', false, true),
('stripe', 'invoice', 'created', 'timestamptz', '{created}', false, true),
('stripe', 'invoice', 'due', 'timestamptz', '{due_date}', false, true),
('stripe', 'invoice', 'deleted', 'boolean', '{is_deleted,_fivetran_deleted}', false, false),
('stripe', 'charge', 'id', 'text', '{id}', true, true),
('stripe', 'charge', 'customer', 'text', '{customer_id,customer.id,customer}', true, true),
('stripe', 'charge', 'created', 'timestamptz', '{created}', true, true),
('stripe', 'charge', 'amount', 'numeric', '{amount}', true, true),
('stripe', 'charge', 'amount_captured', 'numeric', '{amount_captured}', false, false),
('stripe', 'charge', 'amount_refunded', 'numeric', '{amount_refunded}', false, false),
('stripe', 'charge', 'currency', 'text', '{currency}', true, true),
('stripe', 'charge', 'status', 'text', '{status}', true, true),
('stripe', 'charge', 'captured', 'boolean', '{captured}', false, true),
('stripe', 'charge', 'refunded', 'boolean', '{refunded}', false, false),
('stripe', 'refund', 'id', 'text', '{id}', true, true),
('stripe', 'refund', 'charge', 'text', '{charge_id,charge.id,charge}', true, true),
('stripe', 'refund', 'created', 'timestamptz', '{created}', true, true),
('stripe', 'refund', 'amount', 'numeric', '{amount}', true, true),
('stripe', 'refund', 'currency', 'text', '{currency}', true, true),
('stripe', 'refund', 'status', 'text', '{status}', false, true),
('stripe', 'refund', 'balance', 'text', '{balance_transaction_id,balance_transaction.id,balance_transaction}', false, false),
('stripe', 'dispute', 'id', 'text', '{id}', true, true),
('stripe', 'dispute', 'charge', 'text', '{charge_id,charge.id,charge}', true, true),
('stripe', 'dispute', 'created', 'timestamptz', '{created}', true, true),
('stripe', 'dispute', 'amount', 'numeric', '{amount}', true, true),
('stripe', 'dispute', 'currency', 'text', '{currency}', true, true),
('stripe', 'dispute', 'status', 'text', '{status}', true, true);

INSERT INTO saaskpi_internal.mapping_optional (shape, view_name, column_name, needs) VALUES
('stripe', 'customers', 'signup_date', '{customer.created}'),
('stripe', 'customers', 'country', '{customer.country}'),
('stripe', 'subscriptions_billed', 'trial_end', '{subscription.trial_end}'),
('stripe', 'subscriptions_billed', 'paused_from', '{subscription.pause_behavior,subscription.trial_start}'),
('stripe', 'subscriptions_billed', 'resumes_on', '{subscription.resumes_at,subscription.trial_start}'),
('stripe', 'subscriptions_billed', 'cancel_at', '{subscription.cancel_at,subscription.cancel_at_period_end}'),
('stripe', 'subscriptions_billed', 'canceled_on', '{subscription.canceled_at}'),
('stripe', 'subscriptions_billed', 'end_reason', '{subscription.end_reason}'),
('stripe', 'subscriptions_billed', 'discount_percent', '{subscription.percent_off,customer.percent_off,discount.coupon,item.discounts}'),
('stripe', 'subscriptions_billed', 'discount_amount', '{subscription.amount_off,customer.amount_off,discount.amount_off,coupon.amount_off,item.discounts}'),
('stripe', 'subscriptions_billed', 'discount_once', '{subscription.coupon_duration,customer.coupon_duration,discount.duration,coupon.duration,item.discounts}'),
('stripe', 'subscriptions_billed', 'discount_from', '{subscription.discount_start,customer.discount_start,discount.start,item.discounts}'),
('stripe', 'subscriptions_billed', 'discount_until', '{subscription.discount_end,customer.discount_end,discount.end,item.discounts}'),
('stripe', 'subscriptions_billed', 'discount_steps', '{subscription.discount_start,subscription.discount_end,customer.discount_start,customer.discount_end,discount.start,discount.end,item.discounts}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('stripe', 'customers', 'customer.id', '{customer_id,signup_date,country}', $sql$
SELECT c.id AS customer_id, c.created AS signup_date, c.country FROM {customer} AS c$sql$,
 'Source of saaskpi: one row per customer, also of those deleted since'),
('stripe', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,resumes_on,past_due_since,cancel_at,canceled_on,end_reason,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_amount,discount_once,discount_from,discount_until,discount_steps,currency,is_usage}', $sql$
WITH item AS (
    SELECT s.id, i.id AS item_id, s.customer, coalesce(n.name, p.nickname, i.nickname, p.id, i.price, s.price) AS plan, coalesce(p.product, i.product) AS product,
           CASE WHEN lower(s.status) = 'trialing' AND b.begun THEN 'paused' ELSE lower(s.status) END AS status,
           CASE WHEN i.created > min(i.created) OVER (PARTITION BY s.id) + interval '1 day' THEN greatest(i.created, s.start_date) ELSE coalesce(s.start_date, s.created) END AS start_date,
           CASE WHEN lower(s.status) = 'canceled' THEN coalesce(s.ended_at, s.canceled_at) ELSE s.ended_at END AS end_date,
           CASE WHEN NOT b.begun THEN s.trial_end END AS trial_end,
           CASE WHEN s.pause_behavior IS NOT NULL THEN coalesce(s.period_start, i.period_start) WHEN b.begun THEN s.trial_start END AS paused_from,
           CASE WHEN s.pause_behavior IS NOT NULL THEN s.resumes_at WHEN b.begun THEN s.trial_end END AS resumes_on,
           CASE WHEN lower(s.status) IN ('past_due', 'unpaid') THEN coalesce(o.since, s.period_start, i.period_start) END AS past_due_since,
           CASE WHEN s.ended_at IS NULL AND lower(s.status) <> 'canceled' THEN coalesce(s.cancel_at, CASE WHEN s.cancel_at_period_end THEN coalesce(s.period_end, i.period_end) END) END AS cancel_at, s.canceled_at AS canceled_on,
           CASE s.end_reason WHEN 'cancellation_requested' THEN 'voluntary' WHEN 'payment_failed' THEN 'involuntary' WHEN 'payment_disputed' THEN 'involuntary' ELSE nullif('other', coalesce(s.end_reason, 'other')) END AS end_reason,
           coalesce(p.interval_unit, i.interval_unit) AS interval_unit, coalesce(p.interval_count, i.interval_count, 1) AS interval_count,
           coalesce(p.usage_type, i.usage_type, 'licensed') = 'metered' AS is_usage, t.quantity, i.discounts,
           coalesce(p.tiers_mode, i.tiers_mode) IS NULL AND coalesce(p.divide_by, i.divide_by, 1) = 1 AS per_unit,
           saaskpi.from_minor_units(v.unit_amount, t.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS unit_amount,
           saaskpi.from_minor_units(CASE WHEN coalesce(p.tiers_mode, i.tiers_mode) IS NOT NULL THEN saaskpi.tiered_amount(v.tiers, coalesce(p.tiers_mode, i.tiers_mode), t.quantity)
                                         ELSE v.unit_amount * CASE WHEN coalesce(p.divide_by, i.divide_by) > 0
                                                                   THEN CASE coalesce(p.round, i.round) WHEN 'up' THEN ceil(t.quantity / coalesce(p.divide_by, i.divide_by)) ELSE floor(t.quantity / coalesce(p.divide_by, i.divide_by)) END
                                                                   ELSE t.quantity END END, t.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS amount,
           t.currency
      FROM {subscription} AS s
      LEFT JOIN {item} AS i ON i.subscription = s.id
      LEFT JOIN (SELECT * FROM {price} AS p UNION ALL
                 SELECT l.* FROM {plan} AS l WHERE NOT EXISTS (SELECT FROM {price} AS p WHERE p.id = l.id)) AS p ON p.id = coalesce(i.price, s.price)
      LEFT JOIN {product} AS n ON n.id = coalesce(p.product, i.product)
      LEFT JOIN (SELECT v.subscription, min(coalesce(v.due, v.created)) AS since
                   FROM (SELECT v.*, max(v.created) FILTER (WHERE v.status = 'paid') OVER (PARTITION BY v.subscription) AS paid FROM {invoice} AS v WHERE v.status IN ('open', 'uncollectible', 'paid')) AS v
                  WHERE v.status <> 'paid' AND (v.created <= v.paid) IS NOT TRUE GROUP BY v.subscription) AS o ON o.subscription = s.id
     CROSS JOIN LATERAL (SELECT s.trial_start > coalesce(s.start_date, s.created) + interval '1 day' IS TRUE AS begun) AS b
     CROSS JOIN LATERAL (SELECT coalesce(i.quantity, s.quantity, 1) AS quantity, coalesce(s.currency, p.currency, i.currency) AS currency) AS t
     CROSS JOIN LATERAL (SELECT lower(t.currency) = lower(coalesce(p.currency, i.currency, t.currency)) AS own, coalesce(p.currency_options, i.currency_options) -> lower(t.currency) AS option) AS c
     CROSS JOIN LATERAL (SELECT CASE WHEN c.own IS NOT FALSE THEN coalesce(p.unit_amount, i.unit_amount) ELSE coalesce({numeric c.option ->> 'unit_amount_decimal'}, {numeric c.option ->> 'unit_amount'}) END AS unit_amount,
                                CASE WHEN c.own IS NOT FALSE THEN coalesce(p.tiers, i.tiers) ELSE c.option -> 'tiers' END AS tiers) AS v
     WHERE (lower(s.status) IN ('incomplete', 'incomplete_expired')) IS NOT TRUE),
given AS (
    SELECT d.*, row_number() OVER () AS place, rank() OVER (PARTITION BY d.subscription, d.which = 0 ORDER BY d.which) = 1 AS first
      FROM (SELECT s.id AS subscription, NULL::text AS item, 1 AS which, s.percent_off, s.amount_off, s.coupon_duration AS duration, s.coupon_currency AS currency, s.coupon_options AS options, s.coupon_products AS products, s.discount_start AS since, s.discount_end AS until
              FROM {subscription} AS s WHERE coalesce(s.percent_off, s.amount_off) IS NOT NULL
             UNION ALL SELECT s.id, NULL AS item, 3, c.percent_off, c.amount_off, c.coupon_duration, c.coupon_currency, c.coupon_options, c.coupon_products, c.discount_start, c.discount_end
              FROM {subscription} AS s JOIN {customer} AS c ON c.id = s.customer WHERE coalesce(c.percent_off, c.amount_off) IS NOT NULL
             UNION ALL SELECT coalesce(d.subscription, i.id, s.id), d.item, CASE WHEN d.item IS NOT NULL THEN 0 WHEN d.subscription IS NOT NULL THEN 2 ELSE 4 END, coalesce(d.percent_off, c.percent_off), coalesce(d.amount_off, c.amount_off),
                   coalesce(d.duration, c.duration), coalesce(d.coupon_currency, c.currency), coalesce(d.coupon_options, c.options), coalesce(d.coupon_products, c.products), d.start, d."end"
              FROM {discount} AS d LEFT JOIN {coupon} AS c ON c.id = d.coupon LEFT JOIN item AS i ON i.item_id = d.item LEFT JOIN {subscription} AS s ON d.subscription IS NULL AND d.item IS NULL AND s.customer = d.customer
             UNION ALL SELECT i.id, i.item_id, 0, coalesce({numeric k.coupon ->> 'percent_off'}, c.percent_off), coalesce({numeric k.coupon ->> 'amount_off'}, c.amount_off), coalesce(k.coupon ->> 'duration', c.duration),
                   coalesce(k.coupon ->> 'currency', c.currency), coalesce(k.coupon -> 'currency_options', c.options), coalesce(k.coupon #> '{applies_to,products}', c.products), {timestamptz e.value ->> 'start'}, {timestamptz e.value ->> 'end'}
              FROM item AS i CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(i.discounts) WHEN 'array' THEN i.discounts ELSE '[]' END) AS e(value)
             CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof(e.value -> 'coupon') <> 'null' THEN e.value -> 'coupon' ELSE e.value #> '{source,coupon}' END AS coupon) AS k
              LEFT JOIN {coupon} AS c ON c.id = coalesce(k.coupon ->> 'id', k.coupon #>> '{}')) AS d),
off AS (
    SELECT o.id, o.item_id, jsonb_agg(jsonb_build_object('from', o.since, 'until', o.until, 'once', o.duration = 'once', 'percent', o.percent_off, 'unknown', o.applies IS NULL OR o.percent_off IS NULL AND o.amount_off IS NULL,
               'amount', CASE WHEN o.of_all > 0 THEN o.amount_off * o.amount / o.of_all ELSE o.amount_off * 0 END) ORDER BY o.which > 0, o.amount_off IS NOT NULL, o.place) AS discounts
      FROM (SELECT i.id, i.item_id, CASE WHEN NOT i.is_usage THEN i.amount END AS amount, d.since, d.until, d.duration, d.percent_off, d.which, d.place, a.applies,
                   saaskpi.from_minor_units(CASE WHEN lower(coalesce(d.currency, i.currency)) = lower(i.currency) THEN d.amount_off ELSE {numeric d.options -> lower(i.currency) ->> 'amount_off'} END, i.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS amount_off,
                   sum(CASE WHEN NOT i.is_usage THEN i.amount END) OVER (PARTITION BY i.id, d.place) AS of_all
              FROM item AS i JOIN given AS d ON d.subscription = i.id AND d.first AND (d.item IS NULL OR d.item = i.item_id)
             CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof(d.products) = 'array' THEN d.products ? i.product ELSE true END AS applies) AS a
             WHERE a.applies IS NOT FALSE) AS o
     GROUP BY o.id, o.item_id)
SELECT concat_ws('/', i.id, i.item_id) AS subscription_id, i.customer AS customer_id, i.id AS billing_id, i.plan AS plan_type, i.start_date, i.end_date,
       CASE WHEN i.is_usage THEN 0 WHEN z.once THEN p.list_price ELSE round(coalesce(z.price, p.list_price), 4) END AS monthly_price, CASE WHEN i.is_usage THEN 0 ELSE p.list_price END AS list_price,
       i.status, i.trial_end, i.paused_from, i.resumes_on, i.past_due_since, i.cancel_at, i.canceled_on, i.end_reason, i.interval_unit, i.interval_count,
       CASE WHEN NOT i.is_usage THEN CASE WHEN i.per_unit THEN i.quantity ELSE 1 END END AS quantity,
       CASE WHEN NOT i.is_usage THEN CASE WHEN i.per_unit THEN i.unit_amount ELSE i.amount END END AS unit_amount,
       z.percent AS discount_percent, z.amount AS discount_amount, z.once AS discount_once, z."from" AS discount_from, z.until AS discount_until, CASE WHEN jsonb_array_length(t.steps) > 1 THEN t.steps END AS discount_steps,
       upper(i.currency) AS currency, i.is_usage
  FROM item AS i LEFT JOIN off AS o ON o.id = i.id AND o.item_id IS NOT DISTINCT FROM i.item_id
 CROSS JOIN LATERAL (SELECT saaskpi.monthly_price(i.amount, i.interval_unit, i.interval_count) AS list_price) AS p
 CROSS JOIN LATERAL (SELECT saaskpi_internal.discount_steps(i.amount, i.interval_unit, i.interval_count, o.discounts) AS steps OFFSET 0) AS t
 CROSS JOIN LATERAL jsonb_to_record(t.steps -> -1) AS z("from" timestamptz, until timestamptz, once boolean, percent numeric, amount numeric, price numeric)$sql$,
 'What is billed: one row per item of a subscription, as it is now'),
('stripe', 'payments', 'charge.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT c.id AS payment_id, c.customer AS customer_id, c.created AS payment_date,
       saaskpi.from_minor_units(CASE WHEN c.status = 'succeeded' AND c.captured IS NOT FALSE THEN coalesce(c.amount_captured, c.amount) ELSE c.amount END, c.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS amount,
       CASE WHEN c.status = 'succeeded' AND c.captured IS FALSE THEN 'authorized' ELSE c.status END AS payment_status, upper(c.currency) AS currency
  FROM {charge} AS c
 UNION ALL
SELECT r.id, c.customer, r.created, saaskpi.from_minor_units(r.amount, r.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}'),
       CASE WHEN r.standing <> 'succeeded' THEN CASE r.standing WHEN 'failed' THEN 'void' ELSE r.standing END
            WHEN c.captured IS FALSE OR r.place = 1 AND r.balance IS NULL AND r.amount = c.amount - c.amount_captured AND r.of_charge = c.amount_refunded THEN 'void' ELSE 'refund' END, upper(r.currency)
  FROM (SELECT r.*, coalesce(r.status, 'succeeded') AS standing, row_number() OVER (PARTITION BY r.charge, coalesce(r.status, 'succeeded') = 'succeeded' ORDER BY r.created, r.id) AS place,
               sum(r.amount) OVER (PARTITION BY r.charge, coalesce(r.status, 'succeeded') = 'succeeded') AS of_charge FROM {refund} AS r) AS r LEFT JOIN {charge} AS c ON c.id = r.charge
 UNION ALL
SELECT c.id || '/refunded', c.customer, c.created, saaskpi.from_minor_units(c.amount_refunded - v.released, c.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}'), 'refund' AS payment_status, upper(c.currency)
  FROM {charge} AS c
 CROSS JOIN LATERAL (SELECT CASE WHEN c.amount_refunded < c.amount - c.amount_captured OR c.refunded AND c.amount_refunded <= c.amount_captured THEN 0 ELSE greatest(c.amount - c.amount_captured, 0) END AS released) AS v
 WHERE c.amount_refunded > v.released AND c.captured IS NOT FALSE AND NOT EXISTS (SELECT FROM {refund} AS r)
 UNION ALL
SELECT d.id, c.customer, d.created, saaskpi.from_minor_units(d.amount, d.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}'), 'dispute_lost' AS payment_status, upper(d.currency)
  FROM {dispute} AS d LEFT JOIN {charge} AS c ON c.id = d.charge WHERE d.status = 'lost'$sql$,
 'Source of saaskpi: one row per charge, refund and lost dispute');
