/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the module about flows: examples, and by chance.
 */
#ifndef NFF_FLOW_GEN_H
#define NFF_FLOW_GEN_H

#include <arpa/inet.h>
#include <linux/netfilter.h>

#include "ct-gen.h"
#include "genl.h"
#include "uapi/linux/nff.h"

static const struct genl_family family = { .id = 33, .version = 1 };

/* The module's numbers are in host order. */
static inline void host32(struct msgbuf *m, uint16_t type, uint32_t v)
{
	attr_data(m, type, &v, sizeof(v));
}

static inline void host64(struct msgbuf *m, uint16_t type, uint64_t v)
{
	attr_data(m, type, &v, sizeof(v));
}

struct example {
	bool v6;
	uint8_t l4;
	uint32_t flags, reason;
	uint32_t id;			/* 0: 12 */
	bool vlan, newer;
};

static inline void put_dir(struct msgbuf *m, const struct example *e, bool reply)
{
	static const uint8_t v4[2][4] = { { 10, 0, 1, 2 }, { 10, 0, 2, 2 } };
	static const uint8_t v6[2][16] = { { 0xfd, 0, 0, 1, [15] = 2 }, { 0xfd, 0, 0, 2, [15] = 2 } };
	struct nff_encap tags[2] = { { htons(0x88a8), 100 }, { htons(0x8100), 7 } };
	struct nff_encap odd = { htons(0x1234), 9 };
	size_t nest = attr_nest(m, reply ? NFF_FLOW_REPLY : NFF_FLOW_ORIG);

	attr_data(m, NFF_DIR_SRC, e->v6 ? v6[reply] : v4[reply], e->v6 ? 16 : 4);
	attr_data(m, NFF_DIR_DST, e->v6 ? v6[!reply] : v4[!reply], e->v6 ? 16 : 4);
	if (e->l4 != IPPROTO_GRE) {
		attr_u16(m, NFF_DIR_SPORT, reply ? 443 : 40000);
		attr_u16(m, NFF_DIR_DPORT, reply ? 40000 : 443);
	}
	attr_u8(m, NFF_DIR_XMIT, e->newer ? 77 : NFF_XMIT_NEIGH);
	host32(m, NFF_DIR_IIF, reply ? 900002 : 900001);
	host32(m, NFF_DIR_OIF, reply ? 900001 : 900002);
	host32(m, NFF_DIR_L3IIF, reply ? 900002 : e->vlan ? 900003 : 900001);
	host32(m, NFF_DIR_L3OIF, reply ? e->vlan ? 900003 : 900001 : 900002);
	if (e->vlan && !reply) {
		attr_data(m, NFF_DIR_IN_ENCAP, tags, sizeof(tags));
		attr_data(m, NFF_DIR_OUT_ENCAP, &odd, sizeof(odd));
	}
	host32(m, NFF_DIR_MTU, 1500);
	host64(m, NFF_DIR_PACKETS, reply ? 50 : 100);
	host64(m, NFF_DIR_BYTES, reply ? 5000 : 100000);
	if (e->newer)
		host64(m, 200, 1);
	attr_nest_end(m, nest);
}

static inline void put_flow(struct msgbuf *m, const struct example *e)
{
	uint16_t zone = 3;
	size_t nest;

	m->len = 0;
	genl_begin(m, &family, e->reason ? NFF_CMD_DEL_FLOW : NFF_CMD_NEW_FLOW, 0);
	attr_u8(m, NFF_ATTR_FAMILY, e->newer ? 99 : NFPROTO_INET);
	attr_str(m, NFF_ATTR_TABLE, "x");
	attr_str(m, NFF_ATTR_FLOWTABLE, "f");
	if (e->newer)
		attr_str(m, 99, "what may this be");
	nest = attr_nest(m, NFF_ATTR_FLOW);
	host32(m, NFF_FLOW_ID, e->id ? e->id : 12);
	attr_u8(m, NFF_FLOW_L3PROTO, e->v6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
	attr_u8(m, NFF_FLOW_L4PROTO, e->l4);
	host32(m, NFF_FLOW_FLAGS, e->flags);
	put_dir(m, e, false);
	put_dir(m, e, true);
	attr_u32(m, NFF_FLOW_CT_ID, 4711);
	host32(m, NFF_FLOW_CT_MARK, 5);
	attr_data(m, NFF_FLOW_CT_ZONE, &zone, sizeof(zone));
	host64(m, NFF_FLOW_CREATED, 1000 * 1000000000ull);
	host64(m, NFF_FLOW_IDLE, 2500);
	host64(m, NFF_FLOW_LEFT, 27500);
	if (e->reason)
		host32(m, NFF_FLOW_REASON, e->reason);
	attr_nest_end(m, nest);
	msg_end(m);
}

/* One by chance, in place of what m has. */
static inline void gen_flow(struct msgbuf *m)
{
	put_flow(m, &(struct example){ .v6 = coin(), .l4 = coin() ? 6 : 47, .vlan = coin(),
				       .reason = (uint32_t)(rnd() % 20), .newer = coin(), .id = (uint32_t)(rnd() % 50) });
}

#endif
