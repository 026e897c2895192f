/* A forty-line test harness: CHECK counts, unit_done prints and decides. */
#ifndef UNIT_H
#define UNIT_H

#include <math.h>
#include <stdio.h>

static int unit_passed;
static int unit_failed;

#define CHECK(cond)                                                           \
	do                                                                        \
	{                                                                         \
		if (cond)                                                             \
			unit_passed++;                                                    \
		else                                                                  \
		{                                                                     \
			unit_failed++;                                                    \
			printf("%s:%d: not ok: %s\n", __FILE__, __LINE__, #cond);         \
		}                                                                     \
	} while (0)

/* Relative closeness with an absolute floor of one unit. */
#define CHECK_NEAR(got, want, tol)                                            \
	do                                                                        \
	{                                                                         \
		double g_ = (got), w_ = (want);                                       \
		if (fabs(g_ - w_) <= (tol) * fmax(1.0, fabs(w_)))                     \
			unit_passed++;                                                    \
		else                                                                  \
		{                                                                     \
			unit_failed++;                                                    \
			printf("%s:%d: not ok: %s = %.12g, wanted %.12g\n", __FILE__,     \
				   __LINE__, #got, g_, w_);                                   \
		}                                                                     \
	} while (0)

static inline int
unit_done(const char *name)
{
	printf("unit %s: %d passed, %d failed\n", name, unit_passed, unit_failed);
	return unit_failed > 0;
}

#endif
