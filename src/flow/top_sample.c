// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at the counters of records, and the rates between two of them. Rows are kept in one array,
 * found through a hash of their keys; nothing is kept of records that went.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "top.h"

#define INDEX_MIN	256u

/* FNV-1a over 64 bits. */
uint64_t top_hash(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	if (!h)
		h = 14695981039346656037u;
	while (len--)
		h = (h ^ *p++) * 1099511628211u;
	return h;
}

/* ---- rows ---- */

/* The place of a key in the index, or the free one where it belongs. */
static uint32_t *slot_of(const struct top_table *t, uint64_t key)
{
	uint32_t mask = t->index_cap - 1, i = (uint32_t)(key ^ key >> 32) & mask;

	while (t->index[i] && t->rows[t->index[i] - 1].i.key != key)
		i = (i + 1) & mask;
	return &t->index[i];
}

static void index_again(struct top_table *t, uint32_t cap)
{
	if (cap != t->index_cap) {
		free(t->index);
		t->index = xcalloc(cap, sizeof(*t->index));
		t->index_cap = cap;
	} else {
		memset(t->index, 0, cap * sizeof(*t->index));
	}
	for (uint32_t i = 0; i < t->n; i++)
		*slot_of(t, t->rows[i].i.key) = i + 1;
}

struct top_row *top_find(const struct top_table *t, uint64_t key)
{
	uint32_t *slot = t->index_cap ? slot_of(t, key) : NULL;

	return slot && *slot ? &t->rows[*slot - 1] : NULL;
}

struct top_row *top_find_or_add(struct top_table *t, uint64_t key)
{
	struct top_row *r;
	uint32_t *slot;

	if (2 * (t->n + 1) > t->index_cap)
		index_again(t, t->index_cap ? 2 * t->index_cap : INDEX_MIN);
	slot = slot_of(t, key);
	if (*slot)
		return &t->rows[*slot - 1];
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap + t->cap / 2 : 64;
		t->rows = xrealloc(t->rows, t->cap * sizeof(*t->rows));
	}
	r = &t->rows[t->n++];
	*slot = t->n;
	memset(r, 0, sizeof(*r));
	r->i.key = key;
	return r;
}

void top_sweep(struct top_table *t)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < t->n; i++)
		if (t->rows[i].round == t->round && kept++ != i)
			t->rows[kept - 1] = t->rows[i];
	if (kept == t->n)
		return;
	t->n = kept;
	index_again(t, t->index_cap);
}

void top_table_fini(struct top_table *t)
{
	free(t->rows);
	free(t->index);
	memset(t, 0, sizeof(*t));
}

/* ---- history ---- */

uint8_t top_level(double rate)
{
	double level;

	if (rate <= 0)
		return 0;
	level = 1 + 16 * log2(1 + rate / 64);
	return level > 255 ? 255 : (uint8_t)level;
}

double top_level_rate(uint8_t level)
{
	return level ? 64 * (exp2((level - 1) / 16.0) - 1) : 0;
}

uint8_t top_past(const struct top_row *r, uint32_t round, unsigned int ago)
{
	return ago < TOP_HISTORY && ago < round ? r->history[(round - ago) % TOP_HISTORY] : 0;
}

/* ---- a look ---- */

void top_look_begin(struct top_table *t, enum top_look look, uint64_t now, double seconds)
{
	t->members_only = look == TOP_LOOK_MEMBERS;
	/* Before the first look all is old; with another filter, what comes may be. */
	t->fresh = t->round == 0 || t->members_only;
	t->seconds = t->fresh ? 0 : seconds;
	t->now = now;
	t->round++;
}

/* More than before; a counter that was set back, or is of another record, begins at 0. */
static uint64_t more(uint64_t now, uint64_t before)
{
	return now >= before ? now - before : now;
}

static void rates_of(struct top_table *t, struct top_row *r, const struct top_item *item)
{
	for (int dir = 0; dir < 2 && t->seconds > 0; dir++) {
		r->rate[dir] = (float)((double)more(item->bytes[dir], r->i.bytes[dir]) /
				       t->seconds);
		r->packet_rate[dir] = (float)((double)more(item->packets[dir],
							   r->i.packets[dir]) / t->seconds);
	}
}

/* Were the counters of a record that was not seen before 0 at the look before? */
static bool began_since(const struct top_table *t, const struct top_item *item)
{
	if (t->fresh)
		return false;
	/* A dump may have missed it. */
	return !item->start || item->start + (uint64_t)(t->seconds * 1e9) >= t->now;
}

void top_look_add(struct top_table *t, const struct top_item *item)
{
	struct top_row *r = top_find_or_add(t, item->key);
	bool is_new = r->round == 0;
	uint64_t start = is_new ? t->now : r->i.start;
	uint8_t older = is_new ? t->fresh ? TOP_OLDER : 0 : r->i.flags & TOP_OLDER;

	if (r->round == t->round)
		return;
	r->round = t->round;
	r->members = 1;
	if (t->members_only && !is_new) {
		/* The look does not count: no history of it. */
		r->history[t->round % TOP_HISTORY] = top_past(r, t->round, 1);
		return;
	}
	if (!is_new || began_since(t, item))
		rates_of(t, r, item);
	r->i = *item;
	if (!item->start) {
		r->i.start = start;
		r->i.flags |= older;
	}
	r->history[t->round % TOP_HISTORY] = top_level((double)r->rate[0] + (double)r->rate[1]);
}

static void add_total(struct top_total *sum, const struct top_row *r)
{
	for (int dir = 0; dir < 2; dir++) {
		sum->rate[dir] += (double)r->rate[dir];
		sum->packet_rate[dir] += (double)r->packet_rate[dir];
	}
	if (r->i.flags & TOP_OFFLOAD)
		sum->fast_rate += (double)r->rate[0] + (double)r->rate[1];
}

void top_look_end(struct top_table *t, double share)
{
	struct top_total sum = { .share = share };
	double all;

	top_sweep(t);
	for (uint32_t i = 0; i < t->n; i++)
		add_total(&sum, &t->rows[i]);
	all = sum.rate[0] + sum.rate[1];
	if (share >= 0)
		sum.fast_rate = all * share;
	else if (all > 0)
		sum.share = sum.fast_rate / all;
	t->total = sum;
	if (t->fresh)
		return;
	t->graph[t->n_graph % TOP_GRAPH] = (float)all;
	t->graph_fast[t->n_graph % TOP_GRAPH] = (float)sum.fast_rate;
	t->n_graph++;
}
