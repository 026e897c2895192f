/*
 * The body of every state: sorted rows of 64-bit integers under two keys.
 *
 * A tally is one flat block: header, labels, rows.  Adding a row to a tally
 * that has the same keys adds the values; rows whose values are all zero are
 * not kept.  So the result never depends on the order of additions, merging
 * is addition, and equal contents are equal bytes.
 *
 * Spans of periods are kept as differences: +v where the span begins, -v
 * where it has ended.  Neighbouring spans of the same value cancel at the
 * seam, which is why a customer who pays the same each month costs two rows
 * however long she stays.
 *
 * Memory belongs to the caller, who passes the block and its capacity in
 * bytes.  A call that needs more returns SKPI_FULL and has changed nothing.
 * Blocks must be 8-byte aligned.  Bytes past skpi_tally_used() are undefined.
 *
 * Of some kinds a label can have further rows, asides: what must be told of it
 * beside its rows, and means nothing to who does not know of them.  So a state
 * that has some is of a later version, and one that has none is what it was
 * before there were any.  Their label key is below zero.
 *
 * While a state is being built, rows whose place is far from the end may wait
 * behind the others ("late rows", sorted among themselves) until they are worth
 * moving the others for.  A finished state has none: skpi_tally_settle().
 */
#ifndef SKPI_TALLY_H
#define SKPI_TALLY_H

#include "skpi_array.h"
#include "skpi_kind.h"
#include "skpi_status.h"

#define SKPI_TALLY_VERSION 1
#define SKPI_TALLY_ASIDES 2 /* the version of a state with asides */
#define SKPI_TALLY_PARAMS 3
#define SKPI_TALLY_MAX_WIDTH 16
#define SKPI_TALLY_MAX_BYTES (256 * 1024 * 1024)
#define SKPI_LABEL_MAX_BYTES 65528 /* all labels of a state together */
#define SKPI_LABELS_MAX 16448      /* so many, all different, do not fit */
#define SKPI_LABELLED 1            /* flag: rows carry labels */

typedef struct skpi_tally
{
	int32_t length_word; /* the server's; never read or set here */
	uint8_t version;
	uint8_t kind;
	uint8_t grain;
	uint8_t flags;
	uint16_t n_labels;
	uint16_t label_bytes; /* a multiple of 8; zero padded */
	uint32_t n_rows;
	int32_t param[SKPI_TALLY_PARAMS]; /* meaning by kind */
	uint32_t skipped;                 /* input rows that could not be used */
} skpi_tally;

/* The parameter that no kind uses counts the late rows; 0 when finished. */
#define SKPI_LATE 2

typedef struct skpi_row
{
	int32_t k1;
	int32_t k2;
	int64_t v[];
} skpi_row;

/* What asides tell of; the keys leave room for as many. */
enum
{
	SKPI_ASIDE_PAUSED,
	SKPI_ASIDE_FX,        /* of the level, what a rate alone changed */
	SKPI_ASIDE_PAUSED_FX, /* the same of what is paused */
	SKPI_ASIDES,
	SKPI_ASIDES_MAX = 4,
};

static inline int32_t
skpi_aside_key(int32_t label, int aside)
{
	return -1 - (SKPI_ASIDES_MAX * label + aside);
}

static inline int
skpi_key_aside(int32_t key)
{
	return (-1 - key) % SKPI_ASIDES_MAX;
}

/* The label that a key refers to, and the key with another label instead: in
 * the order of labels, asides in the reverse of it. */
static inline int32_t
skpi_key_label(int32_t key)
{
	return key >= 0 ? key : (-1 - key) / SKPI_ASIDES_MAX;
}

static inline int32_t
skpi_key_of(int32_t key, int32_t label)
{
	return key >= 0 ? label : skpi_aside_key(label, skpi_key_aside(key));
}

static inline size_t
skpi_tally_stride(const skpi_tally *t)
{
	return sizeof(skpi_row) +
		   (size_t) skpi_tally_width((skpi_kind) t->kind) * sizeof(int64_t);
}

static inline char *
skpi_tally_labels(const skpi_tally *t)
{
	return (char *) (t + 1);
}

static inline skpi_row *
skpi_tally_row(const skpi_tally *t, size_t i)
{
	return (skpi_row *) (skpi_tally_labels(t) + t->label_bytes +
						 i * skpi_tally_stride(t));
}

static inline uint32_t
skpi_tally_late(const skpi_tally *t)
{
	return (uint32_t) t->param[SKPI_LATE];
}

/* Late rows included. */
static inline size_t
skpi_tally_used(const skpi_tally *t)
{
	return sizeof(skpi_tally) + t->label_bytes +
		   ((size_t) t->n_rows + skpi_tally_late(t)) * skpi_tally_stride(t);
}

static inline int
skpi_compare_keys(const skpi_row *row, int32_t k1, int32_t k2)
{
	if (row->k1 != k1)
		return row->k1 < k1 ? -1 : 1;
	if (row->k2 != k2)
		return row->k2 < k2 ? -1 : 1;
	return 0;
}

/* Bytes that `rows` further rows may need. */
static inline size_t
skpi_tally_room(const skpi_tally *t, size_t rows)
{
	return rows * skpi_tally_stride(t);
}

/* An empty tally; the block must hold at least sizeof(skpi_tally). */
void skpi_tally_init(skpi_tally *t, skpi_kind kind, skpi_grain grain,
					 const int32_t param[SKPI_TALLY_PARAMS]);

/* True when both were built with the same parameters. */
bool skpi_tally_alike(const skpi_tally *a, const skpi_tally *b);

/* SKPI_FULL unless `rows` more rows surely fit. */
skpi_status skpi_tally_reserve(const skpi_tally *t, size_t cap, size_t rows);

/* Adds v (width values) under the keys; E_OVERFLOW leaves the row as it was. */
skpi_status skpi_tally_add(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
						   const int64_t *v);

/* The same for keys whose row is thought to be near a row; *near becomes that
 * of the keys, from which the next ones are looked for. */
skpi_status skpi_tally_add_near(skpi_tally *t, size_t cap, int32_t k1,
								int32_t k2, const int64_t *v, uint32_t *near);

/*
 * Adds a row behind all others: how stored rows are read back, in time that
 * grows with their number and not with its square.  E_CORRUPT unless the keys
 * come after the last row's and some value is not zero.
 */
skpi_status skpi_tally_append(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
							  const int64_t *v);

/*
 * Many rows in any order: push() adds them behind the others, and order() must
 * follow before anything else is done with the tally.  It needs room for all
 * rows once more, and leaves t unfinished after anything but SKPI_OK.
 */
skpi_status skpi_tally_push(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
							const int64_t *v);
skpi_status skpi_tally_order(skpi_tally *t, size_t cap, skpi_stop_fn stop,
							 void *stop_arg);

/* Finds or adds a label; *index counts from 1.  E_LIMIT past the cap. */
skpi_status skpi_tally_label(skpi_tally *t, size_t cap, const char *text,
							 size_t length, int32_t *index);

/* The labels one after the other; *next is skpi_tally_labels() at first. */
const char *skpi_tally_label_next(const char **next, size_t *length);

/*
 * How stored labels are read back, before any row: in the order in which the
 * rows will refer to them.  *end is 0 at first.  When all rows are there
 * skpi_tally_sort_labels() must follow, which sorts both, and finds E_CORRUPT
 * where two labels are the same.  It returns SKPI_FULL when there is something
 * to sort and the block does not hold twice skpi_tally_used(); stop may be
 * NULL.
 */
skpi_status skpi_tally_label_append(skpi_tally *t, size_t cap, const char *text,
									size_t length, size_t *end);
skpi_status skpi_tally_sort_labels(skpi_tally *t, size_t cap, skpi_stop_fn stop,
								   void *stop_arg);

/* The index-th label (from 1); not terminated. */
const char *skpi_tally_label_text(const skpi_tally *t, int32_t index,
								  size_t *length);

/*
 * Adds those labels of `from` (from 1) for which map[] is not 0, and sets that
 * to the label's number in t.  One walk over both lists.
 */
skpi_status skpi_tally_labels_from(skpi_tally *t, size_t cap,
								   const skpi_tally *from, uint16_t *map);

/*
 * Late rows to their places: in one pass where the block has as much room left
 * as they take, which skpi_tally_add() sees to, and one by one elsewhere.  Only
 * of intervals can it fail, which then are not whole.
 */
skpi_status skpi_tally_settle(skpi_tally *t, size_t cap);

/*
 * Whether late rows are to settle before one more comes: when as many wait as
 * there are others, so that each is moved about twice in the end, or so many
 * that a sort which nobody can cancel would be long.  And the bytes that the
 * one more needs, room to settle in among them.
 */
bool skpi_tally_late_due(const skpi_tally *t);
size_t skpi_tally_late_room(const skpi_tally *t);

/* The late rows of a kind that takes them as they come, sorted; and summed. */
void skpi_tally_order_late(skpi_tally *t);
void skpi_tally_sort_late(skpi_tally *t);

/*
 * Adds all of `from`.  Labels are matched by text.  SKPI_FULL asks for
 * skpi_tally_used(t) + skpi_tally_used(from) bytes.  After any other failure t
 * is sound, and may hold a part of `from`.  Costs a look-up per row of `from`
 * and moves each row of t once at most.
 */
skpi_status skpi_tally_merge(skpi_tally *t, size_t cap, const skpi_tally *from);

/* The version that the rows of a finished state ask for. */
void skpi_tally_finish(skpi_tally *t);

/* Whether a label key that is below zero is that of an aside. */
bool skpi_aside_sound(const skpi_tally *t, int32_t key);

/* First row not before the keys. */
uint32_t skpi_tally_find(const skpi_tally *t, int32_t k1, int32_t k2);

/*
 * Reads differences back: adds to `sum` (width values) the rows from *next on
 * that have this k1 and a k2 up to the one given, and moves *next past them.
 */
skpi_status skpi_tally_sum_until(const skpi_tally *t, uint32_t *next,
								 int32_t k1, int32_t k2, int64_t *sum);

/*
 * Every invariant of a block that came from outside; E_CORRUPT if one fails,
 * E_VERSION when it was written by a later version.
 */
skpi_status skpi_tally_check(const skpi_tally *t, size_t bytes, skpi_kind kind);

#endif
