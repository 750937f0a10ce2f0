// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rows of the field tables to JSON: which name a kind of field has, and which
 * of its properties stand there besides.
 */
#include <linux/netfilter.h>
#include <string.h>

#include "json_out.h"

/* "ip saddr" as a key "saddr" with the family "ip"; other keys as they are. */
static void put_key_of_family(json_t *o, const struct field *f)
{
	const char *blank = strchr(f->name, ' ');

	if (blank) {
		json_put_text(o, "key", blank + 1);
		json_put(o, "family", json_text_n(f->name, (size_t)(blank - f->name)));
		return;
	}
	json_put_text(o, "key", f->name);
	/* "nexthop" got a family when the rule was evaluated. */
	if (f->nfproto)
		json_put_text(o, "family", family_name(f->nfproto));
}

static json_t *payload_out(const struct expr *e)
{
	const struct field *f = e->field.f;

	return json_pack("{s:s, s:s}", "protocol", f->proto ? f->proto->name : "?",
			 "field", f->name);
}

static json_t *key_out(const struct expr *e)
{
	return json_wrap("key", json_text(e->field.f->name));
}

static json_t *ct_out(const struct expr *e)
{
	json_t *o = key_out(e);

	if (e->field.dir)
		json_put_text(o, "dir", json_symbol(json_ct_dirs, e->field.dir));
	return o;
}

static json_t *rt_out(const struct expr *e)
{
	json_t *o = json_object();

	put_key_of_family(o, e->field.f);
	return o;
}

/* The level of a control group is a property that nft leaves out. */
static json_t *socket_out(const struct expr *e)
{
	json_t *o = key_out(e);

	if (e->field.f->type == &dt_cgroupv2)
		json_put_u64(o, "level", e->field.num);
	return o;
}

/* Extension headers, options and chunks: without field it is "is there one?". */
static json_t *header_out(const struct expr *e)
{
	const struct field *f = e->field.f;
	json_t *o;

	/* An option without a row: its number, and the place in it. */
	if (!f->proto || !f->proto->name || !f->proto->name[0])
		return json_pack("{s:i, s:i, s:i}", "base", (int)f->key,
				 "offset", (int)f->bit_off, "len", (int)f->bits);
	o = json_wrap("name", json_text(f->proto->name));
	if (!(f->flags & FF_EXISTS))
		json_put_text(o, "field", f->name);
	return o;
}

static json_t *osf_out(const struct expr *e)
{
	json_t *o = key_out(e);

	if (e->field.num)
		json_put_text(o, "ttl", json_symbol(json_osf_ttls, e->field.num));
	return o;
}

static json_t *xfrm_out(const struct expr *e)
{
	json_t *o = json_object();

	put_key_of_family(o, e->field.f);
	json_put_text(o, "dir", json_symbol(json_xfrm_dirs, e->field.dir));
	json_put_u64(o, "spnum", e->field.num);
	return o;
}

static const struct {
	const char *name;
	json_t *(*to)(const struct expr *e);
} kinds[] = {
	[FK_PAYLOAD] = { "payload", payload_out },
	[FK_META] = { "meta", key_out },
	[FK_CT] = { "ct", ct_out },
	[FK_RT] = { "rt", rt_out },
	[FK_SOCKET] = { "socket", socket_out },
	[FK_EXTHDR] = { "exthdr", header_out },
	[FK_TCPOPT] = { "tcp option", header_out },
	[FK_IPOPT] = { "ip option", header_out },
	[FK_SCTP_CHUNK] = { "sctp chunk", header_out },
	[FK_OSF] = { "osf", osf_out },
	[FK_XFRM] = { "ipsec", xfrm_out },
};

json_t *json_field(const struct expr *e)
{
	unsigned int kind = e->field.f->kind;

	if (kind >= sizeof(kinds) / sizeof(kinds[0]))
		return json_text(e->field.f->name);
	return json_wrap(kinds[kind].name, kinds[kind].to(e));
}
