// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traces to AST: the headers of the packet become matches on the fields of the protocol tables.
 */
#include <linux/if_arp.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "attr.h"
#include "trace.h"

static void get_header(const struct nlattr *attr, struct trace_header *h)
{
	if (!attr)
		return;
	h->data = mnl_attr_get_payload(attr);
	h->len = mnl_attr_get_payload_len(attr);
}

bool trace_decode(struct arena *a, const struct nlmsghdr *nlh, struct trace *t)
{
	const struct nlattr *tb[NFTA_TRACE_MAX + 1];
	const struct nlattr *verdict;

	memset(t, 0, sizeof(*t));
	if (!attrs_of_msg(nlh, tb, NFTA_TRACE_MAX))
		return false;
	t->family = ((const struct nfgenmsg *)mnl_nlmsg_get_payload(nlh))->nfgen_family;
	t->table = tb[NFTA_TRACE_TABLE] ? attr_text(tb[NFTA_TRACE_TABLE]) : NULL;
	t->chain = tb[NFTA_TRACE_CHAIN] ? attr_text(tb[NFTA_TRACE_CHAIN]) : NULL;
	t->id = (uint32_t)attr_uint(tb[NFTA_TRACE_ID]);
	t->type = (uint32_t)attr_uint(tb[NFTA_TRACE_TYPE]);
	t->rule = attr_uint(tb[NFTA_TRACE_RULE_HANDLE]);
	t->mark = (uint32_t)attr_uint(tb[NFTA_TRACE_MARK]);
	t->iif = (uint32_t)attr_uint(tb[NFTA_TRACE_IIF]);
	t->oif = (uint32_t)attr_uint(tb[NFTA_TRACE_OIF]);
	t->iiftype = (uint16_t)attr_uint(tb[NFTA_TRACE_IIFTYPE]);
	t->nfproto = (uint32_t)attr_uint(tb[NFTA_TRACE_NFPROTO]);
	t->has_policy = tb[NFTA_TRACE_POLICY];
	t->policy = (uint32_t)attr_uint(tb[NFTA_TRACE_POLICY]);
	/* What is nested is laid out like the data of an expression. */
	verdict = tb[NFTA_TRACE_VERDICT];
	t->has_verdict = verdict && insn_get_verdict(verdict, &t->verdict);
	if (t->has_verdict && t->verdict.chain)
		t->verdict.chain = arena_strdup(a, t->verdict.chain);
	get_header(tb[NFTA_TRACE_LL_HEADER], &t->header[PB_LL]);
	get_header(tb[NFTA_TRACE_NETWORK_HEADER], &t->header[PB_NH]);
	get_header(tb[NFTA_TRACE_TRANSPORT_HEADER], &t->header[PB_TH]);
	return t->table && t->chain;
}

/* ---- the packet ---- */

struct packet {
	struct arena *a;
	struct stmt *first, **last;
};

static const struct loc nowhere;

/* The match "left value". */
static void add_match(struct packet *p, struct expr *left, nff_u128 value)
{
	struct expr *right = expr_value(p->a, nowhere, left->type, left->byteorder, left->bits,
					value);
	struct stmt *s = stmt_new(p->a, ST_MATCH, nowhere);

	s->expr = expr_bin(p->a, nowhere, EX_REL, OP_EQ, left, right);
	list_add_tail(p->last, s);
}

static void add_field(struct packet *p, const struct field *f, nff_u128 value)
{
	struct expr *e = expr_field(p->a, nowhere, f, 0);

	e->type = f->type;
	e->bits = f->bits;
	e->byteorder = f->byteorder;
	add_match(p, e, value);
}

static void add_device(struct packet *p, unsigned int key, uint32_t index)
{
	if (index)
		add_field(p, meta_field(key), index);
}

/* Bits of a header, the first one of a byte being its highest; at most 128. */
static nff_u128 bits_at(const struct trace_header *h, unsigned int off, unsigned int bits)
{
	nff_u128 v = 0;

	for (unsigned int i = off; i < off + bits; i++)
		v = v << 1 | (h->data[i / 8] >> (7 - i % 8) & 1);
	return v;
}

/* What no field is known of, as "@th,64,96 0x...". */
static void add_raw(struct packet *p, const struct trace_header *h, enum proto_base base,
		    unsigned int off)
{
	const unsigned int max = 128;

	while (off < h->len * 8) {
		unsigned int bits = h->len * 8 - off < max ? h->len * 8 - off : max;
		struct expr *e = expr_new(p->a, EX_RAW, nowhere);

		e->raw.base = base;
		e->raw.off = (uint16_t)off;
		e->bits = bits;
		e->byteorder = BO_BIG;
		e->type = &dt_integer;
		add_match(p, e, bits_at(h, off, bits));
		off += bits;
	}
}

/* A field that is there with some types of the message only. */
static bool has_field(const struct field *f, const struct trace_header *h)
{
	if (f->bit_off + f->bits > h->len * 8 || f->bits == 0)
		return false;
	return !f->dep || memchr(f->dep->values, (int)bits_at(h, f->dep->on->bit_off,
							       f->dep->on->bits), f->dep->n);
}

/* The fields of a header that a reader wants to see, in that order. */
static const struct header_row {
	const struct proto *proto;
	const char *const fields[11];	/* ends with NULL */
} header_rows[] = {
	{ &proto_ether, { "saddr", "daddr" } },
	{ &proto_arp, { "operation", "saddr ether", "saddr ip", "daddr ether", "daddr ip" } },
	{ &proto_ip, { "saddr", "daddr", "dscp", "ecn", "ttl", "id", "protocol", "length" } },
	{ &proto_ip6, { "saddr", "daddr", "dscp", "ecn", "hoplimit", "flowlabel", "nexthdr",
			"length" } },
	{ &proto_icmp, { "type", "code", "id", "sequence", "gateway", "mtu" } },
	{ &proto_icmpv6, { "type", "code", "id", "sequence", "mtu", "max-delay" } },
	{ &proto_igmp, { "type", "mrt", "group" } },
	{ &proto_tcp, { "sport", "dport", "flags", "window" } },
	{ &proto_udp, { "sport", "dport", "length" } },
	{ &proto_udplite, { "sport", "dport" } },
	{ &proto_sctp, { "sport", "dport", "vtag" } },
	{ &proto_dccp, { "sport", "dport", "type" } },
	{ &proto_esp, { "spi", "sequence" } },
	{ &proto_ah, { "spi", "sequence" } },
	{ &proto_comp, { "cpi" } },
};

static void add_header(struct packet *p, const struct trace_header *h, enum proto_base base,
		       const struct proto *proto)
{
	const struct header_row *row = header_rows;
	const struct header_row *end = row + sizeof(header_rows) / sizeof(header_rows[0]);

	while (row < end && row->proto != proto)
		row++;
	if (row == end || h->len < proto->hdr_len) {
		add_raw(p, h, base, 0);
		return;
	}
	for (unsigned int i = 0; row->fields[i]; i++) {
		const struct field *f = field_by_name(proto->fields, row->fields[i]);

		if (f && has_field(f, h))
			add_field(p, f, bits_at(h, f->bit_off, f->bits));
	}
	if (base == PB_TH)
		add_raw(p, h, base, proto->hdr_len * 8u);
}

/* Families of the packet: an IP packet, or by the type in the Ethernet header. */
static const struct proto *network_proto(const struct trace *t)
{
	const struct trace_header *ll = &t->header[PB_LL];

	switch (t->nfproto) {
	case NFPROTO_IPV4:
		return &proto_ip;
	case NFPROTO_IPV6:
		return &proto_ip6;
	case NFPROTO_ARP:
		return &proto_arp;
	}
	return ll->len >= proto_ether.hdr_len ?
	       proto_by_ethertype((unsigned int)bits_at(ll, 96, 16)) : NULL;
}

static const struct proto *transport_proto(const struct trace_header *nh, const struct proto *net)
{
	const struct field *next = net ? net->next_field : NULL;

	return next && nh->len >= net->hdr_len ?
	       proto_by_l4((unsigned int)bits_at(nh, next->bit_off, next->bits)) : NULL;
}

struct stmt *trace_packet(struct arena *a, const struct trace *t)
{
	const struct trace_header *h = t->header;
	const struct proto *net = network_proto(t);
	struct packet p = { .a = a };

	if (!h[PB_LL].len && !h[PB_NH].len)
		return NULL;
	p.last = &p.first;
	add_device(&p, NFT_META_IIF, t->iif);
	add_device(&p, NFT_META_OIF, t->oif);
	add_header(&p, &h[PB_LL], PB_LL, t->iiftype == ARPHRD_ETHER ? &proto_ether : NULL);
	add_header(&p, &h[PB_NH], PB_NH, net);
	add_header(&p, &h[PB_TH], PB_TH, transport_proto(&h[PB_NH], net));
	return p.first;
}

struct stmt *trace_verdict(struct arena *a, const struct trace *t)
{
	struct stmt *s;

	if (!t->has_verdict)
		return NULL;
	s = stmt_new(a, ST_VERDICT, nowhere);
	s->expr = expr_verdict(a, nowhere, t->verdict.verdict, NULL);
	s->expr->verdict.chain = t->verdict.chain;
	return s;
}
