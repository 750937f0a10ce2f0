// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows of the kernel's own flowtable as a source of monitors. That flowtable tells nothing, and
 * ctnetlink sends no event when a connection is offloaded; but the connection's entry has a flag
 * meanwhile, by which the kernel filters a dump. So the few that have it are dumped each second.
 */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "ct_request.h"
#include "match.h"
#include "monitor_int.h"
#include "nl_open.h"

#define CT_NEW ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW)

/* There is nothing to listen to. */
static int offload_join(struct watch *w)
{
	(void)w;
	return 0;
}

static int on_dumped(const struct nlmsghdr *nlh, void *arg)
{
	struct watch *w = arg;

	if (nlh->nlmsg_type != CT_NEW)
		return 0;
	if (ct_decode(nlh, w->rec) < 0) {
		w->m->malformed++;
		return 0;
	}
	return match_record(w->priv, w->rec) ? monitor_dumped(w, w->rec) : 0;
}

/* All that are offloaded, whatever of them is to be shown: what is known must be right. */
static int offload_dump(struct watch *w)
{
	struct query q = { .offload = true };

	if (!nff_nl(w->m->n))
		return -ENOTCONN;
	if (!w->priv)
		w->priv = match_new(w->m->n, &w->m->arena, &q, &conntrack_record);
	if (!w->priv)
		return -ENOTCONN;
	return ct_dump(w->m->n->nl, w->priv, CT_SOURCE_TABLE, w->src->dumped, w);
}

/* ---- what is known of one: the counters, too, which nothing will tell at the end ---- */

struct kept_offload {
	struct kept_ct ct;		/* first: what is compared is in there */
	struct ct_counters counters[2];
};

static void offload_store(void *kept, const void *rec)
{
	const struct conntrack *ct = rec;
	struct kept_offload *k = kept;

	kept_ct_store(&k->ct, rec);
	for (unsigned int i = 0; i < 2; i++)
		k->counters[i] = ct->counters[i];
}

static void offload_load(void *rec, const void *kept)
{
	const struct kept_offload *k = kept;
	struct conntrack *ct = rec;

	kept_ct_load(rec, &k->ct);
	for (unsigned int i = 0; i < 2; i++)
		ct->counters[i] = k->counters[i];
}

static const struct known_type known_offload = {
	sizeof(struct kept_offload), kept_ct_hash, kept_ct_same, offload_store, kept_ct_differs,
	offload_load,
};

const struct monitor_source offload_source = {
	.kinds = 1ull << OBJ_FLOWS,
	.name = "flows",
	.bus = NETLINK_NETFILTER,
	.datagram = 1500,
	.join = offload_join,
	.look_ms = 1000,
	.type = &conntrack_record,
	.known = &known_offload,
	.dump = offload_dump,
	.dumped = on_dumped,
};
