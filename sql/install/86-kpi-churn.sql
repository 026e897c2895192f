-- Who will leave: models, and what the one that is promoted says of everybody.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment) VALUES
('kpi_churn_models', 'own', '{id}', 'trained model',
 'The models that saaskpi.train_churn made: one row each, with what it was trained on, how well it did on months it had not seen, and the model itself. Which one is in use, and would an earlier one be better?');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_churn_models', 'id', 'number', 'bigint GENERATED ALWAYS AS IDENTITY', 'Number of the model; saaskpi.promote_churn_model takes it.'),
('kpi_churn_models', 'trained_at', 'timestamp', 'timestamptz NOT NULL DEFAULT clock_timestamp()', 'When it was trained.'),
('kpi_churn_models', 'as_of', 'date', 'date NOT NULL', 'Last day whose facts were known to the training: as_of of the refresh before it.'),
('kpi_churn_models', 'basis', 'text', $$text NOT NULL CHECK (basis IN ('orders', 'events', 'subscriptions'))$$, 'What leaving means: no order, no event, or no MRR any more.'),
('kpi_churn_models', 'kind', 'text', $$text NOT NULL CHECK (kind IN ('logistic', 'trees'))$$, 'What kind did better on the months held out: logistic (regression on signed logarithms) or trees (gradient boosting).'),
('kpi_churn_models', 'horizon', 'days', 'integer NOT NULL', 'Days after the day looked from within which leaving is told.'),
('kpi_churn_models', 'status', 'text', $$text NOT NULL CHECK (status IN ('candidate', 'promoted', 'retired', 'no usable signal'))$$,
 'promoted: scores come from it; candidate: not promoted yet; retired: was promoted; no usable signal: no better than chance or than the baseline.'),
('kpi_churn_models', 'first_snapshot', 'date', 'date NOT NULL', 'First month end whose customers it was trained on.'),
('kpi_churn_models', 'last_snapshot', 'date', 'date NOT NULL', 'Last one. The model is fitted once more with the months held out, after these have judged it.'),
('kpi_churn_models', 'cutoff', 'date', 'date NOT NULL', 'First month end held out. Rows whose label was told by days after it were not trained on before the judgement.'),
('kpi_churn_models', 'rows', 'rows', 'bigint NOT NULL', 'Rows, one per customer and month end, of the model as it is.'),
('kpi_churn_models', 'positives', 'rows', 'bigint NOT NULL', 'Of them those who left.'),
('kpi_churn_models', 'dropped', 'rows', 'bigint NOT NULL', 'Rows before cutoff that were kept out of the judged training, as their label reaches beyond it.'),
('kpi_churn_models', 'roc_auc', 'ratio', 'numeric', 'Area under the ROC curve on the months held out.'),
('kpi_churn_models', 'roc_auc_recency', 'ratio', 'numeric', 'The same of nothing but days since the last time; NULL of subscribers, who are never away.'),
('kpi_churn_models', 'baseline', 'text', 'text', 'What one feature alone does best and the model must do better than: recency; of subscriptions newest (the newest first), tenure_hazard (the share that left after as many days of paying) or failed_payments.'),
('kpi_churn_models', 'roc_auc_baseline', 'ratio', 'numeric', 'Area under the ROC curve of that, on the months held out.'),
('kpi_churn_models', 'average_precision', 'ratio', 'numeric', 'Average precision on the months held out.'),
('kpi_churn_models', 'calibration_error', 'ratio', 'numeric', 'Mean distance of probability and share of those who left, in ten bins, on the months held out.'),
('kpi_churn_models', 'intercept', 'number', 'double precision NOT NULL', 'Of the calibration: log-odds = intercept + slope * log-odds of the model.'),
('kpi_churn_models', 'slope', 'number', 'double precision NOT NULL CHECK (slope > 0)', 'Of the calibration; above zero, so that it changes no ranking.'),
('kpi_churn_models', 'warnings', 'text', $$text[] NOT NULL DEFAULT '{}'$$, 'What train_churn warned about.'),
('kpi_churn_models', 'metrics', 'text', $$jsonb NOT NULL DEFAULT '[]'$$, 'Everything that kpi_churn_model_report shows.'),
('kpi_churn_models', 'inputs', 'text', $$jsonb NOT NULL DEFAULT '{}'$$, 'How each feature was spread over the rows trained on: tenths, rows between them and without a value, median. kpi_churn_drift compares.'),
('kpi_churn_models', 'model', 'text', 'saaskpi.model NOT NULL', 'The model, for saaskpi.predict and saaskpi.explain.'),
('kpi_settings', 'churn_model', 'number', 'bigint', 'Model of kpi_churn_models that scores come from; set by saaskpi.train_churn and saaskpi.promote_churn_model. NULL for none.'),
('kpi_settings', 'churn_months', 'months', 'integer NOT NULL DEFAULT 12 CHECK (churn_months BETWEEN 0 AND 120)', 'Month ends before as_of for which kpi_churn_scores also has scores.'),
('kpi_settings', 'churn_high', 'ratio', 'numeric NOT NULL DEFAULT 0.80 CHECK (churn_high <= 1)', 'Probability from which a risk is High.'),
('kpi_settings', 'churn_medium', 'ratio', 'numeric NOT NULL DEFAULT 0.50 CHECK (churn_medium BETWEEN 0 AND churn_high)', 'Probability from which it is Medium.'),
('kpi_settings', 'churn_flag_high', 'ratio', 'numeric NOT NULL DEFAULT 0.30 CHECK (churn_flag_high BETWEEN 0 AND 1)', 'Probability from which customers of the value tier High are flagged.'),
('kpi_settings', 'churn_flag_mid', 'ratio', 'numeric NOT NULL DEFAULT 0.50 CHECK (churn_flag_mid BETWEEN 0 AND 1)', 'The same of the value tier Mid.'),
('kpi_settings', 'churn_flag_low', 'ratio', 'numeric NOT NULL DEFAULT 0.70 CHECK (churn_flag_low BETWEEN 0 AND 1)', 'The same of the value tier Low.');

-- What is known of a customer, in the order of the model.
CREATE FUNCTION saaskpi_internal.churn_features(basis text)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE basis
WHEN 'orders' THEN '{tenure_days,total_orders,total_revenue,avg_basket_value,avg_items_per_order,avg_unique_skus,avg_days_between_orders,median_days_between_orders,recency_days,revenue_last_30d,orders_last_30d,revenue_last_90d,orders_last_90d,purchase_days,purchase_days_last_7d,purchase_days_last_14d,purchase_days_last_60d,purchase_days_last_180d,purchase_days_last_365d,revenue_last_365d,orders_previous_90d,revenue_previous_90d,active_months,recency_ratio,sd_days_between_orders,last_purchase_value,largest_purchase_value,returns,returns_last_90d,return_share,orders_same_season}'::text[]
WHEN 'events' THEN '{tenure_days,recency_days,total_events,active_days,active_days_last_7d,active_days_last_14d,active_days_last_28d,active_days_last_90d,events_last_7d,events_last_14d,events_last_28d,events_last_90d,events_previous_28d,active_days_previous_28d,events_trend,active_days_trend,events_per_active_day,avg_days_between_active_days,recency_ratio,event_types,event_types_last_28d,active_months}'
WHEN 'subscriptions' THEN '{tenure_days,spell_days,mrr,mrr_change_30d,mrr_change_90d,mrr_max,mrr_to_max,expansions,contractions,expansions_last_90d,contractions_last_90d,plans,plans_used,plan_moves,plan_moves_last_90d,days_since_change,past_churns,reactivations,payments_last_3m,failed_payments,failed_payments_last_1m,failed_payments_last_3m,failed_payment_streak,months_since_payment}'
END $$;
COMMENT ON FUNCTION saaskpi_internal.churn_features(text) IS 'the features of a basis, in the order in which models take them';

CREATE FUNCTION saaskpi_internal.churn_source(basis text, days text, horizon text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT format(CASE basis
       WHEN 'orders' THEN '{kpi_buyers} AS b, LATERAL saaskpi.order_features(b.history, %1$s, %2$s, {as_of}) AS f'
       WHEN 'events' THEN '{kpi_user_activity} AS b, LATERAL saaskpi.event_features(b.history, %1$s, %2$s, {as_of}) AS f'
       WHEN 'subscriptions' THEN '{kpi_customers} AS b, LATERAL saaskpi.subscription_features(b.mrr_history, b.payment_history, %1$s, %2$s, {as_of}) AS f' END, days, horizon)
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_source(text, text, text) IS 'the rows of a basis: b is the customer, f her features and label as of each day; with places';

CREATE FUNCTION saaskpi_internal.signed_log(x float8)
RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sign(x) * ln(1 + abs(x));
COMMENT ON FUNCTION saaskpi_internal.signed_log(float8) IS 'the logarithm of money and counts, which keeps sign and zero';

CREATE FUNCTION saaskpi_internal.churn_inputs(kind text, basis text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT format('ARRAY[%s]::float8[]', string_agg(format(CASE kind WHEN 'logistic' THEN 'saaskpi_internal.signed_log(f.%I)' ELSE 'f.%I' END, u.name), ', ' ORDER BY u.i))
  FROM unnest(saaskpi_internal.churn_features(basis)) WITH ORDINALITY AS u(name, i)
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_inputs(text, text) IS 'SQL of the features as a model of a kind takes them';

-- What it is of stands in it once, so that the server puts it in place.
CREATE FUNCTION saaskpi_internal.log_odds(p float8)
RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN -ln(1 / least(greatest(p, 1e-9), 1 - 1e-9) - 1);
COMMENT ON FUNCTION saaskpi_internal.log_odds(float8) IS 'the log-odds of a probability, of 0 and 1 those a billionth inside';

CREATE FUNCTION saaskpi_internal.calibrated(p float8, intercept float8, slope float8)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round((1 / (1 + exp(-least(greatest(intercept + slope * saaskpi_internal.log_odds(p), -500), 500))))::numeric, 6);
COMMENT ON FUNCTION saaskpi_internal.calibrated(float8, float8, float8) IS 'a probability after its calibration, to a millionth';

-- A feature and its value as a person says it; the name itself where it says it.
CREATE FUNCTION saaskpi_internal.feature_words(feature text, value float8)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN value IS NULL THEN format('%s not known', replace(feature, '_', ' '))
            ELSE coalesce(format(CASE feature
                 WHEN 'recency_days' THEN 'last seen %s days ago' WHEN 'tenure_days' THEN 'with us for %s days' WHEN 'spell_days' THEN 'paying for %s days'
                 WHEN 'total_orders' THEN '%s orders in all' WHEN 'purchase_days' THEN '%s days with an order' WHEN 'active_months' THEN 'active in %s months'
                 WHEN 'total_revenue' THEN 'revenue of %s in all' WHEN 'mrr' THEN 'MRR of %s' WHEN 'active_days' THEN '%s days active' WHEN 'total_events' THEN '%s events in all'
                 WHEN 'recency_ratio' THEN 'away for %s of her usual gaps' WHEN 'failed_payment_streak' THEN '%s failed payments in a row' WHEN 'orders_same_season' THEN '%s orders in this season a year ago'
                 WHEN 'days_since_change' THEN 'nothing changed for %s days' WHEN 'past_churns' THEN 'left %s times before' ELSE replace(replace(feature, '%', '%%'), '_', ' ') || ' %s' END,
                 trim_scale(round(value::numeric, 2))), feature) END
$$;
COMMENT ON FUNCTION saaskpi_internal.feature_words(text, float8) IS 'a feature and its value in words';

CREATE FUNCTION saaskpi_internal.third(halves bigint, n bigint)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE (3 * halves + 2 * n - 1) / (2 * n) WHEN 3 THEN 'High' WHEN 2 THEN 'Mid' ELSE 'Low' END;
COMMENT ON FUNCTION saaskpi_internal.third(bigint, bigint) IS 'the third of n in which a place lies that is told in halves';

INSERT INTO saaskpi_internal.relation_branches (relation, branch, source, query)
SELECT 'kpi_churn_scores', b.basis, b.basis, format($sql$
SELECT f.as_of AS snapshot, b.customer_id, saaskpi_internal.calibrated(saaskpi.predict(m.model, i.inputs), m.intercept, m.slope) AS probability, f.churned,
       (%s)::numeric * m.horizon / 365 AS forward, (%s)::numeric AS revenue, CASE WHEN f.as_of = {as_of} THEN i.inputs END AS inputs, CASE WHEN f.as_of = {as_of} THEN i.plain END AS plain
  FROM (SELECT * FROM {schema}.kpi_churn_models AS c WHERE c.id = {setting churn_model}::bigint AND c.basis = %L) AS m, %s,
       LATERAL (SELECT %s AS plain, CASE m.kind WHEN 'logistic' THEN %s ELSE %5$s END AS inputs) AS i
$sql$, b.year, b.life, b.basis, saaskpi_internal.churn_source(b.basis, '(SELECT array_agg(d.day) FROM days AS d)', 'm.horizon'),
       saaskpi_internal.churn_inputs('trees', b.basis), saaskpi_internal.churn_inputs('logistic', b.basis))
  FROM (VALUES ('orders', 'CASE WHEN {filled order_lines} THEN greatest(f.revenue_last_365d, 0) END', 'CASE WHEN {filled order_lines} THEN f.total_revenue END'), ('subscriptions', 'f.mrr * 12', 'NULL'), ('events', 'NULL', 'NULL')) AS b(basis, year, life);

INSERT INTO saaskpi_internal.relations (relation, key, grain, comment, query) VALUES
('kpi_churn_scores', '{snapshot,customer_id}', 'snapshot and customer',
 'How likely everybody is to leave: one row per customer, as of as_of and as of the ends of the months before; empty until saaskpi.train_churn has been called. Choose one snapshot. Who will leave, why, and what goes with her?', $sql$
WITH days AS (
    SELECT {as_of} AS day UNION
    SELECT (date_trunc('month', {as_of}::timestamp) - n * interval '1 month')::date - 1 FROM generate_series(0, {setting churn_months}::integer - 1) AS n
), said AS (
    {branches}
), ranked AS (
    SELECT s.*, rank() OVER w AS place, count(*) OVER (PARTITION BY s.snapshot, s.value) AS ties, count(*) OVER (PARTITION BY s.snapshot) AS n
      FROM (SELECT q.*, round(q.forward * greatest(0, coalesce((SELECT l.value::numeric FROM {kpi_ltv_models} AS l WHERE l.model = 'margin'), 1)), 2) AS value FROM said AS q) AS s
    WINDOW w AS (PARTITION BY s.snapshot ORDER BY s.value)
), judged AS (
    SELECT r.*, round(r.probability * r.value, 2) AS expected_loss, CASE WHEN r.value IS NULL THEN 'Mid' ELSE saaskpi_internal.third(2 * r.place + r.ties - 2, r.n) END AS value_tier FROM ranked AS r
), flagged AS (
    SELECT j.*, row_number() OVER (PARTITION BY j.snapshot ORDER BY j.expected_loss DESC NULLS LAST, j.probability DESC, j.customer_id COLLATE "C") AS rank,
           j.probability >= CASE j.value_tier WHEN 'High' THEN {setting churn_flag_high}::numeric WHEN 'Mid' THEN {setting churn_flag_mid}::numeric ELSE {setting churn_flag_low}::numeric END AS predicted_flag
      FROM judged AS j
)
SELECT f.snapshot, f.customer_id, f.rank, f.probability,
       CASE WHEN f.probability >= {setting churn_high}::numeric THEN 'High' WHEN f.probability >= {setting churn_medium}::numeric THEN 'Medium' ELSE 'Low' END AS risk_bucket,
       f.value_tier, f.predicted_flag, f.churned, f.value, f.expected_loss, round(f.revenue, 2) AS revenue, round(f.probability * f.revenue, 2) AS expected_loss_revenue,
       CASE WHEN f.inputs IS NOT NULL AND (f.predicted_flag OR f.rank <= greatest({setting action_customers}::bigint, ceil({setting action_share}::numeric * f.n))) THEN
            (SELECT string_agg(saaskpi_internal.feature_words(q.feature, f.plain[q.i]), '; ' ORDER BY q.contribution DESC, q.i)
               FROM (SELECT e.feature, e.contribution, e.i - 1 AS i
                       FROM saaskpi.explain((SELECT c.model FROM {schema}.kpi_churn_models AS c WHERE c.id = {setting churn_model}::bigint), f.inputs) WITH ORDINALITY AS e(feature, value, contribution, i)
                      WHERE e.feature IS NOT NULL AND e.contribution > 0 ORDER BY e.contribution DESC, e.i LIMIT 3) AS q) END AS reasons
  FROM flagged AS f
$sql$);

-- Whom the settings of actions put on the list at a snapshot: read by the list
-- of today, and by what it would have reached at the snapshots before.
CREATE FUNCTION saaskpi_internal.listed_query(snapshots text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $fn$
SELECT replace($sql$cells AS (
    SELECT p.* FROM {rows kpi_action_policy} AS p
), said AS (
    SELECT s.*, count(*) OVER (PARTITION BY s.snapshot) AS n,
           ('x' || substr(md5(concat(s.customer_id, to_char(s.snapshot::timestamp, ' YYYY-MM'))), 1, 8))::bit(32)::bigint < {setting action_holdout}::numeric * 4294967296 AS is_holdout
      FROM {kpi_churn_scores} AS s WHERE [snapshots]
), worth AS (
    SELECT s.*, round(s.expected_loss * {setting save_rate}::numeric - {setting contact_cost}::numeric, 2) AS recoverable, p.priority, p.action, p.offer_type, p.message_angle,
           CASE WHEN s.is_holdout AND s.expected_loss IS NOT NULL THEN 0.00 ELSE round(s.expected_loss * coalesce(p.budget_rate, 0), 2) END AS budget_suggestion
      FROM said AS s LEFT JOIN cells AS p ON p.cell = concat(s.risk_bucket, '/', s.value_tier)
), spent AS (
    SELECT w.*, row_number() OVER k AS place, sum(w.budget_suggestion) OVER k AS spent_so_far
      FROM worth AS w WHERE (w.recoverable >= 0) IS NOT FALSE WINDOW k AS (PARTITION BY w.snapshot ORDER BY w.rank)
), listed AS (
    SELECT q.* FROM spent AS q
     WHERE q.place <= coalesce({setting action_customers}::bigint, ceil({setting action_share}::numeric * q.n)) AND (q.spent_so_far <= {setting action_budget}::numeric) IS NOT FALSE
)$sql$, '[snapshots]', snapshots)
$fn$;
COMMENT ON FUNCTION saaskpi_internal.listed_query(text) IS
    'SQL of those on the list of actions at snapshots, as listed of a WITH clause';

INSERT INTO saaskpi_internal.relations (relation, key, needs, grain, comment, query) VALUES
('kpi_churn_trend', '{snapshot}', '{kpi_churn_scores}', 'snapshot',
 'The risk of all customers: one row per snapshot, with what came true of it once that is known. Does the risk rise, and does the model still fit?', 'WITH ' || saaskpi_internal.listed_query('true') || $sql$, known AS (
    SELECT (v.value ->> 'position')::integer - 1 AS bin, (v.value ->> 'value')::numeric AS n FROM {schema}.kpi_churn_models AS m, jsonb_array_elements(m.metrics) AS v
     WHERE m.id = {setting churn_model}::bigint AND v.value ->> 'section' = 'calibration' AND v.value ->> 'metric' = 'rows'
), expected AS (
    SELECT i AS bin, (coalesce(k.n, 0) + 0.5) / (sum(coalesce(k.n, 0)) OVER () + 5) AS share FROM generate_series(0, 9) AS i LEFT JOIN known AS k ON k.bin = i
), bins AS (
    SELECT s.snapshot, least(9, floor(s.probability * 10))::integer AS bin, count(*) AS n FROM {kpi_churn_scores} AS s GROUP BY 1, 2
), drift AS (
    SELECT q.snapshot, round(sum((q.share - e.share) * ln(q.share / e.share)), 4) AS score_drift
      FROM (SELECT d.snapshot, e.bin, (coalesce(b.n, 0) + 0.5) / (sum(coalesce(b.n, 0)) OVER (PARTITION BY d.snapshot) + 5) AS share
              FROM (SELECT DISTINCT snapshot FROM bins) AS d CROSS JOIN expected AS e LEFT JOIN bins AS b ON b.snapshot = d.snapshot AND b.bin = e.bin) AS q JOIN expected AS e USING (bin) GROUP BY 1
)
SELECT q.*, saaskpi_internal.rate(q.left_us, q.matured) AS observed_rate, d.score_drift, coalesce(l.listed, 0) AS listed, coalesce(l.at_risk_listed, 0) AS at_risk_listed,
       saaskpi_internal.rate(coalesce(l.at_risk_listed, 0), q.flagged) AS coverage
  FROM (SELECT s.snapshot, count(*) AS customers, round(avg(s.probability), 6) AS mean_probability, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY s.probability))::numeric, 6) AS median_probability,
               count(*) FILTER (WHERE s.risk_bucket = 'High') AS high, count(*) FILTER (WHERE s.risk_bucket = 'Medium') AS medium, count(*) FILTER (WHERE s.risk_bucket = 'Low') AS low,
               count(*) FILTER (WHERE s.predicted_flag) AS flagged, coalesce(sum(s.value) FILTER (WHERE s.risk_bucket <> 'Low'), CASE WHEN count(s.value) > 0 THEN 0.00 END) AS revenue_at_risk, sum(s.expected_loss) AS expected_loss,
               count(s.churned) AS matured, count(*) FILTER (WHERE s.churned) AS left_us
          FROM {kpi_churn_scores} AS s GROUP BY s.snapshot) AS q JOIN drift AS d USING (snapshot)
  LEFT JOIN (SELECT listed.snapshot, count(*) AS listed, count(*) FILTER (WHERE listed.predicted_flag) AS at_risk_listed FROM listed GROUP BY 1) AS l USING (snapshot)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_churn_scores', 'snapshot', 'date', NULL, 'Day looked from: as_of, or the last day of a month before; nothing later is known to the score.'),
('kpi_churn_scores', 'customer_id', 'text', NULL, 'Customer who had ordered, had been active or had MRR at that day, by the basis of the model.'),
('kpi_churn_scores', 'rank', 'number', NULL, 'Place among the customers of the snapshot by expected_loss, of equals by probability and customer_id; without money by probability.'),
('kpi_churn_scores', 'probability', 'ratio', NULL, 'Probability that she leaves within the horizon of the model, calibrated.'),
('kpi_churn_scores', 'risk_bucket', 'text', NULL, 'High from churn_high of kpi_settings, Medium from churn_medium, else Low.'),
('kpi_churn_scores', 'value_tier', 'text', NULL, 'High, Mid or Low: the third of the customers of the snapshot by value, equal values together; Mid where no value is known.'),
('kpi_churn_scores', 'predicted_flag', 'boolean', NULL, 'Predicted, not observed: true where the probability reaches the churn_flag of her value tier.'),
('kpi_churn_scores', 'churned', 'boolean', NULL, 'Observed: whether she left within the horizon; NULL until that is over.'),
('kpi_churn_scores', 'value', 'money', NULL, 'What she would bring within the horizon if she stayed: revenue of her last 365 days, or MRR, for these days, times the margin of kpi_ltv_models, or nothing where that is below zero. NULL where no money is known.'),
('kpi_churn_scores', 'expected_loss', 'money', NULL, 'probability * value.'),
('kpi_churn_scores', 'revenue', 'money', NULL, 'All she brought up to the snapshot; NULL where it is not known.'),
('kpi_churn_scores', 'expected_loss_revenue', 'money', NULL, 'probability * revenue, as the published churn project has it; what is past cannot be lost.'),
('kpi_churn_scores', 'reasons', 'text', NULL, 'The three features that raise her risk most, in words: of those who are flagged or could be on the list of actions, as of as_of; else NULL.'),
('kpi_churn_trend', 'snapshot', 'date', NULL, 'Day looked from.'),
('kpi_churn_trend', 'customers', 'customers', NULL, 'Customers with a score.'),
('kpi_churn_trend', 'mean_probability', 'ratio', 'customers', 'Mean of their probabilities: the share that is expected to leave.'),
('kpi_churn_trend', 'median_probability', 'ratio', 'customers', 'Median of their probabilities.'),
('kpi_churn_trend', 'high', 'customers', NULL, 'Customers of risk High.'),
('kpi_churn_trend', 'medium', 'customers', NULL, 'Customers of risk Medium.'),
('kpi_churn_trend', 'low', 'customers', NULL, 'Customers of risk Low.'),
('kpi_churn_trend', 'flagged', 'customers', NULL, 'Customers with predicted_flag.'),
('kpi_churn_trend', 'revenue_at_risk', 'money', NULL, 'Value of those of risk High or Medium; NULL where no money is known.'),
('kpi_churn_trend', 'expected_loss', 'money', NULL, 'Sum of expected_loss; NULL where no money is known.'),
('kpi_churn_trend', 'matured', 'customers', NULL, 'Customers of whom it is known by now whether they left.'),
('kpi_churn_trend', 'left_us', 'customers', NULL, 'Of them those who left; beside mean_probability it tells whether the model still fits.'),
('kpi_churn_trend', 'observed_rate', 'ratio', 'matured', 'left_us / matured; NULL until the horizon is over.'),
('kpi_churn_trend', 'score_drift', 'number', NULL, 'Population stability index of the scores against those of the months held out, ten bins: above 0.25 the customers are others than those the model knows. Of months it was trained on, which it tells apart better, it says little.'),
('kpi_churn_trend', 'listed', 'customers', NULL, 'Customers whom kpi_actions would have listed at that snapshot, by its settings of now.'),
('kpi_churn_trend', 'at_risk_listed', 'customers', NULL, 'Of flagged those who are listed.'),
('kpi_churn_trend', 'coverage', 'ratio', 'flagged', 'at_risk_listed / flagged: the share of those at risk whom the actions reach.');

INSERT INTO saaskpi_internal.known_later (relation, column_name) VALUES
('kpi_churn_scores', 'churned');
