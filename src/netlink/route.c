// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routes, one at a time.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"
#include "route.h"

static int on_route(const struct nlmsghdr *nlh, void *arg)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct route *r = arg;
	const struct nlattr *a;

	if (nlh->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(nlh) < sizeof(*rtm))
		return 0;
	r->type = rtm->rtm_type;
	mnl_attr_for_each(a, nlh, sizeof(*rtm))
		if (mnl_attr_get_type(a) == RTA_OIF && mnl_attr_validate(a, MNL_TYPE_U32) == 0)
			r->oif = mnl_attr_get_u32(a);
	return 0;
}

int route_lookup(const struct route_key *key, struct route *r)
{
	bool v6 = key->family == NFPROTO_IPV6;
	_Alignas(struct nlmsghdr) char buf[256] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm;
	struct msgbuf m;
	struct nl *nl;
	int err;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	rtm->rtm_family = v6 ? AF_INET6 : AF_INET;
	rtm->rtm_dst_len = v6 ? 128 : 32;
	mnl_attr_put(nlh, RTA_DST, v6 ? 16 : 4, key->dst);
	if (key->src) {
		rtm->rtm_src_len = rtm->rtm_dst_len;
		mnl_attr_put(nlh, RTA_SRC, v6 ? 16 : 4, key->src);
	}
	if (key->iif)
		mnl_attr_put_u32(nlh, RTA_IIF, key->iif);
	if (key->mark)
		mnl_attr_put_u32(nlh, RTA_MARK, key->mark);
	memset(r, 0, sizeof(*r));
	nl = nl_open(NETLINK_ROUTE);
	if (!nl)
		return -errno;
	m = (struct msgbuf){ .buf = buf, .len = nlh->nlmsg_len, .cap = sizeof(buf) };
	err = nl_request(nl, &m, on_route, r);
	nl_close(nl);
	return err;
}
