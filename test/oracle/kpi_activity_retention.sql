-- kpi_activity_retention: who of a cohort has an event how much later.
WITH
signup AS
(
    SELECT customer_id, min(signup_date) AS day
    FROM (SELECT customer_id, signup_date FROM oracle_customer
          WHERE customer_id IN (SELECT c.customer_id FROM customers AS c)
          UNION ALL SELECT customer_id, NULL FROM oracle_event) AS c
    GROUP BY 1
),
anchor AS
(
    SELECT 'first seen' AS basis, customer_id, min(day) AS day
    FROM oracle_event WHERE at IS NOT NULL GROUP BY 2
    UNION ALL
    SELECT 'signup', customer_id, coalesce(day,
        (SELECT min(e.day) FROM oracle_event AS e
         WHERE e.customer_id = s.customer_id AND type = 'signup'
           AND at IS NOT NULL))
    FROM signup AS s WHERE EXISTS (SELECT FROM oracle_event)
),
member AS MATERIALIZED
(
    SELECT basis, grain, customer_id, day, oracle_period(grain, day) AS cohort
    FROM anchor, settings, unnest('{day,week,month}'::text[]) AS grain
    WHERE day <= as_of
),
seen AS MATERIALIZED
(
    SELECT grain, customer_id, oracle_period(grain, day) AS period,
           max(day) AS last
    FROM oracle_event, unnest('{day,week,month}'::text[]) AS grain
    WHERE at IS NOT NULL GROUP BY 1, 2, 3
),
cell AS
(
    SELECT c.*, n AS age, p.period, oracle_next(grain, p.period) <= as_of
               AS is_mature,
           b.*, oracle_next(grain, (cohort + upto * ('1 ' || grain)::interval)
                                       ::date) <= as_of AS bracket_is_mature
    FROM (SELECT DISTINCT basis, grain, cohort FROM member) AS c
    CROSS JOIN settings CROSS JOIN LATERAL generate_series(0, ages) AS n
    CROSS JOIN LATERAL
        (SELECT (cohort + n * ('1 ' || grain)::interval)::date AS period) AS p
    LEFT JOIN LATERAL
        (SELECT brackets[i] AS since, brackets[i + 1] - 1 AS upto
         FROM generate_series(1, cardinality(brackets) - 1) AS i
         WHERE n >= brackets[i] AND n < brackets[i + 1]) AS b ON true
    WHERE p.period <= as_of
),
counted AS
(
    SELECT c.basis, c.grain, c.cohort, c.age, c.is_mature, c.since, c.upto,
           c.bracket_is_mature, count(*) AS customers,
           count(*) FILTER (WHERE s.here) AS retained,
           count(*) FILTER (WHERE s.later) AS retained_or_later,
           count(*) FILTER (WHERE s.times = c.age + 1) AS throughout,
           count(*) FILTER (WHERE s.in_bracket) AS in_bracket
    FROM cell AS c
    JOIN member AS m USING (basis, grain, cohort)
    CROSS JOIN LATERAL
        (SELECT bool_or(s.period = c.period) AS here,
                bool_or(s.period >= c.period) AS later,
                count(*) FILTER (WHERE s.period >= c.cohort
                                   AND s.period <= c.period) AS times,
                bool_or(s.period >= c.cohort + since
                                        * ('1 ' || c.grain)::interval
                        AND s.period <= c.cohort + upto
                                        * ('1 ' || c.grain)::interval)
                    AS in_bracket
         FROM seen AS s
         WHERE s.grain = c.grain AND s.customer_id = m.customer_id
           AND s.last >= m.day) AS s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT basis, grain, cohort, age, customers,
       CASE WHEN is_mature THEN retained END AS retained,
       CASE WHEN is_mature THEN round(retained / customers::numeric, 6) END
           AS rate,
       CASE WHEN is_mature THEN retained_or_later END AS retained_or_later,
       CASE WHEN is_mature
            THEN round(retained_or_later / customers::numeric, 6) END
           AS rate_or_later,
       CASE WHEN is_mature THEN throughout END AS retained_throughout,
       CASE WHEN is_mature THEN round(throughout / customers::numeric, 6) END
           AS rate_throughout,
       CASE since WHEN upto THEN since::text ELSE since || '-' || upto END
           AS bracket,
       CASE WHEN bracket_is_mature THEN in_bracket END AS retained_in_bracket,
       CASE WHEN bracket_is_mature
            THEN round(in_bracket / customers::numeric, 6) END
           AS rate_in_bracket,
       is_mature
FROM counted
