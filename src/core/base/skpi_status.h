/*
 * The one vocabulary in which the core says how a call went.
 *
 * A core function that returns anything but SKPI_OK has left its outputs as
 * they were.  SKPI_FULL is not a failure: the caller hands in more room and
 * calls again.
 */
#ifndef SKPI_STATUS_H
#define SKPI_STATUS_H

typedef enum skpi_status
{
	SKPI_OK = 0,
	SKPI_FULL,        /* the buffer handed in is too small */
	SKPI_E_RANGE,     /* an argument outside its domain */
	SKPI_E_OVERFLOW,  /* a sum that does not fit 64 bits */
	SKPI_E_LIMIT,     /* a documented cap is reached */
	SKPI_E_MISMATCH,  /* states of unlike parameters meet */
	SKPI_E_CORRUPT,   /* stored bytes that break an invariant */
	SKPI_E_SYNTAX,    /* text that does not parse */
	SKPI_E_SHORT,     /* too few observations */
	SKPI_E_CONVERGE,  /* an iteration did not settle */
	SKPI_E_NUMERIC,   /* singular, not finite, or a library refusal */
	SKPI_E_NOMEM,     /* a library could not allocate */
	SKPI_E_INTERRUPT, /* the caller asked to stop */
	SKPI_E_VERSION,   /* bytes or text of a later version */
} skpi_status;

/* Static text, lower case, no full stop; never NULL. */
const char *skpi_status_text(skpi_status status);

#endif
