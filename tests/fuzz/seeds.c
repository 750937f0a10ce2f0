// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inputs to begin with: messages that kernels sent, and one flow with each attribute.
 */
#include <linux/netfilter.h>
#include <string.h>

#include "ct-recorded.h"
#include "expect-recorded.h"
#include "fuzz.h"
#include "genl.h"
#include "uapi/linux/nff.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static unsigned int nibble(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* The message in hex, without its nlmsghdr, behind the byte that tells its kind. */
static void from_hex(struct fuzz_seed *s, uint8_t first, const char *hex)
{
	size_t n = strlen(hex) / 2;

	s->data = malloc(n);
	s->data[0] = first;
	s->len = 1;
	for (size_t i = sizeof(struct nlmsghdr); i < n; i++)
		s->data[s->len++] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

/* An attribute of each width that one may have; which is right, is for mutation to find. */
static void put_numbers(struct msgbuf *m, unsigned int from, unsigned int to, size_t width)
{
	static const uint8_t value[8] = { 6, 1, 2 };

	for (unsigned int type = from; type <= to; type++)
		attr_data(m, (uint16_t)type, value, width);
}

static void put_dir(struct msgbuf *m, uint16_t type)
{
	static const struct nff_encap tags[2] = { { 0x0081, 100 }, { 0xa888, 5 } };
	static const uint8_t addr[4] = { 10, 0, 0, 1 };
	size_t nest = attr_nest(m, type);

	attr_data(m, NFF_DIR_SRC, addr, sizeof(addr));
	attr_data(m, NFF_DIR_DST, addr, sizeof(addr));
	attr_u16(m, NFF_DIR_SPORT, 80);
	attr_u16(m, NFF_DIR_DPORT, 443);
	attr_u8(m, NFF_DIR_XMIT, NFF_XMIT_NEIGH);
	put_numbers(m, NFF_DIR_IIF, NFF_DIR_IIF, 4);
	put_numbers(m, NFF_DIR_OIF, NFF_DIR_OIF, 4);
	attr_data(m, NFF_DIR_IN_ENCAP, tags, sizeof(tags));
	attr_data(m, NFF_DIR_OUT_ENCAP, tags, sizeof(tags[0]));
	put_numbers(m, NFF_DIR_MTU, NFF_DIR_MTU, 4);
	put_numbers(m, NFF_DIR_PACKETS, NFF_DIR_PACKETS, 8);
	put_numbers(m, NFF_DIR_BYTES, NFF_DIR_BYTES, 8);
	attr_nest_end(m, nest);
}

static void from_flow(struct fuzz_seed *s, uint8_t first)
{
	static const struct genl_family family = { .id = 33, .version = 1 };
	struct msgbuf m = { 0 };
	size_t nest;

	genl_begin(&m, &family, NFF_CMD_NEW_FLOW, 0);
	attr_u8(&m, NFF_ATTR_FAMILY, NFPROTO_INET);
	attr_str(&m, NFF_ATTR_TABLE, "x");
	attr_str(&m, NFF_ATTR_FLOWTABLE, "f");
	nest = attr_nest(&m, NFF_ATTR_FLOW);
	put_numbers(&m, NFF_FLOW_ID, NFF_FLOW_ID, 4);
	attr_u8(&m, NFF_FLOW_L3PROTO, NFPROTO_IPV4);
	attr_u8(&m, NFF_FLOW_L4PROTO, 6);
	put_numbers(&m, NFF_FLOW_FLAGS, NFF_FLOW_FLAGS, 4);
	put_dir(&m, NFF_FLOW_ORIG);
	put_dir(&m, NFF_FLOW_REPLY);
	put_numbers(&m, NFF_FLOW_CT_ID, NFF_FLOW_CT_ID, 4);
	put_numbers(&m, NFF_FLOW_CT_MARK, NFF_FLOW_CT_MARK, 4);
	put_numbers(&m, NFF_FLOW_CT_ZONE, NFF_FLOW_CT_ZONE, 2);
	put_numbers(&m, NFF_FLOW_CREATED, NFF_FLOW_CREATED, 8);
	put_numbers(&m, NFF_FLOW_IDLE, NFF_FLOW_IDLE, 8);
	put_numbers(&m, NFF_FLOW_LEFT, NFF_FLOW_LEFT, 8);
	put_numbers(&m, NFF_FLOW_REASON, NFF_FLOW_REASON, 4);
	attr_nest_end(&m, nest);
	msg_end(&m);
	s->len = m.len - sizeof(struct nlmsghdr) + 1;
	s->data = malloc(s->len);
	s->data[0] = first;
	memcpy(s->data + 1, m.buf + sizeof(struct nlmsghdr), s->len - 1);
	msgbuf_fini(&m);
}

struct fuzz_seed *fuzz_seeds(unsigned int *n)
{
	struct fuzz_seed *s = calloc(N(ct_recorded) + N(expect_recorded) + 1, sizeof(*s));

	*n = 0;
	for (size_t i = 0; i < N(ct_recorded); i++)
		from_hex(&s[(*n)++], 0 + 3 * 15, ct_recorded[i]);
	for (size_t i = 0; i < N(expect_recorded); i++)
		from_hex(&s[(*n)++], 1 + 3 * 15, expect_recorded[i]);
	from_flow(&s[(*n)++], 2 + 3 * 15);
	return s;
}
