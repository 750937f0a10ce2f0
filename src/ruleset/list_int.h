/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the lister share.
 *
 *	list.c		commands, and the retries of an inconsistent read
 *	list_fetch.c	questions to the kernel
 *	list_view.c	what a command shows of a table, as text and as JSON
 *	list_hooks.c	list hooks
 *	list_get.c	get element
 *	list_debug.c	-d netlink
 *	list_lookup.c	single objects and names, for compiling and completion
 */
#ifndef NFF_LIST_INT_H
#define NFF_LIST_INT_H

#include <jansson.h>
#include "attr.h"
#include "decompile.h"
#include "list.h"
#include "msgbuf.h"
#include "nl.h"

/* Sets by family, table and name. */
struct set_index {
	struct set **v;
	uint32_t n, cap;		/* cap is a power of two, or 0 */
};

struct lister {
	struct nff *n;
	const struct cmd *cmd;		/* NULL: no command, a question of the compiler */
	struct nl *nl;
	/*
	 * The elements of a set are asked for while rules are being dumped,
	 * and a socket can do one dump at a time.
	 */
	struct nl *nl2;
	struct msgbuf m, m2;
	struct arena arena;		/* tables, chains, sets of one try */
	struct arena rule_arena;	/* one rule and its anonymous sets */
	struct decompile d;		/* into arena */
	struct table *tables, **tables_last;
	struct set_index sets;
	struct set *loaded;		/* anonymous sets of the rule, linked by next_loaded */
	const char *sets_of;		/* the table whose sets were read last */
	uint8_t sets_family;
	struct out out;			/* held until all has been read */
	struct out debug;		/* printed in front of it */
	bool json;			/* out holds the elements of the JSON document */
	int err;			/* of a read inside a callback */
};

void lister_init(struct lister *l, struct nff *n, const struct cmd *cmd);
void lister_fini(struct lister *l);
/* Forget what a try has read and printed. */
void lister_drop(struct lister *l);

/* ---- list_fetch.c: 0, or -errno (-EINTR: inconsistent) ---- */

/*
 * A request of type NFT_MSG_*: begin, add attributes to l->m, then ask with a
 * callback for each answer.
 */
void ask_begin(struct msgbuf *m, unsigned int type, bool dump, unsigned int family);
int ask(struct lister *l, nl_cb cb, void *arg);
int fetch_generation(struct lister *l, uint32_t *genid);
/* name: NULL for all. Append to l->tables. */
int fetch_tables(struct lister *l, unsigned int family, const char *name);
/* Append to the lists of a table; name: NULL for all. */
int fetch_chains(struct lister *l, struct table *t, const char *name);
int fetch_sets(struct lister *l, struct table *t, const char *name);
int fetch_flowtables(struct lister *l, struct table *t, const char *name);
/* type: NFT_OBJECT_*, or 0. reset: read and zero. */
int fetch_objects(struct lister *l, struct table *t, uint32_t type, const char *name, bool reset);
int fetch_elements(struct lister *l, struct set *s);
/*
 * The rules of a table, or of one of its chains, as they come; a rule is gone
 * when cb returns. cb < 0 ends it.
 */
typedef int (*rule_cb)(struct lister *l, struct rule *r, void *arg);
int fetch_rules(struct lister *l, const struct table *t, const char *chain, bool reset, rule_cb cb,
		void *arg);

/* The rule with that handle, in the same way. */
int fetch_rule(struct lister *l, const struct handle *h, rule_cb cb, void *arg);

/* ---- list_view.c ---- */

int view_tables(struct lister *l);
int view_table_names(struct lister *l);
/* Add a value to the document; the reference is taken. */
void view_json(struct lister *l, json_t *value);

int list_hooks(struct lister *l);
int list_get(struct lister *l);
/* The elements of all sets that were read of a table. */
int debug_sets(struct lister *l, const struct table *t);

/* ---- list_lookup.c ---- */

/*
 * "No such file or directory" at the name in a handle that does not exist:
 * table, chain or obj, whichever is missing. Returns -1.
 */
int list_missing(struct nff *n, struct loc loc, enum obj_kind kind, unsigned int family,
		 const char *table, const char *name);
/* -errno of a question as a diagnostic. Returns -1. */
int list_error(struct lister *l, int err);

#endif
