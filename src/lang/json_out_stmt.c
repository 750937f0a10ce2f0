// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements to the JSON of libnftables-json(5). What stands under the
 * name of each; the table of names is in json_stmts.c. NULL stands for null.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include <syslog.h>

#include "json_exprs.h"
#include "json_stmts.h"

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

json_t *json_out_match(const struct stmt *s, const struct print_opts *opts)
{
	const struct expr *rel = s->expr;
	json_t *o;

	if (rel->kind != EX_REL)
		return json_expr(rel, opts);
	o = json_wrap("op", json_string(json_symbol(json_match_ops, rel->op)));
	/* The flags of a mask are told one by one where one value is compared. */
	if (rel->bin.left->kind == EX_BINARY && rel->bin.right->kind == EX_VALUE)
		json_put(o, "left", json_wrap(op_name(rel->bin.left->op),
					      json_masked(rel->bin.left, JSON_BITS_LIST, opts)));
	else
		json_put(o, "left", json_expr(rel->bin.left, opts));
	json_put(o, "right", match_right(rel, opts));
	return o;
}

json_t *json_out_verdict(const struct stmt *s, const struct print_opts *opts)
{
	if (s->expr->kind == EX_VERDICT)
		return json_out_verdict_expr(s->expr, opts);
	return json_out_map(s->expr, opts);
}

/* ---- stateful statements ---- */

json_t *json_out_counter(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o;

	if (opts->stateless)
		return NULL;
	o = json_object();
	json_put_count(o, "packets", s->counter.packets);
	json_put_count(o, "bytes", s->counter.bytes);
	return o;
}

json_t *json_out_limit(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_quota(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_last(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o;

	if (!s->last.used || opts->stateless)
		return NULL;
	o = json_object();
	json_put_u64(o, "used", s->last.msecs);
	return o;
}

json_t *json_out_connlimit(const struct stmt *s, const struct print_opts *opts)
{
	json_t *o = json_object();

	(void)opts;
	json_put_u64(o, "val", s->connlimit->count);
	if (s->connlimit->inv)
		json_put(o, "inv", json_true());
	return o;
}

json_t *json_out_objref(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_log(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_reject(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_nat(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_null(const struct stmt *s, const struct print_opts *opts)
{
	(void)s;
	(void)opts;
	return NULL;
}

json_t *json_out_mangle(const struct stmt *s, const struct print_opts *opts)
{
	const struct expr *v = s->set.value;
	json_t *o = json_wrap("key", json_expr(s->set.key, opts));

	json_put(o, "value", v->kind == EX_VALUE ? json_value_bits(v, JSON_BITS_LIST, opts) :
						   json_expr(v, opts));
	return o;
}

json_t *json_out_optstrip(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_flow(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_queue(const struct stmt *s, const struct print_opts *opts)
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
json_t *json_out_dup(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_fwd(const struct stmt *s, const struct print_opts *opts)
{
	const struct fwd_stmt *f = s->fwd;
	json_t *o = json_wrap("dev", json_expr(f->dev, opts));

	if (f->addr) {
		json_put_text(o, "family", f->family ? family_name(f->family) : NULL);
		json_put(o, "addr", json_expr(f->addr, opts));
	}
	return o;
}

json_t *json_out_tproxy(const struct stmt *s, const struct print_opts *opts)
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

json_t *json_out_synproxy(const struct stmt *s, const struct print_opts *opts)
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

bool json_is_meter(const struct setupd_stmt *u)
{
	return u->set && u->set->flags & NFT_SET_ANONYMOUS;
}

json_t *json_out_setupd(const struct stmt *s, const struct print_opts *opts)
{
	const struct setupd_stmt *u = s->setupd;
	json_t *key = json_with_opts(json_expr(u->key, opts), u->opts, opts);
	json_t *o;

	if (json_is_meter(u))
		return meter_out(u, key, opts);
	o = json_wrap("op", json_string(json_symbol(json_setupd_ops, u->op)));
	json_put(o, "elem", key);
	if (u->data)
		json_put(o, "data", json_expr(u->data, opts));
	put_reference(o, u->data ? "map" : "set", u->set_name);
	put_stmts(o, u->stmts, opts);
	return o;
}

json_t *json_out_unknown(const struct stmt *s, const struct print_opts *opts)
{
	(void)opts;
	return json_text(s->unknown ? s->unknown : "unknown statement");
}
