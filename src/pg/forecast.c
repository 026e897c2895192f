#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include <math.h>

#include "skpi_fitted.h"

static skpi_member
model_arg(text *word)
{
	char *name = text_to_cstring(word);
	skpi_member member;

	if (skpi_member_parse(name, &member) != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown model: \"%s\"", name),
				errhint("Use 'auto', 'ets', 'ets:MAM' (or another form), "
						"'ets:average', 'theta', 'dotm', 'arima', "
						"'arima:average', 'stl', 'stl:arima', 'snaive', "
						"'naive', 'drift', 'ses', 'holt', 'damped' or 'hw'."));
	pfree(name);
	return member;
}

static const double usual_levels[] = {.8, .95};

/* Arguments 0 to 2; the model stands at model_argno.  The combination is not
 * asked about the run-up; textbook models take the series as it is. */
static skpi_forecast_ask
ask_of(FunctionCallInfo fcinfo, int model_argno)
{
	skpi_forecast_ask ask = {0};
	size_t runup;
	skpg_series series = skpg_series_arg(fcinfo, 0);

	skpg_period_check(PG_GETARG_INT32(1), series.n);
	skpg_horizon_check(PG_GETARG_INT32(2));
	ask.y = series.y;
	ask.n = (size_t) series.n;
	ask.m = (size_t) PG_GETARG_INT32(1);
	ask.h = (size_t) PG_GETARG_INT32(2);
	ask.model = model_arg(PG_GETARG_TEXT_PP(model_argno));
	ask.stop = skpg_stop;
	ask.level = usual_levels;
	ask.levels = lengthof(usual_levels);
	if (ask.model.model == SKPI_MODEL_AUTO)
	{
		runup = skpi_array_runup(ask.y, ask.n, ask.m);
		ask.y += runup;
		ask.n -= runup;
	}
	return ask;
}

static skpi_forecast_answer
answer_to(const skpi_forecast_ask *ask)
{
	skpi_forecast_answer answer;
	size_t len = skpi_forecast_work(ask->n, ask->m, ask->h);
	size_t bounds = ask->levels * ask->h;
	double *work = palloc(sizeof(double) * len);
	skpi_status status;

	answer.point = palloc(sizeof(double) * ask->h);
	answer.lo = palloc(sizeof(double) * Max(bounds, 1));
	answer.hi = palloc(sizeof(double) * Max(bounds, 1));
	do
	{
		status = skpi_forecast(ask, work, len, &answer);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "forecast");
	pfree(work);
	return answer;
}

static Datum
label_of(const skpi_forecast_answer *answer)
{
	if (answer->reason == SKPI_REASON_NONE)
		return CStringGetTextDatum(answer->label);
	return CStringGetTextDatum(
		psprintf("%s (%s)", answer->label, skpi_reason_text(answer->reason)));
}

static void
put_bounds(skpg_rows *rows, const skpi_forecast_answer *answer, size_t at)
{
	if (!answer->bounds)
	{
		skpg_row_null(rows);
		skpg_row_null(rows);
		return;
	}
	skpg_row_datum(rows, Float8GetDatum(answer->lo[at]));
	skpg_row_datum(rows, Float8GetDatum(answer->hi[at]));
}

static bool
any_null(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			return true;
	return false;
}

SKPG_FUNCTION(saaskpi_forecast);

Datum
saaskpi_forecast(PG_FUNCTION_ARGS)
{
	skpi_forecast_ask ask;
	skpi_forecast_answer answer;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (any_null(fcinfo))
		return (Datum) 0;
	ask = ask_of(fcinfo, 3);
	answer = answer_to(&ask);
	for (size_t j = 0; j < ask.h; j++)
	{
		skpg_row_datum(&rows, Int32GetDatum((int32) j + 1));
		skpg_row_datum(&rows, Float8GetDatum(answer.point[j]));
		put_bounds(&rows, &answer, j);
		put_bounds(&rows, &answer, ask.h + j);
		skpg_row_datum(&rows, label_of(&answer));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

/* The one-step values of the model that was used, be it a simpler one. */
static double *
fitted_by(skpi_forecast_ask ask, const skpi_forecast_answer *answer)
{
	size_t len = skpi_fitted_work(ask.n, ask.m);
	double *work = palloc(sizeof(double) * len);
	double *fitted = palloc(sizeof(double) * ask.n);
	skpi_status status;

	if (answer->reason != SKPI_REASON_NONE)
		skpg_check(skpi_member_parse(answer->label, &ask.model), "forecast");
	do
	{
		status = skpi_fitted(&ask, work, len, fitted);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "forecast");
	pfree(work);
	return fitted;
}

/* One value that came, with what was expected of it, or why nothing was. */
static void
put_history(skpg_rows *rows, int32 step, double actual, double fitted,
			const skpi_forecast_answer *answer, const char *why_not)
{
	skpg_row_datum(rows, Int32GetDatum(step));
	skpg_row_datum(rows, CStringGetTextDatum("history"));
	skpg_row_datum(rows, Float8GetDatum(actual));
	if (isnan(fitted))
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, Float8GetDatum(fitted));
	for (int i = 0; i < 5; i++)
		skpg_row_null(rows);
	if (isnan(fitted) && answer->reason == SKPI_REASON_NONE)
		skpg_row_datum(rows, CStringGetTextDatum(
								 psprintf("%s (%s)", answer->label, why_not)));
	else
		skpg_row_datum(rows, label_of(answer));
	skpg_row_end(rows);
}

SKPG_FUNCTION(saaskpi_forecast_history);

Datum
saaskpi_forecast_history(PG_FUNCTION_ARGS)
{
	skpi_forecast_ask ask;
	skpi_forecast_answer answer;
	skpg_series all;
	skpg_rows rows;
	const double *fitted;
	int32 runup;

	skpg_rows_begin(fcinfo, &rows);
	if (any_null(fcinfo))
		return (Datum) 0;
	all = skpg_series_arg(fcinfo, 0);
	ask = ask_of(fcinfo, 3);
	answer = answer_to(&ask);
	fitted = fitted_by(ask, &answer);
	runup = all.n - (int32) ask.n;
	for (int32 i = 0; i < runup; i++)
		put_history(&rows, i + 1, all.y[i], NAN, &answer, "run-up");
	for (int32 i = runup; i < all.n; i++)
		put_history(&rows, i + 1, all.y[i], fitted[i - runup], &answer,
					"nothing before");
	for (size_t j = 0; j < ask.h; j++)
	{
		skpg_row_datum(&rows, Int32GetDatum(all.n + (int32) j + 1));
		skpg_row_datum(&rows, CStringGetTextDatum("forecast"));
		skpg_row_null(&rows);
		skpg_row_null(&rows);
		skpg_row_datum(&rows, Float8GetDatum(answer.point[j]));
		put_bounds(&rows, &answer, j);
		put_bounds(&rows, &answer, ask.h + j);
		skpg_row_datum(&rows, label_of(&answer));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

/* Levels between .5 and .999: further out the calibration says nothing. */
static void
levels_arg(ArrayType *array, double *level, size_t *count)
{
	Datum *values;
	bool *nulls;
	int n;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &values, &nulls, &n);
	if (n < 1 || n > SKPI_FORECAST_LEVELS || ARR_NDIM(array) != 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("between 1 and %d levels are needed: %d",
					   SKPI_FORECAST_LEVELS, n),
				errhint("For example ARRAY[0.5, 0.9]."));
	for (int i = 0; i < n; i++)
	{
		level[i] = nulls[i] ? 0 : DatumGetFloat8(values[i]);
		if (!(level[i] >= .5 && level[i] <= .999))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("level must be between 0.5 and 0.999: %g", level[i]),
					errhint("0.9 is an interval that holds nine values of "
							"ten."));
	}
	*count = (size_t) n;
}

SKPG_FUNCTION(saaskpi_forecast_levels);

Datum
saaskpi_forecast_levels(PG_FUNCTION_ARGS)
{
	double level[SKPI_FORECAST_LEVELS];
	skpi_forecast_ask ask;
	skpi_forecast_answer answer;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (any_null(fcinfo))
		return (Datum) 0;
	ask = ask_of(fcinfo, 4);
	levels_arg(PG_GETARG_ARRAYTYPE_P(3), level, &ask.levels);
	ask.level = level;
	answer = answer_to(&ask);
	for (size_t j = 0; j < ask.h; j++)
		for (size_t l = 0; l < ask.levels; l++)
		{
			skpg_row_datum(&rows, Int32GetDatum((int32) j + 1));
			skpg_row_datum(&rows, Float8GetDatum(level[l]));
			skpg_row_datum(&rows, Float8GetDatum(answer.point[j]));
			put_bounds(&rows, &answer, l * ask.h + j);
			skpg_row_datum(&rows, label_of(&answer));
			skpg_row_end(&rows);
		}
	return (Datum) 0;
}
