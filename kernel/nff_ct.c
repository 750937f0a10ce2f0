// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_ct.c - what a flow means to its conntrack entry.
 */
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_l4proto.h>
#include <net/netfilter/nf_conntrack_timeout.h>
#include "nff.h"

static enum nff_refused nff_ct_check_proto(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	switch (nf_ct_protonum(ct)) {
	case IPPROTO_TCP:
		return READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_ESTABLISHED ?
			0 : NFF_REFUSED_TCP_STATE;
	case IPPROTO_UDP:
		return 0;
	case IPPROTO_GRE:
		/* a key in the tuple means PPTP's version 1 */
		return ct->status & IPS_NAT_MASK || t->src.u.all || t->dst.u.all ?
			NFF_REFUSED_GRE : 0;
	default:
		return NFF_REFUSED_PROTO;
	}
}

/**
 * nff_ct_check - may this connection be offloaded?
 * @ct: conntrack entry
 *
 * Return: 0, or why not.
 */
enum nff_refused nff_ct_check(const struct nf_conn *ct)
{
	unsigned long status = READ_ONCE(ct->status);

	if (status & IPS_DYING)
		return NFF_REFUSED_DYING;
	if (!(status & IPS_CONFIRMED))
		return NFF_REFUSED_UNCONFIRMED;
	if (status & IPS_SEQ_ADJUST)
		return NFF_REFUSED_SEQADJ;
	if (status & IPS_NAT_CLASH)
		return NFF_REFUSED_CLASH;
	if (nf_ct_ext_exist(ct, NF_CT_EXT_HELPER))
		return NFF_REFUSED_HELPER;
#if IS_ENABLED(CONFIG_NETFILTER_SYNPROXY)
	if (nf_ct_ext_exist(ct, NF_CT_EXT_SYNPROXY))
		return NFF_REFUSED_SEQADJ;
#endif
	return nff_ct_check_proto(ct);
}

/*
 * Conntrack misses the packets of the fast path, so what it remembers of the
 * TCP windows is of no use: td_maxwin 0 makes it pick the windows up again from
 * the next packet it sees, and without MAXACK_SET it does not judge a reset by
 * an acknowledgement of long ago.
 */
static void nff_ct_forget_windows(struct nf_conn *ct)
{
	unsigned int i;

	spin_lock_bh(&ct->lock);
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		struct ip_ct_tcp_state *s = &ct->proto.tcp.seen[i];

		s->td_maxwin = 0;
		s->flags &= ~IP_CT_TCP_FLAG_MAXACK_SET;
		/* packets of both paths may pass each other while the flow enters or leaves */
		s->flags |= IP_CT_TCP_FLAG_BE_LIBERAL;
	}
	spin_unlock_bh(&ct->lock);
}

/**
 * nff_ct_extend - keep conntrack from expiring an entry whose packets it does not see
 * @ct: entry with IPS_OFFLOAD
 *
 * The collector calls it each second, packets on the classic path shorten the
 * timeout again. A day is what kernels that do this themselves use.
 */
void nff_ct_extend(struct nf_conn *ct)
{
	const u32 day = 86400 * HZ;

	if (nf_ct_expires(ct) < day / 2)
		WRITE_ONCE(ct->timeout, nfct_time_stamp + day);
}

/**
 * nff_ct_enter - prepare a conntrack entry for bypassed packets
 * @ct: entry, IPS_OFFLOAD is set
 */
void nff_ct_enter(struct nf_conn *ct)
{
	if (nf_ct_protonum(ct) == IPPROTO_TCP)
		nff_ct_forget_windows(ct);
	nff_ct_extend(ct);
}

/* Timeout that conntrack would have given the entry at its last packet. */
static unsigned int nff_ct_timeout(struct nf_conn *ct)
{
	const unsigned int *policy = nf_ct_timeout_lookup(ct);
	bool replied = test_bit(IPS_SEEN_REPLY_BIT, &ct->status);
	struct net *net = nf_ct_net(ct);

	switch (nf_ct_protonum(ct)) {
	case IPPROTO_TCP:
		return (policy ?: nf_tcp_pernet(net)->timeouts)[READ_ONCE(ct->proto.tcp.state)];
	case IPPROTO_UDP:
		return (policy ?: nf_udp_pernet(net)->timeouts)
			[replied ? UDP_CT_REPLIED : UDP_CT_UNREPLIED];
#ifdef CONFIG_NF_CT_PROTO_GRE
	case IPPROTO_GRE:
		return replied ? ct->proto.gre.stream_timeout : ct->proto.gre.timeout;
#endif
	default:
		return 30 * HZ;
	}
}

/**
 * nff_ct_age - set the entry's timeout as if conntrack had seen the last packet
 * @ct: entry that left its flowtable
 * @idle: jiffies since its last packet
 */
void nff_ct_age(struct nf_conn *ct, u32 idle)
{
	unsigned int timeout = nff_ct_timeout(ct);

	timeout -= min(timeout, idle);
	WRITE_ONCE(ct->timeout, nfct_time_stamp + timeout);
}

/**
 * nff_ct_leave - give a connection back to conntrack
 * @ct: entry
 * @idle: jiffies since its last packet
 *
 * The bit goes first: conntrack's own collector prolongs entries that have it.
 */
void nff_ct_leave(struct nf_conn *ct, u32 idle)
{
	if (nf_ct_protonum(ct) == IPPROTO_TCP)
		nff_ct_forget_windows(ct);
	clear_bit(IPS_OFFLOAD_BIT, &ct->status);
	smp_mb__after_atomic();
	nff_ct_age(ct, idle);
}
