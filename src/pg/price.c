#include "saaskpi.h"

#include "mb/pg_wchar.h"

#include "skpi_price.h"

static skpi_share
share_of(text *word)
{
	skpi_share share;

	if (skpi_price_share(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), &share) !=
		SKPI_OK)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("unknown interval: \"%.*s\"",
				   pg_mbcliplen(VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word), 80),
				   VARDATA_ANY(word)),
			errhint("Use day, week, month, quarter, half-year or year."));
	return share;
}

SKPG_FUNCTION(saaskpi_monthly_price);

/* (amount, interval, how many of them) */
Datum
saaskpi_monthly_price(PG_FUNCTION_ARGS)
{
	skpi_share share = share_of(PG_GETARG_TEXT_PP(1));
	int32 count = PG_GETARG_INT32(2);
	skpi_digits amount;
	int64 units;

	if (count < 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("interval_count must be 1 or more: %d", count),
				errhint("Leave it out for one interval."));
	if (!skpg_digits(PG_GETARG_DATUM(0), &amount) ||
		skpi_price_month(&amount, share, count, &units) != SKPI_OK)
		PG_RETURN_NULL();
	return skpg_money_out(units);
}
