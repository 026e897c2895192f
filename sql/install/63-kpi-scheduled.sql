-- The future of recurring revenue as far as it is known: what is scheduled to
-- end, signed to start, due for renewal, or at risk.

-- The month that runs on the day after as_of, and the twelve after it, so that
-- every yearly term ends in one of them.
CREATE FUNCTION saaskpi_internal.outlook_until(as_of date)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (date_trunc('month', (as_of + 1)::timestamp) + interval '13 months')::date;
COMMENT ON FUNCTION saaskpi_internal.outlook_until(date) IS 'first day after the months that are looked ahead at';

-- Terms are counted from the first of them, so that a term from the 31st does
-- not drift; before it none begins.  One expression, which is inlined.
CREATE FUNCTION saaskpi_internal.next_term(since date, months integer, after date)
RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN since > after THEN since
            WHEN (since + make_interval(months => (((date_part('year', after::timestamp) - date_part('year', since::timestamp)) * 12 + date_part('month', after::timestamp) - date_part('month', since::timestamp))::integer / months) * months))::date > after
            THEN (since + make_interval(months => (((date_part('year', after::timestamp) - date_part('year', since::timestamp)) * 12 + date_part('month', after::timestamp) - date_part('month', since::timestamp))::integer / months) * months))::date
            ELSE (since + make_interval(months => ((((date_part('year', after::timestamp) - date_part('year', since::timestamp)) * 12 + date_part('month', after::timestamp) - date_part('month', since::timestamp))::integer / months) + 1) * months))::date END;
COMMENT ON FUNCTION saaskpi_internal.next_term(date, integer, date) IS 'first day, after a day, of a term of so many months, the first of which began since';

-- Rows of one subscription that join without a gap are one, whatever changes
-- from one to the next: its term goes on, and so do payments overdue and notice,
-- in as far as a row comes after the one that has them.
INSERT INTO saaskpi_internal.relations (relation, needs, key, indexes, kept, grain, comment, recalled, query) VALUES
('kpi_mrr_scheduled', '{subscriptions}', '{customer_id,happens_on,kind}', '{period}', 'kpi_mrr_scheduled_past', 'customer, day and kind',
 'What is known of the MRR to come: one row per customer, day and kind, for the rest of the month and the twelve after it. Whose contract ends in March, and what is it worth?',
 $sql$SELECT date_trunc('month', k.happens_on::timestamp)::date AS period, k.* FROM {kept kpi_mrr_scheduled} AS k$sql$,
 saaskpi_internal.with_amounts($sql$
WITH s AS MATERIALIZED (
    SELECT i.customer_id, i.subscription_id, i.start_date, greatest(coalesce(i.began, i.since, i.start_date), i.trial_end) AS since, CASE WHEN i.end_date < '9999-12-31' THEN i.end_date END AS end_date, i.term_months, [amount] AS units,
           CASE WHEN [ledgered] AND i.start_date <= {as_of} AND saaskpi_internal.standing_on({as_of}, coalesce(i.since, i.start_date), i.status, i.trial_end, i.paused_from, i.resumes_on, i.past_due_since) IN ('past_due', 'unpaid')
                THEN coalesce(CASE WHEN i.status IN ('past_due', 'unpaid') THEN coalesce(i.past_due_since, i.start_date) ELSE i.past_due_since END + p.past_due_days, {as_of} + 1) END AS overdue_until,
           CASE WHEN [ledgered] THEN i.start_date <= {as_of} AND i.notice_on <= {as_of} ELSE false END AS has_notice
      FROM {ahead subscriptions} AS i LEFT JOIN (SELECT * FROM {rows kpi_policies} AS r WHERE r.policy = {setting mrr_policy}) AS p ON true
     WHERE coalesce(i.end_date > {as_of}, true) AND i.customer_id IS NOT NULL
       AND (i.end_date < saaskpi_internal.outlook_until({as_of}) OR (i.start_date > {as_of} AND i.start_date < saaskpi_internal.outlook_until({as_of}))
            OR (i.start_date <= {as_of} AND (i.term_months > 1 OR ([ledgered] AND (i.past_due_since IS NOT NULL OR i.status IN ('past_due', 'unpaid') OR i.notice_on <= {as_of})))))
       AND saaskpi_internal.is_usable(i.start_date, i.end_date, i.monthly_price)
), terms AS MATERIALIZED (
    SELECT c.customer_id, c.subscription_id, c.term_months, saaskpi_internal.next_term(max(greatest(c.start_date, c.trial_end)) FILTER (WHERE NOT c.goes_on), c.term_months, {as_of}) AS day,
           array_agg(c.start_date) FILTER (WHERE c.start_date > {as_of}) AS changes
      FROM (SELECT q.*, count(*) FILTER (WHERE NOT q.goes_on) OVER (PARTITION BY q.customer_id, q.subscription_id, q.term_months ORDER BY q.start_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS chain
              FROM (SELECT i.customer_id, i.subscription_id, i.term_months, i.start_date, i.end_date, i.trial_end,
                           coalesce(max(coalesce(i.end_date, 'infinity')) OVER (PARTITION BY i.customer_id, i.subscription_id, i.term_months ORDER BY i.start_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= i.start_date, false) AS goes_on
                      FROM {before excluded_customers.subscriptions} AS i
                     WHERE {present subscriptions.interval_unit} AND i.term_months > 1 AND i.subscription_id IS NOT NULL AND saaskpi_internal.is_usable(i.start_date, i.end_date, i.monthly_price)) AS q) AS c
     GROUP BY c.customer_id, c.subscription_id, c.term_months, c.chain
    HAVING min(c.start_date) <= {as_of} AND max(coalesce(c.end_date, 'infinity')) >= '9999-12-31'
), late AS (
    SELECT s.customer_id, s.subscription_id, s.end_date, CASE WHEN s.overdue_until IS NULL THEN 'notice' ELSE 'past due' END AS kind, coalesce(s.overdue_until, {as_of} + 1) AS day, sum(s.units) AS units
      FROM s WHERE s.overdue_until IS NOT NULL OR s.has_notice GROUP BY 1, 2, 3, 4, 5
), switched AS (
    SELECT f.customer_id, f.day, f.kind, least(f.units, min(f.level)) AS units
      FROM (SELECT l.customer_id, l.subscription_id, l.end_date, l.kind, l.day, l.units, v.day AS changes_on,
                   sum(sum(v.units)) OVER (PARTITION BY l.customer_id, l.subscription_id, l.end_date, l.kind, l.day ORDER BY v.day) AS level
              FROM late AS l JOIN s ON s.customer_id = l.customer_id AND s.subscription_id = l.subscription_id AND s.start_date >= l.end_date
             CROSS JOIN LATERAL (VALUES (s.start_date, s.units), (s.end_date, -s.units)) AS v(day, units)
             WHERE v.day < saaskpi_internal.outlook_until({as_of}) GROUP BY 1, 2, 3, 4, 5, 6, 7) AS f
     GROUP BY f.customer_id, f.subscription_id, f.end_date, f.kind, f.day, f.units HAVING min(f.changes_on) = f.end_date
), change AS (
    SELECT c.customer_id, c.day, sum(c.units) AS units
      FROM (SELECT s.customer_id, s.start_date AS day, s.units FROM s WHERE s.start_date > {as_of}
            UNION ALL SELECT s.customer_id, s.end_date, -s.units FROM s WHERE s.end_date < saaskpi_internal.outlook_until({as_of})) AS c
     GROUP BY c.customer_id, c.day HAVING sum(c.units) <> 0
), risk AS (
    SELECT r.customer_id, r.day, r.kind, sum(r.units) AS units
      FROM (SELECT t.customer_id, t.day, CASE WHEN t.term_months >= 12 THEN 'renewal' ELSE 'short renewal' END AS kind, s.units
              FROM terms AS t JOIN s ON s.customer_id = t.customer_id AND s.subscription_id = t.subscription_id AND s.term_months = t.term_months
              LEFT JOIN (SELECT DISTINCT l.customer_id, l.subscription_id FROM s AS l WHERE l.has_notice) AS n ON n.customer_id = t.customer_id AND n.subscription_id = t.subscription_id
             WHERE s.start_date <= t.day AND (s.end_date IS NULL OR (s.end_date > t.day AND s.end_date = ANY (t.changes))) AND s.has_notice IS NOT TRUE AND (s.start_date <= {as_of} OR n.customer_id IS NULL)
            UNION ALL
            (SELECT s.customer_id, saaskpi_internal.next_term(s.since, s.term_months, {as_of}), CASE WHEN s.term_months >= 12 THEN 'renewal' ELSE 'short renewal' END, s.units
               FROM s WHERE s.subscription_id IS NULL AND s.start_date <= {as_of} AND s.end_date IS NULL AND s.has_notice IS NOT TRUE AND s.term_months > 1 OFFSET '0')
            UNION ALL SELECT l.customer_id, l.day, l.kind, l.units FROM late AS l WHERE l.end_date IS NULL OR (l.kind = 'past due' AND l.end_date >= saaskpi_internal.outlook_until({as_of}))
            UNION ALL SELECT w.customer_id, w.day, w.kind, w.units FROM switched AS w) AS r
     WHERE r.day < saaskpi_internal.outlook_until({as_of}) AND r.units > 0 GROUP BY r.customer_id, r.day, r.kind
)
SELECT date_trunc('month', q.day::timestamp)::date AS period, q.day AS happens_on, q.customer_id, q.kind, saaskpi_internal.as_money(abs(q.units)) AS amount,
       saaskpi_internal.as_money(q.after - q.units) AS mrr_before, saaskpi_internal.as_money(q.after) AS mrr_after
  FROM (SELECT c.customer_id, c.day, CASE WHEN c.units > 0 THEN 'start' ELSE 'end' END AS kind, c.units,
               coalesce(k.mrr, 0) * 10000 + sum(c.units) OVER (PARTITION BY c.customer_id ORDER BY c.day) AS after
          FROM change AS c LEFT JOIN {kpi_customers} AS k ON k.customer_id = c.customer_id
        UNION ALL SELECT r.customer_id, r.day, r.kind, r.units, NULL FROM risk AS r) AS q
$sql$));

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_mrr_scheduled', 'period', 'date', 'First day of the month that holds happens_on.'),
('kpi_mrr_scheduled', 'happens_on', 'date', 'Day from which on it is so; a renewal falls on the first day of the next term, past due on the first day on which the policy counts it no more.'),
('kpi_mrr_scheduled', 'customer_id', 'text', 'Customer.'),
('kpi_mrr_scheduled', 'kind', 'text',
 'end, start: her MRR falls or rises by what ends and starts, netted; renewal: a term of a year or more ends, and the subscription goes on; short renewal: the same of two to eleven months; past due: payments are; notice: under notice without a known end.'),
('kpi_mrr_scheduled', 'amount', 'money', 'MRR concerned, always positive: of each subscription what it counts for on as_of, or on its first day when that lies ahead.'),
('kpi_mrr_scheduled', 'mrr_before', 'money', 'Her committed MRR before the day; NULL where nothing is committed to change.'),
('kpi_mrr_scheduled', 'mrr_after', 'money', 'Her committed MRR from the day on; NULL where nothing is committed to change.');

-- Subscriptions of later days are in no state.
INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment) VALUES
('kpi_mrr_scheduled_past', 'own', '{publication,customer_id,happens_on,kind}', 'customer, day, kind and publication',
 'What refreshes replaced in kpi_mrr_scheduled: one row per customer, day, kind and publication that changed what is known of it, with what it was before. What did we know in March of the MRR to come?');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_mrr_scheduled_past', 'publication', 'number', 'bigint NOT NULL', 'Publication, as kpi_refresh_log counts them, that replaced what the row says.'),
('kpi_mrr_scheduled_past', 'customer_id', 'text', 'text NOT NULL', 'Customer.'),
('kpi_mrr_scheduled_past', 'happens_on', 'date', 'date NOT NULL', 'Day from which on it was to be so.'),
('kpi_mrr_scheduled_past', 'kind', 'text', 'text NOT NULL', 'What was to happen, as kind of kpi_mrr_scheduled.'),
('kpi_mrr_scheduled_past', 'known', 'boolean', 'boolean NOT NULL', 'False when nothing was known of it then, and all else is NULL.'),
('kpi_mrr_scheduled_past', 'amount', 'money', 'numeric', 'MRR concerned, as kpi_mrr_scheduled said.'),
('kpi_mrr_scheduled_past', 'mrr_before', 'money', 'numeric', 'Her committed MRR before the day, as kpi_mrr_scheduled said.'),
('kpi_mrr_scheduled_past', 'mrr_after', 'money', 'numeric', 'Her committed MRR from the day on, as kpi_mrr_scheduled said.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_mrr_outlook', '{subscriptions}', '{period}', 'month to come',
 'Committed MRR of the months to come, without new business and without churn that nobody has announced: one row for the month that runs on the day after as_of and each of the twelve after it, none where nothing is known of them. What have we signed for next March, and what is up for renewal?', $sql$
SELECT q.period, {setting mrr_policy}::text AS policy, q.opening + q.started_before - q.ended_before AS opening, q.scheduled_ends, q.signed_starts,
       q.opening + q.started_before - q.ended_before - q.scheduled_ends + q.signed_starts AS closing,
       q.customers_opening + q.came_before - q.left_before AS customers_opening, q.customers_ending, q.customers_starting,
       q.customers_opening + q.came_before - q.left_before - q.customers_ending + q.customers_starting AS customers_closing,
       q.renewals_due, q.renewals_due_short, q.past_due, q.notice_without_end, q.scheduled_ends + q.past_due + q.notice_without_end AS mrr_at_risk
  FROM (SELECT g.period, coalesce(m.closing, 0.00) AS opening, coalesce(m.customers_closing, 0) AS customers_opening, e.*,
               coalesce(sum(e.scheduled_ends) OVER before, 0.00) AS ended_before, coalesce(sum(e.signed_starts) OVER before, 0.00) AS started_before,
               coalesce(sum(e.customers_ending) OVER before, 0)::bigint AS left_before, coalesce(sum(e.customers_starting) OVER before, 0)::bigint AS came_before
          FROM (SELECT (date_trunc('month', ({as_of} + 1)::timestamp) + make_interval(months => n))::date AS period FROM generate_series(0, 12) AS n WHERE EXISTS (SELECT FROM {kpi_mrr_scheduled} AS x)) AS g
          LEFT JOIN (SELECT w.closing, w.customers_closing FROM {kpi_mrr_monthly} AS w ORDER BY w.period DESC LIMIT 1) AS m ON true
         CROSS JOIN LATERAL (SELECT coalesce(sum(s.amount) FILTER (WHERE s.kind = 'end'), 0.00) AS scheduled_ends, coalesce(sum(s.amount) FILTER (WHERE s.kind = 'start'), 0.00) AS signed_starts,
                                    count(*) FILTER (WHERE s.kind = 'end' AND s.mrr_after = 0) AS customers_ending, count(*) FILTER (WHERE s.kind = 'start' AND s.mrr_before = 0) AS customers_starting,
                                    coalesce(sum(s.amount) FILTER (WHERE s.kind = 'renewal'), 0.00) AS renewals_due, coalesce(sum(s.amount) FILTER (WHERE s.kind = 'short renewal'), 0.00) AS renewals_due_short,
                                    coalesce(sum(s.amount) FILTER (WHERE s.kind = 'past due'), 0.00) AS past_due, coalesce(sum(s.amount) FILTER (WHERE s.kind = 'notice'), 0.00) AS notice_without_end
                               FROM {kpi_mrr_scheduled} AS s WHERE s.period = g.period) AS e
        WINDOW before AS (ORDER BY g.period ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS q
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, expression, comment) VALUES
('kpi_mrr_outlook', 'period', 'date', NULL, 'First day of the month; the first row has the days after as_of alone.'),
('kpi_mrr_outlook', 'policy', 'text', NULL, 'Policy of kpi_policies that says what counts: mrr_policy of kpi_settings.'),
('kpi_mrr_outlook', 'opening', 'money', NULL, 'Committed MRR before the month: closing of the month before, and in the first row that of kpi_mrr_monthly as of as_of.'),
('kpi_mrr_outlook', 'scheduled_ends', 'money', NULL, 'MRR that ends in the month as end_date or cancel_at of its subscriptions say, netted per customer and day with what starts; a positive amount that lowers closing.'),
('kpi_mrr_outlook', 'signed_starts', 'money', NULL, 'MRR of subscriptions whose start_date lies in the month, after as_of, netted per customer and day with what ends; trials that count for nothing on that day are not signed.'),
('kpi_mrr_outlook', 'closing', 'money', NULL, 'Committed MRR at the end of the month: opening + signed_starts - scheduled_ends. What does not count as of as_of, as a pause or a trial, comes in when it counts.'),
('kpi_mrr_outlook', 'customers_opening', 'customers', NULL, 'Customers with committed MRR before the month.'),
('kpi_mrr_outlook', 'customers_ending', 'customers', NULL, 'Times the committed MRR of a customer falls to zero.'),
('kpi_mrr_outlook', 'customers_starting', 'customers', NULL, 'Times the committed MRR of a customer rises from zero.'),
('kpi_mrr_outlook', 'customers_closing', 'customers', NULL, 'Customers with committed MRR at the end of the month: customers_opening + customers_starting - customers_ending.'),
('kpi_mrr_outlook', 'renewals_due', 'money', NULL,
 'MRR whose term of a year or more ends in the month, at the price of that day, where nothing says that the subscription ends; its next renewal alone, by interval_unit and interval_count since its trial, the last gap or the switch to that term. Part of closing.'),
('kpi_mrr_outlook', 'renewals_due_short', 'money', NULL, 'The same of terms of two to eleven months. What renews every month or more often is in neither.'),
('kpi_mrr_outlook', 'past_due', 'money', NULL, 'MRR past due or unpaid that the policy stops counting in the month, but for what is scheduled to end and not to go on at another price; in the first row where the policy never does. Part of closing.'),
('kpi_mrr_outlook', 'notice_without_end', 'money', NULL, 'MRR under notice of which no end is known, or another price alone, in the first row. Part of closing.'),
('kpi_mrr_outlook', 'mrr_at_risk', 'money', NULL, 'MRR at risk in the month: scheduled_ends + past_due + notice_without_end. Other months have theirs, so that they add up.'),
('kpi_mrr_outlook', 'arr', 'money', '12 * closing', 'Committed ARR: 12 * closing; never to be summed over months.'),
('kpi_mrr_outlook', 'renewals_due_arr', 'money', '12 * renewals_due', 'ARR up for renewal: 12 * renewals_due.'),
('kpi_mrr_outlook', 'arr_at_risk', 'money', '12 * mrr_at_risk', 'ARR at risk: 12 * mrr_at_risk.');

INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('outlook_chains', $sql$
SELECT format('%s opens at %s with %s customers, before it are %s and %s', period, opening, customers_opening, before, customers_before)
  FROM (SELECT o.period, o.opening, o.customers_opening, coalesce(lag(o.closing) OVER w, m.closing, 0) AS before, coalesce(lag(o.customers_closing) OVER w, m.customers_closing, 0) AS customers_before
          FROM {kpi_mrr_outlook} AS o LEFT JOIN (SELECT k.closing, k.customers_closing FROM {kpi_mrr_monthly} AS k ORDER BY k.period DESC LIMIT 1) AS m ON true WINDOW w AS (ORDER BY o.period)) AS q
 WHERE opening <> before OR customers_opening <> customers_before
UNION ALL
SELECT format('%s: off by %s and %s customers', period, opening - scheduled_ends + signed_starts - closing, customers_opening - customers_ending + customers_starting - customers_closing)
  FROM {kpi_mrr_outlook}
 WHERE opening - scheduled_ends + signed_starts <> closing OR customers_opening - customers_ending + customers_starting <> customers_closing
    OR mrr_at_risk <> scheduled_ends + past_due + notice_without_end
UNION ALL
SELECT format('%s %s: %s of %s is below zero, or what was not there ends', customer_id, happens_on, kind, amount)
  FROM {kpi_mrr_scheduled} WHERE amount <= 0 OR mrr_after < 0 OR mrr_before < 0
UNION ALL
SELECT format('%s: %s of %s, its rows add up to %s', v.period, v.kind, v.amount, coalesce(s.amount, 0))
  FROM (SELECT o.period, w.* FROM {kpi_mrr_outlook} AS o CROSS JOIN LATERAL (VALUES ('end', o.scheduled_ends), ('start', o.signed_starts), ('renewal', o.renewals_due), ('short renewal', o.renewals_due_short),
                                                                                    ('past due', o.past_due), ('notice', o.notice_without_end)) AS w(kind, amount)) AS v
  LEFT JOIN (SELECT period, kind, sum(amount) AS amount FROM {kpi_mrr_scheduled} GROUP BY 1, 2) AS s ON s.period = v.period AND s.kind = v.kind
 WHERE v.amount <> coalesce(s.amount, 0)
$sql$);

-- From the rows of the source, each by itself: what is in force at the end of
-- the month, without days and without netting.
INSERT INTO saaskpi_internal.identities (identity, query) VALUES ('outlook_equals_subscriptions', saaskpi_internal.with_amounts($sql$
SELECT format('%s: committed %s, the subscriptions add up to %s', o.period, o.closing, o.today + coalesce(f.amount, 0))
  FROM (SELECT period, closing, first_value(opening) OVER (ORDER BY period) AS today FROM {kpi_mrr_outlook}) AS o
  LEFT JOIN (SELECT g.period, sum(CASE WHEN s.start_date > {as_of} THEN s.units ELSE 0 END * CASE WHEN s.start_date < g.period + interval '1 month' THEN 1 ELSE 0 END
                                  - CASE WHEN s.end_date < g.period + interval '1 month' THEN s.units ELSE 0 END) * 0.0001 AS amount
               FROM (SELECT period FROM {kpi_mrr_outlook}) AS g
              CROSS JOIN (SELECT i.start_date, i.end_date, sum([amount]) AS units
                            FROM {ahead subscriptions} AS i LEFT JOIN (SELECT * FROM {rows kpi_policies} AS r WHERE r.policy = {setting mrr_policy}) AS p ON true
                           WHERE EXISTS (SELECT FROM {kpi_mrr_outlook} AS x) AND coalesce(i.end_date > {as_of}, true) AND i.customer_id IS NOT NULL
                             AND (i.start_date > {as_of} OR i.end_date < '9999-12-31') AND saaskpi_internal.is_usable(i.start_date, i.end_date, i.monthly_price)
                           GROUP BY 1, 2) AS s
              GROUP BY g.period) AS f ON f.period = o.period
 WHERE o.closing <> o.today + coalesce(f.amount, 0)
$sql$));

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Committed MRR to come', 'kpi_mrr_outlook', 'closing', 'subscriptions, kpi_policies', 'opening + signed_starts - scheduled_ends',
 'What do we bring in next March if nobody else signs or leaves?',
 'MRR of today less what is scheduled to end, and what is signed to start; under the policy in force. Each subscription stays at what it counts for today, so ends of discounts, pauses and trials change nothing before they happen.'),
('Scheduled ends', 'kpi_mrr_outlook', 'scheduled_ends', 'subscriptions, kpi_policies', 'sum of MRR that ends in the month as end_date or cancel_at say',
 'How much churn do we know of already?',
 'Netted per customer and day, so that who renews into another plan does not end. Churn and contraction of kpi_mrr_monthly once the day has come; under a policy that counts churn at notice it has come already.'),
('Signed starts', 'kpi_mrr_outlook', 'signed_starts', 'subscriptions, kpi_policies', 'sum of MRR that starts in the month as start_date says',
 'What is signed that does not count yet?',
 'Subscriptions whose start_date lies after as_of; no other relation has them.'),
('Renewals due', 'kpi_mrr_outlook', 'renewals_due_arr', 'subscriptions, kpi_policies', '12 * renewals_due',
 'How much ARR is up for renewal in March?',
 'Terms of a year or more that nothing says will end; shorter ones are in renewals_due_short, monthly ones nowhere, as they renew every month.'),
('ARR at risk', 'kpi_mrr_outlook', 'arr_at_risk', 'subscriptions, kpi_policies', '12 * mrr_at_risk',
 'How much ARR may be lost in March by what we know?',
 'Scheduled ends, payments overdue until the policy stops counting them, and notice without a day, each subscription once. No estimate: what a model thinks of the others is in kpi_revenue_at_risk.');

-- What the forecast of MRR cannot learn from the complete months: per month
-- starts, ends, the usual loss, which is that of the last twelve complete months
-- in shares of their opening MRR, and the share of the month that is still to
-- come.  Of the running month what has moved since it began is a start or an end
-- as well; what is paused, comes from elsewhere or changes by rates is netted.
CREATE FUNCTION saaskpi_internal.with_scheduled(template text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN replace(template, '[scheduled]', $$(SELECT 'mrr' AS metric, u.dimension, u.value,
                   jsonb_object_agg(to_char(g.period::timestamp, 'YYYY-MM-DD'), jsonb_build_array(coalesce(s.starts, 0) + CASE WHEN g.runs THEN u.started ELSE 0 END,
                                                                                                  coalesce(s.ends, 0) + CASE WHEN g.runs THEN u.ended ELSE 0 END, round(u.loss, 2), g.share)) AS months
              FROM (SELECT w.dimension, w.value, max(w.closing) FILTER (WHERE w.is_complete AND w.turn = 1) * coalesce(sum(w.lost) FILTER (WHERE w.is_complete) / nullif(sum(w.opening) FILTER (WHERE w.is_complete), 0), 0) AS loss,
                           coalesce(sum(w.gained + greatest(w.other, 0)) FILTER (WHERE NOT w.is_complete), 0) AS started, coalesce(sum(w.lost + greatest(-w.other, 0)) FILTER (WHERE NOT w.is_complete), 0) AS ended
                      FROM (SELECT 'all' AS dimension, 'all' AS value, m.opening, m.closing, m.new + m.expansion + m.reactivation AS gained, m.contraction + m.churn AS lost, m.resume + m.fx - m.pause AS other,
                                   m.is_complete, row_number() OVER (PARTITION BY m.is_complete ORDER BY m.period DESC) AS turn
                              FROM {kpi_mrr_monthly} AS m
                            UNION ALL
                            SELECT b.dimension, b.value, b.opening, b.closing, b.new + b.expansion + b.reactivation, b.contraction + b.churn, b.resume + b.transfer_in + b.fx - b.pause - b.transfer_out,
                                   b.is_complete, row_number() OVER (PARTITION BY b.value, b.is_complete ORDER BY b.period DESC)
                              FROM {kpi_mrr_monthly_by} AS b WHERE b.dimension = 'segment') AS w
                     WHERE w.turn <= 12 GROUP BY w.dimension, w.value) AS u
             CROSS JOIN (SELECT (date_trunc('month', {as_of}::timestamp) + make_interval(months => n))::date AS period, n = 0 AS runs,
                                CASE n WHEN 0 THEN 1 - (SELECT max(k.elapsed_fraction) FROM {kpi_calendar} AS k WHERE NOT k.is_complete) ELSE 1 END AS share FROM generate_series(0, 5) AS n) AS g
              LEFT JOIN (SELECT d.dimension, d.value, c.period, sum(c.amount) FILTER (WHERE c.kind = 'start') AS starts, sum(c.amount) FILTER (WHERE c.kind = 'end') AS ends
                           FROM {kpi_mrr_scheduled} AS c LEFT JOIN {kpi_customers} AS k ON k.customer_id = c.customer_id
                          CROSS JOIN LATERAL (VALUES ('all', 'all'), ('segment', coalesce(k.segment, '(none)'))) AS d(dimension, value)
                          WHERE c.kind IN ('start', 'end') GROUP BY 1, 2, 3) AS s ON s.dimension = u.dimension AND s.value = u.value AND s.period = g.period
             GROUP BY u.dimension, u.value)$$);
COMMENT ON FUNCTION saaskpi_internal.with_scheduled(text) IS 'a template with [scheduled] filled in: what is known of the running month and of those to come, per metric and value';

-- The model's change of a month has losses and gains in it.  What is known takes
-- the place of them where it is more.  Where it is less, the rest may still come,
-- but no more of it than falls to the days that are left.
CREATE FUNCTION saaskpi_internal.beyond_change(change numeric, starts numeric, ends numeric, usual_loss numeric, share numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN greatest(starts, least(change + greatest(usual_loss, -change), starts + share * (change + greatest(usual_loss, -change))))
       - greatest(ends, least(greatest(usual_loss, -change), ends + share * greatest(usual_loss, -change))) - change;
COMMENT ON FUNCTION saaskpi_internal.beyond_change(numeric, numeric, numeric, numeric, numeric) IS
    'by how much what is known of a month, of which a share is still to come, exceeds the change that a model expects, whose losses are at least the usual ones';

CREATE FUNCTION saaskpi_internal.moved(estimate float8, amount numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN amount IS NULL THEN round(estimate::numeric, 2) ELSE greatest(round(estimate::numeric, 2) + amount, least(round(estimate::numeric, 2), 0)) END;
COMMENT ON FUNCTION saaskpi_internal.moved(float8, numeric) IS 'an estimate in cents, moved by an amount, but not from above zero below it';
