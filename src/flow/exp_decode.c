// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of ctnetlink to expectations, by tables (rows.h).
 *
 * Formats: linux/netfilter/nfnetlink_conntrack.h.
 */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "expect.h"
#include "rows.h"

static const struct row nat_array[] = {
	[CTA_EXPECT_NAT_DIR]	= BE32(expectation, nat_dir, EXP_NAT_DIR),
	[CTA_EXPECT_NAT_TUPLE]	= NEST(expectation, nat, ct_tuple_rows),
};
static const struct rows nat_rows = ROWS(nat_array);

static const struct row expect_array[] = {
	[CTA_EXPECT_MASTER]	= NEST(expectation, master, ct_tuple_rows),
	[CTA_EXPECT_TUPLE]	= NEST(expectation, tuple, ct_tuple_rows),
	[CTA_EXPECT_MASK]	= NEST(expectation, mask, ct_tuple_rows),
	[CTA_EXPECT_TIMEOUT]	= BE32(expectation, timeout, EXP_TIMEOUT),
	[CTA_EXPECT_ID]		= BE32(expectation, id, EXP_ID),
	[CTA_EXPECT_HELP_NAME]	= STRING(expectation, helper, EXP_HELPER),
	[CTA_EXPECT_ZONE]	= BE16(expectation, zone, EXP_ZONE),
	[CTA_EXPECT_FLAGS]	= BE32(expectation, flags, EXP_FLAGS),
	[CTA_EXPECT_CLASS]	= BE32(expectation, class, EXP_CLASS),
	[CTA_EXPECT_NAT]	= NEST_SAME(nat_rows),
	[CTA_EXPECT_FN]		= STRING(expectation, fn, EXP_FN),
};
static const struct rows expect_rows = ROWS(expect_array);

int expect_decode(const struct nlmsghdr *nlh, struct expectation *e)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *p = (const char *)nfg + NLMSG_ALIGN(sizeof(*nfg));

	memset(e, 0, sizeof(*e));
	if (nlh->nlmsg_len < NLMSG_HDRLEN + sizeof(*nfg))
		return -EPROTO;
	e->family = nfg->nfgen_family;
	return rows_decode(&expect_rows, p, (const char *)nlh + nlh->nlmsg_len, (char *)e);
}
