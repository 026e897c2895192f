\pset null ~
CREATE TABLE visitors AS
SELECT n, 10 + n % 7 + 200 * (n % 3 > 0)::int AS spent, n % 5 + 40 * (n % 3 = 2)::int AS visits FROM generate_series(1, 300) AS n;
CREATE TABLE kept_clusters AS SELECT saaskpi.train_kmeans('SELECT spent, visits FROM visitors', 3, 'z') AS m;
-- three groups, found; every row is where it was trained to be
SELECT cluster, rows, round(share::numeric, 4) AS share, features, (SELECT array_agg(round(v::numeric, 4) ORDER BY o) FROM unnest(means) WITH ORDINALITY AS u(v, o)) AS means, silhouette > .8 AS clear, finding
  FROM kept_clusters, saaskpi.cluster_profiles(m);
SELECT count(DISTINCT (n % 3, c)) AS groups, count(DISTINCT c) AS clusters FROM (SELECT n, saaskpi.assign_cluster(m, ARRAY[spent, visits]) AS c FROM visitors, kept_clusters) AS a;
SELECT count(*) AS differ
  FROM kept_clusters, saaskpi.cluster_profiles(m) AS p
  FULL JOIN (SELECT saaskpi.assign_cluster(m, ARRAY[spent, visits]) AS cluster, count(*) AS rows, avg(spent) AS spent, avg(visits) AS visits FROM visitors, kept_clusters GROUP BY 1) AS s USING (cluster)
 WHERE (p.rows = s.rows AND abs(p.means[1] - s.spent) < 1e-9 AND abs(p.means[2] - s.visits) < 1e-9) IS NOT TRUE;
-- inertia against the sum of squares in plain SQL, transformed by hand
SELECT k, features, rows, transform, seed, abs(inertia / plain - 1) < 1e-12 AS inertia, abs(total / 600 - 1) < 1e-12 AS total, silhouette_error, round(smallest_share::numeric, 4) AS smallest, constant
  FROM kept_clusters, saaskpi.cluster_quality(m),
       (SELECT sum((spent - ms) ^ 2 / ss + (visits - mv) ^ 2 / sv)::float8 AS plain
          FROM (SELECT spent, visits, avg(spent) OVER (PARTITION BY n % 3) AS ms, avg(visits) OVER (PARTITION BY n % 3) AS mv, var_pop(spent) OVER () AS ss, var_pop(visits) OVER () AS sv FROM visitors) AS v) AS w;
-- the number of clusters is found, the order of the rows and the seed do not matter
SELECT t, k, s.silhouette > .7 AS clear FROM unnest('{none,log,rank,z,robust}'::text[]) AS t, saaskpi.cluster_quality(saaskpi.train_kmeans('SELECT spent, visits FROM visitors WHERE n <= 90', NULL, t)) AS s;
SELECT saaskpi.train_kmeans('SELECT spent, visits FROM visitors ORDER BY n DESC', 3, 'z') = m AS same, saaskpi.train_kmeans('SELECT spent, visits FROM visitors', 3, 'z', 5) = m AS same_seed,
       (SELECT q.inertia FROM saaskpi.cluster_quality(saaskpi.train_kmeans('SELECT spent, visits FROM visitors', 3, 'z', 5)) AS q) - q.inertia < 1e-9 AS as_good
  FROM kept_clusters, saaskpi.cluster_quality(m) AS q;
-- others grow, numbers stay
CREATE TABLE later AS SELECT spent + 1 AS spent, visits FROM visitors CROSS JOIN LATERAL generate_series(1, 1 + n % 3);
SELECT saaskpi.assign_cluster(m, '{13,2}') AS few, saaskpi.assign_cluster(m, '{213,2}') AS rich, saaskpi.assign_cluster(m, '{213,42}') AS often
  FROM (SELECT m FROM kept_clusters UNION ALL SELECT saaskpi.train_kmeans('SELECT spent, visits FROM later', 3, 'z', previous => m) FROM kept_clusters UNION ALL SELECT saaskpi.train_kmeans('SELECT spent, visits FROM later', 3, 'z')) AS a;
-- unknown values are in no cluster; what is small or constant is said
SELECT saaskpi.assign_cluster(m, '{1,NULL}') AS unknown, saaskpi.assign_cluster(NULL, '{1}') AS no_model FROM kept_clusters;
SELECT k, constant FROM saaskpi.cluster_quality(saaskpi.train_kmeans('SELECT CASE WHEN n = 7 THEN 1e6 ELSE n % 9 END AS spent, 1 AS one FROM visitors', 2, 'none'));
SELECT rows, finding FROM saaskpi.cluster_profiles(saaskpi.train_kmeans('SELECT CASE WHEN n = 7 THEN 1e6 ELSE n % 9 END AS spent FROM visitors', 2, 'none'));
SELECT m::text::saaskpi.model = m AS back FROM kept_clusters;
SELECT count(*) FROM saaskpi.cluster_profiles(NULL), saaskpi.cluster_quality(NULL);
-- refused
SELECT saaskpi.train_kmeans('SELECT spent FROM visitors', 1);
SELECT saaskpi.train_kmeans('SELECT spent FROM visitors', 65);
SELECT saaskpi.train_kmeans('SELECT spent FROM visitors', 3, 'cube');
SELECT saaskpi.train_kmeans('SELECT spent FROM visitors WHERE false', 2);
SELECT saaskpi.train_kmeans('SELECT spent FROM visitors LIMIT 2', 3);
SELECT saaskpi.train_kmeans('SELECT 1 AS one FROM visitors', 2);
SELECT saaskpi.train_kmeans('SELECT nullif(spent, 12) AS spent FROM visitors', 2);
SELECT saaskpi.train_kmeans('SELECT ''NaN''::float8 AS spent FROM visitors', 2);
SELECT saaskpi.train_kmeans('SELECT ''-Infinity''::float8 AS spent FROM visitors', 2);
SELECT saaskpi.train_kmeans('SELECT ''a'' AS name FROM visitors', 2);
SELECT saaskpi.train_kmeans('SELECT FROM visitors', 2);
SELECT saaskpi.train_kmeans('SELECT ' || string_agg('1 AS c' || c, ',') || ' FROM visitors', 2) FROM generate_series(1, 1001) AS c;
DO $$ BEGIN
    PERFORM saaskpi.train_kmeans('SELECT ' || string_agg('1 AS c' || c, ',') || ' FROM visitors', 2) FROM generate_series(1, 10000) AS c;
EXCEPTION WHEN too_many_columns THEN RAISE NOTICE 'refused: %', sqlerrm; END $$;
SELECT saaskpi.train_kmeans('DROP TABLE visitors', 2);
SELECT saaskpi.train_kmeans('SELECT visits, spent FROM visitors', 3, previous => m) FROM kept_clusters;
SELECT saaskpi.assign_cluster(m, '{1}') FROM kept_clusters;
SELECT saaskpi.assign_cluster(m, '{1,Infinity}') FROM kept_clusters;
SELECT saaskpi.predict(m, '{1,2}') FROM kept_clusters;
SELECT saaskpi.explain(m, '{1,2}') FROM kept_clusters;
SELECT saaskpi.model_columns(m) FROM kept_clusters;
SELECT saaskpi.model_summary(m) FROM kept_clusters;
SELECT saaskpi.assign_cluster(saaskpi.train_logistic('SELECT n % 3 = 0 AS label, spent FROM visitors WHERE n % 7 < 5'), '{1}');
SELECT saaskpi.cluster_quality(saaskpi.train_logistic('SELECT n % 3 = 0 AS label, visits % 4 AS v FROM visitors'));
DROP TABLE kept_clusters, visitors, later;
