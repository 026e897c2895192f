-- From signup to first payment.

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_settings', 'conversion_days', 'days', 'integer NOT NULL DEFAULT 30 CHECK (conversion_days BETWEEN 1 AND 36500)', 'Days from signup within which a first payment counts as conversion; 30 are day 0, that of the signup, to day 29.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_conversion', '{customers}', '{dimension,value,cohort}', 'signup month and dimension value',
 'From signup to first payment: one row per dimension, value and month of signup. Choose one dimension before adding up. Which channel brings signups that pay?', $sql$
SELECT c.cohort, q.dimension, q.value, c.signups, c.matured, CASE WHEN {filled payments} THEN c.converted END AS converted,
       CASE WHEN {filled payments} THEN c.expired END AS expired, c.pending,
       CASE WHEN {filled payments} THEN saaskpi_internal.rate(c.converted, c.matured) END AS rate, c.median_days,
       CASE WHEN {filled payments} THEN c.converted_early END AS converted_early,
       CASE WHEN {filled payments} THEN saaskpi_internal.share_limit(c.converted, c.matured, -1.959964) END AS rate_lo,
       CASE WHEN {filled payments} THEN saaskpi_internal.share_limit(c.converted, c.matured, 1.959964) END AS rate_hi
  FROM (SELECT d.dimension, d.value, saaskpi.rollup(s.conversion) AS curve
          FROM {kpi_summaries} AS s
         CROSS JOIN LATERAL (VALUES ('all', 'all'), ('segment', s.segment), ('country', s.country),
                                    ('acquisition_channel', s.acquisition_channel)) AS d(dimension, value)
         GROUP BY d.dimension, d.value) AS q
 CROSS JOIN LATERAL saaskpi.conversion_cohorts(q.curve) AS c
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, base, comment) VALUES
('kpi_conversion', 'cohort', 'date', NULL, 'First day of the month of signup.'),
('kpi_conversion', 'dimension', 'text', NULL, 'What value names: all, segment, country or acquisition_channel; each dimension alone adds up to all.'),
('kpi_conversion', 'value', 'text', NULL, 'Segment, country or channel of the row, all for everybody; (none) stands for a customer without one.'),
('kpi_conversion', 'signups', 'customers', NULL, 'Customers with signup_date in the month: converted + expired + converted_early + pending.'),
('kpi_conversion', 'matured', 'customers', NULL, 'Signups who have had conversion_days of kpi_settings to pay, by as_of.'),
('kpi_conversion', 'converted', 'customers', NULL, 'Matured signups whose first successful payment came within conversion_days of signup.'),
('kpi_conversion', 'expired', 'customers', NULL, 'Matured signups who did not pay in time: matured - converted.'),
('kpi_conversion', 'pending', 'customers', NULL, 'Signups who still have time and have not paid yet: signups - matured - converted_early.'),
('kpi_conversion', 'rate', 'ratio', 'matured', 'converted / matured; NULL while nobody is matured.'),
('kpi_conversion', 'median_days', 'days', NULL, 'Median of the days from signup to first payment over converted, 0 for a payment before signup; NULL when nobody converted.'),
('kpi_conversion', 'converted_early', 'customers', NULL, 'Signups who still have time and have paid already; in neither side of rate until they are matured.'),
('kpi_conversion', 'rate_lo', 'ratio', 'matured', 'Lower limit of rate at 95 % (Wilson): what lies behind the share of so few may be as low as that. NULL as rate is.'),
('kpi_conversion', 'rate_hi', 'ratio', 'matured', 'Upper limit of rate at 95 %. Where two rows have no value within these limits in common they differ for a reason.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('conversion_adds_up', $sql$
SELECT format('%s %s %s: %s signups, %s converted, %s expired, %s pending', dimension, value, cohort, signups, converted, expired, pending)
  FROM {kpi_conversion} WHERE signups <> converted + expired + converted_early + pending OR matured <> converted + expired
UNION ALL
SELECT format('%s %s: %s signups, %s in total', b.dimension, b.cohort, b.signups, t.signups)
  FROM (SELECT dimension, cohort, sum(signups) AS signups, sum(converted) AS converted
          FROM {kpi_conversion} WHERE dimension <> 'all' GROUP BY 1, 2) AS b
  JOIN {kpi_conversion} AS t ON t.dimension = 'all' AND t.cohort = b.cohort
 WHERE b.signups <> t.signups OR b.converted <> t.converted
UNION ALL
SELECT format('%s: %s signups, %s matured, %s converted, %s early, by customer %s, %s, %s, %s', cohort, t.signups, t.matured, t.converted, t.converted_early, c.signups, c.matured, c.converted, c.converted_early)
  FROM (SELECT date_trunc('month', signup_date::timestamp)::date AS cohort, sum(n) AS signups, coalesce(sum(n) FILTER (WHERE is_mature), 0) AS matured,
               coalesce(sum(in_time) FILTER (WHERE is_mature), 0) AS converted, coalesce(sum(in_time) FILTER (WHERE NOT is_mature), 0) AS converted_early
          FROM (SELECT signup_date, signup_date + {setting conversion_days}::integer <= {as_of} AS is_mature, count(*) AS n,
                       count(*) FILTER (WHERE first_payment < signup_date + {setting conversion_days}::integer) AS in_time
                  FROM {kpi_customers} AS u WHERE signup_date <= {as_of} GROUP BY signup_date) AS d GROUP BY 1) AS c
  FULL JOIN (SELECT * FROM {kpi_conversion} WHERE dimension = 'all') AS t USING (cohort)
 WHERE t.signups IS DISTINCT FROM coalesce(c.signups, 0) OR t.matured <> coalesce(c.matured, 0) OR t.converted <> coalesce(c.converted, 0) OR t.converted_early <> coalesce(c.converted_early, 0)
$sql$);

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Signups', 'kpi_conversion', 'signups', 'customers', 'customers with signup_date in the month cohort',
 'How many signed up?',
 'By signup_date; customers without one are left out.'),
('Matured signups', 'kpi_conversion', 'matured', 'customers, kpi_settings', 'signups with signup_date + conversion_days <= as_of',
 'How many have had their full time to convert?',
 'Denominator of the conversion rate. Without it a young month would look worse than it is.'),
('Converted signups', 'kpi_conversion', 'converted', 'customers, payments, kpi_settings', 'matured signups who paid within conversion_days',
 'How many became paying?',
 'First successful payment within conversion_days of signup (30 at first, see kpi_settings): day 0 is that of the signup, day 29 the last of 30.'),
('Expired signups', 'kpi_conversion', 'expired', 'customers, payments, kpi_settings', 'matured - converted',
 'How many had their time and did not pay?',
 'Includes those who paid later.'),
('Pending signups', 'kpi_conversion', 'pending', 'customers, payments, kpi_settings', 'signups - matured - converted_early',
 'How many can still convert?',
 'Their time is not over and they have not paid.'),
('Signups converted early', 'kpi_conversion', 'converted_early', 'customers, payments, kpi_settings', 'signups not matured who have paid',
 'How many have paid before their time is over?',
 'They count as converted once they are matured; a rate that held them before would favour young months.'),
('Conversion rate', 'kpi_conversion', 'rate', 'customers, payments, kpi_settings', 'converted / matured',
 'What share of signups becomes paying?',
 'By month of signup, matured signups only: never above 1, and a month changes no more once all its signups are matured. Dividing the conversions of a month by the signups of that month mixes different people and can exceed 1. NULL while nobody is matured.'),
('Median days to convert', 'kpi_conversion', 'median_days', 'customers, payments, kpi_settings', 'median over converted of days from signup to first successful payment',
 'How long does it take to become paying?',
 'Over those who converted in time, so always below conversion_days; a payment before signup counts as day 0. The median, as a few late ones would move a mean. NULL when nobody converted.');
