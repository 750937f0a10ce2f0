// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_event.c - tell listeners which flows enter and leave the fast path.
 */
#include "nff.h"

#define NFF_EVENT_SIZE	640	/* a message with IPv6 addresses and all tags, without names */

/**
 * nff_event - send an event about a flow, if anybody listens
 * @flow: flow
 * @cmd: NFF_CMD_NEW_FLOW or NFF_CMD_DEL_FLOW
 * @why: reason of a removal, or 0
 *
 * A message that cannot be made, like one that does not fit into a listener's
 * socket buffer, shows as ENOBUFS at the next read.
 */
void nff_event(struct nff_flow *flow, enum nff_cmd cmd, enum nff_removed why)
{
	const struct nff_table *t = flow->table;
	struct net *net = t->nn->net;
	struct sk_buff *skb;
	void *hdr;

	if (!genl_has_listeners(&nff_genl_family, net, 0))
		return;
	skb = genlmsg_new(NFF_EVENT_SIZE + strlen(t->name) + strlen(t->table_name), GFP_ATOMIC);
	if (!skb)
		goto lost;
	hdr = genlmsg_put(skb, 0, 0, &nff_genl_family, 0, cmd);
	if (!hdr || nff_genl_put_flow(skb, flow, why)) {
		nlmsg_free(skb);
		goto lost;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&nff_genl_family, net, skb, 0, 0, GFP_ATOMIC);
	return;
lost:
	genl_set_err(&nff_genl_family, net, 0, 0, ENOBUFS);
}
