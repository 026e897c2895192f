#include "saaskpi.h"

#include "catalog/pg_type.h"

#include "skpi_training.h"
#include "skpi_trees.h"

/* +1 and -1 for the features that the arrays name. */
static void
read_signs(ArrayType *array, const skpg_training *t, int8 sign, int8 *signs)
{
	Datum *values;
	bool *nulls;
	int n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls,
					  &n);
	for (int i = 0; i < n; i++)
	{
		char *name = nulls[i] ? "NULL" : TextDatumGetCString(values[i]);
		int f = 0;

		while (f < t->p && strcmp(t->name[f], name) != 0)
			f++;
		if (nulls[i] || f == t->p)
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("the query has no feature \"%s\"", name),
					errhint("rising and falling name columns of the query."));
		signs[f] = sign;
	}
}

/* A hundredth of the rows, at least 5 and at most 200. */
static Size
usual_min_rows(Size n)
{
	return Min(Max(n / 100, 5), 200);
}

static void
check_setting(bool right, const char *name, double value, const char *range)
{
	if (!right)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be %s: %g", name, range, value),
				errhint("Leave it out for the default."));
}

/* (query, rounds, leaves, learning_rate, min_rows, l2, rising, falling) */
static skpi_trees_ask
trees_ask(FunctionCallInfo fcinfo)
{
	skpi_trees_ask a = {.rounds = PG_GETARG_INT32(1),
						.leaves = PG_GETARG_INT32(2),
						.rate = PG_GETARG_FLOAT8(3),
						.l2 = PG_GETARG_FLOAT8(5),
						.stop = skpg_stop_training};

	check_setting(a.rounds >= 1 && a.rounds <= SKPI_TREES_ROUNDS, "rounds",
				  a.rounds, "between 1 and 5000");
	check_setting(a.leaves >= 2 && a.leaves <= SKPI_TREE_LEAVES, "leaves",
				  a.leaves, "between 2 and 64");
	check_setting(a.rate > 0 && a.rate <= 1, "learning_rate", a.rate,
				  "above 0 and at most 1");
	check_setting(a.l2 >= 0 && a.l2 <= SKPI_VALUE_MAX, "l2", a.l2, "0 or more");
	check_setting(PG_ARGISNULL(4) || PG_GETARG_INT32(4) >= 1, "min_rows",
				  PG_ARGISNULL(4) ? 0 : PG_GETARG_INT32(4), "1 or more");
	return a;
}

/* Before the fit, which lets go of the rows. */
static skpi_column *
describe(const skpg_training *t, const skpi_rows *rows)
{
	skpi_column *column = palloc(t->p * sizeof(*column));

	skpg_check_fit(
		skpi_training_describe(rows, skpg_stop_training, NULL, column),
		"training");
	return column;
}

/* A model of what was trained, which has shrunk to the trees that were kept. */
static Datum
trees_model(const skpg_training *t, const skpi_trees_ask *a,
			const skpi_column *column, const skpi_trees *out)
{
	skpi_trained *m =
		skpg_new_model(t, SKPI_TRAINED_TREES, out->n_trees, out->n_nodes);

	memcpy(skpi_trained_columns(m), column, t->p * sizeof(*column));
	for (int f = 0; f < t->p; f++)
		skpi_trained_columns(m)[f].weight = out->gain[f];
	if (out->n_trees > 0)
		memcpy(skpi_trained_starts(m), out->start,
			   out->n_trees * sizeof(uint32));
	memcpy(skpi_trained_nodes(m), out->nodes, out->n_nodes * sizeof(skpi_node));
	m->base = out->base;
	m->l2 = a->l2;
	return skpg_close_model(m);
}

SKPG_FUNCTION(saaskpi_train_trees);

Datum
saaskpi_train_trees(PG_FUNCTION_ARGS)
{
	skpi_trees_ask a;
	skpi_trees out;
	skpg_training *t;
	skpi_column *column;
	int8 *signs;
	skpi_status status;

	for (int i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i) && i != 4)
			PG_RETURN_NULL();
	a = trees_ask(fcinfo);
	t = skpg_training_file(PG_GETARG_TEXT_PP(0));
	a.rows = skpg_training_rows(t);
	a.rows_done = skpg_training_end;
	a.y = t->y;
	a.held = t->held;
	signs = palloc0(t->p);
	read_signs(PG_GETARG_ARRAYTYPE_P(6), t, 1, signs);
	read_signs(PG_GETARG_ARRAYTYPE_P(7), t, -1, signs);
	a.sign = signs;
	a.min_rows =
		PG_ARGISNULL(4) ? usual_min_rows(t->n) : (Size) PG_GETARG_INT32(4);
	column = describe(t, &a.rows);
	out.start = skpg_allocate(t, a.rounds * sizeof(uint32));
	out.nodes = skpg_allocate(t, (Size) a.rounds * (2 * a.leaves - 1) *
									 sizeof(skpi_node));
	out.gain = skpg_allocate(t, t->p * sizeof(double));
	status = skpi_trees_fit(&a, skpg_allocate(t, skpi_trees_work(&a)), &out);
	if (status == SKPI_E_SHORT)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the rows that are not held out have one label"),
				errhint("Hold out fewer rows, or take longer back."));
	skpg_check_fit(status, "trees");
	return trees_model(t, &a, column, &out);
}
