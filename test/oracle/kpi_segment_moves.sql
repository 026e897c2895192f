-- kpi_segment_moves: from which segment to which, since the snapshot before.
WITH
pair AS
(
    SELECT n.snapshot, b.snapshot AS before, coalesce(b.segment, '(new)') AS from_segment,
           n.segment AS to_segment
    FROM oracle_kpi_rfm AS n
    LEFT JOIN oracle_kpi_rfm AS b ON b.customer_id = n.customer_id
        AND b.snapshot = (SELECT max(snapshot) FROM oracle_kpi_rfm AS x
                       WHERE x.snapshot < n.snapshot)
    WHERE EXISTS (SELECT FROM oracle_kpi_rfm AS x WHERE x.snapshot < n.snapshot)
)
SELECT p.*, count(*) AS customers,
       (SELECT count(*) FROM pair AS o
        WHERE o.snapshot = p.snapshot AND o.before IS NOT NULL) AS customers_both,
       (SELECT round(count(*) FILTER (WHERE from_segment <> to_segment)::numeric
                     / count(*), 6) FROM pair AS o
        WHERE o.snapshot = p.snapshot AND o.before IS NOT NULL HAVING count(*) > 0)
           AS switch_rate
FROM pair AS p
GROUP BY snapshot, before, from_segment, to_segment
