/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nff_xmit.h - the end of the fast path: link-layer headers off and on.
 */
#ifndef _NFF_XMIT_H
#define _NFF_XMIT_H

#include <linux/etherdevice.h>
#include <linux/if_pppox.h>
#include <linux/if_vlan.h>
#include <net/ip.h>
#include "nff.h"

/* Inner protocol and encapsulation of a PPPoE session packet (RFC 2516, 4 and 6). */
static inline bool nff_pppoe(struct sk_buff *skb, __be16 *proto, u32 *encap)
{
	const struct pppoe_hdr *ph;
	__be16 ppp;

	if (!pskb_may_pull(skb, PPPOE_SES_HLEN))
		return false;
	ph = (const struct pppoe_hdr *)skb->data;
	if (ph->ver != 1 || ph->type != 1 || ph->code)
		return false;
	ppp = *(const __be16 *)(ph + 1);
	if (ppp == htons(PPP_IP))
		*proto = htons(ETH_P_IP);
	else if (ppp == htons(PPP_IPV6))
		*proto = htons(ETH_P_IPV6);
	else
		return false;
	*encap |= nff_encap_inner(NFF_ENCAP_PPPOE, ntohs(ph->sid));
	return true;
}

/* Does the next hop still have the address that the prepared header is for? */
static noinline bool nff_direct_stale(const struct nff_dir *d)
{
	const struct nff_l2 *l2 = &nff_dir_flow(d)->l2[nff_dir_index(d)];

	return !ether_addr_equal(d->neigh->ha, l2->header);
}

/* Send below a bridge: the header is ours, the neighbour is only kept alive. */
static noinline void nff_xmit_direct(const struct nff_dir *d, struct sk_buff *skb)
{
	const struct nff_l2 *l2 = &nff_dir_flow(d)->l2[nff_dir_index(d)];
	struct ethhdr *eth;

	if (!(READ_ONCE(d->neigh->nud_state) & NUD_CONNECTED))
		neigh_event_send(d->neigh, NULL);
	if (skb_cow_head(skb, LL_RESERVED_SPACE(d->dev) + VLAN_HLEN)) {
		kfree_skb(skb);
		return;
	}
	if (l2->proto[1]) {
		struct vlan_hdr *vh = skb_push(skb, VLAN_HLEN);

		vh->h_vlan_TCI = htons(l2->tci[1]);
		vh->h_vlan_encapsulated_proto = skb->protocol;
		skb->protocol = l2->proto[1];
	}
	if (l2->proto[0])
		__vlan_hwaccel_put_tag(skb, l2->proto[0], l2->tci[0]);
	eth = skb_push(skb, ETH_HLEN);
	memcpy(eth, l2->header, sizeof(l2->header));
	eth->h_proto = skb->protocol;
	dev_queue_xmit(skb);
}

/* The neighbour has no ready header, or wants to see the packet itself. */
static noinline void nff_xmit_slow(const struct nff_dir *d, struct sk_buff *skb)
{
	struct neighbour *n = d->neigh;

	if (skb_cow_head(skb, LL_RESERVED_SPACE(d->dev))) {
		kfree_skb(skb);
		return;
	}
	/* an ICMP error about this packet reads its control block */
	memset(skb->cb, 0, sizeof(skb->cb));
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, d->dst);
	READ_ONCE(n->output)(n, skb);
}

/**
 * nff_xmit - send a forwarded packet
 * @d: direction
 * @skb: packet, its device set, data at the IP header; consumed
 */
static __always_inline void nff_xmit(const struct nff_dir *d, struct sk_buff *skb)
{
	const struct net_device *dev = d->dev;
	const struct neighbour *n = d->neigh;

	if (unlikely(d->flags & NFF_D_DIRECT)) {
		nff_xmit_direct(d, skb);
		return;
	}
	if (unlikely(!(READ_ONCE(n->nud_state) & NUD_CONNECTED) || !READ_ONCE(n->hh.hh_len) ||
		     skb_headroom(skb) < LL_RESERVED_SPACE(dev) || skb->_skb_refdst ||
		     !(dev->priv_flags & IFF_XMIT_DST_RELEASE))) {
		nff_xmit_slow(d, skb);
		return;
	}
	neigh_hh_output(&n->hh, skb);
}

#endif /* _NFF_XMIT_H */
