// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list flows: those of the bundled module; without it, what conntrack knows of the kernel's own
 * flowtable.
 */
#include <errno.h>
#include <string.h>

#include "flow.h"
#include "flow_dump.h"
#include "flow_table.h"
#include "query.h"
#include "view.h"

static int list_one(const struct flow *f, void *arg)
{
	return view_add(arg, f);
}

static int list_of_module(struct nff *n, struct flow_module *mod, const struct cmd *cmd,
			  const struct match *match)
{
	uint64_t malformed = 0;
	struct view v;
	int err;

	if (view_init(&v, n, cmd->query, &flow_record))
		return -1;
	err = flow_dump(mod, &cmd->h, match, list_one, &v, &malformed);
	view_end(&v, err == 0 || err == -EINTR || err == -ECANCELED);
	if (err == -ECANCELED)
		return 0;
	if (err == -EINTR) {
		diag_warning(&n->diags, cmd->loc,
			     "the flows changed while they were listed: some may be missing");
		err = 0;
	}
	if (malformed)
		diag_warning(&n->diags, cmd->loc, "%llu flows could not be read: the module sent "
			     "them in an unknown form", (unsigned long long)malformed);
	return err ? flow_module_error(n, cmd->loc, "list the flows", err) : 0;
}

/*
 * The kernel's own flowtable has no list of its flows, but their conntracks say that they are
 * offloaded. Which flowtable has them, and on which devices, nobody knows.
 */
static int list_of_conntrack(struct nff *n, const struct cmd *cmd)
{
	struct query q = *cmd->query;
	struct cmd list = *cmd;

	if (cmd->h.table.s) {
		diag_error(&n->diags, cmd->h.obj.s ? cmd->h.obj.loc : cmd->h.table.loc,
			   "the kernel's own flowtable does not tell which flows it holds");
		diag_hint(&n->diags, "'list flows' without a table shows what conntrack knows of "
			  "all of them; the bundled module nff tells the rest");
		return -1;
	}
	list.query = &q;
	list.obj = OBJ_CONNTRACKS;
	/* it was that of the table */
	q.family = 0;
	q.offload = true;
	diag_warning(&n->diags, cmd->loc, "the kernel's own flowtable does not tell its flows: "
		     "these are the connections that conntrack knows to be offloaded");
	diag_hint(&n->diags, "flowtable, devices, age, time left and rates are known to the "
		  "bundled module nff only");
	return flow_list_conntracks(n, &list);
}

int flow_list_flows(struct nff *n, const struct cmd *cmd)
{
	struct query q = *cmd->query;
	struct arena arena = { 0 };
	struct flow_backends b;
	struct flow_module *mod;
	struct match *match;
	int err = -1;

	if (query_check(n, cmd, QUERY_FAMILY | QUERY_WHERE | QUERY_VIEW) ||
	    flow_backends_find(n, &arena, cmd->loc, &cmd->h, &b))
		goto out;
	if (b.in_tree && !b.bundled) {
		err = list_of_conntrack(n, cmd);
		goto out;
	}
	if (b.in_tree)
		diag_warning(&n->diags, cmd->loc, "the flowtable '%s' is one of the kernel's own, "
			     "which does not tell its flows: they are not in the list",
			     b.in_tree_name);
	/* the family is that of the table, no match */
	q.family = 0;
	match = match_new(n, &arena, &q, &flow_record);
	mod = match ? flow_module_need(n, cmd->loc) : NULL;
	if (mod)
		err = list_of_module(n, mod, cmd, match);
out:
	arena_free(&arena);
	return err;
}
