/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One expectation of conntrack as ctnetlink tells it (linux/netfilter/nfnetlink_conntrack.h): a
 * connection that a helper waits for, as it read of it in another one. No I/O.
 */
#ifndef NFF_EXPECT_H
#define NFF_EXPECT_H

#include "conntrack.h"

enum {					/* struct expectation */
	EXP_TIMEOUT	= 1 << 0,
	EXP_ID		= 1 << 1,
	EXP_ZONE	= 1 << 2,
	EXP_FLAGS	= 1 << 3,
	EXP_CLASS	= 1 << 4,
	EXP_HELPER	= 1 << 5,
	EXP_FN		= 1 << 6,
	EXP_NAT_DIR	= 1 << 7,
};

/* As struct conntrack: members are 0 where their bit is not set. */
struct expectation {
	uint32_t has;			/* EXP_* */
	uint8_t family;			/* of the message: NFPROTO_* */
	uint16_t zone;
	uint32_t timeout;		/* seconds */
	uint32_t id, class;
	uint32_t flags;			/* NF_CT_EXPECT_* */
	uint32_t nat_dir;		/* enum ct_dir: which side is translated */
	struct ct_str helper, fn;	/* fn: what the kernel does when it comes */
	struct ct_tuple tuple;		/* the connection that is expected */
	struct ct_tuple mask;		/* the bits of it that must be so */
	struct ct_tuple master;		/* of the connection that it was read in */
	struct ct_tuple nat;		/* what it will be translated to; has 0: nothing */
};

/* As ct_decode(). */
int expect_decode(const struct nlmsghdr *nlh, struct expectation *e);
/*
 * Append the line that `conntrack -L expect` prints for it, newline included. flags: LINE_*
 * (record.h), of which expectations have LINE_TIMESTAMP; now: nanoseconds since 1970, for that.
 */
void expect_print(struct out *o, const struct expectation *e, unsigned int flags, int64_t now);
/* A new reference; NULL when out of memory. */
json_t *expect_json(const struct expectation *e);

struct expect_flag_name {
	uint32_t bit;			/* NF_CT_EXPECT_* */
	const char *line, *name;	/* "PERMANENT", "permanent" */
};
extern const struct expect_flag_name expect_flag_names[];	/* ends with a NULL name */

#endif
