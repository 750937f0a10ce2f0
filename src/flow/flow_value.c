// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What "where" knows of a flow besides its tuples (ct_value.h): fields of the rule language
 * (field.h) to its values, a row each. Header fields without a direction are those of a packet of
 * the original direction as it comes in, before NAT.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "ct_value.h"
#include "flow_value.h"

typedef bool (*getter)(const struct flow *f, const struct field *field, unsigned int dir,
		       nff_u128 *v);

/* dir as "where" has it to that of the record: original where none is said. */
static const struct flow_dir *dir_of(const struct flow *f, unsigned int dir)
{
	return &f->dir[dir == 2 ? CT_REPLY : CT_ORIG];
}

static bool get_iif(const struct flow *f, const struct field *field, unsigned int dir,
		    nff_u128 *v)
{
	(void)field;
	*v = flow_iif(f, dir == 2 ? CT_REPLY : CT_ORIG);
	return *v != 0;
}

static bool get_oif(const struct flow *f, const struct field *field, unsigned int dir,
		    nff_u128 *v)
{
	(void)field;
	*v = flow_oif(f, dir == 2 ? CT_REPLY : CT_ORIG);
	return *v != 0;
}

nff_u128 name_value(const char *s, size_t len)
{
	char name[16] = { 0 };

	memcpy(name, s, len < sizeof(name) ? len : sizeof(name));
	return value_import(name, BO_BIG, sizeof(name));
}

static bool get_iifname(const struct flow *f, const struct field *field, unsigned int dir,
			nff_u128 *v)
{
	const struct device_name *d;

	if (!get_iif(f, field, dir, v))
		return false;
	d = device_by_index(f->devices, (uint32_t)*v);
	*v = name_value(d->name, d->len);
	return true;
}

static bool get_oifname(const struct flow *f, const struct field *field, unsigned int dir,
			nff_u128 *v)
{
	const struct device_name *d;

	if (!get_oif(f, field, dir, v))
		return false;
	d = device_by_index(f->devices, (uint32_t)*v);
	*v = name_value(d->name, d->len);
	return true;
}

static bool get_mark(const struct flow *f, const struct field *field, unsigned int dir,
		     nff_u128 *v)
{
	(void)field;
	(void)dir;
	*v = f->mark;
	return f->has & FL_MARK;
}

static bool get_zone(const struct flow *f, const struct field *field, unsigned int dir,
		     nff_u128 *v)
{
	(void)field;
	(void)dir;
	*v = f->zone;
	return f->has & FL_ZONE;
}

static bool get_id(const struct flow *f, const struct field *field, unsigned int dir, nff_u128 *v)
{
	(void)field;
	(void)dir;
	*v = f->ct_id;
	return f->has & FL_CT_ID;
}

/* In milliseconds, as the type has it. */
static bool get_left(const struct flow *f, const struct field *field, unsigned int dir,
		     nff_u128 *v)
{
	(void)field;
	(void)dir;
	*v = f->left;
	return f->has & FL_LEFT;
}

static uint64_t sum(const struct flow *f, unsigned int dir, bool bytes)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < 2; i++)
		if (!dir || dir == i + 1)
			v += bytes ? f->dir[i].bytes : f->dir[i].packets;
	return v;
}

/* Without a direction: of both. */
static bool get_packets(const struct flow *f, const struct field *field, unsigned int dir,
			nff_u128 *v)
{
	(void)field;
	*v = sum(f, dir, false);
	return dir_of(f, dir)->has & FLD_PACKETS;
}

static bool get_bytes(const struct flow *f, const struct field *field, unsigned int dir,
		      nff_u128 *v)
{
	(void)field;
	*v = sum(f, dir, true);
	return dir_of(f, dir)->has & FLD_BYTES;
}

static bool get_avgpkt(const struct flow *f, const struct field *field, unsigned int dir,
		       nff_u128 *v)
{
	uint64_t packets = sum(f, dir, false);

	(void)field;
	*v = packets ? sum(f, dir, true) / packets : 0;
	return dir_of(f, dir)->has & FLD_BYTES;
}

static bool get_flowtable(const struct flow *f, const struct field *field, unsigned int dir,
			  nff_u128 *v)
{
	(void)field;
	(void)dir;
	if (!(f->has & FL_FLOWTABLE))
		return false;
	*v = name_value(f->flowtable.s, f->flowtable.len);
	return true;
}

static const struct {
	uint8_t kind;			/* enum field_kind */
	uint16_t key;
	getter get;
} known[] = {
	{ FK_META, NFT_META_IIF, get_iif },
	{ FK_META, NFT_META_OIF, get_oif },
	{ FK_META, NFT_META_IIFNAME, get_iifname },
	{ FK_META, NFT_META_OIFNAME, get_oifname },
	{ FK_CT, NFT_CT_MARK, get_mark },
	{ FK_CT, NFT_CT_ZONE, get_zone },
	{ FK_CT, NFT_CT_ID, get_id },
	{ FK_CT, NFT_CT_EXPIRATION, get_left },
	{ FK_CT, NFT_CT_BYTES, get_bytes },
	{ FK_CT, NFT_CT_PKTS, get_packets },
	{ FK_CT, NFT_CT_AVGPKT, get_avgpkt },
	{ FK_RECORD, RECORD_FLOWTABLE, get_flowtable },
};

static getter find(const struct field *f)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].kind == f->kind && known[i].key == f->key)
			return known[i].get;
	return NULL;
}

/* Headers that no flow has: what is offloaded is TCP, UDP and GRE. */
static bool never(const struct field *f)
{
	return f->kind == FK_PAYLOAD && f->proto->l4proto >= 0 &&
	       f->proto->l4proto != proto_tcp.l4proto && f->proto->l4proto != proto_udp.l4proto;
}

bool flow_knows(const struct field *f, unsigned int dir)
{
	(void)dir;
	return find(f) || (ct_tuple_knows(f) && !never(f));
}

bool flow_value(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v)
{
	const struct flow *flow = rec;
	getter get = find(f);

	if (get)
		return get(flow, f, dir, v);
	return ct_tuple_value(&dir_of(flow, dir)->tuple, flow->l3proto, f, v);
}
