// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values and expressions of the grammar's actions.
 */
#include <ctype.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "build.h"

/* ---- numbers and names ---- */

uint64_t number(struct parser *p, const char *text, struct loc loc)
{
	nff_u128 v;

	if (!parse_u128(text, &v) || v > UINT64_MAX) {
		parse_error(p, loc, "syntax error, the number '%.40s' is out of range", text);
		return 0;
	}
	return (uint64_t)v;
}

uint64_t at_most(struct parser *p, uint64_t value, struct loc loc, uint64_t max)
{
	if (value <= max)
		return value;
	parse_error(p, loc, "the number is too large: %llu at most", (unsigned long long)max);
	return 0;
}

uint64_t duration(struct parser *p, const char *text, struct loc loc)
{
	uint64_t ms;
	nff_u128 s;

	/* a plain number is in seconds */
	if (parse_u128(text, &s)) {
		if (s <= UINT64_MAX / 1000)
			return (uint64_t)s * 1000;
		parse_error(p, loc, "the time '%.40s' is out of range", text);
		return 0;
	}
	if (!parse_duration(text, &ms)) {
		parse_error(p, loc, "syntax error, '%.40s' is no time", text);
		parse_hint(p, "write a time as 1d2h3m4s");
		return 0;
	}
	return ms;
}

const char *check_name(struct parser *p, const char *name, struct loc loc)
{
	if (!*name)
		parse_error(p, loc, "a name cannot be empty");
	else if (strlen(name) > NAME_LEN_MAX)
		parse_error(p, loc, "the name is too long: %d characters at most", NAME_LEN_MAX);
	return name;
}

const char *comment(struct parser *p, const char *text, struct loc loc)
{
	if (strlen(text) > COMMENT_LEN_MAX)
		parse_error(p, loc, "the comment is too long: %d characters at most",
			    COMMENT_LEN_MAX);
	return text;
}

static uint64_t value_of(struct parser *p, const struct datatype *type, unsigned int bits,
			 const char *text, struct loc loc)
{
	const char *err = NULL;
	nff_u128 v;

	if (!datatype_parse(type, text, bits, &v, &err) && v <= u128_mask(bits))
		return (uint64_t)v;
	parse_error(p, loc, "'%.40s' is no %s%s%s", text, type->desc, err ? ": " : "",
		    err ? err : "");
	return 0;
}

uint8_t l4proto(struct parser *p, const char *name, struct loc loc)
{
	return value_of(p, &dt_inet_proto, 8, name, loc);
}

uint16_t port(struct parser *p, const struct expr *e)
{
	while (e->kind == EX_VAR)
		e = e->var.def;
	if (e->kind == EX_SYMBOL)
		return value_of(p, &dt_inet_service, 16, e->sym, e->loc);
	parse_error(p, e->loc, "a port is needed here");
	return 0;
}

/* ---- values ---- */

/* A quoted value: a star at the end is a wildcard, "\*" a star. */
struct expr *quoted(struct parser *p, struct loc loc, const char *text)
{
	size_t len = strlen(text);
	unsigned int flags = EXF_QUOTED;
	char *s, *to;

	if (len && text[len - 1] == '*' && (len < 2 || text[len - 2] != '\\'))
		flags |= EXF_WILDCARD;
	if (strstr(text, "\\*")) {
		s = to = arena_strdup(p->arena, text);
		for (; *text; text++) {
			if (text[0] == '\\' && text[1] == '*')
				text++;
			*to++ = *text;
		}
		*to = '\0';
		text = s;
	}
	return expr_symbol(p->arena, loc, text, flags);
}

struct expr *negative(struct parser *p, struct loc loc, uint64_t value)
{
	return expr_symbol(p->arena, loc,
			   arena_printf(p->arena, "-%llu", (unsigned long long)value),
			   EXF_NUMBER);
}

struct expr *variable(struct parser *p, const char *name, struct loc loc)
{
	struct expr *e = expr_new(p->arena, EX_VAR, loc);
	const char *near;

	e->var.name = name;
	e->var.def = scope_lookup(p->scope, name);
	if (e->var.def)
		return e;
	if (loc.len > 1) {
		loc.off++;	/* the '$' */
		loc.len--;
	}
	parse_error(p, loc, "unknown variable '%.64s'", name);
	near = scope_suggest(p->scope, name);
	if (near)
		parse_hint(p, "did you mean '$%s'?", near);
	return expr_symbol(p->arena, loc, name, 0);
}

const char *variable_text(struct parser *p, const char *name, struct loc loc)
{
	const struct expr *e = variable(p, name, loc);

	while (e->kind == EX_VAR)
		e = e->var.def;
	if (e->kind == EX_SYMBOL)
		return check_name(p, e->sym, loc);
	parse_error(p, loc, "'$%.64s' is not a name", name);
	return name;
}

struct expr *variable_set(struct parser *p, const char *name, struct loc loc)
{
	struct expr *e = variable(p, name, loc), *set;

	while (e->kind == EX_VAR)
		e = e->var.def;
	if (e->kind == EX_SET) {
		set = expr_copy(p->arena, e);
		set->loc = loc;
		return set;
	}
	/* a single value is a set of one */
	return add_elem(p, NULL, expr_elem(p->arena, loc, expr_copy(p->arena, e), NULL));
}

/* The text of "$name" at text[off], of len bytes with the '$'. */
static const char *variable_in_text(struct parser *p, const char *text, size_t off, size_t len,
				    struct loc loc)
{
	const char *name = arena_strndup(p->arena, text + off + 1, len - 1);
	const struct expr *e;

	/* in quotes: the place in the string is that in the source */
	loc.off += 1 + off;
	loc.len = len;
	e = variable(p, name, loc);
	while (e->kind == EX_VAR)
		e = e->var.def;
	if (e->kind == EX_SYMBOL)
		return e->sym;
	parse_error(p, loc, "'$%.64s' is not a text", name);
	return "";
}

struct expr *text_with_variables(struct parser *p, const char *text, struct loc loc)
{
	size_t i = 0, start = 0, n;
	const char *all = "";

	if (!strchr(text, '$'))
		return expr_symbol(p->arena, loc, text, EXF_QUOTED);
	for (; text[i]; i += n) {
		n = 1;
		if (text[i] != '$')
			continue;
		while (isalnum((unsigned char)text[i + n]) || text[i + n] == '_')
			n++;
		/* a sum of money */
		if (n == 1)
			continue;
		all = arena_printf(p->arena, "%s%.*s%s", all, (int)(i - start), text + start,
				   variable_in_text(p, text, i, n, loc));
		start = i + n;
		/* each of them copies what stands before it */
		if (strlen(all) > NAME_LEN_MAX) {
			parse_error(p, loc, "the text is too long");
			break;
		}
	}
	all = arena_printf(p->arena, "%s%s", all, text + start);
	return expr_symbol(p->arena, loc, all, EXF_QUOTED);
}

/* ---- operators ---- */

/* Evaluation walks the tree of a statement recursively. */
static void count_operator(struct parser *p, struct loc loc)
{
	if (++p->operators == OPERATORS_MAX)
		parse_error(p, loc, "a statement with more than %d operators", OPERATORS_MAX);
}

struct expr *binary(struct parser *p, struct loc loc, enum expr_kind kind, enum expr_op op,
		    struct expr *left, struct expr *right)
{
	count_operator(p, loc);
	if (p->operators > OPERATORS_MAX)
		return right;
	return expr_bin(p->arena, loc, kind, op, left, right);
}

struct expr *prefix(struct parser *p, struct loc loc, struct expr *base, uint64_t len,
		    struct loc len_loc)
{
	/* "set mark 0x1/0xff": a mask */
	if (len > (p->in_assign ? UINT32_MAX : 128))
		parse_error(p, len_loc, "a prefix has 128 bits at most");
	return expr_prefix(p->arena, loc, base, len);
}

struct expr *list(struct parser *p, struct loc loc, enum expr_kind kind, struct expr *first,
		  struct expr *next)
{
	struct expr *l = first;

	if (first->kind != kind) {
		l = expr_new(p->arena, kind, loc);
		expr_list_add(&l->list, first);
	}
	expr_list_add(&l->list, next);
	l->loc = loc;
	return l;
}

struct expr *rel(struct parser *p, struct loc loc, uint64_t op, struct expr *left,
		 struct expr *right, struct expr *mask)
{
	struct expr *e;

	if (mask) {
		left = binary(p, loc_span(left->loc, mask->loc), EX_BINARY, OP_AND, left, mask);
		if (op == OP_IMPLICIT)
			op = OP_EQ;
		else if (op == OP_NOT_FLAGS)
			op = OP_NE;
	}
	e = expr_bin(p->arena, loc, EX_REL, op, left, right);
	if (mask)
		e->flags |= EXF_SLASH_MASK;
	return e;
}

/* ---- selectors ---- */

struct expr *selector(struct parser *p, struct loc loc, const struct field *f, uint64_t dir)
{
	operand_end(p, f->type);
	return expr_field(p->arena, loc, f, dir);
}

struct expr *exists_seen(struct parser *p, struct loc loc, const struct proto *proto)
{
	const struct field *f = field_by_name(proto->fields, "");

	if (!f) {
		parse_error(p, loc, "it cannot be asked whether '%s' exists", proto->name);
		f = proto->fields;
	}
	return expr_field(p->arena, loc, f, 0);
}

struct expr *exists(struct parser *p, struct loc loc, const struct proto *proto)
{
	operand_end(p, &dt_boolean);
	return exists_seen(p, loc, proto);
}

struct expr *option_number(struct parser *p, struct loc loc, const struct proto *proto,
			   uint64_t number, struct loc number_loc, uint64_t off, uint64_t bits)
{
	struct field *f = arena_new(p->arena, struct field);

	if (proto != &proto_tcp) {
		parse_error(p, number_loc, "options of '%s' go by their names", proto->name);
		proto = &proto_tcp;
	}
	f->name = "";
	f->kind = FK_TCPOPT;
	f->byteorder = BO_BIG;
	f->key = at_most(p, number, number_loc, 255);
	f->bit_off = off <= 2048 ? off : 0;
	f->bits = bits ? bits : 8;
	f->flags = bits ? FF_SETTABLE : FF_EXISTS;
	f->type = bits ? &dt_integer : &dt_boolean;
	if (off > 2048)
		parse_error(p, loc, "an option has 2048 bits at most");
	return selector(p, loc, f, 0);
}

struct expr *fib(struct parser *p, struct loc loc, uint64_t flags, uint64_t result)
{
	struct expr *e = expr_new(p->arena, EX_FIB, loc);

	e->fib.flags = flags;
	e->fib.result = result;
	if (result == FIB_RESULT_CHECK) {
		e->fib.flags |= NFTA_FIB_F_PRESENT;
		e->fib.result = NFT_FIB_RESULT_OIF;
	}
	operand_end(p, e->fib.flags & NFTA_FIB_F_PRESENT ? &dt_boolean :
		    result == NFT_FIB_RESULT_ADDRTYPE ? &dt_fib_addr :
		    result == NFT_FIB_RESULT_OIFNAME ? &dt_ifname : &dt_ifindex);
	return e;
}

struct expr *raw_field(struct parser *p, struct loc loc, uint64_t base, uint64_t off,
		       struct loc off_loc, uint64_t len, struct loc len_loc)
{
	struct expr *e = expr_new(p->arena, EX_RAW, loc);

	e->raw.base = base;
	e->raw.off = at_most(p, off, off_loc, 65535);
	e->bits = at_most(p, len, len_loc, 65535);
	operand_end(p, NULL);
	return e;
}

struct expr *numgen(struct parser *p, struct loc loc, uint64_t type, uint64_t mod,
		    uint64_t offset)
{
	struct expr *e = expr_new(p->arena, EX_NUMGEN, loc);

	e->numgen.type = type;
	e->numgen.mod = mod;
	e->numgen.offset = offset;
	return e;
}

struct expr *hash(struct parser *p, struct loc loc, struct expr *input, uint64_t mod,
		  uint64_t seed, uint64_t offset)
{
	struct expr *e = expr_new(p->arena, EX_HASH, loc);

	if (input)
		count_operator(p, loc);
	e->hash = arena_alloc(p->arena, sizeof(*e->hash));
	e->hash->type = input ? NFT_HASH_JENKINS : NFT_HASH_SYM;
	e->hash->input = p->operators > OPERATORS_MAX ? NULL : input;
	e->hash->mod = mod;
	e->hash->offset = offset;
	e->hash->has_seed = seed != NO_SEED;
	if (e->hash->has_seed)
		e->hash->seed = seed;
	return e;
}

/* ---- sets ---- */

struct expr *set_reference(struct parser *p, struct loc loc, const char *name)
{
	struct expr *e = expr_new(p->arena, EX_SETREF, loc);

	e->ref.name = name;
	return e;
}

struct expr *elements(struct parser *p, struct loc loc, struct expr *set)
{
	if (!set)
		set = expr_new(p->arena, EX_SET, loc);
	set->loc = loc;
	return set;
}

struct expr *add_elem(struct parser *p, struct expr *set, struct expr *elem)
{
	if (!set)
		set = expr_new(p->arena, EX_SET, elem->loc);
	expr_list_add(&set->set->elems, elem);
	return set;
}

/* "{ 1:2 }" of a map looks like a traffic control handle. */
static struct expr *split_colon(struct parser *p, struct expr **key)
{
	struct expr *k = *key, *data;
	const char *colon = strchr(k->sym, ':');
	size_t at = colon - k->sym;
	struct loc loc = k->loc;

	loc.len = at;
	*key = expr_symbol(p->arena, loc, arena_strndup(p->arena, k->sym, at), EXF_NUMBER);
	loc.off += at + 1;
	loc.len = k->loc.len - at - 1;
	data = expr_symbol(p->arena, loc, arena_strdup(p->arena, colon + 1), EXF_NUMBER);
	return data;
}

struct expr *element(struct parser *p, struct loc loc, struct expr *key, struct elem_opts *opts,
		     struct expr *data)
{
	struct expr *e;
	const char *colon;

	p->operators = 0;
	if (!data && p->in_map && key->kind == EX_SYMBOL && !(key->flags & EXF_QUOTED) &&
	    (colon = strchr(key->sym, ':')) && !strchr(colon + 1, ':'))
		data = split_colon(p, &key);
	e = expr_elem(p->arena, loc, key, data);
	e->elem.opts = opts;
	return e;
}

struct elem_opts *opts(struct parser *p, struct elem_opts *o)
{
	return o ? o : arena_new(p->arena, struct elem_opts);
}

void append_stmt(struct parser *p, struct stmt **list, struct stmt *s)
{
	unsigned int n = 0;

	for (; *list; list = &(*list)->next)
		n++;
	if (n < ELEM_STMTS_MAX)
		*list = s;
	else
		parse_error(p, s->loc, "more than %d statements for an element", ELEM_STMTS_MAX);
}
