/*
 * An activity while its rows come in.
 *
 * Nearly every customer pays the same in one period after the other, with a
 * few changes of price and a few failures.  So the last few runs of equal
 * periods are kept in a block that fills one cache line and needs no
 * searching; when there are more, the one that ended first moves to a tally
 * beside.  Adding is commutative, so both together are the same activity, to
 * the byte, in any order.
 */
#ifndef SKPI_PAYMENT_H
#define SKPI_PAYMENT_H

#include "skpi_activity.h"

#define SKPI_OPEN_RUNS 3

/* One row in each of `length` periods, all of the same lane and amount. */
typedef struct skpi_run
{
	int32_t from;
	uint16_t length; /* 0 when the run is not in use */
	uint16_t lane;
	int64_t amount;
} skpi_run;

typedef struct skpi_payments
{
	skpi_run run[SKPI_OPEN_RUNS];
	int32_t first;    /* days of the lane "done" in the runs and before them; */
	int32_t last;     /* SKPI_NO_DAY when there is none */
	skpi_tally *rest; /* everything else; the caller's memory; may be NULL */
} skpi_payments;

_Static_assert(sizeof(skpi_payments) == 64, "one cache line");

static inline void
skpi_payments_init(skpi_payments *a)
{
	*a = (skpi_payments){.first = SKPI_NO_DAY, .last = SKPI_NO_DAY};
}

/* Adds one row; SKPI_FULL when a run must be moved away first. */
skpi_status skpi_payments_add(skpi_payments *a, skpi_grain grain,
							  skpi_lane lane, int32_t day, int64_t amount);

/*
 * Moves the run that ended first to the rest, which must be there; SKPI_FULL
 * when the rest has no room for SKPI_ACTIVITY_ROOM more bytes.
 */
#define SKPI_ACTIVITY_ROOM (2 * (sizeof(skpi_row) + 2 * sizeof(int64_t)))
skpi_status skpi_payments_move(skpi_payments *a, size_t cap);

/* Bytes that hold all of it. */
size_t skpi_payments_bytes(const skpi_payments *a);

/* The activity itself, in a block of at least so many bytes. */
skpi_status skpi_payments_close(const skpi_payments *a, skpi_grain grain,
								skpi_tally *t, size_t cap);

#endif
