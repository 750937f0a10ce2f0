// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The description of a "typeof" in user data: attributes of one byte type, one
 * byte length and the value; numbers are 32 bits in host order. The numbers
 * of expressions, headers and fields below are what nft 1.0 writes; they are
 * part of no header, and were read off its messages.
 */
#include <linux/netfilter/nf_tables.h>
#include <linux/xfrm.h>
#include <string.h>

#include "decompile_int.h"
#include "typeof.h"

enum { TYPEOF_EXPR, TYPEOF_DATA };

enum typeof_kind {
	TK_VERDICT = 1, TK_PAYLOAD = 7, TK_EXTHDR = 8, TK_META = 9, TK_SOCKET = 10, TK_OSF = 11,
	TK_CT = 12, TK_CONCAT = 13, TK_NUMGEN = 23, TK_HASH = 24, TK_RT = 25, TK_FIB = 26,
	TK_XFRM = 27,
};

/* Header numbers; the index of the row is the number. */
static const struct proto *const payload_protos[] = {
	NULL, &proto_ah, &proto_esp, &proto_comp, &proto_icmp, &proto_igmp, &proto_udp,
	&proto_udplite, &proto_tcp, &proto_dccp, &proto_sctp, &proto_th, &proto_ip, &proto_ip6,
	&proto_icmpv6, &proto_arp, &proto_vlan, &proto_ether,
};
#define N_PAYLOAD_PROTOS (sizeof(payload_protos) / sizeof(*payload_protos))

/* IPv6 extension headers, likewise. */
static const char *const exthdr_names[] = {
	NULL, "hbh", "rt", "rt0", "rt2", "srh", "frag", "dst", "mh",
};
#define N_EXTHDRS (sizeof(exthdr_names) / sizeof(*exthdr_names))

/* Fields whose number is not their place in the table of their header. */
static const struct {
	const char *proto, *field;
	uint8_t number;
} odd_fields[] = {
	{ "icmpv6", "parameter-problem", 4 }, { "icmpv6", "mtu", 5 }, { "icmpv6", "id", 6 },
	{ "icmpv6", "sequence", 7 }, { "icmpv6", "max-delay", 8 },
	{ "rt0", "addr[1]", 2 }, { "rt0", "addr[2]", 3 }, { "rt2", "addr", 2 },
	{ "sack1", "left", 4 }, { "sack1", "right", 5 }, { "sack2", "left", 6 },
	{ "sack2", "right", 7 }, { "sack3", "left", 8 }, { "sack3", "right", 9 },
	{ "lsrr", "ptr", 4 }, { "lsrr", "addr", 5 }, { "rr", "ptr", 4 }, { "rr", "addr", 5 },
	{ "ssrr", "ptr", 4 }, { "ssrr", "addr", 5 },
};

/* From what the fields of a kind of header are counted. */
static unsigned int first_number(unsigned int kind)
{
	return kind == FK_SCTP_CHUNK ? 0 : 1;
}

/* The number of a field in the descriptions, or -1. */
static int field_number(const struct field *f)
{
	unsigned int n = first_number(f->kind);

	for (unsigned int i = 0; i < sizeof(odd_fields) / sizeof(*odd_fields); i++)
		if (!strcmp(odd_fields[i].proto, f->proto->name) &&
		    !strcmp(odd_fields[i].field, f->name))
			return odd_fields[i].number;
	for (const struct field *row = f->proto->fields; row->name; row++) {
		if (row == f)
			return n;
		if (!(row->flags & FF_EXISTS))
			n++;
	}
	return -1;
}

static const struct field *field_of_number(const struct proto *p, unsigned int number)
{
	for (const struct field *row = p->fields; row->name; row++)
		if (!(row->flags & FF_EXISTS) && field_number(row) == (int)number)
			return row;
	return NULL;
}

/* ---- writing ---- */

struct tlv {
	uint8_t *buf;
	size_t len, cap;
	bool full;
};

static void put(struct tlv *t, unsigned int type, const void *data, size_t len)
{
	if (t->full || t->len + 2 + len > t->cap || len > UINT8_MAX) {
		t->full = true;
		return;
	}
	t->buf[t->len++] = type;
	t->buf[t->len++] = len;
	memcpy(t->buf + t->len, data, len);
	t->len += len;
}

static void put_u32(struct tlv *t, unsigned int type, uint32_t v)
{
	put(t, type, &v, sizeof(v));
}

static int index_of_proto(const struct proto *p)
{
	for (unsigned int i = 1; i < N_PAYLOAD_PROTOS; i++)
		if (payload_protos[i] == p)
			return i;
	return -1;
}

static int index_of_exthdr(const char *name)
{
	for (unsigned int i = 1; i < N_EXTHDRS; i++)
		if (!strcmp(exthdr_names[i], name))
			return i;
	return -1;
}

static enum typeof_kind put_payload(struct tlv *t, const struct field *f)
{
	int proto = index_of_proto(f->proto), number = field_number(f);

	if (proto < 0 || number < 0)
		return 0;
	put_u32(t, 0, proto);
	put_u32(t, 1, number);
	/* A type without a width of its own. */
	if (!f->type->bits)
		put_u32(t, 4, f->bits);
	return TK_PAYLOAD;
}

static enum typeof_kind put_exthdr(struct tlv *t, const struct field *f)
{
	static const uint8_t ops[] = {
		[FK_TCPOPT] = NFT_EXTHDR_OP_TCPOPT, [FK_IPOPT] = NFT_EXTHDR_OP_IPV4,
		[FK_SCTP_CHUNK] = NFT_EXTHDR_OP_SCTP,
	};
	int number = field_number(f), header = f->key;

	if (number < 0 || f->flags & FF_EXISTS)
		return 0;
	if (f->kind == FK_EXTHDR)
		header = index_of_exthdr(f->proto->name);
	if (header < 0)
		return 0;
	put_u32(t, 1, number);
	if (f->kind != FK_EXTHDR)
		put_u32(t, 2, ops[f->kind]);
	put_u32(t, 0, header);
	return TK_EXTHDR;
}

static enum typeof_kind put_field(struct tlv *t, const struct expr *e)
{
	const struct field *f = e->field.f;

	switch (f->kind) {
	case FK_PAYLOAD:
		return put_payload(t, f);
	case FK_EXTHDR:
	case FK_TCPOPT:
	case FK_IPOPT:
	case FK_SCTP_CHUNK:
		return put_exthdr(t, f);
	case FK_META:
		put_u32(t, 0, f->key);
		return TK_META;
	case FK_CT:
		put_u32(t, 0, f->key);
		put_u32(t, 1, (uint32_t)e->field.dir - 1);
		return TK_CT;
	case FK_RT:
		put_u32(t, 0, f->key);
		return TK_RT;
	case FK_SOCKET:
		put_u32(t, 0, f->key);
		return TK_SOCKET;
	case FK_OSF:
		return TK_OSF;
	case FK_XFRM:
		put_u32(t, 0, f->key);
		put_u32(t, 1, e->field.num);
		put_u32(t, 2, e->field.dir == 1 ? XFRM_POLICY_IN : XFRM_POLICY_OUT);
		return TK_XFRM;
	default:
		return 0;
	}
}

static enum typeof_kind put_concat(struct tlv *t, const struct expr *e)
{
	unsigned int i = 0;

	for (const struct expr *part = e->list.first; part; part = part->next) {
		uint8_t buf[64];
		size_t len = typeof_encode(part, buf, sizeof(buf));

		if (!len)
			return 0;
		put(t, i++, buf, len);
	}
	return TK_CONCAT;
}

static enum typeof_kind put_expr(struct tlv *t, const struct expr *e)
{
	switch (e->kind) {
	case EX_VERDICT:
		return TK_VERDICT;
	case EX_FIELD:
		return put_field(t, e);
	case EX_RAW:
		put_u32(t, 0, 0);
		put_u32(t, 1, 0);
		put_u32(t, 2, e->raw.base);
		put_u32(t, 3, e->raw.off);
		put_u32(t, 4, e->bits);
		return TK_PAYLOAD;
	case EX_CONCAT:
		return put_concat(t, e);
	case EX_FIB:
		put_u32(t, 0, e->fib.result);
		put_u32(t, 1, e->fib.flags);
		return TK_FIB;
	case EX_NUMGEN:
		put_u32(t, 0, e->numgen.type);
		put_u32(t, 1, e->numgen.mod);
		put_u32(t, 2, e->numgen.offset);
		return TK_NUMGEN;
	case EX_HASH:
		put_u32(t, 0, e->hash->type);
		put_u32(t, 1, e->hash->offset);
		put_u32(t, 2, e->hash->mod);
		put_u32(t, 3, e->hash->seed);
		put_u32(t, 4, e->hash->has_seed);
		return TK_HASH;
	default:
		return 0;
	}
}

size_t typeof_encode(const struct expr *e, uint8_t *buf, size_t cap)
{
	uint8_t data[UINT8_MAX];
	struct tlv inner = { .buf = data, .cap = sizeof(data) };
	struct tlv t = { .buf = buf, .cap = cap < 250 ? cap : 250 };
	enum typeof_kind kind = put_expr(&inner, e);

	if (!kind || inner.full)
		return 0;
	put_u32(&t, TYPEOF_EXPR, kind);
	put(&t, TYPEOF_DATA, data, inner.len);
	return t.full ? 0 : t.len;
}

/* ---- reading ---- */

static uint32_t num(const struct udata *tb, unsigned int type)
{
	uint32_t v = 0;

	udata_u32(&tb[type], &v);
	return v;
}

static struct expr *field_expr(struct arena *a, const struct field *f)
{
	struct expr *e;

	if (!f || !f->bits)
		return NULL;
	e = expr_field(a, (struct loc){ 0 }, f, 0);
	e->type = f->type;
	e->bits = f->bits;
	e->byteorder = f->byteorder;
	return e;
}

static struct expr *get_payload(struct arena *a, const struct udata *tb)
{
	uint32_t proto = num(tb, 0);
	struct expr *e;

	if (proto >= N_PAYLOAD_PROTOS)
		return NULL;
	if (proto)
		return field_expr(a, field_of_number(payload_protos[proto], num(tb, 1)));
	if (!num(tb, 4) || num(tb, 4) > 128 || num(tb, 2) >= PB_MAX)
		return NULL;
	e = expr_new(a, EX_RAW, (struct loc){ 0 });
	e->raw.base = num(tb, 2);
	e->raw.off = num(tb, 3);
	e->bits = num(tb, 4);
	e->byteorder = BO_BIG;
	e->type = &dt_integer;
	return e;
}

static struct expr *get_exthdr(struct arena *a, const struct udata *tb)
{
	static const uint8_t kinds[] = {
		[NFT_EXTHDR_OP_IPV6] = FK_EXTHDR, [NFT_EXTHDR_OP_TCPOPT] = FK_TCPOPT,
		[NFT_EXTHDR_OP_IPV4] = FK_IPOPT, [NFT_EXTHDR_OP_SCTP] = FK_SCTP_CHUNK,
	};
	uint32_t op = num(tb, 2), header = num(tb, 0);
	const struct proto *const *list;
	const struct field *f;

	if (op >= sizeof(kinds))
		return NULL;
	list = exthdr_list(kinds[op], NULL);
	for (; list && *list; list++) {
		if (op == NFT_EXTHDR_OP_IPV6) {
			if (header >= N_EXTHDRS || !header ||
			    strcmp((*list)->name, exthdr_names[header]))
				continue;
		} else if ((*list)->fields->key != header) {
			continue;
		}
		f = field_of_number(*list, num(tb, 1));
		if (f)
			return field_expr(a, f);
	}
	return NULL;
}

static struct expr *get_concat(struct arena *a, const struct udata *tb)
{
	const struct datatype *parts[CONCAT_MAX];
	struct expr *e = expr_new(a, EX_CONCAT, (struct loc){ 0 }), *part;
	unsigned int n;

	for (n = 0; n < CONCAT_MAX && tb[n].data; n++) {
		part = typeof_decode(a, tb[n].data, tb[n].len);
		if (!part || part->kind == EX_CONCAT || part->kind == EX_VERDICT)
			return NULL;
		parts[n] = part->type;
		e->bits += (part->bits + 31) / 32 * 32;
		expr_list_add(&e->list, part);
	}
	if (n < 2)
		return NULL;
	e->type = datatype_concat(parts, n);
	return e;
}

static struct expr *get_fib(struct arena *a, const struct udata *tb)
{
	struct expr *e = expr_new(a, EX_FIB, (struct loc){ 0 });

	e->fib.result = num(tb, 0);
	e->fib.flags = num(tb, 1);
	e->byteorder = BO_HOST;
	e->bits = 32;
	e->type = e->fib.result == NFT_FIB_RESULT_ADDRTYPE ? &dt_fib_addr : &dt_ifindex;
	if (e->fib.result == NFT_FIB_RESULT_OIFNAME) {
		e->type = &dt_ifname;
		e->bits = 128;
		e->byteorder = BO_BIG;
	}
	return e;
}

static struct expr *get_generator(struct arena *a, const struct udata *tb, bool hash)
{
	struct expr *e = expr_new(a, hash ? EX_HASH : EX_NUMGEN, (struct loc){ 0 });

	e->type = &dt_integer;
	e->byteorder = BO_HOST;
	e->bits = 32;
	if (!hash) {
		e->numgen.type = num(tb, 0);
		e->numgen.mod = num(tb, 1);
		e->numgen.offset = num(tb, 2);
		return e;
	}
	e->hash = arena_alloc(a, sizeof(*e->hash));
	e->hash->type = num(tb, 0);
	e->hash->offset = num(tb, 1);
	e->hash->mod = num(tb, 2);
	e->hash->seed = num(tb, 3);
	e->hash->has_seed = num(tb, 4);
	/* What jhash hashes is not part of the description. */
	return e->hash->type == NFT_HASH_SYM ? e : NULL;
}

static struct expr *get_keyed(struct arena *a, enum typeof_kind kind, const struct udata *tb)
{
	uint32_t key = num(tb, 0);
	struct expr *e;

	switch (kind) {
	case TK_META:
		return field_expr(a, meta_field(key));
	case TK_RT:
		return field_expr(a, field_by_key(rt_fields, key));
	case TK_SOCKET:
		return field_expr(a, field_by_key(socket_fields, key));
	case TK_OSF:
		return field_expr(a, field_by_key(osf_fields, 0));
	case TK_CT:
		e = field_expr(a, ct_field(key, 0));
		if (e)
			e->field.dir = num(tb, 1) < 2 ? num(tb, 1) + 1 : 0;
		return e;
	case TK_XFRM:
		e = field_expr(a, field_by_key(xfrm_fields, key));
		if (e) {
			e->field.num = num(tb, 1);
			e->field.dir = num(tb, 2) == XFRM_POLICY_IN ? 1 : 2;
		}
		return e;
	default:
		return NULL;
	}
}

struct expr *typeof_decode(struct arena *a, const void *data, size_t len)
{
	struct udata outer[UDATA_MAX], tb[UDATA_MAX];
	struct expr *e;
	uint32_t kind;

	if (!udata_parse(data, len, outer) || !udata_u32(&outer[TYPEOF_EXPR], &kind) ||
	    !outer[TYPEOF_DATA].data ||
	    !udata_parse(outer[TYPEOF_DATA].data, outer[TYPEOF_DATA].len, tb))
		return NULL;
	switch (kind) {
	case TK_VERDICT:
		e = expr_new(a, EX_VERDICT, (struct loc){ 0 });
		e->type = &dt_verdict;
		return e;
	case TK_PAYLOAD:
		return get_payload(a, tb);
	case TK_EXTHDR:
		return get_exthdr(a, tb);
	case TK_CONCAT:
		return get_concat(a, tb);
	case TK_FIB:
		return get_fib(a, tb);
	case TK_NUMGEN:
	case TK_HASH:
		return get_generator(a, tb, kind == TK_HASH);
	default:
		return get_keyed(a, kind, tb);
	}
}
