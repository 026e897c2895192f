-- What must hold before anything is published.
--
-- Each rule is a query over the kpi relations that returns the violations, one
-- text each; no row means that the identity holds.

CREATE FUNCTION saaskpi.identity_rules()
RETURNS TABLE (ordinal integer, identity text, query text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
(1, 'waterfall_closes', $sql$
SELECT format('%s: off by %s', period, opening + new + expansion + reactivation - contraction - churn - closing)
  FROM {s}.kpi_mrr_monthly_mat WHERE opening + new + expansion + reactivation - contraction - churn <> closing
UNION ALL
SELECT format('%s %s %s: off by %s', dimension, value, period,
              opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out - closing)
  FROM {s}.kpi_mrr_monthly_by_mat
 WHERE opening + new + expansion + reactivation + transfer_in - contraction - churn - transfer_out <> closing
$sql$),
(2, 'customers_close', $sql$
SELECT format('%s: off by %s', period, customers_opening + customers_new + customers_reactivated - customers_churned - customers_closing)
  FROM {s}.kpi_mrr_monthly_mat
 WHERE customers_opening + customers_new + customers_reactivated - customers_churned <> customers_closing
UNION ALL
SELECT format('%s %s %s', dimension, value, period)
  FROM {s}.kpi_mrr_monthly_by_mat
 WHERE customers_opening + customers_new + customers_reactivated + customers_transfer_in
       - customers_churned - customers_transfer_out <> customers_closing
$sql$),
(3, 'periods_chain', $sql$
SELECT format('%s opens at %s, the month before closed at %s', period, opening, before)
  FROM (SELECT period, opening, lag(closing, 1, 0.0) OVER (ORDER BY period) AS before FROM {s}.kpi_mrr_monthly_mat) AS q
 WHERE opening <> before
UNION ALL
SELECT format('%s %s %s opens at %s, the month before closed at %s', dimension, value, period, opening, before)
  FROM (SELECT dimension, value, period, opening,
               lag(closing, 1, 0.0) OVER (PARTITION BY dimension, value ORDER BY period) AS before
          FROM {s}.kpi_mrr_monthly_by_mat) AS q
 WHERE opening <> before
$sql$),
(4, 'dimensions_sum_to_total', $sql$
SELECT format('%s %s: %s in parts, %s in total', b.dimension, b.period, b.sides, t.sides)
  FROM (SELECT dimension, period, ROW(sum(opening), sum(new), sum(expansion), sum(contraction), sum(churn), sum(reactivation), sum(closing)) AS sides,
               sum(transfer_in) - sum(transfer_out) AS transfers
          FROM {s}.kpi_mrr_monthly_by_mat GROUP BY dimension, period) AS b
  JOIN (SELECT period, ROW(opening, new, expansion, contraction, churn, reactivation, closing) AS sides FROM {s}.kpi_mrr_monthly_mat) AS t USING (period)
 WHERE b.sides <> t.sides OR b.transfers <> 0
$sql$),
(5, 'closing_equals_subscriptions', $sql$
SELECT format('%s: waterfall closes at %s, the subscriptions add up to %s', w.period, w.closing, i.mrr)
  FROM (SELECT k.period, sum(coalesce(d.change, 0)) OVER (ORDER BY k.period) AS mrr
          FROM {s}.kpi_calendar_mat AS k
          LEFT JOIN (SELECT date_trunc('month', e.day)::date AS period, sum(e.price) AS change
                       FROM {s}.kpi_settings AS g
                      CROSS JOIN LATERAL (
                            SELECT start_date AS day, sum(monthly_price) AS price FROM {s}.kpi_input_subscriptions AS s
                             WHERE saaskpi.is_usable(s.start_date, s.end_date, s.monthly_price) AND s.customer_id IS NOT NULL GROUP BY 1
                            UNION ALL
                            SELECT end_date, -sum(monthly_price) FROM {s}.kpi_input_subscriptions AS s
                             WHERE saaskpi.is_usable(s.start_date, s.end_date, s.monthly_price) AND s.customer_id IS NOT NULL GROUP BY 1) AS e
                      WHERE e.day <= g.effective_as_of GROUP BY 1) AS d USING (period)) AS i
  JOIN {s}.kpi_mrr_monthly_mat AS w USING (period)
 WHERE w.closing <> i.mrr
$sql$),
(6, 'movements_sum_to_waterfall', $sql$
SELECT format('%s %s: movements %s, waterfall %s', period, movement, coalesce(m.amount, 0), w.amount)
  FROM (SELECT period, movement, sum(amount) AS amount FROM {s}.kpi_mrr_movements_mat GROUP BY 1, 2) AS m
  FULL JOIN (SELECT p.period, v.movement, v.amount FROM {s}.kpi_mrr_monthly_mat AS p
              CROSS JOIN LATERAL (VALUES ('new', p.new), ('expansion', p.expansion), ('contraction', p.contraction),
                                         ('churn', p.churn), ('reactivation', p.reactivation)) AS v(movement, amount)
              WHERE v.amount <> 0) AS w USING (period, movement)
 WHERE m.amount IS DISTINCT FROM w.amount
$sql$),
(7, 'active_customers_agree', $sql$
SELECT format('%s customers and %s in kpi_customers, %s and %s in the waterfall', c.n, c.mrr, w.customers_closing, w.closing)
  FROM (SELECT count(*) FILTER (WHERE mrr > 0) AS n, coalesce(sum(mrr), 0) AS mrr FROM {s}.kpi_customers_mat) AS c
  JOIN (SELECT customers_closing, closing FROM {s}.kpi_mrr_monthly_mat ORDER BY period DESC LIMIT 1) AS w
    ON w.customers_closing <> c.n OR w.closing <> c.mrr
$sql$),
(8, 'retention_within_bounds', $sql$
SELECT format('%s: opening %s, retained %s, kept %s, lost %s of %s customers', period, opening, mrr_retained, mrr_kept, customers_lost, customers_opening)
  FROM {s}.kpi_mrr_monthly_mat
 WHERE NOT (mrr_kept <= opening AND mrr_kept <= mrr_retained AND customers_lost BETWEEN 0 AND customers_opening)
UNION ALL
SELECT format('%s: cohort of twelve months before paid %s, the waterfall closed at %s', period, opening_12m, before)
  FROM (SELECT period, opening_12m, lag(closing, 12, 0.0) OVER (ORDER BY period) AS before FROM {s}.kpi_mrr_monthly_mat) AS q
 WHERE opening_12m <> before
$sql$),
(9, 'round_trip_within_flows', $sql$
SELECT format('%s: round trip %s', period, round_trip) FROM {s}.kpi_mrr_monthly_mat
 WHERE round_trip NOT BETWEEN 0 AND least(new + expansion + reactivation, contraction + churn)
$sql$),
(10, 'bridge_closes', $sql$
SELECT format('%s: residual %s, mrr %s against %s', b.period, b.residual, b.mrr_closing, w.closing)
  FROM {s}.kpi_cash_bridge_monthly_mat AS b JOIN {s}.kpi_mrr_monthly_mat AS w USING (period)
 WHERE b.residual <> 0 OR b.mrr_closing <> w.closing
$sql$),
(11, 'revenue_equals_customers', $sql$
SELECT format('%s and %s payments by month, %s and %s by customer', m.revenue, m.payments, c.revenue, c.payments)
  FROM (SELECT coalesce(sum(collected), 0) AS revenue, coalesce(sum(payments), 0) AS payments FROM {s}.kpi_revenue_monthly_mat) AS m
  JOIN (SELECT coalesce(sum(revenue), 0) AS revenue, coalesce(sum(payments), 0) AS payments FROM {s}.kpi_customers_mat) AS c
    ON m.revenue <> c.revenue OR m.payments <> c.payments
$sql$),
(12, 'cohorts_begin_whole', $sql$
SELECT format('%s %s: %s of %s active at age 0', basis, cohort, retained, customers)
  FROM {s}.kpi_cohort_retention_mat WHERE age = 0 AND is_mature AND basis <> 'signup' AND retained <> customers
UNION ALL
SELECT format('%s: cohorts hold %s customers, %s were ever acquired', c.basis, c.customers, a.n)
  FROM (SELECT b.basis, coalesce(sum(r.customers), 0) AS customers
          FROM (VALUES ('mrr'), ('payment')) AS b(basis)
          LEFT JOIN {s}.kpi_cohort_retention_mat AS r ON r.basis = b.basis AND r.age = 0 GROUP BY 1) AS c
 CROSS JOIN (SELECT count(first_mrr_on) AS mrr, count(first_payment) AS payment FROM {s}.kpi_customers_mat) AS u
 CROSS JOIN LATERAL (SELECT CASE c.basis WHEN 'mrr' THEN u.mrr ELSE u.payment END AS n) AS a
 WHERE c.customers <> a.n
$sql$),
(13, 'cohorts_sum_to_periods', $sql$
SELECT format('%s %s: cohorts %s customers and %s, period %s and %s', c.basis, c.period, c.customers, c.revenue, p.customers, p.revenue)
  FROM (SELECT basis, (cohort + age * interval '1 month')::date AS period, sum(retained) AS customers, sum(revenue) AS revenue
          FROM {s}.kpi_cohort_retention_mat WHERE is_mature AND basis <> 'signup' GROUP BY 1, 2) AS c
  JOIN (SELECT 'payment' AS basis, period, paying_customers AS customers, collected + refunded_amount AS revenue FROM {s}.kpi_revenue_monthly_mat
        UNION ALL SELECT 'mrr', period, NULL, closing FROM {s}.kpi_mrr_monthly_mat) AS p USING (basis, period)
 WHERE c.customers <> p.customers OR c.revenue <> p.revenue
$sql$),
(14, 'retention_readings_ordered', $sql$
SELECT format('%s %s age %s: %s throughout, %s active, %s or later, %s the month before', basis, cohort, age,
              retained_throughout, retained, retained_or_later, before)
  FROM (SELECT *, lag(retained_or_later) OVER (PARTITION BY basis, cohort ORDER BY age) AS before FROM {s}.kpi_cohort_retention_mat) AS q
 WHERE NOT (retained_throughout <= retained AND retained <= retained_or_later AND retained_or_later <= coalesce(before, customers))
$sql$),
(15, 'conversion_adds_up', $sql$
SELECT format('%s %s %s: %s signups, %s converted, %s expired, %s pending', dimension, value, cohort, signups, converted, expired, pending)
  FROM {s}.kpi_conversion_mat WHERE signups <> converted + expired + pending OR matured <> converted + expired
UNION ALL
SELECT format('%s %s: %s signups, %s in total', b.dimension, b.cohort, b.signups, t.signups)
  FROM (SELECT dimension, cohort, sum(signups) AS signups, sum(converted) AS converted
          FROM {s}.kpi_conversion_mat WHERE dimension <> 'all' GROUP BY 1, 2) AS b
  JOIN {s}.kpi_conversion_mat AS t ON t.dimension = 'all' AND t.cohort = b.cohort
 WHERE b.signups <> t.signups OR b.converted <> t.converted
$sql$),
(16, 'margin_adds_up', $sql$
SELECT format('%s: gross profit %s of revenue %s', period, gross_profit, revenue)
  FROM {s}.kpi_margin_monthly_mat WHERE gross_profit + infra_cost + support_cost <> revenue
$sql$)
$$;
COMMENT ON FUNCTION saaskpi.identity_rules() IS
    'the identities checked at every refresh: each query returns its violations';

-- The rows that identity 5 adds up, written without the C states on purpose.
CREATE FUNCTION saaskpi.is_usable(start_date date, end_date date, monthly_price numeric)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN start_date BETWEEN '0001-01-01' AND '9999-12-31'
       AND (end_date IS NULL OR (end_date > start_date AND (end_date <= '9999-12-31' OR end_date = 'infinity')))
       AND monthly_price >= 0 AND monthly_price < 'infinity';
COMMENT ON FUNCTION saaskpi.is_usable(date, date, numeric) IS
    'whether a subscription row can count: it starts, ends after it starts or not at all, and its price is not below zero';

CREATE FUNCTION saaskpi.check_identities(schema_name name)
RETURNS TABLE (identity text, holds boolean, detail text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET datestyle = 'ISO'
AS $$
DECLARE
    rule record;
    violations bigint;
    first_one text;
BEGIN
    PERFORM saaskpi.require_views(schema_name, true);
    FOR rule IN SELECT r.* FROM saaskpi.identity_rules() AS r ORDER BY r.ordinal LOOP
        EXECUTE format('SELECT count(*), min(v) FROM (%s) AS q(v)', replace(rule.query, '{s}', quote_ident(schema_name)))
           INTO violations, first_one;
        identity := rule.identity;
        holds := violations = 0;
        detail := CASE WHEN violations > 1 THEN format('%s (and %s more)', first_one, violations - 1) ELSE first_one END;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi.check_identities(name) IS
    'whether the identities hold in the kpi relations of a schema, and where not';
