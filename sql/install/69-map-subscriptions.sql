-- The source subscriptions, made from what is billed.  A row begins anew where
-- its discount does.  Trials, pauses and the end of a discount are cut out
-- where relations cannot read the columns that say so, and left to them where
-- they can: there monthly_price is the list price.

INSERT INTO saaskpi_internal.mapping_sources (source, key, whole, begins, ends, clause) VALUES
('subscriptions', 'subscription_id', 'billing_id', 'start_date', 'end_date', $sql$
 CROSS JOIN LATERAL (SELECT (r.discount_percent > 0 OR r.discount_amount > 0) AND r.discount_once IS NOT TRUE AS discounted) AS h
 CROSS JOIN LATERAL (VALUES (h.discounted, CASE WHEN h.discounted THEN r.discount_from END, CASE WHEN h.discounted AND NOT {reads discount_until} THEN r.discount_until END, 1),
                            (false, NULL, r.discount_from, 2), (false, r.discount_until, NULL, 3)) AS d(discounted, since, until, part)
 CROSS JOIN LATERAL (VALUES (NULL::timestamptz, CASE WHEN NOT {reads paused_from} THEN r.paused_from END, 1),
                            (r.resumes_on, NULL, 2)) AS p(since, until, part)
 CROSS JOIN LATERAL (SELECT greatest(r.start_date, CASE WHEN NOT {reads trial_end} THEN r.trial_end END, d.since, p.since) AS since,
                            least(r.end_date, d.until, p.until) AS until) AS g
 WHERE (d.part = 1 OR h.discounted AND (d.part = 2 AND d.until IS NOT NULL OR d.part = 3 AND d.since IS NOT NULL AND NOT {reads discount_until}))
   AND (p.part = 1 OR NOT {reads paused_from} AND r.paused_from IS NOT NULL AND r.resumes_on > r.paused_from)
   AND (g.until <= g.since) IS NOT TRUE
   AND ({reads status} OR (r.status IN ('trialing', 'in_trial') AND r.trial_end IS NULL OR r.status = 'paused' AND r.paused_from IS NULL) IS NOT TRUE)$sql$);

INSERT INTO saaskpi_internal.mapping_source_columns (source, column_name, type, needed, expression, of_end) VALUES
('subscriptions', 'subscription_id', 'text', true, NULL, false),
('subscriptions', 'customer_id', 'text', true, NULL, false),
('subscriptions', 'start_date', 'timestamptz', true, 'g.since', false),
('subscriptions', 'end_date', 'timestamptz', true, 'g.until', false),
('subscriptions', 'monthly_price', 'numeric', true, 'CASE WHEN {reads discount_percent} OR h.discounted AND NOT d.discounted THEN coalesce(r.list_price, r.monthly_price) ELSE r.monthly_price END', false),
('subscriptions', 'list_price', 'numeric', false, NULL, false),
('subscriptions', 'status', 'text', false, NULL, false),
('subscriptions', 'end_reason', 'text', false, NULL, true),
('subscriptions', 'trial_end', 'timestamptz', false, NULL, false),
('subscriptions', 'paused_from', 'timestamptz', false, NULL, false),
('subscriptions', 'resumes_on', 'timestamptz', false, NULL, false),
('subscriptions', 'discount_percent', 'numeric', false, 'CASE WHEN d.discounted OR r.discount_once THEN r.discount_percent END', false),
('subscriptions', 'discount_amount', 'numeric', false, 'CASE WHEN d.discounted OR r.discount_once THEN r.discount_amount END', false),
('subscriptions', 'discount_once', 'boolean', false, 'CASE WHEN d.discounted OR r.discount_once THEN r.discount_once END', false),
('subscriptions', 'discount_from', 'timestamptz', false, NULL, false),
('subscriptions', 'discount_until', 'timestamptz', false, 'CASE WHEN d.discounted THEN r.discount_until END', false);
