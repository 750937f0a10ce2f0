// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flowtables with the statistics of the bundled module (uapi/linux/nff.h).
 */
#include <errno.h>
#include <string.h>

#include "flow_module.h"
#include "flow_table.h"
#include "list.h"
#include "rows.h"
#include "uapi/linux/nff.h"

static const struct row stats_array[] = {
	[NFF_STATS_FLOWS]	= HOST32(flow_table, flows, FT_FLOWS),
	[NFF_STATS_PEAK]	= HOST32(flow_table, peak, FT_PEAK),
	[NFF_STATS_HITS]	= HOST64(flow_table, hits, FT_HITS),
	[NFF_STATS_MISSES]	= HOST64(flow_table, misses, FT_MISSES),
	[NFF_STATS_ADDS]	= HOST64(flow_table, adds, FT_ADDS),
	[NFF_STATS_REFUSED]	= BLOB(flow_table, nests[FLOW_REFUSED], 0),
	[NFF_STATS_REMOVED]	= BLOB(flow_table, nests[FLOW_REMOVED], 0),
	[NFF_STATS_CLASSIC]	= BLOB(flow_table, nests[FLOW_CLASSIC], 0),
};
static const struct rows stats_rows = ROWS(stats_array);

static const struct row settings_array[] = {
	[NFF_SET_TCP_TIMEOUT]	= HOST32(flow_table, tcp_timeout, FT_TCP_TIMEOUT),
	[NFF_SET_UDP_TIMEOUT]	= HOST32(flow_table, udp_timeout, FT_UDP_TIMEOUT),
	[NFF_SET_SIZE]		= HOST32(flow_table, size, FT_SIZE),
	[NFF_SET_TCP_TIMEOUT_NOW] = HOST32(flow_table, tcp_now, FT_TCP_NOW),
	[NFF_SET_UDP_TIMEOUT_NOW] = HOST32(flow_table, udp_now, FT_UDP_NOW),
};
static const struct rows settings_rows = ROWS(settings_array);

static const struct row top_array[] = {
	[NFF_ATTR_FAMILY]	= U8(flow_table, family, FT_FAMILY),
	[NFF_ATTR_TABLE]	= STRING(flow_table, table, FT_TABLE),
	[NFF_ATTR_FLOWTABLE]	= STRING(flow_table, name, FT_NAME),
	[NFF_ATTR_SETTINGS]	= NEST_SAME(settings_rows),
	[NFF_ATTR_STATS]	= NEST_SAME(stats_rows),
};
static const struct rows top_rows = ROWS(top_array);

/* A nest whose attribute types are reasons. */
static void read_reasons(struct ct_str nest, uint64_t counts[FLOW_REASONS_KEPT])
{
	const char *p = nest.s, *end = nest.s + nest.len;

	while (p && end - p >= NLA_HDRLEN) {
		const struct nlattr *a = (const struct nlattr *)p;
		unsigned int reason = a->nla_type & NLA_TYPE_MASK;
		uint64_t v;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > end - p)
			break;
		if (a->nla_len - NLA_HDRLEN == sizeof(v)) {
			memcpy(&v, p + NLA_HDRLEN, sizeof(v));
			counts[reason < FLOW_REASONS_KEPT ? reason : 0] += v;
		}
		if (NLA_ALIGN(a->nla_len) >= end - p)
			break;
		p += NLA_ALIGN(a->nla_len);
	}
}

int flow_table_decode(const struct nlmsghdr *nlh, struct flow_table *t)
{
	int err;

	memset(t, 0, sizeof(*t));
	if (genl_cmd(nlh) != NFF_CMD_NEW_TABLE)
		return -EPROTO;
	err = rows_decode(&top_rows, genl_attrs(nlh), genl_attrs_end(nlh), (char *)t);
	for (unsigned int i = 0; i < 3; i++)
		read_reasons(t->nests[i], t->reasons[i]);
	return err ? err : t->has & FT_NAME ? 0 : -EPROTO;
}

/* ---- all of them ---- */

struct reading {
	struct arena *a;
	struct flow_table *first, **last;
};

static void on_nft(const struct flowtable *f, void *arg)
{
	struct reading *r = arg;
	struct flow_table *t = arena_new(r->a, struct flow_table);
	struct flowtable *copy = arena_memdup(r->a, f, sizeof(*f));
	struct device **last = &copy->devs;

	copy->h.table.s = arena_strdup(r->a, f->h.table.s);
	copy->h.obj.s = arena_strdup(r->a, f->h.obj.s);
	for (const struct device *d = f->devs; d; d = d->next) {
		*last = arena_memdup(r->a, d, sizeof(*d));
		(*last)->name = arena_strdup(r->a, d->name);
		last = &(*last)->next;
	}
	*last = NULL;
	t->ft = copy;
	list_add_tail(r->last, t);
}

static bool is_str(struct ct_str s, const char *text)
{
	return strlen(text) == s.len && !memcmp(s.s, text, s.len);
}

/* The module's view of one that nf_tables has told. */
static int on_module(const struct nlmsghdr *nlh, void *arg)
{
	struct reading *r = arg;
	struct flow_table t;

	if (flow_table_decode(nlh, &t))
		return 0;
	for (struct flow_table *i = r->first; i; i = i->next) {
		if (i->ft->h.family != t.family || !is_str(t.table, i->ft->h.table.s) ||
		    !is_str(t.name, i->ft->h.obj.s))
			continue;
		t.ft = i->ft;
		t.next = i->next;
		t.bundled = true;
		/* what pointed into the message */
		t.table = t.name = (struct ct_str){ 0 };
		memset(t.nests, 0, sizeof(t.nests));
		*i = t;
		break;
	}
	return 0;
}

int flow_tables_read(struct nff *n, struct arena *a, struct loc loc, const struct handle *h,
		     struct flow_table **list)
{
	struct reading r = { .a = a, .last = &r.first };
	struct flow_module *mod;
	struct msgbuf m = { 0 };
	int found, err;

	err = list_flowtables(n, h, on_nft, &r);
	if (err) {
		diag_error(&n->diags, loc, "cannot list the flowtables: %s", strerror(-err));
		if (err == -EPERM)
			diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the "
				  "network namespace: run nff as root or with sudo");
		return -1;
	}
	*list = r.first;
	found = r.first ? flow_module_find(n, &mod) : 0;
	if (found <= 0)
		return found;
	genl_begin(&m, &mod->family, NFF_CMD_GET_TABLE, NLM_F_DUMP);
	flow_put_selector(&m, h);
	msg_end(&m);
	err = nl_request(mod->nl, &m, on_module, &r);
	msgbuf_fini(&m);
	return err && err != -EINTR ? flow_module_error(n, loc, "read the flowtables", err) : 0;
}

int flow_backends_find(struct nff *n, struct arena *a, struct loc loc, const struct handle *h,
		       struct flow_backends *b)
{
	struct flow_table *t;

	*b = (struct flow_backends){ 0 };
	if (flow_tables_read(n, a, loc, h, &t))
		return -1;
	if (!t && h->table.s)
		return diag_error(&n->diags, h->obj.s ? h->obj.loc : h->table.loc, h->obj.s ?
				  "there is no such flowtable" :
				  "there is no flowtable in that table");
	for (; t; t = t->next) {
		b->bundled |= t->bundled;
		b->in_tree |= !t->bundled;
		if (!t->bundled)
			b->in_tree_name = t->ft->h.obj.s;
	}
	return 0;
}
