/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the show commands share: numbers of the system, sentences with a cure, and units.
 */
#ifndef NFF_SHOW_H
#define NFF_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "nff.h"
#include "query.h"

/* The number in /proc/sys/PATH. false: there is no such file, or it holds no number. */
bool show_sysctl(const char *path, uint64_t *value);

/* What is noteworthy, in plain words, and what to do about it. */
struct remark {
	struct remark *next;
	const char *text, *cure;	/* cure: NULL where nothing is to be done */
};

struct remarks {
	struct arena arena;
	struct remark *first, **last;
};

void remarks_init(struct remarks *r);
void remarks_fini(struct remarks *r);
/* Add one; remark_cure() says what to do about the newest. */
void remark(struct remarks *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void remark_cure(struct remarks *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An empty line, then "! TEXT" and "  cure: CURE", broken into lines; nothing for none. */
void remarks_print(const struct remarks *r, struct out *o);
json_t *remarks_json(const struct remarks *r);

/* "cannot read WHAT": -errno of a question to conntrack, with a hint. Returns -1. */
int show_error(struct nff *n, struct loc loc, const char *what, int err);

/* Is the answer to be JSON: by -j in front of the command or behind it. */
bool show_is_json(const struct nff *n, const struct query *q);
/* One document in a line of its own; gives the reference up. */
void show_json(struct nff *n, json_t *value);

/* Units of show_amount(). */
enum {
	AMOUNT_BINARY	= 1 << 0,	/* steps of 1024 (Ki, Mi), not of 1000 */
};
/*
 * A number with three digits and a prefix: "12.3 M", "950 ", "1.00 Gi"; a unit can follow at
 * once. buf: at least 16 bytes. Returns buf.
 */
char *show_amount(char *buf, double v, unsigned int flags);

#endif
