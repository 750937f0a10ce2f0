/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of records - conntracks, expectations, flows - as what lists, filters, monitors and top
 * know of them: one table of functions and one of columns a kind. A record is a struct of its
 * kind (struct conntrack ...) that points into the message that it came with.
 */
#ifndef NFF_RECORD_H
#define NFF_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "field.h"
#include "out.h"
#include "print.h"

enum column_unit {
	COL_TEXT,		/* text() only */
	COL_NUMBER,		/* a plain number: a mark, a port */
	COL_PACKETS,
	COL_BYTES,		/* human units in tables: "12.3M" */
	COL_SECONDS,		/* "4m11s" in tables */
	COL_TIME,		/* nanoseconds since 1970 */
	COL_BITRATE,		/* bits a second */
};

enum {
	COLF_TABLE	= 1 << 0,	/* shown by -o table */
	COLF_GROUP	= 1 << 1,	/* "group by" can sum by it */
	COLF_DESC	= 1 << 2,	/* sorted from the largest unless said otherwise */
};

/*
 * A column: of -o table and csv, and a key of "sort by" and "group by". Of number and text at
 * least one is set; number gives what is sorted, text what is shown where it is set. Both say
 * false (and print nothing) where the record has no such value.
 */
#define COLUMN_ORDER_MAX 20
struct column {
	const char *name;		/* "bytes": the key in the language, the head in csv */
	const char *title;		/* "BYTES"; NULL: name in capitals */
	uint8_t unit;			/* enum column_unit */
	uint8_t flags;			/* COLF_* */
	bool (*number)(const void *rec, uint64_t *value);
	bool (*text)(const void *rec, const struct print_opts *opts, struct out *o);
	/*
	 * What is sorted where neither number nor text will do, an address: bytes to compare
	 * with memcmp(), of one length for all records that have them. NULL: number, or text.
	 */
	unsigned int (*order)(const void *rec, uint8_t bytes[COLUMN_ORDER_MAX]);
};

/* Options of lines: "-o extended,id,timestamp,ktimestamp,labels". */
enum {
	LINE_EXTENDED	= 1 << 0,
	LINE_ID		= 1 << 1,
	LINE_TIMESTAMP	= 1 << 2,	/* of the event: lists have none */
	LINE_LABELS	= 1 << 3,
	LINE_KTIMESTAMP	= 1 << 4,	/* when it began and ended, as the kernel knows it */
};

struct record_type {
	const char *name;		/* "conntracks": also the key of its list in JSON */
	const char *one;		/* "conntrack": the key of one in a monitor */
	size_t size;			/* of the struct */
	const struct column *columns;	/* ends with a NULL name */
	/*
	 * The value of a field behind "where" (FK_PAYLOAD, FK_META, FK_CT,
	 * FK_RECORD), as the field's datatype has it (datatype.h). dir: 0 none,
	 * 1 original, 2 reply. false: this record has none.
	 */
	bool (*value)(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v);
	/* Can any record have that field? false: "where" refuses it. */
	bool (*knows)(const struct field *f, unsigned int dir);
	/* One line, newline included. flags: LINE_*; now: nanoseconds since 1970. */
	void (*line)(struct out *o, const void *rec, unsigned int flags, int64_t now);
	bool line_ages;			/* lines depend on now */
	json_t *(*json)(const void *rec, int64_t now);
	/* The command that makes it again, newline included; NULL: there is none. */
	void (*save)(struct out *o, const void *rec);
	/* What groups sum up; false: not counted. */
	bool (*traffic)(const void *rec, uint64_t *packets, uint64_t *bytes);
	/* Make a copied record independent of its message: what it points to goes to the arena. */
	void (*keep)(void *rec, struct arena *a);
};

extern const struct record_type conntrack_record, expectation_record, flow_record;

#endif
