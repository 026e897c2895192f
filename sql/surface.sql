SET datestyle = iso;
SET client_min_messages = warning;
\set VERBOSITY terse
-- what belongs to the two schemas, and what a user can read about it
CREATE VIEW surface_functions AS
SELECT p.*, p.oid AS id, p.oid::regprocedure::text COLLATE "C" AS name, l.lanname FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang WHERE p.pronamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace);
SELECT name AS uncommented FROM surface_functions WHERE coalesce(obj_description(id, 'pg_proc'), '') = '' ORDER BY 1;
SELECT oid::regtype AS uncommented FROM pg_type WHERE typnamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace) AND typtype = 'b' AND typelem = 0 AND coalesce(obj_description(oid, 'pg_type'), '') = '' ORDER BY 1;
SELECT oid::regclass AS uncommented FROM pg_class WHERE relnamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace) AND relkind IN ('r', 'v', 'm') AND coalesce(obj_description(oid, 'pg_class'), '') = '' ORDER BY 1;
SELECT c.oid::regclass AS of, attname AS uncommented FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
 WHERE relnamespace IN ('saaskpi'::regnamespace, 'saaskpi_internal'::regnamespace) AND relkind IN ('r', 'v', 'm') AND coalesce(col_description(c.oid, attnum), '') = '' ORDER BY 1, 2;
SELECT obj_description('saaskpi_internal'::regnamespace, 'pg_namespace') AS internal;
-- what a user may call, by kind: no helper among it
SELECT prokind AS kind, proname::text COLLATE "C" AS callable, count(*) AS variants FROM surface_functions
 WHERE pronamespace = 'saaskpi'::regnamespace AND has_function_privilege('public', id, 'EXECUTE') AND proname !~ '_(in|out|recv|send)$'
 GROUP BY 1, 2 ORDER BY 1, 2;
-- what is done with the owner's rights has its work beside it, of the same arguments and rows
SELECT f.name AS entry, w.name AS work, pg_get_function_result(f.id) IS NOT DISTINCT FROM pg_get_function_result(w.id) OR f.prokind = 'p' AND w.prorettype = 'void'::regtype AS same_result
  FROM surface_functions AS f
  LEFT JOIN surface_functions AS w ON w.proname = f.proname || '_work' AND w.proargtypes = f.proargtypes AND w.pronamespace = 'saaskpi_internal'::regnamespace
 WHERE f.prosrc ~ '^saaskpi_as_owner' AND f.lanname = 'c' ORDER BY 1;
SELECT name AS work_without_entry FROM surface_functions AS w
 WHERE proname ~ '_work$' AND NOT EXISTS (SELECT FROM surface_functions AS f WHERE f.prosrc ~ '^saaskpi_as_owner' AND f.proname || '_work' = w.proname) ORDER BY 1;
-- the registry is the extension's: everybody may read it, nobody write it
SELECT oid::regclass AS writable FROM pg_class
 WHERE relnamespace = 'saaskpi_internal'::regnamespace AND relkind = 'r'
   AND (NOT has_table_privilege('public', oid, 'SELECT') OR has_table_privilege('public', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) ORDER BY 1;
-- aggregates: states that are values or can be sent, combined, sized, read-only, parallel safe, no direct arguments
SELECT name AS aggregate, aggtranstype::regtype AS state, aggtransspace AS space FROM pg_aggregate JOIN surface_functions ON id = aggfnoid ORDER BY 1;
SELECT name AS aggregate FROM pg_aggregate JOIN surface_functions ON id = aggfnoid
 WHERE aggkind <> 'n' OR aggcombinefn = 0 OR aggtransspace <= 0 OR aggfinalmodify <> 'r'
    OR (aggtranstype = 'internal'::regtype) <> (aggserialfn <> 0) OR (aggtranstype = 'internal'::regtype) <> (aggdeserialfn <> 0)
    OR aggfinalextra OR aggmtransfn <> 0 OR proparallel <> 's' OR pronargs = 0 ORDER BY 1;
SELECT name AS aggregate FROM pg_aggregate AS a JOIN surface_functions ON id = aggfnoid
 WHERE EXISTS (SELECT FROM pg_proc AS f WHERE f.oid IN (aggtransfn, aggcombinefn, aggfinalfn) AND (f.proparallel <> 's' OR f.provolatile <> 'i')) ORDER BY 1;
-- C functions: volatility, strictness, parallel mark
SELECT name AS odd FROM surface_functions WHERE proname ~ '_(in|out|recv|send)$' AND lanname = 'c' AND (provolatile, proisstrict, proparallel) <> ('i', true, 's') ORDER BY 1;
SELECT name AS odd FROM surface_functions WHERE proname ~ '_(accum|combine|final)$' AND lanname = 'c' AND (provolatile, proisstrict, proparallel) <> ('i', false, 's') ORDER BY 1;
SELECT provolatile::text || CASE WHEN proisstrict THEN ' strict ' ELSE ' null ' END || proparallel::text AS marks, name FROM surface_functions
 WHERE lanname = 'c' AND proname !~ '_(in|out|recv|send|accum|combine|final)$' ORDER BY 1, 2;

SELECT prosrc AS used_twice, count(*) FROM surface_functions WHERE lanname = 'c' AND prosrc !~ '^saaskpi_as_owner' GROUP BY 1 HAVING count(*) > 1;
SELECT name AS takes_or_gives_internal FROM surface_functions WHERE (prorettype = 'internal'::regtype OR 'internal'::regtype = ANY (proargtypes::oid[])) AND proname NOT LIKE '%\_recv' ORDER BY 1;
SELECT name AS polymorphic FROM surface_functions WHERE EXISTS (SELECT FROM unnest(proargtypes::oid[] || prorettype) AS t WHERE t::regtype::text LIKE 'any%') ORDER BY 1;
SELECT name AS estimate FROM surface_functions WHERE proretset AND (prorows IN (0, 1000) AND lanname = 'c') ORDER BY 1;
-- nobody runs with another's rights; bodies of what a user calls pin their path, or are listed, and those of helpers run below an entry point that does
SELECT name AS definer FROM surface_functions WHERE prosecdef ORDER BY 1;
SELECT name AS unpinned, prokind AS kind FROM surface_functions WHERE pronamespace = 'saaskpi'::regnamespace AND lanname IN ('sql', 'plpgsql') AND prosqlbody IS NULL AND NOT EXISTS (SELECT FROM unnest(proconfig) AS c WHERE c ~ '^search_path=("?pg_catalog"?)(, "?pg_temp"?)?$') ORDER BY 1;
SELECT name AS languages, lanname FROM surface_functions WHERE lanname NOT IN ('c', 'internal', 'sql', 'plpgsql') ORDER BY 1;
-- helpers of aggregates are not for calling
SELECT name AS callable FROM surface_functions WHERE proname ~ '_(accum|combine|final|serial|deserial)$' AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE')) ORDER BY 1;
SELECT name AS withheld FROM surface_functions WHERE proname !~ '_(accum|combine|final|serial|deserial)$' AND lanname = 'c' AND proacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE') ORDER BY 1;
-- no name that the server already uses for a function of the same arguments
SELECT name AS shadows FROM surface_functions AS s WHERE pronamespace = 'saaskpi'::regnamespace AND EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = s.proname AND p.proargtypes = s.proargtypes) ORDER BY 1;
-- types: aligned for 64-bit integers, toastable, with binary forms
SELECT typname, typlen, typbyval, typalign, typstorage, typsend <> 0 AND typreceive <> 0 AS binary FROM pg_type WHERE typnamespace = 'saaskpi'::regnamespace AND typtype = 'b' AND typelem = 0 ORDER BY typname;
-- a user without rights on the helpers can use the aggregates
CREATE ROLE regress_saaskpi_user;
SET ROLE regress_saaskpi_user;
SELECT saaskpi.mrr_at(saaskpi.rollup(h), '2024-06-01') FROM (SELECT saaskpi.mrr_history_agg('2024-01-01', NULL, 5) AS h) AS t;
SELECT saaskpi_internal.mrr_history_combine(NULL, NULL);
CREATE AGGREGATE pg_temp.forged(saaskpi.mrr_history) (SFUNC = saaskpi_internal.mrr_history_combine, STYPE = saaskpi.mrr_history);
RESET ROLE;
DROP ROLE regress_saaskpi_user;
