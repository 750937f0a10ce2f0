// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_expr.c - the flow_offload expression, "flow add @f" in a rule.
 *
 * It is registered once for each family. nf_tables prefers an expression of the
 * table's family to one of any family, which is what the in-tree module has: so
 * whatever the order in which the two were loaded, it is this one that rules
 * get, and the in-tree expression never sees a flowtable of this module.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter/nf_tables.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "nff.h"

struct nff_expr {
	struct nft_flowtable *flowtable;
};

/* What can be told from the packet before the connection is looked at. */
static enum nff_refused nff_expr_check_skb(const struct sk_buff *skb, const struct nft_pktinfo *pkt,
					   u8 l4proto)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!dst || dst->flags & DST_FAKE_RTABLE)
		return NFF_REFUSED_NOT_FORWARDED;
	if (skb->pkt_type != PACKET_HOST)
		return NFF_REFUSED_CAST;
	if (secpath_exists(skb) || dst_xfrm(dst))
		return NFF_REFUSED_IPSEC;
	if (dst->lwtstate)
		return NFF_REFUSED_ROUTE;
	if (nft_pf(pkt) == NFPROTO_IPV4) {
		/* a directed broadcast comes in a frame to this host */
		if (skb_rtable(skb)->rt_type != RTN_UNICAST)
			return NFF_REFUSED_CAST;
		if (ip_hdr(skb)->ihl != 5)
			return NFF_REFUSED_IPOPT;
		/* an ICMP error carries the connection that it is about */
		return ip_hdr(skb)->protocol == l4proto ? 0 : NFF_REFUSED_PROTO;
	}
	if (ipv6_hdr(skb)->nexthdr != l4proto)
		return ipv6_ext_hdr(ipv6_hdr(skb)->nexthdr) ? NFF_REFUSED_IPOPT : NFF_REFUSED_PROTO;
	return 0;
}

/* Closing segments, and the versions of GRE that the fast path cannot tell apart. */
static enum nff_refused nff_expr_check_l4(struct sk_buff *skb, const struct nft_pktinfo *pkt,
					  u8 l4proto)
{
	union {
		struct tcphdr th;
		__be16 gre_flags;
	} buf;
	const struct tcphdr *th;
	const __be16 *gre;

	switch (l4proto) {
	case IPPROTO_TCP:
		th = skb_header_pointer(skb, nft_thoff(pkt), sizeof(buf.th), &buf.th);
		return !th || th->syn || th->fin || th->rst ? NFF_REFUSED_TCP_STATE : 0;
	case IPPROTO_GRE:
		gre = skb_header_pointer(skb, nft_thoff(pkt), sizeof(buf.gre_flags),
					 &buf.gre_flags);
		return !gre || *gre & GRE_VERSION ? NFF_REFUSED_GRE : 0;
	}
	return 0;
}

static void nff_expr_eval(const struct nft_expr *expr, struct nft_regs *regs,
			  const struct nft_pktinfo *pkt)
{
	const struct nff_expr *priv = nft_expr_priv(expr);
	struct nff_table *t = nff_table(&priv->flowtable->data);
	enum ip_conntrack_info ctinfo;
	enum nff_refused why;
	struct nf_conn *ct;
	u8 l4proto;

	ct = nf_ct_get(pkt->skb, &ctinfo);
	if (!ct) {
		nff_count(t, refused[NFF_REFUSED_NO_CT]);
		goto out;
	}
	if (test_bit(IPS_OFFLOAD_BIT, &ct->status))
		return;
	l4proto = nf_ct_protonum(ct);
	why = nff_ct_check(ct);
	if (!why)
		why = nff_expr_check_skb(pkt->skb, pkt, l4proto);
	if (!why)
		why = nff_expr_check_l4(pkt->skb, pkt, l4proto);
	if (!why)
		why = nff_flow_add(t, ct);
	if (!why)
		return;
	nff_count(t, refused[why]);
out:
	regs->verdict.code = NFT_BREAK;
}

static int nff_expr_init(const struct nft_ctx *ctx, const struct nft_expr *expr,
			 const struct nlattr * const tb[])
{
	struct nff_expr *priv = nft_expr_priv(expr);
	struct nft_flowtable *ft;
	int err;

	if (!tb[NFTA_FLOW_TABLE_NAME])
		return -EINVAL;
	ft = nft_flowtable_lookup(ctx->table, tb[NFTA_FLOW_TABLE_NAME], nft_genmask_next(ctx->net));
	if (IS_ERR(ft))
		return PTR_ERR(ft);
	if (ft->data.type->owner != THIS_MODULE) {
		/* expressions have no way to an extended ack: an error of its own, and a line */
		pr_notice_ratelimited("flowtable %s of table %s belongs to another module (%s), not to nff\n",
				      ft->name, ctx->table->name,
				      ft->data.type->owner ? ft->data.type->owner->name : "built in");
		return -EMEDIUMTYPE;
	}
	err = nf_ct_netns_get(ctx->net, ctx->family);
	if (err)
		return err;
	if (!nft_use_inc(&ft->use)) {
		nf_ct_netns_put(ctx->net, ctx->family);
		return -EMFILE;
	}
	priv->flowtable = ft;
	return 0;
}

static void nff_expr_activate(const struct nft_ctx *ctx, const struct nft_expr *expr)
{
	struct nff_expr *priv = nft_expr_priv(expr);

	nft_use_inc_restore(&priv->flowtable->use);
}

static void nff_expr_deactivate(const struct nft_ctx *ctx, const struct nft_expr *expr,
				enum nft_trans_phase phase)
{
	struct nff_expr *priv = nft_expr_priv(expr);

	nf_tables_deactivate_flowtable(ctx, priv->flowtable, phase);
}

static void nff_expr_destroy(const struct nft_ctx *ctx, const struct nft_expr *expr)
{
	nf_ct_netns_put(ctx->net, ctx->family);
}

static int nff_expr_dump(struct sk_buff *skb, const struct nft_expr *expr, bool reset)
{
	const struct nff_expr *priv = nft_expr_priv(expr);

	return nla_put_string(skb, NFTA_FLOW_TABLE_NAME, priv->flowtable->name) ? -1 : 0;
}

static int nff_expr_validate(const struct nft_ctx *ctx, const struct nft_expr *expr)
{
	return nft_chain_validate_hooks(ctx->chain, BIT(NF_INET_FORWARD));
}

static const struct nla_policy nff_expr_policy[NFTA_FLOW_MAX + 1] = {
	[NFTA_FLOW_TABLE_NAME]	= { .type = NLA_STRING, .len = NFT_NAME_MAXLEN - 1 },
};

static struct nft_expr_type nff_expr_types[3];

static const struct nft_expr_ops nff_expr_ops[ARRAY_SIZE(nff_expr_types)] = {
#define NFF_EXPR_OPS(i)	[i] = {						\
		.type		= &nff_expr_types[i],			\
		.size		= NFT_EXPR_SIZE(sizeof(struct nff_expr)), \
		.eval		= nff_expr_eval,			\
		.init		= nff_expr_init,			\
		.activate	= nff_expr_activate,			\
		.deactivate	= nff_expr_deactivate,			\
		.destroy	= nff_expr_destroy,			\
		.validate	= nff_expr_validate,			\
		.dump		= nff_expr_dump,			\
		NFF_EXPR_REDUCE						\
	}
	NFF_EXPR_OPS(0),
	NFF_EXPR_OPS(1),
	NFF_EXPR_OPS(2),
};

static struct nft_expr_type nff_expr_types[] = {
#define NFF_EXPR_TYPE(i, fam)	[i] = {					\
		.name		= "flow_offload",			\
		.family		= fam,					\
		.ops		= &nff_expr_ops[i],			\
		.policy		= nff_expr_policy,			\
		.maxattr	= NFTA_FLOW_MAX,			\
		.owner		= THIS_MODULE,				\
	}
	NFF_EXPR_TYPE(0, NFPROTO_IPV4),
	NFF_EXPR_TYPE(1, NFPROTO_IPV6),
	NFF_EXPR_TYPE(2, NFPROTO_INET),
};

/* Called at module load. Return: 0 or a negative error. */
int nff_expr_register(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(nff_expr_types); i++) {
		err = nft_register_expr(&nff_expr_types[i]);
		if (err)
			goto err_unregister;
	}
	return 0;

err_unregister:
	while (i--)
		nft_unregister_expr(&nff_expr_types[i]);
	return err;
}

/* Called at module unload. */
void nff_expr_unregister(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nff_expr_types); i++)
		nft_unregister_expr(&nff_expr_types[i]);
}
