/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diagnostics: gathered while an input is handled, printed by main() or the
 * shell. Each names a place and, where it is known, the cure.
 *
 *	rules.nft:3:12-15: Error: unknown chain 'foo'
 *	        ip saddr 1.2.3.4 jump foo
 *	                              ^^^
 *	hint: ...
 */
#ifndef NFF_DIAG_H
#define NFF_DIAG_H

#include "arena.h"
#include "out.h"
#include "source.h"

/* A note is no complaint: how many were changed, what a monitor has seen. */
enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	struct diag *next;
	enum diag_level level;
	struct loc loc;		/* src 0: no place is known */
	const char *text;
	const char *hint;	/* or NULL */
};

struct diags {
	struct arena arena;
	struct diag *first, **last;
	unsigned int errors, warnings;
};

void diags_init(struct diags *d);
void diags_fini(struct diags *d);
void diags_clear(struct diags *d);

/* Always return -1, so that "return diag_error(...)" reads well. */
int diag_error(struct diags *d, struct loc loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int diag_warning(struct diags *d, struct loc loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A line without a place, printed as it is. */
void diag_note(struct diags *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Attach a hint to the newest diagnostic. */
void diag_hint(struct diags *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print all of them, in order; at most DIAG_PRINT_MAX, then a count. */
#define DIAG_PRINT_MAX 20
void diags_print(const struct diags *d, const struct sources *s, struct out *o);
/* The same to standard error at once, after which there are none. */
void diags_tell(struct diags *d, const struct sources *s);

#endif
