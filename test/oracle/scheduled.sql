-- What is known of recurring revenue after as_of: these facts say nothing of
-- terms, notice or payments overdue, so that it is levels of days to come.

-- Subscriptions that count, those that have not begun included; what is paused
-- on as_of, or on its first day after it, stays at nothing.
CREATE VIEW oracle_sub_ahead AS
SELECT nullif(nullif(customer_id, ''), '(none)') AS customer_id, start_date,
       ends.end_date,
       CASE WHEN paused_from <= greatest(start_date, as_of)
                 AND (resumes_on > paused_from
                      AND resumes_on <= greatest(start_date, as_of)) IS NOT TRUE
            THEN 0 ELSE oracle_money(monthly_price) END AS price
FROM subscriptions
CROSS JOIN settings
CROSS JOIN LATERAL
    (SELECT CASE WHEN end_date IS NULL THEN 'infinity'
                 WHEN ends_inclusive AND end_date < '9999-12-31'
                 THEN end_date + 1
                 ELSE subscriptions.end_date END AS end_date) AS ends
WHERE nullif(nullif(customer_id, ''), '(none)') IS NOT NULL
  AND start_date >= earliest_date AND start_date <= '9999-12-31'
  AND oracle_money(monthly_price) >= 0
  AND oracle_money(monthly_price) < 922337203685477.5808
  AND ends.end_date > start_date
  AND (ends.end_date <= '9999-12-31' OR ends.end_date = 'infinity');

CREATE VIEW oracle_scheduled AS
SELECT date_trunc('month', day::timestamp)::date AS period,
       day AS happens_on, customer_id,
       CASE WHEN after > before THEN 'start' ELSE 'end' END AS kind,
       abs(after - before) AS amount, before AS mrr_before,
       after AS mrr_after
FROM settings,
     (SELECT customer_id, day,
             coalesce(sum(price) FILTER (WHERE start_date < day
                                           AND end_date >= day), 0) AS before,
             coalesce(sum(price) FILTER (WHERE start_date <= day
                                           AND end_date > day), 0) AS after
      FROM (SELECT customer_id, start_date FROM oracle_sub_ahead
            UNION
            SELECT customer_id, end_date FROM oracle_sub_ahead)
               AS c (customer_id, day)
      JOIN oracle_sub_ahead USING (customer_id)
      GROUP BY customer_id, day) AS x
WHERE day > as_of AND before <> after
  AND day < date_trunc('month', (as_of + 1)::timestamp)
            + interval '13 months';
