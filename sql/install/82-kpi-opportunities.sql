-- Opportunities: the sources, and the life of each as a row of steps.

INSERT INTO saaskpi_internal.sources (source, key, label, one_row_per_key, input, description) VALUES
('opportunities', '{opportunity_id}', $$nullif(opportunity_id, ''), '(no id)'$$, true, $sql$
SELECT {key opportunity_id} AS opportunity_id, {key customer_id} AS customer_id, {key sales_rep_id} AS sales_rep_id, {name} AS name,
       CASE WHEN {created_at} >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} AND {created_at} < 'infinity' THEN {created_at} END AS created_at,
       CASE WHEN {amount} >= 0 AND {amount} < 922337203685477 THEN saaskpi.money_units({amount}) END AS amount, nullif({stage}, '') AS stage,
       CASE WHEN isfinite({closed_at}) THEN {closed_at} END AS closed_at, {expected_close} AS expected_close
  FROM {from} AS opportunities
 WHERE ({created_at} < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} OR {created_at} = 'infinity') IS NOT FALSE$sql$,
 'Source table of saaskpi: one row per opportunity as it stands now'),
('opportunity_stages', '{opportunity_id,entered_at,stage}', $$opportunity_id || ' ' || stage, opportunity_id, '(no opportunity)'$$, true, $sql$
SELECT {key opportunity_id} AS opportunity_id, {entered_at} AS entered_at, nullif({stage}, '') AS stage,
       CASE WHEN {amount} >= 0 AND {amount} < 922337203685477 THEN saaskpi.money_units({amount}) END AS amount, {entered_at} >= ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} AS is_later
  FROM {from} AS opportunity_stages
 WHERE {entered_at} >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} AND {entered_at} < 'infinity' AND {stage} <> ''$sql$,
 'Source table of saaskpi: one row per stage an opportunity entered, and when; rows are only ever added'),
('pipeline_stages', '{stage}', $$nullif(stage, ''), '(no stage)'$$, true, $sql$
SELECT {stage} AS stage, CASE WHEN abs({ordinal}) < 'Infinity' THEN {ordinal} END AS ordinal, CASE WHEN {probability} BETWEEN 0 AND 1 THEN {probability} END AS probability,
       CASE WHEN lower(btrim({outcome})) IN ('won', 'lost') THEN lower(btrim({outcome})) ELSE 'open' END AS outcome
  FROM {from} AS pipeline_stages WHERE {stage} <> ''$sql$,
 'Source table of saaskpi: one row per stage of the pipeline; while it is empty the usual six are taken');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('opportunities', 'opportunity_id', 'text', true, true, NULL, 'Identifier of the opportunity'),
('opportunities', 'customer_id', 'text', false, false, NULL, 'Customer it is about'),
('opportunities', 'sales_rep_id', 'text', false, false, NULL, 'Sales rep who works on it, of sales_reps'),
('opportunities', 'name', 'text', false, false, NULL, 'What it is called'),
('opportunities', 'created_at', 'timestamptz', true, true, $$created_at >= '0001-01-01' AND created_at < '10000-01-01'$$, 'When it was created'),
('opportunities', 'amount', 'numeric', true, false, 'amount >= 0 AND amount < 922337203685477', 'What it would bring'),
('opportunities', 'stage', 'text', true, true, NULL, 'Stage it is in now, of pipeline_stages'),
('opportunities', 'closed_at', 'timestamptz', false, false, NULL, 'When it was won or lost; empty while it is open'),
('opportunities', 'expected_close', 'date', false, false, NULL, 'Day it is expected to close'),
('opportunity_stages', 'opportunity_id', 'text', true, true, NULL, 'Opportunity, of opportunities'),
('opportunity_stages', 'stage', 'text', true, true, NULL, 'Stage it entered, of pipeline_stages'),
('opportunity_stages', 'entered_at', 'timestamptz', true, true, $$entered_at >= '0001-01-01' AND entered_at < '10000-01-01'$$, 'When it entered the stage'),
('opportunity_stages', 'amount', 'numeric', false, false, 'amount >= 0 AND amount < 922337203685477', 'What it would bring from then on; empty for as before'),
('pipeline_stages', 'stage', 'text', true, true, NULL, 'Name of the stage'),
('pipeline_stages', 'ordinal', 'numeric', true, true, NULL, 'Place of the stage in the pipeline, lower before higher'),
('pipeline_stages', 'probability', 'numeric', false, false, 'probability BETWEEN 0 AND 1', 'Probability to win from there, from 0 to 1'),
('pipeline_stages', 'outcome', 'text', true, true, $$outcome IN ('open', 'won', 'lost')$$, 'open, won or lost');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('opportunities', 'known', $$LEFT JOIN (SELECT DISTINCT member FROM customers) AS known ON known.member = r.member$$),
('opportunities', 'seller', $$LEFT JOIN (SELECT DISTINCT sales_rep_id FROM sales_reps) AS seller ON seller.sales_rep_id = r.sales_rep_id$$),
('opportunities', 'step', $$LEFT JOIN (SELECT stage, min(outcome) AS outcome FROM (SELECT stage, lower(btrim(outcome)) AS outcome FROM pipeline_stages
    UNION ALL SELECT * FROM (VALUES ('Lead', 'open'), ('Qualified', 'open'), ('Proposal', 'open'), ('Negotiation', 'open'), ('Closed Won', 'won'), ('Closed Lost', 'lost')) AS v WHERE NOT EXISTS (SELECT FROM pipeline_stages WHERE stage <> '')) AS u GROUP BY 1) AS step ON step.stage = r.stage$$),
('opportunities', 'told', $$LEFT JOIN (SELECT l.opportunity_id, l.entered_at, array_agg(l.stage) AS stages
    FROM (SELECT s.*, rank() OVER (PARTITION BY s.opportunity_id ORDER BY s.entered_at DESC) AS back FROM opportunity_stages AS s
           WHERE s.stage <> '' AND isfinite(s.entered_at)) AS l
   WHERE l.back = 1 GROUP BY 1, 2) AS told ON told.opportunity_id = r.opportunity_id$$),
('opportunity_stages', 'deal', $$LEFT JOIN (SELECT opportunity_id, min(created_at) AS created_at, max(closed_at) AS closed_at FROM opportunities GROUP BY 1) AS deal ON deal.opportunity_id = r.opportunity_id$$),
('opportunity_stages', 'step', $$LEFT JOIN (SELECT DISTINCT stage FROM (SELECT stage FROM pipeline_stages
    UNION ALL SELECT * FROM (VALUES ('Lead'), ('Qualified'), ('Proposal'), ('Negotiation'), ('Closed Won'), ('Closed Lost')) AS v WHERE NOT EXISTS (SELECT FROM pipeline_stages WHERE stage <> '')) AS u) AS step ON step.stage = r.stage$$);

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, created, description) VALUES
('opportunities', 'currency', 'text', false, 'Currency of the amount; more than one stops a refresh');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, amount, impossible_by, consequence) VALUES
('opportunities', 'error', 'opportunity_id_missing', '{opportunities.opportunity_id}', $$r.opportunity_id IS NULL OR r.opportunity_id IN ('', '(none)')$$, NULL, 'r.amount', NULL, 'The row is not used.'),
('opportunities', 'error', 'opportunity_id_duplicate', '{opportunities.opportunity_id}',
 NULL, $$SELECT opportunity_id, count(*) - 1, sum(abs(amount)) - max(abs(amount)) FROM opportunities WHERE opportunity_id NOT IN ('', '(none)') GROUP BY opportunity_id HAVING count(*) > 1$$, NULL, '{opportunity_id}',
 'One row per opportunity is used; the others are ignored.'),
('opportunities', 'warning', 'opportunity_unknown_customer', '{opportunities.customer_id,customers.customer_id}',
 $$r.customer_id NOT IN ('', '(none)') AND known.member IS NULL$$, NULL, NULL, NULL, 'The opportunity counts.'),
('opportunities', 'info', 'opportunity_customer_missing', '{opportunities.customer_id}', $$r.customer_id IS NULL OR r.customer_id IN ('', '(none)')$$, NULL, NULL, NULL, 'The opportunity counts.'),
('opportunities', 'warning', 'opportunity_unknown_rep', '{opportunities.sales_rep_id,sales_reps.sales_rep_id}',
 $$r.sales_rep_id NOT IN ('', '(none)') AND seller.sales_rep_id IS NULL$$, NULL, NULL, NULL, 'The opportunity counts under that rep, who has no name.'),
('opportunities', 'warning', 'opportunity_rep_missing', '{opportunities.sales_rep_id}', $$r.sales_rep_id IS NULL OR r.sales_rep_id IN ('', '(none)')$$, NULL, 'r.amount', NULL, 'The opportunity counts, in the quota of nobody.'),
('opportunities', 'warning', 'opportunity_amount_missing', '{opportunities.amount}', 'r.amount IS NULL', NULL, NULL, NULL, 'It counts as an opportunity of 0, unless its history says more.'),
('opportunities', 'error', 'opportunity_amount_negative', '{opportunities.amount}', $$r.amount < 0 AND r.amount > '-Infinity'$$, NULL, 'r.amount', NULL, 'It counts as an opportunity of 0, unless its history says more.'),
('opportunities', 'error', 'opportunity_amount_unusable', '{opportunities.amount}', $$r.amount IN ('NaN', 'Infinity', '-Infinity') OR r.amount >= 922337203685477 AND r.amount < 'Infinity'$$, NULL, NULL, NULL, 'It counts as an opportunity of 0, unless its history says more.'),
('opportunities', 'error', 'created_at_missing', '{opportunities.created_at}', 'r.created_at IS NULL', NULL, 'r.amount', NULL, 'Without a history the opportunity is not used.'),
('opportunities', 'error', 'created_at_unusable', '{opportunities.created_at}',
 $$NOT isfinite(r.created_at) OR r.created_at < {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone}$$, NULL, 'r.amount', NULL, 'It is taken for missing: without a history the opportunity is not used.'),
('opportunities', 'warning', 'created_at_in_future', '{opportunities.created_at}',
 $$r.created_at >= ($1 + 1)::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.created_at)$$, NULL, 'r.amount', NULL, 'The opportunity does not count before that day.'),
('opportunities', 'warning', 'closed_at_is_a_day', '{opportunities.closed_at}', NULL,
 saaskpi_internal.is_a_day_query('opportunities', 'closed_at'), NULL, NULL,
 'Every closed_at is a midnight in UTC, so it seems to be of days, and in time_zone it falls on the day before. Let closed_at be a date, which is read in time_zone.'),
('opportunities', 'error', 'closed_before_created', '{opportunities.closed_at,opportunities.created_at}',
 $$r.closed_at < r.created_at
   AND (r.closed_at <> date_trunc('day', r.closed_at, {setting time_zone}) OR saaskpi_internal.day_of(r.created_at, {setting time_zone}) > saaskpi_internal.day_of(r.closed_at, {setting time_zone}))$$, NULL, NULL, NULL, 'Without a history it is taken as closed when it was created.'),
('opportunities', 'warning', 'closed_at_in_future', '{opportunities.closed_at}',
 $$r.closed_at >= ($1 + 1)::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.closed_at)$$, NULL, NULL, NULL, 'Without a history it is open until then, in a stage that is not known.'),
('opportunities', 'error', 'closed_at_missing', '{opportunities.closed_at,opportunities.stage}', $$step.outcome IN ('won', 'lost') AND r.closed_at IS NULL$$, NULL, 'r.amount', NULL, 'Without a history it is taken as closed when it was created.'),
('opportunities', 'warning', 'closed_at_of_open_stage', '{opportunities.closed_at,opportunities.stage}', $$step.outcome = 'open' AND r.closed_at IS NOT NULL$$, NULL, NULL, NULL, 'The opportunity is open; closed_at is not used. Where a CRM keeps there the day that is expected, let expected_close hold it.'),
('opportunities', 'error', 'stage_missing', '{opportunities.stage}', $$r.stage IS NULL OR r.stage = ''$$, NULL, 'r.amount', NULL, 'Without a history it is open, in stage (none).'),
('opportunities', 'warning', 'stage_unknown', '{opportunities.stage}', $$r.stage <> '' AND step.stage IS NULL$$, NULL, 'r.amount', NULL, 'The stage counts as an open one without place or probability. Add it to pipeline_stages.'),
('opportunities', 'info', 'history_ends_early', '{opportunities.stage,opportunities.closed_at,opportunity_stages.opportunity_id,opportunity_stages.stage,opportunity_stages.entered_at}',
 $$r.stage <> ALL (told.stages) AND told.entered_at >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone}
   AND isfinite(r.closed_at) AND step.outcome IN ('won', 'lost') AND saaskpi_internal.day_of(r.closed_at, {setting time_zone}) >= saaskpi_internal.day_of(told.entered_at, {setting time_zone})$$, NULL, NULL, NULL,
 'It is open until closed_at, and closes then.'),
('opportunities', 'warning', 'history_stage_differs', '{opportunities.stage,opportunities.closed_at,opportunity_stages.opportunity_id,opportunity_stages.stage,opportunity_stages.entered_at}',
 $$r.stage <> '' AND r.stage <> ALL (told.stages) AND told.entered_at >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone}
   AND (isfinite(r.closed_at) AND step.outcome IN ('won', 'lost') AND saaskpi_internal.day_of(r.closed_at, {setting time_zone}) >= saaskpi_internal.day_of(told.entered_at, {setting time_zone})) IS NOT TRUE$$, NULL, NULL, NULL,
 'The history counts: the opportunity is in the stage of its last row.'),
('opportunity_stages', 'error', 'history_unknown_opportunity', '{opportunity_stages.opportunity_id,opportunities.opportunity_id}', 'deal.opportunity_id IS NULL', NULL, NULL, NULL, 'The row is not used.'),
('opportunity_stages', 'error', 'history_amount_unusable', '{opportunity_stages.amount}', 'r.amount < 0 OR r.amount >= 922337203685477', NULL, 'r.amount', NULL, 'It is taken for empty, that is for the amount of before: it is below zero, infinite, without a value (NaN) or too large.'),
('opportunity_stages', 'error', 'history_stage_missing', '{opportunity_stages.stage}', $$r.stage IS NULL OR r.stage = ''$$, NULL, NULL, NULL, 'The row is not used.'),
('opportunity_stages', 'warning', 'history_stage_unknown', '{opportunity_stages.stage}', $$r.stage <> '' AND step.stage IS NULL$$, NULL, NULL, NULL, 'The stage counts as an open one without place or probability. Add it to pipeline_stages.'),
('opportunity_stages', 'error', 'entered_at_missing', '{opportunity_stages.entered_at}', 'r.entered_at IS NULL', NULL, NULL, NULL, 'The row is not used.'),
('opportunity_stages', 'error', 'entered_at_unusable', '{opportunity_stages.entered_at}',
 $$NOT isfinite(r.entered_at) OR r.entered_at < {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone}$$, NULL, NULL, NULL, 'The row is not used.'),
('opportunity_stages', 'warning', 'entered_at_in_future', '{opportunity_stages.entered_at}',
 $$r.entered_at >= ($1 + 1)::timestamp AT TIME ZONE {setting time_zone} AND isfinite(r.entered_at)$$, NULL, NULL, NULL, 'The row does not count before that day.'),
('opportunity_stages', 'warning', 'entered_before_created', '{opportunity_stages.entered_at,opportunities.created_at}', $$r.entered_at < deal.created_at AND r.entered_at > '-infinity'$$, NULL, NULL, NULL, 'The history counts: the opportunity begins with its first row.'),
('opportunity_stages', 'warning', 'entered_after_closed', '{opportunity_stages.entered_at,opportunities.closed_at}', $$r.entered_at > deal.closed_at AND r.entered_at < 'infinity'
   AND (deal.closed_at <> date_trunc('day', deal.closed_at, {setting time_zone}) OR saaskpi_internal.day_of(r.entered_at, {setting time_zone}) > saaskpi_internal.day_of(deal.closed_at, {setting time_zone}))$$, NULL, NULL, NULL, 'The history counts: an opportunity in an open stage after it closed is reopened.'),
('opportunity_stages', 'error', 'history_duplicate', '{opportunity_stages.opportunity_id,opportunity_stages.stage,opportunity_stages.entered_at}',
 NULL, $$SELECT min(label), count(*) - 1, NULL::numeric FROM opportunity_stages WHERE opportunity_id IS NOT NULL AND stage IS NOT NULL AND entered_at IS NOT NULL GROUP BY opportunity_id, stage, entered_at HAVING count(*) > 1$$, NULL,
 '{opportunity_id,stage,entered_at}', 'One of the rows is used, the others are ignored.'),
('opportunity_stages', 'warning', 'history_begins_late', '{opportunity_stages.opportunity_id,opportunity_stages.entered_at,opportunities.created_at}', NULL,
 $$SELECT h.opportunity_id, 1::bigint, NULL::numeric
     FROM (SELECT r.opportunity_id, min(r.entered_at) AS entered_at FROM opportunity_stages AS r
            WHERE r.stage <> '' AND isfinite(r.entered_at) AND r.entered_at >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} GROUP BY 1) AS h
     JOIN (SELECT opportunity_id, min(created_at) AS created_at FROM opportunities WHERE created_at >= {setting earliest_date}::date::timestamp AT TIME ZONE {setting time_zone} GROUP BY 1) AS o USING (opportunity_id)
    WHERE saaskpi_internal.day_of(o.created_at, {setting time_zone}) < saaskpi_internal.day_of(h.entered_at, {setting time_zone}) AND h.entered_at < ($1 + 1)::timestamp AT TIME ZONE {setting time_zone}$$,
 NULL, NULL, 'Until its first row the opportunity is open, in stage (none).'),
('opportunity_stages', 'warning', 'history_amount_differs', '{opportunity_stages.opportunity_id,opportunity_stages.entered_at,opportunity_stages.amount,opportunities.amount}', NULL,
 $$SELECT h.opportunity_id, 1::bigint, min(abs(o.amount - h.amount))
     FROM (SELECT DISTINCT ON (r.opportunity_id) r.opportunity_id, r.amount FROM opportunity_stages AS r
            WHERE r.stage <> '' AND isfinite(r.entered_at) AND r.amount >= 0 AND r.amount < 922337203685477 ORDER BY r.opportunity_id, r.entered_at DESC, r.amount DESC) AS h
     JOIN opportunities AS o USING (opportunity_id) WHERE o.amount >= 0 AND o.amount < 922337203685477
    GROUP BY 1 HAVING min(abs(o.amount - h.amount)) >= 0.0001$$, NULL, NULL,
 'The history counts, up to a close that it does not know. Where it does not follow every change, leave its amounts empty.'),
('pipeline_stages', 'error', 'pipeline_stage_missing', '{pipeline_stages.stage}', $$r.stage IS NULL OR r.stage = ''$$, NULL, NULL, NULL, 'The row is not used.'),
('pipeline_stages', 'error', 'pipeline_stage_duplicate', '{pipeline_stages.stage}', NULL, $$SELECT stage, count(*) - 1, NULL::numeric FROM pipeline_stages WHERE stage <> '' GROUP BY stage HAVING count(*) > 1$$, NULL, '{stage}', 'One of the rows is used, the first by ordinal.'),
('pipeline_stages', 'error', 'outcome_unknown', '{pipeline_stages.outcome}', $$(lower(btrim(r.outcome)) IN ('open', 'won', 'lost')) IS NOT TRUE$$, NULL, NULL, NULL, 'The stage counts as an open one.'),
('pipeline_stages', 'warning', 'pipeline_ordinal_missing', '{pipeline_stages.ordinal}', 'r.ordinal IS NULL', NULL, NULL, NULL, 'The stage has no place: nobody counts as gone on to it, nor from it but to a win.'),
('pipeline_stages', 'error', 'pipeline_ordinal_unusable', '{pipeline_stages.ordinal}', $$NOT abs(r.ordinal) < 'Infinity'$$, NULL, NULL, NULL, 'It is no place, as it is infinite or without a value (NaN): nobody counts as gone on to the stage, nor from it but to a win.'),
('pipeline_stages', 'warning', 'probability_unusable', '{pipeline_stages.probability}', '(r.probability BETWEEN 0 AND 1) IS NOT TRUE', NULL, NULL, NULL, 'Nothing is weighted in this stage.');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, query, refuses, consequence) VALUES
('opportunities', 'error', 'opportunity_currencies', '{opportunities.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM opportunities WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies > 1$$, true,
 'A refresh refuses to add up amounts of several currencies; put a view of one of them in place of the table.'),
('opportunities', 'warning', 'opportunity_currency_unlike_settings', '{opportunities.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM opportunities WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies = 1 AND saaskpi_internal.is_foreign(currency, {setting currency})$$, false,
 'The pipeline is shown as if it were in currency of kpi_settings; nothing converts it.');

-- An opportunity with a history lives by it; one created on an earlier day was
-- open until then, in a stage that is not known, and worth as much as the first
-- row says; one whose history knows no close, also later than as_of, as of a CRM
-- that keeps won and lost beside the stage, closes at closed_at. Without a
-- history only where it began and ended is known. Rows of one stage that follow
-- each other are steps, as the amount may change, and one stay.
INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_pipeline_stages', '{opportunities}', '{stage}', 'stage',
 'The stages of the pipeline as they are counted: one row per stage of pipeline_stages, of the usual six while that is empty, and of those only opportunities name. In which order do they come?', $sql$
WITH known AS (
    SELECT p.stage, p.ordinal, p.probability, p.outcome FROM {pipeline_stages} AS p
    UNION ALL
    SELECT * FROM (VALUES ('Lead', 1::numeric, 0.10, 'open'), ('Qualified', 2, 0.25, 'open'), ('Proposal', 3, 0.50, 'open'), ('Negotiation', 4, 0.75, 'open'),
                          ('Closed Won', 5, 1.00, 'won'), ('Closed Lost', 6, 0.00, 'lost')) AS v WHERE NOT {filled pipeline_stages}
)
SELECT k.stage, k.ordinal, k.probability, k.outcome FROM known AS k
UNION ALL
SELECT n.stage, NULL, NULL, 'open'
  FROM (SELECT coalesce(o.stage, '(none)') AS stage FROM {opportunities} AS o WHERE o.opportunity_id IS NOT NULL
        UNION SELECT h.stage FROM {opportunity_stages} AS h WHERE NOT h.is_later AND h.opportunity_id IN (SELECT o.opportunity_id FROM {opportunities} AS o)) AS n
 WHERE n.stage NOT IN (SELECT k.stage FROM known AS k)
$sql$),

('kpi_opportunity_steps', '{opportunities}', '{opportunity_id,step}', 'opportunity and step',
 'The life of every opportunity: one row per stage it entered or amount it came to, with what it was worth before and after. What happened to the deals that were lost in March?', $sql$
WITH o AS MATERIALIZED (SELECT * FROM {opportunities} AS i WHERE i.opportunity_id IS NOT NULL),
a AS MATERIALIZED (SELECT s.opportunity_id, s.entered_at, s.stage, s.amount, s.is_later FROM {opportunity_stages} AS s WHERE s.opportunity_id IN (SELECT o.opportunity_id FROM o)),
h AS (SELECT * FROM a WHERE NOT a.is_later),
told AS MATERIALIZED (
    SELECT a.opportunity_id, min(a.entered_at) FILTER (WHERE NOT a.is_later) AS first, max(a.entered_at) AS last, max(a.entered_at) FILTER (WHERE p.outcome IN ('won', 'lost')) AS closed
      FROM a LEFT JOIN {kpi_pipeline_stages} AS p ON p.stage = a.stage GROUP BY 1 HAVING NOT bool_and(a.is_later)
), raw AS (
    SELECT h.opportunity_id, h.entered_at, h.stage, h.amount, true AS has_history FROM h
    UNION ALL
    SELECT o.opportunity_id, o.created_at, '(none)', NULL, false
      FROM o JOIN told AS f USING (opportunity_id) WHERE saaskpi_internal.day_of(o.created_at, {setting time_zone}) < saaskpi_internal.day_of(f.first, {setting time_zone})
    UNION ALL
    SELECT o.opportunity_id, greatest(o.closed_at, f.last), o.stage, o.amount, false
      FROM o JOIN told AS f USING (opportunity_id) JOIN {kpi_pipeline_stages} AS p ON p.stage = o.stage
     WHERE p.outcome IN ('won', 'lost') AND (f.closed < f.last) IS NOT FALSE AND o.closed_at < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone}
       AND saaskpi_internal.day_of(o.closed_at, {setting time_zone}) >= saaskpi_internal.day_of(f.last, {setting time_zone})
    UNION ALL
    SELECT o.opportunity_id, b.at, b.stage, o.amount, false
      FROM o
      LEFT JOIN {kpi_pipeline_stages} AS p ON p.stage = o.stage
     CROSS JOIN LATERAL (SELECT greatest(o.created_at, coalesce(o.closed_at, o.created_at)) AS closed) AS c
     CROSS JOIN LATERAL (VALUES (o.created_at, CASE WHEN p.outcome IN ('won', 'lost') THEN '(none)' ELSE coalesce(o.stage, '(none)') END),
                                (CASE WHEN p.outcome IN ('won', 'lost') THEN c.closed END, o.stage)) AS b(at, stage)
     WHERE o.created_at IS NOT NULL AND b.at < ({as_of} + 1)::timestamp AT TIME ZONE {setting time_zone} AND o.opportunity_id NOT IN (SELECT h.opportunity_id FROM h)
), ordered AS (
    SELECT r.*, coalesce(p.outcome, 'open') AS outcome, p.ordinal, row_number() OVER w AS step,
           CASE WHEN r.has_history OR lag(true) OVER w THEN count(r.amount) OVER w ELSE (lead(r.amount) OVER w IS NOT NULL)::integer END AS filled
      FROM raw AS r LEFT JOIN {kpi_pipeline_stages} AS p ON p.stage = r.stage
    WINDOW w AS (PARTITION BY r.opportunity_id ORDER BY r.entered_at, (coalesce(p.outcome, 'open') <> 'open'), p.ordinal, r.stage COLLATE "C")
), valued AS (
    SELECT s.opportunity_id, s.step, s.entered_at, s.stage, s.outcome, s.ordinal, s.has_history,
           coalesce(max(s.amount) OVER (PARTITION BY s.opportunity_id, s.filled), o.amount, 0) AS units
      FROM ordered AS s JOIN o USING (opportunity_id)
)
SELECT v.opportunity_id, v.step, v.entered_at, saaskpi_internal.day_of(v.entered_at, {setting time_zone}) AS entered_on, v.stage, v.outcome,
       lag(v.stage) OVER w AS stage_before, lag(v.outcome) OVER w AS outcome_before,
       saaskpi_internal.as_money(v.units) AS amount, saaskpi_internal.as_money(lag(v.units) OVER w) AS amount_before,
       lead(v.entered_at) OVER w AS left_at, v.has_history
  FROM valued AS v WINDOW w AS (PARTITION BY v.opportunity_id ORDER BY v.step)
$sql$),

('kpi_opportunities', '{opportunities}', '{opportunity_id}', 'opportunity',
 'The opportunities as of as_of: one row each with stage, amount and age. Which open deals are overdue?', $sql$
SELECT o.opportunity_id, o.name, o.customer_id, o.sales_rep_id, s.stage, s.outcome, s.amount, p.probability, round(s.amount * p.probability, 2) AS weighted,
       g.created_on, CASE WHEN s.outcome <> 'open' THEN g.turned_on END AS closed_on, o.expected_close,
       CASE WHEN s.outcome <> 'open' THEN g.turned_on ELSE {as_of} END - g.created_on AS days_open,
       CASE WHEN s.outcome = 'open' AND s.has_history THEN {as_of} - g.came_on END AS days_in_stage,
       s.outcome = 'open' AND coalesce(o.expected_close < {as_of}, false) AS is_overdue, g.has_history
  FROM {kpi_opportunity_steps} AS s
  JOIN (SELECT t.opportunity_id, max(t.step) AS step, min(t.entered_on) AS created_on, max(t.entered_on) FILTER (WHERE t.outcome IS DISTINCT FROM t.outcome_before) AS turned_on,
               max(t.entered_on) FILTER (WHERE t.stage IS DISTINCT FROM t.stage_before) AS came_on, bool_or(t.has_history) AS has_history
          FROM {kpi_opportunity_steps} AS t GROUP BY 1) AS g ON g.opportunity_id = s.opportunity_id AND g.step = s.step
  JOIN {opportunities} AS o ON o.opportunity_id = s.opportunity_id
  LEFT JOIN {kpi_pipeline_stages} AS p ON p.stage = s.stage
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_pipeline_stages', 'stage', 'text', 'Stage; (none) for opportunities that name none.'),
('kpi_pipeline_stages', 'ordinal', 'number', 'Place in the pipeline; NULL for a stage that is not in pipeline_stages.'),
('kpi_pipeline_stages', 'probability', 'number', 'Probability to win from there as pipeline_stages says; NULL when it says none.'),
('kpi_pipeline_stages', 'outcome', 'text', 'open, won or lost.'),
('kpi_opportunity_steps', 'opportunity_id', 'text', 'Opportunity.'),
('kpi_opportunity_steps', 'step', 'integer', 'Number of the step in its life, from 1.'),
('kpi_opportunity_steps', 'entered_at', 'timestamp', 'When it entered the stage.'),
('kpi_opportunity_steps', 'entered_on', 'date', 'The day of that in time_zone of kpi_settings.'),
('kpi_opportunity_steps', 'stage', 'text', 'Stage entered; (none) when it is not known, as in a deal without a history that has closed.'),
('kpi_opportunity_steps', 'outcome', 'text', 'open, won or lost.'),
('kpi_opportunity_steps', 'stage_before', 'text', 'Stage left; NULL in the first step.'),
('kpi_opportunity_steps', 'outcome_before', 'text', 'Outcome of that stage; NULL in the first step.'),
('kpi_opportunity_steps', 'amount', 'money', 'Amount from this step on; where the history says none, that of the step before, else that of opportunities.'),
('kpi_opportunity_steps', 'amount_before', 'money', 'Amount until this step; NULL in the first.'),
('kpi_opportunity_steps', 'left_at', 'timestamp', 'When the next step began, which may be one of the same stage with another amount; NULL in the last.'),
('kpi_opportunity_steps', 'has_history', 'boolean', 'True when the step is of opportunity_stages; else it was made from created_at and closed_at: before a history that begins on a later day, after one that ends open although the opportunity has closed, or where there is none: stages between are not known.'),
('kpi_opportunities', 'opportunity_id', 'text', 'Opportunity.'),
('kpi_opportunities', 'name', 'text', 'What it is called.'),
('kpi_opportunities', 'customer_id', 'text', 'Customer it is about; NULL when unknown.'),
('kpi_opportunities', 'sales_rep_id', 'text', 'Sales rep; NULL when nobody is named.'),
('kpi_opportunities', 'stage', 'text', 'Stage as of as_of, by its history where it has one.'),
('kpi_opportunities', 'outcome', 'text', 'open, won or lost.'),
('kpi_opportunities', 'amount', 'money', 'Amount as of as_of.'),
('kpi_opportunities', 'probability', 'number', 'Probability of the stage.'),
('kpi_opportunities', 'weighted', 'money', 'amount * probability; NULL when the stage has no probability.'),
('kpi_opportunities', 'created_on', 'date', 'Day of its first step: the earlier of created_at and the first row of its history.'),
('kpi_opportunities', 'closed_on', 'date', 'Day it was won or lost for the last time; NULL while it is open.'),
('kpi_opportunities', 'expected_close', 'date', 'Day it is expected to close.'),
('kpi_opportunities', 'days_open', 'days', 'Days from created_on to closed_on, or to as_of while it is open.'),
('kpi_opportunities', 'days_in_stage', 'days', 'Days in its present stage, whatever the amount became meanwhile; NULL when closed and when there is no history to tell.'),
('kpi_opportunities', 'is_overdue', 'boolean', 'True when it is open after the day it was expected to close.'),
('kpi_opportunities', 'has_history', 'boolean', 'True when opportunity_stages tells its life.');

INSERT INTO saaskpi_internal.known_later (relation, column_name)
SELECT 'kpi_opportunities', c FROM unnest('{stage,outcome,amount,probability,weighted,closed_on,expected_close,days_open,days_in_stage,is_overdue}'::name[]) AS c;
