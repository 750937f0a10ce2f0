// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conntracks as the commands that make them again: -o save.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>
#include <string.h>

#include "conntrack.h"
#include "ct_encode.h"
#include "ct_save.h"

/* "ip saddr 10.0.0.1", "ct reply ip daddr 10.0.0.2" */
static void put_addr(struct out *o, const char *dir, const struct ct_tuple *t, bool source)
{
	bool v6 = t->has & (source ? CTT_SRC6 : CTT_DST6);
	char text[INET6_ADDRSTRLEN];

	if (!(t->has & (source ? CTT_SRC4 | CTT_SRC6 : CTT_DST4 | CTT_DST6)))
		return;
	inet_ntop(v6 ? AF_INET6 : AF_INET, source ? t->src : t->dst, text, sizeof(text));
	out_printf(o, " %s%s %caddr %s", dir, v6 ? "ip6" : "ip", source ? 's' : 'd', text);
}

static void put_l4(struct out *o, const struct ct_tuple *t)
{
	const struct ct_l4 *l4 = ct_l4(t->l4proto);

	switch (l4->kind) {
	case CT_L4_PORTS:
		out_printf(o, " %s sport %u %s dport %u", l4->name, t->sport, l4->name, t->dport);
		break;
	case CT_L4_ICMP:
		/* "icmp id" is known of some types only; this says the id of any */
		out_printf(o, " %s type %u %s code %u ct original proto-src %u",
			   t->l4proto == IPPROTO_ICMPV6 ? "icmpv6" : "icmp", t->icmp_type,
			   t->l4proto == IPPROTO_ICMPV6 ? "icmpv6" : "icmp", t->icmp_code,
			   t->icmp_id);
		break;
	case CT_L4_GRE:
		out_printf(o, " meta l4proto %u ct original proto-src %u ct original proto-dst %u",
			   t->l4proto, t->sport, t->dport);
		break;
	default:
		out_printf(o, " meta l4proto %u", t->l4proto);
	}
}

static void put_tuple(struct out *o, const struct ct_tuple *t)
{
	put_addr(o, "", t, true);
	put_addr(o, "", t, false);
	put_l4(o, t);
}

/* Where there is NAT: what the reply is, besides the original direction turned around. */
static void put_reply(struct out *o, const struct conntrack *ct)
{
	const struct ct_tuple *r = &ct->tuple[CT_REPLY];
	struct ct_tuple plain;
	unsigned int kind = ct_l4(r->l4proto)->kind;

	if (!ct_mirror(&ct->tuple[CT_ORIG], &plain))
		return;
	if (memcmp(plain.src, r->src, sizeof(r->src)))
		put_addr(o, "ct reply ", r, true);
	if (memcmp(plain.dst, r->dst, sizeof(r->dst)))
		put_addr(o, "ct reply ", r, false);
	if (kind == CT_L4_ICMP && plain.icmp_id != r->icmp_id)
		out_printf(o, " ct reply proto-src %u", r->icmp_id);
	if (kind != CT_L4_PORTS && kind != CT_L4_GRE)
		return;
	if (plain.sport != r->sport)
		out_printf(o, " ct reply proto-src %u", r->sport);
	if (plain.dport != r->dport)
		out_printf(o, " ct reply proto-dst %u", r->dport);
}

static void put_zones(struct out *o, const struct conntrack *ct)
{
	if (ct->has & CT_ZONE)
		out_printf(o, " ct zone %u", ct->zone);
	if (ct->tuple[CT_ORIG].has & CTT_ZONE)
		out_printf(o, " ct original zone %u", ct->tuple[CT_ORIG].zone);
	if (ct->tuple[CT_REPLY].has & CTT_ZONE)
		out_printf(o, " ct reply zone %u", ct->tuple[CT_REPLY].zone);
}

/* What the kernel lets be set of the status. */
static void put_status(struct out *o, uint32_t status)
{
	const char *before = " set status ";

	for (const struct ct_status_name *s = ct_status_names; s->name; s++) {
		if (!(status & s->bit & (IPS_ASSURED | IPS_SEEN_REPLY | IPS_FIXED_TIMEOUT)))
			continue;
		out_printf(o, "%s%s", before, s->name);
		before = ",";
	}
}

static void put_state(struct out *o, const struct conntrack *ct)
{
	const char *state = ct_state(ct);

	if (state && strcmp(state, "NONE")) {
		out_puts(o, " set state ");
		for (; *state; state++)
			out_putc(o, (char)tolower((unsigned char)*state));
	}
	if (ct->proto.has & CTP_DCCP_ROLE)
		out_printf(o, " set role %s", ct->proto.dccp_role ? "server" : "client");
	if (ct->proto.has & CTP_SCTP_VTAG)
		out_printf(o, " set vtag-original %u set vtag-reply %u", ct->proto.sctp_vtag[0],
			   ct->proto.sctp_vtag[1]);
}

static void put_labels(struct out *o, struct ct_str labels)
{
	const char *before = " set label ";

	for (uint32_t i = 0; i < labels.len * 8; i++) {
		if (!(labels.s[i / 8] >> i % 8 & 1))
			continue;
		out_printf(o, "%s%u", before, i);
		before = ",";
	}
}

void ct_save(struct out *o, const struct conntrack *ct)
{
	out_puts(o, "add conntrack");
	put_tuple(o, &ct->tuple[CT_ORIG]);
	put_reply(o, ct);
	put_zones(o, ct);
	if (ct->master.has) {
		out_puts(o, " master");
		put_tuple(o, &ct->master);
	}
	put_state(o, ct);
	put_status(o, ct->status);
	if (ct->has & CT_TIMEOUT)
		out_printf(o, " set timeout %us", ct->timeout);
	if (ct->mark)
		out_printf(o, " set mark 0x%x", ct->mark);
	if (ct->has & CT_HELPER)
		out_printf(o, " set helper %.*s", (int)ct->helper.len, ct->helper.s);
	if (ct->has & CT_LABELS)
		put_labels(o, ct->labels);
	out_putc(o, '\n');
}
