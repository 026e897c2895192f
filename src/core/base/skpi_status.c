#include "skpi_status.h"

const char *
skpi_status_text(skpi_status status)
{
	switch (status)
	{
		case SKPI_OK:
			return "ok";
		case SKPI_FULL:
			return "buffer too small";
		case SKPI_E_RANGE:
			return "value out of range";
		case SKPI_E_OVERFLOW:
			return "sum does not fit 64 bits";
		case SKPI_E_LIMIT:
			return "limit exceeded";
		case SKPI_E_MISMATCH:
			return "states were built with different parameters";
		case SKPI_E_CORRUPT:
			return "stored state is corrupt";
		case SKPI_E_SYNTAX:
			return "invalid syntax";
		case SKPI_E_SHORT:
			return "too few observations";
		case SKPI_E_CONVERGE:
			return "iteration did not converge";
		case SKPI_E_NUMERIC:
			return "numeric failure";
		case SKPI_E_NOMEM:
			return "out of memory";
		case SKPI_E_INTERRUPT:
			return "interrupted";
		case SKPI_E_VERSION:
			return "written by a later version";
	}
	return "unknown status";
}
