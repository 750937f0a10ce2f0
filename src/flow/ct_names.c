/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of protocols, connection states and status bits, as conntrack(8)
 * prints them; the numbers are those of linux/netfilter/nf_conntrack_*.h.
 */
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>
#include <stddef.h>

#include "conntrack.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define UNKNOWN "unknown  "
static const struct ct_l4 l4_unknown = { "unknown", UNKNOWN, sizeof(UNKNOWN) - 1, CT_L4_NONE };

#define L4(name, columns, kind)	{ name, columns, sizeof(columns) - 1, kind }
static const struct ct_l4 l4_protocols[256] = {
	[IPPROTO_ICMP]		= L4("icmp",	"icmp     1 ",		CT_L4_ICMP),
	[IPPROTO_TCP]		= L4("tcp",	"tcp      6 ",		CT_L4_PORTS),
	[IPPROTO_UDP]		= L4("udp",	"udp      17 ",		CT_L4_PORTS),
	[IPPROTO_DCCP]		= L4("dccp",	"dccp     33 ",		CT_L4_PORTS),
	[IPPROTO_GRE]		= L4("gre",	"gre      47 ",		CT_L4_GRE),
	[IPPROTO_ICMPV6]	= L4("icmpv6",	"icmpv6   58 ",		CT_L4_ICMP),
	[IPPROTO_SCTP]		= L4("sctp",	"sctp     132 ",	CT_L4_PORTS),
	[IPPROTO_UDPLITE]	= L4("udplite",	"udplite  136 ",	CT_L4_PORTS),
};

const struct ct_l4 *ct_l4(unsigned int l4proto)
{
	if (l4proto < ARRAY_SIZE(l4_protocols) && l4_protocols[l4proto].name[0])
		return &l4_protocols[l4proto];
	return &l4_unknown;
}

/* enum tcp_conntrack */
static const char *const tcp_states[] = {
	"NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK",
	"TIME_WAIT", "CLOSE", "SYN_SENT2",
};

/* enum sctp_conntrack */
static const char *const sctp_states[] = {
	"NONE", "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT",
	"SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT", "HEARTBEAT_ACKED",
};

/* enum ct_dccp_states of the kernel (net/netfilter), which no uapi header has */
static const char *const dccp_states[] = {
	"NONE", "REQUEST", "RESPOND", "PARTOPEN", "OPEN", "CLOSEREQ", "CLOSING", "TIMEWAIT",
	"IGNORE", "INVALID",
};

const char *ct_tcp_state(unsigned int state)
{
	return tcp_states[state < ARRAY_SIZE(tcp_states) ? state : 0];
}

const char *ct_sctp_state(unsigned int state)
{
	return sctp_states[state < ARRAY_SIZE(sctp_states) ? state : 0];
}

const char *ct_dccp_state(unsigned int state)
{
	return dccp_states[state < ARRAY_SIZE(dccp_states) ? state : 0];
}

const char *ct_state(const struct conntrack *ct)
{
	const struct ct_protoinfo *p = &ct->proto;

	if (p->has & CTP_TCP_STATE)
		return ct_tcp_state(p->tcp_state);
	if (p->has & CTP_SCTP_STATE)
		return ct_sctp_state(p->sctp_state);
	if (p->has & CTP_DCCP_STATE)
		return ct_dccp_state(p->dccp_state);
	return NULL;
}

const struct ct_status_name ct_status_names[] = {
	{ IPS_EXPECTED,		"expected" },
	{ IPS_SEEN_REPLY,	"seen-reply" },
	{ IPS_ASSURED,		"assured" },
	{ IPS_CONFIRMED,	"confirmed" },
	{ IPS_SRC_NAT,		"snat" },
	{ IPS_DST_NAT,		"dnat" },
	{ IPS_SEQ_ADJUST,	"seq-adjust" },
	{ IPS_SRC_NAT_DONE,	"snat-done" },
	{ IPS_DST_NAT_DONE,	"dnat-done" },
	{ IPS_DYING,		"dying" },
	{ IPS_FIXED_TIMEOUT,	"fixed-timeout" },
	{ IPS_TEMPLATE,		"template" },
	{ IPS_UNTRACKED,	"untracked" },
	{ IPS_HELPER,		"helper" },
	{ IPS_OFFLOAD,		"offload" },
	{ IPS_HW_OFFLOAD,	"hw-offload" },
	{ 0, NULL },
};
