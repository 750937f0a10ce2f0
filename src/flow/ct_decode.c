/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of ctnetlink to records, by tables: a row an attribute, with the
 * place of its value in a record. A nest is a row that leads to another
 * table.
 *
 * Formats: linux/netfilter/nfnetlink_conntrack.h.
 */
#include <endian.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stddef.h>
#include <string.h>

#include "conntrack.h"

enum row_kind {
	ROW_SKIP,		/* not known, or of no interest */
	ROW_U8, ROW_BE16, ROW_BE32, ROW_BE64,
	ROW_BYTES,		/* copied as they are */
	ROW_STRING, ROW_BLOB,	/* a struct ct_str to the message */
	ROW_NEST,		/* another table, for the struct at off */
};

struct row {
	uint8_t kind;		/* enum row_kind */
	uint8_t len;		/* the least length of the attribute */
	uint16_t off;		/* of the value in the struct of this table */
	uint32_t has;		/* bit of the struct's mask */
	const struct rows *nest;
};

struct rows {
	const struct row *rows;
	unsigned int n;		/* attribute types from here on are not known */
};

#define ROWS(array) { array, sizeof(array) / sizeof((array)[0]) }
#define U8(st, m, bit)		{ ROW_U8, 1, offsetof(struct st, m), bit, NULL }
#define BE16(st, m, bit)	{ ROW_BE16, 2, offsetof(struct st, m), bit, NULL }
#define BE32(st, m, bit)	{ ROW_BE32, 4, offsetof(struct st, m), bit, NULL }
#define BE64(st, m, bit)	{ ROW_BE64, 8, offsetof(struct st, m), bit, NULL }
#define BYTES(st, m, n, bit)	{ ROW_BYTES, n, offsetof(struct st, m), bit, NULL }
#define STRING(st, m, bit)	{ ROW_STRING, 0, offsetof(struct st, m), bit, NULL }
#define BLOB(st, m, bit)	{ ROW_BLOB, 0, offsetof(struct st, m), bit, NULL }
/* A nest of the struct at member m, or of the same struct. */
#define NEST(st, m, rows)	{ ROW_NEST, 0, offsetof(struct st, m), 0, &(rows) }
#define NEST_SAME(rows)		{ ROW_NEST, 0, 0, 0, &(rows) }

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
static const struct rows tuple_rows = ROWS(tuple_array);

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
	[CTA_TUPLE_ORIG]	= NEST(conntrack, tuple[CT_ORIG], tuple_rows),
	[CTA_TUPLE_REPLY]	= NEST(conntrack, tuple[CT_REPLY], tuple_rows),
	[CTA_TUPLE_MASTER]	= NEST(conntrack, master, tuple_rows),
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

/* The value of one attribute into the struct at base. */
static void decode_value(const struct row *r, const void *data, uint32_t len, char *base)
{
	struct ct_str str = { .s = data, .len = len };
	char *dst = base + r->off;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (r->kind) {
	case ROW_U8:
		*dst = *(const char *)data;
		break;
	case ROW_BE16:
		memcpy(&v16, data, sizeof(v16));
		v16 = be16toh(v16);
		memcpy(dst, &v16, sizeof(v16));
		break;
	case ROW_BE32:
		memcpy(&v32, data, sizeof(v32));
		v32 = be32toh(v32);
		memcpy(dst, &v32, sizeof(v32));
		break;
	case ROW_BE64:
		memcpy(&v64, data, sizeof(v64));
		v64 = be64toh(v64);
		memcpy(dst, &v64, sizeof(v64));
		break;
	case ROW_BYTES:
		memcpy(dst, data, r->len);
		break;
	case ROW_STRING:
		str.len = (uint32_t)strnlen(str.s, len);
		/* fall through */
	case ROW_BLOB:
		memcpy(dst, &str, sizeof(str));
		break;
	}
	/* The mask is the first member of every struct. */
	*(uint32_t *)base |= r->has;
}

/* The attributes between p and end. The tables nest a few levels, and so does this. */
static int decode_attrs(const struct rows *t, const char *p, const char *end, char *base)
{
	while (end - p >= (ptrdiff_t)sizeof(struct nlattr)) {
		const struct nlattr *a = (const struct nlattr *)p;
		unsigned int type = a->nla_type & NLA_TYPE_MASK;
		const char *data = p + NLA_HDRLEN;
		uint32_t len;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > end - p)
			return -EPROTO;
		len = a->nla_len - NLA_HDRLEN;
		if (type < t->n && t->rows[type].kind != ROW_SKIP) {
			const struct row *r = &t->rows[type];

			if (len < r->len)
				return -EPROTO;
			if (r->kind == ROW_NEST) {
				int ret = decode_attrs(r->nest, data, data + len, base + r->off);

				if (ret < 0)
					return ret;
			} else {
				decode_value(r, data, len, base);
			}
		}
		if (NLA_ALIGN(a->nla_len) >= end - p)
			return 0;
		p += NLA_ALIGN(a->nla_len);
	}
	return p == end ? 0 : -EPROTO;
}

int ct_decode(const struct nlmsghdr *nlh, struct conntrack *ct)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *p = (const char *)nfg + NLMSG_ALIGN(sizeof(*nfg));

	memset(ct, 0, sizeof(*ct));
	if (nlh->nlmsg_len < NLMSG_HDRLEN + sizeof(*nfg))
		return -EPROTO;
	ct->family = nfg->nfgen_family;
	return decode_attrs(&ct_rows, p, (const char *)nlh + nlh->nlmsg_len, (char *)ct);
}
