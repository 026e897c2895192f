-- Who comes back: cohorts of customers in the event log.

-- Ages are in order where a multirange of them, which sorts, is written alike.
-- No function of the extension may stand in a check: DROP EXTENSION would not go.
INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'retention_brackets', 'text', $$text NOT NULL DEFAULT '{0,1,4,8,15,31}' CHECK (CASE WHEN retention_brackets::integer[]::text ~ '^[{][0-9]+(,[0-9]+)+[}]$'
      THEN regexp_replace(retention_brackets::integer[]::text, '([0-9]+)', '[\1,\1]', 'g')::nummultirange::text = regexp_replace(retention_brackets::integer[]::text, '([0-9]+)', '[\1,\1]', 'g') ELSE false END)$$,
 'Ages at which the brackets of kpi_activity_retention begin; the last one only ends the bracket before it: 0, 1 to 3, 4 to 7, 8 to 14 and 15 to 30 unless told.'),
('kpi_settings', 'retention_ages', 'periods', 'integer NOT NULL DEFAULT 36 CHECK (retention_ages BETWEEN 0 AND 4000)',
 'Age in days, weeks or months up to which kpi_activity_retention follows a cohort.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_activity_retention', '{events}', '{basis,grain,cohort,age}', 'basis, grain, cohort and age',
 'Customers followed by what they do, from the period they began: one row per basis, grain, cohort and age. Choose one basis and one grain. Of those who came in a week, how many come back?', $sql$
WITH anchored AS (
    SELECT 'first seen' AS basis, u.first_day AS anchor, u.history FROM {kpi_user_activity} AS u WHERE u.first_day IS NOT NULL
     UNION ALL
    SELECT 'signup', coalesce(c.signup_date, saaskpi.first_on(u.history, saaskpi_internal.types_meaning({map kpi_event_meanings}, 'signup'))), u.history
      FROM {customers} AS c FULL JOIN {kpi_user_activity} AS u ON u.customer_id = c.customer_id
     WHERE EXISTS (SELECT FROM {kpi_user_activity} AS k) AND coalesce(c.customer_id, u.customer_id) IS NOT NULL
), matrices AS (
    SELECT a.basis, saaskpi_internal.event_cohort_agg(a.history, a.anchor, 'day', {as_of}, {setting week_start}, {setting retention_brackets}::integer[], {setting retention_ages}::integer) AS by_day,
           saaskpi_internal.event_cohort_agg(a.history, a.anchor, 'week', {as_of}, {setting week_start}, {setting retention_brackets}::integer[], {setting retention_ages}::integer) AS by_week,
           saaskpi_internal.event_cohort_agg(a.history, a.anchor, 'month', {as_of}, {setting week_start}, {setting retention_brackets}::integer[], {setting retention_ages}::integer) AS by_month
      FROM anchored AS a GROUP BY a.basis
)
SELECT m.basis, g.grain, c.cohort, c.age, c.customers, c.retained, saaskpi_internal.rate(c.retained, c.customers) AS rate,
       c.retained_or_later, saaskpi_internal.rate(c.retained_or_later, c.customers) AS rate_or_later,
       c.retained_throughout, saaskpi_internal.rate(c.retained_throughout, c.customers) AS rate_throughout,
       c.bracket_from || CASE WHEN c.bracket_to > c.bracket_from THEN '-' || c.bracket_to ELSE '' END AS bracket,
       c.retained_in_bracket, saaskpi_internal.rate(c.retained_in_bracket, c.customers) AS rate_in_bracket, c.is_mature
  FROM matrices AS m CROSS JOIN LATERAL (VALUES ('day', m.by_day), ('week', m.by_week), ('month', m.by_month)) AS g(grain, matrix)
 CROSS JOIN LATERAL saaskpi_internal.event_cohort_cells(g.matrix, {setting retention_brackets}::integer[], {setting retention_ages}::integer) AS c
$sql$),

('cohort_retention', '{events|orders}', '{basis,cohort}', 'basis and cohort month',
 'Twelve months of retention side by side, as cohort_retention.csv has them: one row per basis and cohort month. Choose one basis. How much of each cohort is left after half a year?', $sql$
SELECT r.basis, r.cohort, max(r.customers) AS customers,
       max(r.rate) FILTER (WHERE r.age = 0) AS month_0, max(r.rate) FILTER (WHERE r.age = 1) AS month_1, max(r.rate) FILTER (WHERE r.age = 2) AS month_2,
       max(r.rate) FILTER (WHERE r.age = 3) AS month_3, max(r.rate) FILTER (WHERE r.age = 4) AS month_4, max(r.rate) FILTER (WHERE r.age = 5) AS month_5,
       max(r.rate) FILTER (WHERE r.age = 6) AS month_6, max(r.rate) FILTER (WHERE r.age = 7) AS month_7, max(r.rate) FILTER (WHERE r.age = 8) AS month_8,
       max(r.rate) FILTER (WHERE r.age = 9) AS month_9, max(r.rate) FILTER (WHERE r.age = 10) AS month_10, max(r.rate) FILTER (WHERE r.age = 11) AS month_11,
       max(r.rate) FILTER (WHERE r.age = 12) AS month_12
  FROM (SELECT a.basis, a.cohort, a.age, a.customers, a.rate FROM {kpi_activity_retention} AS a WHERE a.grain = 'month' UNION ALL
        SELECT 'first order', o.cohort, o.age, o.customers, o.rate FROM {kpi_order_cohorts} AS o) AS r GROUP BY 1, 2
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_activity_retention', 'basis', 'text', NULL, 'What dates the cohort: first seen (the first event) or signup (signup_date of customers, else the first event that means a signup; customers without any event count).'),
('kpi_activity_retention', 'grain', 'text', NULL, 'Length of the periods and unit of age: day, week or month.'),
('kpi_activity_retention', 'cohort', 'date', NULL, 'First day of the period in which the customers of the row began; weeks begin on week_start of kpi_settings.'),
('kpi_activity_retention', 'age', 'periods', NULL, 'Periods since cohort; 0 is that of the cohort itself.'),
('kpi_activity_retention', 'customers', 'customers', NULL, 'Size of the cohort, the same at every age.'),
('kpi_activity_retention', 'retained', 'customers', NULL, 'Customers of the cohort with an event in the period of this age (N-day retention); NULL while is_mature is false.'),
('kpi_activity_retention', 'rate', 'ratio', 'customers', 'retained / customers; NULL while is_mature is false.'),
('kpi_activity_retention', 'retained_or_later', 'customers', NULL, 'Customers of the cohort with an event in that period or later up to as_of (unbounded retention); NULL while is_mature is false.'),
('kpi_activity_retention', 'rate_or_later', 'ratio', 'customers', 'retained_or_later / customers, which never rises with age; NULL while is_mature is false.'),
('kpi_activity_retention', 'retained_throughout', 'customers', NULL, 'Customers of the cohort with an event in every period from 0 to this age (cumulative retention); NULL while is_mature is false.'),
('kpi_activity_retention', 'rate_throughout', 'ratio', 'customers', 'retained_throughout / customers; NULL while is_mature is false.'),
('kpi_activity_retention', 'bracket', 'text', NULL, 'Bracket of ages that holds this one, by retention_brackets of kpi_settings; NULL when none does.'),
('kpi_activity_retention', 'retained_in_bracket', 'customers', NULL, 'Customers of the cohort with an event in some period of the bracket, the same at each of its ages; NULL until its last period is complete.'),
('kpi_activity_retention', 'rate_in_bracket', 'ratio', 'customers', 'retained_in_bracket / customers; NULL until the last period of the bracket is complete.'),
('kpi_activity_retention', 'is_mature', 'boolean', NULL, 'True when as_of lies after the last day of the period of this age.'),

('cohort_retention', 'basis', 'text', NULL, 'What begins the cohort: first seen or signup, and events count, as basis of kpi_activity_retention says; or first order, and orders do, as in kpi_order_cohorts.'),
('cohort_retention', 'cohort', 'date', NULL, 'First day of the month in which the customers of the row began.'),
('cohort_retention', 'customers', 'customers', NULL, 'Size of the cohort.');
INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment)
SELECT 'cohort_retention', 'month_' || m, 'ratio', 'customers', format('rate of kpi_activity_retention by month, or of kpi_order_cohorts, at age %s; NULL until that month is complete.', m) FROM generate_series(0, 12) AS m ORDER BY m;

INSERT INTO saaskpi_internal.identities (identity, query) VALUES
('activity_retention_falls', $sql$
SELECT format('%s by %s, cohort %s, age %s: %s or later after %s, %s retained, %s throughout', r.basis, r.grain, r.cohort, r.age, r.retained_or_later, r.before, r.retained, r.retained_throughout)
  FROM (SELECT q.*, lag(q.retained_or_later) OVER (PARTITION BY q.basis COLLATE "C", q.grain COLLATE "C", q.cohort ORDER BY q.age) AS before FROM {kpi_activity_retention} AS q) AS r
 WHERE r.retained_or_later > r.before OR r.retained > r.retained_or_later OR r.retained_throughout > r.retained OR r.retained > r.retained_in_bracket OR r.retained_or_later > r.customers
$sql$),
('activity_retention_equals_active', $sql$
SELECT format('%s %s: %s retained in all cohorts, %s active', a.grain, a.period, r.retained, a.active)
  FROM (SELECT q.grain, (CASE q.grain WHEN 'day' THEN q.cohort + q.age WHEN 'week' THEN q.cohort + 7 * q.age ELSE q.cohort + q.age * interval '1 month' END)::date AS period,
               sum(q.retained) AS retained, min(q.cohort) AS first, bool_and(q.is_mature) AS is_mature
          FROM {kpi_activity_retention} AS q WHERE q.basis = 'first seen' GROUP BY 1, 2) AS r
  JOIN {kpi_activity} AS a ON a.grain = r.grain AND a.period = r.period
 WHERE r.is_mature AND r.retained <> a.active AND r.first = (SELECT min(m.period) FROM {kpi_activity} AS m WHERE m.grain = r.grain)
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Product retention', 'kpi_activity_retention', 'rate', 'events, customers, kpi_settings', 'retained / customers',
 'How many of those who began together come back in a given day, week or month?', 'N-day retention on the calendar of the reporting time zone, not in windows of 24 hours. NULL until the period is complete.'),
('Unbounded product retention', 'kpi_activity_retention', 'rate_or_later', 'events, customers, kpi_settings', 'retained_or_later / customers',
 'How many of those who began together are still to be seen?', 'Active in the period or later; the last periods are low because later events have not come yet. NULL until the period is complete.'),
('Cumulative product retention', 'kpi_activity_retention', 'rate_throughout', 'events, customers, kpi_settings', 'retained_throughout / customers',
 'How many came in every single period so far?', 'Active in all periods from 0 to the age. NULL until the period is complete.'),
('Bracket retention', 'kpi_activity_retention', 'rate_in_bracket', 'events, customers, kpi_settings', 'retained_in_bracket / customers',
 'How many come back some time between day 4 and day 7?', 'Active in any period of the bracket, by retention_brackets. NULL until the last period of the bracket is complete.');
