-- Training, judging, promoting: what saaskpi.train_churn does, in its order.

-- Everything that is known of one split: the kinds of models and what they
-- must do better than, on the rows held out and, beside, on those trained on.
-- Calibration takes the last months that are trained on, of the third of the
-- customers whom a fit for that purpose leaves out. Where labels overlap large
-- trees stand beside: they learn by heart who a customer is, and so show how
-- much an overlap can flatter.
CREATE FUNCTION saaskpi_internal.churn_split(env jsonb, basis text, parts text, section text, OUT metrics jsonb, OUT lines jsonb)
LANGUAGE plpgsql
AS $$
DECLARE
    trained constant text := format('f.part IN (%s)', parts);
    apart constant text := '(''x'' || substr(md5(f.customer_id), 9, 7))::bit(28)::integer % 3 = 0';
    recent text;
    wanted text;
    score text;
    line record;
    judged record;
BEGIN
    EXECUTE format('SELECT format(''f.as_of >= %%L'', min(q.as_of)) FROM (SELECT DISTINCT f.as_of FROM %I.kpi_churn_models_new AS f WHERE %s ORDER BY 1 DESC LIMIT 2) AS q', env ->> 'schema', trained) INTO recent;
    metrics := '[]';
    lines := '{}';
    FOREACH wanted IN ARRAY CASE section WHEN 'hold-out' THEN '{logistic,trees}' ELSE '{logistic,trees,large trees}' END::text[] LOOP
        score := format('saaskpi.predict(m.model, %s)', saaskpi_internal.churn_inputs(wanted, basis));
        PERFORM saaskpi_internal.churn_fit(env, basis, wanted, concat_ws(' ', section, wanted, 'apart'), format('%s AND NOT %s', trained, apart)),
                saaskpi_internal.churn_fit(env, basis, wanted, concat_ws(' ', section, wanted), trained);
        line := saaskpi_internal.churn_calibrate(env, score, concat_ws(' ', section, wanted, 'apart'), format('%s AND %s AND %s', trained, apart, recent));
        lines := lines || jsonb_build_object(wanted, jsonb_build_array(line.intercept, line.slope));
        score := format('saaskpi_internal.calibrated(%s, %L, %L)::float8', score, line.intercept, line.slope);
        judged := saaskpi_internal.churn_judge(env, score, concat_ws(' ', section, wanted), 'f.part = ''test''', true);
        metrics := metrics || saaskpi_internal.churn_metrics(section, wanted, judged.scores, true, judged.error);
        judged := saaskpi_internal.churn_judge(env, score, concat_ws(' ', section, wanted), trained, false);
        metrics := metrics || saaskpi_internal.churn_metrics(replace(section, 'hold-out', 'in-sample'), wanted, judged.scores, true, NULL);
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_split(jsonb, text, text, text) IS 'fits the kinds of models to the parts named and judges them on the part held out; lines are their calibrations';

-- The share of those who left, by how long they had been paying: bands that
-- grow by the square root of two, each drawn to the share of all as if ten more
-- rows had had it.
CREATE FUNCTION saaskpi_internal.churn_hazard(env jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    band constant text := 'floor(2 * ln(1 + f.spell_days) / ln(2::float8))::integer';
    base float8;
    bands jsonb;
BEGIN
    EXECUTE format('SELECT avg(f.churned::integer) FROM %I.kpi_churn_models_new AS f WHERE f.part = ''train''', env ->> 'schema') INTO base;
    EXECUTE format('SELECT jsonb_object_agg(q.band, (q.left_us + 10 * $1) / (q.rows + 10))
                      FROM (SELECT %s AS band, count(f.churned) AS rows, count(*) FILTER (WHERE f.churned) AS left_us FROM %I.kpi_churn_models_new AS f WHERE f.part = ''train'' GROUP BY 1) AS q', band, env ->> 'schema')
       INTO bands USING base;
    RETURN format('coalesce((%L::jsonb ->> (%s)::text)::float8, %L)', bands, band, base);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_hazard(jsonb) IS 'SQL of the share of those trained on who left after as many days of paying';

-- What needs no training, or hardly any, on the same rows.
CREATE FUNCTION saaskpi_internal.churn_baselines(env jsonb, basis text, horizon integer)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    alive float8[];
    b record;
    judged record;
    result jsonb := '[]';
BEGIN
    IF basis = 'orders' THEN
        EXECUTE format('SELECT (saaskpi.bg_nbd(array_agg(f.purchase_days - 1), array_agg(f.tenure_days - f.recency_days), array_agg(f.tenure_days))).parameters FROM %I.kpi_churn_models_new AS f
                         WHERE f.as_of = (SELECT max(l.as_of) FROM %1$I.kpi_churn_models_new AS l WHERE l.part = ''train'')', env ->> 'schema') INTO alive;
    END IF;
    FOR b IN SELECT v.* FROM (VALUES ('recency', false, CASE WHEN basis <> 'subscriptions' THEN 'f.recency_days' END),
                                     ('bg_nbd', true, CASE WHEN alive IS NOT NULL THEN format('exp(-saaskpi.bg_nbd_expected(%L, f.purchase_days - 1, f.tenure_days - f.recency_days, f.tenure_days, %s))', alive, horizon) END),
                                     ('newest', false, CASE basis WHEN 'subscriptions' THEN '-f.spell_days' END),
                                     ('tenure_hazard', true, CASE basis WHEN 'subscriptions' THEN saaskpi_internal.churn_hazard(env) END),
                                     ('failed_payments', false, CASE basis WHEN 'subscriptions' THEN '100 * f.failed_payment_streak + f.failed_payments_last_3m' END)) AS v(name, probabilities, score)
              WHERE v.score IS NOT NULL LOOP
        judged := saaskpi_internal.churn_judge(env, b.score, NULL, 'f.part = ''test''', true);
        result := result || saaskpi_internal.churn_metrics('hold-out', b.name, judged.scores, b.probabilities, judged.error);
    END LOOP;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_baselines(jsonb, text, integer) IS
    'how good is what every model must do better than: of orders and events recency alone and, of orders, the orders that BG/NBD expects, as the chance of none; of subscriptions the newest first, the share of leavers by tenure, and failed payments';

CREATE FUNCTION saaskpi_internal.churn_metric(metrics jsonb, wanted_section text, wanted_model text, wanted_metric text)
RETURNS numeric
LANGUAGE sql IMMUTABLE
AS $$
SELECT (v.value ->> 'value')::numeric FROM jsonb_array_elements(metrics) AS v
 WHERE v.value ->> 'section' = wanted_section AND v.value ->> 'model' = wanted_model AND v.value ->> 'metric' = wanted_metric
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_metric(jsonb, text, text, text) IS 'one number of those that a model is kept with';

-- What a model must do better than: the best of those that take one feature.
CREATE FUNCTION saaskpi_internal.churn_baseline(metrics jsonb, OUT name text, OUT auc numeric)
LANGUAGE sql IMMUTABLE
AS $$
SELECT v.value ->> 'model', (v.value ->> 'value')::numeric FROM jsonb_array_elements(metrics) AS v
 WHERE v.value ->> 'section' = 'hold-out' AND v.value ->> 'metric' = 'roc_auc' AND v.value ->> 'model' NOT IN ('logistic', 'trees', 'bg_nbd')
 ORDER BY 2 DESC, 1 LIMIT 1
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_baseline(jsonb) IS 'the best of the baselines that take one feature';

-- The model of a kind as it will be used: fitted with the months held out too,
-- after they have judged, and calibrated by what the judged one said of them.
CREATE FUNCTION saaskpi_internal.churn_keep(env jsonb, basis text, kind text, horizon integer, days date[], cutoff date, status text, metrics jsonb, warnings text[])
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    s constant name := env ->> 'schema';
    score constant text := format('saaskpi.predict(m.model, %s)', saaskpi_internal.churn_inputs(kind, basis));
    judged constant text := 'hold-out ' || kind;
    line record;
    details jsonb;
    result bigint;
BEGIN
    line := saaskpi_internal.churn_calibrate(env, score, judged, 'f.part = ''test''');
    PERFORM saaskpi_internal.churn_fit(env, basis, kind, 'kept', 'true');
    EXECUTE format('SELECT saaskpi_internal.churn_details($1, m.model, m.kind) FROM %I.kpi_churn_models_beside AS m WHERE m.name = $2', s) INTO details
      USING (saaskpi_internal.churn_judge(env, format('saaskpi_internal.calibrated(%s, %L, %L)::float8', score, env #>> ARRAY['lines', kind, '0'], env #>> ARRAY['lines', kind, '1']), judged, 'f.part = ''test''', false)).scores, judged;
    EXECUTE format('INSERT INTO %I.kpi_churn_models (as_of, basis, kind, horizon, status, first_snapshot, last_snapshot, cutoff, rows, positives, dropped,
                                                     roc_auc, roc_auc_recency, baseline, roc_auc_baseline, average_precision, calibration_error, intercept, slope, warnings, metrics, inputs, model)
                    SELECT $1, $2, $3, $4, $5, $6[1], $6[cardinality($6)], $7, q.rows, q.positives, q.dropped, saaskpi_internal.churn_metric($8, ''hold-out'', $3, ''roc_auc''), saaskpi_internal.churn_metric($8, ''hold-out'', ''recency'', ''roc_auc''), b.name, b.auc,
                           saaskpi_internal.churn_metric($8, ''hold-out'', $3, ''average_precision''), saaskpi_internal.churn_metric($8, ''hold-out'', $3, ''calibration_error''), $9, $10, $11, $8 || $12, $13, m.model
                      FROM %1$I.kpi_churn_models_beside AS m, saaskpi_internal.churn_baseline($8) AS b,
                           (SELECT count(*) AS rows, count(*) FILTER (WHERE f.churned) AS positives, count(*) FILTER (WHERE f.part = ''embargo'') AS dropped FROM %1$I.kpi_churn_models_new AS f) AS q
                     WHERE m.name = ''kept'' RETURNING id', s) INTO result
      USING (env ->> 'as_of')::date, basis, kind, horizon, status, days, cutoff, metrics, line.intercept, line.slope, warnings, details, saaskpi_internal.churn_told(env, basis);
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_keep(jsonb, text, text, integer, date[], date, text, jsonb, text[]) IS 'writes the chosen model into kpi_churn_models';

CREATE FUNCTION saaskpi_internal.promote_churn_model_work(schema_name name, id bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    status text;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    IF id IS NOT NULL THEN
        EXECUTE format('SELECT m.status FROM %I.kpi_churn_models AS m WHERE m.id = $1', schema_name) INTO status USING id;
        IF status IS NULL THEN
            RAISE EXCEPTION 'schema "%" has no model %', schema_name, id
                USING ERRCODE = 'no_data_found', HINT = format('SELECT id, status, roc_auc FROM %I.kpi_churn_models ORDER BY id', schema_name);
        ELSIF status = 'no usable signal' THEN
            RAISE EXCEPTION 'model % of schema "%" has no usable signal', id, schema_name
                USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'On months it had not seen it did no better than chance, or than one feature alone.',
                      HINT = format('SELECT * FROM %I.kpi_churn_model_report WHERE model_id = %s', schema_name, id);
        END IF;
    END IF;
    EXECUTE format('UPDATE %I.kpi_churn_models AS m SET status = CASE WHEN m.id = $1 THEN ''promoted'' ELSE ''retired'' END WHERE m.id = $1 OR m.status = ''promoted''', schema_name) USING id;
    EXECUTE format('UPDATE %I.kpi_settings SET churn_model = $1 WHERE churn_model IS DISTINCT FROM $1', schema_name) USING id;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.promote_churn_model_work(name, bigint) IS 'the work of promote_churn_model';

-- Promoted unless it did worse than the one in use by more than the error.
CREATE FUNCTION saaskpi_internal.churn_offer(schema_name name, id bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    better boolean;
BEGIN
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.kpi_churn_models AS u JOIN %1$I.kpi_settings AS g ON g.churn_model = u.id
                                        WHERE u.basis = n.basis AND u.horizon = n.horizon AND u.roc_auc - saaskpi_internal.churn_metric(n.metrics, ''hold-out'', n.kind, ''roc_auc_error'') > n.roc_auc)
                      FROM %1$I.kpi_churn_models AS n WHERE n.id = $1', schema_name) INTO better USING id;
    IF better THEN
        PERFORM saaskpi_internal.promote_churn_model_work(schema_name, id);
    END IF;
    RETURN better;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.churn_offer(name, bigint) IS 'promotes a model that is not worse than the one in use; whether it did';

CREATE FUNCTION saaskpi_internal.train_churn_work(schema_name name, basis text, horizon integer, snapshots integer, test_snapshots integer, overlap boolean, promote boolean)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    env jsonb;
    found text;
    days date[];
    cutoff date;
    split record;
    also record;
    metrics jsonb;
    warnings text[];
    warning text;
    kind text;
    auc numeric;
    baseline record;
    error numeric;
    status text;
    id bigint;
    kept record;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    IF (horizon BETWEEN 1 AND 3660 AND snapshots BETWEEN 2 AND 600 AND test_snapshots BETWEEN 1 AND snapshots - 1 AND overlap IS NOT NULL AND promote IS NOT NULL) IS NOT TRUE THEN
        RAISE EXCEPTION 'horizon % days, % snapshots, % of them held out', horizon, snapshots, test_snapshots
            USING ERRCODE = 'invalid_parameter_value', HINT = format('1 to 3660 days, 2 to 600 snapshots, at least one held out and one not: CALL saaskpi.train_churn(%L, horizon => 90)', schema_name);
    END IF;
    EXECUTE format('LOCK TABLE %I.kpi_churn_models IN SHARE UPDATE EXCLUSIVE MODE', schema_name);
    env := saaskpi_internal.environment(schema_name);
    env := jsonb_set(env, '{as_of}', env #> '{settings,effective_as_of}');
    PERFORM saaskpi_internal.require_current(env);
    found := saaskpi_internal.churn_basis(env, basis);
    days := saaskpi_internal.churn_days(env, found, horizon, snapshots);
    cutoff := days[greatest(1, cardinality(days) - test_snapshots + 1)];
    IF cutoff IS NULL THEN
        RAISE EXCEPTION 'no month end of schema "%" lies % days before %', schema_name, horizon, env ->> 'as_of'
            USING ERRCODE = 'data_exception', HINT = format('Look ahead for fewer days: CALL saaskpi.train_churn(%L, horizon => %s)', schema_name, greatest(1, horizon / 3));
    END IF;
    PERFORM saaskpi_internal.churn_collect(env, found, horizon, days, cutoff), saaskpi_internal.churn_require_both(env, days, cutoff, horizon);
    warnings := saaskpi_internal.churn_giveaways(env, found);
    split := saaskpi_internal.churn_split(env, found, '''train''', 'hold-out');
    metrics := split.metrics || saaskpi_internal.churn_baselines(env, found, horizon);
    kind := CASE WHEN saaskpi_internal.churn_metric(metrics, 'hold-out', 'trees', 'roc_auc') > saaskpi_internal.churn_metric(metrics, 'hold-out', 'logistic', 'roc_auc') THEN 'trees' ELSE 'logistic' END;
    auc := saaskpi_internal.churn_metric(metrics, 'hold-out', kind, 'roc_auc');
    error := saaskpi_internal.churn_metric(metrics, 'hold-out', kind, 'roc_auc_error');
    baseline := saaskpi_internal.churn_baseline(metrics);
    status := CASE WHEN auc - 1.96 * error > 0.5 AND auc > coalesce(baseline.auc, 0.5) THEN 'candidate' ELSE 'no usable signal' END;
    IF overlap THEN
        also := saaskpi_internal.churn_split(env, found, '''train'', ''embargo''', 'hold-out, overlapping labels');
        metrics := metrics || also.metrics;
    END IF;
    id := saaskpi_internal.churn_keep(env || jsonb_build_object('lines', split.lines), found, kind, horizon, days, cutoff, status, metrics, warnings);
    EXECUTE format('DROP TABLE %I.kpi_churn_models_new, %1$I.kpi_churn_models_beside', schema_name);
    FOREACH warning IN ARRAY warnings LOOP
        RAISE WARNING '%', warning;
    END LOOP;
    EXECUTE format('SELECT * FROM %I.kpi_churn_models AS m WHERE m.id = $1', schema_name) INTO kept USING id;
    IF kept.dropped > 0 THEN
        RAISE NOTICE '% rows before % were kept out of the judged training: their label is told by days after it', kept.dropped, cutoff;
    END IF;
    RAISE NOTICE 'model %: % of %, leaving within % days; ROC AUC % +- % on % rows held out from %, by % alone %', id, kind, found, horizon, round(auc, 4),
        round(1.96 * error, 4), saaskpi_internal.churn_metric(metrics, 'hold-out', kind, 'rows')::bigint, cutoff, replace(baseline.name, '_', ' '), round(baseline.auc, 4);
    IF overlap THEN
        RAISE NOTICE 'with overlapping labels, which flatter: ROC AUC %, of large trees %', round(saaskpi_internal.churn_metric(metrics, 'hold-out, overlapping labels', kind, 'roc_auc'), 4),
            round(saaskpi_internal.churn_metric(metrics, 'hold-out, overlapping labels', 'large trees', 'roc_auc'), 4);
    END IF;
    IF status = 'no usable signal' THEN
        RAISE WARNING 'no usable signal: model % is no better than %, and was not promoted', id, CASE WHEN auc > coalesce(baseline.auc, 0.5) THEN 'chance' ELSE 'sorting by ' || replace(baseline.name, '_', ' ') END;
    ELSIF promote AND saaskpi_internal.churn_offer(schema_name, id) THEN
        RAISE NOTICE 'promoted; scores come with the next refresh: CALL saaskpi.refresh(%)', quote_literal(schema_name);
    ELSE
        RAISE NOTICE 'not promoted; to use it: CALL saaskpi.promote_churn_model(%, %)', quote_literal(schema_name), id;
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.train_churn_work(name, text, integer, integer, integer, boolean, boolean) IS 'the work of train_churn';

CREATE PROCEDURE saaskpi.train_churn(schema_name name, basis text DEFAULT NULL, horizon integer DEFAULT 90, snapshots integer DEFAULT 24, test_snapshots integer DEFAULT 3, overlap boolean DEFAULT false, promote boolean DEFAULT true)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.train_churn(name, text, integer, integer, integer, boolean, boolean) IS
    'trains a model of which customers leave within horizon days, from what the last refresh stored, on at most that many month ends, of which the last test_snapshots judge; keeps it in kpi_churn_models and, with promote, has scores come from it unless it is worse than the one in use; basis: orders, subscriptions or events, by default the first that the schema has; overlap: judge also with the rows whose labels reach into the months held out';

CREATE PROCEDURE saaskpi.promote_churn_model(schema_name name, id bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.promote_churn_model(name, bigint) IS
    'has the scores of a schema come from that model of kpi_churn_models from the next refresh on, an earlier one as well; null for none';
