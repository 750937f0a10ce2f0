/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection that is spelled out in the match language: "ip saddr A ip daddr B tcp sport 1 ...".
 */
#ifndef NFF_CHANGE_TUPLE_H
#define NFF_CHANGE_TUPLE_H

#include "change.h"

/*
 * The matches to tuples, zone and family of ct: tuple[CT_ORIG] and [CT_REPLY] have what was said
 * of each, and no more. masks: NULL, or prefixes are taken where expectations have a mask, and
 * give that of the source here; else only single values are. 0, or -1 with a diagnostic.
 */
int spell_matches(struct nff *n, struct arena *a, struct stmt *matches, struct conntrack *ct,
		  struct ct_tuple *masks);
/*
 * Complain of what a tuple lacks to be that of a connection, and fill in what has a default
 * (the code and id of ICMP). reply: no, it is the original one. 0 or -1.
 */
int spell_complete(struct nff *n, struct loc loc, struct ct_tuple *t);
/* The reply tuple: what was said of it, the rest mirrored from the original one. 0 or -1. */
int spell_reply(struct nff *n, struct loc loc, struct conntrack *ct);

#endif
