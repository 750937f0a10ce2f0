// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of records: what comes in goes to the grouper, to the sorter, or straight to the format.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "view_impl.h"

int64_t view_now(void)
{
	struct timespec t;

	/* once a record that needs it: the coarse clock costs a few nanoseconds */
	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- formats ---- */

static void line_row(struct view *v, const void *rec, struct out *o)
{
	v->type->line(o, rec, v->line_flags, v->type->line_ages ? view_now() : 0);
}

static void save_row(struct view *v, const void *rec, struct out *o)
{
	v->type->save(o, rec);
}

/* RFC 4180: what has a comma, a quote or a line break in it stands in quotes. */
static void put_csv(struct out *o, const char *text, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len && !quoted; i++)
		quoted = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
	if (!quoted) {
		out_write(o, text, len);
		return;
	}
	out_putc(o, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			out_putc(o, '"');
		out_putc(o, text[i]);
	}
	out_putc(o, '"');
}

static void csv_row(struct view *v, const void *rec, struct out *o)
{
	const struct column *c = v->type->columns;
	struct out cell;

	out_init_mem(&cell);
	for (; c->name; c++) {
		if (c != v->type->columns)
			out_putc(o, ',');
		out_drop(&cell);
		if (column_put(c, rec, &v->n->print, false, &cell))
			put_csv(o, cell.buf, cell.len);
	}
	out_fini(&cell);
	out_putc(o, '\n');
}

static void csv_head(struct view *v)
{
	for (const struct column *c = v->type->columns; c->name; c++)
		out_printf(v->out, "%s%s", c == v->type->columns ? "" : ",", c->name);
	out_putc(v->out, '\n');
}

static void json_row(struct view *v, const void *rec, struct out *o)
{
	json_t *j = v->type->json(rec, view_now());
	char *text = json_dumps(j, 0);

	json_decref(j);
	out_puts(o, text ? text : "null");
	free(text);
}

static void json_put(struct view *v, const char *text, size_t len)
{
	if (v->shown)
		out_puts(v->out, ", ");
	out_write(v->out, text, len);
}

static void json_head(struct view *v)
{
	out_printf(v->out, "{\"%s\": [", v->type->name);
}

static void json_tail(struct view *v)
{
	out_puts(v->out, "]}\n");
}

const struct view_format view_formats[FORMAT_MAX] = {
	[FORMAT_LINE] = { line_row, NULL, NULL, NULL },
	[FORMAT_TABLE] = { view_table_row, view_table_put, NULL, view_table_tail },
	[FORMAT_CSV] = { csv_row, NULL, csv_head, NULL },
	[FORMAT_JSON] = { json_row, json_put, json_head, json_tail },
	[FORMAT_SAVE] = { save_row, NULL, NULL, NULL },
};

/* ---- rows ---- */

static void view_begin(struct view *v)
{
	if (!v->begun && v->format->head)
		v->format->head(v);
	v->begun = true;
}

void view_show_text(struct view *v, const char *text, size_t len)
{
	view_begin(v);
	if (v->format->put)
		v->format->put(v, text, len);
	else
		out_write(v->out, text, len);
	v->shown++;
}

void view_show(struct view *v, const void *rec)
{
	if (v->format->put) {
		out_drop(&v->scratch);
		v->format->row(v, rec, &v->scratch);
		view_show_text(v, v->scratch.buf, v->scratch.len);
		return;
	}
	view_begin(v);
	v->format->row(v, rec, v->out);
	v->shown++;
}

/* ---- views ---- */

int view_init(struct view *v, struct nff *n, const struct query *q,
	      const struct record_type *type)
{
	/* sums of groups are no records that could be made again */
	unsigned int formats = (1u << FORMAT_MAX) - 1 -
			       (type->save && !q->group ? 0 : 1u << FORMAT_SAVE);
	enum query_format format;
	int ret;

	*v = (struct view){
		.n = n, .out = &n->out, .query = q, .type = type,
		.limit = q->has_limit ? q->limit : UINT64_MAX,
	};
	if (query_output(n, q, formats, &format, &v->line_flags) < 0)
		return -1;
	v->format = &view_formats[format];
	if (format == FORMAT_LINE && !type->line_ages && !q->sort && !q->group && v->limit)
		v->line = type->line;
	out_init_mem(&v->scratch);
	if (q->group)
		ret = view_group_init(v);
	else
		ret = q->sort ? view_sort_init(v) : 0;
	if (ret < 0) {
		out_fini(&v->scratch);
		return -1;
	}
	if (format == FORMAT_TABLE && !v->group)
		view_table_init(v);
	return 0;
}

/* Whatever is not a line that goes straight out. */
static int add_other(struct view *v, const void *rec)
{
	if (!v->limit)
		return -ECANCELED;
	if (v->group) {
		view_group_add(v, rec);
		return 0;
	}
	if (v->sort) {
		view_sort_add(v, rec);
		return 0;
	}
	view_show(v, rec);
	return v->shown < v->limit ? 0 : -ECANCELED;
}

int view_add(struct view *v, const void *rec)
{
	if (v->out->err)
		return -ECANCELED;
	if (!v->line)
		return add_other(v, rec);
	v->line(v->out, rec, v->line_flags, 0);
	return ++v->shown < v->limit ? 0 : -ECANCELED;
}

void view_end(struct view *v, bool complete)
{
	if (v->group) {
		view_group_end(v, complete);
	} else {
		if (v->sort)
			view_sort_end(v, complete);
		if (complete)
			view_begin(v);
		if (v->begun && v->format->tail)
			v->format->tail(v);
	}
	view_table_fini(v);
	out_fini(&v->scratch);
}
