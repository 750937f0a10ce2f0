// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "sort by": a row is kept as the text that will be shown and a key to compare with memcmp(). With
 * a limit the rows are a heap with the last one on top, which goes when a better one comes.
 */
#include <stdlib.h>
#include <string.h>

#include "view_impl.h"

struct sort_key {
	const struct column *column;
	bool desc;
};

struct sort_row {
	uint64_t seq;			/* rows of equal keys stay as they came */
	size_t key_len, text_len;
	char data[];			/* the key, then the text */
};

struct view_sort {
	struct sort_key *keys;
	unsigned int n_keys;
	struct out key;			/* of the newest record */
	uint64_t seq;
	struct sort_row **rows;
	size_t n, cap;
};

int view_sort_init(struct view *v)
{
	struct view_sort *s = v->sort = xcalloc(1, sizeof(*s));
	const struct query_key *k;

	out_init_mem(&s->key);
	for (k = v->query->sort; k; k = k->next)
		s->n_keys++;
	s->keys = xcalloc(s->n_keys, sizeof(s->keys[0]));
	s->n_keys = 0;
	for (k = v->query->sort; k; k = k->next) {
		const struct column *c = column_find(v->n, v->type, &k->name, false);

		if (!c) {
			view_sort_end(v, false);
			return -1;
		}
		s->keys[s->n_keys++] = (struct sort_key){
			c, k->order ? k->order < 0 : (c->flags & COLF_DESC) != 0,
		};
	}
	return 0;
}

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int ret = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return ret ? ret : (a_len > b_len) - (a_len < b_len);
}

static int compare_rows(const struct sort_row *a, const struct sort_row *b)
{
	int ret = compare_bytes(a->data, a->key_len, b->data, b->key_len);

	return ret ? ret : (a->seq > b->seq) - (a->seq < b->seq);
}

static int compare_for_qsort(const void *a, const void *b)
{
	return compare_rows(*(const struct sort_row *const *)a, *(const struct sort_row *const *)b);
}

/* Rows above i are larger than those below: move the row at i to where it belongs. */
static void sift_up(struct sort_row **rows, size_t i)
{
	while (i && compare_rows(rows[(i - 1) / 2], rows[i]) < 0) {
		struct sort_row *r = rows[i];

		rows[i] = rows[(i - 1) / 2];
		rows[(i - 1) / 2] = r;
		i = (i - 1) / 2;
	}
}

static void sift_down(struct sort_row **rows, size_t n, size_t i)
{
	for (;;) {
		size_t top = i, kid = 2 * i + 1;
		struct sort_row *r = rows[i];

		for (size_t k = kid; k < n && k <= kid + 1; k++)
			if (compare_rows(rows[top], rows[k]) < 0)
				top = k;
		if (top == i)
			return;
		rows[i] = rows[top];
		rows[top] = r;
		i = top;
	}
}

static struct sort_row *new_row(struct view *v, const void *rec)
{
	struct view_sort *s = v->sort;
	struct sort_row *r;

	out_drop(&v->scratch);
	v->format->row(v, rec, &v->scratch);
	r = xmalloc(sizeof(*r) + s->key.len + v->scratch.len);
	r->seq = s->seq;
	r->key_len = s->key.len;
	r->text_len = v->scratch.len;
	memcpy(r->data, s->key.buf, r->key_len);
	memcpy(r->data + r->key_len, v->scratch.buf, r->text_len);
	return r;
}

void view_sort_add(struct view *v, const void *rec)
{
	struct view_sort *s = v->sort;

	out_drop(&s->key);
	for (unsigned int i = 0; i < s->n_keys; i++)
		column_order(s->keys[i].column, rec, s->keys[i].desc, &s->key);
	s->seq++;
	if (s->n < v->limit) {
		if (s->n == s->cap) {
			s->cap = s->cap ? s->cap * 2 : 64;
			s->rows = xrealloc(s->rows, s->cap * sizeof(s->rows[0]));
		}
		s->rows[s->n++] = new_row(v, rec);
		if (v->limit != UINT64_MAX)
			sift_up(s->rows, s->n - 1);
	} else if (compare_bytes(s->key.buf, s->key.len, s->rows[0]->data,
				 s->rows[0]->key_len) < 0) {
		free(s->rows[0]);
		s->rows[0] = new_row(v, rec);
		sift_down(s->rows, s->n, 0);
	}
}

void view_sort_end(struct view *v, bool show)
{
	struct view_sort *s = v->sort;

	if (show && s->n)
		qsort(s->rows, s->n, sizeof(s->rows[0]), compare_for_qsort);
	for (size_t i = 0; show && v->table && i < s->n; i++)
		view_table_measure(v, s->rows[i]->data + s->rows[i]->key_len,
				   s->rows[i]->text_len);
	for (size_t i = 0; i < s->n; i++) {
		if (show && !v->out->err)
			view_show_text(v, s->rows[i]->data + s->rows[i]->key_len,
				       s->rows[i]->text_len);
		free(s->rows[i]);
	}
	free(s->rows);
	free(s->keys);
	out_fini(&s->key);
	free(s);
	v->sort = NULL;
}
