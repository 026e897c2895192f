#include "saaskpi.h"

#include <math.h>

#include "skpi_survival.h"

/* Subjects of durations and whether they ended, and what is asked of them. */
typedef struct ask
{
	skpi_subject *s; /* sorted unless tags are still to come */
	skpi_subject *scratch;
	int n;
	skpi_limits limits;
	double level;
	double z;
} ask;

/* Arguments 0 and 1; weights at weights_argno, none for NULL. */
static ask
subjects_arg(FunctionCallInfo fcinfo, int weights_argno)
{
	ask a = {.n = -1};
	const double *time = skpg_column_arg(fcinfo, 0, "durations", 0, &a.n);
	const bool *event = skpg_flags_arg(fcinfo, 1, "ended", &a.n);
	const double *weight = skpg_weights_arg(fcinfo, weights_argno, &a.n);

	a.s = palloc_extended(sizeof(skpi_subject) * (Size) a.n, MCXT_ALLOC_HUGE);
	a.scratch =
		palloc_extended(sizeof(skpi_subject) * (Size) a.n, MCXT_ALLOC_HUGE);
	for (int i = 0; i < a.n; i++)
		a.s[i] = (skpi_subject){time[i], weight == NULL ? 1 : weight[i], 0,
								event[i]};
	return a;
}

static void
sort(ask *a)
{
	skpi_status status;

	do
	{
		status = skpi_survival_sort(a->s, (size_t) a->n, NULL, 0, a->scratch,
									skpg_stop, NULL);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "durations");
	pfree(a->scratch);
}

static void
limits_arg(FunctionCallInfo fcinfo, int argno, ask *a)
{
	char *word = text_to_cstring(PG_GETARG_TEXT_PP(argno));

	if (skpi_limits_parse(word, &a->limits) != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown limits: \"%s\"", word),
				errhint("Use 'log', 'log-log' or 'plain'."));
	a->z = skpi_survival_z(skpg_level_arg(fcinfo, argno + 1));
}

/* The curve of sorted subjects; how many points. */
static size_t
curve_of(const ask *a, skpi_survival_point **points)
{
	*points = palloc_extended(sizeof(skpi_survival_point) * (Size) a->n,
							  MCXT_ALLOC_HUGE);
	return skpi_survival_curve(a->s, (size_t) a->n, *points);
}

SKPG_FUNCTION(saaskpi_kaplan_meier);

Datum
saaskpi_kaplan_meier(PG_FUNCTION_ARGS)
{
	skpi_survival_point *points;
	skpg_rows rows;
	size_t n;
	ask a;

	skpg_rows_begin(fcinfo, &rows);
	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	a = subjects_arg(fcinfo, 4);
	limits_arg(fcinfo, 2, &a);
	sort(&a);
	n = curve_of(&a, &points);
	for (size_t i = 0; i < n; i++)
	{
		const skpi_survival_point *p = &points[i];
		double lo, hi;

		skpi_survival_bounds(p, a.limits, a.z, &lo, &hi);
		skpg_row_number(&rows, p->time);
		skpg_row_number(&rows, p->at_risk);
		skpg_row_number(&rows, p->events);
		skpg_row_number(&rows, p->censored);
		skpg_row_number(&rows, p->survival);
		/* 0 * infinity, where nobody is left, is unknown */
		skpg_row_number(&rows, p->survival * sqrt(p->greenwood));
		skpg_row_number(&rows, lo);
		skpg_row_number(&rows, hi);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

static void
put_mean(skpg_rows *rows, const skpi_survival_point *points, size_t n,
		 double horizon)
{
	double mean, error;

	if (skpi_survival_mean(points, n, horizon, &mean, &error) != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("horizon must be a time of 0 or more: %g", horizon),
				errhint("NULL means up to the last time there is."));
	/* what comes after the last time is not known unless all are gone */
	if (horizon > points[n - 1].time && points[n - 1].survival > 0)
		mean = error = NAN;
	skpg_row_number(rows, mean);
	skpg_row_number(rows, error);
	skpg_row_number(rows, horizon);
}

SKPG_FUNCTION(saaskpi_survival_summary);

Datum
saaskpi_survival_summary(PG_FUNCTION_ARGS)
{
	skpi_survival_point *points;
	double events = 0;
	skpg_rows rows;
	size_t n;
	ask a;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3) ||
		PG_ARGISNULL(4))
		return (Datum) 0;
	a = subjects_arg(fcinfo, 5);
	limits_arg(fcinfo, 3, &a);
	sort(&a);
	n = curve_of(&a, &points);
	for (size_t i = 0; i < n; i++)
		events += points[i].events;
	skpg_row_number(&rows, points[0].at_risk);
	skpg_row_number(&rows, events);
	for (int which = 0; which < 3; which++)
		skpg_row_number(&rows,
						skpi_survival_quantile(points, n, .5, a.limits, a.z,
											   which == 2 ? 1 : -which));
	put_mean(&rows, points, n,
			 PG_ARGISNULL(2) ? points[n - 1].time : PG_GETARG_FLOAT8(2));
	skpg_row_end(&rows);
	return (Datum) 0;
}

/* Names of groups in the order of their bytes. */
typedef struct names
{
	const text *name[SKPI_SURVIVAL_GROUPS];
	int n;
} names;

static int
bytes_order(const text *a, const text *b)
{
	size_t la = VARSIZE_ANY_EXHDR(a), lb = VARSIZE_ANY_EXHDR(b);
	int c = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(la, lb));

	return c != 0 ? c : (la > lb) - (la < lb);
}

/* Where the name stands, or where it belongs: then *found is false. */
static int
place_of(const names *all, const text *name, bool *found)
{
	int lo = 0, hi = all->n;

	while (lo < hi)
	{
		int mid = (lo + hi) / 2;
		int c = bytes_order(all->name[mid], name);

		if (c == 0)
		{
			*found = true;
			return mid;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*found = false;
	return lo;
}

static names
names_of(const Datum *words, int n)
{
	names all = {.n = 0};

	for (int i = 0; i < n; i++)
	{
		const text *name = DatumGetTextPP(words[i]);
		bool found;
		int at = place_of(&all, name, &found);

		if (found)
			continue;
		if (all.n == SKPI_SURVIVAL_GROUPS)
			ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					errmsg("groups has more than %d different names",
						   SKPI_SURVIVAL_GROUPS),
					errhint("Put the small ones together under one name."));
		memmove(&all.name[at + 1], &all.name[at],
				sizeof(*all.name) * (size_t) (all.n - at));
		all.name[at] = name;
		all.n++;
	}
	return all;
}

static skpi_logrank
logrank_of(const ask *a, int groups, double rho)
{
	size_t len = skpi_logrank_work((size_t) groups);
	double *work = palloc(sizeof(double) * len);
	skpi_logrank r;
	skpi_status status;

	do
	{
		status = skpi_logrank_test(a->s, (size_t) a->n, (size_t) groups, rho,
								   skpg_stop, NULL, work, len, &r);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	if (status == SKPI_E_RANGE)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rho must be between 0 and 10: %g", rho),
				errhint("0 is the log-rank test, 1 the test of Peto and Peto, "
						"which looks at early differences."));
	skpg_check(status, "log_rank");
	pfree(work);
	return r;
}

SKPG_FUNCTION(saaskpi_log_rank);

Datum
saaskpi_log_rank(PG_FUNCTION_ARGS)
{
	skpi_logrank r;
	skpg_rows rows;
	Datum *words;
	names all;
	ask a;

	skpg_rows_begin(fcinfo, &rows);
	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	a = subjects_arg(fcinfo, 4);
	words = skpg_words_arg(fcinfo, 2, "groups", &a.n);
	all = names_of(words, a.n);
	for (int i = 0; i < a.n; i++)
	{
		bool found;

		a.s[i].tag = place_of(&all, DatumGetTextPP(words[i]), &found);
	}
	sort(&a);
	r = logrank_of(&a, all.n, PG_GETARG_FLOAT8(3));
	for (int g = 0; g < all.n; g++)
	{
		skpg_row_label(&rows, all.name[g]);
		skpg_row_number(&rows, r.subjects[g]);
		skpg_row_number(&rows, r.observed[g]);
		skpg_row_number(&rows, r.expected[g]);
		skpg_row_number(&rows, r.chi_square);
		skpg_row_datum(&rows, Int32GetDatum(r.freedom));
		skpg_row_number(&rows, r.p_value);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}
