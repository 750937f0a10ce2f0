/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands that change conntracks and expectations share.
 */
#ifndef NFF_CHANGE_H
#define NFF_CHANGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "conntrack.h"
#include "msgbuf.h"
#include "nff.h"
#include "query.h"

/* Is JSON wanted, by -j in front of the command or behind it? */
bool change_json(const struct nff *n, const struct cmd *cmd);
/* Print {"NAME": value} and release value. 0, or -1 with a diagnostic. */
int change_print_json(struct nff *n, const char *name, json_t *value);
/*
 * The query with the family as ctnetlink has it (inet is both). 0, or -1 with a diagnostic where
 * there are no such records; many: "conntracks".
 */
int change_query(struct nff *n, const struct cmd *cmd, const char *many, struct query *q);

/* What came of a change. */
struct change_outcome {
	const char *one, *many;		/* "conntrack", "conntracks" */
	const char *verb, *done;	/* "delete", "deleted" */
	uint64_t matched;		/* how many there were */
	uint64_t changed;
	uint64_t failed;		/* how many the kernel refused */
	int err;			/* -errno of the first of them */
	int dump_err;			/* of looking for them; -EINTR: it may not have seen all */
};

/*
 * Tell it: "3 conntracks deleted", or {"conntracks": {"deleted": 3}}, and what went wrong. That
 * none was found is an error, but for destroy. 0, or -1 with a diagnostic; where some failed, that
 * is the newest one, for a hint.
 */
int change_told(struct nff *n, const struct cmd *cmd, const struct change_outcome *o);
/* The first part of that, alone: how many. Always 0. */
int change_report(struct nff *n, const struct cmd *cmd, const struct change_outcome *o);
/* "cannot VERB the conntracks: ..." of a request that failed with err (-errno). Always -1. */
int change_error(struct nff *n, struct loc loc, const char *verb, const char *what, int err);

#endif
