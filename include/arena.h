/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arena allocation: the AST of one input lives in one arena and goes at once.
 *
 * Allocations never fail: out of memory ends the process with a message, as a
 * command-line tool cannot do anything better with half an AST.
 */
#ifndef NFF_ARENA_H
#define NFF_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;	/* the newest first */
	char *cur, *end;		/* what is free in the newest chunk */
	size_t total;			/* bytes taken from malloc() */
};

/* A position to go back to: see arena_mark(). */
struct arena_mark {
	struct arena_chunk *chunk;
	char *cur, *end;
};

/* An arena may be initialised by zeroing it, too. */
void arena_init(struct arena *a);
/* Frees all that was allocated; the arena is empty and usable again. */
void arena_free(struct arena *a);

/* Zeroed memory, aligned to 8 bytes. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy of size bytes. */
void *arena_memdup(struct arena *a, const void *data, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Remember a position, and give back all that was allocated after it. */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

/* malloc family that never returns NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);

#endif
