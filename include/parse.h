/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text to AST (parser/scanner.l, parser/parser.y, parser/parse.c): a bison
 * push parser fed by a flex scanner. Nothing is looked up in the kernel.
 *
 * The grammar knows shapes; names are looked up in the field tables. The
 * scanner's word token classes come from tables too (parser/keywords.c).
 */
#ifndef NFF_PARSE_H
#define NFF_PARSE_H

#include "nff.h"

/* Variables: "define x = ..." lives in the innermost open block. */
struct scope;
struct scope *scope_new(struct arena *a, struct scope *parent);
/*
 * A scope with the same definitions, to go back to: an input that has to be
 * read again defines its variables again.
 */
struct scope *scope_copy(struct arena *a, const struct scope *s);
/* The definition, searched through the parents; or NULL. */
struct expr *scope_lookup(const struct scope *s, const char *name);
/* A name close to this one, for "did you mean"; or NULL. */
const char *scope_suggest(const struct scope *s, const char *name);

/*
 * Parse a source (and what it includes) into cmds, allocated from arena.
 * Definitions at top level go to n->globals, and stay there.
 * Returns 0, or -1 with at least one diagnostic in n->diags.
 */
int parse_source(struct nff *n, struct arena *arena, uint32_t src, struct cmds *cmds);

/*
 * Is text a complete input, or does it end inside a block, a string or after
 * a backslash, so that a shell should ask for more?
 */
bool parse_incomplete(struct nff *n, const char *text, size_t len);

/* What could come next, for completion. */
enum expect_kind {
	EXPECT_WORD,		/* text: a keyword of the grammar, or a name out of a table */
	EXPECT_TABLE,		/* the name of a table that exists in family */
	EXPECT_CHAIN,		/* ... of a chain of table */
	EXPECT_FLOWTABLE,
	EXPECT_SET,
	EXPECT_MAP,
	EXPECT_OBJECT,
	EXPECT_DEVICE,
	EXPECT_VARIABLE,	/* text: the name, with the '$' */
	EXPECT_FILE,		/* a path (include) */
};
struct expect {
	enum expect_kind kind;
	const char *text;	/* EXPECT_WORD, EXPECT_VARIABLE */
	uint8_t family;		/* of the statement so far (default ip) */
	const char *table;	/* EXPECT_CHAIN...: table of the statement, or NULL */
};
typedef void (*expect_cb)(const struct expect *e, void *arg);
/*
 * Feed the parser the text (the line up to the word under the cursor) and
 * tell all that it would accept next. Nothing of the session changes: no
 * definition, no diagnostic.
 */
void parse_expected(struct nff *n, const char *text, size_t len, expect_cb cb, void *arg);

#endif
