/* Events in any order become the history that they are one by one. */
#include "kit.h"
#include "skpi_event_log.h"

#define EVENTS 3000

typedef struct event
{
	int32_t day;
	int32_t name;
} event;

static const char *const types[] = {
	"use", "a", "", "useful", "login_long_1", "login_long_2", "z", "\xff\x01"};

static void
add(block *b, int32_t day, const char *type)
{
	skpi_status status;

	GROWING(b, status, skpi_event_add(b->t, b->cap, day, type, strlen(type)));
	CHECK(status == SKPI_OK);
}

/* As exact blocks, so that the sanitizer sees one word too many. */
static void
compare(const skpi_event_names *names, const uint64_t *given, size_t n,
		const block *wanted)
{
	uint64_t *words = malloc(n * sizeof(*words) + 1);
	uint64_t *room = malloc(n * sizeof(*room) + 1);
	size_t bytes;
	block b;

	memcpy(words, given, n * sizeof(*words));
	skpi_event_rank(names, words, n);
	n = skpi_event_settle(words, n, room);
	bytes = skpi_event_bytes(names, words, n);
	b = block_new(bytes);
	CHECK(skpi_event_from_words(b.t, b.cap, names, words, n) == SKPI_OK);
	CHECK(sound(b.t) && same_bytes(b.t, wanted->t) &&
		  skpi_tally_used(b.t) == bytes);
	CHECK(n == 0 ||
		  skpi_event_from_words(b.t, bytes - 1, names, words, n) == SKPI_FULL);
	block_free(&b);
	free(words);
	free(room);
}

/* In order, backwards, and in none; some settled on the way. */
static void
test_random(void)
{
	for (int seed = 1; seed <= 200; seed++)
	{
		skpi_event_names *names = calloc(1, sizeof(*names));
		uint64_t words[EVENTS];
		uint64_t room[EVENTS];
		size_t n = 0;
		block b = block_new(sizeof(skpi_tally));
		int events = seed < 20 ? seed : seed * 15;
		int32_t span = seed % 5 == 0 ? 700000 : 1 + seed % 90;

		rnd_seed((uint64_t) seed);
		skpi_event_init(b.t);
		for (int i = 0; i < events; i++)
		{
			int32_t day = seed % 3 == 0 ? (int32_t) rnd((uint32_t) span)
										: i * span / events;
			const char *type = types[rnd(1 + (uint32_t) seed % 8)];
			uint64_t word;

			if (seed % 3 == 1)
				day = span - day;
			day -= seed % 7 * 100;
			word = skpi_event_word(day,
								   skpi_event_name(names, type, strlen(type)));
			add(&b, day, type);
			if (!skpi_event_again(words, n, word))
				words[n++] = word;
			if (rnd(400) == 0)
				n = skpi_event_settle(words, n, room);
		}
		skpi_tally_settle(b.t, b.cap);
		compare(names, words, n, &b);
		block_free(&b);
		free(names);
	}
}

/* The same number for the same bytes, places in their order, and no room for
 * more than there is. */
static void
test_names(void)
{
	skpi_event_names *names = calloc(1, sizeof(*names));
	char text[SKPI_EVENT_NAMES_BYTES];
	int n = 0;

	memset(text, 'x', sizeof(text));
	CHECK(skpi_event_name(names, text, sizeof(text)) == 0 &&
		  skpi_event_name(names, "", 0) == 1 &&
		  skpi_event_name(names, "y", 1) == -1 &&
		  skpi_event_name(names, text, sizeof(text)) == 0);
	memset(names, 0, sizeof(*names));
	for (int i = 0; i < 2 * SKPI_EVENT_NAMES; i++)
	{
		int length = snprintf(text, sizeof(text), "%d", i * 7919 % 1000);

		n += skpi_event_name(names, text, (size_t) length) == i;
	}
	CHECK(n == SKPI_EVENT_NAMES && names->n == SKPI_EVENT_NAMES);
	for (int i = 0; i < SKPI_EVENT_NAMES; i++)
	{
		int length = snprintf(text, sizeof(text), "%d", i * 7919 % 1000);

		CHECK(skpi_event_name(names, text, (size_t) length) == i &&
			  names->ranked[names->rank[i]] == i);
		if (i > 0)
		{
			int a = names->ranked[i - 1];
			int b = names->ranked[i];
			size_t least = names->length[a] < names->length[b]
							   ? names->length[a]
							   : names->length[b];
			int c = memcmp(names->text + names->start[a],
						   names->text + names->start[b], least);

			CHECK(c < 0 || (c == 0 && names->length[a] < names->length[b]));
		}
	}
	free(names);
}

/* More than a word can count, the first and the last day there are. */
static void
test_limits(void)
{
	skpi_event_names *names = calloc(1, sizeof(*names));
	int32_t name = skpi_event_name(names, "a", 1);
	uint64_t first = skpi_event_word(SKPI_DAY_MIN, name);
	uint64_t last = skpi_event_word(SKPI_DAY_MAX, name);
	uint64_t full = first | SKPI_EVENT_MOST;
	uint64_t words[] = {last, full, full, first, first};
	uint64_t room[5];
	block b = block_new(sizeof(skpi_tally) + 8 + 4 * 16);

	CHECK(!skpi_event_again(words, 2, first) && words[1] == full);
	CHECK(!skpi_event_again(words, 0, last) &&
		  skpi_event_again(words, 4, first) && words[3] == first + 1);
	CHECK(skpi_event_settle(words, 5, room) == 4);
	CHECK(skpi_event_from_words(b.t, b.cap, names, words, 4) == SKPI_OK &&
		  sound(b.t) && b.t->n_rows == 2);
	CHECK(skpi_tally_row(b.t, 0)->k1 == SKPI_DAY_MIN &&
		  skpi_tally_row(b.t, 0)->v[0] == 2 * (int64_t) SKPI_EVENT_MOST + 3 &&
		  skpi_tally_row(b.t, 1)->k1 == SKPI_DAY_MAX &&
		  skpi_tally_row(b.t, 1)->v[0] == 1);
	block_free(&b);
	free(names);
}

int
main(void)
{
	test_random();
	test_names();
	test_limits();
	return unit_done("event_log");
}
