/*
 * The rows of a query to train a model on: which column is what, and numbers of
 * its values.
 */
#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "storage/buffile.h"
#include "tcop/pquery.h"
#include "utils/memutils.h"

#include <math.h>

#define ROWS_AT_FIRST 10000
#define TRAINING_BYTES ((Size) 1 << 30)

static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID ||
		   type == FLOAT4OID || type == FLOAT8OID || type == NUMERICOID ||
		   type == BOOLOID;
}

static void
check_column(Form_pg_attribute a, bool is_flag)
{
	if (is_flag && a->atttypid != BOOLOID)
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("column \"%s\" must be boolean, not %s",
					   NameStr(a->attname), format_type_be(a->atttypid)),
				errhint("For example: SELECT churned = 1 AS label, ..."));
	if (!is_number(a->atttypid))
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("column \"%s\" is no number, but %s",
					   NameStr(a->attname), format_type_be(a->atttypid)),
				errhint("Give each value a column of its own, such as "
						"%s = 'x' AS %s_x, or leave the column out.",
						NameStr(a->attname), NameStr(a->attname)));
}

static const char *
example(const skpg_training *t)
{
	return t->labelled ? "SELECT churned AS label, tenure, mrr FROM customers"
					   : "SELECT recency, orders, revenue FROM buyers";
}

/* Which column is what: label, held_out, and features in their order. */
static void
read_columns(skpg_training *t, TupleDesc desc)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);
		bool label = t->labelled && strcmp(NameStr(a->attname), "label") == 0;
		bool held = t->labelled && strcmp(NameStr(a->attname), "held_out") == 0;

		check_column(a, label || held);
		if (label)
			t->label = i + 1;
		else if (held)
			t->held_out = i + 1;
		else if (t->p == SKPI_TRAINED_FEATURES)
			ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					errmsg("the query has more than %d features",
						   SKPI_TRAINED_FEATURES),
					errhint("Leave out those that say little."));
		else
		{
			t->name[t->p] =
				MemoryContextStrdup(t->context, NameStr(a->attname));
			t->type[t->p] = a->atttypid;
			t->column[t->p++] = i + 1;
		}
	}
	if ((t->labelled && t->label == 0) || t->p == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg(t->p > 0 ? "the query has no column \"label\""
								: "the query has no feature"),
				errhint("For example: %s", example(t)));
}

static double
number_of(Datum value, Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return DatumGetBool(value);
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return (double) DatumGetInt64(value);
		case FLOAT4OID:
			return DatumGetFloat4(value);
		case FLOAT8OID:
			return DatumGetFloat8(value);
		default:
			return DatumGetFloat8(
				DirectFunctionCall1(numeric_float8_no_overflow, value));
	}
}

void
skpg_check_feature(double v, const char *name)
{
	if (!(fabs(v) <= SKPI_VALUE_MAX))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("feature \"%s\" has the value %g", name, v),
				errhint("Every value must be a finite number up to 1e100, or "
						"NULL where it is not known."));
}

/* In memory; of those in a file one at a time. */
static Size
x_rows(const skpg_training *t)
{
	return t->file == NULL ? t->room : 1;
}

static void
make_room(skpg_training *t)
{
	Size row = sizeof(double) * (Size) t->p + 2 + 2 * sizeof(skpi_row_key);

	if (t->n < t->room)
		return;
	t->room = t->room == 0 ? ROWS_AT_FIRST : t->room * 3 / 2;
	if (t->n * row > TRAINING_BYTES)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("the rows to train on take more than %zu MB: %zu rows "
					   "of %d features",
					   TRAINING_BYTES >> 20, t->n, t->p),
				errhint("A sample does as well: ... WHERE "
						"hashtext(customer_id) %% 10 = 0"));
	if (t->x == NULL)
	{
		t->x = MemoryContextAllocHuge(t->context, x_rows(t) * t->p *
													  sizeof(double));
		t->y = MemoryContextAllocHuge(t->context, t->room);
		t->held = MemoryContextAllocHuge(t->context, t->room);
		return;
	}
	t->x = repalloc_huge(t->x, x_rows(t) * t->p * sizeof(double));
	t->y = repalloc_huge(t->y, t->room);
	t->held = repalloc_huge(t->held, t->room);
}

static void
null_feature(const char *name)
{
	ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			errmsg("feature \"%s\" is null in a row", name),
			errhint("A row is placed by all that is known of it: ... WHERE %s "
					"IS NOT NULL, or coalesce(%s, 0)",
					name, name));
}

/* Rows without a label are not for training. */
static void
read_row(skpg_training *t, const Datum *value, const bool *null)
{
	double *x;

	if (t->labelled && null[t->label - 1])
		return;
	make_room(t);
	x = t->file == NULL ? t->x + t->n * t->p : t->x;
	t->y[t->n] = t->labelled && DatumGetBool(value[t->label - 1]);
	t->positives += t->y[t->n];
	t->held[t->n] = t->held_out > 0 && !null[t->held_out - 1] &&
					DatumGetBool(value[t->held_out - 1]);
	for (int f = 0; f < t->p; f++)
	{
		int at = t->column[f] - 1;

		x[f] = NAN;
		if (null[at] && !t->labelled)
			null_feature(t->name[f]);
		if (null[at])
			continue;
		x[f] = number_of(value[at], t->type[f]);
		if (unlikely(!(fabs(x[f]) <= SKPI_VALUE_MAX)))
			skpg_check_feature(x[f], t->name[f]);
	}
	if (t->file != NULL)
		BufFileWrite(t->file, x, t->p * sizeof(double));
	t->n++;
}

/* Where the executor puts rows, one at a time and without a copy. */
typedef struct reader
{
	DestReceiver to;
	skpg_training *training;
	MemoryContext row;
} reader;

static bool
receive_row(TupleTableSlot *slot, DestReceiver *to)
{
	reader *r = (reader *) to;
	MemoryContext executor = MemoryContextSwitchTo(r->row);

	slot_getallattrs(slot);
	read_row(r->training, slot->tts_values, slot->tts_isnull);
	MemoryContextSwitchTo(executor);
	MemoryContextReset(r->row);
	return true;
}

static void
start_receiving(DestReceiver *to, int operation, TupleDesc desc)
{
	(void) to;
	(void) operation;
	(void) desc;
}

static void
end_receiving(DestReceiver *to)
{
	(void) to;
}

/* Copied once, for every pass reads all of them. */
void
skpg_read_query(skpg_training *t)
{
	reader r = {
		{receive_row, start_receiving, end_receiving, end_receiving, DestNone},
		t,
		AllocSetContextCreate(t->context, "saaskpi row",
							  ALLOCSET_DEFAULT_SIZES)};
	SPIPlanPtr plan;
	Portal portal;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = SPI_prepare_cursor(t->query, 0, NULL, CURSOR_OPT_NO_SCROLL);
	if (plan == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR, errcode(ERRCODE_INVALID_CURSOR_DEFINITION),
				errmsg("not a query that returns rows: \"%.200s\"", t->query),
				errhint("For example: %s", example(t)));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	read_columns(t, portal->tupDesc);
	(void) PortalRunFetch(portal, FETCH_FORWARD, FETCH_ALL, &r.to);
	SPI_cursor_close(portal);
	SPI_finish();
	MemoryContextDelete(r.row);
	if (t->held_out == 0)
		t->held = NULL;
}
