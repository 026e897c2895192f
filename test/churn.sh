#!/bin/bash
# Who will leave a real shop: a model trained on its invoice lines, judged on
# month ends it had not seen, and the list of whom to look after.
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
start_server "$server" 'work_mem = 64MB' 'jit = off' 'client_min_messages = warning' || exit 1

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
CALL saaskpi.create_views('shop');
UPDATE shop.kpi_settings SET as_of = '2010-11-30', currency = 'GBP';
CALL saaskpi.refresh('shop');
CALL saaskpi.train_churn('shop', overlap => true, test_snapshots => 2);
CALL saaskpi.train_churn('shop', overlap => true, test_snapshots => 2, promote => false);
CALL saaskpi.refresh('shop');
CREATE VIEW shop.judged AS
SELECT v ->> 'section' AS section, v ->> 'model' AS model, v ->> 'metric' AS metric, (v ->> 'value')::numeric AS value
  FROM shop.kpi_churn_models, jsonb_array_elements(metrics) AS v WHERE id = 1;
END

# What a reader wants to see, whether it passes or not.
sql -c "SELECT section, model, max(value) FILTER (WHERE metric = 'roc_auc') AS roc_auc, max(value) FILTER (WHERE metric = 'average_precision') AS average_precision,
               max(value) FILTER (WHERE metric = 'calibration_error') AS calibration_error, max(value) FILTER (WHERE metric = 'rows') AS rows
          FROM shop.judged WHERE section ~ '^(hold-out|in-sample)' GROUP BY 1, 2 ORDER BY 1, 3 DESC"

passed=0
failed=0
# check WHAT SQL: true.
check()
{
    local got
    got=$(ask -c "$2" 2>&1)
    if [ "$got" = t ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok - $1: $got"
    fi
}

of() { echo "(SELECT value FROM shop.judged WHERE section = '$1' AND model = '$2' AND metric = '$3')"; }

check 'the model does better than recency and than BG/NBD on months it had not seen' \
    "SELECT m.roc_auc > m.roc_auc_recency + .05 AND m.roc_auc > $(of hold-out bg_nbd roc_auc) AND m.status = 'promoted' FROM shop.kpi_churn_models AS m WHERE id = 1"
check 'judged on rows it was trained on it does better, which is why that is not the number' \
    "SELECT $(of in-sample trees roc_auc) > $(of hold-out trees roc_auc)"
check 'rows whose labels reach into the months held out were dropped' \
    'SELECT dropped > 1000 FROM shop.kpi_churn_models WHERE id = 1'
check 'trained again, the same bytes' \
    'SELECT a.model::bytea = b.model::bytea AND a.metrics = b.metrics FROM shop.kpi_churn_models AS a, shop.kpi_churn_models AS b WHERE a.id = 1 AND b.id = 2'
check 'everybody who had ordered by the day has a score, and labels are what plain SQL says' \
    "SELECT count(*) = (SELECT count(*) FROM shop.kpi_buyers) AND (SELECT count(*) FROM shop.kpi_churn_scores AS s
              WHERE s.churned IS DISTINCT FROM CASE WHEN s.snapshot + 90 <= '2010-11-30' THEN NOT EXISTS (SELECT FROM shop.kpi_orders AS o
                    WHERE o.customer_id = s.customer_id AND o.status = 'counts' AND NOT o.is_return AND o.ordered_on > s.snapshot AND o.ordered_on <= s.snapshot + 90) END) = 0
       FROM shop.kpi_churn_scores WHERE snapshot = '2010-11-30'"
check 'the list holds 15 per cent of them, rounded up, each with an action and reasons' \
    "SELECT count(*) = ceil(.15 * (SELECT count(*) FROM shop.kpi_buyers)) AND bool_and(action IS NOT NULL AND reasons <> '') AND count(DISTINCT rank) = count(*) FROM shop.kpi_actions"
check 'the identities hold' \
    "SELECT bool_and(holds) FROM saaskpi.check_identities('shop')"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
