// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements to the JSON of libnftables-json(5). The table at the end says
 * under which name a statement stands; a row's function makes what is under
 * it (NULL: null).
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include <syslog.h>

#include "json_out.h"

typedef json_t *(*to_fn)(const struct stmt *s, const struct print_opts *opts);

/* ---- matches and verdicts ---- */

/* A value on the right of a match: flags are told as its operator wants them. */
static json_t *match_right(const struct expr *rel, const struct print_opts *opts)
{
	const struct expr *l = rel->bin.left, *r = rel->bin.right;
	enum json_bits how = JSON_BITS_OR;

	if (r->kind != EX_VALUE)
		return json_expr(r, opts);
	if (rel->op == OP_FLAGS || rel->op == OP_NOT_FLAGS || rel->flags & EXF_SLASH_MASK ||
	    l->kind == EX_BINARY)
		how = JSON_BITS_LIST;
	else if (l->kind == EX_FIELD && l->field.f->kind == FK_PAYLOAD)
		how = JSON_BITS_NUMBER;
	return json_value_bits(r, how, opts);
}

static json_t *match_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct expr *rel = s->expr;
	json_t *o;

	if (rel->kind != EX_REL)
		return json_expr(rel, opts);
	o = json_wrap("op", json_string(json_symbol(json_match_ops, rel->op)));
	/* The flags of a mask are told one by one where one value is compared. */
	if (rel->bin.left->kind == EX_BINARY && rel->bin.right->kind == EX_VALUE)
		json_put(o, "left", json_masked(rel->bin.left, JSON_BITS_LIST, opts));
	else
		json_put(o, "left", json_expr(rel->bin.left, opts));
	json_put(o, "right", match_right(rel, opts));
	return o;
}

/* What stands under the name of a jump is made with its name; take it apart. */
static json_t *verdict_out(const struct stmt *s, const struct print_opts *opts)
{
	json_t *all = s->expr->kind == EX_VERDICT ? json_verdict(s->expr) :
						    json_expr(s->expr, opts);
	json_t *under = json_incref(json_object_iter_value(json_object_iter(all)));

	json_decref(all);
	return under;
}

/* ---- stateful statements ---- */

static json_t *counter_out(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o;

	if (opts->stateless)
		return NULL;
	o = json_object();
	json_put_count(o, "packets", s->counter.packets);
	json_put_count(o, "bytes", s->counter.bytes);
	return o;
}

static json_t *limit_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct limit_stmt *l = s->limit;
	bool bytes = l->type == NFT_LIMIT_PKT_BYTES;
	uint64_t rate = l->rate, burst = l->burst;
	const char *rate_unit = NULL, *burst_unit = NULL;
	json_t *o = json_object();

	(void)opts;
	if (bytes) {
		rate_unit = json_byte_unit(&rate);
		burst_unit = json_byte_unit(&burst);
	}
	json_put_u64(o, "rate", rate);
	json_put_u64(o, "burst", burst);
	json_put_text(o, "per", json_symbol(json_limit_per, l->unit));
	if (l->inv)
		json_put(o, "inv", json_true());
	json_put_text(o, "rate_unit", rate_unit);
	json_put_text(o, "burst_unit", burst_unit);
	return o;
}

static json_t *quota_out(const struct stmt *s, const struct print_opts *opts)
{
	uint64_t bytes = s->quota->bytes, used = s->quota->used;
	const char *unit = json_byte_unit(&bytes), *used_unit = json_byte_unit(&used);
	json_t *o = json_object();

	json_put_u64(o, "val", bytes);
	json_put_text(o, "val_unit", unit);
	if (s->quota->inv)
		json_put(o, "inv", json_true());
	if (used && !opts->stateless) {
		json_put_u64(o, "used", used);
		json_put_text(o, "used_unit", used_unit);
	}
	return o;
}

static json_t *last_out(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o;

	if (!s->last.used || opts->stateless)
		return NULL;
	o = json_object();
	json_put_u64(o, "used", s->last.msecs);
	return o;
}

static json_t *connlimit_out(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o = json_object();

	(void)opts;
	json_put_u64(o, "val", s->connlimit->count);
	if (s->connlimit->inv)
		json_put(o, "inv", json_true());
	return o;
}

static json_t *objref_out(const struct stmt *s, const struct print_opts *opts)
{
	return json_expr(s->objref.name, opts);
}

/* ---- what is done with the packet ---- */

static json_t *empty_to_null(json_t *o)
{
	if (json_object_size(o))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *log_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct log_stmt *l = s->log;
	json_t *o = json_object();

	if (l->set & LOG_HAS_PREFIX) {
		if (l->prefix)
			json_put_text(o, "prefix", l->prefix);
		else if (l->prefix_expr)
			json_put(o, "prefix", json_expr(l->prefix_expr, opts));
	}
	if (l->set & LOG_HAS_GROUP)
		json_put_u64(o, "group", l->group);
	if (l->set & LOG_HAS_SNAPLEN)
		json_put_u64(o, "snaplen", l->snaplen);
	if (l->set & LOG_HAS_QTHRESHOLD)
		json_put_u64(o, "queue-threshold", l->qthreshold);
	if (l->set & LOG_HAS_LEVEL && l->level != LOG_WARNING)
		json_put_text(o, "level", json_symbol(log_level_symbols, l->level));
	json_put(o, "flags", json_flag_names(json_log_flags, l->flags));
	return empty_to_null(o);
}

static const struct json_reject *reject_row(const struct reject_stmt *r)
{
	const struct json_reject *row;

	for (row = json_rejects; row->name; row++)
		if (row->type == r->type &&
		    (!row->family || !r->family || row->family == r->family))
			return row;
	return NULL;
}

static json_t *reject_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct json_reject *row = reject_row(s->reject);
	json_t *o;

	if (!row)
		return NULL;
	o = json_wrap("type", json_text(row->name));
	if (row->code)
		json_put(o, "expr", json_typed(row->code, s->reject->code, opts));
	return o;
}

/* The flags that are written; the others say which of address and port are there. */
#define NAT_FLAGS (NF_NAT_RANGE_PROTO_RANDOM | NF_NAT_RANGE_PROTO_RANDOM_FULLY | \
		   NF_NAT_RANGE_PERSISTENT | NF_NAT_RANGE_NETMAP)

static json_t *nat_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct nat_stmt *n = s->nat;
	uint32_t flags = n->flags & NAT_FLAGS;
	json_t *o = json_object();

	if (n->type_flags & NAT_FAMILY_WRITTEN && n->family)
		json_put_text(o, "family", family_name(n->family));
	if (n->addr)
		json_put(o, "addr", json_expr(n->addr, opts));
	if (n->port)
		json_put(o, "port", json_expr(n->port, opts));
	if (n->type_flags & NAT_PREFIX)
		flags |= NF_NAT_RANGE_NETMAP;
	json_put(o, "flags", json_flag_names(json_nat_flags, flags));
	json_put(o, "type_flags", json_flag_names(json_nat_type_flags, n->type_flags & NAT_PREFIX));
	return empty_to_null(o);
}

static json_t *null_out(const struct stmt *s, const struct print_opts *opts)
{
	(void)s;
	(void)opts;
	return NULL;
}

static json_t *mangle_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct expr *v = s->set.value;
	json_t *o = json_wrap("key", json_expr(s->set.key, opts));

	json_put(o, "value", v->kind == EX_VALUE ? json_value_bits(v, JSON_BITS_LIST, opts) :
						   json_expr(v, opts));
	return o;
}

static json_t *optstrip_out(const struct stmt *s, const struct print_opts *opts)
{
	return json_expr(s->expr, opts);
}

/* "@name" of a set or flowtable. */
static void put_reference(json_t *o, const char *key, const char *name)
{
	struct out at;

	out_init_mem(&at);
	out_printf(&at, "@%s", name);
	json_put_text(o, key, out_str(&at));
	out_fini(&at);
}

static json_t *flow_out(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o = json_wrap("op", json_string("add"));

	if (s->flow.name)
		put_reference(o, "flowtable", s->flow.name);
	else if (s->flow.name_expr->kind == EX_SYMBOL)
		put_reference(o, "flowtable", s->flow.name_expr->sym);
	else
		json_put(o, "flowtable", json_expr(s->flow.name_expr, opts));
	return o;
}

static json_t *queue_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct queue_stmt *q = s->queue;
	json_t *o = json_object();

	if (q->num)
		json_put(o, "num", json_expr(q->num, opts));
	else if (q->from == q->to)
		json_put_u64(o, "num", q->from);
	else
		json_put(o, "num", json_pack("{s:[i, i]}", "range", (int)q->from, (int)q->to));
	json_put(o, "flags", json_flag_names(json_queue_flags, q->flags));
	return empty_to_null(o);
}

/* In the netdev family the device is what a dup is sent to. */
static json_t *dup_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct fwd_stmt *f = s->fwd;
	json_t *o = json_object();

	if (!f->addr) {
		json_put(o, "addr", json_expr(f->dev, opts));
		return o;
	}
	json_put(o, "addr", json_expr(f->addr, opts));
	if (f->dev)
		json_put(o, "dev", json_expr(f->dev, opts));
	return o;
}

static json_t *fwd_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct fwd_stmt *f = s->fwd;
	json_t *o = json_wrap("dev", json_expr(f->dev, opts));

	if (f->addr) {
		json_put_text(o, "family", f->family ? family_name(f->family) : NULL);
		json_put(o, "addr", json_expr(f->addr, opts));
	}
	return o;
}

static json_t *tproxy_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct tproxy_stmt *t = s->tproxy;
	json_t *o = json_object();

	if (t->family && t->family != NFPROTO_INET)
		json_put_text(o, "family", family_name(t->family));
	if (t->addr)
		json_put(o, "addr", json_expr(t->addr, opts));
	if (t->port)
		json_put(o, "port", json_expr(t->port, opts));
	return o;
}

static json_t *synproxy_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct synproxy_stmt *p = s->synproxy;
	uint32_t flags = p->flags & (NF_SYNPROXY_OPT_TIMESTAMP | NF_SYNPROXY_OPT_SACK_PERM);
	json_t *o = json_object();

	(void)opts;
	if (p->mss)
		json_put_u64(o, "mss", p->mss);
	if (p->wscale)
		json_put_u64(o, "wscale", p->wscale);
	if (flags)
		json_put(o, "flags", json_flag_array(json_synproxy_flags, flags));
	return empty_to_null(o);
}

/* ---- sets that packets add to ---- */

/* The statements of a new element begin at zero: they are told without state. */
static void put_stmts(json_t *o, const struct stmt *stmts, const struct print_opts *opts)
{
	struct print_opts fresh = *opts;

	fresh.stateless = true;
	if (stmts)
		json_put(o, "stmt", json_stmts(stmts, &fresh));
}

static json_t *meter_out(const struct setupd_stmt *u, json_t *key, const struct print_opts *opts)
{
	struct print_opts fresh = *opts;
	json_t *o = json_wrap("key", key);

	fresh.stateless = true;
	if (u->stmts)
		json_put(o, "stmt", json_stmt(u->stmts, &fresh));
	if (u->set->size)
		json_put_u64(o, "size", u->set->size);
	json_put_text(o, "name", u->set_name);
	return o;
}

/* A meter is an anonymous set that has a name. */
static bool is_meter(const struct setupd_stmt *u)
{
	return u->set && u->set->flags & NFT_SET_ANONYMOUS;
}

static json_t *setupd_out(const struct stmt *s, const struct print_opts *opts)
{
	const struct setupd_stmt *u = s->setupd;
	json_t *key = json_with_opts(json_expr(u->key, opts), u->opts, opts);
	json_t *o;

	if (is_meter(u))
		return meter_out(u, key, opts);
	o = json_wrap("op", json_string(json_symbol(json_setupd_ops, u->op)));
	json_put(o, "elem", key);
	if (u->data)
		json_put(o, "data", json_expr(u->data, opts));
	put_reference(o, u->data ? "map" : "set", u->set_name);
	put_stmts(o, u->stmts, opts);
	return o;
}

static json_t *unknown_out(const struct stmt *s, const struct print_opts *opts)
{
	(void)opts;
	return json_text(s->unknown ? s->unknown : "unknown statement");
}

/* ---- the table ---- */

/* sub: what stmt_sub() gives; ANY: it does not matter. */
#define ANY (-1)

static const struct row {
	uint8_t kind;
	int sub;
	const char *name;
	to_fn to;
} rows[] = {
	{ ST_MATCH, ANY, "match", match_out },
	{ ST_COUNTER, ANY, "counter", counter_out },
	{ ST_LIMIT, ANY, "limit", limit_out },
	{ ST_QUOTA, ANY, "quota", quota_out },
	{ ST_LAST, ANY, "last", last_out },
	{ ST_CONNLIMIT, ANY, "ct count", connlimit_out },
	{ ST_LOG, ANY, "log", log_out },
	{ ST_REJECT, ANY, "reject", reject_out },
	{ ST_NAT, NAT_SNAT, "snat", nat_out },
	{ ST_NAT, NAT_DNAT, "dnat", nat_out },
	{ ST_NAT, NAT_MASQUERADE, "masquerade", nat_out },
	{ ST_NAT, NAT_REDIRECT, "redirect", nat_out },
	{ ST_NOTRACK, ANY, "notrack", null_out },
	{ ST_SET, ANY, "mangle", mangle_out },
	{ ST_FLOW, ANY, "flow", flow_out },
	{ ST_QUEUE, ANY, "queue", queue_out },
	{ ST_DUP, ANY, "dup", dup_out },
	{ ST_FWD, ANY, "fwd", fwd_out },
	{ ST_TPROXY, ANY, "tproxy", tproxy_out },
	{ ST_SYNPROXY, ANY, "synproxy", synproxy_out },
	{ ST_OPTSTRIP, ANY, "reset", optstrip_out },
	{ ST_UNKNOWN, ANY, "unknown", unknown_out },
};

static int stmt_sub(const struct stmt *s)
{
	return s->kind == ST_NAT ? (int)s->nat->kind : ANY;
}

/* Statements whose name depends on more than a number. */
static const char *name_of(const struct stmt *s, to_fn *to)
{
	switch (s->kind) {
	case ST_VERDICT:
		*to = verdict_out;
		if (s->expr->kind == EX_VERDICT)
			return json_symbol(json_verdicts,
					   (uint64_t)(int64_t)s->expr->verdict.code);
		return "vmap";
	case ST_OBJREF:
		*to = objref_out;
		return json_symbol(json_objects, s->objref.type);
	case ST_SETUPD:
		*to = setupd_out;
		return is_meter(s->setupd) ? "meter" : s->setupd->data ? "map" : "set";
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == s->kind && (rows[i].sub == ANY || rows[i].sub == stmt_sub(s))) {
			*to = rows[i].to;
			return rows[i].name;
		}
	*to = null_out;
	return "unknown";
}

json_t *json_stmt(const struct stmt *s, const struct print_opts *opts)
{
	to_fn to;
	const char *name = name_of(s, &to);

	return json_wrap(name, to(s, opts));
}

json_t *json_stmts(const struct stmt *s, const struct print_opts *opts)
{
	json_t *list = json_array();

	for (; s; s = s->next)
		if (!(s->flags & STF_GENERATED))
			json_array_append_new(list, json_stmt(s, opts));
	return list;
}
