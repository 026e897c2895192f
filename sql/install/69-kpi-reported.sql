-- Months that are kept as they were reported.

INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment) VALUES
('kpi_frozen_months', 'own', '{subscriptions}', '{period}', 'month',
 'The MRR waterfall of the months that saaskpi.freeze keeps as reported: one row per month, shown by kpi_mrr_reported. Since when does this month stand?');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_frozen_months', 'period', 'date', 'date NOT NULL', 'First day of the month.'),
('kpi_frozen_months', 'frozen_at', 'timestamp', 'timestamptz NOT NULL DEFAULT now()', 'When it was frozen.'),
('kpi_frozen_months', 'opening', 'money', 'numeric NOT NULL', 'As kpi_mrr_reported had it then, as all that follows.'),
('kpi_frozen_months', 'new', 'money', 'numeric NOT NULL', 'MRR of new customers.'),
('kpi_frozen_months', 'expansion', 'money', 'numeric NOT NULL', 'Rises of MRR.'),
('kpi_frozen_months', 'contraction', 'money', 'numeric NOT NULL', 'Falls of MRR.'),
('kpi_frozen_months', 'churn', 'money', 'numeric NOT NULL', 'MRR of customers who left.'),
('kpi_frozen_months', 'reactivation', 'money', 'numeric NOT NULL', 'MRR of customers who came back.'),
('kpi_frozen_months', 'pause', 'money', 'numeric NOT NULL', 'MRR that was paused.'),
('kpi_frozen_months', 'resume', 'money', 'numeric NOT NULL', 'MRR that came back from pauses.'),
('kpi_frozen_months', 'fx', 'money', 'numeric NOT NULL', 'What rates alone moved.'),
('kpi_frozen_months', 'restated', 'money', 'numeric NOT NULL', 'What had become different of frozen months before.'),
('kpi_frozen_months', 'closing', 'money', 'numeric NOT NULL', 'MRR at the end of the month.'),
('kpi_frozen_months', 'customers_opening', 'customers', 'bigint NOT NULL', 'Customers with MRR at opening.'),
('kpi_frozen_months', 'customers_new', 'customers', 'bigint NOT NULL', 'Customers who had MRR for the first time.'),
('kpi_frozen_months', 'customers_churned', 'customers', 'bigint NOT NULL', 'Times a customer fell to zero MRR.'),
('kpi_frozen_months', 'customers_reactivated', 'customers', 'bigint NOT NULL', 'Times a customer came back from zero MRR.'),
('kpi_frozen_months', 'customers_paused', 'customers', 'bigint NOT NULL', 'Times a customer fell to zero MRR by a pause.'),
('kpi_frozen_months', 'customers_resumed', 'customers', 'bigint NOT NULL', 'Times a customer came back from a pause.'),
('kpi_frozen_months', 'customers_restated', 'customers', 'bigint NOT NULL', 'Customers more, or less when below zero, than frozen months before had said.'),
('kpi_frozen_months', 'customers_closing', 'customers', 'bigint NOT NULL', 'Customers with MRR at closing.');

-- What has become different of frozen months stands in the first month that is
-- not, so that all is told and no reported month moves.
INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, grain, comment, query) VALUES
('kpi_mrr_reported', 'shown', '{subscriptions}', '{period}', 'month',
 'The MRR waterfall as reported: one row per month, frozen ones as they were, the others as kpi_mrr_monthly has them, and what has changed in frozen ones as a line of the first open month. What did we report, and what do we owe to it?', $sql$
SELECT f.period, f.opening, f.new, f.expansion, f.contraction, f.churn, f.reactivation, f.pause, f.resume, f.fx, f.restated, f.closing, f.customers_opening, f.customers_new,
       f.customers_churned, f.customers_reactivated, f.customers_paused, f.customers_resumed, f.customers_restated, f.customers_closing, true AS is_complete, true AS is_frozen
  FROM {schema}.kpi_frozen_months AS f
UNION ALL
SELECT m.period, m.opening - s.restated, m.new, m.expansion, m.contraction, m.churn, m.reactivation, m.pause, m.resume, m.fx, s.restated, m.closing, m.customers_opening - s.customers, m.customers_new,
       m.customers_churned, m.customers_reactivated, m.customers_paused, m.customers_resumed, s.customers, m.customers_closing, m.is_complete, false
  FROM (SELECT q.*, z.frozen, row_number() OVER (ORDER BY q.period) = 1 AS is_first
          FROM {kpi_mrr_monthly} AS q CROSS JOIN (SELECT coalesce(max(f.period), '-infinity') AS frozen FROM {schema}.kpi_frozen_months AS f) AS z WHERE q.period > z.frozen) AS m
  LEFT JOIN {schema}.kpi_frozen_months AS l ON l.period = m.frozen AND m.is_first
 CROSS JOIN LATERAL (SELECT coalesce(m.opening - l.closing, 0.00) AS restated, coalesce(m.customers_opening - l.customers_closing, 0) AS customers) AS s
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_mrr_reported', 'period', 'date', 'First day of the month.'),
('kpi_mrr_reported', 'opening', 'money', 'MRR at the end of the day before period, which is closing of the month before as it was reported.'),
('kpi_mrr_reported', 'new', 'money', 'MRR of new customers, as in kpi_mrr_monthly, as all movements.'),
('kpi_mrr_reported', 'expansion', 'money', 'Rises of MRR; a positive amount.'),
('kpi_mrr_reported', 'contraction', 'money', 'Falls of MRR of customers who kept some; a positive amount that lowers closing.'),
('kpi_mrr_reported', 'churn', 'money', 'MRR that customers had before it fell to zero otherwise than by a pause; a positive amount that lowers closing.'),
('kpi_mrr_reported', 'reactivation', 'money', 'MRR of customers who came back from zero, pauses apart.'),
('kpi_mrr_reported', 'pause', 'money', 'MRR that fell as subscriptions were paused; a positive amount that lowers closing.'),
('kpi_mrr_reported', 'resume', 'money', 'MRR that came back as pauses ended.'),
('kpi_mrr_reported', 'fx', 'money', 'What rates alone moved, up above zero, down below.'),
('kpi_mrr_reported', 'restated', 'money', 'What is known now of the end of the last frozen month - what was reported of it; in the first month that is not frozen, and 0 in others until it is frozen.'),
('kpi_mrr_reported', 'closing', 'money', 'opening + new + expansion + reactivation + resume + fx - contraction - churn - pause + restated; of months not frozen the closing of kpi_mrr_monthly.'),
('kpi_mrr_reported', 'customers_opening', 'customers', 'Customers with MRR above zero at opening, as reported.'),
('kpi_mrr_reported', 'customers_new', 'customers', 'Customers who had MRR for the first time ever.'),
('kpi_mrr_reported', 'customers_churned', 'customers', 'Times the MRR of a customer fell to zero, pauses apart.'),
('kpi_mrr_reported', 'customers_reactivated', 'customers', 'Times a customer came back from zero MRR, pauses apart.'),
('kpi_mrr_reported', 'customers_paused', 'customers', 'Times a customer fell to zero MRR by a pause.'),
('kpi_mrr_reported', 'customers_resumed', 'customers', 'Times a customer came back from a pause.'),
('kpi_mrr_reported', 'customers_restated', 'customers', 'Customers with MRR known now at the end of the last frozen month - those reported of it; where restated stands.'),
('kpi_mrr_reported', 'customers_closing', 'customers', 'customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused + customers_restated.'),
('kpi_mrr_reported', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month.'),
('kpi_mrr_reported', 'is_frozen', 'boolean', 'True when saaskpi.freeze keeps the month as it was reported.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('reported_closes', $sql$
SELECT format('%s: off by %s and %s customers', period, opening + new + expansion + reactivation + resume + fx - contraction - churn - pause + restated - closing,
              customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused + customers_restated - customers_closing)
  FROM {kpi_mrr_reported}
 WHERE opening + new + expansion + reactivation + resume + fx - contraction - churn - pause + restated <> closing
    OR customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused + customers_restated <> customers_closing
UNION ALL
SELECT format('%s opens at %s, the month before closed at %s', period, opening, before)
  FROM (SELECT period, opening, lag(closing, 1, 0.0) OVER (ORDER BY period) AS before FROM {kpi_mrr_reported}) AS q WHERE opening <> before
UNION ALL
SELECT format('%s closes at %s, kpi_mrr_monthly at %s', r.period, r.closing, m.closing)
  FROM {kpi_mrr_reported} AS r JOIN {kpi_mrr_monthly} AS m ON m.period = r.period WHERE NOT r.is_frozen AND r.closing <> m.closing
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Reported MRR', 'kpi_mrr_reported', 'closing', 'subscriptions', 'opening + new + expansion + reactivation + resume + fx - contraction - churn - pause + restated',
 'What MRR did we report?',
 'Of a month that saaskpi.freeze keeps what it said then; of others MRR as it is known now.'),
('Restated MRR', 'kpi_mrr_reported', 'restated', 'subscriptions', 'closing of the last frozen month as known now - as reported',
 'How much of our MRR is a correction of months already reported?',
 'Stands in the first month that is not frozen, beside its movements, and stays there when that month is frozen in turn. kpi_restatements has the customers behind it.'),
('Restated customers', 'kpi_mrr_reported', 'customers_restated', 'subscriptions', 'customers_closing of the last frozen month as known now - as reported',
 'How many customers more or less do we know of in months already reported?',
 'As restated MRR; below zero when there were less.');
