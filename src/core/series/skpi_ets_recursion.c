#include "skpi_ets_recursion.h"

#include <math.h>

/* Smallest one-step mean of a multiplicative-error form; keeps the running
 * product of means far from underflow between two checks. */
#define MEAN_MIN 1e-100

static const double ln2 = 0.69314718055994530942;

typedef struct track
{
	const skpi_ets_par *par;
	const double *y;
	size_t n;
	size_t m;
	double *state;
	double *fitted;
	double *resid;
	double sse;
	double logf;
} track;

/* Puts the ring of seasonal states back into order of use: the one at `head`
 * is next.  Three reversals need no second buffer. */
static void
reverse(double *a, size_t n)
{
	for (size_t i = 0; i + 1 < n - i; i++)
	{
		double keep = a[i];

		a[i] = a[n - 1 - i];
		a[n - 1 - i] = keep;
	}
}

static void
unroll_ring(double *season, size_t m, size_t head)
{
	if (head == 0)
		return;
	reverse(season, head);
	reverse(season + head, m - head);
	reverse(season, m);
}

/* product x 2^exponent times mean, the product kept in range. */
static inline void
multiply(double *product, long *exponent, double mean)
{
	*product *= mean;
	if (!(*product > 1e-100 && *product < 1e100))
	{
		int e;

		*product = frexp(*product, &e);
		*exponent += e;
	}
}

/*
 * The three kinds are constants at every call, so each copy keeps only its own
 * arithmetic.  The sum of ln f is carried as a product and an exponent: one
 * logarithm a series instead of one a step.
 */
static inline __attribute__((always_inline)) bool
advance(track *k, const skpi_ets_kind error, const skpi_ets_kind trend,
		const skpi_ets_kind season)
{
	const double alpha = k->par->alpha, beta = k->par->beta;
	const double gamma = k->par->gamma, phi = k->par->phi;
	double *ring = k->state + (trend == SKPI_ETS_N ? 1 : 2);
	double level = k->state[0];
	double slope = trend == SKPI_ETS_N ? 0 : k->state[1];
	double sse = 0, product = 1;
	long exponent = 0;
	size_t head = 0;

	for (size_t t = 0; t < k->n; t++)
	{
		double s = season == SKPI_ETS_N ? 0 : ring[head];
		double step = trend == SKPI_ETS_A   ? phi * slope
					  : trend == SKPI_ETS_M ? pow(slope, phi)
											: 0;
		double base = trend == SKPI_ETS_A   ? level + step
					  : trend == SKPI_ETS_M ? level * step
											: level;
		double mean = season == SKPI_ETS_A   ? base + s
					  : season == SKPI_ETS_M ? base * s
											 : base;
		double gap = k->y[t] - mean;
		double error_t = gap, shift;

		if (error == SKPI_ETS_M)
		{
			if (!(mean > MEAN_MIN))
				return false;
			multiply(&product, &exponent, mean);
			error_t = gap / mean;
		}
		shift = season == SKPI_ETS_M ? gap / s : gap;
		sse += error_t * error_t;
		if (k->fitted != NULL)
			k->fitted[t] = mean;
		if (k->resid != NULL)
			k->resid[t] = error_t;
		if (season != SKPI_ETS_N)
		{
			ring[head] = s + gamma * (season == SKPI_ETS_M ? gap / base : gap);
			head = head + 1 == k->m ? 0 : head + 1;
		}
		if (trend == SKPI_ETS_A)
			slope = step + beta * shift;
		if (trend == SKPI_ETS_M)
			slope = step + beta * shift / level;
		level = base + alpha * shift;
	}
	k->state[0] = level;
	if (trend != SKPI_ETS_N)
		k->state[1] = slope;
	if (season != SKPI_ETS_N)
		unroll_ring(ring, k->m, head);
	k->sse = sse;
	k->logf = log(product) + (double) exponent * ln2;
	return true;
}

/* One line per copy of the loop. */
#define COPY(e, t, s)                                                          \
	case (e) *9 + (t) *3 + (s):                                                \
		return advance(k, e, t, s)

static bool
dispatch(track *k, skpi_ets_form form)
{
	switch ((int) form.error * 9 + (int) form.trend * 3 + (int) form.season)
	{
		COPY(SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_N);
		COPY(SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_A);
		COPY(SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_M);
		COPY(SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_N);
		COPY(SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_A);
		COPY(SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_M);
		COPY(SKPI_ETS_A, SKPI_ETS_M, SKPI_ETS_N);
		COPY(SKPI_ETS_A, SKPI_ETS_M, SKPI_ETS_A);
		COPY(SKPI_ETS_A, SKPI_ETS_M, SKPI_ETS_M);
		COPY(SKPI_ETS_M, SKPI_ETS_N, SKPI_ETS_N);
		COPY(SKPI_ETS_M, SKPI_ETS_N, SKPI_ETS_A);
		COPY(SKPI_ETS_M, SKPI_ETS_N, SKPI_ETS_M);
		COPY(SKPI_ETS_M, SKPI_ETS_A, SKPI_ETS_N);
		COPY(SKPI_ETS_M, SKPI_ETS_A, SKPI_ETS_A);
		COPY(SKPI_ETS_M, SKPI_ETS_A, SKPI_ETS_M);
		COPY(SKPI_ETS_M, SKPI_ETS_M, SKPI_ETS_N);
		COPY(SKPI_ETS_M, SKPI_ETS_M, SKPI_ETS_A);
		COPY(SKPI_ETS_M, SKPI_ETS_M, SKPI_ETS_M);
		default:
			return false;
	}
}

bool
skpi_ets_recur(skpi_ets_form form, size_t m, const skpi_ets_par *par,
			   const double *y, size_t n, double *state, double *fitted,
			   double *resid, double *sse, double *logf)
{
	track k = {par, y, n, m, state, fitted, resid, 0, 0};

	if (!dispatch(&k, form))
		return false;
	*sse = k.sse;
	*logf = form.error == SKPI_ETS_M ? k.logf : 0;
	return true;
}
