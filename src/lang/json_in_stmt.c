// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to statements: matches, verdicts, sets, references. The table of all
 * statements is in json_stmts.c.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_stmts.h"

/* ---- matches ---- */

/* Flags in an array are all of them together, where they are compared. */
static struct expr *list_to_or(struct json_in *j, struct expr *list)
{
	struct expr *all = NULL, *next;

	for (struct expr *e = list->list.first; e; e = next) {
		next = e->next;
		e->next = NULL;
		all = all ? expr_bin(j->a, list->loc, EX_BINARY, OP_OR, all, e) : e;
	}
	return all;
}

/* "exists" and "missing" make another thing of what is on the left. */
static void test_existence(struct json_in *j, struct expr *left)
{
	if (left->kind == EX_FIB) {
		left->fib.flags |= NFTA_FIB_F_PRESENT;
	} else if (left->kind == EX_FIELD && left->field.f->kind == FK_TCPOPT &&
		   !left->field.f->proto) {
		struct field *f = arena_memdup(j->a, left->field.f, sizeof(*f));

		f->type = &dt_boolean;
		f->byteorder = BO_HOST;
		f->flags |= FF_EXISTS;
		f->bits = 8;
		left->field.f = f;
	}
}

struct stmt *json_in_match(struct json_in *j, const json_t *v, int arg)
{
	struct expr *left = NULL, *right = NULL;
	uint64_t op = 0;
	const struct json_prop props[] = {
		{ .key = "op", .kind = JP_SYMBOL, .to = &op, .names = json_match_ops,
		  .required = true },
		{ .key = "left", .kind = JP_EXPR, .to = &left, .required = true },
		{ .key = "right", .kind = JP_EXPR, .to = &right, .required = true },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	if (json_is_boolean(json_object_get(v, "right")))
		test_existence(j, left);
	/* "in" is what the language has no operator for. */
	if (op == OP_FLAGS)
		op = OP_IMPLICIT;
	else if (op != OP_NOT_FLAGS && right->kind == EX_LIST)
		right = list_to_or(j, right);
	s = stmt_new(j->a, ST_MATCH, json_loc(j, v));
	s->expr = expr_bin(j->a, s->loc, EX_REL, (enum expr_op)op, left, right);
	return s;
}

/* ---- what is set ---- */

struct stmt *json_in_mangle(struct json_in *j, const json_t *v, int arg)
{
	struct expr *key = NULL, *value = NULL;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_EXPR, .to = &key, .required = true },
		{ .key = "value", .kind = JP_EXPR, .to = &value, .required = true },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	if (key->kind != EX_FIELD && key->kind != EX_RAW) {
		json_error(j, v, "key", "this cannot be set");
		return NULL;
	}
	s = stmt_new(j->a, ST_SET, json_loc(j, v));
	s->set.key = key;
	s->set.value = value;
	return s;
}

/* {"reset": {"tcp option": {"name": "sack-perm"}}} */
struct stmt *json_in_reset(struct json_in *j, const json_t *v, int arg)
{
	struct expr *e = json_in_expr(j, v);
	struct stmt *s;

	(void)arg;
	if (!e)
		return NULL;
	if (e->kind != EX_FIELD || e->field.f->kind != FK_TCPOPT ||
	    !(e->field.f->flags & FF_EXISTS)) {
		json_error(j, v, NULL, "a TCP option is needed here");
		return NULL;
	}
	s = stmt_new(j->a, ST_OPTSTRIP, json_loc(j, v));
	s->expr = e;
	return s;
}

struct stmt *json_in_notrack(struct json_in *j, const json_t *v, int arg)
{
	(void)arg;
	if (json_is_empty(v))
		return stmt_new(j->a, ST_NOTRACK, json_loc(j, v));
	json_error(j, v, NULL, "null is needed here, this is %s", json_what(v));
	return NULL;
}

/* ---- verdict maps ---- */

static struct rule *block_rule(struct json_in *j, const json_t *v)
{
	struct rule *r = arena_new(j->a, struct rule);
	const json_t *expr = NULL;
	const struct json_prop props[] = {
		{ .key = "comment", .kind = JP_COMMENT, .to = &r->comment },
		{ .key = "expr", .kind = JP_VALUE, .to = &expr, .required = true },
		{ .key = NULL }
	};

	r->loc = json_loc(j, v);
	if (json_props(j, v, props))
		return NULL;
	if (json_is_array(expr) && !json_array_size(expr))
		return r;
	r->stmts = json_in_stmts(j, expr);
	return r->stmts ? r : NULL;
}

/* "jump": {"rules": [...]} */
static struct expr *block_in(struct json_in *j, const json_t *v, int code)
{
	struct chain *block = chain_new(j->a, json_loc(j, v));
	const json_t *rules = NULL, *i;
	const struct json_prop props[] = {
		{ .key = "rules", .kind = JP_VALUE, .to = &rules, .required = true },
		{ .key = NULL }
	};
	bool nested = j->in_block;
	size_t n;

	if (json_props(j, v, props))
		return NULL;
	if (nested || !json_is_array(rules)) {
		json_error(j, v, "rules", nested ? "a block of rules cannot stand inside of another one" :
			   "an array is needed here");
		return NULL;
	}
	j->in_block = true;
	json_array_foreach(rules, n, i) {
		struct rule *r = block_rule(j, i);

		if (!r) {
			block = NULL;
			break;
		}
		list_add_tail(block->rules_last, r);
	}
	j->in_block = false;
	return block ? expr_block(j->a, block->loc, code, block) : NULL;
}

struct stmt *json_in_verdict_stmt(struct json_in *j, const json_t *v, int code)
{
	bool block = (code == NFT_JUMP || code == NFT_GOTO) && json_object_get(v, "rules");
	struct expr *verdict = block ? block_in(j, v, code) : json_in_verdict(j, v, code);
	struct stmt *s;

	if (!verdict)
		return NULL;
	s = stmt_new(j->a, ST_VERDICT, verdict->loc);
	s->expr = verdict;
	return s;
}

struct stmt *json_in_vmap(struct json_in *j, const json_t *v, int arg)
{
	struct expr *key = NULL, *data = NULL;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_EXPR, .to = &key, .required = true },
		{ .key = "data", .kind = JP_EXPR, .to = &data, .required = true },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	s = stmt_new(j->a, ST_VERDICT, json_loc(j, v));
	s->expr = expr_bin(j->a, s->loc, EX_MAP, OP_IMPLICIT, key, data);
	s->expr->flags |= EXF_VMAP;
	return s;
}

/* ---- references ---- */

struct stmt *json_in_objref(struct json_in *j, const json_t *v, int type)
{
	struct expr *name = json_in_expr(j, v);
	struct stmt *s;

	if (!name)
		return NULL;
	if (name->kind != EX_MAP && (name->kind != EX_SYMBOL || !json_is_string(v))) {
		json_error(j, v, NULL, "the name of an object, or a map that gives one, is needed "
			   "here");
		return NULL;
	}
	/* Not a wildcard: a name may end in a star. */
	if (name->kind == EX_SYMBOL)
		name = expr_symbol(j->a, name->loc, arena_strdup(j->a, json_string_value(v)),
				   EXF_QUOTED);
	s = stmt_new(j->a, ST_OBJREF, json_loc(j, v));
	s->objref.type = (uint32_t)type;
	s->objref.name = name;
	return s;
}

struct stmt *json_in_flow(struct json_in *j, const json_t *v, int arg)
{
	const json_t *flowtable = NULL;
	const char *op = NULL, *name;
	const struct json_prop props[] = {
		{ .key = "op", .kind = JP_TEXT, .to = &op, .required = true },
		{ .key = "flowtable", .kind = JP_VALUE, .to = &flowtable, .required = true },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	if (strcmp(op, "add")) {
		json_error(j, v, "op", "'%.64s' is unknown here: there is add", op);
		return NULL;
	}
	name = json_reference(j, flowtable);
	if (!name) {
		json_error(j, v, "flowtable", "a string \"@NAME\" is needed here");
		return NULL;
	}
	s = stmt_new(j->a, ST_FLOW, json_loc(j, v));
	s->flow.name_expr = expr_symbol(j->a, json_loc(j, flowtable), name, EXF_QUOTED);
	return s;
}

/* ---- sets that packets add to ---- */

struct stmt *json_in_setupd(struct json_in *j, const json_t *v, int is_map)
{
	struct setupd_stmt *u = arena_new(j->a, struct setupd_stmt);
	const json_t *set = NULL, *stmts = NULL;
	struct expr *key = NULL;
	uint64_t op = 0;
	const struct json_prop props[] = {
		{ .key = "op", .kind = JP_SYMBOL, .to = &op, .names = json_setupd_ops,
		  .required = true },
		{ .key = "elem", .kind = JP_EXPR, .to = &key, .required = true },
		{ .key = is_map ? "map" : "set", .kind = JP_VALUE, .to = &set, .required = true },
		{ .key = "stmt", .kind = JP_VALUE, .to = &stmts },
		{ .key = is_map ? "data" : NULL, .kind = JP_EXPR, .to = &u->data, .required = true },
		{ .key = NULL }
	};
	struct stmt *s;

	if (json_props(j, v, props))
		return NULL;
	u->set_name = json_reference(j, set);
	if (!u->set_name) {
		json_error(j, v, is_map ? "map" : "set", "a string \"@NAME\" is needed here");
		return NULL;
	}
	if (key->kind == EX_ELEM) {
		u->opts = key->elem.opts;
		key = key->elem.key;
	}
	u->op = (uint32_t)op;
	u->key = key;
	s = stmt_new(j->a, ST_SETUPD, json_loc(j, v));
	s->setupd = u;
	if (stmts) {
		u->stmts = json_in_stmts(j, stmts);
		if (!u->stmts)
			return NULL;
	}
	return s;
}

/* A meter has a set of its own, which it makes. */
static struct set *meter_set(struct json_in *j, const struct name *name, uint64_t size,
			     const struct elem_opts *opts)
{
	struct set *set = arena_new(j->a, struct set);

	set->loc = name->loc;
	set->h.obj = *name;
	set->flags = NFT_SET_ANONYMOUS | NFT_SET_EVAL;
	if (opts && opts->has_timeout)
		set->flags |= NFT_SET_TIMEOUT;
	set->size = (uint32_t)size;
	return set;
}

/* Table and family of the set are the rule's, which is known when it is read. */
struct stmt *json_in_meter(struct json_in *j, const json_t *v, int arg)
{
	struct setupd_stmt *u = arena_new(j->a, struct setupd_stmt);
	const json_t *stmt = NULL;
	struct name name = { 0 };
	uint64_t size = 0;
	const struct json_prop props[] = {
		{ .key = "name", .kind = JP_NAME, .to = &name, .required = true },
		{ .key = "key", .kind = JP_EXPR, .to = &u->key, .required = true },
		{ .key = "stmt", .kind = JP_VALUE, .to = &stmt, .required = true },
		{ .key = "size", .kind = JP_NUMBER, .to = &size, .max = UINT32_MAX },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	if (u->key->kind == EX_ELEM) {
		u->opts = u->key->elem.opts;
		u->key = u->key->elem.key;
	}
	u->stmts = json_in_stmt(j, stmt);
	if (!u->stmts)
		return NULL;
	u->set_name = name.s;
	u->op = u->opts && u->opts->has_timeout ? NFT_DYNSET_OP_UPDATE : NFT_DYNSET_OP_ADD;
	u->set = meter_set(j, &name, size, u->opts);
	s = stmt_new(j->a, ST_SETUPD, json_loc(j, v));
	s->setupd = u;
	return s;
}

/* ---- what cannot be loaded ---- */

struct stmt *json_in_xt(struct json_in *j, const json_t *v, int arg)
{
	(void)arg;
	json_error(j, v, NULL, "matches and targets of iptables cannot be loaded");
	diag_hint(&j->n->diags, "load such a ruleset with iptables-nft");
	return NULL;
}
