/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One flow of the fast path as the bundled module tells it (uapi/linux/nff.h): from a message to
 * a record, and from a record to a line or to JSON. No I/O but for the names of devices.
 */
#ifndef NFF_FLOW_RECORD_H
#define NFF_FLOW_RECORD_H

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>
#include "conntrack.h"
#include "devices.h"
#include "out.h"
#include "record.h"

/*
 * As in struct conntrack: a mask of what the message had comes first, the other members are 0
 * where their bit is not set. Numbers are in host order, addresses as on the wire. Strings and
 * tags point into the message.
 */
enum {					/* struct flow_dir */
	FLD_SRC		= 1 << 0,
	FLD_DST		= 1 << 1,
	FLD_SPORT	= 1 << 2,
	FLD_DPORT	= 1 << 3,
	FLD_XMIT	= 1 << 4,
	FLD_IIF		= 1 << 5,
	FLD_OIF		= 1 << 6,
	FLD_L3IIF	= 1 << 7,
	FLD_L3OIF	= 1 << 8,
	FLD_IN_ENCAP	= 1 << 9,
	FLD_OUT_ENCAP	= 1 << 10,
	FLD_MTU		= 1 << 11,
	FLD_PACKETS	= 1 << 12,
	FLD_BYTES	= 1 << 13,
};

struct flow_dir {
	uint32_t has;			/* FLD_* */
	uint8_t xmit;			/* enum nff_xmit */
	uint32_t iif, oif;		/* indexes of the devices where frames come in and leave */
	uint32_t l3iif, l3oif;		/* of the routed devices */
	uint32_t mtu;
	uint64_t packets, bytes;	/* IP bytes */
	struct ct_tuple tuple;		/* of packets of this direction as they come in */
	struct ct_str in_encap, out_encap;	/* arrays of struct nff_encap, unaligned */
};

enum {					/* struct flow */
	FL_ID		= 1 << 0,
	FL_L3PROTO	= 1 << 1,
	FL_L4PROTO	= 1 << 2,
	FL_FLAGS	= 1 << 3,
	FL_CT_ID	= 1 << 4,
	FL_MARK		= 1 << 5,
	FL_ZONE		= 1 << 6,
	FL_CREATED	= 1 << 7,
	FL_IDLE		= 1 << 8,
	FL_LEFT		= 1 << 9,
	FL_REASON	= 1 << 10,
	FL_FAMILY	= 1 << 11,
	FL_TABLE	= 1 << 12,
	FL_FLOWTABLE	= 1 << 13,
	FL_RATES	= 1 << 14,	/* not of a message: rate is set */
};

struct flow {
	uint32_t has;			/* FL_* */
	uint8_t family;			/* of the table: NFPROTO_* */
	uint8_t l3proto, l4proto;	/* NFPROTO_IPV4 or IPV6, IPPROTO_* */
	uint16_t zone;
	struct ct_str table, flowtable;
	uint32_t id;			/* of the flow, among those of the namespace now */
	uint32_t flags;			/* NFF_FLOW_F_* */
	uint32_t ct_id, mark;
	uint32_t reason;		/* enum nff_removed, of a flow that left */
	uint64_t created;		/* nanoseconds since 1970 */
	uint64_t idle, left;		/* milliseconds since the last packet, until it times out */
	struct flow_dir dir[2];		/* by enum ct_dir */
	/* Not of the message: */
	uint64_t now;			/* when it was read, nanoseconds since 1970 */
	struct devices *devices;	/* names of devices; not owned */
	uint64_t rate[2];		/* bits a second, where they are not those since it began */
	/*
	 * Of the flow before, for the printer, as long as the dump goes on and the names of this
	 * one are those in its message; or NULL. Not owned.
	 */
	struct flow_texts *texts;
};

/*
 * A message of the module with a flow (NFF_CMD_NEW_FLOW, NFF_CMD_DEL_FLOW) to a record.
 * Attributes that are not known are passed over. now: nanoseconds since 1970. 0, or -EPROTO where
 * the message is malformed or has no flow.
 */
int flow_decode(const struct nlmsghdr *nlh, uint64_t now, struct devices *devices,
		struct flow *f);

/*
 * The same for many messages of a dump, faster (rows.h): d begins zeroed; now and devices are up to
 * the caller.
 */
struct rows_decoder;
int flow_decode_next(struct rows_decoder *d, const struct nlmsghdr *nlh, struct flow *f);

/* Nanoseconds from the begin of the flow until it was read. */
static inline uint64_t flow_age(const struct flow *f)
{
	return f->has & FL_CREATED && f->now > f->created ? f->now - f->created : 0;
}

/* Bits a second of a direction (enum ct_dir), on average since the flow began unless it says. */
static inline uint64_t flow_rate(const struct flow *f, unsigned int dir)
{
	const uint64_t bits = 8000000000;	/* of a byte, a nanosecond */
	uint64_t age = flow_age(f), bytes = f->dir[dir].bytes;

	if (f->has & FL_RATES)
		return f->rate[dir];
	if (!age || !bytes)
		return 0;
	/* The wider division is a call. */
	if (bytes <= UINT64_MAX / bits)
		return bytes * bits / age;
	return (uint64_t)((unsigned __int128)bytes * bits / age);
}

/* The routed device where packets of a direction come in or leave; 0: not known. */
uint32_t flow_iif(const struct flow *f, unsigned int dir);
uint32_t flow_oif(const struct flow *f, unsigned int dir);
/* "snat", "dnat", "snat,dnat", "none" */
const char *flow_nat(const struct flow *f);

/* The line of a flow, newline included. flags: LINE_* (record.h). */
void flow_print(struct out *o, const struct flow *f, unsigned int flags);
/* A new reference; NULL when out of memory. */
json_t *flow_json(const struct flow *f);

/* ---- reasons, in words (src/flow/flow_names.c) ---- */

enum flow_reasons {
	FLOW_REFUSED,			/* enum nff_refused */
	FLOW_REMOVED,			/* enum nff_removed */
	FLOW_CLASSIC,			/* enum nff_classic */
	FLOW_XMIT,			/* enum nff_xmit */
	FLOW_REASONS_MAX
};

/*
 * A reason by number: its word ("tcp-fin"; what lines and JSON have) and what it means ("a FIN
 * was seen"). NULL: the number is not known (a newer module), show it as a number.
 */
const char *flow_reason_name(enum flow_reasons kind, unsigned int reason);
const char *flow_reason_text(enum flow_reasons kind, unsigned int reason);
struct nff_encap;
/* "vlan", "pppoe"; NULL: another kind of tag. */
const char *flow_encap_name(const struct nff_encap *e);
/* The word, or the number where there is none. */
void flow_reason_print(struct out *o, enum flow_reasons kind, unsigned int reason);

#endif
