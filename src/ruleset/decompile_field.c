// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From places (offset and width in a header) to the fields of the tables:
 * which field it is depends on what the rule has said about the protocols.
 */
#include <string.h>

#include "decompile_int.h"

#define ETHER_BITS	(14 * 8)
#define VLAN_BITS	(4 * 8)

bool expr_place(const struct expr *e, struct place *pl)
{
	if (e->kind == EX_RAW) {
		*pl = (struct place){ .kind = FK_PAYLOAD, .base = e->raw.base, .off = e->raw.off,
				      .bits = e->bits };
		return true;
	}
	if (e->kind != EX_FIELD || e->field.f->flags & FF_EXISTS ||
	    !exthdr_list(e->field.f->kind, NULL))
		return false;
	*pl = (struct place){ .kind = e->field.f->kind, .key = e->field.f->key,
			      .off = e->field.f->bit_off, .bits = e->bits };
	return true;
}

/* The protocol at a place, whose offset becomes one inside its header. */
static const struct proto *proto_at(struct rdec *r, struct place *pl)
{
	const struct proto *p;

	switch (pl->base) {
	case PB_LL:
		p = r->pc.proto[PB_LL];
		if (p && pl->off >= ETHER_BITS && r->vlan_depth) {
			unsigned int depth = (pl->off - ETHER_BITS) / VLAN_BITS;

			if (depth >= r->vlan_depth)
				return NULL;
			pl->off -= ETHER_BITS + depth * VLAN_BITS;
			return &proto_vlan;
		}
		return p == &proto_vlan ? &proto_ether : p;
	case PB_NH:
		return r->pc.proto[PB_NH];
	case PB_TH:
		p = r->pc.proto[PB_TH];
		return p ? p : &proto_th;
	default:
		return NULL;
	}
}

/* Can the header have that field, as far as the rule tells? */
static bool field_possible(const struct rdec *r, const struct field *f)
{
	if (f->flags & (FF_NOT_LIST | FF_ALIAS | FF_EXISTS))
		return false;
	if (!f->dep)
		return true;
	if (!r->icmp_n)
		return false;
	for (unsigned int i = 0; i < r->icmp_n; i++)
		if (!memchr(f->dep->values, r->icmp_types[i], f->dep->n))
			return false;
	return true;
}

typedef bool (*field_test)(const struct field *f, const struct place *pl, const struct field *best);

/* The best field by test among those that may be at a place. */
static const struct field *field_search(struct rdec *r, const struct place *place, field_test test)
{
	const struct field *f, *best = NULL;
	struct place pl = *place;

	if (pl.kind == FK_PAYLOAD) {
		const struct proto *p = proto_at(r, &pl);

		for (f = p ? p->fields : NULL; f && f->name; f++)
			if (field_possible(r, f) && test(f, &pl, best))
				best = f;
		return best;
	}
	for (const struct proto *const *list = exthdr_list(pl.kind, NULL); *list; list++) {
		f = (*list)->fields;
		for (; f->name && f->key == pl.key; f++)
			if (field_possible(r, f) && test(f, &pl, best))
				best = f;
	}
	return best;
}

static bool test_exact(const struct field *f, const struct place *pl, const struct field *best)
{
	return !best && f->bit_off == pl->off && f->bits == pl->bits;
}

static bool test_within(const struct field *f, const struct place *pl, const struct field *best)
{
	return f->bit_off == pl->off && f->bits < pl->bits && (!best || f->bits > best->bits);
}

static bool test_around(const struct field *f, const struct place *pl, const struct field *best)
{
	return f->bit_off == pl->off && f->bits > pl->bits && (!best || f->bits < best->bits);
}

const struct field *field_at(struct rdec *r, const struct place *pl)
{
	return field_search(r, pl, test_exact);
}

const struct field *field_within(struct rdec *r, const struct place *pl)
{
	return field_search(r, pl, test_within);
}

const struct field *field_around(struct rdec *r, const struct place *pl)
{
	return field_search(r, pl, test_around);
}

struct expr *ex_field(struct rdec *r, const struct field *f)
{
	struct expr *e = expr_field(r->a, (struct loc){ 0 }, f, 0);

	e->type = f->type;
	e->bits = f->bits;
	e->byteorder = f->byteorder;
	return e;
}

bool mask_run(nff_u128 mask, unsigned int *bits, unsigned int *shift)
{
	*shift = *bits = 0;
	if (!mask)
		return false;
	for (; !(mask & 1); mask >>= 1)
		(*shift)++;
	for (; mask & 1; mask >>= 1)
		(*bits)++;
	return !mask;
}

/* place & mask: the field that the mask selects, or NULL. */
static struct expr *resolve_mask(struct rdec *r, struct expr *e, unsigned int *shift)
{
	unsigned int bits, low;
	struct place pl;
	const struct field *f;

	if (e->op != OP_AND || e->bin.right->kind != EX_VALUE || !expr_place(e->bin.left, &pl) ||
	    !mask_run(e->bin.right->value, &bits, &low) || bits + low > pl.bits)
		return NULL;
	pl.off += pl.bits - bits - low;
	pl.bits = bits;
	f = field_at(r, &pl);
	if (!f)
		return NULL;
	dep_use(r, f);
	*shift = low;
	return ex_field(r, f);
}

static struct expr *resolve_binary(struct rdec *r, struct expr *e, unsigned int *shift)
{
	struct expr *left = resolve_mask(r, e, shift);
	unsigned int low = 0;

	if (left)
		return left;
	left = resolve(r, e->bin.left, &low);
	if (low && e->op == OP_RSHIFT && e->bin.right->kind == EX_VALUE &&
	    e->bin.right->value == low)
		return left;
	if (low) {
		/* Other arithmetic on a part of a load: leave the mask in sight. */
		left = e->bin.left;
	}
	e = arena_memdup(r->a, e, sizeof(*e));
	e->next = NULL;
	e->bin.left = left;
	e->type = left->type;
	if (e->op != OP_LSHIFT && e->op != OP_RSHIFT)
		e->bin.right = const_typed(r, e->bin.right, left->type, left->byteorder, e->bits);
	return e;
}

/*
 * Ports where the transport protocol that the rule tells has no such field:
 * the kernel reads the same bytes, by whatever name.
 */
static const struct field *port_at(const struct place *pl)
{
	if (pl->kind != FK_PAYLOAD || pl->base != PB_TH)
		return NULL;
	for (const struct field *f = proto_th.fields; f->name; f++)
		if (f->bit_off == pl->off && f->bits == pl->bits)
			return f;
	return NULL;
}

struct expr *resolve(struct rdec *r, struct expr *e, unsigned int *shift)
{
	unsigned int ignored;
	struct expr *out, *next;
	const struct field *f;
	struct place pl;

	if (!shift)
		shift = &ignored;
	*shift = 0;
	switch (e->kind) {
	case EX_RAW:
		expr_place(e, &pl);
		f = field_at(r, &pl);
		if (f)
			dep_use(r, f);
		else
			f = port_at(&pl);
		return f ? ex_field(r, f) : e;
	case EX_FIELD:
		dep_use(r, e->field.f);
		return e;
	case EX_BINARY:
		return resolve_binary(r, e, shift);
	case EX_CONCAT:
		out = ex_new(r, EX_CONCAT);
		out->bits = e->bits;
		for (struct expr *part = e->list.first; part; part = next) {
			unsigned int low;
			struct expr *field = resolve(r, part, &low);

			next = part->next;
			/* In a concatenation constants stand as they are. */
			if (!low)
				part = field;
			part = arena_memdup(r->a, part, sizeof(*part));
			part->next = NULL;
			expr_list_add(&out->list, part);
		}
		return out;
	default:
		return e;
	}
}
