/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a monitor knows, and what it tells after events were lost: a world of records changes by
 * chance, some of its events are lost, and a reader who believes what is told must always see
 * the world in the end, each record created and destroyed in turn.
 */
#include <stdlib.h>

#include "known.h"
#include "unit.h"

#define WORLD	200		/* places of records that may exist at a time */
#define LIVES	200		/* of a place: each record has a number of its own */

struct rec {
	uint32_t id, value;
};

static uint32_t hash(const void *rec)
{
	/* All in a few places, so that probing and removing are tried. */
	return ((const struct rec *)rec)->id % 7;
}

static bool same(const void *kept, const void *rec)
{
	return ((const struct rec *)kept)->id == ((const struct rec *)rec)->id;
}

static void store(void *kept, const void *rec)
{
	memcpy(kept, rec, sizeof(struct rec));
}

static bool differs(const void *kept, const void *rec)
{
	return ((const struct rec *)kept)->value != ((const struct rec *)rec)->value;
}

static const struct known_type type = { sizeof(struct rec), hash, same, store, differs, store };

struct event {
	unsigned int ev;
	struct rec rec;
};

static struct {
	struct known known;
	uint32_t value[WORLD];		/* the world: 0 where a record does not exist */
	uint32_t life[WORLD];
	uint32_t reader[WORLD * LIVES];	/* what was told */
	struct event queue[4096];
	unsigned int head, tail;
	bool lost;			/* events were, behind the queue */
	unsigned int errors, repeated, missed;
} w;

static uint32_t rnd(uint32_t n)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 33) % n;
}

static void tell(unsigned int ev, const struct rec *r)
{
	uint32_t *there = &w.reader[r->id];

	w.errors += ev == QUERY_NEW ? *there != 0 : *there == 0;
	*there = ev == QUERY_DESTROY ? 0 : r->value;
}

static void gone(const void *kept, void *arg)
{
	(void)arg;
	tell(QUERY_DESTROY, kept);
}

static uint32_t id_at(uint32_t place)
{
	return place + WORLD * w.life[place];
}

/* Something happens, and its event is queued, or lost where the queue is full. */
static void happen(bool congested)
{
	uint32_t place = rnd(WORLD), *v = &w.value[place];
	unsigned int ev = !*v ? QUERY_NEW : rnd(2) ? QUERY_UPDATE : QUERY_DESTROY;
	struct rec r = { 0, ev == QUERY_NEW ? 1 + rnd(1000) : *v };

	if (ev == QUERY_NEW && ++w.life[place] == LIVES)
		abort();
	r.id = id_at(place);

	if (ev == QUERY_UPDATE)
		r.value = 1 + rnd(1000);
	*v = ev == QUERY_DESTROY ? 0 : r.value;
	if (congested)
		w.lost = true;
	else
		w.queue[w.tail++] = (struct event){ ev, r };
}

static void handle(void)
{
	const struct event *e = &w.queue[w.head++];
	enum known_news news = known_event(&w.known, e->ev, &e->rec);

	w.repeated += news == KNOWN_REPEATED;
	w.missed += news == KNOWN_MISSED;
	if (news == KNOWN_MISSED)
		tell(QUERY_NEW, &e->rec);
	if (news != KNOWN_REPEATED)
		tell(e->ev, &e->rec);
}

static void drain(void)
{
	while (w.head < w.tail)
		handle();
	w.head = w.tail = 0;
}

/* Records are found one by one, and the world goes on meanwhile. */
static void dump(bool silent)
{
	known_dump_begin(&w.known, silent);
	for (uint32_t place = 0; place < WORLD; place++) {
		struct rec r = { id_at(place), w.value[place] };
		unsigned int told = r.value ? known_dumped(&w.known, &r) : 0;

		if (told)
			tell(told, &r);
		if (silent && r.value)
			w.reader[r.id] = r.value;
		if (rnd(4) == 0 && !silent)
			happen(false);
	}
	known_dump_end(&w.known);
}

static void begin(void)
{
	memset(&w, 0, sizeof(w));
	known_init(&w.known, &type);
}

static unsigned int wrong(void)
{
	unsigned int n = 0;

	for (uint32_t id = 0; id < WORLD * LIVES; id++)
		n += w.reader[id] != (id == id_at(id % WORLD) ? w.value[id % WORLD] : 0);
	return n;
}

static void all_events(void)
{
	begin();
	for (int i = 0; i < 100; i++)
		happen(true);
	dump(true);
	for (int i = 0; i < 2000; i++) {
		happen(false);
		if (rnd(3) == 0)
			drain();
		if (i == 1000)
			known_window_end(&w.known, gone, NULL);
	}
	drain();
	CHECK_INT(w.errors, 0);
	CHECK_INT(wrong(), 0);
	CHECK_INT(w.repeated, 0);
	CHECK_INT(w.missed, 0);
	known_fini(&w.known);
}

static void lost_events(void)
{
	unsigned int repeated = 0, missed = 0;

	for (int round = 0; round < 300; round++) {
		begin();
		for (int gap = 0; gap < 5; gap++) {
			for (uint32_t i = rnd(300); i; i--)
				happen(false);
			for (uint32_t i = rnd(300); i; i--)
				happen(true);
			drain();
			known_lost(&w.known);
			/* the socket is empty, and takes events again */
			for (uint32_t i = rnd(30); i; i--)
				happen(false);
			drain();
			dump(false);
			drain();
			known_window_end(&w.known, gone, NULL);
			CHECK_INT(w.errors, 0);
			CHECK_INT(wrong(), 0);
		}
		repeated += w.repeated;
		missed += w.missed;
		known_fini(&w.known);
	}
	CHECK(repeated > 0);
	CHECK(missed > 0);
}

static void counts(void)
{
	struct rec r = { 3, 1 };

	begin();
	CHECK_INT(known_count(&w.known), 0);
	CHECK(!known_find(&w.known, &r));
	CHECK_INT(known_event(&w.known, QUERY_NEW, &r), KNOWN_NEWS);
	CHECK_INT(known_count(&w.known), 1);
	CHECK(known_find(&w.known, &r));
	/* What a dump does not find is missing, and gone with the window. */
	known_dump_begin(&w.known, false);
	known_dump_end(&w.known);
	CHECK_INT(known_count(&w.known), 0);
	w.reader[3] = 1;
	known_window_end(&w.known, gone, NULL);
	CHECK_INT(w.reader[3], 0);
	CHECK(!known_find(&w.known, &r));
	known_fini(&w.known);
}

/* The event of what a dump told comes behind the window: once it says nothing new. */
static void late_event(void)
{
	struct rec r = { 3, 1 }, lost = { 4, 1 };

	begin();
	known_dump_begin(&w.known, false);
	CHECK_INT(known_dumped(&w.known, &r), QUERY_NEW);
	CHECK_INT(known_dumped(&w.known, &lost), QUERY_NEW);
	known_dump_end(&w.known);
	known_window_end(&w.known, gone, NULL);
	CHECK_INT(known_event(&w.known, QUERY_NEW, &r), KNOWN_REPEATED);
	/* in place of one that left with an event that nobody sends or with one that was lost */
	CHECK_INT(known_event(&w.known, QUERY_NEW, &r), KNOWN_NEWS);
	known_lost(&w.known);
	CHECK_INT(known_event(&w.known, QUERY_NEW, &lost), KNOWN_NEWS);
	known_fini(&w.known);

	/* Nothing was told of the first dump. */
	begin();
	known_dump_begin(&w.known, true);
	known_dumped(&w.known, &r);
	known_dump_end(&w.known);
	known_window_end(&w.known, gone, NULL);
	CHECK_INT(known_event(&w.known, QUERY_NEW, &r), KNOWN_NEWS);
	known_fini(&w.known);
}

/* Many entries, each at its place, whatever is removed between. */
static void large(void)
{
	begin();
	for (uint32_t id = 0; id < 3000; id++)
		known_event(&w.known, QUERY_NEW, &(struct rec){ id, id });
	for (uint32_t id = 0; id < 3000; id += 3)
		known_event(&w.known, QUERY_DESTROY, &(struct rec){ id, id });
	CHECK_INT(known_count(&w.known), 2000);
	for (uint32_t id = 0; id < 3000; id++) {
		const struct rec *r = known_find(&w.known, &(struct rec){ id, 0 });

		CHECK(id % 3 == 0 ? !r : r && r->value == id);
	}
	known_fini(&w.known);
}

int main(void)
{
	RUN(counts);
	RUN(late_event);
	RUN(large);
	RUN(all_events);
	RUN(lost_events);
	return unit_status();
}
