/* Scores as a state, and what judges them against sums over all pairs. */
#include "skpi_metrics.h"
#include "kit.h"

#define N 300

static double score[N];
static bool label[N];

static block
scores_of(const int *order, int from, int to)
{
	block b = block_new(sizeof(skpi_tally));
	skpi_status status;

	skpi_scores_init(b.t);
	for (int i = from; i < to; i++)
	{
		GROWING(&b, status,
				skpi_scores_add(b.t, b.cap, score[order[i]], label[order[i]]));
		CHECK(status == SKPI_OK);
	}
	skpi_tally_settle(b.t, b.cap);
	CHECK(sound(b.t));
	return b;
}

static void
random_rows(uint32_t distinct)
{
	for (int i = 0; i < N; i++)
	{
		score[i] = (double) rnd(distinct) / distinct;
		label[i] = rnd(100) < 20 + 60 * score[i];
	}
}

static block
all_rows(void)
{
	int order[N];

	for (int i = 0; i < N; i++)
		order[i] = i;
	return scores_of(order, 0, N);
}

/* Share of negatives below a score, or of positives above, ties half. */
static double
placement(double s, bool of, int count)
{
	double sum = 0;

	for (int j = 0; j < N; j++)
		if (label[j] == of)
			sum += score[j] == s ? .5 : (score[j] > s) == of ? 1 : 0;
	return sum / count;
}

static void
test_auc(const skpi_tally *t)
{
	double auc, error, mean = 0, vp = 0, vn = 0;
	int n = 0, p = 0;

	for (int i = 0; i < N; i++)
		label[i] ? p++ : n++;
	for (int i = 0; i < N; i++)
		if (label[i])
			mean += placement(score[i], false, n) / p;
	for (int i = 0; i < N; i++)
	{
		double d = placement(score[i], !label[i], label[i] ? n : p) - mean;

		*(label[i] ? &vp : &vn) += d * d;
	}
	CHECK(skpi_metrics_auc(t, &auc, &error) == SKPI_OK);
	CHECK_NEAR(auc, mean, 1e-13);
	CHECK_NEAR(error, sqrt(vp / (p - 1) / p + vn / (n - 1) / n), 1e-13);
}

/* Obuchowski's sums, cluster by cluster over all pairs; cluster i % of, and of
 * N clusters of one row what DeLong gives. */
static void
test_clustered(const skpi_tally *t, int of)
{
	static skpi_judged row[N], scratch[N];
	static skpi_judged_cluster each[N];
	double auc, delong, error, got = 0, pp = 0, nn = 0, pn = 0, p = 0, n = 0;
	double over[N] = {0}, under[N] = {0};
	bool with_p[N] = {false}, with_n[N] = {false};
	int ip = 0, in = 0;

	CHECK(skpi_metrics_auc(t, &auc, &delong) == SKPI_OK);
	for (int i = 0; i < N; i++)
		*(label[i] ? &p : &n) += 1;
	for (int i = 0; i < N; i++)
	{
		double d =
			placement(score[i], !label[i], (int) (label[i] ? n : p)) - auc;

		(label[i] ? over : under)[i % of] += d;
		(label[i] ? with_p : with_n)[i % of] = true;
	}
	for (int c = 0; c < of; c++)
	{
		ip += with_p[c];
		in += with_n[c];
		pp += over[c] * over[c] / p / p;
		nn += under[c] * under[c] / n / n;
		pn += over[c] * under[c] / p / n;
	}
	error =
		sqrt(pp * ip / (ip - 1) + nn * in / (in - 1) + 2 * pn * of / (of - 1));
	for (int turn = 0; turn < 2; turn++)
	{
		double before = got;

		for (int i = 0; i < N; i++)
		{
			int from = turn == 0 ? i : (i * 77 + 5) % N;

			row[i] =
				(skpi_judged){score[from], (uint32_t) (from % of), label[from]};
		}
		CHECK(skpi_metrics_clustered(row, N, scratch, each, (size_t) of, NULL,
									 NULL, &got) == SKPI_OK);
		CHECK(turn == 0 || memcmp(&got, &before, sizeof(got)) == 0);
	}
	CHECK_NEAR(got, of == N ? delong : error, 1e-13);
}

static void
test_clustered_edges(void)
{
	skpi_judged row[4] = {{1, 0, true}, {2, 0, true}, {3, 1, false}},
				scratch[4];
	skpi_judged_cluster each[2];
	double error = 7;

	CHECK(skpi_metrics_clustered(row, 2, scratch, each, 1, NULL, NULL,
								 &error) == SKPI_E_SHORT);
	CHECK(error == 7);
	CHECK(skpi_metrics_clustered(row, 3, scratch, each, 2, NULL, NULL,
								 &error) == SKPI_OK);
	CHECK(isnan(error));
	for (int i = 0; i < 4; i++)
		row[i] = (skpi_judged){i / 2, (uint32_t) i % 2, i >= 2};
	CHECK(skpi_metrics_clustered(row, 4, scratch, each, 2, NULL, NULL,
								 &error) == SKPI_OK);
	CHECK(error == 0);
}

static void
test_precision_and_ks(const skpi_tally *t)
{
	double want = 0, ks = 0, got, at;
	int p = 0;

	for (int i = 0; i < N; i++)
		p += label[i];
	for (int i = 0; i < N; i++)
	{
		int above = 0, above_p = 0;
		double d;

		for (int j = 0; j < N; j++)
			if (score[j] >= score[i])
			{
				above++;
				above_p += label[j];
			}
		if (label[i])
			want += (double) above_p / above / p;
		d = fabs((double) above_p / p - (double) (above - above_p) / (N - p));
		ks = fmax(ks, d);
	}
	CHECK(skpi_metrics_precision(t, &got) == SKPI_OK);
	CHECK_NEAR(got, want, 1e-13);
	CHECK(skpi_metrics_ks(t, &got, &at) == SKPI_OK);
	CHECK_NEAR(got, ks, 1e-13);
}

static void
test_losses_and_confusion(const skpi_tally *t)
{
	double log_loss = 0, brier = 0, a, b;
	skpi_confusion c, want = {0, 0, 0, 0};

	for (int i = 0; i < N; i++)
	{
		double p = label[i] ? score[i] : 1 - score[i];

		log_loss -= log(fmax(p, 2.220446049250313e-16)) / N;
		brier += (1 - p) * (1 - p) / N;
		if (score[i] >= .5)
			*(label[i] ? &want.true_positives : &want.false_positives) += 1;
		else
			*(label[i] ? &want.false_negatives : &want.true_negatives) += 1;
	}
	CHECK(skpi_metrics_losses(t, &a, &b) == SKPI_OK);
	CHECK_NEAR(a, log_loss, 1e-12);
	CHECK_NEAR(b, brier, 1e-13);
	CHECK(skpi_metrics_confusion(t, .5, &c) == SKPI_OK);
	CHECK(memcmp(&c, &want, sizeof(c)) == 0);
}

static void
test_bins_and_groups(const skpi_tally *t)
{
	skpi_bin bin[10], equal[4];
	skpi_group group[7];
	int64_t rows = 0, equal_rows = 0, grouped = 0;
	double positives = 0, error = 0;
	int p = 0;

	CHECK(skpi_metrics_bins(t, 10, false, bin) == SKPI_OK);
	CHECK(skpi_metrics_bins(t, 4, true, equal) == SKPI_OK);
	CHECK(skpi_metrics_groups(t, 7, group) == SKPI_OK);
	for (int b = 0; b < 10; b++)
	{
		int count = 0, yes = 0;
		double sum = 0;

		for (int i = 0; i < N; i++)
			if (b == (int) fmin(floor(score[i] * 10), 9))
			{
				count++;
				yes += label[i];
				sum += score[i];
			}
		CHECK(bin[b].rows == count && bin[b].positives == yes);
		if (count > 0)
		{
			CHECK_NEAR(bin[b].mean, sum / count, 1e-13);
			error += fabs(sum - yes) / N;
		}
		rows += count;
	}
	CHECK(rows == N);
	CHECK_NEAR(skpi_metrics_calibration_error(bin, 10), error, 1e-12);
	for (int i = 0; i < N; i++)
		p += label[i];
	for (int b = 0; b < 4; b++)
		equal_rows += equal[b].rows;
	CHECK(equal_rows == N);
	for (int g = 0; g < 7; g++)
	{
		CHECK(group[g].rows == N / 7 || group[g].rows == N / 7 + 1);
		CHECK(g == 0 || group[g].highest <= group[g - 1].lowest);
		grouped += group[g].rows;
		positives += group[g].positives;
	}
	CHECK(grouped == N);
	CHECK_NEAR(positives, p, 1e-12);
}

/* Any order, and parts added up, give the same bytes. */
static void
test_order(const skpi_tally *t)
{
	int order[N];
	block a, b, c;

	for (int i = 0; i < N; i++)
		order[i] = i;
	for (int i = N; i-- > 1;)
	{
		int j = (int) rnd((uint32_t) i + 1), swap = order[i];

		order[i] = order[j];
		order[j] = swap;
	}
	a = scores_of(order, 0, N);
	CHECK(same_bytes(a.t, t));
	b = scores_of(order, 0, N / 3);
	c = scores_of(order, N / 3, N);
	while (skpi_tally_merge(b.t, b.cap, c.t) == SKPI_FULL)
		block_grow(&b);
	CHECK(same_bytes(b.t, t));
	block_free(&a);
	block_free(&b);
	block_free(&c);
}

/* Late rows to their places without room to put them aside. */
static void
test_narrow(void)
{
	block b = block_new(sizeof(skpi_tally) + 24 * 6);

	skpi_scores_init(b.t);
	for (int i = 0; i < 6; i++)
		CHECK(skpi_scores_add(b.t, b.cap, i % 4 - 1.5, i > 2) == SKPI_OK);
	CHECK(skpi_scores_add(b.t, b.cap, 0, true) == SKPI_FULL);
	skpi_tally_settle(b.t, b.cap);
	CHECK(sound(b.t) && b.t->n_rows == 4);
	CHECK(skpi_scores_add(b.t, b.cap, -1.5, true) == SKPI_OK);
	CHECK(skpi_scores_add(b.t, b.cap, 7, true) == SKPI_OK);
	skpi_tally_settle(b.t, b.cap);
	CHECK(sound(b.t) && b.t->n_rows == 5);
	CHECK(skpi_scores_of(skpi_tally_row(b.t, 0)) == -1.5);
	CHECK(skpi_tally_row(b.t, 0)->v[0] == 1 &&
		  skpi_tally_row(b.t, 0)->v[1] == 2);
	CHECK(skpi_scores_of(skpi_tally_row(b.t, 4)) == 7);
	block_free(&b);
}

/* The quotient of counts that double precision does not hold is at most 1. */
static void
test_auc_of_many(void)
{
	block b = block_new(sizeof(skpi_tally));
	skpi_status status;
	double auc, error;

	skpi_scores_init(b.t);
	for (int i = 0; i < 2; i++)
	{
		GROWING(&b, status, skpi_scores_add(b.t, b.cap, i, i == 1));
		CHECK(status == SKPI_OK);
	}
	skpi_tally_settle(b.t, b.cap);
	skpi_tally_row(b.t, 0)->v[SKPI_SCORES_NEGATIVE] =
		INT64_C(1383506443083016019);
	skpi_tally_row(b.t, 1)->v[SKPI_SCORES_POSITIVE] =
		INT64_C(1836351230019204285);
	CHECK(skpi_metrics_auc(b.t, &auc, &error) == SKPI_OK && auc == 1);
	block_free(&b);
}

static void
test_edges(void)
{
	static const double odd[] = {
		-1.7976931348623157e308, -1, -5e-324, 0, 5e-324, 1,
		1.7976931348623157e308};
	block b = block_new(4096);
	double x, y;
	skpi_bin bin[2];
	skpi_group group[2];

	skpi_scores_init(b.t);
	CHECK(skpi_metrics_auc(b.t, &x, &y) == SKPI_E_SHORT);
	CHECK(skpi_metrics_losses(b.t, &x, &y) == SKPI_E_SHORT);
	CHECK(skpi_metrics_groups(b.t, 2, group) == SKPI_OK && group[0].rows == 0);
	CHECK(skpi_metrics_bins(b.t, 2, true, bin) == SKPI_OK && bin[0].rows == 0);
	CHECK(skpi_scores_add(b.t, b.cap, NAN, true) == SKPI_E_RANGE);
	CHECK(skpi_scores_add(b.t, b.cap, INFINITY, true) == SKPI_E_RANGE);
	CHECK(skpi_scores_add(b.t, b.cap, -0.0, true) == SKPI_OK);
	CHECK(skpi_metrics_auc(b.t, &x, &y) == SKPI_E_SHORT);
	for (int i = 6; i >= 0; i--)
		CHECK(skpi_scores_add(b.t, b.cap, odd[i], false) == SKPI_OK);
	skpi_tally_settle(b.t, b.cap);
	CHECK(sound(b.t) && b.t->n_rows == 7);
	for (uint32_t i = 0; i < 7; i++)
		CHECK(skpi_scores_of(skpi_tally_row(b.t, i)) == odd[i] &&
			  !signbit(skpi_scores_of(skpi_tally_row(b.t, 3))));
	CHECK(skpi_metrics_auc(b.t, &x, &y) == SKPI_OK && x == .5 && isnan(y));
	CHECK(skpi_metrics_losses(b.t, &x, &y) == SKPI_E_RANGE);
	CHECK(skpi_metrics_bins(b.t, 2, false, bin) == SKPI_E_RANGE);
	CHECK(skpi_metrics_groups(b.t, 0, group) == SKPI_E_RANGE);
	/* counts near the end of 64 bits */
	skpi_tally_row(b.t, 3)->v[1] = INT64_MAX - 7;
	CHECK(skpi_metrics_auc(b.t, &x, &y) == SKPI_OK && x == .5);
	skpi_tally_row(b.t, 3)->v[1] = INT64_MAX;
	CHECK(skpi_metrics_auc(b.t, &x, &y) == SKPI_E_OVERFLOW);
	/* zero has no sign in a stored state */
	skpi_tally_row(b.t, 3)->k1 = -1;
	skpi_tally_row(b.t, 3)->k2 = INT32_MAX;
	CHECK(!sound(b.t));
	block_free(&b);
}

int
main(void)
{
	static const uint32_t distinct[] = {2, 7, 100, 1000000};

	for (int i = 0; i < 4; i++)
	{
		block b;

		rnd_seed((uint64_t) i + 5);
		random_rows(distinct[i]);
		b = all_rows();
		test_auc(b.t);
		test_clustered(b.t, 11);
		test_clustered(b.t, 120);
		test_clustered(b.t, N);
		test_precision_and_ks(b.t);
		test_losses_and_confusion(b.t);
		test_bins_and_groups(b.t);
		test_order(b.t);
		block_free(&b);
	}
	test_narrow();
	test_auc_of_many();
	test_edges();
	test_clustered_edges();
	return unit_done("metrics");
}
