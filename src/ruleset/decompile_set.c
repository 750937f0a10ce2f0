// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Declarations of sets and maps, and the layout of what they hold.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "decompile_int.h"
#include "typeof.h"

/* NFTNL_UDATA_SET_* of libnftnl */
enum {
	UDATA_SET_KEYBYTEORDER, UDATA_SET_DATABYTEORDER, UDATA_SET_MERGE_ELEMENTS,
	UDATA_SET_KEY_TYPEOF, UDATA_SET_DATA_TYPEOF, UDATA_SET_EXPR, UDATA_SET_DATA_INTERVAL,
	UDATA_SET_COMMENT,
};

/* The byte orders in user data. */
enum { UDATA_BO_HOST = 1, UDATA_BO_BIG = 2 };

static enum byteorder udata_byteorder(const struct udata *u, const struct datatype *type)
{
	uint32_t v;

	/* User data calls strings "host order": they are bytes as they stand. */
	if (type && type->flags & DTF_STRING)
		return type->byteorder;
	if (udata_u32(u, &v) && v == UDATA_BO_HOST)
		return BO_HOST;
	if (udata_u32(u, &v) && v == UDATA_BO_BIG)
		return BO_BIG;
	return type ? type->byteorder : BO_NONE;
}

static void set_udata(struct decompile *d, struct set *s, const struct nlattr *attr)
{
	struct udata ud[UDATA_MAX] = { 0 };
	uint32_t v;

	if (attr) {
		size_t len = mnl_attr_get_payload_len(attr);

		s->userdata = arena_memdup(d->arena, mnl_attr_get_payload(attr), len);
		s->userdata_len = len;
		if (!udata_parse(s->userdata, len, ud))
			memset(ud, 0, sizeof(ud));
	}
	s->key_byteorder = udata_byteorder(&ud[UDATA_SET_KEYBYTEORDER], s->key_type);
	s->data_byteorder = udata_byteorder(&ud[UDATA_SET_DATABYTEORDER], s->data_type);
	if (udata_u32(&ud[UDATA_SET_MERGE_ELEMENTS], &v))
		s->automerge = v;
	if (udata_u32(&ud[UDATA_SET_DATA_INTERVAL], &v))
		s->data_is_interval = v;
	s->comment = udata_string(d->arena, &ud[UDATA_SET_COMMENT]);
	if (ud[UDATA_SET_KEY_TYPEOF].data)
		s->key_expr = typeof_decode(d->arena, ud[UDATA_SET_KEY_TYPEOF].data,
					    ud[UDATA_SET_KEY_TYPEOF].len);
	if (ud[UDATA_SET_DATA_TYPEOF].data && s->key_expr)
		s->data_expr = typeof_decode(d->arena, ud[UDATA_SET_DATA_TYPEOF].data,
					     ud[UDATA_SET_DATA_TYPEOF].len);
	/* The type says that. */
	if (s->data_expr && s->data_expr->kind == EX_VERDICT)
		s->data_expr = NULL;
}

/* NFTA_SET_DESC: the size, and the lengths of the parts of a key. */
static void set_desc(struct set *s, const struct nlattr *desc)
{
	const struct nlattr *tb[NFTA_SET_DESC_MAX + 1], *field;
	const struct nlattr *ft[NFTA_SET_FIELD_MAX + 1];

	attrs_of_nest(desc, tb, NFTA_SET_DESC_MAX);
	s->size = attr_uint(tb[NFTA_SET_DESC_SIZE]);
	if (!tb[NFTA_SET_DESC_CONCAT])
		return;
	for_each_nested(field, tb[NFTA_SET_DESC_CONCAT]) {
		attrs_of_nest(field, ft, NFTA_SET_FIELD_MAX);
		if (s->desc_parts < CONCAT_MAX)
			s->desc_len[s->desc_parts++] = attr_uint(ft[NFTA_SET_FIELD_LEN]);
	}
}

static const struct datatype *type_of_key(uint32_t key)
{
	const struct datatype *dt = datatype_of_key(key);

	return dt && (dt->flags & DTF_CONCAT || dt->id != DT_INVALID) ? dt : &dt_integer;
}

struct set *decompile_set(struct decompile *d, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFTA_SET_MAX + 1];
	const struct nfgenmsg *nfg;
	struct set *s;

	if (!attrs_of_msg(nlh, tb, NFTA_SET_MAX))
		return NULL;
	s = arena_new(d->arena, struct set);
	nfg = mnl_nlmsg_get_payload(nlh);
	s->h.family = nfg->nfgen_family;
	s->h.table.s = attr_string(d->arena, tb[NFTA_SET_TABLE]);
	s->h.obj.s = attr_string(d->arena, tb[NFTA_SET_NAME]);
	if (!s->h.table.s || !s->h.obj.s)
		return NULL;
	s->h.handle = attr_uint(tb[NFTA_SET_HANDLE]);
	s->flags = attr_uint(tb[NFTA_SET_FLAGS]);
	s->is_map_word = s->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	s->key_type = type_of_key(attr_uint(tb[NFTA_SET_KEY_TYPE]));
	s->key_bytes = attr_uint(tb[NFTA_SET_KEY_LEN]);
	s->key_bits = s->key_bytes * 8;
	if (s->flags & NFT_SET_MAP) {
		uint32_t type = attr_uint(tb[NFTA_SET_DATA_TYPE]);

		s->data_type = type == NFT_DATA_VERDICT ? &dt_verdict : type_of_key(type);
		s->data_bytes = attr_uint(tb[NFTA_SET_DATA_LEN]);
		s->data_bits = s->data_bytes * 8;
	}
	s->obj_type = attr_uint(tb[NFTA_SET_OBJ_TYPE]);
	s->timeout_ms = attr_uint(tb[NFTA_SET_TIMEOUT]);
	s->gc_ms = attr_uint(tb[NFTA_SET_GC_INTERVAL]);
	s->policy = attr_uint(tb[NFTA_SET_POLICY]);
	s->has_policy = s->policy == NFT_SET_POL_MEMORY;
	if (tb[NFTA_SET_DESC])
		set_desc(s, tb[NFTA_SET_DESC]);
	set_udata(d, s, tb[NFTA_SET_USERDATA]);
	s->stmts = stateful_list(d->arena, tb[NFTA_SET_EXPRESSIONS], tb[NFTA_SET_EXPR]);
	return s;
}

/* ---- layout ---- */

static void layout_add(struct layout *l, const struct datatype *type, unsigned int bits,
		       enum byteorder bo)
{
	if (l->n == CONCAT_MAX)
		return;
	l->part[l->n].type = type;
	l->part[l->n].bits = bits;
	l->part[l->n].bytes = bits > 128 ? 0 : (bits + 7) / 8;
	/* Strings are bytes as they stand. */
	l->part[l->n].bo = bo == BO_HOST && !(type->flags & DTF_STRING) ? BO_HOST : BO_BIG;
	l->n++;
}

static void layout_add_expr(struct layout *l, const struct expr *e)
{
	layout_add(l, e->type ? e->type : &dt_integer, e->bits, e->byteorder);
}

/* One part takes what the others leave, where its type has no width. */
static void layout_fill(struct layout *l, unsigned int bytes)
{
	unsigned int known = 0, open = 0, last = 0;

	for (unsigned int i = 0; i < l->n; i++) {
		known += (l->part[i].bytes + 3) / 4 * 4;
		if (!l->part[i].bytes) {
			open++;
			last = i;
		}
	}
	if (open && bytes > known && bytes - known <= sizeof(nff_u128) * open) {
		unsigned int each = (bytes - known) / open / 4 * 4;

		for (unsigned int i = 0; i < l->n; i++)
			if (!l->part[i].bytes)
				l->part[i].bytes = l->n > 1 ? each : bytes;
		if (l->n > 1)
			l->part[last].bytes = bytes - known - each * (open - 1);
		for (unsigned int i = 0; i < l->n; i++)
			if (!l->part[i].bits)
				l->part[i].bits = l->part[i].bytes * 8;
	}
}

void layout_of_set(const struct set *s, bool data, unsigned int bytes, struct layout *l)
{
	const struct expr *e = data ? s->data_expr : s->key_expr;
	const struct datatype *type = data ? s->data_type : s->key_type;
	bool interval = !data && s->flags & NFT_SET_INTERVAL;

	memset(l, 0, sizeof(*l));
	if (!type)
		type = &dt_integer;
	if (e && e->kind == EX_CONCAT) {
		for (const struct expr *p = e->list.first; p; p = p->next)
			layout_add_expr(l, p);
	} else if (e && e->bits) {
		layout_add_expr(l, e);
		if (!data)
			l->part[0].shift = s->key_shift;
	} else if (type->flags & DTF_CONCAT) {
		for (unsigned int i = 0; i < type->n_parts; i++)
			layout_add(l, type->parts[i], type->parts[i]->bits,
				   type->parts[i]->byteorder);
	} else {
		layout_add(l, type, type->bits ? type->bits : bytes * 8,
			   data ? s->data_byteorder : s->key_byteorder);
	}
	layout_fill(l, bytes);
	/* The order of intervals is that of bytes, so that they are all stored so. */
	for (unsigned int i = 0; interval && i < l->n; i++)
		l->part[i].bo = BO_BIG;
	/* A single value is as wide as the kernel says, whatever its type. */
	if (l->n == 1 && bytes <= sizeof(nff_u128))
		l->part[0].bytes = bytes;
}

static struct expr *typed_part(struct rdec *r, struct expr *e, const struct layout *l,
			       unsigned int i)
{
	if (e->kind != EX_VALUE || e->type || i >= l->n)
		return e;
	return const_typed(r, e, l->part[i].type, l->part[i].bo, l->part[i].bits);
}

struct expr *typed_for_set(struct rdec *r, struct expr *e, const struct set *s, bool data)
{
	struct layout l = { 0 };
	struct expr *part, *next;
	struct expr_list list;
	unsigned int i = 0;

	if (s)
		layout_of_set(s, data, data ? s->data_bytes : s->key_bytes, &l);
	if (e->kind != EX_CONCAT)
		return typed_part(r, e, &l, 0);
	list = e->list;
	memset(&e->list, 0, sizeof(e->list));
	for (part = list.first; part; part = next) {
		next = part->next;
		part = typed_part(r, part, &l, i++);
		part->next = NULL;
		expr_list_add(&e->list, part);
	}
	return e;
}
