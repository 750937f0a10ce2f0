// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Single objects and names: what compiling and completion ask the kernel for,
 * and what to say about a name that is not there.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "batch.h"
#include "list_int.h"

/* Not in the headers of Linux 6.1. */
#define MSG_DESTROYTABLE 26

/* ---- names ---- */

/* Where the names of a kind of object are. */
static const struct name_row {
	uint8_t get;			/* NFT_MSG_GET* */
	uint8_t table, name;		/* attributes */
	uint8_t type;			/* NFTA_OBJ_TYPE */
} name_rows[OBJ_MAX] = {
	[OBJ_TABLE] = { NFT_MSG_GETTABLE, 0, NFTA_TABLE_NAME, 0 },
	[OBJ_CHAIN] = { NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME, 0 },
	[OBJ_SET] = { NFT_MSG_GETSET, NFTA_SET_TABLE, NFTA_SET_NAME, 0 },
	[OBJ_MAP] = { NFT_MSG_GETSET, NFTA_SET_TABLE, NFTA_SET_NAME, 0 },
	[OBJ_METER] = { NFT_MSG_GETSET, NFTA_SET_TABLE, NFTA_SET_NAME, 0 },
	[OBJ_FLOWTABLE] = { NFT_MSG_GETFLOWTABLE, NFTA_FLOWTABLE_TABLE, NFTA_FLOWTABLE_NAME, 0 },
	[OBJ_COUNTER] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_COUNTER },
	[OBJ_QUOTA] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_QUOTA },
	[OBJ_LIMIT] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_LIMIT },
	[OBJ_CT_HELPER] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_CT_HELPER },
	[OBJ_CT_TIMEOUT] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME,
			     NFT_OBJECT_CT_TIMEOUT },
	[OBJ_CT_EXPECT] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_CT_EXPECT },
	[OBJ_SYNPROXY] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_SYNPROXY },
	[OBJ_SECMARK] = { NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, NFT_OBJECT_SECMARK },
};

/* Lists name what they list. */
static const uint8_t singular[OBJ_MAX] = {
	[OBJ_TABLES] = OBJ_TABLE, [OBJ_CHAINS] = OBJ_CHAIN, [OBJ_SETS] = OBJ_SET,
	[OBJ_MAPS] = OBJ_MAP, [OBJ_METERS] = OBJ_METER, [OBJ_FLOWTABLES] = OBJ_FLOWTABLE,
	[OBJ_COUNTERS] = OBJ_COUNTER, [OBJ_QUOTAS] = OBJ_QUOTA, [OBJ_LIMITS] = OBJ_LIMIT,
	[OBJ_CT_HELPERS] = OBJ_CT_HELPER, [OBJ_CT_TIMEOUTS] = OBJ_CT_TIMEOUT,
	[OBJ_CT_EXPECTS] = OBJ_CT_EXPECT, [OBJ_SYNPROXYS] = OBJ_SYNPROXY,
	[OBJ_SECMARKS] = OBJ_SECMARK,
};

struct naming {
	const struct name_row *row;
	enum obj_kind kind;
	name_cb cb;
	void *arg;
};

/*
 * Sets, maps and meters come with one message; anonymous ones, and blocks of rules, have no name
 * of their own.
 */
static bool right_kind(const struct nlmsghdr *nlh, enum obj_kind kind)
{
	unsigned int attr_flags = kind == OBJ_CHAIN ? NFTA_CHAIN_FLAGS : NFTA_SET_FLAGS;
	uint32_t flags = 0, type = 0;
	const struct nlattr *attr;

	if (kind != OBJ_SET && kind != OBJ_MAP && kind != OBJ_METER && kind != OBJ_CHAIN)
		return true;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == attr_flags)
			flags = attr_uint(attr);
	if (kind == OBJ_CHAIN)
		return !(flags & NFT_CHAIN_BINDING);
	type = flags & (NFT_SET_MAP | NFT_SET_OBJECT) ? OBJ_MAP : OBJ_SET;
	if (flags & NFT_SET_ANONYMOUS)
		type = flags & NFT_SET_EVAL ? OBJ_METER : OBJ_NONE;
	return type == (uint32_t)kind;
}

static int on_name(const struct nlmsghdr *nlh, void *arg)
{
	const struct naming *nm = arg;
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *name = NULL, *table = NULL;
	const struct nlattr *attr;

	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*nfg) || !right_kind(nlh, nm->kind))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(*nfg)) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type == nm->row->name)
			name = attr_text(attr);
		else if (nm->row->table && type == nm->row->table)
			table = attr_text(attr);
	}
	if (name)
		nm->cb(name, nfg->nfgen_family, table, nm->arg);
	return 0;
}

static int ask_names(struct lister *l, enum obj_kind kind, unsigned int family,
		     const char *table, name_cb cb, void *arg)
{
	struct naming nm = { .kind = singular[kind] ? singular[kind] : kind, .cb = cb,
			     .arg = arg };

	nm.row = &name_rows[nm.kind];
	if (!nm.row->name)
		return -EINVAL;
	ask_begin(&l->m, nm.row->get, true, family);
	if (table && nm.row->table)
		attr_str(&l->m, nm.row->table, table);
	if (nm.row->type)
		attr_u32(&l->m, NFTA_OBJ_TYPE, nm.row->type);
	return ask(l, on_name, &nm);
}

int list_names(struct nff *n, enum obj_kind kind, name_cb cb, void *arg)
{
	struct lister l;
	int err;

	lister_init(&l, n, NULL);
	err = l.nl ? ask_names(&l, kind, NFPROTO_UNSPEC, NULL, cb, arg) : -ENOTCONN;
	lister_fini(&l);
	return err;
}

/* ---- flowtables ---- */

struct flowtables {
	struct lister *l;
	const struct handle *h;
	void (*cb)(const struct flowtable *f, void *arg);
	void *arg;
};

static int on_flowtable(const struct nlmsghdr *nlh, void *arg)
{
	struct flowtables *fts = arg;
	const struct handle *h = fts->h;
	struct flowtable *f = decompile_flowtable(&fts->l->d, nlh);

	if (f && (!h->family || h->family == f->h.family) &&
	    (!h->table.s || !strcmp(h->table.s, f->h.table.s)) &&
	    (!h->obj.s || !strcmp(h->obj.s, f->h.obj.s)))
		fts->cb(f, fts->arg);
	return 0;
}

int list_flowtables(struct nff *n, const struct handle *h,
		    void (*cb)(const struct flowtable *f, void *arg), void *arg)
{
	struct lister l;
	struct flowtables fts = { &l, h, cb, arg };
	int err;

	lister_init(&l, n, NULL);
	if (l.nl)
		ask_begin(&l.m, NFT_MSG_GETFLOWTABLE, true, h->family);
	err = l.nl ? ask(&l, on_flowtable, &fts) : -ENOTCONN;
	lister_fini(&l);
	return err == -EOPNOTSUPP || err == -ENOENT || err == -EINVAL || err == -EINTR ? 0 : err;
}

/* ---- "did you mean" ---- */

struct suggestion {
	const char *wanted, *table;
	unsigned int family;
	unsigned int best;		/* edits; UINT_MAX: none yet */
	char name[256];
	unsigned int best_family;
	char best_table[256];
};

/* Levenshtein distance of two short names. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[64], n = strlen(b), up, left;

	if (n >= 64 || strlen(a) >= 64)
		return 64;
	for (unsigned int j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned int i = 0; a[i]; i++) {
		up = row[0]++;
		for (unsigned int j = 0; j < n; j++) {
			left = row[j + 1];
			row[j + 1] = a[i] == b[j] ? up : 1 + (up < left ? up : left);
			if (row[j + 1] > row[j] + 1)
				row[j + 1] = row[j] + 1;
			up = left;
		}
	}
	return row[n];
}

static void on_suggestion(const char *name, unsigned int family, const char *table, void *arg)
{
	struct suggestion *s = arg;
	unsigned int d = 2 * distance(s->wanted, name);

	/* The same name elsewhere is meant before another one here. */
	if (family != s->family)
		d++;
	if (table && s->table && strcmp(table, s->table))
		d++;
	if (d >= s->best)
		return;
	s->best = d;
	s->best_family = family;
	strncpy(s->name, name, sizeof(s->name) - 1);
	if (table)
		strncpy(s->best_table, table, sizeof(s->best_table) - 1);
}

static const char *kind_name(enum obj_kind kind)
{
	return obj_name(singular[kind] ? singular[kind] : kind);
}

/* A set where a map was asked for, or the like. */
static void on_other_kind(const char *name, unsigned int family, const char *table, void *arg)
{
	struct suggestion *s = arg;

	if (!strcmp(name, s->wanted) && family == s->family && table && s->table &&
	    !strcmp(table, s->table))
		s->best = 0;
}

static void hint_other_kind(struct nff *n, enum obj_kind kind, struct suggestion *s)
{
	static const uint8_t kinds[] = { OBJ_SET, OBJ_MAP, OBJ_METER };

	if (!memchr(kinds, kind, sizeof(kinds)))
		return;
	for (unsigned int i = 0; i < sizeof(kinds); i++) {
		s->best = 1;
		if (kinds[i] != kind && !list_names(n, kinds[i], on_other_kind, s) && !s->best)
			diag_hint(&n->diags, "'%s' is a %s", s->wanted, obj_name(kinds[i]));
	}
}

int list_missing(struct nff *n, struct loc loc, enum obj_kind kind, unsigned int family,
		 const char *table, const char *name)
{
	struct suggestion s = { .wanted = name, .table = table, .family = family,
				.best = 2 * (1 + strlen(name) / 3) + 1 };

	diag_error(&n->diags, loc, "No such file or directory; %s '%s' does not exist%s%s%s%s%s",
		   kind_name(kind), name, table ? " in table " : " in family ",
		   family_name(family) ? family_name(family) : "unspec", table ? " '" : "",
		   table ? table : "", table ? "'" : "");
	if (!list_names(n, kind, on_suggestion, &s) && s.name[0]) {
		if (s.best_table[0])
			diag_hint(&n->diags, "did you mean %s '%s' in table %s '%s'?",
				  kind_name(kind), s.name, family_name(s.best_family),
				  s.best_table);
		else
			diag_hint(&n->diags, "did you mean %s '%s' in family %s?",
				  kind_name(kind), s.name, family_name(s.best_family));
	} else {
		hint_other_kind(n, kind, &s);
	}
	return -1;
}

/* ---- what compiling asks ---- */

int ruleset_generation(struct nff *n, uint32_t *genid)
{
	struct lister l;
	int err;

	lister_init(&l, n, NULL);
	err = l.nl ? fetch_generation(&l, genid) : 1;
	if (err < 0)
		list_error(&l, err);
	lister_fini(&l);
	return err ? -1 : 0;
}

struct set *list_find_set(struct nff *n, struct arena *arena, unsigned int family,
			  const char *table, const char *name)
{
	struct lister l;
	struct table *t = table_new(arena, (struct loc){ 0 });

	lister_init(&l, n, NULL);
	l.d.arena = arena;
	t->h.family = family;
	t->h.table.s = table;
	if (l.nl)
		fetch_sets(&l, t, name);
	lister_fini(&l);
	return t->sets;
}

int list_elements(struct nff *n, const struct set *s,
		  void (*cb)(const struct expr *elem, void *arg), void *arg)
{
	struct lister l;
	int err;

	lister_init(&l, n, NULL);
	do {
		struct table *t = table_new(&l.arena, (struct loc){ 0 });

		t->h.family = s->h.family;
		t->h.table.s = s->h.table.s;
		err = l.nl ? fetch_sets(&l, t, s->h.obj.s) : 1;
		if (!err && t->sets)
			err = fetch_elements(&l, t->sets);
		if (!err && t->sets && t->sets->init)
			for (struct expr *e = t->sets->init->set->elems.first; e; e = e->next)
				cb(e, arg);
	} while (err == -EINTR);
	if (err < 0 && err != -ENOENT)
		list_error(&l, err);
	lister_fini(&l);
	return err && err != -ENOENT ? -1 : 0;
}

struct handles {
	const char *chain;
	void (*cb)(uint64_t handle, void *arg);
	void *arg;
};

static int on_rule_handle(const struct nlmsghdr *nlh, void *arg)
{
	struct handles *hs = arg;
	const struct nlattr *attr;
	const char *chain = NULL;
	uint64_t handle = 0;

	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) == NFTA_RULE_CHAIN)
			chain = attr_text(attr);
		else if (mnl_attr_get_type(attr) == NFTA_RULE_HANDLE)
			handle = attr_uint(attr);
	}
	if (chain && handle && !strcmp(chain, hs->chain))
		hs->cb(handle, hs->arg);
	return 0;
}

/*
 * An interrupted dump is as good as a whole one here: it means that the
 * ruleset has changed, so that the batch will be refused and compiled again.
 */
int list_rule_handles(struct nff *n, const struct handle *h,
		      void (*cb)(uint64_t handle, void *arg), void *arg)
{
	struct handles hs = { h->chain.s, cb, arg };
	struct lister l;
	int err = -ENOENT;

	lister_init(&l, n, NULL);
	if (l.nl) {
		ask_begin(&l.m, NFT_MSG_GETRULE, true, h->family);
		attr_str(&l.m, NFTA_RULE_TABLE, h->table.s);
		attr_str(&l.m, NFTA_RULE_CHAIN, h->chain.s);
		err = ask(&l, on_rule_handle, &hs);
		if (err && err != -ENOENT && err != -EINTR)
			list_error(&l, err);
	}
	lister_fini(&l);
	return !l.nl || (err && err != -ENOENT && err != -EINTR) ? -1 : 0;
}

int list_chain_handle(struct nff *n, const struct handle *h, uint64_t *handle)
{
	struct lister l;
	struct table *t;
	int err = -1;

	lister_init(&l, n, NULL);
	if (l.nl) {
		t = table_new(&l.arena, (struct loc){ 0 });
		t->h = *h;
		err = fetch_chains(&l, t, h->chain.s);
		if (!err && t->chains)
			*handle = t->chains->h.handle;
		else if (!err || err == -ENOENT)
			err = list_missing(n, h->chain.loc, OBJ_CHAIN, h->family, h->table.s,
					   h->chain.s);
		else
			err = list_error(&l, err);
	}
	lister_fini(&l);
	return err;
}

static int on_exists(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	*(bool *)arg = true;
	return 0;
}

/* The attribute that has the handle of an object, by kind. */
static unsigned int handle_attr(unsigned int get)
{
	switch (get) {
	case NFT_MSG_GETTABLE:
		return NFTA_TABLE_HANDLE;
	case NFT_MSG_GETCHAIN:
		return NFTA_CHAIN_HANDLE;
	case NFT_MSG_GETSET:
		return NFTA_SET_HANDLE;
	case NFT_MSG_GETFLOWTABLE:
		return NFTA_FLOWTABLE_HANDLE;
	case NFT_MSG_GETOBJ:
		return NFTA_OBJ_HANDLE;
	default:
		return NFTA_RULE_HANDLE;
	}
}

struct by_handle {
	uint64_t handle;
	unsigned int attr;
	bool found;
};

static int on_handle(const struct nlmsghdr *nlh, void *arg)
{
	struct by_handle *b = arg;
	const struct nlattr *attr;

	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == b->attr && attr_uint(attr) == b->handle)
			b->found = true;
	return 0;
}

static int ask_exists(struct lister *l, const struct cmd *cmd, const struct name_row *row,
		      const char *name, bool *found)
{
	const struct handle *h = &cmd->h;
	struct by_handle b = { .handle = h->handle, .attr = handle_attr(row->get) };
	int err;

	ask_begin(&l->m, row->get, !name, h->family);
	if (row->table)
		attr_str(&l->m, row->table, h->table.s);
	if (cmd->obj == OBJ_RULE)
		attr_str(&l->m, NFTA_RULE_CHAIN, h->chain.s);
	if (row->type)
		attr_u32(&l->m, NFTA_OBJ_TYPE, row->type);
	if (name) {
		attr_str(&l->m, row->name, name);
		return ask(l, on_exists, found);
	}
	err = ask(l, on_handle, &b);
	*found = b.found;
	return err;
}

int list_exists(struct nff *n, const struct cmd *cmd)
{
	static const struct name_row rule_row = { NFT_MSG_GETRULE, NFTA_RULE_TABLE, 0, 0 };
	const struct name_row *row = cmd->obj == OBJ_RULE ? &rule_row : &name_rows[cmd->obj];
	const char *name = cmd->obj == OBJ_TABLE ? cmd->h.table.s :
			   cmd->obj == OBJ_CHAIN ? cmd->h.chain.s :
			   cmd->obj == OBJ_RULE ? NULL : cmd->h.obj.s;
	bool found = false;
	struct lister l;
	int err;

	/* Elements are left to the kernel. */
	if (!row->get)
		return 1;
	lister_init(&l, n, NULL);
	do {
		found = false;
		err = l.nl ? ask_exists(&l, cmd, row, name, &found) : 1;
	} while (err == -EINTR);
	if (err < 0 && err != -ENOENT && err != -EOPNOTSUPP)
		list_error(&l, err);
	lister_fini(&l);
	if (err == -ENOENT || err == -EOPNOTSUPP)
		return 0;
	return err ? -1 : found;
}

struct destroy_probe {
	int error;
};

static int on_probe(const struct nl_answer *a, void *arg)
{
	struct destroy_probe *p = arg;

	if (!a->msg && a->error && !p->error)
		p->error = a->error;
	return 0;
}

bool list_kernel_destroys(struct nff *n)
{
	struct batch_msg info = { .family = NFPROTO_INET };
	struct destroy_probe p = { 0 };
	struct lister l;
	struct batch b;
	int err = -1;

	/* A batch without an end is never committed. */
	batch_init(&b, 0);
	batch_msg_begin(&b, MSG_DESTROYTABLE, NLM_F_ACK, &info);
	attr_str(&b.m, NFTA_TABLE_NAME, "nff-probe");
	batch_msg_end(&b);
	lister_init(&l, n, NULL);
	if (l.nl)
		err = nl_batch(l.nl, &b.m, 64 << 10, on_probe, &p);
	lister_fini(&l);
	batch_fini(&b);
	return !err && p.error != -EINVAL;
}
