// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The match that is typed while top runs: parsed as what stands behind "where", in a handle of its
 * own, so that its mistakes are no diagnostics of the command.
 */
#include <stdio.h>
#include <string.h>

#include "match.h"
#include "parse.h"
#include "record.h"
#include "top.h"
#include "view.h"

static void take_error(struct top_filter_error *e, const struct nff *n, int before)
{
	const struct diag *d = n->diags.first;

	while (d && d->level != DIAG_ERROR)
		d = d->next;
	snprintf(e->text, sizeof(e->text), "%s%s%s", d ? d->text : "this is no match",
		 d && d->hint ? ": " : "", d && d->hint ? d->hint : "");
	e->at = d && d->loc.src && (int)d->loc.off > before ? (int)d->loc.off - before : 0;
}

/* "list KIND where TEXT" to a match; NULL with a diagnostic in f->n. */
static const struct match *read_match(struct top_filter *f, const struct top_source *s,
				      const char *line)
{
	const struct record_type *type = s->flows ? &flow_record : &conntrack_record;
	struct cmds cmds = { .last = &cmds.first };
	struct query q = *s->cmd->query;
	uint32_t src = sources_add_text(&f->n->sources, "<filter>", line, strlen(line));

	q.where = q.where_last = NULL;
	if (parse_source(f->n, &f->arena, src, &cmds) < 0)
		return NULL;
	if (!cmds.first || cmds.first->next || !cmds.first->query) {
		diag_error(&f->n->diags, (struct loc){ 0 }, "one match after the other, no more");
		return NULL;
	}
	if (query_check(f->n, cmds.first, QUERY_WHERE) < 0)
		return NULL;
	q.where = cmds.first->query->where;
	q.where_last = cmds.first->query->where_last;
	return match_new(f->n, &f->arena, &q, type);
}

bool top_filter_set(struct top_filter *f, const struct top_source *s, const char *text,
		    struct top_filter_error *e)
{
	const char *kind = s->flows ? "flows" : "conntracks";
	bool empty = text[strspn(text, " ")] == '\0';
	char line[TOP_FILTER_MAX + 64];
	struct top_filter new = { .n = nff_new(-1) };
	int before;

	/* Variables of the session can be used, and none can be defined. */
	new.n->globals = scope_new(&new.n->vars, s->n->globals);
	new.n->print = s->n->print;
	before = snprintf(line, sizeof(line), "list %s%s", kind, empty ? "" : " where ");
	snprintf(line + before, sizeof(line) - (size_t)before, "%s\n", empty ? "" : text);
	new.match = read_match(&new, s, line);
	if (!new.match) {
		take_error(e, new.n, before);
		top_filter_fini(&new);
		return false;
	}
	snprintf(new.text, sizeof(new.text), "%s", empty ? "" : text);
	top_filter_fini(f);
	*f = new;
	return true;
}

void top_filter_text(const struct top_source *s, char *buf, size_t size)
{
	const struct query *q = s->cmd->query;
	const struct source *src;
	uint32_t from, to;

	buf[0] = '\0';
	if (!q->where)
		return;
	src = sources_get(&s->n->sources, q->where->loc.src);
	from = q->where->loc.off;
	to = q->where_last->loc.off + q->where_last->loc.len;
	if (q->where_last->loc.src != q->where->loc.src || to <= from || to > src->len)
		return;
	snprintf(buf, size, "%.*s", (int)(to - from), src->text + from);
	for (; *buf; buf++)
		if ((unsigned char)*buf < ' ')
			*buf = ' ';
}

void top_filter_fini(struct top_filter *f)
{
	if (!f->n)
		return;
	arena_free(&f->arena);
	nff_free(f->n);
	memset(f, 0, sizeof(*f));
}
