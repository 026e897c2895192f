#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "skpi_funnel.h"

static int32
window_arg(FunctionCallInfo fcinfo, int argno)
{
	const Interval *i;
	int64 us;

	if (PG_ARGISNULL(argno))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("window is NULL"));
	i = PG_GETARG_INTERVAL_P(argno);
	if (i->month != 0 ||
		__builtin_mul_overflow((int64) i->day, USECS_PER_DAY, &us) ||
		__builtin_add_overflow(us, i->time, &us) || us < USECS_PER_SEC ||
		us % USECS_PER_SEC != 0 || us / USECS_PER_SEC > PG_INT32_MAX)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("window must be whole seconds, from 1 second to 24855 "
					   "days, without months"),
				errhint("For example interval '30 days'."));
	return (int32) (us / USECS_PER_SEC);
}

static skpi_funnel_mode
mode_arg(FunctionCallInfo fcinfo, int argno)
{
	text *word;
	skpi_funnel_mode mode;

	if (PG_ARGISNULL(argno))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("mode is NULL"));
	word = PG_GETARG_TEXT_PP(argno);
	mode = skpi_funnel_mode_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word));
	if (mode == SKPI_FUNNEL_MODES)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("mode \"%s\" is not known", text_to_cstring(word)),
				errhint("Use default, strict_order, strict_dedup, "
						"strict_increase or once."));
	return mode;
}

/* The steps, checked; how many. */
static int
steps_arg(FunctionCallInfo fcinfo, int argno, ArrayType **steps)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("steps are NULL"));
	*steps = PG_GETARG_ARRAYTYPE_P(argno);
	if (ARR_NDIM(*steps) != 1 || array_contains_nulls(*steps) ||
		ARR_DIMS(*steps)[0] > SKPI_FUNNEL_STEPS)
		ereport(ERROR, errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				errmsg("steps must be a list of 1 to %d types of events",
					   SKPI_FUNNEL_STEPS));
	return ARR_DIMS(*steps)[0];
}

/* Bit i: the type is step i + 1.  The array is walked where it lies. */
static uint32
mask_of(text *type, ArrayType *steps, int n)
{
	const char *p = ARR_DATA_PTR(steps);
	size_t length = VARSIZE_ANY_EXHDR(type);
	uint32 mask = 0;

	for (int i = 0; i < n; i++)
	{
		p = (const char *) att_align_pointer(p, TYPALIGN_INT, -1, p);
		if (VARSIZE_ANY_EXHDR(p) == length &&
			memcmp(VARDATA_ANY(p), VARDATA_ANY(type), length) == 0)
			mask |= 1u << i;
		p += VARSIZE_ANY(p);
	}
	return mask;
}

/* The state for these parameters, which may be the first of a group. */
static skpi_tally *
checked(FunctionCallInfo fcinfo, skpi_tally *state, int steps)
{
	int32 window = window_arg(fcinfo, 4);
	skpi_funnel_mode mode = mode_arg(fcinfo, 5);

	if (state == NULL)
	{
		state = skpg_new(sizeof(skpi_tally));
		skpi_funnel_init(state, window, steps, mode);
	}
	skpg_same(state, SKPI_DAY, window, skpi_funnel_param(steps, mode));
	return state;
}

SKPG_FUNCTION(saaskpi_funnel_accum);

/* (state, event_time, event_type, steps, window, mode) */
Datum
saaskpi_funnel_accum(PG_FUNCTION_ARGS)
{
	skpi_tally *state = skpg_open(fcinfo, 0);
	bool usable = !PG_ARGISNULL(1) && !PG_ARGISNULL(2) &&
				  PG_GETARG_TIMESTAMPTZ(1) >= SKPI_FUNNEL_TIME_MIN &&
				  PG_GETARG_TIMESTAMPTZ(1) < SKPI_FUNNEL_TIME_END;
	ArrayType *steps;
	int n = steps_arg(fcinfo, 3, &steps);
	uint32 mask = usable ? mask_of(PG_GETARG_TEXT_PP(2), steps, n) : 0;
	skpi_status status;

	/* most events are no step, and this is all they cost */
	if (state == NULL || !usable || mask != 0 ||
		skpi_funnel_mode_of(state) == SKPI_FUNNEL_STRICT_ORDER)
		state = checked(fcinfo, state, n);
	else
		PG_RETURN_POINTER(state);
	if (!usable)
	{
		state->skipped++;
		PG_RETURN_POINTER(state);
	}
	status = skpi_funnel_add(state, skpg_capacity(state),
							 PG_GETARG_TIMESTAMPTZ(1), mask);
	if (status == SKPI_FULL)
	{
		state = skpg_grow(state,
						  skpi_tally_used(state) + skpi_tally_room(state, 1) +
							  skpi_tally_room(state, skpi_tally_late(state)));
		status = skpi_funnel_add(state, skpg_capacity(state),
								 PG_GETARG_TIMESTAMPTZ(1), mask);
	}
	skpg_check(status, "funnel_path");
	PG_RETURN_POINTER(state);
}

static skpi_funnel_way
way_arg(FunctionCallInfo fcinfo)
{
	skpi_funnel_way way;

	skpi_funnel_walk(SKPG_GETARG_STATE(0, SKPI_FUNNEL_PATH), &way);
	return way;
}

SKPG_FUNCTION(saaskpi_funnel_times);

Datum
saaskpi_funnel_times(PG_FUNCTION_ARGS)
{
	skpi_funnel_way way = way_arg(fcinfo);
	Datum times[SKPI_FUNNEL_STEPS];

	for (int i = 0; i < way.reached; i++)
		times[i] = TimestampTzGetDatum(way.time[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(times, way.reached, TIMESTAMPTZOID,
										  sizeof(TimestampTz), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}

SKPG_FUNCTION(saaskpi_funnel_last_entry);

Datum
saaskpi_funnel_last_entry(PG_FUNCTION_ARGS)
{
	skpi_funnel_way way = way_arg(fcinfo);

	if (way.reached == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(way.last_entry);
}

SKPG_FUNCTION(saaskpi_funnel_skipped);

Datum
saaskpi_funnel_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(SKPG_GETARG_STATE(0, SKPI_FUNNEL_PATH)->skipped);
}
