// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conntracks as a source of monitors: events of ctnetlink
 * (linux/netfilter/nfnetlink_conntrack.h, nfnetlink_compat.h for the groups).
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <string.h>

#include "conntrack.h"
#include "monitor_int.h"
#include "nl_open.h"

#define CT_MSG(type) ((NFNL_SUBSYS_CTNETLINK << 8) | (type))

static int ct_join(struct watch *w)
{
	/* What is known must be right whatever is shown, but for the changes of it. */
	int err = listen_join(w->listen, NFNLGRP_CONNTRACK_NEW);

	if (!err)
		err = listen_join(w->listen, NFNLGRP_CONNTRACK_DESTROY);
	if (!err && w->events & QUERY_UPDATE)
		err = listen_join(w->listen, NFNLGRP_CONNTRACK_UPDATE);
	return err;
}

static int ct_event(const struct nlmsghdr *nlh, void *rec, unsigned int *ev)
{
	if (nlh->nlmsg_type == CT_MSG(IPCTNL_MSG_CT_DELETE))
		*ev = QUERY_DESTROY;
	else if (nlh->nlmsg_type == CT_MSG(IPCTNL_MSG_CT_NEW))
		*ev = nlh->nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL) ? QUERY_NEW : QUERY_UPDATE;
	else
		return 1;
	return ct_decode(nlh, rec);
}

static int on_dumped(const struct nlmsghdr *nlh, void *arg)
{
	struct watch *w = arg;

	if (nlh->nlmsg_type != CT_MSG(IPCTNL_MSG_CT_NEW))
		return 0;
	if (ct_decode(nlh, w->rec) < 0) {
		w->m->malformed++;
		return 0;
	}
	/* One whose destroy event has been sent is not removed yet: it may have been told. */
	if (!w->in_dying && ((const struct conntrack *)w->rec)->status & IPS_DYING &&
	    !known_find(&w->known, w->rec))
		return 0;
	return monitor_dumped(w, w->rec);
}

static int on_counted(const struct nlmsghdr *nlh, void *arg)
{
	uint64_t *count = arg;

	*count += nlh->nlmsg_type == CT_MSG(IPCTNL_MSG_CT_NEW);
	return 0;
}

int monitor_request(struct watch *w, unsigned int type, nl_cb cb, void *arg)
{
	struct msgbuf m = { 0 };
	int err;

	if (!nff_nl(w->m->n))
		return -ENOTCONN;
	msg_begin(&m, (uint16_t)type, NLM_F_DUMP, 0, NFPROTO_UNSPEC, 0);
	msg_end(&m);
	err = nl_request(w->m->n->nl, &m, cb, arg);
	msgbuf_fini(&m);
	return err;
}

static int dump_table(struct watch *w)
{
	return monitor_request(w, CT_MSG(IPCTNL_MSG_CT_GET), w->src->dumped, w);
}

static int ct_dump_dying(struct watch *w)
{
	return monitor_request(w, CT_MSG(IPCTNL_MSG_CT_GET_DYING), w->src->dumped, w);
}

static int ct_count_dying(struct watch *w, uint64_t *count)
{
	*count = 0;
	return monitor_request(w, CT_MSG(IPCTNL_MSG_CT_GET_DYING), on_counted, count);
}

/* ---- what is known of one ---- */

static uint32_t mix(uint32_t h, uint32_t v)
{
	h = (h ^ v) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static uint32_t hash_bytes(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t h = 0;

	for (size_t i = 0; i < len; i++)
		h = mix(h, p[i]);
	return h;
}

/*
 * The number that the kernel gives is a hash in itself, but of 32 bits: among some 100,000 it
 * is not unique.
 */
uint32_t kept_ct_hash(const void *rec)
{
	const struct conntrack *ct = rec;
	const struct ct_tuple *t = &ct->tuple[CT_ORIG];
	uint32_t h = mix(ct->id, (uint32_t)t->sport << 16 | t->dport);

	if (ct->has & CT_ID)
		return h;
	return mix(h, hash_bytes(t, sizeof(*t)));
}

bool kept_ct_same(const void *kept, const void *rec)
{
	const struct kept_ct *k = kept;
	const struct conntrack *ct = rec;

	return k->id == ct->id && k->zone == ct->zone &&
	       !memcmp(&k->tuple[CT_ORIG], &ct->tuple[CT_ORIG], sizeof(k->tuple[CT_ORIG]));
}

static uint32_t state_of(const struct conntrack *ct, uint8_t *state)
{
	const struct ct_protoinfo *p = &ct->proto;

	*state = p->has & CTP_TCP_STATE ? p->tcp_state :
		 p->has & CTP_SCTP_STATE ? p->sctp_state :
		 p->has & CTP_DCCP_STATE ? p->dccp_state : 0;
	return p->has & (CTP_TCP_STATE | CTP_SCTP_STATE | CTP_DCCP_STATE);
}

void kept_ct_store(void *kept, const void *rec)
{
	struct kept_ct *k = kept;
	const struct conntrack *ct = rec;
	uint8_t state;
	uint32_t proto = state_of(ct, &state);

	k->has |= ct->has & (CT_STATUS | CT_MARK | CT_ZONE | CT_LABELS | CT_ID);
	k->id = ct->id;
	k->zone = ct->zone;
	k->family = ct->family;
	if (ct->has & CT_STATUS)
		k->status = ct->status;
	if (ct->has & CT_MARK)
		k->mark = ct->mark;
	if (ct->has & CT_LABELS)
		k->labels = hash_bytes(ct->labels.s, ct->labels.len);
	if (proto) {
		k->has |= KEPT_STATE;
		k->proto = proto;
		k->state = state;
	}
	memcpy(k->tuple, ct->tuple, sizeof(k->tuple));
}

bool kept_ct_differs(const void *kept, const void *rec)
{
	const struct kept_ct *k = kept;
	const struct conntrack *ct = rec;
	uint8_t state;
	uint32_t proto = state_of(ct, &state);

	/* That it is about to go is told when it goes. */
	if (ct->has & CT_STATUS && k->has & CT_STATUS &&
	    (ct->status ^ k->status) & ~(uint32_t)IPS_DYING)
		return true;
	/* A mark and labels of 0 are not told. */
	if (ct->has & CT_MARK && ct->mark != k->mark)
		return true;
	if (ct->has & CT_LABELS && k->has & CT_LABELS &&
	    hash_bytes(ct->labels.s, ct->labels.len) != k->labels)
		return true;
	return proto && k->has & KEPT_STATE && state != k->state;
}

/* Into a record what is known and it does not say. */
static void ct_complete(void *rec, const void *kept)
{
	struct conntrack *ct = rec;
	const struct kept_ct *k = kept;
	struct ct_protoinfo *p = &ct->proto;
	uint8_t state;

	if (k->has & CT_STATUS && !(ct->has & CT_STATUS))
		ct->status = k->status;
	if (k->has & CT_MARK && !(ct->has & CT_MARK))
		ct->mark = k->mark;
	ct->has |= k->has & (CT_STATUS | CT_MARK);
	if (!(k->has & KEPT_STATE) || state_of(ct, &state))
		return;
	p->has |= k->proto;
	if (k->proto & CTP_TCP_STATE)
		p->tcp_state = k->state;
	else if (k->proto & CTP_SCTP_STATE)
		p->sctp_state = k->state;
	else
		p->dccp_state = k->state;
}

void kept_ct_load(void *rec, const void *kept)
{
	struct conntrack *ct = rec;
	const struct kept_ct *k = kept;

	memset(ct, 0, sizeof(*ct));
	ct->has = k->has & (CT_ZONE | CT_ID);
	ct->id = k->id;
	ct->zone = k->zone;
	ct->family = k->family;
	memcpy(ct->tuple, k->tuple, sizeof(ct->tuple));
	ct_complete(ct, k);
}

static const struct known_type known_ct = {
	sizeof(struct kept_ct), kept_ct_hash, kept_ct_same, kept_ct_store, kept_ct_differs,
	kept_ct_load,
};

const struct monitor_source conntrack_source = {
	.kinds = 1ull << OBJ_CONNTRACKS,
	.name = "conntracks",
	.bus = NETLINK_NETFILTER,
	.datagram = 1500,
	.join = ct_join,
	.type = &conntrack_record,
	.known = &known_ct,
	.decode = ct_event,
	.dump = dump_table,
	.dumped = on_dumped,
	.dump_dying = ct_dump_dying,
	.count_dying = ct_count_dying,
	.complete = ct_complete,
};
