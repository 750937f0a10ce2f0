// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stateful objects to messages.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <string.h>
#include "compile_int.h"
#include "udata.h"

static uint8_t kind_of(uint32_t type)
{
	switch (type) {
	case NFT_OBJECT_COUNTER:
		return OBJ_COUNTER;
	case NFT_OBJECT_QUOTA:
		return OBJ_QUOTA;
	case NFT_OBJECT_LIMIT:
		return OBJ_LIMIT;
	case NFT_OBJECT_CT_HELPER:
		return OBJ_CT_HELPER;
	case NFT_OBJECT_CT_TIMEOUT:
		return OBJ_CT_TIMEOUT;
	case NFT_OBJECT_CT_EXPECT:
		return OBJ_CT_EXPECT;
	case NFT_OBJECT_SYNPROXY:
		return OBJ_SYNPROXY;
	default:
		return OBJ_SECMARK;
	}
}

static void put_data(struct msgbuf *m, const struct object *o)
{
	switch (o->type) {
	case NFT_OBJECT_COUNTER:
		put_counter(m, o->counter.packets, o->counter.bytes);
		break;
	case NFT_OBJECT_QUOTA:
		put_quota(m, &o->quota);
		break;
	case NFT_OBJECT_LIMIT:
		put_limit(m, &o->limit);
		break;
	case NFT_OBJECT_CT_HELPER:
		attr_str(m, NFTA_CT_HELPER_NAME, o->helper.name);
		attr_u8(m, NFTA_CT_HELPER_L4PROTO, o->helper.l4proto);
		if (o->helper.l3proto)
			attr_u16(m, NFTA_CT_HELPER_L3PROTO, o->helper.l3proto);
		break;
	case NFT_OBJECT_CT_EXPECT:
		if (o->expect.l3proto)
			attr_u16(m, NFTA_CT_EXPECT_L3PROTO, o->expect.l3proto);
		attr_u8(m, NFTA_CT_EXPECT_L4PROTO, o->expect.l4proto);
		attr_u16(m, NFTA_CT_EXPECT_DPORT, o->expect.dport);
		/* Unlike other numbers this one is in host order. */
		attr_data(m, NFTA_CT_EXPECT_TIMEOUT, &o->expect.timeout_ms,
			  sizeof(o->expect.timeout_ms));
		attr_u8(m, NFTA_CT_EXPECT_SIZE, o->expect.size);
		break;
	case NFT_OBJECT_SYNPROXY:
		attr_u16(m, NFTA_SYNPROXY_MSS, o->synproxy.mss);
		attr_u8(m, NFTA_SYNPROXY_WSCALE, o->synproxy.wscale);
		attr_u32(m, NFTA_SYNPROXY_FLAGS, o->synproxy.flags);
		break;
	case NFT_OBJECT_SECMARK:
		attr_str(m, NFTA_SECMARK_CTX, o->secctx);
		break;
	}
}

/* States of a protocol by the name that a timeout policy gives them. */
struct state_row {
	const char *name;
	uint8_t attr;
};

/* linux/netfilter/nfnetlink_cttimeout.h: CTA_TIMEOUT_TCP_*, CTA_TIMEOUT_UDP_* */
static const struct state_row tcp_states[] = {
	{ "syn_sent", 1 }, { "syn_recv", 2 }, { "established", 3 }, { "fin_wait", 4 },
	{ "close_wait", 5 }, { "last_ack", 6 }, { "time_wait", 7 }, { "close", 8 },
	{ "syn_sent2", 9 }, { "retrans", 10 }, { "unack", 11 }, { NULL, 0 },
};
static const struct state_row udp_states[] = {
	{ "unreplied", 1 }, { "replied", 2 }, { NULL, 0 },
};

static int put_timeouts(struct compile *c, const struct object *o)
{
	const struct state_row *rows = o->timeout.l4proto == 6 ? tcp_states : udp_states, *r;
	struct expr *e = o->timeout.values ? o->timeout.values->first : NULL;
	size_t nest;

	if (o->timeout.l3proto)
		attr_u16(c->m, NFTA_CT_TIMEOUT_L3PROTO, o->timeout.l3proto);
	attr_u8(c->m, NFTA_CT_TIMEOUT_L4PROTO, o->timeout.l4proto);
	nest = attr_nest(c->m, NFTA_CT_TIMEOUT_DATA);
	for (; e; e = e->next) {
		const char *name = e->elem.key->sym, *text = e->elem.data->sym;
		uint64_t ms;
		nff_u128 secs;

		for (r = rows; r->name && strcmp(r->name, name); r++)
			;
		if (!r->name)
			return diag_error(&c->n->diags, e->elem.key->loc, "'%.40s' is no state of "
					  "this protocol", name);
		if (!parse_u128(text, &secs)) {
			if (!parse_duration(text, &ms))
				return diag_error(&c->n->diags, e->elem.data->loc,
						  "'%.40s' is no time", text);
			secs = ms / 1000;
		}
		attr_u32(c->m, r->attr, (uint32_t)secs);
	}
	attr_nest_end(c->m, nest);
	return 0;
}

int compile_object(struct compile *c, struct object *o, uint8_t op)
{
	struct batch_msg info = { .loc = o->h.obj.loc.src ? o->h.obj.loc : o->loc,
				  .what = kind_of(o->type), .op = op, .family = o->h.family,
				  .h = &o->h };
	struct eval ev = { .arena = &c->scratch, .diags = &c->n->diags, .family = o->h.family };
	size_t nest;

	if (eval_object(&ev, o))
		return -1;
	batch_msg_begin(c->b, NFT_MSG_NEWOBJ,
			op == CMD_CREATE ? NLM_F_CREATE | NLM_F_EXCL : NLM_F_CREATE, &info);
	attr_str(c->m, NFTA_OBJ_TABLE, o->h.table.s);
	attr_str(c->m, NFTA_OBJ_NAME, o->h.obj.s);
	attr_u32(c->m, NFTA_OBJ_TYPE, o->type);
	nest = attr_nest(c->m, NFTA_OBJ_DATA);
	if (o->type == NFT_OBJECT_CT_TIMEOUT) {
		if (put_timeouts(c, o))
			return -1;
	} else {
		put_data(c->m, o);
	}
	attr_nest_end(c->m, nest);
	if (o->comment)
		udata_put_comment(c->m, NFTA_OBJ_USERDATA, UDATA_OBJ_COMMENT, o->comment);
	batch_msg_end(c->b);
	return 0;
}
