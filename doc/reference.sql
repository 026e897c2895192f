-- The reference as Markdown; run by doc/reference.sh.  What is said about an
-- object is its comment; what came after version 0.1.0 stands in "since".
SET search_path = saaskpi, pg_catalog;
\set escaped '\'([*|<])\', \'\\\\\\1\', \'g\''

\echo <!-- Printed by doc/reference.sh: do not edit. -->
SELECT format($md$# Reference of saaskpi %s

Everything a user of saaskpi calls or reads: what it is, as the comments in the database say it. What a number means, and its formula, is in the [KPI dictionary](kpi-dictionary.md).

- [Sources and their checks](#sources-and-their-checks): %s
- [Relations and refresh](#relations-and-refresh): %s
- [Endpoints](#endpoints)
- [States](#states): %s
- [Time series in arrays](#time-series-in-arrays) · [Models of customers in arrays](#models-of-customers-in-arrays) · [Amounts](#amounts)

Functions, types and aggregates are in schema `saaskpi`, relations in yours. What carries no mark has been there since 0.1.0.$md$, (SELECT extversion FROM pg_extension WHERE extname = 'saaskpi'),
      (SELECT string_agg(format('[%s](#%1$s)', source), ' · ' ORDER BY ordinal) FROM saaskpi_internal.sources),
      (SELECT string_agg(format('[%s](#%1$s)', relation), ' · ' ORDER BY ordinal) FROM saaskpi_internal.relations),
      (SELECT string_agg(format('[%s](#%1$s)', typname), ' · ' ORDER BY oid) FROM pg_type
        WHERE typnamespace = 'saaskpi'::regnamespace AND typtype IN ('b', 'd') AND typelem = 0));

WITH since (version, name) AS (
    SELECT '0.2.0', unnest(ARRAY[
        'kaplan_meier', 'survival_summary', 'log_rank', 'cox', 'sbg', 'sbg_curve', 'sbg_residual', 'bg_nbd', 'bg_nbd_alive', 'bg_nbd_expected', 'bg_nbd_discounted',
        'pareto_nbd', 'pareto_nbd_alive', 'pareto_nbd_expected', 'pareto_nbd_discounted', 'gamma_gamma', 'gamma_gamma_spend',
        'map_source', 'capture', 'reconcile', 'from_minor_units', 'tiered_amount',
        'monthly_price', 'refresh(when_busy)', 'create_source_tables(partitions)', 'check_sources(amount)', 'conversion_cohorts(converted_early)', 'detect_periods',
        'customers.currency', 'subscriptions.currency', 'payments.currency',
        'ledger', 'ledger_flow', 'mrr_policy', 'policy_differences', 'kpi_policies', 'kpi_subscription_statuses', 'kpi_mrr_policies', 'kpi_mrr_scheduled', 'kpi_mrr_outlook', 'kpi_forecast_monthly.scheduled', 'kpi_settings.mrr_policy', 'subscriptions.status', 'subscriptions.trial_end', 'subscriptions.paused_from', 'subscriptions.resumes_on', 'subscriptions.past_due_since', 'subscriptions.cancel_at', 'subscriptions.canceled_on', 'subscriptions.end_reason', 'subscriptions.interval_unit', 'subscriptions.interval_count', 'subscriptions.quantity', 'subscriptions.unit_amount', 'subscriptions.discount_percent', 'subscriptions.discount_amount', 'subscriptions.discount_once', 'subscriptions.discount_until', 'subscriptions.is_usage',
        'top_sales', 'buyers_at', 'rfm_at', 'compare_periods', 'orders', 'order_lines', 'products', 'kpi_orders', 'kpi_order_statuses', 'kpi_sales_parts', 'kpi_sales', 'kpi_sales_by', 'kpi_products_monthly', 'kpi_products', 'kpi_sales_drivers',
        'kpi_buyers', 'kpi_order_cohorts', 'kpi_order_gaps', 'kpi_repeat_rate', 'kpi_rfm_segments', 'kpi_rfm', 'kpi_segment_mix', 'kpi_segment_moves',
        'customer_360', 'train_churn', 'promote_churn_model', 'kpi_churn_models', 'kpi_churn_scores', 'kpi_churn_trend', 'kpi_churn_drift', 'kpi_churn_model_report', 'kpi_action_policy', 'kpi_actions', 'kpi_revenue_at_risk', 'kpi_at_risk', 'kpi_action_coverage',
        'train_segments', 'promote_segment_model', 'kpi_segment_models', 'kpi_segment_names', 'kpi_customer_segments', 'kpi_segments', 'kpi_settings.segment_model',
        'churn_scores', 'customer_segment_snapshot', 'campaign_actions', 'kpi_settings.churn_model', 'kpi_settings.churn_months', 'kpi_settings.churn_high', 'kpi_settings.churn_medium', 'kpi_settings.churn_flag_high',
        'kpi_settings.churn_flag_mid', 'kpi_settings.churn_flag_low', 'kpi_settings.action_share', 'kpi_settings.action_customers', 'kpi_settings.action_budget', 'kpi_settings.action_holdout',
        'kpi_settings.save_rate', 'kpi_settings.contact_cost',
        'kpi_survival', 'kpi_ltv_bounds', 'kpi_ltv_models', 'kpi_ltv', 'kpi_ltv_distribution', 'first_plan',
        'kpi_settings.ltv_horizon_months', 'kpi_settings.ltv_discount', 'kpi_settings.ltv_margin', 'kpi_settings.ltv_min_customers',
        'insights', 'narrative', 'export', 'date_range', 'dashboard_summary', 'dashboard_kpis', 'revenue_trends', 'revenue_by_category', 'revenue_by_region', 'revenue_by_channel', 'revenue_top_products', 'customers_overview', 'customers_segments', 'customers_cohorts', 'customers_lifetime_value', 'customers_acquisition', 'customers_at_risk', 'operations_pipeline', 'operations_pipeline_kpis', 'operations_sales_performance', 'operations_conversion_rates', 'operations_cycle_time', 'operations_opportunities', 'forecasting_revenue', 'forecasting_pipeline', 'forecasting_churn_risk', 'forecasting_seasonality', 'forecasting_kpis', 'forecasting_model_performance', 'forecasting_revenue_at_risk',
        'merged_customers', 'excluded_customers', 'customer_history', 'fx_rates', 'kpi_mrr_monthly.fx', 'kpi_mrr_monthly.constant_currency', 'kpi_mrr_monthly_by.fx', 'kpi_mrr_monthly_by.constant_currency', 'sales_reps', 'sales_quotas', 'opportunities', 'opportunity_stages', 'pipeline_stages', 'kpi_pipeline_stages', 'kpi_opportunity_steps', 'kpi_opportunities', 'kpi_pipeline', 'kpi_pipeline_monthly',
        'kpi_pipeline_kpis', 'kpi_stage_conversion', 'kpi_stage_duration', 'kpi_quota', 'kpi_settings.stage_days',
        'kpi_settings.repeat_days', 'kpi_settings.rfm_months', 'kpi_refresh_log.orders',
        'kpi_manifest', 'kpi_data_quality', 'kpi_status', 'kpi_payment_statuses', 'kpi_series', 'kpi_series_daily', 'kpi_forecast_daily', 'kpi_anomalies_daily', 'kpi_seasonality_daily', 'rfm_analysis',
        'kpi_settings.source_time_zone', 'kpi_settings.earliest_date', 'kpi_settings.ends_inclusive',
        'kpi_refresh_log.errors', 'kpi_refresh_log.error_rows', 'kpi_refresh_log.error_amount', 'kpi_refresh_log.settings',
        'paused_at', 'mrr_waterfall(pause, resume, customers_paused, customers_resumed)',
        'kpi_mrr_monthly.net_new', 'kpi_mrr_monthly.mrr_growth', 'kpi_mrr_monthly.arr', 'kpi_mrr_monthly.pause', 'kpi_mrr_monthly.resume', 'kpi_mrr_monthly.customers_paused', 'kpi_mrr_monthly.customers_resumed', 'kpi_mrr_monthly.opening_paused', 'kpi_mrr_monthly.customers_opening_paused',
        'kpi_mrr_monthly_by.pause', 'kpi_mrr_monthly_by.resume', 'kpi_mrr_monthly_by.customers_paused', 'kpi_mrr_monthly_by.customers_resumed', 'kpi_mrr_monthly_by.opening_paused', 'kpi_mrr_monthly_by.customers_opening_paused',
        'kpi_mrr_monthly_by.net_new', 'kpi_mrr_monthly_by.mrr_growth', 'kpi_mrr_monthly_by.arr',
        'kpi_revenue_monthly.failure_rate', 'kpi_revenue_monthly.without_customer', 'kpi_conversion.converted_early',
        'events', 'kpi_event_meanings', 'kpi_user_activity', 'kpi_user_event_types', 'kpi_event_flows', 'kpi_event_types', 'kpi_activity', 'kpi_sessions', 'kpi_session_stats',
        'funnel_path', 'kpi_funnels', 'kpi_funnel_customers', 'kpi_funnel', 'funnel_counts', 'kpi_activity_retention', 'cohort_retention',
        'as_of', 'rows_as_of', 'freeze', 'unfreeze', 'explain_change', 'explain_restatement', 'forget_customer', 'kpi_customers_past', 'kpi_mrr_scheduled_past', 'kpi_margin_past', 'kpi_series_past', 'kpi_refresh_log.source_columns', 'kpi_restatements', 'kpi_frozen_months', 'kpi_mrr_reported',
        'kpi_refresh_log.publication', 'kpi_refresh_log.sources', 'kpi_refresh_log.first_period',
        'kpi_settings.retention_brackets', 'kpi_settings.retention_ages',
        'daily_summary', 'user_activity_summary', 'session_metrics', 'event_history', 'event_flow', 'session_set', 'scores', 'model', 'order_history', 'order_features', 'order_features_published', 'event_features', 'event_type_features', 'subscription_features', 'kpi_refresh_log.skipped_events',
        'kpi_settings.session_gap_minutes', 'kpi_settings.session_splits_at_midnight', 'kpi_settings.inactivity_days', 'kpi_settings.week_start', 'kpi_settings.simulated_monthly_price'])
), marks AS (
    SELECT split_part(name, '(', 1) AS name, concat(' *Since ', version, ': `' || substring(name, '\((.*)\)') || '`', '.*') AS mark
      FROM since
), topics (topic, place, rank, heading) AS (
    VALUES ('sources', 1, 1::bigint, E'\n## Sources and their checks'),
           ('refresh', 3, 1, E'\n## Relations and refresh'),
           ('endpoints', 3, 2, E'\n## Endpoints\n\nQuestions of a dashboard, answered in JSON, and what there is to say of the numbers: see the [guide](guide/endpoints.md).'),
           ('', 5, 0, E'\n## States\n\nTypes, the aggregates that make values of them, and the functions that read them.'),
           ('arrays', 6, 1, E'\n## Time series in arrays\n\nOldest value first. `period` is the number of values in a season: 12 months, 4 quarters, 52 weeks, 7 days, 1 for none.'),
           ('models', 7, 1, E'\n## Models of customers in arrays\n\nOne value per customer in each array, in the same order: `array_agg` of each in one `SELECT`. Rows with a NULL are left out before.'),
           ('amounts', 8, 1, E'\n## Amounts')
     UNION ALL
    SELECT t.typname, 5, t.oid, format(E'\n### %s\n\n%s.%s', t.typname, regexp_replace(upper(left(c.comment, 1)) || substr(c.comment, 2), :escaped), m.mark)
      FROM pg_type AS t
     CROSS JOIN LATERAL obj_description(t.oid, 'pg_type') AS c(comment)
      LEFT JOIN marks AS m ON m.name = t.typname
     WHERE t.typnamespace = 'saaskpi'::regnamespace AND t.typtype IN ('b', 'd') AND t.typelem = 0
), functions AS (
    SELECT p.oid, p.proname AS name, p.prokind AS kind, obj_description(p.oid, 'pg_proc') AS comment,
           regexp_replace(regexp_replace(pg_get_function_arguments(p.oid), '(^|, )IN ', '\1', 'g'),
                          '(''[^'']*''|NULL)::[a-z ]+(\[\])?', '\1', 'g') AS arguments,
           pg_get_function_result(p.oid) AS result,
           CASE WHEN p.prorettype = 'jsonb'::regtype OR p.proname IN ('date_range', 'insights', 'narrative', 'export') THEN 'endpoints'
                WHEN p.prokind = 'p' OR p.proargnames[1] IN ('schema_name', 'shown')
                THEN CASE WHEN p.proname LIKE '%source%' THEN 'sources' ELSE 'refresh' END
                WHEN made.typname IS NOT NULL THEN made.typname
                WHEN read.typname IS NOT NULL THEN read.typname
                WHEN p.proargtypes[0] = 'float8[]'::regtype THEN CASE WHEN p.proargnames[1] = 'y' THEN 'arrays' ELSE 'models' END
                ELSE 'amounts' END AS topic
      FROM pg_proc AS p
      LEFT JOIN pg_type AS made ON made.oid = p.prorettype AND made.typnamespace = p.pronamespace
      LEFT JOIN pg_type AS read ON read.oid = p.proargtypes[0] AND read.typnamespace = p.pronamespace
     WHERE p.pronamespace = 'saaskpi'::regnamespace
), relations AS (
    SELECT ordinal, relation, relation AS name, comment, concat('Key: `', array_to_string(key, '`, `'), '`.',
               ' Made from ' || replace(nullif(array_to_string(saaskpi_internal.needs_of(relation), ' and '), ''), '|', ' or ') || '.') AS about
      FROM saaskpi_internal.relations
     UNION ALL
    SELECT 1000, relname, 'saaskpi.' || relname, obj_description(oid, 'pg_class'), 'In schema `saaskpi`.'
      FROM pg_class WHERE relnamespace = 'saaskpi'::regnamespace AND relkind = 'v'
), relation_columns AS (
    SELECT relation, ordinal, column_name, unit, substring(definition, 'NOT NULL DEFAULT ''?([^'' ]+)') AS preset, comment
      FROM saaskpi_internal.relation_columns
     UNION ALL
    SELECT c.relname, a.attnum, a.attname, 'text', NULL, col_description(c.oid, a.attnum)
      FROM pg_class AS c
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
     WHERE c.relnamespace = 'saaskpi'::regnamespace AND c.relkind = 'v'
), lines (place, rank, part, ordinal, line) AS (
    SELECT place, rank, 0, 0::bigint, heading FROM topics
     UNION ALL
    SELECT t.place, t.rank, CASE f.kind WHEN 'a' THEN 1 ELSE 2 END, f.oid::bigint,
           concat(E'\n- ', CASE f.kind WHEN 'a' THEN 'aggregate ' WHEN 'p' THEN 'procedure ' END, '`', f.name, '(', f.arguments, ')',
                  CASE WHEN f.kind = 'p' THEN '' WHEN f.result LIKE 'TABLE(%' THEN ' → rows' ELSE ' → ' || f.result END, E'`\n\n  ',
                  regexp_replace(upper(left(f.comment, 1)) || substr(f.comment, 2), :escaped), '.', m.mark,
                  E'\n\n  A row: `' || replace(substring(f.result, '^TABLE\((.*)\)$'), ', ', '`, `') || '`.')
      FROM functions AS f
      JOIN topics AS t USING (topic)
      LEFT JOIN marks AS m USING (name)
     UNION ALL
    SELECT 2, t.ordinal, b.part, 0, b.line
      FROM saaskpi_internal.sources AS t
     CROSS JOIN LATERAL (VALUES
           (0, format(E'\n### %s\n\n%s.\n\n| column | read as | | meaning |\n|---|---|---|---|', t.source, t.description)),
           (2, E'\n| rule | severity | what the numbers do |\n|---|---|---|')) AS b(part, line)
     UNION ALL
    SELECT 2, t.ordinal, 1, c.ordinal, format('| `%s` | %s | %s | %s.%s |', c.column_name, c.kind, CASE WHEN c.needed THEN 'needed' ELSE 'optional' END,
                                              regexp_replace(c.description, :escaped), m.mark)
      FROM saaskpi_internal.sources AS t
      JOIN saaskpi_internal.source_columns AS c USING (source)
      LEFT JOIN marks AS m ON m.name = c.source || '.' || c.column_name
     UNION ALL
    SELECT 2, t.ordinal, 3, r.ordinal, format('| `%s` | %s | %s |', r.rule, r.severity, regexp_replace(r.consequence, :escaped))
      FROM saaskpi_internal.sources AS t
      JOIN saaskpi_internal.source_rules AS r USING (source)
     UNION ALL
    SELECT 4, r.ordinal, 0, 0, format(E'\n### %s\n\n%s%s\n\n%s\n\n| column | unit | meaning |\n|---|---|---|', r.name,
                                      regexp_replace(r.comment, :escaped), m.mark, r.about)
      FROM relations AS r
      LEFT JOIN marks AS m ON m.name = r.relation
     UNION ALL
    SELECT 4, r.ordinal, 1, c.ordinal, format('| `%s` | %s | %s%s%s |', c.column_name, c.unit, regexp_replace(c.comment, :escaped),
                                              ' Default: `' || c.preset || '`.', m.mark)
      FROM relations AS r
      JOIN relation_columns AS c USING (relation)
      LEFT JOIN marks AS m ON m.name = c.relation || '.' || c.column_name
)
SELECT line FROM lines ORDER BY place, rank, part, ordinal;
