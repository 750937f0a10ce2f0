/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink attributes to records, by tables: a row an attribute, with the place of its value in a
 * record. A nest is a row that leads to another table. Every struct of a record begins with a
 * mask (uint32_t) of what its message had. (src/flow/rows.c)
 */
#ifndef NFF_ROWS_H
#define NFF_ROWS_H

#include <stddef.h>
#include <stdint.h>
#include "conntrack.h"

enum row_kind {
	ROW_SKIP,		/* not known, or of no interest */
	ROW_U8, ROW_BE16, ROW_BE32, ROW_BE64,
	ROW_HOST16, ROW_HOST32, ROW_HOST64,
	ROW_BYTES,		/* copied as they are */
	ROW_ADDR,		/* 4 or 16 bytes, as they are */
	ROW_STRING, ROW_BLOB,	/* a struct ct_str to the message */
	ROW_NEST,		/* another table, for the struct at off */
};

struct row {
	uint8_t kind;		/* enum row_kind */
	uint8_t len;		/* the least length of the attribute */
	uint16_t off;		/* of the value in the struct of this table */
	uint32_t has;		/* bit of the struct's mask */
	const struct rows *nest;
};

struct rows {
	const struct row *rows;
	unsigned int n;		/* attribute types from here on are not known */
};

#define ROWS(array) { array, sizeof(array) / sizeof((array)[0]) }
#define U8(st, m, bit)		{ ROW_U8, 1, offsetof(struct st, m), bit, NULL }
#define BE16(st, m, bit)	{ ROW_BE16, 2, offsetof(struct st, m), bit, NULL }
#define BE32(st, m, bit)	{ ROW_BE32, 4, offsetof(struct st, m), bit, NULL }
#define BE64(st, m, bit)	{ ROW_BE64, 8, offsetof(struct st, m), bit, NULL }
#define HOST16(st, m, bit)	{ ROW_HOST16, 2, offsetof(struct st, m), bit, NULL }
#define HOST32(st, m, bit)	{ ROW_HOST32, 4, offsetof(struct st, m), bit, NULL }
#define HOST64(st, m, bit)	{ ROW_HOST64, 8, offsetof(struct st, m), bit, NULL }
#define ADDR(st, m, bit)	{ ROW_ADDR, 4, offsetof(struct st, m), bit, NULL }
#define BYTES(st, m, n, bit)	{ ROW_BYTES, n, offsetof(struct st, m), bit, NULL }
#define STRING(st, m, bit)	{ ROW_STRING, 0, offsetof(struct st, m), bit, NULL }
#define BLOB(st, m, bit)	{ ROW_BLOB, 0, offsetof(struct st, m), bit, NULL }
/* A nest of the struct at member m, or of the same struct. */
#define NEST(st, m, rows)	{ ROW_NEST, 0, offsetof(struct st, m), 0, &(rows) }
#define NEST_SAME(rows)		{ ROW_NEST, 0, 0, 0, &(rows) }

/* A struct ct_tuple (ct_decode.c). */
extern const struct rows ct_tuple_rows;

/*
 * The attributes between p and end (both aligned as netlink does) into the struct at base, which
 * t describes. Attributes without a row are passed over. 0, or -EPROTO where they are malformed.
 */
int rows_decode(const struct rows *t, const char *p, const char *end, char *base);

/*
 * The same for many messages of a dump, most of which are built alike: the attribute headers of
 * one are remembered with what became of its values. Where all headers of another one are the
 * same, the values stand in the same places, and are moved from there without a look at the
 * attributes. The decoder begins zeroed, and is for one table and one type of record.
 */
#define SHAPES		16
#define SHAPE_ATTRS	64
#define SHAPE_MASKS	16
#define SHAPE_BYTES	640		/* longer messages are not remembered */

/* Bytes that are compared at a time. */
typedef uint64_t rows_block __attribute__((vector_size(16)));
#define SHAPE_BLOCK	sizeof(rows_block)

/* What a value needs on its way to the record. */
enum rows_move {
	MOVE_1, MOVE_2, MOVE_4, MOVE_8, MOVE_16,	/* so many bytes, as they are */
	MOVE_BE16, MOVE_BE32, MOVE_BE64,		/* from network order */
	MOVE_OTHER,					/* what its row says */
	MOVES
};

struct rows_value {
	uint16_t src, dst;		/* in the message, and in the record */
	uint16_t len;
	uint8_t move;			/* enum rows_move */
	const struct row *row;
};

struct rows_shape {
	uint16_t len;			/* of all attributes; 0: nothing is remembered */
	uint16_t misses;		/* messages in a row that were built otherwise */
	uint8_t n_values, n_masks;
	uint8_t ends[MOVES];		/* of each kind of move among the values */
	struct rows_value values[SHAPE_ATTRS];		/* by their move */
	struct {
		uint16_t dst;		/* of a struct in the record */
		uint32_t has;
	} masks[SHAPE_MASKS];
	/*
	 * A message of which only the headers count: where care has bits. The rest that fills no
	 * block is compared with what is before it, as the last one.
	 */
	rows_block heads[SHAPE_BYTES / SHAPE_BLOCK], care[SHAPE_BYTES / SHAPE_BLOCK];
	rows_block last_heads, last_care;
};

struct rows_decoder {
	struct rows_shape shapes[SHAPES];
};

int rows_decode_next(struct rows_decoder *d, const struct rows *t, const char *p, const char *end,
		     char *base);

#endif
