/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For benchmarks of conntracks:
 *
 *	ct-tool fill N		make N conntracks in this network namespace
 *	ct-tool receive		receive a dump of them and throw it away
 *	ct-tool churn N KEEP	make N, each but the last KEEP of them being deleted again
 *	ct-tool churn N KEEP wait	the same, at the pace of those who listen to the events
 *	ct-tool churn N KEEP RATE	the same, with so many events a second, evenly
 *
 * The conntracks are made through netlink, some 200,000 a second. Four of
 * five are IPv4; most are TCP, the rest UDP and ICMP.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nl.h"

#define CHUNK	(1u << 20)	/* bytes of messages a send */
/* At the pace of readers: no more events than a socket's default buffer holds. */
#define SMALL_CHUNK (12u << 10)

/* The addresses and ports of conntrack i, one direction. */
static void put_tuple(struct msgbuf *m, unsigned int i, uint8_t proto, bool v6, bool reply)
{
	uint32_t client = 0x0a000000 + i, server = 0xc6336400 + i % 251;
	uint16_t sport = (uint16_t)(1024 + i % 60000), dport = i % 3 ? 443 : 80;
	uint32_t src = reply ? server : client, dst = reply ? client : server;
	size_t tuple = attr_nest(m, reply ? CTA_TUPLE_REPLY : CTA_TUPLE_ORIG);
	size_t nest = attr_nest(m, CTA_TUPLE_IP);

	if (v6) {
		uint32_t a[4] = { htonl(0x20010db8), 0, 0, htonl(src) };

		attr_data(m, CTA_IP_V6_SRC, a, 16);
		a[3] = htonl(dst);
		attr_data(m, CTA_IP_V6_DST, a, 16);
	} else {
		attr_u32(m, CTA_IP_V4_SRC, src);
		attr_u32(m, CTA_IP_V4_DST, dst);
	}
	attr_nest_end(m, nest);
	nest = attr_nest(m, CTA_TUPLE_PROTO);
	attr_u8(m, CTA_PROTO_NUM, proto);
	if (proto == IPPROTO_ICMP) {
		attr_u16(m, CTA_PROTO_ICMP_ID, sport);
		attr_u8(m, CTA_PROTO_ICMP_TYPE, reply ? 0 : 8);
		attr_u8(m, CTA_PROTO_ICMP_CODE, 0);
	} else {
		attr_u16(m, CTA_PROTO_SRC_PORT, reply ? dport : sport);
		attr_u16(m, CTA_PROTO_DST_PORT, reply ? sport : dport);
	}
	attr_nest_end(m, nest);
	attr_nest_end(m, tuple);
}

static bool is_v6(unsigned int i)
{
	return i % 5 == 4;
}

static uint8_t proto_of(unsigned int i)
{
	return i % 10 < 7 || is_v6(i) ? IPPROTO_TCP : i % 20 == 7 ? IPPROTO_ICMP : IPPROTO_UDP;
}

static void put_conntrack(struct msgbuf *m, unsigned int i)
{
	bool v6 = is_v6(i);
	uint8_t proto = proto_of(i);

	msg_begin(m, (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW, NLM_F_CREATE | NLM_F_EXCL,
		  i + 1, v6 ? NFPROTO_IPV6 : NFPROTO_IPV4, 0);
	put_tuple(m, i, proto, v6, false);
	put_tuple(m, i, proto, v6, true);
	attr_u32(m, CTA_STATUS, IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_ASSURED);
	attr_u32(m, CTA_TIMEOUT, 86400);
	attr_u32(m, CTA_MARK, i % 100);
	if (proto == IPPROTO_TCP) {
		size_t info = attr_nest(m, CTA_PROTOINFO), nest = attr_nest(m, CTA_PROTOINFO_TCP);

		attr_u8(m, CTA_PROTOINFO_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
		attr_nest_end(m, nest);
		attr_nest_end(m, info);
	}
	msg_end(m);
}

static void put_delete(struct msgbuf *m, unsigned int i)
{
	bool v6 = is_v6(i);

	msg_begin(m, (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE, 0, i + 1,
		  v6 ? NFPROTO_IPV6 : NFPROTO_IPV4, 0);
	put_tuple(m, i, proto_of(i), v6, false);
	msg_end(m);
}

static int first_error(const struct nl_answer *a, void *arg)
{
	int *error = arg;

	if (a->error && !*error)
		*error = a->error;
	return 0;
}

static int fill(struct nl *nl, unsigned int n)
{
	struct msgbuf m = { 0 };
	int ret = 0, error = 0;

	for (unsigned int i = 0; i < n && !ret && !error; i++) {
		put_conntrack(&m, i);
		if (m.len < CHUNK && i + 1 < n)
			continue;
		ret = nl_batch(nl, &m, CHUNK, first_error, &error);
		m.len = 0;
	}
	msgbuf_fini(&m);
	return error ? error : ret;
}

/* Until no socket of this namespace has anything waiting (proc(5), /proc/net/netlink). */
static void wait_for_readers(void)
{
	struct timespec pause = { .tv_nsec = 200000 };
	bool waits = true;

	while (waits) {
		FILE *f = fopen("/proc/net/netlink", "re");
		unsigned int groups;
		unsigned long rmem;
		char line[256];

		waits = false;
		while (f && !waits && fgets(line, sizeof(line), f))
			waits = sscanf(line, "%*s %*u %*u %x %lu", &groups, &rmem) == 2 && rmem;
		if (f)
			fclose(f);
		if (waits)
			nanosleep(&pause, NULL);
	}
}

/* Until so many events are due since start. */
static void wait_for_rate(const struct timespec *start, uint64_t events, uint64_t rate)
{
	uint64_t ns = (uint64_t)start->tv_nsec + events % rate * 1000000000 / rate;
	struct timespec due = {
		.tv_sec = start->tv_sec + (time_t)(events / rate + ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
		;
}

/* pace: NULL: at full speed. */
static int churn(struct nl *nl, unsigned int n, unsigned int keep, const char *pace)
{
	bool wait = pace && !strcmp(pace, "wait");
	uint64_t rate = pace ? strtoull(pace, NULL, 10) : 0;
	struct msgbuf m = { 0 };
	struct timespec start;
	int ret = 0, error = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);

	for (unsigned int i = 0; i < n && !ret && !error; i++) {
		put_conntrack(&m, i);
		if (i >= keep)
			put_delete(&m, i - keep);
		if (m.len < (pace ? SMALL_CHUNK : CHUNK) && i + 1 < n)
			continue;
		ret = nl_batch(nl, &m, CHUNK, first_error, &error);
		m.len = 0;
		if (wait)
			wait_for_readers();
		else if (rate)
			wait_for_rate(&start, 2ull * i, rate);
	}
	msgbuf_fini(&m);
	return error ? error : ret;
}

static int count(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(unsigned long *)arg;
	return 0;
}

static int receive(struct nl *nl)
{
	struct msgbuf m = { 0 };
	unsigned long n = 0;
	int ret;

	msg_begin(&m, (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET, NLM_F_DUMP, 0,
		  NFPROTO_UNSPEC, 0);
	msg_end(&m);
	ret = nl_request(nl, &m, count, &n);
	msgbuf_fini(&m);
	printf("%lu\n", n);
	return ret;
}

int main(int argc, char **argv)
{
	struct nl *nl = nl_open(NETLINK_NETFILTER);
	int ret = -EINVAL;

	if (!nl) {
		perror("ct-tool: netlink");
		return 1;
	}
	if (argc == 3 && !strcmp(argv[1], "fill"))
		ret = fill(nl, (unsigned int)strtoul(argv[2], NULL, 10));
	else if (argc == 2 && !strcmp(argv[1], "receive"))
		ret = receive(nl);
	else if (argc >= 4 && !strcmp(argv[1], "churn"))
		ret = churn(nl, (unsigned int)strtoul(argv[2], NULL, 10),
			    (unsigned int)strtoul(argv[3], NULL, 10), argv[4]);
	else
		fprintf(stderr, "usage: ct-tool fill N | receive | churn N KEEP [wait|RATE]\n");
	nl_close(nl);
	if (ret < 0)
		fprintf(stderr, "ct-tool: %s\n", strerror(-ret));
	return ret < 0 ? 1 : 0;
}
