#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include <math.h>

#include <gsl/gsl_errno.h>

#define HORIZON_MAX 1000

int
skpg_word(const text *word, const char *const *words, int n)
{
	size_t length = VARSIZE_ANY_EXHDR(word);

	for (int i = 0; i < n; i++)
		if (strlen(words[i]) == length &&
			memcmp(VARDATA_ANY(word), words[i], length) == 0)
			return i;
	return n;
}

int32
skpg_week_shift(text *word)
{
	static const char *const names[] = {"monday", "sunday", "saturday"};
	int shift = skpg_word(word, names, lengthof(names));

	if (shift == lengthof(names))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("week_start \"%s\" is not known", text_to_cstring(word)),
				errhint("Use monday, sunday or saturday."));
	return shift;
}

static void
check_shape(ArrayType *array)
{
	int n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (ARR_NDIM(array) > 1)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("series must have one dimension, not %d", ARR_NDIM(array)),
			errhint("Pass one row of the array at a time."));
	if (n > SKPG_SERIES_MAX)
		ereport(
			ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			errmsg("series has %d values, the most is %d", n, SKPG_SERIES_MAX),
			errhint("Pass the newest values, or a coarser grain."));
}

static void
check_value(double value, bool null, int position)
{
	if (null)
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("series has a NULL at position %d", position),
				errhint("Use coalesce(value, 0) where no row means zero, or "
						"fill the gap before."));
	if (isnan(value) || isinf(value) || fabs(value) > SKPI_VALUE_MAX)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("series has the value %g at position %d", value, position),
			errhint("Every value must be a finite number up to 1e100."));
}

skpg_series
skpg_series_arg(FunctionCallInfo fcinfo, int argno)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(argno);
	skpg_series s;
	Datum *values;
	bool *nulls;

	/* another library in this backend may have set a handler of its own */
	gsl_set_error_handler_off();
	check_shape(array);
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &values, &nulls, &s.n);
	s.y = palloc(sizeof(double) * (Size) Max(s.n, 1));
	for (int i = 0; i < s.n; i++)
	{
		s.y[i] = nulls[i] ? 0 : DatumGetFloat8(values[i]);
		check_value(s.y[i], nulls[i], i + 1);
	}
	pfree(values);
	pfree(nulls);
	return s;
}

void
skpg_period_check(int32 period, int n)
{
	if (period < 1 || period > SKPI_SEASON_MAX)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("period must be between 1 and %d: %d", SKPI_SEASON_MAX,
					   period),
				errhint("12 for months, 4 for quarters, 52 for weeks, 7 for "
						"days, 1 where nothing repeats."));
	if (n == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the series is empty"),
				errhint("At least one value is needed; NULL in place of the "
						"array gives no rows."));
	if (period > n)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("period %d is longer than the series of %d values",
					   period, n),
				errhint("Use period 1, or wait for a full season."));
}

void
skpg_horizon_check(int32 horizon)
{
	if (horizon < 1 || horizon > HORIZON_MAX)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("horizon must be between 1 and %d: %d", HORIZON_MAX,
					   horizon),
				errhint("The horizon is the number of steps to forecast."));
}

bool
skpg_stop(void *arg)
{
	(void) arg;
	return INTERRUPTS_PENDING_CONDITION() && INTERRUPTS_CAN_BE_PROCESSED();
}

static int
ascending(const void *a, const void *b)
{
	int32 x = *(const int32 *) a, y = *(const int32 *) b;

	return (x > y) - (x < y);
}

static void
check_longer(int32 period, bool null, int shortest, int n, int position)
{
	if (null)
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("periods has a NULL at position %d", position),
				errhint("For example ARRAY[7, 365]."));
	skpg_period_check(period, n);
	if (period < shortest)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("periods has a season of %d, shorter than period %d",
					   period, shortest),
				errhint("period is the shortest season: forecast(y, 7, 30, "
						"periods => '{365}')."));
}

size_t
skpg_periods_arg(ArrayType *array, int shortest, int n, int most, size_t *out)
{
	Datum *values;
	bool *nulls;
	int32 *period;
	size_t count = 0;
	int listed;

	deconstruct_array(array, INT4OID, sizeof(int32), true, TYPALIGN_INT,
					  &values, &nulls, &listed);
	if (listed > most || ARR_NDIM(array) > 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("periods must be a list of at most %d seasons: %d", most,
					   listed),
				errhint("For example ARRAY[7, 365]."));
	period = palloc(sizeof(int32) * (Size) Max(listed, 1));
	for (int i = 0; i < listed; i++)
	{
		period[i] = nulls[i] ? 0 : DatumGetInt32(values[i]);
		check_longer(period[i], nulls[i], shortest, n, i + 1);
	}
	qsort(period, (size_t) listed, sizeof(*period), ascending);
	for (int i = 0; i < listed; i++)
		if (period[i] > (i > 0 ? period[i - 1] : shortest))
			out[count++] = (size_t) period[i];
	return count;
}

/* Levels between .5 and .999: further out the calibration says nothing. */
size_t
skpg_levels_arg(ArrayType *array, int most, double *level)
{
	Datum *values;
	bool *nulls;
	int n;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &values, &nulls, &n);
	if (n < 1 || n > most || ARR_NDIM(array) != 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("between 1 and %d levels are needed: %d", most, n),
				errhint("For example ARRAY[0.5, 0.9]."));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("levels has a NULL at position %d", i + 1),
					errhint("Leave it out, or give a share such as 0.9."));
		level[i] = DatumGetFloat8(values[i]);
		if (!(level[i] >= .5 && level[i] <= .999))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("level must be between 0.5 and 0.999: %g", level[i]),
					errhint("0.9 is an interval that holds nine values of "
							"ten."));
	}
	return (size_t) n;
}

bool
skpg_any_null(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return true;
	return false;
}
