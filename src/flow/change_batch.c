// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes of many entries, see change_batch.h.
 */
#include <errno.h>
#include <string.h>

#include "change_batch.h"
#include "nl.h"

#define BATCH_MAX	512
/* An answer has the message in it, and the kernel's bookkeeping counts. */
#define ANSWER_SIZE	2048

int change_batch_open(struct nff *n, struct change_batch *b)
{
	memset(b, 0, sizeof(*b));
	b->nl = nl_open(NETLINK_NETFILTER);
	if (b->nl)
		return 0;
	return diag_error(&n->diags, (struct loc){ 0 }, "cannot open a netlink socket: %s",
			  strerror(errno));
}

void change_batch_close(struct change_batch *b)
{
	if (b->nl)
		nl_close(b->nl);
	msgbuf_fini(&b->m);
}

static int answer(const struct nl_answer *a, void *arg)
{
	struct change_batch *b = arg;

	/* between the dump and now an entry may time out, or its connection end */
	if (a->error == -ENOENT || a->error == -ETIME)
		b->gone++;
	else if (a->error && !b->failed++ && !b->refused)
		b->err = a->error;
	return 0;
}

void change_batch_refused(struct change_batch *b, int err)
{
	if (!b->refused++ && !b->failed)
		b->err = err;
}

int change_batch_flush(struct change_batch *b)
{
	int err = 0;

	if (b->queued) {
		err = nl_batch(b->nl, &b->m, BATCH_MAX * ANSWER_SIZE, answer, b);
		b->sent += b->queued;
	}
	b->queued = 0;
	b->m.len = 0;
	return err;
}

int change_batch_added(struct change_batch *b)
{
	return ++b->queued < BATCH_MAX ? 0 : change_batch_flush(b);
}

uint64_t change_batch_done(const struct change_batch *b)
{
	uint64_t lost = b->gone + b->failed;

	return b->sent > lost ? b->sent - lost : 0;
}
