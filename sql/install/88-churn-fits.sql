-- Rows and fits for a model of who will leave: month ends of the past, judged
-- on the last of them, of which nothing was known to the training.
--
-- Rows stand in NAME_new beside kpi_churn_models, the fits that are judged in
-- NAME_beside; both are dropped at the end.

CREATE FUNCTION saaskpi_internal.churn_relation(basis text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE basis WHEN 'orders' THEN 'kpi_buyers' WHEN 'subscriptions' THEN 'kpi_customers' ELSE 'kpi_user_activity' END;
COMMENT ON FUNCTION saaskpi_internal.churn_relation(text) IS 'the relation that holds what is known of the customers of a basis';

-- Without a basis named, the first that has customers.
CREATE FUNCTION saaskpi_internal.churn_basis(env jsonb, wanted text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    b record;
    found boolean;
BEGIN
    IF wanted NOT IN ('orders', 'subscriptions', 'events') THEN
        RAISE EXCEPTION 'unknown basis: "%"', wanted
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use ''orders'', ''subscriptions'' or ''events''.';
    END IF;
    FOR b IN SELECT v.* FROM (VALUES ('orders', 'first_order'), ('subscriptions', 'first_mrr_on'), ('events', 'first_day')) AS v(basis, first)
              WHERE (wanted IS NULL OR v.basis = wanted) AND env -> 'made' ? saaskpi_internal.churn_relation(v.basis) LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I WHERE %I IS NOT NULL)', env ->> 'schema', saaskpi_internal.churn_relation(b.basis) || '_mat', b.first) INTO found;
        IF found THEN
            RETURN b.basis;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'schema "%" has nobody with %', env ->> 'schema', coalesce(wanted, 'orders, subscriptions or events')
        USING ERRCODE = 'no_data_found', HINT = format('Refresh first, and look at what kpi_manifest left out: CALL saaskpi.refresh(%L)', env ->> 'schema');
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_basis(jsonb, text) IS 'what leaving is told by in a schema; raises without anybody to look at';

-- The last month ends of which it is known who left, from the first on which
-- there was somebody.
CREATE FUNCTION saaskpi_internal.churn_days(env jsonb, basis text, horizon integer, snapshots integer)
RETURNS date[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    today constant date := env ->> 'as_of';
    first date;
BEGIN
    EXECUTE format('SELECT min(%s) FROM %I.%I', CASE basis WHEN 'orders' THEN 'first_order' WHEN 'subscriptions' THEN 'first_mrr_on' ELSE 'first_day' END,
                   env ->> 'schema', saaskpi_internal.churn_relation(basis) || '_mat') INTO first;
    RETURN ARRAY(SELECT q.day FROM (SELECT m::date - 1 AS day FROM generate_series(date_trunc('month', first::timestamp) + interval '1 month', today::timestamp + interval '1 day', interval '1 month') AS m
                                     WHERE m::date - 1 + horizon <= today ORDER BY 1 DESC LIMIT snapshots) AS q ORDER BY q.day);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_days(jsonb, text, integer, integer) IS 'the month ends that a model is trained and judged on';

-- One row per customer and day. Parts: train, embargo (before the cut-off, but
-- told by days after it) and test.
CREATE FUNCTION saaskpi_internal.churn_collect(env jsonb, basis text, horizon integer, days date[], cutoff date)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    most constant numeric := 2000000;
    s constant name := env ->> 'schema';
    customers bigint;
    chosen text := 'true';
BEGIN
    EXECUTE format('SELECT count(*) FROM %I.%I', s, saaskpi_internal.churn_relation(basis) || '_mat') INTO customers;
    IF customers * cardinality(days) > most THEN
        chosen := format('(''x'' || substr(md5(b.customer_id), 1, 8))::bit(32)::bigint < %s', floor(4294967296.0 * most / (customers * cardinality(days))));
        RAISE NOTICE 'training on one customer of %, chosen by the md5 of customer_id', round(customers * cardinality(days) / most, 1);
    END IF;
    EXECUTE format('CREATE UNLOGGED TABLE %1$I.kpi_churn_models_new AS
        SELECT b.customer_id, CASE WHEN f.as_of >= %2$L THEN ''test'' WHEN f.as_of + %3$s > %2$L THEN ''embargo'' ELSE ''train'' END AS part, f.* FROM %4$s WHERE %5$s',
        s, cutoff, horizon, saaskpi_internal.expand(saaskpi_internal.churn_source(basis, format('%L::pg_catalog.date[]', days), horizon::text), env), chosen);
    EXECUTE format('ANALYZE %I.kpi_churn_models_new (part, as_of)', s);
    EXECUTE format('CREATE UNLOGGED TABLE %I.kpi_churn_models_beside (name text, kind text, model saaskpi.model)', s);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_collect(jsonb, text, integer, date[], date) IS 'features and labels of all customers at the days, in a table beside kpi_churn_models';

-- Labels all alike or nearly so teach nothing, nor do they judge.
CREATE FUNCTION saaskpi_internal.churn_require_both(env jsonb, days date[], cutoff date, horizon integer)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    needed constant integer := 10;
    p record;
BEGIN
    FOR p IN EXECUTE format('SELECT p.part, count(f.churned) AS rows, count(*) FILTER (WHERE f.churned) AS left_us FROM (VALUES (1, ''train''), (2, ''test'')) AS p(i, part)
                               LEFT JOIN %I.kpi_churn_models_new AS f USING (part) GROUP BY p.i, p.part ORDER BY p.i', env ->> 'schema') LOOP
        CONTINUE WHEN least(p.left_us, p.rows - p.left_us) >= needed;
        RAISE EXCEPTION '%', CASE WHEN p.rows = 0 THEN 'no month end has a label that is known by the cut-off'
                                  WHEN p.left_us = 0 THEN format('the label is constant: of %s rows nobody left', p.rows)
                                  WHEN p.left_us = p.rows THEN format('the label is constant: of %s rows everybody left', p.rows)
                                  ELSE format('too few to learn from: of %s rows %s left', p.rows, p.left_us) END
            USING ERRCODE = 'data_exception',
                  DETAIL = format('%s: %s month ends from %s, cut-off %s, leaving within %s days; %s rows of either kind are needed.',
                                  CASE p.part WHEN 'train' THEN 'Training' ELSE 'Judgement' END, cardinality(days), days[1], cutoff, horizon, needed),
                  HINT = CASE WHEN p.rows > 0 AND p.left_us = p.rows THEN 'Does as_of lie far behind the last fact? Set as_of of kpi_settings to that day, refresh, and train again.'
                              ELSE format('Look ahead for %s days: CALL saaskpi.train_churn(%L, horizon => %s)', CASE WHEN 2 * p.left_us > p.rows THEN 'more' ELSE 'fewer' END, env ->> 'schema',
                                          CASE WHEN 2 * p.left_us > p.rows THEN horizon * 3 ELSE greatest(1, horizon / 3) END) END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_require_both(jsonb, date[], date, integer) IS 'raises unless those who left and those who stayed are there, to learn from and to judge by';

-- One feature that tells the labels apart is most often the label itself.
CREATE FUNCTION saaskpi_internal.churn_giveaways(env jsonb, basis text)
RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    suspicious constant float8 := 0.98;
    found text[];
BEGIN
    EXECUTE format('SELECT ARRAY(SELECT u.feature FROM unnest($1, q.aucs) WITH ORDINALITY AS u(feature, auc, i) WHERE greatest(u.auc, 1 - u.auc) > $2 ORDER BY u.i) FROM (SELECT ARRAY[%s] AS aucs FROM %I.kpi_churn_models_new AS f WHERE f.part = ''train'') AS q',
                   (SELECT string_agg(format('CASE WHEN count(f.%1$I) > 0.9 * count(*) THEN saaskpi.roc_auc(saaskpi.scores_agg(f.%1$I, f.churned)) END', u.name), ', ' ORDER BY u.i)
                      FROM unnest(saaskpi_internal.churn_features(basis)) WITH ORDINALITY AS u(name, i)), env ->> 'schema')
       INTO found USING saaskpi_internal.churn_features(basis), suspicious;
    RETURN CASE WHEN cardinality(found) > 0 THEN ARRAY[format('one feature alone tells who leaves (AUC above %s): %s', suspicious, array_to_string(found, ', '))] ELSE '{}' END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_giveaways(jsonb, text) IS 'a warning of features that tell the labels apart alone';

CREATE FUNCTION saaskpi_internal.churn_fit(env jsonb, basis text, wanted_kind text, fit_name text, condition text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    query constant text := (
        SELECT format('SELECT f.churned AS label, %s FROM %I.kpi_churn_models_new AS f WHERE %s',
                      string_agg(format(CASE wanted_kind WHEN 'logistic' THEN 'saaskpi_internal.signed_log(f.%I) AS %1$I' ELSE 'f.%I' END, u.name), ', ' ORDER BY u.i), env ->> 'schema', condition)
          FROM unnest(saaskpi_internal.churn_features(basis)) WITH ORDINALITY AS u(name, i));
BEGIN
    EXECUTE format('INSERT INTO %I.kpi_churn_models_beside SELECT $1, $2, CASE $2 WHEN ''logistic'' THEN saaskpi.train_logistic($3, 1) WHEN ''large trees'' THEN saaskpi.train_trees($3, 300, 31, 0.1, 20)
                                                               ELSE saaskpi.train_trees($3, rising => $4) END', env ->> 'schema')
      USING fit_name, wanted_kind, query, CASE basis WHEN 'subscriptions' THEN '{}' ELSE '{recency_days}' END::text[];
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_fit(jsonb, text, text, text, text) IS 'fits a model of a kind to some of the rows and keeps it beside them';

-- Rows of one customer are alike, so that an error by rows is too small.
CREATE FUNCTION saaskpi_internal.churn_judge(env jsonb, score text, fit_name text, condition text, by_customer boolean, OUT scores saaskpi.scores, OUT error float8)
LANGUAGE plpgsql
AS $$
DECLARE
    known constant text := 'FILTER (WHERE q.said IS NOT NULL AND q.churned IS NOT NULL)';
BEGIN
    EXECUTE format('SELECT saaskpi.scores_agg(q.said, q.churned), %s FROM (SELECT (%s)::float8 AS said, f.churned, f.customer_id FROM %I.kpi_churn_models_new AS f LEFT JOIN %3$I.kpi_churn_models_beside AS m ON m.name = %L WHERE %s) AS q',
                   CASE WHEN by_customer THEN format('saaskpi.roc_auc_error(array_agg(q.said) %1$s, array_agg(q.churned) %1$s, array_agg(q.customer_id) %1$s)', known) ELSE 'NULL::float8' END,
                   score, env ->> 'schema', fit_name, condition) INTO scores, error;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_judge(jsonb, text, text, text, boolean) IS 'what a score said of some of the rows, beside what came true, and the error of its AUC by customers where asked for';

-- Platt's: a line between log-odds. It has two numbers, so that few months can
-- tell them, and rises, so that neither ranking nor ties change. Months differ
-- in how many leave, so the last ones known are taken; the identity where they
-- are too few or the line does not rise.
CREATE FUNCTION saaskpi_internal.churn_calibrate(env jsonb, score text, fit_name text, condition text, OUT intercept float8, OUT slope float8)
LANGUAGE plpgsql
AS $$
DECLARE
    few constant integer := 50;
    line saaskpi.model;
    n bigint;
    finding text;
BEGIN
    EXECUTE format('SELECT least(count(*) FILTER (WHERE f.churned), count(*) FILTER (WHERE NOT f.churned)) FROM %I.kpi_churn_models_new AS f WHERE %s', env ->> 'schema', condition) INTO n;
    IF n >= few THEN
        line := saaskpi.train_logistic(format('SELECT f.churned AS label, saaskpi_internal.log_odds(%s) AS said FROM %I.kpi_churn_models_new AS f JOIN %2$I.kpi_churn_models_beside AS m ON m.name = %L WHERE %s',
                                              score, env ->> 'schema', fit_name, condition));
        SELECT s.intercept, c.coefficient, c.finding INTO intercept, slope, finding FROM saaskpi.model_summary(line) AS s, saaskpi.model_columns(line) AS c;
    END IF;
    IF finding IS NOT NULL OR (slope > 0) IS NOT TRUE THEN
        intercept := 0;
        slope := 1;
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_calibrate(jsonb, text, text, text) IS 'the line from what a model says to what comes true, in log-odds';

CREATE FUNCTION saaskpi_internal.churn_metrics(section text, model text, scores saaskpi.scores, probabilities boolean, error float8)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
SELECT coalesce(jsonb_agg(jsonb_build_object('section', section, 'model', model, 'metric', v.metric, 'position', 0, 'value', round(v.value::numeric, 6)) ORDER BY v.i), '[]')
  FROM (VALUES (1, 'rows', (saaskpi.positives(scores) + saaskpi.negatives(scores))::float8), (2, 'base_rate', saaskpi.positives(scores)::float8 / nullif(saaskpi.positives(scores) + saaskpi.negatives(scores), 0)),
               (3, 'roc_auc', saaskpi.roc_auc(scores)), (4, 'roc_auc_error', error), (5, 'roc_auc_error_by_rows', saaskpi.roc_auc_error(scores)), (6, 'average_precision', saaskpi.average_precision(scores)), (7, 'ks', saaskpi.ks_statistic(scores)),
               (8, 'log_loss', CASE WHEN probabilities THEN saaskpi.log_loss(scores) END), (9, 'brier_score', CASE WHEN probabilities THEN saaskpi.brier_score(scores) END),
               (10, 'calibration_error', CASE WHEN probabilities THEN saaskpi.calibration_error(scores) END)) AS v(i, metric, value)
 WHERE v.value IS NOT NULL
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_metrics(text, text, saaskpi.scores, boolean, float8) IS 'the numbers that say how good scores were, as rows of the report';

-- Of up to 50000 rows, by whole customers.
CREATE FUNCTION saaskpi_internal.churn_told(env jsonb, basis text)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    most constant numeric := 50000;
    n bigint;
    result jsonb;
BEGIN
    EXECUTE format('SELECT count(*) FROM %I.kpi_churn_models_new', env ->> 'schema') INTO n;
    EXECUTE (SELECT format('SELECT %s FROM %I.kpi_churn_models_new AS f WHERE %s', string_agg(format('jsonb_build_object(%L, saaskpi_internal.feature_bins(array_agg(f.%I)))', u.name, u.name), ' || ' ORDER BY u.i), env ->> 'schema',
                           CASE WHEN n > most THEN format('(''x'' || substr(md5(f.customer_id), 1, 8))::bit(32)::bigint < %s', floor(4294967296.0 * most / n)) ELSE 'true' END)
               FROM unnest(saaskpi_internal.churn_features(basis)) WITH ORDINALITY AS u(name, i)) INTO result;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_told(jsonb, text) IS 'how each feature was spread over the rows trained on';

-- What a reviewer asks of the chosen model beside its numbers.
CREATE FUNCTION saaskpi_internal.churn_details(scores saaskpi.scores, model saaskpi.model, kind text)
RETURNS jsonb
LANGUAGE sql STABLE
AS $$
SELECT jsonb_agg(jsonb_build_object('section', q.section, 'model', kind, 'metric', q.metric, 'position', q.position, 'value', round(q.value::numeric, 6), 'text', q.text) ORDER BY q.i, q.position, q.metric)
  FROM (SELECT 1 AS i, 'calibration' AS section, v.metric, b.bin AS position, v.value, format('probabilities from %s to %s', round(b.score_from::numeric, 4), round(b.score_to::numeric, 4)) AS text
          FROM saaskpi.calibration_bins(scores) AS b, LATERAL (VALUES ('rows', b.rows::float8), ('mean_probability', b.mean_score), ('observed_rate', b.positive_rate)) AS v(metric, value)
        UNION ALL
        SELECT 2, 'lift', v.metric, g."group", v.value, format('tenth %s of the customers, the highest scores first', g."group")
          FROM saaskpi.lift_groups(scores) AS g, LATERAL (VALUES ('lift', g.lift), ('cumulative_lift', g.cumulative_lift), ('gain', g.gain), ('observed_rate', g.positive_rate)) AS v(metric, value)
        UNION ALL
        SELECT 3, 'confusion', v.metric, 0, v.value, 'called from a probability of 0.5'
          FROM saaskpi.confusion(scores, 0.5) AS c, LATERAL (VALUES ('true_positives', c.true_positives::float8), ('false_positives', c.false_positives), ('true_negatives', c.true_negatives),
               ('false_negatives', c.false_negatives), ('precision', c."precision"), ('recall', c.recall), ('specificity', c.specificity), ('accuracy', c.accuracy), ('f1', c.f1)) AS v(metric, value)
        UNION ALL
        SELECT 4, 'features', CASE kind WHEN 'trees' THEN 'importance' ELSE 'standardised_coefficient' END, row_number() OVER (ORDER BY abs(f.weight) DESC, f.ordinal)::integer, f.weight, f.feature
          FROM (SELECT c.ordinal, c.feature, CASE kind WHEN 'trees' THEN c.importance ELSE c.coefficient * c.standard_deviation END AS weight FROM saaskpi.model_columns(model) AS c) AS f
         WHERE f.weight <> 0) AS q
 WHERE q.value IS NOT NULL
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_details(saaskpi.scores, saaskpi.model, text) IS 'calibration bins, lift, confusion and features of a model, as rows of the report';
