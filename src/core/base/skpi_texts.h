/*
 * A set of texts in one flat block, to count different ones.  The block is the
 * caller's, 4-byte aligned; a few texts are looked through one by one, more by
 * a table of their hashes, for which a larger block has more room.
 */
#ifndef SKPI_TEXTS_H
#define SKPI_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "skpi_status.h"

typedef struct skpi_texts
{
	uint32_t n;     /* texts */
	uint32_t used;  /* bytes of them */
	uint32_t slots; /* of the table: a power of two, or 0 for none */
	uint32_t limit; /* bytes for texts */
} skpi_texts;

/* Bytes of a block for texts of so many bytes, of the smallest when of 0. */
size_t skpi_texts_bytes(uint32_t limit);

/* An empty set in a block of that size. */
void skpi_texts_init(skpi_texts *t, uint32_t limit);

/* Adds a text unless it is there.  SKPI_FULL asks for a set of at least twice
 * the limit, and of `limit` more than the length. */
skpi_status skpi_texts_add(skpi_texts *t, const char *text, uint32_t length,
						   uint32_t hash);

/* Adds all of `from`; SKPI_FULL may leave a part of them added. */
skpi_status skpi_texts_merge(skpi_texts *t, const skpi_texts *from);

#endif
