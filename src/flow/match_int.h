/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A match made ready: a list of tests, all of which must be true.
 */
#ifndef NFF_FLOW_MATCH_INT_H
#define NFF_FLOW_MATCH_INT_H

#include "match.h"

/* An operation with a constant on what was selected: "ct mark & 0xff". */
struct match_op {
	uint8_t op;			/* enum expr_op: OP_AND ... OP_RSHIFT */
	nff_u128 arg;
};

struct match_sel {
	const struct field *f;
	uint8_t dir;
	unsigned int bits;
	unsigned int n_ops;
	const struct match_op *ops;
};

/* Both ends are in it; one value where they are equal. */
struct match_range {
	nff_u128 lo, hi;
};

struct match_test {
	struct match_test *next;
	struct loc loc;
	uint8_t op;			/* OP_EQ: in the values below; OP_LT ... OP_GE, OP_FLAGS,
					   OP_NOT_FLAGS: against arg */
	bool negate;			/* OP_EQ: not in them */
	bool any;			/* OP_EQ: every value is in them */
	unsigned int n_sel;		/* more than 1: a concatenation */
	const struct match_sel *sel;
	nff_u128 arg;
	/* One selector: ranges in ascending order that neither meet nor overlap. */
	struct match_range *ranges;
	unsigned int n_ranges;
	/*
	 * A concatenation: rows of n_sel values in ascending order, and rows of
	 * n_sel ranges where one of them is more than a value.
	 */
	nff_u128 *rows;
	unsigned int n_rows;
	struct match_range *boxes;
	unsigned int n_boxes;
};

/* ---- making one (match.c, match_set.c) ---- */

struct named_set {
	struct named_set *next;
	const char *name;
	struct set *set;		/* its declaration */
};

struct making {
	struct nff *n;
	struct diags *diags;		/* where complaints about the matches go */
	struct arena *a;
	const struct record_type *type;
	struct named_set *sets;		/* those that the matches name */
	struct match_test *test;	/* the one at hand */
	unsigned int room;		/* elements that its arrays can take */
};

/* Find the one set of that name in all tables. 0, or -1 with a diagnostic at loc. */
int match_find_set(struct making *k, const char *name, struct loc loc);
/* What that found; arg: struct making. For struct eval. */
struct set *match_found_set(void *arg, const char *name);
/* Add the elements that the kernel has to the test at hand. 0, or -1 with a diagnostic. */
int match_set_elements(struct making *k, const struct set *s);
/* Add an evaluated element to the test at hand. 0, or -1 with a diagnostic. */
int match_add_element(struct making *k, const struct expr *elem);

struct match {
	const struct record_type *type;
	struct match_test *tests;
};

#endif
