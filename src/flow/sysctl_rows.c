// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sysctls that nff knows, with their units and ranges; those of the kernel's nf_conntrack,
 * nf_defrag_ipv6 and nf_flow_table. Which of them exist depends on the kernel.
 */
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "sysctl.h"

#define CT(name, unit, min, max)	{ "nf_conntrack_" name, SYSCTL_##unit, min, max }
#define SECONDS(name)			CT(name, SECONDS, 1, INT_MAX)
#define SWITCH(name)			CT(name, SWITCH, 0, 1)

const struct sysctl_row sysctl_rows[] = {
	CT("max",		ENTRIES, 0, INT_MAX),
	CT("count",		ENTRIES, 0, INT_MAX),
	CT("buckets",		ENTRIES, 1, INT_MAX),
	CT("expect_max",	ENTRIES, 1, INT_MAX),
	SWITCH("acct"),
	SWITCH("checksum"),
	CT("events",		SWITCH_AUTO, 0, 2),
	SWITCH("timestamp"),
	SWITCH("helper"),
	CT("log_invalid",	PROTOCOL, 0, 255),
	SECONDS("generic_timeout"),
	SECONDS("tcp_timeout_syn_sent"),
	SECONDS("tcp_timeout_syn_recv"),
	SECONDS("tcp_timeout_established"),
	SECONDS("tcp_timeout_fin_wait"),
	SECONDS("tcp_timeout_close_wait"),
	SECONDS("tcp_timeout_last_ack"),
	SECONDS("tcp_timeout_time_wait"),
	SECONDS("tcp_timeout_close"),
	SECONDS("tcp_timeout_max_retrans"),
	SECONDS("tcp_timeout_unacknowledged"),
	SWITCH("tcp_loose"),
	SWITCH("tcp_be_liberal"),
	SWITCH("tcp_ignore_invalid_rst"),
	CT("tcp_max_retrans",	PACKETS, 0, 255),
	SECONDS("udp_timeout"),
	SECONDS("udp_timeout_stream"),
	SECONDS("icmp_timeout"),
	SECONDS("icmpv6_timeout"),
	SECONDS("sctp_timeout_closed"),
	SECONDS("sctp_timeout_cookie_wait"),
	SECONDS("sctp_timeout_cookie_echoed"),
	SECONDS("sctp_timeout_established"),
	SECONDS("sctp_timeout_shutdown_sent"),
	SECONDS("sctp_timeout_shutdown_recd"),
	SECONDS("sctp_timeout_shutdown_ack_sent"),
	SECONDS("sctp_timeout_heartbeat_sent"),
	SECONDS("sctp_timeout_heartbeat_acked"),
	SECONDS("dccp_timeout_request"),
	SECONDS("dccp_timeout_respond"),
	SECONDS("dccp_timeout_partopen"),
	SECONDS("dccp_timeout_open"),
	SECONDS("dccp_timeout_closereq"),
	SECONDS("dccp_timeout_closing"),
	SECONDS("dccp_timeout_timewait"),
	SWITCH("dccp_loose"),
	SECONDS("gre_timeout"),
	SECONDS("gre_timeout_stream"),
	SECONDS("frag6_timeout"),
	CT("frag6_low_thresh",	BYTES, 0, LONG_MAX),
	CT("frag6_high_thresh",	BYTES, 0, LONG_MAX),
	{ "nf_flowtable_tcp_timeout", SYSCTL_SECONDS, 1, INT_MAX },
	{ "nf_flowtable_udp_timeout", SYSCTL_SECONDS, 1, INT_MAX },
	{ "nf_hooks_lwtunnel", SYSCTL_SWITCH, 0, 1 },
	{ .name = NULL }
};

const struct sysctl_row *sysctl_find(const char *name)
{
	static const char *const prefixes[] = { "", "nf_conntrack_", "nf_" };
	static const char path[] = "net.netfilter.";
	const struct sysctl_row *r;
	unsigned int i;

	if (strncmp(name, path, sizeof(path) - 1) == 0)
		name += sizeof(path) - 1;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t len = strlen(prefixes[i]);

		for (r = sysctl_rows; r->name; r++)
			if (strncmp(r->name, prefixes[i], len) == 0 &&
			    strcmp(r->name + len, name) == 0)
				return r;
	}
	return NULL;
}
