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
 * Report how many there were: "3 conntracks deleted", or {"conntracks": {"deleted": 3}}.
 * one, many: "conntrack", "conntracks"; done: "deleted".
 */
int change_report(struct nff *n, const struct cmd *cmd, const char *one, const char *many,
		  const char *done, uint64_t count);
/* "cannot WHAT: ..." of a request of ctnetlink that failed with err (-errno). Always -1. */
int change_error(struct nff *n, struct loc loc, const char *what, int err);

#endif
