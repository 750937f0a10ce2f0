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
#include "ct_text.h"
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

PUT_INLINE bool same_addr(const struct flow_addr_text *a, const uint8_t *addr, bool v6)
{
	return a->len && a->v6 == v6 && !memcmp(a->addr, addr, sizeof(a->addr));
}

static void make_addr(struct flow_addr_text *a, const uint8_t *addr, bool v6)
{
	char *end = v6 ? put_ip6(a->text, addr) : put_ip4(a->text, addr);

	*end++ = ' ';
	memcpy(a->addr, addr, sizeof(a->addr));
	a->v6 = v6;
	a->len = (uint8_t)(end - a->text);
}

/*
 * likely: the text that this address probably has; a: where it is kept otherwise, and was for the
 * flow before. They may be the same.
 */
PUT_INLINE char *put_addr(char *p, const char *name, const uint8_t *addr, bool v6,
			  struct flow_addr_text *likely, struct flow_addr_text *a)
{
	p = put_str(p, name);
	if (same_addr(likely, addr, v6))
		a = likely;
	else if (a == likely || !same_addr(a, addr, v6))
		make_addr(a, addr, v6);
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
	const struct flow_dir *d = &f->dir[dir];
	bool v6 = f->l3proto == NFPROTO_IPV6, reply = dir == CT_REPLY;
	struct flow_addr_text *a = t->addrs;

	if (has & FLD_SRC)
		p = put_addr(p, "src=", d->tuple.src, v6, &a[reply ? 1 : 0], &a[reply ? 2 : 0]);
	if (has & FLD_DST)
		p = put_addr(p, "dst=", d->tuple.dst, v6, &a[reply ? 0 : 1], &a[reply ? 3 : 1]);
	return p;
}

/* A name of the kernel's, which may hold anything but is one word here. */
static char *put_name(char *p, struct ct_str s)
{
	for (uint32_t i = 0; i < s.len; i++)
		*p++ = (unsigned char)s.s[i] <= ' ' || s.s[i] == 0x7f ? '?' : s.s[i];
	return p;
}

/* has: what the direction has; where it is a constant nothing is asked. */
PUT_INLINE char *put_dir_with(char *p, const struct flow *f, unsigned int dir, uint32_t has,
			      struct flow_texts *t)
{
	const struct flow_dir *d = &f->dir[dir];

	p = put_addrs(p, f, dir, has, t);
	if (has & FLD_SPORT) {
		p = put_str(p, "sport=");
		p = put_u16(p, d->tuple.sport);
		*p++ = ' ';
	}
	if (has & FLD_DPORT) {
		p = put_str(p, "dport=");
		p = put_u16(p, d->tuple.dport);
		*p++ = ' ';
	}
	if (has & FLD_PACKETS)
		p = put_number(p, "packets=", d->packets);
	if (has & FLD_BYTES) {
		p = put_number(p, "bytes=", d->bytes);
		p = put_number(p, "rate=", flow_rate(f, dir));
	}
	return p;
}

PUT_INLINE char *put_dir(char *p, const struct flow *f, unsigned int dir, struct flow_texts *t)
{
	const uint32_t usual = FLD_SRC | FLD_DST | FLD_SPORT | FLD_DPORT | FLD_PACKETS | FLD_BYTES;
	uint32_t has = f->dir[dir].has;

	return (has & usual) == usual ? put_dir_with(p, f, dir, usual, t) :
					put_dir_with(p, f, dir, has, t);
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

PUT_INLINE bool same_where(const struct flow_where_text *w, const struct flow *f)
{
	return w->len && !memcmp(w->devices[CT_ORIG], &f->dir[CT_ORIG].iif, 16) &&
	       !memcmp(w->devices[CT_REPLY], &f->dir[CT_REPLY].iif, 16) &&
	       w->flags == where_flags(f) && w->family == f->family &&
	       w->table_len == f->table.len && w->flowtable_len == f->flowtable.len &&
	       !memcmp(w->table, f->table.s, w->table_len) &&
	       !memcmp(w->flowtable, f->flowtable.s, w->flowtable_len);
}

static void remember_where(struct flow_where_text *w, const struct flow *f, const char *text,
			   size_t len)
{
	w->len = 0;
	if (len > sizeof(w->text) || !f->table.len || f->table.len > sizeof(w->table) ||
	    !f->flowtable.len || f->flowtable.len > sizeof(w->flowtable))
		return;
	for (unsigned int i = 0; i < 2; i++)
		memcpy(w->devices[i], &f->dir[i].iif, sizeof(w->devices[i]));
	w->flags = where_flags(f);
	w->family = f->family;
	w->table_len = (uint8_t)f->table.len;
	w->flowtable_len = (uint8_t)f->flowtable.len;
	memcpy(w->table, f->table.s, f->table.len);
	memcpy(w->flowtable, f->flowtable.s, f->flowtable.len);
	memcpy(w->text, text, len);
	w->len = (uint16_t)len;
}

/* Tags are not remembered: there are few of them, and they differ. */
static char *put_where(char *p, const struct flow *f, struct flow_where_text *w)
{
	const struct flow_dir *d = &f->dir[CT_ORIG];
	char *start = p;

	_Static_assert(offsetof(struct flow_dir, oif) == offsetof(struct flow_dir, iif) + 4 &&
		       offsetof(struct flow_dir, l3iif) == offsetof(struct flow_dir, iif) + 8 &&
		       offsetof(struct flow_dir, l3oif) == offsetof(struct flow_dir, iif) + 12,
		       "the devices are compared together");
	if (d->in_encap.len | d->out_encap.len)
		return make_where(p, f);
	if (!same_where(w, f)) {
		p = make_where(p, f);
		remember_where(w, f, start, (size_t)(p - start));
		return p;
	}
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

static char *put_tail(char *p, const struct flow *f, unsigned int flags,
		      struct flow_where_text *where)
{
	const uint32_t known = NFF_FLOW_F_SNAT | NFF_FLOW_F_DNAT | NFF_FLOW_F_ACCT;

	if (!(f->has & FL_REASON))
		p = put_str(p, "[OFFLOAD] ");
	if (f->has & FL_MARK)
		p = put_number(p, "mark=", f->mark);
	if (f->zone)
		p = put_number(p, "zone=", f->zone);
	p = put_where(p, f, where);
	p = put_number(p, "age=", flow_age(f) / 1000000000);
	if (flags & LINE_EXTENDED)
		p = put_extended(p, f);
	if (f->flags & ~known) {
		p = put_str(p, "flags=0x");
		p = put_hex(p, f->flags & ~known);
		*p++ = ' ';
	}
	if (flags & LINE_KTIMESTAMP && f->has & FL_CREATED)
		p = put_number(p, "start=", f->created / 1000000000);
	if (f->has & FL_CT_ID)
		p = put_number(p, "id=", f->ct_id);
	if (f->has & FL_REASON) {
		p = put_str(p, "reason=");
		p = put_reason(p, FLOW_REMOVED, f->reason);
		*p++ = ' ';
	}
	return p;
}

void flow_print(struct out *o, const struct flow *f, unsigned int flags)
{
	const struct ct_l4 *l4 = ct_l4(f->l4proto);
	size_t tags = f->dir[CT_ORIG].in_encap.len + f->dir[CT_ORIG].out_encap.len;
	char *start = out_reserve(o, LINE_MAX_FIXED + f->table.len + f->flowtable.len +
				  tags / sizeof(struct nff_encap) * TAG_MAX);
	struct flow_texts *t = f->texts, none;
	char *p = start;

	if (!t) {
		t = &none;
		for (unsigned int i = 0; i < 4; i++)
			t->addrs[i].len = 0;
		t->where.len = 0;
	}
	if (flags & LINE_EXTENDED)
		p = put_str(p, f->l3proto == NFPROTO_IPV6 ? "ipv6     10 " : "ipv4     2 ");
	p = put_mem(p, l4->padded, 8);
	*p++ = ' ';
	p = put_u32(p, f->l4proto);
	*p++ = ' ';
	if (f->has & FL_LEFT && !(f->has & FL_REASON)) {
		p = put_u64(p, f->left / 1000);
		*p++ = ' ';
	}
	p = put_dir(p, f, CT_ORIG, t);
	p = put_dir(p, f, CT_REPLY, t);
	p = put_tail(p, f, flags, &t->where);
	p[-1] = '\n';
	out_commit(o, (size_t)(p - start));
}
