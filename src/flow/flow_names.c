// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's reasons in words, for statistics, events and explanations: one table. The numbers
 * are those of uapi/linux/nff.h.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <stddef.h>

#include "flow_record.h"
#include "uapi/linux/nff.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct reason {
	const char *name, *text;
};

static const struct reason refused[] = {
	[NFF_REFUSED_NO_CT]	= { "no-conntrack", "packet without a conntrack entry" },
	[NFF_REFUSED_PROTO]	= { "protocol", "protocol that is not offloaded" },
	[NFF_REFUSED_TCP_STATE]	= { "tcp-state", "TCP connection that is not established" },
	[NFF_REFUSED_UNCONFIRMED] = { "unconfirmed", "first packet of the connection" },
	[NFF_REFUSED_HELPER]	= { "helper", "connection with a conntrack helper" },
	[NFF_REFUSED_SEQADJ]	= { "seqadj", "sequence numbers are adjusted" },
	[NFF_REFUSED_CLASH]	= { "clash", "conntrack entry that lost a clash" },
	[NFF_REFUSED_DYING]	= { "dying", "conntrack entry that is being destroyed" },
	[NFF_REFUSED_IPOPT]	= { "ip-options", "IP options or IPv6 extension headers" },
	[NFF_REFUSED_FRAGMENT]	= { "fragment", "packet put together from fragments" },
	[NFF_REFUSED_IPSEC]	= { "ipsec", "packet of an IPsec tunnel" },
	[NFF_REFUSED_CAST]	= { "multicast", "multicast or broadcast" },
	[NFF_REFUSED_NOT_FORWARDED] = { "not-forwarded", "packet that is not routed: bridged or "
					"local" },
	[NFF_REFUSED_ROUTE]	= { "route", "route of a kind that is not offloaded" },
	[NFF_REFUSED_DEVICE]	= { "device", "neither device is in the flowtable" },
	[NFF_REFUSED_NEIGH]	= { "neighbour", "next hop that is not resolved yet" },
	[NFF_REFUSED_GRE]	= { "gre", "GRE with NAT, with a key, or not of version 0" },
	[NFF_REFUSED_LIMIT]	= { "limit", "the flowtable is full" },
	[NFF_REFUSED_NOMEM]	= { "memory", "out of memory" },
};

static const struct reason removed[] = {
	[NFF_REMOVED_UNSPEC]	= { "unknown", "it was not told" },
	[NFF_REMOVED_TIMEOUT]	= { "timeout", "no packet for the flowtable's timeout" },
	[NFF_REMOVED_TCP_FIN]	= { "tcp-fin", "the connection is closed" },
	[NFF_REMOVED_TCP_RST]	= { "tcp-rst", "the connection is reset" },
	[NFF_REMOVED_TCP_STATE]	= { "tcp-state", "the connection is no longer established" },
	[NFF_REMOVED_CT]	= { "conntrack", "the conntrack entry is destroyed" },
	[NFF_REMOVED_ROUTE]	= { "route", "the route is no longer valid" },
	[NFF_REMOVED_NEIGH]	= { "neighbour", "the next hop is gone or has another address" },
	[NFF_REMOVED_DEVICE]	= { "device", "a device went down, away, or changed" },
	[NFF_REMOVED_PATH]	= { "path", "the path below a bridge changed" },
	[NFF_REMOVED_USER]	= { "user", "deleted or flushed" },
	[NFF_REMOVED_TABLE]	= { "flowtable", "the flowtable is deleted" },
	[NFF_REMOVED_NETNS]	= { "netns", "the network namespace is deleted" },
	[NFF_REMOVED_REFUSED]	= { "refused", "neither direction could be offloaded" },
	[NFF_REMOVED_TCP_INVALID] = { "tcp-invalid", "segment of no established connection" },
};

static const struct reason classic[] = {
	[NFF_CLASSIC_TTL]	= { "ttl", "TTL or hop limit would reach 0" },
	[NFF_CLASSIC_MTU]	= { "mtu", "larger than the path MTU" },
	[NFF_CLASSIC_FRAGMENT]	= { "fragment", "a fragment" },
	[NFF_CLASSIC_TCP_FLAGS]	= { "tcp-invalid", "segment of no established connection" },
	[NFF_CLASSIC_TCP_END]	= { "tcp-end", "FIN or RST that ends the flow" },
	[NFF_CLASSIC_LENGTH]	= { "length", "IP length that does not fit the packet" },
	[NFF_CLASSIC_ROUTE]	= { "route", "found the route stale" },
	[NFF_CLASSIC_NEIGH]	= { "neighbour", "next hop is not resolved, gone or changed" },
	[NFF_CLASSIC_L2]	= { "link", "frame that is not for this host, or was decrypted" },
	[NFF_CLASSIC_NOMEM]	= { "memory", "out of memory" },
};

static const struct reason xmit[] = {
	[NFF_XMIT_NONE]		= { "none", "this direction is not on the fast path" },
	[NFF_XMIT_NEIGH]	= { "neighbour", "through the neighbour entry" },
	[NFF_XMIT_DIRECT]	= { "direct", "straight to the port below a bridge" },
};

static const struct {
	const struct reason *rows;
	unsigned int n;
} reasons[FLOW_REASONS_MAX] = {
	[FLOW_REFUSED]	= { refused, ARRAY_SIZE(refused) },
	[FLOW_REMOVED]	= { removed, ARRAY_SIZE(removed) },
	[FLOW_CLASSIC]	= { classic, ARRAY_SIZE(classic) },
	[FLOW_XMIT]	= { xmit, ARRAY_SIZE(xmit) },
};

const char *flow_reason_name(enum flow_reasons kind, unsigned int reason)
{
	return reason < reasons[kind].n ? reasons[kind].rows[reason].name : NULL;
}

const char *flow_reason_text(enum flow_reasons kind, unsigned int reason)
{
	return reason < reasons[kind].n ? reasons[kind].rows[reason].text : NULL;
}

void flow_reason_print(struct out *o, enum flow_reasons kind, unsigned int reason)
{
	const char *name = flow_reason_name(kind, reason);

	if (name)
		out_puts(o, name);
	else
		out_u64(o, reason);
}

const char *flow_encap_name(const struct nff_encap *e)
{
	switch (ntohs(e->proto)) {
	case ETH_P_8021Q:
	case ETH_P_8021AD:
		return "vlan";
	case ETH_P_PPP_SES:
		return "pppoe";
	default:
		return NULL;
	}
}
