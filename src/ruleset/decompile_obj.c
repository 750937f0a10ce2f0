// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stateful objects.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "decompile_int.h"

#define UDATA_OBJ_COMMENT 0

static void obj_helper(struct decompile *d, struct object *o, const struct nlattr *data)
{
	const struct nlattr *tb[NFTA_CT_HELPER_MAX + 1];

	attrs_of_nest(data, tb, NFTA_CT_HELPER_MAX);
	o->helper.name = attr_string(d->arena, tb[NFTA_CT_HELPER_NAME]) ?: "";
	o->helper.l3proto = attr_uint(tb[NFTA_CT_HELPER_L3PROTO]);
	o->helper.l4proto = attr_uint(tb[NFTA_CT_HELPER_L4PROTO]);
}

/*
 * The kernel's states are CTA_TIMEOUT_TCP_* and _UDP_*, from 1 on. It tells
 * all of them; those with what nft takes for the default are not listed.
 */
struct timeout_state {
	const char *name;
	uint32_t seconds;
};
static const struct timeout_state tcp_states[] = {
	{ "syn_sent", 120 }, { "syn_recv", 60 }, { "established", 432000 }, { "fin_wait", 120 },
	{ "close_wait", 60 }, { "last_ack", 30 }, { "time_wait", 120 }, { "close", 10 },
	{ "syn_sent2", 120 }, { "retrans", 300 }, { "unack", 300 },
};
static const struct timeout_state udp_states[] = { { "unreplied", 30 }, { "replied", 120 } };

static void obj_timeout(struct decompile *d, struct object *o, const struct nlattr *data)
{
	const struct nlattr *tb[NFTA_CT_TIMEOUT_MAX + 1], *attr;
	const struct timeout_state *states = udp_states;
	unsigned int n = sizeof(udp_states) / sizeof(*udp_states);

	attrs_of_nest(data, tb, NFTA_CT_TIMEOUT_MAX);
	o->timeout.l3proto = attr_uint(tb[NFTA_CT_TIMEOUT_L3PROTO]);
	o->timeout.l4proto = attr_uint(tb[NFTA_CT_TIMEOUT_L4PROTO]);
	o->timeout.values = arena_new(d->arena, struct expr_list);
	if (o->timeout.l4proto == 6) {
		states = tcp_states;
		n = sizeof(tcp_states) / sizeof(*tcp_states);
	}
	if (!tb[NFTA_CT_TIMEOUT_DATA])
		return;
	for_each_nested(attr, tb[NFTA_CT_TIMEOUT_DATA]) {
		unsigned int type = mnl_attr_get_type(attr);
		struct expr *state, *seconds;

		if (type == 0 || type > n || states[type - 1].seconds == attr_uint(attr))
			continue;
		state = expr_symbol(d->arena, (struct loc){ 0 }, states[type - 1].name, 0);
		seconds = expr_value(d->arena, (struct loc){ 0 }, &dt_integer, BO_HOST, 32,
				     attr_uint(attr));
		expr_list_add(o->timeout.values,
			      expr_elem(d->arena, (struct loc){ 0 }, state, seconds));
	}
}

static void obj_expect(struct object *o, const struct nlattr *data)
{
	const struct nlattr *tb[NFTA_CT_EXPECT_MAX + 1];

	attrs_of_nest(data, tb, NFTA_CT_EXPECT_MAX);
	o->expect.l3proto = attr_uint(tb[NFTA_CT_EXPECT_L3PROTO]);
	o->expect.l4proto = attr_uint(tb[NFTA_CT_EXPECT_L4PROTO]);
	o->expect.dport = attr_uint(tb[NFTA_CT_EXPECT_DPORT]);
	/* Unlike other numbers this one is in host order. */
	if (tb[NFTA_CT_EXPECT_TIMEOUT] &&
	    mnl_attr_get_payload_len(tb[NFTA_CT_EXPECT_TIMEOUT]) >= sizeof(uint32_t))
		o->expect.timeout_ms = mnl_attr_get_u32(tb[NFTA_CT_EXPECT_TIMEOUT]);
	o->expect.size = attr_uint(tb[NFTA_CT_EXPECT_SIZE]);
}

static void obj_secmark(struct decompile *d, struct object *o, const struct nlattr *data)
{
	const struct nlattr *tb[NFTA_SECMARK_MAX + 1];

	attrs_of_nest(data, tb, NFTA_SECMARK_MAX);
	o->secctx = attr_string(d->arena, tb[NFTA_SECMARK_CTX]) ?: "";
}

/* The kinds whose data are attributes of an expression of the same name. */
static void obj_as_insn(struct decompile *d, struct object *o, const struct nlattr *data)
{
	struct insn i;

	switch (o->type) {
	case NFT_OBJECT_COUNTER:
		insn_decode_attrs(d->arena, IN_COUNTER, data, &i);
		o->counter.packets = insn_u(&i, NFTA_COUNTER_PACKETS);
		o->counter.bytes = insn_u(&i, NFTA_COUNTER_BYTES);
		break;
	case NFT_OBJECT_QUOTA:
		insn_decode_attrs(d->arena, IN_QUOTA, data, &i);
		quota_of_insn(&i, &o->quota);
		break;
	case NFT_OBJECT_LIMIT:
		insn_decode_attrs(d->arena, IN_LIMIT, data, &i);
		limit_of_insn(&i, &o->limit);
		break;
	case NFT_OBJECT_SYNPROXY:
		insn_decode_attrs(d->arena, IN_SYNPROXY, data, &i);
		o->synproxy.mss = insn_u(&i, NFTA_SYNPROXY_MSS);
		o->synproxy.wscale = insn_u(&i, NFTA_SYNPROXY_WSCALE);
		o->synproxy.flags = insn_u(&i, NFTA_SYNPROXY_FLAGS);
		break;
	}
}

struct object *decompile_object(struct decompile *d, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFTA_OBJ_MAX + 1], *u;
	const struct nfgenmsg *nfg;
	struct udata ud[UDATA_MAX];
	struct object *o;

	if (!attrs_of_msg(nlh, tb, NFTA_OBJ_MAX))
		return NULL;
	o = arena_new(d->arena, struct object);
	nfg = mnl_nlmsg_get_payload(nlh);
	o->h.family = nfg->nfgen_family;
	o->h.table.s = attr_string(d->arena, tb[NFTA_OBJ_TABLE]);
	o->h.obj.s = attr_string(d->arena, tb[NFTA_OBJ_NAME]);
	if (!o->h.table.s || !o->h.obj.s)
		return NULL;
	o->h.handle = attr_uint(tb[NFTA_OBJ_HANDLE]);
	o->type = attr_uint(tb[NFTA_OBJ_TYPE]);
	u = tb[NFTA_OBJ_USERDATA];
	if (u && udata_parse(mnl_attr_get_payload(u), mnl_attr_get_payload_len(u), ud))
		o->comment = udata_string(d->arena, &ud[UDATA_OBJ_COMMENT]);
	if (!tb[NFTA_OBJ_DATA]) {
		/* As if it were empty. */
		static const struct nlattr none = { .nla_len = sizeof(none) };

		tb[NFTA_OBJ_DATA] = &none;
	}
	switch (o->type) {
	case NFT_OBJECT_CT_HELPER:
		obj_helper(d, o, tb[NFTA_OBJ_DATA]);
		break;
	case NFT_OBJECT_CT_TIMEOUT:
		obj_timeout(d, o, tb[NFTA_OBJ_DATA]);
		break;
	case NFT_OBJECT_CT_EXPECT:
		obj_expect(o, tb[NFTA_OBJ_DATA]);
		break;
	case NFT_OBJECT_SECMARK:
		obj_secmark(d, o, tb[NFTA_OBJ_DATA]);
		break;
	default:
		obj_as_insn(d, o, tb[NFTA_OBJ_DATA]);
	}
	return o;
}
