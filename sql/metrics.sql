SET datestyle = iso;
\pset null ~
SET extra_float_digits = -3;
-- by hand: two equal scores of either label, what cannot be used
CREATE TABLE few_scores (score float8, label boolean);
INSERT INTO few_scores VALUES (0.9, true), (0.8, false), (0.8, true), (0.3, false), (0.1, false), (-0.0, false), (0, true), (NULL, true), (0.5, NULL), ('NaN', true), ('Infinity', false), ('-Infinity', true);
CREATE TABLE few_judged AS SELECT saaskpi.scores_agg(score, label) AS s FROM few_scores;
SELECT s, saaskpi.positives(s), saaskpi.negatives(s), saaskpi.skipped(s) FROM few_judged;
SELECT saaskpi.roc_auc(s), saaskpi.roc_auc_error(s), saaskpi.average_precision(s), saaskpi.ks_statistic(s), saaskpi.log_loss(s), saaskpi.brier_score(s), saaskpi.calibration_error(s) FROM few_judged;
SELECT c.* FROM few_judged, saaskpi.confusion(s, 0.8) AS c;
SELECT c.* FROM few_judged, saaskpi.confusion(s, 2) AS c;
SELECT b.* FROM few_judged, saaskpi.calibration_bins(s) AS b;
SELECT b.* FROM few_judged, saaskpi.calibration_bins(s, 2, 'rows') AS b;
SELECT g.* FROM few_judged, saaskpi.lift_groups(s, 4) AS g;
-- nothing in, nothing out; one label alone
SELECT saaskpi.scores_agg(NULL, NULL) AS none FROM few_scores WHERE false;
SELECT n, saaskpi.roc_auc(s), saaskpi.roc_auc_error(s), saaskpi.average_precision(s), saaskpi.ks_statistic(s), saaskpi.log_loss(s), saaskpi.brier_score(s), saaskpi.calibration_error(s),
       (SELECT c::text FROM saaskpi.confusion(s, 0.5) AS c), (SELECT count(*) FROM saaskpi.lift_groups(s)), (SELECT count(*) FROM saaskpi.calibration_bins(s))
  FROM (SELECT n, saaskpi.scores_agg(0.25, nullif(n, 0) = 1) AS s FROM generate_series(0, 2) AS n GROUP BY n) AS v ORDER BY n;
SELECT g.* FROM (SELECT saaskpi.scores_agg(x / 8.0, false) AS s FROM generate_series(1, 4) AS x) AS q, saaskpi.lift_groups(s, 2) AS g;
SELECT count(*) FROM saaskpi.confusion(NULL, 0.5), saaskpi.lift_groups(NULL), saaskpi.calibration_bins(NULL);
-- refused
SELECT saaskpi.log_loss(saaskpi.scores_agg(1.5, true));
SELECT saaskpi.brier_score(saaskpi.scores_agg(-0.5, true));
SELECT saaskpi.calibration_error(saaskpi.scores_agg(1.5, true));
SELECT saaskpi.calibration_error(s, 0) FROM few_judged;
SELECT saaskpi.calibration_error(s, 10, 'height') FROM few_judged;
SELECT saaskpi.lift_groups(s, 1001) FROM few_judged;
SELECT saaskpi.confusion(s, 'NaN') FROM few_judged;
SELECT v, try_value(v, 'saaskpi.scores') FROM unnest(ARRAY['scores 1 day 0 {0,0,0} skipped 0 labels () rows (1072168960,-2147483648:0,1)',
    'scores 1 day 0 {0,0,0} skipped 0 labels () rows (1072168960,-2147483648:0,-1)', 'scores 1 day 0 {0,0,0} skipped 0 labels () rows (1072168960,-2147483648:0,0)',
    'scores 1 day 0 {0,0,0} skipped 0 labels () rows (-1,2147483647:0,1)', 'scores 1 day 0 {0,0,0} skipped 0 labels () rows (2146435072,-2147483648:0,1)',
    'scores 1 day 0 {0,0,0} skipped 0 labels () rows (-2147483648,0:0,1)', 'scores 1 month 0 {1,0,0} skipped 0 labels () rows ()']) AS v;
-- at random, with many ties and few, against all pairs
CREATE TABLE gen_scores AS
SELECT k, round(pick(n, 'score' || k, 1000) / 1000.0, k)::float8 AS score, pick(n, 'label' || k, 1000) < 100 + 0.6 * pick(n, 'score' || k, 1000) AS label
  FROM generate_series(1, 600) AS n, generate_series(1, 3) AS k;
CREATE TABLE gen_judged AS SELECT k, saaskpi.scores_agg(score, label) AS s FROM gen_scores GROUP BY k;
WITH pairs AS (SELECT p.k, avg(CASE WHEN p.score > n.score THEN 1 WHEN p.score = n.score THEN 0.5 ELSE 0 END) AS auc FROM gen_scores AS p JOIN gen_scores AS n USING (k) WHERE p.label AND NOT n.label GROUP BY 1),
 curve AS (SELECT k, score, label, count(*) OVER above AS n, count(*) FILTER (WHERE label) OVER above AS tp, count(*) FILTER (WHERE label) OVER everything AS p, count(*) OVER everything AS every
             FROM gen_scores WINDOW above AS (PARTITION BY k ORDER BY score DESC), everything AS (PARTITION BY k)),
 plain AS (SELECT k, sum(tp::float8 / n / p) FILTER (WHERE label) AS ap, max(abs(tp::float8 / p - (n - tp)::float8 / (every - p))) AS ks,
                  avg(-ln(greatest(CASE WHEN label THEN score ELSE 1 - score END, 2.220446049250313e-16))) AS log_loss, avg((score - label::int) ^ 2) AS brier FROM curve GROUP BY 1)
SELECT k, abs(saaskpi.roc_auc(s) - auc) < 1e-12 AS auc, abs(saaskpi.average_precision(s) - ap) < 1e-12 AS ap, abs(saaskpi.ks_statistic(s) - ks) < 1e-12 AS ks,
       abs(saaskpi.log_loss(s) - log_loss) < 1e-12 AS log_loss, abs(saaskpi.brier_score(s) - brier) < 1e-12 AS brier
  FROM gen_judged JOIN pairs USING (k) JOIN plain USING (k) ORDER BY k;
SELECT k, every.*, half.* FROM gen_judged, LATERAL (SELECT sum(rows) AS rows, round(sum(positives)::numeric, 6) AS positives, max(gain) AS gain FROM saaskpi.lift_groups(s, 7)) AS every,
       LATERAL (SELECT sum(rows) AS in_bins, sum(positives) AS positive, min(score_to - score_from) >= 0 AS ranges FROM saaskpi.calibration_bins(s, 20, 'rows')) AS half ORDER BY k;
-- the same bytes in any order, and from parts
SELECT k, md5(saaskpi.scores_agg(score, label ORDER BY md5(score::text || label))::text) = md5(min(s::text)) AS in_order FROM gen_scores JOIN gen_judged USING (k) GROUP BY k ORDER BY k;
SELECT k, saaskpi.rollup(s)::text = (SELECT j.s::text FROM gen_judged AS j WHERE j.k = p.k) AS in_parts
  FROM (SELECT k, saaskpi.scores_agg(score, label) AS s FROM gen_scores GROUP BY k, score < 0.5, label) AS p GROUP BY k ORDER BY k;
-- rows of one cluster: against sums over all pairs, in any order; DeLong's where every row is one of its own
WITH rows AS (SELECT k, n, score, label, pick(n, 'cluster' || k, 23) AS c FROM (SELECT *, (row_number() OVER (PARTITION BY k ORDER BY score, label))::int AS n FROM gen_scores) AS q),
 placed AS (SELECT r.k, r.n, r.label, r.c, avg(CASE WHEN r.score > o.score THEN 1 WHEN r.score = o.score THEN 0.5 ELSE 0 END) AS below FROM rows AS r JOIN rows AS o ON o.k = r.k AND o.label <> r.label GROUP BY 1, 2, 3, 4),
 area AS (SELECT k, avg(below) FILTER (WHERE label) AS auc, count(*) FILTER (WHERE label) AS p, count(*) FILTER (WHERE NOT label) AS q FROM placed GROUP BY 1),
 parts AS (SELECT k, c, coalesce(sum(below - auc) FILTER (WHERE label), 0) / area.p AS x, coalesce(sum(1 - below - auc) FILTER (WHERE NOT label), 0) / area.q AS y, bool_or(label) AS has_x, bool_or(NOT label) AS has_y FROM placed JOIN area USING (k) GROUP BY k, c, area.p, area.q),
 plain AS (SELECT k, sqrt(sum(x * x) * count(*) FILTER (WHERE has_x) / (count(*) FILTER (WHERE has_x) - 1) + sum(y * y) * count(*) FILTER (WHERE has_y) / (count(*) FILTER (WHERE has_y) - 1) + 2 * sum(x * y) * count(*) / (count(*) - 1)) AS error FROM parts GROUP BY 1),
 got AS (SELECT k, saaskpi.roc_auc_error(array_agg(score), array_agg(label), array_agg(c::text)) AS error, saaskpi.roc_auc_error(array_agg(score ORDER BY md5(n::text)), array_agg(label ORDER BY md5(n::text)), array_agg(c::text ORDER BY md5(n::text))) AS turned,
                saaskpi.roc_auc_error(array_agg(score), array_agg(label), array_agg(n::text)) AS alone FROM rows GROUP BY 1)
SELECT k, abs(g.error - p.error::float8) < 1e-12 AS error, g.error = g.turned AS in_order, abs(g.alone - saaskpi.roc_auc_error(s)) < 1e-12 AS delong FROM got AS g JOIN plain AS p USING (k) JOIN gen_judged USING (k) ORDER BY k;
-- copies of every row change nothing but the error by rows
SELECT abs(saaskpi.roc_auc_error(array_agg(score), array_agg(label), array_agg(n::text)) - (SELECT saaskpi.roc_auc_error(s) FROM gen_judged WHERE k = 2)) < 1e-4 AS once, saaskpi.roc_auc_error(saaskpi.scores_agg(score, label)) < 0.6 * (SELECT saaskpi.roc_auc_error(s) FROM gen_judged WHERE k = 2) AS by_rows
  FROM (SELECT *, row_number() OVER () AS n FROM gen_scores WHERE k = 2) AS q, generate_series(1, 4);
SELECT saaskpi.roc_auc_error('{1,2}', '{t,t}', '{a,b}') AS one_label, saaskpi.roc_auc_error('{1,2,3}', '{t,t,f}', '{a,a,b}') AS one_cluster, saaskpi.roc_auc_error('{1,2}', NULL, '{a,b}') AS none;
SELECT saaskpi.roc_auc_error('{1,2}', '{t}', '{a,b}');
SELECT saaskpi.roc_auc_error('{1,2}', '{t,f}', '{a,NULL}');
SELECT saaskpi.roc_auc_error('{1,Infinity}', '{t,f}', '{a,b}');
DROP TABLE few_scores, few_judged, gen_scores, gen_judged;
