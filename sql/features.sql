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
  FROM generate_series(1, 40) AS c, generate_series(1, 1 + c % 25) AS n;
UPDATE some_orders SET net = -abs(net) WHERE is_return;
ALTER TABLE some_orders ADD local timestamp;
UPDATE some_orders SET local = saaskpi_internal.local_time(at, 'America/New_York');
CREATE TABLE some_days AS SELECT m::date - 1 AS day FROM generate_series(timestamp '2023-11-01', '2025-12-01', '1 month') AS m
 UNION SELECT local::date + n FROM (SELECT local, n FROM some_orders, generate_series(0, 1) AS n WHERE customer_id IN ('C7', 'C8')) AS q;
CREATE TABLE some_orders_of AS SELECT customer_id, saaskpi.order_history_agg(local, net, items::numeric, products, is_return) AS h FROM some_orders GROUP BY 1;
CREATE TABLE some_order_features AS
SELECT s.customer_id, f.* FROM some_orders_of AS s, saaskpi.order_features(s.h, (SELECT array_agg(day) FROM some_days), 60, '2025-10-15') AS f;
UPDATE some_order_features SET sd_days_between_orders = round(sd_days_between_orders::numeric, 9);
SELECT count(*) > 1000 AS many, count(DISTINCT churned) AS labels, count(*) FILTER (WHERE churned IS NULL) > 0 AS unknown, count(orders_same_season) > 0 AS seasons FROM some_order_features;
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
