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
	size_t rows = (size_t) history->n_rows * 4;

	return skpi_tally_room(t, rows) + history->label_bytes + 16;
}

skpi_status
skpi_pairs_begin(skpi_pairs *walk, const skpi_tally *history, skpi_grain grain,
				 int32_t as_of, int32_t lag, int32_t label)
{
	skpi_status status;

	skpi_steps_begin(&walk->then_walk, history, SKPI_NET_PERIOD, grain, as_of,
					 label);
	walk->lag = lag;
	walk->last = skpi_period(grain, as_of);
	walk->then_level = walk->now_level = 0;
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
		status = skpi_steps_next(&walk->then_walk, &walk->then_step,
								 &walk->then_more);
	}
	if (status == SKPI_OK && now_at == pair->from)
	{
		walk->now_level = walk->now_step.after;
		status =
			skpi_steps_next(&walk->now_walk, &walk->now_step, &walk->now_more);
	}
	pair->then_level = walk->then_level;
	pair->now_level = walk->now_level;
	return status;
}

static void
values_of(const skpi_pair *pair, int64_t *v)
{
	bool base = pair->then_level > 0;

	v[SKPI_RET_BASE] = pair->then_level;
	v[SKPI_RET_RETAINED] = base ? pair->now_level : 0;
	v[SKPI_RET_KEPT] =
		pair->now_level < pair->then_level ? pair->now_level : pair->then_level;
	v[SKPI_RET_N_BASE] = base;
	v[SKPI_RET_N_KEPT] = base && pair->now_level > 0;
}

/*
 * The customer, or one of her labels, under one number of the tally, or under
 * two where one label is all she has (0: no second one).
 */
static skpi_status
add_label(skpi_tally *t, size_t cap, const skpi_tally *history, int32_t from,
		  int32_t to, int32_t also)
{
	int64_t last[SKPI_RET_WIDTH] = {0};
	skpi_pairs walk;
	skpi_pair pair;
	bool more = true;
	skpi_status status = skpi_pairs_begin(&walk, history, (skpi_grain) t->grain,
										  t->param[0], t->param[1], from);

	while (status == SKPI_OK)
	{
		int64_t v[SKPI_RET_WIDTH];
		int64_t change[SKPI_RET_WIDTH];

		status = skpi_pairs_next(&walk, &pair, &more);
		if (status != SKPI_OK || !more)
			break;
		values_of(&pair, v);
		for (int i = 0; i < SKPI_RET_WIDTH; i++)
		{
			/* both lie between zero and a level: cannot overflow */
			change[i] = v[i] - last[i];
			last[i] = v[i];
		}
		status = skpi_tally_add(t, cap, to, pair.from, change);
		if (status == SKPI_OK && also != 0)
			status = skpi_tally_add(t, cap, also, pair.from, change);
	}
	return status;
}

skpi_status
skpi_retention_add(skpi_tally *t, size_t cap, const skpi_tally *history)
{
	skpi_status status = SKPI_OK;

	if (skpi_tally_used(t) + skpi_retention_room(t, history) > cap)
		return SKPI_FULL;
	for (int32_t i = 1; i <= history->n_labels && status == SKPI_OK; i++)
	{
		int32_t to;
		size_t n;
		const char *text = skpi_tally_label_text(history, i, &n);

		if (!skpi_history_knows(history, i, t->param[0]))
			continue;
		status = skpi_tally_label(t, cap, text, n, &to);
		if (status != SKPI_OK)
			return status;
		if (history->n_labels == 1)
			return add_label(t, cap, history, 0, 0, to);
		status = add_label(t, cap, history, i, to, 0);
	}
	return status == SKPI_OK ? add_label(t, cap, history, 0, 0, 0) : status;
}
