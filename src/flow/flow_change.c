// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * delete, flush and reset of flows. A flow that is deleted leaves the fast path; its connection
 * goes on on the classic one, and comes back with the next packet that a rule offloads.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "flow.h"
#include "flow_dump.h"
#include "flow_table.h"
#include "uapi/linux/nff.h"
#include "view.h"

/* A flow by both of its ids: the number of a flow may be another one's by now. */
struct flow_id {
	uint32_t id, ct_id;
};

struct changing {
	struct flow_id *v;
	size_t n, cap;
};

static int remember(const struct flow *f, void *arg)
{
	struct changing *c = arg;

	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 256;
		c->v = xrealloc(c->v, c->cap * sizeof(*c->v));
	}
	c->v[c->n++] = (struct flow_id){ f->id, f->ct_id };
	return 0;
}

static void begin(struct flow_module *mod, struct msgbuf *m, uint8_t cmd)
{
	m->len = 0;
	genl_begin(m, &mod->family, cmd, 0);
	if (cmd == NFF_CMD_RESET) {
		uint32_t what = NFF_RESET_FLOWS;

		attr_data(m, NFF_ATTR_RESET, &what, sizeof(what));
	}
}

/* One flow. 0 or -errno; one that is gone is none. */
static int change_one(struct flow_module *mod, struct msgbuf *m, uint8_t cmd,
		      const struct flow_id *id, uint64_t *count)
{
	uint32_t n = 0;
	size_t nest;
	int err;

	begin(mod, m, cmd);
	nest = attr_nest(m, NFF_ATTR_FILTER);
	attr_data(m, NFF_FILTER_ID, &id->id, sizeof(id->id));
	attr_u32(m, NFF_FILTER_CT_ID, id->ct_id);
	attr_nest_end(m, nest);
	err = flow_module_request(mod, m, &n);
	*count += n;
	return err == -ENOENT ? 0 : err;
}

/*
 * Those that match: their list is read first, as a dump and the changes would get into each
 * other's way.
 */
static int change_matching(struct flow_module *mod, const struct cmd *cmd, uint8_t what,
			   const struct match *match, uint64_t *count)
{
	struct changing c = { 0 };
	struct msgbuf m = { 0 };
	uint64_t malformed = 0;
	int err = flow_dump(mod, &cmd->h, match, remember, &c, &malformed);

	/* Flows that came or went meanwhile: what was there from start to end is in the list. */
	if (err == -EINTR)
		err = 0;
	for (size_t i = 0; i < c.n && !err; i++)
		err = change_one(mod, &m, what, &c.v[i], count);
	msgbuf_fini(&m);
	free(c.v);
	return err;
}

static int change_all(struct flow_module *mod, const struct cmd *cmd, uint8_t what,
		      uint64_t *count)
{
	struct msgbuf m = { 0 };
	uint32_t n = 0;
	int err;

	begin(mod, &m, what);
	flow_put_selector(&m, &cmd->h);
	err = flow_module_request(mod, &m, &n);
	*count = n;
	msgbuf_fini(&m);
	return err;
}

static int report(struct nff *n, const struct cmd *cmd, uint64_t count, int err)
{
	bool reset = cmd->op == CMD_RESET;
	const struct change_outcome o = {
		.one = "flow", .many = "flows", .done = reset ? "reset" : "deleted",
		.changed = count,
	};

	if (!err && !count && cmd->query->where && cmd->op != CMD_DESTROY)
		return diag_error(&n->diags, cmd->query->where_loc, "no flow matches");
	/* What was done before an error is told, too. */
	if (!err || count)
		change_report(n, cmd, &o);
	if (!err)
		return 0;
	return flow_module_error(n, cmd->loc, reset ? "reset the flows" :
				 "take the flows off the fast path", err);
}

/* Is what is named there, and the module's? -1 with a diagnostic where it is not. */
static int check_place(struct nff *n, const struct cmd *cmd)
{
	struct loc loc = cmd->h.obj.s ? cmd->h.obj.loc : cmd->h.table.loc;
	struct arena arena = { 0 };
	struct flow_table *t = NULL;
	bool bundled = false, any;
	int err;

	if (!cmd->h.table.s)
		return 0;
	err = flow_tables_read(n, &arena, cmd->loc, &cmd->h, &t);
	for (any = t; t; t = t->next)
		bundled |= t->bundled;
	if (!err && !any)
		err = diag_error(&n->diags, loc, cmd->h.obj.s ? "there is no such flowtable" :
				 "there is no flowtable in that table");
	else if (!err && !bundled) {
		err = diag_error(&n->diags, loc, "the kernel's own flowtable does not let flows "
				 "be changed");
		diag_hint(&n->diags, "the bundled module nff does: flowtables get it when it is "
			  "loaded first");
	}
	arena_free(&arena);
	return err;
}

int flow_change_flows(struct nff *n, const struct cmd *cmd)
{
	uint8_t what = cmd->op == CMD_RESET ? NFF_CMD_RESET : NFF_CMD_DEL_FLOW;
	struct query q = *cmd->query;
	struct flow_module *mod;
	struct arena arena;
	struct match *match;
	uint64_t count = 0;
	int err = -1;

	if (query_check(n, cmd, QUERY_FAMILY | QUERY_WHERE | QUERY_OPTION(QO_JSON)))
		return -1;
	if (!q.where && what == NFF_CMD_DEL_FLOW) {
		diag_error(&n->diags, cmd->loc, "this would delete all flows");
		diag_hint(&n->diags, "'flush flows' does that; 'where' says which of them are meant");
		return -1;
	}
	arena_init(&arena);
	/* the family is that of the table */
	q.family = 0;
	match = match_new(n, &arena, &q, &flow_record);
	mod = match ? flow_module_need(n, cmd->loc) : NULL;
	if (mod && !check_place(n, cmd)) {
		err = n->check ? 0 :
		      q.where ? change_matching(mod, cmd, what, match, &count) :
				change_all(mod, cmd, what, &count);
		if (!n->check)
			err = report(n, cmd, count, err);
	}
	arena_free(&arena);
	return err;
}

int flow_flush_flows(struct nff *n, const struct cmd *cmd)
{
	struct flow_module *mod;
	uint64_t count = 0;
	int err;

	if (query_check(n, cmd, QUERY_FAMILY | QUERY_OPTION(QO_JSON))) {
		if (cmd->query->where)
			diag_hint(&n->diags, "flush deletes all of them; 'delete flows' takes a "
				  "filter");
		return -1;
	}
	mod = flow_module_need(n, cmd->loc);
	if (!mod || check_place(n, cmd))
		return -1;
	if (n->check)
		return 0;
	err = change_all(mod, cmd, NFF_CMD_FLUSH_FLOWS, &count);
	return report(n, cmd, count, err);
}
