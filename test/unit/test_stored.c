/*
 * States of version 1, as the release that brought the type made them: their
 * text is read into the same bytes, and those print as the same text.
 */
#include "exercise.h"
#include "kit.h"

#include <inttypes.h>

#define FILE_NAME "test/reference/states-1.csv"
#define COLUMNS 6

static char line[1 << 20];

/* Cuts a line of CSV in place; the fields hold no line feed. */
static int
cut(char *p, char *field[COLUMNS])
{
	int n = 0;

	while (n < COLUMNS)
	{
		bool quoted = *p == '"';
		char *out = p;

		p += quoted;
		field[n++] = out;
		while (*p != '\0' && *p != '\n' && (quoted || *p != ','))
		{
			if (quoted && *p == '"' && *++p != '"')
				break;
			*out++ = *p++;
		}
		if (*p != ',')
		{
			*out = '\0';
			break;
		}
		p++;
		*out = '\0';
	}
	return n;
}

static skpi_kind
kind_named(const char *name)
{
	for (int kind = 1; kind <= SKPI_KINDS; kind++)
		if (strcmp(name, skpi_tally_name((skpi_kind) kind)) == 0)
			return (skpi_kind) kind;
	CHECK(false);
	return SKPI_SERIES;
}

static uint64_t
image_of(const skpi_tally *t)
{
	const unsigned char *p = (const unsigned char *) t;
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = sizeof(t->length_word); i < skpi_tally_used(t); i++)
		hash = (hash ^ p[i]) * 0x100000001b3u;
	return hash;
}

static void
test_line(char *field[COLUMNS])
{
	const char *text = field[2];
	block b = block_new(sizeof(line));
	char image[20];
	char *again = malloc(sizeof(line));

	if (skpi_tally_parse(text, kind_named(field[0]), b.t, b.cap, NULL, NULL) !=
		SKPI_OK)
		CHECK(false);
	else
	{
		snprintf(image, sizeof(image), "%016" PRIx64, image_of(b.t));
		CHECK(strcmp(image, field[4]) == 0);
		skpi_tally_print(b.t, again, sizeof(line), NULL, NULL);
		CHECK(strcmp(again, text) == 0);
		exercise(b.t);
	}
	free(again);
	block_free(&b);
}

int
main(void)
{
	FILE *in = fopen(FILE_NAME, "r");
	int lines = 0;

	CHECK(in != NULL);
	if (in == NULL)
		return unit_done("stored");
	CHECK(fgets(line, sizeof(line), in) != NULL);
	while (fgets(line, sizeof(line), in) != NULL)
	{
		char *field[COLUMNS];

		if (cut(line, field) == COLUMNS)
		{
			test_line(field);
			lines++;
		}
	}
	fclose(in);
	CHECK(lines >= 100);
	return unit_done("stored");
}
