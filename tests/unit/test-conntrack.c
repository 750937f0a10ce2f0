/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding and printing of conntracks. The oracle for lines is
 * libnetfilter_conntrack, which conntrack(8) prints with: both are given the
 * same messages, made by chance.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "conntrack.h"
#include "ct-recorded.h"
#include "flow/ct_text.h"
#include "msgbuf.h"
#include "unit.h"

#define CT_NEW ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW)

/* xorshift64: the same sequence with each run. */
static uint64_t rnd_state;

static uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

static bool coin(void)
{
	return rnd() >> 20 & 1;
}

/* A number whose magnitude is by chance, too. */
static uint64_t rnd_wide(void)
{
	return rnd() >> rnd() % 64;
}

/* ---- text ---- */

static void numbers(void)
{
	char got[64], want[64];

	rnd_state = 1;
	for (int i = 0; i < 200000; i++) {
		uint64_t v = i < 1000 ? (uint64_t)i : rnd_wide();

		*put_u64(got, v) = '\0';
		snprintf(want, sizeof(want), "%" PRIu64, v);
		CHECK_STR(got, want);
		*put_hex(got, (uint32_t)v) = '\0';
		snprintf(want, sizeof(want), "%x", (uint32_t)v);
		CHECK_STR(got, want);
	}
}

static void addresses(void)
{
	char got[64], want[64];
	uint8_t a[16];

	rnd_state = 2;
	for (int i = 0; i < 300000; i++) {
		uint64_t zeros = rnd(), ones = rnd();

		for (int k = 0; k < 16; k++) {
			a[k] = (uint8_t)rnd();
			/* Runs of zero groups and the forms with IPv4 inside must be met often. */
			if (zeros >> (k / 2 * 2) & 3)
				a[k] = 0;
			if (k == 10 || k == 11)
				a[k] = ones & 1 ? 0xff : a[k];
			if (ones & 2 && k < 12 && !(ones & 1 && k >= 10))
				a[k] = 0;
		}
		*put_ip6(got, a) = '\0';
		CHECK_STR(got, inet_ntop(AF_INET6, a, want, sizeof(want)));
		*put_ip4(got, a) = '\0';
		CHECK_STR(got, inet_ntop(AF_INET, a, want, sizeof(want)));
	}
}

/* ---- messages by chance ---- */

static const uint8_t protocols[] = { 6, 17, 1, 58, 132, 47, 33, 136, 0, 2, 41, 50, 255 };

static void gen_addr(struct msgbuf *m, uint16_t type, bool v6)
{
	static const uint64_t few[][2] = { { 0x0100000a }, { 0x0200000a, 1 }, { 0x0200000a, 2 } };
	uint64_t a[2] = { rnd(), coin() ? 0 : rnd() };

	/* Often one that was there before: the reply has the same addresses, mostly. */
	if (coin())
		memcpy(a, few[rnd() % 3], sizeof(a));
	attr_data(m, type, a, v6 ? 16 : 4);
}

static void gen_tuple(struct msgbuf *m, uint16_t type, bool v6, unsigned int l4)
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

static void gen_counters(struct msgbuf *m, uint16_t type)
{
	size_t nest = attr_nest(m, type);

	attr_u64(m, CTA_COUNTERS_PACKETS, rnd_wide());
	attr_u64(m, CTA_COUNTERS_BYTES, rnd_wide());
	attr_nest_end(m, nest);
}

static void gen_protoinfo(struct msgbuf *m, unsigned int l4)
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
static void gen_options(struct msgbuf *m, bool v6)
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

static void gen_message(struct msgbuf *m)
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

/* ---- lines ---- */

/* What libnetfilter_conntrack makes of it. */
static int oracle_line(const struct nlmsghdr *nlh, char *buf, size_t size)
{
	struct nf_conntrack *ct = nfct_new();
	int ret = nfct_nlmsg_parse(nlh, ct);

	if (ret >= 0)
		ret = nfct_snprintf(buf, (unsigned int)size, ct, NFCT_T_UNKNOWN, NFCT_O_DEFAULT, 0);
	nfct_destroy(ct);
	return ret;
}

static void lines_equal_the_library(void)
{
	struct msgbuf m = { 0 };
	struct conntrack ct;
	char want[4096];
	struct out o;
	int tries;

	rnd_state = 3;
	out_init_mem(&o);
	for (int i = 0; i < 30000; i++) {
		const struct nlmsghdr *nlh;
		int64_t now;

		gen_message(&m);
		nlh = (const struct nlmsghdr *)m.buf;
		CHECK_INT(ct_decode(nlh, &ct), 0);
		/* The library looks at the clock, which must not go on between. */
		for (tries = 0; tries < 10; tries++) {
			now = time(NULL);
			CHECK(oracle_line(nlh, want, sizeof(want) - 1) > 0);
			if (now == time(NULL))
				break;
		}
		strcat(want, "\n");
		out_drop(&o);
		ct_print(&o, &ct, 0, now * 1000000000);
		CHECK_STR(out_str(&o), want);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

/* A recorded message into m. */
static void unhex(struct msgbuf *m, const char *hex)
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

static void recorded_lines(void)
{
	struct msgbuf m = { 0 };
	struct conntrack ct;
	char want[4096];
	struct out o;

	out_init_mem(&o);
	for (size_t i = 0; i < N_CT_RECORDED; i++) {
		int64_t now;

		unhex(&m, ct_recorded[i]);
		CHECK_INT(((struct nlmsghdr *)m.buf)->nlmsg_len, m.len);
		CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
		for (int tries = 0; tries < 10; tries++) {
			now = time(NULL);
			CHECK(oracle_line((struct nlmsghdr *)m.buf, want, sizeof(want) - 1) > 0);
			if (now == time(NULL))
				break;
		}
		strcat(want, "\n");
		out_drop(&o);
		ct_print(&o, &ct, 0, now * 1000000000);
		CHECK_STR(out_str(&o), want);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

static void all_protocols(void)
{
	struct msgbuf m = { 0 };
	struct conntrack ct;
	char want[4096];
	struct out o;

	rnd_state = 4;
	out_init_mem(&o);
	for (unsigned int l4 = 0; l4 < 256; l4++) {
		m.len = 0;
		msg_begin(&m, CT_NEW, NLM_F_MULTI, 1, AF_INET, 0);
		gen_tuple(&m, CTA_TUPLE_ORIG, false, l4);
		gen_tuple(&m, CTA_TUPLE_REPLY, false, l4);
		attr_u32(&m, CTA_STATUS, IPS_SEEN_REPLY);
		msg_end(&m);
		CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
		CHECK(oracle_line((struct nlmsghdr *)m.buf, want, sizeof(want) - 1) > 0);
		strcat(want, "\n");
		out_drop(&o);
		ct_print(&o, &ct, 0, 0);
		CHECK_STR(out_str(&o), want);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

/* An offloaded entry has neither timeout nor state. */
static void offloaded(void)
{
	static const uint8_t a[4] = { 10, 141, 10, 2 }, b[4] = { 147, 75, 205, 195 };
	struct msgbuf m = { 0 };
	struct conntrack ct;
	struct out o;

	msg_begin(&m, CT_NEW, 0, 1, AF_INET, 0);
	for (uint16_t dir = CTA_TUPLE_ORIG; dir <= CTA_TUPLE_REPLY; dir++) {
		bool orig = dir == CTA_TUPLE_ORIG;
		size_t tuple = attr_nest(&m, dir), nest = attr_nest(&m, CTA_TUPLE_IP);

		attr_data(&m, CTA_IP_V4_SRC, orig ? a : b, 4);
		attr_data(&m, CTA_IP_V4_DST, orig ? b : a, 4);
		attr_nest_end(&m, nest);
		nest = attr_nest(&m, CTA_TUPLE_PROTO);
		attr_u8(&m, CTA_PROTO_NUM, IPPROTO_TCP);
		attr_u16(&m, CTA_PROTO_SRC_PORT, orig ? 36392 : 443);
		attr_u16(&m, CTA_PROTO_DST_PORT, orig ? 443 : 36392);
		attr_nest_end(&m, nest);
		attr_nest_end(&m, tuple);
	}
	attr_u32(&m, CTA_STATUS, IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED | IPS_OFFLOAD |
				 1u << 20);
	attr_u32(&m, CTA_MARK, 0);
	attr_u32(&m, CTA_USE, 2);
	msg_end(&m);
	CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
	out_init_mem(&o);
	ct_print(&o, &ct, 0, 0);
	CHECK_STR(out_str(&o),
		  "tcp      6 src=10.141.10.2 dst=147.75.205.195 sport=36392 dport=443 "
		  "src=147.75.205.195 dst=10.141.10.2 sport=443 dport=36392 [OFFLOAD] "
		  "mark=0 use=2\n");
	out_fini(&o);

	json_t *j = ct_json(&ct);
	char *text = json_dumps(j, 0);

	CHECK_STR(text, "{\"family\": \"ip\", \"l4proto\": \"tcp\", "
		  "\"original\": {\"saddr\": \"10.141.10.2\", \"daddr\": \"147.75.205.195\", "
		  "\"sport\": 36392, \"dport\": 443}, "
		  "\"reply\": {\"saddr\": \"147.75.205.195\", \"daddr\": \"10.141.10.2\", "
		  "\"sport\": 443, \"dport\": 36392}, "
		  "\"status\": [\"seen-reply\", \"assured\", \"confirmed\", \"offload\", 20], "
		  "\"mark\": 0, \"use\": 2}");
	free(text);
	json_decref(j);
	msgbuf_fini(&m);
}

static void json_of_all(void)
{
	struct msgbuf m = { 0 };
	struct conntrack ct;

	rnd_state = 5;
	for (int i = 0; i < 3000; i++) {
		json_t *j, *orig;

		gen_message(&m);
		CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
		j = ct_json(&ct);
		CHECK(json_is_object(j));
		CHECK_INT(json_integer_value(json_object_get(j, "id")), ct.id);
		orig = json_object_get(j, "original");
		CHECK(json_is_string(json_object_get(orig, "saddr")));
		if (ct.counters[0].has && ct.counters[0].bytes <= INT64_MAX)
			CHECK_INT(json_integer_value(json_object_get(orig, "bytes")),
				  ct.counters[0].bytes);
		json_decref(j);
	}
	msgbuf_fini(&m);
}

/* ---- hostile messages ---- */

/*
 * A copy of the message that ends where a page ends, with no page behind it:
 * reading too far faults in every build.
 */
static struct nlmsghdr *at_the_edge(char *page, long size, const void *msg, size_t len)
{
	return memcpy(page + size - (len + 3) / 4 * 4, msg, len);
}

static void mutated(void)
{
	long size = sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, (size_t)size * 2, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct msgbuf m = { 0 };
	struct conntrack ct;
	struct out o;
	int good = 0, bad = 0;

	CHECK(page != MAP_FAILED);
	CHECK(mprotect(page + size, (size_t)size, PROT_NONE) == 0);
	rnd_state = 6;
	out_init_mem(&o);
	for (int i = 0; i < 200000; i++) {
		size_t len;
		struct nlmsghdr *nlh;

		if (i % 40 == 0)
			gen_message(&m);
		else if (i % 20 == 0)
			unhex(&m, ct_recorded[i / 40 % N_CT_RECORDED]);
		/* Cut it, and overwrite some bytes with others. */
		len = coin() ? m.len : NLMSG_HDRLEN + 1 + rnd() % (m.len - NLMSG_HDRLEN);
		nlh = at_the_edge(page, size, m.buf, len);
		nlh->nlmsg_len = (uint32_t)len;
		for (uint64_t flips = rnd() % 6; flips; flips--)
			((char *)nlh)[NLMSG_HDRLEN + rnd() % (len - NLMSG_HDRLEN)] =
				(char)(coin() ? rnd() : rnd() % 8);
		if (ct_decode(nlh, &ct) == 0)
			good++;
		else
			bad++;
		out_drop(&o);
		ct_print(&o, &ct, 0, 0);
		CHECK(strchr(out_str(&o), '\n') != NULL);
		if (i % 20 == 0)
			json_decref(ct_json(&ct));
	}
	CHECK(good > 1000 && bad > 1000);
	out_fini(&o);
	msgbuf_fini(&m);
	munmap(page, (size_t)size * 2);
}

int main(void)
{
	RUN(numbers);
	RUN(addresses);
	RUN(lines_equal_the_library);
	RUN(recorded_lines);
	RUN(all_protocols);
	RUN(offloaded);
	RUN(json_of_all);
	RUN(mutated);
	return unit_status();
}
