/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of ctnetlink to records, by tables (rows.h).
 *
 * Formats: linux/netfilter/nfnetlink_conntrack.h.
 */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "conntrack.h"
#include "rows.h"

static const struct row ip_array[] = {
	[CTA_IP_V4_SRC]	= BYTES(ct_tuple, src, 4, CTT_SRC4),
	[CTA_IP_V4_DST]	= BYTES(ct_tuple, dst, 4, CTT_DST4),
	[CTA_IP_V6_SRC]	= BYTES(ct_tuple, src, 16, CTT_SRC6),
	[CTA_IP_V6_DST]	= BYTES(ct_tuple, dst, 16, CTT_DST6),
};
static const struct rows ip_rows = ROWS(ip_array);

static const struct row l4_array[] = {
	[CTA_PROTO_NUM]		= U8(ct_tuple, l4proto, CTT_L4PROTO),
	[CTA_PROTO_SRC_PORT]	= BE16(ct_tuple, sport, CTT_SPORT),
	[CTA_PROTO_DST_PORT]	= BE16(ct_tuple, dport, CTT_DPORT),
	[CTA_PROTO_ICMP_ID]	= BE16(ct_tuple, icmp_id, CTT_ICMP_ID),
	[CTA_PROTO_ICMP_TYPE]	= U8(ct_tuple, icmp_type, CTT_ICMP_TYPE),
	[CTA_PROTO_ICMP_CODE]	= U8(ct_tuple, icmp_code, CTT_ICMP_CODE),
	[CTA_PROTO_ICMPV6_ID]	= BE16(ct_tuple, icmp_id, CTT_ICMP_ID),
	[CTA_PROTO_ICMPV6_TYPE]	= U8(ct_tuple, icmp_type, CTT_ICMP_TYPE),
	[CTA_PROTO_ICMPV6_CODE]	= U8(ct_tuple, icmp_code, CTT_ICMP_CODE),
};
static const struct rows l4_rows = ROWS(l4_array);

static const struct row tuple_array[] = {
	[CTA_TUPLE_IP]		= NEST_SAME(ip_rows),
	[CTA_TUPLE_PROTO]	= NEST_SAME(l4_rows),
	[CTA_TUPLE_ZONE]	= BE16(ct_tuple, zone, CTT_ZONE),
};
const struct rows ct_tuple_rows = ROWS(tuple_array);

static const struct row counters_array[] = {
	[CTA_COUNTERS_PACKETS]	= BE64(ct_counters, packets, CTC_PACKETS),
	[CTA_COUNTERS_BYTES]	= BE64(ct_counters, bytes, CTC_BYTES),
};
static const struct rows counters_rows = ROWS(counters_array);

static const struct row tcp_array[] = {
	[CTA_PROTOINFO_TCP_STATE]	= U8(ct_protoinfo, tcp_state, CTP_TCP_STATE),
	[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL] = U8(ct_protoinfo, wscale[0], CTP_TCP_WSCALE),
	[CTA_PROTOINFO_TCP_WSCALE_REPLY] = U8(ct_protoinfo, wscale[1], CTP_TCP_WSCALE),
	[CTA_PROTOINFO_TCP_FLAGS_ORIGINAL] = BYTES(ct_protoinfo, tcp_flags[0], 2, CTP_TCP_FLAGS),
	[CTA_PROTOINFO_TCP_FLAGS_REPLY]	= BYTES(ct_protoinfo, tcp_flags[1], 2, CTP_TCP_FLAGS),
};
static const struct rows tcp_rows = ROWS(tcp_array);

static const struct row sctp_array[] = {
	[CTA_PROTOINFO_SCTP_STATE]	= U8(ct_protoinfo, sctp_state, CTP_SCTP_STATE),
	[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL] = BE32(ct_protoinfo, sctp_vtag[0], CTP_SCTP_VTAG),
	[CTA_PROTOINFO_SCTP_VTAG_REPLY]	= BE32(ct_protoinfo, sctp_vtag[1], CTP_SCTP_VTAG),
};
static const struct rows sctp_rows = ROWS(sctp_array);

static const struct row dccp_array[] = {
	[CTA_PROTOINFO_DCCP_STATE]	= U8(ct_protoinfo, dccp_state, CTP_DCCP_STATE),
	[CTA_PROTOINFO_DCCP_ROLE]	= U8(ct_protoinfo, dccp_role, CTP_DCCP_ROLE),
	[CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ] = BE64(ct_protoinfo, dccp_seq, CTP_DCCP_SEQ),
};
static const struct rows dccp_rows = ROWS(dccp_array);

static const struct row protoinfo_array[] = {
	[CTA_PROTOINFO_TCP]	= NEST_SAME(tcp_rows),
	[CTA_PROTOINFO_DCCP]	= NEST_SAME(dccp_rows),
	[CTA_PROTOINFO_SCTP]	= NEST_SAME(sctp_rows),
};
static const struct rows protoinfo_rows = ROWS(protoinfo_array);

static const struct row helper_array[] = {
	[CTA_HELP_NAME]		= STRING(conntrack, helper, CT_HELPER),
};
static const struct rows helper_rows = ROWS(helper_array);

static const struct row secctx_array[] = {
	[CTA_SECCTX_NAME]	= STRING(conntrack, secctx, CT_SECCTX),
};
static const struct rows secctx_rows = ROWS(secctx_array);

static const struct row timestamp_array[] = {
	[CTA_TIMESTAMP_START]	= BE64(conntrack, start, CT_START),
	[CTA_TIMESTAMP_STOP]	= BE64(conntrack, stop, CT_STOP),
};
static const struct rows timestamp_rows = ROWS(timestamp_array);

static const struct row ct_array[] = {
	[CTA_TUPLE_ORIG]	= NEST(conntrack, tuple[CT_ORIG], ct_tuple_rows),
	[CTA_TUPLE_REPLY]	= NEST(conntrack, tuple[CT_REPLY], ct_tuple_rows),
	[CTA_TUPLE_MASTER]	= NEST(conntrack, master, ct_tuple_rows),
	[CTA_STATUS]		= BE32(conntrack, status, CT_STATUS),
	[CTA_PROTOINFO]		= NEST(conntrack, proto, protoinfo_rows),
	[CTA_HELP]		= NEST_SAME(helper_rows),
	[CTA_TIMEOUT]		= BE32(conntrack, timeout, CT_TIMEOUT),
	[CTA_MARK]		= BE32(conntrack, mark, CT_MARK),
	[CTA_COUNTERS_ORIG]	= NEST(conntrack, counters[CT_ORIG], counters_rows),
	[CTA_COUNTERS_REPLY]	= NEST(conntrack, counters[CT_REPLY], counters_rows),
	[CTA_USE]		= BE32(conntrack, use, CT_USE),
	[CTA_ID]		= BE32(conntrack, id, CT_ID),
	[CTA_SECMARK]		= BE32(conntrack, secmark, CT_SECMARK),
	[CTA_ZONE]		= BE16(conntrack, zone, CT_ZONE),
	[CTA_SECCTX]		= NEST_SAME(secctx_rows),
	[CTA_TIMESTAMP]		= NEST_SAME(timestamp_rows),
	[CTA_LABELS]		= BLOB(conntrack, labels, CT_LABELS),
};
static const struct rows ct_rows = ROWS(ct_array);

int ct_decode(const struct nlmsghdr *nlh, struct conntrack *ct)
{
	return ct_decode_next(NULL, nlh, ct);
}

int ct_decode_next(struct rows_decoder *d, const struct nlmsghdr *nlh, struct conntrack *ct)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *p = (const char *)nfg + NLMSG_ALIGN(sizeof(*nfg));
	const char *end = (const char *)nlh + nlh->nlmsg_len;

	memset(ct, 0, sizeof(*ct));
	if (nlh->nlmsg_len < NLMSG_HDRLEN + sizeof(*nfg))
		return -EPROTO;
	ct->family = nfg->nfgen_family;
	return d ? rows_decode_next(d, &ct_rows, p, end, (char *)ct) :
		   rows_decode(&ct_rows, p, end, (char *)ct);
}
