-- Rows with what trees are for: steps, waves, interactions, unknown values.
CREATE TABLE models (name text PRIMARY KEY, model saaskpi.model);
CREATE FUNCTION u(id bigint, place integer) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((hashint8extended(id, place) & 9007199254740991) + 0.5) / 9007199254740992.0;
CREATE TABLE train AS
SELECT q.id, u(q.id, 99) < 1 / (1 + exp(-q.odds)) AS label, q.a, q.b, q.c, q.d, q.e, q.f, q.g, q.h, q.i, q.j, q.k, q.l, q.m
  FROM (SELECT r.*, -1 + 1.5 * (r.a > 40)::integer - r.e / 10 + coalesce(sin(r.j / 50), 0.5) + r.m * 0.4 * (r.i > 100)::integer - 0.01 * r.b + (r.f > 5 AND r.c < 30)::integer AS odds
          FROM (SELECT n AS id, -ln(u(n, 1)) * 50 AS a, -ln(u(n, 2)) * 50 AS b, -ln(u(n, 3)) * 50 AS c, -ln(u(n, 4)) * 50 AS d,
                       floor(-ln(u(n, 5)) * 6) AS e, floor(-ln(u(n, 6)) * 6) AS f, floor(-ln(u(n, 7)) * 6) AS g, floor(-ln(u(n, 8)) * 6) AS h,
                       u(n, 9) * 365 AS i, CASE WHEN u(n, 20) >= 0.2 THEN u(n, 10) * 365 END AS j, u(n, 11) * 365 AS k, floor(u(n, 12) * 3) AS l, floor(u(n, 13) * 3) AS m
                  FROM generate_series(1, :rows::bigint) AS n) AS r OFFSET 0) AS q;
VACUUM ANALYZE train;
