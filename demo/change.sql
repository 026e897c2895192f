-- Why MRR is not what it was a month before; read by overview.sql.
CREATE TEMPORARY TABLE change AS
SELECT e.* FROM saaskpi.explain_change(:'schema', (:'month'::date - interval '1 month')::date, :'month'::date) AS e;
\pset tuples_only on
\pset format unaligned
SELECT format('WHY DID IT CHANGE?  (MRR of %s is %s that of %s: %s changes of %s customers)', pg_temp.month(:'month'),
              CASE sign(q.total) WHEN 0 THEN 'as' ELSE pg_temp.amount(abs(q.total), :unit) || CASE sign(q.total) WHEN 1 THEN ' above' ELSE ' below' END END, pg_temp.month((:'month'::date - interval '1 month')::date), pg_temp.amount(q.changes), pg_temp.amount(q.customers))
  FROM (SELECT coalesce(sum(amount), 0) AS total, count(*) AS changes, count(DISTINCT customer_id) AS customers FROM pg_temp.change) AS q;
\pset format aligned
\pset tuples_only off
SELECT q.movement, pg_temp.cell(q.amount, :unit, 10) AS amount, left(q.because, 74) AS because
  FROM (SELECT rank, movement, amount, because FROM pg_temp.change WHERE rank <= 5
        UNION ALL
        SELECT 6, 'all others', sum(amount), format('%s changes.', pg_temp.amount(count(*))) FROM pg_temp.change WHERE rank > 5 HAVING count(*) > 0) AS q
 ORDER BY q.rank;
DROP TABLE pg_temp.change;
