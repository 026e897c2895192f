-- The tables of the schema itself: settings, manifest, refresh log.  They are
-- made column by column, so that a schema made by an older version gets what
-- it lacks, and drop_views leaves them.

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_settings', 'own', '{only_row}', 'schema',
 'What the kpi relations of this schema go by: exactly one row, yours to UPDATE; the next refresh applies it. As of which day are these numbers?',
 $sql$(effective_as_of) SELECT (now() AT TIME ZONE 'UTC')::date$sql$),
('kpi_manifest', 'own', '{relation}', 'relation',
 'What saaskpi made in this schema and what it left out for lack of which source: one row per relation. Why is the relation that I look for not there?', NULL),
('kpi_refresh_log', 'own', '{run_id}', 'refresh',
 'The refreshes of this schema: one row per run, failed ones with the reason. Are these numbers of today?', NULL),
('kpi_refresh_steps', 'own', '{run_id,step}', 'refresh and relation',
 'What a refresh did: one row per run and relation with rows and duration. Which relation takes the time?', NULL),
('kpi_data_quality', 'own', '{source,rule}', 'source and rule',
 'What the last refresh found wrong in the sources: one row per violated rule. Can these numbers be trusted?', NULL);

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_status', 'view', '{as_of}', 'schema',
 'Whether the numbers can be trusted now: one row. Are these numbers of today, by the settings as they are, and from clean sources?', $sql$
SELECT g.effective_as_of AS as_of, ok.finished_at AS refreshed_at, run.status AS last_run, run.message AS last_message,
       s.reason IS NOT NULL AS is_stale, s.reason AS stale_because, ok.errors, ok.error_rows, ok.error_amount,
       (SELECT count(*) FROM {schema}.kpi_data_quality AS q WHERE q.severity = 'warning') AS warnings,
       (SELECT count(*) FROM {schema}.kpi_manifest AS m WHERE m.status = 'left out') AS left_out
  FROM {schema}.kpi_settings AS g
  LEFT JOIN LATERAL (SELECT * FROM {schema}.kpi_refresh_log AS l ORDER BY l.run_id DESC LIMIT 1) AS run ON true
  LEFT JOIN LATERAL (SELECT * FROM {schema}.kpi_refresh_log AS l WHERE l.status = 'ok' ORDER BY l.run_id DESC LIMIT 1) AS ok ON true
 CROSS JOIN LATERAL (SELECT nullif(concat_ws('; ',
       CASE WHEN ok.run_id IS NULL THEN 'never refreshed' END,
       CASE WHEN (to_jsonb(g) || {maps}) - 'effective_as_of'::text <> ok.settings::jsonb - 'effective_as_of'::text THEN 'settings changed after the refresh' END,
       CASE WHEN run.status = 'failed' THEN 'the last run failed' END,
       CASE WHEN g.as_of IS NULL AND g.effective_as_of < (now() AT TIME ZONE g.time_zone)::date
            THEN format('%s days behind', (now() AT TIME ZONE g.time_zone)::date - g.effective_as_of) END), '') AS reason) AS s
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_status', 'as_of', 'date', 'Day as of which the kpi relations were computed.'),
('kpi_status', 'refreshed_at', 'timestamp', 'When the last successful refresh ended; NULL when there was none.'),
('kpi_status', 'last_run', 'text', 'Status of the last run: running, ok or failed.'),
('kpi_status', 'last_message', 'text', 'Why the last run failed.'),
('kpi_status', 'is_stale', 'boolean', 'True when another refresh would, or should, give other numbers; see stale_because.'),
('kpi_status', 'stale_because', 'text', 'never refreshed, settings changed after the refresh, the last run failed, n days behind; NULL when none of these.'),
('kpi_status', 'errors', 'findings', 'Rules of severity error that the sources violated at the last successful refresh; kpi_data_quality lists them.'),
('kpi_status', 'error_rows', 'rows', 'Rows of the sources that violated them.'),
('kpi_status', 'error_amount', 'money', 'Money in those rows, where they hold any.'),
('kpi_status', 'warnings', 'findings', 'Rules of severity warning that the sources violated.'),
('kpi_status', 'left_out', 'relations', 'Relations not made for lack of a source; kpi_manifest lists them.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'only_row', 'boolean', 'boolean NOT NULL DEFAULT true CHECK (only_row)', 'Always true: the settings are one row.'),
('kpi_settings', 'as_of', 'date', $$date CHECK (as_of BETWEEN '0001-01-01' AND '9999-12-31')$$,
 'Day as of which everything is computed, up to the end of 9900 as forecasts go on from there; NULL means the day of the refresh in time_zone.'),
('kpi_settings', 'time_zone', 'text', $$text NOT NULL DEFAULT 'UTC' CHECK (now() AT TIME ZONE time_zone IS NOT NULL)$$,
 'Reporting time zone: which day it is, and on which day an instant with a time zone falls.'),
('kpi_settings', 'currency', 'text', $$text NOT NULL DEFAULT 'USD'$$, 'Currency of all amounts. What is billed or paid in another is converted into it where there are rates; without them, and of all else, it is a label, and nothing is converted.'),
('kpi_settings', 'effective_as_of', 'date', 'date NOT NULL', 'Day as of which the kpi relations were computed; set by the refresh, not by hand.'),
('kpi_settings', 'source_time_zone', 'text', $$text NOT NULL DEFAULT 'UTC' CHECK (now() AT TIME ZONE source_time_zone IS NOT NULL)$$,
 'Zone of the times in the source tables that carry none (type timestamp); dates and times with a zone do not need it.'),
('kpi_settings', 'earliest_date', 'date', $$date NOT NULL DEFAULT '1970-01-02' CHECK (earliest_date BETWEEN '0001-01-01' AND '9999-12-31')$$,
 'Dates before it are taken for mistakes: rows that need them are left out and listed by saaskpi.check_sources.'),

('kpi_manifest', 'relation', 'text', 'text NOT NULL', 'Name of the kpi relation.'),
('kpi_manifest', 'status', 'text', $$text NOT NULL CHECK (status IN ('made', 'left out', 'dropped'))$$,
 'made; left out, see reason; or dropped by saaskpi.drop_views.'),
('kpi_manifest', 'reason', 'text', 'text', 'The sources that were missing when create_views ran; NULL when it was made.'),
('kpi_manifest', 'version', 'text', 'text NOT NULL', 'Version of saaskpi that made it.'),
('kpi_manifest', 'definition', 'text', 'text NOT NULL', 'Fingerprint of the definition it was made by; a refresh wants the present one.'),
('kpi_manifest', 'filled_by', 'text', 'text', 'Version and definition by which its rows were filled; NULL before the first refresh.'),
('kpi_manifest', 'grants', 'text', $$text[] NOT NULL DEFAULT '{}'$$, 'GRANT statements that drop_views found on the relation and create_views gives again.'),
('kpi_manifest', 'kept_from', 'number', 'bigint', 'First publication from which on it is kept what a refresh replaces of the relation, where that was begun after others; else NULL.'),

('kpi_refresh_log', 'run_id', 'number', 'bigint GENERATED ALWAYS AS IDENTITY', 'Number of the run; later runs have greater numbers.'),
('kpi_refresh_log', 'started_at', 'timestamp', 'timestamptz NOT NULL', 'When the run began.'),
('kpi_refresh_log', 'finished_at', 'timestamp', 'timestamptz', 'When the run ended; NULL while it runs, and for good when its session was lost.'),
('kpi_refresh_log', 'status', 'text', $$text NOT NULL CHECK (status IN ('running', 'ok', 'failed'))$$,
 'running, ok or failed; after a failed run the kpi relations are as they were before it.'),
('kpi_refresh_log', 'as_of', 'date', 'date', 'Day as of which the run computed everything; NULL unless status is ok.'),
('kpi_refresh_log', 'seconds', 'seconds', 'numeric', 'Duration of the run; NULL unless status is ok.'),
('kpi_refresh_log', 'message', 'text', 'text', 'Why the run failed; NULL unless status is failed.'),
('kpi_refresh_log', 'errors', 'findings', 'bigint', 'Rules of severity error that the sources violated, see kpi_data_quality; numbers may be wrong or rows are left out.'),
('kpi_refresh_log', 'error_rows', 'rows', 'bigint', 'Rows of the sources that violated them.'),
('kpi_refresh_log', 'error_amount', 'money', 'numeric', 'Money in those rows, where they hold any.'),
('kpi_refresh_log', 'settings', 'text', 'text', 'The settings the run went by.'),
('kpi_refresh_log', 'publication', 'number', 'bigint', 'Place of the run among those that published, in the order in which they did; NULL unless status is ok, and for runs of versions that kept no history.'),
('kpi_refresh_log', 'sources', 'text', 'text', 'The sources that were there, and whether each had any row.'),
('kpi_refresh_log', 'source_columns', 'text', 'text', 'The columns that each of them had and that were read; NULL unless status is ok, and for runs of versions that did not note them.'),

('kpi_refresh_steps', 'run_id', 'number', 'bigint NOT NULL REFERENCES {schema}.kpi_refresh_log ON DELETE CASCADE', 'Run of kpi_refresh_log the step belongs to.'),
('kpi_refresh_steps', 'step', 'number', 'integer NOT NULL', 'Position of the step within the run, in the order the relations depend on each other.'),
('kpi_refresh_steps', 'relation', 'text', 'text NOT NULL', 'Relation the step refreshed.'),
('kpi_refresh_steps', 'rows', 'rows', 'bigint NOT NULL', 'Rows of the relation after the step.'),
('kpi_refresh_steps', 'milliseconds', 'milliseconds', 'numeric NOT NULL', 'Duration of the step.'),

('kpi_data_quality', 'source', 'text', 'text NOT NULL', 'Source table.'),
('kpi_data_quality', 'rule', 'text', 'text NOT NULL', 'Rule violated, as in saaskpi.check_sources.'),
('kpi_data_quality', 'severity', 'text', 'text NOT NULL', 'error (numbers are wrong or rows are left out), warning or info.'),
('kpi_data_quality', 'rows', 'rows', 'bigint', 'Rows concerned.'),
('kpi_data_quality', 'amount', 'money', 'numeric', 'Money in those rows; NULL where the rule is not about money.'),
('kpi_data_quality', 'example', 'text', 'text', 'Up to three of the rows.'),
('kpi_data_quality', 'consequence', 'text', 'text', 'What the numbers do with them.');

-- What one of these tables lacks: all of it, or columns that came later.
CREATE FUNCTION saaskpi_internal.complete_own_table(env jsonb, wanted saaskpi_internal.relations)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    table_name constant text := format('%I.%I', env ->> 'schema', wanted.relation);
    is_new constant boolean := to_regclass(table_name) IS NULL;
    c record;
BEGIN
    IF wanted.maintained = 'view' THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', table_name, saaskpi_internal.expand(wanted.query, env));
        RETURN;
    ELSIF is_new THEN
        EXECUTE format('CREATE TABLE %s (%s, PRIMARY KEY (%s)) %s', table_name,
                       (SELECT string_agg(format('%I %s', r.column_name, saaskpi_internal.expand(r.definition, env)), ', ' ORDER BY r.ordinal)
                          FROM saaskpi_internal.relation_columns AS r WHERE r.relation = wanted.relation),
                       array_to_string(wanted.key, ', '), CASE wanted.relation WHEN 'kpi_manifest' THEN 'WITH (autovacuum_enabled = false)' END);
        IF wanted.query IS NOT NULL THEN
            EXECUTE format('INSERT INTO %s %s', table_name, wanted.query);
        END IF;
        PERFORM saaskpi_internal.begin_keeping((env ->> 'schema')::name, wanted.relation);
        RETURN;
    END IF;
    FOR c IN SELECT r.column_name, r.definition FROM saaskpi_internal.relation_columns AS r
              WHERE r.relation = wanted.relation
                AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass(table_name)
                                   AND a.attname = r.column_name AND NOT a.attisdropped)
              ORDER BY r.ordinal LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', table_name, c.column_name, saaskpi_internal.expand(c.definition, env));
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.complete_own_table(jsonb, saaskpi_internal.relations) IS
    'creates a table or view of the schema itself, or adds the columns it lacks';
