/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of many entries, sent while a dump of them goes on: on a socket of its own, many
 * messages at once, of which the kernel answers those that failed.
 */
#ifndef NFF_CHANGE_BATCH_H
#define NFF_CHANGE_BATCH_H

#include "msgbuf.h"
#include "nff.h"

struct nl;

struct change_batch {
	struct nl *nl;
	struct msgbuf m;		/* messages that are not sent yet */
	unsigned int queued;		/* how many */
	uint64_t sent;			/* what the kernel was asked */
	uint64_t gone;			/* of those: there no more, which is no error */
	uint64_t failed;		/* of those */
	uint64_t refused;		/* what could not be asked for */
	int err;			/* -errno of the first that failed */
};

/* 0, or -1 with a diagnostic. */
int change_batch_open(struct nff *n, struct change_batch *b);
/* A message was added to b->m: 0, or -errno of the socket. */
int change_batch_added(struct change_batch *b);
/* One that cannot be asked for: err is -errno. */
void change_batch_refused(struct change_batch *b, int err);
/* Send the rest: 0, or -errno of the socket. */
int change_batch_flush(struct change_batch *b);
void change_batch_close(struct change_batch *b);
/* How many were changed. */
uint64_t change_batch_done(const struct change_batch *b);

#endif
