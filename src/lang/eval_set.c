// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Evaluation of sets and maps: their elements and their declarations.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include "eval.h"

/* Is an evaluated key more than one value, so that the set needs intervals? */
static bool is_interval(const struct expr *e)
{
	switch (e->kind) {
	case EX_RANGE:
		return true;
	case EX_PREFIX:
		return e->prefix.len != e->bits;
	case EX_VALUE:
		return e->type->flags & DTF_STRING && e->type == &dt_ifname && e->bits < 128;
	case EX_CONCAT:
		for (const struct expr *p = e->list.first; p; p = p->next)
			if (is_interval(p))
				return true;
		return false;
	default:
		return false;
	}
}

static struct stmt **stmts_link(struct elem_opts *opts)
{
	return &opts->stmts;
}

static int eval_elem_opts(struct eval *ev, struct elem_opts *opts)
{
	struct stmt **link;

	if (!opts)
		return 0;
	link = stmts_link(opts);
	for (struct stmt *s = opts->stmts; s; s = s->next)
		if (eval_stmt(ev, s, &link))
			return -1;
	return 0;
}

struct elem_want {
	const struct set *set;
	struct want key;
	const struct want *data;
	bool interval, data_interval;
};

static int eval_elem(struct eval *ev, struct expr *e, struct elem_want *w)
{
	if (e->elem.key->kind != EX_WILDCARD && eval_expr(ev, &e->elem.key, &w->key))
		return -1;
	if (!expr_is_constant(e->elem.key))
		return diag_error(ev->diags, e->elem.key->loc, "an element must be a constant");
	/* A lone prefix of full length is a value; so is x-x. */
	if (e->elem.key->kind == EX_PREFIX && e->elem.key->prefix.len == e->elem.key->bits)
		e->elem.key = e->elem.key->prefix.base;
	w->interval |= is_interval(e->elem.key);
	if (!w->data) {
		if (e->elem.data)
			return diag_error(ev->diags, e->elem.data->loc, "this is a set: its "
					  "elements have no data");
		return eval_elem_opts(ev, e->elem.opts);
	}
	if (!e->elem.data && ev->keys_only)
		return eval_elem_opts(ev, e->elem.opts);
	if (!e->elem.data) {
		diag_error(ev->diags, e->loc, "an element of a map needs data");
		diag_hint(ev->diags, "write 'key : data'");
		return -1;
	}
	if (eval_expr(ev, &e->elem.data, w->data))
		return -1;
	if (e->elem.data->type != &dt_verdict)
		w->data_interval |= is_interval(e->elem.data);
	return eval_elem_opts(ev, e->elem.opts);
}

/* A variable inside a set that is a set stands for its elements. */
static int flatten(struct eval *ev, struct expr_list *list, unsigned int depth)
{
	struct expr **link = &list->first;

	if (depth > 16)
		return diag_error(ev->diags, list->first->loc, "sets are nested too deeply");
	while (*link) {
		struct expr *e = *link, *inner = e->kind == EX_ELEM ? e->elem.key : e;
		struct expr *next = e->next;

		if (inner->kind == EX_SET)
			return diag_error(ev->diags, inner->loc, "a set cannot stand in a set");
		inner = eval_var(ev, inner);
		if (!inner)
			return -1;
		if (inner->kind == EX_SET && (e->kind != EX_ELEM || !e->elem.data)) {
			if (flatten(ev, &inner->set->elems, depth + 1))
				return -1;
			*link = inner->set->elems.first;
			while (*link)
				link = &(*link)->next;
			*link = next;
			list->n += inner->set->elems.n - 1;
			continue;
		}
		if (e->kind == EX_ELEM) {
			e->elem.key = inner;
		} else {
			e = expr_elem(ev->arena, inner->loc, inner, NULL);
			*link = e;
			e->next = next;
		}
		link = &e->next;
	}
	return 0;
}

static int eval_elem_list(struct eval *ev, struct expr *set, struct elem_want *w)
{
	if (flatten(ev, &set->set->elems, 0))
		return -1;
	for (struct expr *e = set->set->elems.first; e; e = e->next) {
		if (eval_elem(ev, e, w))
			return -1;
		set->set->elems.last = e;
	}
	return 0;
}

/* Objects are named by strings of any length; they stay symbols. */
static int eval_object_elements(struct eval *ev, struct expr *elems, struct elem_want *w)
{
	w->data = NULL;
	for (struct expr *e = elems->set->elems.first; e; e = e->next) {
		struct expr *data = e->kind == EX_ELEM ? e->elem.data : NULL;
		int err;

		if (!data)
			return diag_error(ev->diags, e->loc, "an element of this map needs the name "
					  "of an object");
		data = eval_var(ev, data);
		if (!data || !eval_string(ev, data, "the object"))
			return -1;
		e->elem.data = NULL;
		err = eval_elem(ev, e, w);
		e->elem.data = data;
		if (err)
			return -1;
	}
	return 0;
}

static void set_concat_desc(struct set *s, const struct expr *key)
{
	const struct expr *p = key && key->kind == EX_CONCAT ? key->list.first : NULL;

	s->desc_parts = 0;
	if (!(s->key_type->flags & DTF_CONCAT))
		return;
	for (unsigned int i = 0; i < s->key_type->n_parts; i++) {
		unsigned int bits = p ? p->bits : s->key_type->parts[i]->bits;

		s->desc_len[s->desc_parts++] = (bits + 7) / 8;
		p = p ? p->next : NULL;
	}
}

/* The declaration of the set in braces whose elements were evaluated with w. */
static void declare_anon_set(struct eval *ev, struct expr *set, const struct expr *key,
			     const struct elem_want *w)
{
	struct set *s = arena_new(ev->arena, struct set);

	s->loc = set->loc;
	s->h.obj.s = w->data ? "__map%d" : "__set%d";
	s->h.family = ev->family;
	s->h.table.s = ev->table;
	s->flags = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT;
	s->key_expr = (struct expr *)key;
	s->key_type = key->type;
	s->key_bits = key->bits;
	s->key_byteorder = key->byteorder;
	set_concat_desc(s, key);
	if (w->interval)
		s->flags |= NFT_SET_INTERVAL;
	if (w->interval && s->desc_parts)
		s->flags |= NFT_SET_CONCAT;
	if (w->data) {
		s->flags |= NFT_SET_MAP;
		s->data_type = w->data->type;
		s->data_bits = w->data->bits;
		s->data_byteorder = w->data->bo;
		s->data_is_interval = w->data_interval;
	}
	s->init = set;
	set->set->set = s;
	set->type = key->type;
	set->byteorder = key->byteorder;
	set->bits = key->bits;
	set->flags |= EXF_EVALUATED;
}

int eval_anon_set(struct eval *ev, struct expr *set, const struct expr *key,
		  const struct want *data)
{
	struct elem_want w = { .key = want_of(key), .data = data };

	if (!set->set->elems.first)
		return diag_error(ev->diags, set->loc, "a set in a rule cannot be empty");
	if (eval_elem_list(ev, set, &w))
		return -1;
	declare_anon_set(ev, set, key, &w);
	return 0;
}

static int map_by_name(struct eval *ev, struct expr *map, const struct want *want)
{
	struct expr *right = map->bin.right;
	const struct expr *left = map->bin.left;
	struct set *s;

	if (eval_expr(ev, &map->bin.right, NULL))
		return -1;
	s = right->ref.set;
	if (!(s->flags & (NFT_SET_MAP | NFT_SET_OBJECT)))
		return diag_error(ev->diags, right->loc, "'%s' is a set, not a map",
				  right->ref.name);
	if (!type_fits(s->key_type, left->type))
		return diag_error(ev->diags, left->loc, "the map '%s' is looked up with a %s, "
				  "not with a %s", right->ref.name, s->key_type->name,
				  left->type->name);
	if (want && want->type && s->data_type && !type_fits(s->data_type, want->type))
		return diag_error(ev->diags, right->loc, "the map '%s' gives a %s where a %s is "
				  "needed", right->ref.name, s->data_type->name, want->type->name);
	return 0;
}

/* What a map is looked up with, and the map without variables. */
static int eval_map_key(struct eval *ev, struct expr *map)
{
	struct expr *left;

	if (eval_expr(ev, &map->bin.left, NULL))
		return -1;
	left = map->bin.left;
	if (expr_is_constant(left) || !left->type)
		return diag_error(ev->diags, left->loc, "a map is looked up with something of the "
				  "packet, not with a constant");
	map->bin.right = eval_var(ev, map->bin.right);
	return map->bin.right ? 0 : -1;
}

int eval_map(struct eval *ev, struct expr *map, const struct want *want)
{
	struct expr *right;

	if (!want)
		return diag_error(ev->diags, map->loc, "a map cannot stand here");
	if (map->flags & EXF_VMAP && want->type != &dt_verdict)
		return diag_error(ev->diags, map->loc, "a %s is needed here, not a verdict",
				  want->type->desc);
	if (eval_map_key(ev, map))
		return -1;
	right = map->bin.right;
	if (right->kind == EX_SETREF) {
		if (map_by_name(ev, map, want))
			return -1;
	} else if (right->kind != EX_SET) {
		return diag_error(ev->diags, right->loc, "a map is needed here");
	} else if (eval_anon_set(ev, right, map->bin.left, want)) {
		return -1;
	}
	map->type = want->type;
	map->byteorder = want->bo;
	map->bits = want->bits;
	map->flags |= EXF_EVALUATED;
	return 0;
}

int eval_object_map(struct eval *ev, struct expr *map, uint32_t type)
{
	struct elem_want w = { .set = NULL };
	struct expr *right;

	if (eval_map_key(ev, map))
		return -1;
	right = map->bin.right;
	if (right->kind == EX_SETREF)
		return map_by_name(ev, map, NULL);
	if (right->kind != EX_SET)
		return diag_error(ev->diags, right->loc, "a map is needed here");
	w.key = want_of(map->bin.left);
	if (flatten(ev, &right->set->elems, 0) || eval_object_elements(ev, right, &w))
		return -1;
	declare_anon_set(ev, right, map->bin.left, &w);
	right->set->set->h.obj.s = "__objmap%d";
	right->set->set->flags |= NFT_SET_OBJECT;
	right->set->set->obj_type = type;
	map->flags |= EXF_EVALUATED;
	return 0;
}

/* ---- named sets ---- */

static int data_want(const struct set *s, struct want *w)
{
	if (s->flags & NFT_SET_OBJECT) {
		*w = WANT(&dt_string, BO_BIG, NFT_OBJ_MAXNAMELEN * 8);
		return 1;
	}
	if (!(s->flags & NFT_SET_MAP))
		return 0;
	*w = WANT(s->data_type, s->data_byteorder, s->data_bits);
	w->like = s->data_expr && s->data_expr->kind == EX_CONCAT ? s->data_expr : NULL;
	return 1;
}

int eval_elements(struct eval *ev, struct set *s, struct expr *elems)
{
	struct elem_want w = { .set = s };
	struct want data;

	w.key = WANT(s->key_type, s->key_byteorder, s->key_bits);
	w.key.like = s->key_expr && s->key_expr->kind == EX_CONCAT ? s->key_expr : NULL;
	if (data_want(s, &data))
		w.data = &data;
	if (elems->kind != EX_SET)
		return diag_error(ev->diags, elems->loc, "elements stand in braces: { a, b }");
	if (s->flags & NFT_SET_OBJECT) {
		if (flatten(ev, &elems->set->elems, 0) || eval_object_elements(ev, elems, &w))
			return -1;
	} else if (eval_elem_list(ev, elems, &w)) {
		return -1;
	}
	if (w.interval && !(s->flags & NFT_SET_INTERVAL)) {
		diag_error(ev->diags, elems->loc, "the set '%s' does not hold ranges or prefixes",
			   s->h.obj.s);
		diag_hint(ev->diags, "declare it with 'flags interval'");
		return -1;
	}
	s->data_is_interval |= w.data_interval;
	elems->set->set = s;
	return 0;
}

/* The width of a type in a register: concatenations fill 32-bit steps. */
static unsigned int type_bits(const struct datatype *dt)
{
	unsigned int bits = 0;

	if (!(dt->flags & DTF_CONCAT))
		return dt->bits;
	for (unsigned int i = 0; i < dt->n_parts; i++)
		bits += (dt->parts[i]->bits + 31) / 32 * 32;
	return bits;
}

static int decl_type(struct eval *ev, struct set *s, struct expr *of, const struct datatype **type,
		     uint32_t *bits, uint8_t *bo)
{
	if (of) {
		if (eval_typeof(ev, of))
			return -1;
		if (expr_is_constant(of) && of->kind != EX_CONCAT)
			return diag_error(ev->diags, of->loc, "typeof wants something of the packet, "
					  "as 'ip saddr'");
		*type = of->type;
		*bits = of->bits;
		*bo = of->byteorder;
	}
	if (!*type)
		return diag_error(ev->diags, s->loc, "the type of '%s' is missing", s->h.obj.s);
	if (*type == &dt_verdict)
		return 0;
	if (!*bits)
		*bits = type_bits(*type);
	if (!*bo)
		*bo = (*type)->byteorder;
	if (!*bits) {
		diag_error(ev->diags, s->loc, "the type '%s' has no width of its own",
			   (*type)->name);
		diag_hint(ev->diags, "use typeof with a field, as in 'typeof ip length'");
		return -1;
	}
	return 0;
}

/* What nft gives a meter without a size; the kernel wants one. */
#define METER_SIZE 65535

void eval_meter(struct set *s, struct expr *key)
{
	s->key_expr = key;
	s->key_type = key->type;
	s->key_bits = key->bits;
	s->key_byteorder = key->byteorder;
	set_concat_desc(s, key);
	if (!s->size)
		s->size = METER_SIZE;
}

int eval_set_decl(struct eval *ev, struct set *s)
{
	struct stmt **link = &s->stmts;
	struct expr *key_expr = s->key_expr, *data_expr = s->data_expr;

	if (eval_new_name(ev, &s->h.obj, "set"))
		return -1;
	if (key_expr && eval_expr(ev, &s->key_expr, NULL))
		return -1;
	if (data_expr && data_expr->type != &dt_verdict && eval_expr(ev, &s->data_expr, NULL))
		return -1;
	if (decl_type(ev, s, s->key_expr, &s->key_type, &s->key_bits, &s->key_byteorder))
		return -1;
	if (s->flags & NFT_SET_MAP &&
	    decl_type(ev, s, s->data_expr, &s->data_type, &s->data_bits, &s->data_byteorder))
		return -1;
	set_concat_desc(s, s->key_expr);
	if (s->flags & NFT_SET_INTERVAL && s->desc_parts)
		s->flags |= NFT_SET_CONCAT;
	if (s->timeout_ms || s->gc_ms)
		s->flags |= NFT_SET_TIMEOUT;
	for (struct stmt *st = s->stmts; st; st = st->next)
		if (eval_stmt(ev, st, &link))
			return -1;
	return 0;
}
