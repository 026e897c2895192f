-- The business requirements as Markdown; run by doc/reference.sh.
SET search_path = pg_catalog;

SELECT $md$<!-- Printed by doc/reference.sh requirements: do not edit. -->
# Business requirements

What each relation is for, what it is made from, the numbers that it must have, and how it is told that they are right. Definitions, and where others differ, are in the [KPI dictionary](kpi-dictionary.md); all columns in the [reference](reference.md); which panel of which page shows what, in [What the dashboards show](dashboard-panels.md).

Accepted is a relation when all of this holds:

- its rows equal those of its oracle, plain and slow SQL without any code of saaskpi, on hundreds of random and ugly companies, after a first fill and after a refresh of changes, serial and parallel (`test/t/040_oracle.pl`);
- the identities that read it hold in every refresh, or nothing is published (`saaskpi.check_identities`);
- no rate stands over a base that is not above zero (`rates_have_a_base`).$md$;

WITH read AS (
    SELECT DISTINCT i.ordinal, i.identity, m[1] AS relation FROM saaskpi_internal.identities AS i, regexp_matches(i.query, '\{(?:total )?([a-z][a-z0-9_]+)(?:\.[a-z0-9_]+)?\}', 'g') AS m
), accepted AS (
    SELECT relation, string_agg(format('`%s`', identity), ', ' ORDER BY ordinal) AS identities FROM read GROUP BY relation
), rates AS (
    SELECT relation, true AS has_rates FROM saaskpi_internal.relation_columns WHERE base IS NOT NULL GROUP BY relation
)
SELECT format(E'\n## %s\n\n*%s* One row per %s. %s\n\n| number | question | formula | unit | from |\n|---|---|---|---|---|\n%s\n\nAccepted by %s.', r.relation,
              regexp_replace(r.comment, '^.*[.] ([^.]+\?).*$', '\1'), r.grain,
              CASE cardinality(n.needs) WHEN 0 THEN 'It needs no source.' ELSE format('It needs %s.', (SELECT string_agg(replace(u.need, '|', ' or '), ', ' ORDER BY u.i) FROM unnest(n.needs) WITH ORDINALITY AS u(need, i))) END,
              k.rows, concat_ws(', ', CASE WHEN r.maintained NOT IN ('own', 'view') THEN format('[its oracle](../test/oracle/%s.sql)', r.relation) ELSE 'the tests of what it shows' END,
                                a.identities, CASE WHEN t.has_rates THEN '`rates_have_a_base`' END))
  FROM saaskpi_internal.relations AS r
  JOIN saaskpi_internal.needs() AS n USING (relation)
  JOIN (SELECT c.relation, string_agg(format('| %s | %s | `%s` | %s | %s |', c.name, c.question, replace(c.formula, '|', '\|'), c.unit, c.sources), E'\n' ORDER BY d.ordinal) AS rows
          FROM saaskpi.kpi_catalog AS c JOIN saaskpi_internal.dictionary AS d USING (name) GROUP BY c.relation) AS k ON k.relation = r.relation
  LEFT JOIN accepted AS a ON a.relation = r.relation
  LEFT JOIN rates AS t ON t.relation = r.relation
 ORDER BY r.ordinal;
