// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "where" on conntracks. Matches and records are made by chance out of few values, so that they
 * often meet; what a match says of a record is worked out a second time here, from the match's
 * own description and in the plainest way. What the kernel is asked to filter may never take
 * away a record that the match wants.
 */
#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter.h>
#include <stdlib.h>

#include "conntrack.h"
#include "ct_request.h"
#include "match.h"
#include "parse.h"
#include "unit.h"

typedef unsigned __int128 u128;

static uint64_t rnd_state;

/* xorshift64: the same sequence with each run. */
static uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state >> 11;
}

static unsigned int upto(unsigned int n)
{
	return (unsigned int)(rnd() % n);
}

/* ---- records ---- */

static const uint8_t l4protos[] = { 6, 17, 1, 58, 132, 33, 136, 47, 50 };
static const uint16_t ports[] = { 22, 53, 80, 443, 1024, 8080, 65535 };
static const uint32_t marks[] = { 0, 1, 2, 0x10, 0x11, 0xff, 0x100, 0xfffffff0 };
static const char *const helpers[] = { "ftp", "sip", "netbios-ns", "a-name-16-bytes" };
#define ANY(pool) ((pool)[upto(sizeof(pool) / sizeof((pool)[0]))])

static void rnd_addr(uint8_t *a, bool v6)
{
	memset(a, 0, 16);
	if (v6) {
		memcpy(a, (uint8_t[]){ 0x20, 1, 0xd, 0xb8 }, 4);
		a[7] = (uint8_t)upto(2);
		a[15] = (uint8_t)(1 + upto(4));
	} else {
		memcpy(a, (uint8_t[]){ 10, (uint8_t)upto(2), 0, (uint8_t)(1 + upto(4)) }, 4);
	}
}

static void rnd_tuple(struct ct_tuple *t, bool v6, uint8_t l4)
{
	memset(t, 0, sizeof(*t));
	t->has = (v6 ? CTT_SRC6 | CTT_DST6 : CTT_SRC4 | CTT_DST4) | CTT_L4PROTO;
	t->l4proto = l4;
	rnd_addr(t->src, v6);
	rnd_addr(t->dst, v6);
	if (l4 == 1 || l4 == 58) {
		t->has |= CTT_ICMP_ID | CTT_ICMP_TYPE | CTT_ICMP_CODE;
		t->icmp_type = l4 == 1 ? (uint8_t)upto(14) : (uint8_t)(128 + upto(4));
		t->icmp_code = (uint8_t)upto(3);
		t->icmp_id = ANY(ports);
	} else if (l4 != 50) {
		t->has |= CTT_SPORT | CTT_DPORT;
		t->sport = ANY(ports);
		t->dport = ANY(ports);
	}
	if (!upto(6)) {
		t->has |= CTT_ZONE;
		t->zone = (uint16_t)upto(4);
	}
}

static void rnd_counters(struct ct_counters *c)
{
	c->has = CTC_PACKETS | CTC_BYTES;
	c->packets = upto(5);
	c->bytes = c->packets * upto(1500);
}

static void rnd_record(struct conntrack *ct)
{
	static const char labels[16] = "\x05\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x80";
	bool v6 = upto(2);
	uint8_t l4 = ANY(l4protos);

	/* each family has its own, and the matches rely on it */
	if (l4 == 1 || l4 == 58)
		l4 = v6 ? 58 : 1;
	memset(ct, 0, sizeof(*ct));
	ct->family = v6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	ct->has = upto(8) ? CT_STATUS | CT_TIMEOUT | CT_ID : 0;
	rnd_tuple(&ct->tuple[CT_ORIG], v6, l4);
	rnd_tuple(&ct->tuple[CT_REPLY], v6, l4);
	if (ct->has) {
		ct->status = (uint32_t)rnd() & (upto(2) ? 0x7fff : 0x3f);
		ct->timeout = upto(3) ? upto(400) : 5000000 + upto(5);
		ct->id = 1 + upto(4);
	}
	if (upto(2)) {
		ct->has |= CT_MARK | CT_SECMARK;
		ct->mark = ANY(marks);
		ct->secmark = upto(3);
	}
	if (!upto(4)) {
		ct->has |= CT_ZONE;
		ct->zone = (uint16_t)upto(4);
		ct->tuple[0].has &= ~CTT_ZONE;
		ct->tuple[1].has &= ~CTT_ZONE;
		ct->tuple[0].zone = ct->tuple[1].zone = 0;
	}
	if (upto(3)) {
		rnd_counters(&ct->counters[0]);
		rnd_counters(&ct->counters[1]);
	}
	if (!upto(3)) {
		ct->has |= CT_HELPER;
		ct->helper.s = ANY(helpers);
		ct->helper.len = (uint32_t)strlen(ct->helper.s);
	}
	if (!upto(3)) {
		ct->has |= CT_LABELS;
		ct->labels.s = labels;
		ct->labels.len = upto(2) ? 16 : 4;
	}
	if (l4 == 6 && upto(4)) {
		ct->proto.has = CTP_TCP_STATE;
		ct->proto.tcp_state = (uint8_t)upto(10);
	} else if (l4 == 132) {
		ct->proto.has = CTP_SCTP_STATE;
		ct->proto.sctp_state = (uint8_t)upto(8);
	} else if (l4 == 33) {
		ct->proto.has = CTP_DCCP_STATE;
		ct->proto.dccp_state = (uint8_t)upto(9);
	}
}

/* ---- what a field means, said a second time ---- */

enum kind { NUM, ADDR4, ADDR6, FLAGS, NAME, TIME };
enum layer { L_ANY = 0, L_TOLD = 1, L_V4 = 4, L_V6 = 6 };

struct what {
	const char *text;
	enum kind kind;
	unsigned int bits;
	enum layer layer;		/* fields of one rule must agree */
	uint8_t l4;			/* likewise; 0: any */
	bool (*get)(const struct conntrack *ct, u128 *v);
	u128 (*pick)(void);
};

static u128 addr_value(const uint8_t *a, unsigned int n)
{
	u128 v = 0;

	while (n--)
		v = v << 8 | *a++;
	return v;
}

#define GET(name, condition, expression) \
	static bool get_##name(const struct conntrack *ct, u128 *v) \
	{ \
		const struct ct_tuple *o = &ct->tuple[0], *r = &ct->tuple[1]; \
		const struct ct_counters *c = ct->counters; \
		\
		(void)o; (void)r; (void)c; \
		*v = (expression); \
		return (condition); \
	}
#define V4 (ct->family == NFPROTO_IPV4)
#define V6 (ct->family == NFPROTO_IPV6)
#define PROTO(n) (o->l4proto == (n))
#define PORTS (PROTO(6) || PROTO(17) || PROTO(132) || PROTO(33) || PROTO(136))
#define ECHO4 (PROTO(1) && (o->icmp_type == 0 || o->icmp_type == 8))
#define ECHO6 (PROTO(58) && (o->icmp_type == 128 || o->icmp_type == 129))
#define HAS(bit) (ct->has & (bit))
#define ST(bit) (ct->status & (bit))

GET(saddr, V4, addr_value(o->src, 4))
GET(daddr, V4, addr_value(o->dst, 4))
GET(saddr6, V6, addr_value(o->src, 16))
GET(daddr6, V6, addr_value(o->dst, 16))
GET(rsaddr, V4, addr_value(r->src, 4))
GET(rdaddr6, V6, addr_value(r->dst, 16))
GET(ipproto, V4, o->l4proto)
GET(l4proto, true, o->l4proto)
GET(nfproto, true, ct->family)
GET(tcp_sport, PROTO(6), o->sport)
GET(tcp_dport, PROTO(6), o->dport)
GET(udp_dport, PROTO(17), o->dport)
GET(sctp_dport, PROTO(132), o->dport)
GET(dccp_sport, PROTO(33), o->sport)
GET(udplite_dport, PROTO(136), o->dport)
GET(th_sport, PORTS, o->sport)
GET(th_dport, PORTS, o->dport)
GET(icmp_type, PROTO(1), o->icmp_type)
GET(icmp_code, PROTO(1), o->icmp_code)
GET(icmp_id, ECHO4, o->icmp_id)
GET(icmp6_type, PROTO(58), o->icmp_type)
GET(icmp6_id, ECHO6, o->icmp_id)
GET(rproto_src, !PROTO(50), PROTO(1) || PROTO(58) ? r->icmp_id : r->sport)
GET(oproto_dst, !PROTO(50),
    PROTO(1) || PROTO(58) ? (unsigned)o->icmp_type * 256 + o->icmp_code : o->dport)
GET(state, HAS(CT_STATUS),
    ST(IPS_UNTRACKED) ? 64 : ST(IPS_SEEN_REPLY) ? 2 : ST(IPS_EXPECTED) ? 4 : 8)
GET(status, HAS(CT_STATUS), ct->status)
GET(mark, true, ct->mark)
GET(secmark, true, ct->secmark)
GET(timeout, HAS(CT_TIMEOUT), (u128)ct->timeout * 1000)
GET(id, HAS(CT_ID), ct->id)
GET(zone, true, HAS(CT_ZONE) ? ct->zone : o->has & CTT_ZONE ? o->zone : r->zone)
GET(ozone, true, HAS(CT_ZONE) ? ct->zone : o->has & CTT_ZONE ? o->zone : 0)
GET(bytes, c[0].has, (u128)c[0].bytes + c[1].bytes)
GET(rpackets, c[1].has, c[1].packets)
GET(avgpkt, c[0].has,
    c[0].packets + c[1].packets ? (c[0].bytes + c[1].bytes) / (c[0].packets + c[1].packets) : 0)
GET(tcp_state, ct->proto.has & CTP_TCP_STATE, ct->proto.tcp_state)
GET(sctp_state, ct->proto.has & CTP_SCTP_STATE, ct->proto.sctp_state)
GET(dccp_state, ct->proto.has & CTP_DCCP_STATE, ct->proto.dccp_state)

static bool get_helper(const struct conntrack *ct, u128 *v)
{
	*v = 0;
	for (unsigned int i = 0; i < 16; i++)
		*v = *v << 8 | (i < ct->helper.len ? (uint8_t)ct->helper.s[i] : 0);
	return ct->has & CT_HELPER;
}

static bool get_label(const struct conntrack *ct, u128 *v)
{
	*v = 0;
	for (unsigned int i = 0; i < ct->labels.len * 8; i++)
		if (ct->labels.s[i / 8] & 1 << i % 8)
			*v |= (u128)1 << i;
	return true;
}

static u128 pick4(void)
{
	uint8_t a[16];

	rnd_addr(a, false);
	return addr_value(a, 4);
}

static u128 pick6(void)
{
	uint8_t a[16];

	rnd_addr(a, true);
	return addr_value(a, 16);
}

static u128 pick_port(void) { return ANY(ports); }
static u128 pick_mark(void) { return ANY(marks); }
static u128 pick_l4(void) { return ANY(l4protos); }
static u128 pick_family(void) { return upto(2) ? NFPROTO_IPV4 : NFPROTO_IPV6; }
static u128 pick_small(void) { return upto(5); }
static u128 pick_type(void) { return upto(14); }
static u128 pick_type6(void) { return 128 + upto(4); }
static u128 pick_size(void) { return upto(6000); }
static u128 pick_state(void) { return (u128[]){ 1, 2, 4, 8, 64, 10 }[upto(6)]; }
static u128 pick_status(void) { return 1u << upto(15) | (upto(2) ? 1u << upto(15) : 0); }
static u128 pick_time(void) { return (upto(2) ? upto(400) : 5000000 + upto(5)) * (u128)1000; }
static u128 pick_label(void) { return (u128)1 << (u128[]){ 0, 2, 15, 127, 5 }[upto(5)]; }

static u128 pick_helper(void)
{
	const char *name = ANY(helpers);
	u128 v = 0;

	for (unsigned int i = 0; i < 16; i++)
		v = v << 8 | (i < strlen(name) ? (uint8_t)name[i] : 0);
	return v;
}

static const struct what whats[] = {
	{ "ip saddr", ADDR4, 32, L_V4, 0, get_saddr, pick4 },
	{ "ip daddr", ADDR4, 32, L_V4, 0, get_daddr, pick4 },
	{ "ip6 saddr", ADDR6, 128, L_V6, 0, get_saddr6, pick6 },
	{ "ip6 daddr", ADDR6, 128, L_V6, 0, get_daddr6, pick6 },
	{ "ct original ip saddr", ADDR4, 32, L_ANY, 0, get_saddr, pick4 },
	{ "ct reply ip saddr", ADDR4, 32, L_ANY, 0, get_rsaddr, pick4 },
	{ "ct reply ip6 daddr", ADDR6, 128, L_ANY, 0, get_rdaddr6, pick6 },
	{ "ip protocol", NUM, 8, L_V4, 255, get_ipproto, pick_l4 },
	{ "meta l4proto", NUM, 8, L_ANY, 255, get_l4proto, pick_l4 },
	{ "ct protocol", NUM, 8, L_ANY, 0, get_l4proto, pick_l4 },
	{ "meta nfproto", NUM, 8, L_TOLD, 0, get_nfproto, pick_family },
	{ "ct l3proto", NUM, 8, L_ANY, 0, get_nfproto, pick_family },
	{ "tcp sport", NUM, 16, L_ANY, 6, get_tcp_sport, pick_port },
	{ "tcp dport", NUM, 16, L_ANY, 6, get_tcp_dport, pick_port },
	{ "udp dport", NUM, 16, L_ANY, 17, get_udp_dport, pick_port },
	{ "sctp dport", NUM, 16, L_ANY, 132, get_sctp_dport, pick_port },
	{ "dccp sport", NUM, 16, L_ANY, 33, get_dccp_sport, pick_port },
	{ "udplite dport", NUM, 16, L_ANY, 136, get_udplite_dport, pick_port },
	{ "th sport", NUM, 16, L_ANY, 254, get_th_sport, pick_port },
	{ "th dport", NUM, 16, L_ANY, 254, get_th_dport, pick_port },
	{ "icmp type", NUM, 8, L_V4, 1, get_icmp_type, pick_type },
	{ "icmp code", NUM, 8, L_V4, 1, get_icmp_code, pick_small },
	{ "icmp id", NUM, 16, L_V4, 253, get_icmp_id, pick_port },
	{ "icmpv6 type", NUM, 8, L_V6, 58, get_icmp6_type, pick_type6 },
	{ "icmpv6 id", NUM, 16, L_V6, 253, get_icmp6_id, pick_port },
	{ "ct reply proto-src", NUM, 16, L_ANY, 0, get_rproto_src, pick_port },
	{ "ct original proto-dst", NUM, 16, L_ANY, 0, get_oproto_dst, pick_port },
	{ "ct state", FLAGS, 32, L_ANY, 0, get_state, pick_state },
	{ "ct status", FLAGS, 32, L_ANY, 0, get_status, pick_status },
	{ "ct mark", NUM, 32, L_ANY, 0, get_mark, pick_mark },
	{ "ct secmark", NUM, 32, L_ANY, 0, get_secmark, pick_small },
	{ "ct timeout", TIME, 64, L_ANY, 0, get_timeout, pick_time },
	{ "ct expiration", TIME, 64, L_ANY, 0, get_timeout, pick_time },
	{ "ct id", NUM, 32, L_ANY, 0, get_id, pick_small },
	{ "ct zone", NUM, 16, L_ANY, 0, get_zone, pick_small },
	{ "ct original zone", NUM, 16, L_ANY, 0, get_ozone, pick_small },
	{ "ct bytes", NUM, 64, L_ANY, 0, get_bytes, pick_size },
	{ "ct reply packets", NUM, 64, L_ANY, 0, get_rpackets, pick_small },
	{ "ct avgpkt", NUM, 64, L_ANY, 0, get_avgpkt, pick_size },
	{ "ct helper", NAME, 128, L_ANY, 0, get_helper, pick_helper },
	{ "ct label", FLAGS, 128, L_ANY, 0, get_label, pick_label },
	{ "tcp state", NUM, 8, L_ANY, 0, get_tcp_state, pick_small },
	{ "sctp state", NUM, 8, L_ANY, 0, get_sctp_state, pick_small },
	{ "dccp state", NUM, 8, L_ANY, 0, get_dccp_state, pick_small },
};
#define N_WHATS (sizeof(whats) / sizeof(whats[0]))

/* ---- matches by chance ---- */

#define PARTS 3
#define ELEMS 6

enum form { F_CMP, F_SET, F_FLAGS, F_MASK, F_MAX };
static const char *const cmps[] = { "", "==", "!=", "<", ">", "<=", ">=" };

struct span {
	u128 lo, hi;
};

/* One match, as the oracle reads it. */
struct desc {
	enum form form;
	unsigned int parts;
	const struct what *what[PARTS];
	unsigned int cmp;		/* of cmps; F_SET: 0 to 2 */
	u128 value, mask;		/* F_MASK: what the operation has on its right */
	char op;			/* F_MASK: & | ^ < > (shifts) */
	bool none;			/* F_FLAGS: "!" */
	unsigned int n;
	struct span elems[ELEMS][PARTS];
};

static void put_value(struct out *o, const struct what *w, u128 v)
{
	char buf[64];
	uint8_t a[16];
	const char *comma = "";

	for (unsigned int i = 0; i < 16; i++)
		a[i] = (uint8_t)(v >> 8 * (15 - i));
	switch (w->kind) {
	case ADDR4:
		out_puts(o, inet_ntop(AF_INET, a + 12, buf, sizeof(buf)));
		break;
	case ADDR6:
		out_puts(o, inet_ntop(AF_INET6, a, buf, sizeof(buf)));
		break;
	case NAME:
		out_printf(o, "\"%.16s\"", (const char *)a);
		break;
	case TIME:
		out_printf(o, "%llus", (unsigned long long)(v / 1000));
		break;
	case FLAGS:
		if (w->bits == 128) {
			for (unsigned int i = 0; i < 128; i++) {
				if (!(v >> i & 1))
					continue;
				out_printf(o, "%s%u", comma, i);
				comma = ",";
			}
			break;
		}
		/* fall through */
	default:
		out_printf(o, "0x%llx", (unsigned long long)v);
	}
}

static void put_span(struct out *o, const struct what *w, const struct span *s)
{
	unsigned int free_bits = 0;

	put_value(o, w, s->lo);
	while (s->lo + ((u128)1 << free_bits) - 1 < s->hi && free_bits < w->bits)
		free_bits++;
	if (s->lo == s->hi)
		return;
	/* as a prefix where it is one, mostly */
	if ((w->kind == ADDR4 || w->kind == ADDR6) &&
	    s->lo + (((u128)1 << free_bits) - 1) == s->hi && s->lo % ((u128)1 << free_bits) == 0 &&
	    upto(4)) {
		out_printf(o, "/%u", w->bits - free_bits);
		return;
	}
	out_putc(o, '-');
	put_value(o, w, s->hi);
}

static struct span rnd_span(const struct what *w)
{
	struct span s = { w->pick(), 0 };
	unsigned int bits;

	s.hi = s.lo;
	if (w->kind == NAME || w->kind == FLAGS || upto(2))
		return s;
	if (w->kind != NUM && w->kind != TIME && upto(2)) {
		bits = upto(w->bits == 32 ? 25 : 100);
		s.lo = s.lo >> bits << bits;
		s.hi = s.lo | (((u128)1 << bits) - 1);
		return s;
	}
	s.hi = w->pick();
	if (s.hi < s.lo)
		return (struct span){ s.hi, s.lo };
	return s;
}

static void put_parts(struct out *o, const struct desc *d)
{
	for (unsigned int i = 0; i < d->parts; i++)
		out_printf(o, "%s%s", i ? " . " : " ", d->what[i]->text);
	out_putc(o, ' ');
}

static void rnd_set(struct out *o, struct desc *d)
{
	d->cmp = upto(3);
	d->n = 1 + upto(ELEMS);
	put_parts(o, d);
	out_printf(o, "%s {", cmps[d->cmp]);
	for (unsigned int i = 0; i < d->n; i++) {
		out_puts(o, i ? ", " : " ");
		for (unsigned int k = 0; k < d->parts; k++) {
			d->elems[i][k] = rnd_span(d->what[k]);
			out_puts(o, k ? " . " : "");
			put_span(o, d->what[k], &d->elems[i][k]);
		}
	}
	/* a set of one value is that value, and flags are then tested, not compared */
	if (d->n == 1 && d->parts == 1 && d->what[0]->kind == FLAGS) {
		out_puts(o, ", 0x0");
		d->elems[d->n++][0] = (struct span){ 0, 0 };
	}
	out_puts(o, " }");
}

static void rnd_mask(struct out *o, struct desc *d)
{
	const struct what *w = d->what[0];

	d->op = "&|^<>"[upto(5)];
	d->cmp = 1 + upto(2);
	d->mask = d->op == '<' || d->op == '>' ? upto(w->bits - 1) : w->pick() | upto(16);
	d->value = d->op == '&' ? w->pick() & d->mask : w->pick();
	put_parts(o, d);
	out_printf(o, "%s 0x%llx %s 0x%llx", d->op == '<' ? "<<" : d->op == '>' ? ">>" :
		   (char[]){ d->op, '\0' }, (unsigned long long)d->mask, cmps[d->cmp],
		   (unsigned long long)d->value);
}

/* A match of random form, in text and as a description. */
static void rnd_match(struct out *o, struct desc *d)
{
	const struct what *w = d->what[0];

	d->form = d->parts > 1 ? F_SET : upto(F_MAX);
	if (d->form == F_FLAGS && w->kind != FLAGS)
		d->form = F_SET;
	if (d->form == F_MASK && w->kind != NUM && !(w->kind == FLAGS && w->bits == 32))
		d->form = F_CMP;
	if (w->bits == 128 && w->kind == FLAGS)
		d->form = F_FLAGS;
	switch (d->form) {
	case F_CMP:
		d->cmp = upto(w->kind == FLAGS || w->kind == NAME ? 3 : 7);
		d->elems[0][0] = rnd_span(w);
		if (w->kind == FLAGS && !d->cmp)
			d->cmp = 1;
		if (d->cmp > 2)
			d->elems[0][0].hi = d->elems[0][0].lo;
		put_parts(o, d);
		out_printf(o, "%s ", cmps[d->cmp]);
		put_span(o, w, &d->elems[0][0]);
		break;
	case F_SET:
		rnd_set(o, d);
		break;
	case F_FLAGS:
		d->value = w->pick() | w->pick();
		d->none = upto(2);
		put_parts(o, d);
		out_puts(o, d->none ? "! " : "");
		put_value(o, w, d->value);
		break;
	default:
		rnd_mask(o, d);
	}
}

/* ---- the oracle ---- */

static bool oracle_cmp(unsigned int cmp, u128 v, const struct span *s)
{
	bool in = s->lo <= v && v <= s->hi;

	switch (cmp) {
	case 0:
	case 1:
		return in;
	case 2:
		return !in;
	case 3:
		return v < s->lo;
	case 4:
		return v > s->lo;
	case 5:
		return v <= s->lo;
	default:
		return v >= s->lo;
	}
}

static bool oracle_set(const struct desc *d, const u128 *v)
{
	for (unsigned int i = 0; i < d->n; i++) {
		bool all = true;

		for (unsigned int k = 0; k < d->parts; k++)
			if (v[k] < d->elems[i][k].lo || v[k] > d->elems[i][k].hi)
				all = false;
		if (all)
			return d->cmp != 2;
	}
	return d->cmp == 2;
}

static bool oracle_mask(const struct desc *d, u128 v)
{
	u128 width = d->what[0]->bits == 64 ? UINT64_MAX : ((u128)1 << d->what[0]->bits) - 1;

	switch (d->op) {
	case '&':
		v = v & d->mask;
		break;
	case '|':
		v = v | d->mask;
		break;
	case '^':
		v = v ^ d->mask;
		break;
	case '<':
		v = (v << (int)d->mask) & width;
		break;
	default:
		v = v >> (int)d->mask;
	}
	return (v == d->value) == (d->cmp == 1);
}

static bool oracle(const struct desc *d, const struct conntrack *ct)
{
	u128 v[PARTS];

	for (unsigned int i = 0; i < d->parts; i++)
		if (!d->what[i]->get(ct, &v[i]))
			return false;
	switch (d->form) {
	case F_CMP:
		return oracle_cmp(d->cmp, v[0], &d->elems[0][0]);
	case F_SET:
		return oracle_set(d, v);
	case F_FLAGS:
		return ((v[0] & d->value) != 0) != d->none;
	default:
		return oracle_mask(d, v[0]);
	}
}

/* What ctnetlink does with a filter (see ct_request.h): the same in its terms. */
static bool kernel_tuple(const struct ct_filter_tuple *f, const struct ct_tuple *t, uint8_t family)
{
	bool tcp_udp = t->l4proto == 6 || t->l4proto == 17;
	bool icmp = t->l4proto == 1 || t->l4proto == 58;

	if (family == NFPROTO_IPV4 && f->flags & 1 && memcmp(f->src, t->src, 4))
		return false;
	if (family == NFPROTO_IPV4 && f->flags & 2 && memcmp(f->dst, t->dst, 4))
		return false;
	/* see ct_request.c */
	if (family == NFPROTO_IPV6 && f->flags & 3)
		return false;
	if (f->flags & 8 && f->l4proto != t->l4proto)
		return false;
	if (tcp_udp && ((f->flags & 0x10 && f->sport != t->sport) ||
			(f->flags & 0x20 && f->dport != t->dport)))
		return false;
	return !icmp || !((f->flags & 0x40 && f->icmp_type != t->icmp_type) ||
			  (f->flags & 0x80 && f->icmp_code != t->icmp_code) ||
			  (f->flags & 0x100 && f->icmp_id != t->icmp_id));
}

static bool kernel_takes(const struct ct_filter *f, const struct conntrack *ct)
{
	u128 zone;

	get_zone(ct, &zone);
	if (f->family && ct->family != f->family)
		return false;
	if (f->has_zone && zone != f->zone)
		return false;
	if ((ct->mark & f->mark_mask) != f->mark || (ct->status & f->status_mask) != f->status)
		return false;
	return kernel_tuple(&f->tuple[0], &ct->tuple[0], f->family) &&
	       kernel_tuple(&f->tuple[1], &ct->tuple[1], f->family);
}

/* ---- running it ---- */

struct run {
	struct nff n;
	struct arena arena;
	struct match *m;
};

static void run_query(struct run *r, const char *text)
{
	struct cmds cmds = { 0 };

	memset(r, 0, sizeof(*r));
	diags_init(&r->n.diags);
	r->n.globals = scope_new(&r->n.vars, NULL);
	if (!parse_source(&r->n, &r->arena, sources_add_text(&r->n.sources, "in", text,
							     strlen(text)), &cmds))
		r->m = match_new(&r->n, &r->arena, cmds.first->query, &conntrack_record);
}

static void run_end(struct run *r)
{
	diags_fini(&r->n.diags);
	sources_fini(&r->n.sources);
	arena_free(&r->n.vars);
	arena_free(&r->arena);
}

/* May both stand in one rule? */
static bool agree(const struct what *a, const struct what *b)
{
	if (a->layer && b->layer && a->layer != b->layer)
		return false;
	if (a->l4 && b->l4 && (a->l4 != b->l4 || a->l4 >= 253))
		return false;
	/* icmpv6 is for IPv6, as the evaluation knows */
	return !(a->l4 == 255 && b->l4) && !(b->l4 == 255 && a->l4);
}

static const struct what *rnd_what(const struct what *const *others, unsigned int n)
{
	for (;;) {
		const struct what *w = &whats[upto(N_WHATS)];
		unsigned int i = 0;

		while (i < n && agree(w, others[i]))
			i++;
		if (i == n)
			return w;
	}
}

#define QUERIES 40000
#define RECORDS 60
#define MATCHES 3

static void against_oracle(void)
{
	struct conntrack *recs = calloc(RECORDS * 10, sizeof(*recs));
	unsigned long hits = 0, filtered = 0;

	rnd_state = 88172645463325252ull;
	for (int i = 0; i < RECORDS * 10; i++)
		rnd_record(&recs[i]);
	for (int q = 0; q < QUERIES; q++) {
		const struct what *used[MATCHES * PARTS];
		struct desc descs[MATCHES] = { 0 };
		unsigned int n = 1 + (upto(2) ? 0 : upto(MATCHES)), n_used = 0;
		struct ct_filter f;
		struct out text;
		struct run r;

		out_init_mem(&text);
		out_puts(&text, "list conntracks where");
		for (unsigned int i = 0; i < n; i++) {
			descs[i].parts = upto(4) ? 1 : 1 + upto(PARTS);
			for (unsigned int k = 0; k < descs[i].parts; k++) {
				const struct what *w;

				do {
					w = rnd_what(used, n_used);
				} while (descs[i].parts > 1 && w->bits == 128 && w->kind == FLAGS);
				descs[i].what[k] = used[n_used++] = w;
			}
			rnd_match(&text, &descs[i]);
		}
		out_putc(&text, '\0');
		run_query(&r, text.buf);
		if (!r.m)
			FAIL("'%s': %s", text.buf, r.n.diags.first ? r.n.diags.first->text : "?");
		ct_filter_init(&f, r.m);
		for (int i = 0; i < RECORDS; i++) {
			const struct conntrack *ct = &recs[upto(RECORDS * 10)];
			bool wanted = true, got = match_record(r.m, ct);

			for (unsigned int k = 0; k < n; k++)
				wanted &= oracle(&descs[k], ct);
			if (wanted != got)
				FAIL("'%s' is %s, wanted %s", text.buf, got ? "true" : "false",
				     wanted ? "true" : "false");
			if (got && !kernel_takes(&f, ct))
				FAIL("'%s': the kernel would not tell of a record that matches",
				     text.buf);
			hits += got;
			filtered += !kernel_takes(&f, ct);
		}
		out_fini(&text);
		run_end(&r);
	}
	free(recs);
	/* It is of no use where nothing ever matches, or the kernel filters nothing. */
	CHECK(hits > QUERIES * RECORDS / 20);
	CHECK(filtered > QUERIES * RECORDS / 20);
}

/* ---- by hand ---- */

/* A large set is searched, not walked: this takes seconds otherwise. */
static void large_set(void)
{
	struct conntrack ct;
	unsigned int hits = 0;
	struct out text;
	struct run r;

	out_init_mem(&text);
	out_puts(&text, "list conntracks where ip saddr {");
	for (unsigned int i = 0; i < 50000; i++)
		out_printf(&text, "%s 10.%u.%u.%u", i ? "," : "", i >> 15, i >> 7 & 255,
			   i * 2 & 255);
	out_puts(&text, " } ct mark != { 4, 6 }");
	out_putc(&text, '\0');
	run_query(&r, text.buf);
	CHECK(r.m);
	rnd_state = 5;
	rnd_record(&ct);
	while (ct.family != NFPROTO_IPV4)
		rnd_record(&ct);
	for (unsigned int i = 0; i < 500000; i++) {
		memcpy(ct.tuple[0].src, (uint8_t[]){ 10, (uint8_t)(i >> 16 & 3),
						     (uint8_t)(i >> 8), (uint8_t)i }, 4);
		ct.mark = i & 7;
		hits += match_record(r.m, &ct);
	}
	/* every address was there twice, half of them with one of the two marks */
	CHECK_INT(hits, 50000);
	out_fini(&text);
	run_end(&r);
}

static void queries(void)
{
	static const struct {
		const char *text;
		uint32_t status;
		uint8_t family;
		bool wanted;
	} rows[] = {
		{ "list conntracks", 0, NFPROTO_IPV6, true },
		{ "list conntracks ip", 0, NFPROTO_IPV6, false },
		{ "list conntracks ip6", 0, NFPROTO_IPV6, true },
		{ "list conntracks offload", IPS_ASSURED, NFPROTO_IPV4, false },
		{ "list conntracks offload", IPS_OFFLOAD, NFPROTO_IPV4, true },
		{ "list conntracks where ct status offload", IPS_OFFLOAD, NFPROTO_IPV4, true },
		{ "list conntracks where ct status ! offload", IPS_OFFLOAD, NFPROTO_IPV4, false },
		{ "list conntracks where ct status snat,dnat", IPS_DST_NAT, NFPROTO_IPV4, true },
		{ "list conntracks where ct status hw-offload", IPS_HW_OFFLOAD, NFPROTO_IPV4,
		  true },
		{ "list conntracks where tcp state established", 0, NFPROTO_IPV4, true },
		{ "list conntracks where tcp state ESTABLISHED", 0, NFPROTO_IPV4, true },
		{ "list conntracks where tcp state != { syn_sent, Close }", 0, NFPROTO_IPV4, true },
		{ "list conntracks ip where ct original saddr 10.0.0.0/8", 0, NFPROTO_IPV4, true },
		{ "list conntracks ip where ip saddr 10.0.0.0/8 meta nfproto ipv4", 0,
		  NFPROTO_IPV4, true },
		{ "list conntracks where ip saddr . tcp dport { 10.0.0.0/24 . 80, * }", 0,
		  NFPROTO_IPV4, true },
		{ "list conntracks where ct helper ftp", 0, NFPROTO_IPV4, false },
		{ "list conntracks where ct helper != ftp", 0, NFPROTO_IPV4, false },
		{ "list conntracks where meta protocol ip", 0, NFPROTO_IPV4, true },
		{ "list conntracks where ct timeout > 50d", 0, NFPROTO_IPV4, true },
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conntrack ct = { .family = rows[i].family, .status = rows[i].status,
					.timeout = 90 * 86400, .has = CT_STATUS | CT_TIMEOUT };
		struct run r;

		ct.tuple[0].has = CTT_L4PROTO | CTT_SPORT | CTT_DPORT |
				  (rows[i].family == NFPROTO_IPV4 ? CTT_SRC4 | CTT_DST4 :
								    CTT_SRC6 | CTT_DST6);
		ct.tuple[0].l4proto = 6;
		ct.tuple[0].src[0] = 10;
		ct.proto.has = CTP_TCP_STATE;
		ct.proto.tcp_state = 3;
		run_query(&r, rows[i].text);
		if (!r.m)
			FAIL("'%s': %s", rows[i].text, r.n.diags.first->text);
		if (match_record(r.m, &ct) != rows[i].wanted)
			FAIL("'%s' is %s", rows[i].text, rows[i].wanted ? "false" : "true");
		run_end(&r);
	}
}

static void errors(void)
{
	static const struct {
		const char *text;
		unsigned int column, len;	/* of the match at fault */
		const char *message, *hint;
	} rows[] = {
		{ "list conntracks where tcp flags syn", 23, 9, "have no 'tcp flags'",
		  "'tcp state'" },
		{ "list conntracks where ip saddr 1.2.3.4 ether saddr 0:1:2:3:4:5", 40, 11,
		  "have no 'ether saddr'", "known are" },
		{ "list conntracks where oif 1", 23, 3, "have no 'meta oif'", "list flows" },
		{ "list conntracks where iifname \"eth0\"", 23, 7, "have no 'meta iifname'",
		  "list flows" },
		{ "list conntracks where flowtable f", 23, 9, "have no 'flowtable'",
		  "ct status offload" },
		{ "list conntracks where meta mark 1", 23, 9, "have no 'meta mark'", "ct mark" },
		{ "list conntracks where ct direction reply", 23, 12, "have no 'ct direction'",
		  "'ct reply'" },
		{ "list conntracks where ip ttl 1", 23, 6, "have no 'ip ttl'", NULL },
		{ "list conntracks where icmp mtu 1", 23, 8, "have no 'icmp mtu'", NULL },
		{ "list conntracks where icmp sequence 1", 23, 13, "have no 'icmp sequence'",
		  NULL },
		{ "list conntracks where ip saddr . ip ttl { 1.2.3.4 . 5 }", 34, 6,
		  "have no 'ip ttl'", NULL },
		{ "list conntracks where ip saddr & 1 == 1 rt mtu 5", 41, 6, "have no 'rt mtu'",
		  NULL },
		{ "list conntracks where fib saddr oif 1", 23, 13, "for packets", NULL },
		{ "list conntracks where @nh,8,8 1", 23, 7, "for packets", NULL },
		{ "list conntracks where ct status blah", 33, 4, "is no conntrack status", NULL },
		{ "list conntracks where ct status asured", 33, 6, "is no conntrack status",
		  "'assured'" },
		{ "list conntracks where tcp state open", 33, 4, "is no state of a TCP", NULL },
		{ "list conntracks where ct original mark 1", 23, 16, "no direction", NULL },
		{ "list conntracks where ct proto-src 1", 23, 12, "needs a direction", NULL },
		{ "list conntracks where ip saddr 1.2.3.4 ip6 saddr ::1", 40, 9, NULL, NULL },
		{ "list conntracks ip where ip6 saddr ::1", 26, 9, NULL, NULL },
		{ "list conntracks where tcp dport 99999", 33, 5, NULL, NULL },
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct diag *d;
		struct run r;

		run_query(&r, rows[i].text);
		d = r.n.diags.first;
		if (r.m || !d)
			FAIL("'%s' is no error", rows[i].text);
		if (d->loc.off + 1 != rows[i].column || d->loc.len != rows[i].len)
			FAIL("'%s': column %u, %u long: %s", rows[i].text, d->loc.off + 1,
			     d->loc.len, d->text);
		if (rows[i].message && !strstr(d->text, rows[i].message))
			FAIL("'%s': %s", rows[i].text, d->text);
		if (rows[i].hint && (!d->hint || !strstr(d->hint, rows[i].hint)))
			FAIL("'%s': hint %s", rows[i].text, d->hint ? d->hint : "none");
		CHECK_INT(r.n.diags.errors, 1);
		run_end(&r);
	}
}

/* One query may be asked of several kinds of records: nothing of it may change. */
static void twice(void)
{
	static const char text[] =
		"list conntracks where tcp dport { 1-5, $p } ip saddr != 10.0.0.1";
	static const char define[] = "define p = 80\n";
	struct match *again;
	struct cmds cmds = { 0 };
	struct run r;
	uint32_t src;

	run_query(&r, "list conntracks");
	src = sources_add_text(&r.n.sources, "d", define, strlen(define));
	CHECK(!parse_source(&r.n, &r.arena, src, &cmds));
	src = sources_add_text(&r.n.sources, "in", text, strlen(text));
	CHECK(!parse_source(&r.n, &r.arena, src, &cmds));
	r.m = match_new(&r.n, &r.arena, cmds.first->query, &conntrack_record);
	again = match_new(&r.n, &r.arena, cmds.first->query, &conntrack_record);
	CHECK(r.m && again);
	rnd_state = 77;
	for (int i = 0; i < 5000; i++) {
		struct conntrack ct;

		rnd_record(&ct);
		CHECK(match_record(r.m, &ct) == match_record(again, &ct));
	}
	run_end(&r);
}

int main(void)
{
	RUN(against_oracle);
	RUN(large_set);
	RUN(queries);
	RUN(errors);
	RUN(twice);
	return unit_status();
}
