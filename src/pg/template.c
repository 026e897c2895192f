/*
 * Templates of the registry: text with places, which are words in braces as the
 * head of sql/install/05-registry.sql tells.
 */
#include "saaskpi.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"

#define FIRST "{first "
#define FIRST_LENGTH ((int) sizeof(FIRST) - 1)

/* The length of "{place}" at p, of n bytes, with the braces; 0 for none. */
static int
place_at(const char *p, int n)
{
	int i = 1;
	int words = 0;

	while (i < n)
	{
		int start = i;

		while (i < n && ((p[i] >= 'a' && p[i] <= 'z') ||
						 (((p[i] >= '0' && p[i] <= '9') || p[i] == '_') &&
						  (words > 0 || i > start))))
			i++;
		if (i == start || (words == 0 && i - start < 2) || i == n)
			return 0;
		if (p[i] == '}')
			return i + 1;
		if (p[i] != (words == 0 ? ' ' : '.') || words > 1)
			return 0;
		words++;
		i++;
	}
	return 0;
}

/* The same of "{first text}", whose text has no braces in it. */
static int
first_at(const char *p, int n)
{
	int i = FIRST_LENGTH;

	if (n <= FIRST_LENGTH || memcmp(p, FIRST, FIRST_LENGTH) != 0)
		return 0;
	while (i < n && p[i] != '{' && p[i] != '}')
		i++;
	return i < n && p[i] == '}' ? i + 1 : 0;
}

static ArrayBuildState *
add_piece(ArrayBuildState *pieces, const char *p, int n)
{
	return accumArrayResult(pieces,
							PointerGetDatum(cstring_to_text_with_len(p, n)),
							false, TEXTOID, CurrentMemoryContext);
}

SKPG_FUNCTION(saaskpi_template_pieces);

/* (template, first): text, place, text, place ... text. */
Datum
saaskpi_template_pieces(PG_FUNCTION_ARGS)
{
	text *template = PG_GETARG_TEXT_PP(0);
	bool first = PG_GETARG_BOOL(1);
	const char *p = VARDATA_ANY(template);
	const char *end = p + VARSIZE_ANY_EXHDR(template);
	ArrayBuildState *pieces = NULL;
	StringInfoData between;

	initStringInfo(&between);
	while (p < end)
	{
		int n = *p == '{' ? first_at(p, (int) (end - p)) : 0;

		if (n > 0)
		{
			if (first)
				appendBinaryStringInfo(&between, p + FIRST_LENGTH,
									   n - FIRST_LENGTH - 1);
		}
		else if (*p == '{' && (n = place_at(p, (int) (end - p))) > 0)
		{
			pieces = add_piece(pieces, between.data, between.len);
			pieces = add_piece(pieces, p + 1, n - 2);
			resetStringInfo(&between);
		}
		else
		{
			appendStringInfoCharMacro(&between, *p);
			n = 1;
		}
		p += n;
	}
	pieces = add_piece(pieces, between.data, between.len);
	PG_RETURN_DATUM(makeArrayResult(pieces, CurrentMemoryContext));
}
