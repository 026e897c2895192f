-- kpi_funnel_customers: who is where in a funnel.
SELECT funnel, customer_id, step, event_type, entered_at, reached_at,
       last_entered_at, seconds, outcome, is_mature
FROM oracle_funnel_outcome
