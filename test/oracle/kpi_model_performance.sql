-- kpi_model_performance: the forecasts tried on the past ten years, of the
-- company as a whole; the errors are the extension's own, asked with arrays.
SELECT metric, model, step::bigint, n::bigint AS forecasts,
       round(mae::numeric, 2) AS mae, round(rmse::numeric, 2) AS rmse,
       round(mape::numeric, 2) AS mape, round(smape::numeric, 2) AS smape,
       round(mase::numeric, 4) AS mase, round(rmsse::numeric, 4) AS rmsse,
       round(coverage80::numeric, 4) AS coverage80,
       round(coverage95::numeric, 4) AS coverage95,
       round(msis::numeric, 4) AS msis,
       round(p_value::numeric, 4) AS p_value,
       CASE WHEN n > 0 THEN 'ok' ELSE 'too short' END AS status
FROM oracle_y
CROSS JOIN LATERAL saaskpi.backtest(y[greatest(cardinality(y) - 119, 1):],
                                    season, 6)
WHERE dimension = 'all'
ORDER BY metric COLLATE "C", model COLLATE "C", step
