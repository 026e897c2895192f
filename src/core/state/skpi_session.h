/*
 * Sessions: runs of events of one customer, each no more than a gap after the
 * one before it.  An event exactly at the gap still belongs to the session;
 * the first one later begins the next, and so does, where days are told, the
 * first of another day.  Times are microseconds, on any origin.
 */
#ifndef SKPI_SESSION_H
#define SKPI_SESSION_H

#include "skpi_status.h"

#include <stdint.h>

/* A walk over the events of one customer, all zero before the first. */
typedef struct skpi_session_walk
{
	int64_t number; /* of the session, from 1; 0 before the first event */
	int64_t last;
	int32_t day;
} skpi_session_walk;

/*
 * The next event, in order of time; day is that on which it falls, or always
 * the same where sessions may pass midnight.  walk->number is then its
 * session's.  SKPI_E_RANGE, and nothing is changed, for a time before the one
 * before it.
 */
skpi_status skpi_session_next(skpi_session_walk *walk, int64_t time,
							  int32_t day, uint64_t gap);

#endif
