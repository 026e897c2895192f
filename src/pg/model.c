/*
 * Models as values: checked, scored row by row, explained.
 */
#include "saaskpi.h"

#include <math.h>

#include "skpi_kmeans.h"
#include "skpi_model.h"
#include "skpi_scorer.h"

/* An aligned copy, checked. */
skpi_trained *
skpg_open_model(struct varlena *raw)
{
	struct varlena *value = pg_detoast_datum_packed(raw);
	Size bytes = VARSIZE_ANY_EXHDR(value);
	skpi_trained *m = palloc(Max(bytes, sizeof(*m)));
	skpi_status status;

	memcpy(m, VARDATA_ANY(value), bytes);
	/* the caller may keep what is read here, for as many models as it meets */
	if (value != raw)
		pfree(value);
	status = skpi_trained_check(m, bytes);
	if (status == SKPI_E_VERSION)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("model of a later version or another kind of machine"),
				errhint("Train it here, or install the saaskpi that trained "
						"it."));
	if (status != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				errmsg("not a model: " UINT64_FORMAT " bytes", (uint64) bytes),
				errhint("Pass what saaskpi.train_trees() or "
						"saaskpi.train_logistic() returned."));
	return m;
}

void
skpg_check_clusters(const skpi_trained *m, bool wanted)
{
	bool is = m->kind == SKPI_TRAINED_KMEANS;

	if (is && !wanted)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("a model of clusters scores nothing"),
				errhint("saaskpi.assign_cluster(model, features) says which "
						"cluster a row is in."));
	if (!is && wanted)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("not a model of clusters"),
				errhint("Pass what saaskpi.train_kmeans() returned."));
}

static skpi_trained *
open_scores(FunctionCallInfo fcinfo)
{
	skpi_trained *m = skpg_open_model((struct varlena *) PG_GETARG_POINTER(0));

	skpg_check_clusters(m, false);
	return m;
}

/* As many rows pay for a scorer. */
#define ROWS_FOR_SCORER 16

/* Models that a query goes through in turn are read once each, as long as they
 * are few, and those beside the newest small. */
#define KEPT_MODELS 4
#define KEPT_BYTES ((Size) 16 << 20)

/* A model that was read, and what it was read from; the last used come first.
 */
typedef struct kept
{
	struct kept *next;
	skpi_trained *model;
	skpi_scorer *scorer; /* NULL: none yet, or none at all */
	int rows;
	char *raw; /* as passed: of a stored one the pointer to where it is */
	Size bytes;
	Size memory; /* of model, scorer and raw */
} kept;

static void
forget(kept *k)
{
	if (k->scorer != NULL)
		pfree(k->scorer);
	pfree(k->model);
	pfree(k->raw);
	pfree(k);
}

/* Those used longest ago go, so that there is room for one more. */
static void
forget_some(FunctionCallInfo fcinfo)
{
	kept *k = fcinfo->flinfo->fn_extra, *last = NULL;
	Size memory = 0;

	for (int n = 1; k != NULL && n < KEPT_MODELS; n++, last = k, k = k->next)
	{
		memory += k->memory;
		if (memory > KEPT_BYTES)
			break;
	}
	if (last != NULL)
		last->next = NULL;
	else
		fcinfo->flinfo->fn_extra = NULL;
	while (k != NULL)
	{
		kept *next = k->next;

		forget(k);
		k = next;
	}
}

/* The one that was read from the same, as the first; NULL where there is none.
 */
static kept *
find_kept(FunctionCallInfo fcinfo, const struct varlena *raw, Size bytes)
{
	kept *first = fcinfo->flinfo->fn_extra, *k = first, *before = NULL;

	for (; k != NULL; before = k, k = k->next)
		if (k->bytes == bytes && memcmp(k->raw, raw, bytes) == 0)
			break;
	if (k == NULL || before == NULL)
		return k;
	before->next = k->next;
	k->next = first;
	fcinfo->flinfo->fn_extra = k;
	return k;
}

/* NULL where it cannot be told whether a model is one that was read. */
static kept *
kept_model(FunctionCallInfo fcinfo)
{
	struct varlena *raw = (struct varlena *) PG_GETARG_POINTER(0);
	Size bytes = VARSIZE_ANY(raw);
	kept *k;
	MemoryContext caller;

	if (VARATT_IS_EXTERNAL(raw) && !VARATT_IS_EXTERNAL_ONDISK(raw))
		return NULL;
	k = find_kept(fcinfo, raw, bytes);
	if (k != NULL)
		return k;
	forget_some(fcinfo);
	caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	k = palloc0(sizeof(*k));
	k->model = skpg_open_model(raw);
	k->bytes = bytes;
	k->raw = palloc(bytes);
	memcpy(k->raw, raw, bytes);
	k->memory = k->model->bytes + bytes;
	k->next = fcinfo->flinfo->fn_extra;
	fcinfo->flinfo->fn_extra = k;
	MemoryContextSwitchTo(caller);
	return k;
}

const skpi_trained *
skpg_model_arg(FunctionCallInfo fcinfo)
{
	const kept *k = kept_model(fcinfo);

	return k != NULL ? k->model
					 : skpg_open_model((struct varlena *) PG_GETARG_POINTER(0));
}

static double
margin_of(FunctionCallInfo fcinfo, kept *k, const double *x)
{
	if (k->scorer == NULL && ++k->rows == ROWS_FOR_SCORER)
	{
		Size bytes = skpi_scorer_size(k->model);

		if (bytes > 0)
			k->scorer = skpi_scorer_make(
				k->model, MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, bytes));
		k->memory += bytes;
	}
	return k->scorer != NULL ? skpi_scorer_margin(k->scorer, x)
							 : skpi_trained_margin(k->model, x);
}

SKPG_FUNCTION(saaskpi_is_model);

Datum
saaskpi_is_model(PG_FUNCTION_ARGS)
{
	(void) skpg_open_model((struct varlena *) PG_GETARG_POINTER(0));
	PG_RETURN_BOOL(true);
}

static const char *
name_of(const skpi_trained *m, int feature)
{
	const char *at;

	if (m->kind != SKPI_TRAINED_KMEANS)
		return skpi_trained_name(m, feature);
	at = skpi_clusters_names((const skpi_clusters *) m);
	while (feature-- > 0)
		at += strlen(at) + 1;
	return at;
}

bool
skpg_features_arg(FunctionCallInfo fcinfo, const skpi_trained *m, double *x)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(1);
	int n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	const bits8 *known = ARR_NULLBITMAP(array);
	const double *value = (const double *) ARR_DATA_PTR(array);
	bool all = true;

	if (ARR_NDIM(array) > 1)
		ereport(
			ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
			errmsg("features must have one dimension, not %d", ARR_NDIM(array)),
			errhint("Pass one row at a time."));
	if (n != m->features)
		ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				errmsg("the model takes an array of %d features, not of %d",
					   m->features, n),
				errhint(m->kind == SKPI_TRAINED_KMEANS
							? "Their names, in order: SELECT features FROM "
							  "saaskpi.cluster_profiles(model)."
							: "Their names, in order: SELECT feature FROM "
							  "saaskpi.model_columns(model)."));
	for (int f = 0; f < n; f++)
	{
		x[f] = NAN;
		if (known != NULL && (known[f / 8] & (1 << (f % 8))) == 0)
		{
			all = false;
			continue;
		}
		x[f] = *value++;
		if (unlikely(!(fabs(x[f]) <= SKPI_VALUE_MAX)))
			skpg_check_feature(x[f], name_of(m, f));
	}
	return all;
}

SKPG_FUNCTION(saaskpi_predict);

Datum
saaskpi_predict(PG_FUNCTION_ARGS)
{
	kept *k = kept_model(fcinfo);
	kept once = {0};
	double x[SKPI_TRAINED_FEATURES];

	if (k == NULL)
	{
		once.model = skpg_open_model((struct varlena *) PG_GETARG_POINTER(0));
		k = &once;
	}
	skpg_check_clusters(k->model, false);
	(void) skpg_features_arg(fcinfo, k->model, x);
	PG_RETURN_FLOAT8(skpi_trained_probability(margin_of(fcinfo, k, x)));
}

static void
row_text(skpg_rows *rows, const char *text)
{
	skpg_row_datum(rows, CStringGetTextDatum(text));
}

static void
row_number(skpg_rows *rows, double value)
{
	if (isnan(value))
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, Float8GetDatum(value));
}

SKPG_FUNCTION(saaskpi_explain);

Datum
saaskpi_explain(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	const skpi_trained *m;
	double x[SKPI_TRAINED_FEATURES], out[SKPI_TRAINED_FEATURES], base;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	m = skpg_model_arg(fcinfo);
	skpg_check_clusters(m, false);
	(void) skpg_features_arg(fcinfo, m, x);
	skpi_trained_explain(m, x, &base, out);
	skpg_row_null(&rows);
	skpg_row_null(&rows);
	row_number(&rows, base);
	skpg_row_end(&rows);
	for (int f = 0; f < m->features; f++)
	{
		row_text(&rows, skpi_trained_name(m, f));
		row_number(&rows, x[f]);
		row_number(&rows, out[f]);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

static const char *
finding_text(uint64 found)
{
	if (found & SKPI_FOUND_CONSTANT)
		return "constant";
	if (found & SKPI_FOUND_COLLINEAR)
		return "collinear";
	if (found & SKPI_FOUND_SEPARATES)
		return "separates";
	return NULL;
}

SKPG_FUNCTION(saaskpi_model_columns);

Datum
saaskpi_model_columns(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	const skpi_trained *m;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	m = open_scores(fcinfo);
	for (int f = 0; f < m->features; f++)
	{
		const skpi_column *c = skpi_trained_columns(m) + f;
		bool linear = m->kind == SKPI_TRAINED_LOGISTIC;
		const char *found = finding_text(c->found);

		skpg_row_datum(&rows, Int32GetDatum(f + 1));
		row_text(&rows, skpi_trained_name(m, f));
		row_number(&rows, linear ? c->weight : NAN);
		row_number(&rows, linear ? c->error : NAN);
		row_number(&rows, linear ? exp(c->weight) : NAN);
		row_number(&rows, linear ? NAN : c->weight);
		row_number(&rows, c->mean);
		row_number(&rows, c->scale);
		if (found == NULL)
			skpg_row_null(&rows);
		else
			row_text(&rows, found);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_model_summary);

Datum
saaskpi_model_summary(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	const skpi_trained *m;
	bool linear;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	m = open_scores(fcinfo);
	linear = m->kind == SKPI_TRAINED_LOGISTIC;
	row_text(&rows, linear ? "logistic" : "trees");
	skpg_row_datum(&rows, Int32GetDatum(m->features));
	skpg_row_count(&rows, m->rows);
	skpg_row_count(&rows, m->positives);
	skpg_row_datum(&rows, Int32GetDatum((int32) m->trees));
	row_number(&rows, linear ? m->base : NAN);
	row_number(&rows, m->base_error);
	row_number(&rows, m->l2);
	skpg_row_datum(&rows, Int32GetDatum((int32) m->bytes));
	skpg_row_end(&rows);
	return (Datum) 0;
}
