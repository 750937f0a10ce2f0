/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list conntracks: a dump of ctnetlink, printed entry by entry as it comes
 * in, so that memory does not grow with the table.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "conntrack.h"
#include "ct_request.h"
#include "flow.h"
#include "nl_open.h"
#include "view.h"

struct listing {
	struct nff *n;
	const struct match *match;
	struct view view;
	uint64_t malformed;
};

static int list_one(const struct nlmsghdr *nlh, void *arg)
{
	struct listing *l = arg;
	struct conntrack ct;

	if (nlh->nlmsg_type != ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW))
		return 0;
	if (ct_decode(nlh, &ct) < 0) {
		l->malformed++;
		return 0;
	}
	if (!match_record(l->match, &ct))
		return 0;
	return view_add(&l->view, &ct);
}

static int list_error(struct nff *n, struct loc loc, int err)
{
	const char *ext = nl_ext_msg(n->nl);

	diag_error(&n->diags, loc, "cannot list the conntracks: %s%s%s", strerror(-err),
		   ext ? ": " : "", ext ? ext : "");
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EINVAL || err == -EOPNOTSUPP)
		diag_hint(&n->diags, "the kernel may lack conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}

int flow_list_conntracks(struct nff *n, const struct cmd *cmd)
{
	struct query q = *cmd->query;
	struct listing l = { .n = n };
	struct arena a = { 0 };
	int err;

	if (q.family == NFPROTO_INET)
		q.family = NFPROTO_UNSPEC;
	if (q.family && q.family != NFPROTO_IPV4 && q.family != NFPROTO_IPV6)
		return diag_error(&n->diags, cmd->loc, "there are no conntracks of family %s, "
				  "only of ip and ip6", family_name(q.family));
	if (query_check(n, cmd, QUERY_FAMILY | QUERY_SOURCE | QUERY_OFFLOAD | QUERY_WHERE |
			QUERY_VIEW) < 0)
		return -1;
	l.match = match_new(n, &a, &q, &conntrack_record);
	if (!l.match || !nff_nl(n) || view_init(&l.view, n, &q, &conntrack_record) < 0) {
		arena_free(&a);
		return -1;
	}
	err = ct_dump(n->nl, l.match, q.source, list_one, &l);
	arena_free(&a);

	if (err == -ECANCELED)	/* no more is wanted; write errors are told by who flushes */
		err = 0;
	if (err == -EINTR) {
		diag_warning(&n->diags, cmd->loc,
			     "the conntracks changed while they were listed: some may be missing");
		err = 0;
	}
	view_end(&l.view, err == 0);
	if (l.malformed)
		diag_warning(&n->diags, cmd->loc, "%llu conntracks could not be read: "
			     "the kernel sent them in an unknown form",
			     (unsigned long long)l.malformed);
	return err ? list_error(n, cmd->loc, err) : 0;
}
