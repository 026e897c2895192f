-- What customers were, in the schema of the psql variable acme as well: of every
-- second data set, some of it from before the calendar, after as_of, of nobody,
-- or of no day.
SELECT format('CREATE TABLE %I.customer_history AS SELECT customer_id, valid_from%s FROM customer_history',
              :'acme', string_agg(', ' || a, '' ORDER BY a))
FROM shape, (SELECT DISTINCT unnest(says) AS a FROM customer_history) AS h
HAVING count(*) > 0 \gexec
