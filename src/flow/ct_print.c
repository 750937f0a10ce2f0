/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conntracks as lines, byte for byte those of conntrack(8). A table of
 * 250,000 entries is printed while the kernel dumps it, so this writes
 * straight into the output buffer and does without printf().
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>
#include <time.h>

#include "conntrack.h"
#include "ct_text.h"
#include "ct_tuple.h"

/* More than a line can take, apart from its strings and labels. */
#define LINE_MAX_FIXED	1536
#define SECOND		1000000000	/* nanoseconds */

/* An address in the line, and where its text stands. */
struct addr_text {
	const uint8_t *addr;
	bool v6;
	const char *text;
	size_t len;
};

PUT_INLINE char *put_addr(char *p, const char *name, struct addr_text *a,
			  const struct addr_text *before)
{
	p = put_str(p, name);
	a->text = p;
	if (before->text && before->v6 == a->v6 && !memcmp(before->addr, a->addr, 16))
		p = put_mem(p, before->text, before->len);
	else
		p = a->v6 ? put_ip6(p, a->addr) : put_ip4(p, a->addr);
	a->len = (size_t)(p - a->text);
	*p++ = ' ';
	return p;
}

/*
 * Where there is no NAT, the reply has the addresses of the original
 * direction, swapped: they are copied, not worked out again.
 */
static char *put_addrs(char *p, const struct ct_tuple *t, struct addr_text seen[2],
		       enum ct_dir dir)
{
	struct addr_text src = { .addr = t->src, .v6 = t->has & CTT_SRC6 };
	struct addr_text dst = { .addr = t->dst, .v6 = t->has & CTT_DST6 };

	if (t->has & (CTT_SRC4 | CTT_SRC6))
		p = put_addr(p, "src=", &src, &seen[1]);
	if (t->has & (CTT_DST4 | CTT_DST6))
		p = put_addr(p, "dst=", &dst, &seen[0]);
	if (dir == CT_ORIG) {
		seen[0] = src;
		seen[1] = dst;
	}
	return p;
}

/* One direction: addresses, ports, zone and counters. */
static char *put_dir(char *p, const struct conntrack *ct, enum ct_dir dir,
		     const struct ct_l4 *l4, struct addr_text seen[2])
{
	const struct ct_tuple *t = &ct->tuple[dir];
	const struct ct_counters *c = &ct->counters[dir];

	p = put_addrs(p, t, seen, dir);
	p = put_tuple_l4(p, t, t->has ? l4->kind : CT_L4_NONE);
	if (t->has & CTT_ZONE) {
		p = put_str(p, dir == CT_ORIG ? "zone-orig=" : "zone-reply=");
		p = put_u32(p, t->zone);
		*p++ = ' ';
	}
	if (c->has == (CTC_PACKETS | CTC_BYTES)) {
		p = put_str(p, "packets=");
		p = put_u64(p, c->packets);
		p = put_str(p, " bytes=");
		p = put_u64(p, c->bytes);
		*p++ = ' ';
	}
	return p;
}

/* The strongest of the flags: only one is shown. */
static char *put_flag(char *p, uint32_t status)
{
	if (status & IPS_HW_OFFLOAD)
		return put_str(p, "[HW_OFFLOAD] ");
	if (status & IPS_OFFLOAD)
		return put_str(p, "[OFFLOAD] ");
	if (status & IPS_ASSURED)
		return put_str(p, "[ASSURED] ");
	return p;
}

PUT_INLINE char *put_number(char *p, const char *name, uint64_t v)
{
	p = put_str(p, name);
	p = put_u64(p, v);
	*p++ = ' ';
	return p;
}

PUT_INLINE char *put_text(char *p, const char *name, struct ct_str s)
{
	p = put_str(p, name);
	p = put_mem(p, s.s, s.len);
	*p++ = ' ';
	return p;
}

/* From the begin of the entry to its end, or to now, as a difference of whole seconds. */
static char *put_age(char *p, const struct conntrack *ct, int64_t now)
{
	uint64_t start = ct->start / SECOND;
	uint64_t end = (ct->has & CT_STOP ? ct->stop : (uint64_t)now) / SECOND;

	return put_number(p, "delta-time=", end > start ? end - start : 0);
}

/* "[start=Sun Nov 22 01:35:24 2026] ", in local time. */
static char *put_time(char *p, const char *name, uint64_t ns)
{
	time_t t = (time_t)(ns / SECOND);
	struct tm tm;
	char text[32];

	if (!localtime_r(&t, &tm) || !asctime_r(&tm, text))
		return p;
	p = put_str(p, name);
	p = put_mem(p, text, strcspn(text, "\n"));
	return put_str(p, "] ");
}

static char *put_tail(char *p, const struct conntrack *ct, unsigned int flags, int64_t now)
{
	if (ct->has & CT_STATUS)
		p = put_flag(p, ct->status);
	if (ct->has & CT_MARK)
		p = put_number(p, "mark=", ct->mark);
	if (ct->has & CT_SECMARK)
		p = put_number(p, "secmark=", ct->secmark);
	if (ct->has & CT_SECCTX)
		p = put_text(p, "secctx=", ct->secctx);
	if (ct->has & CT_ZONE)
		p = put_number(p, "zone=", ct->zone);
	if (ct->has & CT_START)
		p = put_age(p, ct, now);
	if (flags & LINE_KTIMESTAMP) {
		if (ct->has & CT_START)
			p = put_time(p, "[start=", ct->start);
		if (ct->has & CT_STOP)
			p = put_time(p, "[stop=", ct->stop);
	}
	if (ct->has & CT_HELPER)
		p = put_text(p, "helper=", ct->helper);
	if (ct->has & CT_USE)
		p = put_number(p, "use=", ct->use);
	if (flags & LINE_ID && ct->has & CT_ID)
		p = put_number(p, "id=", ct->id);
	return p;
}

/* "labels=web,dmz": those that have a name; "labels" where none of them has. */
static void print_labels(struct out *o, struct ct_str labels)
{
	const char *before = "=";

	/* Without a file of names nothing is said. */
	if (!ct_labels_named())
		labels.len = 0;
	else
		out_puts(o, " labels");
	for (uint32_t i = 0; i < labels.len * 8; i++) {
		const char *name = labels.s[i / 8] >> i % 8 & 1 ? ct_label_name(i) : NULL;

		if (!name)
			continue;
		out_puts(o, before);
		out_puts(o, name);
		before = ",";
	}
	out_putc(o, '\n');
}

/* "ipv4     2 ": the address family as the C library numbers it. */
static char *put_family(char *p, uint8_t family)
{
	if (family == NFPROTO_IPV4)
		return put_str(p, "ipv4     2 ");
	if (family == NFPROTO_IPV6)
		return put_str(p, "ipv6     10 ");
	p = put_str(p, "unknown  ");
	p = put_u32(p, family);
	*p++ = ' ';
	return p;
}

void ct_print(struct out *o, const struct conntrack *ct, unsigned int flags, int64_t now)
{
	const struct ct_l4 *l4 = ct_l4(ct->tuple[CT_ORIG].l4proto);
	const char *state = ct_state(ct);
	char *start = out_reserve(o, LINE_MAX_FIXED + ct->helper.len + ct->secctx.len);
	struct addr_text seen[2] = { 0 };
	char *p = start;

	if (flags & LINE_EXTENDED)
		p = put_family(p, ct->family);
	p = put_l4(p, l4, ct->tuple[CT_ORIG].l4proto);
	if (ct->has & CT_TIMEOUT) {
		p = put_u32(p, ct->timeout);
		*p++ = ' ';
	}
	if (state) {
		p = put_str(p, state);
		*p++ = ' ';
	}
	p = put_dir(p, ct, CT_ORIG, l4, seen);
	if (ct->has & CT_STATUS && !(ct->status & IPS_SEEN_REPLY))
		p = put_str(p, "[UNREPLIED] ");
	p = put_dir(p, ct, CT_REPLY, l4, seen);
	p = put_tail(p, ct, flags, now);
	if (flags & LINE_LABELS && ct->has & CT_LABELS) {
		out_commit(o, (size_t)(p - start - 1));
		print_labels(o, ct->labels);
		return;
	}
	p[-1] = '\n';
	out_commit(o, (size_t)(p - start));
}
