// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A match of flows as the module's filter (enum nff_filter_attr), as far as that goes: what is
 * equal to one value, a prefix of an address, a mark under a mask. The rest is left to
 * match_record(), which looks at every flow that comes.
 */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter.h>
#include <net/if.h>
#include <string.h>

#include "flow_dump.h"
#include "match_int.h"
#include "uapi/linux/nff.h"

enum filter_kind { FILTER_U8, FILTER_U16, FILTER_BE16, FILTER_U32, FILTER_BE32, FILTER_PREFIX,
		   FILTER_NAME };

/* A selector and the attribute that compares it; header fields by protocol and place. */
static const struct filter_row {
	uint8_t kind;			/* enum field_kind */
	uint16_t key;			/* FK_PAYLOAD: the place in the header, in bits */
	const struct proto *proto;
	uint8_t dir;			/* 0: any that was said, for it makes no difference */
	uint8_t attr;			/* NFF_FILTER_* */
	uint8_t value;			/* enum filter_kind */
} rows[] = {
	{ FK_META, NFT_META_NFPROTO, NULL, 0, NFF_FILTER_L3PROTO, FILTER_U8 },
	{ FK_META, NFT_META_L4PROTO, NULL, 0, NFF_FILTER_L4PROTO, FILTER_U8 },
	{ FK_META, NFT_META_IIF, NULL, 0, NFF_FILTER_IFINDEX, FILTER_U32 },
	{ FK_META, NFT_META_OIF, NULL, 0, NFF_FILTER_IFINDEX, FILTER_U32 },
	{ FK_META, NFT_META_IIFNAME, NULL, 0, NFF_FILTER_IFINDEX, FILTER_NAME },
	{ FK_META, NFT_META_OIFNAME, NULL, 0, NFF_FILTER_IFINDEX, FILTER_NAME },
	{ FK_CT, NFT_CT_MARK, NULL, 0, NFF_FILTER_MARK, FILTER_U32 },
	{ FK_CT, NFT_CT_ZONE, NULL, 0, NFF_FILTER_ZONE, FILTER_U16 },
	{ FK_CT, NFT_CT_ID, NULL, 0, NFF_FILTER_CT_ID, FILTER_BE32 },
	{ FK_CT, NFT_CT_L3PROTOCOL, NULL, 0, NFF_FILTER_L3PROTO, FILTER_U8 },
	{ FK_CT, NFT_CT_PROTOCOL, NULL, 0, NFF_FILTER_L4PROTO, FILTER_U8 },
	{ FK_CT, NFT_CT_SRC_IP, NULL, 1, NFF_FILTER_ORIG_SRC, FILTER_PREFIX },
	{ FK_CT, NFT_CT_DST_IP, NULL, 1, NFF_FILTER_ORIG_DST, FILTER_PREFIX },
	{ FK_CT, NFT_CT_SRC_IP, NULL, 2, NFF_FILTER_REPLY_SRC, FILTER_PREFIX },
	{ FK_CT, NFT_CT_DST_IP, NULL, 2, NFF_FILTER_REPLY_DST, FILTER_PREFIX },
	{ FK_CT, NFT_CT_SRC_IP6, NULL, 1, NFF_FILTER_ORIG_SRC, FILTER_PREFIX },
	{ FK_CT, NFT_CT_DST_IP6, NULL, 1, NFF_FILTER_ORIG_DST, FILTER_PREFIX },
	{ FK_CT, NFT_CT_SRC_IP6, NULL, 2, NFF_FILTER_REPLY_SRC, FILTER_PREFIX },
	{ FK_CT, NFT_CT_DST_IP6, NULL, 2, NFF_FILTER_REPLY_DST, FILTER_PREFIX },
	{ FK_CT, NFT_CT_PROTO_SRC, NULL, 1, NFF_FILTER_ORIG_SPORT, FILTER_BE16 },
	{ FK_CT, NFT_CT_PROTO_DST, NULL, 1, NFF_FILTER_ORIG_DPORT, FILTER_BE16 },
	{ FK_CT, NFT_CT_PROTO_SRC, NULL, 2, NFF_FILTER_REPLY_SPORT, FILTER_BE16 },
	{ FK_CT, NFT_CT_PROTO_DST, NULL, 2, NFF_FILTER_REPLY_DPORT, FILTER_BE16 },
	{ FK_PAYLOAD, 96, &proto_ip, 0, NFF_FILTER_ORIG_SRC, FILTER_PREFIX },
	{ FK_PAYLOAD, 128, &proto_ip, 0, NFF_FILTER_ORIG_DST, FILTER_PREFIX },
	{ FK_PAYLOAD, 72, &proto_ip, 0, NFF_FILTER_L4PROTO, FILTER_U8 },
	{ FK_PAYLOAD, 64, &proto_ip6, 0, NFF_FILTER_ORIG_SRC, FILTER_PREFIX },
	{ FK_PAYLOAD, 192, &proto_ip6, 0, NFF_FILTER_ORIG_DST, FILTER_PREFIX },
	{ FK_PAYLOAD, 48, &proto_ip6, 0, NFF_FILTER_L4PROTO, FILTER_U8 },
	{ FK_PAYLOAD, 0, &proto_tcp, 0, NFF_FILTER_ORIG_SPORT, FILTER_BE16 },
	{ FK_PAYLOAD, 16, &proto_tcp, 0, NFF_FILTER_ORIG_DPORT, FILTER_BE16 },
	{ FK_PAYLOAD, 0, &proto_udp, 0, NFF_FILTER_ORIG_SPORT, FILTER_BE16 },
	{ FK_PAYLOAD, 16, &proto_udp, 0, NFF_FILTER_ORIG_DPORT, FILTER_BE16 },
	{ FK_PAYLOAD, 0, &proto_th, 0, NFF_FILTER_ORIG_SPORT, FILTER_BE16 },
	{ FK_PAYLOAD, 16, &proto_th, 0, NFF_FILTER_ORIG_DPORT, FILTER_BE16 },
};

static const struct filter_row *find_row(const struct match_sel *sel)
{
	const struct field *f = sel->f;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == f->kind && rows[i].proto == f->proto &&
		    rows[i].key == (f->kind == FK_PAYLOAD ? f->bit_off : f->key) &&
		    (!rows[i].dir || rows[i].dir == sel->dir))
			return &rows[i];
	return NULL;
}

/* The number of leading bits that all of lo to hi have in common, where nothing else has. */
static bool is_prefix(const struct match_range *r, unsigned int bits, unsigned int *len)
{
	nff_u128 rest = r->lo ^ r->hi;

	if (rest & (rest + 1) || r->lo & rest)
		return false;
	*len = bits;
	for (; rest; rest >>= 1)
		(*len)--;
	return true;
}

static bool put_prefix(struct msgbuf *m, const struct filter_row *row, const struct match_test *t)
{
	unsigned int bits = t->sel[0].bits, len;
	struct nff_prefix p = { .family = bits == 32 ? NFPROTO_IPV4 : NFPROTO_IPV6 };

	if (!is_prefix(&t->ranges[0], bits, &len))
		return false;
	p.len = (uint8_t)len;
	value_export(t->ranges[0].lo, BO_BIG, bits / 8, p.addr);
	attr_data(m, row->attr, &p, sizeof(p));
	return true;
}

/* A device by name: none of that name, no comparison. */
static bool put_name(struct msgbuf *m, const struct filter_row *row, nff_u128 v)
{
	char name[IFNAMSIZ + 1] = "";
	uint32_t index;

	value_export(v, BO_BIG, IFNAMSIZ, name);
	index = if_nametoindex(name);
	if (index)
		attr_data(m, row->attr, &index, sizeof(index));
	return index;
}

static bool put_number(struct msgbuf *m, const struct filter_row *row, nff_u128 v)
{
	uint16_t v16 = (uint16_t)v;
	uint32_t v32 = (uint32_t)v;

	if (v > UINT32_MAX)
		return false;
	switch (row->value) {
	case FILTER_U8:
		/* the module refuses a family that no flow has */
		if (row->attr == NFF_FILTER_L3PROTO && v != NFPROTO_IPV4 && v != NFPROTO_IPV6)
			return false;
		attr_u8(m, row->attr, (uint8_t)v);
		break;
	case FILTER_U16:
		attr_data(m, row->attr, &v16, sizeof(v16));
		break;
	case FILTER_BE16:
		attr_u16(m, row->attr, v16);
		break;
	case FILTER_U32:
		attr_data(m, row->attr, &v32, sizeof(v32));
		break;
	case FILTER_BE32:
		attr_u32(m, row->attr, v32);
		break;
	}
	return true;
}

/* "ct mark and 0xff == 0x1" */
static bool put_mark(struct msgbuf *m, const struct match_test *t)
{
	uint32_t mask = (uint32_t)t->sel[0].ops[0].arg, mark = (uint32_t)t->ranges[0].lo;

	if (t->sel[0].n_ops != 1 || t->sel[0].ops[0].op != OP_AND || mark & ~mask)
		return false;
	attr_data(m, NFF_FILTER_MARK, &mark, sizeof(mark));
	attr_data(m, NFF_FILTER_MARK_MASK, &mask, sizeof(mask));
	return true;
}

/* Put one comparison; false: it is none of the filter's. */
static bool put_test(struct msgbuf *m, const struct filter_row *row, const struct match_test *t)
{
	if (row->value == FILTER_PREFIX)
		return !t->sel[0].n_ops && put_prefix(m, row, t);
	if (t->ranges[0].lo != t->ranges[0].hi)
		return false;
	if (t->sel[0].n_ops)
		return row->attr == NFF_FILTER_MARK && put_mark(m, t);
	if (row->value == FILTER_NAME)
		return put_name(m, row, t->ranges[0].lo);
	return put_number(m, row, t->ranges[0].lo);
}

void flow_put_filter(struct msgbuf *m, const struct match *match)
{
	uint32_t seen = 0;
	size_t nest = 0;

	for (const struct match_test *t = match->tests; t; t = t->next) {
		const struct filter_row *row;

		if (t->n_sel != 1 || t->op != OP_EQ || t->negate || t->any || t->n_ranges != 1)
			continue;
		row = find_row(&t->sel[0]);
		/* each attribute once: a second comparison is left out */
		if (!row || seen & 1u << row->attr)
			continue;
		if (!seen)
			nest = attr_nest(m, NFF_ATTR_FILTER);
		if (put_test(m, row, t))
			seen |= 1u << row->attr;
		else if (!seen)
			m->len = nest;
	}
	if (seen)
		attr_nest_end(m, nest);
}
