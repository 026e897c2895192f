/*
 * libFuzzer targets over states.  Compiled as it stands the input is the bytes
 * of a state; with -DFUZZ_TEXT it is the text of one.  What is done with them,
 * and what must hold, stands in exercise.h.
 */
#include "exercise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
#ifdef FUZZ_TEXT
	char *text = malloc(size + 1);

	MUST(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	(void) exercise_string(text);
	free(text);
#else
	(void) exercise_bytes(data, size);
#endif
	return 0;
}
