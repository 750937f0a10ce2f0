/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding and printing of conntracks. The oracle for lines is
 * libnetfilter_conntrack, which conntrack(8) prints with: both are given the
 * same messages, made by chance.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>

#include "conntrack.h"
#include "ct-lines.h"
#include "ct-recorded.h"
#include "flow/ct_text.h"
#include "flow/rows.h"
#include "msgbuf.h"

/* ---- text ---- */

static void numbers(void)
{
	char got[64], want[64];

	rnd_state = 1;
	for (int i = 0; i < 200000; i++) {
		uint64_t v = i < 1000 ? (uint64_t)i : rnd_wide();

		*put_u64(got, v) = '\0';
		snprintf(want, sizeof(want), "%" PRIu64, v);
		CHECK_STR(got, want);
		*put_hex(got, (uint32_t)v) = '\0';
		snprintf(want, sizeof(want), "%x", (uint32_t)v);
		CHECK_STR(got, want);
	}
}

static void addresses(void)
{
	char got[64], want[64];
	uint8_t a[16];

	rnd_state = 2;
	for (int i = 0; i < 300000; i++) {
		uint64_t zeros = rnd(), ones = rnd();

		for (int k = 0; k < 16; k++) {
			a[k] = (uint8_t)rnd();
			/* Runs of zero groups and the forms with IPv4 inside must be met often. */
			if (zeros >> (k / 2 * 2) & 3)
				a[k] = 0;
			if (k == 10 || k == 11)
				a[k] = ones & 1 ? 0xff : a[k];
			if (ones & 2 && k < 12 && !(ones & 1 && k >= 10))
				a[k] = 0;
		}
		*put_ip6(got, a) = '\0';
		CHECK_STR(got, inet_ntop(AF_INET6, a, want, sizeof(want)));
		*put_ip4(got, a) = '\0';
		CHECK_STR(got, inet_ntop(AF_INET, a, want, sizeof(want)));
	}
}

/* ---- lines ---- */

/* What libnetfilter_conntrack makes of it. flags: LINE_*. */
static int oracle_line(const struct nlmsghdr *nlh, unsigned int flags, char *buf, size_t size)
{
	struct nf_conntrack *ct = nfct_new();
	unsigned int lib = (flags & LINE_EXTENDED ? NFCT_OF_SHOW_LAYER3 : 0) |
			   (flags & LINE_ID ? NFCT_OF_ID : 0) |
			   (flags & LINE_KTIMESTAMP ? NFCT_OF_TIMESTAMP : 0);
	int ret = nfct_nlmsg_parse(nlh, ct);

	if (ret >= 0)
		ret = nfct_snprintf(buf, (unsigned int)size, ct, NFCT_T_UNKNOWN, NFCT_O_DEFAULT,
				    lib);
	nfct_destroy(ct);
	return ret;
}

static int decode(const struct nlmsghdr *nlh, void *rec)
{
	return ct_decode(nlh, rec);
}

static const struct line_test conntracks = {
	&conntrack_record, decode, oracle_line, gen_conntrack, ct_recorded, N_CT_RECORDED,
};

static void lines_equal_the_library(void)
{
	lines_by_chance(&conntracks, 3, 30000, 0);
}

static void lines_with_options(void)
{
	lines_by_chance(&conntracks, 7, 10000, LINE_EXTENDED | LINE_ID | LINE_KTIMESTAMP);
}

static void recorded_lines(void)
{
	lines_of_recorded(&conntracks);
}

static void all_protocols(void)
{
	struct msgbuf m = { 0 };
	struct conntrack ct;
	char want[4096];
	struct out o;

	rnd_state = 4;
	out_init_mem(&o);
	for (unsigned int l4 = 0; l4 < 256; l4++) {
		m.len = 0;
		msg_begin(&m, CT_NEW, NLM_F_MULTI, 1, AF_INET, 0);
		gen_tuple(&m, CTA_TUPLE_ORIG, false, l4);
		gen_tuple(&m, CTA_TUPLE_REPLY, false, l4);
		attr_u32(&m, CTA_STATUS, IPS_SEEN_REPLY);
		msg_end(&m);
		CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
		CHECK(oracle_line((struct nlmsghdr *)m.buf, 0, want, sizeof(want) - 1) > 0);
		strcat(want, "\n");
		out_drop(&o);
		ct_print(&o, &ct, 0, 0);
		CHECK_STR(out_str(&o), want);
	}
	out_fini(&o);
	msgbuf_fini(&m);
}

/* An offloaded entry has neither timeout nor state. */
static void offloaded(void)
{
	static const uint8_t a[4] = { 10, 141, 10, 2 }, b[4] = { 147, 75, 205, 195 };
	struct msgbuf m = { 0 };
	struct conntrack ct;
	struct out o;

	msg_begin(&m, CT_NEW, 0, 1, AF_INET, 0);
	for (uint16_t dir = CTA_TUPLE_ORIG; dir <= CTA_TUPLE_REPLY; dir++) {
		bool orig = dir == CTA_TUPLE_ORIG;
		size_t tuple = attr_nest(&m, dir), nest = attr_nest(&m, CTA_TUPLE_IP);

		attr_data(&m, CTA_IP_V4_SRC, orig ? a : b, 4);
		attr_data(&m, CTA_IP_V4_DST, orig ? b : a, 4);
		attr_nest_end(&m, nest);
		nest = attr_nest(&m, CTA_TUPLE_PROTO);
		attr_u8(&m, CTA_PROTO_NUM, IPPROTO_TCP);
		attr_u16(&m, CTA_PROTO_SRC_PORT, orig ? 36392 : 443);
		attr_u16(&m, CTA_PROTO_DST_PORT, orig ? 443 : 36392);
		attr_nest_end(&m, nest);
		attr_nest_end(&m, tuple);
	}
	attr_u32(&m, CTA_STATUS, IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED | IPS_OFFLOAD |
				 1u << 20);
	attr_u32(&m, CTA_MARK, 0);
	attr_u32(&m, CTA_USE, 2);
	msg_end(&m);
	CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
	out_init_mem(&o);
	ct_print(&o, &ct, 0, 0);
	CHECK_STR(out_str(&o),
		  "tcp      6 src=10.141.10.2 dst=147.75.205.195 sport=36392 dport=443 "
		  "src=147.75.205.195 dst=10.141.10.2 sport=443 dport=36392 [OFFLOAD] "
		  "mark=0 use=2\n");
	out_fini(&o);

	json_t *j = ct_json(&ct);
	char *text = json_dumps(j, 0);

	CHECK_STR(text, "{\"family\": \"ip\", \"l4proto\": \"tcp\", "
		  "\"original\": {\"saddr\": \"10.141.10.2\", \"daddr\": \"147.75.205.195\", "
		  "\"sport\": 36392, \"dport\": 443}, "
		  "\"reply\": {\"saddr\": \"147.75.205.195\", \"daddr\": \"10.141.10.2\", "
		  "\"sport\": 443, \"dport\": 36392}, "
		  "\"status\": [\"seen-reply\", \"assured\", \"confirmed\", \"offload\", 20], "
		  "\"mark\": 0, \"use\": 2}");
	free(text);
	json_decref(j);
	msgbuf_fini(&m);
}

static void json_of_all(void)
{
	struct msgbuf m = { 0 };
	struct conntrack ct;

	rnd_state = 5;
	for (int i = 0; i < 3000; i++) {
		json_t *j, *orig;

		gen_conntrack(&m);
		CHECK_INT(ct_decode((struct nlmsghdr *)m.buf, &ct), 0);
		j = ct_json(&ct);
		CHECK(json_is_object(j));
		CHECK_INT(json_integer_value(json_object_get(j, "id")), ct.id);
		orig = json_object_get(j, "original");
		CHECK(json_is_string(json_object_get(orig, "saddr")));
		if (ct.counters[0].has && ct.counters[0].bytes <= INT64_MAX)
			CHECK_INT(json_integer_value(json_object_get(orig, "bytes")),
				  ct.counters[0].bytes);
		json_decref(j);
	}
	msgbuf_fini(&m);
}

/* ---- hostile messages ---- */

/* Texts lie in structs with padding, which may have anything in it. */
static bool same_text(struct ct_str *a, struct ct_str *b)
{
	bool same = a->s == b->s && a->len == b->len;

	memset(a, 0, sizeof(*a));
	memset(b, 0, sizeof(*b));
	return same;
}

static bool same_record(struct conntrack a, struct conntrack b)
{
	return same_text(&a.secctx, &b.secctx) && same_text(&a.helper, &b.helper) &&
	       same_text(&a.labels, &b.labels) && !memcmp(&a, &b, sizeof(a));
}

/* A dump of few kinds of messages: what is remembered of one is used for the next. */
static void decoded_in_a_row(void)
{
	static struct rows_decoder decoder;
	struct msgbuf kinds[12] = { 0 };
	struct conntrack ct, next;

	rnd_state = 8;
	for (unsigned int i = 0; i < 12; i++)
		gen_conntrack(&kinds[i]);
	for (int i = 0; i < 20000; i++) {
		const struct msgbuf *m = &kinds[rnd() % 12];
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)m->buf;
		const struct nlattr *a;

		/* Other values in the same places. */
		mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg))
			if (mnl_attr_get_type(a) == CTA_ID || mnl_attr_get_type(a) == CTA_MARK)
				*(uint32_t *)mnl_attr_get_payload(a) = (uint32_t)rnd();
		CHECK_INT(ct_decode(nlh, &ct), 0);
		CHECK_INT(ct_decode_next(&decoder, nlh, &next), 0);
		CHECK(same_record(ct, next));
	}
	for (unsigned int i = 0; i < 12; i++)
		msgbuf_fini(&kinds[i]);
}

/* What is remembered of one message never changes what becomes of another one. */
static void decode_next(const struct nlmsghdr *nlh, const void *rec, int ret)
{
	static struct rows_decoder decoder;
	struct conntrack again;

	CHECK_INT(ct_decode_next(&decoder, nlh, &again), ret);
	/* of a malformed message it may have read more or less */
	CHECK(ret < 0 || same_record(*(const struct conntrack *)rec, again));
}

static void mutated(void)
{
	decode_hostile(&conntracks, 6, 200000, decode_next);
}

int main(void)
{
	RUN(numbers);
	RUN(addresses);
	RUN(lines_equal_the_library);
	RUN(lines_with_options);
	RUN(recorded_lines);
	RUN(all_protocols);
	RUN(offloaded);
	RUN(json_of_all);
	RUN(decoded_in_a_row);
	RUN(mutated);
	return unit_status();
}
