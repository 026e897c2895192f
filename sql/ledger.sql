SET datestyle = iso;
SET timezone = 'UTC';
\pset null ~
-- by hand: a trial, a pause, an overdue payment, notice, discounts, what cannot be used
CREATE TABLE few_bills (customer_id text, start_date date, end_date date, price numeric, plan text, status text, trial_end date, paused_from date, resumes_on date,
    past_due_since date, notice_on date, end_reason text, months int, quantity numeric, discount numeric, once boolean, until date, is_usage boolean);
INSERT INTO few_bills (customer_id, start_date, end_date, price, plan, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, end_reason, months, quantity, discount, once, until, is_usage) VALUES
    ('trial', '2024-01-10', NULL, 100, 'Pro', 'active', '2024-01-24', NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL),
    ('pause', '2024-01-10', '2024-06-01', 100, 'Pro', 'canceled', NULL, '2024-01-25', '2024-03-10', NULL, '2024-05-20', 'voluntary', 1, 2, NULL, NULL, NULL, NULL),
    ('owes', '2024-01-10', NULL, 100, NULL, 'past_due', NULL, NULL, NULL, '2024-02-29', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('discounts', '2024-01-10', NULL, 80, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 12, 3, 20.00005, false, '2024-04-10', NULL),
    ('discounts', '2024-02-10', NULL, 50, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 12, 1, 500, true, '2024-03-10', NULL),
    ('usage', '2024-01-31', '2024-02-29', 7.5, 'Calls', 'active', NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, true),
    ('odd', '2024-01-10', '2024-01-10', 1, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('odd', '2024-01-10', '2024-01-01', 1, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('odd', NULL, NULL, 1, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('odd', '2024-01-10', NULL, NULL, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('odd', '2024-01-10', NULL, -1, 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('odd', '2024-01-10', NULL, 'NaN', 'Pro', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('odd', '2024-01-10', 'infinity', 3, '', 'no such', 'infinity', '-infinity', '2024-01-01', 'infinity', '-infinity', 'no such', -5, -3, -1, true, 'infinity', false),
    ('odd', '2024-01-10', NULL, 0, 'Free', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE few_ledgers AS
SELECT customer_id, saaskpi.ledger_agg(start_date, end_date, price, plan, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, end_reason, months, quantity, discount, once, until, is_usage) AS l
  FROM few_bills GROUP BY 1;
SELECT customer_id, l, saaskpi.skipped(l) AS skipped FROM few_ledgers ORDER BY 1;
SELECT customer_id, s.* FROM few_ledgers, saaskpi.ledger_segments(l) AS s ORDER BY customer_id, from_date, plan, standing;
-- nothing in, nothing out
SELECT saaskpi.ledger_agg(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS none FROM few_bills WHERE false;
SELECT saaskpi.skipped(saaskpi.ledger_agg(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) AS skipped;
SELECT count(*) FROM saaskpi.ledger_segments(NULL);
-- parts merge to the whole, in any order
SELECT customer_id, saaskpi.rollup(p.l ORDER BY n)::text = saaskpi.rollup(p.l ORDER BY -n)::text AS same, saaskpi.rollup(p.l)::text = min(f.l::text) AS whole
  FROM (SELECT customer_id, row_number() OVER () AS n, saaskpi.ledger_agg(start_date, end_date, price, plan, status, trial_end, paused_from, resumes_on, past_due_since, notice_on, end_reason, months, quantity, discount, once, until, is_usage) AS l
          FROM (SELECT *, row_number() OVER () AS n FROM few_bills) AS b GROUP BY customer_id, n % 3) AS p JOIN few_ledgers AS f USING (customer_id) GROUP BY 1 ORDER BY 1;
-- through text and back
SELECT bool_and(l::text::saaskpi.ledger::text = l::text) AS same FROM few_ledgers;
-- a sum that does not fit
SELECT saaskpi.ledger_agg('2024-01-01', NULL, 922337203685477, 'A', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) FROM generate_series(1, 2);
-- what is no ledger
SELECT v, try_value(v, 'saaskpi.ledger') FROM (SELECT format('ledger 1 day 0 {0,0,0} skipped 0 labels ("a---00010000000 Pro") rows (%s)', r) AS v
    FROM unnest('{"17000,1:100,0,0,1,0,0,0,0","17000,0:100,0,0,1,0,0,0,0","17000,2:100,0,0,1,0,0,0,0","17000,1:100,101,0,1,0,0,0,0","17000,1:100,60,60,1,0,0,0,0","17000,1:-1,0,0,1,0,0,0,0","5843880,1:100,0,0,1,0,0,0,0","17000,1:0,0,0,0,0,0,0,0"}'::text[]) AS r) AS t;
-- what is no class, found when it is used
SELECT count(*) FROM saaskpi.ledger_segments('ledger 1 day 0 {0,0,0} skipped 0 labels ("Pro") rows (17000,1:100,0,0,1,0,0,0,0)');
SELECT saaskpi.mrr_history('ledger 1 day 0 {0,0,0} skipped 0 labels ("a---00010000000 Pro") rows (17000,1:0,0,0,0,100,0,0,1)', saaskpi.mrr_policy());
