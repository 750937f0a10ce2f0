// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Matches: cmp, range and lookup.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "decompile_int.h"

static const enum expr_op cmp_ops[] = {
	[NFT_CMP_EQ] = OP_EQ, [NFT_CMP_NEQ] = OP_NE, [NFT_CMP_LT] = OP_LT,
	[NFT_CMP_LTE] = OP_LE, [NFT_CMP_GT] = OP_GT, [NFT_CMP_GTE] = OP_GE,
};

const struct datatype *expr_type(const struct expr *e)
{
	const struct datatype *parts[CONCAT_MAX];
	unsigned int n = 0;

	if (e->kind != EX_CONCAT)
		return e->type ? e->type : &dt_integer;
	for (const struct expr *p = e->list.first; p && n < CONCAT_MAX; p = p->next)
		parts[n++] = expr_type(p);
	return datatype_concat(parts, n);
}

static void emit_match(struct rdec *r, enum expr_op op, struct expr *left, struct expr *right,
		       unsigned int flags)
{
	struct expr *rel = ex_new(r, EX_REL);
	struct stmt *s = emit(r, ST_MATCH);

	rel->op = op;
	rel->flags = flags;
	rel->bin.left = left;
	rel->bin.right = right;
	s->expr = rel;
	dep_learn(r, s);
}

/* How many bits a run of ones needs to be more than one flag. */
static bool single_bit(nff_u128 v)
{
	return v && !(v & (v - 1));
}

/* x & mask OP value, x being flags: the forms that the language has for it. */
static bool match_flags(struct rdec *r, enum expr_op op, struct expr *and_, struct expr *value)
{
	nff_u128 mask = and_->bin.right->value;

	if (op != OP_EQ && op != OP_NE)
		return false;
	if (!value->value) {
		emit_match(r, op == OP_NE ? OP_FLAGS : OP_NOT_FLAGS, and_->bin.left,
			   and_->bin.right, 0);
		return true;
	}
	if (single_bit(mask))
		return false;
	emit_match(r, op == OP_EQ ? OP_IMPLICIT : op, and_, value, EXF_SLASH_MASK);
	return true;
}

/* x & mask OP value, the mask being the first bits: a prefix. */
static bool match_prefix(struct rdec *r, enum expr_op op, struct expr *and_, struct expr *value)
{
	struct expr *left = and_->bin.left;
	nff_u128 mask = and_->bin.right->value;
	int len;

	if (!left->type || !(left->type->flags & DTF_PREFIX) || value->value & ~mask)
		return false;
	len = mask_prefix_len(mask, left->bits);
	if (len < 0)
		return false;
	emit_match(r, op, left, expr_prefix(r->a, (struct loc){ 0 }, value, len), 0);
	return true;
}

/* Does any bit of a constant stand outside what is compared? */
static bool fits(nff_u128 v, unsigned int bits, unsigned int shift)
{
	return !(v & u128_mask(shift)) && !((v >> shift) & ~u128_mask(bits));
}

/*
 * left OP value. With more than one flag on the right the operator is
 * written, as a list of flags alone means something else.
 */
static void match_value(struct rdec *r, enum expr_op op, struct expr *raw, struct expr *value)
{
	unsigned int shift;
	struct expr *left = resolve(r, raw, &shift);

	if (shift && !fits(value->value, left->bits, shift)) {
		left = raw;
		shift = 0;
	}
	value->value >>= shift;
	value = const_typed(r, value, left->type, left->byteorder, left->bits);
	if (left->kind == EX_BINARY && left->op == OP_AND && left->bin.right->kind == EX_VALUE) {
		if (left->type && left->type->flags & DTF_BITMASK &&
		    match_flags(r, op, left, value))
			return;
		if (match_prefix(r, op, left, value))
			return;
	}
	emit_match(r, op, left, value, 0);
}

/* Is a place made up of whole fields? */
static bool spans_fields(struct rdec *r, struct place pl)
{
	while (pl.bits) {
		const struct field *f = field_at(r, &pl);

		if (!f)
			f = field_within(r, &pl);
		if (!f || f->proto == &proto_th)
			return false;
		pl.off += f->bits;
		pl.bits -= f->bits;
	}
	return true;
}

/*
 * A comparison with a load that spans several fields, as made out of matches
 * that stand side by side: one match for each field again.
 */
static bool match_expand(struct rdec *r, enum expr_op op, const struct place *whole,
			 const struct expr *value)
{
	struct place pl = *whole;
	const struct field *f;

	if (op != OP_EQ || !spans_fields(r, pl))
		return false;
	while (pl.bits) {
		unsigned int bits;
		struct expr *left, *part;

		f = field_at(r, &pl);
		if (!f)
			f = field_within(r, &pl);
		if (!f)
			break;
		dep_use(r, f);
		left = ex_field(r, f);
		bits = left->bits;
		part = ex_new(r, EX_VALUE);
		part->value = value->value >> (pl.bits - bits) & u128_mask(bits);
		part->bits = bits;
		part->byteorder = BO_BIG;
		part->type = left->type;
		emit_match(r, op, left, part, 0);
		pl.off += bits;
		pl.bits -= bits;
	}
	return true;
}

/* Types of which a prefix of whole bytes is compared without a mask. */
static bool takes_prefix(const struct field *f)
{
	return f->bits <= 128 && f->bits % 8 == 0 && f->byteorder == BO_BIG &&
	       (f->type->flags & DTF_PREFIX || f->type == &dt_etheraddr);
}

static void emit_prefix(struct rdec *r, enum expr_op op, struct expr *left, struct expr *value)
{
	unsigned int len = value->bits;

	value->value <<= left->bits - len;
	value->type = left->type;
	value->bits = left->bits;
	emit_match(r, op, left, expr_prefix(r->a, (struct loc){ 0 }, value, len), 0);
}

/* A comparison with the first bytes of a field: of a header, where only those are loaded... */
static bool match_truncated(struct rdec *r, enum expr_op op, const struct place *pl,
			    struct expr *value)
{
	const struct field *f = field_around(r, pl);

	if ((op != OP_EQ && op != OP_NE) || !f || !takes_prefix(f))
		return false;
	dep_use(r, f);
	emit_prefix(r, op, ex_field(r, f), value);
	return true;
}

/* ... and of anything else. */
static bool match_key_prefix(struct rdec *r, enum expr_op op, struct expr *left,
			     struct expr *value)
{
	if ((op != OP_EQ && op != OP_NE) || left->kind != EX_FIELD ||
	    left->bits <= value->bits || !takes_prefix(left->field.f))
		return false;
	dep_use(r, left->field.f);
	emit_prefix(r, op, left, value);
	return true;
}

static struct expr *match_const(struct rdec *r, const struct expr *left,
				const struct insn_data *d)
{
	return ex_const(r, d->bytes, d->len, left->byteorder == BO_HOST ? BO_HOST : BO_BIG);
}

static bool expr_same(const struct expr *a, const struct expr *b)
{
	if (a->kind != b->kind || a->bits != b->bits)
		return false;
	switch (a->kind) {
	case EX_FIELD:
		return a->field.f == b->field.f && a->field.dir == b->field.dir &&
		       a->field.num == b->field.num;
	case EX_RAW:
		return a->raw.base == b->raw.base && a->raw.off == b->raw.off;
	case EX_VALUE:
		return a->value == b->value;
	case EX_BINARY:
		return a->op == b->op && expr_same(a->bin.left, b->bin.left) &&
		       expr_same(a->bin.right, b->bin.right);
	default:
		return a == b;
	}
}

/* x >= a, and then x <= b: a range. */
static bool match_close_range(struct rdec *r)
{
	struct stmt *lower = r->newest, *s;
	struct expr *upper, *range;

	if (!lower || lower->kind != ST_MATCH)
		return false;
	/* the one before the newest */
	for (s = r->first; s && s->next != lower; s = s->next)
		;
	if (!s || s->kind != ST_MATCH || s->flags & STF_GENERATED)
		return false;
	upper = lower->expr;
	if (s->expr->op != OP_GE || upper->op != OP_LE || upper->bin.right->kind != EX_VALUE ||
	    s->expr->bin.right->kind != EX_VALUE ||
	    !expr_same(s->expr->bin.left, upper->bin.left))
		return false;
	range = expr_bin(r->a, (struct loc){ 0 }, EX_RANGE, OP_IMPLICIT, s->expr->bin.right,
			 upper->bin.right);
	range->type = upper->bin.right->type;
	range->bits = upper->bin.right->bits;
	s->expr->op = OP_EQ;
	s->expr->bin.right = range;
	s->next = NULL;
	r->last = &s->next;
	r->newest = s;
	return true;
}

static void match_cmp(struct rdec *r, const struct insn *i)
{
	uint64_t op = insn_u(i, NFTA_CMP_OP);
	const struct insn_data *d = i->v[NFTA_CMP_DATA].data;
	struct expr *left, *value;
	struct place pl;

	if (op >= sizeof(cmp_ops) / sizeof(*cmp_ops) || !insn_has(i, NFTA_CMP_DATA) ||
	    d->is_verdict) {
		emit_unknown(r, "cmp op %u", (unsigned int)op);
		return;
	}
	r->in_equality = op == NFT_CMP_EQ || op == NFT_CMP_NEQ;
	left = reg_get_bytes(r, insn_u(i, NFTA_CMP_SREG), d->len);
	if (left->kind == EX_VALUE)
		left = ex_unknown(r->a, "constant register");
	value = match_const(r, left, d);
	if (value->kind == EX_VALUE && left->kind == EX_RAW && left->bits != value->bits) {
		/* Only the first bytes of what was loaded. */
		left = arena_memdup(r->a, left, sizeof(*left));
		left->bits = value->bits;
	}
	if (value->kind == EX_VALUE && expr_place(left, &pl) && pl.bits == value->bits &&
	    !field_at(r, &pl) &&
	    (match_expand(r, cmp_ops[op], &pl, value) ||
	     match_truncated(r, cmp_ops[op], &pl, value)))
		return;
	if (value->kind != EX_VALUE || left->kind == EX_CONCAT) {
		emit_match(r, cmp_ops[op], resolve(r, left, NULL), value, 0);
		return;
	}
	if (match_key_prefix(r, cmp_ops[op], left, value))
		return;
	match_value(r, cmp_ops[op], left, value);
	if (cmp_ops[op] == OP_LE)
		match_close_range(r);
}

static void match_range(struct rdec *r, const struct insn *i)
{
	const struct insn_data *from = i->v[NFTA_RANGE_FROM_DATA].data;
	const struct insn_data *to = i->v[NFTA_RANGE_TO_DATA].data;
	uint64_t op = insn_u(i, NFTA_RANGE_OP);
	struct expr *raw, *left, *range, *a, *b;
	unsigned int shift;

	if (op > NFT_RANGE_NEQ || !from || !to || from->is_verdict || to->is_verdict) {
		emit_unknown(r, "range op %u", (unsigned int)op);
		return;
	}
	raw = reg_get_bytes(r, insn_u(i, NFTA_RANGE_SREG), from->len);
	left = resolve(r, raw, &shift);
	a = match_const(r, left, from);
	b = match_const(r, left, to);
	if (a->kind == EX_VALUE && b->kind == EX_VALUE && shift) {
		if (fits(a->value, left->bits, shift) && fits(b->value, left->bits, shift)) {
			a->value >>= shift;
			b->value >>= shift;
		} else {
			left = raw;
		}
	}
	a = const_typed(r, a, left->type, left->byteorder, left->bits);
	b = const_typed(r, b, left->type, left->byteorder, left->bits);
	range = expr_bin(r->a, (struct loc){ 0 }, EX_RANGE, OP_IMPLICIT, a, b);
	range->type = left->type;
	range->bits = left->bits;
	emit_match(r, op == NFT_RANGE_EQ ? OP_EQ : OP_NE, left, range, 0);
}

/* ---- lookups ---- */

/* The elements of an anonymous set have the types of what is looked up in it. */
static void set_take_layout(struct rdec *r, struct set *s, struct expr *key)
{
	unsigned int n = 0;

	s->key_expr = key;
	s->key_type = expr_type(key);
	if (key->kind == EX_CONCAT) {
		for (const struct expr *p = key->list.first; p && n < CONCAT_MAX; p = p->next)
			s->desc_len[n++] = (p->bits + 7) / 8;
		s->desc_parts = n;
	}
	(void)r;
}

struct expr *set_expr(struct rdec *r, const char *name, struct expr *key, unsigned int shift,
		      struct set **found)
{
	struct set *s = r->d->find_set ?
			r->d->find_set(r->d->arg, r->family, r->table, name) : NULL;
	struct expr *e;

	*found = s;
	if (s && s->flags & NFT_SET_ANONYMOUS) {
		if (!s->elems_loaded) {
			set_take_layout(r, s, key);
			s->key_shift = shift;
			if (r->d->load_elements)
				r->d->load_elements(r->d->arg, s);
		}
		if (s->init) {
			s->init->set->set = s;
			return s->init;
		}
	}
	e = ex_new(r, EX_SETREF);
	e->ref.name = arena_strdup(r->a, name);
	e->ref.set = s;
	return e;
}

static const char *get_set_name(const struct insn *i)
{
	return insn_has(i, NFTA_LOOKUP_SET) ? i->v[NFTA_LOOKUP_SET].str : "";
}

static void match_lookup(struct rdec *r, const struct insn *i)
{
	const char *name = get_set_name(i);
	struct set *s = r->d->find_set ?
			r->d->find_set(r->d->arg, r->family, r->table, name) : NULL;
	uint64_t sreg = insn_u(i, NFTA_LOOKUP_SREG);
	bool inv = insn_u(i, NFTA_LOOKUP_FLAGS) & NFT_LOOKUP_F_INV;
	struct expr *key, *right, *map;
	unsigned int shift;

	key = s && s->key_bytes ? reg_get_bytes(r, sreg, s->key_bytes) : reg_get(r, sreg);
	key = resolve(r, key, &shift);
	right = set_expr(r, name, key, shift, &s);
	if (!insn_has(i, NFTA_LOOKUP_DREG)) {
		emit_match(r, inv ? OP_NE : OP_IMPLICIT, key, right, 0);
		return;
	}
	map = expr_bin(r->a, (struct loc){ 0 }, EX_MAP, OP_IMPLICIT, key, right);
	if (insn_u(i, NFTA_LOOKUP_DREG) == NFT_REG_VERDICT) {
		map->flags |= EXF_VMAP;
		map->type = &dt_verdict;
		emit(r, ST_VERDICT)->expr = map;
		dep_reset(r);
		return;
	}
	if (s) {
		map->type = s->data_type;
		map->bits = s->data_bits;
		map->byteorder = s->data_byteorder;
	}
	reg_set(r, insn_u(i, NFTA_LOOKUP_DREG), s && s->data_bytes ? s->data_bytes : 4, map);
}

bool match_insn(struct rdec *r, const struct insn *i)
{
	switch (i->kind) {
	case IN_CMP:
		match_cmp(r, i);
		r->in_equality = false;
		return true;
	case IN_RANGE:
		match_range(r, i);
		return true;
	case IN_LOOKUP:
		match_lookup(r, i);
		return true;
	default:
		return false;
	}
}
