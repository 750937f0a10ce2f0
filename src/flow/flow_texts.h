/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of the flow before: flows of a dump have much in common (the flowtable, the devices, a
 * server's address), and to copy a text costs a fraction of making it. (src/flow/flow_print.c)
 */
#ifndef NFF_FLOW_TEXTS_H
#define NFF_FLOW_TEXTS_H

#include <stdint.h>

/* The most bytes that are copied with a length that is known when compiling. */
#define FLOW_WHERE_SHORT	64

struct flow_addr_text {
	uint8_t addr[16];
	uint8_t l3proto;		/* NFPROTO_*; 0: nothing is remembered */
	uint8_t len;
	char text[64];			/* a blank behind it */
};

/* Flowtable, devices and NAT. */
struct flow_where_text {
	uint64_t devices[2][2];		/* of each direction, as in struct flow_dir */
	uint32_t flags;			/* of the flow and of both directions, as far as it counts */
	uint8_t family;
	/* the names of table and flowtable, and what is between them in the message */
	uint8_t table_len, flowtable_len, names_len;
	char names[80];			/* longer ones are not remembered */
	uint16_t len;			/* 0: nothing is remembered */
	char text[512];
};

/* A zeroed struct remembers nothing. It is good for one struct devices. */
struct flow_texts {
	/* source and destination of the original direction, and of a reply that differs (NAT) */
	struct flow_addr_text addrs[4];
	struct flow_where_text where;
};

#endif
