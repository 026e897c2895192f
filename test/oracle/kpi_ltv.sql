-- kpi_ltv: every customer by every method, each said as it is defined.
WITH
model AS MATERIALIZED
(
    SELECT r.*, (1 + ltv_discount::float8) AS d, sbg, sbg_status, bg,
           bg_status, gamma, gamma_status,
           round(ltv_horizon_months * 365 / 12.0)::float8 AS days
    FROM oracle_rates AS r
    LEFT JOIN (SELECT parameters AS sbg, coalesce(status, '?') AS sbg_status
               FROM oracle_fit WHERE model = 'sbg') AS s ON true
    LEFT JOIN (SELECT parameters AS bg, coalesce(status, '?') AS bg_status
               FROM oracle_fit WHERE model = 'bg_nbd') AS b ON true
    LEFT JOIN (SELECT parameters AS gamma, coalesce(status, '?')
                   AS gamma_status
               FROM oracle_fit WHERE model = 'gamma_gamma') AS g ON true
),
curve AS MATERIALIZED
(
    SELECT age, round(survival::numeric, 6)::float8 AS s, at_risk, ended
    FROM oracle_survival WHERE dimension = 'all'
),
-- The months to come of a customer of an age, as far as they were seen.
month AS MATERIALIZED
(
    SELECT a.age, k.age AS at, k.s / a.s * d ^ ((a.age - k.age) / 12.0)
               AS worth, d ^ ((a.age - k.age) / 12.0) AS most,
           k.ended, k.at_risk
    FROM curve AS a CROSS JOIN model
    JOIN curve AS k ON k.age > a.age AND k.age <= a.age + ltv_horizon_months
    WHERE (SELECT count(*) FROM oracle_stay) >= ltv_min_customers
      AND a.s > 0
),
-- Whoever leaves at an age takes with her all the months from then on.
summed AS MATERIALIZED
(
    SELECT age, count(*) AS months, sum(worth) AS factor, sum(most) AS most,
           (SELECT sqrt(sum((SELECT sum(worth) FROM month AS t
                             WHERE t.age = m.age AND t.at >= e.at) ^ 2
                            * ended / (nullif(at_risk - ended, 0)
                                       * at_risk::float8)))
            FROM month AS e WHERE e.age = m.age AND ended > 0) AS error
    FROM month AS m GROUP BY age
),
stay AS
(
    SELECT s.customer_id, mrr, left_on, m.*, x.months AS covered, factor, most,
           nullif(error, 0) AS error, any_payment_source,
           CASE WHEN left_on IS NULL THEN oracle_months(first, s.as_of)
                ELSE oracle_months(first, left_on) END AS tenure,
           CASE WHEN any_payment_source THEN
               (SELECT coalesce(sum(amount), 0) FROM oracle_pay AS p
                WHERE p.customer_id = s.customer_id
                  AND (is_paid OR is_refund)) END AS revenue,
           -- The next renewals, one after another.
           (SELECT sum((SELECT oracle_product((sbg[2] + t)
                                    / (sbg[1] + sbg[2] + t))
                        FROM generate_series(s.months, s.months + j - 1) AS t)
                       * d ^ (-j / 12.0))
            FROM generate_series(1, ltv_horizon_months) AS j
            WHERE sbg IS NOT NULL) AS renewals
    FROM oracle_stay AS s CROSS JOIN model AS m
    CROSS JOIN (SELECT has_payments AS any_payment_source FROM oracle_source)
        AS o
    LEFT JOIN summed AS x ON x.age = s.months AND mrr > 0
),
worth AS
(
    SELECT *, CASE WHEN mrr > 0 THEN round(mrr * margin * opening
                                           / nullif(lost, 0), 2)
                   ELSE 0 END AS simple,
           CASE WHEN mrr > 0
                THEN round(mrr * margin * round(factor::numeric, 9), 2)
                ELSE 0 END AS survival,
           CASE WHEN mrr > 0
                THEN round(mrr * margin * round(renewals::numeric, 9), 2)
                ELSE 0 END AS contract,
           round(mrr * margin
                 * round(greatest(0, factor - 1.959964 * error)::numeric, 9),
                 2) AS low,
           round(mrr * margin
                 * round(least(most, factor + 1.959964 * error)::numeric, 9),
                 2) AS high,
           round(revenue * margin, 2) AS realised
    FROM stay
),
buyer AS
(
    SELECT b.*, m.*, saaskpi.bg_nbd_alive(bg, x, recency, age) AS alive,
           CASE WHEN x > 0 AND again > 0
                THEN saaskpi.gamma_gamma_spend(gamma, x, (again / x)::float8)
                ELSE saaskpi.gamma_gamma_spend(gamma, 0, NULL) END AS each,
           greatest(age, days / 20000 - bg[2]) AS since
    FROM (SELECT customer_id, first, x::float8 AS x, recency::float8 AS recency,
                 age::float8 AS age, net, again FROM oracle_buyer) AS b
    CROSS JOIN model AS m
),
bought AS
(
    SELECT *, saaskpi.bg_nbd_expected(bg, x, recency, since, days)
              * alive / saaskpi.bg_nbd_alive(bg, x, recency, since) AS times,
           round((saaskpi.bg_nbd_discounted(bg, x, recency, since, days,
                                            d ^ (1 / 365.0) - 1)
                  * alive / saaskpi.bg_nbd_alive(bg, x, recency, since)
                  * each)::numeric * kept * margin, 2) AS value
    FROM buyer
)
SELECT 'subscriptions' AS basis, customer_id, tenure::bigint AS tenure_months,
       ltv_horizon_months::bigint AS horizon_months, ltv_discount AS discount,
       margin, (mrr > 0)::int::numeric AS alive,
       NULL::numeric AS expected_purchases, mrr AS amount_each, simple,
       survival,
       CASE WHEN error IS NOT NULL THEN least(low, high) END AS survival_lo,
       CASE WHEN error IS NOT NULL THEN greatest(low, high) END AS survival_hi,
       covered AS survival_months, contract,
       NULL::numeric AS purchases_value, realised,
       coalesce(contract, survival, simple) AS expected,
       CASE WHEN left_on IS NOT NULL THEN 'gone'
            WHEN mrr = 0 THEN 'paused' WHEN contract IS NOT NULL THEN 'contract'
            WHEN survival IS NOT NULL THEN 'survival'
            WHEN simple IS NOT NULL THEN 'simple' END AS method,
       realised + coalesce(contract, survival, simple) AS ltv,
       nullif(concat_ws('; ',
           CASE WHEN simple IS NULL THEN 'simple: ' ||
                CASE WHEN opening > 0
                     THEN 'nobody left in the last 12 complete months'
                     ELSE 'no complete month with customers among the last 12'
                     END END,
           CASE WHEN survival IS NULL THEN 'survival: ' ||
                CASE WHEN (SELECT count(*) FROM oracle_stay)
                          >= ltv_min_customers
                     THEN 'nobody was seen for longer'
                     ELSE 'fewer than ' || ltv_min_customers || ' customers'
                     END END,
           CASE WHEN contract IS NULL THEN 'contract: ' ||
                replace(sbg_status, '?', 'fewer than ' || ltv_min_customers
                                         || ' customers') END,
           CASE WHEN realised IS NULL THEN 'realised: no payments' END), '')
           AS reason
FROM worth
UNION ALL
SELECT 'orders', customer_id, oracle_months(first, as_of), ltv_horizon_months,
       ltv_discount, margin, round(alive::numeric, 6),
       round(times::numeric, 4), round(each::numeric, 2), NULL, NULL, NULL,
       NULL, NULL, NULL, value, round(net * margin, 2), value,
       CASE WHEN value IS NOT NULL THEN 'purchases' END,
       round(net * margin, 2) + value,
       nullif(concat_ws('; ',
           CASE WHEN bg IS NULL THEN 'purchases: ' || replace(bg_status, '?',
                'fewer than ' || ltv_min_customers || ' customers') END,
           CASE WHEN each IS NULL THEN 'spend: ' || replace(gamma_status, '?',
                'fewer than ' || ltv_min_customers || ' customers') END), '')
FROM bought
