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

CREATE FUNCTION saaskpi.event_features(history saaskpi.event_history, days date[], horizon integer DEFAULT 30, last date DEFAULT NULL)
    RETURNS TABLE (as_of date, tenure_days float8, recency_days float8, total_events float8, active_days float8,
        active_days_last_7d float8, active_days_last_14d float8, active_days_last_28d float8, active_days_last_90d float8,
        events_last_7d float8, events_last_14d float8, events_last_28d float8, events_last_90d float8, events_previous_28d float8, active_days_previous_28d float8,
        events_trend float8, active_days_trend float8, events_per_active_day float8, avg_days_between_active_days float8, recency_ratio float8,
        event_types float8, event_types_last_28d float8, active_months float8, churned boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_event_features' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 12;
COMMENT ON FUNCTION saaskpi.event_features(saaskpi.event_history, date[], integer, date) IS
    'what was known of the events of a customer at the end of each of the days, and whether she then did nothing for horizon days: a row for every day up to which she had had an event, that day included. churned is null where those days end after last, the last day of which events are known, and without it';

CREATE FUNCTION saaskpi.event_type_features(history saaskpi.event_history, days date[], types text[], window_days integer DEFAULT 28)
    RETURNS TABLE (as_of date, events float8[], recency_days float8[])
    AS 'MODULE_PATHNAME', 'saaskpi_event_type_features' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 12;
COMMENT ON FUNCTION saaskpi.event_type_features(saaskpi.event_history, date[], text[], integer) IS
    'events of each of the types, in their order, in the days that end with each of the days, and days since the last of each, null for none so far: a row for every day up to which the customer had had an event of any type, as event_features has';

CREATE FUNCTION saaskpi.subscription_features(history saaskpi.mrr_history, payments saaskpi.activity, days date[], horizon integer DEFAULT 90, last date DEFAULT NULL)
    RETURNS TABLE (as_of date, tenure_days float8, spell_days float8, mrr float8, mrr_change_30d float8, mrr_change_90d float8, mrr_max float8, mrr_to_max float8,
        expansions float8, contractions float8, expansions_last_90d float8, contractions_last_90d float8,
        plans float8, plans_used float8, plan_moves float8, plan_moves_last_90d float8, days_since_change float8, past_churns float8, reactivations float8,
        payments_last_3m float8, failed_payments float8, failed_payments_last_1m float8, failed_payments_last_3m float8, failed_payment_streak float8, months_since_payment float8, churned boolean)
    AS 'MODULE_PATHNAME', 'saaskpi_subscription_features' LANGUAGE C IMMUTABLE PARALLEL SAFE
    ROWS 12;
COMMENT ON FUNCTION saaskpi.subscription_features(saaskpi.mrr_history, saaskpi.activity, date[], integer, date) IS
    'what was known of the subscriptions and payments of a customer at the end of each of the days, and whether she then left within horizon days, her MRR falling to zero otherwise than by a pause, or what she paused ending: a row for every day at whose end she had MRR. Payments, which may be null, count when their month has ended by the day. churned is null where the days end after last, the last day of which subscriptions are known, and without it';
