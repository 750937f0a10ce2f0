/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nff top, in parts:
 *
 *	top_sample.c	records of one look to rates, by what they were at the look before; no I/O
 *	top_model.c	groups, order; no I/O
 *	top_source.c	one look: a dump of conntracks or flows; deleting them
 *	top_filter.c	the match that is typed while top runs
 *	top_text.c	rows as text, and the lines and objects of -b
 *	top_screen.c	the terminal
 *	top_line.c	the line that is typed
 *	top.c		the command: time, keys
 */
#ifndef NFF_TOP_H
#define NFF_TOP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "nff.h"
#include "query.h"

/* ---- top_sample.c ---- */

/* Looks that a row remembers, for its sparkline, and the total for its graph. */
#define TOP_HISTORY	16
#define TOP_GRAPH	512

enum { TOP_ORIG, TOP_REPLY };

enum {
	TOP_OFFLOAD	= 1 << 0,	/* on the fast path */
	TOP_COUNTED	= 1 << 1,	/* there are counters */
	TOP_OLDER	= 1 << 2,	/* start is when it was first seen: it began before */
};

/* One conntrack or flow at one look. Groups have the members that theirs share. */
struct top_item {
	uint64_t key;			/* equal for the same one at each look */
	uint64_t bytes[2], packets[2];	/* so far, by direction */
	uint64_t start;			/* nanoseconds since 1970; 0: not known */
	uint32_t id;			/* of the conntrack or flow */
	uint16_t port[2];		/* source, destination of the original direction */
	uint16_t zone;
	uint8_t family, l4proto;
	uint8_t flags;			/* TOP_* */
	uint8_t addr[2][16];		/* as on the wire */
};

struct top_row {
	struct top_item i;
	float rate[2], packet_rate[2];	/* bytes and packets a second */
	uint32_t round;			/* the look that had it last */
	uint32_t members;		/* of a group; 1 for one connection */
	uint8_t history[TOP_HISTORY];	/* top_level() of both directions; a ring, see top_past() */
};

struct top_total {
	double rate[2], packet_rate[2];
	double fast_rate;		/* bytes a second on the fast path, of both directions */
	double share;			/* of it on the fast path, 0 to 1; < 0: not known */
};

struct top_table {
	struct top_row *rows;
	uint32_t n, cap;
	uint32_t *index;		/* by hash of the key: number of the row + 1; 0: free */
	uint32_t index_cap;		/* a power of two */
	uint32_t round;			/* looks so far, from 1 */
	uint64_t now;			/* of this look, nanoseconds since 1970 */
	double seconds;			/* since the look before; 0: there was none */
	bool fresh;			/* rows not seen before give no rate: they may be old */
	bool members_only;
	struct top_total total;
	float graph[TOP_GRAPH], graph_fast[TOP_GRAPH];	/* rings of total and fast rate */
	uint32_t n_graph;		/* values ever */
};

enum top_look {
	TOP_LOOK,			/* counters give rates */
	/*
	 * Another filter: rows come and go, rates stay those of the last look, and rows that come
	 * have none yet.
	 */
	TOP_LOOK_MEMBERS,
};

void top_table_fini(struct top_table *t);
/* Begin a look. now: nanoseconds since 1970; seconds: since the last TOP_LOOK. */
void top_look_begin(struct top_table *t, enum top_look look, uint64_t now, double seconds);
/* One record of the look; one that comes twice counts once. */
void top_look_add(struct top_table *t, const struct top_item *item);
/* What was not seen goes; totals and graph. share: of packets, where the source knows; < 0: not. */
void top_look_end(struct top_table *t, double share);

/* A rate in one byte, with 16 steps to a doubling, and back (bytes a second). */
uint8_t top_level(double rate);
double top_level_rate(uint8_t level);
/* The level of so many looks ago (0: the last one). round: of the table. */
uint8_t top_past(const struct top_row *r, uint32_t round, unsigned int ago);
/* A row by its key; NULL. */
struct top_row *top_find(const struct top_table *t, uint64_t key);
/* The same, made where there is none: its members are 0 then, but the key. */
struct top_row *top_find_or_add(struct top_table *t, uint64_t key);
/* Drop the rows whose round is not that of the table. */
void top_sweep(struct top_table *t);
uint64_t top_hash(uint64_t h, const void *data, size_t len);

/* ---- top_model.c ---- */

enum top_group { TOP_BY_CONNECTION, TOP_BY_SOURCE, TOP_BY_DESTINATION, TOP_BY_SERVICE,
		 TOP_GROUP_MAX };
enum top_sort { TOP_SORT_RATE, TOP_SORT_BYTES, TOP_SORT_PACKETS, TOP_SORT_AGE, TOP_SORT_MAX };

extern const char *const top_group_names[TOP_GROUP_MAX], *const top_sort_names[TOP_SORT_MAX];

/* The rows in the order in which they are shown. */
struct top_view {
	enum top_group group;
	enum top_sort sort;
	bool reverse;
	struct top_table groups;	/* where they are grouped */
	enum top_group grouped;		/* by what */
	const struct top_row **rows;
	uint32_t n, cap;
	uint32_t round;			/* of the rows' histories */
};

/* Group and sort anew, after a look or where group, sort or reverse was changed. */
void top_view_update(struct top_view *v, const struct top_table *t);
void top_view_fini(struct top_view *v);
/* The group that a connection is in. */
uint64_t top_group_key(const struct top_item *i, enum top_group group);

/* ---- top_source.c: a look at the kernel ---- */

struct match;

struct top_source {
	struct nff *n;
	const struct cmd *cmd;
	bool flows;			/* of the bundled module, not conntracks */
	uint64_t last;			/* of the last TOP_LOOK: nanoseconds, monotonic; 0: none */
	/*
	 * With a filter: all that there was at the last look. It is no number of what came, for
	 * the kernel filters, too. 0: not known, or no filter.
	 */
	uint64_t all;
	uint64_t hits, misses;		/* of all flowtables, at the last look */
	bool has_hits;
};

/* One look at all records that match. 0, or -1 with a diagnostic. */
int top_look(struct top_source *s, const struct match *match, struct top_table *t,
	     enum top_look look);
/*
 * Delete the conntrack, or take the flow off the fast path. 0, or -errno (-ENOENT: it is gone;
 * -EBUSY: the kernel does not delete what is on the fast path).
 */
int top_delete(struct top_source *s, const struct top_item *i);
uint64_t top_monotonic(void);		/* nanoseconds */

/* ---- top_filter.c ---- */

#define TOP_FILTER_MAX	512

/* A match in use, and the text that it was made of. */
struct top_filter {
	struct nff *n;			/* for its diagnostics; NULL: none was set yet */
	struct arena arena;
	const struct match *match;	/* NULL: everything */
	char text[TOP_FILTER_MAX];
};

struct top_filter_error {
	char text[256];
	int at;				/* where in the text, in bytes */
};

/*
 * Take a text in the match language as filter; an empty one lets through what the command line
 * does without its "where". false: it is wrong, *e says why, and f is as it was.
 */
bool top_filter_set(struct top_filter *f, const struct top_source *s, const char *text,
		    struct top_filter_error *e);
/* The text behind "where" of the command line, cut to the size of buf. */
void top_filter_text(const struct top_source *s, char *buf, size_t size);
void top_filter_fini(struct top_filter *f);

/* ---- top_line.c: a line that is typed ---- */

enum top_edit { TOP_EDIT_NONE, TOP_EDIT_CHANGED, TOP_EDIT_DONE, TOP_EDIT_CANCEL };

struct top_line {
	char text[TOP_FILTER_MAX];
	int len, at;			/* bytes; at: of the cursor */
};

void top_line_set(struct top_line *l, const char *text);
/* A key as ncurses gives it. */
enum top_edit top_line_key(struct top_line *l, int key);

/* ---- top_text.c ---- */

struct top_units {
	bool bytes;			/* of rates: bytes a second, not bits */
	bool binary;			/* 1024, not 1000 */
};

/* Widths of the columns, 0: not shown. */
struct top_layout {
	enum top_group group;
	int name;			/* source and destination: each; of a group: its name */
	int packets, age, history;
	bool cut;			/* what is too long is cut */
};

/* What suits so many columns; 0: as many as are needed. */
void top_layout(struct top_layout *l, int width, enum top_group group);
/* "bit/s", "KiB/s" without its prefix. */
const char *top_rate_unit(const struct top_units *u);
/* A rate, "12.3M"; bytes_rate: bytes a second; buf: at least 16 bytes. Returns buf. */
char *top_rate(char *buf, double bytes_rate, const struct top_units *u);
/* The same with a blank, for a unit behind it: "12.3 M". */
char *top_total(char *buf, double bytes_rate, const struct top_units *u);
char *top_count(char *buf, double v, bool binary);
/* Head and row, no newline; the history is not part of it. */
void top_put_head(struct out *o, const struct top_layout *l, const struct top_units *u);
void top_put_row(struct out *o, const struct top_layout *l, const struct top_units *u,
		 const struct top_row *r, uint64_t now, bool services);
/* "tcp 10.0.0.1:36392 -> 10.0.0.2:443", "source 10.0.0.1" */
void top_put_name(struct out *o, enum top_group group, const struct top_row *r, bool services);
/* width levels of the past, the newest last, relative to the largest of them. */
void top_put_spark(struct out *o, const struct top_row *r, uint32_t round, int width, bool utf8);
/* One look in batch mode, as lines or as an object in a line. */
struct top;
void top_put_batch(struct out *o, const struct top *top, unsigned int limit);
json_t *top_json(const struct top *top, unsigned int limit);

/* ---- top.c ---- */

struct top {
	struct nff *n;
	struct top_source source;
	struct top_filter filter;
	struct top_table table;
	struct top_view view;
	struct top_units units;
	uint64_t interval;		/* milliseconds */
	uint64_t limit;			/* of rows; UINT64_MAX: none */
	bool paused;
	bool no_acct;			/* conntrack does not count */
};

/* One more look, and the view of it. 0, or -1 with a diagnostic. */
int top_step(struct top *t, enum top_look look);

/* ---- top_screen.c ---- */

/*
 * Show it on the terminal until the user quits, or looks looks are over (0: any number). 0, or -1
 * with a diagnostic.
 */
int top_screen(struct top *t, uint64_t looks);

#endif
