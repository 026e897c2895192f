-- The kpi relations in DuckDB SQL, part by part as in plain.sql, of which this
-- is the translation: the same shared tables, the same steps. What differs is
-- where the two engines do: division, month numbers, bits.

-- name: load
CREATE TABLE customers AS
SELECT customer_id, signup_date::DATE AS signup_date, segment, country, acquisition_channel, is_active::BOOLEAN AS is_active
FROM read_csv('{csv}/customers.csv', header = true, all_varchar = true);
CREATE TABLE subscriptions AS
SELECT subscription_id, customer_id, plan_type, start_date::DATE AS start_date, end_date::DATE AS end_date, monthly_price::DECIMAL(18, 4) AS monthly_price
FROM read_csv('{csv}/subscriptions.csv', header = true, all_varchar = true);
-- Payments arrive in the order of their dates.
CREATE TABLE payments AS
SELECT payment_id, customer_id, payment_date::DATE AS payment_date, amount::DECIMAL(18, 4) AS amount, payment_status
FROM read_csv('{csv}/payments.csv', header = true, all_varchar = true) ORDER BY payment_date;
CREATE TABLE costs AS
SELECT month, infra_cost::DECIMAL(18, 4) AS infra_cost, marketing_cost::DECIMAL(18, 4) AS marketing_cost, support_cost::DECIMAL(18, 4) AS support_cost
FROM read_csv('{csv}/costs.csv', header = true, all_varchar = true);
CREATE TABLE settings AS
SELECT as_of::DATE AS as_of, change_warn::DECIMAL(9, 6) AS change_warn, change_alert::DECIMAL(9, 6) AS change_alert, conversion_days::INT AS conversion_days
FROM read_csv('{csv}/settings.csv', header = true, all_varchar = true);

-- name: setup
SET VARIABLE as_of = (SELECT as_of FROM settings);
SET VARIABLE change_warn = (SELECT change_warn FROM settings);
SET VARIABLE change_alert = (SELECT change_alert FROM settings);
SET VARIABLE conversion_days = (SELECT conversion_days FROM settings);
CREATE OR REPLACE MACRO month_number(d) AS (year(d) * 12 + month(d) - 1)::INT;
CREATE OR REPLACE MACRO month_date(m) AS make_date(m // 12, m % 12 + 1, 1);
SET VARIABLE last_month = month_number(getvariable('as_of'));
CREATE OR REPLACE MACRO as_of() AS getvariable('as_of');
CREATE OR REPLACE MACRO last_month() AS getvariable('last_month');
CREATE OR REPLACE MACRO change_warn() AS getvariable('change_warn');
CREATE OR REPLACE MACRO change_alert() AS getvariable('change_alert');
CREATE OR REPLACE MACRO conversion_days() AS getvariable('conversion_days');
-- Division of decimals is floating point here. Exact, half away from zero:
-- of a and b in ten-thousandths, to the given power of ten.
CREATE OR REPLACE MACRO units(x) AS (x * 10000)::HUGEINT;
CREATE OR REPLACE MACRO quotient(a, b, power) AS
    sign(a) * sign(b) * ((2 * abs(a) * power + abs(b)) // (2 * abs(b)));
CREATE OR REPLACE MACRO ratio6(a, b) AS
    CASE WHEN b <> 0 THEN
         quotient(units(a), units(b), 1000000::HUGEINT)::DECIMAL(30, 0)
         * 0.000001::DECIMAL(7, 6) END;
CREATE OR REPLACE MACRO ratio2(a, b) AS
    CASE WHEN b <> 0 THEN
         quotient(units(a), units(b), 100::HUGEINT)::DECIMAL(34, 0)
         * 0.01::DECIMAL(3, 2) END;
-- The same of products of amounts that are in ten-thousandths already.
CREATE OR REPLACE MACRO unit_ratio2(a, b) AS
    CASE WHEN b <> 0 THEN
         quotient(a, b, 100::HUGEINT)::DECIMAL(34, 0)
         * 0.01::DECIMAL(3, 2) END;

-- name: b_payment_month
-- The payments of a customer and month in one row.
DROP TABLE IF EXISTS b_payment_month;
CREATE TABLE b_payment_month AS
SELECT customer_id, month_number(payment_date) AS month,
       count(*) FILTER (WHERE paid) AS payments,
       sum(amount) FILTER (WHERE paid) AS paid,
       count(*) FILTER (WHERE failed) AS failed_payments,
       sum(amount) FILTER (WHERE failed) AS failed,
       count(*) FILTER (WHERE NOT paid AND NOT failed) AS refunds,
       -sum(amount) FILTER (WHERE NOT paid AND NOT failed) AS refunded
FROM (SELECT customer_id, payment_date, amount,
             payment_status = 'Failed' AS failed,
             payment_status = 'Success' AND amount >= 0 AS paid
      FROM payments
      WHERE customer_id IS NOT NULL
        AND payment_date > '-infinity' AND payment_date <= as_of()
        AND amount IS NOT NULL
        AND (payment_status = 'Success'
             OR payment_status = 'Failed' AND amount >= 0)) AS p
GROUP BY customer_id, month_number(payment_date);

-- name: b_payer
-- One row per customer with a usable payment; run_end is the last month of
-- the unbroken run of paid months that starts with the first, read off a bit
-- for every month.
SET VARIABLE bit_base =
    (SELECT coalesce(month_number(min(payment_date)), last_month())
     FROM payments
     WHERE isfinite(payment_date) AND payment_date <= as_of());
DROP TABLE IF EXISTS b_payer;
CREATE TABLE b_payer AS
SELECT customer_id, first_payment, last_payment, payments, revenue,
       failed_payments, month_number(first_payment) AS first_month,
       month_number(last_payment) AS last_month,
       month_number(first_payment) - 2
       + instr(substring(paid_months::VARCHAR || '0',
                         month_number(first_payment)
                         - getvariable('bit_base') + 1), '0') AS run_end
FROM (SELECT customer_id,
             min(payment_date) FILTER (WHERE paid) AS first_payment,
             max(payment_date) FILTER (WHERE paid) AS last_payment,
             count(*) FILTER (WHERE paid) AS payments,
             coalesce(sum(amount) FILTER (WHERE NOT failed), 0) AS revenue,
             count(*) FILTER (WHERE failed) AS failed_payments,
             bitstring_agg(month_number(payment_date),
                           getvariable('bit_base'), last_month())
                 FILTER (WHERE paid) AS paid_months
      FROM (SELECT customer_id, payment_date, amount,
                   payment_status = 'Failed' AS failed,
                   payment_status = 'Success' AND amount >= 0 AS paid
            FROM payments
            WHERE customer_id IS NOT NULL
              AND payment_date > '-infinity' AND payment_date <= as_of()
              AND amount IS NOT NULL
              AND (payment_status = 'Success'
                   OR payment_status = 'Failed' AND amount >= 0)) AS p
      GROUP BY customer_id) AS q;

-- name: b_customer
-- needs: b_payer
-- Every known customer once.
DROP TABLE IF EXISTS b_customer;
CREATE TABLE b_customer AS
WITH known AS
(
    SELECT DISTINCT ON (customer_id) customer_id, signup_date, segment,
           country, acquisition_channel
    FROM customers
    WHERE customer_id IS NOT NULL
    ORDER BY customer_id, signup_date, segment,
             country, acquisition_channel
),
other AS
(
    SELECT customer_id FROM subscriptions
    WHERE customer_id IS NOT NULL
      AND (start_date IS NULL OR start_date <= as_of())
    UNION
    SELECT customer_id FROM b_payer
    UNION
    SELECT customer_id FROM payments
    WHERE customer_id IS NOT NULL
      AND (payment_date IS NULL OR payment_date <= as_of())
      AND (payment_date > '-infinity' AND payment_date <= as_of()
           AND amount IS NOT NULL
           AND (payment_status = 'Success'
                OR payment_status = 'Failed' AND amount >= 0)) IS NOT TRUE
)
SELECT customer_id, signup_date, segment, country, acquisition_channel,
       coalesce(segment, '(none)') AS segment_value,
       coalesce(country, '(none)') AS country_value,
       coalesce(acquisition_channel, '(none)') AS channel_value,
       CASE WHEN isfinite(signup_date) AND signup_date <= as_of()
            THEN month_number(signup_date) END AS signup_month
FROM known FULL JOIN other USING (customer_id);

-- name: b_calendar
-- needs: b_payment_month b_customer
DROP TABLE IF EXISTS b_calendar;
CREATE TABLE b_calendar AS
SELECT m AS month, month_date(m) AS period,
       (month_date(m) + interval '1 month')::date <= as_of() AS is_complete
FROM (SELECT min(month) AS first_month
      FROM (SELECT month_number(min(start_date))
            FROM subscriptions
            WHERE customer_id IS NOT NULL AND isfinite(start_date)
              AND start_date <= as_of()
              AND monthly_price > 0
              AND (end_date IS NULL OR end_date > start_date)
            UNION ALL
            SELECT min(month) FROM b_payment_month
            UNION ALL
            SELECT min(signup_month) FROM b_customer
            UNION ALL
            SELECT month_number(min(try_cast(month || '-01' AS DATE)))
            FROM costs
            WHERE regexp_matches(month, '^[0-9]{4}-(0[1-9]|1[0-2])$')
              AND month BETWEEN '0001-01'
                        AND strftime(as_of(), '%Y-%m')) AS x (month)
     ) AS f, LATERAL (SELECT unnest(generate_series(first_month,
                                       last_month())) AS m) AS g;

-- name: b_plan_day
-- What a customer's plan gained or lost on a day.
DROP TABLE IF EXISTS b_plan_day;
CREATE TABLE b_plan_day AS
SELECT customer_id, plan, day, month_number(day) AS month,
       sum(delta) AS delta,
       sum(sum(delta)) OVER (PARTITION BY customer_id, plan
                             ORDER BY day) AS after
FROM (SELECT customer_id, coalesce(plan_type, '(none)') AS plan,
             start_date AS day, monthly_price AS delta
      FROM subscriptions
      WHERE customer_id IS NOT NULL
        AND start_date > '-infinity' AND start_date <= as_of()
        AND monthly_price > 0
        AND (end_date IS NULL OR end_date > start_date)
      UNION ALL
      SELECT customer_id, coalesce(plan_type, '(none)'), end_date,
             -monthly_price
      FROM subscriptions
      WHERE customer_id IS NOT NULL
        AND start_date > '-infinity' AND start_date <= as_of()
        AND monthly_price > 0
        AND end_date > start_date AND end_date <= as_of()) AS e
GROUP BY customer_id, plan, day
HAVING sum(delta) <> 0;

-- name: b_day
-- needs: b_plan_day
-- What a customer gained or lost on a day, and how long it stays so.
DROP TABLE IF EXISTS b_day;
CREATE TABLE b_day AS
SELECT customer_id, day, month_number(day) AS month, delta,
       level - delta AS before, level AS after, next_day, plans,
       CASE WHEN nth = 1 THEN 'new'
            WHEN level = delta THEN 'reactivation'
            WHEN level = 0 THEN 'churn'
            WHEN delta > 0 THEN 'expansion'
            ELSE 'contraction' END AS kind
FROM (SELECT customer_id, day, sum(delta) AS delta, count(*) AS plans,
             sum(sum(delta)) OVER w AS level,
             row_number() OVER w AS nth,
             lead(day) OVER w AS next_day
      FROM b_plan_day
      GROUP BY customer_id, day
      HAVING sum(delta) <> 0
      WINDOW w AS (PARTITION BY customer_id ORDER BY day)) AS d;

-- name: b_month
-- needs: b_day
-- Months whose close differs from their opening: the level from the close of
-- month up to that of the month before until.
DROP TABLE IF EXISTS b_month;
CREATE TABLE b_month AS
SELECT customer_id, month, level - net AS opening, level AS closing, until
FROM (SELECT customer_id, month, sum(delta) AS net,
             sum(sum(delta)) OVER w AS level,
             lead(month, 1, last_month() + 1) OVER w AS until
      FROM b_day
      GROUP BY customer_id, month
      HAVING sum(delta) <> 0
      WINDOW w AS (PARTITION BY customer_id ORDER BY month)) AS m;

-- name: b_plan_month
-- needs: b_plan_day
-- The same as b_month, per plan.
DROP TABLE IF EXISTS b_plan_month;
CREATE TABLE b_plan_month AS
SELECT customer_id, plan, month, level - net AS opening, level AS closing,
       until
FROM (SELECT customer_id, plan, month, sum(delta) AS net,
             sum(sum(delta)) OVER w AS level,
             lead(month, 1, last_month() + 1) OVER w AS until
      FROM b_plan_day
      GROUP BY customer_id, plan, month
      HAVING sum(delta) <> 0
      WINDOW w AS (PARTITION BY customer_id, plan ORDER BY month)) AS m;

-- name: b_run
-- needs: b_day
-- Unbroken runs of months touched by a level above zero.
DROP TABLE IF EXISTS b_run;
CREATE TABLE b_run AS
SELECT customer_id, first, last,
       lead(first) OVER w IS NULL AS is_last,
       first_value(first) OVER w AS first_month
FROM (SELECT customer_id, min(first) AS first, max(last) AS last
      FROM (SELECT *, count(*) FILTER (WHERE starts)
                          OVER (PARTITION BY customer_id ORDER BY day) AS nth
            FROM (SELECT customer_id, day, month AS first,
                         coalesce(month_number(next_day - 1), last_month())
                             AS last,
                         month > lag(month_number(next_day - 1), 1, -2)
                                     OVER (PARTITION BY customer_id
                                           ORDER BY day) + 1 AS starts
                  FROM b_day
                  WHERE after > 0) AS a) AS b
      GROUP BY customer_id, nth) AS r
WINDOW w AS (PARTITION BY customer_id ORDER BY first);

-- name: b_flow
-- needs: b_customer b_day b_month
-- Everything that changes in a month, for the total and for each value of
-- each customer attribute in one pass. r_ and k_ are changes of the running
-- sums of what was retained and kept against the month a year before.
DROP TABLE IF EXISTS b_flow;
CREATE TABLE b_flow AS
WITH d AS
(
    SELECT segment_value, country_value, channel_value, month,
           grouping(segment_value, country_value, channel_value) AS g,
           sum(delta) FILTER (WHERE kind = 'new') AS new,
           sum(delta) FILTER (WHERE kind = 'expansion') AS expansion,
           -sum(delta) FILTER (WHERE kind = 'contraction') AS contraction,
           -sum(delta) FILTER (WHERE kind = 'churn') AS churn,
           sum(delta) FILTER (WHERE kind = 'reactivation') AS reactivation,
           count(*) FILTER (WHERE kind = 'new') AS customers_new,
           count(*) FILTER (WHERE kind = 'churn') AS customers_churned,
           count(*) FILTER (WHERE kind = 'reactivation')
               AS customers_reactivated,
           NULL AS net_up, NULL AS net_down,
           NULL AS change_of_open, NULL AS lost,
           NULL AS r, NULL AS k
    FROM b_day JOIN b_customer USING (customer_id)
    GROUP BY GROUPING SETS ((month), (segment_value, month),
                            (country_value, month), (channel_value, month))
),
m AS
(
    SELECT segment_value, country_value, channel_value, month,
           grouping(segment_value, country_value, channel_value) AS g,
           NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL,
           sum(closing - opening) FILTER (WHERE closing > opening),
           sum(opening - closing) FILTER (WHERE closing < opening),
           sum(closing - opening) FILTER (WHERE opening > 0),
           count(*) FILTER (WHERE closing = 0),
           NULL, NULL
    FROM b_month JOIN b_customer USING (customer_id)
    GROUP BY GROUPING SETS ((month), (segment_value, month),
                            (country_value, month), (channel_value, month))
),
y AS
(
    SELECT segment_value, country_value, channel_value, v.month, g,
           NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL,
           sum(sign * r), sum(sign * k)
    FROM (SELECT segment_value, country_value, channel_value, first, until,
                 grouping(segment_value, country_value, channel_value) AS g,
                 sum(r) AS r, sum(k) AS k
          FROM (SELECT segment_value, country_value, channel_value,
                       greatest(b.month, a.month + 12) AS first,
                       least(b.until, a.until + 12) AS until,
                       sum(b.closing) AS r,
                       sum(least(a.closing, b.closing)) AS k
                FROM b_month AS a
                JOIN b_month AS b
                    ON b.customer_id = a.customer_id
                    AND b.month < a.until + 12 AND b.until > a.month + 12
                JOIN b_customer AS c ON c.customer_id = a.customer_id
                WHERE a.closing > 0 AND b.closing > 0
                GROUP BY 1, 2, 3, 4, 5) AS x
          GROUP BY GROUPING SETS
              ((first, until), (segment_value, first, until),
               (country_value, first, until), (channel_value, first, until))
         ) AS z
    CROSS JOIN LATERAL (VALUES (first, 1), (until, -1)) AS v (month, sign)
    GROUP BY segment_value, country_value, channel_value, v.month, g
)
SELECT CASE g WHEN 7 THEN 'all' WHEN 3 THEN 'segment' WHEN 5 THEN 'country'
              ELSE 'acquisition_channel' END AS dimension,
       CASE g WHEN 7 THEN 'all' WHEN 3 THEN segment_value
              WHEN 5 THEN country_value ELSE channel_value END AS value,
       month,
       coalesce(sum(new), 0) AS new,
       coalesce(sum(expansion), 0) AS expansion,
       coalesce(sum(contraction), 0) AS contraction,
       coalesce(sum(churn), 0) AS churn,
       coalesce(sum(reactivation), 0) AS reactivation,
       coalesce(sum(customers_new), 0)::bigint AS customers_new,
       coalesce(sum(customers_churned), 0)::bigint AS customers_churned,
       coalesce(sum(customers_reactivated), 0)::bigint
           AS customers_reactivated,
       coalesce(sum(net_up), 0) AS net_up,
       coalesce(sum(net_down), 0) AS net_down,
       coalesce(sum(change_of_open), 0) AS change_of_open,
       coalesce(sum(lost), 0)::bigint AS lost,
       coalesce(sum(r), 0) AS r, coalesce(sum(k), 0) AS k
FROM (FROM d UNION ALL FROM m UNION ALL FROM y) AS f
GROUP BY 1, 2, 3;

-- name: kpi_mrr_movements
-- needs: b_day
DROP TABLE IF EXISTS kpi_mrr_movements;
CREATE TABLE kpi_mrr_movements AS
SELECT month_date(month) AS period, day AS happened_on, customer_id,
       kind AS movement, abs(delta) AS amount, before AS mrr_before,
       after AS mrr_after
FROM b_day;

-- name: kpi_mrr_monthly
-- needs: b_flow b_calendar
DROP TABLE IF EXISTS kpi_mrr_monthly;
CREATE TABLE kpi_mrr_monthly AS
WITH f AS
(
    SELECT month, period, is_complete,
           coalesce(new, 0) AS new, coalesce(expansion, 0) AS expansion,
           coalesce(contraction, 0) AS contraction,
           coalesce(churn, 0) AS churn,
           coalesce(reactivation, 0) AS reactivation,
           coalesce(customers_new, 0) AS customers_new,
           coalesce(customers_churned, 0) AS customers_churned,
           coalesce(customers_reactivated, 0) AS customers_reactivated,
           coalesce(net_up, 0) AS net_up, coalesce(net_down, 0) AS net_down,
           coalesce(change_of_open, 0) AS change_of_open,
           coalesce(lost, 0) AS customers_lost,
           coalesce(sum(r) OVER w, 0) AS retained_12m,
           coalesce(sum(k) OVER w, 0) AS kept_12m,
           coalesce(sum(new + expansion + reactivation - contraction - churn)
                    OVER w, 0) AS closing,
           coalesce(sum(customers_new + customers_reactivated
                        - customers_churned) OVER w, 0)::bigint
               AS customers_closing
    FROM b_calendar
    LEFT JOIN (SELECT * FROM b_flow WHERE dimension = 'all') AS b
        USING (month)
    WINDOW w AS (ORDER BY month)
),
g AS
(
    SELECT *, lag(closing, 1, 0) OVER w AS opening,
           lag(customers_closing, 1, 0) OVER w AS customers_opening,
           lag(closing, 12, 0) OVER w AS opening_12m
    FROM f
    WINDOW w AS (ORDER BY month)
),
h AS
(
    SELECT *, new + expansion + reactivation - net_up AS round_trip,
           opening + change_of_open AS mrr_retained,
           opening - net_down AS mrr_kept
    FROM g
)
SELECT period, opening, new, expansion, contraction, churn, reactivation,
       closing, round_trip, customers_opening, customers_new,
       customers_churned, customers_reactivated, customers_closing,
       customers_lost, mrr_retained, mrr_kept,
       ratio6(customers_lost, customers_opening)
           AS logo_churn_rate,
       ratio6(opening - mrr_kept, opening)
           AS gross_mrr_churn_rate,
       ratio6(opening - mrr_retained, opening)
           AS net_mrr_churn_rate,
       ratio6(mrr_retained, opening) AS nrr,
       ratio6(mrr_kept, opening) AS grr,
       opening_12m, retained_12m, kept_12m,
       ratio6(retained_12m, opening_12m) AS nrr_12m,
       ratio6(kept_12m, opening_12m) AS grr_12m,
       ratio6(new + expansion + reactivation, churn + contraction)
           AS quick_ratio,
       ratio2(closing, customers_closing) AS arpa,
       is_complete, closing - opening AS net_new,
       ratio6(closing - opening, opening) AS mrr_growth, 12 * closing AS arr,
       0.00 AS pause, 0.00 AS resume, 0 AS customers_paused,
       0 AS customers_resumed, 0.00 AS opening_paused,
       0 AS customers_opening_paused, 0.00 AS fx, closing AS constant_currency
FROM h;

-- name: kpi_mrr_monthly_by
-- needs: b_flow b_calendar b_customer b_plan_day b_plan_month b_day
DROP TABLE IF EXISTS kpi_mrr_monthly_by;
CREATE TABLE kpi_mrr_monthly_by AS
WITH
-- Days on which one plan changed are no transfer. On the others: what the
-- plans of either sign offer in all, and what the plans of the same sign
-- before this one took.
p AS
(
    SELECT d.*, after - d.delta AS before, kind, coalesce(b.delta, 0) AS total,
           coalesce(plans, 0) AS plans
    FROM b_plan_day AS d
    LEFT JOIN (SELECT customer_id, day, delta, kind, plans FROM b_day) AS b
        USING (customer_id, day)
),
q AS
(
    SELECT *,
           coalesce(sum(-delta) FILTER (WHERE delta < 0) OVER day, 0) AS down,
           coalesce(sum(delta) FILTER (WHERE delta > 0) OVER day, 0) AS up,
           sum(abs(delta)) OVER (PARTITION BY customer_id, day, sign(delta)
                                 ORDER BY plan) - abs(delta)
               AS taken
    FROM p
    WHERE plans <> 1
    WINDOW day AS (PARTITION BY customer_id, day)
),
t AS
(
    SELECT plan, month, kind, delta, before, after, 0 AS transfer
    FROM p
    WHERE plans = 1
    UNION ALL
    SELECT plan, month, kind, delta, before, after,
           CASE WHEN total = 0 OR sign(total) <> sign(delta) THEN abs(delta)
                WHEN total > 0 THEN least(delta, greatest(down - taken, 0))
                ELSE least(-delta, greatest(up - taken, 0)) END
    FROM q
),
plan_day AS
(
    SELECT plan, month,
           sum(delta - transfer) FILTER (WHERE delta > 0 AND kind = 'new')
               AS new,
           sum(delta - transfer)
               FILTER (WHERE delta > 0 AND kind = 'expansion') AS expansion,
           sum(-delta - transfer)
               FILTER (WHERE delta < 0 AND kind = 'contraction')
               AS contraction,
           sum(-delta - transfer) FILTER (WHERE delta < 0 AND kind = 'churn')
               AS churn,
           sum(delta - transfer)
               FILTER (WHERE delta > 0 AND kind = 'reactivation')
               AS reactivation,
           sum(transfer) FILTER (WHERE delta > 0) AS transfer_in,
           sum(transfer) FILTER (WHERE delta < 0) AS transfer_out,
           count(*) FILTER (WHERE before = 0 AND kind = 'new')
               AS customers_new,
           count(*) FILTER (WHERE after = 0 AND kind = 'churn')
               AS customers_churned,
           count(*) FILTER (WHERE before = 0 AND kind = 'reactivation')
               AS customers_reactivated,
           count(*) FILTER (WHERE before = 0 AND coalesce(kind, '') NOT IN
                                                 ('new', 'reactivation'))
               AS customers_transfer_in,
           count(*) FILTER (WHERE after = 0 AND coalesce(kind, '') <> 'churn')
               AS customers_transfer_out
    FROM t
    GROUP BY plan, month
),
plan_net AS
(
    SELECT plan, month,
           sum(opening - closing) FILTER (WHERE closing < opening)
               AS net_down,
           sum(closing - opening) FILTER (WHERE opening > 0)
               AS change_of_open,
           count(*) FILTER (WHERE closing = 0) AS lost
    FROM b_plan_month
    GROUP BY plan, month
),
plan_year AS
(
    SELECT plan, v.month, sum(sign * r) AS r, sum(sign * k) AS k
    FROM (SELECT plan, greatest(b.month, a.month + 12) AS first,
                 least(b.until, a.until + 12) AS until,
                 sum(b.closing) AS r, sum(least(a.closing, b.closing)) AS k
          FROM b_plan_month AS a
          JOIN b_plan_month AS b USING (customer_id, plan)
          WHERE b.month < a.until + 12 AND b.until > a.month + 12
            AND a.closing > 0 AND b.closing > 0
          GROUP BY 1, 2, 3) AS x
    CROSS JOIN LATERAL (VALUES (first, 1), (until, -1)) AS v (month, sign)
    GROUP BY plan, v.month
),
val AS
(
    SELECT DISTINCT dimension, value
    FROM (SELECT DISTINCT segment_value, country_value, channel_value
          FROM b_customer) AS c
    CROSS JOIN LATERAL (VALUES ('segment', segment_value),
                               ('country', country_value),
                               ('acquisition_channel', channel_value))
        AS v (dimension, value)
    UNION ALL
    SELECT DISTINCT 'plan_type', coalesce(plan_type, '(none)')
    FROM subscriptions
    WHERE customer_id IS NOT NULL AND isfinite(start_date)
      AND start_date <= as_of()
      AND monthly_price > 0
      AND (end_date IS NULL OR end_date > start_date)
),
flow AS
(
    SELECT dimension, value, month, new, expansion, contraction, churn,
           reactivation, 0 AS transfer_in,
           0 AS transfer_out, customers_new, customers_churned,
           customers_reactivated, 0 AS customers_transfer_in,
           0 AS customers_transfer_out, net_up, net_down,
           change_of_open, lost, r, k
    FROM b_flow
    WHERE dimension <> 'all'
    UNION ALL
    SELECT 'plan_type', plan, month, new, expansion, contraction, churn,
           reactivation, transfer_in, transfer_out, customers_new,
           customers_churned, customers_reactivated, customers_transfer_in,
           customers_transfer_out, NULL, net_down, change_of_open, lost, r, k
    FROM plan_day
    FULL JOIN plan_net USING (plan, month)
    FULL JOIN plan_year USING (plan, month)
),
f AS
(
    SELECT dimension, value, c.month, period, is_complete,
           coalesce(new, 0) AS new, coalesce(expansion, 0) AS expansion,
           coalesce(contraction, 0) AS contraction,
           coalesce(churn, 0) AS churn,
           coalesce(reactivation, 0) AS reactivation,
           coalesce(transfer_in, 0) AS transfer_in,
           coalesce(transfer_out, 0) AS transfer_out,
           coalesce(customers_new, 0) AS customers_new,
           coalesce(customers_churned, 0) AS customers_churned,
           coalesce(customers_reactivated, 0) AS customers_reactivated,
           coalesce(customers_transfer_in, 0) AS customers_transfer_in,
           coalesce(customers_transfer_out, 0) AS customers_transfer_out,
           net_up, coalesce(net_down, 0) AS net_down,
           coalesce(change_of_open, 0) AS change_of_open,
           coalesce(lost, 0) AS customers_lost,
           coalesce(r, 0) AS r, coalesce(k, 0) AS k
    FROM val
    CROSS JOIN b_calendar AS c
    LEFT JOIN flow USING (dimension, value, month)
),
s AS
(
    SELECT *, sum(new + expansion + reactivation + transfer_in
                  - contraction - churn - transfer_out) OVER w AS closing,
           (sum(customers_new + customers_reactivated + customers_transfer_in
                - customers_churned - customers_transfer_out) OVER w)::bigint
               AS customers_closing,
           sum(r) OVER w AS retained_12m, sum(k) OVER w AS kept_12m
    FROM f
    WINDOW w AS (PARTITION BY dimension, value ORDER BY month)
),
g AS
(
    SELECT *, lag(closing, 1, 0) OVER w AS opening,
           lag(customers_closing, 1, 0) OVER w AS customers_opening,
           lag(closing, 12, 0) OVER w AS opening_12m
    FROM s
    WINDOW w AS (PARTITION BY dimension, value ORDER BY month)
),
h AS
(
    SELECT *, CASE WHEN dimension = 'plan_type' THEN 0
                   ELSE new + expansion + reactivation - coalesce(net_up, 0)
                   END AS round_trip,
           opening + change_of_open AS mrr_retained,
           opening - net_down AS mrr_kept
    FROM g
)
SELECT dimension, value, period, opening, new, expansion, contraction, churn,
       reactivation, transfer_in, transfer_out, closing, round_trip,
       customers_opening, customers_new, customers_churned,
       customers_reactivated, customers_transfer_in, customers_transfer_out,
       customers_closing, customers_lost, mrr_retained, mrr_kept,
       ratio6(customers_lost, customers_opening)
           AS logo_churn_rate,
       ratio6(opening - mrr_kept, opening)
           AS gross_mrr_churn_rate,
       ratio6(opening - mrr_retained, opening)
           AS net_mrr_churn_rate,
       ratio6(mrr_retained, opening) AS nrr,
       ratio6(mrr_kept, opening) AS grr,
       opening_12m, retained_12m, kept_12m,
       ratio6(retained_12m, opening_12m) AS nrr_12m,
       ratio6(kept_12m, opening_12m) AS grr_12m,
       ratio6(new + expansion + reactivation, churn + contraction)
           AS quick_ratio,
       ratio2(closing, customers_closing) AS arpa,
       is_complete, closing - opening AS net_new,
       ratio6(closing - opening, opening) AS mrr_growth, 12 * closing AS arr,
       0.00 AS pause, 0.00 AS resume, 0 AS customers_paused,
       0 AS customers_resumed, 0.00 AS opening_paused,
       0 AS customers_opening_paused, 0.00 AS fx, closing AS constant_currency
FROM h;

-- name: kpi_revenue_monthly
-- needs: b_payment_month b_calendar
DROP TABLE IF EXISTS kpi_revenue_monthly;
CREATE TABLE kpi_revenue_monthly AS
WITH p AS
(
    SELECT month, sum(paid) AS paid, sum(payments)::bigint AS payments,
           sum(failed_payments)::bigint AS failed_payments,
           sum(failed) AS failed, sum(refunds)::bigint AS refunds,
           sum(refunded) AS refunded,
           count(*) FILTER (WHERE payments > 0) AS paying
    FROM b_payment_month
    GROUP BY month
),
r AS
(
    SELECT month, period, is_complete,
           coalesce(paid, 0) - coalesce(refunded, 0) AS collected,
           coalesce(payments, 0) AS payments,
           coalesce(failed_payments, 0) AS failed_payments,
           coalesce(failed, 0) AS failed_amount,
           coalesce(refunds, 0) AS refunds,
           coalesce(refunded, 0) AS refunded_amount,
           coalesce(paying, 0) AS paying_customers
    FROM b_calendar LEFT JOIN p USING (month)
),
g AS
(
    SELECT *, CASE WHEN is_complete THEN lag(collected) OVER w END AS before,
           CASE WHEN is_complete THEN lag(collected, 12) OVER w END
               AS year_before
    FROM r
    WINDOW w AS (ORDER BY month)
)
SELECT period, collected, payments, failed_payments, failed_amount, refunds,
       refunded_amount, paying_customers,
       ratio6(collected - before, greatest(before, 0)) AS mom,
       ratio6(collected - year_before, greatest(year_before, 0)) AS yoy,
       CASE WHEN before <= 0 OR before IS NULL THEN NULL
            WHEN units(abs(collected - before)) * 1000000 >
                 units(abs(before))
                 * (change_alert() * 1000000)::HUGEINT
            THEN 'alert'
            WHEN units(abs(collected - before)) * 1000000 >
                 units(abs(before))
                 * (change_warn() * 1000000)::HUGEINT
            THEN 'warn'
            ELSE 'ok' END AS change_flag,
       is_complete,
       ratio6(failed_payments, payments + failed_payments) AS failure_rate,
       0 AS without_customer
FROM g;

-- name: kpi_cash_bridge_monthly
-- needs: b_payment_month b_month b_calendar
-- Only customers with a payment row in the month are looked at one by one;
-- the MRR of all others is not paid.
DROP TABLE IF EXISTS kpi_cash_bridge_monthly;
CREATE TABLE kpi_cash_bridge_monthly AS
WITH due AS
(
    SELECT p.month, coalesce(closing, 0) AS m, coalesce(paid, 0) AS c,
           coalesce(failed, 0) AS f, refunded AS r
    FROM b_payment_month AS p
    LEFT JOIN b_month AS b
        ON b.customer_id = p.customer_id
        AND b.month <= p.month AND p.month < b.until
),
part AS
(
    SELECT month, sum(m) AS seen,
           sum(c - m) FILTER (WHERE c >= m AND m > 0) AS above,
           sum(c) FILTER (WHERE m = 0) AS without,
           sum(least(m - c, f)) FILTER (WHERE c < m) AS failed,
           sum(m - c - least(m - c, f)) FILTER (WHERE c < m AND c > 0)
               AS below,
           sum(m - least(m, f)) FILTER (WHERE c < m AND c = 0) AS not_paid,
           sum(r) AS refunded, sum(c) AS paid
    FROM due
    GROUP BY month
),
level AS
(
    SELECT month, coalesce(sum(net) OVER (ORDER BY month), 0) AS closing
    FROM b_calendar
    LEFT JOIN (SELECT month, sum(closing - opening) AS net
               FROM b_month GROUP BY month) AS n USING (month)
),
b AS
(
    SELECT period, is_complete, closing AS mrr_closing,
           coalesce(above, 0) AS paid_above_mrr,
           coalesce(without, 0) AS paid_without_mrr,
           coalesce(failed, 0) AS failed_unpaid,
           coalesce(below, 0) AS paid_below_mrr,
           closing - coalesce(seen, 0) + coalesce(not_paid, 0) AS not_paid,
           coalesce(refunded, 0) AS refunded,
           coalesce(paid, 0) - coalesce(refunded, 0) AS collected
    FROM b_calendar JOIN level USING (month) LEFT JOIN part USING (month)
)
SELECT period, mrr_closing, paid_above_mrr, paid_without_mrr, failed_unpaid,
       paid_below_mrr, not_paid, refunded, collected,
       collected - (mrr_closing + paid_above_mrr + paid_without_mrr
                    - failed_unpaid - paid_below_mrr - not_paid - refunded)
           AS residual,
       is_complete
FROM b;

-- name: kpi_cohort_retention
-- needs: b_payment_month b_payer b_customer b_run b_month b_calendar
DROP TABLE IF EXISTS kpi_cohort_retention;
CREATE TABLE kpi_cohort_retention AS
WITH
member AS
(
    SELECT 'mrr' AS basis, customer_id, first AS cohort
    FROM b_run
    WHERE first = first_month
    UNION ALL
    SELECT 'signup', customer_id, signup_month
    FROM b_customer
    WHERE signup_month IS NOT NULL
),
-- Runs and levels from the cohort's month on, alike ones counted together
-- before they are unfolded.
kept_run AS
(
    SELECT 'mrr' AS basis, first_month AS cohort, first, last, is_last,
           count(*) AS n
    FROM b_run
    GROUP BY first_month, first, last, is_last
    UNION ALL
    SELECT 'signup', signup_month, greatest(first, signup_month), last,
           is_last, count(*)
    FROM b_customer JOIN b_run USING (customer_id)
    WHERE last >= signup_month
    GROUP BY signup_month, greatest(first, signup_month), last, is_last
),
kept_level AS
(
    SELECT basis, cohort, greatest(b.month, cohort) AS first, b.until,
           sum(b.closing) AS revenue
    FROM member AS m
    JOIN b_month AS b ON b.customer_id = m.customer_id
        AND b.until > m.cohort AND b.closing > 0
    GROUP BY 1, 2, 3, 4
),
paid_run AS
(
    SELECT first_month, last_month, run_end, count(*) AS n
    FROM b_payer
    WHERE first_month IS NOT NULL
    GROUP BY first_month, last_month, run_end
),
-- Changes of the counts and of the revenue from month to month. The last run
-- gives who comes back later, the run at the start who never left.
change AS
(
    SELECT basis, cohort, cohort AS month, count(*) AS members,
           0 AS active, 0 AS later, 0 AS throughout, 0 AS revenue
    FROM member
    GROUP BY basis, cohort
    UNION ALL
    SELECT basis, cohort, v.month, 0, v.active * n, v.later * n,
           v.throughout * n, 0
    FROM kept_run
    CROSS JOIN LATERAL
        (VALUES (first, 1, 0, (first = cohort)::int),
                (last + 1, -1, -is_last::int, -(first = cohort)::int),
                (cohort, 0, is_last::int, 0))
            AS v (month, active, later, throughout)
    UNION ALL
    SELECT basis, cohort, v.month, 0, 0, 0, 0, v.sign * revenue
    FROM kept_level
    CROSS JOIN LATERAL (VALUES (first, 1), (until, -1)) AS v (month, sign)
    UNION ALL
    SELECT 'payment', first_month, v.month, v.members * n, 0, v.later * n,
           v.throughout * n, 0
    FROM paid_run
    CROSS JOIN LATERAL
        (VALUES (first_month, 1, 1, 1), (last_month + 1, 0, -1, 0),
                (run_end + 1, 0, 0, -1))
            AS v (month, members, later, throughout)
),
-- Payments have no steps: what a month has is what was paid in it.
paid AS
(
    SELECT 'payment' AS basis, first_month AS cohort, p.month,
           count(*) AS active, sum(paid) AS revenue
    FROM b_payment_month AS p JOIN b_payer AS c USING (customer_id)
    WHERE p.payments > 0
    GROUP BY first_month, p.month
),
grid AS
(
    SELECT basis, cohort, c.month, c.is_complete, members, active, later,
           throughout, revenue
    FROM (SELECT DISTINCT basis, cohort FROM change) AS k
    JOIN b_calendar AS c ON c.month >= k.cohort
    LEFT JOIN (SELECT basis, cohort, month, sum(members) AS members,
                      sum(active) AS active, sum(later) AS later,
                      sum(throughout) AS throughout, sum(revenue) AS revenue
               FROM change GROUP BY 1, 2, 3) AS h
        USING (basis, cohort, month)
),
summed AS
(
    SELECT basis, cohort, month, is_complete,
           sum(members) OVER w AS customers,
           CASE WHEN basis = 'payment' THEN coalesce(paid.active, 0)
                ELSE coalesce(sum(grid.active) OVER w, 0) END AS retained,
           coalesce(sum(later) OVER w, 0) AS later,
           coalesce(sum(throughout) OVER w, 0) AS throughout,
           CASE WHEN basis = 'payment' THEN coalesce(paid.revenue, 0)
                ELSE coalesce(sum(grid.revenue) OVER w, 0) END AS revenue
    FROM grid LEFT JOIN paid USING (basis, cohort, month)
    WINDOW w AS (PARTITION BY basis, cohort ORDER BY month)
)
SELECT basis, month_date(cohort) AS cohort, month - cohort AS age,
       customers::bigint AS customers,
       CASE WHEN is_complete THEN retained::bigint END AS retained,
       CASE WHEN is_complete THEN ratio6(retained, customers) END AS rate,
       CASE WHEN is_complete THEN later::bigint END AS retained_or_later,
       CASE WHEN is_complete THEN ratio6(later, customers) END
           AS rate_or_later,
       CASE WHEN is_complete THEN throughout::bigint END
           AS retained_throughout,
       CASE WHEN is_complete THEN revenue END AS revenue,
       CASE WHEN is_complete
            THEN ratio6(revenue, first_value(revenue) OVER w)
            END AS revenue_rate,
       is_complete AS is_mature
FROM summed
WINDOW w AS (PARTITION BY basis, cohort ORDER BY month);

-- name: kpi_conversion
-- needs: b_customer b_payer
-- The days to convert are few, so the median is read off their counts.
DROP TABLE IF EXISTS kpi_conversion;
CREATE TABLE kpi_conversion AS
WITH s AS
(
    SELECT signup_month, segment_value, country_value, channel_value,
           signup_date + conversion_days() <= as_of() AS matured,
           CASE WHEN signup_date + conversion_days() <= as_of()
                     AND first_payment < signup_date + conversion_days()
                THEN greatest(first_payment - signup_date, 0) END AS days,
           first_payment IS NOT NULL AS paid
    FROM b_customer LEFT JOIN b_payer USING (customer_id)
    WHERE signup_month IS NOT NULL
),
n AS
(
    SELECT signup_month, segment_value, country_value, channel_value, matured,
           days, paid, grouping(segment_value, country_value, channel_value) AS g,
           count(*) AS n
    FROM s
    GROUP BY GROUPING SETS
        ((signup_month, matured, days, paid),
         (signup_month, matured, days, paid, segment_value),
         (signup_month, matured, days, paid, country_value),
         (signup_month, matured, days, paid, channel_value))
),
v AS
(
    SELECT signup_month,
           CASE g WHEN 7 THEN 'all' WHEN 3 THEN 'segment' WHEN 5 THEN 'country'
                  ELSE 'acquisition_channel' END AS dimension,
           CASE g WHEN 7 THEN 'all' WHEN 3 THEN segment_value
                  WHEN 5 THEN country_value ELSE channel_value END AS value,
           matured, days, paid, n
    FROM n
),
c AS
(
    SELECT *, sum(n) FILTER (WHERE days IS NOT NULL) OVER w AS so_far,
           sum(n) FILTER (WHERE days IS NOT NULL) OVER
               (PARTITION BY signup_month, dimension, value) AS converted
    FROM v
    WINDOW w AS (PARTITION BY signup_month, dimension, value ORDER BY days)
),
counted AS
(
    SELECT month_date(signup_month) AS cohort, dimension, value,
           sum(n)::bigint AS signups,
           coalesce(sum(n) FILTER (WHERE matured), 0)::bigint AS matured,
           coalesce(max(converted), 0)::bigint AS converted,
           (coalesce(sum(n) FILTER (WHERE matured), 0)
            - coalesce(max(converted), 0))::bigint AS expired,
           coalesce(sum(n) FILTER (WHERE NOT matured AND NOT paid), 0)::bigint
               AS pending,
           ratio6(coalesce(max(converted), 0), sum(n) FILTER (WHERE matured))
               AS rate,
           (min(days) FILTER (WHERE so_far * 2 >= converted)
            + min(days) FILTER (WHERE so_far * 2 > converted))
               * 0.5::DECIMAL(2, 1) AS median_days,
           coalesce(sum(n) FILTER (WHERE NOT matured AND paid), 0)::bigint
               AS converted_early
    FROM c
    GROUP BY signup_month, dimension, value
)
SELECT c.*,
       CASE WHEN matured > 0 THEN round((converted + 1.9207294406e0 - 1.959964e0
            * sqrt(converted * (matured - converted) / matured + 0.9603647203e0))
            / (matured + 3.8414588813e0), 6)::DECIMAL(9, 6) END AS rate_lo,
       CASE WHEN matured > 0 THEN round((converted + 1.9207294406e0 + 1.959964e0
            * sqrt(converted * (matured - converted) / matured + 0.9603647203e0))
            / (matured + 3.8414588813e0), 6)::DECIMAL(9, 6) END AS rate_hi
FROM counted AS c;

-- name: kpi_margin_monthly
-- needs: kpi_mrr_monthly kpi_revenue_monthly
DROP TABLE IF EXISTS kpi_margin_monthly;
CREATE TABLE kpi_margin_monthly AS
WITH c AS
(
    SELECT try_cast(month || '-01' AS DATE) AS period,
           sum(infra_cost) AS infra_cost,
           sum(marketing_cost) AS marketing_cost,
           sum(support_cost) AS support_cost
    FROM costs
    WHERE regexp_matches(month, '^[0-9]{4}-(0[1-9]|1[0-2])$')
      AND month >= '0001-01'
    GROUP BY 1
),
i AS
(
    SELECT period, r.collected AS v, infra_cost, support_cost,
           marketing_cost AS k, r.collected - infra_cost - support_cost AS g,
           m.customers_new AS n, m.new AS new_mrr, m.closing,
           m.customers_closing, m.customers_opening, m.customers_lost,
           is_complete
    FROM kpi_mrr_monthly AS m
    JOIN kpi_revenue_monthly AS r USING (period, is_complete)
    LEFT JOIN c USING (period)
)
SELECT period, v AS revenue, infra_cost, support_cost, k AS marketing_cost,
       g AS gross_profit, ratio6(g, greatest(v, 0)) AS gross_margin,
       g - k AS operating_profit, n AS new_customers, new_mrr,
       ratio2(k, n) AS cac,
       CASE WHEN new_mrr > 0 AND g > 0 AND v > 0
            THEN unit_ratio2(units(k) * units(v), units(new_mrr) * units(g))
            END AS cac_payback_months,
       unit_ratio2(units(closing) * units(g) * customers_opening,
                   customers_closing::HUGEINT * 10000 * units(greatest(v, 0))
                   * customers_lost) AS ltv,
       unit_ratio2(units(closing) * units(g) * customers_opening * n,
                   customers_closing::HUGEINT * units(greatest(v, 0))
                   * customers_lost * units(greatest(k, 0)) * least(n, 1))
           AS ltv_to_cac,
       is_complete
FROM i;

-- name: kpi_customers
-- needs: b_customer b_payer b_day
DROP TABLE IF EXISTS kpi_customers;
CREATE TABLE kpi_customers AS
WITH m AS
(
    SELECT customer_id, sum(delta) AS mrr, min(day) AS first_mrr_on,
           max(day) FILTER (WHERE kind = 'churn') AS last_churn
    FROM b_day
    GROUP BY customer_id
)
SELECT customer_id, signup_date, segment, country, acquisition_channel,
       CASE WHEN mrr > 0 THEN 'active' WHEN mrr = 0 THEN 'churned'
            ELSE 'prospect' END AS status,
       coalesce(mrr, 0) AS mrr, first_mrr_on,
       CASE WHEN mrr = 0 THEN last_churn END AS churned_on,
       CASE WHEN mrr = 0 THEN last_churn ELSE as_of() END - first_mrr_on
           AS tenure_days,
       first_payment, last_payment, coalesce(payments, 0) AS payments,
       coalesce(revenue, 0) AS revenue,
       coalesce(failed_payments, 0) AS failed_payments
FROM b_customer
LEFT JOIN m USING (customer_id)
LEFT JOIN b_payer USING (customer_id);
