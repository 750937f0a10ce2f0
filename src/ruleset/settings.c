// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of flowtables: read for lists, planned and applied with an input.
 *
 * Which kernel module gets a flowtable is decided when it is made: of those that have registered
 * a type for its family the first one (net/netfilter/nf_tables_api.c). A flowtable that exists
 * holds its module, so the next one of the family gets the same; where there is none, one is made
 * for a moment to see.
 */
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "batch.h"
#include "flow_module.h"
#include "flowtable_settings.h"
#include "list.h"
#include "uapi/linux/nff.h"

_Static_assert(FLOWTABLE_TIMEOUT_MAX == NFF_TIMEOUT_MAX, "the module's limit");

/* A flowtable as the module or nf_tables names it. */
struct known {
	struct known *next;
	struct handle h;
	struct flowtable_settings settings;	/* of the module's */
};

/* One that the input sets something of. */
struct wanted {
	struct wanted *next;
	const struct flowtable *f;
	bool existed;
	bool table_existed;
	struct flowtable_settings before;
};

struct settings_plan {
	struct wanted *first, **last;
};

static bool same(const struct handle *a, const struct handle *b)
{
	return a->family == b->family && !strcmp(a->table.s, b->table.s) &&
	       !strcmp(a->obj.s, b->obj.s);
}

static const struct known *find(const struct known *list, const struct handle *h)
{
	for (; list; list = list->next)
		if (same(&list->h, h))
			return list;
	return NULL;
}

/* ---- what there is ---- */

struct reading {
	struct arena *a;
	struct known *list;
};

static const char *text_of(struct arena *a, const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) ? "" :
	       arena_strdup(a, mnl_attr_get_str(attr));
}

static void read_settings(const struct nlattr *nest, struct flowtable_settings *s)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		uint32_t v;

		if (mnl_attr_validate(a, MNL_TYPE_U32))
			continue;
		v = mnl_attr_get_u32(a);
		switch (mnl_attr_get_type(a)) {
		case NFF_SET_TCP_TIMEOUT:
			s->tcp_timeout = v;
			s->has |= v ? FTS_TCP_TIMEOUT : 0;
			break;
		case NFF_SET_UDP_TIMEOUT:
			s->udp_timeout = v;
			s->has |= v ? FTS_UDP_TIMEOUT : 0;
			break;
		case NFF_SET_SIZE:
			s->size = v;
			s->has |= v ? FTS_SIZE : 0;
			break;
		}
	}
}

static int on_table(const struct nlmsghdr *nlh, void *arg)
{
	struct reading *r = arg;
	struct known *k;
	const struct nlattr *a;

	if (genl_cmd(nlh) != NFF_CMD_NEW_TABLE)
		return 0;
	k = arena_new(r->a, struct known);
	k->h.table.s = k->h.obj.s = "";
	mnl_attr_for_each(a, nlh, 4) {
		switch (mnl_attr_get_type(a)) {
		case NFF_ATTR_FAMILY:
			if (!mnl_attr_validate(a, MNL_TYPE_U8))
				k->h.family = mnl_attr_get_u8(a);
			break;
		case NFF_ATTR_TABLE:
			k->h.table.s = text_of(r->a, a);
			break;
		case NFF_ATTR_FLOWTABLE:
			k->h.obj.s = text_of(r->a, a);
			break;
		case NFF_ATTR_SETTINGS:
			read_settings(a, &k->settings);
			break;
		}
	}
	k->next = r->list;
	r->list = k;
	return 0;
}

/* The module's flowtables that h selects: 0, or -errno. */
static int module_tables(struct flow_module *mod, struct arena *a, const struct handle *h,
			 struct known **list)
{
	struct reading r = { .a = a };
	struct msgbuf m = { 0 };
	int err, tries = 8;

	genl_begin(&m, &mod->family, NFF_CMD_GET_TABLE, NLM_F_DUMP);
	flow_put_selector(&m, h);
	msg_end(&m);
	do {
		r.list = NULL;
		err = nl_request(mod->nl, &m, on_table, &r);
	} while (err == -EINTR && --tries);
	msgbuf_fini(&m);
	*list = r.list;
	return err;
}

void settings_fill(struct nff *n, struct flowtable *list)
{
	struct arena arena = { 0 };
	struct handle h = { 0 };
	struct flow_module *mod;
	struct known *known;
	unsigned int errors = n->diags.errors;

	if (!list || flow_module_find(n, &mod) <= 0 || n->diags.errors != errors)
		return;
	h.family = list->h.family;
	h.table = list->h.table;
	if (!module_tables(mod, &arena, &h, &known))
		for (; list; list = list->next) {
			const struct known *k = find(known, &list->h);

			if (k)
				list->settings = k->settings;
		}
	arena_free(&arena);
}

static void on_name(const char *name, unsigned int family, const char *table, void *arg)
{
	struct reading *r = arg;
	struct known *k = arena_new(r->a, struct known);

	k->h.family = (uint8_t)family;
	k->h.table.s = arena_strdup(r->a, table ? table : "");
	k->h.obj.s = arena_strdup(r->a, name);
	k->next = r->list;
	r->list = k;
}

/* ---- which module a new flowtable gets ---- */

/* Make a table with a flowtable of a family, or delete it. The table goes with the socket. */
static int probe_batch(struct nl *nl, unsigned int family, const char *name, bool make)
{
	struct batch_msg info = { .family = (uint8_t)family };
	struct batch b;
	size_t hook;
	int err;

	batch_init(&b, 0);
	batch_msg_begin(&b, make ? NFT_MSG_NEWTABLE : NFT_MSG_DELTABLE, make ? NLM_F_CREATE : 0,
			&info);
	attr_str(&b.m, NFTA_TABLE_NAME, name);
	if (make)
		attr_u32(&b.m, NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
	batch_msg_end(&b);
	if (make) {
		batch_msg_begin(&b, NFT_MSG_NEWFLOWTABLE, NLM_F_CREATE, &info);
		attr_str(&b.m, NFTA_FLOWTABLE_TABLE, name);
		attr_str(&b.m, NFTA_FLOWTABLE_NAME, name);
		hook = attr_nest(&b.m, NFTA_FLOWTABLE_HOOK);
		attr_u32(&b.m, NFTA_FLOWTABLE_HOOK_NUM, 0);
		attr_u32(&b.m, NFTA_FLOWTABLE_HOOK_PRIORITY, 0);
		attr_nest_end(&b.m, hook);
		batch_msg_end(&b);
	}
	msg_begin(&b.m, NFNL_MSG_BATCH_END, NLM_F_REQUEST, b.n + 1, 0, NFNL_SUBSYS_NFTABLES);
	msg_end(&b.m);
	err = nl_batch(nl, &b.m, 64 * 1024, NULL, NULL);
	batch_fini(&b);
	return err;
}

/* 1: the bundled one, 0: the kernel's own, -1: it cannot be told. */
static int probe_backend(struct nff *n, struct arena *a, unsigned int family)
{
	struct nl *nl = nl_open(NETLINK_NETFILTER);
	char *name;
	struct handle h = { .family = (uint8_t)family };
	struct known *known = NULL;
	struct flow_module *mod;
	int ret = -1;

	if (!nl)
		return -1;
	name = arena_printf(a, "nff-probe-%u", nl_portid(nl));
	if (!probe_batch(nl, family, name, true)) {
		h.table.s = h.obj.s = name;
		/* It may have been loaded for that. */
		ret = flow_module_find(n, &mod);
		if (ret == 1)
			ret = module_tables(mod, a, &h, &known) ? -1 : known != NULL;
		probe_batch(nl, family, name, false);
	}
	nl_close(nl);
	return ret;
}

/* ---- the plan ---- */

/* Do the commands in front of the one with the flowtable take away what is there of its name? */
static bool removed_before(const struct cmds *cmds, const struct cmd *until,
			   const struct handle *h)
{
	for (const struct cmd *c = cmds->first; c && c != until; c = c->next) {
		bool of_family = !c->h.family || c->h.family == h->family;
		bool of_table = c->h.table.s && !strcmp(c->h.table.s, h->table.s);

		if (!of_family)
			continue;
		if (c->op == CMD_FLUSH && c->obj == OBJ_RULESET)
			return true;
		if (c->op != CMD_DELETE && c->op != CMD_DESTROY)
			continue;
		/* by a handle something is deleted that may be it */
		if (c->obj == OBJ_TABLE && (of_table || !c->h.table.s))
			return true;
		if (c->obj == OBJ_FLOWTABLE && of_table && !c->flowtable &&
		    (!c->h.obj.s || !strcmp(c->h.obj.s, h->obj.s)))
			return true;
	}
	return false;
}

struct planning {
	struct nff *n;
	struct arena *a;
	const struct cmds *cmds;
	struct known *module, *ruleset;		/* flowtables */
	struct known *tables;
	struct settings_plan *plan;
};

static int in_tree(struct planning *p, const struct flowtable *f)
{
	diag_error(&p->n->diags, f->settings.loc, "the flowtable '%s' is one of the kernel's own "
		   "module, which has no timeouts and no size of a flowtable", f->h.obj.s);
	diag_hint(&p->n->diags, "they are settings of the bundled module nff; flowtables get it "
		  "when it is loaded first ('modprobe nff' before the first flowtable is made)");
	return -1;
}

static bool has_family(const struct known *list, unsigned int family)
{
	for (; list; list = list->next)
		if (list->h.family == family)
			return true;
	return false;
}

/* Will a flowtable that is made now be the bundled module's? 0, or -1 with a diagnostic. */
static int check_new(struct planning *p, const struct flowtable *f)
{
	if (has_family(p->module, f->h.family))
		return 0;
	if (has_family(p->ruleset, f->h.family))
		return in_tree(p, f);
	/* Checking makes nothing. What cannot be told is told by the batch. */
	if (p->n->check || probe_backend(p->n, p->a, f->h.family) != 0)
		return 0;
	return in_tree(p, f);
}

static int plan_one(struct planning *p, const struct cmd *cmd, const struct flowtable *f)
{
	const struct known *k = find(p->module, &f->h);
	struct wanted *w;

	if (!f->settings.has || !f->h.obj.s)
		return 0;
	w = arena_new(p->a, struct wanted);
	w->f = f;
	w->existed = find(p->ruleset, &f->h) && !removed_before(p->cmds, cmd, &f->h);
	for (const struct known *t = p->tables; t; t = t->next)
		w->table_existed |= t->h.family == f->h.family &&
				    !strcmp(t->h.obj.s, f->h.table.s);
	if (k)
		w->before = k->settings;
	list_add_tail(p->plan->last, w);
	if (w->existed)
		return k ? 0 : in_tree(p, f);
	return check_new(p, f);
}

static bool has_settings(const struct cmd *cmd)
{
	const struct flowtable *f;

	if (cmd->op != CMD_ADD && cmd->op != CMD_CREATE)
		return false;
	if (cmd->obj == OBJ_FLOWTABLE)
		return cmd->flowtable->settings.has;
	f = cmd->obj == OBJ_TABLE && cmd->table ? cmd->table->flowtables : NULL;
	for (; f; f = f->next)
		if (f->settings.has)
			return true;
	return false;
}

static int plan_all(struct planning *p)
{
	for (const struct cmd *c = p->cmds->first; c; c = c->next) {
		const struct flowtable *f;

		if (!has_settings(c))
			continue;
		f = c->obj == OBJ_FLOWTABLE ? c->flowtable : c->table->flowtables;
		for (; f; f = c->obj == OBJ_TABLE ? f->next : NULL)
			if (plan_one(p, c, f))
				return -1;
	}
	return 0;
}

int settings_prepare(struct nff *n, struct arena *a, const struct cmds *cmds,
		     struct settings_plan **plan)
{
	struct planning p = { .n = n, .a = a, .cmds = cmds };
	struct reading names = { .a = a }, tables = { .a = a };
	struct handle all = { 0 };
	struct flow_module *mod;
	const struct cmd *c = cmds->first;
	int found, err;

	*plan = NULL;
	while (c && !has_settings(c))
		c = c->next;
	if (!c)
		return 0;
	p.plan = *plan = arena_new(a, struct settings_plan);
	p.plan->last = &p.plan->first;
	found = flow_module_find(n, &mod);
	if (found < 0)
		return -1;
	err = found ? module_tables(mod, a, &all, &p.module) : 0;
	if (!err)
		err = list_names(n, OBJ_TABLE, on_name, &tables);
	/* Where reading is not allowed writing is not either, and says so better. */
	if (err)
		return err == -EPERM ? 0 : flow_module_error(n, c->loc, "read the flowtables", err);
	/* A kernel without flowtables has none. */
	list_names(n, OBJ_FLOWTABLE, on_name, &names);
	p.ruleset = names.list;
	p.tables = tables.list;
	return plan_all(&p);
}

/* ---- after the commit ---- */

/* Set those of mask. 0 or -errno. */
static int set_table(struct flow_module *mod, const struct handle *h,
		     const struct flowtable_settings *s, uint32_t mask)
{
	const struct {
		uint32_t bit;
		uint16_t attr;
		uint32_t value;
	} rows[] = {
		{ FTS_TCP_TIMEOUT, NFF_SET_TCP_TIMEOUT, s->tcp_timeout },
		{ FTS_UDP_TIMEOUT, NFF_SET_UDP_TIMEOUT, s->udp_timeout },
		{ FTS_SIZE, NFF_SET_SIZE, s->size },
	};
	struct msgbuf m = { 0 };
	size_t nest;
	int err;

	genl_begin(&m, &mod->family, NFF_CMD_SET_TABLE, 0);
	flow_put_selector(&m, h);
	nest = attr_nest(&m, NFF_ATTR_SETTINGS);
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (mask & rows[i].bit)
			attr_data(&m, rows[i].attr, &rows[i].value, sizeof(uint32_t));
	attr_nest_end(&m, nest);
	err = flow_module_request(mod, &m, NULL);
	msgbuf_fini(&m);
	return err;
}

/* Is the table of w one that an earlier one of the plan takes back? */
static bool table_gone(const struct settings_plan *plan, const struct wanted *w)
{
	for (const struct wanted *i = plan->first; i != w; i = i->next)
		if (!i->existed && !i->table_existed && i->f->h.family == w->f->h.family &&
		    !strcmp(i->f->h.table.s, w->f->h.table.s))
			return true;
	return false;
}

/* Take back what the input made that was not there before; errors cannot be helped. */
static void undo_new(struct nff *n, const struct wanted *w)
{
	struct batch_msg info = { .family = w->f->h.family };
	struct batch b;

	batch_init(&b, 0);
	batch_msg_begin(&b, w->table_existed ? NFT_MSG_DELFLOWTABLE : NFT_MSG_DELTABLE, 0, &info);
	attr_str(&b.m, w->table_existed ? NFTA_FLOWTABLE_TABLE : NFTA_TABLE_NAME,
		 w->f->h.table.s);
	if (w->table_existed)
		attr_str(&b.m, NFTA_FLOWTABLE_NAME, w->f->h.obj.s);
	batch_msg_end(&b);
	msg_begin(&b.m, NFNL_MSG_BATCH_END, NLM_F_REQUEST, b.n + 1, 0, NFNL_SUBSYS_NFTABLES);
	msg_end(&b.m);
	nl_batch(n->nl, &b.m, 64 * 1024, NULL, NULL);
	batch_fini(&b);
}

static void undo(struct nff *n, struct flow_module *mod, const struct settings_plan *plan)
{
	for (const struct wanted *w = plan->first; w; w = w->next) {
		if (!w->existed && !table_gone(plan, w))
			undo_new(n, w);
		else if (w->existed && mod)
			set_table(mod, &w->f->h, &w->before, w->f->settings.has);
	}
}

int settings_apply(struct nff *n, const struct settings_plan *plan)
{
	struct flow_module *mod = NULL;
	int err = 0;

	if (!plan || n->check)
		return 0;
	if (flow_module_find(n, &mod) < 0)
		return -1;
	for (const struct wanted *w = plan->first; w; w = w->next) {
		err = mod ? set_table(mod, &w->f->h, &w->f->settings, w->f->settings.has) :
			    -ENOENT;
		if (!err)
			continue;
		undo(n, mod, plan);
		diag_error(&n->diags, w->f->settings.loc, "cannot set timeouts and size of the "
			   "flowtable '%s': %s", w->f->h.obj.s, err == -ENOENT ?
			   "the bundled module nff has no such flowtable" : strerror(-err));
		diag_hint(&n->diags, "flowtables that this input made were taken back, and tables "
			  "that it made for them; 'list ruleset' shows the rest of it");
		return -1;
	}
	return 0;
}
