-- kpi_churn_drift: how each feature lies now, beside what the model was told.
WITH value AS
(
    SELECT feature, edges, plain[i.ordinal] AS v
    FROM churn_inputs AS i, oracle_churn_now
),
bin AS
(
    SELECT feature, b, rows[b] AS n_then,
           (SELECT count(*) FROM value AS v
            WHERE v.feature = i.feature
              AND b = CASE WHEN v IS NULL THEN 5
                           ELSE 1 + (SELECT count(*) FROM unnest(edges) AS e
                                     WHERE e <= v.v) END) AS n_now
    FROM churn_inputs AS i, generate_series(1, 5) AS b
),
share AS
(
    SELECT feature, b, n_now, n_then, sum(n_now) OVER w AS every,
           sum(n_then) OVER w AS every_then,
           (n_now + 0.5) / sum(n_now + 0.5) OVER w AS now,
           (n_then + 0.5) / sum(n_then + 0.5) OVER w AS told
    FROM bin WINDOW w AS (PARTITION BY feature)
)
SELECT as_of AS snapshot, feature, drift,
       CASE WHEN drift > 0.25 THEN 'drifted' WHEN drift > 0.1 THEN 'moved' END
           AS finding,
       NULL::numeric AS weight, round(median::numeric, 6) AS median_then,
       (SELECT round(v::numeric, 6) FROM
        (SELECT v, row_number() OVER (ORDER BY v) AS i, count(*) OVER () AS n
         FROM value AS o WHERE o.feature = s.feature AND v IS NOT NULL) AS m
        WHERE i = (n + 1) / 2) AS median_now,
       every::bigint AS customers, round(missing_then / every_then, 6) AS missing_then,
       round(missing_now / every, 6) AS missing_now
FROM settings CROSS JOIN
    (SELECT feature, every, every_then,
            round(sum((now - told) * ln(now / told)), 4) AS drift,
            sum(n_then) FILTER (WHERE b = 5) AS missing_then,
            sum(n_now) FILTER (WHERE b = 5) AS missing_now
     FROM share WHERE every > 0 GROUP BY 1, 2, 3) AS s
JOIN churn_inputs USING (feature)
