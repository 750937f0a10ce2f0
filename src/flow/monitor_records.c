// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources of records: what an event is to the reader, and what is told where events were lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "monitor.h"

/* Records of a dump between two looks at the socket, which must not overrun meanwhile. */
#define STASH_EVERY	64
#define DUMP_TRIES	8

static int cannot_dump(struct watch *w, int err)
{
	struct nff *n = w->m->n;

	/* told where it happened */
	if (err == -ENOTCONN)
		return -1;
	diag_error(&n->diags, w->m->cmd->loc, "cannot list the %s: %s", w->src->name,
		   strerror(-err));
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	return -1;
}

static bool wanted(struct watch *w, unsigned int ev, const void *rec)
{
	return w->events & ev && (!w->match || match_record(w->match, rec));
}

static int show(struct watch *w, unsigned int ev, const void *rec, uint32_t portid, bool resynced)
{
	unsigned int i = ev == QUERY_NEW ? 0 : ev == QUERY_UPDATE ? 1 : 2;

	monitor_print(w, ev, rec, portid, resynced);
	if (resynced) {
		w->gap[i]++;
		w->m->resynced[i]++;
	}
	return monitor_shown(w->m, ev);
}

/* One whose creation was lost, and which has gone or changed before it could be told. */
static int show_missed(struct watch *w, const void *rec)
{
	memcpy(w->rec2, rec, w->src->type->size);
	return wanted(w, QUERY_NEW, rec) ? show(w, QUERY_NEW, rec, 0, true) : 0;
}

/* What a destroy event does not say may be known; what is printed is the event as it is. */
static const void *completed(struct watch *w, const void *kept)
{
	if (!kept || !w->src->complete || !w->m->q->where)
		return w->rec;
	memcpy(w->rec2, w->rec, w->src->type->size);
	w->src->complete(w->rec2, kept);
	return w->rec2;
}

int watch_message(struct watch *w, const struct nlmsghdr *nlh)
{
	unsigned int ev = 0;
	int ret = w->src->decode(nlh, w->rec, &ev);
	enum known_news news;
	bool show_it;

	if (ret > 0)
		return 0;
	if (ret < 0) {
		w->m->malformed++;
		return 0;
	}
	/* Only a destroy event lacks anything, and what is known is gone behind it. */
	if (ev == QUERY_DESTROY && w->m->q->where)
		show_it = wanted(w, ev, completed(w, known_find(&w->known, w->rec)));
	else
		show_it = wanted(w, ev, w->rec);
	news = known_event(&w->known, ev, w->rec);
	if (news == KNOWN_REPEATED) {
		w->m->repeated++;
		return 0;
	}
	if (news == KNOWN_MISSED) {
		ret = show_missed(w, w->rec);
		if (ret < 0)
			return ret;
	}
	return show_it ? show(w, ev, w->rec, nlh->nlmsg_pid, false) : 0;
}

/* ---- dumps ---- */

int monitor_dumped(struct watch *w, const void *rec)
{
	unsigned int told = known_dumped(&w->known, rec);

	if (++w->dumped % STASH_EVERY == 0)
		listen_stash(w->listen);
	return told && wanted(w, told, rec) ? show(w, told, rec, 0, !w->src->look_ms) : 0;
}

static void on_gone(const void *kept, void *arg)
{
	struct watch *w = arg;

	w->src->known->load(w->rec2, kept);
	if (!w->m->done && wanted(w, QUERY_DESTROY, w->rec2))
		show(w, QUERY_DESTROY, w->rec2, 0, !w->src->look_ms);
}

static int dump(struct watch *w, bool silent)
{
	int err = -EINTR;

	known_dump_begin(&w->known, silent);
	for (int i = 0; err == -EINTR && i < DUMP_TRIES; i++)
		err = w->src->dump(w);
	if (!err && w->m->q->options[QO_RELIABLE].given && w->src->dump_dying) {
		w->in_dying = true;
		err = w->src->dump_dying(w);
		w->in_dying = false;
		/* Who is left out of this one is waited for: watch_drained(). */
		if (err == -EINTR)
			err = 0;
	}
	if (err == -ECANCELED)
		return 0;
	/* An inconsistent dump may have left out some, which are not gone. */
	if (err)
		return cannot_dump(w, err);
	known_dump_end(&w->known);
	return 0;
}

/* No event waits anywhere: who is not in the dump is gone. */
int watch_look(struct watch *w)
{
	int err = dump(w, false);

	if (!err && w->known.window)
		known_window_end(&w->known, on_gone, w);
	return err;
}

/* A gap that opens while another one is not closed is a part of it. */
static int resync(struct watch *w)
{
	int err;

	monitor_gap(w);
	w->in_gap = true;
	err = dump(w, false);
	return err ? err : watch_dying(w);
}

int watch_drained(struct watch *w, bool lost)
{
	if (lost)
		return resync(w);
	/*
	 * The list of the dying changes while it is dumped, and the dump may leave some out: who
	 * is missing may be one of them as long as there are any.
	 */
	if (!w->known.window || w->dying)
		return 0;
	known_window_end(&w->known, on_gone, w);
	if (w->in_gap)
		monitor_gap_end(w);
	w->in_gap = false;
	memset(w->gap, 0, sizeof(w->gap));
	return 0;
}

/* ---- the dying ---- */

/*
 * They are counted through the same door as a dump, without telling anything: who is dying is
 * known, or was told with the gap.
 */
int watch_dying(struct watch *w)
{
	uint64_t before = w->dying;
	int err;

	if (!w->m->q->options[QO_RELIABLE].given || !w->src->count_dying)
		return 0;
	err = w->src->count_dying(w, &w->dying);
	if (err)
		return cannot_dump(w, err);
	if (w->dying != before)
		monitor_dying(w);
	/* Look again whether anything waits, and then close the gap. */
	if (before && !w->dying)
		w->busy = true;
	return 0;
}

int watch_start(struct watch *w)
{
	const struct query *q = w->m->q;

	if (q->where || q->family) {
		w->match = match_new(w->m->n, &w->m->arena, q, w->src->type);
		if (!w->match)
			return -1;
	}
	w->rec = xcalloc(1, w->src->type->size);
	w->rec2 = xcalloc(1, w->src->type->size);
	known_init(&w->known, w->src->known);
	return dump(w, true);
}

void watch_finish(struct watch *w)
{
	if (!w->known.type)
		return;
	known_fini(&w->known);
	free(w->rec);
	free(w->rec2);
}
