// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows of top as text, for the terminal and for batch mode, and as JSON.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/netfilter.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "conntrack.h"
#include "ct_text.h"
#include "show.h"
#include "top.h"
#include "view.h"

/* ---- numbers ---- */

const char *top_rate_unit(const struct top_units *u)
{
	return u->bytes ? "B/s" : "bit/s";
}

/* "12.3M", "950": show_amount() without the blank. */
char *top_count(char *buf, double v, bool binary)
{
	char *from, *to = buf;

	show_amount(buf, v, binary ? AMOUNT_BINARY : 0);
	for (from = buf; *from; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return buf;
}

char *top_rate(char *buf, double bytes_rate, const struct top_units *u)
{
	return top_count(buf, u->bytes ? bytes_rate : bytes_rate * 8, u->binary);
}

char *top_total(char *buf, double bytes_rate, const struct top_units *u)
{
	return show_amount(buf, u->bytes ? bytes_rate : bytes_rate * 8,
			   u->binary ? AMOUNT_BINARY : 0);
}

/* ---- names ---- */

static void put_port(struct out *o, const struct top_item *i, unsigned int dir, bool services)
{
	const struct servent *s = services ? getservbyport(htons(i->port[dir]),
							   ct_l4(i->l4proto)->name) : NULL;

	if (s)
		out_puts(o, s->s_name);
	else
		out_printf(o, "%u", i->port[dir]);
}

static void put_address(struct out *o, const struct top_item *i, unsigned int dir, bool brackets)
{
	bool v6 = i->family == NFPROTO_IPV6;
	char text[PUT_IP6_MAX + 2], *end;

	end = v6 ? put_ip6(text, i->addr[dir]) : put_ip4(text, i->addr[dir]);
	if (v6 && brackets)
		out_putc(o, '[');
	out_write(o, text, (size_t)(end - text));
	if (v6 && brackets)
		out_putc(o, ']');
}

/* "10.0.0.1:443", "[::1]:443"; an echo request has its id behind its source. */
static void put_endpoint(struct out *o, const struct top_item *i, unsigned int dir, bool services)
{
	unsigned int kind = ct_l4(i->l4proto)->kind;
	bool port = kind == CT_L4_PORTS || (kind == CT_L4_ICMP && dir == 0);

	put_address(o, i, dir, port);
	if (!port)
		return;
	out_putc(o, ':');
	put_port(o, i, dir, services && kind == CT_L4_PORTS);
}

static void put_proto(struct out *o, unsigned int l4proto)
{
	const struct ct_l4 *l4 = ct_l4(l4proto);

	if (l4->kind != CT_L4_NONE)
		out_puts(o, l4->name);
	else
		out_printf(o, "%u", l4proto);
}

static void put_service(struct out *o, const struct top_item *i, bool services)
{
	put_proto(o, i->l4proto);
	if (ct_l4(i->l4proto)->kind != CT_L4_PORTS)
		return;
	out_putc(o, ' ');
	put_port(o, i, 1, services);
}

void top_put_name(struct out *o, enum top_group group, const struct top_row *r, bool services)
{
	switch (group) {
	case TOP_BY_SOURCE:
	case TOP_BY_DESTINATION:
		out_printf(o, "%s ", top_group_names[group]);
		put_address(o, &r->i, group == TOP_BY_DESTINATION, false);
		break;
	case TOP_BY_SERVICE:
		out_puts(o, "service ");
		put_service(o, &r->i, services);
		break;
	default:
		put_proto(o, r->i.l4proto);
		out_putc(o, ' ');
		put_endpoint(o, &r->i, 0, services);
		out_puts(o, " -> ");
		put_endpoint(o, &r->i, 1, services);
	}
}

/* ---- columns ---- */

#define WIDTH_PROTO	7
#define WIDTH_PATH	5
#define WIDTH_MEMBERS	8
#define WIDTH_NUMBER	9
#define WIDTH_AGE	8
/* Two IPv4 addresses with ports. */
#define NAME_LEAST	22
/* Two IPv6 addresses of the longest kind, with ports. */
#define NAME_MOST	48
#define NAME_BATCH	22
#define HISTORY_LEAST	8

void top_layout(struct top_layout *l, int width, enum top_group group)
{
	bool each = group == TOP_BY_CONNECTION;
	int names = each ? 2 : 1, fixed, left;

	*l = (struct top_layout){ .group = group, .packets = WIDTH_NUMBER, .age = WIDTH_AGE,
				  .cut = width > 0, .name = NAME_BATCH };
	if (!width)
		return;
	fixed = (each ? WIDTH_PROTO : WIDTH_MEMBERS) + WIDTH_PATH + 3 * WIDTH_NUMBER;
	left = width - fixed - names * NAME_LEAST;
	l->age = left >= WIDTH_AGE ? WIDTH_AGE : 0;
	left -= l->age;
	l->history = left >= HISTORY_LEAST + 1 ? HISTORY_LEAST : 0;
	left -= l->history ? l->history + 1 : 0;
	l->packets = left >= WIDTH_NUMBER ? WIDTH_NUMBER : 0;
	left -= l->packets;
	while (l->history && l->history < TOP_HISTORY && left > 0) {
		l->history++;
		left--;
	}
	if (left > names * (NAME_MOST - NAME_LEAST))
		left = names * (NAME_MOST - NAME_LEAST);
	l->name = NAME_LEAST + left / names;
	if (l->name < 8)
		l->name = 8;
}

/* The text in o from byte begin on, in a column of that width with a blank behind it. */
static void fit(struct out *o, size_t begin, int width, bool cut)
{
	int len = (int)(o->len - begin);

	if (cut && len > width - 1) {
		o->len = begin + (size_t)width - 2;
		out_putc(o, '~');
		len = width - 1;
	}
	for (; len < width - 1; len++)
		out_putc(o, ' ');
	out_putc(o, ' ');
}

static void put_cell(struct out *o, const char *text, int width, bool cut)
{
	size_t begin = o->len;

	out_puts(o, text);
	fit(o, begin, width, cut);
}

static void put_right(struct out *o, const char *text, int width)
{
	if (width)
		out_printf(o, "%*s", width, text);
}

void top_put_head(struct out *o, const struct top_layout *l, const struct top_units *u)
{
	static const char *const titles[TOP_GROUP_MAX] = {
		[TOP_BY_SOURCE] = "SOURCE", [TOP_BY_DESTINATION] = "DESTINATION",
		[TOP_BY_SERVICE] = "SERVICE",
	};
	const char *unit = top_rate_unit(u);
	char text[16];

	if (l->group == TOP_BY_CONNECTION) {
		put_cell(o, "PROTO", WIDTH_PROTO, false);
		put_cell(o, "SOURCE", l->name, l->cut);
		put_cell(o, "DESTINATION", l->name, l->cut);
	} else {
		put_cell(o, titles[l->group], l->name, l->cut);
		put_right(o, "CONNS ", WIDTH_MEMBERS);
	}
	put_cell(o, "PATH", WIDTH_PATH, false);
	snprintf(text, sizeof(text), "> %s", unit);
	put_right(o, text, WIDTH_NUMBER);
	snprintf(text, sizeof(text), "< %s", unit);
	put_right(o, text, WIDTH_NUMBER);
	put_right(o, "BYTES", WIDTH_NUMBER);
	put_right(o, "PACKETS", l->packets);
	put_right(o, "AGE", l->age);
}

/* Where it began before it was first seen, no more is known than that it is older. */
static void put_age(struct out *o, const struct top_layout *l, const struct top_item *i,
		    uint64_t now)
{
	struct out text;

	if (!l->age)
		return;
	out_init_mem(&text);
	if (i->flags & TOP_OLDER)
		out_putc(&text, '>');
	put_human(&text, COL_SECONDS, now > i->start ? (now - i->start) / 1000000000 : 0);
	put_right(o, out_str(&text), l->age);
	out_fini(&text);
}

void top_put_row(struct out *o, const struct top_layout *l, const struct top_units *u,
		 const struct top_row *r, uint64_t now, bool services)
{
	const struct top_item *i = &r->i;
	size_t begin = o->len;
	char text[16];

	switch (l->group) {
	case TOP_BY_CONNECTION:
		put_proto(o, i->l4proto);
		fit(o, begin, WIDTH_PROTO, false);
		for (unsigned int end = 0; end < 2; end++) {
			begin = o->len;
			put_endpoint(o, i, end, services);
			fit(o, begin, l->name, l->cut);
		}
		break;
	case TOP_BY_SERVICE:
		put_service(o, i, services);
		fit(o, begin, l->name, l->cut);
		break;
	default:
		put_address(o, i, l->group == TOP_BY_DESTINATION, false);
		fit(o, begin, l->name, l->cut);
	}
	if (l->group != TOP_BY_CONNECTION)
		out_printf(o, "%*" PRIu32 " ", WIDTH_MEMBERS - 1, r->members);
	put_cell(o, i->flags & TOP_OFFLOAD ? "fast" : "-", WIDTH_PATH, false);
	for (int dir = 0; dir < 2; dir++)
		put_right(o, top_rate(text, (double)r->rate[dir], u), WIDTH_NUMBER);
	put_right(o, top_count(text, (double)i->bytes[0] + (double)i->bytes[1], u->binary),
		  WIDTH_NUMBER);
	if (l->packets)
		put_right(o, top_count(text, (double)i->packets[0] + (double)i->packets[1], false),
			  l->packets);
	put_age(o, l, i, now);
}

void top_put_spark(struct out *o, const struct top_row *r, uint32_t round, int width, bool utf8)
{
	static const char *const bars[2][9] = {
		{ " ", ".", ":", "-", "=", "+", "*", "%", "#" },
		{ " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" },
	};
	double most = 0;

	for (int i = 0; i < width; i++) {
		double v = top_level_rate(top_past(r, round, (unsigned int)i));

		most = v > most ? v : most;
	}
	for (int i = width - 1; i >= 0; i--) {
		double v = top_level_rate(top_past(r, round, (unsigned int)i));

		out_puts(o, bars[utf8][v > 0 ? 1 + (int)(7 * v / most) : 0]);
	}
}

/* ---- batch ---- */

void top_put_batch(struct out *o, const struct top *top, unsigned int limit)
{
	const struct top_total *t = &top->table.total;
	time_t now = (time_t)(top->table.now / 1000000000);
	char when[32] = "", a[16], b[16], c[16];
	struct top_layout l;
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	out_printf(o, "%s  %s %" PRIu32 "  > %s%s  < %s%s  %spackets/s", when,
		   top->source.flows ? "flows" : "conntracks", top->table.n,
		   top_total(a, t->rate[0], &top->units), top_rate_unit(&top->units),
		   top_total(b, t->rate[1], &top->units), top_rate_unit(&top->units),
		   show_amount(c, t->packet_rate[0] + t->packet_rate[1], 0));
	if (t->share >= 0)
		out_printf(o, "  fast path %.0f %%", 100 * t->share);
	out_putc(o, '\n');
	top_layout(&l, 0, top->view.group);
	top_put_head(o, &l, &top->units);
	out_putc(o, '\n');
	for (uint32_t i = 0; i < top->view.n && i < limit; i++) {
		top_put_row(o, &l, &top->units, top->view.rows[i], top->table.now,
			    top->n->print.services);
		out_putc(o, '\n');
	}
	out_putc(o, '\n');
}

static json_t *direction_json(const struct top_row *r, unsigned int dir)
{
	return json_pack("{s:I, s:I, s:I, s:f}", "bytes", (json_int_t)r->i.bytes[dir], "packets",
			 (json_int_t)r->i.packets[dir], "bytes_per_second",
			 (json_int_t)r->rate[dir], "packets_per_second",
			 (double)r->packet_rate[dir]);
}

static void set_address(json_t *obj, const char *name, const struct top_item *i, unsigned int dir)
{
	struct out o;

	out_init_mem(&o);
	put_address(&o, i, dir, false);
	json_object_set_new(obj, name, json_string(out_str(&o)));
	out_fini(&o);
}

static json_t *row_json(const struct top *top, const struct top_row *r)
{
	enum top_group g = top->view.group;
	const struct ct_l4 *l4 = ct_l4(r->i.l4proto);
	json_t *obj = json_object();

	if (g == TOP_BY_CONNECTION || g == TOP_BY_SERVICE)
		json_object_set_new(obj, "l4proto", l4->kind != CT_L4_NONE ?
				    json_string(l4->name) : json_integer(r->i.l4proto));
	if (g == TOP_BY_CONNECTION || g == TOP_BY_SOURCE)
		set_address(obj, "saddr", &r->i, 0);
	if (g == TOP_BY_CONNECTION || g == TOP_BY_DESTINATION)
		set_address(obj, "daddr", &r->i, 1);
	if (g == TOP_BY_CONNECTION && l4->kind == CT_L4_PORTS)
		json_object_set_new(obj, "sport", json_integer(r->i.port[0]));
	if ((g == TOP_BY_CONNECTION || g == TOP_BY_SERVICE) && l4->kind == CT_L4_PORTS)
		json_object_set_new(obj, "dport", json_integer(r->i.port[1]));
	if (g == TOP_BY_CONNECTION)
		json_object_set_new(obj, "id", json_integer(r->i.id));
	else
		json_object_set_new(obj, "connections", json_integer(r->members));
	json_object_set_new(obj, "offload", json_boolean(r->i.flags & TOP_OFFLOAD));
	json_object_set_new(obj, "original", direction_json(r, 0));
	json_object_set_new(obj, "reply", direction_json(r, 1));
	json_object_set_new(obj, r->i.flags & TOP_OLDER ? "seen" : "start",
			    json_integer((json_int_t)r->i.start));
	return obj;
}

json_t *top_json(const struct top *top, unsigned int limit)
{
	const struct top_total *t = &top->table.total;
	json_t *obj, *rows = json_array();

	for (uint32_t i = 0; i < top->view.n && i < limit; i++)
		json_array_append_new(rows, row_json(top, top->view.rows[i]));
	obj = json_pack("{s:I, s:s, s:f, s:s, s:I, s:{s:I, s:I, s:f}}", "time",
			(json_int_t)top->table.now, "kind",
			top->source.flows ? "flows" : "conntracks", "seconds", top->table.seconds,
			"group", top_group_names[top->view.group], "entries",
			(json_int_t)top->table.n, "total",
			"original_bytes_per_second", (json_int_t)t->rate[0],
			"reply_bytes_per_second", (json_int_t)t->rate[1], "packets_per_second",
			t->packet_rate[0] + t->packet_rate[1]);
	json_object_set_new(obj, "fast_path_share", t->share >= 0 ? json_real(t->share) :
			    json_null());
	json_object_set_new(obj, "rows", rows);
	return obj;
}
