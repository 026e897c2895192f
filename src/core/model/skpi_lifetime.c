#include "skpi_lifetime.h"

#include "skpi_sort.h"

#include <math.h>
#include <string.h>

const double skpi_lifetime_node[SKPI_LIFETIME_NODES] = {
	.0950125098376374402, .2816035507792589132, .4580167776572273863,
	.6178762444026437484, .7554044083550030339, .8656312023878317439,
	.9445750230732325761, .9894009349916499326};
const double skpi_lifetime_share[SKPI_LIFETIME_NODES] = {
	.1894506104550684963, .1826034150449235889, .1691565193950025382,
	.1495959888165767321, .1246289712555338720, .0951585116824927848,
	.0622535239386478929, .0271524594117540949};

const char *
skpi_lifetime_note_text(skpi_lifetime_note note)
{
	switch (note)
	{
		case SKPI_LIFETIME_FINE:
			return "ok";
		case SKPI_LIFETIME_NO_REPEAT:
			return "nobody bought again, so there is nothing to learn from";
		case SKPI_LIFETIME_NO_DROPOUT:
			return "no drop-out seen, customers are expected to stay for ever";
		case SKPI_LIFETIME_ALL_DROPOUT:
			return "everybody left at the first chance";
		case SKPI_LIFETIME_SAME_RATE:
			return "customers do not differ in how often they buy";
		case SKPI_LIFETIME_SAME_DROPOUT:
			return "customers do not differ in how they drop out";
		case SKPI_LIFETIME_SAME_SPEND:
			return "customers do not differ in what they spend";
		case SKPI_LIFETIME_SAME_PURCHASE:
			return "purchases of one customer do not differ";
		case SKPI_LIFETIME_NO_MEAN:
			return "spend is so uneven that it has no mean";
		case SKPI_LIFETIME_RIDGE:
			return "many parameters fit alike, these are some of them";
		case SKPI_LIFETIME_SHORT:
			return "fewer than two periods to learn from";
	}
	return "unknown note";
}

static int
compare(const void *first, const void *second, const void *arg)
{
	const skpi_lifetime_row *a = first, *b = second;

	(void) arg;
	for (int i = 0; i < 3; i++)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i] ? -1 : 1;
	return (a->weight > b->weight) - (a->weight < b->weight);
}

static size_t
unite(skpi_lifetime_row *row, size_t n)
{
	size_t last = 0;

	for (size_t i = 1; i < n; i++)
		if (memcmp(row[i].v, row[last].v, sizeof(row->v)) == 0)
			row[last].weight += row[i].weight;
		else
			row[++last] = row[i];
	return last + 1;
}

static skpi_status
check(skpi_lifetime_row *row, size_t n)
{
	if (n == 0)
		return SKPI_E_SHORT;
	if (n > SKPI_LIFETIME_MAX)
		return SKPI_E_LIMIT;
	for (size_t i = 0; i < n; i++)
	{
		if (!isfinite(row[i].weight) || row[i].weight <= 0)
			return SKPI_E_RANGE;
		for (int k = 0; k < 3; k++)
		{
			if (!isfinite(row[i].v[k]))
				return SKPI_E_RANGE;
			row[i].v[k] += 0.0; /* minus nothing is nothing */
		}
	}
	return SKPI_OK;
}

skpi_status
skpi_lifetime_merge(skpi_lifetime_row *row, size_t *n,
					skpi_lifetime_row *scratch, skpi_stop_fn stop,
					void *stop_arg)
{
	skpi_status status = check(row, *n);

	if (status != SKPI_OK)
		return status;
	if (!skpi_sort(row, *n, sizeof(*row), scratch, compare, NULL, stop,
				   stop_arg))
		return SKPI_E_INTERRUPT;
	*n = unite(row, *n);
	return SKPI_OK;
}

bool
skpi_lifetime_customer(double x, double recency, double age)
{
	return x >= 0 && x <= 1e9 && x == floor(x) && recency >= 0 &&
		   recency <= age && age <= SKPI_VALUE_MAX &&
		   (x == 0) == (recency == 0);
}

/* All purchases, all time, a tenth of the longest age. */
static skpi_status
survey(const skpi_lifetime_row *row, size_t n, double *purchases, double *time,
	   double *unit)
{
	double bought = 0, seen = 0, longest = 0;

	for (size_t i = 0; i < n; i++)
	{
		const double *v = row[i].v;

		if (!skpi_lifetime_customer(v[0], v[1], v[2]))
			return SKPI_E_RANGE;
		bought += row[i].weight * v[0];
		seen += row[i].weight * v[2];
		longest = fmax(longest, v[2]);
	}
	*purchases = bought;
	*time = seen;
	*unit = longest / 10;
	return SKPI_OK;
}

static skpi_lifetime_note
note_of(const skpi_lifetime_model *model, const skpi_lifetime_top *top)
{
	if (top->side[2] != 0 || top->side[3] != 0)
	{
		double leave = model->leave(top->log_p);

		if (leave < SKPI_LIFETIME_FEW)
			return SKPI_LIFETIME_NO_DROPOUT;
		return leave > 1 - SKPI_LIFETIME_FEW ? SKPI_LIFETIME_ALL_DROPOUT
											 : SKPI_LIFETIME_SAME_DROPOUT;
	}
	if (top->side[0] > 0 || top->side[1] > 0)
		return SKPI_LIFETIME_SAME_RATE;
	return top->ridge ? SKPI_LIFETIME_RIDGE : SKPI_LIFETIME_FINE;
}

skpi_status
skpi_lifetime_climb_rows(skpi_lifetime_fn fn, skpi_lifetime_sample *s,
						 size_t dim, const double *log_p,
						 skpi_lifetime_top *top)
{
	skpi_lifetime_top some;
	skpi_status status = SKPI_OK;

	s->step = s->n / SKPI_LIFETIME_ENOUGH;
	if (s->step > 1)
	{
		status =
			skpi_lifetime_climb(fn, s, dim, log_p, s->stop, s->stop_arg, &some);
		if (status == SKPI_OK)
			log_p = some.log_p;
	}
	s->step = 1;
	if (status == SKPI_E_INTERRUPT)
		return status;
	return skpi_lifetime_climb(fn, s, dim, log_p, s->stop, s->stop_arg, top);
}

void
skpi_lifetime_read(const skpi_lifetime_top *top, size_t dim,
				   skpi_lifetime_fit *fit)
{
	for (size_t i = 0; i < SKPI_LIFETIME_DIM; i++)
	{
		fit->p[i] = i < dim ? exp(top->log_p[i]) : NAN;
		fit->error[i] = i < dim ? fit->p[i] * top->error[i] : NAN;
	}
	fit->loglik = top->value;
	fit->steps = top->steps;
}

skpi_status
skpi_lifetime_fit_buyers(const skpi_lifetime_model *model,
						 const skpi_lifetime_row *row, size_t n,
						 skpi_stop_fn stop, void *stop_arg,
						 skpi_lifetime_fit *fit)
{
	skpi_lifetime_sample s = {row, n, stop, stop_arg, 1, 1};
	skpi_lifetime_fit f = {.p = {NAN, NAN, NAN, NAN},
						   .error = {NAN, NAN, NAN, NAN},
						   .loglik = NAN,
						   .note = SKPI_LIFETIME_NO_REPEAT};
	double purchases, time;
	skpi_lifetime_top top;
	skpi_status status = survey(row, n, &purchases, &time, &s.unit);

	if (status == SKPI_OK && purchases > 0)
	{
		double start[SKPI_LIFETIME_DIM] = {log(.5),
										   log(.5 * time / purchases / s.unit),
										   log(.5), log(model->start)};

		status = skpi_lifetime_climb_rows(model->loglik, &s, SKPI_LIFETIME_DIM,
										  start, &top);
		if (status != SKPI_OK)
			return status;
		skpi_lifetime_read(&top, SKPI_LIFETIME_DIM, &f);
		skpi_lifetime_scale(&f, 1, s.unit);
		if (model->last_is_time)
			skpi_lifetime_scale(&f, 3, s.unit);
		/* densities per unit of time, as published ones are */
		f.loglik -= purchases * log(s.unit);
		f.note = note_of(model, &top);
	}
	if (status == SKPI_OK)
		*fit = f;
	return status;
}
