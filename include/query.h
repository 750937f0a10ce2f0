/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command about records says besides its object: which conntracks, flows or expectations
 * are meant, how they are shown, what is changed. The parser fills it, src/flow works it off.
 * Everything lives in the arena of the input.
 */
#ifndef NFF_QUERY_H
#define NFF_QUERY_H

#include <stdbool.h>
#include <stdint.h>
#include "ast.h"

/* Which of the kernel's lists of conntracks. */
enum ct_source { CT_SOURCE_TABLE, CT_SOURCE_DYING, CT_SOURCE_UNCONFIRMED };

enum query_event {
	QUERY_NEW	= 1 << 0,
	QUERY_UPDATE	= 1 << 1,
	QUERY_DESTROY	= 1 << 2,
};

/* "sort by bytes desc, mark", "group by source": the words as written, looked up by the command. */
struct query_key {
	struct query_key *next;
	struct name name;
	int8_t order;			/* 1: asc, -1: desc, 0: not written */
};

/* "set mark 0x1/0xff": a mask is written as a prefix (EX_PREFIX, its len is the mask). */
struct query_assign {
	struct query_assign *next;
	struct name key;
	struct expr *value;		/* as parsed, not evaluated */
};

/* Options behind a command: "list conntracks -o csv", "top -b -n 3". */
enum query_option {
	QO_OUTPUT,			/* -o, --output FORMAT[,FORMAT]... */
	QO_JSON,			/* -j, --json */
	QO_BATCH,			/* -b, --batch */
	QO_COUNT,			/* -n, --count NUMBER */
	QO_INTERVAL,			/* -i, --interval TIME */
	QO_FOR,				/* --for TIME */
	QO_RELIABLE,			/* --reliable */
	QO_OFFLOADED,			/* --offloaded */
	QO_BUFFER,			/* --buffer-size BYTES */
	QO_LINE,			/* -l, --line-buffered */
	QO_MAX
};

struct query_option_value {
	struct loc loc;			/* of the option */
	const char *value;		/* NULL where it takes none */
	struct loc value_loc;
	bool given;
};

/* A word of "set timeout tcp established 5d" behind the second one. */
struct query_word {
	struct query_word *next;
	struct name word;
};

struct query {
	uint8_t family;			/* NFPROTO_UNSPEC: all */
	uint8_t source;			/* enum ct_source */
	bool offload;			/* "offload": only those on the fast path */
	struct loc source_loc, offload_loc;
	uint8_t events;			/* monitor: QUERY_*; 0: all */
	uint64_t kinds;			/* monitor: 1 << enum obj_kind; 0: all */
	/* "where": ST_MATCH statements, not evaluated; NULL: none. */
	struct stmt *where, *where_last;
	struct loc where_loc;
	/* The connection that "add conntrack", "add expectation", "show flow" spell out. */
	struct stmt *tuple, *tuple_last;
	struct stmt *master, *master_last;	/* "master ...": of an expectation */
	struct query_key *sort, **sort_last;
	struct query_key *group, **group_last;
	struct query_assign *set, **set_last;
	struct query_word *words, **words_last;
	uint64_t limit;
	bool has_limit;
	struct loc limit_loc;
	struct query_option_value options[QO_MAX];
};

/* The options by name and letter, one row each (parser/keywords.c); ends with a NULL name. */
struct query_option_row {
	const char *name;		/* without the dashes */
	char letter;			/* 0: none */
	bool has_value;
};
extern const struct query_option_row query_options[QO_MAX + 1];

#endif
