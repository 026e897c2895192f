CREATE SCHEMA sources_made;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
-- empty tables: made once, complete, commented, nothing found in them, partitioned only when asked
CALL saaskpi.create_source_tables('sources_made');
SELECT c.relname, c.relkind, count(a.attname) AS columns,
       count(col_description(c.oid, a.attnum)) AS commented,
       obj_description(c.oid, 'pg_class') IS NOT NULL AS described
  FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'sources_made'::regnamespace AND c.relkind IN ('r', 'p')
   AND NOT c.relispartition
 GROUP BY c.oid, c.relname, c.relkind ORDER BY c.relname COLLATE "C";
CALL saaskpi.create_source_tables('sources_parts', partitions => 4);
SELECT c.relname AS source, pg_get_partkeydef(c.oid) AS partitioned, count(i.inhrelid) AS partitions
  FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhparent = c.oid
 WHERE c.relnamespace = 'sources_parts'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
 GROUP BY c.oid, c.relname ORDER BY c.relname COLLATE "C";
DROP SCHEMA sources_parts CASCADE;
SELECT conrelid::regclass AS source, pg_get_constraintdef(oid) AS key FROM pg_constraint
 WHERE connamespace = 'sources_made'::regnamespace AND contype = 'p' AND conparentid = 0
 ORDER BY 1;
SELECT * FROM saaskpi.check_sources('sources_made');
CALL saaskpi.create_source_tables('sources_made');
\echo :SQLSTATE
-- files load as they are, an empty field is NULL; what a check refuses
\copy sources_made.customers from stdin csv header
customer_id,signup_date,segment,country,acquisition_channel,is_active
C1,2024-01-05,SMB,DE,Organic,true
C2,2024-02-01,Enterprise,US,Paid Ads,false
\.
\copy sources_made.subscriptions from stdin csv header
subscription_id,customer_id,plan_type,start_date,end_date,monthly_price
S1,C1,Basic,2024-01-10,,8.3333
S2,C2,Pro,2024-02-01,2024-03-01,100
\.
\copy sources_made.payments from stdin csv header
payment_id,customer_id,payment_date,amount,payment_status
P1,C1,2024-01-10,8.33,Success
P2,C2,2024-02-01,100.00,Failed
P3,C2,2024-02-02,100.00,Success
\.
\copy sources_made.costs from stdin csv header
month,infra_cost,marketing_cost,support_cost
2024-01,1.5,2.5,3.5
2024-02,1,2,3
\.
SELECT * FROM saaskpi.check_sources('sources_made', '2024-02-29') WHERE severity <> 'info';
SELECT severity, rule, rows, example FROM saaskpi.check_sources('sources_made', '2024-02-29');
SELECT * FROM saaskpi.check_sources('sources_made', '2024-03-01');
\set VERBOSITY terse
INSERT INTO sources_made.customers VALUES ('C1', '2024-01-01');
INSERT INTO sources_made.customers VALUES ('C3', 'infinity');
INSERT INTO sources_made.subscriptions VALUES ('S3', 'C1', 'Pro', '2024-02-02', '2024-02-01', 1);
INSERT INTO sources_made.subscriptions VALUES ('S3', 'C1', 'Pro', '2024-02-02', NULL, -1);
INSERT INTO sources_made.subscriptions VALUES ('S3', 'C1', 'Pro', '2024-02-02', NULL, 'NaN');
INSERT INTO sources_made.payments VALUES ('P4', 'C1', '2024-02-02', 922337203685477, 'Success');
INSERT INTO sources_made.payments VALUES ('P4', NULL, '2024-02-02', 1, 'Success');
INSERT INTO sources_made.costs VALUES ('2024-13', 1, 1, 1);
INSERT INTO sources_made.costs VALUES ('0000-01', 1, 1, 1);
\set VERBOSITY default
-- what no check refuses, as it can be meant: more decimals, other words, a further price, ends that look like last days
BEGIN;
INSERT INTO sources_made.subscriptions VALUES ('S3', 'C1', 'Enterprise', '2024-02-02', '2024-02-10', 1.00001), ('S3', 'C1', 'Enterprise', '2024-02-11', NULL, 2);
INSERT INTO sources_made.payments VALUES ('P4', 'C1', '2024-02-02', 1, 'paid'), ('P5', 'C1', '2024-02-02', -1, 'Failed');
SELECT severity, rule, rows, example, consequence FROM saaskpi.check_sources('sources_made', '2024-03-01');
ROLLBACK;
-- every rule, rows made by hand, as of 2024-06-30
CALL saaskpi.create_source_tables('sources_ugly', checked => false);
INSERT INTO sources_ugly.customers VALUES
    ('c01', '2024-01-05', 'SMB', 'DE', 'Organic', true),       -- fine, pays
    ('c02', '2024-01-05', 'Mid-Market', 'DE', 'Partner', false), -- fine, does not
    (NULL, '2024-01-05', 'SMB', 'DE', 'Organic', true),        -- id missing
    ('c03', '2024-01-05', 'SMB', 'DE', 'Organic', false),      -- two surplus
    ('c03', '2024-01-06', 'SMB', 'DE', 'Organic', false),
    ('c03', '2024-01-07', 'SMB', 'DE', 'Organic', false),
    ('c04', NULL, 'SMB', 'DE', 'Organic', false),              -- signup missing
    ('c05', '2024-07-01', 'SMB', 'DE', 'Organic', false),      -- future
    ('c06', 'infinity', 'SMB', 'DE', 'Organic', false),        -- infinite 3
    ('c07', '-infinity', 'SMB', 'DE', 'Organic', false),
    ('c08', '0044-03-15 BC', 'SMB', 'DE', 'Organic', false),
    ('c09', '2024-01-05', NULL, NULL, NULL, NULL),             -- attributes missing
    ('c10', '2024-01-05', 'Startup', 'DE', 'Fax', false),      -- attributes unknown
    ('c11', '2024-01-05', 'SMB', 'DE', 'Organic', true),       -- flag contradicts 2
    ('c12', '2024-01-05', 'SMB', 'DE', 'Organic', false),
    ('c13', '1970-01-01', 'SMB', 'DE', 'Organic', false),      -- implausible: a zero of another system
    ('c14', '2024-01-05', '', '', '', NULL),                   -- attributes empty
    ('C10 ', '2024-01-05', 'SMB', 'DE', 'Organic', false),     -- differs from another in case and a blank
    ('', '2024-01-05', 'SMB', 'DE', 'Organic', true),          -- no customer either 2
    ('(none)', '2024-01-05', 'SMB', 'DE', 'Organic', true);
ALTER TABLE sources_ugly.subscriptions ADD currency text;
ALTER TABLE sources_ugly.payments ADD currency text;
INSERT INTO sources_ugly.subscriptions VALUES
    ('s01', 'c01', 'Basic', '2024-01-05', NULL, 10),           -- fine
    ('s02', 'c12', 'Pro', '2024-01-05', 'infinity', 10),       -- fine
    (NULL, 'c01', 'Pro', '2024-01-05', '2024-02-01', 10),      -- id missing
    (NULL, NULL, 'Pro', '2024-01-05', '2024-02-01', 10),       -- and customer 2
    ('s03', NULL, 'Pro', '2024-01-05', '2024-02-01', 10),
    ('s04', 'nobody', 'Pro', '2024-01-05', '2024-02-01', 10),  -- unknown customer
    ('s05', 'c02', 'Pro', '2024-01-05', '2024-01-10', 10),     -- two surplus, no overlap
    ('s05', 'c02', 'Pro', '2024-01-05', '2024-01-10', 10),
    ('s05', 'c02', 'Pro', '2024-01-05', '2024-01-10', 10),
    ('s06', 'c02', 'Pro', NULL, '2024-01-10', 10),             -- start missing
    ('s07', 'c02', 'Pro', 'infinity', '2024-01-10', 10),       -- start infinite 3
    ('s08', 'c02', 'Pro', '-infinity', '2024-01-10', 10),
    ('s09', 'c02', 'Pro', '10000-01-01', NULL, 10),
    ('s10', 'c02', 'Pro', '2024-02-10', '2024-02-09', 10),     -- end before start 2
    ('s11', 'c02', 'Pro', '2024-02-10', '-infinity', 10),
    ('s12', 'c02', 'Pro', '2024-02-10', '2024-02-10', 10),     -- zero length
    ('s40', 'c11', 'Late', '2024-02-10', '10000-01-01', 10),    -- ends too late
    ('s13', 'c02', 'Basic', '2024-03-01', '2024-03-02', NULL), -- prices
    ('s14', 'c02', 'Basic', '2024-03-02', '2024-03-03', -1),
    ('s15', 'c02', 'Basic', '2024-03-03', '2024-03-04', 0),
    ('s16', 'c02', 'Basic', '2024-03-04', '2024-03-05', 'NaN'),  -- not finite 3
    ('s17', 'c02', 'Basic', '2024-03-05', '2024-03-06', 'Infinity'),
    ('s18', 'c02', 'Basic', '2024-03-06', '2024-03-07', '-Infinity'),
    ('s19', 'c02', 'Basic', '2024-03-07', '2024-03-08', 1.23456),
    ('s20', 'c02', 'Basic', '2024-03-08', '2024-03-09', 1.230000), -- fine
    ('s21', 'c02', 'Basic', '2024-03-09', '2024-03-10', 922337203685477),
    ('s22', 'c02', 'Basic', '2024-03-10', '2024-03-11', 922337203685476.9999), -- fine
    ('s23', 'c02', NULL, '2024-03-11', '2024-03-12', 10),      -- plan missing
    ('s24', 'c02', 'Gold', '2024-03-12', '2024-03-13', 10),    -- plan unknown
    ('s25', 'c11', 'Pro', '2024-02-01', '2024-04-01', 10),
    ('s26', 'c11', 'Pro', '2024-02-10', '2024-02-20', 10),     -- overlaps s25
    ('s27', 'c11', 'Pro', '2024-03-10', '2024-05-01', 10),     -- overlaps s25, not s26
    ('s28', 'c11', 'Pro', '2024-05-01', '2024-05-10', 10),     -- touches, fine
    ('s29', 'c11', 'Basic', '2024-05-01', '2024-05-10', 10),   -- other plan, fine
    ('s30', 'c11', 'Pro', '2024-05-01', '2024-05-05', 10),     -- tie: s28 is first
    ('s31', 'c09', 'Basic', '2024-01-04', '2024-01-06', 10),   -- before signup
    ('s32', 'c02', 'Basic', '2024-07-01', NULL, 10),           -- start in future
    ('s33', 'c09', 'Basic', '2024-06-01', '2024-07-01', 10),   -- end in future
    ('s34', 'c01', 'Enterprise', '2024-01-10', '2024-02-01', 10),
    ('s34', 'c01', 'Enterprise', '2024-02-01', NULL, 12),      -- a further price, fine
    ('s35', 'c02', 'Basic', '1969-12-31', '1970-01-02', 10);   -- start implausible
UPDATE sources_ugly.subscriptions SET currency = CASE WHEN subscription_id < 's03' THEN ' eur' ELSE 'USD' END WHERE subscription_id < 's05';
INSERT INTO sources_ugly.subscriptions VALUES ('', 'c02', 'Basic', '2024-05-01', '2024-05-05', 10), ('', 'c02', 'Pro', '2024-05-01', '2024-05-05', 10);  -- id missing 2
INSERT INTO sources_ugly.payments VALUES
    ('p01', 'c01', '2024-01-05', 10, 'Success'),               -- repeated by p03
    ('p02', 'c01', '2024-01-05', 10, 'Failed'),                -- fine
    (NULL, 'c01', '2024-01-05', 10, 'Success'),                -- id missing
    ('p03', 'c01', '2024-01-05', 10, 'Success'),               -- one surplus
    ('p03', 'c12', '2024-01-06', 10, 'Success'),
    ('p04', NULL, '2024-01-05', 10, 'Success'),                -- customer missing 2
    ('p05', 'nobody', '2024-01-05', 10, 'Success'),            -- unknown customer
    ('p06', 'c01', NULL, 10, 'Success'),                       -- date missing
    ('p07', 'c01', 'infinity', 10, 'Success'),                 -- infinite 2
    ('p08', 'c01', '-infinity', 10, 'Success'),
    ('p09', 'c01', '2024-07-01', 10, 'Success'),               -- future
    ('p10', 'c01', '2024-01-05', NULL, 'Success'),             -- amounts
    ('p11', 'c01', '2024-01-05', -5, 'Success'),
    ('p12', 'c01', '2024-01-05', 0, 'Success'),                -- zero 2
    ('p13', 'c01', '2024-01-05', 0, 'Failed'),
    ('p14', 'c01', '2024-01-05', 'NaN', 'Success'),            -- not finite 3
    ('p15', 'c01', '2024-01-05', 'Infinity', 'Success'),
    ('p16', 'c01', '2024-01-05', '-Infinity', 'Failed'),
    ('p17', 'c01', '2024-01-05', 1.00001, 'Success'),
    ('p18', 'c01', '2024-01-05', 922337203685477, 'Success'),  -- too large 2
    ('p19', 'c01', '2024-01-05', -922337203685477, 'Success'), -- and negative
    ('p20', 'c01', '2024-01-05', -5, 'Failed'),                -- failed negative
    ('p21', 'c01', '2024-01-05', 10, NULL),                    -- status missing
    ('p22', 'c01', '2024-01-05', 10, 'success'),               -- fine
    ('p23', 'c01', '2024-01-05', -5, 'Refunded'),              -- fine
    ('p24', 'c01', '2024-01-05', 10, 'money'),                 -- status unknown 2
    ('p25', 'c01', '2024-01-05', 10, ''),
    ('p26', 'c01', '2024-01-04', 10, 'Success'),               -- before signup
    ('p27', 'c03', '2024-01-05', 10, 'Success'),               -- without subscription
    ('p28', 'c03', '2024-01-05', 10, 'Failed'),                -- fine
    ('p29', 'c01', '1969-12-31', 10, 'Success'),               -- implausible
    ('p30', 'c01', '2024-01-05', 10, ' Pending '),             -- not counted 2
    ('p31', 'c01', '2024-01-05', 10, 'void'),
    ('p32', 'c02', '2024-01-05', 4, 'chargeback'),             -- more back than came
    ('p33', 'c02', '2024-01-05', 3, 'PAID'),
    ('p34', '', '2024-01-05', 10, 'Success');                  -- customer missing
UPDATE sources_ugly.payments SET currency = CASE WHEN payment_id < 'p03' THEN 'USD' ELSE 'Eur' END WHERE payment_id < 'p05';
INSERT INTO sources_ugly.payments VALUES ('', 'c01', '2024-01-05', 1, 'Success'), ('', 'c01', '2024-01-05', 2, 'Success'), ('(none)', 'c01', '2024-01-05', 3, 'Success');  -- id missing 3
INSERT INTO sources_ugly.costs VALUES
    ('2024-01', 1, 2, 3),
    ('2024-02', 1, 2, 3), ('2024-02', 1, 2, 3),                -- one surplus
    ('2024-05', -1, 2, 3),                                     -- 03, 04 missing; negative
    ('2024-06', NULL, 2, NULL),                                -- cost missing
    ('2024-08', 1, 2, 'NaN'),                                  -- not finite 2; 07 is to come
    ('2024-09', '-Infinity', 2, 3),
    ('2024-13', 1, 2, 3), ('June', 1, 2, 3), (NULL, 1, 2, 3), ('0000-05', 1, 2, 3), -- malformed 4
    ('1969-12', 1, 2, 3);                                      -- implausible
INSERT INTO sources_ugly.products (product_id, name, category, list_price, unit_cost) VALUES
    ('p1', 'Pen', 'Office', 2, 1), (NULL, 'x', 'x', 1, 1), ('', 'x', 'x', 1, 1),        -- fine; id missing 2
    ('p2', 'Ink', 'Office', 2, 1), ('p2', 'Ink', 'Office', 2, 2),                       -- one surplus
    ('p3', NULL, '', NULL, NULL),                              -- name, category, price, cost missing
    ('p4', '', NULL, -1, -2),                                  -- name, category missing; price, cost negative
    ('p5', 'Pad', 'Office', 2, 'NaN'), ('p6', 'Cap', 'Office', 2, 'Infinity'), ('p7', 'Lid', 'Office', 2, 922337203685477);  -- cost unusable 3
INSERT INTO sources_ugly.orders (order_id, customer_id, ordered_at, status) VALUES
    ('o01', 'c01', '2024-06-30 23:59:59.999999Z', 'completed'),  -- fine
    (NULL, 'c01', '2024-01-06', 'completed'), ('', 'c01', '2024-01-06', 'completed'),   -- id missing 2
    ('o02', 'c01', '2024-01-06', 'completed'), ('o02', 'c01', '2024-01-07', 'completed'), ('o02', 'c02', '2024-01-08', 'completed'), -- two surplus
    ('o03', NULL, '2024-01-06', 'completed'), ('o04', '', '2024-01-06', 'completed'),   -- customer missing 2
    ('o05', 'nobody', '2024-01-06', 'completed'),              -- unknown customer
    ('o06', 'c01', NULL, 'completed'),                         -- time missing
    ('o07', 'c01', 'infinity', 'completed'), ('o08', 'c01', '-infinity', 'completed'),  -- infinite 2
    ('o09', 'c04', '1970-01-01 23:59Z', 'completed'),          -- implausible
    ('o10', 'c01', '2024-07-01 00:00Z', 'completed'),          -- future
    ('o11', 'c01', '2023-01-01', 'completed'),                 -- before signup
    ('o12', 'c01', '2024-02-06', NULL), ('o13', 'c01', '2024-02-06', ' '),              -- status missing 2
    ('o14', 'c01', '2024-02-06', 'who knows'),                 -- unknown
    ('o15', 'c01', '2024-02-06', ' Completed'),                -- odd case
    ('o16', 'c01', '2024-02-06', 'draft'),                     -- ignored
    ('o18', '0', '2024-02-06', 'completed'), ('o19', 'undefined', '2024-02-06', 'wc-completed'),  -- customers that are none
    ('o20', 'c02', '2024-02-06', 'Refunded'), ('o21', 'c01', '2024-02-06', 'refunded'),  -- nothing came back of c02
    ('o17', 'c01', '2024-02-06', 'completed');                 -- without lines
INSERT INTO sources_ugly.order_lines (order_id, line_no, product_id, quantity, unit_price, discount)
SELECT 'o' || lpad(i::text, 2, '0'), '1', 'p1', 1, 2, 0 FROM generate_series(1, 21) AS i WHERE i <> 17;
INSERT INTO sources_ugly.order_lines (order_id, line_no, product_id, quantity, unit_price, discount) VALUES
    (NULL, '1', 'p1', 1, 2, 0), ('o99', '1', 'p1', 1, 2, 0),   -- order missing, unknown
    ('o01', NULL, 'p1', 1, 2, 0), ('o01', '', 'p1', 1, 2, 0), ('o01', '', 'p1', 1, 2, 0),  -- number missing 3
    ('o01', '2', 'p1', 1, 2, 0), ('o01', '2', 'p1', 1, 3, 0),  -- one surplus
    ('o01', '3', NULL, 1, 2, 0), ('o01', '4', 'p9', 1, 2, 0),  -- product missing, unknown
    ('o01', '5', 'p1', NULL, 2, 0), ('o01', '6', 'p1', 0, 2, 0),  -- quantity missing, zero
    ('o01', '7', 'p1', 1, NULL, 0), ('o01', '8', 'p1', 1, -2, 0),  -- price missing, negative
    ('o01', '9', 'p1', 'NaN', 2, 0), ('o01', '10', 'p1', 1, 'Infinity', 0), ('o01', '11', 'p1', 1, 2, '-Infinity'),  -- not finite 3
    ('o01', '12', 'p1', 922337203685477, 1, 0),                -- too large
    ('o01', '15', 'p1', 1000000000000, 0.0001, 0), ('o01', '16', 'p1', 0.000000000000000000001, 2, 0),  -- quantity too large, too fine
    ('o01', '13', 'p1', 1, 2, -1), ('o01', '14', 'p1', 1, 2, 3),  -- discount negative, above amount
    ('o01', '17', 'p1', -1, 2, -1), ('o01', '18', 'p1', -1, 2, 1), ('o01', '19', 'p1', 1, 0, 0);  -- fine: the discount of a return; of the wrong sign; for nothing
INSERT INTO sources_ugly.events (event_id, customer_id, event_time, event_type) VALUES
    ('e01', 'c01', '2024-01-05 00:00:00Z', 'signup'),          -- fine
    (NULL, 'c01', '2024-01-06', 'login'),                      -- id missing
    ('e02', 'c01', '2024-01-06', 'login'),                     -- two surplus
    ('e02', 'c01', '2024-01-05', 'login'),
    ('e02', 'c01', '2024-01-06', 'login'),
    ('e02', 'c02', '2024-01-06', 'login'),                     -- another customer's, fine
    ('e03', NULL, '2024-01-06', 'login'),                      -- customer missing 3
    ('e04', '', '2024-01-06', 'login'),
    ('e20', 'null', '2024-01-06', 'login'),                    -- customer that is none
    ('e05', '(none)', '2024-01-06', 'login'),
    ('e06', 'nobody', '2024-01-06', 'login'),                  -- unknown customer
    ('e07', 'c01', NULL, 'login'),                             -- time missing
    ('e08', 'c01', 'infinity', 'login'),                       -- infinite 2
    ('e09', 'c01', '-infinity', 'login'),
    ('e10', 'c02', '1970-01-01 23:59:59.999999Z', 'login'),    -- implausible, and before signup
    ('e11', 'c04', '1970-01-02 00:00:00Z', 'login'),           -- fine
    ('e12', 'c01', '2024-06-30 23:59:59.999999Z', 'login'),    -- fine
    ('e13', 'c01', '2024-07-01 00:00:00Z', 'login'),           -- future
    ('e14', 'c01', '2024-01-04 23:59:59.999999Z', 'login'),    -- before signup
    ('e15', 'c01', '2024-01-06', NULL),                        -- type missing 2
    ('e16', 'c01', '2024-01-06', ''),
    ('e17', 'c01', '2024-01-06', 'Login'),                     -- type unknown
    ('', 'c01', '2024-01-06', 'login'), ('', 'c01', '2024-01-06', 'login');  -- id missing 2
INSERT INTO sources_ugly.sales_reps (sales_rep_id, name) VALUES ('r1', 'Ada'), (NULL, 'x'), ('', 'x'), ('r2', 'Bo'), ('r2', 'Al'), ('r3', NULL);   -- id missing 2, one surplus, name missing
UPDATE sources_ugly.orders SET sales_rep_id = CASE order_id WHEN 'o01' THEN 'r1' ELSE 'r9' END WHERE order_id IN ('o01', 'o03');  -- rep unknown
INSERT INTO sources_ugly.sales_quotas VALUES
    ('r1', '2024-01', 10), ('r1', '2024-01', 20), ('r1', '2024-04', 10),  -- one surplus, two months missing
    ('r1', '2024-13', 1), ('r1', NULL, 1), ('r9', '2024-01', 1), ('r2', '2024-01', -1), ('r3', '2024-01', NULL), ('r3', '2024-02', 'NaN');  -- malformed 2, unknown rep, negative, not finite 2
INSERT INTO sources_ugly.pipeline_stages VALUES ('Lead', 1, 0.1, 'open'), ('Won', 2, 1, 'won'), ('Lost', 3, 0, 'lost'), ('Won', 2, 1, 'won'), ('Call', 4, 7, 'maybe'), ('Talk', NULL, 0.5, 'open');  -- one surplus, outcome unknown, probability; no place
INSERT INTO sources_ugly.opportunities (opportunity_id, customer_id, sales_rep_id, created_at, amount, stage, closed_at) VALUES
    ('d01', 'c01', 'r1', '2024-01-06', 1, 'Won', '2024-02-06'),      -- fine
    (NULL, 'c01', 'r1', '2024-01-06', 1, 'Lead', NULL), ('', 'c01', 'r1', '2024-01-06', 1, 'Lead', NULL),  -- id missing 2
    ('d02', 'c01', 'r1', '2024-01-06', 5, 'Lead', NULL), ('d02', 'c01', 'r1', '2024-01-06', 3, 'Lead', NULL),  -- one surplus
    ('d03', 'nobody', 'r1', '2024-01-06', 1, 'Lead', NULL), ('d04', NULL, 'r1', '2024-01-06', 1, 'Lead', NULL),  -- customer unknown, missing
    ('d05', 'c01', 'r9', '2024-01-06', 1, 'Lead', NULL), ('d06', 'c01', NULL, '2024-01-06', 1, 'Lead', NULL),  -- rep unknown, missing
    ('d07', 'c01', 'r1', '2024-01-06', NULL, 'Lead', NULL), ('d08', 'c01', 'r1', '2024-01-06', -2, 'Lead', NULL), ('d09', 'c01', 'r1', '2024-01-06', 'NaN', 'Lead', NULL),  -- amount missing, negative, unusable
    ('d10', 'c01', 'r1', NULL, 1, 'Lead', NULL), ('d11', 'c01', 'r1', '-infinity', 1, 'Lead', NULL), ('d12', 'c01', 'r1', '2024-07-01 00:00Z', 1, 'Lead', NULL),  -- created missing, unusable, future
    ('d13', 'c01', 'r1', '2024-01-06', 1, 'Won', '2024-01-05'), ('d14', 'c01', 'r1', '2024-01-06', 1, 'Won', '2024-07-01 00:00Z'), ('d15', 'c01', 'r1', '2024-01-06', 1, 'Won', NULL),  -- closed before, in future, missing
    ('d16', 'c01', 'r1', '2024-01-06', 1, 'Lead', '2024-02-06'), ('d17', 'c01', 'r1', '2024-01-06', 1, NULL, NULL), ('d18', 'c01', 'r1', '2024-01-06', 1, 'Lead ', NULL);  -- closed at of open, stage missing, unknown
INSERT INTO sources_ugly.opportunity_stages VALUES
    ('d01', 'Lead', '2024-01-06', 1), ('d01', 'Lead', '2024-01-06', 1),   -- one surplus
    ('d99', 'Lead', '2024-01-06', 1), ('d01', NULL, '2024-01-07', 1), ('d01', 'lead', '2024-01-07', 1),  -- unknown opportunity, stage missing, unknown
    ('d01', 'Lead', NULL, 1), ('d01', 'Lead', 'infinity', 1), ('d02', 'Lead', '2024-07-01 00:00Z', 1),  -- entered missing, unusable, future
    ('d01', 'Lead', '2024-01-05', 1), ('d01', 'Won', '2024-02-07', 1),  -- before created, after closed
    ('d03', 'Lead', '2024-01-07', 1),                                   -- begins late
    ('d14', 'Lead', '2024-01-06', 1), ('d05', 'Talk', '2024-01-06', 1), ('d06', 'Lead', '2024-01-06', 2);  -- ends early, stage and amount differ
ALTER TABLE sources_ugly.orders ADD currency text;
ALTER TABLE sources_ugly.opportunities ADD currency text;
ALTER TABLE sources_ugly.costs ADD currency text;
UPDATE sources_ugly.orders SET currency = CASE order_id WHEN 'o01' THEN 'eur ' ELSE 'USD' END WHERE order_id IN ('o01', 'o03');  -- two currencies, each
UPDATE sources_ugly.opportunities SET currency = CASE opportunity_id WHEN 'd01' THEN 'eur ' ELSE 'USD' END WHERE opportunity_id IN ('d01', 'd03');
UPDATE sources_ugly.costs SET currency = CASE month WHEN '2024-01' THEN 'eur ' ELSE 'USD' END WHERE month < '2024-03';
SELECT severity, rule, rows, amount, example FROM saaskpi.check_sources('sources_ugly', '2024-06-30');
-- all but those that judge what is usual in all of the source, and those of merges, exclusions, rates and bills, which have tests of their own
SELECT rule AS never_found FROM saaskpi_internal.source_rules
EXCEPT SELECT rule FROM saaskpi.check_sources('sources_ugly', '2024-06-30') ORDER BY 1;
SELECT rule, consequence FROM saaskpi.check_sources('sources_ugly', '2024-06-30') WHERE source = 'costs';
-- the day comes from the argument, else from kpi_settings, which decide what some rules mean
CREATE TABLE sources_ugly.kpi_settings (effective_as_of date, time_zone text);
SELECT * FROM saaskpi.check_sources('sources_ugly');
\echo :SQLSTATE
INSERT INTO sources_ugly.kpi_settings VALUES ('2024-07-31', 'UTC');
SELECT rule, rows FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ 'future|month_missing|ends_look|zero_length|implausible|currency_unlike';
SELECT rule, rows FROM saaskpi.check_sources('sources_ugly', '2024-06-30') WHERE rule ~ 'future|month_missing';
ALTER TABLE sources_ugly.kpi_settings ADD ends_inclusive boolean DEFAULT true, ADD earliest_date date DEFAULT '2024-01-05', ADD currency text DEFAULT 'eur';
SELECT rule, rows, example FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ 'future|month_missing|ends_look|zero_length|implausible|currency_unlike';
UPDATE sources_ugly.costs SET currency = 'usd ' WHERE currency IS NOT NULL;
SELECT rule, rows, example FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ '^cost_currenc';
-- one currency of all that is another than eur; rates convert subscriptions and payments alone
UPDATE sources_ugly.orders SET currency = 'usd ' WHERE currency IS NOT NULL;
UPDATE sources_ugly.opportunities SET currency = 'usd ' WHERE currency IS NOT NULL;
UPDATE sources_ugly.subscriptions SET currency = 'usd ' WHERE currency IS NOT NULL;
UPDATE sources_ugly.payments SET currency = 'usd ' WHERE currency IS NOT NULL;
SELECT severity, source, rule, rows, example, consequence FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ 'currenc';
CREATE TABLE sources_ugly.fx_rates AS SELECT 'USD' AS currency, '2020-01-01'::date AS day, 2 AS rate;
SELECT source, rule FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ 'currenc';
DROP TABLE sources_ugly.fx_rates;
UPDATE sources_ugly.kpi_settings SET currency = 'usd';
SELECT source, rule FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ 'currenc';
UPDATE sources_ugly.kpi_settings SET currency = 'eur';
-- words are the schema's own once it has them, in any case and between blanks
CREATE TABLE sources_ugly.kpi_payment_statuses AS SELECT * FROM (VALUES ('money', 'success'), ('paid', 'pending')) AS v(status, meaning);
SELECT rule, rows, example FROM saaskpi.check_sources('sources_ugly') WHERE rule ~ 'status|refund';
-- hostile names, views and other types as sources, dates in the zone of the settings
CREATE SCHEMA "a""b; DROP";
CREATE DOMAIN "a""b; DROP"."when" AS timestamptz;
CREATE TYPE "a""b; DROP".outcome AS ENUM ('Success', 'Failed');
CREATE TABLE "a""b; DROP".people (id uuid, signed_up timestamp, segment varchar(20), country char(2), channel text COLLATE "C", active boolean);
CREATE VIEW "a""b; DROP".customers AS SELECT id AS customer_id, signed_up AS signup_date, segment, country, channel AS acquisition_channel, active AS is_active FROM "a""b; DROP".people;
CREATE TABLE "a""b; DROP".subscriptions (subscription_id bigint, customer_id uuid, plan_type text, start_date "a""b; DROP"."when", end_date timestamptz, monthly_price double precision);
CREATE TABLE "a""b; DROP".payments (payment_id bigint, customer_id varchar, payment_date "a""b; DROP"."when", amount integer, payment_status "a""b; DROP".outcome);
CREATE MATERIALIZED VIEW "a""b; DROP".costs AS SELECT month, infra_cost, marketing_cost::real, support_cost::bigint FROM sources_made.costs;
CREATE TABLE "a""b; DROP".kpi_settings AS SELECT date '2024-06-30' AS effective_as_of, 'Pacific/Kiritimati' AS time_zone;
INSERT INTO "a""b; DROP".people VALUES ('00000000-0000-0000-0000-000000000001', '2024-01-05 23:00', 'SMB', 'DE', 'Organic', true);
INSERT INTO "a""b; DROP".subscriptions VALUES (1, '00000000-0000-0000-0000-000000000001', 'Pro', '2024-01-05 12:00+00', NULL, 8.3333);
INSERT INTO "a""b; DROP".payments VALUES (1, '00000000-0000-0000-0000-000000000001', '2024-06-30 09:59+00', 8, 'Success');
SELECT * FROM saaskpi.check_sources('a"b; DROP');
INSERT INTO "a""b; DROP".payments VALUES (2, '00000000-0000-0000-0000-000000000001', '2024-06-30 10:00+00', -8, 'Success');
INSERT INTO "a""b; DROP".subscriptions VALUES (2, '00000000-0000-0000-0000-000000000001', 'Basic', '2024-01-05 09:59+00', NULL, 0.1::float8 + 0.2::float8);
SELECT severity, rule, rows, example FROM saaskpi.check_sources('a"b; DROP');
SELECT r.source, r.column_name, r.reading
  FROM saaskpi_internal.readings('a"b; DROP', saaskpi_internal.settings_of('a"b; DROP')) AS r
  JOIN saaskpi_internal.sources AS t USING (source) ORDER BY t.ordinal, r.ordinal;
-- times without a zone are of source_time_zone
ALTER TABLE "a""b; DROP".kpi_settings ADD source_time_zone text DEFAULT 'Pacific/Kiritimati';
SELECT reading FROM saaskpi_internal.readings('a"b; DROP', saaskpi_internal.settings_of('a"b; DROP')) WHERE column_name = 'signup_date';
SELECT severity, rule, rows, example FROM saaskpi.check_sources('a"b; DROP') WHERE rule = 'start_before_signup';
CALL saaskpi.create_source_tables('sources_C''est "x";--', false);
SELECT * FROM saaskpi.check_sources('sources_C''est "x";--');
-- planted functions and operators earlier in the path stay unused
CREATE SCHEMA sources_trap;
CREATE FUNCTION sources_trap.trap(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped'; END$$;
CREATE FUNCTION sources_trap.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped'; END$$;
CREATE OPERATOR sources_trap.= (FUNCTION = sources_trap.trap, LEFTARG = text, RIGHTARG = text);
SET search_path = sources_trap, pg_catalog;
SELECT pg_catalog.count(*) FROM saaskpi.check_sources('sources_made', '2024-03-01');
RESET search_path;
-- absent and unusable sources and columns; what needs them is not checked
DROP VIEW "a""b; DROP".customers;
ALTER TABLE "a""b; DROP".payments DROP COLUMN payment_date;
ALTER TABLE "a""b; DROP".subscriptions ALTER start_date TYPE text, ALTER monthly_price TYPE money USING 1::money;
SELECT severity, source, rule, rows, example FROM saaskpi.check_sources('a"b; DROP');
CREATE SCHEMA sources_none;
SELECT * FROM saaskpi.check_sources('sources_none');
-- errors
SELECT * FROM saaskpi.check_sources('sources_absent');
\echo :SQLSTATE
SELECT * FROM saaskpi.check_sources(NULL);
\echo :SQLSTATE
SELECT * FROM saaskpi.check_sources('sources_made', 'infinity');
\echo :SQLSTATE
CALL saaskpi.create_source_tables(NULL);
\echo :SQLSTATE
CALL saaskpi.create_source_tables('sources_none', NULL);
\echo :SQLSTATE
CALL saaskpi.create_source_tables('sources_none', partitions => 1025);
\echo :SQLSTATE
CALL saaskpi.create_source_tables('sources_none', partitions => -1);
\echo :SQLSTATE
CALL saaskpi.create_source_tables('sources_none', partitions => NULL);
\echo :SQLSTATE
CALL saaskpi.create_source_tables('pg_catalog');
\echo :SQLSTATE
CREATE VIEW sources_none.payments_p3 AS SELECT 1 AS one;
CALL saaskpi.create_source_tables('sources_none');
\echo :SQLSTATE
SELECT count(*) FROM pg_class WHERE relnamespace = 'sources_none'::regnamespace;
-- work on a schema is for those who can act for its owner, and sees what the owner sees
SELECT current_database() AS database \gset
CREATE ROLE regress_sources_owner;
CREATE ROLE regress_sources_reader;
GRANT CREATE ON DATABASE :"database" TO regress_sources_owner;
SET ROLE regress_sources_owner;
CALL saaskpi.create_source_tables('sources_owned');
SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'sources_owned'::regnamespace;
GRANT USAGE ON SCHEMA sources_owned TO regress_sources_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA sources_owned TO regress_sources_reader;
SET ROLE regress_sources_reader;
\set VERBOSITY terse
CALL saaskpi.create_source_tables('sources_absent');
\echo :SQLSTATE
\set VERBOSITY default
CALL saaskpi.create_source_tables('sources_owned');
\echo :SQLSTATE
SELECT * FROM saaskpi.check_sources('sources_owned');
\echo :SQLSTATE
RESET ROLE;
GRANT regress_sources_owner TO regress_sources_reader;
SET ROLE regress_sources_reader;
SELECT * FROM saaskpi.check_sources('sources_owned');
RESET ROLE;
REVOKE regress_sources_owner FROM regress_sources_reader;
-- made for another: the tables are the owner's
DROP SCHEMA sources_owned CASCADE;
CREATE SCHEMA sources_owned AUTHORIZATION regress_sources_owner;
CALL saaskpi.create_source_tables('sources_owned');
SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'sources_owned'::regnamespace;
-- policies that would hide rows from the owner: of a table, and of a table below a view that reads as its reader
ALTER TABLE sources_owned.payments OWNER TO CURRENT_USER;
ALTER TABLE sources_owned.payments ENABLE ROW LEVEL SECURITY;
SELECT * FROM saaskpi.check_sources('sources_owned');
\echo :SQLSTATE
ALTER ROLE regress_sources_owner BYPASSRLS;
\set VERBOSITY terse
SELECT * FROM saaskpi.check_sources('sources_owned');
\set VERBOSITY default
GRANT SELECT ON sources_owned.payments TO regress_sources_owner;
SELECT * FROM saaskpi.check_sources('sources_owned');
ALTER ROLE regress_sources_owner NOBYPASSRLS;
ALTER TABLE sources_owned.payments RENAME TO all_payments;
CREATE VIEW sources_owned.payments AS SELECT * FROM sources_owned.all_payments;
GRANT SELECT ON sources_owned.payments TO regress_sources_owner;
SELECT * FROM saaskpi.check_sources('sources_owned');
ALTER VIEW sources_owned.payments SET (security_invoker = on);
SELECT * FROM saaskpi.check_sources('sources_owned');
\echo :SQLSTATE
DROP SCHEMA sources_owned CASCADE;
DROP OWNED BY regress_sources_owner, regress_sources_reader;
DROP ROLE regress_sources_owner, regress_sources_reader;
-- few rows need no workers in a first fill: of a table, of partitions, of a view
CREATE SCHEMA sources_few;
CREATE TABLE sources_few.plain AS SELECT i FROM generate_series(1, 10000) AS i;
CREATE TABLE sources_few.parts (i integer) PARTITION BY HASH (i);
CREATE TABLE sources_few.half PARTITION OF sources_few.parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sources_few.other PARTITION OF sources_few.parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO sources_few.parts TABLE sources_few.plain;
CREATE VIEW sources_few.shown AS TABLE sources_few.plain;
CREATE VIEW sources_few.judged AS SELECT f, saaskpi_internal.are_small(jsonb_build_object('costs', '{"from": "sources_made.costs"}'::jsonb, 'payments', jsonb_build_object('from', 'sources_few.' || f)))
  FROM unnest('{plain,parts,shown}'::text[]) AS f;
TABLE sources_few.judged;
INSERT INTO sources_few.plain VALUES (10001);
INSERT INTO sources_few.parts VALUES (10001);
TABLE sources_few.judged;
DELETE FROM sources_few.plain;
SET min_parallel_table_scan_size = 0;
TABLE sources_few.judged;
RESET min_parallel_table_scan_size;
DROP SCHEMA sources_few CASCADE;
-- what exports repeat rightly and wrongly, and histories that begin later than what they belong to
CREATE SCHEMA sources_real;
CREATE TABLE sources_real.subscriptions (subscription_id text, customer_id text, start_date date, end_date date, monthly_price numeric);
CREATE TABLE sources_real.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
INSERT INTO sources_real.subscriptions VALUES ('s1', 'ann', '2025-03-01', NULL, 20), ('s2', 'bob', '2025-03-01', NULL, 20), ('s3', 'cyd', '2025-04-10', NULL, 20);
-- an invoice that was tried until it was paid, one that was given back in parts: no repeats
INSERT INTO sources_real.payments VALUES ('i1', 'ann', '2025-03-01', 20, 'failed'), ('i1', 'ann', '2025-03-03', 20, 'failed'), ('i1', 'ann', '2025-03-05', 20, 'pending'), ('i1', 'ann', '2025-03-05', 20, 'paid'),
    ('i2', 'bob', '2025-03-02', 20, 'paid'), ('i2', 'bob', '2025-05-01', -5, 'paid'), ('i2', 'bob', '2025-05-01', 6, 'refund'), ('i2', 'bob', '2025-05-09', 6, 'refund');
SELECT rule, rows, amount, example FROM saaskpi.check_sources('sources_real', '2025-06-01') WHERE severity = 'error';
-- said twice by a webhook: a payment, a refund, an attempt
INSERT INTO sources_real.payments VALUES ('i1', 'ann', '2025-03-05', 20, 'paid'), ('i2', 'bob', '2025-05-01', 6, 'refund'), ('i1', 'ann', '2025-03-01', 20, 'failed'), ('i3', 'cyd', '2025-04-10', 20, 'paid'), ('i3', 'cyd', '2025-05-10', 20, 'paid');
SELECT rule, rows, amount, example FROM saaskpi.check_sources('sources_real', '2025-06-01') WHERE severity = 'error';
SELECT rule, rows, amount, example FROM saaskpi.check_sources('sources_real', '2025-06-01') WHERE rule LIKE '%begin_late';
-- what was paid a month before may be a deposit, what was paid before that was for something; cyd did not begin with the others
INSERT INTO sources_real.payments VALUES ('o1', 'ann', '2025-01-29', 20, 'paid'), ('o2', 'bob', '2025-01-28', 20, 'paid'), ('o3', 'bob', '2024-12-28', 20, 'paid'), ('o4', 'ann', '2025-01-10', 20, 'failed'), ('o5', 'ann', '2025-01-10', 0, 'paid'), ('o6', 'cyd', '2024-12-01', 20, 'paid');
SELECT severity, rule, rows, amount, example, consequence FROM saaskpi.check_sources('sources_real', '2025-06-01') WHERE rule LIKE '%begin_late';
-- two months before the first payment of all, and one day more; what was never in force, or free
INSERT INTO sources_real.subscriptions VALUES ('t1', 'dan', '2024-09-30', NULL, 20), ('t2', 'eve', '2024-09-29', '2024-11-01', 20), ('t3', 'fay', '2024-01-01', '2024-01-01', 20), ('t4', 'gus', '2024-01-01', NULL, 0), ('t5', 'hal', '2024-01-01', '2023-01-01', 20);
SELECT severity, rule, rows, amount, example, consequence FROM saaskpi.check_sources('sources_real', '2025-06-01') WHERE rule LIKE '%begin_late';
DROP SCHEMA sources_real CASCADE;
DROP SCHEMA sources_made, sources_ugly, sources_none, sources_trap, "a""b; DROP", "sources_C'est ""x"";--" CASCADE;
-- a real is read by the digits it is written with, whatever the session prints: 12345.67 + 0.1 + 98765.43 of reals; a double holds more digits of the same
CREATE SCHEMA sources_floats;
CREATE DOMAIN sources_floats.amount AS real;
CREATE TABLE sources_floats.payments (payment_id text, customer_id text, payment_date date, amount real, payment_status text);
INSERT INTO sources_floats.payments VALUES ('1', 'a', '2025-01-01', 12345.67, 'Success'), ('2', 'a', '2025-01-02', 0.1, 'Success'), ('3', 'b', '2025-01-03', 98765.43, 'Success'),
    ('4', 'b', '2025-01-03', 'NaN', 'Success'), ('5', 'b', '2025-01-03', 'Infinity', 'Success'), ('6', 'b', '2025-01-03', 1e20, 'Success'), ('7', 'b', '2025-01-03', NULL, 'Success');
SET extra_float_digits = -3;
CALL saaskpi.create_views('sources_floats');
UPDATE sources_floats.kpi_settings SET as_of = '2025-02-01';
CALL saaskpi.refresh('sources_floats');
SELECT customer_id, revenue FROM sources_floats.kpi_customers ORDER BY 1;
SELECT rule, rows, amount, example FROM saaskpi.check_sources('sources_floats') WHERE rule ~ '^amount';
ALTER TABLE sources_floats.payments ALTER amount TYPE sources_floats.amount;
CALL saaskpi.refresh('sources_floats');
SELECT customer_id, revenue FROM sources_floats.kpi_customers ORDER BY 1;
ALTER TABLE sources_floats.payments ALTER amount TYPE double precision;
UPDATE sources_floats.payments SET amount = payment_id::float8 / 10 WHERE payment_id < '3';
CALL saaskpi.refresh('sources_floats');
SELECT customer_id, revenue FROM sources_floats.kpi_customers ORDER BY 1;
RESET extra_float_digits;
DROP SCHEMA sources_floats CASCADE;
-- of more than 100,000 rows a refresh still finds the errors of rows that count: 100,000 * 1 + 10 (the days say so) + 0 (the price is off) + 10 + 10
CREATE SCHEMA sources_large;
CREATE TABLE sources_large.subscriptions (subscription_id text PRIMARY KEY, customer_id text, start_date date, monthly_price numeric, status text, discount_percent numeric, discount_amount numeric, interval_unit text);
INSERT INTO sources_large.subscriptions SELECT 'f' || n, 'c' || n % 1000, '2025-01-01', 1, 'active', 0, 0, 'month' FROM generate_series(1, 100000) AS n;
INSERT INTO sources_large.subscriptions VALUES ('s1', 'd', '2025-01-01', 10, 'moonlit', NULL, NULL, NULL), ('s2', 'd', '2025-01-01', 10, NULL, 150, NULL, ''), ('s3', 'd', '2025-01-01', 10, '', NULL, -5, 'year'), ('s4', 'd', '2025-01-01', 10, NULL, NULL, 1, 'moon');
CALL saaskpi.create_views('sources_large');
UPDATE sources_large.kpi_settings SET as_of = '2025-02-01';
CALL saaskpi.refresh('sources_large');
SELECT period, closing FROM sources_large.kpi_mrr_monthly ORDER BY 1;
SELECT rule, severity, rows, amount, example FROM sources_large.kpi_data_quality ORDER BY 1;
SELECT errors, error_rows, error_amount FROM sources_large.kpi_status;
-- and those of rows that do not
INSERT INTO sources_large.subscriptions VALUES ('s5', '', '2025-01-01', 10), ('s6', NULL, '2025-01-01', 10);
CALL saaskpi.refresh('sources_large');
SELECT rule, severity, rows, amount, example FROM sources_large.kpi_data_quality WHERE rule ~ 'customer' ORDER BY 1;
INSERT INTO sources_large.subscriptions VALUES ('s7', 'd', '2025-01-01', -10);
CALL saaskpi.refresh('sources_large');
SELECT rule, severity, rows, amount, example FROM sources_large.kpi_data_quality ORDER BY 1;
DROP SCHEMA sources_large CASCADE;
-- what has no value adds nothing to the money in doubt: 10 of three rows of unknown customers, 5 of three that are said twice
CREATE SCHEMA sources_nan;
CREATE TABLE sources_nan.customers (customer_id text);
INSERT INTO sources_nan.customers VALUES ('a');
CREATE TABLE sources_nan.subscriptions (subscription_id text, customer_id text, start_date date, monthly_price numeric);
INSERT INTO sources_nan.subscriptions VALUES ('1', 'b', '2025-01-01', 10), ('2', 'b', '2025-01-01', 'NaN'), ('3', 'b', '2025-01-01', '-Infinity');
CREATE TABLE sources_nan.payments (payment_id text, customer_id text, payment_date date, amount numeric, payment_status text);
INSERT INTO sources_nan.payments VALUES ('1', 'a', '2025-01-01', 5, 'Success'), ('1', 'a', '2025-01-01', 5, 'Success'), ('2', 'a', '2025-01-01', 'NaN', 'Success'), ('2', 'a', '2025-01-01', 6, 'Success'), ('3', 'a', '2025-01-01', 'Infinity', 'Success'), ('3', 'a', '2025-01-01', 7, 'Success'),
    ('4', 'a', NULL, 'NaN', 'Success'), ('5', 'a', NULL, 3, 'Success');
CALL saaskpi.create_views('sources_nan');
UPDATE sources_nan.kpi_settings SET as_of = '2025-02-01';
CALL saaskpi.refresh('sources_nan');
SELECT rule, severity, rows, amount, example FROM sources_nan.kpi_data_quality WHERE rule ~ 'unknown_customer|duplicate|date_missing' ORDER BY 1;
SELECT errors, error_rows, error_amount FROM sources_nan.kpi_status;
DROP SCHEMA sources_nan CASCADE;
-- a text that no index has room for stops a refresh, which says where it stands; check_sources finds it, and not one that is long and compresses well
CREATE SCHEMA sources_long;
CREATE TABLE sources_long.customers (customer_id text, signup_date date, segment text, country text);
INSERT INTO sources_long.customers VALUES ('a', '2025-01-01', 'SMB', repeat('Atlantis ', 300)), ('b', '2025-01-01', 'SMB', 'DE');
CREATE TABLE sources_long.products (product_id text, name text);
CREATE FUNCTION sources_long.noise(bytes integer) RETURNS text LANGUAGE sql AS $$SELECT left(string_agg(md5(n::text), '' ORDER BY n), bytes) FROM generate_series(1, bytes / 32 + 1) AS n$$;
CALL saaskpi.create_views('sources_long');
CALL saaskpi.refresh('sources_long');
SELECT segment, length(country) FROM sources_long.kpi_customers ORDER BY customer_id;
INSERT INTO sources_long.customers SELECT 'c', '2025-01-01', sources_long.noise(2900), 'DE';
INSERT INTO sources_long.customers SELECT sources_long.noise(700), '2025-01-01', 'SMB', 'DE';
CALL saaskpi.refresh('sources_long');
\echo :SQLSTATE
SELECT status, message FROM sources_long.kpi_refresh_log ORDER BY run_id DESC LIMIT 1;
SELECT severity, source, rule, rows, amount, example, consequence FROM saaskpi.check_sources('sources_long') WHERE severity = 'error';
UPDATE sources_long.customers SET segment = left(segment, 200);
CALL saaskpi.refresh('sources_long');
SELECT count(*) FROM sources_long.kpi_customers;
SELECT count(*) FROM saaskpi.check_sources('sources_long') WHERE severity = 'error';
DROP SCHEMA sources_long CASCADE;
