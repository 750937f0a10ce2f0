// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of families, hooks, priorities, operators and commands; what a rule
 * says about protocols; describe.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "print.h"
#include "proto_ctx.h"
#include "unit.h"

static const struct print_opts plain;
static struct arena arena;

static void families(void)
{
	static const int all[] = {
		NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET, NFPROTO_NETDEV, NFPROTO_BRIDGE,
		NFPROTO_ARP,
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		CHECK_INT(family_by_name(family_name(all[i])), all[i]);
	CHECK(!family_name(99));
	CHECK_INT(family_by_name("decnet"), -1);
}

static void hooks(void)
{
	CHECK_STR(hook_name(NFPROTO_IPV4, NF_INET_FORWARD), "forward");
	CHECK_STR(hook_name(NFPROTO_NETDEV, 0), "ingress");
	CHECK_STR(hook_name(NFPROTO_NETDEV, 1), "egress");
	CHECK_STR(hook_name(NFPROTO_ARP, 0), "input");
	CHECK_STR(hook_name(NFPROTO_INET, 5), "ingress");
	CHECK(!hook_name(NFPROTO_BRIDGE, 9));
	CHECK(!hook_name(99, 0));
	CHECK_INT(hook_by_name(NFPROTO_INET, "ingress"), 5);
	CHECK_INT(hook_by_name(NFPROTO_IPV4, "ingress"), -1);
	CHECK_INT(hook_by_name(NFPROTO_IPV6, "postrouting"), NF_INET_POST_ROUTING);
	CHECK_INT(hook_by_name(NFPROTO_BRIDGE, "prerouting"), 0);
	CHECK_INT(hook_by_name(NFPROTO_ARP, "prerouting"), -1);
	CHECK_INT(hook_by_name(NFPROTO_NETDEV, "forward"), -1);
	CHECK_INT(hook_by_name(99, "input"), -1);
}

static void check_priority(unsigned int family, int hook, int32_t value, const char *wanted)
{
	char got[64];
	struct out o;

	out_init_mem(&o);
	priority_print(family, hook, value, &plain, &o);
	snprintf(got, sizeof(got), "%s", out_str(&o));
	out_fini(&o);
	CHECK_STR(got, wanted);
}

static void priorities(void)
{
	const struct print_opts numeric = { .numeric_prio = true };
	struct out o;
	int32_t v;

	CHECK(priority_by_name(NFPROTO_IPV4, 0, "raw", &v) && v == -300);
	CHECK(priority_by_name(NFPROTO_IPV4, 0, "dstnat", &v) && v == -100);
	CHECK(!priority_by_name(NFPROTO_IPV4, NF_INET_FORWARD, "dstnat", &v));
	CHECK(priority_by_name(NFPROTO_INET, NF_INET_POST_ROUTING, "srcnat", &v) && v == 100);
	CHECK(priority_by_name(NFPROTO_BRIDGE, 2, "filter", &v) && v == -200);
	CHECK(priority_by_name(NFPROTO_BRIDGE, NF_INET_LOCAL_OUT, "out", &v) && v == 100);
	CHECK(priority_by_name(NFPROTO_NETDEV, 0, "filter", &v) && v == 0);
	CHECK(!priority_by_name(NFPROTO_NETDEV, 0, "raw", &v));
	CHECK(!priority_by_name(NFPROTO_ARP, 0, "mangle", &v));

	check_priority(NFPROTO_IPV4, 2, 0, "filter");
	check_priority(NFPROTO_IPV4, 2, 10, "filter + 10");
	check_priority(NFPROTO_IPV4, 2, -10, "filter - 10");
	check_priority(NFPROTO_IPV4, 2, 11, "11");
	check_priority(NFPROTO_IPV4, 2, -295, "raw + 5");
	check_priority(NFPROTO_IPV4, 0, -100, "dstnat");
	check_priority(NFPROTO_IPV4, 3, -100, "-100");
	check_priority(NFPROTO_BRIDGE, 4, 290, "srcnat - 10");
	check_priority(NFPROTO_BRIDGE, 2, 0, "0");
	check_priority(NFPROTO_NETDEV, 0, -310, "-310");
	check_priority(NFPROTO_INET, 5, -310, "raw - 10");
	check_priority(NFPROTO_IPV4, 2, INT32_MAX, "2147483647");
	check_priority(NFPROTO_IPV4, 2, INT32_MIN, "-2147483648");
	out_init_mem(&o);
	priority_print(NFPROTO_IPV4, 2, 0, &numeric, &o);
	CHECK_STR(out_str(&o), "0");
	out_fini(&o);
}

static void words(void)
{
	unsigned int i;

	for (i = 0; i < OP_MAX; i++)
		CHECK(op_name(i));
	for (i = 0; i < OBJ_MAX; i++)
		CHECK(obj_name(i));
	for (i = 0; i < CMD_MAX; i++)
		CHECK(cmd_name(i));
	CHECK(!op_name(OP_MAX) && !obj_name(OBJ_MAX) && !cmd_name(CMD_MAX));
	CHECK_STR(op_name(OP_LSHIFT), "<<");
	CHECK_STR(symbol_by_value(log_level_symbols, LOG_LEVEL_AUDIT), "audit");
}

/* ---- what a rule says about protocols ---- */

static bool learn(struct proto_ctx *pc, const struct field *f, enum expr_op op, uint64_t value)
{
	struct loc loc = { .src = 1, .off = 7 };
	struct expr *rel;

	rel = expr_bin(&arena, loc, EX_REL, op, expr_field(&arena, loc, f, 0),
		       expr_value(&arena, loc, f->type, f->byteorder, f->bits, value));
	return proto_ctx_learn(pc, rel);
}

static void protocols_of_families(void)
{
	struct proto_ctx pc;

	proto_ctx_init(&pc, NFPROTO_IPV4);
	CHECK(pc.proto[PB_NH] == &proto_ip && !pc.proto[PB_TH]);
	proto_ctx_init(&pc, NFPROTO_IPV6);
	CHECK(pc.proto[PB_NH] == &proto_ip6);
	proto_ctx_init(&pc, NFPROTO_ARP);
	CHECK(pc.proto[PB_NH] == &proto_arp);
	proto_ctx_init(&pc, NFPROTO_INET);
	CHECK(!pc.proto[PB_NH] && !pc.proto[PB_LL]);
	proto_ctx_init(&pc, NFPROTO_NETDEV);
	CHECK(!pc.proto[PB_LL] && !pc.proto[PB_NH]);
	proto_ctx_init(&pc, NFPROTO_BRIDGE);
	CHECK(pc.proto[PB_LL] == &proto_ether);
	CHECK_INT(pc.family, NFPROTO_BRIDGE);
}

static void protocols_learned(void)
{
	struct proto_ctx pc;

	proto_ctx_init(&pc, NFPROTO_INET);
	CHECK(learn(&pc, meta_field(NFT_META_NFPROTO), OP_EQ, NFPROTO_IPV4));
	CHECK(pc.proto[PB_NH] == &proto_ip);
	CHECK_INT(pc.loc[PB_NH].off, 7);
	CHECK(learn(&pc, field_by_name(proto_ip.fields, "protocol"), OP_IMPLICIT, 6));
	CHECK(pc.proto[PB_TH] == &proto_tcp);

	proto_ctx_init(&pc, NFPROTO_INET);
	CHECK(learn(&pc, meta_field(NFT_META_L4PROTO), OP_EQ, 17));
	CHECK(pc.proto[PB_TH] == &proto_udp && !pc.proto[PB_NH]);
	/* In inet tables it is nfproto that tells. */
	CHECK(!learn(&pc, meta_field(NFT_META_PROTOCOL), OP_EQ, 0x86dd));
	CHECK(learn(&pc, meta_field(NFT_META_NFPROTO), OP_EQ, NFPROTO_IPV6));
	CHECK(pc.proto[PB_NH] == &proto_ip6);
	CHECK(learn(&pc, field_by_name(proto_ip6.fields, "nexthdr"), OP_EQ, 58));
	CHECK(pc.proto[PB_TH] == &proto_icmpv6);
	CHECK(learn(&pc, meta_field(NFT_META_IIFTYPE), OP_EQ, 1));
	CHECK(pc.proto[PB_LL] == &proto_ether);

	proto_ctx_init(&pc, NFPROTO_BRIDGE);
	CHECK(learn(&pc, field_by_name(proto_ether.fields, "type"), OP_EQ, 0x8100));
	CHECK(pc.proto[PB_LL] == &proto_vlan && !pc.proto[PB_NH]);
	CHECK_INT(pc.vlan_depth, 1);
	CHECK(learn(&pc, field_by_name(proto_vlan.fields, "type"), OP_EQ, 0x0800));
	CHECK(pc.proto[PB_NH] == &proto_ip && pc.proto[PB_LL] == &proto_vlan);
}

static void protocols_not_learned(void)
{
	struct proto_ctx pc;

	proto_ctx_init(&pc, NFPROTO_INET);
	CHECK(!learn(&pc, meta_field(NFT_META_L4PROTO), OP_NE, 6));
	CHECK(!learn(&pc, meta_field(NFT_META_L4PROTO), OP_EQ, 250));
	CHECK(!learn(&pc, meta_field(NFT_META_NFPROTO), OP_EQ, 77));
	CHECK(!learn(&pc, meta_field(NFT_META_IIFTYPE), OP_EQ, 512));
	CHECK(!learn(&pc, meta_field(NFT_META_MARK), OP_EQ, 6));
	CHECK(!learn(&pc, field_by_name(proto_ip.fields, "ttl"), OP_EQ, 6));
	CHECK(!learn(&pc, field_by_name(proto_ah.fields, "nexthdr"), OP_EQ, 6));
	CHECK(!learn(&pc, ct_field(NFT_CT_PROTOCOL, 0), OP_EQ, 6));
	CHECK(!pc.proto[PB_LL] && !pc.proto[PB_NH] && !pc.proto[PB_TH]);
}

/* ---- describe ---- */

static void check_describe(const struct expr *e, const char *wanted)
{
	char got[512];
	struct out o;

	out_init_mem(&o);
	CHECK_INT(describe_expr(&o, e, &plain), 0);
	snprintf(got, sizeof(got), "%s", out_str(&o));
	out_fini(&o);
	CHECK_STR(got, wanted);
}

static void describes(void)
{
	struct loc loc = { 0 };
	struct out o;

	check_describe(expr_field(&arena, loc, field_by_name(proto_ip.fields, "saddr"), 0),
		       "payload expression, datatype ipv4_addr (IPv4 address) "
		       "(basetype integer), 32 bits\n");
	check_describe(expr_field(&arena, loc, meta_field(NFT_META_IIFNAME), 0),
		       "meta expression, datatype ifname (network interface name) "
		       "(basetype string), 16 characters\n");
	check_describe(expr_symbol(&arena, loc, "ct_dir", 0),
		       "datatype ct_dir (conntrack direction) (basetype integer), 8 bits\n\n"
		       "pre-defined symbolic constants (in decimal):\n"
		       "\toriginal                      \t                   0\n"
		       "\treply                         \t                   1\n");
	check_describe(expr_symbol(&arena, loc, "ecn", 0),
		       "datatype ecn (Explicit Congestion Notification) "
		       "(basetype integer), 2 bits\n\n"
		       "pre-defined symbolic constants (in hexadecimal):\n"
		       "\tnot-ect                       \t0x00\n"
		       "\tect1                          \t0x01\n"
		       "\tect0                          \t0x02\n"
		       "\tce                            \t0x03\n");
	check_describe(expr_symbol(&arena, loc, "ether_addr", 0),
		       "datatype ether_addr (Ethernet address) "
		       "(basetype link layer address, integer), 48 bits\n");
	out_init_mem(&o);
	CHECK_INT(describe_expr(&o, expr_symbol(&arena, loc, "nothing", 0), &plain), -1);
	CHECK_INT(o.len, 0);
	out_fini(&o);
}

int main(void)
{
	RUN(families);
	RUN(hooks);
	RUN(priorities);
	RUN(words);
	RUN(protocols_of_families);
	RUN(protocols_learned);
	RUN(protocols_not_learned);
	RUN(describes);
	arena_free(&arena);
	return unit_status();
}
