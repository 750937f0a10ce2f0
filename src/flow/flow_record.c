// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows as records: their columns, and what lists and monitors do with them (record.h).
 */
#include "ast.h"
#include "flow_record.h"
#include "flow_value.h"

#define RECORD struct flow
#include "record_columns.h"

/* ---- columns ---- */

PORT(sport, dir[CT_ORIG].tuple, CTT_SPORT, sport)
PORT(dport, dir[CT_ORIG].tuple, CTT_DPORT, dport)
PORT(reply_sport, dir[CT_REPLY].tuple, CTT_SPORT, sport)
PORT(reply_dport, dir[CT_REPLY].tuple, CTT_DPORT, dport)
NUMBER(packets, r->dir[CT_ORIG].has & FLD_PACKETS,
       r->dir[CT_ORIG].packets + r->dir[CT_REPLY].packets)
NUMBER(bytes, r->dir[CT_ORIG].has & FLD_BYTES, r->dir[CT_ORIG].bytes + r->dir[CT_REPLY].bytes)
NUMBER(original_packets, r->dir[CT_ORIG].has & FLD_PACKETS, r->dir[CT_ORIG].packets)
NUMBER(reply_packets, r->dir[CT_REPLY].has & FLD_PACKETS, r->dir[CT_REPLY].packets)
NUMBER(original_bytes, r->dir[CT_ORIG].has & FLD_BYTES, r->dir[CT_ORIG].bytes)
NUMBER(reply_bytes, r->dir[CT_REPLY].has & FLD_BYTES, r->dir[CT_REPLY].bytes)
NUMBER(rate, r->has & FL_CREATED, flow_rate(r, CT_ORIG) + flow_rate(r, CT_REPLY))
NUMBER(age, r->has & FL_CREATED, flow_age(r) / 1000000000)
NUMBER(start, r->has & FL_CREATED, r->created)
NUMBER(idle, r->has & FL_IDLE, r->idle / 1000)
NUMBER(timeout, r->has & FL_LEFT && !(r->has & FL_REASON), r->left / 1000)
NUMBER(mark, r->has & FL_MARK, r->mark)
NUMBER(zone, r->has & FL_ZONE, r->zone)
NUMBER(id, r->has & FL_CT_ID, r->ct_id)

FAMILY(l3proto)
PROTOCOL(dir[CT_ORIG].tuple)
ADDR(source, dir[CT_ORIG].tuple, true)
ADDR(destination, dir[CT_ORIG].tuple, false)
ADDR(reply_source, dir[CT_REPLY].tuple, true)
ADDR(reply_destination, dir[CT_REPLY].tuple, false)

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

static const struct column columns[] = {
	COL_T("family", family, GROUP),
	COL_TITLED("protocol", "PROTO", protocol, SHOWN | GROUP),
	ROWS_ADDRESSES,
	ROWS_REPLY,
	COL_T("nat", nat, SHOWN | GROUP),
	ROWS_COUNTERS,
	COL_N("rate", rate, COL_BITRATE, SHOWN | COLF_DESC),
	COL_T("flowtable", flowtable, SHOWN | GROUP),
	COL_TITLED("device", "IIF", iif, SHOWN | GROUP),
	COL_T("oif", oif, SHOWN | GROUP),
	COL_N("age", age, COL_SECONDS, SHOWN | COLF_DESC),
	COL_N("idle", idle, COL_SECONDS, COLF_DESC),
	COL_N("timeout", timeout, COL_SECONDS, SHOWN),
	COL_N("start", start, COL_TIME, 0),
	COL_N("mark", mark, COL_NUMBER, SHOWN | GROUP),
	COL_N("zone", zone, COL_NUMBER, SHOWN | GROUP),
	COL_T("xmit", xmit, GROUP),
	COL_N("id", id, COL_NUMBER, 0),
	COL_T("reason", reason, GROUP),
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

	f->texts = NULL;
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
