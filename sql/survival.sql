-- Survival curves and log-rank tests: by hand, published values, what is not
-- known, errors.
\pset null '-'

-- ten customers by months: who is censored at a time was at risk in it
SELECT "time", at_risk, events, censored, round(survival::numeric, 6) AS survival, round(std_error::numeric, 6) AS std_error,
       round(lo::numeric, 6) AS lo, round(hi::numeric, 6) AS hi
  FROM saaskpi.kaplan_meier('{1,2,2,3,4,4,5,6,7,7}', '{t,t,f,t,t,t,f,f,t,t}');
-- the same by months and weights, in another order
SELECT count(*) AS rows, bool_and(k = w) AS same
  FROM saaskpi.kaplan_meier('{1,2,2,3,4,4,5,6,7,7}', '{t,t,f,t,t,t,f,f,t,t}', 'log-log', 0.9) AS k
  JOIN saaskpi.kaplan_meier('{7,6,5,4,3,2,2,1}', '{t,f,f,t,t,t,f,t}', 'log-log', 0.9, '{2,1,1,2,1,1,1,1}') AS w USING ("time");
-- limits of each kind; none while nothing happened by log-log
SELECT l.limits, "time", round(lo::numeric, 6) AS lo, round(hi::numeric, 6) AS hi
  FROM unnest(ARRAY['log', 'log-log', 'plain']) AS l(limits), saaskpi.kaplan_meier('{1,2,3,9}', '{f,t,t,f}', l.limits);
-- nobody left, nobody gone, one row
SELECT * FROM saaskpi.kaplan_meier('{3,1}', '{t,t}');
SELECT * FROM saaskpi.kaplan_meier('{3,1}', '{f,f}');
SELECT * FROM saaskpi.kaplan_meier('{0}', '{t}');

-- remission after leukaemia under 6-MP and placebo (Gehan 1965)
CREATE TEMP TABLE gehan AS
SELECT 'drug' AS arm, unnest('{6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35}'::float8[]) AS weeks,
       unnest('{t,t,t,f,t,f,t,f,f,t,t,f,f,f,t,t,f,f,f,f,f}'::boolean[]) AS relapsed
 UNION ALL
SELECT 'placebo', unnest('{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}'::float8[]), true;
SELECT arm, s.subjects, s.events, s.median, s.median_lo, s.median_hi, round(s.mean::numeric, 6) AS mean, round(s.mean_std_error::numeric, 6) AS error, s.up_to
  FROM (SELECT arm, array_agg(weeks) AS weeks, array_agg(relapsed) AS relapsed FROM gehan GROUP BY arm) AS q,
       saaskpi.survival_summary(weeks, relapsed, 20) AS s ORDER BY arm;
SELECT r."group", r.subjects, round(r.observed::numeric, 6) AS observed, round(r.expected::numeric, 6) AS expected, round(r.chi_square::numeric, 6) AS chi_square,
       r.freedom, round(r.p_value::numeric, 10) AS p_value
  FROM (SELECT array_agg(weeks) AS weeks, array_agg(relapsed) AS relapsed, array_agg(arm) AS arm FROM gehan) AS q, unnest(ARRAY[0, 1]::float8[]) AS rho,
       saaskpi.log_rank(weeks, relapsed, arm, rho) AS r;
-- any order of rows gives the same bits
SELECT count(DISTINCT r::text) AS answers
  FROM (SELECT array_agg(weeks ORDER BY hashint4(n * i)) AS weeks, array_agg(relapsed ORDER BY hashint4(n * i)) AS relapsed, array_agg(arm ORDER BY hashint4(n * i)) AS arm
          FROM (SELECT *, row_number() OVER ()::int AS n FROM gehan) AS g, generate_series(1, 5) AS i GROUP BY i) AS q,
       saaskpi.log_rank(weeks, relapsed, arm, 1) AS r WHERE r."group" = 'drug';
-- in the middle of a rest on one half; not reached; beyond the last
SELECT median, median_lo, median_hi, mean, mean_std_error, up_to FROM saaskpi.survival_summary('{1,2,3,4}', '{t,t,t,t}');
SELECT median, median_lo, median_hi, mean, up_to FROM saaskpi.survival_summary('{1,2,3}', '{t,f,f}', 4);
SELECT median, mean, mean_std_error, up_to FROM saaskpi.survival_summary('{1,2,3}', '{t,t,t}', 4, 'plain', 0.9);
-- one group, and one that never met an event
SELECT * FROM saaskpi.log_rank('{1,2}', '{t,t}', '{a,a}');
-- weights count subjects
SELECT a.* IS NOT DISTINCT FROM b.* AS same, a.subjects FROM saaskpi.log_rank('{1,1,2,3,3}', '{t,t,f,t,t}', '{a,a,b,b,b}') AS a JOIN saaskpi.log_rank('{1,2,3}', '{t,f,t}', '{a,b,b}', 0, '{2,1,2}') AS b USING ("group") ORDER BY 1;
SELECT "group", observed, expected, chi_square, freedom FROM saaskpi.log_rank('{1,5,6}', '{f,t,t}', '{a,b,c}');
-- NULL in place of an array or option
SELECT count(*) FROM saaskpi.kaplan_meier(NULL, '{t}');
SELECT count(*) FROM saaskpi.kaplan_meier('{1}', NULL);
SELECT count(*) FROM saaskpi.kaplan_meier('{1}', '{t}', NULL);
SELECT count(*) FROM saaskpi.survival_summary('{1}', '{t}', NULL, 'log', NULL);
SELECT count(*) FROM saaskpi.log_rank('{1}', '{t}', NULL);

-- errors
SELECT saaskpi.kaplan_meier('{}', '{}');
SELECT saaskpi.kaplan_meier('{1,2}', '{t}');
SELECT saaskpi.kaplan_meier('{1,NULL}', '{t,t}');
SELECT saaskpi.kaplan_meier('{1,2}', '{t,NULL}');
SELECT saaskpi.kaplan_meier('{1,-2}', '{t,t}');
SELECT saaskpi.kaplan_meier('{1,NaN}', '{t,t}');
SELECT saaskpi.kaplan_meier('{1,Infinity}', '{t,t}');
SELECT saaskpi.kaplan_meier('{{1,2}}', '{t,t}');
SELECT saaskpi.kaplan_meier('{1,2}', '{t,t}', 'greenwood');
SELECT saaskpi.kaplan_meier('{1,2}', '{t,t}', 'log', 95);
SELECT saaskpi.kaplan_meier('{1,2}', '{t,t}', weights => '{1,0}');
SELECT saaskpi.kaplan_meier('{1,2}', '{t,t}', weights => '{1}');
SELECT saaskpi.survival_summary('{1,2}', '{t,t}', -1);
SELECT saaskpi.survival_summary('{1,2}', '{t,t}', 'NaN');
SELECT saaskpi.log_rank('{1,2}', '{t,t}', '{a,NULL}');
SELECT saaskpi.log_rank('{1,2}', '{t,t}', '{a,b}', -1);
SELECT saaskpi.log_rank('{1,2}', '{t,t}', '{a,b}', 0, '{1,0}');
SELECT saaskpi.log_rank(array_agg(i), array_agg(true), array_agg(i::text)) FROM generate_series(1, 101) AS i;
