// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel expressions that put something into a register.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/xfrm.h>
#include <string.h>

#include "decompile_int.h"

/* A selector with a row in a table; bytes are those of the register it fills. */
static void load_field(struct rdec *r, const struct insn *i, unsigned int dreg,
		       const struct field *f, unsigned int key, unsigned int dir,
		       unsigned int num)
{
	struct expr *e;

	if (!f || !f->bits) {
		e = ex_unknown(r->a, "%s key %u", i->name, key);
		reg_set(r, insn_u(i, dreg), 4, e);
		return;
	}
	e = ex_field(r, f);
	e->field.dir = dir;
	e->field.num = num;
	reg_set(r, insn_u(i, dreg), (f->bits + 7) / 8, e);
}

static const enum proto_base payload_bases[] = {
	[NFT_PAYLOAD_LL_HEADER] = PB_LL,
	[NFT_PAYLOAD_NETWORK_HEADER] = PB_NH,
	[NFT_PAYLOAD_TRANSPORT_HEADER] = PB_TH,
	[NFT_PAYLOAD_INNER_HEADER] = PB_INNER,
};

static void load_payload(struct rdec *r, const struct insn *i)
{
	uint64_t base = insn_u(i, NFTA_PAYLOAD_BASE), off = insn_u(i, NFTA_PAYLOAD_OFFSET);
	uint64_t len = insn_u(i, NFTA_PAYLOAD_LEN);
	struct expr *e;

	if (base >= sizeof(payload_bases) / sizeof(*payload_bases) || off > UINT16_MAX / 8 ||
	    len == 0 || len > REG_WORDS * NFT_REG32_SIZE) {
		e = ex_unknown(r->a, "payload base %u offset %u length %u", (unsigned int)base,
			       (unsigned int)off, (unsigned int)len);
		reg_set(r, insn_u(i, NFTA_PAYLOAD_DREG), len > 64 ? 64 : len, e);
		return;
	}
	e = ex_new(r, EX_RAW);
	e->raw.base = payload_bases[base];
	e->raw.off = off * 8;
	e->bits = len * 8;
	e->byteorder = BO_BIG;
	e->type = &dt_integer;
	reg_set(r, insn_u(i, NFTA_PAYLOAD_DREG), len, e);
}

/* By NFT_EXTHDR_OP_*. */
static const struct {
	enum field_kind kind;
	const struct proto *const *list;
	const char *name;
} exthdr_ops[] = {
	[NFT_EXTHDR_OP_IPV6] = { FK_EXTHDR, exthdrs, "exthdr" },
	[NFT_EXTHDR_OP_TCPOPT] = { FK_TCPOPT, tcpopts, "tcp option" },
	[NFT_EXTHDR_OP_IPV4] = { FK_IPOPT, ipopts, "ip option" },
	[NFT_EXTHDR_OP_SCTP] = { FK_SCTP_CHUNK, sctp_chunks, "sctp chunk" },
};

const struct proto *const *exthdr_list(unsigned int kind, const char **name)
{
	for (unsigned int i = 0; i < sizeof(exthdr_ops) / sizeof(*exthdr_ops); i++)
		if (exthdr_ops[i].kind == kind) {
			if (name)
				*name = exthdr_ops[i].name;
			return exthdr_ops[i].list;
		}
	return NULL;
}

/*
 * A place in an option: the field of just that place, or a row made up for
 * it, which resolve() replaces by what a mask selects out of it.
 */
struct expr *exthdr_expr(struct rdec *r, const struct insn *i)
{
	uint64_t op = insn_u(i, NFTA_EXTHDR_OP), type = insn_u(i, NFTA_EXTHDR_TYPE);
	uint64_t off = insn_u(i, NFTA_EXTHDR_OFFSET), len = insn_u(i, NFTA_EXTHDR_LEN);
	bool present = insn_u(i, NFTA_EXTHDR_FLAGS) & NFT_EXTHDR_F_PRESENT;
	const struct field *f;
	struct field *row;

	if (op >= sizeof(exthdr_ops) / sizeof(*exthdr_ops) || off > UINT16_MAX / 8 || len > 64)
		return ex_unknown(r->a, "exthdr op %u type %u", (unsigned int)op,
				  (unsigned int)type);
	if (present)
		f = field_exists_in_list(exthdr_ops[op].list, type);
	else
		f = field_in_list(exthdr_ops[op].list, type, off * 8, len * 8);
	if (f)
		return ex_field(r, f);
	row = arena_new(r->a, struct field);
	row->kind = exthdr_ops[op].kind;
	row->type = present ? &dt_boolean : &dt_integer;
	row->flags = present ? FF_EXISTS : 0;
	row->byteorder = BO_BIG;
	row->key = type;
	row->bit_off = off * 8;
	row->bits = len * 8;
	return ex_field(r, row);
}

static void load_exthdr(struct rdec *r, const struct insn *i)
{
	uint64_t len = insn_u(i, NFTA_EXTHDR_LEN);

	reg_set(r, insn_u(i, NFTA_EXTHDR_DREG), len > 64 ? 64 : len, exthdr_expr(r, i));
}

static void load_fib(struct rdec *r, const struct insn *i)
{
	struct expr *e = ex_new(r, EX_FIB);
	uint64_t result = insn_u(i, NFTA_FIB_RESULT);

	e->fib.flags = insn_u(i, NFTA_FIB_FLAGS);
	e->fib.result = result;
	e->byteorder = BO_HOST;
	e->bits = 32;
	switch (result) {
	case NFT_FIB_RESULT_OIF:
		e->type = e->fib.flags & NFTA_FIB_F_PRESENT ? &dt_boolean : &dt_ifindex;
		if (e->fib.flags & NFTA_FIB_F_PRESENT)
			e->bits = 8;
		break;
	case NFT_FIB_RESULT_OIFNAME:
		e->type = e->fib.flags & NFTA_FIB_F_PRESENT ? &dt_boolean : &dt_ifname;
		e->byteorder = BO_BIG;
		e->bits = e->fib.flags & NFTA_FIB_F_PRESENT ? 8 : 128;
		break;
	case NFT_FIB_RESULT_ADDRTYPE:
		e->type = &dt_fib_addr;
		break;
	default:
		e = ex_unknown(r->a, "fib result %u", (unsigned int)result);
		e->bits = 32;
	}
	reg_set(r, insn_u(i, NFTA_FIB_DREG), e->bits / 8, e);
}

static void load_numgen(struct rdec *r, const struct insn *i)
{
	struct expr *e = ex_new(r, EX_NUMGEN);

	e->numgen.type = insn_u(i, NFTA_NG_TYPE);
	e->numgen.mod = insn_u(i, NFTA_NG_MODULUS);
	e->numgen.offset = insn_u(i, NFTA_NG_OFFSET);
	e->type = &dt_integer;
	e->bits = 32;
	e->byteorder = BO_HOST;
	reg_set(r, insn_u(i, NFTA_NG_DREG), 4, e);
}

static void load_hash(struct rdec *r, const struct insn *i)
{
	struct expr *e = ex_new(r, EX_HASH);

	e->hash = arena_alloc(r->a, sizeof(*e->hash));
	e->hash->type = insn_u(i, NFTA_HASH_TYPE);
	e->hash->mod = insn_u(i, NFTA_HASH_MODULUS);
	e->hash->offset = insn_u(i, NFTA_HASH_OFFSET);
	e->hash->seed = insn_u(i, NFTA_HASH_SEED);
	/* The kernel makes one up where none was given, and does not tell it. */
	e->hash->has_seed = insn_has(i, NFTA_HASH_SEED);
	if (e->hash->type == NFT_HASH_JENKINS)
		e->hash->input = resolve(r, reg_get_bytes(r, insn_u(i, NFTA_HASH_SREG),
							  insn_u(i, NFTA_HASH_LEN)), NULL);
	e->type = &dt_integer;
	e->bits = 32;
	e->byteorder = BO_HOST;
	reg_set(r, insn_u(i, NFTA_HASH_DREG), 4, e);
}

static void load_xfrm(struct rdec *r, const struct insn *i)
{
	uint64_t key = insn_u(i, NFTA_XFRM_KEY);

	load_field(r, i, NFTA_XFRM_DREG, field_by_key(xfrm_fields, key), key,
		   insn_u(i, NFTA_XFRM_DIR) == XFRM_POLICY_IN ? 1 : 2,
		   insn_u(i, NFTA_XFRM_SPNUM));
}

static void load_osf(struct rdec *r, const struct insn *i)
{
	uint64_t version = insn_u(i, NFTA_OSF_FLAGS) & NFT_OSF_F_VERSION;

	load_field(r, i, NFTA_OSF_DREG, field_by_key(osf_fields, version), version, 0,
		   insn_u(i, NFTA_OSF_TTL));
}

static void load_ct(struct rdec *r, const struct insn *i)
{
	uint64_t key = insn_u(i, NFTA_CT_KEY);
	unsigned int dir = 0, nfproto = 0;

	if (insn_has(i, NFTA_CT_DIRECTION))
		dir = insn_u(i, NFTA_CT_DIRECTION) == 0 ? 1 : 2;
	if (key == NFT_CT_SRC || key == NFT_CT_DST) {
		if (r->pc.proto[PB_NH] == &proto_ip)
			nfproto = NFPROTO_IPV4;
		else if (r->pc.proto[PB_NH] == &proto_ip6)
			nfproto = NFPROTO_IPV6;
	}
	load_field(r, i, NFTA_CT_DREG, ct_field(key, nfproto), key, dir, 0);
}

static void load_immediate(struct rdec *r, const struct insn *i)
{
	const struct insn_data *d = i->v[NFTA_IMMEDIATE_DATA].data;

	reg_set(r, insn_u(i, NFTA_IMMEDIATE_DREG), d->len,
		ex_const(r, d->bytes, d->len, BO_NONE));
}

/* ---- operators ---- */

static struct expr *ex_binary(struct rdec *r, enum expr_op op, struct expr *left, nff_u128 value)
{
	struct expr *e = ex_new(r, EX_BINARY), *right = ex_new(r, EX_VALUE);

	right->value = value;
	right->bits = left->bits;
	right->byteorder = left->byteorder;
	right->type = left->type;
	e->op = op;
	e->bin.left = left;
	e->bin.right = right;
	e->bits = left->bits;
	e->byteorder = left->byteorder;
	e->type = left->type;
	return e;
}

/*
 * (x & mask) ^ xor: bits that the mask clears and xor sets are an OR, bits
 * that both have are an XOR.
 */
static struct expr *bitwise_bool(struct rdec *r, struct expr *left, nff_u128 mask, nff_u128 xor_)
{
	nff_u128 all = u128_mask(left->bits), or_ = xor_ & ~mask & all;
	struct expr *e = left;

	xor_ &= mask;
	mask |= or_;
	if (mask != all || (!xor_ && !or_))
		e = ex_binary(r, OP_AND, e, mask);
	if (xor_)
		e = ex_binary(r, OP_XOR, e, xor_);
	if (or_)
		e = ex_binary(r, OP_OR, e, or_);
	return e;
}

void bitwise_masks(const struct expr *e, struct expr **base, nff_u128 *mask, nff_u128 *xor_)
{
	nff_u128 or_ = 0;

	*mask = u128_mask(e->bits);
	*xor_ = 0;
	for (; e->kind == EX_BINARY && e->bin.right->kind == EX_VALUE; e = e->bin.left) {
		if (e->op == OP_OR)
			or_ = e->bin.right->value;
		else if (e->op == OP_XOR)
			*xor_ = e->bin.right->value;
		else if (e->op == OP_AND)
			*mask = e->bin.right->value;
		else
			break;
	}
	*mask &= ~or_;
	*xor_ |= or_;
	*base = (struct expr *)e;
}

/* Operands of kernels that take a second register (NFTA_BITWISE_SREG2). */
#ifndef NFT_BITWISE_AND
#define NFT_BITWISE_AND 3
#define NFT_BITWISE_OR 4
#define NFT_BITWISE_XOR 5
#endif

static struct expr *bitwise_expr(struct rdec *r, const struct insn *i, struct expr *left)
{
	uint64_t op = insn_u(i, NFTA_BITWISE_OP), len = insn_u(i, NFTA_BITWISE_LEN);
	const struct insn_data *mask = i->v[NFTA_BITWISE_MASK].data;
	const struct insn_data *xor_ = i->v[NFTA_BITWISE_XOR].data;
	const struct insn_data *data = i->v[NFTA_BITWISE_DATA].data;
	enum byteorder bo = left->byteorder == BO_HOST ? BO_HOST : BO_BIG;
	uint32_t by;

	if (len == 0 || len > sizeof(nff_u128) || left->kind == EX_UNKNOWN)
		return ex_unknown(r->a, "bitwise of %u bytes", (unsigned int)len);
	if (left->kind == EX_FIELD && left->bits != len * 8) {
		/* A field whose width is no whole number of bytes or words. */
		left = arena_memdup(r->a, left, sizeof(*left));
		left->bits = len * 8;
	}
	switch (op) {
	case NFT_BITWISE_BOOL:
		if (!mask || !xor_ || mask->len != len || xor_->len != len)
			break;
		return bitwise_bool(r, left, value_import(mask->bytes, bo, len),
				    value_import(xor_->bytes, bo, len));
	case NFT_BITWISE_LSHIFT:
	case NFT_BITWISE_RSHIFT:
		if (!data || data->len != sizeof(by))
			break;
		memcpy(&by, data->bytes, sizeof(by));
		left = ex_binary(r, op == NFT_BITWISE_LSHIFT ? OP_LSHIFT : OP_RSHIFT, left, by);
		/* How far: a plain number, whatever is shifted. */
		left->bin.right->type = &dt_integer;
		return left;
	}
	return ex_unknown(r->a, "bitwise op %u", (unsigned int)op);
}

static void load_bitwise(struct rdec *r, const struct insn *i)
{
	uint64_t len = insn_u(i, NFTA_BITWISE_LEN);
	struct expr *e = NULL;

	if (insn_has(i, NFTA_BITWISE_MASK) || insn_has(i, NFTA_BITWISE_DATA))
		e = bitwise_expr(r, i, reg_get(r, insn_u(i, NFTA_BITWISE_SREG)));
	else
		e = ex_unknown(r->a, "bitwise op %u", (unsigned int)insn_u(i, NFTA_BITWISE_OP));
	reg_set(r, insn_u(i, NFTA_BITWISE_DREG), len > 64 ? 64 : len, e);
}

/* The value stays the same number; only its order in the register changes. */
static void load_byteorder(struct rdec *r, const struct insn *i)
{
	struct expr *e = reg_get(r, insn_u(i, NFTA_BYTEORDER_SREG));
	uint64_t len = insn_u(i, NFTA_BYTEORDER_LEN);

	if (e->kind != EX_UNKNOWN && e->kind != EX_VALUE) {
		e = arena_memdup(r->a, e, sizeof(*e));
		e->next = NULL;
		e->byteorder = insn_u(i, NFTA_BYTEORDER_OP) == NFT_BYTEORDER_HTON ?
			       BO_BIG : BO_HOST;
	}
	reg_set(r, insn_u(i, NFTA_BYTEORDER_DREG), len > 64 ? 64 : len, e);
}

/* Out of the packet, and what belongs to it. */
static bool load_selector(struct rdec *r, const struct insn *i)
{
	uint64_t key;

	switch (i->kind) {
	case IN_PAYLOAD:
		if (!insn_has(i, NFTA_PAYLOAD_DREG))
			return false;
		load_payload(r, i);
		return true;
	case IN_EXTHDR:
		if (!insn_has(i, NFTA_EXTHDR_DREG))
			return false;
		load_exthdr(r, i);
		return true;
	case IN_META:
		if (!insn_has(i, NFTA_META_DREG))
			return false;
		key = insn_u(i, NFTA_META_KEY);
		load_field(r, i, NFTA_META_DREG, meta_field(key), key, 0, 0);
		return true;
	case IN_CT:
		if (!insn_has(i, NFTA_CT_DREG))
			return false;
		load_ct(r, i);
		return true;
	case IN_RT:
		key = insn_u(i, NFTA_RT_KEY);
		load_field(r, i, NFTA_RT_DREG, field_by_key(rt_fields, key), key, 0, 0);
		return true;
	case IN_SOCKET:
		key = insn_u(i, NFTA_SOCKET_KEY);
		load_field(r, i, NFTA_SOCKET_DREG, field_by_key(socket_fields, key), key, 0,
			   insn_u(i, NFTA_SOCKET_LEVEL));
		return true;
	default:
		return false;
	}
}

bool load_insn(struct rdec *r, const struct insn *i)
{
	static void (*const loads[IN_MAX])(struct rdec *r, const struct insn *i) = {
		[IN_OSF] = load_osf, [IN_XFRM] = load_xfrm, [IN_FIB] = load_fib,
		[IN_NUMGEN] = load_numgen, [IN_HASH] = load_hash, [IN_BITWISE] = load_bitwise,
		[IN_BYTEORDER] = load_byteorder,
	};

	if (i->kind == IN_IMMEDIATE) {
		if (!insn_has(i, NFTA_IMMEDIATE_DATA) ||
		    i->v[NFTA_IMMEDIATE_DATA].data->is_verdict)
			return false;
		load_immediate(r, i);
		return true;
	}
	if (loads[i->kind]) {
		loads[i->kind](r, i);
		return true;
	}
	return load_selector(r, i);
}
