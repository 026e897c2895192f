-- kpi_order_flows: a row per dimension and grain.
SELECT dimension, grain, (SELECT count(DISTINCT customer_id) FROM oracle_sale
                          WHERE status = 'counts' AND NOT is_return)
                             AS customers
FROM unnest('{all,region,country,channel,sales_rep,segment}'::text[])
         AS dimension,
     unnest('{day,week,month,quarter,year}'::text[]) AS grain
WHERE dimension = 'all' OR grain NOT IN ('day', 'week')
