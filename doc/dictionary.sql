-- The KPI dictionary as Markdown; run by doc/reference.sh.
SET search_path = pg_catalog;

SELECT $md$<!-- Printed by doc/reference.sh dictionary: do not edit. -->
# KPI dictionary

Every KPI: the question it answers, its formula, where it stands, its unit, what it is made from, and the rule it follows where others differ. The same stands in the database: `SELECT * FROM saaskpi.kpi_catalog`. All columns of all relations are in the [reference](reference.md).

Money is in the currency of `kpi_settings`; a ratio is a share of one (0.05 is 5 %).$md$;

SELECT format(E'\n## %s\n\nOne row per %s.\n\n%s', r.relation, r.grain,
              string_agg(format(E'- **%s** %s\n  `%s` · `%s` · %s · from %s.\n  %s',
                                k.name, k.question, k.formula, k.column_name, k.unit, k.sources,
                                replace(replace(k.definition, '<', '&lt;'), '*', '\*')), E'\n' ORDER BY d.ordinal))
  FROM saaskpi_internal.relations AS r
  JOIN saaskpi.kpi_catalog AS k USING (relation)
  JOIN saaskpi_internal.dictionary AS d USING (name)
 GROUP BY r.relation, r.grain, r.ordinal
 ORDER BY r.ordinal;
