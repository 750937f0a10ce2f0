// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of what a monitor knows to exist. Each event looks into it, so a look must be cheap:
 * slots hold the hash beside the number of the entry, and are probed one after the other.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "known.h"

#define CHUNK_BITS	12		/* entries of a chunk */
#define CHUNK		(1u << CHUNK_BITS)
#define MIN_SLOTS	1024

struct known_slot {
	uint32_t hash;
	uint32_t entry;			/* its number + 1; 0: no entry */
};

struct entry {
	uint32_t dump : 31;		/* the last one that found it */
	uint32_t owed : 1;		/* a dump told it, its own event may still come */
	uint32_t next;			/* the next unused one + 1; MISSING: see known.h */
	_Alignas(8) char kept[];
};
#define MISSING UINT32_MAX

void known_init(struct known *k, const struct known_type *type)
{
	memset(k, 0, sizeof(*k));
	k->type = type;
	k->mask = MIN_SLOTS - 1;
	k->slots = xcalloc(MIN_SLOTS, sizeof(*k->slots));
	k->stride = (uint32_t)((sizeof(struct entry) + type->size + 7) & ~(size_t)7);
}

void known_fini(struct known *k)
{
	for (uint32_t i = 0; i < k->used; i += CHUNK)
		free(k->chunks[i >> CHUNK_BITS]);
	free(k->chunks);
	free(k->slots);
	memset(k, 0, sizeof(*k));
}

uint32_t known_count(const struct known *k)
{
	return k->n - k->missing;
}

static struct entry *entry_at(const struct known *k, uint32_t i)
{
	return (struct entry *)(k->chunks[i >> CHUNK_BITS] + (size_t)(i & (CHUNK - 1)) * k->stride);
}

/* The slot of a record, or the empty one where it would be. */
static uint32_t probe(const struct known *k, uint32_t hash, const void *rec)
{
	uint32_t i = hash & k->mask;

	for (; k->slots[i].entry; i = (i + 1) & k->mask)
		if (k->slots[i].hash == hash &&
		    k->type->same(entry_at(k, k->slots[i].entry - 1)->kept, rec))
			break;
	return i;
}

static void grow(struct known *k)
{
	uint32_t old_mask = k->mask;
	struct known_slot *old = k->slots;

	k->mask = old_mask * 2 + 1;
	k->slots = xcalloc((size_t)k->mask + 1, sizeof(*k->slots));
	for (uint32_t i = 0; i <= old_mask; i++) {
		uint32_t to = old[i].hash & k->mask;

		if (!old[i].entry)
			continue;
		while (k->slots[to].entry)
			to = (to + 1) & k->mask;
		k->slots[to] = old[i];
	}
	free(old);
}

static uint32_t take_entry(struct known *k)
{
	uint32_t i = k->free;

	if (i) {
		k->free = entry_at(k, i - 1)->next;
		return i - 1;
	}
	i = k->used++;
	if (!(i & (CHUNK - 1))) {
		uint32_t chunk = i >> CHUNK_BITS;

		k->chunks = xrealloc(k->chunks, (chunk + 1) * sizeof(*k->chunks));
		k->chunks[chunk] = xmalloc((size_t)CHUNK * k->stride);
	}
	return i;
}

static struct entry *add(struct known *k, uint32_t slot, uint32_t hash, const void *rec)
{
	uint32_t i = take_entry(k);
	struct entry *e = entry_at(k, i);

	memset(e, 0, k->stride);
	k->type->store(e->kept, rec);
	k->slots[slot] = (struct known_slot){ hash, i + 1 };
	if (++k->n > k->mask / 4 * 3)
		grow(k);
	return e;
}

/* The entries behind move up, so that no probe ends at the hole. */
static void remove_slot(struct known *k, uint32_t hole)
{
	uint32_t i = hole, entry = k->slots[hole].entry - 1;
	struct entry *e = entry_at(k, entry);

	if (e->next == MISSING)
		k->missing--;
	e->next = k->free;
	k->free = entry + 1;
	k->n--;
	for (;;) {
		i = (i + 1) & k->mask;
		if (!k->slots[i].entry)
			break;
		/* Does its home lie behind the hole, seen from where it is? */
		if (((i - k->slots[i].hash) & k->mask) < ((i - hole) & k->mask))
			continue;
		k->slots[hole] = k->slots[i];
		hole = i;
	}
	k->slots[hole].entry = 0;
}

const void *known_find(const struct known *k, const void *rec)
{
	const struct known_slot *s = &k->slots[probe(k, k->type->hash(rec), rec)];
	const struct entry *e = s->entry ? entry_at(k, s->entry - 1) : NULL;

	return e ? e->kept : NULL;
}

/* It is there after all. */
static void found(struct known *k, struct entry *e)
{
	if (e->next == MISSING)
		k->missing--;
	e->next = 0;
}

/* Of a record that is not known. */
static enum known_news on_unknown(struct known *k, unsigned int ev, uint32_t slot, uint32_t hash,
				  const void *rec)
{
	if (ev != QUERY_DESTROY)
		add(k, slot, hash, rec);
	/* While nothing is amiss it may be that the kernel was told not to send the others. */
	return ev != QUERY_NEW && (k->lost || (k->window && !k->silent)) ? KNOWN_MISSED :
									  KNOWN_NEWS;
}

enum known_news known_event(struct known *k, unsigned int ev, const void *rec)
{
	uint32_t hash = k->type->hash(rec), slot = probe(k, hash, rec);
	bool told, differs;
	struct entry *e;

	if (!k->slots[slot].entry)
		return on_unknown(k, ev, slot, hash, rec);
	e = entry_at(k, k->slots[slot].entry - 1);
	if (ev == QUERY_DESTROY) {
		remove_slot(k, slot);
		return KNOWN_NEWS;
	}
	told = k->window && !k->silent && e->dump == k->dump;
	if (ev == QUERY_NEW) {
		found(k, e);
		/* The kernel may list a record for a while before it sends the event. */
		told |= e->owed && !k->lost;
		e->owed = false;
	}
	differs = told && k->type->differs(e->kept, rec);
	k->type->store(e->kept, rec);
	return told && (ev == QUERY_NEW || !differs) ? KNOWN_REPEATED : KNOWN_NEWS;
}

void known_lost(struct known *k)
{
	k->lost = true;
}

void known_dump_begin(struct known *k, bool silent)
{
	k->dump++;
	k->window = true;
	k->silent = silent;
}

unsigned int known_dumped(struct known *k, const void *rec)
{
	uint32_t hash = k->type->hash(rec), slot = probe(k, hash, rec);
	unsigned int told = 0;
	struct entry *e;

	if (!k->slots[slot].entry) {
		e = add(k, slot, hash, rec);
		e->owed = !k->silent;
		told = QUERY_NEW;
	} else {
		e = entry_at(k, k->slots[slot].entry - 1);
		found(k, e);
		if (k->type->differs(e->kept, rec))
			told = QUERY_UPDATE;
		k->type->store(e->kept, rec);
	}
	e->dump = k->dump;
	return k->silent ? 0 : told;
}

void known_dump_end(struct known *k)
{
	k->lost = false;
	for (uint32_t i = 0; i <= k->mask; i++) {
		struct entry *e = k->slots[i].entry ? entry_at(k, k->slots[i].entry - 1) : NULL;

		if (!e || e->dump == k->dump || e->next == MISSING)
			continue;
		e->next = MISSING;
		k->missing++;
	}
}

void known_window_end(struct known *k, void (*gone)(const void *kept, void *arg), void *arg)
{
	k->window = k->silent = false;
	/* What moves up into a hole is looked at again. */
	for (uint32_t i = 0; i <= k->mask && k->missing; ) {
		struct entry *e = k->slots[i].entry ? entry_at(k, k->slots[i].entry - 1) : NULL;

		if (!e || e->next != MISSING) {
			i++;
			continue;
		}
		gone(e->kept, arg);
		remove_slot(k, i);
	}
}
