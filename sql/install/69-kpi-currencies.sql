-- Currencies: what is billed in others counts in the one of kpi_settings, what
-- happens at the rate of its day, what is there at the rate of the last day of
-- each month.  What the rates alone move is a movement of its own.

CREATE FUNCTION saaskpi_internal.is_foreign(currency text, reporting text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN currency IS NOT NULL AND currency <> '' AND currency <> upper(reporting);
COMMENT ON FUNCTION saaskpi_internal.is_foreign(text, text) IS 'whether a currency is another than that of the reports; none is not';

-- What is worth something stays so: a price that rounds to nothing would be a
-- customer lost to a rate.
CREATE FUNCTION saaskpi_internal.converted(amount numeric, rate numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN saaskpi.money_units(amount) > 0 THEN greatest(saaskpi.money_units(amount * rate), CASE WHEN rate > 0 THEN 1 END)
            WHEN saaskpi.money_units(amount) < 0 THEN least(saaskpi.money_units(amount * rate), CASE WHEN rate > 0 THEN -1 END)
            ELSE saaskpi.money_units(amount) END * 0.0001;
COMMENT ON FUNCTION saaskpi_internal.converted(numeric, numeric) IS 'an amount at a rate, rounded half to even at four decimals, but not to nothing; null without a rate';

-- The last days of months, the days named, and its own last are where the
-- amount of a subscription is taken at a new rate.
CREATE FUNCTION saaskpi_internal.rate_days(first date, after date, as_of date, events date[])
RETURNS TABLE (day date, next date, goes_on boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 12
AS $$
SELECT p.d, coalesce(lead(p.d) OVER (ORDER BY p.d), after), lead(p.d) OVER (ORDER BY p.d) IS NOT NULL
  FROM (SELECT first AS d
        UNION SELECT e FROM unnest(events || after) AS e WHERE e > first AND e <= least(after, as_of)
        UNION SELECT m.d FROM (SELECT (date_trunc('month', first::timestamp) + make_interval(months => i + 1))::date - 1 AS d
                                 FROM (SELECT least(after, as_of, '9999-12-31') AS day) AS l,
                                      generate_series(0, 12 * (extract(year FROM l.day) - extract(year FROM first))::integer + (extract(month FROM l.day) - extract(month FROM first))::integer) AS i) AS m
               WHERE m.d > first AND m.d <= least(after, as_of)) AS p
$$;
COMMENT ON FUNCTION saaskpi_internal.rate_days(date, date, date, date[]) IS
    'the days up to as_of from which a subscription counts at a new rate, each with the next, and whether it goes on there; its last day has itself';

INSERT INTO saaskpi_internal.sources (source, key, label, input, description) VALUES
('fx_rates', '{currency,day}', $$currency || ' ' || day, currency, '(no currency)'$$, $sql$
SELECT q.currency, q.first + g AS day, q.rate
  FROM (SELECT d.currency, greatest(d.day, {setting earliest_date}) AS first, coalesce(lead(d.day) OVER (PARTITION BY d.currency ORDER BY d.day), {as_of} + 1) AS after, d.rate
          FROM (SELECT upper(btrim({currency})) AS currency, {day} AS day, min({rate}) AS rate FROM {from} AS fx_rates
                 WHERE {rate} > 0 AND {rate} < 'Infinity' AND {day} >= '0001-01-01' AND {day} <= {as_of} AND saaskpi_internal.is_foreign(upper(btrim({currency})), {setting currency})
                 GROUP BY 1, 2) AS d) AS q
 CROSS JOIN LATERAL generate_series(0, q.after - q.first - 1) AS g$sql$,
 'Source table of saaskpi, optional: one row per currency and day on which its rate is another. It holds until the next');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, created, description) VALUES
('fx_rates', 'currency', 'text', true, false, 'Currency that is converted, as subscriptions and payments name it'),
('fx_rates', 'day', 'date', true, false, 'First day of the rate; in time_zone of kpi_settings, as all days are'),
('fx_rates', 'rate', 'numeric', true, false, 'What one unit of it is worth in currency of kpi_settings');

INSERT INTO saaskpi_internal.source_revisions (source, revised_by, rekeys, query) VALUES
('subscriptions', 'fx_rates', false, $sql$
SELECT q.customer_id, q.subscription_id, q.plan_type, q.start_date, q.end_date, q.monthly_price, q.status, q.trial_end, q.paused_from, q.resumes_on, q.past_due_since, q.notice_on, q.end_reason,
       q.term_months, q.quantity, q.monthly_discount, q.discount_once, q.discount_until, q.is_usage, q.currency, q.own_price, q.since, q.goes_on, q.began
  FROM {read} AS q WHERE NOT (saaskpi_internal.is_foreign(q.currency, {setting currency}) AND coalesce(saaskpi_internal.is_usable(q.start_date, q.end_date, q.monthly_price), false))
UNION ALL
SELECT q.customer_id, q.subscription_id, q.plan_type, p.day, p.next, saaskpi_internal.converted(q.monthly_price, r.rate), q.status, q.trial_end,
       CASE WHEN q.status = 'paused' THEN coalesce(q.paused_from, q.start_date) ELSE q.paused_from END, q.resumes_on,
       CASE WHEN q.status IN ('past_due', 'unpaid') THEN coalesce(q.past_due_since, q.start_date) ELSE q.past_due_since END, q.notice_on, CASE WHEN isfinite(q.end_date) THEN q.end_reason END,
       q.term_months, q.quantity, saaskpi_internal.converted(q.monthly_discount, r.rate), q.discount_once, q.discount_until, q.is_usage, q.currency, q.monthly_price,
       CASE WHEN p.day > q.start_date THEN q.start_date END, p.goes_on, q.began
  FROM (SELECT * FROM {read} AS i WHERE saaskpi_internal.is_foreign(i.currency, {setting currency}) AND saaskpi_internal.is_usable(i.start_date, i.end_date, i.monthly_price)) AS q
 CROSS JOIN LATERAL saaskpi_internal.rate_days(q.start_date, q.end_date, {as_of}, ARRAY[q.trial_end, q.paused_from, q.resumes_on, q.past_due_since, q.notice_on, q.discount_until]
       || ARRAY(SELECT CASE WHEN q.status IN ('past_due', 'unpaid') THEN coalesce(q.past_due_since, q.start_date) ELSE q.past_due_since END + y.past_due_days
                  FROM {rows kpi_policies} AS y WHERE y.is_used OR y.policy = {setting mrr_policy})) AS p
  LEFT JOIN {fx_rates} AS r ON r.currency = q.currency AND r.day = least(p.day, {as_of})$sql$),
('payments', 'fx_rates', false, $sql$
SELECT q.customer_id, q.payment_date, CASE WHEN saaskpi_internal.is_foreign(q.currency, {setting currency}) THEN saaskpi_internal.converted(q.amount, r.rate) ELSE q.amount END AS amount, q.payment_status, q.currency
  FROM {read} AS q LEFT JOIN {fx_rates} AS r ON r.currency = q.currency AND r.day = q.payment_date$sql$);

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, refuses, consequence) VALUES
('fx_rates', 'error', 'rate_unusable', '{fx_rates.currency,fx_rates.day,fx_rates.rate}',
 $$(btrim(r.currency) <> '' AND isfinite(r.day) AND r.day >= '0001-01-01' AND r.rate > 0 AND r.rate < 'Infinity') IS NOT TRUE$$, NULL, false,
 'The row is not used: it has no currency or day, or its rate is not above zero.'),
('fx_rates', 'error', 'rate_duplicate', '{fx_rates.currency,fx_rates.day,fx_rates.rate}', NULL,
 $$SELECT upper(btrim(currency)) || ' ' || day, count(DISTINCT rate) - 1, NULL::numeric FROM fx_rates
    WHERE isfinite(day) AND rate > 0 AND rate < 'Infinity' GROUP BY upper(btrim(currency)), day HAVING count(DISTINCT rate) > 1$$, false,
 'Of several rates of one day the lowest is used.'),
('fx_rates', 'warning', 'rate_of_own_currency', '{fx_rates.currency,fx_rates.rate}',
 $$upper(btrim(r.currency)) = upper({setting currency}) AND r.rate <> 1$$, NULL, false,
 'The row is not used: amounts in currency of kpi_settings are not converted.'),
('subscriptions', 'error', 'rate_missing', '{subscriptions.currency,subscriptions.start_date,fx_rates.currency,fx_rates.day,fx_rates.rate}', NULL,
 $$SELECT s.currency || ' ' || min(s.start_date), count(*), sum(s.monthly_price)
     FROM {before fx_rates.subscriptions} AS s
     LEFT JOIN (SELECT upper(btrim(currency)) AS currency, min(day) AS day FROM fx_rates WHERE rate > 0 AND rate < 'Infinity' AND isfinite(day) GROUP BY 1) AS f ON f.currency = s.currency
    WHERE saaskpi_internal.is_foreign(s.currency, {setting currency}) AND s.start_date <= $1 AND (f.day <= s.start_date) IS NOT TRUE AND {filled fx_rates}
      AND s.customer_id IS NOT NULL AND s.monthly_price > 0 AND saaskpi_internal.is_usable(s.start_date, s.end_date, s.monthly_price)
    GROUP BY s.currency$$, true,
 'A refresh refuses, as nothing says what these amounts were worth: add a rate of that day or one before to fx_rates.'),
('subscriptions', 'warning', 'rate_missing_ahead', '{subscriptions.currency,subscriptions.start_date,fx_rates.currency,fx_rates.day,fx_rates.rate}', NULL,
 $$SELECT s.currency || ' ' || min(s.start_date), count(*), sum(s.monthly_price)
     FROM {before fx_rates.subscriptions} AS s
     LEFT JOIN (SELECT upper(btrim(currency)) AS currency, min(day) AS day FROM fx_rates WHERE rate > 0 AND rate < 'Infinity' AND isfinite(day) GROUP BY 1) AS f ON f.currency = s.currency
    WHERE saaskpi_internal.is_foreign(s.currency, {setting currency}) AND s.start_date > $1 AND s.start_date < saaskpi_internal.outlook_until($1) AND (f.day <= $1) IS NOT TRUE AND {filled fx_rates}
      AND s.customer_id IS NOT NULL AND s.monthly_price > 0 AND saaskpi_internal.is_usable(s.start_date, s.end_date, s.monthly_price)
      AND (s.trial_end > s.start_date OR s.status = 'trialing') IS NOT TRUE
    GROUP BY s.currency$$, false,
 'What is signed to start is not in kpi_mrr_outlook and kpi_mrr_scheduled, as nothing says what it is worth as of as_of: add a rate of that day or one before to fx_rates.'),
('payments', 'error', 'payment_rate_missing', '{payments.currency,payments.payment_date,payments.amount,fx_rates.currency,fx_rates.day,fx_rates.rate}', NULL,
 $$SELECT s.currency || ' ' || min(s.payment_date), count(*), sum(abs(s.amount))
     FROM {before fx_rates.payments} AS s
     LEFT JOIN (SELECT upper(btrim(currency)) AS currency, min(day) AS day FROM fx_rates WHERE rate > 0 AND rate < 'Infinity' AND isfinite(day) GROUP BY 1) AS f ON f.currency = s.currency
    WHERE saaskpi_internal.is_foreign(s.currency, {setting currency}) AND s.payment_date <= $1 AND (f.day <= s.payment_date) IS NOT TRUE AND {filled fx_rates}
      AND s.payment_status IS NOT NULL AND saaskpi.money_units(s.amount) <> 0 AND NOT (s.payment_status = 'Failed' AND s.amount < 0)
    GROUP BY s.currency$$, true,
 'A refresh refuses, as nothing says what these amounts were worth: add a rate of that day or one before to fx_rates.'),
('fx_rates', 'warning', 'rate_stale', '{fx_rates.currency,fx_rates.day,fx_rates.rate,subscriptions.currency,subscriptions.end_date}', NULL,
 $$SELECT f.currency || ' ' || f.day, 1, NULL::numeric
     FROM (SELECT upper(btrim(currency)) AS currency, max(day) AS day FROM fx_rates WHERE rate > 0 AND rate < 'Infinity' AND isfinite(day) AND day <= $1 GROUP BY 1) AS f
    WHERE f.day < $1 - 45 AND saaskpi_internal.is_foreign(f.currency, {setting currency})
      AND EXISTS (SELECT FROM subscriptions AS s WHERE upper(btrim(s.currency)) = f.currency AND coalesce(s.end_date > f.day, true))$$, false,
 'The last rate holds, though more than 45 days have passed since.');

-- A foreign subscription begins anew on the last day of each month, so what is
-- in force then is what begins then; the others are added up as they come and go.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('closing_at_closing_rates', saaskpi_internal.with_billing($sql$
SELECT format('%s: waterfall closes at %s, the subscriptions at the rates of the last day add up to %s', w.period, w.closing, i.mrr)
  FROM (SELECT k.period, sum(coalesce(d.change, 0)) OVER (ORDER BY k.period) + coalesce(f.mrr, 0) AS mrr
          FROM {kpi_calendar} AS k
          LEFT JOIN (SELECT date_trunc('month', e.day)::date AS period, sum(e.units) * 0.0001 AS change
                       FROM (SELECT s.start_date AS day, saaskpi.money_units(s.monthly_price) AS units FROM {subscriptions} AS s
                              WHERE s.own_price IS NULL AND s.customer_id IS NOT NULL AND saaskpi_internal.is_usable(s.start_date, s.end_date, s.monthly_price)
                             UNION ALL
                             SELECT s.end_date, -saaskpi.money_units(s.monthly_price) FROM {subscriptions} AS s
                              WHERE s.own_price IS NULL AND s.customer_id IS NOT NULL AND saaskpi_internal.is_usable(s.start_date, s.end_date, s.monthly_price)) AS e
                      WHERE e.day <= {as_of} GROUP BY 1) AS d USING (period)
          LEFT JOIN (SELECT date_trunc('month', s.start_date)::date AS period, sum(saaskpi_internal.converted(s.own_price, r.rate)) AS mrr
                       FROM {subscriptions} AS s JOIN {fx_rates} AS r ON r.currency = s.currency AND r.day = s.start_date
                      WHERE s.own_price IS NOT NULL AND s.customer_id IS NOT NULL AND coalesce(s.end_date > s.start_date, true)
                        AND date_trunc('month', s.start_date + 1) = s.start_date + 1
                      GROUP BY 1) AS f USING (period)
         WHERE k.is_complete AND [converts]) AS i
  JOIN {kpi_mrr_monthly} AS w ON w.period = i.period
 WHERE w.closing <> i.mrr AND [converts] AND NOT [billed]
$sql$));

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('FX', 'kpi_mrr_monthly', 'fx', 'subscriptions, fx_rates', 'sum of amount in kpi_mrr_movements where movement is fx',
 'How much of the change of MRR is the exchange rate alone?',
 'Movements at the rate of their day, balances at that of the last day of the month; the rest is FX, a movement of its own. Others convert every bill at the rate of its day and never again, so that their MRR drifts from what is billed. 0 without fx_rates.'),
('Constant-currency MRR', 'kpi_mrr_monthly', 'constant_currency', 'subscriptions, fx_rates', 'closing - sum of fx up to the month',
 'What would MRR be if no rate had moved?',
 'Changes by the movements of the business alone, each at the rate of its day. Churn, NRR and GRR are without FX as well.'),
('FX under a policy', 'kpi_mrr_policies', 'fx', 'subscriptions, fx_rates, kpi_policies', 'sum of what rates alone moved of MRR under the policy',
 'How much of the change under this policy is the exchange rate alone?',
 'As FX, of what counts under the policy.');
