#!/bin/bash
# A real shop's year of invoice lines, by two mapping views, against plain SQL:
# net by month, and what is known of every buyer at the ends of the months: as
# of each day, and in one pass over what is stored of her, with the label; the
# same by the definition of the published churn project.
# Needs saaskpi installed, and the file online_retail_ii_to_2010_11.csv.gz
# (Online Retail II: invoice, sku, qty, ts, price, customer, country) in
#
#   SAASKPI_CHURN_DATA   the folder that holds it
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/script/lib.sh"

data=${SAASKPI_CHURN_DATA:-}/online_retail_ii_to_2010_11.csv.gz
if [ ! -r "$data" ]; then
    echo "SKIPPED: set SAASKPI_CHURN_DATA to the folder of online_retail_ii_to_2010_11.csv.gz"
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi
find_postgres
server=$(short_directory)
trap 'stop_server "$server" immediate; rm -rf "$server"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_server "$server" 'work_mem = 64MB' 'jit = off' || exit 1

ask() { sql -At -v ON_ERROR_STOP=1 "$@"; }

ask <<'END' || exit 1
CREATE EXTENSION saaskpi;
CREATE SCHEMA shop;
CREATE TABLE shop.export (invoice text, sku text, qty numeric, ts timestamp, price numeric, customer text, country text);
END
gzip -dc "$data" | ask -c '\copy shop.export from stdin csv header' >/dev/null || exit 1
ask <<'END' >/dev/null || exit 1
CREATE VIEW shop.orders AS
SELECT invoice AS order_id, max(customer) AS customer_id, min(ts) AS ordered_at, max(country) AS country
  FROM shop.export GROUP BY invoice;
CREATE VIEW shop.order_lines AS
SELECT invoice AS order_id, sku AS product_id, qty AS quantity, price AS unit_price FROM shop.export;
SET client_min_messages = warning;
CALL saaskpi.create_views('shop');
UPDATE shop.kpi_settings SET as_of = '2010-11-30', currency = 'GBP';
CALL saaskpi.refresh('shop');
-- said again: lines of a price below zero do not count, an order without any
-- line of a quantity above zero is a return
CREATE TABLE shop.plain AS
SELECT invoice, max(customer) AS customer, min(ts)::date AS day, coalesce(sum(qty * price) FILTER (WHERE price >= 0), 0) AS net,
       coalesce(sum(qty) FILTER (WHERE price >= 0 AND qty > 0), 0) AS items, count(DISTINCT sku) FILTER (WHERE price >= 0) AS skus,
       coalesce(bool_or(qty < 0) FILTER (WHERE price >= 0), false) AND NOT coalesce(bool_or(qty > 0) FILTER (WHERE price >= 0), false) AS is_return
  FROM shop.export GROUP BY invoice;
ANALYZE shop.plain;
CREATE TABLE shop.ends AS SELECT m::date - 1 AS day FROM generate_series(timestamp '2010-01-01', '2010-12-01', '1 month') AS m;
END

passed=0
failed=0
# check WHAT SQL: the query counts differences.
check()
{
    local n
    n=$(ask -c "$2")
    if [ "$n" = 0 ]; then
        passed=$((passed + 1))
        echo "ok - $1"
    else
        failed=$((failed + 1))
        echo "not ok - $1: ${n:-an error} differ"
    fi
}

check 'net sales by month' "
SELECT count(*) FROM shop.kpi_sales AS s
  FULL JOIN (SELECT date_trunc('month', day::timestamp)::date AS period, sum(net) AS net FROM shop.plain GROUP BY 1) AS p USING (period)
 WHERE coalesce(s.grain, 'month') = 'month' AND s.net IS DISTINCT FROM p.net"
check 'orders by month' "
SELECT count(*) FROM (SELECT period, orders FROM shop.kpi_sales WHERE grain = 'month') AS s
  FULL JOIN (SELECT date_trunc('month', day::timestamp)::date AS period, count(*) AS orders FROM shop.plain WHERE NOT is_return GROUP BY 1) AS p USING (period)
 WHERE s.orders IS DISTINCT FROM p.orders"

features="
WITH bought AS (
    SELECT e.day AS at, p.*, p.day - lag(p.day) OVER (PARTITION BY e.day, p.customer ORDER BY p.day) AS gap
      FROM shop.ends AS e JOIN shop.plain AS p ON p.day <= e.day WHERE p.customer <> '' AND NOT p.is_return
), came AS (
    SELECT e.day AS at, p.customer, sum(p.net) AS net, coalesce(sum(p.net) FILTER (WHERE p.day > e.day - 30), 0) AS net_30d,
           coalesce(sum(p.net) FILTER (WHERE p.day > e.day - 90), 0) AS net_90d
      FROM shop.ends AS e JOIN shop.plain AS p ON p.day <= e.day WHERE p.customer <> '' GROUP BY 1, 2
)
SELECT b.at, b.customer, b.at - min(b.day) AS tenure_days, count(*) AS orders, max(c.net) AS net, round(sum(b.net) / count(*), 2) AS avg_basket,
       round(sum(b.items) / count(*), 4) AS avg_items, round(sum(b.skus) / count(*), 4) AS avg_products, round(avg(b.gap), 4) AS avg_days_between,
       (percentile_cont(0.5) WITHIN GROUP (ORDER BY b.gap))::numeric(20, 1) AS median_days_between, b.at - max(b.day) AS recency_days,
       max(c.net_30d) AS net_30d, count(*) FILTER (WHERE b.day > b.at - 30) AS orders_30d,
       max(c.net_90d) AS net_90d, count(*) FILTER (WHERE b.day > b.at - 90) AS orders_90d
  FROM bought AS b JOIN came AS c ON c.at = b.at AND c.customer = b.customer GROUP BY b.at, b.customer"
ask -c "CREATE TABLE shop.wanted AS $features" >/dev/null
ask -c "CREATE TABLE shop.got AS
SELECT e.day AS at, b.customer_id AS customer, b.tenure_days, b.orders, b.net, b.avg_basket, b.avg_items, b.avg_products, b.avg_days_between, b.median_days_between,
       b.recency_days, b.net_30d, b.orders_30d, b.net_90d, b.orders_90d
  FROM shop.ends AS e CROSS JOIN LATERAL saaskpi.buyers_at('shop', e.day) AS b" >/dev/null
rows=$(ask -c 'SELECT count(*) FROM shop.got')
check "the 13 features of $rows customers and month ends" "
SELECT count(*) FROM ((TABLE shop.got EXCEPT ALL TABLE shop.wanted) UNION ALL (TABLE shop.wanted EXCEPT ALL TABLE shop.got)) AS d"
# the same, not rounded, in one pass over what is stored of each buyer
ask <<'END' >/dev/null
CREATE TABLE shop.features AS
SELECT b.customer_id AS customer, f.* FROM shop.kpi_buyers_mat AS b,
       saaskpi.order_features(b.history, (SELECT array_agg(day) FROM shop.ends), 90, '2010-11-30') AS f;
CREATE TABLE shop.plain_features AS
WITH bought AS (
    SELECT e.day AS at, p.*, p.day - lag(p.day) OVER (PARTITION BY e.day, p.customer ORDER BY p.day) AS gap
      FROM shop.ends AS e JOIN shop.plain AS p ON p.day <= e.day WHERE p.customer <> '' AND NOT p.is_return
), came AS (
    SELECT e.day AS at, p.customer, sum(p.net) AS net, coalesce(sum(p.net) FILTER (WHERE p.day > e.day - 30), 0) AS net_30d,
           coalesce(sum(p.net) FILTER (WHERE p.day > e.day - 90), 0) AS net_90d
      FROM shop.ends AS e JOIN shop.plain AS p ON p.day <= e.day WHERE p.customer <> '' GROUP BY 1, 2
), known AS (
    SELECT b.customer, b.at AS as_of, (b.at - min(b.day))::float8 AS tenure_days, count(*)::float8 AS total_orders, max(c.net)::float8 AS total_revenue,
           sum(b.net)::float8 / count(*) AS avg_basket_value, sum(b.items)::float8 / count(*) AS avg_items_per_order, sum(b.skus)::float8 / count(*) AS avg_unique_skus,
           sum(b.gap)::float8 / nullif(count(b.gap), 0) AS avg_days_between_orders, percentile_cont(0.5) WITHIN GROUP (ORDER BY b.gap) AS median_days_between_orders, (b.at - max(b.day))::float8 AS recency_days,
           max(c.net_30d)::float8 AS revenue_last_30d, count(*) FILTER (WHERE b.day > b.at - 30)::float8 AS orders_last_30d,
           max(c.net_90d)::float8 AS revenue_last_90d, count(*) FILTER (WHERE b.day > b.at - 90)::float8 AS orders_last_90d
      FROM bought AS b JOIN came AS c ON c.at = b.at AND c.customer = b.customer GROUP BY b.at, b.customer
), stayed AS (
    SELECT DISTINCT e.day AS at, p.customer FROM shop.ends AS e JOIN shop.plain AS p ON p.day > e.day AND p.day <= e.day + 90 WHERE NOT p.is_return
)
SELECT k.*, CASE WHEN k.as_of + 90 <= '2010-11-30' THEN s.customer IS NULL END AS churned FROM known AS k LEFT JOIN stayed AS s ON s.at = k.as_of AND s.customer = k.customer;

-- the published definition: lines of a quantity and a price above zero, up to
-- the midnight at which the day begins; half a year later too, when 365 days
-- do not hold everything any more
CREATE TABLE shop.kept AS SELECT * FROM shop.export WHERE qty > 0 AND price > 0 AND customer <> '';
CREATE TABLE shop.snapshots AS SELECT day FROM shop.ends UNION SELECT day + 180 FROM shop.ends;
CREATE TABLE shop.published AS
SELECT h.customer, f.*
  FROM (SELECT customer, saaskpi.order_history_agg(ts, net, items, skus, false) AS history
          FROM (SELECT customer, invoice, min(ts) AS ts, sum(qty * price) AS net, sum(qty) AS items, count(DISTINCT sku) AS skus FROM shop.kept GROUP BY 1, 2) AS o GROUP BY 1) AS h,
       saaskpi.order_features_published(h.history, (SELECT array_agg(day) FROM shop.snapshots), 90, '2010-11-30') AS f;
CREATE TABLE shop.plain_published AS
WITH l AS (SELECT e.day, k.* FROM shop.snapshots AS e JOIN shop.kept AS k ON k.ts <= e.day
), invoices AS (
    SELECT day, customer, invoice, sum(qty * price) AS revenue, sum(qty) AS items, count(DISTINCT sku) AS skus, min(ts) AS ts FROM l GROUP BY 1, 2, 3
), life AS (
    SELECT day, customer, min(ts) AS first, max(ts) AS last, count(*) AS orders, sum(revenue) AS revenue,
           coalesce(sum(revenue) FILTER (WHERE ts > day - interval '30 days'), 0) AS revenue_30, count(*) FILTER (WHERE ts > day - interval '30 days') AS orders_30,
           coalesce(sum(revenue) FILTER (WHERE ts > day - interval '90 days'), 0) AS revenue_90, count(*) FILTER (WHERE ts > day - interval '90 days') AS orders_90
      FROM invoices GROUP BY 1, 2
), gaps AS (
    SELECT *, floor(extract(epoch FROM ts - lag(ts) OVER (PARTITION BY day, customer ORDER BY ts)) / 86400)::float8 AS gap FROM invoices WHERE ts >= day - interval '365 days'
), baskets AS (
    SELECT day, customer, sum(revenue)::float8 / count(*) AS basket, sum(items)::float8 / count(*) AS items, sum(skus)::float8 / count(*) AS skus, sum(gap) / nullif(count(gap), 0) AS mean,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS median FROM gaps GROUP BY 1, 2
), stayed AS (
    SELECT DISTINCT e.day, k.customer FROM shop.snapshots AS e JOIN shop.kept AS k ON k.ts >= e.day + 1 AND k.ts < e.day + 91
)
SELECT a.customer, a.day, floor(extract(epoch FROM a.last - a.first) / 86400)::float8, a.orders::float8, a.revenue::float8 AS revenue, b.basket, b.items, b.skus, b.mean, b.median,
       floor(extract(epoch FROM a.day - a.last) / 86400)::float8 AS recency, a.revenue_30::float8 AS r30, a.orders_30::float8 AS o30, a.revenue_90::float8 AS r90, a.orders_90::float8 AS o90,
       CASE WHEN a.day + 90 <= '2010-11-30' THEN s.customer IS NULL END AS churned
  FROM life AS a LEFT JOIN baskets AS b ON b.day = a.day AND b.customer = a.customer LEFT JOIN stayed AS s ON s.day = a.day AND s.customer = a.customer;
END
columns='customer, as_of, tenure_days, total_orders, total_revenue, avg_basket_value, avg_items_per_order, avg_unique_skus, avg_days_between_orders, median_days_between_orders, recency_days, revenue_last_30d, orders_last_30d, revenue_last_90d, orders_last_90d, churned'
check 'and with the label in one pass over what is stored' "
SELECT count(*) FROM ((SELECT $columns FROM shop.features EXCEPT ALL TABLE shop.plain_features) UNION ALL (TABLE shop.plain_features EXCEPT ALL SELECT $columns FROM shop.features)) AS d"
published=$(ask -c "SELECT count(*) FROM shop.published")
check "those of the published definition, of $published customers and days" "
SELECT count(*) FROM ((TABLE shop.published EXCEPT ALL TABLE shop.plain_published) UNION ALL (TABLE shop.plain_published EXCEPT ALL TABLE shop.published)) AS d"
check 'labels of both definitions, known and not' "
SELECT count(*) FROM (SELECT count(DISTINCT churned) AS labels, count(*) - count(churned) AS unknown FROM shop.features UNION ALL
                      SELECT count(DISTINCT churned), count(*) - count(churned) FROM shop.published) AS q WHERE labels <> 2 OR unknown = 0"
check 'identities' "SELECT count(*) FROM saaskpi.check_identities('shop') WHERE NOT holds"
[ "$rows" -gt 10000 ] && [ "${published:-0}" -gt 20000 ] || { echo "not ok - only $rows and ${published:-no} rows"; failed=$((failed + 1)); }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
