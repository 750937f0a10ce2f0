/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What records of ctnetlink have in common to be tested: lines as libnetfilter_conntrack prints
 * them, of messages by chance and recorded, and hostile messages.
 */
#ifndef NFF_CT_LINES_H
#define NFF_CT_LINES_H

#include <stdlib.h>
#include <time.h>

#include "ct-gen.h"
#include "record.h"
#include "unit.h"
#include "view.h"

struct line_test {
	const struct record_type *type;
	int (*decode)(const struct nlmsghdr *nlh, void *rec);
	/* The library's line of a message, without its end; < 0 where it is none. flags: LINE_* */
	int (*oracle)(const struct nlmsghdr *nlh, unsigned int flags, char *buf, size_t size);
	void (*gen)(struct msgbuf *m);
	const char *const *recorded;
	size_t n_recorded;
};

/* The line of a good message is that of the library. */
static inline void check_line(const struct line_test *t, const struct nlmsghdr *nlh,
			      unsigned int flags, struct out *o)
{
	/* what was in a record before does not matter */
	void *rec = memset(malloc(t->type->size), 0xa5, t->type->size);
	int decoded = t->decode(nlh, rec), len = -1;
	char want[4096];
	int64_t now;

	/* The library looks at the clock, which must not go on between. */
	for (int tries = 0; tries < 10; tries++) {
		now = time(NULL);
		len = t->oracle(nlh, flags, want, sizeof(want) - 1);
		if (now == time(NULL))
			break;
	}
	out_drop(o);
	t->type->line(o, rec, flags, now * 1000000000);
	free(rec);
	CHECK_INT(decoded, 0);
	CHECK(len > 0);
	strcat(want, "\n");
	CHECK_STR(out_str(o), want);
}

/* So many messages by chance, each with some of the flags. */
static inline void lines_by_chance(const struct line_test *t, uint64_t seed, int n,
				   unsigned int flags)
{
	struct msgbuf m = { 0 };
	struct out o;

	rnd_state = seed;
	out_init_mem(&o);
	for (int i = 0; i < n && !unit.failed; i++) {
		t->gen(&m);
		check_line(t, (const struct nlmsghdr *)m.buf, flags ? (unsigned int)rnd() & flags : 0,
			   &o);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

static inline void lines_of_recorded(const struct line_test *t)
{
	struct msgbuf m = { 0 };
	struct out o;

	out_init_mem(&o);
	for (size_t i = 0; i < t->n_recorded && !unit.failed; i++) {
		unhex(&m, t->recorded[i]);
		CHECK_INT(((struct nlmsghdr *)m.buf)->nlmsg_len, m.len);
		check_line(t, (const struct nlmsghdr *)m.buf, 0, &o);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

/*
 * n messages, many of them hostile, are decoded, by more() too where there is one (ret: of decode),
 * and what was read of them is printed in all ways.
 */
static inline void decode_hostile(const struct line_test *t, uint64_t seed, int n,
				  void (*more)(const struct nlmsghdr *nlh, const void *rec, int ret))
{
	void *rec = calloc(1, t->type->size);
	int good = 0, bad = 0;
	struct msgbuf m = { 0 };
	struct edge edge;
	struct out o;

	CHECK(edge_init(&edge));
	rnd_state = seed;
	out_init_mem(&o);
	for (int i = 0; i < n && !unit.failed; i++) {
		const struct nlmsghdr *nlh;
		int ret;

		if (i % 40 == 0)
			t->gen(&m);
		else if (i % 20 == 0)
			unhex(&m, t->recorded[(size_t)i / 40 % t->n_recorded]);
		nlh = i % 3 ? mutate(&edge, &m) : (struct nlmsghdr *)m.buf;
		ret = t->decode(nlh, rec);
		if (more)
			more(nlh, rec, ret);
		good += ret == 0;
		bad += ret < 0;
		out_drop(&o);
		t->type->line(&o, rec, coin() ? 0 : ~0u, 0);
		CHECK(strchr(out_str(&o), '\n') != NULL);
		if (i % 20 == 0)
			json_decref(t->type->json(rec, 0));
		for (const struct column *c = t->type->columns; i % 20 == 1 && c->name; c++)
			column_put(c, rec, &(struct print_opts){ 0 }, coin(), &o);
	}
	free(rec);
	out_fini(&o);
	msgbuf_fini(&m);
	edge_fini(&edge);
	CHECK(unit.failed || (good > 1000 && bad > 1000));
}

#endif
