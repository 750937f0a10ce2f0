// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions to the kernel about its ruleset. The kernel filters by family,
 * table and chain, so that no more is sent than is wanted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "batch_debug.h"
#include "list_int.h"

/* Not in the headers of Linux 6.1. */
#define MSG_GETRULE_RESET 25

void ask_begin(struct msgbuf *m, unsigned int type, bool dump, unsigned int family)
{
	m->len = 0;
	msg_begin(m, NFNL_SUBSYS_NFTABLES << 8 | type, NLM_F_REQUEST | (dump ? NLM_F_DUMP : 0), 0,
		  family, 0);
}

int ask(struct lister *l, nl_cb cb, void *arg)
{
	msg_end(&l->m);
	return nl_request(l->nl, &l->m, cb, arg);
}

static int on_generation(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;

	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg))
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == NFTA_GEN_ID && mnl_attr_get_payload_len(attr) >= 4)
			*(uint32_t *)arg = ntohl(mnl_attr_get_u32(attr));
	return 0;
}

int fetch_generation(struct lister *l, uint32_t *genid)
{
	ask_begin(&l->m, NFT_MSG_GETGEN, false, NFPROTO_UNSPEC);
	return ask(l, on_generation, genid);
}

/* ---- tables and what stands in them ---- */

static int on_table(const struct nlmsghdr *nlh, void *arg)
{
	struct lister *l = arg;
	struct table *t = decompile_table(&l->d, nlh);

	if (t)
		list_add_tail(l->tables_last, t);
	return 0;
}

int fetch_tables(struct lister *l, unsigned int family, const char *name)
{
	ask_begin(&l->m, NFT_MSG_GETTABLE, !name, family);
	if (name)
		attr_str(&l->m, NFTA_TABLE_NAME, name);
	return ask(l, on_table, l);
}

struct in_table {
	struct lister *l;
	struct table *t;
};

/* Older kernels do not filter all dumps by table. */
static bool belongs(const struct in_table *in, const struct handle *h)
{
	return h->family == in->t->h.family && !strcmp(h->table.s, in->t->h.table.s);
}

static int on_chain(const struct nlmsghdr *nlh, void *arg)
{
	struct in_table *in = arg;
	struct chain *c = decompile_chain(&in->l->d, nlh);

	if (c && belongs(in, &c->h)) {
		if (c->flags & CHAINF_BINDING)
			list_add_tail(in->t->blocks_last, c);
		else
			list_add_tail(in->t->chains_last, c);
	}
	return 0;
}

int fetch_chains(struct lister *l, struct table *t, const char *name)
{
	struct in_table in = { l, t };

	ask_begin(&l->m, NFT_MSG_GETCHAIN, !name, t->h.family);
	attr_str(&l->m, NFTA_CHAIN_TABLE, t->h.table.s);
	if (name)
		attr_str(&l->m, NFTA_CHAIN_NAME, name);
	return ask(l, on_chain, &in);
}

static int on_flowtable(const struct nlmsghdr *nlh, void *arg)
{
	struct in_table *in = arg;
	struct flowtable *f = decompile_flowtable(&in->l->d, nlh);

	if (f && belongs(in, &f->h))
		list_add_tail(in->t->flowtables_last, f);
	return 0;
}

int fetch_flowtables(struct lister *l, struct table *t, const char *name)
{
	struct in_table in = { l, t };
	int err;

	ask_begin(&l->m, NFT_MSG_GETFLOWTABLE, !name, t->h.family);
	attr_str(&l->m, NFTA_FLOWTABLE_TABLE, t->h.table.s);
	if (name)
		attr_str(&l->m, NFTA_FLOWTABLE_NAME, name);
	err = ask(l, on_flowtable, &in);
	/* A kernel without flowtables has none to list. */
	if (!name && (err == -EOPNOTSUPP || err == -ENOENT || err == -EINVAL))
		err = 0;
	return err;
}

static int on_object(const struct nlmsghdr *nlh, void *arg)
{
	struct in_table *in = arg;
	struct object *o = decompile_object(&in->l->d, nlh);

	if (o && belongs(in, &o->h))
		list_add_tail(in->t->objects_last, o);
	return 0;
}

int fetch_objects(struct lister *l, struct table *t, uint32_t type, const char *name, bool reset)
{
	struct in_table in = { l, t };

	ask_begin(&l->m, reset ? NFT_MSG_GETOBJ_RESET : NFT_MSG_GETOBJ, !name, t->h.family);
	attr_str(&l->m, NFTA_OBJ_TABLE, t->h.table.s);
	if (type)
		attr_u32(&l->m, NFTA_OBJ_TYPE, type);
	if (name)
		attr_str(&l->m, NFTA_OBJ_NAME, name);
	return ask(l, on_object, &in);
}

/* ---- sets ---- */

static uint32_t set_hash(unsigned int family, const char *table, const char *name)
{
	uint32_t h = 2166136261u ^ family;

	for (; *table; table++)
		h = (h ^ (uint8_t)*table) * 16777619u;
	h = (h ^ '/') * 16777619u;
	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return h;
}

static struct set **set_slot(struct set_index *x, unsigned int family, const char *table,
			     const char *name)
{
	uint32_t i = set_hash(family, table, name);

	for (;; i++) {
		struct set **slot = &x->v[i & (x->cap - 1)];

		if (!*slot || ((*slot)->h.family == family && !strcmp((*slot)->h.obj.s, name) &&
			       !strcmp((*slot)->h.table.s, table)))
			return slot;
	}
}

static void set_index_add(struct set_index *x, struct set *s)
{
	if (2 * (x->n + 1) > x->cap) {
		struct set_index bigger = { .cap = x->cap ? 2 * x->cap : 64, .n = x->n };

		bigger.v = xcalloc(bigger.cap, sizeof(*bigger.v));
		for (uint32_t i = 0; i < x->cap; i++)
			if (x->v[i])
				*set_slot(&bigger, x->v[i]->h.family, x->v[i]->h.table.s,
					  x->v[i]->h.obj.s) = x->v[i];
		free(x->v);
		*x = bigger;
	}
	*set_slot(x, s->h.family, s->h.table.s, s->h.obj.s) = s;
	x->n++;
}

static int on_set(const struct nlmsghdr *nlh, void *arg)
{
	struct in_table *in = arg;
	struct set *s = decompile_set(&in->l->d, nlh);

	if (s && belongs(in, &s->h)) {
		list_add_tail(in->t->sets_last, s);
		set_index_add(&in->l->sets, s);
	}
	return 0;
}

/* m and nl: those of the lister, or the second ones inside a dump. */
static int ask_sets(struct lister *l, struct nl *nl, struct msgbuf *m, struct table *t,
		    const char *name)
{
	struct in_table in = { l, t };

	ask_begin(m, NFT_MSG_GETSET, !name, t->h.family);
	attr_str(m, NFTA_SET_TABLE, t->h.table.s);
	if (name)
		attr_str(m, NFTA_SET_NAME, name);
	msg_end(m);
	return nl_request(nl, m, on_set, &in);
}

int fetch_sets(struct lister *l, struct table *t, const char *name)
{
	if (!name) {
		l->sets_of = t->h.table.s;
		l->sets_family = t->h.family;
	}
	return ask_sets(l, l->nl, &l->m, t, name);
}

static struct nl *second_socket(struct lister *l)
{
	if (!l->nl2)
		l->nl2 = nl_open(NETLINK_NETFILTER);
	if (!l->nl2 && !l->err)
		l->err = -errno;
	return l->nl2;
}

struct in_set {
	struct decompile *d;
	struct set *s;
};

static int on_elements(const struct nlmsghdr *nlh, void *arg)
{
	struct in_set *in = arg;

	decompile_elements(in->d, in->s, nlh, in->s->init);
	return 0;
}

static int ask_elements(struct nl *nl, struct msgbuf *m, struct decompile *d, struct set *s)
{
	struct in_set in = { d, s };
	int err;

	s->init = expr_new(d->arena, EX_SET, (struct loc){ 0 });
	s->init->set->set = s;
	ask_begin(m, NFT_MSG_GETSETELEM, true, s->h.family);
	attr_str(m, NFTA_SET_ELEM_LIST_TABLE, s->h.table.s);
	attr_str(m, NFTA_SET_ELEM_LIST_SET, s->h.obj.s);
	msg_end(m);
	err = nl_request(nl, m, on_elements, &in);
	if (!err) {
		decompile_elements_finish(d, s, s->init);
		s->elems_loaded = true;
	}
	return err;
}

int fetch_elements(struct lister *l, struct set *s)
{
	return ask_elements(l->nl, &l->m, &l->d, s);
}

/* ---- rules ---- */

struct in_rules {
	struct lister *l;
	const char *chain;
	struct decompile d;		/* into the arena of the rule */
	rule_cb cb;
	void *arg;
	struct set **anon;		/* whose elements are in that arena */
	unsigned int n_anon, cap_anon;
	bool in_block;
};

static struct set *find_set(void *arg, unsigned int family, const char *table, const char *name)
{
	struct in_rules *in = arg;
	struct lister *l = in->l;

	/* A chain is listed without its table: sets are read when one is named. */
	if (!l->sets_of || l->sets_family != family || strcmp(l->sets_of, table)) {
		struct table *t = table_new(&l->arena, (struct loc){ 0 });
		int err;

		t->h.family = family;
		t->h.table.s = l->sets_of = arena_strdup(&l->arena, table);
		l->sets_family = family;
		if (!second_socket(l))
			return NULL;
		err = ask_sets(l, l->nl2, &l->m2, t, NULL);
		if (err && !l->err)
			l->err = err;
	}
	return l->sets.cap ? *set_slot(&l->sets, family, table, name) : NULL;
}

static void load_elements(void *arg, struct set *s)
{
	struct in_rules *in = arg;
	struct lister *l = in->l;
	int err;

	if (!second_socket(l))
		return;
	err = ask_elements(l->nl2, &l->m2, &in->d, s);
	if (err && !l->err)
		l->err = err;
	if (in->n_anon == in->cap_anon) {
		in->cap_anon = in->cap_anon ? 2 * in->cap_anon : 16;
		in->anon = xrealloc(in->anon, in->cap_anon * sizeof(*in->anon));
	}
	in->anon[in->n_anon++] = s;
}

/* ---- blocks of rules ---- */

struct block_reading {
	struct in_rules *in;
	struct chain *block;
	struct message {
		struct message *next;
		const struct nlmsghdr *nlh;
	} *rules, **rules_last;
};

static int on_block(const struct nlmsghdr *nlh, void *arg)
{
	struct block_reading *b = arg;

	b->block = decompile_chain(&b->in->d, nlh);
	return 0;
}

/* Their sets are asked for on the same socket, so they are read once all have come. */
static int on_block_rule(const struct nlmsghdr *nlh, void *arg)
{
	struct block_reading *b = arg;
	struct arena *a = &b->in->l->rule_arena;
	struct message *m = arena_new(a, struct message);

	m->nlh = arena_memdup(a, nlh, nlh->nlmsg_len);
	list_add_tail(b->rules_last, m);
	return 0;
}

static int ask_block(struct block_reading *b, unsigned int family, const char *table,
		     const char *chain)
{
	struct lister *l = b->in->l;
	int err;

	ask_begin(&l->m2, NFT_MSG_GETCHAIN, false, family);
	attr_str(&l->m2, NFTA_CHAIN_TABLE, table);
	attr_str(&l->m2, NFTA_CHAIN_NAME, chain);
	msg_end(&l->m2);
	err = nl_request(l->nl2, &l->m2, on_block, b);
	if (err || !b->block || !(b->block->flags & CHAINF_BINDING))
		return err;
	ask_begin(&l->m2, NFT_MSG_GETRULE, true, family);
	attr_str(&l->m2, NFTA_RULE_TABLE, table);
	attr_str(&l->m2, NFTA_RULE_CHAIN, chain);
	msg_end(&l->m2);
	return nl_request(l->nl2, &l->m2, on_block_rule, b);
}

/* The kernel has no blocks within blocks. */
static struct chain *load_block(void *arg, unsigned int family, const char *table,
				const char *chain)
{
	struct in_rules *in = arg;
	struct block_reading b = { .in = in };
	int err;

	if (in->in_block || !second_socket(in->l))
		return NULL;
	b.rules_last = &b.rules;
	err = ask_block(&b, family, table, chain);
	if (err && !in->l->err)
		in->l->err = err;
	if (err || !b.block || !(b.block->flags & CHAINF_BINDING))
		return NULL;
	in->in_block = true;
	for (const struct message *m = b.rules; m; m = m->next) {
		struct rule *r = decompile_rule(&in->d, m->nlh);

		/* Older kernels do not filter by chain. */
		if (r && !strcmp(r->h->chain.s, chain))
			list_add_tail(b.block->rules_last, r);
	}
	in->in_block = false;
	return b.block;
}

static int on_rule(const struct nlmsghdr *nlh, void *arg)
{
	struct in_rules *in = arg;
	struct lister *l = in->l;
	struct arena_mark mark = arena_mark(&l->rule_arena);
	struct rule *r;
	int err;

	if (l->n->debug & DEBUG_NETLINK)
		debug_rule(&l->debug, nlh);
	r = decompile_rule(&in->d, nlh);
	err = l->err;
	if (!err && r && (!in->chain || !strcmp(in->chain, r->h->chain.s)))
		err = in->cb(l, r, in->arg);
	while (in->n_anon) {
		struct set *s = in->anon[--in->n_anon];

		s->init = s->key_expr = NULL;
		s->elems_loaded = false;
	}
	arena_release(&l->rule_arena, mark);
	return err;
}

/* in: l, chain, cb and arg are set, and the question is begun. */
static int ask_rules(struct in_rules *in)
{
	int err;

	in->d = (struct decompile){ .arena = &in->l->rule_arena, .find_set = find_set,
				    .load_elements = load_elements, .load_block = load_block,
				    .arg = in };
	err = ask(in->l, on_rule, in);
	free(in->anon);
	return err;
}

int fetch_rule(struct lister *l, const struct handle *h, rule_cb cb, void *arg)
{
	struct in_rules in = { .l = l, .cb = cb, .arg = arg };

	ask_begin(&l->m, NFT_MSG_GETRULE, false, h->family);
	attr_str(&l->m, NFTA_RULE_TABLE, h->table.s);
	attr_str(&l->m, NFTA_RULE_CHAIN, h->chain.s);
	attr_u64(&l->m, NFTA_RULE_HANDLE, h->handle);
	return ask_rules(&in);
}

int fetch_rules(struct lister *l, const struct table *t, const char *chain, bool reset, rule_cb cb,
		void *arg)
{
	struct in_rules in = { .l = l, .chain = chain, .cb = cb, .arg = arg };

	ask_begin(&l->m, reset ? MSG_GETRULE_RESET : NFT_MSG_GETRULE, true, t->h.family);
	attr_str(&l->m, NFTA_RULE_TABLE, t->h.table.s);
	if (chain)
		attr_str(&l->m, NFTA_RULE_CHAIN, chain);
	return ask_rules(&in);
}
