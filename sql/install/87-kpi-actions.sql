-- What to do about those who may leave: whom to call, with what, and what it
-- is worth.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_action_policy', 'own', '{cell}', 'risk and value',
 'What to do about which risk: one row per risk bucket and value tier, yours to change; the next refresh applies it. What do we offer a good customer who is about to leave?',
 $sql$(cell, priority, action, offer_type, message_angle, budget_rate) VALUES
 ('High/High', 'P1', 'call in person', 'personal discount', 'we miss you', 0.20), ('High/Mid', 'P2', 'write in person', 'time-limited discount', 'we miss you', 0.15), ('High/Low', 'P3', 'send an automatic mail', 'voucher', 'come back', 0.05),
 ('Medium/High', 'P2', 'write in person', 'bundle or upgrade', 'made for you', 0.10), ('Medium/Mid', 'P3', 'send an automatic mail', 'free delivery', 'what is new', 0.08), ('Medium/Low', 'P4', 'send the newsletter', 'none', 'what is new', 0),
 ('Low/High', 'P3', 'thank', 'loyalty points', 'thank you', 0.03), ('Low/Mid', 'P4', 'send the newsletter', 'none', 'what is new', 0), ('Low/Low', 'P4', 'do nothing', 'none', 'none', 0)$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_action_policy', 'cell', 'text', $$text NOT NULL CHECK (cell ~ '^(High|Medium|Low)/(High|Mid|Low)$')$$, 'Risk bucket and value tier, such as High/Mid.'),
('kpi_action_policy', 'priority', 'text', $$text NOT NULL CHECK (priority ~ '^P[1-4]$')$$, 'P1, first, to P4.'),
('kpi_action_policy', 'action', 'text', 'text NOT NULL', 'What to do.'),
('kpi_action_policy', 'offer_type', 'text', 'text NOT NULL', 'What to offer.'),
('kpi_action_policy', 'message_angle', 'text', 'text NOT NULL', 'What to say.'),
('kpi_action_policy', 'budget_rate', 'ratio', 'numeric NOT NULL CHECK (budget_rate BETWEEN 0 AND 1)', 'Share of the expected loss that may be spent.'),
('kpi_settings', 'action_share', 'ratio', 'numeric NOT NULL DEFAULT 0.15 CHECK (action_share BETWEEN 0 AND 1)', 'Share of the customers that can be looked after; kpi_actions holds that many, rounded up.'),
('kpi_settings', 'action_customers', 'customers', 'bigint CHECK (action_customers >= 0)', 'Customers that can be looked after, in place of action_share; NULL for none said.'),
('kpi_settings', 'action_budget', 'money', 'numeric CHECK (action_budget >= 0 AND action_budget < ''Infinity'')', 'What may be spent: kpi_actions ends where budget_suggestion adds up to more; NULL for no limit.'),
('kpi_settings', 'action_holdout', 'ratio', 'numeric NOT NULL DEFAULT 0.1 CHECK (action_holdout BETWEEN 0 AND 1)', 'Share of the list that is left alone, by chance, to see later what the actions did.'),
('kpi_settings', 'save_rate', 'ratio', 'numeric NOT NULL DEFAULT 0.1 CHECK (save_rate BETWEEN 0 AND 1)', 'Share of those who would leave whom an action keeps. An assumption until hold-outs have told it.'),
('kpi_settings', 'contact_cost', 'money', 'numeric NOT NULL DEFAULT 0 CHECK (contact_cost >= 0 AND contact_cost < ''Infinity'')', 'Cost of one contact; whoever brings less than that is not on the list.');

INSERT INTO saaskpi_internal.relations (relation, key, needs, grain, comment, query) VALUES
('kpi_actions', '{customer_id}', '{kpi_churn_scores}', 'customer',
 'Whom to look after first: one row per customer as of as_of, as many as can be looked after, the most to lose first. Whom do we call this week, and why?', 'WITH ' || saaskpi_internal.listed_query('s.snapshot = {as_of}') || $sql$
SELECT q.snapshot, q.place AS rank, q.customer_id, q.probability, q.risk_bucket, q.value_tier, q.value, q.expected_loss, q.recoverable, q.priority,
       CASE WHEN q.is_holdout THEN 'leave alone (hold-out)' ELSE q.action END AS action, CASE WHEN NOT q.is_holdout THEN q.offer_type END AS offer_type,
       CASE WHEN NOT q.is_holdout THEN q.message_angle END AS message_angle, q.budget_suggestion, q.is_holdout, q.reasons
  FROM listed AS q
$sql$),

('kpi_revenue_at_risk', '{dimension,value}', '{kpi_churn_scores}', 'dimension and value',
 'Where the risk lies: one row per country, segment, category and so on as of as_of. Choose one dimension. In which country do we stand to lose most?', $sql$
WITH said AS MATERIALIZED (
    SELECT s.* FROM {kpi_churn_scores} AS s WHERE s.snapshot = {as_of}
), bought AS (
    SELECT DISTINCT ON (o.customer_id) o.customer_id, o.country, o.segment
      FROM {kpi_orders} AS o WHERE o.customer_id IS NOT NULL AND o.status = 'counts' AND (SELECT count(*) FROM said) > 0
     ORDER BY o.customer_id, o.ordered_at DESC, o.order_id COLLATE "C" DESC
), categories AS (
    SELECT DISTINCT ON (q.customer_id) q.customer_id, q.category
      FROM (SELECT o.customer_id, coalesce(nullif(p.category, ''), '(none)') AS category, sum(i.amount) AS spent
              FROM {order_lines} AS i JOIN {kpi_orders} AS o ON o.order_id = i.order_id AND o.status = 'counts' AND o.ordered_on > {as_of} - 365 LEFT JOIN {products} AS p ON p.product_id = i.product_id
             WHERE i.quantity > 0 AND i.amount IS NOT NULL AND i.discount IS NOT NULL AND (SELECT count(*) FROM said) > 0 GROUP BY 1, 2) AS q
     ORDER BY q.customer_id, q.spent DESC, q.category COLLATE "C"
), known AS (
    SELECT s.*, d.dimension, coalesce(nullif(d.of, ''), '(none)') AS of
      FROM said AS s LEFT JOIN bought AS b USING (customer_id) LEFT JOIN categories AS g USING (customer_id)
      LEFT JOIN {kpi_customers} AS c USING (customer_id) LEFT JOIN (SELECT r.customer_id, r.segment FROM {kpi_rfm} AS r WHERE r.snapshot = {as_of}) AS r USING (customer_id)
     CROSS JOIN LATERAL (VALUES ('all', 'all'), ('country', coalesce(b.country, c.country)), ('segment', coalesce(b.segment, c.segment)), ('rfm_segment', r.segment), ('category', g.category), ('value_tier', s.value_tier)) AS d(dimension, of)
)
SELECT k.dimension, k.of AS value, count(*) AS customers, count(*) FILTER (WHERE k.risk_bucket <> 'Low') AS at_risk, count(*) FILTER (WHERE k.predicted_flag) AS flagged, round(avg(k.probability), 6) AS mean_probability,
       sum(k.value) AS forward_revenue, coalesce(sum(k.value) FILTER (WHERE k.risk_bucket <> 'Low'), CASE WHEN count(k.value) > 0 THEN 0.00 END) AS revenue_at_risk, sum(k.expected_loss) AS expected_loss
  FROM known AS k GROUP BY 1, 2
$sql$);

INSERT INTO saaskpi_internal.relations (relation, maintained, key, needs, grain, comment, query) VALUES
('kpi_at_risk', 'shown', '{customer_id}', '{kpi_churn_scores}', 'customer',
 'Those who are flagged, with what to do: one row per customer as of as_of. Who is at risk, and what do we recommend?', $sql$
SELECT s.customer_id, s.snapshot, s.rank, s.probability, s.risk_bucket, s.value_tier, s.value, s.expected_loss, s.revenue, s.reasons, p.priority, p.action AS recommendation
  FROM {kpi_churn_scores} AS s LEFT JOIN {schema}.kpi_action_policy AS p ON p.cell = concat(s.risk_bucket, '/', s.value_tier)
 WHERE s.predicted_flag AND s.snapshot = (SELECT l.as_of FROM {schema}.kpi_refresh_log AS l WHERE l.status = 'ok' ORDER BY l.run_id DESC LIMIT 1)
$sql$),

('kpi_action_coverage', 'shown', '{priority}', '{kpi_churn_scores}', 'priority',
 'How much of the risk the list of actions reaches: one row per priority, and (all). What do we leave undone?', $sql$
SELECT CASE WHEN grouping(p.priority) = 1 THEN '(all)' ELSE coalesce(p.priority, '(none)') END AS priority, count(s.customer_id) AS customers, count(*) FILTER (WHERE s.predicted_flag) AS at_risk, count(a.customer_id) AS listed, count(*) FILTER (WHERE a.is_holdout) AS held_out,
       count(a.customer_id) FILTER (WHERE s.predicted_flag) AS at_risk_listed, saaskpi_internal.rate(count(a.customer_id) FILTER (WHERE s.predicted_flag), count(*) FILTER (WHERE s.predicted_flag)) AS coverage,
       sum(s.expected_loss) AS expected_loss, coalesce(sum(s.expected_loss) FILTER (WHERE a.customer_id IS NOT NULL), CASE WHEN count(s.expected_loss) > 0 THEN 0.00 END) AS expected_loss_listed,
       coalesce(sum(a.budget_suggestion), CASE WHEN count(s.expected_loss) > 0 THEN 0.00 END) AS budget
  FROM {kpi_churn_scores} AS s LEFT JOIN {schema}.kpi_action_policy AS p ON p.cell = concat(s.risk_bucket, '/', s.value_tier) LEFT JOIN {kpi_actions} AS a ON a.customer_id = s.customer_id
 WHERE s.snapshot = (SELECT l.as_of FROM {schema}.kpi_refresh_log AS l WHERE l.status = 'ok' ORDER BY l.run_id DESC LIMIT 1) GROUP BY GROUPING SETS ((p.priority), ()) HAVING count(s.customer_id) > 0
$sql$),

('kpi_churn_model_report', 'shown', '{model_id,section,model,metric,position}', '{kpi_churn_scores}', 'model and number',
 'Everything a reviewer asks of a model: one row per number, what it did on months held out beside what it did on those it was trained on; without any model one row that says how to train one. How far can these probabilities be trusted?', $sql$
SELECT m.id AS model_id, m.status, r.section, r.model, r.metric, r.position, r.value, r.text
  FROM {schema}.kpi_churn_models AS m,
       LATERAL (SELECT v.value ->> 'section' AS section, v.value ->> 'model' AS model, v.value ->> 'metric' AS metric, (v.value ->> 'position')::integer AS position, (v.value ->> 'value')::numeric AS value, v.value ->> 'text' AS text
                  FROM jsonb_array_elements(m.metrics) AS v
                UNION ALL
                SELECT 'training', m.kind, t.metric, 0, t.value, t.text
                  FROM (VALUES ('rows', m.rows::numeric, format('%s by month ends from %s to %s', m.basis, m.first_snapshot, m.last_snapshot)), ('positives', m.positives, NULL), ('base_rate', round(m.positives::numeric / nullif(m.rows, 0), 6), NULL),
                               ('rows_dropped', m.dropped, format('their label reaches beyond the cut-off %s', m.cutoff)), ('horizon_days', m.horizon, NULL), ('calibration_intercept', round(m.intercept::numeric, 6), NULL), ('calibration_slope', round(m.slope::numeric, 6), NULL)) AS t(metric, value, text)
                UNION ALL
                SELECT 'warnings', m.kind, 'warning', w.i::integer, NULL, w.text FROM unnest(m.warnings) WITH ORDINALITY AS w(text, i)
                UNION ALL
                SELECT 'since', m.kind, t.metric, row_number() OVER (PARTITION BY t.metric ORDER BY c.snapshot)::integer, t.value, c.snapshot::text
                  FROM {kpi_churn_trend} AS c, LATERAL (VALUES ('mean_probability', c.mean_probability), ('observed_rate', c.observed_rate), ('score_drift', c.score_drift)) AS t(metric, value)
                 WHERE m.status = 'promoted' AND t.value IS NOT NULL
                UNION ALL
                SELECT 'drift', m.kind, 'stability_index', row_number() OVER (ORDER BY d.drift DESC, d.feature COLLATE "C")::integer, d.drift, concat(d.feature, ': ' || d.finding, ': median ', trim_scale(d.median_then), ' then, ', trim_scale(d.median_now), ' now')
                  FROM {kpi_churn_drift} AS d WHERE m.status = 'promoted') AS r
UNION ALL
SELECT NULL, 'no model', 'training', NULL, 'rows', 0, 0, 'CALL saaskpi.train_churn, then CALL saaskpi.refresh, each with the name of this schema' WHERE NOT EXISTS (SELECT FROM {schema}.kpi_churn_models)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_actions', 'snapshot', 'date', NULL, 'Day looked from.'),
('kpi_actions', 'rank', 'number', NULL, 'Place on the list: by expected_loss, of equals by probability and customer_id.'),
('kpi_actions', 'customer_id', 'text', NULL, 'Customer.'),
('kpi_actions', 'probability', 'ratio', NULL, 'Probability that she leaves, as in kpi_churn_scores.'),
('kpi_actions', 'risk_bucket', 'text', NULL, 'High, Medium or Low.'),
('kpi_actions', 'value_tier', 'text', NULL, 'High, Mid or Low.'),
('kpi_actions', 'value', 'money', NULL, 'What she would bring within the horizon if she stayed.'),
('kpi_actions', 'expected_loss', 'money', NULL, 'probability * value.'),
('kpi_actions', 'recoverable', 'money', NULL, 'expected_loss * save_rate - contact_cost of kpi_settings: as true as save_rate, which is assumed, not measured.'),
('kpi_actions', 'priority', 'text', NULL, 'P1 to P4 by kpi_action_policy; NULL for a cell that is not there.'),
('kpi_actions', 'action', 'text', NULL, 'What to do by kpi_action_policy; leave alone (hold-out) where is_holdout.'),
('kpi_actions', 'offer_type', 'text', NULL, 'What to offer; NULL where is_holdout.'),
('kpi_actions', 'message_angle', 'text', NULL, 'What to say; NULL where is_holdout.'),
('kpi_actions', 'budget_suggestion', 'money', NULL, 'expected_loss * budget_rate of kpi_action_policy; 0 where is_holdout, NULL where expected_loss is.'),
('kpi_actions', 'is_holdout', 'boolean', NULL, 'Left alone to compare with: by the md5 of customer_id and month, the same all month long.'),
('kpi_actions', 'reasons', 'text', NULL, 'The three features that raise her risk most, in words.'),
('kpi_revenue_at_risk', 'dimension', 'text', NULL, 'What value names: all, country, segment, rfm_segment, category or value_tier; each alone adds up to all.'),
('kpi_revenue_at_risk', 'value', 'text', NULL, 'Country of her last order, else of customers, and so on; the category on which she spent most in 365 days; (none) where it is not known.'),
('kpi_revenue_at_risk', 'customers', 'customers', NULL, 'Customers with a score.'),
('kpi_revenue_at_risk', 'at_risk', 'customers', NULL, 'Of them those of risk High or Medium.'),
('kpi_revenue_at_risk', 'flagged', 'customers', NULL, 'Of them those with predicted_flag.'),
('kpi_revenue_at_risk', 'mean_probability', 'ratio', 'customers', 'Mean probability to leave.'),
('kpi_revenue_at_risk', 'forward_revenue', 'money', NULL, 'What all of them would bring within the horizon; NULL where no money is known.'),
('kpi_revenue_at_risk', 'revenue_at_risk', 'money', NULL, 'What those of risk High or Medium would bring.'),
('kpi_revenue_at_risk', 'expected_loss', 'money', NULL, 'Sum of probability * value of all customers.'),
('kpi_at_risk', 'customer_id', 'text', NULL, 'Customer with predicted_flag.'),
('kpi_at_risk', 'snapshot', 'date', NULL, 'Day looked from: the latest of kpi_churn_scores.'),
('kpi_at_risk', 'rank', 'number', NULL, 'Place by expected_loss among all customers.'),
('kpi_at_risk', 'probability', 'ratio', NULL, 'Probability that she leaves.'),
('kpi_at_risk', 'risk_bucket', 'text', NULL, 'High, Medium or Low.'),
('kpi_at_risk', 'value_tier', 'text', NULL, 'High, Mid or Low.'),
('kpi_at_risk', 'value', 'money', NULL, 'What she would bring within the horizon if she stayed.'),
('kpi_at_risk', 'expected_loss', 'money', NULL, 'probability * value.'),
('kpi_at_risk', 'revenue', 'money', NULL, 'All she brought so far.'),
('kpi_at_risk', 'reasons', 'text', NULL, 'The three features that raise her risk most, in words.'),
('kpi_at_risk', 'priority', 'text', NULL, 'P1 to P4 by kpi_action_policy as it is now; kpi_actions follows with the next refresh.'),
('kpi_at_risk', 'recommendation', 'text', NULL, 'What to do by kpi_action_policy as it is now.'),
('kpi_action_coverage', 'priority', 'text', NULL, 'P1 to P4 by kpi_action_policy as it is now, (none) for a cell that is not there, or (all).'),
('kpi_action_coverage', 'customers', 'customers', NULL, 'Customers with a score as of as_of.'),
('kpi_action_coverage', 'at_risk', 'customers', NULL, 'Of them those with predicted_flag.'),
('kpi_action_coverage', 'listed', 'customers', NULL, 'Those in kpi_actions.'),
('kpi_action_coverage', 'held_out', 'customers', NULL, 'Of listed those who are left alone.'),
('kpi_action_coverage', 'at_risk_listed', 'customers', NULL, 'Of at_risk those who are listed.'),
('kpi_action_coverage', 'coverage', 'ratio', 'at_risk', 'at_risk_listed / at_risk.'),
('kpi_action_coverage', 'expected_loss', 'money', NULL, 'Sum of expected_loss of customers; NULL when none is known.'),
('kpi_action_coverage', 'expected_loss_listed', 'money', NULL, 'Of those who are listed; NULL when no expected_loss is known.'),
('kpi_action_coverage', 'budget', 'money', NULL, 'Sum of budget_suggestion; NULL when no expected_loss is known.'),
('kpi_churn_model_report', 'model_id', 'number', NULL, 'Model of kpi_churn_models; NULL when there is none yet.'),
('kpi_churn_model_report', 'status', 'text', NULL, 'Its status; no model when there is none yet.'),
('kpi_churn_model_report', 'section', 'text', NULL, 'hold-out: on months not trained on; in-sample: on those trained on; the same with overlapping labels; calibration, lift, confusion, features: of the chosen kind; training; warnings; since: by month, after the refresh; drift: by feature, since the training.'),
('kpi_churn_model_report', 'model', 'text', NULL, 'Whose score: logistic, trees, or a baseline: recency (days since the last time alone), bg_nbd, newest, tenure_hazard or failed_payments.'),
('kpi_churn_model_report', 'metric', 'text', NULL, 'Name of the number; roc_auc_error is the standard error with the rows of a customer taken together, roc_auc_error_by_rows, which is too small, the same as if each were another.'),
('kpi_churn_model_report', 'position', 'number', NULL, 'Bin, tenth, place or month where there are several; else 0.'),
('kpi_churn_model_report', 'value', 'number', NULL, 'The number.'),
('kpi_churn_model_report', 'text', 'text', NULL, 'What belongs to it in words.');

-- The files of a published churn project, under the names they have there.
INSERT INTO saaskpi_internal.relations (relation, maintained, key, needs, grain, comment, query) VALUES
('churn_scores', 'shown', '{snapshot_date,customer_id}', '{kpi_churn_scores}', 'snapshot and customer',
 'Scores as churn_scores.csv has them: one row per snapshot and customer. How likely is a customer to leave?', $sql$
SELECT s.snapshot AS snapshot_date, s.customer_id, s.probability AS churn_probability, s.risk_bucket, s.predicted_flag AS churn_flag, s.revenue AS total_revenue, s.expected_loss_revenue AS expected_loss
  FROM {kpi_churn_scores} AS s
$sql$),
('customer_segment_snapshot', 'shown', '{snapshot_date,customer_id}', '{kpi_rfm}', 'snapshot and customer',
 'Segments as customer_segment_snapshot.csv has them: one row per snapshot and customer. In which segment was a customer at the end of a month?', $sql$
SELECT r.snapshot AS snapshot_date, r.customer_id, r.recency_days, r.frequency, r.monetary, r.r_score, r.f_score, r.m_score, r.segment
  FROM {kpi_rfm} AS r
$sql$),
('campaign_actions', 'shown', '{customer_id}', '{kpi_churn_scores}', 'customer',
 'Actions as campaign_actions.csv has them: one row per customer as of as_of. Is a customer on the list, and with what?', $sql$
SELECT s.snapshot AS snapshot_date, s.customer_id, s.probability AS churn_probability, s.risk_bucket, s.value_tier, s.expected_loss, a.customer_id IS NOT NULL AS action_flag_top15,
       a.priority, a.action, a.offer_type, a.message_angle, a.budget_suggestion
  FROM {kpi_churn_scores} AS s LEFT JOIN {kpi_actions} AS a ON a.customer_id = s.customer_id AND a.snapshot = s.snapshot WHERE s.snapshot = (SELECT l.as_of FROM {schema}.kpi_refresh_log AS l WHERE l.status = 'ok' ORDER BY l.run_id DESC LIMIT 1)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('churn_scores', 'snapshot_date', 'date', 'Day looked from.'),
('churn_scores', 'customer_id', 'text', 'Customer.'),
('churn_scores', 'churn_probability', 'ratio', 'Probability that she leaves: probability of kpi_churn_scores.'),
('churn_scores', 'risk_bucket', 'text', 'High, Medium or Low.'),
('churn_scores', 'churn_flag', 'boolean', 'Predicted, not observed: predicted_flag of kpi_churn_scores.'),
('churn_scores', 'total_revenue', 'money', 'All she brought up to the snapshot.'),
('churn_scores', 'expected_loss', 'money', 'churn_probability * total_revenue, as published; kpi_churn_scores has what can still be lost.'),
('customer_segment_snapshot', 'snapshot_date', 'date', 'Day looked from.'),
('customer_segment_snapshot', 'customer_id', 'text', 'Customer who had ordered.'),
('customer_segment_snapshot', 'recency_days', 'days', 'Days since her last order.'),
('customer_segment_snapshot', 'frequency', 'orders', 'Her orders so far.'),
('customer_segment_snapshot', 'monetary', 'money', 'Their net so far.'),
('customer_segment_snapshot', 'r_score', 'integer', 'Fifth by recency, 5 for the most recent.'),
('customer_segment_snapshot', 'f_score', 'integer', 'Fifth by frequency, 5 for the most orders.'),
('customer_segment_snapshot', 'm_score', 'integer', 'Fifth by monetary, 5 for the most money.'),
('customer_segment_snapshot', 'segment', 'text', 'Segment of kpi_rfm.'),
('campaign_actions', 'snapshot_date', 'date', 'Day looked from.'),
('campaign_actions', 'customer_id', 'text', 'Customer.'),
('campaign_actions', 'churn_probability', 'ratio', 'Probability that she leaves.'),
('campaign_actions', 'risk_bucket', 'text', 'High, Medium or Low.'),
('campaign_actions', 'value_tier', 'text', 'High, Mid or Low.'),
('campaign_actions', 'expected_loss', 'money', 'Probability times value, as in kpi_churn_scores.'),
('campaign_actions', 'action_flag_top15', 'boolean', 'Whether she is in kpi_actions, whose size kpi_settings says: 15 % unless changed.'),
('campaign_actions', 'priority', 'text', 'P1 to P4; NULL off the list.'),
('campaign_actions', 'action', 'text', 'What to do; NULL off the list.'),
('campaign_actions', 'offer_type', 'text', 'What to offer; NULL off the list and for hold-outs.'),
('campaign_actions', 'message_angle', 'text', 'What to say; NULL off the list and for hold-outs.'),
('campaign_actions', 'budget_suggestion', 'money', 'What may be spent; NULL off the list, and where expected_loss is.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('churn_adds_up', $sql$
SELECT format('%s: %s customers, of them %s High, %s Medium, %s Low', snapshot, customers, high, medium, low) FROM {kpi_churn_trend} WHERE customers <> high + medium + low
UNION ALL
SELECT format('%s customers scored who would take %s along, %s and %s in kpi_churn_trend', s.n, s.loss, t.customers, t.expected_loss)
  FROM (SELECT count(*) AS n, sum(expected_loss) AS loss FROM {kpi_churn_scores} WHERE snapshot = {as_of}) AS s
  LEFT JOIN {kpi_churn_trend} AS t ON t.snapshot = {as_of} WHERE s.n > 0 AND (t.customers, t.expected_loss) IS DISTINCT FROM (s.n, s.loss)
UNION ALL
SELECT format('%s customers on the list, %s of them at risk, %s and %s in kpi_churn_trend', l.n, l.at_risk, t.listed, t.at_risk_listed)
  FROM (SELECT count(*) AS n, count(*) FILTER (WHERE s.predicted_flag) AS at_risk FROM {kpi_actions} AS a JOIN {kpi_churn_scores} AS s ON s.snapshot = a.snapshot AND s.customer_id = a.customer_id) AS l,
       {kpi_churn_trend} AS t WHERE t.snapshot = {as_of} AND (t.listed, t.at_risk_listed) IS DISTINCT FROM (l.n, l.at_risk)
UNION ALL
SELECT format('%s: %s customers with %s, %s with %s in all', d.dimension, d.n, d.loss, a.customers, a.expected_loss)
  FROM (SELECT dimension, sum(customers) AS n, sum(expected_loss) AS loss FROM {kpi_revenue_at_risk} GROUP BY 1) AS d
  JOIN {kpi_revenue_at_risk} AS a ON a.dimension = 'all' WHERE (d.n, d.loss) IS DISTINCT FROM (a.customers::numeric, a.expected_loss)
UNION ALL
SELECT format('%s listed up to place %s, of %s', a.n, a.last, s.n)
  FROM (SELECT count(*) AS n, max(rank) AS last FROM {kpi_actions}) AS a, (SELECT count(*) AS n FROM {kpi_churn_scores} WHERE snapshot = {as_of}) AS s
 WHERE a.n > 0 AND (a.n <> a.last OR a.n > s.n)
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Churn probability', 'kpi_churn_scores', 'probability', 'orders, events or subscriptions, kpi_churn_models, kpi_settings', 'calibrated score of the promoted model of features up to the snapshot',
 'How likely is this customer to leave?',
 'Leaving is no order, no event or no MRR within the horizon of the model; judged on months that the training had not seen, with an embargo on labels that reach into them. Judging on the rows trained on, or on overlapping labels, gives higher and wrong numbers. No rows without a promoted model.'),
('Expected loss', 'kpi_churn_scores', 'expected_loss', 'orders or subscriptions, kpi_churn_models, kpi_settings', 'probability * value',
 'What goes with her if she leaves?',
 'By what the last 365 days or the MRR would bring in the horizon; the published churn project takes all revenue so far, which is past and ranks old customers first. NULL where no money is known.'),
('Observed churn of a snapshot', 'kpi_churn_trend', 'observed_rate', 'orders, events or subscriptions, kpi_churn_models', 'left_us / matured',
 'Did the model say what came true?', 'Of the customers of the snapshot once the horizon is over, NULL before.'),
('Revenue at risk', 'kpi_revenue_at_risk', 'revenue_at_risk', 'orders, order_lines, products, customers, kpi_churn_models, kpi_settings', 'sum of value of customers of risk High or Medium',
 'Where do we stand to lose most?', 'Of the horizon of the model, not of all time.'),
('Action coverage', 'kpi_action_coverage', 'coverage', 'kpi_churn_models, kpi_action_policy, kpi_settings', 'at_risk_listed / at_risk',
 'How many of those at risk do we reach?', 'Those held out are on the list and left alone. NULL when nobody is at risk.');
