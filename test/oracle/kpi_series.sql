-- kpi_series: what is forecast, and which months are known of it.
SELECT metric, dimension, value, min(period) AS first_period,
       max(period) AS last_period
FROM oracle_series
GROUP BY metric, dimension, value
ORDER BY metric COLLATE "C", dimension COLLATE "C", value COLLATE "C"
