/*
 * A customer's visits.  On every day the number of visits follows the
 * customer's own rate, the weekday and how far the customer is on the way out;
 * a visit is a login, some actions and mostly a logout, less than SESSION_GAP
 * apart, and the next one begins later than that.  The days on which the
 * subscriptions turned (life->marks) have a visit for certain.
 */
#include "events.h"
#include "tally.h"

#define ACTIONS 6
#define VISITS_MAX 12

/* Visits a day in ppm for one event a month, at 5.13 events a visit. */
#define VISIT_PPM 6404
#define LOGOUT_PPM 600000u
#define FADE_DAYS 5 /* half-life of the interest of who does not convert */

/* A visit with a mark begins in these hours, so that it ends that day and
 * begins after the visits of the day before. */
#define MARK_FROM 8
#define MARK_TO 15

const char *const habit_names[HABITS] = {"builder", "searcher", "dabbler"};

static const int habit_weights[HABITS] = {45, 30, 25};
static const int actions[ACTIONS] = {EV_FEATURE_A, EV_FEATURE_B, EV_PROFILE,
									 EV_SEARCH,    EV_HELP,      EV_ERROR};
static const int action_weights[HABITS][ACTIONS] = {
	{39, 26, 5, 18, 8, 4},
	{16, 8, 7, 53, 12, 4},
	{30, 6, 18, 22, 20, 4},
};
static const int weekday_permille[7] = {1230, 1260, 1240, 1200, 1070, 450, 550};
static const int hour_weights[24] = {6,  4,  3,  3,  4,  8,  18, 36,
									 62, 84, 92, 88, 66, 74, 86, 84,
									 74, 58, 44, 36, 30, 24, 12, 4};

struct visitor
{
	const struct company *co;
	struct event_tally *tally;
	struct life *life;
	gsl_rng *rng;
	uint64_t rate; /* visits a day, ppm */
	int per_month;
	enum habit habit;
	int64_t last; /* time of the last event */
	int64_t end;  /* of the window */
};

static void
emit(struct visitor *v, enum event_type type, int64_t time)
{
	v->last = time;
	if (time >= v->end)
		return;
	v->tally->types[type]++;
	if (type == EV_ERROR && day_of_time(time) == v->co->error_day)
		v->tally->burst_errors++;
	life_add_event(v->life, (struct event){.time = time,
										   .customer = v->life->who.number,
										   .type = (uint8_t) type});
}

/* Seconds to the next event of a visit: mostly short, at times none at all. */
static int32_t
pause_within(gsl_rng *rng)
{
	static const struct
	{
		int lo, hi;
	} spans[] = {{0, 0}, {4, 60}, {61, 300}, {301, SESSION_GAP - 1}};
	static const int weights[] = {2, 60, 30, 8};
	int i = pick(rng, weights, 4, 100);

	return between(rng, spans[i].lo, spans[i].hi);
}

static void
step(struct visitor *v, enum event_type type)
{
	emit(v, type, v->last + pause_within(v->rng));
}

/* One thing done; on the day of errors it mostly fails. */
static void
act(struct visitor *v)
{
	step(v, (enum event_type)
				actions[pick(v->rng, action_weights[v->habit], ACTIONS, 100)]);
	if (day_of_time(v->last) == v->co->error_day &&
		chance(v->rng, ERROR_BURST_PPM))
		emit(v, EV_ERROR, v->last + between(v->rng, 0, 20));
}

/* A visit that begins with `first` and in whose middle `mark` happens; both
 * may be EV_MISSING. */
static void
visit(struct visitor *v, int64_t start, enum event_type first,
	  enum event_type mark)
{
	static const int lengths[] = {1, 2, 3, 4, 5, 6, 7, 9, 12};
	static const int weights[] = {22, 20, 16, 14, 10, 7, 5, 4, 2};
	int n = lengths[pick(v->rng, weights, 9, 100)];
	int mark_after;

	/* Where few events are wanted, the visits that must be are short. */
	if ((first != EV_MISSING || mark != EV_MISSING) && n > v->per_month)
		n = v->per_month;
	mark_after = mark == EV_MISSING ? -1 : between(v->rng, 1, n);

	v->tally->sessions++;
	v->last = start;
	if (first != EV_MISSING)
	{
		emit(v, first, start);
		step(v, EV_LOGIN);
	}
	else
		emit(v, EV_LOGIN, start);
	for (int i = 1; i <= n; i++)
	{
		act(v);
		if (i == mark_after)
			step(v, mark);
	}
	if (chance(v->rng, LOGOUT_PPM))
		step(v, EV_SESSION_END);
}

static int
visits_on(struct visitor *v, int32_t day, int level_permille)
{
	uint64_t rate = v->rate * (uint64_t) weekday_permille[weekday(day)] / 1000 *
					(uint64_t) level_permille / 1000;
	int n = (int) (rate / PPM) + chance(v->rng, (uint32_t) (rate % PPM));

	return n < VISITS_MAX ? n : VISITS_MAX;
}

/* The visits of a day by the clock; a day that is full has fewer. */
static void
live_day(struct visitor *v, int32_t day, int level_permille)
{
	int64_t starts[VISITS_MAX];
	int n = visits_on(v, day, level_permille);

	for (int i = 0; i < n; i++)
	{
		int hour = pick(v->rng, hour_weights, 24, 1000);
		int64_t start =
			time_of_day(day) + hour * 3600 + between(v->rng, 0, 3599);
		int at = i;

		for (; at > 0 && starts[at - 1] > start; at--)
			starts[at] = starts[at - 1];
		starts[at] = start;
	}
	for (int i = 0; i < n; i++)
	{
		int64_t start = starts[i];

		if (start <= v->last + SESSION_GAP)
			start = v->last + SESSION_GAP + between(v->rng, 1, 3600);
		if (start < time_of_day(day + 1))
			visit(v, start, EV_MISSING, EV_MISSING);
	}
}

/* Days from `from` up to `to`, where the customer leaves if it does. */
static void
live_span(struct visitor *v, int32_t from, int32_t to, bool leaves)
{
	int32_t quiet = leaves ? between(v->rng, QUIET_MIN, QUIET_MAX) : 0;

	v->tally->active_days += to - from;
	for (int32_t day = from; day < to; day++)
		live_day(v, day, to - day < quiet ? 1000 * (to - day) / quiet : 1000);
}

/* The days of one who never converts. */
static void
fade_out(struct visitor *v, int32_t from)
{
	for (int32_t day = from; day <= v->co->last_day; day++)
	{
		int level = 2000 >> ((day - from) / FADE_DAYS);

		if (level < 16)
			break;
		live_day(v, day, level);
	}
}

/* A day on which the customer is sure to come, at the desk's hours. */
static int64_t
mark_time(struct visitor *v, int32_t day)
{
	return time_of_day(day) + between(v->rng, MARK_FROM, MARK_TO) * 3600 +
		   between(v->rng, 0, 3599);
}

static void
live_mark(struct visitor *v, const struct mark *mark)
{
	int64_t time = mark_time(v, mark->day);

	v->tally->active_days++;
	switch (mark->kind)
	{
		case MARK_UPGRADE:
			visit(v, time, EV_MISSING, EV_UPGRADED);
			break;
		case MARK_LEAVE:
			visit(v, time, EV_MISSING, EV_CANCELLED);
			break;
		case MARK_CUT_OFF: /* nobody visits; the company cancels */
			v->tally->sessions++;
			emit(v, EV_CANCELLED, time);
			break;
	}
}

/* From the day after signup on, turn by turn. */
static void
live_on(struct visitor *v, size_t next)
{
	const struct mark *marks = v->life->marks;
	int32_t day = v->life->who.signup + 1;
	bool away = false;

	if (v->life->n_marks == 0)
	{
		fade_out(v, day);
		return;
	}
	for (; next < v->life->n_marks; next++)
	{
		if (!away)
			live_span(v, day, marks[next].day, marks[next].kind == MARK_LEAVE);
		live_mark(v, &marks[next]);
		away = marks[next].kind != MARK_UPGRADE;
		day = marks[next].day + 1;
	}
	if (!away)
		live_span(v, day, v->co->last_day + 1, false);
}

void
events_live(const struct company *co, struct tally *tally, struct life *life,
			gsl_rng *rng, int per_month)
{
	struct visitor v = {.co = co,
						.tally = &tally->events,
						.life = life,
						.rng = rng,
						.per_month = per_month,
						.end = time_of_day(co->last_day + 1)};
	int32_t signup = life->who.signup;
	bool at_once = life->n_marks > 0 && life->marks[0].day == signup;

	stream_start(rng, co->seed, STREAM_EVENTS, (uint32_t) life->who.number);
	v.habit = (enum habit) pick(rng, habit_weights, HABITS, 100);
	/* Three times a Beta(2, 4): from next to nothing to thrice the mean. */
	v.rate = (uint64_t) per_month * VISIT_PPM * 3 *
				 (uint64_t) beta_fraction(rng, 2, 4) >>
			 32;
	v.tally->habits[v.habit]++;
	v.tally->active_days += life->n_marks > 0;
	for (int i = 0; i < BURSTS; i++)
		v.tally->burst_signups[i] += signup == co->burst_day[i];
	visit(&v, mark_time(&v, signup), EV_SIGNUP,
		  at_once ? EV_UPGRADED : EV_MISSING);
	live_on(&v, at_once);
}
