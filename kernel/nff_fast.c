// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_fast.c - the fast path: from the ingress hook of a device to the transmit
 * function of another one.
 *
 * A packet is either forwarded here or left to the classic path as it was: all
 * checks come before the first change.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ppp_defs.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/gre.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "nff.h"
#include "nff_hash.h"
#include "nff_xmit.h"

/* TCP flags as they are in the fourth word of the header */
#define NFF_TCP_MASK	(TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST | TCP_FLAG_ACK)

/**
 * struct nff_pkt - a packet on its way through this file
 * @t: flowtable
 * @skb: packet, data at the outermost header below Ethernet
 * @d: its direction, once found
 * @off: bytes of encapsulation in front of the IP header
 * @thoff: offset of the transport header
 * @len: length of the IP packet by its header; 0: larger than that can tell
 */
struct nff_pkt {
	struct nff_table *t;
	struct sk_buff	*skb;
	struct nff_dir	*d;
	unsigned int	off;
	unsigned int	thoff;
	unsigned int	len;
};

static noinline unsigned int nff_to_classic(struct nff_table *t, enum nff_classic why)
{
	nff_count(t, classic[why]);
	return NF_ACCEPT;
}

/* The flow is no longer right: it goes, and this packet takes the classic path. */
static noinline unsigned int nff_leave(const struct nff_pkt *p, enum nff_removed why,
				       enum nff_classic classic)
{
	nff_flow_remove(nff_dir_flow(p->d), why);
	return nff_to_classic(p->t, classic);
}

static noinline unsigned int nff_tcp_leave(const struct nff_pkt *p, const struct tcphdr *th)
{
	__be32 flags = tcp_flag_word(th);

	if (th->doff < 5 || flags & TCP_FLAG_SYN)
		return nff_leave(p, NFF_REMOVED_TCP_INVALID, NFF_CLASSIC_TCP_FLAGS);
	if (flags & TCP_FLAG_RST)
		return nff_leave(p, NFF_REMOVED_TCP_RST, NFF_CLASSIC_TCP_END);
	if (flags & TCP_FLAG_FIN)
		return nff_leave(p, NFF_REMOVED_TCP_FIN, NFF_CLASSIC_TCP_END);
	return nff_leave(p, NFF_REMOVED_TCP_INVALID, NFF_CLASSIC_TCP_FLAGS);
}

/* The frame is for another host, unless it came to a bridge port for the bridge. */
static noinline bool nff_l2_wrong(const struct nff_dir *d, const struct sk_buff *skb)
{
	const struct nff_l2 *l2 = &nff_dir_flow(d)->l2[nff_dir_index(d)];

	return !(d->flags & NFF_D_BRIDGED) ||
		!ether_addr_equal(eth_hdr(skb)->h_dest, l2->in_mac);
}

/* Padding is cut off. Return: false if the packet is shorter than it says. */
static noinline bool nff_trim(const struct nff_pkt *p)
{
	unsigned int end = p->off + p->len;

	if (!p->len)
		return skb_is_gso(p->skb);
	return p->skb->len > end && end > p->thoff && !pskb_trim_rcsum(p->skb, end);
}

static noinline bool nff_too_big(const struct nff_pkt *p)
{
	return !skb_is_gso(p->skb) || !skb_gso_validate_network_len(p->skb, p->d->mtu);
}

static noinline bool nff_unclone(struct sk_buff *skb, unsigned int len)
{
	return skb_clone_writable(skb, len) || !pskb_expand_head(skb, 0, 0, GFP_ATOMIC);
}

/* Neighbours: deleted, unresolved, or not the one that a prepared header is for. 0 or a verdict. */
static __always_inline unsigned int nff_neigh_wrong(const struct nff_pkt *p)
{
	const struct neighbour *n = p->d->neigh;

	if (unlikely(n->dead))
		return nff_leave(p, NFF_REMOVED_NEIGH, NFF_CLASSIC_NEIGH);
	if (unlikely(!(READ_ONCE(n->nud_state) & NUD_VALID)))
		return nff_to_classic(p->t, NFF_CLASSIC_NEIGH);
	if (unlikely(p->d->flags & NFF_D_DIRECT) && nff_direct_stale(p->d))
		return nff_leave(p, NFF_REMOVED_NEIGH, NFF_CLASSIC_NEIGH);
	return 0;
}

/**
 * nff_check - may this packet of a flow take the fast path?
 * @p: packet
 *
 * Pointers into the packet are stale afterwards.
 *
 * Return: 0 (its headers are writable then), or the verdict.
 */
static __always_inline unsigned int nff_check(const struct nff_pkt *p)
{
	struct sk_buff *skb = p->skb;
	struct nff_dir *d = p->d;
	unsigned int hlen = p->thoff + sizeof(struct udphdr), verdict;

	BUILD_BUG_ON(NF_ACCEPT == 0);
	if (unlikely((skb->pkt_type != PACKET_HOST && nff_l2_wrong(d, skb)) ||
		     secpath_exists(skb)))
		return nff_to_classic(p->t, NFF_CLASSIC_L2);
	if (unlikely(skb->len != p->off + p->len) && !nff_trim(p))
		return nff_to_classic(p->t, NFF_CLASSIC_LENGTH);
	if (nff_key_proto(&d->key) == IPPROTO_TCP) {
		const struct tcphdr *th;

		hlen = p->thoff + sizeof(*th);
		if (!pskb_may_pull(skb, hlen))
			return nff_to_classic(p->t, NFF_CLASSIC_LENGTH);
		th = (const struct tcphdr *)(skb->data + p->thoff);
		if (unlikely((tcp_flag_word(th) & NFF_TCP_MASK) != TCP_FLAG_ACK || th->doff < 5))
			return nff_tcp_leave(p, th);
	}
	if (unlikely(skb->len - p->off > d->mtu) && nff_too_big(p))
		return nff_to_classic(p->t, NFF_CLASSIC_MTU);
	if (unlikely(!dst_check(d->dst, d->cookie)))
		return nff_leave(p, NFF_REMOVED_ROUTE, NFF_CLASSIC_ROUTE);
	verdict = nff_neigh_wrong(p);
	if (verdict)
		return verdict;
	if (unlikely(skb_cloned(skb)) && !nff_unclone(skb, hlen))
		return nff_to_classic(p->t, NFF_CLASSIC_NOMEM);
	return 0;
}

/* Ones' complement sum of two folded values. */
static __always_inline u16 nff_sum(u16 a, u16 b)
{
	u32 s = (u32)a + b;

	return s + (s >> 16);
}

/* New ports, and a transport checksum that fits them and the new addresses. */
static __always_inline void nff_nat_l4(const struct nff_dir *d, struct sk_buff *skb, u8 *th)
{
	u16 *sum = (u16 *)(th + d->csum_at);

	put_unaligned(d->nat_ports, (u32 *)th);
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		*sum = nff_sum(*sum, d->l4_pseudo);
		return;
	}
	if (d->csum_at == offsetof(struct udphdr, check)) {
		if (!*sum)
			return;
		*sum = ~nff_sum(~*sum, d->l4_delta);
		if (!*sum)
			*sum = (__force u16)CSUM_MANGLED_0;
	} else {
		*sum = ~nff_sum(~*sum, d->l4_delta);
	}
}

static noinline void nff_acct(const struct nff_dir *d, unsigned int len)
{
	struct nf_conn_acct *acct = nf_conn_acct_find(nff_dir_flow(d)->ct);
	struct nf_conn_counter *c;

	if (!acct)
		return;
	c = &acct->counter[nff_dir_index(d)];
	atomic64_inc(&c->packets);
	atomic64_add(len, &c->bytes);
}

/* Count the packet and send it; its headers are done. */
static __always_inline unsigned int nff_send(const struct nff_pkt *p, __be16 proto)
{
	struct sk_buff *skb = p->skb;
	struct nff_dir *d = p->d;
	u32 now = (u32)jiffies;
	unsigned int len;

	if (unlikely(p->off)) {
		skb_pull(skb, p->off);
		skb_reset_network_header(skb);
		skb->protocol = proto;
	}
	len = skb->len;
	skb->transport_header = skb->network_header + (p->thoff - p->off);
	__vlan_hwaccel_clear_tag(skb);

	if (d->last != now)
		WRITE_ONCE(d->last, now);
	atomic64_inc(&d->packets);
	atomic64_add(len, &d->bytes);
	if (d->flags & NFF_D_ACCT)
		nff_acct(d, len);
	nff_count(p->t, hits);

	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	skb_orphan(skb);
	skb->dev = d->dev;
	nff_xmit(d, skb);
	return NF_STOLEN;
}

/* Ports word of a key. Return: false for packets that no flow has. */
static __always_inline bool nff_ports(const u8 *th, u8 l4proto, u32 *ports)
{
	if (l4proto == IPPROTO_TCP || l4proto == IPPROTO_UDP) {
		*ports = get_unaligned((const u32 *)th);
		return true;
	}
	*ports = 0;
	return l4proto == IPPROTO_GRE &&
		!(((const struct gre_base_hdr *)th)->flags & GRE_VERSION);
}

static __always_inline unsigned int nff_ip(struct nff_table *t, struct sk_buff *skb,
					   unsigned int off, u64 in)
{
	struct nff_pkt p = {
		.t = t, .skb = skb, .off = off, .thoff = off + sizeof(struct iphdr),
	};
	struct iphdr *iph;
	struct nff_key key;
	unsigned int verdict;
	u32 ports;

	if (unlikely(!pskb_may_pull(skb, p.thoff + sizeof(struct udphdr))))
		return NF_ACCEPT;
	iph = (struct iphdr *)(skb->data + off);
	if (unlikely(*(u8 *)iph != 0x45))
		return NF_ACCEPT;
	if (unlikely(ip_is_fragment(iph)))
		return nff_to_classic(t, NFF_CLASSIC_FRAGMENT);
	if (!nff_ports(skb->data + p.thoff, iph->protocol, &ports))
		return NF_ACCEPT;
	key.in = in;
	key.l4 = ports | (u64)iph->protocol << NFF_L4_PROTO_SHIFT |
		 (u64)NFPROTO_IPV4 << NFF_L4_FAMILY_SHIFT;
	key.addr[0] = get_unaligned((u64 *)&iph->saddr);
	p.d = nff_lookup(t, &key);
	if (!p.d) {
		nff_count(t, misses);
		return NF_ACCEPT;
	}
	if (unlikely(iph->ttl <= 1))
		return nff_to_classic(t, NFF_CLASSIC_TTL);
	p.len = ntohs(iph->tot_len);
	verdict = nff_check(&p);
	if (verdict)
		return verdict;

	iph = (struct iphdr *)(skb->data + off);
	if (p.d->flags & NFF_D_NAT) {
		iph->saddr = p.d->nat_saddr;
		iph->daddr = p.d->nat_daddr;
		nff_nat_l4(p.d, skb, skb->data + p.thoff);
	}
	iph->ttl--;
	iph->check = (__force __sum16)~nff_sum(~(__force u16)iph->check, p.d->l3_delta);
	skb->priority = rt_tos2priority(iph->tos);
	return nff_send(&p, htons(ETH_P_IP));
}

static __always_inline unsigned int nff_ip6(struct nff_table *t, struct sk_buff *skb,
					    unsigned int off, u64 in)
{
	struct nff_pkt p = {
		.t = t, .skb = skb, .off = off, .thoff = off + sizeof(struct ipv6hdr),
	};
	struct ipv6hdr *ip6h;
	struct nff_key key;
	unsigned int verdict;
	u32 ports;

	if (unlikely(!pskb_may_pull(skb, p.thoff + sizeof(struct udphdr))))
		return NF_ACCEPT;
	ip6h = (struct ipv6hdr *)(skb->data + off);
	if (unlikely(ip6h->version != 6))
		return NF_ACCEPT;
	if (unlikely(ip6h->nexthdr == NEXTHDR_FRAGMENT))
		return nff_to_classic(t, NFF_CLASSIC_FRAGMENT);
	if (!nff_ports(skb->data + p.thoff, ip6h->nexthdr, &ports))
		return NF_ACCEPT;
	key.in = in;
	key.l4 = ports | (u64)ip6h->nexthdr << NFF_L4_PROTO_SHIFT |
		 (u64)NFPROTO_IPV6 << NFF_L4_FAMILY_SHIFT;
	memcpy(key.addr, &ip6h->saddr, sizeof(key.addr));
	p.d = nff_lookup(t, &key);
	if (!p.d) {
		nff_count(t, misses);
		return NF_ACCEPT;
	}
	if (unlikely(ip6h->hop_limit <= 1))
		return nff_to_classic(t, NFF_CLASSIC_TTL);
	p.len = ip6h->payload_len ? sizeof(*ip6h) + ntohs(ip6h->payload_len) : 0;
	verdict = nff_check(&p);
	if (verdict)
		return verdict;

	ip6h = (struct ipv6hdr *)(skb->data + off);
	if (p.d->flags & NFF_D_NAT) {
		const struct nff_key *rev =
			&nff_dir_flow(p.d)->dir[!nff_dir_index(p.d)].key;

		memcpy(&ip6h->saddr, rev->addr + 2, sizeof(ip6h->saddr));
		memcpy(&ip6h->daddr, rev->addr, sizeof(ip6h->daddr));
		nff_nat_l4(p.d, skb, skb->data + p.thoff);
	}
	ip6h->hop_limit--;
	return nff_send(&p, htons(ETH_P_IPV6));
}

/**
 * nff_decap - look below VLAN tags and a PPPoE header
 * @skb: packet
 * @proto: Ethernet type of @skb, becomes that of the inner packet
 * @off: bytes in front of the inner packet
 * @encap: encapsulation word of a key
 *
 * Return: false if no flow can have such a packet.
 */
static noinline bool nff_decap(struct sk_buff *skb, __be16 *proto, unsigned int *off, u32 *encap)
{
	const struct vlan_hdr *vh;

	*off = 0;
	*encap = 0;
	/* the stack takes a tag with id 0 for none */
	if (skb_vlan_tag_present(skb) && skb_vlan_tag_get_id(skb))
		*encap = nff_encap_outer(skb->vlan_proto == htons(ETH_P_8021Q) ?
					 NFF_ENCAP_8021Q : NFF_ENCAP_8021AD,
					 skb_vlan_tag_get_id(skb));
	switch (*proto) {
	case htons(ETH_P_8021Q):
	case htons(ETH_P_8021AD):
		if (!pskb_may_pull(skb, VLAN_HLEN))
			return false;
		vh = (const struct vlan_hdr *)skb->data;
		*encap |= nff_encap_inner(*proto == htons(ETH_P_8021Q) ? NFF_ENCAP_8021Q :
					  NFF_ENCAP_8021AD, ntohs(vh->h_vlan_TCI) & VLAN_VID_MASK);
		*proto = vh->h_vlan_encapsulated_proto;
		*off = VLAN_HLEN;
		break;
	case htons(ETH_P_PPP_SES):
		if (!nff_pppoe(skb, proto, encap))
			return false;
		*off = PPPOE_SES_HLEN;
		break;
	}
	return *proto == htons(ETH_P_IP) || *proto == htons(ETH_P_IPV6);
}

static __always_inline unsigned int nff_hook(void *priv, struct sk_buff *skb, bool v4, bool v6)
{
	struct nff_table *t = nff_table(priv);
	__be16 proto = skb->protocol;
	unsigned int off = 0;
	u32 encap = 0;
	u64 in;

	if (unlikely(skb_vlan_tag_present(skb) ||
		     (proto != htons(ETH_P_IP) && proto != htons(ETH_P_IPV6)))) {
		if (!nff_decap(skb, &proto, &off, &encap))
			return NF_ACCEPT;
	}
	in = nff_in(skb->dev->ifindex, encap);
	if (v4 && proto == htons(ETH_P_IP))
		return nff_ip(t, skb, off, in);
	if (v6 && proto == htons(ETH_P_IPV6))
		return nff_ip6(t, skb, off, in);
	return NF_ACCEPT;
}

/* Ingress hooks of the three flowtable types. @priv: struct nf_flowtable. */
unsigned int nff_hook_ip(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nff_hook(priv, skb, true, false);
}

unsigned int nff_hook_ip6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nff_hook(priv, skb, false, true);
}

unsigned int nff_hook_inet(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return nff_hook(priv, skb, true, true);
}
