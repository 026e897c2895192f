/*
 * Opportunities walk from stage to stage until they are won or lost or the
 * window ends.  A few skip a stage, go back one or are opened again; amounts
 * change on the way.
 */
#include "deals.h"

#define OFFICE_FROM 8
#define OFFICE_TO 17
#define BACK_PPM 40000u
#define SKIP_PPM 50000u
#define AMOUNT_PPM 200000u /* of moves, another amount */
#define REOPEN_LOST_PPM 60000u
#define REOPEN_WON_PPM 15000u

static const uint32_t lost_ppm[STAGE_WON] = {260000, 240000, 230000, 220000};
static const int amount_lo[SEGMENTS] = {5, 40, 200}; /* hundreds */
static const int amount_hi[SEGMENTS] = {70, 420, 2600};

struct seller
{
	const struct company *co;
	struct shop *shop;
	struct shop_tally *tally;
	struct life *life;
	gsl_rng *rng;
	int64_t end;
};

static int64_t
office_time(gsl_rng *rng, int32_t day)
{
	return time_of_day(day) + between(rng, OFFICE_FROM, OFFICE_TO) * 3600 +
		   between(rng, 0, 3599);
}

/* A weekday near the day, not after the window. */
static int32_t
work_day(const struct company *co, int32_t day)
{
	int32_t late = weekday(day) - 4;

	if (late > 0 && day + 3 - late <= co->last_day)
		return day + 3 - late;
	return day;
}

static void
enter(struct seller *s, struct deal *deal, enum stage stage, int64_t time)
{
	if (deal->entries > 0 && chance(s->rng, AMOUNT_PPM))
		deal->amount = deal->amount * between(s->rng, 75, 130) / 100;
	deal->stage = (uint8_t) stage;
	life_add_entry(s->life, (struct stage_entry){.time = time,
												 .amount = deal->amount,
												 .stage = (uint8_t) stage});
	deal->entries++;
}

/* When the next thing happens to a deal. */
static int64_t
next_time(struct seller *s, int64_t time, bool closed)
{
	static const struct
	{
		int lo, hi;
	} spans[] = {{1, 5}, {6, 15}, {16, 40}, {41, 120}};
	static const int weights[] = {35, 35, 22, 8};
	int i = closed ? 2 : pick(s->rng, weights, 4, 100);
	int32_t day = day_of_time(time) + between(s->rng, spans[i].lo, spans[i].hi);

	return office_time(s->rng, work_day(s->co, day));
}

/* The stage after an open one. */
static enum stage
next_stage(struct seller *s, const struct deal *deal)
{
	uint32_t lost = lost_ppm[deal->stage] / 1000 *
					(uint32_t) s->shop->rep[deal->rep - 1].skill_permille;

	if (chance(s->rng, lost))
		return STAGE_LOST;
	if (deal->stage > STAGE_LEAD && chance(s->rng, BACK_PPM))
		return (enum stage)(deal->stage - 1);
	if (deal->stage < STAGE_NEGOTIATION && chance(s->rng, SKIP_PPM))
		return (enum stage)(deal->stage + 2);
	return (enum stage)(deal->stage + 1);
}

/* Where a closed deal is taken up again; STAGES if it is not. */
static enum stage
reopened(struct seller *s, const struct deal *deal)
{
	if (deal->stage == STAGE_WON)
		return chance(s->rng, REOPEN_WON_PPM) ? STAGE_NEGOTIATION : STAGES;
	if (!chance(s->rng, REOPEN_LOST_PPM))
		return STAGES;
	return (enum stage) between(s->rng, STAGE_QUALIFIED, STAGE_PROPOSAL);
}

static void
walk_stages(struct seller *s, struct deal *deal)
{
	int64_t time = deal->created;

	for (enum stage stage = STAGE_LEAD; stage != STAGES && time < s->end;)
	{
		bool closed = stage >= STAGE_WON;

		enter(s, deal, stage, time);
		deal->closed = closed ? time : TIME_NONE;
		stage = closed ? reopened(s, deal) : next_stage(s, deal);
		time = next_time(s, time, closed);
	}
}

/* What stands at the end of the window. */
static void
count_deal(struct seller *s, const struct deal *deal)
{
	const struct company *co = s->co;
	struct shop_tally *t = s->tally;

	t->deals[deal->stage]++;
	t->deal_amount[deal->stage] += deal->amount;
	if (deal->stage == STAGE_WON)
		s->shop->won[(deal->rep - 1) * co->months +
					 company_month(co, day_of_time(deal->closed))] +=
			deal->amount;
	for (size_t i = 1; i < deal->entries; i++)
	{
		const struct stage_entry *now =
			&s->life->entries[deal->first_entry + i];

		t->reopened += now[-1].stage >= STAGE_WON;
		t->moved_back +=
			now[-1].stage < STAGE_WON && now->stage < now[-1].stage;
		t->skipped += now->stage <= STAGE_WON && now->stage > now[-1].stage + 1;
		t->amount_changes += now->amount != now[-1].amount;
	}
}

static void
sell(struct seller *s)
{
	const struct customer *who = &s->life->who;
	int lo = amount_lo[who->segment];
	uint64_t width = (uint64_t) (amount_hi[who->segment] - lo);
	struct deal deal = {.customer = who->number,
						.first_entry = s->life->n_entries};
	int32_t day =
		work_day(s->co, between(s->rng, who->signup, s->co->last_day));

	deal.created = office_time(s->rng, day);
	deal.rep = shop_rep(s->shop, s->rng, shop_region(who->country));
	deal.kind = (uint8_t) between(s->rng, 0, DEAL_KINDS - 1);
	deal.expected = day + between(s->rng, 30, 120);
	deal.amount =
		10000 * (lo + (int64_t) (width * beta_fraction(s->rng, 1, 3) >> 32));
	walk_stages(s, &deal);
	life_add_deal(s->life, deal);
	count_deal(s, &deal);
}

void
deals_live(const struct company *co, struct shop *shop, struct tally *tally,
		   struct life *life, gsl_rng *rng)
{
	struct seller s = {.co = co,
					   .shop = shop,
					   .tally = &tally->shop,
					   .life = life,
					   .rng = rng,
					   .end = time_of_day(co->last_day + 1)};
	int32_t number = life->who.number;
	uint64_t n =
		shop_deals(shop, co, number) - shop_deals(shop, co, number - 1);

	stream_start(rng, co->seed, STREAM_DEALS, (uint32_t) number);
	for (uint64_t i = 0; i < n; i++)
		sell(&s);
}
