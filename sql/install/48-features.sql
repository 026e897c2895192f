-- What was known of a customer at the end of a day, and what came of it:
-- features and labels of models, out of the states that are kept per customer.

CREATE FUNCTION saaskpi.order_features(history saaskpi.order_history, days date[], horizon integer DEFAULT 90, last date DEFAULT NULL)
    RETURNS TABLE (as_of date, tenure_days float8, total_orders float8, total_revenue float8, avg_basket_value float8, avg_items_per_order float8, avg_unique_skus float8,
        avg_days_between_orders float8, median_days_between_orders float8, recency_days float8,
        revenue_last_30d float8, orders_last_30d float8, revenue_last_90d float8, orders_last_90d float8,
        purchase_days float8, purchase_days_last_7d float8, purchase_days_last_14d float8, purchase_days_last_60d float8, purchase_days_last_180d float8, purchase_days_last_365d float8,
        revenue_last_365d float8, orders_previous_90d float8, revenue_previous_90d float8, active_months float8, recency_ratio float8, sd_days_between_orders float8,
        last_purchase_value float8, largest_purchase_value float8, returns float8, returns_last_90d float8, return_share float8, orders_same_season float8,
        churned boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_order_features' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 12;
COMMENT ON FUNCTION saaskpi.order_features(saaskpi.order_history, date[], integer, date) IS
    'what was known of a buyer at the end of each of the days, and whether she then ordered nothing for horizon days: a row for every day up to which she had ordered, that day included. churned is null where those days end after last, the last day of which orders are known, and without it';

CREATE FUNCTION saaskpi.order_features_published(history saaskpi.order_history, days date[], horizon integer DEFAULT 90, last date DEFAULT NULL)
    RETURNS TABLE (as_of date, tenure_days float8, total_orders float8, total_revenue float8, avg_basket_value float8, avg_items_per_order float8, avg_unique_skus float8,
        avg_days_between_orders float8, median_days_between_orders float8, recency_days float8,
        revenue_last_30d float8, orders_last_30d float8, revenue_last_90d float8, orders_last_90d float8, churned boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_order_features_published' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 12;
COMMENT ON FUNCTION saaskpi.order_features_published(saaskpi.order_history, date[], integer, date) IS
    'the 13 features as the published churn project defines them, to be compared with it: up to the midnight at which the day begins, so that the day itself is in neither features nor label; basket and gaps of the 365 days before; tenure from first to last order; whole days between times; returns are left out';
