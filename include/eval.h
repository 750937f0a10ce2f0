/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evaluation: gives every expression its type, resolves symbols, chooses
 * operators, checks that the parts fit, and adds the matches that a protocol
 * depends on (statements with STF_GENERATED). No I/O.
 */
#ifndef NFF_EVAL_H
#define NFF_EVAL_H

#include "ast.h"
#include "diag.h"
#include "proto_ctx.h"

struct eval {
	struct arena *arena;	/* for what evaluation adds; may be released after compiling */
	struct diags *diags;
	uint8_t family;
	struct proto_ctx pctx;	/* what the rule so far says about its packet */
	const char *table;
	/*
	 * The declaration of a named set or map (of the input or of the kernel);
	 * NULL: there is none.
	 */
	struct set *(*find_set)(void *arg, const char *name);
	void *arg;
};

/* Evaluate the statements of a rule in place. 0, or -1 with a diagnostic. */
int eval_rule(struct eval *ev, struct rule *r);
/* A statement that stands alone (a set's counter, an object). */
int eval_stmt(struct eval *ev, struct stmt *s, struct stmt ***link);
/*
 * An expression to a value of type (as the data of a set element, a variable
 * in a declaration): the new expression, or NULL with a diagnostic.
 */
struct expr *eval_value(struct eval *ev, struct expr *e, const struct datatype *type,
			enum byteorder bo, unsigned int bits);
/* The elements of a set or map declared as s. 0 or -1. */
int eval_elements(struct eval *ev, struct set *s, struct expr *elems);
/* What stands between "typeof" and ";": types of a selector or concatenation. 0 or -1. */
int eval_typeof(struct eval *ev, struct expr *e);

/* Declarations: priority, policy, hook, devices. 0 or -1. */
int eval_chain(struct eval *ev, struct chain *c);
int eval_flowtable(struct eval *ev, struct flowtable *f);
int eval_set_decl(struct eval *ev, struct set *s);
int eval_object(struct eval *ev, struct object *obj);

/* A plain string out of a symbol, a string or a variable; NULL with a diagnostic. */
const char *eval_string(struct eval *ev, struct expr *e, const char *what);

#endif
