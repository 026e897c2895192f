/* k-means: against every partition of small data, measures said again in
 * plain, the same bits in any order, numbers that last, forged blocks. */
#include "skpi_kmeans.h"

#include "model_kit.h"

static skpi_clusters *
clusters_of(const rows *r, uint32_t k, skpi_transform transform, int64_t seed,
			skpi_stop_fn stop, skpi_status *status)
{
	uint32_t names = (uint32_t) ((2 * r->p + 7) / 8 * 8);
	size_t bytes = skpi_clusters_size((uint32_t) r->p, k, transform, names);
	skpi_kmeans_ask ask = {r->x, r->n, r->p, k, transform, seed, stop, NULL};
	skpi_clusters *m = calloc(1, bytes);
	void *work = malloc(skpi_kmeans_work(&ask));

	*m = (skpi_clusters){.magic = SKPI_TRAINED_MAGIC,
						 .version = SKPI_TRAINED_VERSION,
						 .kind = SKPI_TRAINED_KMEANS,
						 .features = (uint16_t) r->p,
						 .bytes = (uint32_t) bytes,
						 .name_bytes = names,
						 .k = k,
						 .transform = transform};
	for (size_t j = 0; j < r->p; j++)
		skpi_clusters_names(m)[2 * j] = (char) ('a' + j);
	*status = skpi_kmeans_fit(&ask, work, m);
	free(work);
	if (*status == SKPI_OK)
	{
		CHECK(skpi_trained_check((skpi_trained *) (void *) m, bytes) ==
			  SKPI_OK);
		return m;
	}
	free(m);
	return NULL;
}

/* Skewed amounts and few values, about as buyers are. */
static rows
buyers(size_t n, size_t p)
{
	rows r = random_rows(n, p, false);

	for (size_t i = 0; i < n * p; i++)
		r.x[i] = i % 2 == 0 ? exp(uniform() * 6) : floor(uniform() * 30);
	return r;
}

/* Least squares of every way to put n rows of one column into two clusters. */
static void
test_two(void)
{
	rows r = buyers(12, 1);
	double best = HUGE_VAL;
	skpi_status status;
	skpi_clusters *m =
		clusters_of(&r, 2, SKPI_TRANSFORM_NONE, 7, NULL, &status);

	for (int mask = 1; mask < 2047; mask++)
	{
		double sum[2] = {0, 0}, square[2] = {0, 0}, n[2] = {0, 0};

		for (int i = 0; i < 12; i++)
		{
			int c = mask >> i & 1;

			n[c]++;
			sum[c] += r.x[i];
			square[c] += r.x[i] * r.x[i];
		}
		if (n[0] > 0 && n[1] > 0)
			best = fmin(best, square[0] - sum[0] * sum[0] / n[0] + square[1] -
								  sum[1] * sum[1] / n[1]);
	}
	CHECK(status == SKPI_OK);
	CHECK_NEAR(m->inertia / best, 1, 1e-9);
	free(m);
	rows_free(&r);
}

static double
apart(const rows *r, size_t a, size_t b)
{
	double sum = 0;

	for (size_t j = 0; j < r->p; j++)
		sum += (r->x[a * r->p + j] - r->x[b * r->p + j]) *
			   (r->x[a * r->p + j] - r->x[b * r->p + j]);
	return sqrt(sum);
}

/* Inertia, silhouette, sizes and means from where the model puts the rows. */
static void
test_measures(void)
{
	rows r = buyers(150, 3);
	skpi_status status;
	skpi_clusters *m =
		clusters_of(&r, 4, SKPI_TRANSFORM_NONE, 1, NULL, &status);
	const skpi_cluster *each = skpi_clusters_each(m);
	double inertia = 0, silhouette = 0, d, total = 0, mean[3] = {0, 0, 0};
	uint32_t where[150];

	CHECK(status == SKPI_OK);
	for (size_t i = 0; i < 150; i++)
	{
		where[i] = skpi_clusters_nearest(skpi_clusters_centres(m), 4, 3,
										 r.x + i * 3, &d);
		inertia += d;
		for (int j = 0; j < 3; j++)
			mean[j] += r.x[i * 3 + (size_t) j] / 150;
	}
	for (size_t i = 0; i < 150; i++)
	{
		double sum[4] = {0}, n[4] = {0}, inside, outside = HUGE_VAL;

		for (size_t o = 0; o < 150; o++)
		{
			sum[where[o]] += apart(&r, i, o);
			n[where[o]]++;
		}
		inside = sum[where[i]] / (n[where[i]] - 1);
		for (uint32_t c = 0; c < 4; c++)
			if (c != where[i])
				outside = fmin(outside, sum[c] / n[c]);
		silhouette += (outside - inside) / fmax(inside, outside) / 150;
		CHECK(n[where[i]] > 1 && each[where[i]].rows == (int64_t) n[where[i]]);
		for (size_t j = 0; j < 3; j++)
			total += (r.x[i * 3 + j] - mean[j]) * (r.x[i * 3 + j] - mean[j]);
	}
	CHECK_NEAR(m->inertia / inertia, 1, 1e-12);
	CHECK_NEAR(m->total / total, 1, 1e-12);
	CHECK_NEAR(m->silhouette, silhouette, 1e-12);
	CHECK(isnan(m->silhouette_error));
	CHECK_NEAR(m->calinski_harabasz / ((total - inertia) / 3 / (inertia / 146)),
			   1, 1e-9);
	for (size_t j = 0; j < 12; j++)
		CHECK_NEAR(skpi_clusters_means(m)[j], skpi_clusters_centres(m)[j],
				   1e-9);
	for (int c = 1; c < 4; c++)
		CHECK(each[c].rows <= each[c - 1].rows &&
			  each[c].id == (uint64_t) c + 1);
	free(m);
	rows_free(&r);
}

/* The same bits in any order, and with another seed as good. */
static void
test_order(skpi_transform transform)
{
	rows r = buyers(300, 3), s = shuffled(&r);
	skpi_status status;
	skpi_clusters *a, *b, *c;

	put_in_order(&r);
	put_in_order(&s);
	a = clusters_of(&r, 5, transform, 3, NULL, &status);
	b = clusters_of(&s, 5, transform, 3, NULL, &status);
	c = clusters_of(&s, 5, transform, 99, NULL, &status);
	CHECK(status == SKPI_OK && memcmp(a, b, a->bytes) == 0);
	CHECK_NEAR(a->inertia / c->inertia, 1, 1e-9);
	free(a);
	free(b);
	free(c);
	rows_free(&r);
	rows_free(&s);
}

static void
test_transforms(void)
{
	static const double value[] = {-3, 0, 1, 1, 8, 100, 100, 1000};
	double x[16], z;
	uint8_t y[8];
	rows r = {x, y, 8, 2};
	skpi_status status;
	skpi_clusters *m;

	for (size_t i = 0; i < 8; i++)
	{
		x[2 * i] = value[i];
		x[2 * i + 1] = 5; /* says nothing */
	}
	m = clusters_of(&r, 2, SKPI_TRANSFORM_RANK, 1, NULL, &status);
	for (int i = 0; i < 8; i++)
	{
		static const double rank[] = {.5, 1.5, 3, 3, 4.5, 6, 6, 7.5};
		double both[2];

		skpi_clusters_transform(m, x + 2 * i, both);
		CHECK_NEAR(both[0], rank[i] / 8, 1e-15);
		CHECK(both[1] == 0);
	}
	CHECK(skpi_clusters_columns(m)[1].scale == 0);
	free(m);
	r.p = 1;
	for (size_t i = 0; i < 8; i++)
		x[i] = value[i];
	m = clusters_of(&r, 2, SKPI_TRANSFORM_ROBUST, 1, NULL, &status);
	z = 4.5;
	skpi_clusters_transform(m, &z, &z);
	CHECK(z == 0);
	z = 4.5 + 100 - .75;
	skpi_clusters_transform(m, &z, &z);
	CHECK_NEAR(z, 1, 1e-15);
	free(m);
	m = clusters_of(&r, 2, SKPI_TRANSFORM_LOG, 1, NULL, &status);
	CHECK_NEAR(skpi_clusters_columns(m)->middle,
			   (-log(4) + 2 * log(2) + log(9) + 2 * log(101) + log(1001)) / 8,
			   1e-14);
	free(m);
}

/* Three groups far apart that grow: each keeps its number. */
static rows
groups(const int *n, double shift)
{
	size_t all = (size_t) (n[0] + n[1] + n[2]), at = 0;
	rows r = {malloc(all * sizeof(double)), calloc(all, 1), all, 1};

	for (int g = 0; g < 3; g++)
		for (int i = 0; i < n[g]; i++)
			r.x[at++] = 100 * g + shift + uniform();
	return r;
}

static void
test_match(void)
{
	static const int before[] = {30, 20, 10}, after[] = {10, 20, 30};
	rows r = groups(before, 0), s = groups(after, 3);
	skpi_status status;
	skpi_clusters *a = clusters_of(&r, 3, SKPI_TRANSFORM_Z, 1, NULL, &status);
	skpi_clusters *b = clusters_of(&s, 3, SKPI_TRANSFORM_Z, 1, NULL, &status);
	skpi_clusters *two = clusters_of(&s, 2, SKPI_TRANSFORM_Z, 1, NULL, &status);
	skpi_clusters *four =
		clusters_of(&s, 4, SKPI_TRANSFORM_Z, 1, NULL, &status);
	uint64_t sum = 0;

	CHECK(skpi_clusters_means(a)[0] < 2 && skpi_clusters_means(b)[0] > 200);
	skpi_clusters_match(b, a);
	CHECK(skpi_clusters_each(b)[0].id == 3 &&
		  skpi_clusters_each(b)[1].id == 2 && skpi_clusters_each(b)[2].id == 1);
	skpi_clusters_match(four, b);
	for (int c = 0; c < 4; c++)
		sum += (uint64_t) 1 << skpi_clusters_each(four)[c].id;
	CHECK(sum == 2 + 4 + 8 + 16);
	skpi_clusters_match(two, b);
	CHECK(skpi_clusters_each(two)[0].id != skpi_clusters_each(two)[1].id &&
		  skpi_clusters_each(two)[0].id <= 3);
	CHECK(skpi_clusters_check(two) == SKPI_OK &&
		  skpi_clusters_check(four) == SKPI_OK);
	free(a);
	free(b);
	free(two);
	free(four);
	rows_free(&r);
	rows_free(&s);
}

static void
test_edges(void)
{
	rows r = buyers(60, 2);
	skpi_status status;
	skpi_clusters *m;

	CHECK(clusters_of(&r, 3, SKPI_TRANSFORM_LOG, 0, stop_at_once, &status) ==
			  NULL &&
		  status == SKPI_E_INTERRUPT);
	m = clusters_of(&r, 60, SKPI_TRANSFORM_LOG, 0, NULL, &status);
	CHECK(status == SKPI_OK && m->inertia < 1e-20);
	free(m);
	r.n = 2;
	CHECK(clusters_of(&r, 3, SKPI_TRANSFORM_LOG, 0, NULL, &status) == NULL &&
		  status == SKPI_E_SHORT);
	r.n = 60;
	r.x[7] = NAN;
	CHECK(clusters_of(&r, 3, SKPI_TRANSFORM_LOG, 0, NULL, &status) == NULL &&
		  status == SKPI_E_RANGE);
	for (size_t i = 0; i < 120; i++)
		r.x[i] = i % 2 == 0 ? 4 : (double) (i % 3);
	CHECK(clusters_of(&r, 4, SKPI_TRANSFORM_RANK, 0, NULL, &status) == NULL &&
		  status == SKPI_E_SHORT);
	m = clusters_of(&r, 3, SKPI_TRANSFORM_RANK, 0, NULL, &status);
	CHECK(status == SKPI_OK && m->inertia < 1e-20);
	free(m);
	rows_free(&r);
}

/* A byte changed: refused, or a model that can be used. */
static void
test_forged(void)
{
	rows r = buyers(90, 2);
	skpi_status status;
	skpi_clusters *m =
		clusters_of(&r, 3, SKPI_TRANSFORM_RANK, 0, NULL, &status);
	int refused = 0, used = 0;
	double z[2], d;

	for (size_t i = 0; i < m->bytes; i++)
	{
		char *at = (char *) m + i, was = *at;

		*at = (char) (int) (uniform() * 256 - 128);
		if (skpi_trained_check(
				(skpi_trained *) (void *) m,
				skpi_clusters_size(2, 3, SKPI_TRANSFORM_RANK, 8)) != SKPI_OK)
			refused++;
		else if (m->kind == SKPI_TRAINED_KMEANS)
		{
			skpi_clusters_transform(m, r.x + i % 60 * 2, z);
			used += skpi_clusters_nearest(skpi_clusters_centres(m), m->k, 2, z,
										  &d) < 3;
		}
		*at = was;
	}
	CHECK(refused > 100 && used > 100 && (size_t) (refused + used) == m->bytes);
	free(m);
	rows_free(&r);
}

int
main(void)
{
	test_two();
	test_measures();
	test_order(SKPI_TRANSFORM_LOG);
	test_order(SKPI_TRANSFORM_ROBUST);
	test_transforms();
	test_match();
	test_edges();
	test_forged();
	return unit_done("kmeans");
}
