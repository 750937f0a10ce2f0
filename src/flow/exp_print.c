// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Expectations as lines, byte for byte those of conntrack(8), and as JSON objects.
 */
#include <inttypes.h>
#include <linux/netfilter/nf_conntrack_common.h>

#include "ct_tuple.h"
#include "expect.h"
#include "record_json.h"

const struct expect_flag_name expect_flag_names[] = {
	{ NF_CT_EXPECT_PERMANENT, "PERMANENT", "permanent" },
	{ NF_CT_EXPECT_INACTIVE, "INACTIVE", "inactive" },
	{ NF_CT_EXPECT_USERSPACE, "USERSPACE", "userspace" },
	{ 0, NULL, NULL },
};

/* ---- lines ---- */

static char *put_addr(char *p, const char *name, const uint8_t *addr, bool v4, bool v6)
{
	if (!v4 && !v6)
		return p;
	p = put_str(p, name);
	p = v6 ? put_ip6(p, addr) : put_ip4(p, addr);
	*p++ = ' ';
	return p;
}

/* Addresses and ports. */
static void print_tuple(struct out *o, const struct ct_tuple *t, const char *src, const char *dst)
{
	char *start = out_reserve(o, 2 * (PUT_IP6_MAX + 16) + TUPLE_L4_MAX), *p = start;

	p = put_addr(p, src, t->src, t->has & CTT_SRC4, t->has & CTT_SRC6);
	p = put_addr(p, dst, t->dst, t->has & CTT_DST4, t->has & CTT_DST6);
	p = put_tuple_l4(p, t, t->has ? ct_l4(t->l4proto)->kind : CT_L4_NONE);
	out_commit(o, (size_t)(p - start));
}

static void print_flags(struct out *o, uint32_t flags)
{
	const char *before = "";

	for (const struct expect_flag_name *f = expect_flag_names; f->name; f++) {
		if (!(flags & f->bit))
			continue;
		out_printf(o, "%s%s", before, f->line);
		before = ",";
	}
	if (flags)
		out_putc(o, ' ');
}

void expect_print(struct out *o, const struct expectation *e, unsigned int flags, int64_t now)
{
	if (flags & LINE_TIMESTAMP)
		out_printf(o, "[%-8" PRId64 ".%06" PRId64 "]\t", now / 1000000000,
			   now % 1000000000 / 1000);
	out_printf(o, "%u proto=%u ", e->timeout, e->tuple.l4proto);
	print_tuple(o, &e->tuple, "src=", "dst=");
	print_tuple(o, &e->mask, "mask-src=", "mask-dst=");
	print_tuple(o, &e->master, "master-src=", "master-dst=");
	if (e->has & EXP_ZONE)
		out_printf(o, "zone=%u ", e->zone);
	print_flags(o, e->flags);
	if (e->has & EXP_CLASS)
		out_printf(o, "class=%u ", e->class);
	if (e->has & EXP_HELPER) {
		out_puts(o, "helper=");
		out_write(o, e->helper.s, e->helper.len);
	} else {
		/* the blank behind what was the last; nothing flushes but a newline */
		o->len--;
	}
	out_putc(o, '\n');
}

/* ---- JSON ---- */

static json_t *flags_json(uint32_t flags)
{
	json_t *list = json_array();

	for (const struct expect_flag_name *f = expect_flag_names; f->name; f++) {
		if (flags & f->bit)
			json_array_append_new(list, json_string(f->name));
		flags &= ~f->bit;
	}
	for (int bit = 0; bit < 32; bit++)
		if (flags >> bit & 1)
			json_array_append_new(list, json_integer(bit));
	return list;
}

static void set_tuple(json_t *obj, const char *name, const struct ct_tuple *t)
{
	if (t->has)
		json_object_set_new(obj, name, json_tuple(t));
}

json_t *expect_json(const struct expectation *e)
{
	json_t *obj = json_object(), *nat;

	json_set_number(obj, "id", e->has & EXP_ID, e->id);
	json_object_set_new(obj, "family", json_family(e->family));
	json_object_set_new(obj, "l4proto", json_l4proto(e->tuple.l4proto));
	json_set_number(obj, "timeout", e->has & EXP_TIMEOUT, e->timeout);
	set_tuple(obj, "tuple", &e->tuple);
	set_tuple(obj, "mask", &e->mask);
	set_tuple(obj, "master", &e->master);
	json_set_number(obj, "zone", e->has & EXP_ZONE, e->zone);
	if (e->has & EXP_FLAGS)
		json_object_set_new(obj, "flags", flags_json(e->flags));
	json_set_number(obj, "class", e->has & EXP_CLASS, e->class);
	json_set_text(obj, "helper", e->has & EXP_HELPER, e->helper);
	json_set_text(obj, "function", e->has & EXP_FN, e->fn);
	if (e->nat.has) {
		nat = json_tuple(&e->nat);
		json_object_set_new(nat, "direction",
				    json_string(e->nat_dir == CT_ORIG ? "original" : "reply"));
		json_object_set_new(obj, "nat", nat);
	}
	return obj;
}
