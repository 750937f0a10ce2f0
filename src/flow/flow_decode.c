// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the module to flows, by tables (rows.h). Format: uapi/linux/nff.h.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <string.h>

#include "flow_layout.h"
#include "flow_record.h"
#include "genl.h"
#include "rows.h"
#include "uapi/linux/nff.h"

static const struct row dir_array[] = {
	[NFF_DIR_SRC]		= ADDR(flow_dir, tuple.src, FLD_SRC),
	[NFF_DIR_DST]		= ADDR(flow_dir, tuple.dst, FLD_DST),
	[NFF_DIR_SPORT]		= BE16(flow_dir, tuple.sport, FLD_SPORT),
	[NFF_DIR_DPORT]		= BE16(flow_dir, tuple.dport, FLD_DPORT),
	[NFF_DIR_XMIT]		= U8(flow_dir, xmit, FLD_XMIT),
	[NFF_DIR_IIF]		= HOST32(flow_dir, iif, FLD_IIF),
	[NFF_DIR_OIF]		= HOST32(flow_dir, oif, FLD_OIF),
	[NFF_DIR_L3IIF]		= HOST32(flow_dir, l3iif, FLD_L3IIF),
	[NFF_DIR_L3OIF]		= HOST32(flow_dir, l3oif, FLD_L3OIF),
	[NFF_DIR_IN_ENCAP]	= BLOB(flow_dir, in_encap, FLD_IN_ENCAP),
	[NFF_DIR_OUT_ENCAP]	= BLOB(flow_dir, out_encap, FLD_OUT_ENCAP),
	[NFF_DIR_MTU]		= HOST32(flow_dir, mtu, FLD_MTU),
	[NFF_DIR_PACKETS]	= HOST64(flow_dir, packets, FLD_PACKETS),
	[NFF_DIR_BYTES]		= HOST64(flow_dir, bytes, FLD_BYTES),
};
static const struct rows dir_rows = ROWS(dir_array);

static const struct row flow_array[] = {
	[NFF_FLOW_ID]		= HOST32(flow, id, FL_ID),
	[NFF_FLOW_L3PROTO]	= U8(flow, l3proto, FL_L3PROTO),
	[NFF_FLOW_L4PROTO]	= U8(flow, l4proto, FL_L4PROTO),
	[NFF_FLOW_FLAGS]	= HOST32(flow, flags, FL_FLAGS),
	[NFF_FLOW_ORIG]		= NEST(flow, dir[CT_ORIG], dir_rows),
	[NFF_FLOW_REPLY]	= NEST(flow, dir[CT_REPLY], dir_rows),
	[NFF_FLOW_CT_ID]	= BE32(flow, ct_id, FL_CT_ID),
	[NFF_FLOW_CT_MARK]	= HOST32(flow, mark, FL_MARK),
	[NFF_FLOW_CT_ZONE]	= HOST16(flow, zone, FL_ZONE),
	[NFF_FLOW_CREATED]	= HOST64(flow, created, FL_CREATED),
	[NFF_FLOW_IDLE]		= HOST64(flow, idle, FL_IDLE),
	[NFF_FLOW_LEFT]		= HOST64(flow, left, FL_LEFT),
	[NFF_FLOW_REASON]	= HOST32(flow, reason, FL_REASON),
};
static const struct rows flow_rows = ROWS(flow_array);

static const struct row top_array[] = {
	[NFF_ATTR_FAMILY]	= U8(flow, family, FL_FAMILY),
	[NFF_ATTR_TABLE]	= STRING(flow, table, FL_TABLE),
	[NFF_ATTR_FLOWTABLE]	= STRING(flow, flowtable, FL_FLOWTABLE),
	[NFF_ATTR_FLOW]		= NEST_SAME(flow_rows),
};
static const struct rows top_rows = ROWS(top_array);

/* The tuple's own mask: what it has depends on protocols, which stand outside the nest. */
static void finish_tuple(const struct flow *f, struct flow_dir *d)
{
	unsigned int addrs = d->has & (FLD_SRC | FLD_DST), ports = d->has & (FLD_SPORT | FLD_DPORT);
	struct ct_tuple *t = &d->tuple;

	_Static_assert(FLD_SRC == (int)CTT_SRC4 && FLD_DST == (int)CTT_DST4 && FLD_SRC << 2 == CTT_SRC6 &&
		       FLD_DST << 2 == CTT_DST6 && FLD_SPORT << 3 == CTT_SPORT &&
		       FLD_DPORT << 3 == CTT_DPORT, "they are shifted");
	t->l4proto = f->l4proto;
	t->has = (f->has & FL_L4PROTO ? CTT_L4PROTO : 0) |
		 (f->l3proto == NFPROTO_IPV6 ? addrs << 2 : addrs) | ports << 3;
}

/* A message of any layout; not a part of its caller, whose way is short for nearly all of them. */
static __attribute__((noinline)) int decode_any(struct rows_decoder *d, const struct nlmsghdr *nlh,
						struct flow *f)
{
	const char *p = genl_attrs(nlh), *end = genl_attrs_end(nlh);
	int err;

	memset(f, 0, sizeof(*f));
	err = d ? rows_decode_next(d, &top_rows, p, end, (char *)f) :
		  rows_decode(&top_rows, p, end, (char *)f);
	finish_tuple(f, &f->dir[CT_ORIG]);
	finish_tuple(f, &f->dir[CT_REPLY]);
	return err ? err : f->has & FL_ID ? 0 : -EPROTO;
}

static bool tells_flow(const struct nlmsghdr *nlh)
{
	uint8_t cmd = genl_cmd(nlh);

	return cmd == NFF_CMD_NEW_FLOW || cmd == NFF_CMD_DEL_FLOW;
}

int flow_decode_next(struct rows_decoder *d, const struct nlmsghdr *nlh, struct flow *f)
{
	if (!tells_flow(nlh))
		return -EPROTO;
	if (flow_decode_usual(genl_attrs(nlh), genl_attrs_end(nlh), f))
		return 0;
	return decode_any(d, nlh, f);
}

int flow_decode(const struct nlmsghdr *nlh, uint64_t now, struct devices *devices,
		struct flow *f)
{
	int err = decode_any(NULL, nlh, f);

	f->now = now;
	f->devices = devices;
	return tells_flow(nlh) ? err : -EPROTO;
}

/*
 * A direction that is not on the fast path yet has no devices; those of the other direction,
 * the other way round, are where it goes unless routing is asymmetric.
 */
uint32_t flow_iif(const struct flow *f, unsigned int dir)
{
	const struct flow_dir *d = &f->dir[dir];

	return d->has & FLD_L3IIF ? d->l3iif : f->dir[!dir].l3oif;
}

uint32_t flow_oif(const struct flow *f, unsigned int dir)
{
	const struct flow_dir *d = &f->dir[dir];

	return d->has & FLD_L3OIF ? d->l3oif : f->dir[!dir].l3iif;
}

const char *flow_nat(const struct flow *f)
{
	static const char *const names[] = { "none", "snat", "dnat", "snat,dnat" };

	_Static_assert(NFF_FLOW_F_SNAT == 1 && NFF_FLOW_F_DNAT == 2, "they index names");
	return names[f->flags & (NFF_FLOW_F_SNAT | NFF_FLOW_F_DNAT)];
}
