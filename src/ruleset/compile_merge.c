// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets with auto-merge: new ranges and those that they overlap or touch become
 * one. The kernel only refuses what overlaps, so that the old ranges are taken
 * out first; which there are is asked when the input first adds to the set,
 * and remembered from then on. (The generation of the ruleset guards the
 * answer.) What has to go and what has to come is told to the kernel once, at
 * the end: a batch cannot delete what it has added itself.
 */
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>
#include "compile_int.h"
#include "list.h"

/* The ranges of one set: sorted, and none touches another. */
struct merged {
	struct merged *next;
	struct set s;
	struct loc loc;			/* of the first change, and its command */
	uint8_t op;
	bool changed;
	struct ranges {
		struct interval *v;	/* elem NULL: the kernel has it */
		unsigned int n, cap;
	} now, gone;			/* gone: the kernel has them still */
};

/* What the input takes away: the ranges of it are gone. NULL: any. */
struct emptied {
	struct emptied *next;
	uint8_t family;			/* NFPROTO_UNSPEC: any */
	const char *table, *set;
};

static bool is_in(const struct emptied *e, const struct set *s)
{
	return (!e->family || e->family == s->h.family) &&
	       (!e->table || !strcmp(e->table, s->h.table.s)) &&
	       (!e->set || !strcmp(e->set, s->h.obj.s));
}

/* ---- the ranges of a set ---- */

/* The first range that does not end before "at". */
static unsigned int find(const struct ranges *m, nff_u128 at)
{
	unsigned int low = 0, high = m->n;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (m->v[mid].to < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Put a range in the place of n others. */
static void replace(struct ranges *m, unsigned int at, unsigned int n, const struct interval *new)
{
	unsigned int more = new ? 1 : 0;

	if (m->n + more > m->cap) {
		m->cap = m->cap ? 2 * m->cap : 16;
		m->v = xrealloc(m->v, m->cap * sizeof(*m->v));
	}
	if (m->n > at + n && n != more)
		memmove(m->v + at + more, m->v + at + n, (m->n - at - n) * sizeof(*m->v));
	if (new)
		m->v[at] = *new;
	m->n += more;
	m->n -= n;
}

static void on_known(const struct expr *elem, void *arg)
{
	struct interval i = { .elem = NULL };
	struct ranges *m = arg;

	if (elem->kind != EX_ELEM || elem->elem.key->kind == EX_WILDCARD)
		return;
	key_bounds(elem->elem.key, &i.from, &i.to);
	replace(m, find(m, i.from), 0, &i);
}

static struct merged *known(struct compile *c, const struct set *s)
{
	struct merged *m = c->merged;

	while (m && (m->s.h.family != s->h.family || strcmp(m->s.h.table.s, s->h.table.s) ||
		     strcmp(m->s.h.obj.s, s->h.obj.s)))
		m = m->next;
	return m;
}

static struct merged *ask(struct compile *c, const struct set *s)
{
	struct merged *m = arena_new(&c->b->arena, struct merged);
	const struct emptied *e = c->emptied;

	m->s = *s;
	m->next = c->merged;
	c->merged = m;
	while (e && !is_in(e, s))
		e = e->next;
	return e || !list_elements(c->n, s, on_known, &m->now) ? m : NULL;
}

/* ---- changes ---- */

/* One range to add; what it swallows that the kernel has is then gone. */
static void add_one(struct merged *m, struct interval i)
{
	unsigned int first = find(&m->now, i.from ? i.from - 1 : 0), n = 0;
	const struct interval *old = m->now.v + first;

	if (first < m->now.n && old->from <= i.from && old->to >= i.to)
		return;
	for (; first + n < m->now.n && (!old->from || old->from - 1 <= i.to); n++, old++) {
		if (!old->elem)
			replace(&m->gone, m->gone.n, 0, old);
		if (old->from < i.from)
			i.from = old->from;
		if (old->to > i.to)
			i.to = old->to;
	}
	replace(&m->now, first, n, &i);
}

int merge_add(struct compile *c, const struct set *s, const struct interval *v, unsigned int n,
	      struct loc loc, uint8_t op)
{
	struct merged *m = known(c, s);

	if (!m)
		m = ask(c, s);
	if (!m)
		return -1;
	m->s = *s;
	if (!m->changed) {
		m->loc = loc;
		m->op = op;
	}
	m->changed = true;
	for (unsigned int i = 0; i < n; i++)
		add_one(m, v[i]);
	return 0;
}

/* Tell the kernel. */
static void put(struct compile *c, struct merged *m)
{
	struct ranges new = { .n = 0 };

	for (unsigned int i = 0; i < m->now.n && m->changed; i++) {
		if (!m->now.v[i].elem)
			continue;
		replace(&new, new.n, 0, &m->now.v[i]);
		m->now.v[i].elem = NULL;
	}
	if (new.n)
		compile_merged(c, &m->s, &(struct merge_change){ m->gone.v, m->gone.n, new.v,
								 new.n, m->loc, m->op });
	free(new.v);
	m->gone.n = 0;
	m->changed = false;
}

void merge_delete(struct compile *c, const struct set *s, const struct interval *v, unsigned int n)
{
	struct merged *m = known(c, s);

	if (!m)
		return;
	put(c, m);
	for (unsigned int i = 0; i < n; i++) {
		unsigned int at = find(&m->now, v[i].from);

		if (at < m->now.n && m->now.v[at].from == v[i].from && m->now.v[at].to == v[i].to)
			replace(&m->now, at, 1, NULL);
	}
}

void merge_forget(struct compile *c, uint8_t family, const char *table, const char *set)
{
	struct emptied *e = arena_new(&c->b->arena, struct emptied);

	*e = (struct emptied){ c->emptied, family, table, set };
	c->emptied = e;
	for (struct merged *m = c->merged; m; m = m->next) {
		if (!is_in(e, &m->s))
			continue;
		put(c, m);
		m->now.n = 0;
	}
}

void merge_end(struct compile *c, bool failed)
{
	for (struct merged *m = c->merged; m; m = m->next) {
		if (!failed)
			put(c, m);
		free(m->now.v);
		free(m->gone.v);
	}
	c->merged = NULL;
}
