#include "skpi_logistic_pass.h"

#include <math.h>
#include <string.h>

#define BLOCK SKPI_LOGISTIC_BLOCK
#define WIDTH 2
#define PACKS (BLOCK / WIDTH)
#define TILE 4
#define BLOCKS_BETWEEN_STOPS 64
#define MARGIN_MAX 700 /* exp(-700) is no denormal */
/* Added to a number and taken away again it leaves the nearest integer, and
 * between the two that integer stands in the lowest bits. */
#define ROUNDING 0x1.8p52

#define LANES vector_size(WIDTH * 8), aligned(8), may_alias

typedef double pack __attribute__((LANES));
typedef uint64_t bits __attribute__((LANES));

/* Of the rows of a block. */
typedef struct links
{
	pack weight[PACKS];   /* of the Hessian */
	pack residual[PACKS]; /* chance less label */
} links;

size_t
skpi_logistic_pass_work(size_t p)
{
	return (p + 2) * BLOCK;
}

static bool
stopped(const skpi_logistic_rows *f, size_t i)
{
	return i / BLOCK % BLOCKS_BETWEEN_STOPS == 0 && f->stop != NULL &&
		   f->stop(f->stop_arg);
}

static size_t
rows_at(const skpi_logistic_rows *f, size_t i)
{
	return f->n - i < BLOCK ? f->n - i : BLOCK;
}

skpi_status
skpi_logistic_arrange(const skpi_logistic_rows *f, const skpi_column *column)
{
	for (size_t i = 0; i < f->n; i += BLOCK)
	{
		size_t rows = rows_at(f, i);
		double *block = f->x + i * f->p;

		if (stopped(f, i))
			return SKPI_E_INTERRUPT;
		for (size_t r = 0; r < rows; r++)
			for (size_t j = 0; j < f->p; j++)
			{
				double v = block[r * f->p + j];

				f->work[j * rows + r] =
					isnan(v) || column[j].scale == 0
						? 0
						: (v - column[j].mean) / column[j].scale;
			}
		memcpy(block, f->work, rows * f->p * sizeof(double));
	}
	return SKPI_OK;
}

/* exp(-a) for 0 <= a <= MARGIN_MAX: 2^k exp(r) with the nearest k, by Taylor's
 * series, whose next term is below the last bit. */
static inline pack
exp_minus(pack a)
{
	static const double over[] = {1. / 6227020800,
								  1. / 479001600,
								  1. / 39916800,
								  1. / 3628800,
								  1. / 362880,
								  1. / 40320,
								  1. / 5040,
								  1. / 720,
								  1. / 120,
								  1. / 24,
								  1. / 6,
								  .5,
								  1,
								  1};
	pack turned = a * -0x1.71547652b82fep0 + ROUNDING;
	pack k = turned - ROUNDING;
	pack r = -a - k * 0x1.62e42feep-1 - k * 0x1.a39ef35793c76p-33;
	pack e = r * over[0] + over[1];

	for (size_t i = 2; i < sizeof(over) / sizeof(over[0]); i++)
		e = e * r + over[i];
	return (pack) ((bits) e + ((bits) turned << 52));
}

static inline pack
chosen(bits first, pack a, pack b)
{
	return (pack) ((first & (bits) a) | (~first & (bits) b));
}

/* Margins of a block become weights and residuals; returns its loss, by one
 * logarithm: the product of BLOCK numbers from 1 to 2 is finite. */
static double
link_rows(const pack *margin, const uint8_t *y, size_t rows, links *out)
{
	const pack zero = {0, 0}, one = {1, 1}, most = {MARGIN_MAX, MARGIN_MAX};
	pack sum = zero, product = one;

	for (size_t i = 0; i < PACKS; i++)
	{
		size_t r = i * WIDTH;
		bits there = {r < rows ? ~(uint64_t) 0 : 0,
					  r + 1 < rows ? ~(uint64_t) 0 : 0};
		pack label = {r < rows ? y[r] : 0, r + 1 < rows ? y[r + 1] : 0};
		pack m = margin[i];
		pack size = (pack) ((bits) m & ~((bits) -zero));
		pack e = exp_minus(chosen((bits) (size < most), size, most));
		pack share = one / (one + e);
		pack chance = chosen((bits) (m >= zero), share, e * share);

		out->weight[i] = (pack) (there & (bits) (e * share * share));
		out->residual[i] = (pack) (there & (bits) (chance - label));
		sum += (pack) (there & (bits) ((m + size) * .5 - label * m));
		product *= chosen(there, one + e, one);
	}
	return sum[0] + sum[1] + log(product[0] * product[1]);
}

static inline double
total(pack v)
{
	return v[0] + v[1];
}

/* Products of two weighted columns with four others; those that are asked for
 * twice are told by the caller. */
static inline void
multiply(const pack *first, const pack *second, const pack *const column[TILE],
		 double product[2][TILE])
{
	pack a[TILE] = {{0, 0}}, b[TILE] = {{0, 0}};

	for (size_t i = 0; i < PACKS; i++)
		for (int t = 0; t < TILE; t++)
		{
			a[t] += first[i] * column[t][i];
			b[t] += second[i] * column[t][i];
		}
	for (int t = 0; t < TILE; t++)
	{
		product[0][t] = total(a[t]);
		product[1][t] = total(b[t]);
	}
}

/* A column times the weights, and its part of gradient and last row. */
static inline void
weigh(const pack *column, const links *l, pack *weighted, double *gradient,
	  double *last)
{
	pack slope = {0, 0}, sum = {0, 0};

	for (size_t i = 0; i < PACKS; i++)
	{
		weighted[i] = l->weight[i] * column[i];
		sum += weighted[i];
		slope += l->residual[i] * column[i];
	}
	*gradient += total(slope);
	*last += total(sum);
}

static inline const pack *
column_of(const double *block, size_t j, size_t p)
{
	return (const pack *) (block + (j < p ? j : p - 1) * BLOCK);
}

static void
add_block(const double *block, size_t p, const links *l, pack *weighted,
		  double *gradient, double *h)
{
	size_t q = p + 1;
	double slope = 0, weight = 0;

	for (size_t i = 0; i < PACKS; i++)
	{
		slope += total(l->residual[i]);
		weight += total(l->weight[i]);
	}
	gradient[p] += slope;
	h[p * q + p] += weight;
	for (size_t j = 0; j < p; j += 2)
	{
		size_t rows = j + 1 < p ? 2 : 1;

		for (size_t t = 0; t < rows; t++)
			weigh(column_of(block, j + t, p), l, weighted + t * PACKS,
				  gradient + j + t, h + p * q + j + t);
		for (size_t k = 0; k < j + rows; k += TILE)
		{
			const pack *column[TILE];
			double product[2][TILE];

			for (size_t t = 0; t < TILE; t++)
				column[t] = column_of(block, k + t, p);
			multiply(weighted, weighted + (rows - 1) * PACKS, column, product);
			for (size_t r = 0; r < rows; r++)
				for (size_t t = 0; t < TILE && k + t <= j + r; t++)
					h[(j + r) * q + k + t] += product[r][t];
		}
	}
}

static void
margins(const double *block, size_t p, const double *beta, pack *margin)
{
	for (size_t i = 0; i < PACKS; i++)
		margin[i] = (pack){beta[p], beta[p]};
	for (size_t j = 0; j < p; j++)
	{
		const pack *column = column_of(block, j, p);

		for (size_t i = 0; i < PACKS; i++)
			margin[i] += column[i] * beta[j];
	}
}

/* The last block with room for whole ones, what is no row 0. */
static const double *
padded(const skpi_logistic_rows *f, const double *block, size_t rows)
{
	double *room = f->work;

	memset(room, 0, f->p * BLOCK * sizeof(double));
	for (size_t j = 0; j < f->p; j++)
		memcpy(room + j * BLOCK, block + j * rows, rows * sizeof(double));
	return room;
}

skpi_status
skpi_logistic_pass(const skpi_logistic_rows *f, size_t n, const double *beta,
				   double *value, double *gradient, double *h)
{
	size_t p = f->p, q = p + 1;
	pack *weighted = (pack *) (f->work + p * BLOCK);
	pack margin[PACKS];
	links l;

	memset(h, 0, q * q * sizeof(double));
	memset(gradient, 0, q * sizeof(double));
	*value = 0;
	for (size_t i = 0; i < n; i += BLOCK)
	{
		size_t rows = rows_at(f, i);
		const double *block = f->x + i * p;

		if (stopped(f, i))
			return SKPI_E_INTERRUPT;
		if (rows < BLOCK)
			block = padded(f, block, rows);
		margins(block, p, beta, margin);
		*value += link_rows(margin, f->y + i, rows, &l);
		add_block(block, p, &l, weighted, gradient, h);
	}
	return SKPI_OK;
}
