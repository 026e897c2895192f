/*
 * One customer's life.  After signing up the customer may convert; the main
 * line is then a chain of subscriptions, one after the other, cut by plan
 * switches, the price increase, pauses and departures.  A second subscription
 * lives inside one link of that chain and on another plan, so that neither
 * two subscriptions to one plan overlap nor a departure leaves one running.
 *
 * The monthly probability to cancel is drawn once per customer from a beta
 * distribution and then stays: the population's hazard falls with tenure
 * because the restless leave first (the shifted-beta-geometric model of
 * P. Fader and B. Hardie, "How to project customer retention", 2007).
 */
#include "customer.h"
#include "billing.h"

#define WEEKEND_PPM 450000u /* of weekday signups */
#define CONVERSION_WINDOW 30

enum cause
{
	GOES_ON,
	SWITCHES,
	RAISED,
	PAUSES,
	CANCELS,
	CUT_OFF,
};

struct ending
{
	enum cause cause;
	int32_t day;
	enum plan next; /* of SWITCHES */
};

static int32_t
signup_day(const struct company *co, gsl_rng *rng, int month)
{
	int32_t first = co->month_first[month];
	int32_t last = co->month_first[month + 1] - 1;
	int32_t day;

	do
		day = between(rng, first, last);
	while (weekday(day) >= 5 && !chance(rng, WEEKEND_PPM));
	return day;
}

/* Days from signup to the first charge; a trial lasts two weeks. */
static int32_t
conversion_delay(gsl_rng *rng)
{
	static const struct
	{
		int lo, hi;
	} spans[] = {{0, 0}, {1, 13}, {14, 14}, {15, 29}, {30, 75}};
	static const int weights[] = {9, 30, 26, 25, 10};
	int i = pick(rng, weights, 5, 100);

	return between(rng, spans[i].lo, spans[i].hi);
}

static int
draw_discount(gsl_rng *rng, enum segment segment)
{
	static const int weights[SEGMENTS][5] = {
		{90, 6, 4, 0, 0}, {55, 20, 15, 8, 2}, {20, 20, 25, 20, 15}};

	return 5 * pick(rng, weights[segment], 5, 100);
}

/* The burst day if the customer is drawn by one, else DAY_NONE. */
static int32_t
burst_day(const struct company *co, gsl_rng *rng, int32_t number, int month)
{
	for (int i = 0; i < BURSTS; i++)
	{
		if (co->burst_month[i] != month)
			continue;
		stream_start(rng, co->seed, STREAM_BURST, (uint32_t) number);
		if (chance(rng, BURST_PPM))
			return co->burst_day[i];
	}
	return DAY_NONE;
}

static bool
matures(const struct company *co, const struct customer *who)
{
	return who->signup + CONVERSION_WINDOW <= co->last_day;
}

static void
meet(struct walk *w, int32_t number, int month, int32_t burst)
{
	struct customer *who = &w->life->who;
	struct month_tally *t = &w->tally->month[month];
	gsl_rng *rng = w->rng;

	who->number = number;
	who->signup = signup_day(w->co, rng, month);
	if (burst != DAY_NONE)
		who->signup = burst;
	who->segment = (uint8_t) pick(rng, segment_weights, SEGMENTS, 100);
	who->channel =
		(uint8_t) pick(rng, channel_weights[who->segment], CHANNELS, 100);
	who->country = (uint8_t) pick(rng, country_weights, COUNTRIES, 100);
	t->signups++;
	t->signups_by[who->channel]++;
	w->tally->matured += matures(w->co, who);
}

static void
draw_traits(struct walk *w)
{
	enum segment segment = w->life->who.segment;
	struct frailty f = frailties[segment];

	w->quit = beta_fraction(w->rng, f.alpha, f.beta);
	w->fail_ppm = chance(w->rng, WEAK_CARD_PPM) ? WEAK_FAIL_PPM : GOOD_FAIL_PPM;
	w->discount = draw_discount(w->rng, segment);
}

/* The price increase makes people think for two months. */
static bool
cancels(struct walk *w, int month)
{
	uint64_t quit = w->quit;

	if (w->co->level_month != NO_MONTH && month >= w->co->level_month &&
		month <= w->co->level_month + 1)
		quit += quit * UNREST_PERMILLE / 1000;
	return gsl_rng_get(w->rng) < quit;
}

/* What becomes of the month between a due date and the next. */
static struct ending
month_ending(struct walk *w, const struct subscription *sub, int month,
			 int32_t quiet_from, int32_t next_due)
{
	struct ending e = {.cause = GOES_ON, .day = next_due};

	if (cancels(w, month))
		e.cause = CANCELS;
	else if (sub->plan < PLAN_ENTERPRISE && chance(w->rng, UPGRADE_PPM))
		e = (struct ending){SWITCHES, next_due, (enum plan)(sub->plan + 1)};
	else if (sub->plan > PLAN_BASIC && chance(w->rng, DOWNGRADE_PPM))
		e = (struct ending){SWITCHES, next_due, (enum plan)(sub->plan - 1)};
	else if (chance(w->rng, PAUSE_PPM))
		e.cause = PAUSES;
	else if (sub->start < w->co->level_day && next_due >= w->co->level_day)
		e.cause = RAISED;
	if (e.cause != GOES_ON && e.cause != RAISED && quiet_from < next_due &&
		chance(w->rng, MIDWAY_PPM))
		e.day = between(w->rng, quiet_from, next_due - 1);
	return e;
}

/* Runs one link of the main line and writes it down. */
static struct ending
run_link(struct walk *w, enum plan plan, int32_t start, int64_t price)
{
	const struct company *co = w->co;
	int month = company_month(co, start);
	int anchor = civil_from_day(start).day;
	struct subscription sub = {.customer = w->life->who.number,
							   .start = start,
							   .end = DAY_NONE,
							   .price = price,
							   .plan = (uint8_t) plan};
	struct ending e = {.cause = GOES_ON};

	for (int k = 0; e.cause == GOES_ON; k++)
	{
		int32_t due = company_due(co, month, anchor, k);
		struct billing b;

		if (due > co->last_day)
			break;
		b = bill(w, due, co->last_day + 1, price);
		if (b.lost)
			e = (struct ending){.cause = CUT_OFF, .day = b.last_day};
		else
			e = month_ending(w, &sub, month + k, b.last_day + 1,
							 company_due(co, month, anchor, k + 1));
	}
	if (e.cause != GOES_ON && e.day > co->last_day)
		e.cause = GOES_ON;
	if (e.cause != GOES_ON)
		sub.end = e.day;
	life_add_sub(w->life, sub);
	return e;
}

static void
count_ending(struct tally *t, const struct ending *e, enum plan plan)
{
	switch (e->cause)
	{
		case SWITCHES:
			if (e->next > plan)
				t->upgrades++;
			else
				t->downgrades++;
			break;
		case RAISED:
			t->repriced++;
			break;
		case PAUSES:
			t->pauses++;
			break;
		case CANCELS:
			t->voluntary++;
			break;
		case CUT_OFF:
			t->involuntary++;
			break;
		case GOES_ON:
			break;
	}
}

/* The days that the customer's events will agree with. */
static void
mark_ending(struct life *life, const struct ending *e, enum plan plan)
{
	if (e->cause == SWITCHES && e->next > plan)
		life_add_mark(life, e->day, MARK_UPGRADE);
	else if (e->cause == CANCELS || e->cause == PAUSES)
		life_add_mark(life, e->day, MARK_LEAVE);
	else if (e->cause == CUT_OFF)
		life_add_mark(life, e->day, MARK_CUT_OFF);
}

/* When the next link begins; after the window if never. */
static int32_t
next_start(struct walk *w, const struct ending *e)
{
	switch (e->cause)
	{
		case SWITCHES:
		case RAISED:
			return e->day;
		case PAUSES:
			return e->day + between(w->rng, 25, 150);
		case CANCELS:
		case CUT_OFF:
			if (chance(w->rng, RETURN_PPM))
				return e->day + between(w->rng, 40, 330);
			break;
		case GOES_ON:
			break;
	}
	return w->co->last_day + 1;
}

static void
main_line(struct walk *w, int32_t start)
{
	enum segment segment = w->life->who.segment;
	enum plan plan =
		(enum plan) pick(w->rng, plan_weights[segment], PLANS, 100);
	int64_t price = company_price(w->co, plan, segment, w->discount, start);

	life_add_mark(w->life, start, MARK_UPGRADE);
	while (start <= w->co->last_day)
	{
		struct ending e = run_link(w, plan, start, price);
		bool away =
			e.cause == PAUSES || e.cause == CANCELS || e.cause == CUT_OFF;

		count_ending(w->tally, &e, plan);
		mark_ending(w->life, &e, plan);
		start = next_start(w, &e);
		if (start > w->co->last_day)
			break;
		if (away)
		{
			w->tally->returns++;
			life_add_mark(w->life, start, MARK_UPGRADE);
		}
		if (e.cause == SWITCHES)
			plan = e.next;
		if (e.cause == RAISED)
			price = company_raised(price);
		else
			price = company_price(w->co, plan, segment, w->discount, start);
	}
}

/* Runs the second subscription until it ends or its host does. */
static void
run_second(struct walk *w, struct subscription sub, int32_t host_end)
{
	const struct company *co = w->co;
	int32_t limit = host_end == DAY_NONE ? co->last_day + 1 : host_end;
	int month = company_month(co, sub.start);
	int anchor = civil_from_day(sub.start).day;

	sub.end = host_end;
	for (int k = 0;; k++)
	{
		int32_t due = company_due(co, month, anchor, k);
		struct billing b;

		if (due >= limit)
			break;
		if (k > 0 && chance(w->rng, SECOND_QUIT_PPM))
		{
			sub.end = due;
			break;
		}
		b = bill(w, due, limit, sub.price);
		if (b.lost)
		{
			sub.end = b.last_day;
			break;
		}
	}
	life_add_sub(w->life, sub);
}

/* Some customers take a second product beside one link of the main line. */
static void
second_line(struct walk *w)
{
	const struct company *co = w->co;
	int at = between(w->rng, 0, (int32_t) w->life->n_subs - 1);
	struct subscription host = w->life->subs[at];
	struct subscription sub = host;
	int month = company_month(co, host.start);
	int k = between(w->rng, 2, 9);

	if (month + k >= co->months)
		return;
	sub.start = company_due(co, month, civil_from_day(host.start).day, k);
	if (host.end != DAY_NONE && sub.start >= host.end)
		return;
	sub.plan = (uint8_t) ((host.plan + between(w->rng, 1, PLANS - 1)) % PLANS);
	sub.price = company_price(co, sub.plan, w->life->who.segment, w->discount,
							  sub.start);
	run_second(w, sub, host.end);
	w->tally->seconds++;
}

/* What the rows say about the customer as a whole. */
static void
sum_up(struct walk *w)
{
	struct life *life = w->life;
	struct tally *t = w->tally;

	life_sort(life);
	t->converted++;
	for (size_t i = 0; i < life->n_subs; i++)
		if (life->subs[i].end == DAY_NONE)
			life->who.active = true;
	t->active_at_end += life->who.active;
	for (size_t i = 0; i < life->n_pays; i++)
		if (life->pays[i].status == PAY_SUCCESS)
		{
			t->quick +=
				matures(w->co, &life->who) &&
				life->pays[i].day - life->who.signup < CONVERSION_WINDOW;
			break;
		}
}

void
customer_live(const struct company *co, struct tally *tally, struct life *life,
			  gsl_rng *rng, int32_t number, int month)
{
	struct walk w = {.co = co, .tally = tally, .life = life, .rng = rng};
	int32_t start, burst;

	life_clear(life);
	burst = burst_day(co, rng, number, month);
	stream_start(rng, co->seed, STREAM_LIFE, (uint32_t) number);
	meet(&w, number, month, burst);
	if (!chance(rng, convert_ppm[life->who.segment][life->who.channel]))
		return;
	start = life->who.signup + conversion_delay(rng);
	if (start > co->last_day)
		return;
	draw_traits(&w);
	main_line(&w, start);
	if (chance(rng, SECOND_PPM))
		second_line(&w);
	sum_up(&w);
}
