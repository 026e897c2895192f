SET datestyle = iso;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\pset null ~
-- 150 buyers with gaps of their own, who stop after so many orders: recency over the own gap tells who has left, recency alone tells less
CALL saaskpi.create_source_tables('churn_test', false);
DROP TABLE churn_test.subscriptions, churn_test.payments, churn_test.costs, churn_test.products;
INSERT INTO churn_test.customers SELECT 'c' || i, '2022-01-01', CASE WHEN i % 3 = 0 THEN 'SMB' ELSE 'Enterprise' END, CASE WHEN i % 5 = 0 THEN 'DE' END FROM generate_series(1, 150) AS i;
INSERT INTO churn_test.orders SELECT i || '/' || n, 'c' || i, '2022-12-03 12:00Z'::timestamptz + make_interval(days => i * 6007 % 200 + n * (5 + i * 7919 % 41) + i * n % 5), 'completed'
  FROM generate_series(1, 150) AS i, generate_series(0, 2 + i * 1009 % 60) AS n;
INSERT INTO churn_test.order_lines SELECT order_id, '1', 'p', 1 + split_part(order_id, '/', 2)::integer % 3, 10 + split_part(order_id, '/', 1)::integer FROM churn_test.orders;
CALL saaskpi.train_churn('churn_test');
\echo :SQLSTATE
CALL saaskpi.create_views('churn_test');
-- nothing is there to train on, and then nothing is promoted
CALL saaskpi.train_churn('churn_test');
\echo :SQLSTATE
UPDATE churn_test.kpi_settings SET as_of = '2024-06-30';
CALL saaskpi.refresh('churn_test');
SELECT (SELECT count(*) FROM churn_test.kpi_churn_scores) AS scores, (SELECT count(*) FROM churn_test.kpi_churn_trend) AS trend, (SELECT count(*) FROM churn_test.kpi_actions) AS actions, (SELECT count(*) FROM churn_test.kpi_at_risk) AS at_risk,
       (SELECT count(*) FROM churn_test.kpi_revenue_at_risk) AS revenue_at_risk, (SELECT count(*) FROM churn_test.kpi_action_coverage) AS coverage, (SELECT count(*) FROM churn_test.campaign_actions) AS campaign;
SELECT * FROM churn_test.kpi_churn_model_report;
-- what cannot be asked
CALL saaskpi.train_churn(NULL);
\echo :SQLSTATE
CALL saaskpi.train_churn('nowhere');
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', 'weather');
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', 'events');
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', horizon => 0);
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', test_snapshots => 24);
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', overlap => NULL);
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', horizon => 3660);
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', horizon => 450);
\echo :SQLSTATE
CALL saaskpi.train_churn('churn_test', horizon => 1, snapshots => 2, test_snapshots => 1);
\echo :SQLSTATE
CALL saaskpi.promote_churn_model('churn_test', 1);
\echo :SQLSTATE
SELECT count(*) AS models FROM churn_test.kpi_churn_models;
CALL saaskpi.train_segments(NULL);
\echo :SQLSTATE
CALL saaskpi.train_segments('nowhere');
\echo :SQLSTATE
CALL saaskpi.train_segments('churn_test', 'weather');
\echo :SQLSTATE
CALL saaskpi.train_segments('churn_test', 'events');
\echo :SQLSTATE
CALL saaskpi.train_segments('churn_test', k => 1);
\echo :SQLSTATE
CALL saaskpi.train_segments('churn_test', transform => 'square');
\echo :SQLSTATE
CALL saaskpi.train_segments('churn_test', seed => NULL);
\echo :SQLSTATE
CALL saaskpi.promote_segment_model('churn_test', 1);
\echo :SQLSTATE
SELECT (SELECT count(*) FROM churn_test.kpi_segment_models) AS models, (SELECT count(*) FROM churn_test.kpi_customer_segments) AS customers, (SELECT count(*) FROM churn_test.kpi_segments) AS segments;
-- trained: more is found than recency tells
SET client_min_messages = notice;
CALL saaskpi.train_churn('churn_test', horizon => 60, overlap => true);
SET client_min_messages = warning;
SELECT id, as_of, basis, kind, horizon, status, first_snapshot, last_snapshot, cutoff, rows, positives, dropped, roc_auc > roc_auc_recency AS better, warnings FROM churn_test.kpi_churn_models;
SELECT count(*) AS left_over FROM pg_class WHERE relnamespace = 'churn_test'::regnamespace AND relname ~ '^kpi_churn_models_(new|beside)';
-- counted by hand: rows are customers who had ordered by the month end, those dropped have a label that ends after the cut-off
CREATE TABLE churn_rows AS
SELECT d.day, o.customer_id, NOT EXISTS (SELECT FROM churn_test.kpi_orders AS l WHERE l.customer_id = o.customer_id AND l.ordered_on > d.day AND l.ordered_on <= d.day + 60) AS churned
  FROM (SELECT m::date - 1 AS day FROM generate_series(timestamp '2023-01-01', '2024-05-01', '1 month') AS m) AS d JOIN churn_test.kpi_orders AS o ON o.ordered_on <= d.day GROUP BY 1, 2;
SELECT count(*) AS rows, count(*) FILTER (WHERE churned) AS positives, count(*) FILTER (WHERE day + 60 > m.cutoff AND day < m.cutoff) AS dropped FROM churn_rows, churn_test.kpi_churn_models AS m WHERE day BETWEEN m.first_snapshot AND m.last_snapshot;
-- groups: the same model as of rows put together by hand
SET client_min_messages = notice;
CALL saaskpi.train_segments('churn_test', k => 5);
SET client_min_messages = warning;
CREATE TABLE segment_rows AS
SELECT o.customer_id, d.day, d.day - max(o.ordered_on) AS recency_days, count(*) AS orders, sum(o.net) AS revenue
  FROM churn_test.kpi_orders AS o, (VALUES (date '2024-05-31'), (date '2024-06-30')) AS d(day) WHERE o.ordered_on <= d.day GROUP BY 1, 2;
SELECT id, as_of, basis, status, clusters, chosen, transform, seed, numbers_from, customers, silhouette > 0.25 AS clear, stability > 0.9 AS stable, warnings,
       model = saaskpi.train_kmeans('SELECT recency_days, orders, revenue FROM segment_rows WHERE day = ''2024-06-30''', 5) AS same FROM churn_test.kpi_segment_models;
SELECT stale_because FROM churn_test.kpi_status;
CALL saaskpi.refresh('churn_test');
SELECT count(*) AS customers, count(*) FILTER (WHERE s.cluster <> saaskpi.assign_cluster(m.model, ARRAY[n.recency_days, n.orders, n.revenue]::float8[]) OR (s.recency_days, s.orders, s.revenue) IS DISTINCT FROM (n.recency_days::numeric, n.orders, n.revenue)) AS differ,
       count(*) FILTER (WHERE s.cluster_before IS DISTINCT FROM saaskpi.assign_cluster(m.model, ARRAY[b.recency_days, b.orders, b.revenue]::float8[])) AS differed
  FROM churn_test.kpi_customer_segments AS s JOIN segment_rows AS n ON n.customer_id = s.customer_id AND n.day = '2024-06-30' LEFT JOIN segment_rows AS b ON b.customer_id = s.customer_id AND b.day = '2024-05-31' CROSS JOIN churn_test.kpi_segment_models AS m;
SELECT cluster, segment, signs, customers, share, customers_before, change, arrived, departed, revenue, mean_recency_days, mean_orders FROM churn_test.kpi_segments ORDER BY 1;
SELECT count(*) AS segments, sum(share) AS share, sum(customers) = (SELECT count(*) FROM churn_test.kpi_buyers) AS everybody, sum(revenue) = (SELECT sum(net) FROM churn_test.kpi_buyers) AS every_cent FROM churn_test.kpi_segments;
-- of very many, some
SELECT format('SELECT count(*) = (SELECT count(*) FROM churn_test.kpi_buyers WHERE (''x'' || left(md5(customer_id), 2))::bit(8)::integer < 128) AS half, count(*) FROM (%s) AS q', saaskpi_internal.segment_query(jsonb_set(e, '{as_of}', '"2024-06-30"'), 'orders', 0.5))
  FROM saaskpi_internal.environment('churn_test') AS e \gexec
UPDATE churn_test.kpi_segment_names SET segment = 'Gone' WHERE segment = 'Lost';
-- every label that has matured is the one by hand, and no other is there
SELECT count(*) FILTER (WHERE s.churned) AS left_us, count(*) FILTER (WHERE NOT s.churned) AS stayed, count(*) FILTER (WHERE s.churned IS DISTINCT FROM r.churned) AS differ,
       count(*) FILTER (WHERE s.snapshot + 60 > '2024-06-30' AND s.churned IS NOT NULL) AS too_early
  FROM churn_test.kpi_churn_scores AS s LEFT JOIN churn_rows AS r ON r.day = s.snapshot AND r.customer_id = s.customer_id;
SELECT saaskpi.roc_auc(saaskpi.scores_agg(probability, churned)) > 0.9 AS ranks, abs(avg(probability) - avg(churned::integer)) < 0.05 AS calibrated FROM churn_test.kpi_churn_scores WHERE churned IS NOT NULL;
-- each score said again from the model and the features
SELECT count(*) AS rows, count(*) FILTER (WHERE abs(s.probability - 1 / (1 + exp(-(m.intercept + m.slope * ln(p.said / (1 - p.said)))))::numeric) > 0.000001) AS differ
  FROM churn_test.kpi_churn_scores AS s JOIN churn_test.kpi_buyers_mat AS b USING (customer_id) CROSS JOIN churn_test.kpi_churn_models AS m
 CROSS JOIN LATERAL (SELECT to_jsonb(f) AS f FROM saaskpi.order_features(b.history, ARRAY[s.snapshot], 60, '2024-06-30') AS f) AS f
 CROSS JOIN LATERAL (SELECT saaskpi.predict(m.model, array_agg(CASE m.kind WHEN 'logistic' THEN sign((f.f ->> c.feature)::float8) * ln(1 + abs((f.f ->> c.feature)::float8)) ELSE (f.f ->> c.feature)::float8 END ORDER BY c.ordinal)) AS said FROM saaskpi.model_columns(m.model) AS c) AS p;
SELECT count(*) AS rows, count(*) FILTER (WHERE s.value IS DISTINCT FROM round(coalesce(y.net, 0) * 60 / 365, 2) OR s.revenue IS DISTINCT FROM y.revenue OR s.expected_loss IS DISTINCT FROM round(s.probability * s.value, 2)
             OR s.risk_bucket <> CASE WHEN s.probability >= 0.8 THEN 'High' WHEN s.probability >= 0.5 THEN 'Medium' ELSE 'Low' END
             OR s.predicted_flag <> (s.probability >= CASE s.value_tier WHEN 'High' THEN 0.3 WHEN 'Mid' THEN 0.5 ELSE 0.7 END)) AS differ
  FROM churn_test.kpi_churn_scores AS s
 CROSS JOIN LATERAL (SELECT sum(o.net) FILTER (WHERE o.ordered_on > s.snapshot - 365) AS net, sum(o.net) AS revenue FROM churn_test.kpi_orders AS o WHERE o.customer_id = s.customer_id AND o.ordered_on <= s.snapshot) AS y;
SELECT value_tier, count(*) AS customers FROM churn_test.kpi_churn_scores WHERE snapshot = '2024-06-30' GROUP BY 1 ORDER BY 1;
SELECT count(*) AS upside_down FROM churn_test.kpi_churn_scores AS a JOIN churn_test.kpi_churn_scores AS b USING (snapshot) WHERE a.value > b.value AND (a.value_tier, b.value_tier) IN (('Low', 'Mid'), ('Low', 'High'), ('Mid', 'High')) OR a.value = b.value AND a.value_tier <> b.value_tier;
SELECT snapshot, customers, high + medium + low = customers AS buckets, mean_probability BETWEEN 0 AND 1 AS mean, matured, left_us, observed_rate FROM churn_test.kpi_churn_trend ORDER BY 1;
SELECT count(*) AS given, count(*) FILTER (WHERE reasons ~ '^[^;]+(; [^;]+){0,2}$') AS worded, min(snapshot) AS of FROM churn_test.kpi_churn_scores WHERE reasons IS NOT NULL;
-- the list: 15 % rounded up, the most to lose first, some of them left alone
SELECT count(*) AS listed, max(rank) AS last, count(*) FILTER (WHERE is_holdout) AS held_out, count(*) FILTER (WHERE reasons IS NULL) AS without_reason,
       count(*) FILTER (WHERE is_holdout AND (offer_type IS NOT NULL OR budget_suggestion > 0)) AS not_left_alone FROM churn_test.kpi_actions;
SELECT count(*) AS better_off_the_list FROM churn_test.kpi_actions AS a JOIN churn_test.kpi_churn_scores AS s USING (snapshot)
 WHERE s.expected_loss > a.expected_loss AND NOT EXISTS (SELECT FROM churn_test.kpi_actions AS l WHERE l.customer_id = s.customer_id);
SELECT count(*) AS differ FROM churn_test.kpi_actions AS a LEFT JOIN churn_test.kpi_action_policy AS p ON p.cell = a.risk_bucket || '/' || a.value_tier
 WHERE NOT a.is_holdout AND (a.priority, a.action, a.offer_type, a.message_angle, a.budget_suggestion) IS DISTINCT FROM (p.priority, p.action, p.offer_type, p.message_angle, round(p.budget_rate * a.expected_loss, 2));
SELECT dimension, value, customers, at_risk, flagged FROM churn_test.kpi_revenue_at_risk WHERE dimension IN ('all', 'country', 'segment', 'category') ORDER BY 1, 2;
SELECT dimension, sum(expected_loss) = (SELECT sum(expected_loss) FROM churn_test.kpi_churn_scores WHERE snapshot = '2024-06-30') AS whole FROM churn_test.kpi_revenue_at_risk GROUP BY 1 ORDER BY 1;
SELECT priority, customers, at_risk, listed, at_risk_listed, coverage FROM churn_test.kpi_action_coverage ORDER BY 1;
-- whoever is in a cell that is not there counts all the same
BEGIN;
DELETE FROM churn_test.kpi_action_policy WHERE cell = 'Low/Low';
SELECT c.priority, c.customers = (SELECT count(*) FROM churn_test.kpi_churn_scores AS s WHERE s.snapshot = '2024-06-30' AND s.risk_bucket = 'Low' AND s.value_tier = 'Low') AS customers FROM churn_test.kpi_action_coverage AS c WHERE c.priority = '(none)';
SELECT a.listed = (SELECT count(*) FROM churn_test.kpi_actions) AS listed, a.customers = sum(p.customers) AS customers, a.budget = sum(p.budget) AS budget
  FROM churn_test.kpi_action_coverage AS a JOIN churn_test.kpi_action_coverage AS p ON p.priority <> '(all)' WHERE a.priority = '(all)' GROUP BY a.listed, a.customers, a.budget;
ROLLBACK;
SELECT count(*) AS at_risk, count(recommendation) AS recommended FROM churn_test.kpi_at_risk;
SELECT (SELECT count(*) FROM churn_test.churn_scores) AS scores, (SELECT count(*) FROM churn_test.campaign_actions WHERE action_flag_top15) AS actions, (SELECT count(*) FROM churn_test.customer_segment_snapshot WHERE snapshot_date = '2024-06-30') AS segments;
SELECT section, model, count(*) AS numbers FROM churn_test.kpi_churn_model_report GROUP BY 1, 2 ORDER BY 1, 2;
-- an error with the rows of a customer together, by hand; how features lay then, and lie now
SELECT e.value = round(q.error::numeric, 6) AS error, r.value = round(q.by_rows::numeric, 6) AS by_rows, e.value <> r.value AS differ
  FROM churn_test.kpi_churn_model_report AS e JOIN churn_test.kpi_churn_model_report AS r USING (model_id, section, model),
       (SELECT saaskpi.roc_auc_error(array_agg(p.recency), array_agg(p.churned), array_agg(p.customer_id)) AS error, saaskpi.roc_auc_error(saaskpi.scores_agg(p.recency, p.churned)) AS by_rows
          FROM (SELECT r.day, r.customer_id, r.churned, (r.day - max(o.ordered_on))::float8 AS recency FROM churn_test.kpi_churn_models AS m JOIN churn_rows AS r ON r.day BETWEEN m.cutoff AND m.last_snapshot
                  JOIN churn_test.kpi_orders AS o ON o.customer_id = r.customer_id AND o.ordered_on <= r.day GROUP BY 1, 2, 3) AS p) AS q
 WHERE section = 'hold-out' AND model = 'recency' AND e.metric = 'roc_auc_error' AND r.metric = 'roc_auc_error_by_rows';
SELECT m.baseline, m.roc_auc_baseline = m.roc_auc_recency AS same, (m.inputs #>> '{total_orders,median}')::numeric = (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY q.n) FROM (SELECT count(*) AS n FROM churn_rows AS r JOIN churn_test.kpi_orders AS o ON o.customer_id = r.customer_id AND o.ordered_on <= r.day WHERE r.day BETWEEN m.first_snapshot AND m.last_snapshot GROUP BY r.day, r.customer_id) AS q) AS median,
       (SELECT sum(n::bigint) FROM jsonb_array_elements_text(m.inputs #> '{total_orders,rows}') AS n) = m.rows AS rows FROM churn_test.kpi_churn_models AS m;
SELECT count(*) AS features, count(*) FILTER (WHERE customers <> 150) AS differ, count(weight) > 10 AS weighed, max(drift) FILTER (WHERE feature = 'returns') AS none, bool_and((finding = 'drifted') = (drift > 0.25)) AS named FROM churn_test.kpi_churn_drift;
SELECT d.median_now = (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY b.tenure_days) FROM churn_test.kpi_buyers AS b) AS now, d.median_now > d.median_then AS older, d.finding, r.text FROM churn_test.kpi_churn_drift AS d JOIN churn_test.kpi_churn_model_report AS r ON r.section = 'drift' AND r.text LIKE 'tenure\_days%' WHERE d.feature = 'tenure_days';
SELECT * FROM saaskpi.check_identities('churn_test') WHERE NOT holds;
-- whom the list would have reached at the snapshots before, counted one by one; budgets are those without hold-outs
CREATE VIEW churn_reach AS
SELECT count(*) AS snapshots, sum(t.listed) AS listed, sum(t.at_risk_listed) AS at_risk_listed, count(DISTINCT t.coverage) > 1 AS moves,
       count(*) FILTER (WHERE (t.listed, t.at_risk_listed, t.coverage) IS DISTINCT FROM (coalesce(r.listed, 0), coalesce(r.flagged, 0), round(coalesce(r.flagged, 0)::numeric / nullif(t.flagged, 0), 6))) AS differ
  FROM churn_test.kpi_churn_trend AS t
  LEFT JOIN (SELECT s.snapshot, count(*) AS listed, count(*) FILTER (WHERE s.predicted_flag) AS flagged
               FROM churn_test.kpi_churn_scores AS s CROSS JOIN churn_test.kpi_settings AS g
              CROSS JOIN LATERAL (SELECT count(*) AS place, sum(round(l.expected_loss * p.budget_rate, 2)) AS spent
                                    FROM churn_test.kpi_churn_scores AS l JOIN churn_test.kpi_action_policy AS p ON p.cell = l.risk_bucket || '/' || l.value_tier
                                   WHERE l.snapshot = s.snapshot AND l.rank <= s.rank AND round(l.expected_loss * g.save_rate - g.contact_cost, 2) >= 0) AS q
              WHERE round(s.expected_loss * g.save_rate - g.contact_cost, 2) >= 0 AND q.spent <= coalesce(g.action_budget, 1e9)
                AND q.place <= coalesce(g.action_customers, ceil(g.action_share * (SELECT count(*) FROM churn_test.kpi_churn_scores AS n WHERE n.snapshot = s.snapshot))) GROUP BY 1) AS r USING (snapshot);
TABLE churn_reach;
-- a head count, a budget, a cost of contact, nobody held out; the same settings give the same list
CREATE TABLE listed AS TABLE churn_test.kpi_actions;
UPDATE churn_test.kpi_settings SET action_customers = 7, action_holdout = 0;
CALL saaskpi.refresh('churn_test');
SELECT count(*) AS listed, count(*) FILTER (WHERE is_holdout) AS held_out FROM churn_test.kpi_actions;
TABLE churn_reach;
UPDATE churn_test.kpi_settings SET action_customers = NULL, action_budget = 500;
CALL saaskpi.refresh('churn_test');
SELECT count(*) > 0 AS some, sum(budget_suggestion) <= 500 AS within, sum(budget_suggestion) > 400 AS used FROM churn_test.kpi_actions;
TABLE churn_reach;
UPDATE churn_test.kpi_settings SET action_budget = NULL, contact_cost = 40, save_rate = 0.2;
CALL saaskpi.refresh('churn_test');
SELECT count(*) AS listed, min(recoverable) >= 0 AS worth_it, count(*) = (SELECT count(*) FROM churn_test.kpi_churn_scores WHERE snapshot = '2024-06-30' AND round(expected_loss * 0.2 - 40, 2) >= 0) AS whole FROM churn_test.kpi_actions;
TABLE churn_reach;
UPDATE churn_test.kpi_settings SET contact_cost = 0, save_rate = 0.1;
-- bounds, a share and a policy of one's own, and fewer months
CREATE TABLE policy AS TABLE churn_test.kpi_action_policy;
UPDATE churn_test.kpi_settings SET churn_high = 0.65, churn_medium = 0.35, churn_flag_high = 0.25, churn_flag_mid = 0.45, churn_flag_low = 0.9, action_share = 0.3, churn_months = 3;
UPDATE churn_test.kpi_action_policy SET action = 'Call', budget_rate = 0.5;
CALL saaskpi.refresh('churn_test');
SELECT count(DISTINCT snapshot) AS snapshots, count(*) FILTER (WHERE risk_bucket <> CASE WHEN probability >= 0.65 THEN 'High' WHEN probability >= 0.35 THEN 'Medium' ELSE 'Low' END) AS buckets_differ,
       count(*) FILTER (WHERE risk_bucket <> CASE WHEN probability >= 0.8 THEN 'High' WHEN probability >= 0.5 THEN 'Medium' ELSE 'Low' END) > 0 AS buckets_moved,
       count(*) FILTER (WHERE predicted_flag <> (probability >= CASE value_tier WHEN 'High' THEN 0.25 WHEN 'Mid' THEN 0.45 ELSE 0.9 END)) AS flags_differ,
       count(*) FILTER (WHERE predicted_flag <> (probability >= CASE value_tier WHEN 'High' THEN 0.3 WHEN 'Mid' THEN 0.5 ELSE 0.7 END)) > 0 AS flags_moved FROM churn_test.kpi_churn_scores;
SELECT count(*) AS listed, count(*) FILTER (WHERE action = 'Call' AND budget_suggestion = round(0.5 * expected_loss, 2)) AS told FROM churn_test.kpi_actions;
TABLE churn_reach;
-- a share of nobody; nobody who could be at risk; and values that are all alike, where nothing is worth anything
UPDATE churn_test.kpi_settings SET action_share = 0, churn_high = 1, churn_medium = 1, ltv_margin = 0;
CALL saaskpi.refresh('churn_test');
SELECT (SELECT count(*) FROM churn_test.kpi_actions) AS listed, (SELECT bool_and(revenue_at_risk = 0) FROM churn_test.kpi_churn_trend) AS none_at_risk, (SELECT string_agg(DISTINCT value_tier, ' ') FROM churn_test.kpi_churn_scores) AS tiers;
UPDATE churn_test.kpi_settings SET ltv_margin = DEFAULT;
UPDATE churn_test.kpi_action_policy AS p SET action = o.action, budget_rate = o.budget_rate FROM policy AS o WHERE o.cell = p.cell;
UPDATE churn_test.kpi_settings SET churn_high = DEFAULT, churn_medium = DEFAULT, churn_flag_high = DEFAULT, churn_flag_mid = DEFAULT, churn_flag_low = DEFAULT, action_share = DEFAULT, churn_months = DEFAULT;
CALL saaskpi.refresh('churn_test');
UPDATE churn_test.kpi_settings SET action_holdout = 0.1;
-- names are the user's
SELECT cluster, segment FROM churn_test.kpi_segments ORDER BY 1;
-- rows in another order: the same model, scores and list
CREATE TABLE scored AS TABLE churn_test.kpi_churn_scores;
CREATE TABLE turned AS SELECT * FROM churn_test.orders ORDER BY ordered_at DESC;
TRUNCATE churn_test.orders;
INSERT INTO churn_test.orders TABLE turned;
CALL saaskpi.refresh('churn_test');
CALL saaskpi.train_churn('churn_test', horizon => 60, overlap => true);
CALL saaskpi.train_segments('churn_test', k => 5);
CALL saaskpi.refresh('churn_test');
SELECT count(*) AS models, count(DISTINCT md5(model)) AS different, min(numbers_from) AS numbers_from, max(id) FILTER (WHERE status = 'promoted') AS promoted FROM churn_test.kpi_segment_models;
SELECT count(*) AS models, count(DISTINCT md5(model)) AS different, count(DISTINCT metrics) AS metrics, count(DISTINCT intercept) AS lines, max(id) FILTER (WHERE status = 'promoted') AS promoted FROM churn_test.kpi_churn_models;
SELECT (SELECT count(*) FROM (TABLE scored EXCEPT TABLE churn_test.kpi_churn_scores) AS q) AS scores, (SELECT count(*) FROM (TABLE listed EXCEPT TABLE churn_test.kpi_actions) AS q) AS actions;
-- back to the first, then to none
CALL saaskpi.promote_churn_model('churn_test', 1);
SELECT id, status FROM churn_test.kpi_churn_models ORDER BY id;
SELECT churn_model FROM churn_test.kpi_settings;
CALL saaskpi.promote_churn_model('churn_test', 3);
\echo :SQLSTATE
CALL saaskpi.promote_churn_model('churn_test', NULL);
CALL saaskpi.promote_segment_model('churn_test', 1);
SELECT (SELECT segment_model FROM churn_test.kpi_settings), array_agg(status ORDER BY id) AS status FROM churn_test.kpi_segment_models;
CALL saaskpi.promote_segment_model('churn_test', 3);
\echo :SQLSTATE
CALL saaskpi.promote_segment_model('churn_test', NULL);
CALL saaskpi.refresh('churn_test');
SELECT (SELECT count(*) FROM churn_test.kpi_customer_segments) AS customers, (SELECT count(*) FROM churn_test.kpi_segments) AS segments, (SELECT count(*) FROM churn_test.kpi_segment_models WHERE status = 'retired') AS retired;
SELECT (SELECT count(*) FROM churn_test.kpi_churn_scores) AS scores, (SELECT count(*) FROM churn_test.kpi_actions) AS actions, (SELECT count(*) FROM churn_test.kpi_churn_models WHERE status = 'retired') AS retired;
-- every week for ever, or once long ago: one feature tells, nothing is left to learn, and the model is not promoted
DELETE FROM churn_test.orders;
INSERT INTO churn_test.orders SELECT i || '/' || n, 'c' || i, '2023-01-01 12:00Z'::timestamptz + make_interval(days => n * 7 + i % 7), 'completed' FROM generate_series(1, 60) AS i, generate_series(0, CASE WHEN i % 2 = 0 THEN 80 ELSE 0 END) AS n;
UPDATE churn_test.kpi_settings SET as_of = '2024-05-31';
CALL saaskpi.refresh('churn_test');
CALL saaskpi.train_churn('churn_test', horizon => 60);
SELECT id, status FROM churn_test.kpi_churn_models ORDER BY id DESC LIMIT 1;
CALL saaskpi.promote_churn_model('churn_test', 3);
\echo :SQLSTATE
-- nobody leaves; everybody has, as as_of lies far behind
DELETE FROM churn_test.orders WHERE split_part(order_id, '/', 1)::integer % 2 = 1;
CALL saaskpi.refresh('churn_test');
CALL saaskpi.train_churn('churn_test', horizon => 60);
\echo :SQLSTATE
UPDATE churn_test.kpi_settings SET as_of = '2029-05-31';
CALL saaskpi.refresh('churn_test');
CALL saaskpi.train_churn('churn_test', horizon => 60, snapshots => 5);
\echo :SQLSTATE
-- subscriptions and events: what leaving means there, and what is lost
CALL saaskpi.create_source_tables('bases_test', false);
INSERT INTO bases_test.subscriptions (subscription_id, customer_id, plan_type, start_date, end_date, monthly_price)
SELECT 's' || i, 'c' || i, CASE WHEN i % 2 = 0 THEN 'Pro' ELSE 'Basic' END, '2022-07-01'::date + i * 37 % 300, CASE WHEN i % 2 = 1 OR i % 5 = 0 THEN '2022-07-01'::date + i * 37 % 300 + 40 + i * 7919 % 600 END, CASE WHEN i % 2 = 0 THEN 90 ELSE 20 END FROM generate_series(1, 300) AS i;
INSERT INTO bases_test.events (event_id, customer_id, event_time, event_type)
SELECT i || '/' || n, 'c' || i, '2022-12-03 12:00Z'::timestamptz + make_interval(days => i * 6007 % 200 + n * (1 + i * 7919 % 9) + i * n % 3), 'login' FROM generate_series(1, 60) AS i, generate_series(0, 2 + i * 1009 % 160) AS n;
CALL saaskpi.create_views('bases_test');
UPDATE bases_test.kpi_settings SET as_of = '2024-06-30';
CALL saaskpi.refresh('bases_test');
CALL saaskpi.train_churn('bases_test', horizon => 60);
CALL saaskpi.train_churn('bases_test', 'events', horizon => 30);
-- constant features are told; one cluster for nearly everybody is no group: kept, and not used unless somebody says so
CALL saaskpi.train_segments('bases_test');
SET client_min_messages = notice;
CALL saaskpi.train_segments('bases_test', 'events', k => 53);
SET client_min_messages = warning;
SELECT id, basis, status, clusters > 1 AS several, chosen, transform, warnings FROM bases_test.kpi_segment_models ORDER BY 1;
SELECT id, basis, horizon, status, baseline, roc_auc > roc_auc_baseline AS better FROM bases_test.kpi_churn_models ORDER BY 1;
-- and low everywhere, though a mean of six and one times ln 5 is rounded to below it
SELECT n.cluster, n.signs
  FROM (SELECT saaskpi.train_kmeans('SELECT CASE WHEN i < 7 THEN 1 ELSE 1000 END AS recency_days, 4 AS active_days_90d, 4 AS events_per_active_day FROM generate_series(1, 7) AS i', 2, 'none') AS model) AS m,
       saaskpi_internal.segment_names(m.model, 'events', '{}') AS n ORDER BY n.cluster;
-- what subscribers do by how long they have been paying, by hand
SELECT (SELECT string_agg(r.model, ' ' ORDER BY r.model) FROM bases_test.kpi_churn_model_report AS r WHERE r.model_id = 1 AND r.section = 'hold-out' AND r.metric = 'roc_auc') AS judged, r.value = q.auc AS tenure_hazard
  FROM bases_test.kpi_churn_model_report AS r, (
    WITH f AS (SELECT f.*, CASE WHEN f.as_of >= m.cutoff THEN 'test' WHEN f.as_of + 60 <= m.cutoff THEN 'train' END AS part FROM bases_test.kpi_churn_models AS m, bases_test.kpi_customers_mat AS b,
               LATERAL saaskpi.subscription_features(b.mrr_history, b.payment_history, ARRAY(SELECT d::date - 1 FROM generate_series(m.first_snapshot + interval '1 day', m.last_snapshot + interval '1 day', '1 month') AS d), 60, '2024-06-30') AS f WHERE m.id = 1),
    h AS (SELECT trunc(2 * log(2, (1 + spell_days)::numeric)) AS band, (count(*) FILTER (WHERE churned) + 10 * (SELECT avg(churned::integer) FROM f WHERE part = 'train')) / (count(*) + 10) AS share FROM f WHERE part = 'train' GROUP BY 1)
    SELECT round(saaskpi.roc_auc(saaskpi.scores_agg(coalesce(h.share, (SELECT avg(churned::integer) FROM f WHERE part = 'train'))::float8, churned))::numeric, 6) AS auc
      FROM f LEFT JOIN h ON h.band = trunc(2 * log(2, (1 + spell_days)::numeric)) WHERE part = 'test') AS q
 WHERE r.model_id = 1 AND r.section = 'hold-out' AND r.model = 'tenure_hazard' AND r.metric = 'roc_auc';
CALL saaskpi.refresh('bases_test');
SELECT count(*) AS rows, count(value) AS valued, count(*) FILTER (WHERE s.churned IS DISTINCT FROM CASE WHEN s.snapshot + 30 <= '2024-06-30' THEN NOT EXISTS (SELECT FROM bases_test.events AS e WHERE e.customer_id = s.customer_id AND (e.event_time AT TIME ZONE 'UTC')::date BETWEEN s.snapshot + 1 AND s.snapshot + 30) END) AS differ FROM bases_test.kpi_churn_scores AS s;
SELECT count(*) AS listed, count(expected_loss) AS with_money, bool_and(action IS NOT NULL AND reasons IS NOT NULL) AS told FROM bases_test.kpi_actions;
-- of what brings no money nothing is said of money
SELECT (SELECT count(budget_suggestion) FROM bases_test.kpi_actions) AS budgets, listed > 0 AS listed, expected_loss, expected_loss_listed, budget FROM bases_test.kpi_action_coverage WHERE priority = '(all)';
-- whoever left since the month end before is gone from her cluster
SELECT count(*) AS rows, count(*) FILTER (WHERE s.cluster IS NULL) AS gone, count(*) FILTER (WHERE (s.cluster IS NULL) <> (k.mrr = 0)) AS differ, sum(s.mrr) = (SELECT sum(mrr) FROM bases_test.kpi_segments) AS every_cent
  FROM bases_test.kpi_customer_segments AS s JOIN bases_test.kpi_customers AS k USING (customer_id);
SELECT sum(share) AS share, sum(customers) AS customers, sum(customers_before) AS before, sum(arrived) AS arrived, sum(departed) AS departed, bool_and(mean_tenure_days > 0 AND mean_recency_days IS NULL) AS told FROM bases_test.kpi_segments;
CALL saaskpi.promote_segment_model('bases_test', 2);
CALL saaskpi.promote_churn_model('bases_test', 1);
CALL saaskpi.refresh('bases_test');
SELECT count(*) AS users, count(segment) AS told, count(DISTINCT segment_id) AS segments, count(churn_risk_score) AS scored, count(*) FILTER (WHERE churn_risk_score IS DISTINCT FROM (SELECT s.probability FROM bases_test.kpi_churn_scores AS s WHERE s.snapshot = '2024-06-30' AND s.customer_id = user_id)) AS differ FROM bases_test.user_activity_summary;
SELECT count(*) AS rows, count(*) FILTER (WHERE s.value IS DISTINCT FROM round(u.monthly_price * 12 * 60 / 365, 2)) AS values_differ,
       count(*) FILTER (WHERE s.churned IS DISTINCT FROM CASE WHEN s.snapshot + 60 <= '2024-06-30' THEN coalesce(u.end_date <= s.snapshot + 60, false) END) AS labels_differ
  FROM bases_test.kpi_churn_scores AS s LEFT JOIN bases_test.subscriptions AS u ON u.customer_id = s.customer_id AND u.start_date <= s.snapshot AND coalesce(u.end_date > s.snapshot, true);
SELECT * FROM saaskpi.check_identities('bases_test') WHERE NOT holds;
-- everything about one customer: a block per relation, at most the 20 newest rows, as of now and of an earlier day
SELECT block, count(*) AS rows, max(place) AS last, min(coalesce(facts ->> 'snapshot', facts ->> 'happened_on', facts ->> 'day')) AS oldest, max(coalesce(facts ->> 'snapshot', facts ->> 'happened_on', facts ->> 'day')) AS newest
  FROM saaskpi.customer_360('bases_test', 'c2') GROUP BY 1 ORDER BY block COLLATE "C";
SELECT block, count(*) AS rows, min(coalesce(facts ->> 'snapshot', facts ->> 'happened_on', facts ->> 'day')) AS oldest, max(coalesce(facts ->> 'snapshot', facts ->> 'happened_on', facts ->> 'day')) AS newest
  FROM saaskpi.customer_360('bases_test', 'c2', '2024-02-15') GROUP BY 1 ORDER BY block COLLATE "C";
-- whether she left was not known then
SELECT facts ->> 'snapshot' AS snapshot, facts ? 'probability' AS probability, facts ? 'churned' AS churned FROM saaskpi.customer_360('bases_test', 'c2', '2024-02-15') WHERE block = 'kpi_churn_scores';
-- what it shows is what the relations say: every row of the one is a row of the other
SELECT count(*) AS rows, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM bases_test.kpi_churn_scores AS s WHERE s.customer_id = 'c2' AND s.snapshot = '2024-06-30' AND to_jsonb(s) - 'customer_id' = c.facts)) AS differ
  FROM saaskpi.customer_360('bases_test', 'c2') AS c WHERE c.block = 'kpi_churn_scores';
SELECT count(*) AS rows, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM bases_test.kpi_customers AS s WHERE s.customer_id = 'c2' AND to_jsonb(s) - 'customer_id' = c.facts)) AS differ
  FROM saaskpi.customer_360('bases_test', 'c2') AS c WHERE c.block = 'kpi_customers';
SELECT count(*) FROM saaskpi.customer_360('bases_test', 'nobody');
SELECT count(*) FROM saaskpi.customer_360('bases_test', NULL);
SELECT count(*) FROM saaskpi.customer_360('no_such_schema', 'c2');
-- where everybody has left nobody is at risk, whatever was said at the month ends before
UPDATE bases_test.subscriptions SET end_date = greatest(start_date + 1, least(end_date, '2024-06-15'));
CALL saaskpi.refresh('bases_test');
SELECT (SELECT count(*) > 0 FROM bases_test.kpi_churn_scores) AS scored_before, (SELECT count(*) FROM bases_test.kpi_at_risk) AS at_risk, (SELECT count(*) FROM bases_test.kpi_action_coverage) AS coverage, (SELECT count(*) FROM bases_test.campaign_actions) AS campaign;
DROP SCHEMA bases_test CASCADE;
DROP VIEW churn_reach;
DROP SCHEMA churn_test CASCADE;
DROP TABLE churn_rows, listed, scored, turned, segment_rows;
