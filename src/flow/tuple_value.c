// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fields of packets in a tuple of addresses and ports.
 */
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "ct_value.h"

enum tuple_key {
	TK_NONE,
	TK_SRC4, TK_DST4, TK_SRC6, TK_DST6,
	TK_SPORT, TK_DPORT,		/* of a protocol with ports */
	TK_ICMP_TYPE, TK_ICMP_CODE, TK_ICMP_ID,
	TK_PROTO_SRC, TK_PROTO_DST,	/* what stands there: a port, a GRE key, an ICMP id */
	TK_L4PROTO, TK_L4PROTO4, TK_L4PROTO6,
	TK_NFPROTO, TK_ETHERTYPE,
};

/* By header and place in it (bits). */
static const struct {
	const struct proto *proto;
	uint16_t bit_off;
	uint8_t key;			/* enum tuple_key */
} payload_keys[] = {
	{ &proto_ip, 96, TK_SRC4 }, { &proto_ip, 128, TK_DST4 }, { &proto_ip, 72, TK_L4PROTO4 },
	{ &proto_ip6, 64, TK_SRC6 }, { &proto_ip6, 192, TK_DST6 },
	{ &proto_ip6, 48, TK_L4PROTO6 },
	{ &proto_tcp, 0, TK_SPORT }, { &proto_tcp, 16, TK_DPORT },
	{ &proto_udp, 0, TK_SPORT }, { &proto_udp, 16, TK_DPORT },
	{ &proto_th, 0, TK_SPORT }, { &proto_th, 16, TK_DPORT },
	{ &proto_sctp, 0, TK_SPORT }, { &proto_sctp, 16, TK_DPORT },
	{ &proto_dccp, 0, TK_SPORT }, { &proto_dccp, 16, TK_DPORT },
	{ &proto_udplite, 0, TK_SPORT }, { &proto_udplite, 16, TK_DPORT },
	{ &proto_icmp, 0, TK_ICMP_TYPE }, { &proto_icmp, 8, TK_ICMP_CODE },
	{ &proto_icmp, 32, TK_ICMP_ID },
	{ &proto_icmpv6, 0, TK_ICMP_TYPE }, { &proto_icmpv6, 8, TK_ICMP_CODE },
	{ &proto_icmpv6, 32, TK_ICMP_ID },
};

static enum tuple_key payload_key(const struct field *f)
{
	/* icmp has several fields in one place: mtu, gateway */
	for (unsigned int i = 0; i < sizeof(payload_keys) / sizeof(payload_keys[0]); i++)
		if (payload_keys[i].proto == f->proto && payload_keys[i].bit_off == f->bit_off)
			return payload_keys[i].key != TK_ICMP_ID || (f->bits == 16 && f->dep &&
				f->dep->n == 2) ? payload_keys[i].key : TK_NONE;
	return TK_NONE;
}

static enum tuple_key meta_key(unsigned int key)
{
	switch (key) {
	case NFT_META_NFPROTO:
		return TK_NFPROTO;
	case NFT_META_L4PROTO:
		return TK_L4PROTO;
	case NFT_META_PROTOCOL:
		return TK_ETHERTYPE;
	default:
		return TK_NONE;
	}
}

static enum tuple_key ct_key(unsigned int key)
{
	switch (key) {
	case NFT_CT_SRC_IP:
		return TK_SRC4;
	case NFT_CT_DST_IP:
		return TK_DST4;
	case NFT_CT_SRC_IP6:
		return TK_SRC6;
	case NFT_CT_DST_IP6:
		return TK_DST6;
	case NFT_CT_PROTO_SRC:
		return TK_PROTO_SRC;
	case NFT_CT_PROTO_DST:
		return TK_PROTO_DST;
	case NFT_CT_PROTOCOL:
		return TK_L4PROTO;
	case NFT_CT_L3PROTOCOL:
		return TK_NFPROTO;
	default:
		return TK_NONE;
	}
}

static enum tuple_key tuple_key(const struct field *f)
{
	switch (f->kind) {
	case FK_PAYLOAD:
		return payload_key(f);
	case FK_META:
		return meta_key(f->key);
	case FK_CT:
		return ct_key(f->key);
	default:
		return TK_NONE;
	}
}

bool ct_tuple_knows(const struct field *f)
{
	/* "ct original saddr" becomes one of the keys above when its family is known */
	return tuple_key(f) != TK_NONE ||
	       (f->kind == FK_CT && (f->key == NFT_CT_SRC || f->key == NFT_CT_DST));
}

static bool address(const struct ct_tuple *t, uint32_t has, const uint8_t *addr, nff_u128 *v)
{
	*v = value_import(addr, BO_BIG, has & (CTT_SRC4 | CTT_DST4) ? 4 : 16);
	return t->has & has;
}

static bool number(const struct ct_tuple *t, uint32_t has, unsigned int n, nff_u128 *v)
{
	*v = n;
	return t->has & has;
}

/* Is the tuple of the protocol whose header the field is of? "th" has ports of any. */
static bool right_proto(const struct ct_tuple *t, const struct field *f)
{
	return f->proto->l4proto < 0 ? ct_l4(t->l4proto)->kind == CT_L4_PORTS :
				       t->l4proto == f->proto->l4proto;
}

static bool proto_src(const struct ct_tuple *t, nff_u128 *v)
{
	if (t->has & CTT_ICMP_ID)
		return number(t, CTT_ICMP_ID, t->icmp_id, v);
	return number(t, CTT_SPORT, t->sport, v);
}

static bool proto_dst(const struct ct_tuple *t, nff_u128 *v)
{
	/* type and code stand where others have a port */
	if (t->has & CTT_ICMP_TYPE)
		return number(t, CTT_ICMP_TYPE, t->icmp_type << 8 | t->icmp_code, v);
	return number(t, CTT_DPORT, t->dport, v);
}

static unsigned int tuple_family(const struct ct_tuple *t, uint8_t family)
{
	if (t->has & (CTT_SRC4 | CTT_DST4))
		return NFPROTO_IPV4;
	return t->has & (CTT_SRC6 | CTT_DST6) ? NFPROTO_IPV6 : family;
}

bool ct_tuple_value(const struct ct_tuple *t, uint8_t family, const struct field *f, nff_u128 *v)
{
	enum tuple_key key = tuple_key(f);

	switch (key) {
	case TK_SRC4:
		return address(t, CTT_SRC4, t->src, v);
	case TK_DST4:
		return address(t, CTT_DST4, t->dst, v);
	case TK_SRC6:
		return address(t, CTT_SRC6, t->src, v);
	case TK_DST6:
		return address(t, CTT_DST6, t->dst, v);
	case TK_SPORT:
		return right_proto(t, f) && number(t, CTT_SPORT, t->sport, v);
	case TK_DPORT:
		return right_proto(t, f) && number(t, CTT_DPORT, t->dport, v);
	case TK_ICMP_TYPE:
		return right_proto(t, f) && number(t, CTT_ICMP_TYPE, t->icmp_type, v);
	case TK_ICMP_CODE:
		return right_proto(t, f) && number(t, CTT_ICMP_CODE, t->icmp_code, v);
	case TK_ICMP_ID:
		return right_proto(t, f) && number(t, CTT_ICMP_ID, t->icmp_id, v);
	case TK_PROTO_SRC:
		return proto_src(t, v);
	case TK_PROTO_DST:
		return proto_dst(t, v);
	case TK_L4PROTO4:
	case TK_L4PROTO6:
		if (tuple_family(t, family) != (key == TK_L4PROTO4 ? NFPROTO_IPV4 : NFPROTO_IPV6))
			return false;
		/* fall through */
	case TK_L4PROTO:
		return number(t, CTT_L4PROTO, t->l4proto, v);
	case TK_NFPROTO:
		*v = tuple_family(t, family);
		return *v != NFPROTO_UNSPEC;
	case TK_ETHERTYPE:
		family = tuple_family(t, family);
		*v = family == NFPROTO_IPV4 ? ETH_P_IP : ETH_P_IPV6;
		return family != NFPROTO_UNSPEC;
	case TK_NONE:
		break;
	}
	return false;
}
