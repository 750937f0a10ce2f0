// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets, maps and their elements to text.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "print_int.h"

/* ---- elements ---- */

void print_msecs(struct out *o, uint64_t ms, const struct print_opts *opts)
{
	if (opts->numeric_time) {
		out_u64(o, ms / 1000);
		out_putc(o, 's');
	} else {
		out_duration(o, ms);
	}
}

void print_elem_times(struct out *o, const struct elem_opts *eo, const struct print_opts *opts)
{
	if (eo->has_timeout) {
		out_puts(o, " timeout ");
		print_msecs(o, eo->timeout_ms, opts);
	}
	if (eo->has_expires && !opts->stateless) {
		out_puts(o, " expires ");
		print_msecs(o, eo->expires_ms, opts);
	}
}

static void print_comment(struct out *o, const char *comment)
{
	out_puts(o, " comment ");
	print_quoted(o, comment);
}

void print_elem(struct out *o, const struct expr *e, const struct expr *key,
		const struct expr *data, const struct print_opts *opts)
{
	const struct elem_opts *eo = e->elem.opts;

	print_const(o, e->elem.key, key, FORM_OR, opts);
	if (eo) {
		if (eo->stmts) {
			out_putc(o, ' ');
			print_stmt_list(o, eo->stmts, opts);
		}
		print_elem_times(o, eo, opts);
		if (eo->comment)
			print_comment(o, eo->comment);
	}
	if (e->elem.data) {
		out_puts(o, " : ");
		print_const(o, e->elem.data, data, FORM_OR, opts);
	}
}

void print_elems(struct out *o, const struct expr *set, const struct expr *key,
		 const struct expr *data, unsigned int per_line, const struct print_opts *opts)
{
	const struct expr *i;
	unsigned int n = 0;

	out_puts(o, "{ ");
	for (i = set->set->elems.first; i; i = i->next, n++) {
		if (n && per_line && n % per_line == 0)
			out_puts(o, ",\n\t\t\t     ");
		else if (n)
			out_puts(o, ", ");
		if (i->kind == EX_ELEM)
			print_elem(o, i, key, data, opts);
		else
			print_const(o, i, key, FORM_OR, opts);
	}
	out_puts(o, n ? " }" : "}");
}

/* How many elements stand on a line, by the type of the key. */
static unsigned int elems_per_line(const struct set *s)
{
	switch (s->key_type ? s->key_type->id : DT_INVALID) {
	case DT_NFPROTO:
	case DT_INTEGER:
	case DT_ARPOP:
	case DT_INET_PROTO:
	case DT_INET_SERVICE:
	case DT_TCP_FLAG:
	case DT_DCCP_PKTTYPE:
	case DT_MARK:
	case DT_IFINDEX:
	case DT_CLASSID:
	case DT_UID:
	case DT_GID:
		return 5;
	case DT_IPADDR:
	case DT_CT_STATE:
	case DT_CT_DIR:
	case DT_CT_STATUS:
	case DT_PKTTYPE:
		return 2;
	}
	return 1;
}

/* ---- declarations ---- */

static void print_data_type(struct out *o, const struct set *s, const struct print_opts *opts,
			    bool typeof_)
{
	if (s->obj_type) {
		const char *name = object_type_name(s->obj_type);

		out_puts(o, " : ");
		if (name)
			out_puts(o, name);
		else
			out_printf(o, "<object %u>", s->obj_type);
	} else if (s->flags & NFT_SET_MAP && (s->data_type || s->data_expr)) {
		out_puts(o, s->data_is_interval ? " : interval " : " : ");
		if (typeof_ && s->data_expr)
			print_expr(o, s->data_expr, opts);
		else
			out_puts(o, s->data_type ? s->data_type->name : "<unknown>");
	}
}

static void print_type(struct out *o, const struct set *s, const struct print_opts *opts)
{
	/* older versions of nft know no "typeof" with an interval of data */
	bool typeof_ = s->key_expr && !(s->data_is_interval && s->key_type &&
					s->key_type->id != DT_INTEGER);

	if (typeof_) {
		out_puts(o, "typeof ");
		print_expr(o, s->key_expr, opts);
	} else {
		out_puts(o, "type ");
		out_puts(o, s->key_type ? s->key_type->name : "<unknown>");
	}
	print_data_type(o, s, opts, typeof_);
}

static const struct symbol set_flags[] = {
	{ "constant", NFT_SET_CONSTANT },
	{ "interval", NFT_SET_INTERVAL },
	{ "dynamic", NFT_SET_EVAL },
	{ "timeout", NFT_SET_TIMEOUT },
	{ NULL, 0 }
};

/* "timeout" alone is said by the default timeout. */
static bool shows_flags(const struct set *s)
{
	uint32_t flags = s->flags & (NFT_SET_CONSTANT | NFT_SET_INTERVAL | NFT_SET_EVAL |
				     NFT_SET_TIMEOUT);

	if (s->timeout_ms)
		flags &= ~NFT_SET_TIMEOUT;
	return flags;
}

/*
 * What is declared: in a block a line each, in a command one after the other.
 * before stands in front of each, after behind.
 */
static void print_set_body(struct out *o, const struct set *s, const char *before,
			   const char *after, const struct print_opts *opts)
{
	out_puts(o, before);
	print_type(o, s, opts);
	out_puts(o, after);
	if (s->has_policy && s->policy == NFT_SET_POL_MEMORY)
		out_printf(o, "%spolicy memory%s", before, after);
	/* a constant set has as many elements as it was made with */
	if (s->size && !(s->flags & NFT_SET_CONSTANT))
		out_printf(o, "%ssize %u%s", before, s->size, after);
	if (shows_flags(s)) {
		out_printf(o, "%sflags ", before);
		print_flag_names(o, set_flags, s->flags);
		out_puts(o, after);
	}
	if (s->stmts) {
		struct print_opts stateless = *opts;

		stateless.stateless = true;
		out_puts(o, before);
		print_stmt_list(o, s->stmts, &stateless);
		out_puts(o, after);
	}
	if (s->automerge)
		out_printf(o, "%sauto-merge%s", before, after);
	if (s->timeout_ms) {
		out_printf(o, "%stimeout ", before);
		print_msecs(o, s->timeout_ms, opts);
		out_puts(o, after);
	}
	if (s->gc_ms) {
		out_printf(o, "%sgc-interval ", before);
		print_msecs(o, s->gc_ms, opts);
		out_puts(o, after);
	}
	if (s->comment) {
		out_printf(o, "%scomment ", before);
		print_quoted(o, s->comment);
		out_puts(o, after);
	}
}

static const char *set_word(const struct set *s)
{
	const uint32_t meter = NFT_SET_ANONYMOUS | NFT_SET_EVAL;

	if ((s->flags & meter) == meter)
		return "meter";
	return s->is_map_word || s->obj_type || s->flags & (NFT_SET_MAP | NFT_SET_OBJECT) ?
	       "map" : "set";
}

void print_set(struct out *o, const struct set *s, const struct print_opts *opts)
{
	out_printf(o, "\t%s %s {", set_word(s), s->h.obj.s);
	if (opts->handles && s->h.handle)
		out_printf(o, " # handle %llu", (unsigned long long)s->h.handle);
	out_putc(o, '\n');
	print_set_body(o, s, "\t\t", "\n", opts);
	if (!opts->terse && s->init && s->init->kind == EX_SET && s->init->set->elems.first) {
		out_puts(o, "\t\telements = ");
		print_elems(o, s->init, s->key_expr, s->data_expr, elems_per_line(s), opts);
		out_putc(o, '\n');
	} else if (!opts->terse && s->init && s->init->kind != EX_SET) {
		out_puts(o, "\t\telements = ");
		print_expr(o, s->init, opts);
		out_putc(o, '\n');
	}
	out_puts(o, "\t}\n");
}

void print_cmd_set(struct out *o, const char *op, const struct set *s,
		   const struct print_opts *opts)
{
	const char *family = family_name(s->h.family);

	out_printf(o, "%s %s %s %s %s", op, set_word(s), family ? family : "?", s->h.table.s,
		   s->h.obj.s);
	if (s->key_type || s->key_expr) {
		out_puts(o, " { ");
		print_set_body(o, s, "", "; ", opts);
		out_putc(o, '}');
	}
	if (opts->handles && s->h.handle)
		out_printf(o, " # handle %llu", (unsigned long long)s->h.handle);
	out_putc(o, '\n');
}

void print_cmd_elements(struct out *o, const char *op, const struct handle *h,
			const struct expr *elems, const struct set *s,
			const struct print_opts *opts)
{
	const char *family = family_name(h->family);

	out_printf(o, "%s element %s %s %s ", op, family ? family : "?", h->table.s, h->obj.s);
	print_elems(o, elems, s ? s->key_expr : NULL, s ? s->data_expr : NULL, 0, opts);
	out_putc(o, '\n');
}
