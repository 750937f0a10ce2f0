/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions behind the columns of one kind of record, and the rows of its table (record.h).
 * The file that includes this says what RECORD is, a struct; in conditions and expressions the
 * record is r.
 */
#ifndef NFF_RECORD_COLUMNS_H
#define NFF_RECORD_COLUMNS_H

#include "names.h"
#include "record.h"

/* A number, where condition holds. */
#define NUMBER(name, condition, expression) \
	static bool number_##name(const void *rec, uint64_t *value) \
	{ \
		const RECORD *r = rec; \
		\
		if (!(condition)) \
			return false; \
		*value = (expression); \
		return true; \
	}

#define TEXT(name) \
	static bool text_##name(const void *rec, const struct print_opts *opts, struct out *o)

/* The source or destination of a tuple. */
#define ADDR(name, tuple, source) \
	TEXT(name) \
	{ \
		const RECORD *r = rec; \
		\
		return put_tuple_addr(o, &r->tuple, source, opts); \
	} \
	static unsigned int order_##name(const void *rec, uint8_t bytes[COLUMN_ORDER_MAX]) \
	{ \
		const RECORD *r = rec; \
		\
		return order_tuple_addr(&r->tuple, source, bytes); \
	}

/* A port of a tuple, member, where it has the bit and ports at all. */
#define PORT(name, tuple, bit, member) \
	NUMBER(name, r->tuple.has & (bit) && ct_l4(r->tuple.l4proto)->kind != CT_L4_ICMP, \
	       r->tuple.member) \
	TEXT(name) \
	{ \
		const RECORD *r = rec; \
		uint64_t port; \
		\
		if (!number_##name(rec, &port)) \
			return false; \
		put_port(o, (unsigned int)port, r->tuple.l4proto, opts); \
		return true; \
	}

/* Family, protocol and service of a tuple. */
#define FAMILY(member) \
	TEXT(family) \
	{ \
		const RECORD *r = rec; \
		\
		(void)opts; \
		put_family_name(o, r->member); \
		return r->member; \
	}
#define PROTOCOL(tuple) \
	TEXT(protocol) \
	{ \
		const RECORD *r = rec; \
		\
		if (r->tuple.has & CTT_L4PROTO) \
			put_protocol(o, r->tuple.l4proto, opts); \
		return r->tuple.has & CTT_L4PROTO; \
	} \
	TEXT(service) \
	{ \
		const RECORD *r = rec; \
		\
		return put_service(o, &r->tuple, opts); \
	}

/* A string out of the message. */
#define STRING(name, bit, member) \
	TEXT(name) \
	{ \
		const RECORD *r = rec; \
		\
		(void)opts; \
		if (r->has & (bit)) \
			out_write(o, r->member.s, r->member.len); \
		return r->has & (bit); \
	}

/* Rows: a number, a text, an address, a port; and a text with a title of its own. */
#define COL_N(name, member, unit, flags) \
	{ name, NULL, unit, flags, number_##member, NULL, NULL }
#define COL_T(name, member, flags) \
	{ name, NULL, COL_TEXT, flags, NULL, text_##member, NULL }
#define COL_A(name, member, flags) \
	{ name, NULL, COL_TEXT, flags, NULL, text_##member, order_##member }
#define COL_P(name, member, flags) \
	{ name, NULL, COL_NUMBER, flags, number_##member, text_##member, NULL }
#define COL_TITLED(name, title, member, flags) \
	{ name, title, COL_TEXT, flags, NULL, text_##member, NULL }
#define SHOWN COLF_TABLE
#define GROUP COLF_GROUP

/* Rows that several tables have. */
#define ROWS_ADDRESSES \
	COL_A("source", source, SHOWN | GROUP), \
	COL_P("sport", sport, SHOWN | GROUP), \
	COL_A("destination", destination, SHOWN | GROUP), \
	COL_P("dport", dport, SHOWN | GROUP), \
	COL_T("service", service, GROUP)
#define ROWS_REPLY \
	COL_A("reply-source", reply_source, GROUP), \
	COL_P("reply-sport", reply_sport, GROUP), \
	COL_A("reply-destination", reply_destination, GROUP), \
	COL_P("reply-dport", reply_dport, GROUP)
#define ROWS_COUNTERS \
	COL_N("packets", packets, COL_PACKETS, SHOWN | COLF_DESC), \
	COL_N("bytes", bytes, COL_BYTES, SHOWN | COLF_DESC), \
	COL_N("original-packets", original_packets, COL_PACKETS, COLF_DESC), \
	COL_N("original-bytes", original_bytes, COL_BYTES, COLF_DESC), \
	COL_N("reply-packets", reply_packets, COL_PACKETS, COLF_DESC), \
	COL_N("reply-bytes", reply_bytes, COL_BYTES, COLF_DESC)

#endif
