-- kpi_segment_mix: how many each of the nine segments holds.
SELECT d.snapshot, s.segment, count(r.customer_id) AS customers, d.n AS customers_all,
       round(count(r.customer_id)::numeric / d.n, 6) AS rate,
       coalesce(sum(r.monetary), 0) AS monetary
FROM (SELECT snapshot, count(*) AS n FROM oracle_kpi_rfm GROUP BY 1) AS d
CROSS JOIN unnest('{Champions,Loyal,New,Potential loyalists,Promising,'
                  'Need attention,Cannot lose,At risk,Hibernating}'::text[])
    AS s (segment)
LEFT JOIN oracle_kpi_rfm AS r ON r.snapshot = d.snapshot AND r.segment = s.segment
GROUP BY d.snapshot, s.segment, d.n
