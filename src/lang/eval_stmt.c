// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Evaluation of rules and statements, and the matches that a protocol needs
 * before its fields can be read.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include "eval.h"

#define ARPHRD_ETHERNET 1

/* The kernel's NF_LOG_PREFIXLEN, with the NUL. */
#define LOG_PREFIX_MAX 128

/* ---- dependencies between protocols ---- */

void eval_add_match(struct eval *ev, const struct field *f, nff_u128 value, struct loc loc)
{
	struct expr *left = expr_field(ev->arena, loc, f, 0), *right;
	struct stmt *s;

	/* A declaration (typeof) names fields and matches nothing. */
	if (!ev->link)
		return;
	s = stmt_new(ev->arena, ST_MATCH, loc);
	left->type = f->type;
	left->byteorder = f->byteorder;
	left->bits = f->bits;
	if (f->proto == &proto_vlan && f->kind == FK_PAYLOAD)
		left->field.num = ev->vlan_offset;
	right = expr_value(ev->arena, loc, f->type, f->byteorder, f->bits, value);
	s->expr = expr_bin(ev->arena, loc, EX_REL, OP_EQ, left, right);
	s->expr->flags |= EXF_EVALUATED;
	left->flags |= EXF_EVALUATED;
	right->flags |= EXF_EVALUATED;
	s->flags |= STF_GENERATED;
	s->next = *ev->link;
	*ev->link = s;
	ev->link = &s->next;
	proto_ctx_learn(&ev->pctx, s->expr);
}

static int conflict(struct eval *ev, const char *have, const struct proto *want, struct loc loc)
{
	return diag_error(ev->diags, loc, "conflicting protocols: the packet is %s here, it cannot "
			  "be %s", have, want->name);
}

static int need_link_layer(struct eval *ev, const struct proto *proto, struct loc loc)
{
	const struct proto *have = ev->pctx.proto[PB_LL];

	if (proto == &proto_ether && have == &proto_vlan)
		return 0;
	if (!have) {
		eval_add_match(ev, meta_field(NFT_META_IIFTYPE), ARPHRD_ETHERNET, loc);
		ev->pctx.proto[PB_LL] = have = &proto_ether;
	}
	if (proto == have)
		return 0;
	if (proto != &proto_vlan || have != &proto_ether)
		return conflict(ev, have->name, proto, loc);
	/* "ether type" said already what the frame carries. */
	if (ev->pctx.proto[PB_NH] && (ev->family == NFPROTO_BRIDGE || ev->family == NFPROTO_NETDEV ||
				      ev->family == NFPROTO_INET))
		return conflict(ev, ev->pctx.proto[PB_NH]->name, proto, loc);
	eval_add_match(ev, proto_ether.next_field, proto_vlan.ethertype, loc);
	ev->pctx.proto[PB_LL] = &proto_vlan;
	ev->vlan_offset = proto_ether.hdr_len;
	return 0;
}

/* The field of the link layer that tells the network protocol. */
static bool link_layer_tells(const struct eval *ev, const struct proto *proto, bool implied)
{
	const struct proto *ll = ev->pctx.proto[PB_LL];

	if (!ll)
		return false;
	/*
	 * In bridge tables every packet has an Ethernet header. The metadata is
	 * the cheaper source there, for the protocols that it is trusted for.
	 */
	if (ev->family == NFPROTO_BRIDGE && ll == &proto_ether)
		return implied || (proto != &proto_ip && proto != &proto_ip6);
	return true;
}

static int need_network_layer(struct eval *ev, const struct proto *proto, struct loc loc,
			      bool implied)
{
	const struct proto *have = ev->pctx.proto[PB_NH];

	if (have)
		return conflict(ev, have->name, proto, loc);
	if (link_layer_tells(ev, proto, implied)) {
		eval_add_match(ev, ev->pctx.proto[PB_LL]->next_field, proto->ethertype, loc);
	} else if (ev->family == NFPROTO_INET) {
		if (proto != &proto_ip && proto != &proto_ip6)
			return conflict(ev, "inet", proto, loc);
		eval_add_match(ev, meta_field(NFT_META_NFPROTO),
			       proto == &proto_ip ? NFPROTO_IPV4 : NFPROTO_IPV6, loc);
	} else {
		eval_add_match(ev, meta_field(NFT_META_PROTOCOL), proto->ethertype, loc);
	}
	ev->pctx.proto[PB_NH] = proto;
	return 0;
}

static int need_transport_layer(struct eval *ev, const struct proto *proto, struct loc loc)
{
	const struct proto *have = ev->pctx.proto[PB_TH], *nh = NULL;

	if (have)
		return conflict(ev, have->name, proto, loc);
	/* ICMP is the business of one network protocol. */
	if (proto == &proto_icmp || proto == &proto_igmp)
		nh = &proto_ip;
	else if (proto == &proto_icmpv6)
		nh = &proto_ip6;
	if (nh && !ev->pctx.proto[PB_NH] && need_network_layer(ev, nh, loc, true))
		return -1;
	eval_add_match(ev, meta_field(NFT_META_L4PROTO), proto->l4proto, loc);
	ev->pctx.proto[PB_TH] = proto;
	ev->l4_matched = true;
	return 0;
}

int eval_need_proto(struct eval *ev, const struct proto *proto, struct loc loc)
{
	/* th: the ports of whatever transport protocol it is. */
	if (proto == &proto_th || ev->pctx.proto[proto->base] == proto)
		return 0;
	switch (proto->base) {
	case PB_LL:
		return need_link_layer(ev, proto, loc);
	case PB_NH:
		return need_network_layer(ev, proto, loc, false);
	case PB_TH:
		return need_transport_layer(ev, proto, loc);
	default:
		return 0;
	}
}

/*
 * The same for what has no field that tells its protocol (a reject, options,
 * extension headers): nothing of the rule shall happen to other packets.
 */
static int need_proto_first(struct eval *ev, const struct proto *proto, struct loc loc, bool implied)
{
	struct stmt **link = ev->link;
	int err;

	if (ev->pctx.proto[proto->base] == proto)
		return 0;
	if (link && ev->head)
		ev->link = ev->head;
	err = proto->base == PB_NH ? need_network_layer(ev, proto, loc, implied) :
				     need_transport_layer(ev, proto, loc);
	if (link != ev->head)
		ev->link = link;
	return err;
}

/* The set of values that a dependent field needs, as a generated lookup. */
static int add_values_match(struct eval *ev, const struct field_dep *dep, struct loc loc)
{
	struct expr *set = expr_new(ev->arena, EX_SET, loc), *rel;
	struct stmt *s = stmt_new(ev->arena, ST_MATCH, loc);
	struct stmt **link = ev->link;

	for (unsigned int i = 0; i < dep->n; i++) {
		struct expr *v = expr_value(ev->arena, loc, dep->on->type, dep->on->byteorder,
					    dep->on->bits, dep->values[i]);

		v->flags |= EXF_EVALUATED;
		expr_list_add(&set->set->elems, expr_elem(ev->arena, loc, v, NULL));
	}
	rel = expr_bin(ev->arena, loc, EX_REL, OP_IMPLICIT,
		       expr_field(ev->arena, loc, dep->on, 0), set);
	if (eval_rel(ev, rel))
		return -1;
	s->expr = rel;
	s->flags |= STF_GENERATED;
	s->next = *link;
	*link = s;
	ev->link = &s->next;
	return 0;
}

static int need_values(struct eval *ev, const struct field *f, struct loc loc)
{
	const struct field_dep *dep = f->dep;

	for (unsigned int i = 0; i < dep->n; i++)
		if (ev->icmp_type == dep->values[i])
			return 0;
	if (ev->icmp_type >= 0)
		return diag_error(ev->diags, loc, "'%s %s' does not go with the type that the rule "
				  "names before", f->proto->name, f->name);
	if (!ev->link)
		return 0;
	if (dep->n == 1) {
		eval_add_match(ev, dep->on, dep->values[0], loc);
		ev->icmp_type = dep->values[0];
		return 0;
	}
	ev->icmp_type = dep->values[0];
	return add_values_match(ev, dep, loc);
}

int eval_need_field(struct eval *ev, const struct expr *e)
{
	const struct field *f = e->field.f;

	/* A declaration speaks of packets that come into no rule yet. */
	if (!ev->link)
		return 0;
	switch (f->kind) {
	case FK_PAYLOAD:
		if (eval_need_proto(ev, f->proto, e->loc))
			return -1;
		return f->dep ? need_values(ev, f, e->loc) : 0;
	case FK_EXTHDR:
		return ev->pctx.proto[PB_NH] ? 0 : need_proto_first(ev, &proto_ip6, e->loc, true);
	case FK_IPOPT:
		return need_proto_first(ev, &proto_ip, e->loc, true);
	case FK_META:
		if (f->key == NFT_META_NFPROTO && ev->family != NFPROTO_INET)
			return diag_error(ev->diags, e->loc, "'meta nfproto' is of use in the inet "
					  "family only");
		return 0;
	default:
		return 0;
	}
}

/* ---- small parts of statements ---- */

const char *eval_string(struct eval *ev, struct expr *e, const char *what)
{
	e = eval_var(ev, e);
	if (!e)
		return NULL;
	if (e->kind != EX_SYMBOL) {
		diag_error(ev->diags, e->loc, "%s must be a name", what);
		return NULL;
	}
	return e->sym;
}

static int eval_name(struct eval *ev, struct expr *e, const char *what, const char **name)
{
	*name = eval_string(ev, e, what);
	if (!*name)
		return -1;
	if (strlen(*name) >= NFT_NAME_MAXLEN)
		return diag_error(ev->diags, e->loc, "%s is too long: %d characters at most", what,
				  NFT_NAME_MAXLEN - 1);
	return 0;
}

int eval_verdict(struct eval *ev, struct expr *e)
{
	/* The rules of a block are evaluated one by one, as those of any chain. */
	if (!(e->flags & EXF_BLOCK) && e->verdict.chain_expr &&
	    eval_name(ev, e->verdict.chain_expr, "the chain", &e->verdict.chain))
		return -1;
	e->type = &dt_verdict;
	e->flags |= EXF_EVALUATED;
	return 0;
}

static struct want address_want(unsigned int family)
{
	return family == NFPROTO_IPV6 ? WANT(&dt_ip6addr, BO_BIG, 128) : WANT(&dt_ipaddr, BO_BIG, 32);
}

static const struct want port_want = { .type = &dt_inet_service, .bo = BO_BIG, .bits = 16 };

/* The family of the addresses of a statement; 0 where it cannot be told. */
static unsigned int address_family(const struct eval *ev, unsigned int written)
{
	if (written)
		return written;
	if (ev->family == NFPROTO_IPV4 || ev->pctx.proto[PB_NH] == &proto_ip)
		return NFPROTO_IPV4;
	if (ev->family == NFPROTO_IPV6 || ev->pctx.proto[PB_NH] == &proto_ip6)
		return NFPROTO_IPV6;
	return 0;
}

static int family_unknown(struct eval *ev, const char *stmt, struct loc loc)
{
	diag_error(ev->diags, loc, "it is not known whether the address is of IPv4 or IPv6");
	diag_hint(ev->diags, "in this family say '%s ip to' or '%s ip6 to'", stmt, stmt);
	return -1;
}

static int need_ports(struct eval *ev, struct loc loc)
{
	if (ev->l4_matched)
		return 0;
	diag_error(ev->diags, loc, "a port can be given only after a match of the transport "
		   "protocol");
	diag_hint(ev->diags, "put 'meta l4proto { tcp, udp }' or 'tcp dport ...' in front");
	return -1;
}

/* ---- nat ---- */

/* Data of a map in braces that is written "addr . port". */
static bool map_data_is_concat(const struct expr *map)
{
	const struct expr *set = map->bin.right, *elem;

	if (set->kind != EX_SET || !(elem = set->set->elems.first) || elem->kind != EX_ELEM)
		return false;
	return elem->elem.data && elem->elem.data->kind == EX_CONCAT;
}

static int eval_nat_map(struct eval *ev, struct nat_stmt *nat, struct want addr)
{
	struct expr *map = nat->addr, *right;
	struct want w = addr;

	right = map->bin.right = eval_var(ev, map->bin.right);
	if (!right)
		return -1;
	if (map_data_is_concat(map) || nat->type_flags & NAT_CONCAT) {
		const struct datatype *parts[] = { addr.type, &dt_inet_service };

		w = WANT(datatype_concat(parts, 2), BO_BIG, (addr.bits + 31) / 32 * 32 + 32);
	} else if (right->kind == EX_SETREF) {
		struct set *s = ev->find_set ? ev->find_set(ev->arg, right->ref.name) : NULL;

		if (s && s->data_type && s->data_type->flags & DTF_CONCAT)
			w = WANT(s->data_type, BO_BIG, s->data_bits);
	}
	if (eval_map(ev, map, &w))
		return -1;
	if (w.type->flags & DTF_CONCAT)
		nat->type_flags |= NAT_CONCAT;
	right = map->bin.right;
	if (right->kind == EX_SET ? right->set->set->data_is_interval :
	    right->ref.set->data_is_interval)
		nat->type_flags |= NAT_INTERVAL;
	return 0;
}

static const char *nat_name(enum nat_kind kind)
{
	static const char *const names[] = { "snat", "dnat", "masquerade", "redirect" };

	return names[kind];
}

static int eval_nat_addr(struct eval *ev, struct stmt *s, struct nat_stmt *nat)
{
	unsigned int family = address_family(ev, nat->family);
	struct want w;

	if (!family)
		return family_unknown(ev, nat_name(nat->kind), s->loc);
	nat->family = family;
	w = address_want(family);
	nat->addr = eval_var(ev, nat->addr);
	if (!nat->addr)
		return -1;
	if (nat->addr->kind == EX_MAP) {
		if (eval_nat_map(ev, nat, w))
			return -1;
		if (nat->type_flags & NAT_CONCAT && need_ports(ev, nat->addr->loc))
			return -1;
	} else if (eval_expr(ev, &nat->addr, &w)) {
		return -1;
	}
	if (nat->type_flags & NAT_PREFIX) {
		nat->flags |= NF_NAT_RANGE_NETMAP;
		if (nat->addr->kind == EX_VALUE)
			return diag_error(ev->diags, nat->addr->loc, "'%s prefix' wants a prefix, "
					  "as 10.0.0.0/24", nat_name(nat->kind));
	}
	return 0;
}

static int eval_nat(struct eval *ev, struct stmt *s)
{
	struct nat_stmt *nat = s->nat;

	if (nat->addr && eval_nat_addr(ev, s, nat))
		return -1;
	if (!nat->family)
		nat->family = address_family(ev, 0);
	if (!nat->port)
		return 0;
	if (need_ports(ev, nat->port->loc))
		return -1;
	if (eval_expr(ev, &nat->port, &port_want))
		return -1;
	nat->flags |= NF_NAT_RANGE_PROTO_SPECIFIED;
	return 0;
}

/* ---- reject ---- */

static int reject_default(struct eval *ev, struct reject_stmt *r)
{
	const struct proto *nh = ev->pctx.proto[PB_NH];

	r->type = NFT_REJECT_ICMP_UNREACH;
	if (ev->family == NFPROTO_IPV4 || nh == &proto_ip) {
		r->family = NFPROTO_IPV4;
		r->code = 3;	/* port-unreachable */
	} else if (ev->family == NFPROTO_IPV6 || nh == &proto_ip6) {
		r->family = NFPROTO_IPV6;
		r->code = 4;
	} else {
		r->type = NFT_REJECT_ICMPX_UNREACH;
		r->family = NFPROTO_INET;
		r->code = NFT_REJECT_ICMPX_PORT_UNREACH;
	}
	return 0;
}

static int reject_code(struct eval *ev, struct reject_stmt *r)
{
	const struct datatype *dt = r->family == NFPROTO_IPV4 ? &dt_icmp_code :
				    r->family == NFPROTO_IPV6 ? &dt_icmpv6_code : &dt_icmpx_code;
	struct want w = WANT(dt, BO_BIG, 8);

	if (eval_expr(ev, &r->code_expr, &w))
		return -1;
	if (r->code_expr->kind != EX_VALUE)
		return diag_error(ev->diags, r->code_expr->loc, "a reject code is one value");
	r->code = (uint8_t)r->code_expr->value;
	return 0;
}

static int eval_reject(struct eval *ev, struct stmt *s)
{
	struct reject_stmt *r = s->reject;
	const struct proto *nh, *want;

	r->has_code = true;
	if (r->type < 0)
		return reject_default(ev, r);
	if (r->type == NFT_REJECT_TCP_RST) {
		r->code = 0;
		return need_proto_first(ev, &proto_tcp, s->loc, false);
	}
	if (r->code_expr && reject_code(ev, r))
		return -1;
	if (r->type == NFT_REJECT_ICMPX_UNREACH) {
		if (ev->family == NFPROTO_IPV4 || ev->family == NFPROTO_IPV6)
			return diag_error(ev->diags, s->loc, "icmpx is of use in families with "
					  "both IPv4 and IPv6");
		return 0;
	}
	want = r->family == NFPROTO_IPV6 ? &proto_ip6 : &proto_ip;
	nh = ev->pctx.proto[PB_NH];
	if (nh && nh != want)
		return conflict(ev, nh->name, want, s->loc);
	return need_proto_first(ev, want, s->loc, false);
}

/* ---- other statements ---- */

static int eval_log(struct eval *ev, struct stmt *s)
{
	struct log_stmt *log = s->log;

	if (log->prefix_expr) {
		log->prefix = eval_string(ev, log->prefix_expr, "the log prefix");
		if (!log->prefix)
			return -1;
		if (strlen(log->prefix) >= LOG_PREFIX_MAX)
			return diag_error(ev->diags, log->prefix_expr->loc, "the log prefix is too "
					  "long: %d characters at most", LOG_PREFIX_MAX - 1);
		log->set |= LOG_HAS_PREFIX;
	}
	if (log->set & LOG_HAS_GROUP && (log->set & LOG_HAS_LEVEL || log->flags))
		return diag_error(ev->diags, s->loc, "a log group does not go with a level or "
				  "flags");
	if (!(log->set & LOG_HAS_GROUP) && log->set & (LOG_HAS_SNAPLEN | LOG_HAS_QTHRESHOLD))
		diag_warning(ev->diags, s->loc, "snaplen and queue-threshold do nothing without "
			     "a log group");
	return 0;
}

static int eval_set_stmt(struct eval *ev, struct stmt *s)
{
	struct expr *key = s->set.key;
	struct want w;

	if (eval_expr(ev, &s->set.key, NULL))
		return -1;
	key = s->set.key;
	if (key->kind == EX_FIELD && !(key->field.f->flags & FF_SETTABLE))
		return diag_error(ev->diags, key->loc, "'%s' cannot be set", key->field.f->name);
	w = want_of(key);
	if (eval_expr(ev, &s->set.value, &w))
		return -1;
	if (s->set.value->kind == EX_SET || s->set.value->kind == EX_RANGE ||
	    s->set.value->kind == EX_PREFIX)
		return diag_error(ev->diags, s->set.value->loc, "one value is needed here");
	return 0;
}

static int eval_queue(struct eval *ev, struct stmt *s)
{
	struct want w = WANT(&dt_integer, BO_HOST, 16);
	struct queue_stmt *q = s->queue;

	q->from = q->to = 0;
	if (!q->num)
		return 0;
	if (eval_expr(ev, &q->num, &w))
		return -1;
	switch (q->num->kind) {
	case EX_VALUE:
		q->from = q->to = (uint16_t)q->num->value;
		return 0;
	case EX_RANGE:
		q->from = (uint16_t)q->num->bin.left->value;
		q->to = (uint16_t)q->num->bin.right->value;
		return 0;
	case EX_MAP:
	case EX_NUMGEN:
	case EX_HASH:
		return 0;
	default:
		return diag_error(ev->diags, q->num->loc, "a queue number, a range of them, or a "
				  "map or hash that gives one is needed here");
	}
}

static int eval_fwd(struct eval *ev, struct stmt *s)
{
	static const struct want dev = { .type = &dt_ifindex, .bo = BO_HOST, .bits = 32 };
	struct fwd_stmt *f = s->fwd;
	struct want addr;
	unsigned int family;

	/* "dup to DEVICE" in netdev: what stands behind "to" is a device there. */
	if (ev->family == NFPROTO_NETDEV && f->addr && !f->dev && !f->family) {
		f->dev = f->addr;
		f->addr = NULL;
	}
	if (f->dev && eval_expr(ev, &f->dev, &dev))
		return -1;
	if (!f->addr)
		return f->dev ? 0 : diag_error(ev->diags, s->loc, "a device is needed here");
	if (s->kind == ST_DUP && ev->family != NFPROTO_IPV4 && ev->family != NFPROTO_IPV6)
		return diag_error(ev->diags, s->loc, "dup to an address works in ip and ip6 tables, "
				  "and to a device in netdev tables");
	family = address_family(ev, f->family);
	if (!family)
		return family_unknown(ev, s->kind == ST_DUP ? "dup" : "fwd", s->loc);
	f->family = family;
	addr = address_want(family);
	return eval_expr(ev, &f->addr, &addr);
}

static int eval_tproxy(struct eval *ev, struct stmt *s)
{
	struct tproxy_stmt *t = s->tproxy;

	if (!ev->pctx.proto[PB_TH] && !ev->l4_matched)
		return need_ports(ev, s->loc);
	if (t->addr) {
		unsigned int family = address_family(ev, t->family);
		struct want w;

		if (!family)
			return family_unknown(ev, "tproxy", s->loc);
		t->family = family;
		w = address_want(family);
		if (eval_expr(ev, &t->addr, &w))
			return -1;
	} else if (!t->family && ev->family != NFPROTO_INET) {
		t->family = ev->family;
	}
	return t->port ? eval_expr(ev, &t->port, &port_want) : 0;
}

static int eval_objref(struct eval *ev, struct stmt *s)
{
	struct expr *e = eval_var(ev, s->objref.name);
	const char *name;

	if (!e)
		return -1;
	s->objref.name = e;
	if (e->kind == EX_MAP)
		return eval_object_map(ev, e, s->objref.type);
	if (e->kind != EX_SYMBOL)
		return diag_error(ev->diags, e->loc, "the name of an object or a map is needed "
				  "here");
	return eval_name(ev, e, "the name", &name);
}

static int eval_setupd(struct eval *ev, struct stmt *s)
{
	struct setupd_stmt *u = s->setupd;
	struct want w;

	if (!u->set && ev->find_set)
		u->set = ev->find_set(ev->arg, u->set_name);
	if (!u->set)
		return diag_error(ev->diags, s->loc, "there is no set '%s' in table '%s'",
				  u->set_name, ev->table ? ev->table : "?");
	if (eval_expr(ev, &u->key, NULL))
		return -1;
	if (!u->key->type || (expr_is_constant(u->key) && u->key->kind != EX_CONCAT))
		return diag_error(ev->diags, u->key->loc, "the key must be something of the packet");
	if (u->set->flags & NFT_SET_ANONYMOUS)
		eval_meter(u->set, u->key);
	if (u->key->type && u->set->key_type && !type_fits(u->set->key_type, u->key->type))
		return diag_error(ev->diags, u->key->loc, "the set '%s' holds values of type %s, "
				  "not %s", u->set_name, u->set->key_type->name,
				  u->key->type->name);
	if (u->data) {
		if (!u->set->data_type)
			return diag_error(ev->diags, u->data->loc, "'%s' is a set, not a map",
					  u->set_name);
		w = WANT(u->set->data_type, u->set->data_byteorder, u->set->data_bits);
		if (eval_expr(ev, &u->data, &w))
			return -1;
	}
	for (struct stmt *st = u->stmts; st; st = st->next) {
		struct stmt **link = &u->stmts;

		if (eval_stmt(ev, st, &link))
			return -1;
	}
	return 0;
}

static int eval_verdict_stmt(struct eval *ev, struct stmt *s)
{
	static const struct want verdict = { .type = &dt_verdict };

	if (s->expr->kind == EX_MAP)
		return eval_map(ev, s->expr, &verdict);
	return eval_expr(ev, &s->expr, &verdict);
}

static void note_l4_match(struct eval *ev, const struct expr *rel)
{
	const struct expr *l = rel->bin.left;

	if (rel->kind != EX_REL || l->kind != EX_FIELD || rel->op == OP_NE)
		return;
	if ((l->field.f->kind == FK_META && l->field.f->key == NFT_META_L4PROTO) ||
	    (l->field.f->kind == FK_PAYLOAD && l->field.f->proto->base == PB_NH &&
	     l->field.f == l->field.f->proto->next_field))
		ev->l4_matched = true;
}

static int eval_match(struct eval *ev, struct stmt *s)
{
	if (s->expr->kind != EX_REL)
		return diag_error(ev->diags, s->expr->loc, "this is no match");
	if (eval_rel(ev, s->expr))
		return -1;
	note_l4_match(ev, s->expr);
	return 0;
}

int eval_stmt(struct eval *ev, struct stmt *s, struct stmt ***link)
{
	int err = 0;

	ev->link = *link;
	switch (s->kind) {
	case ST_MATCH:
		err = eval_match(ev, s);
		break;
	case ST_VERDICT:
		err = eval_verdict_stmt(ev, s);
		break;
	case ST_LOG:
		err = eval_log(ev, s);
		break;
	case ST_REJECT:
		err = eval_reject(ev, s);
		break;
	case ST_NAT:
		err = eval_nat(ev, s);
		break;
	case ST_SET:
		err = eval_set_stmt(ev, s);
		break;
	case ST_FLOW:
		err = eval_name(ev, s->flow.name_expr, "the flowtable", &s->flow.name);
		break;
	case ST_QUEUE:
		err = eval_queue(ev, s);
		break;
	case ST_DUP:
	case ST_FWD:
		err = eval_fwd(ev, s);
		break;
	case ST_TPROXY:
		err = eval_tproxy(ev, s);
		break;
	case ST_OBJREF:
		err = eval_objref(ev, s);
		break;
	case ST_SETUPD:
		err = eval_setupd(ev, s);
		break;
	default:
		break;
	}
	*link = ev->link;
	return err;
}

/* ---- rules ---- */

/* A statement behind one that ends the rule can never run. */
static int check_order(struct eval *ev, const struct stmt *s)
{
	if (s->kind != ST_VERDICT || s->expr->kind != EX_VERDICT || !s->next ||
	    s->expr->flags & EXF_BLOCK)
		return 0;
	return diag_error(ev->diags, s->next->loc, "a statement after '%s' can never run",
			  s->expr->verdict.code == NF_ACCEPT ? "accept" :
			  s->expr->verdict.code == NF_DROP ? "drop" : "a verdict");
}

/* "meta protocol ip" in an ip table says nothing; alone, it is still a rule. */
static bool says_nothing(const struct eval *ev, const struct stmt *s)
{
	const struct proto *nh = ev->family == NFPROTO_IPV4 ? &proto_ip :
				 ev->family == NFPROTO_IPV6 ? &proto_ip6 : NULL;
	const struct expr *l, *r;

	if (!nh || s->kind != ST_MATCH || !s->next || s->expr->op != OP_EQ)
		return false;
	l = s->expr->bin.left;
	r = s->expr->bin.right;
	return l->kind == EX_FIELD && l->field.f == meta_field(NFT_META_PROTOCOL) &&
	       r->kind == EX_VALUE && r->value == (nff_u128)nh->ethertype;
}

int eval_rule(struct eval *ev, struct rule *r)
{
	struct stmt **link = &r->stmts;
	int err = 0;

	proto_ctx_init(&ev->pctx, ev->family);
	ev->icmp_type = -1;
	ev->l4_matched = false;
	ev->vlan_offset = 0;
	ev->head = &r->stmts;
	while (*link && !err) {
		struct stmt *s = *link;

		err = eval_stmt(ev, s, &link) || check_order(ev, s) ? -1 : 0;
		if (!err && says_nothing(ev, s))
			*link = s->next;
		else
			link = &s->next;
	}
	ev->head = NULL;
	return err;
}
