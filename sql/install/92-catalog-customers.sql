-- The columns of the relations about customers, and about the runs; then all
-- columns of all relations together.

CREATE FUNCTION saaskpi.customer_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 37
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_cohort_retention'::name, 'basis'::name, 'text',
 'What makes a customer active in a month and dates her cohort: mrr (MRR on any day; first such month), payment (a successful payment of zero or more; first such month) or signup (MRR on any day; month of signup_date).'),
('kpi_cohort_retention', 'cohort', 'date', 'First day of the month in which the customers of the row began, by basis.'),
('kpi_cohort_retention', 'age', 'months', 'Months since cohort; 0 is the month of the cohort itself.'),
('kpi_cohort_retention', 'customers', 'customers', 'Size of the cohort, the same at every age.'),
('kpi_cohort_retention', 'retained', 'customers', 'Customers of the cohort active in the month of this age; NULL while is_mature is false.'),
('kpi_cohort_retention', 'rate', 'ratio', 'retained / customers; NULL while is_mature is false.'),
('kpi_cohort_retention', 'retained_or_later', 'customers',
 'Customers of the cohort active in the month of this age or any later month up to as_of; NULL while is_mature is false.'),
('kpi_cohort_retention', 'rate_or_later', 'ratio', 'retained_or_later / customers, which never rises with age; NULL while is_mature is false.'),
('kpi_cohort_retention', 'retained_throughout', 'customers', 'Customers of the cohort active in every month from age 0 to this one; NULL while is_mature is false.'),
('kpi_cohort_retention', 'revenue', 'money',
 'MRR of the active customers at the end of the month, or with basis payment what they paid in it; NULL while is_mature is false.'),
('kpi_cohort_retention', 'revenue_rate', 'ratio',
 'revenue / revenue of the cohort at age 0, above 1 when expansion outweighs the losses; NULL while is_mature is false and when revenue at age 0 is 0.'),
('kpi_cohort_retention', 'is_mature', 'boolean', 'True when as_of lies after the last day of the month of this age; until then nothing is counted.'),

('kpi_conversion', 'cohort', 'date', 'First day of the month of signup.'),
('kpi_conversion', 'dimension', 'text', 'What value names: all, segment, country or acquisition_channel; each dimension alone adds up to all.'),
('kpi_conversion', 'value', 'text', 'Segment, country or channel of the row, all for everybody; (none) stands for a customer without one.'),
('kpi_conversion', 'signups', 'customers', 'Customers with signup_date in the month: converted + expired + pending.'),
('kpi_conversion', 'matured', 'customers', 'Signups who have had conversion_days of kpi_settings to pay, by as_of.'),
('kpi_conversion', 'converted', 'customers', 'Matured signups whose first successful payment came within conversion_days of signup.'),
('kpi_conversion', 'expired', 'customers', 'Matured signups who did not pay in time: matured - converted.'),
('kpi_conversion', 'pending', 'customers', 'Signups who still have time, paid or not: signups - matured.'),
('kpi_conversion', 'rate', 'ratio', 'converted / matured; NULL while nobody is matured.'),
('kpi_conversion', 'median_days', 'days', 'Median of the days from signup to first payment over converted, 0 for a payment before signup; NULL when nobody converted.'),

('kpi_customers', 'customer_id', 'text', 'Customer, of the source customers or only seen in subscriptions or payments.'),
('kpi_customers', 'signup_date', 'date', 'Day of signup as in customers; NULL when unknown there.'),
('kpi_customers', 'segment', 'text', 'Segment as in customers; NULL when unknown there.'),
('kpi_customers', 'country', 'text', 'Country as in customers; NULL when unknown there.'),
('kpi_customers', 'acquisition_channel', 'text', 'Acquisition channel as in customers; NULL when unknown there.'),
('kpi_customers', 'status', 'text', 'By the subscriptions: active (mrr above zero), churned (had MRR, has none) or prospect (never had any).'),
('kpi_customers', 'mrr', 'money', 'MRR at the end of as_of; 0 when there is none.'),
('kpi_customers', 'first_mrr_on', 'date', 'First day with MRR; NULL when there never was any.'),
('kpi_customers', 'churned_on', 'date', 'Last day on which the MRR fell to zero; NULL while mrr is above zero and when there never was any.'),
('kpi_customers', 'tenure_days', 'days',
 'Days from first_mrr_on to churned_on, or to as_of while mrr is above zero, gaps between included; NULL when there never was any MRR.'),
('kpi_customers', 'first_payment', 'date', 'Day of the first successful payment of zero or more; NULL when there is none.'),
('kpi_customers', 'last_payment', 'date', 'Day of the last successful payment of zero or more; NULL when there is none.'),
('kpi_customers', 'payments', 'payments', 'Successful payments of zero or more.'),
('kpi_customers', 'revenue', 'money', 'Amounts of the successful payments minus refunds; 0 when there are none.'),
('kpi_customers', 'failed_payments', 'payments', 'Payments that failed.')
$$;
COMMENT ON FUNCTION saaskpi.customer_columns() IS
    'columns of the relations about cohorts, conversion and single customers: unit and meaning';

CREATE FUNCTION saaskpi.run_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 33
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_calendar'::name, 'period'::name, 'date', 'First day of the month.'),
('kpi_calendar', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),
('kpi_calendar', 'elapsed_fraction', 'ratio', 'Share of the days of the month that lie before as_of; 1 when the month is complete.'),

('kpi_summaries', 'segment', 'text', 'Segment of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'country', 'text', 'Country of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'acquisition_channel', 'text', 'Acquisition channel of the customers; (none) stands for customers without one.'),
('kpi_summaries', 'customers', 'customers', 'Customers of the combination, known to any source.'),
('kpi_summaries', 'first_day', 'date', 'Earliest of their first month with a change of MRR, first month with a payment and first day of signup; NULL when there is none.'),
('kpi_summaries', 'skipped_subscriptions', 'subscriptions', 'Their subscriptions left out because they cannot count, see saaskpi.check_sources.'),
('kpi_summaries', 'skipped_payments', 'payments', 'Their payments left out because they cannot count, see saaskpi.check_sources.'),

('kpi_settings', 'only_row', 'boolean', 'Always true: the settings are one row.'),
('kpi_settings', 'as_of', 'date', 'Day as of which everything is computed; NULL means the day of the refresh in time_zone.'),
('kpi_settings', 'time_zone', 'text', 'Reporting time zone: which day it is, and on which day an instant with a time zone falls.'),
('kpi_settings', 'currency', 'text', 'Currency of all amounts, as a label; nothing is converted.'),
('kpi_settings', 'change_warn', 'ratio', 'Change of collected revenue against the month before, without its sign, above which change_flag is warn.'),
('kpi_settings', 'change_alert', 'ratio', 'Change of collected revenue against the month before, without its sign, above which change_flag is alert.'),
('kpi_settings', 'conversion_days', 'days', 'Days after signup within which a first payment counts as conversion.'),
('kpi_settings', 'effective_as_of', 'date', 'Day as of which the kpi relations were computed; set by the refresh, not by hand.'),

('kpi_refresh_log', 'run_id', 'number', 'Number of the run; later runs have greater numbers.'),
('kpi_refresh_log', 'started_at', 'timestamp', 'When the run began.'),
('kpi_refresh_log', 'finished_at', 'timestamp', 'When the run ended; NULL while it runs, and for good when its session was lost.'),
('kpi_refresh_log', 'status', 'text', 'running, ok or failed; after a failed run the kpi relations are as they were before it.'),
('kpi_refresh_log', 'as_of', 'date', 'Day as of which the run computed everything; NULL unless status is ok.'),
('kpi_refresh_log', 'seconds', 'seconds', 'Duration of the run; NULL unless status is ok.'),
('kpi_refresh_log', 'customers', 'customers', 'Customers the run found; NULL unless status is ok.'),
('kpi_refresh_log', 'skipped_subscriptions', 'subscriptions',
 'Subscriptions left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.'),
('kpi_refresh_log', 'skipped_payments', 'payments', 'Payments left out because they cannot count, see saaskpi.check_sources; NULL unless status is ok.'),
('kpi_refresh_log', 'message', 'text', 'Why the run failed; NULL unless status is failed.'),

('kpi_refresh_steps', 'run_id', 'number', 'Run of kpi_refresh_log the step belongs to.'),
('kpi_refresh_steps', 'step', 'number', 'Position of the step within the run, in the order the relations depend on each other.'),
('kpi_refresh_steps', 'relation', 'text', 'Relation the step refreshed.'),
('kpi_refresh_steps', 'rows', 'rows', 'Rows of the relation after the step.'),
('kpi_refresh_steps', 'milliseconds', 'milliseconds', 'Duration of the step.')
$$;
COMMENT ON FUNCTION saaskpi.run_columns() IS
    'columns of the calendar, the settings and the refresh log: unit and meaning';

-- The relations in the order in which a reader meets them.
CREATE FUNCTION saaskpi.relation_grains()
RETURNS TABLE (ordinal integer, relation name, grain text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 18
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
(1, 'kpi_mrr_monthly'::name, 'month',
 'The MRR waterfall: one row per month, what it opened and closed with and what happened between, with churn and retention. Why did MRR change in March?'),
(2, 'kpi_mrr_monthly_by', 'month and dimension value',
 'The MRR waterfall by segment, country, acquisition channel and plan: one row per dimension, value and month. Choose one dimension before adding up. Which plan loses customers to which side: churn, or other plans?'),
(3, 'kpi_mrr_movements', 'customer and day',
 'The rows behind the waterfall: one row per customer and day on which her MRR changed. Who churned in March, and how much was each worth?'),
(4, 'kpi_revenue_monthly', 'month',
 'Money received: one row per month with payments, failed payments, refunds and the change against the month and the year before. How much did we collect, and is that a jump worth a look?'),
(5, 'kpi_cash_bridge_monthly', 'month',
 'From MRR to money received, line by line without a rest: one row per month. Why did we collect less than our MRR?'),
(6, 'kpi_cohort_retention', 'cohort and age in months',
 'Customers followed from the month they began: one row per basis, cohort month and age. Choose one basis. Of those who began in January, how many are still here, and are they worth more or less?'),
(7, 'kpi_conversion', 'signup month and dimension value',
 'From signup to first payment: one row per dimension, value and month of signup. Choose one dimension before adding up. Which channel brings signups that pay?'),
(8, 'kpi_margin_monthly', 'month',
 'What the revenue cost and what a customer is worth: one row per month with margin, CAC and LTV. How long until a new customer has paid for her acquisition?'),
(9, 'kpi_forecast_monthly', 'metric, dimension value and month',
 'MRR and collected revenue, past and to come: one row per metric, dimension, value and month, with intervals for the next six. Choose one metric and dimension before adding up. What will we bring in until summer, and how sure is that?'),
(10, 'kpi_model_performance', 'metric, model and months ahead',
 'How good the forecasts would have been: one row per metric, model and months ahead, tried on our own past. Is the forecast worth more than saying: as last year?'),
(11, 'kpi_seasonality', 'metric and month of the year',
 'The season of the year: one row per metric and month of the year, 100 is average. Is December always like that?'),
(12, 'kpi_anomalies', 'metric and month',
 'Months that do not fit their series: one row per metric and month with what was to be expected. Which months need an explanation, and what kind of event was it?'),
(13, 'kpi_customers', 'customer',
 'Every customer known to any source: one row per customer with status, MRR and payments as of as_of. Who are our largest customers, and since when?'),
(14, 'kpi_calendar', 'month',
 'Every month from the first fact to as_of, gaps included: one row per month. Is this month over yet?'),
(15, 'kpi_settings', 'schema',
 'What the kpi relations of this schema go by: exactly one row, yours to UPDATE; the next refresh applies it. As of which day are these numbers?'),
(16, 'kpi_refresh_log', 'refresh',
 'The refreshes of this schema: one row per run, failed ones with the reason. Are these numbers of today?'),
(17, 'kpi_refresh_steps', 'refresh and relation',
 'What a refresh did: one row per run and relation with rows and duration. Which relation takes the time?'),
(18, 'kpi_summaries', 'combination of segment, country and channel',
 'What the other kpi relations are made from: one row per combination of segment, country and acquisition channel. How many customers and unusable rows does each hold?')
$$;
COMMENT ON FUNCTION saaskpi.relation_grains() IS
    'the kpi relations in reading order: what one row is, and what the relation answers';

CREATE FUNCTION saaskpi.relation_comments()
RETURNS TABLE (relation name, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 18
SET search_path = pg_catalog, pg_temp
AS $$
SELECT g.relation, g.comment FROM saaskpi.relation_grains() AS g ORDER BY g.ordinal
$$;
COMMENT ON FUNCTION saaskpi.relation_comments() IS
    'the comment of every kpi relation: what one row is, and a question it answers';

CREATE FUNCTION saaskpi.relation_columns()
RETURNS TABLE (relation name, ordinal integer, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 230
SET search_path = pg_catalog, pg_temp
AS $$
WITH plain(relation, column_name, unit, comment, n) AS (
    SELECT * FROM saaskpi.mrr_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.money_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.customer_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.series_columns() WITH ORDINALITY
    UNION ALL SELECT * FROM saaskpi.run_columns() WITH ORDINALITY
), waterfall AS (
    SELECT 'kpi_mrr_monthly_by'::name AS relation, p.column_name, p.unit, p.comment, p.n
      FROM plain AS p WHERE p.relation = 'kpi_mrr_monthly'
), placed(relation, column_name, unit, comment, n, place) AS (
    SELECT p.*, 0 FROM plain AS p
    UNION ALL
    SELECT w.relation, w.column_name, w.unit,
           CASE WHEN w.unit IN ('date', 'boolean') THEN '' ELSE 'Within the value: ' END || w.comment, w.n, 0
      FROM waterfall AS w
     WHERE NOT EXISTS (SELECT FROM saaskpi.mrr_by_columns() AS b WHERE b.column_name = w.column_name)
    UNION ALL
    SELECT 'kpi_mrr_monthly_by', b.column_name, b.unit, b.comment, coalesce(w.n, 0), b.place
      FROM saaskpi.mrr_by_columns() WITH ORDINALITY AS b(after, column_name, unit, comment, place)
      LEFT JOIN waterfall AS w ON w.column_name = b.after
)
SELECT p.relation, row_number() OVER (PARTITION BY p.relation ORDER BY p.n, p.place)::integer,
       p.column_name, p.unit, p.comment
  FROM placed AS p
  JOIN saaskpi.relation_grains() AS g ON g.relation = p.relation
 ORDER BY g.ordinal, p.n, p.place
$$;
COMMENT ON FUNCTION saaskpi.relation_columns() IS
    'every column of every kpi relation in order: unit and meaning, as create_views writes them into comments';
