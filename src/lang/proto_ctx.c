// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a rule has said about the protocols of its packets.
 */
#include <linux/if_arp.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "proto_ctx.h"

void proto_ctx_init(struct proto_ctx *pc, unsigned int family)
{
	memset(pc, 0, sizeof(*pc));
	pc->family = family;
	switch (family) {
	case NFPROTO_IPV4:
		pc->proto[PB_NH] = &proto_ip;
		break;
	case NFPROTO_IPV6:
		pc->proto[PB_NH] = &proto_ip6;
		break;
	case NFPROTO_ARP:
		pc->proto[PB_NH] = &proto_arp;
		break;
	case NFPROTO_BRIDGE:
		pc->proto[PB_LL] = &proto_ether;
		break;
	}
}

static bool set_proto(struct proto_ctx *pc, const struct proto *p, struct loc loc)
{
	if (!p)
		return false;
	if (p == &proto_vlan)
		pc->vlan_depth++;
	pc->proto[p->base] = p;
	pc->loc[p->base] = loc;
	return true;
}

static bool learn_meta(struct proto_ctx *pc, unsigned int key, uint64_t value, struct loc loc)
{
	switch (key) {
	case NFT_META_NFPROTO:
		return set_proto(pc, value == NFPROTO_IPV4 ? &proto_ip :
				     value == NFPROTO_IPV6 ? &proto_ip6 : NULL, loc);
	case NFT_META_PROTOCOL:
		/* There nfproto is what tells, and is asked for, too. */
		if (pc->family == NFPROTO_INET)
			return false;
		return set_proto(pc, proto_by_ethertype(value), loc);
	case NFT_META_L4PROTO:
		return set_proto(pc, proto_by_l4(value), loc);
	case NFT_META_IIFTYPE:
		return set_proto(pc, value == ARPHRD_ETHER ? &proto_ether : NULL, loc);
	}
	return false;
}

/* The field of a header that names the next one. */
static bool learn_payload(struct proto_ctx *pc, const struct field *f, uint64_t value,
			  struct loc loc)
{
	const struct proto_link *l;

	if (!f->proto || f->proto->next_field != f)
		return false;
	for (l = f->proto->links; l->upper; l++)
		if (l->value == value)
			return set_proto(pc, l->upper, loc);
	return false;
}

bool proto_ctx_learn(struct proto_ctx *pc, const struct expr *rel)
{
	const struct expr *l, *r;
	const struct field *f;

	if (rel->kind != EX_REL || (rel->op != OP_EQ && rel->op != OP_IMPLICIT) ||
	    rel->flags & EXF_SLASH_MASK)
		return false;
	l = rel->bin.left;
	r = rel->bin.right;
	if (l->kind != EX_FIELD || r->kind != EX_VALUE)
		return false;
	f = l->field.f;
	if (f->kind == FK_META)
		return learn_meta(pc, f->key, r->value, rel->loc);
	if (f->kind == FK_PAYLOAD)
		return learn_payload(pc, f, r->value, rel->loc);
	return false;
}
