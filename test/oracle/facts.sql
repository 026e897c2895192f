-- What the answers are made of, each said once: plain views over the source
-- tables and settings of the current schema, made in that schema once its
-- tables are there.
--
--   oracle_subscription          subscriptions that have begun, and those of
--   oracle_piece                 what of them counts, and what rests
--   oracle_sub                   what counts
--   oracle_payment, oracle_pay   the same of payments
--   oracle_source                which of them are there
--   oracle_customer, oracle_cost known customers; costs by month
--   oracle_calendar              the months
--   oracle_change                a customer's level around a day
--   oracle_movement              the changes that are movements
--   oracle_gone                  since when there is nothing
--   oracle_plan_movement         the same by plan, with the transfers
--   oracle_member                which customer belongs to which value
--   oracle_balance               levels of each member around each month
--   oracle_waterfall             movements and balances, summed
--   oracle_amount                what is forecast, by month
--   oracle_series, oracle_y      from the first amount on; the same as arrays

-- Money has four decimals; half of the last one goes to the even digit.
CREATE FUNCTION oracle_money(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN abs(x - trunc(x, 4)) = 0.00005
                 AND (10000 * trunc(abs(x), 4)) % 2 = 0
                THEN trunc(x, 4) ELSE round(x, 4) END
$$;

-- Subscriptions that have begun, or of which nobody knows when. A missing end
-- date and an infinite one mean the same. NaN sorts above Infinity, so the
-- upper bound leaves out both.
CREATE VIEW oracle_subscription AS
SELECT nullif(nullif(customer_id, ''), '(none)') AS customer_id,
       coalesce(nullif(plan_type, ''), '(none)') AS plan, start_date,
       ends.end_date, oracle_money(monthly_price) AS price,
       coalesce(start_date >= earliest_date AND isfinite(start_date)
                AND oracle_money(monthly_price) >= 0
                AND oracle_money(monthly_price) < 922337203685477.5808
                AND ends.end_date > start_date
                AND (ends.end_date <= '9999-12-31'
                     OR ends.end_date = 'infinity'), false) AS counts,
       CASE WHEN paused_from IS NOT NULL
            THEN greatest(start_date, paused_from) END AS rests_on,
       CASE WHEN paused_from IS NOT NULL
            THEN CASE WHEN resumes_on > paused_from
                      THEN greatest(start_date, resumes_on)
                      ELSE 'infinity' END END AS wakes_on,
       nullif(nullif(subscription_id, ''), '(none)') AS subscription_id
FROM subscriptions
CROSS JOIN settings
CROSS JOIN LATERAL
    (SELECT CASE WHEN end_date IS NULL THEN 'infinity'
                 WHEN ends_inclusive AND end_date < '9999-12-31'
                 THEN end_date + 1
                 ELSE subscriptions.end_date END AS end_date) AS ends
WHERE start_date IS NULL OR start_date <= as_of;

-- Before a pause, during it, and after; without one, all of it.
CREATE VIEW oracle_piece AS
SELECT s.customer_id, s.plan, p.start_date, p.end_date, s.price, p.rests,
       s.subscription_id
FROM oracle_subscription AS s
CROSS JOIN settings
CROSS JOIN LATERAL
    (VALUES (s.start_date, least(rests_on, s.end_date), false),
            (rests_on, least(wakes_on, s.end_date), true),
            (wakes_on, s.end_date, false))
    AS p (start_date, end_date, rests)
WHERE s.counts AND s.customer_id IS NOT NULL AND p.start_date < p.end_date
  AND p.start_date <= as_of;

CREATE VIEW oracle_sub AS
SELECT customer_id, plan, start_date, end_date, price
FROM oracle_piece
WHERE NOT rests;

-- Payments, refunds and failed payments that have happened, or of which
-- nobody knows when; those that wait or are void are none of the three, nor
-- is a refund of nothing. (none) pays what names no customer.
CREATE VIEW oracle_payment AS
SELECT coalesce(nullif(customer_id, ''), '(none)') AS customer_id,
       payment_date,
       CASE WHEN goes_back THEN -abs(oracle_money(amount))
            ELSE oracle_money(amount) END AS amount,
       date_trunc('month', payment_date::timestamp)::date AS period,
       coalesce(payment_date >= earliest_date AND isfinite(payment_date)
                AND abs(oracle_money(amount)) < 922337203685477.5808
                AND (meaning IN ('success', 'refund', 'dispute')
                     OR meaning = 'failed' AND amount >= 0), false) AS counts,
       meaning = 'success' AND amount >= 0 AS is_paid,
       goes_back OR meaning = 'success' AND amount < 0 AS is_refund,
       meaning = 'failed' AS is_failed
FROM payments
CROSS JOIN settings
CROSS JOIN LATERAL
    (SELECT CASE WHEN payment_status = 'Success' THEN 'success'
                 WHEN payment_status = 'Failed' THEN 'failed'
                 ELSE (SELECT meaning FROM statuses AS s
                       WHERE s.status = lower(trim(payment_status))) END)
    AS said (meaning)
CROSS JOIN LATERAL
    (SELECT meaning IN ('refund', 'dispute')) AS back (goes_back)
WHERE (payment_date IS NULL OR payment_date <= as_of)
  AND (meaning IS NULL OR meaning NOT IN ('pending', 'ignore'))
  AND (oracle_money(amount) = 0 AND goes_back) IS NOT TRUE;

CREATE VIEW oracle_pay AS
SELECT customer_id, payment_date, amount, period, is_paid, is_refund,
       is_failed
FROM oracle_payment
WHERE counts;

-- Whether a source is there, and whether it has said anything yet.
CREATE VIEW oracle_source AS
SELECT 'subscriptions' = ANY (sources) AS has_subscriptions,
       'payments' = ANY (sources) AS has_payments,
       EXISTS (SELECT FROM oracle_subscription) AS any_subscription,
       EXISTS (SELECT FROM oracle_payment) AS any_payment
FROM settings;

-- What is told of the attributes of a customer from a day on; the first row
-- holds before it as well. Of several rows of a day it is the first by name.
CREATE VIEW oracle_spell AS
SELECT customer_id, valid_from, segment, country, acquisition_channel, says,
       CASE WHEN row_number() OVER w > 1 THEN valid_from
            ELSE '-infinity' END AS from_day,
       coalesce(lead(valid_from) OVER w, 'infinity') AS to_day
FROM (SELECT DISTINCT ON (customer_id, valid_from) h.*
      FROM (SELECT customer_id, valid_from, nullif(segment, '') AS segment,
                   nullif(country, '') AS country, says,
                   nullif(acquisition_channel, '') AS acquisition_channel
            FROM customer_history) AS h, settings
      WHERE customer_id IN (SELECT customer_id FROM customers)
        AND customer_id NOT IN ('', '(none)')
        AND valid_from >= earliest_date AND valid_from <= as_of
      ORDER BY customer_id, valid_from, segment COLLATE "C" NULLS LAST,
               country COLLATE "C" NULLS LAST,
               acquisition_channel COLLATE "C" NULLS LAST) AS h
WINDOW w AS (PARTITION BY customer_id ORDER BY valid_from);

-- All known customers, one row each, with their attributes; and (none) where
-- there are payments of nobody.
CREATE VIEW oracle_customer AS
SELECT id.customer_id, c.signup_date,
       CASE WHEN says @> '{segment}' THEN t.segment
            ELSE c.segment END AS segment,
       CASE WHEN says @> '{country}' THEN t.country
            ELSE c.country END AS country,
       CASE WHEN says @> '{acquisition_channel}' THEN t.acquisition_channel
            ELSE c.acquisition_channel END AS acquisition_channel
FROM (SELECT customer_id FROM customers
      WHERE customer_id NOT IN ('', '(none)')
      UNION SELECT customer_id FROM oracle_subscription
            WHERE customer_id IS NOT NULL
      UNION SELECT customer_id FROM oracle_payment) AS id
LEFT JOIN LATERAL
    (SELECT CASE WHEN x.signup_date >= earliest_date
                      AND x.signup_date <= '9999-12-31'
                 THEN x.signup_date END AS signup_date,
            nullif(x.segment, '') AS segment, nullif(x.country, '') AS country,
            nullif(x.acquisition_channel, '') AS acquisition_channel
     FROM customers AS x, settings
     WHERE x.customer_id = id.customer_id AND id.customer_id <> '(none)'
     ORDER BY 1 NULLS LAST,
              nullif(x.segment, '') COLLATE "C" NULLS LAST,
              nullif(x.country, '') COLLATE "C" NULLS LAST,
              nullif(x.acquisition_channel, '') COLLATE "C" NULLS LAST
     LIMIT 1) AS c ON true
LEFT JOIN oracle_spell AS t ON t.customer_id = id.customer_id
    AND t.to_day = 'infinity';

-- Costs of well-formed months, summed per month.
CREATE VIEW oracle_cost AS
SELECT to_date(month, 'YYYY-MM') AS period,
       sum(infra_cost) AS infra_cost,
       sum(marketing_cost) AS marketing_cost,
       sum(support_cost) AS support_cost
FROM costs, settings
WHERE month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND month >= '0001-01'
  AND month COLLATE "C" >= to_char(earliest_date::timestamp, 'YYYY-MM')
GROUP BY 1;

-- The calendar: every month from the first thing that happened to as_of. A
-- subscription without a price is nothing that happened.
CREATE VIEW oracle_calendar AS
WITH first_day AS
(
    SELECT min(day) AS day
    FROM (SELECT start_date FROM oracle_sub WHERE price > 0
          UNION ALL SELECT payment_date FROM oracle_pay
          UNION ALL SELECT signup_date FROM oracle_customer
          UNION ALL SELECT period FROM oracle_cost) AS x (day), settings
    WHERE day <= as_of
)
SELECT g::date AS period,
       g::date - 1 AS open_day,
       least((g + interval '1 month')::date - 1, as_of) AS close_day,
       (g - interval '11 months')::date - 1 AS year_ago_day,
       (g + interval '1 month')::date <= as_of AS is_complete
FROM settings, first_day,
     generate_series(date_trunc('month', day::timestamp),
                     date_trunc('month', as_of::timestamp),
                     interval '1 month') AS g;

-- Levels around the days on which a subscription starts, rests, wakes or ends;
-- on no other day can a level change.
CREATE VIEW oracle_change AS
SELECT customer_id, day,
       coalesce(sum(price) FILTER (WHERE NOT rests AND start_date <= day - 1
                                     AND day - 1 < end_date), 0)
           AS mrr_before,
       coalesce(sum(price) FILTER (WHERE NOT rests AND start_date <= day
                                     AND day < end_date), 0) AS mrr_after,
       coalesce(sum(price) FILTER (WHERE rests AND start_date <= day - 1
                                     AND day - 1 < end_date), 0)
           AS paused_before,
       coalesce(sum(price) FILTER (WHERE rests AND start_date <= day
                                     AND day < end_date), 0) AS paused_after,
       bool_or(NOT rests AND price > 0 AND start_date < day) AS had_mrr
FROM (SELECT customer_id, start_date FROM oracle_piece
      UNION
      SELECT customer_id, end_date FROM oracle_piece, settings
      WHERE end_date <= as_of) AS c (customer_id, day)
JOIN oracle_piece USING (customer_id)
GROUP BY customer_id, day;

-- Whoever is away for a pause resumes, for as long as something is paused: the
-- last day on which she fell to nothing is one on which more was paused, and
-- since then there was no day on which nothing was.
CREATE VIEW oracle_movement AS
SELECT date_trunc('month', day::timestamp)::date AS period,
       day AS happened_on, customer_id,
       CASE WHEN mrr_before = 0 AND NOT had_mrr THEN 'new'
            WHEN mrr_before = 0 AND rested_on = fell_on
                 AND (none_on >= fell_on) IS NOT TRUE THEN 'resume'
            WHEN mrr_before = 0 THEN 'reactivation'
            WHEN mrr_after < mrr_before AND paused_after > paused_before
            THEN 'pause'
            WHEN mrr_after = 0 THEN 'churn'
            WHEN mrr_after < mrr_before THEN 'contraction'
            WHEN paused_after < paused_before THEN 'resume'
            ELSE 'expansion' END AS movement,
       abs(mrr_after - mrr_before) AS amount, mrr_before, mrr_after
FROM (SELECT *,
             max(day) FILTER (WHERE mrr_before > 0 AND mrr_after = 0)
                 OVER past AS fell_on,
             max(day) FILTER (WHERE mrr_before > 0 AND mrr_after = 0
                                AND paused_after > paused_before)
                 OVER past AS rested_on,
             max(day) FILTER (WHERE paused_after = 0) OVER past AS none_on
      FROM oracle_change
      WINDOW past AS (PARTITION BY customer_id ORDER BY day
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS c
WHERE mrr_before <> mrr_after;

-- The day since when a customer who had MRR has neither that nor a pause.
CREATE VIEW oracle_gone AS
SELECT customer_id, max(day) AS gone_on
FROM oracle_change
WHERE mrr_after = 0 AND paused_after = 0
  AND (mrr_before > 0 OR paused_before > 0 AND had_mrr)
GROUP BY customer_id
HAVING NOT EXISTS (SELECT FROM oracle_piece AS p, settings
                   WHERE p.customer_id = oracle_change.customer_id
                     AND p.price > 0 AND as_of < p.end_date);

-- What a plan of a customer gained or lost on a day, and what of it is a
-- transfer; kind is the customer's movement of the day, if any. A change with
-- the sign of the customer's total takes from what the plans of the other
-- sign offer, in order of plan name, after the plans before it took theirs;
-- the other sign is all transfer.
CREATE VIEW oracle_plan_movement AS
WITH plan_change AS
(
    SELECT customer_id, day, plan, mrr_after - mrr_before AS total,
           coalesce(sum(price) FILTER (WHERE start_date <= day - 1
                                         AND day - 1 < end_date), 0)
               AS before,
           coalesce(sum(price) FILTER (WHERE start_date <= day
                                         AND day < end_date), 0) AS after
    FROM oracle_change JOIN oracle_sub USING (customer_id)
    GROUP BY customer_id, day, plan, mrr_before, mrr_after
),
plan_delta AS
(
    SELECT *, after - before AS d FROM plan_change WHERE before <> after
)
SELECT date_trunc('month', day::timestamp)::date AS period, customer_id, day,
       plan, before, after, d, v.movement AS kind,
       v.mrr_before = 0 OR v.mrr_after = 0 AS wholly,
       CASE WHEN total = 0 OR sign(d) <> sign(total) THEN abs(d)
            ELSE greatest(0, least(abs(d),
                (SELECT coalesce(sum(abs(o.d)), 0) FROM plan_delta AS o
                 WHERE o.customer_id = p.customer_id AND o.day = p.day
                   AND sign(o.d) <> sign(p.d))
                - (SELECT coalesce(sum(abs(o.d)), 0) FROM plan_delta AS o
                   WHERE o.customer_id = p.customer_id AND o.day = p.day
                     AND sign(o.d) = sign(p.d)
                     AND o.plan COLLATE "C" < p.plan COLLATE "C")))
            END AS transfer
FROM plan_delta AS p
LEFT JOIN (SELECT customer_id, happened_on AS day, movement, mrr_before,
                  mrr_after FROM oracle_movement) AS v USING (customer_id, day);

-- Who belongs to which value. Everybody belongs to all; on the plan dimension
-- a customer belongs to every plan she ever paid for.
CREATE VIEW oracle_member AS
SELECT 'all' AS dimension, 'all' AS value, customer_id FROM oracle_customer
UNION ALL
SELECT 'segment', coalesce(segment, '(none)'), customer_id
FROM oracle_customer
UNION ALL
SELECT 'country', coalesce(country, '(none)'), customer_id
FROM oracle_customer
UNION ALL
SELECT 'acquisition_channel', coalesce(acquisition_channel, '(none)'),
       customer_id
FROM oracle_customer
UNION ALL
SELECT DISTINCT 'plan_type', plan, customer_id FROM oracle_sub
WHERE price > 0;

-- What a customer counts under in each month, which is what holds at its end;
-- and what at its opening, and twelve months before.
CREATE VIEW oracle_held AS
SELECT d.dimension, c.customer_id, period,
       coalesce(CASE WHEN closed.says @> ARRAY[d.dimension]
                     THEN to_jsonb(closed) ->> d.dimension
                     ELSE to_jsonb(c) ->> d.dimension END, '(none)')
           AS at_close,
       coalesce(CASE WHEN opened.says @> ARRAY[d.dimension]
                     THEN to_jsonb(opened) ->> d.dimension
                     ELSE to_jsonb(c) ->> d.dimension END, '(none)')
           AS at_open,
       coalesce(CASE WHEN once.says @> ARRAY[d.dimension]
                     THEN to_jsonb(once) ->> d.dimension
                     ELSE to_jsonb(c) ->> d.dimension END, '(none)')
           AS a_year_ago
FROM oracle_customer AS c
CROSS JOIN oracle_calendar
CROSS JOIN unnest('{segment,country,acquisition_channel}'::text[])
    AS d (dimension)
LEFT JOIN oracle_spell AS closed ON closed.customer_id = c.customer_id
    AND closed.from_day <= close_day AND close_day < closed.to_day
LEFT JOIN oracle_spell AS opened ON opened.customer_id = c.customer_id
    AND opened.from_day <= open_day AND open_day < opened.to_day
LEFT JOIN oracle_spell AS once ON once.customer_id = c.customer_id
    AND once.from_day <= year_ago_day AND year_ago_day < once.to_day;

-- Values that somebody who ever subscribed to anything had at the end of a
-- month, or before all that is told.
CREATE VIEW oracle_past_value AS
SELECT DISTINCT d.dimension,
       coalesce(to_jsonb(t) ->> d.dimension, '(none)') AS value
FROM oracle_spell AS t
CROSS JOIN unnest(says) AS d (dimension)
WHERE customer_id IN (SELECT customer_id FROM oracle_subscription)
  AND (from_day = '-infinity'
       OR date_trunc('month', valid_from::timestamp)
          < date_trunc('month', to_day::timestamp));

-- Level of every member at the opening and close of every month, and at the
-- close of the month twelve months before; on the plan dimension the level of
-- that plan alone.
CREATE VIEW oracle_balance AS
SELECT dimension, value, period, m.customer_id,
       coalesce(sum(price) FILTER (WHERE NOT rests AND start_date <= open_day
                                     AND open_day < end_date), 0) AS m_open,
       coalesce(sum(price) FILTER (WHERE NOT rests AND start_date <= close_day
                                     AND close_day < end_date), 0)
           AS m_close,
       coalesce(sum(price) FILTER (WHERE NOT rests
                                     AND start_date <= year_ago_day
                                     AND year_ago_day < end_date), 0)
           AS m_year_ago,
       coalesce(sum(price) FILTER (WHERE rests AND start_date <= close_day
                                     AND close_day < end_date), 0) AS p_close,
       greatest(0,
           coalesce(sum(price) FILTER (WHERE rests AND start_date <= close_day
                                         AND close_day < end_date), 0)
           - coalesce(sum(price) FILTER (WHERE rests
                                           AND start_date <= open_day
                                           AND open_day < end_date), 0))
           AS p_more
FROM oracle_member AS m
CROSS JOIN oracle_calendar
LEFT JOIN oracle_piece AS s ON s.customer_id = m.customer_id
    AND (dimension <> 'plan_type' OR plan = value)
GROUP BY dimension, value, period, m.customer_id;

-- The waterfall of every value in every month.
CREATE VIEW oracle_waterfall AS
WITH cell AS
(
    SELECT * FROM (SELECT 'all' AS dimension, 'all' AS value
                   UNION SELECT dimension, value FROM oracle_member
                   UNION SELECT dimension, value FROM oracle_past_value) AS v,
                  oracle_calendar
),
-- Plans and all stay what they are.
level AS
(
    SELECT b.*, coalesce(h.at_open, b.value) AS at_open,
           coalesce(h.at_close, b.value) AS at_close,
           coalesce(h.a_year_ago, b.value) AS a_year_ago
    FROM oracle_balance AS b
    LEFT JOIN oracle_held AS h USING (dimension, customer_id, period)
),
-- All flows in one shape: kind, amount, customers.
flow_row AS
(
    SELECT m.dimension, coalesce(h.at_close, m.value) AS value, v.period,
           v.movement AS kind, v.amount,
           (v.mrr_before = 0 OR v.mrr_after = 0)::int AS customers
    FROM oracle_movement AS v JOIN oracle_member AS m USING (customer_id)
    LEFT JOIN oracle_held AS h USING (dimension, customer_id, period)
    WHERE m.dimension <> 'plan_type'
    UNION ALL
    -- Who counts elsewhere takes along what she had.
    SELECT dimension, v.value, period, v.kind, m_open, 1
    FROM level CROSS JOIN LATERAL
        (VALUES (at_close, 'transfer_in'), (at_open, 'transfer_out'))
        AS v (value, kind)
    WHERE at_open <> at_close AND m_open > 0
    UNION ALL
    SELECT 'plan_type', plan, period, kind, abs(d) - transfer, 0
    FROM oracle_plan_movement
    UNION ALL
    SELECT 'plan_type', plan, period,
           CASE WHEN d > 0 THEN 'transfer_in' ELSE 'transfer_out' END,
           transfer, 0
    FROM oracle_plan_movement
    UNION ALL
    -- Customers arriving on and leaving a plan, whatever the amounts.
    SELECT 'plan_type', plan, period,
           CASE WHEN wholly THEN kind
                WHEN before = 0 THEN 'transfer_in'
                ELSE 'transfer_out' END, 0, 1
    FROM oracle_plan_movement
    WHERE before = 0 OR after = 0
),
flow AS
(
    SELECT dimension, value, period,
           sum(amount) FILTER (WHERE kind = 'new') AS new,
           sum(amount) FILTER (WHERE kind = 'expansion') AS expansion,
           sum(amount) FILTER (WHERE kind = 'contraction') AS contraction,
           sum(amount) FILTER (WHERE kind = 'churn') AS churn,
           sum(amount) FILTER (WHERE kind = 'reactivation') AS reactivation,
           sum(amount) FILTER (WHERE kind = 'pause') AS pause,
           sum(amount) FILTER (WHERE kind = 'resume') AS resume,
           sum(amount) FILTER (WHERE kind = 'transfer_in') AS transfer_in,
           sum(amount) FILTER (WHERE kind = 'transfer_out') AS transfer_out,
           sum(customers) FILTER (WHERE kind = 'new') AS customers_new,
           sum(customers) FILTER (WHERE kind = 'churn') AS customers_churned,
           sum(customers) FILTER (WHERE kind = 'reactivation')
               AS customers_reactivated,
           sum(customers) FILTER (WHERE kind = 'pause') AS customers_paused,
           sum(customers) FILTER (WHERE kind = 'resume') AS customers_resumed,
           sum(customers) FILTER (WHERE kind = 'transfer_in')
               AS customers_transfer_in,
           sum(customers) FILTER (WHERE kind = 'transfer_out')
               AS customers_transfer_out
    FROM flow_row
    GROUP BY dimension, value, period
),
-- Balances, each where the customer counted then; net_up is what rose when each
-- customer's month is netted.
balance AS
(
    SELECT dimension, v.value, period,
           sum(m_open) FILTER (WHERE at = 'open') AS opening,
           sum(m_close) FILTER (WHERE at = 'close') AS closing,
           sum(greatest(m_close - m_open, 0)) FILTER (WHERE at = 'close')
               AS net_up,
           count(*) FILTER (WHERE at = 'open' AND m_open > 0)
               AS customers_opening,
           count(*) FILTER (WHERE at = 'close' AND m_close > 0)
               AS customers_closing,
           count(*) FILTER (WHERE at = 'open' AND m_open > 0 AND m_close = 0
                              AND p_more = 0) AS customers_lost,
           count(*) FILTER (WHERE at = 'open' AND m_open > 0 AND m_close = 0
                              AND p_more > 0) AS customers_opening_paused,
           sum(least(greatest(m_open - m_close, 0), p_more))
               FILTER (WHERE at = 'open') AS opening_paused,
           sum(p_close) FILTER (WHERE at = 'close') AS paused_mrr,
           count(*) FILTER (WHERE at = 'close' AND m_close = 0
                              AND p_close > 0) AS customers_resting,
           sum(m_close) FILTER (WHERE at = 'open' AND m_open > 0)
               AS mrr_retained,
           sum(least(m_open, m_close)) FILTER (WHERE at = 'open'
                                                 AND m_open > 0) AS mrr_kept,
           sum(m_year_ago) FILTER (WHERE at = 'year ago') AS opening_12m,
           sum(m_close) FILTER (WHERE at = 'year ago' AND m_year_ago > 0)
               AS retained_12m,
           sum(least(m_year_ago, m_close)) FILTER (WHERE at = 'year ago'
                                                     AND m_year_ago > 0)
               AS kept_12m
    FROM level CROSS JOIN LATERAL
        (VALUES (at_open, 'open'), (at_close, 'close'), (a_year_ago, 'year ago'))
        AS v (value, at)
    GROUP BY dimension, v.value, period
)
SELECT dimension, value, period, is_complete,
       coalesce(opening, 0) AS opening,
       coalesce(new, 0) AS new,
       coalesce(expansion, 0) AS expansion,
       coalesce(contraction, 0) AS contraction,
       coalesce(churn, 0) AS churn,
       coalesce(reactivation, 0) AS reactivation,
       coalesce(pause, 0) AS pause,
       coalesce(resume, 0) AS resume,
       coalesce(transfer_in, 0) AS transfer_in,
       coalesce(transfer_out, 0) AS transfer_out,
       coalesce(closing, 0) AS closing,
       coalesce(net_up, 0) AS net_up,
       coalesce(customers_opening, 0) AS customers_opening,
       coalesce(customers_new, 0) AS customers_new,
       coalesce(customers_churned, 0) AS customers_churned,
       coalesce(customers_reactivated, 0) AS customers_reactivated,
       coalesce(customers_paused, 0) AS customers_paused,
       coalesce(customers_resumed, 0) AS customers_resumed,
       coalesce(customers_transfer_in, 0) AS customers_transfer_in,
       coalesce(customers_transfer_out, 0) AS customers_transfer_out,
       coalesce(customers_closing, 0) AS customers_closing,
       coalesce(customers_lost, 0) AS customers_lost,
       coalesce(customers_opening_paused, 0) AS customers_opening_paused,
       coalesce(opening_paused, 0) AS opening_paused,
       coalesce(paused_mrr, 0) AS paused_mrr,
       coalesce(customers_resting, 0) AS customers_resting,
       coalesce(mrr_retained, 0) AS mrr_retained,
       coalesce(mrr_kept, 0) AS mrr_kept,
       coalesce(opening_12m, 0) AS opening_12m,
       coalesce(retained_12m, 0) AS retained_12m,
       coalesce(kept_12m, 0) AS kept_12m
FROM cell
LEFT JOIN flow USING (dimension, value, period)
LEFT JOIN balance USING (dimension, value, period);

-- What is forecast, by complete months; outlook.sql adds what is not of
-- subscriptions and payments.
CREATE VIEW oracle_money_amount AS
SELECT metric, dimension, value, period, amount
FROM (SELECT 'mrr' AS metric, dimension, value, period, closing AS amount
      FROM oracle_waterfall WHERE dimension IN ('all', 'segment')
      UNION ALL
      SELECT 'collected', dimension, value, period,
             coalesce((SELECT sum(amount) FROM oracle_pay AS p
                       JOIN oracle_member AS m USING (customer_id)
                       WHERE p.period = k.period AND (is_paid OR is_refund)
                         AND (m.dimension, m.value) = (v.dimension, v.value)),
                      0)
      FROM (SELECT DISTINCT dimension, value FROM oracle_member
            WHERE dimension IN ('all', 'segment')) AS v,
           oracle_calendar AS k) AS a
JOIN oracle_calendar USING (period)
WHERE is_complete;
CREATE VIEW oracle_amount AS TABLE oracle_money_amount;

-- From the first month that is not zero.
CREATE VIEW oracle_series AS
WITH amount AS MATERIALIZED (TABLE oracle_amount)
SELECT metric, dimension, value, period, amount
FROM amount AS a
WHERE period >= (SELECT min(period) FROM amount AS x
                 WHERE (x.metric, x.dimension, x.value)
                       = (a.metric, a.dimension, a.value)
                   AND x.amount <> 0);

-- A year is a season once there is one.
CREATE VIEW oracle_y AS
SELECT metric, dimension, value, min(period) AS first_period,
       array_agg(period ORDER BY period) AS periods,
       array_agg(amount ORDER BY period) AS amounts,
       array_agg(amount::float8 ORDER BY period) AS y,
       CASE WHEN count(*) < 12 THEN 1 ELSE 12 END AS season
FROM oracle_series
GROUP BY metric, dimension, value;
