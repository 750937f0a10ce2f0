/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink sockets: requests with their answers, dumps, and batches.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arena.h"
#include "nl.h"

/*
 * The kernel fills at most 32 KiB for a part of a dump, and offers that much
 * only to a reader whose buffer is as large. Other messages (echoed objects)
 * are smaller than 64 KiB.
 */
#define RECV_SIZE	(64u << 10)

struct nl {
	int fd;
	int bus;
	uint32_t portid;
	uint32_t seq;
	size_t sndbuf, rcvbuf;		/* what was asked for; 0: the default */
	unsigned long received;		/* datagrams */
	char *ext_msg;			/* of the last request that failed, or NULL */
	_Alignas(struct nlmsghdr) char buf[RECV_SIZE];
};

/* A bound socket, or -1 with errno set. */
static int socket_open(int bus, uint32_t *portid)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, bus), one = 1, err;
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(addr);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) < 0) {
		err = errno;
		close(fd);
		errno = err;
		return -1;
	}
	*portid = addr.nl_pid;
	/* Wishes, which every supported kernel grants: reasons in errors, and no copy of the
	 * request in them. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return fd;
}

struct nl *nl_open(int bus)
{
	uint32_t portid;
	int fd = socket_open(bus, &portid);
	struct nl *nl;

	if (fd < 0)
		return NULL;
	nl = xmalloc(sizeof(*nl));
	memset(nl, 0, offsetof(struct nl, buf));
	nl->fd = fd;
	nl->bus = bus;
	nl->portid = portid;
	return nl;
}

void nl_close(struct nl *nl)
{
	if (!nl)
		return;
	close(nl->fd);
	free(nl->ext_msg);
	free(nl);
}

uint32_t nl_portid(const struct nl *nl)
{
	return nl->portid;
}

int nl_fd(const struct nl *nl)
{
	return nl->fd;
}

unsigned long nl_received(const struct nl *nl)
{
	return nl->received;
}

const char *nl_ext_msg(const struct nl *nl)
{
	return nl->ext_msg;
}

/*
 * Give up what is still queued, or being dumped, by taking a new socket under
 * the same descriptor.
 */
static void socket_renew(struct nl *nl)
{
	uint32_t portid;
	int fd = socket_open(nl->bus, &portid);

	if (fd < 0)
		return;
	if (dup3(fd, nl->fd, O_CLOEXEC) >= 0) {
		nl->portid = portid;
		nl->sndbuf = nl->rcvbuf = 0;
	}
	close(fd);
}

static int send_all(struct nl *nl, const void *buf, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct msghdr msg = {
		.msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = sendmsg(nl->fd, &msg, 0);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/*
 * One datagram of the kernel into nl->buf: its length, or -errno (-EPROTO
 * where it did not fit). Datagrams of other processes are passed over.
 */
static ssize_t receive(struct nl *nl, int flags)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec iov = { .iov_base = nl->buf, .iov_len = RECV_SIZE };
		struct msghdr msg = {
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
		};
		ssize_t n = recvmsg(nl->fd, &msg, flags);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (from.nl_pid != 0)
			continue;
		if (msg.msg_flags & MSG_TRUNC)
			return -EPROTO;
		nl->received++;
		return n;
	}
}

int nl_parse_error(const struct nlmsghdr *nlh, struct nl_answer *a)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh), skip = sizeof(*e);
	const struct nlattr *attr;

	memset(a, 0, sizeof(*a));
	a->seq = nlh->nlmsg_seq;
	if (nlh->nlmsg_type == NLMSG_DONE) {
		int error;

		/* The end of a dump: an error number and, with a failure, the attributes. */
		if (len < sizeof(error))
			return 0;
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
		a->error = error;
		skip = sizeof(error);
	} else {
		if (len < sizeof(*e))
			return -EPROTO;
		a->error = e->error;
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
			if (e->msg.nlmsg_len < sizeof(e->msg))
				return -EPROTO;
			skip += e->msg.nlmsg_len - sizeof(e->msg);
		}
	}
	if (a->error > 0)
		return -EPROTO;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;
	if (skip > len || NLMSG_ALIGN(skip) > len)
		return -EPROTO;
	mnl_attr_for_each(attr, nlh, NLMSG_ALIGN(skip)) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
				a->ext_msg = mnl_attr_get_str(attr);
			break;
		case NLMSGERR_ATTR_OFFS:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
				a->offset = mnl_attr_get_u32(attr);
			break;
		}
	}
	return 0;
}

/* The state of nl_request() between datagrams. */
struct reading {
	uint32_t seq;
	bool dump, done, interrupted;
	nl_cb cb;
	void *arg;
};

/* NLMSG_ERROR or NLMSG_DONE: 0 or -errno. */
static int read_end(struct nl *nl, const struct nlmsghdr *nlh, struct reading *r)
{
	struct nl_answer a;
	int ret = nl_parse_error(nlh, &a);

	if (ret < 0)
		return ret;
	r->done = true;
	if (a.error && a.ext_msg)
		nl->ext_msg = xstrdup(a.ext_msg);
	return a.error;
}

/* The messages of one datagram. */
static int read_messages(struct nl *nl, size_t size, struct reading *r)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)nl->buf;
	int len = (int)size, ret = 0;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		/* Answers about hooks come without a port. */
		if (nlh->nlmsg_seq != r->seq ||
		    (nlh->nlmsg_pid && nlh->nlmsg_pid != nl->portid))
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			r->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
			ret = read_end(nl, nlh, r);
		else if (nlh->nlmsg_type == NLMSG_OVERRUN)
			ret = -ENOBUFS;
		else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && !r->interrupted)
			ret = r->cb ? r->cb(nlh, r->arg) : 0;
		if (ret < 0 || r->done)
			return ret;
	}
	return len > 0 ? -EPROTO : 0;
}

int nl_request(struct nl *nl, struct msgbuf *m, nl_cb cb, void *arg)
{
	struct nlmsghdr *req = (struct nlmsghdr *)m->buf;
	struct reading r = {
		.cb = cb,
		.arg = arg,
		.dump = (req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP,
	};
	int ret;

	free(nl->ext_msg);
	nl->ext_msg = NULL;
	if (m->too_long)
		return -EMSGSIZE;
	if (++nl->seq == 0)
		nl->seq = 1;
	req->nlmsg_seq = r.seq = nl->seq;
	/* A dump ends by itself; anything else with the acknowledgement. */
	if (!r.dump)
		req->nlmsg_flags |= NLM_F_ACK;

	ret = send_all(nl, m->buf, m->len);
	if (ret < 0)
		return ret;
	do {
		ssize_t n = receive(nl, 0);

		ret = n < 0 ? (int)n : read_messages(nl, (size_t)n, &r);
	} while (ret == 0 && !r.done);

	if (!r.done)
		socket_renew(nl);
	return ret == 0 && r.interrupted ? -EINTR : ret;
}

/*
 * Make a socket buffer at least size bytes large. The kernel doubles what it
 * is asked for, as its own bookkeeping counts too.
 */
static void grow_buffer(int fd, int force_opt, int opt, size_t size, size_t *now)
{
	int val = size > INT32_MAX / 2 ? INT32_MAX / 2 : (int)size;

	if (size <= *now)
		return;
	if (setsockopt(fd, SOL_SOCKET, force_opt, &val, sizeof(val)) < 0)
		setsockopt(fd, SOL_SOCKET, opt, &val, sizeof(val));
	*now = size;
}

/* All answers of one datagram. */
static int read_answers(struct nl *nl, size_t size, nl_answer_cb cb, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)nl->buf;
	int len = (int)size;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		struct nl_answer a = { .seq = nlh->nlmsg_seq };
		int ret = 0;

		if (nlh->nlmsg_type == NLMSG_ERROR)
			ret = nl_parse_error(nlh, &a);
		else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			a.msg = nlh;
		else
			continue;
		if (ret == 0 && cb)
			ret = cb(&a, arg);
		if (ret < 0)
			return ret;
	}
	return len > 0 ? -EPROTO : 0;
}

int nl_batch(struct nl *nl, struct msgbuf *m, size_t rcvbuf, nl_answer_cb cb, void *arg)
{
	bool lost = false;
	int ret;

	if (m->too_long || m->len > INT32_MAX / 2)
		return -EMSGSIZE;
	grow_buffer(nl->fd, SO_SNDBUFFORCE, SO_SNDBUF, m->len, &nl->sndbuf);
	grow_buffer(nl->fd, SO_RCVBUFFORCE, SO_RCVBUF, rcvbuf, &nl->rcvbuf);

	ret = send_all(nl, m->buf, m->len);
	if (ret < 0)
		return ret;
	/* The kernel did all the work, and queued all answers, before sendmsg() returned. */
	for (;;) {
		ssize_t n = receive(nl, MSG_DONTWAIT);

		if (n == -EAGAIN)
			break;
		if (n == -ENOBUFS) {
			lost = true;
			continue;
		}
		ret = n < 0 ? (int)n : read_answers(nl, (size_t)n, cb, arg);
		if (ret < 0) {
			socket_renew(nl);
			return ret;
		}
	}
	return lost ? -ENOBUFS : 0;
}
