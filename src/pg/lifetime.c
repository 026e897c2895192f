#include "saaskpi.h"

#include "catalog/pg_type.h"

#include <math.h>

#include <gsl/gsl_errno.h>

#include "skpi_bgnbd.h"
#include "skpi_gamma_gamma.h"
#include "skpi_pareto.h"
#include "skpi_sbg.h"

#define ANYTHING (-SKPI_VALUE_MAX)

/* Raises for a customer who cannot be; position 0 for the only one. */
static void
customer_check(double x, double recency, double age, int position)
{
	char *where = position > 0 ? psprintf(" at position %d", position) : "";

	if (skpi_lifetime_customer(x, recency, age))
		return;
	if (!(x >= 0 && x <= 1e9) || x != floor(x))
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("frequency must be a count of purchases: %g%s", x, where),
			errhint("Count the days with a purchase after the first one: "
					"count(DISTINCT day) - 1."));
	if (!(recency >= 0 && recency <= age && age <= SKPI_VALUE_MAX))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("recency must lie between 0 and the age: %g of %g%s",
					   recency, age, where),
				errhint("recency is the time from the first purchase to the "
						"last, age that from the first to now: max(day) - "
						"min(day), as_of - min(day)."));
	ereport(
		ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		errmsg("frequency %g does not go with recency %g%s", x, recency, where),
		errhint("Purchases of one day count once, and the first is not "
				"counted: count(DISTINCT day) - 1, max(day) - min(day)."));
}

/* Arguments frequency, recency, age, weights. */
static skpg_fit
buyers_arg(FunctionCallInfo fcinfo)
{
	int n = -1;
	const double *x = skpg_column_arg(fcinfo, 0, "frequency", ANYTHING, &n);
	const double *recency = skpg_column_arg(fcinfo, 1, "recency", ANYTHING, &n);
	const double *age = skpg_column_arg(fcinfo, 2, "age", ANYTHING, &n);
	const double *weight = skpg_weights_arg(fcinfo, 3, &n);
	skpi_lifetime_row *row = skpg_fit_rows(n);

	for (int i = 0; i < n; i++)
	{
		customer_check(x[i], recency[i], age[i], i + 1);
		row[i] = (skpi_lifetime_row){{x[i], recency[i], age[i]},
									 weight == NULL ? 1 : weight[i]};
	}
	return skpg_fit_table(row, n);
}

static Datum
put_buyers(FunctionCallInfo fcinfo, skpg_fit_fn fit_of, const char *what)
{
	skpg_rows rows;
	skpg_fit t;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return (Datum) 0;
	t = buyers_arg(fcinfo);
	skpg_fit_put(&rows, fit_of, &t, 4, what);
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_bg_nbd);

Datum
saaskpi_bg_nbd(PG_FUNCTION_ARGS)
{
	return put_buyers(fcinfo, skpi_bgnbd_fit, "bg_nbd");
}

SKPG_FUNCTION(saaskpi_pareto_nbd);

Datum
saaskpi_pareto_nbd(PG_FUNCTION_ARGS)
{
	return put_buyers(fcinfo, skpi_pareto_fit, "pareto_nbd");
}

SKPG_FUNCTION(saaskpi_gamma_gamma);

Datum
saaskpi_gamma_gamma(PG_FUNCTION_ARGS)
{
	const double *x, *mean, *weight;
	skpi_lifetime_row *row;
	skpg_rows rows;
	skpg_fit t;
	int n = -1;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	x = skpg_column_arg(fcinfo, 0, "frequency", ANYTHING, &n);
	mean = skpg_column_arg(fcinfo, 1, "mean_spend", ANYTHING, &n);
	weight = skpg_weights_arg(fcinfo, 2, &n);
	row = skpg_fit_rows(n);
	for (int i = 0; i < n; i++)
	{
		if (!(x[i] >= 1 && x[i] <= 1e9 && mean[i] > 0))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("a mean spend of %g over %g purchases at position "
						   "%d is none to learn from",
						   mean[i], x[i], i + 1),
					errhint("Take the customers who bought again and paid: "
							"WHERE frequency > 0 AND mean_spend > 0."));
		row[i] = (skpi_lifetime_row){{x[i], mean[i], 0},
									 weight == NULL ? 1 : weight[i]};
	}
	t = skpg_fit_table(row, n);
	skpg_fit_put(&rows, skpi_gamma_gamma_fit, &t, 3, "gamma_gamma");
	return (Datum) 0;
}

static double
time_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	double t = PG_GETARG_FLOAT8(argno);

	if (!(t >= 0 && t <= SKPI_VALUE_MAX))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be 0 or more: %g", name, t),
				errhint("Times have one unit, such as 52 for a year of weeks; "
						"a discount is a rate per such unit."));
	return t;
}

/* The customer of a scoring function: arguments from argno. */
typedef struct buyer
{
	double x;
	double recency;
	double age;
} buyer;

static buyer
buyer_arg(FunctionCallInfo fcinfo, int argno)
{
	buyer b = {PG_GETARG_FLOAT8(argno), PG_GETARG_FLOAT8(argno + 1),
			   PG_GETARG_FLOAT8(argno + 2)};

	customer_check(b.x, b.recency, b.age, 0);
	return b;
}

static skpi_bgnbd
bgnbd_arg(FunctionCallInfo fcinfo)
{
	double p[4];

	skpg_parameters_arg(fcinfo, 0, 4, "bg_nbd", p);
	return (skpi_bgnbd){p[0], p[1], p[2], p[3]};
}

static skpi_pareto
pareto_arg(FunctionCallInfo fcinfo)
{
	double p[4];

	skpg_parameters_arg(fcinfo, 0, 4, "pareto_nbd", p);
	return (skpi_pareto){p[0], p[1], p[2], p[3]};
}

static void
terms_check(skpi_status status, double horizon)
{
	if (status == SKPI_E_LIMIT)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("horizon %g is too long for these parameters", horizon),
				errhint("It may be some 25,000 times alpha and the age "
						"together."));
	skpg_check(status, "horizon");
}

/* A number that double precision does not hold is an error, not a result. */
static Datum
number(double x)
{
	if (!isfinite(x))
		ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				errmsg("the result is out of range: %g", x),
				errhint("Do the parameters and the customer have times in one "
						"unit?"));
	return Float8GetDatum(x);
}

SKPG_FUNCTION(saaskpi_bg_nbd_alive);

Datum
saaskpi_bg_nbd_alive(PG_FUNCTION_ARGS)
{
	skpi_bgnbd m = bgnbd_arg(fcinfo);
	buyer b = buyer_arg(fcinfo, 1);

	return number(skpi_bgnbd_alive(&m, b.x, b.recency, b.age));
}

SKPG_FUNCTION(saaskpi_bg_nbd_expected);

Datum
saaskpi_bg_nbd_expected(PG_FUNCTION_ARGS)
{
	skpi_bgnbd m = bgnbd_arg(fcinfo);
	buyer b = buyer_arg(fcinfo, 1);
	double t = time_arg(fcinfo, 4, "horizon"), value;

	terms_check(skpi_bgnbd_expected(&m, b.x, b.recency, b.age, t, &value), t);
	return number(value);
}

SKPG_FUNCTION(saaskpi_pareto_nbd_alive);

Datum
saaskpi_pareto_nbd_alive(PG_FUNCTION_ARGS)
{
	skpi_pareto m = pareto_arg(fcinfo);
	buyer b = buyer_arg(fcinfo, 1);

	return number(skpi_pareto_alive(&m, b.x, b.recency, b.age));
}

SKPG_FUNCTION(saaskpi_pareto_nbd_expected);

Datum
saaskpi_pareto_nbd_expected(PG_FUNCTION_ARGS)
{
	skpi_pareto m = pareto_arg(fcinfo);
	buyer b = buyer_arg(fcinfo, 1);

	return number(skpi_pareto_expected(&m, b.x, b.recency, b.age,
									   time_arg(fcinfo, 4, "horizon")));
}

SKPG_FUNCTION(saaskpi_bg_nbd_discounted);

Datum
saaskpi_bg_nbd_discounted(PG_FUNCTION_ARGS)
{
	skpi_bgnbd m = bgnbd_arg(fcinfo);
	buyer b = buyer_arg(fcinfo, 1);
	double t = time_arg(fcinfo, 4, "horizon"), value;

	terms_check(skpi_bgnbd_discounted(&m, b.x, b.recency, b.age, t,
									  time_arg(fcinfo, 5, "discount"), &value),
				t);
	return number(value);
}

SKPG_FUNCTION(saaskpi_pareto_nbd_discounted);

Datum
saaskpi_pareto_nbd_discounted(PG_FUNCTION_ARGS)
{
	skpi_pareto m = pareto_arg(fcinfo);
	buyer b = buyer_arg(fcinfo, 1);

	return number(skpi_pareto_discounted(&m, b.x, b.recency, b.age,
										 time_arg(fcinfo, 4, "horizon"),
										 time_arg(fcinfo, 5, "discount")));
}

SKPG_FUNCTION(saaskpi_gamma_gamma_spend);

/* A customer who did not buy again has no mean: frequency 0 and NULL. */
Datum
saaskpi_gamma_gamma_spend(PG_FUNCTION_ARGS)
{
	double p[3], x, mean, value;
	skpi_gamma_gamma m;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	x = PG_GETARG_FLOAT8(1);
	if (PG_ARGISNULL(2) && x != 0)
		PG_RETURN_NULL();
	mean = PG_ARGISNULL(2) ? 0 : PG_GETARG_FLOAT8(2);
	skpg_parameters_arg(fcinfo, 0, 3, "gamma_gamma", p);
	m = (skpi_gamma_gamma){p[0], p[1], p[2]};
	if (!(x >= 0 && x <= 1e9) || !(mean >= 0 && mean <= SKPI_VALUE_MAX))
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("a mean spend of %g over %g purchases cannot be", mean, x),
			errhint("frequency is a count, 0 for a new customer, and "
					"mean_spend the mean of that many purchases."));
	value = skpi_gamma_gamma_spend(&m, x, mean);
	if (isnan(value))
		PG_RETURN_NULL();
	return number(value);
}
