-- kpi_forecast_daily: the series and their forecast. The amounts are plain SQL,
-- the models the extension's own, asked with arrays.
SELECT metric, first_period + f.step - 1 AS period, row_type,
       amounts[f.step] AS actual, round(fitted::numeric, 2) AS fitted,
       round(trend::numeric, 2) AS trend,
       round(seasonal::numeric, 2) AS seasonal,
       round(point::numeric, 2) AS point, round(lo80::numeric, 2) AS lo80,
       round(hi80::numeric, 2) AS hi80, round(lo95::numeric, 2) AS lo95,
       round(hi95::numeric, 2) AS hi95,
       CASE WHEN model LIKE '% (%' THEN split_part(model, ' (', 1)
            ELSE model END AS model,
       CASE WHEN model LIKE '% (%'
            THEN rtrim(substr(model, strpos(model, ' (') + 2), ')')
            ELSE 'ok' END AS status
FROM oracle_y_daily
CROSS JOIN LATERAL saaskpi.forecast_history(y, season, 28, periods) AS f
LEFT JOIN LATERAL saaskpi.decompose(y, season) AS d ON d.step = f.step
