// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions to the JSON of libnftables-json(5). Values are told as numbers
 * where their type has no name for them. The table of names is in
 * json_exprs.c.
 */
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_exprs.h"

/* ---- values ---- */

/*
 * Types whose values are strings in JSON, even where they have no name but a
 * number.
 */
static bool always_text(const struct datatype *dt)
{
	return dt == &dt_ifindex || dt == &dt_realm || dt == &dt_classid ||
	       dt == &dt_time_date || dt == &dt_time_hour || dt == &dt_cgroupv2;
}

/* An interface name, a helper: bytes, the first one highest. */
static json_t *string_value(const struct expr *e)
{
	char text[sizeof(nff_u128) + 3];
	size_t len = 0;

	for (unsigned int bit = e->bits; bit >= 8 && len < sizeof(nff_u128); bit -= 8) {
		text[len] = (char)(e->value >> (bit - 8));
		if (!text[len])
			break;
		len++;
	}
	/* A star at the end means "any"; one that is part of the name is escaped. */
	if (!(e->flags & EXF_WILDCARD) && len && text[len - 1] == '*') {
		text[len - 1] = '\\';
		text[len++] = '*';
	} else if (e->flags & EXF_WILDCARD) {
		text[len++] = '*';
	}
	return json_text_n(text, len);
}

/* The text of a value without the quotes that the language wants around it. */
static json_t *text_value(const char *s, bool text_only)
{
	size_t len = strlen(s);
	nff_u128 v;

	if (len >= 2 && s[0] == '"' && s[len - 1] == '"')
		return json_text_n(s + 1, len - 2);
	if (!text_only && parse_u128(s, &v))
		return json_u128(v);
	return json_text_n(s, len);
}

static json_t *printed_value(const struct datatype *dt, nff_u128 v, unsigned int bits,
			     const struct print_opts *opts)
{
	struct print_opts with_names = *opts;
	struct out o;
	json_t *j;

	/* -T does not reach times of day and dates: they are always text here. */
	if (always_text(dt))
		with_names.numeric_time = false;
	out_init_mem(&o);
	datatype_print(dt, v, bits, &with_names, &o);
	j = text_value(out_str(&o), always_text(dt));
	out_fini(&o);
	return j;
}

json_t *json_typed(const struct datatype *dt, uint64_t value, const struct print_opts *opts)
{
	return printed_value(dt, value, dt->bits, opts);
}

static json_t *bit_value(const struct expr *e, nff_u128 bit, const struct print_opts *opts)
{
	return printed_value(e->type, bit, e->bits, opts);
}

/* Several flags in one value. */
static json_t *bits_value(const struct expr *e, enum json_bits how, const struct print_opts *opts)
{
	json_t *all = NULL;

	if (how == JSON_BITS_NUMBER)
		return json_u128(e->value);
	for (unsigned int i = 0; i < 128; i++) {
		nff_u128 bit = (nff_u128)1 << i;
		json_t *one;

		if (!(e->value & bit))
			continue;
		one = bit_value(e, bit, opts);
		if (how == JSON_BITS_LIST) {
			all = all ? all : json_array();
			json_array_append_new(all, one);
		} else {
			all = all ? json_wrap("|", json_pack("[o, o]", all, one)) : one;
		}
	}
	return all;
}

json_t *json_value_bits(const struct expr *e, enum json_bits how, const struct print_opts *opts)
{
	const struct datatype *dt = e->type;

	if (!dt)
		return json_u128(e->value);
	if (dt->flags & DTF_STRING)
		return string_value(e);
	if (dt == &dt_boolean)
		return json_boolean(e->value != 0);
	if (dt == &dt_time)
		return json_u128(e->value / 1000);
	if (dt->flags & DTF_BITMASK && e->value & (e->value - 1) &&
	    !(dt->symbols && e->value <= UINT64_MAX &&
	      symbol_by_value(dt->symbols, (uint64_t)e->value)))
		return bits_value(e, how, opts);
	if (dt == &dt_integer)
		return json_u128(e->value);
	return printed_value(dt, e->value, e->bits, opts);
}

json_t *json_out_value(const struct expr *e, const struct print_opts *opts)
{
	return json_value_bits(e, JSON_BITS_OR, opts);
}

/* ---- constants made of others ---- */

/* Numbers of a symbol as it was written, where nothing was evaluated yet. */
json_t *json_out_symbol(const struct expr *e, const struct print_opts *opts)
{
	nff_u128 v;

	(void)opts;
	if (e->flags & EXF_NUMBER && parse_u128(e->sym, &v))
		return json_u128(v);
	return json_text(e->sym);
}

json_t *json_out_var(const struct expr *e, const struct print_opts *opts)
{
	return e->var.def ? json_expr(e->var.def, opts) : json_text(e->var.name);
}

/* What nft has no JSON for: {"rules": [{"comment": ..., "expr": [...]}, ...]} */
static json_t *json_block(const struct chain *block, const struct print_opts *opts)
{
	json_t *rules = json_array();

	for (const struct rule *r = block->rules; r; r = r->next) {
		json_t *o = json_object();

		json_put_text(o, "comment", r->comment);
		json_put(o, "expr", json_stmts(r->stmts, opts));
		json_array_append_new(rules, o);
	}
	return json_wrap("rules", rules);
}

json_t *json_out_verdict_expr(const struct expr *e, const struct print_opts *opts)
{
	const char *chain = e->verdict.chain;

	(void)opts;
	if (e->flags & EXF_BLOCK)
		return json_block(e->verdict.block, opts);
	if (e->verdict.code != NFT_JUMP && e->verdict.code != NFT_GOTO)
		return NULL;
	if (!chain && e->verdict.chain_expr && e->verdict.chain_expr->kind == EX_SYMBOL)
		chain = e->verdict.chain_expr->sym;
	return json_wrap("target", json_text(chain ? chain : ""));
}

json_t *json_out_wildcard(const struct expr *e, const struct print_opts *opts)
{
	(void)e;
	(void)opts;
	return json_string("*");
}

json_t *json_out_prefix(const struct expr *e, const struct print_opts *opts)
{
	json_t *o = json_wrap("addr", json_expr(e->prefix.base, opts));

	json_put_u64(o, "len", e->prefix.len);
	return o;
}

/* The ends of a range are told without names of ports, protocols, users... */
json_t *json_out_range(const struct expr *e, const struct print_opts *opts)
{
	struct print_opts numeric = *opts;

	numeric.services = numeric.names = numeric.guid = false;
	numeric.numeric_proto = true;
	return json_pack("[o, o]", json_expr(e->bin.left, &numeric),
			 json_expr(e->bin.right, &numeric));
}

json_t *json_out_list(const struct expr *e, const struct print_opts *opts)
{
	json_t *list = json_array();

	for (const struct expr *i = e->list.first; i; i = i->next)
		json_array_append_new(list, json_expr(i, opts));
	return list;
}

/* ---- sets ---- */

json_t *json_with_opts(json_t *val, const struct elem_opts *eo, const struct print_opts *opts)
{
	json_t *o, *stmts, *s;
	size_t i;

	if (!eo || (!eo->has_timeout && !eo->has_expires && !eo->comment && !eo->stmts))
		return val;
	o = json_wrap("val", val);
	if (eo->has_timeout)
		json_put_u64(o, "timeout", eo->timeout_ms / 1000);
	if (eo->has_expires)
		json_put_u64(o, "expires", eo->expires_ms / 1000);
	json_put_text(o, "comment", eo->comment);
	stmts = json_stmts(eo->stmts, opts);
	json_array_foreach(stmts, i, s)
		json_object_update_missing(o, s);
	json_decref(stmts);
	return json_wrap("elem", o);
}

json_t *json_out_elem(const struct expr *e, const struct print_opts *opts)
{
	json_t *key = json_with_opts(json_expr(e->elem.key, opts), e->elem.opts, opts);

	if (!e->elem.data)
		return key;
	return json_pack("[o, o]", key, json_expr(e->elem.data, opts));
}

json_t *json_elems(const struct expr *set, const struct print_opts *opts)
{
	json_t *list = json_array();

	for (const struct expr *i = set->set->elems.first; i; i = i->next)
		json_array_append_new(list, json_expr(i, opts));
	return list;
}

json_t *json_out_setref(const struct expr *e, const struct print_opts *opts)
{
	struct out o;
	json_t *j;

	/* An anonymous set is told by what is in it. */
	if (e->ref.set && e->ref.set->flags & NFT_SET_ANONYMOUS && e->ref.set->init)
		return json_wrap("set", json_elems(e->ref.set->init, opts));
	out_init_mem(&o);
	out_printf(&o, "@%s", e->ref.name);
	j = json_text(out_str(&o));
	out_fini(&o);
	return j;
}

/* ---- selectors and operators ---- */

json_t *json_out_field(const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	return json_field(e);
}

json_t *json_out_raw(const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	return json_pack("{s:s, s:i, s:i}",
			 "base", json_symbol(json_payload_bases, e->raw.base),
			 "offset", (int)e->raw.off, "len", (int)e->bits);
}

json_t *json_out_fib(const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	return json_pack("{s:s, s:o}",
			 "result", json_symbol(json_fib_results, e->fib.result),
			 "flags", json_flag_array(json_fib_flags,
						  e->fib.flags & ~(uint32_t)NFTA_FIB_F_PRESENT));
}

json_t *json_out_numgen(const struct expr *e, const struct print_opts *opts)
{
	json_t *o = json_wrap("mode", json_string(json_symbol(json_numgen_modes, e->numgen.type)));

	(void)opts;
	json_put_u64(o, "mod", e->numgen.mod);
	json_put_u64(o, "offset", e->numgen.offset);
	return o;
}

json_t *json_out_hash(const struct expr *e, const struct print_opts *opts)
{
	json_t *o = json_object();

	json_put_u64(o, "mod", e->hash->mod);
	if (e->hash->has_seed)
		json_put_u64(o, "seed", e->hash->seed);
	if (e->hash->offset)
		json_put_u64(o, "offset", e->hash->offset);
	if (e->hash->input)
		json_put(o, "expr", json_expr(e->hash->input, opts));
	return o;
}

json_t *json_masked(const struct expr *e, enum json_bits how, const struct print_opts *opts)
{
	const struct expr *r = e->bin.right;
	json_t *right = r->kind == EX_VALUE ? json_value_bits(r, how, opts) : json_expr(r, opts);

	return json_pack("[o, o]", json_expr(e->bin.left, opts), right);
}

json_t *json_out_binary(const struct expr *e, const struct print_opts *opts)
{
	return json_masked(e, JSON_BITS_OR, opts);
}

json_t *json_out_map(const struct expr *e, const struct print_opts *opts)
{
	json_t *o = json_wrap("key", json_expr(e->bin.left, opts));

	json_put(o, "data", json_expr(e->bin.right, opts));
	return o;
}

json_t *json_out_unknown_expr(const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	return json_text(e->unknown ? e->unknown : "unknown expression");
}

json_t *json_out_set(const struct expr *e, const struct print_opts *opts)
{
	return json_elems(e, opts);
}
