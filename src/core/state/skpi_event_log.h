/*
 * The events of one customer while they come in, in any order.
 *
 * A word is a day, the number of a type and how often; words of the same day
 * and type are added up when words settle, and settled words are the rows of an
 * event history.  So a state under way takes eight bytes for what will be a
 * row, an event is an addition to the last word or one more word, and nothing
 * is looked for among those before.
 *
 * Types are numbered as they come, for all customers together, so that no
 * customer holds their names before her history is made.
 */
#ifndef SKPI_EVENT_LOG_H
#define SKPI_EVENT_LOG_H

#include "skpi_event.h"

/* Types are few; those for which there is no room are counted elsewhere. */
#define SKPI_EVENT_NAMES 256
#define SKPI_EVENT_NAMES_BYTES 8192

typedef struct skpi_event_names
{
	uint16_t n;
	uint16_t bytes;
	uint8_t last; /* number of the type asked for last */
	uint16_t slot[2 * SKPI_EVENT_NAMES]; /* number + 1, by hash; 0: none */
	uint16_t start[SKPI_EVENT_NAMES];
	uint16_t length[SKPI_EVENT_NAMES];
	uint8_t rank[SKPI_EVENT_NAMES];   /* place in the order of their bytes */
	uint8_t ranked[SKPI_EVENT_NAMES]; /* number by place */
	char text[SKPI_EVENT_NAMES_BYTES];
} skpi_event_names;

/* The number of a type, added to names (all zeros at first) where it is new; -1
 * when there is no room for it. */
int32_t skpi_event_name(skpi_event_names *names, const char *text,
						size_t length);

/* From the top: 22 bits of day, 8 of type, 34 of how often. */
#define SKPI_EVENT_TYPE_SHIFT 34
#define SKPI_EVENT_DAY_SHIFT 42
#define SKPI_EVENT_MOST ((UINT64_C(1) << SKPI_EVENT_TYPE_SHIFT) - 1)

/* One event on a valid day. */
static inline uint64_t
skpi_event_word(int32_t day, int32_t name)
{
	return (uint64_t) (day - SKPI_DAY_MIN) << SKPI_EVENT_DAY_SHIFT |
		   (uint64_t) name << SKPI_EVENT_TYPE_SHIFT | 1;
}

/* Adds the word to the last of n where that is of its day and type. */
static inline bool
skpi_event_again(uint64_t *words, size_t n, uint64_t word)
{
	if (n == 0 || (words[n - 1] ^ word) >> SKPI_EVENT_TYPE_SHIFT != 0 ||
		(words[n - 1] & SKPI_EVENT_MOST) == SKPI_EVENT_MOST)
		return false;
	words[n - 1]++;
	return true;
}

/* Sorts n words and adds up those of one day and type; how many are left.
 * Needs room for n words more. */
size_t skpi_event_settle(uint64_t *words, size_t n, uint64_t *room);

/* Gives words the places of types instead of their numbers, which must be
 * settled afterwards to become a history. */
void skpi_event_rank(const skpi_event_names *names, uint64_t *words, size_t n);

/* The history of n words that are ranked and settled, and its bytes; E_OVERFLOW
 * leaves it unfinished. */
size_t skpi_event_bytes(const skpi_event_names *names, const uint64_t *words,
						size_t n);
skpi_status skpi_event_from_words(skpi_tally *h, size_t cap,
								  const skpi_event_names *names,
								  const uint64_t *words, size_t n);

#endif
