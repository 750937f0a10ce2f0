// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expressions to netlink and back, and what becomes of damaged ones.
 */
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include "insn.h"
#include "unit.h"

static struct msgbuf m;
static struct arena a;

/* Begin a message, so that there is something to hang expressions on. */
static void begin(void)
{
	m.len = 0;
	msg_begin(&m, 0, 0, 1, 0, 0);
}

/* The first attribute behind the nfgenmsg header. */
static const struct nlattr *first(void)
{
	return (const struct nlattr *)(m.buf + m.msg + 20);
}

static void numbers(void)
{
	struct insn i;

	begin();
	insn_put(&m, IN_META, NFTA_META_KEY, INSN_U(NFT_META_MARK), NFTA_META_DREG, INSN_U(1), 0);
	insn_decode(&a, first(), &i);
	CHECK_INT(i.kind, IN_META);
	CHECK_STR(i.name, "meta");
	CHECK_INT(insn_u(&i, NFTA_META_KEY), NFT_META_MARK);
	CHECK_INT(insn_u(&i, NFTA_META_DREG), 1);
	CHECK(!insn_has(&i, NFTA_META_SREG));
}

static void widths(void)
{
	struct insn i;

	begin();
	insn_put(&m, IN_LIMIT, NFTA_LIMIT_RATE, INSN_U(0x123456789aull), NFTA_LIMIT_UNIT, INSN_U(60),
		 NFTA_LIMIT_BURST, INSN_U(5), 0);
	insn_decode(&a, first(), &i);
	CHECK(insn_u(&i, NFTA_LIMIT_RATE) == 0x123456789aull);
	CHECK_INT(insn_u(&i, NFTA_LIMIT_BURST), 5);

	begin();
	insn_put(&m, IN_LOG, NFTA_LOG_PREFIX, "hello", NFTA_LOG_GROUP, INSN_U(7), 0);
	insn_decode(&a, first(), &i);
	CHECK_STR(i.v[NFTA_LOG_PREFIX].str, "hello");
	CHECK_INT(insn_u(&i, NFTA_LOG_GROUP), 7);
}

static void data(void)
{
	struct insn_data d = { .len = 4, .bytes = { 10, 0, 0, 1 } };
	struct insn i;

	begin();
	insn_put(&m, IN_CMP, NFTA_CMP_SREG, INSN_U(1), NFTA_CMP_OP, INSN_U(NFT_CMP_NEQ),
		 NFTA_CMP_DATA, &d, 0);
	insn_decode(&a, first(), &i);
	CHECK_INT(i.kind, IN_CMP);
	CHECK_INT(i.v[NFTA_CMP_DATA].data->len, 4);
	CHECK(!memcmp(i.v[NFTA_CMP_DATA].data->bytes, d.bytes, 4));
}

static void verdict(void)
{
	struct insn_data d = { .is_verdict = true, .verdict = NFT_JUMP, .chain = "elsewhere" };
	struct insn i;

	begin();
	insn_put(&m, IN_IMMEDIATE, NFTA_IMMEDIATE_DREG, INSN_U(0), NFTA_IMMEDIATE_DATA, &d, 0);
	insn_decode(&a, first(), &i);
	CHECK(i.v[NFTA_IMMEDIATE_DATA].data->is_verdict);
	CHECK_INT(i.v[NFTA_IMMEDIATE_DATA].data->verdict, NFT_JUMP);
	CHECK_STR(i.v[NFTA_IMMEDIATE_DATA].data->chain, "elsewhere");
}

static void without_attributes(void)
{
	struct insn i;

	begin();
	insn_put(&m, IN_NOTRACK, 0);
	insn_decode(&a, first(), &i);
	CHECK_INT(i.kind, IN_NOTRACK);
	CHECK_INT(i.present, 0);
}

static void unknown_expression(void)
{
	struct insn i;
	size_t nest;

	begin();
	nest = attr_nest(&m, NFTA_LIST_ELEM);
	attr_str(&m, NFTA_EXPR_NAME, "from_the_future");
	attr_nest_end(&m, nest);
	insn_decode(&a, first(), &i);
	CHECK_INT(i.kind, IN_UNKNOWN);
	CHECK_STR(i.name, "from_the_future");
}

static void short_number_is_unknown(void)
{
	struct insn i;
	size_t elem, nest;

	begin();
	elem = attr_nest(&m, NFTA_LIST_ELEM);
	attr_str(&m, NFTA_EXPR_NAME, "meta");
	nest = attr_nest(&m, NFTA_EXPR_DATA);
	attr_u16(&m, NFTA_META_KEY, 3);
	attr_nest_end(&m, nest);
	attr_nest_end(&m, elem);
	insn_decode(&a, first(), &i);
	CHECK_INT(i.kind, IN_UNKNOWN);
	CHECK_STR(i.name, "meta");
}

/* Flip bytes and cut ends of a message with many expressions; nothing may be read outside. */
static void damaged(void)
{
	struct insn_data d = { .len = 16 }, v = { .is_verdict = true, .verdict = 1, .chain = "c" };
	unsigned int seed = 1;

	for (int round = 0; round < 20000; round++) {
		struct arena local;
		struct insn i;
		size_t len;
		char *copy;

		begin();
		if (round % 2)
			insn_put(&m, IN_CMP, NFTA_CMP_SREG, INSN_U(1), NFTA_CMP_DATA, &d, 0);
		else
			insn_put(&m, IN_IMMEDIATE, NFTA_IMMEDIATE_DATA, &v, 0);
		len = first()->nla_len;
		/* An allocation of exactly that size: a sanitizer sees each step beyond. */
		copy = malloc(len);
		memcpy(copy, first(), len);
		for (int k = 0; k < 3; k++)
			copy[4 + rand_r(&seed) % (len - 4)] = (char)rand_r(&seed);
		arena_init(&local);
		insn_decode(&local, (const struct nlattr *)copy, &i);
		arena_free(&local);
		free(copy);
	}
}

int main(void)
{
	arena_init(&a);
	RUN(numbers);
	RUN(widths);
	RUN(data);
	RUN(verdict);
	RUN(without_attributes);
	RUN(unknown_expression);
	RUN(short_number_is_unknown);
	RUN(damaged);
	arena_free(&a);
	msgbuf_fini(&m);
	return unit_status();
}
