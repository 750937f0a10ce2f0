// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets, maps and their elements to messages. Sets with ranges are told to the
 * kernel as the points at which they begin and end.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include "compile_int.h"
#include "udata.h"

/* NFT_SET_EXPR of newer headers: several statements an element. */
#define SET_FLAG_EXPR 0x100

/* An attribute's length has 16 bits; this leaves room for one more element. */
#define ELEMS_BYTES_MAX (60 * 1024)

/* ---- keys ---- */

void key_bounds(const struct expr *e, nff_u128 *from, nff_u128 *to)
{
	switch (e->kind) {
	case EX_RANGE:
		*from = e->bin.left->value;
		*to = e->bin.right->value;
		break;
	case EX_PREFIX:
		*from = e->prefix.base->value;
		*to = *from | u128_mask(e->prefix.base->bits - e->prefix.len);
		break;
	default:
		*from = *to = e->value;
		if (e->type && e->type == &dt_ifname && e->bits < dt_ifname.bits) {
			unsigned int rest = dt_ifname.bits - e->bits;

			*from = e->value << rest;
			*to = *from | u128_mask(rest);
		}
	}
}

/* How the key's selector lies in its register (narrow fields are shifted). */
static struct layout key_layout(const struct set *s, unsigned int part, const struct expr *e)
{
	const struct expr *of = s->key_expr;
	struct layout l;

	bool concat = of && of->kind == EX_CONCAT;

	if (concat) {
		of = of->list.first;
		while (part-- && of)
			of = of->next;
	}
	if (of)
		l = layout_of(of);
	else
		l = (struct layout){ .bytes = (e->bits + 7) / 8, .bo = e->byteorder };
	if (concat || !(s->flags & NFT_SET_ANONYMOUS))
		l.shift = 0;	/* gen_unshifted() */
	if (e->type == &dt_ifname)
		l.bytes = dt_ifname.bits / 8;
	if (s->flags & NFT_SET_INTERVAL)
		l.bo = BO_BIG;
	return l;
}

static void export_bound(const struct expr *e, const struct set *s, unsigned int part, bool end,
			 uint8_t *bytes, unsigned int *len)
{
	struct layout l = key_layout(s, part, e);
	nff_u128 from, to;

	key_bounds(e, &from, &to);
	value_export((end ? to : from) << l.shift, l.bo, l.bytes, bytes);
	*len = l.bytes;
}

void export_key(const struct expr *e, const struct set *s, bool end, struct insn_data *d)
{
	unsigned int len, part = 0;

	memset(d, 0, sizeof(*d));
	if (e->kind != EX_CONCAT) {
		export_bound(e, s, 0, end, d->bytes, &len);
		d->len = len;
		return;
	}
	for (const struct expr *p = e->list.first; p; p = p->next, part++) {
		export_bound(p, s, part, end, d->bytes + d->len, &len);
		d->len += (len + 3) / 4 * 4;
	}
}

/* ---- data of maps ---- */

static void export_data_part(const struct expr *e, bool end, struct insn_data *d)
{
	unsigned int len = (e->bits + 7) / 8;
	nff_u128 from, to;

	key_bounds(e, &from, &to);
	value_export(end ? to : from, e->byteorder, len, d->bytes + d->len);
	d->len += len;
}

static void export_data(const struct set *s, const struct expr *e, struct insn_data *d)
{
	if (e->kind == EX_VERDICT) {
		export_verdict(e, d);
		return;
	}
	memset(d, 0, sizeof(*d));
	for (int end = 0; end <= (s->data_is_interval ? 1 : 0); end++) {
		if (e->kind != EX_CONCAT) {
			export_data_part(e, end, d);
			continue;
		}
		for (const struct expr *p = e->list.first; p; p = p->next) {
			export_data_part(p, end, d);
			d->len = (d->len + 3) / 4 * 4;
		}
	}
}

/* An anonymous set goes with the scratch memory of its rule, and nobody knows its name. */
static const struct handle *user_handle(const struct set *s)
{
	return s->flags & NFT_SET_ANONYMOUS ? NULL : &s->h;
}

/* ---- element messages ---- */

struct elem_writer {
	struct compile *c;
	const struct set *s;
	uint8_t op;			/* CMD_ADD, CMD_CREATE, CMD_DELETE */
	struct loc loc;
	size_t list;			/* the open nest, 0: none */
	size_t start;
};

static void writer_open(struct elem_writer *w)
{
	struct batch_msg info = { .loc = w->loc, .what = OBJ_ELEMENT, .op = w->op,
				  .family = w->s->h.family, .h = user_handle(w->s) };
	bool del = w->op == CMD_DELETE || w->op == CMD_DESTROY;

	batch_msg_begin(w->c->b, del ? NFT_MSG_DELSETELEM : NFT_MSG_NEWSETELEM,
			del ? 0 : w->op == CMD_CREATE ? NLM_F_CREATE | NLM_F_EXCL : NLM_F_CREATE,
			&info);
	attr_str(w->c->m, NFTA_SET_ELEM_LIST_TABLE, w->s->h.table.s);
	attr_str(w->c->m, NFTA_SET_ELEM_LIST_SET, w->s->h.obj.s);
	if (w->s->id)
		attr_u32(w->c->m, NFTA_SET_ELEM_LIST_SET_ID, w->s->id);
	w->list = attr_nest(w->c->m, NFTA_SET_ELEM_LIST_ELEMENTS);
	w->start = w->c->m->len;
}

static void writer_close(struct elem_writer *w)
{
	if (!w->list)
		return;
	attr_nest_end(w->c->m, w->list);
	batch_msg_end(w->c->b);
	w->list = 0;
}

static void put_elem_opts(struct elem_writer *w, const struct elem_opts *o)
{
	struct msgbuf *m = w->c->m;
	unsigned int n = 0;

	if (!o)
		return;
	if (o->has_timeout)
		attr_u64(m, NFTA_SET_ELEM_TIMEOUT, o->timeout_ms);
	if (o->has_expires)
		attr_u64(m, NFTA_SET_ELEM_EXPIRATION, o->expires_ms);
	if (o->comment)
		udata_put_comment(m, NFTA_SET_ELEM_USERDATA, UDATA_ELEM_COMMENT, o->comment);
	for (const struct stmt *s = o->stmts; s; s = s->next)
		n++;
	if (n == 1) {
		gen_stateful(w->c, o->stmts, NFTA_SET_ELEM_EXPR);
	} else if (n > 1) {
		size_t nest = attr_nest(m, NFTA_SET_ELEM_EXPRESSIONS);

		for (const struct stmt *s = o->stmts; s; s = s->next)
			gen_stateful(w->c, s, NFTA_LIST_ELEM);
		attr_nest_end(m, nest);
	}
}

static void put_elem_data(struct elem_writer *w, const struct expr *data)
{
	struct insn_data d;

	if (!data)
		return;
	if (w->s->flags & NFT_SET_OBJECT) {
		attr_str(w->c->m, NFTA_SET_ELEM_OBJREF, data->sym);
		return;
	}
	export_data(w->s, data, &d);
	insn_put_data(w->c->m, NFTA_SET_ELEM_DATA, &d);
}

/* One element; key_end NULL: a point, key NULL: the catch-all. */
static void put_elem(struct elem_writer *w, const struct insn_data *key,
		     const struct insn_data *key_end, const struct expr *elem, uint32_t flags)
{
	size_t nest;

	if (w->list && w->c->m->len - w->start > ELEMS_BYTES_MAX)
		writer_close(w);
	if (!w->list)
		writer_open(w);
	nest = attr_nest(w->c->m, NFTA_LIST_ELEM);
	if (key)
		insn_put_data(w->c->m, NFTA_SET_ELEM_KEY, key);
	if (key_end)
		insn_put_data(w->c->m, NFTA_SET_ELEM_KEY_END, key_end);
	if (flags)
		attr_u32(w->c->m, NFTA_SET_ELEM_FLAGS, flags);
	if (elem) {
		put_elem_data(w, elem->elem.data);
		put_elem_opts(w, elem->elem.opts);
	}
	attr_nest_end(w->c->m, nest);
}

/* ---- intervals ---- */

static int by_begin(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

static struct interval *collect(const struct expr *elems, unsigned int *n)
{
	struct interval *v = xcalloc(elems->set->elems.n + 1, sizeof(*v));

	*n = 0;
	for (const struct expr *e = elems->set->elems.first; e; e = e->next) {
		if (e->elem.key->kind == EX_WILDCARD)
			continue;
		key_bounds(e->elem.key, &v[*n].from, &v[*n].to);
		v[(*n)++].elem = e;
	}
	qsort(v, *n, sizeof(*v), by_begin);
	return v;
}

/* Ranges that touch or overlap become one. */
static unsigned int merge(struct interval *v, unsigned int n)
{
	unsigned int k = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (k &&
		    (v[i].from <= v[k - 1].to || v[i].from == v[k - 1].to + 1)) {
			if (v[i].to > v[k - 1].to)
				v[k - 1].to = v[i].to;
			continue;
		}
		v[k++] = v[i];
	}
	return k;
}

/* Do two elements say the same of their keys? */
static bool same_data(const struct expr *a, const struct expr *b)
{
	a = a->elem.data;
	b = b->elem.data;
	if (!a || !b || a->kind != b->kind)
		return a == b;
	if (a->kind == EX_VERDICT)
		return a->verdict.code == b->verdict.code &&
		       (!a->verdict.chain || !strcmp(a->verdict.chain, b->verdict.chain));
	return a->kind == EX_VALUE && a->value == b->value;
}

static int check_overlaps(struct compile *c, const struct interval *v, unsigned int n)
{
	for (unsigned int i = 1; i < n; i++) {
		if (v[i].from > v[i - 1].to)
			continue;
		/* The same element twice is harmless. */
		if (v[i].from == v[i - 1].from && v[i].to == v[i - 1].to &&
		    same_data(v[i].elem, v[i - 1].elem))
			continue;
		return diag_error(&c->n->diags, v[i].elem->loc, "this overlaps with another element "
				  "of the same set");
	}
	return 0;
}

static void export_point(const struct set *s, const struct expr *like, nff_u128 v,
			 struct insn_data *d)
{
	struct layout l = key_layout(s, 0, like);

	memset(d, 0, sizeof(*d));
	d->len = l.bytes;
	value_export(v << l.shift, BO_BIG, l.bytes, d->bytes);
}

/* One beyond the last value of a range, as bytes: these may be finer than the value's units. */
static void export_end(const struct set *s, const struct expr *like, nff_u128 last,
		       struct insn_data *d)
{
	struct layout l = key_layout(s, 0, like);

	memset(d, 0, sizeof(*d));
	d->len = l.bytes;
	value_export((last << l.shift) + 1, BO_BIG, l.bytes, d->bytes);
}

static void put_intervals(struct elem_writer *w, const struct interval *v, unsigned int n)
{
	unsigned int bits = v[0].elem->elem.key->type == &dt_ifname ? dt_ifname.bits :
			    v[0].elem->elem.key->bits;
	bool whole = w->op == CMD_ADD && w->s->flags & NFT_SET_ANONYMOUS;
	struct insn_data d;

	/* A set that is known whole says where the first gap begins. */
	if (whole && v[0].from) {
		export_point(w->s, v[0].elem->elem.key, 0, &d);
		put_elem(w, &d, NULL, NULL, NFT_SET_ELEM_INTERVAL_END);
	}
	for (unsigned int i = 0; i < n; i++) {
		const struct expr *key = v[i].elem->elem.key;
		bool narrow = key_layout(w->s, 0, key).shift;

		export_point(w->s, key, v[i].from, &d);
		put_elem(w, &d, NULL, v[i].elem, 0);
		if (v[i].to == u128_mask(bits) && !narrow)
			continue;
		if (i + 1 < n && v[i + 1].from == v[i].to + 1 && whole && !narrow)
			continue;
		export_end(w->s, key, v[i].to, &d);
		put_elem(w, &d, NULL, NULL, NFT_SET_ELEM_INTERVAL_END);
	}
}

void compile_merged(struct compile *c, const struct set *s, const struct merge_change *change)
{
	struct elem_writer del = { .c = c, .s = s, .op = CMD_DELETE, .loc = change->loc };
	struct elem_writer add = { .c = c, .s = s, .op = change->op, .loc = change->loc };
	struct expr like = { .kind = EX_ELEM };

	/* Keys of a set are alike. */
	like.elem.key = change->new->elem->elem.key;
	for (unsigned int i = 0; i < change->n_gone; i++)
		change->gone[i].elem = &like;
	if (change->n_gone)
		put_intervals(&del, change->gone, change->n_gone);
	writer_close(&del);
	put_intervals(&add, change->new, change->n_new);
	writer_close(&add);
}

static int put_interval_elems(struct elem_writer *w, const struct expr *elems)
{
	unsigned int n;
	struct interval *v = collect(elems, &n);
	bool map = w->s->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	bool merging = !map && w->s->automerge && !(w->s->flags & NFT_SET_ANONYMOUS);
	int err = 0;

	if (!map && (merging || w->s->flags & NFT_SET_ANONYMOUS))
		n = merge(v, n);
	else
		err = check_overlaps(w->c, v, n);
	if (merging && w->op != CMD_DELETE && w->op != CMD_DESTROY) {
		err = merge_add(w->c, w->s, v, n, w->loc, w->op);
	} else if (!err && n) {
		if (merging)
			merge_delete(w->c, w->s, v, n);
		put_intervals(w, v, n);
	}
	free(v);
	return err;
}

static bool is_plain_interval(const struct set *s)
{
	return s->flags & NFT_SET_INTERVAL && !(s->flags & NFT_SET_CONCAT);
}

int compile_elements(struct compile *c, struct set *s, struct expr *elems, uint8_t op,
		     struct loc loc)
{
	struct elem_writer w = { .c = c, .s = s, .op = op, .loc = loc };
	struct insn_data key, end;

	if (is_plain_interval(s) && put_interval_elems(&w, elems))
		return -1;
	for (const struct expr *e = elems->set->elems.first; e; e = e->next) {
		if (e->elem.key->kind == EX_WILDCARD) {
			put_elem(&w, NULL, NULL, e, NFT_SET_ELEM_CATCHALL);
			continue;
		}
		if (is_plain_interval(s))
			continue;
		export_key(e->elem.key, s, false, &key);
		if (s->flags & NFT_SET_CONCAT)
			export_key(e->elem.key, s, true, &end);
		w.loc = e->loc.src ? e->loc : loc;
		put_elem(&w, &key, s->flags & NFT_SET_CONCAT ? &end : NULL, e, 0);
	}
	writer_close(&w);
	return 0;
}

/* ---- declarations ---- */

static void put_desc(struct compile *c, const struct set *s)
{
	/* The kernel takes the parts of a key only where it is told to use them. */
	bool concat_desc = s->flags & NFT_SET_CONCAT;
	uint32_t size = s->size;
	size_t desc, concat, part;

	/* Points of ranges count, too: at most two for each, and the first gap. */
	if (!size && s->flags & NFT_SET_ANONYMOUS && s->init)
		size = is_plain_interval(s) ? 2 * s->init->set->elems.n + 1 : s->init->set->elems.n;
	if (!size && !concat_desc)
		return;
	desc = attr_nest(c->m, NFTA_SET_DESC);
	if (size)
		attr_u32(c->m, NFTA_SET_DESC_SIZE, size);
	if (concat_desc) {
		concat = attr_nest(c->m, NFTA_SET_DESC_CONCAT);
		for (unsigned int i = 0; i < s->desc_parts; i++) {
			part = attr_nest(c->m, NFTA_LIST_ELEM);
			attr_u32(c->m, NFTA_SET_FIELD_LEN, s->desc_len[i]);
			attr_nest_end(c->m, part);
		}
		attr_nest_end(c->m, concat);
	}
	attr_nest_end(c->m, desc);
}

static unsigned int key_bytes(const struct set *s)
{
	if (s->key_expr && s->key_expr->kind != EX_CONCAT)
		return layout_of(s->key_expr).bytes;
	return (s->key_bits + 7) / 8;
}

static void put_types(struct compile *c, const struct set *s)
{
	unsigned int data_bytes = (s->data_bits + 7) / 8;

	attr_u32(c->m, NFTA_SET_KEY_TYPE, datatype_key(s->key_type));
	attr_u32(c->m, NFTA_SET_KEY_LEN, key_bytes(s));
	if (s->flags & NFT_SET_OBJECT) {
		attr_u32(c->m, NFTA_SET_OBJ_TYPE, s->obj_type);
	} else if (s->flags & NFT_SET_MAP) {
		if (s->data_type == &dt_verdict) {
			attr_u32(c->m, NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT);
			attr_u32(c->m, NFTA_SET_DATA_LEN, 0);
		} else {
			attr_u32(c->m, NFTA_SET_DATA_TYPE, datatype_key(s->data_type));
			attr_u32(c->m, NFTA_SET_DATA_LEN,
				 s->data_is_interval ? data_bytes * 2 : data_bytes);
		}
	}
}

static void put_set_stmts(struct compile *c, const struct set *s)
{
	unsigned int n = 0;
	size_t nest;

	for (const struct stmt *st = s->stmts; st; st = st->next)
		n++;
	if (n == 1) {
		gen_stateful(c, s->stmts, NFTA_SET_EXPR);
	} else if (n > 1) {
		nest = attr_nest(c->m, NFTA_SET_EXPRESSIONS);
		for (const struct stmt *st = s->stmts; st; st = st->next)
			gen_stateful(c, st, NFTA_LIST_ELEM);
		attr_nest_end(c->m, nest);
	}
}

static void put_set(struct compile *c, struct set *s, uint8_t op)
{
	struct batch_msg info = { .loc = s->loc, .what = OBJ_SET, .op = op,
				  .family = s->h.family, .h = user_handle(s) };

	if (s->stmts && s->stmts->next)
		s->flags |= SET_FLAG_EXPR;
	s->id = ++c->b->set_id;
	batch_msg_begin(c->b, NFT_MSG_NEWSET,
			op == CMD_CREATE ? NLM_F_CREATE | NLM_F_EXCL : NLM_F_CREATE, &info);
	attr_str(c->m, NFTA_SET_TABLE, s->h.table.s);
	attr_str(c->m, NFTA_SET_NAME, s->h.obj.s);
	attr_u32(c->m, NFTA_SET_FLAGS, s->flags);
	put_types(c, s);
	attr_u32(c->m, NFTA_SET_ID, s->id);
	if (s->timeout_ms)
		attr_u64(c->m, NFTA_SET_TIMEOUT, s->timeout_ms);
	if (s->gc_ms)
		attr_u32(c->m, NFTA_SET_GC_INTERVAL, (uint32_t)s->gc_ms);
	if (s->has_policy)
		attr_u32(c->m, NFTA_SET_POLICY, s->policy);
	put_desc(c, s);
	udata_put_set(c->m, NFTA_SET_USERDATA, s);
	put_set_stmts(c, s);
	batch_msg_end(c->b);
}

int compile_set(struct compile *c, struct set *s, uint8_t op)
{
	put_set(c, s, op);
	return 0;
}

/* ---- anonymous sets of a rule ---- */

static int anon_set(struct compile *c, struct expr *e, const struct rule *r)
{
	struct set *s = e->set->set;

	if (!s || s->id)
		return 0;
	s->h.table = r->h->table;
	s->h.family = r->h->family;
	put_set(c, s, CMD_ADD);
	return compile_elements(c, s, e, CMD_ADD, e->loc);
}

static int sets_of_expr(struct compile *c, struct expr *e, const struct rule *r)
{
	if (!e)
		return 0;
	switch (e->kind) {
	case EX_SET:
		return anon_set(c, e, r);
	case EX_REL:
	case EX_MAP:
	case EX_BINARY:
		return sets_of_expr(c, e->bin.left, r) || sets_of_expr(c, e->bin.right, r);
	case EX_CONCAT:
		for (struct expr *p = e->list.first; p; p = p->next)
			if (sets_of_expr(c, p, r))
				return -1;
		return 0;
	case EX_HASH:
		return sets_of_expr(c, e->hash->input, r);
	default:
		return 0;
	}
}

/* A meter's set has a name, yet belongs to its rule. */
static void meter_set(struct compile *c, struct set *s)
{
	if (s->flags & NFT_SET_ANONYMOUS && !s->id)
		put_set(c, s, CMD_ADD);
}

int compile_anon_sets(struct compile *c, const struct rule *r)
{
	for (const struct stmt *s = r->stmts; s; s = s->next) {
		struct expr *exprs[2] = { NULL, NULL };

		switch (s->kind) {
		case ST_MATCH:
		case ST_VERDICT:
			exprs[0] = s->expr;
			break;
		case ST_NAT:
			exprs[0] = s->nat->addr;
			exprs[1] = s->nat->port;
			break;
		case ST_SET:
			exprs[0] = s->set.value;
			break;
		case ST_QUEUE:
			exprs[0] = s->queue->num;
			break;
		case ST_DUP:
		case ST_FWD:
			exprs[0] = s->fwd->addr;
			exprs[1] = s->fwd->dev;
			break;
		case ST_TPROXY:
			exprs[0] = s->tproxy->addr;
			exprs[1] = s->tproxy->port;
			break;
		case ST_OBJREF:
			exprs[0] = s->objref.name;
			break;
		case ST_SETUPD:
			meter_set(c, s->setupd->set);
			exprs[0] = s->setupd->data;
			break;
		}
		if (sets_of_expr(c, exprs[0], r) || sets_of_expr(c, exprs[1], r))
			return -1;
	}
	return 0;
}
