-- What every kpi relation and every one of its columns means: the comments
-- that create_views writes, and that psql and dashboard tools show.
--
-- One row per column, in the order of the relation.  The unit 'money' is an
-- amount in the currency of kpi_settings, 'ratio' a share of one (0.05 is 5 %);
-- a unit in the plural is a count of what it names.  as_of in a comment is the
-- effective_as_of of kpi_settings.

CREATE FUNCTION saaskpi.mrr_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 37
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_mrr_monthly'::name, 'period'::name, 'date',
 'First day of the month; the row covers the days from it up to the first day of the next month.'),
('kpi_mrr_monthly', 'opening', 'money', 'MRR at the end of the day before period, which is closing of the month before.'),
('kpi_mrr_monthly', 'new', 'money', 'MRR of customers on the day they had any for the first time ever; a positive amount.'),
('kpi_mrr_monthly', 'expansion', 'money', 'Rises of MRR of customers who had some the day before, netted per customer and day; a positive amount.'),
('kpi_mrr_monthly', 'contraction', 'money', 'Falls of MRR of customers who kept some, netted per customer and day; a positive amount that lowers closing.'),
('kpi_mrr_monthly', 'churn', 'money', 'MRR that customers had on the day before it fell to zero; a positive amount that lowers closing.'),
('kpi_mrr_monthly', 'reactivation', 'money', 'MRR of customers on the day they came back from zero after an earlier churn; a positive amount.'),
('kpi_mrr_monthly', 'closing', 'money',
 'MRR at the end of the last day of the month, or of as_of while the month runs: opening + new + expansion + reactivation - contraction - churn.'),
('kpi_mrr_monthly', 'round_trip', 'money',
 'Part of new + expansion + reactivation that the same customer lost again, or had lost before, within the month; contraction + churn hold the same amount, and a comparison of month ends alone shows neither.'),
('kpi_mrr_monthly', 'customers_opening', 'customers', 'Customers with MRR above zero at opening.'),
('kpi_mrr_monthly', 'customers_new', 'customers', 'Customers who had MRR for the first time ever.'),
('kpi_mrr_monthly', 'customers_churned', 'customers', 'Times the MRR of a customer fell to zero; a customer who left twice in the month counts twice.'),
('kpi_mrr_monthly', 'customers_reactivated', 'customers', 'Times a customer came back from zero MRR; a customer who came back twice in the month counts twice.'),
('kpi_mrr_monthly', 'customers_closing', 'customers',
 'Customers with MRR above zero at closing: customers_opening + customers_new + customers_reactivated - customers_churned.'),
('kpi_mrr_monthly', 'customers_lost', 'customers',
 'Customers with MRR at opening and none at closing; unlike customers_churned without those who came back within the month or joined after opening.'),
('kpi_mrr_monthly', 'mrr_retained', 'money', 'MRR at closing of the customers who had MRR at opening, their expansion included.'),
('kpi_mrr_monthly', 'mrr_kept', 'money', 'MRR at closing of the customers who had MRR at opening, each counted with at most what she had at opening.'),
('kpi_mrr_monthly', 'logo_churn_rate', 'ratio', 'customers_lost / customers_opening; NULL when customers_opening is 0.'),
('kpi_mrr_monthly', 'gross_mrr_churn_rate', 'ratio', '(opening - mrr_kept) / opening; NULL when opening is 0.'),
('kpi_mrr_monthly', 'net_mrr_churn_rate', 'ratio',
 '(opening - mrr_retained) / opening, below zero when expansion outweighs the losses; NULL when opening is 0.'),
('kpi_mrr_monthly', 'nrr', 'ratio', 'Net revenue retention over the month: mrr_retained / opening; NULL when opening is 0.'),
('kpi_mrr_monthly', 'grr', 'ratio', 'Gross revenue retention over the month: mrr_kept / opening, never above 1; NULL when opening is 0.'),
('kpi_mrr_monthly', 'opening_12m', 'money', 'MRR at the end of the month twelve months before; 0 when nobody had any.'),
('kpi_mrr_monthly', 'retained_12m', 'money', 'MRR at closing of the customers behind opening_12m, their expansion included; 0 when there are none.'),
('kpi_mrr_monthly', 'kept_12m', 'money',
 'MRR at closing of the customers behind opening_12m, each counted with at most what she had in opening_12m; 0 when there are none.'),
('kpi_mrr_monthly', 'nrr_12m', 'ratio', 'Net revenue retention over twelve months: retained_12m / opening_12m; NULL when opening_12m is 0.'),
('kpi_mrr_monthly', 'grr_12m', 'ratio', 'Gross revenue retention over twelve months: kept_12m / opening_12m, never above 1; NULL when opening_12m is 0.'),
('kpi_mrr_monthly', 'quick_ratio', 'ratio', '(new + expansion + reactivation) / (churn + contraction); NULL when nothing was lost.'),
('kpi_mrr_monthly', 'arpa', 'money', 'Average MRR per customer: closing / customers_closing; NULL when customers_closing is 0.'),
('kpi_mrr_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),

('kpi_mrr_movements', 'period', 'date', 'First day of the month that holds happened_on.'),
('kpi_mrr_movements', 'happened_on', 'date', 'Day at whose end the MRR of the customer differs from the end of the day before; all changes of one day are one movement.'),
('kpi_mrr_movements', 'customer_id', 'text', 'Customer whose MRR moved.'),
('kpi_mrr_movements', 'movement', 'text',
 'new (from zero, for the first time ever), reactivation (from zero, again), churn (to zero), expansion (up) or contraction (down).'),
('kpi_mrr_movements', 'amount', 'money', 'Size of the movement, always positive: abs(mrr_after - mrr_before).'),
('kpi_mrr_movements', 'mrr_before', 'money', 'MRR of the customer at the end of the day before happened_on.'),
('kpi_mrr_movements', 'mrr_after', 'money', 'MRR of the customer at the end of happened_on.')
$$;
COMMENT ON FUNCTION saaskpi.mrr_columns() IS
    'columns of the monthly waterfall and of the movements behind it: unit and meaning';

-- The waterfall by dimension says of its columns what the waterfall says,
-- but for those that stand here: they are its own, or mean more there.
-- after is the column of kpi_mrr_monthly that a row replaces or follows; the
-- first two rows come before all of them.
CREATE FUNCTION saaskpi.mrr_by_columns()
RETURNS TABLE (after name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 14
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
(NULL::name, 'dimension'::name, 'text', 'What value names: segment, country, acquisition_channel or plan_type; each dimension alone adds up to kpi_mrr_monthly.'),
(NULL, 'value', 'text', 'Segment, country, channel or plan of the row; (none) stands for a customer or subscription without one.'),
('reactivation', 'transfer_in', 'money',
 'MRR that came to the plan from other plans of the same customers on the same day, in no other bucket; 0 for the other dimensions.'),
('reactivation', 'transfer_out', 'money',
 'MRR that left the plan for other plans of the same customers on the same day, in no other bucket; 0 for the other dimensions.'),
('closing', 'closing', 'money',
 'MRR of the value at the end of the month, or of as_of while it runs: opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out.'),
('round_trip', 'round_trip', 'money',
 'Part of new + expansion + reactivation that the same customer of the value lost again, or had lost before, within the month; always 0 for plan_type.'),
('customers_new', 'customers_new', 'customers',
 'Customers of the value who had MRR for the first time ever, in the plan among others.'),
('customers_churned', 'customers_churned', 'customers',
 'Times a customer of the value went to zero MRR in all plans; a plan left for another counts in customers_transfer_out.'),
('customers_reactivated', 'customers_reactivated', 'customers',
 'Times a customer came back from zero MRR in all plans, to the plan among others.'),
('customers_reactivated', 'customers_transfer_in', 'customers',
 'Times a customer with MRR in other plans took up the plan; 0 for the other dimensions.'),
('customers_reactivated', 'customers_transfer_out', 'customers',
 'Times a customer gave up the plan and still had MRR in others; 0 for the other dimensions.'),
('customers_closing', 'customers_closing', 'customers',
 'Customers with MRR of the value at closing: customers_opening + customers_new + customers_reactivated + customers_transfer_in - customers_churned - customers_transfer_out.'),
('customers_lost', 'customers_lost', 'customers',
 'Customers with MRR of the value at opening and none of it at closing; for plan_type this includes those who went to another plan.'),
('mrr_retained', 'mrr_retained', 'money',
 'MRR of the value at closing of the customers who had some of it at opening; for plan_type what they moved to another plan is missing.')
$$;
COMMENT ON FUNCTION saaskpi.mrr_by_columns() IS
    'columns of the waterfall by dimension that differ from the waterfall, each with the column it follows or replaces';

CREATE FUNCTION saaskpi.money_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 38
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_revenue_monthly'::name, 'period'::name, 'date', 'First day of the month.'),
('kpi_revenue_monthly', 'collected', 'money', 'Amounts of successful payments dated in the month, minus refunded_amount.'),
('kpi_revenue_monthly', 'payments', 'payments', 'Successful payments of zero or more.'),
('kpi_revenue_monthly', 'failed_payments', 'payments', 'Payments that failed; an attempt that succeeded later counts here and in payments.'),
('kpi_revenue_monthly', 'failed_amount', 'money', 'Amount of the failed payments.'),
('kpi_revenue_monthly', 'refunds', 'refunds', 'Successful payments below zero, in the month they are dated.'),
('kpi_revenue_monthly', 'refunded_amount', 'money', 'Amount of the refunds as a positive number.'),
('kpi_revenue_monthly', 'paying_customers', 'customers', 'Different customers with a successful payment of zero or more.'),
('kpi_revenue_monthly', 'mom', 'ratio',
 'Change of collected against the month before: (collected - before) / before; NULL in the running month, in the first one and when the month before collected 0.'),
('kpi_revenue_monthly', 'yoy', 'ratio',
 'Change of collected against the same month a year before: (collected - before) / before; NULL in the running month, without a year of history and when that month collected 0.'),
('kpi_revenue_monthly', 'change_flag', 'text',
 'alert when mom without its sign exceeds change_alert of kpi_settings, warn when it exceeds change_warn, else ok; NULL when mom is NULL.'),
('kpi_revenue_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),

('kpi_cash_bridge_monthly', 'period', 'date', 'First day of the month.'),
('kpi_cash_bridge_monthly', 'mrr_closing', 'money', 'MRR at the end of the month: closing of kpi_mrr_monthly.'),
('kpi_cash_bridge_monthly', 'paid_above_mrr', 'money', 'What customers with MRR at closing paid beyond it, such as prepaid years, extras and arrears.'),
('kpi_cash_bridge_monthly', 'paid_without_mrr', 'money', 'What customers without MRR at closing paid, such as those who left within the month.'),
('kpi_cash_bridge_monthly', 'failed_unpaid', 'money', 'Shortfall of payments against MRR, per customer, as far as failed payments of the month explain it; lowers collected.'),
('kpi_cash_bridge_monthly', 'paid_below_mrr', 'money', 'Further shortfall of customers who paid something, such as discounts and partial months; lowers collected.'),
('kpi_cash_bridge_monthly', 'not_paid', 'money', 'Further shortfall of customers who paid nothing, such as those within a prepaid year; lowers collected.'),
('kpi_cash_bridge_monthly', 'refunded', 'money', 'Refunds as a positive number; lowers collected.'),
('kpi_cash_bridge_monthly', 'collected', 'money', 'Collected revenue: collected of kpi_revenue_monthly.'),
('kpi_cash_bridge_monthly', 'residual', 'money',
 'What the lines leave unexplained, always 0: collected - (mrr_closing + paid_above_mrr + paid_without_mrr - failed_unpaid - paid_below_mrr - not_paid - refunded).'),
('kpi_cash_bridge_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.'),

('kpi_margin_monthly', 'period', 'date', 'First day of the month.'),
('kpi_margin_monthly', 'revenue', 'money', 'Collected revenue: collected of kpi_revenue_monthly.'),
('kpi_margin_monthly', 'infra_cost', 'money', 'Infrastructure cost of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'support_cost', 'money', 'Customer support cost of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'marketing_cost', 'money', 'Marketing spend of the month; NULL when costs has no row of the month.'),
('kpi_margin_monthly', 'gross_profit', 'money', 'revenue - infra_cost - support_cost; NULL without costs.'),
('kpi_margin_monthly', 'gross_margin', 'ratio', 'gross_profit / revenue; NULL when revenue is 0 and without costs.'),
('kpi_margin_monthly', 'operating_profit', 'money', 'gross_profit - marketing_cost; NULL without costs.'),
('kpi_margin_monthly', 'new_customers', 'customers', 'Customers with MRR for the first time ever: customers_new of kpi_mrr_monthly.'),
('kpi_margin_monthly', 'new_mrr', 'money', 'MRR of the new customers: new of kpi_mrr_monthly.'),
('kpi_margin_monthly', 'cac', 'money', 'Marketing spend per new customer: marketing_cost / new_customers; NULL without new customers and without costs.'),
('kpi_margin_monthly', 'cac_payback_months', 'months',
 'Months of gross profit that pay back the acquisition of a new customer: marketing_cost / (new_mrr * gross_margin); NULL without costs and unless new customers and their margin are above zero.'),
('kpi_margin_monthly', 'ltv', 'money',
 'arpa * gross_margin / logo_churn_rate, the first and last from kpi_mrr_monthly; NULL when nobody was lost, when revenue or customers are 0 and without costs.'),
('kpi_margin_monthly', 'ltv_to_cac', 'ratio', 'ltv / cac before either is rounded; NULL when either is NULL or cac is 0.'),
('kpi_margin_monthly', 'is_complete', 'boolean', 'True when as_of lies after the last day of the month, false while the month runs.')
$$;
COMMENT ON FUNCTION saaskpi.money_columns() IS
    'columns of the relations about money received and spent: unit and meaning';
