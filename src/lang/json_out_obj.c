// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables, chains, rules, flowtables, sets and stateful objects to the JSON of
 * libnftables-json(5). Keys stand in the order in which nft has them.
 *
 * Where nft leaves out what is needed to load its own listing (the device of a
 * chain, comments, auto-merge, a dynamic set, counter and flags of a
 * flowtable) there is a key of the newer schema, or one that nft 1.0 ignores.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "config.h"
#include "json_out.h"

json_t *json_metainfo(void)
{
	return json_wrap("metainfo", json_pack("{s:s, s:s, s:i}",
					       "version", PACKAGE_VERSION,
					       "release_name", PACKAGE_NAME,
					       "json_schema_version", JSON_SCHEMA_VERSION));
}

static json_t *family_out(const struct handle *h)
{
	const char *family = family_name(h->family);

	return json_wrap("family", json_string(family ? family : "unknown"));
}

json_t *json_table(const struct table *t, const struct print_opts *opts)
{
	json_t *o = family_out(&t->h);

	(void)opts;
	json_put_text(o, "name", t->h.table.s);
	json_put_u64(o, "handle", t->h.handle);
	json_put(o, "flags", json_flag_names(json_table_flags, t->flags));
	json_put_text(o, "comment", t->comment);
	return json_wrap("table", o);
}

/* One name as a string, several as an array. */
static json_t *devices_out(const struct device *d)
{
	json_t *list;

	if (!d)
		return NULL;
	if (!d->next)
		return json_text(d->name);
	list = json_array();
	for (; d; d = d->next)
		json_array_append_new(list, json_text(d->name));
	return list;
}

static void put_hook(json_t *o, const char *name, unsigned int family, int32_t hook)
{
	if (!name && hook >= 0)
		name = hook_name(family, (unsigned int)hook);
	json_put_text(o, "hook", name ? name : "unknown");
}

json_t *json_chain(const struct chain *c, const struct print_opts *opts)
{
	json_t *o = family_out(&c->h);

	(void)opts;
	json_put_text(o, "table", c->h.table.s);
	json_put_text(o, "name", c->h.chain.s);
	json_put_u64(o, "handle", c->h.handle);
	if (c->flags & CHAINF_BASE) {
		json_put_text(o, "type", c->type);
		put_hook(o, c->hook_name, c->h.family, c->hook);
		json_put(o, "prio", json_integer(c->prio.value));
		json_put(o, "dev", devices_out(c->devs));
		json_put_text(o, "policy", json_symbol(json_policies, c->policy));
		if (c->flags & CHAINF_HW_OFFLOAD)
			json_put_text(o, "flags", "offload");
	}
	json_put_text(o, "comment", c->comment);
	return json_wrap("chain", o);
}

json_t *json_rule(const struct rule *r, const struct print_opts *opts)
{
	json_t *o = family_out(r->h);

	json_put_text(o, "table", r->h->table.s);
	json_put_text(o, "chain", r->h->chain.s);
	json_put_u64(o, "handle", r->h->handle);
	json_put_text(o, "comment", r->comment);
	json_put(o, "expr", json_stmts(r->stmts, opts));
	return json_wrap("rule", o);
}

/* What begins every object of a table but its chains. */
static json_t *object_head(const struct handle *h)
{
	json_t *o = family_out(h);

	json_put_text(o, "name", h->obj.s);
	json_put_text(o, "table", h->table.s);
	return o;
}

/* {"tcp": 60, "udp": 20}, in seconds; NULL: none is set. */
static json_t *flowtable_timeouts(const struct flowtable_settings *s)
{
	json_t *o = s->has & (FTS_TCP_TIMEOUT | FTS_UDP_TIMEOUT) ? json_object() : NULL;

	if (s->has & FTS_TCP_TIMEOUT)
		json_put_u64(o, "tcp", s->tcp_timeout);
	if (s->has & FTS_UDP_TIMEOUT)
		json_put_u64(o, "udp", s->udp_timeout);
	return o;
}

json_t *json_flowtable(const struct flowtable *f, const struct print_opts *opts)
{
	json_t *o = object_head(&f->h);

	(void)opts;
	json_put_u64(o, "handle", f->h.handle);
	if (f->has_hook) {
		put_hook(o, f->hook_name, f->h.family, f->hook);
		json_put(o, "prio", json_integer(f->prio.value));
	}
	json_put(o, "dev", devices_out(f->devs));
	if (f->flags & FTF_COUNTER)
		json_put(o, "counter", json_true());
	json_put(o, "flags", json_flag_names(json_flowtable_flags,
					     f->flags & ~(uint32_t)FTF_COUNTER));
	json_put(o, "timeout", flowtable_timeouts(&f->settings));
	if (f->settings.has & FTS_SIZE)
		json_put_u64(o, "size", f->settings.size);
	return json_wrap("flowtable", o);
}

/* ---- sets ---- */

/* A plain type is a string, a concatenation an array of them. */
static json_t *type_out(const struct datatype *dt)
{
	json_t *list;

	if (!dt)
		return json_string("unknown");
	if (!(dt->flags & DTF_CONCAT))
		return json_text(dt->name);
	list = json_array();
	for (unsigned int i = 0; i < dt->n_parts; i++)
		json_array_append_new(list, json_text(dt->parts[i]->name));
	return list;
}

/* "integer" and "string" have no width: a set of them cannot be declared by its type. */
static bool needs_typeof(const struct datatype *dt)
{
	if (!dt || dt == &dt_verdict)
		return false;
	if (!(dt->flags & DTF_CONCAT))
		return !dt->bits;
	for (unsigned int i = 0; i < dt->n_parts; i++)
		if (!dt->parts[i]->bits)
			return true;
	return false;
}

static json_t *set_type_out(const struct datatype *dt, const struct expr *of,
			    const struct print_opts *opts)
{
	return of && needs_typeof(dt) ? json_wrap("typeof", json_expr(of, opts)) : type_out(dt);
}

static json_t *data_type_out(const struct set *s, const struct print_opts *opts)
{
	if (s->obj_type)
		return json_string(json_symbol(json_objects, s->obj_type));
	return set_type_out(s->data_type, s->data_expr, opts);
}

static void put_set_options(json_t *o, const struct set *s)
{
	uint32_t flags = s->flags & (NFT_SET_CONSTANT | NFT_SET_INTERVAL | NFT_SET_TIMEOUT);

	/* The size of a constant set is that of its elements. */
	if (!(s->flags & NFT_SET_CONSTANT)) {
		if (s->policy == NFT_SET_POL_MEMORY)
			json_put_text(o, "policy", json_symbol(json_set_policies, s->policy));
		if (s->size)
			json_put_u64(o, "size", s->size);
	}
	if (flags)
		json_put(o, "flags", json_flag_array(json_set_flags, flags));
	/* nft 1.0 refuses "dynamic" as a flag, but ignores it here. */
	if (s->flags & NFT_SET_EVAL)
		json_put(o, "dynamic", json_true());
	if (s->timeout_ms)
		json_put_u64(o, "timeout", s->timeout_ms / 1000);
	if (s->gc_ms)
		json_put_u64(o, "gc-interval", s->gc_ms / 1000);
	if (s->automerge)
		json_put(o, "auto-merge", json_true());
}

json_t *json_set(const struct set *s, const struct print_opts *opts)
{
	bool map = s->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	struct print_opts fresh = *opts;
	json_t *o = object_head(&s->h);

	json_put(o, "type", set_type_out(s->key_type, s->key_expr, opts));
	json_put_u64(o, "handle", s->h.handle);
	json_put_text(o, "comment", s->comment);
	if (map)
		json_put(o, "map", data_type_out(s, opts));
	put_set_options(o, s);
	if (!opts->terse && s->init && s->init->kind == EX_SET && s->init->set->elems.first)
		json_put(o, "elem", json_elems(s->init, opts));
	fresh.stateless = true;
	if (s->stmts)
		json_put(o, "stmt", json_stmts(s->stmts, &fresh));
	return json_wrap(map ? "map" : "set", o);
}

json_t *json_elements(const struct set *s, const struct expr *elems,
		      const struct print_opts *opts)
{
	json_t *o = object_head(&s->h);

	json_put(o, "elem", json_elems(elems, opts));
	return json_wrap("element", o);
}

/* ---- stateful objects ---- */

static void counter_out(json_t *o, const struct object *obj)
{
	json_put_count(o, "packets", obj->counter.packets);
	json_put_count(o, "bytes", obj->counter.bytes);
}

static void quota_out(json_t *o, const struct object *obj)
{
	json_put_count(o, "bytes", obj->quota.bytes);
	json_put_count(o, "used", obj->quota.used);
	json_put(o, "inv", json_boolean(obj->quota.inv));
}

static void limit_out(json_t *o, const struct object *obj)
{
	const struct limit_stmt *l = &obj->limit;
	uint64_t rate = l->rate, burst = l->burst;
	bool bytes = l->type == NFT_LIMIT_PKT_BYTES;
	const char *rate_unit = bytes ? json_byte_unit(&rate) : NULL;
	const char *burst_unit = bytes ? json_byte_unit(&burst) : NULL;

	json_put_u64(o, "rate", rate);
	json_put_text(o, "per", json_symbol(json_limit_per, l->unit));
	if (l->inv)
		json_put(o, "inv", json_true());
	json_put_text(o, "rate_unit", rate_unit);
	if (!burst)
		return;
	json_put_u64(o, "burst", burst);
	json_put_text(o, "burst_unit", burst_unit);
}

static const char *l3proto_name(uint16_t l3proto)
{
	const char *name = family_name(l3proto);

	return name ? name : "unknown";
}

static void helper_out(json_t *o, const struct object *obj)
{
	json_put_text(o, "type", obj->helper.name);
	json_put_text(o, "protocol", json_symbol(json_cthelper_protos, obj->helper.l4proto));
	json_put_text(o, "l3proto", l3proto_name(obj->helper.l3proto));
}

static void timeout_out(json_t *o, const struct object *obj)
{
	json_t *policy = json_object();
	const struct expr *e;

	json_put_text(o, "protocol", json_symbol(json_cttimeout_protos, obj->timeout.l4proto));
	json_put_text(o, "l3proto", l3proto_name(obj->timeout.l3proto));
	for (e = obj->timeout.values ? obj->timeout.values->first : NULL; e; e = e->next) {
		const struct expr *k = e->elem.key, *v = e->elem.data;
		nff_u128 seconds = 0;

		if (k->kind != EX_SYMBOL)
			continue;
		if (v->kind == EX_VALUE)
			seconds = v->value;
		else if (v->kind == EX_SYMBOL)
			parse_u128(v->sym, &seconds);
		json_put(policy, k->sym, json_u128(seconds));
	}
	json_put(o, "policy", policy);
}

static void expect_out(json_t *o, const struct object *obj)
{
	json_put_text(o, "protocol", json_symbol(json_cttimeout_protos, obj->expect.l4proto));
	json_put_u64(o, "dport", obj->expect.dport);
	json_put_u64(o, "timeout", obj->expect.timeout_ms);
	json_put_u64(o, "size", obj->expect.size);
	json_put_text(o, "l3proto", l3proto_name(obj->expect.l3proto));
}

static void synproxy_out(json_t *o, const struct object *obj)
{
	uint32_t flags = obj->synproxy.flags &
			 (NF_SYNPROXY_OPT_TIMESTAMP | NF_SYNPROXY_OPT_SACK_PERM);

	json_put_u64(o, "mss", obj->synproxy.mss);
	json_put_u64(o, "wscale", obj->synproxy.wscale);
	if (flags)
		json_put(o, "flags", json_flag_array(json_synproxy_flags, flags));
}

static void secmark_out(json_t *o, const struct object *obj)
{
	json_put_text(o, "context", obj->secctx);
}

static const struct {
	uint32_t type;
	void (*put)(json_t *o, const struct object *obj);
} object_rows[] = {
	{ NFT_OBJECT_COUNTER, counter_out },
	{ NFT_OBJECT_QUOTA, quota_out },
	{ NFT_OBJECT_LIMIT, limit_out },
	{ NFT_OBJECT_CT_HELPER, helper_out },
	{ NFT_OBJECT_CT_TIMEOUT, timeout_out },
	{ NFT_OBJECT_CT_EXPECT, expect_out },
	{ NFT_OBJECT_SYNPROXY, synproxy_out },
	{ NFT_OBJECT_SECMARK, secmark_out },
};

json_t *json_object_new(const struct object *obj, const struct print_opts *opts)
{
	json_t *o = object_head(&obj->h);

	(void)opts;
	json_put_u64(o, "handle", obj->h.handle);
	json_put_text(o, "comment", obj->comment);
	for (size_t i = 0; i < sizeof(object_rows) / sizeof(object_rows[0]); i++)
		if (object_rows[i].type == obj->type)
			object_rows[i].put(o, obj);
	return json_wrap(json_symbol(json_objects, obj->type), o);
}
