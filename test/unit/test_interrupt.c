/* Whoever is told to stop, at whatever moment, says so or has the whole answer
 * already: never that there is none, and never another one. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "skpi_anomaly.h"
#include "skpi_bgnbd.h"
#include "skpi_forecast.h"
#include "skpi_gamma_gamma.h"
#include "skpi_pareto.h"
#include "skpi_sbg.h"
#include "noise.h"
#include "unit.h"

#define N 60
#define H 12
#define MOMENTS 150 /* at which a job is stopped */

static double y[N];
static double *work;
static size_t room;

/* Told at the moment `at` and ever after. */
typedef struct alarm_clock
{
	long asked, at;
} alarm_clock;

static bool
rings(void *arg)
{
	alarm_clock *c = arg;

	return ++c->asked > c->at;
}

/* A job fills in an answer of plain bytes, all of them. */
typedef skpi_status (*job_fn)(int which, alarm_clock *c, char *answer);
#define ANSWER (3 * H * sizeof(double) + SKPI_MODEL_NAME)

static skpi_status
fit_lifetime(int which, alarm_clock *c, char *answer)
{
	static skpi_status (*const fits[])(const skpi_lifetime_row *, size_t,
									   skpi_stop_fn, void *,
									   skpi_lifetime_fit *) = {
		skpi_sbg_fit, skpi_bgnbd_fit, skpi_pareto_fit, skpi_gamma_gamma_fit};
	skpi_lifetime_row row[40];
	skpi_lifetime_fit fit;
	skpi_status status;

	for (int i = 0; i < 40; i++)
	{
		double t = 1 + i % 10;
		/* periods, ended; or purchases, the last of them, age; or purchases,
		 * their mean */
		skpi_lifetime_row by[] = {
			{{t, i < 20, 0}, 1 + i % 3},
			{{i % 4, i % 4 == 0 ? 0 : t, t + 1 + i / 10}, 1},
			{{i % 4, i % 4 == 0 ? 0 : t, t + 1 + i / 10}, 1},
			{{1 + i % 4, 20 + i, 0}, 1}};

		row[i] = by[which];
	}
	memset(&fit, 0, sizeof(fit));
	status = fits[which](row, 40, rings, c, &fit);
	memcpy(answer, fit.p, sizeof(fit.p));
	memcpy(answer + sizeof(fit.p), &fit.note, sizeof(fit.note));
	return status;
}

static skpi_status
forecast(int which, alarm_clock *c, char *answer)
{
	double level = .95, *at = (double *) answer;
	skpi_forecast_ask ask = {.y = y,
							 .n = N,
							 .m = 12,
							 .h = H,
							 .model = {.model = (skpi_model) which},
							 .level = &level,
							 .levels = 1,
							 .stop = rings,
							 .stop_arg = c};
	skpi_forecast_answer a = {.point = at, .lo = at + H, .hi = at + 2 * H};
	skpi_status status = skpi_forecast(&ask, work, room, &a);

	memcpy(answer + 3 * H * sizeof(double), a.label, strlen(a.label));
	return status;
}

static skpi_status
find_anomalies(int which, alarm_clock *c, char *answer)
{
	skpi_anomaly_options options = {.period = which / 2 % 2 == 0 ? 12 : 1,
									.causal = which % 2 == 1,
									.threshold = 3};
	skpi_anomaly_point point[N];
	skpi_status status =
		skpi_anomaly(y, N, &options, rings, c, work, point);

	for (int t = 0; status == SKPI_OK && t < N; t += N / H)
	{
		((double *) answer)[t / (N / H)] = point[t].score;
		((double *) answer)[H + t / (N / H)] = point[t].expected;
	}
	return status;
}

/* At every moment of the first ones, then at some of all. */
static void
stop_everywhere(const char *name, job_fn job, int which)
{
	char *whole = calloc(1, ANSWER), *answer = calloc(1, ANSWER);
	alarm_clock never = {0, 1L << 60};
	long at = 0;

	CHECK(job(which, &never, whole) == SKPI_OK);
	while (at < never.asked)
	{
		alarm_clock c = {0, at};
		skpi_status status;

		memset(answer, 0, ANSWER);
		status = job(which, &c, answer);
		CHECK(status == SKPI_E_INTERRUPT ||
			  (status == SKPI_OK && memcmp(answer, whole, ANSWER) == 0));
		if (status != SKPI_E_INTERRUPT && status != SKPI_OK)
			printf("%s %d, stopped at %ld of %ld: %s\n", name, which, at,
				   never.asked, skpi_status_text(status));
		at += at < MOMENTS / 2 ? 1 : 1 + never.asked / (MOMENTS / 2);
	}
	free(whole);
	free(answer);
}

int
main(void)
{
	unsigned seed = 7;

	gsl_set_error_handler_off();
	for (int t = 0; t < N; t++)
		y[t] = 100 + t + 20 * sin(t * .5236) + 5 * noise(&seed);
	room = skpi_forecast_work(N, 12, H);
	if (room < skpi_anomaly_work(N, 12))
		room = skpi_anomaly_work(N, 12);
	work = malloc(room * sizeof(double));
	for (int which = 0; which < 4; which++)
	{
		stop_everywhere("lifetime", fit_lifetime, which);
		stop_everywhere("anomaly", find_anomalies, which);
	}
	for (int which = 0; which < SKPI_MODELS; which++)
		stop_everywhere("forecast", forecast, which);
	free(work);
	return unit_done("interrupt");
}
