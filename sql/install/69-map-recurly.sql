-- Recurly by Fivetran, which keeps every version of a row.

INSERT INTO saaskpi_internal.mapping_kinds (kind, shape, description) VALUES
('recurly', 'recurly', 'Recurly by Fivetran: a history per resource, times with a zone, amounts in whole currency');

INSERT INTO saaskpi_internal.mapping_tables (kind, table_name, candidates, needed, newest_by, condition) VALUES
('recurly', 'account', '{account_history,account}', true, '{updated_at}', NULL),
('recurly', 'subscription', '{subscription_history,subscription}', true, '{}', NULL),
('recurly', 'plan', '{plan_history,plan}', true, '{updated_at}', NULL),
('recurly', 'redemption', '{coupon_redemption_history,coupon_redemption}', false, '{updated_at}', NULL),
('recurly', 'coupon', '{coupon_history,coupon}', false, '{updated_at}', NULL),
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
('recurly', 'discount', 'coupon', 'text', '{coupon_id}', true, true),
('recurly', 'discount', 'type', 'text', '{type}', false, true),
('recurly', 'discount', 'percentage', 'numeric', '{percentage}', false, true),
('recurly', 'transaction', 'id', 'text', '{id}', true, true),
('recurly', 'transaction', 'account', 'text', '{account_id}', true, true),
('recurly', 'transaction', 'created', 'timestamptz', '{created_at}', true, true),
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
('recurly', 'subscriptions_billed', 'discount_from', '{redemption.created}'),
('recurly', 'subscriptions_billed', 'discount_until', '{redemption.removed,redemption.updated}'),
('recurly', 'subscriptions_billed', 'currency', '{subscription.currency}'),
('recurly', 'payments', 'currency', '{transaction.currency}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('recurly', 'customers', 'account.id', '{customer_id,signup_date,country}', $sql$
SELECT a.id AS customer_id, a.created AS signup_date, a.country FROM {account} AS a$sql$,
 'Source of saaskpi: one row per account, also of those closed since'),
('recurly', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,cancel_at,canceled_on,end_reason,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_from,discount_until,currency,valid_from,valid_to}', replace($sql$
SELECT q.id AS subscription_id, q.account AS customer_id, q.id AS billing_id, q.plan AS plan_type, q.start_date, q.end_date,
       round(q.list_price - q.list_price * coalesce(q.percent_off, 0) / 100, 4) AS monthly_price, q.list_price, CASE q.state WHEN 'canceled' THEN 'non_renewing' ELSE q.state END AS status, q.trial_end, q.paused_from, q.cancel_at, q.canceled_on, q.end_reason, q.interval_unit, q.interval_count,
       CASE WHEN q.unit_amount * q.quantity = q.amount THEN q.quantity ELSE 1 END AS quantity, CASE WHEN q.unit_amount * q.quantity = q.amount THEN q.unit_amount ELSE q.amount END AS unit_amount,
       q.percent_off AS discount_percent, q.discount_from, q.discount_until, q.currency, q.valid_from, q.valid_to
  FROM (SELECT s.id, s.account, coalesce(p.name, s.plan) AS plan, s.state, coalesce(s.activated, s.created) AS start_date,
               CASE WHEN s.state = 'expired' THEN coalesce(s.expires, s.updated) END AS end_date,
               CASE WHEN s.trial_start > coalesce(s.activated, s.created) + interval '1 day' THEN NULL ELSE s.trial_end END AS trial_end,
               CASE WHEN s.state = 'paused' THEN coalesce(s.paused, s.updated) END AS paused_from,
               CASE WHEN s.state = 'canceled' THEN coalesce(s.expires, s.term_end) END AS cancel_at, s.canceled AS canceled_on,
               CASE WHEN s.state = 'expired' THEN CASE WHEN s.end_reason LIKE 'nonpayment%' THEN 'involuntary' WHEN s.end_reason = 'canceled' THEN 'voluntary' WHEN s.end_reason IS NOT NULL THEN 'other' END END AS end_reason,
               p.interval_unit, p.interval_count, coalesce(s.quantity, 1) AS quantity, s.unit_amount, s.amount, saaskpi.monthly_price(s.amount, p.interval_unit, p.interval_count) AS list_price,
               CASE WHEN w.percent_off > 100 THEN 100 ELSE w.percent_off END AS percent_off, w.since AS discount_from, w.until AS discount_until, upper(s.currency) AS currency,
               s.updated AS valid_from, lead(s.updated) OVER (PARTITION BY s.id ORDER BY s.updated) AS valid_to
          FROM (SELECT s.*, coalesce(s.subtotal, s.unit_amount * coalesce(s.quantity, 1) + coalesce(s.add_ons_total, 0)) AS amount FROM {subscription} AS s) AS s
          LEFT JOIN {plan} AS p ON p.id = s.plan
          LEFT JOIN {redeemed} AS d ON d.account = s.account AND d.subscription = s.id
          LEFT JOIN {redeemed} AS e ON e.account = s.account AND e.subscription IS NULL
         CROSS JOIN LATERAL (SELECT u.percent_off, u.since, u.until FROM (VALUES (d.percent_off, d.since, d.until, 1), (e.percent_off, e.since, e.until, 2)) AS u(percent_off, since, until, place)
                              WHERE u.place = CASE WHEN d.account IS NOT NULL THEN 1 ELSE 2 END) AS w
         WHERE s.state IS DISTINCT FROM 'failed') AS q$sql$, '{redeemed}', $sql$(
    SELECT DISTINCT ON (q.account, q.subscription) q.*
      FROM (SELECT r.account, r.subscription, c.percentage AS percent_off, r.created AS since, coalesce(r.removed, CASE WHEN r.state = 'inactive' THEN r.updated END) AS until, r.coupon
              FROM {redemption} AS r JOIN {discount} AS c ON c.coupon = r.coupon AND c.percentage > 0
              LEFT JOIN {coupon} AS k ON k.id = r.coupon
             WHERE k.duration IS DISTINCT FROM 'single_use') AS q
     ORDER BY q.account, q.subscription, q.until DESC, q.since DESC, q.coupon)$sql$),
 'What is billed: one row per subscription and version, from when until when it was so'),
('recurly', 'payments', 'transaction.id', '{payment_id,customer_id,payment_date,amount,payment_status,currency}', $sql$
SELECT t.id AS payment_id, t.account AS customer_id, t.created AS payment_date, t.amount,
       CASE WHEN t.status = 'success' THEN CASE t.type WHEN 'refund' THEN 'refund' ELSE 'success' END WHEN t.type = 'refund' OR t.status = 'void' THEN 'void'
            WHEN t.status IN ('processing', 'scheduled', 'pending') THEN 'pending' WHEN t.status = 'chargeback' THEN 'dispute' ELSE 'failed' END AS payment_status, upper(t.currency) AS currency
  FROM {transaction} AS t WHERE t.type IN ('purchase', 'capture', 'refund')$sql$,
 'Source of saaskpi: one row per purchase and refund');
