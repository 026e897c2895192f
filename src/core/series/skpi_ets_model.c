#include "skpi_ets_model.h"

#include <math.h>
#include <string.h>

#include "skpi_ets_recursion.h"
#include "skpi_simplex.h"

static const char form_names[SKPI_ETS_FORMS][SKPI_ETS_NAME] = {
	"ANN", "MNN", "AAN", "AAdN", "MAN",  "MAdN", "ANA", "MNA",
	"MNM", "AAA", "MAA", "MAM",  "AAdA", "MAdA", "MAdM"};

static bool
kind_of(char c, skpi_ets_kind *kind)
{
	switch (c)
	{
		case 'N':
			*kind = SKPI_ETS_N;
			return true;
		case 'A':
			*kind = SKPI_ETS_A;
			return true;
		case 'M':
			*kind = SKPI_ETS_M;
			return true;
		default:
			return false;
	}
}

skpi_status
skpi_ets_form_parse(const char *text, skpi_ets_form *form)
{
	skpi_ets_form f;
	size_t len = strlen(text);
	size_t last = len - 1;

	if (len != 3 && !(len == 4 && text[2] == 'd'))
		return SKPI_E_SYNTAX;
	if (!kind_of(text[0], &f.error) || !kind_of(text[1], &f.trend) ||
		!kind_of(text[last], &f.season))
		return SKPI_E_SYNTAX;
	f.damped = len == 4;
	if (!skpi_ets_form_valid(f))
		return SKPI_E_SYNTAX;
	*form = f;
	return SKPI_OK;
}

void
skpi_ets_form_name(skpi_ets_form form, char name[SKPI_ETS_NAME])
{
	static const char letter[] = {'N', 'A', 'M'};
	int i = 0;

	name[i++] = letter[form.error];
	name[i++] = letter[form.trend];
	if (form.damped)
		name[i++] = 'd';
	name[i++] = letter[form.season];
	name[i] = '\0';
}

skpi_ets_form
skpi_ets_form_at(int i)
{
	skpi_ets_form form = {SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_N, false};

	if (i >= 0 && i < SKPI_ETS_FORMS)
		(void) skpi_ets_form_parse(form_names[i], &form);
	return form;
}

bool
skpi_ets_form_valid(skpi_ets_form form)
{
	if (form.error != SKPI_ETS_A && form.error != SKPI_ETS_M)
		return false;
	return !form.damped || form.trend != SKPI_ETS_N;
}

size_t
skpi_ets_smoothers(skpi_ets_form form)
{
	return 1 + (size_t) (form.trend != SKPI_ETS_N) + (size_t) form.damped +
		   (size_t) (form.season != SKPI_ETS_N);
}

size_t
skpi_ets_states(skpi_ets_form form, size_t m)
{
	return 1 + (size_t) (form.trend != SKPI_ETS_N) +
		   (form.season != SKPI_ETS_N ? m : 0);
}

size_t
skpi_ets_parameters(skpi_ets_form form, size_t m)
{
	return skpi_ets_smoothers(form) + skpi_ets_states(form, m) -
		   (size_t) (form.season != SKPI_ETS_N);
}

/* A perfect fit would have an infinite likelihood; errors below the rounding
 * of the data are taken as that rounding. */
static double
sse_floor(skpi_ets_form form, const double *y, size_t n)
{
	double scale = 1;

	if (form.error == SKPI_ETS_A)
	{
		scale = 0;
		for (size_t t = 0; t < n; t++)
			scale += fabs(y[t]);
		scale = fmax(scale / (double) n, 1e-100);
	}
	return (double) n * (1e-14 * scale) * (1e-14 * scale);
}

double
skpi_ets_cost_of(skpi_ets_form form, const double *y, size_t n, double sse,
				 double logf)
{
	double cost;

	if (!isfinite(sse))
		return SKPI_SIMPLEX_WALL;
	/* Computing the floor costs a pass; only a near-perfect fit needs it. */
	if (sse < 1e-16)
		sse = fmax(sse, sse_floor(form, y, n));
	cost = (double) n * log(sse) + 2 * logf;
	return isfinite(cost) ? cost : SKPI_SIMPLEX_WALL;
}

double
skpi_ets_cost(skpi_ets_form form, size_t m, const skpi_ets_par *par,
			  const double *y, size_t n, double *state, double *resid)
{
	double sse, logf;

	if (!skpi_ets_recur(form, m, par, y, n, state, NULL, resid, &sse, &logf))
		return SKPI_SIMPLEX_WALL;
	return skpi_ets_cost_of(form, y, n, sse, logf);
}

skpi_ets_score
skpi_ets_score_of(skpi_ets_form form, size_t m, size_t n, double cost,
				  double sse)
{
	skpi_ets_score s;
	double q = (double) skpi_ets_parameters(form, m);
	double k = q + 1, count = (double) n;

	s.loglik = -cost / 2;
	s.sse = sse;
	s.sigma2 = count > q ? sse / (count - q) : sse / count;
	s.aic = cost + 2 * k;
	s.bic = cost + k * log(count);
	s.aicc = count - k - 1 > 0 ? s.aic + 2 * k * (k + 1) / (count - k - 1)
							   : (double) INFINITY;
	return s;
}

static bool
all_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		if (!isfinite(x[i]))
			return false;
	}
	return true;
}

static bool
parameters_sane(skpi_ets_par p)
{
	return p.alpha >= 0 && p.alpha <= 2 && fabs(p.beta) <= 4 &&
		   fabs(p.gamma) <= 2 && p.phi >= 0 && p.phi <= 1.2;
}

skpi_status
skpi_ets_run(skpi_ets_form form, size_t m, skpi_ets_par par, const double *y,
			 size_t n, double *state, double *fitted, double *resid,
			 skpi_ets_score *score)
{
	double work[SKPI_ETS_STATES_MAX];
	size_t states;
	double sse, logf, cost;
	skpi_status status = skpi_array_check(y, n, 1);

	if (status != SKPI_OK)
		return status;
	if (!skpi_ets_form_valid(form) || !parameters_sane(par) ||
		(form.season != SKPI_ETS_N && (m < 2 || m > SKPI_SEASON_MAX)))
		return SKPI_E_RANGE;
	states = skpi_ets_states(form, m);
	if (!all_finite(state, states))
		return SKPI_E_RANGE;
	memcpy(work, state, states * sizeof(double));
	if (!skpi_ets_recur(form, m, &par, y, n, work, fitted, resid, &sse,
						&logf) ||
		!all_finite(work, states))
		return SKPI_E_NUMERIC;
	cost = skpi_ets_cost_of(form, y, n, sse, logf);
	if (cost >= SKPI_SIMPLEX_WALL)
		return SKPI_E_NUMERIC;
	memcpy(state, work, states * sizeof(double));
	*score = skpi_ets_score_of(form, m, n, cost, sse);
	return SKPI_OK;
}
