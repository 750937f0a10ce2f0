/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protocol, and what a tuple has besides addresses, as conntrack(8) prints it, with a blank
 * behind. In a header, as the printers of many lines have no time for a call.
 */
#ifndef NFF_CT_TUPLE_H
#define NFF_CT_TUPLE_H

#include "conntrack.h"
#include "ct_text.h"

/* How lines begin: name and number of the protocol. */
PUT_INLINE char *put_l4(char *p, const struct ct_l4 *l4, uint8_t l4proto)
{
	memcpy(p, l4->begin, sizeof(l4->begin));
	p += l4->begin_len;
	if (l4->kind == CT_L4_NONE) {
		p = put_u32(p, l4proto);
		*p++ = ' ';
	}
	return p;
}

PUT_INLINE char *put_ports(char *p, const struct ct_tuple *t)
{
	p = put_str(p, "sport=");
	p = put_u16(p, t->sport);
	p = put_str(p, " dport=");
	p = put_u16(p, t->dport);
	*p++ = ' ';
	return p;
}

static inline char *put_gre(char *p, const struct ct_tuple *t)
{
	p = put_str(p, "srckey=0x");
	p = put_hex(p, t->sport);
	p = put_str(p, " dstkey=0x");
	p = put_hex(p, t->dport);
	*p++ = ' ';
	return p;
}

static inline char *put_icmp(char *p, const struct ct_tuple *t)
{
	p = put_str(p, "type=");
	p = put_u32(p, t->icmp_type);
	p = put_str(p, " code=");
	p = put_u32(p, t->icmp_code);
	p = put_str(p, " id=");
	p = put_u32(p, t->icmp_id);
	*p++ = ' ';
	return p;
}

/* kind: enum ct_l4_kind. At most TUPLE_L4_MAX bytes. */
#define TUPLE_L4_MAX 48
PUT_INLINE char *put_tuple_l4(char *p, const struct ct_tuple *t, unsigned int kind)
{
	switch (kind) {
	case CT_L4_PORTS:
		return put_ports(p, t);
	case CT_L4_GRE:
		return put_gre(p, t);
	case CT_L4_ICMP:
		return put_icmp(p, t);
	default:
		return p;
	}
}

#endif
