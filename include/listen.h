/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that listen to the kernel's multicast groups. (src/netlink/listen.c)
 *
 * The kernel drops an event that finds the socket's buffer full, and says so once (ENOBUFS):
 * what was lost must be found out by other means.
 */
#ifndef NFF_LISTEN_H
#define NFF_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "nl.h"

struct listen;

struct listen_opts {
	int bus;			/* NETLINK_NETFILTER, NETLINK_GENERIC */
	/*
	 * Bytes of the socket's buffer at most; it costs memory only where events wait. The
	 * kernel counts its bookkeeping too, and so is asked for twice as much.
	 */
	size_t limit;
	/* The longest datagram that is expected; one that is longer counts as lost. */
	size_t datagram;
	/*
	 * NETLINK_BROADCAST_ERROR: who makes an event learns that it could not be delivered;
	 * conntrack then holds back the destroy event, and tries again.
	 */
	bool reliable;
};

/* NULL with errno set. */
struct listen *listen_open(const struct listen_opts *opts);
/*
 * The same with a socket that is open, of whatever kind keeps datagrams apart: for tests, which so
 * need no kernel. It is closed with the listener.
 */
struct listen *listen_on(int fd, const struct listen_opts *opts);
void listen_close(struct listen *l);
/* Events of a group from here on: 0 or -errno (-EPERM: needs CAP_NET_ADMIN). */
int listen_join(struct listen *l, uint32_t group);
int listen_fd(const struct listen *l);
/* Does something wait that was taken by listen_stash()? Then poll() does not tell. */
bool listen_stashed(const struct listen *l);
/* The bytes of buffer that the kernel granted, its bookkeeping included. */
size_t listen_granted(const struct listen *l);

/*
 * Hand some of the waiting messages to cb, without waiting for more. Returns how many (at
 * least 1), -EAGAIN where there are none, -ENOBUFS where events were lost: behind those that have
 * been handed out, and before, among or behind those that wait; or -errno of the socket or of cb
 * (< 0 ends it).
 */
int listen_receive(struct listen *l, nl_cb cb, void *arg);
/*
 * Take what waits into memory, to be handed out later, so that the socket's buffer is free while
 * something else takes long. At most the limit of bytes. What was lost is told by the next
 * listen_receive().
 */
void listen_stash(struct listen *l);

#endif
