// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * describe: what an expression or a type is.
 */
#include <linux/netfilter/nf_tables.h>

#include "print.h"
#include "types.h"

static void print_bases(struct out *o, const struct datatype *dt)
{
	const struct datatype *b;

	if (!dt->base)
		return;
	out_puts(o, " (basetype ");
	for (b = dt->base; b; b = b->base) {
		out_puts(o, b->desc);
		if (b->base)
			out_puts(o, ", ");
	}
	out_putc(o, ')');
}

static void print_symbols(struct out *o, const struct datatype *dt)
{
	bool hex = dt->flags & DTF_HEX_SYMBOLS;
	const struct symbol *s;

	if (dt == &dt_inet_proto) {
		for (s = proto_symbols; s->name; s++)
			out_printf(o, "\t%-30s\t%llu\n", s->name, (unsigned long long)s->value);
		return;
	}
	if (!dt->symbols)
		return;
	out_printf(o, "\npre-defined symbolic constants (in %s):\n",
		   hex ? "hexadecimal" : "decimal");
	for (s = dt->symbols; s->name; s++) {
		if (hex)
			out_printf(o, "\t%-30s\t0x%.*llx\n", s->name, (dt->bits + 7) / 8 * 2,
				   (unsigned long long)s->value);
		else
			out_printf(o, "\t%-30s\t%20llu\n", s->name,
				   (unsigned long long)s->value);
	}
}

static void print_type(struct out *o, const struct datatype *dt, unsigned int bits,
		       bool characters)
{
	out_printf(o, "datatype %s (%s)", dt->name, dt->desc);
	if (dt == &dt_invalid) {
		out_putc(o, '\n');
		return;
	}
	print_bases(o, dt);
	if (characters && dt->flags & DTF_STRING)
		out_printf(o, ", %u characters\n", bits / 8);
	else
		out_printf(o, ", %u bits\n", bits);
	print_symbols(o, dt);
}

void describe_datatype(struct out *o, const struct datatype *dt, unsigned int bits,
		       const struct print_opts *opts)
{
	(void)opts;
	print_type(o, dt, bits ? bits : dt->bits, false);
}

static const char *expr_kind_name(const struct expr *e)
{
	static const char *const kinds[] = {
		[EX_SYMBOL] = "symbol", [EX_VAR] = "variable", [EX_VALUE] = "value",
		[EX_VERDICT] = "verdict", [EX_PREFIX] = "prefix", [EX_RANGE] = "range",
		[EX_CONCAT] = "concat", [EX_LIST] = "list", [EX_SET] = "set",
		[EX_SETREF] = "set reference", [EX_RAW] = "payload", [EX_FIB] = "fib",
		[EX_NUMGEN] = "numgen", [EX_HASH] = "hash", [EX_BINARY] = "binop",
		[EX_REL] = "relational", [EX_MAP] = "map",
	};
	static const char *const fields[] = {
		[FK_PAYLOAD] = "payload", [FK_META] = "meta", [FK_CT] = "ct", [FK_RT] = "rt",
		[FK_SOCKET] = "socket", [FK_EXTHDR] = "exthdr", [FK_TCPOPT] = "exthdr",
		[FK_IPOPT] = "exthdr", [FK_SCTP_CHUNK] = "exthdr", [FK_OSF] = "osf",
		[FK_XFRM] = "xfrm",
	};
	const char *name = NULL;

	if (e->kind == EX_FIELD)
		name = fields[e->field.f->kind];
	else if (e->kind < sizeof(kinds) / sizeof(kinds[0]))
		name = kinds[e->kind];
	return name ? name : "unknown";
}

/* The type of what has no row, as long as nothing was evaluated. */
static const struct datatype *type_without_row(const struct expr *e)
{
	switch (e->kind) {
	case EX_RAW:
	case EX_NUMGEN:
	case EX_HASH:
		return &dt_integer;
	case EX_FIB:
		return e->fib.result == NFT_FIB_RESULT_OIF ? &dt_ifindex :
		       e->fib.result == NFT_FIB_RESULT_ADDRTYPE ? &dt_fib_addr : &dt_string;
	}
	return &dt_invalid;
}

int describe_expr(struct out *o, const struct expr *e, const struct print_opts *opts)
{
	const struct datatype *dt = e->type;
	unsigned int bits = e->bits;

	if (e->kind == EX_SYMBOL) {
		dt = datatype_by_name(e->sym);
		if (!dt)
			return -1;
		describe_datatype(o, dt, 0, opts);
		return 0;
	}
	if (e->kind == EX_FIELD) {
		dt = e->field.f->type;
		bits = e->field.f->bits;
	}
	if (!dt)
		dt = type_without_row(e);
	if (!bits)
		bits = dt->bits ? dt->bits : dt == &dt_string ? 128 : 32;
	out_printf(o, "%s expression, ", expr_kind_name(e));
	print_type(o, dt, bits, true);
	return 0;
}
