/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * top without a terminal and without a kernel: looks to rates, groups, order, text.
 */
#include <arpa/inet.h>
#include <curses.h>
#include <linux/netfilter.h>
#include <netinet/in.h>
#include <string.h>

#include "flow/show.h"
#include "flow/top.h"
#include "unit.h"

#define SECOND	1000000000ull
#define BEGIN	(1000 * SECOND)

static struct top_item item(uint64_t key, uint64_t bytes)
{
	struct top_item i = {
		.key = key, .bytes = { bytes, bytes / 10 },
		.packets = { bytes / 100, bytes / 100 }, .family = NFPROTO_IPV4,
		.l4proto = IPPROTO_TCP, .port = { (uint16_t)(1000 + key), 443 },
		.addr = { { 10, 0, 0, (uint8_t)key }, { 10, 1, 0, (uint8_t)(key % 2) } },
		.flags = TOP_COUNTED,
	};

	return i;
}

/* A look at n records: keys[] with bytes[]. */
static void look(struct top_table *t, unsigned int second, const uint64_t *keys,
		 const uint64_t *bytes, unsigned int n)
{
	top_look_begin(t, TOP_LOOK, BEGIN + second * SECOND, t->round ? 2 : 0);
	for (unsigned int i = 0; i < n; i++) {
		struct top_item one = item(keys[i], bytes[i]);

		top_look_add(t, &one);
	}
	top_look_end(t, -1);
}

static void rates(void)
{
	static const uint64_t keys[] = { 1, 2 };
	struct top_table t = { 0 };

	look(&t, 0, keys, (uint64_t[]){ 5000, 7000 }, 2);
	CHECK_INT(t.n, 2);
	CHECK_INT(top_find(&t, 1)->rate[0], 0);
	CHECK_INT(t.n_graph, 0);
	look(&t, 2, keys, (uint64_t[]){ 6000, 7000 }, 2);
	CHECK_INT(top_find(&t, 1)->rate[0], 500);
	CHECK_INT(top_find(&t, 1)->rate[1], 50);
	CHECK_INT(top_find(&t, 1)->packet_rate[0], 5);
	CHECK_INT(top_find(&t, 2)->rate[0], 0);
	CHECK_INT(t.total.rate[0], 500);
	CHECK_INT(t.total.rate[1], 50);
	CHECK_INT(t.n_graph, 1);
	CHECK_INT(t.graph[0], 550);
	top_table_fini(&t);
}

static void new_ones_count_from_zero(void)
{
	struct top_table t = { 0 };
	struct top_item old = item(3, 100000);

	look(&t, 0, (uint64_t[]){ 1 }, (uint64_t[]){ 10 }, 1);
	look(&t, 2, (uint64_t[]){ 1, 2 }, (uint64_t[]){ 10, 4000 }, 2);
	CHECK_INT(top_find(&t, 2)->rate[0], 2000);
	CHECK(!(top_find(&t, 2)->i.flags & TOP_OLDER));
	CHECK(top_find(&t, 1)->i.flags & TOP_OLDER);
	/* One that the dump before has missed, as its start tells. */
	top_look_begin(&t, TOP_LOOK, BEGIN + 4 * SECOND, 2);
	old.start = BEGIN;
	top_look_add(&t, &old);
	old.key = 4;
	old.start = BEGIN + 3 * SECOND;
	top_look_add(&t, &old);
	top_look_end(&t, -1);
	CHECK_INT(top_find(&t, 3)->rate[0], 0);
	CHECK_INT(top_find(&t, 4)->rate[0], 50000);
	top_table_fini(&t);
}

static void counters_set_back(void)
{
	struct top_table t = { 0 };

	look(&t, 0, (uint64_t[]){ 1 }, (uint64_t[]){ 9000 }, 1);
	look(&t, 2, (uint64_t[]){ 1 }, (uint64_t[]){ 1000 }, 1);
	CHECK_INT(top_find(&t, 1)->rate[0], 500);
	top_table_fini(&t);
}

static void twice_in_a_dump(void)
{
	struct top_table t = { 0 };

	look(&t, 0, (uint64_t[]){ 1 }, (uint64_t[]){ 0 }, 1);
	look(&t, 2, (uint64_t[]){ 1, 1 }, (uint64_t[]){ 1000, 1000 }, 2);
	CHECK_INT(t.n, 1);
	CHECK_INT(t.total.rate[0], 500);
	top_table_fini(&t);
}

static void what_goes_is_forgotten(void)
{
	struct top_table t = { 0 };

	look(&t, 0, (uint64_t[]){ 1, 2, 3 }, (uint64_t[]){ 1, 2, 3 }, 3);
	look(&t, 2, (uint64_t[]){ 3, 1 }, (uint64_t[]){ 2003, 1 }, 2);
	CHECK_INT(t.n, 2);
	CHECK(!top_find(&t, 2));
	CHECK_INT(top_find(&t, 3)->rate[0], 1000);
	look(&t, 4, NULL, NULL, 0);
	CHECK_INT(t.n, 0);
	CHECK_INT(t.total.rate[0], 0);
	top_table_fini(&t);
}

static void hundred_thousand(void)
{
	struct top_table t = { 0 };
	struct top_view v = { .sort = TOP_SORT_RATE };
	uint64_t sum = 0;

	for (unsigned int round = 0; round < 3; round++) {
		top_look_begin(&t, TOP_LOOK, BEGIN + round * SECOND, round ? 1 : 0);
		for (uint64_t i = 1; i <= 100000; i++) {
			/* Every tenth goes with the last look. */
			struct top_item one = item(i * 0x9e3779b97f4a7c15u, round * i);

			if (round < 2 || i % 10)
				top_look_add(&t, &one);
		}
		top_look_end(&t, -1);
	}
	CHECK_INT(t.n, 90000);
	for (uint64_t i = 1; i <= 100000; i++)
		sum += i % 10 ? i : 0;
	CHECK_INT(t.total.rate[0], sum);
	top_view_update(&v, &t);
	CHECK_INT(v.n, 90000);
	CHECK_INT(v.rows[0]->rate[0], 99999);
	for (uint32_t i = 1; i < v.n; i++)
		CHECK(v.rows[i - 1]->rate[0] + v.rows[i - 1]->rate[1] >=
		      v.rows[i]->rate[0] + v.rows[i]->rate[1]);
	top_view_fini(&v);
	top_table_fini(&t);
}

static void another_filter(void)
{
	struct top_table t = { 0 };
	struct top_item one = item(1, 9999999), two = item(2, 5000);

	look(&t, 0, (uint64_t[]){ 1, 3 }, (uint64_t[]){ 0, 0 }, 2);
	look(&t, 2, (uint64_t[]){ 1, 3 }, (uint64_t[]){ 1000, 1000 }, 2);
	top_look_begin(&t, TOP_LOOK_MEMBERS, BEGIN + 3 * SECOND, 1);
	top_look_add(&t, &one);
	top_look_add(&t, &two);
	top_look_end(&t, -1);
	/* Rates stay what they were, those that come have none, nothing is drawn. */
	CHECK_INT(t.n, 2);
	CHECK_INT(top_find(&t, 1)->rate[0], 500);
	CHECK_INT(top_find(&t, 2)->rate[0], 0);
	CHECK_INT(t.n_graph, 1);
	look(&t, 4, (uint64_t[]){ 1, 2 }, (uint64_t[]){ 3000, 7000 }, 2);
	CHECK_INT(top_find(&t, 1)->rate[0], 1000);
	CHECK_INT(top_find(&t, 2)->rate[0], 1000);
	top_table_fini(&t);
}

static void fast_path_share(void)
{
	struct top_table t = { 0 };
	struct top_item i[2];

	for (unsigned int round = 0; round < 2; round++) {
		top_look_begin(&t, TOP_LOOK, BEGIN + round * SECOND, round);
		for (int k = 0; k < 2; k++) {
			i[k] = item((uint64_t)k + 1, k ? round * 3000 : round * 1000);
			i[k].flags |= k ? TOP_OFFLOAD : 0;
			top_look_add(&t, &i[k]);
		}
		top_look_end(&t, -1);
	}
	CHECK_INT(t.total.fast_rate, 3300);
	CHECK_INT(t.total.share * 100, 75);
	/* Where the source knows it better. */
	top_look_begin(&t, TOP_LOOK, BEGIN + 2 * SECOND, 1);
	i[0].bytes[0] += 1000;
	top_look_add(&t, &i[0]);
	top_look_end(&t, 0.5);
	CHECK_INT(t.total.share * 100, 50);
	CHECK_INT(t.total.fast_rate, 500);
	top_table_fini(&t);
}

static void levels(void)
{
	CHECK_INT(top_level(0), 0);
	CHECK_INT(top_level_rate(0), 0);
	for (double rate = 100; rate < 1e6; rate *= 1.7) {
		double back = top_level_rate(top_level(rate));

		CHECK(back <= rate * 1.001 && back > rate * 0.9);
	}
	CHECK_INT(top_level(1e30), 255);
	for (int l = 1; l < 255; l++)
		CHECK(top_level_rate((uint8_t)l) < top_level_rate((uint8_t)(l + 1)));
}

static void history(void)
{
	struct top_table t = { 0 };
	const struct top_row *r;
	uint64_t bytes = 0;
	struct out o;

	for (unsigned int i = 0; i < 20; i++) {
		bytes += 2 * 1000 * i;
		look(&t, 2 * i, (uint64_t[]){ 1 }, &bytes, 1);
	}
	r = top_find(&t, 1);
	CHECK_INT(top_past(r, t.round, 0), top_level(19 * 1100));
	CHECK_INT(top_past(r, t.round, 15), top_level(4 * 1100));
	CHECK_INT(top_past(r, t.round, TOP_HISTORY), 0);
	out_init_mem(&o);
	top_put_spark(&o, r, t.round, 4, true);
	CHECK_STR(out_str(&o), "▆▇▇█");
	o.len = 0;
	top_put_spark(&o, r, t.round, 4, false);
	CHECK_STR(out_str(&o), "*%%#");
	out_fini(&o);
	top_table_fini(&t);
}

static void groups(void)
{
	static const uint64_t keys[] = { 1, 2, 3 };
	struct top_view v = { .group = TOP_BY_DESTINATION };
	struct top_table t = { 0 };

	look(&t, 0, keys, (uint64_t[]){ 0, 0, 0 }, 3);
	look(&t, 2, keys, (uint64_t[]){ 1000, 4000, 2000 }, 3);
	top_view_update(&v, &t);
	CHECK_INT(v.n, 2);
	/* 2 goes to 10.1.0.0; 1 and 3 to 10.1.0.1 */
	CHECK_INT(v.rows[0]->i.addr[1][3], 0);
	CHECK_INT(v.rows[0]->rate[0], 2000);
	CHECK_INT(v.rows[0]->members, 1);
	CHECK_INT(v.rows[1]->i.addr[1][3], 1);
	CHECK_INT(v.rows[1]->rate[0], 1500);
	CHECK_INT(v.rows[1]->i.bytes[0], 3000);
	CHECK_INT(v.rows[1]->members, 2);
	/* The same again for another order: sums are not added twice. */
	v.reverse = true;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->rate[0], 1500);
	CHECK_INT(v.rows[0]->members, 2);
	look(&t, 4, keys, (uint64_t[]){ 1000, 4000, 2000 }, 1);
	top_view_update(&v, &t);
	CHECK_INT(v.n, 1);
	CHECK_INT(v.rows[0]->members, 1);
	CHECK_INT(top_past(v.rows[0], v.round, 1), top_level(1650));
	v.group = TOP_BY_SERVICE;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.port[1], 443);
	v.group = TOP_BY_SOURCE;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.addr[0][3], 1);
	v.group = TOP_BY_CONNECTION;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.key, 1);
	top_view_fini(&v);
	top_table_fini(&t);
}

static void order(void)
{
	static const uint64_t keys[] = { 1, 2, 3 };
	struct top_table t = { 0 };
	struct top_view v = { 0 };

	look(&t, 0, keys, (uint64_t[]){ 100, 5000, 900 }, 2);
	look(&t, 2, keys, (uint64_t[]){ 3100, 5000, 900 }, 3);
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.key, 1);
	v.sort = TOP_SORT_BYTES;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.key, 2);
	CHECK_INT(v.rows[2]->i.key, 3);
	/* The oldest first; of equals always the same. */
	v.sort = TOP_SORT_AGE;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.key, 2);
	CHECK_INT(v.rows[1]->i.key, 1);
	CHECK_INT(v.rows[2]->i.key, 3);
	v.reverse = true;
	top_view_update(&v, &t);
	CHECK_INT(v.rows[0]->i.key, 3);
	top_view_fini(&v);
	top_table_fini(&t);
}

/* Columns of a text: characters of UTF-8 count once. */
static int columns(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void lines_fit(void)
{
	struct top_units u = { .bytes = true, .binary = true };
	struct top_row r = { .i = item(1, 999999999999), .rate = { 1e12f, 1e12f } };
	struct out o;

	r.i.family = NFPROTO_IPV6;
	inet_pton(AF_INET6, "2001:db8:1111:2222:3333:4444:5555:6666", r.i.addr[0]);
	inet_pton(AF_INET6, "2001:db8:1111:2222:3333:4444:5555:7777", r.i.addr[1]);
	r.i.flags |= TOP_OLDER;
	r.i.start = 1;
	out_init_mem(&o);
	for (int g = 0; g < TOP_GROUP_MAX; g++) {
		for (int width = 60; width < 300; width++) {
			struct top_layout l;
			int head;

			top_layout(&l, width, (enum top_group)g);
			o.len = 0;
			top_put_head(&o, &l, &u);
			head = columns(out_str(&o));
			o.len = 0;
			top_put_row(&o, &l, &u, &r, BEGIN, false);
			CHECK_INT(columns(out_str(&o)), head);
			CHECK(head + l.history <= width || width < 85);
		}
	}
	out_fini(&o);
}

static void amounts(void)
{
	static const struct {
		double v;
		unsigned int flags;
		const char *text;
	} rows[] = {
		{ 0, 0, "0 " }, { 7.4, 0, "7 " }, { 999, 0, "999 " }, { 999.6, 0, "1.00 k" },
		{ 1234, 0, "1.23 k" }, { 12345, 0, "12.3 k" }, { 123456, 0, "123 k" },
		{ 999499, 0, "999 k" }, { 999600, 0, "1.00 M" }, { 2.5e9, 0, "2.50 G" },
		{ 1023, AMOUNT_BINARY, "1023 " }, { 1024, AMOUNT_BINARY, "1.00 Ki" },
		{ 1536 * 1024, AMOUNT_BINARY, "1.50 Mi" }, { 3e18, 0, "3.00 E" },
	};
	char buf[16];

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(show_amount(buf, rows[i].v, rows[i].flags), rows[i].text);
	CHECK_STR(top_count(buf, 12345, false), "12.3k");
	CHECK_STR(top_rate(buf, 1000, &(struct top_units){ 0 }), "8.00k");
	CHECK_STR(top_rate(buf, 1024, &(struct top_units){ true, true }), "1.00Ki");
}

static void type(struct top_line *l, const char *text)
{
	while (*text)
		top_line_key(l, *text++);
}

static void line_editor(void)
{
	struct top_line l = { 0 };

	top_line_set(&l, "tcp");
	type(&l, " dport");
	CHECK_STR(l.text, "tcp dport");
	CHECK_INT(top_line_key(&l, KEY_BACKSPACE), TOP_EDIT_CHANGED);
	CHECK_STR(l.text, "tcp dpor");
	top_line_key(&l, KEY_HOME);
	CHECK_INT(top_line_key(&l, KEY_LEFT), TOP_EDIT_NONE);
	CHECK_INT(top_line_key(&l, KEY_BACKSPACE), TOP_EDIT_NONE);
	type(&l, "ip ");
	CHECK_STR(l.text, "ip tcp dpor");
	top_line_key(&l, KEY_DC);
	CHECK_STR(l.text, "ip cp dpor");
	top_line_key(&l, KEY_END);
	top_line_key(&l, 'w' & 0x1f);
	CHECK_STR(l.text, "ip cp ");
	top_line_key(&l, 'u' & 0x1f);
	CHECK_STR(l.text, "");
	CHECK_INT(top_line_key(&l, '\r'), TOP_EDIT_DONE);
	CHECK_INT(top_line_key(&l, 27), TOP_EDIT_CANCEL);
	for (int i = 0; i < 2 * TOP_FILTER_MAX; i++)
		top_line_key(&l, 'x');
	CHECK_INT(strlen(l.text), TOP_FILTER_MAX - 1);
}

int main(void)
{
	RUN(rates);
	RUN(new_ones_count_from_zero);
	RUN(counters_set_back);
	RUN(twice_in_a_dump);
	RUN(what_goes_is_forgotten);
	RUN(hundred_thousand);
	RUN(another_filter);
	RUN(fast_path_share);
	RUN(levels);
	RUN(history);
	RUN(groups);
	RUN(order);
	RUN(lines_fit);
	RUN(amounts);
	RUN(line_editor);
	return unit_status();
}
