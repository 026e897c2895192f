-- Groups of customers who are alike: models of clusters, and what the one that
-- is promoted says of everybody.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_segment_models', 'own', '{id}', 'model of clusters',
 'The models that saaskpi.train_segments made: one row each, with what it was trained on, how clear its groups are, and the model itself. Which one is in use, and would an earlier one be better?', NULL),
('kpi_segment_names', 'own', '{cell}', 'basis and signs',
 'What a cluster is called: one row per basis and signs of its means, yours to change; the next refresh applies it. What do we call those who bought much and have been away for long?',
 $sql$(cell, segment) SELECT concat(v.basis, '/', r, f, m),
       CASE v.basis || r || f || m
       WHEN 'orders-++' THEN 'Best customers' WHEN 'orders-+-' THEN 'Frequent small buyers' WHEN 'orders--+' THEN 'Large occasional buyers' WHEN 'orders---' THEN 'New or occasional'
       WHEN 'orders+++' THEN 'Good customers slipping away' WHEN 'orders++-' THEN 'Small buyers slipping away' WHEN 'orders+-+' THEN 'Large buyers gone quiet' WHEN 'orders+--' THEN 'Lost'
       WHEN 'events-++' THEN 'Power users' WHEN 'events-+-' THEN 'Regular users' WHEN 'events--+' THEN 'Busy on few days' WHEN 'events---' THEN 'Light users'
       WHEN 'events+++' THEN 'Power users slipping away' WHEN 'events++-' THEN 'Regular users slipping away' WHEN 'events+-+' THEN 'Busy once, now away' ELSE 'Dormant' END
  FROM (VALUES ('orders'), ('events')) AS v(basis), (VALUES ('-'), ('+')) AS a(r), (VALUES ('-'), ('+')) AS b(f), (VALUES ('-'), ('+')) AS c(m)
 UNION ALL
SELECT concat('subscriptions/', t, m, g, f),
       concat(CASE t || m WHEN '++' THEN 'Established large' WHEN '+-' THEN 'Established small' WHEN '-+' THEN 'New large' ELSE 'New small' END,
              CASE g WHEN '+' THEN ', growing' END, CASE f WHEN '+' THEN ', failing to pay' END)
  FROM (VALUES ('-'), ('+')) AS a(t), (VALUES ('-'), ('+')) AS b(m), (VALUES ('-'), ('+')) AS c(g), (VALUES ('-'), ('+')) AS d(f)$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_segment_models', 'id', 'number', 'bigint GENERATED ALWAYS AS IDENTITY', 'Number of the model; saaskpi.promote_segment_model takes it.'),
('kpi_segment_models', 'trained_at', 'timestamp', 'timestamptz NOT NULL DEFAULT clock_timestamp()', 'When it was trained.'),
('kpi_segment_models', 'as_of', 'date', 'date NOT NULL', 'Day as of which customers were looked at: as_of of the refresh before it.'),
('kpi_segment_models', 'basis', 'text', $$text NOT NULL CHECK (basis IN ('orders', 'events', 'subscriptions'))$$, 'What customers are told apart by: what they order, do or subscribe to.'),
('kpi_segment_models', 'status', 'text', $$text NOT NULL CHECK (status IN ('candidate', 'promoted', 'retired'))$$, 'promoted: segments come from it; candidate: not promoted yet; retired: was promoted.'),
('kpi_segment_models', 'clusters', 'number', 'integer NOT NULL', 'Clusters, as asked for or the number from 2 to 8 with the best silhouette, of more than 10000 customers of about as many of them.'),
('kpi_segment_models', 'chosen', 'boolean', 'boolean NOT NULL', 'Whether their number was chosen by silhouette, not asked for.'),
('kpi_segment_models', 'transform', 'text', 'text NOT NULL', 'How values are transformed before distances are taken, as saaskpi.train_kmeans says; kept in the model.'),
('kpi_segment_models', 'seed', 'number', 'bigint NOT NULL', 'Seed of the search.'),
('kpi_segment_models', 'numbers_from', 'number', 'bigint', 'Model whose numbers of clusters were kept, each by the nearest centre; NULL for none: numbered by size.'),
('kpi_segment_models', 'customers', 'customers', 'bigint NOT NULL', 'Customers it was trained on.'),
('kpi_segment_models', 'explained', 'ratio', 'numeric', 'Part of the squared distances from the one centre of all that lies between clusters, transformed.'),
('kpi_segment_models', 'silhouette', 'number', 'numeric', 'Mean silhouette, -1 to 1: near 1 where customers are far from all other clusters; below 0.25 there are no clear groups.'),
('kpi_segment_models', 'silhouette_error', 'number', 'numeric', 'Its standard error where it is of a sample, of more than 20000 customers; else NULL.'),
('kpi_segment_models', 'stability', 'ratio', 'numeric', 'Share of the customers, of more than 10000 of about as many of them, whom a search from another seed, its clusters matched, puts in the same cluster.'),
('kpi_segment_models', 'smallest_share', 'ratio', 'numeric', 'Share of the customers that the smallest cluster holds.'),
('kpi_segment_models', 'warnings', 'text', $$text[] NOT NULL DEFAULT '{}'$$, 'What train_segments warned about.'),
('kpi_segment_models', 'model', 'text', 'saaskpi.model NOT NULL', 'The model, for saaskpi.assign_cluster, saaskpi.cluster_profiles and saaskpi.cluster_quality.'),
('kpi_segment_names', 'cell', 'text', $$text NOT NULL CHECK (cell ~ '^((orders|events)/[-+]{3}|subscriptions/[-+]{4})$')$$,
 'Basis and a sign per feature, + for high as in signs of kpi_segments: recency_days, orders, revenue; or recency_days, active_days_90d, events_per_active_day; or tenure_days, mrr, mrr_change_90d, failed_payments_3m.'),
('kpi_segment_names', 'segment', 'text', 'text NOT NULL', 'Name of clusters with these signs; where several have them, each with its number behind.'),
('kpi_settings', 'segment_model', 'number', 'bigint', 'Model of kpi_segment_models that segments come from; set by saaskpi.train_segments and saaskpi.promote_segment_model. NULL for none.');

-- What customers are told apart by: few features, never null, that say how
-- lately, how often and how much.  In the order of the models.
CREATE FUNCTION saaskpi_internal.segment_features(wanted text)
RETURNS TABLE (ordinal bigint, feature text, expression text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT v.ordinal, v.feature, v.expression
  FROM (VALUES ('orders', 1::bigint, 'recency_days', '%1$s.recency_days'), ('orders', 2, 'orders', '%1$s.total_orders'), ('orders', 3, 'revenue', '%1$s.total_revenue'),
               ('events', 1, 'recency_days', '%1$s.recency_days'), ('events', 2, 'active_days_90d', '%1$s.active_days_last_90d'), ('events', 3, 'events_per_active_day', '%1$s.events_per_active_day'),
               ('subscriptions', 1, 'tenure_days', '%1$s.tenure_days'), ('subscriptions', 2, 'mrr', '%1$s.mrr'),
               ('subscriptions', 3, 'mrr_change_90d', 'coalesce(%1$s.mrr_change_90d, 0)'), ('subscriptions', 4, 'failed_payments_3m', 'coalesce(%1$s.failed_payments_last_3m, 0)')) AS v(basis, ordinal, feature, expression)
 WHERE v.basis = wanted
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_features(text) IS 'the features of a basis, in the order in which models of clusters take them, and SQL of each over an alias';

CREATE FUNCTION saaskpi_internal.segment_inputs(basis text, alias text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT format('ARRAY[%s]::float8[]', string_agg(format(e.expression, alias), ', ' ORDER BY e.ordinal)) FROM saaskpi_internal.segment_features(basis) AS e
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_inputs(text, text) IS 'SQL of the features of a basis as one array';

CREATE FUNCTION saaskpi_internal.segment_source(basis text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE basis WHEN 'orders' THEN '{kpi_buyers}' WHEN 'events' THEN '{kpi_user_activity}' ELSE '{kpi_customers}' END;
COMMENT ON FUNCTION saaskpi_internal.segment_source(text) IS 'the customers of a basis, with places';

CREATE FUNCTION saaskpi_internal.segment_rows(basis text, day text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT format(CASE basis WHEN 'orders' THEN 'saaskpi.order_features(b.history, ARRAY[%s])' WHEN 'events' THEN 'saaskpi.event_features(b.history, ARRAY[%s])'
                         ELSE 'saaskpi.subscription_features(b.mrr_history, b.payment_history, ARRAY[%s])' END, day)
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_rows(text, text) IS 'what is known of customer b as of a day: one row or none';

-- By the means of each cluster against those of all customers, as logarithms,
-- so that a few very large customers do not put all others below.
-- A mean of equal values may be rounded to below them, which makes none of them high.
CREATE FUNCTION saaskpi_internal.segment_names(model saaskpi.model, basis text, names jsonb)
RETURNS TABLE (cluster integer, segment text, signs text, silhouette numeric)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
WITH means AS (
    SELECT p.cluster, p.rows, p.silhouette, u.i, u.feature, saaskpi_internal.signed_log(u.mean) AS mean
      FROM saaskpi.cluster_profiles(model) AS p, unnest(p.features, p.means) WITH ORDINALITY AS u(feature, mean, i)
), told AS (
    SELECT q.*, q.mean - q.of_all > 1e-12 * abs(q.of_all) AS above
      FROM (SELECT m.*, sum(m.mean * m.rows) OVER (PARTITION BY m.i) / sum(m.rows) OVER (PARTITION BY m.i) AS of_all FROM means AS m) AS q
), cells AS (
    SELECT t.cluster, min(t.silhouette) AS silhouette, concat(basis, '/', string_agg(CASE WHEN t.above THEN '+' ELSE '-' END, '' ORDER BY t.i)) AS cell,
           string_agg(format('%s %s', t.feature, CASE WHEN t.above THEN 'high' ELSE 'low' END), ', ' ORDER BY t.i) AS signs
      FROM told AS t GROUP BY t.cluster
)
SELECT c.cluster, coalesce(names ->> c.cell, c.cell) || CASE WHEN count(*) OVER (PARTITION BY coalesce(names ->> c.cell, c.cell)) > 1 THEN format(' %s', c.cluster) ELSE '' END,
       c.signs, round(c.silhouette::numeric, 6)
  FROM cells AS c
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_names(saaskpi.model, text, jsonb) IS 'the clusters of a model with the names that kpi_segment_names gives them, and in words by what';

INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query)
SELECT 'kpi_customer_segments', b.basis, b.basis, format($sql$
SELECT b.customer_id, i.inputs, saaskpi.assign_cluster(m.model, i.inputs) AS cluster,
       (SELECT saaskpi.assign_cluster(m.model, %s) FROM %s AS p) AS cluster_before, %s
  FROM (SELECT * FROM {schema}.kpi_segment_models AS c WHERE c.id = {setting segment_model}::bigint AND c.basis = %L) AS m, %s AS b
  LEFT JOIN LATERAL (SELECT %s AS inputs FROM %s AS f) AS i ON true
$sql$, saaskpi_internal.segment_inputs(b.basis, 'p'), saaskpi_internal.segment_rows(b.basis, '{as_of} - extract(day FROM {as_of})::integer'),
       (SELECT string_agg(CASE WHEN e.ordinal IS NULL THEN format('NULL::float8 AS %I', c.feature) ELSE format('i.inputs[%s] AS %I', e.ordinal, c.feature) END, ', ' ORDER BY c.i)
          FROM unnest('{recency_days,tenure_days,orders,mrr_change_90d,failed_payments_3m,active_days_90d,events_per_active_day}'::text[]) WITH ORDINALITY AS c(feature, i)
          LEFT JOIN saaskpi_internal.segment_features(b.basis) AS e USING (feature)),
       b.basis, saaskpi_internal.segment_source(b.basis), saaskpi_internal.segment_inputs(b.basis, 'f'), saaskpi_internal.segment_rows(b.basis, '{as_of}'))
  FROM (VALUES ('orders'), ('subscriptions'), ('events')) AS b(basis);

-- Without a model the conditions are false before anything is read.
INSERT INTO saaskpi_internal.relations (relation, key, needs, grain, comment, query) VALUES
('kpi_customer_segments', '{customer_id}', '{}', 'customer',
 'In which group everybody is: one row per customer as of as_of, or as of the month end before and gone since; empty until saaskpi.train_segments has been called. Who are the good customers who are slipping away?', $sql$
WITH names AS (
    SELECT n.* FROM {schema}.kpi_segment_models AS m, saaskpi_internal.segment_names(m.model, m.basis, {map kpi_segment_names}) AS n WHERE m.id = {setting segment_model}::bigint
), said AS (
    {branches}
)
SELECT {as_of} AS snapshot, s.customer_id, s.cluster, n.segment, s.cluster_before, p.segment AS segment_before, c.mrr, coalesce(o.net, c.revenue) AS revenue,
       s.recency_days::numeric AS recency_days, s.tenure_days::numeric AS tenure_days, s.orders::bigint AS orders, round(s.mrr_change_90d::numeric, 2) AS mrr_change_90d,
       s.failed_payments_3m::bigint AS failed_payments_3m, s.active_days_90d::bigint AS active_days_90d, round(s.events_per_active_day::numeric, 6) AS events_per_active_day
  FROM said AS s LEFT JOIN names AS n ON n.cluster = s.cluster LEFT JOIN names AS p ON p.cluster = s.cluster_before
  LEFT JOIN (SELECT k.customer_id, k.mrr, k.revenue FROM {kpi_customers} AS k WHERE {setting segment_model}::bigint IS NOT NULL) AS c ON c.customer_id = s.customer_id
  LEFT JOIN (SELECT k.customer_id, k.net FROM {kpi_buyers} AS k WHERE {setting segment_model}::bigint IS NOT NULL) AS o ON o.customer_id = s.customer_id
 WHERE s.cluster IS NOT NULL OR s.cluster_before IS NOT NULL
$sql$),

('kpi_segments', '{cluster}', '{kpi_customer_segments}', 'cluster',
 'The groups of customers: one row per cluster of the model in use, as of as_of, with the means of its customers. Which groups are there, what is each worth, and does it grow?', $sql$
WITH names AS (
    SELECT n.* FROM {schema}.kpi_segment_models AS m, saaskpi_internal.segment_names(m.model, m.basis, {map kpi_segment_names}) AS n WHERE m.id = {setting segment_model}::bigint
), now AS (
    SELECT s.cluster, count(*) AS customers, count(*) FILTER (WHERE s.cluster_before IS DISTINCT FROM s.cluster) AS arrived, sum(s.mrr) AS mrr, sum(s.revenue) AS revenue,
           round(avg(s.recency_days), 4) AS mean_recency_days, round(avg(s.tenure_days), 4) AS mean_tenure_days, round(avg(s.orders), 4) AS mean_orders, round(avg(s.mrr), 4) AS mean_mrr,
           round(avg(s.revenue), 4) AS mean_revenue, round(avg(s.mrr_change_90d), 4) AS mean_mrr_change_90d, round(avg(s.failed_payments_3m), 4) AS mean_failed_payments_3m,
           round(avg(s.active_days_90d), 4) AS mean_active_days_90d, round(avg(s.events_per_active_day), 4) AS mean_events_per_active_day
      FROM {kpi_customer_segments} AS s WHERE s.cluster IS NOT NULL GROUP BY 1
), before AS (
    SELECT s.cluster_before AS cluster, count(*) AS customers, count(*) FILTER (WHERE s.cluster IS DISTINCT FROM s.cluster_before) AS departed
      FROM {kpi_customer_segments} AS s WHERE s.cluster_before IS NOT NULL GROUP BY 1
), every AS (
    SELECT n.*, q.arrived, q.mrr, q.revenue, q.mean_recency_days, q.mean_tenure_days, q.mean_orders, q.mean_mrr, q.mean_revenue, q.mean_mrr_change_90d, q.mean_failed_payments_3m, q.mean_active_days_90d,
           q.mean_events_per_active_day, coalesce(q.customers, 0) AS customers, coalesce(b.customers, 0) AS customers_before, coalesce(b.departed, 0) AS departed, row_number() OVER (ORDER BY n.cluster) AS i
      FROM names AS n LEFT JOIN now AS q USING (cluster) LEFT JOIN before AS b USING (cluster)
), shared AS (
    SELECT saaskpi_internal.shares(array_agg(e.customers::numeric ORDER BY e.i)) AS shares FROM every AS e
)
SELECT e.cluster, e.segment, e.signs, e.customers, h.shares[e.i] AS share, e.customers_before, e.customers - e.customers_before AS change, coalesce(e.arrived, 0) AS arrived, e.departed,
       e.mrr, e.revenue, e.silhouette, e.mean_recency_days, e.mean_tenure_days, e.mean_orders, e.mean_mrr, e.mean_revenue, e.mean_mrr_change_90d, e.mean_failed_payments_3m, e.mean_active_days_90d, e.mean_events_per_active_day
  FROM every AS e, shared AS h
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_customer_segments', 'snapshot', 'date', NULL, 'Day looked from: as_of.'),
('kpi_customer_segments', 'customer_id', 'text', NULL, 'Customer who had ordered, had been active or had MRR at that day, by the basis of the model, or at the month end before.'),
('kpi_customer_segments', 'cluster', 'number', NULL, 'Cluster whose centre is nearest; NULL for a subscriber who is gone.'),
('kpi_customer_segments', 'segment', 'text', NULL, 'Its name, as in kpi_segments; NULL for a subscriber who is gone.'),
('kpi_customer_segments', 'cluster_before', 'number', NULL, 'Cluster as of the end of the last month before as_of, by the same model; NULL for who is new since.'),
('kpi_customer_segments', 'segment_before', 'text', NULL, 'Its name; NULL for who is new since.'),
('kpi_customer_segments', 'mrr', 'money', NULL, 'mrr of kpi_customers; NULL where she is not known there, or there are no subscriptions.'),
('kpi_customer_segments', 'revenue', 'money', NULL, 'net of kpi_buyers, or for who has not ordered revenue of kpi_customers; NULL where neither is known.'),
('kpi_customer_segments', 'recency_days', 'days', NULL, 'Days since her last order or event; NULL by other bases, as the columns after it.'),
('kpi_customer_segments', 'tenure_days', 'days', NULL, 'Days since her first MRR.'),
('kpi_customer_segments', 'orders', 'orders', NULL, 'Her orders so far, without those that are only a return.'),
('kpi_customer_segments', 'mrr_change_90d', 'money', NULL, 'Change of her MRR in 90 days; 0 where she is newer than that.'),
('kpi_customer_segments', 'failed_payments_3m', 'payments', NULL, 'Failed payments of the last three whole months; 0 where there are no payments.'),
('kpi_customer_segments', 'active_days_90d', 'days', NULL, 'Days with an event of the last 90.'),
('kpi_customer_segments', 'events_per_active_day', 'number', NULL, 'Her events per day with an event.'),
('kpi_segments', 'cluster', 'number', NULL, 'Number of the cluster, kept from model to model by the nearest centre.'),
('kpi_segments', 'segment', 'text', NULL, 'What kpi_segment_names calls it.'),
('kpi_segments', 'signs', 'text', NULL, 'Why: each feature high or low, as the mean of the cluster when the model was trained lies above or not above that of all, both as logarithms.'),
('kpi_segments', 'customers', 'customers', NULL, 'Customers in it as of as_of.'),
('kpi_segments', 'share', 'percent', NULL, 'Their share in per cent to one decimal; they add up to 100.0. NULL when nobody is in any.'),
('kpi_segments', 'customers_before', 'customers', NULL, 'Customers in it as of the end of the last month before as_of, by the same model.'),
('kpi_segments', 'change', 'customers', NULL, 'customers - customers_before.'),
('kpi_segments', 'arrived', 'customers', NULL, 'Of customers those who were in another one or not there then.'),
('kpi_segments', 'departed', 'customers', NULL, 'Of customers_before those who are in another one now, or gone.'),
('kpi_segments', 'mrr', 'money', NULL, 'Their MRR; NULL where none is known.'),
('kpi_segments', 'revenue', 'money', NULL, 'Their revenue so far; NULL where none is known.'),
('kpi_segments', 'silhouette', 'number', NULL, 'How clear the group was when the model was trained: near 1 far from all others, below 0 nearer to another.'),
('kpi_segments', 'mean_recency_days', 'days', 'customers', 'Mean of their recency_days; NULL by other bases, as those after it.'),
('kpi_segments', 'mean_tenure_days', 'days', 'customers', 'Mean of their tenure_days.'),
('kpi_segments', 'mean_orders', 'orders', 'customers', 'Mean of their orders.'),
('kpi_segments', 'mean_mrr', 'money', 'customers', 'Mean of their MRR, of those of whom it is known.'),
('kpi_segments', 'mean_revenue', 'money', 'customers', 'Mean of their revenue, of those of whom it is known.'),
('kpi_segments', 'mean_mrr_change_90d', 'money', 'customers', 'Mean of their mrr_change_90d.'),
('kpi_segments', 'mean_failed_payments_3m', 'payments', 'customers', 'Mean of their failed_payments_3m.'),
('kpi_segments', 'mean_active_days_90d', 'days', 'customers', 'Mean of their active_days_90d.'),
('kpi_segments', 'mean_events_per_active_day', 'number', 'customers', 'Mean of their events_per_active_day.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('segments_whole', $sql$
SELECT format('%s customers with MRR %s in segments, %s with %s in kpi_customer_segments', s.n, s.mrr, c.n, c.mrr)
  FROM (SELECT coalesce(sum(customers), 0) AS n, sum(mrr) AS mrr FROM {kpi_segments}) AS s,
       (SELECT count(cluster) AS n, sum(mrr) FILTER (WHERE cluster IS NOT NULL) AS mrr FROM {kpi_customer_segments}) AS c WHERE (s.n, s.mrr) IS DISTINCT FROM (c.n::numeric, c.mrr)
UNION ALL
SELECT format('shares add up to %s', sum(share)) FROM {kpi_segments} HAVING sum(share) <> 100.0
UNION ALL
SELECT format('cluster %s: %s before + %s arrived - %s departed, %s now', cluster, customers_before, arrived, departed, customers) FROM {kpi_segments} WHERE customers_before + arrived - departed <> customers OR change <> arrived - departed
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Customer segment by clusters', 'kpi_customer_segments', 'segment', 'orders, events or subscriptions, kpi_segment_models, kpi_segment_names, kpi_settings', 'name of the cluster of the promoted model whose centre is nearest, features transformed',
 'In which group is this customer?',
 'Of orders by days since the last, their number and their revenue, of events by days since the last, active days of 90 and events per active day, of subscriptions by tenure, MRR, its change in 90 days and failed payments. Numbers of clusters stay from model to model, names follow from the signs of the means. RFM segments are fixed cells; these are what the customers themselves fall into.'),
('Share of a customer segment', 'kpi_segments', 'share', 'orders, events or subscriptions, kpi_segment_models, kpi_settings', 'customers of the cluster in per cent of those of all clusters',
 'How large is this group?', 'To one decimal by largest remainder, so that they add up to 100.0. NULL when nobody is in any.');
