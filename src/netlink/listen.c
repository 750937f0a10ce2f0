/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink sockets that listen to multicast groups. Events come by the hundred thousand a second,
 * each in a datagram of its own: many are received with one call.
 */
#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "listen.h"

/* Datagrams a call at most. */
#define BATCH		64

struct listen {
	int fd;
	size_t limit;
	size_t datagram;		/* bytes of one in buf */
	char *buf;			/* BATCH datagrams */
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_nl from[BATCH];
	/* Messages taken by listen_stash(), one behind the other. */
	char *stash;
	size_t stash_len, stash_cap, stash_pos;
	bool lost;			/* events are missing somewhere in it: told before it */
};

/*
 * Without the privilege to go beyond the system's limit (net.core.rmem_max) the buffer is as
 * large as that.
 */
static void set_buffer(int fd, size_t limit)
{
	int val = limit > INT_MAX / 2 ? INT_MAX / 2 : (int)limit;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &val, sizeof(val)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &val, sizeof(val));
}

static int open_socket(const struct listen_opts *o)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, o->bus), one = 1, err;
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    (o->reliable && setsockopt(fd, SOL_NETLINK, NETLINK_BROADCAST_ERROR, &one,
				       sizeof(one)) < 0)) {
		err = errno;
		close(fd);
		errno = err;
		return -1;
	}
	set_buffer(fd, o->limit);
	return fd;
}

/* The places of the datagrams. They are not apart by a power of two, which caches do not like. */
static void lay_out(struct listen *l, size_t datagram)
{
	l->datagram = (datagram + 63) / 64 * 64 + 64;
	free(l->buf);
	l->buf = xmalloc(BATCH * l->datagram);
	for (unsigned int i = 0; i < BATCH; i++) {
		l->iov[i] = (struct iovec){ l->buf + i * l->datagram, l->datagram };
		l->msgs[i].msg_hdr = (struct msghdr){
			.msg_name = &l->from[i], .msg_namelen = sizeof(l->from[i]),
			.msg_iov = &l->iov[i], .msg_iovlen = 1,
		};
	}
}

struct listen *listen_on(int fd, const struct listen_opts *opts)
{
	struct listen *l = xcalloc(1, sizeof(*l));

	l->fd = fd;
	l->limit = opts->limit;
	lay_out(l, opts->datagram);
	return l;
}

struct listen *listen_open(const struct listen_opts *opts)
{
	int fd = open_socket(opts);

	return fd < 0 ? NULL : listen_on(fd, opts);
}

void listen_close(struct listen *l)
{
	if (!l)
		return;
	close(l->fd);
	free(l->buf);
	free(l->stash);
	free(l);
}

int listen_join(struct listen *l, uint32_t group)
{
	if (setsockopt(l->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	return 0;
}

int listen_fd(const struct listen *l)
{
	return l->fd;
}

bool listen_stashed(const struct listen *l)
{
	return l->stash_pos < l->stash_len || l->lost;
}

size_t listen_granted(const struct listen *l)
{
	int val = 0;
	socklen_t len = sizeof(val);

	getsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &val, &len);
	return (size_t)val;
}

/* Datagrams that wait: how many, or -errno. */
static int receive(struct listen *l)
{
	int n;

	do {
		n = recvmmsg(l->fd, l->msgs, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Of n datagrams, the longest that was cut: its length; 0: none was. */
static size_t cut_len(const struct listen *l, int n)
{
	size_t len = 0;

	for (int i = 0; i < n; i++)
		if (!l->from[i].nl_pid && l->msgs[i].msg_hdr.msg_flags & MSG_TRUNC &&
		    l->msgs[i].msg_len > len)
			len = l->msgs[i].msg_len;
	return len;
}

/* The length of datagram i; 0 where it is none of the kernel's, or was cut. */
static size_t datagram_len(const struct listen *l, int i)
{
	if (l->from[i].nl_pid || l->msgs[i].msg_hdr.msg_flags & MSG_TRUNC)
		return 0;
	return l->msgs[i].msg_len;
}

/* The messages of a datagram: how many, or < 0 of cb. */
static int hand_out(const char *p, size_t size, nl_cb cb, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)p;
	int len = (int)size, n = 0;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		int ret;

		if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
			continue;
		ret = cb(nlh, arg);
		if (ret < 0)
			return ret;
		n++;
	}
	return n;
}

/* As many messages of the stash as a call gives. */
static int from_stash(struct listen *l, nl_cb cb, void *arg)
{
	int n = 0;

	while (n < BATCH && l->stash_pos < l->stash_len) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(l->stash + l->stash_pos);
		int ret;

		/* Told as taken before, should cb end it. */
		l->stash_pos += NLMSG_ALIGN(nlh->nlmsg_len);
		ret = cb(nlh, arg);
		if (ret < 0)
			return ret;
		n++;
	}
	if (l->stash_pos == l->stash_len)
		l->stash_len = l->stash_pos = 0;
	return n;
}

static void stash_datagram(struct listen *l, const char *p, size_t size)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)p;
	int len = (int)size;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		size_t need = NLMSG_ALIGN(nlh->nlmsg_len);

		if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
			continue;
		if (l->stash_cap - l->stash_len < need) {
			l->stash_cap = l->stash_cap * 2 + BATCH * l->datagram + need;
			l->stash = xrealloc(l->stash, l->stash_cap);
		}
		memcpy(l->stash + l->stash_len, nlh, nlh->nlmsg_len);
		l->stash_len += need;
	}
}

/* Datagrams that were received; the next ones are given as much room as the longest of these. */
static void stash_batch(struct listen *l, int n)
{
	size_t cut = cut_len(l, n);

	for (int i = 0; i < n; i++)
		stash_datagram(l, l->iov[i].iov_base, datagram_len(l, i));
	if (!cut)
		return;
	lay_out(l, cut);
	l->lost = true;
}

/* Events were lost: that is told before what came with the loss, as the kernel tells an overrun. */
static int tell_lost(struct listen *l)
{
	l->lost = false;
	return -ENOBUFS;
}

int listen_receive(struct listen *l, nl_cb cb, void *arg)
{
	int n, total = 0;

	if (l->lost)
		return tell_lost(l);
	if (listen_stashed(l))
		return from_stash(l, cb, arg);
	n = receive(l);
	if (n < 0)
		return n;
	if (cut_len(l, n)) {
		stash_batch(l, n);
		return tell_lost(l);
	}
	for (int i = 0; i < n; i++) {
		int ret = hand_out(l->iov[i].iov_base, datagram_len(l, i), cb, arg);

		if (ret < 0)
			return ret;
		total += ret;
	}
	return total ? total : 1;
}

void listen_stash(struct listen *l)
{
	int n = 1;

	/* Behind a loss nothing is taken: the one that reads must learn of it first. */
	while (n > 0 && !l->lost && l->stash_len < l->limit) {
		n = receive(l);
		if (n == -ENOBUFS)
			l->lost = true;
		stash_batch(l, n);
	}
}
