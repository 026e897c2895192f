#include "saaskpi.h"

#include <math.h>

#include "skpi_forecast_seasons.h"

#define WEEK 7
#define YEAR 365

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

/* The combination is not asked about the run-up; textbook models take the
 * series as it is. */
static skpi_forecast_ask
ask_on(const double *y, int n, int32 period, int32 horizon, skpi_member model)
{
	skpi_forecast_ask ask = {.y = y,
							 .n = (size_t) n,
							 .m = (size_t) period,
							 .h = (size_t) horizon,
							 .model = model,
							 .stop = skpg_stop,
							 .level = usual_levels,
							 .levels = lengthof(usual_levels)};

	if (model.model == SKPI_MODEL_AUTO)
	{
		size_t runup = skpi_array_runup(ask.y, ask.n, ask.m);

		ask.y += runup;
		ask.n -= runup;
	}
	return ask;
}

/* Arguments 0 to 2; the model stands at model_argno. */
static skpi_forecast_ask
ask_of(FunctionCallInfo fcinfo, int model_argno)
{
	skpg_series series = skpg_series_arg(fcinfo, 0);

	skpg_period_check(PG_GETARG_INT32(1), series.n);
	skpg_horizon_check(PG_GETARG_INT32(2));
	return ask_on(series.y, series.n, PG_GETARG_INT32(1), PG_GETARG_INT32(2),
				  model_arg(PG_GETARG_TEXT_PP(model_argno)));
}

static const skpi_seasons no_more = {0};

/* Argument 3, of the series at 0. */
static skpi_seasons
more_arg(FunctionCallInfo fcinfo, const skpi_forecast_ask *ask)
{
	ArrayType *y = PG_GETARG_ARRAYTYPE_P(0);
	skpi_seasons more;

	more.count = skpg_periods_arg(PG_GETARG_ARRAYTYPE_P(3), (int) ask->m,
								  ArrayGetNItems(ARR_NDIM(y), ARR_DIMS(y)),
								  SKPI_SEASONS, more.period);
	return more;
}

/* With the past: what was said one step before each value. */
static skpi_forecast_answer
answer_to(const skpi_forecast_ask *ask, const skpi_seasons *more, bool past)
{
	skpi_forecast_answer answer = {.fitted = NULL};
	size_t len = skpi_forecast_seasons_work(ask->n, ask->m, ask->h, more);
	size_t bounds = ask->levels * ask->h;
	double *work = palloc(sizeof(double) * len);
	skpi_status status;

	answer.point = palloc(sizeof(double) * ask->h);
	answer.lo = palloc(sizeof(double) * Max(bounds, 1));
	answer.hi = palloc(sizeof(double) * Max(bounds, 1));
	if (past)
		answer.fitted = palloc(sizeof(double) * ask->n);
	do
	{
		status = skpi_forecast_seasons(ask, more, work, len, &answer);
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

/* With five arguments, longer seasons at 3 and the model after them. */
static Datum
put_steps(FunctionCallInfo fcinfo)
{
	skpi_forecast_ask ask;
	skpi_seasons more = no_more;
	skpi_forecast_answer answer;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	ask = ask_of(fcinfo, PG_NARGS() - 1);
	if (PG_NARGS() > 4)
		more = more_arg(fcinfo, &ask);
	answer = answer_to(&ask, &more, false);
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

SKPG_FUNCTION(saaskpi_forecast);

Datum
saaskpi_forecast(PG_FUNCTION_ARGS)
{
	return put_steps(fcinfo);
}

SKPG_FUNCTION(saaskpi_forecast_seasons);

Datum
saaskpi_forecast_seasons(PG_FUNCTION_ARGS)
{
	return put_steps(fcinfo);
}

/* A series with its forecast: rows 0 .. n - 1 came, the others are to come. */
typedef struct outlook
{
	const double *y;
	int32 n;
	int32 runup;
	skpi_forecast_ask ask;
	skpi_forecast_answer answer;
} outlook;

static outlook
outlook_of(const double *y, int n, const skpi_forecast_ask *ask,
		   const skpi_seasons *more)
{
	outlook o = {.y = y, .n = n, .ask = *ask};

	o.answer = answer_to(&o.ask, more, true);
	o.runup = n - (int32) o.ask.n;
	return o;
}

/* What was said of row i, NaN for nothing. */
static double
said_of(const outlook *o, int32 i)
{
	return i < o->runup || i >= o->n ? NAN : o->answer.fitted[i - o->runup];
}

/* Why row i is not the forecast asked for; NULL where it is. */
static const char *
remark_on(const outlook *o, int32 i)
{
	size_t newest = skpi_forecast_newest(o->ask.n, o->ask.m);

	if (o->answer.reason != SKPI_REASON_NONE)
		return skpi_reason_text(o->answer.reason);
	if (i >= o->n || !isnan(said_of(o, i)))
		return NULL;
	if (i < o->runup)
		return "run-up";
	return i < o->n - (int32) newest ? "too old" : "nothing before";
}

static void
put_number(skpg_rows *rows, double x)
{
	if (isnan(x))
		skpg_row_null(rows);
	else
		skpg_row_datum(rows, Float8GetDatum(x));
}

/* point .. hi95 of row i. */
static void
put_ahead(skpg_rows *rows, const outlook *o, int32 i)
{
	size_t j = (size_t) (i - o->n);

	if (i < o->n)
	{
		for (int k = 0; k < 5; k++)
			skpg_row_null(rows);
		return;
	}
	skpg_row_datum(rows, Float8GetDatum(o->answer.point[j]));
	put_bounds(rows, &o->answer, j);
	put_bounds(rows, &o->answer, o->ask.h + j);
}

static Datum
row_type(const outlook *o, int32 i)
{
	return CStringGetTextDatum(i < o->n ? "history" : "forecast");
}

/* The label of row i: the model, and why it is not what was asked for. */
static Datum
row_label(const outlook *o, int32 i)
{
	const char *remark = remark_on(o, i);

	return CStringGetTextDatum(
		remark == NULL ? o->answer.label
					   : psprintf("%s (%s)", o->answer.label, remark));
}

static void
put_history(skpg_rows *rows, const outlook *o)
{
	for (int32 i = 0; i < o->n + (int32) o->ask.h; i++)
	{
		skpg_row_datum(rows, Int32GetDatum(i + 1));
		skpg_row_datum(rows, row_type(o, i));
		put_number(rows, i < o->n ? o->y[i] : NAN);
		put_number(rows, said_of(o, i));
		put_ahead(rows, o, i);
		skpg_row_datum(rows, row_label(o, i));
		skpg_row_end(rows);
	}
}

/* Arguments as of put_steps. */
static Datum
put_outlook(FunctionCallInfo fcinfo)
{
	skpi_seasons more = no_more;
	skpi_forecast_ask ask;
	skpg_series all;
	skpg_rows rows;
	outlook o;

	skpg_rows_begin(fcinfo, &rows);
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	all = skpg_series_arg(fcinfo, 0);
	skpg_period_check(PG_GETARG_INT32(1), all.n);
	skpg_horizon_check(PG_GETARG_INT32(2));
	ask = ask_on(all.y, all.n, PG_GETARG_INT32(1), PG_GETARG_INT32(2),
				 model_arg(PG_GETARG_TEXT_PP(PG_NARGS() - 1)));
	if (PG_NARGS() > 4)
		more = more_arg(fcinfo, &ask);
	o = outlook_of(all.y, all.n, &ask, &more);
	put_history(&rows, &o);
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_forecast_history);

Datum
saaskpi_forecast_history(PG_FUNCTION_ARGS)
{
	return put_outlook(fcinfo);
}

SKPG_FUNCTION(saaskpi_forecast_history_seasons);

Datum
saaskpi_forecast_history_seasons(PG_FUNCTION_ARGS)
{
	return put_outlook(fcinfo);
}

/* Days have a year beside the week once it has come round twice; as in
 * saaskpi.forecast of a series. */
static skpi_seasons
seasons_of(int32 season, int n)
{
	if (season == WEEK && n >= 2 * YEAR)
		return (skpi_seasons){.count = 1, .period = {YEAR}};
	return no_more;
}

SKPG_FUNCTION(saaskpi_forecast_rows);

/* A stored series, its forecast and its parts, from one reading. */
Datum
saaskpi_forecast_rows(PG_FUNCTION_ARGS)
{
	skpg_rows rows;
	skpg_stored s;
	skpi_forecast_ask ask;
	skpi_seasons more;
	outlook o;
	double *trend, *seasonal;

	skpg_rows_begin(fcinfo, &rows);
	s = skpg_stored_arg(fcinfo, 0);
	skpg_horizon_check(PG_GETARG_INT32(1));
	if (s.n == 0)
		return (Datum) 0;
	ask = ask_on(s.y, s.n, s.season, PG_GETARG_INT32(1),
				 model_arg(PG_GETARG_TEXT_PP(2)));
	more = seasons_of(s.season, s.n);
	o = outlook_of(s.y, s.n, &ask, &more);
	skpg_decompose(s.y, s.n, s.season, &trend, &seasonal);
	for (int32 i = 0; i < s.n + (int32) o.ask.h; i++)
	{
		const char *remark = remark_on(&o, i);

		skpg_row_day(&rows, skpg_stored_day(&s, i));
		skpg_row_datum(&rows, row_type(&o, i));
		if (i < s.n)
			skpg_row_money(&rows, s.units[i]);
		else
			skpg_row_null(&rows);
		put_number(&rows, said_of(&o, i));
		put_number(&rows, i < s.n ? trend[i] : NAN);
		put_number(&rows, i < s.n ? seasonal[i] : NAN);
		put_ahead(&rows, &o, i);
		skpg_row_datum(&rows, CStringGetTextDatum(o.answer.label));
		skpg_row_datum(&rows,
					   CStringGetTextDatum(remark == NULL ? "ok" : remark));
		skpg_row_end(&rows);
	}
	return (Datum) 0;
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
	if (skpg_any_null(fcinfo))
		return (Datum) 0;
	ask = ask_of(fcinfo, 4);
	ask.levels =
		skpg_levels_arg(PG_GETARG_ARRAYTYPE_P(3), SKPI_FORECAST_LEVELS, level);
	ask.level = level;
	answer = answer_to(&ask, &no_more, false);
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
