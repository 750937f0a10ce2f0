/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "did you mean": the nearest of several words to one that is unknown.
 */
#ifndef NFF_SUGGEST_H
#define NFF_SUGGEST_H

#include <stddef.h>

struct suggestion {
	const char *text;		/* the unknown word */
	size_t len;
	const char *best;		/* NULL: none is near */
	unsigned int distance;
};

/* text: len bytes, which must stay while candidates are offered. */
void suggest_init(struct suggestion *s, const char *text, size_t len);
/* Offer a word; it must stay as long as best is used. */
void suggest(struct suggestion *s, const char *candidate);

#endif
