-- The relations that look ahead and at what is unusual: forecast, how good it
-- is, season, anomalies.  Of what the domains contribute as branches.
--
-- A function in the select list, straight above a stored table, lets workers
-- share the series.  Amounts that came are exact.  Estimates are rounded to cents, as the last
-- bits of a double may differ between machines.

-- What is forecast and judged, as series: complete months only, from the first
-- that is not zero.  Branches give (metric, dimension, value, period, amount).
INSERT INTO saaskpi_internal.relations (relation, key, kept, grain, comment, recalled, query) VALUES
('kpi_series', '{metric,dimension,value}', 'kpi_series_past', 'metric and dimension value',
 'The series that are forecast and judged: one row per metric, dimension and value. Which months does the forecast of a segment know?', 'SELECT k.* FROM {kept kpi_series} AS k', saaskpi_internal.with_scheduled($sql$
WITH begun AS (
    SELECT a.*, min(a.period) FILTER (WHERE a.amount <> 0) OVER (PARTITION BY a.metric, a.dimension, a.value) AS first FROM ({branches}) AS a
)
SELECT v.*, c.months AS scheduled
  FROM (SELECT b.metric, b.dimension, b.value, min(b.period) AS first_period, max(b.period) AS last_period, saaskpi.series_agg(b.period, b.amount) AS s
          FROM begun AS b WHERE b.period >= b.first
         GROUP BY b.metric, b.dimension, b.value) AS v
  LEFT JOIN [scheduled] AS c ON c.metric = v.metric AND c.dimension = v.dimension AND c.value = v.value
$sql$));

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_series', 'metric', 'text', 'mrr (closing of kpi_mrr_monthly), collected (of kpi_revenue_monthly), net_sales and orders (of kpi_sales) or active_customers (active of kpi_activity), as far as their sources are there.'),
('kpi_series', 'dimension', 'text', 'What value names: all, or for mrr and collected also segment.'),
('kpi_series', 'value', 'text', 'Segment, all for the whole company; (none) stands for customers and payments without one.'),
('kpi_series', 'first_period', 'date', 'First month that is not zero, from which on the series counts.'),
('kpi_series', 'last_period', 'date', 'Last complete month.');

-- They are few, and some are of sources of which nothing is kept.
INSERT INTO saaskpi_internal.relations (relation, maintained, key, grain, comment) VALUES
('kpi_series_past', 'own', '{publication,metric,dimension,value}', 'metric, dimension value and publication',
 'What refreshes replaced in kpi_series: one row per series and publication that changed it, with what it was before. From which months did we forecast in March?');

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, definition, comment) VALUES
('kpi_series_past', 'publication', 'number', 'bigint NOT NULL', 'Publication, as kpi_refresh_log counts them, that replaced what the row says.'),
('kpi_series_past', 'metric', 'text', 'text NOT NULL', 'Metric, as in kpi_series.'),
('kpi_series_past', 'dimension', 'text', 'text NOT NULL', 'What value names: all or segment.'),
('kpi_series_past', 'value', 'text', 'text NOT NULL', 'Segment, or all.'),
('kpi_series_past', 'known', 'boolean', 'boolean NOT NULL', 'False when there was no such series then, and all else is NULL.'),
('kpi_series_past', 'first_period', 'date', 'date', 'Its first month that was not zero.'),
('kpi_series_past', 'last_period', 'date', 'date', 'Its last complete month.'),
('kpi_series_past', 's', 'state', 'saaskpi.series', 'Its amounts.'),
('kpi_series_past', 'scheduled', 'state', 'jsonb', 'Of mrr: what was known of the running month and of those to come.');

INSERT INTO saaskpi_internal.relations (relation, maintained, follows, needs, key, grain, comment, query) VALUES
('kpi_forecast_monthly', 'following', 'kpi_series', '{kpi_series}', '{metric,dimension,value,period}', 'metric, dimension value and month',
 'MRR, revenue, sales, orders and active customers, past and to come: one row per metric, dimension, value and month, with intervals for the next six. Choose one metric and dimension before adding up. What will we bring in until summer, and how sure is that?', $sql$
SELECT q.metric, q.dimension, q.value, (q.f).period, (q.f).row_type, (q.f).actual, round((q.f).fitted::numeric, 2) AS fitted,
       round((q.f).trend::numeric, 2) AS trend, round((q.f).seasonal::numeric, 2) AS seasonal, saaskpi_internal.moved((q.f).point, k.scheduled) AS point,
       saaskpi_internal.moved((q.f).lo80, k.scheduled) AS lo80, saaskpi_internal.moved((q.f).hi80, k.scheduled) AS hi80, saaskpi_internal.moved((q.f).lo95, k.scheduled) AS lo95,
       saaskpi_internal.moved((q.f).hi95, k.scheduled) AS hi95, (q.f).model, (q.f).status, k.scheduled
  FROM (SELECT r.*, CASE WHEN r.scheduled IS NOT NULL
                         THEN sum(saaskpi_internal.beyond_change(r.change, (r.known ->> 0)::numeric, (r.known ->> 1)::numeric, (r.known ->> 2)::numeric, (r.known ->> 3)::numeric)) OVER turn END AS beyond
          FROM (SELECT t.*, t.scheduled -> to_char((t.f).period::timestamp, 'YYYY-MM-DD') AS known,
                       CASE WHEN t.scheduled IS NOT NULL THEN round((t.f).point::numeric, 2) - lag(coalesce((t.f).actual, round((t.f).point::numeric, 2))) OVER turn END AS change
                  FROM (SELECT v.metric, v.dimension, v.value, v.scheduled, saaskpi_internal.forecast_rows(v.s, 6) AS f FROM {kpi_series} AS v) AS t
                WINDOW turn AS (PARTITION BY t.metric, t.dimension, t.value ORDER BY (t.f).period)) AS r
        WINDOW turn AS (PARTITION BY r.metric, r.dimension, r.value ORDER BY (r.f).period)) AS q
 CROSS JOIN LATERAL (SELECT nullif(round(q.beyond, 2), 0) AS scheduled) AS k
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_forecast_monthly', 'metric', 'text', 'What is forecast: mrr (closing of kpi_mrr_monthly), collected (of kpi_revenue_monthly), net_sales and orders (of kpi_sales) or active_customers (active of kpi_activity), as far as their sources are there.'),
('kpi_forecast_monthly', 'dimension', 'text', 'What value names: all, or for mrr and collected also segment; each is forecast on its own, so the segments do not add up to all.'),
('kpi_forecast_monthly', 'value', 'text', 'Segment of the row, all for the whole company; (none) stands for customers without one.'),
('kpi_forecast_monthly', 'period', 'date', 'First day of the month; history begins with the first month that is not zero and ends with the last complete one, forecast is the six months after it.'),
('kpi_forecast_monthly', 'row_type', 'text', 'history for months that are over, forecast for months to come, the running one included.'),
('kpi_forecast_monthly', 'actual', 'number', 'What the month had, in money, or in orders or customers where the metric counts those, as all that follows; NULL in forecast rows.'),
('kpi_forecast_monthly', 'fitted', 'number', 'What the model said of the month one month before, its parameters knowing the whole history; NULL in forecast rows and where status says why.'),
('kpi_forecast_monthly', 'trend', 'number', 'Where the series stood without season and chance, by STL; NULL in forecast rows.'),
('kpi_forecast_monthly', 'seasonal', 'number', 'What the season added, by STL; actual = trend + seasonal + chance; 0 below two years of history, NULL in forecast rows.'),
('kpi_forecast_monthly', 'point', 'number', 'What is to be expected of the month; NULL in history rows.'),
('kpi_forecast_monthly', 'lo80', 'number', 'Lower bound of what four of five months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'hi80', 'number', 'Upper bound of what four of five months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'lo95', 'number', 'Lower bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'hi95', 'number', 'Upper bound of what 19 of 20 months stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_monthly', 'model', 'text', 'Model behind fitted and point: auto and the models it combined, or the simple one that had to do, see status.'),
('kpi_forecast_monthly', 'status', 'text', 'ok, or why the forecast is a simple one (too short, constant, all zero and so on) or a month of the history has no fitted value (run-up: below a tenth of the median at the start, left out; too old: before the newest fifty years; nothing before).'),
('kpi_forecast_monthly', 'scheduled', 'money', 'Of mrr: by how much point and bounds differ from what the model says, as more or less has moved since the month began, or more is scheduled until its end, than it expects; see kpi_mrr_outlook. NULL where it is as the model expects, and in history rows.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_model_performance', '{kpi_series}', '{metric,model,step}', 'metric, model and months ahead',
 'How good the forecasts would have been: one row per metric, model and months ahead, tried on our own newest ten years. Is the forecast worth more than saying: as last year?', $sql$
SELECT v.metric, b.model, b.step::bigint AS step, b.n::bigint AS forecasts, round(b.mae::numeric, 2) AS mae, round(b.rmse::numeric, 2) AS rmse,
       round(b.mape::numeric, 2) AS mape, round(b.smape::numeric, 2) AS smape, round(b.mase::numeric, 4) AS mase, round(b.rmsse::numeric, 4) AS rmsse,
       round(b.coverage80::numeric, 4) AS coverage80, round(b.coverage95::numeric, 4) AS coverage95, round(b.msis::numeric, 4) AS msis,
       round(b.p_value::numeric, 4) AS p_value, CASE WHEN b.n > 0 THEN 'ok' ELSE 'too short' END AS status
  FROM {kpi_series} AS v
 CROSS JOIN LATERAL (SELECT (saaskpi.series_values(v.s))[greatest(1, cardinality(saaskpi.series_values(v.s)) - 119):] AS newest) AS y
 CROSS JOIN LATERAL saaskpi.backtest(y.newest, CASE WHEN cardinality(y.newest) < saaskpi.season_length(v.s) THEN 1 ELSE saaskpi.season_length(v.s) END, 6) AS b
 WHERE v.dimension = 'all'
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_model_performance', 'metric', 'text', 'What was forecast, as in kpi_forecast_monthly, for the whole company.'),
('kpi_model_performance', 'model', 'text', 'Model that was tried: auto, which kpi_forecast_monthly uses, and snaive, the same month of the year before, which it must beat.'),
('kpi_model_performance', 'step', 'months', 'Months ahead, 1 to 6; 0 is all of them together.'),
('kpi_model_performance', 'forecasts', 'forecasts', 'Forecasts compared with what came, each made from earlier months alone; 0 when the history is too short to try.'),
('kpi_model_performance', 'mae', 'number', 'Mean absolute error, in money, or in orders or customers where the metric counts those; NULL without forecasts.'),
('kpi_model_performance', 'rmse', 'number', 'Root of the mean squared error, which weighs large errors more; NULL without forecasts.'),
('kpi_model_performance', 'mape', 'percent', 'Mean absolute error in percent of what came; NULL when a month was 0 and without forecasts.'),
('kpi_model_performance', 'smape', 'percent', 'Mean absolute error in percent of the mean of forecast and what came; NULL without forecasts.'),
('kpi_model_performance', 'mase', 'ratio', 'Mean absolute error over that of repeating the year before within the history, below 1 is better; NULL without forecasts and when the history repeats itself.'),
('kpi_model_performance', 'rmsse', 'ratio', 'The same as mase with squared errors, rooted; NULL without forecasts and when the history repeats itself.'),
('kpi_model_performance', 'coverage80', 'ratio', 'Share of months within lo80 and hi80, 0.8 if the intervals are right; NULL without forecasts.'),
('kpi_model_performance', 'coverage95', 'ratio', 'Share of months within lo95 and hi95, 0.95 if the intervals are right; NULL without forecasts.'),
('kpi_model_performance', 'msis', 'ratio', 'Mean scaled interval score of the 95 % interval: its width and a penalty for months outside, scaled as mase, lower is better; NULL as mase.'),
('kpi_model_performance', 'p_value', 'ratio', 'Chance that a difference from snaive as large comes about by luck (Diebold-Mariano test); 1 without a difference; NULL for snaive itself, with too few forecasts and where the difference never varies.'),
('kpi_model_performance', 'status', 'text', 'ok, or too short when the history does not reach for a single try.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_seasonality', '{kpi_series}', '{metric,month}', 'metric and month of the year',
 'The season of the year: one row per metric and month of the year, 100 is average. Is December always like that?', $sql$
WITH i AS (
    SELECT m.metric, (coalesce(extract(month FROM saaskpi.period_at(v.s, 1))::integer, 1) + x.season - 2) % 12 + 1 AS month, x.index * 100 AS hundredths,
           cardinality(saaskpi.series_values(v.s)) >= 24 AS long_enough
      FROM (SELECT b.metric FROM ({branches}) AS b UNION SELECT s.metric FROM {kpi_series} AS s WHERE s.dimension = 'all') AS m
      LEFT JOIN {kpi_series} AS v ON v.metric = m.metric AND v.dimension = 'all'
     CROSS JOIN LATERAL saaskpi.seasonality_index(coalesce(saaskpi.series_values(v.s), '{}'), 12) AS x
), cut AS (
    SELECT i.metric, i.month, i.long_enough, floor(i.hundredths) AS hundredths,
           120000 - sum(floor(i.hundredths)) OVER (PARTITION BY i.metric) AS missing,
           row_number() OVER (PARTITION BY i.metric ORDER BY i.hundredths - floor(i.hundredths) DESC, i.month) AS turn
      FROM i
)
SELECT c.metric, c.month::bigint AS month,
       round((c.hundredths + CASE WHEN c.turn <= c.missing THEN 1 ELSE 0 END)::numeric / 100, 2) AS index,
       CASE WHEN c.hundredths IS NOT NULL THEN 'ok' WHEN c.long_enough THEN 'mean not positive' ELSE 'too short' END AS status
  FROM cut AS c
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_seasonality', 'metric', 'text', 'What has the season, as in kpi_forecast_monthly, for the whole company.'),
('kpi_seasonality', 'month', 'number', 'Month of the year, 1 is January.'),
('kpi_seasonality', 'index', 'percent', 'The month against an average one, trend taken out: 100 is average and the mean of the twelve is 100 exactly; NULL unless status is ok.'),
('kpi_seasonality', 'status', 'text', 'ok, too short while there are not two full years, or mean not positive.');

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_anomalies', '{kpi_series}', '{metric,period}', 'metric and month',
 'Months that do not fit their series: one row per metric and month with what was to be expected. Which months need an explanation, and what kind of event was it?', $sql$
SELECT v.metric, 'month' AS grain, a.period, a.value, round(a.expected::numeric, 2) AS expected,
       round(a.lo::numeric, 2) AS lo, round(a.hi::numeric, 2) AS hi, round(a.score::numeric, 2) AS score, a.kind, a.is_anomaly,
       a.is_alarm, a.mode, CASE WHEN a.expected IS NULL THEN 'too short' ELSE 'ok' END AS status
  FROM {kpi_series} AS v CROSS JOIN LATERAL saaskpi_internal.anomaly_rows(v.s) AS a
 WHERE v.dimension = 'all'
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_anomalies', 'metric', 'text', 'What was unusual, as in kpi_forecast_monthly, for the whole company.'),
('kpi_anomalies', 'grain', 'text', 'Length of the period, always month; kpi_anomalies_daily has the same columns by day.'),
('kpi_anomalies', 'period', 'date', 'First day of the month, from the first that is not zero to the last complete one.'),
('kpi_anomalies', 'value', 'number', 'What the month had, in money, or in orders or customers where the metric counts those.'),
('kpi_anomalies', 'expected', 'number', 'What trend and season had to be expected to bring; NULL while too little has been seen.'),
('kpi_anomalies', 'lo', 'number', 'Lower bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies', 'hi', 'number', 'Upper bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies', 'score', 'number', 'How unusual the month is: -log10 of the chance that a month of this series strays as far without an event, 2.5 is 3 in 1000; NULL while too little has been seen.'),
('kpi_anomalies', 'kind', 'text', 'What sort of event: spike, dip, level shift (it stayed) or temporary change (it lasted and came back); NULL unless is_anomaly.'),
('kpi_anomalies', 'is_anomaly', 'boolean', 'True when score reaches 2.5, in every month of an event.'),
('kpi_anomalies', 'is_alarm', 'boolean', 'True in the first month of an event: alert on this, not on is_anomaly, which is true in every month of it.'),
('kpi_anomalies', 'mode', 'text', 'retrospective, judged by the months before and after, or causal, by those before alone; the newest month is causal.'),
('kpi_anomalies', 'status', 'text', 'ok, or too short while there is too little history to expect anything.');

-- The same by day, where weeks have a season.  Branches give (metric, choice,
-- taken_from, period, amount): of a metric that several have, the first choice
-- that is not zero throughout is taken.
INSERT INTO saaskpi_internal.relations (relation, key, grain, comment, query) VALUES
('kpi_series_daily', '{metric}', 'metric',
 'The daily series that are forecast and judged: one row per metric. From which day on are signups known, and are they those of the log of events?', $sql$
WITH begun AS (
    SELECT a.*, min(a.period) FILTER (WHERE a.amount <> 0) OVER (PARTITION BY a.metric, a.choice) AS first FROM ({branches}) AS a
), chosen AS (
    SELECT b.*, min(b.choice) OVER (PARTITION BY b.metric) AS chosen FROM begun AS b WHERE b.period >= b.first
)
SELECT c.metric, min(c.taken_from) AS taken_from, min(c.period) AS first_period, max(c.period) AS last_period, saaskpi.series_agg(c.period, c.amount, 'day') AS s
  FROM chosen AS c WHERE c.choice = c.chosen
 GROUP BY c.metric
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_series_daily', 'metric', 'text', 'signups: events that mean one by kpi_event_meanings or, where the log has none, customers by signup_date.'),
('kpi_series_daily', 'taken_from', 'text', 'Relation that the days are from: kpi_activity, or kpi_customers for customers by signup_date.'),
('kpi_series_daily', 'first_period', 'date', 'First day that is not zero, from which on the series counts.'),
('kpi_series_daily', 'last_period', 'date', 'Last complete day: that before as_of.');

INSERT INTO saaskpi_internal.relations (relation, maintained, follows, needs, key, grain, comment, query) VALUES
('kpi_forecast_daily', 'following', 'kpi_series_daily', '{kpi_series_daily}', '{metric,period}', 'metric and day',
 'Signups by day, past and to come: one row per metric and day, with intervals for the next four weeks. How many will sign up next Monday?', $sql$
SELECT q.metric, (q.f).period, (q.f).row_type, (q.f).actual, round((q.f).fitted::numeric, 2) AS fitted,
       round((q.f).trend::numeric, 2) AS trend, round((q.f).seasonal::numeric, 2) AS seasonal, round((q.f).point::numeric, 2) AS point,
       round((q.f).lo80::numeric, 2) AS lo80, round((q.f).hi80::numeric, 2) AS hi80, round((q.f).lo95::numeric, 2) AS lo95,
       round((q.f).hi95::numeric, 2) AS hi95, (q.f).model, (q.f).status
  FROM (SELECT v.metric, saaskpi_internal.forecast_rows(v.s, 28) AS f FROM {kpi_series_daily} AS v) AS q
$sql$),

('kpi_anomalies_daily', 'following', 'kpi_series_daily', '{kpi_series_daily}', '{metric,period}', 'metric and day',
 'Days that do not fit their series: one row per metric and day with what was to be expected of it. On which day did signups burst?', $sql$
SELECT q.metric, 'day' AS grain, (q.a).period, (q.a).value, round((q.a).expected::numeric, 2) AS expected,
       round((q.a).lo::numeric, 2) AS lo, round((q.a).hi::numeric, 2) AS hi, round((q.a).score::numeric, 2) AS score, (q.a).kind, (q.a).is_anomaly,
       (q.a).is_alarm, (q.a).mode, CASE WHEN (q.a).expected IS NULL THEN 'too short' ELSE 'ok' END AS status
  FROM (SELECT v.metric, saaskpi_internal.anomaly_rows(v.s) AS a FROM {kpi_series_daily} AS v) AS q
$sql$);

INSERT INTO saaskpi_internal.relations (relation, needs, key, grain, comment, query) VALUES
('kpi_seasonality_daily', '{kpi_series_daily}', '{metric,weekday}', 'metric and day of the week',
 'The season of the week: one row per metric and day of the week, 100 is average. Is Sunday always like that?', $sql$
WITH i AS (
    SELECT v.metric, (extract(isodow FROM v.first_period)::integer + x.season - 2) % 7 + 1 AS weekday, x.index * 100 AS hundredths,
           cardinality(saaskpi.series_values(v.s)) >= 14 AS long_enough
      FROM {kpi_series_daily} AS v CROSS JOIN LATERAL saaskpi.seasonality_index(saaskpi.series_values(v.s), 7) AS x
), cut AS (
    SELECT i.metric, i.weekday, i.long_enough, floor(i.hundredths) AS hundredths,
           70000 - sum(floor(i.hundredths)) OVER (PARTITION BY i.metric) AS missing,
           row_number() OVER (PARTITION BY i.metric ORDER BY i.hundredths - floor(i.hundredths) DESC, i.weekday) AS turn
      FROM i
)
SELECT c.metric, c.weekday::bigint AS weekday,
       round((c.hundredths + CASE WHEN c.turn <= c.missing THEN 1 ELSE 0 END)::numeric / 100, 2) AS index,
       CASE WHEN c.hundredths IS NOT NULL THEN 'ok' WHEN c.long_enough THEN 'mean not positive' ELSE 'too short' END AS status
  FROM cut AS c
$sql$);

INSERT INTO saaskpi_internal.relation_columns (relation, column_name, unit, comment) VALUES
('kpi_forecast_daily', 'metric', 'text', 'What is forecast: signups, as in kpi_series_daily.'),
('kpi_forecast_daily', 'period', 'date', 'The day; history begins with the first that is not zero and ends with that before as_of, forecast is the 28 days after it.'),
('kpi_forecast_daily', 'row_type', 'text', 'history for days that are over, forecast for days to come, as_of included.'),
('kpi_forecast_daily', 'actual', 'number', 'What the day had; NULL in forecast rows.'),
('kpi_forecast_daily', 'fitted', 'number', 'What the model said of the day one day before, its parameters knowing the whole history; NULL in forecast rows and where status says why.'),
('kpi_forecast_daily', 'trend', 'number', 'Where the series stood without weekday and chance, by STL; NULL in forecast rows.'),
('kpi_forecast_daily', 'seasonal', 'number', 'What the weekday added, by STL; actual = trend + seasonal + chance; 0 below two weeks of history, NULL in forecast rows.'),
('kpi_forecast_daily', 'point', 'number', 'What is to be expected of the day; NULL in history rows.'),
('kpi_forecast_daily', 'lo80', 'number', 'Lower bound of what four of five days stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_daily', 'hi80', 'number', 'Upper bound of what four of five days stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_daily', 'lo95', 'number', 'Lower bound of what 19 of 20 days stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_daily', 'hi95', 'number', 'Upper bound of what 19 of 20 days stay within; NULL in history rows and where no interval can be given.'),
('kpi_forecast_daily', 'model', 'text', 'Model behind fitted and point, as in kpi_forecast_monthly; from two years on it knows the year beside the week.'),
('kpi_forecast_daily', 'status', 'text', 'ok, or why the forecast is a simple one or a day of the history has no fitted value, as in kpi_forecast_monthly; too old is before the newest 3000 days.'),
('kpi_anomalies_daily', 'metric', 'text', 'What was unusual: signups, as in kpi_series_daily.'),
('kpi_anomalies_daily', 'grain', 'text', 'Length of the period, always day; kpi_anomalies has the same columns by month.'),
('kpi_anomalies_daily', 'period', 'date', 'The day, from the first that is not zero to that before as_of.'),
('kpi_anomalies_daily', 'value', 'number', 'What the day had.'),
('kpi_anomalies_daily', 'expected', 'number', 'What trend and weekday had to be expected to bring; NULL while too little has been seen.'),
('kpi_anomalies_daily', 'lo', 'number', 'Lower bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies_daily', 'hi', 'number', 'Upper bound of what would have passed; NULL while too little has been seen.'),
('kpi_anomalies_daily', 'score', 'number', 'How unusual the day is: -log10 of the chance that a day of this series strays as far without an event, 2.5 is 3 in 1000; NULL while too little has been seen.'),
('kpi_anomalies_daily', 'kind', 'text', 'What sort of event: spike, dip, level shift (it stayed) or temporary change (it lasted and came back); NULL unless is_anomaly.'),
('kpi_anomalies_daily', 'is_anomaly', 'boolean', 'True when score reaches 2.5, in every day of an event.'),
('kpi_anomalies_daily', 'is_alarm', 'boolean', 'True on the first day of an event: alert on this, not on is_anomaly, which is true on every day of it.'),
('kpi_anomalies_daily', 'mode', 'text', 'retrospective, judged by the days before and after, or causal, by those before alone; the newest day is causal.'),
('kpi_anomalies_daily', 'status', 'text', 'ok, or too short while there is too little history to expect anything.'),
('kpi_seasonality_daily', 'metric', 'text', 'What has the season: signups, as in kpi_series_daily.'),
('kpi_seasonality_daily', 'weekday', 'number', 'Day of the week, 1 is Monday.'),
('kpi_seasonality_daily', 'index', 'percent', 'The weekday against an average one, trend taken out: 100 is average and the mean of the seven is 100 exactly; NULL unless status is ok.'),
('kpi_seasonality_daily', 'status', 'text', 'ok, too short while there are not two full weeks, or mean not positive.');

INSERT INTO saaskpi_internal.dictionary (name, relation, column_name, sources, formula, question, definition) VALUES
('Forecast', 'kpi_forecast_monthly', 'point', 'subscriptions, payments, orders, events, kpi_settings', 'combination of models fitted to the complete months of the series',
 'What will MRR, revenue and sales be in the next six months?',
 'From the complete months of the number itself: trend, season and chance go on as they did. The running month is forecast, not read; but of MRR what moved in it, and what is scheduled, is known, and scheduled says how far it has moved the forecast. Total and segments are forecast one by one and do not add up. A series too short or too simple for a model gets the best simple forecast, and status says so.'),
('Forecast actuals', 'kpi_forecast_monthly', 'actual', 'subscriptions, payments, orders, events, kpi_settings', 'what the metric was in the month',
 'What is the forecast based on?',
 'Complete months only, from the first that is not zero. The same numbers as in the relation that has the metric by month. NULL in months to come.'),
('Forecast fitted', 'kpi_forecast_monthly', 'fitted', 'subscriptions, payments, orders, events, kpi_settings', 'weighted mean of what the members of the combination said one month before',
 'How closely does the model follow what came?',
 'The model knew the whole history when its parameters were chosen, so this is closer than a real forecast of those months: kpi_model_performance has honest errors. NULL in months to come.'),
('Forecast trend', 'kpi_forecast_monthly', 'trend', 'subscriptions, payments, orders, events, kpi_settings', 'STL trend of the series',
 'Where does it go without season and chance?',
 'Robust: single odd months do not move it. NULL in months to come.'),
('Forecast season', 'kpi_forecast_monthly', 'seasonal', 'subscriptions, payments, orders, events, kpi_settings', 'STL seasonal part of the series',
 'What does the time of the year add?',
 'In the unit of the metric. kpi_seasonality has it in percent. 0 below two years of history, NULL in months to come.'),
('Forecast lower bound, 80 %', 'kpi_forecast_monthly', 'lo80', 'subscriptions, payments, orders, events, kpi_settings', 'lower end of the 80 % interval',
 'What should we plan with if we are careful?',
 'One month in ten should fall below. Calibrated on past forecasts, so wider than the textbook formulas, which promise too much. Never below zero where the history is positive. NULL in history rows.'),
('Forecast upper bound, 80 %', 'kpi_forecast_monthly', 'hi80', 'subscriptions, payments, orders, events, kpi_settings', 'upper end of the 80 % interval',
 'How good could it get?',
 'One month in ten should exceed it. NULL in history rows.'),
('Forecast lower bound, 95 %', 'kpi_forecast_monthly', 'lo95', 'subscriptions, payments, orders, events, kpi_settings', 'lower end of the 95 % interval',
 'What is the worst we should be prepared for?',
 'One month in forty should fall below. NULL in history rows.'),
('Forecast upper bound, 95 %', 'kpi_forecast_monthly', 'hi95', 'subscriptions, payments, orders, events, kpi_settings', 'upper end of the 95 % interval',
 'What is the best we should be prepared for?',
 'One month in forty should exceed it. NULL in history rows.'),
('Forecasts tried', 'kpi_model_performance', 'forecasts', 'subscriptions, payments, orders, events, kpi_settings', 'months forecast from an earlier month and compared',
 'On how many tries do the error measures stand?',
 'Rolling origins: the model is fitted again at each of up to twelve past months, from what was known then. 0 when the history is too short.'),
('MAE of forecasts', 'kpi_model_performance', 'mae', 'subscriptions, payments, orders, events, kpi_settings', 'mean of forecast minus actual without its sign',
 'By how much is the forecast off?',
 'In the unit of the metric. Compare a model with snaive on the same row of step. NULL without tries.'),
('RMSE of forecasts', 'kpi_model_performance', 'rmse', 'subscriptions, payments, orders, events, kpi_settings', 'root of the mean of squared errors',
 'By how much is the forecast off, if large errors hurt more?',
 'Never below the MAE. NULL without tries.'),
('MAPE of forecasts', 'kpi_model_performance', 'mape', 'subscriptions, payments, orders, events, kpi_settings', 'mean of error without its sign in percent of the actual',
 'By how many percent is the forecast off?',
 'Punishes forecasts that are too high more than those too low, and has no value when an actual is 0: NULL then, where others leave the month out.'),
('sMAPE of forecasts', 'kpi_model_performance', 'smape', 'subscriptions, payments, orders, events, kpi_settings', 'mean of error without its sign in percent of the mean of forecast and actual',
 'By how many percent is the forecast off, zeros allowed?',
 'Between 0 and 200. The measure of the M forecasting competitions. NULL without tries.'),
('MASE of forecasts', 'kpi_model_performance', 'mase', 'subscriptions, payments, orders, events, kpi_settings', 'MAE over the mean change from a year before within the history',
 'Is the forecast better than saying: as last year?',
 'Mean absolute scaled error; below 1 is better than repeating the year before. Free of units, so series can be compared. NULL without tries and when the history repeats itself.'),
('RMSSE of forecasts', 'kpi_model_performance', 'rmsse', 'subscriptions, payments, orders, events, kpi_settings', 'RMSE over the root mean squared change from a year before within the history',
 'Is it better than last year, if large errors hurt more?',
 'As MASE, with squares. NULL without tries and when the history repeats itself.'),
('Interval coverage, 80 %', 'kpi_model_performance', 'coverage80', 'subscriptions, payments, orders, events, kpi_settings', 'share of tried months within the 80 % interval',
 'Do the 80 % intervals hold what they say?',
 'Should be near 0.8; with a dozen tries it can only be near. NULL without tries.'),
('Interval coverage, 95 %', 'kpi_model_performance', 'coverage95', 'subscriptions, payments, orders, events, kpi_settings', 'share of tried months within the 95 % interval',
 'Do the 95 % intervals hold what they say?',
 'Should be near 0.95; with a dozen tries it can only be near. NULL without tries.'),
('Interval score', 'kpi_model_performance', 'msis', 'subscriptions, payments, orders, events, kpi_settings', 'mean of width and penalty of the 95 % interval over the mean change from a year before',
 'Are the intervals as narrow as they can be?',
 'Mean scaled interval score: width, plus forty times the distance of months outside, scaled as MASE. Rewards narrow intervals that hold; lower is better. NULL as MASE.'),
('Forecast gain by luck', 'kpi_model_performance', 'p_value', 'subscriptions, payments, orders, events, kpi_settings', 'p value of the Diebold-Mariano test against the month of the year before',
 'Is the gain over saying "as last year" real?',
 'Below 0.05 it is commonly taken for real. NULL for snaive itself, with too few tries and without a difference.'),
('Seasonality index', 'kpi_seasonality', 'index', 'subscriptions, payments, orders, events, kpi_settings', 'month against an average month in percent, trend taken out',
 'Which months are strong, whatever the growth?',
 'Ratio to a centred average over twelve months, averaged over the years. The mean of the twelve is 100 exactly, by largest remainders of hundredths. Averages of raw months, as often seen, mistake growth within the year for season. NULL without two full years.'),
('Expected value', 'kpi_anomalies', 'expected', 'subscriptions, payments, orders, events, kpi_settings', 'trend and season of the series without its outliers',
 'What should this month have been?',
 'Robust, so an outlier does not move its own expectation. NULL while too little has been seen.'),
('Expected from', 'kpi_anomalies', 'lo', 'subscriptions, payments, orders, events, kpi_settings', 'lower bound of what is not flagged',
 'How low could this month have been without being unusual?',
 'From trend and season alone; a step from one month to the next can be flagged within the bounds. NULL while too little has been seen.'),
('Expected to', 'kpi_anomalies', 'hi', 'subscriptions, payments, orders, events, kpi_settings', 'upper bound of what is not flagged',
 'How high could this month have been without being unusual?',
 'As Expected from, upwards. NULL while too little has been seen.'),
('Anomaly score', 'kpi_anomalies', 'score', 'subscriptions, payments, orders, events, kpi_settings', 'minus the decimal logarithm of the chance of such a month without an event',
 'How unusual was this month?',
 'One threshold, 2.5, serves every series, as the score is a probability within the series: 1 is one in ten, 3 one in a thousand, 16 the most. A fixed percentage, as in Change flag, is noise in small companies and blind in large ones. NULL while too little has been seen.'),
('Daily forecast', 'kpi_forecast_daily', 'point', 'customers, events, kpi_settings', 'combination of models fitted to the complete days of the series',
 'How many will sign up next Monday?',
 'As Forecast, with the week as season, and from two years on with the year beside it. Signups are events that mean one by kpi_event_meanings; a log without any leaves them to signup_date of customers. NULL in history rows.'),
('Weekday index', 'kpi_seasonality_daily', 'index', 'customers, events, kpi_settings', 'weekday against an average day in percent, trend taken out',
 'Which weekdays are strong?',
 'As Seasonality index, over weeks. The mean of the seven is 100 exactly. NULL without two full weeks.'),
('Daily anomaly score', 'kpi_anomalies_daily', 'score', 'customers, events, kpi_settings', 'minus the decimal logarithm of the chance of such a day without an event',
 'On which day did signups burst?',
 'As Anomaly score, with the weekday as season, so that a Sunday is compared with Sundays. In a thousand quiet days three reach 2.5. NULL while too little has been seen.');
