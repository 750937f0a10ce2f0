// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_filter.c - which flows does a request mean?
 */
#include <net/netfilter/nf_conntrack_zones.h>
#include "nff.h"

static bool nff_prefix_valid(const struct nff_prefix *p)
{
	static const u8 zero[12];

	if (p->reserved[0] || p->reserved[1])
		return false;
	if (p->family == NFPROTO_IPV4)
		return p->len <= 32 && !memcmp(p->addr + 4, zero, sizeof(zero));
	return p->family == NFPROTO_IPV6 && p->len <= 128;
}

/* As part of the policy, so that a dump's mistake is told like any other. */
static int nff_prefix_check(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (nla_len(attr) == sizeof(struct nff_prefix) && nff_prefix_valid(nla_data(attr)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "address prefix is not valid");
	return -EINVAL;
}

#define NFF_PREFIX_POLICY	\
	NLA_POLICY_VALIDATE_FN(NLA_BINARY, nff_prefix_check, sizeof(struct nff_prefix))

const struct nla_policy nff_filter_policy[NFF_FILTER_MAX + 1] = {
	[NFF_FILTER_ID]			= { .type = NLA_U32 },
	[NFF_FILTER_L3PROTO]		= { .type = NLA_U8 },
	[NFF_FILTER_L4PROTO]		= { .type = NLA_U8 },
	[NFF_FILTER_ORIG_SRC]		= NFF_PREFIX_POLICY,
	[NFF_FILTER_ORIG_DST]		= NFF_PREFIX_POLICY,
	[NFF_FILTER_REPLY_SRC]		= NFF_PREFIX_POLICY,
	[NFF_FILTER_REPLY_DST]		= NFF_PREFIX_POLICY,
	[NFF_FILTER_ADDR]		= NFF_PREFIX_POLICY,
	[NFF_FILTER_ORIG_SPORT]		= { .type = NLA_U16 },
	[NFF_FILTER_ORIG_DPORT]		= { .type = NLA_U16 },
	[NFF_FILTER_REPLY_SPORT]	= { .type = NLA_U16 },
	[NFF_FILTER_REPLY_DPORT]	= { .type = NLA_U16 },
	[NFF_FILTER_PORT]		= { .type = NLA_U16 },
	[NFF_FILTER_MARK]		= { .type = NLA_U32 },
	[NFF_FILTER_MARK_MASK]		= { .type = NLA_U32 },
	[NFF_FILTER_ZONE]		= { .type = NLA_U16 },
	[NFF_FILTER_IFINDEX]		= { .type = NLA_U32 },
	[NFF_FILTER_CT_ID]		= { .type = NLA_U32 },
};

static int nff_filter_parse_nested(struct nff_filter *f, struct nlattr **tb,
				   struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 1; i <= NFF_FILTER_MAX; i++)
		if (tb[i])
			f->present |= BIT(i);
#define GET(attr, field, get) do { if (tb[attr]) f->field = get(tb[attr]); } while (0)
	GET(NFF_FILTER_ID, id, nla_get_u32);
	GET(NFF_FILTER_L3PROTO, l3proto, nla_get_u8);
	GET(NFF_FILTER_L4PROTO, l4proto, nla_get_u8);
	GET(NFF_FILTER_MARK, mark, nla_get_u32);
	f->mark_mask = U32_MAX;
	GET(NFF_FILTER_MARK_MASK, mark_mask, nla_get_u32);
	GET(NFF_FILTER_ZONE, zone, nla_get_u16);
	GET(NFF_FILTER_IFINDEX, ifindex, nla_get_u32);
	GET(NFF_FILTER_CT_ID, ct_id, nla_get_be32);
	for (i = 0; i < ARRAY_SIZE(f->port); i++)
		GET(NFF_FILTER_ORIG_SPORT + i, port[i], nla_get_u16);
#undef GET
	for (i = 0; i < ARRAY_SIZE(f->addr); i++)
		if (tb[NFF_FILTER_ORIG_SRC + i])
			nla_memcpy(&f->addr[i], tb[NFF_FILTER_ORIG_SRC + i], sizeof(f->addr[i]));
	if (tb[NFF_FILTER_MARK_MASK] && !tb[NFF_FILTER_MARK]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[NFF_FILTER_MARK_MASK], "mark mask without a mark");
		return -EINVAL;
	}
	return 0;
}

/**
 * nff_filter_parse - read selector and filter of a request
 * @f: result; its strings point into the request
 * @attrs: top-level attributes, validated
 * @max: highest type that @attrs has room for
 * @extack: for messages
 *
 * Return: 0 or -EINVAL.
 */
int nff_filter_parse(struct nff_filter *f, struct nlattr **attrs, int max,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFF_FILTER_MAX + 1];
	int err;

	memset(f, 0, sizeof(*f));
	if (!attrs)
		return 0;
	if (attrs[NFF_ATTR_FAMILY]) {
		f->family = nla_get_u8(attrs[NFF_ATTR_FAMILY]);
		if (f->family != NFPROTO_IPV4 && f->family != NFPROTO_IPV6 &&
		    f->family != NFPROTO_INET) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[NFF_ATTR_FAMILY],
					    "family has no flowtables");
			return -EINVAL;
		}
	}
	if (attrs[NFF_ATTR_TABLE])
		f->table = nla_data(attrs[NFF_ATTR_TABLE]);
	if (attrs[NFF_ATTR_FLOWTABLE])
		f->flowtable = nla_data(attrs[NFF_ATTR_FLOWTABLE]);
	if (max < NFF_ATTR_FILTER || !attrs[NFF_ATTR_FILTER])
		return 0;
	err = nla_parse_nested(tb, NFF_FILTER_MAX, attrs[NFF_ATTR_FILTER], nff_filter_policy,
			       extack);
	return err ?: nff_filter_parse_nested(f, tb, extack);
}

/* Does the selector match this flowtable? */
bool nff_filter_table(const struct nff_filter *f, const struct nff_table *t)
{
	return (!f->family || f->family == t->family) &&
	       (!f->table || !strcmp(f->table, t->table_name)) &&
	       (!f->flowtable || !strcmp(f->flowtable, t->name));
}

static bool nff_prefix_match(const struct nff_prefix *p, const struct nff_key *k, bool dst)
{
	bool v6 = nff_key_family(k) == NFPROTO_IPV6;
	const u8 *addr = (const u8 *)k->addr + (dst ? (v6 ? 16 : 4) : 0);
	unsigned int bytes = p->len / 8, bits = p->len % 8;

	if (p->family != nff_key_family(k) || memcmp(p->addr, addr, bytes))
		return false;
	return !bits || !((p->addr[bytes] ^ addr[bytes]) >> (8 - bits));
}

static bool nff_filter_addrs(const struct nff_filter *f, const struct nff_flow *flow)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		const struct nff_key *k = &flow->dir[i / 2].key;

		if (f->present & BIT(NFF_FILTER_ORIG_SRC + i) &&
		    !nff_prefix_match(&f->addr[i], k, i & 1))
			return false;
		any |= nff_prefix_match(&f->addr[4], k, i & 1);
	}
	return any || !(f->present & BIT(NFF_FILTER_ADDR));
}

static bool nff_filter_ports(const struct nff_filter *f, const struct nff_flow *flow)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		u32 ports = flow->dir[i / 2].key.l4;
		u16 p[2];

		memcpy(p, &ports, sizeof(p));
		if (f->present & BIT(NFF_FILTER_ORIG_SPORT + i) && f->port[i] != p[i & 1])
			return false;
		any |= f->port[4] == p[i & 1];
	}
	return any || !(f->present & BIT(NFF_FILTER_PORT));
}

static bool nff_filter_dev(const struct nff_filter *f, const struct nff_flow *flow)
{
	unsigned int i;

	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		const struct nff_dir *d = &flow->dir[i];

		if (!nff_dir_live(d))
			continue;
		if ((u32)d->key.in == f->ifindex || d->dev->ifindex == f->ifindex ||
		    flow->l2[i].in_l3 == f->ifindex || d->neigh->dev->ifindex == f->ifindex)
			return true;
	}
	return false;
}

/**
 * nff_filter_flow - does a flow match selector and filter?
 * @f: filter
 * @flow: flow, under rcu_read_lock()
 */
bool nff_filter_flow(const struct nff_filter *f, const struct nff_flow *flow)
{
	const struct nff_key *k = &flow->dir[0].key;
	u32 has = f->present;

	if (!nff_filter_table(f, flow->table))
		return false;
	if (!has)
		return true;
#define HAS(attr)	(has & BIT(NFF_FILTER_##attr))
	if ((HAS(ID) && f->id != flow->id) ||
	    (HAS(L3PROTO) && f->l3proto != nff_key_family(k)) ||
	    (HAS(L4PROTO) && f->l4proto != nff_key_proto(k)) ||
	    (HAS(ZONE) && f->zone != nf_ct_zone_id(nf_ct_zone(flow->ct), IP_CT_DIR_ORIGINAL)) ||
	    (HAS(CT_ID) && f->ct_id != (__force __be32)nf_ct_get_id(flow->ct)))
		return false;
#ifdef CONFIG_NF_CONNTRACK_MARK
	if (HAS(MARK) && (READ_ONCE(flow->ct->mark) ^ f->mark) & f->mark_mask)
		return false;
#endif
	if (HAS(IFINDEX) && !nff_filter_dev(f, flow))
		return false;
#undef HAS
	return nff_filter_addrs(f, flow) && nff_filter_ports(f, flow);
}
