-- The sources as they were earlier: some rows are missing yet, and some
-- customers are there that will be gone. later.sql takes it back.
DROP TABLE IF EXISTS pg_temp.held;
CREATE TEMP TABLE held AS
SELECT source, format('%I.%I', acme, source || CASE WHEN is_view
                      THEN '_kept' ELSE '' END) AS origin
FROM way WHERE source <> 'costs';
SELECT format('CREATE TEMP TABLE kept_%s AS SELECT * FROM %s AS x '
              'WHERE hashtext(x::text) %% 4 = 0', source, origin)
FROM held \gexec
SELECT format('DELETE FROM %s AS x WHERE hashtext(x::text) %% 4 = 0', origin)
FROM held \gexec
SELECT format('CREATE TEMP TABLE gone_%s AS SELECT DISTINCT ON (customer_id) '
              '* FROM %s LIMIT 3', source, origin)
FROM held \gexec
SELECT format('UPDATE gone_%s SET customer_id = ''gone '' || coalesce(customer_id, '''')',
              source)
FROM held \gexec
SELECT format('INSERT INTO %s SELECT * FROM gone_%s', origin, source)
FROM held \gexec
