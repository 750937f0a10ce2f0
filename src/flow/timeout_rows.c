// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which timeouts there are: attributes of linux/netfilter/nfnetlink_cttimeout.h, and the sysctls
 * that are the same numbers of the kernel.
 */
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "timeout.h"

#define CT "nf_conntrack_"
#define TCP(name, attr, sysctl)	{ "tcp", name, IPPROTO_TCP, CTA_TIMEOUT_TCP_##attr, sysctl }
#define SCTP(name, attr) \
	{ "sctp", name, IPPROTO_SCTP, CTA_TIMEOUT_SCTP_##attr, CT "sctp_timeout_" name }
#define DCCP(name, attr) \
	{ "dccp", name, IPPROTO_DCCP, CTA_TIMEOUT_DCCP_##attr, CT "dccp_timeout_" name }

const struct timeout_row timeout_rows[] = {
	TCP("syn_sent",		SYN_SENT,	CT "tcp_timeout_syn_sent"),
	TCP("syn_recv",		SYN_RECV,	CT "tcp_timeout_syn_recv"),
	TCP("established",	ESTABLISHED,	CT "tcp_timeout_established"),
	TCP("fin_wait",		FIN_WAIT,	CT "tcp_timeout_fin_wait"),
	TCP("close_wait",	CLOSE_WAIT,	CT "tcp_timeout_close_wait"),
	TCP("last_ack",		LAST_ACK,	CT "tcp_timeout_last_ack"),
	TCP("time_wait",	TIME_WAIT,	CT "tcp_timeout_time_wait"),
	TCP("close",		CLOSE,		CT "tcp_timeout_close"),
	TCP("syn_sent2",	SYN_SENT2,	NULL),
	TCP("retrans",		RETRANS,	CT "tcp_timeout_max_retrans"),
	TCP("unack",		UNACK,		CT "tcp_timeout_unacknowledged"),
	/* UDP-Lite has the same numbers in the kernel */
	{ "udp", "unreplied", IPPROTO_UDP, CTA_TIMEOUT_UDP_UNREPLIED, CT "udp_timeout" },
	{ "udp", "replied", IPPROTO_UDP, CTA_TIMEOUT_UDP_REPLIED, CT "udp_timeout_stream" },
	{ "icmp", NULL, IPPROTO_ICMP, CTA_TIMEOUT_ICMP_TIMEOUT, CT "icmp_timeout" },
	{ "icmpv6", NULL, IPPROTO_ICMPV6, CTA_TIMEOUT_ICMPV6_TIMEOUT, CT "icmpv6_timeout" },
	SCTP("closed",		CLOSED),
	SCTP("cookie_wait",	COOKIE_WAIT),
	SCTP("cookie_echoed",	COOKIE_ECHOED),
	SCTP("established",	ESTABLISHED),
	SCTP("shutdown_sent",	SHUTDOWN_SENT),
	SCTP("shutdown_recd",	SHUTDOWN_RECD),
	SCTP("shutdown_ack_sent", SHUTDOWN_ACK_SENT),
	SCTP("heartbeat_sent",	HEARTBEAT_SENT),
	DCCP("request",		REQUEST),
	DCCP("respond",		RESPOND),
	DCCP("partopen",	PARTOPEN),
	DCCP("open",		OPEN),
	DCCP("closereq",	CLOSEREQ),
	DCCP("closing",		CLOSING),
	DCCP("timewait",	TIMEWAIT),
	{ "gre", "unreplied", IPPROTO_GRE, CTA_TIMEOUT_GRE_UNREPLIED, CT "gre_timeout" },
	{ "gre", "replied", IPPROTO_GRE, CTA_TIMEOUT_GRE_REPLIED, CT "gre_timeout_stream" },
	{ "generic", NULL, TIMEOUT_GENERIC, CTA_TIMEOUT_GENERIC_TIMEOUT, CT "generic_timeout" },
	{ "flow", "tcp", TIMEOUT_FLOW, 0, "nf_flowtable_tcp_timeout" },
	{ "flow", "udp", TIMEOUT_FLOW, 0, "nf_flowtable_udp_timeout" },
	{ .proto = NULL }
};

static int same_state(const struct timeout_row *r, const char *state)
{
	return r->state ? state && strcasecmp(r->state, state) == 0 : !state || !*state;
}

const struct timeout_row *timeout_find(const char *proto, const char *state)
{
	const struct timeout_row *r;

	for (r = timeout_rows; r->proto; r++)
		if (strcmp(r->proto, proto) == 0 && same_state(r, state))
			return r;
	return NULL;
}

const struct timeout_row *timeout_find_l4(unsigned int l4proto, const char *state)
{
	const struct timeout_row *r;

	for (r = timeout_rows; r->proto; r++)
		if (r->l4proto == l4proto && same_state(r, state))
			return r;
	return NULL;
}
