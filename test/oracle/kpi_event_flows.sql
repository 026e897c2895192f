-- kpi_event_flows: a row per grain.
SELECT grain, (SELECT count(DISTINCT customer_id) FROM oracle_event)
           AS customers
FROM unnest('{day,week,month}'::text[]) AS grain
