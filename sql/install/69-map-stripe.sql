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
('stripe', 'customer', 'coupon_duration', 'text', '{discount.coupon.duration}', false, false),
('stripe', 'customer', 'discount_start', 'timestamptz', '{discount.start}', false, false),
('stripe', 'customer', 'discount_end', 'timestamptz', '{discount.end}', false, false),
('stripe', 'subscription', 'id', 'text', '{id}', true, true),
('stripe', 'subscription', 'customer', 'text', '{customer_id,customer.id,customer}', true, true),
('stripe', 'subscription', 'status', 'text', '{status}', true, true),
('stripe', 'subscription', 'created', 'timestamptz', '{created}', false, false),
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
('stripe', 'product', 'id', 'text', '{id}', true, true),
('stripe', 'product', 'name', 'text', '{name}', false, true),
('stripe', 'discount', 'subscription', 'text', '{subscription_id,^id}', true, true),
('stripe', 'discount', 'customer', 'text', '{customer_id}', false, false),
('stripe', 'discount', 'invoice', 'text', '{invoice_id,invoice_item_id,checkout_session_id}', false, false),
('stripe', 'discount', 'coupon', 'text', '{coupon_id,coupon.id,source.coupon.id,source.coupon}', true, true),
('stripe', 'discount', 'percent_off', 'numeric', '{coupon.percent_off,source.coupon.percent_off}', false, false),
('stripe', 'discount', 'amount_off', 'numeric', '{coupon.amount_off,source.coupon.amount_off}', false, false),
('stripe', 'discount', 'duration', 'text', '{coupon.duration,source.coupon.duration}', false, false),
('stripe', 'discount', 'start', 'timestamptz', '{start}', false, true),
('stripe', 'discount', 'end', 'timestamptz', '{end}', false, true),
('stripe', 'discount', 'deleted', 'boolean', '{is_deleted,_fivetran_deleted}', false, false),
('stripe', 'coupon', 'id', 'text', '{id}', true, true),
('stripe', 'coupon', 'percent_off', 'numeric', '{percent_off}', false, true),
('stripe', 'coupon', 'amount_off', 'numeric', '{amount_off}', false, true),
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
('stripe', 'refund', 'id', 'text', '{id}', true, true),
('stripe', 'refund', 'charge', 'text', '{charge_id,charge.id,charge}', true, true),
('stripe', 'refund', 'created', 'timestamptz', '{created}', true, true),
('stripe', 'refund', 'amount', 'numeric', '{amount}', true, true),
('stripe', 'refund', 'currency', 'text', '{currency}', true, true),
('stripe', 'refund', 'status', 'text', '{status}', false, true),
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
('stripe', 'subscriptions_billed', 'discount_percent', '{subscription.percent_off,customer.percent_off,discount.coupon}'),
('stripe', 'subscriptions_billed', 'discount_amount', '{subscription.amount_off,customer.amount_off,discount.amount_off,coupon.amount_off}'),
('stripe', 'subscriptions_billed', 'discount_once', '{subscription.coupon_duration,customer.coupon_duration,discount.duration,coupon.duration}'),
('stripe', 'subscriptions_billed', 'discount_from', '{subscription.discount_start,customer.discount_start,discount.start}'),
('stripe', 'subscriptions_billed', 'discount_until', '{subscription.discount_end,customer.discount_end,discount.end}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('stripe', 'customers', 'customer.id', '{customer_id,signup_date,country}', $sql$
SELECT c.id AS customer_id, c.created AS signup_date, c.country FROM {customer} AS c$sql$,
 'Source of saaskpi: one row per customer, also of those deleted since'),
('stripe', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,resumes_on,past_due_since,cancel_at,canceled_on,end_reason,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_amount,discount_once,discount_from,discount_until,currency,is_usage}', replace($sql$
SELECT concat_ws('/', q.id, q.item_id) AS subscription_id, q.customer AS customer_id, q.id AS billing_id, q.plan AS plan_type, q.start_date, q.end_date,
       CASE WHEN q.is_usage THEN 0 WHEN q.discount_once THEN q.list_price ELSE round(q.list_price - least(q.list_price, coalesce(saaskpi.monthly_price(q.percent_part + q.amount_part, q.interval_unit, q.interval_count), 0)), 4) END AS monthly_price,
       CASE WHEN q.is_usage THEN 0 ELSE q.list_price END AS list_price,
       q.status, q.trial_end, q.paused_from, q.resumes_on, q.past_due_since, q.cancel_at, q.canceled_on, q.end_reason, q.interval_unit, q.interval_count,
       CASE WHEN NOT q.is_usage THEN CASE WHEN q.per_unit THEN q.quantity ELSE 1 END END AS quantity,
       CASE WHEN NOT q.is_usage THEN CASE WHEN q.per_unit THEN q.unit_amount ELSE q.amount END END AS unit_amount,
       CASE WHEN q.unread THEN 'NaN' ELSE q.percent_off END AS discount_percent, nullif(round(q.amount_part, 4), 0) AS discount_amount, q.discount_once, q.discount_from, q.discount_until, q.currency, q.is_usage
  FROM (SELECT a.*, saaskpi.monthly_price(a.amount, a.interval_unit, a.interval_count) AS list_price,
               CASE WHEN a.amount_off IS NOT NULL THEN least(a.amount - a.percent_part, a.amount_off * CASE WHEN a.of_all > 0 THEN a.amount / a.of_all ELSE 0 END) ELSE 0 END AS amount_part
          FROM (SELECT u.*, CASE WHEN u.percent_off IS NOT NULL THEN u.amount * least(u.percent_off, 100) / 100 ELSE 0 END AS percent_part, sum(CASE WHEN NOT u.is_usage THEN u.amount END) OVER (PARTITION BY u.id) AS of_all
                  FROM (SELECT s.id, i.id AS item_id, s.customer, coalesce(n.name, p.nickname, i.nickname, p.id, i.price, s.price) AS plan, CASE WHEN lower(s.status) = 'trialing' AND b.begun THEN 'paused' ELSE lower(s.status) END AS status,
                               CASE WHEN i.created > min(i.created) OVER (PARTITION BY s.id) + interval '1 day' THEN greatest(i.created, s.start_date) ELSE coalesce(s.start_date, s.created) END AS start_date,
                               CASE WHEN lower(s.status) = 'canceled' THEN coalesce(s.ended_at, s.canceled_at) ELSE s.ended_at END AS end_date,
                               CASE WHEN NOT b.begun THEN s.trial_end END AS trial_end,
                               CASE WHEN s.pause_behavior IS NOT NULL THEN coalesce(s.period_start, i.period_start) WHEN b.begun THEN s.trial_start END AS paused_from,
                               CASE WHEN s.pause_behavior IS NOT NULL THEN s.resumes_at WHEN b.begun THEN s.trial_end END AS resumes_on,
                               CASE WHEN lower(s.status) IN ('past_due', 'unpaid') THEN coalesce(o.since, s.period_start, i.period_start) END AS past_due_since,
                               CASE WHEN s.ended_at IS NULL AND lower(s.status) <> 'canceled' THEN coalesce(s.cancel_at, CASE WHEN s.cancel_at_period_end THEN coalesce(s.period_end, i.period_end) END) END AS cancel_at, s.canceled_at AS canceled_on,
                               CASE s.end_reason WHEN 'cancellation_requested' THEN 'voluntary' WHEN 'payment_failed' THEN 'involuntary' WHEN 'payment_disputed' THEN 'involuntary' ELSE nullif('other', coalesce(s.end_reason, 'other')) END AS end_reason,
                               coalesce(p.interval_unit, i.interval_unit) AS interval_unit, coalesce(p.interval_count, i.interval_count, 1) AS interval_count,
                               coalesce(p.usage_type, i.usage_type, 'licensed') = 'metered' AS is_usage, t.quantity,
                               coalesce(p.tiers_mode, i.tiers_mode) IS NULL AND coalesce(p.divide_by, i.divide_by, 1) = 1 AS per_unit,
                               saaskpi.from_minor_units(coalesce(p.unit_amount, i.unit_amount), t.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS unit_amount,
                               saaskpi.from_minor_units(CASE WHEN coalesce(p.tiers_mode, i.tiers_mode) IS NOT NULL
                                                             THEN saaskpi.tiered_amount(coalesce(p.tiers, i.tiers), coalesce(p.tiers_mode, i.tiers_mode), t.quantity)
                                                             ELSE coalesce(p.unit_amount, i.unit_amount)
                                                                  * CASE WHEN coalesce(p.divide_by, i.divide_by) > 0
                                                                         THEN CASE coalesce(p.round, i.round) WHEN 'up' THEN ceil(t.quantity / coalesce(p.divide_by, i.divide_by)) ELSE floor(t.quantity / coalesce(p.divide_by, i.divide_by)) END
                                                                         ELSE t.quantity END END, t.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS amount,
                               CASE w.which WHEN 1 THEN s.percent_off WHEN 2 THEN d.percent_off WHEN 3 THEN c.percent_off WHEN 4 THEN e.percent_off END AS percent_off,
                               saaskpi.from_minor_units(CASE w.which WHEN 1 THEN s.amount_off WHEN 2 THEN d.amount_off WHEN 3 THEN c.amount_off WHEN 4 THEN e.amount_off END, t.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS amount_off,
                               CASE w.which WHEN 1 THEN s.coupon_duration WHEN 2 THEN d.duration WHEN 3 THEN c.coupon_duration WHEN 4 THEN e.duration END = 'once' AS discount_once,
                               CASE w.which WHEN 1 THEN s.discount_start WHEN 2 THEN d.start WHEN 3 THEN c.discount_start WHEN 4 THEN e.start END AS discount_from,
                               CASE w.which WHEN 1 THEN s.discount_end WHEN 2 THEN d.until WHEN 3 THEN c.discount_end WHEN 4 THEN e.until END AS discount_until, CASE w.which WHEN 2 THEN NOT d.readable WHEN 4 THEN NOT e.readable ELSE false END AS unread, upper(t.currency) AS currency
                          FROM {subscription} AS s
                          LEFT JOIN {item} AS i ON i.subscription = s.id
                          LEFT JOIN (SELECT * FROM {price} AS p UNION ALL
                                     SELECT l.* FROM {plan} AS l WHERE NOT EXISTS (SELECT FROM {price} AS p WHERE p.id = l.id)) AS p ON p.id = coalesce(i.price, s.price)
                          LEFT JOIN {product} AS n ON n.id = coalesce(p.product, i.product)
                          LEFT JOIN (SELECT v.subscription, min(coalesce(v.due, v.created)) AS since
                                       FROM (SELECT v.*, max(v.created) FILTER (WHERE v.status = 'paid') OVER (PARTITION BY v.subscription) AS paid FROM {invoice} AS v WHERE v.status IN ('open', 'uncollectible', 'paid')) AS v
                                      WHERE v.status <> 'paid' AND (v.created <= v.paid) IS NOT TRUE GROUP BY v.subscription) AS o ON o.subscription = s.id
                          LEFT JOIN {customer} AS c ON c.id = s.customer
                          LEFT JOIN {discounts} AS d ON d.subscription = s.id
                          LEFT JOIN {discounts} AS e ON e.customer = s.customer AND e.subscription IS NULL
                         CROSS JOIN LATERAL (SELECT s.trial_start > coalesce(s.start_date, s.created) + interval '1 day' IS TRUE AS begun) AS b
                         CROSS JOIN LATERAL (SELECT coalesce(i.quantity, s.quantity, 1) AS quantity, coalesce(p.currency, i.currency) AS currency) AS t
                         CROSS JOIN LATERAL (SELECT CASE WHEN coalesce(s.percent_off, s.amount_off) IS NOT NULL THEN 1 WHEN d.subscription IS NOT NULL THEN 2
                                                         WHEN coalesce(c.percent_off, c.amount_off) IS NOT NULL THEN 3 WHEN e.customer IS NOT NULL THEN 4 END AS which) AS w
                         WHERE (lower(s.status) IN ('incomplete', 'incomplete_expired')) IS NOT TRUE) AS u) AS a) AS q$sql$, '{discounts}', $sql$(
    SELECT DISTINCT ON (coalesce(subscription, customer), subscription IS NULL) *
      FROM (SELECT subscription, CASE WHEN subscription IS NULL THEN customer END AS customer, readable, duration, until, CASE WHEN bool_and(start IS NOT NULL) THEN min(start) END AS start,
                   CASE WHEN bool_or(percent_off >= 100) THEN 100 ELSE trim_scale(round(100 - 100 * exp(sum(CASE WHEN percent_off < 100 THEN ln(1 - percent_off / 100) END)), 6)) END AS percent_off, sum(amount_off) AS amount_off
              FROM (SELECT d.subscription, d.customer, d.start, d."end" AS until, coalesce(d.percent_off, c.percent_off) AS percent_off, coalesce(d.amount_off, c.amount_off) AS amount_off,
                           CASE WHEN coalesce(d.duration, c.duration) = 'once' THEN 'once' END AS duration, coalesce(d.percent_off, c.percent_off, d.amount_off, c.amount_off) IS NOT NULL AS readable
                      FROM {discount} AS d LEFT JOIN {coupon} AS c ON c.id = d.coupon) AS d
             GROUP BY 1, 2, readable, duration, until) AS d
     ORDER BY coalesce(subscription, customer), subscription IS NULL, readable DESC, duration IS NOT NULL, until DESC, start DESC NULLS LAST)$sql$),
 'What is billed: one row per item of a subscription, as it is now'),
('stripe', 'payments', 'charge.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT c.id AS payment_id, c.customer AS customer_id, c.created AS payment_date,
       saaskpi.from_minor_units(CASE WHEN c.status = 'succeeded' THEN coalesce(c.amount_captured, c.amount) ELSE c.amount END, c.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}') AS amount,
       CASE WHEN c.status = 'succeeded' AND c.captured IS FALSE THEN 'authorized' ELSE c.status END AS payment_status, upper(c.currency) AS currency
  FROM {charge} AS c
 UNION ALL
SELECT r.id, c.customer, r.created, saaskpi.from_minor_units(r.amount, r.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}'),
       CASE coalesce(r.status, 'succeeded') WHEN 'succeeded' THEN 'refund' WHEN 'failed' THEN 'void' ELSE r.status END, upper(r.currency)
  FROM {refund} AS r LEFT JOIN {charge} AS c ON c.id = r.charge
 UNION ALL
SELECT c.id || '/refunded', c.customer, c.created, saaskpi.from_minor_units(c.amount_refunded, c.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}'), 'refund', upper(c.currency)
  FROM {charge} AS c WHERE c.amount_refunded > 0 AND NOT EXISTS (SELECT FROM {refund} AS r)
 UNION ALL
SELECT d.id, c.customer, d.created, saaskpi.from_minor_units(d.amount, d.currency, '{"ISK": "2", "UGX": "2", "MGA": "0"}'), 'dispute_lost', upper(d.currency)
  FROM {dispute} AS d LEFT JOIN {charge} AS c ON c.id = d.charge WHERE d.status = 'lost'$sql$,
 'Source of saaskpi: one row per charge, refund and lost dispute');
