// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions to bytecode: loading selectors into registers, and matches.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include "compile_int.h"

static unsigned int steps(unsigned int bytes)
{
	return (bytes + 3) / 4;
}

/* ---- where a field lies ---- */

struct place {
	unsigned int base, off;		/* off in bytes */
};

unsigned int payload_base(unsigned int base)
{
	switch (base) {
	case PB_LL:
		return NFT_PAYLOAD_LL_HEADER;
	case PB_NH:
		return NFT_PAYLOAD_NETWORK_HEADER;
	case PB_INNER:
		return NFT_PAYLOAD_INNER_HEADER;
	default:
		return NFT_PAYLOAD_TRANSPORT_HEADER;
	}
}

static bool has_bit_offset(const struct field *f)
{
	switch (f->kind) {
	case FK_PAYLOAD:
	case FK_EXTHDR:
	case FK_TCPOPT:
	case FK_IPOPT:
	case FK_SCTP_CHUNK:
		return !(f->flags & FF_EXISTS);
	default:
		return false;
	}
}

static struct layout bits_layout(unsigned int bit_off, unsigned int bits, enum byteorder bo)
{
	unsigned int start = bit_off % 8;
	struct layout l = { .bytes = (start + bits + 7) / 8, .bo = bo };

	l.shift = l.bytes * 8 - start - bits;
	l.masked = start || l.shift;
	return l;
}

struct layout layout_of(const struct expr *e)
{
	struct layout l;

	switch (e->kind) {
	case EX_FIELD:
		if (has_bit_offset(e->field.f))
			return bits_layout(e->field.f->bit_off, e->field.f->bits,
					   e->field.f->byteorder);
		break;
	case EX_RAW:
		return bits_layout(e->raw.off, e->bits, BO_BIG);
	case EX_BINARY:
		l = layout_of(e->bin.left);
		l.shift = 0;	/* gen_unshifted() */
		l.masked = false;
		return l;
	default:
		break;
	}
	return (struct layout){ .bytes = (e->bits + 7) / 8, .bo = e->byteorder };
}

/* ---- constants ---- */

void export_value(const struct expr *e, const struct layout *l, nff_u128 v, struct insn_data *d)
{
	(void)e;
	memset(d, 0, sizeof(*d));
	d->len = l->bytes;
	if (l->bytes > 16) {	/* a long raw match: the value is at its end */
		value_export(v << l->shift, BO_BIG, 16, d->bytes + l->bytes - 16);
		return;
	}
	value_export(v << l->shift, l->bo, l->bytes, d->bytes);
}

void export_verdict(const struct expr *e, struct insn_data *d)
{
	memset(d, 0, sizeof(*d));
	d->is_verdict = true;
	d->verdict = e->verdict.code;
	d->chain = e->verdict.chain;
	d->chain_id = e->flags & EXF_BLOCK ? e->verdict.block->id : 0;
}

void gen_immediate(struct compile *c, const struct expr *e, unsigned int pos)
{
	struct insn_data d;
	struct layout l = layout_of(e);

	export_value(e, &l, e->value, &d);
	insn_put(c->m, IN_IMMEDIATE, NFTA_IMMEDIATE_DREG, INSN_U(reg_number(pos)),
		 NFTA_IMMEDIATE_DATA, &d, 0);
}

/* ---- registers ---- */

void gen_byteorder(struct compile *c, unsigned int op, unsigned int bytes, unsigned int pos)
{
	uint64_t reg = reg_number(pos);

	/* The kernel converts units of 2, 4 and 8 bytes. */
	insn_put(c->m, IN_BYTEORDER, NFTA_BYTEORDER_SREG, reg, NFTA_BYTEORDER_DREG, reg,
		 NFTA_BYTEORDER_OP, INSN_U(op), NFTA_BYTEORDER_LEN, INSN_U(bytes),
		 NFTA_BYTEORDER_SIZE, INSN_U(bytes == 2 ? 2 : bytes == 8 ? 8 : 4), 0);
}

static void put_bitwise(struct compile *c, unsigned int pos, const struct insn_data *mask,
			const struct insn_data *xor)
{
	uint64_t reg = reg_number(pos);

	insn_put(c->m, IN_BITWISE, NFTA_BITWISE_SREG, reg, NFTA_BITWISE_DREG, reg,
		 NFTA_BITWISE_LEN, INSN_U(mask->len), NFTA_BITWISE_MASK, mask,
		 NFTA_BITWISE_XOR, xor, 0);
}

/* reg = (reg & mask) ^ xor, both as the bytes of the register see them. */
static void gen_bitwise(struct compile *c, const struct layout *l, nff_u128 mask, nff_u128 xor,
			unsigned int pos)
{
	struct layout whole = { .bytes = l->bytes, .bo = l->bo };
	struct insn_data dm, dx;

	export_value(NULL, &whole, mask, &dm);
	export_value(NULL, &whole, xor, &dx);
	put_bitwise(c, pos, &dm, &dx);
}

static void gen_shift(struct compile *c, enum expr_op op, uint32_t by, const struct layout *l,
		      unsigned int pos)
{
	uint64_t reg = reg_number(pos);
	struct insn_data d = { .len = 4 };

	value_export(by, BO_HOST, 4, d.bytes);
	if (l->bo == BO_BIG && l->bytes > 1)
		gen_byteorder(c, NFT_BYTEORDER_NTOH, l->bytes, pos);
	insn_put(c->m, IN_BITWISE, NFTA_BITWISE_SREG, reg, NFTA_BITWISE_DREG, reg,
		 NFTA_BITWISE_LEN, INSN_U(l->bytes),
		 NFTA_BITWISE_OP, INSN_U(op == OP_LSHIFT ? NFT_BITWISE_LSHIFT : NFT_BITWISE_RSHIFT),
		 NFTA_BITWISE_DATA, &d, 0);
	if (l->bo == BO_BIG && l->bytes > 1)
		gen_byteorder(c, NFT_BYTEORDER_HTON, l->bytes, pos);
}

/* ---- selectors ---- */

static void gen_payload(struct compile *c, unsigned int base, unsigned int off, unsigned int len,
			unsigned int pos)
{
	insn_put(c->m, IN_PAYLOAD, NFTA_PAYLOAD_BASE, INSN_U(payload_base(base)),
		 NFTA_PAYLOAD_OFFSET, INSN_U(off), NFTA_PAYLOAD_LEN, INSN_U(len),
		 NFTA_PAYLOAD_DREG, INSN_U(reg_number(pos)), 0);
}

/* The byte in its layer at which a field begins. */
static struct place place_of(const struct expr *e)
{
	if (e->kind == EX_RAW)
		return (struct place){ e->raw.base, e->raw.off / 8 };
	return (struct place){ e->field.f->proto->base,
			       e->field.f->bit_off / 8 +
			       (e->field.f->proto == &proto_vlan ? e->field.num : 0) };
}

static void gen_exthdr(struct compile *c, const struct field *f, const struct layout *l,
		       unsigned int pos)
{
	static const uint8_t ops[] = {
		[FK_EXTHDR] = NFT_EXTHDR_OP_IPV6, [FK_TCPOPT] = NFT_EXTHDR_OP_TCPOPT,
		[FK_IPOPT] = NFT_EXTHDR_OP_IPV4, [FK_SCTP_CHUNK] = NFT_EXTHDR_OP_SCTP,
	};
	bool exists = f->flags & FF_EXISTS;

	insn_put(c->m, IN_EXTHDR, NFTA_EXTHDR_DREG, INSN_U(reg_number(pos)),
		 NFTA_EXTHDR_TYPE, INSN_U(f->key), NFTA_EXTHDR_OFFSET, INSN_U(f->bit_off / 8),
		 NFTA_EXTHDR_LEN, INSN_U(exists ? 1 : l->bytes),
		 NFTA_EXTHDR_OP, INSN_U(ops[f->kind]),
		 NFTA_EXTHDR_FLAGS, INSN_U(exists ? NFT_EXTHDR_F_PRESENT : 0), 0);
}

static void gen_ct(struct compile *c, const struct expr *e, uint64_t reg)
{
	uint64_t key = e->field.f->key;

	if (e->field.dir)
		insn_put(c->m, IN_CT, NFTA_CT_KEY, key, NFTA_CT_DREG, reg,
			 NFTA_CT_DIRECTION, INSN_U(e->field.dir - 1), 0);
	else
		insn_put(c->m, IN_CT, NFTA_CT_KEY, key, NFTA_CT_DREG, reg, 0);
}

static void gen_socket(struct compile *c, const struct expr *e, uint64_t reg)
{
	uint64_t key = e->field.f->key;

	if (key == NFT_SOCKET_CGROUPV2)
		insn_put(c->m, IN_SOCKET, NFTA_SOCKET_KEY, key, NFTA_SOCKET_DREG, reg,
			 NFTA_SOCKET_LEVEL, INSN_U(e->field.num), 0);
	else
		insn_put(c->m, IN_SOCKET, NFTA_SOCKET_KEY, key, NFTA_SOCKET_DREG, reg, 0);
}

/* The kernel knows one flag, and takes the attribute only with it. */
static void gen_osf(struct compile *c, const struct expr *e, uint64_t reg)
{
	uint64_t ttl = e->field.num, flags = e->field.f->key;

	if (flags)
		insn_put(c->m, IN_OSF, NFTA_OSF_DREG, reg, NFTA_OSF_TTL, ttl,
			 NFTA_OSF_FLAGS, flags, 0);
	else
		insn_put(c->m, IN_OSF, NFTA_OSF_DREG, reg, NFTA_OSF_TTL, ttl, 0);
}

static void gen_field(struct compile *c, const struct expr *e, unsigned int pos)
{
	const struct field *f = e->field.f;
	struct layout l = layout_of(e);
	uint64_t reg = reg_number(pos), key = f->key;
	struct place p;

	switch (f->kind) {
	case FK_PAYLOAD:
		p = place_of(e);
		gen_payload(c, p.base, p.off, l.bytes, pos);
		break;
	case FK_META:
		insn_put(c->m, IN_META, NFTA_META_KEY, key, NFTA_META_DREG, reg, 0);
		break;
	case FK_CT:
		gen_ct(c, e, reg);
		break;
	case FK_RT:
		insn_put(c->m, IN_RT, NFTA_RT_KEY, key, NFTA_RT_DREG, reg, 0);
		break;
	case FK_SOCKET:
		gen_socket(c, e, reg);
		break;
	case FK_OSF:
		gen_osf(c, e, reg);
		break;
	case FK_XFRM:
		insn_put(c->m, IN_XFRM, NFTA_XFRM_DREG, reg, NFTA_XFRM_KEY, key,
			 NFTA_XFRM_DIR, INSN_U(e->field.dir - 1),
			 NFTA_XFRM_SPNUM, INSN_U(e->field.num), 0);
		break;
	default:
		gen_exthdr(c, f, &l, pos);
	}
	if (l.masked && e->kind == EX_FIELD)
		gen_bitwise(c, &l, u128_mask(f->bits) << l.shift, 0, pos);
}

static void gen_raw(struct compile *c, const struct expr *e, unsigned int pos)
{
	struct layout l = layout_of(e);
	struct place p = place_of(e);

	gen_payload(c, p.base, p.off, l.bytes, pos);
	if (l.masked)
		gen_bitwise(c, &l, u128_mask(e->bits) << l.shift, 0, pos);
}

/*
 * A field that does not end with its byte: where one constant is compared,
 * that is shifted; where it is calculated with or put beside others, the
 * field is. Returns the steps it takes.
 */
static unsigned int gen_unshifted(struct compile *c, const struct expr *e, unsigned int pos)
{
	unsigned int used = gen_expr(c, e, pos);
	struct layout l = layout_of(e);

	if (l.shift)
		gen_shift(c, OP_RSHIFT, l.shift, &l, pos);
	return used;
}

/*
 * A chain of & | ^ with constants is one instruction: (reg & mask) ^ xor.
 * Shifts stand between such runs.
 */
struct bit_run {
	nff_u128 mask, xor;
	bool any;
};

static void flush_run(struct compile *c, struct bit_run *run, const struct layout *l,
		      unsigned int pos)
{
	nff_u128 all = u128_mask(l->bytes * 8);

	if (run->any)
		gen_bitwise(c, l, run->mask & all, run->xor & all, pos);
	*run = (struct bit_run){ .mask = all };
}

static void add_to_run(struct bit_run *run, enum expr_op op, nff_u128 v)
{
	run->any = true;
	switch (op) {
	case OP_AND:
		run->mask &= v;
		run->xor &= v;
		break;
	case OP_OR:
		run->mask &= ~v;
		run->xor |= v;
		break;
	default:
		run->xor ^= v;
	}
}

static void gen_binary(struct compile *c, const struct expr *e, struct bit_run *run,
		       const struct layout *l, unsigned int pos)
{
	if (e->kind != EX_BINARY) {
		struct layout own = layout_of(e);

		*run = (struct bit_run){ .mask = u128_mask(l->bytes * 8) };
		if (e->kind == EX_FIELD && e->field.f->kind == FK_PAYLOAD && own.masked &&
		    !own.shift) {
			/* Its mask is the first of the run. */
			struct place p = place_of(e);

			gen_payload(c, p.base, p.off, own.bytes, pos);
			run->mask = u128_mask(e->bits);
			run->any = true;
			return;
		}
		gen_unshifted(c, e, pos);
		return;
	}
	gen_binary(c, e->bin.left, run, l, pos);
	if (e->op == OP_LSHIFT || e->op == OP_RSHIFT) {
		flush_run(c, run, l, pos);
		gen_shift(c, e->op, (uint32_t)e->bin.right->value, l, pos);
		return;
	}
	add_to_run(run, e->op, e->bin.right->value);
}

static void gen_hash(struct compile *c, const struct expr *e, unsigned int pos)
{
	uint64_t reg = reg_number(pos), mod = e->hash->mod, off = e->hash->offset;
	unsigned int sreg = (pos / 4 + 1) * 4, used;

	if (!e->hash->input) {
		insn_put(c->m, IN_HASH, NFTA_HASH_DREG, reg, NFTA_HASH_MODULUS, mod,
			 NFTA_HASH_OFFSET, off, NFTA_HASH_TYPE, INSN_U(NFT_HASH_SYM), 0);
		return;
	}
	used = gen_expr(c, e->hash->input, sreg);
	used = e->hash->input->kind == EX_CONCAT ? used * 4 : layout_of(e->hash->input).bytes;
	if (e->hash->has_seed)
		insn_put(c->m, IN_HASH, NFTA_HASH_SREG, INSN_U(reg_number(sreg)),
			 NFTA_HASH_DREG, reg, NFTA_HASH_LEN, INSN_U(used), NFTA_HASH_MODULUS, mod,
			 NFTA_HASH_OFFSET, off, NFTA_HASH_TYPE, INSN_U(NFT_HASH_JENKINS),
			 NFTA_HASH_SEED, INSN_U(e->hash->seed), 0);
	else
		insn_put(c->m, IN_HASH, NFTA_HASH_SREG, INSN_U(reg_number(sreg)),
			 NFTA_HASH_DREG, reg, NFTA_HASH_LEN, INSN_U(used), NFTA_HASH_MODULUS, mod,
			 NFTA_HASH_OFFSET, off, NFTA_HASH_TYPE, INSN_U(NFT_HASH_JENKINS), 0);
}

static void gen_map(struct compile *c, const struct expr *map, unsigned int pos)
{
	const struct expr *right = map->bin.right;
	const struct set *s = right->kind == EX_SET ? right->set->set : right->ref.set;

	gen_key(c, map->bin.left, s, pos);
	gen_lookup(c, right, pos, map->type == &dt_verdict ? -1 : (int)pos, false);
}

unsigned int gen_expr(struct compile *c, const struct expr *e, unsigned int pos)
{
	unsigned int used = 0;
	struct layout l;
	struct bit_run run;

	switch (e->kind) {
	case EX_FIELD:
		gen_field(c, e, pos);
		break;
	case EX_RAW:
		gen_raw(c, e, pos);
		break;
	case EX_BINARY:
		l = layout_of(e);
		gen_binary(c, e, &run, &l, pos);
		flush_run(c, &run, &l, pos);
		break;
	case EX_VALUE:
		gen_immediate(c, e, pos);
		break;
	case EX_CONCAT:
		for (const struct expr *p = e->list.first; p; p = p->next)
			used += gen_unshifted(c, p, pos + used);
		return used;
	case EX_MAP:
		gen_map(c, e, pos);
		break;
	case EX_FIB:
		insn_put(c->m, IN_FIB, NFTA_FIB_DREG, INSN_U(reg_number(pos)),
			 NFTA_FIB_FLAGS, INSN_U(e->fib.flags),
			 NFTA_FIB_RESULT, INSN_U(e->fib.result), 0);
		break;
	case EX_NUMGEN:
		insn_put(c->m, IN_NUMGEN, NFTA_NG_DREG, INSN_U(reg_number(pos)),
			 NFTA_NG_TYPE, INSN_U(e->numgen.type), NFTA_NG_MODULUS,
			 INSN_U(e->numgen.mod), NFTA_NG_OFFSET, INSN_U(e->numgen.offset), 0);
		break;
	case EX_HASH:
		gen_hash(c, e, pos);
		break;
	default:
		break;
	}
	return steps(layout_of(e).bytes);
}

static bool needs_network_order(const struct layout *l)
{
	return l->bo == BO_HOST && l->bytes > 1;
}

/* Intervals are ordered as bytes, so host-order numbers are turned around. */
static void order_key(struct compile *c, const struct expr *e, const struct set *s,
		      unsigned int pos)
{
	struct layout l = layout_of(e);

	if (s->flags & NFT_SET_INTERVAL && needs_network_order(&l))
		gen_byteorder(c, NFT_BYTEORDER_HTON, l.bytes, pos);
}

unsigned int gen_key(struct compile *c, const struct expr *e, const struct set *s,
		     unsigned int pos)
{
	unsigned int used = 0, part;

	if (e->kind != EX_CONCAT) {
		/* In a set with a name the elements are as they are written. */
		used = s->flags & NFT_SET_ANONYMOUS ? gen_expr(c, e, pos) : gen_unshifted(c, e, pos);
		order_key(c, e, s, pos);
		return used;
	}
	for (const struct expr *p = e->list.first; p; p = p->next) {
		part = gen_unshifted(c, p, pos + used);
		order_key(c, p, s, pos + used);
		used += part;
	}
	return used;
}

void gen_lookup(struct compile *c, const struct expr *set, unsigned int pos, int dreg_pos,
		bool inv)
{
	const struct set *s = set->kind == EX_SET ? set->set->set : set->ref.set;
	struct insn_nest nest = insn_open(c->m, IN_LOOKUP, NFTA_LIST_ELEM);

	attr_u32(c->m, NFTA_LOOKUP_SREG, reg_number(pos));
	if (dreg_pos >= 0)
		attr_u32(c->m, NFTA_LOOKUP_DREG, reg_number(dreg_pos));
	else if (s->flags & NFT_SET_MAP)
		attr_u32(c->m, NFTA_LOOKUP_DREG, NFT_REG_VERDICT);
	attr_str(c->m, NFTA_LOOKUP_SET, s->h.obj.s);
	if (s->id)
		attr_u32(c->m, NFTA_LOOKUP_SET_ID, s->id);
	if (inv)
		attr_u32(c->m, NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	insn_close(c->m, nest);
}

/* ---- matches ---- */

static void gen_cmp(struct compile *c, unsigned int op, const struct insn_data *d, unsigned int pos)
{
	insn_put(c->m, IN_CMP, NFTA_CMP_SREG, INSN_U(reg_number(pos)), NFTA_CMP_OP, INSN_U(op),
		 NFTA_CMP_DATA, d, 0);
}

static unsigned int cmp_op(enum expr_op op)
{
	switch (op) {
	case OP_NE:
		return NFT_CMP_NEQ;
	case OP_LT:
		return NFT_CMP_LT;
	case OP_GT:
		return NFT_CMP_GT;
	case OP_LE:
		return NFT_CMP_LTE;
	case OP_GE:
		return NFT_CMP_GTE;
	default:
		return NFT_CMP_EQ;
	}
}

static void gen_flag_test(struct compile *c, const struct expr *rel)
{
	struct layout l = layout_of(rel->bin.left);
	struct insn_data zero;

	gen_expr(c, rel->bin.left, 0);
	gen_bitwise(c, &l, rel->bin.right->value << l.shift, 0, 0);
	export_value(NULL, &l, 0, &zero);
	gen_cmp(c, rel->op == OP_NOT_FLAGS ? NFT_CMP_EQ : NFT_CMP_NEQ, &zero, 0);
}

static void gen_value_match(struct compile *c, const struct expr *rel)
{
	const struct expr *l = rel->bin.left, *r = rel->bin.right;
	struct layout lay = layout_of(l);
	struct insn_data d;

	gen_expr(c, l, 0);
	if (rel->op != OP_EQ && rel->op != OP_NE && needs_network_order(&lay)) {
		gen_byteorder(c, NFT_BYTEORDER_HTON, lay.bytes, 0);
		lay.bo = BO_BIG;
	}
	/* A name that ends in '*': only what stands before it is compared. */
	if (l->type->flags & DTF_STRING && r->bits < l->bits)
		lay.bytes = r->bits / 8;
	export_value(r, &lay, r->value, &d);
	gen_cmp(c, cmp_op(rel->op), &d, 0);
}

static void gen_prefix_match(struct compile *c, const struct expr *rel)
{
	const struct expr *l = rel->bin.left, *r = rel->bin.right;
	struct layout lay = layout_of(l);
	unsigned int plen = r->prefix.len;
	struct insn_data d;

	if (l->kind == EX_FIELD && l->field.f->kind == FK_PAYLOAD && !lay.masked && plen &&
	    plen % 8 == 0) {
		struct place p = place_of(l);
		struct layout part = { .bytes = plen / 8, .bo = BO_BIG };

		gen_payload(c, p.base, p.off, part.bytes, 0);
		export_value(r, &part, r->prefix.base->value >> (r->bits - plen), &d);
	} else {
		gen_expr(c, l, 0);
		gen_bitwise(c, &lay, prefix_mask(plen, r->bits) << lay.shift, 0, 0);
		export_value(r, &lay, r->prefix.base->value, &d);
	}
	gen_cmp(c, cmp_op(rel->op), &d, 0);
}

static void gen_range_match(struct compile *c, const struct expr *rel)
{
	const struct expr *l = rel->bin.left, *r = rel->bin.right;
	struct layout lay = layout_of(l);
	struct insn_data from, to;

	gen_expr(c, l, 0);
	if (needs_network_order(&lay)) {
		gen_byteorder(c, NFT_BYTEORDER_HTON, lay.bytes, 0);
		lay.bo = BO_BIG;
	}
	export_value(r, &lay, r->bin.left->value, &from);
	export_value(r, &lay, r->bin.right->value, &to);
	if (rel->op == OP_NE) {
		insn_put(c->m, IN_RANGE, NFTA_RANGE_SREG, INSN_U(reg_number(0)),
			 NFTA_RANGE_OP, INSN_U(NFT_RANGE_NEQ), NFTA_RANGE_FROM_DATA, &from,
			 NFTA_RANGE_TO_DATA, &to, 0);
		return;
	}
	gen_cmp(c, NFT_CMP_GTE, &from, 0);
	gen_cmp(c, NFT_CMP_LTE, &to, 0);
}

void gen_match(struct compile *c, const struct expr *rel)
{
	const struct expr *r = rel->bin.right;
	const struct set *s;

	switch (r->kind) {
	case EX_SET:
	case EX_SETREF:
		s = r->kind == EX_SET ? r->set->set : r->ref.set;
		gen_key(c, rel->bin.left, s, 0);
		gen_lookup(c, r, 0, -1, rel->op == OP_NE);
		break;
	case EX_PREFIX:
		gen_prefix_match(c, rel);
		break;
	case EX_RANGE:
		gen_range_match(c, rel);
		break;
	default:
		if (rel->op == OP_FLAGS || rel->op == OP_NOT_FLAGS)
			gen_flag_test(c, rel);
		else
			gen_value_match(c, rel);
	}
}
