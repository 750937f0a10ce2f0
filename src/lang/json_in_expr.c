// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to expressions, as the parser of the language makes them: words and
 * numbers stay symbols, whose type evaluation finds.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_exprs.h"

/* ---- plain values ---- */

struct expr *json_in_integer(struct json_in *j, const json_t *v)
{
	/* nft lists numbers from 2^63 on as negative ones. */
	unsigned long long n = (unsigned long long)json_integer_value(v);

	return expr_symbol(j->a, json_loc(j, v), arena_printf(j->a, "%llu", n), EXF_NUMBER);
}

struct expr *json_in_string(struct json_in *j, const json_t *v)
{
	size_t len = json_string_length(v);
	struct loc loc = json_loc(j, v);
	const char *ref = json_reference(j, v);
	unsigned int flags = EXF_QUOTED;
	struct expr *e;
	char *s;

	if (ref) {
		e = expr_new(j->a, EX_SETREF, loc);
		e->ref.name = ref;
		return e;
	}
	s = arena_strdup(j->a, json_string_value(v));
	if (!strcmp(s, "*"))
		return expr_new(j->a, EX_WILDCARD, loc);
	if (len >= 2 && s[len - 1] == '*' && s[len - 2] == '\\')
		strcpy(s + len - 2, "*");
	else if (len && s[len - 1] == '*')
		flags |= EXF_WILDCARD;
	return expr_symbol(j->a, loc, s, flags);
}

struct expr *json_in_boolean(struct json_in *j, const json_t *v)
{
	return expr_symbol(j->a, json_loc(j, v), json_is_true(v) ? "exists" : "missing", 0);
}

/* ---- lists ---- */

struct expr *json_in_list(struct json_in *j, const json_t *v, enum expr_kind kind)
{
	struct expr *list = expr_new(j->a, kind, json_loc(j, v)), *e;
	json_t *item;
	size_t i;

	if (!json_is_array(v)) {
		json_error(j, v, NULL, "an array is needed here, this is %s", json_what(v));
		return NULL;
	}
	if (!json_array_size(v)) {
		json_error(j, v, NULL, "the array is empty");
		return NULL;
	}
	json_array_foreach(v, i, item) {
		e = json_in_expr(j, item);
		if (!e)
			return NULL;
		expr_list_add(&list->list, e);
	}
	return list;
}

struct expr *json_in_concat_expr(struct json_in *j, const json_t *v, int arg)
{
	struct expr *list = json_in_list(j, v, EX_CONCAT);

	(void)arg;
	/* A concatenation of one is that one. */
	return list && list->list.n == 1 ? list->list.first : list;
}

/* ---- sets ---- */

/* What one element of an array is: a key, or [key, data] of a map. */
static struct expr *element_in(struct json_in *j, const json_t *v)
{
	struct expr *key, *data = NULL;

	if (json_is_array(v)) {
		if (json_array_size(v) != 2) {
			json_error(j, v, NULL, "an element of a map is an array of two: key and "
				   "data");
			return NULL;
		}
		data = json_in_expr(j, json_array_get(v, 1));
		if (!data)
			return NULL;
		v = json_array_get(v, 0);
	}
	key = json_in_expr(j, v);
	if (!key)
		return NULL;
	if (key->kind == EX_LIST) {
		json_error(j, v, NULL, "an element is one value");
		return NULL;
	}
	if (key->kind != EX_ELEM)
		return expr_elem(j->a, key->loc, key, data);
	key->elem.data = data;
	return key;
}

struct expr *json_in_elements(struct json_in *j, const json_t *v)
{
	struct expr *set = expr_new(j->a, EX_SET, json_loc(j, v)), *e;
	json_t *item;
	size_t i;

	if (!json_is_array(v)) {
		e = element_in(j, v);
		if (!e)
			return NULL;
		expr_list_add(&set->set->elems, e);
		return set;
	}
	json_array_foreach(v, i, item) {
		e = element_in(j, item);
		if (!e)
			return NULL;
		expr_list_add(&set->set->elems, e);
	}
	return set;
}

struct expr *json_in_set_expr(struct json_in *j, const json_t *v, int arg)
{
	(void)arg;
	return json_in_elements(j, v);
}

const char *const json_elem_stmts[] = { "counter", "limit", "quota", "ct count", "last", NULL };

static int elem_stmts(struct json_in *j, const json_t *v, struct elem_opts *eo)
{
	struct stmt **last = &eo->stmts;
	const char *key;
	json_t *under;

	json_object_foreach((json_t *)v, key, under) {
		for (const char *const *name = json_elem_stmts; *name; name++) {
			struct stmt *s;

			if (strcmp(*name, key))
				continue;
			s = json_in_stmt_named(j, key, v, under);
			if (!s)
				return -1;
			list_add_tail(last, s);
		}
	}
	return 0;
}

/* The longest time in seconds that milliseconds hold. */
#define SECONDS_MAX (UINT64_MAX / 1000)

struct expr *json_in_elem_expr(struct json_in *j, const json_t *v, int arg)
{
	struct elem_opts *eo = arena_new(j->a, struct elem_opts);
	uint64_t timeout = 0, expires = 0;
	struct expr *val = NULL, *e;
	const struct json_prop props[] = {
		{ .key = "val", .kind = JP_EXPR, .to = &val, .required = true },
		{ .key = "timeout", .kind = JP_NUMBER, .to = &timeout, .max = SECONDS_MAX },
		{ .key = "expires", .kind = JP_NUMBER, .to = &expires, .max = SECONDS_MAX },
		{ .key = "comment", .kind = JP_COMMENT, .to = &eo->comment },
		{ .key = "counter", .kind = JP_SKIP }, { .key = "limit", .kind = JP_SKIP },
		{ .key = "quota", .kind = JP_SKIP }, { .key = "ct count", .kind = JP_SKIP },
		{ .key = "last", .kind = JP_SKIP },
		{ .key = NULL }
	};

	(void)arg;
	if (json_props(j, v, props) || elem_stmts(j, v, eo))
		return NULL;
	eo->has_timeout = json_object_get(v, "timeout");
	eo->has_expires = json_object_get(v, "expires");
	eo->timeout_ms = timeout * 1000;
	eo->expires_ms = expires * 1000;
	if (val->kind == EX_ELEM || val->kind == EX_SET) {
		json_error(j, v, "val", "one value is needed here");
		return NULL;
	}
	e = expr_elem(j->a, json_loc(j, v), val, NULL);
	e->elem.opts = eo;
	return e;
}

/* ---- constants with parts ---- */

struct expr *json_in_prefix_expr(struct json_in *j, const json_t *v, int arg)
{
	struct expr *addr = NULL;
	uint64_t len = 0;
	const struct json_prop props[] = {
		{ .key = "addr", .kind = JP_EXPR, .to = &addr, .required = true },
		{ .key = "len", .kind = JP_NUMBER, .to = &len, .max = 128, .required = true },
		{ .key = NULL }
	};

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	return expr_prefix(j->a, json_loc(j, v), addr, (unsigned int)len);
}

/* Exactly two expressions. */
static int pair_in(struct json_in *j, const json_t *v, struct expr **l, struct expr **r)
{
	if (!json_is_array(v) || json_array_size(v) != 2)
		return json_error(j, v, NULL, "an array of two is needed here");
	*l = json_in_expr(j, json_array_get(v, 0));
	*r = *l ? json_in_expr(j, json_array_get(v, 1)) : NULL;
	return *r ? 0 : -1;
}

struct expr *json_in_range_expr(struct json_in *j, const json_t *v, int arg)
{
	struct expr *l = NULL, *r = NULL;

	(void)arg;
	if (pair_in(j, v, &l, &r))
		return NULL;
	return expr_bin(j->a, json_loc(j, v), EX_RANGE, OP_IMPLICIT, l, r);
}

/* Newer schemas put more than two operands into one operation. */
struct expr *json_in_binary_expr(struct json_in *j, const json_t *v, int op)
{
	struct expr *left = NULL, *e;
	json_t *item;
	size_t i;

	if (!json_is_array(v) || json_array_size(v) < 2) {
		json_error(j, v, NULL, "an array of two operands is needed here");
		return NULL;
	}
	json_array_foreach(v, i, item) {
		e = json_in_expr(j, item);
		if (!e)
			return NULL;
		left = left ? expr_bin(j->a, json_loc(j, v), EX_BINARY, (enum expr_op)op, left, e) :
			      e;
	}
	return left;
}

struct expr *json_in_map_expr(struct json_in *j, const json_t *v, int flags)
{
	struct expr *key = NULL, *data = NULL, *e;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_EXPR, .to = &key, .required = true },
		{ .key = "data", .kind = JP_EXPR, .to = &data, .required = true },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return NULL;
	e = expr_bin(j->a, json_loc(j, v), EX_MAP, OP_IMPLICIT, key, data);
	e->flags |= (uint8_t)flags;
	return e;
}

/* ---- selectors without a row in the field tables ---- */

struct expr *json_in_fib_expr(struct json_in *j, const json_t *v, int arg)
{
	uint64_t result = 0, flags = 0;
	const struct json_prop props[] = {
		{ .key = "result", .kind = JP_SYMBOL, .to = &result, .names = json_fib_results,
		  .required = true },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_fib_flags,
		  .required = true },
		{ .key = NULL }
	};
	struct expr *e = expr_new(j->a, EX_FIB, json_loc(j, v));

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	if (!(flags & NFTA_FIB_F_SADDR) == !(flags & NFTA_FIB_F_DADDR)) {
		json_error(j, v, "flags", "either saddr or daddr is needed");
		return NULL;
	}
	if ((flags & NFTA_FIB_F_IIF) && (flags & NFTA_FIB_F_OIF)) {
		json_error(j, v, "flags", "iif and oif exclude each other");
		return NULL;
	}
	e->fib.result = (uint32_t)result;
	e->fib.flags = (uint32_t)flags;
	return e;
}

struct expr *json_in_numgen_expr(struct json_in *j, const json_t *v, int arg)
{
	uint64_t mode = 0, mod = 0, offset = 0;
	const struct json_prop props[] = {
		{ .key = "mode", .kind = JP_SYMBOL, .to = &mode, .names = json_numgen_modes,
		  .required = true },
		{ .key = "mod", .kind = JP_NUMBER, .to = &mod, .max = UINT32_MAX,
		  .required = true },
		{ .key = "offset", .kind = JP_NUMBER, .to = &offset, .max = UINT32_MAX },
		{ .key = NULL }
	};
	struct expr *e = expr_new(j->a, EX_NUMGEN, json_loc(j, v));

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	e->numgen.type = (uint32_t)mode;
	e->numgen.mod = (uint32_t)mod;
	e->numgen.offset = (uint32_t)offset;
	return e;
}

struct expr *json_in_hash_expr(struct json_in *j, const json_t *v, int type)
{
	struct expr *e = expr_new(j->a, EX_HASH, json_loc(j, v)), *input = NULL;
	uint64_t mod = 0, offset = 0, seed = 0;
	const struct json_prop jhash[] = {
		{ .key = "mod", .kind = JP_NUMBER, .to = &mod, .max = UINT32_MAX,
		  .required = true },
		{ .key = "offset", .kind = JP_NUMBER, .to = &offset, .max = UINT32_MAX },
		{ .key = "seed", .kind = JP_NUMBER, .to = &seed, .max = UINT32_MAX },
		{ .key = "expr", .kind = JP_EXPR, .to = &input, .required = true },
		{ .key = NULL }
	};
	const struct json_prop symhash[] = { jhash[0], jhash[1], { .key = NULL } };

	if (json_props(j, v, type == NFT_HASH_JENKINS ? jhash : symhash))
		return NULL;
	e->hash = arena_alloc(j->a, sizeof(*e->hash));
	e->hash->type = (uint32_t)type;
	e->hash->mod = (uint32_t)mod;
	e->hash->offset = (uint32_t)offset;
	e->hash->seed = (uint32_t)seed;
	e->hash->has_seed = json_object_get(v, "seed");
	e->hash->input = input;
	return e;
}

/* ---- verdicts ---- */

struct expr *json_in_verdict(struct json_in *j, const json_t *v, int code)
{
	struct expr *chain = NULL;
	struct name target = { 0 };
	const struct json_prop props[] = {
		{ .key = "target", .kind = JP_NAME, .to = &target, .required = true },
		{ .key = NULL }
	};

	if (code == NFT_JUMP || code == NFT_GOTO) {
		if (json_props(j, v, props))
			return NULL;
		chain = expr_symbol(j->a, target.loc, target.s, EXF_QUOTED);
	} else if (!json_is_null(v) && !(json_is_object(v) && !json_object_size(v))) {
		json_error(j, v, NULL, "null is needed here, this is %s", json_what(v));
		return NULL;
	}
	return expr_verdict(j->a, json_loc(j, v), code, chain);
}
