/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only code that opens netlink sockets. (src/netlink/nl.c)
 */
#ifndef NFF_NL_H
#define NFF_NL_H

#include <stdbool.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include "msgbuf.h"

struct nl;

/* bus: NETLINK_NETFILTER, NETLINK_GENERIC. NULL with errno set. */
struct nl *nl_open(int bus);
void nl_close(struct nl *nl);
uint32_t nl_portid(const struct nl *nl);
int nl_fd(const struct nl *nl);
/* How many datagrams came in so far: messages of the same one were received together. */
unsigned long nl_received(const struct nl *nl);

/* Called for each message of a dump; < 0 (-errno) ends it, and is returned. */
typedef int (*nl_cb)(const struct nlmsghdr *nlh, void *arg);

/*
 * Send the one request in m (NLM_F_DUMP or a plain get; its sequence number
 * is filled in) and hand each answer to cb. Returns 0, -errno of the kernel
 * or the socket, or -EINTR where the dump was inconsistent (NLM_F_DUMP_INTR)
 * and must be done again. ENOBUFS cannot happen to a dump. A message cut
 * short gives -EPROTO.
 */
int nl_request(struct nl *nl, struct msgbuf *m, nl_cb cb, void *arg);

/* The reason that the kernel gave for the failure of the last nl_request(), or NULL. */
const char *nl_ext_msg(const struct nl *nl);

/* One answer of the kernel to a batch. */
struct nl_answer {
	uint32_t seq;
	int error;			/* -errno; 0: an acknowledgement */
	const char *ext_msg;		/* extended ack text, or NULL */
	const struct nlmsghdr *msg;	/* set for echoed objects, error unused */
	uint32_t offset;		/* of the attribute at fault in its message; 0: not told */
};
typedef int (*nl_answer_cb)(const struct nl_answer *a, void *arg);
/*
 * Send a batch (all of m, in one message to the kernel) and read all the
 * answers. The send buffer is grown to the size of the batch
 * (SO_SNDBUFFORCE), the receive buffer to rcvbuf bytes. Returns 0 when the
 * kernel took the message and answered (errors are told to cb), or -errno:
 * -EMSGSIZE where the send buffer cannot be made large enough, -ENOBUFS where
 * the receive buffer was too small: the batch ran, what answers were left have
 * been told to cb, and some are lost.
 */
int nl_batch(struct nl *nl, struct msgbuf *m, size_t rcvbuf, nl_answer_cb cb, void *arg);

/*
 * An NLMSG_ERROR message (or NLMSG_DONE) to seq, error, ext_msg and offset.
 * 0, or -EPROTO where it is malformed.
 */
int nl_parse_error(const struct nlmsghdr *nlh, struct nl_answer *a);

#endif
