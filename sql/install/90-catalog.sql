-- The KPI dictionary as data.  A rate without a column of its own names a count
-- it starts from.
CREATE VIEW saaskpi.kpi_catalog AS
SELECT d.name, d.question, d.formula, r.grain,
       CASE WHEN d.name LIKE '% rate' THEN 'ratio' ELSE c.unit END AS unit, d.sources, d.relation, d.column_name, d.definition
  FROM saaskpi_internal.dictionary AS d
  LEFT JOIN saaskpi_internal.relations AS r ON r.relation = d.relation
  LEFT JOIN saaskpi_internal.relation_columns AS c ON c.relation = d.relation AND c.column_name = d.column_name
 ORDER BY d.ordinal;
GRANT SELECT ON saaskpi.kpi_catalog TO PUBLIC;
COMMENT ON VIEW saaskpi.kpi_catalog IS
    'The KPI dictionary: one row per KPI with the question it answers, its formula and the rule behind it, and where to read it. What exactly is our NRR?';
COMMENT ON COLUMN saaskpi.kpi_catalog.name IS 'Name of the KPI, the standard term of the field where there is one; unique.';
COMMENT ON COLUMN saaskpi.kpi_catalog.question IS 'The question the KPI answers, as a CFO would ask it.';
COMMENT ON COLUMN saaskpi.kpi_catalog.formula IS 'How it is computed: an expression over columns of relation where there is one, else words.';
COMMENT ON COLUMN saaskpi.kpi_catalog.grain IS 'What one row of relation stands for.';
COMMENT ON COLUMN saaskpi.kpi_catalog.unit IS
    'Unit of the KPI: money is an amount in the currency of kpi_settings, ratio a share of one (0.05 is 5 %), a plural a count of what it names.';
COMMENT ON COLUMN saaskpi.kpi_catalog.sources IS 'Source tables and settings it is computed from, separated by commas.';
COMMENT ON COLUMN saaskpi.kpi_catalog.relation IS 'Relation in your schema that holds it.';
COMMENT ON COLUMN saaskpi.kpi_catalog.column_name IS 'Column of relation that holds it, or that the formula starts from when there is no column of its own.';
COMMENT ON COLUMN saaskpi.kpi_catalog.definition IS 'The rule it follows, where other tools differ, and when it is NULL.';
