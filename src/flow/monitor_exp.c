// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expectations as a source of monitors: events of ctnetlink
 * (linux/netfilter/nfnetlink_conntrack.h, nfnetlink_compat.h for the groups).
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <string.h>

#include "expect.h"
#include "monitor.h"
#include "monitor_int.h"

#define EXP_MSG(type) ((NFNL_SUBSYS_CTNETLINK_EXP << 8) | (type))

static int exp_join(struct watch *w)
{
	int err = listen_join(w->listen, NFNLGRP_CONNTRACK_EXP_NEW);

	if (!err)
		err = listen_join(w->listen, NFNLGRP_CONNTRACK_EXP_DESTROY);
	if (!err && w->events & QUERY_UPDATE)
		err = listen_join(w->listen, NFNLGRP_CONNTRACK_EXP_UPDATE);
	return err;
}

static int exp_event(const struct nlmsghdr *nlh, void *rec, unsigned int *ev)
{
	if (nlh->nlmsg_type == EXP_MSG(IPCTNL_MSG_EXP_DELETE))
		*ev = QUERY_DESTROY;
	else if (nlh->nlmsg_type == EXP_MSG(IPCTNL_MSG_EXP_NEW))
		*ev = nlh->nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL) ? QUERY_NEW : QUERY_UPDATE;
	else
		return 1;
	return expect_decode(nlh, rec);
}

static int on_dumped(const struct nlmsghdr *nlh, void *arg)
{
	struct watch *w = arg;

	if (nlh->nlmsg_type != EXP_MSG(IPCTNL_MSG_EXP_NEW))
		return 0;
	if (expect_decode(nlh, w->rec) < 0) {
		w->m->malformed++;
		return 0;
	}
	return monitor_dumped(w, w->rec);
}

static int exp_dump(struct watch *w)
{
	return monitor_request(w, EXP_MSG(IPCTNL_MSG_EXP_GET), w->src->dumped, w);
}

/* ---- what is known of one: all but the strings, which do not last ---- */

static uint32_t exp_hash(const void *rec)
{
	return ((const struct expectation *)rec)->id * 0x9e3779b1u;
}

static bool exp_same(const void *kept, const void *rec)
{
	const struct expectation *a = kept, *b = rec;

	return a->id == b->id && a->zone == b->zone && !memcmp(&a->tuple, &b->tuple,
							       sizeof(a->tuple));
}

static void exp_store(void *kept, const void *rec)
{
	struct expectation *e = kept;

	memcpy(e, rec, sizeof(*e));
	e->has &= ~(uint32_t)(EXP_HELPER | EXP_FN);
	e->helper = e->fn = (struct ct_str){ 0 };
}

static bool exp_differs(const void *kept, const void *rec)
{
	const struct expectation *a = kept, *b = rec;

	return a->flags != b->flags || a->class != b->class;
}

static void exp_load(void *rec, const void *kept)
{
	memcpy(rec, kept, sizeof(struct expectation));
}

static const struct known_type known_exp = {
	sizeof(struct expectation), exp_hash, exp_same, exp_store, exp_differs, exp_load,
};

const struct monitor_source expectation_source = {
	.kinds = 1ull << OBJ_EXPECTATIONS,
	.name = "expectations",
	.bus = NETLINK_NETFILTER,
	.datagram = 1500,
	.join = exp_join,
	.type = &expectation_record,
	.known = &known_exp,
	.plain_lines = true,
	.decode = exp_event,
	.dump = exp_dump,
	.dumped = on_dumped,
};
