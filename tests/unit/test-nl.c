/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "nl.h"
#include "unit.h"

#define NFT(msg) ((NFNL_SUBSYS_NFTABLES << 8) | (msg))

static bool in_namespace;	/* of our own: the nf_tables tests may run */

/* A generic netlink request: its header has the size of nfgenmsg. */
static void genl_request(struct msgbuf *m, uint16_t flags)
{
	struct genlmsghdr g = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };

	m->len = 0;
	msg_begin(m, GENL_ID_CTRL, flags, 0, 0, 0);
	memcpy(m->buf + sizeof(struct nlmsghdr), &g, sizeof(g));
}

static int count(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(int *)arg;
	return 0;
}

static int refuse(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(int *)arg;
	return -ECANCELED;
}

static void requests(void)
{
	struct nl *nl = nl_open(NETLINK_GENERIC);
	struct msgbuf m = { 0 };
	int n = 0, all;

	CHECK(nl != NULL);
	CHECK(nl_portid(nl) != 0);
	CHECK(nl_fd(nl) >= 0);

	genl_request(&m, 0);
	attr_str(&m, CTRL_ATTR_FAMILY_NAME, "nlctrl");
	msg_end(&m);
	CHECK_INT(nl_request(nl, &m, count, &n), 0);
	CHECK_INT(n, 1);
	CHECK_INT(nl_request(nl, &m, NULL, NULL), 0);
	CHECK_INT(nl_request(nl, &m, refuse, &n), -ECANCELED);

	genl_request(&m, 0);
	attr_str(&m, CTRL_ATTR_FAMILY_NAME, "nff-has-no-such");
	msg_end(&m);
	CHECK_INT(nl_request(nl, &m, count, &n), -ENOENT);
	CHECK_INT(n, 2);

	genl_request(&m, NLM_F_DUMP);
	msg_end(&m);
	n = 0;
	CHECK_INT(nl_request(nl, &m, count, &n), 0);
	CHECK(n > 1);
	all = n;
	/* A dump that was given up leaves nothing behind. */
	n = 0;
	CHECK_INT(nl_request(nl, &m, refuse, &n), -ECANCELED);
	CHECK_INT(n, 1);
	n = 0;
	CHECK_INT(nl_request(nl, &m, count, &n), 0);
	CHECK_INT(n, all);

	msgbuf_fini(&m);
	nl_close(nl);
	nl_close(NULL);
}

static void unknown_bus(void)
{
	errno = 0;
	CHECK(nl_open(31) == NULL);
	CHECK(errno != 0);
}

/* Begin and end of a batch around what is between. */
static void batch_edge(struct msgbuf *m, uint16_t type, uint32_t seq)
{
	msg_begin(m, type, 0, seq, 0, NFNL_SUBSYS_NFTABLES);
	msg_end(m);
}

static void table_msg(struct msgbuf *m, uint16_t type, uint16_t flags, uint32_t seq,
		      const char *name)
{
	msg_begin(m, NFT(type), flags, seq, NFPROTO_IPV4, 0);
	attr_str(m, NFTA_TABLE_NAME, name);
	msg_end(m);
}

struct answers {
	int acks, errors, echoes;
	uint32_t error_seq;
	int error;
	char ext[128];
	int stop;		/* to return at the first answer */
};

static int gather(const struct nl_answer *a, void *arg)
{
	struct answers *all = arg;

	if (all->stop)
		return all->stop;
	if (a->msg) {
		all->echoes++;
	} else if (a->error) {
		all->errors++;
		all->error_seq = a->seq;
		all->error = a->error;
		if (a->ext_msg)
			snprintf(all->ext, sizeof(all->ext), "%s", a->ext_msg);
	} else {
		all->acks++;
	}
	return 0;
}

static int tables(struct nl *nl)
{
	struct msgbuf m = { 0 };
	int n = 0;

	msg_begin(&m, NFT(NFT_MSG_GETTABLE), NLM_F_DUMP, 0, NFPROTO_UNSPEC, 0);
	msg_end(&m);
	if (nl_request(nl, &m, count, &n) < 0)
		n = -1;
	msgbuf_fini(&m);
	return n;
}

static void batch(void)
{
	struct nl *nl;
	struct msgbuf m = { 0 };
	struct answers a = { 0 };

	if (!in_namespace)
		SKIP("no network namespace of its own");
	nl = nl_open(NETLINK_NETFILTER);
	CHECK(nl != NULL);

	batch_edge(&m, NFNL_MSG_BATCH_BEGIN, 1);
	table_msg(&m, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_ACK, 2, "a");
	table_msg(&m, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_ECHO, 3, "b");
	batch_edge(&m, NFNL_MSG_BATCH_END, 4);
	CHECK_INT(nl_batch(nl, &m, 0, gather, &a), 0);
	CHECK_INT(a.acks, 1);
	CHECK_INT(a.errors, 0);
	CHECK(a.echoes >= 1);
	CHECK_INT(tables(nl), 2);

	/* An error names its message, and nothing of the batch stays. */
	m.len = 0;
	memset(&a, 0, sizeof(a));
	batch_edge(&m, NFNL_MSG_BATCH_BEGIN, 11);
	table_msg(&m, NFT_MSG_NEWTABLE, NLM_F_CREATE, 12, "c");
	table_msg(&m, NFT_MSG_DELTABLE, 0, 13, "nope");
	batch_edge(&m, NFNL_MSG_BATCH_END, 14);
	CHECK_INT(nl_batch(nl, &m, 0, gather, &a), 0);
	CHECK_INT(a.errors, 1);
	CHECK_INT(a.error_seq, 13);
	CHECK_INT(a.error, -ENOENT);
	CHECK_INT(tables(nl), 2);

	/* What a reader leaves is not met by the next one. */
	a.stop = -ECANCELED;
	CHECK_INT(nl_batch(nl, &m, 0, gather, &a), -ECANCELED);
	memset(&a, 0, sizeof(a));
	CHECK_INT(nl_batch(nl, &m, 0, gather, &a), 0);
	CHECK_INT(a.errors, 1);

	msgbuf_fini(&m);
	nl_close(nl);
}

/* Some megabytes and 100,000 acknowledgements: far over the default buffers. */
static void large_batch(void)
{
	enum { N = 100000 };
	struct nl *nl;
	struct msgbuf m = { 0 };
	struct answers a = { 0 };
	char name[NFT_NAME_MAXLEN];

	if (!in_namespace)
		SKIP("no network namespace of its own");
	nl = nl_open(NETLINK_NETFILTER);
	CHECK(nl != NULL);
	memset(name, 'n', sizeof(name));
	batch_edge(&m, NFNL_MSG_BATCH_BEGIN, 1);
	for (int i = 0; i < N; i++) {
		snprintf(name + 100, 10, "%d", i % 10);
		table_msg(&m, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_ACK, (uint32_t)(2 + i), name);
	}
	/* Without the end nothing is committed. */
	CHECK(m.len > 10 << 20);
	CHECK_INT(nl_batch(nl, &m, (size_t)N * 1024, gather, &a), 0);
	CHECK_INT(a.acks, N);
	CHECK_INT(a.errors, 0);
	nl_close(nl);

	/* A receive buffer that is too small is told. */
	nl = nl_open(NETLINK_NETFILTER);
	CHECK(nl != NULL);
	memset(&a, 0, sizeof(a));
	CHECK_INT(nl_batch(nl, &m, 0, gather, &a), -ENOBUFS);
	CHECK(a.acks > 0 && a.acks < N);
	memset(&a, 0, sizeof(a));
	CHECK_INT(nl_batch(nl, &m, (size_t)N * 1024, gather, &a), 0);
	CHECK_INT(a.acks, N);
	nl_close(nl);

	m.too_long = true;
	CHECK_INT(nl_batch(NULL, &m, 0, gather, &a), -EMSGSIZE);
	msgbuf_fini(&m);
}

static void extended_ack(void)
{
	struct nl *nl;
	struct msgbuf m = { 0 };
	int n = 0;

	nl = nl_open(NETLINK_GENERIC);
	CHECK(nl != NULL);
	/* A string without its NUL fails the family's policy, with a reason. */
	genl_request(&m, 0);
	attr_data(&m, CTRL_ATTR_FAMILY_NAME, "0123456789012345678901234567890123456789", 40);
	msg_end(&m);
	CHECK(nl_request(nl, &m, count, &n) < 0);
	CHECK(nl_ext_msg(nl) != NULL);
	genl_request(&m, 0);
	attr_str(&m, CTRL_ATTR_FAMILY_NAME, "nlctrl");
	msg_end(&m);
	CHECK_INT(nl_request(nl, &m, count, &n), 0);
	CHECK(nl_ext_msg(nl) == NULL);
	msgbuf_fini(&m);
	nl_close(nl);
}

/* Error messages of every length, and with lengths inside that do not fit. */
static void malformed_errors(void)
{
	_Alignas(8) char buf[256];
	struct nlmsghdr *h = (struct nlmsghdr *)buf;
	struct nlmsgerr *e = (struct nlmsgerr *)(h + 1);
	struct nlattr *at = (struct nlattr *)(e + 1);
	struct nl_answer a;

	memset(buf, 0, sizeof(buf));
	h->nlmsg_type = NLMSG_ERROR;
	h->nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	h->nlmsg_seq = 5;
	e->error = -ENOENT;
	e->msg.nlmsg_len = 20;
	at->nla_type = NLMSGERR_ATTR_MSG;
	at->nla_len = NLA_HDRLEN + 5;
	memcpy(at + 1, "text", 5);
	h->nlmsg_len = sizeof(*h) + sizeof(*e) + NLA_ALIGN(at->nla_len);
	CHECK_INT(nl_parse_error(h, &a), 0);
	CHECK_INT(a.seq, 5);
	CHECK_INT(a.error, -ENOENT);
	CHECK_STR(a.ext_msg, "text");

	memcpy(at + 1, "texts", 5);		/* no NUL in its length */
	CHECK_INT(nl_parse_error(h, &a), 0);
	CHECK_STR(a.ext_msg, NULL);
	at->nla_len = 4000;
	CHECK_INT(nl_parse_error(h, &a), 0);
	CHECK_STR(a.ext_msg, NULL);

	h->nlmsg_flags = NLM_F_ACK_TLVS;
	for (uint32_t inner = 0; inner < 4000; inner++) {
		e->msg.nlmsg_len = inner;
		nl_parse_error(h, &a);
	}
	e->msg.nlmsg_len = UINT32_MAX;
	CHECK_INT(nl_parse_error(h, &a), -EPROTO);
	for (h->nlmsg_len = sizeof(*h); h->nlmsg_len < sizeof(*h) + sizeof(*e); h->nlmsg_len++)
		CHECK_INT(nl_parse_error(h, &a), -EPROTO);
	h->nlmsg_type = NLMSG_DONE;
	for (h->nlmsg_len = sizeof(*h); h->nlmsg_len < 100; h->nlmsg_len++)
		nl_parse_error(h, &a);
	e->error = 5;
	CHECK_INT(nl_parse_error(h, &a), -EPROTO);
}

int main(void)
{
	in_namespace = unshare(CLONE_NEWNET) == 0;
	RUN(requests);
	RUN(unknown_bus);
	RUN(batch);
	RUN(large_batch);
	RUN(extended_ack);
	RUN(malformed_errors);
	return unit_status();
}
