// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows of the module's usual layouts, without a look at tables: nearly all flows of a dump are
 * connections with ports and without tags, whose attributes come in one order and with one
 * length. The headers of all of them are compared at once, in blocks, and the values are moved
 * from where they are then known to be, which takes half of the instructions. Whatever is different
 * is left to the tables (flow_decode.c), which are the authority; the unit test compares the two.
 */
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <string.h>

#include "flow_layout.h"
#include "rows.h"
#include "uapi/linux/nff.h"

#define ALWAYS static inline __attribute__((always_inline))

/*
 * A run of attributes as a list of X(type, member, size), of which are made: a struct that is laid
 * over the message (MEMBER), such a message with nothing but headers (HEAD), and a mask of where
 * those are (CARE).
 */
#define MEMBER(type, member, size) \
	struct nlattr member##_head; \
	uint8_t member[NLA_ALIGN(size)];
#define HEAD(type, member, size)	.member##_head = { NLA_HDRLEN + (size), type },
#define CARE(type, member, size)	.member##_head = { 0xffff, 0xffff },
/* Of a nest, by all that it takes. */
#define NEST_HEAD(type, size)	{ size, (type) | NLA_F_NESTED }
#define NEST_CARE(type, size)	{ 0xffff, 0xffff }

#define FLOW_BEGIN(X) \
	X(NFF_FLOW_ID, id, 4) \
	X(NFF_FLOW_L3PROTO, l3proto, 1) \
	X(NFF_FLOW_L4PROTO, l4proto, 1) \
	X(NFF_FLOW_FLAGS, flags, 4)
#define FLOW_END(X) \
	X(NFF_FLOW_CT_ID, ct_id, 4) \
	X(NFF_FLOW_CT_MARK, mark, 4) \
	X(NFF_FLOW_CT_ZONE, zone, 2) \
	X(NFF_FLOW_CREATED, created, 8) \
	X(NFF_FLOW_IDLE, idle, 8) \
	X(NFF_FLOW_LEFT, left, 8)

#define ADDRS(X, size) \
	X(NFF_DIR_SRC, src, size) \
	X(NFF_DIR_DST, dst, size)
#define ADDRS4(X)	ADDRS(X, 4)
#define ADDRS6(X)	ADDRS(X, 16)
#define PORTS(X) \
	X(NFF_DIR_SPORT, sport, 2) \
	X(NFF_DIR_DPORT, dport, 2) \
	X(NFF_DIR_XMIT, xmit, 1)
#define WAY(X) \
	X(NFF_DIR_IIF, iif, 4) \
	X(NFF_DIR_OIF, oif, 4) \
	X(NFF_DIR_L3IIF, l3iif, 4) \
	X(NFF_DIR_L3OIF, l3oif, 4) \
	X(NFF_DIR_MTU, mtu, 4)
#define COUNTERS(X) \
	X(NFF_DIR_PACKETS, packets, 8) \
	X(NFF_DIR_BYTES, bytes, 8)

struct flow_begin { FLOW_BEGIN(MEMBER) };
struct flow_end { FLOW_END(MEMBER) };
struct ports { PORTS(MEMBER) };
struct way { WAY(MEMBER) };
struct counters { COUNTERS(MEMBER) };

/* A direction that is not on the fast path yet has no way; its layout has NO_WAY in its place. */
#define WAY_MEMBER	struct way way;
#define WAY_FILL(HOW)	.way = { WAY(HOW) },
#define NO_WAY_MEMBER
#define NO_WAY_FILL(HOW)

#define DIR(name, ADDRS_OF, WAY_OF) \
	struct name { \
		struct nlattr nest; \
		ADDRS_OF(MEMBER) \
		struct ports ports; \
		WAY_OF##_MEMBER \
		struct counters counters; \
	}
#define DIR_FILL(name, type, ADDRS_OF, WAY_OF, HOW) { \
	.nest = NEST_##HOW(type, sizeof(struct name)), \
	ADDRS_OF(HOW) \
	.ports = { PORTS(HOW) }, \
	WAY_OF##_FILL(HOW) \
	.counters = { COUNTERS(HOW) }, \
}
DIR(dir4, ADDRS4, WAY);
DIR(dir6, ADDRS6, WAY);
DIR(dir4_idle, ADDRS4, NO_WAY);
DIR(dir6_idle, ADDRS6, NO_WAY);

/* The nest of a flow whose reply is laid out like that; what its headers are, and where they are. */
#define LAYOUT(name, ADDRS_OF, orig_dir, reply_dir, WAY_OF) \
	struct name { \
		struct nlattr nest; \
		struct flow_begin begin; \
		struct orig_dir orig; \
		struct reply_dir reply; \
		struct flow_end end; \
	}; \
	static const struct name name##_heads BLOCKS = \
		LAYOUT_FILL(name, ADDRS_OF, orig_dir, reply_dir, WAY_OF, HEAD); \
	static const struct name name##_care BLOCKS = \
		LAYOUT_FILL(name, ADDRS_OF, orig_dir, reply_dir, WAY_OF, CARE)
#define BLOCKS __attribute__((aligned(SHAPE_BLOCK)))
#define LAYOUT_FILL(name, ADDRS_OF, orig_dir, reply_dir, WAY_OF, HOW) { \
	.nest = NEST_##HOW(NFF_ATTR_FLOW, sizeof(struct name)), \
	.begin = { FLOW_BEGIN(HOW) }, \
	.orig = DIR_FILL(orig_dir, NFF_FLOW_ORIG, ADDRS_OF, WAY, HOW), \
	.reply = DIR_FILL(reply_dir, NFF_FLOW_REPLY, ADDRS_OF, WAY_OF, HOW), \
	.end = { FLOW_END(HOW) }, \
}
LAYOUT(flow4, ADDRS4, dir4, dir4, WAY);
LAYOUT(flow6, ADDRS6, dir6, dir6, WAY);
LAYOUT(flow4_idle, ADDRS4, dir4, dir4_idle, NO_WAY);
LAYOUT(flow6_idle, ADDRS6, dir6, dir6_idle, NO_WAY);

/* ---- headers ---- */

ALWAYS rows_block block_at(const void *p, size_t off)
{
	rows_block b;

	memcpy(&b, (const char *)p + off, sizeof(b));
	return b;
}

/* The size is a constant; the last block laps over the one before. */
ALWAYS bool same_heads(const char *p, const void *heads, const void *care, size_t size)
{
	size_t last = size - SHAPE_BLOCK;
	rows_block differ = (block_at(p, last) ^ block_at(heads, last)) & block_at(care, last);

#pragma GCC unroll 32
	for (size_t i = 0; i < last; i += SHAPE_BLOCK)
		differ |= (block_at(p, i) ^ block_at(heads, i)) & block_at(care, i);
	return !(differ[0] | differ[1]);
}

/* ---- values ---- */

/* To a member of the record, which is as large. */
#define GET(to, from) memcpy(&(to), from, sizeof(to))

ALWAYS void get_begin(struct flow *f, const struct flow_begin *v)
{
	GET(f->id, v->id);
	GET(f->l3proto, v->l3proto);
	GET(f->l4proto, v->l4proto);
	GET(f->flags, v->flags);
}

ALWAYS void get_end(struct flow *f, const struct flow_end *v)
{
	GET(f->ct_id, v->ct_id);
	f->ct_id = be32toh(f->ct_id);
	GET(f->mark, v->mark);
	GET(f->zone, v->zone);
	GET(f->created, v->created);
	GET(f->idle, v->idle);
	GET(f->left, v->left);
}

/* Behind an IPv4 address there are zeros. */
ALWAYS void get_addr(uint8_t *addr, const uint8_t *from, size_t size)
{
	uint64_t v[2] = { 0 };

	memcpy(v, from, size);
	memcpy(addr, v, sizeof(v));
}

ALWAYS uint16_t port_of(const uint8_t *from)
{
	uint16_t port;

	memcpy(&port, from, sizeof(port));
	return be16toh(port);
}

ALWAYS void get_way(struct flow_dir *d, const struct way *v)
{
	d->has |= FLD_IIF | FLD_OIF | FLD_L3IIF | FLD_L3OIF | FLD_MTU;
	GET(d->iif, v->iif);
	GET(d->oif, v->oif);
	GET(d->l3iif, v->l3iif);
	GET(d->l3oif, v->l3oif);
	GET(d->mtu, v->mtu);
}

/* What all directions have, and no way. */
ALWAYS void get_dir(struct flow_dir *d, const struct ports *ports, const struct counters *counters)
{
	d->has = FLD_SRC | FLD_DST | FLD_SPORT | FLD_DPORT | FLD_XMIT | FLD_PACKETS | FLD_BYTES;
	GET(d->xmit, ports->xmit);
	d->iif = d->oif = d->l3iif = d->l3oif = d->mtu = 0;
	GET(d->packets, counters->packets);
	GET(d->bytes, counters->bytes);
	d->in_encap = d->out_encap = (struct ct_str){ 0 };
}

ALWAYS void get_tuple(struct ct_tuple *t, uint8_t l4proto, const struct ports *ports,
		      const uint8_t *src, const uint8_t *dst, size_t size)
{
	t->has = CTT_L4PROTO | CTT_SPORT | CTT_DPORT |
		 (size == 4 ? CTT_SRC4 | CTT_DST4 : CTT_SRC6 | CTT_DST6);
	t->l4proto = l4proto;
	t->icmp_type = t->icmp_code = 0;
	t->sport = port_of(ports->sport);
	t->dport = port_of(ports->dport);
	t->icmp_id = t->zone = 0;
	get_addr(t->src, src, size);
	get_addr(t->dst, dst, size);
}

#define GET_DIR(f, d, v) do { \
	get_dir(d, &(v)->ports, &(v)->counters); \
	get_tuple(&(d)->tuple, (f)->l4proto, &(v)->ports, (v)->src, (v)->dst, sizeof((v)->src)); \
} while (0)

/* Where the family does not agree with the addresses, the tables shall say what to make of it. */
#define DECODE(name, l3, ...) \
	ALWAYS bool decode_##name(const char *p, struct flow *f) \
	{ \
		const struct name *v = (const struct name *)(const void *)p; \
\
		if (!same_heads(p, &name##_heads, &name##_care, sizeof(*v)) || \
		    v->begin.l3proto[0] != (l3)) \
			return false; \
		get_begin(f, &v->begin); \
		GET_DIR(f, &f->dir[CT_ORIG], &v->orig); \
		get_way(&f->dir[CT_ORIG], &v->orig.way); \
		GET_DIR(f, &f->dir[CT_REPLY], &v->reply); \
		__VA_ARGS__ \
		get_end(f, &v->end); \
		return true; \
	}
DECODE(flow4, NFPROTO_IPV4, get_way(&f->dir[CT_REPLY], &v->reply.way);)
DECODE(flow6, NFPROTO_IPV6, get_way(&f->dir[CT_REPLY], &v->reply.way);)
DECODE(flow4_idle, NFPROTO_IPV4, )
DECODE(flow6_idle, NFPROTO_IPV6, )

ALWAYS bool decode_flow(const char *p, size_t size, struct flow *f)
{
	switch (size) {
	case sizeof(struct flow4): return decode_flow4(p, f);
	case sizeof(struct flow6): return decode_flow6(p, f);
	case sizeof(struct flow4_idle): return decode_flow4_idle(p, f);
	case sizeof(struct flow6_idle): return decode_flow6_idle(p, f);
	default: return false;
	}
}

/* ---- what is in front of the nest ---- */

/* The name that comes next, and where it ends; NULL: something else does. */
ALWAYS const char *take_name(const char *p, const char *end, uint16_t type, struct ct_str *name)
{
	size_t room = (size_t)(end - p);
	uint32_t n = 0, max;
	struct nlattr a;

	if (room < sizeof(a))
		return NULL;
	memcpy(&a, p, sizeof(a));
	if (a.nla_type != type || a.nla_len < NLA_HDRLEN || room < (size_t)NLA_ALIGN(a.nla_len))
		return NULL;
	max = a.nla_len - (uint32_t)NLA_HDRLEN;
	p += NLA_HDRLEN;
	/* Names are short: strnlen() is farther away than their end. */
	while (n < max && p[n])
		n++;
	*name = (struct ct_str){ .s = p, .len = n };
	return p + NLA_ALIGN(max);
}

ALWAYS const char *take_family(const char *p, const char *end, uint8_t *family)
{
	const struct nlattr want = { .nla_len = NLA_HDRLEN + 1, .nla_type = NFF_ATTR_FAMILY };

	if (end - p < NLA_HDRLEN + (ptrdiff_t)NLA_ALIGN(1) || memcmp(p, &want, sizeof(want)))
		return NULL;
	*family = (uint8_t)p[NLA_HDRLEN];
	return p + NLA_HDRLEN + NLA_ALIGN(1);
}

bool flow_decode_usual(const char *p, const char *end, struct flow *f)
{
	p = take_family(p, end, &f->family);
	if (p)
		p = take_name(p, end, NFF_ATTR_TABLE, &f->table);
	if (p)
		p = take_name(p, end, NFF_ATTR_FLOWTABLE, &f->flowtable);
	if (!p || !decode_flow(p, (size_t)(end - p), f))
		return false;
	f->has = FL_FAMILY | FL_TABLE | FL_FLOWTABLE | FL_ID | FL_L3PROTO | FL_L4PROTO | FL_FLAGS |
		 FL_CT_ID | FL_MARK | FL_ZONE | FL_CREATED | FL_IDLE | FL_LEFT;
	f->reason = 0;
	f->rate[CT_ORIG] = f->rate[CT_REPLY] = 0;
	f->texts = NULL;
	return true;
}
