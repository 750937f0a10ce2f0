/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arena allocation and the malloc() family that never fails.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

/*
 * With the address sanitizer, what is not allocated is poisoned, and a gap
 * stands between allocations, so that overruns are seen as with malloc().
 */
#ifdef __has_feature			/* clang */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define ARENA_GAP	16
#define POISON(p, len)		ASAN_POISON_MEMORY_REGION(p, len)
#define UNPOISON(p, len)	ASAN_UNPOISON_MEMORY_REGION(p, len)
#else
#define ARENA_GAP	0
#define POISON(p, len)		((void)(p), (void)(len))
#define UNPOISON(p, len)	((void)(p), (void)(len))
#endif

#define ARENA_ALIGN	8
#define CHUNK_MIN	(64u << 10)
#define CHUNK_MAX	(1u << 20)

struct arena_chunk {
	struct arena_chunk *next;	/* the older one */
	size_t size;			/* as taken from malloc(), this header included */
	_Alignas(ARENA_ALIGN) char data[];
};

static void __attribute__((noreturn)) out_of_memory(void)
{
	fputs("nff: out of memory\n", stderr);
	exit(1);
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		out_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	size_t len = strlen(s) + 1;

	return memcpy(xmalloc(len), s, len);
}

void arena_init(struct arena *a)
{
	memset(a, 0, sizeof(*a));
}

static void chunk_free(struct arena *a)
{
	struct arena_chunk *c = a->chunks;

	a->chunks = c->next;
	a->total -= c->size;
	UNPOISON(c, c->size);
	free(c);
}

void arena_free(struct arena *a)
{
	while (a->chunks)
		chunk_free(a);
	arena_init(a);
}

static struct arena_chunk *chunk_new(struct arena *a, size_t size)
{
	struct arena_chunk *c = xmalloc(size);

	c->size = size;
	c->next = a->chunks;
	a->chunks = c;
	a->total += size;
	POISON(c->data, size - sizeof(*c));
	return c;
}

/*
 * Room for size bytes that the newest chunk has not. A small request starts a
 * chunk of twice the size of the last. A big one gets a chunk of its own, and
 * the free space stays where it was: cur and end may so point into a chunk
 * that is not the first of the list, but never into one newer than a mark
 * that remembers them.
 */
static void *alloc_slow(struct arena *a, size_t size)
{
	size_t want = CHUNK_MIN;
	struct arena_chunk *c;

	if (a->chunks && a->chunks->size * 2 > want)
		want = a->chunks->size * 2 < CHUNK_MAX ? a->chunks->size * 2 : CHUNK_MAX;

	if (size > want / 4) {
		if (size > SIZE_MAX - sizeof(*c))
			out_of_memory();
		return chunk_new(a, sizeof(*c) + size)->data;
	}

	c = chunk_new(a, want);
	a->cur = c->data + size;
	a->end = (char *)c + want;
	return c->data;
}

/* Memory that is not zeroed. */
static void *alloc_raw(struct arena *a, size_t size)
{
	size_t padded;
	void *p;

	if (size > SIZE_MAX - ARENA_ALIGN - ARENA_GAP)
		out_of_memory();
	if (size == 0)
		size = 1;
	padded = ((size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1)) + ARENA_GAP;
	if (padded > (size_t)(a->end - a->cur)) {
		p = alloc_slow(a, padded);
	} else {
		p = a->cur;
		a->cur += padded;
	}
	UNPOISON(p, size);
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(alloc_raw(a, size), 0, size);
}

void *arena_memdup(struct arena *a, const void *data, size_t size)
{
	void *p = alloc_raw(a, size);

	return size ? memcpy(p, data, size) : p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p;

	len = strnlen(s, len);
	p = alloc_raw(a, len + 1);
	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_memdup(a, s, strlen(s) + 1);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return arena_strdup(a, "");
	p = alloc_raw(a, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ .chunk = a->chunks, .cur = a->cur, .end = a->end };
}

void arena_release(struct arena *a, struct arena_mark mark)
{
	while (a->chunks && a->chunks != mark.chunk)
		chunk_free(a);
	POISON(mark.cur, (size_t)(mark.end - mark.cur));
	a->cur = mark.cur;
	a->end = mark.end;
}
