// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One look at all conntracks or flows: a dump, of which a few numbers of each record are kept.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>
#include <time.h>
#include "uapi/linux/nff.h"

#include "conntrack.h"
#include "ct_request.h"
#include "flow_dump.h"
#include "match_int.h"
#include "nl.h"
#include "nl_open.h"
#include "show.h"
#include "sysctl.h"
#include "top.h"

struct looking {
	struct top_source *s;
	const struct match *match;
	struct top_table *t;
	struct flow_module *module;
	uint64_t hits, misses, flows;	/* of the flowtables */
};

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts = { 0 };

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

uint64_t top_monotonic(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static void item_of_tuple(struct top_item *i, const struct ct_tuple *t)
{
	i->l4proto = t->l4proto;
	memcpy(i->addr[0], t->src, sizeof(t->src));
	memcpy(i->addr[1], t->dst, sizeof(t->dst));
	/* What tells echo requests apart stands where ports do. */
	i->port[0] = t->has & CTT_ICMP_ID ? t->icmp_id : t->sport;
	i->port[1] = t->has & CTT_ICMP_TYPE ? (uint16_t)(t->icmp_type << 8 | t->icmp_code) :
		     t->dport;
}

/* ---- conntracks ---- */

static void item_of_conntrack(struct top_item *i, const struct conntrack *ct)
{
	const struct ct_tuple *t = &ct->tuple[CT_ORIG];

	memset(i, 0, sizeof(*i));
	item_of_tuple(i, t);
	i->id = ct->id;
	i->family = ct->family;
	i->zone = ct->has & CT_ZONE ? ct->zone : t->zone;
	i->start = ct->start;
	for (int dir = 0; dir < 2; dir++) {
		i->bytes[dir] = ct->counters[dir].bytes;
		i->packets[dir] = ct->counters[dir].packets;
		if (ct->counters[dir].has & CTC_BYTES)
			i->flags |= TOP_COUNTED;
	}
	if (ct->status & (IPS_OFFLOAD | IPS_HW_OFFLOAD))
		i->flags |= TOP_OFFLOAD;
	i->key = top_hash(0, &i->id, sizeof(i->id));
	i->key = top_hash(i->key, &i->zone, sizeof(i->zone));
	i->key = top_hash(i->key, &i->l4proto, sizeof(i->l4proto));
	i->key = top_hash(i->key, i->port, sizeof(i->port));
	i->key = top_hash(i->key, i->addr, sizeof(i->addr));
}

static int on_conntrack(const struct nlmsghdr *nlh, void *arg)
{
	struct looking *l = arg;
	struct conntrack ct;
	struct top_item i;

	if (nlh->nlmsg_type != (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW) ||
	    ct_decode(nlh, &ct) < 0)
		return 0;
	if (l->match && !match_record(l->match, &ct))
		return 0;
	item_of_conntrack(&i, &ct);
	top_look_add(l->t, &i);
	return 0;
}

/* ---- flows ---- */

static void item_of_flow(struct top_item *i, const struct flow *f)
{
	memset(i, 0, sizeof(*i));
	item_of_tuple(i, &f->dir[CT_ORIG].tuple);
	i->id = f->id;
	i->family = f->l3proto;
	i->l4proto = f->l4proto;
	i->zone = f->zone;
	i->start = f->created;
	for (int dir = 0; dir < 2; dir++) {
		i->bytes[dir] = f->dir[dir].bytes;
		i->packets[dir] = f->dir[dir].packets;
	}
	i->flags = TOP_COUNTED | TOP_OFFLOAD;
	/* The number of a flow may be given again; its start is not told to the nanosecond. */
	i->key = top_hash(0, &i->id, sizeof(i->id));
	i->key = top_hash(i->key, &f->ct_id, sizeof(f->ct_id));
	i->key = top_hash(i->key, i->port, sizeof(i->port));
	i->key = top_hash(i->key, i->addr, sizeof(i->addr));
}

/* One that matches. */
static int on_flow(const struct flow *f, void *arg)
{
	struct looking *l = arg;
	struct top_item i;

	item_of_flow(&i, f);
	top_look_add(l->t, &i);
	return 0;
}

/* Packets that found a flow in any flowtable, and those that did not; the flows. */
static int on_table(const struct nlmsghdr *nlh, void *arg)
{
	struct looking *l = arg;
	const struct nlattr *a, *s;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(a) != NFF_ATTR_STATS)
			continue;
		mnl_attr_for_each_nested(s, a) {
			unsigned int type = mnl_attr_get_type(s);

			if (type == NFF_STATS_FLOWS && mnl_attr_validate(s, MNL_TYPE_U32) >= 0)
				l->flows += mnl_attr_get_u32(s);
			else if (mnl_attr_validate(s, MNL_TYPE_U64) < 0)
				continue;
			else if (type == NFF_STATS_HITS)
				l->hits += mnl_attr_get_u64(s);
			else if (type == NFF_STATS_MISSES)
				l->misses += mnl_attr_get_u64(s);
		}
	}
	return 0;
}

/* The module holds no lock between two parts of a dump: it is never wrong for long. */
static int ask_tables(struct looking *l)
{
	struct msgbuf m = { 0 };
	int err;

	genl_begin(&m, &l->module->family, NFF_CMD_GET_TABLE, NLM_F_DUMP);
	flow_put_selector(&m, &l->s->cmd->h);
	msg_end(&m);
	err = nl_request(l->module->nl, &m, on_table, l);
	msgbuf_fini(&m);
	return err == -EINTR ? 0 : err;
}

/* The share of packets since the last look that took the fast path; < 0: not known. */
static double fast_share(struct looking *l)
{
	struct top_source *s = l->s;
	double share = -1;

	if (s->has_hits && l->hits >= s->hits && l->misses >= s->misses) {
		uint64_t hits = l->hits - s->hits, all = hits + l->misses - s->misses;

		share = all ? (double)hits / (double)all : -1;
	}
	s->hits = l->hits;
	s->misses = l->misses;
	s->has_hits = true;
	return share;
}

/* ---- a look ---- */

static bool is_filter(const struct match *match)
{
	return match && match->tests;
}

static int look_at_flows(struct looking *l, enum top_look look, double *share)
{
	struct top_source *s = l->s;
	uint64_t malformed = 0;
	int err;

	l->module = flow_module_need(s->n, s->cmd->loc);
	if (!l->module)
		return -1;
	err = flow_dump(l->module, &s->cmd->h, l->match, on_flow, l, &malformed);
	if (err && err != -EINTR)
		return flow_module_error(s->n, s->cmd->loc, "read the flows", err);
	if (ask_tables(l) < 0)
		return 0;
	if (is_filter(l->match))
		s->all = l->flows;
	if (look == TOP_LOOK)
		*share = fast_share(l);
	return 0;
}

static int look_at_conntracks(struct looking *l)
{
	struct top_source *s = l->s;
	int err;

	if (!nff_nl(s->n))
		return -1;
	err = ct_dump(s->n->nl, l->match, s->cmd->query->source, on_conntrack, l);
	if (err && err != -EINTR)
		return show_error(s->n, s->cmd->loc, "the conntracks", err);
	if (!is_filter(l->match) || s->cmd->query->source != CT_SOURCE_TABLE ||
	    sysctl_read("nf_conntrack_count", &s->all) < 0)
		s->all = 0;
	return 0;
}

int top_look(struct top_source *s, const struct match *match, struct top_table *t,
	     enum top_look look)
{
	struct looking l = { .s = s, .match = match, .t = t };
	uint64_t mono = top_monotonic();
	double share = -1;
	int err;

	s->all = 0;
	top_look_begin(t, look, clock_ns(CLOCK_REALTIME),
		       s->last ? (double)(mono - s->last) / 1e9 : 0);
	if (look == TOP_LOOK)
		s->last = mono;
	else
		share = t->total.share;
	err = s->flows ? look_at_flows(&l, look, &share) : look_at_conntracks(&l);
	if (!err)
		top_look_end(t, s->flows ? share : -1);
	return err;
}

/* ---- deleting ---- */

static int delete_flow(struct top_source *s, unsigned int attr, uint32_t value)
{
	struct flow_module *module;
	struct msgbuf m = { 0 };
	uint32_t count = 0;
	size_t nest;
	int err;

	if (flow_module_find(s->n, &module) <= 0)
		return -EOPNOTSUPP;
	genl_begin(&m, &module->family, NFF_CMD_DEL_FLOW, 0);
	nest = attr_nest(&m, NFF_ATTR_FILTER);
	attr_data(&m, (uint16_t)attr, &value, sizeof(value));
	attr_nest_end(&m, nest);
	msg_end(&m);
	err = flow_module_request(module, &m, &count);
	msgbuf_fini(&m);
	return err ? err : count ? 0 : -ENOENT;
}

static void put_tuple(struct msgbuf *m, const struct top_item *i)
{
	bool v6 = i->family == NFPROTO_IPV6;
	size_t len = v6 ? 16 : 4, tuple = attr_nest(m, CTA_TUPLE_ORIG), nest;
	unsigned int kind = ct_l4(i->l4proto)->kind;

	nest = attr_nest(m, CTA_TUPLE_IP);
	attr_data(m, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, i->addr[0], len);
	attr_data(m, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, i->addr[1], len);
	attr_nest_end(m, nest);
	nest = attr_nest(m, CTA_TUPLE_PROTO);
	attr_u8(m, CTA_PROTO_NUM, i->l4proto);
	if (kind == CT_L4_PORTS || kind == CT_L4_GRE) {
		attr_u16(m, CTA_PROTO_SRC_PORT, i->port[0]);
		attr_u16(m, CTA_PROTO_DST_PORT, i->port[1]);
	} else if (kind == CT_L4_ICMP) {
		attr_u16(m, v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, i->port[0]);
		attr_u8(m, v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE,
			(uint8_t)(i->port[1] >> 8));
		attr_u8(m, v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE, (uint8_t)i->port[1]);
	}
	attr_nest_end(m, nest);
	attr_nest_end(m, tuple);
}

static int delete_conntrack(struct top_source *s, const struct top_item *i)
{
	struct msgbuf m = { 0 };
	int err;

	msg_begin(&m, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, 0, 0, i->family, 0);
	put_tuple(&m, i);
	if (i->zone)
		attr_u16(&m, CTA_ZONE, i->zone);
	/* Not another one that took its place. */
	attr_u32(&m, CTA_ID, i->id);
	msg_end(&m);
	err = nl_request(s->n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	return err;
}

int top_delete(struct top_source *s, const struct top_item *i)
{
	int err;

	if (s->flows)
		return delete_flow(s, NFF_FILTER_ID, i->id);
	err = delete_conntrack(s, i);
	/* Off the fast path first, where the module can do that. */
	if (err == -EBUSY && delete_flow(s, NFF_FILTER_CT_ID, htonl(i->id)) == 0)
		err = delete_conntrack(s, i);
	return err;
}
