// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of expressions in JSON, both ways: the name that one stands
 * under, what makes that of it, and what reads it. Fields have a table of
 * their own (json_field.c); values, lists and references have no name.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_exprs.h"

/* sub: what expr_sub() gives; ANY: it does not matter. */
#define ANY (-1000)

static const struct row {
	const char *name;
	uint8_t kind;			/* enum expr_kind */
	int sub;
	json_expr_to_fn *to;		/* NULL: it is made by another row */
	json_expr_from_fn *from;	/* NULL: json_field.c reads it */
	int arg;
} rows[] = {
	{ "concat", EX_CONCAT, ANY, json_out_list, json_in_concat_expr, 0 },
	{ "set", EX_SET, ANY, json_out_set, json_in_set_expr, 0 },
	{ "elem", EX_ELEM, ANY, NULL, json_in_elem_expr, 0 },
	{ "prefix", EX_PREFIX, ANY, json_out_prefix, json_in_prefix_expr, 0 },
	{ "range", EX_RANGE, ANY, json_out_range, json_in_range_expr, 0 },
	{ "map", EX_MAP, 0, json_out_map, json_in_map_expr, 0 },
	{ "vmap", EX_MAP, EXF_VMAP, json_out_map, json_in_map_expr, EXF_VMAP },
	{ "payload", EX_RAW, ANY, json_out_raw, NULL, 0 },
	{ "fib", EX_FIB, ANY, json_out_fib, json_in_fib_expr, 0 },
	{ "numgen", EX_NUMGEN, ANY, json_out_numgen, json_in_numgen_expr, 0 },
#define HASH(name, type) { name, EX_HASH, type, json_out_hash, json_in_hash_expr, type }
	HASH("jhash", NFT_HASH_JENKINS),
	HASH("symhash", NFT_HASH_SYM),
#undef HASH
#define BINARY(name, op) { name, EX_BINARY, op, json_out_binary, json_in_binary_expr, op }
	BINARY("&", OP_AND),
	BINARY("|", OP_OR),
	BINARY("^", OP_XOR),
	BINARY("<<", OP_LSHIFT),
	BINARY(">>", OP_RSHIFT),
#undef BINARY
#define VERDICT(name, code) { name, EX_VERDICT, code, json_out_verdict_expr, json_in_verdict, code }
	VERDICT("accept", NF_ACCEPT),
	VERDICT("drop", NF_DROP),
	VERDICT("continue", NFT_CONTINUE),
	VERDICT("return", NFT_RETURN),
	VERDICT("jump", NFT_JUMP),
	VERDICT("goto", NFT_GOTO),
#undef VERDICT
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- to JSON ---- */

static json_expr_to_fn *const nameless[] = {
	[EX_SYMBOL] = json_out_symbol,
	[EX_VAR] = json_out_var,
	[EX_VALUE] = json_out_value,
	[EX_WILDCARD] = json_out_wildcard,
	[EX_LIST] = json_out_list,
	[EX_ELEM] = json_out_elem,
	[EX_SETREF] = json_out_setref,
	[EX_FIELD] = json_out_field,
	[EX_UNKNOWN] = json_out_unknown_expr,
};

static int expr_sub(const struct expr *e)
{
	switch (e->kind) {
	case EX_MAP:
		return e->flags & EXF_VMAP;
	case EX_HASH:
		return (int)e->hash->type;
	case EX_BINARY:
		return e->op;
	case EX_VERDICT:
		return e->verdict.code;
	default:
		return ANY;
	}
}

static const struct row *row_of(const struct expr *e)
{
	int sub = expr_sub(e);

	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind == e->kind && rows[i].sub == sub && rows[i].to)
			return &rows[i];
	return NULL;
}

json_t *json_expr(const struct expr *e, const struct print_opts *opts)
{
	const struct row *row;

	if (e && e->kind < sizeof(nameless) / sizeof(nameless[0]) && nameless[e->kind])
		return nameless[e->kind](e, opts);
	row = e ? row_of(e) : NULL;
	return row ? json_wrap(row->name, row->to(e, opts)) : json_string("unknown expression");
}

/* ---- from JSON ---- */

static struct expr *object_in(struct json_in *j, const json_t *v)
{
	const json_t *under;
	const char *key = json_only_key(j, v, &under);
	struct expr *e;

	if (!key)
		return NULL;
	j->holder = v;
	j->holder_key = key;
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].from && !strcmp(rows[i].name, key))
			return rows[i].from(j, under, rows[i].arg);
	if (json_in_field(j, key, under, &e))
		return e;
	json_error(j, v, NULL, "there is no expression '%.64s'", key);
	return NULL;
}

struct expr *json_in_expr(struct json_in *j, const json_t *v)
{
	struct expr *e = NULL;

	if (j->depth >= JSON_DEPTH_MAX) {
		json_error(j, v, NULL, "expressions are nested too deeply");
		return NULL;
	}
	j->depth++;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		e = object_in(j, v);
		break;
	case JSON_ARRAY:
		e = json_in_list(j, v, EX_LIST);
		break;
	case JSON_STRING:
		e = json_in_string(j, v);
		break;
	case JSON_INTEGER:
		e = json_in_integer(j, v);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		e = json_in_boolean(j, v);
		break;
	default:
		json_error(j, v, NULL, "%s is no expression", json_what(v));
	}
	j->depth--;
	return e;
}
