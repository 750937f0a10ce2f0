// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver: feeds the tokens of a source to the grammar, and goes on behind
 * an error at the end of the statement.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "parser.h"

static void parser_init(struct parser *p, struct nff *n, struct arena *arena, struct cmds *cmds)
{
	memset(p, 0, sizeof(*p));
	p->n = n;
	p->diags = &n->diags;
	p->arena = p->input_arena = arena;
	p->cmds = cmds;
	if (!cmds->last)
		cmds->last = &cmds->first;
	p->scope = p->globals = n->globals;
	p->no_verb = true;
	scan_init(p);
}

/* ---- errors ---- */

int parse_error(struct parser *p, struct loc loc, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	p->failed = true;
	p->errors++;
	if (p->quiet)
		return -1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return diag_error(p->diags, loc, "%s", text);
}

void parse_hint(struct parser *p, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (p->quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_hint(p->diags, "%s", text);
}

void parse_line_end(struct parser *p)
{
	p->op = CMD_ADD;
	p->no_verb = true;
	p->query = NULL;
	p->options = p->in_query = p->in_assign = false;
	memset(&p->h, 0, sizeof(p->h));
	p->bare_word = NULL;
	p->cmd = NULL;
	p->table = NULL;
	p->chain = NULL;
	p->set = NULL;
	p->ft = NULL;
	p->object = NULL;
	stmt_end(p);
}

/* ---- tokens to the grammar ---- */

static void debug_token(struct parser *p, int token, struct loc loc)
{
	const struct source *s = sources_get(&p->n->sources, loc.src);
	unsigned int line, col;
	const char *name = keyword_text(token);

	source_position(s, loc.off, &line, &col);
	out_printf(&p->n->out, "%s:%u:%u: token %d", s->name, line, col, token);
	if (name)
		out_printf(&p->n->out, " (%s)", name);
	out_printf(&p->n->out, " '%.*s'\n", loc.off < s->len ? (int)loc.len : 0,
		   s->text + loc.off);
}

static int push(struct parser *p, yypstate *ps, int token, const YYSTYPE *value, struct loc *loc)
{
	return yypush_parse(ps, token, value, loc, p);
}

/* The scanner's state belongs to the statement that is given up. */
static void begin_skipping(struct parser *p)
{
	p->syntax_error = false;
	p->skipping = true;
	p->in_set = 0;
	p->in_map = false;
	want(p, WANT_KEYWORD);
}

/*
 * After an error nothing is parsed up to a separator in the same block, or to
 * the block's end. Returns true where the token is to be parsed again.
 */
static bool skip(struct parser *p, yypstate *ps, int token, struct loc *loc)
{
	bool closes = token == '}' && p->depth < p->sync_depth;

	if (token == SEP ? p->depth > p->sync_depth : token != YYEOF && !closes)
		return false;
	p->skipping = false;
	if (token != SEP)
		push(p, ps, SEP, NULL, loc);
	return true;
}

/* Feed all tokens. Returns the parser's status. */
static int feed(struct parser *p, yypstate *ps)
{
	YYSTYPE value = { 0 };
	struct loc loc = { 0 };
	int token, status;

	do {
		p->failed = false;
		token = scan_token(p, &value, &loc);
		if (p->n->debug & DEBUG_SCANNER && !p->quiet)
			debug_token(p, token, loc);
		if (token == YYEOF && p->quiet)
			return YYPUSH_MORE;
		if (p->skipping && !skip(p, ps, token, &loc)) {
			status = YYPUSH_MORE;
			continue;
		}
		status = push(p, ps, token, &value, &loc);
		if (p->syntax_error && status == YYPUSH_MORE) {
			bool again;

			begin_skipping(p);
			/* the token that does not fit may end the statement */
			again = skip(p, ps, token, &loc);
			if (again && token != SEP)
				status = push(p, ps, token, &value, &loc);
		}
	} while (status == YYPUSH_MORE && p->errors < PARSE_ERRORS_MAX);
	return status;
}

static void debug_cmds(struct nff *n, const struct cmd *c)
{
	for (; c; c = c->next) {
		const struct source *s = sources_get(&n->sources, c->loc.src);
		unsigned int line, col;

		source_position(s, c->loc.off, &line, &col);
		out_printf(&n->out, "%s:%u:%u: %s %s\n", s->name, line, col, cmd_name(c->op),
			   obj_name(c->obj));
	}
}

int parse_source(struct nff *n, struct arena *arena, uint32_t src, struct cmds *cmds)
{
	struct parser *p = xmalloc(sizeof(*p));
	yypstate *ps = yypstate_new();
	unsigned int errors;

	parser_init(p, n, arena, cmds);
	if (ps && scan_open(p, src) == 0)
		feed(p, ps);
	else
		parse_error(p, (struct loc){ 0 }, "out of memory");
	errors = p->errors;
	if (errors >= PARSE_ERRORS_MAX)
		diag_hint(p->diags, "too many errors, the rest was not looked at");
	if (n->debug & DEBUG_PARSER)
		debug_cmds(n, cmds->first);
	yypstate_delete(ps);
	scan_fini(p);
	free(p);
	return errors ? -1 : 0;
}

/* ---- the shell ---- */

bool parse_incomplete(struct nff *n, const char *text, size_t len)
{
	unsigned int depth = 0;
	size_t i;

	(void)n;
	for (i = 0; i < len; i++) {
		switch (text[i]) {
		case '"':
			while (++i < len && text[i] != '"')
				;
			if (i >= len)
				return true;
			break;
		case '#':
			while (i + 1 < len && text[i + 1] != '\n')
				i++;
			break;
		case '{':
			depth++;
			break;
		case '}':
			if (depth)
				depth--;
			break;
		}
	}
	if (depth)
		return true;
	if (len && text[len - 1] == '\n')
		len--;
	return len && text[len - 1] == '\\';
}

void parse_expected(struct nff *n, const char *text, size_t len, expect_cb cb, void *arg)
{
	struct parser *p = xmalloc(sizeof(*p));
	unsigned int n_sources = n->sources.n;
	yypstate *ps = yypstate_new();
	struct arena arena;
	struct cmds cmds = { 0 };
	struct loc loc = { 0 };
	uint32_t src;

	arena_init(&arena);
	src = sources_add_text(&n->sources, "", text, len);
	parser_init(p, n, &arena, &cmds);
	p->quiet = true;
	p->scope = p->globals = scope_new(&arena, n->globals);
	p->expect = cb;
	p->expect_arg = arg;
	if (ps && scan_open(p, src) == 0 && feed(p, ps) == YYPUSH_MORE && !p->skipping) {
		p->was = p->want.mode;
		push(p, ps, COMPLETE, NULL, &loc);
	}
	yypstate_delete(ps);
	scan_fini(p);
	sources_drop(&n->sources, n_sources);
	free(p);
	arena_free(&arena);
}
