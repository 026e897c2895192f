-- Chargebee, as Airbyte and Fivetran store it, with plans and addons (Product
-- Catalog 1.0) or items (2.0).

INSERT INTO saaskpi_internal.mapping_kinds (kind, shape, description) VALUES
('chargebee', 'chargebee', 'Chargebee by Airbyte or Fivetran: a table per resource, times in seconds or with a zone, what a subscription holds in JSON or in tables of its own');

INSERT INTO saaskpi_internal.mapping_tables (kind, table_name, candidates, needed, newest_by, condition) VALUES
('chargebee', 'customer', '{customer,customers}', true, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'subscription', '{subscription,subscriptions}', true, '{_airbyte_extracted_at,_airbyte_emitted_at}', 'deleted IS NOT TRUE'),
('chargebee', 'line', '{subscription_subscription_item,subscription_item,subscription.subscription_items,subscriptions.subscription_items}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'addon', '{subscription_addon,subscription.addons,subscriptions.addons}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'discount', '{subscription_discount,subscription.discounts,subscriptions.discounts}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
('chargebee', 'coupon_use', '{subscription_coupon,subscription.coupons,subscriptions.coupons}', false, '{_airbyte_extracted_at,_airbyte_emitted_at}', NULL),
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
('chargebee', 'addon', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'addon', 'price', 'text', '{addon_id,id}', true, true),
('chargebee', 'addon', 'quantity', 'numeric', '{quantity}', false, false),
('chargebee', 'addon', 'unit_price', 'numeric', '{unit_price}', false, false),
('chargebee', 'addon', 'amount', 'numeric', '{amount}', false, false),
('chargebee', 'discount', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'discount', 'type', 'text', '{type}', false, true),
('chargebee', 'discount', 'percentage', 'numeric', '{percentage}', false, true),
('chargebee', 'discount', 'amount', 'numeric', '{amount}', false, true),
('chargebee', 'discount', 'duration', 'text', '{duration_type}', false, true),
('chargebee', 'discount', 'created', 'timestamptz', '{created_at}', false, false),
('chargebee', 'discount', 'until', 'timestamptz', '{apply_till}', false, true),
('chargebee', 'discount', 'price', 'text', '{item_price_id}', false, false),
('chargebee', 'coupon_use', 'subscription', 'text', '{subscription_id,^id}', true, true),
('chargebee', 'coupon_use', 'coupon', 'text', '{coupon_id}', true, true),
('chargebee', 'coupon_use', 'until', 'timestamptz', '{apply_till}', false, true),
('chargebee', 'coupon', 'id', 'text', '{id}', true, true),
('chargebee', 'coupon', 'percentage', 'numeric', '{discount_percentage}', false, true),
('chargebee', 'coupon', 'amount', 'numeric', '{discount_amount}', false, true),
('chargebee', 'coupon', 'duration', 'text', '{duration_type}', false, true),
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
('chargebee', 'subscriptions_billed', 'discount_percent', '{discount.percentage,coupon.percentage}'),
('chargebee', 'subscriptions_billed', 'discount_amount', '{discount.percentage,coupon.percentage,discount.amount,coupon.amount}'),
('chargebee', 'subscriptions_billed', 'discount_once', '{discount.duration,coupon.duration}'),
('chargebee', 'subscriptions_billed', 'discount_from', '{discount.created}'),
('chargebee', 'subscriptions_billed', 'discount_until', '{discount.until,coupon_use.until}');

INSERT INTO saaskpi_internal.mapping_views (shape, view_name, needs, columns, query, comment) VALUES
('chargebee', 'customers', 'customer.id', '{customer_id,signup_date,country}', $sql$
SELECT c.id AS customer_id, c.created AS signup_date, c.country FROM {customer} AS c$sql$,
 'Source of saaskpi: one row per customer, also of those deleted since'),
('chargebee', 'subscriptions_billed', 'subscription.id',
 '{subscription_id,customer_id,billing_id,plan_type,start_date,end_date,monthly_price,list_price,status,trial_end,paused_from,resumes_on,past_due_since,cancel_at,end_reason,interval_unit,interval_count,quantity,unit_amount,discount_percent,discount_amount,discount_once,discount_from,discount_until,currency,is_usage}', replace($sql$
SELECT q.id || '/' || q.price AS subscription_id, q.customer AS customer_id, q.id AS billing_id, q.plan AS plan_type, q.start_date, q.end_date,
       CASE WHEN q.discount_once THEN q.list_price ELSE round(q.list_price - least(q.list_price, coalesce(saaskpi.monthly_price(q.off, q.interval_unit, q.interval_count), 0)), 4) END AS monthly_price, q.list_price,
       q.status, q.trial_end, q.paused_from, q.resumes_on, q.past_due_since, q.cancel_at, q.end_reason, q.interval_unit, q.interval_count,
       CASE WHEN q.unit_price * q.quantity = q.amount THEN q.quantity ELSE 1 END AS quantity,
       CASE WHEN q.unit_price * q.quantity = q.amount THEN q.unit_price ELSE q.amount END AS unit_amount,
       CASE WHEN q.amount_off = 0 THEN nullif(q.percent_off, 0) END AS discount_percent, CASE WHEN q.amount_off > 0 THEN round(q.off, 4) END AS discount_amount,
       q.discount_once, q.discount_from, q.discount_until, q.currency, q.is_usage
  FROM (SELECT a.*, saaskpi.monthly_price(a.amount, a.interval_unit, a.interval_count) AS list_price,
               a.amount * a.percent_off / 100 + CASE WHEN a.of_all > 0 THEN a.amount_off_all * a.amount / a.of_all ELSE 0 END + a.amount_off_line AS off,
               a.amount_off_all + a.amount_off_line AS amount_off
          FROM (SELECT s.id, l.price, s.customer, coalesce(n.name, f.name, l.price) AS plan,
                       CASE WHEN s.status IN ('active', 'non_renewing') AND s.due_since IS NOT NULL THEN 'past_due' WHEN s.status = 'in_trial' AND b.begun THEN 'paused' ELSE s.status END AS status,
                       b.start_date,
                       CASE WHEN s.status IN ('cancelled', 'transferred') THEN coalesce(s.cancelled, s.term_end) END AS end_date,
                       CASE WHEN NOT b.begun THEN s.trial_end END AS trial_end,
                       CASE WHEN s.status IN ('paused', 'active') AND s.paused IS NOT NULL THEN s.paused WHEN b.begun THEN s.trial_start END AS paused_from,
                       CASE WHEN s.status IN ('paused', 'active') AND s.paused IS NOT NULL THEN s.resumes WHEN b.begun THEN s.trial_end END AS resumes_on,
                       CASE WHEN s.status IN ('active', 'non_renewing', 'paused') THEN s.due_since END AS past_due_since,
                       CASE WHEN s.status = 'non_renewing' THEN coalesce(s.cancelled, s.term_end) WHEN s.status IN ('active', 'in_trial', 'future', 'paused') THEN s.cancelled END AS cancel_at,
                       CASE WHEN s.cancel_reason IN ('not_paid', 'no_card') THEN 'involuntary' WHEN s.cancel_reason IS NOT NULL THEN 'other' END AS end_reason,
                       coalesce(l.period_unit, n.period_unit, s.period_unit) AS interval_unit, coalesce(CASE WHEN l.period_unit IS NOT NULL THEN l.period WHEN n.period_unit IS NOT NULL THEN n.period END, s.period, 1) AS interval_count,
                       l.quantity, saaskpi.from_minor_units(l.unit_price, s.currency) AS unit_price, CASE WHEN l.metered THEN 0 ELSE saaskpi.from_minor_units(l.amount, s.currency) END AS amount,
                       sum(CASE WHEN NOT l.metered THEN saaskpi.from_minor_units(l.amount, s.currency) END) OVER (PARTITION BY s.id) AS of_all,
                       least(100, CASE WHEN d.recurring = k.recurring THEN d.percent_off ELSE 0 END + CASE WHEN e.recurring = k.recurring THEN e.percent_off ELSE 0 END) AS percent_off,
                       saaskpi.from_minor_units(CASE WHEN d.recurring = k.recurring THEN d.amount_off ELSE 0 END, s.currency) AS amount_off_all,
                       saaskpi.from_minor_units(CASE WHEN e.recurring = k.recurring THEN e.amount_off ELSE 0 END, s.currency) AS amount_off_line,
                       NOT k.recurring AS discount_once, CASE WHEN d.recurring AND e.recurring THEN least(d.since, e.since) WHEN d.recurring THEN d.since WHEN e.recurring THEN e.since END AS discount_from,
                       least(d.until, e.until) AS discount_until, upper(s.currency) AS currency, l.metered AS is_usage
                  FROM {subscription} AS s
                  LEFT JOIN (SELECT subscription, price, coalesce(quantity, 1) AS quantity, unit_price, coalesce(amount, unit_price * greatest(coalesce(quantity, 1) - coalesce(free_quantity, 0), 0)) AS amount,
                                    period, period_unit, metered_quantity IS NOT NULL AS metered
                               FROM {line} AS l WHERE l.type IS DISTINCT FROM 'charge'
                              UNION ALL SELECT id, plan, coalesce(plan_quantity, 1), plan_unit_price, coalesce(plan_amount, plan_unit_price * coalesce(plan_quantity, 1)), NULL, NULL, false FROM {subscription} AS s WHERE plan IS NOT NULL
                              UNION ALL SELECT subscription, price, coalesce(quantity, 1), unit_price, coalesce(amount, unit_price * coalesce(quantity, 1)), NULL, NULL, false FROM {addon} AS a) AS l ON l.subscription = s.id
                  LEFT JOIN {item_price} AS n ON n.id = l.price
                  LEFT JOIN {plan} AS f ON f.id = l.price
                  LEFT JOIN {discounts} AS d ON d.subscription = s.id AND d.price IS NULL
                  LEFT JOIN {discounts} AS e ON e.subscription = s.id AND e.price = l.price
                 CROSS JOIN LATERAL (SELECT g.start_date, s.trial_start > g.start_date + interval '1 day' IS TRUE AS begun
                                       FROM (SELECT CASE WHEN s.status = 'future' THEN s.start_date ELSE coalesce(s.started, s.start_date, s.created) END AS start_date) AS g) AS b
                 CROSS JOIN LATERAL (SELECT CASE WHEN d.recurring OR e.recurring THEN true WHEN coalesce(d.recurring, e.recurring) IS NOT NULL THEN false END AS recurring) AS k) AS a) AS q$sql$, '{discounts}', $sql$(
    SELECT subscription, price, coalesce(sum(percentage) FILTER (WHERE NOT once), sum(percentage), 0) AS percent_off, coalesce(sum(amount) FILTER (WHERE NOT once), sum(amount), 0) AS amount_off,
           bool_or(NOT once) AS recurring, CASE WHEN bool_and(since IS NOT NULL) FILTER (WHERE NOT once) THEN min(since) FILTER (WHERE NOT once) END AS since, min(until) FILTER (WHERE NOT once) AS until
      FROM (SELECT d.subscription, d.price, CASE WHEN d.type IS DISTINCT FROM 'fixed_amount' THEN d.percentage END AS percentage, CASE WHEN d.type IS DISTINCT FROM 'percentage' THEN d.amount END AS amount,
                   d.duration IS NOT DISTINCT FROM 'one_time' AS once, d.created AS since, d.until
              FROM {discount} AS d
             UNION ALL SELECT u.subscription, NULL, c.percentage, c.amount, c.duration IS NOT DISTINCT FROM 'one_time', NULL, u.until FROM {coupon_use} AS u JOIN {coupon} AS c ON c.id = u.coupon) AS d
     GROUP BY subscription, price)$sql$),
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
