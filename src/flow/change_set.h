/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "set KEY VALUE" behind commands that change conntracks.
 */
#ifndef NFF_CHANGE_SET_H
#define NFF_CHANGE_SET_H

#include "change.h"
#include "ct_encode.h"

/*
 * What "set mark 0x1/0xff set timeout 60s ..." says. ct: the entry that is made, whose reply tuple
 * "snat" and "dnat" change; NULL where present entries are changed, which takes neither. What it
 * points to lives in a. 0, or -1 with a diagnostic.
 */
int change_parse(struct nff *n, struct arena *a, const struct query_assign *set,
		 struct conntrack *ct, struct ct_change *c);

/* A value as a word, a number or a time: its text; NULL with a diagnostic. */
const char *assigned_text(struct nff *n, struct arena *a, const struct query_assign *s);
/* A number of up to 32 bits. 0 or -1. */
int assigned_number(struct nff *n, struct arena *a, const struct query_assign *s, uint32_t max,
		    uint32_t *value);
/* A time in seconds, from 1 on. 0 or -1. */
int assigned_seconds(struct nff *n, struct arena *a, const struct query_assign *s,
		     uint32_t *seconds);
/* "there is no 'x' to be set", with those that there are (NULL at the end). Always -1. */
int unknown_key(struct nff *n, const struct query_assign *s, const char *const *names,
		const char *what);

#endif
