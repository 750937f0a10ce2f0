// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conntracks to messages of ctnetlink. Formats: linux/netfilter/nfnetlink_conntrack.h.
 */
#include <errno.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>
#include <strings.h>

#include "ct_encode.h"

#define CT_MSG(m)	((NFNL_SUBSYS_CTNETLINK << 8) | (m))
#define STATES_MAX	16

/* ---- states ---- */

static const struct {
	uint8_t l4proto;
	const char *(*name)(unsigned int state);
} state_names[] = {
	{ IPPROTO_TCP, ct_tcp_state },
	{ IPPROTO_SCTP, ct_sctp_state },
	{ IPPROTO_DCCP, ct_dccp_state },
};
#define N_STATE_NAMES (sizeof(state_names) / sizeof(state_names[0]))

int ct_state_by_name(unsigned int l4proto, const char *name)
{
	for (unsigned int i = 0; i < N_STATE_NAMES; i++) {
		if (state_names[i].l4proto != l4proto)
			continue;
		/* numbers out of range are called as number 0 is */
		for (unsigned int s = 0; s < STATES_MAX; s++)
			if (strcasecmp(state_names[i].name(s), name) == 0)
				return (int)s;
	}
	return -1;
}

bool ct_state_known(const char *name)
{
	for (unsigned int i = 0; i < N_STATE_NAMES; i++)
		if (ct_state_by_name(state_names[i].l4proto, name) >= 0)
			return true;
	return false;
}

/* ---- tuples ---- */

/* Types of requests and replies, in pairs. */
static const uint8_t icmp_pairs[][2] = { { 8, 0 }, { 13, 14 }, { 15, 16 }, { 17, 18 } };
static const uint8_t icmpv6_pairs[][2] = { { 128, 129 }, { 139, 140 } };

static bool mirror_type(uint8_t type, const uint8_t pairs[][2], unsigned int n, uint8_t *reply)
{
	for (unsigned int i = 0; i < n; i++) {
		for (unsigned int side = 0; side < 2; side++) {
			if (pairs[i][side] != type)
				continue;
			*reply = pairs[i][!side];
			return true;
		}
	}
	return false;
}

/* Bits of the source, with those of the destination. */
static const uint32_t sides[][2] = {
	{ CTT_SRC4, CTT_DST4 }, { CTT_SRC6, CTT_DST6 }, { CTT_SPORT, CTT_DPORT },
};

bool ct_mirror(const struct ct_tuple *t, struct ct_tuple *reply)
{
	struct ct_tuple r = *t;

	for (unsigned int i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		r.has &= ~(sides[i][0] | sides[i][1]);
		r.has |= t->has & sides[i][0] ? sides[i][1] : 0;
		r.has |= t->has & sides[i][1] ? sides[i][0] : 0;
	}
	r.has &= ~CTT_ZONE;
	r.zone = 0;
	memcpy(r.src, t->dst, sizeof(r.src));
	memcpy(r.dst, t->src, sizeof(r.dst));
	r.sport = t->dport;
	r.dport = t->sport;
	*reply = r;
	if (!(t->has & CTT_ICMP_TYPE))
		return true;
	if (t->l4proto == IPPROTO_ICMPV6)
		return mirror_type(t->icmp_type, icmpv6_pairs, 2, &reply->icmp_type);
	return mirror_type(t->icmp_type, icmp_pairs, 4, &reply->icmp_type);
}

static void put_ip(struct msgbuf *m, const struct ct_tuple *t)
{
	size_t nest = attr_nest(m, CTA_TUPLE_IP);

	if (t->has & CTT_SRC4)
		attr_data(m, CTA_IP_V4_SRC, t->src, 4);
	if (t->has & CTT_DST4)
		attr_data(m, CTA_IP_V4_DST, t->dst, 4);
	if (t->has & CTT_SRC6)
		attr_data(m, CTA_IP_V6_SRC, t->src, 16);
	if (t->has & CTT_DST6)
		attr_data(m, CTA_IP_V6_DST, t->dst, 16);
	attr_nest_end(m, nest);
}

static void put_l4(struct msgbuf *m, const struct ct_tuple *t)
{
	bool v6 = t->l4proto == IPPROTO_ICMPV6;
	size_t nest;

	if (!(t->has & CTT_L4PROTO))
		return;
	nest = attr_nest(m, CTA_TUPLE_PROTO);
	attr_u8(m, CTA_PROTO_NUM, t->l4proto);
	if (t->has & CTT_SPORT)
		attr_u16(m, CTA_PROTO_SRC_PORT, t->sport);
	if (t->has & CTT_DPORT)
		attr_u16(m, CTA_PROTO_DST_PORT, t->dport);
	if (t->has & CTT_ICMP_ID)
		attr_u16(m, v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, t->icmp_id);
	if (t->has & CTT_ICMP_TYPE)
		attr_u8(m, v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE, t->icmp_type);
	if (t->has & CTT_ICMP_CODE)
		attr_u8(m, v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE, t->icmp_code);
	attr_nest_end(m, nest);
}

void ct_put_tuple(struct msgbuf *m, uint16_t type, const struct ct_tuple *t)
{
	size_t nest = attr_nest(m, type);

	put_ip(m, t);
	put_l4(m, t);
	if (t->has & CTT_ZONE)
		attr_u16(m, CTA_TUPLE_ZONE, t->zone);
	attr_nest_end(m, nest);
}

void ct_put_mask(struct msgbuf *m, uint16_t type, const struct ct_tuple *t,
		 const struct ct_tuple *mask)
{
	struct ct_tuple all = *t;

	memset(all.dst, 0xff, sizeof(all.dst));
	memcpy(all.src, mask->src, sizeof(all.src));
	all.sport = mask->sport;
	all.dport = all.icmp_id = 0xffff;
	all.icmp_type = all.icmp_code = 0xff;
	all.has &= ~CTT_ZONE;
	ct_put_tuple(m, type, &all);
}

/* ---- entries ---- */

static void put_original(struct msgbuf *m, const struct conntrack *ct)
{
	ct_put_tuple(m, CTA_TUPLE_ORIG, &ct->tuple[CT_ORIG]);
	if (ct->has & CT_ZONE)
		attr_u16(m, CTA_ZONE, ct->zone);
}

void ct_put_delete(struct msgbuf *m, uint32_t seq, const struct conntrack *ct)
{
	msg_begin(m, CT_MSG(IPCTNL_MSG_CT_DELETE), 0, seq, ct->family, 0);
	put_original(m, ct);
	if (ct->has & CT_ID)
		attr_u32(m, CTA_ID, ct->id);
	msg_end(m);
}

void ct_put_get(struct msgbuf *m, const struct conntrack *ct)
{
	msg_begin(m, CT_MSG(IPCTNL_MSG_CT_GET), 0, 0, ct->family, 0);
	put_original(m, ct);
	msg_end(m);
}

static void put_helper(struct msgbuf *m, const char *name)
{
	size_t nest = attr_nest(m, CTA_HELP);

	attr_data(m, CTA_HELP_NAME, name, strlen(name) + 1);
	attr_nest_end(m, nest);
}

/* The kernel wants all of a protocol's attributes: what does not change is as it is. */
static void put_protoinfo(struct msgbuf *m, unsigned int l4proto, const struct ct_protoinfo *now,
			  const struct ct_change *c, int state)
{
	size_t nest = attr_nest(m, CTA_PROTOINFO), proto;

	if (l4proto == IPPROTO_TCP) {
		proto = attr_nest(m, CTA_PROTOINFO_TCP);
		attr_u8(m, CTA_PROTOINFO_TCP_STATE, (uint8_t)state);
	} else if (l4proto == IPPROTO_SCTP) {
		const uint32_t *vtag = c->has & CTX_VTAGS ? c->vtag : now->sctp_vtag;

		proto = attr_nest(m, CTA_PROTOINFO_SCTP);
		attr_u8(m, CTA_PROTOINFO_SCTP_STATE,
			(uint8_t)(state >= 0 ? state : now->sctp_state));
		attr_u32(m, CTA_PROTOINFO_SCTP_VTAG_ORIGINAL, vtag[0]);
		attr_u32(m, CTA_PROTOINFO_SCTP_VTAG_REPLY, vtag[1]);
	} else {
		proto = attr_nest(m, CTA_PROTOINFO_DCCP);
		attr_u8(m, CTA_PROTOINFO_DCCP_STATE,
			(uint8_t)(state >= 0 ? state : now->dccp_state));
		attr_u8(m, CTA_PROTOINFO_DCCP_ROLE,
			c->has & CTX_ROLE ? c->role : now->dccp_role);
		attr_u64(m, CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ, now->dccp_seq);
	}
	attr_nest_end(m, proto);
	attr_nest_end(m, nest);
}

/* What new and present entries have in common; status is the whole of it. */
static int put_change(struct msgbuf *m, const struct conntrack *ct, const struct ct_change *c,
		      uint32_t status)
{
	unsigned int l4proto = ct->tuple[CT_ORIG].l4proto;
	int state = c->has & CTX_STATE ? ct_state_by_name(l4proto, c->state) : -1;

	if (c->has & CTX_STATE && state < 0)
		return -EOPNOTSUPP;
	if ((c->has & CTX_VTAGS && l4proto != IPPROTO_SCTP) ||
	    (c->has & CTX_ROLE && l4proto != IPPROTO_DCCP))
		return -EOPNOTSUPP;
	if (c->has & CTX_HELPER)
		put_helper(m, c->helper);
	if (c->has & CTX_TIMEOUT)
		attr_u32(m, CTA_TIMEOUT, c->timeout);
	if (c->has & CTX_STATUS)
		attr_u32(m, CTA_STATUS, status);
	if (c->has & (CTX_STATE | CTX_VTAGS | CTX_ROLE))
		put_protoinfo(m, l4proto, &ct->proto, c, state);
	if (c->has & CTX_MARK) {
		attr_u32(m, CTA_MARK, c->mark & c->mark_mask);
		attr_u32(m, CTA_MARK_MASK, c->mark_mask);
	}
	if (c->has & CTX_LABELS) {
		attr_data(m, CTA_LABELS, c->labels, CT_LABEL_BYTES);
		attr_data(m, CTA_LABELS_MASK, c->labels_mask, CT_LABEL_BYTES);
	}
	return 0;
}

/* The end of a message, or of the attempt. */
static int msg_close(struct msgbuf *m, int err)
{
	if (err)
		m->len = m->msg;
	else
		msg_end(m);
	return err;
}

int ct_put_update(struct msgbuf *m, uint32_t seq, const struct conntrack *ct,
		  const struct ct_change *c)
{
	msg_begin(m, CT_MSG(IPCTNL_MSG_CT_NEW), 0, seq, ct->family, 0);
	put_original(m, ct);
	return msg_close(m, put_change(m, ct, c, ct->status | c->status));
}

/* An address and, where the protocol has some, a port to translate to. */
static void put_nat(struct msgbuf *m, uint16_t type, const struct ct_tuple *t, const uint8_t *addr,
		    uint16_t port)
{
	bool v6 = t->has & (CTT_SRC6 | CTT_DST6);
	size_t nest = attr_nest(m, type), proto;

	attr_data(m, v6 ? CTA_NAT_V6_MINIP : CTA_NAT_V4_MINIP, addr, v6 ? 16 : 4);
	attr_data(m, v6 ? CTA_NAT_V6_MAXIP : CTA_NAT_V4_MAXIP, addr, v6 ? 16 : 4);
	if (t->has & (CTT_SPORT | CTT_ICMP_ID)) {
		proto = attr_nest(m, CTA_NAT_PROTO);
		attr_u16(m, CTA_PROTONAT_PORT_MIN, port);
		attr_u16(m, CTA_PROTONAT_PORT_MAX, port);
		attr_nest_end(m, proto);
	}
	attr_nest_end(m, nest);
}

/* What the reply tuple says of NAT: the kernel makes it from this, and from the mirrored one. */
static void put_nats(struct msgbuf *m, const struct conntrack *ct, const struct ct_tuple *mirror)
{
	const struct ct_tuple *reply = &ct->tuple[CT_REPLY];

	if (memcmp(reply->src, mirror->src, 16) || reply->sport != mirror->sport)
		put_nat(m, CTA_NAT_DST, reply, reply->src, reply->sport);
	if (memcmp(reply->dst, mirror->dst, 16) || reply->dport != mirror->dport ||
	    reply->icmp_id != mirror->icmp_id)
		put_nat(m, CTA_NAT_SRC, reply, reply->dst,
			reply->has & CTT_ICMP_ID ? reply->icmp_id : reply->dport);
}

int ct_put_create(struct msgbuf *m, const struct conntrack *ct, const struct ct_change *c)
{
	struct ct_tuple mirror;

	if (!ct_mirror(&ct->tuple[CT_ORIG], &mirror))
		return -EOPNOTSUPP;
	msg_begin(m, CT_MSG(IPCTNL_MSG_CT_NEW), NLM_F_CREATE | NLM_F_EXCL, 0, ct->family, 0);
	put_original(m, ct);
	mirror.has |= ct->tuple[CT_REPLY].has & CTT_ZONE;
	mirror.zone = ct->tuple[CT_REPLY].zone;
	ct_put_tuple(m, CTA_TUPLE_REPLY, &mirror);
	if (ct->master.has)
		ct_put_tuple(m, CTA_TUPLE_MASTER, &ct->master);
	put_nats(m, ct, &mirror);
	return msg_close(m, put_change(m, ct, c, IPS_CONFIRMED | c->status));
}
