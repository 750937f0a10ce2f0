// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_learn.c - fill in a direction from one of its packets.
 *
 * The last thing in postrouting, where a packet has its final addresses, route
 * and encryption: what the classic path decided, policy routing and marks
 * included, is what the fast path will do.
 */
#include <linux/if_arp.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "nff.h"
#include "nff_hash.h"

struct nff_ct_key {
	struct nff_key key;
	const struct nf_conn *ct;
};

static __always_inline int nff_ct_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct nff_ct_key *k = arg->key;
	const struct nff_dir *d = obj;

	return nff_key_tuple_differs(&k->key, &d->key) || nff_dir_flow(d)->ct != k->ct;
}

static const struct rhashtable_params nff_ct_params = NFF_HASH_PARAMS(nff_ct_cmp);

/* The flow of a connection, in whichever flowtable of the namespace it is. */
static struct nff_flow *nff_learn_find(struct nff_net *nn, const struct nf_conn *ct)
{
	struct nff_ct_key k = { .ct = ct };
	struct nff_table *t;
	struct nff_dir *d;

	nff_key_init(&k.key, &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple);
	list_for_each_entry_rcu(t, &nn->tables, list) {
		d = rhashtable_lookup(&t->hash, &k, nff_ct_params);
		if (d)
			return nff_dir_flow(d);
	}
	return NULL;
}

static enum nff_refused nff_learn_check_ip(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);

	if (rt->rt_type != RTN_UNICAST)
		return NFF_REFUSED_ROUTE;
	if (IPCB(skb)->opt.optlen || ip_hdr(skb)->ihl != 5)
		return NFF_REFUSED_IPOPT;
	return IPCB(skb)->frag_max_size ? NFF_REFUSED_FRAGMENT : 0;
}

static enum nff_refused nff_learn_check_ip6(const struct sk_buff *skb, u8 l4proto)
{
	if (ipv6_hdr(skb)->nexthdr != l4proto)
		return NFF_REFUSED_IPOPT;
	return IP6CB(skb)->frag_max_size ? NFF_REFUSED_FRAGMENT : 0;
}

/* Is this a packet whose treatment may be repeated without asking the stack? */
static enum nff_refused nff_learn_check(const struct nff_flow *flow, const struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!state->in || !skb->skb_iif || skb->skb_iif != state->in->ifindex)
		return NFF_REFUSED_NOT_FORWARDED;
	if (!dst || dst->flags & DST_FAKE_RTABLE)
		return NFF_REFUSED_NOT_FORWARDED;
	if (skb->pkt_type != PACKET_HOST)
		return NFF_REFUSED_CAST;
	if (secpath_exists(skb) || dst_xfrm(dst))
		return NFF_REFUSED_IPSEC;
	if (dst->lwtstate)
		return NFF_REFUSED_ROUTE;
	return state->pf == NFPROTO_IPV4 ? nff_learn_check_ip(skb) :
		nff_learn_check_ip6(skb, nf_ct_protonum(flow->ct));
}

static u64 nff_learn_in(struct nff_flow *flow, unsigned int dir, const struct sk_buff *skb,
			const struct net_device *l3, bool *bridged)
{
	static const u8 none[ETH_ALEN];
	const u8 *mac = none;
	struct nff_path path;

	if (l3->type == ARPHRD_ETHER && skb_mac_header_was_set(skb) &&
	    skb_mac_header(skb) + ETH_HLEN <= skb->data)
		mac = eth_hdr(skb)->h_source;
	nff_path_in(flow->table, l3, mac, &path);
	if (!path.dev)
		return 0;
	*bridged = path.bridged;
	return nff_in(path.dev->ifindex, path.encap);
}

/* Next hop and device. References stay in @d and go with the flow. */
static enum nff_refused nff_learn_out(struct nff_dir *d, struct nff_l2 *l2, struct sk_buff *skb,
				      u8 pf)
{
	struct dst_entry *dst = skb_dst(skb);
	struct net_device *dev = dst->dev;
	u8 ha[MAX_ADDR_LEN];
	struct nff_path path;

	d->neigh = pf == NFPROTO_IPV4 ? dst_neigh_lookup(dst, &ip_hdr(skb)->daddr) :
					dst_neigh_lookup(dst, &ipv6_hdr(skb)->daddr);
	if (IS_ERR_OR_NULL(d->neigh)) {
		d->neigh = NULL;
		return NFF_REFUSED_NEIGH;
	}
	if (dev->netdev_ops->ndo_fill_forward_path && dev->type == ARPHRD_ETHER) {
		/* which way it goes depends on the address */
		if (!(READ_ONCE(d->neigh->nud_state) & NUD_VALID))
			return NFF_REFUSED_NEIGH;
		neigh_ha_snapshot(ha, d->neigh, dev);
		if (!nff_path_out(dev, ha, &path) && path.bridged && !path.pppoe &&
		    path.dev->type == ARPHRD_ETHER) {
			ether_addr_copy(l2->header, ha);
			ether_addr_copy(l2->header + ETH_ALEN, dev->dev_addr);
			memcpy(l2->tci, path.tci, sizeof(l2->tci));
			memcpy(l2->proto, path.proto, sizeof(l2->proto));
			d->flags |= NFF_D_DIRECT;
			dev = (struct net_device *)path.dev;
		}
	}
	if (!dst_hold_safe(dst))
		return NFF_REFUSED_ROUTE;
	d->dst = dst;
	dev_hold(dev);
	d->dev = dev;
	d->cookie = pf == NFPROTO_IPV6 ? rt6_get_cookie((struct rt6_info *)dst) : 0;
	d->mtu = min_t(u32, pf == NFPROTO_IPV4 ? ip_dst_mtu_maybe_forward(dst, true) :
		       ip6_dst_mtu_maybe_forward(dst, true), U16_MAX);
	return 0;
}

/*
 * What a checksum gains when words change, folded. In ones' complement neither the order of the
 * words nor their size matters, as long as no 16-bit part is torn.
 */
static u16 nff_csum_delta(const u64 *from, const u64 *to, unsigned int num, u16 more)
{
	u64 sum = more;

	for (; num; num--, from++, to++)
		sum += (u64)(u32)*to + (*to >> 32) + (u32)~*from + (~*from >> 32);
	sum = (u32)sum + (sum >> 32);
	return (__force u16)~csum_fold((__force __wsum)((u32)sum + (u32)(sum >> 32)));
}

/* New addresses and ports are those that the other direction's packets come in with. */
static void nff_learn_nat(struct nff_dir *d, const struct nff_dir *other)
{
	const struct nff_key *old = &d->key, *rev = &other->key;
	u64 old_ports = (u32)old->l4, ports = ror32(rev->l4, 16), addr[4] = {};
	const u16 ttl = (__force u16)htons(0xfeff);
	unsigned int num = 1;

	if (d->flags & NFF_D_V6) {
		memcpy(addr, rev->addr + 2, 16);
		memcpy(addr + 2, rev->addr, 16);
		num = 4;
	} else {
		__be32 a[2];

		memcpy(a, rev->addr, sizeof(a));
		d->nat_saddr = a[1];
		d->nat_daddr = a[0];
		swap(a[0], a[1]);
		memcpy(addr, a, sizeof(a));
	}
	d->nat_ports = ports;
	/* one off the TTL, which is the upper byte of its word */
	d->l3_delta = ttl;
	if (ports == old_ports && !memcmp(addr, old->addr, num * sizeof(*addr)))
		return;
	d->flags |= NFF_D_NAT;
	d->l4_pseudo = nff_csum_delta(old->addr, addr, num, 0);
	d->l4_delta = nff_csum_delta(&old_ports, &ports, 1, d->l4_pseudo);
	d->l3_delta = nff_csum_delta(old->addr, addr, num, ttl);
}

static void nff_learn_undo(struct nff_dir *d)
{
	if (d->neigh)
		neigh_release(d->neigh);
	d->neigh = NULL;
	d->flags &= ~(NFF_D_DIRECT | NFF_D_BRIDGED);
}

static enum nff_refused nff_learn_dir(struct nff_flow *flow, unsigned int dir,
				      struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct nff_dir *d = &flow->dir[dir];
	struct nff_l2 *l2 = &flow->l2[dir];
	enum nff_refused why;
	bool bridged;
	u64 in;

	why = nff_learn_check(flow, skb, state);
	if (why)
		return why;
	in = nff_learn_in(flow, dir, skb, state->in, &bridged);
	if (!in)
		return NFF_REFUSED_DEVICE;
	l2->in_l3 = state->in->ifindex;
	if (bridged) {
		d->flags |= NFF_D_BRIDGED;
		ether_addr_copy(l2->in_mac, state->in->dev_addr);
	}
	why = nff_learn_out(d, l2, skb, state->pf);
	if (why) {
		nff_learn_undo(d);
		return why;
	}
	nff_learn_nat(d, &flow->dir[!dir]);
	if (nf_conn_acct_find(flow->ct))
		d->flags |= NFF_D_ACCT;
	nff_flow_publish(flow, dir, in);
	return 0;
}

/*
 * A flow without a live direction is of no use, unless its other direction may
 * still come in on a device of the flowtable.
 */
static void nff_learn_refused(struct nff_flow *flow, unsigned int dir, enum nff_refused why,
			      const struct nf_hook_state *state)
{
	struct nff_path path;

	nff_count(flow->table, refused[why]);
	if (why == NFF_REFUSED_IPSEC) {
		nff_flow_remove(flow, NFF_REMOVED_REFUSED);
		return;
	}
	if (nff_dir_live(&flow->dir[!dir]))
		return;
	if (why == NFF_REFUSED_DEVICE) {
		static const u8 none[ETH_ALEN];

		nff_path_in(flow->table, state->out, none, &path);
		if (path.dev || netif_is_bridge_master(state->out) || is_vlan_dev(state->out))
			return;
	}
	nff_flow_remove(flow, NFF_REMOVED_REFUSED);
}

/* A packet of a live direction came the classic way: is the flow still right? */
static void nff_learn_again(struct nff_flow *flow, unsigned int dir, const struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	bool bridged;
	u64 in;

	if (!state->in || skb->skb_iif != state->in->ifindex)
		return;
	in = nff_learn_in(flow, dir, skb, state->in, &bridged);
	if (in && in != flow->dir[dir].key.in)
		nff_flow_remove(flow, NFF_REMOVED_PATH);
}

static noinline void nff_learn(struct nf_conn *ct, unsigned int dir, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct nff_flow *flow = nff_learn_find(nff_net(state->net), ct);
	enum nff_refused why;
	u8 l4proto = nf_ct_protonum(ct);

	if (!flow || !test_bit(NFF_BIT_READY, &flow->flags) ||
	    test_bit(NFF_BIT_DEAD, &flow->flags))
		return;
	/* an ICMP error carries the connection that it is about */
	if (l4proto != (state->pf == NFPROTO_IPV4 ? ip_hdr(skb)->protocol :
			ipv6_hdr(skb)->nexthdr))
		return;
	if (l4proto == IPPROTO_TCP &&
	    READ_ONCE(ct->proto.tcp.state) != TCP_CONNTRACK_ESTABLISHED) {
		nff_flow_remove(flow, NFF_REMOVED_TCP_STATE);
		return;
	}
	if (nff_dir_live(&flow->dir[dir])) {
		nff_learn_again(flow, dir, skb, state);
		return;
	}
	if (test_and_set_bit(NFF_BIT_LEARN + dir, &flow->flags))
		return;
	why = nff_learn_dir(flow, dir, skb, state);
	if (why) {
		clear_bit(NFF_BIT_LEARN + dir, &flow->flags);
		nff_learn_refused(flow, dir, why, state);
	}
}

static unsigned int nff_learn_hook(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (ct && test_bit(IPS_OFFLOAD_BIT, &ct->status))
		nff_learn(ct, CTINFO2DIR(ctinfo), skb, state);
	return NF_ACCEPT;
}

const struct nf_hook_ops nff_learn_ops[2] = {
	{
		.hook		= nff_learn_hook,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= nff_learn_hook,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_LAST,
	},
};
