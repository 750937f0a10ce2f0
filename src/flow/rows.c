/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes to records, by tables (rows.h).
 */
#include <endian.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

#include "rows.h"

/* The value of one attribute; not that of a nest. */
static inline void decode_value(const struct row *r, const char *data, uint32_t len, char *dst)
{
	struct ct_str str = { .s = data, .len = len };
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (r->kind) {
	case ROW_U8:
		*dst = *data;
		break;
	case ROW_BE16:
		memcpy(&v16, data, sizeof(v16));
		v16 = be16toh(v16);
		memcpy(dst, &v16, sizeof(v16));
		break;
	case ROW_BE32:
		memcpy(&v32, data, sizeof(v32));
		v32 = be32toh(v32);
		memcpy(dst, &v32, sizeof(v32));
		break;
	case ROW_BE64:
		memcpy(&v64, data, sizeof(v64));
		v64 = be64toh(v64);
		memcpy(dst, &v64, sizeof(v64));
		break;
	case ROW_HOST16:
		memcpy(dst, data, 2);
		break;
	case ROW_HOST32:
		memcpy(dst, data, 4);
		break;
	case ROW_HOST64:
		memcpy(dst, data, 8);
		break;
	case ROW_ADDR:
		memcpy(dst, data, len >= 16 ? 16 : 4);
		break;
	case ROW_BYTES:
		/* Two lengths of addresses, which are moves; a length in a variable is a call. */
		if (r->len == 4)
			memcpy(dst, data, 4);
		else if (r->len == 16)
			memcpy(dst, data, 16);
		else
			memcpy(dst, data, r->len);
		break;
	case ROW_STRING:
		str.len = (uint32_t)strnlen(str.s, len);
		/* fall through */
	case ROW_BLOB:
		memcpy(dst, &str, sizeof(str));
		break;
	}
}

/* The mask is the first member of every struct. */
static inline void set_mask(char *base, uint32_t has)
{
	uint32_t mask;

	memcpy(&mask, base, sizeof(mask));
	mask |= has;
	memcpy(base, &mask, sizeof(mask));
}

/* Where a message and a record begin, and what is being remembered of them, or NULL. */
struct walk {
	const char *p;
	char *base;
	struct rows_shape *shape;
};

/* Nothing is remembered of a message that has too many of something. */
static void forget(struct walk *w)
{
	w->shape->len = 0;
	w->shape = NULL;
}

static void remember_head(struct walk *w, const char *p)
{
	struct rows_shape *s = w->shape;

	if (s->n_heads == SHAPE_ATTRS) {
		forget(w);
		return;
	}
	s->heads[s->n_heads].off = (uint16_t)(p - w->p);
	memcpy(&s->heads[s->n_heads++].head, p, sizeof(uint32_t));
}

/* There are no more values than heads. */
static void remember_value(struct walk *w, const struct row *r, const char *data, uint32_t len,
			   const char *dst)
{
	struct rows_shape *s = w->shape;

	s->values[s->n_values].src = (uint16_t)(data - w->p);
	s->values[s->n_values].dst = (uint16_t)(dst - w->base);
	s->values[s->n_values].len = (uint16_t)len;
	s->values[s->n_values++].row = r;
}

static void remember_mask(struct walk *w, const char *base, uint32_t has)
{
	struct rows_shape *s = w->shape;
	uint16_t dst = (uint16_t)(base - w->base);
	unsigned int i;

	for (i = 0; i < s->n_masks && s->masks[i].dst != dst; i++)
		;
	if (i == SHAPE_MASKS) {
		forget(w);
		return;
	}
	if (i == s->n_masks) {
		s->masks[i].dst = dst;
		s->masks[i].has = 0;
		s->n_masks++;
	}
	s->masks[i].has |= has;
}

/* The tables nest a few levels, and so does this. */
static int walk_attrs(struct walk *w, const struct rows *t, const char *p, const char *end,
		      char *base)
{
	while (end - p >= (ptrdiff_t)sizeof(struct nlattr)) {
		const struct nlattr *a = (const struct nlattr *)p;
		unsigned int type = a->nla_type & NLA_TYPE_MASK;
		const char *data = p + NLA_HDRLEN;
		uint32_t len;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > end - p)
			return -EPROTO;
		if (w->shape)
			remember_head(w, p);
		len = a->nla_len - NLA_HDRLEN;
		if (type < t->n && t->rows[type].kind != ROW_SKIP) {
			const struct row *r = &t->rows[type];

			if (len < r->len)
				return -EPROTO;
			if (r->kind == ROW_NEST) {
				int ret = walk_attrs(w, r->nest, data, data + len, base + r->off);

				if (ret < 0)
					return ret;
			} else {
				decode_value(r, data, len, base + r->off);
				set_mask(base, r->has);
				if (w->shape)
					remember_value(w, r, data, len, base + r->off);
				if (w->shape)
					remember_mask(w, base, r->has);
			}
		}
		if (NLA_ALIGN(a->nla_len) >= end - p)
			return 0;
		p += NLA_ALIGN(a->nla_len);
	}
	return p == end ? 0 : -EPROTO;
}

int rows_decode(const struct rows *t, const char *p, const char *end, char *base)
{
	struct walk w = { p, base, NULL };

	return walk_attrs(&w, t, p, end, base);
}

/* All headers are in the same places: so are the values, and everything is in bounds. */
static bool same_shape(const struct rows_shape *s, const char *p)
{
	uint32_t differ = 0;

	for (unsigned int i = 0; i < s->n_heads; i++) {
		uint32_t head;

		memcpy(&head, p + s->heads[i].off, sizeof(head));
		differ |= head ^ s->heads[i].head;
	}
	return !differ;
}

static void decode_shape(const struct rows_shape *s, const char *p, char *base)
{
	for (unsigned int i = 0; i < s->n_values; i++)
		decode_value(s->values[i].row, p + s->values[i].src, s->values[i].len,
			     base + s->values[i].dst);
	for (unsigned int i = 0; i < s->n_masks; i++)
		set_mask(base + s->masks[i].dst, s->masks[i].has);
}

int rows_decode_next(struct rows_decoder *d, const struct rows *t, const char *p, const char *end,
		     char *base)
{
	const unsigned int patience = 64;
	size_t len = (size_t)(end - p);
	struct rows_shape *s = &d->shapes[len / NLA_ALIGNTO % SHAPES];
	struct walk w = { p, base, NULL };
	int ret;

	if (len && s->len == len && same_shape(s, p)) {
		s->misses = 0;
		decode_shape(s, p, base);
		return 0;
	}
	/* Shapes may take turns: to remember costs more than to do without. */
	if (s->len && ++s->misses < patience)
		return walk_attrs(&w, t, p, end, base);
	if (len && len <= UINT16_MAX) {
		s->len = (uint16_t)len;
		s->misses = s->n_heads = s->n_values = s->n_masks = 0;
		w.shape = s;
	}
	ret = walk_attrs(&w, t, p, end, base);
	if (ret < 0 && w.shape)
		forget(&w);
	return ret;
}
