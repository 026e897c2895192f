-- A rate of counts is what the server's division gives, to six decimals.
SELECT n, base, saaskpi_internal.rate(n::bigint, base::bigint) AS rate
  FROM (VALUES (1, 3), (2, 3), (-2, 3), (1, 2000000), (-1, 2000000), (1, 2000001), (0, 7), (7, 0), (7, -1), (NULL, 1), (1, NULL)) AS v(n, base);
SELECT count(*), count(*) FILTER (WHERE saaskpi_internal.rate(n, base)::text IS DISTINCT FROM saaskpi_internal.rate(n::numeric, base::numeric)::text) AS differ
  FROM (SELECT 7919 * i * i % m - m / 3 AS n, 104729 * i % (m / 7 + 1) AS base
          FROM generate_series(1, 3000::bigint) AS i, unnest('{10,1000,2000000,700000001,900000000001}'::bigint[]) AS m) AS q;
-- ties, and counts near the ends
SELECT count(*) FILTER (WHERE saaskpi_internal.rate(n, base)::text IS DISTINCT FROM saaskpi_internal.rate(n::numeric, base::numeric)::text) AS differ
  FROM (SELECT k AS n, base FROM unnest('{2000000,20000000,100000000,100000001,9223372036854775807}'::bigint[]) AS base,
               unnest('{1,3,5,49,51,-1,-3,9223372036854775807,-9223372036854775808}'::bigint[]) AS k
        UNION ALL SELECT base * 10000 + d, base FROM unnest('{1,3,99999999,100000000}'::bigint[]) AS base, generate_series(-2, 2) AS d) AS q;
-- limits of a share by Wilson: as published for 81 of 263, 15 of 148, 0 of 20 and 1 of 29 (R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872), and where there is none
SELECT part, n, saaskpi_internal.share_limit(part, n, -1.959964) AS lo, saaskpi_internal.share_limit(part, n, 1.959964) AS hi
  FROM (VALUES (8, 10), (0, 10), (10, 10), (81, 263), (15, 148), (0, 20), (1, 29), (1, 1), (0, 0), (3, 2), (-1, 2), (NULL, 2), (4611686018427387904, 9223372036854775807)) AS v(part, n);
