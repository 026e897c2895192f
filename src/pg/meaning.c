/*
 * What a map of the user's says of words, such as those of a status: few words
 * in many rows, so that each is looked up once.
 */
#include "saaskpi.h"

#include "utils/fmgrprotos.h"

/* What a map says of the words that came first; others are looked up. */
#define WORDS 16

typedef struct known_words
{
	int n;
	struct
	{
		text *word;
		text *meaning; /* NULL for a word without */
	} known[WORDS];
} known_words;

/* map ->> lower(btrim(word)), NULL where the map has no such key */
static text *
look_up(FunctionCallInfo fcinfo, Datum map, Datum word)
{
	LOCAL_FCINFO(call, 2);
	Datum meaning;

	InitFunctionCallInfoData(*call, NULL, 2, PG_GET_COLLATION(), NULL, NULL);
	call->args[0].value = map;
	call->args[0].isnull = false;
	call->args[1].value = DirectFunctionCall1Coll(
		lower, PG_GET_COLLATION(), DirectFunctionCall1(btrim1, word));
	call->args[1].isnull = false;
	meaning = jsonb_object_field_text(call);
	return call->isnull ? NULL : DatumGetTextPP(meaning);
}

static text *
copy_in(MemoryContext context, const text *t)
{
	return t == NULL ? NULL
					 : memcpy(MemoryContextAlloc(context, VARSIZE_ANY(t)), t,
							  VARSIZE_ANY(t));
}

static text *
meaning_of(FunctionCallInfo fcinfo, known_words *w, text *word)
{
	text *meaning;

	for (int i = 0; i < w->n; i++)
		if (VARSIZE_ANY_EXHDR(w->known[i].word) == VARSIZE_ANY_EXHDR(word) &&
			memcmp(VARDATA_ANY(w->known[i].word), VARDATA_ANY(word),
				   VARSIZE_ANY_EXHDR(word)) == 0)
			return w->known[i].meaning;
	meaning = look_up(fcinfo, PG_GETARG_DATUM(0), PointerGetDatum(word));
	if (w->n < WORDS)
	{
		w->known[w->n].meaning = copy_in(fcinfo->flinfo->fn_mcxt, meaning);
		w->known[w->n].word = copy_in(fcinfo->flinfo->fn_mcxt, word);
		w->n++;
	}
	return meaning;
}

SKPG_FUNCTION(saaskpi_meaning);

/* (map, word): a column of words has few, each in many rows. */
Datum
saaskpi_meaning(PG_FUNCTION_ARGS)
{
	text *word = PG_GETARG_TEXT_PP(1);
	text *meaning;

	if (fcinfo->flinfo->fn_extra == NULL &&
		get_fn_expr_arg_stable(fcinfo->flinfo, 0))
		fcinfo->flinfo->fn_extra = MemoryContextAllocZero(
			fcinfo->flinfo->fn_mcxt, sizeof(known_words));
	meaning = fcinfo->flinfo->fn_extra == NULL
				  ? look_up(fcinfo, PG_GETARG_DATUM(0), PointerGetDatum(word))
				  : meaning_of(fcinfo, fcinfo->flinfo->fn_extra, word);
	if (meaning == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(meaning);
}
