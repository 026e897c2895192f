-- The columns of the relations about what is to come and what was unusual.

CREATE FUNCTION saaskpi.series_columns()
RETURNS TABLE (relation name, column_name name, unit text, comment text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 46
SET search_path = pg_catalog, pg_temp
AS $$
VALUES
('kpi_forecast_monthly'::name, 'metric'::name, 'text', 'What is forecast: mrr (closing of kpi_mrr_monthly) or collected (of kpi_revenue_monthly).'),
('kpi_forecast_monthly', 'dimension', 'text', 'What value names: all or segment; each is forecast on its own, so the segments do not add up to all.'),
('kpi_forecast_monthly', 'value', 'text', 'Segment of the row, all for the whole company; (none) stands for customers without one.'),
('kpi_forecast_monthly', 'period', 'date', 'First day of the month; history begins with the first month that is not zero and ends with the last complete one, forecast is the six months after it.'),
('kpi_forecast_monthly', 'row_type', 'text', 'history for months that are over, forecast for months to come, the running one included.'),
('kpi_forecast_monthly', 'actual', 'money', 'What the month had; NULL in forecast rows.'),
('kpi_forecast_monthly', 'fitted', 'money', 'What the model said of the month one month before, its parameters knowing the whole history; NULL in forecast rows and where status says why.'),
('kpi_forecast_monthly', 'trend', 'money', 'Where the series stood without season and chance, by STL; NULL in forecast rows.'),
('kpi_forecast_monthly', 'seasonal', 'money', 'What the season added, by STL; actual = trend + seasonal + chance; 0 below two years of history, NULL in forecast rows.'),
('kpi_forecast_monthly', 'point', 'money', 'What is to be expected of the month; NULL in history rows.'),
('kpi_forecast_monthly', 'lo80', 'money', 'Lower bound of what four of five months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'hi80', 'money', 'Upper bound of what four of five months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'lo95', 'money', 'Lower bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'hi95', 'money', 'Upper bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'model', 'text', 'Model behind fitted and point: auto, a combination, or the simple one that had to do, see status.'),
('kpi_forecast_monthly', 'status', 'text', 'ok, or why the forecast is a simple one (too short, constant, all zero and so on) or a month of the history has no fitted value (run-up: below a tenth of the median at the start, left out; nothing before).'),

('kpi_model_performance', 'metric', 'text', 'What was forecast: mrr or collected, as in kpi_forecast_monthly, for the whole company.'),
('kpi_model_performance', 'model', 'text', 'Model that was tried: auto, which kpi_forecast_monthly uses, and snaive, the same month of the year before, which it must beat.'),
('kpi_model_performance', 'step', 'months', 'Months ahead, 1 to 6; 0 is all of them together.'),
('kpi_model_performance', 'forecasts', 'forecasts', 'Forecasts compared with what came, each made from earlier months alone; 0 when the history is too short to try.'),
('kpi_model_performance', 'mae', 'money', 'Mean absolute error; NULL without forecasts.'),
('kpi_model_performance', 'rmse', 'money', 'Root of the mean squared error, which weighs large errors more; NULL without forecasts.'),
('kpi_model_performance', 'mape', 'percent', 'Mean absolute error in percent of what came; NULL when a month was 0 and without forecasts.'),
('kpi_model_performance', 'smape', 'percent', 'Mean absolute error in percent of the mean of forecast and what came; NULL without forecasts.'),
('kpi_model_performance', 'mase', 'ratio', 'Mean absolute error over that of repeating the year before within the history, below 1 is better; NULL without forecasts and when the history repeats itself.'),
('kpi_model_performance', 'rmsse', 'ratio', 'The same as mase with squared errors, rooted; NULL without forecasts and when the history repeats itself.'),
('kpi_model_performance', 'coverage80', 'ratio', 'Share of months within lo80 and hi80, 0.8 if the intervals are right; NULL without forecasts.'),
('kpi_model_performance', 'coverage95', 'ratio', 'Share of months within lo95 and hi95, 0.95 if the intervals are right; NULL without forecasts.'),
('kpi_model_performance', 'msis', 'ratio', 'Mean scaled interval score of the 95 % interval: its width and a penalty for months outside, scaled as mase, lower is better; NULL as mase.'),
('kpi_model_performance', 'p_value', 'ratio', 'Chance that a difference from snaive as large comes about by luck (Diebold-Mariano test); NULL for snaive itself, with too few forecasts and without a difference.'),
('kpi_model_performance', 'status', 'text', 'ok, or too short when the history does not reach for a single try.'),

('kpi_seasonality', 'metric', 'text', 'What has the season: mrr or collected, as in kpi_forecast_monthly, for the whole company.'),
('kpi_seasonality', 'month', 'number', 'Month of the year, 1 is January.'),
('kpi_seasonality', 'index', 'percent', 'The month against an average one, trend taken out: 100 is average and the mean of the twelve is 100 exactly; NULL unless status is ok.'),
('kpi_seasonality', 'status', 'text', 'ok, too short while there are not two full years, or mean not positive.'),

('kpi_anomalies', 'metric', 'text', 'What was unusual: mrr or collected, as in kpi_forecast_monthly, for the whole company.'),
('kpi_anomalies', 'grain', 'text', 'Length of the period, always month.'),
('kpi_anomalies', 'period', 'date', 'First day of the month, from the first that is not zero to the last complete one.'),
('kpi_anomalies', 'value', 'money', 'What the month had.'),
('kpi_anomalies', 'expected', 'money', 'What trend and season had to be expected to bring; NULL while too little has been seen.'),
('kpi_anomalies', 'lo', 'money', 'Lower bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies', 'hi', 'money', 'Upper bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies', 'score', 'number', 'How unusual the month is: -log10 of the chance that a month of this series strays as far without an event, 2.5 is 3 in 1000; NULL while too little has been seen.'),
('kpi_anomalies', 'kind', 'text', 'What sort of event: spike, dip, level shift (it stayed) or temporary change (it lasted and came back); NULL unless is_anomaly.'),
('kpi_anomalies', 'is_anomaly', 'boolean', 'True when score reaches 2.5.'),
('kpi_anomalies', 'is_alarm', 'boolean', 'True in the first month of an event, so that an event of several months is told once.'),
('kpi_anomalies', 'mode', 'text', 'retrospective, judged by the months before and after, or causal, by those before alone; the newest month is causal.'),
('kpi_anomalies', 'status', 'text', 'ok, or too short while there is too little history to expect anything.')
$$;
COMMENT ON FUNCTION saaskpi.series_columns() IS
    'columns of the relations about what is to come and what was unusual: unit and meaning';
