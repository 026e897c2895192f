/* Features and labels of subscriptions and payments, against what their words
 * say, day by day. */
#include "kit.h"
#include "skpi_features.h"

#define MOST 8
#define MONTHS 60

static sub subs[MOST];
static int n_subs;
static int paid[2][MONTHS]; /* done and failed, by month of 2000 on */

static int64_t
level(int32_t day)
{
	return day < 0 ? 0 : naive_level(subs, n_subs, day, 0);
}

static int32_t
month_of(int32_t day)
{
	return naive_month(day) - 24000;
}

typedef struct past
{
	int32_t first, spell, change;
	int64_t max;
	int moved[SKPI_MOVEMENTS];
	int plan_moves, used;
} past;

/* By asking every day up to one. */
static past
past_of(int32_t until)
{
	past p = {SKPI_NO_DAY, SKPI_NO_DAY, SKPI_NO_DAY, 0, {0}, 0, 0};
	bool used[PLANS + 1] = {false};

	for (int32_t d = 0; d <= until; d++)
	{
		int64_t was = level(d - 1);
		int64_t is = level(d);
		bool began = false;

		for (int plan = 1; plan <= PLANS; plan++)
		{
			bool has = naive_level(subs, n_subs, d, plan) > 0;

			began |=
				has && d > 0 && naive_level(subs, n_subs, d - 1, plan) == 0;
			p.used += has && !used[plan];
			used[plan] |= has;
		}
		if (was == 0 && is > 0)
		{
			p.moved[p.first == SKPI_NO_DAY ? SKPI_NEW : SKPI_REACTIVATION]++;
			if (p.first == SKPI_NO_DAY)
				p.first = d;
			p.spell = d;
		}
		else if (was > 0 && is == 0)
			p.moved[SKPI_CHURN]++;
		else if (is > was)
			p.moved[SKPI_EXPANSION]++;
		else if (is < was)
			p.moved[SKPI_CONTRACTION]++;
		began = began && was > 0 && is > 0;
		p.plan_moves += began;
		if (is != was || began)
			p.change = d;
		if (is > p.max)
			p.max = is;
	}
	return p;
}

static bool
same(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

static void
check_levels(int32_t day, bool labelled, const double *v)
{
	past p = past_of(day);
	past before = past_of(day - 90);
	int plans = 0;

	for (int plan = 1; plan <= PLANS; plan++)
		plans += naive_level(subs, n_subs, day, plan) > 0;
	CHECK(v[SKPI_SF_TENURE] == day - p.first);
	CHECK(v[SKPI_SF_SPELL] == day - p.spell);
	CHECK(same(v[SKPI_SF_MRR], (double) level(day) / 1e4));
	CHECK(same(v[SKPI_SF_CHANGE_30],
			   p.first > day - 30
				   ? NAN
				   : (double) (level(day) - level(day - 30)) / 1e4));
	CHECK(same(v[SKPI_SF_CHANGE_90],
			   p.first > day - 90
				   ? NAN
				   : (double) (level(day) - level(day - 90)) / 1e4));
	CHECK(same(v[SKPI_SF_MAX], (double) p.max / 1e4));
	CHECK(same(v[SKPI_SF_TO_MAX], (double) level(day) / (double) p.max));
	CHECK(v[SKPI_SF_EXPANSIONS] == p.moved[SKPI_EXPANSION]);
	CHECK(v[SKPI_SF_CONTRACTIONS] == p.moved[SKPI_CONTRACTION]);
	CHECK(v[SKPI_SF_EXPANSIONS_90] ==
		  p.moved[SKPI_EXPANSION] - before.moved[SKPI_EXPANSION]);
	CHECK(v[SKPI_SF_CONTRACTIONS_90] ==
		  p.moved[SKPI_CONTRACTION] - before.moved[SKPI_CONTRACTION]);
	CHECK(v[SKPI_SF_CHURNS] == p.moved[SKPI_CHURN]);
	CHECK(v[SKPI_SF_REACTIVATIONS] == p.moved[SKPI_REACTIVATION]);
	if (!labelled)
	{
		for (int i = SKPI_SF_PLANS; i <= SKPI_SF_PLAN_MOVES_90; i++)
			CHECK(isnan(v[i]));
		return;
	}
	CHECK(v[SKPI_SF_SINCE_CHANGE] == day - p.change);
	CHECK(v[SKPI_SF_PLANS] == plans);
	CHECK(v[SKPI_SF_PLANS_USED] == p.used);
	CHECK(v[SKPI_SF_PLAN_MOVES] == p.plan_moves);
	CHECK(v[SKPI_SF_PLAN_MOVES_90] == p.plan_moves - before.plan_moves);
}

static void
check_payments(int32_t day, bool any, const double *v)
{
	int32_t m = month_of(day + 1) - 1;
	int failed = 0;
	int streak = 0;
	int three[2] = {0, 0};
	int32_t last = -1;

	if (!any)
	{
		for (int i = SKPI_SF_PAYMENTS_3; i < SKPI_SF_WIDTH; i++)
			CHECK(isnan(v[i]));
		return;
	}
	for (int32_t k = 0; k <= m; k++)
	{
		failed += paid[1][k];
		streak = paid[1][k] > 0 && paid[0][k] == 0 ? streak + 1 : 0;
		if (paid[0][k] > 0)
			last = k;
		for (int lane = 0; lane < 2 && k > m - 3; lane++)
			three[lane] += paid[lane][k];
	}
	CHECK(v[SKPI_SF_PAYMENTS_3] == three[0]);
	CHECK(v[SKPI_SF_FAILED] == failed);
	CHECK(v[SKPI_SF_FAILED_1] == (m < 0 ? 0 : paid[1][m]));
	CHECK(v[SKPI_SF_FAILED_3] == three[1]);
	CHECK(v[SKPI_SF_FAILED_STREAK] == streak);
	CHECK(same(v[SKPI_SF_SINCE_PAYMENT], last < 0 ? NAN : (double) (m - last)));
}

static block
random_payments(void)
{
	block a = block_new(sizeof(skpi_tally));
	uint32_t rare = 1 + rnd(6);

	skpi_activity_init(a.t, SKPI_MONTH);
	memset(paid, 0, sizeof(paid));
	for (int i = 0; i < 40; i++)
	{
		skpi_status status;
		int32_t day = (int32_t) rnd(1200);
		int lane = rnd(3) == 0;

		if (rnd(rare) > 0)
			continue;
		paid[lane][month_of(day)]++;
		GROWING(&a, status,
				skpi_activity_add(a.t, a.cap,
								  lane == 0 ? SKPI_DONE : SKPI_FAILED, day,
								  100 + i % 3));
		CHECK(status == SKPI_OK);
	}
	skpi_tally_settle(a.t, a.cap);
	return a;
}

static skpi_came_true
label_of(int32_t day, const skpi_asked *asked)
{
	if (asked->last == SKPI_NO_DAY || day + asked->horizon > asked->last)
		return SKPI_LEFT_UNKNOWN;
	for (int32_t d = day + 1; d <= day + asked->horizon; d++)
		if (level(d) == 0)
			return SKPI_LEFT;
	return SKPI_STAYED;
}

static void
test_random(void)
{
	for (uint64_t seed = 1; seed <= 250; seed++)
	{
		skpi_asked asked = {0};
		skpi_subscription_walk walk;
		int64_t words[4 * (PLANS + 1)];
		bool labelled, any;
		block h, a;

		rnd_seed(seed);
		n_subs = random_subs(subs, MOST);
		labelled = rnd(4) > 0;
		any = rnd(4) > 0;
		h = history_of(subs, n_subs, labelled);
		a = random_payments();
		asked.horizon = 1 + (int32_t) rnd(120);
		asked.last = rnd(8) == 0 ? SKPI_NO_DAY : (int32_t) rnd(1300);
		skpi_tally_settle(h.t, h.cap);
		CHECK(skpi_subscription_words(h.t) <= 4 * (PLANS + 1));
		CHECK(skpi_subscription_walk_begin(&walk, h.t, any ? a.t : NULL, &asked,
										   words) == SKPI_OK);
		for (int32_t day = 0; day < 1150; day += 1 + (int32_t) rnd(150))
		{
			skpi_features f;

			CHECK(skpi_subscription_walk_to(&walk, day, &f) == SKPI_OK);
			CHECK(f.there == (level(day) > 0));
			if (!f.there)
				continue;
			CHECK(f.left == label_of(day, &asked));
			check_levels(day, labelled, f.value);
			check_payments(day, any, f.value);
		}
		block_free(&h);
		block_free(&a);
	}
}

static void
test_refused(void)
{
	sub one[] = {{0, 10, 100, 1}};
	block h = history_of(one, 1, false);
	block a = block_new(1000);
	skpi_asked asked = {30, 100, NULL, NULL};
	skpi_subscription_walk walk;
	skpi_features f;
	int64_t words[4];

	skpi_activity_init(a.t, SKPI_DAY);
	CHECK(skpi_subscription_walk_begin(&walk, h.t, a.t, &asked, words) ==
		  SKPI_E_MISMATCH);
	/* more ends than began */
	skpi_tally_row(h.t, 1)->v[SKPI_ENDED] = 101;
	CHECK(skpi_subscription_walk_begin(&walk, h.t, NULL, &asked, words) ==
		  SKPI_OK);
	CHECK(skpi_subscription_walk_to(&walk, 10, &f) == SKPI_E_CORRUPT);
	block_free(&h);
	block_free(&a);
}

int
main(void)
{
	test_random();
	test_refused();
	return unit_done("features_subscription");
}
