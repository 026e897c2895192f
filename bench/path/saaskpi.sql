-- Four statements are timed.
\timing off
SET client_min_messages = warning;
DROP TABLE IF EXISTS train_time;
CREATE TABLE train_time AS SELECT clock_timestamp() AS began, interval '0' AS trained;
\timing on
CALL saaskpi.refresh('shop');
\timing off
UPDATE train_time SET began = clock_timestamp();
\timing on
CALL saaskpi.train_churn('shop');
\timing off
UPDATE train_time SET trained = clock_timestamp() - began;
\timing on
CALL saaskpi.refresh('shop');
SELECT count(*) FROM (SELECT rank, customer_id, probability, expected_loss, action, reasons FROM shop.kpi_actions ORDER BY rank OFFSET 0) AS q;
