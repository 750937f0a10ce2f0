// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_genl.c - the netlink family, and its commands about flowtables. The ABI is
 * described in include/uapi/linux/nff.h.
 */
#include <linux/module.h>
#include "nff.h"

/* Names of a flowtable, at the top level of a message. Return: 0 or -EMSGSIZE. */
int nff_genl_put_names(struct sk_buff *skb, const struct nff_table *t)
{
	return nla_put_u8(skb, NFF_ATTR_FAMILY, t->family) ?:
	       nla_put_string(skb, NFF_ATTR_TABLE, t->table_name) ?:
	       nla_put_string(skb, NFF_ATTR_FLOWTABLE, t->name);
}

static int nff_put_devices(struct sk_buff *skb, const struct nff_table *t)
{
	struct nlattr *nest = nla_nest_start(skb, NFF_ATTR_DEVICES);
	const struct nff_devs *devs;
	unsigned int i;
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	rcu_read_lock();
	devs = rcu_dereference(t->devs);
	for (i = 0; !err && devs && i < devs->num; i++)
		err = nla_put_u32(skb, NFF_DEVICE_INDEX, devs->ifindex[i]);
	rcu_read_unlock();
	nla_nest_end(skb, nest);
	return err;
}

static int nff_put_settings(struct sk_buff *skb, const struct nff_table *t)
{
	struct nlattr *nest = nla_nest_start(skb, NFF_ATTR_SETTINGS);

	if (!nest ||
	    nla_put_u32(skb, NFF_SET_TCP_TIMEOUT, t->tcp_timeout) ||
	    nla_put_u32(skb, NFF_SET_UDP_TIMEOUT, t->udp_timeout) ||
	    nla_put_u32(skb, NFF_SET_SIZE, t->size) ||
	    nla_put_u32(skb, NFF_SET_TCP_TIMEOUT_NOW, nff_table_timeout(t, IPPROTO_TCP) / HZ) ||
	    nla_put_u32(skb, NFF_SET_UDP_TIMEOUT_NOW, nff_table_timeout(t, IPPROTO_UDP) / HZ))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u64 nff_stat(const struct nff_table *t, size_t offset)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*(u64 *)((u8 *)per_cpu_ptr(t->stats, cpu) + offset));
	return sum;
}

/* Counts by reason, zeroes left out. */
static int nff_put_reasons(struct sk_buff *skb, const struct nff_table *t, int type,
			   size_t offset, unsigned int num)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	unsigned int i;
	u64 n;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i < num; i++) {
		n = nff_stat(t, offset + i * sizeof(u64));
		if (n && nla_put(skb, i, sizeof(n), &n))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int nff_put_stats(struct sk_buff *skb, const struct nff_table *t)
{
	struct nlattr *nest = nla_nest_start(skb, NFF_ATTR_STATS);

	if (!nest ||
	    nla_put_u32(skb, NFF_STATS_FLOWS, atomic_read(&t->count)) ||
	    nla_put_u32(skb, NFF_STATS_PEAK, READ_ONCE(t->peak)) ||
	    nla_put_u64_64bit(skb, NFF_STATS_HITS, nff_stat(t, offsetof(struct nff_stats, hits)),
			      NFF_STATS_PAD) ||
	    nla_put_u64_64bit(skb, NFF_STATS_MISSES,
			      nff_stat(t, offsetof(struct nff_stats, misses)), NFF_STATS_PAD) ||
	    nla_put_u64_64bit(skb, NFF_STATS_ADDS, nff_stat(t, offsetof(struct nff_stats, adds)),
			      NFF_STATS_PAD) ||
	    nff_put_reasons(skb, t, NFF_STATS_REFUSED, offsetof(struct nff_stats, refused),
			    __NFF_REFUSED_MAX) ||
	    nff_put_reasons(skb, t, NFF_STATS_REMOVED, offsetof(struct nff_stats, removed),
			    __NFF_REMOVED_MAX) ||
	    nff_put_reasons(skb, t, NFF_STATS_CLASSIC, offsetof(struct nff_stats, classic),
			    __NFF_CLASSIC_MAX))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* One NFF_CMD_NEW_TABLE message; the namespace is locked. */
static int nff_put_table(struct sk_buff *skb, const struct nff_table *t, u32 portid, u32 seq,
			 int flags, struct netlink_callback *cb)
{
	void *hdr = genlmsg_put(skb, portid, seq, &nff_genl_family, flags, NFF_CMD_NEW_TABLE);

	if (!hdr)
		return -EMSGSIZE;
	if (cb)
		genl_dump_check_consistent(cb, hdr);
	if (nff_genl_put_names(skb, t) ||
	    nla_put_u64_64bit(skb, NFF_ATTR_HANDLE, t->handle, NFF_ATTR_PAD) ||
	    nla_put_u32(skb, NFF_ATTR_FLAGS, t->ft->flags) ||
	    nla_put_s32(skb, NFF_ATTR_PRIORITY, t->ft->priority) ||
	    nff_put_devices(skb, t) || nff_put_settings(skb, t) || nff_put_stats(skb, t)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int nff_dump_tables(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nff_net *nn = nff_net(sock_net(skb->sk));
	struct nff_filter f;
	struct nff_table *t;
	long i = 0;
	int err;

	err = nff_filter_parse(&f, nff_dump_attrs(cb), NFF_ATTR_FLOWTABLE, cb->extack);
	if (err)
		return err;
	mutex_lock(&nn->lock);
	cb->seq = nn->gen;
	list_for_each_entry(t, &nn->tables, list) {
		if (i++ < cb->args[0])
			continue;
		if (nff_table_active(t) && nff_filter_table(&f, t)) {
			err = nff_put_table(skb, t, NETLINK_CB(cb->skb).portid,
					    cb->nlh->nlmsg_seq, NLM_F_MULTI, cb);
			if (err)
				break;
		}
		cb->args[0] = i;
	}
	mutex_unlock(&nn->lock);
	return skb->len ?: err;
}

/* The one flowtable that a complete selector names; the namespace is locked. */
static struct nff_table *nff_find_table(struct nff_net *nn, struct genl_info *info)
{
	struct nff_filter f;
	struct nff_table *t;
	int err;

	err = nff_filter_parse(&f, info->attrs, NFF_ATTR_FLOWTABLE, info->extack);
	if (err)
		return ERR_PTR(err);
	if (!f.family || !f.table || !f.flowtable) {
		NL_SET_ERR_MSG(info->extack, "family, table and flowtable are needed");
		return ERR_PTR(-EINVAL);
	}
	list_for_each_entry(t, &nn->tables, list)
		if (nff_table_active(t) && nff_filter_table(&f, t))
			return t;
	NL_SET_ERR_MSG(info->extack, "no such flowtable in this module");
	return ERR_PTR(-ENOENT);
}

static int nff_get_table(struct sk_buff *skb, struct genl_info *info)
{
	struct nff_net *nn = nff_net(genl_info_net(info));
	struct sk_buff *reply;
	struct nff_table *t;
	int err;

	mutex_lock(&nn->lock);
	t = nff_find_table(nn, info);
	err = PTR_ERR_OR_ZERO(t);
	if (err)
		goto out;
	err = -ENOMEM;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		goto out;
	err = nff_put_table(reply, t, info->snd_portid, info->snd_seq, 0, NULL);
	if (err)
		nlmsg_free(reply);
	else
		err = genlmsg_reply(reply, info);
out:
	mutex_unlock(&nn->lock);
	return err;
}

static NFF_RANGE_CONST struct netlink_range_validation nff_timeout_range = { .max = NFF_TIMEOUT_MAX };

static const struct nla_policy nff_settings_policy[NFF_SET_SIZE + 1] = {
	[NFF_SET_TCP_TIMEOUT]	= NLA_POLICY_FULL_RANGE(NLA_U32, &nff_timeout_range),
	[NFF_SET_UDP_TIMEOUT]	= NLA_POLICY_FULL_RANGE(NLA_U32, &nff_timeout_range),
	[NFF_SET_SIZE]		= { .type = NLA_U32 },
};

static int nff_set_table(struct sk_buff *skb, struct genl_info *info)
{
	struct nff_net *nn = nff_net(genl_info_net(info));
	struct nlattr *tb[NFF_SET_SIZE + 1];
	struct nff_table *t;
	int err;

	if (!info->attrs[NFF_ATTR_SETTINGS]) {
		NL_SET_ERR_MSG(info->extack, "settings are missing");
		return -EINVAL;
	}
	err = nla_parse_nested(tb, NFF_SET_SIZE, info->attrs[NFF_ATTR_SETTINGS],
			       nff_settings_policy, info->extack);
	if (err)
		return err;
	mutex_lock(&nn->lock);
	t = nff_find_table(nn, info);
	err = PTR_ERR_OR_ZERO(t);
	if (err)
		goto out;
	if (tb[NFF_SET_TCP_TIMEOUT])
		WRITE_ONCE(t->tcp_timeout, nla_get_u32(tb[NFF_SET_TCP_TIMEOUT]));
	if (tb[NFF_SET_UDP_TIMEOUT])
		WRITE_ONCE(t->udp_timeout, nla_get_u32(tb[NFF_SET_UDP_TIMEOUT]));
	if (tb[NFF_SET_SIZE])
		WRITE_ONCE(t->size, nla_get_u32(tb[NFF_SET_SIZE]));
out:
	mutex_unlock(&nn->lock);
	return err;
}

/* Statistics back to 0, but for the number of flows. */
void nff_table_reset(struct nff_table *t)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(t->stats, cpu), 0, sizeof(*t->stats));
	WRITE_ONCE(t->peak, atomic_read(&t->count));
}

/* Answer with the number of flows that a command changed. */
int nff_genl_reply_count(struct genl_info *info, u32 count)
{
	struct sk_buff *reply = genlmsg_new(nla_total_size(sizeof(count)), GFP_KERNEL);
	void *hdr;

	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &nff_genl_family, 0, info->genlhdr->cmd);
	if (!hdr || nla_put_u32(reply, NFF_ATTR_COUNT, count)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

#define NFF_SELECTOR_POLICY						\
	[NFF_ATTR_FAMILY]	= NLA_POLICY_RANGE(NLA_U8, NFPROTO_INET, NFPROTO_IPV6), \
	[NFF_ATTR_TABLE]	= { .type = NLA_NUL_STRING, .len = NFT_NAME_MAXLEN - 1 }, \
	[NFF_ATTR_FLOWTABLE]	= { .type = NLA_NUL_STRING, .len = NFT_NAME_MAXLEN - 1 }

static const struct nla_policy nff_select_policy[] = { NFF_SELECTOR_POLICY };

static const struct nla_policy nff_set_policy[] = {
	NFF_SELECTOR_POLICY,
	[NFF_ATTR_SETTINGS]	= NLA_POLICY_NESTED(nff_settings_policy),
};

static const struct nla_policy nff_flow_policy[] = {
	NFF_SELECTOR_POLICY,
	[NFF_ATTR_FILTER]	= NLA_POLICY_NESTED(nff_filter_policy),
};

static const struct nla_policy nff_reset_policy[] = {
	NFF_SELECTOR_POLICY,
	[NFF_ATTR_FILTER]	= NLA_POLICY_NESTED(nff_filter_policy),
	[NFF_ATTR_RESET]	= NLA_POLICY_MASK(NLA_U32, NFF_RESET_TABLES | NFF_RESET_FLOWS),
};

#define NFF_OP(c, pol)	.cmd = c, .policy = pol, .maxattr = ARRAY_SIZE(pol) - 1, \
			.flags = GENL_UNS_ADMIN_PERM

static const struct genl_ops nff_genl_ops[] = {
	{
		NFF_OP(NFF_CMD_GET_FLOW, nff_flow_policy),
		.doit	= nff_genl_get_flow,
		.start	= nff_genl_dump_flows_start,
		.dumpit	= nff_genl_dump_flows,
		.done	= nff_genl_dump_flows_done,
	}, {
		NFF_OP(NFF_CMD_DEL_FLOW, nff_flow_policy),
		.doit	= nff_genl_del_flow,
	}, {
		NFF_OP(NFF_CMD_FLUSH_FLOWS, nff_select_policy),
		.doit	= nff_genl_flush_flows,
	}, {
		NFF_OP(NFF_CMD_GET_TABLE, nff_select_policy),
		.doit	= nff_get_table,
		.dumpit	= nff_dump_tables,
	}, {
		NFF_OP(NFF_CMD_SET_TABLE, nff_set_policy),
		.doit	= nff_set_table,
	}, {
		NFF_OP(NFF_CMD_RESET, nff_reset_policy),
		.doit	= nff_genl_reset,
	},
};

static const struct genl_multicast_group nff_genl_groups[] = {
	{ .name = NFF_GENL_MCGRP_FLOWS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family nff_genl_family __ro_after_init = {
	.name		= NFF_GENL_NAME,
	.version	= NFF_GENL_VERSION,
	.maxattr	= NFF_ATTR_MAX,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= nff_genl_ops,
	.n_ops		= ARRAY_SIZE(nff_genl_ops),
	.mcgrps		= nff_genl_groups,
	.n_mcgrps	= ARRAY_SIZE(nff_genl_groups),
};
