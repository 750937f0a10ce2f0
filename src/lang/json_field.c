// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rows of the field tables to and from JSON: under which name a kind of field
 * stands, and which properties tell the row.
 */
#include <linux/netfilter.h>
#include <string.h>

#include "json_in.h"
#include "json_out.h"

/* ---- to JSON ---- */

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

/* ---- from JSON ---- */

static struct expr *no_field(struct json_in *j, const json_t *v, const char *key,
			     const char *what, const char *name)
{
	json_error(j, v, key, "there is no %s '%.64s'", what, name);
	return NULL;
}

/* ---- payload ---- */

static struct expr *raw_in(struct json_in *j, const json_t *v)
{
	uint64_t base = 0, off = 0, len = 0;
	const struct json_prop props[] = {
		{ .key = "base", .kind = JP_SYMBOL, .to = &base, .names = json_payload_bases,
		  .required = true },
		{ .key = "offset", .kind = JP_NUMBER, .to = &off, .max = UINT16_MAX,
		  .required = true },
		{ .key = "len", .kind = JP_NUMBER, .to = &len, .max = UINT16_MAX,
		  .required = true },
		{ .key = NULL }
	};
	struct expr *e = expr_new(j->a, EX_RAW, json_loc(j, v));

	if (json_props(j, v, props))
		return NULL;
	e->raw.base = (uint8_t)base;
	e->raw.off = (uint16_t)off;
	e->bits = (uint32_t)len;
	return e;
}

static struct expr *payload_in(struct json_in *j, const json_t *v)
{
	const char *protocol = NULL, *name = NULL;
	const struct json_prop props[] = {
		{ .key = "protocol", .kind = JP_TEXT, .to = &protocol, .required = true },
		{ .key = "field", .kind = JP_TEXT, .to = &name, .required = true },
		{ .key = NULL }
	};
	const struct proto *proto;
	const struct field *f;

	if (json_object_get(v, "base"))
		return raw_in(j, v);
	if (json_props(j, v, props))
		return NULL;
	proto = proto_by_name(protocol);
	if (!proto)
		return no_field(j, v, "protocol", "protocol", protocol);
	f = field_by_name(proto->fields, name);
	if (!f)
		return no_field(j, v, "field", arena_printf(j->a, "field of %s", proto->name), name);
	return expr_field(j->a, json_loc(j, v), f, 0);
}

/* ---- keys of meta, ct and the like ---- */

/* "ip" and "saddr" make the name "ip saddr". */
static const char *key_with_family(struct json_in *j, const char *key, uint8_t family)
{
	return family ? arena_printf(j->a, "%s %s", family_name(family), key) : key;
}

static struct expr *key_field(struct json_in *j, const json_t *v, const struct field *table,
			      const char *what, const char *key, uint8_t family)
{
	const struct field *f = field_by_name(table, key_with_family(j, key, family));

	if (!f)
		return no_field(j, v, "key", what, key_with_family(j, key, family));
	return expr_field(j->a, json_loc(j, v), f, 0);
}

static struct expr *meta_in(struct json_in *j, const json_t *v)
{
	const char *key = NULL;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_TEXT, .to = &key, .required = true },
		{ .key = NULL }
	};

	return json_props(j, v, props) ? NULL : key_field(j, v, meta_fields, "meta key", key, 0);
}

static struct expr *ct_in(struct json_in *j, const json_t *v)
{
	const char *key = NULL;
	uint8_t family = 0;
	uint64_t dir = 0;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_TEXT, .to = &key, .required = true },
		{ .key = "family", .kind = JP_FAMILY, .to = &family },
		{ .key = "dir", .kind = JP_SYMBOL, .to = &dir, .names = json_ct_dirs },
		{ .key = NULL }
	};
	struct expr *e;

	if (json_props(j, v, props))
		return NULL;
	e = key_field(j, v, ct_fields, "ct key", key, family);
	if (e)
		e->field.dir = (uint8_t)dir;
	return e;
}

static struct expr *rt_in(struct json_in *j, const json_t *v)
{
	const char *key = NULL;
	uint8_t family = 0;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_TEXT, .to = &key, .required = true },
		{ .key = "family", .kind = JP_FAMILY, .to = &family },
		{ .key = NULL }
	};

	return json_props(j, v, props) ? NULL :
					 key_field(j, v, rt_fields, "rt key", key, family);
}

static struct expr *socket_in(struct json_in *j, const json_t *v)
{
	const char *key = NULL;
	uint64_t level = 0;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_TEXT, .to = &key, .required = true },
		{ .key = "level", .kind = JP_NUMBER, .to = &level, .max = 255 },
		{ .key = NULL }
	};
	struct expr *e;

	if (json_props(j, v, props))
		return NULL;
	e = key_field(j, v, socket_fields, "socket key", key, 0);
	if (e)
		e->field.num = (uint32_t)level;
	return e;
}

static struct expr *osf_in(struct json_in *j, const json_t *v)
{
	const char *key = NULL;
	uint64_t ttl = 0;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_TEXT, .to = &key, .required = true },
		{ .key = "ttl", .kind = JP_SYMBOL, .to = &ttl, .names = json_osf_ttls },
		{ .key = NULL }
	};
	struct expr *e;

	if (json_props(j, v, props))
		return NULL;
	e = key_field(j, v, osf_fields, "osf key", key, 0);
	if (e)
		e->field.num = (uint32_t)ttl;
	return e;
}

static struct expr *xfrm_in(struct json_in *j, const json_t *v)
{
	const char *key = NULL;
	uint8_t family = 0;
	uint64_t dir = 0, spnum = 0;
	const struct json_prop props[] = {
		{ .key = "key", .kind = JP_TEXT, .to = &key, .required = true },
		{ .key = "family", .kind = JP_FAMILY, .to = &family },
		{ .key = "dir", .kind = JP_SYMBOL, .to = &dir, .names = json_xfrm_dirs,
		  .required = true },
		{ .key = "spnum", .kind = JP_NUMBER, .to = &spnum, .max = 255 },
		{ .key = NULL }
	};
	struct expr *e;

	if (json_props(j, v, props))
		return NULL;
	e = key_field(j, v, xfrm_fields, "ipsec key", key, family);
	if (e) {
		e->field.dir = (uint8_t)dir;
		e->field.num = (uint32_t)spnum;
	}
	return e;
}

/* ---- extension headers, options, chunks ---- */

/* An option by its number: a row of its own, as the tables have none. */
static struct expr *raw_option(struct json_in *j, const json_t *v, enum field_kind kind)
{
	struct field *f = arena_new(j->a, struct field);
	uint64_t number = 0, off = 0, len = 0;
	const struct json_prop props[] = {
		{ .key = "base", .kind = JP_NUMBER, .to = &number, .max = 255, .required = true },
		{ .key = "offset", .kind = JP_NUMBER, .to = &off, .max = 2048, .required = true },
		{ .key = "len", .kind = JP_NUMBER, .to = &len, .max = 128, .required = true },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return NULL;
	f->type = &dt_integer;
	f->kind = kind;
	f->byteorder = BO_BIG;
	f->key = (uint16_t)number;
	f->bit_off = (uint16_t)off;
	f->bits = (uint16_t)len;
	return expr_field(j->a, json_loc(j, v), f, 0);
}

/*
 * rt0 has its addresses by number: nft wants "addr[1]" and an offset, which
 * counts from 0.
 */
static const char *rt0_field(struct json_in *j, const char *name, uint64_t offset)
{
	return offset ? arena_printf(j->a, "addr[%u]", (unsigned int)offset + 1) : name;
}

static struct expr *header_in(struct json_in *j, const json_t *v, enum field_kind kind,
			      const struct proto *const *list, const char *what)
{
	const char *proto_name = NULL, *name = "";
	uint64_t offset = 0;
	const struct json_prop props[] = {
		{ .key = "name", .kind = JP_TEXT, .to = &proto_name, .required = true },
		{ .key = "field", .kind = JP_TEXT, .to = &name },
		{ .key = "offset", .kind = JP_NUMBER, .to = &offset, .max = 255 },
		{ .key = NULL }
	};
	const struct proto *proto;
	const struct field *f;

	if (kind == FK_TCPOPT && json_object_get(v, "base"))
		return raw_option(j, v, kind);
	if (json_props(j, v, props))
		return NULL;
	proto = proto_in_list(list, proto_name);
	if (!proto)
		return no_field(j, v, "name", what, proto_name);
	if (json_object_get(v, "offset")) {
		if (strcmp(proto->name, "rt0")) {
			json_error(j, v, "offset", "an offset goes with rt0 only");
			return NULL;
		}
		name = rt0_field(j, name, offset);
	}
	f = field_by_name(proto->fields, name);
	if (!f && !*name)
		return no_field(j, v, NULL, "test for the existence of", proto_name);
	if (!f)
		return no_field(j, v, "field", arena_printf(j->a, "field of %s", proto->name), name);
	return expr_field(j->a, json_loc(j, v), f, 0);
}


static struct expr *exthdr_in(struct json_in *j, const json_t *v)
{
	return header_in(j, v, FK_EXTHDR, exthdrs, "extension header");
}

static struct expr *tcpopt_in(struct json_in *j, const json_t *v)
{
	return header_in(j, v, FK_TCPOPT, tcpopts, "TCP option");
}

static struct expr *ipopt_in(struct json_in *j, const json_t *v)
{
	return header_in(j, v, FK_IPOPT, ipopts, "IP option");
}

static struct expr *chunk_in(struct json_in *j, const json_t *v)
{
	return header_in(j, v, FK_SCTP_CHUNK, sctp_chunks, "SCTP chunk");
}

/* ---- the table ---- */

static const struct {
	const char *name;
	uint8_t kind;			/* enum field_kind */
	json_t *(*to)(const struct expr *e);
	struct expr *(*from)(struct json_in *j, const json_t *v);
} rows[] = {
	{ "payload", FK_PAYLOAD, payload_out, payload_in },
	{ "meta", FK_META, key_out, meta_in },
	{ "ct", FK_CT, ct_out, ct_in },
	{ "rt", FK_RT, rt_out, rt_in },
	{ "socket", FK_SOCKET, socket_out, socket_in },
	{ "exthdr", FK_EXTHDR, header_out, exthdr_in },
	{ "tcp option", FK_TCPOPT, header_out, tcpopt_in },
	{ "ip option", FK_IPOPT, header_out, ipopt_in },
	{ "sctp chunk", FK_SCTP_CHUNK, header_out, chunk_in },
	{ "osf", FK_OSF, osf_out, osf_in },
	{ "ipsec", FK_XFRM, xfrm_out, xfrm_in },
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

json_t *json_field(const struct expr *e)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind == e->field.f->kind)
			return json_wrap(rows[i].name, rows[i].to(e));
	return json_text(e->field.f->name);
}

bool json_in_field(struct json_in *j, const char *kind, const json_t *v, struct expr **e)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (!strcmp(rows[i].name, kind)) {
			*e = rows[i].from(j, v);
			return true;
		}
	return false;
}
