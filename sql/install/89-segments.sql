-- Training and promoting models of clusters: what saaskpi.train_segments does.

CREATE FUNCTION saaskpi_internal.promote_segment_model_work(schema_name name, id bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    found boolean;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.kpi_segment_models AS m WHERE m.id = $1)', schema_name) INTO found USING id;
    IF id IS NOT NULL AND NOT found THEN
        RAISE EXCEPTION 'schema "%" has no model of segments %', schema_name, id
            USING ERRCODE = 'no_data_found', HINT = format('SELECT id, status, clusters, silhouette FROM %I.kpi_segment_models ORDER BY id', schema_name);
    END IF;
    EXECUTE format('UPDATE %I.kpi_segment_models AS m SET status = CASE WHEN m.id = $1 THEN ''promoted'' ELSE ''retired'' END WHERE m.id = $1 OR m.status = ''promoted''', schema_name) USING id;
    EXECUTE format('UPDATE %I.kpi_settings SET segment_model = $1 WHERE segment_model IS DISTINCT FROM $1', schema_name) USING id;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.promote_segment_model_work(name, bigint) IS 'the work of promote_segment_model';

-- The share of the customers that a search from another seed puts in the same
-- cluster, once its clusters have the numbers of those of the model.
CREATE FUNCTION saaskpi_internal.segment_stability(query text, model saaskpi.model)
RETURNS numeric
LANGUAGE plpgsql
SET client_min_messages = warning
AS $$
DECLARE
    own record;
    inputs text;
    other saaskpi.model;
    result numeric;
BEGIN
    SELECT q.k, q.transform, q.seed INTO own FROM saaskpi.cluster_quality(model) AS q;
    SELECT format('ARRAY[%s]::float8[]', string_agg(format('q.%I', u.feature), ', ' ORDER BY u.i)) INTO inputs
      FROM (SELECT p.features FROM saaskpi.cluster_profiles(model) AS p LIMIT 1) AS p, unnest(p.features) WITH ORDINALITY AS u(feature, i);
    other := saaskpi.train_kmeans(query, own.k, own.transform, CASE WHEN own.seed = 0 THEN 1 ELSE 0 END, model);
    EXECUTE format('SELECT round(avg((saaskpi.assign_cluster($1, %1$s) = saaskpi.assign_cluster($2, %1$s))::integer), 6) FROM (%2$s) AS q', inputs, query) INTO result USING model, other;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_stability(text, saaskpi.model) IS 'how many of the rows of a query a search from another seed puts in the same cluster';

CREATE FUNCTION saaskpi_internal.segment_warnings(model saaskpi.model, clear numeric)
RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$
SELECT ARRAY(SELECT w.text FROM (
    SELECT 1 AS place, 0 AS i, format('no clear groups: the mean silhouette is %s, below %s', round(q.silhouette::numeric, 4), clear) AS text FROM saaskpi.cluster_quality(model) AS q WHERE q.silhouette < clear
    UNION ALL SELECT 2, 0, format('constant, and telling nobody from anybody: %s', array_to_string(q.constant, ', ')) FROM saaskpi.cluster_quality(model) AS q WHERE cardinality(q.constant) > 0
    UNION ALL SELECT 3, p.cluster, format('cluster %s has %s customers, less than 1 %% of them', p.cluster, p.rows) FROM saaskpi.cluster_profiles(model) AS p WHERE p.finding IS NOT NULL) AS w ORDER BY w.place, w.i)
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_warnings(saaskpi.model, numeric) IS 'what a reader of the clusters should know before the rest';

CREATE FUNCTION saaskpi_internal.segment_query(env jsonb, basis text, share numeric)
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT saaskpi_internal.expand(format('SELECT %s FROM %s AS b, LATERAL %s AS f WHERE %s', string_agg(format('%s AS %I', format(e.expression, 'f'), e.feature), ', ' ORDER BY e.ordinal),
                                      saaskpi_internal.segment_source(basis), saaskpi_internal.segment_rows(basis, '{as_of}'),
                                      CASE WHEN share < 1 THEN format('(''x'' || substr(md5(b.customer_id), 1, 8))::bit(32)::bigint < %s', floor(4294967296 * share)) ELSE 'true' END), env)
  FROM saaskpi_internal.segment_features(basis) AS e
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_query(jsonb, text, numeric) IS 'the query of the features of the customers as of as_of, or of a share of them, chosen by the md5 of customer_id';

-- What asks for many searches, their number and how stable they are, looks at
-- some of the customers where there are very many.
CREATE FUNCTION saaskpi_internal.segment_keep(env jsonb, basis text, wanted_k integer, transform text, seed bigint, clear numeric)
RETURNS bigint
LANGUAGE plpgsql
SET client_min_messages = warning
AS $$
DECLARE
    most constant numeric := 10000;
    query constant text := saaskpi_internal.segment_query(env, basis, 1);
    n bigint;
    sample text;
    before record;
    trained saaskpi.model;
    result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s) AS q', query) INTO n;
    sample := saaskpi_internal.segment_query(env, basis, most / greatest(n, 1));
    EXECUTE format('SELECT m.id, m.model FROM %I.kpi_segment_models AS m JOIN %1$I.kpi_settings AS g ON g.segment_model = m.id WHERE m.basis = $1', env ->> 'schema') INTO before USING basis;
    trained := saaskpi.train_kmeans(query, CASE WHEN wanted_k IS NULL AND n > most THEN (SELECT q.k FROM saaskpi.cluster_quality(saaskpi.train_kmeans(sample, NULL, transform, seed)) AS q) ELSE wanted_k END, transform, seed, before.model);
    EXECUTE format('INSERT INTO %I.kpi_segment_models (as_of, basis, status, clusters, chosen, transform, seed, numbers_from, customers, explained, silhouette, silhouette_error, stability, smallest_share, warnings, model)
                    SELECT $1, $2, ''candidate'', q.k, $3, q.transform, q.seed, $4, q.rows, round((1 - q.inertia / nullif(q.total, 0))::numeric, 6), round(q.silhouette::numeric, 6), round(q.silhouette_error::numeric, 6), $5,
                           round(q.smallest_share::numeric, 6), $6, $7 FROM saaskpi.cluster_quality($7) AS q RETURNING id', env ->> 'schema') INTO result
      USING (env ->> 'as_of')::date, basis, wanted_k IS NULL, before.id, saaskpi_internal.segment_stability(sample, trained), saaskpi_internal.segment_warnings(trained, clear), trained;
    RETURN result;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.segment_keep(jsonb, text, integer, text, bigint, numeric) IS 'trains a model on the customers as of as_of and writes it into kpi_segment_models';

-- Below a silhouette of 0.25 there is no substantial structure (Kaufman and
-- Rousseeuw 1990): such clusters are kept, and promoted only by hand.
CREATE FUNCTION saaskpi_internal.train_segments_work(schema_name name, basis text, k integer, transform text, seed bigint, promote boolean)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    clear constant numeric := 0.25;
    env jsonb;
    id bigint;
    kept record;
    warning text;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name);
    IF (transform IS NOT NULL AND seed IS NOT NULL AND promote IS NOT NULL) IS NOT TRUE THEN
        RAISE EXCEPTION 'transform, seed and promote must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = format('CALL saaskpi.train_segments(%L)', schema_name);
    END IF;
    EXECUTE format('LOCK TABLE %I.kpi_segment_models IN SHARE UPDATE EXCLUSIVE MODE', schema_name);
    env := saaskpi_internal.environment(schema_name);
    env := jsonb_set(env, '{as_of}', env #> '{settings,effective_as_of}');
    PERFORM saaskpi_internal.require_current(env);
    id := saaskpi_internal.segment_keep(env, saaskpi_internal.churn_basis(env, basis), k, transform, seed, clear);
    EXECUTE format('SELECT * FROM %I.kpi_segment_models AS m WHERE m.id = $1', schema_name) INTO kept USING id;
    FOREACH warning IN ARRAY kept.warnings LOOP
        RAISE WARNING '%', warning;
    END LOOP;
    RAISE NOTICE 'model %: % clusters of % customers by % as of %; mean silhouette %, % of the distances explained, % of the customers in the same cluster from another seed%', id, kept.clusters, kept.customers, kept.basis, kept.as_of,
        round(kept.silhouette, 4), round(kept.explained, 4), round(kept.stability, 4), coalesce('; numbered as in model ' || kept.numbers_from, '');
    IF promote AND kept.silhouette >= clear THEN
        PERFORM saaskpi_internal.promote_segment_model_work(schema_name, id);
        RAISE NOTICE 'promoted; segments come with the next refresh: CALL saaskpi.refresh(%)', quote_literal(schema_name);
    ELSE
        RAISE NOTICE 'not promoted; to use it: CALL saaskpi.promote_segment_model(%, %)', quote_literal(schema_name), id;
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.train_segments_work(name, text, integer, text, bigint, boolean) IS 'the work of train_segments';

CREATE PROCEDURE saaskpi.train_segments(schema_name name, basis text DEFAULT NULL, k integer DEFAULT NULL, transform text DEFAULT 'log', seed bigint DEFAULT 0, promote boolean DEFAULT true)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.train_segments(name, text, integer, text, bigint, boolean) IS
    'makes groups of the customers of a schema by k-means, as of as_of and from what the last refresh stored; keeps the model in kpi_segment_models and, with promote, has segments come from it unless its groups are not clear (mean silhouette below 0.25); basis: orders, subscriptions or events, by default the first that the schema has; k: clusters, by default the number from 2 to 8 with the best silhouette; transform and seed as train_kmeans takes them; clusters keep the numbers of those of the model in use that are nearest';

CREATE PROCEDURE saaskpi.promote_segment_model(schema_name name, id bigint)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.promote_segment_model(name, bigint) IS
    'has the segments of a schema come from that model of kpi_segment_models from the next refresh on, an earlier one as well; null for none';
