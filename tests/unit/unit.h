/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests: a program is a list of functions, each of them one test.
 *
 *	static void adds(void)
 *	{
 *		CHECK(1 + 1 == 2);
 *		CHECK_INT(add(1, 1), 2);
 *		CHECK_STR(name(), "two");
 *	}
 *
 *	int main(void)
 *	{
 *		RUN(adds);
 *		return unit_status();
 *	}
 *
 * Prints "ok PROGRAM-NAME", "FAIL PROGRAM-NAME detail" or "skip
 * PROGRAM-NAME why", a line a test. The first check that fails ends its
 * function; FAIL and SKIP do so, too. Tests whose names are made while
 * running (a row of a table) use unit_begin() and unit_end() instead of RUN.
 */
#ifndef NFF_UNIT_H
#define NFF_UNIT_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* glibc; errno.h hides it where _GNU_SOURCE came too late. */
extern char *program_invocation_short_name;

static struct {
	const char *name;
	char detail[1024];	/* of the failure, or why it was skipped */
	int failed, skipped;	/* the test that runs */
	int failures;		/* the program */
} unit;

/* One line, as that is what a result is. */
static inline void __attribute__((format(printf, 1, 2))) unit_detail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(unit.detail, sizeof(unit.detail), fmt, ap);
	va_end(ap);
	for (char *p = unit.detail; *p; p++)
		if (*p == '\n')
			*p = ' ';
}

static inline void unit_begin(const char *name)
{
	unit.name = name;
	unit.failed = unit.skipped = 0;
	unit.detail[0] = '\0';
}

static inline void unit_end(void)
{
	const char *verdict = unit.failed ? "FAIL" : unit.skipped ? "skip" : "ok";

	printf("%s %s-%s%s%s\n", verdict, program_invocation_short_name, unit.name,
	       unit.detail[0] ? " " : "", unit.detail);
	fflush(stdout);
	unit.failures += unit.failed;
}

static inline int unit_status(void)
{
	return unit.failures ? 1 : 0;
}

#define RUN(fn) do { \
	unit_begin(#fn); \
	fn(); \
	unit_end(); \
} while (0)

#define FAIL(...) do { \
	unit.failed = 1; \
	unit_detail(__VA_ARGS__); \
	return; \
} while (0)

#define SKIP(...) do { \
	unit.skipped = 1; \
	unit_detail(__VA_ARGS__); \
	return; \
} while (0)

#define CHECK(cond) do { \
	if (!(cond)) \
		FAIL("%s:%d: %s", __FILE__, __LINE__, #cond); \
} while (0)

#define CHECK_INT(got, wanted) do { \
	long long unit_g = (long long)(got), unit_w = (long long)(wanted); \
	if (unit_g != unit_w) \
		FAIL("%s:%d: %s is %lld, wanted %lld", __FILE__, __LINE__, #got, unit_g, unit_w); \
} while (0)

/* NULL equals NULL only. */
#define CHECK_STR(got, wanted) do { \
	const char *unit_g = (got), *unit_w = (wanted); \
	if (unit_g != unit_w && (!unit_g || !unit_w || strcmp(unit_g, unit_w) != 0)) \
		FAIL("%s:%d: %s is \"%s\", wanted \"%s\"", __FILE__, __LINE__, #got, \
		     unit_g ? unit_g : "(null)", unit_w ? unit_w : "(null)"); \
} while (0)

#endif
