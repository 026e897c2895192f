-- kpi_ltv_distribution: every range between two bounds, what is out of them,
-- and what is not known. A share is what is left of the rounded shares up to
-- there.
WITH
edge AS
(
    SELECT row_number() OVER (ORDER BY bound) AS place, bound AS from_value,
           lead(bound) OVER (ORDER BY bound) AS to_value FROM ltv_bounds
),
range AS
(
    SELECT place, from_value, to_value, to_value IS NOT NULL AS in_range,
           CASE WHEN to_value IS NULL THEN from_value || ' and more'
                ELSE from_value || ' to ' || to_value END AS range
    FROM edge
    UNION ALL
    SELECT 0, NULL, min(from_value), false,
           coalesce('below ' || min(from_value), 'all') FROM edge
    UNION ALL
    SELECT count(*) + 1, NULL, NULL, false, 'not known' FROM edge
),
counted AS
(
    SELECT basis, r.*, count(*) FILTER (WHERE held) AS customers,
           count(*) AS customers_all,
           sum(ltv) FILTER (WHERE held) AS ltv
    FROM range AS r CROSS JOIN oracle_kpi_ltv
    CROSS JOIN LATERAL
        (SELECT CASE WHEN ltv IS NULL THEN range = 'not known'
                     ELSE range <> 'not known'
                      AND (from_value IS NULL OR ltv >= from_value)
                      AND (to_value IS NULL OR ltv < to_value) END AS held)
        AS h
    GROUP BY basis, place, from_value, to_value, in_range, range
),
cumulated AS
(
    SELECT *, round(sum(customers) OVER (PARTITION BY basis ORDER BY place)
                    / customers_all, 6) AS up_to FROM counted
)
SELECT basis, place::int AS place, range, from_value, to_value, in_range,
       customers, customers_all,
       up_to - lag(up_to, 1, 0.0) OVER (PARTITION BY basis ORDER BY place)
           AS share,
       CASE WHEN range = 'not known' THEN NULL ELSE coalesce(ltv, 0) END AS ltv
FROM cumulated
