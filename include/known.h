/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a monitor knows to exist, so that it can tell what it missed: a table of entries, compared
 * with a dump after events were lost. No I/O. (src/flow/known.c)
 *
 * Around a dump the two sources of news overlap: events that were queued before the dump came to
 * their record. As long as such events may come ("the window") an entry that the dump found is
 * not new again, and one that it did not find is missing: its destroy event, which says more
 * than we know, may wait in the queue. What is missing at the end of the window is gone. The event
 * of what a dump told to be new may even come behind the window, as the kernel lists a record before
 * it sends that; the first one is a repetition unless events were lost once more.
 */
#ifndef NFF_KNOWN_H
#define NFF_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "query.h"

/* A kind of record (record.h), and what is kept of one. */
struct known_type {
	size_t size;			/* of what is kept */
	/* Of what never changes in the life of a record. */
	uint32_t (*hash)(const void *rec);
	bool (*same)(const void *kept, const void *rec);
	/* Keep a record; later ones may lack what did not change. kept is zeroed at first. */
	void (*store)(void *kept, const void *rec);
	/* Does the record say something else than what is kept? */
	bool (*differs)(const void *kept, const void *rec);
	/* A record that has what is kept. */
	void (*load)(void *rec, const void *kept);
};

struct known {
	const struct known_type *type;
	struct known_slot *slots;	/* open addressing */
	uint32_t mask;			/* slots - 1 */
	uint32_t n;			/* entries */
	uint32_t missing;		/* of them */
	char **chunks;			/* of entries, which so never move */
	uint32_t used;			/* entries of the chunks that have been in use */
	uint32_t free;			/* the first of the unused ones + 1 */
	uint32_t stride;		/* bytes of an entry */
	uint32_t dump;			/* number of the dump that goes on, or was the last one */
	bool window;
	bool silent;			/* the window of the first dump: nothing of it was told */
	bool lost;			/* events were lost since the last dump */
};

void known_init(struct known *k, const struct known_type *type);
void known_fini(struct known *k);
/* Entries that exist, as far as is known. */
uint32_t known_count(const struct known *k);
/* What is kept of a record, or NULL. */
const void *known_find(const struct known *k, const void *rec);

/* What an event tells. */
enum known_news {
	KNOWN_NEWS,			/* what it says */
	KNOWN_REPEATED,			/* nothing: a dump told it before */
	KNOWN_MISSED,			/* what it says, of a record whose creation was lost */
};
/* ev: one of QUERY_NEW, QUERY_UPDATE, QUERY_DESTROY. */
enum known_news known_event(struct known *k, unsigned int ev, const void *rec);

/* Events were lost: until the next dump a record that is not known is one whose creation was. */
void known_lost(struct known *k);
/*
 * A dump: begin, a call for each record, end. silent: the first one, of which nothing is told.
 * known_dumped() returns what has to be told: QUERY_NEW, QUERY_UPDATE, or 0.
 */
void known_dump_begin(struct known *k, bool silent);
unsigned int known_dumped(struct known *k, const void *rec);
void known_dump_end(struct known *k);
/*
 * The events that were queued when the dump ended have been handled: calls gone for each entry
 * that is missing, and forgets it.
 */
void known_window_end(struct known *k, void (*gone)(const void *kept, void *arg), void *arg);

#endif
