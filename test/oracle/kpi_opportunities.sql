-- kpi_opportunities: where each stands.
SELECT opportunity_id, d.name, d.customer_id, d.sales_rep_id, s.stage, s.outcome,
       s.amount, s.probability, round(s.amount * s.probability, 2) AS weighted,
       created_on, CASE WHEN outcome <> 'open' THEN (outcome_since AT TIME ZONE zone)::date END
           AS closed_on, d.expected_close,
       CASE outcome WHEN 'open' THEN as_of ELSE (outcome_since AT TIME ZONE zone)::date END
           - created_on AS days_open,
       CASE WHEN outcome = 'open' AND has_history
            THEN as_of - (stage_since AT TIME ZONE zone)::date END AS days_in_stage,
       outcome = 'open' AND expected_close IS NOT NULL
           AND expected_close < as_of AS is_overdue,
       opportunity_id IN (SELECT opportunity_id FROM oracle_entry) AS has_history
FROM oracle_standing AS s JOIN oracle_deal AS d USING (opportunity_id), settings
