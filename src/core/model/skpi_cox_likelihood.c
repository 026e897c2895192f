#include "skpi_cox_model.h"

#include <math.h>
#include <string.h>

/* Subjects between two questions whether to stop. */
#define STRIDE 4096

static bool
asked_to_stop(const skpi_cox_model *m, size_t i)
{
	return i % STRIDE == 0 && m->stop != NULL && m->stop(m->stop_arg);
}

void
skpi_cox_divide(skpi_cox_model *m, double *work)
{
	size_t n = m->n, p = m->p;

	m->z = work;
	m->risk = m->z + n * p;
	m->spare = m->risk + n;
	m->mean = m->spare + 3 * n;
	m->scale = m->mean + p;
	m->beta = m->scale + p;
	m->trial = m->beta + p;
	m->slope = m->trial + p;
	m->step = m->slope + p;
	m->mid = m->step + p;
	m->s1 = m->mid + p;
	m->d1 = m->s1 + p;
	m->whole = m->d1 + p;
	m->info = m->whole + p;
	m->s2 = m->info + p * p;
	m->d2 = m->s2 + p * p;
}

/* False for a value that is out of range. */
static bool
scale_column(skpi_cox_model *m, size_t j)
{
	double sum = 0, squares = 0, low = HUGE_VAL, high = -HUGE_VAL;

	for (size_t i = 0; i < m->n; i++)
	{
		double v = m->z[i * m->p + j];

		if (!(fabs(v) <= SKPI_VALUE_MAX))
			return false;
		sum += v;
		low = fmin(low, v);
		high = fmax(high, v);
	}
	m->mean[j] = sum / (double) m->n;
	for (size_t i = 0; i < m->n; i++)
	{
		double *v = &m->z[i * m->p + j];

		*v -= m->mean[j];
		squares += *v * *v;
	}
	m->scale[j] = low < high ? sqrt(squares / (double) m->n) : 0;
	m->held[j] = !(m->scale[j] > 0);
	for (size_t i = 0; i < m->n; i++)
		m->z[i * m->p + j] = m->held[j] ? 0 : m->z[i * m->p + j] / m->scale[j];
	return true;
}

skpi_status
skpi_cox_scale(skpi_cox_model *m, const double *x)
{
	for (size_t i = 0; i < m->n; i++)
	{
		int32_t row = m->s[i].tag;

		if (row < 0 || (size_t) row >= m->n || m->s[i].weight != 1)
			return SKPI_E_RANGE;
		if (asked_to_stop(m, i))
			return SKPI_E_INTERRUPT;
		memcpy(m->z + i * m->p, x + (size_t) row * m->p, sizeof(*x) * m->p);
	}
	for (size_t j = 0; j < m->p; j++)
	{
		if (asked_to_stop(m, 0))
			return SKPI_E_INTERRUPT;
		if (!scale_column(m, j))
			return SKPI_E_RANGE;
	}
	return SKPI_OK;
}

/* sums of w, w z and w z z' */
static void
add_subject(const double *z, double w, size_t p, double *s1, double *s2)
{
	for (size_t j = 0; j < p; j++)
	{
		double wz = w * z[j];

		s1[j] += wz;
		for (size_t k = 0; k <= j; k++)
			s2[j * p + k] += wz * z[k];
	}
}

/* One event, or one step of a tie of which a part is taken to be gone. */
static void
add_event(skpi_cox_model *m, double s0, double d0, double part)
{
	size_t p = m->p;
	double whole = s0 - part * d0;

	m->loglik -= log(whole);
	for (size_t j = 0; j < p; j++)
	{
		double mean = (m->s1[j] - part * m->d1[j]) / whole;

		m->mid[j] = mean;
		m->slope[j] -= mean;
		for (size_t k = 0; k <= j; k++)
			m->info[j * p + k] +=
				(m->s2[j * p + k] - part * m->d2[j * p + k]) / whole -
				mean * m->mid[k];
	}
}

/* All of one time, s[from] .. s[to - 1]; false when told to stop. */
static bool
add_time(skpi_cox_model *m, size_t from, size_t to, double *s0, double most)
{
	size_t p = m->p, d = 0;
	double d0 = 0;

	memset(m->d1, 0, sizeof(double) * p);
	memset(m->d2, 0, sizeof(double) * p * p);
	for (size_t i = from; i < to; i++)
	{
		const double *z = m->z + i * p;
		double w = exp(m->risk[i] - most);

		if (asked_to_stop(m, i))
			return false;
		*s0 += w;
		add_subject(z, w, p, m->s1, m->s2);
		if (!m->s[i].event)
			continue;
		d++;
		d0 += w;
		add_subject(z, w, p, m->d1, m->d2);
		m->loglik += m->risk[i] - most;
		for (size_t j = 0; j < p; j++)
			m->slope[j] += z[j];
	}
	for (size_t l = 0; l < d; l++)
	{
		if (asked_to_stop(m, l + 1))
			return false;
		add_event(m, *s0, d0, m->breslow ? 0 : (double) l / (double) d);
	}
	return true;
}

bool
skpi_cox_look(skpi_cox_model *m, const double *beta)
{
	size_t p = m->p;
	double most = -HUGE_VAL, s0 = 0;

	for (size_t i = 0; i < m->n; i++)
	{
		if (asked_to_stop(m, i))
			return false;
		m->risk[i] = 0;
		for (size_t j = 0; j < p; j++)
			m->risk[i] += m->z[i * p + j] * beta[j];
		most = fmax(most, m->risk[i]);
	}
	m->loglik = 0;
	memset(m->slope, 0, sizeof(double) * p);
	memset(m->s1, 0, sizeof(double) * p);
	memset(m->s2, 0, sizeof(double) * p * p);
	memset(m->info, 0, sizeof(double) * p * p);
	for (size_t to = m->n, from; to > 0; to = from)
	{
		from = to - 1;
		while (from > 0 && m->s[from - 1].time == m->s[to - 1].time)
			from--;
		if (!add_time(m, from, to, &s0, most))
			return false;
	}
	return true;
}
