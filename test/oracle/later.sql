-- The sources as they are, after earlier.sql.
SELECT format('DELETE FROM %s WHERE customer_id LIKE ''gone %%''', origin)
FROM held \gexec
SELECT format('INSERT INTO %s SELECT * FROM kept_%s', origin, source)
FROM held \gexec
SELECT format('DROP TABLE kept_%1$s, gone_%1$s', source) FROM held \gexec
