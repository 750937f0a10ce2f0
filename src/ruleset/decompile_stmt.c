// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel expressions that are statements of their own.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "decompile_int.h"

struct stmt *emit(struct rdec *r, enum stmt_kind kind)
{
	struct stmt *s = stmt_new(r->a, kind, (struct loc){ 0 });

	*r->last = s;
	r->last = &s->next;
	r->newest = s;
	r->hidden_th = NULL;
	return s;
}

void emit_unknown(struct rdec *r, const char *fmt, ...)
{
	struct stmt *s = emit(r, ST_UNKNOWN);
	char buf[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	s->unknown = arena_strdup(r->a, buf);
	dep_reset(r);
}

/* ---- stateful ones, which also stand in sets and objects ---- */

void limit_of_insn(const struct insn *i, struct limit_stmt *l)
{
	l->rate = insn_u(i, NFTA_LIMIT_RATE);
	l->unit = insn_u(i, NFTA_LIMIT_UNIT);
	l->type = insn_u(i, NFTA_LIMIT_TYPE);
	l->burst = insn_u(i, NFTA_LIMIT_BURST);
	l->inv = insn_u(i, NFTA_LIMIT_FLAGS) & NFT_LIMIT_F_INV;
	/* 5 packets is what a limit without a burst gets. */
	l->has_burst = l->burst && (l->type != NFT_LIMIT_PKTS || l->burst != 5);
}

void quota_of_insn(const struct insn *i, struct quota_stmt *q)
{
	q->bytes = insn_u(i, NFTA_QUOTA_BYTES);
	q->used = insn_u(i, NFTA_QUOTA_CONSUMED);
	q->inv = insn_u(i, NFTA_QUOTA_FLAGS) & NFT_QUOTA_F_INV;
}

struct stmt *stateful_stmt(struct arena *a, const struct insn *i)
{
	struct stmt *s = stmt_new(a, ST_COUNTER, (struct loc){ 0 });

	switch (i->kind) {
	case IN_COUNTER:
		s->counter.packets = insn_u(i, NFTA_COUNTER_PACKETS);
		s->counter.bytes = insn_u(i, NFTA_COUNTER_BYTES);
		return s;
	case IN_LIMIT:
		s->kind = ST_LIMIT;
		s->limit = arena_new(a, struct limit_stmt);
		limit_of_insn(i, s->limit);
		return s;
	case IN_QUOTA:
		s->kind = ST_QUOTA;
		s->quota = arena_new(a, struct quota_stmt);
		quota_of_insn(i, s->quota);
		return s;
	case IN_LAST:
		s->kind = ST_LAST;
		s->last.used = insn_u(i, NFTA_LAST_SET);
		s->last.msecs = insn_u(i, NFTA_LAST_MSECS);
		return s;
	case IN_CONNLIMIT:
		s->kind = ST_CONNLIMIT;
		s->connlimit = arena_new(a, struct connlimit_stmt);
		s->connlimit->count = insn_u(i, NFTA_CONNLIMIT_COUNT);
		s->connlimit->inv = insn_u(i, NFTA_CONNLIMIT_FLAGS) & NFT_CONNLIMIT_F_INV;
		return s;
	default:
		return NULL;
	}
}

static struct stmt *stateful_elem(struct arena *a, const struct nlattr *expr)
{
	struct insn i;
	struct stmt *s;

	insn_decode(a, expr, &i);
	s = stateful_stmt(a, &i);
	if (!s) {
		s = stmt_new(a, ST_UNKNOWN, (struct loc){ 0 });
		s->unknown = arena_printf(a, "unknown expression \"%.64s\"", i.name);
	}
	return s;
}

struct stmt *stateful_list(struct arena *a, const struct nlattr *list, const struct nlattr *single)
{
	struct stmt *first = NULL, **last = &first, *s;
	const struct nlattr *attr;

	if (list) {
		for_each_nested(attr, list) {
			s = stateful_elem(a, attr);
			list_add_tail(last, s);
		}
	} else if (single) {
		first = stateful_elem(a, single);
	}
	return first;
}

/* ---- log, reject, verdicts ---- */

static void stmt_log(struct rdec *r, const struct insn *i)
{
	struct log_stmt *l = arena_new(r->a, struct log_stmt);
	const struct {
		unsigned int attr, bit;
		uint32_t *to;
	} nums[] = {
		{ NFTA_LOG_GROUP, LOG_HAS_GROUP, &l->group },
		{ NFTA_LOG_SNAPLEN, LOG_HAS_SNAPLEN, &l->snaplen },
		{ NFTA_LOG_QTHRESHOLD, LOG_HAS_QTHRESHOLD, &l->qthreshold },
		{ NFTA_LOG_LEVEL, LOG_HAS_LEVEL, &l->level },
	};

	for (unsigned int n = 0; n < sizeof(nums) / sizeof(*nums); n++) {
		if (!insn_has(i, nums[n].attr))
			continue;
		*nums[n].to = insn_u(i, nums[n].attr);
		l->set |= nums[n].bit;
	}
	/* The kernel tells of what was not given, too. */
	if (!l->snaplen)
		l->set &= ~LOG_HAS_SNAPLEN;
	if (!l->qthreshold)
		l->set &= ~LOG_HAS_QTHRESHOLD;
	if (l->level == NFT_LOGLEVEL_WARNING || l->set & LOG_HAS_GROUP)
		l->set &= ~LOG_HAS_LEVEL;
	l->flags = insn_u(i, NFTA_LOG_FLAGS);
	if (insn_has(i, NFTA_LOG_PREFIX)) {
		l->prefix = arena_strdup(r->a, i->v[NFTA_LOG_PREFIX].str);
		l->set |= LOG_HAS_PREFIX;
	}
	emit(r, ST_LOG)->log = l;
}

/* What a plain "reject" means in a family. */
static bool reject_is_default(unsigned int family, const struct reject_stmt *rej)
{
	switch (family) {
	case NFPROTO_IPV4:
		return rej->type == NFT_REJECT_ICMP_UNREACH && rej->code == 3;
	case NFPROTO_IPV6:
		return rej->type == NFT_REJECT_ICMP_UNREACH && rej->code == 4;
	default:
		return rej->type == NFT_REJECT_ICMPX_UNREACH &&
		       rej->code == NFT_REJECT_ICMPX_PORT_UNREACH;
	}
}

static void stmt_reject(struct rdec *r, const struct insn *i)
{
	struct reject_stmt *rej = arena_new(r->a, struct reject_stmt);

	rej->type = insn_u(i, NFTA_REJECT_TYPE);
	rej->code = insn_u(i, NFTA_REJECT_ICMP_CODE);
	rej->has_code = rej->type != NFT_REJECT_TCP_RST && !reject_is_default(r->family, rej);
	if (rej->type == NFT_REJECT_ICMPX_UNREACH) {
		rej->family = NFPROTO_INET;
	} else if (rej->type == NFT_REJECT_ICMP_UNREACH) {
		rej->family = r->family;
		if (r->family != NFPROTO_IPV4 && r->family != NFPROTO_IPV6)
			rej->family = r->pc.proto[PB_NH] == &proto_ip6 ? NFPROTO_IPV6 :
				      NFPROTO_IPV4;
	}
	dep_reject(r, rej);
	emit(r, ST_REJECT)->reject = rej;
}

/* The kernel makes up the names of blocks. */
#define BLOCK_PREFIX "__chain"

static struct expr *verdict_expr(struct rdec *r, const struct insn_data *d)
{
	struct expr *e = expr_verdict(r->a, (struct loc){ 0 }, d->verdict, NULL);

	struct chain *block = NULL;

	e->type = &dt_verdict;
	if (!d->chain)
		return e;
	e->verdict.chain = arena_strdup(r->a, d->chain);
	if (r->d->load_block && r->table && !strncmp(d->chain, BLOCK_PREFIX, strlen(BLOCK_PREFIX)))
		block = r->d->load_block(r->d->arg, r->family, r->table, e->verdict.chain);
	if (block) {
		e->flags |= EXF_BLOCK;
		e->verdict.block = block;
	}
	return e;
}

/* ---- KEY set VALUE ---- */

static void emit_set(struct rdec *r, struct expr *key, struct expr *value)
{
	struct stmt *s;

	if (key->kind == EX_FIELD)
		dep_use(r, key->field.f);
	value = value->kind == EX_VALUE ?
		const_typed(r, value, key->type, key->byteorder, key->bits) :
		resolve(r, value, NULL);
	s = emit(r, ST_SET);
	s->set.key = key;
	s->set.value = value;
}

static void stmt_field_set(struct rdec *r, const struct insn *i, const struct field *f,
			   unsigned int sreg, unsigned int dir)
{
	struct expr *key;

	if (!f || !f->bits) {
		emit_unknown(r, "%s set", i->name);
		return;
	}
	key = ex_field(r, f);
	key->field.dir = dir;
	emit_set(r, key, reg_get(r, insn_u(i, sreg)));
}

/*
 * A load of whole words, a mask that clears a field in it, the new value of
 * the field: what is written back is more than the field.
 */
static bool stmt_part_set(struct rdec *r, const struct place *whole, struct expr *e)
{
	unsigned int bits, low;
	nff_u128 mask, xor_;
	struct place pl;
	struct expr *base, *value;
	const struct field *f;

	if (e->kind != EX_BINARY)
		return false;
	bitwise_masks(e, &base, &mask, &xor_);
	if (!expr_place(base, &pl) || pl.kind != whole->kind || pl.base != whole->base ||
	    pl.key != whole->key || pl.off != whole->off || pl.bits != whole->bits ||
	    !mask_run(~mask & u128_mask(pl.bits), &bits, &low) || xor_ & mask)
		return false;
	pl.off += pl.bits - bits - low;
	pl.bits = bits;
	f = field_at(r, &pl);
	if (!f)
		return false;
	value = ex_new(r, EX_VALUE);
	value->value = xor_ >> low;
	value->bits = bits;
	value->byteorder = BO_BIG;
	emit_set(r, ex_field(r, f), value);
	return true;
}

static void stmt_place_set(struct rdec *r, struct expr *key, struct expr *value)
{
	struct place pl;
	const struct field *f;

	if (!expr_place(key, &pl)) {
		emit_set(r, key, value);
		return;
	}
	if (stmt_part_set(r, &pl, value))
		return;
	f = field_at(r, &pl);
	emit_set(r, f ? ex_field(r, f) : key, value);
}

static void stmt_payload_set(struct rdec *r, const struct insn *i)
{
	static const uint8_t bases[] = { PB_LL, PB_NH, PB_TH, PB_INNER };
	uint64_t base = insn_u(i, NFTA_PAYLOAD_BASE), off = insn_u(i, NFTA_PAYLOAD_OFFSET);
	uint64_t len = insn_u(i, NFTA_PAYLOAD_LEN);
	struct expr *key;

	if (base >= sizeof(bases) || off > UINT16_MAX / 8 || !len || len > sizeof(nff_u128)) {
		emit_unknown(r, "payload set");
		return;
	}
	key = ex_new(r, EX_RAW);
	key->raw.base = bases[base];
	key->raw.off = off * 8;
	key->bits = len * 8;
	key->type = &dt_integer;
	key->byteorder = BO_BIG;
	stmt_place_set(r, key, reg_get(r, insn_u(i, NFTA_PAYLOAD_SREG)));
}

static void stmt_exthdr(struct rdec *r, const struct insn *i)
{
	const struct field *f;

	if (insn_has(i, NFTA_EXTHDR_SREG)) {
		stmt_place_set(r, exthdr_expr(r, i), reg_get(r, insn_u(i, NFTA_EXTHDR_SREG)));
		return;
	}
	/* Neither read nor written: the option is overwritten with padding. */
	f = field_exists_in_list(tcpopts, insn_u(i, NFTA_EXTHDR_TYPE));
	if (insn_u(i, NFTA_EXTHDR_OP) != NFT_EXTHDR_OP_TCPOPT || !f) {
		emit_unknown(r, "exthdr reset %u", (unsigned int)insn_u(i, NFTA_EXTHDR_TYPE));
		return;
	}
	emit(r, ST_OPTSTRIP)->expr = ex_field(r, f);
}

/* ---- references to other objects ---- */

static struct expr *name_expr(struct rdec *r, const char *name)
{
	return expr_symbol(r->a, (struct loc){ 0 }, arena_strdup(r->a, name), EXF_QUOTED);
}

static void stmt_objref(struct rdec *r, const struct insn *i)
{
	struct stmt *s;
	struct expr *name = NULL;
	uint32_t type = insn_u(i, NFTA_OBJREF_IMM_TYPE);

	if (insn_has(i, NFTA_OBJREF_IMM_NAME)) {
		name = name_expr(r, i->v[NFTA_OBJREF_IMM_NAME].str);
	} else if (insn_has(i, NFTA_OBJREF_SET_NAME)) {
		const char *set = i->v[NFTA_OBJREF_SET_NAME].str;
		uint64_t sreg = insn_u(i, NFTA_OBJREF_SET_SREG);
		struct set *decl = r->d->find_set ?
				   r->d->find_set(r->d->arg, r->family, r->table, set) : NULL;
		struct expr *key, *right;
		unsigned int shift;

		key = decl && decl->key_bytes ? reg_get_bytes(r, sreg, decl->key_bytes) :
		      reg_get(r, sreg);
		key = resolve(r, key, &shift);
		right = set_expr(r, set, key, shift, &decl);
		name = expr_bin(r->a, (struct loc){ 0 }, EX_MAP, OP_IMPLICIT, key, right);
		type = decl ? decl->obj_type : 0;
	}
	if (!name || !type) {
		emit_unknown(r, "objref");
		return;
	}
	s = emit(r, ST_OBJREF);
	s->objref.type = type;
	s->objref.name = name;
}

static void stmt_dynset(struct rdec *r, const struct insn *i)
{
	struct setupd_stmt *u = arena_new(r->a, struct setupd_stmt);
	const char *name = insn_has(i, NFTA_DYNSET_SET_NAME) ? i->v[NFTA_DYNSET_SET_NAME].str : "";
	uint64_t sreg = insn_u(i, NFTA_DYNSET_SREG_KEY);
	struct set *s = r->d->find_set ?
			r->d->find_set(r->d->arg, r->family, r->table, name) : NULL;
	struct expr *data;

	u->set_name = arena_strdup(r->a, name);
	u->set = s;
	u->op = insn_u(i, NFTA_DYNSET_OP);
	u->key = resolve(r, s && s->key_bytes ? reg_get_bytes(r, sreg, s->key_bytes) :
				reg_get(r, sreg), NULL);
	u->key = typed_for_set(r, u->key, s, false);
	if (insn_has(i, NFTA_DYNSET_SREG_DATA)) {
		sreg = insn_u(i, NFTA_DYNSET_SREG_DATA);
		data = s && s->data_bytes ? reg_get_bytes(r, sreg, s->data_bytes) :
		       reg_get(r, sreg);
		u->data = typed_for_set(r, resolve(r, data, NULL), s, true);
	}
	if (insn_u(i, NFTA_DYNSET_TIMEOUT)) {
		u->opts = arena_new(r->a, struct elem_opts);
		u->opts->has_timeout = true;
		u->opts->timeout_ms = insn_u(i, NFTA_DYNSET_TIMEOUT);
	}
	u->stmts = stateful_list(r->a,
			insn_has(i, NFTA_DYNSET_EXPRESSIONS) ?
				i->v[NFTA_DYNSET_EXPRESSIONS].raw.attr : NULL,
			insn_has(i, NFTA_DYNSET_EXPR) ? i->v[NFTA_DYNSET_EXPR].raw.attr : NULL);
	emit(r, ST_SETUPD)->setupd = u;
}

static void stmt_synproxy(struct rdec *r, const struct insn *i)
{
	struct synproxy_stmt *sp = arena_new(r->a, struct synproxy_stmt);

	sp->mss = insn_u(i, NFTA_SYNPROXY_MSS);
	sp->wscale = insn_u(i, NFTA_SYNPROXY_WSCALE);
	sp->flags = insn_u(i, NFTA_SYNPROXY_FLAGS);
	emit(r, ST_SYNPROXY)->synproxy = sp;
}

static void stmt_xt(struct rdec *r, const struct insn *i, const char *what, unsigned int attr)
{
	emit_unknown(r, "xt %s \"%.64s\"", what, insn_has(i, attr) ? i->v[attr].str : "");
}

static bool stmt_simple(struct rdec *r, const struct insn *i)
{
	switch (i->kind) {
	case IN_IMMEDIATE:
		if (!insn_has(i, NFTA_IMMEDIATE_DATA) ||
		    !i->v[NFTA_IMMEDIATE_DATA].data->is_verdict)
			return false;
		emit(r, ST_VERDICT)->expr = verdict_expr(r, i->v[NFTA_IMMEDIATE_DATA].data);
		return true;
	case IN_LOG:
		stmt_log(r, i);
		return true;
	case IN_REJECT:
		stmt_reject(r, i);
		return true;
	case IN_NOTRACK:
		emit(r, ST_NOTRACK);
		return true;
	case IN_FLOW_OFFLOAD:
		if (!insn_has(i, NFTA_FLOW_TABLE_NAME))
			return false;
		emit(r, ST_FLOW)->flow.name = arena_strdup(r->a,
							   i->v[NFTA_FLOW_TABLE_NAME].str);
		return true;
	case IN_OBJREF:
		stmt_objref(r, i);
		return true;
	case IN_DYNSET:
		stmt_dynset(r, i);
		return true;
	case IN_SYNPROXY:
		stmt_synproxy(r, i);
		return true;
	case IN_MATCH:
		stmt_xt(r, i, "match", NFTA_MATCH_NAME);
		return true;
	case IN_TARGET:
		stmt_xt(r, i, "target", NFTA_TARGET_NAME);
		return true;
	default:
		return false;
	}
}

bool stmt_insn(struct rdec *r, const struct insn *i)
{
	struct stmt *s = stateful_stmt(r->a, i);

	if (s) {
		*r->last = s;
		r->last = &s->next;
		r->newest = s;
		return true;
	}
	switch (i->kind) {
	case IN_META:
		stmt_field_set(r, i, meta_field(insn_u(i, NFTA_META_KEY)), NFTA_META_SREG, 0);
		return true;
	case IN_CT:
		stmt_field_set(r, i, ct_field(insn_u(i, NFTA_CT_KEY), 0), NFTA_CT_SREG,
			       !insn_has(i, NFTA_CT_DIRECTION) ? 0 :
			       insn_u(i, NFTA_CT_DIRECTION) == 0 ? 1 : 2);
		return true;
	case IN_PAYLOAD:
		stmt_payload_set(r, i);
		return true;
	case IN_EXTHDR:
		stmt_exthdr(r, i);
		return true;
	default:
		return stmt_simple(r, i);
	}
}
