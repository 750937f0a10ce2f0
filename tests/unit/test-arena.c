/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "unit.h"

static void zeroed_and_aligned(void)
{
	struct arena a = { 0 };

	for (size_t size = 0; size < 3000; size++) {
		char *p = arena_alloc(&a, size);

		CHECK_INT((uintptr_t)p % 8, 0);
		for (size_t i = 0; i < size; i++)
			CHECK(p[i] == 0);
		memset(p, 0xff, size);
	}
	arena_free(&a);
	CHECK_INT(a.total, 0);
}

static void keeps_what_it_gave(void)
{
	struct arena a;
	char *s[2000];

	arena_init(&a);
	for (int i = 0; i < 2000; i++) {
		s[i] = arena_printf(&a, "string %d %*s", i, i % 700, "x");
		/* Big ones in between must not disturb the small ones. */
		if (i % 100 == 0)
			memset(arena_alloc(&a, 300000), 0xee, 300000);
	}
	for (int i = 0; i < 2000; i++) {
		char want[800];

		snprintf(want, sizeof(want), "string %d %*s", i, i % 700, "x");
		CHECK_STR(s[i], want);
	}
	CHECK_STR(arena_strdup(&a, ""), "");
	CHECK_STR(arena_strndup(&a, "abcdef", 3), "abc");
	CHECK_STR(arena_strndup(&a, "ab", 100), "ab");
	CHECK(memcmp(arena_memdup(&a, "a\0b", 3), "a\0b", 3) == 0);
	arena_free(&a);
}

static void chunks_grow(void)
{
	struct arena a = { 0 };
	size_t before = 0;
	int grown = 0;

	for (int i = 0; i < 100000; i++) {
		arena_alloc(&a, 64);
		if (a.total != before)
			grown++;
		before = a.total;
	}
	/* 6.4 MB in chunks of 64 KiB, 128 KiB, ... 1 MiB. */
	CHECK(grown >= 9 && grown <= 12);
	CHECK(a.total < 8 << 20);
	arena_free(&a);
}

static void mark_and_release(void)
{
	struct arena a = { 0 };
	char *keep = arena_strdup(&a, "keep"), *next;
	struct arena_mark m = arena_mark(&a);
	size_t total = a.total;

	next = arena_alloc(&a, 16);
	for (int i = 0; i < 1000; i++)
		arena_alloc(&a, 1000);
	arena_alloc(&a, 5000000);
	arena_alloc(&a, 8);
	arena_release(&a, m);
	CHECK_INT(a.total, total);
	CHECK_STR(keep, "keep");
	CHECK(arena_alloc(&a, 16) == (void *)next);
	arena_free(&a);
}

static void mark_of_an_empty_arena(void)
{
	struct arena a = { 0 };
	struct arena_mark m = arena_mark(&a);

	arena_alloc(&a, 10);
	arena_alloc(&a, 1000000);
	arena_release(&a, m);
	CHECK_INT(a.total, 0);
	CHECK(arena_alloc(&a, 10) != NULL);
	arena_free(&a);
}

/* A big block becomes the newest chunk, but small ones go on where they were. */
static void mark_around_a_big_one(void)
{
	struct arena a = { 0 };
	char *one = arena_strdup(&a, "one"), *two, *three;
	struct arena_mark m;

	arena_alloc(&a, 500000);
	m = arena_mark(&a);
	two = arena_strdup(&a, "two");
	CHECK(two > one && two - one < 64);
	memset(arena_alloc(&a, 60000), 1, 60000);
	arena_release(&a, m);
	three = arena_strdup(&a, "three");
	CHECK(three == two);
	CHECK_STR(one, "one");
	arena_free(&a);
}

int main(void)
{
	RUN(zeroed_and_aligned);
	RUN(keeps_what_it_gave);
	RUN(chunks_grow);
	RUN(mark_and_release);
	RUN(mark_of_an_empty_arena);
	RUN(mark_around_a_big_one);
	return unit_status();
}
