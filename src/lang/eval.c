// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Evaluation of expressions: symbols get the type of what they are compared
 * to, constants are folded, operators chosen.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include "eval.h"

struct want want_of(const struct expr *e)
{
	return (struct want){ .type = e->type, .bo = e->byteorder, .bits = e->bits,
			      .like = e->kind == EX_CONCAT ? e : NULL };
}

bool expr_is_constant(const struct expr *e)
{
	switch (e->kind) {
	case EX_VALUE:
	case EX_PREFIX:
	case EX_RANGE:
	case EX_VERDICT:
	case EX_SET:
	case EX_WILDCARD:
		return true;
	case EX_CONCAT:
		return e->list.first && expr_is_constant(e->list.first);
	default:
		return false;
	}
}

static bool is_string(const struct datatype *dt)
{
	return dt->flags & DTF_STRING;
}

static void set_type(struct expr *e, const struct want *w)
{
	e->type = w->type;
	e->byteorder = w->bo;
	e->bits = w->bits;
	e->flags |= EXF_EVALUATED;
}

/* ---- constants ---- */

static int bad_value(struct eval *ev, const struct expr *e, const struct want *w, const char *why)
{
	const char *close = datatype_suggest(w->type, e->sym);

	if (why)
		diag_error(ev->diags, e->loc, "'%.64s': %s", e->sym, why);
	else
		diag_error(ev->diags, e->loc, "'%.64s' is no %s", e->sym, w->type->desc);
	if (close)
		diag_hint(ev->diags, "did you mean '%s'?", close);
	return -1;
}

static int eval_wildcard_string(struct eval *ev, struct expr *e, const struct want *w)
{
	size_t len = strlen(e->sym);

	if (len && e->sym[len - 1] == '*')
		len--;
	if (len * 8 >= w->bits)
		return diag_error(ev->diags, e->loc, "the name is too long: %u characters at most",
				  w->bits / 8 - 1);
	e->value = value_import(e->sym, BO_BIG, len);
	if (!len) {
		e->kind = EX_WILDCARD;
		return 0;
	}
	e->kind = EX_VALUE;
	set_type(e, w);
	e->bits = len * 8;
	return 0;
}

static int eval_symbol(struct eval *ev, struct expr *e, const struct want *w)
{
	static const struct want integer = { .type = &dt_integer, .bo = BO_HOST, .bits = 32 };
	const char *err = NULL;
	nff_u128 value;

	if (!w)
		w = &integer;
	if (w->type == &dt_verdict)
		return diag_error(ev->diags, e->loc, "'%.64s' is no verdict", e->sym);
	if (w->type->flags & DTF_CONCAT)
		return diag_error(ev->diags, e->loc, "one value stands where a concatenation of "
				  "%u is needed (%s)", w->type->n_parts, w->type->name);
	if (e->flags & EXF_WILDCARD && is_string(w->type))
		return eval_wildcard_string(ev, e, w);
	if (datatype_parse(w->type, e->sym, w->bits, &value, &err))
		return bad_value(ev, e, w, err);
	if (w->bits && w->bits < 128 && value > u128_mask(w->bits))
		return diag_error(ev->diags, e->loc, "the value %.40s is too large: %u bits is "
				  "all there is", e->sym, w->bits);
	e->kind = EX_VALUE;
	e->value = value;
	set_type(e, w);
	return 0;
}

struct expr *eval_var(struct eval *ev, struct expr *e)
{
	while (e->kind == EX_VAR) {
		struct expr *copy = expr_copy(ev->arena, e->var.def);

		/* Errors are told where the variable is used. */
		copy->loc = e->loc;
		copy->next = e->next;
		e = copy;
	}
	return e;
}

static int eval_prefix(struct eval *ev, struct expr *e, const struct want *w)
{
	struct expr *base;

	if (eval_expr(ev, &e->prefix.base, w))
		return -1;
	base = e->prefix.base;
	if (base->kind != EX_VALUE || is_string(base->type))
		return diag_error(ev->diags, e->loc, "a prefix goes with an address or a number");
	if (e->prefix.len > base->bits)
		return diag_error(ev->diags, e->loc, "the prefix length %u is too large: %s has "
				  "%u bits", e->prefix.len, base->type->desc, base->bits);
	base->value &= prefix_mask(e->prefix.len, base->bits);
	set_type(e, &WANT(base->type, base->byteorder, base->bits));
	return 0;
}

static int eval_range(struct eval *ev, struct expr *e, const struct want *w)
{
	struct expr *l, *r;

	if (eval_expr(ev, &e->bin.left, w) || eval_expr(ev, &e->bin.right, w))
		return -1;
	l = e->bin.left;
	r = e->bin.right;
	if (l->kind != EX_VALUE || r->kind != EX_VALUE)
		return diag_error(ev->diags, e->loc, "a range goes from one value to another");
	if (l->value > r->value)
		return diag_error(ev->diags, e->loc, "the range ends before it begins");
	set_type(e, &WANT(l->type, l->byteorder, l->bits));
	return 0;
}

/* a,b,c: flags of a bit mask become one value. */
static int eval_list(struct eval *ev, struct expr **ep, const struct want *w)
{
	struct expr *e = *ep, *v;
	struct expr **link = &e->list.first;
	nff_u128 value = 0;

	if (!w || !(w->type->flags & DTF_BITMASK)) {
		diag_error(ev->diags, e->loc, "a list of values goes with flags only%s%s",
			   w ? ", not with " : "", w ? w->type->desc : "");
		diag_hint(ev->diags, "write alternatives in braces: { a, b }");
		return -1;
	}
	for (; *link; link = &(*link)->next) {
		if (eval_expr(ev, link, w))
			return -1;
		if ((*link)->kind != EX_VALUE)
			return diag_error(ev->diags, (*link)->loc, "a list takes plain flags");
		value |= (*link)->value;
	}
	v = expr_value(ev->arena, e->loc, w->type, w->bo, w->bits, value);
	v->next = e->next;
	v->flags |= EXF_EVALUATED;
	*ep = v;
	return 0;
}

static nff_u128 fold(enum expr_op op, nff_u128 l, nff_u128 r)
{
	switch (op) {
	case OP_AND:
		return l & r;
	case OP_OR:
		return l | r;
	case OP_XOR:
		return l ^ r;
	case OP_LSHIFT:
		return r < 128 ? l << (unsigned int)r : 0;
	default:
		return r < 128 ? l >> (unsigned int)r : 0;
	}
}

static int eval_binary(struct eval *ev, struct expr **ep, const struct want *w)
{
	struct expr *e = *ep, *l, *r;
	bool shift = e->op == OP_LSHIFT || e->op == OP_RSHIFT;
	struct want wr;

	if (eval_expr(ev, &e->bin.left, w))
		return -1;
	l = e->bin.left;
	if (!l->type || is_string(l->type) || l->type->flags & DTF_CONCAT)
		return diag_error(ev->diags, l->loc, "'%s' goes with numbers only",
				  op_name(e->op));
	wr = shift ? WANT(&dt_integer, BO_HOST, 32) : want_of(l);
	if (eval_expr(ev, &e->bin.right, &wr))
		return -1;
	r = e->bin.right;
	if (r->kind != EX_VALUE) {
		diag_error(ev->diags, r->loc, "the right side of '%s' must be a constant",
			   op_name(e->op));
		return -1;
	}
	if (shift && r->value >= l->bits && !(l->kind == EX_VALUE && r->value < 128))
		return diag_error(ev->diags, r->loc, "a shift by that much leaves nothing of %u "
				  "bits", l->bits);
	set_type(e, &WANT(l->type, l->byteorder, l->bits));
	if (l->kind == EX_VALUE) {
		nff_u128 v = fold(e->op, l->value, r->value) & u128_mask(l->bits);
		struct expr *n = expr_value(ev->arena, e->loc, l->type, l->byteorder, l->bits, v);

		n->next = e->next;
		n->flags |= EXF_EVALUATED;
		*ep = n;
	}
	return 0;
}

/* ---- selectors ---- */

static int eval_field(struct eval *ev, struct expr *e)
{
	const struct field *f = e->field.f;
	const struct proto *nh;

	if (f->kind == FK_CT || f->kind == FK_RT) {
		nh = ev->pctx.proto[PB_NH];
		if (f->type == &dt_invalid) {
			unsigned int nfproto = nh == &proto_ip ? NFPROTO_IPV4 :
					       nh == &proto_ip6 ? NFPROTO_IPV6 : 0;

			f = f->kind == FK_CT ? ct_field(f->key, nfproto) : rt_field(f->key, nfproto);
			if (!nfproto || !f || f->type == &dt_invalid) {
				diag_error(ev->diags, e->loc, "it is not known whether '%s' is of "
					   "IPv4 or IPv6 here", e->field.f->name);
				diag_hint(ev->diags, "say 'ip %s' or 'ip6 %s'", e->field.f->name,
					  e->field.f->name);
				return -1;
			}
			e->field.f = f;
		}
	}
	if (f->flags & FF_DIR_REQUIRED && !e->field.dir) {
		diag_error(ev->diags, e->loc, "'%s' needs a direction", f->name);
		diag_hint(ev->diags, f->kind == FK_XFRM ? "say 'ipsec in %s' or 'ipsec out %s'" :
			  "say 'ct original %s' or 'ct reply %s'", f->name, f->name);
		return -1;
	}
	if (e->field.dir && !(f->flags & (FF_DIR_REQUIRED | FF_DIR_OPTIONAL)))
		return diag_error(ev->diags, e->loc, "'%s' has no direction", f->name);
	if (eval_need_field(ev, e))
		return -1;
	if (f->proto == &proto_vlan && f->kind == FK_PAYLOAD)
		e->field.num = ev->vlan_offset;
	set_type(e, &WANT(f->type, f->byteorder, f->bits));
	return 0;
}

static int eval_raw(struct eval *ev, struct expr *e)
{
	if (!e->bits || e->bits > 128 * 8)
		return diag_error(ev->diags, e->loc, "a raw payload match has 1 to 1024 bits");
	if (e->bits > 128)
		return diag_error(ev->diags, e->loc, "values have 128 bits at most");
	if (e->raw.base == PB_TH)
		for (const struct field *f = proto_th.fields; f->name; f++)
			if (f->bit_off == e->raw.off && f->bits == e->bits) {
				/* The ports have a name. */
				e->kind = EX_FIELD;
				e->field.f = f;
				e->field.dir = 0;
				e->field.num = 0;
				return eval_field(ev, e);
			}
	set_type(e, &WANT(&dt_integer, BO_BIG, e->bits));
	return 0;
}

static int eval_concat(struct eval *ev, struct expr *e, const struct want *w)
{
	const struct datatype *parts[CONCAT_MAX];
	struct expr **link = &e->list.first;
	const struct expr *like = w && w->like ? w->like->list.first : NULL;
	unsigned int n = 0, bits = 0;

	for (; *link; like = like ? like->next : NULL, link = &(*link)->next, n++) {
		struct want wp, *wpp = NULL;

		if (n == CONCAT_MAX)
			return diag_error(ev->diags, (*link)->loc, "a concatenation has at most %d "
					  "parts", CONCAT_MAX);
		if (w) {
			if (!(w->type->flags & DTF_CONCAT) || n >= w->type->n_parts)
				return diag_error(ev->diags, e->loc, "the concatenation has more "
						  "parts than what it stands for (%s)",
						  w->type->desc);
			wp = like ? want_of(like) :
				    WANT(w->type->parts[n], w->type->parts[n]->byteorder,
					 w->type->parts[n]->bits);
			wpp = &wp;
		}
		if (eval_expr(ev, link, wpp))
			return -1;
		if (!(*link)->type)
			return diag_error(ev->diags, (*link)->loc, "this cannot be a part of a "
					  "concatenation");
		parts[n] = (*link)->type;
		bits += ((*link)->bits + 31) / 32 * 32;
	}
	if (w && n < w->type->n_parts)
		return diag_error(ev->diags, e->loc, "the concatenation has %u parts where %u are "
				  "needed", n, w->type->n_parts);
	set_type(e, &WANT(w ? w->type : datatype_concat(parts, n), BO_BIG, bits));
	return 0;
}

static int eval_fib(struct expr *e)
{
	switch (e->fib.result) {
	case NFT_FIB_RESULT_OIF:
		set_type(e, &WANT(&dt_ifindex, BO_HOST, 32));
		break;
	case NFT_FIB_RESULT_OIFNAME:
		set_type(e, &WANT(&dt_ifname, BO_BIG, 128));
		break;
	default:
		set_type(e, &WANT(&dt_fib_addr, BO_HOST, 32));
	}
	if (e->fib.flags & NFTA_FIB_F_PRESENT)
		set_type(e, &WANT(&dt_boolean, BO_HOST, 32));
	return 0;
}

static int eval_hash(struct eval *ev, struct expr *e)
{
	if (e->hash->input && eval_expr(ev, &e->hash->input, NULL))
		return -1;
	if (!e->hash->mod)
		return diag_error(ev->diags, e->loc, "a hash needs a modulus above 0");
	set_type(e, &WANT(&dt_integer, BO_HOST, 32));
	return 0;
}

static int eval_setref(struct eval *ev, struct expr *e)
{
	e->ref.set = ev->find_set ? ev->find_set(ev->arg, e->ref.name) : NULL;
	if (!e->ref.set) {
		diag_error(ev->diags, e->loc, "there is no set '%s' in table '%s'", e->ref.name,
			   ev->table ? ev->table : "?");
		return -1;
	}
	set_type(e, &WANT(e->ref.set->key_type, e->ref.set->key_byteorder,
			 e->ref.set->key_bits));
	return 0;
}

/* ---- dispatch ---- */

/* Selectors stand on their own: they must fit what the context wants. */
static int check_type(struct eval *ev, const struct expr *e, const struct want *w)
{
	if (!w || !e->type || e->type == w->type)
		return 0;
	if (e->type == &dt_integer || w->type == &dt_integer)
		return 0;
	if (e->type->base == w->type && w->type->base == NULL)
		return 0;
	return diag_error(ev->diags, e->loc, "a %s is needed here, this is a %s", w->type->desc,
			  e->type->desc);
}

static int eval_selector(struct eval *ev, struct expr *e)
{
	switch (e->kind) {
	case EX_FIELD:
		return eval_field(ev, e);
	case EX_RAW:
		return eval_raw(ev, e);
	case EX_FIB:
		return eval_fib(e);
	case EX_HASH:
		return eval_hash(ev, e);
	case EX_NUMGEN:
		if (!e->numgen.mod)
			return diag_error(ev->diags, e->loc, "numgen needs a modulus above 0");
		set_type(e, &WANT(&dt_integer, BO_HOST, 32));
		return 0;
	default:
		return diag_error(ev->diags, e->loc, "this cannot stand here");
	}
}

int eval_expr(struct eval *ev, struct expr **ep, const struct want *w)
{
	struct expr *e = *ep;

	if (e->flags & EXF_EVALUATED)
		return 0;
	switch (e->kind) {
	case EX_VAR:
		e = eval_var(ev, e);
		if (!e)
			return -1;
		*ep = e;
		return eval_expr(ev, ep, w);
	case EX_SYMBOL:
		return eval_symbol(ev, e, w);
	case EX_VALUE:
	case EX_WILDCARD:
	case EX_SET:
		return 0;
	case EX_VERDICT:
		if (w && w->type != &dt_verdict)
			return diag_error(ev->diags, e->loc, "a %s is needed here, not a verdict",
					  w->type->desc);
		return eval_verdict(ev, e);
	case EX_PREFIX:
		return eval_prefix(ev, e, w);
	case EX_RANGE:
		return eval_range(ev, e, w);
	case EX_LIST:
		return eval_list(ev, ep, w);
	case EX_BINARY:
		return eval_binary(ev, ep, w);
	case EX_CONCAT:
		return eval_concat(ev, e, w);
	case EX_SETREF:
		return eval_setref(ev, e);
	case EX_MAP:
		return eval_map(ev, e, w);
	default:
		return eval_selector(ev, e) || check_type(ev, e, w) ? -1 : 0;
	}
}

struct expr *eval_value(struct eval *ev, struct expr *e, const struct datatype *type,
			enum byteorder bo, unsigned int bits)
{
	struct want w = WANT(type, bo, bits);

	return eval_expr(ev, &e, &w) ? NULL : e;
}

int eval_typeof(struct eval *ev, struct expr *e)
{
	return eval_expr(ev, &e, NULL);
}

/* ---- matches ---- */

static const char *rel_problem(const struct expr *l, const struct expr *r, enum expr_op op)
{
	bool ordered = op == OP_LT || op == OP_GT || op == OP_LE || op == OP_GE;

	if (ordered && r->kind != EX_VALUE)
		return "an ordering goes with one value";
	if (ordered && is_string(l->type))
		return "names have no order";
	if (ordered && l->type->flags & DTF_BITMASK)
		return "flags have no order";
	if (r->kind == EX_RANGE && is_string(l->type))
		return "names have no range";
	if ((r->kind == EX_SET || r->kind == EX_SETREF) && (op == OP_NOT_FLAGS || op == OP_FLAGS))
		return "'!' goes with flags, not with a set";
	if (op == OP_NOT_FLAGS && (r->kind != EX_VALUE || !(l->type->flags & DTF_BITMASK)))
		return "'!' goes with flags; the negation of a value is '!='";
	if (r->kind == EX_CONCAT)
		return "a concatenation is compared with a set, not with one value";
	return NULL;
}

/* A set of one plain value is that value; people write { 22 } by habit. */
static void unwrap_single(struct expr *rel)
{
	struct expr *set = rel->bin.right, *elem;

	if (set->kind != EX_SET || set->set->elems.n != 1)
		return;
	elem = set->set->elems.first;
	if (elem->kind == EX_ELEM) {
		if (elem->elem.opts || elem->elem.data)
			return;
		elem = elem->elem.key;
	}
	if (elem->kind == EX_CONCAT || elem->kind == EX_WILDCARD)
		return;
	rel->bin.right = elem;
}

static enum expr_op choose_op(const struct expr *rel, const struct expr *l, const struct expr *r)
{
	if (rel->op != OP_IMPLICIT)
		return rel->op;
	if (r->kind == EX_VALUE && l->type->flags & DTF_BITMASK && l->kind != EX_BINARY)
		return OP_FLAGS;
	return OP_EQ;
}

/* One type, or several of which the first speaks for all. */
static void learn_icmp_type(struct eval *ev, const struct expr *r)
{
	if (r->kind == EX_SET && r->set->elems.first)
		r = r->set->elems.first->elem.key;
	if (r->kind == EX_VALUE)
		ev->icmp_type = (int)r->value;
}

/* What later fields may rely on. */
static void learn(struct eval *ev, const struct expr *rel)
{
	const struct expr *l = rel->bin.left, *r = rel->bin.right;
	const struct proto *before = ev->pctx.proto[PB_LL];

	if (rel->op != OP_EQ)
		return;
	if (l->kind == EX_FIELD && l->field.f->kind == FK_PAYLOAD &&
	    (l->field.f->proto == &proto_icmp || l->field.f->proto == &proto_icmpv6) &&
	    !strcmp(l->field.f->name, "type"))
		learn_icmp_type(ev, r);
	proto_ctx_learn(&ev->pctx, rel);
	if (ev->pctx.proto[PB_LL] == &proto_vlan) {
		if (before != &proto_vlan)
			ev->vlan_offset = proto_ether.hdr_len;
		else if (l->kind == EX_FIELD && l->field.f == proto_vlan.next_field &&
			 proto_by_ethertype(r->kind == EX_VALUE ? (unsigned int)r->value : 0) ==
			 &proto_vlan)
			ev->vlan_offset += proto_vlan.hdr_len;
	}
}

/* "fib ... oif exists" asks whether there is a device, not which. */
static void fib_presence(struct expr *fib, const struct expr *r)
{
	uint64_t value;

	if (fib->fib.result == NFT_FIB_RESULT_ADDRTYPE || r->kind != EX_SYMBOL ||
	    r->flags & EXF_QUOTED || !symbol_by_name(dt_boolean.symbols, r->sym, &value))
		return;
	fib->fib.flags |= NFTA_FIB_F_PRESENT;
	eval_fib(fib);
}

/*
 * (x ^ c) == v is x == (v ^ c): constants gather on the right, where they cost
 * nothing for each packet.
 */
static void fold_xor(struct expr *rel)
{
	struct expr *l = rel->bin.left, *r = rel->bin.right;

	if (rel->op != OP_EQ && rel->op != OP_NE)
		return;
	while (l->kind == EX_BINARY && l->op == OP_XOR && r->kind == EX_VALUE) {
		r->value ^= l->bin.right->value;
		l = rel->bin.left = l->bin.left;
	}
}

/*
 * Hours may go past midnight, as written or in the time of Greenwich: then
 * those that lie between are the other ones.
 */
static int wrap_hours(struct eval *ev, struct expr *rel, const struct want *w)
{
	struct expr *range = rel->bin.right, *l, *r;

	if (range->kind != EX_RANGE || w->type != &dt_time_hour)
		return 0;
	if (eval_expr(ev, &range->bin.left, w) || eval_expr(ev, &range->bin.right, w))
		return -1;
	l = range->bin.left;
	r = range->bin.right;
	if (l->kind != EX_VALUE || r->kind != EX_VALUE || l->value <= r->value)
		return 0;
	range->bin.left = r;
	range->bin.right = l;
	rel->op = rel->op == OP_NE ? OP_EQ : OP_NE;
	return 0;
}

int eval_rel(struct eval *ev, struct expr *rel)
{
	const char *problem;
	struct expr *l, *r;
	struct want w;

	if (eval_expr(ev, &rel->bin.left, NULL))
		return -1;
	l = rel->bin.left;
	if (expr_is_constant(l) || !l->type)
		return diag_error(ev->diags, l->loc, "the left side of a match must be something "
				  "of the packet, not a constant");
	if (l->kind == EX_FIELD && l->field.f->flags & FF_SET_ONLY)
		return diag_error(ev->diags, l->loc, "'%s' can be set, but not matched",
				  l->field.f->name);
	r = rel->bin.right = eval_var(ev, rel->bin.right);
	if (!r)
		return -1;
	if (l->kind == EX_FIB)
		fib_presence(l, r);
	w = want_of(l);
	if (wrap_hours(ev, rel, &w))
		return -1;
	if (r->kind == EX_SET) {
		if (eval_anon_set(ev, r, l, NULL))
			return -1;
		unwrap_single(rel);
	} else if (eval_expr(ev, &rel->bin.right, &w)) {
		return -1;
	}
	r = rel->bin.right;
	if (r->kind == EX_SETREF && r->type != l->type && !type_fits(r->ref.set->key_type, l->type))
		return diag_error(ev->diags, rel->loc, "the set '%s' holds values of type %s, "
				  "not %s", r->ref.name, r->type->name, l->type->name);
	if (r->kind != EX_SETREF && !expr_is_constant(r))
		return diag_error(ev->diags, r->loc, "the right side of a match must be a constant "
				  "or a set");
	problem = rel_problem(l, r, rel->op);
	if (problem)
		return diag_error(ev->diags, rel->loc, "%s", problem);
	/* A prefix of all bits is the value. */
	if (r->kind == EX_PREFIX && r->prefix.len == r->bits)
		r = rel->bin.right = r->prefix.base;
	rel->op = choose_op(rel, l, r);
	fold_xor(rel);
	rel->flags |= EXF_EVALUATED;
	learn(ev, rel);
	return 0;
}

bool type_fits(const struct datatype *a, const struct datatype *b)
{
	if (a == b || a == &dt_integer || b == &dt_integer)
		return true;
	if (!(a->flags & DTF_CONCAT) || !(b->flags & DTF_CONCAT) || a->n_parts != b->n_parts)
		return a->base && a->base == b && !b->base;
	for (unsigned int i = 0; i < a->n_parts; i++)
		if (!type_fits(a->parts[i], b->parts[i]))
			return false;
	return true;
}
