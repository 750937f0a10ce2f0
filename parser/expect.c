// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completion: the tokens that the grammar would accept, as words. What a name
 * or a field may be is what the grammar has just told the scanner.
 */
#include <string.h>

#include "state.h"
#include "parser.h"

static void tell(struct parser *p, enum expect_kind kind, const char *text)
{
	struct expect e = { .kind = kind, .text = text, .family = p->h.family,
			    .table = p->h.table.s };

	if (p->table) {
		e.family = p->table->h.family;
		e.table = p->table->h.table.s;
	}
	if (!e.family)
		e.family = family_by_name("ip");
	p->expect(&e, p->expect_arg);
}

static void tell_symbols(struct parser *p, const struct symbol *s)
{
	for (; s && s->name; s++)
		tell(p, EXPECT_WORD, s->name);
}

/* Some keys of ct need a direction, some may have one. */
static bool direction_fits(const struct want *w, const struct field *f)
{
	if (f->kind != FK_CT)
		return true;
	return w->dir ? f->flags & (FF_DIR_REQUIRED | FF_DIR_OPTIONAL) :
			!(f->flags & FF_DIR_REQUIRED);
}

/* "tcp option", "ip option", "sctp chunk": others have none. */
static bool has_options(const struct want *w, int token)
{
	const struct proto *proto = proto_by_name(w->of);

	return token == CHUNK ? proto == &proto_sctp : proto == &proto_tcp || proto == &proto_ip;
}

static void tell_fields(struct parser *p, const struct field *f)
{
	const struct want *w = &p->want;
	size_t n = w->prefix ? strlen(w->prefix) : 0, first;
	const char *told = NULL;

	for (; f && f->name; f++) {
		const char *name = f->name;

		if (!*name || f->flags & FF_ALIAS || !direction_fits(w, f))
			continue;
		if (n && (strncmp(name, w->prefix, n) != 0 || name[n] != ' '))
			continue;
		if (n)
			name += n + 1;
		/* of several words the first one, once */
		first = strcspn(name, " ");
		if (told && strncmp(told, name, first) == 0 && strcspn(told, " ") == first)
			continue;
		told = name;
		tell(p, EXPECT_WORD, arena_strndup(p->arena, name, first));
	}
}

static void tell_protos(struct parser *p, const struct proto *const *list)
{
	for (; list && *list; list++)
		tell(p, EXPECT_WORD, (*list)->name);
}

static void tell_hooks(struct parser *p)
{
	unsigned int family = p->table ? p->table->h.family : p->h.family, i;

	for (i = 0; i < 8; i++)
		if (hook_name(family, i))
			tell(p, EXPECT_WORD, hook_name(family, i));
}

static void tell_types(struct parser *p)
{
	unsigned int i;

	for (i = 0; i < DT_MAX; i++)
		if (datatype_by_id(i))
			tell(p, EXPECT_WORD, datatype_by_id(i)->name);
}

/* Words where a value or a free word stands. */
static void tell_words(struct parser *p)
{
	const struct want *w = &p->want;

	switch (p->was) {
	case WANT_VALUE:
	case WANT_MIXED:
		if (!w->type)
			break;
		if (w->type == &dt_ifname || w->type == &dt_ifindex)
			tell(p, EXPECT_DEVICE, NULL);
		tell_symbols(p, w->type->symbols);
		break;
	case WANT_TYPE:
		tell_types(p);
		break;
	case WANT_WORD:
		if (w->hook)
			tell_hooks(p);
		tell_symbols(p, w->symbols);
		break;
	default:
		break;
	}
}

static void tell_variable(const struct variable *v, void *arg)
{
	struct parser *p = arg;

	tell(p, EXPECT_VARIABLE, arena_printf(p->arena, "$%s", v->name));
}

static void tell_variable_name(const struct variable *v, void *arg)
{
	tell(arg, EXPECT_WORD, v->name);
}

static void tell_families(struct parser *p)
{
	static const char *const names[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		tell(p, EXPECT_WORD, names[i]);
}

/* A keyword token may have several words. */
static void tell_keywords(struct parser *p, int token)
{
	const struct keyword *k;

	for (k = keywords; k->name; k++)
		if (k->token == token)
			tell(p, EXPECT_WORD, k->name);
}

void syntax_expect(struct parser *p, const struct token_name *expected, unsigned int n)
{
	const struct field *f;
	bool words = false;
	unsigned int i;

	for (i = 0; i < n; i++) {
		switch (expected[i].token) {
		case NAME:
			if (p->want.kind == EXPECT_VARIABLE)
				scope_each(p->scope, tell_variable_name, p);
			else if (p->want.kind != EXPECT_WORD)
				tell(p, p->want.kind, NULL);
			break;
		case FAMILY:
			tell_families(p);
			break;
		case FAMILY_PROTO:
			break;
		case PROTO:
			tell_protos(p, protos);
			tell_protos(p, exthdrs);
			break;
		case FIELD:
			tell_fields(p, p->want.fields);
			tell_fields(p, p->want.more_fields);
			break;
		case SUBPROTO:
			tell_protos(p, p->want.protos);
			break;
		case META_KEY:
			for (f = meta_fields; f->name; f++)
				if (f->flags & FF_UNQUALIFIED && !(f->flags & FF_ALIAS))
					tell(p, EXPECT_WORD, f->name);
			if (p->in_query)
				tell_fields(p, record_fields);
			break;
		case SYMBOL:
			tell_symbols(p, p->want.symbols);
			break;
		case VARIABLE:
			scope_each(p->scope, tell_variable, p);
			break;
		case WORD:
		case WILDCARD:
			if (!words)
				tell_words(p);
			words = true;
			break;
		case STRING:
			if (p->was == WANT_KEYWORD && p->after_include)
				tell(p, EXPECT_FILE, NULL);
			break;
		case SEP:
		case FIELD_HEAD:
		case SYMBOL_HEAD:
		case NUMBER:
		case ADDRESS:
		case RAW_BASE:
			break;
		case OPTION:
		case CHUNK:
			if (has_options(&p->want, expected[i].token))
				tell_keywords(p, expected[i].token);
			break;
		case '{':
		case '@':
		case ':':
			tell(p, EXPECT_WORD, expected[i].token == '{' ? "{" :
			     expected[i].token == '@' ? "@" : ":");
			break;
		default:
			tell_keywords(p, expected[i].token);
		}
	}
}
