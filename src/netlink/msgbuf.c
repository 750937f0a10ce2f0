/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building netlink messages: struct nlmsghdr and struct nlattr of
 * linux/netlink.h, struct nfgenmsg of linux/netfilter/nfnetlink.h.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <linux/genetlink.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "msgbuf.h"

#define MSGBUF_MIN	4096u

void msgbuf_fini(struct msgbuf *m)
{
	free(m->buf);
	memset(m, 0, sizeof(*m));
}

/* size zeroed bytes at the end, rounded up to netlink's alignment: their offset. */
static size_t reserve(struct msgbuf *m, size_t size)
{
	size_t off = m->len, padded = NLMSG_ALIGN(size);

	if (m->cap - m->len < padded) {
		size_t cap = m->cap ? m->cap : MSGBUF_MIN;

		while (cap - m->len < padded)
			cap *= 2;
		m->buf = xrealloc(m->buf, cap);
		m->cap = cap;
	}
	memset(m->buf + off, 0, padded);
	m->len += padded;
	return off;
}

/* The header of a message, and the one of 4 bytes that its bus has behind it. */
static void begin(struct msgbuf *m, uint16_t type, uint16_t flags, uint32_t seq, const void *extra)
{
	struct nlmsghdr h = {
		.nlmsg_type = type,
		.nlmsg_flags = flags | NLM_F_REQUEST,
		.nlmsg_seq = seq,
	};
	size_t off;

	m->msg = reserve(m, sizeof(h));
	memcpy(m->buf + m->msg, &h, sizeof(h));
	/* The buffer may move: first the room, then the address. */
	off = reserve(m, 4);
	memcpy(m->buf + off, extra, 4);
}

void msg_begin(struct msgbuf *m, uint16_t type, uint16_t flags, uint32_t seq, uint8_t family,
	       uint16_t res_id)
{
	struct nfgenmsg g = {
		.nfgen_family = family,
		.version = NFNETLINK_V0,
		.res_id = htons(res_id),
	};

	_Static_assert(sizeof(g) == 4, "see begin()");
	begin(m, type, flags, seq, &g);
}

void msg_begin_genl(struct msgbuf *m, uint16_t type, uint16_t flags, uint8_t cmd, uint8_t version)
{
	struct genlmsghdr g = { .cmd = cmd, .version = version };

	_Static_assert(sizeof(g) == 4, "see begin()");
	begin(m, type, flags, 0, &g);
}

void msg_end(struct msgbuf *m)
{
	uint32_t len = (uint32_t)(m->len - m->msg);

	memcpy(m->buf + m->msg, &len, sizeof(len));
}

size_t msg_size(const struct msgbuf *m)
{
	return m->len - m->msg;
}

void attr_data(struct msgbuf *m, uint16_t type, const void *data, size_t len)
{
	struct nlattr a = { .nla_type = type, .nla_len = (uint16_t)(NLA_HDRLEN + len) };
	size_t off;

	if (len > UINT16_MAX - NLA_HDRLEN) {
		m->too_long = true;
		return;
	}
	off = reserve(m, NLA_HDRLEN + len);
	memcpy(m->buf + off, &a, sizeof(a));
	if (len)
		memcpy(m->buf + off + NLA_HDRLEN, data, len);
}

void attr_u8(struct msgbuf *m, uint16_t type, uint8_t v)
{
	attr_data(m, type, &v, sizeof(v));
}

void attr_u16(struct msgbuf *m, uint16_t type, uint16_t v)
{
	v = htobe16(v);
	attr_data(m, type, &v, sizeof(v));
}

void attr_u32(struct msgbuf *m, uint16_t type, uint32_t v)
{
	v = htobe32(v);
	attr_data(m, type, &v, sizeof(v));
}

void attr_u64(struct msgbuf *m, uint16_t type, uint64_t v)
{
	v = htobe64(v);
	attr_data(m, type, &v, sizeof(v));
}

void attr_str(struct msgbuf *m, uint16_t type, const char *s)
{
	attr_data(m, type, s, strlen(s) + 1);
}

size_t attr_nest(struct msgbuf *m, uint16_t type)
{
	size_t off = m->len;

	attr_data(m, type | NLA_F_NESTED, NULL, 0);
	return off;
}

void attr_nest_end(struct msgbuf *m, size_t nest)
{
	struct nlattr a;

	memcpy(&a, m->buf + nest, sizeof(a));
	if (m->len - nest > UINT16_MAX)
		m->too_long = true;
	a.nla_len = (uint16_t)(m->len - nest);
	memcpy(m->buf + nest, &a, sizeof(a));
}
