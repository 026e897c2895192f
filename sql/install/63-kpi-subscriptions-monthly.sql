-- Subscriptions that begin and end, whoever holds them.

-- Each subscription has a history of its own, under the same policy as that of
-- her who holds it, so that what counts customers counts subscriptions.  What has
-- no identifier is one subscription per customer.
INSERT INTO saaskpi_internal.relations (relation, maintained, needs, key, indexes, grain, comment, query) VALUES
('kpi_subscriptions_monthly', 'rows', '{subscriptions}', '{period}', '{}', 'month',
 'Subscriptions that began, ended, paused and came back, with their churn rate: one row per month; none where subscriptions have no subscription_id. Do customers cancel one of several subscriptions and stay?',
 saaskpi_internal.with_billing($sql$
WITH q AS MATERIALIZED (
    SELECT coalesce(saaskpi.mrr_flow_agg(h.history, 'month', {as_of}), (SELECT saaskpi.mrr_flow_agg(NULL::saaskpi.mrr_history, 'month', {as_of}))) AS flow,
           coalesce(saaskpi.mrr_retention_agg(h.history, 1, 'month', {as_of}), (SELECT saaskpi.mrr_retention_agg(NULL::saaskpi.mrr_history, 1, 'month', {as_of}))) AS retention,
           (SELECT min(period) FROM {kpi_calendar} AS k) AS first
      FROM (SELECT [history] AS history FROM {noticed kpi_customers.subscriptions} AS i WHERE customer_id IS NOT NULL AND {present subscriptions.subscription_id} GROUP BY customer_id, subscription_id) AS h
)
SELECT w.period, w.customers_opening AS opening, w.customers_new AS new, w.customers_churned AS churned, w.customers_reactivated AS reactivated,
       w.customers_paused AS paused, w.customers_resumed AS resumed, w.customers_closing AS closing,
       w.customers_opening - a.customers_kept - a.customers_paused AS lost, a.customers_paused AS opening_paused,
       saaskpi_internal.rate(w.customers_opening - a.customers_kept - a.customers_paused, w.customers_opening) AS subscription_churn_rate,
       w.closing AS mrr, round(w.closing / nullif(w.customers_closing, 0), 2) AS arps, w.is_complete
  FROM q CROSS JOIN LATERAL saaskpi_internal.mrr_waterfall_total(q.flow, q.first) AS w
  JOIN LATERAL saaskpi_internal.mrr_retained_total(q.retention, q.first) AS a ON a.period = w.period
 WHERE q.first IS NOT NULL AND {present subscriptions.subscription_id}
$sql$));

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_subscriptions_monthly', 'period', 'date', NULL, 'First day of the month.'),
('kpi_subscriptions_monthly', 'opening', 'subscriptions', NULL, 'Subscriptions with MRR at the end of the day before period; closing of the month before.'),
('kpi_subscriptions_monthly', 'new', 'subscriptions', NULL, 'Subscriptions on the day they had MRR for the first time.'),
('kpi_subscriptions_monthly', 'churned', 'subscriptions', NULL, 'Times a subscription fell to no MRR, pauses apart; one that began in the same month too.'),
('kpi_subscriptions_monthly', 'reactivated', 'subscriptions', NULL, 'Times a subscription that had ended went on under the same identifier.'),
('kpi_subscriptions_monthly', 'paused', 'subscriptions', NULL, 'Times a subscription fell to no MRR by a pause.'),
('kpi_subscriptions_monthly', 'resumed', 'subscriptions', NULL, 'Times a subscription came back from a pause.'),
('kpi_subscriptions_monthly', 'closing', 'subscriptions', NULL, 'Subscriptions with MRR at the end of the month: opening + new + reactivated + resumed - churned - paused.'),
('kpi_subscriptions_monthly', 'lost', 'subscriptions', NULL, 'Subscriptions of the opening without MRR at closing, pauses apart.'),
('kpi_subscriptions_monthly', 'opening_paused', 'subscriptions', NULL, 'Subscriptions of the opening without MRR at closing that are paused.'),
('kpi_subscriptions_monthly', 'subscription_churn_rate', 'ratio', 'opening', 'lost / opening; NULL in a month that opens with none.'),
('kpi_subscriptions_monthly', 'mrr', 'money', NULL, 'MRR of the subscriptions at closing; closing of kpi_mrr_monthly.'),
('kpi_subscriptions_monthly', 'arps', 'money', NULL, 'Average MRR of a subscription: mrr / closing; NULL when there is none.'),
('kpi_subscriptions_monthly', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the month.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('subscriptions_close', $sql$
SELECT format('%s: %s subscriptions of %s at the end, after %s and what happened; %s customers have %s', s.period, s.closing, s.mrr, s.opening, m.customers_closing, m.closing)
  FROM (SELECT k.*, coalesce(lag(k.closing) OVER (ORDER BY k.period), 0) AS before FROM {kpi_subscriptions_monthly} AS k) AS s
  FULL JOIN {kpi_mrr_monthly} AS m ON m.period = s.period
 WHERE {present subscriptions.subscription_id}
   AND (s.opening + s.new + s.reactivated + s.resumed - s.churned - s.paused <> s.closing OR s.opening <> s.before
        OR s.mrr <> m.closing OR s.closing < m.customers_closing OR s.opening - s.lost - s.opening_paused NOT BETWEEN 0 AND s.closing OR s.period IS NULL OR m.period IS NULL)
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Subscriptions', 'kpi_subscriptions_monthly', 'closing', 'subscriptions', 'subscriptions with MRR at the end of the month',
 'How many subscriptions are running?',
 'Counted by subscription_id within a customer, under the policy in force; a customer with several counts several times. Price rows of one identifier are one subscription.'),
('Subscription churn rate', 'kpi_subscriptions_monthly', 'subscription_churn_rate', 'subscriptions', 'lost / opening',
 'Which share of the subscriptions we started the month with has ended?',
 'The third of the three churn rates that carry one name: of customers (logo churn), of subscriptions and of MRR. A customer who cancels one of two is here and not in logo churn; so is a plan that was changed by cancelling one subscription and starting another, which is why this rate lies above the other where a billing system does that.'),
('ARPS', 'kpi_subscriptions_monthly', 'arps', 'subscriptions', 'mrr / closing',
 'What does a subscription bring per month on average?',
 'Average revenue per subscription; below ARPA where customers have several.');
