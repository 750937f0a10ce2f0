// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expectations as records: their columns, and the values of fields that matches ask for.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "ct_value.h"
#include "expect.h"

#define RECORD struct expectation
#include "record_columns.h"

/* ---- columns ---- */

#define MEMBER(name, bit) NUMBER(name, r->has & (bit), r->name)

MEMBER(timeout, EXP_TIMEOUT)
MEMBER(id, EXP_ID)
MEMBER(zone, EXP_ZONE)
MEMBER(class, EXP_CLASS)
ADDR(source, tuple, true)
ADDR(destination, tuple, false)
PORT(sport, tuple, CTT_SPORT, sport)
PORT(dport, tuple, CTT_DPORT, dport)
ADDR(mask_source, mask, true)
ADDR(mask_destination, mask, false)
NUMBER(mask_sport, r->mask.has & CTT_SPORT, r->mask.sport)
NUMBER(mask_dport, r->mask.has & CTT_DPORT, r->mask.dport)
ADDR(master_source, master, true)
ADDR(master_destination, master, false)
PORT(master_sport, master, CTT_SPORT, sport)
PORT(master_dport, master, CTT_DPORT, dport)
ADDR(nat_source, nat, true)
ADDR(nat_destination, nat, false)

FAMILY(family)
PROTOCOL(tuple)
STRING(helper, EXP_HELPER, helper)
STRING(function, EXP_FN, fn)

/* Names, and the numbers of bits that a newer kernel may have. */
TEXT(flags)
{
	uint32_t flags = ((const struct expectation *)rec)->flags;
	const char *comma = "";

	(void)opts;
	for (const struct expect_flag_name *f = expect_flag_names; f->name; f++) {
		if (!(flags & f->bit))
			continue;
		out_printf(o, "%s%s", comma, f->name);
		flags &= ~f->bit;
		comma = ",";
	}
	for (unsigned int bit = 0; bit < 32; bit++) {
		if (!(flags >> bit & 1))
			continue;
		out_printf(o, "%s%u", comma, bit);
		comma = ",";
	}
	return *comma;
}

static const struct column exp_columns[] = {
	COL_T("family", family, GROUP),
	COL_TITLED("protocol", "PROTO", protocol, SHOWN | GROUP),
	ROWS_ADDRESSES,
	COL_A("mask-source", mask_source, 0),
	COL_N("mask-sport", mask_sport, COL_NUMBER, 0),
	COL_A("mask-destination", mask_destination, 0),
	COL_N("mask-dport", mask_dport, COL_NUMBER, 0),
	COL_A("master-source", master_source, SHOWN | GROUP),
	COL_P("master-sport", master_sport, SHOWN | GROUP),
	COL_A("master-destination", master_destination, SHOWN | GROUP),
	COL_P("master-dport", master_dport, SHOWN | GROUP),
	COL_A("nat-source", nat_source, GROUP),
	COL_A("nat-destination", nat_destination, GROUP),
	COL_N("timeout", timeout, COL_SECONDS, SHOWN),
	COL_T("helper", helper, SHOWN | GROUP),
	COL_T("flags", flags, SHOWN | GROUP),
	COL_N("zone", zone, COL_NUMBER, SHOWN | GROUP),
	COL_N("class", class, COL_NUMBER, GROUP),
	COL_T("function", function, GROUP),
	COL_N("id", id, COL_NUMBER, 0),
	{ .name = NULL }
};

/* ---- values ---- */

static bool number(uint64_t n, bool has, nff_u128 *v)
{
	*v = n;
	return has;
}

static bool helper(const struct expectation *e, nff_u128 *v)
{
	char name[16] = "";

	memcpy(name, e->helper.s ? e->helper.s : "",
	       e->helper.len < sizeof(name) ? e->helper.len : sizeof(name));
	*v = value_import(name, BO_BIG, sizeof(name));
	return e->has & EXP_HELPER;
}

/*
 * Fields of headers and meta keys are those of the connection that is expected; ct keys of
 * addresses and ports, in the original direction, those of the connection that it belongs to.
 */
static bool exp_value(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v)
{
	const struct expectation *e = rec;

	if (f->kind != FK_CT)
		return ct_tuple_value(&e->tuple, e->family, f, v);
	switch (f->key) {
	case NFT_CT_EXPIRATION:
		return number((uint64_t)e->timeout * 1000, e->has & EXP_TIMEOUT, v);
	case NFT_CT_HELPER:
		return helper(e, v);
	case NFT_CT_ZONE:
		return number(e->zone, true, v);
	case NFT_CT_ID:
		return number(e->id, e->has & EXP_ID, v);
	default:
		return ct_tuple_value(dir ? &e->master : &e->tuple, e->family, f, v);
	}
}

static bool exp_knows(const struct field *f, unsigned int dir)
{
	if (dir > 1)
		return false;
	if (f->kind == FK_CT && !dir)
		switch (f->key) {
		case NFT_CT_EXPIRATION:
		case NFT_CT_HELPER:
		case NFT_CT_ZONE:
		case NFT_CT_ID:
			return true;
		}
	return ct_tuple_knows(f);
}

/* ---- the type ---- */

static void exp_line(struct out *o, const void *rec, unsigned int flags, int64_t now)
{
	expect_print(o, rec, flags, now);
}

static json_t *exp_to_json(const void *rec, int64_t now)
{
	(void)now;
	return expect_json(rec);
}

static void exp_keep(void *rec, struct arena *a)
{
	struct expectation *e = rec;

	ct_str_keep(&e->helper, a);
	ct_str_keep(&e->fn, a);
}

const struct record_type expectation_record = {
	.name = "expectations",
	.one = "expectation",
	.size = sizeof(struct expectation),
	.columns = exp_columns,
	.value = exp_value,
	.knows = exp_knows,
	.line = exp_line,
	.line_ages = true,
	.json = exp_to_json,
	.keep = exp_keep,
};
