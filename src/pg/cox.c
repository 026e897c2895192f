#include "saaskpi.h"

#include <math.h>

#include "skpi_cox.h"

/* The rows of a two-dimensional array, one per subject; one dimension is one
 * column. */
static const double *
features_arg(FunctionCallInfo fcinfo, int argno, int n, int *p)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	int cells = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	const double *x = (const double *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) > 2)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("features must have at most two dimensions, not %d",
					   ARR_NDIM(array)),
				errhint("Collect one row per subject: "
						"array_agg(ARRAY[age, price]::float8[])."));
	if (cells > 0 && ARR_DIMS(array)[0] != n)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("features has %d rows where the others have %d",
					   ARR_NDIM(array) > 0 ? ARR_DIMS(array)[0] : 0, n),
				errhint("Collect them beside the others: "
						"array_agg(ARRAY[age, price]::float8[])."));
	*p = cells / n;
	if (*p < 1 || *p > SKPI_COX_COLUMNS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("between 1 and %d features are needed: %d",
					   SKPI_COX_COLUMNS, *p),
				errhint("array_agg(ARRAY[age, price]::float8[]) has two."));
	if (cells > SKPI_COX_CELLS)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("features has %d values, the most is %d", cells,
					   SKPI_COX_CELLS),
				errhint("Take a random part of the rows, such as "
						"WHERE hashtext(customer_id) %% 10 = 0."));
	if (array_contains_nulls(array))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("features has a NULL"),
				errhint("Leave such rows out of all arrays, or fill them: "
						"coalesce(age, 0)."));
	for (int i = 0; i < cells; i++)
		if (!(fabs(x[i]) <= SKPI_VALUE_MAX))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("features has the value %g in row %d, column %d",
						   x[i], i / *p + 1, i % *p + 1),
					errhint("Every value must be a finite number up to "
							"1e100."));
	return x;
}

static bool
breslow_arg(FunctionCallInfo fcinfo, int argno)
{
	char *word = text_to_cstring(PG_GETARG_TEXT_PP(argno));
	bool breslow = strcmp(word, "breslow") == 0;

	if (!breslow && strcmp(word, "efron") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown ties: \"%s\"", word),
				errhint("Use 'efron' or 'breslow'."));
	return breslow;
}

/* Names of p features: x1, x2 and so on for NULL. */
static Datum *
names_arg(FunctionCallInfo fcinfo, int argno, int p)
{
	Datum *names;
	int n = -1;

	if (PG_ARGISNULL(argno))
	{
		names = palloc(sizeof(Datum) * (Size) p);
		for (int j = 0; j < p; j++)
			names[j] = CStringGetTextDatum(psprintf("x%d", j + 1));
		return names;
	}
	names = skpg_words_arg(fcinfo, argno, "names", &n);
	if (n != p)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("names has %d values where features has %d columns", n, p),
			errhint("Name each: names => ARRAY['age', 'price']."));
	return names;
}

static skpi_subject *
subjects_alloc(int n)
{
	return palloc_extended(sizeof(skpi_subject) * (Size) n, MCXT_ALLOC_HUGE);
}

/* Sorted subjects, each tagged with its row. */
static skpi_subject *
subjects_arg(FunctionCallInfo fcinfo, const double *x, int n, int p)
{
	const double *time = skpg_column_arg(fcinfo, 0, "durations", 0, &n);
	const bool *event = skpg_flags_arg(fcinfo, 1, "ended", &n);
	skpi_subject *s = subjects_alloc(n), *scratch = subjects_alloc(n);
	skpi_status status;

	for (int i = 0; i < n; i++)
		s[i] = (skpi_subject){time[i], 1, i, event[i]};
	do
	{
		status = skpi_survival_sort(s, (size_t) n, x, (size_t) p, scratch,
									skpg_stop, NULL);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "durations");
	pfree(scratch);
	return s;
}

static skpi_cox *
cox_of(const skpi_subject *s, int n, const double *x, int p, bool breslow)
{
	size_t len = skpi_cox_work((size_t) n, (size_t) p);
	double *work = palloc_extended(sizeof(double) * len, MCXT_ALLOC_HUGE);
	skpi_cox *fit = palloc(sizeof(skpi_cox));
	skpi_status status;

	do
	{
		status = skpi_cox_fit(s, (size_t) n, x, (size_t) p, breslow, skpg_stop,
							  NULL, work, len, fit);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "cox");
	pfree(work);
	return fit;
}

/* Coefficient, hazard ratio with limits, error, z, p. */
static void
put_column(skpg_rows *rows, const skpi_cox_column *c, double quantile)
{
	double z = c->coefficient / c->error;

	skpg_row_number(rows, c->coefficient);
	skpg_row_number(rows, exp(c->coefficient));
	skpg_row_number(rows, exp(c->coefficient - quantile * c->error));
	skpg_row_number(rows, exp(c->coefficient + quantile * c->error));
	skpg_row_number(rows, c->error);
	skpg_row_number(rows, z);
	skpg_row_number(rows, erfc(fabs(z) / sqrt(2)));
}

SKPG_FUNCTION(saaskpi_cox);

Datum
saaskpi_cox(PG_FUNCTION_ARGS)
{
	int n = -1, p;
	const double *x;
	Datum *names;
	double quantile;
	skpi_cox *fit;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) ||
		PG_ARGISNULL(4) || PG_ARGISNULL(5))
		return (Datum) 0;
	(void) skpg_column_arg(fcinfo, 0, "durations", 0, &n);
	x = features_arg(fcinfo, 2, n, &p);
	names = names_arg(fcinfo, 3, p);
	quantile = skpi_survival_z(skpg_level_arg(fcinfo, 5));
	fit =
		cox_of(subjects_arg(fcinfo, x, n, p), n, x, p, breslow_arg(fcinfo, 4));
	for (int j = 0; j < p; j++)
	{
		skpg_row_label(&rows, DatumGetTextPP(names[j]));
		put_column(&rows, &fit->column[j], quantile);
		skpg_row_datum(&rows, CStringGetTextDatum(
								  skpi_cox_note_text(fit->column[j].note)));
		skpg_row_datum(&rows, Int32GetDatum(n));
		skpg_row_number(&rows, fit->events);
		skpg_row_number(&rows, fit->loglik_null);
		skpg_row_number(&rows, fit->loglik);
		skpg_row_number(&rows, fit->concordance);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
