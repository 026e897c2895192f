#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include <math.h>

#include "skpi_backtest.h"

static skpi_member
model_of(Datum word)
{
	char *name = TextDatumGetCString(word);
	skpi_member member;

	if (skpi_member_parse(name, &member) != SKPI_OK)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown model: \"%s\"", name),
				errhint("Use the names that saaskpi.forecast takes, such as "
						"'auto', 'ets', 'theta', 'arima', 'snaive'."));
	pfree(name);
	return member;
}

static bool
is_snaive(const skpi_member *member)
{
	return member->model == SKPI_MODEL_SNAIVE;
}

/* The models asked for, and the seasonal naive one in any case. */
static void
models_arg(ArrayType *array, skpi_backtest_ask *ask, skpi_member *models)
{
	Datum *words;
	bool *nulls;
	int n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &words, &nulls,
					  &n);
	if (ARR_NDIM(array) > 1 || n >= SKPI_BACKTEST_MODELS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("models must be a list of fewer than %d names",
					   SKPI_BACKTEST_MODELS));
	ask->model = models;
	ask->reference = SKPI_BACKTEST_MODELS;
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("models has a NULL at position %d", i + 1),
					errhint("Name a model, such as 'auto'."));
		models[ask->models] = model_of(words[i]);
		if (is_snaive(&models[ask->models]))
			ask->reference = ask->models;
		ask->models++;
	}
	if (ask->reference < ask->models)
		return;
	ask->reference = ask->models;
	models[ask->models++] = (skpi_member){.model = SKPI_MODEL_SNAIVE};
}

static size_t
origins_arg(FunctionCallInfo fcinfo, const skpi_backtest_ask *ask)
{
	int32 wanted = PG_ARGISNULL(4) ? 0 : PG_GETARG_INT32(4);

	if (!PG_ARGISNULL(4) && (wanted < 1 || wanted > SKPI_BACKTEST_ORIGINS))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("origins must be between 1 and %d: %d",
					   SKPI_BACKTEST_ORIGINS, wanted),
				errhint("Each origin is one more forecast of every model; "
						"NULL means up to 12."));
	return skpi_backtest_origins(ask->n, ask->m, ask->h, (size_t) wanted);
}

static void
put(skpg_rows *rows, double value)
{
	if (isfinite(value))
		skpg_row_datum(rows, Float8GetDatum(value));
	else
		skpg_row_null(rows);
}

static void
put_row(skpg_rows *rows, const skpi_member *model, size_t step,
		const skpi_backtest_row *r)
{
	char label[SKPI_MODEL_NAME];

	skpi_member_name(model, label);
	skpg_row_datum(rows, CStringGetTextDatum(label));
	skpg_row_datum(rows, Int32GetDatum((int32) step));
	skpg_row_datum(rows, Int32GetDatum((int32) r->n));
	put(rows, r->mae);
	put(rows, r->rmse);
	put(rows, r->mape);
	put(rows, r->smape);
	put(rows, r->mase);
	put(rows, r->rmsse);
	put(rows, r->pinball);
	put(rows, r->coverage80);
	put(rows, r->coverage95);
	put(rows, r->msis);
	put(rows, r->p_value);
	skpg_row_end(rows);
}

/* A series too short for one origin: the models, and nothing known. */
static void
put_nothing(skpg_rows *rows, const skpi_backtest_ask *ask)
{
	const double no = NAN;
	skpi_backtest_row none = {0, no, no, no, no, no, no, no, no, no, no, no};

	for (size_t k = 0; k < ask->models; k++)
		put_row(rows, &ask->model[k], 0, &none);
}

static void
put_all(skpg_rows *rows, const skpi_backtest_ask *ask)
{
	size_t len = skpi_backtest_work(ask);
	double *work = palloc(sizeof(double) * len);
	double *paths = palloc(sizeof(double) * skpi_backtest_paths(ask));
	skpi_backtest_row row;
	skpi_status status;

	do
	{
		status = skpi_backtest_run(ask, work, len, paths);
		CHECK_FOR_INTERRUPTS();
	} while (status == SKPI_E_INTERRUPT);
	skpg_check(status, "backtest");
	for (size_t k = 0; k < ask->models; k++)
		for (size_t j = 0; j <= ask->h; j++)
		{
			skpg_check(skpi_backtest_score(ask, paths, k, j, work, &row),
					   "backtest");
			put_row(rows, &ask->model[k], j, &row);
		}
	pfree(paths);
	pfree(work);
}

SKPG_FUNCTION(saaskpi_backtest);

Datum
saaskpi_backtest(PG_FUNCTION_ARGS)
{
	skpi_member models[SKPI_BACKTEST_MODELS];
	skpi_backtest_ask ask = {0};
	skpg_series series;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) ||
		PG_ARGISNULL(3))
		return (Datum) 0;
	series = skpg_series_arg(fcinfo, 0);
	skpg_period_check(PG_GETARG_INT32(1), series.n);
	skpg_horizon_check(PG_GETARG_INT32(2));
	ask.y = series.y;
	ask.n = (size_t) series.n;
	ask.m = (size_t) PG_GETARG_INT32(1);
	ask.h = (size_t) PG_GETARG_INT32(2);
	ask.stop = skpg_stop;
	models_arg(PG_GETARG_ARRAYTYPE_P(3), &ask, models);
	ask.origins = origins_arg(fcinfo, &ask);
	if (ask.models * ask.origins * ask.h > SKPI_BACKTEST_CELLS)
		ereport(
			ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			errmsg("backtest of %zu models, %zu origins and %zu steps is "
				   "too large",
				   ask.models, ask.origins, ask.h),
			errhint("Their product may be %d at most.", SKPI_BACKTEST_CELLS));
	if (ask.origins == 0)
		put_nothing(&rows, &ask);
	else
		put_all(&rows, &ask);
	return (Datum) 0;
}
