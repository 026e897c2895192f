-- Payments: what their statuses mean, and what is wrong with them.

-- The usual two words are told apart first: of millions of rows few have others.
CREATE FUNCTION saaskpi_internal.payment_meaning(map jsonb, status text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE status WHEN 'Success' THEN 'success' WHEN 'Failed' THEN 'failed' ELSE saaskpi_internal.meaning(map, status) END;
COMMENT ON FUNCTION saaskpi_internal.payment_meaning(jsonb, text) IS 'what a status of payments means; Success and Failed always mean what they say';

INSERT INTO saaskpi_internal.sources (source, key, partition_key, label, keyless_counts, unusable, input, description) VALUES
('payments', '{customer_id,payment_id}', 'customer_id', $$nullif(payment_id, ''), '(no id, customer ' || customer_id || ')', '(no id)'$$, true,
 'SELECT sum(skipped_payments) FROM {kpi_summaries} AS s', $sql$
SELECT {key customer_id} AS customer_id, CASE WHEN {payment_date} >= {setting earliest_date} THEN {payment_date} END AS payment_date,
       CASE WHEN {payment_status} = 'Success' OR {payment_status} = 'Failed' THEN {amount}
            WHEN saaskpi_internal.meaning({map kpi_payment_statuses}, {payment_status}) IN ('refund', 'dispute') THEN -abs({amount}) ELSE {amount} END AS amount,
       CASE WHEN {payment_status} = 'Success' OR {payment_status} = 'Failed' THEN {payment_status}
            WHEN saaskpi_internal.meaning({map kpi_payment_statuses}, {payment_status}) IN ('success', 'refund', 'dispute') THEN 'Success'
            WHEN saaskpi_internal.meaning({map kpi_payment_statuses}, {payment_status}) = 'failed' THEN 'Failed' END AS payment_status,
       CASE WHEN {currency} IS NOT NULL THEN upper(btrim({currency})) END AS currency
  FROM {from} AS payments
 WHERE ({payment_date} <= {as_of}) IS NOT FALSE
   AND ({payment_status} = 'Success' OR {payment_status} = 'Failed'
        OR saaskpi_internal.meaning({map kpi_payment_statuses}, {payment_status}) NOT IN ('pending', 'ignore')
           AND (saaskpi.money_units({amount}) <> 0 OR saaskpi_internal.meaning({map kpi_payment_statuses}, {payment_status}) NOT IN ('refund', 'dispute'))) IS NOT FALSE$sql$,
 'Source table of saaskpi: one row per payment received, refunded or failed. No foreign key to customers: a payment of an unknown customer is loaded and listed by check_sources');

INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment, query) VALUES
('kpi_payment_statuses', 'own', '{status}', 'status',
 'What the words in payment_status of payments mean: one row per word, in small letters, yours to change; the next refresh applies it. Which of these words is money?',
 $sql$(status, meaning) SELECT w, m.meaning
  FROM (VALUES ('success', '{success,succeeded,successful,paid,complete,completed,captured,collected,settled,partially_refunded,partial_refund,processing-paid}'::text[]),
               ('failed', '{failed,failure,declined,uncollectible,past_due,payment_failed,requires_payment_method,error,void-failed}'),
               ('refund', '{refund,refunded,credit,credited,reversed,reversal}'),
               ('dispute', '{dispute,disputed,chargeback,charged_back,lost,dispute_lost,needs_response}'),
               ('pending', '{pending,processing,in_progress,authorized,on-hold,on_hold,requires_action,requires_capture,requires_confirmation,scheduled,open,draft,unpaid,not_paid,payment_due,posted,ready,billed}'),
               ('ignore', '{canceled,cancelled,void,voided,expired,test,checkout-draft,trash,abandoned}')) AS m(meaning, words), unnest(m.words) AS w$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_payment_statuses', 'status', 'text', 'text NOT NULL CHECK (status = lower(btrim(status)))', 'Word of payment_status in small letters, without blanks around; Success and Failed always mean what they say.'),
('kpi_payment_statuses', 'meaning', 'text', $$text NOT NULL CHECK (meaning IN ('success', 'failed', 'refund', 'dispute', 'pending', 'ignore'))$$,
 'success (money came), failed (a charge that did not go through), refund or dispute (money went back, on the date of the row, whatever the sign of its amount), pending or ignore (the row does not count).');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, needed, required, check_clause, description) VALUES
('payments', 'payment_id', 'text', false, true, NULL,
 'Identifier of the payment, unique per customer'),
('payments', 'customer_id', 'text', true, true, NULL,
 'Customer who paid'),
('payments', 'payment_date', 'date', true, true, $$payment_date BETWEEN '0001-01-01' AND '9999-12-31'$$,
 'Day the payment was received or failed'),
('payments', 'amount', 'numeric', true, true, 'abs(amount) < 922337203685477',
 'Amount; more than 4 decimals are rounded half to even. A success below zero is a refund'),
('payments', 'payment_status', 'text', true, true, NULL,
 'Success, Failed, or a word that kpi_payment_statuses explains');

INSERT INTO saaskpi_internal.source_lookups (source, lookup, clause) VALUES
('payments', 'known', $$LEFT JOIN (SELECT member, min(signup_date) AS signup_date FROM customers GROUP BY member) AS known
  ON known.member = r.member$$),
('payments', 'held', 'LEFT JOIN (SELECT DISTINCT member FROM subscriptions) AS held ON held.member = r.member');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, condition, query, amount, impossible_by, consequence) VALUES
('payments', 'warning', 'payment_id_missing',
 '{payments.payment_id}',
 $$r.payment_id IS NULL OR r.payment_id IN ('', '(none)')$$, NULL, NULL, NULL,
 'The row counts, but a repeat of it cannot be noticed.'),
('payments', 'error', 'payment_id_duplicate',
 '{payments.payment_id,payments.payment_status}',
 NULL, $$SELECT payment_id, count(*) - 1, sum(abs(amount)) - max(abs(amount))
     FROM (SELECT p.*, q.kind, q.kind <> 'received' AS of_a_day
             FROM (SELECT p.*, saaskpi_internal.payment_meaning({map kpi_payment_statuses}, payment_status) AS meaning FROM payments AS p
                   WHERE payment_id IN (SELECT payment_id FROM payments WHERE payment_id NOT IN ('', '(none)') GROUP BY payment_id HAVING count(*) > 1)) AS p
            CROSS JOIN LATERAL (SELECT CASE WHEN meaning = 'failed' THEN 'failed' WHEN meaning IN ('refund', 'dispute') OR meaning = 'success' AND amount < 0 THEN 'returned' WHEN meaning = 'success' THEN 'received' END AS kind) AS q
            WHERE q.kind IS NOT NULL) AS p
    GROUP BY payment_id, kind, CASE WHEN of_a_day THEN payment_date END, CASE WHEN of_a_day THEN amount END HAVING count(*) > 1$$, NULL, '{customer_id,payment_id}',
 'Every row counts, so what is repeated counts too often. Attempts on several days, and a refund under the id of its payment, are no repeats.'),
('payments', 'warning', 'payment_customer_missing',
 '{payments.customer_id}',
 $$r.customer_id IS NULL OR r.customer_id IN ('', '(none)')$$, NULL, 'r.amount', NULL,
 'The payment counts in the totals, on the line (none) of kpi_customers, under (none) in breakdowns, as paid without MRR in the cash bridge and for no paying customer.'),
('payments', 'warning', 'payment_unknown_customer',
 '{payments.customer_id,customers.customer_id}',
 $$r.customer_id NOT IN ('', '(none)') AND known.member IS NULL$$, NULL, 'r.amount', NULL,
 'The payment counts; its customer has no attributes and no signup.'),
('payments', 'error', 'payment_date_missing',
 '{payments.payment_date}',
 'r.payment_date IS NULL', NULL, 'r.amount', NULL,
 'The row is not used.'),
('payments', 'error', 'payment_date_infinite',
 '{payments.payment_date}',
 $$r.payment_date NOT BETWEEN '0001-01-01' AND '9999-12-31'$$, NULL, 'r.amount', NULL,
 'The row cannot be used; only years 1 to 9999 are.'),
('payments', 'warning', 'payments_stopped',
 '{payments.payment_date}',
 NULL, saaskpi_internal.stopped_query('payments', 'payment_date', false), NULL, NULL,
 'Nothing came after that day, though something did on most days before: it looks as if nobody paid. Has the export stopped? Else let as_of of kpi_settings be its last day.'),
('payments', 'warning', 'payment_date_in_future',
 '{payments.payment_date}',
 'r.payment_date > $1 AND r.payment_date <= ''9999-12-31''', NULL, 'r.amount', NULL,
 'The payment does not count before that day.'),
('payments', 'error', 'amount_missing',
 '{payments.amount}',
 'r.amount IS NULL', NULL, NULL, NULL,
 'The row is not used.'),
('payments', 'warning', 'amount_negative',
 '{payments.amount,payments.payment_status}',
 $$r.amount < 0 AND r.amount > '-Infinity' AND saaskpi_internal.payment_meaning({map kpi_payment_statuses}, r.payment_status) = 'success'$$, NULL, 'r.amount', NULL,
 'The row counts as a refund.'),
('payments', 'warning', 'amount_zero',
 '{payments.amount}',
 'r.amount = 0', NULL, NULL, NULL,
 'The row counts as a payment of nothing and, if a Success, its customer as a paying one. If it is the bill of a trial, leave it out.'),
('payments', 'error', 'amount_not_finite',
 '{payments.amount}',
 $$r.amount IN ('NaN', 'Infinity', '-Infinity')$$, NULL, NULL, NULL,
 'The row is not used.'),
('payments', 'warning', 'amount_too_precise',
 '{payments.amount}',
 'min_scale(r.amount) > 4', NULL, NULL, NULL,
 'The amount is rounded half to even to 4 decimals.'),
('payments', 'error', 'amount_too_large',
 '{payments.amount}',
 'abs(r.amount) >= 922337203685477 AND abs(r.amount) < ''Infinity''', NULL, NULL, NULL,
 'The row is not used; amounts below 922337203685477 are.'),
('payments', 'error', 'failed_amount_negative',
 '{payments.amount,payments.payment_status}',
 $$r.amount < 0 AND r.amount > '-Infinity' AND saaskpi_internal.payment_meaning({map kpi_payment_statuses}, r.payment_status) = 'failed'$$, NULL, 'r.amount', NULL,
 'The row is not used.'),
('payments', 'error', 'status_missing',
 '{payments.payment_status}',
 'r.payment_status IS NULL', NULL, 'r.amount', NULL,
 'The row is not used.'),
('payments', 'error', 'status_unknown',
 '{payments.payment_status,payments.amount}',
 $$r.payment_status NOT IN ('Success', 'Failed') AND saaskpi_internal.meaning({map kpi_payment_statuses}, r.payment_status) IS NULL$$, NULL, 'r.amount', NULL,
 'The row is not used. Say what the word means: INSERT INTO kpi_payment_statuses, then refresh.'),
('payments', 'info', 'status_not_counted',
 '{payments.payment_status,payments.amount}',
 $$r.payment_status NOT IN ('Success', 'Failed') AND saaskpi_internal.meaning({map kpi_payment_statuses}, r.payment_status) IN ('pending', 'ignore')$$, NULL, 'r.amount', NULL,
 'The row does not count, as kpi_payment_statuses says pending or ignore.'),
('payments', 'warning', 'refund_without_payment',
 '{payments.customer_id,payments.payment_status,payments.amount}',
 NULL, $$SELECT member, 1, -net
     FROM (SELECT r.member, sum(CASE WHEN q.meaning = 'success' THEN r.amount WHEN q.meaning IN ('refund', 'dispute') THEN -abs(r.amount) END) AS net
             FROM payments AS r
            CROSS JOIN LATERAL (SELECT saaskpi_internal.payment_meaning({map kpi_payment_statuses}, r.payment_status) AS meaning) AS q
            WHERE r.customer_id IS NOT NULL AND abs(r.amount) < 'Infinity' GROUP BY 1) AS c
    WHERE net < 0$$, NULL, NULL,
 'More went back than came in. If your export marks the payment itself as refunded instead of adding a row, it came and went: UPDATE kpi_payment_statuses SET meaning = ''ignore'' WHERE status = ''refunded''.'),
('payments', 'warning', 'payment_repeated',
 '{payments.payment_id,payments.customer_id,payments.payment_date,payments.amount,payments.payment_status}',
 NULL, $$SELECT min(label), count(*) - 1, sum(abs(amount)) - max(abs(amount)) FROM payments
    WHERE saaskpi_internal.payment_meaning({map kpi_payment_statuses}, payment_status) = 'success' AND customer_id IS NOT NULL AND payment_id NOT IN ('', '(none)') AND amount > 0
    GROUP BY member, payment_date, amount HAVING count(DISTINCT payment_id) > 1$$, NULL, NULL,
 'Each counts: the same customer paid the same amount on the same day under several ids. Loaded from two exports?'),
('payments', 'warning', 'payments_begin_late',
 '{payments.payment_date,payments.payment_status,payments.amount,subscriptions.customer_id,subscriptions.start_date,subscriptions.monthly_price}',
 NULL, $$SELECT s.label, 1, saaskpi_internal.billed_price(s.monthly_price, s.unit_amount, s.quantity, s.interval_unit, s.interval_count)
     FROM (SELECT min(payment_date) AS first FROM payments
            WHERE saaskpi_internal.payment_meaning({map kpi_payment_statuses}, payment_status) = 'success' AND amount > 0 AND payment_date >= {setting earliest_date}) AS p
     JOIN subscriptions AS s ON s.start_date < p.first - 62 AND s.start_date >= {setting earliest_date} AND saaskpi_internal.billed_price(s.monthly_price, s.unit_amount, s.quantity, s.interval_unit, s.interval_count) > 0 AND (s.end_date <= s.start_date) IS NOT TRUE$$, NULL, NULL,
 'These began more than two months before the first payment of all. If the history of payments begins later, conversion, revenue, cash bridge and LTV do not know of what was paid before.'),
('payments', 'warning', 'subscriptions_begin_late',
 '{payments.customer_id,payments.payment_date,payments.payment_status,payments.amount,subscriptions.customer_id,subscriptions.start_date}',
 NULL, $$SELECT member, 1, paid
     FROM (SELECT p.member, sum(p.amount) AS paid
             FROM (SELECT member, min(start_date) AS began, min(min(start_date)) OVER () AS first FROM subscriptions
                    WHERE start_date >= {setting earliest_date} AND member IS NOT NULL GROUP BY member) AS s
             JOIN payments AS p ON p.member = s.member AND p.payment_date < s.began - 31 AND p.payment_date >= {setting earliest_date}
            WHERE s.began = s.first AND p.amount > 0 AND saaskpi_internal.payment_meaning({map kpi_payment_statuses}, p.payment_status) = 'success'
            GROUP BY p.member) AS c$$, NULL, NULL,
 'These paid more than a month before the first day of all subscriptions, on which theirs begin. If the history of subscriptions begins later, new MRR, cohorts and tenure of that day are of customers who were there before.'),
('payments', 'error', 'payment_date_implausible',
 '{payments.payment_date,payments.amount}',
 $$r.payment_date < {setting earliest_date} AND r.payment_date >= '0001-01-01'$$, NULL, 'r.amount', NULL,
 'The row is not used, as it lies before earliest_date of kpi_settings.'),
('payments', 'warning', 'payment_before_signup',
 '{payments.customer_id,payments.payment_date,customers.customer_id,customers.signup_date}',
 'r.payment_date < known.signup_date AND r.payment_date >= ''0001-01-01''
   AND known.signup_date <= ''9999-12-31''', NULL, 'r.amount', NULL,
 'The payment counts; conversion takes it as made on the day of signup.'),
('payments', 'warning', 'payment_without_subscription',
 '{payments.customer_id,payments.payment_status,customers.customer_id,subscriptions.customer_id}',
 $$saaskpi_internal.payment_meaning({map kpi_payment_statuses}, r.payment_status) = 'success' AND r.customer_id NOT IN ('', '(none)') AND known.member IS NOT NULL AND held.member IS NULL$$, NULL, 'r.amount', NULL,
 'The payment counts as revenue; the cash bridge shows it as paid without MRR.');

INSERT INTO saaskpi_internal.source_columns (source, column_name, kind, created, description) VALUES
('payments', 'currency', 'text', false, 'Currency of the amount; empty for that of kpi_settings. Amounts of others are converted at fx_rates, without which more than one, or another than that of subscriptions, stops a refresh');

INSERT INTO saaskpi_internal.source_rules (source, severity, rule, needs, query, refuses, consequence) VALUES
('payments', 'error', 'payment_currencies', '{payments.currency}',
 $$SELECT currency, rows, amount
     FROM (SELECT upper(btrim(currency)) AS currency, count(*) FILTER (WHERE is_payment) AS rows, sum(amount) AS amount, count(*) OVER () AS currencies
             FROM (SELECT currency, amount, true AS is_payment FROM payments UNION ALL SELECT currency, NULL, false FROM subscriptions) AS p
            WHERE btrim(currency) <> '' GROUP BY 1) AS q WHERE currencies > 1 AND NOT {filled fx_rates}$$, true,
 'A refresh refuses to add up amounts of several currencies; give rates in fx_rates, or put a view of one currency in place of the table.'),
('payments', 'warning', 'currency_unlike_settings', '{payments.currency}',
 $$SELECT currency, rows, NULL::numeric
     FROM (SELECT upper(btrim(currency)) AS currency, count(*) AS rows FROM payments WHERE btrim(currency) <> '' GROUP BY 1) AS q
    WHERE currency <> upper({setting currency}) AND NOT {filled fx_rates}$$, false,
 'Amounts are labelled with currency of kpi_settings, which is another; nothing is converted.');
