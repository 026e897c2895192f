-- The KPI dictionary, second half: money, conversion and single customers;
-- then the whole of it as a view.

CREATE FUNCTION saaskpi.money_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 22
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('Collected revenue', 'kpi_revenue_monthly'::name, 'collected'::name, 'payments', 'sum of successful payments - refunded_amount',
 'How much money came in?',
 'By the date of the payment; a refund lowers the month in which it is paid out, not the month of the sale. It is cash, not revenue as accounting recognises it.'),
('Successful payments', 'kpi_revenue_monthly', 'payments', 'payments', 'count of successful payments of zero or more',
 'How many payments came in?', 'Refunds are not payments.'),
('Failed payments', 'kpi_revenue_monthly', 'failed_payments', 'payments', 'count of failed payments',
 'How many charges failed?',
 'Attempts, whatever became of them: three attempts of which the last succeeds are two failed payments and one successful one.'),
('Failed amount', 'kpi_revenue_monthly', 'failed_amount', 'payments', 'sum of failed payments',
 'How much money did failed charges stand for?',
 'The amount of all attempts, so an invoice tried three times counts three times. What stayed unpaid is Failed and unpaid in the cash bridge.'),
('Payment failure rate', 'kpi_revenue_monthly', 'failed_payments', 'payments', 'failed_payments / (payments + failed_payments)',
 'What share of our charges fails?', 'By number of attempts. NULL without attempts.'),
('Refunds', 'kpi_revenue_monthly', 'refunds', 'payments', 'count of successful payments below zero',
 'How often did we pay back?', 'In the month of the refund.'),
('Refunded amount', 'kpi_revenue_monthly', 'refunded_amount', 'payments', 'sum of refunds as a positive number',
 'How much did we pay back?', 'In the month of the refund. Refunds do not touch MRR.'),
('Paying customers', 'kpi_revenue_monthly', 'paying_customers', 'payments', 'distinct customers with a successful payment of zero or more',
 'How many customers paid us?',
 'By payment in the month: a customer within a prepaid year is a customer, but not a paying customer of the month. Not additive over months.'),
('MoM growth', 'kpi_revenue_monthly', 'mom', 'payments', '(collected - collected of the month before) / collected of the month before',
 'How does revenue compare with last month?',
 'Whole calendar months only: NULL in the running month, which would otherwise look like a collapse, in the first month, and when the month before collected 0.'),
('YoY growth', 'kpi_revenue_monthly', 'yoy', 'payments', '(collected - collected of a year before) / collected of a year before',
 'How does revenue compare with the same month last year?',
 'Free of season, unlike MoM growth. NULL in the running month, in the first twelve months, and when that month collected 0.'),
('Change flag', 'kpi_revenue_monthly', 'change_flag', 'payments, kpi_settings', 'alert when abs(mom) > change_alert, warn when abs(mom) > change_warn, else ok',
 'Is this month unusual enough to look into?',
 'Rises and falls alike; a change exactly at a threshold does not exceed it. The thresholds, 10 % and 15 % at first, stand in kpi_settings. NULL when MoM growth is NULL.'),
('Paid above MRR', 'kpi_cash_bridge_monthly', 'paid_above_mrr', 'subscriptions, payments', 'sum of payments beyond MRR, over customers with MRR at closing',
 'How much did customers pay beyond their MRR?',
 'Line of the bridge from MRR to cash: prepaid years, extras, arrears. Compared per customer, so that one who pays ahead does not hide one who pays nothing.'),
('Paid without MRR', 'kpi_cash_bridge_monthly', 'paid_without_mrr', 'subscriptions, payments', 'sum of payments, over customers without MRR at closing',
 'How much came from those who are not customers at month end?',
 'Line of the bridge: payments of customers who left within the month, owed from before, or never had a subscription.'),
('Failed and unpaid', 'kpi_cash_bridge_monthly', 'failed_unpaid', 'subscriptions, payments', 'sum of the lesser of shortfall and failed payments, per customer',
 'How much MRR did we miss to failed payments?',
 'Line of the bridge, first explanation of a shortfall. A failed payment that was collected later in the month leaves no shortfall and is not here.'),
('Paid below MRR', 'kpi_cash_bridge_monthly', 'paid_below_mrr', 'subscriptions, payments', 'sum of the remaining shortfall, over customers who paid something',
 'How much less than their MRR did customers pay?',
 'Line of the bridge: discounts, partial months, part payments.'),
('Not paid', 'kpi_cash_bridge_monthly', 'not_paid', 'subscriptions, payments', 'sum of the remaining shortfall, over customers who paid nothing',
 'How much MRR had no payment at all?',
 'Line of the bridge: within a prepaid term, billed later, or never billed.'),
('Bridge residual', 'kpi_cash_bridge_monthly', 'residual', 'subscriptions, payments',
 'collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded)',
 'Is anything between MRR and cash unexplained?',
 'Always 0: a refresh in which it is not is not published.'),
('Infrastructure cost', 'kpi_margin_monthly', 'infra_cost', 'costs', 'sum of infra_cost of the month',
 'What did hosting cost?', 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Support cost', 'kpi_margin_monthly', 'support_cost', 'costs', 'sum of support_cost of the month',
 'What did support cost?', 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Marketing cost', 'kpi_margin_monthly', 'marketing_cost', 'costs', 'sum of marketing_cost of the month',
 'What did we spend on marketing?', 'As given in costs. NULL, not 0, when costs has no row of the month.'),
('Gross profit', 'kpi_margin_monthly', 'gross_profit', 'payments, costs', 'revenue - infra_cost - support_cost',
 'What is left after delivering the service?',
 'Collected revenue less hosting and support. Marketing is never part of it. NULL without costs of the month.'),
('Gross margin', 'kpi_margin_monthly', 'gross_margin', 'payments, costs', 'gross_profit / revenue',
 'What share of revenue is left after delivering the service?',
 'Cost of delivery is hosting and support; leaving support out, as some do, overstates it. On collected revenue, so a month of prepaid years looks better than it is. NULL when revenue is 0 and without costs.'),
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
 'Both of the same month and the same margin; 3 is a common yardstick. CAC holds marketing only, which flatters it. NULL when either is NULL or CAC is 0.')
$$;
COMMENT ON FUNCTION saaskpi.money_dictionary() IS
    'dictionary of the KPIs about money received and spent';

CREATE FUNCTION saaskpi.customer_dictionary()
RETURNS TABLE (name text, relation name, column_name name, sources text,
               formula text, question text, definition text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 22
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('Signups', 'kpi_conversion'::name, 'signups'::name, 'customers', 'customers with signup_date in the month cohort',
 'How many signed up?', 'By signup_date; customers without one are left out.'),
('Matured signups', 'kpi_conversion', 'matured', 'customers, kpi_settings', 'signups with signup_date + conversion_days <= as_of',
 'How many have had their full time to convert?',
 'Denominator of the conversion rate. Without it a young month would look worse than it is.'),
('Converted signups', 'kpi_conversion', 'converted', 'customers, payments, kpi_settings', 'matured signups who paid within conversion_days',
 'How many became paying?',
 'First successful payment within conversion_days of signup (30 at first, see kpi_settings): on day 0 up to the day before the window ends.'),
('Expired signups', 'kpi_conversion', 'expired', 'customers, payments, kpi_settings', 'matured - converted',
 'How many had their time and did not pay?', 'Includes those who paid later.'),
('Pending signups', 'kpi_conversion', 'pending', 'customers, kpi_settings', 'signups - matured',
 'How many can still convert?', 'Whether they have paid already or not: neither side of the rate holds them.'),
('Conversion rate', 'kpi_conversion', 'rate', 'customers, payments, kpi_settings', 'converted / matured',
 'What share of signups becomes paying?',
 'By month of signup, matured signups only: never above 1, and a month changes no more once all its signups are matured. Dividing the conversions of a month by the signups of that month mixes different people and can exceed 1. NULL while nobody is matured.'),
('Median days to convert', 'kpi_conversion', 'median_days', 'customers, payments, kpi_settings', 'median over converted of days from signup to first successful payment',
 'How long does it take to become paying?',
 'Over those who converted in time, so always below conversion_days; a payment before signup counts as day 0. The median, as a few late ones would move a mean. NULL when nobody converted.'),
('Customer status', 'kpi_customers', 'status', 'subscriptions', 'active when mrr > 0, churned when there was MRR before, else prospect',
 'Is this customer with us?',
 'Computed from the subscriptions as of as_of; the claim in is_active of customers is never used, saaskpi.check_sources lists where the two disagree.'),
('Customer MRR', 'kpi_customers', 'mrr', 'subscriptions', 'sum of monthly_price over her subscriptions in force at as_of',
 'Who are our largest customers?', 'Adds up to MRR of the last month exactly; 0 for those who left or never came.'),
('Tenure', 'kpi_customers', 'tenure_days', 'subscriptions', 'coalesce(churned_on, as_of) - first_mrr_on',
 'How long has this customer been with us?',
 'From the first day with MRR to the last departure, or to as_of while there is MRR; times away in between are included. NULL for those who never had MRR.'),
('Customer revenue', 'kpi_customers', 'revenue', 'payments', 'sum of her successful payments minus refunds',
 'What has this customer paid so far?', 'Historic, up to as_of; not the LTV, which looks ahead. Adds up to collected revenue over all months exactly.'),
('Customer payments', 'kpi_customers', 'payments', 'payments', 'count of her successful payments of zero or more',
 'How often has this customer paid?', 'Refunds are not payments.'),
('Customer failed payments', 'kpi_customers', 'failed_payments', 'payments', 'count of her failed payments',
 'Whose payments fail?', 'Attempts, up to as_of, whatever became of them.'),
('Elapsed share of the month', 'kpi_calendar', 'elapsed_fraction', 'kpi_settings', 'days of the month before as_of / days of the month',
 'How much of the running month do we see?',
 '1 for complete months. Rates that compare months leave the running month out instead of scaling it.')
$$;
COMMENT ON FUNCTION saaskpi.customer_dictionary() IS
    'dictionary of the KPIs about conversion and single customers';

-- A rate without a column of its own names a count it starts from.
CREATE VIEW saaskpi.kpi_catalog AS
SELECT d.name, d.question, d.formula, g.grain,
       CASE WHEN d.name LIKE '% rate' THEN 'ratio' ELSE c.unit END AS unit, d.sources, d.relation, d.column_name, d.definition
  FROM (SELECT 1, * FROM saaskpi.mrr_dictionary() WITH ORDINALITY
        UNION ALL SELECT 2, * FROM saaskpi.retention_dictionary() WITH ORDINALITY
        UNION ALL SELECT 3, * FROM saaskpi.money_dictionary() WITH ORDINALITY
        UNION ALL SELECT 4, * FROM saaskpi.customer_dictionary() WITH ORDINALITY
        UNION ALL SELECT 5, * FROM saaskpi.series_dictionary() WITH ORDINALITY)
       AS d(part, name, relation, column_name, sources, formula, question, definition, n)
  LEFT JOIN saaskpi.relation_grains() AS g ON g.relation = d.relation
  LEFT JOIN saaskpi.relation_columns() AS c ON c.relation = d.relation AND c.column_name = d.column_name
 ORDER BY d.part, d.n;
GRANT SELECT ON saaskpi.kpi_catalog TO PUBLIC;
COMMENT ON VIEW saaskpi.kpi_catalog IS
    'The KPI dictionary: one row per KPI with the question it answers, its formula and the rule behind it, and where to read it. What exactly is our NRR?';
COMMENT ON COLUMN saaskpi.kpi_catalog.name IS 'Name of the KPI, the standard term of the field where there is one; unique.';
COMMENT ON COLUMN saaskpi.kpi_catalog.question IS 'The question the KPI answers, as a CFO would ask it.';
COMMENT ON COLUMN saaskpi.kpi_catalog.formula IS 'How it is computed: an expression over columns of relation where there is one, else words.';
COMMENT ON COLUMN saaskpi.kpi_catalog.grain IS 'What one row of relation stands for.';
COMMENT ON COLUMN saaskpi.kpi_catalog.unit IS
    'Unit of the KPI: money is an amount in the currency of kpi_settings, ratio a share of one (0.05 is 5 %), a plural a count of what it names.';
COMMENT ON COLUMN saaskpi.kpi_catalog.sources IS 'Source tables and settings it is computed from, separated by commas.';
COMMENT ON COLUMN saaskpi.kpi_catalog.relation IS 'Relation in your schema that holds it.';
COMMENT ON COLUMN saaskpi.kpi_catalog.column_name IS 'Column of relation that holds it, or that the formula starts from when there is no column of its own.';
COMMENT ON COLUMN saaskpi.kpi_catalog.definition IS 'The rule it follows, where other tools differ, and when it is NULL.';
