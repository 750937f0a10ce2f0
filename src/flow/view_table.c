// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -o table: aligned columns. Of a list that streams, the first rows are held back, and the columns
 * are as wide as these need; a later cell that is wider moves its row. Columns in which no row of
 * a whole list has anything are left out.
 *
 * The text of a row are its cells, each with a NUL behind.
 */
#include <stdlib.h>
#include <string.h>

#include "view_impl.h"

#define TABLE_HELD	1000	/* rows */

struct table_column {
	const struct column *column;
	size_t width;
	bool used, right;
};

struct view_table {
	struct table_column *columns;
	unsigned int n;
	struct out held;		/* rows, before the widths are fixed */
	unsigned int rows;
	bool measured;			/* by a sorter: nothing is held */
	bool fixed;			/* the head was printed */
};

void view_table_init(struct view *v)
{
	const struct column *c;
	struct view_table *t = v->table = xcalloc(1, sizeof(*t));

	for (c = v->type->columns; c->name; c++)
		t->n += c->flags & COLF_TABLE ? 1 : 0;
	t->columns = xcalloc(t->n, sizeof(t->columns[0]));
	t->n = 0;
	for (c = v->type->columns; c->name; c++) {
		if (c->flags & COLF_TABLE)
			t->columns[t->n++] = (struct table_column){
				.column = c,
				.right = c->unit != COL_TEXT && c->unit != COL_TIME,
			};
	}
	out_init_mem(&t->held);
}

void view_table_fini(struct view *v)
{
	if (!v->table)
		return;
	out_fini(&v->table->held);
	free(v->table->columns);
	free(v->table);
	v->table = NULL;
}

void view_table_row(struct view *v, const void *rec, struct out *o)
{
	const struct view_table *t = v->table;

	for (unsigned int i = 0; i < t->n; i++) {
		column_put(t->columns[i].column, rec, &v->n->print, true, o);
		out_putc(o, '\0');
	}
}

static size_t measure_row(struct view_table *t, const char *text)
{
	const char *p = text;

	for (unsigned int i = 0; i < t->n; i++) {
		size_t len = strlen(p);

		if (len > t->columns[i].width)
			t->columns[i].width = len;
		if (len)
			t->columns[i].used = true;
		p += len + 1;
	}
	return (size_t)(p - text);
}

void view_table_measure(struct view *v, const char *text, size_t len)
{
	(void)len;
	measure_row(v->table, text);
	v->table->measured = true;
}

static void put_spaces(struct out *o, size_t n)
{
	while (n--)
		out_putc(o, ' ');
}

/* A row of cells; blanks that would stand at the end of the line are owed, and not written. */
static size_t print_row(struct view *v, const char *text)
{
	struct view_table *t = v->table;
	const char *p = text;
	size_t owed = 0;
	bool first = true;

	for (unsigned int i = 0; i < t->n; i++) {
		const struct table_column *c = &t->columns[i];
		size_t len = strlen(p), pad = len < c->width ? c->width - len : 0;

		if (c->used) {
			owed += first ? 0 : 2;
			first = false;
			if (c->right) {
				owed += pad;
				pad = 0;
			}
			if (len) {
				put_spaces(v->out, owed);
				owed = 0;
				out_write(v->out, p, len);
			}
			owed += pad;
		}
		p += len + 1;
	}
	out_putc(v->out, '\n');
	return (size_t)(p - text);
}

/* From here on the widths are what they are. whole: no more rows will follow. */
static void fix_widths(struct view *v, bool whole)
{
	struct view_table *t = v->table;
	char buf[64];

	t->fixed = true;
	out_drop(&v->scratch);
	for (unsigned int i = 0; i < t->n; i++) {
		struct table_column *c = &t->columns[i];
		const char *title = column_title(c->column, buf, sizeof(buf));

		if (!whole || !t->rows)
			c->used = true;
		if (strlen(title) > c->width)
			c->width = strlen(title);
		out_write(&v->scratch, title, strlen(title) + 1);
	}
	print_row(v, v->scratch.buf);
	for (size_t off = 0; off < t->held.len; )
		off += print_row(v, t->held.buf + off);
	out_fini(&t->held);
}

void view_table_put(struct view *v, const char *text, size_t len)
{
	struct view_table *t = v->table;

	t->rows++;
	if (t->fixed) {
		print_row(v, text);
		return;
	}
	if (!t->measured)
		measure_row(t, text);
	out_write(&t->held, text, len);
	if (t->measured || t->rows >= TABLE_HELD)
		fix_widths(v, t->measured);
}

void view_table_tail(struct view *v)
{
	if (!v->table->fixed)
		fix_widths(v, true);
}
