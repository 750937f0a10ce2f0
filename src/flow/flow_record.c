// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows as records: their columns, and what lists and monitors do with them (record.h).
 */
#include "ast.h"
#include "flow_record.h"
#include "flow_value.h"
#include "names.h"

/* ---- columns ---- */

#define NUMBER(name, condition, value) \
	static bool number_##name(const void *rec, uint64_t *v) \
	{ \
		const struct flow *f = rec; \
		\
		*v = (value); \
		return (condition); \
	}

NUMBER(sport, f->dir[CT_ORIG].has & FLD_SPORT, f->dir[CT_ORIG].tuple.sport)
NUMBER(dport, f->dir[CT_ORIG].has & FLD_DPORT, f->dir[CT_ORIG].tuple.dport)
NUMBER(reply_sport, f->dir[CT_REPLY].has & FLD_SPORT, f->dir[CT_REPLY].tuple.sport)
NUMBER(reply_dport, f->dir[CT_REPLY].has & FLD_DPORT, f->dir[CT_REPLY].tuple.dport)
NUMBER(packets, f->dir[CT_ORIG].has & FLD_PACKETS,
       f->dir[CT_ORIG].packets + f->dir[CT_REPLY].packets)
NUMBER(bytes, f->dir[CT_ORIG].has & FLD_BYTES, f->dir[CT_ORIG].bytes + f->dir[CT_REPLY].bytes)
NUMBER(original_packets, f->dir[CT_ORIG].has & FLD_PACKETS, f->dir[CT_ORIG].packets)
NUMBER(reply_packets, f->dir[CT_REPLY].has & FLD_PACKETS, f->dir[CT_REPLY].packets)
NUMBER(original_bytes, f->dir[CT_ORIG].has & FLD_BYTES, f->dir[CT_ORIG].bytes)
NUMBER(reply_bytes, f->dir[CT_REPLY].has & FLD_BYTES, f->dir[CT_REPLY].bytes)
NUMBER(rate, f->has & FL_CREATED, flow_rate(f, CT_ORIG) + flow_rate(f, CT_REPLY))
NUMBER(age, f->has & FL_CREATED, flow_age(f) / 1000000000)
NUMBER(start, f->has & FL_CREATED, f->created)
NUMBER(idle, f->has & FL_IDLE, f->idle / 1000)
NUMBER(timeout, f->has & FL_LEFT && !(f->has & FL_REASON), f->left / 1000)
NUMBER(mark, f->has & FL_MARK, f->mark)
NUMBER(zone, f->has & FL_ZONE, f->zone)
NUMBER(id, f->has & FL_CT_ID, f->ct_id)

#define TEXT(name) \
	static bool text_##name(const void *rec, const struct print_opts *opts, struct out *o)

static const struct flow *flow_of(const void *rec)
{
	return rec;
}

TEXT(family)
{
	(void)opts;
	put_family_name(o, flow_of(rec)->l3proto);
	return flow_of(rec)->has & FL_L3PROTO;
}

TEXT(protocol)
{
	put_protocol(o, flow_of(rec)->l4proto, opts);
	return flow_of(rec)->has & FL_L4PROTO;
}

TEXT(service)
{
	return put_service(o, &flow_of(rec)->dir[CT_ORIG].tuple, opts);
}

/* Addresses and ports of both directions. */
#define ADDR(name, dir_, source) \
	TEXT(name) \
	{ \
		return put_tuple_addr(o, &flow_of(rec)->dir[dir_].tuple, source, opts); \
	} \
	static unsigned int order_##name(const void *rec, uint8_t bytes[COLUMN_ORDER_MAX]) \
	{ \
		return order_tuple_addr(&flow_of(rec)->dir[dir_].tuple, source, bytes); \
	}
ADDR(source, CT_ORIG, true)
ADDR(destination, CT_ORIG, false)
ADDR(reply_source, CT_REPLY, true)
ADDR(reply_destination, CT_REPLY, false)

#define PORT(name) \
	TEXT(name) \
	{ \
		uint64_t port; \
		\
		if (!number_##name(rec, &port)) \
			return false; \
		put_port(o, (unsigned int)port, flow_of(rec)->l4proto, opts); \
		return true; \
	}
PORT(sport)
PORT(dport)
PORT(reply_sport)
PORT(reply_dport)

static bool put_device(const struct flow *f, uint32_t index, struct out *o)
{
	const struct device_name *d;

	if (!index)
		return false;
	d = device_by_index(f->devices, index);
	out_write(o, d->name, d->len);
	return true;
}

TEXT(iif)
{
	(void)opts;
	return put_device(rec, flow_iif(rec, CT_ORIG), o);
}

TEXT(oif)
{
	(void)opts;
	return put_device(rec, flow_oif(rec, CT_ORIG), o);
}

TEXT(flowtable)
{
	const struct flow *f = rec;
	const char *family = family_name(f->family);

	(void)opts;
	if (!(f->has & FL_FLOWTABLE))
		return false;
	if (family)
		out_puts(o, family);
	else
		out_u64(o, f->family);
	out_putc(o, '/');
	out_write(o, f->table.s, f->table.len);
	out_putc(o, '/');
	out_write(o, f->flowtable.s, f->flowtable.len);
	return true;
}

TEXT(nat)
{
	(void)opts;
	out_puts(o, flow_nat(rec));
	return true;
}

TEXT(xmit)
{
	const struct flow *f = rec;

	(void)opts;
	flow_reason_print(o, FLOW_XMIT, f->dir[CT_ORIG].xmit);
	out_putc(o, '/');
	flow_reason_print(o, FLOW_XMIT, f->dir[CT_REPLY].xmit);
	return true;
}

TEXT(reason)
{
	const struct flow *f = rec;

	(void)opts;
	if (!(f->has & FL_REASON))
		return false;
	flow_reason_print(o, FLOW_REMOVED, f->reason);
	return true;
}

#define COL_N(name, member, unit, flags) \
	{ name, NULL, unit, flags, number_##member, NULL, NULL }
#define COL_T(name, title, member, flags) \
	{ name, title, COL_TEXT, flags, NULL, text_##member, NULL }
#define COL_A(name, member, flags) \
	{ name, NULL, COL_TEXT, flags, NULL, text_##member, order_##member }
#define COL_P(name, member, flags) \
	{ name, NULL, COL_NUMBER, flags, number_##member, text_##member, NULL }
#define SHOWN COLF_TABLE
#define GROUP COLF_GROUP

static const struct column columns[] = {
	COL_T("family", NULL, family, GROUP),
	COL_T("protocol", "PROTO", protocol, SHOWN | GROUP),
	COL_A("source", source, SHOWN | GROUP),
	COL_P("sport", sport, SHOWN | GROUP),
	COL_A("destination", destination, SHOWN | GROUP),
	COL_P("dport", dport, SHOWN | GROUP),
	COL_T("service", NULL, service, GROUP),
	COL_A("reply-source", reply_source, GROUP),
	COL_P("reply-sport", reply_sport, GROUP),
	COL_A("reply-destination", reply_destination, GROUP),
	COL_P("reply-dport", reply_dport, GROUP),
	COL_T("nat", NULL, nat, SHOWN | GROUP),
	COL_N("packets", packets, COL_PACKETS, SHOWN | COLF_DESC),
	COL_N("bytes", bytes, COL_BYTES, SHOWN | COLF_DESC),
	COL_N("original-packets", original_packets, COL_PACKETS, COLF_DESC),
	COL_N("original-bytes", original_bytes, COL_BYTES, COLF_DESC),
	COL_N("reply-packets", reply_packets, COL_PACKETS, COLF_DESC),
	COL_N("reply-bytes", reply_bytes, COL_BYTES, COLF_DESC),
	COL_N("rate", rate, COL_BITRATE, SHOWN | COLF_DESC),
	COL_T("flowtable", NULL, flowtable, SHOWN | GROUP),
	COL_T("device", "IIF", iif, SHOWN | GROUP),
	COL_T("oif", NULL, oif, SHOWN | GROUP),
	COL_N("age", age, COL_SECONDS, SHOWN | COLF_DESC),
	COL_N("idle", idle, COL_SECONDS, COLF_DESC),
	COL_N("timeout", timeout, COL_SECONDS, SHOWN),
	COL_N("start", start, COL_TIME, 0),
	COL_N("mark", mark, COL_NUMBER, SHOWN | GROUP),
	COL_N("zone", zone, COL_NUMBER, SHOWN | GROUP),
	COL_T("xmit", NULL, xmit, GROUP),
	COL_N("id", id, COL_NUMBER, 0),
	COL_T("reason", NULL, reason, GROUP),
	{ .name = NULL }
};

/* ---- the type ---- */

static void line(struct out *o, const void *rec, unsigned int flags, int64_t now)
{
	(void)now;
	flow_print(o, rec, flags);
}

static json_t *json(const void *rec, int64_t now)
{
	(void)now;
	return flow_json(rec);
}

static bool traffic(const void *rec, uint64_t *packets, uint64_t *bytes)
{
	return number_packets(rec, packets) && number_bytes(rec, bytes);
}

static void keep(void *rec, struct arena *a)
{
	struct flow *f = rec;

	ct_str_keep(&f->table, a);
	ct_str_keep(&f->flowtable, a);
	for (unsigned int i = 0; i < 2; i++) {
		ct_str_keep(&f->dir[i].in_encap, a);
		ct_str_keep(&f->dir[i].out_encap, a);
	}
}

const struct record_type flow_record = {
	.name = "flows",
	.one = "flow",
	.size = sizeof(struct flow),
	.columns = columns,
	.value = flow_value,
	.knows = flow_knows,
	.line = line,
	.json = json,
	.traffic = traffic,
	.keep = keep,
};
