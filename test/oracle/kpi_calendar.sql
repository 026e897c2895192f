-- kpi_calendar: the months.
SELECT period, is_complete,
       round(CASE WHEN is_complete THEN 1
                  ELSE (as_of - period)
                       / ((period + interval '1 month')::date
                          - period)::numeric END, 6) AS elapsed_fraction
FROM oracle_calendar, settings
ORDER BY period
