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

SKPG_FUNCTION(saaskpi_mrr_flow_between);

Datum
saaskpi_mrr_flow_between(PG_FUNCTION_ARGS)
{
	const skpi_tally *flow;
	skpi_tally *part;
	span s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	flow = SKPG_GETARG_STATE(0, SKPI_MRR_FLOW);
	part = skpg_alike(flow, skpi_tally_room(flow, flow->n_rows + 2));
	s = span_of(fcinfo, flow);
	if (s.from < s.to)
		skpg_check(skpi_flow_between(part, skpg_capacity(part), flow, s.from,
									 s.to),
				   "mrr_flow");
	return skpg_close(part);
}

SKPG_FUNCTION(saaskpi_mrr_retention_between);

Datum
saaskpi_mrr_retention_between(PG_FUNCTION_ARGS)
{
	const skpi_tally *state;
	skpi_tally *part;
	span s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = SKPG_GETARG_STATE(0, SKPI_MRR_RETENTION);
	part = skpg_alike(state, skpi_tally_room(state, state->n_rows + 4));
	s = span_of(fcinfo, state);
	if (s.from < s.to)
		skpg_check(skpi_retention_between(part, skpg_capacity(part), state,
										  s.from, s.to),
				   "mrr_retention");
	return skpg_close(part);
}
