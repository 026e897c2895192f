-- Events, orders and deals against answers worked out by hand; read by
-- selftest.sql, within its transaction.
CREATE SCHEMA oracle_selftest_facts;
CREATE SCHEMA oracle_selftest_acme;
SET LOCAL search_path = oracle_selftest_facts, oracle_selftest;
\set seed 4
\set acme oracle_selftest_acme
\o /dev/null
\i tables.sql
\i random_data.sql
\i sources.sql
\i events.sql
\i facts.sql
\i orders.sql
\i deals.sql
\o
TRUNCATE customers, subscriptions, payments, costs, statuses, events, orders,
    order_lines, products, sales_reps, sales_quotas, opportunities,
    opportunity_stages, pipeline_stages;
UPDATE settings
SET as_of = '2024-03-31', zone = 'UTC', session_gap_minutes = 30,
    splits = false, week_start = 'monday', earliest_date = '1970-01-02',
    sources = '{events,orders,order_lines,opportunities,opportunity_stages}';
\set q `cat kpi_sessions.sql`
CREATE VIEW kpi_sessions AS :q;
\set q `cat kpi_activity.sql`
CREATE VIEW kpi_activity AS :q;
\set q `cat kpi_sales.sql`
CREATE VIEW kpi_sales AS :q;
\set q `cat kpi_buyers.sql`
CREATE VIEW kpi_buyers AS :q;
\set q `cat kpi_pipeline_monthly.sql`
CREATE VIEW kpi_pipeline_monthly AS :q;
\set q `cat kpi_quota.sql`
CREATE VIEW kpi_quota AS :q;

-- Exactly at the gap is one session, a microsecond more two. Of a repeated
-- number the first counts; what is later than as_of, or has no time, does not.
INSERT INTO events VALUES
    ('1', 'A', '2024-02-29 10:00Z', 'signup'),
    ('2', 'A', '2024-02-29 10:30Z', 'login'),
    ('2', 'A', '2024-02-29 12:00Z', 'login'),
    ('3', 'A', '2024-02-29 11:00:00.000001Z', 'error_occurred'),
    ('4', 'A', '2024-03-31 23:59:59.999999Z', 'login'),
    ('5', 'A', '2024-04-01 00:00Z', 'login'), ('6', 'A', NULL, 'login'),
    ('7', 'B', '2024-02-29 10:00Z', 'login'), ('8', '', '2024-02-29', 'login');
SELECT same('sessions', $$SELECT customer_id, session, session_start, seconds,
    events FROM kpi_sessions$$, $$VALUES
    ('A', 1, timestamptz '2024-02-29 10:00Z', 1800.0, 2),
    ('A', 2, '2024-02-29 11:00:00.000001Z', 0, 1),
    ('A', 3, '2024-03-31 23:59:59.999999Z', 0, 1),
    ('B', 1, '2024-02-29 10:00Z', 0, 1)$$);
SELECT same('activity', $$SELECT period, active, new, "returning", resurrecting,
    dormant, active_7d, active_28d, events, sessions, signups, errors,
    is_complete FROM kpi_activity WHERE grain = 'month'$$, $$VALUES
    (date '2024-02-01', 2, 2, 0, 0, 0, 2, 2, 4, 3, 1, 1, true),
    ('2024-03-01', 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, false)$$);

-- January 2 x 10 - 1 and 1 x 50; February 1 x 10, 1 x 60 and, of a guest,
-- 3 x 5; in March one of the 10 comes back. 9 x 10 were cancelled; a draft,
-- an order of tomorrow and one of no day do not count.
INSERT INTO orders (order_id, customer_id, ordered_at, status) VALUES
    ('1', 'a', '2024-01-10 12:00Z', 'completed'),
    ('2', 'b', '2024-01-31 23:59:59.999999Z', 'Paid'),
    ('3', 'a', '2024-02-01 00:00Z', NULL), ('4', 'c', '2024-02-29 08:00Z', '?'),
    ('5', NULL, '2024-02-10', NULL), ('6', 'a', '2024-03-05', 'returned'),
    ('7', 'b', '2024-02-05', 'CANCELLED'), ('8', 'b', '2024-02-05', 'draft'),
    ('9', 'a', '2024-04-01 00:00Z', NULL), ('10', 'a', 'infinity', NULL);
INSERT INTO order_lines VALUES
    ('1', '1', 'p', 2, 10, 1), ('2', '1', 'q', 1, 50, NULL),
    ('3', '1', 'p', 1, 10, 0), ('4', '1', 'q', 1, 60, 0),
    ('5', '1', 'r', 3, 5, 0), ('6', '1', 'p', -1, 10, 0),
    ('7', '1', 'p', 9, 10, 0), ('8', '1', 'p', 7, 10, 0),
    ('9', '1', 'p', 1, 10, 0), ('nowhere', '1', 'p', 1, 10, 0);
SELECT same('sales', $$SELECT period, gross, discounts, returns, net, orders,
    return_orders, cancelled_orders, cancelled_net, guest_orders, customers,
    new_customers, aov, change, is_complete FROM kpi_sales
    WHERE grain = 'month'$$, $$VALUES
    (date '2024-01-01', 70.0, 1.0, 0.0, 69.0, 2, 0, 0, 0.0, 0, 2, 2, 34.5,
     NULL::numeric, true),
    ('2024-02-01', 85, 0, 0, 85, 3, 0, 1, 90, 1, 2, 1, 28.33, 0.231884, true),
    ('2024-03-01', 0, 0, 10, -10, 0, 1, 0, 0, 0, 0, 0, NULL, NULL, false)$$);
SELECT same('buyers', $$SELECT customer_id, first_order, last_order, orders, net
    FROM kpi_buyers$$, $$VALUES
    ('a', date '2024-01-10', date '2024-02-01', 2, 19.0),
    ('b', '2024-01-31', '2024-01-31', 1, 50),
    ('c', '2024-02-29', '2024-02-29', 1, 60)$$);

-- A is created at 100 and won at 80; B is lost, found again at 50 and open.
INSERT INTO opportunities (opportunity_id, sales_rep_id, created_at, amount,
                           stage, closed_at) VALUES
    ('A', 'r', '2024-01-01 12:00Z', 80, 'Closed Won', '2024-02-10 12:00Z'),
    ('B', 's', '2024-01-05', 50, 'Proposal', NULL);
INSERT INTO opportunity_stages VALUES
    ('A', 'Closed Won', '2024-02-10 12:00Z', 80),
    ('A', 'Lead', '2024-01-01 12:00Z', 100),
    ('A', 'Proposal', '2024-01-11 12:00Z', NULL),
    ('B', 'Lead', '2024-01-05', 40),
    ('B', 'Closed Lost', '2024-01-31 23:59:59Z', 40),
    ('B', 'Proposal', '2024-02-20', 50);
SELECT same('pipeline', $$SELECT period, opening, created, reopened, won, lost,
    amount_changes, closing, deals_closing FROM kpi_pipeline_monthly$$, $$VALUES
    (date '2024-01-01', 0.0, 140.0, 0.0, 0.0, 40.0, 0.0, 100.0, 1),
    ('2024-02-01', 100, 0, 40, 80, 0, -10, 50, 1),
    ('2024-03-01', 50, 0, 0, 0, 0, 0, 50, 1)$$);
-- Of 100 r won 80; s nothing of 10; t has none. u is to win nothing.
INSERT INTO sales_quotas VALUES ('r', '2024-02', 100), ('s', '2024-02', 10),
    ('u', '2024-02', 0), ('r', '2024-03', 310), ('t', '2024-2', 5);
SELECT same('quota', $$SELECT period, sales_rep_id, won, quota, quota_prorated,
    attainment, rank, standing FROM kpi_quota$$, $$VALUES
    (date '2024-02-01', 'r', 80.0, 100.0, 100.0, 0.8, 1, 'bottom'),
    ('2024-02-01', 's', 0, 10, 10, 0, 2, 'bottom'),
    ('2024-02-01', 'u', 0, 0, 0, NULL, NULL, NULL),
    ('2024-03-01', 'r', 0, 310, 310, 0, 1, 'bottom')$$);
