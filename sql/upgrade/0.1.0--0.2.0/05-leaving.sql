-- What made and refreshed the kpi relations goes; nothing in the schemas it
-- made depends on it.  The procedures that are called stay, as far as their
-- arguments do, and with them who may call them; kpi_catalog stays below the
-- views built on it.

CREATE OR REPLACE VIEW saaskpi.kpi_catalog AS
SELECT NULL::text AS name, NULL::text AS question, NULL::text AS formula, NULL::text AS grain, NULL::text AS unit,
       NULL::text AS sources, NULL::name AS relation, NULL::name AS column_name, NULL::text AS definition;

DO $$
DECLARE
    leaving constant name[] := '{
        source_columns, source_tables, source_setting, source_row_security, source_relation, source_reading,
        source_expression, prepare_source_schema, source_table_definition, create_source_tables, source_rules,
        source_readings, source_with_clause, source_from_clause, source_findings, source_gaps, check_sources,
        settings_definition, input_template, input_query, input_definition, shared_partitions, series_relations,
        state_relations, mrr_relations, money_relations, cohort_relations, relation_definitions, identity_rules,
        is_usable, require_views, create_indexes, show_relation, create_relation, comment_relations, can_commit,
        current_as_of, refresh_inputs, fill_table, customers_query, find_gone_customers, refresh_customers,
        refresh_movements, refresh_view, rows_of_nobody, refresh_relations, refresh, schedule_name, schedule_command,
        shell_word, schedule_hint, require_pg_cron, mrr_columns, mrr_by_columns, money_columns, series_columns,
        customer_columns, run_columns, relation_grains, relation_comments, relation_columns, mrr_dictionary,
        retention_dictionary, series_dictionary, money_dictionary, customer_dictionary}';
    routine regprocedure;
    dependents text;
BEGIN
    FOR routine IN
        SELECT p.oid
          FROM pg_proc AS p
          JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'saaskpi'
         WHERE p.pronamespace = 'saaskpi'::regnamespace AND p.proname = ANY (leaving) LOOP
        EXECUTE format('DROP ROUTINE %s', routine);
    END LOOP;
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS dependents = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION 'something of yours is built on saaskpi.%, which this version does not have', routine
        USING ERRCODE = 'dependent_objects_still_exist', DETAIL = dependents,
              HINT = 'Keep its text (pg_get_viewdef), drop it, and update again: ALTER EXTENSION saaskpi UPDATE';
END
$$;
