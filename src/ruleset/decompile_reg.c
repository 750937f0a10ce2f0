// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The registers of the machine that a rule is a program of, and constants.
 */
#include <linux/netfilter/nf_tables.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "decompile_int.h"

int reg_word(uint64_t reg)
{
	if (reg >= NFT_REG_1 && reg <= NFT_REG_4)
		return (reg - NFT_REG_1) * (NFT_REG_SIZE / NFT_REG32_SIZE);
	if (reg >= NFT_REG32_00 && reg <= NFT_REG32_15)
		return reg - NFT_REG32_00;
	return -1;
}

static unsigned int words_of(unsigned int bytes)
{
	return (bytes + NFT_REG32_SIZE - 1) / NFT_REG32_SIZE;
}

/* The word where what stands in word w begins, or -1. */
static int reg_start(const struct rdec *r, int w)
{
	for (int i = w; i >= 0; i--)
		if (r->regs[i].e)
			return i + r->regs[i].words > w ? i : -1;
	return -1;
}

void reg_set(struct rdec *r, uint64_t reg, unsigned int bytes, struct expr *e)
{
	int w = reg_word(reg), start;
	unsigned int n = words_of(bytes ? bytes : 1);

	if (w < 0)
		return;
	if (w + n > REG_WORDS)
		n = REG_WORDS - w;
	/* Whatever it overwrites, even in part, is gone. */
	start = reg_start(r, w);
	if (start >= 0)
		r->regs[start].e = NULL;
	for (unsigned int i = 0; i < n; i++)
		r->regs[w + i].e = NULL;
	r->regs[w].e = e;
	r->regs[w].words = n;
}

struct expr *reg_get(struct rdec *r, uint64_t reg)
{
	int w = reg_word(reg);

	if (w < 0 || !r->regs[w].e)
		return ex_unknown(r->a, "register %u", (unsigned int)reg);
	return r->regs[w].e;
}

struct expr *reg_get_bytes(struct rdec *r, uint64_t reg, unsigned int bytes)
{
	struct expr *e = reg_get(r, reg), *concat;
	int w = reg_word(reg);
	unsigned int n = words_of(bytes), done;

	if (w < 0 || !r->regs[w].e || r->regs[w].words >= n)
		return e;
	concat = ex_new(r, EX_CONCAT);
	for (done = 0; done < n; done += r->regs[w + done].words) {
		struct expr *part;

		if (w + done >= REG_WORDS || !r->regs[w + done].e)
			return ex_unknown(r->a, "register %u", (unsigned int)reg);
		/* One expression may stand in several lists. */
		part = arena_memdup(r->a, r->regs[w + done].e, sizeof(*part));
		part->next = NULL;
		expr_list_add(&concat->list, part);
	}
	concat->bits = bytes * 8;
	return concat;
}

bool reg_is_part_of(struct rdec *r, uint64_t reg, const struct expr *map)
{
	int w = reg_word(reg), start = w < 0 ? -1 : reg_start(r, w);

	return start >= 0 && start != w && r->regs[start].e == map;
}

struct expr *ex_new(struct rdec *r, enum expr_kind kind)
{
	return expr_new(r->a, kind, (struct loc){ 0 });
}

struct expr *ex_unknown(struct arena *a, const char *fmt, ...)
{
	struct expr *e = expr_new(a, EX_UNKNOWN, (struct loc){ 0 });
	char buf[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	e->unknown = arena_strdup(a, buf);
	return e;
}

struct expr *ex_const(struct rdec *r, const void *data, unsigned int len, enum byteorder bo)
{
	struct expr *e;

	if (len == 0 || len > sizeof(nff_u128))
		return ex_unknown(r->a, "constant of %u bytes", len);
	e = ex_new(r, EX_VALUE);
	e->byteorder = bo;
	e->bits = len * 8;
	e->value = value_import(data, bo == BO_HOST ? BO_HOST : BO_BIG, len);
	return e;
}

struct expr *const_typed(struct rdec *r, struct expr *e, const struct datatype *type,
			 enum byteorder bo, unsigned int bits)
{
	uint8_t raw[sizeof(nff_u128)];
	unsigned int len = e->bits / 8;

	if (e->kind != EX_VALUE)
		return e;
	e = arena_memdup(r->a, e, sizeof(*e));
	e->next = NULL;
	if (e->byteorder == BO_NONE && bo == BO_HOST) {
		value_export(e->value, BO_BIG, len, raw);
		e->value = value_import(raw, BO_HOST, len);
	}
	e->byteorder = bo;
	e->type = type;
	if (type && type->flags & DTF_STRING)
		const_string(e, len, bits / 8);
	else if (bits)
		e->bits = bits;
	return e;
}

/*
 * A string in a register is padded with NUL to its full width. One without
 * room for a NUL is a wildcard: only the bytes that are there count.
 */
void const_string(struct expr *e, unsigned int len, unsigned int full)
{
	uint8_t raw[sizeof(nff_u128)];
	unsigned int used;

	value_export(e->value, BO_BIG, len, raw);
	used = strnlen((char *)raw, len);
	if (full > sizeof(nff_u128))
		full = sizeof(nff_u128);
	if (used == len && len < full) {
		e->flags |= EXF_WILDCARD;
		e->bits = used * 8;
		return;
	}
	if (len < full)
		e->value <<= 8 * (full - len);
	e->bits = (full > len ? full : len) * 8;
}
