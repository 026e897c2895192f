-- Costs, and what the revenue costs and a customer is worth.  Ratios of ratios
-- are written as one fraction, so that they are rounded once.

INSERT INTO saaskpi_internal.sources (source, key, label, input, description) VALUES
('costs', '{month}', $$month, '(no month)'$$, $sql$
SELECT to_date({month}, 'YYYY-MM') AS period, sum({infra_cost}) FILTER (WHERE abs({infra_cost}) < 'Infinity') AS infra_cost,
       sum({support_cost}) FILTER (WHERE abs({support_cost}) < 'Infinity') AS support_cost, sum({marketing_cost}) FILTER (WHERE abs({marketing_cost}) < 'Infinity') AS marketing_cost
  FROM {from} AS costs
 WHERE {month} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND {month} >= left({setting earliest_date}, 7) AND to_date({month}, 'YYYY-MM') <= {as_of}
 GROUP BY 1$sql$,
 'Source table of saaskpi: one row per month of costs');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('costs', 'month', 'text', true, true, 'month ~ ''^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$''',
 'Month as YYYY-MM'),
('costs', 'infra_cost', 'numeric', false, true, 'abs(infra_cost) < 922337203685477',
 'Infrastructure cost of the month'),
('costs', 'marketing_cost', 'numeric', false, true, 'abs(marketing_cost) < 922337203685477',
 'Marketing spend of the month'),
('costs', 'support_cost', 'numeric', false, true, 'abs(support_cost) < 922337203685477',
 'Customer support cost of the month');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, created, description) VALUES
('costs', 'currency', 'text', false, 'Currency of the costs; more than one stops a refresh');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, consequence) VALUES
('costs', 'error', 'cost_month_malformed',
 '{costs.month}',
 '(r.month ~ ''^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'') IS NOT TRUE', NULL,
 'The row is not used; months are written YYYY-MM.'),
('costs', 'warning', 'cost_month_duplicate',
 '{costs.month}',
 NULL, $$SELECT month, count(*) - 1, NULL::numeric FROM costs
    WHERE month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'
    GROUP BY month HAVING count(*) > 1$$,
 'The rows of a month are added up.'),
('costs', 'warning', 'cost_month_missing',
 '{costs.month}',
 NULL, $$SELECT to_char(g, 'YYYY-MM'), 1, NULL::numeric
     FROM (SELECT min(month) AS first, max(month) AS last FROM costs
            WHERE month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$'
              AND month BETWEEN left({setting earliest_date}, 7) AND to_char($1::timestamp, 'YYYY-MM')) AS b,
          generate_series((b.first || '-01')::timestamp, (b.last || '-01')::timestamp,
                          '1 month') AS g
    WHERE to_char(g, 'YYYY-MM') NOT IN (SELECT month FROM costs WHERE month IS NOT NULL)$$,
 'Costs, margin and profit of the month are NULL.'),
('costs', 'warning', 'cost_negative',
 '{costs.month}',
 'least(r.infra_cost, r.marketing_cost, r.support_cost) < 0
   AND least(r.infra_cost, r.marketing_cost, r.support_cost) > ''-Infinity''', NULL,
 'The amount lowers the costs of the month.'),
('costs', 'warning', 'cost_missing',
 '{costs.month}',
 'num_nulls(r.infra_cost, r.marketing_cost, r.support_cost) > 0', NULL,
 'The cost is unknown: figures of the month made from it are NULL unless another row of the month has it.'),
('costs', 'error', 'cost_not_finite',
 '{costs.month}',
 'least(r.infra_cost, r.marketing_cost, r.support_cost) = ''-Infinity''
   OR greatest(r.infra_cost, r.marketing_cost, r.support_cost) >= ''Infinity''', NULL,
 'The cost is not used: figures of the month made from it are NULL unless another row of the month has it.'),
('costs', 'error', 'cost_month_implausible',
 '{costs.month}',
 $$r.month ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$' AND r.month < left({setting earliest_date}, 7)$$, NULL,
 'The row is not used, as it lies before earliest_date of kpi_settings.');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, query, refuses, consequence) VALUES
('costs', 'error', 'cost_currencies', '{costs.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM costs WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies > 1$$, true,
 'A refresh refuses to add up amounts of several currencies; put a view of one of them in place of the table.'),
('costs', 'warning', 'cost_currency_unlike_settings', '{costs.currency}',
 $$SELECT currency, rows, NULL::numeric FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows, count(*) OVER () AS currencies FROM costs WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currencies = 1 AND currency <> upper({setting currency})$$, false,
 'Costs are subtracted as if they were in currency of kpi_settings; nothing converts them.');

-- Costs are kept by month, as the relation has them.
INSERT INTO saaskpi_internal.relations (relation, needs, key, kept, grain, comment, query, recalled)
SELECT 'kpi_margin_monthly', '{costs}', '{period}', 'kpi_margin_past', 'month',
 'What the revenue cost and what a customer is worth: one row per month with margin, CAC and LTV. How long until a new customer has paid for her acquisition?',
       q.query, replace(q.query, '{costs}', '{kept kpi_margin_monthly}')
  FROM (VALUES ($sql$
SELECT k.period, r.collected AS revenue, c.infra_cost, c.support_cost, c.marketing_cost, p.gross_profit,
       saaskpi_internal.rate(p.gross_profit, r.collected) AS gross_margin, p.gross_profit - c.marketing_cost AS operating_profit,
       n.new_customers, n.new_mrr, round(c.marketing_cost / nullif(n.new_customers, 0), 2) AS cac,
       CASE WHEN n.new_mrr > 0 AND p.gross_profit > 0 AND r.collected > 0
            THEN round(c.marketing_cost * r.collected / (n.new_mrr * p.gross_profit), 2) END AS cac_payback_months,
       CASE WHEN v.has_value THEN round(w.closing * p.gross_profit * w.customers_opening / (w.customers_closing * r.collected * w.customers_lost), 2) END AS ltv,
       CASE WHEN v.has_value AND n.new_customers > 0 AND c.marketing_cost > 0
            THEN round(w.closing * p.gross_profit * w.customers_opening * n.new_customers
                       / (w.customers_closing * r.collected * w.customers_lost * c.marketing_cost), 2) END AS ltv_to_cac,
       k.is_complete
  FROM {kpi_calendar} AS k
  LEFT JOIN {kpi_revenue_monthly} AS r ON r.period = k.period
  LEFT JOIN {kpi_mrr_monthly} AS w ON w.period = k.period
  LEFT JOIN {costs} AS c ON c.period = k.period
  LEFT JOIN (SELECT date_trunc('month', first_payment)::date AS period, count(*) AS customers FROM {kpi_customers} AS u
              WHERE NOT {filled subscriptions} AND first_payment IS NOT NULL AND customer_id <> '(none)' GROUP BY 1) AS b ON b.period = k.period
 CROSS JOIN LATERAL (SELECT r.collected - c.infra_cost - c.support_cost AS gross_profit) AS p
 CROSS JOIN LATERAL (SELECT CASE WHEN {filled subscriptions} THEN w.customers_new WHEN {filled payments} THEN coalesce(b.customers, 0) END AS new_customers,
                            CASE WHEN {filled subscriptions} THEN w.new END AS new_mrr) AS n
 CROSS JOIN LATERAL (SELECT w.customers_closing > 0 AND w.customers_lost > 0 AND r.collected > 0 AS has_value) AS v
$sql$)) AS q(query);

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment) VALUES
('kpi_margin_past', 'own', '{publication,period}', 'month and publication',
 'What refreshes replaced of the costs in kpi_margin_monthly: one row per month and publication that changed them, with what they were before. Which costs did we know of in March?');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_margin_past', 'publication', 'number', 'bigint NOT NULL', 'Publication, as kpi_refresh_log counts them, that replaced what the row says.'),
('kpi_margin_past', 'period', 'date', 'date NOT NULL', 'First day of the month.'),
('kpi_margin_past', 'known', 'boolean', 'boolean NOT NULL', 'False when kpi_margin_monthly did not have the month then, and all else is NULL.'),
('kpi_margin_past', 'infra_cost', 'money', 'numeric', 'Infrastructure cost of the month, as costs had it.'),
('kpi_margin_past', 'support_cost', 'money', 'numeric', 'Customer support cost of the month, as costs had it.'),
('kpi_margin_past', 'marketing_cost', 'money', 'numeric', 'Marketing spend of the month, as costs had it.');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_margin_monthly', 'period', 'date', NULL, 'First day of the month.'),
('kpi_margin_monthly', 'revenue', 'money', NULL, 'Collected revenue: collected of kpi_revenue_monthly; NULL without a source payments.'),
('kpi_margin_monthly', 'infra_cost', 'money', NULL, 'Infrastructure cost of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'support_cost', 'money', NULL, 'Customer support cost of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'marketing_cost', 'money', NULL, 'Marketing spend of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'gross_profit', 'money', NULL, 'revenue - infra_cost - support_cost; NULL without costs.'),
('kpi_margin_monthly', 'gross_margin', 'ratio', 'revenue', 'gross_profit / revenue; NULL without costs and unless revenue is above 0.'),
('kpi_margin_monthly', 'operating_profit', 'money', NULL, 'gross_profit - marketing_cost; NULL without costs.'),
('kpi_margin_monthly', 'new_customers', 'customers', NULL, 'Customers with MRR for the first time ever: customers_new of kpi_mrr_monthly; without any subscriptions those with their first payment.'),
('kpi_margin_monthly', 'new_mrr', 'money', NULL, 'MRR of the new customers: new of kpi_mrr_monthly; NULL without subscriptions.'),
('kpi_margin_monthly', 'cac', 'money', NULL, 'Marketing spend per new customer: marketing_cost / new_customers; NULL without new customers and without costs.'),
('kpi_margin_monthly', 'cac_payback_months', 'months', NULL, 'Months of gross profit that pay back the acquisition of a new customer: marketing_cost / (new_mrr * gross_margin); NULL without costs and unless new customers and their margin are above zero.'),
('kpi_margin_monthly', 'ltv', 'money', NULL, 'arpa * gross_margin / logo_churn_rate, the first and last from kpi_mrr_monthly; NULL without subscriptions or costs, when nobody was lost, and unless revenue and customers are above 0.'),
('kpi_margin_monthly', 'ltv_to_cac', 'ratio', 'least(marketing_cost, new_customers)', 'ltv / cac before either is rounded; NULL when either is NULL or cac is not above 0.'),
('kpi_margin_monthly', 'is_complete', 'boolean', NULL, 'True when as_of lies after the last day of the month, false while the month runs.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('margin_adds_up', $sql$
SELECT format('%s: revenue %s and costs %s, collected %s, the costs add up to %s', coalesce(m.period, c.period, r.period), m.revenue, ROW(m.infra_cost, m.support_cost, m.marketing_cost), r.collected, ROW(c.infra_cost, c.support_cost, c.marketing_cost))
  FROM {kpi_margin_monthly} AS m
  FULL JOIN {kpi_revenue_monthly} AS r ON r.period = m.period
  FULL JOIN {costs} AS c ON c.period = coalesce(m.period, r.period)
 WHERE m.period IS NULL OR m.revenue IS DISTINCT FROM r.collected
    OR (m.infra_cost, m.support_cost, m.marketing_cost) IS DISTINCT FROM (c.infra_cost, c.support_cost, c.marketing_cost)
    OR m.operating_profit + c.infra_cost + c.support_cost + c.marketing_cost <> r.collected
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Infrastructure cost', 'kpi_margin_monthly', 'infra_cost', 'costs', 'sum of infra_cost of the month',
 'What did hosting cost?',
 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Support cost', 'kpi_margin_monthly', 'support_cost', 'costs', 'sum of support_cost of the month',
 'What did support cost?',
 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Marketing cost', 'kpi_margin_monthly', 'marketing_cost', 'costs', 'sum of marketing_cost of the month',
 'What did we spend on marketing?',
 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Gross profit', 'kpi_margin_monthly', 'gross_profit', 'payments, costs', 'revenue - infra_cost - support_cost',
 'What is left after delivering the service?',
 'Collected revenue less hosting and support. Marketing is never part of it. NULL without costs of the month.'),
('Gross margin', 'kpi_margin_monthly', 'gross_margin', 'payments, costs', 'gross_profit / revenue',
 'What share of revenue is left after delivering the service?',
 'Cost of delivery is hosting and support; leaving support out, as some do, overstates it. On collected revenue, so a month of prepaid years looks better than it is. NULL without costs and unless revenue is above 0.'),
('Operating profit', 'kpi_margin_monthly', 'operating_profit', 'payments, costs', 'gross_profit - marketing_cost',
 'Do we earn money?',
 'Collected revenue less all costs that costs knows; what is not there, such as development, is not subtracted. NULL without costs of the month.'),
('ARPA of new customers', 'kpi_margin_monthly', 'new_mrr', 'subscriptions', 'new_mrr / new_customers',
 'What does a new customer pay per month?',
 'Also called average sale price. MRR on the first day, before any expansion. NULL without new customers.'),
('CAC', 'kpi_margin_monthly', 'cac', 'subscriptions, costs', 'marketing_cost / new_customers',
 'What does a new customer cost us?',
 'Customer acquisition cost from marketing spend alone, of the same month, over all channels; the usual definition adds sales, and some shift the spend by the length of the sales cycle. NULL without new customers and without costs.'),
('CAC payback', 'kpi_margin_monthly', 'cac_payback_months', 'subscriptions, payments, costs', 'marketing_cost / (new_mrr * gross_margin)',
 'After how many months has a new customer paid for her acquisition?',
 'By the ARPA and margin of the month; with what new customers pay, not with the average of all. NULL without costs and unless new MRR and margin are above zero.'),
('LTV', 'kpi_margin_monthly', 'ltv', 'subscriptions, payments, costs', 'ARPA * gross_margin / logo churn rate',
 'What is a customer worth to us over her life?',
 'Lifetime value under the assumption that the churn of the month goes on for ever, so it jumps from month to month; look at several. Others leave the margin out or smooth the churn over months. Without churn it has no value: NULL where some print 0 or infinity; NULL also without revenue, customers or costs.'),
('LTV:CAC', 'kpi_margin_monthly', 'ltv_to_cac', 'subscriptions, payments, costs', 'ltv / cac',
 'Does a customer bring in more than she costs?',
 'Both of the same month and the same margin; 3 is a common yardstick. CAC holds marketing only, which flatters it. NULL when either is NULL or CAC is 0.');
