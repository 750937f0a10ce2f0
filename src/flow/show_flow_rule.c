// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which rules with a flow statement are for a connection. What stands in front of the statement is
 * asked of its packets: the matches are evaluated on what conntrack and the routes know of them.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "ct_value.h"
#include "flow_value.h"
#include "list.h"
#include "print.h"
#include "show_flow.h"

/* ---- packets ---- */

static bool is_device(const struct field *f, bool in)
{
	return f->kind == FK_META && (in ? f->key == NFT_META_IIF || f->key == NFT_META_IIFNAME :
				      f->key == NFT_META_OIF || f->key == NFT_META_OIFNAME);
}

static bool packet_knows(const struct field *f, unsigned int dir)
{
	return is_device(f, true) || is_device(f, false) ||
	       (f->kind == FK_CT && f->key == NFT_CT_DIRECTION) || ct_knows(f, dir);
}

static bool device_value(const struct packet *p, const struct field *f, nff_u128 *v)
{
	uint32_t index = is_device(f, true) ? p->iif : p->oif;
	const struct device_name *d;

	*v = index;
	if (index && (f->key == NFT_META_IIFNAME || f->key == NFT_META_OIFNAME)) {
		d = device_by_index(p->devices, index);
		*v = name_value(d->name, d->len);
	}
	return index;
}

/* A connection that is not counted has counted nothing. */
static bool is_counter(const struct field *f)
{
	return f->key == NFT_CT_BYTES || f->key == NFT_CT_PKTS || f->key == NFT_CT_AVGPKT;
}

static bool packet_value(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v)
{
	const struct packet *p = rec;

	if (is_device(f, true) || is_device(f, false))
		return device_value(p, f, v);
	if (f->kind != FK_CT)
		return ct_tuple_value(&p->tuple, p->ct->family, f, v);
	if (f->key == NFT_CT_DIRECTION) {
		*v = p->dir;
		return true;
	}
	if (ct_value(p->ct, f, dir, v))
		return true;
	*v = 0;
	return is_counter(f);
}

static const struct record_type packet_record = {
	.name = "packets",
	.one = "packet",
	.size = sizeof(struct packet),
	.value = packet_value,
	.knows = packet_knows,
};

struct packet packet_of(const struct conntrack *ct, enum ct_dir dir)
{
	struct packet p = { .ct = ct, .dir = dir, .tuple = ct->tuple[dir] };
	const struct ct_tuple *back = &ct->tuple[!dir];

	/* Where it goes is what the other side has as its own: DNAT was before, SNAT comes later. */
	memcpy(p.tuple.dst, back->src, sizeof(p.tuple.dst));
	if (back->has & CTT_SPORT)
		p.tuple.dport = back->sport;
	return p;
}

/* ---- what keeps packets out ---- */

enum effect { PASSES, DEPENDS, ENDS };

/* A statement in front of the flow statement. */
static enum effect effect_of(const struct stmt *st)
{
	switch (st->kind) {
	case ST_VERDICT:
		if (st->expr->kind != EX_VERDICT)
			return DEPENDS;
		return st->expr->verdict.code == NFT_CONTINUE ? PASSES : ENDS;
	case ST_REJECT:
	case ST_QUEUE:
		return ENDS;
	case ST_MATCH:
	case ST_LIMIT:
	case ST_QUOTA:
	case ST_CONNLIMIT:
	case ST_UNKNOWN:
		return DEPENDS;
	case ST_OBJREF:
		return st->objref.type == NFT_OBJECT_LIMIT || st->objref.type == NFT_OBJECT_QUOTA ||
		       st->objref.type == NFT_OBJECT_CONNLIMIT ? DEPENDS : PASSES;
	case ST_SETUPD:
		return st->setupd->stmts ? DEPENDS : PASSES;
	default:
		return PASSES;
	}
}

/* What a field is of is listed no more where it goes without saying: a rule has it all the same. */
static void read_protocol(struct rule_test *t, const struct field *f)
{
	const struct proto *proto = f->kind == FK_PAYLOAD ? f->proto : NULL;

	if (f->kind == FK_TCPOPT)
		proto = &proto_tcp;
	else if (f->kind == FK_EXTHDR)
		proto = &proto_ip6;
	else if (f->kind == FK_IPOPT)
		proto = &proto_ip;
	if (proto == &proto_ip)
		t->nfproto = NFPROTO_IPV4;
	else if (proto == &proto_ip6)
		t->nfproto = NFPROTO_IPV6;
	else if (proto && proto->base == PB_TH)
		t->l4proto = proto->l4proto;
}

/* Does a packet know all that is selected? It may lack a device. */
static bool read_selector(struct rule_test *t, const struct expr *e)
{
	bool known = true;

	switch (e->kind) {
	case EX_FIELD:
		t->needs_iif |= is_device(e->field.f, true);
		t->needs_oif |= is_device(e->field.f, false);
		read_protocol(t, e->field.f);
		return packet_knows(e->field.f, e->field.dir);
	case EX_BINARY:
	case EX_MAP:
		known = read_selector(t, e->bin.left);
		return known && e->kind == EX_BINARY && e->bin.right->kind == EX_VALUE;
	case EX_CONCAT:
		for (e = e->list.first; e; e = e->next)
			known &= read_selector(t, e);
		return known;
	default:
		return false;
	}
}

/* Of a set, its name is what can be kept. NULL: it is not known. */
static struct expr *keep_match(struct arena *a, const struct expr *rel)
{
	struct expr *copy = expr_copy(a, rel), *right = copy->bin.right;
	const struct set *set;
	struct set *kept;

	if (right->kind == EX_SET)
		right->set->set = NULL;
	if (right->kind != EX_SETREF)
		return copy;
	set = right->ref.set;
	if (!set)
		return NULL;
	kept = arena_new(a, struct set);
	kept->h.family = set->h.family;
	kept->h.table.s = arena_strdup(a, set->h.table.s);
	kept->h.obj.s = arena_strdup(a, set->h.obj.s);
	right->ref.name = kept->h.obj.s;
	right->ref.set = kept;
	return copy;
}

static const char *stmt_text(struct arena *a, const struct stmt *st,
			     const struct print_opts *opts)
{
	struct out o;
	const char *text;

	out_init_mem(&o);
	print_stmt(&o, st, opts);
	text = arena_strdup(a, out_str(&o));
	out_fini(&o);
	return text;
}

static struct rule_test *add_test(struct arena *a, struct rule_seen *r, const char *text)
{
	struct rule_test *t = arena_new(a, struct rule_test), **last = &r->tests;

	t->text = text;
	t->l4proto = -1;
	while (*last)
		last = &(*last)->next;
	return *last = t;
}

static void read_stmt(struct surroundings *s, struct rule_seen *r, const struct stmt *st)
{
	enum effect effect = effect_of(st);
	struct arena *a = &s->arena;
	struct rule_test *t;

	if (effect == PASSES)
		return;
	t = add_test(a, r, stmt_text(a, st, &s->n->print));
	t->ends = effect == ENDS;
	if (t->ends)
		t->text = arena_printf(a, "'%s' ends it before its flow statement", t->text);
	else if (st->kind == ST_VERDICT)
		read_selector(t, st->expr);
	else if (st->kind == ST_MATCH && read_selector(t, st->expr->bin.left))
		t->rel = keep_match(a, st->expr);
}

/* ---- reading them ---- */

void rule_read(struct surroundings *s, const struct flow_rule *found)
{
	struct rule_seen *r = arena_new(&s->arena, struct rule_seen);
	const struct handle *h = found->rule->h;
	struct out text;

	out_init_mem(&text);
	print_rule(&text, found->rule, &s->n->print);
	r->text = arena_strdup(&s->arena, out_str(&text));
	out_fini(&text);
	r->family = h->family;
	r->table = arena_strdup(&s->arena, h->table.s);
	r->chain = arena_strdup(&s->arena, h->chain.s);
	r->handle = h->handle;
	r->flowtable = arena_strdup(&s->arena, found->flow->flow.name);
	r->base = found->chain && found->chain->hook >= 0;
	r->forward = r->base && found->chain->hook == NF_INET_FORWARD;
	if (!r->base)
		add_test(&s->arena, r, arena_printf(&s->arena, "a rule leads to chain '%s'",
						    r->chain));
	for (const struct stmt *st = found->rule->stmts; st && st != found->flow; st = st->next)
		read_stmt(s, r, st);
	*s->last_rule = r;
	s->last_rule = &r->next;
}

static void on_rule(const struct flow_rule *found, void *arg)
{
	rule_read(arg, found);
}

static void again(void *arg)
{
	struct surroundings *s = arg;

	s->rules = NULL;
	s->last_rule = &s->rules;
}

void rules_ready(struct surroundings *s)
{
	for (struct rule_seen *r = s->rules; r; r = r->next)
		for (struct rule_test *t = r->tests; t; t = t->next)
			if (t->rel)
				t->match = match_listed(s->n, &s->arena, t->rel, &packet_record);
}

int surroundings_look(struct surroundings *s, struct loc loc)
{
	const struct handle all = { 0 };
	int err;

	again(s);
	err = list_flow_rules(s->n, on_rule, again, s);
	/* A kernel without nf_tables has no rules. */
	if (err && err != -EOPNOTSUPP && err != -EINVAL)
		return show_error(s->n, loc, "the rules", err);
	/* The elements of sets can be asked for now that no dump goes on. */
	rules_ready(s);
	return flow_tables_read(s->n, &s->arena, loc, &all, &s->tables);
}

/* ---- judging ---- */

static enum rule_answer ask(const struct rule_test *t, const struct packet *p)
{
	if (t->ends || (t->l4proto >= 0 && t->l4proto != p->tuple.l4proto) ||
	    (t->nfproto && t->nfproto != p->ct->family))
		return RULE_NOT;
	if (!t->match || (t->needs_iif && !p->iif) || (t->needs_oif && !p->oif))
		return RULE_MAY;
	return match_record(t->match, p) ? RULE_IS : RULE_NOT;
}

/* passed: tests in front of the one that is false. */
static struct rule_verdict judge_packet(struct arena *a, const struct rule_seen *r,
					const struct packet *p, unsigned int *passed)
{
	struct rule_verdict v = { .rule = r, .answer = RULE_IS };

	*passed = 0;
	for (const struct rule_test *t = r->tests; t; t = t->next, (*passed)++) {
		enum rule_answer answer = ask(t, p);

		if (answer == RULE_NOT)
			return (struct rule_verdict){ r, RULE_NOT, t->text };
		if (answer == RULE_IS)
			continue;
		v.answer = RULE_MAY;
		v.because = v.because ? arena_printf(a, "%s and %s", v.because, t->text) : t->text;
	}
	return v;
}

struct rule_verdict rule_judge(struct arena *a, const struct rule_seen *r,
			       const struct packet packets[2])
{
	const struct conntrack *ct = packets[CT_ORIG].ct;
	unsigned int passed[2];
	struct rule_verdict v[2];

	if (r->family != NFPROTO_INET && r->family != ct->family)
		return (struct rule_verdict){ r, RULE_NOT,
			arena_printf(a, "its table is of family %s", family_name(r->family)) };
	v[0] = judge_packet(a, r, &packets[CT_ORIG], &passed[0]);
	if (!(ct->status & IPS_SEEN_REPLY))
		return v[0];
	v[1] = judge_packet(a, r, &packets[CT_REPLY], &passed[1]);
	/* Packets of one direction are enough; of two that do not fit the one that nearly did. */
	if (v[1].answer != v[0].answer)
		return v[v[1].answer > v[0].answer];
	return v[v[1].answer == RULE_NOT && passed[1] > passed[0]];
}

void judge_rules(struct surroundings *s, struct placed *p)
{
	struct packet packets[2];
	unsigned int n = 0;

	for (int dir = 0; dir < 2; dir++) {
		packets[dir] = packet_of(&p->ct, (enum ct_dir)dir);
		packets[dir].iif = p->out_dev[!dir];
		packets[dir].oif = p->out_dev[dir];
		packets[dir].devices = &s->devices;
	}
	for (const struct rule_seen *r = s->rules; r; r = r->next)
		n++;
	p->rules = arena_alloc(&s->arena, (n + 1) * sizeof(*p->rules));
	n = 0;
	for (const struct rule_seen *r = s->rules; r; r = r->next)
		p->rules[n++] = rule_judge(&s->arena, r, packets);
}
