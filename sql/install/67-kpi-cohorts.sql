-- Customers followed from the month they began.

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_cohort_retention', '{subscriptions|payments}', '{basis,cohort,age}', 'cohort and age in months',
 'Customers followed from the month they began: one row per basis, cohort month and age. Choose one basis. Of those who began in January, how many are still here, and are they worth more or less?', $sql$
SELECT x.basis, x.cohort, x.age, x.customers, x.active AS retained, saaskpi_internal.rate(x.active, x.customers) AS rate,
       x.active_or_later AS retained_or_later, saaskpi_internal.rate(x.active_or_later, x.customers) AS rate_or_later,
       x.active_throughout AS retained_throughout, x.amount AS revenue,
       saaskpi_internal.rate(x.amount, first_value(x.amount) OVER (PARTITION BY x.basis, x.cohort ORDER BY x.age)) AS revenue_rate,
       x.is_mature
  FROM (SELECT d.basis, c.cohort, c.age, c.customers, c.is_mature,
               CASE WHEN c.is_mature THEN c.active END AS active,
               CASE WHEN c.is_mature THEN c.active_or_later END AS active_or_later,
               CASE WHEN c.is_mature THEN c.active_throughout END AS active_throughout,
               CASE WHEN c.is_mature THEN c.amount END AS amount
          FROM (SELECT saaskpi.rollup(cohorts_mrr) AS by_mrr, saaskpi.rollup(cohorts_payment) AS by_payment,
                       saaskpi.rollup(cohorts_signup) AS by_signup FROM {kpi_summaries} AS s) AS q
         CROSS JOIN LATERAL (VALUES ('mrr', q.by_mrr), ('payment', q.by_payment),
                                    ('signup', CASE WHEN {filled subscriptions} THEN q.by_signup END)) AS d(basis, matrix)
         CROSS JOIN LATERAL saaskpi.cohort_cells(d.matrix) AS c) AS x
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_cohort_retention', 'basis', 'text', NULL, 'What makes a customer active in a month and dates her cohort: mrr (MRR on any day; first such month), payment (a successful payment of zero or more; first such month) or signup (MRR on any day; month of signup_date).'),
('kpi_cohort_retention', 'cohort', 'date', NULL, 'First day of the month in which the customers of the row began, by basis.'),
('kpi_cohort_retention', 'age', 'months', NULL, 'Months since cohort; 0 is the month of the cohort itself.'),
('kpi_cohort_retention', 'customers', 'customers', NULL, 'Size of the cohort, the same at every age.'),
('kpi_cohort_retention', 'retained', 'customers', NULL, 'Customers of the cohort active in the month of this age, by mrr and signup without who pauses throughout it; NULL while is_mature is false.'),
('kpi_cohort_retention', 'rate', 'ratio', 'customers', 'retained / customers; NULL while is_mature is false.'),
('kpi_cohort_retention', 'retained_or_later', 'customers', NULL, 'Customers of the cohort active in the month of this age or any later month up to as_of; NULL while is_mature is false.'),
('kpi_cohort_retention', 'rate_or_later', 'ratio', 'customers', 'retained_or_later / customers, which never rises with age; NULL while is_mature is false.'),
('kpi_cohort_retention', 'retained_throughout', 'customers', NULL, 'Customers of the cohort active in every month from age 0 to this one; NULL while is_mature is false.'),
('kpi_cohort_retention', 'revenue', 'money', NULL, 'MRR of the active customers at the end of the month, or with basis payment what they paid in it; NULL while is_mature is false.'),
('kpi_cohort_retention', 'revenue_rate', 'ratio', 'first_value(revenue) OVER (PARTITION BY basis, cohort ORDER BY age)', 'revenue / revenue of the cohort at age 0, above 1 when expansion outweighs the losses; NULL while is_mature is false and when revenue at age 0 is 0.'),
('kpi_cohort_retention', 'is_mature', 'boolean', NULL, 'True when as_of lies after the last day of the month of this age; until then nothing is counted.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('cohorts_begin_whole', $sql$
SELECT format('%s %s: %s of %s active at age 0', basis, cohort, retained, customers)
  FROM {kpi_cohort_retention} WHERE age = 0 AND is_mature AND basis <> 'signup' AND retained <> customers
UNION ALL
SELECT format('%s: cohorts hold %s customers, %s were ever acquired', c.basis, c.customers, a.n)
  FROM (SELECT b.basis, coalesce(sum(r.customers), 0) AS customers
          FROM (VALUES ('mrr'), ('payment')) AS b(basis)
          LEFT JOIN {kpi_cohort_retention} AS r ON r.basis = b.basis AND r.age = 0 GROUP BY 1) AS c
 CROSS JOIN LATERAL (SELECT CASE c.basis WHEN 'mrr' THEN {total kpi_customers.subscribers} ELSE {total kpi_customers.payers} END AS n) AS a
 WHERE c.customers <> a.n
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('cohorts_sum_to_periods', $sql$
SELECT format('%s %s: cohorts %s customers and %s, period %s and %s', c.basis, c.period, c.customers, c.revenue, p.customers, p.revenue)
  FROM (SELECT basis, (cohort + age * interval '1 month')::date AS period, sum(retained) AS customers, sum(revenue) AS revenue
          FROM {kpi_cohort_retention} WHERE is_mature AND basis <> 'signup' GROUP BY 1, 2) AS c
  JOIN (SELECT 'payment' AS basis, r.period, r.paying_customers AS customers, r.collected + r.refunded_amount - coalesce(n.amount, 0) AS revenue
          FROM {kpi_revenue_monthly} AS r
          LEFT JOIN (SELECT l.period, l.amount FROM (SELECT saaskpi.rollup(revenue_of_nobody) AS flow FROM {kpi_summaries} AS s) AS q, saaskpi.revenue_periods(q.flow) AS l) AS n
            ON n.period = r.period
        UNION ALL SELECT 'mrr', period, NULL, closing FROM {kpi_mrr_monthly}) AS p USING (basis, period)
 WHERE c.customers <> p.customers OR c.revenue <> p.revenue
$sql$);

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('retention_readings_ordered', $sql$
SELECT format('%s %s age %s: %s throughout, %s active, %s or later, %s the month before', basis, cohort, age,
              retained_throughout, retained, retained_or_later, before)
  FROM (SELECT *, lag(retained_or_later) OVER (PARTITION BY basis, cohort ORDER BY age) AS before FROM {kpi_cohort_retention}) AS q
 WHERE NOT (retained_throughout <= retained AND retained <= retained_or_later AND retained_or_later <= coalesce(before, customers))
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Cohort size', 'kpi_cohort_retention', 'customers', 'subscriptions, payments, customers', 'customers who began in the month cohort',
 'How many customers began in that month?',
 'By basis: the first month with MRR, the first month with a successful payment, or the month of signup. A return never starts a new cohort.'),
('Retained customers', 'kpi_cohort_retention', 'retained', 'subscriptions, payments, customers', 'customers of the cohort active in the month of this age',
 'How many of them were active in that month?',
 'Age 0 is the month of the cohort; many tables number it 1. Active on any day of the month counts, not only at its end. NULL until the month is over, never 0.'),
('Cohort retention rate', 'kpi_cohort_retention', 'rate', 'subscriptions, payments, customers', 'retained / customers',
 'What share of a cohort is active after so many months?',
 'Against the size of the cohort, not against the month before. It can rise again when customers return. An average over cohorts is the sum of retained over the sum of customers of mature rows. NULL until the month is over.'),
('Retained or later', 'kpi_cohort_retention', 'retained_or_later', 'subscriptions, payments, customers', 'customers of the cohort active in the month of this age or any later one',
 'How many of them were not gone for good by then?',
 'Whoever pauses and returns counts for the pause as well. Recent months can still rise as customers return.'),
('Unbounded retention rate', 'kpi_cohort_retention', 'rate_or_later', 'subscriptions, payments, customers', 'retained_or_later / customers',
 'What share of a cohort was not gone for good by then?',
 'Retention on or after the month; never rises with age and is never below the cohort retention rate. NULL until the month is over.'),
('Retained throughout', 'kpi_cohort_retention', 'retained_throughout', 'subscriptions, payments, customers', 'customers of the cohort active in every month from age 0 to this one',
 'How many of them never missed a month?',
 'The strictest reading of retention; with basis signup a customer who signs up in one month and starts in the next is not among them.'),
('Continuous retention rate', 'kpi_cohort_retention', 'retained_throughout', 'subscriptions, payments, customers', 'retained_throughout / customers',
 'What share of a cohort never missed a month?',
 'Never above the cohort retention rate. NULL until the month is over.'),
('Cohort revenue', 'kpi_cohort_retention', 'revenue', 'subscriptions, payments, customers', 'sum of MRR at month end, or of payments in the month, over the active customers',
 'What does a cohort bring in after so many months?',
 'MRR at the end of the month for the bases mrr and signup, successful payments before refunds for payment. NULL until the month is over.'),
('Cohort revenue retention', 'kpi_cohort_retention', 'revenue_rate', 'subscriptions, payments, customers', 'revenue / revenue of the cohort at age 0',
 'Is a cohort worth more or less than when it began?',
 'Above 1 when those who stay grow by more than the others took with them. The base is the end of the first month; tools that take the first instant differ. NULL until the month is over, and when age 0 had no revenue.');
