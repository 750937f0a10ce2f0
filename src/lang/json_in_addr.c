// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to statements about addresses: NAT, dup, fwd, tproxy, synproxy.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_stmts.h"

static int address_family(struct json_in *j, const json_t *v, uint8_t family)
{
	if (!family || family == NFPROTO_IPV4 || family == NFPROTO_IPV6)
		return 0;
	return json_error(j, v, "family", "the family of an address is ip or ip6");
}

struct stmt *json_in_nat(struct json_in *j, const json_t *v, int kind)
{
	struct nat_stmt *n = arena_new(j->a, struct nat_stmt);
	uint64_t flags = 0, type_flags = 0;
	const struct json_prop with_address[] = {
		{ .key = "port", .kind = JP_EXPR, .to = &n->port },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_nat_flags },
		{ .key = "type_flags", .kind = JP_FLAGS, .to = &type_flags,
		  .names = json_nat_type_flags },
		{ .key = "addr", .kind = JP_EXPR, .to = &n->addr },
		{ .key = "family", .kind = JP_FAMILY, .to = &n->family },
		{ .key = NULL }
	};
	const struct json_prop without[] = { with_address[0], with_address[1], { .key = NULL } };
	bool translates = kind == NAT_SNAT || kind == NAT_DNAT;
	struct stmt *s;

	n->kind = (enum nat_kind)kind;
	if (!json_is_null(v) && json_props(j, v, translates ? with_address : without))
		return NULL;
	if (translates && !n->addr && !n->port) {
		json_error(j, v, NULL, "an address or a port is needed");
		return NULL;
	}
	if (address_family(j, v, n->family))
		return NULL;
	n->flags = (uint32_t)flags;
	n->type_flags = (uint32_t)type_flags | (n->family ? NAT_FAMILY_WRITTEN : 0);
	s = stmt_new(j->a, ST_NAT, json_loc(j, v));
	s->nat = n;
	return s;
}

static struct stmt *fwd_stmt(struct json_in *j, const json_t *v, enum stmt_kind kind,
			     const struct fwd_stmt *parts)
{
	struct stmt *s = stmt_new(j->a, kind, json_loc(j, v));

	s->fwd = arena_memdup(j->a, parts, sizeof(*parts));
	return s;
}

struct stmt *json_in_dup(struct json_in *j, const json_t *v, int arg)
{
	struct fwd_stmt f = { 0 };
	const struct json_prop props[] = {
		{ .key = "addr", .kind = JP_EXPR, .to = &f.addr, .required = true },
		{ .key = "dev", .kind = JP_EXPR, .to = &f.dev },
		{ .key = NULL }
	};

	(void)arg;
	return json_props(j, v, props) ? NULL : fwd_stmt(j, v, ST_DUP, &f);
}

struct stmt *json_in_fwd(struct json_in *j, const json_t *v, int arg)
{
	struct fwd_stmt f = { 0 };
	const struct json_prop props[] = {
		{ .key = "dev", .kind = JP_EXPR, .to = &f.dev, .required = true },
		{ .key = "family", .kind = JP_FAMILY, .to = &f.family },
		{ .key = "addr", .kind = JP_EXPR, .to = &f.addr },
		{ .key = NULL }
	};

	(void)arg;
	if (json_props(j, v, props) || address_family(j, v, f.family))
		return NULL;
	if (!f.addr != !f.family) {
		json_error(j, v, NULL, "addr and family go together");
		return NULL;
	}
	return fwd_stmt(j, v, ST_FWD, &f);
}

struct stmt *json_in_tproxy(struct json_in *j, const json_t *v, int arg)
{
	struct tproxy_stmt *t = arena_new(j->a, struct tproxy_stmt);
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &t->family },
		{ .key = "addr", .kind = JP_EXPR, .to = &t->addr },
		{ .key = "port", .kind = JP_EXPR, .to = &t->port },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props) || address_family(j, v, t->family))
		return NULL;
	if (!t->addr && !t->port) {
		json_error(j, v, NULL, "an address or a port is needed");
		return NULL;
	}
	s = stmt_new(j->a, ST_TPROXY, json_loc(j, v));
	s->tproxy = t;
	return s;
}

struct stmt *json_in_synproxy(struct json_in *j, const json_t *v, int arg)
{
	uint64_t mss = 0, wscale = 0, flags = 0;
	const struct json_prop props[] = {
		{ .key = "mss", .kind = JP_NUMBER, .to = &mss, .max = UINT16_MAX },
		{ .key = "wscale", .kind = JP_NUMBER, .to = &wscale, .max = 14 },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_synproxy_flags },
		{ .key = NULL }
	};
	struct synproxy_stmt *p;
	struct stmt *s;

	(void)arg;
	if (json_is_string(v) || json_object_get(v, "map"))
		return json_in_objref(j, v, NFT_OBJECT_SYNPROXY);
	if (!json_is_null(v) && json_props(j, v, props))
		return NULL;
	p = arena_new(j->a, struct synproxy_stmt);
	p->mss = (uint16_t)mss;
	p->wscale = (uint8_t)wscale;
	p->flags = (uint32_t)flags;
	if (mss)
		p->flags |= NF_SYNPROXY_OPT_MSS;
	if (json_object_get(v, "wscale"))
		p->flags |= NF_SYNPROXY_OPT_WSCALE;
	s = stmt_new(j->a, ST_SYNPROXY, json_loc(j, v));
	s->synproxy = p;
	return s;
}
