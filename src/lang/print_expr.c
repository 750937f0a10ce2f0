// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions to text.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink_osf.h>
#include <string.h>

#include "print_int.h"

/* ---- constants ---- */

static const struct datatype *type_of(const struct expr *e)
{
	return e->type ? e->type : &dt_integer;
}

/* A string that a star ends: bits are those of what stands before it. */
static void print_wildcard_string(struct out *o, const struct expr *e)
{
	char buf[16];
	unsigned int len = e->bits / 8;

	if (len > sizeof(buf))
		len = sizeof(buf);
	value_export(e->value, BO_BIG, len, buf);
	out_putc(o, '"');
	out_write(o, buf, strnlen(buf, len));
	out_puts(o, "*\"");
}

static void print_hex(struct out *o, nff_u128 v)
{
	uint64_t high = v >> 64, low = v;

	if (high)
		out_printf(o, "0x%llx%016llx", (unsigned long long)high, (unsigned long long)low);
	else
		out_printf(o, "0x%llx", (unsigned long long)low);
}

/* Is that more than one flag, and nothing that one symbol stands for? */
static bool several_flags(const struct expr *e)
{
	const struct datatype *dt = type_of(e);

	return dt->flags & DTF_BITMASK && (dt->symbols || dt->print) &&
	       e->value & (e->value - 1) &&
	       (e->value >> 64 || !symbol_by_value(dt->symbols, e->value));
}

static void print_flags_or(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	bool first = true;
	unsigned int i;

	for (i = 0; i < 128; i++) {
		nff_u128 bit = (nff_u128)1 << i;

		if (!(e->value & bit))
			continue;
		if (!first)
			out_puts(o, " | ");
		first = false;
		datatype_print(type_of(e), bit, e->bits, opts, o);
	}
}

static void print_value(struct out *o, const struct expr *e, bool hex, enum value_form form,
			const struct print_opts *opts)
{
	if (e->flags & EXF_WILDCARD) {
		print_wildcard_string(o, e);
	} else if (hex && type_of(e) == &dt_integer) {
		print_hex(o, e->value);
	} else if (form == FORM_LIST || !several_flags(e)) {
		datatype_print(type_of(e), e->value, e->bits, opts, o);
	} else if (form == FORM_NUMBER) {
		print_hex(o, e->value);
	} else {
		if (form == FORM_OPERAND)
			out_putc(o, '(');
		print_flags_or(o, e, opts);
		if (form == FORM_OPERAND)
			out_putc(o, ')');
	}
}

/* Is it read as bytes, without a type? */
static bool is_raw(const struct expr *e)
{
	while (e && e->kind == EX_BINARY)
		e = e->bin.left;
	return e && e->kind == EX_RAW;
}

static void print_prefix(struct out *o, const struct expr *e, const struct expr *ref,
			 const struct print_opts *opts)
{
	struct print_opts numeric = *opts;

	numeric.names = false;
	print_const(o, e->prefix.base, ref, FORM_OR, &numeric);
	out_putc(o, '/');
	out_u64(o, e->prefix.len);
}

/* The ends of a range are numbers. */
static void print_range(struct out *o, const struct expr *e, const struct expr *ref,
			const struct print_opts *opts)
{
	struct print_opts numeric = *opts;

	numeric.services = numeric.names = numeric.guid = false;
	numeric.numeric_proto = numeric.numeric_symbol = numeric.numeric_time = true;
	print_const(o, e->bin.left, ref, FORM_NUMBER, &numeric);
	out_putc(o, '-');
	print_const(o, e->bin.right, ref, FORM_NUMBER, &numeric);
}

/* The parts of a concatenation go with those of the selector. */
static void print_concat(struct out *o, const struct expr *e, const struct expr *ref,
			 const struct print_opts *opts)
{
	const struct expr *r = ref && ref->kind == EX_CONCAT ? ref->list.first : NULL;
	const struct expr *i;

	for (i = e->list.first; i; i = i->next) {
		if (i != e->list.first)
			out_puts(o, " . ");
		print_const(o, i, r, FORM_OR, opts);
		if (r)
			r = r->next;
	}
}

void print_const(struct out *o, const struct expr *e, const struct expr *ref,
		 enum value_form form, const struct print_opts *opts)
{
	switch (e->kind) {
	case EX_VALUE:
		print_value(o, e, is_raw(ref), form, opts);
		break;
	case EX_PREFIX:
		print_prefix(o, e, ref, opts);
		break;
	case EX_RANGE:
		print_range(o, e, ref, opts);
		break;
	case EX_CONCAT:
		print_concat(o, e, ref, opts);
		break;
	case EX_SET:
		print_elems(o, e, ref, NULL, 0, opts);
		break;
	case EX_ELEM:
		print_elem(o, e, ref, NULL, opts);
		break;
	default:
		print_expr(o, e, opts);
	}
}

static void print_verdict(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	static const struct {
		int code;
		const char *name;
	} names[] = {
		{ NF_ACCEPT, "accept" }, { NF_DROP, "drop" }, { NFT_CONTINUE, "continue" },
		{ NFT_RETURN, "return" }, { NFT_JUMP, "jump" }, { NFT_GOTO, "goto" },
		{ NFT_BREAK, "break" }, { NF_QUEUE, "queue" },
	};
	unsigned int i, n = sizeof(names) / sizeof(names[0]);

	for (i = 0; i < n && names[i].code != e->verdict.code; i++)
		;
	if (i == n) {
		out_printf(o, "<verdict %d>", e->verdict.code);
		return;
	}
	out_puts(o, names[i].name);
	if (e->verdict.code != NFT_JUMP && e->verdict.code != NFT_GOTO)
		return;
	out_putc(o, ' ');
	if (e->flags & EXF_BLOCK)
		print_block(o, e->verdict.block, opts);
	else if (e->verdict.chain)
		out_puts(o, e->verdict.chain);
	else if (e->verdict.chain_expr)
		print_expr(o, e->verdict.chain_expr, opts);
}

/* ---- selectors ---- */

/* A place in an option or extension header; rows without a proto are made up. */
static void print_option(struct out *o, const char *what, const struct field *f)
{
	out_puts(o, what);
	if (f->proto && f->proto->name)
		out_puts(o, f->proto->name);
	else if (f->flags & FF_EXISTS)
		out_u64(o, f->key);
	else
		out_printf(o, "@%u,%u,%u", f->key, f->bit_off, f->bits);
	if (f->proto && !(f->flags & FF_EXISTS)) {
		out_putc(o, ' ');
		out_puts(o, f->name);
	}
}

static void print_osf(struct out *o, const struct expr *e)
{
	out_puts(o, "osf ");
	if (e->field.num == NF_OSF_TTL_LESS)
		out_puts(o, "ttl loose ");
	else if (e->field.num == NF_OSF_TTL_NOCHECK)
		out_puts(o, "ttl skip ");
	out_puts(o, e->field.f->name);
}

static void print_field(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	static const char *const ct_dirs[] = { "", "original ", "reply " };
	static const char *const xfrm_dirs[] = { "", "in ", "out " };
	const struct field *f = e->field.f;
	unsigned int dir = e->field.dir <= 2 ? e->field.dir : 0;

	(void)opts;
	switch (f->kind) {
	case FK_PAYLOAD:
		out_puts(o, f->proto->name);
		out_putc(o, ' ');
		out_puts(o, f->name);
		break;
	case FK_META:
		if (!(f->flags & FF_PRINT_BARE))
			out_puts(o, "meta ");
		out_puts(o, f->name);
		break;
	case FK_CT:
		out_puts(o, "ct ");
		out_puts(o, ct_dirs[dir]);
		out_puts(o, f->name);
		break;
	case FK_RT:
		out_puts(o, "rt ");
		out_puts(o, f->name);
		break;
	case FK_SOCKET:
		out_puts(o, "socket ");
		out_puts(o, f->name);
		if (f->key == NFT_SOCKET_CGROUPV2)
			out_printf(o, " level %u", e->field.num);
		break;
	case FK_OSF:
		print_osf(o, e);
		break;
	case FK_XFRM:
		out_puts(o, "ipsec ");
		out_puts(o, xfrm_dirs[dir]);
		if (e->field.num)
			out_printf(o, "spnum %u ", e->field.num);
		out_puts(o, f->name);
		break;
	case FK_EXTHDR:
		print_option(o, f->flags & FF_EXISTS ? "exthdr " : "", f);
		break;
	case FK_TCPOPT:
		print_option(o, "tcp option ", f);
		break;
	case FK_IPOPT:
		print_option(o, "ip option ", f);
		break;
	case FK_SCTP_CHUNK:
		print_option(o, "sctp chunk ", f);
		break;
	}
}

static void print_raw(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	static const char *const bases[PB_MAX] = {
		[PB_LL] = "ll", [PB_NH] = "nh", [PB_TH] = "th", [PB_INNER] = "ih",
	};
	const char *base = e->raw.base < PB_MAX ? bases[e->raw.base] : NULL;

	(void)opts;
	out_printf(o, "@%s,%u,%u", base ? base : "?", e->raw.off, e->bits);
}

static void print_fib(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	static const struct symbol flags[] = {
		{ "saddr", NFTA_FIB_F_SADDR },
		{ "daddr", NFTA_FIB_F_DADDR },
		{ "mark", NFTA_FIB_F_MARK },
		{ "iif", NFTA_FIB_F_IIF },
		{ "oif", NFTA_FIB_F_OIF },
		{ NULL, 0 }
	};
	static const char *const results[] = {
		[NFT_FIB_RESULT_OIF] = "oif", [NFT_FIB_RESULT_OIFNAME] = "oifname",
		[NFT_FIB_RESULT_ADDRTYPE] = "type",
	};
	const struct symbol *f;
	bool first = true;

	(void)opts;
	out_puts(o, "fib ");
	for (f = flags; f->name; f++) {
		if (!(e->fib.flags & f->value))
			continue;
		if (!first)
			out_puts(o, " . ");
		first = false;
		out_puts(o, f->name);
	}
	out_putc(o, ' ');
	if (e->fib.result < sizeof(results) / sizeof(results[0]) && results[e->fib.result])
		out_puts(o, results[e->fib.result]);
	else
		out_printf(o, "<result %u>", e->fib.result);
}

static void print_offset(struct out *o, uint32_t offset)
{
	if (offset)
		out_printf(o, " offset %u", offset);
}

static void print_numgen(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	out_printf(o, "numgen %s mod %u", e->numgen.type == NFT_NG_RANDOM ? "random" : "inc",
		   e->numgen.mod);
	print_offset(o, e->numgen.offset);
}

static void print_hash(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	if (e->hash->type == NFT_HASH_SYM || !e->hash->input) {
		out_printf(o, "symhash mod %u", e->hash->mod);
	} else {
		out_puts(o, "jhash ");
		print_expr(o, e->hash->input, opts);
		out_printf(o, " mod %u", e->hash->mod);
	}
	if (e->hash->has_seed)
		out_printf(o, " seed 0x%x", e->hash->seed);
	print_offset(o, e->hash->offset);
}

/* ---- operators ---- */

/* As in C. */
static unsigned int precedence(const struct expr *e)
{
	switch (e->kind == EX_BINARY ? e->op : OP_MAX) {
	case OP_OR:
		return 1;
	case OP_XOR:
		return 2;
	case OP_AND:
		return 3;
	case OP_LSHIFT:
	case OP_RSHIFT:
		return 4;
	}
	return 5;
}

static void print_operand(struct out *o, const struct expr *e, bool parens, const struct expr *ref,
			  const struct print_opts *opts)
{
	if (parens)
		out_putc(o, '(');
	print_const(o, e, ref, FORM_OPERAND, opts);
	if (parens)
		out_putc(o, ')');
}

static void print_binary(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	const struct expr *l = e->bin.left, *r = e->bin.right;
	bool shift = e->op == OP_LSHIFT || e->op == OP_RSHIFT;

	print_operand(o, l, precedence(l) < precedence(e), NULL, opts);
	out_putc(o, ' ');
	out_puts(o, op_name(e->op));
	out_putc(o, ' ');
	/* how far to shift is a plain number, whatever is shifted */
	if (shift && r->kind == EX_VALUE)
		out_u128(o, r->value);
	else
		print_operand(o, r, precedence(r) <= precedence(e), l, opts);
}

/* Must "==" be written, as its absence would mean something else? */
static bool needs_operator(const struct expr *rel)
{
	const struct expr *l = rel->bin.left, *r = rel->bin.right;

	if (l->kind == EX_BINARY)
		return r->kind != EX_RANGE;
	return rel->op == OP_EQ && r->kind == EX_VALUE && type_of(r)->flags & DTF_BITMASK &&
	       l->type && l->type->flags & DTF_BITMASK;
}

void print_rel(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	const struct expr *l = e->bin.left, *r = e->bin.right, *mask = NULL;
	enum value_form form = FORM_OR;

	if (e->flags & EXF_SLASH_MASK && l->kind == EX_BINARY) {
		mask = l->bin.right;
		l = l->bin.left;
		form = FORM_LIST;
	} else if (e->op == OP_FLAGS || e->op == OP_NOT_FLAGS) {
		form = FORM_LIST;
	} else if (l->kind == EX_FIELD && l->field.f->kind == FK_PAYLOAD) {
		form = FORM_NUMBER;
	}
	print_expr(o, l, opts);
	out_putc(o, ' ');
	if (e->op != OP_IMPLICIT && e->op != OP_EQ && e->op != OP_FLAGS) {
		out_puts(o, op_name(e->op));
		out_putc(o, ' ');
	} else if (e->op != OP_FLAGS && !mask && needs_operator(e)) {
		out_puts(o, "== ");
	}
	print_const(o, r, l, form, opts);
	if (mask) {
		out_puts(o, " / ");
		print_const(o, mask, l, form, opts);
	}
}

static void print_map(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	print_expr(o, e->bin.left, opts);
	out_puts(o, e->flags & EXF_VMAP ? " vmap " : " map ");
	print_expr(o, e->bin.right, opts);
}

/* ---- the rest ---- */

static void print_list(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	const struct expr *i;

	for (i = e->list.first; i; i = i->next) {
		if (i != e->list.first)
			out_putc(o, ',');
		print_expr(o, i, opts);
	}
}

static void print_setref(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	const struct set *s = e->ref.set;

	if (s && s->flags & NFT_SET_ANONYMOUS && !(s->flags & NFT_SET_EVAL) && s->init) {
		print_expr(o, s->init, opts);
		return;
	}
	out_putc(o, '@');
	out_puts(o, e->ref.name);
}

static void print_symbol(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	if (e->flags & EXF_QUOTED)
		print_quoted(o, e->sym);
	else
		out_puts(o, e->sym);
}

static void print_var(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	out_putc(o, '$');
	out_puts(o, e->var.name);
}

static void print_constant(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	print_const(o, e, NULL, FORM_OR, opts);
}

static void print_wildcard(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	(void)e;
	(void)opts;
	out_putc(o, '*');
}

/* Brackets keep it from being read back as something else. */
static void print_unknown(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	(void)opts;
	out_printf(o, "<%s>", e->unknown ? e->unknown : "unknown");
}

void print_expr(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	static void (*const printers[])(struct out *o, const struct expr *e,
					const struct print_opts *opts) = {
		[EX_SYMBOL] = print_symbol, [EX_VAR] = print_var,
		[EX_VALUE] = print_constant, [EX_PREFIX] = print_constant,
		[EX_RANGE] = print_constant, [EX_CONCAT] = print_constant,
		[EX_SET] = print_constant, [EX_ELEM] = print_constant,
		[EX_VERDICT] = print_verdict, [EX_WILDCARD] = print_wildcard,
		[EX_LIST] = print_list, [EX_SETREF] = print_setref,
		[EX_FIELD] = print_field, [EX_RAW] = print_raw, [EX_FIB] = print_fib,
		[EX_NUMGEN] = print_numgen, [EX_HASH] = print_hash,
		[EX_BINARY] = print_binary, [EX_REL] = print_rel, [EX_MAP] = print_map,
		[EX_UNKNOWN] = print_unknown,
	};

	if (e->kind < sizeof(printers) / sizeof(printers[0]) && printers[e->kind])
		printers[e->kind](o, e, opts);
}
