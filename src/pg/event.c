#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "common/int.h"

#include "skpi_event_flow.h"

static const skpi_tally *
history_arg(FunctionCallInfo fcinfo)
{
	return SKPG_GETARG_STATE(0, SKPI_EVENT_HISTORY);
}

SKPG_FUNCTION(saaskpi_event_days);

Datum
saaskpi_event_days(PG_FUNCTION_ARGS)
{
	const skpi_tally *h;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	h = history_arg(fcinfo);
	for (uint32_t r = 0; r < h->n_rows; r++)
	{
		const skpi_row *row = skpi_tally_row(h, r);
		size_t length;
		const char *type = skpi_tally_label_text(h, row->k2, &length);

		skpg_row_day(&rows, row->k1);
		skpg_row_datum(&rows,
					   PointerGetDatum(cstring_to_text_with_len(type, length)));
		skpg_row_count(&rows, row->v[0]);
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

SKPG_FUNCTION(saaskpi_event_types);

Datum
saaskpi_event_types(PG_FUNCTION_ARGS)
{
	const skpi_tally *h;
	skpi_event_totals *totals;
	const char *next;
	skpg_rows rows;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	h = history_arg(fcinfo);
	totals = palloc(((size_t) h->n_labels + 1) * sizeof(*totals));
	skpg_check(skpi_event_totals_by_label(h, totals), "event_history");
	next = skpi_tally_labels(h);
	for (int i = 1; i <= h->n_labels; i++)
	{
		skpg_row_datum(&rows, PointerGetDatum(skpg_label_next(&next)));
		skpg_row_count(&rows, totals[i].events);
		skpg_row_count(&rows, totals[i].days);
		if (totals[i].events == 0)
		{
			skpg_row_null(&rows);
			skpg_row_null(&rows);
		}
		else
		{
			skpg_row_day(&rows, totals[i].first_day);
			skpg_row_day(&rows, totals[i].last_day);
		}
		skpg_row_end(&rows);
	}
	return (Datum) 0;
}

static skpi_event_totals
totals_of(FunctionCallInfo fcinfo)
{
	skpi_event_totals totals;

	skpg_check(skpi_event_total(history_arg(fcinfo), &totals), "event_history");
	return totals;
}

SKPG_FUNCTION(saaskpi_event_count);

Datum
saaskpi_event_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(totals_of(fcinfo).events);
}

SKPG_FUNCTION(saaskpi_event_active_days);

Datum
saaskpi_event_active_days(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(totals_of(fcinfo).days);
}

SKPG_FUNCTION(saaskpi_event_skipped);

Datum
saaskpi_event_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(history_arg(fcinfo)->skipped);
}

/* Of the types in an array: those that are not in the history match nothing. */
static skpi_event_totals
totals_of_types(FunctionCallInfo fcinfo)
{
	const skpi_tally *h = history_arg(fcinfo);
	bool *chosen = palloc0((size_t) h->n_labels + 1);
	skpi_event_totals totals;
	Datum *types;
	bool *nulls;
	int n;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false,
					  TYPALIGN_INT, &types, &nulls, &n);
	for (int k = 0; k < n; k++)
	{
		const char *next = skpi_tally_labels(h);
		const text *type;

		if (nulls[k])
			continue;
		type = DatumGetTextPP(types[k]);
		for (int i = 1; i <= h->n_labels; i++)
		{
			size_t length;
			const char *label = skpi_tally_label_next(&next, &length);

			if (length == VARSIZE_ANY_EXHDR(type) &&
				memcmp(label, VARDATA_ANY(type), length) == 0)
				chosen[i] = true;
		}
	}
	skpg_check(skpi_event_total_of(h, chosen, &totals), "event_history");
	return totals;
}

SKPG_FUNCTION(saaskpi_event_first_on);

Datum
saaskpi_event_first_on(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(fcinfo, totals_of_types(fcinfo).first_day);
}

SKPG_FUNCTION(saaskpi_event_last_on);

Datum
saaskpi_event_last_on(PG_FUNCTION_ARGS)
{
	return skpg_day_or_null(fcinfo, totals_of_types(fcinfo).last_day);
}

/* A large customer alone; interrupted, it begins again. */
static skpi_tally *
alone(const skpi_tally *state, const skpi_tally *history, int64 *scratch)
{
	for (;;)
	{
		skpi_tally *one =
			skpg_alike(state, skpi_event_flow_room(state, history));
		skpi_status status = skpi_event_flow_add(
			one, skpg_capacity(one), history, scratch, skpg_stop, NULL);

		if (status != SKPI_E_INTERRUPT)
		{
			skpg_check(status, "event_flow");
			return one;
		}
		pfree(one);
		CHECK_FOR_INTERRUPTS();
	}
}

static skpi_tally *
add(skpi_tally *state, const skpi_tally *history)
{
	int64 *scratch = palloc(skpi_event_flow_scratch(history) * sizeof(int64));

	if (history->n_rows > SKPG_LARGE)
		return skpg_merge(state, alone(state, history, scratch));
	state = skpg_grow(state, skpi_tally_used(state) +
								 skpi_event_flow_room(state, history));
	skpg_check(skpi_event_flow_add(state, skpg_capacity(state), history,
								   scratch, NULL, NULL),
			   "event_flow");
	pfree(scratch);
	return state;
}

/*
 * Rows that wait are looked for, the others stand where they are thought to be.
 * So as soon as as many rows have been added as there are, to whichever state,
 * a state with some that wait settles: that costs no more than they did.
 */
static skpi_tally *
settled(FunctionCallInfo fcinfo, skpi_tally *state, const skpi_tally *history)
{
	FmgrInfo *f = fcinfo->flinfo;
	uint64 *added;

	if (f->fn_extra == NULL)
		f->fn_extra = MemoryContextAllocZero(f->fn_mcxt, sizeof(*added));
	added = f->fn_extra;
	*added += history->n_rows;
	if (skpi_tally_late(state) == 0 || *added < state->n_rows)
		return state;
	*added = 0;
	state =
		skpg_grow(state, skpi_tally_used(state) +
							 skpi_tally_room(state, skpi_tally_late(state)));
	skpg_check(skpi_tally_settle(state, skpg_capacity(state)), "event_flow");
	return state;
}

SKPG_FUNCTION(saaskpi_event_flow_accum);

/* (state, history, grain, as_of, week_start) */
Datum
saaskpi_event_flow_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	const skpi_tally *history;
	skpi_grain grain;
	int32 as_of, shift;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(4))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("%s must not be null",
					   PG_ARGISNULL(2) ? "grain" : "week_start"));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	grain = skpg_grain(PG_GETARG_TEXT_PP(2));
	as_of = skpg_day(PG_GETARG_DATEADT(3), "as_of");
	shift = skpg_week_shift(PG_GETARG_TEXT_PP(4));
	if (state == NULL)
	{
		state = skpg_new(4096);
		skpi_event_flow_init(state, grain, as_of, shift);
	}
	skpg_same(state, grain, as_of, shift);
	history = SKPG_GETARG_STATE(1, SKPI_EVENT_HISTORY);
	PG_RETURN_POINTER(add(settled(fcinfo, state, history), history));
}

SKPG_FUNCTION(saaskpi_event_flow);

/* One customer's periods: the drill-down. */
Datum
saaskpi_event_flow(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_new(4096);

	skpi_event_flow_init(state, skpg_grain(PG_GETARG_TEXT_PP(1)),
						 skpg_day(PG_GETARG_DATEADT(2), "as_of"),
						 skpg_week_shift(PG_GETARG_TEXT_PP(3)));
	return skpg_close(add(state, history_arg(fcinfo)));
}

/* The periods of one label from the first on, gaps included. */
static void
show_label(skpg_rows *rows, const skpi_tally *t, uint32 *next, int32 label,
		   const text *type)
{
	int32 last = skpi_event_flow_period(t, t->param[0]);
	int64 trailing[2] = {0, 0};

	if (*next == t->n_rows || skpi_tally_row(t, *next)->k1 != label)
		return;
	for (int32 p = skpi_tally_row(t, *next)->k2; p <= last; p++)
	{
		static const int64 none[SKPI_EVF_WIDTH];
		const int64 *v = none;

		if (*next < t->n_rows && skpi_tally_row(t, *next)->k1 == label &&
			skpi_tally_row(t, *next)->k2 == p)
			v = skpi_tally_row(t, (*next)++)->v;
		skpg_row_label(rows, type);
		skpg_row_day(rows, skpi_event_flow_start(t, p));
		for (int i = 0; i <= SKPI_EVF_DORMANT; i++)
			skpg_row_count(rows, v[i]);
		for (int i = 0; i < 2; i++)
		{
			if (pg_add_s64_overflow(trailing[i], v[SKPI_EVF_TRAILING_7 + i],
									&trailing[i]))
				skpg_check(SKPI_E_OVERFLOW, "event_flow");
			if (label == 0 && t->grain == SKPI_DAY)
				skpg_row_count(rows, trailing[i]);
			else
				skpg_row_null(rows);
		}
		skpg_row_datum(
			rows, BoolGetDatum(skpi_event_flow_start(t, p + 1) <= t->param[0]));
		skpg_row_end(rows);
	}
}

SKPG_FUNCTION(saaskpi_event_periods);

Datum
saaskpi_event_periods(PG_FUNCTION_ARGS)
{
	const skpi_tally *t;
	const char *label;
	skpg_rows rows;
	uint32 next = 0;

	skpg_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	t = SKPG_GETARG_STATE(0, SKPI_EVENT_FLOW);
	show_label(&rows, t, &next, 0, NULL);
	label = skpi_tally_labels(t);
	for (int32 i = 1; i <= t->n_labels; i++)
		show_label(&rows, t, &next, i, skpg_label_next(&label));
	return (Datum) 0;
}
