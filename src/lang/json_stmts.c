// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of statements in JSON, both ways: the name that one stands under,
 * what makes that of it, and what reads it.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_stmts.h"

/* sub: what stmt_sub() gives; ANY: it does not matter. */
enum { ANY = -1000, SUB_VMAP, SUB_SET, SUB_MAP, SUB_METER };

static const struct row {
	const char *name;
	uint8_t kind;			/* enum stmt_kind */
	int sub;
	json_to_fn *to;			/* NULL: it is read only */
	json_from_fn *from;		/* NULL: a row of the same name has it */
	int arg;
} rows[] = {
	{ "match", ST_MATCH, ANY, json_out_match, json_in_match, 0 },
#define VERDICT(name, code) \
	{ name, ST_VERDICT, code, json_out_verdict, json_in_verdict_stmt, code }
	VERDICT("accept", NF_ACCEPT),
	VERDICT("drop", NF_DROP),
	VERDICT("continue", NFT_CONTINUE),
	VERDICT("return", NFT_RETURN),
	VERDICT("jump", NFT_JUMP),
	VERDICT("goto", NFT_GOTO),
#undef VERDICT
	{ "vmap", ST_VERDICT, SUB_VMAP, json_out_verdict, json_in_vmap, 0 },
	{ "counter", ST_COUNTER, ANY, json_out_counter, json_in_counter, 0 },
	{ "limit", ST_LIMIT, ANY, json_out_limit, json_in_limit, 0 },
	{ "quota", ST_QUOTA, ANY, json_out_quota, json_in_quota, 0 },
	{ "last", ST_LAST, ANY, json_out_last, json_in_last, 0 },
	{ "ct count", ST_CONNLIMIT, ANY, json_out_connlimit, json_in_connlimit, 0 },
	{ "log", ST_LOG, ANY, json_out_log, json_in_log, 0 },
	{ "reject", ST_REJECT, ANY, json_out_reject, json_in_reject, 0 },
	{ "snat", ST_NAT, NAT_SNAT, json_out_nat, json_in_nat, NAT_SNAT },
	{ "dnat", ST_NAT, NAT_DNAT, json_out_nat, json_in_nat, NAT_DNAT },
	{ "masquerade", ST_NAT, NAT_MASQUERADE, json_out_nat, json_in_nat, NAT_MASQUERADE },
	{ "redirect", ST_NAT, NAT_REDIRECT, json_out_nat, json_in_nat, NAT_REDIRECT },
	{ "notrack", ST_NOTRACK, ANY, json_out_null, json_in_notrack, 0 },
	{ "mangle", ST_SET, ANY, json_out_mangle, json_in_mangle, 0 },
	{ "reset", ST_OPTSTRIP, ANY, json_out_optstrip, json_in_reset, 0 },
	{ "flow", ST_FLOW, ANY, json_out_flow, json_in_flow, 0 },
	{ "queue", ST_QUEUE, ANY, json_out_queue, json_in_queue, 0 },
	{ "dup", ST_DUP, ANY, json_out_dup, json_in_dup, 0 },
	{ "fwd", ST_FWD, ANY, json_out_fwd, json_in_fwd, 0 },
	{ "tproxy", ST_TPROXY, ANY, json_out_tproxy, json_in_tproxy, 0 },
	{ "synproxy", ST_SYNPROXY, ANY, json_out_synproxy, json_in_synproxy, 0 },
	/* References to objects; those that share a name with a statement are read by it. */
#define OBJREF(name, type, from) { name, ST_OBJREF, type, json_out_objref, from, type }
	OBJREF("counter", NFT_OBJECT_COUNTER, NULL),
	OBJREF("limit", NFT_OBJECT_LIMIT, NULL),
	OBJREF("quota", NFT_OBJECT_QUOTA, NULL),
	OBJREF("synproxy", NFT_OBJECT_SYNPROXY, NULL),
	OBJREF("ct helper", NFT_OBJECT_CT_HELPER, json_in_objref),
	OBJREF("ct timeout", NFT_OBJECT_CT_TIMEOUT, json_in_objref),
	OBJREF("ct expectation", NFT_OBJECT_CT_EXPECT, json_in_objref),
	OBJREF("secmark", NFT_OBJECT_SECMARK, json_in_objref),
#undef OBJREF
	{ "set", ST_SETUPD, SUB_SET, json_out_setupd, json_in_setupd, false },
	{ "map", ST_SETUPD, SUB_MAP, json_out_setupd, json_in_setupd, true },
	{ "meter", ST_SETUPD, SUB_METER, json_out_setupd, json_in_meter, 0 },
	{ "xt", ST_UNKNOWN, ANY, NULL, json_in_xt, 0 },
	{ "unknown", ST_UNKNOWN, ANY, json_out_unknown, NULL, 0 },
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- to JSON ---- */

static int stmt_sub(const struct stmt *s)
{
	switch (s->kind) {
	case ST_VERDICT:
		return s->expr->kind == EX_VERDICT ? s->expr->verdict.code : SUB_VMAP;
	case ST_NAT:
		return (int)s->nat->kind;
	case ST_OBJREF:
		return (int)s->objref.type;
	case ST_SETUPD:
		return json_is_meter(s->setupd) ? SUB_METER : s->setupd->data ? SUB_MAP : SUB_SET;
	default:
		return ANY;
	}
}

json_t *json_stmt(const struct stmt *s, const struct print_opts *opts)
{
	int sub = stmt_sub(s);

	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].to && rows[i].kind == s->kind && rows[i].sub == sub)
			return json_wrap(rows[i].name, rows[i].to(s, opts));
	return json_wrap("unknown", NULL);
}

json_t *json_stmts(const struct stmt *s, const struct print_opts *opts)
{
	json_t *list = json_array();

	for (; s; s = s->next)
		if (!(s->flags & STF_GENERATED))
			json_array_append_new(list, json_stmt(s, opts));
	return list;
}

/* ---- from JSON ---- */

struct stmt *json_in_stmt_named(struct json_in *j, const char *name, const json_t *whole,
				const json_t *v)
{
	struct stmt *s;

	j->holder = whole;
	j->holder_key = name;
	for (size_t i = 0; i < N_ROWS; i++) {
		if (!rows[i].from || strcmp(rows[i].name, name))
			continue;
		s = rows[i].from(j, v, rows[i].arg);
		if (s)
			s->loc = json_loc(j, whole);
		return s;
	}
	json_error(j, whole, NULL, "there is no statement '%.64s'", name);
	return NULL;
}

struct stmt *json_in_stmt(struct json_in *j, const json_t *v)
{
	const json_t *under;
	const char *name;
	struct stmt *s;

	if (j->depth >= JSON_DEPTH_MAX) {
		json_error(j, v, NULL, "statements are nested too deeply");
		return NULL;
	}
	name = json_only_key(j, v, &under);
	if (!name)
		return NULL;
	j->depth++;
	s = json_in_stmt_named(j, name, v, under);
	j->depth--;
	return s;
}

struct stmt *json_in_stmts(struct json_in *j, const json_t *array)
{
	struct stmt *first = NULL, **last = &first;
	json_t *item;
	size_t i;

	if (!json_is_array(array) || !json_array_size(array)) {
		json_error(j, array, NULL, "an array of statements is needed here");
		return NULL;
	}
	json_array_foreach(array, i, item) {
		struct stmt *s = json_in_stmt(j, item);

		if (!s)
			return NULL;
		list_add_tail(last, s);
	}
	return first;
}
