/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing buffer of netlink messages. Offsets instead of pointers, as it
 * may move while it grows. (src/netlink/msgbuf.c)
 */
#ifndef NFF_MSGBUF_H
#define NFF_MSGBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct msgbuf {
	char *buf;
	size_t len, cap;
	size_t msg;		/* offset of the message that is being built */
	bool too_long;		/* an attribute was over 65535 bytes: the buffer is unusable */
};

void msgbuf_fini(struct msgbuf *m);

/* Begin a message with nfgenmsg: type is (subsys << 8) | msg. */
void msg_begin(struct msgbuf *m, uint16_t type, uint16_t flags, uint32_t seq, uint8_t family,
	       uint16_t res_id);
/* The same with genlmsghdr, for a generic netlink family (genl.h). */
void msg_begin_genl(struct msgbuf *m, uint16_t type, uint16_t flags, uint8_t cmd, uint8_t version);
/* Set the length of the message begun last. */
void msg_end(struct msgbuf *m);
/* Bytes of the message so far. */
size_t msg_size(const struct msgbuf *m);

/* Numbers go out in network order, as nf_tables wants them. */
void attr_u8(struct msgbuf *m, uint16_t type, uint8_t v);
void attr_u16(struct msgbuf *m, uint16_t type, uint16_t v);
void attr_u32(struct msgbuf *m, uint16_t type, uint32_t v);
void attr_u64(struct msgbuf *m, uint16_t type, uint64_t v);
void attr_str(struct msgbuf *m, uint16_t type, const char *s);
/* An attribute holds 65531 bytes at most; more sets too_long, and nothing sends that. */
void attr_data(struct msgbuf *m, uint16_t type, const void *data, size_t len);
/* A nested attribute: begin gives the offset that end wants. */
size_t attr_nest(struct msgbuf *m, uint16_t type);
void attr_nest_end(struct msgbuf *m, size_t nest);

#endif
