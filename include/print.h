/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AST to text: what `list` prints, which loads again. The layout is that of
 * nft(8): one tab a level.
 */
#ifndef NFF_PRINT_H
#define NFF_PRINT_H

#include "ast.h"
#include "out.h"

void print_expr(struct out *o, const struct expr *e, const struct print_opts *opts);
void print_stmt(struct out *o, const struct stmt *s, const struct print_opts *opts);
/* The statements and comment, without indentation or newline; with handle if asked for. */
void print_rule(struct out *o, const struct rule *r, const struct print_opts *opts);

/*
 * Whole objects as they stand in a table block: indented, newline at the end.
 * The _open/_close pairs let a lister stream the rules of a chain.
 */
void print_table_open(struct out *o, const struct table *t, const struct print_opts *opts);
void print_table_close(struct out *o);
/*
 * Are there lines in a table besides its blocks? Blocks have an empty line
 * between them, and in front of the first one where this is true.
 */
bool print_table_has_head(const struct table *t);
void print_chain_open(struct out *o, const struct chain *c, const struct print_opts *opts);
void print_chain_close(struct out *o);
void print_flowtable(struct out *o, const struct flowtable *f, const struct print_opts *opts);
void print_set(struct out *o, const struct set *s, const struct print_opts *opts);
void print_object(struct out *o, const struct object *obj, const struct print_opts *opts);
/* A whole table with all that hangs off it. */
void print_table(struct out *o, const struct table *t, const struct print_opts *opts);
/* A string in quotes, escaped as the scanner reads it; control characters become '?'. */
void print_quoted(struct out *o, const char *s);

/*
 * "add table ip x", "add rule ip x y ..." lines, for -e echo and monitor.
 * op is the word in front ("add", "delete", "insert", ...).
 */
void print_cmd_table(struct out *o, const char *op, const struct table *t,
		     const struct print_opts *opts);
void print_cmd_chain(struct out *o, const char *op, const struct chain *c,
		     const struct print_opts *opts);
void print_cmd_rule(struct out *o, const char *op, const struct rule *r,
		    const struct print_opts *opts);
void print_cmd_flowtable(struct out *o, const char *op, const struct flowtable *f,
			 const struct print_opts *opts);
void print_cmd_set(struct out *o, const char *op, const struct set *s,
		   const struct print_opts *opts);
void print_cmd_object(struct out *o, const char *op, const struct object *obj,
		      const struct print_opts *opts);
/* elems: EX_SET; h names the set, s is its declaration or NULL. */
void print_cmd_elements(struct out *o, const char *op, const struct handle *h,
			const struct expr *elems, const struct set *s,
			const struct print_opts *opts);

/* ---- describe (src/lang/describe.c) ---- */

/*
 * What an expression is: its type, width and the symbols of the type. An
 * EX_SYMBOL is the name of a type. 0, or -1 where there is nothing of that
 * name (and nothing is printed).
 */
int describe_expr(struct out *o, const struct expr *e, const struct print_opts *opts);
/* The same for a type; bits: the width of what has it, 0 for that of the type. */
void describe_datatype(struct out *o, const struct datatype *dt, unsigned int bits,
		       const struct print_opts *opts);

/* The word for a kind of stateful object (NFT_OBJECT_*: "counter", "ct helper"), or NULL. */
const char *object_type_name(uint32_t type);

#endif
