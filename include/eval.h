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
	struct stmt **link;	/* where a dependency of the statement at hand goes in */
	struct stmt **head;	/* where one goes in that shall be the rule's first match */
	int icmp_type;		/* what the rule says of the icmp or icmpv6 type; -1: nothing */
	bool l4_matched;	/* the rule said something of its transport protocol */
	uint8_t vlan_offset;	/* bytes from the link header to the newest vlan header; 0: none */
	/*
	 * The declaration of a named set or map (of the input or of the kernel);
	 * NULL: there is none.
	 */
	struct set *(*find_set)(void *arg, const char *name);
	void *arg;
	bool keys_only;		/* elements of a map may lack data: they are deleted or asked for */
};

/* Evaluate the statements of a rule in place. 0, or -1 with a diagnostic. */
int eval_rule(struct eval *ev, struct rule *r);
/* A statement that stands alone (a set's counter, an object). */
int eval_stmt(struct eval *ev, struct stmt *s, struct stmt ***link);
/* What an expression must become: the type, byte order and width of a context. */
struct want {
	const struct datatype *type;
	enum byteorder bo;
	unsigned int bits;
	/* A concatenation of selectors: its parts give the widths. Or NULL. */
	const struct expr *like;
};
#define WANT(t, order, width) \
	((struct want){ .type = (t), .bo = (order), .bits = (width) })
/*
 * Evaluate *ep in place (it may be replaced). want may be NULL where nothing
 * is known about it. 0, or -1 with a diagnostic.
 */
int eval_expr(struct eval *ev, struct expr **ep, const struct want *want);
int eval_verdict(struct eval *ev, struct expr *e);
/*
 * Type the elements of an anonymous set (or map, data != NULL) for key, and
 * make its declaration, set.set.
 */
int eval_anon_set(struct eval *ev, struct expr *set, const struct expr *key,
		  const struct want *data);
/* May a value of one type stand for the other? Plain integers fit all. */
bool type_fits(const struct datatype *a, const struct datatype *b);
/* The same for both sides of a match; it may become an EX_MAP's or set's. */
int eval_rel(struct eval *ev, struct expr *rel);
/* "KEY map { ... }": want is that of the data; for vmap, dt_verdict. */
int eval_map(struct eval *ev, struct expr *map, const struct want *want);
/* The same for a map whose data are the names of objects of a type (NFT_OBJECT_*). */
int eval_object_map(struct eval *ev, struct expr *map, uint32_t type);
/* The type of what an evaluated selector gives, as want for what it is compared to. */
struct want want_of(const struct expr *e);
/* Is the expression known when the rule is compiled? */
bool expr_is_constant(const struct expr *e);
/* Add what a field of that protocol needs before it. 0, or -1 with a diagnostic. */
int eval_need_proto(struct eval *ev, const struct proto *proto, struct loc loc);
int eval_need_field(struct eval *ev, const struct expr *field);
/* Insert the match "field == value" in front of the statement at hand. */
void eval_add_match(struct eval *ev, const struct field *f, nff_u128 value, struct loc loc);
/* Take the variables out of an expression: the definition's copy, or itself. */
struct expr *eval_var(struct eval *ev, struct expr *e);

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

/*
 * The name of something new: words only, not too long, as it is to be listed
 * and loaded again. 0 or -1.
 */
int eval_new_name(struct eval *ev, const struct name *name, const char *what);

/* Declarations: priority, policy, hook, devices. 0 or -1. */
int eval_chain(struct eval *ev, struct chain *c);
int eval_flowtable(struct eval *ev, struct flowtable *f);
int eval_set_decl(struct eval *ev, struct set *s);
/* The set of a meter, as the evaluated key of its statement wants it. */
void eval_meter(struct set *s, struct expr *key);
int eval_object(struct eval *ev, struct object *obj);

/* A plain string out of a symbol, a string or a variable; NULL with a diagnostic. */
const char *eval_string(struct eval *ev, struct expr *e, const char *what);

#endif
