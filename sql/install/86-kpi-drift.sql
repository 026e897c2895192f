-- Whether customers still are who the model was trained on, feature by feature.

-- The last number is how often a value is not known.
CREATE FUNCTION saaskpi_internal.bin_rows(x float8[], edges float8[])
RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT array_agg(coalesce(q.n, 0) ORDER BY b)
  FROM generate_series(0, cardinality(edges) + 1) AS b
  LEFT JOIN (SELECT CASE WHEN u.v IS NULL THEN cardinality(edges) + 1 ELSE width_bucket(u.v, edges) END AS b, count(*) AS n FROM unnest(x) AS u(v) GROUP BY 1) AS q USING (b)
$$;
COMMENT ON FUNCTION saaskpi_internal.bin_rows(float8[], float8[]) IS 'values below the first edge, from each edge on, and those not known';

CREATE FUNCTION saaskpi_internal.feature_bins(x float8[])
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT jsonb_build_object('median', e.cuts[5], 'edges', to_jsonb(e.edges), 'rows', to_jsonb(saaskpi_internal.bin_rows(x, e.edges)))
  FROM (SELECT c.cuts, ARRAY(SELECT DISTINCT u FROM unnest(c.cuts) AS u WHERE u IS NOT NULL ORDER BY u) AS edges
          FROM (SELECT percentile_disc('{0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9}'::float8[]) WITHIN GROUP (ORDER BY u.v) AS cuts FROM unnest(x) AS u(v)) AS c) AS e
$$;
COMMENT ON FUNCTION saaskpi_internal.feature_bins(float8[]) IS 'the tenths of a feature, and how often it falls between them';

-- Half a row more in every bin, so that an empty one does not count without end.
CREATE FUNCTION saaskpi_internal.stability_index(rows bigint[], expected bigint[])
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT round(sum((q.share - q.told) * ln(q.share / q.told)), 4)
  FROM (SELECT (u.n + 0.5) / sum(u.n + 0.5) OVER () AS share, (u.e + 0.5) / sum(u.e + 0.5) OVER () AS told FROM unnest(rows, expected) AS u(n, e)) AS q
$$;
COMMENT ON FUNCTION saaskpi_internal.stability_index(bigint[], bigint[]) IS 'population stability index of the rows in some bins against those expected';

CREATE FUNCTION saaskpi_internal.drift_columns(basis text, template text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT string_agg(format(template, u.i, u.name), ', ' ORDER BY u.i) FROM unnest(saaskpi_internal.churn_features(basis)) WITH ORDINALITY AS u(name, i)
$$;
COMMENT ON FUNCTION saaskpi_internal.drift_columns(text, text) IS 'SQL of all features of a basis, by a template of their number and name';

-- Of about 50000 customers where there are more, by the md5 of customer_id.
INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query)
SELECT 'kpi_churn_drift', b.basis, b.basis, format($sql$
SELECT c.feature, c.x, m.inputs -> c.feature AS told, (SELECT (v.value ->> 'value')::numeric FROM jsonb_array_elements(m.metrics) AS v WHERE v.value ->> 'section' = 'features' AND v.value ->> 'text' = c.feature) AS weight
  FROM (SELECT * FROM {schema}.kpi_churn_models AS c WHERE c.id = {setting churn_model}::bigint AND c.basis = %L) AS m,
       LATERAL (SELECT %s FROM %s
                 WHERE ('x' || substr(md5(b.customer_id), 1, 8))::bit(32)::bigint < 4294967296.0 * 50000 / greatest(50000, (SELECT count(*) FROM %s AS n))) AS q,
       LATERAL (VALUES %s) AS c(feature, x)
$sql$, b.basis, saaskpi_internal.drift_columns(b.basis, 'array_agg(f.%2$I) AS x%1$s'), saaskpi_internal.churn_source(b.basis, 'ARRAY[{as_of}]', 'm.horizon'), b.customers, saaskpi_internal.drift_columns(b.basis, '(%2$L, q.x%1$s)'))
  FROM (VALUES ('orders', '{kpi_buyers}'), ('subscriptions', '{kpi_customers}'), ('events', '{kpi_user_activity}')) AS b(basis, customers);

INSERT INTO saaskpi_internal.relations (relation, key, grain, comment, query) VALUES
('kpi_churn_drift', '{feature}', 'feature',
 'Whether customers still are who the model was trained on: one row per feature of the model in use, its values as of as_of beside those of the training; empty without a model. Why does the model not fit any more?', $sql$
WITH said AS (
    {branches}
), told AS (
    SELECT s.feature, s.x, s.weight, round((s.told ->> 'median')::numeric, 6) AS median_then, ARRAY(SELECT t.v::float8 FROM jsonb_array_elements_text(s.told -> 'edges') WITH ORDINALITY AS t(v, i) ORDER BY t.i) AS edges,
           ARRAY(SELECT t.v::bigint FROM jsonb_array_elements_text(s.told -> 'rows') WITH ORDINALITY AS t(v, i) ORDER BY t.i) AS rows_then
      FROM said AS s WHERE s.x IS NOT NULL AND s.told IS NOT NULL
), counted AS MATERIALIZED (
    SELECT t.*, saaskpi_internal.bin_rows(t.x, t.edges) AS rows_now, (SELECT sum(n) FROM unnest(t.rows_then) AS n) AS n_then FROM told AS t
), judged AS MATERIALIZED (
    SELECT c.*, saaskpi_internal.stability_index(c.rows_now, c.rows_then) AS drift FROM counted AS c
)
SELECT {as_of} AS snapshot, c.feature, c.drift, CASE WHEN c.drift > 0.25 THEN 'drifted' WHEN c.drift > 0.1 THEN 'moved' END AS finding, c.weight, c.median_then, (SELECT round((percentile_disc(0.5) WITHIN GROUP (ORDER BY u.v))::numeric, 6) FROM unnest(c.x) AS u(v)) AS median_now, cardinality(c.x)::bigint AS customers,
       saaskpi_internal.rate(c.rows_then[cardinality(c.rows_then)], c.n_then) AS missing_then, saaskpi_internal.rate(c.rows_now[cardinality(c.rows_now)], cardinality(c.x)) AS missing_now
  FROM judged AS c
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_churn_drift', 'snapshot', 'date', NULL, 'Day looked from: as_of.'),
('kpi_churn_drift', 'feature', 'text', NULL, 'Feature of the model in use.'),
('kpi_churn_drift', 'drift', 'number', NULL, 'Population stability index of its values as of as_of against those trained on: sum of (share - share then) * ln(share / share then) over tenths of those trained on and one bin of values not known, half a row more in each.'),
('kpi_churn_drift', 'finding', 'text', NULL, 'drifted above 0.25, moved above 0.1; else NULL.'),
('kpi_churn_drift', 'weight', 'number', NULL, 'How much the model made of it when it was judged: importance of trees, standardised coefficient of a regression; NULL where it made nothing of it.'),
('kpi_churn_drift', 'median_then', 'number', NULL, 'Median of those trained on.'),
('kpi_churn_drift', 'median_now', 'number', NULL, 'Median as of as_of.'),
('kpi_churn_drift', 'customers', 'customers', NULL, 'Customers looked at as of as_of: all, or about 50000 of more.'),
('kpi_churn_drift', 'missing_then', 'ratio', NULL, 'Share of those trained on that had no value.'),
('kpi_churn_drift', 'missing_now', 'ratio', 'customers', 'Share of the customers without one as of as_of.');

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Drift of a feature', 'kpi_churn_drift', 'drift', 'orders, events or subscriptions, kpi_churn_models, kpi_settings', 'sum over bins of (share - share then) * ln(share / share then)',
 'Why does the model not fit any more?', 'Population stability index; above 0.25 the customers are others in this respect than those trained on. Bins are the tenths of the values trained on, and one of values not known. score_drift of kpi_churn_trend is the same of the scores.');
