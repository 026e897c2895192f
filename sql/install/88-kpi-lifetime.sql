-- How long customers stay: survival by age in months.
--
-- A stay runs from the first day with MRR to the last departure, times away in
-- between included, as tenure_days of kpi_customers.  It is told in months of
-- its own: who left within the third has left after 3, who is in the third has
-- stayed 2 and is not over.  So has she who left within a third that is not over
-- yet: of those who began with her nobody else is told of that month, and she
-- alone would make it one that nobody survives.  The same numbers are those of a contract from
-- month to month, and few, however many customers there are.

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'ltv_horizon_months', 'months', 'integer NOT NULL DEFAULT 36 CHECK (ltv_horizon_months BETWEEN 1 AND 240)',
 'Months from as_of of which kpi_ltv counts what customers are expected to bring; the method simple alone has no end.'),
('kpi_settings', 'ltv_discount', 'ratio', 'numeric NOT NULL DEFAULT 0.1 CHECK (ltv_discount BETWEEN 0 AND 10)',
 'What money a year later is worth less: 0.1 makes it 1 / 1.1 of money now; the method simple does not discount.'),
('kpi_settings', 'ltv_margin', 'ratio', 'numeric CHECK (ltv_margin BETWEEN 0 AND 1)',
 'Share of revenue that kpi_ltv and kpi_churn_scores take for value; NULL means the gross margin of the last 12 complete months, or all of the revenue where there is none.'),
('kpi_settings', 'ltv_min_customers', 'customers', 'integer NOT NULL DEFAULT 30 CHECK (ltv_min_customers BETWEEN 2 AND 1000000)',
 'Fewer customers are too few: no model of lifetime value is fitted to them, and a survival curve is thin where fewer are at risk.');

CREATE FUNCTION saaskpi_internal.months_of(first date, last date)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (12 * (date_part('year', last) - date_part('year', first)) + date_part('month', last) - date_part('month', first))::integer
       - CASE WHEN date_part('day', last) < date_part('day', first) THEN 1 ELSE 0 END;
COMMENT ON FUNCTION saaskpi_internal.months_of(date, date) IS
    'months that are over on a day: each ends on the day of the month on which the first began, or after it where the month has no such day';

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_survival', '{subscriptions}', '{dimension,value,age}', 'dimension value and age in months',
 'How many customers stay how long, those who are still here counted as far as they are known: one row per dimension, value and months of age. Choose one dimension. Of those who begin, how many will be here in a year, and does it depend on the plan?', $sql$
WITH stays AS MATERIALIZED (
    SELECT date_part('year', c.first_mrr_on)::integer::text AS cohort, coalesce(c.segment, '(none)') AS segment, coalesce(c.country, '(none)') AS country,
           coalesce(c.acquisition_channel, '(none)') AS acquisition_channel, coalesce(saaskpi.first_plan(c.mrr_history, {as_of}), '(none)') AS plan_type,
           least(saaskpi_internal.months_of(c.first_mrr_on, {as_of}), saaskpi_internal.months_of(c.first_mrr_on, c.churned_on - 1) + 1) AS months,
           coalesce(saaskpi_internal.months_of(c.first_mrr_on, c.churned_on - 1) + 1 <= saaskpi_internal.months_of(c.first_mrr_on, {as_of}), false) AS ended, count(*) AS customers, max(c.first_mrr_on) AS latest
      FROM {kpi_customers} AS c WHERE c.first_mrr_on IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7
), cells AS MATERIALIZED (
    SELECT d.dimension, d.value, s.months, s.ended, sum(s.customers) AS customers, max(s.latest) AS latest
      FROM stays AS s
     CROSS JOIN LATERAL (VALUES ('all', 'all'), ('cohort', s.cohort), ('segment', s.segment), ('country', s.country),
                                ('acquisition_channel', s.acquisition_channel), ('plan_type', s.plan_type)) AS d(dimension, value)
     GROUP BY 1, 2, 3, 4
), curves AS MATERIALIZED (
    SELECT dimension, value, sum(customers) AS customers, max(months) AS longest, saaskpi_internal.months_of(max(latest), {as_of}) AS seen,
           array_agg(months::float8 ORDER BY months, ended) AS durations, array_agg(ended ORDER BY months, ended) AS ends, array_agg(customers::float8 ORDER BY months, ended) AS weights
      FROM cells GROUP BY 1, 2
), tests AS MATERIALIZED (
    SELECT q.dimension, t.chi_square, t.p_value
      FROM (SELECT dimension, array_agg(months::float8 ORDER BY value, months, ended) AS durations, array_agg(ended ORDER BY value, months, ended) AS ends,
                   array_agg(value ORDER BY value, months, ended) AS groups, array_agg(customers::float8 ORDER BY value, months, ended) AS weights
              FROM cells GROUP BY 1 HAVING count(DISTINCT value) BETWEEN 2 AND 100) AS q
     CROSS JOIN LATERAL (SELECT r.chi_square, r.p_value FROM saaskpi.log_rank(q.durations, q.ends, q.groups, 0, q.weights) AS r LIMIT 1) AS t
), ages AS (
    SELECT c.dimension, c.value, a.age, c.customers, c.seen, k."time" IS NOT NULL AS here, k.events, k.survival, k.std_error, k.lo, k.hi,
           c.customers - coalesce(sum(k.events + k.censored) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS at_risk,
           count(k."time") OVER w AS point
      FROM curves AS c
     CROSS JOIN LATERAL generate_series(0, c.longest) AS a(age)
      LEFT JOIN (SELECT x.dimension, x.value, p.* FROM curves AS x, saaskpi.kaplan_meier(x.durations, x.ends, 'log-log', 0.95, x.weights) AS p) AS k
        ON k.dimension = c.dimension AND k.value = c.value AND k."time" = a.age
    WINDOW w AS (PARTITION BY c.dimension, c.value ORDER BY a.age)
)
SELECT g.dimension, g.value, g.age, g.customers::bigint AS customers, g.at_risk::bigint AS at_risk, coalesce(g.events, 0)::bigint AS ended,
       round(coalesce(first_value(g.survival) OVER w, 1)::numeric, 6) AS survival,
       round(CASE WHEN g.point = 0 THEN 0 ELSE first_value(g.std_error) OVER w END::numeric, 6) AS std_error,
       round(first_value(g.lo) OVER w::numeric, 6) AS lo, round(first_value(g.hi) OVER w::numeric, 6) AS hi,
       g.age <= g.seen AS is_mature, g.at_risk < {setting ltv_min_customers}::integer AS is_thin,
       round(t.chi_square::numeric, 6) AS chi_square, round(t.p_value::numeric, 6) AS p_value
  FROM ages AS g LEFT JOIN tests AS t ON t.dimension = g.dimension
WINDOW w AS (PARTITION BY g.dimension, g.value, g.point ORDER BY g.age)
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_survival', 'dimension', 'text', 'What value names: all, cohort (year of the first MRR), segment, country, acquisition_channel or plan_type (the plan on the first day with MRR, the first by name of several); each dimension holds every customer who ever had MRR once.'),
('kpi_survival', 'value', 'text', 'Year, segment, country, channel or plan of the row; (none) stands for customers without one.'),
('kpi_survival', 'age', 'months', 'Months since the first day with MRR, each ending on that day of the month; who left within the third left after 3.'),
('kpi_survival', 'customers', 'customers', 'Customers of the value who ever had MRR, the same at every age.'),
('kpi_survival', 'at_risk', 'customers', 'Of them those who were seen to come so far: neither gone before nor too young to tell.'),
('kpi_survival', 'ended', 'customers', 'Of at_risk those who left for good after this many months, once these are over. Who came back later never left: her stay runs to the last departure, or goes on.'),
('kpi_survival', 'survival', 'ratio', 'Share that stays on beyond this age, by Kaplan and Meier: the product of 1 - ended / at_risk over all ages so far. 1 at age 0, never rises.'),
('kpi_survival', 'std_error', 'ratio', 'Greenwood''s standard error of survival; NULL once nobody is left.'),
('kpi_survival', 'lo', 'ratio', 'Lower limit of survival at 95 %, log-log of Greenwood''s error, at each age by itself; NULL before anybody left and once nobody is left.'),
('kpi_survival', 'hi', 'ratio', 'Upper limit, as lo.'),
('kpi_survival', 'is_mature', 'boolean', 'True while even the customer who came last has been known for so many months: survival is then a plain share.'),
('kpi_survival', 'is_thin', 'boolean', 'True when at_risk is below ltv_min_customers of kpi_settings: a single customer moves the curve.'),
('kpi_survival', 'chi_square', 'number', 'Log-rank test of whether the values of the dimension keep their customers alike, the same in every row of the dimension; NULL for all, with one value or more than 100, and when nobody left.'),
('kpi_survival', 'p_value', 'ratio', 'Chance of a chi_square so large if they all did; small means that they differ. NULL as chi_square.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('survival_adds_up', $sql$
SELECT format('%s %s: %s customers at age 0, %s in all, survival %s', s.dimension, s.value, s.at_risk, s.customers, s.survival)
  FROM {kpi_survival} AS s WHERE s.age = 0 AND (s.at_risk <> s.customers OR s.survival <> 1)
UNION ALL
SELECT format('%s %s: survival rises to %s at age %s', q.dimension, q.value, q.survival, q.age)
  FROM (SELECT s.*, lag(s.survival) OVER (PARTITION BY s.dimension, s.value ORDER BY s.age) AS before FROM {kpi_survival} AS s) AS q WHERE q.survival > q.before
UNION ALL
SELECT format('%s: %s customers of whom %s left, kpi_customers has %s and %s', s.dimension, s.customers, s.ended, c.customers, c.ended)
  FROM (SELECT dimension, sum(customers) FILTER (WHERE age = 0) AS customers, sum(ended) AS ended FROM {kpi_survival} GROUP BY 1) AS s
  JOIN (SELECT {total kpi_customers.subscribers} AS customers, {total kpi_customers.churned} AS ended) AS c ON c.customers <> s.customers OR c.ended < s.ended
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Customer survival', 'kpi_survival', 'survival', 'subscriptions, customers', 'product of 1 - ended / at_risk over the ages so far',
 'How many of those who begin stay for a year?',
 'Kaplan-Meier: those who are still here count as far as they are known, where a mean of those who left is too short. Who came back has stayed all along. Limits beside it are of one age, not of the whole curve.'),
('Log-rank test', 'kpi_survival', 'p_value', 'subscriptions, customers', 'chance of chi_square if all values of the dimension kept their customers alike',
 'Do plans, segments or countries differ in how long customers stay?',
 'Over the whole curve; several dimensions tested at once give a small value by chance now and then. NULL with one value or more than 100 and when nobody left.');
