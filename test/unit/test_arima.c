/* ARIMA: likelihoods by hand and by dense algebra, forecasts, odd series. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <stdlib.h>

#include "skpi_arima.h"
#include "unit.h"

#define ROOM 1000
#define TWO_PI 6.283185307179586477

static double y[ROOM], work[400000], point[100], var[100];

static bool
after_three(void *calls)
{
	return ++*(int *) calls > 3;
}

static double
noise(unsigned *seed)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
	{
		*seed = *seed * 1664525u + 1013904223u;
		sum += (*seed >> 8) / 16777216.0;
	}
	return sum;
}

static void
test_kpss_by_hand(void)
{
	double v[4] = {1, 2, 3, 4};

	/* Deviations -1.5, -.5, .5, 1.5: walk -1.5, -2, -1.5, 0 with squares
	 * 8.5; no lags below n = 19; variance 5 / 4. */
	CHECK_NEAR(skpi_kpss(v, 4), 8.5 / (4 * 5.0), 1e-14);
	v[0] = v[1] = v[2] = v[3] = 7;
	CHECK(isnan(skpi_kpss(v, 4)));
}

static void
test_likelihood_by_hand(void)
{
	double v[4] = {1, -0.5, 2, 0.5};
	double e2 = 1 + pow(-.5 - .5, 2) + pow(2 + .25, 2) + pow(.5 - 1, 2);
	skpi_arima_model m = {.spec = {.p = 1, .period = 1}, .coef = {0.5}};
	double s2;

	/* AR(1) at 1/2 with known variance of the first value s2 / (1 - 1/4). */
	e2 += -1 + 0.75;
	s2 = e2 / 4;
	CHECK(skpi_arima_evaluate(v, 4, false, NULL, NULL, work, &m) == SKPI_OK);
	CHECK_NEAR(m.loglik, -2 * (log(TWO_PI * s2) + 1) + 0.5 * log(0.75), 1e-12);
	CHECK_NEAR(m.sigma2, e2 / 3, 1e-12);
	CHECK_NEAR(m.aicc, -2 * m.loglik + 2 * 2 * 4 / 1.0, 1e-12);
	/* White noise with its mean: the plain variance. */
	m = (skpi_arima_model){.spec = {.period = 1, .mean = true}};
	CHECK(skpi_arima_evaluate(v, 4, true, NULL, NULL, work, &m) == SKPI_OK);
	CHECK_NEAR(m.mean, 0.75, 1e-15);
	CHECK_NEAR(m.sigma2, 3.25 / 3, 1e-14);
	/* MA(1): innovations 1 of variance 1.25, then -.5 - .4 of 1.05. */
	m = (skpi_arima_model){.spec = {.q = 1, .period = 1}, .coef = {0.5}};
	CHECK(skpi_arima_one_step(v, 4, &m, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK_NEAR(point[0], 0, 1e-15);
	CHECK_NEAR(point[1], 0.4, 1e-14);
	CHECK_NEAR(var[0], sqrt(1.25), 1e-14);
	CHECK_NEAR(var[1], sqrt(1.05), 1e-14);
	CHECK_NEAR(point[2], 0.5 * -0.9 / 1.05, 1e-14);
}

/* Autocovariances from psi weights, summed until they vanish. */
static void
dense_covariances(const double *ar, int p, const double *ma, int q, int lags,
				  double *g)
{
	static double psi[3000];

	for (int k = 0; k < 3000; k++)
	{
		psi[k] = k == 0 ? 1 : k <= q ? ma[k - 1] : 0;
		for (int i = 1; i <= p && i <= k; i++)
			psi[k] += ar[i - 1] * psi[k - i];
	}
	for (int k = 0; k <= lags; k++)
	{
		g[k] = 0;
		for (int j = 0; j + k < 3000; j++)
			g[k] += psi[j] * psi[j + k];
	}
}

/* Generalised least squares through the full covariance matrix. */
static void
dense(const double *w, int n, const double *g, double *mean, double *loglik)
{
	gsl_matrix *c = gsl_matrix_alloc((size_t) n, (size_t) n);
	gsl_vector *a = gsl_vector_alloc((size_t) n);
	gsl_vector *b = gsl_vector_alloc((size_t) n);
	double top = 0, bottom = 0, s = 0, logdet = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			gsl_matrix_set(c, (size_t) i, (size_t) j, g[abs(i - j)]);
	gsl_vector_set_all(a, 1);
	gsl_linalg_cholesky_decomp1(c);
	gsl_linalg_cholesky_svx(c, a);
	for (int i = 0; i < n; i++)
	{
		top += w[i] * gsl_vector_get(a, (size_t) i);
		bottom += gsl_vector_get(a, (size_t) i);
		logdet += 2 * log(gsl_matrix_get(c, (size_t) i, (size_t) i));
	}
	*mean = top / bottom;
	for (int i = 0; i < n; i++)
		gsl_vector_set(b, (size_t) i, w[i] - *mean);
	gsl_linalg_cholesky_svx(c, b);
	for (int i = 0; i < n; i++)
		s += (w[i] - *mean) * gsl_vector_get(b, (size_t) i);
	*loglik = -0.5 * n * (log(TWO_PI * s / n) + 1) - 0.5 * logdet;
	gsl_matrix_free(c);
	gsl_vector_free(a);
	gsl_vector_free(b);
}

/* ARMA(2,1)(1,1)[4] with a mean against dense algebra. */
static void
test_likelihood_dense(void)
{
	double ar[6] = {.5, -.3, 0, .6, -.3, .18};
	double ma[5] = {.4, 0, 0, -.5, -.2};
	double g[40], mean, loglik;
	unsigned seed = 7;
	skpi_arima_model m = {
		.spec = {.p = 2, .q = 1, .sp = 1, .sq = 1, .period = 4, .mean = true},
		.coef = {.5, -.3, .4, .6, -.5}};

	for (int i = 0; i < 40; i++)
		y[i] = 3 + noise(&seed);
	dense_covariances(ar, 6, ma, 5, 39, g);
	dense(y, 40, g, &mean, &loglik);
	CHECK(skpi_arima_evaluate(y, 40, true, NULL, NULL, work, &m) == SKPI_OK);
	CHECK_NEAR(m.mean, mean, 1e-10);
	CHECK_NEAR(m.loglik, loglik, 1e-10);
	/* Pure forms exercise the other branches. */
	m = (skpi_arima_model){.spec = {.sp = 1, .period = 4, .mean = true},
						   .coef = {.6}};
	dense_covariances((double[]){0, 0, 0, .6}, 4, ma, 0, 39, g);
	dense(y, 40, g, &mean, &loglik);
	CHECK(skpi_arima_evaluate(y, 40, true, NULL, NULL, work, &m) == SKPI_OK);
	CHECK_NEAR(m.loglik, loglik, 1e-10);
	m = (skpi_arima_model){.spec = {.q = 1, .sq = 1, .period = 4, .mean = true},
						   .coef = {.4, -.5}};
	dense_covariances(ar, 0, ma, 5, 39, g);
	dense(y, 40, g, &mean, &loglik);
	CHECK(skpi_arima_evaluate(y, 40, true, NULL, NULL, work, &m) == SKPI_OK);
	CHECK_NEAR(m.loglik, loglik, 1e-10);
}

static void
test_forecast_by_hand(void)
{
	skpi_arima_model walk = {
		.spec = {.d = 1, .period = 1, .mean = true}, .mean = 2, .sigma2 = 3};
	skpi_arima_model season = {.spec = {.sd = 1, .period = 3}, .sigma2 = 1};
	skpi_arima_model ar = {
		.spec = {.p = 1, .period = 1}, .coef = {.5}, .sigma2 = 1};

	for (int i = 0; i < 9; i++)
		y[i] = i % 3 == 0 ? 10 : i;
	CHECK(skpi_arima_forecast(y, 9, &walk, 3, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK_NEAR(point[0], 10, 1e-14);
	CHECK_NEAR(point[2], 14, 1e-14);
	CHECK_NEAR(var[2], 9, 1e-14);
	CHECK(skpi_arima_forecast(y, 9, &season, 7, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK(point[0] == 10 && point[1] == 7 && point[5] == 8 && point[6] == 10);
	CHECK(var[2] == 1 && var[3] == 2 && var[6] == 3);
	CHECK(skpi_arima_forecast(y, 9, &ar, 3, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK_NEAR(point[2], 1, 1e-14);
	CHECK_NEAR(var[2], 1 + .25 + .0625, 1e-14);
}

/* Where the gain has not settled, the exact variance must continue the
 * one-step scale of a longer series. */
static void
test_unsettled_variance(void)
{
	unsigned seed = 3;
	skpi_arima_model m = {
		.spec = {.q = 1, .d = 1, .period = 1}, .coef = {-.97}, .sigma2 = 1};

	for (int i = 0; i < 13; i++)
		y[i] = noise(&seed);
	CHECK(skpi_arima_one_step(y, 13, &m, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	y[0] = var[12] * var[12];
	CHECK(isnan(point[0]) && y[0] > 1.03);
	for (int i = 0; i < 12; i++)
		y[i] = noise(&seed);
	CHECK(skpi_arima_forecast(y, 12, &m, 2, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	y[0] = 0;
	CHECK(var[0] > 1.03 && var[1] > var[0]);
	y[12] = point[0];
	CHECK(skpi_arima_one_step(y, 13, &m, NULL, NULL, work, point, point + 20) ==
		  SKPI_OK);
	CHECK_NEAR(var[0], point[32] * point[32], 1e-12);
}

static void
test_average(void)
{
	skpi_arima_model m[2] = {
		{.spec = {.d = 1, .period = 1}, .sigma2 = 4},
		{.spec = {.d = 1, .period = 1, .mean = true}, .mean = 2, .sigma2 = 4}};

	m[1].aicc = 2 * log(3.0);
	for (int i = 0; i < 5; i++)
		y[i] = i;
	/* Weights 3/4 and 1/4 on 4 and 6: mean 4.5, spread 3/4. */
	CHECK(skpi_arima_average(y, 5, m, 2, 1, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK_NEAR(point[0], 4.5, 1e-14);
	CHECK_NEAR(var[0], 4.75, 1e-14);
	CHECK(skpi_arima_average(y, 5, m, 0, 1, NULL, NULL, work, point, var) ==
		  SKPI_E_RANGE);
}

static void
test_odd_series(void)
{
	skpi_arima_model m;
	unsigned seed = 11;

	for (int i = 0; i < 40; i++)
		y[i] = 5;
	CHECK(skpi_arima_auto(y, 40, 12, 1, NULL, NULL, work, &m) == SKPI_OK);
	CHECK(m.mean == 5 && m.sigma2 == 0 && m.spec.p + m.spec.q == 0);
	CHECK(skpi_arima_forecast(y, 40, &m, 3, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK(point[2] == 5 && var[2] == 0);
	/* A line: one difference is constant, the drift continues it. */
	for (int i = 0; i < 40; i++)
		y[i] = 3 * i + 1;
	CHECK(skpi_arima_auto(y, 40, 1, 1, NULL, NULL, work, &m) == SKPI_OK);
	CHECK(m.spec.d == 1 && m.mean == 3);
	CHECK(skpi_arima_forecast(y, 40, &m, 3, NULL, NULL, work, point, var) ==
		  SKPI_OK);
	CHECK(point[2] == 127 && var[2] == 0);
	for (int i = 0; i < 40; i++)
		y[i] = 0;
	CHECK(skpi_arima_auto(y, 40, 4, 1, NULL, NULL, work, &m) == SKPI_OK);
	CHECK(m.mean == 0);
	/* Very large and very small units give the same orders. */
	for (int i = 0; i < 60; i++)
		y[i] = noise(&seed) + (i > 0 ? 0.8 * y[i - 1] : 0);
	for (int k = -80; k <= 80; k += 80)
	{
		static double z[60];
		skpi_arima_model other;

		for (int i = 0; i < 60; i++)
			z[i] = y[i] * pow(10, k);
		CHECK(skpi_arima_auto(y, 60, 4, 1, NULL, NULL, work, &m) == SKPI_OK);
		CHECK(skpi_arima_auto(z, 60, 4, 1, NULL, NULL, work, &other) ==
			  SKPI_OK);
		CHECK(other.spec.p == m.spec.p && other.spec.q == m.spec.q);
		CHECK(fabs(other.coef[0] - m.coef[0]) < 1e-4);
	}
	/* Short series. */
	for (size_t n = 4; n < 30; n++)
		CHECK(skpi_arima_auto(y, n, 4, 1, NULL, NULL, work, &m) == SKPI_OK);
}

static void
test_bounds(void)
{
	unsigned seed = 5;
	skpi_arima_model m = {.spec = {.p = 1, .period = 1}, .coef = {1.0}};
	skpi_arima_spec spec = {.p = 5, .q = 5, .sp = 2, .sq = 2, .period = 12};
	int calls = 0;

	for (int i = 0; i < 130; i++)
		y[i] = noise(&seed);
	CHECK(skpi_arima_work(130, 12) <= 400000);
	CHECK(skpi_arima_evaluate(y, 130, false, NULL, NULL, work, &m) ==
		  SKPI_E_RANGE);
	m.coef[0] = NAN;
	CHECK(skpi_arima_evaluate(y, 130, false, NULL, NULL, work, &m) ==
		  SKPI_E_RANGE);
	m.sigma2 = -7;
	CHECK(skpi_arima_auto(y, 130, 0, 1, NULL, NULL, work, &m) == SKPI_E_RANGE);
	CHECK(skpi_arima_auto(y, 130, 401, 1, NULL, NULL, work, &m) ==
		  SKPI_E_RANGE);
	CHECK(skpi_arima_auto(y, 130, 12, 3, NULL, NULL, work, &m) == SKPI_E_RANGE);
	CHECK(skpi_arima_auto(y, 3, 1, 1, NULL, NULL, work, &m) == SKPI_E_SHORT);
	CHECK(skpi_arima_auto(y, 130, 12, 1, after_three, &calls, work, &m) ==
		  SKPI_E_INTERRUPT);
	CHECK(m.sigma2 == -7);
	CHECK(skpi_arima_fit(y, 15, &spec, NULL, NULL, work, &m) == SKPI_E_SHORT);
	CHECK(skpi_arima_fit(y, 130, &spec, NULL, NULL, work, &m) == SKPI_OK);
	spec.p = 6;
	CHECK(skpi_arima_fit(y, 130, &spec, NULL, NULL, work, &m) == SKPI_E_RANGE);
	spec = (skpi_arima_spec){.sp = 1, .period = 1};
	CHECK(skpi_arima_fit(y, 130, &spec, NULL, NULL, work, &m) == SKPI_E_RANGE);
	spec = (skpi_arima_spec){.d = 2, .mean = true, .period = 1};
	CHECK(skpi_arima_fit(y, 130, &spec, NULL, NULL, work, &m) == SKPI_E_RANGE);
	spec = (skpi_arima_spec){.p = 1, .period = 1};
	CHECK(skpi_arima_fit(y, 130, &spec, NULL, NULL, work, &m) == SKPI_OK);
	CHECK(skpi_arima_forecast(y, 130, &m, 0, NULL, NULL, work, point, var) ==
		  SKPI_E_RANGE);
	y[3] = INFINITY;
	CHECK(skpi_arima_auto(y, 130, 12, 1, NULL, NULL, work, &m) == SKPI_E_RANGE);
}

int
main(void)
{
	gsl_set_error_handler_off();
	test_kpss_by_hand();
	test_likelihood_by_hand();
	test_likelihood_dense();
	test_forecast_by_hand();
	test_unsettled_variance();
	test_average();
	test_odd_series();
	test_bounds();
	return unit_done("arima");
}
