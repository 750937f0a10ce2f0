// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dependencies. Compiling "tcp dport 22" puts "meta l4proto tcp" in front of
 * it; listing hides that again. A match is hidden when the field that follows
 * it would bring it back, and only while nothing but matches stand between:
 * a counter or a verdict in front of it would otherwise see other packets.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if_arp.h>
#include <string.h>

#include "decompile_int.h"

#define ETHERTYPE_8021Q 0x8100

/* The field that a match compares with one value, and the value; or NULL. */
static const struct field *match_of(const struct stmt *s, uint64_t *value)
{
	const struct expr *rel = s->expr;

	if (rel->bin.left->kind != EX_FIELD || rel->bin.right->kind != EX_VALUE ||
	    (rel->op != OP_EQ && rel->op != OP_IMPLICIT) || rel->flags & EXF_SLASH_MASK)
		return NULL;
	*value = rel->bin.right->value;
	return rel->bin.left->field.f;
}

static bool is_meta(const struct field *f, unsigned int key)
{
	return f->kind == FK_META && f->key == key;
}

static bool is_next_field(const struct field *f, const struct proto *p)
{
	return f->kind == FK_PAYLOAD && f->proto == p && f == p->next_field;
}

/* The family that a match on the network protocol means; 0: none. */
static unsigned int nh_family(const struct stmt *s)
{
	uint64_t v;
	const struct field *f = match_of(s, &v);

	if (is_meta(f, NFT_META_NFPROTO))
		return v;
	return v == 0x0800 ? NFPROTO_IPV4 : v == 0x86dd ? NFPROTO_IPV6 : 0;
}

/* "vmap { ... }", "tcp dport { ... }" and such tell nothing, but icmp types do. */
static void learn_icmp_type(struct rdec *r, struct stmt *s)
{
	const struct expr *rel = s->expr, *left = rel->bin.left, *e;
	uint64_t v;

	if (left->kind != EX_FIELD || left->field.f->kind != FK_PAYLOAD ||
	    (left->field.f->proto != &proto_icmp && left->field.f->proto != &proto_icmpv6) ||
	    left->field.f->bit_off != 0)
		return;
	if (match_of(s, &v)) {
		r->icmp_types[0] = v;
		r->icmp_n = 1;
		r->dep[DEP_ICMP] = s;
		return;
	}
	if (rel->op != OP_IMPLICIT || rel->bin.right->kind != EX_SET ||
	    rel->bin.right->set->elems.n > FIELD_DEP_MAX)
		return;
	r->icmp_n = 0;
	for (e = rel->bin.right->set->elems.first; e; e = e->next) {
		if (e->kind != EX_ELEM || e->elem.key->kind != EX_VALUE) {
			r->icmp_n = 0;
			return;
		}
		r->icmp_types[r->icmp_n++] = e->elem.key->value;
	}
}

void dep_learn(struct rdec *r, struct stmt *s)
{
	const struct field *f;
	uint64_t v = 0;

	proto_ctx_learn(&r->pc, s->expr);
	learn_icmp_type(r, s);
	f = match_of(s, &v);
	if (!f)
		return;
	if (is_next_field(f, &proto_ether) || is_next_field(f, &proto_vlan)) {
		const struct proto *upper = proto_by_ethertype(v);

		if (upper == &proto_vlan) {
			if (f->proto == &proto_ether)
				r->dep[DEP_VLAN] = s;
			r->vlan_depth++;
		} else {
			r->dep[DEP_NH] = s;
		}
	} else if (is_meta(f, NFT_META_IIFTYPE)) {
		r->dep[DEP_LL] = s;
	} else if (is_meta(f, NFT_META_NFPROTO) || is_meta(f, NFT_META_PROTOCOL)) {
		r->dep[DEP_NH] = s;
	} else if (is_meta(f, NFT_META_L4PROTO) || is_next_field(f, &proto_ip) ||
		   is_next_field(f, &proto_ip6)) {
		r->dep[DEP_TH] = s;
	}
}

static void hide(struct rdec *r, enum dep_layer layer)
{
	r->dep[layer]->flags |= STF_GENERATED;
	r->dep[layer] = NULL;
}

/* The network protocol: what brings it back differs from family to family. */
static void use_nh(struct rdec *r, unsigned int family)
{
	struct stmt *s = r->dep[DEP_NH];
	const struct field *f;
	uint64_t v;

	if (!s || nh_family(s) != family)
		return;
	f = match_of(s, &v);
	if (is_meta(f, NFT_META_PROTOCOL) && r->family == NFPROTO_INET)
		return;
	hide(r, DEP_NH);
}

static void use_th(struct rdec *r, const struct proto *p)
{
	uint64_t v = 0;
	const struct field *f;

	if (r->dep[DEP_TH] && p->l4proto >= 0) {
		f = match_of(r->dep[DEP_TH], &v);
		/* In the other families "ip protocol" says that it is IPv4, too. */
		if (v == (uint64_t)p->l4proto &&
		    (is_meta(f, NFT_META_L4PROTO) || r->family == NFPROTO_IPV4 ||
		     r->family == NFPROTO_IPV6)) {
			r->hidden_th = r->dep[DEP_TH];
			hide(r, DEP_TH);
		}
	}
	if (p == &proto_icmp)
		use_nh(r, NFPROTO_IPV4);
	else if (p == &proto_icmpv6)
		use_nh(r, NFPROTO_IPV6);
}

static void use_ll(struct rdec *r, const struct field *f)
{
	uint64_t v;

	if (r->dep[DEP_LL] && match_of(r->dep[DEP_LL], &v) && v == ARPHRD_ETHER)
		hide(r, DEP_LL);
	/* Of the outer tag; "vlan type ip" is another dependency itself. */
	if (f == proto_vlan.next_field && r->in_equality)
		return;
	if (f->proto == &proto_vlan && r->vlan_depth == 1 && r->dep[DEP_VLAN] &&
	    match_of(r->dep[DEP_VLAN], &v) && v == ETHERTYPE_8021Q)
		hide(r, DEP_VLAN);
}

void dep_use(struct rdec *r, const struct field *f)
{
	uint64_t v;

	if (f->kind == FK_EXTHDR)
		use_nh(r, NFPROTO_IPV6);
	else if (f->kind == FK_IPOPT)
		use_nh(r, NFPROTO_IPV4);
	if (f->kind != FK_PAYLOAD || !f->proto)
		return;
	switch (f->proto->base) {
	case PB_LL:
		use_ll(r, f);
		break;
	case PB_NH:
		if (f->proto == &proto_ip)
			use_nh(r, NFPROTO_IPV4);
		else if (f->proto == &proto_ip6)
			use_nh(r, NFPROTO_IPV6);
		else if (r->dep[DEP_NH] && match_of(r->dep[DEP_NH], &v) &&
			 v == (uint64_t)f->proto->ethertype)
			hide(r, DEP_NH);
		break;
	case PB_TH:
		use_th(r, f->proto);
		if (f->dep && f->dep->n == 1 && r->dep[DEP_ICMP])
			hide(r, DEP_ICMP);
		break;
	}
}

void dep_keep_th(struct rdec *r)
{
	if (r->hidden_th)
		r->hidden_th->flags &= ~STF_GENERATED;
}

void dep_reset(struct rdec *r)
{
	memset(r->dep, 0, sizeof(r->dep));
}

/* "reject with icmp ..." needs IPv4, "with tcp reset" TCP. */
void dep_reject(struct rdec *r, const struct reject_stmt *rej)
{
	uint64_t v;
	const struct field *f;

	if (rej->type == NFT_REJECT_TCP_RST) {
		if (r->family == NFPROTO_IPV4 || r->family == NFPROTO_IPV6)
			use_th(r, &proto_tcp);
		return;
	}
	if (rej->family == NFPROTO_IPV4 || rej->family == NFPROTO_IPV6) {
		if (r->family == NFPROTO_INET && r->dep[DEP_NH]) {
			f = match_of(r->dep[DEP_NH], &v);
			if (!is_meta(f, NFT_META_NFPROTO))
				return;
		}
		use_nh(r, rej->family);
	}
}
