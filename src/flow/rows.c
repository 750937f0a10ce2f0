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
	size_t off = (size_t)(p - w->p);

	memcpy((char *)w->shape->heads + off, p, sizeof(struct nlattr));
	memset((char *)w->shape->care + off, 0xff, sizeof(struct nlattr));
}

static enum rows_move move_of(const struct row *r, uint32_t len)
{
	static const uint8_t moves[] = {
		[ROW_U8] = MOVE_1, [ROW_HOST16] = MOVE_2, [ROW_HOST32] = MOVE_4,
		[ROW_HOST64] = MOVE_8, [ROW_BE16] = MOVE_BE16, [ROW_BE32] = MOVE_BE32,
		[ROW_BE64] = MOVE_BE64, [ROW_STRING] = MOVE_OTHER, [ROW_BLOB] = MOVE_OTHER,
	};

	if (r->kind == ROW_ADDR)
		return len >= 16 ? MOVE_16 : MOVE_4;
	if (r->kind == ROW_BYTES)
		return r->len == 4 ? MOVE_4 : r->len == 16 ? MOVE_16 : MOVE_OTHER;
	return moves[r->kind];
}

/* Moves are not done in their order: a message with two values for one place is not remembered. */
static void remember_value(struct walk *w, const struct row *r, const char *data, uint32_t len,
			   const char *dst)
{
	struct rows_value v = {
		.src = (uint16_t)(data - w->p), .dst = (uint16_t)(dst - w->base),
		.len = (uint16_t)len, .move = (uint8_t)move_of(r, len), .row = r,
	};
	struct rows_shape *s = w->shape;
	unsigned int i;

	for (i = 0; i < s->n_values && s->values[i].dst != v.dst; i++)
		;
	if (i < s->n_values || i == SHAPE_ATTRS) {
		forget(w);
		return;
	}
	for (; i && s->values[i - 1].move > v.move; i--)
		s->values[i] = s->values[i - 1];
	s->values[i] = v;
	s->n_values++;
	for (i = v.move; i < MOVES; i++)
		s->ends[i]++;
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

static void remember_last(struct rows_shape *s)
{
	size_t last = s->len - SHAPE_BLOCK;

	memcpy(&s->last_heads, (char *)s->heads + last, SHAPE_BLOCK);
	memcpy(&s->last_care, (char *)s->care + last, SHAPE_BLOCK);
}

/*
 * All headers are in the same places: so are the values, and everything is in bounds. Blocks and
 * no headers are compared, as that takes a third of the instructions.
 */
static bool same_shape(const struct rows_shape *s, const char *p)
{
	unsigned int n = s->len / SHAPE_BLOCK;
	rows_block b, differ;

	memcpy(&b, p + s->len - SHAPE_BLOCK, sizeof(b));
	differ = (b ^ s->last_heads) & s->last_care;
#pragma GCC unroll 4
	for (unsigned int i = 0; i < n; i++) {
		memcpy(&b, p + i * SHAPE_BLOCK, sizeof(b));
		differ |= (b ^ s->heads[i]) & s->care[i];
	}
	return !(differ[0] | differ[1]);
}

/* Do all moves of a kind: one loop each, as a switch would cost more than the move. */
#define MOVE_ALL(kind, type, convert) \
	end = s->ends[kind]; \
	for (; i < end; i++) { \
		type value; \
		memcpy(&value, p + v[i].src, sizeof(value)); \
		value = convert(value); \
		memcpy(base + v[i].dst, &value, sizeof(value)); \
	}

static void decode_shape(const struct rows_shape *s, const char *p, char *base)
{
	const struct rows_value *v = s->values;
	unsigned int i = 0, end;

	MOVE_ALL(MOVE_1, uint8_t, )
	MOVE_ALL(MOVE_2, uint16_t, )
	MOVE_ALL(MOVE_4, uint32_t, )
	MOVE_ALL(MOVE_8, uint64_t, )
	MOVE_ALL(MOVE_16, unsigned __int128, )
	MOVE_ALL(MOVE_BE16, uint16_t, be16toh)
	MOVE_ALL(MOVE_BE32, uint32_t, be32toh)
	MOVE_ALL(MOVE_BE64, uint64_t, be64toh)
	for (end = s->n_values; i < end; i++)
		decode_value(v[i].row, p + v[i].src, v[i].len, base + v[i].dst);
	for (i = 0, end = s->n_masks; i < end; i++)
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
	if (len >= SHAPE_BLOCK && len <= SHAPE_BYTES) {
		memset(s, 0, sizeof(*s));
		s->len = (uint16_t)len;
		w.shape = s;
	}
	ret = walk_attrs(&w, t, p, end, base);
	if (ret < 0 && w.shape)
		forget(&w);
	if (w.shape)
		remember_last(w.shape);
	return ret;
}
