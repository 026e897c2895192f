#include "skpi_funnel.h"

#include <string.h>

static const char *const mode_names[SKPI_FUNNEL_MODES] = {
	"default", "strict_order", "strict_dedup", "strict_increase", "once"};

skpi_funnel_mode
skpi_funnel_mode_parse(const char *word, size_t length)
{
	int mode = 0;

	while (mode < SKPI_FUNNEL_MODES &&
		   (strlen(mode_names[mode]) != length ||
			memcmp(mode_names[mode], word, length) != 0))
		mode++;
	return (skpi_funnel_mode) mode;
}

void
skpi_funnel_init(skpi_tally *t, int32_t window, int steps,
				 skpi_funnel_mode mode)
{
	skpi_tally_init(t, SKPI_FUNNEL_PATH, SKPI_DAY,
					(int32_t[]){window, skpi_funnel_param(steps, mode), 0});
}

/* The number of 64 bits as two keys that sort alike. */
skpi_status
skpi_funnel_add(skpi_tally *t, size_t cap, int64_t time, uint32_t mask)
{
	uint64_t key =
		(uint64_t) (time - SKPI_FUNNEL_TIME_MIN) << SKPI_FUNNEL_STEPS | mask;
	int64_t one = 1;

	if (mask == 0 && skpi_funnel_mode_of(t) != SKPI_FUNNEL_STRICT_ORDER)
		return SKPI_OK;
	return skpi_tally_add(t, cap, (int32_t) ((int64_t) (key >> 32) + INT32_MIN),
						  (int32_t) ((int64_t) (uint32_t) key + INT32_MIN),
						  &one);
}

static uint64_t
key_of(const skpi_row *row)
{
	return (uint64_t) ((int64_t) row->k1 - INT32_MIN) << 32 |
		   (uint64_t) ((int64_t) row->k2 - INT32_MIN);
}

/* Per step the chain that got there and began last: it has most time left. */
typedef struct chains
{
	bool there[SKPI_FUNNEL_STEPS];
	int64_t time[SKPI_FUNNEL_STEPS][SKPI_FUNNEL_STEPS];
} chains;

typedef struct walker
{
	int64_t window;
	int steps;
	skpi_funnel_mode mode;
	chains now;
	chains before; /* of strict_increase: those of earlier times */
	skpi_funnel_way *way;
} walker;

static void
enter(walker *w, int64_t time)
{
	w->now.there[0] = true;
	w->now.time[0][0] = time;
	w->way->last_entry = time;
	if (w->way->reached == 0)
	{
		w->way->reached = 1;
		w->way->time[0] = time;
	}
}

/* A chain from step to the next one (counted from 0), when there is one. */
static bool
advance(walker *w, int step, int64_t time)
{
	const chains *from =
		w->mode == SKPI_FUNNEL_STRICT_INCREASE ? &w->before : &w->now;
	size_t bytes = (size_t) (step + 1) * sizeof(int64_t);

	if (!from->there[step] || time - from->time[step][0] > w->window)
		return false;
	memcpy(w->now.time[step + 1], from->time[step], bytes);
	w->now.time[step + 1][step + 1] = time;
	w->now.there[step + 1] = true;
	if (w->way->reached < step + 2)
	{
		w->way->reached = step + 2;
		memcpy(w->way->time, w->now.time[step + 1], bytes + sizeof(int64_t));
	}
	return true;
}

/* In strict order one chain is under way; `at` steps of it are taken. */
static int
next_in_order(walker *w, int at, int64_t time, uint32_t mask)
{
	bool enters = (mask & 1) != 0;

	if (enters)
		w->way->last_entry = time;
	if (at > 0 && at < w->steps && (mask >> at & 1) != 0 &&
		advance(w, at - 1, time))
		return at + 1;
	if (enters)
		enter(w, time);
	return enters ? 1 : 0;
}

/* False when the search ends here. */
static bool
next_event(walker *w, int64_t time, uint32_t mask)
{
	bool used = false;

	if (w->mode == SKPI_FUNNEL_STRICT_DEDUP)
		for (int step = 1; step < w->steps; step++)
			if ((mask >> step & 1) != 0 && w->now.there[step])
				return false;
	/* from the deepest, so that no chain takes two steps with one event */
	for (int step = w->steps - 1; step > 0; step--)
		if ((mask >> step & 1) != 0 && !(used && w->mode == SKPI_FUNNEL_ONCE))
			used = advance(w, step - 1, time) || used;
	if ((mask & 1) != 0 && !(used && w->mode == SKPI_FUNNEL_ONCE))
		enter(w, time);
	return true;
}

void
skpi_funnel_walk(const skpi_tally *t, skpi_funnel_way *way)
{
	walker w = {.window = (int64_t) t->param[0] * 1000000,
				.steps = skpi_funnel_steps(t),
				.mode = skpi_funnel_mode_of(t),
				.way = way};
	int64_t last = INT64_MIN;
	int at = 0;

	*way = (skpi_funnel_way){0};
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(t, r);
		uint64_t key = key_of(row);
		uint32_t mask = (uint32_t) (key & ((1u << SKPI_FUNNEL_STEPS) - 1));
		int64_t time =
			(int64_t) (key >> SKPI_FUNNEL_STEPS) + SKPI_FUNNEL_TIME_MIN;
		/* after that many equal events another changes nothing */
		int64_t n = row->v[0] < SKPI_FUNNEL_STEPS + 1 ? row->v[0]
													  : SKPI_FUNNEL_STEPS + 1;

		if (time != last && w.mode == SKPI_FUNNEL_STRICT_INCREASE)
			w.before = w.now;
		last = time;
		for (; n > 0; n--)
			if (w.mode == SKPI_FUNNEL_STRICT_ORDER)
				at = next_in_order(&w, at, time, mask);
			else if (!next_event(&w, time, mask))
				return;
	}
}

static bool
head_sound(const skpi_tally *t)
{
	return t->flags == 0 && t->n_labels == 0 && t->grain == SKPI_DAY &&
		   t->param[0] > 0 && t->param[1] > 0 &&
		   t->param[1] < 16 * SKPI_FUNNEL_MODES && skpi_funnel_steps(t) > 0 &&
		   skpi_funnel_steps(t) <= SKPI_FUNNEL_STEPS;
}

static bool
row_sound(const skpi_tally *t, const skpi_row *row, const skpi_periods *p)
{
	uint32_t mask = (uint32_t) (key_of(row) & ((1u << SKPI_FUNNEL_STEPS) - 1));

	(void) p;
	return row->v[0] > 0 && mask >> skpi_funnel_steps(t) == 0 &&
		   (mask != 0 || skpi_funnel_mode_of(t) == SKPI_FUNNEL_STRICT_ORDER);
}

const skpi_kind_rules skpi_funnel_rules = {head_sound, row_sound, NULL};
