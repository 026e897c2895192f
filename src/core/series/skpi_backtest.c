#include "skpi_backtest.h"

#include <math.h>
#include <string.h>

#include "skpi_accuracy.h"
#include "skpi_ets_fit.h"

#define ORIGINS_USUAL 12

/* What one model said at one origin: slices of h doubles. */
enum
{
	POINT,
	LO80,
	LO95,
	HI80,
	HI95,
	SLICES,
};

size_t
skpi_backtest_origins(size_t n, size_t m, size_t h, size_t wanted)
{
	size_t enough = 2 * m + 3 > 8 ? 2 * m + 3 : 8;
	size_t least = m + 1 > 5 ? m + 1 : 5;
	size_t have;

	if (wanted == 0)
		wanted = ORIGINS_USUAL;
	if (n >= h + enough)
	{
		have = n - h - enough + 1;
		return wanted < have ? wanted : have;
	}
	return n >= h + least ? 1 : 0;
}

size_t
skpi_backtest_paths(const skpi_backtest_ask *ask)
{
	return ask->models * ask->origins * SLICES * ask->h;
}

/* Scoring keeps two losses an origin. */
size_t
skpi_backtest_work(const skpi_backtest_ask *ask)
{
	size_t forecast = skpi_forecast_work(ask->n, ask->m, ask->h);
	size_t losses = 2 * ask->origins;

	return forecast > losses ? forecast : losses;
}

/* Values known at origin i. */
static size_t
known(const skpi_backtest_ask *ask, size_t i)
{
	return ask->n - ask->h - ask->origins + 1 + i;
}

static size_t
place(const skpi_backtest_ask *ask, size_t model, size_t origin)
{
	return (model * ask->origins + origin) * SLICES * ask->h;
}

static bool
costly(const skpi_member *member)
{
	return member->model != SKPI_MODEL_NAIVE &&
		   member->model != SKPI_MODEL_SNAIVE &&
		   member->model != SKPI_MODEL_DRIFT;
}

/* Forecasts that share what a call may spend. */
static size_t
sharers(const skpi_backtest_ask *ask)
{
	size_t count = 0;

	for (size_t k = 0; k < ask->models; k++)
		count += costly(&ask->model[k]);
	return ask->origins * (count > 0 ? count : 1);
}

size_t
skpi_backtest_newest(const skpi_backtest_ask *ask, size_t model)
{
	size_t least = 4 * ask->m > 200 ? 4 * ask->m : 200;
	size_t share = SKPI_BACKTEST_VALUES / sharers(ask);

	if (!costly(&ask->model[model]))
		return ask->n;
	return share > least ? share : least;
}

static skpi_status
forecast_at(const skpi_backtest_ask *ask, size_t model, size_t origin,
			double *work, size_t work_len, double *path)
{
	static const double levels[] = {.8, .95};
	size_t n = known(ask, origin);
	size_t left_out = ask->model[model].model == SKPI_MODEL_AUTO
						  ? skpi_array_runup(ask->y, n, ask->m)
						  : 0;
	size_t newest = skpi_backtest_newest(ask, model);
	skpi_forecast_ask one = {
		.y = ask->y + left_out,
		.n = n - left_out,
		.m = ask->m,
		.h = ask->h,
		.model = ask->model[model],
		.level = levels,
		.levels = 2,
		.stop = ask->stop,
		.stop_arg = ask->stop_arg,
		.effort =
			fmin(SKPI_ETS_EFFORT, SKPI_BACKTEST_EFFORT / (double) sharers(ask)),
	};
	skpi_forecast_answer answer = {
		.point = path,
		.lo = path + LO80 * ask->h,
		.hi = path + HI80 * ask->h,
	};

	if (one.n > newest)
	{
		one.y += one.n - newest;
		one.n = newest;
	}
	return skpi_forecast(&one, work, work_len, &answer);
}

static skpi_status
check(const skpi_backtest_ask *ask)
{
	if (ask->models < 1 || ask->models > SKPI_BACKTEST_MODELS ||
		ask->reference >= ask->models || ask->h < 1 ||
		ask->h > SKPI_FORECAST_HORIZON_MAX ||
		ask->origins > SKPI_BACKTEST_ORIGINS || ask->m < 1)
		return SKPI_E_RANGE;
	if (ask->origins == 0 ||
		ask->origins !=
			skpi_backtest_origins(ask->n, ask->m, ask->h, ask->origins))
		return SKPI_E_SHORT;
	return ask->models * ask->origins * ask->h > SKPI_BACKTEST_CELLS
			   ? SKPI_E_LIMIT
			   : SKPI_OK;
}

skpi_status
skpi_backtest_run(const skpi_backtest_ask *ask, double *work, size_t work_len,
				  double *paths)
{
	skpi_status status = check(ask);

	if (status != SKPI_OK)
		return status;
	if (work_len < skpi_backtest_work(ask))
		return SKPI_FULL;
	for (size_t k = 0; k < ask->models; k++)
		for (size_t i = 0; i < ask->origins; i++)
		{
			status = forecast_at(ask, k, i, work, work_len,
								 paths + place(ask, k, i));
			if (status != SKPI_OK)
				return status;
		}
	return SKPI_OK;
}

/* Sums of the losses of one row. */
typedef struct sums
{
	size_t n;
	size_t scaled;  /* those that had a scale */
	size_t squared; /* those that had a squared one */
	double mae, mse, ape, smape, mase, msse, pinball, msis;
	double in80, in95;
} sums;

static double
pinball(double error, double level)
{
	return error > 0 ? level * error : (level - 1) * error;
}

static double
interval_score(double y, double lo, double hi, double level)
{
	double rate = 2 / (1 - level);

	return hi - lo + rate * fmax(0, lo - y) + rate * fmax(0, y - hi);
}

/* Mean squared step over the season, NaN where there is none. */
static double
squared_step(const double *y, size_t n, size_t m)
{
	double sum = 0;

	if (n <= m)
		return NAN;
	for (size_t i = m; i < n; i++)
		sum += (y[i] - y[i - m]) * (y[i] - y[i - m]);
	return sum > 0 ? sum / (double) (n - m) : NAN;
}

/* One forecast against what came. */
static void
add(sums *s, double y, const double *f, size_t h, double scale, double scale2)
{
	double e = y - f[POINT], size = fabs(y) + fabs(f[POINT]);
	double lo80 = f[LO80 * h], hi80 = f[HI80 * h];
	double lo95 = f[LO95 * h], hi95 = f[HI95 * h];

	s->n++;
	s->mae += fabs(e);
	s->mse += e * e;
	s->ape += y == 0 ? NAN : fabs(e / y);
	s->smape += size == 0 ? 0 : 200 * fabs(e) / size;
	s->in80 += lo80 <= y && y <= hi80;
	s->in95 += lo95 <= y && y <= hi95;
	s->pinball +=
		(pinball(e, .5) + pinball(y - lo80, .1) + pinball(y - hi80, .9) +
		 pinball(y - lo95, .025) + pinball(y - hi95, .975)) /
		5;
	if (scale > 0)
	{
		s->scaled++;
		s->mase += fabs(e) / scale;
		s->msis += interval_score(y, lo95, hi95, .95) / scale;
	}
	if (scale2 > 0)
	{
		s->squared++;
		s->msse += e * e / scale2;
	}
}

static skpi_backtest_row
row_of(const sums *s)
{
	double n = (double) s->n;
	skpi_backtest_row row = {
		.n = s->n,
		.mae = s->mae / n,
		.rmse = sqrt(s->mse / n),
		.mape = 100 * s->ape / n,
		.smape = s->smape / n,
		.mase = s->scaled > 0 ? s->mase / (double) s->scaled : NAN,
		.rmsse = s->squared > 0 ? sqrt(s->msse / (double) s->squared) : NAN,
		.pinball = s->pinball / n,
		.coverage80 = s->in80 / n,
		.coverage95 = s->in95 / n,
		.msis = s->scaled > 0 ? s->msis / (double) s->scaled : NAN,
		.p_value = NAN,
	};

	return row;
}

/* Mean absolute error of steps [from, to) at every origin. */
static void
losses(const skpi_backtest_ask *ask, const double *paths, size_t model,
	   size_t from, size_t to, double *loss)
{
	for (size_t i = 0; i < ask->origins; i++)
	{
		const double *f = paths + place(ask, model, i);
		const double *y = ask->y + known(ask, i);

		loss[i] = 0;
		for (size_t j = from; j < to; j++)
			loss[i] += fabs(y[j] - f[j]) / (double) (to - from);
	}
}

/* Is the difference from the reference more than chance? */
static double
test(const skpi_backtest_ask *ask, const double *paths, size_t model,
	 size_t from, size_t to, double *work)
{
	skpi_dm_test dm;

	if (model == ask->reference)
		return NAN;
	losses(ask, paths, model, from, to, work);
	losses(ask, paths, ask->reference, from, to, work + ask->origins);
	if (skpi_diebold_mariano(work, work + ask->origins, (int) ask->origins,
							 (int) to, 1, &dm) != SKPI_OK)
		return NAN;
	return dm.p_value;
}

skpi_status
skpi_backtest_score(const skpi_backtest_ask *ask, const double *paths,
					size_t model, size_t step, double *work,
					skpi_backtest_row *row)
{
	size_t from = step == 0 ? 0 : step - 1, to = step == 0 ? ask->h : step;
	skpi_status status = check(ask);
	sums s = {0};

	if (status != SKPI_OK)
		return status;
	if (model >= ask->models || step > ask->h)
		return SKPI_E_RANGE;
	for (size_t i = 0; i < ask->origins; i++)
	{
		size_t n = known(ask, i);
		const double *f = paths + place(ask, model, i);
		double scale = skpi_seasonal_step(ask->y, (int) n, (int) ask->m);
		double scale2 = squared_step(ask->y, n, ask->m);

		for (size_t j = from; j < to; j++)
			add(&s, ask->y[n + j], f + j, ask->h, scale, scale2);
	}
	*row = row_of(&s);
	row->p_value = test(ask, paths, model, from, to, work);
	return SKPI_OK;
}
