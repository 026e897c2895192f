-- create_views and drop_views.

CREATE FUNCTION saaskpi_internal.needs()
RETURNS TABLE (relation name, needs text[])
LANGUAGE sql STABLE
AS $$
WITH RECURSIVE said AS MATERIALIZED (
    SELECT r.relation, r.ordinal, n.need, n.i FROM saaskpi_internal.relations AS r LEFT JOIN unnest(r.needs) WITH ORDINALITY AS n(need, i) ON true
), meant(wanted, relation) AS (
    SELECT DISTINCT s.relation, s.relation FROM said AS s
    UNION
    SELECT m.wanted, s.need::name FROM meant AS m JOIN said AS s USING (relation) WHERE s.need IN (SELECT o.relation FROM said AS o)
), branched AS (
    SELECT b.relation, string_agg(b.source, '|' ORDER BY b.first) AS sources
      FROM (SELECT x.relation, x.source, min(x.ordinal) AS first FROM saaskpi_internal.relation_branches AS x GROUP BY 1, 2) AS b GROUP BY 1
)
SELECT q.wanted, coalesce(array_agg(q.need ORDER BY q.ordinal, q.i) FILTER (WHERE q.need IS NOT NULL), '{}')
  FROM (SELECT m.wanted, s.ordinal, coalesce(s.i, 0) AS i, coalesce(s.need, b.sources) AS need
          FROM meant AS m JOIN said AS s USING (relation) LEFT JOIN branched AS b USING (relation)
         WHERE s.need IS NULL OR s.need NOT IN (SELECT o.relation FROM said AS o)) AS q
 GROUP BY q.wanted
$$;
COMMENT ON FUNCTION saaskpi_internal.needs() IS
    'the sources without which each relation is not made; a|b is either';

CREATE FUNCTION saaskpi_internal.needs_of(wanted name)
RETURNS text[]
LANGUAGE sql STABLE
AS $$
SELECT n.needs FROM saaskpi_internal.needs() AS n WHERE n.relation = wanted
$$;
COMMENT ON FUNCTION saaskpi_internal.needs_of(name) IS
    'the sources without which a relation is not made; a|b is either';

-- What each relation lacks in this schema; null when it can be made.
CREATE FUNCTION saaskpi_internal.lacking(env jsonb)
RETURNS TABLE (relation name, lacks text)
LANGUAGE sql STABLE
AS $$
SELECT n.relation, (SELECT string_agg(replace(u.need, '|', ' or '), ', ' ORDER BY u.i)
                      FROM unnest(n.needs) WITH ORDINALITY AS u(need, i) WHERE NOT env -> 'sources' ?| string_to_array(u.need, '|'))
  FROM saaskpi_internal.needs() AS n
$$;
COMMENT ON FUNCTION saaskpi_internal.lacking(jsonb) IS
    'every relation with the sources it needs that an environment does not have';

-- Views of users, and whatever else, built on the relations named.
CREATE FUNCTION saaskpi_internal.built_upon(schema_name name, wanted name[])
RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT string_agg(DISTINCT w.ev_class::regclass::text, ', ')
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = schema_name
  JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_rewrite AS w ON w.oid = d.objid AND w.ev_class <> c.oid
 WHERE c.relname = ANY (wanted || ARRAY(SELECT x || '_mat' FROM unnest(wanted) AS x))
   AND NOT EXISTS (SELECT FROM pg_class AS o WHERE o.oid = w.ev_class AND o.relnamespace = n.oid AND o.relname = ANY (wanted))
$$;
COMMENT ON FUNCTION saaskpi_internal.built_upon(name, name[]) IS
    'what others have built on relations, by name; null for nothing';

CREATE FUNCTION saaskpi_internal.grants_on(relation regclass)
RETURNS text[]
LANGUAGE sql STABLE
AS $$
SELECT coalesce(array_agg(format('GRANT %s%s ON %s TO %s%s', x.privilege_type, g.columns, relation,
                                 CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                                 CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)), '{}')
  FROM pg_class AS c
 CROSS JOIN LATERAL (SELECT '' AS columns, c.relacl AS acl
                     UNION ALL SELECT format(' (%I)', a.attname), a.attacl FROM pg_attribute AS a WHERE a.attrelid = c.oid AND NOT a.attisdropped) AS g
 CROSS JOIN LATERAL aclexplode(g.acl) AS x
 WHERE c.oid = relation AND x.grantee <> c.relowner
$$;
COMMENT ON FUNCTION saaskpi_internal.grants_on(regclass) IS
    'statements that give again what is granted on a relation';

-- Whoever may write the manifest could have put anything there.
CREATE FUNCTION saaskpi_internal.give_again(grants text[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    word constant text := '("([^"]|"")+"|[a-z_][a-z0-9_]*)';
    statement text;
BEGIN
    FOREACH statement IN ARRAY grants LOOP
        BEGIN
            IF statement !~ format('^GRANT [A-Z]+( \(%1$s\))? ON %1$s\.%1$s TO (PUBLIC|%1$s)( WITH GRANT OPTION)?$', word) THEN
                RAISE EXCEPTION 'not a grant on a relation' USING ERRCODE = 'undefined_object';
            END IF;
            EXECUTE statement;
        EXCEPTION WHEN undefined_object OR undefined_table OR undefined_column THEN
            RAISE NOTICE 'not granted again: %: %', statement, SQLERRM;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.give_again(text[]) IS 'grants again what drop_views wrote down, but to roles and on columns that are gone';

-- Version 0.1.0 let relations belong to whoever called it.
CREATE FUNCTION saaskpi_internal.require_owned(schema_name name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    foreign_one record;
BEGIN
    SELECT c.oid::regclass AS relation, pg_get_userbyid(c.relowner) AS owner INTO foreign_one
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = schema_name
      JOIN saaskpi_internal.relations AS r ON c.relname IN (r.relation, r.relation || '_mat')
     WHERE NOT pg_has_role(c.relowner, 'USAGE') ORDER BY r.ordinal LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% belongs to role "%", the schema to role "%"', foreign_one.relation, foreign_one.owner, current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('Give them to the owner of the schema, as a superuser: DO %L', format('DECLARE r regclass; BEGIN FOR r IN SELECT oid FROM pg_class WHERE relnamespace = %L::regnamespace AND relowner = %L::regrole AND relname ~ ''^kpi_'' AND relkind IN (''r'', ''v'', ''m'') LOOP EXECUTE format(''ALTER TABLE %%s OWNER TO %%I'', r, %L); END LOOP; END',
                                quote_ident(schema_name), quote_ident(foreign_one.owner), current_user));
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_owned(name) IS 'raises when kpi relations belong to a role that the owner of their schema cannot act for';

CREATE FUNCTION saaskpi_internal.require_made(schema_name name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    made boolean := false;
BEGIN
    IF saaskpi_internal.own_relation(schema_name, 'kpi_manifest') IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.kpi_manifest WHERE status = ''made'')', schema_name) INTO made;
    ELSIF to_regclass(format('%I.kpi_refresh_log', schema_name)) IS NOT NULL THEN
        RAISE EXCEPTION 'the kpi relations of schema "%" were made by version 0.1.0', schema_name
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('The extension is version %s.', saaskpi_internal.version()),
                  HINT = format('Bring them up to date; settings, log, grants and your own views stay: CALL saaskpi.create_views(%L)', schema_name);
    END IF;
    IF NOT made THEN
        RAISE EXCEPTION 'schema "%" has no kpi relations', schema_name
            USING ERRCODE = 'undefined_table', HINT = format('CALL saaskpi.create_views(%L)', schema_name);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_made(name) IS 'raises unless a schema has kpi relations';

CREATE FUNCTION saaskpi_internal.absent(env jsonb)
RETURNS SETOF name
LANGUAGE sql STABLE
AS $$
SELECT r.relation FROM saaskpi_internal.relations AS r
 WHERE env -> 'made' ? r.relation
   AND (to_regclass(format('%I.%I', env ->> 'schema', r.relation)) IS NULL OR r.maintained <> 'shown' AND to_regclass(format('%I.%I', env ->> 'schema', r.relation || '_mat')) IS NULL)
 ORDER BY r.ordinal
$$;
COMMENT ON FUNCTION saaskpi_internal.absent(jsonb) IS 'the relations that were made and that somebody has dropped, or what is stored of them';

CREATE FUNCTION saaskpi_internal.own_lacks_columns(schema_name name)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT EXISTS (SELECT FROM saaskpi_internal.relations AS r JOIN saaskpi_internal.relation_columns AS c USING (relation)
                WHERE r.maintained = 'own' AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass(format('%I.%I', schema_name, r.relation)) AND a.attname = c.column_name))
$$;
COMMENT ON FUNCTION saaskpi_internal.own_lacks_columns(name) IS 'whether a table of the schema itself, or a column of one, is still to be made by create_views';

-- What was made by other definitions, or of sources that are gone, or is gone
-- itself, is not filled with numbers of another meaning.
CREATE FUNCTION saaskpi_internal.require_current(env jsonb)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    own_lacks_columns constant boolean := saaskpi_internal.own_lacks_columns((env ->> 'schema')::name);
    definitions constant jsonb := coalesce(env -> 'definitions', saaskpi_internal.definitions(ARRAY(SELECT m::name FROM jsonb_array_elements_text(env -> 'made') AS m)));
    version text;
    gone text;
BEGIN
    EXECUTE format('SELECT min(m.version) FROM %I.kpi_manifest AS m WHERE m.status = ''made'' AND ($1 OR m.definition IS DISTINCT FROM $2 ->> m.relation)', env ->> 'schema')
       INTO version USING own_lacks_columns, definitions;
    IF version IS NOT NULL THEN
        RAISE EXCEPTION 'the kpi relations of schema "%" were made by version %', env ->> 'schema', version
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('The extension is version %s and defines some of them differently.', saaskpi_internal.version()),
                  HINT = format('Bring them up to date; settings, log, grants and your own views stay: CALL saaskpi.create_views(%L)', env ->> 'schema');
    END IF;
    SELECT string_agg(a, ', ') INTO gone FROM saaskpi_internal.absent(env) AS a;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION 'kpi relations of schema "%" are gone: %', env ->> 'schema', gone
            USING ERRCODE = 'undefined_table', HINT = format('Have them made again: CALL saaskpi.create_views(%L)', env ->> 'schema');
    END IF;
    SELECT string_agg(format('%s (no %s)', r.relation, l.lacks), ', ' ORDER BY r.ordinal) INTO gone
      FROM saaskpi_internal.relations AS r JOIN saaskpi_internal.lacking(env) AS l USING (relation)
     WHERE env -> 'made' ? r.relation AND l.lacks IS NOT NULL;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION 'sources are gone that relations are made from: %', gone
            USING ERRCODE = 'undefined_table',
                  HINT = format('Bring the sources back, or drop what is made from them: CALL saaskpi.create_views(%L)', env ->> 'schema');
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_current(jsonb) IS
    'raises unless the relations of a schema are there, made by the present definitions and of sources that are there';

-- For functions that read what is shown, with the rights of whoever calls them.
CREATE FUNCTION saaskpi_internal.require_relation(schema_name name, relation name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF schema_name IS NULL THEN
        RAISE EXCEPTION 'schema must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF to_regclass(format('%I.kpi_settings', schema_name)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no kpi relations', schema_name
            USING ERRCODE = 'undefined_table', HINT = format('CALL saaskpi.create_views(%L); CALL saaskpi.refresh(%1$L)', schema_name);
    ELSIF to_regclass(format('%I.%I', schema_name, relation)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no kpi relation "%"', schema_name, relation
            USING ERRCODE = 'undefined_table', HINT = format('SELECT relation, status, reason FROM %I.kpi_manifest ORDER BY relation', schema_name);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_relation(name, name) IS 'raises unless a schema has a kpi relation, with what to do about it';

CREATE FUNCTION saaskpi_internal.drop_relations(schema_name name, wanted name[], instead text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    users constant text := saaskpi_internal.built_upon(schema_name, wanted);
    relation name;
BEGIN
    IF users IS NOT NULL THEN
        RAISE EXCEPTION 'kpi relations of schema "%" cannot be dropped: % reads them', schema_name, users
            USING ERRCODE = 'dependent_objects_still_exist',
                  HINT = format('%s: DROP VIEW %s', coalesce(instead || '. Else first', 'First'), users);
    END IF;
    -- first those that read others
    FOR relation IN SELECT w FROM unnest(wanted) AS w LEFT JOIN saaskpi_internal.relations AS r ON r.relation = w ORDER BY r.maintained = 'shown' DESC NULLS LAST, r.ordinal DESC LOOP
        EXECUTE format('UPDATE %I.kpi_manifest SET status = ''dropped'', filled_by = NULL, grants = $1 WHERE relation = $2', schema_name)
          USING saaskpi_internal.grants_on(to_regclass(format('%I.%I', schema_name, relation))), relation::text;
        PERFORM saaskpi_internal.keep_dropped(schema_name, relation);
        IF to_regclass(format('%I.%I', schema_name, relation)) IS NOT NULL THEN
            EXECUTE format('DROP VIEW %I.%I', schema_name, relation);
        END IF;
        IF to_regclass(format('%I.%I', schema_name, relation || '_mat')) IS NOT NULL THEN
            EXECUTE format('DROP TABLE %I.%I', schema_name, relation || '_mat');
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.drop_relations(name, name[], text) IS
    'drops relations nobody has built on, and writes down what was granted on them; instead is what else can be done, null for nothing';

-- Which relations the sources allow; raises when they allow none.
CREATE FUNCTION saaskpi_internal.write_left_out(env jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    r record;
    lines text;
    allowed constant boolean := EXISTS (SELECT FROM jsonb_to_recordset(env -> 'steps') AS s(lacks text) WHERE s.lacks IS NULL);
    gap record;
BEGIN
    FOR gap IN SELECT g.* FROM saaskpi_internal.gaps((env ->> 'schema')::name, env -> 'settings') AS g WHERE g.rule <> 'source_missing' LOOP
        RAISE NOTICE 'column "%" of source "%" %', gap.column_name, gap.source,
            CASE gap.rule WHEN 'column_missing' THEN 'is missing, so the source is taken for absent'
                          ELSE format('has type %s and cannot be read, so it is taken for absent', gap.column_type) END;
    END LOOP;
    FOR r IN SELECT s.relation, s.lacks FROM jsonb_to_recordset(env -> 'steps') AS s(step bigint, relation name, lacks text)
              WHERE s.lacks IS NOT NULL AND env -> 'made' ? s.relation ORDER BY s.step DESC LOOP
        PERFORM saaskpi_internal.drop_relations((env ->> 'schema')::name, ARRAY[r.relation], format('Bring the source %s back', r.lacks));
    END LOOP;
    PERFORM saaskpi_internal.write_manifest(env, array_agg(s.relation ORDER BY s.step DESC), array_agg(format('no %s', s.lacks) ORDER BY s.step DESC))
       FROM jsonb_to_recordset(env -> 'steps') AS s(step bigint, relation name, lacks text) WHERE s.lacks IS NOT NULL HAVING count(*) > 0;
    -- what later versions have no more
    FOR r IN SELECT m AS relation FROM jsonb_array_elements_text(env -> 'made') AS m WHERE m NOT IN (SELECT d.relation FROM saaskpi_internal.relations AS d) LOOP
        PERFORM saaskpi_internal.drop_relations((env ->> 'schema')::name, ARRAY[r.relation], NULL);
    END LOOP;
    IF NOT allowed THEN
        RAISE EXCEPTION 'schema "%" has none of the source tables', env ->> 'schema'
            USING ERRCODE = 'undefined_table',
                  DETAIL = format('Looked for %s, each with the columns it cannot be read without.', (SELECT string_agg(s.source, ', ' ORDER BY s.ordinal) FROM saaskpi_internal.sources AS s
                                                                                                               WHERE s.source NOT IN (SELECT v.revised_by FROM saaskpi_internal.source_revisions AS v))),
                  HINT = format('Put tables or views of these names there. What is wrong with those that are: SELECT * FROM saaskpi.check_sources(%L)', env ->> 'schema');
    END IF;
    SELECT string_agg(format('%s (no %s)', l.relations, l.lacks), '; ' ORDER BY l.step) INTO lines
      FROM (SELECT s.lacks, string_agg(s.relation, ', ' ORDER BY s.step) AS relations, min(s.step) AS step
              FROM jsonb_to_recordset(env -> 'steps') AS s(step bigint, relation name, lacks text) WHERE s.lacks IS NOT NULL GROUP BY 1) AS l;
    IF lines IS NOT NULL THEN
        RAISE NOTICE 'left out for lack of sources: %', lines
            USING HINT = format('SELECT * FROM %I.kpi_manifest shows this; after adding a source: CALL saaskpi.create_views(%L)', env ->> 'schema', env ->> 'schema');
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.write_left_out(jsonb) IS
    'writes down and tells which relations are not made for lack of which sources';

-- What is not written down as made here is somebody else's.
CREATE FUNCTION saaskpi_internal.require_free(env jsonb, wanted name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    taken constant text := (SELECT min(c.relname::text COLLATE "C") FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                             WHERE n.nspname = env ->> 'schema' AND c.relname IN (wanted, wanted || '_mat'));
BEGIN
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'relation "%" already exists in schema "%"', taken, env ->> 'schema'
            USING ERRCODE = 'duplicate_table', DETAIL = format('It is not one that saaskpi made, and stands in the way of %s.', wanted),
                  HINT = format('Rename it: ALTER TABLE %I.%I RENAME TO ...', env ->> 'schema', taken);
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_free(jsonb, name) IS 'raises when a relation to be made would take the place of one of a user';

-- What is there and as defined stays as it is; what was dropped by others is made
-- again, to be filled anew.
CREATE FUNCTION saaskpi_internal.create_views_work(schema_name name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    env jsonb := jsonb_build_object('schema', schema_name);
    made_by_first_version constant boolean := to_regclass(format('%I.kpi_manifest', schema_name)) IS NULL AND to_regclass(format('%I.kpi_refresh_log', schema_name)) IS NOT NULL;
    r saaskpi_internal.relations;
    replaced name[] := '{}';
    made name[] := '{}';
    made_before jsonb;
    absent name[];
BEGIN
    PERFORM saaskpi_internal.require_owned(schema_name);
    FOR r IN SELECT d.* FROM saaskpi_internal.relations AS d WHERE d.maintained IN ('own', 'view') ORDER BY d.maintained, d.ordinal LOOP
        PERFORM saaskpi_internal.complete_own_table(env, r), saaskpi_internal.comment_relation(env, r.relation);
    END LOOP;
    env := saaskpi_internal.environment(schema_name);
    env := env || jsonb_build_object('definitions', saaskpi_internal.definitions(ARRAY(SELECT q.relation FROM saaskpi_internal.relations AS q)));
    env := env || jsonb_build_object('steps', (SELECT jsonb_agg(to_jsonb(s)) FROM (SELECT o.step, o.relation, l.lacks FROM saaskpi_internal.ordered_relations() AS o JOIN saaskpi_internal.lacking(env) AS l USING (relation)) AS s));
    PERFORM saaskpi_internal.write_left_out(env), saaskpi_internal.accept_gone(env);
    EXECUTE format('SELECT coalesce(jsonb_object_agg(relation, definition), ''{}'') FROM %I.kpi_manifest WHERE status = ''made''', schema_name) INTO made_before;
    absent := ARRAY(SELECT a FROM saaskpi_internal.absent(jsonb_build_object('schema', schema_name, 'made', (SELECT jsonb_agg(k) FROM jsonb_object_keys(made_before) AS k))) AS a);
    EXECUTE format('UPDATE %I.kpi_manifest SET filled_by = NULL WHERE relation = ANY ($1)', schema_name) USING absent;
    PERFORM saaskpi_internal.keep_dropped(schema_name, a) FROM unnest(absent) AS a WHERE to_regclass(format('%I.%I', schema_name, a || '_mat')) IS NULL;
    FOR r IN SELECT d.* FROM jsonb_to_recordset(env -> 'steps') AS s(step bigint, relation name, lacks text) JOIN saaskpi_internal.relations AS d USING (relation)
              WHERE s.lacks IS NULL ORDER BY s.step LOOP
        CONTINUE WHEN made_before -> r.relation = env #> ARRAY['definitions', r.relation] AND r.relation <> ALL (absent);
        IF NOT made_before ? r.relation AND NOT made_by_first_version THEN
            PERFORM saaskpi_internal.require_free(env, r.relation);
        END IF;
        r.query := saaskpi_internal.with_branches(r, env);
        IF r.maintained = 'shown' THEN
            PERFORM saaskpi_internal.show_view(env, r);
        ELSIF saaskpi_internal.create_relation(env, r) THEN
            replaced := replaced || r.relation;
            env := jsonb_set(env, '{instead}', coalesce(env -> 'instead', '{}') || jsonb_build_object(r.relation, format('%I.%I', schema_name, r.relation || '_new')));
        END IF;
        env := jsonb_set(env, '{made}', (env -> 'made') || to_jsonb(r.relation));
        PERFORM saaskpi_internal.comment_relation(env, r.relation);
        made := made || r.relation;
    END LOOP;
    PERFORM saaskpi_internal.give_again(saaskpi_internal.write_manifest(env, made, '{}'));
    PERFORM saaskpi_internal.put_in_place(env, replaced);
END
$$;
COMMENT ON FUNCTION saaskpi_internal.create_views_work(name) IS 'the work of create_views';

CREATE PROCEDURE saaskpi.create_views(schema_name name)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.create_views(name) IS
    'creates the kpi relations that the sources of a schema allow, with settings, manifest and refresh log, or brings them up to date; what users built on their views stays, and saaskpi.refresh fills them';

CREATE FUNCTION saaskpi_internal.drop_views_work(schema_name name)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    made name[];
BEGIN
    PERFORM saaskpi_internal.require_made(schema_name), saaskpi_internal.lock_refresh(schema_name);
    EXECUTE format('SELECT array_agg(relation::name) FROM %I.kpi_manifest WHERE status = ''made''', schema_name) INTO made;
    PERFORM saaskpi_internal.drop_relations(schema_name, made,
        format('To bring them up to date there is no need to drop them: CALL saaskpi.create_views(%L)', schema_name));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.drop_views_work(name) IS 'the work of drop_views';

CREATE PROCEDURE saaskpi.drop_views(schema_name name)
    AS 'MODULE_PATHNAME', 'saaskpi_as_owner' LANGUAGE C;
COMMENT ON PROCEDURE saaskpi.drop_views(name) IS
    'drops the kpi relations of a schema; sources, settings, manifest with the grants, and the refresh log stay';
