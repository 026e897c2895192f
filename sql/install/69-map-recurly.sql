-- Recurly by Fivetran, which keeps every version of a row.

INSERT INTO saaskpi_internal.mapping_kinds (kind, shape, description) VALUES
('recurly', 'recurly', 'Recurly by Fivetran: a history per resource, times with a zone, amounts in whole currency');

INSERT INTO saaskpi_internal.mapping_tables (kind, table_name, candidates, needed, newest_by, condition) VALUES
('recurly', 'account', '{account_history,account}', true, '{updated_at}', NULL),
('recurly', 'subscription', '{subscription_history,subscription}', true, '{}', NULL),
('recurly', 'plan', '{plan_history,plan}', true, '{updated_at}', NULL),
('recurly', 'redemption', '{coupon_redemption_history,coupon_redemption}', false, '{updated_at}', NULL),
('recurly', 'coupon', '{coupon_history,coupon}', false, '{updated_at}', NULL),
('recurly', 'coupon_plan', '{coupon_plan_history,coupon_plan}', false, '{}', NULL),
('recurly', 'discount', '{coupon_discount}', false, '{}', NULL),
('recurly', 'transaction', '{transaction}', false, '{}', NULL);

INSERT INTO saaskpi_internal.mapping_columns (shape, table_name, column_name, kind, candidates, needed, noted) VALUES
('recurly', 'account', 'id', 'text', '{id}', true, true),
('recurly', 'account', 'created', 'timestamptz', '{created_at}', false, true),
('recurly', 'account', 'country', 'text', '{country}', false, true),
('recurly', 'subscription', 'id', 'text', '{id}', true, true),
('recurly', 'subscription', 'account', 'text', '{account_id}', true, true),
('recurly', 'subscription', 'plan', 'text', '{plan_id}', true, true),
('recurly', 'subscription', 'state', 'text', '{state}', true, true),
('recurly', 'subscription', 'updated', 'timestamptz', '{updated_at}', true, true),
('recurly', 'subscription', 'created', 'timestamptz', '{created_at}', false, true),
('recurly', 'subscription', 'activated', 'timestamptz', '{activated_at}', false, true),
('recurly', 'subscription', 'period_start', 'timestamptz', '{current_period_started_at}', false, false),
('recurly', 'subscription', 'canceled', 'timestamptz', '{canceled_at}', false, false),
('recurly', 'subscription', 'expires', 'timestamptz', '{expires_at}', false, true),
('recurly', 'subscription', 'term_end', 'timestamptz', '{current_term_ends_at,current_period_ends_at}', false, false),
('recurly', 'subscription', 'trial_start', 'timestamptz', '{trial_started_at}', false, false),
('recurly', 'subscription', 'trial_end', 'timestamptz', '{trial_ends_at}', false, true),
('recurly', 'subscription', 'paused', 'timestamptz', '{paused_at}', false, true),
('recurly', 'subscription', 'currency', 'text', '{currency}', false, true),
('recurly', 'subscription', 'unit_amount', 'numeric', '{unit_amount}', false, true),
('recurly', 'subscription', 'quantity', 'numeric', '{quantity}', false, true),
('recurly', 'subscription', 'add_ons_total', 'numeric', '{add_ons_total}', false, true),
('recurly', 'subscription', 'subtotal', 'numeric', '{subtotal}', false, true),
('recurly', 'subscription', 'end_reason', 'text', '{expiration_reason}', false, true),
('recurly', 'plan', 'id', 'text', '{id}', true, true),
('recurly', 'plan', 'name', 'text', '{name,code}', false, true),
('recurly', 'plan', 'interval_unit', 'text', '{interval_unit}', true, true),
('recurly', 'plan', 'interval_count', 'integer', '{interval_length}', true, true),
('recurly', 'redemption', 'account', 'text', '{account_id}', true, true),
('recurly', 'redemption', 'coupon', 'text', '{coupon_id}', true, true),
('recurly', 'redemption', 'created', 'timestamptz', '{created_at}', false, true),
('recurly', 'redemption', 'removed', 'timestamptz', '{removed_at}', false, true),
('recurly', 'redemption', 'subscription', 'text', '{subscription_id}', false, false),
('recurly', 'redemption', 'state', 'text', '{state}', false, false),
('recurly', 'redemption', 'updated', 'timestamptz', '{updated_at}', false, false),
('recurly', 'coupon', 'id', 'text', '{id}', true, true),
('recurly', 'coupon', 'duration', 'text', '{duration}', false, true),
('recurly', 'coupon', 'lasts', 'integer', '{temporal_amount}', false, false),
('recurly', 'coupon', 'lasts_unit', 'text', '{temporal_unit}', false, false),
('recurly', 'coupon', 'all_plans', 'boolean', '{applies_to_all_plans}', false, false),
('recurly', 'coupon_plan', 'coupon', 'text', '{coupon_id}', true, true),
('recurly', 'coupon_plan', 'plan', 'text', '{plan_id,id}', true, true),
('recurly', 'discount', 'coupon', 'text', '{coupon_id}', true, true),
('recurly', 'discount', 'type', 'text', '{type}', false, true),
('recurly', 'discount', 'percentage', 'numeric', '{percentage}', false, true),
('recurly', 'transaction', 'id', 'text', '{id}', true, true),
('recurly', 'transaction', 'account', 'text', '{account_id}', true, true),
('recurly', 'transaction', 'created', 'timestamptz', '{created_at}', true, true),
('recurly', 'transaction', 'updated', 'timestamptz', '{updated_at}', false, false),
('recurly', 'transaction', 'type', 'text', '{type}', true, true),
('recurly', 'transaction', 'status', 'text', '{status}', true, true),
('recurly', 'transaction', 'amount', 'numeric', '{amount}', true, true),
('recurly', 'transaction', 'currency', 'text', '{currency}', false, true);

INSERT INTO saaskpi_internal.mapping_optional (shape, view_name, column_name, needs) VALUES
('recurly', 'customers', 'signup_date', '{account.created}'),
('recurly', 'customers', 'country', '{account.country}'),
('recurly', 'subscriptions_billed', 'trial_end', '{subscription.trial_end}'),
('recurly', 'subscriptions_billed', 'paused_from', '{subscription.paused}'),
('recurly', 'subscriptions_billed', 'cancel_at', '{subscription.expires,subscription.term_end}'),
('recurly', 'subscriptions_billed', 'canceled_on', '{subscription.canceled}'),
('recurly', 'subscriptions_billed', 'end_reason', '{subscription.end_reason}'),
('recurly', 'subscriptions_billed', 'discount_percent', '{discount.percentage}'),
('recurly', 'subscriptions_billed', 'discount_amount', '{discount.percentage}'),
('recurly', 'subscriptions_billed', 'discount_once', '{discount.percentage}'),
('recurly', 'subscriptions_billed', 'discount_from', '{redemption.created}'),
('recurly', 'subscriptions_billed', 'discount_until', '{redemption.removed,redemption.updated}'),
('recurly', 'subscriptions_billed', 'discount_steps', '{redemption.created,redemption.removed,redemption.updated}'),
('recurly', 'subscriptions_billed', 'currency', '{subscription.currency}'),
('recurly', 'payments', 'currency', '{transaction.currency}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('recurly', 'customers', 'account.id', '{customer_id,signup_date,country}', $sql$
SELECT a.id AS customer_id, a.created AS signup_date, a.country FROM {account} AS a$sql$,
 'Source of saaskpi: one row per account, also of those closed since'),
('recurly', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,cancel_at,canceled_on,end_reason,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_amount,discount_once,discount_from,discount_until,discount_steps,currency,valid_from,valid_to}', $sql$
WITH version AS (
    SELECT s.*, coalesce(s.subtotal, s.unit_amount * coalesce(s.quantity, 1) + coalesce(s.add_ons_total, 0)) AS amount,
           CASE WHEN s.state = 'future' THEN coalesce(s.activated, s.period_start) ELSE coalesce(s.activated, s.created) END AS start_date
      FROM {subscription} AS s),
off AS (
    SELECT s.id, s.updated, jsonb_agg(jsonb_build_object('from', r.created, 'until', coalesce(r.removed, CASE WHEN r.state = 'inactive' THEN r.updated END, r.created + g.lasts), 'lasts', g.lasts, 'percent', d.percentage,
                                                         'unknown', a.applies IS NULL) ORDER BY r.created, r.coupon) AS discounts
      FROM version AS s JOIN {redemption} AS r ON r.account = s.account AND coalesce(r.subscription, s.id) = s.id
      JOIN {discount} AS d ON d.coupon = r.coupon AND d.percentage > 0
      LEFT JOIN {coupon} AS k ON k.id = r.coupon
      LEFT JOIN (SELECT p.coupon, array_agg(p.plan) AS plans FROM {coupon_plan} AS p GROUP BY p.coupon) AS p ON p.coupon = r.coupon
     CROSS JOIN LATERAL (SELECT CASE WHEN k.all_plans IS NOT FALSE THEN true ELSE s.plan = ANY (p.plans) END AS applies) AS a
     CROSS JOIN LATERAL (SELECT CASE WHEN k.duration = 'temporal' AND k.lasts > 0 AND rtrim(k.lasts_unit, 's') IN ('day', 'week', 'month', 'year') THEN (k.lasts || ' ' || k.lasts_unit)::interval END AS lasts) AS g
     WHERE k.duration IS DISTINCT FROM 'single_use' AND a.applies IS NOT FALSE
     GROUP BY s.id, s.updated)
SELECT s.id AS subscription_id, s.account AS customer_id, s.id AS billing_id, coalesce(p.name, s.plan) AS plan_type, s.start_date,
       CASE WHEN s.state = 'expired' THEN coalesce(s.expires, s.updated) END AS end_date,
       CASE WHEN z.once THEN l.list_price ELSE round(coalesce(z.price, l.list_price), 4) END AS monthly_price, l.list_price, CASE s.state WHEN 'canceled' THEN 'non_renewing' ELSE s.state END AS status,
       CASE WHEN s.trial_start > s.start_date + interval '1 day' THEN NULL ELSE s.trial_end END AS trial_end,
       CASE WHEN s.state = 'paused' THEN coalesce(s.paused, s.updated) END AS paused_from,
       CASE WHEN s.state = 'canceled' THEN coalesce(s.expires, s.term_end) END AS cancel_at, s.canceled AS canceled_on,
       CASE WHEN s.state = 'expired' THEN CASE WHEN s.end_reason LIKE 'nonpayment%' THEN 'involuntary' WHEN s.end_reason = 'canceled' THEN 'voluntary' WHEN s.end_reason IS NOT NULL THEN 'other' END END AS end_reason,
       p.interval_unit, p.interval_count,
       CASE WHEN s.unit_amount * coalesce(s.quantity, 1) = s.amount THEN coalesce(s.quantity, 1) ELSE 1 END AS quantity, CASE WHEN s.unit_amount * coalesce(s.quantity, 1) = s.amount THEN s.unit_amount ELSE s.amount END AS unit_amount,
       z.percent AS discount_percent, z.amount AS discount_amount, z.once AS discount_once, z."from" AS discount_from, z.until AS discount_until, CASE WHEN jsonb_array_length(t.steps) > 1 THEN t.steps END AS discount_steps,
       upper(s.currency) AS currency, s.updated AS valid_from, lead(s.updated) OVER (PARTITION BY s.id ORDER BY s.updated) AS valid_to
  FROM version AS s
  LEFT JOIN {plan} AS p ON p.id = s.plan
  LEFT JOIN off AS o ON o.id = s.id AND o.updated = s.updated
 CROSS JOIN LATERAL (SELECT saaskpi.monthly_price(s.amount, p.interval_unit, p.interval_count) AS list_price) AS l
 CROSS JOIN LATERAL (SELECT saaskpi_internal.discount_steps(s.amount, p.interval_unit, p.interval_count, o.discounts) AS steps OFFSET 0) AS t
 CROSS JOIN LATERAL jsonb_to_record(t.steps -> -1) AS z("from" timestamptz, until timestamptz, once boolean, percent numeric, amount numeric, price numeric)
 WHERE s.state IS DISTINCT FROM 'failed' AND (s.state <> 'future' OR s.start_date IS NOT NULL) IS NOT FALSE$sql$,
 'What is billed: one row per subscription and version, from when until when it was so'),
('recurly', 'payments', 'transaction.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT t.id AS payment_id, t.account AS customer_id, t.created AS payment_date, t.amount,
       CASE WHEN t.status = 'success' THEN CASE t.type WHEN 'refund' THEN 'refund' ELSE 'success' END WHEN t.type = 'refund' OR t.status = 'void' THEN 'void'
            WHEN t.status IN ('processing', 'scheduled', 'pending') THEN 'pending' WHEN t.status = 'chargeback' THEN 'success' ELSE 'failed' END AS payment_status, upper(t.currency) AS currency
  FROM {transaction} AS t WHERE t.type IN ('purchase', 'capture', 'refund')
 UNION ALL
SELECT t.id || '/chargeback', t.account, coalesce(t.updated, t.created), t.amount, 'dispute' AS payment_status, upper(t.currency)
  FROM {transaction} AS t WHERE t.type IN ('purchase', 'capture') AND t.status = 'chargeback'$sql$,
 'Source of saaskpi: one row per purchase, refund and chargeback');
