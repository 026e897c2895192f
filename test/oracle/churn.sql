-- What the answers about those who may leave are made of, in plain SQL but for
-- the features and the model, which are the extension's own: the features have
-- tests of their own, and the model is one of made-up rows, as the orders here
-- are too few to train one. After orders.sql.
CREATE TABLE churn_model AS
SELECT CASE WHEN :seed % 2 = 0 THEN 'trees' ELSE 'logistic' END AS kind,
       20 + :seed % 70 AS horizon, 0.2::float8 AS intercept, 0.9::float8 AS slope,
       CASE WHEN :seed % 2 = 0 THEN saaskpi.train_trees(query, min_rows => 5)
            ELSE saaskpi.train_logistic(query, 1) END AS model
FROM (SELECT format('SELECT (n * 7919 %% 101 + n * 31 %% 37) < 60 AS label, %s '
                    'FROM generate_series(1, 300) AS n',
                    string_agg(format(CASE WHEN i % 3 = 0
                                      THEN 'CASE WHEN n %% 9 > 0 THEN (n * 7919 %% 101 * %s)::float8 / 7 END AS %I'
                                      ELSE '(n * (%s * 1009 + 13) %% 97)::float8 AS %I' END,
                                      i, feature), ', ' ORDER BY i)) AS query
      FROM unnest('{tenure_days,total_orders,total_revenue,avg_basket_value,avg_items_per_order,avg_unique_skus,avg_days_between_orders,median_days_between_orders,recency_days,revenue_last_30d,orders_last_30d,revenue_last_90d,orders_last_90d,purchase_days,purchase_days_last_7d,purchase_days_last_14d,purchase_days_last_60d,purchase_days_last_180d,purchase_days_last_365d,revenue_last_365d,orders_previous_90d,revenue_previous_90d,active_months,recency_ratio,sd_days_between_orders,last_purchase_value,largest_purchase_value,returns,returns_last_90d,return_share,orders_same_season}'::text[])
          WITH ORDINALITY AS u (feature, i)) AS q;

-- How the features were spread when it was trained: three edges, and rows
-- below, between and above them and without a value.
CREATE TABLE churn_inputs AS
SELECT ordinal, feature, ARRAY[ordinal % 4, ordinal % 4 + 5.5, 30 + ordinal]::float8[] AS edges,
       ARRAY[3 + ordinal, 40, 11 * ordinal % 17, 25, ordinal % 3]::bigint[] AS rows,
       ordinal + 0.5 AS median
FROM churn_model, saaskpi.model_columns(model);

CREATE TABLE oracle_churn_row AS
WITH day AS
(
    SELECT as_of AS day FROM settings
    UNION
    SELECT (date_trunc('month', as_of::timestamp)
            - n * interval '1 month' - interval '1 day')::date
    FROM settings, generate_series(0, 11) AS n
)
SELECT f.as_of AS snapshot, h.customer_id, f.churned, f.revenue_last_365d, f.total_revenue + (TABLE oracle_nothing) AS total_revenue,
       round((1 / (1 + exp(-(intercept + slope * ln(p / (1 - p))))))::numeric, 6) AS probability, plain, inputs
FROM (SELECT customer_id, saaskpi.order_history_agg(ordered_at AT TIME ZONE zone, coalesce(net, 0),
                 coalesce(CASE WHEN is_return THEN units_returned ELSE units END, 0), coalesce(products, 0), is_return) AS history
      FROM oracle_sale, settings WHERE status = 'counts' AND customer_id IS NOT NULL
      AND 'orders' = ANY (sources) GROUP BY 1) AS h
CROSS JOIN settings CROSS JOIN churn_model
CROSS JOIN LATERAL saaskpi.order_features(history, (SELECT array_agg(day) FROM day), horizon, settings.as_of) AS f
CROSS JOIN LATERAL (SELECT array_agg((to_jsonb(f) ->> feature)::float8 ORDER BY ordinal) AS plain,
                           array_agg(CASE kind WHEN 'trees' THEN x ELSE sign(x) * ln(1 + abs(x)) END ORDER BY ordinal) AS inputs
                    FROM saaskpi.model_columns(model), LATERAL (SELECT (to_jsonb(f) ->> feature)::float8 AS x) AS v) AS i
CROSS JOIN LATERAL (SELECT least(greatest(saaskpi.predict(model, inputs), 1e-9), 1 - 1e-9) AS p) AS p;

-- A third by the middle place of those of equal value.
CREATE TABLE oracle_churn_said AS
WITH worth AS
(
    SELECT r.*, round(greatest(revenue_last_365d, 0)::numeric * horizon / 365 * greatest(0, (SELECT margin FROM oracle_rates)), 2) + (TABLE oracle_nothing) AS value
    FROM oracle_churn_row AS r, churn_model
),
tier AS
(
    SELECT w.*, round(probability * value, 2) AS expected_loss,
           (SELECT CASE WHEN w.value IS NULL THEN 'Mid'
                        WHEN 3 * middle > 2 * n THEN 'High' WHEN 3 * middle > n THEN 'Mid' ELSE 'Low' END
            FROM (SELECT count(*) FILTER (WHERE o.value < w.value) + (count(*) FILTER (WHERE o.value = w.value))::numeric / 2 AS middle,
                         count(*) AS n
                  FROM worth AS o WHERE o.snapshot = w.snapshot) AS m) AS value_tier
    FROM worth AS w
)
SELECT t.*, (SELECT count(*) FROM tier AS o WHERE o.snapshot = t.snapshot
             AND (coalesce(-o.expected_loss, 0), -o.probability, o.customer_id) <= (coalesce(-t.expected_loss, 0), -t.probability, t.customer_id)) AS rank,
       CASE WHEN probability >= 0.8 THEN 'High' WHEN probability >= 0.5 THEN 'Medium' ELSE 'Low' END AS risk_bucket,
       probability >= CASE value_tier WHEN 'High' THEN 0.3 WHEN 'Mid' THEN 0.5 ELSE 0.7 END AS predicted_flag
FROM tier AS t;
CREATE VIEW oracle_churn_now AS
SELECT s.*, snapshot AS day, count(*) OVER () AS n FROM oracle_churn_said AS s JOIN settings ON as_of = snapshot;

-- What to do, and with whom.
CREATE VIEW oracle_churn_policy (risk_bucket, value_tier, priority, action, offer_type, message_angle, budget_rate) AS
VALUES ('High', 'High', 'P1', 'call in person', 'personal discount', 'we miss you', 0.20),
       ('High', 'Mid', 'P2', 'write in person', 'time-limited discount', 'we miss you', 0.15),
       ('High', 'Low', 'P3', 'send an automatic mail', 'voucher', 'come back', 0.05),
       ('Medium', 'High', 'P2', 'write in person', 'bundle or upgrade', 'made for you', 0.10),
       ('Medium', 'Mid', 'P3', 'send an automatic mail', 'free delivery', 'what is new', 0.08),
       ('Medium', 'Low', 'P4', 'send the newsletter', 'none', 'what is new', 0),
       ('Low', 'High', 'P3', 'thank', 'loyalty points', 'thank you', 0.03),
       ('Low', 'Mid', 'P4', 'send the newsletter', 'none', 'what is new', 0),
       ('Low', 'Low', 'P4', 'do nothing', 'none', 'none', 0);
CREATE VIEW oracle_churn_listed AS
SELECT s.snapshot, s.rank, customer_id, probability, s.risk_bucket, s.value_tier, value, expected_loss, round(expected_loss * 0.1, 2) AS recoverable, priority,
       CASE WHEN out THEN 'leave alone (hold-out)' ELSE action END AS action, CASE WHEN NOT out THEN offer_type END AS offer_type,
       CASE WHEN NOT out THEN message_angle END AS message_angle, CASE WHEN out AND expected_loss IS NOT NULL THEN 0.00 ELSE round(budget_rate * expected_loss, 2) END AS budget_suggestion,
       out AS is_holdout, plain, inputs
FROM oracle_churn_now AS s
JOIN oracle_churn_policy AS p ON p.risk_bucket = s.risk_bucket AND p.value_tier = s.value_tier
CROSS JOIN LATERAL (SELECT ('x00' || left(md5(customer_id || to_char(day, ' YYYY-MM')), 8))::bit(40)::bigint / 4294967296.0 < 0.1 AS out) AS h
WHERE s.rank <= greatest(1, ceil(0.15 * n));
-- The three features that add most to the log-odds.
CREATE FUNCTION oracle_reasons(plain float8[], inputs float8[]) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(saaskpi_internal.feature_words(feature, plain[place]), '; ' ORDER BY contribution DESC, place)
    FROM (SELECT feature, contribution, row_number() OVER () - 1 AS place FROM churn_model, saaskpi.explain(model, inputs)) AS e
    WHERE feature IS NOT NULL AND contribution > 0
      AND (SELECT count(*) FROM (SELECT contribution AS c, row_number() OVER () - 1 AS i FROM churn_model, saaskpi.explain(model, inputs)) AS o
           WHERE i > 0 AND (-c, i) < (-contribution, place)) < 3
$$;
