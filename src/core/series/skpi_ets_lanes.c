#include "skpi_ets_lanes.h"

#include <math.h>
#include <string.h>

#include "skpi_ets_recursion.h"
#include "skpi_simplex.h"

#define WIDTH 2
#define PACKS_MAX (SKPI_ETS_LANES / WIDTH)
#define DIM_MAX 4
/* As in the recursion of one lane. */
#define MEAN_MIN 1e-100
/* Steps between two looks at the running products, which at means of 1e-30
 * to 1e30 of the usual size stay in range as long. */
#define STRETCH 8

static const double ln2 = 0.69314718055994530942;

typedef double pack __attribute__((vector_size(WIDTH * sizeof(double))));
typedef long long flags __attribute__((vector_size(WIDTH * sizeof(double))));

typedef struct track
{
	const skpi_ets_lanes *job;
	pack alpha[PACKS_MAX], beta[PACKS_MAX], gamma[PACKS_MAX], phi[PACKS_MAX];
	pack level[PACKS_MAX], slope[PACKS_MAX];
	pack sse[PACKS_MAX];
	flags fit[PACKS_MAX]; /* all ones while every mean was positive */
	double logf[SKPI_ETS_LANES];
	double over[DIM_MAX]; /* 1 / h */
	/* sums of e d_j and d_i d_j, d_j the slope of the error e of lane 0 */
	double ed[DIM_MAX], dd[DIM_MAX][DIM_MAX];
} track;

/* Keeps a product of means over their size in range. */
static void
settle(pack *product, long *exponent, int packs)
{
	for (int i = 0; i < packs * WIDTH; i++)
	{
		double p = product[i / WIDTH][i % WIDTH];
		int e;

		if ((p > 1e-100 && p < 1e100) || !isfinite(p))
			continue;
		product[i / WIDTH][i % WIDTH] = frexp(p, &e);
		exponent[i] += e;
	}
}

static inline __attribute__((always_inline)) void
add_slopes(track *k, const pack *error, const int dim)
{
	double e = error[0][0];
	double d[DIM_MAX];

	for (int j = 0; j < dim; j++)
	{
		d[j] = (error[(j + 1) / WIDTH][(j + 1) % WIDTH] - e) * k->over[j];
		k->ed[j] += e * d[j];
		for (int i = 0; i <= j; i++)
			k->dd[j][i] += d[j] * d[i];
	}
}

/* Kinds and sizes are constants at every call. */
static inline __attribute__((always_inline)) void
advance(track *k, const skpi_ets_kind error, const bool trend,
		const skpi_ets_kind season, const int packs, const int dim)
{
	const skpi_ets_lanes *job = k->job;
	const double *from = job->start + (trend ? 2 : 1);
	const size_t m = job->m;
	pack ring[PACKS_MAX * SKPI_SEASON_MAX];
	pack product[PACKS_MAX];
	long exponent[SKPI_ETS_LANES] = {0};
	const double over = 1 / job->scale;
	size_t head = 0;

	for (int i = 0; i < packs; i++)
		product[i] = (pack){1, 1};
	for (size_t j = 0; season != SKPI_ETS_N && j < m; j++)
		for (int i = 0; i < packs; i++)
			ring[j * (size_t) packs + (size_t) i] = (pack){from[j], from[j]};
	for (size_t t = 0; t < job->n; t++)
	{
		const double y = job->y[t];
		pack errors[PACKS_MAX];

		for (int i = 0; i < packs; i++)
		{
			pack *s = &ring[head * (size_t) packs + (size_t) i];
			pack step = trend ? k->phi[i] * k->slope[i] : (pack){0, 0};
			pack base = trend ? k->level[i] + step : k->level[i];
			pack mean = season == SKPI_ETS_A   ? base + *s
						: season == SKPI_ETS_M ? base * *s
											   : base;
			pack gap = y - mean;
			pack shift = season == SKPI_ETS_M ? gap / *s : gap;

			errors[i] = gap;
			if (error == SKPI_ETS_M)
			{
				k->fit[i] &= mean > MEAN_MIN;
				product[i] *= mean * over;
				errors[i] = gap / mean;
			}
			k->sse[i] += errors[i] * errors[i];
			if (season == SKPI_ETS_A)
				*s += k->gamma[i] * gap;
			if (season == SKPI_ETS_M)
				*s += k->gamma[i] * (gap / base);
			if (trend)
				k->slope[i] = step + k->beta[i] * shift;
			k->level[i] = base + k->alpha[i] * shift;
		}
		if (dim > 0)
			add_slopes(k, errors, dim);
		if (season != SKPI_ETS_N)
			head = head + 1 == m ? 0 : head + 1;
		if (error == SKPI_ETS_M && t % STRETCH == STRETCH - 1)
			settle(product, exponent, packs);
	}
	for (int i = 0; error == SKPI_ETS_M && i < packs * WIDTH; i++)
		k->logf[i] = log(fabs(product[i / WIDTH][i % WIDTH])) +
					 (double) exponent[i] * ln2 +
					 (double) job->n * log(job->scale);
}

/* One line per copy of the loop. */
#define COPY(e, t, s)                                                          \
	case (e) *9 + (t) *3 + (s):                                                \
		advance(k, e, (t) != SKPI_ETS_N, s, packs, dim);                       \
		return

static inline __attribute__((always_inline)) void
dispatch(track *k, const int packs, const int dim)
{
	const skpi_ets_form *form = &k->job->form;

	switch ((int) form->error * 9 + (int) form->trend * 3 + (int) form->season)
	{
		COPY(SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_N);
		COPY(SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_A);
		COPY(SKPI_ETS_A, SKPI_ETS_N, SKPI_ETS_M);
		COPY(SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_N);
		COPY(SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_A);
		COPY(SKPI_ETS_A, SKPI_ETS_A, SKPI_ETS_M);
		COPY(SKPI_ETS_M, SKPI_ETS_N, SKPI_ETS_N);
		COPY(SKPI_ETS_M, SKPI_ETS_N, SKPI_ETS_A);
		COPY(SKPI_ETS_M, SKPI_ETS_N, SKPI_ETS_M);
		COPY(SKPI_ETS_M, SKPI_ETS_A, SKPI_ETS_N);
		COPY(SKPI_ETS_M, SKPI_ETS_A, SKPI_ETS_A);
		COPY(SKPI_ETS_M, SKPI_ETS_A, SKPI_ETS_M);
		default:
			return;
	}
}

static void
begin(track *k, const skpi_ets_lanes *job, const skpi_ets_par *par,
	  size_t count)
{
	bool trend = job->form.trend != SKPI_ETS_N;

	memset(k, 0, sizeof(*k));
	k->job = job;
	for (size_t i = 0; i < SKPI_ETS_LANES; i++)
	{
		/* a lane too many is one run twice */
		const skpi_ets_par *p = &par[i < count ? i : 0];

		k->alpha[i / WIDTH][i % WIDTH] = p->alpha;
		k->beta[i / WIDTH][i % WIDTH] = p->beta;
		k->gamma[i / WIDTH][i % WIDTH] = p->gamma;
		k->phi[i / WIDTH][i % WIDTH] = p->phi;
		k->level[i / WIDTH][i % WIDTH] = job->start[0];
		k->slope[i / WIDTH][i % WIDTH] = trend ? job->start[1] : 0;
		k->fit[i / WIDTH][i % WIDTH] = -1;
	}
}

void
skpi_ets_costs(const skpi_ets_lanes *job, const skpi_ets_par *par, double *cost)
{
	track k;

	begin(&k, job, par, SKPI_ETS_TRIALS);
	dispatch(&k, SKPI_ETS_TRIALS / WIDTH, 0);
	for (int i = 0; i < SKPI_ETS_TRIALS; i++)
		cost[i] =
			k.fit[i / WIDTH][i % WIDTH] == 0
				? SKPI_SIMPLEX_WALL
				: skpi_ets_cost_of(job->form, job->y, job->n,
								   k.sse[i / WIDTH][i % WIDTH], k.logf[i]);
}

/* The errors times the geometric mean of f: its slope, relative to itself,
 * is the same at every step. */
static bool
gather(const track *k, const double *h, size_t dim, double *a, double *g)
{
	double sse = k->sse[0][0], n = (double) k->job->n;
	double rise[DIM_MAX];
	bool sane = isfinite(sse);

	if (!(sse > 0))
		return false;
	for (size_t i = 0; i <= dim; i++)
		sane = sane && k->fit[i / WIDTH][i % WIDTH] != 0;
	for (size_t j = 0; j < dim; j++)
	{
		rise[j] = (k->logf[j + 1] - k->logf[0]) / (n * h[j]);
		g[j] = -(k->ed[j] / sse + rise[j]);
		sane = sane && isfinite(g[j]);
	}
	for (size_t j = 0; j < dim; j++)
		for (size_t i = 0; i <= j; i++)
		{
			a[j * dim + i] = a[i * dim + j] =
				(k->dd[j][i] + rise[i] * k->ed[j] + rise[j] * k->ed[i]) / sse +
				rise[i] * rise[j];
			sane = sane && isfinite(a[j * dim + i]);
		}
	return sane;
}

bool
skpi_ets_equations(const skpi_ets_lanes *job, const skpi_ets_par *par,
				   const double *h, size_t dim, double *a, double *g)
{
	track k;

	begin(&k, job, par, dim + 1);
	for (size_t j = 0; j < DIM_MAX; j++)
		k.over[j] = j < dim ? 1 / h[j] : 0;
	if (dim < 4)
		dispatch(&k, 2, 3);
	else
		dispatch(&k, 3, 4);
	return gather(&k, h, dim, a, g);
}
