#include "saaskpi.h"

#include "access/xact.h"
#include "executor/spi.h"

#include <gsl/gsl_errno.h>

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

/*
 * GSL's own handler aborts the process, which would be the server.  It goes
 * off here and stays off: every status GSL returns is looked at instead.
 */
void
_PG_init(void)
{
	gsl_set_error_handler_off();
}

static int
sqlstate_of(skpi_status status)
{
	switch (status)
	{
		case SKPI_E_OVERFLOW:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case SKPI_FULL:
		case SKPI_E_LIMIT:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case SKPI_E_MISMATCH:
		case SKPI_E_RANGE:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case SKPI_E_CORRUPT:
			return ERRCODE_DATA_CORRUPTED;
		case SKPI_E_SYNTAX:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
		case SKPI_E_NOMEM:
			return ERRCODE_OUT_OF_MEMORY;
		default:
			return ERRCODE_DATA_EXCEPTION;
	}
}

void
skpg_check(skpi_status status, const char *what)
{
	if (status == SKPI_OK)
		return;
	if (status == SKPI_E_INTERRUPT)
		CHECK_FOR_INTERRUPTS();
	ereport(ERROR, errcode(sqlstate_of(status)),
			errmsg("%s: %s", what, skpi_status_text(status)));
}

skpi_grain
skpg_grain(text *word)
{
	skpi_grain grain =
		skpi_grain_parse(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word));

	if (grain == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("unknown grain: \"%s\"", text_to_cstring(word)),
				errhint("Use 'day', 'week', 'month', 'quarter' or 'year'."));
	return grain;
}

int32
skpg_day(DateADT date, const char *what)
{
	if (DATE_NOT_FINITE(date) || !skpi_day_valid(date))
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("%s must lie in the years 1 to 9999: %s", what,
					   DatumGetCString(DirectFunctionCall1(
						   date_out, DateADTGetDatum(date)))));
	return date;
}

Datum
skpg_day_or_null(FunctionCallInfo fcinfo, int32 day)
{
	if (day == SKPI_NO_DAY)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(day);
}

SKPG_FUNCTION(saaskpi_can_commit);

Datum
saaskpi_can_commit(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(SPI_inside_nonatomic_context() && !IsTransactionBlock() &&
				   !IsSubTransaction());
}
