#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "skpi_survival.h"

#define RHO_MAX 10

/* Times between two questions whether to stop, at k * k steps each. */
#define STRIDE 4096

/* A pivot below this part of its variance is rounding. */
#define SINGULAR 1e-10

typedef struct test
{
	size_t k;
	double *at_risk;  /* k */
	double *events;   /* k, of one time */
	double *excess;   /* k, observed less expected, weighted */
	double *variance; /* k * k */
} test;

size_t
skpi_logrank_work(size_t k)
{
	return k * k + 3 * k;
}

static bool
sound(const skpi_subject *s, size_t n, size_t k)
{
	for (size_t i = 0; i < n; i++)
		if (!(s[i].weight > 0) || s[i].tag < 0 || (size_t) s[i].tag >= k)
			return false;
	return true;
}

/* What one time with d events among `left` adds at weight w. */
static void
add_time(test *t, double left, double d, double w, skpi_logrank *r)
{
	double spread = left > 1 ? d * (left - d) / (left - 1) : 0;

	for (size_t g = 0; g < t->k; g++)
	{
		double share = t->at_risk[g] / left;
		double *row = t->variance + g * t->k;

		r->observed[g] += w * t->events[g];
		r->expected[g] += w * d * share;
		for (size_t h = 0; h < t->k; h++)
			row[h] +=
				w * w * spread * share * ((g == h) - t->at_risk[h] / left);
	}
}

/* x' V^-1 x in place.  A group that those before it determine, as the last one
 * always is, adds nothing.  Returns the rank. */
static int
quadratic(test *t, double *value)
{
	size_t k = t->k;
	int rank = 0;

	*value = 0;
	for (size_t i = 0; i < k; i++)
	{
		double *vi = t->variance + i * k;
		double pivot = vi[i], whole = pivot;

		for (size_t j = 0; j < i; j++)
			pivot -= vi[j] * vi[j];
		if (whole <= 0 || pivot <= SINGULAR * whole)
		{
			for (size_t m = i; m < k; m++)
				t->variance[m * k + i] = 0;
			continue;
		}
		rank++;
		vi[i] = sqrt(pivot);
		for (size_t m = i + 1; m < k; m++)
		{
			double *vm = t->variance + m * k, sum = vm[i];

			for (size_t j = 0; j < i; j++)
				sum -= vm[j] * vi[j];
			vm[i] = sum / vi[i];
		}
		for (size_t j = 0; j < i; j++)
			t->excess[i] -= vi[j] * t->excess[j];
		t->excess[i] /= vi[i];
		*value += t->excess[i] * t->excess[i];
	}
	return rank;
}

static void
finish(test *t, skpi_logrank *r)
{
	double value;

	for (size_t g = 0; g < t->k; g++)
		t->excess[g] = r->observed[g] - r->expected[g];
	r->freedom = quadratic(t, &value);
	r->chi_square = r->freedom > 0 ? value : NAN;
	r->p_value =
		r->freedom > 0 ? gsl_cdf_chisq_Q(value, (double) r->freedom) : NAN;
}

skpi_status
skpi_logrank_test(const skpi_subject *s, size_t n, size_t k, double rho,
				  skpi_stop_fn stop, void *stop_arg, double *work,
				  size_t work_len, skpi_logrank *result)
{
	test t = {k, work, work + k, work + 2 * k, work + 3 * k};
	skpi_logrank r = {.freedom = 0};
	double survival = 1, left = 0;
	size_t times = 0;

	if (k < 1 || !(rho >= 0 && rho <= RHO_MAX))
		return SKPI_E_RANGE;
	if (k > SKPI_SURVIVAL_GROUPS)
		return SKPI_E_LIMIT;
	if (work_len < skpi_logrank_work(k))
		return SKPI_FULL;
	if (!sound(s, n, k))
		return SKPI_E_RANGE;
	memset(work, 0, sizeof(double) * skpi_logrank_work(k));
	for (size_t i = 0; i < n; i++)
	{
		t.at_risk[s[i].tag] += s[i].weight;
		r.subjects[s[i].tag] += s[i].weight;
		left += s[i].weight;
	}
	for (size_t i = 0, end; i < n; i = end)
	{
		size_t first = i;
		double d = 0;

		end = skpi_survival_same(s, n, i);
		for (; i < end && s[i].event; i++)
		{
			t.events[s[i].tag] += s[i].weight;
			d += s[i].weight;
		}
		if (d > 0)
		{
			add_time(&t, left, d, pow(survival, rho), &r);
			survival *= (left - d) / left;
		}
		for (i = first; i < end; i++)
		{
			t.events[s[i].tag] = 0;
			t.at_risk[s[i].tag] -= s[i].weight;
			left -= s[i].weight;
		}
		if (++times % STRIDE == 0 && stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
	}
	finish(&t, &r);
	*result = r;
	return SKPI_OK;
}
