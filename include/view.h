/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of records (record.h) in the formats that "list" has: lines, a table, csv, JSON; sorted,
 * grouped and limited as the query says. Without "sort by" and "group by" a list streams, and its
 * memory does not grow with it; with both "sort by" and "limit" only what will be shown is kept.
 * (src/flow/view*.c)
 *
 *	if (view_init(&v, n, q, &conntrack_record) < 0)
 *		return -1;
 *	err = nl_request(..., cb: return view_add(&v, &ct));
 *	view_end(&v, err == 0 || err == -ECANCELED);
 */
#ifndef NFF_VIEW_H
#define NFF_VIEW_H

#include "nff.h"
#include "query.h"
#include "record.h"

/* ---- what a command uses of a query (src/flow/query.c) ---- */

enum {
	QUERY_FAMILY	= 1 << 0,
	QUERY_SOURCE	= 1 << 1,	/* dying, unconfirmed */
	QUERY_OFFLOAD	= 1 << 2,
	QUERY_WHERE	= 1 << 3,
	QUERY_MASTER	= 1 << 4,
	QUERY_SORT	= 1 << 5,
	QUERY_GROUP	= 1 << 6,
	QUERY_LIMIT	= 1 << 7,
	QUERY_SET	= 1 << 8,
};
#define QUERY_OPTION(option) (1u << (16 + (option)))	/* enum query_option */
/* What a view works off. */
#define QUERY_VIEW (QUERY_SORT | QUERY_GROUP | QUERY_LIMIT | QUERY_OPTION(QO_OUTPUT) | \
		    QUERY_OPTION(QO_JSON))

/*
 * Refuse what the command says and does not use: 0, or -1 with a diagnostic at its place. uses:
 * QUERY_*.
 */
int query_check(struct nff *n, const struct cmd *cmd, unsigned int uses);

/*
 * The value of an option that was given: 0, or -1 with a diagnostic at the place of the value.
 * A number from min to max; bytes ("64M", "32k", "1048576"); milliseconds ("5s", "500ms", "1m30s";
 * a plain number is seconds). The smallest size is 1 byte, the shortest time 1 millisecond.
 */
int query_number(struct nff *n, const struct query_option_value *o, uint64_t min, uint64_t max,
		 uint64_t *value);
int query_size(struct nff *n, const struct query_option_value *o, uint64_t *bytes);
int query_time(struct nff *n, const struct query_option_value *o, uint64_t *ms);

enum query_format {
	FORMAT_LINE, FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON,
	FORMAT_SAVE,			/* commands that make the records again */
	FORMAT_MAX
};

/*
 * What -j and -o ask for, of the query and of the program: the format and, for lines, LINE_*.
 * formats: which of them the command has, a mask of 1 << enum query_format. 0 or -1 with a
 * diagnostic.
 */
int query_output(struct nff *n, const struct query *q, unsigned int formats,
		 enum query_format *format, unsigned int *line_flags);

/* ---- columns (src/flow/column.c) ---- */

/*
 * The column that a key names; group: it must be one to group by. NULL with a diagnostic at its
 * place, which tells the keys that there are or the nearest one.
 */
const struct column *column_find(struct nff *n, const struct record_type *type,
				 const struct name *key, bool group);
/* Its value as text, for people (human units) or for programs; false: it has none. */
bool column_put(const struct column *c, const void *rec, const struct print_opts *opts, bool human,
		struct out *o);
const char *column_title(const struct column *c, char *buf, size_t size);

/*
 * A key of bytes by which records are sorted with memcmp() and told apart: appended to o. Records
 * without a value come last, whatever the order. desc: the largest first.
 */
void column_order(const struct column *c, const void *rec, bool desc, struct out *o);

/* "12.3M" (units of 1000; 1024 for COL_BYTES), "4m11s": at most five characters, mostly. */
void put_human(struct out *o, enum column_unit unit, uint64_t value);

/* ---- views ---- */

struct view_format;
struct view_sort;
struct view_group;
struct view_table;

/* To be handled by the functions below only. */
struct view {
	struct nff *n;
	struct out *out;
	const struct query *query;
	const struct record_type *type;
	const struct view_format *format;
	/* of the type, where a row is just this; or NULL: as the format does it */
	void (*line)(struct out *o, const void *rec, unsigned int flags, int64_t now);
	unsigned int line_flags;	/* LINE_* */
	uint64_t limit;			/* UINT64_MAX: none */
	uint64_t shown;
	bool begun;			/* the head was printed */
	struct out scratch;		/* one row */
	struct view_sort *sort;		/* or NULL */
	struct view_group *group;	/* or NULL */
	struct view_table *table;	/* or NULL */
};

/*
 * Begin a list of records of a type; the query must stay until view_end(). 0, or -1 with a
 * diagnostic where it asks for what there is not, and then view_end() must not be called.
 */
int view_init(struct view *v, struct nff *n, const struct query *q,
	      const struct record_type *type);
/*
 * One more record, which has been matched already. 0, or -ECANCELED where no more of them will
 * be shown (the limit is reached, or nothing can be written): the dump may end.
 */
int view_add(struct view *v, const void *rec);
/*
 * The end. complete: all records were told; else what was kept for sorting is dropped, and
 * nothing is printed where nothing has been yet.
 */
void view_end(struct view *v, bool complete);

#endif
