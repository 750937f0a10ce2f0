/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of fields in records of connections: what "where" compares. All
 * are numbers as their datatypes have them (datatype.h).
 */
#ifndef NFF_CT_VALUE_H
#define NFF_CT_VALUE_H

#include "conntrack.h"
#include "field.h"

/*
 * Fields of ip, ip6, tcp, udp, udplite, sctp, dccp, th, icmp and icmpv6, meta
 * nfproto, l4proto and protocol, and the ct keys of addresses, protocols and
 * ports: of one tuple, whichever direction it is of. family: NFPROTO_* where
 * the tuple has no addresses. false: it has no such value.
 */
bool ct_tuple_value(const struct ct_tuple *t, uint8_t family, const struct field *f, nff_u128 *v);
/* Is it one of them? */
bool ct_tuple_knows(const struct field *f);

/*
 * The same of a struct conntrack, as struct record_type wants them. Fields of
 * headers and meta keys are those of the original direction. Marks, labels
 * and zones that a message does not have are 0; counters, helpers, states and
 * the rest are then missing.
 */
bool ct_value(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v);
bool ct_knows(const struct field *f, unsigned int dir);

#endif
