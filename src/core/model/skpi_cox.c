#include "skpi_cox_model.h"

#include <math.h>
#include <string.h>

#define MAX_STEPS 60
#define MAX_HALVES 30
#define SETTLED 1e-10   /* no coefficient of a scaled column moves further */
#define GAINED 1e-11    /* part of the likelihood that counts as a gain */
#define STILL_MOVING .1 /* a step this long without a gain leads nowhere */
#define SINGULAR 1e-9   /* part of its own information left to a column */

const char *
skpi_cox_note_text(skpi_cox_note note)
{
	switch (note)
	{
		case SKPI_COX_FINE:
			return "ok";
		case SKPI_COX_NO_EVENT:
			return "no event to learn from";
		case SKPI_COX_CONSTANT:
			return "the same for all";
		case SKPI_COX_COLLINEAR:
			return "determined by the features before it";
		case SKPI_COX_INFINITE:
			return "no finite coefficient, as it separates who has the event "
				   "from who has not";
	}
	return "unknown note";
}

size_t
skpi_cox_work(size_t n, size_t p)
{
	return n * (p + 4) + 10 * p + 3 * p * p;
}

/*
 * Cholesky of the information, column by column, in place; a column of which
 * less than SINGULAR of `whole` is left once those before it are known gets a
 * zero on the diagonal and is left out.
 */
static void
decompose(skpi_cox_model *m)
{
	size_t p = m->p;

	for (size_t i = 0; i < p; i++)
	{
		double pivot = m->info[i * p + i];

		for (size_t k = 0; k < i; k++)
			pivot -= m->info[i * p + k] * m->info[i * p + k];
		if (m->held[i] || !(pivot > SINGULAR * m->whole[i]) || pivot <= 0)
		{
			for (size_t j = i; j < p; j++)
				m->info[j * p + i] = 0;
			continue;
		}
		pivot = sqrt(pivot);
		m->info[i * p + i] = pivot;
		for (size_t j = i + 1; j < p; j++)
		{
			double sum = m->info[j * p + i];

			for (size_t k = 0; k < i; k++)
				sum -= m->info[j * p + k] * m->info[i * p + k];
			m->info[j * p + i] = sum / pivot;
		}
	}
}

/* v = information^-1 v over the columns that are not left out, 0 elsewhere. */
static void
solve(const skpi_cox_model *m, double *v)
{
	size_t p = m->p;

	for (size_t i = 0; i < p; i++)
	{
		double d = m->info[i * p + i];

		for (size_t k = 0; k < i; k++)
			v[i] -= m->info[i * p + k] * v[k];
		v[i] = d > 0 ? v[i] / d : 0;
	}
	for (size_t i = p; i-- > 0;)
	{
		double d = m->info[i * p + i];

		for (size_t k = i + 1; k < p; k++)
			v[i] -= m->info[k * p + i] * v[k];
		v[i] = d > 0 ? v[i] / d : 0;
	}
}

static double
longest_step(const skpi_cox_model *m)
{
	double most = 0;

	for (size_t j = 0; j < m->p; j++)
		most = fmax(most, fabs(m->step[j]));
	return most;
}

/* Newton's step, halved until it does not lose; false when told to stop.
 * *gain is what it brought. */
static bool
move(skpi_cox_model *m, double *gain)
{
	double before = m->loglik, part = 1;

	for (int halves = 0; halves <= MAX_HALVES; halves++, part /= 2)
	{
		for (size_t j = 0; j < m->p; j++)
			m->trial[j] = m->beta[j] + part * m->step[j];
		if (!skpi_cox_look(m, m->trial))
			return false;
		if (m->loglik >= before)
		{
			memcpy(m->beta, m->trial, sizeof(double) * m->p);
			*gain = m->loglik - before;
			return true;
		}
	}
	*gain = 0;
	return skpi_cox_look(m, m->beta);
}

/* Columns that are left out, or that move without a gain, get the note and
 * stay where they are. */
static bool
hold(skpi_cox_model *m, skpi_cox *r, skpi_cox_note note, double moving)
{
	bool found = false;

	for (size_t j = 0; j < m->p; j++)
		if (!m->held[j] && (moving > 0 ? fabs(m->step[j]) > moving
									   : m->info[j * m->p + j] == 0))
		{
			m->held[j] = found = true;
			r->column[j].note = note;
		}
	return found;
}

/* From where skpi_cox_look() has been; false when told to stop. */
static bool
climb(skpi_cox_model *m, skpi_cox *r)
{
	for (r->steps = 0; r->steps < MAX_STEPS; r->steps++)
	{
		double gain, length;

		decompose(m);
		/* information that is gone was there at the start */
		if (hold(m, r, r->steps == 0 ? SKPI_COX_COLLINEAR : SKPI_COX_INFINITE,
				 0))
		{
			if (!skpi_cox_look(m, m->beta))
				return false;
			continue;
		}
		memcpy(m->step, m->slope, sizeof(double) * m->p);
		solve(m, m->step);
		length = longest_step(m);
		r->settled = length < SETTLED;
		if (!move(m, &gain))
			return false;
		if (r->settled)
			return true;
		if (gain <= GAINED * (1 + fabs(m->loglik)))
			(void) hold(m, r, SKPI_COX_INFINITE, STILL_MOVING);
	}
	return true;
}

/* Coefficients and their errors in the units of the columns. */
static void
unscale(skpi_cox_model *m, skpi_cox *r)
{
	decompose(m);
	for (size_t j = 0; j < m->p; j++)
	{
		skpi_cox_column *c = &r->column[j];

		c->coefficient = c->error = NAN;
		if (c->note == SKPI_COX_INFINITE)
			c->coefficient = copysign(HUGE_VAL, m->beta[j]);
		if (c->note != SKPI_COX_FINE)
			continue;
		memset(m->step, 0, sizeof(double) * m->p);
		m->step[j] = 1;
		solve(m, m->step);
		c->coefficient = m->beta[j] / m->scale[j];
		c->error = sqrt(m->step[j]) / m->scale[j];
	}
}

static skpi_status
fit(skpi_cox_model *m, skpi_cox *r)
{
	for (size_t i = 0; i < m->n; i++)
		r->events += m->s[i].event;
	for (size_t j = 0; j < m->p; j++)
		if (r->events == 0 || m->held[j])
		{
			m->held[j] = true;
			r->column[j].note =
				r->events == 0 ? SKPI_COX_NO_EVENT : SKPI_COX_CONSTANT;
		}
	memset(m->beta, 0, sizeof(double) * m->p);
	if (!skpi_cox_look(m, m->beta))
		return SKPI_E_INTERRUPT;
	for (size_t j = 0; j < m->p; j++)
		m->whole[j] = m->info[j * m->p + j];
	r->loglik_null = m->loglik;
	if (!climb(m, r))
		return SKPI_E_INTERRUPT;
	if (!isfinite(m->loglik))
		return SKPI_E_NUMERIC;
	r->loglik = m->loglik;
	unscale(m, r);
	return skpi_cox_concordance(m->s, m->n, m->risk, m->stop, m->stop_arg,
								m->spare, &r->concordance);
}

skpi_status
skpi_cox_fit(const skpi_subject *s, size_t n, const double *x, size_t p,
			 bool breslow, skpi_stop_fn stop, void *stop_arg, double *work,
			 size_t work_len, skpi_cox *result)
{
	skpi_cox_model m = {.s = s,
						.n = n,
						.p = p,
						.breslow = breslow,
						.stop = stop,
						.stop_arg = stop_arg};
	skpi_cox r = {.events = 0};
	skpi_status status;

	if (n == 0)
		return SKPI_E_SHORT;
	if (p < 1)
		return SKPI_E_RANGE;
	if (p > SKPI_COX_COLUMNS || n > SKPI_COX_CELLS / p)
		return SKPI_E_LIMIT;
	if (work_len < skpi_cox_work(n, p))
		return SKPI_FULL;
	skpi_cox_divide(&m, work);
	status = skpi_cox_scale(&m, x);
	if (status == SKPI_OK)
		status = fit(&m, &r);
	if (status == SKPI_OK)
		*result = r;
	return status;
}
