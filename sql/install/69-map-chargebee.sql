-- Chargebee, as Airbyte and Fivetran store it, with plans and addons (Product
-- Catalog 1.0) or items (2.0).

INSERT INTO saaskpi_internal.mapping_kinds (kind, shape, description) VALUES
('chargebee', 'chargebee', 'Chargebee by Airbyte or Fivetran: a table per resource, times in seconds or with a zone, what a subscription holds in JSON or in tables of its own');

INSERT INTO saaskpi_internal.mapping_tables (kind, table_name, candidates, needed, newest_by, condition) VALUES
('chargebee', 'customer', '{customer,customers}', true, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'subscription', '{subscription,subscriptions}', true, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('chargebee', 'line', '{subscription_subscription_item,subscription_item,subscription.subscription_items,subscriptions.subscription_items}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('chargebee', 'addon', '{subscription_addon,subscription.addons,subscriptions.addons}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('chargebee', 'discount', '{subscription_discount,subscription.discounts,subscriptions.discounts}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('chargebee', 'coupon_use', '{subscription_coupon,subscription.coupons,subscriptions.coupons}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('chargebee', 'coupon', '{coupon,coupons}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'item_price', '{item_price,item_prices}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'plan', '{plan,plans}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'transaction', '{transaction,transactions}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE');

INSERT INTO saaskpi_internal.mapping_columns (shape, table_name, column_name, kind, candidates, needed, noted) VALUES
('chargebee', 'customer', 'id', 'text', '{id}', true, true),
('chargebee', 'customer', 'created', 'timestamptz', '{created_at}', false, true),
('chargebee', 'customer', 'country', 'text', '{billing_address_country,billing_country,billing_address.country}', false, true),
('chargebee', 'subscription', 'id', 'text', '{id}', true, true),
('chargebee', 'subscription', 'customer', 'text', '{customer_id}', true, true),
('chargebee', 'subscription', 'status', 'text', '{status}', true, true),
('chargebee', 'subscription', 'currency', 'text', '{currency_code}', true, true),
('chargebee', 'subscription', 'created', 'timestamptz', '{created_at}', false, true),
('chargebee', 'subscription', 'started', 'timestamptz', '{started_at}', false, true),
('chargebee', 'subscription', 'start_date', 'timestamptz', '{start_date}', false, false),
('chargebee', 'subscription', 'trial_start', 'timestamptz', '{trial_start}', false, false),
('chargebee', 'subscription', 'trial_end', 'timestamptz', '{trial_end}', false, true),
('chargebee', 'subscription', 'cancelled', 'timestamptz', '{cancelled_at}', false, true),
('chargebee', 'subscription', 'term_end', 'timestamptz', '{current_term_end}', false, false),
('chargebee', 'subscription', 'cancel_reason', 'text', '{cancel_reason}', false, true),
('chargebee', 'subscription', 'paused', 'timestamptz', '{pause_date}', false, true),
('chargebee', 'subscription', 'resumes', 'timestamptz', '{resume_date}', false, true),
('chargebee', 'subscription', 'due_since', 'timestamptz', '{due_since}', false, true),
('chargebee', 'subscription', 'period', 'integer', '{billing_period}', false, true),
('chargebee', 'subscription', 'period_unit', 'text', '{billing_period_unit}', false, true),
('chargebee', 'subscription', 'mrr', 'numeric', '{mrr}', false, true),
('chargebee', 'subscription', 'plan', 'text', '{plan_id}', false, false),
('chargebee', 'subscription', 'plan_quantity', 'numeric', '{plan_quantity}', false, false),
('chargebee', 'subscription', 'plan_unit_price', 'numeric', '{plan_unit_price}', false, false),
('chargebee', 'subscription', 'plan_amount', 'numeric', '{plan_amount}', false, false),
('chargebee', 'subscription', 'deleted', 'boolean', '{deleted,_fivetran_deleted}', false, false),
('chargebee', 'line', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'line', 'price', 'text', '{item_price_id}', true, true),
('chargebee', 'line', 'type', 'text', '{item_type}', false, true),
('chargebee', 'line', 'quantity', 'numeric', '{quantity}', false, true),
('chargebee', 'line', 'free_quantity', 'numeric', '{free_quantity}', false, false),
('chargebee', 'line', 'unit_price', 'numeric', '{unit_price}', false, true),
('chargebee', 'line', 'amount', 'numeric', '{amount}', false, true),
('chargebee', 'line', 'metered_quantity', 'numeric', '{metered_quantity}', false, false),
('chargebee', 'line', 'period', 'integer', '{billing_period}', false, false),
('chargebee', 'line', 'period_unit', 'text', '{billing_period_unit}', false, false),
('chargebee', 'line', 'deleted', 'boolean', '{deleted,_fivetran_deleted}', false, false),
('chargebee', 'addon', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'addon', 'price', 'text', '{addon_id,id}', true, true),
('chargebee', 'addon', 'quantity', 'numeric', '{quantity}', false, false),
('chargebee', 'addon', 'unit_price', 'numeric', '{unit_price}', false, false),
('chargebee', 'addon', 'amount', 'numeric', '{amount}', false, false),
('chargebee', 'addon', 'deleted', 'boolean', '{deleted,_fivetran_deleted}', false, false),
('chargebee', 'discount', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'discount', 'type', 'text', '{type}', false, true),
('chargebee', 'discount', 'percentage', 'numeric', '{percentage}', false, true),
('chargebee', 'discount', 'amount', 'numeric', '{amount}', false, true),
('chargebee', 'discount', 'duration', 'text', '{duration_type}', false, true),
('chargebee', 'discount', 'created', 'timestamptz', '{created_at}', false, false),
('chargebee', 'discount', 'until', 'timestamptz', '{apply_till}', false, true),
('chargebee', 'discount', 'price', 'text', '{item_price_id}', false, false),
('chargebee', 'discount', 'period', 'integer', '{period}', false, false),
('chargebee', 'discount', 'period_unit', 'text', '{period_unit}', false, false),
('chargebee', 'discount', 'deleted', 'boolean', '{deleted,_fivetran_deleted}', false, false),
('chargebee', 'coupon_use', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'coupon_use', 'coupon', 'text', '{coupon_id}', true, true),
('chargebee', 'coupon_use', 'until', 'timestamptz', '{apply_till}', false, true),
('chargebee', 'coupon_use', 'deleted', 'boolean', '{deleted,_fivetran_deleted}', false, false),
('chargebee', 'coupon', 'id', 'text', '{id}', true, true),
('chargebee', 'coupon', 'percentage', 'numeric', '{discount_percentage}', false, true),
('chargebee', 'coupon', 'amount', 'numeric', '{discount_amount}', false, true),
('chargebee', 'coupon', 'duration', 'text', '{duration_type}', false, true),
('chargebee', 'coupon', 'period', 'integer', '{period,duration_month}', false, false),
('chargebee', 'coupon', 'period_unit', 'text', '{period_unit}', false, false),
('chargebee', 'coupon', 'currency', 'text', '{currency_code}', false, false),
('chargebee', 'coupon', 'apply_on', 'text', '{apply_on}', false, false),
('chargebee', 'coupon', 'items', 'jsonb', '{item_constraints}', false, false),
('chargebee', 'coupon', 'plans', 'text', '{plan_constraint}', false, false),
('chargebee', 'coupon', 'plan_ids', 'jsonb', '{plan_ids}', false, false),
('chargebee', 'coupon', 'addons', 'text', '{addon_constraint}', false, false),
('chargebee', 'coupon', 'addon_ids', 'jsonb', '{addon_ids}', false, false),
('chargebee', 'item_price', 'id', 'text', '{id}', true, true),
('chargebee', 'item_price', 'name', 'text', '{external_name,name}', false, true),
('chargebee', 'item_price', 'period', 'integer', '{period}', false, false),
('chargebee', 'item_price', 'period_unit', 'text', '{period_unit}', false, false),
('chargebee', 'plan', 'id', 'text', '{id}', true, true),
('chargebee', 'plan', 'name', 'text', '{name}', false, true),
('chargebee', 'transaction', 'id', 'text', '{id}', true, true),
('chargebee', 'transaction', 'customer', 'text', '{customer_id}', true, true),
('chargebee', 'transaction', 'type', 'text', '{type}', true, true),
('chargebee', 'transaction', 'status', 'text', '{status}', true, true),
('chargebee', 'transaction', 'at', 'timestamptz', '{date}', true, true),
('chargebee', 'transaction', 'amount', 'numeric', '{amount}', true, true),
('chargebee', 'transaction', 'currency', 'text', '{currency_code}', true, true),
('chargebee', 'transaction', 'deleted', 'boolean', '{deleted,_fivetran_deleted}', false, false);

INSERT INTO saaskpi_internal.mapping_optional (shape, view_name, column_name, needs) VALUES
('chargebee', 'customers', 'signup_date', '{customer.created}'),
('chargebee', 'customers', 'country', '{customer.country}'),
('chargebee', 'subscriptions_billed', 'trial_end', '{subscription.trial_end}'),
('chargebee', 'subscriptions_billed', 'paused_from', '{subscription.paused,subscription.trial_start}'),
('chargebee', 'subscriptions_billed', 'resumes_on', '{subscription.resumes,subscription.trial_start}'),
('chargebee', 'subscriptions_billed', 'past_due_since', '{subscription.due_since}'),
('chargebee', 'subscriptions_billed', 'cancel_at', '{subscription.cancelled,subscription.term_end}'),
('chargebee', 'subscriptions_billed', 'end_reason', '{subscription.cancel_reason}'),
('chargebee', 'subscriptions_billed', 'discount_percent', '{discount.percentage,coupon.percentage,coupon_use.coupon}'),
('chargebee', 'subscriptions_billed', 'discount_amount', '{discount.percentage,coupon.percentage,discount.amount,coupon.amount}'),
('chargebee', 'subscriptions_billed', 'discount_once', '{discount.duration,coupon.duration}'),
('chargebee', 'subscriptions_billed', 'discount_from', '{discount.created}'),
('chargebee', 'subscriptions_billed', 'discount_until', '{discount.until,coupon_use.until}'),
('chargebee', 'subscriptions_billed', 'discount_steps', '{discount.until,coupon_use.until,discount.created}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('chargebee', 'customers', 'customer.id', '{customer_id,signup_date,country}', $sql$
SELECT c.id AS customer_id, c.created AS signup_date, c.country FROM {customer} AS c$sql$,
 'Source of saaskpi: one row per customer, also of those deleted since'),
('chargebee', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,resumes_on,past_due_since,cancel_at,end_reason,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_amount,discount_once,discount_from,discount_until,discount_steps,currency,is_usage}', $sql$
WITH line AS (
    SELECT s.id, l.price, s.customer, coalesce(n.name, f.name, l.price) AS plan, l.type, b.begun, b.start_date,
           CASE WHEN s.status IN ('active', 'non_renewing') AND s.due_since IS NOT NULL THEN 'past_due' WHEN s.status = 'in_trial' AND b.begun THEN 'paused' ELSE s.status END AS status,
           CASE WHEN s.status IN ('cancelled', 'transferred') THEN coalesce(s.cancelled, s.term_end) END AS end_date,
           CASE WHEN NOT b.begun THEN s.trial_end END AS trial_end,
           CASE WHEN s.status IN ('paused', 'active') AND s.paused IS NOT NULL THEN s.paused WHEN b.begun THEN s.trial_start END AS paused_from,
           CASE WHEN s.status IN ('paused', 'active') AND s.paused IS NOT NULL THEN s.resumes WHEN b.begun THEN s.trial_end END AS resumes_on,
           CASE WHEN s.status IN ('active', 'non_renewing', 'paused') THEN s.due_since END AS past_due_since,
           CASE WHEN s.status = 'non_renewing' THEN coalesce(s.cancelled, s.term_end) WHEN s.status IN ('active', 'in_trial', 'future', 'paused') THEN s.cancelled END AS cancel_at,
           CASE WHEN s.cancel_reason IN ('not_paid', 'no_card') THEN 'involuntary' WHEN s.cancel_reason IS NOT NULL THEN 'other' END AS end_reason,
           coalesce(l.period_unit, n.period_unit, s.period_unit) AS interval_unit, coalesce(CASE WHEN l.period_unit IS NOT NULL THEN l.period WHEN n.period_unit IS NOT NULL THEN n.period END, s.period, 1) AS interval_count,
           l.quantity, saaskpi.from_minor_units(l.unit_price, s.currency) AS unit_price, CASE WHEN l.metered THEN 0 ELSE saaskpi.from_minor_units(l.amount, s.currency) END AS amount,
           s.currency, l.metered AS is_usage
      FROM {subscription} AS s
      LEFT JOIN (SELECT subscription, price, lower(type) AS type, coalesce(quantity, 1) AS quantity, unit_price, coalesce(amount, unit_price * greatest(coalesce(quantity, 1) - coalesce(free_quantity, 0), 0)) AS amount,
                        period, period_unit, metered_quantity IS NOT NULL AS metered
                   FROM {line} AS l WHERE l.type IS DISTINCT FROM 'charge'
                  UNION ALL SELECT id, plan, 'plan', coalesce(plan_quantity, 1), plan_unit_price, coalesce(plan_amount, plan_unit_price * coalesce(plan_quantity, 1)), NULL AS period, NULL AS period_unit, false FROM {subscription} AS s WHERE plan IS NOT NULL
                  UNION ALL SELECT subscription, price, 'addon', coalesce(quantity, 1), unit_price, coalesce(amount, unit_price * coalesce(quantity, 1)), NULL AS period, NULL AS period_unit, false FROM {addon} AS a) AS l ON l.subscription = s.id
      LEFT JOIN {item_price} AS n ON n.id = l.price
      LEFT JOIN {plan} AS f ON f.id = l.price
     CROSS JOIN LATERAL (SELECT g.start_date, s.trial_start > g.start_date + interval '1 day' IS TRUE AS begun
                           FROM (SELECT CASE WHEN s.status = 'future' THEN s.start_date ELSE coalesce(s.started, s.start_date, s.created) END AS start_date) AS g) AS b),
given AS (
    SELECT d.*, row_number() OVER () AS place, CASE WHEN d.period_unit IN ('day', 'week', 'month', 'year') AND d.period > 0 THEN d.period || ' ' || d.period_unit END AS lasts
      FROM (SELECT d.subscription, d.price, CASE WHEN d.type IS DISTINCT FROM 'fixed_amount' THEN d.percentage END AS percentage, CASE WHEN d.type IS DISTINCT FROM 'percentage' THEN d.amount END AS amount,
                   d.duration IS NOT DISTINCT FROM 'one_time' AS once, d.created AS since, d.until, CASE WHEN d.duration = 'limited_period' THEN d.period END AS period, d.period_unit,
                   CASE WHEN d.price IS NULL THEN 'invoice_amount' ELSE 'each_specified_item' END AS apply_on, NULL::text AS currency,
                   NULL::jsonb AS items, NULL::text AS plans, NULL::jsonb AS plan_ids, NULL::text AS addons, NULL::jsonb AS addon_ids
              FROM {discount} AS d
             UNION ALL SELECT u.subscription, NULL AS price, c.percentage, c.amount, c.duration IS NOT DISTINCT FROM 'one_time', NULL AS since, u.until, CASE WHEN c.duration = 'limited_period' THEN c.period END, coalesce(c.period_unit, 'month'),
                   coalesce(c.apply_on, 'invoice_amount'), c.currency, c.items, c.plans, c.plan_ids, c.addons, c.addon_ids
              FROM {coupon_use} AS u LEFT JOIN {coupon} AS c ON c.id = u.coupon) AS d),
off AS (
    SELECT o.id, o.price, jsonb_agg(jsonb_build_object('from', o.since, 'until', o.until, 'once', o.once, 'lasts', o.lasts, 'percent', o.percentage, 'unknown', o.applies IS NULL OR o.percentage IS NULL AND o.amount_off IS NULL,
               'amount', CASE WHEN o.apply_on = 'each_specified_item' THEN o.amount_off WHEN o.apply_on = 'each_unit_of_specified_items' THEN o.amount_off * o.quantity
                              WHEN o.of_all > 0 THEN o.amount_off * o.amount / o.of_all ELSE o.amount_off * 0 END)
               ORDER BY o.apply_on NOT LIKE 'each%', o.amount_off IS NULL, o.place) AS discounts
      FROM (SELECT l.id, l.price, l.amount, l.quantity, d.since, d.until, d.once, d.lasts, d.percentage, d.apply_on, d.place, a.applies,
                   CASE WHEN upper(coalesce(d.currency, l.currency)) = upper(l.currency) THEN saaskpi.from_minor_units(d.amount, l.currency) END AS amount_off,
                   sum(l.amount) OVER (PARTITION BY l.id, d.place) AS of_all
              FROM line AS l JOIN given AS d ON d.subscription = l.id AND (d.price IS NULL OR d.price = l.price)
              LEFT JOIN LATERAL (SELECT lower(e.value ->> 'constraint') AS which, e.value -> 'item_price_ids' AS ids
                                   FROM jsonb_array_elements(CASE jsonb_typeof(d.items) WHEN 'array' THEN d.items ELSE '[]' END) AS e(value) WHERE lower(e.value ->> 'item_type') = l.type LIMIT 1) AS e ON true
             CROSS JOIN LATERAL (SELECT coalesce(e.which, CASE WHEN d.items IS NOT NULL THEN 'none' WHEN l.type = 'plan' THEN lower(d.plans) WHEN l.type = 'addon' THEN lower(d.addons) END) AS which,
                                        coalesce(e.ids, CASE l.type WHEN 'plan' THEN d.plan_ids WHEN 'addon' THEN d.addon_ids END) AS ids) AS w
             CROSS JOIN LATERAL (SELECT CASE WHEN d.price IS NOT NULL OR d.apply_on NOT LIKE '%specified_item%' OR w.which = 'all' THEN true WHEN w.which IN ('none', 'not_applicable') THEN false
                                             WHEN w.which = 'specific' THEN w.ids ? l.price END AS applies) AS a
             WHERE a.applies IS NOT FALSE) AS o
     GROUP BY o.id, o.price)
SELECT l.id || '/' || l.price AS subscription_id, l.customer AS customer_id, l.id AS billing_id, l.plan AS plan_type, l.start_date, l.end_date,
       CASE WHEN z.once THEN p.list_price ELSE round(coalesce(z.price, p.list_price), 4) END AS monthly_price, p.list_price,
       l.status, l.trial_end, l.paused_from, l.resumes_on, l.past_due_since, l.cancel_at, l.end_reason, l.interval_unit, l.interval_count,
       CASE WHEN l.unit_price * l.quantity = l.amount THEN l.quantity ELSE 1 END AS quantity, CASE WHEN l.unit_price * l.quantity = l.amount THEN l.unit_price ELSE l.amount END AS unit_amount,
       z.percent AS discount_percent, z.amount AS discount_amount, z.once AS discount_once, z."from" AS discount_from, z.until AS discount_until, CASE WHEN jsonb_array_length(t.steps) > 1 THEN t.steps END AS discount_steps,
       upper(l.currency) AS currency, l.is_usage
  FROM line AS l LEFT JOIN off AS o ON o.id = l.id AND o.price = l.price
 CROSS JOIN LATERAL (SELECT saaskpi.monthly_price(l.amount, l.interval_unit, l.interval_count) AS list_price) AS p
 CROSS JOIN LATERAL (SELECT saaskpi_internal.discount_steps(l.amount, l.interval_unit, l.interval_count, o.discounts) AS steps OFFSET 0) AS t
 CROSS JOIN LATERAL jsonb_to_record(t.steps -> -1) AS z("from" timestamptz, until timestamptz, once boolean, percent numeric, amount numeric, price numeric)$sql$,
 'What is billed: one row per plan, addon or item of a subscription, as it is now'),
('chargebee', 'payments', 'transaction.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT t.id AS payment_id, t.customer AS customer_id, t.at AS payment_date, saaskpi.from_minor_units(t.amount, t.currency) AS amount,
       CASE WHEN t.status = 'success' THEN CASE t.type WHEN 'refund' THEN 'refund' WHEN 'payment_reversal' THEN 'dispute' ELSE 'success' END
            WHEN t.type = 'refund' OR t.status = 'voided' THEN 'void' WHEN t.status = 'in_progress' THEN 'pending' ELSE 'failed' END AS payment_status, upper(t.currency) AS currency
  FROM {transaction} AS t WHERE t.type IN ('payment', 'refund', 'payment_reversal')$sql$,
 'Source of saaskpi: one row per payment, refund and reversal'),
('chargebee', 'subscriptions_reported', 'subscription.mrr', '{billing_id,customer_id,status,mrr,currency}', $sql$
SELECT s.id AS billing_id, s.customer AS customer_id, s.status, saaskpi.from_minor_units(s.mrr, s.currency) AS mrr, upper(s.currency) AS currency FROM {subscription} AS s$sql$,
 'What the billing system itself takes for the MRR of each subscription now');
