-- kpi_funnel: funnels step by step.
WITH
way AS MATERIALIZED
(
    SELECT * FROM oracle_funnel_outcome
),
took AS
(
    SELECT f.funnel, f.mode, f.window_days, n::bigint AS step, event_type,
           (SELECT count(*) FROM way AS w
            WHERE w.funnel = f.funnel AND cardinality(w.times) >= n)
               AS customers,
           (SELECT count(*) FROM way AS w
            WHERE w.funnel = f.funnel AND cardinality(w.times) >= n
              AND w.is_mature) AS matured_customers,
           (SELECT count(*) FROM way AS w
            WHERE w.funnel = f.funnel AND cardinality(w.times) = n
              AND w.outcome = 'dropped') AS dropped,
           (SELECT count(*) FROM way AS w
            WHERE w.funnel = f.funnel AND cardinality(w.times) = n
              AND w.outcome = 'in window') AS in_window,
           q.*
    FROM funnels AS f
    CROSS JOIN LATERAL unnest(steps) WITH ORDINALITY AS s (event_type, n)
    CROSS JOIN LATERAL
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY first) AS half,
                percentile_cont(0.9) WITHIN GROUP (ORDER BY first) AS most,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY before)
                    AS half_before
         FROM (SELECT extract(epoch FROM times[n] - times[1])
                          ::double precision AS first,
                      extract(epoch FROM times[n] - times[n - 1])
                          ::double precision AS before
               FROM way AS w
               WHERE w.funnel = f.funnel AND cardinality(w.times) >= n) AS x)
        AS q
)
SELECT t.funnel, t.step, t.event_type, t.customers,
       b.customers AS customers_before,
       round(t.customers / nullif(b.customers, 0)::numeric, 6) AS step_rate,
       a.customers AS entrants,
       round(t.customers / nullif(a.customers, 0)::numeric, 6)
           AS overall_rate,
       t.dropped, t.in_window, a.matured_customers AS matured_entrants,
       t.matured_customers,
       round(t.matured_customers / nullif(a.matured_customers, 0)::numeric, 6)
           AS matured_rate,
       round(t.half_before::numeric, 3) AS median_seconds_from_before,
       round(t.half::numeric, 3) AS median_seconds,
       round(t.most::numeric, 3) AS p90_seconds, t.mode, t.window_days
FROM took AS t
JOIN took AS a ON a.funnel = t.funnel AND a.step = 1
LEFT JOIN took AS b ON b.funnel = t.funnel AND b.step = t.step - 1
