/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding and printing of expectations. The oracle for lines is libnetfilter_conntrack: both are
 * given the same messages, made by chance and recorded.
 */
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "expect.h"
#include "expect-recorded.h"
#include "ct-gen.h"
#include "unit.h"
#include "view.h"

static int oracle_line(const struct nlmsghdr *nlh, char *buf, size_t size)
{
	struct nf_expect *e = nfexp_new();
	int ret = nfexp_nlmsg_parse(nlh, e);

	if (ret >= 0)
		ret = nfexp_snprintf(buf, (unsigned int)size, e, NFCT_T_UNKNOWN, NFCT_O_DEFAULT,
				     0);
	nfexp_destroy(e);
	return ret;
}

static void check_line(const struct nlmsghdr *nlh, struct out *o)
{
	struct expectation e;
	char want[4096];

	CHECK_INT(expect_decode(nlh, &e), 0);
	CHECK(oracle_line(nlh, want, sizeof(want) - 1) > 0);
	strcat(want, "\n");
	out_drop(o);
	expect_print(o, &e, 0, 0);
	CHECK_STR(out_str(o), want);
}

static void lines_equal_the_library(void)
{
	struct msgbuf m = { 0 };
	struct out o;

	rnd_state = 1;
	out_init_mem(&o);
	for (int i = 0; i < 20000 && !unit.failed; i++) {
		gen_expectation(&m);
		check_line((const struct nlmsghdr *)m.buf, &o);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

static void recorded_lines(void)
{
	struct msgbuf m = { 0 };
	struct out o;

	out_init_mem(&o);
	for (size_t i = 0; i < N_EXPECT_RECORDED && !unit.failed; i++) {
		unhex(&m, expect_recorded[i]);
		CHECK_INT(((struct nlmsghdr *)m.buf)->nlmsg_len, m.len);
		check_line((const struct nlmsghdr *)m.buf, &o);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

static void time_in_front(void)
{
	struct expectation e = { 0 };
	struct out o;

	out_init_mem(&o);
	expect_print(&o, &e, LINE_TIMESTAMP, 1795312274290378123);
	CHECK(!strncmp(out_str(&o), "[1795312274.290378]\t0 proto=0", 29));
	out_fini(&o);
}

static void json_of_all(void)
{
	struct msgbuf m = { 0 };
	struct expectation e;

	rnd_state = 2;
	for (int i = 0; i < 2000 && !unit.failed; i++) {
		json_t *j;

		gen_expectation(&m);
		CHECK_INT(expect_decode((struct nlmsghdr *)m.buf, &e), 0);
		j = expect_json(&e);
		CHECK(json_is_string(json_object_get(json_object_get(j, "tuple"), "saddr")));
		CHECK(json_is_string(json_object_get(json_object_get(j, "mask"), "daddr")));
		CHECK(json_is_string(json_object_get(json_object_get(j, "master"), "saddr")));
		CHECK_INT(json_integer_value(json_object_get(j, "timeout")), e.timeout);
		CHECK_INT(json_integer_value(json_object_get(j, "id")), e.id);
		CHECK_INT(json_object_get(j, "nat") != NULL, e.nat.has != 0);
		json_decref(j);
	}
	msgbuf_fini(&m);
}

static void mutated(void)
{
	struct msgbuf m = { 0 };
	struct expectation e;
	struct edge edge;
	struct out o;
	int good = 0, bad = 0;

	CHECK(edge_init(&edge));
	rnd_state = 3;
	out_init_mem(&o);
	for (int i = 0; i < 100000; i++) {
		if (i % 40 == 0)
			gen_expectation(&m);
		else if (i % 20 == 0)
			unhex(&m, expect_recorded[i / 40 % N_EXPECT_RECORDED]);
		if (expect_decode(mutate(&edge, &m), &e) == 0)
			good++;
		else
			bad++;
		out_drop(&o);
		expect_print(&o, &e, coin() ? 0 : ~0u, 0);
		CHECK(strchr(out_str(&o), '\n') != NULL);
		if (i % 20)
			continue;
		json_decref(expect_json(&e));
		for (const struct column *c = expectation_record.columns; c->name; c++)
			column_put(c, &e, &(struct print_opts){ 0 }, coin(), &o);
	}
	CHECK(good > 1000 && bad > 1000);
	out_fini(&o);
	msgbuf_fini(&m);
	edge_fini(&edge);
}

int main(void)
{
	RUN(lines_equal_the_library);
	RUN(recorded_lines);
	RUN(time_in_front);
	RUN(json_of_all);
	RUN(mutated);
	return unit_status();
}
