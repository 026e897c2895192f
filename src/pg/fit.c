#include "saaskpi.h"

#include "catalog/pg_type.h"

#include <math.h>

#include <gsl/gsl_errno.h>

const double *
skpg_weights_arg(FunctionCallInfo fcinfo, int argno, int *n)
{
	const double *w;

	if (PG_ARGISNULL(argno))
		return NULL;
	w = skpg_column_arg(fcinfo, argno, "weights", 0, n);
	for (int i = 0; i < *n; i++)
		if (w[i] == 0)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("weights has the value 0 at position %d", i + 1),
					errhint("Leave such rows out of all arrays: "
							"WHERE weight > 0."));
	return w;
}

skpi_lifetime_row *
skpg_fit_rows(int n)
{
	return palloc_extended(sizeof(skpi_lifetime_row) * (Size) n,
						   MCXT_ALLOC_HUGE);
}

skpg_fit
skpg_fit_table(skpi_lifetime_row *row, int n)
{
	skpg_fit t = {row, (size_t) n, 0};
	skpi_lifetime_row *scratch = skpg_fit_rows(n);
	skpi_status status;

	do
	{
		status = skpi_lifetime_merge(row, &t.n, scratch, skpg_stop, NULL);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "customers");
	pfree(scratch);
	for (size_t i = 0; i < t.n; i++)
		t.customers += row[i].weight;
	return t;
}

/* An array whose elements are NULL where they are not numbers. */
static Datum
numbers(const double *x, int n)
{
	Datum values[SKPI_LIFETIME_DIM];
	bool nulls[SKPI_LIFETIME_DIM];
	int lower = 1;

	for (int i = 0; i < n; i++)
	{
		values[i] = Float8GetDatum(x[i]);
		nulls[i] = isnan(x[i]);
	}
	return PointerGetDatum(
		construct_md_array(values, nulls, 1, &n, &lower, FLOAT8OID,
						   sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

void
skpg_fit_put(skpg_rows *rows, skpg_fit_fn fit_of, const skpg_fit *t,
			 int parameters, const char *what)
{
	skpi_lifetime_fit fit;
	skpi_status status;

	do
	{
		status = fit_of(t->row, t->n, skpg_stop, NULL, &fit);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, what);
	if (isnan(fit.p[0]))
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, numbers(fit.p, parameters));
	skpg_row_number(rows, fit.loglik);
	skpg_row_number(rows, t->customers);
	skpg_row_datum(rows,
				   CStringGetTextDatum(skpi_lifetime_note_text(fit.note)));
	if (isnan(fit.p[0]))
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, numbers(fit.error, parameters));
	skpg_row_end(rows);
}

void
skpg_parameters_arg(FunctionCallInfo fcinfo, int argno, int wanted,
					const char *made_by, double *p)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	bool good = ARR_NDIM(array) == 1 && ARR_DIMS(array)[0] == wanted &&
				!array_contains_nulls(array);

	/* another library in this backend may have set a handler of its own */
	gsl_set_error_handler_off();
	for (int i = 0; good && i < wanted; i++)
	{
		p[i] = ((const double *) ARR_DATA_PTR(array))[i];
		good = p[i] > 0 && p[i] <= SKPI_VALUE_MAX;
	}
	if (!good)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("parameters must be %d numbers above 0", wanted),
			errhint("Take the column parameters of saaskpi.%s(...).", made_by));
}
