/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that are made of conntracks: what is decoded of them is what went in.
 */
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <errno.h>
#include <stdlib.h>

#include "ct_encode.h"
#include "unit.h"

static uint64_t rnd_state;

/* xorshift64: the same sequence with each run. */
static uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

static const uint8_t l4protos[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_DCCP, IPPROTO_GRE, IPPROTO_ICMP, 41,
};

static void rnd_bytes(uint8_t *to, unsigned int len)
{
	while (len--)
		*to++ = (uint8_t)rnd();
}

/* A tuple that a connection may have. */
static struct ct_tuple rnd_tuple(bool v6)
{
	static const uint8_t types[] = { 8, 0, 13, 14, 15, 16, 17, 18 };
	static const uint8_t types6[] = { 128, 129, 139, 140 };
	struct ct_tuple t = { .l4proto = l4protos[rnd() % sizeof(l4protos)] };

	t.has = CTT_L4PROTO | (v6 ? CTT_SRC6 | CTT_DST6 : CTT_SRC4 | CTT_DST4);
	rnd_bytes(t.src, v6 ? 16 : 4);
	rnd_bytes(t.dst, v6 ? 16 : 4);
	if (t.l4proto == IPPROTO_ICMP) {
		t.l4proto = v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		t.has |= CTT_ICMP_ID | CTT_ICMP_TYPE | CTT_ICMP_CODE;
		t.icmp_id = (uint16_t)rnd();
		t.icmp_type = v6 ? types6[rnd() % 4] : types[rnd() % 8];
		t.icmp_code = (uint8_t)rnd();
	} else if (t.l4proto != 41) {
		t.has |= CTT_SPORT | CTT_DPORT;
		t.sport = (uint16_t)rnd();
		t.dport = (uint16_t)rnd();
	}
	return t;
}

static struct conntrack rnd_conntrack(void)
{
	struct conntrack ct = { .has = CT_ID | CT_STATUS, .id = (uint32_t)rnd() };
	bool v6 = rnd() >> 20 & 1;

	ct.family = v6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	ct.tuple[CT_ORIG] = rnd_tuple(v6);
	ct_mirror(&ct.tuple[CT_ORIG], &ct.tuple[CT_REPLY]);
	ct.status = IPS_CONFIRMED;
	if (rnd() >> 20 & 1) {
		ct.has |= CT_ZONE;
		ct.zone = (uint16_t)rnd();
	} else if (rnd() >> 20 & 1) {
		ct.tuple[CT_ORIG].has |= CTT_ZONE;
		ct.tuple[CT_ORIG].zone = (uint16_t)rnd();
	}
	return ct;
}

static const struct nlmsghdr *only_message(const struct msgbuf *m)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)m->buf;

	return nlh->nlmsg_len == m->len && !m->too_long ? nlh : NULL;
}

/* An attribute of a message; NULL: it has none. */
static const struct nlattr *attr_of(const struct nlmsghdr *nlh, unsigned int type)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(a) == type)
			return a;
	return NULL;
}

static void mirrors(void)
{
	struct ct_tuple t, reply, again;

	rnd_state = 1;
	for (int i = 0; i < 10000; i++) {
		t = rnd_tuple(i & 1);
		CHECK(ct_mirror(&t, &reply));
		CHECK(!memcmp(t.src, reply.dst, 16) && !memcmp(t.dst, reply.src, 16));
		CHECK(t.sport == reply.dport && t.dport == reply.sport);
		CHECK(ct_mirror(&reply, &again));
		CHECK(!memcmp(&t, &again, sizeof(t)));
	}
	t.l4proto = IPPROTO_ICMP;
	t.has |= CTT_ICMP_TYPE;
	t.icmp_type = 3;
	CHECK(!ct_mirror(&t, &reply));
	t.l4proto = IPPROTO_ICMPV6;
	t.icmp_type = 8;
	CHECK(!ct_mirror(&t, &reply));
}

static void deletes(void)
{
	rnd_state = 2;
	for (int i = 0; i < 5000; i++) {
		struct conntrack ct = rnd_conntrack(), got;
		struct msgbuf m = { 0 };

		ct_put_delete(&m, 77, &ct);
		CHECK(only_message(&m));
		CHECK_INT(only_message(&m)->nlmsg_seq, 77);
		CHECK_INT(only_message(&m)->nlmsg_type & 0xff, IPCTNL_MSG_CT_DELETE);
		CHECK(ct_decode(only_message(&m), &got) == 0);
		CHECK(!memcmp(&got.tuple[CT_ORIG], &ct.tuple[CT_ORIG], sizeof(got.tuple[0])));
		CHECK_INT(got.tuple[CT_REPLY].has, 0);
		CHECK_INT(got.id, ct.id);
		CHECK_INT(got.has, ct.has & ~CT_STATUS);
		CHECK_INT(got.zone, ct.zone);
		CHECK_INT(got.family, ct.family);
		msgbuf_fini(&m);
	}
}

static void updates(void)
{
	struct ct_change c = { .has = CTX_MARK | CTX_TIMEOUT | CTX_STATUS | CTX_LABELS,
			       .mark = 0x12, .mark_mask = 0xff, .timeout = 60,
			       .status = IPS_ASSURED };

	c.labels[0] = 0x20;
	c.labels_mask[0] = 0x60;
	rnd_state = 3;
	for (int i = 0; i < 5000; i++) {
		struct conntrack ct = rnd_conntrack(), got;
		struct msgbuf m = { 0 };
		const struct nlattr *mask;

		CHECK_INT(ct_put_update(&m, 5, &ct, &c), 0);
		CHECK(ct_decode(only_message(&m), &got) == 0);
		CHECK(!memcmp(&got.tuple[CT_ORIG], &ct.tuple[CT_ORIG], sizeof(got.tuple[0])));
		CHECK_INT(got.mark, 0x12);
		CHECK_INT(got.timeout, 60);
		/* what it has, and what is set */
		CHECK_INT(got.status, IPS_CONFIRMED | IPS_ASSURED);
		CHECK_INT(got.labels.len, CT_LABEL_BYTES);
		CHECK_INT(got.labels.s[0], 0x20);
		mask = attr_of(only_message(&m), CTA_LABELS_MASK);
		CHECK(mask && *(const uint8_t *)mnl_attr_get_payload(mask) == 0x60);
		mask = attr_of(only_message(&m), CTA_MARK_MASK);
		CHECK(mask && be32toh(mnl_attr_get_u32(mask)) == 0xff);
		CHECK(!(only_message(&m)->nlmsg_flags & NLM_F_CREATE));
		msgbuf_fini(&m);
	}
}

static void states(void)
{
	struct conntrack ct = { .family = NFPROTO_IPV4 }, got;
	struct ct_change c = { .has = CTX_STATE, .state = "Fin_Wait" };
	struct msgbuf m = { 0 };

	ct.tuple[CT_ORIG] = (struct ct_tuple){ .has = CTT_L4PROTO, .l4proto = IPPROTO_TCP };
	CHECK_INT(ct_put_update(&m, 0, &ct, &c), 0);
	CHECK(ct_decode(only_message(&m), &got) == 0);
	CHECK_INT(got.proto.tcp_state, TCP_CONNTRACK_FIN_WAIT);
	/* what cannot be asked for leaves no message behind */
	ct.tuple[CT_ORIG].l4proto = IPPROTO_UDP;
	CHECK_INT(ct_put_update(&m, 0, &ct, &c), -EOPNOTSUPP);
	CHECK(only_message(&m));
	ct.tuple[CT_ORIG].l4proto = IPPROTO_SCTP;
	CHECK_INT(ct_put_update(&m, 0, &ct, &c), -EOPNOTSUPP);
	CHECK(only_message(&m));
	m.len = 0;
	/* the tags stay as they are */
	ct.proto = (struct ct_protoinfo){ .has = CTP_SCTP_VTAG, .sctp_vtag = { 7, 9 } };
	c.state = "cookie_wait";
	CHECK_INT(ct_put_update(&m, 0, &ct, &c), 0);
	CHECK(ct_decode(only_message(&m), &got) == 0);
	CHECK_STR(ct_state(&got), "COOKIE_WAIT");
	CHECK(got.proto.sctp_vtag[0] == 7 && got.proto.sctp_vtag[1] == 9);
	for (unsigned int s = 1; s < 10; s++)
		CHECK_INT(ct_state_by_name(IPPROTO_TCP, ct_tcp_state(s)), s);
	CHECK_INT(ct_state_by_name(IPPROTO_UDP, "established"), -1);
	CHECK(ct_state_known("cookie_echoed") && !ct_state_known("nosuch"));
	msgbuf_fini(&m);
}

static void creates(void)
{
	struct ct_change c = { .has = CTX_TIMEOUT, .timeout = 9 };

	rnd_state = 4;
	for (int i = 0; i < 5000; i++) {
		struct conntrack ct = rnd_conntrack(), got;
		struct msgbuf m = { 0 };
		struct ct_tuple mirror;
		bool snat = i & 1, dnat = i & 2;

		ct_mirror(&ct.tuple[CT_ORIG], &mirror);
		ct.tuple[CT_REPLY].dst[3] ^= snat;
		ct.tuple[CT_REPLY].src[0] ^= dnat;
		CHECK_INT(ct_put_create(&m, &ct, &c), 0);
		CHECK(only_message(&m));
		CHECK((only_message(&m)->nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL)) ==
		      (NLM_F_CREATE | NLM_F_EXCL));
		CHECK(ct_decode(only_message(&m), &got) == 0);
		CHECK(!memcmp(&got.tuple[CT_ORIG], &ct.tuple[CT_ORIG], sizeof(got.tuple[0])));
		/* the kernel makes the reply of the mirrored one */
		CHECK(!memcmp(&got.tuple[CT_REPLY], &mirror, sizeof(mirror)));
		CHECK(!attr_of(only_message(&m), CTA_NAT_SRC) == !snat);
		CHECK(!attr_of(only_message(&m), CTA_NAT_DST) == !dnat);
		CHECK(!attr_of(only_message(&m), CTA_STATUS));
		msgbuf_fini(&m);
	}
}

int main(void)
{
	RUN(mirrors);
	RUN(deletes);
	RUN(updates);
	RUN(states);
	RUN(creates);
	return unit_status();
}
