SET datestyle = iso;
SET timezone = 'UTC';
\pset null ~
-- what definitions say of each case: one customer, the house's policy and one or two others
CREATE TABLE cases (name text, start_date date, end_date date, price numeric, plan text DEFAULT 'Pro', status text, trial_end date, paused_from date, resumes_on date,
    past_due_since date, notice_on date, end_reason text, months int DEFAULT 1, quantity numeric, discount numeric, once boolean, until date, is_usage boolean);
INSERT INTO cases (name, start_date, end_date, price, plan, months) VALUES
    ('same-day cancel and resubscribe', '2024-01-01', '2024-02-10', 100, 'Pro', 1), ('same-day cancel and resubscribe', '2024-02-10', NULL, 100, 'Pro', 1),
    ('plan switch same day', '2024-01-01', '2024-02-10', 50, 'A', 1), ('plan switch same day', '2024-02-10', NULL, 30, 'B', 1),
    ('upgrade, then churn in one month', '2024-01-01', '2024-02-05', 500, 'Pro', 1), ('upgrade, then churn in one month', '2024-02-05', '2024-02-20', 1379, 'Pro', 1),
    ('two, one cancelled', '2024-01-01', NULL, 30, 'A', 1), ('two, one cancelled', '2024-01-01', '2024-03-05', 70, 'B', 1),
    ('price increase without plan change', '2024-01-01', '2024-03-01', 100, 'Pro', 1), ('price increase without plan change', '2024-03-01', NULL, 120, 'Pro', 1),
    ('monthly to annual at a lower price', '2024-01-01', '2024-03-01', 100, 'Pro', 1), ('monthly to annual at a lower price', '2024-03-01', NULL, 80, 'Pro', 12),
    ('ended annual plus a new one', '2024-01-01', '2024-03-05', 100, 'Pro', 12), ('ended annual plus a new one', '2024-03-05', NULL, 100, 'Pro', 12),
    ('starts on the 31st', '2024-01-31', '2024-02-29', 100, 'Pro', 1),
    ('zero length', '2024-01-31', '2024-01-31', 100, 'Pro', 1), ('joins and leaves in a month', '2024-01-05', '2024-01-25', 100, 'Pro', 1),
    ('away 40 and 100 days', '2024-01-01', '2024-02-01', 100, 'Pro', 1), ('away 40 and 100 days', '2024-03-12', '2024-04-01', 100, 'Pro', 1), ('away 40 and 100 days', '2024-07-10', NULL, 100, 'Pro', 1);
INSERT INTO cases (name, start_date, end_date, price, notice_on, end_reason, months) VALUES ('annual prepaid cancelled in month 3', '2024-01-01', '2025-01-01', 100, '2024-03-10', 'voluntary', 12);
INSERT INTO cases (name, start_date, end_date, price, trial_end, end_reason) VALUES ('trial to paid', '2024-01-10', NULL, 100, '2024-01-24', NULL), ('trial that ends', '2024-01-10', '2024-01-24', 100, '2024-01-24', 'voluntary'),
    ('trial to paid, first invoice fails', '2024-01-10', NULL, 100, '2024-01-24', NULL);
UPDATE cases SET status = 'past_due', past_due_since = '2024-01-24' WHERE name = 'trial to paid, first invoice fails';
INSERT INTO cases (name, start_date, price, discount, until) VALUES ('free for three months', '2024-01-01', 100, 100, '2024-04-01'), ('half price for ever', '2024-01-01', 100, 50, NULL);
INSERT INTO cases (name, start_date, price, discount, until, once) VALUES ('first bill at half price', '2024-01-01', 100, 50, '2024-02-01', true);
INSERT INTO cases (name, start_date, end_date, price, paused_from, resumes_on) VALUES ('pause across month end', '2024-01-01', NULL, 100, '2024-01-20', '2024-02-10'),
    ('pause, then cancel', '2024-01-01', '2024-03-01', 100, '2024-01-20', NULL), ('pause within a month', '2024-01-01', NULL, 100, '2024-02-05', '2024-02-20');
INSERT INTO cases (name, start_date, end_date, price, status, past_due_since)
SELECT format('past due for %s days', d), day, day + n, 100, s, CASE WHEN s = 'past_due' THEN date '2024-02-01' END
  FROM generate_series(29, 31) AS d, LATERAL (VALUES (date '2024-01-01', 31, 'active'), ('2024-02-01', d, 'past_due'), (date '2024-02-01' + d, NULL, 'active')) AS v(day, n, s);
INSERT INTO cases (name, start_date, price, quantity) VALUES ('quantity 0', '2024-01-01', 0, 0);
INSERT INTO cases (name, start_date, end_date, price, quantity) VALUES ('two seats more', '2024-01-01', '2024-02-01', 30, 3), ('two seats more', '2024-02-01', NULL, 50, 5);
INSERT INTO cases (name, start_date, price, is_usage) VALUES ('usage beside a plan', '2024-01-01', 100, false), ('usage beside a plan', '2024-02-01', 7.35, true);
CREATE TABLE case_ledgers AS
SELECT name, saaskpi.ledger_agg(start_date, end_date, price, plan, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, end_reason, months, quantity, discount, once, until, is_usage) AS l
  FROM cases GROUP BY 1;
CREATE TABLE presets AS SELECT * FROM (VALUES
    ('house', saaskpi.mrr_policy()), ('stripe', saaskpi.mrr_policy(never_paid => true, past_due_days => NULL, unpaid => false, churn_at => 'notice')),
    ('chartmogul', saaskpi.mrr_policy(pauses => 'keep', past_due_days => NULL, one_time_discounts => true, free_stays => true)),
    ('profitwell', saaskpi.mrr_policy(past_due_days => NULL, unpaid => false, one_time_discounts => true, same_month => 'removed')),
    ('recurly', saaskpi.mrr_policy(past_due_days => NULL, one_time_discounts => true, returns_after_days => 30, same_month => 'net')),
    ('all of it', saaskpi.mrr_policy(true, true, 'churn', 0, false, true, 'service_end', false, false, false, 50, 90, 'both'))) AS v(policy, axes);
SELECT name, m.* FROM case_ledgers, saaskpi.ledger_movements(l, saaskpi.mrr_policy(), '2024-12-31') AS m ORDER BY name, happened_on;
-- where the others differ from the house
SELECT name, policy, m.happened_on, m.movement, m.amount, m.reason, m.axis, m.days_away
  FROM case_ledgers CROSS JOIN presets, saaskpi.ledger_movements(l, axes, '2024-12-31') AS m
 WHERE (m.happened_on, m.movement, m.amount) NOT IN (SELECT h.happened_on, h.movement, h.amount FROM saaskpi.ledger_movements(l, saaskpi.mrr_policy(), '2024-12-31') AS h)
 ORDER BY name, policy, happened_on;
-- published examples: ChartMogul's life cycle, and its segment page
SELECT m.happened_on, m.movement, round(m.amount, 2) AS amount FROM (
    SELECT saaskpi.ledger_agg(s, e, p, plan, NULL, NULL, NULL, NULL, NULL, NULL, NULL, months, NULL, NULL, NULL, NULL, NULL) AS l
      FROM (VALUES (date '2024-01-01', date '2024-07-01', saaskpi.monthly_price(2000, 'year'), 'annual', 12), ('2024-02-01', '2024-05-01', 60, 'monthly', 1), ('2024-09-01', NULL, 150, 'monthly', 1)) AS v(s, e, p, plan, months)) AS q,
    saaskpi.ledger_movements(l, saaskpi.mrr_policy(), '2024-12-31') AS m;
-- Stripe: 100 at 100 a month and 50 at 600 a year
SELECT sum(saaskpi.mrr_at(saaskpi.mrr_history(l, saaskpi.mrr_policy()), '2024-06-30')) AS mrr
  FROM (SELECT saaskpi.ledger_agg('2024-01-01', NULL, CASE WHEN i <= 100 THEN 100 ELSE saaskpi.monthly_price(600, 'year') END, 'P', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS l
          FROM generate_series(1, 150) AS i GROUP BY i) AS q;
-- the waterfall of all, and what it says of each month
SELECT policy, w.* FROM (SELECT policy, saaskpi.ledger_flow_agg(l, axes, '2024-06-15') AS f FROM case_ledgers CROSS JOIN presets WHERE policy IN ('house', 'chartmogul') GROUP BY 1) AS q, saaskpi.policy_waterfall(f) AS w ORDER BY 1, period;
SELECT policy, saaskpi.first_period(f) AS first, bool_and(opening + new + expansion + reactivation + resume - contraction - churn - pause = closing) AS closes,
       bool_and(customers_opening + customers_new + customers_reactivated + customers_resumed - customers_churned - customers_paused = customers_closing) AS customers
  FROM (SELECT policy, saaskpi.ledger_flow_agg(l, axes, '2024-12-31') AS f FROM case_ledgers CROSS JOIN presets GROUP BY 1) AS q, saaskpi.policy_waterfall(f) AS w GROUP BY policy, saaskpi.first_period(f) ORDER BY policy;
-- why two of them differ
SELECT name, d.* FROM case_ledgers, saaskpi.policy_differences(l, saaskpi.mrr_policy(), saaskpi.mrr_policy(true, true, 'keep', NULL, true, true, 'notice', false, true), '2024-01-25') AS d ORDER BY name, axis;
-- states of one policy are not those of another, and merge
SELECT saaskpi.rollup(f) FROM (SELECT saaskpi.ledger_flow_agg(l, axes, '2024-12-31') AS f FROM case_ledgers CROSS JOIN presets WHERE policy IN ('house', 'stripe') GROUP BY policy) AS q;
SELECT saaskpi.rollup(f)::text = (SELECT saaskpi.ledger_flow_agg(l, saaskpi.mrr_policy(), '2024-12-31')::text FROM case_ledgers) AS same
  FROM (SELECT saaskpi.ledger_flow_agg(l, saaskpi.mrr_policy(), '2024-12-31') AS f FROM case_ledgers GROUP BY name) AS q;
SELECT saaskpi.ledger_flow_agg(NULL, saaskpi.mrr_policy(), '2024-12-31') IS NULL AS empty, saaskpi.ledger_flow_agg(NULL, NULL, NULL) AS none;
-- what is no policy
SELECT saaskpi.mrr_history(l, saaskpi.mrr_policy(pauses => 'no such')) FROM case_ledgers LIMIT 1;
SELECT saaskpi.mrr_history(l, saaskpi.mrr_policy(churn_at => NULL)) FROM case_ledgers LIMIT 1;
SELECT saaskpi.mrr_history(l, saaskpi.mrr_policy(past_due_days => -1)) FROM case_ledgers LIMIT 1;
SELECT saaskpi.mrr_history(l, saaskpi.mrr_policy(new_after_days => 100001)) FROM case_ledgers LIMIT 1;
