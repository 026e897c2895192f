#include "skpi_tally_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer
{
	char *out;
	size_t cap;
	size_t length;
} writer;

static void
put_bytes(writer *w, const char *bytes, size_t n)
{
	size_t at = w->length;

	w->length += n;
	if (at + 1 >= w->cap)
		return;
	memcpy(w->out + at, bytes, n < w->cap - at - 1 ? n : w->cap - at - 1);
}

static void
put_text(writer *w, const char *text)
{
	put_bytes(w, text, strlen(text));
}

/* By hand: large states have millions, and printf takes its time. */
static void
put_int(writer *w, int64_t value)
{
	uint64_t left = value < 0 ? -(uint64_t) value : (uint64_t) value;
	char digits[24];
	char *p = digits + sizeof(digits);

	do
		*--p = (char) ('0' + left % 10);
	while ((left /= 10) > 0);
	if (value < 0)
		*--p = '-';
	put_bytes(w, p, (size_t) (digits + sizeof(digits) - p));
}

static void
put_label(writer *w, const char *text, size_t n)
{
	put_text(w, "\"");
	for (size_t i = 0; i < n; i++)
	{
		if (text[i] == '"' || text[i] == '\\')
			put_text(w, "\\");
		put_bytes(w, text + i, 1);
	}
	put_text(w, "\"");
}

static void
put_row(writer *w, const skpi_row *row, int width)
{
	put_int(w, row->k1);
	put_text(w, ",");
	put_int(w, row->k2);
	for (int i = 0; i < width; i++)
	{
		put_text(w, i == 0 ? ":" : ",");
		put_int(w, row->v[i]);
	}
}

#define ROWS_BETWEEN_STOPS 4096

size_t
skpi_tally_print(const skpi_tally *t, char *out, size_t cap, skpi_stop_fn stop,
				 void *stop_arg)
{
	writer w = {out, cap, 0};
	const char *label = skpi_tally_labels(t);

	put_text(&w, skpi_tally_name((skpi_kind) t->kind));
	put_text(&w, " ");
	put_int(&w, t->version);
	put_text(&w, " ");
	put_text(&w, skpi_grain_name((skpi_grain) t->grain));
	put_text(&w, " ");
	put_int(&w, t->flags);
	for (int i = 0; i < SKPI_TALLY_PARAMS; i++)
	{
		put_text(&w, i == 0 ? " {" : ",");
		put_int(&w, t->param[i]);
	}
	put_text(&w, "} skipped ");
	put_int(&w, t->skipped);
	put_text(&w, " labels (");
	for (int i = 0; i < t->n_labels; i++)
	{
		size_t n;
		const char *text = skpi_tally_label_next(&label, &n);

		if (i > 0)
			put_text(&w, " ");
		put_label(&w, text, n);
	}
	put_text(&w, ") rows (");
	for (uint32_t r = 0; r < t->n_rows; r++)
	{
		if (r % ROWS_BETWEEN_STOPS == 0 && stop != NULL && stop(stop_arg))
			return 0;
		if (r > 0)
			put_text(&w, " ");
		put_row(&w, skpi_tally_row(t, r),
				skpi_tally_width((skpi_kind) t->kind));
	}
	put_text(&w, ")");
	if (cap > 0)
		out[w.length < cap ? w.length : cap - 1] = '\0';
	return w.length;
}

static bool
eat(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

static bool
eat_int(const char **p, int64_t lo, int64_t hi, int64_t *value)
{
	char *end;
	long long v;

	if (**p != '-' && (**p < '0' || **p > '9'))
		return false;
	errno = 0;
	v = strtoll(*p, &end, 10);
	if (end == *p || errno != 0 || v < lo || v > hi)
		return false;
	*p = end;
	*value = v;
	return true;
}

static skpi_status
eat_head(const char **p, skpi_kind kind, skpi_tally *t)
{
	int32_t param[SKPI_TALLY_PARAMS];
	const char *word;
	skpi_grain grain;
	uint8_t version;
	int64_t flags;
	int64_t v;

	if (!eat(p, skpi_tally_name(kind)) || !eat(p, " ") ||
		!eat_int(p, 1, UINT8_MAX, &v))
		return SKPI_E_SYNTAX;
	version = (uint8_t) v;
	if (v > skpi_tally_newest(kind))
	{
		t->version = version;
		return SKPI_E_VERSION;
	}
	if (!eat(p, " "))
		return SKPI_E_SYNTAX;
	word = *p;
	*p += strcspn(*p, " ");
	grain = skpi_grain_parse(word, (size_t) (*p - word));
	if (grain == 0 || !eat(p, " ") || !eat_int(p, 0, SKPI_LABELLED, &flags))
		return SKPI_E_SYNTAX;
	for (int i = 0; i < SKPI_TALLY_PARAMS; i++)
	{
		if (!eat(p, i == 0 ? " {" : ",") ||
			!eat_int(p, INT32_MIN, INT32_MAX, &v))
			return SKPI_E_SYNTAX;
		param[i] = (int32_t) v;
	}
	if (param[SKPI_LATE] != 0 || !eat(p, "} skipped ") ||
		!eat_int(p, 0, UINT32_MAX, &v))
		return SKPI_E_SYNTAX;
	skpi_tally_init(t, kind, grain, param);
	t->version = version;
	t->flags = (uint8_t) flags;
	t->skipped = (uint32_t) v;
	return eat(p, " labels (") ? SKPI_OK : SKPI_E_SYNTAX;
}

/* One quoted label; `room` holds it unescaped. */
static skpi_status
eat_label(const char **p, skpi_tally *t, size_t cap, size_t *end)
{
	char room[SKPI_LABEL_MAX_BYTES];
	size_t n = 0;

	if (!eat(p, "\""))
		return SKPI_E_SYNTAX;
	while (**p != '"')
	{
		if (**p == '\\')
			(*p)++;
		if (**p == '\0')
			return SKPI_E_SYNTAX;
		if (n == sizeof(room))
			return SKPI_E_LIMIT;
		room[n++] = *(*p)++;
	}
	(*p)++;
	return skpi_tally_label_append(t, cap, room, n, end);
}

static skpi_status
eat_row(const char **p, skpi_tally *t, size_t cap)
{
	int64_t k1;
	int64_t k2;
	int64_t v[SKPI_TALLY_MAX_WIDTH];
	int width = skpi_tally_width((skpi_kind) t->kind);

	if (!eat_int(p, INT32_MIN, INT32_MAX, &k1) || !eat(p, ",") ||
		!eat_int(p, INT32_MIN, INT32_MAX, &k2))
		return SKPI_E_SYNTAX;
	for (int i = 0; i < width; i++)
		if (!eat(p, i == 0 ? ":" : ",") ||
			!eat_int(p, INT64_MIN, INT64_MAX, &v[i]))
			return SKPI_E_SYNTAX;
	return skpi_tally_append(t, cap, (int32_t) k1, (int32_t) k2, v);
}

static skpi_status
eat_labels(const char **p, skpi_tally *t, size_t cap)
{
	size_t end = 0;
	skpi_status status = SKPI_OK;

	for (int i = 0; status == SKPI_OK && !eat(p, ")"); i++)
		status =
			i > 0 && !eat(p, " ") ? SKPI_E_SYNTAX : eat_label(p, t, cap, &end);
	if (status == SKPI_OK && !eat(p, " rows ("))
		return SKPI_E_SYNTAX;
	return status;
}

static skpi_status
eat_rows(const char **p, skpi_tally *t, size_t cap, skpi_stop_fn stop,
		 void *stop_arg)
{
	skpi_status status = SKPI_OK;

	for (uint32_t i = 0; status == SKPI_OK && !eat(p, ")"); i++)
	{
		if (i % ROWS_BETWEEN_STOPS == 0 && stop != NULL && stop(stop_arg))
			return SKPI_E_INTERRUPT;
		status = i > 0 && !eat(p, " ") ? SKPI_E_SYNTAX : eat_row(p, t, cap);
	}
	return status == SKPI_OK && **p != '\0' ? SKPI_E_SYNTAX : status;
}

skpi_status
skpi_tally_parse(const char *text, skpi_kind kind, skpi_tally *t, size_t cap,
				 skpi_stop_fn stop, void *stop_arg)
{
	const char *p = text;
	skpi_status status;

	if (cap < sizeof(skpi_tally))
		return SKPI_FULL;
	status = eat_head(&p, kind, t);
	if (status == SKPI_OK)
		status = eat_labels(&p, t, cap);
	if (status == SKPI_OK)
		status = eat_rows(&p, t, cap, stop, stop_arg);
	if (status == SKPI_OK)
		status = skpi_tally_sort_labels(t, cap, stop, stop_arg);
	if (status == SKPI_OK)
		status = skpi_tally_check(t, skpi_tally_used(t), kind);
	return status == SKPI_E_CORRUPT ? SKPI_E_SYNTAX : status;
}
