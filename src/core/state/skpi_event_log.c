#include "skpi_event_log.h"

#include <string.h>

/* Of the length, and of the first and last bytes of a text. */
static uint32_t
hash_of(const char *text, size_t length)
{
	uint64_t a = 0;
	uint64_t b = 0;

	if (length >= sizeof(a))
	{
		memcpy(&a, text, sizeof(a));
		memcpy(&b, text + length - sizeof(b), sizeof(b));
	}
	else
		for (size_t i = 0; i < length; i++)
			a = a << 8 | (uint8_t) text[i];
	a = (a ^ length) * UINT64_C(0x9e3779b97f4a7c15);
	a = (a ^ a >> 32 ^ b) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t) (a >> 32) % (2 * SKPI_EVENT_NAMES);
}

/* Whether the text comes before that of a number. */
static bool
before(const skpi_event_names *names, int other, const char *text,
	   size_t length)
{
	size_t n = names->length[other];
	int c = memcmp(text, names->text + names->start[other],
				   length < n ? length : n);

	return c != 0 ? c < 0 : length < n;
}

/* Types are new a few times, so all behind its place move. */
static int32_t
add_name(skpi_event_names *names, uint32_t slot, const char *text,
		 size_t length)
{
	int number = names->n;
	int at = number;

	if (number == SKPI_EVENT_NAMES ||
		length > SKPI_EVENT_NAMES_BYTES - (size_t) names->bytes)
		return -1;
	for (; at > 0 && before(names, names->ranked[at - 1], text, length); at--)
	{
		names->ranked[at] = names->ranked[at - 1];
		names->rank[names->ranked[at]] = (uint8_t) at;
	}
	names->ranked[at] = (uint8_t) number;
	names->rank[number] = (uint8_t) at;
	names->start[number] = names->bytes;
	names->length[number] = (uint16_t) length;
	memcpy(names->text + names->bytes, text, length);
	names->bytes = (uint16_t) (names->bytes + length);
	names->slot[slot] = (uint16_t) (number + 1);
	names->n++;
	return number;
}

static bool
is_name(const skpi_event_names *names, int number, const char *text,
		size_t length)
{
	return names->length[number] == length &&
		   memcmp(names->text + names->start[number], text, length) == 0;
}

/* Half of the slots stay free, so the search ends.  Events often are of the
 * type of the one before, and always where a query tells no types apart. */
int32_t
skpi_event_name(skpi_event_names *names, const char *text, size_t length)
{
	uint32_t slot;

	if (names->n > 0 && is_name(names, names->last, text, length))
		return names->last;
	for (slot = hash_of(text, length);;
		 slot = (slot + 1) % (2 * SKPI_EVENT_NAMES))
	{
		int number = names->slot[slot] - 1;

		if (number < 0)
			number = add_name(names, slot, text, length);
		else if (!is_name(names, number, text, length))
			continue;
		if (number >= 0)
			names->last = (uint8_t) number;
		return number;
	}
}

/* Words that are nearly in order, as those of a log are; false when they turn
 * out not to be, and then they stand in another order than before. */
static bool
sort_near(uint64_t *words, size_t n)
{
	size_t moves = 0;

	for (size_t i = 1; i < n; i++)
	{
		uint64_t word = words[i];
		size_t j = i;

		for (; j > 0 && words[j - 1] > word; j--)
			words[j] = words[j - 1];
		words[j] = word;
		moves += i - j;
		if (moves > 8 * n)
			return false;
	}
	return true;
}

/* By one byte of the words after the other, where they differ in it at all. */
static void
sort_far(uint64_t *words, size_t n, uint64_t *room)
{
	uint64_t *from = words;
	uint64_t *to = room;
	uint64_t differ = 0;

	for (size_t i = 1; i < n; i++)
		differ |= words[0] ^ words[i];
	for (int shift = SKPI_EVENT_TYPE_SHIFT; shift < 64; shift += 8)
	{
		size_t at[256] = {0};
		size_t sum = 0;
		uint64_t *swap = from;

		if ((differ >> shift & 255) == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			at[from[i] >> shift & 255]++;
		for (int b = 0; b < 256; b++)
		{
			size_t count = at[b];

			at[b] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			to[at[from[i] >> shift & 255]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != words)
		memcpy(words, from, n * sizeof(*words));
}

size_t
skpi_event_settle(uint64_t *words, size_t n, uint64_t *room)
{
	size_t out = 0;

	if (!sort_near(words, n))
		sort_far(words, n, room);
	for (size_t i = 0; i < n; i++)
	{
		uint64_t events = words[i] & SKPI_EVENT_MOST;

		/* more than a word can count stay two */
		if (out > 0 &&
			(words[out - 1] ^ words[i]) >> SKPI_EVENT_TYPE_SHIFT == 0 &&
			(words[out - 1] & SKPI_EVENT_MOST) <= SKPI_EVENT_MOST - events)
			words[out - 1] += events;
		else
			words[out++] = words[i];
	}
	return out;
}

static inline uint8_t
name_of(uint64_t word)
{
	return (uint8_t) (word >> SKPI_EVENT_TYPE_SHIFT);
}

void
skpi_event_rank(const skpi_event_names *names, uint64_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		uint64_t name = name_of(words[i]);
		uint64_t moved = name ^ names->rank[name];

		words[i] ^= moved << SKPI_EVENT_TYPE_SHIFT;
	}
}

/* The places that words name, as bits; the bytes of their texts. */
static size_t
places_of(const skpi_event_names *names, const uint64_t *words, size_t n,
		  uint64_t *bits)
{
	size_t bytes = 0;

	memset(bits, 0, SKPI_EVENT_NAMES / 8);
	for (size_t i = 0; i < n; i++)
	{
		uint8_t place = name_of(words[i]);
		uint64_t bit = UINT64_C(1) << place % 64;

		if ((bits[place / 64] & bit) == 0)
			bytes += 2 + (size_t) names->length[names->ranked[place]];
		bits[place / 64] |= bit;
	}
	return bytes;
}

size_t
skpi_event_bytes(const skpi_event_names *names, const uint64_t *words, size_t n)
{
	uint64_t bits[SKPI_EVENT_NAMES / 64];
	size_t labels = places_of(names, words, n, bits);

	return sizeof(skpi_tally) + (labels + 7) / 8 * 8 +
		   n * (sizeof(skpi_row) + sizeof(int64_t));
}

/* The types that words name as labels; label[] is their number by place. */
static skpi_status
put_labels(skpi_tally *h, size_t cap, const skpi_event_names *names,
		   const uint64_t *words, size_t n, int32_t *label)
{
	uint64_t bits[SKPI_EVENT_NAMES / 64];
	size_t end = 0;
	skpi_status status = SKPI_OK;

	(void) places_of(names, words, n, bits);
	for (int i = 0; i < SKPI_EVENT_NAMES / 64; i++)
		for (; bits[i] != 0 && status == SKPI_OK; bits[i] &= bits[i] - 1)
		{
			int place = i * 64 + __builtin_ctzll(bits[i]);
			int number = names->ranked[place];

			status = skpi_tally_label_append(h, cap,
											 names->text + names->start[number],
											 names->length[number], &end);
			label[place] = h->n_labels;
		}
	return status;
}

skpi_status
skpi_event_from_words(skpi_tally *h, size_t cap, const skpi_event_names *names,
					  const uint64_t *words, size_t n)
{
	int32_t label[SKPI_EVENT_NAMES];
	skpi_row *last = NULL;
	skpi_status status;

	skpi_event_init(h);
	status = put_labels(h, cap, names, words, n, label);
	if (status == SKPI_OK)
		status = skpi_tally_reserve(h, cap, n);
	for (size_t i = 0; i < n && status == SKPI_OK; i++)
	{
		int32_t day =
			(int32_t) (words[i] >> SKPI_EVENT_DAY_SHIFT) + SKPI_DAY_MIN;
		int32_t k2 = label[name_of(words[i])];
		int64_t events = (int64_t) (words[i] & SKPI_EVENT_MOST);

		if (last != NULL && skpi_compare_keys(last, day, k2) == 0)
		{
			if (__builtin_add_overflow(last->v[0], events, &last->v[0]))
				status = SKPI_E_OVERFLOW;
			continue;
		}
		last = skpi_tally_row(h, h->n_rows++);
		last->k1 = day;
		last->k2 = k2;
		last->v[0] = events;
	}
	return status;
}
