-- kpi_pipeline_stages: one row per stage.
SELECT stage, ordinal, probability, outcome FROM oracle_stage
