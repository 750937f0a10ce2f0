/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generic netlink: families by name (linux/genetlink.h). (src/netlink/genl.c)
 */
#ifndef NFF_GENL_H
#define NFF_GENL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdint.h>
#include "msgbuf.h"
#include "nl.h"

#define GENL_GROUPS_MAX	4

struct genl_family {
	uint16_t id;			/* the type of its messages */
	uint32_t version;
	unsigned int n_groups;		/* multicast groups, as far as there is room */
	struct {
		char name[16];
		uint32_t id;
	} groups[GENL_GROUPS_MAX];
};

/*
 * Look up a family on a socket of bus NETLINK_GENERIC. All families are dumped: a request by
 * name would make the kernel load a module, which looking must not do. 0, -ENOENT where there is
 * none of that name, or -errno of the socket.
 */
int genl_resolve(struct nl *nl, const char *name, struct genl_family *f);
/* The id of a multicast group of the family, 0: it has none of that name. */
uint32_t genl_group(const struct genl_family *f, const char *name);

/* Begin a message to the family; the end is msg_end(). flags as NLM_F_*. */
void genl_begin(struct msgbuf *m, const struct genl_family *f, uint8_t cmd, uint16_t flags);
/* The command of a message of a family, 0 where it is too short to have one. */
static inline uint8_t genl_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *g = (const struct genlmsghdr *)((const char *)nlh + NLMSG_HDRLEN);

	return nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN ? 0 : g->cmd;
}

/* Where the attributes of such a message begin and end. */
static inline const char *genl_attrs(const struct nlmsghdr *nlh)
{
	return (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;
}

static inline const char *genl_attrs_end(const struct nlmsghdr *nlh)
{
	return (const char *)nlh + nlh->nlmsg_len;
}

#endif
