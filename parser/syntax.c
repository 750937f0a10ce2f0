// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Syntax errors, in words that a user knows.
 */
#include <ctype.h>
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
	const struct proto *const *list;
	const struct field *f;
	size_t n = w->prefix ? strlen(w->prefix) : 0;

	for (f = w->fields; f && f->name; f++)
		if (!n || strncmp(f->name, w->prefix, n) == 0)
			suggest(s, n ? f->name + n + 1 : f->name);
	for (f = w->more_fields; f && f->name; f++)
		suggest(s, f->name);
	for (list = w->protos; list && *list; list++)
		suggest(s, (*list)->name);
}

/* A word that a table does not have. Returns true where that was the error. */
static bool unknown_word(struct parser *p, struct loc loc, int token, const char *text,
			 struct suggestion *near)
{
	const struct want *w = &p->want;
	const struct symbol *sym;

	if (p->was == WANT_FIELD && isalpha((unsigned char)*text)) {
		parse_error(p, loc, "syntax error, unknown %s '%s' of '%s%s%s'",
			    w->protos && !w->fields ? "option" : "field", text, w->of,
			    w->prefix ? " " : "", w->prefix ? w->prefix : "");
		suggest_fields(near, w);
		return true;
	}
	if (p->was == WANT_SYMBOL && token == WORD) {
		parse_error(p, loc, "syntax error, unknown %s '%s'", w->what, text);
		for (sym = w->symbols; sym->name; sym++)
			suggest(near, sym->name);
		return true;
	}
	return false;
}

/* "lst ruleset" reads like a rule of the table "lst": was it a command? */
static void suggest_command(struct parser *p)
{
	struct suggestion near;
	const struct keyword *k;

	suggest_init(&near, p->bare_word, strlen(p->bare_word));
	for (k = keywords; k->name; k++)
		if (k->flags & KF_COMMAND)
			suggest(&near, k->name);
	if (near.best)
		parse_hint(p, "did you mean '%s' instead of '%s'?", near.best, p->bare_word);
}

/* The input ends inside of braces: which ones. */
static void hint_open_brace(struct parser *p)
{
	const struct loc *open = &p->open[p->depth - 1];
	const struct source *s = sources_get(&p->n->sources, open->src);
	unsigned int line, col;

	if (!s)
		return;
	source_position(s, open->off, &line, &col);
	parse_hint(p, "'%c' of %s:%u:%u is not closed", s->text[open->off], s->name, line, col);
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
	if (!unknown_word(p, loc, got.token, text, &near)) {
		describe_got(p, loc, got, what, sizeof(what));
		describe_expected(p, expected, n, more, sizeof(more));
		parse_error(p, loc, "syntax error, unexpected %s%s", what, more);
		for (i = 0; i < n && (got.token == WORD || got.token == NAME); i++)
			if (keyword_text(expected[i].token))
				suggest(&near, keyword_text(expected[i].token));
	}
	if (near.best)
		parse_hint(p, "did you mean '%s'?", near.best);
	else if (got.token == YYEOF && p->depth)
		hint_open_brace(p);
	else if (p->bare_word)
		suggest_command(p);
}
