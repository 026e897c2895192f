-- kpi_event_types: what is done, by period.
SELECT grain, period, type AS event_type, events, active,
       round(events / nullif(active, 0)::numeric, 6) AS events_per_active,
       new, "returning", resurrecting, dormant, is_complete
FROM oracle_event_period WHERE type IS NOT NULL
