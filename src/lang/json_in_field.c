// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to rows of the field tables.
 */
#include <linux/netfilter.h>
#include <string.h>

#include "json_in.h"

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

static const struct {
	const char *name;
	struct expr *(*from)(struct json_in *j, const json_t *v);
} kinds[] = {
	{ "payload", payload_in },
	{ "meta", meta_in },
	{ "ct", ct_in },
	{ "rt", rt_in },
	{ "socket", socket_in },
	{ "exthdr", exthdr_in },
	{ "tcp option", tcpopt_in },
	{ "ip option", ipopt_in },
	{ "sctp chunk", chunk_in },
	{ "osf", osf_in },
	{ "ipsec", xfrm_in },
};

bool json_in_field(struct json_in *j, const char *kind, const json_t *v, struct expr **e)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, kind)) {
			*e = kinds[i].from(j, v);
			return true;
		}
	return false;
}
