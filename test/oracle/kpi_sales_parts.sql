-- kpi_sales_parts: a row per day, and per month and value of each dimension.
-- A customer counts where she has no earlier order of the same value in the
-- same week, month, quarter or year.
WITH
part AS MATERIALIZED
(
    SELECT d.dimension, coalesce(nullif(d.value, ''), '(none)') AS value, s.*,
           CASE d.dimension WHEN 'all' THEN day
                ELSE date_trunc('month', day::timestamp)::date END AS period,
           CASE WHEN NOT is_return THEN customer_id END AS buyer
    FROM oracle_sale AS s,
         LATERAL (VALUES ('all', 'all'), ('region', region),
                         ('country', country), ('channel', channel),
                         ('sales_rep', sales_rep_id), ('segment', segment))
             AS d (dimension, value)
    WHERE status = 'counts'
),
seen AS MATERIALIZED
(
    SELECT DISTINCT p.dimension, p.value, p.period, p.buyer, e.kind,
           p.period = min(p.period) OVER (PARTITION BY p.dimension, p.value,
                                          p.buyer, e.kind, e.began) AS is_first
    FROM part AS p, settings,
         LATERAL (SELECT CASE week_start WHEN 'sunday' THEN interval '1 day'
                         WHEN 'saturday' THEN interval '2 days'
                         ELSE interval '0' END AS later) AS w,
         LATERAL (VALUES ('day', p.day::timestamp),
                         ('week', date_trunc('week', p.day + w.later)),
                         ('month', date_trunc('month', p.day::timestamp)),
                         ('quarter', date_trunc('quarter', p.day::timestamp)),
                         ('year', date_trunc('year', p.day::timestamp)),
                         ('ever', '-infinity')) AS e (kind, began)
    WHERE p.buyer IS NOT NULL
),
firsts AS
(
    SELECT dimension, value, period,
           count(DISTINCT buyer) FILTER (WHERE kind = 'day') AS day,
           count(DISTINCT buyer) FILTER (WHERE kind = 'week') AS week,
           count(DISTINCT buyer) FILTER (WHERE kind = 'month') AS month,
           count(DISTINCT buyer) FILTER (WHERE kind = 'quarter') AS quarter,
           count(DISTINCT buyer) FILTER (WHERE kind = 'year') AS year,
           count(DISTINCT buyer) FILTER (WHERE kind = 'ever') AS ever
    FROM seen WHERE is_first GROUP BY 1, 2, 3
)
SELECT p.dimension, p.value, p.period, sum(gross) AS gross,
       sum(discounts) AS discounts, sum(returns) AS returns,
       sum(units) AS units, count(*) FILTER (WHERE NOT is_return) AS orders,
       CASE WHEN p.dimension = 'all' THEN coalesce(f.day, 0) END
           AS day_customers,
       CASE WHEN p.dimension = 'all' THEN coalesce(f.week, 0) END
           AS week_customers,
       coalesce(f.month, 0) AS month_customers,
       coalesce(f.quarter, 0) AS quarter_customers,
       coalesce(f.year, 0) AS year_customers,
       CASE WHEN p.dimension = 'all' THEN coalesce(f.ever, 0) END
           AS new_customers
FROM part AS p
LEFT JOIN firsts AS f ON f.dimension = p.dimension AND f.value = p.value
    AND f.period = p.period
GROUP BY p.dimension, p.value, p.period, f.day, f.week, f.month, f.quarter,
         f.year, f.ever
