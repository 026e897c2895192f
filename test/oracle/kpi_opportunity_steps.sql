-- kpi_opportunity_steps: one row per stage entered.
SELECT s.opportunity_id, s.step, s.entered_at, s.entered_on, s.stage, s.outcome,
       b.stage AS stage_before, b.outcome AS outcome_before, s.amount,
       b.amount AS amount_before, a.entered_at AS left_at, s.has_history
FROM oracle_step AS s
LEFT JOIN oracle_step AS b
       ON b.opportunity_id = s.opportunity_id AND b.step = s.step - 1
LEFT JOIN oracle_step AS a
       ON a.opportunity_id = s.opportunity_id AND a.step = s.step + 1
