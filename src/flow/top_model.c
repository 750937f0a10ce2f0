// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What top shows of its rows: sums of groups, and the order.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "top.h"

const char *const top_group_names[TOP_GROUP_MAX] = {
	[TOP_BY_CONNECTION] = "connection", [TOP_BY_SOURCE] = "source",
	[TOP_BY_DESTINATION] = "destination", [TOP_BY_SERVICE] = "service",
};

const char *const top_sort_names[TOP_SORT_MAX] = {
	[TOP_SORT_RATE] = "rate", [TOP_SORT_BYTES] = "bytes", [TOP_SORT_PACKETS] = "packets",
	[TOP_SORT_AGE] = "age",
};

/* ---- groups ---- */

uint64_t top_group_key(const struct top_item *i, enum top_group group)
{
	uint64_t h = top_hash(0, &group, sizeof(group));

	switch (group) {
	case TOP_BY_SOURCE:
	case TOP_BY_DESTINATION:
		h = top_hash(h, &i->family, sizeof(i->family));
		return top_hash(h, i->addr[group == TOP_BY_DESTINATION], sizeof(i->addr[0]));
	case TOP_BY_SERVICE:
		h = top_hash(h, &i->l4proto, sizeof(i->l4proto));
		return top_hash(h, &i->port[1], sizeof(i->port[1]));
	default:
		return i->key;
	}
}

/* What the members of a group have in common. */
static void name_group(struct top_item *g, const struct top_item *i, enum top_group group)
{
	g->start = i->start;
	g->flags = i->flags & (TOP_OLDER | TOP_COUNTED);
	if (group == TOP_BY_SERVICE) {
		g->l4proto = i->l4proto;
		g->port[1] = i->port[1];
		return;
	}
	g->family = i->family;
	memcpy(g->addr[group == TOP_BY_DESTINATION], i->addr[group == TOP_BY_DESTINATION],
	       sizeof(g->addr[0]));
}

/* begins: it is the first one of the group at this look. */
static void add_member(struct top_row *g, const struct top_row *r, bool begins)
{
	if (begins) {
		g->members = 0;
		memset(g->i.bytes, 0, sizeof(g->i.bytes));
		memset(g->i.packets, 0, sizeof(g->i.packets));
		memset(g->rate, 0, sizeof(g->rate));
		memset(g->packet_rate, 0, sizeof(g->packet_rate));
		g->i.flags &= (uint8_t)~TOP_OFFLOAD;
	}
	g->members++;
	for (int dir = 0; dir < 2; dir++) {
		g->i.bytes[dir] += r->i.bytes[dir];
		g->i.packets[dir] += r->i.packets[dir];
		g->rate[dir] += r->rate[dir];
		g->packet_rate[dir] += r->packet_rate[dir];
	}
	/* A group has at least one on the fast path. */
	g->i.flags |= r->i.flags & (TOP_OFFLOAD | TOP_COUNTED);
	if (r->i.start < g->i.start) {
		g->i.start = r->i.start;
		g->i.flags = (uint8_t)((g->i.flags & ~TOP_OLDER) | (r->i.flags & TOP_OLDER));
	}
}

static void update_groups(struct top_view *v, const struct top_table *t)
{
	struct top_table *g = &v->groups;

	/* Groups of another kind. */
	if (v->grouped != v->group)
		top_table_fini(g);
	v->grouped = v->group;
	/* The rounds are those of the rows, so that histories are equally long. */
	for (uint32_t i = 0; i < g->n; i++)
		g->rows[i].round = 0;
	g->round = t->round;
	for (uint32_t i = 0; i < t->n; i++) {
		const struct top_row *r = &t->rows[i];
		struct top_row *one = top_find_or_add(g, top_group_key(&r->i, v->group));

		if (!one->members)
			name_group(&one->i, &r->i, v->group);
		add_member(one, r, one->round != g->round);
		one->round = g->round;
	}
	top_sweep(g);
	for (uint32_t i = 0; i < g->n; i++)
		g->rows[i].history[g->round % TOP_HISTORY] =
			top_level((double)g->rows[i].rate[0] + (double)g->rows[i].rate[1]);
}

/* ---- order ---- */

static double sort_value(const struct top_row *r, enum top_sort sort)
{
	switch (sort) {
	case TOP_SORT_BYTES:
		return (double)r->i.bytes[0] + (double)r->i.bytes[1];
	case TOP_SORT_PACKETS:
		return (double)r->i.packets[0] + (double)r->i.packets[1];
	case TOP_SORT_AGE:
		return -(double)r->i.start;
	default:
		return (double)r->rate[0] + (double)r->rate[1];
	}
}

/* The largest first; of equals always the same one, so that lines stay where they are. */
static int compare(const void *x, const void *y, void *arg)
{
	const struct top_row *a = *(const struct top_row *const *)x;
	const struct top_row *b = *(const struct top_row *const *)y;
	const struct top_view *v = arg;
	double va = sort_value(a, v->sort), vb = sort_value(b, v->sort);

	if (va == vb && v->sort == TOP_SORT_RATE) {
		va = sort_value(a, TOP_SORT_BYTES);
		vb = sort_value(b, TOP_SORT_BYTES);
	}
	if (va != vb)
		return (va < vb) != v->reverse ? 1 : -1;
	return a->i.key < b->i.key ? 1 : a->i.key > b->i.key ? -1 : 0;
}

void top_view_update(struct top_view *v, const struct top_table *t)
{
	const struct top_table *from = t;

	if (v->group != TOP_BY_CONNECTION) {
		update_groups(v, t);
		from = &v->groups;
	}
	if (from->n > v->cap) {
		v->cap = from->n;
		v->rows = xrealloc(v->rows, v->cap * sizeof(*v->rows));
	}
	for (uint32_t i = 0; i < from->n; i++)
		v->rows[i] = &from->rows[i];
	v->n = from->n;
	v->round = from->round;
	if (v->n)
		qsort_r(v->rows, v->n, sizeof(*v->rows), compare, v);
}

void top_view_fini(struct top_view *v)
{
	top_table_fini(&v->groups);
	free(v->rows);
	memset(v, 0, sizeof(*v));
}
