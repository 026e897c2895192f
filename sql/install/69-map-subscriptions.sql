-- The source subscriptions, made from what is billed.  A row begins anew where
-- its discount does, and at each step of several that do not begin and end
-- together.  Trials, pauses and the end of a discount are cut out where relations
-- cannot read the columns that say so, and left to them where they can: there
-- monthly_price is the list price.

INSERT INTO saaskpi_internal.mapping_sources (source, key, whole, begins, ends, clause) VALUES
('subscriptions', 'subscription_id', 'billing_id', 'start_date', 'end_date', $sql$
 CROSS JOIN LATERAL (SELECT (r.discount_percent > 0 OR r.discount_amount > 0) AND r.discount_once IS NOT TRUE AS discounted) AS h
 CROSS JOIN LATERAL (SELECT k.discounted, k.since, k.until, s.percent, s.amount, s.price, s.since AS begins, CASE WHEN s.until IS DISTINCT FROM s.next THEN s.until END AS said
                       FROM (SELECT t.*, lead(t.since) OVER w AS next, row_number() OVER w AS place
                               FROM (SELECT u."from" AS since, u.until, u.percent, u.amount, u.price
                                       FROM jsonb_to_recordset(r.discount_steps) AS u("from" timestamptz, until timestamptz, percent numeric, amount numeric, price numeric)
                                      UNION ALL SELECT r.discount_from, r.discount_until, r.discount_percent, r.discount_amount, r.monthly_price WHERE r.discount_steps IS NULL AND h.discounted) AS t
                             WINDOW w AS (ORDER BY t.since NULLS FIRST)) AS s
                      CROSS JOIN LATERAL (VALUES (true, s.since, CASE WHEN {reads discount_until} THEN s.next ELSE s.until END, 1), (false, NULL, s.since, 2), (false, s.until, s.next, 3)) AS k(discounted, since, until, part)
                      WHERE (r.discount_steps IS NOT NULL OR h.discounted)
                        AND (k.part = 1 OR k.part = 2 AND s.place = 1 AND s.since IS NOT NULL
                             OR k.part = 3 AND NOT {reads discount_until} AND s.until IS NOT NULL AND s.until IS DISTINCT FROM s.next)
                      UNION ALL SELECT false AS discounted, NULL AS since, NULL AS until, NULL AS percent, NULL AS amount, NULL AS price, NULL AS begins, NULL AS said WHERE r.discount_steps IS NULL AND h.discounted IS NOT TRUE) AS d
 CROSS JOIN LATERAL (VALUES (NULL::timestamptz, CASE WHEN NOT {reads paused_from} THEN r.paused_from END, 1),
                            (r.resumes_on, NULL, 2)) AS p(since, until, part)
 CROSS JOIN LATERAL (SELECT greatest(r.start_date, CASE WHEN NOT {reads trial_end} THEN r.trial_end END, d.since, p.since) AS since,
                            least(r.end_date, d.until, p.until) AS until) AS g
 WHERE (p.part = 1 OR NOT {reads paused_from} AND r.paused_from IS NOT NULL AND r.resumes_on > r.paused_from)
   AND (g.until <= g.since) IS NOT TRUE
   AND ({reads status} OR (r.status IN ('trialing', 'in_trial') AND r.trial_end IS NULL OR r.status = 'paused' AND r.paused_from IS NULL) IS NOT TRUE)$sql$);

INSERT INTO saaskpi_internal.mapping_source_columns (source, column_name, type, needed, expression, of_end) VALUES
('subscriptions', 'subscription_id', 'text', true, NULL, false),
('subscriptions', 'customer_id', 'text', true, NULL, false),
('subscriptions', 'start_date', 'timestamptz', true, 'g.since', false),
('subscriptions', 'end_date', 'timestamptz', true, 'g.until', false),
('subscriptions', 'monthly_price', 'numeric', true, 'CASE WHEN {reads discount_percent} OR h.discounted AND NOT d.discounted THEN coalesce(r.list_price, r.monthly_price) WHEN d.discounted THEN d.price ELSE r.monthly_price END', false),
('subscriptions', 'list_price', 'numeric', false, NULL, false),
('subscriptions', 'status', 'text', false, NULL, false),
('subscriptions', 'end_reason', 'text', false, NULL, true),
('subscriptions', 'trial_end', 'timestamptz', false, NULL, false),
('subscriptions', 'paused_from', 'timestamptz', false, NULL, false),
('subscriptions', 'resumes_on', 'timestamptz', false, NULL, false),
('subscriptions', 'discount_percent', 'numeric', false, 'CASE WHEN d.discounted THEN d.percent WHEN r.discount_once THEN r.discount_percent END', false),
('subscriptions', 'discount_amount', 'numeric', false, 'CASE WHEN d.discounted THEN d.amount WHEN r.discount_once THEN r.discount_amount END', false),
('subscriptions', 'discount_once', 'boolean', false, 'CASE WHEN d.discounted OR r.discount_once THEN r.discount_once END', false),
('subscriptions', 'discount_from', 'timestamptz', false, 'CASE WHEN r.discount_steps IS NULL THEN r.discount_from ELSE d.begins END', false),
('subscriptions', 'discount_until', 'timestamptz', false, 'CASE WHEN d.discounted THEN d.said END', false),
('subscriptions', 'discount_steps', 'jsonb', false, '', false);
