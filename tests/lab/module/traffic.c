// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * traffic.c - packets that the module's tests need and no common program sends.
 *
 *   traffic udp ADDRESS PORT SIZE:COUNT... [port=LOCAL] [df=0|1] [ttl=TTL:COUNT] [opts=1]
 *               [opted=COUNT]   datagrams from one socket, with a pause of 2 ms each; ttl= sends
 *                               that many more with that TTL, opted= with IP options, opts=1 has
 *                               them on all. An error of the socket is printed.
 *   traffic udp0 ADDRESS PORT COUNT  datagrams without checksum
 *   traffic echo PORT           sends UDP datagrams back, and checks that they hold zeroes
 *   traffic tcp SRC SPORT DST DPORT SEQ FLAGS  a lone TCP segment, flags as in the header
 *   traffic mroute SOURCE GROUP IN OUT  forwards multicast from device IN to OUT until it is
 *                               killed
 *   traffic pppoe NAMESPACE DEVICE MAC ID  a PPPoE session with that peer, without negotiation:
 *                               makes a PPP device and prints the number of the process, outside
 *                               of the namespace, that has to be killed to end it
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_pppox.h>
#include <linux/mroute.h>
#include <linux/ppp-ioctl.h>

static int option(char **argv, const char *name, int def)
{
	size_t len = strlen(name);

	for (; *argv; argv++)
		if (!strncmp(*argv, name, len) && (*argv)[len] == '=')
			return atoi(*argv + len + 1);
	return def;
}

static int udp_sent(int rc)
{
	/* an ICMP error shows once, on a later call */
	if (rc < 0)
		printf("error %s\n", strerrorname_np(errno));
	usleep(2000);
	return rc < 0;
}

/* IP options that ask for nothing: no-operations, or padding in a destination header. */
static void set_options(int fd, bool v6)
{
	static const char nop[4] = { 1, 1, 1, 0 }, pad[8] = { 0, 0, 1, 4 };

	if (v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, pad, sizeof(pad));
	else
		setsockopt(fd, IPPROTO_IP, IP_OPTIONS, nop, sizeof(nop));
}

static int udp(char **argv, bool nosum)
{
	int v6 = strchr(argv[0], ':') != NULL, fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	int df = option(argv + 2, "df", -1), one = 1, i, failed = 0;
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6, .sin6_port = htons(atoi(argv[1])) };
	struct sockaddr_in to4 = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
	struct sockaddr_in6 me6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in me4 = { .sin_family = AF_INET };
	static char data[65000];
	socklen_t len = sizeof(int);
	int err = 0;
	char **arg;

	me6.sin6_port = me4.sin_port = htons(option(argv + 2, "port", 0));
	inet_pton(v6 ? AF_INET6 : AF_INET, argv[0],
		  v6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
	if (nosum)
		setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one));
	if (df >= 0) {
		int d = df ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;

		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &d, sizeof(d));
	}
	setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, &one,
		   sizeof(one));
	if (option(argv + 2, "opts", 0))
		set_options(fd, v6);
	if (bind(fd, v6 ? (void *)&me6 : (void *)&me4, v6 ? sizeof(me6) : sizeof(me4)) ||
	    connect(fd, v6 ? (void *)&to6 : (void *)&to4, v6 ? sizeof(to6) : sizeof(to4)))
		return udp_sent(-1);
	for (arg = argv + 2; *arg; arg++) {
		char *colon = strchr(*arg, ':');
		int count = colon ? atoi(colon + 1) : nosum ? atoi(*arg) : 1, size = atoi(*arg);

		if (strncmp(*arg, "ttl=", 4) == 0) {
			size = atoi(*arg + 4); /* "TTL:COUNT" */
			setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
				   v6 ? IPV6_UNICAST_HOPS : IP_TTL, &size, sizeof(size));
			setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &size, sizeof(size));
			size = 100;
		} else if (strncmp(*arg, "opted=", 6) == 0) {
			set_options(fd, v6);
			size = 100;
			count = atoi(*arg + 6);
		} else if (strchr(*arg, '=')) {
			continue;
		}
		for (i = 0; i < count; i++)
			failed |= udp_sent(send(fd, data, nosum ? 100 : size, 0));
	}
	/* an ICMP error may be under way */
	usleep(200000);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	errno = err;
	return failed | udp_sent(err ? -1 : 0);
}

static int echo(char **argv)
{
	struct sockaddr_in6 me = { .sin6_family = AF_INET6, .sin6_port = htons(atoi(argv[0])) };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), len, i;
	struct sockaddr_in6 from;
	static char data[65536];
	int room = 4 << 20;
	socklen_t from_len;

	/* Where this is slower than who sends, nothing is lost. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    bind(fd, (void *)&me, sizeof(me)))
		return 1;
	for (;;) {
		from_len = sizeof(from);
		len = recvfrom(fd, data, sizeof(data), 0, (void *)&from, &from_len);
		for (i = 0; i < len; i++)
			if (data[i])
				return 1;
		sendto(fd, data, len, 0, (void *)&from, from_len);
	}
}

static uint16_t sum16(const void *p, int len)
{
	const uint16_t *w = p;
	uint32_t s = 0;

	for (; len > 1; len -= 2)
		s += *w++;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s;
}

static int tcp(char **argv)
{
	struct {
		uint32_t s, d;
		uint8_t zero, proto;
		uint16_t len;
		uint16_t sport, dport;
		uint32_t seq, ack;
		uint8_t off, flags;
		uint16_t win, sum, urg;
	} p = { .proto = 6, .len = htons(20), .off = 0x50, .flags = atoi(argv[5]) };
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
	struct sockaddr_in me = { .sin_family = AF_INET };

	inet_pton(AF_INET, argv[0], &p.s);
	inet_pton(AF_INET, argv[2], &p.d);
	me.sin_addr.s_addr = p.s;
	to.sin_addr.s_addr = p.d;
	p.sport = htons(atoi(argv[1]));
	p.dport = htons(atoi(argv[3]));
	p.seq = htonl(strtoul(argv[4], NULL, 0));
	p.sum = sum16(&p, sizeof(p));
	if (bind(fd, (void *)&me, sizeof(me)))
		return 1;
	return sendto(fd, &p.sport, 20, 0, (void *)&to, sizeof(to)) != 20;
}

static int mroute(char **argv)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP), one = 1, i;
	struct mfcctl route = { .mfcc_parent = 0 };

	if (setsockopt(fd, IPPROTO_IP, MRT_INIT, &one, sizeof(one)))
		return 1;
	for (i = 0; i < 2; i++) {
		struct vifctl vif = { .vifc_vifi = i, .vifc_flags = VIFF_USE_IFINDEX, .vifc_threshold = 1 };

		vif.vifc_lcl_ifindex = if_nametoindex(argv[2 + i]);
		if (setsockopt(fd, IPPROTO_IP, MRT_ADD_VIF, &vif, sizeof(vif)))
			return 1;
	}
	inet_pton(AF_INET, argv[0], &route.mfcc_origin);
	inet_pton(AF_INET, argv[1], &route.mfcc_mcastgrp);
	route.mfcc_ttls[1] = 1;
	if (setsockopt(fd, IPPROTO_IP, MRT_ADD_MFC, &route, sizeof(route)))
		return 1;
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}

static bool enter(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY);
	return fd >= 0 && !setns(fd, CLONE_NEWNET);
}

static int pppoe(char **argv)
{
	struct sockaddr_pppox to = { .sa_family = AF_PPPOX, .sa_protocol = PX_PROTO_OE };
	int home = open("/proc/self/ns/net", O_RDONLY), fd, channel, unit = -1, index, chan, ppp;
	struct npioctl np = { .mode = NPMODE_PASS };
	unsigned int mac[6], i;
	pid_t pid;

	if (!enter(argv[0]))
		return 1;
	fd = socket(AF_PPPOX, SOCK_STREAM, PX_PROTO_OE);
	snprintf(to.sa_addr.pppoe.dev, sizeof(to.sa_addr.pppoe.dev), "%s", argv[1]);
	if (sscanf(argv[2], "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6)
		return 1;
	for (i = 0; i < 6; i++)
		to.sa_addr.pppoe.remote[i] = mac[i];
	to.sa_addr.pppoe.sid = htons(atoi(argv[3]));
	chan = open("/dev/ppp", O_RDWR);
	ppp = open("/dev/ppp", O_RDWR);
	if (fd < 0 || connect(fd, (void *)&to, sizeof(to)) || ioctl(fd, PPPIOCGCHAN, &channel) ||
	    ioctl(chan, PPPIOCATTCHAN, &channel) || ioctl(ppp, PPPIOCNEWUNIT, &unit))
		return 1;
	index = unit;
	if (ioctl(chan, PPPIOCCONNECT, &index))
		return 1;
	np.protocol = 0x21;
	ioctl(ppp, PPPIOCSNPMODE, &np);
	np.protocol = 0x57;
	ioctl(ppp, PPPIOCSNPMODE, &np);
	if (setns(home, CLONE_NEWNET))
		return 1;
	pid = fork();
	if (pid) {
		printf("%d\n", pid);
		return pid < 0;
	}
	for (i = 0; i < 3; i++)
		close(i);
	pause();
	return 0;
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **argv);
} kinds[] = {
	{ "echo", 1, echo }, { "tcp", 6, tcp },
	{ "mroute", 4, mroute }, { "pppoe", 4, pppoe },
};

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc > 4 && !strncmp(argv[1], "udp", 3))
		return udp(argv + 2, argv[1][3]);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (argc == kinds[i].args + 2 && !strcmp(argv[1], kinds[i].name))
			return kinds[i].run(argv + 2);
	return 2;
}
