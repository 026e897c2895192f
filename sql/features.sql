SET datestyle = iso;
SET timezone = 'UTC';
\pset null ~
-- orders by hand.  A: two on one day, a return, a year later one more
CREATE TABLE hand_orders (customer_id text, at timestamp, net numeric, items numeric, products bigint, is_return boolean);
INSERT INTO hand_orders VALUES
    ('A', '2024-01-10 09:00', 100, 4, 2, false), ('A', '2024-01-10 18:00', 50, 1, 1, false), ('A', '2024-01-20 12:00', 30, 1, 1, false), ('A', '2024-01-25 12:00', -40, 1, 1, true),
    ('A', '2024-01-31 23:59:59', 60, 2, 2, false), ('A', '2025-02-10', 10, 1, 1, false), ('B', '2024-01-31', 7.5, 1, 1, false), ('C', '2024-01-05', -3, 1, 1, true);
CREATE TABLE hand_orders_of AS SELECT customer_id, saaskpi.order_history_agg(at, net, items, products, is_return) AS h FROM hand_orders GROUP BY 1;
\x on
SELECT customer_id, f.* FROM hand_orders_of, saaskpi.order_features(h, '{2024-01-31,2024-01-09,2024-01-10,2025-02-09,2024-01-31}', 90, '2025-02-28') AS f ORDER BY 1, 2;
SELECT customer_id, f.* FROM hand_orders_of, saaskpi.order_features_published(h, '{2024-01-31,2024-01-10,2024-02-01,2025-01-31}', 90, '2025-02-28') AS f ORDER BY 1, 2;
\x off
-- the label: the first and the last day that it looks at, and when it is known
SELECT d.horizon, d.last, f.as_of, f.churned FROM hand_orders_of, (VALUES (375, '2025-02-10'::date), (376, '2025-02-10'), (376, '2025-02-09'), (90, NULL)) AS d(horizon, last),
       saaskpi.order_features(h, '{2024-01-31,2025-02-09,2025-02-10}', d.horizon, d.last) AS f WHERE customer_id = 'A' ORDER BY 1, 2, 3;
-- nothing asked, nobody there
SELECT count(*) FROM saaskpi.order_features(NULL, '{2024-01-01}'), saaskpi.order_features_published(NULL, '{2024-01-01}');
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{}');
-- what is no question
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, NULL);
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{2024-01-01}', NULL);
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{2024-01-01}', 0);
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{2024-01-01}', 3661);
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{2024-01-01,NULL}');
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{{2024-01-01},{2024-01-02}}');
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{infinity}');
SELECT count(*) FROM hand_orders_of, saaskpi.order_features(h, '{2024-01-01}', 90, '-infinity');

-- at random, against plain SQL: days around the change of clocks in New York,
-- ends of months, and the days of orders themselves
SELECT setseed(0.25);
CREATE TABLE some_orders AS
SELECT 'C' || c AS customer_id, timestamptz '2023-11-05 05:30 UTC' + CASE n % 3 WHEN 0 THEN floor(random() * 60) * interval '30 minutes' ELSE floor(random() * 700 * 1440) * interval '1 minute' END AS at,
       round((random() * 300 - 20)::numeric, 2) AS net, floor(random() * 9) / 2 AS items, floor(random() * 5)::bigint AS products, random() < 0.15 AS is_return
  FROM generate_series(1, 26) AS c, generate_series(1, 1 + c % 25) AS n;
UPDATE some_orders SET net = -abs(net) WHERE is_return;
ALTER TABLE some_orders ADD local timestamp;
UPDATE some_orders SET local = saaskpi_internal.local_time(at, 'America/New_York');
CREATE TABLE some_days AS SELECT m::date - 1 AS day FROM generate_series(timestamp '2023-11-01', '2025-12-01', '1 month') AS m
 UNION SELECT local::date + n FROM (SELECT local, n FROM some_orders, generate_series(0, 1) AS n WHERE customer_id IN ('C7', 'C8')) AS q;
CREATE TABLE some_orders_of AS SELECT customer_id, saaskpi.order_history_agg(local, net, items::numeric, products, is_return) AS h FROM some_orders GROUP BY 1;
CREATE TABLE some_order_features AS
SELECT s.customer_id, f.* FROM some_orders_of AS s, saaskpi.order_features(s.h, (SELECT array_agg(day) FROM some_days), 60, '2025-10-15') AS f;
UPDATE some_order_features SET sd_days_between_orders = round(sd_days_between_orders::numeric, 9);
SELECT count(*) > 500 AS many, count(DISTINCT churned) AS labels, count(*) FILTER (WHERE churned IS NULL) > 0 AS unknown, count(orders_same_season) > 0 AS seasons FROM some_order_features;
WITH plain AS (SELECT c.customer_id, d.day, (d.day - o.first)::float8, o.orders::float8, a.net::float8, o.sold::float8 / o.orders, o.items::float8 / o.orders, o.products::float8 / o.orders,
       (o.latest - o.first)::float8 / nullif(o.orders - 1, 0), g.median, (d.day - o.latest)::float8, a.net_30::float8, o.orders_30::float8, a.net_90::float8, o.orders_90::float8,
       o.days::float8, o.days_7::float8, o.days_14::float8, o.days_60::float8, o.days_180::float8, o.days_365::float8, a.net_365::float8, o.orders_180::float8 - o.orders_90, (a.net_180 - a.net_90)::float8,
       o.months::float8, (d.day - o.latest)::float8 / nullif((o.latest - o.first)::float8 / nullif(o.orders - 1, 0), 0), round(g.sd, 9)::float8,
       v.last::float8, v.largest::float8, a.returns::float8, a.returns_90::float8, CASE WHEN o.sold > 0 THEN (o.sold - a.net)::float8 / o.sold::float8 END,
       CASE WHEN o.first <= d.day - 305 THEN o.season::float8 END, CASE WHEN d.day + 60 <= '2025-10-15' THEN l.bought = 0 END
  FROM (SELECT DISTINCT customer_id FROM some_orders) AS c CROSS JOIN some_days AS d
 CROSS JOIN LATERAL (SELECT min(local::date) AS first, max(local::date) AS latest, count(*) AS orders, sum(net) AS sold, sum(items) AS items, sum(products) AS products, count(DISTINCT local::date) AS days,
        count(DISTINCT date_trunc('month', local)) AS months, count(*) FILTER (WHERE local::date > d.day - 30) AS orders_30, count(*) FILTER (WHERE local::date > d.day - 90) AS orders_90, count(*) FILTER (WHERE local::date > d.day - 180) AS orders_180,
        count(DISTINCT local::date) FILTER (WHERE local::date > d.day - 7) AS days_7, count(DISTINCT local::date) FILTER (WHERE local::date > d.day - 14) AS days_14, count(DISTINCT local::date) FILTER (WHERE local::date > d.day - 60) AS days_60,
        count(DISTINCT local::date) FILTER (WHERE local::date > d.day - 180) AS days_180, count(DISTINCT local::date) FILTER (WHERE local::date > d.day - 365) AS days_365,
        count(*) FILTER (WHERE local::date > d.day - 365 AND local::date <= d.day - 305) AS season
   FROM some_orders AS o WHERE o.customer_id = c.customer_id AND NOT is_return AND local::date <= d.day) AS o
 CROSS JOIN LATERAL (SELECT coalesce(sum(net), 0) AS net, coalesce(sum(net) FILTER (WHERE local::date > d.day - 30), 0) AS net_30, coalesce(sum(net) FILTER (WHERE local::date > d.day - 90), 0) AS net_90,
        coalesce(sum(net) FILTER (WHERE local::date > d.day - 180), 0) AS net_180, coalesce(sum(net) FILTER (WHERE local::date > d.day - 365), 0) AS net_365,
        count(*) FILTER (WHERE is_return) AS returns, count(*) FILTER (WHERE is_return AND local::date > d.day - 90) AS returns_90
   FROM some_orders AS o WHERE o.customer_id = c.customer_id AND local::date <= d.day) AS a
 CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS median, stddev_samp(gap::numeric) AS sd
   FROM (SELECT local::date - lag(local::date) OVER (ORDER BY local) AS gap FROM some_orders AS o WHERE o.customer_id = c.customer_id AND NOT is_return AND local::date <= d.day) AS q) AS g
 CROSS JOIN LATERAL (SELECT max(net) AS largest, (array_agg(net ORDER BY day DESC))[1] AS last
   FROM (SELECT local::date AS day, sum(net) AS net FROM some_orders AS o WHERE o.customer_id = c.customer_id AND NOT is_return AND local::date <= d.day GROUP BY 1) AS q) AS v
 CROSS JOIN LATERAL (SELECT count(*) AS bought FROM some_orders AS o WHERE o.customer_id = c.customer_id AND NOT is_return AND local::date > d.day AND local::date <= d.day + 60) AS l
 WHERE o.orders > 0)
SELECT count(*) AS differ FROM ((TABLE some_order_features EXCEPT TABLE plain) UNION ALL (TABLE plain EXCEPT TABLE some_order_features)) AS q;

-- events by hand: the day of the first one, one day before 28 and after
CREATE TABLE hand_events AS SELECT saaskpi.event_history_agg(d, t) AS h
  FROM (VALUES (date '2024-01-01', 'login'), ('2024-01-01', 'buy'), ('2024-01-29', 'login'), ('2024-02-29', 'search'), ('2024-02-29', 'search')) AS e(d, t);
\x on
SELECT f.* FROM hand_events, saaskpi.event_features(h, '{2023-12-31,2024-01-01,2024-01-28,2024-01-29,2024-02-28,2024-03-01}', 31, '2024-03-31') AS f;
\x off
SELECT count(*) FROM saaskpi.event_features(NULL, '{2024-01-01}');
SELECT count(*) FROM hand_events, saaskpi.event_features(h, NULL);
-- at random, against plain SQL
CREATE TABLE some_events AS SELECT 'C' || c AS customer_id, date '2024-01-01' + floor(power(random(), 1 + c % 3) * 500)::int AS day, (ARRAY['login', 'buy', 'search'])[1 + floor(random() * 3)::int] AS type
  FROM generate_series(1, 20) AS c, generate_series(1, 3 + c * 6) AS n;
CREATE TABLE event_days AS SELECT m::date - 1 AS day FROM generate_series(timestamp '2024-01-01', '2025-07-01', '1 month') AS m UNION SELECT day FROM some_events WHERE customer_id = 'C2';
CREATE TABLE some_event_features AS SELECT q.customer_id, f.*
  FROM (SELECT customer_id, saaskpi.event_history_agg(day, type) AS h FROM some_events GROUP BY 1) AS q, saaskpi.event_features(q.h, (SELECT array_agg(day) FROM event_days), 30, '2025-04-30') AS f;
WITH plain AS (SELECT c.customer_id, d.day, (d.day - e.first)::float8, (d.day - e.latest)::float8, e.events::float8, e.days::float8, e.days_7::float8, e.days_14::float8, e.days_28::float8, e.days_90::float8,
       e.events_7::float8, e.events_14::float8, e.events_28::float8, e.events_90::float8, e.events_56::float8, e.days_56::float8,
       (e.events_28 - e.events_56)::float8 / nullif(e.events_28 + e.events_56, 0), (e.days_28 - e.days_56)::float8 / nullif(e.days_28 + e.days_56, 0), e.events::float8 / e.days,
       (e.latest - e.first)::float8 / nullif(e.days - 1, 0), (d.day - e.latest)::float8 / ((e.latest - e.first)::float8 / nullif(e.days - 1, 0)), e.types::float8, e.types_28::float8, e.months::float8,
       CASE WHEN d.day + 30 <= '2025-04-30' THEN NOT EXISTS (SELECT FROM some_events AS s WHERE s.customer_id = c.customer_id AND s.day > d.day AND s.day <= d.day + 30) END
  FROM (SELECT DISTINCT customer_id FROM some_events) AS c CROSS JOIN event_days AS d
 CROSS JOIN LATERAL (SELECT count(*) AS events, min(s.day) AS first, max(s.day) AS latest, count(DISTINCT s.day) AS days, count(DISTINCT type) AS types, count(DISTINCT date_trunc('month', s.day::timestamp)) AS months,
        count(*) FILTER (WHERE s.day > d.day - 7) AS events_7, count(*) FILTER (WHERE s.day > d.day - 14) AS events_14, count(*) FILTER (WHERE s.day > d.day - 28) AS events_28, count(*) FILTER (WHERE s.day > d.day - 90) AS events_90,
        count(DISTINCT s.day) FILTER (WHERE s.day > d.day - 7) AS days_7, count(DISTINCT s.day) FILTER (WHERE s.day > d.day - 14) AS days_14, count(DISTINCT s.day) FILTER (WHERE s.day > d.day - 28) AS days_28,
        count(DISTINCT s.day) FILTER (WHERE s.day > d.day - 90) AS days_90, count(DISTINCT type) FILTER (WHERE s.day > d.day - 28) AS types_28,
        count(*) FILTER (WHERE s.day > d.day - 56 AND s.day <= d.day - 28) AS events_56, count(DISTINCT s.day) FILTER (WHERE s.day > d.day - 56 AND s.day <= d.day - 28) AS days_56
   FROM some_events AS s WHERE s.customer_id = c.customer_id AND s.day <= d.day) AS e WHERE e.events > 0)
SELECT (SELECT count(*) > 300 AND count(DISTINCT churned) = 2 AND count(*) > count(churned) FROM some_event_features) AS many,
       (SELECT count(*) FROM ((TABLE some_event_features EXCEPT TABLE plain) UNION ALL (TABLE plain EXCEPT TABLE some_event_features)) AS q) AS differ;

-- by type, in the order asked for
SELECT f.* FROM hand_events, saaskpi.event_type_features(h, '{2023-12-31,2024-01-28,2024-01-29,2024-03-01}', '{login,none,search,login}') AS f;
SELECT f.* FROM hand_events, saaskpi.event_type_features(h, '{2024-01-29}', '{buy}', 29) AS f UNION ALL SELECT f.* FROM hand_events, saaskpi.event_type_features(h, '{2024-01-29}', '{}', 1) AS f;
SELECT count(*) FROM saaskpi.event_type_features(NULL, '{2024-01-01}', '{buy}');
SELECT count(*) FROM hand_events, saaskpi.event_type_features(h, NULL, '{buy}');
SELECT count(*) FROM hand_events, saaskpi.event_type_features(h, '{2024-01-01}', NULL);
SELECT count(*) FROM hand_events, saaskpi.event_type_features(h, '{2024-01-01}', '{buy}', NULL);
SELECT count(*) FROM hand_events, saaskpi.event_type_features(h, '{2024-01-01}', '{buy}', 0);
SELECT count(*) FROM hand_events, saaskpi.event_type_features(h, '{2024-01-01}', '{buy,NULL}');
SELECT count(*) FROM hand_events, saaskpi.event_type_features(h, '{2024-01-01}', '{{buy},{login}}');
CREATE TABLE some_type_features AS SELECT q.customer_id, f.*
  FROM (SELECT customer_id, saaskpi.event_history_agg(day, type) AS h FROM some_events GROUP BY 1) AS q, saaskpi.event_type_features(q.h, (SELECT array_agg(day) FROM event_days), '{search,login}', 60) AS f;
WITH plain AS (SELECT c.customer_id, d.day, ARRAY[e.search, e.login], ARRAY[d.day - e.last_search, d.day - e.last_login]::float8[]
  FROM (SELECT customer_id, min(day) AS first FROM some_events GROUP BY 1) AS c JOIN event_days AS d ON d.day >= c.first
 CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE type = 'search' AND s.day > d.day - 60)::float8 AS search, count(*) FILTER (WHERE type = 'login' AND s.day > d.day - 60)::float8 AS login,
        max(s.day) FILTER (WHERE type = 'search') AS last_search, max(s.day) FILTER (WHERE type = 'login') AS last_login FROM some_events AS s WHERE s.customer_id = c.customer_id AND s.day <= d.day) AS e)
SELECT (SELECT count(*) > 300 FROM some_type_features) AS many,
       (SELECT count(*) FROM ((TABLE some_type_features EXCEPT TABLE plain) UNION ALL (TABLE plain EXCEPT TABLE some_type_features)) AS q) AS differ;

-- subscriptions by hand: a change of plan and a second one, gone on 1 May, back in August
CREATE TABLE hand_subs AS
SELECT (SELECT saaskpi.mrr_history_agg(s, e, p, n) FROM (VALUES (date '2024-01-10', date '2024-02-10', 50, 'Basic'), ('2024-02-10', '2024-05-01', 120, 'Pro'), ('2024-03-01', '2024-05-01', 30, 'Seats'), ('2024-08-01', NULL, 90, 'Pro')) AS v(s, e, p, n)) AS h,
       (SELECT saaskpi.payment_agg(d, a, s) FROM (VALUES (date '2024-01-10', 50, 'Success'), ('2024-02-10', 120, 'Failed'), ('2024-03-12', 150, 'Failed'), ('2024-03-13', 150, 'Failed')) AS v(d, a, s)) AS p;
\x on
SELECT f.* FROM hand_subs, saaskpi.subscription_features(h, p, '{2024-01-09,2024-01-10,2024-03-30,2024-03-31,2024-05-01,2024-08-31}', 31, '2024-09-30') AS f;
\x off
SELECT f.as_of, f.plans, f.failed_payments, f.months_since_payment, f.churned FROM hand_subs, saaskpi.subscription_features(h, NULL, '{2024-03-31,2024-04-01}', 30, '2024-05-01') AS f;
SELECT count(*) FROM hand_subs, saaskpi.subscription_features(NULL, p, '{2024-03-31}');
SELECT count(*) FROM hand_subs, saaskpi.subscription_features(h, p, NULL);
SELECT count(*) FROM hand_subs, saaskpi.subscription_features(h, saaskpi.activity(h, 'day', '2024-09-30'), '{2024-03-31}');
-- at random, against plain SQL over every day
CREATE TABLE some_subs AS SELECT 'C' || c AS customer_id, s.start_date, CASE WHEN random() < 0.8 THEN s.start_date + 1 + floor(random() * 120)::int END AS end_date, (ARRAY[10, 20, 30])[1 + floor(random() * 3)::int]::numeric AS price, 'P' || floor(random() * 3) AS plan
  FROM generate_series(1, 16) AS c, generate_series(1, 1 + c % 5) AS n, LATERAL (SELECT date '2024-01-01' + floor(random() * 20)::int * 15 + 0 * (c + n) AS start_date) AS s;
CREATE TABLE some_payments AS SELECT customer_id, start_date + floor(random() * 100)::int AS day, CASE WHEN random() < 0.5 THEN 'Success' ELSE 'Failed' END AS status FROM some_subs, generate_series(1, 3);
CREATE TABLE sub_days AS SELECT m::date - 1 AS day FROM generate_series(timestamp '2024-02-01', '2025-02-01', '1 month') AS m UNION SELECT start_date FROM some_subs WHERE customer_id = 'C4' UNION SELECT date '2024-06-17';
CREATE TABLE some_sub_features AS SELECT customer_id, f.*
  FROM (SELECT customer_id, saaskpi.mrr_history_agg(start_date, end_date, price, plan) AS h FROM some_subs GROUP BY 1) AS h JOIN (SELECT customer_id, saaskpi.payment_agg(day, 10, status) AS p FROM some_payments GROUP BY 1) AS p USING (customer_id),
       saaskpi.subscription_features(h, p, (SELECT array_agg(day) FROM sub_days), 45, '2024-12-31') AS f;
CREATE TABLE some_levels AS
    SELECT c.customer_id, d.day::date AS day, coalesce(l.mrr, 0) AS mrr, l.plans
      FROM (SELECT DISTINCT customer_id FROM some_subs) AS c CROSS JOIN generate_series(timestamp '2023-12-31', '2025-02-15', '1 day') AS d(day)
     CROSS JOIN LATERAL (SELECT sum(price) AS mrr, array_agg(DISTINCT plan) AS plans FROM some_subs AS s WHERE s.customer_id = c.customer_id AND s.start_date <= d.day AND (s.end_date > d.day) IS NOT FALSE) AS l;
CREATE TABLE some_moves AS
    SELECT customer_id, day, mrr, before, plans, min(day) FILTER (WHERE mrr > 0) OVER (PARTITION BY customer_id) AS first, before > 0 AND mrr > 0 AND NOT plans <@ plans_before AS moved
      FROM (SELECT *, lag(mrr) OVER w AS before, lag(plans) OVER w AS plans_before FROM some_levels WINDOW w AS (PARTITION BY customer_id ORDER BY day)) AS q;
CREATE INDEX ON some_moves (customer_id, day);
ANALYZE some_moves;
WITH paid AS (
    SELECT customer_id, date_trunc('month', day::timestamp)::date AS month, count(*) FILTER (WHERE status = 'Success') AS done, count(*) FILTER (WHERE status = 'Failed') AS failed FROM some_payments GROUP BY 1, 2
), plain AS (
    SELECT n.customer_id, n.day, (n.day - n.first)::float8, (n.day - p.spell)::float8, n.mrr::float8, CASE WHEN n.first <= n.day - 30 THEN (n.mrr - p.mrr_30)::float8 END, CASE WHEN n.first <= n.day - 90 THEN (n.mrr - p.mrr_90)::float8 END,
           p.max::float8, n.mrr::float8 / p.max::float8, p.expansions::float8, p.contractions::float8, p.expansions_90::float8, p.contractions_90::float8, cardinality(n.plans)::float8,
           (SELECT count(DISTINCT plan) FROM some_subs AS s WHERE s.customer_id = n.customer_id AND s.start_date <= n.day)::float8, p.moves::float8, p.moves_90::float8, (n.day - p.changed)::float8, p.churns::float8, p.reactivations::float8,
           m.done_3::float8, m.failed::float8, m.failed_1::float8, m.failed_3::float8,
           (SELECT count(*) FROM generate_series(0, 9) AS k WHERE NOT EXISTS (SELECT FROM generate_series(0, k) AS j WHERE NOT EXISTS (SELECT FROM paid AS a WHERE a.customer_id = n.customer_id AND a.month = (w.month - make_interval(months => j))::date AND a.failed > 0 AND a.done = 0)))::float8,
           (extract(year FROM age(w.month, m.latest)) * 12 + extract(month FROM age(w.month, m.latest)))::float8,
           CASE WHEN n.day + 45 <= '2024-12-31' THEN EXISTS (SELECT FROM some_moves AS l WHERE l.customer_id = n.customer_id AND l.day > n.day AND l.day <= n.day + 45 AND l.mrr = 0) END
      FROM some_moves AS n JOIN sub_days USING (day)
     CROSS JOIN LATERAL (SELECT date_trunc('month', (n.day + 1)::timestamp) - interval '1 month' AS month) AS w
     CROSS JOIN LATERAL (SELECT max(b.mrr) AS max, max(b.day) FILTER (WHERE b.before = 0 AND b.mrr > 0) AS spell, max(b.day) FILTER (WHERE b.before <> b.mrr OR b.moved) AS changed,
            max(b.mrr) FILTER (WHERE b.day = n.day - 30) AS mrr_30, max(b.mrr) FILTER (WHERE b.day = n.day - 90) AS mrr_90,
            count(*) FILTER (WHERE b.mrr > b.before AND b.before > 0) AS expansions, count(*) FILTER (WHERE b.mrr < b.before AND b.mrr > 0) AS contractions,
            count(*) FILTER (WHERE b.mrr > b.before AND b.before > 0 AND b.day > n.day - 90) AS expansions_90, count(*) FILTER (WHERE b.mrr < b.before AND b.mrr > 0 AND b.day > n.day - 90) AS contractions_90,
            count(*) FILTER (WHERE b.moved) AS moves, count(*) FILTER (WHERE b.moved AND b.day > n.day - 90) AS moves_90,
            count(*) FILTER (WHERE b.before > 0 AND b.mrr = 0) AS churns, count(*) FILTER (WHERE b.before = 0 AND b.mrr > 0 AND b.day > n.first) AS reactivations
       FROM some_moves AS b WHERE b.customer_id = n.customer_id AND b.day <= n.day) AS p
     CROSS JOIN LATERAL (SELECT coalesce(sum(done) FILTER (WHERE a.month > w.month - interval '3 months'), 0) AS done_3, coalesce(sum(failed), 0) AS failed, coalesce(sum(failed) FILTER (WHERE a.month = w.month), 0) AS failed_1,
            coalesce(sum(failed) FILTER (WHERE a.month > w.month - interval '3 months'), 0) AS failed_3, max(a.month) FILTER (WHERE done > 0) AS latest FROM paid AS a WHERE a.customer_id = n.customer_id AND a.month <= w.month) AS m
     WHERE n.mrr > 0)
SELECT (SELECT count(*) > 60 AND count(DISTINCT churned) = 2 AND count(*) > count(churned) AND max(failed_payment_streak) BETWEEN 2 AND 9 AND max(plan_moves) > 1 AND max(reactivations) > 0 FROM some_sub_features) AS many,
       (SELECT count(*) FROM ((TABLE some_sub_features EXCEPT TABLE plain) UNION ALL (TABLE plain EXCEPT TABLE some_sub_features)) AS q) AS differ;
