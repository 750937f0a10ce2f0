// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Matches behind "where": from what was parsed to tests of records. They are
 * evaluated like those of a rule, dependencies included, so that they mean
 * the same; then each becomes a list of values or ranges to search.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

#include "eval.h"
#include "match_int.h"

/* ---- what a kind of record has ---- */

static const char *kind_word(const struct field *f)
{
	switch (f->kind) {
	case FK_META:
		return "meta ";
	case FK_CT:
		return "ct ";
	case FK_RT:
		return "rt ";
	case FK_SOCKET:
		return "socket ";
	default:
		return "";
	}
}

/* Where what is asked for can be found instead; "like" is what records of this kind must have. */
static const struct {
	uint8_t kind;
	uint16_t key;
	uint16_t like;			/* a ct key; 0: none is needed */
	const char *hint;
} field_hints[] = {
	{ FK_META, NFT_META_MARK, NFT_CT_MARK, "the mark of a connection is 'ct mark'" },
	{ FK_META, NFT_META_SECMARK, NFT_CT_SECMARK,
	  "the security mark of a connection is 'ct secmark'" },
	{ FK_META, NFT_META_IIF, 0, "devices are known of flows: 'list flows where iif ...'" },
	{ FK_META, NFT_META_OIF, 0, "devices are known of flows: 'list flows where oif ...'" },
	{ FK_META, NFT_META_IIFNAME, 0,
	  "devices are known of flows: 'list flows where iifname ...'" },
	{ FK_META, NFT_META_OIFNAME, 0,
	  "devices are known of flows: 'list flows where oifname ...'" },
	{ FK_CT, NFT_CT_DIRECTION, NFT_CT_PROTO_SRC,
	  "there are both; say 'ct original' or 'ct reply' before a key" },
	{ FK_RECORD, RECORD_FLOWTABLE, NFT_CT_STATUS, "try 'list flows', or 'ct status offload'" },
};

static void hint_field(struct making *k, const struct field *f)
{
	struct diags *d = k->diags;

	for (unsigned int i = 0; i < sizeof(field_hints) / sizeof(field_hints[0]); i++) {
		const typeof(field_hints[0]) *h = &field_hints[i];

		if (h->kind != f->kind || h->key != f->key)
			continue;
		if (!h->like || k->type->knows(field_by_key(ct_fields, h->like), 0)) {
			diag_hint(d, "%s", h->hint);
			return;
		}
	}
	if (f->proto == &proto_tcp && k->type->knows(record_proto_fields(f->proto), 0))
		diag_hint(d, "of a TCP connection the ports and 'tcp state' are known");
	else
		diag_hint(d, "known are addresses, ports%s, some keys of ct, 'meta l4proto' and "
			  "'meta nfproto'", k->type->knows(proto_icmp.fields, 0) ?
			  ", icmp type, code and id" : "");
}

static int check_field(struct making *k, const struct expr *e)
{
	const struct field *f = e->field.f;

	if (k->type->knows(f, e->field.dir))
		return 0;
	if (e->field.dir && k->type->knows(f, 0))
		diag_error(k->diags, e->loc, "'ct %s' has no direction in %s", f->name,
			   k->type->name);
	else if (f->proto)
		diag_error(k->diags, e->loc, "%s have no '%s %s'", k->type->name,
			   f->proto->name, f->name);
	else
		diag_error(k->diags, e->loc, "%s have no '%s%s'", k->type->name, kind_word(f),
			   f->name);
	hint_field(k, f);
	return -1;
}

/* The left side of a match as parsed. Constants are left to the evaluation. */
static int check_selector(struct making *k, const struct expr *e)
{
	switch (e->kind) {
	case EX_FIELD:
		return check_field(k, e);
	case EX_BINARY:
		return check_selector(k, e->bin.left);
	case EX_CONCAT:
		for (e = e->list.first; e; e = e->next)
			if (check_selector(k, e))
				return -1;
		return 0;
	case EX_RAW:
	case EX_FIB:
	case EX_NUMGEN:
	case EX_HASH:
		diag_error(k->diags, e->loc, "this is worked out for packets: %s have none",
			   k->type->name);
		return -1;
	default:
		return 0;
	}
}

static int check_match(struct making *k, const struct expr *rel)
{
	const struct expr *r = rel->bin.right;

	if (check_selector(k, rel->bin.left))
		return -1;
	while (r->kind == EX_VAR)
		r = r->var.def;
	if (r->kind != EX_SETREF || match_found_set(k, r->ref.name))
		return 0;
	return match_find_set(k, r->ref.name, rel->bin.right->loc);
}

/* ---- evaluation ---- */

/* "meta nfproto ip", as if it were written in front. */
static struct stmt *family_match(struct arena *a, unsigned int family)
{
	const struct field *f = meta_field(NFT_META_NFPROTO);
	struct loc nowhere = { 0 };
	struct stmt *s = stmt_new(a, ST_MATCH, nowhere);

	s->flags = STF_GENERATED;
	s->expr = expr_bin(a, nowhere, EX_REL, OP_EQ, expr_field(a, nowhere, f, 0),
			   expr_value(a, nowhere, f->type, f->byteorder, f->bits, family));
	s->expr->bin.right->flags |= EXF_EVALUATED;
	return s;
}

static struct stmt *eval_matches(struct making *k, unsigned int family, const struct stmt *matches)
{
	struct eval ev = { .arena = k->a, .diags = k->diags, .family = NFPROTO_INET,
			   .find_set = match_found_set, .arg = k };
	struct rule *r = rule_new(k->a, matches ? matches->loc : (struct loc){ 0 });
	struct stmt **last = &r->stmts;

	if (family == NFPROTO_IPV4 || family == NFPROTO_IPV6) {
		*last = family_match(k->a, family);
		last = &(*last)->next;
	}
	for (; matches; matches = matches->next) {
		struct stmt *s = arena_memdup(k->a, matches, sizeof(*s));

		if (check_match(k, s->expr))
			return NULL;
		s->expr = expr_copy(k->a, s->expr);
		s->next = NULL;
		*last = s;
		last = &s->next;
	}
	return eval_rule(&ev, r) ? NULL : r->stmts;
}

struct stmt *match_eval(struct nff *n, struct arena *a, unsigned int family,
			const struct stmt *matches, const struct record_type *type)
{
	struct making k = { .n = n, .diags = &n->diags, .a = a, .type = type };

	return eval_matches(&k, family, matches);
}

/* ---- selectors ---- */

static int make_sel(struct making *k, struct match_sel *sel, const struct expr *e)
{
	const struct expr *outer = e;
	bool constant = true;
	struct match_op *ops;
	unsigned int i;

	for (; e->kind == EX_BINARY; e = e->bin.left) {
		sel->n_ops++;
		constant &= e->bin.right->kind == EX_VALUE;
	}
	if (e->kind != EX_FIELD || !constant)
		return diag_error(k->diags, e->loc, "this cannot be matched in %s",
				  k->type->name);
	/* Dependencies name what the user did not. */
	if (check_field(k, e))
		return -1;
	sel->f = e->field.f;
	sel->dir = e->field.dir;
	sel->bits = e->bits;
	sel->ops = ops = arena_alloc(k->a, (sel->n_ops + !sel->n_ops) * sizeof(*ops));
	/* The innermost comes first. */
	for (i = sel->n_ops, e = outer; i--; e = e->bin.left)
		ops[i] = (struct match_op){ e->op, e->bin.right->value };
	return 0;
}

static int make_sels(struct making *k, const struct expr *l)
{
	struct match_test *t = k->test;
	struct match_sel *sel;
	const struct expr *e = l->kind == EX_CONCAT ? l->list.first : l;

	t->n_sel = l->kind == EX_CONCAT ? l->list.n : 1;
	/* The kernel's registers have room for more. */
	if (t->n_sel > CONCAT_MAX)
		return diag_error(k->diags, l->loc, "these are too many parts");
	t->sel = sel = arena_alloc(k->a, t->n_sel * sizeof(*sel));
	for (unsigned int i = 0; i < t->n_sel; i++, e = e->next)
		if (make_sel(k, &sel[i], e))
			return -1;
	return 0;
}

/* ---- values ---- */

static int bad_value(struct making *k, const struct expr *e)
{
	return diag_error(k->diags, e->loc, "this cannot be compared with what %s have",
			  k->type->name);
}

/* A value, prefix or range of a selector that is bits wide. */
static int make_range(struct making *k, const struct expr *e, unsigned int bits,
		      struct match_range *r)
{
	nff_u128 rest;

	switch (e->kind) {
	case EX_VALUE:
		/* "eth*" has the bits of what stands before the star */
		rest = e->flags & EXF_WILDCARD && e->bits < bits ? u128_mask(bits - e->bits) : 0;
		r->lo = rest ? e->value << (bits - e->bits) : e->value;
		r->hi = r->lo | rest;
		return 0;
	case EX_PREFIX:
		if (e->prefix.base->kind != EX_VALUE)
			return bad_value(k, e);
		rest = u128_mask(bits) ^ prefix_mask(e->prefix.len, bits);
		r->lo = e->prefix.base->value & ~rest;
		r->hi = r->lo | rest;
		return 0;
	case EX_RANGE:
		if (e->bin.left->kind != EX_VALUE || e->bin.right->kind != EX_VALUE)
			return bad_value(k, e);
		r->lo = e->bin.left->value;
		r->hi = e->bin.right->value;
		return 0;
	case EX_WILDCARD:
		r->lo = 0;
		r->hi = u128_mask(bits);
		return 0;
	default:
		return bad_value(k, e);
	}
}

static int by_start(const void *a, const void *b)
{
	const struct match_range *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Ascending, with ranges that meet or overlap made one. */
static void sort_ranges(struct match_test *t)
{
	unsigned int n = 0;

	if (!t->n_ranges)
		return;
	qsort(t->ranges, t->n_ranges, sizeof(*t->ranges), by_start);
	for (unsigned int i = 1; i < t->n_ranges; i++) {
		struct match_range *last = &t->ranges[n], *r = &t->ranges[i];

		if (last->hi == ~(nff_u128)0 || r->lo <= last->hi + 1) {
			if (r->hi > last->hi)
				last->hi = r->hi;
		} else {
			t->ranges[++n] = *r;
		}
	}
	t->n_ranges = n + 1;
}

static int by_row(const void *a, const void *b, void *arg)
{
	const nff_u128 *x = a, *y = b;
	unsigned int n = *(const unsigned int *)arg;

	for (unsigned int i = 0; i < n; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

/* A row of a concatenation: to the values or to the boxes. */
static int add_row(struct making *k, const struct expr *key)
{
	struct match_test *t = k->test;
	struct match_range *box = t->boxes + t->n_boxes * t->n_sel;
	nff_u128 *row = t->rows + t->n_rows * t->n_sel;
	const struct expr *e = key->kind == EX_CONCAT ? key->list.first : NULL;
	bool exact = true;

	for (unsigned int i = 0; i < t->n_sel; i++, e = e->next) {
		if (!e)
			return bad_value(k, key);
		if (make_range(k, e, t->sel[i].bits, &box[i]))
			return -1;
		row[i] = box[i].lo;
		exact &= box[i].lo == box[i].hi;
	}
	if (exact)
		t->n_rows++;
	else
		t->n_boxes++;
	return 0;
}

/* Twice the room for elements. What was there stays in the arena until the match goes. */
static void grow(struct making *k)
{
	struct match_test *t = k->test;
	size_t n = k->room ? 2 * (size_t)k->room : 16;
	void *old[] = { t->ranges, t->rows, t->boxes };

	if (t->n_sel == 1) {
		t->ranges = arena_alloc(k->a, n * sizeof(*t->ranges));
		if (k->room)
			memcpy(t->ranges, old[0], k->room * sizeof(*t->ranges));
	} else {
		t->rows = arena_alloc(k->a, n * t->n_sel * sizeof(*t->rows));
		t->boxes = arena_alloc(k->a, n * t->n_sel * sizeof(*t->boxes));
		if (k->room) {
			memcpy(t->rows, old[1], k->room * t->n_sel * sizeof(*t->rows));
			memcpy(t->boxes, old[2], k->room * t->n_sel * sizeof(*t->boxes));
		}
	}
	k->room = (unsigned int)n;
}

int match_add_element(struct making *k, const struct expr *elem)
{
	struct match_test *t = k->test;
	const struct expr *key = elem->kind == EX_ELEM ? elem->elem.key : elem;

	if (key->kind == EX_WILDCARD) {
		t->any = true;
		return 0;
	}
	if (t->n_ranges == k->room || t->n_rows == k->room || t->n_boxes == k->room)
		grow(k);
	return t->n_sel > 1 ? add_row(k, key) :
			      make_range(k, key, t->sel[0].bits, &t->ranges[t->n_ranges++]);
}

static int make_set(struct making *k, const struct expr *set)
{
	struct match_test *t = k->test;

	k->room = 0;
	if (set->kind == EX_SETREF) {
		if (match_set_elements(k, set->ref.set))
			return -1;
	} else {
		for (const struct expr *e = set->set->elems.first; e; e = e->next)
			if (match_add_element(k, e))
				return -1;
	}
	sort_ranges(t);
	if (t->n_rows)
		qsort_r(t->rows, t->n_rows, t->n_sel * sizeof(*t->rows), by_row, &t->n_sel);
	return 0;
}

static int make_test(struct making *k, const struct expr *rel)
{
	struct match_test *t = k->test;
	const struct expr *r = rel->bin.right;

	t->loc = rel->loc;
	/* Listed matches may have no operator: they are all for equality. */
	t->op = rel->op == OP_NE || rel->op == OP_IMPLICIT ? OP_EQ : rel->op;
	t->negate = rel->op == OP_NE;
	if (make_sels(k, rel->bin.left))
		return -1;
	if (t->op != OP_EQ) {
		if (r->kind != EX_VALUE)
			return bad_value(k, r);
		t->arg = r->value;
		return 0;
	}
	if (r->kind == EX_SET || r->kind == EX_SETREF)
		return make_set(k, r);
	if (t->n_sel > 1)
		return bad_value(k, r);
	t->ranges = arena_new(k->a, struct match_range);
	t->n_ranges = 1;
	return make_range(k, r, t->sel[0].bits, t->ranges);
}

static struct match_test **add_test(struct making *k, struct match_test **last)
{
	k->test = *last = arena_new(k->a, struct match_test);
	return &(*last)->next;
}

/* "list conntracks offload" */
static void offload_test(struct making *k)
{
	static const struct match_sel status = { .bits = 32 };
	struct match_sel *sel = arena_memdup(k->a, &status, sizeof(status));

	sel->f = field_by_key(ct_fields, NFT_CT_STATUS);
	k->test->sel = sel;
	k->test->n_sel = 1;
	k->test->op = OP_FLAGS;
	k->test->arg = IPS_OFFLOAD;
}

struct match *match_new(struct nff *n, struct arena *a, const struct query *q,
			const struct record_type *type)
{
	struct making k = { .n = n, .diags = &n->diags, .a = a, .type = type };
	struct match *m = arena_new(a, struct match);
	struct match_test **last = &m->tests;
	unsigned int errors = n->diags.errors;
	struct stmt *s;

	m->type = type;
	if (q->offload && type->knows(field_by_key(ct_fields, NFT_CT_STATUS), 0)) {
		last = add_test(&k, last);
		offload_test(&k);
	}
	s = eval_matches(&k, q->family, q->where);
	if (n->diags.errors != errors)
		return NULL;
	for (; s; s = s->next) {
		last = add_test(&k, last);
		if (make_test(&k, s->expr))
			return NULL;
	}
	return m;
}

struct match *match_listed(struct nff *n, struct arena *a, const struct expr *rel,
			   const struct record_type *type)
{
	struct making k = { .n = n, .a = a, .type = type };
	struct match *m = arena_new(a, struct match);
	struct diags quiet;
	int err;

	diags_init(&quiet);
	k.diags = &quiet;
	m->type = type;
	add_test(&k, &m->tests);
	err = make_test(&k, rel);
	diags_fini(&quiet);
	return err ? NULL : m;
}
