/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of ctnetlink made by chance, and hostile ones made of good ones.
 */
#ifndef NFF_CT_GEN_H
#define NFF_CT_GEN_H

#include <linux/netfilter/nfnetlink.h>
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

#define CT_NEW ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW)
#define EXP_NEW ((NFNL_SUBSYS_CTNETLINK_EXP << 8) | IPCTNL_MSG_EXP_NEW)

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

static inline void gen_counters(struct msgbuf *m, uint16_t type)
{
	size_t nest = attr_nest(m, type);

	attr_u64(m, CTA_COUNTERS_PACKETS, rnd_wide());
	attr_u64(m, CTA_COUNTERS_BYTES, rnd_wide());
	attr_nest_end(m, nest);
}

static inline void gen_protoinfo(struct msgbuf *m, unsigned int l4)
{
	size_t info = attr_nest(m, CTA_PROTOINFO), nest;
	uint8_t flags[2] = { 0x0a, 0x0a }, state = (uint8_t)(rnd() % 12);

	switch (l4) {
	case IPPROTO_TCP:
		nest = attr_nest(m, CTA_PROTOINFO_TCP);
		attr_u8(m, CTA_PROTOINFO_TCP_STATE, state);
		attr_u8(m, CTA_PROTOINFO_TCP_WSCALE_ORIGINAL, 7);
		attr_u8(m, CTA_PROTOINFO_TCP_WSCALE_REPLY, 9);
		attr_data(m, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, flags, 2);
		attr_data(m, CTA_PROTOINFO_TCP_FLAGS_REPLY, flags, 2);
		attr_nest_end(m, nest);
		break;
	case IPPROTO_SCTP:
		nest = attr_nest(m, CTA_PROTOINFO_SCTP);
		attr_u8(m, CTA_PROTOINFO_SCTP_STATE, state);
		attr_u32(m, CTA_PROTOINFO_SCTP_VTAG_ORIGINAL, 1);
		attr_u32(m, CTA_PROTOINFO_SCTP_VTAG_REPLY, 2);
		attr_nest_end(m, nest);
		break;
	case IPPROTO_DCCP:
		nest = attr_nest(m, CTA_PROTOINFO_DCCP);
		attr_u8(m, CTA_PROTOINFO_DCCP_STATE, state);
		attr_u8(m, CTA_PROTOINFO_DCCP_ROLE, 1);
		attr_u64(m, CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ, rnd());
		attr_nest_end(m, nest);
		break;
	}
	attr_nest_end(m, info);
}

/* What a kernel sends with some of its options on. */
static inline void gen_options(struct msgbuf *m, bool v6)
{
	static const char *const helpers[] = { "ftp", "sip-20001", "h323", "" };
	uint8_t labels[16] = { (uint8_t)rnd(), 0, 3 };
	size_t nest;

	if (coin()) {
		nest = attr_nest(m, CTA_TIMESTAMP);
		attr_u64(m, CTA_TIMESTAMP_START, 1600000000000000000ull +
							 rnd() % 1000000000000000ull);
		if (coin())
			attr_u64(m, CTA_TIMESTAMP_STOP, 1700000000ull * 1000000000ull +
							rnd() % 1000000000);
		attr_nest_end(m, nest);
	}
	if (coin()) {
		nest = attr_nest(m, CTA_HELP);
		attr_str(m, CTA_HELP_NAME, helpers[rnd() % 4]);
		if (coin())
			attr_u32(m, CTA_HELP_INFO, 5);
		attr_nest_end(m, nest);
	}
	if (coin())
		attr_u32(m, CTA_SECMARK, (uint32_t)rnd_wide());
	if (coin()) {
		nest = attr_nest(m, CTA_SECCTX);
		attr_str(m, CTA_SECCTX_NAME, "system_u:object_r:unlabeled_t:s0");
		attr_nest_end(m, nest);
	}
	if (coin())
		attr_data(m, CTA_LABELS, labels, sizeof(labels));
	if (coin())
		attr_u16(m, CTA_ZONE, (uint16_t)rnd_wide());
	if (coin())
		gen_tuple(m, CTA_TUPLE_MASTER, v6, IPPROTO_TCP);
	if (coin()) {
		nest = attr_nest(m, CTA_SEQ_ADJ_ORIG);
		attr_u32(m, CTA_SEQADJ_CORRECTION_POS, 1);
		attr_u32(m, CTA_SEQADJ_OFFSET_BEFORE, 2);
		attr_u32(m, CTA_SEQADJ_OFFSET_AFTER, 3);
		attr_nest_end(m, nest);
	}
	/* Of a kernel to come. */
	if (coin())
		attr_u32(m, 60, 0xffffffff);
}

/* A conntrack with what may be in it, in place of what m has. */
static inline void gen_conntrack(struct msgbuf *m)
{
	unsigned int l4 = protocols[rnd() % sizeof(protocols)];
	bool v6 = coin();

	m->len = 0;
	msg_begin(m, CT_NEW, NLM_F_MULTI, 1, v6 ? AF_INET6 : AF_INET, 0);
	gen_tuple(m, CTA_TUPLE_ORIG, v6, l4);
	gen_tuple(m, CTA_TUPLE_REPLY, v6, l4);
	attr_u32(m, CTA_STATUS, (uint32_t)rnd() & 0x1ffff);
	if (coin())
		attr_u32(m, CTA_TIMEOUT, (uint32_t)rnd_wide());
	if (coin()) {
		gen_counters(m, CTA_COUNTERS_ORIG);
		gen_counters(m, CTA_COUNTERS_REPLY);
	}
	if (coin())
		gen_protoinfo(m, l4);
	if (coin())
		attr_u32(m, CTA_MARK, (uint32_t)rnd_wide());
	if (coin())
		gen_options(m, v6);
	attr_u32(m, CTA_ID, (uint32_t)rnd());
	attr_u32(m, CTA_USE, 1 + (uint32_t)(rnd() % 4));
	msg_end(m);
}

/* An expectation, as above. */
static inline void gen_expectation(struct msgbuf *m)
{
	unsigned int l4 = protocols[rnd() % sizeof(protocols)];
	bool v6 = coin();
	size_t nest;

	m->len = 0;
	msg_begin(m, EXP_NEW, NLM_F_MULTI, 1, v6 ? AF_INET6 : AF_INET, 0);
	gen_tuple(m, CTA_EXPECT_TUPLE, v6, l4);
	gen_tuple(m, CTA_EXPECT_MASK, v6, l4);
	gen_tuple(m, CTA_EXPECT_MASTER, v6, protocols[rnd() % sizeof(protocols)]);
	attr_u32(m, CTA_EXPECT_TIMEOUT, (uint32_t)rnd_wide());
	attr_u32(m, CTA_EXPECT_ID, (uint32_t)rnd());
	if (coin()) {
		nest = attr_nest(m, CTA_EXPECT_NAT);
		attr_u32(m, CTA_EXPECT_NAT_DIR, (uint32_t)coin());
		gen_tuple(m, CTA_EXPECT_NAT_TUPLE, v6, l4);
		attr_nest_end(m, nest);
	}
	if (coin())
		attr_u32(m, CTA_EXPECT_FLAGS, (uint32_t)rnd() & 7);
	if (coin())
		attr_u32(m, CTA_EXPECT_CLASS, (uint32_t)rnd_wide());
	if (coin())
		attr_str(m, CTA_EXPECT_HELP_NAME, coin() ? "ftp" : "sip-20001");
	if (coin())
		attr_str(m, CTA_EXPECT_FN, "nat-follow-master");
	if (coin())
		attr_u16(m, CTA_EXPECT_ZONE, (uint16_t)rnd_wide());
	/* Of a kernel to come. */
	if (coin())
		attr_u32(m, 40, 0xffffffff);
	msg_end(m);
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
