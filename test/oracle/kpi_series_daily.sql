-- kpi_series_daily: what is forecast by day, and which days are known of it.
SELECT metric, taken_from, first_period, last_period FROM oracle_y_daily
