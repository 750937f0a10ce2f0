// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows as JSON objects. Members that conntracks have, too, have the same names; what the module
 * did not tell is left out.
 */
#include <endian.h>
#include <string.h>

#include "ast.h"
#include "flow_record.h"
#include "record_json.h"
#include "uapi/linux/nff.h"

/* A member, unless the value is NULL. */
static void json_put(json_t *obj, const char *key, json_t *value)
{
	if (value)
		json_object_set_new(obj, key, value);
}

static void put_device(json_t *obj, const char *key, const struct flow *f, uint32_t index)
{
	const struct device_name *d;

	if (!index)
		return;
	d = device_by_index(f->devices, index);
	json_put(obj, key, json_bytes(d->name, d->len));
}

/* A reason by its word, or its number. */
static json_t *reason_json(enum flow_reasons kind, unsigned int reason)
{
	const char *name = flow_reason_name(kind, reason);

	return name ? json_string(name) : json_integer(reason);
}

/* [{"type": "vlan", "id": 100}], outermost first; NULL: none. */
static json_t *tags_json(struct ct_str tags)
{
	json_t *list = tags.len >= sizeof(struct nff_encap) ? json_array() : NULL;
	struct nff_encap e;

	for (uint32_t i = 0; i + sizeof(e) <= tags.len; i += sizeof(e)) {
		const char *kind;
		json_t *tag = json_object();

		memcpy(&e, tags.s + i, sizeof(e));
		kind = flow_encap_name(&e);
		json_put(tag, "type", kind ? json_string(kind) : json_integer(be16toh(e.proto)));
		json_set_number(tag, "id", true, e.id);
		json_array_append_new(list, tag);
	}
	return list;
}

static json_t *dir_json(const struct flow *f, unsigned int dir)
{
	const struct flow_dir *d = &f->dir[dir];
	json_t *o = json_tuple(&d->tuple);

	json_set_number(o, "packets", d->has & FLD_PACKETS, d->packets);
	json_set_number(o, "bytes", d->has & FLD_BYTES, d->bytes);
	json_set_number(o, "rate", d->has & FLD_BYTES, flow_rate(f, dir));
	put_device(o, "iif", f, d->l3iif);
	put_device(o, "oif", f, d->l3oif);
	put_device(o, "port-in", f, d->iif);
	put_device(o, "port-out", f, d->oif);
	json_put(o, "tags-in", tags_json(d->in_encap));
	json_put(o, "tags-out", tags_json(d->out_encap));
	if (d->has & FLD_XMIT)
		json_put(o, "xmit", reason_json(FLOW_XMIT, d->xmit));
	json_set_number(o, "mtu", d->has & FLD_MTU, d->mtu);
	return o;
}

static json_t *flowtable_json(const struct flow *f)
{
	const char *family = family_name(f->family);
	json_t *o = json_object();

	json_put(o, "family", family ? json_string(family) : json_integer(f->family));
	json_set_text(o, "table", f->has & FL_TABLE, f->table);
	json_set_text(o, "name", f->has & FL_FLOWTABLE, f->flowtable);
	return o;
}

/* Names, and the numbers of bits that a newer module may have. */
static json_t *flags_json(uint32_t flags)
{
	static const char *const names[] = { "snat", "dnat", "acct" };
	json_t *list = json_array();

	for (unsigned int bit = 0; bit < 32; bit++)
		if (flags >> bit & 1)
			json_array_append_new(list, bit < 3 ? json_string(names[bit]) :
					      json_integer(bit));
	return list;
}

json_t *flow_json(const struct flow *f)
{
	const struct ct_l4 *l4 = ct_l4(f->l4proto);
	json_t *o = json_object();

	json_set_number(o, "id", f->has & FL_CT_ID, f->ct_id);
	json_put(o, "family", json_family(f->l3proto));
	json_put(o, "l4proto", l4->kind != CT_L4_NONE ? json_string(l4->name) :
		 json_integer(f->l4proto));
	json_set_number(o, "timeout", f->has & FL_LEFT && !(f->has & FL_REASON), f->left / 1000);
	json_put(o, "original", dir_json(f, CT_ORIG));
	json_put(o, "reply", dir_json(f, CT_REPLY));
	json_put(o, "flowtable", flowtable_json(f));
	json_put(o, "flags", flags_json(f->flags));
	json_set_number(o, "mark", f->has & FL_MARK, f->mark);
	json_set_number(o, "zone", f->has & FL_ZONE, f->zone);
	json_set_number(o, "start", f->has & FL_CREATED, f->created);
	json_set_number(o, "age", f->has & FL_CREATED, flow_age(f) / 1000000000);
	json_set_number(o, "idle", f->has & FL_IDLE, f->idle / 1000);
	json_set_number(o, "flow-id", true, f->id);
	if (f->has & FL_REASON)
		json_put(o, "reason", reason_json(FLOW_REMOVED, f->reason));
	return o;
}
