// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements of the grammar's actions.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "build.h"

struct rule *new_rule(struct parser *p, struct loc loc, struct stmts stmts, const char *comment)
{
	struct rule *r = arena_new(p->arena, struct rule);

	r->loc = loc;
	/* Outside of blocks it is the handle of the command, see add_rule(). */
	if (p->chain)
		r->h = &p->chain->h;
	r->stmts = stmts.first;
	r->comment = comment;
	return r;
}

void stmt_end(struct parser *p)
{
	p->place = IN_MATCH;
	p->operators = 0;
}

struct stmt *stmt_expr(struct parser *p, enum stmt_kind kind, struct loc loc, struct expr *e)
{
	struct stmt *s = stmt_new(p->arena, kind, loc);

	s->expr = e;
	return s;
}

struct stmt *stmt_block(struct parser *p, struct loc loc, int code)
{
	return stmt_expr(p, ST_VERDICT, loc, expr_block(p->arena, loc, code, rules_close(p)));
}

struct stmt *stmt_vmap(struct parser *p, struct loc loc, struct expr *key, struct expr *map)
{
	struct expr *e = expr_bin(p->arena, loc, EX_MAP, OP_IMPLICIT, key, map);

	e->flags |= EXF_VMAP;
	return stmt_expr(p, ST_VERDICT, loc, e);
}

void value_begin(struct parser *p, const struct expr *key)
{
	want_mixed(p, false);
	if (key->kind == EX_FIELD)
		p->want.type = key->field.f->type;
}

struct stmt *stmt_object(struct parser *p, struct loc loc, uint32_t type, struct expr *name)
{
	struct stmt *s = stmt_new(p->arena, ST_OBJREF, loc);

	s->objref.type = type;
	s->objref.name = name;
	return s;
}

/* "meta secmark set ct secmark" moves a mark, "meta secmark set "name"" refers to an object. */
static bool is_secmark(const struct expr *key, const struct expr *value)
{
	const struct field *f = key->field.f;

	return f->kind == FK_META && f->key == NFT_META_SECMARK && value->kind != EX_FIELD;
}

struct stmt *stmt_set(struct parser *p, struct loc loc, struct expr *key, struct expr *value)
{
	struct stmt *s;

	if (key->kind == EX_FIELD) {
		const struct field *f = key->field.f;

		if (f->kind == FK_CT && f->key == NFT_CT_HELPER)
			return stmt_object(p, loc, NFT_OBJECT_CT_HELPER, value);
		if (is_secmark(key, value))
			return stmt_object(p, loc, NFT_OBJECT_SECMARK, value);
	} else if (key->kind != EX_RAW) {
		parse_error(p, key->loc, "this cannot be set");
		parse_hint(p, "a field can be set: meta mark, ct mark, ip dscp ...");
	}
	s = stmt_new(p->arena, ST_SET, loc);
	s->set.key = key;
	s->set.value = value;
	return s;
}

/* ---- state ---- */

uint64_t bytes(struct parser *p, struct loc loc, uint64_t n, uint64_t unit)
{
	if (n <= UINT64_MAX / unit)
		return n * unit;
	parse_error(p, loc, "the number of bytes is out of range");
	return 0;
}

struct stmt *stmt_counter(struct parser *p, struct loc loc, uint64_t packets, uint64_t bytes)
{
	struct stmt *s = stmt_new(p->arena, ST_COUNTER, loc);

	s->counter.packets = packets;
	s->counter.bytes = bytes;
	return s;
}

struct stmt *stmt_quota(struct parser *p, struct loc loc, bool over, uint64_t bytes,
			uint64_t used)
{
	struct stmt *s = stmt_new(p->arena, ST_QUOTA, loc);

	s->quota = arena_new(p->arena, struct quota_stmt);
	s->quota->bytes = bytes;
	s->quota->used = used;
	s->quota->inv = over;
	return s;
}

void limit_rate(struct parser *p, bool over, uint64_t rate, uint64_t unit, bool bytes)
{
	struct limit_stmt *l = &p->limit;

	l->rate = rate;
	l->unit = unit;
	l->type = bytes ? NFT_LIMIT_PKT_BYTES : NFT_LIMIT_PKTS;
	l->inv = over;
	if (!l->has_burst) {
		l->burst = 0;
		return;
	}
	if (bytes != p->burst_bytes)
		parse_error(p, p->burst_loc, "syntax error, the rate is in %s, but the burst in %s",
			    bytes ? "bytes" : "packets", bytes ? "packets" : "bytes");
}

void limit_burst(struct parser *p, struct loc loc, uint64_t burst, uint64_t unit)
{
	uint64_t n = unit ? bytes(p, loc, burst, unit) : burst;

	p->limit.has_burst = true;
	p->limit.burst = at_most(p, n, loc, UINT32_MAX);
	p->burst_bytes = unit != 0;
	p->burst_loc = loc;
	if (!unit && !burst)
		parse_error(p, loc, "a burst of packets is at least 1");
}

struct stmt *stmt_limit(struct parser *p, struct loc loc)
{
	struct stmt *s = stmt_new(p->arena, ST_LIMIT, loc);

	s->limit = arena_memdup(p->arena, &p->limit, sizeof(p->limit));
	return s;
}

struct stmt *stmt_connlimit(struct parser *p, struct loc loc, bool over, uint64_t count)
{
	struct stmt *s = stmt_new(p->arena, ST_CONNLIMIT, loc);

	s->connlimit = arena_new(p->arena, struct connlimit_stmt);
	s->connlimit->count = count;
	s->connlimit->inv = over;
	return s;
}

struct stmt *stmt_last(struct parser *p, struct loc loc, const char *used, struct loc used_loc)
{
	struct stmt *s = stmt_new(p->arena, ST_LAST, loc);

	if (used && strcmp(used, "never") != 0) {
		s->last.used = true;
		s->last.msecs = duration(p, used, used_loc);
	}
	return s;
}

/* ---- log, reject, queue ... ---- */

void log_prefix(struct parser *p, struct expr *prefix)
{
	p->log->prefix_expr = prefix;
	p->log->set |= LOG_HAS_PREFIX;
}

struct stmt *stmt_log(struct parser *p, struct loc loc)
{
	struct stmt *s = stmt_new(p->arena, ST_LOG, loc);

	s->log = p->log;
	return s;
}

struct stmt *stmt_reject(struct parser *p, struct loc loc, uint64_t kind, struct expr *code)
{
	static const struct {
		int32_t type;
		uint8_t family;
	} kinds[] = {
		[0] = { -1, 0 },
		[REJECT_ICMP] = { NFT_REJECT_ICMP_UNREACH, NFPROTO_IPV4 },
		[REJECT_ICMPV6] = { NFT_REJECT_ICMP_UNREACH, NFPROTO_IPV6 },
		[REJECT_ICMPX] = { NFT_REJECT_ICMPX_UNREACH, NFPROTO_INET },
		[REJECT_TCP] = { NFT_REJECT_TCP_RST, 0 },
	};
	struct stmt *s = stmt_new(p->arena, ST_REJECT, loc);

	s->reject = arena_new(p->arena, struct reject_stmt);
	s->reject->type = kinds[kind].type;
	s->reject->family = kinds[kind].family;
	if (kind == REJECT_TCP) {
		if (code->kind != EX_SYMBOL || strcmp(code->sym, "reset") != 0)
			parse_error(p, code->loc, "only 'tcp reset' can be sent");
	} else {
		s->reject->code_expr = code;
		s->reject->has_code = code != NULL;
	}
	return s;
}

struct stmt *stmt_flow(struct parser *p, struct loc loc, const char *name, struct loc name_loc)
{
	struct stmt *s = stmt_new(p->arena, ST_FLOW, loc);

	s->flow.name = name;
	s->flow.name_expr = expr_symbol(p->arena, name_loc, name, 0);
	return s;
}

struct stmt *stmt_queue(struct parser *p, struct loc loc)
{
	struct stmt *s = stmt_new(p->arena, ST_QUEUE, loc);

	s->queue = p->queue;
	return s;
}

struct stmt *stmt_fwd(struct parser *p, struct loc loc, enum stmt_kind kind, uint64_t family,
		      struct expr *to, struct expr *dev)
{
	struct stmt *s = stmt_new(p->arena, kind, loc);

	s->fwd = arena_new(p->arena, struct fwd_stmt);
	s->fwd->family = family;
	/* "to DEVICE" in netdev, "to ADDRESS" in ip and ip6: eval tells them apart */
	s->fwd->addr = to;
	s->fwd->dev = dev;
	return s;
}

struct stmt *stmt_synproxy(struct parser *p, struct loc loc)
{
	struct stmt *s = stmt_new(p->arena, ST_SYNPROXY, loc);

	s->synproxy = arena_memdup(p->arena, &p->synproxy, sizeof(p->synproxy));
	return s;
}

struct stmt *stmt_optstrip(struct parser *p, struct loc loc, const struct proto *option)
{
	struct stmt *s = stmt_new(p->arena, ST_OPTSTRIP, loc);

	s->expr = exists(p, loc, option);
	want(p, WANT_KEYWORD);
	return s;
}

struct stmt *stmt_xt(struct parser *p, struct loc loc)
{
	parse_error(p, loc, "rules of iptables-nft cannot be loaded");
	parse_hint(p, "iptables-nft-save and iptables-nft-restore do that");
	return stmt_new(p->arena, ST_UNKNOWN, loc);
}

/* ---- address translation ---- */

void nat_begin(struct parser *p, enum nat_kind kind)
{
	p->nat = arena_new(p->arena, struct nat_stmt);
	p->nat->kind = kind;
}

/* "ip addr . port to ..." */
void nat_concat(struct parser *p, const char *word, struct loc loc)
{
	if (strcmp(word, "port") != 0)
		parse_error(p, loc, "'addr . port' was meant here");
	p->nat->type_flags |= NAT_CONCAT;
}

struct stmt *stmt_nat(struct parser *p, struct loc loc, uint64_t flags)
{
	struct stmt *s = stmt_new(p->arena, ST_NAT, loc);

	s->nat = p->nat;
	s->nat->flags |= flags;
	return s;
}

struct stmt *stmt_tproxy(struct parser *p, struct loc loc)
{
	struct stmt *s = stmt_new(p->arena, ST_TPROXY, loc);

	s->tproxy = arena_new(p->arena, struct tproxy_stmt);
	s->tproxy->family = p->nat->family;
	s->tproxy->addr = p->nat->addr;
	s->tproxy->port = p->nat->port;
	return s;
}

/* ---- sets ---- */

struct stmt *stmt_setupd(struct parser *p, struct loc loc, uint64_t op, const char *set,
			 struct expr *key, struct elem_opts *opts, struct expr *data)
{
	struct stmt *s = stmt_new(p->arena, ST_SETUPD, loc);

	s->setupd = arena_new(p->arena, struct setupd_stmt);
	s->setupd->set_name = set;
	s->setupd->op = op;
	s->setupd->key = key;
	s->setupd->data = data;
	s->setupd->opts = opts;
	if (opts) {
		s->setupd->stmts = opts->stmts;
		opts->stmts = NULL;
	}
	return s;
}

struct stmt *stmt_meter(struct parser *p, struct loc loc, const char *name, uint64_t size,
			struct expr *key, struct elem_opts *opts)
{
	uint64_t op = opts && opts->has_timeout ? NFT_DYNSET_OP_UPDATE : NFT_DYNSET_OP_ADD;
	struct stmt *s = stmt_setupd(p, loc, op, name, key, opts, NULL);
	struct set *set = arena_new(p->arena, struct set);

	set->loc = loc;
	set->h = p->chain ? p->chain->h : p->h;
	set->h.chain.s = NULL;
	set->h.obj.s = name;
	set->flags = NFT_SET_ANONYMOUS | NFT_SET_EVAL;
	if (opts && opts->has_timeout)
		set->flags |= NFT_SET_TIMEOUT;
	set->size = size;
	s->setupd->set = set;
	return s;
}
