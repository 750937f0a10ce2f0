/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAB completion: the parser tells what it would accept next, the kernel the
 * names that stand for it.
 */
#include <net/if.h>
#include <stdio.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "parse.h"
#include "shell_int.h"

struct completion {
	struct shell *sh;
	const char *word;
	size_t word_len;
	bool quoted;			/* the word stands in quotes */
	bool files;			/* a path is wanted */
	char **v;			/* v[0] is left free for what they have in common */
	size_t n, cap;
	const struct expect *expect;	/* names of what are being looked up */
};

static void add(struct completion *c, const char *text)
{
	if (strncmp(text, c->word, c->word_len) != 0)
		return;
	if (c->n + 2 >= c->cap) {
		c->cap = c->cap ? c->cap * 2 : 32;
		c->v = xrealloc(c->v, c->cap * sizeof(*c->v));
	}
	c->v[++c->n] = xstrdup(text);
}

static void add_name(const char *name, unsigned int family, const char *table, void *arg)
{
	struct completion *c = arg;

	if (family != c->expect->family)
		return;
	if (c->expect->table && table && strcmp(c->expect->table, table) != 0)
		return;
	add(c, name);
}

static void add_devices(struct completion *c)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_name; i++)
		add(c, i->if_name);
	if_freenameindex(all);
}

/* Which objects of the kernel have the names that a place expects. */
static const struct {
	enum expect_kind expect;
	enum obj_kind obj;
} name_rows[] = {
	{ EXPECT_TABLE, OBJ_TABLE },
	{ EXPECT_CHAIN, OBJ_CHAIN },
	{ EXPECT_FLOWTABLE, OBJ_FLOWTABLE },
	{ EXPECT_SET, OBJ_SET },
	{ EXPECT_MAP, OBJ_MAP },
	{ EXPECT_OBJECT, OBJ_COUNTER },
	{ EXPECT_OBJECT, OBJ_QUOTA },
	{ EXPECT_OBJECT, OBJ_LIMIT },
	{ EXPECT_OBJECT, OBJ_CT_HELPER },
	{ EXPECT_OBJECT, OBJ_CT_TIMEOUT },
	{ EXPECT_OBJECT, OBJ_CT_EXPECT },
	{ EXPECT_OBJECT, OBJ_SYNPROXY },
	{ EXPECT_OBJECT, OBJ_SECMARK },
};

static void on_expect(const struct expect *e, void *arg)
{
	struct completion *c = arg;

	switch (e->kind) {
	case EXPECT_WORD:
	case EXPECT_VARIABLE:
		add(c, e->text);
		return;
	case EXPECT_DEVICE:
		add_devices(c);
		return;
	case EXPECT_FILE:
		c->files = true;
		return;
	default:
		break;
	}
	c->expect = e;
	for (size_t i = 0; i < sizeof(name_rows) / sizeof(name_rows[0]); i++)
		if (name_rows[i].expect == e->kind)
			list_names(c->sh->n, name_rows[i].obj, add_name, c);
}

static void add_topic(const char *name, void *arg)
{
	add(arg, name);
}

/*
 * Where a statement begins, the words of the shell fit, too; behind "help"
 * what fits is a topic, or whatever may follow the words so far. Returns the
 * text that the parser shall be asked about.
 */
static const char *own_words(struct completion *c, const char *text)
{
	text += strspn(text, " \t\n");
	if (!strncmp(text, "help", 4) && strchr(" \t", text[4]) && text[4]) {
		text += 4 + strspn(text + 4, " \t");
		if (!*text)
			shell_help_topics(add_topic, c);
	} else if (!*text) {
		for (const struct shell_command *s = shell_commands; s->name; s++)
			add(c, s->name);
	}
	return text;
}

/* Turn the list into the form that readline wants; it takes the memory. */
static char **finish(struct completion *c)
{
	size_t len;

	if (!c->n) {
		free(c->v);
		return NULL;
	}
	c->v[c->n + 1] = NULL;
	len = strlen(c->v[1]);
	for (size_t i = 2; i <= c->n; i++) {
		size_t k = 0;

		while (k < len && c->v[i][k] == c->v[1][k])
			k++;
		len = k;
	}
	c->v[0] = strndup(c->v[1], len);
	if (c->n == 1) {
		free(c->v[1]);
		c->v[1] = NULL;
	}
	return c->v;
}

char **shell_complete(struct shell *sh, const char *word, int start)
{
	struct completion c = { .sh = sh, .word = word, .word_len = strlen(word) };
	const char *text;
	struct out o;

	out_init_mem(&o);
	out_write(&o, sh->pending.buf, sh->pending.len);
	out_write(&o, rl_line_buffer, (size_t)start);
	if (start > 0 && rl_line_buffer[start - 1] == '"') {
		c.quoted = true;
		o.len--;
	}
	text = out_str(&o);
	if (!sh->pending.len)
		text = own_words(&c, text);
	parse_expected(sh->n, text, strlen(text), on_expect, &c);
	out_fini(&o);
	/* What could not be asked for is no matter here. */
	diags_clear(&sh->n->diags);

	if (c.files && c.quoted) {
		for (size_t i = 1; i <= c.n; i++)
			free(c.v[i]);
		free(c.v);
		rl_filename_completion_desired = 1;
		return rl_completion_matches(word, rl_filename_completion_function);
	}
	if (c.files && !c.n) {
		add(&c, "\"");
		rl_completion_append_character = '\0';
		rl_completion_suppress_quote = 1;
	}
	return finish(&c);
}
