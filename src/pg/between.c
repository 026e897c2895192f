/*
 * The parts of waterfalls and retentions that lie in some periods: of who has
 * a value of a dimension only for some months.
 */
#include "saaskpi.h"

#include "skpi_flow.h"
#include "skpi_retention.h"

/* The periods [from, to) that two arguments name by days in them. */
typedef struct span
{
	int32 from;
	int32 to;
} span;

/* Null is no bound; what lies after the period of as_of is none. */
static span
span_of(FunctionCallInfo fcinfo, const skpi_tally *state)
{
	skpi_grain grain = (skpi_grain) state->grain;
	int32 last = skpi_period(grain, state->param[0]);
	span s = {PG_INT32_MIN, PG_INT32_MAX};

	if (!PG_ARGISNULL(1))
		s.from = skpi_period(grain,
							 skpg_day(PG_GETARG_DATEADT(1), "from_period"));
	if (!PG_ARGISNULL(2))
		s.to =
			skpi_period(grain, skpg_day(PG_GETARG_DATEADT(2), "to_period"));
	if (s.from > last)
		s.to = s.from;
	else if (s.to > last)
		s.to = PG_INT32_MAX;
	return s;
}

typedef skpi_status (*between_fn)(skpi_tally *part, size_t cap,
								  const skpi_tally *state, int32_t from,
								  int32_t to);

/* A part of a state; between adds at most so many rows of its own to it. */
static Datum
part_of(FunctionCallInfo fcinfo, skpi_kind kind, between_fn between,
		uint32_t own_rows, const char *name)
{
	const skpi_tally *state;
	skpi_tally *part;
	span s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = SKPG_GETARG_STATE(0, kind);
	part = skpg_alike(state, skpi_tally_room(state, state->n_rows + own_rows));
	s = span_of(fcinfo, state);
	if (s.from < s.to)
		skpg_check(between(part, skpg_capacity(part), state, s.from, s.to),
				   name);
	return skpg_close(part);
}

SKPG_FUNCTION(saaskpi_mrr_flow_between);

Datum
saaskpi_mrr_flow_between(PG_FUNCTION_ARGS)
{
	return part_of(fcinfo, SKPI_MRR_FLOW, skpi_flow_between, 2, "mrr_flow");
}

SKPG_FUNCTION(saaskpi_mrr_retention_between);

Datum
saaskpi_mrr_retention_between(PG_FUNCTION_ARGS)
{
	return part_of(fcinfo, SKPI_MRR_RETENTION, skpi_retention_between, 4,
				   "mrr_retention");
}
