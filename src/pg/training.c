/*
 * What a model is trained on, and the model that comes of it.
 */
#include "saaskpi.h"

#include "storage/buffile.h"
#include "utils/memutils.h"

#include <math.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "skpi_training.h"

bool
skpg_stop_training(void *arg)
{
	(void) arg;
	return (QueryCancelPending || ProcDiePending) &&
		   INTERRUPTS_CAN_BE_PROCESSED();
}

void *
skpg_allocate(const skpg_training *t, Size bytes)
{
	return MemoryContextAllocHuge(t->context, Max(bytes, 8));
}

/* malloc() may keep tens of megabytes that were given back for later. */
static void
return_memory(void *arg)
{
	(void) arg;
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

/* What is large lives in a context of its own, which goes before that of the
 * caller does, and so before the callback. */
static skpg_training *
new_training(text *query, bool labelled)
{
	skpg_training *t = palloc0(sizeof(*t));
	MemoryContextCallback *after = palloc0(sizeof(*after));

	t->labelled = labelled;
	t->query = text_to_cstring(query);
	t->context = AllocSetContextCreate(CurrentMemoryContext, "saaskpi training",
									   ALLOCSET_DEFAULT_SIZES);
	after->func = return_memory;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, after);
	return t;
}

static void
check_labels(int64 positives, int64 n)
{
	if (n == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("no row to train on has a label"),
				errhint("Rows whose label is NULL are left out."));
	if (positives == 0 || positives == n)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("label is %s in all " INT64_FORMAT " rows to train on",
					   positives == 0 ? "false" : "true", n),
				errhint("There must be rows of both kinds: customers who left "
						"and customers who stayed."));
}

/* Raises; `what` the fit says by its status. */
void
skpg_check_fit(skpi_status status, const char *what)
{
	if (status == SKPI_E_INTERRUPT)
	{
		CHECK_FOR_INTERRUPTS();
		ereport(ERROR, errcode(ERRCODE_QUERY_CANCELED),
				errmsg("canceling statement due to user request"));
	}
	skpg_check(status, what);
}

skpg_training *
skpg_training_of(text *query, bool labelled)
{
	skpg_training *t = new_training(query, labelled);
	skpi_row_key *key;
	double *row;

	skpg_read_query(t);
	if (labelled)
		check_labels(t->positives, (int64) t->n);
	key = skpg_allocate(t, 2 * t->n * sizeof(*key));
	row = skpg_allocate(t, t->p * sizeof(*row));
	skpg_check_fit(skpi_training_order(t->x, t->y, t->held, t->n, t->p,
									   skpg_stop_training, NULL, key, row),
				   "training");
	pfree(key);
	pfree(row);
	return t;
}

skpg_training *
skpg_training_file(text *query)
{
	skpg_training *t = new_training(query, true);
	MemoryContext caller = MemoryContextSwitchTo(t->context);

	/* before the query has a resource owner of its own, which would end it */
	t->file = BufFileCreateTemp(false);
	MemoryContextSwitchTo(caller);
	skpg_read_query(t);
	check_labels(t->positives, (int64) t->n);
	return t;
}

static void
read_file(void *arg, size_t first, size_t n, double *x)
{
	skpg_training *t = arg;
	Size bytes = n * t->p * sizeof(double);

	if (first == 0 && BufFileSeek(t->file, 0, 0, SEEK_SET) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("could not rewind the rows to train on: %m"));
#if PG_VERSION_NUM >= 160000
	BufFileReadExact(t->file, x, bytes);
#else
	if (BufFileRead(t->file, x, bytes) != bytes)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("could not read the rows to train on: %m"));
#endif
}

skpi_rows
skpg_training_rows(skpg_training *t)
{
	return (skpi_rows){read_file, t, t->n, t->p};
}

void
skpg_training_end(void *training)
{
	skpg_training *t = training;

	BufFileClose(t->file);
	t->file = NULL;
}

Size
skpg_name_bytes(const skpg_training *t)
{
	Size bytes = 0;

	for (int f = 0; f < t->p; f++)
		bytes += strlen(t->name[f]) + 1;
	return (bytes + 7) / 8 * 8;
}

void
skpg_put_names(const skpg_training *t, char *at)
{
	for (int f = 0; f < t->p; f++)
	{
		memcpy(at, t->name[f], strlen(t->name[f]) + 1);
		at += strlen(at) + 1;
	}
}

/* A model of these parts, its head and names filled in. */
skpi_trained *
skpg_new_model(const skpg_training *t, skpi_trained_kind kind, uint32 trees,
			   uint32 nodes)
{
	Size names = skpg_name_bytes(t);
	Size bytes = skpi_trained_size(t->p, trees, nodes, names);
	skpi_trained *m = palloc0(bytes);

	m->magic = SKPI_TRAINED_MAGIC;
	m->version = SKPI_TRAINED_VERSION;
	m->kind = kind;
	m->features = t->p;
	m->bytes = bytes;
	m->name_bytes = names;
	m->trees = trees;
	m->nodes = nodes;
	m->rows = t->n;
	m->positives = t->positives;
	m->base_error = NAN;
	skpg_put_names(t, skpi_trained_names(m));
	return m;
}

Datum
skpg_close_model(const skpi_trained *m)
{
	bytea *value = palloc(VARHDRSZ + m->bytes);

	skpg_check(skpi_trained_check(m, m->bytes), "model");
	SET_VARSIZE(value, VARHDRSZ + m->bytes);
	memcpy(VARDATA(value), m, m->bytes);
	PG_RETURN_BYTEA_P(value);
}
