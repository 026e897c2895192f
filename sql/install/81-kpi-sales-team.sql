-- The sales team and what it is to win.

INSERT INTO saaskpi_internal.sources (source, key, label, one_row_per_key, input, description) VALUES
('sales_reps', '{sales_rep_id}', $$nullif(sales_rep_id, ''), '(no id)'$$, true, $sql$
SELECT {key sales_rep_id} AS sales_rep_id, {name} AS name, {team} AS team, {region} AS region FROM {from} AS sales_reps$sql$,
 'Source table of saaskpi: one row per sales rep'),
('sales_quotas', '{sales_rep_id,period}', $$sales_rep_id || ' ' || period, sales_rep_id, '(no rep)'$$, true, $sql$
SELECT {key sales_rep_id} AS sales_rep_id, {period} AS period, to_date({period}, 'YYYY-MM') AS month,
       CASE WHEN {quota} >= 0 AND {quota} < 922337203685477 THEN saaskpi.money_units({quota}) END AS quota
  FROM {from} AS sales_quotas
 WHERE {period} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND {period} BETWEEN left({setting earliest_date}, 7) AND to_char({as_of}::timestamp, 'YYYY-MM')$sql$,
 'Source table of saaskpi: one row per sales rep and month');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('sales_reps', 'sales_rep_id', 'text', true, true, NULL, 'Identifier of the sales rep'),
('sales_reps', 'name', 'text', false, false, NULL, 'Name of the sales rep'),
('sales_reps', 'team', 'text', false, false, NULL, 'Team of the sales rep'),
('sales_reps', 'region', 'text', false, false, NULL, 'Region the sales rep sells in'),
('sales_quotas', 'sales_rep_id', 'text', true, true, NULL, 'Sales rep, of sales_reps'),
('sales_quotas', 'period', 'text', true, true, 'period ~ ''^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$''', 'Month as YYYY-MM'),
('sales_quotas', 'quota', 'numeric', true, true, 'quota >= 0 AND quota < 922337203685477', 'What the rep is to win in the month');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('orders', 'seller', $$LEFT JOIN (SELECT DISTINCT sales_rep_id FROM sales_reps) AS seller ON seller.sales_rep_id = r.sales_rep_id$$),
('sales_quotas', 'seller', $$LEFT JOIN (SELECT DISTINCT sales_rep_id FROM sales_reps) AS seller ON seller.sales_rep_id = r.sales_rep_id$$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, impossible_by, consequence) VALUES
('orders', 'warning', 'order_unknown_rep', '{orders.sales_rep_id,sales_reps.sales_rep_id}',
 $$r.sales_rep_id NOT IN ('', '(none)') AND seller.sales_rep_id IS NULL$$, NULL, NULL, 'The order counts under that rep, who has no name.'),
('sales_reps', 'error', 'sales_rep_id_missing', '{sales_reps.sales_rep_id}', $$r.sales_rep_id IS NULL OR r.sales_rep_id IN ('', '(none)')$$, NULL, NULL, 'The row is not used.'),
('sales_reps', 'error', 'sales_rep_id_duplicate', '{sales_reps.sales_rep_id}',
 NULL, $$SELECT sales_rep_id, count(*) - 1, NULL::numeric FROM sales_reps WHERE sales_rep_id NOT IN ('', '(none)') GROUP BY sales_rep_id HAVING count(*) > 1$$, '{sales_rep_id}',
 'One row per rep is used, the first by name; the others are ignored.'),
('sales_reps', 'warning', 'sales_rep_name_missing', '{sales_reps.name}', $$r.name IS NULL OR r.name = ''$$, NULL, NULL, 'The rep is shown by the id.'),
('sales_quotas', 'error', 'quota_month_malformed', '{sales_quotas.period}',
 $$(r.period ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$') IS NOT TRUE$$, NULL, NULL, 'The row is not used; months are written YYYY-MM.'),
('sales_quotas', 'warning', 'quota_unknown_rep', '{sales_quotas.sales_rep_id,sales_reps.sales_rep_id}', 'seller.sales_rep_id IS NULL', NULL, NULL, 'The quota counts under that rep, who has no name; without a rep it is not used.'),
('sales_quotas', 'error', 'quota_duplicate', '{sales_quotas.sales_rep_id,sales_quotas.period}',
 NULL, $$SELECT min(label), count(*) - 1, NULL::numeric FROM sales_quotas WHERE sales_rep_id NOT IN ('', '(none)') AND period IS NOT NULL GROUP BY sales_rep_id, period HAVING count(*) > 1$$, '{sales_rep_id,period}',
 'The lowest quota of a rep and month is used; the others are ignored.'),
('sales_quotas', 'error', 'quota_negative', '{sales_quotas.quota}', 'r.quota < 0', NULL, NULL, 'It is taken for no quota.'),
('sales_quotas', 'error', 'quota_not_finite', '{sales_quotas.quota}', $$r.quota IS NULL OR r.quota IN ('NaN', 'Infinity') OR r.quota >= 922337203685477$$, NULL, NULL, 'It is taken for no quota.'),
('sales_quotas', 'warning', 'quota_missing', '{sales_quotas.sales_rep_id,sales_quotas.period}',
 NULL, $$SELECT q.sales_rep_id || ' ' || to_char(g, 'YYYY-MM'), 1, NULL::numeric
     FROM (SELECT sales_rep_id, min(period) AS first, max(period) AS last FROM sales_quotas WHERE sales_rep_id NOT IN ('', '(none)') AND period ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$' GROUP BY 1) AS q,
          generate_series((q.first || '-01')::timestamp, (q.last || '-01')::timestamp, '1 month') AS g
    WHERE NOT EXISTS (SELECT FROM sales_quotas AS h WHERE h.sales_rep_id = q.sales_rep_id AND h.period = to_char(g, 'YYYY-MM'))$$, NULL,
 'The rep has no attainment in that month.');
