// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nf_tables expressions to and from netlink, driven by one table. The names
 * and wire types are those of linux/netfilter/nf_tables.h and of
 * nf_tables_compat.h for xtables matches and targets.
 */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <arpa/inet.h>
#include <endian.h>
#include <stdarg.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include "insn.h"

enum wire_type { W_NONE, W_U8, W_U16, W_U32, W_U64, W_STR, W_DATA, W_RAW };

struct insn_def {
	const char *name;
	uint8_t attrs[INSN_ATTR_MAX];	/* enum wire_type by attribute number */
};

static const struct insn_def insn_defs[IN_MAX] = {
	[IN_IMMEDIATE] = { "immediate", {
		[NFTA_IMMEDIATE_DREG] = W_U32, [NFTA_IMMEDIATE_DATA] = W_DATA } },
	[IN_CMP] = { "cmp", {
		[NFTA_CMP_SREG] = W_U32, [NFTA_CMP_OP] = W_U32, [NFTA_CMP_DATA] = W_DATA } },
	[IN_LOOKUP] = { "lookup", {
		[NFTA_LOOKUP_SET] = W_STR, [NFTA_LOOKUP_SREG] = W_U32,
		[NFTA_LOOKUP_DREG] = W_U32, [NFTA_LOOKUP_SET_ID] = W_U32,
		[NFTA_LOOKUP_FLAGS] = W_U32 } },
	[IN_BITWISE] = { "bitwise", {
		[NFTA_BITWISE_SREG] = W_U32, [NFTA_BITWISE_DREG] = W_U32,
		[NFTA_BITWISE_LEN] = W_U32, [NFTA_BITWISE_MASK] = W_DATA,
		[NFTA_BITWISE_XOR] = W_DATA, [NFTA_BITWISE_OP] = W_U32,
		[NFTA_BITWISE_DATA] = W_DATA } },
	[IN_BYTEORDER] = { "byteorder", {
		[NFTA_BYTEORDER_SREG] = W_U32, [NFTA_BYTEORDER_DREG] = W_U32,
		[NFTA_BYTEORDER_OP] = W_U32, [NFTA_BYTEORDER_LEN] = W_U32,
		[NFTA_BYTEORDER_SIZE] = W_U32 } },
	[IN_RANGE] = { "range", {
		[NFTA_RANGE_SREG] = W_U32, [NFTA_RANGE_OP] = W_U32,
		[NFTA_RANGE_FROM_DATA] = W_DATA, [NFTA_RANGE_TO_DATA] = W_DATA } },
	[IN_META] = { "meta", {
		[NFTA_META_DREG] = W_U32, [NFTA_META_KEY] = W_U32, [NFTA_META_SREG] = W_U32 } },
	[IN_CT] = { "ct", {
		[NFTA_CT_DREG] = W_U32, [NFTA_CT_KEY] = W_U32, [NFTA_CT_DIRECTION] = W_U8,
		[NFTA_CT_SREG] = W_U32 } },
	[IN_PAYLOAD] = { "payload", {
		[NFTA_PAYLOAD_DREG] = W_U32, [NFTA_PAYLOAD_BASE] = W_U32,
		[NFTA_PAYLOAD_OFFSET] = W_U32, [NFTA_PAYLOAD_LEN] = W_U32,
		[NFTA_PAYLOAD_SREG] = W_U32, [NFTA_PAYLOAD_CSUM_TYPE] = W_U32,
		[NFTA_PAYLOAD_CSUM_OFFSET] = W_U32, [NFTA_PAYLOAD_CSUM_FLAGS] = W_U32 } },
	[IN_EXTHDR] = { "exthdr", {
		[NFTA_EXTHDR_DREG] = W_U32, [NFTA_EXTHDR_TYPE] = W_U8,
		[NFTA_EXTHDR_OFFSET] = W_U32, [NFTA_EXTHDR_LEN] = W_U32,
		[NFTA_EXTHDR_FLAGS] = W_U32, [NFTA_EXTHDR_OP] = W_U32,
		[NFTA_EXTHDR_SREG] = W_U32 } },
	[IN_RT] = { "rt", { [NFTA_RT_DREG] = W_U32, [NFTA_RT_KEY] = W_U32 } },
	[IN_SOCKET] = { "socket", {
		[NFTA_SOCKET_KEY] = W_U32, [NFTA_SOCKET_DREG] = W_U32,
		[NFTA_SOCKET_LEVEL] = W_U32 } },
	[IN_FIB] = { "fib", {
		[NFTA_FIB_DREG] = W_U32, [NFTA_FIB_RESULT] = W_U32, [NFTA_FIB_FLAGS] = W_U32 } },
	[IN_NUMGEN] = { "numgen", {
		[NFTA_NG_DREG] = W_U32, [NFTA_NG_MODULUS] = W_U32, [NFTA_NG_TYPE] = W_U32,
		[NFTA_NG_OFFSET] = W_U32 } },
	[IN_HASH] = { "hash", {
		[NFTA_HASH_SREG] = W_U32, [NFTA_HASH_DREG] = W_U32, [NFTA_HASH_LEN] = W_U32,
		[NFTA_HASH_MODULUS] = W_U32, [NFTA_HASH_SEED] = W_U32,
		[NFTA_HASH_OFFSET] = W_U32, [NFTA_HASH_TYPE] = W_U32 } },
	[IN_OSF] = { "osf", {
		[NFTA_OSF_DREG] = W_U32, [NFTA_OSF_TTL] = W_U8, [NFTA_OSF_FLAGS] = W_U32 } },
	[IN_XFRM] = { "xfrm", {
		[NFTA_XFRM_DREG] = W_U32, [NFTA_XFRM_KEY] = W_U32, [NFTA_XFRM_DIR] = W_U8,
		[NFTA_XFRM_SPNUM] = W_U32 } },
	[IN_COUNTER] = { "counter", {
		[NFTA_COUNTER_BYTES] = W_U64, [NFTA_COUNTER_PACKETS] = W_U64 } },
	[IN_LIMIT] = { "limit", {
		[NFTA_LIMIT_RATE] = W_U64, [NFTA_LIMIT_UNIT] = W_U64, [NFTA_LIMIT_BURST] = W_U32,
		[NFTA_LIMIT_TYPE] = W_U32, [NFTA_LIMIT_FLAGS] = W_U32 } },
	[IN_QUOTA] = { "quota", {
		[NFTA_QUOTA_BYTES] = W_U64, [NFTA_QUOTA_FLAGS] = W_U32,
		[NFTA_QUOTA_CONSUMED] = W_U64 } },
	[IN_LAST] = { "last", { [NFTA_LAST_SET] = W_U32, [NFTA_LAST_MSECS] = W_U64 } },
	[IN_CONNLIMIT] = { "connlimit", {
		[NFTA_CONNLIMIT_COUNT] = W_U32, [NFTA_CONNLIMIT_FLAGS] = W_U32 } },
	[IN_LOG] = { "log", {
		[NFTA_LOG_GROUP] = W_U16, [NFTA_LOG_PREFIX] = W_STR, [NFTA_LOG_SNAPLEN] = W_U32,
		[NFTA_LOG_QTHRESHOLD] = W_U16, [NFTA_LOG_LEVEL] = W_U32,
		[NFTA_LOG_FLAGS] = W_U32 } },
	[IN_REJECT] = { "reject", {
		[NFTA_REJECT_TYPE] = W_U32, [NFTA_REJECT_ICMP_CODE] = W_U8 } },
	[IN_NAT] = { "nat", {
		[NFTA_NAT_TYPE] = W_U32, [NFTA_NAT_FAMILY] = W_U32,
		[NFTA_NAT_REG_ADDR_MIN] = W_U32, [NFTA_NAT_REG_ADDR_MAX] = W_U32,
		[NFTA_NAT_REG_PROTO_MIN] = W_U32, [NFTA_NAT_REG_PROTO_MAX] = W_U32,
		[NFTA_NAT_FLAGS] = W_U32 } },
	[IN_MASQ] = { "masq", {
		[NFTA_MASQ_FLAGS] = W_U32, [NFTA_MASQ_REG_PROTO_MIN] = W_U32,
		[NFTA_MASQ_REG_PROTO_MAX] = W_U32 } },
	[IN_REDIR] = { "redir", {
		[NFTA_REDIR_REG_PROTO_MIN] = W_U32, [NFTA_REDIR_REG_PROTO_MAX] = W_U32,
		[NFTA_REDIR_FLAGS] = W_U32 } },
	[IN_NOTRACK] = { "notrack", { 0 } },
	[IN_FLOW_OFFLOAD] = { "flow_offload", { [NFTA_FLOW_TABLE_NAME] = W_STR } },
	[IN_QUEUE] = { "queue", {
		[NFTA_QUEUE_NUM] = W_U16, [NFTA_QUEUE_TOTAL] = W_U16, [NFTA_QUEUE_FLAGS] = W_U16,
		[NFTA_QUEUE_SREG_QNUM] = W_U32 } },
	[IN_DUP] = { "dup", { [NFTA_DUP_SREG_ADDR] = W_U32, [NFTA_DUP_SREG_DEV] = W_U32 } },
	[IN_FWD] = { "fwd", {
		[NFTA_FWD_SREG_DEV] = W_U32, [NFTA_FWD_SREG_ADDR] = W_U32,
		[NFTA_FWD_NFPROTO] = W_U32 } },
	[IN_TPROXY] = { "tproxy", {
		[NFTA_TPROXY_FAMILY] = W_U32, [NFTA_TPROXY_REG_ADDR] = W_U32,
		[NFTA_TPROXY_REG_PORT] = W_U32 } },
	[IN_SYNPROXY] = { "synproxy", {
		[NFTA_SYNPROXY_MSS] = W_U16, [NFTA_SYNPROXY_WSCALE] = W_U8,
		[NFTA_SYNPROXY_FLAGS] = W_U32 } },
	[IN_OBJREF] = { "objref", {
		[NFTA_OBJREF_IMM_TYPE] = W_U32, [NFTA_OBJREF_IMM_NAME] = W_STR,
		[NFTA_OBJREF_SET_SREG] = W_U32, [NFTA_OBJREF_SET_NAME] = W_STR,
		[NFTA_OBJREF_SET_ID] = W_U32 } },
	[IN_DYNSET] = { "dynset", {
		[NFTA_DYNSET_SET_NAME] = W_STR, [NFTA_DYNSET_SET_ID] = W_U32,
		[NFTA_DYNSET_OP] = W_U32, [NFTA_DYNSET_SREG_KEY] = W_U32,
		[NFTA_DYNSET_SREG_DATA] = W_U32, [NFTA_DYNSET_TIMEOUT] = W_U64,
		[NFTA_DYNSET_EXPR] = W_RAW, [NFTA_DYNSET_FLAGS] = W_U32,
		[NFTA_DYNSET_EXPRESSIONS] = W_RAW } },
	[IN_MATCH] = { "match", {
		[NFTA_MATCH_NAME] = W_STR, [NFTA_MATCH_REV] = W_U32, [NFTA_MATCH_INFO] = W_RAW } },
	[IN_TARGET] = { "target", {
		[NFTA_TARGET_NAME] = W_STR, [NFTA_TARGET_REV] = W_U32,
		[NFTA_TARGET_INFO] = W_RAW } },
};

const char *insn_name(enum insn_kind kind)
{
	return kind < IN_MAX && insn_defs[kind].name ? insn_defs[kind].name : "unknown";
}

/* ---- encoding ---- */

void insn_put_data(struct msgbuf *m, uint16_t type, const struct insn_data *data)
{
	size_t nest = attr_nest(m, type);

	if (data->is_verdict) {
		size_t verdict = attr_nest(m, NFTA_DATA_VERDICT);

		attr_u32(m, NFTA_VERDICT_CODE, data->verdict);
		if (data->chain)
			attr_str(m, NFTA_VERDICT_CHAIN, data->chain);
		else if (data->chain_id)
			attr_u32(m, NFTA_VERDICT_CHAIN_ID, data->chain_id);
		attr_nest_end(m, verdict);
	} else {
		attr_data(m, NFTA_DATA_VALUE, data->bytes, data->len);
	}
	attr_nest_end(m, nest);
}

struct insn_nest insn_open(struct msgbuf *m, enum insn_kind kind, uint16_t list_attr)
{
	struct insn_nest nest;

	nest.elem = attr_nest(m, list_attr);
	attr_str(m, NFTA_EXPR_NAME, insn_defs[kind].name);
	nest.data = attr_nest(m, NFTA_EXPR_DATA);
	return nest;
}

void insn_close(struct msgbuf *m, struct insn_nest nest)
{
	attr_nest_end(m, nest.data);
	attr_nest_end(m, nest.elem);
}

void insn_put(struct msgbuf *m, enum insn_kind kind, ...)
{
	struct insn_nest nest = insn_open(m, kind, NFTA_LIST_ELEM);
	va_list ap;
	int attr;

	va_start(ap, kind);
	while ((attr = va_arg(ap, int)) != 0) {
		switch (insn_defs[kind].attrs[attr]) {
		case W_U8:
			attr_u8(m, attr, va_arg(ap, uint64_t));
			break;
		case W_U16:
			attr_u16(m, attr, va_arg(ap, uint64_t));
			break;
		case W_U32:
			attr_u32(m, attr, va_arg(ap, uint64_t));
			break;
		case W_U64:
			attr_u64(m, attr, va_arg(ap, uint64_t));
			break;
		case W_STR:
			attr_str(m, attr, va_arg(ap, const char *));
			break;
		case W_DATA:
			insn_put_data(m, attr, va_arg(ap, const struct insn_data *));
			break;
		default:
			__builtin_unreachable();
		}
	}
	va_end(ap);
	insn_close(m, nest);
}

/* ---- decoding: every length is checked, as messages may be malformed ---- */

/* A NUL-terminated string inside the attribute, or NULL. */
static const char *get_str(const struct nlattr *attr)
{
	uint16_t len = mnl_attr_get_payload_len(attr);
	const char *s = mnl_attr_get_payload(attr);

	return len && memchr(s, 0, len) ? s : NULL;
}

static bool get_number(const struct nlattr *attr, unsigned int size, uint64_t *v)
{
	const void *p = mnl_attr_get_payload(attr);
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	if (mnl_attr_get_payload_len(attr) < size)
		return false;
	switch (size) {
	case 1:
		*v = *(const uint8_t *)p;
		break;
	case 2:
		memcpy(&u16, p, size);
		*v = ntohs(u16);
		break;
	case 4:
		memcpy(&u32, p, size);
		*v = ntohl(u32);
		break;
	default:
		memcpy(&u64, p, size);
		*v = be64toh(u64);
	}
	return true;
}

/* Does the attribute lie inside what remains of its parent? */
static bool attr_fits(const struct nlattr *attr, const char *end)
{
	/* Negative where the padding of the last one ends beyond its parent. */
	ptrdiff_t left = end - (const char *)attr;

	return left >= (ptrdiff_t)sizeof(*attr) && attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= left;
}

#define for_each_attr(attr, nest) \
	for (const char *end_ = (const char *)(nest) + (nest)->nla_len, \
		     *once_ = (const char *)(attr = mnl_attr_get_payload(nest)); \
	     (void)once_, attr_fits(attr, end_); attr = mnl_attr_next(attr))

bool insn_get_verdict(const struct nlattr *nest, struct insn_data *out)
{
	const struct nlattr *attr;
	bool has_code = false;
	uint64_t v;

	for_each_attr(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case NFTA_VERDICT_CODE:
			if (!get_number(attr, 4, &v))
				return false;
			out->verdict = (int32_t)v;
			has_code = true;
			break;
		case NFTA_VERDICT_CHAIN:
			out->chain = get_str(attr);
			if (!out->chain)
				return false;
			break;
		}
	}
	out->is_verdict = true;
	return has_code;
}

bool insn_get_data(struct arena *a, const struct nlattr *nest, struct insn_data *out)
{
	const struct nlattr *attr;

	(void)a;
	memset(out, 0, sizeof(*out));
	for_each_attr(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case NFTA_DATA_VALUE:
			if (mnl_attr_get_payload_len(attr) > INSN_DATA_MAX)
				return false;
			out->len = mnl_attr_get_payload_len(attr);
			memcpy(out->bytes, mnl_attr_get_payload(attr), out->len);
			return true;
		case NFTA_DATA_VERDICT:
			return insn_get_verdict(attr, out);
		}
	}
	return false;
}

static bool decode_attr(struct arena *a, enum wire_type type, const struct nlattr *attr,
			union insn_val *v)
{
	switch (type) {
	case W_U8:
		return get_number(attr, 1, &v->u);
	case W_U16:
		return get_number(attr, 2, &v->u);
	case W_U32:
		return get_number(attr, 4, &v->u);
	case W_U64:
		return get_number(attr, 8, &v->u);
	case W_STR:
		v->str = get_str(attr);
		return v->str;
	case W_DATA:
		v->data = arena_new(a, struct insn_data);
		return insn_get_data(a, attr, v->data);
	case W_RAW:
		v->raw.attr = attr;
		return true;
	default:
		return false;
	}
}

void insn_decode_attrs(struct arena *a, enum insn_kind kind, const struct nlattr *data,
		       struct insn *out)
{
	const struct insn_def *def = &insn_defs[kind];
	const struct nlattr *attr;

	memset(out, 0, sizeof(*out));
	out->kind = kind;
	out->name = def->name;
	if (!data)
		return;
	for_each_attr(attr, data) {
		unsigned int type = mnl_attr_get_type(attr);

		/* Attributes of a newer kernel refine what is known: skipped. */
		if (type >= INSN_ATTR_MAX || def->attrs[type] == W_NONE)
			continue;
		if (!decode_attr(a, def->attrs[type], attr, &out->v[type])) {
			out->kind = IN_UNKNOWN;
			return;
		}
		out->present |= 1u << type;
	}
}

static enum insn_kind kind_by_name(const char *name)
{
	for (unsigned int k = 1; k < IN_MAX; k++)
		if (insn_defs[k].name && !strcmp(insn_defs[k].name, name))
			return k;
	return IN_UNKNOWN;
}

void insn_decode(struct arena *a, const struct nlattr *expr, struct insn *out)
{
	const struct nlattr *attr, *data = NULL;
	const char *name = NULL;

	for_each_attr(attr, expr) {
		if (mnl_attr_get_type(attr) == NFTA_EXPR_NAME)
			name = get_str(attr);
		else if (mnl_attr_get_type(attr) == NFTA_EXPR_DATA)
			data = attr;
	}
	if (!name) {
		memset(out, 0, sizeof(*out));
		out->name = "malformed";
		return;
	}
	insn_decode_attrs(a, kind_by_name(name), data, out);
	if (out->kind == IN_UNKNOWN)
		out->name = name;
}
