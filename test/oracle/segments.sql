-- What the answers about groups of customers are made of, in plain SQL but for
-- the model, which is the extension's own, of made-up rows.
CREATE TABLE segment_model AS
SELECT basis, saaskpi.train_kmeans(query, 2 + :seed % 4, (ARRAY['log', 'z', 'rank', 'robust', 'none'])[1 + :seed % 5]) AS model
FROM (VALUES (0, 'orders', 'SELECT n * 7 % 301 AS recency_days, 1 + n * n % 13 AS orders, (n * 7919 % 5000) / 4.0 AS revenue FROM generate_series(1, 90) AS n'),
             (1, 'events', 'SELECT n * 7 % 97 AS recency_days, n * n % 31 AS active_days_90d, 1 + (n * 7919 % 40) / 8.0 AS events_per_active_day FROM generate_series(1, 90) AS n'),
             (2, 'subscriptions', 'SELECT n * 7 % 701 AS tenure_days, 10 + n * n % 130 AS mrr, n % 7 - 3 AS mrr_change_90d, n % 11 / 9 AS failed_payments_3m FROM generate_series(1, 90) AS n'))
     AS v (i, basis, query)
WHERE i = :seed % 3;

-- Everybody as of two days.
CREATE TABLE oracle_segment_row AS
WITH looked AS
(
    SELECT as_of AS today, sources, d AS day
    FROM settings CROSS JOIN LATERAL
         (VALUES (as_of), (date_trunc('month', as_of::timestamp)::date - 1)) AS v (d)
),
ordered AS
(
    SELECT l.day, customer_id, l.day - max(s.day) FILTER (WHERE NOT is_return) AS recency_days,
           count(*) FILTER (WHERE NOT is_return) AS orders, coalesce(sum(net), 0) AS revenue
    FROM looked AS l JOIN oracle_sale AS s ON s.day <= l.day AND status = 'counts' AND customer_id IS NOT NULL
    WHERE 'orders' = ANY (sources)
    GROUP BY l.day, customer_id HAVING count(*) FILTER (WHERE NOT is_return) > 0
),
did AS
(
    SELECT l.day, customer_id, l.day - max(e.day) AS recency_days, count(DISTINCT e.day) FILTER (WHERE e.day > l.day - 90) AS active_days_90d,
           count(*)::float8 / count(DISTINCT e.day) AS events_per_active_day
    FROM looked AS l JOIN oracle_event AS e ON e.day <= l.day AND at IS NOT NULL
    WHERE 'events' = ANY (sources)
    GROUP BY l.day, customer_id
),
paid AS
(
    SELECT l.day, customer_id, l.day - min(start_date) FILTER (WHERE price > 0) AS tenure_days,
           sum(price) FILTER (WHERE start_date <= l.day AND l.day < end_date) AS mrr,
           CASE WHEN min(start_date) FILTER (WHERE price > 0) > l.day - 90 THEN 0
                ELSE sum(price) FILTER (WHERE start_date <= l.day AND l.day < end_date)
                     - coalesce(sum(price) FILTER (WHERE start_date <= l.day - 90 AND l.day - 90 < end_date), 0) END AS mrr_change_90d,
           (SELECT count(*) FROM oracle_pay AS p
            WHERE p.customer_id = s.customer_id AND is_failed
              AND p.period > date_trunc('month', l.day + interval '1 day') - interval '4 months'
              AND p.period < date_trunc('month', l.day + interval '1 day')) AS failed_payments_3m
    FROM looked AS l CROSS JOIN oracle_sub AS s
    WHERE 'subscriptions' = ANY (sources)
    GROUP BY l.day, customer_id
),
known AS
(
    SELECT 'orders' AS basis, day, customer_id, ARRAY[recency_days, orders, revenue]::float8[] AS inputs,
           recency_days, NULL::int AS tenure_days, orders, NULL::numeric AS mrr_change_90d, NULL::bigint AS failed_payments_3m, NULL::bigint AS active_days_90d, NULL::float8 AS events_per_active_day
    FROM ordered
    UNION ALL
    SELECT 'events', day, customer_id, ARRAY[recency_days, active_days_90d, events_per_active_day]::float8[],
           recency_days, NULL, NULL, NULL, NULL, active_days_90d, events_per_active_day
    FROM did
    UNION ALL
    SELECT 'subscriptions', day, customer_id, ARRAY[tenure_days, mrr, mrr_change_90d, failed_payments_3m]::float8[],
           NULL, tenure_days, NULL, mrr_change_90d, failed_payments_3m, NULL, NULL
    FROM paid WHERE mrr > 0
)
SELECT k.*, day = as_of AS is_now, saaskpi.assign_cluster(model, inputs) AS cluster
FROM known AS k JOIN segment_model USING (basis) CROSS JOIN settings;

-- What each cluster is called, and why.
CREATE TABLE oracle_segment_name AS
WITH mean AS
(
    SELECT basis, cluster, rows, round(p.silhouette::numeric, 6) AS silhouette, feature, i, sign(m) * ln(1 + abs(m)) AS mean
    FROM segment_model, saaskpi.cluster_profiles(model) AS p, unnest(p.features, p.means) WITH ORDINALITY AS u (feature, m, i)
),
side AS (SELECT m.*, mean > (SELECT (sum(o.mean * o.rows) / sum(o.rows)) * (1 + 1e-12 * sign(sum(o.mean * o.rows))) FROM mean AS o WHERE o.i = m.i) AS high FROM mean AS m),
cell AS
(
    SELECT basis, cluster, silhouette, array_agg(high ORDER BY i) AS h,
           string_agg(feature || CASE WHEN high THEN ' high' ELSE ' low' END, ', ' ORDER BY i) AS signs
    FROM side GROUP BY 1, 2, 3
),
called AS
(
    SELECT cluster, silhouette, signs,
           CASE basis WHEN 'subscriptions' THEN concat(CASE WHEN h[1] THEN 'Established ' ELSE 'New ' END, CASE WHEN h[2] THEN 'large' ELSE 'small' END,
                                                       CASE WHEN h[3] THEN ', growing' END, CASE WHEN h[4] THEN ', failing to pay' END)
                      WHEN 'orders' THEN (ARRAY['Best customers', 'Frequent small buyers', 'Large occasional buyers', 'New or occasional',
                                                'Good customers slipping away', 'Small buyers slipping away', 'Large buyers gone quiet', 'Lost'])
                                         [8 - (NOT h[1])::int * 4 - h[2]::int * 2 - h[3]::int]
                      ELSE (ARRAY['Power users', 'Regular users', 'Busy on few days', 'Light users',
                                  'Power users slipping away', 'Regular users slipping away', 'Busy once, now away', 'Dormant'])
                           [8 - (NOT h[1])::int * 4 - h[2]::int * 2 - h[3]::int] END AS name
    FROM cell
)
SELECT cluster, silhouette, signs,
       CASE (SELECT count(*) FROM called AS o WHERE o.name = c.name) WHEN 1 THEN name ELSE name || ' ' || cluster END AS segment
FROM called AS c;
