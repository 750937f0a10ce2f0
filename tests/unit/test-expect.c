/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding and printing of expectations. The oracle for lines is libnetfilter_conntrack: both are
 * given the same messages, made by chance and recorded.
 */
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "ct-lines.h"
#include "expect.h"
#include "expect-recorded.h"

static int oracle_line(const struct nlmsghdr *nlh, unsigned int flags, char *buf, size_t size)
{
	struct nf_expect *e = nfexp_new();
	int ret = nfexp_nlmsg_parse(nlh, e);

	(void)flags;
	if (ret >= 0)
		ret = nfexp_snprintf(buf, (unsigned int)size, e, NFCT_T_UNKNOWN, NFCT_O_DEFAULT,
				     0);
	nfexp_destroy(e);
	return ret;
}

static int decode(const struct nlmsghdr *nlh, void *rec)
{
	return expect_decode(nlh, rec);
}

static const struct line_test expectations = {
	&expectation_record, decode, oracle_line, gen_expectation, expect_recorded,
	N_EXPECT_RECORDED,
};

static void lines_equal_the_library(void)
{
	lines_by_chance(&expectations, 1, 20000, 0);
}

static void recorded_lines(void)
{
	lines_of_recorded(&expectations);
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
	decode_hostile(&expectations, 3, 100000, NULL);
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
