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

struct match {
	const struct record_type *type;
	struct match_test *tests;
};

#endif
