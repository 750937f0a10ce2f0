/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help: made out of the grammar and of the field tables, and so never behind
 * them.
 */
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "shell_int.h"

#define WIDTH 78

/* ---- pages of fields ---- */

/* The tables of fields that do not belong to a protocol. */
static const struct {
	const char *name, *desc;
	const struct field *fields;
} field_pages[] = {
	{ "meta", "meta keys", meta_fields },
	{ "ct", "conntrack keys", ct_fields },
	{ "rt", "routing keys", rt_fields },
	{ "socket", "socket keys", socket_fields },
};
#define N_FIELD_PAGES (sizeof(field_pages) / sizeof(field_pages[0]))

void shell_help_topics(void (*cb)(const char *name, void *arg), void *arg)
{
	for (size_t i = 0; i < N_FIELD_PAGES; i++)
		cb(field_pages[i].name, arg);
	for (size_t i = 0; protos[i]; i++)
		cb(protos[i]->name, arg);
}

static void print_fields(struct out *o, const char *name, const char *desc,
			 const struct field *f)
{
	out_printf(o, "%s: %s\n", name, desc ? desc : "");
	for (; f && f->name; f++) {
		if (f->flags & (FF_ALIAS | FF_NOT_LIST))
			continue;
		out_printf(o, "  %-16s %-16s %s%s\n", f->name,
			   f->type && f->type->id != DT_INVALID ? f->type->name : "",
			   f->desc ? f->desc : "",
			   f->flags & FF_SETTABLE ? " (can be set)" : "");
	}
}

static bool help_fields(struct out *o, const char *topic)
{
	const struct proto *p = proto_by_name(topic);

	if (p) {
		print_fields(o, p->name, p->desc, p->fields);
		return true;
	}
	for (size_t i = 0; i < N_FIELD_PAGES; i++) {
		if (!strcmp(field_pages[i].name, topic)) {
			print_fields(o, topic, field_pages[i].desc, field_pages[i].fields);
			return true;
		}
	}
	return false;
}

/* ---- what may follow ---- */

struct words {
	char **v;
	size_t n, cap;
};

static void words_add(struct words *w, const char *text)
{
	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 64;
		w->v = xrealloc(w->v, w->cap * sizeof(*w->v));
	}
	w->v[w->n++] = xstrdup(text);
}

static void on_expect(const struct expect *e, void *arg)
{
	static const char *const placeholders[] = {
		[EXPECT_TABLE] = "TABLE", [EXPECT_CHAIN] = "CHAIN",
		[EXPECT_FLOWTABLE] = "FLOWTABLE", [EXPECT_SET] = "SET", [EXPECT_MAP] = "MAP",
		[EXPECT_OBJECT] = "OBJECT", [EXPECT_DEVICE] = "DEVICE", [EXPECT_FILE] = "FILE",
	};

	if (e->kind == EXPECT_WORD || e->kind == EXPECT_VARIABLE)
		words_add(arg, e->text);
	else
		words_add(arg, placeholders[e->kind]);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void on_topic(const char *name, void *arg)
{
	words_add(arg, name);
}

/* Sorted, each once, filled into lines. Frees them. */
static void words_print(struct out *o, struct words *w)
{
	size_t col = 0;

	if (w->n)
		qsort(w->v, w->n, sizeof(*w->v), by_name);
	for (size_t i = 0; i < w->n; i++) {
		size_t len = strlen(w->v[i]);

		if (i && !strcmp(w->v[i], w->v[i - 1]))
			continue;
		if (col && col + 1 + len > WIDTH) {
			out_putc(o, '\n');
			col = 0;
		}
		out_puts(o, col ? " " : "  ");
		out_puts(o, w->v[i]);
		col += len + (col ? 1 : 2);
	}
	if (col)
		out_putc(o, '\n');
	for (size_t i = 0; i < w->n; i++)
		free(w->v[i]);
	free(w->v);
}

static struct words words_after(struct shell *sh, const char *text)
{
	struct words w = { 0 };
	struct out o;

	out_init_mem(&o);
	out_puts(&o, text);
	out_putc(&o, ' ');
	parse_expected(sh->n, out_str(&o), o.len, on_expect, &w);
	out_fini(&o);
	return w;
}

static void overview(struct shell *sh, struct out *o)
{
	struct words w;

	out_puts(o, "Type commands of the rule language, one a line; a block goes on until it is "
		    "closed.\nTAB completes, Ctrl-C drops the line.\n\n");
	for (const struct shell_command *c = shell_commands; c->name; c++)
		if (c->desc)
			out_printf(o, "  %-4s %-8s %s\n", c->name, c->args, c->desc);
	out_puts(o, "\nCommands ('help list' tells what may follow list):\n");
	w = words_after(sh, "");
	words_print(o, &w);
	out_puts(o, "\nFields ('help tcp' tells those of tcp):\n");
	w = (struct words){ 0 };
	shell_help_topics(on_topic, &w);
	words_print(o, &w);
	out_puts(o, "\nThe manual is nff(8).\n");
}

void shell_help(struct shell *sh, const char *args)
{
	struct out *o = &sh->n->out;
	struct words w;

	if (!*args) {
		overview(sh, o);
		return;
	}
	if (help_fields(o, args))
		return;
	w = words_after(sh, args);
	if (!w.n) {
		out_printf(o, "nothing can follow '%s'; 'help' lists what there is\n", args);
		return;
	}
	out_printf(o, "after '%s':\n", args);
	words_print(o, &w);
}
