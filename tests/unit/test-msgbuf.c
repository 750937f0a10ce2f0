/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "msgbuf.h"
#include "unit.h"

static const struct nlmsghdr *hdr(const struct msgbuf *m, size_t off)
{
	return (const struct nlmsghdr *)(m->buf + off);
}

static void layout(void)
{
	struct msgbuf m = { 0 };
	const struct nlmsghdr *h;
	const struct nfgenmsg *g;
	const struct nlattr *a, *in;
	size_t nest, second;
	int n = 0;

	msg_begin(&m, 0x0a03, NLM_F_CREATE, 77, 2, 0x0a0b);
	attr_u8(&m, 1, 0x11);
	attr_u16(&m, 2, 0x1122);
	attr_u32(&m, 3, 0x11223344);
	attr_u64(&m, 4, 0x1122334455667788ull);
	attr_str(&m, 5, "abc");
	nest = attr_nest(&m, 6);
	attr_data(&m, 7, "xyzzy", 5);
	attr_nest_end(&m, nest);
	msg_end(&m);
	CHECK_INT(msg_size(&m), m.len);
	second = m.len;
	msg_begin(&m, 0x0a04, 0, 78, 10, 0);
	CHECK_INT(msg_size(&m), 20);
	msg_end(&m);

	h = hdr(&m, 0);
	CHECK_INT(h->nlmsg_len, second);
	CHECK_INT(h->nlmsg_type, 0x0a03);
	CHECK_INT(h->nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE);
	CHECK_INT(h->nlmsg_seq, 77);
	g = mnl_nlmsg_get_payload(h);
	CHECK_INT(g->nfgen_family, 2);
	CHECK_INT(g->version, NFNETLINK_V0);
	CHECK_INT(ntohs(g->res_id), 0x0a0b);
	mnl_attr_for_each(a, h, sizeof(*g)) {
		n++;
		CHECK_INT(mnl_attr_get_type(a), n);
		switch (n) {
		case 1:
			CHECK_INT(mnl_attr_get_u8(a), 0x11);
			break;
		case 2:
			CHECK_INT(ntohs(mnl_attr_get_u16(a)), 0x1122);
			break;
		case 3:
			CHECK_INT(ntohl(mnl_attr_get_u32(a)), 0x11223344);
			break;
		case 4:
			CHECK(be64toh(mnl_attr_get_u64(a)) == 0x1122334455667788ull);
			break;
		case 5:
			CHECK_STR(mnl_attr_get_str(a), "abc");
			CHECK_INT(mnl_attr_get_payload_len(a), 4);
			break;
		case 6:
			CHECK(a->nla_type & NLA_F_NESTED);
			in = mnl_attr_get_payload(a);
			CHECK_INT(mnl_attr_get_type(in), 7);
			CHECK_INT(mnl_attr_get_payload_len(in), 5);
			break;
		}
	}
	CHECK_INT(n, 6);
	CHECK_INT(hdr(&m, second)->nlmsg_len, 20);
	CHECK_INT(hdr(&m, second)->nlmsg_seq, 78);
	msgbuf_fini(&m);
	CHECK(m.buf == NULL && m.len == 0);
}

static void grows(void)
{
	struct msgbuf m = { 0 };
	static char data[60000];
	size_t off = 0;
	int n = 0;

	for (int i = 0; i < 300; i++) {
		msg_begin(&m, 0x0a00, 0, (uint32_t)i, 2, 0);
		attr_data(&m, 1, data, (size_t)i * 200);
		msg_end(&m);
	}
	for (; off < m.len; off += NLMSG_ALIGN(hdr(&m, off)->nlmsg_len))
		CHECK_INT(hdr(&m, off)->nlmsg_seq, n++);
	CHECK_INT(n, 300);
	CHECK(!m.too_long);
	msgbuf_fini(&m);
}

static void too_long(void)
{
	struct msgbuf m = { 0 };
	static char data[70000];
	size_t nest;

	msg_begin(&m, 0, 0, 1, 2, 0);
	attr_data(&m, 1, data, 65531);
	CHECK(!m.too_long);
	attr_data(&m, 1, data, 65532);
	CHECK(m.too_long);
	msgbuf_fini(&m);

	msg_begin(&m, 0, 0, 1, 2, 0);
	nest = attr_nest(&m, 1);
	attr_data(&m, 1, data, 40000);
	attr_data(&m, 1, data, 40000);
	CHECK(!m.too_long);
	attr_nest_end(&m, nest);
	CHECK(m.too_long);
	msgbuf_fini(&m);
}

int main(void)
{
	RUN(layout);
	RUN(grows);
	RUN(too_long);
	return unit_status();
}
