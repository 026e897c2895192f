-- The executive overview of one schema, as text of at most 100 columns:
--
--   psql -X -q -d DATABASE -v schema=acme -f demo/overview.sql
--
-- Months that are not complete are left out; rates over several months or
-- customers are ratios of sums.
\set ON_ERROR_STOP on
\set QUIET on
\pset pager off
\pset footer off
\pset border 0
\pset null '-'
SET search_path = :"schema", pg_catalog;
SET client_min_messages = warning;

-- Amounts above ten million are told in thousands.
SELECT CASE WHEN max(closing) >= 1e7 THEN 1000 ELSE 1 END AS unit,
       CASE WHEN max(closing) >= 1e7 THEN 'thousand ' ELSE '' END AS unit_name,
       coalesce(max(period) FILTER (WHERE is_complete), 'epoch') AS month
  FROM kpi_mrr_monthly \gset
SELECT currency, as_of, effective_as_of FROM kpi_settings \gset

CREATE OR REPLACE FUNCTION pg_temp.amount(value numeric, unit numeric DEFAULT 1) RETURNS text
LANGUAGE sql IMMUTABLE RETURN to_char(round(value / unit), 'FM999,999,999,999,990');
CREATE OR REPLACE FUNCTION pg_temp.cell(value numeric, unit numeric, width integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN lpad(pg_temp.amount(value, unit), greatest(width, length(pg_temp.amount(value, unit))));
CREATE OR REPLACE FUNCTION pg_temp.percent(value numeric) RETURNS text
LANGUAGE sql IMMUTABLE RETURN to_char(100 * value, 'FM999,990.0') || ' %';
CREATE OR REPLACE FUNCTION pg_temp.bar(value numeric, of_largest numeric, width integer, mark text DEFAULT '█') RETURNS text
LANGUAGE sql IMMUTABLE
RETURN coalesce(repeat(mark, CASE WHEN value > 0 THEN greatest(1, round(value / nullif(of_largest, 0) * width)::integer) ELSE 0 END), '');
CREATE OR REPLACE FUNCTION pg_temp.change(now numeric, before numeric, kind text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN now IS NULL OR before IS NULL OR (kind <> 'rate' AND before = 0) THEN '-'
            ELSE CASE sign(round(CASE kind WHEN 'rate' THEN now - before ELSE (now - before) / abs(before) END, 3)) WHEN 1 THEN '▲ ' WHEN -1 THEN '▼ ' ELSE '= ' END
                 || CASE kind WHEN 'rate' THEN to_char(100 * abs(now - before), 'FM990.0') || ' points'
                    ELSE to_char(100 * abs((now - before) / before), 'FM999,990.0') || ' %' END END;
CREATE OR REPLACE FUNCTION pg_temp.month(period date) RETURNS text
LANGUAGE sql IMMUTABLE RETURN to_char(period, 'YYYY-MM');

\pset tuples_only on
\pset format unaligned
SELECT E'\n' || upper(:'schema') || ': overview of ' || to_char(:'month'::date, 'FMMonth YYYY')
       || '  (as of ' || :'effective_as_of' || ', ' || :'unit_name' || :'currency' || ')' || E'\n';

-- Tiles: four to a row.
WITH moments AS (
    SELECT :'month'::date AS now, (:'month'::date - interval '1 month')::date AS month_ago,
           (:'month'::date - interval '1 year')::date AS year_ago
), measures AS (
    SELECT w.period, v.*
      FROM kpi_mrr_monthly AS w
      JOIN kpi_revenue_monthly AS r USING (period)
      JOIN kpi_margin_monthly AS g USING (period)
     CROSS JOIN LATERAL (VALUES
           (1, 'MRR', 'money', w.closing), (2, 'ARR', 'money', 12 * w.closing),
           (3, 'Customers', 'count', w.customers_closing), (4, 'ARPA', 'price', w.arpa),
           (5, 'NRR, 12 months', 'rate', w.nrr_12m), (6, 'GRR, 12 months', 'rate', w.grr_12m),
           (7, 'Logo churn, month', 'rate', w.logo_churn_rate), (8, 'Quick ratio', 'times', w.quick_ratio),
           (9, 'Collected', 'money', r.collected), (10, 'Gross margin', 'rate', g.gross_margin),
           (11, 'CAC payback, months', 'times', g.cac_payback_months), (12, 'LTV : CAC', 'times', g.ltv_to_cac)
           ) AS v(n, name, kind, value)
), tiles AS (
    SELECT n.n, (n.n - 1) / 4 AS line, ARRAY[n.name,
           CASE n.kind WHEN 'money' THEN pg_temp.amount(n.value, :unit) WHEN 'count' THEN pg_temp.amount(n.value)
                WHEN 'price' THEN to_char(n.value, 'FM999,999,990.00') WHEN 'rate' THEN pg_temp.percent(n.value)
                ELSE to_char(n.value, 'FM999,990.0') END,
           'month ' || pg_temp.change(n.value, m.value, n.kind),
           'year  ' || pg_temp.change(n.value, y.value, n.kind)] AS says
      FROM moments AS t
      JOIN measures AS n ON n.period = t.now
      LEFT JOIN measures AS m ON m.period = t.month_ago AND m.n = n.n
      LEFT JOIN measures AS y ON y.period = t.year_ago AND y.n = n.n
)
SELECT string_agg(CASE part WHEN 0 THEN '┌' || repeat('─', 22) || '┐' WHEN 5 THEN '└' || repeat('─', 22) || '┘'
                  ELSE '│ ' || rpad(coalesce(says[part], '-'), 20) || ' │' END, ' ' ORDER BY n)
  FROM tiles CROSS JOIN generate_series(0, 5) AS part
 GROUP BY line, part ORDER BY line, part;
\pset format aligned
\pset tuples_only off

\echo
\echo 'MRR WATERFALL  (█ won, ░ lost)'
SELECT pg_temp.month(period) AS month, pg_temp.cell(opening, :unit, 9) AS opening, pg_temp.cell(new, :unit, 8) AS new,
       pg_temp.cell(expansion, :unit, 9) AS expansion, pg_temp.cell(reactivation, :unit, 11) AS reactivated,
       pg_temp.cell(-contraction, :unit, 11) AS contraction, pg_temp.cell(-churn, :unit, 8) AS churn,
       pg_temp.cell(closing, :unit, 9) AS closing,
       pg_temp.bar(new + expansion + reactivation, max(greatest(new + expansion + reactivation, contraction + churn)) OVER (), 10)
       || pg_temp.bar(contraction + churn, max(greatest(new + expansion + reactivation, contraction + churn)) OVER (), 10, '░') AS "moved"
  FROM kpi_mrr_monthly
 WHERE is_complete AND period > :'month'::date - interval '13 months'
 ORDER BY period;

-- Two complete months can be told apart.
SELECT count(*) = 2 AS has_two_months FROM kpi_mrr_monthly WHERE is_complete AND period IN (:'month', (:'month'::date - interval '1 month')::date) \gset
\if :has_two_months
\ir change.sql
\endif

\echo 'PLANS, LAST MONTH  (moves between plans are transfers)'
SELECT value AS plan, pg_temp.cell(opening, :unit, 9) AS opening, pg_temp.cell(new + reactivation, :unit, 8) AS won,
       pg_temp.cell(expansion, :unit, 9) AS expansion, pg_temp.cell(transfer_in, :unit, 9) AS "moved in",
       pg_temp.cell(-transfer_out, :unit, 9) AS "moved out", pg_temp.cell(-contraction, :unit, 11) AS contraction,
       pg_temp.cell(-churn, :unit, 8) AS churn, pg_temp.cell(closing, :unit, 9) AS closing, lpad(pg_temp.percent(nrr_12m), 8) AS "nrr 12m"
  FROM kpi_mrr_monthly_by
 WHERE dimension = 'plan_type' AND period = :'month'
 ORDER BY kpi_mrr_monthly_by.closing DESC, value;

\echo 'COHORTS  (by quarter of the first MRR: percent of the customers active so many months later)'
WITH months AS (
    SELECT date_trunc('quarter', cohort)::date AS quarter, age, count(*) AS cohorts, sum(customers) AS customers,
           sum(retained) AS retained, bool_and(is_mature) AS is_mature
      FROM kpi_cohort_retention WHERE basis = 'mrr' GROUP BY 1, 2
), cells AS (
    -- of a quarter, once all its months have reached the age
    SELECT m.quarter, z.customers AS size, m.age, m.retained / m.customers AS rate
      FROM months AS m JOIN months AS z ON z.quarter = m.quarter AND z.age = 0 AND z.cohorts = m.cohorts
     WHERE m.is_mature AND m.customers > 0
    UNION ALL
    SELECT 'infinity', (SELECT sum(customers) FROM kpi_cohort_retention WHERE basis = 'mrr' AND age = 0), age,
           sum(retained) / sum(customers)
      FROM kpi_cohort_retention WHERE basis = 'mrr' AND is_mature AND customers > 0 GROUP BY age
), shown AS (
    SELECT quarter, size, age, lpad(round(100 * rate)::text, 3) || ' '
           || substr('▁▂▃▄▅▆▇█', 1 + least(7, floor(8 * rate))::integer, 1) AS cell
      FROM cells
     WHERE quarter > :'month'::date - interval '3 years'
)
SELECT CASE WHEN quarter = 'infinity' THEN 'all' ELSE to_char(quarter, 'YYYY "Q"Q') END AS cohort,
       pg_temp.cell(max(size), 1, 9) AS customers,
       coalesce(max(cell) FILTER (WHERE age = 1), '') AS "  1 m", coalesce(max(cell) FILTER (WHERE age = 2), '') AS "  2 m",
       coalesce(max(cell) FILTER (WHERE age = 3), '') AS "  3 m", coalesce(max(cell) FILTER (WHERE age = 6), '') AS "  6 m",
       coalesce(max(cell) FILTER (WHERE age = 9), '') AS "  9 m", coalesce(max(cell) FILTER (WHERE age = 12), '') AS " 12 m",
       coalesce(max(cell) FILTER (WHERE age = 18), '') AS " 18 m", coalesce(max(cell) FILTER (WHERE age = 24), '') AS " 24 m",
       coalesce(max(cell) FILTER (WHERE age = 30), '') AS " 30 m", coalesce(max(cell) FILTER (WHERE age = 36), '') AS " 36 m"
  FROM shown GROUP BY quarter ORDER BY quarter;

\echo 'CONVERSION BY COUNTRY  (signups of the last 12 months, of those old enough to tell)'
SELECT coalesce(value, 'all') AS country, pg_temp.cell(sum(matured), 1, 7) AS signups, pg_temp.cell(sum(converted), 1, 9) AS converted,
       lpad(pg_temp.percent(sum(converted) / nullif(sum(matured), 0)), 7) AS rate,
       pg_temp.bar(sum(converted) / nullif(sum(matured), 0), 1, 40) AS " "
  FROM kpi_conversion
 WHERE dimension = 'country' AND cohort > :'month'::date - interval '12 months'
 GROUP BY ROLLUP (value) HAVING sum(matured) > 0
 ORDER BY grouping(value), sum(matured) DESC, value;

\echo 'FROM MRR TO CASH, LAST MONTH'
SELECT v.line, pg_temp.cell(v.amount, :unit, 9) AS amount, pg_temp.bar(abs(v.amount), b.mrr_closing, 40,
       CASE WHEN v.amount < 0 THEN '░' ELSE '█' END) AS " "
  FROM kpi_cash_bridge_monthly AS b
 CROSS JOIN LATERAL (VALUES (1, 'MRR at the end of the month', b.mrr_closing), (2, 'paid above MRR', b.paid_above_mrr),
       (3, 'paid without MRR', b.paid_without_mrr), (4, 'charges that failed', -b.failed_unpaid),
       (5, 'paid below MRR', -b.paid_below_mrr), (6, 'nothing paid', -b.not_paid), (7, 'refunds', -b.refunded),
       (8, 'collected', b.collected)) AS v(n, line, amount)
 WHERE b.period = :'month'
 ORDER BY v.n;

\echo 'REVENUE MONTHS TO LOOK AT  (change on the month before beyond the thresholds of the settings)'
SELECT pg_temp.month(period) AS month, pg_temp.cell(collected, :unit, 9) AS collected,
       lpad(to_char(100 * mom, 'FMSG999,990.0') || ' %', 15) AS "on month before",
       lpad(coalesce(to_char(100 * yoy, 'FMSG999,990.0') || ' %', '-'), 14) AS "on year before", change_flag AS flag
  FROM kpi_revenue_monthly
 WHERE change_flag IN ('warn', 'alert')
 ORDER BY period DESC LIMIT 12;

\echo 'FORECAST, NEXT 6 MONTHS  (likely value; 8 of 10 outcomes are expected within █, 19 of 20 within ░)'
WITH ahead AS (
    SELECT f.*, min(lo95) OVER metric_ AS least, nullif(max(hi95) OVER metric_ - min(lo95) OVER metric_, 0) / 22 AS step
      FROM kpi_forecast_monthly AS f
     WHERE dimension = 'all' AND row_type = 'forecast' AND metric IN ('mrr', 'collected')
    WINDOW metric_ AS (PARTITION BY metric)
)
SELECT CASE metric WHEN 'mrr' THEN 'MRR' ELSE metric END AS forecast, pg_temp.month(period) AS month, pg_temp.cell(point, :unit, 9) AS likely,
       coalesce(pg_temp.cell(lo80, :unit, 9) || ' to ' || pg_temp.cell(hi80, :unit, 9), '-') AS "80 % range",
       coalesce(pg_temp.cell(lo95, :unit, 9) || ' to ' || pg_temp.cell(hi95, :unit, 9), '-') AS "95 % range",
       CASE WHEN status <> 'ok' THEN model || ': ' || status
            ELSE coalesce(repeat(' ', round((lo95 - least) / step)::integer)
                 || repeat('░', (round((lo80 - least) / step) - round((lo95 - least) / step))::integer)
                 || repeat('█', (round((hi80 - least) / step) - round((lo80 - least) / step))::integer)
                 || repeat('░', (round((hi95 - least) / step) - round((hi80 - least) / step))::integer), '') END AS "range"
  FROM ahead
 ORDER BY metric DESC, period;

\echo 'UNUSUAL MONTHS  (values that do not fit the rest of their series)'
WITH event AS (
    SELECT a.*, count(*) FILTER (WHERE is_alarm) OVER (PARTITION BY metric ORDER BY period) AS event, min(period) OVER (PARTITION BY metric) AS begun
      FROM kpi_anomalies AS a WHERE metric IN ('mrr', 'collected', 'net_sales')
), worst AS (
    SELECT DISTINCT ON (metric, event) e.*, min(period) OVER (PARTITION BY metric, event) AS first, max(period) OVER (PARTITION BY metric, event) AS last
      FROM event AS e WHERE is_anomaly ORDER BY metric, event, score DESC, period
)
SELECT pg_temp.month(first) || CASE WHEN last > first THEN ' to ' || pg_temp.month(last) ELSE '' END AS month,
       CASE metric WHEN 'mrr' THEN 'MRR' ELSE replace(metric, '_', ' ') END AS "number", pg_temp.cell(value, :unit, 9) AS value,
       pg_temp.cell(expected, :unit, 9) AS expected, lpad(coalesce(to_char(100 * (value - expected) / nullif(abs(expected), 0), 'FMSG999,990.0') || ' %', '-'), 9) AS "off by",
       CASE kind WHEN 'spike' THEN 'spike: too much' WHEN 'dip' THEN 'dip: too little'
            WHEN 'level shift' THEN 'level shift: it moved and stayed' ELSE 'temporary change: ' || CASE WHEN first = begun THEN 'the first months' ELSE 'it came back' END END AS what
  FROM worst
 ORDER BY first DESC, metric DESC LIMIT 12;

-- Pages of what is not subscriptions, where its sources are there.
SELECT to_regclass('kpi_activity') IS NOT NULL AS has_activity, to_regclass('kpi_sales') IS NOT NULL AS has_sales,
       to_regclass('kpi_pipeline') IS NOT NULL AS has_pipeline \gset
\if :has_activity
\ir activity.sql
\endif
\if :has_sales
\ir sales.sql
\endif
\if :has_pipeline
\ir pipeline.sql
\endif

\echo 'WHAT THE DATA CHECK FOUND'
DROP TABLE IF EXISTS pg_temp.finding;
CREATE TEMPORARY TABLE finding AS SELECT row_number() OVER () AS n, f.* FROM saaskpi.check_sources(:'schema') AS f;
SELECT count(*) = 0 AS clean FROM pg_temp.finding \gset
\if :clean
\echo 'nothing\n'
\else
SELECT severity, source, rule, rows, left(example, 30) AS example FROM pg_temp.finding ORDER BY n;
\endif

\echo 'THE REFRESH BEHIND THESE NUMBERS'
SELECT l.run_id AS run, to_char(l.finished_at, 'YYYY-MM-DD HH24:MI') AS finished, l.status, l.as_of AS "as of", l.seconds,
       pg_temp.amount(l.customers) AS customers, l.skipped_subscriptions + l.skipped_payments AS "rows skipped",
       i.held || ' of ' || i.checked || ' hold' AS identities
  FROM kpi_refresh_log AS l
 CROSS JOIN (SELECT count(*) FILTER (WHERE holds) AS held, count(*) AS checked
               FROM saaskpi.check_identities(:'schema')) AS i
 ORDER BY l.run_id DESC LIMIT 1;
