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
 */
#ifndef SKPI_TALLY_H
#define SKPI_TALLY_H

#include "skpi_calendar.h"
#include "skpi_status.h"

#define SKPI_TALLY_VERSION 1
#define SKPI_TALLY_PARAMS 3
#define SKPI_TALLY_MAX_WIDTH 16
#define SKPI_TALLY_MAX_BYTES (256 * 1024 * 1024)
#define SKPI_LABEL_MAX_BYTES 65528 /* all labels of a state together */
#define SKPI_LABELLED 1            /* flag: rows carry labels */

typedef enum skpi_kind
{
	SKPI_MRR_HISTORY = 1,
	SKPI_ACTIVITY,
	SKPI_MRR_FLOW,
	SKPI_MRR_RETENTION,
	SKPI_COHORT_MATRIX,
	SKPI_REVENUE_FLOW,
	SKPI_CASH_BRIDGE,
	SKPI_CONVERSION,
	SKPI_SERIES,
	SKPI_KINDS = SKPI_SERIES,
} skpi_kind;

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

typedef struct skpi_row
{
	int32_t k1;
	int32_t k2;
	int64_t v[];
} skpi_row;

/* Values in a row, by kind; in the header because every row access asks. */
static inline int
skpi_tally_width(skpi_kind kind)
{
	static const uint8_t width[SKPI_KINDS + 1] = {0, 2, 2, 15, 5,
												  5, 8, 8, 3,  2};

	return width[kind];
}

/* The state's name, and which key refers to a label (1, 2, or 0 for none). */
const char *skpi_tally_name(skpi_kind kind);
int skpi_tally_label_key(skpi_kind kind);

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

static inline size_t
skpi_tally_used(const skpi_tally *t)
{
	return sizeof(skpi_tally) + t->label_bytes +
		   t->n_rows * skpi_tally_stride(t);
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

/*
 * Adds a row behind all others: how stored rows are read back, in time that
 * grows with their number and not with its square.  E_CORRUPT unless the keys
 * come after the last row's and some value is not zero.
 */
skpi_status skpi_tally_append(skpi_tally *t, size_t cap, int32_t k1, int32_t k2,
							  const int64_t *v);

/* Finds or adds a label; *index counts from 1.  E_LIMIT past the cap. */
skpi_status skpi_tally_label(skpi_tally *t, size_t cap, const char *text,
							 size_t length, int32_t *index);

/* The index-th label (from 1); not terminated. */
const char *skpi_tally_label_text(const skpi_tally *t, int32_t index,
								  size_t *length);

/*
 * Adds all of `from`.  Labels are matched by text.  SKPI_FULL asks for
 * skpi_tally_used(t) + skpi_tally_used(from) bytes.  After any other failure t
 * is sound, and may hold a part of `from`.
 */
skpi_status skpi_tally_merge(skpi_tally *t, size_t cap, const skpi_tally *from);

/*
 * Reads differences back: adds to `sum` (width values) the rows from *next on
 * that have this k1 and a k2 up to the one given, and moves *next past them.
 */
skpi_status skpi_tally_sum_until(const skpi_tally *t, uint32_t *next,
								 int32_t k1, int32_t k2, int64_t *sum);

/* Every invariant of a block that came from outside; E_CORRUPT if one fails. */
skpi_status skpi_tally_check(const skpi_tally *t, size_t bytes, skpi_kind kind);

#endif
