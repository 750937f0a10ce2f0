// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements to bytecode.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include "compile_int.h"

/* NFT_DYNSET_F_EXPR of newer headers. */
#define DYNSET_FLAG_EXPR 2

/* Packets that a limit lets pass at once where the rule does not say. */
#define LIMIT_BURST_DEFAULT 5

/* ---- statements with state, which sets and elements can have, too ---- */

void put_counter(struct msgbuf *m, uint64_t packets, uint64_t bytes)
{
	if (!packets && !bytes)
		return;
	attr_u64(m, NFTA_COUNTER_BYTES, bytes);
	attr_u64(m, NFTA_COUNTER_PACKETS, packets);
}

void put_limit(struct msgbuf *m, const struct limit_stmt *l)
{
	attr_u64(m, NFTA_LIMIT_RATE, l->rate);
	attr_u64(m, NFTA_LIMIT_UNIT, l->unit);
	attr_u32(m, NFTA_LIMIT_TYPE, l->type);
	if (l->has_burst || l->type == NFT_LIMIT_PKTS)
		attr_u32(m, NFTA_LIMIT_BURST, l->has_burst ? l->burst : LIMIT_BURST_DEFAULT);
	attr_u32(m, NFTA_LIMIT_FLAGS, l->inv ? NFT_LIMIT_F_INV : 0);
}

void put_quota(struct msgbuf *m, const struct quota_stmt *q)
{
	attr_u64(m, NFTA_QUOTA_BYTES, q->bytes);
	attr_u64(m, NFTA_QUOTA_CONSUMED, q->used);
	attr_u32(m, NFTA_QUOTA_FLAGS, q->inv ? NFT_QUOTA_F_INV : 0);
}

void gen_stateful(struct compile *c, const struct stmt *s, uint16_t list_attr)
{
	static const uint8_t kinds[ST_MAX] = {
		[ST_COUNTER] = IN_COUNTER, [ST_LIMIT] = IN_LIMIT, [ST_QUOTA] = IN_QUOTA,
		[ST_LAST] = IN_LAST, [ST_CONNLIMIT] = IN_CONNLIMIT,
	};
	struct insn_nest nest = insn_open(c->m, kinds[s->kind], list_attr);

	switch (s->kind) {
	case ST_COUNTER:
		put_counter(c->m, s->counter.packets, s->counter.bytes);
		break;
	case ST_LIMIT:
		put_limit(c->m, s->limit);
		break;
	case ST_QUOTA:
		put_quota(c->m, s->quota);
		break;
	case ST_CONNLIMIT:
		attr_u32(c->m, NFTA_CONNLIMIT_COUNT, s->connlimit->count);
		attr_u32(c->m, NFTA_CONNLIMIT_FLAGS, s->connlimit->inv ? NFT_CONNLIMIT_F_INV : 0);
		break;
	default:
		break;
	}
	insn_close(c->m, nest);
}

static void gen_log(struct compile *c, const struct log_stmt *l)
{
	struct insn_nest nest = insn_open(c->m, IN_LOG, NFTA_LIST_ELEM);

	if (l->set & LOG_HAS_PREFIX)
		attr_str(c->m, NFTA_LOG_PREFIX, l->prefix);
	if (l->set & LOG_HAS_GROUP) {
		attr_u16(c->m, NFTA_LOG_GROUP, l->group);
		if (l->set & LOG_HAS_SNAPLEN)
			attr_u32(c->m, NFTA_LOG_SNAPLEN, l->snaplen);
		if (l->set & LOG_HAS_QTHRESHOLD)
			attr_u16(c->m, NFTA_LOG_QTHRESHOLD, l->qthreshold);
	} else {
		if (l->set & LOG_HAS_LEVEL)
			attr_u32(c->m, NFTA_LOG_LEVEL, l->level);
		if (l->flags)
			attr_u32(c->m, NFTA_LOG_FLAGS, l->flags);
	}
	insn_close(c->m, nest);
}

static void gen_reject(struct compile *c, const struct reject_stmt *r)
{
	insn_put(c->m, IN_REJECT, NFTA_REJECT_TYPE, INSN_U(r->type),
		 NFTA_REJECT_ICMP_CODE, INSN_U(r->code), 0);
}

/* ---- nat ---- */

/* Registers of a nat statement: positions, -1 where there is none. */
struct nat_regs {
	int addr_min, addr_max, port_min, port_max;
	unsigned int next;		/* 128-bit registers used so far */
};

static int next_reg(struct nat_regs *r)
{
	return (int)(r->next++ * 4);
}

static void gen_bounds(struct compile *c, const struct expr *e, struct nat_regs *r, int *min,
		       int *max)
{
	struct expr end;

	switch (e->kind) {
	case EX_RANGE:
		gen_immediate(c, e->bin.left, *min = next_reg(r));
		gen_immediate(c, e->bin.right, *max = next_reg(r));
		break;
	case EX_PREFIX:
		end = *e->prefix.base;
		end.value |= u128_mask(e->bits - e->prefix.len);
		gen_immediate(c, e->prefix.base, *min = next_reg(r));
		gen_immediate(c, &end, *max = next_reg(r));
		break;
	default:
		gen_expr(c, e, *min = next_reg(r));
	}
}

/* A map gives address, port and the ends of ranges side by side. */
static void gen_nat_map(struct compile *c, const struct nat_stmt *nat, struct nat_regs *r)
{
	const struct datatype *dt = nat->family == NFPROTO_IPV6 ? &dt_ip6addr : &dt_ipaddr;
	int addr_steps = dt->bits / 32, pos;

	gen_expr(c, nat->addr, r->addr_min = next_reg(r));
	pos = r->addr_min + addr_steps;
	if (nat->type_flags & NAT_CONCAT)
		r->port_min = pos++;
	if (nat->type_flags & NAT_INTERVAL) {
		r->addr_max = pos;
		pos += addr_steps;
		if (nat->type_flags & NAT_CONCAT)
			r->port_max = pos;
	}
}

static void put_reg(struct msgbuf *m, uint16_t attr, int pos)
{
	if (pos >= 0)
		attr_u32(m, attr, reg_number(pos));
}

static void gen_nat(struct compile *c, const struct nat_stmt *nat, unsigned int table_family)
{
	static const struct {
		uint8_t insn;
		uint16_t port_min, port_max, flags;
	} kinds[] = {
		[NAT_SNAT] = { IN_NAT, NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX,
			       NFTA_NAT_FLAGS },
		[NAT_DNAT] = { IN_NAT, NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX,
			       NFTA_NAT_FLAGS },
		[NAT_MASQUERADE] = { IN_MASQ, NFTA_MASQ_REG_PROTO_MIN, NFTA_MASQ_REG_PROTO_MAX,
				     NFTA_MASQ_FLAGS },
		[NAT_REDIRECT] = { IN_REDIR, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX,
				   NFTA_REDIR_FLAGS },
	};
	const typeof(kinds[0]) *k = &kinds[nat->kind];
	struct nat_regs r = { -1, -1, -1, -1, 0 };
	struct insn_nest nest;

	if (nat->addr && nat->addr->kind == EX_MAP)
		gen_nat_map(c, nat, &r);
	else if (nat->addr)
		gen_bounds(c, nat->addr, &r, &r.addr_min, &r.addr_max);
	if (nat->port)
		gen_bounds(c, nat->port, &r, &r.port_min, &r.port_max);

	nest = insn_open(c->m, k->insn, NFTA_LIST_ELEM);
	if (k->insn == IN_NAT) {
		attr_u32(c->m, NFTA_NAT_TYPE,
			 nat->kind == NAT_SNAT ? NFT_NAT_SNAT : NFT_NAT_DNAT);
		attr_u32(c->m, NFTA_NAT_FAMILY, nat->family ? nat->family : table_family);
		put_reg(c->m, NFTA_NAT_REG_ADDR_MIN, r.addr_min);
		put_reg(c->m, NFTA_NAT_REG_ADDR_MAX, r.addr_max);
	}
	put_reg(c->m, k->port_min, r.port_min);
	put_reg(c->m, k->port_max, r.port_max);
	if (nat->flags)
		attr_u32(c->m, k->flags, nat->flags);
	insn_close(c->m, nest);
}

/* ---- set ---- */

/* Where a protocol keeps the checksum that covers its header. */
static const struct {
	const struct proto *proto;
	uint8_t type, off;
} checksums[] = {
	{ &proto_ip, NFT_PAYLOAD_CSUM_INET, 10 },
	{ &proto_icmp, NFT_PAYLOAD_CSUM_INET, 2 },
	{ &proto_icmpv6, NFT_PAYLOAD_CSUM_INET, 2 },
	{ &proto_igmp, NFT_PAYLOAD_CSUM_INET, 2 },
	{ &proto_tcp, NFT_PAYLOAD_CSUM_INET, 16 },
	{ &proto_udp, NFT_PAYLOAD_CSUM_INET, 6 },
	{ &proto_sctp, NFT_PAYLOAD_CSUM_SCTP, 8 },
};

/* Fields that the pseudo header of TCP and UDP has, too. */
static bool in_pseudo_header(const struct field *f)
{
	return f->proto->base == PB_NH &&
	       (!strcmp(f->name, "saddr") || !strcmp(f->name, "daddr") ||
		!strcmp(f->name, "protocol") || !strcmp(f->name, "nexthdr") ||
		!strcmp(f->name, "length"));
}

struct write {
	unsigned int base, off, bytes;	/* what is written */
	unsigned int shift;		/* of the value in it, bits */
	unsigned int bits;		/* of the value */
	bool modify;			/* what surrounds it must be read first */
	unsigned int csum_type, csum_off, csum_flags;
};

static struct write plan_write(const struct expr *key)
{
	struct layout l = layout_of(key);
	struct write w = { .bytes = l.bytes, .shift = l.shift, .bits = key->bits,
			   .modify = l.masked };

	if (key->kind == EX_RAW) {
		w.base = key->raw.base;
		w.off = key->raw.off / 8;
		return w;
	}
	w.base = key->field.f->proto->base;
	w.off = key->field.f->bit_off / 8 +
		(key->field.f->proto == &proto_vlan ? key->field.num : 0);
	for (size_t i = 0; i < sizeof(checksums) / sizeof(checksums[0]); i++) {
		if (checksums[i].proto != key->field.f->proto)
			continue;
		w.csum_type = checksums[i].type;
		w.csum_off = checksums[i].off;
	}
	if (in_pseudo_header(key->field.f))
		w.csum_flags = NFT_PAYLOAD_L4CSUM_PSEUDOHDR;
	/* Checksums are sums of 16-bit words: whole words are written. */
	if (w.csum_type == NFT_PAYLOAD_CSUM_INET && (w.bytes % 2 || w.off % 2)) {
		unsigned int end = (w.off + w.bytes + 1) / 2 * 2;

		w.shift += (end - w.off - w.bytes) * 8;
		w.off = w.off / 2 * 2;
		w.bytes = end - w.off;
		w.modify = true;
	}
	return w;
}

static void gen_modify(struct compile *c, const struct write *w, nff_u128 value)
{
	nff_u128 hole = u128_mask(w->bits) << w->shift;
	struct insn_data mask = { .len = w->bytes }, xor = { .len = w->bytes };
	uint64_t reg = reg_number(0);

	insn_put(c->m, IN_PAYLOAD, NFTA_PAYLOAD_BASE, INSN_U(payload_base(w->base)),
		 NFTA_PAYLOAD_OFFSET, INSN_U(w->off), NFTA_PAYLOAD_LEN, INSN_U(w->bytes),
		 NFTA_PAYLOAD_DREG, reg, 0);
	value_export(u128_mask(w->bytes * 8) & ~hole, BO_BIG, w->bytes, mask.bytes);
	value_export((value << w->shift) & hole, BO_BIG, w->bytes, xor.bytes);
	insn_put(c->m, IN_BITWISE, NFTA_BITWISE_SREG, reg, NFTA_BITWISE_DREG, reg,
		 NFTA_BITWISE_LEN, INSN_U(w->bytes), NFTA_BITWISE_MASK, &mask,
		 NFTA_BITWISE_XOR, &xor, 0);
}

/* A value to register 0, in the byte order of what it is written to. */
static void gen_assigned(struct compile *c, const struct expr *key, const struct expr *value)
{
	struct layout l = layout_of(value);

	gen_expr(c, value, 0);
	if (value->kind == EX_VALUE || l.bytes < 2 || !l.bo || !key->byteorder ||
	    l.bo == key->byteorder)
		return;
	gen_byteorder(c, key->byteorder == BO_BIG ? NFT_BYTEORDER_HTON : NFT_BYTEORDER_NTOH,
		      l.bytes, 0);
}

static void gen_payload_set(struct compile *c, const struct expr *key, const struct expr *value)
{
	struct write w = plan_write(key);

	if (w.modify)
		gen_modify(c, &w, value->value);
	else
		gen_assigned(c, key, value);
	insn_put(c->m, IN_PAYLOAD, NFTA_PAYLOAD_SREG, INSN_U(reg_number(0)),
		 NFTA_PAYLOAD_BASE, INSN_U(payload_base(w.base)), NFTA_PAYLOAD_OFFSET, INSN_U(w.off),
		 NFTA_PAYLOAD_LEN, INSN_U(w.bytes), NFTA_PAYLOAD_CSUM_TYPE, INSN_U(w.csum_type),
		 NFTA_PAYLOAD_CSUM_OFFSET, INSN_U(w.csum_off),
		 NFTA_PAYLOAD_CSUM_FLAGS, INSN_U(w.csum_flags), 0);
}

static void gen_exthdr_set(struct compile *c, const struct expr *key, const struct expr *value)
{
	const struct field *f = key->field.f;

	gen_assigned(c, key, value);
	insn_put(c->m, IN_EXTHDR, NFTA_EXTHDR_SREG, INSN_U(reg_number(0)),
		 NFTA_EXTHDR_TYPE, INSN_U(f->key), NFTA_EXTHDR_OFFSET, INSN_U(f->bit_off / 8),
		 NFTA_EXTHDR_LEN, INSN_U((f->bits + 7) / 8),
		 NFTA_EXTHDR_OP, INSN_U(NFT_EXTHDR_OP_TCPOPT), 0);
}

static void gen_set(struct compile *c, const struct expr *key, const struct expr *value)
{
	uint64_t reg = reg_number(0);
	const struct field *f;

	if (key->kind == EX_RAW || key->field.f->kind == FK_PAYLOAD) {
		gen_payload_set(c, key, value);
		return;
	}
	f = key->field.f;
	if (f->kind == FK_TCPOPT) {
		gen_exthdr_set(c, key, value);
		return;
	}
	gen_assigned(c, key, value);
	if (f->kind == FK_META)
		insn_put(c->m, IN_META, NFTA_META_KEY, INSN_U(f->key), NFTA_META_SREG, reg, 0);
	else if (key->field.dir)
		insn_put(c->m, IN_CT, NFTA_CT_KEY, INSN_U(f->key), NFTA_CT_SREG, reg,
			 NFTA_CT_DIRECTION, INSN_U(key->field.dir - 1), 0);
	else
		insn_put(c->m, IN_CT, NFTA_CT_KEY, INSN_U(f->key), NFTA_CT_SREG, reg, 0);
}

/* ---- the rest ---- */

static void gen_queue(struct compile *c, const struct queue_stmt *q)
{
	bool expr = q->num && q->num->kind != EX_VALUE && q->num->kind != EX_RANGE;
	struct insn_nest nest;

	if (expr)
		gen_expr(c, q->num, 0);
	nest = insn_open(c->m, IN_QUEUE, NFTA_LIST_ELEM);
	if (expr) {
		attr_u32(c->m, NFTA_QUEUE_SREG_QNUM, reg_number(0));
	} else {
		attr_u16(c->m, NFTA_QUEUE_NUM, q->from);
		attr_u16(c->m, NFTA_QUEUE_TOTAL, q->to - q->from + 1);
	}
	if (q->flags)
		attr_u16(c->m, NFTA_QUEUE_FLAGS, q->flags);
	insn_close(c->m, nest);
}

static void gen_dup(struct compile *c, const struct fwd_stmt *f)
{
	struct nat_regs r = { -1, -1, -1, -1, 0 };
	struct insn_nest nest;
	int addr = -1, dev = -1;

	if (f->addr)
		gen_expr(c, f->addr, addr = next_reg(&r));
	if (f->dev)
		gen_expr(c, f->dev, dev = next_reg(&r));
	nest = insn_open(c->m, IN_DUP, NFTA_LIST_ELEM);
	put_reg(c->m, NFTA_DUP_SREG_ADDR, addr);
	put_reg(c->m, NFTA_DUP_SREG_DEV, dev);
	insn_close(c->m, nest);
}

static void gen_fwd(struct compile *c, const struct fwd_stmt *f)
{
	struct nat_regs r = { -1, -1, -1, -1, 0 };
	struct insn_nest nest;
	int addr = -1, dev = -1;

	gen_expr(c, f->dev, dev = next_reg(&r));
	if (f->addr)
		gen_expr(c, f->addr, addr = next_reg(&r));
	nest = insn_open(c->m, IN_FWD, NFTA_LIST_ELEM);
	put_reg(c->m, NFTA_FWD_SREG_DEV, dev);
	if (f->addr) {
		put_reg(c->m, NFTA_FWD_SREG_ADDR, addr);
		attr_u32(c->m, NFTA_FWD_NFPROTO, f->family);
	}
	insn_close(c->m, nest);
}

static void gen_tproxy(struct compile *c, const struct tproxy_stmt *t)
{
	struct nat_regs r = { -1, -1, -1, -1, 0 };
	struct insn_nest nest;
	int addr = -1, port = -1;

	if (t->addr)
		gen_expr(c, t->addr, addr = next_reg(&r));
	if (t->port)
		gen_expr(c, t->port, port = next_reg(&r));
	nest = insn_open(c->m, IN_TPROXY, NFTA_LIST_ELEM);
	attr_u32(c->m, NFTA_TPROXY_FAMILY, t->family);
	put_reg(c->m, NFTA_TPROXY_REG_ADDR, addr);
	put_reg(c->m, NFTA_TPROXY_REG_PORT, port);
	insn_close(c->m, nest);
}

static void gen_objref(struct compile *c, const struct stmt *s)
{
	const struct expr *e = s->objref.name;
	const struct set *set;

	if (e->kind != EX_MAP) {
		insn_put(c->m, IN_OBJREF, NFTA_OBJREF_IMM_TYPE, INSN_U(s->objref.type),
			 NFTA_OBJREF_IMM_NAME, e->sym, 0);
		return;
	}
	set = e->bin.right->kind == EX_SET ? e->bin.right->set->set : e->bin.right->ref.set;
	gen_key(c, e->bin.left, set, 0);
	insn_put(c->m, IN_OBJREF, NFTA_OBJREF_SET_SREG, INSN_U(reg_number(0)),
		 NFTA_OBJREF_SET_NAME, set->h.obj.s, NFTA_OBJREF_SET_ID, INSN_U(set->id), 0);
}

static void gen_dynset_exprs(struct compile *c, const struct setupd_stmt *u)
{
	unsigned int n = 0;
	size_t nest;

	for (const struct stmt *s = u->stmts; s; s = s->next)
		n++;
	if (n == 1) {
		gen_stateful(c, u->stmts, NFTA_DYNSET_EXPR);
	} else if (n > 1) {
		nest = attr_nest(c->m, NFTA_DYNSET_EXPRESSIONS);
		for (const struct stmt *s = u->stmts; s; s = s->next)
			gen_stateful(c, s, NFTA_LIST_ELEM);
		attr_nest_end(c->m, nest);
	}
}

static void gen_setupd(struct compile *c, const struct setupd_stmt *u)
{
	unsigned int used = gen_key(c, u->key, u->set, 0);
	unsigned int data = (used + 3) / 4 * 4;
	struct insn_nest nest;

	if (u->data)
		gen_expr(c, u->data, data);
	nest = insn_open(c->m, IN_DYNSET, NFTA_LIST_ELEM);
	attr_u32(c->m, NFTA_DYNSET_SREG_KEY, reg_number(0));
	if (u->data)
		attr_u32(c->m, NFTA_DYNSET_SREG_DATA, reg_number(data));
	attr_u32(c->m, NFTA_DYNSET_OP, u->op);
	if (u->stmts && u->stmts->next)
		attr_u32(c->m, NFTA_DYNSET_FLAGS, DYNSET_FLAG_EXPR);
	attr_str(c->m, NFTA_DYNSET_SET_NAME, u->set->h.obj.s);
	if (u->set->id)
		attr_u32(c->m, NFTA_DYNSET_SET_ID, u->set->id);
	if (u->opts && u->opts->has_timeout)
		attr_u64(c->m, NFTA_DYNSET_TIMEOUT, u->opts->timeout_ms);
	gen_dynset_exprs(c, u);
	insn_close(c->m, nest);
}

static void gen_verdict(struct compile *c, const struct expr *e)
{
	struct insn_data d;

	if (e->kind == EX_MAP) {
		gen_expr(c, e, 0);
		return;
	}
	export_verdict(e, &d);
	insn_put(c->m, IN_IMMEDIATE, NFTA_IMMEDIATE_DREG, INSN_U(NFT_REG_VERDICT),
		 NFTA_IMMEDIATE_DATA, &d, 0);
}

static void gen_synproxy(struct compile *c, const struct synproxy_stmt *s)
{
	insn_put(c->m, IN_SYNPROXY, NFTA_SYNPROXY_MSS, INSN_U(s->mss), NFTA_SYNPROXY_WSCALE,
		 INSN_U(s->wscale), NFTA_SYNPROXY_FLAGS, INSN_U(s->flags), 0);
}

static void gen_stmt(struct compile *c, const struct stmt *s, unsigned int family)
{
	switch (s->kind) {
	case ST_MATCH:
		gen_match(c, s->expr);
		break;
	case ST_VERDICT:
		gen_verdict(c, s->expr);
		break;
	case ST_COUNTER:
	case ST_LIMIT:
	case ST_QUOTA:
	case ST_LAST:
	case ST_CONNLIMIT:
		gen_stateful(c, s, NFTA_LIST_ELEM);
		break;
	case ST_LOG:
		gen_log(c, s->log);
		break;
	case ST_REJECT:
		gen_reject(c, s->reject);
		break;
	case ST_NAT:
		gen_nat(c, s->nat, family);
		break;
	case ST_NOTRACK:
		insn_put(c->m, IN_NOTRACK, 0);
		break;
	case ST_SET:
		gen_set(c, s->set.key, s->set.value);
		break;
	case ST_FLOW:
		insn_put(c->m, IN_FLOW_OFFLOAD, NFTA_FLOW_TABLE_NAME, s->flow.name, 0);
		break;
	case ST_QUEUE:
		gen_queue(c, s->queue);
		break;
	case ST_DUP:
		gen_dup(c, s->fwd);
		break;
	case ST_FWD:
		gen_fwd(c, s->fwd);
		break;
	case ST_TPROXY:
		gen_tproxy(c, s->tproxy);
		break;
	case ST_SYNPROXY:
		gen_synproxy(c, s->synproxy);
		break;
	case ST_OBJREF:
		gen_objref(c, s);
		break;
	case ST_SETUPD:
		gen_setupd(c, s->setupd);
		break;
	case ST_OPTSTRIP:
		insn_put(c->m, IN_EXTHDR, NFTA_EXTHDR_TYPE, INSN_U(s->expr->field.f->key),
			 NFTA_EXTHDR_OP, INSN_U(NFT_EXTHDR_OP_TCPOPT), 0);
		break;
	}
}

/* ---- neighbouring header fields are compared at once ---- */

/*
 * The kernel loads up to four bytes of the network and transport layers on a
 * fast path: such loads are not merged into a longer, slower one.
 */
#define FAST_BYTES 4
#define MERGED_BYTES_MAX 16

static bool worth_merging(unsigned int base, unsigned int a, unsigned int b)
{
	if (a + b > MERGED_BYTES_MAX)
		return false;
	return base == PB_LL || a + b <= FAST_BYTES || a > FAST_BYTES || b > FAST_BYTES;
}

struct merged {
	const struct proto *base_of;	/* any protocol of the layer */
	unsigned int off, bytes;	/* in the layer */
	nff_u128 value;
};

static bool mergeable(const struct stmt *s, struct merged *out)
{
	const struct expr *l, *r;
	struct layout lay;

	if (!s || s->kind != ST_MATCH || s->expr->op != OP_EQ)
		return false;
	l = s->expr->bin.left;
	r = s->expr->bin.right;
	if (l->kind != EX_FIELD || l->field.f->kind != FK_PAYLOAD || r->kind != EX_VALUE)
		return false;
	lay = layout_of(l);
	if (lay.masked || lay.bytes > 16)
		return false;
	out->base_of = l->field.f->proto;
	out->off = l->field.f->bit_off / 8 + (out->base_of == &proto_vlan ? l->field.num : 0);
	out->bytes = lay.bytes;
	out->value = r->value;
	return true;
}

static bool join(struct merged *m, const struct merged *next)
{
	if (m->base_of->base != next->base_of->base ||
	    !worth_merging(m->base_of->base, m->bytes, next->bytes))
		return false;
	if (next->off == m->off + m->bytes) {
		m->value = m->value << (next->bytes * 8) | next->value;
	} else if (next->off + next->bytes == m->off) {
		m->value |= next->value << (m->bytes * 8);
		m->off = next->off;
	} else {
		return false;
	}
	m->bytes += next->bytes;
	return true;
}

static void gen_merged(struct compile *c, const struct merged *m)
{
	struct insn_data d = { .len = m->bytes };

	value_export(m->value, BO_BIG, m->bytes, d.bytes);
	insn_put(c->m, IN_PAYLOAD, NFTA_PAYLOAD_BASE, INSN_U(payload_base(m->base_of->base)),
		 NFTA_PAYLOAD_OFFSET, INSN_U(m->off), NFTA_PAYLOAD_LEN, INSN_U(m->bytes),
		 NFTA_PAYLOAD_DREG, INSN_U(reg_number(0)), 0);
	insn_put(c->m, IN_CMP, NFTA_CMP_SREG, INSN_U(reg_number(0)),
		 NFTA_CMP_OP, INSN_U(NFT_CMP_EQ), NFTA_CMP_DATA, &d, 0);
}

/* Looking something up in a named set may count: nothing moves across it. */
static bool is_pure_match(const struct stmt *s)
{
	return s->kind == ST_MATCH && s->expr->bin.right->kind != EX_SETREF;
}

/* Take all later matches that join the one of s, as long as only matches stand between. */
static bool merge_into(struct merged *m, struct stmt *s)
{
	struct merged next;
	bool any = false;

	for (s = s->next; s && is_pure_match(s); s = s->next) {
		if (s->flags & STF_MERGED || !mergeable(s, &next) || !join(m, &next))
			continue;
		s->flags |= STF_MERGED;
		any = true;
	}
	return any;
}

void gen_stmts(struct compile *c, struct stmt *s, unsigned int family)
{
	struct merged m;

	for (; s; s = s->next) {
		if (s->flags & STF_MERGED)
			continue;
		batch_note(c->b, s);
		if (mergeable(s, &m) && merge_into(&m, s))
			gen_merged(c, &m);
		else
			gen_stmt(c, s, family);
	}
}
