/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where packets to an address go (linux/rtnetlink.h). (src/netlink/route.c)
 */
#ifndef NFF_ROUTE_H
#define NFF_ROUTE_H

#include <stdint.h>

struct route {
	uint8_t type;			/* RTN_* */
	uint32_t oif;			/* index of the device; 0: none */
};

/* Packets to ask for. Addresses have 4 or 16 bytes. */
struct route_key {
	uint8_t family;			/* NFPROTO_IPV4 or NFPROTO_IPV6 */
	const uint8_t *dst, *src;	/* src: NULL where it does not matter */
	uint32_t iif;			/* of packets that are forwarded: where they come in; or 0 */
	uint32_t mark;
};

/*
 * Where these packets go now. 0, or -errno: -ENETUNREACH, -EHOSTUNREACH, -EACCES where there is no
 * route; with a device, -EXDEV or -EINVAL where it would not take such a source, and -EHOSTUNREACH
 * where it does not forward.
 */
int route_lookup(const struct route_key *key, struct route *r);

#endif
