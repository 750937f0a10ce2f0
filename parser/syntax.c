// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syntax errors in words that a user knows, and completion: both turn the
 * tokens that the grammar would accept into text.
 */
#include <stdio.h>
#include <string.h>

#include "state.h"
#include "parser.h"

#define EXPECTED_MAX 4		/* more of them help nobody */

/* ---- what stands there ---- */

/* A piece of the input, short enough for a message; diag cleans it. */
static void token_text(const struct parser *p, struct loc loc, char *buf, size_t size)
{
	const struct source *s = sources_get(&p->n->sources, loc.src);
	size_t n = 0;

	if (s && loc.off < s->len)
		n = loc.len < s->len - loc.off ? loc.len : s->len - loc.off;
	if (n >= size) {
		n = size - 4;
		memcpy(buf, s->text + loc.off, n);
		memcpy(buf + n, "...", 4);
		return;
	}
	if (n)
		memcpy(buf, s->text + loc.off, n);
	buf[n] = '\0';
}

static void describe_got(const struct parser *p, struct loc loc, struct token_name got, char *buf,
			 size_t size)
{
	char text[48];

	token_text(p, loc, text, sizeof(text));
	switch (got.token) {
	case YYEOF:
		snprintf(buf, size, "end of file");
		break;
	case SEP:
		snprintf(buf, size, "%s", text[0] == ';' ? "';'" : text[0] ? "end of line" :
			 "end of file");
		break;
	case STRING:
		snprintf(buf, size, "string %s", text);
		break;
	case NUMBER:
	case ADDRESS:
		snprintf(buf, size, "%s '%s'", got.name, text);
		break;
	default:
		snprintf(buf, size, "'%s'", text);
	}
}

/* ---- what was expected ---- */

/* All that a value may look like, as one. */
static bool is_value_token(int token)
{
	return token == WORD || token == NUMBER || token == ADDRESS || token == STRING ||
	       token == WILDCARD || token == VARIABLE;
}

static const char *name_kind(const struct parser *p)
{
	switch (p->want.kind) {
	case EXPECT_TABLE:
		return "name of a table";
	case EXPECT_CHAIN:
		return "name of a chain";
	case EXPECT_FLOWTABLE:
		return "name of a flowtable";
	case EXPECT_SET:
		return "name of a set";
	case EXPECT_MAP:
		return "name of a map";
	case EXPECT_DEVICE:
		return "name of a device";
	case EXPECT_VARIABLE:
		return "name of a variable";
	default:
		return "name";
	}
}

static void append(char *buf, size_t size, const char *what, unsigned int i, unsigned int n)
{
	size_t len = strlen(buf);

	snprintf(buf + len, size - len, "%s%s", !i ? ", expecting " : i + 1 < n ? ", " : " or ",
		 what);
}

/* ", expecting a, b or c"; nothing where that would be a long list. */
static void describe_expected(const struct parser *p, const struct token_name *expected,
			      unsigned int n, char *buf, size_t size)
{
	char quotes[EXPECTED_MAX + 1][40];
	const char *words[EXPECTED_MAX + 1];
	unsigned int i, n_words = 0, n_values = 0;

	buf[0] = '\0';
	for (i = 0; i < n; i++)
		n_values += is_value_token(expected[i].token);
	for (i = 0; i < n && n_words <= EXPECTED_MAX; i++) {
		const char *text = keyword_text(expected[i].token);

		if (n_values > 2 && is_value_token(expected[i].token))
			continue;
		if (expected[i].token == FAMILY_PROTO)
			continue;
		if (expected[i].token == NAME)
			text = name_kind(p);
		else if (p->was == WANT_NAME && expected[i].token == STRING)
			continue;
		else if (expected[i].token == SYMBOL || expected[i].token == SYMBOL_HEAD)
			text = p->want.what;
		else if (!text)
			text = expected[i].name;
		else
			snprintf(quotes[n_words], sizeof(quotes[0]), "'%s'", text),
			text = quotes[n_words];
		words[n_words++] = text;
	}
	if (n_values > 2 && n_words <= EXPECTED_MAX)
		words[n_words++] = "a value";
	if (n_words > EXPECTED_MAX)
		return;
	for (i = 0; i < n_words; i++)
		append(buf, size, words[i], i, n_words);
}

/* ---- the message ---- */

static void suggest_fields(struct suggestion *s, const struct want *w)
{
	const struct field *f;
	size_t n = w->prefix ? strlen(w->prefix) : 0;

	for (f = w->fields; f && f->name; f++)
		if (!n || strncmp(f->name, w->prefix, n) == 0)
			suggest(s, n ? f->name + n + 1 : f->name);
	for (f = w->more_fields; f && f->name; f++)
		suggest(s, f->name);
	for (; w->protos && *w->protos; ((struct want *)w)->protos++)
		suggest(s, (*w->protos)->name);
}

/* A word that a table does not have. Returns true where that was the error. */
static bool unknown_word(struct parser *p, struct loc loc, int token, const char *text,
			 struct suggestion *near)
{
	struct want w = p->want;
	const struct symbol *sym;

	if (p->was == WANT_FIELD && (token == WORD || keyword_text(token))) {
		parse_error(p, loc, "syntax error, unknown %s '%s' of '%s%s%s'", w.protos && !w.fields ?
			    "option" : "field", text, w.of, w.prefix ? " " : "",
			    w.prefix ? w.prefix : "");
		suggest_fields(near, &w);
		return true;
	}
	if (p->was == WANT_SYMBOL && token == WORD) {
		parse_error(p, loc, "syntax error, unknown %s '%s'", w.what, text);
		for (sym = w.symbols; sym->name; sym++)
			suggest(near, sym->name);
		return true;
	}
	return false;
}

void syntax_error(struct parser *p, struct loc loc, struct token_name got,
		  const struct token_name *expected, unsigned int n)
{
	char text[48], what[80], more[200];
	struct suggestion near;
	unsigned int i;

	if (p->failed)
		return;
	token_text(p, loc, text, sizeof(text));
	suggest_init(&near, text, strlen(text));
	if (unknown_word(p, loc, got.token, text, &near)) {
		if (near.best)
			parse_hint(p, "did you mean '%s'?", near.best);
		return;
	}
	describe_got(p, loc, got, what, sizeof(what));
	describe_expected(p, expected, n, more, sizeof(more));
	parse_error(p, loc, "syntax error, unexpected %s%s", what, more);

	if (got.token == WORD || got.token == NAME) {
		for (i = 0; i < n; i++)
			if (keyword_text(expected[i].token))
				suggest(&near, keyword_text(expected[i].token));
		if (near.best)
			parse_hint(p, "did you mean '%s'?", near.best);
	} else if (got.token == YYEOF && p->depth) {
		const struct loc *open = &p->open[p->depth - 1];
		const struct source *s = sources_get(&p->n->sources, open->src);
		unsigned int line, col;

		if (!s)
			return;
		source_position(s, open->off, &line, &col);
		parse_hint(p, "'%c' of %s:%u:%u is not closed", s->text[open->off], s->name, line,
			   col);
	}
	if (p->bare_word && !near.best) {
		const struct keyword *k;

		/* "lst ruleset" reads like a rule of table lst */
		suggest_init(&near, p->bare_word, strlen(p->bare_word));
		for (k = keywords; k->name; k++)
			if (k->token == LIST || k->token == ADD || k->token == DELETE ||
			    k->token == FLUSH || k->token == TABLE || k->token == RESET ||
			    k->token == INSERT || k->token == REPLACE || k->token == CREATE ||
			    k->token == DEFINE || k->token == INCLUDE || k->token == DESCRIBE ||
			    k->token == RENAME || k->token == DESTROY || k->token == GET)
				suggest(&near, k->name);
		if (near.best)
			parse_hint(p, "did you mean '%s' instead of '%s'?", near.best, p->bare_word);
	}
}

/* ---- completion ---- */

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
