// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constructors of AST nodes.
 */
#include "ast.h"

struct expr *expr_new(struct arena *a, enum expr_kind kind, struct loc loc)
{
	struct expr *e = arena_new(a, struct expr);

	e->kind = kind;
	e->loc = loc;
	if (kind == EX_SET)
		e->set = arena_new(a, struct set_expr);
	return e;
}

struct expr *expr_symbol(struct arena *a, struct loc loc, const char *sym, unsigned int flags)
{
	struct expr *e = expr_new(a, EX_SYMBOL, loc);

	e->sym = sym;
	e->flags = flags;
	return e;
}

struct expr *expr_value(struct arena *a, struct loc loc, const struct datatype *type,
			enum byteorder bo, unsigned int bits, nff_u128 value)
{
	struct expr *e = expr_new(a, EX_VALUE, loc);

	e->type = type;
	e->byteorder = bo;
	e->bits = bits;
	e->value = value;
	return e;
}

struct expr *expr_verdict(struct arena *a, struct loc loc, int code, struct expr *chain)
{
	struct expr *e = expr_new(a, EX_VERDICT, loc);

	e->verdict.code = code;
	e->verdict.chain_expr = chain;
	return e;
}

struct expr *expr_block(struct arena *a, struct loc loc, int code, struct chain *block)
{
	struct expr *e = expr_verdict(a, loc, code, NULL);

	e->flags |= EXF_BLOCK;
	e->verdict.block = block;
	return e;
}

struct expr *expr_bin(struct arena *a, struct loc loc, enum expr_kind kind, enum expr_op op,
		      struct expr *left, struct expr *right)
{
	struct expr *e = expr_new(a, kind, loc);

	e->op = op;
	e->bin.left = left;
	e->bin.right = right;
	return e;
}

struct expr *expr_prefix(struct arena *a, struct loc loc, struct expr *base, unsigned int len)
{
	struct expr *e = expr_new(a, EX_PREFIX, loc);

	e->prefix.base = base;
	e->prefix.len = len;
	return e;
}

struct expr *expr_field(struct arena *a, struct loc loc, const struct field *f, unsigned int dir)
{
	struct expr *e = expr_new(a, EX_FIELD, loc);

	e->field.f = f;
	e->field.dir = dir;
	return e;
}

struct expr *expr_elem(struct arena *a, struct loc loc, struct expr *key, struct expr *data)
{
	struct expr *e = expr_new(a, EX_ELEM, loc);

	e->elem.key = key;
	e->elem.data = data;
	return e;
}

void expr_list_add(struct expr_list *l, struct expr *e)
{
	e->next = NULL;
	if (l->last)
		l->last->next = e;
	else
		l->first = e;
	l->last = e;
	l->n++;
}

static void list_copy(struct arena *a, struct expr_list *to, const struct expr_list *from)
{
	const struct expr *e;

	to->first = to->last = NULL;
	to->n = 0;
	for (e = from->first; e; e = e->next)
		expr_list_add(to, expr_copy(a, e));
}

static struct elem_opts *opts_copy(struct arena *a, const struct elem_opts *from)
{
	struct elem_opts *to = arena_memdup(a, from, sizeof(*from));
	struct stmt **last = &to->stmts;
	const struct stmt *s;

	/* the statements of an element are counters, limits and the like: flat */
	for (s = from->stmts; s; s = s->next) {
		struct stmt *copy = arena_memdup(a, s, sizeof(*s));

		copy->next = NULL;
		list_add_tail(last, copy);
	}
	*last = NULL;
	return to;
}

struct expr *expr_copy(struct arena *a, const struct expr *e)
{
	struct expr *copy;

	if (!e)
		return NULL;
	copy = arena_memdup(a, e, sizeof(*e));
	copy->next = NULL;
	switch ((enum expr_kind)e->kind) {
	case EX_VERDICT:
		if (!(e->flags & EXF_BLOCK))
			copy->verdict.chain_expr = expr_copy(a, e->verdict.chain_expr);
		break;
	case EX_PREFIX:
		copy->prefix.base = expr_copy(a, e->prefix.base);
		break;
	case EX_RANGE:
	case EX_BINARY:
	case EX_REL:
	case EX_MAP:
		copy->bin.left = expr_copy(a, e->bin.left);
		copy->bin.right = expr_copy(a, e->bin.right);
		break;
	case EX_CONCAT:
	case EX_LIST:
		list_copy(a, &copy->list, &e->list);
		break;
	case EX_SET:
		copy->set = arena_memdup(a, e->set, sizeof(*e->set));
		list_copy(a, &copy->set->elems, &e->set->elems);
		break;
	case EX_ELEM:
		copy->elem.key = expr_copy(a, e->elem.key);
		copy->elem.data = expr_copy(a, e->elem.data);
		if (e->elem.opts)
			copy->elem.opts = opts_copy(a, e->elem.opts);
		break;
	case EX_HASH:
		copy->hash = arena_memdup(a, e->hash, sizeof(*e->hash));
		copy->hash->input = expr_copy(a, e->hash->input);
		break;
	case EX_NONE:
	case EX_SYMBOL:
	case EX_VAR:
	case EX_VALUE:
	case EX_WILDCARD:
	case EX_SETREF:
	case EX_FIELD:
	case EX_RAW:
	case EX_FIB:
	case EX_NUMGEN:
	case EX_UNKNOWN:
		break;
	}
	return copy;
}

struct rule *rule_new(struct arena *a, struct loc loc)
{
	struct rule *r = arena_new(a, struct rule);

	r->loc = loc;
	r->h = arena_new(a, struct handle);
	return r;
}

struct stmt *stmt_new(struct arena *a, enum stmt_kind kind, struct loc loc)
{
	struct stmt *s = arena_new(a, struct stmt);

	s->kind = kind;
	s->loc = loc;
	return s;
}

struct chain *chain_new(struct arena *a, struct loc loc)
{
	struct chain *c = arena_new(a, struct chain);

	c->loc = loc;
	c->hook = -1;
	c->rules_last = &c->rules;
	return c;
}

struct table *table_new(struct arena *a, struct loc loc)
{
	struct table *t = arena_new(a, struct table);

	t->loc = loc;
	t->sets_last = &t->sets;
	t->objects_last = &t->objects;
	t->flowtables_last = &t->flowtables;
	t->chains_last = &t->chains;
	t->blocks_last = &t->blocks;
	return t;
}
