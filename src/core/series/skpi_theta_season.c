#include "skpi_theta_season.h"

#include <string.h>

#include "skpi_theta.h"

/* Normal quantile of the one-sided 95 % point: the 90 % test of the paper. */
#define SEASON_Z 1.6448536269514722

/* A factor this small would blow its month up on the way out. */
#define FACTOR_MIN 1e-2

size_t
skpi_theta_work(size_t n, size_t m)
{
	return 2 * n + m;
}

skpi_status
skpi_theta_check(const double *y, size_t n, size_t m, size_t h, size_t min,
				 size_t work_len)
{
	skpi_status status = skpi_array_check(y, n, min);

	if (status != SKPI_OK)
		return status;
	if (m < 1 || m > SKPI_SEASON_MAX || h < 1 || h > SKPI_HORIZON_MAX)
		return SKPI_E_RANGE;
	return work_len < skpi_theta_work(n, m) ? SKPI_FULL : SKPI_OK;
}

static bool
factors(const double *y, size_t n, size_t m, double *index)
{
	if (!skpi_array_positive(y, n) ||
		skpi_array_indices(y, n, m, true, index) != SKPI_OK)
		return false;
	for (size_t i = 0; i < m; i++)
	{
		if (index[i] < FACTOR_MIN)
			return false;
	}
	return true;
}

void
skpi_theta_adjust(const double *y, size_t n, size_t m, double *index,
				  skpi_theta_season *season, double *adjusted)
{
	season->m = m;
	season->index = index;
	season->seasonal = skpi_array_seasonal(y, n, m, SEASON_Z);
	season->multiplicative = season->seasonal && factors(y, n, m, index);
	if (season->seasonal && !season->multiplicative)
		season->seasonal =
			skpi_array_indices(y, n, m, false, index) == SKPI_OK;
	memcpy(adjusted, y, n * sizeof(double));
	if (!season->seasonal)
		return;
	for (size_t t = 0; t < n; t++)
	{
		if (season->multiplicative)
			adjusted[t] /= index[t % m];
		else
			adjusted[t] -= index[t % m];
	}
}

void
skpi_theta_restore(const skpi_theta_season *season, size_t t, double *mean,
				   double *var)
{
	double index;

	if (!season->seasonal)
		return;
	index = season->index[t % season->m];
	if (!season->multiplicative)
	{
		*mean += index;
		return;
	}
	*mean *= index;
	if (var != NULL)
		*var *= index * index;
}
