-- What was sold, to whom, and what comes next; read by overview.sql.
\echo 'SALES  (net of discounts and returns)'
SELECT pg_temp.month(period) AS month, pg_temp.cell(net, :unit, 10) AS net, lpad(pg_temp.change(net, net_year_before, 'money'), 11) AS "on year before", pg_temp.cell(returns, :unit, 8) AS returns,
       pg_temp.cell(orders, 1, 7) AS orders, lpad(to_char(aov, 'FM999,990.00'), 9) AS "an order", pg_temp.cell(customers, 1, 7) AS buyers, pg_temp.cell(new_customers, 1, 6) AS new,
       pg_temp.bar(net, max(net) OVER (), 16) AS " "
  FROM kpi_sales
 WHERE grain = 'month' AND is_complete AND period > :'month'::date - interval '12 months'
 ORDER BY period;

\echo 'SALES AHEAD  (likely value and what 8 of 10 outcomes stay within)'
SELECT pg_temp.month(f.period) AS month, pg_temp.cell(f.point, :unit, 10) AS net, coalesce(pg_temp.cell(f.lo80, :unit, 10) || ' to ' || pg_temp.cell(f.hi80, :unit, 10), '-') AS "80 % range",
       pg_temp.cell(o.point, 1, 7) AS orders, f.status
  FROM kpi_forecast_monthly AS f JOIN kpi_forecast_monthly AS o ON o.metric = 'orders' AND o.dimension = 'all' AND o.period = f.period
 WHERE f.metric = 'net_sales' AND f.dimension = 'all' AND f.row_type = 'forecast'
 ORDER BY f.period LIMIT 3;

\echo 'CATEGORIES, LAST MONTH'
SELECT left(value, 30) AS category, pg_temp.cell(net, :unit, 10) AS net, pg_temp.cell(units, 1, 8) AS units, lpad(coalesce(to_char(share, 'FM990.0') || ' %', '-'), 7) AS share, pg_temp.bar(share, 100, 35) AS " "
  FROM kpi_sales_by
 WHERE grain = 'month' AND dimension = 'category' AND period = :'month'
 ORDER BY kpi_sales_by.net DESC, value LIMIT 8;

\echo 'BUYERS BY SEGMENT  (recency, frequency and value)'
SELECT n.segment, pg_temp.cell(n.customers, 1, 7) AS buyers, lpad(pg_temp.percent(n.rate), 7) AS share, lpad(pg_temp.change(n.rate, y.rate, 'rate'), 12) AS "on year before",
       pg_temp.cell(n.monetary / nullif(n.customers, 0), 1, 9) AS "each so far", pg_temp.bar(n.rate, 1, 40) AS " "
  FROM kpi_segment_mix AS n
  LEFT JOIN kpi_segment_mix AS y ON y.segment = n.segment AND y.snapshot = (SELECT min(snapshot) FROM kpi_segment_mix)
 WHERE n.snapshot = (SELECT max(snapshot) FROM kpi_segment_mix)
 ORDER BY n.monetary / nullif(n.customers, 0) DESC NULLS LAST, n.segment;
