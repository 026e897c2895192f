/*
 * Innovations of a stationary ARMA process by the Chandrasekhar recursions
 * (Morf, Sidhu and Kailath 1974; Melard 1984, AS 197): work per observation
 * grows with the largest lag, not with its square.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "skpi_arima_core.h"

/* The innovation variance falls to 1 monotonically; from here on the
 * remaining gain changes are beyond the digits of the likelihood. */
#define SETTLED 1e-10

static int
last_lag(const arma_poly *p)
{
	return p->lag[p->terms - 1];
}

/*
 * Autocovariances 0 .. lags of the AR process 1 / ar(B) with unit innovations:
 * step-down to the partial autocorrelations, then Levinson upwards.
 * a, b, part: p doubles each.  The caller has checked stationarity.
 */
static void
ar_covariances(const arma_poly *ar, int lags, double *a, double *b,
			   double *part, double *g)
{
	int p = last_lag(ar);
	double v = 1.0;

	memset(a, 0, (size_t) p * sizeof(double));
	for (int i = 1; i < ar->terms; i++)
		a[ar->lag[i] - 1] = -ar->c[i];
	for (int k = p; k >= 1; k--)
	{
		double r = a[k - 1];
		double scale = 1.0 / fmax(1.0 - r * r, 1e-14);

		part[k - 1] = r;
		/* most lags of a season alone */
		if (r == 0.0)
			continue;
		v *= scale;
		for (int j = 0; j < k - 1; j++)
			b[j] = (a[j] + r * a[k - 2 - j]) * scale;
		memcpy(a, b, (size_t) (k - 1) * sizeof(double));
	}
	g[0] = v;
	for (int k = 1; k <= p && k <= lags; k++)
	{
		double r = part[k - 1];
		double sum = r * v;

		for (int j = 0; j < k - 1; j++)
			sum += a[j] * g[k - 1 - j];
		g[k] = sum;
		a[k - 1] = r;
		if (r == 0.0)
			continue;
		for (int j = 0; j < k - 1; j++)
			b[j] = a[j] - r * a[k - 2 - j];
		memcpy(a, b, (size_t) (k - 1) * sizeof(double));
		v *= 1.0 - r * r;
	}
	for (int k = p + 1; k <= lags; k++)
	{
		g[k] = 0.0;
		for (int i = 1; i < ar->terms; i++)
			g[k] -= ar->c[i] * g[k - ar->lag[i]];
	}
}

/* Autocovariances 0 .. lags of ma(B) x_t from those of x, one factor of the
 * polynomial at a time; half: lags + q + 1 doubles. */
static void
arma_covariances(const arma_poly *ma, const double *x, int lags, double *half,
				 double *g)
{
	int q = last_lag(ma);

	for (int k = -q; k <= lags; k++)
	{
		double sum = 0.0;

		for (int i = 0; i < ma->terms; i++)
			sum += ma->c[i] * x[abs(k + ma->lag[i])];
		half[k + q] = sum;
	}
	for (int k = 0; k <= lags; k++)
	{
		double sum = 0.0;

		for (int i = 0; i < ma->terms; i++)
			sum += ma->c[i] * half[k + q - ma->lag[i]];
		g[k] = sum;
	}
}

/* Weights of past innovations in the process, psi[0 .. count-1]. */
static void
psi_weights(const arma_poly *ar, const arma_poly *ma, int count, double *psi)
{
	memset(psi, 0, (size_t) count * sizeof(double));
	for (int i = 0; i < ma->terms && ma->lag[i] < count; i++)
		psi[ma->lag[i]] = ma->c[i];
	for (int k = 1; k < count; k++)
		for (int i = 1; i < ar->terms && ar->lag[i] <= k; i++)
			psi[k] -= ar->c[i] * psi[k - ar->lag[i]];
}

/* Covariance of each state with the present value, c[0 .. r-1]. */
static void
state_covariances(const arma_poly *ar, const arma_poly *ma, int r,
				  const double *g, const double *psi, double *c)
{
	c[0] = g[0];
	for (int i = 1; i < r; i++)
	{
		double sum = 0.0;

		for (int t = 1; t < ar->terms; t++)
			if (ar->lag[t] > i)
				sum -= ar->c[t] * g[ar->lag[t] - i];
		for (int t = 1; t < ma->terms; t++)
			if (ma->lag[t] >= i)
				sum += ma->c[t] * psi[ma->lag[t] - i];
		c[i] = sum;
	}
}

void
skpi_arma_filter_start(arma_filter *f, const arma_poly *ar, const arma_poly *ma)
{
	int p = last_lag(ar);
	int q = last_lag(ma);
	int r = p > q + 1 ? p : q + 1;
	double *x = f->gamma;
	double *g = f->spare;
	double *psi = f->spare + r + 1;
	double *c = f->spare + 2 * r + 1;

	f->r = r;
	f->packs = (r + ARMA_PACK - 1) / ARMA_PACK;
	ar_covariances(ar, p + q, f->k, f->l, f->spare2, x);
	arma_covariances(ma, x, p, f->half, g);
	psi_weights(ar, ma, r, psi);
	state_covariances(ar, ma, r, g, psi, c);
	for (int i = 0; i <= f->packs * ARMA_PACK; i++)
		f->phi[i] = f->k[i] = f->l[i] = f->a[i] = f->b[i] = 0.0;
	for (int i = 1; i < ar->terms; i++)
		f->phi[ar->lag[i] - 1] = -ar->c[i];
	for (int i = 0; i < r; i++)
		f->l[i] = f->k[i] = f->phi[i] * c[0] + (i + 1 < r ? c[i + 1] : 0.0);
	f->f = fmax(c[0], 1.0);
	f->settled = false;
}

/* States go two at a time, the last filled up with a zero, which stays
 * zero: vectors without remainders.  Copying in and out is free and needs no
 * alignment. */
typedef double pack __attribute__((vector_size(ARMA_PACK * sizeof(double))));

static inline __attribute__((always_inline)) pack
take(const double *x)
{
	pack p;

	memcpy(&p, x, sizeof(p));
	return p;
}

static inline __attribute__((always_inline)) void
put(double *x, pack p)
{
	memcpy(x, &p, sizeof(p));
}

/* s <- T s + gain k. */
static inline void
move_state(const arma_filter *f, double gain, double *restrict s)
{
	double first = s[0];

	for (int i = 0; i < f->packs * ARMA_PACK; i += ARMA_PACK)
		put(s + i,
			take(s + i + 1) + take(f->phi + i) * first + take(f->k + i) * gain);
}

void
skpi_arma_filter_gain(arma_filter *f)
{
	double *restrict k = f->k;
	double *restrict l = f->l;
	double first = l[0];
	double ratio = first / f->f;

	if (f->settled)
		return;
	for (int i = 0; i < f->packs * ARMA_PACK; i += ARMA_PACK)
	{
		pack moved = take(l + i + 1) + take(f->phi + i) * first;
		pack old = take(k + i);

		put(k + i, old - moved * ratio);
		put(l + i, moved - old * ratio);
	}
	f->f = fmax(f->f - first * ratio, 1.0);
	f->settled = f->f - 1.0 < SETTLED;
}

/* The state of the data, that of the ones and the gain in one go. */
static inline void
move_all(arma_filter *f, double gain, double gain_ones)
{
	double *restrict k = f->k;
	double *restrict l = f->l;
	double *restrict a = f->a;
	double *restrict b = f->b;
	double first = l[0];
	double first_a = a[0];
	double first_b = b[0];
	double ratio = first / f->f;

	for (int i = 0; i < f->packs * ARMA_PACK; i += ARMA_PACK)
	{
		pack phi = take(f->phi + i);
		pack old = take(k + i);
		pack moved = take(l + i + 1) + phi * first;

		put(a + i, take(a + i + 1) + phi * first_a + old * gain);
		put(b + i, take(b + i + 1) + phi * first_b + old * gain_ones);
		put(k + i, old - moved * ratio);
		put(l + i, moved - old * ratio);
	}
	f->f = fmax(f->f - first * ratio, 1.0);
	f->settled = f->f - 1.0 < SETTLED;
}

void
skpi_arma_filter_step(arma_filter *f, double w, bool with_ones, double *v,
					  double *one)
{
	*v = w - f->a[0];
	if (with_ones)
		*one = 1.0 - f->b[0];
	if (with_ones && !f->settled)
	{
		move_all(f, *v / f->f, *one / f->f);
		return;
	}
	move_state(f, *v / f->f, f->a);
	if (with_ones)
		move_state(f, *one / f->f, f->b);
	skpi_arma_filter_gain(f);
}

/* Generalised least-squares mean from scaled innovations of data and ones,
 * which are then combined into those of the centred data. */
static void
centre(arima_job *job, double *u)
{
	double top = 0.0;
	double bottom = 0.0;

	for (int t = 0; t < job->n_used; t++)
	{
		top += u[t] * job->ones[t];
		bottom += job->ones[t] * job->ones[t];
	}
	job->mean = bottom > 0.0 ? top / bottom : 0.0;
	for (int t = 0; t < job->n_used; t++)
		u[t] -= job->mean * job->ones[t];
}

/* Steps between two questions whether to stop. */
static int
poll_every(int cost)
{
	return 1 + (1 << 20) / (cost + 1);
}

static bool
poll(arima_job *job)
{
	if (job->stop != NULL && job->stop(job->stop_arg))
		job->stopped = true;
	return job->stopped;
}

static bool
exact_pass(arima_job *job, const arma_poly *ar, const arma_poly *ma,
		   bool fit_mean, double *u)
{
	arma_filter *f = &job->filter;
	int n = job->n_used;
	double start = fit_mean ? 0.0 : job->mean;
	double product = 1.0;
	double log_f = 0.0;
	double scale;
	int every;
	int next = 0;

	skpi_arma_filter_start(f, ar, ma);
	every = poll_every(8 * f->r);
	for (int t = 0; t < n; t++)
	{
		double root = 1.0 / sqrt(f->f);
		double v;
		double one = 0.0;

		if (t == next)
		{
			next += every;
			if (poll(job))
				return false;
		}
		product *= f->f;
		if (product > 1e200)
		{
			log_f += log(product);
			product = 1.0;
		}
		skpi_arma_filter_step(f, job->w[t] - start, fit_mean, &v, &one);
		u[t] = v * root;
		job->ones[t] = one * root;
	}
	job->log_f = log_f + log(product);
	if (fit_mean)
		centre(job, u);
	scale = exp(0.5 * job->log_f / n);
	for (int t = 0; t < n; t++)
		u[t] *= scale;
	return true;
}

static bool
conditional_pass(arima_job *job, const arma_poly *ar, const arma_poly *ma,
				 bool fit_mean, double *u)
{
	int n = job->n_used;
	int every = poll_every(4 * ARMA_MAX_TERMS);
	int next = 0;
	int ars = 1; /* terms that reach back to known values */
	int mas = 1;

	if (fit_mean)
	{
		job->mean = 0.0;
		for (int t = 0; t < n; t++)
			job->mean += job->w[t] / n;
	}
	for (int t = 0; t < n; t++)
	{
		double e = job->w[t] - job->mean;

		if (t == next)
		{
			next += every;
			if (poll(job))
				return false;
		}
		while (ars < ar->terms && ar->lag[ars] <= t)
			ars++;
		while (mas < ma->terms && ma->lag[mas] <= t)
			mas++;
		for (int i = 1; i < ars; i++)
			e += ar->c[i] * (job->w[t - ar->lag[i]] - job->mean);
		for (int i = 1; i < mas; i++)
			e -= ma->c[i] * u[t - ma->lag[i]];
		u[t] = e;
	}
	return true;
}

double
skpi_arima_innovations(arima_job *job, const double *coef, bool exact,
					   bool fit_mean, double *u)
{
	arma_poly ar;
	arma_poly ma;
	double s = 0.0;
	bool done;

	skpi_arima_expand(&job->spec, coef, &ar, &ma);
	if (exact)
		done = exact_pass(job, &ar, &ma, fit_mean, u);
	else
		done = conditional_pass(job, &ar, &ma, fit_mean, u);
	if (!done)
		return -1.0;
	for (int t = 0; t < job->n_used; t++)
		s += u[t] * u[t];
	return isfinite(s) ? s : HUGE_VAL;
}
