// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A connection that is spelled out in the match language. The matches are evaluated as those of
 * a rule, so that they mean the same, and then have to be values that fields are equal to.
 */
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "change_tuple.h"
#include "ct_encode.h"
#include "eval.h"

struct spelling {
	struct nff *n;
	struct conntrack *ct;
	struct ct_tuple *masks;		/* or NULL */
};

/* What a field is of a tuple. */
enum part {
	PART_NONE, PART_SADDR, PART_DADDR, PART_SPORT, PART_DPORT, PART_L4PROTO, PART_L3PROTO,
	PART_ICMP_TYPE, PART_ICMP_CODE, PART_ICMP_ID, PART_ZONE,
};

/* Fields of packets, of each protocol that has them, by name. */
static const struct {
	const char *field;
	uint8_t part;			/* enum part */
} packet_parts[] = {
	{ "saddr", PART_SADDR }, { "daddr", PART_DADDR },
	{ "sport", PART_SPORT }, { "dport", PART_DPORT },
	{ "protocol", PART_L4PROTO }, { "nexthdr", PART_L4PROTO },
	{ "type", PART_ICMP_TYPE }, { "code", PART_ICMP_CODE }, { "id", PART_ICMP_ID },
};

static const struct {
	uint8_t kind;			/* enum field_kind */
	uint16_t key;
	uint8_t part;
} key_parts[] = {
	{ FK_META, NFT_META_L4PROTO, PART_L4PROTO },
	{ FK_META, NFT_META_NFPROTO, PART_L3PROTO },
	{ FK_CT, NFT_CT_SRC_IP, PART_SADDR },
	{ FK_CT, NFT_CT_SRC_IP6, PART_SADDR },
	{ FK_CT, NFT_CT_DST_IP, PART_DADDR },
	{ FK_CT, NFT_CT_DST_IP6, PART_DADDR },
	{ FK_CT, NFT_CT_PROTO_SRC, PART_SPORT },
	{ FK_CT, NFT_CT_PROTO_DST, PART_DPORT },
	{ FK_CT, NFT_CT_PROTOCOL, PART_L4PROTO },
	{ FK_CT, NFT_CT_L3PROTOCOL, PART_L3PROTO },
	{ FK_CT, NFT_CT_ZONE, PART_ZONE },
};

static bool has_tuple(const struct proto *p)
{
	static const struct proto *const protos[] = {
		&proto_ip, &proto_ip6, &proto_tcp, &proto_udp, &proto_udplite, &proto_sctp,
		&proto_dccp, &proto_th, &proto_icmp, &proto_icmpv6,
	};

	for (unsigned int i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (protos[i] == p)
			return true;
	return false;
}

static enum part part_of(const struct field *f)
{
	unsigned int i;

	if (f->kind == FK_PAYLOAD) {
		if ((f->proto == &proto_ip || f->proto == &proto_ip6) && !strcmp(f->name, "id"))
			return PART_NONE;
		for (i = 0; i < sizeof(packet_parts) / sizeof(packet_parts[0]); i++)
			if (has_tuple(f->proto) && strcmp(f->name, packet_parts[i].field) == 0)
				return packet_parts[i].part;
		return PART_NONE;
	}
	for (i = 0; i < sizeof(key_parts) / sizeof(key_parts[0]); i++)
		if (key_parts[i].kind == f->kind && key_parts[i].key == f->key)
			return key_parts[i].part;
	return PART_NONE;
}

/* Note that t has the bit; false where it had it already, with another value. */
static bool note(struct ct_tuple *t, uint32_t bit, bool same)
{
	bool had = t->has & bit;

	t->has |= bit;
	return !had || same;
}

static bool set_addr(struct ct_tuple *t, bool src, unsigned int bits, nff_u128 v)
{
	uint8_t *to = src ? t->src : t->dst, addr[16] = { 0 };
	uint32_t v4 = src ? CTT_SRC4 : CTT_DST4, v6 = src ? CTT_SRC6 : CTT_DST6;
	uint32_t bit = bits == 32 ? v4 : v6;
	bool same;

	value_export(v, BO_BIG, bits / 8, addr);
	same = memcmp(to, addr, 16) == 0 && !(t->has & (v4 | v6) & ~bit);
	memcpy(to, addr, 16);
	return note(t, bit, same);
}

static bool set_number(struct ct_tuple *t, uint32_t bit, uint16_t *to, uint16_t v)
{
	bool same = *to == v;

	*to = v;
	return note(t, bit, same);
}

static bool set_byte(struct ct_tuple *t, uint32_t bit, uint8_t *to, uint8_t v)
{
	bool same = *to == v;

	*to = v;
	return note(t, bit, same);
}

/* The family of both directions; false where it is another one already. */
static bool set_family(struct conntrack *ct, uint8_t family)
{
	bool same = !ct->family || ct->family == family;

	ct->family = family;
	return same;
}

static bool set_zone(struct conntrack *ct, unsigned int dir, uint16_t zone)
{
	bool same = ct->zone == zone, had = ct->has & CT_ZONE;

	if (dir) {
		struct ct_tuple *t = &ct->tuple[dir - 1];

		return set_number(t, CTT_ZONE, &t->zone, zone);
	}
	ct->zone = zone;
	ct->has |= CT_ZONE;
	return !had || same;
}

/* One value into its place: false where another one is there. */
static bool set_part(struct conntrack *ct, enum part part, const struct field *f, unsigned int dir,
		     nff_u128 v)
{
	struct ct_tuple *t = &ct->tuple[dir == 2 ? CT_REPLY : CT_ORIG];

	switch (part) {
	case PART_SADDR:
	case PART_DADDR:
		return set_addr(t, part == PART_SADDR, f->bits, v) &&
		       set_family(ct, f->bits == 32 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	case PART_SPORT:
		return set_number(t, CTT_SPORT, &t->sport, (uint16_t)v);
	case PART_DPORT:
		return set_number(t, CTT_DPORT, &t->dport, (uint16_t)v);
	case PART_L4PROTO:
		/* both directions have the same one */
		t = &ct->tuple[CT_ORIG];
		return set_byte(t, CTT_L4PROTO, &t->l4proto, (uint8_t)v);
	case PART_L3PROTO:
		return set_family(ct, (uint8_t)v);
	case PART_ICMP_TYPE:
		return set_byte(t, CTT_ICMP_TYPE, &t->icmp_type, (uint8_t)v);
	case PART_ICMP_CODE:
		return set_byte(t, CTT_ICMP_CODE, &t->icmp_code, (uint8_t)v);
	case PART_ICMP_ID:
		return set_number(t, CTT_ICMP_ID, &t->icmp_id, (uint16_t)v);
	case PART_ZONE:
		return set_zone(ct, dir, (uint16_t)v);
	default:
		return true;
	}
}

/* A prefix of the source's address, or a masked port, where a mask may be. */
static bool set_mask(struct spelling *s, enum part part, const struct expr *left, nff_u128 mask)
{
	if (!s->masks || left->field.dir == 2)
		return false;
	if (part == PART_SADDR)
		return set_addr(s->masks, true, left->field.f->bits, mask);
	if (part == PART_SPORT)
		return set_number(s->masks, CTT_SPORT, &s->masks->sport, (uint16_t)mask);
	return false;
}

static int no_part(struct nff *n, const struct expr *left)
{
	const struct field *f = left->field.f;

	diag_error(&n->diags, left->loc, "'%s' says nothing about which connection it is",
		   f->name);
	if (f->kind == FK_CT && f->flags & FF_SETTABLE)
		diag_hint(&n->diags, "what the entry has is given behind it: set %s VALUE",
			  f->name);
	else
		diag_hint(&n->diags, "a connection is spelled as, for example, 'ip saddr 10.0.0.1 "
			  "ip daddr 10.0.0.2 tcp sport 1024 tcp dport 80'");
	return -1;
}

/* "field & mask == value" and "field == base/len": the value, and its mask. */
static bool take_mask(const struct expr *rel, const struct expr **field, const struct expr **value,
		      nff_u128 *mask)
{
	const struct expr *left = rel->bin.left, *right = rel->bin.right;

	if (left->kind == EX_BINARY && left->op == OP_AND && right->kind == EX_VALUE &&
	    left->bin.left->kind == EX_FIELD && left->bin.right->kind == EX_VALUE) {
		*field = left->bin.left;
		*value = right;
		*mask = left->bin.right->value;
		return true;
	}
	if (left->kind == EX_FIELD && right->kind == EX_PREFIX &&
	    right->prefix.base->kind == EX_VALUE) {
		*field = left;
		*value = right->prefix.base;
		*mask = prefix_mask(right->prefix.len, left->field.f->bits);
		return true;
	}
	return false;
}

static int spell_match(struct spelling *s, const struct stmt *stmt)
{
	const struct expr *rel = stmt->expr, *left = rel->bin.left, *value = rel->bin.right;
	bool generated = stmt->flags & STF_GENERATED, masked;
	enum part part;
	nff_u128 mask = 0;

	masked = take_mask(rel, &left, &value, &mask);
	if (left->kind != EX_FIELD)
		return diag_error(&s->n->diags, left->loc, "this says nothing about which "
				  "connection it is");
	part = part_of(left->field.f);
	/* dependencies: those of a protocol are of use, "icmp type { ... }" is not */
	if (generated && (rel->op != OP_EQ || value->kind != EX_VALUE || part == PART_NONE))
		return 0;
	if (part == PART_NONE)
		return no_part(s->n, left);
	if (rel->op != OP_EQ && rel->op != OP_IMPLICIT)
		return diag_error(&s->n->diags, rel->loc, "a connection has one value here: "
				  "'%s' cannot be used", op_name(rel->op));
	if (value->kind != EX_VALUE || (masked && !set_mask(s, part, left, mask))) {
		diag_error(&s->n->diags, rel->bin.right->loc, "a connection has one value here, "
			   "not several");
		if (s->masks)
			diag_hint(&s->n->diags, "an expectation may leave open the source's "
				  "address and port only");
		return -1;
	}
	if (!set_part(s->ct, part, left->field.f, left->field.dir, value->value))
		return diag_error(&s->n->diags, stmt->loc, "this contradicts what stands before");
	return 0;
}

int spell_matches(struct nff *n, struct arena *a, struct stmt *matches, struct conntrack *ct,
		  struct ct_tuple *masks)
{
	struct eval ev = { .arena = a, .diags = &n->diags, .family = NFPROTO_INET,
			   .icmp_type = -1 };
	struct rule rule = { .stmts = matches };
	struct spelling s = { .n = n, .ct = ct, .masks = masks };

	memset(ct, 0, sizeof(*ct));
	if (masks) {
		memset(masks, 0, sizeof(*masks));
		memset(masks->src, 0xff, sizeof(masks->src));
		masks->sport = 0xffff;
	}
	if (eval_rule(&ev, &rule))
		return -1;
	for (const struct stmt *m = rule.stmts; m; m = m->next)
		if (m->kind == ST_MATCH && m->expr->kind == EX_REL && spell_match(&s, m) < 0)
			return -1;
	return 0;
}

int spell_complete(struct nff *n, struct loc loc, struct ct_tuple *t)
{
	static const char address[] = "ip saddr, or ip6 saddr", dest[] = "ip daddr, or ip6 daddr";
	const char *missing = NULL;
	unsigned int kind = ct_l4(t->l4proto)->kind;

	if (kind == CT_L4_GRE) {
		t->has |= CTT_SPORT | CTT_DPORT;
	} else if (kind == CT_L4_ICMP) {
		/* "ct original proto-src" is the id, and the only way to say that of some types */
		if (t->has & CTT_SPORT)
			t->icmp_id = t->sport;
		if (t->has & CTT_DPORT)
			return diag_error(&n->diags, loc, "icmp has no destination port");
		t->has &= ~CTT_SPORT;
		t->sport = 0;
		t->has |= CTT_ICMP_ID | CTT_ICMP_CODE;
	} else if (kind == CT_L4_NONE && t->has & (CTT_SPORT | CTT_DPORT)) {
		return diag_error(&n->diags, loc, "protocol %u has no ports", t->l4proto);
	}
	if (!(t->has & (CTT_SRC4 | CTT_SRC6)))
		missing = address;
	else if (!(t->has & (CTT_DST4 | CTT_DST6)))
		missing = dest;
	else if (!(t->has & CTT_L4PROTO))
		missing = "a protocol: tcp, udp, icmp ... or meta l4proto";
	else if (kind == CT_L4_PORTS && !(t->has & CTT_SPORT))
		missing = "the source port: sport";
	else if (kind == CT_L4_PORTS && !(t->has & CTT_DPORT))
		missing = "the destination port: dport";
	else if (kind == CT_L4_ICMP && !(t->has & CTT_ICMP_TYPE))
		missing = "the type, such as 'icmp type echo-request'";
	if (!missing)
		return 0;
	diag_error(&n->diags, loc, "the connection is not spelled out");
	diag_hint(&n->diags, "it lacks %s", missing);
	return -1;
}

int spell_reply(struct nff *n, struct loc loc, struct conntrack *ct)
{
	struct ct_tuple said = ct->tuple[CT_REPLY], *r = &ct->tuple[CT_REPLY];

	if (!ct_mirror(&ct->tuple[CT_ORIG], r)) {
		diag_error(&n->diags, loc, "the kernel keeps no connections of this type of ICMP");
		diag_hint(&n->diags, "there are the requests that are answered: echo-request, "
			  "timestamp-request, info-request and address-mask-request");
		return -1;
	}
	if (said.has & (CTT_SRC4 | CTT_SRC6))
		memcpy(r->src, said.src, sizeof(r->src));
	if (said.has & (CTT_DST4 | CTT_DST6))
		memcpy(r->dst, said.dst, sizeof(r->dst));
	if (said.has & CTT_SPORT)
		r->sport = said.sport;
	if (said.has & CTT_DPORT)
		r->dport = said.dport;
	if (said.has & CTT_ZONE)
		r->zone = said.zone;
	r->has |= said.has & CTT_ZONE;
	return 0;
}
