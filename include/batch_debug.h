/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -d netlink and -d mnl: what is sent, printed. (src/ruleset/batch_debug.c)
 */
#ifndef NFF_BATCH_DEBUG_H
#define NFF_BATCH_DEBUG_H

#include "batch.h"

struct nlmsghdr;

/* With DEBUG_NETLINK the bytecode as nft shows it, with DEBUG_MNL the bytes in hex. */
void batch_debug(struct nff *n, const struct batch *b);
/* The bytecode of one NFT_MSG_NEWRULE message. */
void debug_rule(struct out *o, const struct nlmsghdr *nlh);

#endif
