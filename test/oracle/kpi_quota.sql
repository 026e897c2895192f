-- kpi_quota: what each rep won, and was to win.
WITH
won AS
(
    SELECT date_trunc('month', s.entered_on::timestamp)::date AS period,
           coalesce(d.sales_rep_id, '(none)') AS rep,
           s.amount
    FROM oracle_step AS s JOIN oracle_deal AS d USING (opportunity_id)
    WHERE s.outcome = 'won' AND NOT EXISTS
        (SELECT FROM oracle_step AS b
         WHERE b.opportunity_id = s.opportunity_id AND b.step = s.step - 1
           AND b.outcome = 'won')
),
quota AS
(
    SELECT to_date(period, 'YYYY-MM') AS period, sales_rep_id AS rep,
           min(CASE WHEN quota >= 0 AND quota < 922337203685477
                    THEN quota END) AS quota
    FROM sales_quotas, settings
    WHERE period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND sales_rep_id IS NOT NULL
      AND period >= to_char(earliest_date::timestamp, 'YYYY-MM')
      AND to_date(period, 'YYYY-MM') <= as_of
    GROUP BY 1, 2
),
line AS
(
    SELECT period, rep,
           (SELECT count(*) FROM won AS w
            WHERE (w.period, w.rep) = (l.period, l.rep)) AS deals_won,
           (SELECT coalesce(sum(amount), 0) FROM won AS w
            WHERE (w.period, w.rep) = (l.period, l.rep)) AS won,
           (SELECT quota FROM quota AS q
            WHERE (q.period, q.rep) = (l.period, l.rep)) AS quota,
           (l.period + interval '1 month')::date AS next
    FROM (SELECT period, rep FROM won UNION SELECT period, rep FROM quota) AS l
),
rated AS
(
    SELECT l.*, as_of, CASE WHEN next <= as_of THEN round(quota, 2) ELSE
           round(quota * (as_of + 1 - period) / (next - period), 2) END AS due
    FROM line AS l, settings
),
placed AS
(
    SELECT r.*, CASE WHEN due > 0 THEN round(won / due, 6) END AS reached
    FROM rated AS r
)
SELECT p.period, rep AS sales_rep_id, coalesce(s.name, rep) AS name, s.team,
       s.region, deals_won, won, quota, due AS quota_prorated,
       CASE WHEN quota > 0 THEN round(won / quota, 6) END AS attainment,
       reached AS attainment_prorated,
       CASE WHEN reached IS NOT NULL THEN
            (SELECT count(*) + 1 FROM placed AS o
             WHERE o.period = p.period AND o.due > 0
               AND o.won * p.due > p.won * o.due) END AS rank,
       CASE WHEN reached IS NOT NULL AND won >= due AND
            (SELECT count(*) FROM placed AS o
             WHERE o.period = p.period AND o.due > 0
               AND o.won * p.due > p.won * o.due) < 5 THEN 'top'
            WHEN reached IS NOT NULL AND won < due AND
            (SELECT count(*) FROM placed AS o
             WHERE o.period = p.period AND o.due > 0
               AND o.won * p.due < p.won * o.due) < 5
            THEN 'bottom' END AS standing, next <= as_of AS is_complete
FROM placed AS p LEFT JOIN sales_reps AS s ON s.sales_rep_id = rep
