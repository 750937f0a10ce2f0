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

/*
 * Ask for the route to an address (4 or 16 bytes) of family NFPROTO_IPV4 or NFPROTO_IPV6, for
 * packets with a mark. 0, or -errno: -ENETUNREACH, -EHOSTUNREACH where there is none.
 */
int route_lookup(uint8_t family, const uint8_t *addr, uint32_t mark, struct route *r);

#endif
