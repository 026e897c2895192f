/*
 * Changes of one customer under rising keys, gathered so that every key is
 * looked up in the tally once.  A state over many customers lies in no cache;
 * the look-up is what a roll-up costs.
 */
#ifndef SKPI_CHANGE_H
#define SKPI_CHANGE_H

#include "skpi_tally.h"

#include <string.h>

typedef struct skpi_change
{
	skpi_tally *tally;
	size_t cap;
	int32_t k1;
	int32_t k2;
	skpi_status status; /* the first failure; later changes are ignored */
	int64_t v[SKPI_TALLY_MAX_WIDTH];
} skpi_change;

static inline void
skpi_change_begin(skpi_change *c, skpi_tally *tally, size_t cap, int32_t k1)
{
	c->tally = tally;
	c->cap = cap;
	c->k1 = k1;
	c->k2 = INT32_MIN;
	c->status = SKPI_OK;
	memset(c->v, 0, sizeof(c->v));
}

/* Writes what has been gathered; call it once more at the end. */
static inline skpi_status
skpi_change_end(skpi_change *c)
{
	if (c->status == SKPI_OK)
		c->status = skpi_tally_add(c->tally, c->cap, c->k1, c->k2, c->v);
	memset(c->v, 0, sizeof(c->v));
	return c->status;
}

/* The values to change at k2, which never goes back. */
static inline int64_t *
skpi_change_at(skpi_change *c, int32_t k2)
{
	if (k2 != c->k2)
	{
		skpi_change_end(c);
		c->k2 = k2;
	}
	return c->v;
}

#endif
