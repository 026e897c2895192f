#!/bin/sh
# Prints the KPI dictionary as Markdown, from the catalog of the database that
# psql connects to (PGHOST, PGDATABASE and so on; saaskpi must be installed):
#
#     doc/dictionary.sh > doc/kpi-dictionary.md
#
# It only reads, so a standby and a role without any other right will do.
set -eu

exec "${PSQL:-psql}" -X -q -A -t -v ON_ERROR_STOP=1 -f - <<'SQL'
SELECT E'# KPI dictionary of saaskpi\n\n'
       'Every KPI, the question it answers, how it is computed and the rule behind it; then every column. '
       'The same stands in the database: `SELECT * FROM saaskpi.kpi_catalog`, and in the comments of the relations.\n\n'
       'Money is in the currency of `kpi_settings`; a ratio is a share of one (0.05 is 5 %).\n';

WITH columns AS (
    SELECT c.relation, c.ordinal, c.column_name, c.unit, replace(replace(c.comment, '<', '&lt;'), '|', '\|') AS comment
      FROM saaskpi.relation_columns() AS c
), kpis AS (
    SELECT k.relation, k.name, k.column_name, k.question, replace(k.formula, '|', '\|') AS formula, k.unit, k.sources,
           replace(replace(k.definition, '<', '&lt;'), '|', '\|') AS definition, row_number() OVER () AS n
      FROM saaskpi.kpi_catalog AS k
)
SELECT concat_ws(E'\n\n', '## ' || g.relation, g.comment, k.lines, c.lines) || E'\n'
  FROM saaskpi.relation_grains() AS g
  LEFT JOIN (SELECT relation, E'| KPI | Column | Question | Formula | Unit | Sources | Rule |\n|---|---|---|---|---|---|---|\n'
                    || string_agg(format('| %s | `%s` | %s | `%s` | %s | %s | %s |', name, column_name, question, formula, unit, sources, definition),
                                  E'\n' ORDER BY n) AS lines
               FROM kpis GROUP BY relation) AS k USING (relation)
  JOIN (SELECT relation, E'| Column | Unit | Meaning |\n|---|---|---|\n'
               || string_agg(format('| `%s` | %s | %s |', column_name, unit, comment), E'\n' ORDER BY ordinal) AS lines
          FROM columns GROUP BY relation) AS c USING (relation)
 ORDER BY g.ordinal;
SQL
