-- Why did it change?  The waterfall as it was, months that stay as reported,
-- and sentences.

CREATE FUNCTION saaskpi.as_of(schema_name name, recorded timestamptz DEFAULT NULL, run bigint DEFAULT NULL)
RETURNS TABLE (period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric, reactivation numeric, closing numeric, round_trip numeric,
    customers_opening bigint, customers_new bigint, customers_churned bigint, customers_reactivated bigint, customers_closing bigint, customers_lost bigint,
    mrr_retained numeric, mrr_kept numeric, logo_churn_rate numeric, gross_mrr_churn_rate numeric, net_mrr_churn_rate numeric, nrr numeric, grr numeric,
    opening_12m numeric, retained_12m numeric, kept_12m numeric, nrr_12m numeric, grr_12m numeric, quick_ratio numeric, arpa numeric, is_complete boolean,
    net_new numeric, mrr_growth numeric, arr numeric,
    pause numeric, resume numeric, customers_paused bigint, customers_resumed bigint, opening_paused numeric, customers_opening_paused bigint, fx numeric, constant_currency numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT w.* FROM saaskpi_internal.recall(schema_name, 'kpi_mrr_monthly', recorded, run) AS f,
       jsonb_to_record(f.facts) AS w(period date, opening numeric, new numeric, expansion numeric, contraction numeric, churn numeric, reactivation numeric, closing numeric, round_trip numeric,
           customers_opening bigint, customers_new bigint, customers_churned bigint, customers_reactivated bigint, customers_closing bigint, customers_lost bigint,
           mrr_retained numeric, mrr_kept numeric, logo_churn_rate numeric, gross_mrr_churn_rate numeric, net_mrr_churn_rate numeric, nrr numeric, grr numeric,
           opening_12m numeric, retained_12m numeric, kept_12m numeric, nrr_12m numeric, grr_12m numeric, quick_ratio numeric, arpa numeric, is_complete boolean,
           net_new numeric, mrr_growth numeric, arr numeric,
           pause numeric, resume numeric, customers_paused bigint, customers_resumed bigint, opening_paused numeric, customers_opening_paused bigint, fx numeric, constant_currency numeric) ORDER BY f.place
$$;
COMMENT ON FUNCTION saaskpi.as_of(name, timestamptz, bigint) IS
    'the waterfall of kpi_mrr_monthly as a run published it, or as it was at a moment: computed again, by date and settings of then, from the rows that refreshes keep; open to whoever may read it';

-- The month of a day, which the waterfall must have.
CREATE FUNCTION saaskpi_internal.month_of(schema_name name, day date)
RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    first date;
    last date;
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF to_regclass(format('%I.kpi_mrr_monthly', schema_name)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no MRR waterfall', schema_name
            USING ERRCODE = 'undefined_table', HINT = format('It is made from subscriptions: CALL saaskpi.create_views(%L); CALL saaskpi.refresh(%1$L)', schema_name);
    ELSIF day IS NULL THEN
        RAISE EXCEPTION 'a month must not be null' USING ERRCODE = 'null_value_not_allowed', HINT = 'Name it by its first day: ''2024-03-01''';
    END IF;
    EXECUTE format('SELECT min(period), max(period) FROM %I.kpi_mrr_monthly', schema_name) INTO first, last;
    IF day >= first AND day < last + interval '1 month' THEN
        RETURN date_trunc('month', day::timestamp)::date;
    END IF;
    RAISE EXCEPTION 'schema "%" has no month of %', schema_name, day
        USING ERRCODE = 'invalid_parameter_value', DETAIL = coalesce('Its months go from ' || first || ' to ' || last || '.', 'It has none; nothing was refreshed, or there are no facts.'),
              HINT = CASE WHEN day > last THEN format('Months come with a refresh of a later day: CALL saaskpi.refresh(%L)', schema_name) ELSE format('SELECT period FROM %I.kpi_mrr_monthly', schema_name) END;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.month_of(name, date) IS 'first day of the month of a day; raises unless the waterfall of a schema has it';

CREATE FUNCTION saaskpi_internal.freeze_work(schema_name name, period date)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    month date;
    is_over boolean;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name), saaskpi_internal.own_relation(schema_name, 'kpi_mrr_monthly'), saaskpi_internal.lock_refresh(schema_name);
    month := saaskpi_internal.month_of(schema_name, period);
    EXECUTE format('SELECT is_complete FROM %I.kpi_mrr_monthly_mat AS m WHERE m.period = $1', schema_name) INTO is_over USING month;
    IF NOT is_over THEN
        RAISE EXCEPTION 'the month of % is not over', month
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('The one before can be frozen: CALL saaskpi.freeze(%L, %L)', schema_name, (month - interval '1 month')::date);
    END IF;
    EXECUTE format('INSERT INTO %1$I.kpi_frozen_months (period, %2$s) SELECT period, %2$s FROM %1$I.kpi_mrr_reported AS r WHERE r.period <= $1 AND NOT r.is_frozen', schema_name,
                   (SELECT string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal) FROM saaskpi_internal.relation_columns AS c
                     WHERE c.relation = 'kpi_frozen_months' AND c.column_name NOT IN ('period', 'frozen_at'))) USING month;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.freeze_work(name, date) IS 'the work of freeze';

CREATE PROCEDURE saaskpi.freeze(schema_name name, period date)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.freeze(name, date) IS
    'keeps a month, and all before it, as kpi_mrr_reported has them now: what becomes different of them later stands as restated in the first month that is not frozen, and kpi_mrr_monthly goes on telling what is known';

CREATE FUNCTION saaskpi_internal.unfreeze_work(schema_name name, period date)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    month constant date := date_trunc('month', period::timestamp);
    last date;
    is_frozen boolean;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name), saaskpi_internal.lock_refresh(schema_name);
    EXECUTE format('SELECT max(f.period), bool_or(f.period = $1) FROM %I.kpi_frozen_months AS f', schema_name) INTO last, is_frozen USING month;
    IF is_frozen IS NOT TRUE THEN
        RAISE EXCEPTION 'the month of % is not frozen', coalesce(period::text, 'null')
            USING ERRCODE = 'invalid_parameter_value', HINT = CASE WHEN last IS NULL THEN 'None is.' ELSE format('The last that is: CALL saaskpi.unfreeze(%L, %L)', schema_name, last) END;
    END IF;
    EXECUTE format('DELETE FROM %I.kpi_frozen_months AS f WHERE f.period >= $1', schema_name) USING month;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.unfreeze_work(name, date) IS 'the work of unfreeze';

CREATE PROCEDURE saaskpi.unfreeze(schema_name name, period date)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.unfreeze(name, date) IS 'lets go of a frozen month and all after it, which kpi_mrr_reported then has as they are known now';

CREATE FUNCTION saaskpi.explain_change(schema_name name, period_a date, period_b date)
RETURNS TABLE (rank bigint, customer_id text, movement text, amount numeric, because text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, MDY'
AS $$
DECLARE
    a constant date := saaskpi_internal.month_of(schema_name, period_a);
    b constant date := saaskpi_internal.month_of(schema_name, period_b);
BEGIN
    IF a > b THEN
        RAISE EXCEPTION 'the month of % lies after that of %', a, b
            USING ERRCODE = 'invalid_parameter_value', HINT = format('The other way round: SELECT * FROM saaskpi.explain_change(%L, %L, %L)', schema_name, b, a);
    END IF;
    RETURN QUERY EXECUTE format($q$
SELECT row_number() OVER (ORDER BY abs(q.amount) DESC, q.customer_id COLLATE "C", q.movement), q.customer_id, q.movement, CASE WHEN q.movement IN ('contraction', 'churn', 'pause') THEN -q.amount ELSE q.amount END,
       format(CASE WHEN q.times > 1 AND q.movement = 'expansion' THEN '%%1$s rose %%2$s times from %%3$s to %%4$s, by %%5$s in all.'
                   WHEN q.times > 1 AND q.movement = 'contraction' THEN '%%1$s fell %%2$s times from %%3$s to %%4$s, by %%5$s in all.'
                   WHEN q.times > 1 AND q.movement = 'churn' THEN '%%1$s left %%2$s times from %%3$s to %%4$s, and had %%5$s in all.'
                   WHEN q.times > 1 AND q.movement = 'pause' THEN '%%1$s paused %%2$s times from %%3$s to %%4$s, %%5$s in all.'
                   WHEN q.times > 1 AND q.movement = 'resume' THEN '%%1$s resumed %%2$s times from %%3$s to %%4$s, with %%5$s in all.'
                   WHEN q.movement = 'fx' AND q.times > 1 THEN 'Rates moved the MRR of %%1$s %%2$s times from %%3$s to %%4$s, by %%5$s in all.'
                   WHEN q.movement = 'fx' THEN 'Rates moved the MRR of %%1$s on %%3$s from %%6$s to %%7$s, by %%5$s.'
                   WHEN q.times > 1 THEN '%%1$s came back %%2$s times from %%3$s to %%4$s, to %%5$s in all.'
                   WHEN q.movement = 'new' THEN '%%1$s came on %%3$s, with %%5$s.'
                   WHEN q.movement = 'reactivation' THEN '%%1$s came back on %%3$s, with %%5$s.'
                   WHEN q.movement = 'churn' THEN '%%1$s left on %%3$s, and had %%5$s.'
                   WHEN q.movement = 'pause' THEN '%%1$s paused on %%3$s, and has %%7$s instead of %%6$s, %%5$s less.'
                   WHEN q.movement = 'resume' THEN '%%1$s resumed on %%3$s, and has %%7$s instead of %%6$s, %%5$s more.'
                   WHEN q.movement = 'expansion' THEN '%%1$s has %%7$s instead of %%6$s since %%3$s, %%5$s more.'
                   ELSE '%%1$s has %%7$s instead of %%6$s since %%3$s, %%5$s less.' END,
              q.customer_id, q.times, q.first, q.last, q.amount, q.before, q.after)
  FROM (SELECT m.customer_id, m.movement, sum(m.amount) AS amount, count(*) AS times, min(m.happened_on) AS first, max(m.happened_on) AS last, min(m.mrr_before) AS before, min(m.mrr_after) AS after
          FROM %1$I.kpi_mrr_movements AS m WHERE m.period > $1 AND m.period <= $2 GROUP BY 1, 2) AS q ORDER BY 1$q$, schema_name) USING a, b;
END
$$;
COMMENT ON FUNCTION saaskpi.explain_change(name, date, date) IS
    'why MRR at the end of one month is not that at the end of an earlier one: customers and their movements after it, the largest first, which add up to the difference exactly';

-- What is told of a month begins with the first run that published it whole.
-- A run of an earlier day does not have the month, and what changes until a
-- later one is told of nobody.
CREATE FUNCTION saaskpi.explain_restatement(schema_name name, period date)
RETURNS TABLE (rank bigint, customer_id text, cause text, amount numeric, runs text, because text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, MDY'
AS $$
DECLARE
    month constant date := saaskpi_internal.month_of(schema_name, period);
    first_run bigint;
    first_publication bigint;
    reported numeric;
    known numeric;
BEGIN
    EXECUTE format('SELECT l.run_id, l.publication FROM %I.kpi_refresh_log AS l WHERE l.publication IS NOT NULL AND l.as_of >= $1 ORDER BY l.publication LIMIT 1', schema_name)
       INTO first_run, first_publication USING (month + interval '1 month')::date;
    IF first_run IS NULL THEN
        RAISE EXCEPTION 'the month of % was not over at any refresh', month
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('What happened in it so far: SELECT * FROM saaskpi.explain_change(%L, %L, %L)', schema_name, (month - interval '1 month')::date, month);
    END IF;
    SELECT (f.facts ->> 'closing')::numeric INTO reported FROM saaskpi_internal.recall(schema_name, 'kpi_mrr_monthly', NULL, first_run) AS f WHERE f.facts ->> 'period' = month::text;
    EXECUTE format('SELECT m.closing FROM %I.kpi_mrr_monthly AS m WHERE m.period = $1', schema_name) INTO known USING month;
    RETURN QUERY EXECUTE format($q$
WITH r AS MATERIALIZED (
    SELECT r.customer_id, r.cause, sum(r.amount) AS amount, string_agg(DISTINCT r.run::text, ', ') AS runs, (array_agg(r.before ORDER BY r.publication))[1] AS before,
           (array_agg(r.after ORDER BY r.publication DESC))[1] AS after, string_agg(DISTINCT r.detail, ', ') AS detail
      FROM %1$I.kpi_restatements AS r WHERE r.period = $1 AND r.measure = 'closing' AND r.publication > $2 GROUP BY 1, 2
    UNION ALL
    SELECT r.customer_id, r.cause, 0, r.run::text, NULL, NULL, format('%%s %%s', r.measure, r.detail)
      FROM %1$I.kpi_restatements AS r WHERE r.period <= $1 AND r.before IS NULL AND r.publication > $2
)
SELECT row_number() OVER (ORDER BY abs(q.amount) DESC, q.customer_id COLLATE "C", q.cause, q.because COLLATE "C"), q.* FROM (
SELECT r.customer_id, r.cause, r.amount, r.runs,
       CASE WHEN r.before IS NULL THEN format('%%s counts elsewhere since run %%s: %%s.', r.customer_id, r.runs, r.detail)
            ELSE format(CASE r.cause WHEN 'late row' THEN 'A subscription of %%1$s came in late, by run %%2$s: %%4$s instead of %%3$s.'
                                     WHEN 'deleted row' THEN 'A subscription of %%1$s was deleted by run %%2$s: %%4$s instead of %%3$s.'
                                     WHEN 'changed row' THEN 'A subscription of %%1$s was changed by run %%2$s: %%4$s instead of %%3$s.'
                                     WHEN 'changed policy' THEN 'Another policy counts since run %%2$s (%%5$s), and %%1$s has %%4$s instead of %%3$s.'
                                     WHEN 'changed time zone' THEN 'Days are those of another time zone since run %%2$s (%%5$s), and %%1$s has %%4$s instead of %%3$s.'
                                     WHEN 'changed setting' THEN 'A setting was changed by run %%2$s (%%5$s), and %%1$s has %%4$s instead of %%3$s.'
                                     ELSE 'Run %%2$s was of another version, and %%1$s has %%4$s instead of %%3$s.' END, r.customer_id, r.runs, r.before, r.after, r.detail) END AS because
  FROM r
UNION ALL
SELECT NULL, 'not told', $3 - coalesce((SELECT sum(r.amount) FROM r), 0), NULL, 'Changed between runs as of days on which the month was not over; nobody is told.'
 WHERE $3 <> coalesce((SELECT sum(r.amount) FROM r), 0)) AS q ORDER BY 1$q$, schema_name) USING month, first_publication, coalesce(known, 0) - coalesce(reported, 0);
END
$$;
COMMENT ON FUNCTION saaskpi.explain_restatement(name, date) IS
    'why MRR at the end of a month is not what was published first: customers and causes, the largest first, which add up to the difference exactly';

-- The id goes from all that is kept, the stored relations included: so sources
-- that say the same of the pseudonym change nothing.
CREATE FUNCTION saaskpi_internal.forget_customer_work(schema_name name, customer text, pseudonym text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    t record;
    chosen constant text := coalesce(pseudonym, 'forgotten-' || gen_random_uuid());
    taken boolean;
    rows bigint;
    total bigint := 0;
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name), saaskpi_internal.lock_refresh(schema_name);
    IF coalesce(customer, '(none)') IN ('', '(none)') OR chosen IN ('', '(none)', customer) THEN
        RAISE EXCEPTION '% cannot become %', coalesce(quote_literal(customer), 'null'), quote_literal(chosen)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a customer, and another pseudonym, or none to have one made.';
    END IF;
    FOR t IN SELECT c.oid::regclass AS relation FROM saaskpi_internal.relations AS r
               JOIN pg_class AS c ON c.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = schema_name) AND c.relkind = 'r'
                AND c.relname = r.relation || CASE r.maintained WHEN 'own' THEN '' ELSE '_mat' END
               JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'customer_id' AND NOT a.attisdropped
              ORDER BY r.ordinal LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE customer_id = $1)', t.relation) INTO taken USING chosen;
        IF taken THEN
            RAISE EXCEPTION '% is the name of a customer already', quote_literal(chosen) USING ERRCODE = 'unique_violation', HINT = 'Name another pseudonym, or none to have one made.';
        END IF;
        EXECUTE format('UPDATE %s SET customer_id = $2 WHERE customer_id = $1', t.relation) USING customer, chosen;
        GET DIAGNOSTICS rows = ROW_COUNT;
        total := total + rows;
    END LOOP;
    EXECUTE format('UPDATE %I.kpi_data_quality SET example = NULL WHERE strpos(example, $1) > 0', schema_name) USING customer;
    IF total = 0 THEN
        RAISE EXCEPTION 'schema "%" knows no customer %', schema_name, quote_literal(customer) USING ERRCODE = 'no_data_found';
    END IF;
    RAISE NOTICE '% is now % in % rows of what saaskpi keeps', quote_literal(customer), quote_literal(chosen), total
        USING HINT = format('Your own tables still say it. Give the rows the pseudonym before the next refresh, which then finds nothing new: %s',
                            (SELECT string_agg(format('UPDATE %I.%I SET customer_id = %L WHERE customer_id = %L', schema_name, s.source, chosen, customer), '; ' ORDER BY s.ordinal)
                               FROM saaskpi_internal.sources AS s JOIN saaskpi_internal.source_columns AS c ON c.source = s.source AND c.column_name = 'customer_id'
                              WHERE to_regclass(format('%I.%I', schema_name, s.source)) IS NOT NULL));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.forget_customer_work(name, text, text) IS 'the work of forget_customer';

CREATE PROCEDURE saaskpi.forget_customer(schema_name name, customer text, pseudonym text DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.forget_customer(name, text, text) IS
    'puts a pseudonym in place of the id of a customer in all that saaskpi keeps of a schema, so that she is forgotten and the months stay; the same is to be done in the source tables before the next refresh';
