// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conntracks as records: their columns, and what lists and monitors ask of them.
 */
#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

#include "conntrack.h"
#include "ct_save.h"
#include "ct_value.h"
#include "view_impl.h"

#define RECORD struct conntrack
#include "record_columns.h"

static const struct conntrack *ct_of(const void *rec)
{
	return rec;
}

/* ---- numbers ---- */

#define MEMBER(name, bit) NUMBER(name, r->has & (bit), r->name)
#define OF_TUPLE(name, dir, bit, member) \
	NUMBER(name, r->tuple[dir].has & (bit), r->tuple[dir].member)
#define COUNTED(name, dir, bit, member) \
	NUMBER(name, r->counters[dir].has & (bit), r->counters[dir].member)

/* Both directions, where any of them is counted. */
static uint64_t sum(const struct conntrack *ct, bool bytes)
{
	const struct ct_counters *c = ct->counters;

	return bytes ? c[0].bytes + c[1].bytes : c[0].packets + c[1].packets;
}

static uint64_t age(const struct conntrack *ct)
{
	uint64_t end = ct->has & CT_STOP ? ct->stop : (uint64_t)view_now();

	return end > ct->start ? (end - ct->start) / 1000000000 : 0;
}

MEMBER(id, CT_ID)
MEMBER(timeout, CT_TIMEOUT)
MEMBER(mark, CT_MARK)
MEMBER(secmark, CT_SECMARK)
MEMBER(zone, CT_ZONE)
OF_TUPLE(zone_original, CT_ORIG, CTT_ZONE, zone)
OF_TUPLE(zone_reply, CT_REPLY, CTT_ZONE, zone)
MEMBER(use, CT_USE)
MEMBER(start, CT_START)
MEMBER(stop, CT_STOP)
NUMBER(age, r->has & CT_START, age(r))
PORT(sport, tuple[CT_ORIG], CTT_SPORT, sport)
PORT(dport, tuple[CT_ORIG], CTT_DPORT, dport)
PORT(reply_sport, tuple[CT_REPLY], CTT_SPORT, sport)
PORT(reply_dport, tuple[CT_REPLY], CTT_DPORT, dport)
OF_TUPLE(icmp_type, CT_ORIG, CTT_ICMP_TYPE, icmp_type)
OF_TUPLE(icmp_code, CT_ORIG, CTT_ICMP_CODE, icmp_code)
OF_TUPLE(icmp_id, CT_ORIG, CTT_ICMP_ID, icmp_id)
COUNTED(original_packets, CT_ORIG, CTC_PACKETS, packets)
COUNTED(original_bytes, CT_ORIG, CTC_BYTES, bytes)
COUNTED(reply_packets, CT_REPLY, CTC_PACKETS, packets)
COUNTED(reply_bytes, CT_REPLY, CTC_BYTES, bytes)
NUMBER(packets, (r->counters[0].has | r->counters[1].has) & CTC_PACKETS, sum(r, false))
NUMBER(bytes, (r->counters[0].has | r->counters[1].has) & CTC_BYTES, sum(r, true))

/* ---- texts ---- */

FAMILY(family)
PROTOCOL(tuple[CT_ORIG])
ADDR(source, tuple[CT_ORIG], true)
ADDR(destination, tuple[CT_ORIG], false)
ADDR(reply_source, tuple[CT_REPLY], true)
ADDR(reply_destination, tuple[CT_REPLY], false)
STRING(helper, CT_HELPER, helper)
STRING(secctx, CT_SECCTX, secctx)

TEXT(state)
{
	const char *state = ct_state(ct_of(rec));

	(void)opts;
	if (state)
		out_puts(o, state);
	return state;
}

static void put_nat(struct out *o, const char *kind, const struct ct_tuple *t, bool source,
		    const struct print_opts *opts)
{
	bool v6 = t->has & CTT_SRC6;

	out_puts(o, kind);
	out_puts(o, v6 ? " [" : " ");
	put_tuple_addr(o, t, source, opts);
	if (v6)
		out_putc(o, ']');
	if (ct_l4(t->l4proto)->kind == CT_L4_PORTS) {
		out_putc(o, ':');
		out_u64(o, source ? t->sport : t->dport);
	}
}

/* "snat 192.0.2.1:40000": what the other side sees; the reply direction has it. */
TEXT(nat)
{
	const struct conntrack *ct = rec;

	if (!(ct->status & (IPS_SRC_NAT | IPS_DST_NAT)))
		return false;
	if (ct->status & IPS_SRC_NAT)
		put_nat(o, "snat", &ct->tuple[CT_REPLY], false, opts);
	if (ct->status & IPS_DST_NAT)
		put_nat(o, ct->status & IPS_SRC_NAT ? " dnat" : "dnat", &ct->tuple[CT_REPLY], true,
			opts);
	return true;
}

/* As the line has it: one flag. */
TEXT(flag)
{
	const struct conntrack *ct = rec;
	const char *flag = ct->status & IPS_HW_OFFLOAD ? "HW_OFFLOAD" :
			   ct->status & IPS_OFFLOAD ? "OFFLOAD" :
			   !(ct->status & IPS_SEEN_REPLY) ? "UNREPLIED" :
			   ct->status & IPS_ASSURED ? "ASSURED" : NULL;

	(void)opts;
	if (!flag || !(ct->has & CT_STATUS))
		return false;
	out_puts(o, flag);
	return true;
}

/* Names, and the numbers of bits that a newer kernel may have. */
TEXT(status)
{
	uint32_t status = ct_of(rec)->status;
	const char *comma = "";

	(void)opts;
	for (const struct ct_status_name *s = ct_status_names; s->name; s++) {
		if (!(status & s->bit))
			continue;
		out_printf(o, "%s%s", comma, s->name);
		status &= ~s->bit;
		comma = ",";
	}
	for (unsigned int bit = 0; bit < 32; bit++) {
		if (!(status >> bit & 1))
			continue;
		out_printf(o, "%s%u", comma, bit);
		comma = ",";
	}
	return ct_of(rec)->has & CT_STATUS;
}

TEXT(labels)
{
	struct ct_str labels = ct_of(rec)->labels;
	const char *comma = "";

	for (uint32_t i = 0; i < labels.len * 8; i++) {
		const char *name;

		if (!(labels.s[i / 8] >> i % 8 & 1))
			continue;
		name = opts->numeric_symbol ? NULL : ct_label_name(i);
		out_puts(o, comma);
		if (name)
			out_puts(o, name);
		else
			out_u64(o, i);
		comma = ",";
	}
	return *comma;
}

/* ---- columns ---- */

static const struct column ct_columns[] = {
	COL_T("family", family, GROUP),
	COL_TITLED("protocol", "PROTO", protocol, SHOWN | GROUP),
	COL_T("state", state, SHOWN | GROUP),
	ROWS_ADDRESSES,
	COL_N("icmp-type", icmp_type, COL_NUMBER, GROUP),
	COL_N("icmp-code", icmp_code, COL_NUMBER, GROUP),
	COL_N("icmp-id", icmp_id, COL_NUMBER, GROUP),
	ROWS_REPLY,
	COL_T("nat", nat, SHOWN | GROUP),
	ROWS_COUNTERS,
	COL_N("timeout", timeout, COL_SECONDS, SHOWN),
	COL_T("flag", flag, SHOWN | GROUP),
	COL_T("status", status, GROUP),
	COL_N("mark", mark, COL_NUMBER, SHOWN | GROUP),
	COL_N("zone", zone, COL_NUMBER, SHOWN | GROUP),
	COL_N("zone-original", zone_original, COL_NUMBER, GROUP),
	COL_N("zone-reply", zone_reply, COL_NUMBER, GROUP),
	COL_T("helper", helper, SHOWN | GROUP),
	COL_T("labels", labels, SHOWN | GROUP),
	COL_N("secmark", secmark, COL_NUMBER, GROUP),
	COL_T("secctx", secctx, GROUP),
	COL_N("age", age, COL_SECONDS, SHOWN | COLF_DESC),
	COL_N("start", start, COL_TIME, 0),
	COL_N("stop", stop, COL_TIME, 0),
	COL_N("use", use, COL_NUMBER, 0),
	COL_N("id", id, COL_NUMBER, 0),
	{ .name = NULL }
};

/* ---- the type ---- */

static void ct_line(struct out *o, const void *rec, unsigned int flags, int64_t now)
{
	ct_print(o, rec, flags, now);
}

static json_t *ct_to_json(const void *rec, int64_t now)
{
	(void)now;
	return ct_json(rec);
}

static void ct_to_save(struct out *o, const void *rec)
{
	ct_save(o, rec);
}

static bool ct_traffic(const void *rec, uint64_t *packets, uint64_t *bytes)
{
	return number_packets(rec, packets) && number_bytes(rec, bytes);
}

void ct_str_keep(struct ct_str *s, struct arena *a)
{
	if (s->len)
		s->s = arena_memdup(a, s->s, s->len);
}

static void ct_keep(void *rec, struct arena *a)
{
	struct conntrack *ct = rec;

	ct_str_keep(&ct->secctx, a);
	ct_str_keep(&ct->helper, a);
	ct_str_keep(&ct->labels, a);
}

const struct record_type conntrack_record = {
	.name = "conntracks",
	.one = "conntrack",
	.size = sizeof(struct conntrack),
	.columns = ct_columns,
	.value = ct_value,
	.knows = ct_knows,
	.line = ct_line,
	.line_ages = true,
	.json = ct_to_json,
	.save = ct_to_save,
	.traffic = ct_traffic,
	.keep = ct_keep,
};
