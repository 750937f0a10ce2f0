// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows of the module's usual layout, without a look at tables: nearly all flows of a dump are
 * connections with ports and without tags, whose attributes come in one order and with one
 * length. Each is compared with what is expected and its value is moved, which takes a third of
 * the instructions. Whatever is different is left to the tables (flow_decode.c), which are the
 * authority; the unit test compares the two.
 */
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <string.h>

#include "flow_layout.h"
#include "uapi/linux/nff.h"

#define ALWAYS static inline __attribute__((always_inline))

/* Bytes that an attribute takes with a value of so many. */
#define TAKES(size) (NLA_HDRLEN + NLA_ALIGN(size))

/* What is left of a message, or of a nest. */
struct span {
	const char *p, *end;
};

ALWAYS bool has_room(const struct span *s, size_t size)
{
	return (size_t)(s->end - s->p) >= size;
}

/* One comparison, as all but p are constants. */
ALWAYS bool head_is(const char *p, uint16_t type, size_t size)
{
	struct nlattr want = { .nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = type };

	return !memcmp(p, &want, sizeof(want));
}

/* The next one, for which there is room, if it is of this type and size. */
ALWAYS bool take(struct span *s, uint16_t type, void *value, size_t size)
{
	if (!head_is(s->p, type, size))
		return false;
	memcpy(value, s->p + NLA_HDRLEN, size);
	s->p += TAKES(size);
	return true;
}

ALWAYS bool take_be16(struct span *s, uint16_t type, uint16_t *value)
{
	bool taken = take(s, type, value, sizeof(*value));

	*value = be16toh(*value);
	return taken;
}

/* A string or a nest: its size is in the message. */
ALWAYS bool take_span(struct span *s, uint16_t type, struct span *value)
{
	struct nlattr a;

	if (!has_room(s, sizeof(a)))
		return false;
	memcpy(&a, s->p, sizeof(a));
	if ((a.nla_type & NLA_TYPE_MASK) != type || a.nla_len < NLA_HDRLEN ||
	    !has_room(s, NLA_ALIGN(a.nla_len)))
		return false;
	value->p = s->p + NLA_HDRLEN;
	value->end = s->p + a.nla_len;
	s->p += NLA_ALIGN(a.nla_len);
	return true;
}

ALWAYS bool take_name(struct span *s, uint16_t type, struct ct_str *name)
{
	struct span value;
	uint32_t n = 0, max;

	if (!take_span(s, type, &value))
		return false;
	max = (uint32_t)(value.end - value.p);
	/* Names are short: strnlen() is farther away than their end. */
	while (n < max && value.p[n])
		n++;
	*name = (struct ct_str){ .s = value.p, .len = n };
	return true;
}

ALWAYS bool take_tuple(struct span *s, struct flow_dir *d, size_t addr)
{
	struct ct_tuple *t = &d->tuple;

	return has_room(s, 2 * TAKES(addr) + 3 * TAKES(2)) &&
	       take(s, NFF_DIR_SRC, t->src, addr) && take(s, NFF_DIR_DST, t->dst, addr) &&
	       take_be16(s, NFF_DIR_SPORT, &t->sport) && take_be16(s, NFF_DIR_DPORT, &t->dport) &&
	       take(s, NFF_DIR_XMIT, &d->xmit, sizeof(d->xmit));
}

ALWAYS bool take_dir(struct span *from, uint16_t type, struct flow_dir *d, bool v6)
{
	const uint32_t always = FLD_SRC | FLD_DST | FLD_SPORT | FLD_DPORT | FLD_XMIT |
				FLD_PACKETS | FLD_BYTES;
	struct span s;

	if (!take_span(from, type, &s) || !(v6 ? take_tuple(&s, d, 16) : take_tuple(&s, d, 4)))
		return false;
	d->has = always;
	/* There are no devices where this direction is not on the fast path. */
	if (has_room(&s, 5 * TAKES(4) + 2 * TAKES(8))) {
		if (!take(&s, NFF_DIR_IIF, &d->iif, 4) || !take(&s, NFF_DIR_OIF, &d->oif, 4) ||
		    !take(&s, NFF_DIR_L3IIF, &d->l3iif, 4) ||
		    !take(&s, NFF_DIR_L3OIF, &d->l3oif, 4) || !take(&s, NFF_DIR_MTU, &d->mtu, 4))
			return false;
		d->has = always | FLD_IIF | FLD_OIF | FLD_L3IIF | FLD_L3OIF | FLD_MTU;
	}
	return has_room(&s, 2 * TAKES(8)) && take(&s, NFF_DIR_PACKETS, &d->packets, 8) &&
	       take(&s, NFF_DIR_BYTES, &d->bytes, 8) && s.p == s.end;
}

ALWAYS bool take_begin(struct span *s, struct flow *f)
{
	return has_room(s, 4 * TAKES(4)) && take(s, NFF_FLOW_ID, &f->id, 4) &&
	       take(s, NFF_FLOW_L3PROTO, &f->l3proto, 1) &&
	       take(s, NFF_FLOW_L4PROTO, &f->l4proto, 1) &&
	       take(s, NFF_FLOW_FLAGS, &f->flags, 4);
}

ALWAYS bool take_end(struct span *s, struct flow *f)
{
	bool taken = has_room(s, 3 * TAKES(4) + 3 * TAKES(8)) &&
		     take(s, NFF_FLOW_CT_ID, &f->ct_id, 4) &&
		     take(s, NFF_FLOW_CT_MARK, &f->mark, 4) &&
		     take(s, NFF_FLOW_CT_ZONE, &f->zone, 2) &&
		     take(s, NFF_FLOW_CREATED, &f->created, 8) &&
		     take(s, NFF_FLOW_IDLE, &f->idle, 8) && take(s, NFF_FLOW_LEFT, &f->left, 8);

	f->ct_id = be32toh(f->ct_id);
	return taken && s->p == s->end;
}

bool flow_decode_usual(const char *p, const char *end, struct flow *f)
{
	struct span top = { p, end }, s;

	if (!has_room(&top, TAKES(1)) || !take(&top, NFF_ATTR_FAMILY, &f->family, 1) ||
	    !take_name(&top, NFF_ATTR_TABLE, &f->table) ||
	    !take_name(&top, NFF_ATTR_FLOWTABLE, &f->flowtable) ||
	    !take_span(&top, NFF_ATTR_FLOW, &s) || top.p != end || !take_begin(&s, f) ||
	    !take_dir(&s, NFF_FLOW_ORIG, &f->dir[CT_ORIG], f->l3proto == NFPROTO_IPV6) ||
	    !take_dir(&s, NFF_FLOW_REPLY, &f->dir[CT_REPLY], f->l3proto == NFPROTO_IPV6) ||
	    !take_end(&s, f))
		return false;
	f->has = FL_FAMILY | FL_TABLE | FL_FLOWTABLE | FL_ID | FL_L3PROTO | FL_L4PROTO | FL_FLAGS |
		 FL_CT_ID | FL_MARK | FL_ZONE | FL_CREATED | FL_IDLE | FL_LEFT;
	return true;
}
