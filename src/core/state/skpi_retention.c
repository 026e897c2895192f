#include "skpi_retention.h"

void
skpi_retention_init(skpi_tally *t, skpi_grain grain, int32_t as_of, int32_t lag)
{
	skpi_tally_init(t, SKPI_MRR_RETENTION, grain, (int32_t[]){as_of, lag, 0});
}

size_t
skpi_retention_room(const skpi_tally *t, const skpi_tally *history)
{
	/* every change counts when it happens and again lag periods later */
	size_t rows = (size_t) history->n_rows * (history->n_labels > 0 ? 4 : 2);

	if (history->version >= SKPI_TALLY_ASIDES)
		rows *= 2;
	return skpi_tally_room(t, rows) + history->label_bytes + 16;
}

/* Which labels count, 64-bit words of them; then the rows by label. */
static size_t
map_words(const skpi_tally *history)
{
	return (size_t) history->n_labels / 4 + 1;
}

size_t
skpi_retention_scratch(const skpi_tally *history)
{
	return map_words(history) +
		   (history->n_labels > 1 ? skpi_history_split_words(history) : 0);
}

skpi_status
skpi_pairs_begin(skpi_pairs *walk, skpi_changes changes, skpi_grain grain,
				 int32_t as_of, int32_t lag)
{
	skpi_status status;

	skpi_steps_begin(&walk->then_walk, changes, SKPI_NET_PERIOD, grain, as_of);
	walk->lag = lag;
	walk->last = skpi_period(grain, as_of);
	walk->then_level = walk->now_level = 0;
	walk->then_paused = walk->now_paused = 0;
	walk->fx = 0;
	status =
		skpi_steps_next(&walk->then_walk, &walk->then_step, &walk->then_more);
	if (status != SKPI_OK)
		return status;
	walk->now_step = walk->then_step;
	walk->now_more = walk->then_more;
	walk->now_walk = walk->then_walk;
	return SKPI_OK;
}

skpi_status
skpi_pairs_next(skpi_pairs *walk, skpi_pair *pair, bool *more)
{
	skpi_grain grain = walk->now_walk.grain;
	int32_t then_at = INT32_MAX;
	int32_t now_at = INT32_MAX;
	skpi_status status = SKPI_OK;

	if (walk->then_more)
		then_at = skpi_period(grain, walk->then_step.day) + walk->lag;
	if (walk->now_more)
		now_at = skpi_period(grain, walk->now_step.day);
	pair->from = then_at < now_at ? then_at : now_at;
	*more = pair->from <= walk->last;
	if (!*more)
		return SKPI_OK;
	if (then_at == pair->from)
	{
		walk->then_level = walk->then_step.after;
		walk->then_paused = walk->then_step.paused_after;
		if (__builtin_sub_overflow(walk->fx, walk->then_step.fx, &walk->fx))
			return SKPI_E_OVERFLOW;
		status = skpi_steps_next(&walk->then_walk, &walk->then_step,
								 &walk->then_more);
	}
	if (status == SKPI_OK && now_at == pair->from)
	{
		walk->now_level = walk->now_step.after;
		walk->now_paused = walk->now_step.paused_after;
		if (__builtin_add_overflow(walk->fx, walk->now_step.fx, &walk->fx))
			return SKPI_E_OVERFLOW;
		status =
			skpi_steps_next(&walk->now_walk, &walk->now_step, &walk->now_more);
	}
	pair->then_level = walk->then_level;
	pair->now_level = walk->now_level;
	pair->now_value = 0;
	if (walk->now_level > walk->fx && walk->now_level > 0 &&
		__builtin_sub_overflow(walk->now_level, walk->fx, &pair->now_value))
		return SKPI_E_OVERFLOW;
	pair->more_paused = walk->now_paused > walk->then_paused
							? walk->now_paused - walk->then_paused
							: 0;
	return status;
}

static void
values_of(const skpi_pair *pair, int64_t *v)
{
	bool base = pair->then_level > 0;

	v[SKPI_RET_BASE] = pair->then_level;
	v[SKPI_RET_RETAINED] = base ? pair->now_value : 0;
	v[SKPI_RET_KEPT] =
		pair->now_value < pair->then_level ? pair->now_value : pair->then_level;
	v[SKPI_RET_N_BASE] = base;
	v[SKPI_RET_N_KEPT] = base && pair->now_level > 0;
}

/* What rests: neither kept nor lost. */
static void
resting_of(const skpi_pair *pair, const int64_t *v, int64_t *rests)
{
	int64_t missing = v[SKPI_RET_BASE] - v[SKPI_RET_KEPT];

	rests[SKPI_RET_KEPT] =
		pair->more_paused < missing ? pair->more_paused : missing;
	rests[SKPI_RET_N_KEPT] =
		pair->then_level > 0 && pair->now_level == 0 && pair->more_paused > 0;
}

/* By how much values differ from the last ones, which they become.  Both lie
 * between zero and a level: cannot overflow. */
static void
difference(int64_t *last, const int64_t *v, int64_t *change)
{
	for (int i = 0; i < SKPI_RET_WIDTH; i++)
	{
		change[i] = v[i] - last[i];
		last[i] = v[i];
	}
}

/* One customer being added. */
typedef struct adder
{
	skpi_tally *t;
	size_t cap;
	unsigned steps; /* since stop was asked */
	skpi_stop_fn stop;
	void *stop_arg;
	bool asides; /* she may rest */
} adder;

#define STEPS_BETWEEN_STOPS 512

static bool
stopped(adder *a)
{
	if (a->stop == NULL || ++a->steps < STEPS_BETWEEN_STOPS)
		return false;
	a->steps = 0;
	return a->stop(a->stop_arg);
}

static skpi_status
put(const adder *a, int32_t to, int32_t also, int32_t period,
	const int64_t *change)
{
	skpi_status status = skpi_tally_add(a->t, a->cap, to, period, change);

	if (status == SKPI_OK && also != 0)
		status = skpi_tally_add(a->t, a->cap, also, period, change);
	return status;
}

/*
 * The customer, or one of her labels, under one number of the tally, or under
 * two where one label is all she has (0: no second one).
 */
static skpi_status
add_changes(adder *a, skpi_changes changes, int32_t to, int32_t also)
{
	skpi_tally *t = a->t;
	int64_t last[SKPI_RET_WIDTH] = {0};
	int64_t last_resting[SKPI_RET_WIDTH] = {0};
	skpi_pairs walk;
	skpi_pair pair;
	bool more = true;
	skpi_status status = skpi_pairs_begin(&walk, changes, (skpi_grain) t->grain,
										  t->param[0], t->param[1]);

	while (status == SKPI_OK)
	{
		int64_t v[SKPI_RET_WIDTH];
		int64_t rests[SKPI_RET_WIDTH] = {0};
		int64_t change[SKPI_RET_WIDTH];

		if (stopped(a))
			return SKPI_E_INTERRUPT;
		status = skpi_pairs_next(&walk, &pair, &more);
		if (status != SKPI_OK || !more)
			break;
		values_of(&pair, v);
		difference(last, v, change);
		status = put(a, to, also, pair.from, change);
		if (status != SKPI_OK || !a->asides)
			continue;
		resting_of(&pair, v, rests);
		difference(last_resting, rests, change);
		status = put(a, skpi_aside_key(to, SKPI_ASIDE_PAUSED),
					 also != 0 ? skpi_aside_key(also, SKPI_ASIDE_PAUSED) : 0,
					 pair.from, change);
	}
	return status;
}

/* The total before the labels: rows come in the order in which they stand. */
skpi_status
skpi_retention_add(skpi_tally *t, size_t cap, const skpi_tally *history,
				   int64_t *scratch, skpi_stop_fn stop, void *stop_arg)
{
	adder a = {t,    cap,      0,
			   stop, stop_arg, history->version >= SKPI_TALLY_ASIDES};
	uint16_t *map = (uint16_t *) scratch;
	bool one = history->n_labels == 1;
	skpi_status status;

	if (skpi_tally_used(t) + skpi_retention_room(t, history) > cap)
		return SKPI_FULL;
	if (a.asides)
		t->version = SKPI_TALLY_ASIDES;
	skpi_history_known(history, t->param[0], map);
	status = skpi_tally_labels_from(t, cap, history, map);
	if (status == SKPI_OK)
		status =
			add_changes(&a, skpi_history_changes(history), 0, one ? map[1] : 0);
	if (history->n_labels < 2)
		return status;
	scratch += map_words(history);
	skpi_history_split(history, scratch);
	for (int32_t i = 1; i <= history->n_labels && status == SKPI_OK; i++)
		if (map[i] != 0)
			status = add_changes(&a, skpi_history_of_label(history, scratch, i),
								 map[i], 0);
	return status;
}

/* Of one key what lies in [from, to): it begins with all there was up to from,
 * and ends with nothing. */
static skpi_status
put_between(skpi_tally *part, size_t cap, const skpi_tally *t, int32_t key,
			int32_t from, int32_t to)
{
	uint32_t next = skpi_tally_find(t, key, INT32_MIN);
	int64_t level[SKPI_RET_WIDTH] = {0};
	skpi_status status = skpi_tally_sum_until(t, &next, key, from, level);

	if (status == SKPI_OK)
		status = skpi_tally_add(part, cap, key, from, level);
	while (status == SKPI_OK && next < t->n_rows)
	{
		const skpi_row *row = skpi_tally_row(t, next);

		if (row->k1 != key || row->k2 >= to)
			break;
		status = skpi_tally_add(part, cap, key, row->k2, row->v);
		if (status == SKPI_OK)
			status = skpi_tally_sum_until(t, &next, key, row->k2, level);
	}
	for (int i = 0; i < SKPI_RET_WIDTH; i++)
		level[i] = -level[i];
	return status == SKPI_OK && to != INT32_MAX
			   ? skpi_tally_add(part, cap, key, to, level)
			   : status;
}

/* The cohort of a period is that of lag periods before. */
skpi_status
skpi_retention_between(skpi_tally *part, size_t cap, const skpi_tally *t,
					   int32_t from, int32_t to)
{
	int32_t lag = t->param[1];
	int32_t last = skpi_period((skpi_grain) t->grain, t->param[0]);
	skpi_status status;

	if (skpi_tally_used(part) + skpi_tally_room(part, t->n_rows + 4) > cap)
		return SKPI_FULL;
	part->version = t->version;
	if (from != INT32_MIN && (from += lag) > last)
		return SKPI_OK;
	if (to != INT32_MAX && (to += lag) > last)
		to = INT32_MAX;
	status = put_between(part, cap, t, skpi_aside_key(0, SKPI_ASIDE_PAUSED),
						 from, to);
	return status == SKPI_OK ? put_between(part, cap, t, 0, from, to) : status;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	bool aside = row->k1 < 0;

	return (aside ? skpi_aside_sound(t, row->k1) &&
						skpi_key_aside(row->k1) == SKPI_ASIDE_PAUSED
				  : skpi_within(row->k1, 0, t->n_labels)) &&
		   skpi_within(row->k2, p->first, p->end) &&
		   (!aside ||
			(row->v[SKPI_RET_BASE] == 0 && row->v[SKPI_RET_RETAINED] == 0 &&
			 row->v[SKPI_RET_N_BASE] == 0));
}

const skpi_kind_rules skpi_retention_rules = {skpi_head_as_of, row_sound, NULL};
