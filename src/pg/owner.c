/*
 * Work on a user's schema, done with the rights of the schema's owner.
 *
 * Whoever may act for the owner can ask for it: the owner, a member of that
 * role, a superuser.  What they ask for reads views and fires triggers in the
 * schema, and so runs code that others have put there.  As REFRESH
 * MATERIALIZED VIEW does, it therefore runs as the owner and in a restricted
 * context, in which the role cannot be changed, no deferred trigger can be
 * queued, no cursor held and no temporary table made: nothing that code leaves
 * behind can run later with the caller's rights.
 *
 * Settings of the session that change how SQL is read or values are written
 * are set to known ones meanwhile.
 *
 * What others own in the schema would run their code as the owner: whoever can
 * call this, or need not call it as it is on a schedule, would get it run.  So
 * everything that is looked at must belong to the owner, or to somebody with
 * her rights anyway; sql/install/49-owner.sql sees to it.
 *
 * A function that goes this way is an entry point here, and its work is a
 * function saaskpi_internal.f_work of the same arguments.  The schema is the
 * argument of type name, the last one where there are several.
 */
#include "saaskpi.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

SKPG_FUNCTION(saaskpi_as_owner);
SKPG_FUNCTION(saaskpi_as_owner_or_reader);
SKPG_FUNCTION(saaskpi_as_owner_or_reader_of);
SKPG_FUNCTION(saaskpi_as_owner_or_creator);
SKPG_FUNCTION(saaskpi_held_relation);

/* Who may ask besides those who can act for the owner. */
typedef enum admission
{
	OWNER,
	OWNER_OR_READER,    /* of the refresh log: for work that only reads */
	OWNER_OR_READER_OF, /* of the relation that the second argument names */
	OWNER_OR_CREATOR,   /* a schema that is missing is made, and the caller's */
} admission;

#define READERS_TABLE "kpi_refresh_log"

static void
set_option(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Everything that parsing generated SQL or printing values depends on. */
static void
set_known_options(void)
{
	static const char *const known[][2] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"standard_conforming_strings", "on"},
		{"backslash_quote", "safe_encoding"},
		{"quote_all_identifiers", "off"},
		{"transform_null_equals", "off"},
		{"array_nulls", "on"},
		{"DateStyle", "ISO, MDY"},
		{"IntervalStyle", "postgres"},
		{"TimeZone", "UTC"},
		{"extra_float_digits", "1"},
		{"bytea_output", "hex"},
		{"lc_numeric", "C"},
		{"lc_monetary", "C"},
		{"default_tablespace", ""},
		{"default_table_access_method", "heap"},
		{"row_security", "on"},
		{"jit", "off"},
	};

	for (size_t i = 0; i < lengthof(known); i++)
		set_option(known[i][0], known[i][1]);
}

static bool
is_reader(const char *name, Oid schema, const char *relation)
{
	Oid table = get_relname_relid(relation, schema);

	return OidIsValid(table) &&
		   pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		   OidIsValid(LookupExplicitNamespace(name, false));
}

static void
make_schema(const char *name)
{
	StringInfoData statement;

	initStringInfo(&statement);
	appendStringInfo(&statement, "CREATE SCHEMA %s", quote_identifier(name));
	if (SPI_execute(statement.data, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not create schema \"%s\"", name);
	CommandCounterIncrement();
}

/* Schema public belongs to a role that stands for the owner of the database. */
static Oid
database_owner(void)
{
	HeapTuple tuple =
		SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "database %u was dropped meanwhile", MyDatabaseId);
	owner = ((Form_pg_database) GETSTRUCT(tuple))->datdba;
	ReleaseSysCache(tuple);
	return owner;
}

static Oid
role_behind(Oid schema)
{
	HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "schema %u was dropped meanwhile", schema);
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	return owner == ROLE_PG_DATABASE_OWNER ? database_owner() : owner;
}

/* Nobody should be made a member of a superuser for the sake of this. */
static void
refuse_caller(const char *name, Oid owner)
{
	const char *who = GetUserNameFromId(owner, false);
	const char *caller =
		quote_identifier(GetUserNameFromId(GetUserId(), false));

	ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("schema \"%s\" belongs to role \"%s\"", name, who),
			errdetail("What is done here is done with the owner's rights."),
			superuser_arg(owner)
				? errhint("Ask as that role, or let it give the schema away: "
						  "ALTER SCHEMA %s OWNER TO %s",
						  quote_identifier(name), caller)
				: errhint("Ask as that role, or let it be granted: "
						  "GRANT %s TO %s",
						  quote_identifier(who), caller));
}

/*
 * The owner of the schema, once the caller is known to be admitted.  Schemas of
 * temporary tables belong to a superuser, and what is in them to anybody.
 */
static Oid
owner_of(const char *name, admission admitted, const char *readable)
{
	Oid schema = get_namespace_oid(name, true);
	Oid owner;

	if (!OidIsValid(schema) && admitted == OWNER_OR_CREATOR)
	{
		make_schema(name);
		return GetUserId();
	}
	if (!OidIsValid(schema) || isAnyTempNamespace(schema))
		ereport(
			ERROR, errcode(ERRCODE_INVALID_SCHEMA_NAME),
			errmsg(OidIsValid(schema) ? "schema \"%s\" holds temporary tables"
									  : "schema \"%s\" does not exist",
				   name),
			errhint("Name the schema that holds your source tables, or "
					"make one with empty ones: CALL "
					"saaskpi.create_source_tables(%s)",
					OidIsValid(schema) ? "'acme'" : quote_literal_cstr(name)));
	owner = role_behind(schema);
	if (!has_privs_of_role(GetUserId(), owner) &&
		!(readable && is_reader(name, schema, readable)))
		refuse_caller(name, owner);
	return owner;
}

/* What callers must be able to read who cannot act for the owner. */
static const char *
readable_relation(FunctionCallInfo fcinfo, admission admitted)
{
	if (admitted == OWNER_OR_READER)
		return READERS_TABLE;
	if (admitted != OWNER_OR_READER_OF)
		return NULL;
	if (PG_ARGISNULL(1))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("relation must not be null"));
	return text_to_cstring(PG_GETARG_TEXT_PP(1));
}

/* Raises over what others own in the schema. */
static void
require_own(const char *name)
{
	Oid types[] = {NAMEOID};
	Datum values[] = {DirectFunctionCall1(namein, CStringGetDatum(name))};

	if (SPI_execute_with_args("SELECT saaskpi_internal.require_own($1)", 1,
							  types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not look through schema \"%s\"", name);
}

/* The statement that calls the work of the function that was called. */
static char *
statement_of(Form_pg_proc called)
{
	StringInfoData statement;

	initStringInfo(&statement);
	appendStringInfo(
		&statement, "SELECT * FROM saaskpi_internal.%s(",
		quote_identifier(psprintf("%s_work", NameStr(called->proname))));
	for (int i = 0; i < called->pronargs; i++)
		appendStringInfo(&statement, "%s$%d", i > 0 ? ", " : "", i + 1);
	appendStringInfoChar(&statement, ')');
	return statement.data;
}

static void
execute_work(FunctionCallInfo fcinfo)
{
	HeapTuple tuple =
		SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	Form_pg_proc called;
	Datum values[FUNC_MAX_ARGS];
	char nulls[FUNC_MAX_ARGS];
	int result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "function %u was dropped meanwhile",
			 fcinfo->flinfo->fn_oid);
	called = (Form_pg_proc) GETSTRUCT(tuple);
	for (int i = 0; i < called->pronargs; i++)
	{
		values[i] = fcinfo->args[i].value;
		nulls[i] = fcinfo->args[i].isnull ? 'n' : ' ';
	}
	result = SPI_execute_with_args(statement_of(called), called->pronargs,
								   called->proargtypes.values, values, nulls,
								   false, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "unexpected result of \"%s\": %s", NameStr(called->proname),
			 SPI_result_code_string(result));
	ReleaseSysCache(tuple);
}

/* Rows of the work as rows of the function. */
static void
hand_over_rows(ReturnSetInfo *set)
{
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(set->setResult, SPI_tuptable->vals[i]);
}

/* Only values that are passed by value outlive SPI. */
static Datum
scalar_of(bool *isnull)
{
	Assert(TupleDescAttr(SPI_tuptable->tupdesc, 0)->attbyval);
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
						 isnull);
}

/* Which argument is the schema. */
static int
schema_argument(Oid function)
{
	Oid *types;
	int arguments;
	int found = 0;

	(void) get_func_signature(function, &types, &arguments);
	for (int i = 1; i < arguments; i++)
		if (types[i] == NAMEOID)
			found = i;
	return found;
}

static Datum
as_owner(FunctionCallInfo fcinfo, admission admitted)
{
	bool rows = fcinfo->flinfo->fn_retset;
	int schema = schema_argument(fcinfo->flinfo->fn_oid);
	Datum scalar = (Datum) 0;
	bool isnull = true;
	Oid user;
	int context;
	int nest;
	char *name;
	const char *readable;

	if (PG_ARGISNULL(schema))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("schema must not be null"));
	name = pstrdup(NameStr(*PG_GETARG_NAME(schema)));
	readable = readable_relation(fcinfo, admitted);
	if (rows)
		InitMaterializedSRF(fcinfo, 0);
	nest = NewGUCNestLevel();
	set_known_options();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner_of(name, admitted, readable),
						   context | SECURITY_RESTRICTED_OPERATION |
							   SECURITY_LOCAL_USERID_CHANGE);
	require_own(name);
	execute_work(fcinfo);
	if (rows)
		hand_over_rows((ReturnSetInfo *) fcinfo->resultinfo);
	else if (SPI_processed > 0)
		scalar = scalar_of(&isnull);
	SetUserIdAndSecContext(user, context);
	SPI_finish();
	AtEOXact_GUC(false, nest);
	if (rows || isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(scalar);
}

Datum
saaskpi_as_owner(PG_FUNCTION_ARGS)
{
	return as_owner(fcinfo, OWNER);
}

Datum
saaskpi_as_owner_or_reader(PG_FUNCTION_ARGS)
{
	return as_owner(fcinfo, OWNER_OR_READER);
}

Datum
saaskpi_as_owner_or_reader_of(PG_FUNCTION_ARGS)
{
	return as_owner(fcinfo, OWNER_OR_READER_OF);
}

Datum
saaskpi_as_owner_or_creator(PG_FUNCTION_ARGS)
{
	return as_owner(fcinfo, OWNER_OR_CREATOR);
}

/* The relation of that name, which cannot be dropped or renamed any more. */
Datum
saaskpi_held_relation(PG_FUNCTION_ARGS)
{
	RangeVar *name = makeRangeVar(NameStr(*PG_GETARG_NAME(0)),
								  NameStr(*PG_GETARG_NAME(1)), -1);
	Oid relation = RangeVarGetRelid(name, AccessShareLock, true);

	if (!OidIsValid(relation))
		PG_RETURN_NULL();
	PG_RETURN_OID(relation);
}
