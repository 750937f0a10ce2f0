// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps of conntracks, with the part of a match that ctnetlink can compare.
 *
 * What kernels do with a dump request (net/netfilter/nf_conntrack_netlink.c):
 * Linux 6.1 compares the family, mark and status with their masks, and tuples;
 * 6.12 zones, too. What a kernel does not know it passes over. Tuples are
 * compared only where the family is given, ports only behind a protocol.
 * Addresses of IPv6 are not asked for: Linux 6.1 compares them the wrong way
 * round, and answers with all entries but the right ones.
 */
#include <errno.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "conntrack.h"
#include "ct_request.h"
#include "match_int.h"

/* Bits of CTA_FILTER_ORIG_FLAGS, in host order; no uapi header has them. */
enum {
	CT_FILTER_SRC		= 1 << 0,
	CT_FILTER_DST		= 1 << 1,
	CT_FILTER_L4PROTO	= 1 << 3,
	CT_FILTER_SPORT		= 1 << 4,
	CT_FILTER_DPORT		= 1 << 5,
	CT_FILTER_ICMP_TYPE	= 1 << 6,
	CT_FILTER_ICMP_CODE	= 1 << 7,
	CT_FILTER_ICMP_ID	= 1 << 8,
	CT_FILTER_ICMPV6_TYPE	= 1 << 9,
	CT_FILTER_ICMPV6_CODE	= 1 << 10,
	CT_FILTER_ICMPV6_ID	= 1 << 11,
	CT_FILTER_IP		= CT_FILTER_SRC | CT_FILTER_DST,
	CT_FILTER_PORTS		= CT_FILTER_SPORT | CT_FILTER_DPORT,
	CT_FILTER_ICMP		= CT_FILTER_ICMP_TYPE | CT_FILTER_ICMP_CODE |
				  CT_FILTER_ICMP_ID,
};
/* The ICMPv6 bits are those of ICMP, further up. */
#define ICMPV6_SHIFT 3

/* ---- from a match ---- */

/* (field & mask) == value? All that is compared with one value is of that form, or is not taken. */
static bool masked(const struct match_test *t, uint32_t *value, uint32_t *mask)
{
	const struct match_sel *sel = t->sel;
	nff_u128 m = UINT32_MAX;

	if (t->n_sel != 1 || sel->n_ops > 1 || (sel->n_ops && sel->ops[0].op != OP_AND))
		return false;
	if (sel->n_ops)
		m = sel->ops[0].arg;
	*mask = (uint32_t)m;
	if (t->op == OP_NOT_FLAGS) {
		*mask &= (uint32_t)t->arg;
		*value = 0;
		return true;
	}
	if (t->op == OP_FLAGS) {
		*mask &= (uint32_t)t->arg;
		*value = *mask;
		/* any of several flags is no comparison */
		return *mask && !(*mask & (*mask - 1));
	}
	if (t->op != OP_EQ || t->negate || t->any || t->n_ranges != 1 ||
	    t->ranges[0].lo != t->ranges[0].hi || t->ranges[0].lo > UINT32_MAX)
		return false;
	*value = (uint32_t)t->ranges[0].lo;
	/* bits outside of the mask: nothing matches, which the kernel need not know */
	return !(*value & ~*mask);
}

/* Add a comparison to one that is there; one that contradicts it is left to match_record(). */
static void add_masked(uint32_t *value, uint32_t *mask, uint32_t v, uint32_t m)
{
	if ((v ^ *value) & m & *mask)
		return;
	*value |= v;
	*mask |= m;
}

static void add_family(struct ct_filter *f, uint32_t family)
{
	if (!f->family && (family == NFPROTO_IPV4 || family == NFPROTO_IPV6))
		f->family = (uint8_t)family;
}

static void add_l4proto(struct ct_filter_tuple *t, uint32_t l4proto)
{
	if (t->flags & CT_FILTER_L4PROTO || l4proto > UINT8_MAX)
		return;
	t->flags |= CT_FILTER_L4PROTO;
	t->l4proto = (uint8_t)l4proto;
}

static void add_addr(struct ct_filter *f, struct ct_filter_tuple *t, uint32_t flag, uint32_t addr)
{
	if (t->flags & flag)
		return;
	add_family(f, NFPROTO_IPV4);
	t->flags |= flag;
	value_export(addr, BO_BIG, 4, flag == CT_FILTER_SRC ? t->src : t->dst);
}

/* A port, or the icmp type where a port of its tuple would be, ... */
static void add_number(struct ct_filter_tuple *t, uint32_t flag, uint32_t v)
{
	if (t->flags & flag)
		return;
	t->flags |= flag;
	if (flag == CT_FILTER_SPORT)
		t->sport = (uint16_t)v;
	else if (flag == CT_FILTER_DPORT)
		t->dport = (uint16_t)v;
	else if (flag == CT_FILTER_ICMP_TYPE)
		t->icmp_type = (uint8_t)v;
	else if (flag == CT_FILTER_ICMP_CODE)
		t->icmp_code = (uint8_t)v;
	else
		t->icmp_id = (uint16_t)v;
}

static void add_payload(struct ct_filter *f, const struct field *field, uint32_t v)
{
	struct ct_filter_tuple *t = &f->tuple[CT_ORIG];
	const struct proto *p = field->proto;

	if (field->bits > 32)
		return;
	if (field->type == &dt_inet_service)
		add_number(t, field->bit_off ? CT_FILTER_DPORT : CT_FILTER_SPORT, v);
	else if (p == &proto_icmp || p == &proto_icmpv6)
		add_number(t, field->bit_off == 0 ? CT_FILTER_ICMP_TYPE :
			      field->bit_off == 8 ? CT_FILTER_ICMP_CODE : CT_FILTER_ICMP_ID, v);
	else if (field->type == &dt_inet_proto)
		add_l4proto(t, v);
	else if (field->type == &dt_ipaddr)
		add_addr(f, t, field->bit_off == 96 ? CT_FILTER_SRC : CT_FILTER_DST, v);
}

static void add_ct(struct ct_filter *f, const struct match_sel *sel, uint32_t v, uint32_t mask)
{
	struct ct_filter_tuple *t = &f->tuple[sel->dir == 2 ? CT_REPLY : CT_ORIG];

	switch (sel->f->key) {
	case NFT_CT_MARK:
		add_masked(&f->mark, &f->mark_mask, v, mask);
		return;
	case NFT_CT_STATUS:
		add_masked(&f->status, &f->status_mask, v, mask);
		return;
	}
	if (sel->n_ops)
		return;
	switch (sel->f->key) {
	case NFT_CT_ZONE:
		/* the kernel takes an entry that has it in any direction */
		if (!f->has_zone && !sel->dir) {
			f->has_zone = true;
			f->zone = (uint16_t)v;
		}
		break;
	case NFT_CT_L3PROTOCOL:
		add_family(f, v);
		break;
	case NFT_CT_PROTOCOL:
		add_l4proto(t, v);
		break;
	case NFT_CT_SRC_IP:
		add_addr(f, t, CT_FILTER_SRC, v);
		break;
	case NFT_CT_DST_IP:
		add_addr(f, t, CT_FILTER_DST, v);
		break;
	}
}

static void add_test(struct ct_filter *f, const struct match_test *t)
{
	const struct field *field = t->sel->f;
	uint32_t value, mask;

	if (!masked(t, &value, &mask))
		return;
	if (field->kind == FK_CT)
		add_ct(f, t->sel, value, mask);
	else if (t->sel->n_ops || t->op != OP_EQ)
		return;
	else if (field->kind == FK_PAYLOAD)
		add_payload(f, field, value);
	else if (field->kind == FK_META && field->key == NFT_META_NFPROTO)
		add_family(f, value);
	else if (field->kind == FK_META && field->key == NFT_META_L4PROTO)
		add_l4proto(&f->tuple[CT_ORIG], value);
}

/* Take out what the kernel would refuse, or compare in another way. */
static void settle(struct ct_filter *f, struct ct_filter_tuple *t)
{
	bool icmp = t->l4proto == IPPROTO_ICMP || t->l4proto == IPPROTO_ICMPV6;

	if (!f->family)
		t->flags = 0;
	if (f->family == NFPROTO_IPV6)
		t->flags &= ~CT_FILTER_IP;
	if (!(t->flags & CT_FILTER_L4PROTO))
		t->flags &= CT_FILTER_IP;
	if (t->l4proto != IPPROTO_TCP && t->l4proto != IPPROTO_UDP)
		t->flags &= ~CT_FILTER_PORTS;
	if (!icmp)
		t->flags &= ~CT_FILTER_ICMP;
}

void ct_filter_init(struct ct_filter *f, const struct match *m)
{
	memset(f, 0, sizeof(*f));
	for (const struct match_test *t = m ? m->tests : NULL; t; t = t->next)
		add_test(f, t);
	settle(f, &f->tuple[CT_ORIG]);
	settle(f, &f->tuple[CT_REPLY]);
}

/* ---- to a request ---- */

static void put_ip(struct msgbuf *m, const struct ct_filter_tuple *t)
{
	size_t nest = attr_nest(m, CTA_TUPLE_IP);

	if (t->flags & CT_FILTER_SRC)
		attr_data(m, CTA_IP_V4_SRC, t->src, sizeof(t->src));
	if (t->flags & CT_FILTER_DST)
		attr_data(m, CTA_IP_V4_DST, t->dst, sizeof(t->dst));
	attr_nest_end(m, nest);
}

static void put_l4(struct msgbuf *m, const struct ct_filter_tuple *t)
{
	bool v6 = t->l4proto == IPPROTO_ICMPV6;
	size_t nest = attr_nest(m, CTA_TUPLE_PROTO);

	attr_u8(m, CTA_PROTO_NUM, t->l4proto);
	if (t->flags & CT_FILTER_SPORT)
		attr_u16(m, CTA_PROTO_SRC_PORT, t->sport);
	if (t->flags & CT_FILTER_DPORT)
		attr_u16(m, CTA_PROTO_DST_PORT, t->dport);
	if (t->flags & CT_FILTER_ICMP_TYPE)
		attr_u8(m, v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE, t->icmp_type);
	if (t->flags & CT_FILTER_ICMP_CODE)
		attr_u8(m, v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE, t->icmp_code);
	if (t->flags & CT_FILTER_ICMP_ID)
		attr_u16(m, v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, t->icmp_id);
	attr_nest_end(m, nest);
}

static void put_tuple(struct msgbuf *m, uint16_t type, const struct ct_filter_tuple *t)
{
	size_t nest;

	if (!t->flags)
		return;
	nest = attr_nest(m, type);
	if (t->flags & CT_FILTER_IP)
		put_ip(m, t);
	if (t->flags & CT_FILTER_L4PROTO)
		put_l4(m, t);
	attr_nest_end(m, nest);
}

static void put_flags(struct msgbuf *m, uint16_t type, const struct ct_filter_tuple *t)
{
	uint32_t flags = t->flags;

	if (t->l4proto == IPPROTO_ICMPV6)
		flags = (flags & ~CT_FILTER_ICMP) | (flags & CT_FILTER_ICMP) << ICMPV6_SHIFT;
	if (flags)
		attr_data(m, type, &flags, sizeof(flags));
}

void ct_filter_request(struct msgbuf *m, const struct ct_filter *f, unsigned int source)
{
	static const uint8_t types[] = {
		[CT_SOURCE_TABLE] = IPCTNL_MSG_CT_GET,
		[CT_SOURCE_DYING] = IPCTNL_MSG_CT_GET_DYING,
		[CT_SOURCE_UNCONFIRMED] = IPCTNL_MSG_CT_GET_UNCONFIRMED,
	};

	msg_begin(m, (NFNL_SUBSYS_CTNETLINK << 8) | types[source], NLM_F_DUMP, 0, f->family, 0);
	if (f->mark_mask) {
		attr_u32(m, CTA_MARK, f->mark);
		attr_u32(m, CTA_MARK_MASK, f->mark_mask);
	}
	if (f->status_mask) {
		attr_u32(m, CTA_STATUS, f->status);
		attr_u32(m, CTA_STATUS_MASK, f->status_mask);
	}
	if (f->has_zone)
		attr_u16(m, CTA_ZONE, f->zone);
	if (f->tuple[CT_ORIG].flags || f->tuple[CT_REPLY].flags) {
		size_t nest;

		put_tuple(m, CTA_TUPLE_ORIG, &f->tuple[CT_ORIG]);
		put_tuple(m, CTA_TUPLE_REPLY, &f->tuple[CT_REPLY]);
		nest = attr_nest(m, CTA_FILTER);
		put_flags(m, CTA_FILTER_ORIG_FLAGS, &f->tuple[CT_ORIG]);
		put_flags(m, CTA_FILTER_REPLY_FLAGS, &f->tuple[CT_REPLY]);
		attr_nest_end(m, nest);
	}
	msg_end(m);
}

/* ---- dumps ---- */

struct dump {
	nl_cb cb;
	void *arg;
	bool seen;
};

static int on_message(const struct nlmsghdr *nlh, void *arg)
{
	struct dump *d = arg;

	d->seen = true;
	return d->cb(nlh, d->arg);
}

int ct_dump(struct nl *nl, const struct match *m, unsigned int source, nl_cb cb, void *arg)
{
	struct dump d = { .cb = cb, .arg = arg };
	struct msgbuf msg = { 0 };
	struct ct_filter f;
	int err;

	ct_filter_init(&f, m);
	ct_filter_request(&msg, &f, source);
	err = nl_request(nl, &msg, on_message, &d);
	if ((err == -EINVAL || err == -EOPNOTSUPP) && !d.seen) {
		memset(&f, 0, sizeof(f));
		msgbuf_fini(&msg);
		msg = (struct msgbuf){ 0 };
		ct_filter_request(&msg, &f, source);
		err = nl_request(nl, &msg, on_message, &d);
	}
	msgbuf_fini(&msg);
	return err;
}
