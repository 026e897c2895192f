/*
 * Clusters: trained on the rows of a query, given to rows, described.
 */
#include "saaskpi.h"

#include "catalog/pg_type.h"

#include <math.h>

#include "skpi_kmeans.h"

#define USUAL_K_MOST 8
#define SMALL_SHARE 0.01

static const char *const transform_name[SKPI_TRANSFORMS] = {
	"none", "log", "rank", "z", "robust"};

static skpi_transform
transform_arg(FunctionCallInfo fcinfo, int argno)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(argno));

	for (int i = 0; i < SKPI_TRANSFORMS; i++)
		if (strcmp(name, transform_name[i]) == 0)
			return i;
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("unknown transform: \"%s\"", name),
			errhint("One of none, log, rank, z and robust."));
}

static skpi_clusters *
new_clusters(const skpg_training *t, const skpi_kmeans_ask *a)
{
	Size names = skpg_name_bytes(t);
	Size bytes = skpi_clusters_size(a->p, a->k, a->transform, names);
	skpi_clusters *m = palloc0(bytes);

	m->magic = SKPI_TRAINED_MAGIC;
	m->version = SKPI_TRAINED_VERSION;
	m->kind = SKPI_TRAINED_KMEANS;
	m->features = a->p;
	m->bytes = bytes;
	m->name_bytes = names;
	m->k = a->k;
	m->transform = a->transform;
	skpg_put_names(t, skpi_clusters_names(m));
	return m;
}

/* NULL where fewer than k rows differ. */
static skpi_clusters *
try_clusters(const skpg_training *t, const skpi_kmeans_ask *a, void *work)
{
	skpi_clusters *m = new_clusters(t, a);
	skpi_status status = skpi_kmeans_fit(a, work, m);

	if (status == SKPI_E_SHORT)
		return NULL;
	skpg_check_fit(status, "clusters");
	return m;
}

/* Of k as asked for, or of 2 to 8 with the best silhouette. */
static skpi_clusters *
best_clusters(const skpg_training *t, skpi_kmeans_ask *a, bool choose)
{
	skpi_clusters *best = NULL;
	uint32 last = choose ? USUAL_K_MOST : a->k;
	void *work;

	a->k = last;
	work = skpg_allocate(t, skpi_kmeans_work(a));
	for (a->k = choose ? 2 : last; a->k <= last; a->k++)
	{
		skpi_clusters *m = try_clusters(t, a, work);

		if (m == NULL)
			break;
		if (best == NULL || m->silhouette > best->silhouette)
			best = m;
	}
	if (best == NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("fewer than %d different rows to make clusters of: %zu "
					   "rows in all",
					   (int) a->k, t->n),
				errhint("Ask for fewer clusters, or for more features."));
	return best;
}

/* What a reader of the clusters should know before the rest. */
static void
notice(const skpg_training *t, const skpi_clusters *m)
{
	for (int f = 0; f < t->p; f++)
		if (skpi_clusters_columns(m)[f].scale == 0)
			ereport(NOTICE,
					errmsg("feature \"%s\" is constant and tells no cluster "
						   "from another",
						   t->name[f]));
	for (uint32 c = 0; c < m->k; c++)
	{
		const skpi_cluster *each = skpi_clusters_each(m) + c;

		if (each->rows < SMALL_SHARE * m->rows)
			ereport(NOTICE,
					errmsg("cluster %d has " INT64_FORMAT " of " INT64_FORMAT
						   " rows, less than 1 %%",
						   (int) each->id, each->rows, m->rows),
					errhint("Fewer clusters, or transform => 'log' or 'rank', "
							"keep single rows from being one."));
	}
}

static void
match(FunctionCallInfo fcinfo, skpi_clusters *m)
{
	skpi_trained *before =
		skpg_open_model((struct varlena *) PG_GETARG_POINTER(4));

	skpg_check_clusters(before, true);
	if (before->features != m->features ||
		before->name_bytes != m->name_bytes ||
		memcmp(skpi_clusters_names((skpi_clusters *) before),
			   skpi_clusters_names(m), m->name_bytes) != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the previous model has other features"),
				errhint("Numbers of clusters are kept only for the same "
						"columns in the same order."));
	skpi_clusters_match(m, (skpi_clusters *) before);
}

SKPG_FUNCTION(saaskpi_train_kmeans);

/* (query, k, transform, seed, previous) */
Datum
saaskpi_train_kmeans(PG_FUNCTION_ARGS)
{
	skpi_kmeans_ask a = {.stop = skpg_stop_training};
	int k = PG_ARGISNULL(1) ? 2 : PG_GETARG_INT32(1);
	skpg_training *t;
	skpi_clusters *m;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	if (k < 2 || k > SKPI_CLUSTERS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("k must be between 2 and %d: %d", SKPI_CLUSTERS, k),
				errhint("Leave it out, and the number from 2 to %d with the "
						"best silhouette is taken.",
						USUAL_K_MOST));
	a.k = k;
	a.transform = transform_arg(fcinfo, 2);
	a.seed = PG_GETARG_INT64(3);
	t = skpg_training_of(PG_GETARG_TEXT_PP(0), false);
	a.x = t->x;
	a.n = t->n;
	a.p = t->p;
	m = best_clusters(t, &a, PG_ARGISNULL(1));
	if (!PG_ARGISNULL(4))
		match(fcinfo, m);
	notice(t, m);
	return skpg_close_model((skpi_trained *) m);
}

SKPG_FUNCTION(saaskpi_assign_cluster);

Datum
saaskpi_assign_cluster(PG_FUNCTION_ARGS)
{
	const skpi_trained *trained = skpg_model_arg(fcinfo);
	const skpi_clusters *m = (const skpi_clusters *) trained;
	double x[SKPI_TRAINED_FEATURES], z[SKPI_TRAINED_FEATURES], square;
	uint32 c;

	skpg_check_clusters(trained, true);
	if (!skpg_features_arg(fcinfo, trained, x))
		PG_RETURN_NULL();
	skpi_clusters_transform(m, x, z);
	c = skpi_clusters_nearest(skpi_clusters_centres(m), m->k, m->features, z,
							  &square);
	PG_RETURN_INT32((int32) skpi_clusters_each(m)[c].id);
}

static const skpi_clusters *
clusters_arg(FunctionCallInfo fcinfo)
{
	skpi_trained *m = skpg_open_model((struct varlena *) PG_GETARG_POINTER(0));

	skpg_check_clusters(m, true);
	return (const skpi_clusters *) m;
}

static Datum
names_array(const skpi_clusters *m, bool constant_only)
{
	Datum *names = palloc(m->features * sizeof(Datum));
	const char *at = skpi_clusters_names(m);
	int n = 0;

	for (int f = 0; f < m->features; f++)
	{
		if (!constant_only || skpi_clusters_columns(m)[f].scale == 0)
			names[n++] = CStringGetTextDatum(at);
		at += strlen(at) + 1;
	}
	return PointerGetDatum(
		construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
means_array(const skpi_clusters *m, uint32 cluster)
{
	Datum *means = palloc(m->features * sizeof(Datum));

	for (int f = 0; f < m->features; f++)
		means[f] = Float8GetDatum(
			skpi_clusters_means(m)[(Size) cluster * m->features + f]);
	return PointerGetDatum(construct_array(means, m->features, FLOAT8OID,
										   sizeof(float8), FLOAT8PASSBYVAL,
										   TYPALIGN_DOUBLE));
}

SKPG_FUNCTION(saaskpi_cluster_profiles);

Datum
saaskpi_cluster_profiles(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	const skpi_clusters *m;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	m = clusters_arg(fcinfo);
	for (uint32 id = 1; id <= 2 * SKPI_CLUSTERS; id++)
		for (uint32 c = 0; c < m->k; c++)
		{
			const skpi_cluster *each = skpi_clusters_each(m) + c;
			double share = (double) each->rows / m->rows;

			if (each->id != id)
				continue;
			skpg_row_datum(&rows, Int32GetDatum((int32) id));
			skpg_row_count(&rows, each->rows);
			skpg_row_number(&rows, share);
			skpg_row_datum(&rows, names_array(m, false));
			skpg_row_datum(&rows, means_array(m, c));
			skpg_row_number(&rows, each->silhouette);
			if (share < SMALL_SHARE)
				skpg_row_datum(&rows, CStringGetTextDatum("below 1 %"));
			else
				skpg_row_null(&rows);
			skpg_row_end(&rows);
		}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_cluster_quality);

Datum
saaskpi_cluster_quality(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	const skpi_clusters *m;
	int64 least;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	m = clusters_arg(fcinfo);
	least = m->rows;
	for (uint32 c = 0; c < m->k; c++)
		least = Min(least, skpi_clusters_each(m)[c].rows);
	skpg_row_datum(&rows, Int32GetDatum((int32) m->k));
	skpg_row_datum(&rows, Int32GetDatum(m->features));
	skpg_row_count(&rows, m->rows);
	skpg_row_datum(&rows, CStringGetTextDatum(transform_name[m->transform]));
	skpg_row_count(&rows, m->seed);
	skpg_row_number(&rows, m->inertia);
	skpg_row_number(&rows, m->total);
	skpg_row_number(&rows, m->silhouette);
	skpg_row_number(&rows, m->silhouette_error);
	skpg_row_number(&rows, m->calinski_harabasz);
	skpg_row_number(&rows, m->davies_bouldin);
	skpg_row_number(&rows, (double) least / m->rows);
	skpg_row_datum(&rows, names_array(m, true));
	skpg_row_datum(&rows, Int32GetDatum((int32) m->bytes));
	skpg_row_end(&rows);
	return (Datum) 0;
}
