// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NAT, and the other statements that take addresses, ports or devices out of
 * registers.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "decompile_int.h"

static const struct datatype *addr_type(unsigned int family)
{
	return family == NFPROTO_IPV6 ? &dt_ip6addr : &dt_ipaddr;
}

static unsigned int addr_bits(unsigned int family)
{
	return family == NFPROTO_IPV6 ? 128 : 32;
}

/* A constant of that type, or what else stands in the register. */
static struct expr *reg_typed(struct rdec *r, uint64_t reg, const struct datatype *type,
			      enum byteorder bo, unsigned int bits)
{
	struct expr *e = reg_get(r, reg);

	return e->kind == EX_VALUE ? const_typed(r, e, type, bo, bits) : resolve(r, e, NULL);
}

/* The range of addresses is just that of a prefix: its length, or -1. */
static int range_prefix_len(const struct expr *a, const struct expr *b, unsigned int bits)
{
	nff_u128 diff = a->value ^ b->value;

	if (diff & (diff + 1) || a->value & diff)
		return -1;
	for (int len = bits; len >= 0; len--, diff >>= 1)
		if (!diff)
			return len;
	return -1;
}

/*
 * What stands in a pair of registers: a value, a range, or a prefix. The
 * second one is absent for a value.
 */
static struct expr *reg_span(struct rdec *r, const struct insn *i, unsigned int min,
			     unsigned int max, const struct datatype *type, unsigned int bits)
{
	struct expr *a = reg_typed(r, insn_u(i, min), type, BO_BIG, bits), *b, *range;
	int len;

	if (!insn_has(i, max) || insn_u(i, max) == insn_u(i, min) ||
	    reg_is_part_of(r, insn_u(i, max), a))
		return a;
	b = reg_typed(r, insn_u(i, max), type, BO_BIG, bits);
	if (a->kind == EX_VALUE && b->kind == EX_VALUE) {
		if (a->value == b->value)
			return a;
		len = type->flags & DTF_PREFIX ? range_prefix_len(a, b, bits) : -1;
		if (len >= 0)
			return expr_prefix(r->a, (struct loc){ 0 }, a, len);
	}
	range = expr_bin(r->a, (struct loc){ 0 }, EX_RANGE, OP_IMPLICIT, a, b);
	range->type = type;
	range->bits = bits;
	return range;
}

/* Does a selector, or what it is made of, need a match of the transport protocol? */
static bool needs_th(const struct expr *e)
{
	if (e->kind == EX_FIELD)
		return e->field.f->kind == FK_PAYLOAD && e->field.f->proto &&
		       e->field.f->proto->base == PB_TH;
	if (e->kind != EX_CONCAT)
		return false;
	for (const struct expr *p = e->list.first; p; p = p->next)
		if (needs_th(p))
			return true;
	return false;
}

/*
 * Where the ports come from a map, nft wants the transport protocol to be
 * matched before, be it by what the address depends on.
 */
static struct expr *port_span(struct rdec *r, const struct insn *i, unsigned int min,
			      unsigned int max, const struct expr *addr)
{
	struct expr *port;

	if (!insn_has(i, min))
		return NULL;
	port = reg_span(r, i, min, max, &dt_inet_service, 16);
	if (port->kind != EX_VALUE && port->kind != EX_RANGE &&
	    !(addr && addr->kind == EX_MAP && needs_th(addr->bin.left)))
		dep_keep_th(r);
	return port;
}

#define NAT_FLAGS_SHOWN (NF_NAT_RANGE_PROTO_RANDOM | NF_NAT_RANGE_PROTO_RANDOM_FULLY | \
			 NF_NAT_RANGE_PERSISTENT | NF_NAT_RANGE_NETMAP)

static void stmt_nat(struct rdec *r, const struct insn *i)
{
	struct nat_stmt *n = arena_new(r->a, struct nat_stmt);
	uint64_t min = insn_u(i, NFTA_NAT_REG_ADDR_MIN), max = insn_u(i, NFTA_NAT_REG_ADDR_MAX);
	bool range_map;

	n->kind = insn_u(i, NFTA_NAT_TYPE) == NFT_NAT_DNAT ? NAT_DNAT : NAT_SNAT;
	n->family = insn_u(i, NFTA_NAT_FAMILY);
	n->flags = insn_u(i, NFTA_NAT_FLAGS) & NAT_FLAGS_SHOWN;
	if (insn_has(i, NFTA_NAT_REG_ADDR_MIN))
		n->addr = reg_span(r, i, NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX,
				   addr_type(n->family), addr_bits(n->family));
	range_map = n->addr && n->addr->kind == EX_MAP && max && max != min;
	if (insn_has(i, NFTA_NAT_REG_PROTO_MIN)) {
		if (n->addr && n->addr->kind == EX_MAP &&
		    reg_is_part_of(r, insn_u(i, NFTA_NAT_REG_PROTO_MIN), reg_get(r, min)))
			n->type_flags |= NAT_CONCAT;
		else
			n->port = port_span(r, i, NFTA_NAT_REG_PROTO_MIN,
					    NFTA_NAT_REG_PROTO_MAX, n->addr);
	}
	if (n->flags & NF_NAT_RANGE_NETMAP)
		n->type_flags |= NAT_PREFIX;
	else if (range_map)
		n->type_flags |= NAT_INTERVAL;
	n->flags &= ~NF_NAT_RANGE_NETMAP;
	/* In an inet table the family must be told, and with these kinds of maps. */
	if (n->addr && (r->family == NFPROTO_INET ||
			(n->type_flags && n->addr->kind == EX_MAP)))
		n->type_flags |= NAT_FAMILY_WRITTEN;
	else
		n->family = 0;
	emit(r, ST_NAT)->nat = n;
}

static void stmt_masq(struct rdec *r, const struct insn *i)
{
	struct nat_stmt *n = arena_new(r->a, struct nat_stmt);

	n->kind = NAT_MASQUERADE;
	n->flags = insn_u(i, NFTA_MASQ_FLAGS) & NAT_FLAGS_SHOWN;
	n->port = port_span(r, i, NFTA_MASQ_REG_PROTO_MIN, NFTA_MASQ_REG_PROTO_MAX, NULL);
	emit(r, ST_NAT)->nat = n;
}

static void stmt_redir(struct rdec *r, const struct insn *i)
{
	struct nat_stmt *n = arena_new(r->a, struct nat_stmt);

	n->kind = NAT_REDIRECT;
	n->flags = insn_u(i, NFTA_REDIR_FLAGS) & NAT_FLAGS_SHOWN;
	n->port = port_span(r, i, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX, NULL);
	emit(r, ST_NAT)->nat = n;
}

static void stmt_queue(struct rdec *r, const struct insn *i)
{
	struct queue_stmt *q = arena_new(r->a, struct queue_stmt);
	uint64_t total = insn_u(i, NFTA_QUEUE_TOTAL);
	struct expr *to;

	q->flags = insn_u(i, NFTA_QUEUE_FLAGS);
	if (insn_has(i, NFTA_QUEUE_SREG_QNUM)) {
		q->num = reg_typed(r, insn_u(i, NFTA_QUEUE_SREG_QNUM), &dt_integer, BO_HOST, 16);
	} else {
		q->from = insn_u(i, NFTA_QUEUE_NUM);
		q->to = q->from + (total ? total - 1 : 0);
		q->num = expr_value(r->a, (struct loc){ 0 }, &dt_integer, BO_HOST, 16, q->from);
		if (q->to != q->from) {
			to = expr_value(r->a, (struct loc){ 0 }, &dt_integer, BO_HOST, 16, q->to);
			q->num = expr_bin(r->a, (struct loc){ 0 }, EX_RANGE, OP_IMPLICIT, q->num,
					  to);
			q->num->type = &dt_integer;
			q->num->bits = 16;
		}
	}
	emit(r, ST_QUEUE)->queue = q;
}

static void stmt_dup(struct rdec *r, const struct insn *i)
{
	struct fwd_stmt *f = arena_new(r->a, struct fwd_stmt);

	if (insn_has(i, NFTA_DUP_SREG_ADDR))
		f->addr = reg_typed(r, insn_u(i, NFTA_DUP_SREG_ADDR), addr_type(r->family),
				    BO_BIG, addr_bits(r->family));
	if (insn_has(i, NFTA_DUP_SREG_DEV))
		f->dev = reg_typed(r, insn_u(i, NFTA_DUP_SREG_DEV), &dt_ifindex, BO_HOST, 32);
	emit(r, ST_DUP)->fwd = f;
}

static void stmt_fwd(struct rdec *r, const struct insn *i)
{
	struct fwd_stmt *f = arena_new(r->a, struct fwd_stmt);

	f->family = insn_u(i, NFTA_FWD_NFPROTO);
	if (insn_has(i, NFTA_FWD_SREG_ADDR))
		f->addr = reg_typed(r, insn_u(i, NFTA_FWD_SREG_ADDR), addr_type(f->family),
				    BO_BIG, addr_bits(f->family));
	if (insn_has(i, NFTA_FWD_SREG_DEV))
		f->dev = reg_typed(r, insn_u(i, NFTA_FWD_SREG_DEV), &dt_ifindex, BO_HOST, 32);
	emit(r, ST_FWD)->fwd = f;
}

static void stmt_tproxy(struct rdec *r, const struct insn *i)
{
	struct tproxy_stmt *t = arena_new(r->a, struct tproxy_stmt);
	unsigned int family = insn_u(i, NFTA_TPROXY_FAMILY);

	if (insn_has(i, NFTA_TPROXY_REG_ADDR))
		t->addr = reg_typed(r, insn_u(i, NFTA_TPROXY_REG_ADDR), addr_type(family), BO_BIG,
				    addr_bits(family));
	if (insn_has(i, NFTA_TPROXY_REG_PORT))
		t->port = reg_typed(r, insn_u(i, NFTA_TPROXY_REG_PORT), &dt_inet_service, BO_BIG,
				    16);
	/* Only an inet table leaves the family open. */
	if (r->family == NFPROTO_INET && (family == NFPROTO_IPV4 || family == NFPROTO_IPV6))
		t->family = family;
	emit(r, ST_TPROXY)->tproxy = t;
}

bool nat_insn(struct rdec *r, const struct insn *i)
{
	switch (i->kind) {
	case IN_NAT:
		stmt_nat(r, i);
		return true;
	case IN_MASQ:
		stmt_masq(r, i);
		return true;
	case IN_REDIR:
		stmt_redir(r, i);
		return true;
	case IN_QUEUE:
		stmt_queue(r, i);
		return true;
	case IN_DUP:
		stmt_dup(r, i);
		return true;
	case IN_FWD:
		stmt_fwd(r, i);
		return true;
	case IN_TPROXY:
		stmt_tproxy(r, i);
		return true;
	default:
		return false;
	}
}
