// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Elements of sets and maps: from the kernel's bytes to values, ranges and
 * prefixes, in the order in which they are listed.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "decompile_int.h"

#define UDATA_ELEM_COMMENT 0

static struct expr *part_value(struct arena *a, const struct layout *l, unsigned int i,
			       const uint8_t *data)
{
	struct expr *e = expr_new(a, EX_VALUE, (struct loc){ 0 });

	e->type = l->part[i].type;
	e->bits = l->part[i].bits;
	e->byteorder = l->part[i].bo;
	e->value = value_import(data, l->part[i].bo, l->part[i].bytes) >> l->part[i].shift;
	if (e->type->flags & DTF_STRING)
		e->bits = l->part[i].bytes * 8;
	return e;
}

/*
 * Both ends of a range, inclusive: a value, a prefix, a wildcard or a range,
 * whatever says it the shortest way.
 */
static struct expr *span(struct arena *a, struct expr *from, nff_u128 to)
{
	nff_u128 diff = from->value ^ to;
	unsigned int low = 0;
	struct expr *end, *range;

	if (!diff)
		return from;
	if (!(diff & (diff + 1)) && !(from->value & diff)) {
		for (nff_u128 v = diff; v; v >>= 1)
			low++;
		if (from->type->flags & DTF_STRING && low % 8 == 0) {
			from->flags |= EXF_WILDCARD;
			from->bits -= low;
			from->value >>= low;
			return from;
		}
		if (from->type->flags & DTF_PREFIX && low <= from->bits)
			return expr_prefix(a, (struct loc){ 0 }, from, from->bits - low);
	}
	end = arena_memdup(a, from, sizeof(*end));
	end->value = to;
	range = expr_bin(a, (struct loc){ 0 }, EX_RANGE, OP_IMPLICIT, from, end);
	range->type = from->type;
	range->bits = from->bits;
	return range;
}

/* Bytes of a key or datum, and of the other end of a range, or NULL. */
static struct expr *bytes_expr(struct arena *a, const struct layout *l, const uint8_t *data,
			       const uint8_t *end, unsigned int len)
{
	struct expr *concat = NULL, *part = NULL;
	unsigned int off = 0;

	if (l->n > 1)
		concat = expr_new(a, EX_CONCAT, (struct loc){ 0 });
	for (unsigned int i = 0; i < l->n; i++) {
		unsigned int bytes = l->part[i].bytes;

		if (!bytes || bytes > sizeof(nff_u128) || off + bytes > len)
			return ex_unknown(a, "element of %u bytes", len);
		part = part_value(a, l, i, data + off);
		if (end)
			part = span(a, part, value_import(end + off, l->part[i].bo, bytes) >>
					     l->part[i].shift);
		if (concat)
			expr_list_add(&concat->list, part);
		off += (bytes + 3) / 4 * 4;
	}
	return concat ? concat : part;
}

static struct expr *key_expr(struct decompile *d, const struct set *s, const struct nlattr *attr,
			     const struct nlattr *end_attr, bool is_end)
{
	struct insn_data key, end;
	struct layout l;
	struct expr *e;
	bool has_end = end_attr && insn_get_data(d->arena, end_attr, &end);

	if (!insn_get_data(d->arena, attr, &key) || key.is_verdict)
		return ex_unknown(d->arena, "key");
	layout_of_set(s, false, key.len, &l);
	if (has_end && (end.is_verdict || end.len != key.len))
		has_end = false;
	e = bytes_expr(d->arena, &l, key.bytes, has_end ? end.bytes : NULL, key.len);
	/*
	 * The end of a range is one beyond it in bytes, where a narrow field is
	 * shifted: that is less than one of its own units.
	 */
	if (is_end && e->kind == EX_VALUE && l.part[0].shift &&
	    value_import(key.bytes, l.part[0].bo, l.part[0].bytes) & u128_mask(l.part[0].shift))
		e->value++;
	return e;
}

static struct expr *data_expr(struct decompile *d, const struct set *s, const struct nlattr *attr)
{
	struct insn_data data;
	struct layout l;
	struct expr *e;

	if (!insn_get_data(d->arena, attr, &data))
		return ex_unknown(d->arena, "data");
	if (data.is_verdict) {
		e = expr_verdict(d->arena, (struct loc){ 0 }, data.verdict, NULL);
		e->type = &dt_verdict;
		if (data.chain)
			e->verdict.chain = arena_strdup(d->arena, data.chain);
		return e;
	}
	/* A range: both ends, one after the other. */
	if (s->data_is_interval && data.len % 2 == 0) {
		unsigned int half = data.len / 2;

		layout_of_set(s, true, half, &l);
		return bytes_expr(d->arena, &l, data.bytes, data.bytes + half, half);
	}
	layout_of_set(s, true, data.len, &l);
	return bytes_expr(d->arena, &l, data.bytes, NULL, data.len);
}

/* What hangs off an element besides key and data; NULL: nothing. */
static struct elem_opts *elem_opts(struct decompile *d, const struct nlattr **tb)
{
	struct elem_opts *o;
	struct udata ud[UDATA_MAX];
	const struct nlattr *u = tb[NFTA_SET_ELEM_USERDATA];

	if (!tb[NFTA_SET_ELEM_TIMEOUT] && !tb[NFTA_SET_ELEM_EXPIRATION] && !u &&
	    !tb[NFTA_SET_ELEM_EXPR] && !tb[NFTA_SET_ELEM_EXPRESSIONS])
		return NULL;
	o = arena_new(d->arena, struct elem_opts);
	o->has_timeout = tb[NFTA_SET_ELEM_TIMEOUT];
	o->timeout_ms = attr_uint(tb[NFTA_SET_ELEM_TIMEOUT]);
	o->has_expires = tb[NFTA_SET_ELEM_EXPIRATION];
	o->expires_ms = attr_uint(tb[NFTA_SET_ELEM_EXPIRATION]);
	if (u && udata_parse(mnl_attr_get_payload(u), mnl_attr_get_payload_len(u), ud))
		o->comment = udata_string(d->arena, &ud[UDATA_ELEM_COMMENT]);
	o->stmts = stateful_list(d->arena, tb[NFTA_SET_ELEM_EXPRESSIONS], tb[NFTA_SET_ELEM_EXPR]);
	return o;
}

static struct expr *element(struct decompile *d, const struct set *s, const struct nlattr *attr)
{
	const struct nlattr *tb[NFTA_SET_ELEM_MAX + 1];
	uint32_t flags;
	struct expr *key, *data = NULL, *e;

	attrs_of_nest(attr, tb, NFTA_SET_ELEM_MAX);
	flags = attr_uint(tb[NFTA_SET_ELEM_FLAGS]);
	if (flags & NFT_SET_ELEM_CATCHALL)
		key = expr_new(d->arena, EX_WILDCARD, (struct loc){ 0 });
	else if (tb[NFTA_SET_ELEM_KEY])
		key = key_expr(d, s, tb[NFTA_SET_ELEM_KEY], tb[NFTA_SET_ELEM_KEY_END],
			       flags & NFT_SET_ELEM_INTERVAL_END);
	else
		return NULL;
	if (tb[NFTA_SET_ELEM_DATA])
		data = data_expr(d, s, tb[NFTA_SET_ELEM_DATA]);
	else if (tb[NFTA_SET_ELEM_OBJREF])
		data = expr_symbol(d->arena, (struct loc){ 0 },
				   attr_string(d->arena, tb[NFTA_SET_ELEM_OBJREF]) ?: "",
				   EXF_QUOTED);
	e = expr_elem(d->arena, (struct loc){ 0 }, key, data);
	e->elem.opts = elem_opts(d, tb);
	if (flags & NFT_SET_ELEM_INTERVAL_END)
		e->flags |= EXF_INTERVAL_END;
	return e;
}

int decompile_elements(struct decompile *d, const struct set *s, const struct nlmsghdr *nlh,
		       struct expr *elems)
{
	const struct nlattr *tb[NFTA_SET_ELEM_LIST_MAX + 1], *attr;
	struct expr *e;

	if (!attrs_of_msg(nlh, tb, NFTA_SET_ELEM_LIST_MAX))
		return -1;
	if (!tb[NFTA_SET_ELEM_LIST_ELEMENTS])
		return 0;
	for_each_nested(attr, tb[NFTA_SET_ELEM_LIST_ELEMENTS]) {
		e = element(d, s, attr);
		if (e)
			expr_list_add(&elems->set->elems, e);
	}
	return 0;
}

/* ---- order ---- */

struct sort_key {
	struct expr *elem;
	nff_u128 value;
	uint32_t pos;		/* where it stood */
	bool end;
};

/* A string sorts by its last byte first, as a little-endian number would. */
static nff_u128 reversed(nff_u128 v, unsigned int bytes)
{
	uint8_t raw[sizeof(v)];

	value_export(v, BO_BIG, bytes, raw);
	return value_import(raw, BO_HOST, bytes);
}

static const struct expr *first_value(const struct expr *e)
{
	while (e->kind == EX_RANGE || e->kind == EX_PREFIX)
		e = e->kind == EX_RANGE ? e->bin.left : e->prefix.base;
	return e;
}

static unsigned int value_bytes(const struct expr *e)
{
	return e->type && e->type->flags & DTF_STRING ? sizeof(nff_u128) : (e->bits + 7) / 8;
}

/* The number by which a key that is no concatenation is sorted. */
static nff_u128 sort_value(const struct expr *key, bool interval)
{
	const struct expr *e = first_value(key);

	if (e->kind != EX_VALUE)
		return ~(nff_u128)0;
	if (interval)
		return e->value;
	if (e->type && e->type->flags & DTF_STRING)
		return reversed(e->value, sizeof(nff_u128));
	/* Flags sort by the first one that is shown. */
	if (e->type && e->type->flags & DTF_BITMASK)
		return e->value & -e->value;
	return e->value;
}

/* Concatenations compare as little-endian numbers of their bytes: the last one counts most. */
static int concat_cmp(const struct expr *a, const struct expr *b)
{
	uint8_t raw[2][CONCAT_MAX * sizeof(nff_u128)];
	size_t len[2] = { 0, 0 };
	const struct expr *const keys[2] = { a, b };

	for (int i = 0; i < 2; i++)
		for (const struct expr *p = keys[i]->list.first; p; p = p->next) {
			const struct expr *v = first_value(p);
			unsigned int bytes = value_bytes(v);

			if (v->kind != EX_VALUE || len[i] + bytes > sizeof(raw[i]))
				break;
			value_export(v->value, v->type && v->type->flags & DTF_STRING ? BO_BIG :
				     v->byteorder == BO_HOST ? BO_HOST : BO_BIG, bytes,
				     raw[i] + len[i]);
			len[i] += bytes;
		}
	if (len[0] != len[1])
		return len[0] < len[1] ? -1 : 1;
	for (size_t i = len[0]; i-- > 0;)
		if (raw[0][i] != raw[1][i])
			return raw[0][i] < raw[1][i] ? -1 : 1;
	return 0;
}

static int key_cmp(const void *va, const void *vb)
{
	const struct sort_key *a = va, *b = vb;
	const struct expr *ka = a->elem->elem.key, *kb = b->elem->elem.key;
	int c;

	/* The catch-all element stands last. */
	if ((ka->kind == EX_WILDCARD) != (kb->kind == EX_WILDCARD))
		return ka->kind == EX_WILDCARD ? 1 : -1;
	if (ka->kind == EX_CONCAT && kb->kind == EX_CONCAT) {
		c = concat_cmp(ka, kb);
		if (c)
			return c;
	} else if (a->value != b->value) {
		return a->value < b->value ? -1 : 1;
	} else if (a->end != b->end) {
		/* One range ends where the next begins. */
		return a->end ? -1 : 1;
	}
	/* What nft leaves in the opposite order of the kernel. */
	return a->pos > b->pos ? -1 : a->pos < b->pos;
}

/* While a hash table grows, the kernel may tell an element twice. */
static bool same_key(const struct expr *a, const struct expr *b)
{
	if (a->kind == EX_VALUE && b->kind == EX_VALUE)
		return a->value == b->value;
	return a->kind == EX_CONCAT && b->kind == EX_CONCAT && !concat_cmp(a, b);
}

/* The bits that a key of that set can have. */
static nff_u128 key_max(const struct expr *key)
{
	unsigned int bits = key->type->flags & DTF_STRING ? 128 : key->bits;

	return u128_mask(bits);
}

/* Starts and ends, sorted, to ranges. */
static void join_intervals(struct decompile *d, struct sort_key *v, uint32_t n,
			   struct expr_list *out)
{
	for (uint32_t i = 0; i < n; i++) {
		struct expr *e = v[i].elem, *key = e->elem.key;
		nff_u128 last;
		uint32_t j = i + 1;

		if (v[i].end)
			continue;
		if (key->kind == EX_VALUE) {
			/* One that was asked for twice. */
			while (j < n && !v[j].end && v[j].value == v[i].value &&
			       v[j].elem->elem.key->kind == EX_VALUE)
				i = j++;
			/* Up to the next element, be it an end or another start. */
			if (j < n && v[j].elem->elem.key->kind == EX_VALUE)
				last = v[j].value - 1;
			else
				last = key_max(key);
			e->elem.key = span(d->arena, key, last);
		}
		expr_list_add(out, e);
	}
}

void decompile_elements_finish(struct decompile *d, struct set *s, struct expr *elems)
{
	uint32_t n = elems->set->elems.n, i = 0;
	struct expr *e, *next;
	bool interval = s->flags & NFT_SET_INTERVAL;
	struct sort_key *v;

	/* Ranges of concatenations stay in the order of the kernel. */
	if (!n || (interval && elems->set->elems.first->elem.key->kind == EX_CONCAT))
		return;
	v = xmalloc(sizeof(*v) * n);
	for (e = elems->set->elems.first; e; e = next, i++) {
		next = e->next;
		e->next = NULL;
		v[i] = (struct sort_key){ .elem = e, .pos = i,
					  .end = e->flags & EXF_INTERVAL_END,
					  .value = sort_value(e->elem.key, interval) };
	}
	qsort(v, n, sizeof(*v), key_cmp);
	memset(&elems->set->elems, 0, sizeof(elems->set->elems));
	if (interval) {
		join_intervals(d, v, n, &elems->set->elems);
	} else {
		for (i = 0; i < n; i++)
			if (!i || !same_key(v[i - 1].elem->elem.key, v[i].elem->elem.key))
				expr_list_add(&elems->set->elems, v[i].elem);
	}
	free(v);
}
