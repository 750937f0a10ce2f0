/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of ctnetlink made by chance, and hostile ones made of good ones.
 */
#ifndef NFF_CT_GEN_H
#define NFF_CT_GEN_H

#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conntrack.h"
#include "msgbuf.h"

/* xorshift64: the same sequence with each run. */
static uint64_t rnd_state;

static inline uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

static inline bool coin(void)
{
	return rnd() >> 20 & 1;
}

/* A number whose magnitude is by chance, too. */
static inline uint64_t rnd_wide(void)
{
	return rnd() >> rnd() % 64;
}

static const uint8_t protocols[] = { 6, 17, 1, 58, 132, 47, 33, 136, 0, 2, 41, 50, 255 };

static inline void gen_addr(struct msgbuf *m, uint16_t type, bool v6)
{
	static const uint64_t few[][2] = { { 0x0100000a }, { 0x0200000a, 1 }, { 0x0200000a, 2 } };
	uint64_t a[2] = { rnd(), coin() ? 0 : rnd() };

	/* Often one that was there before: the reply has the same addresses, mostly. */
	if (coin())
		memcpy(a, few[rnd() % 3], sizeof(a));
	attr_data(m, type, a, v6 ? 16 : 4);
}

static inline void gen_tuple(struct msgbuf *m, uint16_t type, bool v6, unsigned int l4)
{
	size_t tuple = attr_nest(m, type), nest;

	nest = attr_nest(m, CTA_TUPLE_IP);
	gen_addr(m, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, v6);
	gen_addr(m, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, v6);
	attr_nest_end(m, nest);
	nest = attr_nest(m, CTA_TUPLE_PROTO);
	attr_u8(m, CTA_PROTO_NUM, (uint8_t)l4);
	if (l4 == IPPROTO_ICMP || l4 == IPPROTO_ICMPV6) {
		bool six = l4 == IPPROTO_ICMPV6;

		attr_u16(m, six ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, (uint16_t)rnd_wide());
		attr_u8(m, six ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE, (uint8_t)rnd());
		attr_u8(m, six ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE, (uint8_t)rnd());
	} else if (ct_l4(l4)->kind != CT_L4_NONE) {
		attr_u16(m, CTA_PROTO_SRC_PORT, (uint16_t)rnd_wide());
		attr_u16(m, CTA_PROTO_DST_PORT, (uint16_t)rnd_wide());
	}
	attr_nest_end(m, nest);
	if (rnd() % 4 == 0)
		attr_u16(m, CTA_TUPLE_ZONE, (uint16_t)rnd_wide());
	attr_nest_end(m, tuple);
}

/* A recorded message into m. */
static inline void unhex(struct msgbuf *m, const char *hex)
{
	struct msgbuf fresh = { 0 };
	unsigned int byte;

	msgbuf_fini(m);
	msg_begin(&fresh, 0, 0, 0, 0, 0);
	attr_data(&fresh, 1, hex, strlen(hex) / 2);
	for (fresh.len = 0; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		fresh.buf[fresh.len++] = (char)byte;
	*m = fresh;
}

/* Two pages, the second of which nobody may read. */
struct edge {
	char *page;
	size_t size;
};

static inline bool edge_init(struct edge *e)
{
	e->size = (size_t)sysconf(_SC_PAGESIZE);
	e->page = mmap(NULL, e->size * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);
	return e->page != MAP_FAILED && mprotect(e->page + e->size, e->size, PROT_NONE) == 0;
}

static inline void edge_fini(struct edge *e)
{
	munmap(e->page, e->size * 2);
}

/*
 * A copy of a message, cut somewhere, often, and with some bytes changed. It ends where the page
 * ends: reading too far faults in every build.
 */
static inline struct nlmsghdr *mutate(struct edge *e, const struct msgbuf *m)
{
	size_t len = coin() ? m->len : NLMSG_HDRLEN + 1 + rnd() % (m->len - NLMSG_HDRLEN);
	struct nlmsghdr *nlh = memcpy(e->page + e->size - (len + 3) / 4 * 4, m->buf, len);

	nlh->nlmsg_len = (uint32_t)len;
	for (uint64_t flips = rnd() % 6; flips; flips--)
		((char *)nlh)[NLMSG_HDRLEN + rnd() % (len - NLMSG_HDRLEN)] =
			(char)(coin() ? rnd() : rnd() % 8);
	return nlh;
}

#endif
