/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nf_tables messages to AST. No I/O: sets that rules refer to are asked for
 * through a callback. (src/ruleset/decompile*.c)
 *
 * Messages may be malformed or come from a newer kernel: what cannot be read
 * becomes EX_UNKNOWN / ST_UNKNOWN, or NULL where not even the object's name
 * is there.
 */
#ifndef NFF_DECOMPILE_H
#define NFF_DECOMPILE_H

#include <libmnl/libmnl.h>
#include "ast.h"

struct decompile {
	struct arena *arena;
	/* The declaration of the set of that name in that table; NULL: there is none. */
	struct set *(*find_set)(void *arg, unsigned int family, const char *table,
				const char *name);
	/*
	 * Bring the elements of an anonymous set into s->init (with
	 * decompile_elements()) and set s->elems_loaded. It is called once what
	 * is looked up in the set is known, which gives the elements their types.
	 */
	void (*load_elements)(void *arg, struct set *s);
	/*
	 * The chain of that name with its rules, where it is a block of the rule that names it
	 * (CHAINF_BINDING); NULL: it is a chain as any other.
	 */
	struct chain *(*load_block)(void *arg, unsigned int family, const char *table,
				    const char *chain);
	void *arg;
};

struct table *decompile_table(struct decompile *d, const struct nlmsghdr *nlh);
struct chain *decompile_chain(struct decompile *d, const struct nlmsghdr *nlh);
struct rule *decompile_rule(struct decompile *d, const struct nlmsghdr *nlh);
struct flowtable *decompile_flowtable(struct decompile *d, const struct nlmsghdr *nlh);
struct set *decompile_set(struct decompile *d, const struct nlmsghdr *nlh);
/*
 * One GETSETELEM message: appends its elements to elems as the kernel has
 * them (interval ends as EX_ELEM with EXF_INTERVAL_END).
 */
int decompile_elements(struct decompile *d, const struct set *s, const struct nlmsghdr *nlh,
		       struct expr *elems);
/* Sort, and turn the kernel's interval ends into ranges and prefixes. */
void decompile_elements_finish(struct decompile *d, struct set *s, struct expr *elems);
struct object *decompile_object(struct decompile *d, const struct nlmsghdr *nlh);

#endif
