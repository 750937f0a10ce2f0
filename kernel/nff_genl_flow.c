// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_genl_flow.c - the netlink commands about flows.
 */
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include "nff.h"

static int nff_put_encap(struct sk_buff *skb, int type, const struct nff_encap *e)
{
	unsigned int num = 0;
	struct nff_encap out[2];

	if (e[0].proto)
		out[num++] = e[0];
	if (e[1].proto)
		out[num++] = e[1];
	return num ? nla_put(skb, type, num * sizeof(*out), out) : 0;
}

static __be16 nff_encap_proto(u32 kind)
{
	static const u16 protos[] = { 0, ETH_P_8021Q, ETH_P_8021AD, ETH_P_PPP_SES };

	return htons(protos[kind & 3]);
}

/* The encapsulation word of a key, taken apart. */
static int nff_put_in_encap(struct sk_buff *skb, u32 word)
{
	struct nff_encap e[2] = {
		{ .proto = nff_encap_proto(word >> 12), .id = word & 0xfff },
		{ .proto = nff_encap_proto(word >> 30), .id = word >> 14 & 0xffff },
	};

	return nff_put_encap(skb, NFF_DIR_IN_ENCAP, e);
}

static int nff_put_path(struct sk_buff *skb, const struct nff_dir *d, const struct nff_l2 *l2)
{
	struct nff_encap e[2] = {
		{ .proto = l2->proto[0], .id = l2->tci[0] },
		{ .proto = l2->proto[1], .id = l2->tci[1] },
	};
	/* pairs with nff_flow_publish() */
	u64 in = smp_load_acquire(&d->key.in);

	if (!in)
		return nla_put_u8(skb, NFF_DIR_XMIT, NFF_XMIT_NONE);
	return nla_put_u8(skb, NFF_DIR_XMIT,
			  d->flags & NFF_D_DIRECT ? NFF_XMIT_DIRECT : NFF_XMIT_NEIGH) ?:
	       nla_put_u32(skb, NFF_DIR_IIF, (u32)in) ?:
	       nla_put_u32(skb, NFF_DIR_OIF, d->dev->ifindex) ?:
	       nla_put_u32(skb, NFF_DIR_L3IIF, l2->in_l3) ?:
	       nla_put_u32(skb, NFF_DIR_L3OIF, d->neigh->dev->ifindex) ?:
	       nff_put_in_encap(skb, in >> 32) ?:
	       (d->flags & NFF_D_DIRECT ? nff_put_encap(skb, NFF_DIR_OUT_ENCAP, e) : 0) ?:
	       nla_put_u32(skb, NFF_DIR_MTU, d->mtu);
}

static int nff_put_tuple(struct sk_buff *skb, const struct nff_key *k)
{
	int len = nff_key_family(k) == NFPROTO_IPV6 ? 16 : 4;
	const u8 *addr = (const u8 *)k->addr;
	u8 proto = nff_key_proto(k);
	u32 word = k->l4;
	__be16 port[2];

	if (nla_put(skb, NFF_DIR_SRC, len, addr) || nla_put(skb, NFF_DIR_DST, len, addr + len))
		return -EMSGSIZE;
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return 0;
	memcpy(port, &word, sizeof(port));
	return nla_put_be16(skb, NFF_DIR_SPORT, port[0]) ?:
	       nla_put_be16(skb, NFF_DIR_DPORT, port[1]);
}

static int nff_put_dir(struct sk_buff *skb, int type, const struct nff_dir *d,
		       const struct nff_l2 *l2)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nff_put_tuple(skb, &d->key) || nff_put_path(skb, d, l2) ||
	    nla_put_u64_64bit(skb, NFF_DIR_PACKETS, atomic64_read(&d->packets), NFF_DIR_PAD) ||
	    nla_put_u64_64bit(skb, NFF_DIR_BYTES, atomic64_read(&d->bytes), NFF_DIR_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u32 nff_flow_flags(const struct nff_flow *flow)
{
	u32 flags = 0;

	if (test_bit(NFF_BIT_NAT_SRC, &flow->flags))
		flags |= NFF_FLOW_F_SNAT;
	if (test_bit(NFF_BIT_NAT_DST, &flow->flags))
		flags |= NFF_FLOW_F_DNAT;
	if ((flow->dir[0].flags | flow->dir[1].flags) & NFF_D_ACCT)
		flags |= NFF_FLOW_F_ACCT;
	return flags;
}

static int nff_put_ct(struct sk_buff *skb, const struct nf_conn *ct)
{
#ifdef CONFIG_NF_CONNTRACK_MARK
	u32 mark = READ_ONCE(ct->mark);
#else
	u32 mark = 0;
#endif

	return nla_put_be32(skb, NFF_FLOW_CT_ID, (__force __be32)nf_ct_get_id(ct)) ?:
	       nla_put_u32(skb, NFF_FLOW_CT_MARK, mark) ?:
	       nla_put_u16(skb, NFF_FLOW_CT_ZONE,
			   nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_ORIGINAL));
}

static int nff_put_times(struct sk_buff *skb, const struct nff_flow *flow)
{
	u64 age = ktime_get_coarse_boottime_ns() - flow->created;
	unsigned long timeout = nff_table_timeout(flow->table, nff_key_proto(&flow->dir[0].key));
	s32 idle = (u32)jiffies - nff_flow_last(flow);

	/* a packet may have come since jiffies was read */
	idle = max(idle, 0);
	return nla_put_u64_64bit(skb, NFF_FLOW_CREATED, ktime_get_real_ns() - age, NFF_FLOW_PAD) ?:
	       nla_put_u64_64bit(skb, NFF_FLOW_IDLE, jiffies_to_msecs(idle), NFF_FLOW_PAD) ?:
	       nla_put_u64_64bit(skb, NFF_FLOW_LEFT,
				 timeout > idle ? jiffies_to_msecs(timeout - idle) : 0,
				 NFF_FLOW_PAD);
}

/**
 * nff_genl_put_flow - names of the flowtable and the flow, at the top level
 * @skb: message
 * @flow: flow, under rcu_read_lock()
 * @why: reason of its removal, or 0
 *
 * Return: 0 or -EMSGSIZE.
 */
int nff_genl_put_flow(struct sk_buff *skb, const struct nff_flow *flow, enum nff_removed why)
{
	const struct nff_key *k = &flow->dir[0].key;
	struct nlattr *nest;

	if (nff_genl_put_names(skb, flow->table))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, NFF_ATTR_FLOW);
	if (!nest ||
	    nla_put_u32(skb, NFF_FLOW_ID, flow->id) ||
	    nla_put_u8(skb, NFF_FLOW_L3PROTO, nff_key_family(k)) ||
	    nla_put_u8(skb, NFF_FLOW_L4PROTO, nff_key_proto(k)) ||
	    nla_put_u32(skb, NFF_FLOW_FLAGS, nff_flow_flags(flow)) ||
	    nff_put_dir(skb, NFF_FLOW_ORIG, &flow->dir[0], &flow->l2[0]) ||
	    nff_put_dir(skb, NFF_FLOW_REPLY, &flow->dir[1], &flow->l2[1]) ||
	    nff_put_ct(skb, flow->ct) || nff_put_times(skb, flow) ||
	    (why && nla_put_u32(skb, NFF_FLOW_REASON, why)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int nff_put_flow_msg(struct sk_buff *skb, const struct nff_flow *flow, u32 portid, u32 seq,
			    int flags)
{
	void *hdr = genlmsg_put(skb, portid, seq, &nff_genl_family, flags, NFF_CMD_NEW_FLOW);

	if (!hdr)
		return -EMSGSIZE;
	if (nff_genl_put_flow(skb, flow, 0)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Dump, state: args[0] the filter, args[1] the id to go on with. */
int nff_genl_dump_flows_start(struct netlink_callback *cb)
{
	struct nff_filter *f = kmalloc(sizeof(*f), GFP_KERNEL);
	int err;

	if (!f)
		return -ENOMEM;
	err = nff_filter_parse(f, nff_dump_attrs(cb), NFF_ATTR_FILTER, cb->extack);
	if (err) {
		kfree(f);
		return err;
	}
	cb->args[0] = (long)f;
	cb->args[1] = f->present & BIT(NFF_FILTER_ID) ? f->id : 0;
	return 0;
}

int nff_genl_dump_flows_done(struct netlink_callback *cb)
{
	kfree((struct nff_filter *)cb->args[0]);
	return 0;
}

/* Listeners know already of the end of what a dump no longer shows. */
static int nff_dump_flow(struct sk_buff *skb, struct netlink_callback *cb, struct nff_flow *flow)
{
	int err = 0;

	spin_lock_bh(&flow->lock);
	if (!test_bit(NFF_BIT_GONE, &flow->flags))
		err = nff_put_flow_msg(skb, flow, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				       NLM_F_MULTI);
	spin_unlock_bh(&flow->lock);
	return err;
}

#define NFF_DUMP_LOOKS	4096	/* flows to look at before others get the CPU */

/* Flows that match, until the message is full. Return: false if there are no more. */
static bool nff_dump_some(struct sk_buff *skb, struct netlink_callback *cb, struct nff_net *nn,
			  int *err)
{
	const struct nff_filter *f = (const struct nff_filter *)cb->args[0];
	unsigned long id = cb->args[1];
	struct nff_flow *flow = NULL;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < NFF_DUMP_LOOKS; i++) {
		flow = xa_find(&nn->flows, &id, U32_MAX, XA_PRESENT);
		if (!flow || (f->present & BIT(NFF_FILTER_ID) && id != f->id)) {
			flow = NULL;
			break;
		}
		if (nff_filter_flow(f, flow)) {
			*err = nff_dump_flow(skb, cb, flow);
			if (*err)
				break;
		}
		id++;
	}
	rcu_read_unlock();
	cb->args[1] = id;
	return flow && id <= U32_MAX;
}

int nff_genl_dump_flows(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nff_net *nn = nff_net(sock_net(skb->sk));
	int err = 0;

	while (nff_dump_some(skb, cb, nn, &err) && !err)
		cond_resched();
	return skb->len ?: err;
}

struct nff_find {
	struct nff_filter f;
	struct sk_buff *reply;
	struct genl_info *info;
	u32 count;
	int err;
};

static enum nff_removed nff_find_visit(struct nff_flow *flow, void *arg)
{
	struct nff_find *find = arg;

	if (!nff_filter_flow(&find->f, flow) || find->count++)
		return 0;
	find->err = nff_put_flow_msg(find->reply, flow, find->info->snd_portid,
				     find->info->snd_seq, 0);
	return 0;
}

int nff_genl_get_flow(struct sk_buff *skb, struct genl_info *info)
{
	struct nff_find find = { .info = info };
	int err;

	err = nff_filter_parse(&find.f, info->attrs, NFF_ATTR_FILTER, info->extack);
	if (err)
		return err;
	find.reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!find.reply)
		return -ENOMEM;
	nff_walk(nff_net(genl_info_net(info)), nff_find_visit, &find);
	err = find.err;
	if (find.count == 0) {
		NL_SET_ERR_MSG(info->extack, "no flow matches");
		err = -ENOENT;
	} else if (find.count > 1) {
		NL_SET_ERR_MSG(info->extack, "several flows match");
		err = -ENOTUNIQ;
	}
	if (err) {
		nlmsg_free(find.reply);
		return err;
	}
	return genlmsg_reply(find.reply, info);
}

static enum nff_removed nff_del_visit(struct nff_flow *flow, void *arg)
{
	return nff_filter_flow(arg, flow) ? NFF_REMOVED_USER : 0;
}

int nff_genl_del_flow(struct sk_buff *skb, struct genl_info *info)
{
	struct nff_filter f;
	u32 count;
	int err;

	if (!info->attrs[NFF_ATTR_FILTER]) {
		NL_SET_ERR_MSG(info->extack, "a filter is needed, or the flush command");
		return -EINVAL;
	}
	err = nff_filter_parse(&f, info->attrs, NFF_ATTR_FILTER, info->extack);
	if (err)
		return err;
	count = nff_walk(nff_net(genl_info_net(info)), nff_del_visit, &f);
	if (!count && f.present & BIT(NFF_FILTER_ID)) {
		NL_SET_ERR_MSG(info->extack, "no such flow");
		return -ENOENT;
	}
	return nff_genl_reply_count(info, count);
}

int nff_genl_flush_flows(struct sk_buff *skb, struct genl_info *info)
{
	struct nff_filter f;
	int err;

	err = nff_filter_parse(&f, info->attrs, NFF_ATTR_FLOWTABLE, info->extack);
	if (err)
		return err;
	return nff_genl_reply_count(info, nff_walk(nff_net(genl_info_net(info)),
						   nff_del_visit, &f));
}

static enum nff_removed nff_reset_visit(struct nff_flow *flow, void *arg)
{
	struct nff_find *find = arg;
	unsigned int i;

	if (!nff_filter_flow(&find->f, flow))
		return 0;
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		atomic64_set(&flow->dir[i].packets, 0);
		atomic64_set(&flow->dir[i].bytes, 0);
	}
	find->count++;
	return 0;
}

int nff_genl_reset(struct sk_buff *skb, struct genl_info *info)
{
	struct nff_net *nn = nff_net(genl_info_net(info));
	struct nff_find find = {};
	struct nff_table *t;
	u32 what;
	int err;

	if (!info->attrs[NFF_ATTR_RESET]) {
		NL_SET_ERR_MSG(info->extack, "what to reset is missing");
		return -EINVAL;
	}
	what = nla_get_u32(info->attrs[NFF_ATTR_RESET]);
	err = nff_filter_parse(&find.f, info->attrs, NFF_ATTR_FILTER, info->extack);
	if (err)
		return err;
	if (what & NFF_RESET_TABLES) {
		mutex_lock(&nn->lock);
		list_for_each_entry(t, &nn->tables, list)
			if (nff_filter_table(&find.f, t))
				nff_table_reset(t);
		mutex_unlock(&nn->lock);
	}
	if (what & NFF_RESET_FLOWS)
		nff_walk(nn, nff_reset_visit, &find);
	return nff_genl_reply_count(info, find.count);
}
