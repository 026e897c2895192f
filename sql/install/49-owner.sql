-- Whose code may run with the rights of a schema's owner: see src/pg/owner.c.

-- A view or table can run code of its owner when it is read, a trigger that of
-- its function.  Whoever has the rights of the current user anyway gains
-- nothing by that.
CREATE FUNCTION saaskpi_internal.require_own_relations(looked_at oid[])
RETURNS void
LANGUAGE plpgsql STABLE
SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
    alien record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = ANY (looked_at) AND (c.relhastriggers OR c.relowner <> (SELECT t.oid FROM pg_roles AS t WHERE t.rolname = current_user))) THEN
        RETURN;
    END IF;
    SELECT n.nspname, c.relname, pg_get_userbyid(q.owner) AS owner, q.trigger, t.rolsuper AND q.trigger IS NULL AS give_schema,
           CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind INTO alien
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_roles AS t ON t.rolname = current_user
     CROSS JOIN LATERAL (SELECT c.relowner, NULL::name
                         UNION ALL
                         SELECT p.proowner, g.tgname FROM pg_trigger AS g JOIN pg_proc AS p ON p.oid = g.tgfoid
                          WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
                            AND NOT EXISTS (SELECT FROM saaskpi_internal.sources AS s WHERE s.source = c.relname)) AS q(owner, trigger)
     WHERE c.oid = ANY (looked_at) AND q.owner <> t.oid AND NOT pg_has_role(q.owner, current_user, 'USAGE')
     ORDER BY q.trigger NULLS FIRST, c.relname LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%"%" of schema "%" belongs to role "%"',
                coalesce('trigger "' || alien.trigger || '" on ', ''), alien.relname, alien.nspname, alien.owner
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = format('Code of that role would run with the rights of "%s".', current_user),
                  HINT = CASE WHEN alien.give_schema THEN format('ALTER SCHEMA %I OWNER TO %I', alien.nspname, alien.owner)
                              WHEN alien.trigger IS NOT NULL THEN format('DROP TRIGGER %I ON %I.%I', alien.trigger, alien.nspname, alien.relname)
                              ELSE format('ALTER %s %I.%I OWNER TO %I', alien.kind, alien.nspname, alien.relname, current_user) END;
    END IF;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_own_relations(oid[]) IS
    'raises unless relations and their triggers belong to roles with the rights of the current user';

CREATE FUNCTION saaskpi_internal.require_own(schema_name name)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    PERFORM saaskpi_internal.require_own_relations(ARRAY(
        SELECT c.oid FROM pg_class AS c
         WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = schema_name)
           AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND c.relname = ANY (ARRAY(SELECT s.source FROM saaskpi_internal.sources AS s
                                      UNION ALL
                                      SELECT r.relation || e FROM saaskpi_internal.relations AS r, unnest('{"",_mat,_new,_beside,_gone}'::text[]) AS e))));
END
$$;
COMMENT ON FUNCTION saaskpi_internal.require_own(name) IS
    'raises unless all that is looked at in a schema belongs to its owner or to roles with her rights';

CREATE FUNCTION saaskpi_internal.held_relation(schema_name name, relation name)
    RETURNS regclass
    AS 'MODULE_PATHNAME', 'saaskpi_held_relation' LANGUAGE C STRICT;
COMMENT ON FUNCTION saaskpi_internal.held_relation(name, name) IS
    'a relation by name, which is locked and so keeps its name; null when there is none';

-- A relation that need not be there could be made by others at any moment.
CREATE FUNCTION saaskpi_internal.own_relation(schema_name name, relation name)
RETURNS regclass
LANGUAGE plpgsql
AS $$
DECLARE
    held constant regclass := saaskpi_internal.held_relation(schema_name, relation);
BEGIN
    PERFORM saaskpi_internal.require_own_relations(ARRAY[held::oid]);
    RETURN held;
END
$$;
COMMENT ON FUNCTION saaskpi_internal.own_relation(name, name) IS
    'a relation by name that may be read with the rights of the current user; null when there is none';
