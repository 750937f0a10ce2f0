/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the files that print the AST (print*.c).
 */
#ifndef NFF_PRINT_INT_H
#define NFF_PRINT_INT_H

#include "print.h"

/* How several flags in one value are written. */
enum value_form {
	FORM_OR,		/* a | b */
	FORM_LIST,		/* a,b */
	FORM_NUMBER,		/* 0x12 */
	FORM_OPERAND,		/* (a | b) */
};

/*
 * A constant. ref is the selector that it goes with, or NULL: what is read
 * raw out of a packet is written in hex.
 */
void print_const(struct out *o, const struct expr *e, const struct expr *ref,
		 enum value_form form, const struct print_opts *opts);
/* A match: EX_REL. */
void print_rel(struct out *o, const struct expr *e, const struct print_opts *opts);
/*
 * The elements of a set, in braces. per_line 0: all on one line. key and data
 * are the selectors that their constants go with, or NULL.
 */
void print_elems(struct out *o, const struct expr *set, const struct expr *key,
		 const struct expr *data, unsigned int per_line, const struct print_opts *opts);
/* An element: its key, options and data. */
void print_elem(struct out *o, const struct expr *e, const struct expr *key,
		const struct expr *data, const struct print_opts *opts);
/* "timeout 5s expires 3s", each with a blank in front. */
void print_elem_times(struct out *o, const struct elem_opts *eo, const struct print_opts *opts);
/* Statements that are not generated, with one blank between them. */
void print_stmt_list(struct out *o, const struct stmt *s, const struct print_opts *opts);

/* The rules of a block within a rule, in braces. */
void print_block(struct out *o, const struct chain *block, const struct print_opts *opts);

/* What a quota, a limit, a synproxy are: the same in a statement and an object. */
void print_quota(struct out *o, const struct quota_stmt *q, const struct print_opts *opts);
void print_limit(struct out *o, const struct limit_stmt *l);
/* "mss 5", "wscale 7", "timestamp sack-perm", each between before and after. */
void print_synproxy_opts(struct out *o, const struct synproxy_stmt *sp, const char *before,
			 const char *after);

/* Durations of declarations, which -T turns to seconds. */
void print_msecs(struct out *o, uint64_t ms, const struct print_opts *opts);
/* A name as the scanner reads it: bare, or in quotes where it must be. */
void print_name(struct out *o, const char *s);

/* The names of the bits of flags, in the order of the table, joined by commas. */
void print_flag_names(struct out *o, const struct symbol *table, uint64_t flags);

#endif
