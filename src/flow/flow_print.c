// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows as lines: those of conntrack(8) as far as they go, so that what reads the one reads the
 * other, and behind them what only a flow has. As with conntracks a dump of 200,000 is printed
 * while it comes in, straight into the output buffer.
 */
#include <endian.h>
#include <linux/netfilter.h>
#include <string.h>

#include "ast.h"
#include "ct_tuple.h"
#include "flow_record.h"
#include "flow_texts.h"
#include "uapi/linux/nff.h"

/* More than a line can take, apart from names and tags. */
#define LINE_MAX_FIXED	1024
/* " encap-out=0x1234:65535" */
#define TAG_MAX		24

PUT_INLINE char *put_number(char *p, const char *name, uint64_t v)
{
	p = put_str(p, name);
	p = put_u64(p, v);
	*p++ = ' ';
	return p;
}

PUT_INLINE bool same_addr(const struct flow_addr_text *a, const uint8_t *addr, uint8_t l3proto)
{
	return a->l3proto == l3proto && !memcmp(a->addr, addr, sizeof(a->addr));
}

static void make_addr(struct flow_addr_text *a, const uint8_t *addr, uint8_t l3proto)
{
	char *end = l3proto == NFPROTO_IPV6 ? put_ip6(a->text, addr) : put_ip4(a->text, addr);

	*end++ = ' ';
	memcpy(a->addr, addr, sizeof(a->addr));
	a->l3proto = l3proto;
	a->len = (uint8_t)(end - a->text);
}

/*
 * likely: the text that this address probably has; a: where it is kept otherwise, and was for the
 * flow before. They may be the same.
 */
PUT_INLINE char *put_addr(char *p, const char *name, const uint8_t *addr, uint8_t l3proto,
			  struct flow_addr_text *likely, struct flow_addr_text *a)
{
	p = put_str(p, name);
	if (same_addr(likely, addr, l3proto))
		a = likely;
	else if (a == likely || !same_addr(a, addr, l3proto))
		make_addr(a, addr, l3proto);
	/* An IPv4 address and its blank take 16 bytes, any other at most 46. */
	memcpy(p, a->text, 16);
	if (a->len > 16)
		memcpy(p + 16, a->text + 16, 32);
	return p + a->len;
}

/* Where there is no NAT, the reply has the addresses of the original direction, swapped. */
PUT_INLINE char *put_addrs(char *p, const struct flow *f, unsigned int dir, uint32_t has,
			   struct flow_texts *t)
{
	uint8_t l3 = f->l3proto == NFPROTO_IPV6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	const struct ct_tuple *tuple = &f->dir[dir].tuple;
	struct flow_addr_text *a = t->addrs;
	bool reply = dir == CT_REPLY;

	if (has & FLD_SRC)
		p = put_addr(p, "src=", tuple->src, l3, &a[reply ? 1 : 0], &a[reply ? 2 : 0]);
	if (has & FLD_DST)
		p = put_addr(p, "dst=", tuple->dst, l3, &a[reply ? 0 : 1], &a[reply ? 3 : 1]);
	return p;
}

/* A name of the kernel's, which may hold anything but is one word here. */
static char *put_name(char *p, struct ct_str s)
{
	for (uint32_t i = 0; i < s.len; i++)
		*p++ = (unsigned char)s.s[i] <= ' ' || s.s[i] == 0x7f ? '?' : s.s[i];
	return p;
}

#define FLAGS_KNOWN ((uint32_t)(NFF_FLOW_F_SNAT | NFF_FLOW_F_DNAT | NFF_FLOW_F_ACCT))

/* has: what the direction has; where it is a constant nothing is asked. */
PUT_INLINE char *put_dir_with(char *p, const struct flow *f, unsigned int dir, uint32_t has,
			      struct flow_texts *t)
{
	const uint32_t ports = FLD_SPORT | FLD_DPORT, counters = FLD_PACKETS | FLD_BYTES;
	const struct flow_dir *d = &f->dir[dir];

	p = put_addrs(p, f, dir, has, t);
	if ((has & ports) == ports)
		p = put_ports(p, &d->tuple);
	else if (has & FLD_SPORT)
		p = put_number(p, "sport=", d->tuple.sport);
	else if (has & FLD_DPORT)
		p = put_number(p, "dport=", d->tuple.dport);
	/* Many flows have one direction. */
	if ((has & counters) == counters && !(d->packets | d->bytes) && !(f->has & FL_RATES))
		return put_str(p, "packets=0 bytes=0 rate=0 ");
	if (has & FLD_PACKETS)
		p = put_number(p, "packets=", d->packets);
	if (has & FLD_BYTES) {
		p = put_number(p, "bytes=", d->bytes);
		p = put_number(p, "rate=", flow_rate(f, dir));
	}
	return p;
}

static __attribute__((noinline)) char *put_other_dir(char *p, const struct flow *f,
						     unsigned int dir, struct flow_texts *t)
{
	return put_dir_with(p, f, dir, f->dir[dir].has, t);
}

PUT_INLINE char *put_dir(char *p, const struct flow *f, unsigned int dir, struct flow_texts *t)
{
	const uint32_t usual = FLD_SRC | FLD_DST | FLD_SPORT | FLD_DPORT | FLD_PACKETS | FLD_BYTES;

	return (f->dir[dir].has & usual) == usual ? put_dir_with(p, f, dir, usual, t) :
						    put_other_dir(p, f, dir, t);
}

static char *put_flowtable(char *p, const struct flow *f)
{
	const char *family = family_name(f->family);

	p = put_str(p, "flowtable=");
	p = family ? put_str(p, family) : put_u32(p, f->family);
	*p++ = '/';
	p = put_name(p, f->table);
	*p++ = '/';
	p = put_name(p, f->flowtable);
	*p++ = ' ';
	return p;
}

static char *put_device(char *p, const struct flow *f, const char *name, uint32_t index)
{
	const struct device_name *d;

	if (!index)
		return p;
	d = device_by_index(f->devices, index);
	p = put_str(p, name);
	p = put_mem(p, d->name, d->len);
	*p++ = ' ';
	return p;
}

/* "vlan-in=100 vlan-in=7 pppoe-in=3", outermost first. */
static char *put_tags(char *p, struct ct_str tags, const char *end)
{
	struct nff_encap e;

	for (uint32_t i = 0; i + sizeof(e) <= tags.len; i += sizeof(e)) {
		const char *kind;

		memcpy(&e, tags.s + i, sizeof(e));
		kind = flow_encap_name(&e);
		p = put_str(p, kind ? kind : "encap");
		p = put_str(p, end);
		if (!kind) {
			p = put_str(p, "0x");
			p = put_hex(p, be16toh(e.proto));
			*p++ = ':';
		}
		p = put_u32(p, e.id);
		*p++ = ' ';
	}
	return p;
}

/*
 * The way of the original direction: the routed devices, those below them where they are others,
 * and the tags. The reply takes the same way back, or else its devices are told, too.
 */
static char *put_way(char *p, const struct flow *f)
{
	const struct flow_dir *d = &f->dir[CT_ORIG];
	uint32_t iif = flow_iif(f, CT_ORIG), oif = flow_oif(f, CT_ORIG);

	p = put_device(p, f, "iif=", iif);
	if (d->iif != iif)
		p = put_device(p, f, "port-in=", d->iif);
	p = put_tags(p, d->in_encap, "-in=");
	p = put_device(p, f, "oif=", oif);
	if (d->oif != oif)
		p = put_device(p, f, "port-out=", d->oif);
	p = put_tags(p, d->out_encap, "-out=");
	if (flow_iif(f, CT_REPLY) != oif || flow_oif(f, CT_REPLY) != iif) {
		p = put_device(p, f, "reply-iif=", flow_iif(f, CT_REPLY));
		p = put_device(p, f, "reply-oif=", flow_oif(f, CT_REPLY));
	}
	return p;
}

static char *make_where(char *p, const struct flow *f)
{
	p = put_flowtable(p, f);
	p = put_way(p, f);
	p = put_str(p, "nat=");
	p = put_str(p, flow_nat(f));
	*p++ = ' ';
	return p;
}

PUT_INLINE uint32_t where_flags(const struct flow *f)
{
	const uint32_t devices = FLD_L3IIF | FLD_L3OIF, nat = NFF_FLOW_F_SNAT | NFF_FLOW_F_DNAT;

	_Static_assert(NFF_FLOW_F_SNAT == 1 && NFF_FLOW_F_DNAT == 2 && FLD_L3IIF == 1 << 7 &&
		       FLD_L3OIF == 1 << 8, "they fit beside each other");
	return (f->dir[CT_ORIG].has & devices) | (f->dir[CT_REPLY].has & devices) << 2 |
	       (f->flags & nat);
}

/* All of them at once: that they differ is rare. */
PUT_INLINE bool same_devices(const struct flow_where_text *w, const struct flow *f)
{
	uint64_t differ = 0;

	for (unsigned int dir = 0; dir < 2; dir++) {
		uint64_t devices[2];

		memcpy(devices, &f->dir[dir].iif, sizeof(devices));
		differ |= (devices[0] ^ w->devices[dir][0]) | (devices[1] ^ w->devices[dir][1]);
	}
	return !differ;
}

/* From the begin of the table's name to the end of the flowtable's; huge where they stand apart. */
PUT_INLINE size_t names_len(const struct flow *f)
{
	return (size_t)((uintptr_t)f->flowtable.s + f->flowtable.len - (uintptr_t)f->table.s);
}

PUT_INLINE bool same_where(const struct flow_where_text *w, const struct flow *f)
{
	return w->len && same_devices(w, f) && w->flags == where_flags(f) && w->family == f->family &&
	       w->table_len == f->table.len && w->flowtable_len == f->flowtable.len &&
	       w->names_len == names_len(f) && !memcmp(w->names, f->table.s, w->names_len);
}

static void remember_where(struct flow_where_text *w, const struct flow *f, const char *text,
			   size_t len)
{
	w->len = 0;
	if (len > sizeof(w->text) || !f->table.len || !f->flowtable.len ||
	    f->flowtable.s < f->table.s || names_len(f) > sizeof(w->names))
		return;
	for (unsigned int i = 0; i < 2; i++)
		memcpy(w->devices[i], &f->dir[i].iif, sizeof(w->devices[i]));
	w->flags = where_flags(f);
	w->family = f->family;
	w->table_len = (uint8_t)f->table.len;
	w->flowtable_len = (uint8_t)f->flowtable.len;
	w->names_len = (uint8_t)names_len(f);
	memcpy(w->names, f->table.s, w->names_len);
	memcpy(w->text, text, len);
	w->len = (uint16_t)len;
}

/*
 * Tags are not remembered: there are few of them, and they differ. w: NULL where names need not lie
 * in one message.
 */
static __attribute__((noinline)) char *put_other_where(char *p, const struct flow *f,
						       struct flow_where_text *w)
{
	const struct flow_dir *d = &f->dir[CT_ORIG];
	char *start = p;

	p = make_where(p, f);
	if (w && !(d->in_encap.len | d->out_encap.len))
		remember_where(w, f, start, (size_t)(p - start));
	return p;
}

PUT_INLINE char *put_where(char *p, const struct flow *f, struct flow_where_text *w)
{
	const struct flow_dir *d = &f->dir[CT_ORIG];

	_Static_assert(offsetof(struct flow_dir, oif) == offsetof(struct flow_dir, iif) + 4 &&
		       offsetof(struct flow_dir, l3iif) == offsetof(struct flow_dir, iif) + 8 &&
		       offsetof(struct flow_dir, l3oif) == offsetof(struct flow_dir, iif) + 12,
		       "the devices are compared together");
	if (!w || d->in_encap.len | d->out_encap.len || !same_where(w, f))
		return put_other_where(p, f, w);
	if (w->len > FLOW_WHERE_SHORT)
		return put_mem(p, w->text, w->len);
	memcpy(p, w->text, FLOW_WHERE_SHORT);
	return p + w->len;
}

static char *put_reason(char *p, enum flow_reasons kind, unsigned int reason)
{
	const char *name = flow_reason_name(kind, reason);

	return name ? put_str(p, name) : put_u32(p, reason);
}

static char *put_extended(char *p, const struct flow *f)
{
	const struct flow_dir *d = f->dir;

	p = put_str(p, "xmit=");
	p = put_reason(p, FLOW_XMIT, d[CT_ORIG].xmit);
	*p++ = '/';
	p = put_reason(p, FLOW_XMIT, d[CT_REPLY].xmit);
	p = put_str(p, " mtu=");
	p = put_u32(p, d[CT_ORIG].mtu);
	*p++ = '/';
	p = put_u32(p, d[CT_REPLY].mtu);
	*p++ = ' ';
	if (f->flags & NFF_FLOW_F_ACCT)
		p = put_str(p, "acct ");
	if (f->has & FL_IDLE)
		p = put_number(p, "idle=", f->idle / 1000);
	return put_number(p, "flow=", f->id);
}

/* has, flags: of the flow and LINE_*; where they are constants nothing is asked. */
PUT_INLINE char *put_tail_with(char *p, const struct flow *f, uint32_t has, unsigned int flags,
			       struct flow_where_text *where)
{
	if (!(has & FL_REASON))
		p = put_str(p, "[OFFLOAD] ");
	if (has & FL_MARK)
		p = put_number(p, "mark=", f->mark);
	if (f->zone)
		p = put_number(p, "zone=", f->zone);
	p = put_where(p, f, where);
	p = put_number(p, "age=", flow_age(f) / 1000000000);
	if (flags & LINE_EXTENDED)
		p = put_extended(p, f);
	if (f->flags & ~FLAGS_KNOWN) {
		p = put_str(p, "flags=0x");
		p = put_hex(p, f->flags & ~FLAGS_KNOWN);
		*p++ = ' ';
	}
	if (flags & LINE_KTIMESTAMP && has & FL_CREATED)
		p = put_number(p, "start=", f->created / 1000000000);
	if (has & FL_CT_ID)
		p = put_number(p, "id=", f->ct_id);
	if (has & FL_REASON) {
		p = put_str(p, "reason=");
		p = put_reason(p, FLOW_REMOVED, f->reason);
		*p++ = ' ';
	}
	return p;
}

static __attribute__((noinline)) char *put_other_tail(char *p, const struct flow *f,
						      unsigned int flags,
						      struct flow_where_text *where)
{
	return put_tail_with(p, f, f->has, flags, where);
}

PUT_INLINE char *put_tail(char *p, const struct flow *f, unsigned int flags,
			  struct flow_where_text *where)
{
	const uint32_t usual = FL_MARK | FL_CREATED | FL_CT_ID;

	return (f->has & (usual | FL_REASON)) == usual && !flags ?
	       put_tail_with(p, f, usual, 0, where) : put_other_tail(p, f, flags, where);
}

void flow_print(struct out *o, const struct flow *f, unsigned int flags)
{
	size_t tags = f->dir[CT_ORIG].in_encap.len + f->dir[CT_ORIG].out_encap.len;
	char *start = out_reserve(o, LINE_MAX_FIXED + f->table.len + f->flowtable.len +
				  tags / sizeof(struct nff_encap) * TAG_MAX);
	struct flow_texts *t = f->texts, none;
	char *p = start;

	if (!t) {
		t = &none;
		for (unsigned int i = 0; i < 4; i++)
			t->addrs[i].l3proto = 0;
	}
	if (flags & LINE_EXTENDED)
		p = put_str(p, f->l3proto == NFPROTO_IPV6 ? "ipv6     10 " : "ipv4     2 ");
	p = put_l4(p, ct_l4(f->l4proto), f->l4proto);
	if (f->has & FL_LEFT && !(f->has & FL_REASON)) {
		p = put_u64(p, f->left / 1000);
		*p++ = ' ';
	}
	p = put_dir(p, f, CT_ORIG, t);
	p = put_dir(p, f, CT_REPLY, t);
	p = put_tail(p, f, flags, f->texts ? &t->where : NULL);
	p[-1] = '\n';
	out_commit(o, (size_t)(p - start));
}
