/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and ports as text, with names where -N and -S ask for them.
 */
#ifndef NFF_NAMES_H
#define NFF_NAMES_H

#include "conntrack.h"
#include "print.h"

/* One address of a tuple, the source or the destination; false: it has none. */
bool put_tuple_addr(struct out *o, const struct ct_tuple *t, bool source,
		    const struct print_opts *opts);
/* How they are sorted: IPv4 first, then by number. The bytes used; 0: it has none. */
unsigned int order_tuple_addr(const struct ct_tuple *t, bool source,
			      uint8_t bytes[COLUMN_ORDER_MAX]);
/* A port of a protocol (IPPROTO_*). */
void put_port(struct out *o, unsigned int port, unsigned int l4proto,
	      const struct print_opts *opts);
/* "tcp"; a number where -p asks for it, or nothing else is known. */
void put_protocol(struct out *o, unsigned int l4proto, const struct print_opts *opts);
/* Protocol and port of the destination: "tcp/443", "tcp/https"; "icmp". False: there is none. */
bool put_service(struct out *o, const struct ct_tuple *t, const struct print_opts *opts);
/* "ip", "ip6". */
void put_family_name(struct out *o, unsigned int family);

#endif
