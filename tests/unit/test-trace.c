// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traces: what is made of the headers of a packet, and of damaged messages.
 */
#include "ct-gen.h"
#include <net/if_arp.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include "arena.h"
#include "out.h"
#include "print.h"
#include "ruleset/trace.h"
#include "unit.h"

static struct arena a;
static struct msgbuf m;

static const uint8_t ether[14] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00 };
static const uint8_t ip_udp[20] = { 0x45, 0, 0, 31, 0, 7, 0, 0, 64, 17, 0, 0,
				    10, 0, 0, 1, 10, 0, 0, 2 };
static const uint8_t udp[11] = { 0x03, 0xe8, 0, 53, 0, 11, 0, 0, 'h', 'i', '\n' };
static const uint8_t icmp[8] = { 8, 0, 0, 0, 0, 5, 0, 6 };
static const uint8_t unreachable[8] = { 3, 4, 0, 0, 0, 0, 5, 0xdc };

struct packet {
	uint8_t proto;
	uint32_t nfproto;
	const uint8_t *ll, *nh, *th;
	size_t ll_len, nh_len, th_len;
};

static void begin(void)
{
	m.len = 0;
	msg_begin(&m, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE, 0, 1, NFPROTO_INET, 0);
	attr_u32(&m, NFTA_TRACE_ID, 0x1234abcd);
	attr_str(&m, NFTA_TRACE_TABLE, "x");
	attr_str(&m, NFTA_TRACE_CHAIN, "y");
}

static void put_packet(const struct packet *p)
{
	uint8_t nh[40];

	memcpy(nh, p->nh, p->nh_len);
	if (p->proto)
		nh[9] = p->proto;
	attr_u32(&m, NFTA_TRACE_NFPROTO, p->nfproto);
	attr_u16(&m, NFTA_TRACE_IIFTYPE, ARPHRD_ETHER);
	if (p->ll)
		attr_data(&m, NFTA_TRACE_LL_HEADER, p->ll, p->ll_len);
	attr_data(&m, NFTA_TRACE_NETWORK_HEADER, nh, p->nh_len);
	attr_data(&m, NFTA_TRACE_TRANSPORT_HEADER, p->th, p->th_len);
	msg_end(&m);
}

/* The message as the packet that it tells. */
static const char *text(void)
{
	static struct out o;
	const struct print_opts opts = { 0 };
	struct handle h = { 0 };
	struct rule r = { .h = &h };
	struct trace t;

	out_fini(&o);
	out_init_mem(&o);
	if (!trace_decode(&a, (const struct nlmsghdr *)m.buf, &t))
		return "malformed";
	r.stmts = trace_packet(&a, &t);
	if (!r.stmts)
		return "none";
	print_rule(&o, &r, &opts);
	return out_str(&o);
}

#define IP "ip saddr 10.0.0.1 ip daddr 10.0.0.2 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 7 "

static void packets(void)
{
	begin();
	put_packet(&(struct packet){ 0, NFPROTO_IPV4, ether, ip_udp, udp, 14, 20, 11 });
	CHECK_STR(text(), "ether saddr 02:00:00:00:00:02 ether daddr 02:00:00:00:00:01 " IP
		  "ip protocol udp ip length 31 udp sport 1000 udp dport 53 udp length 11 "
		  "@th,64,24 0x68690a");
	/* by the type in the Ethernet header */
	begin();
	put_packet(&(struct packet){ IPPROTO_ICMP, 0, ether, ip_udp, icmp, 14, 20, 8 });
	CHECK_STR(text(), "ether saddr 02:00:00:00:00:02 ether daddr 02:00:00:00:00:01 " IP
		  "ip protocol icmp ip length 31 icmp type echo-request icmp code net-unreachable "
		  "icmp id 5 icmp sequence 6");
	begin();
	put_packet(&(struct packet){ IPPROTO_ICMP, NFPROTO_IPV4, NULL, ip_udp, unreachable, 0, 20,
				     8 });
	CHECK_STR(text(), IP "ip protocol icmp ip length 31 icmp type destination-unreachable "
		  "icmp code frag-needed icmp mtu 1500");
	/* headers that were cut short, and a protocol without a table */
	begin();
	put_packet(&(struct packet){ 0, NFPROTO_IPV4, NULL, ip_udp, udp, 0, 20, 7 });
	CHECK_STR(text(), IP "ip protocol udp ip length 31 @th,0,56 0x3e80035000b00");
	begin();
	put_packet(&(struct packet){ 200, NFPROTO_IPV4, NULL, ip_udp, ip_udp, 0, 20, 20 });
	CHECK_STR(text(), IP "ip protocol 200 ip length 31 @th,0,128 "
		  "0x4500001f00070000401100000a000001 @th,128,32 0xa000002");
	begin();
	put_packet(&(struct packet){ 0, 0, NULL, ip_udp, udp, 0, 12, 0 });
	CHECK_STR(text(), "@nh,0,96 0x4500001f0007000040110000");
}

static void what_it_is_about(void)
{
	struct trace t;
	size_t nest;

	begin();
	attr_u32(&m, NFTA_TRACE_TYPE, NFT_TRACETYPE_RULE);
	attr_u64(&m, NFTA_TRACE_RULE_HANDLE, 7);
	attr_u32(&m, NFTA_TRACE_MARK, 5);
	nest = attr_nest(&m, NFTA_TRACE_VERDICT);
	attr_u32(&m, NFTA_VERDICT_CODE, (uint32_t)NFT_JUMP);
	attr_str(&m, NFTA_VERDICT_CHAIN, "z");
	attr_nest_end(&m, nest);
	msg_end(&m);
	CHECK_STR(text(), "none");
	CHECK(trace_decode(&a, (const struct nlmsghdr *)m.buf, &t));
	CHECK_INT(t.family, NFPROTO_INET);
	CHECK_INT(t.id, 0x1234abcd);
	CHECK_INT(t.type, NFT_TRACETYPE_RULE);
	CHECK_INT(t.rule, 7);
	CHECK_INT(t.mark, 5);
	CHECK_STR(t.table, "x");
	CHECK_STR(t.chain, "y");
	CHECK_INT(t.verdict.verdict, NFT_JUMP);
	CHECK_STR(trace_verdict(&a, &t)->expr->verdict.chain, "z");
	CHECK(!t.has_policy);

	m.len = 0;
	msg_begin(&m, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE, 0, 1, NFPROTO_INET, 0);
	attr_str(&m, NFTA_TRACE_TABLE, "x");
	msg_end(&m);
	CHECK_STR(text(), "malformed");
}

static void mutated(void)
{
	struct edge edge;
	struct trace t;
	int packets = 0, bad = 0;

	CHECK(edge_init(&edge));
	rnd_state = 3;
	begin();
	put_packet(&(struct packet){ 0, NFPROTO_IPV4, ether, ip_udp, udp, 14, 20, 11 });
	for (int i = 0; i < 100000; i++) {
		struct arena_mark mark = arena_mark(&a);

		if (!trace_decode(&a, mutate(&edge, &m), &t)) {
			bad++;
		} else {
			packets += trace_packet(&a, &t) != NULL;
			trace_verdict(&a, &t);
		}
		arena_release(&a, mark);
	}
	CHECK(packets > 1000);
	CHECK(bad > 1000);
	edge_fini(&edge);
}

int main(void)
{
	arena_init(&a);
	RUN(packets);
	RUN(what_it_is_about);
	RUN(mutated);
	arena_free(&a);
	msgbuf_fini(&m);
	return unit_status();
}
