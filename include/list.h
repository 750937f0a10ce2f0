/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list, and what else asks the kernel for its ruleset. (src/ruleset/list.c)
 */
#ifndef NFF_LIST_H
#define NFF_LIST_H

#include "nff.h"

/* A list or reset command of the ruleset: 0, or -1 with a diagnostic. */
int list_cmd(struct nff *n, const struct cmd *cmd);

/*
 * The generation of the ruleset (NFT_MSG_GETGEN). 0, or -1 with a diagnostic.
 */
int ruleset_generation(struct nff *n, uint32_t *genid);

/*
 * What compiling asks the kernel. list_find_set(): the declaration of a named
 * set, without elements, from arena; NULL where there is none.
 */
struct set *list_find_set(struct nff *n, struct arena *arena, unsigned int family,
			  const char *table, const char *name);
/*
 * Calls cb for each element that the kernel has of the set of that name; it
 * need not exist. 0, or -1 with a diagnostic.
 */
int list_elements(struct nff *n, const struct set *s,
		  void (*cb)(const struct expr *elem, void *arg), void *arg);
/*
 * The handles of the rules of a chain, in order; a chain that does not exist
 * has none. 0, or -1 with a diagnostic.
 */
int list_rule_handles(struct nff *n, const struct handle *h,
		      void (*cb)(uint64_t handle, void *arg), void *arg);
/* The handle of a chain by its name. 0, or -1 with a diagnostic (there is none). */
int list_chain_handle(struct nff *n, const struct handle *h, uint64_t *handle);
/* Does what a delete or destroy command names exist? 1, 0, or -1 with a diagnostic. */
int list_exists(struct nff *n, const struct cmd *cmd);
/* Does the kernel know the destroy messages (6.3 and later)? */
bool list_kernel_destroys(struct nff *n);

/*
 * Calls cb for each flowtable that h selects by family, table and obj (absent: any); what it gets
 * is gone when it returns. 0 or -errno; a kernel without flowtables has none.
 */
int list_flowtables(struct nff *n, const struct handle *h,
		    void (*cb)(const struct flowtable *f, void *arg), void *arg);

/* A rule with a flow statement. */
struct flow_rule {
	const struct rule *rule;
	const struct stmt *flow;	/* ST_FLOW, its first one */
	const struct chain *chain;	/* NULL: it went meanwhile; hook < 0: no base chain */
};
typedef void (*flow_rule_cb)(const struct flow_rule *r, void *arg);
/*
 * Calls cb for each rule with a flow statement of the families ip, ip6 and inet; what it gets is
 * gone when it returns. Where the ruleset changes meanwhile it begins anew, after a call of again.
 * 0 or -errno.
 */
int list_flow_rules(struct nff *n, flow_rule_cb cb, void (*again)(void *arg), void *arg);

/* Names for completion: calls cb for each; 0 or -errno. */
typedef void (*name_cb)(const char *name, unsigned int family, const char *table, void *arg);
int list_names(struct nff *n, enum obj_kind kind, name_cb cb, void *arg);

#endif
