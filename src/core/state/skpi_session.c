#include "skpi_session.h"

skpi_status
skpi_session_next(skpi_session_walk *walk, int64_t time, int32_t day,
				  uint64_t gap)
{
	if (walk->number > 0 && time < walk->last)
		return SKPI_E_RANGE;
	/* as unsigned: the way between two times can be longer than INT64_MAX */
	walk->number += walk->number == 0 || day != walk->day ||
					(uint64_t) time - (uint64_t) walk->last > gap;
	walk->last = time;
	walk->day = day;
	return SKPI_OK;
}
